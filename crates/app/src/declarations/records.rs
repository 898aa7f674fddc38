//! Reads of declarations and reports: one's own, or everybody's for the leads. A fixed number of queries, however many there are.
//! Whether a family with a declared tie has joined is computed here, by keyed names; nothing says which family, and whoever declared
//! is told of a family only whose child they see: else any name could be typed to learn whether it comes here.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use serde_json::json;
use stairgate_rulebook::Verb;

use super::choices::Answer;
use super::model::{contact_report, decision, declaration, number_confirmation, outside_work};
use super::policy;
use super::sealed::name_key;
use crate::action::{Reader, standing, would_see};
use crate::children::model::child;
use crate::children::queries;
use crate::children::seen::visible;
use crate::people::model::person;
use crate::people::queries::Member;
use crate::platform::clock::{Day, Instant, SettingTime};
use crate::platform::error::Result;
use crate::platform::ids::{ChildId, DeclarationId, PersonId};

/// Whose records are read.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// Everybody's, for the leads and for evidence.
    Everyone,
    /// One person's.
    Own(&'a PersonId),
}

/// One answer with what was decided about it, oldest decision first.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The answer as it stands in its row.
    pub row: declaration::Model,
    /// Which answer it is.
    pub answer: Answer,
    /// The decisions about it.
    pub decisions: Vec<decision::Model>,
    /// Somebody whose name fits, and whom the reader may know of, has come into the register since it was made and last decided.
    pub family_joined: bool,
}

impl Declared {
    /// The newest decision.
    pub fn latest(&self) -> Option<&decision::Model> {
        self.decisions.last()
    }
    /// When it was made or last decided: whoever came into the register before is known.
    fn known_since(&self) -> Instant {
        self.latest().map_or(self.row.made_at, |latest| latest.decided_at.max(self.row.made_at))
    }
    /// Whether this is what holds now, and not something earlier.
    pub fn runs(&self) -> bool {
        self.row.ended_at.is_none() && self.answer != Answer::None
    }
    /// Whether it is a tie that still is.
    pub fn is_tie(&self) -> bool {
        self.runs() && self.answer == Answer::Tie
    }
    /// The day to look at it again has come.
    pub fn review_is_due(&self, today: Day) -> bool {
        self.is_tie() && self.latest().and_then(|latest| latest.review_on).is_some_and(|day| day <= today)
    }
    /// Somebody has to decide: for the first time, because it is time to look again, or because a family has joined.
    pub fn needs_decision(&self, today: Day) -> bool {
        self.runs() && (self.latest().is_none() || self.review_is_due(today) || self.family_joined)
    }
    /// The declarer has not signed the newest decision.
    pub fn needs_signature(&self) -> bool {
        self.runs() && self.latest().is_some_and(|latest| latest.countersigned_at.is_none())
    }
}

/// Answers with their decisions, newest first. Two queries, three more where ties are declared, and five more where somebody
/// of that name is new beside one of the reader's own.
pub async fn declared(reader: &Reader<'_>, whose: Whose<'_>) -> Result<Vec<Declared>> {
    beside_families(reader, decided(reader, whose).await?).await
}

/// The same for a caller who does not ask whether a family has joined. Two queries.
pub async fn decided(reader: &Reader<'_>, whose: Whose<'_>) -> Result<Vec<Declared>> {
    let mut find = reader.find::<declaration::Entity>();
    if let Whose::Own(person) = whose {
        find = find.filter(declaration::Column::PersonId.eq(person.clone()));
    }
    let rows = find.order_by_desc(declaration::Column::MadeAt).order_by_asc(declaration::Column::Id);
    let rows = rows.all(reader.db()).await?;
    let mut decisions = reader.find::<decision::Entity>();
    if let Whose::Own(_) = whose {
        let ids: Vec<DeclarationId> = rows.iter().map(|row| row.id.clone()).collect();
        decisions = decisions.filter(decision::Column::DeclarationId.is_in(ids));
    }
    let decisions = decisions.order_by_asc(decision::Column::DecidedAt).all(reader.db()).await?;
    together(rows, decisions)
}

/// One answer with its decisions, by its row. Likewise.
pub async fn with_decisions(reader: &Reader<'_>, row: declaration::Model) -> Result<Declared> {
    let decisions = reader
        .find::<decision::Entity>()
        .filter(decision::Column::DeclarationId.eq(row.id.clone()))
        .order_by_asc(decision::Column::DecidedAt)
        .all(reader.db())
        .await?;
    let mut found = beside_families(reader, together(vec![row], decisions)?).await?;
    Ok(found.remove(0))
}

