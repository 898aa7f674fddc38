//! What others ask of a setting, from `frameworks/*.toml`: law, standards and rights as dated data, each requirement in our words with
//! the rules that carry it. Our own reading, not checked by those who made them, and no legal advice: whoever shows it says so.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::RuleId;

/// All frameworks, those of one nation before the one of all.
pub fn frameworks() -> &'static [Framework] {
    &FRAMEWORKS
}

/// The framework with this id.
pub fn framework(id: &str) -> Option<&'static Framework> {
    FRAMEWORKS.iter().find(|framework| framework.id.eq_ignore_ascii_case(id))
}

/// One framework in one edition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its name in data and addresses, such as `eyfs`.
    pub id: String,
    /// What people call it.
    pub short: String,
    /// Its whole title.
    pub title: String,
    /// Whom it binds, in a sentence.
    pub about: String,
    /// Who made it.
    pub publisher: String,
    /// Where it can be read.
    pub source: String,
    /// The nations where it holds.
    pub nations: Vec<String>,
    /// The edition that we read, as people name it.
    pub edition: String,
    /// Since when that edition is in force, as an ISO day.
    pub in_force: String,
    /// A new edition comes out in most years.
    pub yearly: bool,
    /// When we wrote our reading down, as an ISO day.
    pub read_on: String,
    /// What it asks for, in parts.
    pub parts: Vec<FrameworkPart>,
}

/// Requirements that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkPart {
    /// Their heading.
    pub title: String,
    /// The requirements, in the framework's order.
    pub requirements: Vec<Requirement>,
}

/// One thing that a framework asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its name in data: the framework's id, a dot, and words of our own. Kept for ever, since stored days name it.
    pub id: String,
    /// Where the framework says it, as far as we are sure.
    pub place: String,
    /// What it asks for, in our plain words.
    pub text: String,
    /// The rules that carry it; never empty.
    pub rules: Vec<RuleId>,
}

impl Framework {
    /// Its requirements, in order.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.parts.iter().flat_map(|part| &part.requirements)
    }

    /// Whether it holds in a nation.
    pub fn holds_in(&self, nation: &str) -> bool {
        self.nations.iter().any(|held| held == nation)
    }
}

/// The texts are part of the program, and a test reads each of them: a mistake in one cannot reach an installation.
static FRAMEWORKS: LazyLock<Vec<Framework>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| {
        toml::from_str(text).unwrap_or_else(|error| panic!("frameworks/{name}.toml: {error}"))
    };
    FILES.iter().map(read).collect()
});

const FILES: &[(&str, &str)] = &[
    ("eyfs", include_str!("../frameworks/eyfs.toml")),
    ("kcsie", include_str!("../frameworks/kcsie.toml")),
    ("hscs", include_str!("../frameworks/hscs.toml")),
    ("uncrc", include_str!("../frameworks/uncrc.toml")),
];
