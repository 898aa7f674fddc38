//! What happens at the main sample in its four weeks: a friendship that is declared, talked about and signed by both, a private
//! message that is reported and answered, a lead who is away and covered, the register signed off. All through the door.

use super::sign_in;
use crate::action::{Actor, perform};
use crate::declarations::actions::answer_contact::AnswerContact;
use crate::declarations::actions::countersign_declaration::CountersignDeclaration;
use crate::declarations::actions::decide_declaration::DecideDeclaration;
use crate::declarations::actions::declare_relationship::DeclareRelationship;
use crate::declarations::actions::report_contact::ReportContact;
use crate::people::actions::mark_absent::{MarkAbsent, TypedAbsence};
use crate::people::actions::sign_off_register::SignOffRegister;
use crate::people::{queries, users};
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{ContactReportId, DecisionId, DeclarationId, PersonId};
use crate::web::forms::Posted;

const PRIYA: &str = "priya@alderhouse.example";
const TOM: &str = "tom@alderhouse.example";
const ROSA: &str = "rosa@alderhouse.example";
const SEAN: &str = "sean@alderhouse.example";

/// The four weeks of the main sample.
pub struct Diary {
    monday: Day,
    tie: DeclarationId,
    decision: DecisionId,
    report: ContactReportId,
}

impl Diary {
    /// Four weeks that begin on `first`; things happen from their first Monday on.
    pub fn from(first: Day) -> Self {
        let monday = (1..=7).map(|days| first.add_days(days)).find(|day| day.weekday() == 1);
        let (tie, decision, report) = (DeclarationId::fresh(), DecisionId::fresh(), ContactReportId::fresh());
        Self { monday: monday.unwrap_or(first), tie, decision, report }
    }

    /// What happens in the morning of `today`.
    pub async fn live(&self, house: &House, today: Day) -> Result<()> {
        match today.days_since(self.monday) {
            0 => self.declare(house).await,
            1 => self.decide(house, today).await,
            2 => self.countersign(house).await,
            3 => self.report(house, today).await,
            4 => self.answer(house).await,
            7 => be_away(house, today).await,
            14 => sign_off(house).await,
            _ => Ok(()),
        }
    }

    async fn declare(&self, house: &House) -> Result<()> {
        let rosa = sign_in(house, ROSA).await?;
        let form = Posted::filled_in(&[
            ("id", self.tie.as_str()),
            ("with", "parent"),
            ("kind", "friendship"),
            ("other", "Elin Lindqvist"),
            ("since", "2021"),
            ("words", "We sing in the same choir. Hugo is not in my room."),
            ("before_joining", "yes"),
            ("signed", "yes"),
            ("name", "Rosa Klein"),
        ]);
        perform(house, &rosa, DeclareRelationship::parse(&form)?).await.map(drop)
    }

    async fn decide(&self, house: &House, today: Day) -> Result<()> {
        let priya = sign_in(house, PRIYA).await?;
        let (talked, review) = (three(today), three(today.add_months(5)));
        let form = Posted::filled_in(&[
            ("id", self.decision.as_str()),
            ("decision", "conditions"),
            ("advice", "The nursery is no subject at choir. If Hugo changes room, we talk again first."),
            ("talked_day", &talked[0]),
            ("talked_month", &talked[1]),
            ("talked_year", &talked[2]),
            ("review_day", &review[0]),
            ("review_month", &review[1]),
            ("review_year", &review[2]),
            ("signed", "yes"),
            ("name", "Priya Nair"),
        ]);
        perform(house, &priya, DecideDeclaration::parse(self.tie.clone(), &form)?).await
    }

    async fn countersign(&self, house: &House) -> Result<()> {
        let rosa = sign_in(house, ROSA).await?;
        let form =
            Posted::filled_in(&[("decision", self.decision.as_str()), ("signed", "yes"), ("name", "Rosa Klein")]);
        perform(house, &rosa, CountersignDeclaration::parse(self.tie.clone(), &form)?).await
    }

    async fn report(&self, house: &House, today: Day) -> Result<()> {
        let sean = sign_in(house, SEAN).await?;
        let tap = Posted::filled_in(&[("id", self.report.as_str()), ("kind", "private_message")]);
        perform(house, &sean, ReportContact::new(&tap)?).await?;
        let yesterday = three(today.add_days(-1));
        let more = Posted::filled_in(&[
            ("family", "Żak"),
            ("happened_day", &yesterday[0]),
            ("happened_month", &yesterday[1]),
            ("happened_year", &yesterday[2]),
            ("words", "Zofia's father sent a friend request to my own account. I have not answered."),
        ]);
        perform(house, &sean, ReportContact::parse_addition(self.report.clone(), &more)?).await.map(drop)
    }

    async fn answer(&self, house: &House) -> Result<()> {
        let priya = sign_in(house, PRIYA).await?;
        let form = Posted::filled_in(&[
            ("outcome", "advised"),
            (
                "words",
                "Thank you for telling us. I spoke to Zofia's father at pick-up; he understands. Leave the request.",
            ),
        ]);
        perform(house, &priya, AnswerContact::parse(self.report.clone(), &form)?).await
    }
}

/// The lead says on a Monday that she is away from Tuesday to Thursday, and who stands in.
async fn be_away(house: &House, today: Day) -> Result<()> {
    let priya = sign_in(house, PRIYA).await?;
    let (own, cover) = (me(&priya)?, me(&sign_in(house, TOM).await?)?);
    let absence =
        TypedAbsence { person: own.0, from: today.add_days(1).into(), until: today.add_days(3).into(), cover: cover.0 };
    perform(house, &priya, MarkAbsent::parse(&absence)?).await.map(drop)
}

async fn sign_off(house: &House) -> Result<()> {
    let priya = sign_in(house, PRIYA).await?;
    let db = house.store.begin_read().await?;
    let setting = priya.setting().ok_or(Error::SignedOut)?;
    let members = queries::members_of(&db, setting).await?;
    drop(db);
    let today = super::time()?.day_of(house.now());
    let shown = users::digest(&users::authorised(&members, today))?;
    perform(house, &priya, SignOffRegister::parse(&shown, "Priya Nair", true)?).await.map(drop)
}

fn me(actor: &Actor) -> Result<PersonId> {
    match actor {
        Actor::Person(me) => Ok(me.person.clone()),
        _ => Err(Error::SignedOut),
    }
}

/// A day as it is typed into three boxes.
fn three(day: Day) -> [String; 3] {
    let (year, month, day) = day.parts();
    [day.to_string(), month.to_string(), year.to_string()]
}
