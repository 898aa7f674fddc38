//! The setting takes its own register along: children with their adults, or people, as a CSV. The export is an event of its own.
//! Words of restrictions stay sealed here; that there is one stands beside the adult, so that a list on paper misleads nobody. A child
//! from whom a restriction keeps whoever exports is left out, and so are those who are here for that child only. The other leads are
//! told: a whole register in one file is unusual access.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};

use crate::action::{Action, Done, Permit, Subject, Tx};
use crate::children::model::{NOTES, Restriction, child, guardian, person_room, room};
use crate::children::seen::{kept_from, rooms_today, their_adults};
use crate::people::actions::alerts::{Kind, NewAlert, Reason, raise};
use crate::people::actions::sessions::signed_in;
use crate::people::facts::ExportRegisterFacts;
use crate::people::model::account;
use crate::people::queries::{self, Member};
use crate::platform::clock::Day;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, ChildId, PersonId, RoomId, SettingId};
use crate::web::words::words;

/// Which part of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Children with their adults.
    Children,
    /// Everybody who is or was somebody here.
    People,
}

impl Part {
    /// As in the event, and in the name of the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Children => "children",
            Self::People => "people",
        }
    }
}

/// Exports the register.
pub struct ExportRegister {
    /// Which part.
    pub part: Part,
}

impl Action for ExportRegister {
    type Facts = ExportRegisterFacts;
    /// The file.
    type Output = String;

    async fn facts(&mut self, _tx: &Tx<'_>) -> Result<ExportRegisterFacts> {
        Ok(ExportRegisterFacts {})
    }

    async fn apply(self, tx: &Tx<'_>, permit: Permit<'_, Self>) -> Result<Done<String>> {
        let setting = tx.setting_id()?.clone();
        let known = Known::read(tx, &setting).await?;
        let rows = match self.part {
            Part::Children => children(tx, &setting, &known).await?,
            Part::People => people(&tx.read(), &setting, &known).await?,
        };
        let count = rows.len() - 1;
        let text: String = rows.iter().map(|row| line(row)).collect();
        let me = signed_in(&tx.actor)?.person.clone();
        let here = tx.setting.as_ref().ok_or(Error::NotFound)?;
        let reasons = vec![Reason::WholeRegister];
        let alert = NewAlert { kind: Kind::RegisterExported, person: me, child: None, reasons };
        let mails = raise(tx.write(&permit), tx.house, (here, tx.now), alert).await?;
        let done = Done::new(permit, Subject::Setting(setting), text);
        let done = done.detail("part", self.part.name()).detail("rows", count);
        Ok(mails.into_iter().fold(done, Done::job))
    }
}

/// What both parts look things up in.
struct Known {
    members: Vec<Member>,
    accounts: HashMap<AccountId, account::Model>,
    rooms: HashMap<RoomId, String>,
    /// From whom a restriction keeps whoever exports.
    kept_from: HashSet<ChildId>,
    /// Who belongs to them.
    apart: HashSet<PersonId>,
}

impl Known {
    async fn read(tx: &Tx<'_>, setting: &SettingId) -> Result<Self> {
        let db = &tx.read();
        let members = queries::members_of(db, setting).await?;
        let accounts = queries::accounts_of(db, &members).await?;
        let rooms = room::Entity::find().filter(room::Column::SettingId.eq(setting.clone())).all(db).await?;
        let rooms = rooms.into_iter().map(|room| (room.id, room.name)).collect();
        let kept_from = kept_from(db, setting, tx.actor.person()).await?;
        let apart = their_adults(db, setting, (tx.actor.person(), &kept_from)).await?;
        Ok(Self { members, accounts, rooms, kept_from, apart })
    }

    fn email(&self, member: &Member) -> String {
        let account = member.person.account_id.as_ref().and_then(|id| self.accounts.get(id));
        account.map(|account| account.email.clone()).unwrap_or_default()
    }
}

