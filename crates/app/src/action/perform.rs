//! The door for change: facts, decision, state, event and jobs in one transaction. Nothing else in the product begins a
//! write transaction for what a person or a job wants changed. A refusal rolls back and is recorded by itself.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use stairgate_rulebook::{Compiled, Decision, Facts, Refusal, Verb};

use super::actor::{Actor, Bound, for_rulebook};
use super::event::Event;
use super::read_only::ReadOnly;
use super::subject::Subject;
use super::{record, refused};
use crate::platform::clock::{Day, Instant, SettingTime};
use crate::platform::error::{Error, Refused, Result};
use crate::platform::house::House;
use crate::platform::ids::{SettingId, hex};
use crate::platform::jobs::{self, Job};
use crate::platform::{sessions, settings};

/// One change of state: what it must know to be decided, and what it does once it is allowed.
pub trait Action: Send + Sized {
    /// The facts by which the rulebook decides; they name the verb.
    type Facts: Facts + Send;
    /// What the caller gets back.
    type Output: Send;

    /// Reads the facts inside the transaction. May keep rows in `self` for `apply`; changes nothing.
    fn facts(&mut self, tx: &Tx<'_>) -> impl Future<Output = Result<Self::Facts>> + Send;

    /// Changes the state. Needs the permit, and gives it up in [`Done::new`]: once, for this decision.
    fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> impl Future<Output = Result<Done<Self::Output>>> + Send;

    /// What the action is about, as far as it is known before it is allowed; for the record of a refusal.
    fn subject(&self) -> Subject {
        Subject::Page
    }
}

/// Proof that the rulebook allowed action `A` in this transaction. Made by [`perform`] only, used once, cannot be copied.
///
/// ```compile_fail
/// use stairgate::action::Permit;
/// struct Forged;
/// let permit: Permit<'_, Forged> = Permit { edition: String::new(), transaction: 0, action: std::marker::PhantomData, of: std::marker::PhantomData };
/// ```
#[must_use = "a permit that is not used changes nothing"]
pub struct Permit<'tx, A> {
    edition: String,
    transaction: u64,
    action: PhantomData<fn() -> A>,
    of: PhantomData<&'tx ()>,
}

impl<A> Permit<'_, A> {
    /// The edition of the rulebook that allowed it.
    pub fn edition(&self) -> &str {
        &self.edition
    }
}

/// What an allowed action leaves: its answer, its subject and detail for the log, and jobs to follow.
pub struct Done<T> {
    output: T,
    subject: Subject,
    detail: Map<String, Value>,
    jobs: Vec<Job>,
    setting: Option<SettingId>,
}

impl<T> Done<T> {
    /// Ends an action: takes its permit, so that one decision changes the state once.
    pub fn new<A>(_permit: Permit<'_, A>, subject: Subject, output: T) -> Self {
        Self { output, subject, detail: Map::new(), jobs: Vec::new(), setting: None }
    }
    /// Adds a fact of the change to the event: an id, an enum, a boolean or a number. Never personal text.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }
    /// Adds a job to follow the commit.
    #[must_use]
    pub fn job(mut self, job: Job) -> Self {
        self.jobs.push(job);
        self
    }
    /// Names the setting whose log gets the event, where nobody was signed in.
    #[must_use]
    pub fn in_setting(mut self, setting: SettingId) -> Self {
        self.setting = Some(setting);
        self
    }
}

/// The transaction of a change, with everything an action may ask: the time, the setting, its rulebook.
pub struct Tx<'a> {
    db: DatabaseTransaction,
    /// Which transaction of this process: what a permit is bound to.
    number: u64,
    /// The house, for keys, configuration and words.
    pub house: &'a House,
    /// The moment of the change; the same for all of it.
    pub now: Instant,
    /// The day of `now` in the setting's time zone (UTC where no setting is known).
    pub today: Day,
    /// The setting, where one is known.
    pub setting: Option<settings::Model>,
    /// The rulebook that decides.
    pub rulebook: Arc<Compiled>,
    /// Who acts.
    pub actor: Actor,
}

impl Tx<'_> {
    /// For reading; also what finders take.
    pub fn read(&self) -> ReadOnly<'_> {
        ReadOnly(&self.db)
    }
    /// For writing, with the permit in hand: the one that the rulebook in force gave for this very transaction.
    pub fn write<A>(&self, permit: &Permit<'_, A>) -> &DatabaseTransaction {
        assert!(
            permit.transaction == self.number && permit.edition == self.rulebook.edition().as_str(),
            "a permit is good for its own transaction and edition only"
        );
        &self.db
    }
    /// The setting in which this change happens.
    pub fn setting_id(&self) -> Result<&SettingId> {
        self.setting
            .as_ref()
            .map(|setting| &setting.id)
            .ok_or_else(|| Error::Internal("this action needs a setting".to_owned()))
    }
    /// Days and clock times of the setting.
    pub fn time(&self) -> SettingTime {
        settings::time_of(self.setting.as_ref())
    }
    /// For the record of a refusal: the only write without a permit.
    pub(super) fn record(&self) -> &DatabaseTransaction {
        &self.db
    }
}

