//! Who acts: a person by a session, the system by a named job, or nobody yet (the sign-in page and one-time links).

use serde::{Deserialize, Serialize};
use stairgate_rulebook as rulebook;

use super::standing::{self, Standing};
use crate::platform::clock::{Day, Instant};
use crate::platform::ids::{AccountId, PersonId, SessionId, SettingId};
use crate::platform::sessions;

/// Who asks for a change or a page.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Somebody with a session.
    Person(SignedIn),
    /// A job of the product or its operator at the console, in one setting.
    System {
        /// The job's name, as the log shows it.
        job: &'static str,
        /// The setting in which it works.
        setting: SettingId,
    },
    /// Nobody is known yet.
    Nobody,
}

/// A person with a living session, as the web found it; everything that binds them is read again inside each transaction.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: SessionId,
    /// Whose account.
    pub account: AccountId,
    /// The person that the session has chosen.
    pub person: PersonId,
    /// The setting that the session has chosen.
    pub setting: SettingId,
}

/// How an actor stands in an event: kinds and ids, no names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ActorRef {
    /// A person, by which session.
    Person {
        /// The person.
        id: PersonId,
        /// The session.
        session: SessionId,
    },
    /// A job.
    System {
        /// Its name.
        job: String,
    },
    /// Nobody known.
    Nobody,
}

impl Actor {
    /// The setting in which this actor acts, where that is known beforehand.
    pub fn setting(&self) -> Option<&SettingId> {
        match self {
            Self::Person(signed_in) => Some(&signed_in.setting),
            Self::System { setting, .. } => Some(setting),
            Self::Nobody => None,
        }
    }

    /// The form for an event.
    pub fn reference(&self) -> ActorRef {
        match self {
            Self::Person(signed_in) => {
                ActorRef::Person { id: signed_in.person.clone(), session: signed_in.session.clone() }
            }
            Self::System { job, .. } => ActorRef::System { job: (*job).to_owned() },
            Self::Nobody => ActorRef::Nobody,
        }
    }
}

impl ActorRef {
    /// `kind:id`, the form in which the log is searched.
    pub fn key(&self) -> String {
        match self {
            Self::Person { id, .. } => format!("person:{id}"),
            Self::System { job } => format!("system:{job}"),
            Self::Nobody => "nobody".to_owned(),
        }
    }
}

/// The actor as the rulebook sees it, from the rows read in this transaction.
pub(super) fn for_rulebook(
    actor: &Actor,
    standing: Option<&standing::Model>,
    session: Option<&sessions::Model>,
    now: Instant,
    today: Day,
) -> rulebook::Actor {
    match actor {
        Actor::Person(signed_in) => rulebook::Actor::Person {
            id: signed_in.person.0.clone(),
            roles: standing.map(standing::Model::role_list).unwrap_or_default(),
            standing: Standing::of(standing, session, now, today),
        },
        Actor::System { job, .. } => rulebook::Actor::System { job: (*job).to_owned() },
        Actor::Nobody => rulebook::Actor::Nobody,
    }
}
