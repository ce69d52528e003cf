//! Reads dates and writes them: EDTF, levels 0 and 1, as BibLaTeX writes it (*The biblatex package*, 2.3.8), the older
//! `year` and `month`, parts in numbers, and the words that people write.

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
    let open = |side: &str| matches!(side.trim(), "" | ".." | "open" | "unknown");
    match (open(start), open(end)) {
        (true, true) => None,
        (false, true) => {
            let (start, _, circa) = one(start)?;
            Some(open_end(start, circa))
        }
        (true, false) => {
            let (end, last, circa) = one(end)?;
            Some(open_start(&last.unwrap_or(end), circa))
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

/// A range without an end, "1997–": its end is no year.
fn open_end(start: DateParts, circa: bool) -> Date {
    let literal = Some(format!("{}–", start.year));
    Date {
        start,
        end: Some(DateParts::default()),
        circa,
        literal,
    }
}

/// A range without a beginning: "–1997".
fn open_start(end: &DateParts, circa: bool) -> Date {
    Date {
        start: DateParts::default(),
        end: None,
        circa,
        literal: Some(format!("–{}", end.year)),
    }
}

/// A date or a range, each side as year, month and day, as far as they are known (CSL-JSON,
/// `date-parts`). A second side that is there but empty, or 0, is a range without an end.
pub fn of_parts(first: &[i64], last: &[i64]) -> Option<Date> {
    let side = |parts: &[i64]| {
        let year = i32::try_from(*parts.first()?)
            .ok()
            .filter(|year| *year != 0)?;
        let month = match parts.get(1) {
            None | Some(0) => None,
            Some(month) => Some(u8::try_from(*month).ok().filter(|m| is_month(*m))?),
        };
        let day = match parts.get(2) {
            None | Some(0) => None,
            Some(day) => Some(u8::try_from(*day).ok().filter(|d| (1..=31).contains(d))?),
        };
        let day = day.filter(|_| month.is_some_and(|month| month <= 12));
        Some(DateParts { year, month, day })
    };
    let open = |parts: &[i64]| parts.iter().all(|part| *part == 0);
    match (open(first), open(last)) {
        (true, true) => None,
        (true, false) => Some(open_start(&side(last)?, false)),
        (false, true) => {
            let start = side(first)?;
            Some(match last.is_empty() {
                true => Date {
                    start,
                    ..Date::default()
                },
                false => open_end(start, false),
            })
        }
        (false, false) => Some(Date {
            start: side(first)?,
            end: Some(side(last)?),
            ..Date::default()
        }),
    }
}

/// Whether it is words in place of a date. A range that is open on a side has words, too.
pub fn is_words(date: &Date) -> bool {
    date.literal.is_some() && write(date).is_none()
}

/// Writes a date as EDTF that [`edtf`] reads; `None` for words and for what has no four-digit year.
pub fn write(date: &Date) -> Option<String> {
    let about = if date.circa { "~" } else { "" };
    if let (Some(words), None) = (&date.literal, &date.end) {
        let year = words.strip_prefix('–')?.parse().ok()?;
        let end = DateParts {
            year,
            ..DateParts::default()
        };
        return Some(format!("/{}{about}", write_day(&end)?));
    }
    let start = write_day(&date.start)?;
    Some(match &date.end {
        None => format!("{start}{about}"),
        Some(end) if *end == DateParts::default() => format!("{start}{about}/"),
        Some(end) => format!("{start}{about}/{}{about}", write_day(end)?),
    })
}

/// Writes a day as exactly as it is known: 1939-08-23. A day that its month doesn't have is left
/// out.
pub fn write_day(day: &DateParts) -> Option<String> {
    let mut text = match day.year {
        year @ 1..=9999 => format!("{year:04}"),
        // EDTF counts a year 0, which is 1 BCE.
        -1 => "0000".to_owned(),
        year @ -10_000..=-2 => format!("-{:04}", -(year + 1)),
        _ => return None,
    };
    if let Some(month) = day.month.filter(|month| is_month(*month)) {
        text.push_str(&format!("-{month:02}"));
        let known = |number: &u8| (1..=days_of(month, day.year)).contains(number);
        if let Some(number) = day.day.filter(known) {
            text.push_str(&format!("-{number:02}"));
        }
    }
    Some(text)
}

fn is_month(month: u8) -> bool {
    matches!(month, 1..=12 | 21..=24)
}

/// Reads a date as people write it: EDTF, "May 3, 1932", "3 May 1932", "3.5.1932", "May–June 1932",
/// "spring 1932", "c. 1932"; other words are taken as they stand.
pub fn words(text: &str) -> Date {
    let text = text.trim();
    // "1932-05" is a month here, not the years 1932 to 1905.
    if let Some(date) = edtf(text) {
        return date;
    }
    // RIS, and programs that write it, divide year, month and day with slashes.
    let slashed: Vec<&str> = text.split('/').collect();
    if let [first, second, third] = slashed.as_slice()
        && first.len() == 4
    {
        let joined = [*first, *second, *third]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| format!("{part:0>2}"));
        if let Some(date) = edtf(&joined.collect::<Vec<_>>().join("-")) {
            return date;
        }
    }
    let about = ["ca.", "c.", "circa ", "about "]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    if let Some(date) = named(about.unwrap_or(text).trim()) {
        return Date {
            circa: about.is_some(),
            ..date
        };
    }
    year(text).unwrap_or_default()
}

/// A date with the name of a month or season, or with full stops.
fn named(text: &str) -> Option<Date> {
    let dotted: Vec<&str> = text.split('.').map(str::trim).collect();
    if let [day, month, year] = dotted.as_slice()
        && year.len() == 4
        && number(month).is_some()
    {
        return edtf(&format!("{year}-{month:0>2}-{day:0>2}"));
    }
    let spaced = text.replace(['–', '—'], "-").replace([',', '/'], " ");
    let (mut days, mut months, mut years) = (Vec::new(), Vec::new(), Vec::new());
    let parts = spaced
        .split([' ', '-', '\u{a0}'])
        .filter(|word| !word.is_empty());
    for word in parts {
        let digits = word
            .strip_suffix("st")
            .or(word.strip_suffix("nd"))
            .or(word.strip_suffix("rd"))
            .or(word.strip_suffix("th"))
            .unwrap_or(word)
            .trim_end_matches('.');
        match number(digits) {
            Some(year) if digits.len() == 4 && digits == word => years.push(year),
            Some(day @ 1..=31) if digits.len() < 3 => days.push(u8::try_from(day).ok()?),
            Some(_) => return None,
            None => months.push(month(word)?),
        }
    }
    let day = |year, month, day| DateParts {
        year,
        month: Some(month),
        day,
    };
    let (first, last) = match (years.as_slice(), months.as_slice(), days.as_slice()) {
        ([y], [m], []) => (day(*y, *m, None), None),
        ([y], [m], [d]) => (day(*y, *m, Some(*d)), None),
        ([y], [m], [d, e]) => (day(*y, *m, Some(*d)), Some(day(*y, *m, Some(*e)))),
        ([y], [m, n], []) => (day(*y, *m, None), Some(day(*y, *n, None))),
        ([y], [m, n], [d, e]) => (day(*y, *m, Some(*d)), Some(day(*y, *n, Some(*e)))),
        ([y, z], [m, n], []) => (day(*y, *m, None), Some(day(*z, *n, None))),
        ([y, z], [m, n], [d, e]) => (day(*y, *m, Some(*d)), Some(day(*z, *n, Some(*e)))),
        _ => return None,
    };
    let valid = |date: &DateParts| {
        let month = date.month.unwrap_or_default();
        date.day.is_none_or(|day| day <= days_of(month, date.year))
    };
    (valid(&first) && last.as_ref().is_none_or(valid)).then_some(Date {
        start: first,
        end: last,
        ..Date::default()
    })
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
        (Some(month), Some(day)) => day >= 1 && day <= days_of(month, year),
        (None, Some(_)) => false,
    };
    (valid && parts.next().is_none()).then_some((DateParts { year, month, day }, None, circa))
}

