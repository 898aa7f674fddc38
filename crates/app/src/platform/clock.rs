//! Instants, days and the setting's own time zone. An instant is microseconds UTC, a day is ISO text, alike on both
//! databases. The clock is an argument everywhere: nothing else in the product may ask what time it is.
//! It deliberately knows no bank holidays and no language but British English.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

mod day;
mod setting_time;

pub use day::{Day, days_between};
pub use setting_time::{SettingTime, words_day};

/// Says what time it is. Always an argument, held as [`SharedClock`].
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;
}

/// The clock as it is handed around.
pub type SharedClock = Arc<dyn Clock>;

/// The computer's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the computer's clock")]
    fn now(&self) -> Instant {
        Timestamp::now().into()
    }
}

/// A clock that moves only when told: for the sample setting and for tests.
#[derive(Debug)]
pub struct SteppedClock(AtomicI64);

impl SteppedClock {
    /// A clock that stands at `now`.
    pub const fn at(now: Instant) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves the clock to `now`, forwards or backwards.
    pub fn set(&self, now: Instant) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves the clock forwards.
    pub fn step(&self, duration: Duration) {
        self.0.fetch_add(micros_of(duration), Ordering::SeqCst);
    }
}

impl Clock for SteppedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// A moment: microseconds since 1970 in UTC. Serialised as that integer, shown as RFC 3339.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The moment `micros` microseconds after the start of 1970 in UTC (negative: before).
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start of 1970 in UTC.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the start of 1970 in UTC, rounded down; for TOTP, certificates and cookies.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This much later. Stops at the last moment that can be written.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros_of(duration)))
    }

    /// This much earlier. Stops at the first moment that can be written.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros_of(duration)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The same moment for `jiff`. Moments outside the years that it knows (-9999 to 9999) become the nearest it does.
    pub fn to_timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_timestamp().fmt(f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instant {
    type Err = NotATime;

    /// Reads RFC 3339, such as `2026-11-21T09:12:07Z`.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        text.parse::<Timestamp>().map(Self::from).map_err(|_| NotATime::Instant(text.to_owned()))
    }
}

/// Text that is no time, no day or no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotATime {
    /// Not RFC 3339.
    #[error("\"{0}\" is not a time such as 2026-11-21T09:12:07Z")]
    Instant(String),
    /// Not `YYYY-MM-DD`, or no such day.
    #[error("\"{0}\" is not a day such as 2026-11-21")]
    Day(String),
    /// Not a name in the time zone database.
    #[error("\"{0}\" is not a time zone such as Europe/London")]
    Zone(String),
}

fn micros_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_an_integer_in_json_and_rfc_3339_in_text() {
        let instant = Instant::from_micros(1_795_252_327_000_001);
        assert_eq!(instant.to_string(), "2026-11-21T09:12:07.000001Z");
        assert_eq!("2026-11-21T09:12:07.000001Z".parse(), Ok(instant));
        assert_eq!(serde_json::to_string(&instant).expect("json"), "1795252327000001");
        assert_eq!(serde_json::from_str::<Instant>("1795252327000001").expect("an instant"), instant);
        assert_eq!(instant.unix_seconds(), 1_795_252_327);
        assert_eq!(Instant::from_micros(-1).unix_seconds(), -1);
    }

    #[test]
    fn durations_do_not_wrap() {
        let (early, late) = (Instant::from_micros(1), Instant::from_micros(4));
        assert_eq!(late.since(early), Duration::from_micros(3));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(late.plus(Duration::MAX), Instant::from_micros(i64::MAX));
        assert_eq!(early.minus(Duration::from_micros(3)), Instant::from_micros(-2));
    }

    #[test]
    fn a_stepped_clock_moves_only_when_told() {
        let stepped = Arc::new(SteppedClock::at(Instant::from_micros(5)));
        let clock: SharedClock = stepped.clone();
        assert_eq!(clock.now(), clock.now());
        stepped.step(Duration::from_micros(2));
        assert_eq!(clock.now().as_micros(), 7);
        stepped.set(Instant::from_micros(3));
        assert_eq!(clock.now().as_micros(), 3);
    }

    #[test]
    fn the_system_clock_moves_forwards() {
        let before = SystemClock.now();
        assert!(before > "2024-01-01T00:00:00Z".parse().expect("an instant"));
        assert!(SystemClock.now() >= before);
    }
}
