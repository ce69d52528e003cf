//! Dates as authors give them: a year, a month, a day, or a moment of a day.

/// A date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    /// The seconds since the day's midnight in UTC, where a time is given; one without an offset is
    /// taken to be UTC.
    time: Option<i64>,
}

impl Date {
    /// Reads `2026`, `2026-11`, `2026-11-23` or `2026-11-23T10:30:00+01:00`; of a time the seconds
    /// and the offset may be missing, and a space may stand for the `T` (RFC 3339, 5.6).
    pub fn read(text: &str) -> Option<Date> {
        let (date, time) = match text.split_at_checked(10) {
            Some((date, time)) if !time.is_empty() => (date, Some(time)),
            _ => (text, None),
        };
        let mut parts = date.split('-');
        let year = number(parts.next()?, 4, 1..=9999)?;
        let month = match parts.next() {
            Some(month) => Some(number(month, 2, 1..=12)?),
            None => None,
        };
        let day = match (month, parts.next()) {
            (Some(month), Some(day)) => Some(number(day, 2, 1..=days_in(year, month))?),
            _ => None,
        };
        if parts.next().is_some() {
            return None;
        }
        let time = match time {
            Some(time) => Some(read_time(time.strip_prefix(['T', 't', ' '])?)?),
            None => None,
        };
        Some(Date {
            year,
            month,
            day,
            time,
        })
    }

    /// The day, in UTC, of a moment that so many seconds lie before since 1 January 1970.
    pub fn of_seconds(seconds: i64) -> Date {
        let (year, month, day) = day_after(days_before(1970, 1, 1) + seconds.div_euclid(DAY));
        Date {
            year,
            month: Some(month),
            day: Some(day),
            time: None,
        }
    }

    /// Year, month and day, as far as they are given.
    pub fn parts(self) -> (i64, Option<i64>, Option<i64>) {
        (self.year, self.month, self.day)
    }

    /// The moment as RFC 3339 writes it, in UTC; a day without a time begins at midnight. `None` for
    /// a year or a month, which no moment can be made of.
    pub fn moment(self) -> Option<String> {
        let seconds = days_before(self.year, self.month?, self.day?) * DAY + self.time.unwrap_or(0);
        let (year, month, day) = day_after(seconds.div_euclid(DAY));
        let time = seconds.rem_euclid(DAY);
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        (0..=9999)
            .contains(&year)
            .then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }

    /// The day where no time is given, else the moment; as the W3C's note on dates and times writes
    /// them. `None` for a year or a month.
    pub fn day_or_moment(self) -> Option<String> {
        match self.time {
            None => Some(format!(
                "{:04}-{:02}-{:02}",
                self.year, self.month?, self.day?
            )),
            Some(_) => self.moment(),
        }
    }
}

const DAY: i64 = 86_400;

fn number(text: &str, digits: usize, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|number| plain && range.contains(number))
}

fn read_time(text: &str) -> Option<i64> {
    let (clock, offset) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, "Z"),
    };
    let clock_only = clock.split_once('.');
    let (clock, fraction) = clock_only.unwrap_or((clock, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut parts = clock.split(':');
    let hours = number(parts.next()?, 2, 0..=23)?;
    let minutes = number(parts.next()?, 2, 0..=59)?;
    let seconds = match parts.next() {
        Some(seconds) => number(seconds, 2, 0..=60)?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    let offset = match offset {
        "Z" | "z" => 0,
        offset => {
            let (hours, minutes) = offset[1..].split_once(':')?;
            let minutes = number(hours, 2, 0..=23)? * 60 + number(minutes, 2, 0..=59)?;
            if offset.starts_with('-') {
                -minutes
            } else {
                minutes
            }
        }
    };
    Some(hours * 3600 + (minutes - offset) * 60 + seconds)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days from 1 March of the year 0 to a day. Years begin with March here, so that the leap day
/// is the last.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1
}

/// The day that so many days come before.
fn day_after(days: i64) -> (i64, i64, i64) {
    // Right or some years too late, for no year is shorter than 365 days.
    let mut year = days.div_euclid(365);
    while days_before(year, 3, 1) > days {
        year -= 1;
    }
    let rest = days - days_before(year, 3, 1);
    let month = (rest * 5 + 2) / 153;
    let day = rest - (month * 153 + 2) / 5 + 1;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Option<String> {
        Date::read(text).expect("a date").moment()
    }

    /// The examples of RFC 3339, 5.8, and the days around a change of year and a leap day.
    #[test]
    fn moments_are_told_in_utc() {
        for (text, expected) in [
            ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50Z"),
            ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"),
            ("1937-01-01T12:00:27+00:20", "1937-01-01T11:40:27Z"),
            ("2026-11-23", "2026-11-23T00:00:00Z"),
            ("2027-01-01 00:30+01:00", "2026-12-31T23:30:00Z"),
            ("2024-02-28T23:30-01:00", "2024-02-29T00:30:00Z"),
            ("2000-02-29", "2000-02-29T00:00:00Z"),
            ("0001-01-01", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(moment(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(moment("9999-12-31T23:59-01:00"), None);
    }

    #[test]
    fn days_of_moments_counted_in_seconds() {
        let day = |seconds| Date::of_seconds(seconds).day_or_moment();
        assert_eq!(day(0).as_deref(), Some("1970-01-01"));
        assert_eq!(day(951_782_399).as_deref(), Some("2000-02-28"));
        assert_eq!(day(951_782_400).as_deref(), Some("2000-02-29"));
        assert_eq!(day(-1).as_deref(), Some("1969-12-31"));
    }

    #[test]
    fn a_year_or_a_month_is_a_date_but_no_moment() {
        assert_eq!(moment("1939"), None);
        assert_eq!(moment("1939-09"), None);
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "spring",
            "39",
            "1939-9-1",
            "1939-13",
            "1939-02-29",
            "1900-02-29",
            "1939-09-01-1",
            "1939-09-01T",
            "1939-09-01T25:00",
            "1939-09-01T7",
            "1939-09-01T07:00:00:00",
            "1939-09-01T07:00+1",
            "1939-09-01T07:00.",
            "1939-09-01x",
            "é939-09-01",
            "1939-09-0é",
        ] {
            assert_eq!(Date::read(text), None, "{text}");
        }
    }
}
