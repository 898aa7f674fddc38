//! Who is told by mail when something needs a lead at once: the leads, and the deputies where the only lead is concerned.
//! Nobody is told about themselves. The words name no child and nobody else, since mail goes through other people's servers.

use sea_orm::ConnectionTrait;
use stairgate_rulebook::Role;

use super::queries::{self, Member};
use crate::platform::clock::Instant;
use crate::platform::error::Result;
use crate::platform::house::House;
use crate::platform::ids::PersonId;
use crate::platform::jobs::Job;
use crate::platform::settings;

/// Mail addresses of those who answer for safeguarding and can be told about `concerned`: the first of leads, deputies and
/// assistants in which there is somebody else. Empty where nobody has a mail address.
pub async fn leads_to_tell(
    db: &impl ConnectionTrait,
    setting: &settings::Model,
    concerned: Option<&PersonId>,
    now: Instant,
) -> Result<Vec<String>> {
    let today = settings::time_of(Some(setting)).day_of(now);
    let members = queries::members_of(db, &setting.id).await?;
    let here = |member: &&Member| member.is_here(today) && Some(&member.person.id) != concerned;
    for role in [Role::Lead, Role::Deputy, Role::AssistantDeputy] {
        let holders: Vec<Member> = members.iter().filter(here).filter(|member| member.has(role)).cloned().collect();
        let accounts = queries::accounts_of(db, &holders).await?;
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