async fn children(tx: &Tx<'_>, setting: &SettingId, known: &Known) -> Result<Vec<Vec<String>>> {
    let db = tx.read();
    let mut children = child::Entity::find()
        .filter(child::Column::SettingId.eq(setting.clone()))
        .order_by_asc(child::Column::SortKey)
        .order_by_asc(child::Column::Id)
        .all(&db)
        .await?;
    children.retain(|child| !known.kept_from.contains(&child.id));
    let ties = guardian::Entity::find()
        .filter(guardian::Column::SettingId.eq(setting.clone()))
        .filter(guardian::Column::EndedAt.is_null())
        .order_by_asc(guardian::Column::MadeAt)
        .order_by_asc(guardian::Column::Id)
        .all(&db)
        .await?;
    let today = rooms_today(&db, setting, tx.today).await?;
    let members: HashMap<&PersonId, &Member> = known.members.iter().map(|member| (&member.person.id, member)).collect();
    let of = |child: &child::Model| ties.iter().filter(|tie| tie.child_id == child.id).collect::<Vec<_>>();
    let most = children.iter().map(|child| of(child).len()).max().unwrap_or(0).max(1);
    let mut rows = vec![head(most)];
    for child in &children {
        let key_person = child.key_person_id.as_ref().and_then(|id| members.get(id));
        let mut row = vec![
            child.name.clone(),
            child.known_as.clone().unwrap_or_default(),
            day(child.date_of_birth),
            today.get(&child.id).and_then(|room| known.rooms.get(room)).cloned().unwrap_or_default(),
            key_person.map(|member| member.person.name.clone()).unwrap_or_default(),
            day(child.attends_from),
            day(child.attends_until),
            notes(tx, child)?,
        ];
        for tie in of(child) {
            let Some(member) = members.get(&tie.person_id) else { continue };
            row.extend(adult(tie, member, known));
        }
        row.resize(rows[0].len(), String::new());
        rows.push(row);
    }
    Ok(rows)
}

fn head(adults: usize) -> Vec<String> {
    let child = ["Name", "Known as", "Date of birth", "Room", "Key person", "Start date", "Leaving date", "Notes"];
    let adult = ["name", "relationship", "parental responsibility", "restriction", "phone", "email", "address"];
    let adults = (1..=adults).flat_map(|number| adult.iter().map(move |words| format!("Parent {number} {words}")));
    child.iter().map(|words| (*words).to_owned()).chain(adults).collect()
}

fn adult(tie: &guardian::Model, member: &Member, known: &Known) -> [String; 7] {
    let restriction = match tie.restriction {
        Restriction::None => String::new(),
        other => words(&format!("restriction-{}", other.name())),
    };
    [
        member.person.name.clone(),
        words(&format!("relation-{}", tie.relation.name())),
        words(&format!("responsibility-{}", tie.parental_responsibility.name())),
        restriction,
        member.person.phone.clone().unwrap_or_default(),
        known.email(member),
        member.person.address.clone().unwrap_or_default(),
    ]
}

fn notes(tx: &Tx<'_>, child: &child::Model) -> Result<String> {
    let Some(sealed) = &child.notes_sealed else { return Ok(String::new()) };
    String::from_utf8(tx.house.keys.open(NOTES, sealed)?).map_err(|err| Error::internal("notes", err))
}

async fn people(db: &impl ConnectionTrait, setting: &SettingId, known: &Known) -> Result<Vec<Vec<String>>> {
    let placed = person_room::Entity::find().filter(person_room::Column::SettingId.eq(setting.clone())).all(db).await?;
    let head = ["Name", "Roles", "Email", "Phone", "Address", "Works for", "Start date", "Leaving date", "Rooms"];
    let mut rows = vec![head.iter().map(|words| (*words).to_owned()).collect::<Vec<_>>()];
    for member in known.members.iter().filter(|member| !known.apart.contains(&member.person.id)) {
        let roles = member.standing.role_list();
        let roles: Vec<String> = roles.iter().map(|role| words(&format!("role-{}", role.name()))).collect();
        let mut rooms: Vec<String> = placed
            .iter()
            .filter(|row| row.person_id == member.person.id)
            .filter_map(|row| known.rooms.get(&row.room_id).cloned())
            .collect();
        rooms.sort_unstable();
        rows.push(vec![
            member.person.name.clone(),
            roles.join("; "),
            known.email(member),
            member.person.phone.clone().unwrap_or_default(),
            member.person.address.clone().unwrap_or_default(),
            member.person.organisation.clone().unwrap_or_default(),
            day(Some(member.standing.access_from)),
            day(member.standing.access_until),
            rooms.join("; "),
        ]);
    }
    Ok(rows)
}

fn day(day: Option<Day>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// One line of a CSV. A spreadsheet runs what begins with `=`, `+`, `-` or `@` as a formula, and a name typed by somebody else must
/// not be able to do that on the manager's computer: such a cell gets an apostrophe in front, which spreadsheets do not show. A
/// telephone number such as +44 gets one too; an import takes it off again.
fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| {
            let runs = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r', '\n']);
            format!("\"{}{}\"", if runs { "'" } else { "" }, cell.replace('"', "\"\""))
        })
        .collect();
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn no_cell_runs_in_a_spreadsheet() {
        let cells = ["=1+1", "+44 1632 960123", "@x", "-2", "  =1", "Ava \"Bee\" Smith", "", "12 Elm Lane\nAlder"];
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        assert_eq!(
            line(&cells),
            "\"'=1+1\",\"'+44 1632 960123\",\"'@x\",\"'-2\",\"'  =1\",\"Ava \"\"Bee\"\" Smith\",\"\",\"12 Elm Lane\nAlder\"\r\n"
        );
    }
}
