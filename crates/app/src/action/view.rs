//! The door for reading: a page is a view verb. `view` asks the rulebook and returns a [`Reader`], one read-only snapshot for
//! the whole page, with the [`Scope`] that every finder takes. There is no other way to a `Reader`.

use std::sync::Arc;

use sea_orm::{DatabaseTransaction, EntityTrait, Select};
use serde_json::Value;
use stairgate_rulebook::{Compiled, Decision, Facts, Place, Role, Verb};

use super::actor::{Actor, Bound, for_rulebook};
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
    actor: Actor,
    bound: Bound,
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
    /// Who reads.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    /// The reader's standing; none for the system and for a tablet.
    pub fn standing(&self) -> Option<&standing::Model> {
        self.bound.standing.as_ref()
    }
    /// The session; none for the system and for a tablet.
    pub fn session(&self) -> Option<&sessions::Model> {
        self.bound.session.as_ref()
    }
    /// From where and when the reader asks.
    pub fn place(&self) -> Place {
        self.bound.place
    }
    /// The same snapshot read at another moment: what a day that has just ended showed, told a minute later, is told of that day.
    #[must_use]
    pub fn as_of(self, now: Instant) -> Self {
        let today = self.time().day_of(now);
        Self { now, today, ..self }
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
        for_rulebook(actor, &self.bound, self.now, self.today)
    }
    fn decide(&self, actor: &Actor, facts: Option<&Value>) -> Decision {
        match facts {
            Some(facts) => self.rulebook.decide_json(self.verb, &self.asked(actor), facts),
            None => self.rulebook.decide_view(self.verb, &self.asked(actor)),
        }
    }
}

/// A page about one thing, where it depends on that thing who may open it.
pub trait View: Sync {
    /// The facts by which the rulebook decides; they name the verb.
    type Facts: Facts + Send;

    /// Reads the facts in the very snapshot that the page will be read from. Shows nothing of it to anybody.
    fn facts(&self, reader: &Reader<'_>) -> impl Future<Output = Result<Self::Facts>> + Send;

    /// What the page is about; for the record of a refusal.
    fn subject(&self) -> Subject;
}

/// Asks the rulebook for a page and opens its snapshot; a refusal is recorded like any other.
pub async fn view<'a>(house: &'a House, actor: &Actor, verb: Verb, subject: Subject) -> Result<Reader<'a>> {
    let reader = snapshot(house, actor, verb).await?;
    let decision = reader.decide(actor, None);
    decided(reader, actor, subject, (decision, facts_digest(&())?)).await
}

/// The same for a page about one thing, with that thing's facts.
pub async fn view_one<'a, V: View>(house: &'a House, actor: &Actor, page: &V) -> Result<Reader<'a>> {
    let reader = snapshot(house, actor, <V::Facts as Facts>::VERB).await?;
    let facts = page.facts(&reader).await?;
    let digest = facts_digest(&facts)?;
    let facts = serde_json::to_value(&facts).map_err(|err| Error::internal("facts", err))?;
    let decision = reader.decide(actor, Some(&facts));
    decided(reader, actor, page.subject(), (decision, digest)).await
}

/// What the rulebook would say to opening a page; nothing is recorded, and nothing opened. For deciding where to send somebody.
pub async fn would_open(house: &House, actor: &Actor, verb: Verb) -> Result<std::result::Result<(), Refused>> {
    Ok(match snapshot(house, actor, verb).await?.decide(actor, None) {
        Decision::Allow(_) => Ok(()),
        Decision::Refuse(refusal) => Err(Refused { refusal: Box::new(refusal), verb }),
    })
}

/// Whether the rulebook would open a page to somebody with these roles who is ready to work: signed, with a second factor, at a
/// device of the setting. For telling what each may see; nothing is recorded, and nothing opened.
pub fn would_see(rulebook: &Compiled, roles: &[Role], restricted: bool, (verb, facts): (Verb, &Value)) -> bool {
    let place = Place { setting_device: true, shared_device: false, on_premises: true, working_hours: true };
    let standing = stairgate_rulebook::Standing { restricted, place, ..stairgate_rulebook::Standing::clear() };
    let somebody = stairgate_rulebook::Actor::Person { id: "somebody".to_owned(), roles: roles.to_vec(), standing };
    matches!(rulebook.decide_json(verb, &somebody, facts), Decision::Allow(_))
}

/// A snapshot that nobody was asked for yet: it stays in this file until the rulebook has allowed it.
async fn snapshot<'a>(house: &'a House, actor: &Actor, verb: Verb) -> Result<Reader<'a>> {
    let id = actor.setting().ok_or(Error::SignedOut)?.clone();
    let db = house.store.begin_read().await?;
    let now = house.now();
    let setting = settings::by_id(&db, &id).await?.ok_or(Error::NotFound)?;
    let rulebook = house.rulebook(Some(&setting))?;
    let today = settings::time_of(Some(&setting)).day_of(now);
    let bound = Bound::read(&db, actor, Some(&setting), now).await?;
    let person = match actor {
        Actor::Person(me) => Some(me.person.clone()),
        _ => None,
    };
    let (scope, actor) = (Scope { setting: id, person }, actor.clone());
    Ok(Reader { db, house, scope, now, today, setting, rulebook, actor, bound, verb })
}

async fn decided<'a>(
    reader: Reader<'a>,
    actor: &Actor,
    subject: Subject,
    (decision, digest): (Decision, String),
) -> Result<Reader<'a>> {
    let (house, verb) = (reader.house, reader.verb);
    match decision {
        Decision::Allow(_) => {
            metrics::counter!("stairgate_decisions_total", "verb" => verb.name(), "decision" => "allow").increment(1);
            Ok(reader)
        }
        Decision::Refuse(refusal) => {
            reader.db.rollback().await?;
            let (tx, _) = open(house, actor).await?;
            refused::record(tx, verb, subject, digest, &refusal).await?;
            Err(Error::Refused(Refused { refusal: Box::new(refusal), verb }))
        }
    }
}

/// Asks the rulebook for a page that nobody is signed in for: it opens no data, so there is no reader.
pub async fn view_nobody(house: &House, verb: Verb, facts: Option<Value>) -> Result<()> {
    let rulebook = house.rulebook(None)?;
    let nobody = for_rulebook(&Actor::Nobody, &Bound::default(), house.now(), Day::FIRST);
    let decision = match &facts {
        Some(facts) => rulebook.decide_json(verb, &nobody, facts),
        None => rulebook.decide_view(verb, &nobody),
    };
    match decision {
        Decision::Allow(_) => Ok(()),
        Decision::Refuse(refusal) => {
            let (tx, _) = open(house, &Actor::Nobody).await?;
            refused::record(tx, verb, Subject::Page, facts_digest(&facts)?, &refusal).await?;
            Err(Error::Refused(Refused { refusal: Box::new(refusal), verb }))
        }
    }
}
