//! The printed matrix, role x verb x state, as a file that reviewers read. `UPDATE_SNAPSHOTS=1` writes it anew.

use std::{fmt::Write, path::Path};

use serde_json::json;
use stairgate_rulebook::{Actor, Compiled, Refusal, RefusalKind, Role, Standing, Verb, actions_json};

use crate::people::{allowed, good_facts, job, person, policy_d, standing, tablet};

type State = (&'static str, fn(&mut Standing));

const STATES: &[State] = &[
    ("nothing holds the person back", |_| {}),
    ("the agreement is not signed", |standing| standing.agreement_overdue_days = 0),
    ("no second factor", |standing| standing.second_factor = false),
    ("the password is too old", |standing| standing.password_age_days = 401),
    ("the session has locked", |standing| standing.idle_minutes = 16),
    ("nobody has used the shared device for three minutes", |standing| {
        (standing.idle_minutes, standing.place.setting_device, standing.place.shared_device) = (3, true, true);
    }),
    ("at work, in working hours, on a device of one's own", |standing| {
        (standing.place.on_premises, standing.place.working_hours) = (true, true);
    }),
    ("access is restricted", |standing| standing.restricted = true),
    ("access has ended", |standing| standing.access_ended = true),
];

#[test]
fn the_matrix_is_as_it_was_reviewed() {
    let compiled = policy_d();
    let mut text = String::from(
        "Who may do what, under policy D as it stands, when the facts of the request itself stand in nobody's way.\n\
         yes = allowed, . = refused by a rule, blank = the verb is not for that kind of actor.\n",
    );
    for (title, change) in STATES {
        writeln!(text, "\n== {title}").expect("a string takes it");
        text += &table(&compiled, *change);
    }
    text += "\n== Whose it is: each fact that lets somebody in where a role alone does not\n";
    text += &scopes(&compiled);
    text += "\n== One fact changed: what is refused, by which forbid, rules and clauses, and what the person is told\n";
    for verb in Verb::ALL {
        text += &changes(&compiled, *verb);
    }
    compare("matrix.txt", &text);
}

fn table(compiled: &Compiled, change: fn(&mut Standing)) -> String {
    let mut columns: Vec<(&str, Actor)> =
        Role::ALL.iter().map(|role| (short(*role), standing(&[*role], change))).collect();
    columns.extend([("no role", standing(&[], change)), ("system", job())]);
    columns.extend([("tablet", tablet()), ("nobody", Actor::Nobody)]);
    let head: String = columns.iter().map(|(name, _)| format!(" {name:^9}")).collect();
    let mut text = format!("{:<24}{}\n", "", head.trim_end());
    for verb in Verb::ALL {
        let cells: String = columns.iter().map(|(_, actor)| format!(" {:^9}", cell(compiled, *verb, actor))).collect();
        text += format!("{:<24}{}", verb.name(), cells).trim_end();
        text.push('\n');
    }
    text
}

/// The verbs that turn on how the person is tied to what they ask for, with nothing but one such tie.
const SCOPES: &[(Verb, &[&str])] = &[
    (Verb::ViewChild, &["in_my_room", "key_child", "own_child"]),
    (Verb::OpenChild, &["in_my_room", "key_child", "own_child"]),
    (Verb::ViewFamily, &["key_child"]),
    (Verb::ViewDeclaration, &["concerned", "falls_to_reader"]),
    (Verb::ReportPassword, &["own"]),
    (Verb::HandOver, &["own"]),
    (Verb::MarkAbsent, &["own"]),
    (Verb::EndAbsence, &["own"]),
    (Verb::EndSession, &["own"]),
];

fn scopes(compiled: &Compiled) -> String {
    let people: Vec<Actor> = Role::ALL.iter().map(|role| person(&[*role])).chain([person(&[])]).collect();
    let head: String = Role::ALL.iter().map(|role| format!(" {:^9}", short(*role))).collect();
    let mut text = format!("{:<35}{head}  no role\n", "");
    for (verb, ties) in SCOPES {
        for tie in ties.iter().map(Some).chain([None]) {
            let mut facts = good_facts(*verb);
            ties.iter().for_each(|other| facts[*other] = json!(Some(other) == tie));
            let goes = |actor| if allowed(compiled, *verb, actor, &facts) { "yes" } else { "." };
            let cells: String = people.iter().map(|actor| format!(" {:^9}", goes(actor))).collect();
            let row = format!("{verb} {}", tie.map_or_else(|| "without".to_owned(), |tie| format!("with {tie}")));
            text += format!("{row:<35}{cells}").trim_end();
            text.push('\n');
        }
    }
    text
}

fn cell(compiled: &Compiled, verb: Verb, actor: &Actor) -> &'static str {
    let decision = compiled.decide_json(verb, actor, &good_facts(verb));
    match decision.refusal().map(|refusal| refusal.kind) {
        None => "yes",
        Some(RefusalKind::ByRule) => ".",
        Some(RefusalKind::Malformed) => "",
        Some(kind) => panic!("{verb} {actor:?}: {kind:?}"),
    }
}

