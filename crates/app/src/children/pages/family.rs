//! The adults of a child with what the register knows of each: telephone, address, what stands between them and the child. Each
//! adult's address stands with that adult only. And adding one: somebody new, or somebody who is in the register.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::child::{responsibility, restriction};
use super::{Choice, family_again, open_family};
use crate::action::Reader;
use crate::children::actions::guardians::{AdultFields, IsRestricted, SaveGuardian, is_namesake};
use crate::children::facts::SaveGuardianFacts;
use crate::children::model::{
    CONTACTS, Kinship, RESTRICTION, Responsibility, Restriction, child, guardian, has_restricted,
};
use crate::children::queries;
use crate::children::seen::{self, Asking, kept_from, their_adults};
use crate::people::frame::{Frame, frame};
use crate::people::pages::list::state;
use crate::people::queries::{Member, accounts_of, members};
use crate::platform::clock::words_day;
use crate::platform::error::{Error, FieldError, Result};
use crate::platform::ids::{ChildId, PersonId};
use crate::platform::names;
use crate::web::answer::{html, html_wrong};
use crate::web::done::{Done, to_done};
use crate::web::forms::Posted;
use crate::web::page::{FormErrors, Page, StateTag};
use crate::web::params::{Path, Query};
use crate::web::visit::Visit;
use crate::web::words::{words, words_with};

/// Rows that a search for an adult shows at most.
const MOST_FOUND: usize = 12;

/// An adult as the family's page shows them.
pub(super) struct Adult {
    pub(super) id: String,
    pub(super) person: String,
    pub(super) name: String,
    pub(super) relation: String,
    pub(super) responsibility: StateTag,
    pub(super) restriction: Option<StateTag>,
    pub(super) restricted_since: Option<String>,
    pub(super) restriction_words: String,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) address: Option<String>,
    pub(super) access: StateTag,
    /// A lead has to say first that this is not the adult who is restricted.
    pub(super) waits: bool,
}

#[derive(Template)]
#[template(path = "children/family.html")]
struct FamilyPage {
    page: Page,
    id: String,
    child: String,
    adults: Vec<Adult>,
    /// Numbers and addresses of a register that are nobody's for sure.
    contacts: String,
    can_save: bool,
}

/// `GET /children/{id}/family`
pub async fn show(visit: Visit, Path(id): Path<String>, Query(done): Query<Done>) -> Result<Response> {
    let id = ChildId::parse(&id)?;
    let reader = open_family(&visit, &id).await?;
    let child = seen::child(reader.db(), &reader.scope.setting, &id).await?;
    let title = words_with("family-title", &[("name", child.called())]);
    let Frame { page, .. } = frame(&reader, &visit, &title, "/children").await?;
    html(&FamilyPage {
        page: done.told(page, "family"),
        id: id.0.clone(),
        child: child.name.clone(),
        adults: adults(&reader, &id).await?,
        contacts: contacts(&reader, &child)?,
        can_save: reader.may(&visit.actor(), &SaveGuardianFacts { decides: false, kept_away: false }),
    })
}

/// The adults of a child. Four queries.
pub(super) async fn adults(reader: &Reader<'_>, id: &ChildId) -> Result<Vec<Adult>> {
    let ties = queries::ties_of(reader, id).await?;
    let mut members = members(reader).await?;
    members.retain(|member| ties.iter().any(|tie| tie.person_id == member.person.id));
    let accounts = accounts_of(reader.db(), &members).await?;
    let mut adults = Vec::new();
    for tie in &ties {
        let Some(member) = members.iter().find(|member| member.person.id == tie.person_id) else { continue };
        let account = member.person.account_id.as_ref().and_then(|id| accounts.get(id));
        adults.push(Adult {
            id: tie.id.0.clone(),
            person: tie.person_id.0.clone(),
            name: member.person.name.clone(),
            relation: words(&format!("relation-{}", tie.relation.name())),
            responsibility: responsibility(tie),
            restriction: restriction(tie),
            restricted_since: tie.restricted_at.map(|at| words_day(reader.time().day_of(at), reader.today)),
            restriction_words: opened(reader, tie)?,
            phone: member.person.phone.clone(),
            email: account.map(|account| account.email.clone()),
            address: member.person.address.clone(),
            access: state(reader, member),
            waits: tie.waits() && tie.restriction == Restriction::None,
        });
    }
    Ok(adults)
}

