//! Reads dates as BibLaTeX writes them: EDTF, levels 0 and 1 (*The biblatex package*, 2.3.8), and
//! the older `year` and `month`.

use crate::csl::{Date, DateParts};

/// Reads a `date`, `origdate`, `eventdate` or `urldate`; `None` if it is none.
pub fn edtf(text: &str) -> Option<Date> {
    let text = text.trim();
    let Some((start, end)) = text.split_once('/') else {
        let (first, last, circa) = one(text)?;
        return Some(Date {
            start: first,
            end: last,
            circa,
            literal: None,
        });
    };
    let open = |side: &str| matches!(side.trim(), "" | "..");
    match (open(start), open(end)) {
        (true, true) => None,
        (false, true) => {
            let (start, _, circa) = one(start)?;
            let literal = Some(format!("{}–", start.year));
            Some(Date {
                start,
                end: None,
                circa,
                literal,
            })
        }
        (true, false) => {
            let (end, last, circa) = one(end)?;
            let literal = Some(format!("–{}", last.unwrap_or(end).year));
            Some(Date {
                start: DateParts::default(),
                end: None,
                circa,
                literal,
            })
        }
        (false, false) => {
            let (start, _, circa) = one(start)?;
            let (end, last, also_circa) = one(end)?;
            Some(Date {
                start,
                end: Some(last.unwrap_or(end)),
                circa: circa || also_circa,
                literal: None,
            })
        }
    }
}

/// One side: its first day, its last where digits are left open (`194X`), whether it is doubtful.
fn one(text: &str) -> Option<(DateParts, Option<DateParts>, bool)> {
    let text = text.trim();
    let sure = text.strip_suffix(['~', '?', '%']);
    let circa = sure.is_some();
    let text = sure.unwrap_or(text).trim_end();
    // A time of day is of no use to any style.
    let text = text.split_once(['T', 't']).map_or(text, |(day, _)| day);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let mut parts = digits.split('-');
    let year_text = parts.next()?;
    if year_text.len() != 4 {
        return None;
    }
    if let Some(known) = year_text.strip_suffix("XX").or(year_text.strip_suffix('X')) {
        let open = 10i32.pow(u32::try_from(4 - known.len()).ok()?);
        let first = sign * number(known)? * open;
        if parts.next().is_some() || sign < 0 {
            return None;
        }
        let year = |year| DateParts {
            year,
            month: None,
            day: None,
        };
        return Some((year(first), Some(year(first + open - 1)), circa));
    }
    // EDTF counts a year 0, which is 1 BCE; CSL doesn't.
    let year = sign * number(year_text)?;
    let year = if year <= 0 { year - 1 } else { year };
    let mut part = || match parts.next() {
        None | Some("XX") => Some(None),
        Some(text) if text.len() <= 2 => number(text).and_then(|n| u8::try_from(n).ok()).map(Some),
        Some(_) => None,
    };
    let (month, day) = (part()?, part()?);
    let valid = match (month, day) {
        (None, None) => true,
        (Some(month), None) => matches!(month, 1..=12 | 21..=24),
        (Some(month), Some(day)) => day >= 1 && day <= days(month, year),
        (None, Some(_)) => false,
    };
    (valid && parts.next().is_none()).then_some((DateParts { year, month, day }, None, circa))
}

fn number(text: &str) -> Option<i32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn days(month: u8, year: i32) -> u8 {
    let year = if year < 0 { year + 1 } else { year };
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Reads a `year`. Words are fine there: "forthcoming", "n.d.".
pub fn year(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let about = ["ca.", "c.", "circa", "ca"]
        .iter()
        .find_map(|word| bare.strip_prefix(word));
    let bare = about.unwrap_or(bare).trim();
    let range = bare.replace(['–', '—'], "/").replace("--", "/");
    let years =
        |text: &str| (text.bytes().all(|b| b.is_ascii_digit() || b == b'/')).then(|| edtf(text));
    let plain = range.split_once('-').filter(|(first, _)| first.len() == 4);
    let range = plain.map_or(range.clone(), |(first, last)| format!("{first}/{last}"));
    let uncertain = range.strip_suffix('?');
    match years(uncertain.unwrap_or(&range)).flatten() {
        Some(mut date) => {
            date.circa |= about.is_some() || uncertain.is_some();
            Some(date)
        }
        None => match edtf(bare) {
            Some(date) => Some(Date {
                circa: date.circa || about.is_some(),
                ..date
            }),
            None => Some(Date {
                literal: Some(text.to_owned()),
                ..Date::default()
            }),
        },
    }
}

/// Reads a `month`: a number, a name in English or its beginning, a season.
pub fn month(text: &str) -> Option<u8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const SEASONS: [&str; 5] = ["spring", "summer", "autumn", "winter", "fall"];
    let text = text.trim().trim_end_matches('.').to_lowercase();
    if let Some(number) = number(&text) {
        return u8::try_from(number)
            .ok()
            .filter(|n| matches!(n, 1..=12 | 21..=24));
    }
    let place = |names: &[&str]| names.iter().position(|name| name.starts_with(&text));
    if text.chars().count() < 3 {
        return None;
    }
    let found = place(&NAMES).map(|n| n + 1);
    let found = found.or_else(|| place(&SEASONS).map(|n| if n == 4 { 23 } else { n + 21 }));
    found.and_then(|n| u8::try_from(n).ok())
}
