//! Parameters: what a setting can choose, and that nothing outside the bounds reaches a decision.

use serde_json::json;
use stairgate_rulebook::{Actor, BoundsError, Kind, Parameter, Policy, Role, Rulebook, Value, Verb, rule, rules};

use crate::people::{allowed, but, good_facts, person, standing};

fn parameters() -> impl Iterator<Item = &'static Parameter> {
    rules().iter().flat_map(|rule| &rule.parameters)
}

#[test]
fn every_default_and_every_loosest_value_is_within_bounds() {
    for parameter in parameters() {
        let values = [Some(parameter.default()), parameter.loosest()];
        for value in values.into_iter().flatten() {
            assert_eq!(parameter.check(&value), Ok(()), "{}", parameter.key);
        }
        if let Kind::Integer { least, most, loosest, .. } = parameter.kind {
            assert!(least < most && (loosest == least || loosest == most), "{}", parameter.key);
        }
    }
}

#[test]
fn every_policys_values_are_declared_and_within_bounds() {
    for policy in Policy::ALL {
        let text = policy.text();
        for (key, value) in text.says.iter().chain(&text.defaults) {
            let parameter = parameters().find(|parameter| parameter.key == *key);
            let parameter = parameter.unwrap_or_else(|| panic!("policy {policy}: there is no {key}"));
            assert_eq!(parameter.check(value), Ok(()), "policy {policy}");
            assert_eq!(Rulebook::of(*policy).parameter(key).as_ref(), Some(value));
        }
        let both: Vec<_> = text.says.keys().filter(|key| text.defaults.contains_key(*key)).collect();
        assert!(both.is_empty(), "policy {policy} says {both:?}, so our default has no say");
    }
}

#[test]
fn the_bounds_of_the_core_are_those_that_the_proofs_assume() {
    let bounds = |key: &str| match parameters().find(|parameter| parameter.key == key).map(|found| &found.kind) {
        Some(Kind::Integer { least, most, loosest, .. }) => (*least, *most, *loosest),
        other => panic!("{key}: {other:?}"),
    };
    assert_eq!(bounds("agreements.acceptable-use.grace_days"), (0, 14, 14));
    assert_eq!(bounds("people.idle-timeout.idle_minutes"), (1, 30, 30));
    assert_eq!(bounds("people.idle-timeout.shared_device_idle_minutes"), (1, 10, 10));
    assert_eq!(bounds("people.strong-passwords.max_password_age_days"), (30, 400, 400));
    assert_eq!(bounds("people.strong-passwords.min_length"), (10, 64, 10));
}

#[test]
fn the_options_that_policies_name_exist() {
    let options = |key: &str| match parameters().find(|parameter| parameter.key == key).map(|found| &found.kind) {
        Some(Kind::Choice { options, .. }) => options.clone(),
        other => panic!("{key}: {other:?}"),
    };
    assert_eq!(
        options("people.authorised-users.staff_sign_in"),
        [
            "enrolled_devices_only",
            "setting_devices_for_work_with_families",
            "no_own_devices_in_working_hours",
            "any_device"
        ]
    );
    for whom in ["parents", "children"] {
        let options = options(&format!("people.relationship-declarations.friend_contact_{whom}"));
        assert_eq!(options[0], "forbidden", "{whom}: what the policies look for");
    }
}

#[test]
fn each_bound_is_the_last_value_that_goes() {
    for parameter in parameters() {
        let mut rulebook = Rulebook::of(Policy::E);
        match &parameter.kind {
            Kind::Integer { least, most, .. } => {
                for (number, goes) in
                    [(*least, true), (*most, true), (least - 1, false), (most + 1, false), (i64::MIN, false)]
                {
                    assert_eq!(
                        rulebook.set_parameter(&parameter.key, number).is_ok(),
                        goes,
                        "{} {number}",
                        parameter.key
                    );
                }
                assert!(rulebook.set_parameter(&parameter.key, true).is_err());
            }
            Kind::Choice { options, .. } => {
                for option in options {
                    assert_eq!(rulebook.set_parameter(&parameter.key, option.as_str()), Ok(()), "{}", parameter.key);
                    assert_eq!(rulebook.word(&parameter.key).as_ref(), Some(option));
                }
                assert!(rulebook.set_parameter(&parameter.key, "anything").is_err(), "{}", parameter.key);
            }
            Kind::Choices { options, .. } => {
                assert_eq!(rulebook.set_parameter(&parameter.key, Value::Words(options.clone())), Ok(()));
                let twice = Value::Words(vec![options[0].clone(), options[0].clone()]);
                assert!(matches!(rulebook.set_parameter(&parameter.key, twice), Err(BoundsError::Twice { .. })));
            }
            Kind::Flag { .. } => {
                assert_eq!(rulebook.set_parameter(&parameter.key, true), Ok(()));
                assert!(rulebook.set_parameter(&parameter.key, 1).is_err());
            }
            Kind::Roles { .. } => {
                assert_eq!(rulebook.set_parameter(&parameter.key, vec![Role::Chair]), Ok(()));
                assert_eq!(rulebook.roles(&parameter.key), Some(vec![Role::Chair]));
                assert!(rulebook.set_parameter(&parameter.key, Value::Words(vec!["king".into()])).is_err());
            }
            Kind::Text { .. } => {
                assert_eq!(rulebook.set_parameter(&parameter.key, "words"), Ok(()));
                assert!(rulebook.set_parameter(&parameter.key, "x".repeat(401).as_str()).is_err());
                assert!(rulebook.set_parameter(&parameter.key, "two\nlines").is_err());
            }
        }
    }
    let mut rulebook = Rulebook::installation();
    for key in
        ["", ".", "people", "people.idle-timeout", "people.idle-timeout.", "people.idle-timeout.x", "x.y.idle_minutes"]
    {
        assert!(matches!(rulebook.set_parameter(key, 1), Err(BoundsError::UnknownParameter { .. })), "{key}");
        assert_eq!(rulebook.parameter(key), None);
    }
}

