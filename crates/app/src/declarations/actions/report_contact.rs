//! Reports social contact: one tap makes the report and tells whoever gets reports; words are added after. Upholds
//! `people.social-contact-report`. Also takes what was saved on a device without a connection, once it can be sent. The mail says
//! that something waits and nothing of it.

use std::pin::Pin;

use sea_orm::ActiveValue::Set;
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use serde::Deserialize;
use stairgate_rulebook::Verb;

use super::proof;
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::declarations::choices::ContactKind;
use crate::declarations::deciders::Deciders;
use crate::declarations::facts::ReportContactFacts;
use crate::declarations::model::{contact_addition, contact_report};
use crate::declarations::policy::{CONTACT, must_be_on};
use crate::declarations::sealed::{self, Addition, LONGEST_TEXT, Of};
use crate::declarations::told::told;
use crate::declarations::typed::Typed;
use crate::people::actions::sessions::signed_in;
use crate::people::leads::{absences_of, team};
use crate::people::queries;
use crate::people::telling::mail_each;
use crate::platform::clock::{Day, Instant};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{ContactAdditionId, ContactReportId, PersonId, TabletId};
use crate::platform::jobs::Job;
use crate::platform::names::LONGEST_NAME;
use crate::tablets::{ClaimedHow, SavedItem, SavedKind, Taken};
use crate::web::forms::Posted;
use crate::web::words::words;

/// Makes a report, or adds to one's own.
pub struct ReportContact {
    id: ContactReportId,
    what: What,
    found: Option<contact_report::Model>,
}

enum What {
    New(ContactKind),
    Add(Addition),
}

impl ReportContact {
    /// The first tap. The page gives the id, so that a second press makes no second report.
    pub fn new(posted: &Posted) -> Result<Self> {
        let kind = ContactKind::parse(posted.get("kind"))
            .ok_or_else(|| Error::field("kind", words("declare-contact-missing")))?;
        let id = ContactReportId::parse(posted.get("id")).unwrap_or_else(|_| ContactReportId::fresh());
        Ok(Self { id, what: What::New(kind), found: None })
    }

    /// Reads what is added: words, a family, a day; at least one of them.
    pub fn parse_addition(id: ContactReportId, posted: &Posted) -> Result<Self> {
        let mut typed = Typed::new(posted);
        let (family, text) = (typed.name("family", None), typed.text("words", None));
        let happened_on = typed.day("happened", None);
        if family.is_empty() && text.is_empty() && happened_on.is_none() {
            typed.wrong("words", words("declare-contact-empty"));
        }
        typed.done()?;
        let addition = Addition { family, happened_on, words: text };
        Ok(Self { id, what: What::Add(addition), found: None })
    }
}

