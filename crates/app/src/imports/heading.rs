//! What a heading says that its column is, by its words. Guesses only: a person sees every one and may choose another.

use super::field::{AdultPart, Field, MOST_ADULTS, Register};

/// The words of a heading, lower case, without marks: `E-mail` and `email` are one.
struct Words {
    all: Vec<String>,
    joined: String,
}

impl Words {
    fn of(heading: &str) -> Self {
        let plain = heading.to_lowercase().replace(['\'', '’'], "");
        let all: Vec<String> = plain
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let joined = all.concat();
        Self { all, joined }
    }

    fn any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.all.iter().any(|own| own == word))
    }

    fn begins(&self, stems: &[&str]) -> bool {
        stems.iter().any(|stem| self.all.iter().any(|own| own.starts_with(stem)))
    }

    fn joined_has(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.joined.contains(part))
    }

    fn place(&self, words: &[&str]) -> Option<usize> {
        self.all.iter().position(|own| words.contains(&own.as_str()))
    }
}

const MOTHER: &[&str] = &["mum", "mums", "mother", "mothers", "mummy", "mam", "mom"];
const FATHER: &[&str] = &["dad", "dads", "father", "fathers", "daddy"];
const ADULT: &[&str] = &[
    "parent",
    "parents",
    "carer",
    "carers",
    "guardian",
    "guardians",
    "contact",
    "contacts",
    "adult",
    "adults",
    "family",
    "emergency",
];
const FIRST: &[&str] = &["first", "forename", "forenames", "given", "christian", "fname"];
const LAST: &[&str] = &["last", "surname", "surnames", "family", "lname"];

/// What a heading of that register says; none when it says nothing that we know.
pub fn field(heading: &str, register: Register) -> Option<Field> {
    let words = Words::of(heading);
    match register {
        Register::Children => {
            consent(&words).or_else(|| health(&words)).or_else(|| adult(&words)).or_else(|| child(&words))
        }
        Register::Staff => staff(&words),
    }
}

/// What a heading says that the adult in its column is to the child: `Mum's name`.
pub fn relation(heading: &str) -> Option<&'static str> {
    let words = Words::of(heading);
    match (words.any(MOTHER), words.any(FATHER)) {
        (true, false) => Some("mother"),
        (false, true) => Some("father"),
        _ => None,
    }
}

/// Whether a column of yes and no under this heading is anything but a consent.
pub fn is_a_plain_fact(heading: &str) -> bool {
    let words = Words::of(heading);
    words.begins(&[
        "fund",
        "sibling",
        "twin",
        "napp",
        "vaccin",
        "immun",
        "deposit",
        "paid",
        "invoice",
        "eal",
        "sen",
        "eyp",
        "registered",
        "current",
    ])
}

fn consent(words: &Words) -> Option<Field> {
    let stems = [
        "consent",
        "permission",
        "photo",
        "picture",
        "image",
        "facebook",
        "instagram",
        "twitter",
        "tiktok",
        "whatsapp",
        "video",
        "publicity",
    ];
    let says = words.begins(&stems) || words.joined_has(&["socialmedia", "okfor", "website", "websiteok"]);
    says.then_some(Field::Consent)
}

fn health(words: &Words) -> Option<Field> {
    words
        .begins(&["allerg", "medic", "diet", "health", "intoleran", "epipen", "inhaler", "doctor"])
        .then_some(Field::Health)
}

/// A column about an adult: by a number, by mother and father, or about all of them.
fn adult(words: &Words) -> Option<Field> {
    let responsibility = words.joined_has(&["parentalresp"]) || words.any(&["pr", "responsibility"]);
    let (mother, father) = (words.any(MOTHER), words.any(FATHER));
    // "Family name" is a surname.
    let family_name = words.joined_has(&["familyname"]);
    let named = mother || father || (words.any(ADULT) && !family_name);
    let part = part(words, responsibility);
    let number = numbered(words);
    match (named || responsibility, number) {
        (true, Some(number)) => Some(Field::Adult(number, part)),
        (true, None) if mother && !father => Some(Field::Adult(1, part)),
        (true, None) if father && !mother => Some(Field::Adult(2, part)),
        (true, None) => Some(Field::Adults(part)),
        // Without an adult in the heading these are still no child's own.
        (false, _)
            if matches!(part, AdultPart::Email | AdultPart::Phone | AdultPart::Address | AdultPart::Relation) =>
        {
            Some(number.map_or(Field::Adults(part), |number| Field::Adult(number, part)))
        }
        _ => None,
    }
}

