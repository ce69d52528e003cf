//! The order of locators under an entry: volumes before chapters before pages, `xii` before `3`
//! before `12`.

use crate::text;

/// Where a locator stands among those of its source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    kind: usize,
    name: String,
    parts: Vec<Part>,
}

/// A part of a locator: a number, or what is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// A page of what stands before page 1.
    Roman(u32),
    /// How many digits, which, and the letters behind them: `33v`.
    Number(usize, String, String),
    /// A word, in small letters.
    Word(String),
}

/// The kinds of CSL (1.0.2, appendix IV, "Locators") from the largest part of a source to the smallest;
/// all others follow.
const KINDS: &[&str] = &[
    "volume",
    "book",
    "part",
    "act",
    "chapter",
    "section",
    "page",
    "folio",
    "column",
    "paragraph",
    "line",
    "note",
];

/// The rank of a locator, given as CSL's name of its kind and its text.
pub fn rank(kind: &str, text: &str) -> Rank {
    let place = KINDS.iter().position(|known| *known == kind);
    let runs = text.split(|c: char| !c.is_alphanumeric());
    let parts = runs.filter(|run| !run.is_empty()).flat_map(|run| {
        // `S12` is a word and a number.
        let digits = run.find(|c: char| c.is_ascii_digit()).unwrap_or(run.len());
        let (word, number) = run.split_at(digits);
        let word = (!word.is_empty()).then(|| self::word(kind, word));
        let number = (!number.is_empty()).then(|| {
            let end = number.find(|c: char| !c.is_ascii_digit());
            let (digits, letters) = number.split_at(end.unwrap_or(number.len()));
            let digits = digits.trim_start_matches('0');
            Part::Number(digits.len(), digits.to_owned(), letters.to_lowercase())
        });
        word.into_iter().chain(number)
    });
    Rank {
        kind: place.unwrap_or(KINDS.len()),
        name: kind.to_owned(),
        parts: parts.collect(),
    }
}

/// A run of letters: a Roman number where it is one. Roman pages come before all others; a Roman
/// volume is as good as any.
fn word(kind: &str, word: &str) -> Part {
    let small = word.to_lowercase();
    match roman(&small) {
        Some(number) if kind == "page" => Part::Roman(number),
        Some(number) => {
            let digits = number.to_string();
            Part::Number(digits.len(), digits, String::new())
        }
        None => Part::Word(small),
    }
}

/// The value of a Roman number in small letters. A lone `c`, `d`, `l` or `m` is a letter.
fn roman(word: &str) -> Option<u32> {
    if matches!(word, "c" | "d" | "l" | "m") {
        return None;
    }
    let value = |c: char| match c {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        'c' => Some(100),
        'd' => Some(500),
        'm' => Some(1000),
        _ => None,
    };
    let values: Vec<u32> = word.chars().map(value).collect::<Option<_>>()?;
    let total: u32 = values
        .iter()
        .zip(values.iter().skip(1).chain([&0]))
        .map(|(here, next)| {
            if here < next {
                (*here, false)
            } else {
                (*here, true)
            }
        })
        .try_fold(0_i64, |sum, (value, adds)| {
            sum.checked_add(if adds {
                i64::from(value)
            } else {
                -i64::from(value)
            })
        })
        .and_then(|sum| u32::try_from(sum).ok())?;
    // `iiii` and words such as `mild` are none.
    (text::roman(total as usize) == word).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &[(&str, &str)], expected: &str) {
        let mut list = list.to_vec();
        list.sort_by_key(|(kind, text)| rank(kind, text));
        let texts: Vec<_> = list.iter().map(|(_, text)| *text).collect();
        assert_eq!(texts.join(" | "), expected);
    }

    #[test]
    fn pages_by_their_numbers_with_roman_ones_first() {
        let pages = [
            "403",
            "12",
            "ix",
            "12–15",
            "9",
            "xii",
            "12 f.",
            "0012b",
            "XI",
            "99999999999999999999999",
        ];
        check(
            &pages.map(|page| ("page", page)),
            "ix | XI | xii | 9 | 12 | 12–15 | 12 f. | 0012b | 403 | 99999999999999999999999",
        );
    }

    #[test]
    fn leaves_volumes_and_words() {
        check(
            &["33v", "4r", "33r"].map(|folio| ("folio", folio)),
            "4r | 33r | 33v",
        );
        check(
            &["III", "2, pp. 3–5", "2, pp. 12", "I"].map(|volume| ("volume", volume)),
            "I | 2, pp. 3–5 | 2, pp. 12 | III",
        );
        check(
            &["plate IX", "doc. 12", "plate V", "doc. 3"].map(|other| ("custom", other)),
            "doc. 3 | doc. 12 | plate V | plate IX",
        );
    }

    #[test]
    fn larger_parts_come_before_smaller_ones() {
        check(
            &[
                ("page", "1"),
                ("timestamp", "1:02"),
                ("volume", "9"),
                ("chapter", "5"),
            ],
            "9 | 5 | 1 | 1:02",
        );
    }
}
