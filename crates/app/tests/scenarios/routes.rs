//! The route walk: every route for every role in every setting, with ids of one's own setting and of somebody else's. Nothing
//! fails, nothing of another setting is ever in an answer, and each answer is what the rulebook decides.

use serde_json::{Value, json};
use stairgate::web::routes::RouteLine;
use stairgate::world::CAST;
use stairgate::{serve, world};
use stairgate_rulebook::{Actor, Compiled, Decision, Policy, Role, Rulebook, Standing, Verb};

use crate::declarations::rows_of;
use crate::harness::{Browser, Nursery, On, Page};

/// What a walker carries: a role in a setting, and what must never be in an answer.
struct Walker<'a> {
    role: Role,
    browser: Browser,
    token: String,
    own: Ids,
    foreign: Ids,
    forbidden: Vec<String>,
    decides: &'a Compiled,
}

/// Ids that fill the parameters of a path.
#[derive(Clone)]
struct Ids {
    person: String,
    session: String,
    signature: String,
    setting: String,
    child: String,
    guardian: String,
    room: String,
    tablet: String,
    /// A declared tie, a report of contact, other work.
    declared: [String; 3],
}

scenario!(every_route_for_every_role);
async fn every_route_for_every_role(on: &On) {
    let nursery = on.sample_in_use().await;
    nursery.certificate().await;
    stairgate::rounds::last(&nursery.house).await.expect("a sealed log");
    for (index, setting) in CAST.iter().enumerate() {
        // What every page must be does not change with the setting: looked at in the first.
        let other = CAST[(index + 1) % CAST.len()].people[0].email;
        let email = setting.people[0].email;
        let desk = world::desk_of(&nursery.house, email).await.expect("an answer");
        let manager = nursery.cookie_at(email, desk).await;
        let manager = nursery.actor(&manager).await;
        let policy: Policy = setting.policy.parse().expect("a policy");
        let decides = Rulebook::of(policy).compile().expect("a rulebook");
        for role in Role::ALL {
            let email = format!("{}@walk{index}.example", role.name());
            let name = format!("Walker {index} {}", role.name());
            let cookie = nursery.bring_in(&manager, &name, &email, &[*role]).await;
            let mut walker = walker(&nursery, (setting, &decides), *role, cookie, other).await;
            walker.browser.looks_at_pages = index == 0;
            for route in serve::routes().table() {
                walk(&nursery, &mut walker, route).await;
            }
            changes_as_decided(&nursery, &mut walker, &manager).await;
        }
    }
}

scenario!(every_route_for_a_stranger);
async fn every_route_for_a_stranger(on: &On) {
    let nursery = on.sample_in_use().await;
    let ids = ids(&nursery, CAST[0].people[0].email).await;
    let everything = names_and_ids(&nursery, "1 = 1").await;
    let events = nursery.count("audit_events").await;
    for route in serve::routes().table() {
        let mut stranger = nursery.browser();
        let path = filled(route, &ids);
        let page = if route.method == "GET" { stranger.get(&path).await } else { stranger.post(&path, &[]).await };
        let for_nobody = matches!(route.verb, Verb::ViewSignIn | Verb::ViewLink);
        match (route.method, route.verb) {
            // A device that is enrolled nowhere is led to where people sign in.
            _ if is_tablets(route.verb) => assert!(!page.status.is_success(), "{path}: {}", page.status),
            ("POST", _) => assert!([401, 403].contains(&page.status.as_u16()), "{path}: {}", page.status),
            (_, Verb::ViewMailOutbox) => assert_eq!(page.status, 403, "{path}"),
            _ if for_nobody => assert_eq!(page.status, 200, "{path}"),
            _ => assert!(page.leads_to().is_some_and(|to| to.starts_with("/sign-in?to=")), "{path}: {}", page.status),
        }
        holds_nothing_of(&page, &everything);
    }
    assert_eq!(nursery.count("audit_events").await, events, "a stranger cannot grow a log");
}

