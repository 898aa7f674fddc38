//! The catalogue of agreements, from `agreements/*.toml`: what people read and sign, item by item, each item with its strength and
//! the clauses that ask for it. What one setting's people sign is made of it in `agreement_document`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{ClauseId, Role, RuleId, names::named};

named! {
    /// A kind of agreement. The names are those in stored signatures.
    "agreement" AgreementKind {
        /// The e-safety agreement, with the monitoring notice.
        AcceptableUse = "acceptable_use",
        /// Confidentiality and data protection.
        Confidentiality = "confidentiality",
        /// Professional conduct online.
        ProfessionalConduct = "professional_conduct",
        /// Parents' and carers' social media and photos of events.
        ParentSocialMedia = "parent_social_media",
        /// Devices that a person brings or takes.
        DeviceResponsibility = "device_responsibility",
        /// The policy itself.
        Policy = "policy",
    }
}

impl AgreementKind {
    /// The rule by which people sign it. The agreement is on where its rule is.
    pub fn rule(self) -> RuleId {
        let name = match self {
            Self::AcceptableUse => "agreements.acceptable-use",
            Self::Confidentiality => "agreements.confidentiality",
            Self::ProfessionalConduct => "agreements.professional-conduct",
            Self::ParentSocialMedia => "agreements.parent-social-media",
            Self::DeviceResponsibility => "devices.responsibility",
            Self::Policy => "policies.readers",
        };
        name.parse().expect("a test looks this rule up")
    }

    /// The roles of those who sign it.
    pub fn audience(self) -> &'static [Role] {
        &self.written().audience
    }

    pub(crate) fn written(self) -> &'static Written {
        &CATALOGUE[self as usize]
    }
}

/// The words of an agreement whatever the policy, with the clauses of all five.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Its heading.
    pub title: String,
    /// What a person reads first.
    pub summary: String,
    /// The monitoring notice.
    pub monitoring: String,
    /// The commitments, each on its own.
    pub items: Vec<Item>,
}

/// One commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its name, stable over versions, so that an incident can cite it.
    pub id: String,
    /// How strong it is.
    pub strength: Strength,
    /// What the person commits to.
    pub text: String,
    /// The clauses that ask for it. None: it is Stairgate's own, and never shown as the policy's.
    pub clauses: Vec<ClauseId>,
}

/// How strong a commitment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// It is good advice.
    Advised,
    /// There may be a good reason not to.
    Should,
    /// There is no way round it.
    Must,
}

/// The e-safety agreement.
pub fn agreement() -> &'static Agreement {
    static AGREEMENT: LazyLock<Agreement> = LazyLock::new(|| {
        let written = AgreementKind::AcceptableUse.written();
        let items = written.items.iter().map(|item| Item {
            id: item.id.clone(),
            strength: item.strength,
            text: item.text.clone(),
            clauses: item.clauses.clone(),
        });
        Agreement {
            title: written.title.clone(),
            summary: written.summary.clone(),
            monitoring: written.monitoring.clone().unwrap_or_default(),
            items: items.collect(),
        }
    });
    &AGREEMENT
}

/// An agreement in its file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) audience: Vec<Role>,
    pub(crate) monitoring: Option<String>,
    pub(crate) items: Vec<WrittenItem>,
}

/// An item in its file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenItem {
    pub(crate) id: String,
    pub(crate) strength: Strength,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) clauses: Vec<ClauseId>,
    /// It stands only where a clause of the setting's policy asks for it, or the setting chose its parameter.
    #[serde(default)]
    pub(crate) only_where_asked: bool,
    /// The choice that says how strong it is. Its first option is what the item itself says; the others are variants.
    pub(crate) parameter: Option<String>,
    /// The option at which the item is no item.
    pub(crate) left_out_at: Option<String>,
    /// What is otherwise under an option of the parameter or, without one, under a policy.
    #[serde(default)]
    pub(crate) variants: BTreeMap<String, Variant>,
}

/// What an item says otherwise.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variant {
    pub(crate) strength: Option<Strength>,
    pub(crate) text: Option<String>,
}

static CATALOGUE: LazyLock<[Written; 6]> = LazyLock::new(|| {
    [
        read(include_str!("../agreements/acceptable-use.toml")),
        read(include_str!("../agreements/confidentiality.toml")),
        read(include_str!("../agreements/professional-conduct.toml")),
        read(include_str!("../agreements/parent-social-media.toml")),
        read(include_str!("../agreements/device-responsibility.toml")),
        read(include_str!("../agreements/policy.toml")),
    ]
});

fn read(text: &str) -> Written {
    toml::from_str(text).expect("the agreements are part of the program and a test reads each of them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Policy, rulebook::parameter};

    #[test]
    fn every_option_of_an_items_parameter_is_an_item_or_left_out() {
        for item in AgreementKind::ALL.iter().flat_map(|kind| &kind.written().items) {
            let Some(key) = &item.parameter else {
                assert!(item.left_out_at.is_none(), "{}", item.id);
                assert!(item.variants.keys().all(|name| name.parse::<Policy>().is_ok()), "{}", item.id);
                continue;
            };
            let Some(Kind::Choice { options, .. }) = parameter(key).map(|found| &found.kind) else { panic!("{key}") };
            let said = item.variants.keys().chain(&item.left_out_at);
            assert_eq!(said.clone().count(), options.len() - 1, "{key}");
            assert!(said.clone().all(|option| options[1..].contains(option)), "{key}");
        }
    }

    #[test]
    fn a_weaker_option_is_never_a_stronger_item() {
        for item in AgreementKind::ALL.iter().flat_map(|kind| &kind.written().items) {
            let Some(Kind::Choice { options, .. }) =
                item.parameter.as_ref().and_then(|key| parameter(key)).map(|found| &found.kind)
            else {
                continue;
            };
            let strengths: Vec<Strength> = (options.iter())
                .filter(|option| item.left_out_at.as_ref() != Some(*option))
                .map(|option| item.variants.get(option).and_then(|variant| variant.strength).unwrap_or(item.strength))
                .collect();
            if item.id != "friends-with-parents" {
                assert!(strengths.is_sorted_by(|a, b| a >= b), "{}", item.id);
            }
        }
    }
}
