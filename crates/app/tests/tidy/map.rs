//! The module map: imports run down only. Every path that begins with `crate::`, and every `super::` that climbs out of its
//! module, is looked at, wherever it stands.

use crate::source::{File, all, files, name_at, none, product};

/// From the bottom up. A floor may import what stands on floors before it, and its own rooms. Nobody but the roof imports
/// `assurance`; rooms of one line know each other, which only the roof's do.
const FLOORS: &[&[&str]] = &[
    &["platform"],
    &["action"],
    &["web"],
    &["people"],
    &["children"],
    &["imports"],
    &["tablets"],
    &["declarations"],
    &["policies"],
    &["agreements"],
    // Later rooms stand here, in this order: incidents, devices, visitors, training, images, custody, publishing, messages,
    // internet, observations.
    &["assurance"],
    // The roof: one room in several files, which put the floors together and are imported by nobody below.
    &["certificate", "control", "operate", "rounds", "serve", "world"],
    &["cli"],
    &["main"],
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn imports_run_down_only() {
    let upward =
        File::of("crates/app/src/people/pages/x.rs", "use crate::web::a;\nuse crate::{policies, web::{b, c}};");
    assert_eq!(faults(&upward), ["crates/app/src/people/pages/x.rs:2: people must not import policies"]);
    let inline = File::of("crates/app/src/web/x.rs", "fn a() { crate::people::b() }");
    assert_eq!(faults(&inline).len(), 1);
    let climbing = File::of("crates/app/src/action/mod.rs", "use super::people::a;");
    assert_eq!(faults(&climbing).len(), 1);
    let unknown = File::of("crates/app/src/cellar/mod.rs", "fn a() {}");
    assert_eq!(faults(&unknown).len(), 1);

    let faults: Vec<String> = product().iter().flat_map(faults).collect();
    none("imports that do not run down (crates/app/tests/tidy/map.rs)", &faults);
}

fn faults(file: &File) -> Vec<String> {
    let room = file.room().split('/').next().unwrap_or_default().trim_end_matches(".rs");
    if room == "lib" {
        return Vec::new(); // names the rooms, imports none
    }
    let Some(own) = floor(room) else {
        return vec![format!("{}: {room} stands on no floor of the map", file.path)];
    };
    let code = file.code();
    let mut faults = Vec::new();
    for (at, other) in crate_paths(&code) {
        match floor(&other) {
            Some(found) if found <= own => {}
            Some(_) => faults.push(format!("{}: {room} must not import {other}", file.place(at))),
            None => faults.push(format!("{}: {other} stands on no floor of the map", file.place(at))),
        }
    }
    for at in climbs(file.room(), &code) {
        faults.push(format!("{}: climbs out of {room} by super; say crate::", file.place(at)));
    }
    faults
}

/// Every room that is named by `crate::room` or `crate::{room, ...}`.
fn crate_paths(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in all(code, "crate::") {
        let rest = at + "crate::".len();
        match code[rest..].strip_prefix('{') {
            Some(group) => found.extend(group_heads(group).into_iter().map(|head| (at, head))),
            // A macro's `$crate::` and a word that ends so are no path of ours.
            None if !code[..at].ends_with(['$', '_']) => found.push((at, name_at(code, rest).to_owned())),
            None => {}
        }
    }
    found
}

/// The first name of each entry of a braced group.
fn group_heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut entry) = (0_usize, Vec::new(), String::new());
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(std::mem::take(&mut entry)),
            _ if depth == 0 => entry.push(letter),
            _ => {}
        }
    }
    heads.push(entry);
    let heads = heads.iter().map(|entry| name_at(entry.trim(), 0).to_owned());
    heads.filter(|head| !head.is_empty()).collect()
}

/// Chains of `super::` that reach the crate's top.
fn climbs(room: &str, code: &str) -> Vec<usize> {
    let depth = room.trim_end_matches("/mod.rs").split('/').count();
    let starts = all(code, "super::").into_iter().filter(|at| !code[..*at].ends_with("super::"));
    starts
        .filter(|at| code[*at..].split("super::").skip(1).take_while(|part| part.is_empty()).count() + 1 >= depth)
        .collect()
}

#[test]
fn the_rulebook_is_pure() {
    let bans =
        ["std::fs", "std::net", "std::env", "std::process", "std::time", "std::thread", "tokio", "jiff", "sea_orm"];
    let of_rulebook = |file: &File| {
        let code = file.code();
        let found: Vec<String> = bans
            .iter()
            .flat_map(|ban| all(&code, ban).into_iter().map(move |at| (at, ban)))
            .map(|(at, ban)| format!("{}: {ban}", file.place(at)))
            .collect();
        found
    };
    assert_eq!(of_rulebook(&File::of("crates/rulebook/src/x.rs", "use std::fs;")).len(), 1);
    let files = files(&[".rs"]);
    let source = files.iter().filter(|file| file.path.starts_with("crates/rulebook/src/") && !file.is_test());
    none("the rulebook has no clock, no files, no network", &source.flat_map(of_rulebook).collect::<Vec<_>>());
}
