//! Enrolling: the device that opened a one-time link, and the computer that a manager or lead is using.

use axum::response::Response;

use crate::action::{Actor, perform};
use crate::platform::error::Result;
use crate::tablets::actions::add_tablet::parse_name;
use crate::tablets::actions::enrol_here::EnrolHere;
use crate::tablets::actions::enrol_tablet::EnrolTablet;
use crate::web::answer::to;
use crate::web::forms::Posted;
use crate::web::params::Path;
use crate::web::visit::{Stranger, Visit, session_cookie, set_cookie, set_tablet_cookie};

/// `POST /link/{token}/enrolment`
pub async fn by_link(stranger: Stranger, Path(token): Path<String>, _posted: Posted) -> Result<Response> {
    let action = EnrolTablet { token, device: stranger.device.clone(), network: stranger.network.clone(), row: None };
    let credential = perform(&stranger.house, &Actor::Nobody, action).await?;
    let mut response = to("/lock");
    set_tablet_cookie(response.headers_mut(), stranger.https, &credential);
    // Whoever was signed in here was so on a device that it is no more.
    set_cookie(response.headers_mut(), stranger.https, session_cookie(stranger.https), "");
    Ok(response)
}

/// `POST /account/device`
pub async fn here(visit: Visit, stranger: Stranger, posted: Posted) -> Result<Response> {
    let outcome = match parse_name(posted.get("name")) {
        Ok(name) => visit.perform(EnrolHere { name, device: stranger.device }).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(credential) => {
            let mut response = to("/account/pin?done=device");
            set_tablet_cookie(response.headers_mut(), visit.https, &credential);
            Ok(response)
        }
        Err(error) => super::pin::again(visit, error, posted.get("name")).await,
    }
}