#[test]
fn a_core_rule_stays_on() {
    let mut rulebook = Rulebook::of(Policy::A);
    for listed in rules() {
        let switched = rulebook.set_rule(&listed.id, false);
        assert_eq!(switched.is_err(), listed.core, "{}", listed.id);
        assert_eq!(rulebook.is_on(&listed.id), listed.core, "{}", listed.id);
        assert!(rulebook.set_rule(&listed.id, true).is_ok() && rulebook.is_on(&listed.id));
        assert_eq!(rule(&listed.id).id, listed.id);
    }
}

#[test]
fn a_rulebook_comes_back_from_the_database_as_it_went() {
    let mut rulebook = Rulebook::of(Policy::C);
    rulebook.set_parameter("people.idle-timeout.idle_minutes", 7).expect("within bounds");
    rulebook.set_parameter("people.strong-passwords.second_factor_roles", vec![Role::Chair]).expect("roles");
    rulebook.set_rule(&"internet.no-roaming".parse().expect("a rule"), true).expect("not core");
    let text = rulebook.stored().to_string();
    let again = Rulebook::from_stored(&serde_json::from_str(&text).expect("JSON")).expect("stored by us");
    assert_eq!(again, rulebook);
    assert_eq!(again.limits(), rulebook.limits());
    assert_eq!(Rulebook::from_stored(&Rulebook::installation().stored()).expect("stored"), Rulebook::installation());
    for bad in [
        json!(null),
        json!({}).as_object().map_or(json!(1), |_| json!({ "policy": "F" })),
        json!({ "policy": "A", "more": 1 }),
        json!({ "policy": "A", "parameters": { "people.idle-timeout.idle_minutes": 31 } }),
        json!({ "policy": "A", "parameters": { "people.idle-timeout.gone": 3 } }),
        json!({ "policy": "A", "rules": { "people.idle-timeout": false } }),
        json!({ "policy": "A", "rules": { "people.gone": true } }),
    ] {
        assert!(Rulebook::from_stored(&bad).is_err(), "{bad}");
    }
}

#[test]
fn what_a_setting_chooses_decides() {
    let mut rulebook = Rulebook::of(Policy::D);
    let today = |rulebook: &Rulebook, change: fn(&mut stairgate_rulebook::Standing)| {
        let compiled = rulebook.compile().expect("compiles");
        allowed(&compiled, Verb::ViewToday, &standing(&[Role::Practitioner], change), &json!({}))
    };
    assert!(!today(&rulebook, |standing| standing.agreement_overdue_days = 0));
    rulebook.set_parameter("agreements.acceptable-use.grace_days", 3).expect("within bounds");
    assert!(today(&rulebook, |standing| standing.agreement_overdue_days = 2));
    assert!(!today(&rulebook, |standing| standing.agreement_overdue_days = 3));
    rulebook.set_parameter("people.idle-timeout.idle_minutes", 5).expect("within bounds");
    assert!(today(&rulebook, |standing| standing.idle_minutes = 5));
    assert!(!today(&rulebook, |standing| standing.idle_minutes = 6));
    rulebook.set_parameter("people.idle-timeout.shared_device_idle_minutes", 3).expect("within bounds");
    assert!(!today(&rulebook, |standing| (standing.idle_minutes, standing.place.shared_device) = (4, true)));
    assert!(today(&rulebook, |standing| (standing.idle_minutes, standing.place.shared_device) = (3, true)));
    assert!(today(&rulebook, |standing| standing.idle_minutes = 4));
    rulebook.set_parameter("people.strong-passwords.max_password_age_days", 30).expect("within bounds");
    assert!(today(&rulebook, |standing| standing.password_age_days = 30));
    assert!(!today(&rulebook, |standing| standing.password_age_days = 31));
    assert!(today(&rulebook, |standing| standing.second_factor = false));
    rulebook.set_parameter("people.strong-passwords.second_factor_roles", vec![Role::Practitioner]).expect("roles");
    assert!(!today(&rulebook, |standing| standing.second_factor = false));
    rulebook.set_parameter("people.strong-passwords.min_length", 64).expect("within bounds");
    let compiled = rulebook.compile().expect("compiles");
    for (length, goes) in [(63, false), (64, true)] {
        let facts = but(Verb::ChangePassword, "password_length", length);
        assert_eq!(allowed(&compiled, Verb::ChangePassword, &person(&[Role::Parent]), &facts), goes);
    }
    rulebook.reset_parameter("people.strong-passwords.min_length");
    let compiled = rulebook.compile().expect("compiles");
    assert!(allowed(&compiled, Verb::ChangePassword, &person(&[Role::Parent]), &good_facts(Verb::ChangePassword)));
}

