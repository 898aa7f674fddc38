//! A small world, walked whole: every verb, with people of several roles, every standing and every combination of facts, through
//! the real Authorizer, against what this file says in plain Rust. Weaker than the proofs, and needs no solver.

use serde_json::{Value as Json, json};
use stairgate_rulebook::{Actor, Compiled, Policy, RefusalKind, Role, Rulebook, Standing, Verb, rule};

use crate::people::good_facts;

const ROLES: &[&[Role]] = &[
    &[],
    &[Role::Parent],
    &[Role::Manager],
    &[Role::Lead, Role::Parent],
    &[Role::Deputy, Role::Practitioner],
    &[Role::AssistantDeputy],
    &[Role::Chair, Role::Committee],
];

#[test]
fn the_small_world_decides_as_it_says_here() {
    let compiled = Rulebook::of(Policy::D).compile().expect("policy D compiles");
    let mut asked = 0;
    for verb in Verb::ALL {
        for facts in combinations(&good_facts(*verb)) {
            for actor in actors() {
                check(&compiled, *verb, &actor, &facts);
                asked += 1;
            }
        }
    }
    assert!(asked > 100_000, "the world has shrunk: {asked}");
}

fn check(compiled: &Compiled, verb: Verb, actor: &Actor, facts: &Json) {
    let decision = compiled.decide_json(verb, actor, facts);
    let fact =
        |name: &str| facts[name].as_bool().unwrap_or_else(|| facts[name].as_i64().is_some_and(|number| number > 0));
    let expected = match actor {
        Actor::Person { roles, standing, .. } => {
            person_can_ask(verb).then(|| person_may(verb, roles, standing, &fact) && facts_allow(verb, facts, &fact))
        }
        Actor::System { .. } => system_can_ask(verb).then(|| facts_allow(verb, facts, &fact)),
        Actor::Nobody => nobody_can_ask(verb).then(|| facts_allow(verb, facts, &fact)),
    };
    assert_eq!(decision.is_allow(), expected == Some(true), "{verb} {actor:?} {facts}: {decision:?}");
    if let Some(refusal) = decision.refusal() {
        let kind = if expected.is_some() { RefusalKind::ByRule } else { RefusalKind::Malformed };
        assert_eq!(refusal.kind, kind, "{verb} {actor:?} {facts}");
        assert!(!refusal.rules.is_empty() && !refusal.needs.is_empty() && !refusal.grounds.is_empty());
        assert!(refusal.rules.iter().all(|id| rule(id).core));
    }
}

fn nobody_can_ask(verb: Verb) -> bool {
    use Verb::*;
    matches!(
        verb,
        ViewSignIn
            | ViewLink
            | ViewSetUp
            | ViewMailOutbox
            | SignIn
            | RequestReset
            | AcceptInvitation
            | ResetPassword
            | SetUpSetting
    )
}

fn system_can_ask(verb: Verb) -> bool {
    use Verb::*;
    let alone = matches!(verb, RecoverAccount | StoreCoverage | RestoreBackup | BeginDemo);
    alone || matches!(verb, ViewCoverage | AdoptPolicy | InvitePerson | EndAccess | ExportAudit | BackUp)
}

fn person_can_ask(verb: Verb) -> bool {
    use Verb::*;
    let shared = matches!(verb, ViewSignIn | ViewMailOutbox);
    let alone = matches!(verb, RecoverAccount | StoreCoverage | RestoreBackup | BeginDemo);
    shared || !(nobody_can_ask(verb) || alone)
}

