//! The adults of a child: in columns of their own or several in a cell, each with what is surely theirs. Whatever cannot be given
//! to one adult for sure is told, and an address that fits nobody goes to nobody: a wrong one would invite a stranger.

use super::contacts::{self, Phone};
use super::field::{AdultPart, Field, MOST_ADULTS};
use super::remark::Said;
use super::row::{RowReader, one_line, short};
use super::{Adult, heading, spelling};
use crate::platform::names::search_key;

/// What adults are to a child, by the words of registers.
const RELATIONS: &[(&str, &[&str])] = &[
    ("mother", &["mum", "mother", "mummy", "mam", "mom"]),
    ("father", &["dad", "father", "daddy"]),
    (
        "step-parent",
        &["stepmum", "stepdad", "step-mum", "step-dad", "stepmother", "stepfather", "step mum", "step dad"],
    ),
    ("grandmother", &["grandma", "gran", "nan", "nana", "granny", "nanny", "grandmother"]),
    ("grandfather", &["grandad", "granddad", "grandpa", "grandfather"]),
    ("foster carer", &["foster carer", "foster", "foster mum", "foster dad", "foster parent"]),
    ("guardian", &["guardian", "legal guardian"]),
    ("carer", &["carer"]),
    ("aunt", &["aunt", "auntie", "aunty"]),
    ("uncle", &["uncle"]),
    ("sister", &["sister"]),
    ("brother", &["brother"]),
    ("parent", &["parent"]),
];

/// Reads the adults of a row. What belongs to nobody is added to `spare`.
pub fn read(row: &mut RowReader<'_>, spare: &mut Vec<String>) -> Vec<Adult> {
    let mut adults = Vec::new();
    for number in 1..=MOST_ADULTS {
        numbered(row, number, &mut adults, spare);
    }
    for (_, cell) in row.all(Field::Adults(AdultPart::Name)) {
        let found = several(row, &cell.shown());
        adults.extend(found);
    }
    let first = row.text(Field::Adults(AdultPart::First)).unwrap_or_default();
    let last = row.text(Field::Adults(AdultPart::Last)).unwrap_or_default();
    if !first.is_empty() || !last.is_empty() {
        let name = row.named(&format!("{first} {last}"), spelling::joined(&first, &last));
        adults.extend(name.map(|name| Adult { name, ..Adult::default() }));
    }
    let mut adults = once_each(row, adults);
    shared_facts(row, &mut adults, spare);
    shared_phones(row, &mut adults, spare);
    shared_emails(row, &mut adults, spare);
    adults
}

/// The adult in columns of their own.
fn numbered(row: &mut RowReader<'_>, number: u8, adults: &mut Vec<Adult>, spare: &mut Vec<String>) {
    let of = |part| Field::Adult(number, part);
    let mut found = Vec::new();
    if let Some((column, cell)) = row.take(of(AdultPart::Name)) {
        found = several(row, &cell.shown());
        if let (Some(relation), [adult]) = (heading::relation(&column), &mut found[..]) {
            adult.relation.get_or_insert_with(|| relation.to_owned());
        }
    }
    let first = row.text(of(AdultPart::First)).unwrap_or_default();
    let last = row.text(of(AdultPart::Last)).unwrap_or_default();
    if found.is_empty() && !(first.is_empty() && last.is_empty()) {
        let name = row.named(&format!("{first} {last}"), spelling::joined(&first, &last));
        found.extend(name.map(|name| Adult { name, ..Adult::default() }));
    }
    let mut own = Adult::default();
    if let Some(relation) = row.text(of(AdultPart::Relation)).filter(|text| !contacts::is_nothing(text)) {
        own.relation = Some(relation_of(&relation).map_or(relation.to_lowercase(), str::to_owned));
    }
    let responsibility = row.text(of(AdultPart::Responsibility));
    own.address = row.text(of(AdultPart::Address)).filter(|text| !contacts::is_nothing(text));
    own.phones =
        row.all(of(AdultPart::Phone)).iter().flat_map(|(_, cell)| phones(row, cell)).map(|(phone, _)| phone).collect();
    let emails = row.text(of(AdultPart::Email)).map(|text| emails(row, &text)).unwrap_or_default();
    let mut emails = emails.into_iter();
    own.email = emails.next();
    let mut left: Vec<String> = emails.collect();
    match found.first_mut() {
        Some(adult) => {
            adult.relation = own.relation.or(adult.relation.take());
            adult.address = own.address;
            adult.email = own.email;
            adult.phones = own.phones;
            adult.responsibility = responsibility.and_then(|written| has_responsibility(row, &adult.name, written));
        }
        None => left.extend(own.email.into_iter().chain(own.phones).chain(own.address)),
    }
    for text in left {
        of_nobody(row, spare, text);
    }
    adults.extend(found);
}

