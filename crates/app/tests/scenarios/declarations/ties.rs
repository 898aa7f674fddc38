//! Friendships and family ties: both signatures, what the policy forbids, a family that joins later, two leads at once.

use stairgate::action::perform;
use stairgate::policies::actions::adopt_policy::AdoptPolicy;
use stairgate_rulebook::{Policy, Role, Rulebook, Verb};

use super::*;

scenario!(both_sign_and_nothing_is_written_over);
async fn both_sign_and_nothing_is_written_over(on: &On) {
    let nursery = on.sample().await;
    let mut amina = nursery.signed_in(AMINA).await;
    amina.open("/today").await.says("Answer about friendships and family ties");
    let page = amina.open("/declarations/relationship").await;
    page.says("Being online friends with parents and carers").says("Better not. Point families to the official pages");
    page.says("Your policy says so.").says("D52");
    let page = amina.submit(tie(&page)).await;
    page.is(200, "Declaration").says("Declared and signed.").says("Priya Nair or Tom Okafor talks it through with you");
    page.says("Waits for a decision").says("signed by Amina Yusuf");
    let declared = page.path.split('?').next().expect("a path").to_owned();
    assert!(!page.has_form(&format!("{declared}/decision")), "nobody decides about themselves");
    amina.open("/today").await.does_not_say("Answer about friendships");
    sealed_in_the_database(&nursery, on).await;

    // The deputy records the talk; the declarer signs what was decided.
    let mut tom = nursery.signed_in(TOM).await;
    tom.open("/today").await.says("Talk about a declaration").does_not_say("Nadia");
    let page = tom.open(&declared).await;
    page.says("Nadia Rahman").says("at secondary school").says("In touch online, by a personal account");
    let decision = format!("{declared}/decision");
    let form = talked(page.form(&decision).fill("decision", "conditions"));
    let wrong = tom.submit(signed(form.clone(), "Tom Okafor")).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Write down the conditions.");
    let form = signed(form.fill("advice", "No talk about the nursery; no pictures."), "Tom Okafor");
    let page = tom.submit(form.clone()).await;
    page.says("The decision is saved.")
        .says("Agreed, with conditions")
        .says("To be looked at again on Saturday 20 November 2027");
    assert!(!page.has_form(&format!("{declared}/signature")), "each signs for themselves");
    tom.submit(form).await.says("The decision is saved.");
    assert_eq!(nursery.count(&new_in("declaration_decisions")).await, 1, "pressed twice, decided once");
    amina.open("/today").await.says("Sign the decision about your declaration");
    let page = amina.open(&declared).await;
    page.says("The person who declared has not signed it yet.").says("No talk about the nursery");
    let form = page.form(&format!("{declared}/signature"));
    let wrong = amina.submit(form.clone()).await;
    assert_eq!(wrong.status, 422);
    wrong.says("Tick the box to sign.").says("Type your name as your signature.");
    let page = amina.submit(signed(form, "Amina Yusuf")).await;
    page.says("Signed. You both have.").says("Signed “Amina Yusuf”").says("Signed “Tom Okafor” by Tom Okafor");
    assert!(nursery.newest(Verb::CountersignDeclaration).await.allowed);

    // A year later it is looked at again: another decision beside the first.
    nursery.wait_days(350);
    for email in [AMINA, TOM] {
        let mut browser = nursery.browser();
        let page = browser.sign_in(&nursery, email).await;
        let name = if email == TOM { "Tom Okafor" } else { "Amina Yusuf" };
        if page.has_form("/agreement") {
            browser.submit(page.form("/agreement").tick("read", "yes").fill("name", name)).await;
        }
    }
    nursery.wait_days(15);
    let mut tom = nursery.signed_in(TOM).await;
    tom.open("/today").await.says("Look at 2 declarations again").says("The day to look at it again has come.");
    let page = tom.open(&declared).await;
    let form = signed(talked(page.form(&decision).fill("decision", "no_action")), "Tom Okafor");
    tom.submit(form)
        .await
        .says("No action is needed")
        .says("Agreed, with conditions")
        .says("Waits for their signature");
    assert_eq!(nursery.count(&new_in("declaration_decisions")).await, 2, "the first one stays");
}