#[test]
fn a_rule_that_is_off_takes_its_own_forbids_with_it_and_no_other() {
    let mut rulebook = Rulebook::of(Policy::D);
    let (verb, manager) = (Verb::DecideDeclaration, person(&[Role::Manager]));
    let goes = |rulebook: &Rulebook, actor: &Actor, fact: &str, value: bool| {
        let compiled = rulebook.compile().expect("compiles");
        allowed(&compiled, verb, actor, &but(verb, fact, value))
    };
    assert!(!goes(&rulebook, &manager, "open", false) && !goes(&rulebook, &manager, "own", true));
    rulebook.set_rule(&"people.relationship-declarations".parse().expect("a rule"), false).expect("not core");
    assert!(goes(&rulebook, &manager, "open", false));
    assert!(!goes(&rulebook, &manager, "own", true), "nobody decides about themselves, whatever is off");
    assert!(!goes(&rulebook, &person(&[Role::Practitioner]), "open", true));
}

#[test]
fn the_policy_says_who_decides_and_who_gets_reports() {
    let verb = Verb::DecideDeclaration;
    let at_work = |role: Role| standing(&[role], |standing| standing.place.setting_device = true);
    // Policy C gives phones to the manager and social accounts to the lead.
    let compiled = Rulebook::of(Policy::C).compile().expect("compiles");
    for (role, fact, goes) in [
        (Role::Manager, "by_own_phone", true),
        (Role::Lead, "by_own_phone", false),
        (Role::Manager, "online", false),
        (Role::Lead, "online", true),
        (Role::AssistantDeputy, "online", false),
    ] {
        assert_eq!(allowed(&compiled, verb, &at_work(role), &but(verb, fact, true)), goes, "{role} {fact}");
    }
    let mut both = but(verb, "online", true);
    both["by_own_phone"] = json!(true);
    assert!([Role::Manager, Role::Lead].iter().all(|role| allowed(&compiled, verb, &at_work(*role), &both)));
    // Policy B forbids being online friends with parents; policy C records exceptions.
    let mut friends = but(verb, "online", true);
    (friends["with_parent"], friends["allows"]) = (json!(true), json!(true));
    assert!(allowed(&compiled, verb, &at_work(Role::Lead), &friends));
    let compiled = Rulebook::of(Policy::B).compile().expect("compiles");
    let refusal = crate::people::refused(&compiled, verb, &at_work(Role::Lead), &friends);
    assert_eq!(refusal.grounds, ["online-with-parents-forbidden"]);
    friends["allows"] = json!(false);
    assert!(allowed(&compiled, verb, &at_work(Role::Lead), &friends));
    // Policy E names the lead alone for reports; a manager can always answer.
    let compiled = Rulebook::of(Policy::E).compile().expect("compiles");
    let answers =
        |role: Role| allowed(&compiled, Verb::AnswerContact, &at_work(role), &good_facts(Verb::AnswerContact));
    assert_eq!([Role::Lead, Role::Manager, Role::Deputy].map(answers), [true, true, false]);
}

#[test]
fn a_clause_that_only_touches_on_a_rule_is_not_given_as_the_reason() {
    let refused = |policy: Policy| {
        let compiled = Rulebook::of(policy).compile().expect("compiles");
        let actor = standing(&[Role::Practitioner], |standing| standing.place.setting_device = true);
        crate::people::refused(&compiled, Verb::ViewPeople, &actor, &json!({}))
    };
    // Policy D says of its records that they have passwords; policy E, that it limits who reaches what.
    assert!(refused(Policy::D).clauses.is_empty());
    assert!(!refused(Policy::E).clauses.is_empty());
}
