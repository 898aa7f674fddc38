//! Brings a version of a policy into force. Upholds `policies.review`: only the role that the policy names can sign it; and
//! `agreements.acceptable-use`: where it changes the words that people sign, everybody is asked again.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use sha2::{Digest, Sha256};
use stairgate_rulebook::Rulebook;

use crate::action::{Action, Actor, Done, Permit, Subject, Tx, standing};
use crate::platform::clock::{Day, Instant};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{PolicyVersionId, SettingId, hex};
use crate::platform::settings;
use crate::policies::agreement::AgreementDocument;
use crate::policies::facts::AdoptPolicyFacts;
use crate::policies::model::policy_version;
use crate::policies::queries;

/// Brings a rulebook into force as the next version.
pub struct AdoptPolicy {
    /// What comes into force.
    pub rulebook: Rulebook,
}

impl Action for AdoptPolicy {
    type Facts = AdoptPolicyFacts;
    type Output = PolicyVersionId;

    async fn facts(&mut self, tx: &Tx<'_>) -> Result<AdoptPolicyFacts> {
        let (signatory, _) = self.rulebook.signed_by();
        let signatory = match &tx.actor {
            Actor::Person(me) => {
                let standing = standing::Entity::find_by_id(me.person.clone()).one(&tx.read()).await?;
                standing.is_some_and(|standing| standing.role_list().contains(&signatory))
            }
            Actor::System { .. } | Actor::Tablet { .. } | Actor::Nobody => false,
        };
        Ok(AdoptPolicyFacts { signatory })
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<PolicyVersionId>> {
        let setting = tx.setting_id()?.clone();
        let (role, _) = self.rulebook.signed_by();
        let adopted = put_in_force(tx.write(&permit), &setting, &self.rulebook, role.name(), tx.now).await?;
        let edition = edition(&self.rulebook)?;
        Ok(Done::new(permit, Subject::PolicyVersion(adopted.version.clone()), adopted.version)
            .detail("in_force_edition", edition)
            .detail("asked_to_sign_again", adopted.asked_again))
    }
}

/// What came of bringing a version into force.
pub(super) struct Adopted {
    version: PolicyVersionId,
    /// How many people must sign new words.
    asked_again: u64,
}

/// Writes a version and makes it the one that decides. The caller holds the permit.
pub(super) async fn put_in_force(
    db: &impl ConnectionTrait,
    setting: &SettingId,
    rulebook: &Rulebook,
    signed_by: &str,
    now: Instant,
) -> Result<Adopted> {
    let before = queries::newest(db, setting).await?;
    let mut asked_again = 0;
    if let Some(before) = &before {
        if words_differ(before, rulebook)? {
            asked_again = ask_again(db, setting).await?;
        }
        policy_version::ActiveModel { id: Set(before.id.clone()), superseded_at: Set(Some(now)), ..Default::default() }
            .update(db)
            .await?;
    }
    let policy = rulebook
        .policy()
        .map(|policy| policy.letter().to_string())
        .ok_or_else(|| Error::Internal("a setting needs one of the five policies".to_owned()))?;
    let (stored, edition) = (rulebook.stored().to_string(), edition(rulebook)?);
    let document = serde_json::to_vec(&rulebook.document()).map_err(|err| Error::internal("document", err))?;
    let id = PolicyVersionId::fresh();
    policy_version::ActiveModel {
        id: Set(id.clone()),
        setting_id: Set(setting.clone()),
        number: Set(before.map_or(1, |before| before.number + 1)),
        policy: Set(policy.clone()),
        title: Set(rulebook.title().to_owned()),
        rulebook: Set(stored.clone()),
        edition: Set(edition.clone()),
        document_digest: Set(hex(&Sha256::digest(document))),
        in_force_at: Set(now),
        superseded_at: Set(None),
        signed_by: Set(signed_by.to_owned()),
    }
    .insert(db)
    .await?;
    settings::ActiveModel {
        id: Set(setting.clone()),
        policy: Set(policy),
        rulebook: Set(stored),
        edition: Set(edition),
        ..Default::default()
    }
    .update(db)
    .await?;
    Ok(Adopted { version: id, asked_again })
}

/// Whether the agreement under the new rulebook says anything else than under the version before.
fn words_differ(before: &policy_version::Model, rulebook: &Rulebook) -> Result<bool> {
    let before = queries::rulebook_of(before)?;
    Ok(AgreementDocument::of(&before).digest()? != AgreementDocument::of(rulebook).digest()?)
}

/// Nobody's signature covers words that they have not read: each is asked to sign before anything else opens.
async fn ask_again(db: &impl ConnectionTrait, setting: &SettingId) -> Result<u64> {
    let asked = standing::Entity::update_many()
        .col_expr(standing::Column::AgreementUntil, Expr::value(None::<Day>))
        .filter(standing::Column::SettingId.eq(setting.clone()))
        .filter(standing::Column::AgreementUntil.is_not_null())
        .exec(db)
        .await?;
    Ok(asked.rows_affected)
}

pub(super) fn edition(rulebook: &Rulebook) -> Result<String> {
    Ok(rulebook.compile().map_err(|err| Error::internal("rulebook", err))?.edition().to_string())
}
