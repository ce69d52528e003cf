//! Locators outside the pages of the chapter or article that they locate something in.

use super::Input;
use super::kinds::is_part;
use super::places::{Places, field};
use crate::diag::{Code, Fault};
use crate::resolve::{About, Finding};
use crate::text;

/// The number of a page: what it is counted in, and the number.
type Number = (Count, u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Arabic,
    Roman,
    /// With a letter before it: S12.
    Letter(char),
}

/// Pages, from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pages {
    first: Number,
    /// `None` where they go on without an end that is known: "12ff.".
    last: Option<u32>,
}

impl Pages {
    fn has(&self, (count, number): Number) -> bool {
        self.first.0 == count
            && self.first.1 <= number
            && self.last.is_none_or(|last| number <= last)
    }
}

/// What separates pages from pages, in the languages whose locators are known.
const BETWEEN: &[&str] = &[" and ", " und ", " et ", " y ", " и ", "&", ";"];

/// The pieces of a list of pages.
fn pieces(pages: &str) -> Vec<String> {
    let mut pages = pages
        .replace(['–', '—', '‐', '‑', '−'], "-")
        .replace('\u{a0}', " ");
    for word in BETWEEN {
        pages = pages.replace(word, ",");
    }
    let pieces = pages.split(',').map(|piece| {
        let ends: Vec<&str> = piece.split('-').map(str::trim).collect();
        ends.into_iter()
            .filter(|end| !end.is_empty())
            .collect::<Vec<_>>()
            .join("-")
    });
    pieces.filter(|piece| !piece.is_empty()).collect()
}

/// A page's number, and what stands behind it.
fn number(text: &str) -> Option<(Number, &str)> {
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let read = |count, text: &str, from: usize| {
        let end = from + digits(&text[from..]);
        let number = text.get(from..end)?.parse().ok()?;
        Some(((count, number), end))
    };
    let letter = text.chars().next().filter(char::is_ascii_uppercase);
    let found = match letter {
        Some(letter) if digits(&text[1..]) > 0 => read(Count::Letter(letter), text, 1),
        _ if digits(text) > 0 => read(Count::Arabic, text, 0),
        _ => {
            let end = text
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(text.len());
            roman(&text[..end]).map(|number| ((Count::Roman, number), end))
        }
    };
    found.map(|(number, end)| (number, text[end..].trim()))
}

/// The value of a roman numeral.
fn roman(word: &str) -> Option<u32> {
    let lower = word.to_ascii_lowercase();
    if lower.is_empty() || lower.len() > 15 {
        return None;
    }
    let value = |c| {
        Some(match c {
            'i' => 1,
            'v' => 5,
            'x' => 10,
            'l' => 50,
            'c' => 100,
            'd' => 500,
            'm' => 1000,
            _ => return None,
        })
    };
    let values: Vec<u32> = lower.chars().map(value).collect::<Option<_>>()?;
    let sum = values.iter().enumerate().fold(0_i64, |sum, (at, value)| {
        let less = values.get(at + 1).is_some_and(|next| next > value);
        sum + if less {
            -i64::from(*value)
        } else {
            i64::from(*value)
        }
    });
    let number = u32::try_from(sum).ok()?;
    (text::roman(number as usize) == lower).then_some(number)
}

/// What follows a page that isn't the last one meant: "12 ff.".
fn goes_on(rest: &str) -> bool {
    matches!(
        rest.trim_end_matches('.'),
        "f" | "ff" | "sq" | "sqq" | "+" | "et seq"
    )
}

/// One piece: a page, or pages.
fn piece(text: &str) -> Option<Pages> {
    let (first, rest) = number(text)?;
    if rest.is_empty() {
        return Some(Pages {
            first,
            last: Some(first.1),
        });
    }
    if goes_on(rest) {
        return Some(Pages { first, last: None });
    }
    let (last, rest) = number(rest.strip_prefix('-')?)?;
    // "S12-34" has its letter once.
    let same = last.0 == first.0 || last.0 == Count::Arabic && first.0 != Count::Roman;
    if !same || !(rest.is_empty() || goes_on(rest)) {
        return None;
    }
    // "123-9" and "1103-21" are short.
    let mut end = last.1;
    if end < first.1 && first.0 != Count::Roman {
        let size = 10_u32.checked_pow(end.checked_ilog10().unwrap_or(0) + 1)?;
        end = first.1.checked_sub(first.1 % size)?.checked_add(end)?;
    }
    let whole = first.1 <= end;
    whole.then_some(Pages {
        first,
        last: rest.is_empty().then_some(end),
    })
}

