//! The people of the setting: searched, filtered by what they are here, with those who may be in the register twice.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use stairgate_rulebook::{Role, Verb};

use super::members::role_names;
use crate::action::Reader;
use crate::people::doubles::{Double, doubles};
use crate::people::facts::{ExportRegisterFacts, InvitePersonFacts, SavePersonFacts};
use crate::people::frame::{Frame, frame};
use crate::people::model::account;
use crate::people::queries::{self, Member};
use crate::people::sight::is_staff;
use crate::platform::clock::words_day;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, PersonId};
use crate::platform::names;
use crate::web::answer::html;
use crate::web::page::{Page, StateTag};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// Rows of one page of the list.
const PAGE_SIZE: usize = 100;

struct PersonRow {
    id: String,
    name: String,
    email: String,
    roles: String,
    state: StateTag,
    signed: Option<StateTag>,
    signed_until: Option<String>,
    second_factor: Option<StateTag>,
    ended: bool,
    sessions: u64,
}

struct Chip {
    href: String,
    label: String,
    count: usize,
    current: bool,
}

/// Two who may be one: where and who, twice, and why.
struct DoubleRow {
    first: (String, String),
    second: (String, String),
    why: String,
}

#[derive(Template)]
#[template(path = "people/people.html")]
struct PeoplePage {
    page: Page,
    people: Vec<PersonRow>,
    found: String,
    q: String,
    show: &'static str,
    chips: Vec<Chip>,
    doubles: Vec<DoubleRow>,
    newer: Option<String>,
    older: Option<String>,
    can_invite: bool,
    can_add: bool,
    can_export: bool,
    sees_imports: bool,
    can_see_register: bool,
}

/// What is looked for.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: usize,
}

/// What people are here; a person can be of several.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    All,
    Staff,
    Families,
    Professionals,
    OnlyKnown,
    Left,
}

impl Group {
    const ALL: [Self; 6] = [Self::All, Self::Staff, Self::Families, Self::Professionals, Self::OnlyKnown, Self::Left];

    fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Staff => "staff",
            Self::Families => "families",
            Self::Professionals => "professionals",
            Self::OnlyKnown => "register-only",
            Self::Left => "left",
        }
    }

    /// In ids of words.
    fn label(self) -> &'static str {
        match self {
            Self::All => "people-show-all",
            Self::Staff => "people-show-staff",
            Self::Families => "people-show-families",
            Self::Professionals => "people-show-professionals",
            Self::OnlyKnown => "people-show-register-only",
            Self::Left => "people-show-left",
        }
    }
}

/// Which groups a person is in; the rulebook knows who is staff, asked once for each set of roles.
struct Groups<'a> {
    reader: &'a Reader<'a>,
    staff: HashMap<Vec<Role>, bool>,
}

impl<'a> Groups<'a> {
    fn of(reader: &'a Reader<'a>, members: &[Member]) -> Self {
        let mut staff = HashMap::new();
        for roles in members.iter().map(|member| member.standing.role_list()) {
            staff.entry(roles.clone()).or_insert_with(|| is_staff(&reader.rulebook, &roles));
        }
        Self { reader, staff }
    }

    fn has(&self, member: &Member, group: Group) -> bool {
        let here = member.standing.has_access(self.reader.today);
        let works_here = self.staff.get(&member.standing.role_list()).copied().unwrap_or(false);
        match group {
            Group::All => true,
            Group::Left => !here,
            Group::OnlyKnown => here && member.person.joined_at.is_none() && member.person.invited_at.is_none(),
            Group::Staff => here && works_here,
            Group::Families => here && member.has(Role::Parent),
            Group::Professionals => here && member.has(Role::Professional),
        }
    }
}

/// `GET /people`
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let reader = visit.view().await?;
    let Frame { page, .. } = frame(&reader, &visit, &words("people-title"), "/people").await?;
    let members = queries::members(&reader).await?;
    let accounts = queries::accounts_of(reader.db(), &members).await?;
    let sessions = queries::sessions_by_person(&reader).await?;
    let groups = Groups::of(&reader, &members);
    let group = Group::ALL.into_iter().find(|group| group.name() == asked.show).unwrap_or(Group::All);
    let key = names::search_key(&asked.q);
    let fits = |member: &&Member| {
        let email = email_of(member, &accounts);
        let found = key.is_empty() || member.person.search_key.contains(&key) || email.to_lowercase().contains(&key);
        found && groups.has(member, group)
    };
    let kept: Vec<&Member> = members.iter().filter(fits).collect();
    let start = asked.page.saturating_mul(PAGE_SIZE);
    let more = kept.len() > start.saturating_add(PAGE_SIZE);
    let row = Rows { reader: &reader, accounts: &accounts, sessions };
    let actor = visit.actor();
    let plain = InvitePersonFacts { child: false, appoints_responsible: false, undecided: false, kept_away: false };
    let can_add = reader.may(&actor, &SavePersonFacts { own: false, family: false });
    let found = doubles(&members, &accounts, reader.today, |member| groups.has(member, Group::Staff));
    html(&PeoplePage {
        page,
        people: kept.iter().skip(start).take(PAGE_SIZE).map(|member| row.of(member)).collect(),
        found: match kept.len() {
            1 => words("people-count-one"),
            many => words_with("people-count", &[("count", &many.to_string())]),
        },
        chips: chips(&members, &groups, group),
        // Whoever cannot put it right need not see it.
        doubles: if can_add { found.into_iter().map(double_row).collect() } else { Vec::new() },
        newer: (asked.page > 0).then(|| asked.href(group, asked.page - 1)),
        older: more.then(|| asked.href(group, asked.page + 1)),
        q: asked.q,
        show: group.name(),
        can_invite: reader.may(&actor, &plain),
        can_add,
        can_export: reader.may(&actor, &ExportRegisterFacts {}),
        sees_imports: reader.may_open(Verb::ViewImports, &actor),
        can_see_register: reader.may_open(Verb::ViewRegister, &actor),
    })
}

