//! Everything that an import says about a row or a file, in words, each with its weight. Nothing is changed, doubted or left out
//! without one of these.

use serde::{Deserialize, Serialize};

use super::dates::shown;
use super::draft::Hint;
use crate::platform::clock::Day;

/// How much a remark asks of the person who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Read, but not as it was written.
    Changed,
    /// Somebody must look at it.
    Look,
    /// Not taken.
    LeftOut,
}

/// A remark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// How much it asks.
    pub weight: Weight,
    /// What it says; the sentence is its `Display`.
    pub said: Said,
}

impl From<Said> for Remark {
    fn from(said: Said) -> Self {
        Self { weight: said.weight(), said }
    }
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.said.fmt(f)
    }
}

/// What is said. Holds what the file says: as private as the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[allow(missing_docs, reason = "the sentence of each says it")]
pub enum Said {
    // Read, but changed.
    #[error("We read “{written}” as {}.", shown(*.day))]
    DateRead { written: String, day: Day },
    #[error("“{written}” became {name}.")]
    NameRead { written: String, name: String },
    #[error("“{written}” was saved in the wrong encoding. We read it as “{text}”.")]
    Repaired { written: String, text: String },
    #[error("A spreadsheet had dropped the 0 of a phone number. We put it back: {phone}.")]
    ZeroRestored { phone: String },
    #[error("There are {count} phone numbers for {name}. We kept them all.")]
    PhonesOfOne { name: String, count: usize },
    #[error("Somebody called {name} is here already. You said that this is the same one.")]
    ToldSame { name: String },
    #[error("Somebody called {name} is here already. You said that this is another one.")]
    ToldAnother { name: String },
    #[error("Row {row} is like this one. You said that it is somebody else.")]
    ToldApart { row: u32 },
    #[error("Row {row} is about the same person, so we read both as one.")]
    SameAs { row: u32 },
    #[error("“{written}” means that this child has left. We read the last day as {}.", shown(*.day))]
    Left { written: String, day: Day },
    #[error("The last day was {}, so this comes in as left.", shown(*.day))]
    HasLeft { day: Day },
    #[error("“{column}” is worked out by a formula. We took the result that the file shows.")]
    FormulaResult { column: String },

    #[error("“{written}” comes in as {role}.")]
    RoleRead { written: String, role: String },
    #[error("These rooms are new and will be made: {names}.")]
    NewRooms { names: String },
    #[error("{count} children who are here now are not in this file. Nothing changes for them.")]
    NotInFile { count: usize },

