//! A setting's time zone: which day a moment falls on, when days begin and end over both changes of the clocks, and
//! how days and times are said on screen and in the audit log.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::{Day, Instant, NotATime};

/// The setting's time zone: which day a moment falls on, when days begin, and how times are said.
#[derive(Clone, Debug)]
pub struct SettingTime {
    tz: TimeZone,
}

impl SettingTime {
    /// The time of this zone.
    pub fn new(tz: TimeZone) -> Self {
        Self { tz }
    }

    /// The time of the zone with this name in the time zone database, such as `Europe/London`.
    pub fn named(name: &str) -> Result<Self, NotATime> {
        TimeZone::get(name).map(Self::new).map_err(|_| NotATime::Zone(name.to_owned()))
    }

    /// The day on which a moment falls here.
    pub fn day_of(&self, instant: Instant) -> Day {
        Day::from(self.zoned(instant).date())
    }

    /// The first moment of the day here.
    pub fn start_of(&self, day: Day) -> Instant {
        self.moment(day, Time::midnight())
    }

    /// The moment at which the day has ended here, which is the first of the next: compare with `<`.
    /// Days are 23 or 25 hours long when the clocks change.
    pub fn end_of(&self, day: Day) -> Instant {
        self.start_of(day.add_days(1))
    }

    /// The moment at which clocks here show this hour and minute on this day, if a clock can show them. An hour that
    /// the spring change leaves out is taken as an hour later, one that autumn repeats as its first.
    pub fn at(&self, day: Day, hour: i8, minute: i8) -> Option<Instant> {
        Time::new(hour, minute, 0, 0).ok().map(|time| self.moment(day, time))
    }

    /// Hour (0 to 23) and minute that clocks here show at this moment.
    pub fn hour_and_minute(&self, instant: Instant) -> (i8, i8) {
        let zoned = self.zoned(instant);
        (zoned.hour(), zoned.minute())
    }

    /// The time as people say it: `9:12am`, `4pm`, `noon`, `midnight`.
    pub fn words_time(&self, instant: Instant) -> String {
        words_time(self.zoned(instant).time())
    }

    /// The form of the audit log and of evidence packs: `2026-11-21 09:12:07 GMT`.
    pub fn audit(&self, instant: Instant) -> String {
        self.zoned(instant).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
    }

    fn zoned(&self, instant: Instant) -> Zoned {
        instant.to_timestamp().to_zoned(self.tz.clone())
    }

    fn moment(&self, day: Day, time: Time) -> Instant {
        match self.tz.to_ambiguous_zoned(day.date().to_datetime(time)).compatible() {
            Ok(zoned) => zoned.timestamp().into(),
            // Only within a day of the end of time, where the zone's offset leads outside it.
            Err(_) if day.date().year() > 0 => Timestamp::MAX.into(),
            Err(_) => Timestamp::MIN.into(),
        }
    }
}

/// The day as people say it, with its weekday; the year only when it is more than six months from `today`.
pub fn words_day(day: Day, today: Day) -> String {
    let near = today.add_months(-6)..=today.add_months(6);
    let form = if near.contains(&day) { "%A %-d %B" } else { "%A %-d %B %Y" };
    day.date().strftime(form).to_string()
}

