//! One decision of the rulebook, beside two baselines in the same run: plain Cedar over all policies at once (what slicing by
//! verb saves), and the same checks written by hand in Rust (what it costs that policies are data and a refusal names its
//! rule). Before a case is measured, all three must answer alike.

mod rows;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hint::black_box;
use std::time::Instant;

use cedar_policy::{
    Authorizer, Context, Decision as Answer, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, Response,
    RestrictedExpression,
};
use rows::{Outcome, Row, as_f64, medians, seconds};
use stairgate::agreements::facts::SignAgreementFacts;
use stairgate::children::facts::ViewChildFacts;
use stairgate_rulebook::{Actor, Compiled, Decision, Limits, Place, Policy, Role, Rulebook, Standing, Verb, source};

const ROUNDS: usize = 21;
const CALLS: usize = 500;

/// Something that a person asks for.
struct Case {
    name: &'static str,
    verb: Verb,
    actor: Actor,
    facts: Given,
}

/// The facts of what is asked for.
enum Given {
    /// A page that needs none.
    Nothing,
    Signing(SignAgreementFacts),
    Child(ViewChildFacts),
}

impl Given {
    /// By name, as plain Cedar takes them.
    fn flags(&self) -> Vec<(&'static str, bool)> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Signing(it) => vec![("own", it.own), ("in_force", it.in_force), ("acknowledged", it.acknowledged)],
            Self::Child(it) => {
                let near = [("in_my_room", it.in_my_room), ("key_child", it.key_child), ("own_child", it.own_child)];
                near.into_iter().chain([("kept_away", it.kept_away), ("notes", it.notes)]).collect()
            }
        }
    }
}

fn main() -> Outcome<()> {
    let rulebook = Rulebook::of(Policy::D);
    let compiled = rulebook.compile()?;
    let limits = rulebook.limits();
    let plain = Plain::new(&limits)?;
    let mut rows = Vec::new();
    for case in cases(&limits) {
        agree(&case, &compiled, &plain, &limits)?;
        let ours = || Ok(micros(|| ours(&case, &compiled)));
        let all_at_once = medians(ROUNDS, ours, || micros_of_plain(&case, &plain))?;
        rows.push(Row::new(format!("{}, beside plain Cedar", case.name), "us", all_at_once));
        let in_rust = medians(ROUNDS, ours, || Ok(micros(|| by_hand(&case, &limits))))?;
        rows.push(Row::new(format!("{}, beside Rust by hand", case.name), "us", in_rust));
    }
    let compiling = medians(
        ROUNDS,
        || millis(|| Ok(rulebook.compile().map(drop)?)),
        || millis(|| Ok(source::load(source::FILES).map(drop)?)),
    )?;
    rows.push(Row::new("compiling a rulebook, beside Cedar reading its policies", "ms", compiling));
    rows::print(&rows)
}

fn cases(limits: &Limits) -> [Case; 6] {
    let person = |roles: &[Role], standing| Actor::Person { id: "p1".to_owned(), roles: roles.to_vec(), standing };
    let unsigned = Standing { agreement_overdue_days: 36_500, ..Standing::clear() };
    let shared = Place { setting_device: true, shared_device: true, on_premises: true, working_hours: true };
    let at_tablet = |idle_minutes| Standing { idle_minutes, place: shared, ..Standing::clear() };
    let near = |in_my_room| {
        Given::Child(ViewChildFacts { in_my_room, key_child: false, own_child: false, kept_away: false, notes: false })
    };
    let (staff, practitioner) = ([Role::Manager, Role::Lead], [Role::Practitioner]);
    let case = |name, verb, actor, facts| Case { name, verb, actor, facts };
    [
        case("Today, allowed", Verb::ViewToday, person(&staff, Standing::clear()), Given::Nothing),
        case("Today, refused before signing", Verb::ViewToday, person(&practitioner, unsigned.clone()), Given::Nothing),
        case(
            "Today, refused at a tablet that locked itself",
            Verb::ViewToday,
            person(&practitioner, at_tablet(limits.shared_device_idle_minutes + 1)),
            Given::Nothing,
        ),
        case("a child of one's room, allowed", Verb::ViewChild, person(&practitioner, at_tablet(0)), near(true)),
        case("a child of another room, refused", Verb::ViewChild, person(&practitioner, at_tablet(0)), near(false)),
        case(
            "signing the agreement, allowed",
            Verb::SignAgreement,
            person(&practitioner, unsigned),
            Given::Signing(SignAgreementFacts { own: true, in_force: true, acknowledged: true }),
        ),
    ]
}

/// The very calls of the two doors: typed facts, or none for a page that needs none.
fn ours(case: &Case, compiled: &Compiled) -> Decision {
    match &case.facts {
        Given::Signing(facts) => compiled.decide(&case.actor, facts),
        Given::Child(facts) => compiled.decide(&case.actor, facts),
        Given::Nothing => compiled.decide_view(case.verb, &case.actor),
    }
}

