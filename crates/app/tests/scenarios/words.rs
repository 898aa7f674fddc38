//! The words on screen: each id that the sources name has a text, each text is used, and what sources put together at run
//! time (`role-` and a role's name) has a text for everything that it can become. No database: these look at files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use stairgate::action::State;
use stairgate::children::model::{Kinship, Responsibility, Restriction};
use stairgate::imports;
use stairgate::imports::model::Choice;
use stairgate::imports::pages::rows::{FILTERS, Tense};
use stairgate::imports::plan::{Verdict, What};
use stairgate::people::alerts::Reason;
use stairgate::web::words::has_words;
use stairgate_rulebook::{Role, Verb};

use crate::harness::ids;

/// Kinds of errors, as `error-KIND-what` names them.
const ERRORS: [&str; 10] =
    ["signed-out", "not-found", "invalid", "refused", "conflict", "stale", "too-many", "busy", "disk-full", "internal"];

#[test]
fn every_id_in_the_sources_has_words() {
    let mut named = 0;
    for (path, source) in sources() {
        for before in ["words(\"", "page.t(\"", "words: \""] {
            for id in source.split(before).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(has_words(id), "{} says {id}, which has no words", path.display());
                named += 1;
            }
        }
    }
    assert!(named > 300, "only {named} ids were found");
}

#[test]
fn every_id_that_is_put_together_has_words() {
    let (roles, verbs) = (Role::ALL.iter().map(|role| role.name()), Verb::ALL.iter().map(|verb| verb.name()));
    let states = State::ALL.map(|state| state.name().replace('_', "-"));
    let errors = ERRORS.iter().flat_map(|kind| ["heading", "safe", "next"].map(|part| format!("error-{kind}-{part}")));
    let mut all: Vec<String> = roles.map(|role| format!("role-{role}")).collect();
    all.extend(verbs.map(|verb| format!("verb-{verb}")));
    all.extend(states.map(|state| format!("state-{state}")));
    all.extend(["joined", "reset", "setup", "reported"].map(|done| format!("sign-in-done-{done}")));
    all.extend(["must", "should", "advised"].map(|strength| format!("strength-{strength}")));
    all.extend(errors);
    let troubles = ["stale", "unverified", "unknown", "doubted", "reported", "wrong"];
    all.extend(troubles.map(|trouble| format!("passkey-{trouble}")));
    all.extend(Reason::ALL.iter().map(|reason| format!("alerts-because-{}", reason.name())));
    all.extend(Kinship::ALL.iter().map(|it| format!("relation-{}", it.name())));
    for begin in ["responsibility-", "responsibility-tag-"] {
        all.extend(Responsibility::ALL.iter().map(|it| format!("{begin}{}", it.name())));
    }
    for begin in ["restriction-", "restriction-choice-"] {
        all.extend(Restriction::ALL.iter().map(|it| format!("{begin}{}", it.name())));
    }
    all.extend(["pin", "device"].map(|done| format!("pin-done-{done}")));
    all.extend(of_imports());
    for id in &all {
        assert!(has_words(id), "{id} has no words");
    }
    let together: BTreeSet<String> = sources().iter().flat_map(|(_, source)| put_together(source)).collect();
    let known = [
        "alerts-because-",
        "passkey-",
        "sign-in-done-",
        "role-",
        "verb-",
        "state-",
        "strength-",
        "error-",
        "relation-",
        "responsibility-",
        "responsibility-tag-",
        "restriction-",
        "restriction-choice-",
        "pin-done-",
        "import-adult-responsibility-",
        "import-choice-",
        "import-comes-",
        "import-order-",
        "import-register-",
        "import-show-",
        "import-state-",
        "import-total-",
        "import-twin-",
        "import-verdict-",
        "import-what-",
    ]
    .map(str::to_owned)
    .into_iter()
    .collect();
    assert_eq!(together, known, "what is put together is checked above, word by word");
}

/// What the pages of an import put together.
fn of_imports() -> Vec<String> {
    let named = |begin: &str, names: &[&str]| names.iter().map(|name| format!("{begin}{name}")).collect::<Vec<_>>();
    let comes = ["born", "room", "from", "until", "adult", "role", "email", "phone", "ask", "ask-first"];
    let comes = [&comes[..], &["key-person", "notes", "contacts"]].concat();
    let tenses = [Tense::Will, Tense::Did, Tense::Was];
    let told = |names: &[&str]| -> Vec<String> {
        names.iter().flat_map(|name| tenses.map(|tense| tense.told(name))).collect()
    };
    let (shows, totals) = (told(FILTERS), told(&["new", "changed", "same", "held", "left-out"]));
    let of = |begin: &str, told: &[String]| told.iter().map(|end| format!("{begin}{end}")).collect::<Vec<_>>();
    [
        named("import-choice-", &Choice::ALL.map(Choice::name)),
        named("import-comes-", &comes),
        named("import-order-", &["day", "month"]),
        named("import-register-", &["children", "staff"]),
        of("import-show-", &shows),
        named("import-adult-responsibility-", &["yes", "no", "unknown"]),
        named("import-twin-", &["one-child", "two-child", "one-person", "two-person"]),
        named("import-state-", &imports::model::State::ALL.map(imports::model::State::name)),
        of("import-total-", &totals),
        named("import-verdict-", &Verdict::ALL.map(Verdict::name)),
        named("import-what-", &What::ALL.map(What::name)),
    ]
    .concat()
}

#[test]
fn every_text_is_used() {
    let sources = sources();
    let together: Vec<String> = sources.iter().flat_map(|(_, source)| put_together(source)).collect();
    let all: String = sources.into_iter().map(|(_, source)| source).collect();
    let unused: Vec<String> = ids()
        .into_iter()
        .filter(|id| !all.contains(&format!("\"{id}\"")) && !together.iter().any(|begin| id.starts_with(begin)))
        .filter(|id| !says_what_was_done(id, &all))
        .collect();
    assert!(unused.is_empty(), "nothing says these: {unused:?}");
}

/// Words of success: `settings-done-saved` is said by `done.told(page, "settings")` after `to_done(path, "saved")`.
fn says_what_was_done(id: &str, sources: &str) -> bool {
    id.split_once("-done-").is_some_and(|(screen, done)| {
        ["page.page, ", "page, "].iter().any(|page| sources.contains(&format!("done.told({page}\"{screen}\")")))
            && sources.contains(&format!("\"{done}\""))
    })
}

/// The beginnings of ids that are put together: `words(&format!("role-{...}"))`.
fn put_together(source: &str) -> Vec<String> {
    let found = source.split("words(&format!(\"").skip(1).filter_map(|rest| rest.split('{').next());
    found.map(str::to_owned).collect()
}

/// Every source and template of the product.
fn sources() -> Vec<(PathBuf, String)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![here.join("src"), here.join("templates")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.push((path, text));
            }
        }
    }
    files
}
