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
    /// Having looked into an alert.
    AcknowledgeAlertFacts = AcknowledgeAlert {}
);
macro_rules! link_facts {
    ($(#[$doc:meta])* $name:ident = $verb:ident) => {
        facts!($(#[$doc])* $name = $verb {
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
        });
    };
}
link_facts!(
    /// Accepting an invitation.
    AcceptInvitationFacts = AcceptInvitation
);
link_facts!(
    /// Choosing a new password by a mailed link.
    ResetPasswordFacts = ResetPassword
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
    }
);
facts!(
    /// Adding somebody to the register, or changing what it says of them.
    SavePersonFacts = SavePerson {
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
        /// Nobody would be manager.
        leaves_no_manager: bool,
        /// Nobody would be lead.
        leaves_no_lead: bool,
    }
);
facts!(
    /// Ending access.
    EndAccessFacts = EndAccess {
        /// One's own.
        own: bool,
        /// Nobody would be manager.
        leaves_no_manager: bool,
        /// Nobody would be lead.
        leaves_no_lead: bool,
    }
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
