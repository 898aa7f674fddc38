//! Reads of people: by scope for pages, by account for signing in.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, QueryOrder, QuerySelect};
use stairgate_rulebook::Role;

use super::model::{account, alert, passkey, password_report, person, pin, recovery_code};
use crate::action::{Reader, standing};
use crate::platform::clock::{Day, Instant, SettingTime};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, PersonId, SettingId};
use crate::platform::{sessions, settings};

/// A person with what binds them.
#[derive(Clone, Debug)]
pub struct Member {
    /// The person.
    pub person: person::Model,
    /// Their standing.
    pub standing: standing::Model,
}

impl Member {
    /// Whether the person has a role.
    pub fn has(&self, role: Role) -> bool {
        self.standing.role_list().contains(&role)
    }

    /// Whether the person has joined and access runs: an invitation is no membership before it is accepted.
    pub fn is_here(&self, today: Day) -> bool {
        self.person.joined_at.is_some() && self.standing.has_access(today)
    }
}

/// Everybody in the reader's setting, by name. Two queries.
pub async fn members(reader: &Reader<'_>) -> Result<Vec<Member>> {
    let persons = reader.find::<person::Entity>().order_by_asc(person::Column::SortKey).all(reader.db()).await?;
    let standings = reader.find::<standing::Entity>().all(reader.db()).await?;
    Ok(joined(persons, standings))
}

/// Everybody in a setting, inside a change.
pub async fn members_of(db: &impl ConnectionTrait, setting: &SettingId) -> Result<Vec<Member>> {
    let persons = person::Entity::find()
        .filter(person::Column::SettingId.eq(setting.clone()))
        .order_by_asc(person::Column::SortKey)
        .all(db)
        .await?;
    let standings = standing::Entity::find().filter(standing::Column::SettingId.eq(setting.clone())).all(db).await?;
    Ok(joined(persons, standings))
}

/// Everybody who was invited or has joined, by name: those who come in by themselves. A register holds many more, parents
/// without an invitation among them, whom neither the board nor the evidence asks about. Two queries.
pub async fn invited_or_joined(reader: &Reader<'_>) -> Result<Vec<Member>> {
    let known =
        Condition::any().add(person::Column::InvitedAt.is_not_null()).add(person::Column::JoinedAt.is_not_null());
    let persons = reader.find::<person::Entity>().filter(known.clone()).order_by_asc(person::Column::SortKey);
    let persons = persons.all(reader.db()).await?;
    let of_them = ids_of(&reader.scope.setting).cond_where(known).to_owned();
    let standings = reader.find::<standing::Entity>().filter(standing::Column::PersonId.in_subquery(of_them));
    Ok(joined(persons, standings.all(reader.db()).await?))
}

/// Everybody who is more than a parent, by name: whoever works here, or has. Two queries.
pub async fn beside_parents(reader: &Reader<'_>) -> Result<Vec<Member>> {
    let more = standing::Column::Roles.ne(Role::Parent.name());
    let of_them = Query::select()
        .column(standing::Column::PersonId)
        .from(standing::Entity)
        .and_where(standing::Column::SettingId.eq(reader.scope.setting.clone()))
        .and_where(more.clone())
        .to_owned();
    let persons = reader.find::<person::Entity>().filter(person::Column::Id.in_subquery(of_them));
    let persons = persons.order_by_asc(person::Column::SortKey).all(reader.db()).await?;
    let standings = reader.find::<standing::Entity>().filter(more).all(reader.db()).await?;
    Ok(joined(persons, standings))
}

/// Those of a setting whom nobody has invited, and these beside them. Two queries.
pub async fn never_invited(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    beside: Vec<PersonId>,
) -> Result<Vec<Member>> {
    let never = Condition::all().add(person::Column::InvitedAt.is_null()).add(person::Column::JoinedAt.is_null());
    let wanted = Condition::any().add(never).add(person::Column::Id.is_in(beside));
    let persons = person::Entity::find().filter(person::Column::SettingId.eq(setting.clone())).filter(wanted.clone());
    let persons = persons.order_by_asc(person::Column::SortKey).all(db).await?;
    let of_them = ids_of(setting).cond_where(wanted).to_owned();
    let standings = standing::Entity::find().filter(standing::Column::PersonId.in_subquery(of_them)).all(db).await?;
    Ok(joined(persons, standings))
}

