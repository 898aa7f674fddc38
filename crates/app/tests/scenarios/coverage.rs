//! Coverage read by clause and by framework, today and on past days: a past day shows in both readings what it showed then, whatever
//! became of the policy since; and the same values as data.

use sea_orm::ConnectionTrait;
use serde_json::Value;
use stairgate::action::{Actor, Subject, perform, view};
use stairgate::assurance::days::{Coverage, shown};
use stairgate::platform::clock::Day;
use stairgate::platform::ids::SettingId;
use stairgate::policies::actions::adopt_policy::AdoptPolicy;
use stairgate::{rounds, world};
use stairgate_rulebook::{Policy, Rulebook, Verb, framework};

use crate::harness::{Browser, Nursery, On};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const THURSDAY: &str = "2026-11-19";
const FRIDAY: &str = "2026-11-20";

scenario!(coverage_by_framework);
async fn coverage_by_framework(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = priya.open("/coverage").await;
    let readings = page.all("nav[aria-label='Read by'] a");
    assert_eq!(readings, ["Our policy", "EYFS", "KCSIE", "UNCRC", "Care standards (Scotland)"], "its own nation first");

    let page = priya.open(&page.link("EYFS")).await;
    page.is(200, "EYFS, point by point").says("This is our own reading, not checked.").says("Department for Education");
    page.says("September 2025, in force since Monday 1 September 2025").says("There may be a newer edition by now.");
    let eyfs = framework("eyfs").expect("it is known");
    assert_eq!(page.all("tr[id] .clause-id").len(), eyfs.requirements().count(), "each requirement has its row");
    let lead = page.all("tr#eyfs-lead").concat();
    assert!(lead.contains("Designated leads") && lead.contains("D7"), "rule and clause are named: {lead}");
    let visitors = page.all("tr#eyfs-visitors").concat();
    assert!(visitors.contains("Not built yet") && visitors.contains("2 rules: "), "{visitors}");

    // From a clause to what it serves, and back.
    let row = priya.open("/coverage").await.all("tr#D7").concat();
    assert!(row.contains("The same rules serve:") && row.contains("EYFS ("), "{row}");
    let page = priya.open("/coverage?by=eyfs&clause=D7").await;
    page.says("Only for D7");
    let few = page.all("tr[id]").len();
    assert!(few > 0 && few < eyfs.requirements().count(), "{few}");
    let all = priya.open(&page.link("Only for D7")).await;
    assert_eq!(all.all("tr[id]").len(), eyfs.requirements().count());

    // One state only, and every reading.
    let due = priya.open("/coverage?by=kcsie&state=not_built").await;
    assert!(due.all("tr[id] .tag").iter().all(|tag| tag == "Not built yet"), "{:?}", due.all("tr[id] .tag"));
    for (id, name) in [("kcsie", "KCSIE"), ("hscs", "Care standards"), ("uncrc", "UNCRC")] {
        priya.open(&format!("/coverage?by={id}")).await.is(200, &format!("{name}, point by point"));
    }
}

