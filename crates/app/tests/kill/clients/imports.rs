//! Somebody who imports one register after the other: uploads it, says what its columns are, lets it in, and mostly takes it out
//! again. Afterwards the page of each import tells the truth: whoever it says came in is among the children, and nobody else.

use std::io;

use super::{Acknowledged, Desk, leads_to, odd, told};
use crate::running::browser::{Browser, field};

/// What the page of an import says: it came in, it is undone, nothing came in yet.
pub const STATES: [&str; 3] = ["Came in</span>", "Undone</span>", "<h1>What would come in</h1>"];

const FIRST_NAMES: [&str; 12] = ["Ava", "Ben", "Cleo", "Dot", "Eli", "Fern", "Gus", "Hal", "Ivy", "Jon", "Kit", "Liv"];

/// One register, from the file to the end. Every third one stays.
pub fn imports(desk: &mut Desk, turn: u64) -> io::Result<()> {
    let family = family(desk.round, turn);
    let uploaded = desk.manager.upload("/imports", (&format!("{family}.csv"), register(&family).as_bytes()))?;
    let place = uploaded.place().to_owned();
    if uploaded.status != 303 || !place.starts_with("/imports/") {
        return Err(odd(&uploaded, "not uploaded"));
    }
    told(desk, Acknowledged::Uploaded(place.clone()))?;
    map(desk, &place)?;
    confirm(desk, &place)?;
    told(desk, Acknowledged::Imported(place.clone()))?;
    if !turn.is_multiple_of(3) {
        let done = desk.manager.submit(&format!("{place}/undo"), &format!("{place}/undo"), &[])?;
        leads_to(&done, &place)?;
        told(desk, Acknowledged::Undone(place))?;
    }
    Ok(())
}

/// Says that the columns are what the page guesses.
fn map(desk: &mut Desk, place: &str) -> io::Result<()> {
    let columns = format!("{place}/columns");
    let page = desk.manager.get(&columns)?;
    let guessed = page.body.split("<select ").skip(1).filter_map(|select| {
        let (_, name) = select.split_once("name=\"")?;
        let (before, _) = select.split_once("\" selected")?;
        Some((name.split('"').next()?.to_owned(), before.rsplit('"').next()?.to_owned()))
    });
    let guessed: Vec<(String, String)> = guessed.collect();
    if guessed.is_empty() {
        return Err(odd(&page, "no columns"));
    }
    let mut fields = vec![("what", "columns"), ("order", "day")];
    fields.extend(guessed.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let token = field(&page.body, "csrf").ok_or_else(|| odd(&page, "no form"))?;
    leads_to(&desk.manager.post(&columns, &token, &fields)?, place)
}

/// Lets it in. Whoever changes the register at the same time has the preview shown again.
fn confirm(desk: &mut Desk, place: &str) -> io::Result<()> {
    for _ in 0..20 {
        let page = desk.manager.get(place)?;
        let of = |name: &str| field(&page.body, name).ok_or_else(|| odd(&page, name));
        let (seen, token) = (of("seen")?, of("csrf")?);
        let fields = [("seen", seen.as_str()), ("show", "all"), ("page", "1")];
        told(desk, Acknowledged::Previewed(place.to_owned()))?;
        let done = desk.manager.post(&format!("{place}/confirm"), &token, &fields)?;
        leads_to(&done, place)?;
        if done.location.ends_with("?done=in") {
            return Ok(());
        }
    }
    Err(io::Error::other(format!("{place} is never as it was previewed")))
}

/// A family name that comes once, in letters.
fn family(round: u64, turn: u64) -> String {
    format!("{}{}", of_round(round), letters(turn))
}

fn of_round(round: u64) -> String {
    format!("Q{}x", letters(round))
}

fn letters(number: u64) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

/// Twelve children of six adults in a room of their own. Each family will be asked about photos.
fn register(family: &str) -> String {
    let mut text =
        "Child,Date of birth,Room,Start date,Parent 1,Parent 1 email,Parent 1 parental responsibility,OK for photos\n"
            .to_owned();
    for (at, child) in FIRST_NAMES.iter().enumerate() {
        let adult = ["Jane", "Karl", "Lena", "Mona", "Noor", "Olav"][at / 2];
        text.push_str(&format!(
            "{child} {family},2023-02-{:02},Nest {family},2025-09-01,{adult} {family},{adult}.{family}@kill.example,Yes,Yes\n",
            at + 1
        ));
    }
    text
}

/// Looks at the page of every import of this round, answered or not; how many there are.
pub fn tell_the_truth(manager: &Browser, round: u64, told: &str) -> usize {
    let mut manager = manager.clone();
    let mut page = |path: &str| manager.get(path).expect("an answer").body;
    let list = page("/imports");
    let mut looked = 0;
    for item in list.split("href=\"/imports/").skip(1) {
        let (id, rest) = item.split_once("\">").expect("a link");
        let family = rest.split(".csv").next().expect("a name");
        if !family.starts_with(&of_round(round)) {
            continue;
        }
        let import = page(&format!("/imports/{id}"));
        let said: Vec<bool> = STATES.map(|state| import.contains(state)).into();
        assert_eq!(said.iter().filter(|said| **said).count(), 1, "{told}: the page of {family} says {said:?}");
        let children = page(&format!("/children?q={family}"));
        for child in FIRST_NAMES {
            let name = format!("{child} {family}");
            assert!(import.contains(&name), "{told}: the page of {family} does not have {name}");
            assert_eq!(children.contains(&name), said[0], "{told}: {name}, whose import says {said:?}");
        }
        looked += 1;
    }
    looked
}
