//! What can be said of a row of a preview: whether it comes in, who it is, whether it is about the same person as another row. Each
//! answer is a button, saved as it is pressed: nothing is chosen that is not kept, and nobody confirms what they have not seen.

use crate::imports::Register;
use crate::imports::actions::map_register::Chosen;
use crate::imports::model::Choice;
use crate::imports::plan::{LinePlan, Twin, Verdict};
use crate::web::words::{words, words_with};

/// A question about a row with its answers.
pub struct Question {
    /// The question.
    pub asks: String,
    /// It is asked in words; else the answers say it all.
    pub is_shown: bool,
    /// The answers.
    pub answers: Vec<Answer>,
}

/// An answer: a button.
pub struct Answer {
    /// What it sends.
    pub value: String,
    /// Its words.
    pub label: String,
    /// It is what holds now.
    pub is_chosen: bool,
}

/// What can be said of a row.
pub fn questions(line: &LinePlan, register: Register) -> Vec<Question> {
    let twins = line.twins.iter().map(|twin| about_twin(twin, register));
    twins.chain(about_itself(line)).collect()
}

fn about_twin(twin: &Twin, register: Register) -> Question {
    let kind = match register {
        Register::Children => "child",
        Register::Staff => "person",
    };
    let answer = |are_one: bool| Answer {
        value: format!("{}:{}", twin.later, if are_one { "one" } else { "two" }),
        label: words(&format!("import-twin-{}-{kind}", if are_one { "one" } else { "two" })),
        is_chosen: twin.are_one == Some(are_one),
    };
    let asks = words_with("import-twin-asks", &[("row", &twin.other.to_string())]);
    Question { asks, is_shown: true, answers: vec![answer(true), answer(false)] }
}

/// A row that would come in can be left out; one whose person may be here already must be told apart.
fn about_itself(line: &LinePlan) -> Option<Question> {
    if line.offers.is_empty() {
        return None;
    }
    // While nobody has said whether two rows are one, the later one can only be left out.
    let waits = line.twins.iter().any(|twin| twin.later == line.number && twin.are_one.is_none());
    let must_answer = line.verdict == Verdict::Held || line.offers.len() > 1 || (waits && line.verdict == Verdict::Out);
    let comes_in = (!must_answer).then(|| (String::new(), words("import-choice-in"), line.choice != Some(Choice::Out)));
    let offers = line.offers.iter().map(|offer| {
        let label = words(&format!("import-choice-{}", offer.name()));
        (offer.name().to_owned(), label, line.choice == Some(*offer))
    });
    let answer = |(value, label, is_chosen)| Answer { value: format!("{}:{value}", line.number), label, is_chosen };
    let title = line.name.as_deref().unwrap_or(&line.text);
    Some(Question {
        asks: words_with("import-choose", &[("row", &line.number.to_string()), ("name", title)]),
        is_shown: false,
        answers: comes_in.into_iter().chain(offers).map(answer).collect(),
    })
}

/// The row that an answer is about, and what was answered; none when it is nothing that was asked.
pub fn answered(value: &str) -> Option<(u32, Chosen)> {
    let (row, said) = value.split_once(':')?;
    let row = row.parse().ok()?;
    Some((
        row,
        match said {
            "one" => Chosen::Twin(row, true),
            "two" => Chosen::Twin(row, false),
            "" => Chosen::Row(row, None),
            said => Chosen::Row(row, Some(Choice::parse(said)?)),
        },
    ))
}
