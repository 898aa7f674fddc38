//! Who is told by mail when something needs a lead at once: whoever is on duty for safeguarding, first position first. Nobody is
//! told about themselves. The words name no child and nobody else, since mail goes through other people's servers.

use sea_orm::ConnectionTrait;

use super::leads;
use super::queries::{self, Member};
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::house::House;
use crate::platform::ids::PersonId;
use crate::platform::jobs::Job;
use crate::platform::settings;

/// Mail addresses of those on duty in the first position in which there is somebody else than `concerned`. Empty where nobody on
/// duty has a mail address.
pub async fn leads_to_tell(
    db: &impl ConnectionTrait,
    setting: &settings::Model,
    concerned: Option<&PersonId>,
    now: Instant,
) -> Result<Vec<String>> {
    let today = settings::time_of(Some(setting)).day_of(now);
    let members = queries::members_of(db, &setting.id).await?;
    let absences = leads::absences_of(db, &setting.id, today).await?;
    let mut turns = leads::team(&members, &absences).on_duty(today);
    turns.retain(|turn| Some(&turn.person) != concerned);
    let Some(first) = turns.first().map(|turn| turn.role) else { return Ok(Vec::new()) };
    let is_first = |member: &&Member| turns.iter().any(|turn| turn.role == first && turn.person == member.person.id);
    let told: Vec<Member> = members.iter().filter(is_first).cloned().collect();
    let mut mails: Vec<String> =
        queries::accounts_of(db, &told).await?.into_values().map(|account| account.email).collect();
    mails.sort_unstable();
    Ok(mails)
}

/// The same mail to each of several addresses. `page` is where more stands, for those who sign in.
pub fn mail_each(house: &House, to: Vec<String>, (subject, text): (&str, &str), page: &str) -> Vec<Job> {
    let address = format!("{}{page}", house.config.base_url());
    to.into_iter()
        .map(|to| Job::Mail { to, subject: subject.to_owned(), text: format!("{text}\n\n{address}\n") })
        .collect()
}