fn person_may(verb: Verb, roles: &[Role], standing: &Standing, fact: &dyn Fn(&str) -> bool) -> bool {
    use Verb::*;
    let is = |some: &[Role]| roles.iter().any(|role| some.contains(role));
    let doorstep = matches!(
        verb,
        ViewSignIn
            | ViewMailOutbox
            | ViewReport
            | ViewAccount
            | ViewAgreement
            | SignOut
            | UnlockSession
            | ChooseSetting
            | EndSession
            | ChangePassword
            | SetUpSecondFactor
            | RenewRecoveryCodes
            | SignAgreement
    );
    let locked = matches!(verb, ViewSignIn | ViewReport | SignOut | UnlockSession);
    let restricted = locked || matches!(verb, ViewAccount | ChooseSetting);
    let signed = standing.agreement_overdue_days < 0;
    let second_factor = standing.second_factor || !is(&[Role::Manager, Role::Lead]);
    let something_to_do = !signed || standing.password_age_days > 400 || !second_factor;
    let bound = (standing.access_ended && verb != SignOut)
        || (standing.restricted && !restricted)
        || (standing.idle_minutes > 15 && !locked)
        || (something_to_do && !doorstep);
    let role = match verb {
        ViewToday => roles.iter().any(|role| *role != Role::Parent),
        ViewCoverage => is(&[Role::Manager, Role::Lead, Role::Deputy, Role::AssistantDeputy, Role::Chair]),
        ViewAudit | ExportAudit => is(&[Role::Manager, Role::Lead, Role::Chair]),
        ViewPeople => is(&[Role::Manager, Role::Lead, Role::Deputy, Role::AssistantDeputy]),
        ViewSettings | UpdateSetting | ChangeRoles | BackUp => is(&[Role::Manager]),
        InvitePerson => {
            is(&[Role::Manager, Role::Lead, Role::Deputy]) && (!fact("appoints_responsible") || is(&[Role::Manager]))
        }
        EndAccess => is(&[Role::Manager, Role::Lead]),
        AdoptPolicy => is(&[Role::Manager, Role::Chair]),
        // Other people's sessions want what a page of the setting wants, but for the age of the password.
        EndSession => fact("own") || (is(&[Role::Manager, Role::Lead]) && signed && second_factor),
        RenewRecoveryCodes => standing.second_factor,
        _ => true,
    };
    role && !bound
}

fn facts_allow(verb: Verb, facts: &Json, fact: &dyn Fn(&str) -> bool) -> bool {
    use Verb::*;
    let fresh = || facts["password_length"].as_i64() >= Some(12) && !fact("password_guessable");
    match verb {
        ViewMailOutbox => fact("demo"),
        SignIn => {
            let second = !fact("second_factor_asked") || fact("second_factor_matches");
            fact("known") && fact("password_matches") && second && fact("attempts_left") && fact("belongs")
        }
        RequestReset => !fact("too_many"),
        AcceptInvitation | ResetPassword | SetUpSetting => {
            fact("link_known") && !fact("link_expired") && !fact("link_used") && fresh()
        }
        UnlockSession | RenewRecoveryCodes => fact("password_matches") && fact("attempts_left"),
        ChooseSetting => fact("belongs"),
        ChangePassword => fact("current_matches") && fact("attempts_left") && fresh(),
        SetUpSecondFactor => fact("code_matches") && fact("password_matches") && fact("attempts_left"),
        SignAgreement => fact("own") && fact("in_force") && fact("acknowledged"),
        AdoptPolicy => fact("signatory"),
        InvitePerson => !fact("child"),
        ChangeRoles => !(fact("own") || fact("child") || fact("leaves_no_manager") || fact("leaves_no_lead")),
        EndAccess => !(fact("own") || fact("leaves_no_manager") || fact("leaves_no_lead")),
        RecoverAccount => fact("known"),
        StoreCoverage => !fact("already_stored") && fact("day_ended"),
        RestoreBackup => fact("empty"),
        _ => true,
    }
}

/// Every combination of the facts: both answers of each flag, and numbers on both sides of their limit under policy D.
fn combinations(facts: &Json) -> Vec<Json> {
    let mut all = vec![json!({})];
    for (name, value) in facts.as_object().expect("an object") {
        let values = match (value.is_boolean(), name.as_str()) {
            (true, _) => [json!(true), json!(false)],
            (false, "password_length") => [json!(11), json!(12)],
            (false, _) => [json!(0), json!(1)],
        };
        let with = |one: &Json, value: &Json| {
            let mut one = one.clone();
            one[name] = value.clone();
            one
        };
        all = all.iter().flat_map(|one| values.iter().map(move |value| with(one, value))).collect();
    }
    all
}

/// Everybody in every standing, a job, and nobody.
fn actors() -> Vec<Actor> {
    let mut all = vec![Actor::Nobody, Actor::System { job: "test".into() }];
    for roles in ROLES {
        for flags in 0..64_u32 {
            let flag = |place: u32| flags & (1 << place) != 0;
            let number = |place: u32, no: i64, yes: i64| if flag(place) { yes } else { no };
            let standing = Standing {
                access_ended: flag(0),
                restricted: flag(1),
                second_factor: !flag(2),
                agreement_overdue_days: number(3, -1, 0),
                password_age_days: number(4, 400, 401),
                idle_minutes: number(5, 15, 16),
            };
            all.push(Actor::Person { id: "p1".into(), roles: roles.to_vec(), standing });
        }
    }
    all
}
