//! One's sessions: signing out, unlocking, choosing another setting, ending one. Upholds `people.idle-timeout` and
//! `people.authorised-users`.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, sea_query::IntoCondition};

use crate::action::{Action, Actor, Done, Permit, SignedIn, Subject, Tx};
use crate::people::credentials::Checked;
use crate::people::facts::{ChooseSettingFacts, EndSessionFacts, SignOutFacts, UnlockSessionFacts};
use crate::people::queries::{self, Belonging};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{SessionId, SettingId};
use crate::platform::sessions::{self, Column, Entity, OpenedBy};

/// Ends one's own session.
pub struct SignOut;

impl Action for SignOut {
    type Facts = SignOutFacts;
    type Output = ();

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<SignOutFacts> {
        Ok(SignOutFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let me = signed_in(&tx.actor)?.clone();
        end(tx.write(&permit), Column::Id.eq(me.session.clone()), tx.now).await?;
        Ok(Done::new(permit, Subject::Session(me.session), ()))
    }
}

/// Which sessions to end.
pub enum Which {
    /// This one: one's own, or anybody's in the setting by those who may.
    One(SessionId),
    /// Every other one of one's own account.
    MyOthers,
}

/// Ends sessions.
pub struct EndSession {
    /// Which.
    pub which: Which,
}

impl Action for EndSession {
    type Facts = EndSessionFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<EndSessionFacts> {
        let me = signed_in(&tx.actor)?;
        let Which::One(session) = &self.which else { return Ok(EndSessionFacts { own: true }) };
        let row = sessions::living(&tx.read(), session, tx.now).await.map_err(gone)?;
        let own = row.account_id == me.account;
        // A session in another setting is nobody's business here, unless it is one's own.
        if !own && row.setting_id != me.setting {
            return Err(Error::NotFound);
        }
        Ok(EndSessionFacts { own })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let me = signed_in(&tx.actor)?.clone();
        let db = tx.write(&permit);
        let (subject, ended) = match self.which {
            Which::One(session) => {
                let ended = end(db, Column::Id.eq(session.clone()), tx.now).await?;
                (Subject::Session(session), ended)
            }
            Which::MyOthers => {
                let others =
                    Condition::all().add(Column::AccountId.eq(me.account.clone())).add(Column::Id.ne(me.session));
                (Subject::Account(me.account), end(db, others, tx.now).await?)
            }
        };
        Ok(Done::new(permit, subject, ()).detail("sessions_ended", ended))
    }

    fn subject(&self) -> Subject {
        match &self.which {
            Which::One(session) => Subject::Session(session.clone()),
            Which::MyOthers => Subject::Page,
        }
    }
}

/// Unlocks one's own session with the password.
pub struct UnlockSession {
    /// The password, checked.
    pub checked: Checked,
}

impl Action for UnlockSession {
    type Facts = UnlockSessionFacts;
    /// The new cookie: a session is a new one after each proof.
    type Output = String;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<UnlockSessionFacts> {
        Ok(UnlockSessionFacts { password_matches: self.checked.matches, attempts_left: self.checked.tried.left() })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let me = signed_in(&tx.actor)?.clone();
        let db = tx.write(&permit);
        self.checked.tried.was_right(db).await?;
        let (session, cookie) = rotate(db, &me, me.setting.clone(), &me, tx.now).await?;
        Ok(Done::new(permit, Subject::Session(session), cookie))
    }
}

/// Changes to another setting in which one is somebody.
pub struct ChooseSetting {
    /// Which.
    pub setting: SettingId,
    /// Filled in by the facts.
    pub chosen: Option<Belonging>,
}

impl Action for ChooseSetting {
    type Facts = ChooseSettingFacts;
    type Output = String;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<ChooseSettingFacts> {
        let me = signed_in(&tx.actor)?;
        let all = queries::belongings(&tx.read(), &me.account, tx.now).await?;
        self.chosen = all.into_iter().find(|belonging| belonging.setting.id == self.setting);
        let chosen = self.chosen.as_ref().ok_or(Error::NotFound)?;
        let session = sessions::living(&tx.read(), &me.session, tx.now).await?;
        Ok(choose_facts(&session, chosen))
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let me = signed_in(&tx.actor)?.clone();
        let chosen = self.chosen.ok_or(Error::NotFound)?;
        let to = SignedIn { person: chosen.person, ..me.clone() };
        let (session, cookie) = rotate(tx.write(&permit), &me, chosen.setting.id, &to, tx.now).await?;
        Ok(Done::new(permit, Subject::Session(session), cookie))
    }

    fn subject(&self) -> Subject {
        Subject::Setting(self.setting.clone())
    }
}

/// What decides whether a session may change to a setting.
pub fn choose_facts(session: &sessions::Model, chosen: &Belonging) -> ChooseSettingFacts {
    ChooseSettingFacts {
        belongs: chosen.has_access,
        by_pin: session.opened_by == OpenedBy::Pin,
        by_link: session.opened_by == OpenedBy::Link,
        only_family: chosen.is_only_family,
    }
}

/// A session that has ended is not there to be ended; any other trouble is what it is.
fn gone(error: Error) -> Error {
    if matches!(error, Error::SignedOut) { Error::NotFound } else { error }
}

/// The person who acts; actions on one's own things have no other actor.
pub fn signed_in(actor: &Actor) -> Result<&SignedIn> {
    match actor {
        Actor::Person(signed_in) => Ok(signed_in),
        _ => Err(Error::SignedOut),
    }
}

/// Ends sessions that match.
pub async fn end(db: &impl ConnectionTrait, which: impl IntoCondition, now: Instant) -> Result<u64> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::EndedAt.is_null())
        .filter(which.into_condition())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Ends one's session and opens a new one in its place, with a new cookie.
pub(super) async fn rotate(
    db: &impl ConnectionTrait,
    me: &SignedIn,
    setting: SettingId,
    to: &SignedIn,
    now: Instant,
) -> Result<(SessionId, String)> {
    let old = sessions::living(db, &me.session, now).await?;
    let (mut row, id, cookie) = sessions::fresh(me.account.clone(), setting, to.person.clone(), old.device, now);
    // It is still the same device in the same place, and its person showed no more than before.
    row.tablet_id = Set(old.tablet_id);
    row.opened_by = Set(old.opened_by);
    row.network = Set(old.network);
    row.new_place = Set(old.new_place);
    // A chain of proofs does not live longer than one session may, and a clock that went back lengthens none.
    row.expires_at = Set(old.expires_at.min(now.plus(std::time::Duration::from_secs(sessions::LONGEST_HOURS * 3600))));
    row.insert(db).await?;
    end(db, Column::Id.eq(me.session.clone()), now).await?;
    Ok((id, cookie))
}