/// All three say the same, with the same grounds, or nothing is measured.
fn agree(case: &Case, compiled: &Compiled, plain: &Plain, limits: &Limits) -> Outcome<()> {
    let grounds: BTreeSet<String> = match ours(case, compiled) {
        Decision::Allow(_) => BTreeSet::new(),
        Decision::Refuse(refusal) if refusal.kind.is_alarm() => return Err(format!("{refusal:?}").into()),
        Decision::Refuse(refusal) => refusal.grounds.into_iter().collect(),
    };
    let response = plain.decide(case)?;
    let reasons: BTreeSet<String> = match response.decision() {
        Answer::Allow => BTreeSet::new(),
        Answer::Deny => response.diagnostics().reason().map(ToString::to_string).collect(),
    };
    let by_hand: BTreeSet<String> = by_hand(case, limits).into_iter().map(str::to_owned).collect();
    if grounds == reasons && grounds == by_hand {
        Ok(())
    } else {
        Err(format!("{}: ours {grounds:?}, plain Cedar {reasons:?}, by hand {by_hand:?}", case.name).into())
    }
}

/// Microseconds a call.
fn micros<T>(mut call: impl FnMut() -> T) -> f64 {
    let started = Instant::now();
    for _ in 0..CALLS {
        black_box(call());
    }
    started.elapsed().as_secs_f64() * 1e6 / as_f64(CALLS)
}

fn micros_of_plain(case: &Case, plain: &Plain) -> Outcome<f64> {
    let mut failed = None;
    let figure = micros(|| plain.decide(case).map_err(|error| failed = Some(error)));
    failed.map_or(Ok(figure), Err)
}

fn millis(work: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    Ok(seconds(work)? * 1e3)
}

/// Cedar as its own guide shows it: one set of all policies, the entities made once, the person added for each request. Names
/// of types are parsed beforehand, which a program that never measured would not do.
struct Plain {
    authorizer: Authorizer,
    entities: Entities,
    setting: EntityUid,
    person_type: EntityTypeName,
    action_type: EntityTypeName,
    roles: HashMap<Role, EntityUid>,
}

impl Plain {
    fn new(limits: &Limits) -> Outcome<Self> {
        let role_type: EntityTypeName = "Role".parse()?;
        let role = |role: &Role| EntityUid::from_type_name_and_id(role_type.clone(), EntityId::new(role.name()));
        let (number, word) =
            (RestrictedExpression::new_long, |it: &String| RestrictedExpression::new_string(it.clone()));
        let roles = |roles: &[Role]| {
            RestrictedExpression::new_set(roles.iter().map(|it| RestrictedExpression::new_entity_uid(role(it))))
        };
        let setting = EntityUid::from_type_name_and_id("Setting".parse()?, EntityId::new("this"));
        let attributes = HashMap::from([
            ("agreement_grace_days".to_owned(), number(limits.agreement_grace_days)),
            ("contact_deciders_phones".to_owned(), roles(&limits.contact_deciders_phones)),
            ("contact_deciders_social".to_owned(), roles(&limits.contact_deciders_social)),
            ("friend_contact_children".to_owned(), word(&limits.friend_contact_children)),
            ("friend_contact_parents".to_owned(), word(&limits.friend_contact_parents)),
            ("idle_minutes".to_owned(), number(limits.idle_minutes)),
            ("max_password_age_days".to_owned(), number(limits.max_password_age_days)),
            ("min_password_length".to_owned(), number(limits.min_password_length)),
            ("reports_go_to".to_owned(), roles(&limits.reports_go_to)),
            ("second_factor_roles".to_owned(), roles(&limits.second_factor_roles)),
            ("shared_device_idle_minutes".to_owned(), number(limits.shared_device_idle_minutes)),
            ("staff_sign_in".to_owned(), word(&limits.staff_sign_in)),
        ]);
        let entities = source::schema().action_entities()?;
        let entity = Entity::new(setting.clone(), attributes, HashSet::new())?;
        Ok(Self {
            authorizer: Authorizer::new(),
            entities: entities.add_entities([entity], Some(source::schema()))?,
            setting,
            person_type: "Person".parse()?,
            action_type: "Action".parse()?,
            roles: Role::ALL.iter().map(|it| (*it, role(it))).collect(),
        })
    }

