//! The facts by which the rulebook decides about enrolled devices, PINs and what devices send late.

use crate::action::facts;

facts!(
    /// Making a link that enrols a tablet.
    AddTabletFacts = AddTablet {}
);
facts!(
    /// Enrolling a tablet by its link.
    EnrolTabletFacts = EnrolTablet {
        /// There is such a link, for this purpose.
        link_known: bool,
        /// Its time is over.
        link_expired: bool,
        /// It was used already, or a newer one replaced it.
        link_used: bool,
    }
);
facts!(
    /// Enrolling the computer in use.
    EnrolHereFacts = EnrolHere {}
);
facts!(
    /// Ending an enrolment.
    EndTabletFacts = EndTablet {}
);
facts!(
    /// Setting one's PIN.
    SetPinFacts = SetPin {
        /// The password typed is right.
        password_matches: bool,
        /// Tries left.
        attempts_left: i64,
        /// Figures of the PIN.
        pin_length: i64,
        /// It can be guessed.
        pin_guessable: bool,
    }
);
facts!(
    /// Signing in with a PIN.
    SignInByPinFacts = SignInByPin {
        /// The person has a PIN in the tablet's setting.
        known: bool,
        /// It is the one typed.
        pin_matches: bool,
        /// Tries left for this person and this tablet.
        attempts_left: i64,
        /// The person has access today.
        belongs: bool,
        /// Several people use the device.
        shared_device: bool,
        /// The PIN was tried wrongly too often on one day.
        closed: bool,
    }
);
facts!(
    /// Locking one's session.
    LockSessionFacts = LockSession {}
);
facts!(
    /// Ending whatever session a device holds that shows its lock.
    LockTabletFacts = LockTablet {}
);
facts!(
    /// Taking in what a tablet had saved.
    SendSavedFacts = SendSaved {
        /// Whoever the device names may send such a thing, or it names nobody.
        claimed_may: bool,
        /// The device has sent more than enough within the hour.
        too_many: bool,
    }
);