/// One route: as it stands, with a foreign id, without a token, from another site.
async fn walk(nursery: &Nursery, walker: &mut Walker<'_>, route: &RouteLine) {
    let foreign = filled(route, &walker.foreign);
    if route.method == "GET" {
        let allowed = allows(walker, route.verb, json!({}));
        for (path, foreign) in [(filled(route, &walker.own), false), (foreign.clone(), true)] {
            let page = walker.browser.get(&path).await;
            holds_nothing_of(&page, &walker.forbidden);
            let nowhere =
                route.path.contains('{') && route.verb != Verb::ViewLink && (foreign || is_nobodys(route.path));
            // Who may open one thing depends on that thing: what is not there is not found, whoever asks.
            let by_thing = matches!(route.verb, Verb::ViewChild | Verb::ViewFamily | Verb::ViewDeclaration);
            let wanted: &[u16] = match (allowed, nowhere) {
                _ if is_tablets(route.verb) => &[303, 401, 403],
                (_, true) if by_thing => &[404],
                (false, true) => &[403, 404],
                (false, false) => &[403],
                (true, true) => &[404],
                (true, false) => &[200],
            };
            let status = page.status.as_u16();
            assert!(wanted.contains(&status), "{:?} opens {path}: {status} {}", walker.role, page.text());
        }
        return;
    }
    if is_tablets(route.verb) {
        let page = walker.browser.post(&foreign, &fields(&walker.token, &[])).await;
        assert!(page.status.is_client_error() || page.status.is_redirection(), "{foreign}: {}", page.status);
        return;
    }
    let events = nursery.count("audit_events").await;
    let page = walker.browser.post(&foreign, &[]).await;
    assert_eq!(page.status, 403, "{:?} posts {foreign} without a token", walker.role);
    walker.browser.headers.push(("sec-fetch-site", "cross-site".to_owned()));
    let page = walker.browser.post(&foreign, &fields(&walker.token, &[])).await;
    walker.browser.headers.pop();
    assert_eq!(page.status, 403, "{:?} posts {foreign} from elsewhere", walker.role);
    assert_eq!(nursery.count("audit_events").await, events, "{foreign} without a token is nothing that happened");
    if [Verb::SignOut, Verb::LockSession, Verb::ReportPassword, Verb::EnrolHere].contains(&route.verb) {
        return; // They would end the walk, or change how it goes on.
    }
    if route.verb != Verb::ExportAudit {
        walk_with_token(walker, route, &foreign).await;
    }
}

async fn walk_with_token(walker: &mut Walker<'_>, route: &RouteLine, foreign: &str) {
    let page = walker.browser.post(foreign, &fields(&walker.token, &[])).await;
    holds_nothing_of(&page, &walker.forbidden);
    assert!(!page.status.is_server_error(), "{:?} posts {foreign}: {}", walker.role, page.text());
    if foreign != route.path && !route.path.starts_with("/link/") {
        // An empty form is said to be empty before anybody looks whose it is, on a page that must be open to say so.
        let not_theirs = [403, 404, 422].contains(&page.status.as_u16());
        assert!(not_theirs, "{:?} posts {foreign}: {}", walker.role, page.status);
    }
}

/// The changes that depend on a role, whole and right: done or refused as the rulebook decides.
async fn changes_as_decided(nursery: &Nursery, walker: &mut Walker<'_>, manager: &stairgate::action::Actor) {
    let email = format!("victim-{}-{}@walk.example", walker.role.name(), walker.own.setting);
    nursery.bring_in(manager, "Victim Vole", &email, &[Role::Volunteer]).await;
    let victim = nursery.person(&email).await;
    let new = format!("new-{email}");
    let name = nursery.texts(&format!("SELECT name FROM settings WHERE id = '{}'", walker.own.setting)).await.concat();
    let none = json!({"own": false, "child": false, "appoints_responsible": false, "leaves_no_manager": false, "leaves_no_lead": false});
    let mut end = none.clone();
    for extra in ["child", "appoints_responsible"] {
        end.as_object_mut().expect("an object").remove(extra);
    }
    let changes = [
        (
            Verb::InvitePerson,
            "/people".to_owned(),
            json!({"child": false, "appoints_responsible": false}),
            vec![("name", "New Newt"), ("email", &new), ("roles", "student"), ("namesake", "yes")],
        ),
        (
            Verb::UpdateSetting,
            "/settings".to_owned(),
            json!({}),
            vec![
                ("setting_name", &name),
                ("time_zone", "Europe/London"),
                ("opens", "7am"),
                ("closes", "7pm"),
                ("days", "1"),
            ],
        ),
        (Verb::ExportAudit, "/audit/export".to_owned(), json!({}), vec![]),
        (Verb::ChangeRoles, format!("/people/{victim}/roles"), none, vec![("roles", "student")]),
        (Verb::EndAccess, format!("/people/{victim}/end"), end, vec![]),
    ];
    // The log that one exports tells of one's own refused tries, by the id that one typed oneself.
    let forbidden: Vec<String> =
        walker.forbidden.iter().filter(|text| **text != walker.foreign.person).cloned().collect();
    for (verb, path, facts, typed) in changes {
        let page = walker.browser.post(&path, &fields(&walker.token, &typed)).await;
        holds_nothing_of(&page, if verb == Verb::ExportAudit { &forbidden } else { &walker.forbidden });
        let allowed = allows(walker, verb, facts);
        let done = page.status.is_success() || page.status.is_redirection();
        assert_eq!(done, allowed, "{:?} posts {path}: {} {}", walker.role, page.status, page.text());
        assert!(done || page.status == 403, "{:?} posts {path}: {}", walker.role, page.status);
    }
}

async fn walker<'a>(
    nursery: &Nursery,
    (setting, decides): (&world::Setting, &'a Compiled),
    role: Role,
    cookie: String,
    other: &str,
) -> Walker<'a> {
    let mut browser = nursery.with_session(cookie);
    let token = browser.get("/account").await.form("/sign-out").value("csrf").to_owned();
    let id = nursery.setting(setting.name).await;
    let email = browser.get("/account").await.all(".page-head p").concat();
    Walker {
        role,
        token,
        own: ids(nursery, &email).await,
        foreign: ids(nursery, other).await,
        forbidden: names_and_ids(nursery, &format!("s.id <> '{id}'")).await,
        decides,
        browser,
    }
}

