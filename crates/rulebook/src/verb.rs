//! Every verb that somebody can ask for. A later room adds its verbs here, in the schema and in its policies; the schema is
//! checked against this list when it is loaded.

use crate::names::named;

/// Whether a verb reads or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerbKind {
    /// Opens a page; leaves nothing but what the reader saw.
    View,
    /// Changes something, and writes one event.
    Change,
}

named! {
    /// Something that can be asked for.
    "verb" Verb {
        /// The sign-in page.
        ViewSignIn = "view_sign_in",
        /// The page that a mailed link opens.
        ViewLink = "view_link",
        /// The page of the one-time link of a new installation.
        ViewSetUp = "view_set_up",
        /// The built-in outbox of the demonstration.
        ViewMailOutbox = "view_mail_outbox",
        /// The report door.
        ViewReport = "view_report",
        /// One's own account and sessions.
        ViewAccount = "view_account",
        /// The e-safety agreement.
        ViewAgreement = "view_agreement",
        /// The policy in force.
        ViewPolicy = "view_policy",
        /// The board of today.
        ViewToday = "view_today",
        /// The coverage page.
        ViewCoverage = "view_coverage",
        /// The audit viewer.
        ViewAudit = "view_audit",
        /// The setting's settings.
        ViewSettings = "view_settings",
        /// The list of people.
        ViewPeople = "view_people",
        /// Alerts about unusual access.
        ViewAlerts = "view_alerts",
        /// Who is responsible: leads, absences, cover.
        ViewResponsible = "view_responsible",
        /// The register of authorised users.
        ViewRegister = "view_register",
        /// The children that one sees.
        ViewChildren = "view_children",
        /// One child's page.
        ViewChild = "view_child",
        /// The adults of a child: telephone, address, restrictions.
        ViewFamily = "view_family",
        /// The rooms and who is in them.
        ViewRooms = "view_rooms",
        /// Imports of registers.
        ViewImports = "view_imports",
        /// The setting's enrolled devices.
        ViewTablets = "view_tablets",
        /// The lock screen of an enrolled tablet.
        ViewLock = "view_lock",
        /// One's own declarations and reports.
        ViewDeclarations = "view_declarations",
        /// One declaration or report.
        ViewDeclaration = "view_declaration",
        /// Everybody's declarations and reports.
        ViewAllDeclarations = "view_all_declarations",
        /// Sign in with a password.
        SignIn = "sign_in",
        /// Ask for a link to choose a new password.
        RequestReset = "request_reset",
        /// Accept an invitation.
        AcceptInvitation = "accept_invitation",
        /// Choose a new password by a mailed link.
        ResetPassword = "reset_password",
        /// Set up the first setting by the one-time link.
        SetUpSetting = "set_up_setting",
        /// Sign out.
        SignOut = "sign_out",
        /// Unlock a session that has locked itself.
        UnlockSession = "unlock_session",
        /// Choose the setting that a session is for.
        ChooseSetting = "choose_setting",
        /// End a session.
        EndSession = "end_session",
        /// Change one's own password.
        ChangePassword = "change_password",
        /// Set up one's second factor.
        SetUpSecondFactor = "set_up_second_factor",
        /// Make new recovery codes.
        RenewRecoveryCodes = "renew_recovery_codes",
        /// Sign the e-safety agreement.
        SignAgreement = "sign_agreement",
        /// Bring a version of the policy into force.
        AdoptPolicy = "adopt_policy",
        /// Invite a person.
        InvitePerson = "invite_person",
        /// Change somebody's roles.
        ChangeRoles = "change_roles",
        /// End somebody's access.
        EndAccess = "end_access",
        /// Print a link for somebody who is locked out.
        RecoverAccount = "recover_account",
        /// Change the setting's settings.
        UpdateSetting = "update_setting",
        /// Export the audit log.
        ExportAudit = "export_audit",
        /// Store what the coverage page says of a day.
        StoreCoverage = "store_coverage",
        /// Make a backup.
        BackUp = "back_up",
        /// Restore a backup.
        RestoreBackup = "restore_backup",
        /// Fill a new folder for the demonstration.
        BeginDemo = "begin_demo",
        /// Sign in with a passkey.
        SignInByPasskey = "sign_in_by_passkey",
        /// Ask for a link to sign in.
        RequestSignInLink = "request_sign_in_link",
        /// Sign in by a mailed link, which only parents do.
        SignInByLink = "sign_in_by_link",
        /// Add a passkey to one's account.
        RegisterPasskey = "register_passkey",
        /// Remove one of one's passkeys.
        RemovePasskey = "remove_passkey",
        /// Report that a password is known or shared.
        ReportPassword = "report_password",
        /// Say that an alert was looked into.
        AcknowledgeAlert = "acknowledge_alert",
        /// Add a person to the register, or change what it says of one.
        SavePerson = "save_person",
        /// Change one's own telephone number and address.
        UpdateOwnContact = "update_own_contact",
        /// Invite everybody in the families who has an address and was not invited.
        InviteFamilies = "invite_families",
        /// Sign the register of authorised users off.
        SignOffRegister = "sign_off_register",
        /// Hand the lead over to the next person.
        HandOver = "hand_over",
        /// Say that somebody who is responsible is away.
        MarkAbsent = "mark_absent",
        /// Say that somebody who was away is back.
        EndAbsence = "end_absence",
        /// Open a child's page; the opening stays on record.
        OpenChild = "open_child",
        /// Add a room or rename it.
        SaveRoom = "save_room",
        /// Close a room.
        CloseRoom = "close_room",
        /// Say in which rooms somebody works.
        PlacePerson = "place_person",
        /// Add a child to the register, or change what it says of one.
        SaveChild = "save_child",
        /// Say that a child leaves, and when.
        EndAttendance = "end_attendance",
        /// Say which adult belongs to a child, and how.
        SaveGuardian = "save_guardian",
        /// Restrict what an adult may know of a child, or lift it.
        SetRestriction = "set_restriction",
        /// Export the setting's own register.
        ExportRegister = "export_register",
        /// Upload a spreadsheet for an import.
        UploadRegister = "upload_register",
        /// Say what the columns of an import are.
        MapRegister = "map_register",
        /// Confirm an import.
        ConfirmImport = "confirm_import",
        /// Undo an import.
        UndoImport = "undo_import",
        /// Throw an import away before it is confirmed.
        DiscardImport = "discard_import",
        /// Make a link that enrols a tablet.
        AddTablet = "add_tablet",
        /// Enrol a tablet by its one-time link.
        EnrolTablet = "enrol_tablet",
        /// Enrol the computer that one is using.
        EnrolHere = "enrol_here",
        /// End a tablet's enrolment.
        EndTablet = "end_tablet",
        /// Set one's PIN for the setting's tablets.
        SetPin = "set_pin",
        /// Sign in at an enrolled tablet with a PIN.
        SignInByPin = "sign_in_by_pin",
        /// Lock one's session.
        LockSession = "lock_session",
        /// End whatever session an enrolled tablet holds when it shows its lock.
        LockTablet = "lock_tablet",
        /// Take in what a tablet had saved to be sent.
        SendSaved = "send_saved",
        /// Declare a friendship, family tie or online contact, or none.
        DeclareRelationship = "declare_relationship",
        /// Record talk, decision, advice and review of a declaration.
        DecideDeclaration = "decide_declaration",
        /// Sign the decision about one's own declaration.
        CountersignDeclaration = "countersign_declaration",
        /// Report a social contact.
        ReportContact = "report_contact",
        /// Record what came of a report of social contact.
        AnswerContact = "answer_contact",
        /// Declare other work and its hours.
        DeclareOutsideWork = "declare_outside_work",
        /// Decide about other work.
        DecideOutsideWork = "decide_outside_work",
        /// Confirm that one's family has the setting's number.
        ConfirmNumber = "confirm_number",
    }
}

impl Verb {
    /// Whether the verb reads or changes: its name says so.
    pub fn kind(self) -> VerbKind {
        if self.name().starts_with("view_") { VerbKind::View } else { VerbKind::Change }
    }
}
