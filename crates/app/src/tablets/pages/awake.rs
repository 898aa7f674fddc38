//! Somebody is typing: a long text must not lock the screen under their fingers. Opens what is open to everybody signed in,
//! which notes that the session is in use; a session that is locked already stays so.

use crate::platform::error::Result;
use crate::web::visit::Visit;

/// `GET /awake`
pub async fn show(visit: Visit) -> Result<&'static str> {
    visit.view().await?;
    Ok("awake\n")
}
