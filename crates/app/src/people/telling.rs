//! Who is told by mail when something needs a lead at once: whoever is on duty first, the next in line where they are concerned.
//! Nobody is told about themselves. The words name no child and nobody else, since mail goes through other people's servers.

use sea_orm::ConnectionTrait;

use super::leads::duty::POSITIONS;
use super::leads::{absences_of, team};
use super::queries::{self, Member};
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::house::House;
use crate::platform::ids::PersonId;
use crate::platform::jobs::Job;
use crate::platform::settings;

/// Mail addresses of those who are on duty and can be told about `concerned`: leads and who stands in for them, else deputies,
/// else assistants. Nothing waits for somebody who is away. Empty where nobody has a mail address.
pub async fn leads_to_tell(
    db: &impl ConnectionTrait,
    setting: &settings::Model,
    concerned: Option<&PersonId>,
    now: Instant,
) -> Result<Vec<String>> {
    let today = settings::time_of(Some(setting)).day_of(now);
    let members = queries::members_of(db, &setting.id).await?;
    let duty = team(&members, &absences_of(db, &setting.id, today).await?).on_duty(today);
    let can_be_told = duty.iter().filter(|turn| Some(&turn.person) != concerned);
    for role in POSITIONS {
        let turns: Vec<_> = can_be_told.clone().filter(|turn| turn.role == role).collect();
        let told = members.iter().filter(|member| turns.iter().any(|turn| turn.person == member.person.id));
        let told: Vec<Member> = told.cloned().collect();
        let accounts = queries::accounts_of(db, &told).await?;
        let mut mails: Vec<String> = accounts.into_values().map(|account| account.email).collect();
        if !mails.is_empty() {
            mails.sort_unstable();
            return Ok(mails);
        }
    }
    Ok(Vec::new())
}

/// The same mail to each of several addresses. `page` is where more stands, for those who sign in.
pub fn mail_each(house: &House, to: Vec<String>, (subject, text): (&str, &str), page: &str) -> Vec<Job> {
    let address = format!("{}{page}", house.config.base_url());
    to.into_iter()
        .map(|to| Job::Mail { to, subject: subject.to_owned(), text: format!("{text}\n\n{address}\n") })
        .collect()
}
