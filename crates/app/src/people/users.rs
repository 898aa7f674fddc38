//! The register of authorised users: everybody with access today, the digest by which a sign-off is bound to the list that was
//! shown, and when the next one is due. Carries `people.authorised-users`.

use sea_orm::QueryOrder;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::model::register_sign_off;
use super::queries::Member;
use crate::action::Reader;
use crate::platform::clock::{Day, SettingTime, words_day};
use crate::platform::error::{Error, Result};
use crate::platform::ids::hex;
use crate::web::words::{words, words_with};

/// After so many months the register is looked through again.
pub const DUE_MONTHS: i64 = 3;

/// Those who have access today, in the order given.
pub fn authorised(members: &[Member], today: Day) -> Vec<&Member> {
    members.iter().filter(|member| member.is_here(today)).collect()
}

/// What a sign-off is bound to: who has access, with which roles, from when and until when, and who is held back. Not names,
/// which may be corrected, and not the order.
pub fn digest(listed: &[&Member]) -> Result<String> {
    #[derive(Serialize)]
    struct Line<'a> {
        person: &'a str,
        roles: &'a str,
        from: Day,
        until: Option<Day>,
        restricted: bool,
    }
    let mut lines: Vec<Line<'_>> = listed
        .iter()
        .map(|member| Line {
            person: member.person.id.as_str(),
            roles: &member.standing.roles,
            from: member.standing.access_from,
            until: member.standing.access_until,
            restricted: member.standing.restricted,
        })
        .collect();
    lines.sort_by_key(|line| line.person);
    let bytes = serde_json::to_vec(&lines).map_err(|err| Error::internal("register of users", err))?;
    Ok(hex(&Sha256::digest(bytes)))
}

/// Every sign-off, the newest first. One query.
pub async fn sign_offs(reader: &Reader<'_>) -> Result<Vec<register_sign_off::Model>> {
    let rows = reader.find::<register_sign_off::Entity>().order_by_desc(register_sign_off::Column::SignedAt);
    Ok(rows.all(reader.db()).await?)
}

/// The newest sign-off. One query.
pub async fn last_sign_off(reader: &Reader<'_>) -> Result<Option<register_sign_off::Model>> {
    let rows = reader.find::<register_sign_off::Entity>().order_by_desc(register_sign_off::Column::SignedAt);
    Ok(rows.one(reader.db()).await?)
}

/// The day by which the register is to be signed off again; none where it never was, which is at once.
pub fn due_on(last: Option<&register_sign_off::Model>, time: &SettingTime) -> Option<Day> {
    last.map(|row| time.day_of(row.signed_at).add_months(DUE_MONTHS))
}

/// Whether a sign-off is due on `today`.
pub fn is_due(last: Option<&register_sign_off::Model>, time: &SettingTime, today: Day) -> bool {
    due_on(last, time).is_none_or(|due| due <= today)
}

/// When the next sign-off is due, in words.
pub fn due_words(reader: &Reader<'_>, last: Option<&register_sign_off::Model>) -> String {
    match due_on(last, &reader.time()) {
        None => words("register-never"),
        Some(due) => {
            let id = if due <= reader.today { "register-was-due" } else { "register-due" };
            words_with(id, &[("day", &words_day(due, reader.today))])
        }
    }
}
