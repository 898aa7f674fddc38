//! People: accounts, persons, roles, sessions, one-time links, the end of access. Upholds the core of `people.*`: personal
//! accounts with an end, strong passwords with a second factor, idle locks. Owns everybody's `Standing`.

pub mod actions;
pub mod credentials;
pub mod doubles;
pub mod evidence;
pub mod facts;
pub mod family_ties;
pub mod frame;
pub mod leads;
pub mod links;
pub mod model;
pub mod pages;
pub mod passkeys;
pub mod password;
pub mod placed;
pub mod queries;
pub mod second_factor;
pub mod sight;
pub mod signature;
pub mod telling;
pub mod users;

pub use actions::alerts;

use stairgate_rulebook::Verb;

use crate::web::routes::Routes;

/// The routes of this module.
pub fn routes() -> Routes {
    use pages::{
        account, certificate, invite, links, list, members, passkeys, password_report, person_form, register, report,
        responsible,
    };
    use pages::{settings, sign_in, sign_in_code, sign_in_link, sign_in_passkey};
    Routes::new()
        .get(Verb::ViewSignIn, "/sign-in", sign_in::show)
        .post(Verb::SignIn, "/sign-in", sign_in::post)
        .post(Verb::SignIn, "/sign-in/code", sign_in_code::post_code)
        .post(Verb::SignInByPasskey, "/sign-in/passkey/start", sign_in_passkey::start)
        .post(Verb::SignInByPasskey, "/sign-in/passkey", sign_in_passkey::finish)
        .get(Verb::ViewSignIn, "/sign-in/link", sign_in_link::show)
        .post(Verb::RequestSignInLink, "/sign-in/link", sign_in_link::ask)
        .post(Verb::SignOut, "/sign-out", sign_in::sign_out)
        .get(Verb::ViewSignIn, "/forgotten", links::forgotten)
        .post(Verb::RequestReset, "/forgotten", links::ask)
        .get(Verb::ViewLink, "/link/{token}", links::show)
        .post(Verb::AcceptInvitation, "/link/{token}/invitation", links::accept)
        .post(Verb::SignInByLink, "/link/{token}/sign-in", sign_in_link::come_in)
        .post(Verb::ResetPassword, "/link/{token}/reset", links::reset)
        .get(Verb::ViewReport, "/report", report::show)
        .get(Verb::ViewReport, "/report-password", password_report::show)
        .post(Verb::ReportPassword, "/report-password", password_report::report)
        .get(Verb::ViewAccount, "/account", account::show)
        .post(Verb::ChangePassword, "/account/password", account::change_password)
        .get(Verb::ViewAccount, "/account/second-factor", account::second_factor)
        .get(Verb::ViewAccount, "/account/second-factor/picture", account::picture)
        .post(Verb::SetUpSecondFactor, "/account/second-factor", account::set_up_second_factor)
        .post(Verb::RenewRecoveryCodes, "/account/recovery-codes", account::renew_recovery_codes)
        .get(Verb::ViewAccount, "/account/passkeys/new", passkeys::new)
        .post(Verb::RegisterPasskey, "/account/passkeys/start", passkeys::start)
        .post(Verb::RegisterPasskey, "/account/passkeys", passkeys::add)
        .get(Verb::ViewAccount, "/account/passkeys/{id}", passkeys::show)
        .post(Verb::RemovePasskey, "/account/passkeys/{id}/removal", passkeys::remove)
        .post(Verb::EndSession, "/account/other-sessions/end", account::end_others)
        .post(Verb::EndSession, "/account/sessions/{id}/end", account::end_session)
        .post(Verb::ChooseSetting, "/account/setting/{id}", account::choose_setting)
        .get(Verb::ViewPeople, "/people", list::list)
        .post(Verb::InvitePerson, "/people", invite::send)
        .get(Verb::ViewPeople, "/people/invite", invite::form)
        .get(Verb::ViewPeople, "/people/new", person_form::new)
        .post(Verb::SavePerson, "/people/new", person_form::add)
        .get(Verb::ViewPeople, "/people/{id}", members::show)
        .post(Verb::SavePerson, "/people/{id}", person_form::change)
        .get(Verb::ViewPeople, "/people/{id}/edit", person_form::edit)
        .post(Verb::InvitePerson, "/people/{id}/invitation", members::invite_known)
        .post(Verb::ChangeRoles, "/people/{id}/roles", members::change_roles)
        .post(Verb::EndAccess, "/people/{id}/end", members::end_access)
        .post(Verb::EndSession, "/people/{id}/sessions/{session}/end", members::end_session)
        .get(Verb::ViewResponsible, "/responsible", responsible::show)
        .post(Verb::MarkAbsent, "/responsible/absences", responsible::mark)
        .post(Verb::EndAbsence, "/responsible/absences/{id}/end", responsible::end)
        .post(Verb::HandOver, "/responsible/hand-over", responsible::hand_over)
        .get(Verb::ViewRegister, "/register", register::show)
        .post(Verb::SignOffRegister, "/register/sign-off", register::sign_off_list)
        .post(Verb::UpdateOwnContact, "/account/contact", account::update_contact)
        .get(Verb::ViewSettings, "/settings", settings::show)
        .post(Verb::UpdateSetting, "/settings", settings::update)
        .get(Verb::ViewSettings, "/certificate", certificate::download)
}
