//! People: accounts, persons, roles, sessions, one-time links, the end of access. Upholds the core of `people.*`: personal
//! accounts with an end, strong passwords with a second factor, idle locks. Owns everybody's `Standing`.

pub mod actions;
pub mod credentials;
pub mod evidence;
pub mod facts;
pub mod frame;
pub mod links;
pub mod model;
pub mod pages;
pub mod password;
pub mod queries;
pub mod second_factor;
pub mod telling;

pub use actions::alerts;

use stairgate_rulebook::Verb;

use crate::web::routes::Routes;

/// The routes of this module.
pub fn routes() -> Routes {
    use pages::{account, certificate, links, members, report, settings, sign_in};
    Routes::new()
        .get(Verb::ViewSignIn, "/sign-in", sign_in::show)
        .post(Verb::SignIn, "/sign-in", sign_in::post)
        .post(Verb::SignIn, "/sign-in/code", sign_in::post_code)
        .post(Verb::SignOut, "/sign-out", sign_in::sign_out)
        .get(Verb::ViewSignIn, "/forgotten", links::forgotten)
        .post(Verb::RequestReset, "/forgotten", links::ask)
        .get(Verb::ViewLink, "/link/{token}", links::show)
        .post(Verb::AcceptInvitation, "/link/{token}/invitation", links::accept)
        .post(Verb::ResetPassword, "/link/{token}/reset", links::reset)
        .get(Verb::ViewReport, "/report", report::show)
        .get(Verb::ViewAccount, "/account", account::show)
        .post(Verb::ChangePassword, "/account/password", account::change_password)
        .get(Verb::ViewAccount, "/account/second-factor", account::second_factor)
        .get(Verb::ViewAccount, "/account/second-factor/picture", account::picture)
        .post(Verb::SetUpSecondFactor, "/account/second-factor", account::set_up_second_factor)
        .post(Verb::RenewRecoveryCodes, "/account/recovery-codes", account::renew_recovery_codes)
        .post(Verb::EndSession, "/account/sessions/{id}/end", account::end_session)
        .post(Verb::ChooseSetting, "/account/setting/{id}", account::choose_setting)
        .get(Verb::ViewPeople, "/people", members::list)
        .post(Verb::InvitePerson, "/people", members::invite)
        .get(Verb::ViewPeople, "/people/invite", members::invite_form)
        .get(Verb::ViewPeople, "/people/{id}", members::show)
        .post(Verb::ChangeRoles, "/people/{id}/roles", members::change_roles)
        .post(Verb::EndAccess, "/people/{id}/end", members::end_access)
        .post(Verb::EndSession, "/people/{id}/sessions/{session}/end", members::end_session)
        .get(Verb::ViewSettings, "/settings", settings::show)
        .post(Verb::UpdateSetting, "/settings", settings::update)
        .get(Verb::ViewSettings, "/certificate", certificate::download)
}