scenario!(what_the_policy_forbids_cannot_be_agreed);
async fn what_the_policy_forbids_cannot_be_agreed(on: &On) {
    let nursery = on.sample().await;
    let mut rulebook = Rulebook::of(Policy::D);
    rulebook.set_parameter("people.relationship-declarations.friend_contact_parents", "forbidden").expect("in bounds");
    let priya = world::sign_in(&nursery.house, PRIYA).await.expect("signed in");
    perform(&nursery.house, &priya, AdoptPolicy { rulebook }).await.expect("adopted");
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/relationship").await;
    page.says("Not allowed").says("Your setting chose this.");
    let page = amina.submit(tie(&page)).await;
    let declared = page.path.split('?').next().expect("a path").to_owned();
    let mut tom = nursery.signed_in(TOM).await;
    let decision = format!("{declared}/decision");
    let form = talked(tom.open(&declared).await.form(&decision))
        .fill("decision", "agreed")
        .fill("advice", "We spoke for long.");
    let page = tom.submit(signed(form, "Tom Okafor")).await;
    assert_eq!(page.status, 422);
    page.says("Declared friendships and family ties").says("D52").says("forbids being online friends with parents");
    page.says("We spoke for long.");
    assert_eq!(nursery.newest(Verb::DecideDeclaration).await.grounds, ["online-with-parents-forbidden"]);
    let form = page.form(&decision).fill("decision", "not_agreed").fill("advice", "End it, kindly.");
    tom.submit(signed(form, "Tom Okafor")).await.says("Not agreed");
}

scenario!(a_family_joins_later);
async fn a_family_joins_later(on: &On) {
    let nursery = on.sample().await;
    let cookie = nursery.cookie_of(PRIYA).await;
    let manager = nursery.actor(&cookie).await;
    let mut amina = nursery.signed_in(AMINA).await;
    let page = amina.open("/declarations/relationship").await;
    let page = amina.submit(tie(&page)).await;
    let declared = page.path.split('?').next().expect("a path").to_owned();
    let mut tom = nursery.signed_in(TOM).await;
    decide(&mut tom, &declared).await;
    let form = amina.open(&declared).await.form(&format!("{declared}/signature"));
    amina.submit(signed(form, "Amina Yusuf")).await.says("Agreed");
    // Somebody of that name who comes to work here is no family; somebody with another name neither.
    nursery.bring_in(&manager, "Nadia Rahman", "nadia.r@alderhouse.example", &[Role::Student]).await;
    nursery.bring_in(&manager, "Nadia Rahmani", "rahmani@family.example", &[Role::Parent]).await;
    let joined = "A family you may know has joined.";
    amina.open("/today").await.does_not_say(joined);
    // The register may write the name the other way round.
    nursery.bring_in(&manager, "RAHMAN, Nadia", "rahman@family.example", &[Role::Parent]).await;
    // Whoever declared must not learn who comes here: any name could be typed. The leads are told.
    let mut tom = nursery.signed_in(TOM).await;
    tom.open("/today").await.says("A family has joined that a declaration may be about.").does_not_say("RAHMAN");
    for path in ["/today", "/declarations", &declared] {
        amina.open(path).await.does_not_say(joined).does_not_say("Does your declaration still say");
    }
    // Until the family is one of her rooms, whose names she reads anyway.
    tie_to(&nursery, "Temi Adeyemi", "rahman@family.example").await;
    amina.open("/today").await.says(joined).does_not_say("RAHMAN");
    amina.open("/declarations").await.says("Does your declaration still say what it should?");
    amina.open(&declared).await.says(joined).does_not_say("RAHMAN");
    nursery.signed_in(SEAN).await.open("/today").await.does_not_say(joined);

    // Declared again: the earlier one ends and stays readable, and the prompt is gone.
    let page = amina.open(&declared).await;
    let again = page.link("Declare it again");
    let page = amina.open(&again).await;
    assert_eq!(page.form("/declarations/relationship").value("other"), "Nadia Rahman");
    let form =
        signed(page.form("/declarations/relationship"), "Amina Yusuf").fill("words", "She is a parent here now.");
    let page = amina.submit(form).await;
    page.says("Declared and signed.").does_not_say(joined);
    let newer = page.path.split('?').next().expect("a path").to_owned();
    amina.open(&declared).await.says("Declared again since").does_not_say(joined);
    amina.open("/today").await.does_not_say(joined);
    decide(&mut tom, &newer).await;
    // Over is declared too, and needs no other look.
    let page =
        amina.open(&format!("/declarations/relationship?again={}", newer.rsplit('/').next().expect("an id"))).await;
    let form = signed(page.form("/declarations/relationship").fill("answer", "over"), "Amina Yusuf");
    let page = amina.submit(form).await;
    let over = page.path.split('?').next().expect("a path").to_owned();
    let page = tom.open(&over).await;
    page.says("It is over").does_not_say("Look at it again on");
    let form = talked(page.form(&format!("{over}/decision")).fill("decision", "no_action"));
    tom.submit(signed(form, "Tom Okafor")).await.says("No action is needed");
}

