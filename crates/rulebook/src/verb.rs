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
    }
}

impl Verb {
    /// Whether the verb reads or changes: its name says so.
    pub fn kind(self) -> VerbKind {
        if self.name().starts_with("view_") { VerbKind::View } else { VerbKind::Change }
    }
}