async fn ids(nursery: &Nursery, email: &str) -> Ids {
    let person = nursery.person(email).await;
    let one = async |sql: &str| nursery.texts(&sql.replace("{}", &person)).await.into_iter().next().expect("an id");
    let setting = one("SELECT setting_id FROM persons WHERE id = '{}'").await;
    let any =
        async |table: &str| one(&format!("SELECT id FROM {table} WHERE setting_id = '{setting}' ORDER BY id")).await;
    Ids {
        declared: rows_of(nursery, &person, &setting).await,
        guardian: any("guardians").await,
        child: one(&format!("SELECT child_id FROM guardians WHERE setting_id = '{setting}' ORDER BY id")).await,
        room: any("rooms").await,
        tablet: any("tablets").await,
        session: one("SELECT id FROM sessions WHERE person_id = '{}' ORDER BY made_at DESC").await,
        signature: one("SELECT id FROM signatures WHERE person_id = '{}'").await,
        setting,
        person,
    }
}

/// Names and ids of settings that fit, and of everybody in them.
async fn names_and_ids(nursery: &Nursery, which: &str) -> Vec<String> {
    let which = format!("({which}) AND a.email_key NOT LIKE '%@walk%'");
    let mut all = Vec::new();
    for column in ["c.id", "c.name"] {
        let from = "settings s JOIN children c ON c.setting_id = s.id";
        let of = which.replace(" AND a.email_key NOT LIKE '%@walk%'", "");
        all.extend(nursery.texts(&format!("SELECT {column} FROM {from} WHERE {of}")).await);
    }
    for column in ["s.id", "s.name", "p.id", "p.name", "a.email"] {
        let from = "settings s JOIN persons p ON p.setting_id = s.id JOIN accounts a ON a.id = p.account_id";
        all.extend(nursery.texts(&format!("SELECT DISTINCT {column} FROM {from} WHERE {which}")).await);
    }
    all
}

#[track_caller]
fn holds_nothing_of(page: &Page, forbidden: &[String]) {
    // What somebody typed into the address is theirs already.
    let found = forbidden.iter().find(|text| page.body.contains(text.as_str()) && !page.path.contains(text.as_str()));
    assert!(found.is_none(), "{} ({}) holds {found:?}: {}", page.path, page.status, page.text());
}

fn filled(route: &RouteLine, ids: &Ids) -> String {
    let id = match route.path {
        // Nothing has this id but the person: somebody else's absence is not found either.
        path if path.starts_with("/people/{id}") || path.starts_with("/responsible/absences/") => &ids.person,
        path if path.starts_with("/agreement/signed/") => &ids.signature,
        path if path.starts_with("/children/") => &ids.child,
        path if path.starts_with("/rooms/") => &ids.room,
        path if path.starts_with("/tablets/") => &ids.tablet,
        path if path.starts_with("/account/sessions/") => &ids.session,
        path if path.starts_with("/account/setting/") => &ids.setting,
        path if path.starts_with("/declarations/contact/") => &ids.declared[1],
        path if path.starts_with("/declarations/work/") => &ids.declared[2],
        path if path.starts_with("/declarations/") => &ids.declared[0],
        path if is_nobodys(path) => "AAAAAAAAAAAAAAAAAAAAAA",
        _ => "",
    };
    let path = route.path.replace("{id}", id).replace("{session}", &ids.session).replace("{token}", "no-such-token");
    path.replace("{guardian}", &ids.guardian).replace("{person}", &ids.person)
}

/// Things of which no walker's setting has one: an id of the right shape, which nobody finds.
fn is_nobodys(path: &str) -> bool {
    ["/imports/{", "/account/passkeys/{", "/alerts/{"].iter().any(|start| path.starts_with(start))
}

/// What only an enrolled device asks for.
fn is_tablets(verb: Verb) -> bool {
    matches!(verb, Verb::ViewLock | Verb::SignInByPin | Verb::SendSaved)
}

fn fields(token: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = typed.iter().copied().chain([("csrf", token)]);
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn allows(walker: &Walker<'_>, verb: Verb, facts: Value) -> bool {
    let facts = match verb {
        Verb::ViewMailOutbox => json!({"demo": false}),
        // Each has one of their own.
        Verb::ViewDeclaration => json!({"concerned": true, "falls_to_reader": false}),
        // A walker has no room, and is nobody's key person or parent.
        Verb::ViewChild => {
            json!({"in_my_room": false, "key_child": false, "own_child": false, "kept_away": false, "notes": false})
        }
        Verb::ViewFamily => json!({"key_child": false, "kept_away": false}),
        _ => facts,
    };
    let actor = Actor::Person { id: "walker".to_owned(), roles: vec![walker.role], standing: Standing::clear() };
    // Pages for whoever is not signed in yet are the same for everybody.
    let actor = if matches!(verb, Verb::ViewLink) { Actor::Nobody } else { actor };
    matches!(walker.decides.decide_json(verb, &actor, &facts), Decision::Allow(_))
}
