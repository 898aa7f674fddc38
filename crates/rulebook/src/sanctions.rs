//! What may follow a breach, in ordered steps (rule policies.sanctions). Each policy has a ladder; a setting can have its own. The ladder
//! is part of the document and of every agreement, and an incident cites a step by its name.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{BoundsError, ClauseId, Origin, Policy, Rulebook, wording::is_hidden};

/// The least steps that a ladder can have.
const FEWEST_STEPS: usize = 3;
/// The most steps that a ladder can have.
const MOST_STEPS: usize = 12;
/// The most characters of one step.
const LONGEST_STEP: usize = 300;
/// The most characters of a step's name.
const LONGEST_ID: usize = 40;

/// The name of a step, stable over versions, so that an incident can cite it: small letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SanctionId(String);

/// A step as a setting writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sanction {
    /// Its name.
    pub id: SanctionId,
    /// What may happen.
    pub text: String,
}

/// A step as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SanctionStep {
    /// Its name.
    pub id: SanctionId,
    /// What may happen.
    pub text: String,
    /// The policy's clauses that say so; empty where it is ours or the setting's own.
    pub clauses: Vec<ClauseId>,
    /// Whose step it is. One of ours is never shown as the policy's.
    pub origin: Origin,
}

/// A step of a policy's ladder, in its file. Without clauses it is ours.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenStep {
    pub(crate) id: SanctionId,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) clauses: Vec<ClauseId>,
}

impl SanctionId {
    /// A name as text; whether it can be one is for [`Rulebook::set_sanctions`] to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// A new name, made of a step's first words, that none of `taken` has.
    pub fn fresh(text: &str, taken: &[Self]) -> Self {
        let words: String =
            text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
        let mut name = String::new();
        for word in words.split_whitespace() {
            if name.len() + word.len() > LONGEST_ID - 8 {
                break;
            }
            name.push_str(if name.is_empty() { "" } else { "-" });
            name.push_str(word);
        }
        let base = if name.is_empty() { "step".to_owned() } else { name };
        let numbered = (2_u64..).map(|number| Self(format!("{base}-{number}")));
        let mut names = std::iter::once(Self(base.clone())).chain(numbered);
        names.find(|name| !taken.contains(name)).unwrap_or(Self(base))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_well_formed(&self) -> bool {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=LONGEST_ID).contains(&self.0.len()) && self.0.bytes().all(plain)
    }
}

impl fmt::Display for SanctionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Rulebook {
    /// The steps that may follow a breach, the mildest first as the ladder's writer put them.
    pub fn sanctions(&self) -> Vec<SanctionStep> {
        let policys = self.policys_steps();
        match &self.chosen.sanctions {
            None => policys,
            Some(own) => own.iter().map(|step| shown(step, &policys)).collect(),
        }
    }

    /// One step of the ladder in force; none where it has no step of this name.
    pub fn sanction(&self, id: &SanctionId) -> Option<SanctionStep> {
        self.sanctions().into_iter().find(|step| step.id == *id)
    }

    /// Whether the setting has a ladder of its own.
    pub fn has_own_sanctions(&self) -> bool {
        self.chosen.sanctions.is_some()
    }

    /// Gives the setting a ladder of its own. The policy's own ladder is none.
    ///
    /// # Errors
    /// It has too few or too many steps, two of one name, or a step whose name or words cannot be.
    pub fn set_sanctions(&mut self, steps: Vec<Sanction>) -> Result<(), BoundsError> {
        if !(FEWEST_STEPS..=MOST_STEPS).contains(&steps.len()) {
            return Err(BoundsError::SanctionCount { least: FEWEST_STEPS, most: MOST_STEPS });
        }
        let steps: Vec<Sanction> = steps.into_iter().map(checked).collect::<Result<_, _>>()?;
        for (place, step) in steps.iter().enumerate() {
            if steps[..place].iter().any(|before| before.id == step.id) {
                return Err(BoundsError::SanctionTwice { id: step.id.clone() });
            }
        }
        let policys = self.policys_steps();
        let same = policys.len() == steps.len()
            && policys.iter().zip(&steps).all(|(policys, own)| policys.id == own.id && policys.text == own.text);
        Arc::make_mut(&mut self.chosen).sanctions = (!same).then_some(steps);
        Ok(())
    }

    /// Goes back to the policy's ladder.
    pub fn reset_sanctions(&mut self) {
        Arc::make_mut(&mut self.chosen).sanctions = None;
    }

    /// The policy's ladder. No clause of policy A speaks of sanctions, so its whole ladder is ours: the installation's too.
    fn policys_steps(&self) -> Vec<SanctionStep> {
        let steps = &self.text().unwrap_or_else(|| Policy::A.text()).sanctions;
        let shown = steps.iter().map(|step| SanctionStep {
            id: step.id.clone(),
            text: step.text.clone(),
            clauses: step.clauses.clone(),
            origin: if step.clauses.is_empty() { Origin::Stairgate } else { Origin::Policy },
        });
        shown.collect()
    }
}

/// A setting's step. Where it is the policy's word for word it stays the policy's.
fn shown(own: &Sanction, policys: &[SanctionStep]) -> SanctionStep {
    let same = policys.iter().find(|step| step.id == own.id && step.text == own.text);
    same.cloned().unwrap_or_else(|| SanctionStep {
        id: own.id.clone(),
        text: own.text.clone(),
        clauses: Vec::new(),
        origin: Origin::Setting,
    })
}

fn checked(step: Sanction) -> Result<Sanction, BoundsError> {
    if !step.id.is_well_formed() {
        return Err(BoundsError::SanctionName { id: step.id, most: LONGEST_ID });
    }
    let text = step.text.trim();
    if (1..=LONGEST_STEP).contains(&text.chars().count()) && !text.contains(is_hidden) {
        Ok(Sanction { text: text.to_owned(), id: step.id })
    } else {
        Err(BoundsError::SanctionWords { id: step.id, most: LONGEST_STEP })
    }
}
