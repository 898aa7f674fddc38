//! What the model expects of every verb, in plain Rust and apart from the policies: who can ask, who may, with which facts.

use serde_json::Value as Json;
use stairgate_rulebook::{Actor, Limits, Role, Standing, Verb};

/// Whether the actor may; none if the verb is not for that kind of actor.
pub fn expected(verb: Verb, actor: &Actor, facts: &Json, limits: &Limits) -> Option<bool> {
    let fact =
        |name: &str| facts[name].as_bool().unwrap_or_else(|| facts[name].as_i64().is_some_and(|number| number > 0));
    match actor {
        Actor::Person { roles, standing, .. } => person_can_ask(verb).then(|| {
            let entry = verb == Verb::SavePerson && fact("family");
            !bound(verb, roles, standing, limits)
                && !(entry && staff(roles) && off_device_for_families(standing, limits))
                && role_allows(verb, (roles, standing, limits.agreement_grace_days), &fact)
                && policy_allows(verb, roles, &fact, limits)
                && facts_allow(verb, facts, &fact)
        }),
        Actor::System { .. } => system_can_ask(verb).then(|| facts_allow(verb, facts, &fact)),
        Actor::Tablet { .. } => tablet_can_ask(verb).then(|| facts_allow(verb, facts, &fact)),
        Actor::Nobody => nobody_can_ask(verb).then(|| facts_allow(verb, facts, &fact)),
    }
}

fn nobody_can_ask(verb: Verb) -> bool {
    use Verb::*;
    let page = matches!(verb, ViewSignIn | ViewLink | ViewSetUp | ViewMailOutbox);
    let link = matches!(verb, AcceptInvitation | ResetPassword | SetUpSetting | SignInByLink | EnrolTablet);
    page || link || matches!(verb, SignIn | RequestReset | SignInByPasskey | RequestSignInLink)
}

fn tablet_can_ask(verb: Verb) -> bool {
    matches!(verb, Verb::ViewLock | Verb::ViewReport | Verb::LockTablet | Verb::SignInByPin | Verb::SendSaved)
}

fn system_can_ask(verb: Verb) -> bool {
    use Verb::*;
    let alone = matches!(verb, RecoverAccount | StoreCoverage | RestoreBackup | BeginDemo);
    alone || matches!(verb, ViewCoverage | AdoptPolicy | InvitePerson | EndAccess | ExportAudit | BackUp)
}

fn person_can_ask(verb: Verb) -> bool {
    use Verb::*;
    let shared = matches!(verb, ViewSignIn | ViewMailOutbox | ViewReport);
    let alone = matches!(verb, RecoverAccount | StoreCoverage | RestoreBackup | BeginDemo);
    shared || !(nobody_can_ask(verb) || tablet_can_ask(verb) || alone)
}

/// Whether something holds the person back whatever the facts are.
fn bound(verb: Verb, roles: &[Role], standing: &Standing, limits: &Limits) -> bool {
    use Verb::*;
    let locked = matches!(verb, ViewSignIn | ViewReport | SignOut | UnlockSession | LockSession);
    let restricted = locked || matches!(verb, ViewAccount | ChooseSetting | ReportPassword);
    let credentials = matches!(
        verb,
        ChangePassword | SetUpSecondFactor | RenewRecoveryCodes | RegisterPasskey | RemovePasskey | SetPin
    );
    let agreement = matches!(verb, ViewAgreement | SignAgreement);
    let doorstep = restricted
        || credentials
        || agreement
        || matches!(verb, ViewMailOutbox | EndSession | UpdateOwnContact | EnrolHere);
    let idle = standing.idle_minutes > limits.idle_minutes
        || (standing.place.shared_device && standing.idle_minutes > limits.shared_device_idle_minutes);
    let something_to_do = standing.agreement_overdue_days >= limits.agreement_grace_days
        || standing.password_age_days > limits.max_password_age_days
        || lacks_second_factor(roles, standing, limits)
        || (staff(roles) && own_device_refused(verb, standing, limits));
    (standing.access_ended && verb != SignOut)
        || (standing.restricted && !restricted)
        || (idle && !locked)
        || (something_to_do && !doorstep)
    // Other people's sessions want what a page of the setting wants, but for the age of the password: see `role_allows`.
}

fn lacks_second_factor(roles: &[Role], standing: &Standing, limits: &Limits) -> bool {
    !standing.second_factor && roles.iter().any(|role| limits.second_factor_roles.contains(role))
}

