//! Tidy: what the house promises of its own text, as tests. Each check is first tried on a text that breaks it, since a check
//! that cannot fail is believed for nothing. What is excepted is excepted by name, with its reason beside it.

#[path = "tidy/doors.rs"]
mod doors;
#[path = "tidy/forms.rs"]
mod forms;
#[path = "tidy/map.rs"]
mod map;
#[path = "tidy/schema.rs"]
mod schema;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/texts.rs"]
mod texts;
#[path = "tidy/verbs.rs"]
mod verbs;
