//! The agreements of one setting: total functions of its rulebook, as the document and the decisions are. Their digest is what a
//! signature is bound to.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    AgreementKind, ClauseId, Figure, Item, Origin, Policy, Role, RuleId, Rulebook, SanctionStep,
    agreement::{Variant, WrittenItem},
    rule, rules,
};

/// What one setting's people read and sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementDocument {
    /// Which agreement it is.
    pub kind: AgreementKind,
    /// The policy that it belongs to; none for the installation.
    pub policy: Option<Policy>,
    /// Its heading.
    pub title: String,
    /// What a person reads first.
    pub summary: String,
    /// The roles of those whom it is for.
    pub audience: Vec<Role>,
    /// Whether it has to be signed; otherwise it is only shown.
    pub signed: bool,
    /// The setting's own clauses that ask for it; all of them for the policy itself.
    pub clauses: Vec<AgreementClause>,
    /// The commitments, each on its own.
    pub items: Vec<Item>,
    /// The figures that go with it: of its rule or, for the policy itself, of every rule that is on.
    pub figures: Vec<Figure>,
    /// The rules that it rests on: its own or, for the policy itself, every rule that is on.
    pub rules: Vec<RuleId>,
    /// What may follow a breach.
    pub sanctions: Vec<SanctionStep>,
    /// The notice about monitoring, where it goes with this agreement.
    pub monitoring: Option<String>,
}

/// A clause of the setting's policy in an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementClause {
    /// Its number.
    pub id: ClauseId,
    /// Its words that are in force.
    pub text: String,
    /// Whose words they are.
    pub origin: Origin,
}

/// An agreement of a setting; none where its rule is off.
pub fn agreement_for(rulebook: &Rulebook, kind: AgreementKind) -> Option<AgreementDocument> {
    let rule = kind.rule();
    if !rulebook.is_on(&rule) {
        return None;
    }
    let written = kind.written();
    let whole = kind == AgreementKind::Policy;
    let rules = if whole { all_on(rulebook) } else { vec![rule] };
    let title = if whole { rulebook.title() } else { &written.title };
    Some(AgreementDocument {
        kind,
        policy: rulebook.policy(),
        title: title.to_owned(),
        summary: written.summary.clone(),
        audience: written.audience.clone(),
        signed: kind != AgreementKind::ProfessionalConduct || rulebook.flag(CONDUCT_IS_SIGNED).unwrap_or(true),
        clauses: clauses(rulebook, kind),
        items: written.items.iter().filter_map(|item| item_under(rulebook, item)).collect(),
        figures: figures(rulebook, kind, &rules),
        rules,
        sanctions: rulebook.sanctions(),
        monitoring: written.monitoring.clone(),
    })
}

/// Every agreement that is on, in the order of their kinds.
pub fn agreements_of(rulebook: &Rulebook) -> Vec<AgreementDocument> {
    AgreementKind::ALL.iter().filter_map(|kind| agreement_for(rulebook, *kind)).collect()
}

const CONDUCT_IS_SIGNED: &str = "agreements.professional-conduct.signature";

impl AgreementDocument {
    /// SHA-256 over all that is read and signed, in lower-case hexadecimal: which words exactly.
    pub fn digest(&self) -> String {
        let text = serde_json::json!(self).to_string();
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn all_on(rulebook: &Rulebook) -> Vec<RuleId> {
    rules().iter().map(|rule| &rule.id).filter(|id| rulebook.is_on(id)).cloned().collect()
}

fn clauses(rulebook: &Rulebook, kind: AgreementKind) -> Vec<AgreementClause> {
    let asked = rulebook.clauses_of(&kind.rule());
    let clauses =
        rulebook.clauses().into_iter().filter(|clause| kind == AgreementKind::Policy || asked.contains(&clause.id));
    let shown = clauses.map(|clause| AgreementClause {
        id: clause.id.clone(),
        text: rulebook.wording(&clause.id).unwrap_or(&clause.text).to_owned(),
        origin: rulebook.wording_origin(&clause.id).unwrap_or(Origin::Policy),
    });
    shown.collect()
}

/// The figures of the rules, but for those that an item of the agreement tells already.
fn figures(rulebook: &Rulebook, kind: AgreementKind, rules: &[RuleId]) -> Vec<Figure> {
    let told = |key: &str| kind.written().items.iter().any(|item| item.parameter.as_deref() == Some(key));
    let all = rules.iter().flat_map(|id| rulebook.figures(rule(id)));
    all.filter(|figure| !told(&figure.key)).collect()
}

/// The item as this rulebook has it: with the policy's own clauses, as strong as its parameters say; none where it is no item.
fn item_under(rulebook: &Rulebook, item: &WrittenItem) -> Option<Item> {
    let clauses: Vec<ClauseId> = item.clauses.iter().filter(|id| rulebook.clause(id).is_some()).cloned().collect();
    let chosen = item.parameter.as_deref().is_some_and(|key| rulebook.is_chosen(key));
    if item.only_where_asked && clauses.is_empty() && !chosen {
        return None;
    }
    let variant = match &item.parameter {
        Some(key) => {
            let option = option_of(rulebook, key)?;
            if item.left_out_at.as_ref() == Some(&option) {
                return None;
            }
            item.variants.get(&option)
        }
        None => rulebook.policy().and_then(|policy| item.variants.get(&policy.to_string())),
    };
    let none = Variant::default();
    let variant = variant.unwrap_or(&none);
    Some(Item {
        id: item.id.clone(),
        strength: variant.strength.unwrap_or(item.strength),
        text: variant.text.as_ref().unwrap_or(&item.text).clone(),
        clauses,
    })
}

/// What a choice says; none while its rule is off, since it then says nothing.
fn option_of(rulebook: &Rulebook, key: &str) -> Option<String> {
    let rule = key.rsplit_once('.')?.0.parse().ok()?;
    if rulebook.is_on(&rule) { rulebook.word(key) } else { None }
}