/// An adult of the register belongs to a child from now on.
async fn tie_to(nursery: &Nursery, child: &str, email: &str) {
    let id = nursery.texts(&format!("SELECT id FROM children WHERE name = '{child}'")).await.concat();
    let mut priya = nursery.signed_in(PRIYA).await;
    let page = priya.open(&format!("/children/{id}/family/add?find=nadia")).await;
    let forms = page.forms(&format!("/children/{id}/family"));
    let form = forms.into_iter().find(|form| form.knows("person")).expect("a form");
    let form = form.fill("person", &nursery.person(email).await).fill("relation", "mother");
    priya.submit(form.fill("responsibility", "yes")).await.is(200, "The adults of Temi Adeyemi");
}

scenario!(two_leads_decide_at_once);
async fn two_leads_decide_at_once(on: &On) {
    let nursery = on.sample().await;
    let [declared, report, _] = everything_of_amina(&nursery).await;
    let (mut tom, mut priya) = (nursery.signed_in(TOM).await, nursery.signed_in(PRIYA).await);
    let decision = format!("{declared}/decision");
    let (by_tom, by_priya) =
        (talked(tom.open(&declared).await.form(&decision)), talked(priya.open(&declared).await.form(&decision)));
    tom.submit(signed(by_tom.fill("decision", "agreed"), "Tom Okafor")).await.says("The decision is saved.");
    let form = by_priya.fill("decision", "not_agreed").fill("advice", "These words took an hour.");
    let page = priya.submit(signed(form, "Priya Nair")).await;
    assert_eq!(page.status, 422);
    page.says("This was decided a moment ago.").says("These words took an hour.").says("Tom Okafor");
    assert_eq!(nursery.count(&new_in("declaration_decisions")).await, 1);
    // Having read the other's decision, she may decide after it: her words are still there.
    let form = page.form(&decision).fill("decision", "not_agreed").fill("advice", "These words took an hour.");
    priya.submit(signed(form, "Priya Nair")).await.says("The decision is saved.");
    assert_eq!(nursery.count(&new_in("declaration_decisions")).await, 2);

    let answer = format!("{report}/answer");
    let (by_tom, by_priya) = (tom.open(&report).await.form(&answer), priya.open(&report).await.form(&answer));
    let form = by_tom.fill("outcome", "advised").fill("words", "We spoke.");
    tom.submit(form.clone()).await.says("Your answer is saved.");
    tom.submit(form).await.says("Your answer is saved.");
    let page = priya.submit(by_priya.fill("outcome", "concern").fill("words", "Mine, not saved.")).await;
    assert_eq!(page.status, 422);
    page.says("What you typed was not saved").says("Mine, not saved.").says("We spoke.");
    // The reporter who adds too late loses nothing either.
    let mut amina = nursery.signed_in(AMINA).await;
    let fields = [("csrf", token(&mut amina).await), ("words", "Late words.".to_owned())];
    let page = amina.post(&format!("{report}/words"), &owned(&fields)).await;
    assert_eq!(page.status, 422);
    page.says("This report was answered meanwhile").says("Late words.");
}

scenario!(i_have_none_is_an_answer_with_a_date);
async fn i_have_none_is_an_answer_with_a_date(on: &On) {
    let nursery = on.sample().await;
    // Without a number there is one list of those who have not answered, and no other.
    set_phone(&nursery, None).await;
    let mut sean = nursery.signed_in(SEAN).await;
    let form = sean.open("/declarations/relationship").await.form("/declarations/none");
    let page = sean.submit(form.clone()).await;
    page.says("Your answer is saved with today's date.").says("You said that there is nothing more to declare");
    sean.submit(form).await.says("Your answer is saved");
    assert_eq!(nursery.count(&new_in("declarations")).await, 1);
    sean.open("/today").await.does_not_say("Answer about friendships");
    let mut tom = nursery.signed_in(TOM).await;
    let all = tom.open("/declarations/all").await;
    assert!(!all.all(".names li").contains(&"Sean Larkin".to_owned()));
    assert!(all.all(".names li").contains(&"Amina Yusuf".to_owned()));
    all.says("Nothing waits");
    // After the time for which the policy lets a declaration stand, it is asked again.
    nursery.wait_days(366);
    let page = sean.sign_in(&nursery, SEAN).await;
    if page.has_form("/agreement") {
        sean.submit(page.form("/agreement").tick("read", "yes").fill("name", "Sean Larkin")).await;
    }
    sean.open("/today").await.says("Answer about friendships and family ties");
}