scenario!(coverage_asked_for_wrongly);
async fn coverage_asked_for_wrongly(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    for path in ["/coverage?by=ofsted", "/coverage?on=yesterday", "/coverage?on=2026-02-30", "/coverage.json?by=%00"] {
        priya.open(path).await.is(404, "We cannot find that page");
    }
    let page = priya.open("/coverage?on=2027-01-01").await;
    page.is(404, "Are we doing what our policy says?").says("is still to come").says("Nothing is lost.");
    let page = priya.open("/coverage?on=1999-01-01&by=eyfs").await;
    page.is(404, "EYFS, point by point").says("did not use Stairgate");
    assert_eq!(priya.open("/coverage.json?on=1999-01-01").await.status, 404);

    // A day on which nobody watched, between days that were stored.
    nursery.db.execute_unprepared("DELETE FROM coverage_days WHERE day = '2026-11-17'").await.expect("a gap");
    let page = priya.open("/coverage?on=2026-11-17").await;
    page.is(404, "Are we doing what our policy says?").says("the computer was off when the day ended");
    priya.open(&page.link("Monday 16 November")).await.is(200, "Are we doing what our policy says?");

    // The same door for each reading: whoever may not see coverage sees none of them.
    let mut amina = nursery.signed_in(AMINA).await;
    for path in
        ["/coverage", "/coverage?by=eyfs", "/coverage?on=2026-11-19", "/coverage.json", "/coverage.json?by=eyfs"]
    {
        amina.open(path).await.is(403, "This is not open to you now").says("Authorised users");
        let refusal = nursery.newest(Verb::ViewCoverage).await;
        assert!(!refusal.allowed && refusal.grounds == ["not-your-role-coverage"], "{path}: {refusal:?}");
    }
    let leads_to = nursery.browser().get("/coverage.json").await.leads_to();
    assert!(leads_to.is_some_and(|to| to.starts_with("/sign-in")), "a stranger is shown the door");
}

scenario!(a_past_day_shows_what_it_showed);
async fn a_past_day_shows_what_it_showed(on: &On) {
    let nursery = on.sample().await;
    // Half a minute before midnight, and the night watch half a minute after it.
    nursery.clock.set("2026-11-20T23:59:30Z".parse().expect("a moment"));
    let then = coverage_on(&nursery, FRIDAY).await;
    nursery.clock.set("2026-11-21T00:00:30Z".parse().expect("a moment"));
    rounds::round(&nursery.house).await.expect("a round");
    assert_eq!(nursery.newest(Verb::StoreCoverage).await.detail["requirements"], then.requirements.len());
    let thursday = coverage_on(&nursery, THURSDAY).await;

    // On Monday the setting takes another policy.
    nursery.clock.set("2026-11-23T09:00:00Z".parse().expect("a moment"));
    let manager = world::sign_in(&nursery.house, PRIYA).await.expect("signed in");
    perform(&nursery.house, &manager, AdoptPolicy { rulebook: Rulebook::of(Policy::E) }).await.expect("adopted");
    assert!(coverage_on(&nursery, THURSDAY).await == thursday, "a stored day stays as it is");
    let stored = coverage_on(&nursery, FRIDAY).await;
    let then = without_figures(then);
    for (stored, then) in stored.clauses.iter().zip(&then.clauses) {
        assert_eq!(stored, then, "the day shows what it showed");
    }
    for (stored, then) in stored.requirements.iter().zip(&then.requirements) {
        assert_eq!(stored, then, "in both readings");
    }
    assert!(stored == then, "and nothing more or less");
    let today = coverage_on(&nursery, "2026-11-23").await;
    assert!(
        today.clauses.iter().all(|clause| clause.policy == "E") && stored.clauses.iter().all(|it| it.policy == "D")
    );

    // The pages say the same.
    let mut priya = nursery.browser();
    let page = priya.sign_in(&nursery, PRIYA).await;
    priya
        .submit(page.form("/agreement").tick("read", "yes").fill("name", "Priya Nair"))
        .await
        .is(200, "You have signed");
    priya.open(&format!("/coverage?on={FRIDAY}")).await.says("Version 1.").says("D15").does_not_say("E23");
    assert_eq!(priya.open("/coverage").await.all("svg.strip").len(), 0, "clauses of a new policy have no past");
    let page = priya.open(&format!("/coverage?by=eyfs&on={FRIDAY}")).await;
    let lead = page.all("tr#eyfs-lead").concat();
    assert!(names(&lead, 'D') && !names(&lead, 'E'), "clauses of that day's policy: {lead}");
    assert!(page.all("tr#eyfs-lead svg.strip title").len() == 20, "twenty days before that day");
    priya.open("/coverage").await.says("Version 2.").says("E23").does_not_say("D15");
    let data = as_data(&mut priya, &format!("/coverage.json?on={FRIDAY}")).await;
    assert_eq!(data, serde_json::to_value(&stored.clauses).expect("JSON"), "and so does the data");
    let data = as_data(&mut priya, &format!("/coverage.json?by=uncrc&on={FRIDAY}")).await;
    assert_eq!((&data["day"], &data["edition"]), (&Value::from(FRIDAY), &Value::from("1989")));
    assert!(data["reading"].as_str().is_some_and(|words| words.contains("not checked")), "{data}");
}

