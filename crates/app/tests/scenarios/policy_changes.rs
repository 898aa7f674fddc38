//! S32: the policy changes, or a signature runs out. What can be signed is what is in force at that moment, and who is not
//! covered any more opens nothing but the agreement, until they sign.

use stairgate::action::perform;
use stairgate::policies::actions::adopt_policy::AdoptPolicy;
use stairgate::policies::agreement::AgreementDocument;
use stairgate::world;
use stairgate_rulebook::{Policy, Rulebook, Verb};

use crate::harness::{On, later};

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const CALLUM: &str = "callum@alderhouse.example";

scenario!(s32_policy_changes);
async fn s32_policy_changes(on: &On) {
    let nursery = on.sample().await;
    let mut callum = nursery.signed_in(CALLUM).await;
    let read = callum.open("/agreement").await.form("/agreement").tick("read", "yes").fill("name", "Callum Reid");
    let mut amina = nursery.signed_in(AMINA).await;
    amina.open("/policy").await.says("Version 1. In force since Friday 23 October.").says("D15");

    let amina_acts = world::sign_in(&nursery.house, AMINA).await.expect("signed in");
    let changed = || AdoptPolicy { rulebook: Rulebook::of(Policy::E) };
    perform(&nursery.house, &amina_acts, changed()).await.expect_err("a practitioner adopts nothing");
    assert_eq!(nursery.newest(Verb::AdoptPolicy).await.rules[0].as_str(), "policies.review");
    let priya_acts = world::sign_in(&nursery.house, PRIYA).await.expect("signed in");
    perform(&nursery.house, &priya_acts, changed()).await.expect("the manager does");
    assert!(nursery.newest(Verb::AdoptPolicy).await.allowed);

    // The words on Callum's screen are not in force any more: he is shown the new ones and signs those.
    let page = callum.submit(read).await;
    assert_eq!(page.status, 422);
    page.says("The agreement has changed since you opened this page.").says("E23").does_not_say("D15");
    assert_eq!(nursery.newest(Verb::SignAgreement).await.grounds, ["agreement-not-in-force"]);
    callum
        .submit(page.form("/agreement").tick("read", "yes").fill("name", "Callum Reid"))
        .await
        .is(200, "You have signed");
    let id = nursery.person(CALLUM).await;
    let signed = nursery.texts(&format!("SELECT document FROM signatures WHERE person_id = '{id}'")).await.concat();
    let signed: AgreementDocument = serde_json::from_str(&signed).expect("a document");
    assert_eq!(signed, AgreementDocument::of(&Rulebook::of(Policy::E)), "exactly the words in force");

    // Whoever signed the old words is asked for the new ones at once, and keeps what they signed before.
    assert_eq!(nursery.newest(Verb::AdoptPolicy).await.detail["asked_to_sign_again"], 10);
    let page = amina.open("/policy").await;
    page.is(200, "E-safety and internet agreement").says("Nothing else is open to you").says("E23");
    amina
        .submit(page.form("/agreement").tick("read", "yes").fill("name", "Amina Yusuf"))
        .await
        .is(200, "You have signed");
    amina.open("/policy").await.says("Version 2. In force since Friday 20 November.").says("E23");
    let id = nursery.person(AMINA).await;
    assert_eq!(nursery.count(&format!("signatures WHERE person_id = '{id}'")).await, 2);
    let versions = "policy_versions v JOIN settings s ON s.id = v.setting_id AND s.name = 'Alder House Nursery' WHERE";
    assert_eq!(nursery.count(&format!("{versions} v.number = 1 AND v.superseded_at IS NOT NULL")).await, 1);
    assert_eq!(nursery.count(&format!("{versions} v.number = 2 AND v.superseded_at IS NULL")).await, 1);
    let days = "coverage_days d JOIN settings s ON s.id = d.setting_id AND s.name = 'Alder House Nursery' WHERE";
    assert!(nursery.count(&format!("{days} d.day = '2026-11-19' AND d.clause = 'D15'")).await == 1, "past days stay");
    let mut priya = nursery.browser();
    let page = priya.sign_in(&nursery, PRIYA).await;
    priya
        .submit(page.form("/agreement").tick("read", "yes").fill("name", "Priya Nair"))
        .await
        .is(200, "You have signed");
    let page = priya.open("/coverage?on=2026-11-19").await;
    page.says("Version 1. In force since Friday 23 October.").says("D15").does_not_say("E23");
    priya.open("/coverage").await.says("Version 2.").says("E23").does_not_say("D15");
    later("policies.readers", "everybody in scope sees just the clause that changed beside the words before");
    later("policies.readers", "those who do not sign the change are chased");
    later("policies.review", "the policy's own page shows what was in force on any past day");
}

scenario!(s32_a_signature_runs_out);
async fn s32_a_signature_runs_out(on: &On) {
    let nursery = on.sample().await;
    // She signed four weeks ago, for twelve months.
    nursery.wait_days(335);
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/today").await;
    page.is(200, "Thursday 21 October").says("Sign the e-safety agreement again").says("Your signature holds until");
    nursery.wait_days(2);
    amina.sign_in(&nursery, AMINA).await.is(200, "Saturday 23 October");
    nursery.wait_days(1);
    let page = amina.sign_in(&nursery, AMINA).await;
    page.is(200, "E-safety and internet agreement").says("Nothing else is open to you").says("D15");
    let refusal = nursery.newest(Verb::ViewToday).await;
    assert!(!refusal.allowed && refusal.grounds == ["agreement-unsigned"], "{refusal:?}");
    amina.open("/report").await.is(200, "Report something");
    let form = page.form("/agreement").tick("read", "yes").fill("name", "Amina Yusuf");
    amina.submit(form).await.is(200, "You have signed").says("Tuesday 24 October 2028");
    amina.open("/today").await.is(200, "Sunday 24 October");
    let id = nursery.person(AMINA).await;
    assert_eq!(
        nursery.count(&format!("signatures WHERE person_id = '{id}'")).await,
        2,
        "the first one stays on record"
    );
}
