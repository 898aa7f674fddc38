//! The text itself: how long files are, how they begin, what they may not say, and whether what they point at is there.

use crate::source::{File, all, files, name_before, none, product, quoted_after, root};

/// Longer files are a smell, and printed.
const SMELL: usize = 300;
/// Longer files fail.
const MOST: usize = 500;
/// Generated, not read.
const GENERATED: &[&str] = &["web/package-lock.json", "e2e/package-lock.json"];

#[test]
fn files_are_short_enough_to_be_read() {
    assert_eq!(too_long(&File::of("crates/app/src/x.rs", &"\n".repeat(501))), Some(501));
    assert_eq!(too_long(&File::of("crates/app/src/x.rs", &"\n".repeat(500))), None);
    let files = files(&[".rs", ".ts", ".mjs", ".css", ".html", ".cedar", ".ftl", ".sql"]);
    for file in &files {
        let lines = file.text.lines().count();
        if lines > SMELL {
            println!("{lines:>5} {}", file.path);
        }
    }
    let long = files.iter().filter_map(|file| Some(format!("{}: {} lines", file.path, too_long(file)?)));
    none(&format!("files over {MOST} lines"), &long.collect::<Vec<_>>());
}

fn too_long(file: &File) -> Option<usize> {
    let lines = file.text.lines().count();
    (lines > MOST && !GENERATED.contains(&file.path.as_str())).then_some(lines)
}

#[test]
fn every_file_says_what_it_is_for() {
    assert!(!begins_well(&File::of("x.rs", "use a;\n//! Late.")));
    assert!(!begins_well(&File::of("x.rs", "//!\nuse a;")));
    assert!(begins_well(&File::of("x.rs", "//! What it is for.\nuse a;")));
    let silent = files(&[".rs"]).into_iter().filter(|file| !begins_well(file)).map(|file| file.path);
    none("files without a first sentence", &silent.collect::<Vec<_>>());
}

fn begins_well(file: &File) -> bool {
    file.text.strip_prefix("//! ").is_some_and(|rest| !rest.lines().next().unwrap_or_default().trim().is_empty())
}

#[test]
fn names_say_what_a_thing_is() {
    assert!(is_empty_name("crates/app/src/web/utils.rs") && is_empty_name("crates/app/src/mail_helpers/mod.rs"));
    assert!(!is_empty_name("crates/app/src/people/actions/members.rs"));
    let files = files(&[".rs", ".ts", ".css", ".html", ".cedar", ".ftl", ".toml"]);
    let found = files.into_iter().filter(|file| is_empty_name(&file.path)).map(|file| file.path);
    none("names that say nothing", &found.collect::<Vec<_>>());
}

fn is_empty_name(path: &str) -> bool {
    path.split(['/', '.', '_', '-']).any(|word| {
        ["util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services"].contains(&word)
    })
}

/// What no code may say; each in two halves, so that this list does not find itself.
const NEVER: &[(&str, &str, &str)] = &[
    ("todo", "!(", "a stub"),
    ("unimplemented", "!(", "a stub"),
    ("dbg", "!(", "left from a search"),
    ("#[ignore", "", "a skipped test passes unseen"),
    ("SystemTime", "::now", "the clock is an argument"),
    ("std::time::Instant", "::now", "the clock is an argument"),
    ("Timestamp", "::now", "the clock is an argument"),
    ("Zoned", "::now", "the clock is an argument"),
    ("thread::", "sleep", "wait for what must happen"),
];

/// Files that may say one of them.
const SAYS: &[(&str, &str, &str)] = &[
    ("crates/app/src/platform/clock.rs", "now", "the clock itself"),
    ("crates/app/tests/tidy/texts.rs", "", "this list"),
];

#[test]
fn no_code_says_what_it_must_not() {
    let late = format!("fn a() {{ {}{} }}", "todo", "!()");
    assert_eq!(said(&File::of("crates/app/src/x.rs", &late)).len(), 1);
    assert!(said(&File::of("crates/app/src/x.rs", &format!("// {late}"))).is_empty());
    let files = files(&[".rs"]);
    // Tools measure and wait for other programs: they have no clock of the product's.
    let product = files.iter().filter(|file| file.path.starts_with("crates/"));
    none("words that no code says", &product.flat_map(said).collect::<Vec<_>>());
}

fn said(file: &File) -> Vec<String> {
    // Tests that measure how long something took read the real clock.
    let is_test = file.is_test();
    let code = file.code();
    let mut found = Vec::new();
    for (head, tail, why) in NEVER {
        let word = format!("{head}{tail}");
        let excepted = (is_test && *why == "the clock is an argument")
            || SAYS.iter().any(|(path, part, _)| *path == file.path && word.contains(part));
        if !excepted {
            let places = all(&code, &word).into_iter().filter(|at| name_before(&code, *at).is_empty());
            found.extend(places.map(|at| format!("{}: {word} ({why})", file.place(at))));
        }
    }
    found
}

#[test]
fn documents_point_at_what_is_there() {
    let sample =
        File::of("docs/x.md", "See `crates/app/src/main.rs`, `crates/none.rs` and `docs/*.none`, not `cargo run`.");
    assert_eq!(lost_paths(&sample), ["docs/x.md:1: crates/none.rs", "docs/x.md:1: docs/*.none"]);
    let found: Vec<String> = files(&[".md"]).iter().flat_map(lost_paths).collect();
    none("paths in documents that do not exist", &found);
}

