//! A row of a staff register: name, role, days, how to reach them. Checks and training are not kept here yet, which the report
//! says once.

use super::StaffMember;
use super::contacts::{self, Phone};
use super::field::Field;
use super::notes;
use super::remark::{Remark, Said};
use super::row::{RowReader, short};

/// Reads a row; nobody when there is no name that can be taken. `among_leavers` when it stands below a row like `Left:`.
pub fn read(mut row: RowReader<'_>, among_leavers: bool) -> (Option<StaffMember>, Vec<Remark>) {
    let Some(name) = row.name() else { return (None, row.remarks) };
    let mut member = StaffMember {
        name,
        role: row.text(Field::Role),
        starts: row.day(Field::Starts),
        leaves: row.day(Field::Leaves),
        ..StaffMember::default()
    };
    if member.role.as_deref().is_some_and(notes::is_leavers) {
        member.left = true;
        member.role = None;
    }
    reach(&mut row, &mut member);
    if (among_leavers || member.left) && member.leaves.is_none() {
        member.left = true;
        row.say(Said::LeftWithoutDay);
    }
    if let (Some(starts), Some(leaves)) = (member.starts, member.leaves)
        && leaves < starts
    {
        row.say(Said::LeavesBeforeStart { leaves, starts });
    }
    let has_left = member.left || member.leaves.is_some_and(|day| day < row.today);
    if let Some(day) = member.leaves.filter(|day| *day < row.today) {
        row.say(Said::HasLeft { day });
    }
    if member.email.is_none() && !has_left {
        row.say(Said::NoEmail { names: member.name.clone() });
    }
    (Some(member), row.finish())
}

fn reach(row: &mut RowReader<'_>, member: &mut StaffMember) {
    if let Some((_, cell)) = row.take(Field::Email) {
        let (good, bad) = contacts::emails(&cell.shown());
        bad.into_iter().for_each(|written| row.say(Said::NotAnEmail { written: short(&written) }));
        let mut good = good.into_iter();
        member.email = good.next();
        good.for_each(|written| row.say(Said::Spare { column: "Email".to_owned(), written }));
    }
    for (_, cell) in row.all(Field::Phone) {
        for phone in contacts::phones(&cell) {
            match phone {
                Phone::Read { number, restored, .. } => {
                    if restored {
                        row.say(Said::ZeroRestored { phone: number.clone() });
                    }
                    member.phones.push(number);
                }
                Phone::Lost(written) => row.say(Said::PhoneLost { written }),
                Phone::Other(written) => row.say(Said::NotAPhone { written: short(&written) }),
            }
        }
    }
}