/// Numbers and addresses of no adult, opened.
fn contacts(reader: &Reader<'_>, child: &child::Model) -> Result<String> {
    let Some(sealed) = &child.contacts_sealed else { return Ok(String::new()) };
    String::from_utf8(reader.house.keys.open(CONTACTS, sealed)?).map_err(|err| Error::internal("contacts", err))
}

/// `POST /children/{id}/family/sorted`: what belonged to nobody stands with the right adults now, or is not needed.
pub async fn sorted(visit: Visit, Path(id): Path<String>, _posted: Posted) -> Result<Response> {
    let id = ChildId::parse(&id)?;
    visit.perform(SaveGuardian::Sorted { child: id.clone() }).await?;
    Ok(to_done(&format!("/children/{id}/family"), "sorted"))
}

/// The words of a restriction, opened.
pub(super) fn opened(reader: &Reader<'_>, tie: &guardian::Model) -> Result<String> {
    let Some(sealed) = &tie.restriction_sealed else { return Ok(String::new()) };
    String::from_utf8(reader.house.keys.open(RESTRICTION, sealed)?).map_err(|err| Error::internal("restriction", err))
}

/// What was typed of a new adult.
#[derive(Clone, Debug, Default)]
struct Typed {
    name: String,
    email: String,
    phone: String,
    address: String,
    another: bool,
    said: String,
}

struct Found {
    person: String,
    name: String,
    what: String,
}

#[derive(Template)]
#[template(path = "children/family_add.html")]
struct AddPage {
    page: Page,
    errors: FormErrors,
    id: String,
    child: String,
    find: String,
    found: Vec<Found>,
    typed: Typed,
    relations: Vec<Choice>,
    responsibilities: Vec<Choice>,
    can_save: bool,
    /// It is asked whether this is another person than one of the register.
    asks_another: bool,
    /// What has to be said of the adult who is kept from this child, where there is one.
    ask: Option<Ask>,
}

/// The question whether somebody who is added is the adult who is kept from the child.
struct Ask {
    question: String,
    answers: Vec<Choice>,
}

/// Whom to look for.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    find: String,
}

/// `GET /children/{id}/family/add`
pub async fn add_form(visit: Visit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    let id = ChildId::parse(&id)?;
    let reader = open_family(&visit, &id).await?;
    html(&add_page(&visit, &reader, &id, (asked.find, Typed::default())).await?)
}

async fn add_page(visit: &Visit, reader: &Reader<'_>, id: &ChildId, (find, typed): (String, Typed)) -> Result<AddPage> {
    let child = seen::child(reader.db(), &reader.scope.setting, id).await?;
    let title = words_with("family-add-title", &[("name", child.called())]);
    let Frame { page, .. } = frame(reader, visit, &title, "/children").await?;
    let can_save = reader.may(&visit.actor(), &SaveGuardianFacts { decides: false, kept_away: false });
    let found = if can_save { found(reader, id, &find).await? } else { Vec::new() };
    let ask = if can_save { ask(reader, &child, &typed.said).await? } else { None };
    Ok(AddPage {
        page,
        errors: FormErrors::default(),
        id: id.0.clone(),
        child: child.name.clone(),
        found,
        find,
        asks_another: typed.another,
        typed,
        relations: relations(Kinship::OtherCarer),
        responsibilities: responsibilities(Responsibility::Unknown),
        can_save,
        ask,
    })
}

/// Whom the question is about is named: only readers of the family's page get here.
async fn ask(reader: &Reader<'_>, child: &child::Model, said: &str) -> Result<Option<Ask>> {
    let ties = queries::ties_ever(reader, &child.id).await?;
    if !child.is_guarded(&ties) {
        return Ok(None);
    }
    let kept = ties.iter().filter(|tie| tie.restriction != Restriction::None).map(|tie| tie.person_id.clone());
    let mut names: Vec<String> =
        queries::persons(reader, kept.collect()).await?.into_values().map(|person| person.name).collect();
    names.sort_unstable();
    let question = match has_restricted(&ties) {
        true => words_with("family-ask-restricted", &[("names", &names.join(", "))]),
        false => words("family-ask-warned"),
    };
    let answer = |value: &str, id: &str| Choice::of(value, words(id), said);
    let answers = vec![answer("another", "family-ask-another"), answer("same", "family-ask-same")];
    Ok(Some(Ask { question, answers }))
}

