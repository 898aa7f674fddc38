//! A typed signature: it is the name of whoever is signed in, as the register has it. Written differently is fine; another name
//! is not, and the sentence says how a wrong name in the register is put right.

use crate::action::Tx;
use crate::people::actions::sessions::signed_in;
use crate::people::queries;
use crate::platform::error::{Error, Result};
use crate::platform::names;
use crate::web::words::words_with;

/// Fails on the field `name` where what was typed is not the name of the one who signs.
pub async fn must_be_own_name(tx: &Tx<'_>, typed: &str) -> Result<()> {
    let me = signed_in(&tx.actor)?;
    let name = queries::member(&tx.read(), &me.setting, &me.person).await?.person.name;
    if names::is_same(typed, &name) {
        return Ok(());
    }
    Err(Error::field("name", words_with("signature-of-another", &[("name", &name)])))
}
