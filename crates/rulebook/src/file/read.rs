//! From the tree of a text to a rulebook: every part through the same doors as an edit on screen, so nothing comes in by a file that
//! could not be chosen on a page.

use super::{
    FileFault, FileFaults, MOST_BYTES,
    tree::{self, Entry, Node},
};
use crate::{
    BoundsError, ClauseId, Policy, RuleId, Rulebook, Sanction, SanctionId, Value, rulebook::parameters, rules,
};

impl Rulebook {
    /// Reads the text of a rulebook: TOML, or JSON of the same shape.
    ///
    /// # Errors
    /// Every fault of the text at once.
    pub fn from_file_text(text: &str) -> Result<Self, FileFaults> {
        if text.len() > MOST_BYTES {
            let says = "This text is too long to be a rulebook.".to_owned();
            return Err(FileFaults { faults: vec![FileFault { line: None, says }] });
        }
        let (entries, faults) = tree::parse(text.trim_start_matches('\u{feff}'));
        let mut reading = Reading { rulebook: Self::installation(), form: faults, faults: Vec::new() };
        reading.all(entries);
        reading.end()
    }
}

const PARTS: &str = "A rulebook has policy, parameters, rules, wording and sanctions.";

/// A rulebook while it is read.
struct Reading {
    rulebook: Rulebook,
    /// Faults of the text's form.
    form: Vec<FileFault>,
    /// Faults of what it says.
    faults: Vec<FileFault>,
}

impl Reading {
    fn end(self) -> Result<Rulebook, FileFaults> {
        let mut faults = self.form;
        // What stands on a line that could not be read says nothing.
        let broken: Vec<Option<usize>> = faults.iter().map(|fault| fault.line).collect();
        faults.extend(self.faults.into_iter().filter(|fault| fault.line.is_none() || !broken.contains(&fault.line)));
        faults.sort();
        faults.dedup();
        if faults.is_empty() { Ok(self.rulebook) } else { Err(FileFaults { faults }) }
    }

    fn fault(&mut self, line: impl Into<Option<usize>>, says: impl Into<String>) {
        self.faults.push(FileFault { line: line.into(), says: says.into() });
    }

    /// The policy first: which clauses there are hangs on it.
    fn all(&mut self, entries: Vec<Entry>) {
        let known = self.policy(&entries);
        for entry in entries {
            let line = entry.line;
            match (entry.key.as_str(), entry.node) {
                ("policy", _) => {}
                ("parameters", Node::Table(entries)) => self.parameters(flat("", entries)),
                ("rules", Node::Table(entries)) => self.rules(flat("", entries)),
                ("wording", Node::Table(entries)) => self.wording(flat("", entries), known),
                ("sanctions", Node::List(steps)) => self.sanctions(line, steps),
                (key @ ("parameters" | "rules" | "wording"), _) => {
                    self.fault(line, format!("\u{2018}{key}\u{2019} is a table with a name and a value on each line."));
                }
                ("sanctions", _) => {
                    self.fault(line, "\u{2018}sanctions\u{2019} is a list of steps, each with id and text.")
                }
                (key, _) => self.fault(line, format!("There is no part named \u{2018}{key}\u{2019}. {PARTS}")),
            }
        }
    }

    fn policy(&mut self, entries: &[Entry]) -> bool {
        let choose = "Choose one of the policies A, B, C, D and E.";
        let Some(entry) = entries.iter().find(|entry| entry.key == "policy") else {
            // Where the text could not be read whole, the policy may stand in what is missing.
            if self.form.is_empty() {
                self.fault(None, format!("The line with the policy is missing. {choose}"));
            }
            return false;
        };
        let named = match &entry.node {
            Node::Word(word) => word.parse::<Policy>().ok(),
            _ => None,
        };
        match named {
            Some(policy) => self.rulebook = Rulebook::of(policy),
            None => self.fault(entry.line, format!("There is no such policy. {choose}")),
        }
        named.is_some()
    }

    fn parameters(&mut self, entries: Vec<Entry>) {
        for Entry { key, line, node } in entries {
            let Some(value) = value(node) else {
                self.fault(line, format!("{key} has a value that no parameter can have."));
                continue;
            };
            if let Err(error) = self.rulebook.set_parameter(&key, value) {
                let near = match &error {
                    BoundsError::UnknownParameter { key } => near(key, parameters().map(|known| known.key.as_str())),
                    _ => String::new(),
                };
                self.fault(line, sentence(&error, &near));
            }
        }
    }

