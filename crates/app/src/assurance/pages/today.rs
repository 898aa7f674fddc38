//! The board: what needs this person now, and what is well. Least view: managers and leads see who has not signed, everybody
//! else only what is theirs.

use std::time::Duration;

use askama::Template;
use axum::response::Response;
use sea_orm::EntityTrait;
use serde::Deserialize;
use stairgate_rulebook::Verb;

use super::asked::Asked;
use super::summary::{BarPart, StateCount, bar, bar_label, counts};
use crate::action::{Reader, State, tree_row};
use crate::agreements::evidence::SOON_DAYS;
use crate::assurance::coverage;
use crate::children::facts::SaveGuardianFacts;
use crate::children::left::left;
use crate::declarations;
use crate::people::facts::{MarkAbsentFacts, SignOffRegisterFacts};
use crate::people::frame::{Frame, frame};
use crate::people::{leads, queries, users};
use crate::platform::clock::words_day;
use crate::platform::error::Result;
use crate::platform::{jobs, names};
use crate::web::answer::html;
use crate::web::page::{FactLine, Page};
use crate::web::params::Query;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

struct Moment {
    time: String,
    label: String,
    short: String,
    state: &'static str,
}

struct Task {
    urgent: bool,
    kind: &'static str,
    icon: &'static str,
    title: String,
    why: String,
    href: String,
    button: String,
}

#[derive(Template)]
#[template(path = "assurance/today.html")]
struct TodayPage {
    page: Page,
    heading: String,
    lead_line: String,
    moments: Vec<Moment>,
    tasks: Vec<Task>,
    more: usize,
    facts: Vec<FactLine>,
    policy: Option<PolicyCard>,
}

/// The policy's clauses at a glance.
struct PolicyCard {
    counts: Vec<StateCount>,
    bar: Vec<BarPart>,
    bar_label: String,
}

/// Whether to show every task.
#[derive(Deserialize)]
pub struct All {
    #[serde(default)]
    all: String,
}

const SHOWN: usize = 5;
/// How far the clock may seem to go back before somebody is asked to set it.
const CLOCK_SLACK: Duration = Duration::from_secs(300);

/// `GET /today`
pub async fn show(visit: Visit, Query(all): Query<All>) -> Result<Response> {
    let reader = visit.view().await?;
    let heading = words_day(reader.today, reader.today);
    let Frame { page, person, .. } = frame(&reader, &visit, &heading, "/today").await?;
    let mut board = Board::default();
    board.own(&reader, &visit).await?;
    if reader.may_open(Verb::ViewAlerts, &visit.actor()) {
        board.unusual(&reader).await?;
    }
    board.declarations(&reader, &visit).await?;
    board.duty(&reader, &visit, page.lead.is_none()).await?;
    board.children(&reader, &visit).await?;
    let (people, coverage) =
        (reader.may_open(Verb::ViewPeople, &visit.actor()), reader.may_open(Verb::ViewCoverage, &visit.actor()));
    if people || coverage {
        // Read once: a setting has hundreds of families.
        let members = queries::invited_or_joined(&reader).await?;
        if people {
            board.people(&reader, &members);
        }
        if coverage {
            board.coverage(&reader, &members).await?;
        }
    }
    if reader.may_open(Verb::ViewSettings, &visit.actor()) {
        board.installation(&reader).await?;
    }
    board.numbers(&reader, &visit).await?;
    // What must not wait is never behind "Show more".
    board.tasks.sort_by_key(|task| !task.urgent);
    let hidden = if all.all == "1" { 0 } else { board.tasks.len().saturating_sub(SHOWN) };
    board.tasks.truncate(board.tasks.len() - hidden);
    let hour = reader.time().hour_and_minute(reader.now).0;
    let greeting = words(if hour < 12 {
        "today-morning"
    } else if hour < 18 {
        "today-afternoon"
    } else {
        "today-evening"
    });
    let lead_line = format!("{greeting}, {}.", names::first_name(&person.name));
    html(&TodayPage {
        page,
        heading,
        lead_line,
        moments: Vec::new(),
        tasks: board.tasks,
        more: hidden,
        facts: board.facts,
        policy: board.policy,
    })
}

#[derive(Default)]
struct Board {
    tasks: Vec<Task>,
    facts: Vec<FactLine>,
    policy: Option<PolicyCard>,
}

impl Board {
    fn task(
        &mut self,
        kind: &'static str,
        icon: &'static str,
        title: String,
        why: String,
        (href, button): (&str, &str),
    ) {
        let urgent = kind == "stop";
        self.tasks.push(Task { urgent, kind, icon, title, why, href: href.to_owned(), button: words(button) });
    }

