//! The two doors in the text: writes stand where a permit is at hand, transactions begin where the doors are, pages find by
//! their reader, and every route is made with its verb. The compiler holds most of this; the rest is held here.

use crate::source::{File, all, name_at, name_before, none, product};

/// Where rows are written: behind the door of change, and in the platform's own books.
const WRITING: &[&str] = &["action/", "platform/"];

/// Files outside that write all the same.
const WRITERS: &[(&str, &str)] = &[(
    "people/links.rs",
    "one-time links are a face of people: made and spent only inside the transaction that its caller's permit opened, \
     or, for the set-up link, before there is any setting",
)];

/// One word of a receiver that is no table.
const NO_TABLES: &[(&str, &str)] = &[
    ("mac", "a message authentication code takes bytes by `update`"),
    ("seen", "a set of what was met"),
    ("headers", "headers of an answer"),
    ("extensions_mut", "what a request carries along"),
];

const WRITES: &[&str] = &[
    ".insert(",
    ".update(",
    ".delete(",
    ".save(",
    ".exec(",
    "insert_many(",
    "update_many(",
    "delete_many(",
    "insert(",
    "delete_by_id(",
    ".execute(",
    ".execute_raw(",
    ".execute_unprepared(",
];

#[test]
fn rows_are_written_behind_the_door_only() {
    let page = |text| File::of("crates/app/src/people/pages/x.rs", text);
    for bad in ["row.insert(tx).await", "Entity::delete_many()", "row.update(db)", "db.execute_unprepared(\"x\")"] {
        assert_eq!(writes(&page(bad)).len(), 1, "{bad}");
    }
    for good in ["map.insert(a, b)", "mac.update(bytes)", "map.insert(f(a, b), c)", "let inserted = 1;"] {
        assert!(writes(&page(good)).is_empty(), "{good}");
    }
    let faults: Vec<String> = product().iter().flat_map(writes).collect();
    none("writes outside actions/, action/ and platform/", &faults);
}

fn writes(file: &File) -> Vec<String> {
    let room = file.room();
    let allowed = WRITING.iter().any(|start| room.starts_with(start)) || room.contains("/actions/");
    if allowed || WRITERS.iter().any(|(path, _)| *path == room) || file.is_test() {
        return Vec::new();
    }
    let code = file.code();
    let mut places: Vec<usize> = WRITES.iter().flat_map(|write| calls(&code, write)).collect();
    places.sort_unstable();
    places.dedup();
    places
        .into_iter()
        .map(|at| format!("{}: {}", file.place(at), code[at..].lines().next().unwrap_or_default()))
        .collect()
}

/// Calls that may be of a table: not those with two arguments, which are a map's, and not those of listed receivers.
fn calls(code: &str, write: &str) -> Vec<usize> {
    let places = all(code, write).into_iter().filter(|at| write.starts_with('.') || name_before(code, *at).is_empty());
    let places = places.filter(|at| !write.starts_with("insert(") || code[..*at].ends_with("Entity::"));
    places
        .filter(|at| {
            let before = code[..*at].trim_end().trim_end_matches("()");
            let receiver = name_before(before, before.len());
            let is_other = NO_TABLES.iter().any(|(name, _)| *name == receiver);
            !is_other && arguments(&code[at + write.len()..]) < 2
        })
        .map(|at| if write.starts_with('.') { at + 1 } else { at })
        .collect()
}

fn arguments(rest: &str) -> usize {
    let (mut depth, mut commas) = (0_usize, 0);
    for letter in rest.chars() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    commas + 1
}