fn words_time(time: Time) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    let on_dial = (hour + 11) % 12 + 1;
    let half = if hour < 12 { "am" } else { "pm" };
    match (hour, minute) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "noon".to_owned(),
        (_, 0) => format!("{on_dial}{half}"),
        _ => format!("{on_dial}:{minute:02}{half}"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn london() -> SettingTime {
        SettingTime::named("Europe/London").expect("the zone is in the database")
    }

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn instant(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn hours_of(text: &str) -> u64 {
        london().end_of(day(text)).since(london().start_of(day(text))).as_secs() / 3600
    }

    #[test]
    fn days_are_23_and_25_hours_long_when_the_clocks_change() {
        assert_eq!(hours_of("2026-03-29"), 23);
        assert_eq!(hours_of("2026-10-25"), 25);
        assert_eq!(hours_of("2028-02-29"), 24);
        assert_eq!(london().start_of(day("2026-06-01")), instant("2026-05-31T23:00:00Z"));
    }

    #[test]
    fn a_day_holds_each_of_its_moments_and_no_other() {
        let time = london();
        for text in ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26", "2028-02-29"] {
            let day = day(text);
            assert_eq!(time.day_of(time.start_of(day)), day);
            assert_eq!(time.day_of(time.end_of(day).minus(Duration::from_micros(1))), day);
            assert_eq!(time.day_of(time.end_of(day)), day.add_days(1));
            assert_eq!(time.day_of(time.start_of(day).minus(Duration::from_micros(1))), day.add_days(-1));
        }
    }

    #[test]
    fn a_day_can_begin_after_midnight() {
        // In Beirut the clocks go from midnight to one, so that the day begins at one.
        let time = SettingTime::named("Asia/Beirut").expect("the zone is in the database");
        let start = time.start_of(day("2025-03-30"));
        assert_eq!(time.hour_and_minute(start), (1, 0));
        assert_eq!(time.day_of(start.minus(Duration::from_micros(1))), day("2025-03-29"));
    }

    #[test]
    fn hours_left_out_and_repeated() {
        let time = london();
        assert_eq!(time.at(day("2026-03-29"), 1, 30), Some(instant("2026-03-29T01:30:00Z")));
        assert_eq!(time.words_time(instant("2026-03-29T01:30:00Z")), "2:30am");
        assert_eq!(time.at(day("2026-10-25"), 1, 30), Some(instant("2026-10-25T00:30:00Z")));
        assert_eq!(time.at(day("2026-10-25"), 24, 0), None);
    }

    #[test]
    fn times_in_words() {
        let time = london();
        let start = time.start_of(day("2026-11-21"));
        let words = |minutes: u64| time.words_time(start.plus(Duration::from_secs(minutes * 60 + 59)));
        assert_eq!(words(0), "midnight");
        assert_eq!(words(1), "12:01am");
        assert_eq!(words(9 * 60 + 12), "9:12am");
        assert_eq!(words(11 * 60 + 59), "11:59am");
        assert_eq!(words(12 * 60), "noon");
        assert_eq!(words(12 * 60 + 5), "12:05pm");
        assert_eq!(words(16 * 60), "4pm");
        assert_eq!(words(23 * 60 + 59), "11:59pm");
    }

    #[test]
    fn days_in_words_say_the_year_only_when_it_is_far() {
        let today = day("2026-11-21");
        assert_eq!(words_day(today, today), "Saturday 21 November");
        assert_eq!(words_day(day("2027-05-21"), today), "Friday 21 May");
        assert_eq!(words_day(day("2027-05-22"), today), "Saturday 22 May 2027");
        assert_eq!(words_day(day("2026-05-20"), today), "Wednesday 20 May 2026");
        assert_eq!(words_day(day("2026-05-21"), today), "Thursday 21 May");
        assert_eq!(words_day(day("2028-02-29"), today), "Tuesday 29 February 2028");
    }

    #[test]
    fn the_audit_form_names_the_zone_and_tells_repeated_hours_apart() {
        let time = london();
        assert_eq!(time.audit(instant("2026-11-21T09:12:07.9Z")), "2026-11-21 09:12:07 GMT");
        let first = instant("2026-10-25T00:30:00Z");
        assert_eq!(time.audit(first), "2026-10-25 01:30:00 BST");
        assert_eq!(time.audit(first.plus(HOUR)), "2026-10-25 01:30:00 GMT");
    }

    #[test]
    fn a_zone_that_does_not_exist_is_refused_in_words() {
        let error = SettingTime::named("Europe/Ambridge").expect_err("no such zone");
        assert_eq!(error.to_string(), "\"Europe/Ambridge\" is not a time zone such as Europe/London");
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        let time = london();
        assert!(time.start_of(Day::FIRST) < time.end_of(Day::LAST));
        time.day_of(Instant::from_micros(i64::MAX));
        time.audit(Instant::from_micros(i64::MIN));
    }
}
