//! Passkeys: signing in with one, adding and removing one's own, and doubting one that may be copied. Upholds
//! `people.strong-passwords`. The first second step of an account ends its other sessions and brings recovery codes.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait};

use super::alerts::{Kind, NewAlert, Reason, raise};
use super::new_ways::NewWay;
use super::opening::{Arrival, Coming, choose};
use super::pins::open_again;
use super::second_steps::{keep, new_codes};
use super::sessions::{end, signed_in};
use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::people::facts::{RegisterPasskeyFacts, RemovePasskeyFacts, SignInByPasskeyFacts};
use crate::people::model::passkey;
use crate::people::passkeys::{Made, Shown, Trouble};
use crate::people::queries::{self, Belonging};
use crate::platform::clock::Instant;
use crate::platform::error::{Error, Result};
use crate::platform::house::House;
use crate::platform::ids::{PasskeyId, SessionId};
use crate::platform::jobs::{self, Job};
use crate::platform::sessions::{self, OpenedBy};
use crate::platform::throttles::Try;
use crate::web::words::{words, words_with};

/// Signs somebody in with a passkey alone: the device has it, and has checked who holds it.
pub struct SignInByPasskey {
    /// The passkey as it was shown, or why the answer was not taken.
    pub answer: Result<Shown, Trouble>,
    /// The try, counted before.
    pub tried: Try,
    /// From where.
    pub arrival: Arrival,
    /// The session that the browser had, which this one replaces.
    pub replaces: Option<SessionId>,
    /// The setting to open, filled in by the facts.
    pub chosen: Option<Belonging>,
}

