//! What people type about days, times of day and telephone numbers, in the ways in which they type it. Nothing is guessed: what
//! can be read in two ways is not read.

use super::clock::Day;

/// A day as typed or picked: `2026-11-27`, or day, month and year as in `27/11/2026`, `27.11.26` or `27 11 2026`.
pub fn typed_day(text: &str) -> Option<Day> {
    let text = text.trim();
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let plain = |text: &&str| text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(plain) {
        return None;
    }
    let year = match year.len() {
        2 => 2000 + year.parse::<i16>().ok()?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    Day::new(year, month.parse().ok()?, day.parse().ok()?)
}

/// Minutes after midnight of a time of day as typed: `9.12`, `0912`, `9:12am`, `7pm`, `noon`, `midnight`.
pub fn typed_minutes(text: &str) -> Option<i64> {
    let text: String = text.to_lowercase().split_whitespace().collect();
    match text.as_str() {
        "noon" | "midday" => return Some(12 * 60),
        "midnight" => return Some(0),
        _ => {}
    }
    let (clock, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (text.as_str(), None),
    };
    let (hour, minute) = match clock.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None if clock.len() >= 3 => clock.split_at_checked(clock.len() - 2)?,
        None => (clock, "0"),
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i64>().ok()).flatten();
    let (hour, minute) = (number(hour)?, number(minute)?);
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
    };
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

/// A time of day as people say it, from minutes after midnight: `7am`, `6:30pm`, `noon`, `midnight`.
pub fn words_minutes(minutes: i64) -> String {
    let (hour, minute) = (minutes.rem_euclid(24 * 60) / 60, minutes.rem_euclid(60));
    let (on_dial, half) = ((hour + 11) % 12 + 1, if hour < 12 { "am" } else { "pm" });
    match (hour, minute) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "noon".to_owned(),
        (_, 0) => format!("{on_dial}{half}"),
        _ => format!("{on_dial}:{minute:02}{half}"),
    }
}

/// Whether text looks like a telephone number: 6 to 20 digits, spaces, and the marks that people put between them.
pub fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = text.char_indices().all(|(at, letter)| match letter {
        '+' => at == 0,
        _ => letter.is_ascii_digit() || " ()-./".contains(letter),
    });
    marks && (6..=20).contains(&digits) && text.len() <= 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_type_them() {
        let day = "2026-11-07".parse().ok();
        for text in ["2026-11-07", "7/11/2026", "07.11.26", "7 11 2026", " 07-11-2026 "] {
            assert_eq!(typed_day(text), day, "{text}");
        }
        for text in ["", "7/11", "31/2/2026", "11/27/2026", "7/11/226", "tomorrow", "7/11/2026/1", "+7/11/2026"] {
            assert_eq!(typed_day(text), None, "{text}");
        }
    }

    #[test]
    fn times_as_people_type_them() {
        for (text, minutes) in [
            ("9.12", 552),
            ("0912", 552),
            ("912", 552),
            ("9:12am", 552),
            ("9:12 PM", 1272),
            ("7", 420),
            ("7 pm", 1140),
            ("12am", 0),
            ("12.30pm", 750),
            ("19:00", 1140),
            ("noon", 720),
            ("midnight", 0),
        ] {
            assert_eq!(typed_minutes(text), Some(minutes), "{text}");
        }
        for text in ["", "24:00", "9:60", "13pm", "0am", "9:1", "nine", "9:12:00", "-9", "é12"] {
            assert_eq!(typed_minutes(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_said_can_be_typed() {
        for minutes in (0..24 * 60).step_by(7) {
            assert_eq!(typed_minutes(&words_minutes(minutes)), Some(minutes));
        }
    }

    #[test]
    fn telephone_numbers() {
        for text in ["01632 960123", "+44 (0)1632 960123", "020-7946-0123", "999999"] {
            assert!(is_phone(text), "{text}");
        }
        for text in ["", "12345", "ring me", "0163296+0123", "01632 960123 ext 4", "123456789012345678901"] {
            assert!(!is_phone(text), "{text}");
        }
    }
}
