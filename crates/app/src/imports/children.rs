//! A row of a children's register: the child, adults, what to ask the family, and what the register warns of.

use super::field::{AdultPart, Field};
use super::notes::{self, LastDay};
use super::remark::{Remark, Said};
use super::row::{RowReader, one_line, short};
use super::{Ask, Child, adults};

/// Older than this a date of birth is more likely mistyped: out-of-school clubs take children to 14.
const OLDEST: i64 = 15;

/// Reads a row; no child when there is no name that can be taken. `among_leavers` when it stands below a row like `Left:`.
pub fn read(mut row: RowReader<'_>, among_leavers: bool) -> (Option<Child>, Vec<Remark>) {
    let Some(name) = row.name() else { return (None, row.remarks) };
    let texts = row.texts();
    let mut child = Child {
        name,
        born: row.day(Field::Born),
        starts: row.day(Field::Starts),
        leaves: row.day(Field::Leaves),
        key_person: row.text(Field::KeyPerson),
        ..Child::default()
    };
    room(&mut row, &mut child);
    child.adults = adults::read(&mut row, &mut child.contacts);
    child.asks = asks(&mut row);
    for (column, _) in row.all(Field::Health) {
        row.say(Said::Health { column });
    }
    written(&mut row, &mut child);
    for text in texts {
        for hint in notes::hints(&text) {
            if !child.hints.contains(&hint) {
                child.hints.push(hint);
                row.say(Said::Hinted { hint, text: short(&text) });
            }
        }
    }
    if (among_leavers || child.left) && child.leaves.is_none() {
        child.left = true;
        row.say(Said::LeftWithoutDay);
    }
    days(&mut row, &child);
    people(&mut row, &child);
    (Some(child), row.finish())
}

/// The room; `left 14/11/2025` stands there too.
fn room(row: &mut RowReader<'_>, child: &mut Child) {
    let Some(text) = row.text(Field::Room) else { return };
    if leaving(row, child, &text) {
        return;
    }
    if notes::is_leavers(&text) {
        child.left = true;
    } else {
        child.room = Some(text);
    }
}

fn written(row: &mut RowReader<'_>, child: &mut Child) {
    for (_, cell) in row.all(Field::Notes) {
        let text = one_line(&cell.shown());
        leaving(row, child, &text);
        child.notes.push(text);
    }
}

/// Whether a text tells the last day, which is then the child's unless a column has told another.
fn leaving(row: &mut RowReader<'_>, child: &mut Child, text: &str) -> bool {
    let Some(last) = notes::last_day(text, row.mapping.order, row.today) else { return false };
    let written = short(text);
    let day = match last {
        LastDay::On(day) | LastDay::Next(day) => day,
    };
    if child.leaves.is_none() {
        child.leaves = Some(day);
        row.say(match last {
            LastDay::On(_) => Said::Left { written, day },
            LastDay::Next(_) => Said::LeavesNext { written, day },
        });
    }
    true
}

/// One request for each consent column, whatever the cell says.
fn asks(row: &mut RowReader<'_>) -> Vec<Ask> {
    let mut cells = row.all(Field::Consent);
    let columns = row.mapping.columns.iter().filter(|column| column.field == Field::Consent);
    columns
        .map(|column| {
            let at = cells.iter().position(|(heading, _)| *heading == column.heading);
            Ask { heading: column.heading.clone(), says: at.map(|at| one_line(&cells.remove(at).1.shown())) }
        })
        .collect()
}

fn days(row: &mut RowReader<'_>, child: &Child) {
    if let Some(born) = child.born {
        let years = row.today.days_since(born) / 365;
        if born > row.today {
            row.say(Said::BornLater { born });
        } else if years > OLDEST {
            row.say(Said::OddAge { years });
        }
        if let Some(starts) = child.starts.filter(|starts| *starts < born) {
            row.say(Said::StartsBeforeBirth { starts, born });
        }
    } else if row.mapping.has(|field| field == Field::Born) {
        row.say(Said::NoBirthday);
    }
    if let (Some(starts), Some(leaves)) = (child.starts, child.leaves)
        && leaves < starts
    {
        row.say(Said::LeavesBeforeStart { leaves, starts });
    }
    if let Some(day) = child.leaves.filter(|day| *day < row.today) {
        let told = row.remarks.iter().any(|remark| matches!(remark.said, Said::Left { .. }));
        if !told {
            row.say(Said::HasLeft { day });
        }
    }
}

/// Whom nobody can reach. A register without a column for it says so once, not in every row.
fn people(row: &mut RowReader<'_>, child: &Child) {
    let is_adult = |field| matches!(field, Field::Adult(..) | Field::Adults(_));
    let is_email = |field| matches!(field, Field::Adult(_, AdultPart::Email) | Field::Adults(AdultPart::Email));
    // Those who have left are asked for nothing.
    if child.left || child.leaves.is_some_and(|day| day < row.today) {
        return;
    }
    if child.adults.is_empty() && row.mapping.has(is_adult) {
        row.say(Said::NoAdult);
    }
    let names: Vec<&str> =
        child.adults.iter().filter(|adult| adult.email.is_none()).map(|adult| adult.name.as_str()).collect();
    if !names.is_empty() && row.mapping.has(is_email) {
        row.say(Said::NoEmail { names: names.join(" and ") });
    }
}