/// The ids of a setting's people, to narrow a query of something that is theirs.
fn ids_of(setting: &SettingId) -> SelectStatement {
    let mut ids = Query::select();
    ids.column(person::Column::Id).from(person::Entity).and_where(person::Column::SettingId.eq(setting.clone()));
    ids
}

/// Persons with their standings, in the order of the persons.
pub(super) fn joined(persons: Vec<person::Model>, standings: Vec<standing::Model>) -> Vec<Member> {
    let mut by_person: std::collections::HashMap<PersonId, standing::Model> =
        standings.into_iter().map(|row| (row.person_id.clone(), row)).collect();
    persons
        .into_iter()
        .filter_map(|person| by_person.remove(&person.id).map(|standing| Member { person, standing }))
        .collect()
}

/// One person of a setting; somebody else's is not found.
pub async fn member(db: &impl ConnectionTrait, setting: &SettingId, id: &PersonId) -> Result<Member> {
    let person = person::Entity::find_by_id(id.clone())
        .filter(person::Column::SettingId.eq(setting.clone()))
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let standing = standing::Entity::find_by_id(id.clone()).one(db).await?.ok_or(Error::NotFound)?;
    Ok(Member { person, standing })
}

/// The person that an account is in a setting.
pub async fn person_of(db: &impl ConnectionTrait, setting: &SettingId, account: &AccountId) -> Result<Option<Member>> {
    let found = person::Entity::find()
        .filter(person::Column::SettingId.eq(setting.clone()))
        .filter(person::Column::AccountId.eq(account.clone()))
        .one(db)
        .await?;
    match found {
        Some(person) => Ok(Some(member(db, setting, &person.id).await?)),
        None => Ok(None),
    }
}

/// The account of an address.
pub async fn account_by_email(db: &impl ConnectionTrait, email_key: &str) -> Result<Option<account::Model>> {
    Ok(account::Entity::find().filter(account::Column::EmailKey.eq(email_key)).one(db).await?)
}

/// The accounts of these addresses, by [`email_key`](super::model::email_key).
pub async fn accounts_by_email(db: &impl ConnectionTrait, keys: Vec<String>) -> Result<Vec<account::Model>> {
    Ok(account::Entity::find().filter(account::Column::EmailKey.is_in(keys)).all(db).await?)
}

/// The account with this id, locked until the transaction ends: whoever signs in and whoever changes the password take turns.
pub async fn lock_account(db: &impl ConnectionTrait, id: &AccountId) -> Result<account::Model> {
    account::Entity::find_by_id(id.clone()).lock_exclusive().one(db).await?.ok_or(Error::NotFound)
}

/// The account with this id.
pub async fn account(db: &impl ConnectionTrait, id: &AccountId) -> Result<account::Model> {
    account::Entity::find_by_id(id.clone()).one(db).await?.ok_or(Error::NotFound)
}

