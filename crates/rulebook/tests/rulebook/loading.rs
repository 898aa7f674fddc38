//! What is wrong with a policy is found when it is loaded, not when it decides; and what is added can only tighten.

use serde_json::json;
use stairgate_rulebook::{CompileError, Policy, Role, Rulebook, Verb, source};

use crate::people::{allowed, person};

#[test]
fn policies_are_named_by_their_id() {
    for policy in source::policies().policies() {
        let id = policy.id().to_string();
        assert!(!id.starts_with("policy") && policy.annotation("id") == Some(&id), "{id}");
    }
}

#[test]
fn what_is_wrong_with_a_policy_is_found_when_it_is_loaded() {
    let cases = [
        ("forbid (principal, action, resource);", "NoId"),
        (r#"@id("x") forbid (principal, action, resource);"#, "NoAnnotation"),
        (r#"@id("x") @rule("people.authorised-users") forbid (principal, action, resource);"#, "NoAnnotation"),
        (r#"@id("x") @rule("people.nothing") @seriousness("3") forbid (principal, action, resource);"#, "Annotation"),
        (
            r#"@id("x") @rule("people.idle-timeout") @seriousness("0") forbid (principal, action, resource);"#,
            "Annotation",
        ),
        (
            r#"@id("x") @rule("people.idle-timeout") @seriousness("3") forbid (principal, action, resource) when { false };"#,
            "Invalid",
        ),
        (
            r#"@id("x") @rule("people.idle-timeout") @seriousness("3") forbid (principal, action, resource)
            when { principal.access_ended };"#,
            "Invalid",
        ),
        (
            r#"@id("x") @rule("people.idle-timeout") @seriousness("3")
            forbid (principal == ?principal, action, resource);"#,
            "Template",
        ),
        (r#"@id("x") permit (principal, action, resource);"#, "NotAForbid"),
        (
            r#"@id("child-account") @rule("people.idle-timeout") @seriousness("3") forbid (principal, action, resource);"#,
            "SameId",
        ),
        ("forbid (principal, action", "Parse"),
    ];
    for (text, fault) in cases {
        match Rulebook::of(Policy::A).compile_with(text) {
            Err(CompileError::Source(error)) => {
                assert!(format!("{error:?}").starts_with(fault), "{text}: {error:?}");
                assert!(!error.to_string().is_empty());
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn a_further_forbid_tightens() {
    let night = r#"@id("chair-never") @rule("people.authorised-users") @needs("Ask the manager.") @seriousness("9")
        forbid (principal in Role::"chair", action == Action::"view_today", resource);"#;
    let rulebook = Rulebook::of(Policy::D);
    let (plain, tighter) = (rulebook.compile().expect("compiles"), rulebook.compile_with(night).expect("compiles"));
    assert!(allowed(&plain, Verb::ViewToday, &person(&[Role::Chair]), &json!({})));
    assert!(!allowed(&tighter, Verb::ViewToday, &person(&[Role::Chair]), &json!({})));
    assert_ne!(plain.edition(), tighter.edition());
}
