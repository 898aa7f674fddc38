//! The facts by which the rulebook decides about people. Small and typed: the schema checks them, tests write them by hand.

use crate::action::facts;

facts!(
    /// Signing in.
    SignInFacts = SignIn {
        /// There is an account with this address.
        known: bool,
        /// Its password is the one typed.
        password_matches: bool,
        /// The account has a second factor.
        second_factor_asked: bool,
        /// The code typed is right and new.
        second_factor_matches: bool,
        /// Tries left for this account and address.
        attempts_left: i64,
        /// The account is somebody with access in a setting.
        belongs: bool,
    }
);
facts!(
    /// Asking for a link to choose a new password.
    RequestResetFacts = RequestReset {
        /// Too many links were asked for already.
        too_many: bool,
    }
);
facts!(
    /// Signing in with a passkey.
    SignInByPasskeyFacts = SignInByPasskey {
        /// An account here has this passkey, and its password was not reported as known.
        known: bool,
        /// The answer is right, in time, and the first to this challenge.
        ceremony_valid: bool,
        /// The device checked who holds it.
        user_verified: bool,
        /// Tries left for this passkey and address.
        attempts_left: i64,
        /// The account is somebody with access in a setting.
        belongs: bool,
    }
);
facts!(
    /// Adding a passkey to one's own account.
    RegisterPasskeyFacts = RegisterPasskey {
        /// The answer is right, in time, and the first to this challenge.
        ceremony_valid: bool,
        /// The device checked who holds it.
        user_verified: bool,
        /// The password was typed again; or, where the account has none, the session is fresh.
        proven: bool,
        /// Tries left.
        attempts_left: i64,
    }
);
facts!(
    /// Removing a passkey.
    RemovePasskeyFacts = RemovePasskey {
        /// It is one's own.
        own: bool,
        /// The password was typed again; or, where the account has none, the session is fresh.
        proven: bool,
        /// Tries left.
        attempts_left: i64,
    }
);
facts!(
    /// Asking for a link to sign in.
    RequestSignInLinkFacts = RequestSignInLink {
        /// Too many links were asked for already.
        too_many: bool,
    }
);
facts!(
    /// Signing in by a mailed link, or joining by an invitation without a password.
    SignInByLinkFacts = SignInByLink {
        /// There is such a link, for this purpose.
        link_known: bool,
        /// Its time is over.
        link_expired: bool,
        /// It was used already, or a newer one replaced it.
        link_used: bool,
        /// The account is somebody with access in a setting.
        belongs: bool,
        /// The account is staff in some setting.
        staff: bool,
    }
);
facts!(
    /// Reporting that a password is known to somebody.
    ReportPasswordFacts = ReportPassword {
        /// The person has an account here.
        known: bool,
        /// It is one's own.
        own: bool,
        /// The reporter has reported three other people within a day.
        too_many: bool,
    }
);
facts!(
    /// Having looked into an alert.
    AcknowledgeAlertFacts = AcknowledgeAlert {
        /// It is about oneself.
        own: bool,
    }
);
facts!(
    /// Accepting an invitation.
    AcceptInvitationFacts = AcceptInvitation {
        /// There is such a link, for this purpose.
        link_known: bool,
        /// Its time is over.
        link_expired: bool,
        /// It was used already, or a newer one replaced it.
        link_used: bool,
        /// Whom it invites still has this account, and access runs.
        belongs: bool,
        /// Characters of the password chosen.
        password_length: i64,
        /// The password can be guessed.
        password_guessable: bool,
    }
);
facts!(
    /// Choosing a new password by a mailed link.
    ResetPasswordFacts = ResetPassword {
        /// There is such a link, for this purpose.
        link_known: bool,
        /// Its time is over.
        link_expired: bool,
        /// It was used already, or a newer one replaced it.
        link_used: bool,
        /// Characters of the password chosen.
        password_length: i64,
        /// The password can be guessed.
        password_guessable: bool,
    }
);
facts!(
    /// Signing out.
    SignOutFacts = SignOut {}
);
facts!(
    /// Ending a session.
    EndSessionFacts = EndSession {
        /// It is one's own account's.
        own: bool,
    }
);
facts!(
    /// Unlocking one's session.
    UnlockSessionFacts = UnlockSession {
        /// The password typed is right.
        password_matches: bool,
        /// Tries left.
        attempts_left: i64,
    }
);
facts!(
    /// Changing to another setting.
    ChooseSettingFacts = ChooseSetting {
        /// The account is somebody with access there.
        belongs: bool,
        /// The session was opened by a PIN, which is for the devices of one setting.
        by_pin: bool,
        /// The session was opened by a mailed link.
        by_link: bool,
        /// There they are a parent and nothing more.
        only_family: bool,
    }
);
facts!(
    /// Changing one's password.
    ChangePasswordFacts = ChangePassword {
        /// The present password typed is right.
        current_matches: bool,
        /// Tries left.
        attempts_left: i64,
        /// Characters of the new one.
        password_length: i64,
        /// The new one can be guessed.
        password_guessable: bool,
    }
);
facts!(
    /// Setting up a second factor.
    SetUpSecondFactorFacts = SetUpSecondFactor {
        /// The code shows that the app has the secret.
        code_matches: bool,
        /// The password typed is right.
        password_matches: bool,
        /// Tries left.
        attempts_left: i64,
    }
);
facts!(
    /// Making new recovery codes.
    RenewRecoveryCodesFacts = RenewRecoveryCodes {
        /// The password typed is right.
        password_matches: bool,
        /// Tries left.
        attempts_left: i64,
    }
);
facts!(
    /// Inviting a person.
    InvitePersonFacts = InvitePerson {
        /// The person is a child.
        child: bool,
        /// The invitation makes a manager, lead or chair.
        appoints_responsible: bool,
        /// It invites an adult of a family of whom a lead has to say first that they are not the one who is kept from a child.
        undecided: bool,
        /// It invites an adult of a family whom a restriction keeps from every child of theirs.
        kept_away: bool,
    }
);
facts!(
    /// Adding somebody to the register, or changing what it says of them.
    SavePersonFacts = SavePerson {
        /// It is about an adult of a family, who is here for nothing else.
        family: bool,
        /// Of oneself.
        own: bool,
    }
);
facts!(
    /// Changing roles.
    ChangeRolesFacts = ChangeRoles {
        /// Of oneself.
        own: bool,
        /// The person is a child.
        child: bool,
        /// The change makes a manager, lead or chair.
        appoints_responsible: bool,
        /// On some day to come nobody would be manager.
        leaves_no_manager: bool,
        /// On some day to come nobody would be lead, or nobody on duty.
        leaves_no_lead: bool,
    }
);
facts!(
    /// Ending access.
    EndAccessFacts = EndAccess {
        /// One's own.
        own: bool,
        /// On some day to come nobody would be manager.
        leaves_no_manager: bool,
        /// On some day to come nobody would be lead, or nobody on duty.
        leaves_no_lead: bool,
    }
);
facts!(
    /// Saying that somebody who is responsible is away.
    MarkAbsentFacts = MarkAbsent {
        /// It is oneself.
        own: bool,
        /// On some day nobody would be on duty who was going to be.
        leaves_nobody_on_duty: bool,
    }
);
facts!(
    /// Saying that somebody is back.
    EndAbsenceFacts = EndAbsence {
        /// It is oneself.
        own: bool,
    }
);
facts!(
    /// Handing the lead over.
    HandOverFacts = HandOver {
        /// One's own.
        own: bool,
        /// Whoever hands over still leads.
        still_lead: bool,
        /// The next one is staff with access, and not away.
        next_is_here: bool,
        /// Both are the same person.
        next_is_same: bool,
        /// On some day to come nobody would lead.
        leaves_no_lead: bool,
    }
);
facts!(
    /// Signing the register of authorised users off.
    SignOffRegisterFacts = SignOffRegister {
        /// The list is still the one that was shown.
        current: bool,
    }
);
facts!(
    /// Exporting the setting's own register, of people or of children.
    ExportRegisterFacts = ExportRegister {}
);
facts!(
    /// Changing one's own telephone number and address.
    UpdateOwnContactFacts = UpdateOwnContact {}
);
facts!(
    /// Printing a link for somebody locked out.
    RecoverAccountFacts = RecoverAccount {
        /// There is such an account.
        known: bool,
    }
);
facts!(
    /// Changing name or time zone of the setting.
    UpdateSettingFacts = UpdateSetting {}
);
