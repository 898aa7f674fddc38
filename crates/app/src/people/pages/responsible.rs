//! Who is responsible: on duty now, away and covered, since when; with the forms to say that somebody is away or back and to hand
//! over, for whoever may. Upholds `people.designated-leads`.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use stairgate_rulebook::{Role, Verb};

use crate::action::Reader;
use crate::people::actions::hand_over::HandOver;
use crate::people::actions::mark_absent::{EndAbsence, MarkAbsent, TypedAbsence, stands_in};
use crate::people::facts::{EndAbsenceFacts, HandOverFacts, MarkAbsentFacts};
use crate::people::frame::{Frame, frame};
use crate::people::leads::duty::Team;
use crate::people::leads::{absences, away_words, history, positions, team, title};
use crate::people::model::{absence, lead_term};
use crate::people::queries::{self, Member};
use crate::platform::clock::{Day, words_day};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AbsenceId, PersonId};
use crate::web::answer::{html, html_wrong};
use crate::web::done::{Done, to_done};
use crate::web::errors::refusal_box;
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, LeadCard, Page, RefusalBox};
use crate::web::params::{Path, Query};
use crate::web::typed_day::TypedDay;
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

#[derive(Template)]
#[template(path = "people/responsible.html")]
struct ResponsiblePage {
    page: Page,
    errors: FormErrors,
    refusal: Option<RefusalBox>,
    on_duty: Vec<LeadCard>,
    away: Vec<AwayRow>,
    holders: Vec<HolderRow>,
    history: Vec<TermRow>,
    can_mark: Vec<Choice>,
    covers: Vec<Choice>,
    absence: TypedAbsence,
    hand_over: Vec<HandOverForm>,
    setting_phone: Option<String>,
}

/// One absence, of today or to come.
struct AwayRow {
    id: String,
    name: String,
    when: String,
    cover: String,
    can_end: bool,
    now: bool,
}

/// One position and since when it is held.
struct HolderRow {
    title: String,
    name: String,
    since: String,
}

/// One term of the past or present.
struct TermRow {
    title: String,
    name: String,
    from: String,
    until: String,
}

/// Somebody to choose.
struct Choice {
    id: String,
    name: String,
}

/// The form by which one lead hands over.
struct HandOverForm {
    lead: Choice,
    next: Vec<Choice>,
    chosen: String,
    stays_deputy: bool,
}

/// The question before a hand-over.
#[derive(Template)]
#[template(path = "people/hand_over.html")]
struct HandOverPage {
    page: Page,
    lead_line: String,
    lines: Vec<String>,
    lead: Choice,
    next: Choice,
    stays_deputy: bool,
}

/// `GET /responsible`
pub async fn show(visit: Visit, Query(done): Query<Done>) -> Result<Response> {
    let mut page = page_of(&visit, &visit.view().await?).await?;
    page.page = done.told(page.page, "responsible");
    html(&page)
}

async fn page_of(visit: &Visit, reader: &Reader<'_>) -> Result<ResponsiblePage> {
    let Frame { page, responsible, .. } = frame(reader, visit, &words("responsible-title"), "/responsible").await?;
    let members = queries::invited_or_joined(reader).await?;
    let away = absences(reader).await?;
    let terms = history::terms(reader).await?;
    let looking = Looking { visit, reader, members: &members, team: team(&members, &away) };
    Ok(ResponsiblePage {
        page,
        errors: FormErrors::default(),
        refusal: None,
        on_duty: responsible.into_iter().filter(|card| card.away.is_none()).collect(),
        away: away.iter().filter_map(|row| looking.away(row)).collect(),
        holders: looking.holders(&terms),
        // Who led before is for those who lead, and for the manager.
        history: if reader.may_open(Verb::ViewPeople, &visit.actor()) { looking.history(&terms) } else { Vec::new() },
        can_mark: looking.can_mark(),
        covers: looking.covers(),
        absence: TypedAbsence { from: reader.today.into(), ..TypedAbsence::default() },
        hand_over: looking.hand_over(),
        setting_phone: reader.setting.phone.clone(),
    })
}

/// What every part of the page is made from.
struct Looking<'a> {
    visit: &'a Visit,
    reader: &'a Reader<'a>,
    members: &'a [Member],
    team: Team,
}