    fn rules(&mut self, entries: Vec<Entry>) {
        for Entry { key, line, node } in entries {
            match (key.parse::<RuleId>(), node) {
                (Err(error), _) => {
                    let near = near(&key, rules().iter().map(|rule| rule.id.as_str()));
                    self.fault(line, sentence(&error, &near));
                }
                (Ok(id), Node::Flag(on)) => {
                    if let Err(error) = self.rulebook.set_rule(&id, on) {
                        self.fault(line, sentence(&error, ""));
                    }
                }
                (Ok(id), _) => self.fault(line, format!("The rule {id} is either true (on) or false (off).")),
            }
        }
    }

    fn wording(&mut self, entries: Vec<Entry>, known: bool) {
        for Entry { key, line, node } in entries {
            let Node::Word(words) = node else {
                self.fault(line, format!("The words of clause {key} are a text in quotation marks."));
                continue;
            };
            // Without a policy there is no clause, and that is said already.
            if let (true, Err(error)) = (known, self.rulebook.set_wording(&ClauseId::new(&key), &words)) {
                let clauses = self.rulebook.clauses();
                let near = match &error {
                    BoundsError::UnknownClause { .. } => near(&key, clauses.iter().map(|clause| clause.id.as_str())),
                    _ => String::new(),
                };
                self.fault(line, sentence(&error, &near));
            }
        }
    }

    fn sanctions(&mut self, line: usize, steps: Vec<Node>) {
        let before = self.faults.len();
        let steps: Vec<Sanction> = steps.into_iter().filter_map(|step| self.step(line, step)).collect();
        if self.faults.len() > before {
            return;
        }
        if let Err(error) = self.rulebook.set_sanctions(steps) {
            self.fault(line, sentence(&error, ""));
        }
    }

    fn step(&mut self, line: usize, step: Node) -> Option<Sanction> {
        let Node::Table(entries) = step else {
            self.fault(line, "Each step that follows a breach has an id and a text.");
            return None;
        };
        let first = entries.first().map_or(line, |entry| entry.line);
        let (mut id, mut text) = (None, None);
        for entry in entries {
            match (entry.key.as_str(), entry.node) {
                ("id", Node::Word(word)) => id = Some(word),
                ("text", Node::Word(word)) => text = Some(word),
                (key, _) => {
                    self.fault(entry.line, format!("A step has an id and a text, and no such \u{2018}{key}\u{2019}."))
                }
            }
        }
        let (Some(id), Some(text)) = (id, text) else {
            self.fault(first, "Each step that follows a breach has an id and a text.");
            return None;
        };
        Some(Sanction { id: SanctionId::new(id), text })
    }
}

/// A name with dots that nobody put in quotation marks is a table of tables in TOML: put together again.
fn flat(before: &str, entries: Vec<Entry>) -> Vec<Entry> {
    let mut all = Vec::new();
    for entry in entries {
        let key = if before.is_empty() { entry.key } else { format!("{before}.{}", entry.key) };
        match entry.node {
            Node::Table(inner) => all.extend(flat(&key, inner)),
            node => all.push(Entry { key, line: entry.line, node }),
        }
    }
    all
}

fn value(node: Node) -> Option<Value> {
    match node {
        Node::Word(word) => Some(Value::Word(word)),
        Node::Integer(number) => Some(Value::Integer(number)),
        Node::Flag(flag) => Some(Value::Flag(flag)),
        Node::List(nodes) => {
            let words = nodes.into_iter().map(|node| match node {
                Node::Word(word) => Some(word),
                _ => None,
            });
            words.collect::<Option<_>>().map(Value::Words)
        }
        Node::Table(_) | Node::Other => None,
    }
}

/// The error as a sentence, with what may have been meant.
fn sentence(error: &impl std::fmt::Display, near: &str) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let named = text.split(' ').next().is_some_and(|word| word.contains('.'));
    let text = match letters.next() {
        Some(first) if !named => first.to_uppercase().chain(letters).collect(),
        _ => text,
    };
    if near.is_empty() { format!("{text}.") } else { format!("{text}. Did you mean {near}?") }
}

/// The known name that is nearest to a given one, if one is near; else nothing.
fn near<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> String {
    let nearest = known.map(|name| (distance(given, name), name)).min();
    nearest.filter(|(steps, _)| *steps <= 3).map(|(_, name)| name.to_owned()).unwrap_or_default()
}

/// How many letters must be put in, taken out or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    // A name this long is no slip of the keyboard.
    let one: Vec<char> = one.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.iter().enumerate() {
        let mut before = std::mem::replace(&mut row[0], place + 1);
        for (column, same) in other.iter().enumerate() {
            let change = before + usize::from(letter != same);
            before = row[column + 1];
            row[column + 1] = change.min(before + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}