fn together(rows: Vec<declaration::Model>, decisions: Vec<decision::Model>) -> Result<Vec<Declared>> {
    let mut by_declaration: HashMap<DeclarationId, Vec<decision::Model>> = HashMap::new();
    for row in decisions {
        by_declaration.entry(row.declaration_id.clone()).or_default().push(row);
    }
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let answer = Answer::stored(&row.answer)?;
        let decisions = by_declaration.remove(&row.id).unwrap_or_default();
        all.push(Declared { row, answer, decisions, family_joined: false });
    }
    Ok(all)
}

/// Notes beside which ties a family has joined.
async fn beside_families(reader: &Reader<'_>, mut all: Vec<Declared>) -> Result<Vec<Declared>> {
    let waiting = |declared: &&Declared| declared.is_tie() && declared.row.other_name_key.is_some();
    if let Some(since) = all.iter().filter(waiting).map(Declared::known_since).min() {
        let newcomers = newcomers(reader, since).await?;
        let is_own = |row: &declaration::Model| Some(&row.person_id) == reader.scope.person.as_ref();
        let fits = |declared: &Declared| newcomers.iter().any(|newcomer| has_joined(declared, newcomer));
        let seen = match all.iter().filter(waiting).any(|declared| is_own(&declared.row) && fits(declared)) {
            true => InScope::of(reader).await?,
            false => InScope::default(),
        };
        for declared in &mut all {
            let own = is_own(&declared.row);
            let mut told = newcomers.iter().filter(|newcomer| !own || seen.has(newcomer));
            declared.family_joined = declared.is_tie() && told.any(|newcomer| has_joined(declared, newcomer));
        }
    }
    Ok(all)
}

fn has_joined(declared: &Declared, newcomer: &Newcomer) -> bool {
    declared.row.other_name_key.as_ref() == Some(&newcomer.key) && newcomer.made_at > declared.known_since()
}

/// Somebody of a family who came into the register.
struct Newcomer {
    who: Who,
    key: String,
    made_at: Instant,
}

#[derive(Clone)]
enum Who {
    Adult(PersonId),
    Child(ChildId),
}

/// Whom of the families the reader sees for their work: the children, and the adults who belong to them.
#[derive(Default)]
struct InScope {
    children: HashSet<ChildId>,
    adults: HashSet<PersonId>,
}

impl InScope {
    /// Five queries.
    async fn of(reader: &Reader<'_>) -> Result<Self> {
        let seen = visible(reader, reader.actor()).await?;
        let children: HashSet<ChildId> =
            seen.into_iter().filter(|seen| seen.for_work).map(|seen| seen.child.id).collect();
        let ties = queries::ties(reader, children.iter().cloned().collect()).await?;
        let adults = ties.into_values().flatten().map(|tie| tie.person_id).collect();
        Ok(Self { children, adults })
    }

    fn has(&self, newcomer: &Newcomer) -> bool {
        match &newcomer.who {
            Who::Adult(id) => self.adults.contains(id),
            Who::Child(id) => self.children.contains(id),
        }
    }
}

/// A name with another first word, unless what a child is called is a whole name already.
fn with_first_name(name: &str, first: &str) -> String {
    match name.split_whitespace().next_back() {
        Some(last) if first.split_whitespace().nth(1).is_none() => format!("{first} {last}"),
        _ => first.to_owned(),
    }
}

/// Keyed names of everybody of a family who came into the register after a moment: adults and children. Three queries.
async fn newcomers(reader: &Reader<'_>, since: Instant) -> Result<Vec<Newcomer>> {
    let persons: Vec<(PersonId, String, Option<Instant>)> = reader
        .find::<person::Entity>()
        .select_only()
        .columns([person::Column::Id, person::Column::Name, person::Column::MadeAt])
        .filter(person::Column::MadeAt.gt(since))
        .into_tuple()
        .all(reader.db())
        .await?;
    let parents: Vec<PersonId> = reader
        .find::<standing::Entity>()
        .select_only()
        .column(standing::Column::PersonId)
        .filter(standing::Column::Roles.contains("parent"))
        .into_tuple()
        .all(reader.db())
        .await?;
    let parents: HashSet<PersonId> = parents.into_iter().collect();
    let children: Vec<(ChildId, String, Option<String>, Instant)> = reader
        .find::<child::Entity>()
        .select_only()
        .columns([child::Column::Id, child::Column::Name, child::Column::KnownAs, child::Column::MadeAt])
        .filter(child::Column::MadeAt.gt(since))
        .into_tuple()
        .all(reader.db())
        .await?;
    let adults = persons.into_iter().filter(|(id, ..)| parents.contains(id));
    let adults = adults.filter_map(|(id, name, made_at)| Some((Who::Adult(id), name, made_at?)));
    // A child is declared by the name that people use: that of the register, or the one that they are called by.
    let children = children.into_iter().flat_map(|(id, name, known_as, made_at)| {
        let called = known_as.map(|first| with_first_name(&name, &first));
        [Some(name), called].into_iter().flatten().map(move |name| (Who::Child(id.clone()), name, made_at))
    });
    let named = adults.chain(children);
    let newcomer = |(who, name, made_at): (Who, String, Instant)| {
        Some(Newcomer { who, key: name_key(reader.house, &name)?, made_at })
    };
    Ok(named.filter_map(newcomer).collect())
}