/// Who begins a transaction that may write.
const BEGINS_WRITE: &[(&str, &str)] = &[
    ("action/perform.rs", "the door of change"),
    ("action/record.rs", "the checkpoint of a log, which changes nothing but proves what was changed"),
    (
        "people/actions/ceremonies.rs",
        "a passkey's challenge, before anybody is known; it goes with its answer, whatever that is",
    ),
    ("people/actions/opening.rs", "places that were not used for long are forgotten"),
    (
        "people/actions/passkeys.rs",
        "a passkey that may be a copy is marked by a sign-in that is refused and rolled back; it opens nothing more, and people are told",
    ),
    (
        "tablets/actions/note_elsewhere.rs",
        "leads are told that a device is on another network, whatever it asked for and whether it was refused",
    ),
    (
        "tablets/actions/close_pin.rs",
        "wrong PINs of a day are counted, and a PIN closed, by a sign-in that is refused and rolled back; it opens nothing more",
    ),
    ("platform/house.rs", "the data key, before anything is stored"),
    ("platform/jobs.rs", "the worker notes what became of a job"),
    ("platform/sessions.rs", "a session was used: no change that anybody decides by but idleness"),
    ("platform/store.rs", "makes it"),
    (
        "platform/tablets.rs",
        "a device was there and said how its clock stands: no change that anybody decides by but which network is the setting's",
    ),
    ("platform/throttles.rs", "tries are counted before anybody is known, whatever is decided after"),
    ("rounds.rs", "the set-up link of an empty installation: there is no setting yet whose log could hold it"),
    ("world/mod.rs", "the set-up link of a sample setting, likewise"),
];

/// Who begins a snapshot beside the door of reading: before anybody is known, or for the house itself.
const BEGINS_READ: &[(&str, &str)] = &[
    ("action/view.rs", "the door of reading"),
    ("platform/backup.rs", "a backup is one snapshot of everything"),
    ("platform/house.rs", "whether these are sample data, before anything is served"),
    ("platform/jobs.rs", "the worker looks for what is due"),
    ("platform/store.rs", "makes it"),
    ("web/forms.rs", "whose token this is, before anybody is known"),
    ("web/visit.rs", "whose cookie this is, before anybody is known"),
    ("web/errors.rs", "the words of an error page for the setting that the cookie names"),
    ("tablets/pin.rs", "whose PIN this is, to check it outside any write transaction"),
    ("people/credentials.rs", "the account of an address, to check its password outside any write transaction"),
    ("people/pages/sign_in.rs", "whose locked session this is, to say by which address it opens"),
    ("people/pages/sign_in_code.rs", "which second steps an account has, once its password was right"),
    ("people/pages/sign_in_link.rs", "the account of an address, before anybody is known"),
    ("people/pages/sign_in_passkey.rs", "whose passkey an answer shows, before anybody is known"),
    ("people/pages/links.rs", "whom a one-time link is for, before anybody is known"),
    ("assurance/actions/export_audit.rs", "the log is read after its export was allowed and written into it"),
    ("cli/data.rs", "doctor lists the settings"),
    ("operate.rs", "the console finds the setting that a command means"),
    ("rounds.rs", "the night watch walks every setting"),
    ("world/mod.rs", "finds the sample's own links and settings"),
    ("world/diary.rs", "finds the sample's own people, whom its lead signs off"),
    ("world/families.rs", "finds the sample's own people and ties"),
    ("world/outbox.rs", "the demonstration's mails; its verb refuses elsewhere"),
];

/// Where a database's own transactions are opened.
const BEGINS_ITSELF: &[(&str, &str)] = &[
    ("platform/store.rs", "makes both"),
    ("platform/backup.rs", "restore and upgrade work before there is a store"),
    ("platform/backup/restoring.rs", "all rows of a backup come back or none"),
];

#[test]
fn transactions_begin_where_they_are_listed_only() {
    let page = File::of(
        "crates/app/src/web/page.rs",
        "let a = store.begin_read(); b.begin_write(); c.begin(); d.transaction(x)",
    );
    let files = product();
    for (words, listed) in [
        (&["begin_write("][..], BEGINS_WRITE),
        (&["begin_read("][..], BEGINS_READ),
        (&[".begin(", ".begin_with", ".transaction(", ".transaction_"][..], BEGINS_ITSELF),
    ] {
        assert!(!elsewhere(&page, words, listed).is_empty(), "{words:?}");
        let faults: Vec<String> = files.iter().flat_map(|file| elsewhere(file, words, listed)).collect();
        none(&format!("{words:?} where it is not listed"), &faults);
        let unused = listed.iter().filter(|(path, _)| {
            !files.iter().any(|file| file.room() == *path && words.iter().any(|word| file.code().contains(word)))
        });
        none("listed without need", &unused.map(|(path, _)| format!("{words:?} in {path}")).collect::<Vec<_>>());
    }
}

