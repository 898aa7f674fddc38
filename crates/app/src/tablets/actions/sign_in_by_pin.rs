//! Signs somebody in at an enrolled device with their PIN. Whoever held the device before holds it no more. Upholds
//! `people.strong-passwords`: each person uses their own PIN, and nobody needs to share.

use crate::action::{Action, Actor, Done, Permit, Subject, Tx};
use crate::people::actions::opening::{Arrival, Coming};
use crate::people::queries::{self, Member};
use crate::platform::error::{Error, Result};
use crate::platform::ids::TabletId;
use crate::platform::sessions::OpenedBy;
use crate::platform::tablets;
use crate::tablets::facts::SignInByPinFacts;
use crate::tablets::pin::{CheckedPin, is_unchanged};
use crate::tablets::queries::pin_of;

/// Signs somebody in by PIN.
pub struct SignInByPin {
    /// The PIN, checked.
    pub checked: CheckedPin,
    /// From where; the device is that of the actor.
    pub arrival: Arrival,
    /// Who it is, filled in by the facts.
    pub member: Option<Member>,
}

impl Action for SignInByPin {
    type Facts = SignInByPinFacts;
    /// The cookie.
    type Output = String;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SignInByPinFacts> {
        let setting = tx.setting_id()?;
        // The PIN may have been changed or taken away between the check and now: then it was not this person's.
        let row = pin_of(&tx.read(), setting, &self.checked.person).await?;
        let known = is_unchanged(&self.checked, row.as_ref());
        self.member = match queries::member(&tx.read(), setting, &self.checked.person).await {
            Ok(member) => Some(member),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        };
        Ok(SignInByPinFacts {
            known: known && !self.is_reported(tx).await?,
            pin_matches: known && self.checked.matches,
            closed: row.is_some_and(|row| row.closed_at.is_some()),
            attempts_left: self.checked.tried.left(),
            belongs: self.member.as_ref().is_some_and(|member| member.is_here(tx.today)),
            shared_device: tablets::living(&tx.read(), at_tablet(&tx.actor)?).await?.shared,
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let tablet = at_tablet(&tx.actor)?;
        let person = self.member.map(|member| member.person).ok_or(Error::NotFound)?;
        let account = person.account_id.ok_or(Error::NotFound)?;
        let db = tx.write(&permit);
        self.checked.tried.was_right(db).await?;
        let arrival = Arrival { tablet: Some(tablet.clone()), ..self.arrival };
        let (setting, by) = (person.setting_id, OpenedBy::Pin);
        let coming = Coming { account, setting, person: person.id.clone(), by, arrival };
        let opened = coming.open(db, tx.house, tx.now).await?;
        Ok(Done::new(permit, Subject::Person(person.id), opened.cookie).detail("session", opened.session.0))
    }

    fn subject(&self) -> Subject {
        // What was typed is no person's id before it was found to be one.
        self.member.as_ref().map_or(Subject::Page, |member| Subject::Person(member.person.id.clone()))
    }
}

impl SignInByPin {
    /// Whether the person's password was reported as known: what was set by it opens nothing until there is a new one.
    async fn is_reported(&self, tx: &Tx<'_>) -> Result<bool> {
        let Some(account) = self.member.as_ref().and_then(|member| member.person.account_id.as_ref()) else {
            return Ok(false);
        };
        Ok(queries::lock_account(&tx.read(), account).await?.reported_at.is_some())
    }
}

/// The device that acts.
pub(super) fn at_tablet(actor: &Actor) -> Result<&TabletId> {
    match actor {
        Actor::Tablet { id, .. } => Ok(id),
        _ => Err(Error::SignedOut),
    }
}
