//! What every page carries: title, navigation, who is signed in, whom to go to, notices; and the small shapes that several
//! pages share. Templates take nothing else from the outside.

use super::{assets, words};
use crate::platform::error::FieldError;

/// The frame of a page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The title, the same as the heading.
    pub title: String,
    /// The setting's name; empty before one is known.
    pub setting_name: String,
    /// The rooms that this person may open.
    pub nav: Vec<NavItem>,
    /// Who is signed in.
    pub who: Option<Who>,
    /// The token that forms send back.
    pub csrf: String,
    /// Sample data.
    pub demo: bool,
    /// Said once, above everything.
    pub notices: Vec<Notice>,
    /// The lead on duty.
    pub lead: Option<LeadCard>,
    /// The page tells of an error in a form.
    pub error: bool,
    /// The language of the words.
    pub lang: &'static str,
    /// Which frame.
    pub shell: Shell,
    /// How soon the screen locks when nobody uses it.
    pub idle: Option<Idle>,
    /// It is shown on an enrolled device, which may hold things to be sent.
    pub enrolled: bool,
}

/// How soon a screen locks when nobody uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    /// After so many minutes.
    pub minutes: i64,
    /// Several people use the device: its session ends, and the next one takes over.
    pub shared: bool,
}

/// Which frame a page has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shell {
    /// Rail and top bar.
    Staff,
    /// Top bar with tabs.
    Parents,
    /// No navigation.
    #[default]
    Plain,
    /// The whole screen of a shared device, for fingers: larger text and targets.
    Kiosk,
}

impl Shell {
    /// As in templates.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Parents => "parents",
            Self::Plain => "plain",
            Self::Kiosk => "kiosk",
        }
    }
}

impl Page {
    /// The address of a built file.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
    /// The words of an id.
    pub fn t(&self, id: &str) -> String {
        words::words(id)
    }
    /// Whether several people use the device that shows it.
    pub fn is_shared(&self) -> bool {
        self.idle.is_some_and(|idle| idle.shared)
    }
    /// Whether a phone shows some of its rooms behind "More".
    pub fn has_more(&self) -> bool {
        self.nav.iter().any(|item| item.more)
    }
    /// Whether the page is in one of those.
    pub fn is_in_more(&self) -> bool {
        self.nav.iter().any(|item| item.more && item.current)
    }
    /// The same frame with a notice.
    #[must_use]
    pub fn noting(mut self, notice: Notice) -> Self {
        self.notices.push(notice);
        self
    }
}

/// One room in the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Where.
    pub href: &'static str,
    /// Its name.
    pub label: String,
    /// Its icon in the sprite.
    pub icon: &'static str,
    /// The page is in it.
    pub current: bool,
    /// How much waits there.
    pub count: u64,
    /// The report door.
    pub report: bool,
    /// Behind "More" on phones.
    pub more: bool,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Who {
    /// Their id: what a browser keeps for them is kept for nobody else.
    pub id: String,
    /// Full name.
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Initials.
    pub initials: String,
}

/// A notice above the page.
#[derive(Clone, Debug)]
pub struct Notice {
    /// `ok`, `due`, `stop` or `info`.
    pub kind: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// What it says.
    pub text: String,
}

impl Notice {
    /// Something went well.
    pub fn ok(text: impl Into<String>) -> Self {
        Self { kind: "ok", icon: "circle-check", text: text.into() }
    }
}

/// Whom to go to.
#[derive(Clone, Debug)]
pub struct LeadCard {
    /// As the policy calls them.
    pub title: String,
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Mail address; empty where there is none.
    pub email: String,
    /// Until when they are away; none for whoever is on duty.
    pub away: Option<String>,
}

/// A state in an icon and a word.
#[derive(Clone, Debug)]
pub struct StateTag {
    /// `ok`, `due`, `stop`, `quiet` or `info`.
    pub kind: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its word.
    pub text: String,
}

impl StateTag {
    /// Done or working.
    pub fn ok(text: impl Into<String>) -> Self {
        Self { kind: "ok", icon: "circle-check", text: text.into() }
    }
    /// Somebody is needed.
    pub fn due(text: impl Into<String>) -> Self {
        Self { kind: "due", icon: "triangle-alert", text: text.into() }
    }
    /// Missing or must stop.
    pub fn stop(text: impl Into<String>) -> Self {
        Self { kind: "stop", icon: "octagon-alert", text: text.into() }
    }
    /// Neither good nor bad.
    pub fn quiet(icon: &'static str, text: impl Into<String>) -> Self {
        Self { kind: "quiet", icon, text: text.into() }
    }
}

/// One fact of "all well".
#[derive(Clone, Debug)]
pub struct FactLine {
    /// `ok` or `due`.
    pub kind: &'static str,
    /// One sentence with its number.
    pub text: String,
}

/// One of the setting's own clauses.
#[derive(Clone, Debug)]
pub struct ClauseText {
    /// Its number.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// What was refused, by which rule and clause, and what to do next.
#[derive(Clone, Debug)]
pub struct RefusalBox {
    /// What happened.
    pub what: String,
    /// The rules' titles.
    pub rules: Vec<String>,
    /// The setting's own clauses.
    pub clauses: Vec<ClauseText>,
    /// The policy is silent: a rule of Stairgate itself.
    pub own_rule: bool,
    /// Whether the work is safe.
    pub safe: String,
    /// What to do next.
    pub needs: Vec<String>,
}

/// What is wrong in a form, by field.
#[derive(Clone, Debug, Default)]
pub struct FormErrors(Vec<FieldError>);

impl FormErrors {
    /// From what parsing found.
    pub fn new(errors: Vec<FieldError>) -> Self {
        Self(errors)
    }
    /// Whether there is anything.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }
    /// All of it, in the order of the form.
    pub fn list(&self) -> Vec<(&'static str, String)> {
        self.0.iter().map(|error| (error.field, error.message.clone())).collect()
    }
    /// What is wrong with one field.
    pub fn of(&self, field: &str) -> Option<String> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }
}
