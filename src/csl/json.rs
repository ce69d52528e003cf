//! Reads items in CSL-JSON (CSL 1.0.2, "CSL-JSON"), dates in all the forms that are in use.
//!
//! For programs that have parsed JSON in hand, such as the CSL project's test suite: it takes
//! whatever there is and never complains. What authors keep in their files is read by
//! `sources::csl_json`, which works on values that know their places, reports what is wrong with
//! them, corrects ("en_US", dashes in pages) and drops what nobody prints; this module may not know
//! of places, and the suite wants every field as it was typed, so that one reader would be two
//! behind a switch.

use serde_json::Value;

use super::{Date, DateParts, Item, Name};

/// Variables that hold dates.
const DATES: &[&str] = &[
    "accessed",
    "available-date",
    "container",
    "event-date",
    "issued",
    "original-date",
    "submitted",
];

/// Variables that hold names.
const NAMES: &[&str] = &[
    "author",
    "chair",
    "collection-editor",
    "compiler",
    "composer",
    "container-author",
    "contributor",
    "curator",
    "director",
    "editor",
    "editorial-director",
    "editor-translator",
    "executive-producer",
    "guest",
    "host",
    "illustrator",
    "interviewer",
    "narrator",
    "organizer",
    "original-author",
    "performer",
    "producer",
    "recipient",
    "reviewed-author",
    "script-writer",
    "series-creator",
    "translator",
];

/// Reads one item; what is no CSL is left out.
pub fn item(value: &Value) -> Item {
    let mut item = Item::default();
    let Some(fields) = value.as_object() else {
        return item;
    };
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("id" | "citation-key", value) => {
                if let Some(text) = plain(value) {
                    item.key = text;
                }
            }
            ("type", value) => item.kind = plain(value).unwrap_or_default(),
            (_, Value::Array(names)) if !DATES.contains(&name.as_str()) => {
                let names: Vec<Name> = names.iter().filter_map(person).collect();
                if !names.is_empty() {
                    item.names.insert(name.clone(), names);
                }
            }
            (_, Value::Object(_)) if name != "custom" && name != "multi" => {
                if let Some(date) = date(value) {
                    item.dates.insert(name.clone(), date);
                }
            }
            (_, value) if DATES.contains(&name.as_str()) => {
                if let Some(date) = plain(value).map(|text| edtf(&text)) {
                    item.dates.insert(name.clone(), date);
                }
            }
            (_, value) => {
                if let Some(text) = plain(value) {
                    item.text.insert(name.clone(), text);
                }
            }
        }
    }
    if let Some(note) = item.text.get("note").cloned() {
        let rest = in_note(&note, &mut item);
        if rest.trim().is_empty() {
            item.text.remove("note");
        } else {
            item.text.insert("note".to_owned(), rest);
        }
    }
    item
}

/// Variables that Zotero's users write into the note: lines of `name: value` at its beginning, or
/// `{:name: value}` anywhere. Gives back what is left of the note.
fn in_note(note: &str, item: &mut Item) -> String {
    let mut rest = Vec::new();
    let mut lines = true;
    for line in note.lines() {
        let pair = line.split_once(':').filter(|(name, value)| {
            let known = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '_' || c == ' ';
            !name.is_empty() && name.chars().all(known) && !value.trim().is_empty()
        });
        match pair.filter(|_| lines) {
            Some((name, value)) if set(name.trim(), value.trim(), item) => {}
            _ => {
                lines &= line.trim().is_empty() || rest.is_empty();
                rest.push(line);
            }
        }
    }
    let mut text = rest.join("\n");
    while let Some(at) = text.find("{:") {
        let Some(len) = text[at..].find('}') else {
            break;
        };
        let inner = text[at + 2..at + len].to_owned();
        if let Some((name, value)) = inner.split_once(':') {
            set(name.trim(), value.trim(), item);
        }
        text.replace_range(at..=at + len, "");
    }
    text
}

