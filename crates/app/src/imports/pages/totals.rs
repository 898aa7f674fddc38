//! How many rows came to what: numbers that add up to the rows of the file, and beside them how many need a look.

use std::collections::HashMap;

use super::rows::{Line, Tense};
use crate::imports::plan::Verdict;
use crate::web::words::{words, words_with};

/// The numbers of an import.
pub struct Totals {
    /// New, changed, the same, held, left out; each with its words.
    pub counts: Vec<(usize, String)>,
    /// How many rows these are together.
    pub all: String,
    /// How many of them need a look; none where none does, and where nobody knows any more.
    pub look: Option<String>,
}

/// What counts as what, in the order of the page.
const VERDICTS: [(&str, &[Verdict]); 5] = [
    ("new", &[Verdict::New]),
    ("changed", &[Verdict::Changed]),
    ("same", &[Verdict::Same]),
    ("held", &[Verdict::Held]),
    ("left-out", &[Verdict::LeftOut, Verdict::Out, Verdict::Joined]),
];

impl Totals {
    /// Of all rows.
    pub fn of(lines: &[Line], tense: Tense) -> Self {
        let count = |verdicts: &[Verdict]| lines.iter().filter(|line| verdicts.contains(&line.verdict)).count();
        let look = lines.iter().filter(|line| line.look && line.verdict != Verdict::Heading).count();
        let look = (look > 0).then(|| counted(look, "import-look-one", "import-look"));
        Self { look, ..Self::counted(count, tense) }
    }

    /// Of an import whose rows are erased, from the numbers that stay.
    pub fn of_counts(counts: &HashMap<String, usize>, tense: Tense) -> Self {
        let count = |verdict: &Verdict| counts.get(count_name(*verdict)).copied().unwrap_or_default();
        Self::counted(|verdicts| verdicts.iter().map(count).sum(), tense)
    }

    fn counted(count: impl Fn(&[Verdict]) -> usize, tense: Tense) -> Self {
        let counts =
            VERDICTS.map(|(name, verdicts)| (count(verdicts), words(&format!("import-total-{}", tense.told(name)))));
        let all = counts.iter().map(|(count, _)| count).sum();
        Self { all: counted(all, "import-rows-in-all-one", "import-rows-in-all"), counts: counts.into(), look: None }
    }
}

/// A count in words, for one and for many.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { words(one) } else { words_with(many, &[("count", &count.to_string())]) }
}

/// The number among those that stay.
fn count_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::New => "lines_new",
        Verdict::Changed => "lines_changed",
        Verdict::Same => "lines_same",
        Verdict::Held => "lines_held",
        Verdict::Joined => "lines_joined",
        Verdict::Out => "lines_taken_out",
        Verdict::LeftOut => "lines_left_out",
        Verdict::Heading => "lines_heading",
    }
}
