//! The one error of the app. A message says what happened, whether the work is safe and what to do next;
//! somebody else's thing is "not found", never "forbidden".

use sea_orm::DbErr;
use stairgate_rulebook::{ClauseId, Refusal, RuleId};

/// One field of a form and what is wrong with it, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: &'static str,
    /// What to do about it.
    pub message: String,
}

/// A refusal with what the screens need: the rules, and the setting's own clauses.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What was refused, and why.
    pub refusal: Box<Refusal>,
    /// What was asked for.
    pub verb: stairgate_rulebook::Verb,
}

impl Refused {
    /// The rules that refused.
    pub fn rules(&self) -> &[RuleId] {
        &self.refusal.rules
    }
    /// The setting's own clauses that those rules carry; may be empty.
    pub fn clauses(&self) -> &[ClauseId] {
        &self.refusal.clauses
    }
    /// Whether the forbid with this `@id` is among the grounds.
    pub fn has_ground(&self, id: &str) -> bool {
        self.refusal.grounds.iter().any(|ground| ground == id)
    }
}

/// Everything that can go wrong between a request and its answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or the session ended.
    #[error("You are not signed in.")]
    SignedOut,
    /// The thing does not exist, or belongs to somebody else.
    #[error("We cannot find that.")]
    NotFound,
    /// The input cannot be taken as it is.
    #[error("There is a problem with what was typed.")]
    Invalid(Vec<FieldError>),
    /// A rule refused.
    #[error("A rule does not allow this.")]
    Refused(Refused),
    /// Somebody was faster, or it is there already.
    #[error("{0}")]
    Conflict(String),
    /// The form's token is missing, wrong or from another session.
    #[error("This form is out of date.")]
    StaleForm,
    /// Too many tries.
    #[error("Too many tries. Wait {0} minutes, then try again.")]
    TooMany(i64),
    /// The database is busy or away: nothing was changed, trying again is right.
    #[error("The database is busy.")]
    Busy,
    /// The disk is full: nothing was changed.
    #[error("The disk is full.")]
    DiskFull,
    /// A fault of ours or of the machine; the text is for the operator's log.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One wrong field.
    pub fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field, message: message.into() }])
    }
    /// A fault with the place where it happened.
    pub fn internal(at: &str, cause: impl std::fmt::Display) -> Self {
        Self::Internal(format!("{at}: {cause}"))
    }
}

impl From<DbErr> for Error {
    fn from(err: DbErr) -> Self {
        let text = err.to_string();
        // SQLite says these in words, PostgreSQL by its classes 53 (resources), 55P03 and 40 (locks and conflicts).
        if text.contains("disk is full") || text.contains("disk I/O error") || text.contains("No space left") {
            return Self::DiskFull;
        }
        let busy =
            ["database is locked", "pool timed out", "lock timeout", "deadlock detected", "could not serialize access"];
        if busy.iter().any(|words| text.contains(words)) || matches!(err, DbErr::ConnectionAcquire(_)) {
            return Self::Busy;
        }
        if let Some(sea_orm::SqlErr::UniqueConstraintViolation(what)) = err.sql_err() {
            return Self::Conflict(unique_words(&what));
        }
        Self::Internal(format!("database: {text}"))
    }
}

/// What a broken uniqueness means to a person, by the constraint's name or column.
fn unique_words(what: &str) -> String {
    if what.contains("persons") || what.contains("account") {
        "Somebody with this email address is here already. Open their page instead.".to_owned()
    } else {
        "This was saved already. Nothing was saved twice.".to_owned()
    }
}

/// What most functions here return.
pub type Result<T, E = Error> = std::result::Result<T, E>;
