//! An action as it should be: it writes with its permit and gives it up.
//@ compiles

use stairgate::action::{Action, Done, Permit, Subject, Tx};
use stairgate::assurance::facts::BackUpFacts;
use stairgate::platform::error::Result;

pub struct Mine;

impl Action for Mine {
    type Facts = BackUpFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<BackUpFacts> {
        Ok(BackUpFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let _rows = tx.write(&permit);
        Ok(Done::new(permit, Subject::Page, ()))
    }
}