    // Needs a look.
    #[error(
        "A restriction in the register keeps you from somebody in this row, so it stays out. Ask somebody else to import it."
    )]
    KeptFromYou,
    #[error("The register says: “{text}”. {}", .hint.to_do())]
    Hinted { hint: Hint, text: String },
    #[error("Row {row} has the same name and another date of birth, {}. Say whether they are one child.", shown(*.day))]
    OtherBirthday { row: u32, day: Day },
    #[error(
        "Row {row} has the same name, another date of birth, {}, and other adults. We took them as two children: say so if they are one.",
        shown(*.day)
    )]
    TakenAsTwo { row: u32, day: Day },
    #[error("Row {row} has the same name. Say whether they are the same person.")]
    SameName { row: u32 },
    #[error(
        "Row {row} has the same email address under another name. One person has one account: say who it belongs to."
    )]
    SameEmail { row: u32 },
    #[error("Row {row} is the same person with another {what}. We read both as one and kept what row {kept} says.")]
    SameButFor { row: u32, what: String, kept: u32 },
    #[error(
        "The register gives phone numbers for more than one adult in one cell. We gave them out in order: {given}."
    )]
    PhonesInOrder { given: String },
    #[error("There is one phone number for {count} adults. We gave it to {name}.")]
    OnePhone { name: String, count: usize },
    #[error("We could not tell whose email addresses these are. We gave them out in order: {given}.")]
    EmailsInOrder { given: String },
    #[error("“{text}” belongs to nobody in this row. We kept it on the family's page.")]
    OfNobody { text: String },
    #[error("“{text}” does not say which adult lives there. We kept it on the family's page.")]
    WhoseAddress { text: String },
    #[error("A spreadsheet turned a phone number into “{written}”, and its digits are lost. Ask for the number again.")]
    PhoneLost { written: String },
    #[error("Letters are lost in “{text}”. Ask how it is spelt.")]
    LettersLost { text: String },
    #[error("“{written}” has two digits for the year. We read it as {}.", shown(*.day))]
    ShortYear { written: String, day: Day },
    #[error("“{written}” does not fit the order of the other dates. We read it as {}.", shown(*.day))]
    OtherOrder { written: String, day: Day },
    #[error("The first day, {}, is before the date of birth, {}. One of them is wrong.", shown(*.starts), shown(*.born))]
    StartsBeforeBirth { starts: Day, born: Day },
    #[error("The last day, {}, is before the first day, {}. One of them is wrong.", shown(*.leaves), shown(*.starts))]
    LeavesBeforeStart { leaves: Day, starts: Day },
    #[error("The date of birth, {}, is still to come.", shown(*.born))]
    BornLater { born: Day },
    #[error("This child would be {years} years old. Check the date of birth.")]
    OddAge { years: i64 },
    #[error("There is no date of birth.")]
    NoBirthday,
    #[error("There is no adult for this child. Nobody can be asked for consent until you add one.")]
    NoAdult,
    #[error("There is no email address for {names}. They cannot be invited until you add one.")]
    NoEmail { names: String },
    #[error("“{written}” does not say the year. We read the last day as {}.", shown(*.day))]
    LeavesNext { written: String, day: Day },
    #[error("We gave {name} the surname of the adult named with them.")]
    SurnameShared { name: String },
    #[error("{name} is named twice as an adult of this child. We read both as one.")]
    AdultTwice { name: String },
    #[error("This row stands among those who have left, and has no last day. Add it.")]
    LeftWithoutDay,
    #[error("Row {row} says that this child has left. We read the last day as {}.", shown(*.day))]
    LeftInRow { row: u32, day: Day },
    #[error("“{written}” is neither yes nor no for parental responsibility of {name}. We left it open.")]
    ResponsibilityUnclear { name: String, written: String },

    // Needs a look, because of what is here already.
    #[error("A child with this name is here already, {}. Say whether this is the same child.", birthday(*.day))]
    LikeHere { day: Option<Day> },
    #[error("{name} is here already. Say whether this is the same person.")]
    LikeStaff { name: String },
    #[error(
        "Somebody called {name} is here already, and nothing shows that it is the same person. We took them as two."
    )]
    NamesakeHere { name: String },
    #[error(
        "Row {row} has an adult called {name} too, and nothing shows that it is the same person. We took them as two."
    )]
    SameAdultName { name: String, row: u32 },
    #[error(
        "{other} has this email address. One person has one account, so {name} comes in without an email address. Ask for another."
    )]
    EmailOfOther { name: String, other: String },
    #[error(
        "{name} has another email address here. We kept it: whoever reads it gets in. Change it on their page if it is old. The register says {email}."
    )]
    OtherEmailHere { name: String, email: String },
    #[error("“{name}” has the email address of {here}. We read them as one person and kept the name {here}.")]
    OtherNameHere { name: String, here: String },
    #[error("The last day here was {}. We left it so: if they are back, change it on their page.", shown(*.day))]
    HasLeftHere { day: Day },
    #[error("{name} was taken off this child here. We left it so.")]
    TieEnded { name: String },
    #[error(
        "Somebody is to be kept from this child, and {names} would be new here. Say whether one of them is that person, perhaps spelt another way."
    )]
    PerhapsRestricted { names: String },
    #[error("The same person as the one who is kept from this child, so no adult who would be new comes in: {names}.")]
    IsRestricted { names: String },
    #[error(
        "The safeguarding lead decides about {name} first. Until then they are not invited and see nothing of the child."
    )]
    AdultWaits { name: String },
    #[error("The register says something else about parental responsibility of {name}. We kept what stands here.")]
    ResponsibilityHere { name: String },
    #[error("The register says something else about what {name} is to the child. We kept what stands here.")]
    RelationHere { name: String },
    #[error("The access of {name} has ended. Invite them again on their page if they should come back in.")]
    AccessEnded { name: String },
    #[error("{name} works here. Change their phone number, address or email on their own page.")]
    WorksHere { name: String },
    #[error(
        "“{written}” is nobody, or more than one, who works here with children. Choose the key person on the child's page."
    )]
    KeyPersonUnknown { written: String },
    #[error(
        "The register says “{written}”. Nobody gets that post by an import: they come in as {role}, and the manager gives it on their page."
    )]
    RoleNotGiven { written: String, role: String },
    #[error("This is you. Nobody ends their own access by an import, so your last day stays as it is.")]
    OwnRow,
    #[error("{name} answers for the setting. Nobody's post ends by an import: change the last day on their page.")]
    Answers { name: String },
    #[error("There is no room for another number of {name}: {phone}. Add it by hand if it is needed.")]
    PhoneSpare { name: String, phone: String },
    #[error("The address of {name} is longer than 300 characters, so we left it out. Add it by hand.")]
    AddressTooLong { name: String },
    #[error(
        "There is no room for another number or address that is nobody's, so we left out “{text}”. Add it by hand."
    )]
    ContactsTooLong { text: String },
    #[error("The notes would be too long, so we left out “{text}”. Add it by hand.")]
    NotesTooLong { text: String },

    // Left out.
    #[error("This row is empty.")]
    Blank,
    #[error("This row is a total, so we left it out.")]
    Total,
    #[error("This row divides the list, so we left it out.")]
    Divider,
    #[error("There is no name in this row, so we left it out.")]
    NoName,
    #[error(
        "The name has {length} characters. Names can have at most 80, so we left it out. Shorten it, or add the person by hand."
    )]
    NameTooLong { length: usize },
    #[error("A name has hidden characters in it, so we left it out. Type it again in the spreadsheet.")]
    NameHidden,
    #[error("We could not read “{written}” under “{column}” as a date, so we left it out.")]
    NotADate { column: String, written: String },
    #[error("This cell, under “{column}”, holds a formula. Stairgate read it as text and left it out.")]
    FormulaText { column: String },
    #[error("We left out what stands under “{column}”: Stairgate keeps no health notes. Keep your own list.")]
    Health { column: String },
    #[error("“{written}” is not an email address, so we left it out.")]
    NotAnEmail { written: String },
    #[error("“{written}” is not a phone number, so we left it out.")]
    NotAPhone { written: String },
    #[error("“{written}” stands in a column without a heading, so we left it out.")]
    NoHeading { written: String },
    #[error("“{written}” under “{column}” has no adult to go with, so we left it out.")]
    NoAdultFor { column: String, written: String },
    #[error("Another column said this already, so we left out “{written}” under “{column}”.")]
    Spare { column: String, written: String },

    // About the whole file.
    #[error(
        "No date in this sheet shows whether the day or the month comes first. We read the day first, as in 31/12."
    )]
    OrderAssumed,
    #[error("The dates in this sheet have the month first, as in 12/31.")]
    MonthFirst,
    #[error("Some dates in this sheet have the day first and some the month. Check each that has a remark.")]
    OrderMixed,
    #[error("This register has no email addresses of adults. Families cannot be invited until you add them.")]
    NoEmails,
    #[error("This register has no adults. Nobody can be asked for consent until you add them.")]
    NoAdults,
    #[error("We found no column with names. Choose which column is the name.")]
    NoNames,
    #[error("“{column}” is not kept here yet. Keep your own record of it.")]
    NotKept { column: String },
    #[error("“{column}” is not imported. Choose what it is if you need it.")]
    ColumnIgnored { column: String },
    #[error("“{column}” becomes a request to each family. What the register says is never taken for a consent.")]
    ConsentAsked { column: String },
}