/// The adults named in a cell.
fn several(row: &mut RowReader<'_>, text: &str) -> Vec<Adult> {
    let mut pieces: Vec<(String, Option<String>)> = pieces(text).iter().map(|piece| with_relation(piece)).collect();
    pieces.retain(|(name, _)| !contacts::is_nothing(name) || name.eq_ignore_ascii_case("x"));
    let mut adults: Vec<Adult> = Vec::new();
    for (at, (name, relation)) in pieces.iter().enumerate() {
        let surname = || pieces[at + 1..].iter().find_map(|(later, _)| surname(later));
        let alone = pieces.len() > 1 && !name.contains(' ');
        let shared = if alone { surname() } else { None };
        let written = shared.map_or_else(|| name.clone(), |surname| format!("{name} {surname}"));
        let lacks_surname = written != *name;
        let read = spelling::whole(&written, false);
        let Some(name) = row.named(&written, read) else { continue };
        if lacks_surname {
            row.say(Said::SurnameShared { name: name.clone() });
        }
        adults.push(Adult { name, relation: relation.clone(), ..Adult::default() });
    }
    adults
}

/// The pieces of a cell with several names, outside brackets: by lines, `&`, `/`, `;`, `+`, `and`, and by commas where each piece is
/// a name of its own.
fn pieces(text: &str) -> Vec<String> {
    let text = text.replace(" and ", " & ").replace(" AND ", " & ").replace(" And ", " & ");
    let mut pieces = outside_brackets(&text, &['\n', '\r', '&', '/', ';', '+', '|']);
    pieces = pieces.iter().flat_map(|piece| by_commas(piece)).collect();
    pieces.iter().map(|piece| one_line(piece)).filter(|piece| !piece.is_empty()).collect()
}

fn by_commas(piece: &str) -> Vec<String> {
    let parts = outside_brackets(piece, &[',']);
    let is_name = |part: &String| {
        let (name, relation) = with_relation(part);
        relation.is_some() || name.contains(' ')
    };
    // "Smith, Jane" is one name; "Jane Smith, Tom Smith" are two; "VAN DEN BERG, Jane" is one.
    let is_surname = |part: &str| {
        let mut letters = part.chars().filter(|letter| letter.is_alphabetic());
        letters.all(|letter| letter.is_uppercase())
    };
    let many = parts.len() > 1 && parts.iter().all(is_name) && !parts.first().is_some_and(|part| is_surname(part));
    if many { parts } else { vec![piece.to_owned()] }
}

fn outside_brackets(text: &str, separators: &[char]) -> Vec<String> {
    let (mut depth, mut pieces) = (0_i32, vec![String::new()]);
    for letter in text.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        match pieces.last_mut() {
            Some(piece) if depth > 0 || !separators.contains(&letter) => piece.push(letter),
            _ => pieces.push(String::new()),
        }
    }
    pieces
}

/// A name and what the piece says that they are: `Jane (mum)`, `Mum: Jane`, `Jane - mum`.
fn with_relation(piece: &str) -> (String, Option<String>) {
    let piece = piece.trim();
    if let Some((name, rest)) = piece.split_once(['(', '['])
        && let Some(relation) = relation_of(rest.trim_end_matches([')', ']']))
    {
        return (name.trim().to_owned(), Some(relation.to_owned()));
    }
    for separator in [":", " - ", " – "] {
        if let Some((before, after)) = piece.split_once(separator) {
            match (relation_of(before), relation_of(after)) {
                (Some(relation), _) => return (after.trim().to_owned(), Some(relation.to_owned())),
                (None, Some(relation)) => return (before.trim().to_owned(), Some(relation.to_owned())),
                (None, None) => {}
            }
        }
    }
    (piece.to_owned(), None)
}

