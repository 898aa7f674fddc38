//! The facts by which the rulebook decides about children, rooms and families; and how near a person stands to a child, from which
//! they are made. The schema checks them, tests write them by hand.

use crate::action::facts;

facts!(
    /// Opening a child's page, and seeing the child anywhere at all.
    ViewChildFacts = ViewChild {
        /// The child is today in a room in which the reader works.
        in_my_room: bool,
        /// The reader is the child's key person.
        key_child: bool,
        /// The reader has parental responsibility for the child, and nothing stands between them.
        own_child: bool,
        /// A restriction stands between the reader and the child.
        kept_away: bool,
        /// The notes are read, too.
        notes: bool,
    }
);
facts!(
    /// Opening what the register knows of a child's adults.
    ViewFamilyFacts = ViewFamily {
        /// The reader is the child's key person.
        key_child: bool,
        /// As for [`ViewChildFacts`].
        kept_away: bool,
    }
);
facts!(
    /// Opening a child's page, as it stays on record.
    OpenChildFacts = OpenChild {
        /// As for [`ViewChildFacts`].
        in_my_room: bool,
        /// As for [`ViewChildFacts`].
        key_child: bool,
        /// As for [`ViewChildFacts`].
        own_child: bool,
        /// As for [`ViewChildFacts`].
        kept_away: bool,
    }
);
facts!(
    /// Adding or renaming a room.
    SaveRoomFacts = SaveRoom {}
);
facts!(
    /// Closing a room.
    CloseRoomFacts = CloseRoom {
        /// No child is in it or will be, and nobody works in it.
        empty: bool,
    }
);
facts!(
    /// Saying in which rooms somebody works.
    PlacePersonFacts = PlacePerson {}
);
facts!(
    /// Adding a child, or changing what the register says of one.
    SaveChildFacts = SaveChild {
        /// A restriction stands between whoever asks and the child; never while the child is not there yet.
        kept_away: bool,
    }
);
facts!(
    /// Saying when a child leaves.
    EndAttendanceFacts = EndAttendance {
        /// A restriction stands between whoever asks and the child; never while the child is not there yet.
        kept_away: bool,
    }
);
facts!(
    /// Saying which adult belongs to a child.
    SaveGuardianFacts = SaveGuardian {
        /// It says that an adult who waits is not the one who is restricted.
        decides: bool,
        /// A restriction stands between whoever asks and the child; never while the child is not there yet.
        kept_away: bool,
    }
);
facts!(
    /// Restricting an adult, or lifting it.
    SetRestrictionFacts = SetRestriction {
        /// A restriction stands between whoever asks and the child; never while the child is not there yet.
        kept_away: bool,
    }
);
facts!(
    /// Inviting all the families who can be invited.
    InviteFamiliesFacts = InviteFamilies {}
);

/// How near a person stands to a child.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Nearness {
    /// The child is today in a room in which they work.
    pub in_my_room: bool,
    /// They are the child's key person.
    pub key_child: bool,
    /// They have parental responsibility, and nothing stands between them.
    pub own_child: bool,
    /// A restriction stands between them, whatever else they are to the child.
    pub kept_away: bool,
}

impl From<Nearness> for ViewChildFacts {
    fn from(Nearness { in_my_room, key_child, own_child, kept_away }: Nearness) -> Self {
        Self { in_my_room, key_child, own_child, kept_away, notes: false }
    }
}

impl Nearness {
    /// The same for the notes of the child.
    pub fn with_notes(self) -> ViewChildFacts {
        ViewChildFacts { notes: true, ..self.into() }
    }
}

impl From<Nearness> for OpenChildFacts {
    fn from(Nearness { in_my_room, key_child, own_child, kept_away }: Nearness) -> Self {
        Self { in_my_room, key_child, own_child, kept_away }
    }
}

impl From<Nearness> for ViewFamilyFacts {
    fn from(Nearness { key_child, kept_away, .. }: Nearness) -> Self {
        Self { key_child, kept_away }
    }
}
