//! Whoever is concerned decides nothing, and somebody always can: the one named, the manager's own, a lead alone, the signature of
//! somebody else.

use stairgate::action::perform;
use stairgate::policies::actions::adopt_policy::AdoptPolicy;
use stairgate_rulebook::{Policy, Rulebook, Value, Verb};

use super::*;

fn tie_with(page: &Page, other: &str, (with, name): (&str, &str)) -> Form {
    let form = page.form("/declarations/relationship").fill("with", with).fill("kind", "family").fill("other", other);
    signed(form.fill("before_joining", "no"), name)
}

fn path_of(page: &Page) -> String {
    page.path.split('?').next().expect("a path").to_owned()
}

scenario!(whoever_is_named_decides_nothing);
async fn whoever_is_named_decides_nothing(on: &On) {
    let nursery = on.sample().await;
    // The lead and manager names her deputy: neither may decide, so it falls to the chair.
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = priya.open("/declarations/relationship").await;
    let page = priya.submit(tie_with(&page, "OKAFOR, Tom", ("colleague", "Priya Nair"))).await;
    page.says("Began after joining").says("Hannah").says("talks it through with you and decides");
    let declared = path_of(&page);
    let mut tom = nursery.signed_in(TOM).await;
    tom.open("/today").await.does_not_say("Talk about a declaration");
    let page = tom.open(&declared).await;
    page.says("You are named in this declaration");
    let decision = format!("{declared}/decision");
    assert!(!page.has_form(&decision), "nobody decides about what names them");
    let fields = [
        ("csrf", token(&mut tom).await),
        ("decision", "agreed".to_owned()),
        ("signed", "yes".to_owned()),
        ("name", "Tom Okafor".to_owned()),
        ("talked_day", "20".to_owned()),
        ("talked_month", "11".to_owned()),
        ("talked_year", "2026".to_owned()),
    ];
    tom.post(&decision, &owned(&fields)).await.is(403, "This is not open to you now").says("You are named in this");
    assert!(nursery.newest(Verb::DecideDeclaration).await.grounds.contains(&"named-in-declaration".to_owned()));

    // The chair sees that one, and no other; her board says so.
    let others = everything_of_amina(&nursery).await;
    let mut hannah = nursery.signed_in(HANNAH).await;
    let board = hannah.open("/today").await;
    assert!(board.says("Talk about a declaration").body.contains(&declared), "it leads to the one that is hers");
    for path in others.iter().map(String::as_str).chain(["/declarations/all"]) {
        assert_eq!(hannah.open(path).await.status, 403, "{path}");
    }
    let name = nursery.texts("SELECT name FROM persons WHERE name LIKE 'Hannah%'").await.concat();
    let form = hannah.open(&declared).await.form(&decision).fill("decision", "no_action");
    assert_eq!(form.value("talked_day"), "", "nobody said when they talked");
    hannah.submit(signed(talked(form), &name)).await.says("The decision is saved.");
    hannah.open(&declared).await.says("No action is needed");
    let form = priya.open(&declared).await.form(&format!("{declared}/signature"));
    priya.submit(signed(form, "Priya Nair")).await.says("Signed. You both have.");
    // With a deputy who is free again, the chair has no business with the next.
    let page = priya.open("/declarations/relationship").await;
    let page = priya.submit(tie_with(&page, "Somebody Unknown", ("other", "Priya Nair"))).await;
    page.says("Tom Okafor talks it through with you");
    assert_eq!(hannah.open(&path_of(&page)).await.status, 403);
}

scenario!(under_policy_c_the_only_leads_own_contact_online_is_decided);
async fn under_policy_c_the_only_leads_own_contact_online_is_decided(on: &On) {
    let nursery = on.sample().await;
    let cookie = nursery.cookie_of(PRIYA).await;
    let manager = nursery.actor(&cookie).await;
    // Policy C names the lead alone for contact by a social account, and here the lead is no manager.
    let mut rulebook = Rulebook::of(Policy::D);
    let key = "people.relationship-declarations.decided_by_social_accounts";
    rulebook.set_parameter(key, Value::Words(vec!["lead".to_owned()])).expect("in bounds");
    perform(&nursery.house, &manager, AdoptPolicy { rulebook }).await.expect("adopted");
    for (email, role) in [(PRIYA, "manager"), (TOM, "lead")] {
        let id = nursery.person(email).await;
        let sql = format!("UPDATE standings SET roles = '{role}', second_factor = TRUE WHERE person_id = '{id}'");
        nursery.db.execute_unprepared(&sql).await.expect("done");
    }
    let mut tom = nursery.signed_in(TOM).await;
    let page = tom.open("/declarations/relationship").await;
    let form = tie_with(&page, "Nadia Rahman", ("parent", "Tom Okafor")).tick("online", "yes");
    let page = tom.submit(form).await;
    page.says("Priya Nair").says("talks it through with you and decides");
    let declared = path_of(&page);
    let mut priya = nursery.signed_in(PRIYA).await;
    let form = priya.open(&declared).await.form(&format!("{declared}/decision")).fill("decision", "not_agreed");
    priya.submit(signed(talked(form), "Priya Nair")).await.says("The decision is saved.");
    // Somebody else's is the lead's as before.
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/relationship").await;
    let page = amina.submit(tie(&page)).await;
    page.says("Tom Okafor talks it through with you and decides");
    assert!(!priya.open(&path_of(&page)).await.has_form(&format!("{}/decision", path_of(&page))));
}

scenario!(the_managers_own_work_and_report_find_somebody);
async fn the_managers_own_work_and_report_find_somebody(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = priya.open("/declarations/work").await;
    let form = page.form("/declarations/work").fill("employer", "Gallop Stables").fill("paid", "paid");
    let form = form.fill("hours_a_week", "16").fill("hours_here", "37").fill("opted_out", "no");
    let page = priya.submit(signed(form, "Priya Nair")).await;
    page.says("Hannah").says("decides about this").says("53 hours");
    let declared = path_of(&page);
    let decision = format!("{declared}/decision");
    assert!(!nursery.signed_in(TOM).await.open(&declared).await.has_form(&decision), "the chair is there");
    let mut hannah = nursery.signed_in(HANNAH).await;
    hannah.open("/today").await.says("Decide about other work");
    let form = hannah.open(&declared).await.form(&decision).fill("decision", "agreed");
    hannah.submit(form.clone()).await.says("This makes 53 hours a week without an opt-out.");
    let page = hannah.submit(form.tick("opt_out_seen", "yes")).await;
    page.says("The decision is saved.").says("Opt-out seen by whoever decided").does_not_say("without an opt-out");
}

scenario!(a_signature_is_ones_own_name);
async fn a_signature_is_ones_own_name(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/relationship").await;
    let form = tie(&page).fill("words", "We sang together.");
    let wrong = amina.submit(form.clone().fill("name", "Somebody Else")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("You are signed in as Amina Yusuf").says("Ask the manager to correct it").says("We sang together.");
    assert_eq!(nursery.count(&new_in("declarations")).await, 0);
    amina.submit(form.fill("name", "yusuf, AMÍNA")).await.says("Declared and signed.").says("signed by Amina Yusuf");
    // The agreement too.
    nursery.db.execute_unprepared("UPDATE standings SET agreement_until = NULL").await.expect("done");
    let page = amina.open("/agreement").await;
    let wrong = amina.submit(page.form("/agreement").tick("read", "yes").fill("name", "Somebody Else")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("You are signed in as Amina Yusuf");
    amina.submit(page.form("/agreement").tick("read", "yes").fill("name", "amina yusuf")).await.says("You have signed");
}