fn short(role: Role) -> &'static str {
    match role {
        Role::AssistantDeputy => "assistant",
        Role::Practitioner => "practit.",
        Role::Contractor => "contract.",
        Role::AgencyWorker => "agency",
        Role::Professional => "profess.",
        other => other.name(),
    }
}

fn changes(compiled: &Compiled, verb: Verb) -> String {
    let good = good_facts(verb);
    let actors = [person(&[Role::Practitioner]), person(&[Role::Manager]), job(), tablet(), Actor::Nobody];
    let Some(actor) = actors.iter().find(|actor| allowed(compiled, verb, actor, &good)) else {
        panic!("nobody can {verb}");
    };
    let mut text = String::new();
    for (name, value) in good.as_object().expect("an object") {
        let changed = match value.as_bool() {
            Some(flag) => json!(!flag),
            None => json!(0),
        };
        let mut facts = good.clone();
        facts[name] = changed.clone();
        let decision = compiled.decide_json(verb, actor, &facts);
        text += &format!("{verb} with {name} = {changed}\n    {}\n", told(decision.refusal()));
    }
    text
}

fn told(refusal: Option<&Refusal>) -> String {
    let Some(refusal) = refusal else {
        return "is allowed".to_owned();
    };
    let join = |words: Vec<String>| words.join(", ");
    let rules = join(refusal.rules.iter().map(ToString::to_string).collect());
    let clauses = join(refusal.clauses.iter().map(ToString::to_string).collect());
    let clauses = if clauses.is_empty() { "no clause".to_owned() } else { clauses };
    format!("{} | {rules} | {clauses}\n    {}", join(refusal.grounds.clone()), refusal.needs.join(" / "))
}

#[test]
fn reporting_is_refused_to_nobody_whose_access_has_not_ended() {
    let compiled = policy_d();
    for role in Role::ALL {
        let worst = standing(&[*role], |standing| {
            standing.agreement_overdue_days = 1000;
            standing.second_factor = false;
            standing.password_age_days = 1000;
            standing.idle_minutes = 1000;
            standing.restricted = true;
        });
        assert!(allowed(&compiled, Verb::ViewReport, &worst, &json!({})), "{role}");
    }
}

#[test]
fn every_verb_is_open_to_somebody_and_every_fact_belongs_to_a_schema() {
    let compiled = policy_d();
    for action in actions_json().as_array().expect("a list") {
        let verb: Verb = action["verb"].as_str().expect("a name").parse().expect("a verb");
        let actors = [person(&[Role::Manager]), job(), tablet(), Actor::Nobody];
        assert!(actors.iter().any(|actor| allowed(&compiled, verb, actor, &good_facts(verb))), "{verb}");
    }
}

fn compare(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, text).expect("the snapshot can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (kept, now)) in kept.lines().zip(text.lines()).enumerate() {
        assert_eq!(kept, now, "tests/snapshots/{name}, line {}: UPDATE_SNAPSHOTS=1 writes it anew", number + 1);
    }
    assert_eq!(kept.lines().count(), text.lines().count(), "tests/snapshots/{name}: UPDATE_SNAPSHOTS=1 writes it anew");
}