/// Accounts of these people, in one query.
pub async fn accounts_of(
    db: &impl ConnectionTrait,
    members: &[Member],
) -> Result<std::collections::HashMap<AccountId, account::Model>> {
    let ids: Vec<AccountId> = members.iter().filter_map(|member| member.person.account_id.clone()).collect();
    let rows = account::Entity::find().filter(account::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// A setting in which an account is somebody.
#[derive(Clone, Debug)]
pub struct Belonging {
    /// The setting.
    pub setting: settings::Model,
    /// The person there.
    pub person: PersonId,
    /// Whether the person has joined there, and access runs today.
    pub has_access: bool,
    /// Whether access runs today, joined or not.
    pub runs: bool,
    /// Whether the person is staff there.
    pub is_staff: bool,
    /// Whether the person is a parent there, and nothing more.
    pub is_only_family: bool,
}

/// The settings of an account, by name. Three queries.
pub async fn belongings(db: &impl ConnectionTrait, id: &AccountId, now: Instant) -> Result<Vec<Belonging>> {
    let persons = person::Entity::find().filter(person::Column::AccountId.eq(id.clone())).all(db).await?;
    let setting_ids: Vec<SettingId> = persons.iter().map(|person| person.setting_id.clone()).collect();
    let person_ids: Vec<PersonId> = persons.iter().map(|person| person.id.clone()).collect();
    let settings = settings::Entity::find()
        .filter(settings::Column::Id.is_in(setting_ids))
        .order_by_asc(settings::Column::Name)
        .all(db)
        .await?;
    let standings = standing::Entity::find().filter(standing::Column::PersonId.is_in(person_ids)).all(db).await?;
    Ok(settings
        .into_iter()
        .filter_map(|setting| {
            let person = persons.iter().find(|person| person.setting_id == setting.id)?;
            let today = settings::time_of(Some(&setting)).day_of(now);
            let standing = standings.iter().find(|row| row.person_id == person.id);
            let runs = standing.is_some_and(|row| row.has_access(today));
            let has_access = runs && person.joined_at.is_some();
            let is_staff = standing.is_some_and(standing::Model::is_staff);
            let is_only_family = standing.is_some_and(standing::Model::is_only_family);
            Some(Belonging { has_access, runs, is_staff, is_only_family, person: person.id.clone(), setting })
        })
        .collect())
}

/// Passkeys of an account, oldest first.
pub async fn passkeys(db: &impl ConnectionTrait, id: &AccountId) -> Result<Vec<passkey::Model>> {
    Ok(passkey::Entity::find()
        .filter(passkey::Column::AccountId.eq(id.clone()))
        .order_by_asc(passkey::Column::MadeAt)
        .all(db)
        .await?)
}

/// The passkey with this id of its own.
pub async fn passkey_by_credential(db: &impl ConnectionTrait, id: &str) -> Result<Option<passkey::Model>> {
    Ok(passkey::Entity::find().filter(passkey::Column::CredentialId.eq(id)).one(db).await?)
}

/// Whether the account is asked for a second step: it has a code app or a passkey.
pub async fn has_second_step(db: &impl ConnectionTrait, account: &account::Model) -> Result<bool> {
    Ok(account.totp_sealed.is_some() || !passkeys(db, &account.id).await?.is_empty())
}

/// Which of these accounts are asked for a second step. One query for each thousand.
pub async fn with_second_step(
    db: &impl ConnectionTrait,
    accounts: &[account::Model],
) -> Result<std::collections::HashSet<AccountId>> {
    let has_app = accounts.iter().filter(|account| account.totp_sealed.is_some()).map(|account| account.id.clone());
    let mut found: std::collections::HashSet<AccountId> = has_app.collect();
    for some in accounts.chunks(1_000) {
        let ids: Vec<AccountId> = some.iter().map(|account| account.id.clone()).collect();
        let rows = passkey::Entity::find().filter(passkey::Column::AccountId.is_in(ids)).all(db).await?;
        found.extend(rows.into_iter().map(|row| row.account_id));
    }
    Ok(found)
}

/// Recovery codes that are left.
pub async fn recovery_codes_left(db: &impl ConnectionTrait, id: &AccountId) -> Result<u64> {
    Ok(recovery_code::Entity::find()
        .filter(recovery_code::Column::AccountId.eq(id.clone()))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(db)
        .await?)
}

/// How many alerts a page shows at most.
const MOST_ALERTS: u64 = 200;

/// Alerts of the reader's setting: those that nobody has looked into, and those of the last thirty days; newest first.
pub async fn alerts(reader: &Reader<'_>) -> Result<Vec<alert::Model>> {
    let lately = reader.now.minus(std::time::Duration::from_secs(30 * 86_400));
    Ok(reader
        .find::<alert::Entity>()
        .filter(Condition::any().add(alert::Column::SeenAt.is_null()).add(alert::Column::At.gte(lately)))
        .order_by_desc(alert::Column::At)
        .limit(MOST_ALERTS)
        .all(reader.db())
        .await?)
}

/// How many things nobody has looked into yet, beside what the reader did: the others look into that. One query.
pub async fn open_alerts(reader: &Reader<'_>) -> Result<usize> {
    let mut open = reader.find::<alert::Entity>().filter(alert::Column::SeenAt.is_null()).all(reader.db()).await?;
    open.retain(|row| row.person_id.is_none() || row.person_id != reader.scope.person);
    Ok(alerts_together(open, &reader.time()).len())
}

/// Alerts as people look into them: what one person or device did of one kind on one day stands together, in the order of the first of each.
pub fn alerts_together(rows: Vec<alert::Model>, time: &SettingTime) -> Vec<Vec<alert::Model>> {
    let mut together: Vec<Vec<alert::Model>> = Vec::new();
    for row in rows {
        let is_with = |other: &alert::Model| {
            other.kind == row.kind
                && other.person_id == row.person_id
                && other.tablet_id == row.tablet_id
                && other.seen_by == row.seen_by
                && time.day_of(other.at) == time.day_of(row.at)
        };
        match together.iter_mut().find(|group| group.first().is_some_and(is_with)) {
            Some(group) => group.push(row),
            None => together.push(vec![row]),
        }
    }
    together
}

/// Reported passwords for which no new one is chosen yet, longest waiting first.
pub async fn waiting_reports(reader: &Reader<'_>) -> Result<Vec<password_report::Model>> {
    Ok(reader
        .find::<password_report::Entity>()
        .filter(password_report::Column::RenewedAt.is_null())
        .order_by_asc(password_report::Column::ReportedAt)
        .all(reader.db())
        .await?)
}

/// What was taken away from an account whose reported password waits for a new one, for whoever opens the link.
pub async fn withdrawn(db: &impl ConnectionTrait, account: &AccountId) -> Result<Option<password_report::Model>> {
    Ok(password_report::Entity::find()
        .filter(password_report::Column::AccountId.eq(account.clone()))
        .filter(password_report::Column::RenewedAt.is_null())
        .order_by_desc(password_report::Column::ReportedAt)
        .one(db)
        .await?)
}

/// Whose they are, by name. Two queries.
pub async fn waiting_names(reader: &Reader<'_>) -> Result<Vec<String>> {
    let ids: Vec<PersonId> = waiting_reports(reader).await?.into_iter().map(|row| row.person_id).collect();
    let rows = reader
        .find::<person::Entity>()
        .filter(person::Column::Id.is_in(ids))
        .order_by_asc(person::Column::SortKey)
        .all(reader.db())
        .await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// How many living sessions each person has in the reader's setting. One query.
pub async fn sessions_by_person(reader: &Reader<'_>) -> Result<std::collections::HashMap<PersonId, u64>> {
    let rows = reader.find::<sessions::Entity>().filter(sessions::alive(reader.now)).all(reader.db()).await?;
    let mut counts = std::collections::HashMap::new();
    for row in rows {
        *counts.entry(row.person_id).or_insert(0) += 1;
    }
    Ok(counts)
}

/// Living sessions of a person's account in this setting.
pub async fn sessions_of(db: &impl ConnectionTrait, person: &PersonId, now: Instant) -> Result<Vec<sessions::Model>> {
    Ok(sessions::Entity::find()
        .filter(sessions::Column::PersonId.eq(person.clone()))
        .filter(sessions::alive(now))
        .order_by_desc(sessions::Column::SeenAt)
        .all(db)
        .await?)
}

/// Whose last day is over while a session of theirs still lives, or a PIN.
pub async fn leavers(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    (today, now): (Day, Instant),
) -> Result<Vec<PersonId>> {
    let with_session = Query::select()
        .column(sessions::Column::PersonId)
        .from(sessions::Entity)
        .cond_where(sessions::alive(now))
        .to_owned();
    let with_pin = Query::select().column(pin::Column::PersonId).from(pin::Entity).to_owned();
    let shut_in = Condition::any()
        .add(standing::Column::PersonId.in_subquery(with_session))
        .add(standing::Column::PersonId.in_subquery(with_pin));
    let rows = standing::Entity::find()
        .filter(standing::Column::SettingId.eq(setting.clone()))
        .filter(standing::Column::AccessUntil.lt(today))
        .filter(shut_in)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.person_id).collect())
}

/// The first day from `from` on which nobody would hold `role` if `before` became `after`, though somebody was going to. Only the
/// days on which somebody begins or ends can make a difference.
pub fn first_day_without(before: &[Member], after: &[Member], role: Role, from: Day) -> Option<Day> {
    let begins = |member: &Member| member.standing.access_from;
    // Nothing changes after the last day that there is.
    let ends = |member: &Member| member.standing.access_until.filter(|until| *until < Day::LAST);
    let both = || before.iter().chain(after).filter(|member| member.has(role));
    let turns = both().map(begins).chain(both().filter_map(ends).map(|until| until.add_days(1)));
    let days: std::collections::BTreeSet<Day> = turns.filter(|day| *day > from).chain([from]).collect();
    let held = |members: &[Member], day: Day| members.iter().any(|member| member.has(role) && member.is_here(day));
    days.into_iter().find(|day| !held(after, *day) && held(before, *day))
}

/// `since` in words of the setting's time.
pub fn moment_words(time: &SettingTime, at: Instant, today: Day) -> String {
    let day = time.day_of(at);
    let clock = time.words_time(at);
    if day == today {
        format!("today at {clock}")
    } else {
        format!("{} at {clock}", crate::platform::clock::words_day(day, today))
    }
}