    fn well(&mut self, text: String) {
        self.facts.push(FactLine { kind: "ok", text });
    }

    /// What is this person's own: a signature that runs out, few recovery codes.
    async fn own(&mut self, reader: &Reader<'_>, visit: &Visit) -> Result<()> {
        let Some(standing) = reader.standing() else { return Ok(()) };
        if let Some(until) = standing.agreement_until {
            if until.days_since(reader.today) <= SOON_DAYS {
                let holds = if until < reader.today { "task-sign-again-over" } else { "task-sign-again-why" };
                let why = format!("{} {}.", words(holds), words_day(until, reader.today));
                self.task("due", "file-signature", words("task-sign-again"), why, ("/agreement", "task-sign-again-do"));
            } else {
                self.well(format!("{} {}.", words("fact-own-signature"), words_day(until, reader.today)));
            }
        }
        if standing.second_factor {
            let left = queries::recovery_codes_left(reader.db(), &visit.me.account).await?;
            if left <= 2 {
                self.task(
                    "due",
                    "key-round",
                    words("task-codes"),
                    format!("{} {left}.", words("task-codes-why")),
                    ("/account", "task-codes-do"),
                );
            }
        }
        Ok(())
    }

    /// Nobody on duty, for whoever can change that; the register of users, for whoever signs it off.
    async fn duty(&mut self, reader: &Reader<'_>, visit: &Visit, nobody: bool) -> Result<()> {
        let actor = visit.actor();
        if nobody && reader.may(&actor, &MarkAbsentFacts { own: false, leaves_nobody_on_duty: false }) {
            let why = words("task-nobody-on-duty-why");
            let to = ("/responsible", "task-nobody-on-duty-do");
            self.task("stop", "octagon-alert", words("task-nobody-on-duty"), why, to);
        }
        if reader.may(&actor, &SignOffRegisterFacts { current: true }) {
            let last = users::last_sign_off(reader).await?;
            if users::is_due(last.as_ref(), &reader.time(), reader.today) {
                let why = users::due_words(reader, last.as_ref());
                self.task("due", "users", words("task-sign-off"), why, ("/register", "task-sign-off-do"));
            }
        }
        Ok(())
    }

    /// A number to call: of whoever answers for safeguarding, for themselves; of the setting, for whoever keeps its settings.
    async fn numbers(&mut self, reader: &Reader<'_>, visit: &Visit) -> Result<()> {
        let answers = reader.standing().is_some_and(|standing| !leads::positions(&standing.role_list()).is_empty());
        if answers {
            let me = queries::member(reader.db(), &reader.scope.setting, &visit.me.person).await?;
            if me.person.phone.is_none() {
                let (title, why) = (words("task-own-number"), words("task-own-number-why"));
                self.task("due", "phone", title, why, ("/account#phone", "task-own-number-do"));
            }
        }
        if reader.setting.phone.is_none() && reader.may_open(Verb::ViewSettings, &visit.actor()) {
            let (title, why) = (words("task-setting-number"), words("task-setting-number-why"));
            self.task("due", "phone", title, why, ("/settings#phone", "task-setting-number-do"));
        }
        Ok(())
    }

    /// What this person declares, signs or decides: nobody else's board tells of it.
    async fn declarations(&mut self, reader: &Reader<'_>, visit: &Visit) -> Result<()> {
        for waiting in declarations::board(reader, &visit.actor()).await? {
            let declarations::board::Waiting { kind, icon, title, why, href, button } = waiting;
            self.task(kind, icon, title, why, (&href, button));
        }
        Ok(())
    }

    /// What the register of children lacks, for whoever keeps it; what only a lead decides is for leads.
    async fn children(&mut self, reader: &Reader<'_>, visit: &Visit) -> Result<()> {
        let actor = visit.actor();
        let left = left(reader, &actor).await?;
        let decides = reader.may(&actor, &SaveGuardianFacts { decides: true, kept_away: false });
        for to_do in left.to_do().into_iter().filter(|to_do| decides || !to_do.decides) {
            self.task(to_do.kind, to_do.icon, to_do.title, to_do.why, (to_do.href, to_do.button));
        }
        Ok(())
    }