impl Looking<'_> {
    fn name(&self, person: &PersonId) -> Option<String> {
        self.members.iter().find(|member| member.person.id == *person).map(|member| member.person.name.clone())
    }

    fn is_own(&self, person: &PersonId) -> bool {
        self.visit.me.person == *person
    }

    fn words_day(&self, day: Day) -> String {
        words_day(day, self.reader.today)
    }

    fn away(&self, row: &absence::Model) -> Option<AwayRow> {
        let now = row.from_day <= self.reader.today;
        let when = if now {
            words_with("away-now", &[("away", &away_words(row.until_day, self.reader.today))])
        } else {
            let from = self.words_day(row.from_day);
            match row.until_day {
                Some(until) => words_with("away-later", &[("from", &from), ("until", &self.words_day(until))]),
                None => words_with("away-later-open", &[("from", &from)]),
            }
        };
        let cover = row.cover_person_id.as_ref().and_then(|cover| self.name(cover));
        Some(AwayRow {
            id: row.id.0.clone(),
            name: self.name(&row.person_id)?,
            when,
            cover: cover.map_or_else(|| words("away-no-cover"), |name| words_with("away-cover", &[("name", &name)])),
            can_end: self.reader.may(&self.visit.actor(), &EndAbsenceFacts { own: self.is_own(&row.person_id) }),
            now,
        })
    }

    fn holders(&self, terms: &[lead_term::Model]) -> Vec<HolderRow> {
        let rulebook = self.reader.rulebook.rulebook();
        let since = |person: &PersonId, role: Role| {
            let running = |row: &&lead_term::Model| {
                row.person_id == *person
                    && row.role() == Some(role)
                    && row.until_day.is_none_or(|until| until >= self.reader.today)
            };
            let from = terms.iter().find(running).map(|row| self.words_day(row.from_day));
            from.map_or_else(|| words("held-since-unknown"), |day| words_with("held-since", &[("day", &day)]))
        };
        self.team
            .holders(self.reader.today)
            .filter_map(|(role, colleague)| {
                Some(HolderRow {
                    title: title(rulebook, role),
                    name: self.name(&colleague.person)?,
                    since: since(&colleague.person, role),
                })
            })
            .collect()
    }

    fn history(&self, terms: &[lead_term::Model]) -> Vec<TermRow> {
        let rulebook = self.reader.rulebook.rulebook();
        terms
            .iter()
            .filter_map(|row| {
                let member = self.members.iter().find(|member| member.person.id == row.person_id)?;
                // A term without an end ends with its holder's access.
                let until = row.until_day.or(member.standing.access_until);
                Some(TermRow {
                    title: title(rulebook, row.role()?),
                    name: member.person.name.clone(),
                    from: self.words_day(row.from_day),
                    until: until.map_or_else(|| words("term-runs"), |day| self.words_day(day)),
                })
            })
            .collect()
    }

    /// Those whom this person may mark as away: whoever answers for safeguarding, or runs the setting.
    fn can_mark(&self) -> Vec<Choice> {
        let (reader, actor) = (self.reader, self.visit.actor());
        let answers = |member: &&Member| {
            let roles = member.standing.role_list();
            member.is_here(reader.today) && (!positions(&roles).is_empty() || roles.contains(&Role::Manager))
        };
        let may = |member: &&Member| {
            let own = self.is_own(&member.person.id);
            reader.may(&actor, &MarkAbsentFacts { own, leaves_nobody_on_duty: false })
        };
        self.members.iter().filter(answers).filter(may).map(choice).collect()
    }

    fn covers(&self) -> Vec<Choice> {
        let stands_in = |member: &&Member| stands_in(member, self.reader.today, &self.reader.rulebook);
        self.members.iter().filter(stands_in).map(choice).collect()
    }

    /// A form for each lead for whom this person may hand over.
    fn hand_over(&self) -> Vec<HandOverForm> {
        let (reader, actor) = (self.reader, self.visit.actor());
        let leads = self.team.holders(reader.today).filter(|(role, _)| *role == Role::Lead);
        leads
            .filter(|(_, lead)| {
                let own = self.is_own(&lead.person);
                let (still_lead, next_is_here) = (true, true);
                let facts = HandOverFacts { own, still_lead, next_is_here, next_is_same: false, leaves_no_lead: false };
                reader.may(&actor, &facts)
            })
            .filter_map(|(_, lead)| {
                let others = self.members.iter().filter(|member| {
                    member.person.id != lead.person
                        && stands_in(member, reader.today, &reader.rulebook)
                        && self.team.is_there(&member.person.id, reader.today)
                });
                Some(HandOverForm {
                    lead: Choice { id: lead.person.0.clone(), name: self.name(&lead.person)? },
                    next: others.map(choice).collect(),
                    chosen: String::new(),
                    stays_deputy: false,
                })
            })
            .collect()
    }
}