/// Asks the rulebook and, if it allows, changes the state: the only way to do so.
pub async fn perform<A: Action>(house: &House, actor: &Actor, mut action: A) -> Result<A::Output> {
    let (tx, bound) = open(house, actor).await?;
    let facts = action.facts(&tx).await?;
    let verb = <A::Facts as Facts>::VERB;
    let asked = for_rulebook(actor, &bound, tx.now, tx.today);
    let decision = tx.rulebook.decide(&asked, &facts);
    let digest = facts_digest(&facts)?;
    match decision {
        Decision::Allow(_) => {
            let permit = Permit {
                edition: tx.rulebook.edition().to_string(),
                transaction: tx.number,
                action: PhantomData,
                of: PhantomData,
            };
            let done = action.apply(&tx, permit).await?;
            let output = commit(tx, verb, digest, done).await?;
            if let Some(session) = bound.session {
                // The change is committed: a note of "used just now" that cannot be written must not say otherwise.
                if let Err(error) = sessions::touch(&house.store, &session, house.now()).await {
                    tracing::warn!(%error, "a session's last use could not be noted");
                }
            }
            Ok(output)
        }
        Decision::Refuse(refusal) => {
            let (actor, subject) = (tx.actor.clone(), action.subject());
            tx.db.rollback().await?;
            let (tx, ..) = open(house, &actor).await?;
            refused::record(tx, verb, subject, digest, &refusal).await?;
            Err(Error::Refused(Refused { refusal: Box::new(refusal), verb }))
        }
    }
}

/// Numbers the transactions of this process.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Begins the transaction and reads what every decision needs: setting, rulebook, and what binds the actor.
pub(super) async fn open<'a>(house: &'a House, actor: &Actor) -> Result<(Tx<'a>, Bound)> {
    let db = house.store.begin_write().await?;
    let now = house.now();
    let setting = match actor.setting() {
        Some(id) => Some(settings::lock(&db, id).await?.ok_or(Error::NotFound)?),
        None => None,
    };
    if setting.is_none() {
        house.store.take_turns(&db).await?;
    }
    let rulebook = house.rulebook(setting.as_ref())?;
    let today = settings::time_of(setting.as_ref()).day_of(now);
    let bound = Bound::read(&db, actor, setting.as_ref(), now).await?;
    Ok((
        Tx {
            db,
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            house,
            now,
            today,
            setting,
            rulebook,
            actor: actor.clone(),
        },
        bound,
    ))
}

/// Writes event and jobs and commits; wakes the jobs' worker afterwards.
async fn commit<T>(tx: Tx<'_>, verb: Verb, facts: String, done: Done<T>) -> Result<T> {
    // Whoever is signed in acts in the setting of the session; only where nobody is does the action name one.
    let setting = tx.setting.as_ref().map(|setting| setting.id.clone()).or(done.setting);
    let setting = setting.ok_or_else(|| Error::Internal(format!("{verb} named no setting for its event")))?;
    let event = Event {
        at: tx.now,
        verb,
        actor: tx.actor.reference(),
        subject: done.subject,
        allowed: true,
        rules: Vec::new(),
        clauses: Vec::new(),
        grounds: Vec::new(),
        edition: tx.rulebook.edition().to_string(),
        facts,
        detail: done.detail,
    };
    record::append(&tx.db, tx.house, &setting, &event).await?;
    let wake = !done.jobs.is_empty();
    for job in done.jobs {
        jobs::enqueue(&tx.db, tx.house, Some(&setting), job, tx.now).await?;
    }
    tx.db.commit().await?;
    metrics::counter!("stairgate_decisions_total", "verb" => verb.name(), "decision" => "allow").increment(1);
    if wake {
        tx.house.jobs.notify_one();
    }
    Ok(done.output)
}

/// The event of a refusal for somebody whose setting is known.
pub(super) fn refusal_event(tx: &Tx<'_>, verb: Verb, subject: Subject, facts: String, refusal: &Refusal) -> Event {
    Event {
        at: tx.now,
        verb,
        actor: tx.actor.reference(),
        subject,
        allowed: false,
        rules: refusal.rules.clone(),
        clauses: refusal.clauses.clone(),
        grounds: refusal.grounds.clone(),
        edition: tx.rulebook.edition().to_string(),
        facts,
        detail: Map::new(),
    }
}

/// Commits a transaction that holds only a record.
pub(super) async fn close(tx: Tx<'_>) -> Result<()> {
    Ok(tx.db.commit().await?)
}

/// SHA-256 over the facts as JSON, in hex: the log proves by which facts was decided without holding them.
pub(super) fn facts_digest(facts: &impl serde::Serialize) -> Result<String> {
    let bytes = serde_json::to_vec(facts).map_err(|err| Error::internal("facts", err))?;
    Ok(hex(&Sha256::digest(bytes)))
}