/// Places of `words` outside the listed files.
fn elsewhere(file: &File, words: &[&str], listed: &[(&str, &str)]) -> Vec<String> {
    if file.is_test() || listed.iter().any(|(path, _)| *path == file.room()) {
        return Vec::new();
    }
    let code = file.code();
    let places = words.iter().flat_map(|word| all(&code, word));
    places.map(|at| file.place(at)).collect()
}

/// Rows that are looked for beside the reader's finder: by what they belong to, and why that is enough.
const FINDERS: &[(&str, &str, &str)] = &[
    ("imports/actions/sweep.rs", "import", "what is over in every setting is erased by one round"),
    ("imports/actions/taking_out.rs", "person", "whether an account that an import made is somebody elsewhere by now"),
    ("imports/actions/sweep.rs", "import", "whatever setting's time is over: only ids are read, and only to erase"),
    ("people/actions/invitations.rs", "standing", "of people of one name who were found within the setting"),
    ("people/evidence.rs", "account", "accounts of the installation that are nobody anywhere: a count"),
    (
        "people/queries.rs",
        "account",
        "an account belongs to the installation; who may see it came from the setting's people",
    ),
    ("people/queries.rs", "recovery_code", "of an account, likewise"),
    (
        "people/queries.rs",
        "password_report",
        "of the account that a one-time link is for; the token is the right to it",
    ),
    ("people/queries.rs", "passkey", "of an account, likewise; or by the id that only its device knows"),
    ("people/evidence/credentials.rs", "passkey", "of accounts of people that were found in the setting"),
    (
        "people/actions/ceremonies.rs",
        "ceremony",
        "by the id that the page carries, and bound to the browser that asked",
    ),
    ("people/actions/opening.rs", "known_place", "of the account that signs in"),
    ("people/actions/passkeys.rs", "passkey", "one's own, or one that was rightly shown; somebody else's is not found"),
    ("people/queries.rs", "standing", "by the id of a person that was found in the setting in the line before"),
    (
        "people/queries.rs",
        "person",
        "in which settings an account is somebody: asked for one's own account, at sign-in",
    ),
    (
        "people/actions/save_person.rs",
        "person",
        "by the id that a form was made with: of another setting it is not found",
    ),
    ("people/queries.rs", "settings", "the names of those settings"),
    ("people/queries.rs", "sessions", "by a person that the caller found in its setting"),
    (
        "imports/actions/taking_out.rs",
        "person",
        "whether anybody, in whatever setting, has one of the accounts that an import made and that would go",
    ),
    ("people/links.rs", "link", "by the digest of a token, which is the right to it"),
    ("people/pages/links.rs", "person", "the name of whom the link is for; the token is the right to it"),
    ("people/actions/second_steps.rs", "person", "one's own account in every setting: its sessions there end too"),
    ("people/actions/second_steps.rs", "standing", "likewise: when the password was chosen binds them there too"),
    ("people/actions/pins.rs", "person", "one's own account in every setting: PINs set by its password end there too"),
    ("people/actions/sign_in.rs", "recovery_code", "of the account that signs in"),
    (
        "agreements/actions/sign_agreement.rs",
        "standing",
        "one's own: the rulebook refuses a signature for somebody else",
    ),
    ("policies/actions/adopt_policy.rs", "standing", "the actor's own"),
];

#[test]
fn rows_are_found_within_the_setting() {
    let page = |text| File::of("crates/app/src/people/pages/x.rs", text);
    assert_eq!(finds(&page("person::Entity::find().all(db).await?;")).len(), 1);
    assert_eq!(finds(&page("person::Entity::find_by_id(id).one(db).await?;")).len(), 1);
    assert!(finds(&page("person::Entity::find().filter(person::Column::SettingId.eq(id)).all(db);")).is_empty());
    let files = product();
    none("rows found outside a setting", &files.iter().flat_map(finds).map(|(place, _)| place).collect::<Vec<_>>());
}