fn own_device_refused(verb: Verb, standing: &Standing, limits: &Limits) -> bool {
    let place = standing.place;
    !place.setting_device
        && match limits.staff_sign_in.as_str() {
            "enrolled_devices_only" => true,
            "no_own_devices_in_working_hours" => place.on_premises && place.working_hours,
            "setting_devices_for_work_with_families" => {
                with_families(verb) && off_device_for_families(standing, limits)
            }
            other => {
                assert_eq!(other, "any_device");
                false
            }
        }
}

fn off_device_for_families(standing: &Standing, limits: &Limits) -> bool {
    !standing.place.setting_device && limits.staff_sign_in == "setting_devices_for_work_with_families"
}

fn with_families(verb: Verb) -> bool {
    use Verb::*;
    let seen = matches!(verb, ViewChildren | ViewChild | OpenChild | ViewFamily | ViewRooms | ViewImports);
    let kept =
        matches!(verb, SaveChild | EndAttendance | SaveGuardian | SetRestriction | ExportRegister | InviteFamilies);
    seen || kept || matches!(verb, UploadRegister | MapRegister | ConfirmImport | UndoImport | DiscardImport)
}

fn staff(roles: &[Role]) -> bool {
    roles.iter().any(|role| !matches!(role, Role::Parent | Role::Professional))
}

fn role_allows(verb: Verb, (roles, standing, grace): (&[Role], &Standing, i64), fact: &dyn Fn(&str) -> bool) -> bool {
    use Verb::*;
    let is = |some: &[Role]| roles.iter().any(|role| some.contains(role));
    let (manager, lead) = (is(&[Role::Manager]), is(&[Role::Lead]));
    let three = manager || lead || is(&[Role::Deputy]);
    let four = three || is(&[Role::AssistantDeputy]);
    let works = is(&[Role::Practitioner, Role::Volunteer, Role::Student, Role::AgencyWorker]);
    let (parent, chair) = (is(&[Role::Parent]), is(&[Role::Chair]));
    let nobody_left = fact("deciders_concerned") && fact("stand_ins_concerned");
    match verb {
        ViewToday | ViewResponsible => staff(roles),
        ViewDeclarations | DeclareRelationship | ReportContact | DeclareOutsideWork | ConfirmNumber => {
            roles.iter().any(|role| !matches!(role, Role::Parent | Role::Professional | Role::Contractor))
        }
        ViewCoverage | ViewRegister => four || is(&[Role::Chair]),
        ViewAudit | ExportAudit => manager || lead || is(&[Role::Chair]),
        ViewPeople | ViewTablets | ViewAllDeclarations => four,
        DecideDeclaration | AnswerContact => four || (chair && nobody_left),
        DecideOutsideWork => {
            let leads = is(&[Role::Lead, Role::Deputy]);
            manager || (chair && fact("deciders_concerned")) || (leads && nobody_left)
        }
        ViewSettings | UpdateSetting | ChangeRoles | BackUp => manager,
        InvitePerson => three && (!fact("appoints_responsible") || manager),
        EndAccess | SignOffRegister | ExportRegister => manager || lead,
        EnrolHere => (manager || lead) && standing.second_factor,
        AdoptPolicy => manager || is(&[Role::Chair]),
        EndSession => {
            let second = standing.second_factor || !(manager || lead);
            fact("own") || ((manager || lead) && standing.agreement_overdue_days < 0 && second)
        }
        RenewRecoveryCodes => standing.second_factor,
        ViewAlerts | AcknowledgeAlert | SavePerson | InviteFamilies | AddTablet | EndTablet => three,
        SaveRoom | CloseRoom | PlacePerson | SaveChild | EndAttendance | SetRestriction => three,
        SaveGuardian => three && (!fact("decides") || lead || is(&[Role::Deputy])),
        ViewImports | UploadRegister | MapRegister | ConfirmImport | UndoImport | DiscardImport => three,
        ViewChildren => four || works || parent,
        ViewRooms => four || works,
        ViewChild | OpenChild => {
            let with_child = works && (fact("in_my_room") || fact("key_child"));
            let daily = is(&[Role::Practitioner, Role::AgencyWorker]) && fact("in_my_room");
            let notes = four || daily || (works && fact("key_child"));
            (four || with_child || (parent && fact("own_child"))) && (!fact("notes") || notes)
        }
        ViewFamily => four || (works && fact("key_child")),
        ViewDeclaration => four || fact("concerned") || (chair && fact("falls_to_reader")),
        ReportPassword => {
            let held_back = standing.restricted || standing.agreement_overdue_days >= grace;
            fact("own") || (staff(roles) && !held_back && (three || !fact("too_many")))
        }
        HandOver => manager || fact("own"),
        MarkAbsent | EndAbsence => four || fact("own"),
        _ => true,
    }
}

