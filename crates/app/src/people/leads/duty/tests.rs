//! Who is on duty, day by day: Priya leads, Tom and Uma are deputies, Wes is assistant, Amina works with children.

use super::*;

fn day(text: &str) -> Day {
    format!("2026-11-{text}").parse().expect("a day")
}

fn days(from: &str, until: &str) -> Days {
    Days { from: day(from), until: (!until.is_empty()).then(|| day(until)) }
}

fn id(name: &str) -> PersonId {
    PersonId(name.to_owned())
}

fn colleague(name: &str, positions: &[Role]) -> Colleague {
    Colleague { person: id(name), here: days("01", ""), positions: positions.to_vec() }
}

fn away(name: &str, when: Days, cover: &str) -> Away {
    Away { person: id(name), days: when, cover: (!cover.is_empty()).then(|| id(cover)) }
}

fn team(away: &[Away]) -> Team {
    Team {
        colleagues: vec![
            colleague("amina", &[]),
            colleague("priya", &[Role::Lead]),
            colleague("tom", &[Role::Deputy]),
            colleague("uma", &[Role::Deputy]),
            colleague("wes", &[Role::AssistantDeputy]),
        ],
        away: away.to_vec(),
    }
}

fn names(team: &Team, on: &str) -> Vec<String> {
    team.on_duty(day(on)).into_iter().map(|turn| turn.person.0).collect()
}

#[test]
fn the_lead_comes_first_then_deputies_then_assistants() {
    assert_eq!(names(&team(&[]), "20"), ["priya", "tom", "uma", "wes"]);
}

#[test]
fn an_absence_holds_from_its_first_day_to_its_last() {
    let team = team(&[away("priya", days("20", "22"), "")]);
    assert_eq!(names(&team, "19")[0], "priya");
    assert_eq!(names(&team, "20"), ["tom", "uma", "wes"]);
    assert_eq!(names(&team, "22"), ["tom", "uma", "wes"]);
    assert_eq!(names(&team, "23")[0], "priya", "it ends by itself");
    assert_eq!(team.missing(day("21")).len(), 1);
    assert!(team.missing(day("23")).is_empty());
}

#[test]
fn an_absence_without_an_end_goes_on() {
    assert_eq!(names(&team(&[away("priya", days("20", ""), "")]), "30")[0], "tom");
}

#[test]
fn a_named_cover_stands_where_the_lead_stood() {
    let with_amina = team(&[away("priya", days("20", "22"), "amina")]);
    let duty = with_amina.on_duty(day("20"));
    assert_eq!(duty[0], Turn { person: id("amina"), role: Role::Lead, instead_of: Some(id("priya")) });
    assert_eq!(names(&with_amina, "20"), ["amina", "tom", "uma", "wes"]);
    // A deputy who covers comes first, and once.
    assert_eq!(names(&team(&[away("priya", days("20", "22"), "uma")]), "20"), ["uma", "tom", "wes"]);
}

#[test]
fn a_cover_who_is_away_or_gone_covers_nothing() {
    let team = team(&[away("priya", days("20", "27"), "tom"), away("tom", days("24", "25"), "")]);
    assert_eq!(names(&team, "20"), ["tom", "uma", "wes"]);
    assert_eq!(names(&team, "24"), ["uma", "wes"]);
    let mut left = self::team(&[away("priya", days("20", "27"), "amina")]);
    left.colleagues[0].here = days("01", "21");
    assert_eq!(names(&left, "21")[0], "amina");
    assert_eq!(names(&left, "22")[0], "tom");
    left.away[0].cover = Some(id("somebody else"));
    assert_eq!(names(&left, "20")[0], "tom");
}

#[test]
fn nobody_who_waits_is_asked_and_everybody_away_leaves_nobody() {
    let all: Vec<Away> = ["priya", "tom", "uma", "wes"].map(|name| away(name, days("20", "20"), "")).to_vec();
    assert!(names(&team(&all), "20").is_empty());
    assert_eq!(team(&all).missing(day("20")).len(), 4);
}

#[test]
fn whoever_holds_two_positions_stands_once() {
    let mut team = team(&[]);
    team.colleagues[2].positions = vec![Role::Lead, Role::Deputy];
    assert_eq!(names(&team, "20"), ["priya", "tom", "uma", "wes"]);
    team.away = vec![away("tom", days("20", "20"), "")];
    assert_eq!(team.missing(day("20")).len(), 1);
}

#[test]
fn access_that_has_not_begun_or_has_ended_holds_no_position() {
    let mut team = team(&[]);
    team.colleagues[1].here = days("21", "25");
    assert_eq!(names(&team, "20")[0], "tom");
    assert_eq!(names(&team, "25")[0], "priya");
    assert_eq!(names(&team, "26")[0], "tom");
}

#[test]
fn a_bare_day_is_found_wherever_it_lies() {
    let mut small = Team { colleagues: vec![colleague("priya", &[Role::Lead])], away: Vec::new() };
    let before = small.clone();
    small.away = vec![away("priya", days("24", "26"), "")];
    assert_eq!(small.first_bare_day(&before, day("20")), Some(day("24")));
    assert_eq!(small.first_bare_day(&before, day("25")), Some(day("25")));
    assert_eq!(small.first_bare_day(&before, day("27")), None);
    // A cover who is away in the middle leaves a bare day in the middle.
    small.colleagues.push(colleague("amina", &[]));
    small.away = vec![away("priya", days("24", "28"), "amina"), away("amina", days("26", "26"), "")];
    assert_eq!(small.first_bare_day(&before, day("20")), Some(day("26")));
    // What was bare before is nothing that this change does.
    let bare = small.clone();
    small.away.push(away("priya", days("30", "30"), "amina"));
    assert_eq!(small.first_bare_day(&bare, day("20")), None);
}

#[test]
fn stretches_of_days_overlap_by_their_ends() {
    assert!(days("20", "22").overlap(&days("22", "")));
    assert!(!days("20", "22").overlap(&days("23", "")));
    assert!(days("20", "").overlap(&days("25", "26")));
    assert!(!days("25", "26").overlap(&days("20", "24")));
}