    fn decide(&self, case: &Case) -> Outcome<Response> {
        let Actor::Person { id, roles, standing } = &case.actor else { return Err("a case without a person".into()) };
        let (number, flag) = (RestrictedExpression::new_long, RestrictedExpression::new_bool);
        let principal = EntityUid::from_type_name_and_id(self.person_type.clone(), EntityId::new(id));
        let attributes = HashMap::from([
            ("access_ended".to_owned(), flag(standing.access_ended)),
            ("agreement_overdue_days".to_owned(), number(standing.agreement_overdue_days)),
            ("idle_minutes".to_owned(), number(standing.idle_minutes)),
            ("password_age_days".to_owned(), number(standing.password_age_days)),
            ("restricted".to_owned(), flag(standing.restricted)),
            ("second_factor".to_owned(), flag(standing.second_factor)),
            ("setting_device".to_owned(), flag(standing.place.setting_device)),
            ("shared_device".to_owned(), flag(standing.place.shared_device)),
            ("on_premises".to_owned(), flag(standing.place.on_premises)),
            ("working_hours".to_owned(), flag(standing.place.working_hours)),
        ]);
        let parents = roles.iter().filter_map(|role| self.roles.get(role).cloned()).collect();
        let person = Entity::new(principal.clone(), attributes, parents)?;
        let entities = self.entities.clone().add_entities([person], Some(source::schema()))?;
        let facts = case.facts.flags().into_iter();
        let context = Context::from_pairs(facts.map(|(name, fact)| (name.to_owned(), flag(fact))))?;
        let action = EntityUid::from_type_name_and_id(self.action_type.clone(), EntityId::new(case.verb.name()));
        let request = Request::new(principal, action, self.setting.clone(), context, Some(source::schema()))?;
        Ok(self.authorizer.is_authorized(&request, source::policies(), &entities))
    }
}

/// Who works here, whose devices some settings ask about.
const STAFF: [Role; 11] = [
    Role::Manager,
    Role::Lead,
    Role::Deputy,
    Role::AssistantDeputy,
    Role::Practitioner,
    Role::Volunteer,
    Role::Student,
    Role::Committee,
    Role::Chair,
    Role::Contractor,
    Role::AgencyWorker,
];
/// Who sees the children of their rooms.
const IN_ROOMS: [Role; 4] = [Role::Practitioner, Role::Volunteer, Role::Student, Role::AgencyWorker];

/// The same rules as a program without a rulebook would have them, for these verbs only: the names of those that refuse.
fn by_hand(case: &Case, limits: &Limits) -> Vec<&'static str> {
    let Actor::Person { roles, standing, .. } = &case.actor else { return vec!["nobody"] };
    let any = |of: &[Role]| roles.iter().any(|role| of.contains(role));
    let (is_today, is_child) = (case.verb == Verb::ViewToday, case.verb == Verb::ViewChild);
    let (is_page, staff, place) = (is_today || is_child, any(&STAFF), standing.place);
    let leads = any(&[Role::Manager, Role::Lead, Role::Deputy, Role::AssistantDeputy]);
    let (near, own, kept_away) = match &case.facts {
        Given::Child(it) => (it.in_my_room || it.key_child, it.own_child, it.kept_away),
        _ => (false, false, false),
    };
    let (in_rooms, parent) = (any(&IN_ROOMS), roles.contains(&Role::Parent));
    let signing = match &case.facts {
        Given::Signing(facts) => Some(facts),
        _ => None,
    };
    let own_device = is_page && staff && !place.setting_device;
    let left = standing.idle_minutes > limits.idle_minutes
        || (place.shared_device && standing.idle_minutes > limits.shared_device_idle_minutes);
    let checks = [
        (standing.access_ended, "access-ended"),
        (standing.restricted, "access-restricted"),
        (is_child && kept_away, "kept-from-this-child"),
        (left, "session-idle"),
        (is_page && standing.password_age_days > limits.max_password_age_days, "password-too-old"),
        (is_page && any(&limits.second_factor_roles) && !standing.second_factor, "second-factor-missing"),
        (is_page && standing.agreement_overdue_days >= limits.agreement_grace_days, "agreement-unsigned"),
        (own_device && limits.staff_sign_in == "enrolled_devices_only", "own-device"),
        (
            own_device
                && limits.staff_sign_in == "no_own_devices_in_working_hours"
                && place.on_premises
                && place.working_hours,
            "own-device-at-work",
        ),
        (
            own_device && is_child && limits.staff_sign_in == "setting_devices_for_work_with_families",
            "own-device-for-families",
        ),
        (is_today && !staff, "not-your-role-today"),
        (is_child && !leads && !in_rooms && !parent, "not-your-role-child"),
        (is_child && in_rooms && !near && !leads && !(parent && own), "child-outside-your-rooms"),
        (is_child && parent && !own && !leads && !(in_rooms && near), "not-your-own-child"),
        (signing.is_some_and(|facts| !facts.own), "somebody-elses-signature"),
        (signing.is_some_and(|facts| !facts.acknowledged), "agreement-not-acknowledged"),
        (signing.is_some_and(|facts| !facts.in_force), "agreement-not-in-force"),
    ];
    checks.iter().filter(|(refuses, _)| *refuses).map(|(_, name)| *name).collect()
}