/// Sets a variable that an item doesn't have, except that a date or a type replaces what is there;
/// whether it is one.
fn set(name: &str, value: &str, item: &mut Item) -> bool {
    let name = match name {
        "DOI" | "PMID" | "PMCID" | "ISBN" | "ISSN" | "URL" => name.to_owned(),
        name => name.to_lowercase().replace([' ', '_'], "-"),
    };
    if name == "type" {
        item.kind = value.to_owned();
        return true;
    }
    if DATES.contains(&name.as_str()) {
        item.dates.insert(name, edtf(value));
        return true;
    }
    if NAMES.contains(&name.as_str()) {
        let name_value = match value.split_once("||") {
            Some((family, given)) => Name {
                family: family.trim().to_owned(),
                given: Some(given.trim().to_owned()),
                ..Name::default()
            },
            None => Name {
                family: value.to_owned(),
                literal: true,
                ..Name::default()
            },
        };
        item.names.entry(name).or_default().push(name_value);
        return true;
    }
    if !TEXTS.contains(&name.as_str()) {
        return false;
    }
    item.text.entry(name).or_insert_with(|| value.to_owned());
    true
}

/// Other variables that may be set in a note.
const TEXTS: &[&str] = &[
    "archive",
    "archive-place",
    "authority",
    "call-number",
    "chapter-number",
    "citation-label",
    "collection-number",
    "collection-title",
    "container-title",
    "container-title-short",
    "dimensions",
    "division",
    "DOI",
    "edition",
    "event",
    "event-place",
    "event-title",
    "genre",
    "ISBN",
    "ISSN",
    "issue",
    "jurisdiction",
    "keyword",
    "language",
    "medium",
    "number",
    "number-of-pages",
    "number-of-volumes",
    "original-publisher",
    "original-publisher-place",
    "original-title",
    "page",
    "part-number",
    "part-title",
    "PMCID",
    "PMID",
    "printing-number",
    "publisher",
    "publisher-place",
    "references",
    "reviewed-genre",
    "reviewed-title",
    "scale",
    "section",
    "source",
    "status",
    "supplement-number",
    "title",
    "title-short",
    "URL",
    "version",
    "volume",
    "volume-title",
];

/// A value as text.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn person(value: &Value) -> Option<Name> {
    let get = |name: &str| value.get(name).and_then(plain);
    if let Some(literal) = get("literal") {
        return Some(Name {
            family: literal,
            literal: true,
            ..Name::default()
        });
    }
    let truthy = |name: &str| match value.get(name) {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::Number(number)) => number.as_i64() != Some(0),
        Some(Value::String(text)) => !text.is_empty() && text != "false",
        _ => false,
    };
    let name = Name {
        family: get("family").unwrap_or_default(),
        given: get("given"),
        particle: get("non-dropping-particle"),
        dropping_particle: get("dropping-particle"),
        suffix: get("suffix"),
        comma_suffix: truthy("comma-suffix"),
        static_order: truthy("static-ordering"),
        literal: false,
    };
    let empty = name.family.is_empty() && name.given.as_deref().unwrap_or_default().is_empty();
    (!empty).then_some(name)
}