/// Finds without the setting that are not listed; with the entity.
fn finds(file: &File) -> Vec<(String, String)> {
    if file.is_test() || WRITING.iter().any(|start| file.room().starts_with(start)) {
        return Vec::new();
    }
    let code = file.code();
    let mut found = Vec::new();
    for at in all(&code, "Entity::find") {
        let call = name_at(&code, at + "Entity::".len());
        if !["find", "find_by_id", "find_related", "find_with_related"].contains(&call) {
            continue;
        }
        let statement = code[at..].split(';').next().unwrap_or_default();
        let entity = name_before(&code, at.saturating_sub(2));
        let scoped = ["SettingId", "scope.setting", "(setting.clone())"].iter().any(|word| statement.contains(word));
        let listed = FINDERS.iter().any(|(path, name, _)| *path == file.room() && *name == entity);
        if !scoped && !listed {
            found.push((format!("{}: {entity}", file.place(at)), entity.to_owned()));
        }
    }
    found
}

/// Who opens a page about a child: there it is on record before anything is read.
const OPENS_CHILDREN: &[(&str, &str)] = &[
    ("children/pages/mod.rs", "opens on record, also for a page that is shown again"),
    ("children/seen.rs", "makes them"),
];

#[test]
fn children_are_opened_on_record() {
    let page = File::of("crates/app/src/children/pages/x.rs", "visit.view_one(&ChildView { child }).await?;");
    assert_eq!(elsewhere(&page, &["ChildView {", "FamilyView {"], OPENS_CHILDREN).len(), 1);
    let files = product();
    let faults = files.iter().flat_map(|file| elsewhere(file, &["ChildView {", "FamilyView {"], OPENS_CHILDREN));
    none("pages about a child that leave no record", &faults.collect::<Vec<_>>());
}

/// Who may hand paths to axum, and how many of its routes carry no verb because they show nothing of a setting.
const ROUTES: &[(&str, &[&str], &str)] = &[
    ("web/routes.rs", &[], "the one place where a route is made, with its verb"),
    (
        "serve.rs",
        &["/", "/assets/{name}", "/healthz", "/readyz", "/metrics"],
        "no data: a redirect, fixed files, for supervisors",
    ),
    (
        "certificate.rs",
        &["/", "/stairgate.crt", "/stairgate.mobileconfig", "/qr.svg", "/assets/{name}"],
        "the plain page that installs the authority; it opens no data and has a listener of its own",
    ),
];

#[test]
fn every_route_has_a_verb() {
    let page = |path, text| File::of(path, text);
    assert_eq!(routes(&page("crates/app/src/people/mod.rs", "a.route(\"/people\", get(x))")).len(), 1);
    assert_eq!(
        routes(&page("crates/app/src/serve.rs", "a.route(\"/people\", get(x)).route(\"/healthz\", b)")).len(),
        1
    );
    assert_eq!(routes(&page("crates/app/src/serve.rs", "a.nest_service(\"/people\", x)")).len(), 1);
    none("routes without a verb", &product().iter().flat_map(routes).collect::<Vec<_>>());
}

fn routes(file: &File) -> Vec<String> {
    let code = file.code();
    let listed = ROUTES.iter().find(|(path, ..)| *path == file.room());
    let mut faults = Vec::new();
    for word in [".route(", ".route_service(", ".nest(", ".nest_service(", ".fallback_service("] {
        for at in all(&code, word) {
            let path = code[at + word.len()..].trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            let fits = match (listed, path) {
                (Some((_, paths, _)), Some(path)) => word == ".route(" && paths.contains(&path),
                (Some(("web/routes.rs", ..)), None) => word == ".route(",
                _ => false,
            };
            if !fits {
                faults.push(format!("{}: {word}{}", file.place(at), path.unwrap_or("...")));
            }
        }
    }
    faults
}
