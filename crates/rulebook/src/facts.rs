//! Facts: what a decision needs to know beside who asks. The app computes them inside the transaction that they are for.

use serde::Serialize;

use crate::Verb;

/// The facts of one change verb: a small struct whose fields are exactly the verb's context in the schema.
pub trait Facts: Serialize {
    /// The verb that these facts belong to.
    const VERB: Verb;
}

/// No facts at all, as most view verbs have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct NoFacts {}