fn number(text: &str) -> Option<i32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn days_of(month: u8, year: i32) -> u8 {
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
    // "1931–32": what the second year leaves out.
    let range = match range.split_once('/') {
        Some((first, last))
            if first.len() == 4
                && matches!(last.len(), 1 | 2)
                && first.get(4 - last.len()..) < Some(last) =>
        {
            let century = first.get(..4 - last.len()).unwrap_or_default();
            format!("{first}/{century}{last}")
        }
        _ => range,
    };
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
    let text = text.trim().trim_end_matches('.').to_lowercase();
    if let Some(number) = number(&text) {
        return u8::try_from(number).ok().filter(|n| is_month(*n));
    }
    if text.chars().count() < 3 {
        return None;
    }
    let found = NAMES.iter().position(|name| name.starts_with(&text));
    match found.and_then(|n| u8::try_from(n + 1).ok()) {
        Some(month) => Some(month),
        None => season(&text).filter(|season| *season > 20),
    }
}

/// Reads a season: its name in English or its beginning (21 to 24), or a number.
pub fn season(text: &str) -> Option<u8> {
    const NAMES: [&str; 5] = ["spring", "summer", "autumn", "winter", "fall"];
    let text = text.trim().to_lowercase();
    if let Some(number) = number(&text) {
        return u8::try_from(number).ok();
    }
    let found = NAMES
        .iter()
        .position(|name| text.len() > 2 && name.starts_with(&text))?;
    u8::try_from(if found == 4 { 23 } else { found + 21 }).ok()
}
