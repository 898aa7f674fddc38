//! What is different between two agreement documents, for whoever signed the one before: each item, clause, figure, step and rule
//! that was added, taken out, worded anew or made stronger or weaker.

use serde::{Deserialize, Serialize};

use crate::{AgreementDocument, ClauseId, Figure, Item, RuleId, SanctionId, Strength, rule, tell};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What it is about.
    pub part: Part,
    /// What happened to it.
    pub how: Happened,
    /// What stood there before; none where it was added.
    pub before: Option<String>,
    /// What stands there now; none where it was taken out.
    pub after: Option<String>,
    /// The same in a sentence.
    pub says: String,
}

/// A part of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "part", content = "id", rename_all = "snake_case")]
pub enum Part {
    /// Its heading.
    Title,
    /// What a person reads first.
    Summary,
    /// Whether it has to be signed.
    Signature,
    /// The notice about monitoring.
    Monitoring,
    /// A clause of the policy.
    Clause(ClauseId),
    /// A commitment.
    Item(String),
    /// A figure, by its parameter's full name.
    Figure(String),
    /// A rule that it rests on.
    Rule(RuleId),
    /// A step that may follow a breach.
    Sanction(SanctionId),
    /// The order of those steps.
    SanctionOrder,
}

/// What happened to a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// It is new.
    Added,
    /// It is no longer there.
    Removed,
    /// It says something else.
    Changed,
    /// It binds more than before.
    Stronger,
    /// It binds less than before.
    Weaker,
}

/// What changed from one agreement document to another, in the order of the document. None of the same document to itself.
pub fn differences(before: &AgreementDocument, after: &AgreementDocument) -> Vec<Difference> {
    let mut all = Vec::new();
    let text = |part, name: &str, before: &str, after: &str| {
        (before != after).then(|| changed(part, before, after, format!("{name} is worded anew.")))
    };
    all.extend(text(Part::Title, "The heading", &before.title, &after.title));
    all.extend(text(Part::Summary, "The summary", &before.summary, &after.summary));
    all.extend(signature(before.signed, after.signed));
    all.extend(items(&before.items, &after.items));
    all.extend(clauses(before, after));
    all.extend(figures(&before.figures, &after.figures));
    all.extend(listed(&before.rules, &after.rules, |id| (Part::Rule(id.clone()), rule(id).title.clone())));
    all.extend(sanctions(before, after));
    all.extend(monitoring(before.monitoring.as_deref(), after.monitoring.as_deref()));
    all
}

fn changed(part: Part, before: &str, after: &str, says: String) -> Difference {
    Difference { part, how: Happened::Changed, before: Some(before.to_owned()), after: Some(after.to_owned()), says }
}

fn added(part: Part, after: &str, says: String) -> Difference {
    Difference { part, how: Happened::Added, before: None, after: Some(after.to_owned()), says }
}

fn removed(part: Part, before: &str, says: String) -> Difference {
    Difference { part, how: Happened::Removed, before: Some(before.to_owned()), after: None, says }
}

fn signature(before: bool, after: bool) -> Option<Difference> {
    let says = |signed| if signed { "It has to be signed." } else { "It is shown, and need not be signed." };
    let how = if after { Happened::Stronger } else { Happened::Weaker };
    let said = changed(Part::Signature, says(before), says(after), format!("New: {}", says(after)));
    (before != after).then_some(Difference { how, ..said })
}

fn monitoring(before: Option<&str>, after: Option<&str>) -> Option<Difference> {
    let part = Part::Monitoring;
    match (before, after) {
        (None, Some(after)) => Some(added(part, after, "There is a notice about monitoring now.".to_owned())),
        (Some(before), None) => Some(removed(part, before, "There is no notice about monitoring any more.".to_owned())),
        (Some(before), Some(after)) if before != after => {
            Some(changed(part, before, after, "The notice about monitoring is worded anew.".to_owned()))
        }
        _ => None,
    }
}

fn items(before: &[Item], after: &[Item]) -> Vec<Difference> {
    let mut all = Vec::new();
    for item in after {
        let part = || Part::Item(item.id.clone());
        let Some(old) = before.iter().find(|old| old.id == item.id) else {
            let says = format!("New ({}): {}", strength(item.strength), item.text);
            all.push(added(part(), &item.text, says));
            continue;
        };
        if old.strength != item.strength {
            let how = if item.strength > old.strength { Happened::Stronger } else { Happened::Weaker };
            let (from, to) = (strength(old.strength), strength(item.strength));
            let says = format!("\u{2018}{to}\u{2019} stands here instead of \u{2018}{from}\u{2019}: {}", item.text);
            all.push(Difference { how, ..changed(part(), from, to, says) });
        }
        if old.text != item.text {
            all.push(changed(part(), &old.text, &item.text, format!("Worded anew: {}", item.text)));
        } else if old.clauses != item.clauses {
            let says = format!("Other clauses ask for it: {}", item.text);
            all.push(changed(part(), &numbers(&old.clauses), &numbers(&item.clauses), says));
        }
    }
    let gone = before.iter().filter(|old| after.iter().all(|item| item.id != old.id));
    all.extend(gone.map(|old| removed(Part::Item(old.id.clone()), &old.text, format!("Taken out: {}", old.text))));
    all
}