/// People of the register whose name holds what is looked for; those who are tied already are left out, and
/// so are the adults of a child from whom a restriction keeps the reader. Four queries, six where there is such a child.
async fn found(reader: &Reader<'_>, id: &ChildId, find: &str) -> Result<Vec<Found>> {
    let key = names::search_key(find);
    let ties = queries::ties_of(reader, id).await?;
    let people = members(reader).await?;
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let (setting, me) = (&reader.scope.setting, reader.scope.person.as_ref());
    let kept_from = kept_from(reader.db(), setting, me).await?;
    let apart = their_adults(reader.db(), setting, (me, &kept_from)).await?;
    let fits = |member: &&Member| {
        let tied = ties.iter().any(|tie| tie.person_id == member.person.id);
        member.person.search_key.contains(&key) && !tied && !apart.contains(&member.person.id)
    };
    let roles = |member: &Member| {
        let roles = member.standing.role_list();
        roles.iter().map(|role| words(&format!("role-{}", role.name()))).collect::<Vec<_>>().join(", ")
    };
    let line = |member: &Member| Found {
        person: member.person.id.0.clone(),
        name: member.person.name.clone(),
        what: match &member.person.phone {
            Some(phone) => format!("{}, {phone}", roles(member)),
            None => roles(member),
        },
    };
    Ok(people.iter().filter(fits).take(MOST_FOUND).map(line).collect())
}

/// Relations to choose from.
pub(super) fn relations(chosen: Kinship) -> Vec<Choice> {
    let of = |it: &Kinship| Choice::of(it.name(), words(&format!("relation-{}", it.name())), chosen.name());
    Kinship::ALL.iter().map(of).collect()
}

/// Whether somebody has parental responsibility, to choose from.
pub(super) fn responsibilities(chosen: Responsibility) -> Vec<Choice> {
    let of =
        |it: &Responsibility| Choice::of(it.name(), words(&format!("responsibility-{}", it.name())), chosen.name());
    Responsibility::ALL.iter().map(of).collect()
}

/// The tie as a form sends it.
pub(super) fn posted_tie(posted: &Posted) -> Result<(Kinship, Responsibility)> {
    let missing = |field, id: &str| Error::Invalid(vec![FieldError { field, message: words(id) }]);
    let relation =
        Kinship::parse(posted.get("relation")).ok_or_else(|| missing("relation", "family-relation-missing"))?;
    let responsibility = Responsibility::parse(posted.get("responsibility"))
        .ok_or_else(|| missing("responsibility", "family-responsibility-missing"))?;
    Ok((relation, responsibility))
}

/// `POST /children/{id}/family`
pub async fn add(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let id = ChildId::parse(&id)?;
    let typed = Typed {
        name: posted.get("name").to_owned(),
        email: posted.get("email").to_owned(),
        phone: posted.get("phone").to_owned(),
        address: posted.get("address").replace("\r\n", "\n"),
        another: posted.get("another") == "yes",
        said: posted.get("said").to_owned(),
    };
    let action = action(&id, &typed, &posted);
    let outcome = match action {
        Ok(action) => visit.perform(action).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => Ok(to_done(&format!("/children/{id}/family"), "added")),
        Err(Error::Invalid(errors)) => {
            let facts = |kept_away| SaveGuardianFacts { decides: false, kept_away };
            let reader = family_again(&visit, Asking { child: &id, facts }).await?;
            // Whoever is there already under this name is offered right away.
            let mut page = add_page(&visit, &reader, &id, (typed.name.clone(), typed)).await?;
            page.page.error = true;
            page.asks_another |= errors.iter().any(is_namesake);
            page.errors = FormErrors::new(errors);
            for (choices, field) in [(&mut page.relations, "relation"), (&mut page.responsibilities, "responsibility")]
            {
                choices.iter_mut().for_each(|choice| choice.chosen = choice.value == posted.get(field));
            }
            html_wrong(&page)
        }
        Err(error) => Err(error),
    }
}

fn action(id: &ChildId, typed: &Typed, posted: &Posted) -> Result<SaveGuardian> {
    let (child, said) = (id.clone(), IsRestricted::parse(&typed.said));
    let person = posted.get("person");
    if !person.is_empty() {
        return Ok(SaveGuardian::Known { child, person: PersonId::parse(person)?, tie: posted_tie(posted)?, said });
    }
    let fields = AdultFields::parse(&typed.name, &typed.email, &typed.phone, &typed.address);
    match (fields, posted_tie(posted)) {
        (Ok(fields), Ok(tie)) => Ok(SaveGuardian::New { child, fields, tie, another: typed.another, said }),
        (Err(Error::Invalid(mut errors)), Err(Error::Invalid(others))) => {
            errors.extend(others);
            Err(Error::Invalid(errors))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}