/// `Parent 2`, `2nd contact`, `Second parent`, `P1`.
fn numbered(words: &Words) -> Option<u8> {
    let ordinals = [
        ("first", 1),
        ("1st", 1),
        ("second", 2),
        ("2nd", 2),
        ("third", 3),
        ("3rd", 3),
        ("primary", 1),
        ("secondary", 2),
    ];
    let digit = words.all.iter().find_map(|word| {
        let digits = word.trim_start_matches(|letter: char| letter.is_alphabetic());
        digits.parse::<u8>().ok().filter(|number| (1..=MOST_ADULTS).contains(number))
    });
    // "Parent's first name" is no first parent.
    let ordinal = || {
        let (word, number) = ordinals.iter().find(|(word, _)| words.any(&[word]))?;
        let is_name = *word == "first" && words.any(&["name", "names"]);
        (!is_name).then_some(*number)
    };
    digit.or_else(ordinal)
}

fn part(words: &Words, responsibility: bool) -> AdultPart {
    if responsibility {
        AdultPart::Responsibility
    } else if words.joined_has(&["email"]) || words.any(&["mail"]) {
        AdultPart::Email
    } else if words.begins(&["tel", "phone", "mob"])
        || words.any(&["cell"])
        || words.joined_has(&["contactno", "contactnumber", "contactnum"])
    {
        AdultPart::Phone
    } else if words.begins(&["relation"]) {
        AdultPart::Relation
    } else if words.begins(&["address", "postcode"]) || words.joined_has(&["postcode"]) {
        AdultPart::Address
    } else if words.any(&["name", "names"]) && words.any(FIRST) || words.begins(&["forename"]) {
        AdultPart::First
    } else if words.any(&["surname"]) || words.any(&["last"]) && words.any(&["name"]) {
        AdultPart::Last
    } else {
        AdultPart::Name
    }
}

fn child(words: &Words) -> Option<Field> {
    if words.joined_has(&["dateofbirth", "birthday", "birthdate", "dob"]) || words.any(&["born", "birth"]) {
        Some(Field::Born)
    } else if words.joined_has(&["keyperson", "keyworker", "keyadult", "keychild"]) {
        Some(Field::KeyPerson)
    } else if words.any(&["room", "rooms", "group", "class", "base", "keygroup"]) {
        Some(Field::Room)
    } else {
        days(words).or_else(|| notes(words)).or_else(|| name(words)).or_else(|| row_number(words))
    }
}

fn staff(words: &Words) -> Option<Field> {
    if words.any(&["dbs", "crb"]) || words.joined_has(&["updateservice", "disclosure"]) {
        Some(Field::Dbs)
    } else if words.joined_has(&["firstaid", "pfa", "training", "qualif", "safeguarding", "foodhygiene", "certificate"])
    {
        Some(Field::Training)
    } else if words.joined_has(&["email"]) || words.any(&["mail"]) {
        Some(Field::Email)
    } else if words.begins(&["tel", "phone", "mob"]) || words.joined_has(&["contactno", "contactnumber"]) {
        Some(Field::Phone)
    } else if words.any(&["role", "job", "position", "title", "post"]) {
        Some(Field::Role)
    } else {
        days(words).or_else(|| name(words)).or_else(|| row_number(words))
    }
}

