//! One row of the coverage table, of a clause or of a framework's requirement: the state, the rules behind it worst first, the strip,
//! what to do, and the way to the other reading.

use stairgate_rulebook::{Framework, RuleId, rule};

use super::acts::act;
use super::asked::Asked;
use super::strips::{Strip, Strips};
use crate::action::{Actor, Reader, State};
use crate::assurance::coverage::{ClauseState, RuleState, deciding, is_live};
use crate::assurance::days::Coverage;
use crate::assurance::frameworks::{RequirementState, shares_a_rule};
use crate::assurance::printed::state_words;
use crate::web::page::StateTag;
use crate::web::words::{words, words_with};

/// One rule of a row.
pub struct RuleLine {
    /// Its title.
    pub rule_title: String,
    /// Its state in a word.
    pub state_label: String,
    /// Why.
    pub sentence: String,
    /// What to do about it; empty where there is nothing.
    pub needs: String,
}

/// A way to the other reading.
pub struct OtherLink {
    /// Where.
    pub href: String,
    /// Its words.
    pub label: String,
}

/// One row.
pub struct CoverageRow {
    /// Where a link can lead to.
    pub anchor: String,
    /// A clause's number, or where a framework says it.
    pub number: String,
    /// What is asked for.
    pub text: String,
    /// How it stands.
    pub tag: StateTag,
    /// How many of its rules stand how; none where one rule carries it.
    pub summary: Option<String>,
    /// Its rules, worst first.
    pub sentences: Vec<RuleLine>,
    /// The last twenty days.
    pub strip: Option<Strip>,
    /// What to do: address and words.
    pub action: Option<(String, String)>,
    /// The words before the ways to the other reading, and these.
    pub others: (String, Vec<OtherLink>),
}

/// What every row of a page is made with.
pub struct Rows<'a> {
    /// The page's reader.
    pub reader: &'a Reader<'a>,
    /// Who reads.
    pub actor: &'a Actor,
    /// The day that is shown, in both readings.
    pub coverage: &'a Coverage,
    /// Its strips.
    pub strips: &'a Strips,
    /// What the address asks for.
    pub asked: &'a Asked,
    /// The frameworks of the setting's own nation.
    pub frameworks: &'a [&'static Framework],
    /// It is today that is shown: a past day cannot be put right any more.
    pub is_today: bool,
}

impl Rows<'_> {
    /// A clause in the words in force on that day.
    pub fn clause(&self, clause: &ClauseState, text: &str) -> CoverageRow {
        let rests = |framework: &Framework| {
            let asked = self.coverage.of_framework(framework);
            asked.filter(|asked| shares_a_rule(&asked.rules, &clause.rules)).count()
        };
        let others = self.frameworks.iter().map(|framework| (framework, rests(framework)));
        let others = others.filter(|(_, count)| *count > 0).map(|(framework, count)| OtherLink {
            href: self.asked.with_framework(Some(framework)).with_clause(Some(&clause.clause)).address("/coverage"),
            label: words_with("coverage-served", &[("name", &framework.short), ("count", &count.to_string())]),
        });
        CoverageRow {
            others: (words("coverage-serves"), others.collect()),
            summary: None,
            ..self.row((&clause.clause, &clause.clause), text, clause.state, &clause.rules)
        }
    }

    /// A requirement in the words of that day.
    pub fn requirement(&self, asked: &RequirementState) -> CoverageRow {
        let clauses = self.coverage.clauses_of(asked).map(|clause| OtherLink {
            href: format!("{}#{}", self.asked.with_framework(None).address("/coverage"), clause.clause),
            label: clause.clause.clone(),
        });
        let clauses: Vec<OtherLink> = clauses.collect();
        let label = words(if clauses.is_empty() { "coverage-no-clause" } else { "coverage-our-clauses" });
        CoverageRow {
            others: (label, clauses),
            summary: summary(&asked.rules),
            ..self.row((&asked.requirement, &asked.place), &asked.text, asked.state, &asked.rules)
        }
    }

    fn row(&self, (key, number): (&str, &str), text: &str, state: State, rules: &[RuleState]) -> CoverageRow {
        let live = is_live(rules);
        let acts = self.is_today && live && matches!(state, State::Due | State::Broken);
        let mut ordered: Vec<&RuleState> = rules.iter().collect();
        ordered.sort_by_key(|rule| std::cmp::Reverse(rule.state));
        CoverageRow {
            anchor: key.replace('.', "-"),
            number: number.to_owned(),
            text: text.to_owned(),
            tag: tag(state),
            summary: None,
            sentences: ordered.into_iter().map(line).collect(),
            strip: live.then(|| self.strips.of(key, number)).flatten(),
            action: deciding(rules).filter(|_| acts).and_then(|rule| act(self.reader, self.actor, &rule.rule)),
            others: (String::new(), Vec::new()),
        }
    }
}

fn line(state: &RuleState) -> RuleLine {
    let known = state.rule.parse::<RuleId>().map(|id| rule(&id));
    let needs = known.as_ref().map(|rule| rule.needs.clone()).unwrap_or_default();
    RuleLine {
        rule_title: known.map_or_else(|_| state.rule.clone(), |rule| rule.title.clone()),
        state_label: state_words(state.state),
        sentence: state.sentence.clone(),
        needs: if matches!(state.state, State::Due | State::Broken) { needs } else { String::new() },
    }
}

/// "4 rules: 2 working, 1 off, 1 not built yet."
fn summary(rules: &[RuleState]) -> Option<String> {
    let count = |state: State| rules.iter().filter(|rule| rule.state == state).count();
    let states = State::ALL.into_iter().filter(|state| count(*state) > 0);
    let states: Vec<String> =
        states.map(|state| format!("{} {}", count(state), state_words(state).to_lowercase())).collect();
    let all = rules.len().to_string();
    (rules.len() > 1)
        .then(|| words_with("coverage-rule-states", &[("count", all.as_str()), ("states", &states.join(", "))]))
}

fn tag(state: State) -> StateTag {
    let label = state_words(state);
    match state {
        State::Kept => StateTag::ok(label),
        State::Due => StateTag::due(label),
        State::Broken => StateTag::stop(label),
        State::Off => StateTag::quiet("circle-minus", label),
        State::NotBuilt => StateTag::quiet("circle-dashed", label),
        State::ReliesOnPeople => StateTag::quiet("pen-line", label),
    }
}
