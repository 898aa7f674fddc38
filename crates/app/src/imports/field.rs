//! What a column of a register can be. Each has a value that forms and remembered mappings spell it by.

use serde::{Deserialize, Serialize};

/// Which register a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Register {
    /// Children and their adults.
    Children,
    /// Staff, students and volunteers.
    Staff,
}

/// What a column tells of an adult.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AdultPart {
    /// The whole name.
    Name,
    /// First name or names.
    First,
    /// Surname.
    Last,
    /// Mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Mother, grandfather, carer.
    Relation,
    /// Parental responsibility, yes or no.
    Responsibility,
    /// Where they live.
    Address,
}

/// Adults that a register can keep in columns of their own.
pub const MOST_ADULTS: u8 = 6;

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Field {
    /// Left out.
    Ignore,
    /// The row's number or reference: left out, since rows have their own.
    Number,
    /// First name of the child or the member of staff.
    First,
    /// Surname.
    Last,
    /// Whole name, first name first unless a comma says otherwise.
    Name,
    /// Whole name, surname first.
    SurnameFirst,
    /// Date of birth.
    Born,
    /// Room or group.
    Room,
    /// The child's key person.
    KeyPerson,
    /// First day.
    Starts,
    /// Last day.
    Leaves,
    /// One adult's part; adults count from 1.
    Adult(u8, AdultPart),
    /// Parts of several adults in one cell.
    Adults(AdultPart),
    /// Anything written about the child.
    Notes,
    /// Allergies and health: left out, said with each row.
    Health,
    /// A consent: becomes a request to the family, never a consent.
    Consent,
    /// A member of staff's role.
    Role,
    /// A member of staff's mail address.
    Email,
    /// A member of staff's telephone number.
    Phone,
    /// DBS checks: not kept here yet.
    Dbs,
    /// First aid and other training: not kept here yet.
    Training,
}

const PARTS: &[(AdultPart, &str, &str)] = &[
    (AdultPart::Name, "name", "name"),
    (AdultPart::First, "first-name", "first name"),
    (AdultPart::Last, "last-name", "last name"),
    (AdultPart::Email, "email", "email"),
    (AdultPart::Phone, "phone", "phone"),
    (AdultPart::Relation, "relation", "relation to the child"),
    (AdultPart::Responsibility, "responsibility", "parental responsibility"),
    (AdultPart::Address, "address", "address"),
];

const OF_CHILDREN: &[(Field, &str, &str)] = &[
    (Field::First, "first-name", "Child's first name"),
    (Field::Last, "last-name", "Child's last name"),
    (Field::Name, "name", "Child's name, first name first"),
    (Field::SurnameFirst, "surname-first", "Child's name, surname first"),
    (Field::Born, "born", "Date of birth"),
    (Field::Room, "room", "Room or group"),
    (Field::KeyPerson, "key-person", "Key person"),
    (Field::Starts, "starts", "First day"),
    (Field::Leaves, "leaves", "Last day"),
    (Field::Notes, "notes", "Notes"),
    (Field::Consent, "consent", "Consent: ask the family"),
    (Field::Health, "health", "Allergies or health: leave out"),
    (Field::Number, "number", "Number of the row: leave out"),
    (Field::Ignore, "ignore", "Leave out"),
];

const OF_STAFF: &[(Field, &str, &str)] = &[
    (Field::First, "first-name", "First name"),
    (Field::Last, "last-name", "Last name"),
    (Field::Name, "name", "Name, first name first"),
    (Field::SurnameFirst, "surname-first", "Name, surname first"),
    (Field::Role, "role", "Role"),
    (Field::Starts, "starts", "First day"),
    (Field::Leaves, "leaves", "Last day"),
    (Field::Email, "email", "Email"),
    (Field::Phone, "phone", "Phone"),
    (Field::Dbs, "dbs", "DBS check: not kept here yet"),
    (Field::Training, "training", "First aid or training: not kept here yet"),
    (Field::Number, "number", "Number of the row: leave out"),
    (Field::Ignore, "ignore", "Leave out"),
];

impl Field {
    /// Everything that a column of that register can be, in the order for a list, with what to call it.
    pub fn choices(register: Register) -> Vec<(Self, String)> {
        let table = match register {
            Register::Children => OF_CHILDREN,
            Register::Staff => OF_STAFF,
        };
        let mut choices: Vec<(Self, String)> =
            table.iter().map(|(field, _, label)| (*field, (*label).to_owned())).collect();
        if register == Register::Children {
            let adults = (1..=MOST_ADULTS).flat_map(|number| {
                PARTS
                    .iter()
                    .map(move |(part, _, label)| (Self::Adult(number, *part), format!("Adult {number}: {label}")))
            });
            let several =
                PARTS.iter().map(|(part, _, label)| (Self::Adults(*part), format!("Several adults: {label}")));
            choices.splice(choices.len() - 5..choices.len() - 5, adults.chain(several).collect::<Vec<_>>());
        }
        choices
    }

    /// How forms and remembered mappings spell it: `adult-1-email`, `born`.
    pub fn value(self) -> String {
        let part_value = |part| PARTS.iter().find(|(known, ..)| *known == part).map_or("", |(_, value, _)| value);
        match self {
            Self::Adult(number, part) => format!("adult-{number}-{}", part_value(part)),
            Self::Adults(part) => format!("adults-{}", part_value(part)),
            _ => {
                let mut all = OF_CHILDREN.iter().chain(OF_STAFF);
                all.find(|(field, ..)| *field == self).map_or("ignore", |(_, value, _)| value).to_owned()
            }
        }
    }

    /// The field of that spelling.
    pub fn parse(value: &str) -> Option<Self> {
        let part = |name: &str| PARTS.iter().find(|(_, value, _)| *value == name).map(|(part, ..)| *part);
        if let Some(rest) = value.strip_prefix("adults-") {
            return part(rest).map(Self::Adults);
        }
        if let Some((number, rest)) = value.strip_prefix("adult-").and_then(|rest| rest.split_once('-')) {
            let number = number.parse().ok().filter(|number| (1..=MOST_ADULTS).contains(number))?;
            return part(rest).map(|part| Self::Adult(number, part));
        }
        OF_CHILDREN.iter().chain(OF_STAFF).find(|(_, known, _)| *known == value).map(|(field, ..)| *field)
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.value()
    }
}

impl TryFrom<String> for Field {
    type Error = String;

    fn try_from(value: String) -> Result<Self, String> {
        Self::parse(&value).ok_or_else(|| format!("a column cannot be {value:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_read_back() {
        for register in [Register::Children, Register::Staff] {
            for (field, label) in Field::choices(register) {
                assert_eq!(Field::parse(&field.value()), Some(field), "{label}");
            }
        }
        assert_eq!(Field::parse("adult-7-name"), None);
        assert_eq!(Field::parse("adult-1-shoe"), None);
    }
}
