//! How to reach a family stands with the child, where opening it is on record: not on the list of people, not in the notes. And
//! nobody is added twice by a second press.

use stairgate_rulebook::{Policy, Rulebook, Verb};

use crate::children::{child, page_form};
use crate::harness::On;
use crate::imports::bring;

const PRIYA: &str = "priya@alderhouse.example";
const AMINA: &str = "amina@alderhouse.example";
const LUCJA: &str = "lucja@alderhouse.example";
const RUTH: &str = "ruth@family.example";
const GRACE: &str = "grace@family.example";

scenario!(a_family_is_reached_by_its_child_only);
async fn a_family_is_reached_by_its_child_only(on: &On) {
    let nursery = on.sample().await;
    let ruth = nursery.person(RUTH).await;
    let mut priya = nursery.signed_in(PRIYA).await;
    for path in [format!("/people/{ruth}"), format!("/people/{ruth}/edit"), "/people".to_owned()] {
        let page = priya.open(&path).await;
        assert_eq!(page.status, 200, "{path}");
        for private in ["07700 900131", "Chapel Yard", RUTH] {
            assert!(!page.body.contains(private), "{path} gives out {private}");
        }
    }
    priya.open(&format!("/people/{ruth}")).await.says("stands with their child");
    // Saving the rest takes nothing away, and puts nothing in its place.
    let form = priya.open(&format!("/people/{ruth}/edit")).await.form(&format!("/people/{ruth}"));
    let mut form = form.fill("organisation", "Mill & Sons");
    form.fields.push(("phone".to_owned(), "07700 900999".to_owned()));
    priya.submit(form).await.is(200, "Ruth Fenwick").says("Mill & Sons");
    let kept = nursery.texts(&format!("SELECT phone || ' ' || address FROM persons WHERE id = '{ruth}'")).await;
    assert_eq!(kept, ["07700 900131 2 Chapel Yard, Alderton"]);
    // Staff are reached as before.
    let amina = nursery.person(AMINA).await;
    priya.open(&format!("/people/{amina}")).await.says(AMINA);
}

scenario!(work_with_families_is_for_the_settings_devices);
async fn work_with_families_is_for_the_settings_devices(on: &On) {
    let nursery = on.sample().await;
    let (grace, amina) = (nursery.person(GRACE).await, nursery.person(AMINA).await);
    let mut priya = nursery.signed_in(PRIYA).await;
    let token = priya.open("/people/new").await.form("/people/new").value("csrf").to_owned();
    let mut rulebook = Rulebook::of(Policy::D);
    let key = "people.authorised-users.staff_sign_in";
    rulebook.set_parameter(key, "setting_devices_for_work_with_families").expect("in bounds");
    let manager = nursery.actor(&priya.session_cookie()).await;
    let adopt = stairgate::policies::actions::adopt_policy::AdoptPolicy { rulebook };
    stairgate::action::perform(&nursery.house, &manager, adopt).await.expect("adopted");
    let name = |name: &str| [("csrf".to_owned(), token.clone()), ("name".to_owned(), name.to_owned())];
    assert_eq!(priya.post(&format!("/people/{grace}"), &name("Grace Ade")).await.status, 403);
    assert_eq!(nursery.newest(Verb::SavePerson).await.grounds, ["own-device-for-a-familys-entry"]);
    assert_eq!(priya.post("/children/invitations", &name("")).await.status, 403);
    assert_eq!(nursery.newest(Verb::InviteFamilies).await.grounds, ["own-device-for-families"]);
    assert_eq!(priya.post(&format!("/people/{amina}"), &name("Amina Yusuf")).await.status, 303);
}

scenario!(what_belongs_to_nobody_stands_with_the_family);
async fn what_belongs_to_nobody_stands_with_the_family(on: &On) {
    let nursery = on.sample().await;
    let mut priya = nursery.signed_in(PRIYA).await;
    let file = "Name,Date of birth,Room,Parents,Address,Notes
Iris Vale,03/02/2023,Acorns,Una Vale and Rory Vale,9 Weir Bank,Sleeps after lunch
";
    bring(&mut priya, "iris.csv", file).await.says("Came in");
    let iris = child(&nursery, "Iris Vale").await;
    // Her room reads the notes, a student does not; nobody of them reads where somebody lives.
    let path = format!("/children/{iris}");
    nursery.signed_in(AMINA).await.open(&path).await.says("Sleeps after lunch").does_not_say("Weir Bank");
    nursery.signed_in(LUCJA).await.open(&path).await.is(200, "Iris Vale").does_not_say("Sleeps after lunch");
    let page = priya.open(&format!("{path}/family")).await;
    page.says("9 Weir Bank").says("Numbers and addresses that are nobody's");
    assert_eq!(nursery.count("children WHERE contacts_sealed IS NOT NULL").await, 1);
    // Again, it is there once; sorted, it is gone.
    bring(&mut priya, "again.csv", &format!("{file}\n")).await;
    let page = priya.open(&format!("{path}/family")).await;
    assert_eq!(page.text().matches("9 Weir Bank").count(), 1);
    priya.submit(page.form(&format!("{path}/family/sorted"))).await.does_not_say("9 Weir Bank");
    assert_eq!(nursery.newest(Verb::SaveGuardian).await.detail["what"], "sorted");
}

scenario!(pressed_twice_somebody_is_added_once);
async fn pressed_twice_somebody_is_added_once(on: &On) {
    let nursery = on.sample().await;
    let priya = nursery.signed_in(PRIYA).await;
    let (mut one, mut two) = (priya.clone(), priya);
    let form = page_form(&one.open("/people/new").await, "/people/new", "name").fill("name", "Wim Cole");
    let (first, second) = tokio::join!(one.submit(form.clone()), two.submit(form));
    first.is(200, "Wim Cole");
    second.is(200, "Wim Cole");
    assert_eq!(first.path, second.path);
    assert_eq!(nursery.count("persons WHERE name = 'Wim Cole'").await, 1);
    // Another one of that name is asked about first.
    let form = page_form(&one.open("/people/new").await, "/people/new", "name").fill("name", "wim  COLE");
    let page = one.submit(form).await;
    page.is(422, "Add somebody without an email address").says("Somebody with this name is in the register already.");
    one.submit(page.form("/people/new").tick("another", "yes")).await.is(200, "wim COLE");
    assert_eq!(nursery.count("persons WHERE search_key = 'wim cole'").await, 2);
}