fn lost_paths(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for span in line.split('`').skip(1).step_by(2) {
            let is_path = ["crates/", "docs/", "xtask/", "web/", "e2e/", ".ci/", ".config/"];
            if is_path.iter().any(|start| span.starts_with(start)) && !span.contains([' ', '<']) && !exists(span) {
                found.push(format!("{}:{}: {span}", file.path, number + 1));
            }
        }
    }
    found
}

/// Whether a path exists; `*` stands for part of a name, `{a,b}` for either, `:12` for a line.
fn exists(path: &str) -> bool {
    let path = path.split(':').next().unwrap_or(path);
    if let Some((start, rest)) = path.split_once('{') {
        let Some((choices, end)) = rest.split_once('}') else { return false };
        return choices.split(',').all(|choice| exists(&format!("{start}{}{end}", choice.trim())));
    }
    // Built, not kept: a fresh checkout has none.
    if path.starts_with("web/dist") {
        return true;
    }
    let Some((before, after)) = path.split_once('*') else { return root().join(path).exists() };
    let (folder, start) = before.rsplit_once('/').unwrap_or(("", before));
    let Ok(entries) = root().join(folder).read_dir() else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with(start) && name.ends_with(after.rsplit('*').next().unwrap_or_default())
    })
}

#[test]
fn no_file_names_this_machine_or_a_mirror() {
    let home = std::env::var("HOME").unwrap_or_default();
    let own = root().to_string_lossy().into_owned();
    let folder = |path: &str| (path.len() > 1).then(|| format!("{path}/"));
    // Where our sessions and this checkout happen to lie, and hosts of package registries: each in two halves, so that this
    // list does not find itself.
    let mut words: Vec<String> = [folder(&home), folder(&own)].into_iter().flatten().collect();
    words.extend(
        [
            ("/work", "/"),
            ("/tmp/", "b"),
            ("/home", "/"),
            ("registry.", "npm"),
            ("static.crates", ".io"),
            ("index.crates", ".io"),
        ]
        .map(|(head, tail)| format!("{head}{tail}")),
    );
    let endings = [
        ".rs", ".ts", ".mjs", ".css", ".html", ".cedar", ".ftl", ".toml", ".json", ".md", ".lock", ".py", ".yml", "run",
    ];
    let named = |file: &File| -> Vec<String> {
        let words = words.iter().flat_map(|word| all(&file.text, word).into_iter().map(move |at| (at, word)));
        // A path of ours that only ends so (`web/work/...`) is none of this machine's.
        words
            .filter(|(at, word)| !word.starts_with('/') || name_before(&file.text, *at).is_empty())
            .map(|(at, word)| format!("{}: {word}", file.place(at)))
            .collect()
    };
    assert_eq!(named(&File::of("x.toml", &format!("a = \"{own}/b\""))).len().min(1), 1);
    none("names of this machine or a registry", &files(&endings).iter().flat_map(named).collect::<Vec<_>>());
}

#[test]
fn every_icon_is_in_the_sprite() {
    let icons = std::fs::read_to_string(root().join("web/src/icons.json")).expect("the list of icons");
    let icons: serde_json::Value = serde_json::from_str(&icons).expect("JSON");
    let unknown = |file: &File| -> Vec<String> {
        let code = file.code();
        let places = ["icon: \"", "quiet(\"", "m::icon(\""].iter().flat_map(|word| all(&code, word));
        let named = places.filter_map(|at| Some((at, quoted_after(&code, at)?)));
        named
            .filter(|(_, icon)| icons.get(icon).is_none())
            .map(|(at, icon)| format!("{}: {icon}", file.place(at)))
            .collect()
    };
    assert_eq!(unknown(&File::of("crates/app/src/x.rs", "Tag { icon: \"no-such\" }")).len(), 1);
    let files = files(&[".rs", ".html"]);
    let ours = files
        .iter()
        .filter(|file| ["crates/app/src/", "crates/app/templates/"].iter().any(|start| file.path.starts_with(start)));
    none("icons that the sprite has not", &ours.flat_map(unknown).collect::<Vec<_>>());
}

#[test]
fn every_ground_that_pages_ask_for_is_a_forbid() {
    let policies: String = files(&[".cedar"]).into_iter().map(|file| file.text).collect();
    let known: Vec<&str> = all(&policies, "@id(").into_iter().filter_map(|at| quoted_after(&policies, at)).collect();
    assert!(known.len() > 20, "the policies have moved");
    let unknown = |file: &File| -> Vec<String> {
        let code = file.code();
        let grounds = grounds(&code);
        let lost = grounds.into_iter().filter(|(_, ground)| !known.contains(ground));
        lost.map(|(at, ground)| format!("{}: {ground}", file.place(at))).collect()
    };
    let listed = "let a = [(\"no-such\", \"/x\")]; a.iter().find(|(ground, _)| refused.has_ground(ground))";
    for bad in ["refused.has_ground(\"no-such\")", listed] {
        assert_eq!(unknown(&File::of("crates/app/src/x.rs", bad)).len(), 1, "{bad}");
    }
    none("grounds that no policy has", &product().iter().flat_map(unknown).collect::<Vec<_>>());
}

/// Grounds that are asked for by name, and those of a list that is gone through with `has_ground(ground)`.
fn grounds(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for at in all(code, "has_ground(") {
        let rest = &code[at + "has_ground(".len()..];
        if rest.starts_with('"') {
            found.extend(quoted_after(code, at).map(|ground| (at, ground)));
        } else if rest.starts_with("ground)") {
            let list = code[..at].rfind('[').unwrap_or(at);
            let words = code[list..at].split('"').skip(1).step_by(2);
            found.extend(words.filter(|word| !word.starts_with('/')).map(|word| (at, word)));
        }
    }
    found
}