/// The pages of a source; `None` if any can't be read.
fn pages_of_source(text: &str) -> Option<Vec<Pages>> {
    let all: Vec<Pages> = pieces(text)
        .iter()
        .map(|text| piece(text))
        .collect::<Option<_>>()?;
    (!all.is_empty()).then_some(all)
}

/// The pages of a locator, up to what is none: "12, n. 4" is page 12.
fn pages_of_locator(text: &str) -> Vec<Pages> {
    let read = |text: &String| {
        piece(text).or_else(|| {
            // A note of the page: 12n4.
            let (first, rest) = number(text)?;
            let note = rest
                .strip_prefix('n')?
                .starts_with(|c: char| " .n0123456789".contains(c));
            note.then_some(Pages {
                first,
                last: Some(first.1),
            })
        })
    };
    pieces(text).iter().map_while(read).collect()
}

/// Whether a locator leads out of a source's pages; `false` where it can't be told.
fn is_outside(locator: &str, source: &str) -> bool {
    let Some(source) = pages_of_source(source) else {
        return false;
    };
    let inside = |number: Number| source.iter().any(|pages| pages.has(number));
    pages_of_locator(locator).iter().any(|pages| {
        let last = pages.last.unwrap_or(pages.first.1);
        !inside(pages.first) || !inside((pages.first.0, last))
    })
}

/// What is found in the citations of published files.
pub fn findings(input: &Input<'_>, places: &Places<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in super::published(input) {
        let Some(parsed) = input.files.get(file) else {
            continue;
        };
        for (number, citation) in parsed.outline.citations.iter().enumerate() {
            for (at, cite) in citation.cites.iter().enumerate() {
                let Some((label, locator)) = &cite.locator else {
                    continue;
                };
                let source = input.library.get(&cite.key);
                let source = source.filter(|s| label == "page" && is_part(&s.item));
                let source = source.filter(|s| !s.allows(Code::LocatorOutside));
                let Some((source, pages)) =
                    source.and_then(|s| Some((s, s.item.text.get("page")?)))
                else {
                    continue;
                };
                if !is_outside(locator, pages) {
                    continue;
                }
                // Readers write the dashes of all files in one way.
                let typed = ["-", "--", "–", "—"].map(|dash| pages.replace('-', dash));
                let fault = Fault::nowhere(
                    Code::LocatorOutside,
                    format!(
                        "page {locator} isn't among the pages of `{}`, {}",
                        cite.key,
                        pages.replace('-', "–")
                    ),
                )
                .and(
                    places.of(source, &typed.each_ref().map(String::as_str)),
                    "its pages",
                )
                .help(format!(
                    "correct the locator, or the source's `{}`; if the page is of another edition, \
                     say so behind it in words",
                    field(source, "page")
                ));
                findings.push(Finding {
                    file,
                    about: About::Cite(number, at),
                    fault,
                    other: None,
                });
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::is_outside;

    #[test]
    fn pages_inside_and_outside() {
        for (locator, source) in [
            ("403", "12-34"),
            ("35", "12–34"),
            ("11", "12-34"),
            ("30-35", "12-34"),
            ("xii", "12-34"),
            ("12", "xi-xx"),
            ("xxi", "xi-xx"),
            ("130", "123-9"),
            ("1122", "1103-21"),
            ("38", "12-34, 40-45"),
            ("12, 36", "12-34"),
            ("12 and 36", "12-34"),
            ("7", "5"),
            ("36n3", "12-34"),
            ("40 ff.", "12-34"),
            ("12", "S12-S34"),
            ("11, n. 4", "12-34"),
        ] {
            assert!(is_outside(locator, source), "{locator} in {source}");
        }
        for (locator, source) in [
            ("12", "12-34"),
            ("30–4", "12--34"),
            ("XV", "xi–xx"),
            ("129", "123-9"),
            ("1121", "1103-21"),
            ("12, 41", "12-34, 40-45"),
            ("13, 20-25 and 34", "12-34"),
            ("5", "5"),
            ("12, n. 403", "12-34"),
            ("12n403", "12-34"),
            ("90", "12ff."),
            ("90", "12+"),
            ("S13", "S12-34"),
            // What can't be read is left alone.
            ("403", "e12345"),
            ("403", "12-34 passim"),
            ("403", "34-xx"),
            ("2:403", "12-34"),
            ("*7", "12-34"),
            ("99999999999", "12-34"),
        ] {
            assert!(!is_outside(locator, source), "{locator} in {source}");
        }
    }
}