impl Said {
    /// How much it asks.
    pub fn weight(&self) -> Weight {
        match self {
            Self::DateRead { .. }
            | Self::NameRead { .. }
            | Self::Repaired { .. }
            | Self::ZeroRestored { .. }
            | Self::PhonesOfOne { .. }
            | Self::OnePhone { .. }
            | Self::SameAs { .. }
            | Self::ToldApart { .. }
            | Self::ToldSame { .. }
            | Self::ToldAnother { .. }
            | Self::Left { .. }
            | Self::HasLeft { .. }
            | Self::FormulaResult { .. }
            | Self::MonthFirst
            | Self::ConsentAsked { .. }
            | Self::RoleRead { .. }
            | Self::NewRooms { .. }
            | Self::NotInFile { .. } => Weight::Changed,
            Self::Blank
            | Self::Total
            | Self::Divider
            | Self::NoName
            | Self::NameTooLong { .. }
            | Self::NameHidden
            | Self::NotADate { .. }
            | Self::FormulaText { .. }
            | Self::Health { .. }
            | Self::NotAnEmail { .. }
            | Self::NotAPhone { .. }
            | Self::NoHeading { .. }
            | Self::NoAdultFor { .. }
            | Self::Spare { .. }
            | Self::NotKept { .. }
            | Self::ColumnIgnored { .. } => Weight::LeftOut,
            _ => Weight::Look,
        }
    }
}

fn birthday(day: Option<Day>) -> String {
    day.map_or_else(|| "without a date of birth".to_owned(), |day| format!("born {}", shown(day)))
}
