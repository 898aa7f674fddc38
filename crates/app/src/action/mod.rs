//! The two doors: `perform` for every change of state and `view` for every page, each asking the rulebook; and the audit log
//! that both write. Upholds `assurance.audit-log`. Knows no product module: things are named by [`Subject`].

mod actor;
mod event;
mod evidence;
mod facts;
pub mod log;
mod perform;
mod read_only;
mod record;
mod refused;
pub mod standing;
mod subject;
mod view;

pub use actor::{Actor, ActorRef, SignedIn};
pub use event::Event;
pub use evidence::{Evidence, State};
pub(crate) use facts::facts;
pub use perform::{Action, Done, Permit, Tx, perform};
pub use read_only::ReadOnly;
pub use record::{checkpoint_row, event_row, last_note, seal_log, tree_row};
pub use refused::{minute_row, refused_to_strangers};
pub use subject::Subject;
pub use view::{OfSetting, Reader, Scope, View, view, view_nobody, view_one, would_open, would_see};
