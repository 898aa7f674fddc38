//! The words of clauses. A setting can word a clause its own way; the clause keeps its number and the rules that carry it. Words are
//! for people: none of them reaches a decision.

use std::sync::Arc;

use crate::{BoundsError, ClauseId, Origin, Rulebook};

/// What one clause can hold. Longer words are several clauses.
const LONGEST_CLAUSE: usize = 600;

impl Rulebook {
    /// The words of a clause that are in force: the setting's, else the policy's. None where the policy has no such clause.
    pub fn wording(&self, clause: &ClauseId) -> Option<&str> {
        let policys = &self.clause(clause)?.text;
        Some(self.chosen.wording.get(clause).unwrap_or(policys))
    }

    /// Whose words they are; none where the policy has no such clause.
    pub fn wording_origin(&self, clause: &ClauseId) -> Option<Origin> {
        self.clause(clause)?;
        Some(if self.chosen.wording.contains_key(clause) { Origin::Setting } else { Origin::Policy })
    }

    /// Words a clause the setting's own way. White space at both ends is left out; the policy's own words are no wording of the
    /// setting's.
    ///
    /// # Errors
    /// The policy has no such clause, or the words are empty, too long or hold something that cannot be seen.
    pub fn set_wording(&mut self, clause: &ClauseId, words: &str) -> Result<(), BoundsError> {
        let Some(policys) = self.clause(clause) else {
            return Err(BoundsError::UnknownClause { clause: clause.clone() });
        };
        let words = words.trim();
        if !(1..=LONGEST_CLAUSE).contains(&words.chars().count()) {
            return Err(BoundsError::WordingLength { clause: clause.clone(), most: LONGEST_CLAUSE });
        }
        if words.contains(is_hidden) {
            return Err(BoundsError::WordingHidden { clause: clause.clone() });
        }
        let chosen = Arc::make_mut(&mut self.chosen);
        if words == policys.text {
            chosen.wording.remove(clause);
        } else {
            chosen.wording.insert(clause.clone(), words.to_owned());
        }
        Ok(())
    }

    /// Goes back to the policy's own words.
    pub fn reset_wording(&mut self, clause: &ClauseId) {
        Arc::make_mut(&mut self.chosen).wording.remove(clause);
    }
}

/// Whether a character is not seen where it stands. What people sign must read the same for everybody, so nothing in it may turn the
/// direction of the text, break its line or hide between letters.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}