/// Reports of social contact, newest first. One query.
pub async fn contacts(reader: &Reader<'_>, whose: Whose<'_>) -> Result<Vec<contact_report::Model>> {
    let mut find = reader.find::<contact_report::Entity>();
    if let Whose::Own(person) = whose {
        find = find.filter(contact_report::Column::PersonId.eq(person.clone()));
    }
    Ok(find.order_by_desc(contact_report::Column::MadeAt).all(reader.db()).await?)
}

/// The day by which a report is to be answered.
pub fn answer_by(row: &contact_report::Model, time: &SettingTime, days: i64) -> Day {
    time.day_of(row.made_at).add_days(days)
}

/// Declared other work, newest first. One query.
pub async fn works(reader: &Reader<'_>, whose: Whose<'_>) -> Result<Vec<outside_work::Model>> {
    let mut find = reader.find::<outside_work::Entity>();
    if let Whose::Own(person) = whose {
        find = find.filter(outside_work::Column::PersonId.eq(person.clone()));
    }
    Ok(find.order_by_desc(outside_work::Column::MadeAt).all(reader.db()).await?)
}

/// Hours a week in all, here and elsewhere, of what one person has declared and has not ended; none where nothing runs.
pub struct WeekTotal {
    /// The minutes.
    pub minutes: i64,
    /// More than the law's limit, and no opt-out was declared or seen.
    pub over: bool,
}

/// The total of one person's rows, newest first.
pub fn week_total<'a>(rows: impl Iterator<Item = &'a outside_work::Model>) -> Option<WeekTotal> {
    let running: Vec<&outside_work::Model> = rows.filter(|row| row.ended_at.is_none()).collect();
    // The newest says how many hours are worked here, and whether the person has opted out.
    let newest = running.first()?;
    let opted_out = newest.opted_out || running.iter().any(|row| row.opt_out_seen);
    let elsewhere: i64 = running.iter().map(|row| row.minutes_a_week).sum();
    let minutes = elsewhere + newest.minutes_here;
    Some(WeekTotal { minutes, over: minutes > policy::WEEKLY_LIMIT_HOURS * 60 && !opted_out })
}

/// Confirmations of the setting's number, newest first. One query.
pub async fn confirmations(reader: &Reader<'_>, whose: Whose<'_>) -> Result<Vec<number_confirmation::Model>> {
    let mut find = reader.find::<number_confirmation::Entity>();
    if let Whose::Own(person) = whose {
        find = find.filter(number_confirmation::Column::PersonId.eq(person.clone()));
    }
    Ok(find.order_by_desc(number_confirmation::Column::ConfirmedAt).all(reader.db()).await?)
}

/// Whether somebody's answer about friendships and family ties is current: a declared tie is looked at by its own date, a "none"
/// holds for as long as the policy lets a declaration stand.
pub fn has_answered<'a>(reader: &Reader<'_>, mut own: impl Iterator<Item = &'a Declared>) -> bool {
    let months = policy::review_months(reader.rulebook.rulebook());
    let time = reader.time();
    own.any(|declared| {
        declared.is_tie()
            || (declared.answer != Answer::Tie && time.day_of(declared.row.made_at).add_months(months) > reader.today)
    })
}

/// The day on which a confirmation of the setting's number runs out; none when it is of another number.
pub fn confirmed_until(reader: &Reader<'_>, row: &number_confirmation::Model) -> Option<Day> {
    let months = policy::confirm_months(reader.rulebook.rulebook());
    let is_current = reader.setting.phone.as_ref() == Some(&row.number);
    is_current.then(|| reader.time().day_of(row.confirmed_at).add_months(months))
}

/// Whether somebody's confirmation is in date.
pub fn has_confirmed(reader: &Reader<'_>, person: &PersonId, rows: &[number_confirmation::Model]) -> bool {
    let mut own = rows.iter().filter(|row| row.person_id == *person);
    own.any(|row| confirmed_until(reader, row).is_some_and(|until| until > reader.today))
}

/// Everybody here whom the rulebook lets declare: those are asked. Decided once for each set of roles.
pub fn asked<'m>(reader: &Reader<'_>, members: &'m [Member]) -> Vec<&'m Member> {
    let mut by_roles: HashMap<&str, bool> = HashMap::new();
    let mut is_asked = |member: &&'m Member| {
        *by_roles.entry(&member.standing.roles).or_insert_with(|| {
            let roles = member.standing.role_list();
            would_see(&reader.rulebook, &roles, false, (Verb::ViewDeclarations, &json!({})))
        })
    };
    members.iter().filter(|member| member.is_here(reader.today) && is_asked(member)).collect()
}