fn days(words: &Words) -> Option<Field> {
    if words.begins(&["leav", "left", "finish", "ends", "ended"])
        || words.any(&["end", "last", "until"]) && !words.joined_has(&["name"])
    {
        Some(Field::Leaves)
    } else if words.begins(&["start", "join", "admission", "admitted"])
        || words.joined_has(&["firstday", "enrol", "attendingfrom"])
    {
        Some(Field::Starts)
    } else {
        None
    }
}

fn notes(words: &Words) -> Option<Field> {
    words.begins(&["note", "comment", "remark", "info", "other"]).then_some(Field::Notes)
}

fn name(words: &Words) -> Option<Field> {
    let unused = words.any(&["middle", "known", "preferred", "nickname", "user", "setting", "school", "file"]);
    match (words.place(FIRST), words.place(LAST)) {
        _ if unused => None,
        (Some(first), Some(last)) if last < first => Some(Field::SurnameFirst),
        (Some(_), Some(_)) => Some(Field::Name),
        (Some(_), None) => Some(Field::First),
        (None, Some(_)) => Some(Field::Last),
        (None, None) => {
            let whole =
                words.any(&["name", "names", "child", "children", "pupil", "childs", "fullname", "staff", "employee"]);
            whole.then_some(Field::Name)
        }
    }
}

fn row_number(words: &Words) -> Option<Field> {
    let is_number = words.any(&["no", "number", "num", "nr", "ref", "reference", "id", "upn", "uln"]);
    is_number.then_some(Field::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_children() {
        for (heading, value) in [
            ("Child first name", "first-name"),
            ("Child last name", "last-name"),
            ("Forename(s)", "first-name"),
            ("Surname", "last-name"),
            ("Family name", "last-name"),
            ("Name (Surname, First)", "surname-first"),
            ("First and last name", "name"),
            ("Child's name", "name"),
            ("NAME", "name"),
            ("D.O.B.", "born"),
            ("Born", "born"),
            ("Date of birth", "born"),
            ("Key Group", "room"),
            ("Key person", "key-person"),
            ("Started", "starts"),
            ("Start date", "starts"),
            ("Leaving date", "leaves"),
            ("Mum/Dad/Carer", "adults-name"),
            ("Parents", "adults-name"),
            ("Tel", "adults-phone"),
            ("E-mail", "adults-email"),
            ("Home address", "adults-address"),
            ("Parent 1", "adult-1-name"),
            ("Parent 2 mobile", "adult-2-phone"),
            ("Contact 1 parental responsibility", "adult-1-responsibility"),
            ("Contact 2 email", "adult-2-email"),
            ("2nd contact relationship", "adult-2-relation"),
            ("Mum's name", "adult-1-name"),
            ("Dad mobile", "adult-2-phone"),
            ("Parent 1 first name", "adult-1-first-name"),
            ("Contact 3 surname", "adult-3-last-name"),
            ("Notes", "notes"),
            ("Allergies", "health"),
            ("OK for Facebook?", "consent"),
            ("Photo consent journal", "consent"),
            ("Outings permission", "consent"),
            ("No.", "number"),
        ] {
            assert_eq!(field(heading, Register::Children).map(Field::value).as_deref(), Some(value), "{heading}");
        }
        for heading in ["Shoe size", "Favourite song", "", "12/01/2024", "Wren"] {
            assert_eq!(field(heading, Register::Children), None, "{heading}");
        }
        assert_eq!(relation("Mum's email"), Some("mother"));
        assert_eq!(relation("Mum/Dad/Carer"), None);
    }

    #[test]
    fn headings_of_staff() {
        for (heading, value) in [
            ("Name", "name"),
            ("Role", "role"),
            ("Job title", "role"),
            ("Start", "starts"),
            ("End", "leaves"),
            ("Email", "email"),
            ("Mobile", "phone"),
            ("DBS no", "dbs"),
            ("First aid expires", "training"),
            ("Surname", "last-name"),
        ] {
            assert_eq!(field(heading, Register::Staff).map(Field::value).as_deref(), Some(value), "{heading}");
        }
    }
}
