//! The sample settings and their people. Invented; addresses end in `.example`, which no mail server has, and telephone numbers
//! are from the ranges kept for stories.

use stairgate_rulebook::Role;

/// The password of every sample person.
pub const PASSWORD: &str = "wheelbarrow-tinsel-otter-92";

/// A sample setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// The letter of its policy.
    pub policy: &'static str,
    /// Its telephone number; empty for none yet.
    pub phone: &'static str,
    /// Its people; the first sets it up and is its manager and lead.
    pub people: &'static [Member],
}

/// A sample person.
#[derive(Debug)]
pub struct Member {
    /// Full name.
    pub name: &'static str,
    /// Mail address.
    pub email: &'static str,
    /// Roles.
    pub roles: &'static [Role],
    /// Accepts the invitation.
    pub joins: bool,
    /// Signs the agreement.
    pub signs: bool,
    /// Comes at the end of the four weeks.
    pub late: bool,
    /// How colleagues reach them; empty for nothing.
    pub phone: &'static str,
}

const fn member(name: &'static str, email: &'static str, roles: &'static [Role]) -> Member {
    Member { name, email, roles, joins: true, signs: true, late: false, phone: "" }
}

const FIRST: &[Role] = &[Role::Manager, Role::Lead];

/// The main sample.
pub const ALDER_HOUSE: &Setting = &CAST[0];

/// All of them: the main one under policy D, a small one for each other policy.
pub const CAST: &[Setting] = &[
    Setting {
        name: "Alder House Nursery",
        policy: "D",
        phone: "01632 960114",
        people: &[
            Member { phone: "07700 900101", ..member("Priya Nair", "priya@alderhouse.example", FIRST) },
            Member {
                phone: "07700 900102",
                ..member("Tom Okafor", "tom@alderhouse.example", &[Role::Deputy, Role::Practitioner])
            },
            member("Amina Yusuf", "amina@alderhouse.example", &[Role::Practitioner]),
            member("Sean Larkin", "sean@alderhouse.example", &[Role::Practitioner]),
            member("Mei Bao", "mei@alderhouse.example", &[Role::Practitioner]),
            member("Rosa Klein", "rosa@alderhouse.example", &[Role::Practitioner]),
            member("Dafydd Owen", "dafydd@alderhouse.example", &[Role::Practitioner]),
            member("Łucja Wójcik", "lucja@alderhouse.example", &[Role::Student]),
            member("Hannah Thorne", "hannah@alderhouse.example", &[Role::Chair]),
            Member { phone: "07700 900104", ..member("Grace Adeyemi", "grace@family.example", &[Role::Parent]) },
            Member {
                signs: false,
                late: true,
                ..member("Callum Reid", "callum@alderhouse.example", &[Role::Practitioner])
            },
            Member {
                joins: false,
                signs: false,
                late: true,
                ..member("Jo Marsh", "jo@alderhouse.example", &[Role::Volunteer])
            },
        ],
    },
    Setting {
        name: "Bracken Nursery",
        policy: "A",
        phone: "",
        people: &[
            member("Isla Fraser", "isla@bracken.example", FIRST),
            member("Ewan Baird", "ewan@bracken.example", &[Role::Practitioner]),
        ],
    },
    Setting {
        name: "Cornflower Pre-school",
        policy: "B",
        phone: "",
        people: &[
            member("Judith Wells", "judith@cornflower.example", FIRST),
            member("Sam Pike", "sam@cornflower.example", &[Role::Practitioner]),
            member("Nadia Rahman", "nadia@cornflower.example", &[Role::Chair]),
        ],
    },
    Setting {
        name: "Elm Lane Nursery",
        policy: "C",
        phone: "",
        people: &[
            member("Carol Dunn", "carol@elmlane.example", FIRST),
            member("Ravi Patel", "ravi@elmlane.example", &[Role::Practitioner]),
        ],
    },
    Setting {
        name: "Hazel Pre-school",
        policy: "E",
        phone: "",
        people: &[
            member("Beth Sharp", "beth@hazel.example", FIRST),
            Member { signs: false, late: true, ..member("Kofi Mensah", "kofi@hazel.example", &[Role::Practitioner]) },
        ],
    },
];
