//! What proves a rule: one vocabulary of states, a sentence with its figures, and the figures themselves. Modules compute it
//! from live data in their `evidence.rs`; `assurance` joins it to clauses. Never typed in by anybody.

use serde::{Deserialize, Serialize};

/// How a rule or clause stands, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Kept: "Working".
    Kept,
    /// No software holds it and no rule carries it; people confirm it: "You confirm".
    ReliesOnPeople,
    /// Somebody must act soon: "Slipping".
    Due,
    /// Switched off in this setting: "Off".
    Off,
    /// Nothing in the product upholds it yet: "Not built yet".
    NotBuilt,
    /// Not kept: "Broken".
    Broken,
}

impl State {
    /// Every state, in the order in which screens list them.
    pub const ALL: [Self; 6] = [Self::Kept, Self::Due, Self::Broken, Self::Off, Self::NotBuilt, Self::ReliesOnPeople];

    /// The name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::ReliesOnPeople => "relies_on_people",
            Self::Due => "due",
            Self::Off => "off",
            Self::NotBuilt => "not_built",
            Self::Broken => "broken",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the state comes from live data.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Kept | Self::Due | Self::Broken)
    }
}

/// The evidence for one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How the rule stands.
    pub state: State,
    /// One sentence with the number and the time checked.
    pub sentence: String,
    /// The figures behind it; hashed into the stored day.
    pub figures: Vec<(&'static str, i64)>,
}
