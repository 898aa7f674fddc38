//! What can be chosen in forms here, each with its name in data and its words on screen. A name from outside that is none of
//! them is no choice; one in the database that is none of them is a fault.

use crate::platform::error::{Error, Result};
use crate::web::words::words;

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$option_doc:meta])* $option:ident = $text:literal, $words:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$option_doc])* #[serde(rename = $text)] $option),+ }

        impl $name {
            /// All of them, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$option),+];
            /// The name in data and in forms.
            pub fn name(self) -> &'static str {
                match self { $(Self::$option => $text),+ }
            }
            /// What was chosen in a form, if anything.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|option| option.name() == text)
            }
            /// What stands in the database.
            pub fn stored(text: &str) -> Result<Self> {
                Self::parse(text).ok_or_else(|| Error::Internal(format!("{text} is no {}", stringify!($name))))
            }
            /// Its words.
            pub fn label(self) -> String {
                match self { $(Self::$option => words($words)),+ }
            }
        }
    };
}

choices!(
    /// How somebody answers when asked about friendships and family ties.
    Answer {
        /// There is one.
        Tie = "tie", "declare-answer-tie";
        /// One that was declared is over.
        Over = "over", "declare-answer-over";
        /// There is none beside those declared.
        None = "none", "declare-answer-none";
    }
);
choices!(
    /// Who the other person is.
    With {
        /// A parent or carer of a child here.
        Parent = "parent", "declare-with-parent";
        /// A child or young person here.
        Child = "child", "declare-with-child";
        /// Somebody who works here too.
        Colleague = "colleague", "declare-with-colleague";
        /// Somebody else.
        Other = "other", "declare-with-other";
    }
);
choices!(
    /// What ties them.
    TieKind {
        /// Friends.
        Friendship = "friendship", "declare-kind-friendship";
        /// Relatives.
        Family = "family", "declare-kind-family";
        /// A couple.
        Couple = "couple", "declare-kind-couple";
        /// Under one roof.
        Home = "home", "declare-kind-home";
        /// Online only.
        Online = "online", "declare-kind-online";
        /// Looks after the child, or works for the family, outside the setting.
        Care = "care", "declare-kind-care";
        /// Something else.
        Other = "other", "declare-kind-other";
    }
);
choices!(
    /// What a lead decides about a declared tie.
    Decided {
        /// It may go on.
        Agreed = "agreed", "declare-decided-agreed";
        /// It may go on within limits.
        Conditions = "conditions", "declare-decided-conditions";
        /// It may not.
        Refused = "not_agreed", "declare-decided-refused";
        /// Nothing has to be done.
        NoAction = "no_action", "declare-decided-none";
    }
);
choices!(
    /// What a report of social contact is about; each is a tile.
    ContactKind {
        /// A private message of a parent.
        Message = "private_message", "declare-contact-message";
        /// A family met outside work.
        Met = "met_socially", "declare-contact-met";
        /// Something online.
        Online = "online_clash", "declare-contact-online";
        /// Something else.
        Other = "other", "declare-contact-other";
    }
);
choices!(
    /// What came of a report of social contact.
    Outcome {
        /// Nothing has to be done.
        NoAction = "no_action", "declare-outcome-none";
        /// Advice was given.
        Advised = "advised", "declare-outcome-advised";
        /// The setting answers the family by its own account.
        Official = "answered_officially", "declare-outcome-official";
        /// It goes on as a concern.
        Concern = "concern", "declare-outcome-concern";
    }
);
choices!(
    /// What the manager decides about other work.
    WorkDecided {
        /// It may go on.
        Agreed = "agreed", "declare-work-agreed";
        /// It may go on within limits.
        Conditions = "conditions", "declare-work-conditions";
        /// It may not.
        Refused = "not_agreed", "declare-work-refused";
    }
);
impl Decided {
    /// Whether it lets the contact go on: the policy may forbid that.
    pub fn allows(self) -> bool {
        matches!(self, Self::Agreed | Self::Conditions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_found_by_its_name_and_has_words() {
        fn words_of<T: Copy>(all: &[T], label: fn(T) -> String, name: fn(T) -> &'static str) {
            for option in all {
                assert!(!label(*option).starts_with("declare-"), "{} has no words", name(*option));
            }
        }
        words_of(Answer::ALL, Answer::label, Answer::name);
        words_of(With::ALL, With::label, With::name);
        words_of(TieKind::ALL, TieKind::label, TieKind::name);
        words_of(Decided::ALL, Decided::label, Decided::name);
        words_of(ContactKind::ALL, ContactKind::label, ContactKind::name);
        words_of(Outcome::ALL, Outcome::label, Outcome::name);
        words_of(WorkDecided::ALL, WorkDecided::label, WorkDecided::name);
        assert_eq!(Decided::parse("not_agreed"), Some(Decided::Refused));
        assert_eq!(Decided::parse("Agreed"), None);
        assert!(With::stored("aunt").is_err());
    }
}