scenario!(a_changed_day_is_found);
async fn a_changed_day_is_found(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let standing = async |priya: &mut Browser| {
        let data = as_data(priya, "/coverage.json?by=hscs").await;
        let asked = data["requirements"].as_array().expect("a list").iter().find(|it| it["requirement"] == "hscs.4-19");
        let rules = asked.expect("it is there")["rules"].as_array().expect("rules").clone();
        let rule = rules.into_iter().find(|rule| rule["rule"] == "assurance.coverage").expect("the rule");
        (rule["state"].clone(), rule["sentence"].as_str().expect("words").to_owned())
    };
    let (state, sentence) = standing(&mut priya).await;
    assert_eq!(state, "kept", "{sentence}");
    assert!(sentence.contains("20 of the last 20 days stored"), "{sentence}");

    let change = format!(
        "UPDATE coverage_days SET state = 'kept' WHERE day = '{THURSDAY}' AND clause = 'D7' AND state <> 'kept'"
    );
    let changed = nursery.db.execute_unprepared(&change).await.expect("somebody at the database").rows_affected();
    assert!(changed > 0, "D7 was not kept on Thursday");
    let (state, sentence) = standing(&mut priya).await;
    assert_eq!(state, "broken", "{sentence}");
    assert!(sentence.contains("1 line stored for 2026-11-19 was changed afterwards"), "{sentence}");
    let path = format!("/coverage?on={THURSDAY}");
    priya.open(&path).await.says("Do not rely on this day: 1 of its lines were changed");
    priya.open("/coverage?on=2026-11-18").await.says("What came to be known later is not in it").does_not_say("rely");

    nursery.db.execute_unprepared(&format!("DELETE FROM coverage_days WHERE day = '{THURSDAY}'")).await.expect("gone");
    let (state, sentence) = standing(&mut priya).await;
    assert_eq!(state, "due", "{sentence}");
    assert!(sentence.contains("19 of the last 20 days"), "{sentence}");
}

/// Both readings of a day in the main sample, through the door of reading.
async fn coverage_on(nursery: &Nursery, day: &str) -> Coverage {
    let setting = SettingId(nursery.setting(world::ALDER_HOUSE.name).await);
    let actor = Actor::System { job: "console", setting };
    let reader = view(&nursery.house, &actor, Verb::ViewCoverage, Subject::Page).await.expect("a reader");
    let day: Day = day.parse().expect("a day");
    shown(&reader, day).await.expect("a day").coverage
}

/// As it is shown: the figures by themselves are kept with a stored day and never read back.
fn without_figures(mut coverage: Coverage) -> Coverage {
    let clauses = coverage.clauses.iter_mut().flat_map(|clause| &mut clause.rules);
    let asked = coverage.requirements.iter_mut().flat_map(|asked| &mut asked.rules);
    for rule in clauses.chain(asked) {
        rule.figures.clear();
    }
    coverage
}

/// Whether a text names a clause of a policy.
pub fn names(text: &str, policy: char) -> bool {
    text.split_whitespace().filter_map(|word| word.strip_prefix(policy)).any(|number| number.parse::<u32>().is_ok())
}

async fn as_data(browser: &mut Browser, path: &str) -> Value {
    let answer = browser.get(path).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["content-type"]),
        (200, &"application/json".parse().expect("ASCII"))
    );
    serde_json::from_str(&answer.body).expect("JSON")
}
