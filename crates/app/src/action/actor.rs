//! Who acts: a person by a session, the system by a named job, or nobody yet (the sign-in page and one-time links).

use sea_orm::{ConnectionTrait, EntityTrait};
use serde::{Deserialize, Serialize};
use stairgate_rulebook as rulebook;

use super::standing::{self, Standing};
use crate::platform::clock::{Day, Instant};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, PersonId, SessionId, SettingId, TabletId};
use crate::platform::{sessions, settings, tablets};

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
    /// An enrolled device at which nobody is signed in.
    Tablet {
        /// The device.
        id: TabletId,
        /// Whose it is.
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
    /// Keyed hash of the network from which this request comes; none where it comes from no network.
    pub network: Option<String>,
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
    /// An enrolled device.
    Tablet {
        /// The device.
        id: TabletId,
    },
    /// Nobody known.
    Nobody,
}

impl Actor {
    /// The setting in which this actor acts, where that is known beforehand.
    pub fn setting(&self) -> Option<&SettingId> {
        match self {
            Self::Person(signed_in) => Some(&signed_in.setting),
            Self::System { setting, .. } | Self::Tablet { setting, .. } => Some(setting),
            Self::Nobody => None,
        }
    }

    /// The person who acts; none for jobs, devices and nobody.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(signed_in) => Some(&signed_in.person),
            Self::System { .. } | Self::Tablet { .. } | Self::Nobody => None,
        }
    }

    /// The form for an event.
    pub fn reference(&self) -> ActorRef {
        match self {
            Self::Person(signed_in) => {
                ActorRef::Person { id: signed_in.person.clone(), session: signed_in.session.clone() }
            }
            Self::System { job, .. } => ActorRef::System { job: (*job).to_owned() },
            Self::Tablet { id, .. } => ActorRef::Tablet { id: id.clone() },
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
            Self::Tablet { id } => format!("tablet:{id}"),
            Self::Nobody => "nobody".to_owned(),
        }
    }
}

/// What was read of an actor in this transaction.
#[derive(Clone, Debug, Default)]
pub(super) struct Bound {
    /// The person's standing.
    pub(super) standing: Option<standing::Model>,
    /// The session.
    pub(super) session: Option<sessions::Model>,
    /// From where and when.
    pub(super) place: rulebook::Place,
}

impl Bound {
    /// Reads what binds an actor; a session or enrolment that ended meanwhile is signed out.
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        actor: &Actor,
        setting: Option<&settings::Model>,
        now: Instant,
    ) -> Result<Self> {
        match actor {
            Actor::Person(me) => {
                let standing = standing::Entity::find_by_id(me.person.clone()).one(db).await?;
                let session = sessions::living(db, &me.session, now).await?;
                let place = place(db, me, &session, setting, now).await?;
                Ok(Self { standing, session: Some(session), place })
            }
            Actor::Tablet { id, .. } => tablets::living(db, id).await.map(|_| Self::default()),
            Actor::System { .. } | Actor::Nobody => Ok(Self::default()),
        }
    }
}

/// One query where it matters, two at most: the device of the session, and whether the network is the setting's.
async fn place(
    db: &impl ConnectionTrait,
    me: &SignedIn,
    session: &sessions::Model,
    setting: Option<&settings::Model>,
    now: Instant,
) -> Result<rulebook::Place> {
    let working_hours = setting.is_some_and(|setting| setting.is_open(now));
    let tablet = match &session.tablet_id {
        Some(tablet) => Some(tablets::living(db, tablet).await?),
        None => None,
    };
    // A device of another setting is none of this one's, and locks as soon as it does at home.
    let setting_device = tablet.as_ref().is_some_and(|tablet| tablet.setting_id == me.setting);
    let shared_device = tablet.is_some_and(|tablet| tablet.shared);
    let on_premises = match &me.network {
        _ if setting_device => true,
        Some(network) if working_hours => tablets::know_network(db, &me.setting, network, now).await?,
        _ => false,
    };
    Ok(rulebook::Place { setting_device, shared_device, on_premises, working_hours })
}

/// The actor as the rulebook sees it, from the rows read in this transaction.
pub(super) fn for_rulebook(actor: &Actor, bound: &Bound, now: Instant, today: Day) -> rulebook::Actor {
    let standing = bound.standing.as_ref();
    match actor {
        Actor::Person(signed_in) => rulebook::Actor::Person {
            id: signed_in.person.0.clone(),
            roles: standing.map(standing::Model::role_list).unwrap_or_default(),
            standing: Standing::of(standing, bound.session.as_ref(), bound.place, (now, today)),
        },
        Actor::System { job, .. } => rulebook::Actor::System { job: (*job).to_owned() },
        Actor::Tablet { id, .. } => rulebook::Actor::Tablet { id: id.0.clone() },
        Actor::Nobody => rulebook::Actor::Nobody,
    }
}