    /// Who has not signed or not joined. Names, since managers and leads ask them in person.
    fn people(&mut self, reader: &Reader<'_>, members: &[queries::Member]) {
        let joined: Vec<_> = members.iter().filter(|member| member.is_here(reader.today)).collect();
        let overdue = |member: &queries::Member| member.standing.agreement_overdue_days(reader.today);
        let unsigned: Vec<&str> =
            joined.iter().filter(|member| overdue(member) >= 0).map(|member| member.person.name.as_str()).collect();
        let grace = reader.rulebook.rulebook().limits().agreement_grace_days;
        let in_grace = joined.iter().filter(|member| (0..grace).contains(&overdue(member))).count();
        let waiting: Vec<&str> = members
            .iter()
            .filter(|member| member.person.joined_at.is_none() && member.standing.has_access(reader.today))
            .map(|member| member.person.name.as_str())
            .collect();
        if unsigned.is_empty() {
            let all = words(if joined.len() == 1 { "fact-all-signed-one" } else { "fact-all-signed" });
            self.well(format!("{} {all}", joined.len()));
        } else {
            let why = words(match in_grace {
                0 => "task-ask-why",
                some if some == unsigned.len() => "task-ask-all-grace",
                _ => "task-ask-grace",
            });
            let title = if unsigned.len() == 1 {
                format!("{} {} {}", words("task-ask"), names::first_name(unsigned[0]), words("task-ask-sign"))
            } else {
                format!("{} {} {}", words("task-ask"), unsigned.len(), words("task-ask-sign-many"))
            };
            self.task(
                "due",
                "file-signature",
                title,
                format!("{}. {why}", listed(&unsigned)),
                ("/people", "task-ask-do"),
            );
        }
        if !waiting.is_empty() {
            self.task(
                "quiet",
                "mail",
                format!(
                    "{} {}",
                    waiting.len(),
                    words(if waiting.len() == 1 { "task-invited-one" } else { "task-invited" })
                ),
                format!("{}.", listed(&waiting)),
                ("/people", "task-ask-do"),
            );
        }
    }

    /// Unusual access that nobody has looked into, and accounts that are closed until a new password is chosen.
    async fn unusual(&mut self, reader: &Reader<'_>) -> Result<()> {
        let waiting = queries::waiting_names(reader).await?;
        if !waiting.is_empty() {
            let title = match waiting.as_slice() {
                [name] => words_with("task-password-known", &[("name", name)]),
                many => words_with("task-password-known-many", &[("count", &many.len().to_string())]),
            };
            let why = words("task-password-known-why");
            self.task("stop", "key-round", title, why, ("/alerts", "task-password-known-do"));
        }
        let open = queries::open_alerts(reader).await?;
        if open > 0 {
            let title = match open {
                1 => words("task-alerts-one"),
                many => words_with("task-alerts", &[("count", &many.to_string())]),
            };
            self.task("stop", "triangle-alert", title, words("task-alerts-why"), ("/alerts", "task-alerts-do"));
        }
        Ok(())
    }

    /// Clauses that slip or are broken.
    async fn coverage(&mut self, reader: &Reader<'_>, members: &[queries::Member]) -> Result<()> {
        let clauses = coverage::live_of(reader, members).await?;
        let count = |state: State| clauses.iter().filter(|clause| clause.state == state).count();
        let (kept, broken) = (count(State::Kept), count(State::Broken));
        let counts = counts(clauses.iter().map(|clause| clause.state), &Asked::default());
        self.policy = Some(PolicyCard { bar: bar(&counts, clauses.len()), bar_label: bar_label(&counts), counts });
        if broken > 0 {
            self.task(
                "stop",
                "octagon-alert",
                format!("{broken} {}", words(if broken == 1 { "task-broken-one" } else { "task-broken" })),
                words("task-broken-why"),
                ("/coverage?state=broken", "task-broken-do"),
            );
        } else if kept > 0 {
            self.well(format!("{kept} {}", words(if kept == 1 { "fact-kept-one" } else { "fact-kept" })));
        }
        Ok(())
    }

    /// Mails that do not leave; a clock that went back.
    async fn installation(&mut self, reader: &Reader<'_>) -> Result<()> {
        let stuck = jobs::stuck(reader.db(), &reader.scope.setting).await?;
        if stuck > 0 {
            self.task(
                "due",
                "mail",
                format!("{stuck} {}", words("task-stuck")),
                words("task-stuck-why"),
                ("/settings", "task-stuck-do"),
            );
        }
        let tree = tree_row::Entity::find_by_id(reader.scope.setting.clone()).one(reader.db()).await?;
        if let Some(tree) = tree.filter(|tree| tree.last_at.since(reader.now) > CLOCK_SLACK) {
            let why = format!(
                "{} {}.",
                words("task-clock-why"),
                queries::moment_words(&reader.time(), tree.last_at, reader.today)
            );
            self.task("stop", "clock", words("task-clock"), why, ("/audit", "task-clock-do"));
        }
        Ok(())
    }
}

/// The first three names, and how many more.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}