fn choice(member: &Member) -> Choice {
    Choice { id: member.person.id.0.clone(), name: member.person.name.clone() }
}

/// `POST /responsible/absences`
pub async fn mark(visit: Visit, posted: Posted) -> Result<Response> {
    let typed = TypedAbsence {
        person: posted.get("away").to_owned(),
        from: TypedDay::posted(&posted, "from"),
        until: TypedDay::posted(&posted, "until"),
        cover: posted.get("cover").to_owned(),
    };
    let outcome = match MarkAbsent::parse(&typed) {
        Ok(action) => visit.perform(action).await.map(drop),
        Err(error) => Err(error),
    };
    back(visit, outcome, "marked", |page| page.absence = typed).await
}

/// `POST /responsible/absences/{id}/end`
pub async fn end(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    let outcome = visit.perform(EndAbsence { absence: AbsenceId::parse(&id)? }).await;
    back(visit, outcome, "back", |_| {}).await
}

/// `POST /responsible/hand-over`: asked once more before it is done, since it holds from the same moment on.
pub async fn hand_over(visit: Visit, posted: Posted) -> Result<Response> {
    let (lead, next) = (posted.get("lead").to_owned(), posted.get("next").to_owned());
    let stays_deputy = posted.get("stays_deputy") == "yes";
    let outcome = match HandOver::parse(&lead, &next, stays_deputy) {
        Ok(_) if posted.get("sure") != "yes" => return ask_first(visit, (lead, next), stays_deputy).await,
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    let keep = |page: &mut ResponsiblePage| {
        for form in page.hand_over.iter_mut().filter(|form| form.lead.id == lead) {
            (form.chosen, form.stays_deputy) = (next.clone(), stays_deputy);
        }
    };
    back(visit, outcome, "handed", keep).await
}

/// Shows what handing over does, and asks for the word.
async fn ask_first(mut visit: Visit, (lead, next): (String, String), stays_deputy: bool) -> Result<Response> {
    visit.verb = Verb::ViewResponsible;
    let reader = visit.view().await?;
    let of = async |id: &str| {
        let member = queries::member(reader.db(), &reader.scope.setting, &PersonId::parse(id)?).await?;
        Ok::<_, Error>(choice(&member))
    };
    let (lead, next) = (of(&lead).await?, of(&next).await?);
    let title = words_with("hand-sure-title", &[("name", &next.name)]);
    let said = |id: &str| words_with(id, &[("name", &next.name), ("former", &lead.name)]);
    let then = if stays_deputy { "hand-sure-stays" } else { "hand-sure-goes" };
    let Frame { page, .. } = frame(&reader, &visit, &title, "/responsible").await?;
    html(&HandOverPage {
        page,
        lead_line: said("hand-sure-lead"),
        lines: [then, "hand-sure-mails", "hand-sure-sessions", "hand-sure-back"].map(said).to_vec(),
        lead,
        next,
        stays_deputy,
    })
}

/// Back to the page; where something was wrong or refused, with what was typed and what to do next.
async fn back(
    mut visit: Visit,
    outcome: Result<()>,
    done: &str,
    keep: impl FnOnce(&mut ResponsiblePage),
) -> Result<Response> {
    let error = match outcome {
        Ok(()) => return Ok(to_done("/responsible", done)),
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => error,
        Err(error) => return Err(error),
    };
    visit.verb = Verb::ViewResponsible;
    let reader = match visit.view().await {
        Ok(reader) => reader,
        // Whoever may not see this page is told why the change was refused, not why the page is.
        Err(Error::Refused(_)) => return Err(error),
        Err(other) => return Err(other),
    };
    let mut page = page_of(&visit, &reader).await?;
    page.page.error = true;
    keep(&mut page);
    match error {
        Error::Invalid(errors) => {
            page.errors = FormErrors::new(errors);
            html_wrong(&page)
        }
        Error::Refused(refused) => {
            page.refusal = Some(refusal_box(Some(reader.rulebook.rulebook()), &refused));
            Ok((StatusCode::FORBIDDEN, html(&page)?).into_response())
        }
        other => Err(other),
    }
}
