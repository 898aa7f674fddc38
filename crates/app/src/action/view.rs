//! The door for reading: a page is a view verb. `view` asks the rulebook and returns a [`Reader`], one read-only snapshot for
//! the whole page, with the [`Scope`] that every finder takes. There is no other way to a `Reader`.

use std::sync::Arc;

use sea_orm::{DatabaseTransaction, EntityTrait, Select};
use stairgate_rulebook::{Compiled, Decision, Facts, Verb};

use super::actor::{Actor, for_rulebook};
use super::perform::{facts_digest, open};
use super::refused;
use super::standing;
use super::subject::Subject;
use crate::platform::clock::{Day, Instant, SettingTime};
use crate::platform::error::{Error, Refused, Result};
use crate::platform::house::House;
use crate::platform::ids::{PersonId, SettingId};
use crate::platform::{sessions, settings};

/// How far a reader sees.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The one setting; nothing of another is ever found.
    pub setting: SettingId,
    /// The person who reads; none for the system.
    pub person: Option<PersonId>,
}

/// Tables that belong to a setting: the only finder filters by it.
pub trait OfSetting: EntityTrait {
    /// The column that names the setting.
    const SETTING: Self::Column;
}

/// One read-only snapshot for one page, after the rulebook allowed it.
pub struct Reader<'a> {
    db: DatabaseTransaction,
    /// The house, for keys, configuration and words.
    pub house: &'a House,
    /// How far this reader sees.
    pub scope: Scope,
    /// The moment of the page.
    pub now: Instant,
    /// Its day in the setting's time zone.
    pub today: Day,
    /// The setting.
    pub setting: settings::Model,
    /// Its rulebook.
    pub rulebook: Arc<Compiled>,
    /// The reader's standing; none for the system.
    pub standing: Option<standing::Model>,
    /// The session; none for the system.
    pub session: Option<sessions::Model>,
    /// What was asked for.
    pub verb: Verb,
}

impl Reader<'_> {
    /// The finder: rows of this setting only.
    pub fn find<E: OfSetting>(&self) -> Select<E> {
        use sea_orm::{ColumnTrait, QueryFilter};
        E::find().filter(E::SETTING.eq(self.scope.setting.clone()))
    }
    /// The snapshot, for finders to run on. It cannot write.
    pub fn db(&self) -> &DatabaseTransaction {
        &self.db
    }
    /// Days and clock times of the setting.
    pub fn time(&self) -> SettingTime {
        settings::time_of(Some(&self.setting))
    }
    /// Whether the rulebook would let this reader open another page; for navigation, nothing is recorded.
    pub fn may_open(&self, verb: Verb, actor: &Actor) -> bool {
        matches!(self.rulebook.decide_view(verb, &self.asked(actor)), Decision::Allow(_))
    }
    /// Whether the rulebook would let this reader make a change; for showing its form, nothing is recorded.
    pub fn may(&self, actor: &Actor, facts: &impl Facts) -> bool {
        matches!(self.rulebook.decide(&self.asked(actor), facts), Decision::Allow(_))
    }
    /// Why the rulebook would not let this reader open another page; empty when it would.
    pub fn grounds_against(&self, verb: Verb, actor: &Actor) -> Vec<String> {
        match self.rulebook.decide_view(verb, &self.asked(actor)) {
            Decision::Allow(_) => Vec::new(),
            Decision::Refuse(refusal) => refusal.grounds,
        }
    }
    fn asked(&self, actor: &Actor) -> stairgate_rulebook::Actor {
        for_rulebook(actor, self.standing.as_ref(), self.session.as_ref(), self.now, self.today)
    }
}

/// Asks the rulebook for a page and opens its snapshot; a refusal is recorded like any other.
pub async fn view<'a>(house: &'a House, actor: &Actor, verb: Verb, subject: Subject) -> Result<Reader<'a>> {
    let id = actor.setting().ok_or(Error::SignedOut)?.clone();
    let db = house.store.begin_read().await?;
    let now = house.now();
    let setting = settings::by_id(&db, &id).await?.ok_or(Error::NotFound)?;
    let rulebook = house.rulebook(Some(&setting))?;
    let today = settings::time_of(Some(&setting)).day_of(now);
    let (standing, session, person) = bound_by(&db, actor, now).await?;
    let asked = for_rulebook(actor, standing.as_ref(), session.as_ref(), now, today);
    match rulebook.decide_view(verb, &asked) {
        Decision::Allow(_) => {
            metrics::counter!("stairgate_decisions_total", "verb" => verb.name(), "decision" => "allow").increment(1);
            Ok(Reader {
                db,
                house,
                scope: Scope { setting: id, person },
                now,
                today,
                setting,
                rulebook,
                standing,
                session,
                verb,
            })
        }
        Decision::Refuse(refusal) => {
            db.rollback().await?;
            let (tx, ..) = open(house, actor).await?;
            refused::record(tx, verb, subject, facts_digest(&())?, &refusal).await?;
            Err(Error::Refused(Refused { refusal: Box::new(refusal), verb }))
        }
    }
}

/// What the rulebook would say to opening a page; nothing is recorded, and nothing opened. For deciding where to send somebody.
pub async fn would_open(house: &House, actor: &Actor, verb: Verb) -> Result<std::result::Result<(), Refused>> {
    let id = actor.setting().ok_or(Error::SignedOut)?.clone();
    let db = house.store.begin_read().await?;
    let now = house.now();
    let setting = settings::by_id(&db, &id).await?.ok_or(Error::NotFound)?;
    let rulebook = house.rulebook(Some(&setting))?;
    let today = settings::time_of(Some(&setting)).day_of(now);
    let (standing, session, _) = bound_by(&db, actor, now).await?;
    let asked = for_rulebook(actor, standing.as_ref(), session.as_ref(), now, today);
    Ok(match rulebook.decide_view(verb, &asked) {
        Decision::Allow(_) => Ok(()),
        Decision::Refuse(refusal) => Err(Refused { refusal: Box::new(refusal), verb }),
    })
}

type Bound = (Option<standing::Model>, Option<sessions::Model>, Option<PersonId>);

/// What binds a person, read in the page's own snapshot.
async fn bound_by(db: &DatabaseTransaction, actor: &Actor, now: Instant) -> Result<Bound> {
    let Actor::Person(me) = actor else { return Ok((None, None, None)) };
    let standing = standing::Entity::find_by_id(me.person.clone()).one(db).await?;
    let session = sessions::living(db, &me.session, now).await?;
    Ok((standing, Some(session), Some(me.person.clone())))
}

/// Asks the rulebook for a page that nobody is signed in for: it opens no data, so there is no reader.
pub async fn view_nobody(house: &House, verb: Verb, facts: Option<serde_json::Value>) -> Result<()> {
    let rulebook = house.rulebook(None)?;
    let nobody = for_rulebook(&Actor::Nobody, None, None, house.now(), Day::FIRST);
    let decision = match &facts {
        Some(facts) => rulebook.decide_json(verb, &nobody, facts),
        None => rulebook.decide_view(verb, &nobody),
    };
    match decision {
        Decision::Allow(_) => Ok(()),
        Decision::Refuse(refusal) => {
            let (tx, ..) = open(house, &Actor::Nobody).await?;
            refused::record(tx, verb, Subject::Page, facts_digest(&facts)?, &refusal).await?;
            Err(Error::Refused(Refused { refusal: Box::new(refusal), verb }))
        }
    }
}