fn number(value: &Value) -> Option<i32> {
    match value {
        Value::Number(number) => i32::try_from(number.as_i64()?).ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn date(value: &Value) -> Option<Date> {
    let mut date = Date {
        circa: match value.get("circa") {
            Some(Value::Bool(yes)) => *yes,
            Some(Value::Number(number)) => number.as_i64() != Some(0),
            Some(Value::String(text)) => !text.is_empty() && text != "false" && text != "0",
            _ => false,
        },
        literal: value.get("literal").and_then(plain),
        ..Date::default()
    };
    let parts = |value: &Value| {
        let list = value.as_array()?;
        let small = |n: usize| {
            list.get(n)
                .and_then(number)
                .and_then(|n| u8::try_from(n).ok())
        };
        Some(DateParts {
            year: list.first().and_then(number).unwrap_or(0),
            month: small(1).filter(|n| *n > 0),
            day: small(2).filter(|n| (1..=31).contains(n)),
        })
    };
    let ends = value.get("date-parts").and_then(Value::as_array);
    let ends = ends.filter(|ends| !ends.is_empty());
    if let Some(ends) = ends {
        date.start = ends.first().and_then(parts).unwrap_or_default();
        date.end = ends.get(1).and_then(parts);
    } else if let Some(raw) = value.get("raw").and_then(plain) {
        let read = worded(&raw).unwrap_or_else(|| edtf(&raw));
        date.start = read.start;
        date.end = read.end;
        date.circa |= read.circa;
        date.literal = date.literal.or(read.literal);
    }
    if let Some(season) = value.get("season") {
        let season = match season.as_str().map(str::to_lowercase).as_deref() {
            Some("spring") => Some(1),
            Some("summer") => Some(2),
            Some("autumn" | "fall") => Some(3),
            Some("winter") => Some(4),
            _ => number(season).and_then(|n| u8::try_from(n).ok()),
        };
        if let Some(season) = season.filter(|n| (1..=4).contains(n))
            && date.start.month.is_none()
        {
            date.start.month = Some(20 + season);
        }
    }
    let empty = date.start == DateParts::default() && date.literal.is_none();
    (!empty).then_some(date)
}

/// A date after ISO 8601 and EDTF: `1914-07-28`, `1914/1918`, `1914?`, `-0043`; anything else is
/// kept as it is.
fn edtf(text: &str) -> Date {
    let text = text.trim();
    let literal = || Date {
        literal: Some(text.to_owned()),
        ..Date::default()
    };
    let one = |text: &str| -> Option<DateParts> {
        let text = text.trim().trim_end_matches(['?', '~', '%']);
        if text.is_empty() || text == ".." {
            return Some(DateParts::default());
        }
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let digits = digits.split('T').next()?;
        let mut parts = digits.split('-');
        let year = parts.next()?;
        if year.is_empty() || !year.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let small = |part: Option<&str>| match part {
            Some(part) => part.parse::<u8>().ok().map(Some),
            None => Some(None),
        };
        Some(DateParts {
            year: sign * year.parse::<i32>().ok()?,
            month: small(parts.next())?,
            day: small(parts.next())?,
        })
    };
    let circa = text.contains(['?', '~', '%']);
    match text.split_once('/') {
        Some((start, end)) => match (one(start), one(end)) {
            (Some(start), Some(end)) if start.year != 0 => Date {
                start,
                end: Some(end),
                circa,
                literal: None,
            },
            _ => literal(),
        },
        None => match one(text) {
            Some(start) if start.year != 0 => Date {
                start,
                circa,
                ..Date::default()
            },
            _ => literal(),
        },
    }
}

/// A date in English words or with slashes, as people type it: "28 July 1914", "Aug. 1914",
/// "7/28/1914", "Spring 1999 - Summer 2001". `None` for anything else.
fn worded(text: &str) -> Option<Date> {
    let ends: Vec<&str> = text.split(" - ").flat_map(|part| part.split('–')).collect();
    let circa = text.contains('?') || text.to_lowercase().starts_with("c");
    match ends[..] {
        [one] => Some(Date {
            start: day_in_words(one)?,
            circa,
            ..Date::default()
        }),
        [start, end] => Some(Date {
            start: day_in_words(start)?,
            end: Some(day_in_words(end)?),
            circa,
            ..Date::default()
        }),
        _ => None,
    }
}

fn day_in_words(text: &str) -> Option<DateParts> {
    const NAMES: [&str; 17] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "spr",
        "sum", "aut", "win", "fal",
    ];
    let mut parts = DateParts::default();
    let mut numbers: Vec<i32> = Vec::new();
    let slashed = text.matches('/').count() == 2;
    for word in text.split([' ', ',', '/']).filter(|word| !word.is_empty()) {
        let word = word.trim_end_matches(['.', '?']).to_lowercase();
        if matches!(word.as_str(), "c" | "ca" | "circa") {
            continue;
        }
        let digits = word.trim_end_matches(char::is_alphabetic);
        if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
            let number: i32 = digits.parse().ok()?;
            if parts.year == 0 && digits.len() > 2 {
                parts.year = number;
            } else {
                numbers.push(number);
            }
            continue;
        }
        let known = NAMES.iter().position(|name| word.starts_with(name))?;
        let month = match known {
            0..=11 => known + 1,
            12..=15 => known + 9,
            _ => 23,
        };
        parts.month = u8::try_from(month).ok();
    }
    let small =
        |number: i32, most: u8| u8::try_from(number).ok().filter(|n| (1..=most).contains(n));
    match (numbers[..].as_ref(), parts.month) {
        ([], _) => {}
        ([day], Some(_)) => parts.day = Some(small(*day, 31)?),
        // Months come first where slashes divide them, as in American English.
        ([month, day], None) if slashed => {
            parts.month = Some(small(*month, 12)?);
            parts.day = Some(small(*day, 31)?);
        }
        _ => return None,
    }
    (parts.year != 0).then_some(parts)
}
