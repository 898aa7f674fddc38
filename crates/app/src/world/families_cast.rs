//! Who they are: the sample's rooms, children and adults. Telephone numbers are from the range kept for stories.

use crate::children::model::Kinship;

/// The PIN of every sample person who uses the setting's tablets.
pub const PIN: &str = "719304";

/// A sample child.
pub struct Child {
    pub name: &'static str,
    pub born: (i16, i8, i8),
    pub from: (i16, i8, i8),
    pub room: &'static str,
    /// Their key person's address.
    pub key_person: Option<&'static str>,
    pub adults: &'static [Adult],
}

/// An adult of a sample child.
pub struct Adult {
    pub name: &'static str,
    pub relation: Kinship,
    pub responsible: bool,
    pub email: Option<&'static str>,
    pub phone: &'static str,
    pub address: &'static str,
    pub court_order: Option<&'static str>,
}

const fn adult(
    name: &'static str,
    relation: Kinship,
    email: Option<&'static str>,
    phone: &'static str,
    address: &'static str,
) -> Adult {
    Adult { name, relation, responsible: true, email, phone, address, court_order: None }
}

/// Rooms, and who works there.
pub const ROOMS: &[(&str, &[&str])] = &[
    ("Acorns", &["amina@alderhouse.example", "rosa@alderhouse.example", "lucja@alderhouse.example"]),
    ("Buttercups", &["sean@alderhouse.example", "dafydd@alderhouse.example"]),
    ("Conkers", &["mei@alderhouse.example", "tom@alderhouse.example"]),
];

const MILL_LANE: &str = "4 Mill Lane, Alderton";
const BRIDGE_ROW: &str = "11 Bridge Row, Alderton";
const CHAPEL_YARD: &str = "2 Chapel Yard, Alderton";

const BRENNANS: &[Adult] = &[
    adult("Siobhán Brennan", Kinship::Mother, Some("siobhan@family.example"), "07700 900118", BRIDGE_ROW),
    adult("Declan Brennan", Kinship::Father, None, "07700 900119", BRIDGE_ROW),
];

/// The children of the main sample.
pub const CHILDREN: &[Child] = &[
    Child {
        name: "Temi Adeyemi",
        born: (2023, 5, 14),
        from: (2025, 9, 1),
        room: "Acorns",
        key_person: Some("amina@alderhouse.example"),
        adults: &[
            adult("Grace Adeyemi", Kinship::Mother, Some("grace@family.example"), "07700 900104", MILL_LANE),
            adult("Daniel Adeyemi", Kinship::Father, None, "07700 900105", "Flat 3, 90 High Street, Alderton"),
        ],
    },
    Child {
        name: "Noah Fenwick",
        born: (2023, 2, 3),
        from: (2025, 9, 1),
        room: "Acorns",
        key_person: Some("rosa@alderhouse.example"),
        adults: &[
            adult("Ruth Fenwick", Kinship::Mother, Some("ruth@family.example"), "07700 900131", CHAPEL_YARD),
            Adult {
                court_order: Some(
                    "No contact with Noah and no news of him. Order of 3 March 2026, copy in the office.",
                ),
                ..adult("Carl Fenwick", Kinship::Father, Some("carl@family.example"), "07700 900132", "")
            },
        ],
    },
    Child {
        name: "Yusuf Rahimi",
        born: (2024, 1, 20),
        from: (2026, 1, 12),
        room: "Acorns",
        key_person: Some("amina@alderhouse.example"),
        adults: &[adult("Margaret Shaw", Kinship::FosterCarer, None, "07700 900140", "7 Orchard Close, Alderton")],
    },
    Child {
        name: "Aoife Brennan",
        born: (2022, 10, 9),
        from: (2025, 9, 1),
        room: "Buttercups",
        key_person: Some("sean@alderhouse.example"),
        adults: BRENNANS,
    },
    Child {
        name: "Cillian Brennan",
        born: (2022, 10, 9),
        from: (2025, 9, 1),
        room: "Buttercups",
        key_person: Some("dafydd@alderhouse.example"),
        adults: BRENNANS,
    },
    Child {
        name: "Zofia Żak",
        born: (2022, 12, 1),
        from: (2026, 4, 20),
        room: "Buttercups",
        key_person: Some("sean@alderhouse.example"),
        adults: &[adult("Marek Żak", Kinship::Father, Some("marek@family.example"), "", "19 Station Road, Alderton")],
    },
    Child {
        name: "Hugo Lindqvist",
        born: (2022, 1, 17),
        from: (2024, 9, 2),
        room: "Conkers",
        key_person: Some("mei@alderhouse.example"),
        adults: &[adult("Elin Lindqvist", Kinship::Mother, Some("elin@family.example"), "07700 900151", MILL_LANE)],
    },
    Child {
        name: "李小龙",
        born: (2022, 3, 30),
        from: (2025, 1, 6),
        room: "Conkers",
        key_person: Some("tom@alderhouse.example"),
        adults: &[adult("李美玲", Kinship::Mother, Some("meiling@family.example"), "07700 900160", "")],
    },
    Child { name: "Tala", born: (2022, 6, 5), from: (2026, 9, 1), room: "Conkers", key_person: None, adults: &[] },
];

/// The child of every other setting.
pub const SMALL: [Child; 1] = [Child {
    name: "Robin",
    born: (2023, 4, 2),
    from: (2025, 9, 1),
    room: "Acorns",
    key_person: None,
    adults: &[adult("Kim", Kinship::Mother, None, "07700 900170", "1 Brook Street")],
}];
