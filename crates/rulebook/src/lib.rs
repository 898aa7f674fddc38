//! What is allowed, and by which clause. Pure: no file, no clock, no database, no randomness.
//!
//! A [`Rulebook`] is a written policy in clauses, the rules that carry each clause, and their parameters. From this one value
//! come the text that people sign ([`Rulebook::document`]) and the decisions that the software makes ([`Rulebook::compile`],
//! then [`Compiled::decide`]), so that the two cannot drift apart. An [`Edition`] names both at once.

mod actions;
mod actor;
mod agreement;
mod agreement_document;
mod bounds;
mod change;
mod clause;
mod compile;
mod decide;
mod decision;
mod difference;
mod document;
mod facts;
mod file;
mod framework;
mod limits;
mod names;
mod parameter;
mod policy;
mod role;
mod rule;
mod rulebook;
mod sanctions;
mod schema;
pub mod source;
mod stored;
mod tell;
mod verb;
mod wording;

pub use actions::actions_json;
pub use actor::{Actor, Place, Standing};
pub use agreement::{Agreement, AgreementKind, Item, Strength, agreement};
pub use agreement_document::{AgreementClause, AgreementDocument, agreement_for, agreements_of};
pub use bounds::BoundsError;
pub use change::{Change, Changed, Direction};
pub use clause::{Clause, ClauseId, Section};
pub use compile::{CompileError, Compiled, Edition};
pub use decision::{Allowed, Decision, Refusal, RefusalKind};
pub use difference::{Difference, Happened, Part, differences};
pub use document::{Article, Document, DocumentSection, Figure, Origin};
pub use facts::{Facts, NoFacts};
pub use file::{FileFault, FileFaults};
pub use framework::{Framework, FrameworkPart, Requirement, framework, frameworks};
pub use limits::{Limits, limit_parameters};
pub use names::UnknownName;
pub use parameter::{Kind, Parameter, Unit, Value};
pub use policy::{Policy, PolicyText};
pub use role::Role;
pub use rule::{How, Rule, RuleId, Silent, rule, rules};
pub use rulebook::Rulebook;
pub use sanctions::{Sanction, SanctionId, SanctionStep};
pub use stored::StoredError;
pub use verb::{Verb, VerbKind};
