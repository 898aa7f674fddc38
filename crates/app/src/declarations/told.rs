//! Who is told of a report of social contact: whoever is on duty in a position that gets reports, and the other roles that do; never
//! the one who made it, and nobody who is away. Upholds `people.social-contact-report`.

use stairgate_rulebook::Role;

use crate::people::leads::duty::{POSITIONS, Team};
use crate::people::queries::Member;
use crate::platform::clock::Day;
use crate::platform::ids::PersonId;

/// Those who are told, in the order of the members. Where the one who reports is the only one who gets reports, whoever else is on
/// duty is told, and the managers where that is nobody.
pub fn told<'m>(
    members: &'m [Member],
    team: &Team,
    (roles, today): (&[Role], Day),
    reporter: Option<&PersonId>,
) -> Vec<&'m Member> {
    let duty = team.on_duty(today);
    let may_be_told = |member: &&Member| {
        member.person.account_id.is_some()
            && member.is_here(today)
            && !member.standing.restricted
            && Some(&member.person.id) != reporter
    };
    let others: Vec<&Member> = members.iter().filter(may_be_told).collect();
    let on_duty_as = |member: &Member, wanted: &dyn Fn(Role) -> bool| {
        duty.iter().any(|turn| turn.person == member.person.id && wanted(turn.role))
    };
    let gets_reports = |member: &&&Member| {
        let by_position = on_duty_as(member, &|role| roles.contains(&role));
        by_position || roles.iter().any(|role| !POSITIONS.contains(role) && member.has(*role))
    };
    let mut told: Vec<&Member> = others.iter().filter(gets_reports).copied().collect();
    if told.is_empty() {
        told = others.iter().filter(|member| on_duty_as(member, &|_| true)).copied().collect();
    }
    if told.is_empty() {
        told = others.into_iter().filter(|member| member.has(Role::Manager)).collect();
    }
    told
}