fn relation_of(text: &str) -> Option<&'static str> {
    let plain = text.trim().trim_end_matches('.').to_lowercase();
    RELATIONS.iter().find(|(_, words)| words.contains(&plain.as_str())).map(|(relation, _)| *relation)
}

/// The surname of a whole name, with the particles before it.
fn surname(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let is_particle = |word: &&&str| word.chars().all(char::is_lowercase);
    let particles = words.iter().rev().skip(1).take_while(is_particle).count();
    (words.len() > 1).then(|| words[words.len() - 1 - particles..].join(" "))
}

fn once_each(row: &mut RowReader<'_>, adults: Vec<Adult>) -> Vec<Adult> {
    let mut kept: Vec<Adult> = Vec::new();
    for adult in adults {
        let same = kept.iter_mut().find(|known| search_key(&known.name) == search_key(&adult.name));
        // Two mail addresses may be two people of one name.
        let Some(known) =
            same.filter(|known| known.email.is_none() || adult.email.is_none() || known.email == adult.email)
        else {
            kept.push(adult);
            continue;
        };
        row.say(Said::AdultTwice { name: adult.name });
        known.email = known.email.take().or(adult.email);
        known.relation = known.relation.take().or(adult.relation);
        known.address = known.address.take().or(adult.address);
        // Where one says no, a person decides.
        known.responsibility = if known.responsibility == adult.responsibility { known.responsibility } else { None };
        add_phones(known, adult.phones);
    }
    kept
}

fn add_phones(adult: &mut Adult, phones: Vec<String>) {
    for phone in phones {
        if !adult.phones.iter().any(|known| contacts::digits(known) == contacts::digits(&phone)) {
            adult.phones.push(phone);
        }
    }
}

/// Addresses, relations and responsibility in a column for all adults: sure only where there is one.
fn shared_facts(row: &mut RowReader<'_>, adults: &mut [Adult], spare: &mut Vec<String>) {
    let address = row.text(Field::Adults(AdultPart::Address)).filter(|text| !contacts::is_nothing(text));
    let relation = row.text(Field::Adults(AdultPart::Relation)).filter(|text| !contacts::is_nothing(text));
    let responsibility = row.text(Field::Adults(AdultPart::Responsibility));
    if let [adult] = adults {
        adult.address = adult.address.take().or(address);
        let known = relation.map(|text| relation_of(&text).map_or(text.to_lowercase(), str::to_owned));
        adult.relation = adult.relation.take().or(known);
        if adult.responsibility.is_none() {
            adult.responsibility = responsibility.and_then(|written| has_responsibility(row, &adult.name, written));
        }
        return;
    }
    if let Some(text) = address {
        row.say(Said::WhoseAddress { text: short(&text) });
        spare.push(text);
    }
    for text in relation.into_iter().chain(responsibility) {
        of_nobody(row, spare, text);
    }
}

fn shared_phones(row: &mut RowReader<'_>, adults: &mut [Adult], spare: &mut Vec<String>) {
    let cells = row.all(Field::Adults(AdultPart::Phone));
    let mut found: Vec<(String, Option<String>)> = cells.iter().flat_map(|(_, cell)| phones(row, cell)).collect();
    found.retain(|(phone, label)| {
        let relation = label.as_deref().and_then(relation_of);
        let owner =
            relation.and_then(|relation| adults.iter_mut().find(|adult| adult.relation.as_deref() == Some(relation)));
        owner.map(|adult| add_phones(adult, vec![phone.clone()])).is_none()
    });
    let found: Vec<String> = found.into_iter().map(|(phone, _)| phone).collect();
    match (adults, &found[..]) {
        (_, []) => {}
        ([], _) => found.into_iter().for_each(|phone| of_nobody(row, spare, phone)),
        ([adult], _) => {
            add_phones(adult, found);
            if adult.phones.len() > 1 {
                row.say(Said::PhonesOfOne { name: adult.name.clone(), count: adult.phones.len() });
            }
        }
        (adults, [phone]) => {
            add_phones(&mut adults[0], vec![phone.clone()]);
            row.say(Said::OnePhone { name: adults[0].name.clone(), count: adults.len() });
        }
        (adults, _) => {
            let given: Vec<String> =
                adults.iter().zip(&found).map(|(adult, phone)| format!("{phone} to {}", adult.name)).collect();
            let count = adults.len();
            adults.iter_mut().zip(&found).for_each(|(adult, phone)| add_phones(adult, vec![phone.clone()]));
            row.say(Said::PhonesInOrder { given: given.join(", ") });
            found.into_iter().skip(count).for_each(|phone| of_nobody(row, spare, phone));
        }
    }
}