impl Asked {
    fn href(&self, group: Group, page: usize) -> String {
        let q = crate::web::params::percent(&self.q);
        format!("/people?q={q}&show={}&page={page}", group.name())
    }
}

fn chips(members: &[Member], groups: &Groups<'_>, chosen: Group) -> Vec<Chip> {
    let chip = |group: Group| Chip {
        href: if group == Group::All { "/people".to_owned() } else { format!("/people?show={}", group.name()) },
        label: words(group.label()),
        count: members.iter().filter(|member| groups.has(member, group)).count(),
        current: group == chosen,
    };
    let all = Group::ALL.into_iter().map(chip);
    all.filter(|chip| chip.count > 0 || chip.current).collect()
}

fn double_row(double: Double<'_>) -> DoubleRow {
    let link = |member: &Member| (format!("/people/{}", member.person.id), member.person.name.clone());
    DoubleRow { first: link(double.first), second: link(double.second), why: words(double.why) }
}

fn email_of(member: &Member, accounts: &HashMap<AccountId, account::Model>) -> String {
    let account = member.person.account_id.as_ref().and_then(|id| accounts.get(id));
    account.map(|account| account.email.clone()).unwrap_or_default()
}

struct Rows<'a> {
    reader: &'a Reader<'a>,
    accounts: &'a HashMap<AccountId, account::Model>,
    sessions: HashMap<PersonId, u64>,
}

impl Rows<'_> {
    fn of(&self, member: &Member) -> PersonRow {
        let reader = self.reader;
        let needed = reader.rulebook.rulebook().limits().second_factor_roles;
        // What an account has elsewhere is nobody's business here before the person has joined.
        let joined = member.person.joined_at.is_some();
        PersonRow {
            id: member.person.id.0.clone(),
            name: member.person.name.clone(),
            // That of a family stands with the child.
            email: if member.standing.is_only_family() { String::new() } else { email_of(member, self.accounts) },
            roles: role_names(&member.standing.role_list()),
            state: state(reader, member),
            signed: joined.then(|| signed(reader, member)),
            signed_until: signed_until(reader, member).filter(|_| joined),
            second_factor: joined.then(|| second_factor(member, &needed)),
            ended: !member.standing.has_access(reader.today),
            sessions: self.sessions.get(&member.person.id).copied().unwrap_or(0),
        }
    }
}

/// Whether they come in, and if not, why not.
pub fn state(reader: &Reader<'_>, member: &Member) -> StateTag {
    if !member.standing.has_access(reader.today) {
        // Whoever never joined had no access that could end.
        let words_of = if member.person.joined_at.is_some() { "person-ended" } else { "person-no-access" };
        StateTag::quiet("circle-minus", words(words_of))
    } else if member.person.joined_at.is_none() && member.person.invited_at.is_none() {
        StateTag::quiet("circle-dashed", words("person-in-register"))
    } else if member.person.joined_at.is_none() {
        StateTag::due(words("person-invited"))
    } else {
        StateTag::ok(words("person-active"))
    }
}

fn signed(reader: &Reader<'_>, member: &Member) -> StateTag {
    match member.standing.agreement_until {
        Some(until) if until >= reader.today => StateTag::ok(words("person-signed")),
        Some(_) => StateTag::due(words("person-signed-over")),
        None => StateTag::due(words("person-unsigned")),
    }
}

fn signed_until(reader: &Reader<'_>, member: &Member) -> Option<String> {
    let until = member.standing.agreement_until.filter(|until| *until >= reader.today)?;
    Some(format!("{} {}", words("person-signed-until"), words_day(until, reader.today)))
}

fn second_factor(member: &Member, needed: &[Role]) -> StateTag {
    match (member.standing.second_factor, member.standing.role_list().iter().any(|role| needed.contains(role))) {
        (true, _) => StateTag::ok(words("account-factor-on")),
        (false, true) => StateTag::due(words("person-factor-needed")),
        (false, false) => StateTag::quiet("circle-minus", words("account-factor-off")),
    }
}