fn clauses(before: &AgreementDocument, after: &AgreementDocument) -> Vec<Difference> {
    let mut all = Vec::new();
    for clause in &after.clauses {
        let part = Part::Clause(clause.id.clone());
        match before.clauses.iter().find(|old| old.id == clause.id) {
            None => all.push(added(part, &clause.text, format!("New clause {}: {}", clause.id, clause.text))),
            Some(old) if old.text != clause.text => {
                let says = format!("Clause {} is worded anew: {}", clause.id, clause.text);
                all.push(changed(part, &old.text, &clause.text, says));
            }
            Some(_) => {}
        }
    }
    let gone = before.clauses.iter().filter(|old| after.clauses.iter().all(|clause| clause.id != old.id));
    all.extend(gone.map(|old| {
        let says = format!("Clause {} is taken out: {}", old.id, old.text);
        removed(Part::Clause(old.id.clone()), &old.text, says)
    }));
    all
}

fn figures(before: &[Figure], after: &[Figure]) -> Vec<Difference> {
    let mut all = Vec::new();
    let said = |figure: &Figure| tell::value(&figure.value, figure.unit);
    for figure in after {
        let part = Part::Figure(figure.key.clone());
        match before.iter().find(|old| old.key == figure.key) {
            None => all.push(added(part, &said(figure), format!("{}: {}.", figure.words, said(figure)))),
            Some(old) if old.value != figure.value => {
                let says = format!("{}: {} instead of {}.", figure.words, said(figure), said(old));
                all.push(changed(part, &said(old), &said(figure), says));
            }
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|old| after.iter().all(|figure| figure.key != old.key));
    all.extend(gone.map(|old| {
        removed(Part::Figure(old.key.clone()), &said(old), format!("{}: no longer part of it.", old.words))
    }));
    all
}

fn sanctions(before: &AgreementDocument, after: &AgreementDocument) -> Vec<Difference> {
    let (old, new) = (&before.sanctions, &after.sanctions);
    let mut all = Vec::new();
    for step in new {
        let part = Part::Sanction(step.id.clone());
        match old.iter().find(|before| before.id == step.id) {
            None => all.push(added(part, &step.text, format!("New step that may follow a breach: {}", step.text))),
            Some(was) if was.text != step.text => {
                let says = format!("A step that may follow a breach is worded anew: {}", step.text);
                all.push(changed(part, &was.text, &step.text, says));
            }
            Some(_) => {}
        }
    }
    let gone = old.iter().filter(|was| new.iter().all(|step| step.id != was.id));
    all.extend(gone.map(|was| {
        let says = format!("No longer a step that may follow a breach: {}", was.text);
        removed(Part::Sanction(was.id.clone()), &was.text, says)
    }));
    let kept = |of: &[crate::SanctionStep], other: &[crate::SanctionStep]| -> Vec<String> {
        let both = of.iter().filter(|step| other.iter().any(|one| one.id == step.id));
        both.map(|step| step.id.to_string()).collect()
    };
    let (from, to) = (kept(old, new), kept(new, old));
    if from != to {
        let says = "The steps that may follow a breach stand in another order.".to_owned();
        all.push(changed(Part::SanctionOrder, &from.join(", "), &to.join(", "), says));
    }
    all
}

/// What is in one list and not in the other.
fn listed<T: PartialEq>(before: &[T], after: &[T], part: impl Fn(&T) -> (Part, String)) -> Vec<Difference> {
    let new = after.iter().filter(|one| !before.contains(one)).map(|one| {
        let (part, name) = part(one);
        added(part, &name, format!("It now rests on the rule \u{2018}{name}\u{2019} too."))
    });
    let gone = before.iter().filter(|one| !after.contains(one)).map(|one| {
        let (part, name) = part(one);
        removed(part, &name, format!("It no longer rests on the rule \u{2018}{name}\u{2019}."))
    });
    new.chain(gone).collect()
}

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Must => "must",
        Strength::Should => "should",
        Strength::Advised => "advised",
    }
}

fn numbers(clauses: &[ClauseId]) -> String {
    clauses.iter().map(ClauseId::as_str).collect::<Vec<_>>().join(", ")
}