/// What the setting's policy says of who decides, and of what can be allowed.
fn policy_allows(verb: Verb, roles: &[Role], fact: &dyn Fn(&str) -> bool, limits: &Limits) -> bool {
    let is = |some: &[Role]| roles.iter().any(|role| some.contains(role));
    match verb {
        Verb::AnswerContact => is(&limits.reports_go_to) || is(&[Role::Manager]) || fact("deciders_concerned"),
        Verb::DecideDeclaration => {
            let (phones, social) = (is(&limits.contact_deciders_phones), is(&limits.contact_deciders_social));
            let decider = match (fact("by_own_phone"), fact("online")) {
                (true, true) => phones || social,
                (true, false) => phones,
                (false, true) => social,
                (false, false) => is(&[Role::Manager, Role::Lead, Role::Deputy]),
            };
            let parents = fact("with_parent") && limits.friend_contact_parents == "forbidden";
            let children = fact("with_child") && limits.friend_contact_children == "forbidden";
            (decider || fact("deciders_concerned")) && !(fact("allows") && fact("online") && (parents || children))
        }
        _ => true,
    }
}

fn facts_allow(verb: Verb, facts: &Json, fact: &dyn Fn(&str) -> bool) -> bool {
    use Verb::*;
    let fresh = || facts["password_length"].as_i64() >= Some(12) && !fact("password_guessable");
    let link = || fact("link_known") && !fact("link_expired") && !fact("link_used");
    match verb {
        ViewMailOutbox => fact("demo"),
        SignIn => {
            let second = !fact("second_factor_asked") || fact("second_factor_matches");
            fact("known") && fact("password_matches") && second && fact("attempts_left") && fact("belongs")
        }
        RequestReset | RequestSignInLink => !fact("too_many"),
        AcceptInvitation => link() && fresh() && fact("belongs"),
        ResetPassword | SetUpSetting => link() && fresh(),
        EnrolTablet => link(),
        SignInByLink => link() && fact("belongs") && !fact("staff"),
        SignInByPasskey => {
            let passkey = fact("ceremony_valid") && fact("user_verified");
            fact("known") && passkey && fact("attempts_left") && fact("belongs")
        }
        SignInByPin => {
            let pin = fact("known") && fact("pin_matches") && fact("shared_device") && !fact("closed");
            pin && fact("attempts_left") && fact("belongs")
        }
        UnlockSession | RenewRecoveryCodes => fact("password_matches") && fact("attempts_left"),
        ChooseSetting => fact("belongs") && !fact("by_pin") && (!fact("by_link") || fact("only_family")),
        ChangePassword => fact("current_matches") && fact("attempts_left") && fresh(),
        SetUpSecondFactor => fact("code_matches") && fact("password_matches") && fact("attempts_left"),
        RegisterPasskey => fact("ceremony_valid") && fact("user_verified") && fact("proven") && fact("attempts_left"),
        RemovePasskey => fact("own") && fact("proven") && fact("attempts_left"),
        SetPin => {
            let pin = facts["pin_length"].as_i64() >= Some(6) && !fact("pin_guessable");
            fact("password_matches") && fact("attempts_left") && pin
        }
        SignAgreement => fact("own") && fact("in_force") && fact("acknowledged"),
        AdoptPolicy => fact("signatory"),
        InvitePerson => !(fact("child") || fact("undecided") || fact("kept_away")),
        ChangeRoles => !(fact("own") || fact("child") || fact("leaves_no_manager") || fact("leaves_no_lead")),
        EndAccess => !(fact("own") || fact("leaves_no_manager") || fact("leaves_no_lead")),
        RecoverAccount | ReportPassword => fact("known"),
        StoreCoverage => !fact("already_stored") && fact("day_ended"),
        RestoreBackup | CloseRoom => fact("empty"),
        SavePerson | AcknowledgeAlert => !fact("own"),
        SignOffRegister => fact("current"),
        HandOver => fact("still_lead") && fact("next_is_here") && !fact("next_is_same") && !fact("leaves_no_lead"),
        MarkAbsent => !fact("leaves_nobody_on_duty"),
        SendSaved => fact("claimed_may") && !fact("too_many"),
        MapRegister | DiscardImport => fact("draft"),
        ConfirmImport => fact("draft") && fact("as_previewed"),
        UndoImport => fact("confirmed"),
        DecideDeclaration => !fact("own") && !fact("named") && fact("open"),
        AnswerContact | DecideOutsideWork => !fact("own") && fact("open"),
        CountersignDeclaration => fact("own") && fact("decided"),
        ViewChild | OpenChild | ViewFamily => !fact("kept_away"),
        SaveChild | EndAttendance | SaveGuardian | SetRestriction => !fact("kept_away"),
        _ => true,
    }
}