fn shared_emails(row: &mut RowReader<'_>, adults: &mut [Adult], spare: &mut Vec<String>) {
    let cells = row.all(Field::Adults(AdultPart::Email));
    let found: Vec<String> = cells.iter().flat_map(|(_, cell)| emails(row, &cell.shown())).collect();
    let mut unmatched = Vec::new();
    for email in found {
        match owner(&email, adults) {
            Some(adult) => adults[adult].email = Some(email),
            None => unmatched.push(email),
        }
    }
    let alone = adults.len() == 1;
    let free: Vec<&mut Adult> = adults.iter_mut().filter(|adult| adult.email.is_none()).collect();
    // As many addresses as adults stand in the same order; anything else fits nobody for sure.
    if unmatched.is_empty() || free.len() != unmatched.len() {
        unmatched.into_iter().for_each(|email| of_nobody(row, spare, email));
        return;
    }
    let given: Vec<String> =
        free.iter().zip(&unmatched).map(|(adult, email)| format!("{email} to {}", adult.name)).collect();
    for (adult, email) in free.into_iter().zip(unmatched) {
        adult.email = Some(email);
    }
    if !alone {
        row.say(Said::EmailsInOrder { given: given.join(", ") });
    }
}

/// The only adult without an address whose first name, or else surname, stands in it.
fn owner(email: &str, adults: &[Adult]) -> Option<usize> {
    let local = bare(email.split('@').next().unwrap_or_default());
    let score = |adult: &Adult| {
        let words: Vec<String> = adult.name.split(' ').map(bare).collect();
        let has = |word: Option<&String>| word.is_some_and(|word| word.len() > 1 && local.contains(word.as_str()));
        // A first name of one letter counts with its surname right behind it.
        let whole = local == words.concat();
        usize::from(has(words.first()) || whole) * 2 + usize::from(words.len() > 1 && has(words.last()))
    };
    let scores: Vec<usize> = adults.iter().map(score).collect();
    let best = *scores.iter().max()?;
    let at = scores.iter().position(|score| *score == best)?;
    let is_only = scores.iter().filter(|score| **score == best).count() == 1;
    (best >= 2 && is_only && adults[at].email.is_none()).then_some(at)
}

/// Letters and digits without marks, lower case.
fn bare(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkd().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn phones(row: &mut RowReader<'_>, cell: &super::Cell) -> Vec<(String, Option<String>)> {
    let mut read = Vec::new();
    for phone in contacts::phones(cell) {
        match phone {
            Phone::Read { number, restored, label } => {
                if restored {
                    row.say(Said::ZeroRestored { phone: number.clone() });
                }
                read.push((number, label));
            }
            Phone::Lost(written) => row.say(Said::PhoneLost { written }),
            Phone::Other(written) => row.say(Said::NotAPhone { written: short(&written) }),
        }
    }
    read
}

fn emails(row: &mut RowReader<'_>, text: &str) -> Vec<String> {
    let (good, bad) = contacts::emails(text);
    bad.into_iter().for_each(|written| row.say(Said::NotAnEmail { written: short(&written) }));
    good
}

fn has_responsibility(row: &mut RowReader<'_>, name: &str, written: String) -> Option<bool> {
    match written.to_lowercase().as_str() {
        "yes" | "y" | "true" | "✓" | "✔" | "1" | "full" => Some(true),
        "no" | "n" | "false" | "✗" | "✘" | "0" | "none" => Some(false),
        _ => {
            row.say(Said::ResponsibilityUnclear { name: name.to_owned(), written: short(&written) });
            None
        }
    }
}

fn of_nobody(row: &mut RowReader<'_>, spare: &mut Vec<String>, text: String) {
    row.say(Said::OfNobody { text: short(&text) });
    spare.push(text);
}
