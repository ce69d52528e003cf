//! Dates as people write them: read as far as needed to put them in order, and written as the
//! page's language does where they are given in figures only.

/// When something was, for sorting: a year sorts before its months, a month before its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    year: i64,
    month: u8,
    day: u8,
}

/// The names of months: by language, and for each month the forms it is found in. The first form
/// stands behind a day, the last by itself.
const MONTHS: &[(&str, [&str; 12])] = &[
    (
        "en",
        [
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
        ],
    ),
    (
        "de",
        [
            "januar",
            "februar",
            "märz",
            "april",
            "mai",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "dezember",
        ],
    ),
    (
        "fr",
        [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
    ),
    (
        "es",
        [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
    ),
    (
        "ru",
        [
            "января|январь",
            "февраля|февраль",
            "марта|март",
            "апреля|апрель",
            "мая|май",
            "июня|июнь",
            "июля|июль",
            "августа|август",
            "сентября|сентябрь",
            "октября|октябрь",
            "ноября|ноябрь",
            "декабря|декабрь",
        ],
    ),
];

impl When {
    /// Reads a date, or the beginning of a time: `1939`, `1939-08-23`, `23 August 1939`, `c. 1939`,
    /// `Aug. 1939`, `1939–1941`, `1930s`, `44 BC`. None if no year can be found.
    pub fn read(text: &str) -> Option<When> {
        let text = text.trim();
        if let Some(when) = figures(text.split(['/', '–', ' ']).next().unwrap_or_default()) {
            return Some(when);
        }
        let lower = text.to_lowercase();
        // Only what begins counts: of "May 1939 – June 1941" the first half, if it has a year.
        let mut halves = lower.splitn(2, " – ");
        let first = halves.next().unwrap_or_default();
        loose(first).or_else(|| loose(&lower))
    }

    /// Where it stands on an axis of years.
    pub fn years(self) -> f64 {
        let month = f64::from(self.month.max(1) - 1);
        let day = f64::from(self.day.max(1) - 1);
        self.year as f64 + month / 12.0 + day / 372.0
    }
}

/// `1939`, `1939-08`, `1939-08-23`.
fn figures(text: &str) -> Option<When> {
    let mut parts = text.split('-');
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| {
        let fits = digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| part.parse::<i64>().ok()).flatten()
    };
    let year = number(parts.next()?, 3..=4)?;
    let mut small = |most: i64| match parts.next() {
        None => Some(0),
        Some(part) => number(part, 2..=2).filter(|value| (1..=most).contains(value)),
    };
    let (month, day) = (small(12)?, small(31)?);
    parts.next().is_none().then_some(When {
        year,
        month: month as u8,
        day: day as u8,
    })
}

fn loose(text: &str) -> Option<When> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let leading = |word: &str| -> Option<i64> {
        let end = word
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(word.len());
        word[..end].parse().ok().filter(|_| end <= 4)
    };
    let month = words.iter().find_map(|word| month(word)).unwrap_or(0);
    let before = ["bc", "bce"].iter().any(|era| words.contains(era));
    let era = before || ["ad", "ce"].iter().any(|era| words.contains(era));
    let numbers: Vec<(usize, i64)> = words
        .iter()
        .filter_map(|word| {
            Some((
                word.trim_end_matches(char::is_alphabetic).len(),
                leading(word)?,
            ))
        })
        .collect();
    // A year has three digits or four; with "BC" or "AD" fewer.
    let year = numbers
        .iter()
        .find(|(digits, _)| *digits >= 3)
        .or_else(|| match era {
            true => numbers.last(),
            false => None,
        })?;
    let day = numbers
        .iter()
        .find(|number| *number != year && number.0 <= 2 && (1..=31).contains(&number.1));
    Some(When {
        year: if before { -year.1 } else { year.1 },
        month,
        day: day.filter(|_| month > 0).map_or(0, |day| day.1 as u8),
    })
}

/// The month of a word: its name in one of the languages, or the beginning of it.
fn month(word: &str) -> Option<u8> {
    let letters = word.chars().count();
    let named = |name: &str| {
        name.split('|')
            .any(|form| form == word || letters >= 3 && form.starts_with(word))
    };
    let of = |names: &[&str; 12]| names.iter().position(|name| named(name));
    let found = MONTHS.iter().find_map(|(_, names)| of(names))?;
    Some(found as u8 + 1)
}

/// A date that is given in figures only (`1939-08-23`, `1939-08`), as the language writes it; others
/// as they were typed.
pub fn written(text: &str, language: &str) -> String {
    let base = language.split(['-', '_']).next().unwrap_or_default();
    let names = MONTHS.iter().find(|(known, _)| *known == base);
    let one = |text: &str| -> Option<String> {
        let (when, (_, names)) = (figures(text)?, names?);
        let forms = names.get(usize::from(when.month).checked_sub(1)?)?;
        let capital = matches!(base, "en" | "de");
        let form = match when.day {
            0 => forms.split('|').next_back(),
            _ => forms.split('|').next(),
        };
        let month = form.map(|form| {
            if capital {
                crate::text::capital(form)
            } else {
                form.to_owned()
            }
        })?;
        let (year, day) = (when.year, when.day);
        Some(match (base, day) {
            ("es", 0) => format!("{month} de {year}"),
            ("es", _) => format!("{day} de {month} de {year}"),
            (_, 0) => format!("{month} {year}"),
            ("de", _) => format!("{day}. {month} {year}"),
            ("en", _) if language.ends_with("US") => format!("{month} {day}, {year}"),
            _ => format!("{day} {month} {year}"),
        })
    };
    let text = text.trim();
    if let Some(date) = one(text) {
        return date;
    }
    match text.split_once(['/', '–']) {
        Some((from, to)) => match (one(from.trim()), one(to.trim())) {
            (Some(from), Some(to)) => format!("{from} – {to}"),
            _ => text.to_owned(),
        },
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_sort_as_they_came() {
        let rising = [
            "44 BC",
            "AD 64",
            "c. 988",
            "1917",
            "25 October 1917",
            "7 Nov. 1917",
            "1930s",
            "early 1933",
            "1939",
            "1939-08",
            "23–25 August 1939",
            "1939-09-01/1939-10-06",
            "17. September 1939",
            "octobre 1939",
            "30 ноября 1939",
            "1940–1941",
        ];
        let read: Vec<When> = rising
            .iter()
            .map(|text| When::read(text).unwrap_or_else(|| panic!("{text}")))
            .collect();
        for (at, pair) in read.windows(2).enumerate() {
            assert!(
                pair[0] < pair[1],
                "{} before {}: {pair:?}",
                rising[at],
                rising[at + 1]
            );
        }
        for wrong in ["", "soon", "the 5th", "12"] {
            assert_eq!(When::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn figures_become_words_and_words_stay() {
        assert_eq!(written("1939-08-23", "en"), "23 August 1939");
        assert_eq!(written("1939-08-23", "en-US"), "August 23, 1939");
        assert_eq!(written("1939-08", "ru"), "август 1939");
        assert_eq!(written("1939-08-23", "es"), "23 de agosto de 1939");
        assert_eq!(
            written("1939-09-01/1939-10-06", "de"),
            "1. September 1939 – 6. Oktober 1939"
        );
        assert_eq!(written("1939–1941", "en"), "1939–1941");
        assert_eq!(written("c. 1939", "en"), "c. 1939");
        assert_eq!(written("1939-08-23", "xx"), "1939-08-23");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_text_is_no_harm(text in "\\PC{0,30}", language in "en|de|ru|es|xx") {
            let _ = When::read(&text);
            let _ = written(&text, &language);
        }
    }
}
