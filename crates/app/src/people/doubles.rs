//! People who may be in the register twice: one human has one account, so somebody should look. Nothing is joined by itself, and
//! twins, father and son of one name, and families who share a telephone, are no fault of anybody.

use std::collections::{HashMap, HashSet};

use super::model::{account, phone_key};
use super::queries::Member;
use crate::platform::clock::Day;
use crate::platform::ids::AccountId;

/// More than this on one page helps nobody.
const MOST: usize = 12;
/// What stands before the `@` says something only when it is longer than this: not `info`, `mail`, `kim`.
const SHORT_LOCAL_PART: usize = 5;

/// Two who may be one.
#[derive(Clone, Copy, Debug)]
pub struct Double<'a> {
    /// One.
    pub first: &'a Member,
    /// The other.
    pub second: &'a Member,
    /// Why, as an id of words.
    pub why: &'static str,
}

/// Pairs among those who are here, at most a dozen, the likeliest first: the same name and number, the same name on both sides
/// (staff and family), the same start of the mail address with a name in common, the same name and nothing else.
pub fn doubles<'a>(
    members: &'a [Member],
    accounts: &HashMap<AccountId, account::Model>,
    today: Day,
    is_staff: impl Fn(&Member) -> bool,
) -> Vec<Double<'a>> {
    let here: Vec<&Member> = members.iter().filter(|member| member.standing.has_access(today)).collect();
    let local_part = |member: &Member| {
        let account = member.person.account_id.as_ref().and_then(|id| accounts.get(id))?;
        let local = account.email_key.split('@').next()?.to_owned();
        (local.chars().count() > SHORT_LOCAL_PART).then_some(local)
    };
    let mut named: HashMap<&str, Vec<&Member>> = HashMap::new();
    let mut mailed: HashMap<String, Vec<&Member>> = HashMap::new();
    for member in &here {
        named.entry(&member.person.search_key).or_default().push(member);
        if let Some(local) = local_part(member) {
            mailed.entry(local).or_default().push(member);
        }
    }
    let mut found: Vec<Double<'a>> = Vec::new();
    for (first, second) in named.values().flat_map(|group| pairs(group)) {
        if same_number(first, second) {
            found.push(Double { first, second, why: "double-phone" });
        } else if is_staff(first) != is_staff(second) {
            found.push(Double { first, second, why: "double-both-sides" });
        } else {
            found.push(Double { first, second, why: "double-name" });
        }
    }
    for (first, second) in mailed.values().flat_map(|group| pairs(group)) {
        let known = found
            .iter()
            .any(|double| double.first.person.id == first.person.id && double.second.person.id == second.person.id);
        if !known && share_a_name(first, second) {
            found.push(Double { first, second, why: "double-mail" });
        }
    }
    found.sort_by_key(|double| (double.why == "double-name", double.first.person.sort_key.clone()));
    found.truncate(MOST);
    found
}

fn pairs<'a>(group: &[&'a Member]) -> Vec<(&'a Member, &'a Member)> {
    let pairs =
        group.iter().enumerate().flat_map(|(at, first)| group[at + 1..].iter().map(move |second| (*first, *second)));
    pairs.collect()
}

fn same_number(first: &Member, second: &Member) -> bool {
    let number = |member: &Member| member.person.phone.as_deref().map(phone_key).filter(|key| !key.is_empty());
    number(first).is_some() && number(first) == number(second)
}

fn share_a_name(first: &Member, second: &Member) -> bool {
    let words: HashSet<&str> = first.person.search_key.split(' ').collect();
    second.person.search_key.split(' ').any(|word| words.contains(word))
}
