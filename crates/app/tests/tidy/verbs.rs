//! The list of verbs is the table of routes and the list of actions: what can be asked for is asked for somewhere, once.

use stairgate::serve;
use stairgate_rulebook::{Verb, VerbKind};

use crate::source::{File, all, none, product};

/// View verbs that no page shows as its own.
const NO_ROUTE_VIEWS: &[(Verb, &str)] =
    &[(Verb::ViewSetUp, "a one-time link tells what it is for only when it is opened, by the route of view_link")];

/// Changes that no form asks for.
const NO_ROUTE_CHANGES: &[(Verb, &str)] = &[
    (Verb::UnlockSession, "the sign-in form unlocks a session that locked itself"),
    (Verb::LockTablet, "a shared device performs it before its lock is shown"),
    (Verb::AdoptPolicy, "its page comes with the room of policies; until then set-up adopts the first version"),
    (Verb::OpenChild, "a child's page performs it before it is shown"),
    (Verb::RecoverAccount, "at the console only"),
    (Verb::StoreCoverage, "by the night watch"),
    (Verb::BackUp, "at the console only"),
    (Verb::RestoreBackup, "at the console only"),
    (Verb::BeginDemo, "by `stairgate demo`"),
];

#[test]
fn every_verb_is_asked_for_and_every_route_asks_rightly() {
    let table = serve::routes();
    let mut faults = Vec::new();
    for line in table.table() {
        let fits = match line.verb.kind() {
            VerbKind::View => line.method == "GET",
            VerbKind::Change => line.method == "POST",
        };
        if !fits {
            faults.push(format!("{} {} asks for {}", line.method, line.path, line.verb));
        }
    }
    for verb in Verb::ALL {
        let routed = table.table().iter().any(|line| line.verb == *verb);
        let listed = NO_ROUTE_VIEWS.iter().chain(NO_ROUTE_CHANGES).any(|(name, _)| name == verb);
        match (routed, listed) {
            (false, false) => faults.push(format!("{verb} has no route and no reason")),
            (true, true) => faults.push(format!("{verb} has a route and is listed without one")),
            _ => {}
        }
    }
    none("verbs and routes", &faults);
}

#[test]
fn every_change_has_one_action_and_one_kind_of_facts() {
    let one = "impl Facts for SignOutFacts {\n const VERB: Verb = Verb::SignOut; }\ntype Facts = SignOutFacts;";
    let sample = |text: &str| vec![File::of("crates/app/src/people/x.rs", text)];
    assert!(faults_of(Verb::SignOut, &sample(one)).is_empty());
    assert!(!faults_of(Verb::SignOut, &sample(&format!("{one}\ntype Facts = SignOutFacts;"))).is_empty());
    assert!(!faults_of(Verb::SignOut, &sample("type Facts = SignOutFacts;")).is_empty());
    assert!(!faults_of(Verb::EndAccess, &sample(one)).is_empty());

    let files = product();
    let changes = Verb::ALL.iter().filter(|verb| verb.kind() == VerbKind::Change);
    none("verbs and actions", &changes.flat_map(|verb| faults_of(*verb, &files)).collect::<Vec<_>>());

    // A page about one thing names its facts too (`View`), and those begin with what they open, or stand for any.
    let actions: usize = files
        .iter()
        .map(|file| {
            let code = file.code();
            let of_pages = ["type Facts = View", "type Facts = F;"].map(|page| all(&code, page).len());
            all(&code, "type Facts = ").len() - of_pages.iter().sum::<usize>()
        })
        .sum();
    let changes = Verb::ALL.iter().filter(|verb| verb.kind() == VerbKind::Change).count();
    assert_eq!(actions, changes, "there is an action for no verb");
}

fn faults_of(verb: Verb, files: &[File]) -> Vec<String> {
    let noun = camel(verb.name());
    let (mut actions, mut bindings) = (0, 0);
    for file in files {
        let code = file.code();
        actions += all(&code, &format!("type Facts = {noun}Facts;")).len();
        bindings += all(&code, &format!("const VERB: Verb = Verb::{noun};")).len();
        let by_macro = all(&code, &format!("{noun}Facts = {noun}"));
        bindings +=
            by_macro.iter().filter(|at| !code[**at..].starts_with(&format!("{noun}Facts = {noun}Facts"))).count();
    }
    let mut faults = Vec::new();
    if actions != 1 {
        faults.push(format!("{verb} has {actions} actions whose facts are {noun}Facts"));
    }
    if bindings != 1 {
        faults.push(format!("{verb} is named by {bindings} kinds of facts"));
    }
    faults
}

fn camel(name: &str) -> String {
    name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}