impl Action for SignInByPasskey {
    type Facts = SignInByPasskeyFacts;
    /// The cookie.
    type Output = String;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<SignInByPasskeyFacts> {
        if let Ok(shown) = &self.answer {
            let account = queries::lock_account(&tx.read(), &shown.row.account_id).await?;
            if account.reported_at.is_some() {
                self.answer = Err(Trouble::Reported);
            } else if !is_unchanged(&tx.read(), shown).await? {
                self.answer = Err(Trouble::Stale);
            } else {
                self.chosen = choose(tx, &account.id, self.replaces.as_ref(), self.arrival.tablet.as_ref()).await?;
            }
        }
        let trouble = self.answer.as_ref().err().copied();
        Ok(SignInByPasskeyFacts {
            known: !matches!(trouble, Some(Trouble::Unknown | Trouble::Reported)),
            ceremony_valid: is_valid(trouble),
            user_verified: trouble != Some(Trouble::Unverified),
            attempts_left: self.tried.left(),
            belongs: self.chosen.is_some(),
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let (Ok(shown), Some(chosen)) = (self.answer, self.chosen) else { return Err(Error::NotFound) };
        let db = tx.write(&permit);
        self.tried.was_right(db).await?;
        use_up(db, &shown, tx.now).await?;
        if let Some(old) = self.replaces {
            end(db, sessions::Column::Id.eq(old), tx.now).await?;
        }
        let opened = Coming {
            account: shown.row.account_id,
            setting: chosen.setting.id.clone(),
            person: chosen.person.clone(),
            by: OpenedBy::Passkey,
            arrival: self.arrival,
        };
        open_again(db, tx.house, &chosen.person).await?;
        let opened = opened.open(db, tx.house, tx.now).await?;
        Ok(Done::new(permit, Subject::Person(chosen.person), opened.cookie)
            .detail("session", opened.session.0)
            .detail("passkey", shown.row.id.0)
            .detail("new_place", opened.new_place)
            .in_setting(chosen.setting.id))
    }
}

fn is_valid(trouble: Option<Trouble>) -> bool {
    !matches!(trouble, Some(Trouble::Stale | Trouble::Elsewhere | Trouble::Doubted | Trouble::Wrong))
}

/// Whether nothing has happened to a passkey since it was checked, outside of this transaction.
pub(super) async fn is_unchanged(db: &impl ConnectionTrait, shown: &Shown) -> Result<bool> {
    let row = passkey::Entity::find_by_id(shown.row.id.clone()).one(db).await?;
    Ok(row.is_some_and(|row| row.passkey == shown.row.passkey && row.doubted_at.is_none()))
}

/// Notes that a passkey was used: its counter goes on, and the same answer fits no more.
pub(super) async fn use_up(db: &impl ConnectionTrait, shown: &Shown, now: Instant) -> Result<()> {
    let row = passkey::ActiveModel {
        id: Set(shown.row.id.clone()),
        passkey: Set(shown.renewed.clone()),
        used_at: Set(Some(now)),
        ..Default::default()
    };
    row.update(db).await?;
    Ok(())
}

/// Adds a passkey to one's own account.
pub struct RegisterPasskey {
    /// The passkey as it was made, or why the answer was not taken.
    pub answer: Result<Made, Trouble>,
    /// What the device calls itself.
    pub label: String,
    /// Whether whoever asked for it had shown who they are.
    pub proven: bool,
    /// Tries left.
    pub tries_left: i64,
}

impl Action for RegisterPasskey {
    type Facts = RegisterPasskeyFacts;
    /// Recovery codes, shown once; empty where there are some already, or no password that they could go with.
    type Output = Vec<String>;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<RegisterPasskeyFacts> {
        if let Ok(made) = &self.answer
            && queries::passkey_by_credential(&tx.read(), &made.credential_id).await?.is_some()
        {
            self.answer = Err(Trouble::Stale);
        }
        let trouble = self.answer.as_ref().err().copied();
        Ok(RegisterPasskeyFacts {
            ceremony_valid: is_valid(trouble),
            user_verified: trouble != Some(Trouble::Unverified),
            proven: self.proven,
            attempts_left: self.tries_left,
        })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<Vec<String>>> {
        let me = signed_in(&tx.actor)?.clone();
        let Ok(made) = self.answer else { return Err(Error::NotFound) };
        let db = tx.write(&permit);
        let account = queries::lock_account(db, &me.account).await?;
        let is_first = !queries::has_second_step(db, &account).await?;
        let id = PasskeyId::fresh();
        let row = passkey::ActiveModel {
            id: Set(id.clone()),
            account_id: Set(me.account.clone()),
            credential_id: Set(made.credential_id),
            passkey: Set(made.passkey),
            label: Set(self.label),
            made_at: Set(tx.now),
            used_at: Set(None),
            doubted_at: Set(None),
        };
        row.insert(db).await?;
        keep(db, &me.account).await?;
        let (mut codes, mut ended) = (Vec::new(), 0);
        if is_first {
            let of_account = Condition::all().add(sessions::Column::AccountId.eq(me.account.clone()));
            ended = end(db, of_account.add(sessions::Column::Id.ne(me.session)), tx.now).await?;
            // A recovery code stands in after the password. Whoever has none asks for a link instead.
            if account.password_hash.is_some() {
                codes = new_codes(db, tx, &me.account).await?;
            }
        }
        let mail = NewWay::Passkey.mail(db, tx, &me.account).await?;
        let done = Done::new(permit, Subject::Passkey(id), codes).job(mail);
        Ok(done.detail("first", is_first).detail("sessions_ended", ended))
    }
}

/// Removes a passkey of one's own.
pub struct RemovePasskey {
    /// Which.
    pub passkey: PasskeyId,
    /// Whether whoever asks for it has shown who they are.
    pub proven: bool,
    /// The try at the password; none where the account has none.
    pub tried: Option<Try>,
}

impl Action for RemovePasskey {
    type Facts = RemovePasskeyFacts;
    type Output = ();

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<RemovePasskeyFacts> {
        let me = signed_in(&tx.actor)?;
        let row = passkey::Entity::find_by_id(self.passkey.clone()).one(&tx.read()).await?.ok_or(Error::NotFound)?;
        let own = row.account_id == me.account;
        // Whose account is nobody in this setting is nobody here.
        if !own && queries::person_of(&tx.read(), &me.setting, &row.account_id).await?.is_none() {
            return Err(Error::NotFound);
        }
        let attempts_left = self.tried.as_ref().map_or(i64::MAX, Try::left);
        Ok(RemovePasskeyFacts { own, proven: self.proven, attempts_left })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<()>> {
        let me = signed_in(&tx.actor)?.clone();
        let db = tx.write(&permit);
        if let Some(tried) = &self.tried {
            tried.was_right(db).await?;
        }
        passkey::Entity::delete_by_id(self.passkey.clone()).exec(db).await?;
        let has = keep(db, &me.account).await?;
        Ok(Done::new(permit, Subject::Passkey(self.passkey), ()).detail("second_step_left", has))
    }

    fn subject(&self) -> Subject {
        Subject::Passkey(self.passkey.clone())
    }
}

/// Marks a passkey whose counter went back: somebody may have copied it. It opens nothing from now on; its owner and the leads
/// are told. In a transaction of its own, since the sign-in that showed it is refused and rolled back.
pub async fn doubt(house: &House, row: &passkey::Model) -> Result<()> {
    let now = house.now();
    let tx = house.store.begin_write().await?;
    house.store.take_turns(&tx).await?;
    let fresh = passkey::Entity::update_many()
        .col_expr(passkey::Column::DoubtedAt, Expr::value(now))
        .filter(passkey::Column::Id.eq(row.id.clone()))
        .filter(passkey::Column::DoubtedAt.is_null())
        .exec(&tx)
        .await?;
    if fresh.rows_affected == 1 {
        for belonging in queries::belongings(&tx, &row.account_id, now).await? {
            let alert = NewAlert {
                kind: Kind::PasskeyDoubted,
                person: belonging.person.clone(),
                child: None,
                reasons: vec![Reason::PerhapsCopied],
            };
            for job in raise(&tx, house, (&belonging.setting, now), alert).await? {
                jobs::enqueue(&tx, house, Some(&belonging.setting.id), job, now).await?;
            }
        }
        let email = queries::account(&tx, &row.account_id).await?.email;
        jobs::enqueue(&tx, house, None, doubt_mail(house, email, &row.label), now).await?;
    }
    tx.commit().await?;
    house.jobs.notify_one();
    Ok(())
}

fn doubt_mail(house: &House, to: String, label: &str) -> Job {
    let address = format!("{}/account", house.config.base_url());
    let text = words_with("mail-doubt", &[("label", label), ("address", &address)]);
    Job::Mail { to, subject: words("mail-doubt-subject"), text }
}
