//! What proves `people.idle-timeout`: the limits in force, and that no session is open past them but as a locked one.

use crate::action::{Evidence, Reader, State};
use crate::platform::error::Result;
use crate::platform::{sessions, tablets};
use sea_orm::entity::prelude::*;

/// A shared device that nobody has seen for so many days may be lost.
const UNSEEN_DAYS: u64 = 14;

/// `people.idle-timeout`. The server locks by comparing times, so it holds wherever it is on; slipping where a shared device
/// has not been seen for two weeks. Two queries.
pub async fn idle_timeout(reader: &Reader<'_>, checked_at: &str) -> Result<Evidence> {
    let limits = reader.rulebook.rulebook().limits();
    let devices = super::queries::devices(reader).await?;
    let open = reader.find::<sessions::Entity>().filter(sessions::alive(reader.now)).all(reader.db()).await?;
    let is_shared = |session: &sessions::Model| {
        devices.iter().any(|device| device.shared && Some(&device.id) == session.tablet_id.as_ref())
    };
    let most = |session: &sessions::Model| {
        if is_shared(session) { limits.shared_device_idle_minutes } else { limits.idle_minutes }
    };
    let locked = open.iter().filter(|session| session.idle_minutes(reader.now) > most(session)).count();
    let figures = Figures {
        idle: limits.idle_minutes,
        shared: limits.shared_device_idle_minutes,
        open: open.len(),
        locked,
        devices: devices.iter().filter(|device| device.shared && device.enrolled_at.is_some()).count(),
        unseen: devices.iter().filter(|device| is_unseen(reader, device)).count(),
    };
    Ok(figures.told(checked_at))
}

fn is_unseen(reader: &Reader<'_>, device: &tablets::Model) -> bool {
    let unseen = reader.now.since(device.seen_at).as_secs() > UNSEEN_DAYS * 86_400;
    device.shared && device.enrolled_at.is_some() && unseen
}

struct Figures {
    idle: i64,
    shared: i64,
    open: usize,
    locked: usize,
    devices: usize,
    unseen: usize,
}

impl Figures {
    fn told(&self, checked_at: &str) -> Evidence {
        let locked = match self.locked {
            1 => "1 is locked now".to_owned(),
            many => format!("{many} are locked now"),
        };
        let mut sentence = format!(
            "Screens lock after {}, shared ones after {}. Of {} open sessions {locked}, checked at {checked_at}.",
            minutes(self.idle),
            minutes(self.shared),
            self.open,
        );
        match self.unseen {
            0 => {}
            1 => sentence.push_str(" 1 shared tablet was not seen for two weeks."),
            many => sentence.push_str(&format!(" {many} shared tablets were not seen for two weeks.")),
        }
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Evidence {
            state: if self.unseen == 0 { State::Kept } else { State::Due },
            sentence,
            figures: vec![
                ("idle_minutes", self.idle),
                ("shared_device_idle_minutes", self.shared),
                ("sessions", count(self.open)),
                ("sessions_locked", count(self.locked)),
                ("shared_devices", count(self.devices)),
                ("shared_devices_unseen", count(self.unseen)),
            ],
        }
    }
}

fn minutes(number: i64) -> String {
    if number == 1 { "1 minute".to_owned() } else { format!("{number} minutes") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_its_limits_and_what_may_be_lost() {
        let figures = Figures { idle: 15, shared: 1, open: 4, locked: 1, devices: 2, unseen: 0 };
        let told = figures.told("9:12am");
        assert_eq!(told.state, State::Kept);
        assert_eq!(
            told.sentence,
            "Screens lock after 15 minutes, shared ones after 1 minute. Of 4 open sessions 1 is locked now, checked at 9:12am."
        );
        assert_eq!(Figures { unseen: 1, ..figures }.told("9:12am").state, State::Due);
    }
}
