//! What proves the rules of people that rest on the register itself.

mod credentials;

pub use credentials::{idle_timeout, password_compromise, strong_passwords};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;

use super::model::{account, person};
use super::queries::{self, Member};
use super::users;
use crate::action::{Evidence, Reader, State};
use crate::platform::clock::{Day, words_day};
use crate::platform::error::Result;

/// `people.authorised-users`: every session belongs to somebody who is here, whoever has access has joined and signed, and the lead
/// has signed the register off within the quarter. The caller has read the setting's people. Three queries.
pub async fn authorised_users(reader: &Reader<'_>, members: &[Member], checked_at: &str) -> Result<Evidence> {
    let sessions = queries::sessions_by_person(reader).await?;
    let orphans = accounts_of_nobody(reader).await?;
    let signed_off = users::last_sign_off(reader).await?;
    let here: Vec<&Member> = members.iter().filter(|member| member.is_here(reader.today)).collect();
    let unsigned = here.iter().filter(|member| member.standing.agreement_overdue_days(reader.today) >= 0).count();
    let ended_open = members
        .iter()
        .filter(|member| !member.is_here(reader.today) && sessions.contains_key(&member.person.id))
        .count();
    let is_old = users::is_due(signed_off.as_ref(), &reader.time(), reader.today);
    let signed_off_day = signed_off.map(|row| reader.time().day_of(row.signed_at));
    let state = match (ended_open > 0, unsigned > 0 || orphans > 0 || is_old) {
        (true, _) => State::Broken,
        (false, true) => State::Due,
        (false, false) => State::Kept,
    };
    let figures = vec![
        ("with_access", count(here.len())),
        ("unsigned", count(unsigned)),
        ("sessions_after_the_end", count(ended_open)),
        ("accounts_of_nobody", i64::try_from(orphans).unwrap_or(i64::MAX)),
        ("days_since_sign_off", signed_off_day.map_or(-1, |day| reader.today.days_since(day))),
    ];
    let told = Told { here: here.len(), unsigned, ended_open, orphans, signed_off: signed_off_day };
    Ok(Evidence { state, sentence: told.sentence(checked_at, reader.today), figures })
}

struct Told {
    here: usize,
    unsigned: usize,
    ended_open: usize,
    orphans: u64,
    signed_off: Option<Day>,
}

impl Told {
    fn sentence(&self, checked_at: &str, today: Day) -> String {
        let people = if self.here == 1 { "1 person has".to_owned() } else { format!("{} people have", self.here) };
        let mut parts = vec![format!("{people} access, checked at {checked_at}")];
        match self.unsigned {
            0 => {}
            1 => parts.push("1 of them has not signed and opens nothing else".to_owned()),
            many => parts.push(format!("{many} of them have not signed and open nothing else")),
        }
        match self.ended_open {
            0 => {}
            1 => parts.push("1 session is open of somebody whose access has ended".to_owned()),
            many => parts.push(format!("{many} people have a session open although their access has ended")),
        }
        match self.orphans {
            0 => {}
            1 => parts.push("1 account belongs to nobody".to_owned()),
            many => parts.push(format!("{many} accounts belong to nobody")),
        }
        parts.push(match self.signed_off {
            Some(day) => format!("the register was signed off on {}", words_day(day, today)),
            None => "nobody has signed the register off yet".to_owned(),
        });
        format!("{}.", parts.join("; "))
    }
}

/// Accounts that can sign in and are nobody anywhere on this installation. One query.
async fn accounts_of_nobody(reader: &Reader<'_>) -> Result<u64> {
    let somebody = Query::select()
        .column(person::Column::AccountId)
        .from(person::Entity)
        .and_where(person::Column::AccountId.is_not_null())
        .to_owned();
    Ok(account::Entity::find()
        .filter(account::Column::PasswordHash.is_not_null())
        .filter(account::Column::Id.not_in_subquery(somebody))
        .count(reader.db())
        .await?)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