impl Action for ReportContact {
    type Facts = ReportContactFacts;
    type Output = ContactReportId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<ReportContactFacts> {
        must_be_on(tx.rulebook.rulebook(), CONTACT)?;
        let me = &signed_in(&tx.actor)?.person;
        let found = contact_report::Entity::find_by_id(self.id.clone())
            .filter(contact_report::Column::SettingId.eq(tx.setting_id()?.clone()))
            .one(&tx.read())
            .await?;
        let is_mine = found.as_ref().is_none_or(|row| row.maker() == Some(me));
        let is_there = found.is_some() || matches!(self.what, What::New(_));
        if !is_mine || !is_there {
            return Err(Error::NotFound);
        }
        self.found = found;
        Ok(ReportContactFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<ContactReportId>> {
        let subject = Subject::ContactReport(self.id.clone());
        match (self.what, self.found) {
            (What::New(_), Some(_)) => Ok(Done::new(permit, subject, self.id).detail("repeated", true)),
            (What::New(kind), None) => {
                let me = signed_in(&tx.actor)?.clone();
                let report = NewReport { id: self.id.clone(), person: Some(me.person.clone()), kind, saved: None };
                store(tx, tx.write(&permit), report).await?;
                let mails = mails(tx, Some(&me.person)).await?;
                let told = mails.len();
                let done = Done::new(permit, subject, self.id).detail("told", told);
                Ok(mails.into_iter().fold(done, Done::job))
            }
            (What::Add(_), found) if found.as_ref().is_none_or(|row| row.answered_at.is_some()) => {
                Err(Error::field("words", words("declare-contact-answered-already")))
            }
            (What::Add(addition), _) => {
                let sealed = add(tx, tx.write(&permit), &self.id, &addition).await?;
                Ok(Done::new(permit, subject, self.id).detail("sealed", sealed))
            }
        }
    }

    fn subject(&self) -> Subject {
        Subject::ContactReport(self.id.clone())
    }
}

/// A report as it comes into the books.
struct NewReport {
    id: ContactReportId,
    person: Option<PersonId>,
    kind: ContactKind,
    saved: Option<(TabletId, Instant, ClaimedHow)>,
}

async fn store(tx: &Tx<'_>, db: &DatabaseTransaction, report: NewReport) -> Result<()> {
    let (tablet, claimed_at, how) = match report.saved {
        Some((tablet, at, how)) => (Some(tablet), Some(at), Some(how.name().to_owned())),
        None => (None, None, None),
    };
    contact_report::ActiveModel {
        id: Set(report.id),
        setting_id: Set(tx.setting_id()?.clone()),
        person_id: Set(report.person),
        kind: Set(report.kind.name().to_owned()),
        made_at: Set(tx.now),
        tablet_id: Set(tablet),
        claimed_at: Set(claimed_at),
        claimed_how: Set(how),
        answered_by: Set(None),
        answered_at: Set(None),
        outcome: Set(None),
        outcome_sealed: Set(None),
    }
    .insert(db)
    .await?;
    Ok(())
}

async fn add(tx: &Tx<'_>, db: &DatabaseTransaction, report: &ContactReportId, addition: &Addition) -> Result<String> {
    if addition.happened_on.is_some_and(|day| day > tx.today) {
        return Err(Error::field("happened", words("declare-happened-later")));
    }
    let id = ContactAdditionId::fresh();
    let content_sealed = sealed::seal(tx.house, Of::Addition(id.as_str()), addition)?;
    let kept = proof(&content_sealed);
    contact_addition::ActiveModel {
        id: Set(id),
        setting_id: Set(tx.setting_id()?.clone()),
        report_id: Set(report.clone()),
        added_at: Set(tx.now),
        content_sealed: Set(content_sealed),
    }
    .insert(db)
    .await?;
    Ok(kept)
}

/// One mail to each who is told. It says that something waits, and nothing of it.
async fn mails(tx: &Tx<'_>, reporter: Option<&PersonId>) -> Result<Vec<Job>> {
    let setting = tx.setting_id()?;
    let members = queries::members_of(&tx.read(), setting).await?;
    let team = team(&members, &absences_of(&tx.read(), setting, tx.today).await?);
    let roles = tx.rulebook.rulebook().limits().reports_go_to;
    let mut told: Vec<_> = told(&members, &team, (&roles, tx.today), reporter).into_iter().cloned().collect();
    if told.is_empty() {
        told = Deciders::inside(tx).await?.of_reporter(reporter)?.people;
    }
    let accounts = queries::accounts_of(&tx.read(), &told).await?;
    let mut addresses: Vec<String> = accounts.into_values().map(|account| account.email).collect();
    addresses.sort_unstable();
    let words = (
        "A report of social contact waits for you in Stairgate",
        "Somebody has reported a social contact. What it is about stands in Stairgate only:",
    );
    Ok(mail_each(tx.house, addresses, words, "/declarations/all"))
}

/// The kind under which a device saves such a report to be sent. Its body: `contact`, what it is about, and where something was
/// typed `family`, `day` and `words`.
pub const SAVED_CONTACT: SavedKind = SavedKind { name: "contact_report", verb: Verb::ReportContact, take: take_saved };

/// What a device saved.
#[derive(Deserialize)]
struct SavedBody {
    // The tiles of the page call it so, and a device saves what the form would have sent.
    #[serde(alias = "kind")]
    contact: ContactKind,
    #[serde(default)]
    family: String,
    #[serde(default)]
    day: Option<Day>,
    #[serde(default)]
    words: String,
}

fn take_saved<'a>(
    tx: &'a Tx<'a>,
    db: &'a DatabaseTransaction,
    (tablet, item): (&'a TabletId, &'a SavedItem),
) -> Pin<Box<dyn Future<Output = Result<Taken>> + Send + 'a>> {
    Box::pin(async move {
        // One mail an hour says that something came from this device; the board has all of it.
        let told = came_lately(tx, tablet).await?;
        let id = store_saved_contact(tx, db, (tablet, item)).await?;
        // Whoever is only said to have reported is told like everybody else.
        let reporter = item.claimed_person.as_ref().filter(|_| item.claimed_how == ClaimedHow::SignedIn);
        let jobs = if told { Vec::new() } else { mails(tx, reporter).await? };
        Ok(Taken { subject: Subject::ContactReport(id), jobs })
    })
}

async fn came_lately(tx: &Tx<'_>, tablet: &TabletId) -> Result<bool> {
    let found = contact_report::Entity::find()
        .filter(contact_report::Column::SettingId.eq(tx.setting_id()?.clone()))
        .filter(contact_report::Column::TabletId.eq(tablet.clone()))
        .filter(contact_report::Column::MadeAt.gte(tx.now.minus(std::time::Duration::from_secs(3_600))))
        .count(&tx.read())
        .await?;
    Ok(found > 0)
}

/// Stores a report that a device had saved. Claim and receipt stay apart: its time to be answered runs from the receipt. A report
/// is never refused because its rule is off or its day has not come: it is stored as it is.
pub async fn store_saved_contact(
    tx: &Tx<'_>,
    db: &DatabaseTransaction,
    (tablet, item): (&TabletId, &SavedItem),
) -> Result<ContactReportId> {
    let body: SavedBody = serde_json::from_value(item.body.clone())
        .map_err(|_| Error::field("body", "This report cannot be read. Tell the lead in person."))?;
    let id = ContactReportId::fresh();
    let from = Some((tablet.clone(), item.claimed_at, item.claimed_how));
    let report = NewReport { id: id.clone(), person: item.claimed_person.clone(), kind: body.contact, saved: from };
    store(tx, db, report).await?;
    let happened_on = body.day.filter(|day| *day <= tx.today);
    let cut = |text: &str, most: usize| text.trim().chars().take(most).collect::<String>();
    let addition =
        Addition { family: cut(&body.family, LONGEST_NAME), happened_on, words: cut(&body.words, LONGEST_TEXT) };
    if addition != Addition::default() {
        add(tx, db, &id, &addition).await?;
    }
    Ok(id)
}
