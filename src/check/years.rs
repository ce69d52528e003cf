//! Years in the text, beside an author's name, that aren't those of the source cited there.

use std::ops::Range;

use super::kinds::is_part;
use crate::csl::{Date, Item};
use crate::diag::{Code, Fault, Place};
use crate::parse::{Flow, Parsed};
use crate::sources::{Library, Source};

/// How far from its mark a sentence's year is looked for in the file.
const NEAR: usize = 600;

/// A citation's source in a file.
struct Cited<'a> {
    source: &'a Source,
    key: &'a str,
    /// Where it, or the mark that leads to it, stands.
    place: Place,
}

/// Words in which a name may stand with a year, and what they cite.
struct Passage<'a> {
    text: &'a str,
    cited: Vec<Cited<'a>>,
}

/// The faults of a file's prose and notes.
///
/// In: the file; the texts of files by their paths, for it may be made of several; the sources. A year is wrong if it is the year of no source that is
/// cited in the same passage under the same name. Where another source of that name has the
/// year, the sentence may well speak of that one: then only a citation right beside the year is told.
pub fn faults<'a>(
    parsed: &'a Parsed,
    texts: &dyn Fn(&str) -> &'a str,
    library: &'a Library,
) -> Vec<Fault> {
    let check = Check {
        parsed,
        texts,
        library,
    };
    let mut faults = Vec::new();
    for passage in check.passages() {
        check.passage(&passage, &mut faults);
    }
    faults
}

struct Check<'a, 't> {
    parsed: &'a Parsed,
    texts: &'t dyn Fn(&str) -> &'a str,
    library: &'a Library,
}

impl<'a> Check<'a, '_> {
    /// The sources of a citation, placed at their keys or at a mark.
    fn cited(&self, citation: usize, mark: Option<&Place>) -> Vec<Cited<'a>> {
        let places = self.parsed.places.citations.get(citation);
        let cites = self.parsed.outline.citations.get(citation);
        let cites = cites.into_iter().flat_map(|citation| &citation.cites);
        let cites = cites.enumerate().filter_map(|(at, cite)| {
            Some(Cited {
                source: self.library.get(&cite.key)?,
                key: &cite.key,
                place: mark.or_else(|| places?.get(at))?.clone(),
            })
        });
        cites.collect()
    }

    fn passages(&self) -> Vec<Passage<'a>> {
        let parsed = self.parsed;
        let outline = &parsed.outline;
        let mut passages: Vec<Passage<'a>> = Vec::new();
        let mut add = |text: &'a str, cited: Vec<Cited<'a>>| match passages.last_mut() {
            // Marks of one sentence, and citations of one note, share what they cite.
            Some(last) if last.text == text => last.cited.extend(cited),
            _ if has_year(text) => passages.push(Passage { text, cited }),
            _ => {}
        };
        let mut in_prose = vec![false; outline.citations.len()];
        let marks = outline.flow.iter().zip(&parsed.places.flow);
        for ((flow, place), sentence) in marks.zip(&parsed.sentences) {
            let cited = match flow {
                Flow::Citation { citation, .. } => {
                    if let Some(known) = in_prose.get_mut(*citation) {
                        *known = true;
                    }
                    self.cited(*citation, None)
                }
                Flow::Note(note) => {
                    let citations = outline.notes.get(*note).map(|note| &note.citations);
                    let citations = citations.into_iter().flatten();
                    citations
                        .flat_map(|n| self.cited(*n, Some(place)))
                        .collect()
                }
            };
            add(sentence, cited);
        }
        for (number, _) in in_prose.iter().enumerate().filter(|(_, prose)| !**prose) {
            let cited = self.cited(number, None);
            let Some(first) = cited.first() else { continue };
            let place = first.place.clone();
            // The rows of a table have no paragraph.
            if place.file.ends_with(".md") {
                let text = (self.texts)(&place.file);
                add(paragraph(text, place.span.start), cited);
            }
        }
        for (number, citation) in outline.citations.iter().enumerate() {
            let mut words = citation
                .cites
                .iter()
                .flat_map(|cite| [&cite.prefix, &cite.suffix]);
            if !words.any(|words| has_year(words)) {
                continue;
            }
            for cite in &citation.cites {
                for words in [&cite.prefix, &cite.suffix] {
                    if has_year(words) {
                        let cited = self.cited(number, None);
                        passages.push(Passage { text: words, cited });
                    }
                }
            }
        }
        passages
    }

    fn passage(&self, passage: &Passage<'a>, faults: &mut Vec<Fault>) {
        for cited in &passage.cited {
            let own = years(&cited.source.item);
            if own.is_empty() {
                continue;
            }
            for name in names(&cited.source.item).chain([cited.key]) {
                let found = phrases(passage.text, name);
                // The year of any source of this name that is cited here is right.
                let all = passage.cited.iter().filter(|other| {
                    let mut names = names(&other.source.item);
                    other.key == name || names.any(|other| other == name)
                });
                let wrong = found.into_iter().find(|phrase| {
                    let fits = |other: &Cited<'_>| fits(&years(&other.source.item), phrase.year);
                    !all.clone().any(fits)
                });
                if let Some(phrase) = wrong {
                    faults.extend(self.fault(passage, cited, name, &phrase));
                    break;
                }
            }
        }
    }

    fn fault(
        &self,
        passage: &Passage<'_>,
        cited: &Cited<'_>,
        name: &str,
        phrase: &Phrase<'_>,
    ) -> Option<Fault> {
        let place = self.place(cited, phrase);
        let other = self.library.sources().iter().find(|other| {
            names(&other.item).any(|known| known == name) && fits(&years(&other.item), phrase.year)
        });
        let beside = || self.beside(&cited.place.file, &place, &cited.place.span);
        if other.is_some() && !beside() {
            return None;
        }
        let source = cited.source;
        let own = years(&source.item).into_iter();
        let own = own.map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first}–{last}"),
        });
        let own: Vec<String> = own.collect();
        let own = own.join(" or ");
        if source.allows(Code::YearMismatch) {
            return None;
        }
        let key = &source.item.key;
        let help = match other {
            Some(other) => format!(
                "did you mean `@{}`? If not, correct the year",
                other.item.key
            ),
            None if is_part(&source.item) || passage.cited.len() > 1 => {
                "correct the year, the key, or the source's date".to_owned()
            }
            None => "correct the year, the key, or the source's date; if the year is that of the \
                     first edition, say so in the source: origdate = {…}"
                .to_owned(),
        };
        let fault = Fault::new(
            Code::YearMismatch,
            format!(
                "the text says {} of `{key}`, which is of {own}",
                phrase.text
            ),
            Place::new(&cited.place.file, place),
        );
        Some(
            fault
                .and(source.place.clone(), format!("of {own}"))
                .help(help),
        )
    }

    /// Where a phrase's year stands in the file: the closest to the citation, which itself is the place
    /// where it isn't found.
    fn place(&self, cited: &Cited<'_>, phrase: &Phrase<'_>) -> Range<usize> {
        let mark = &cited.place.span;
        let text = (self.texts)(&cited.place.file);
        let from = boundary(text, mark.start.saturating_sub(NEAR));
        let to = boundary(text, (mark.end + NEAR).min(text.len()));
        let before = text.get(from..mark.start).unwrap_or_default();
        let behind = text.get(mark.end..to).unwrap_or_default();
        let before = before.rfind(phrase.digits).map(|at| from + at);
        let behind = behind.find(phrase.digits).map(|at| mark.end + at);
        match before.or(behind) {
            Some(at) => at..at + phrase.digits.len(),
            None => mark.clone(),
        }
    }

    /// Whether no word stands between two places of a file.
    fn beside(&self, file: &str, a: &Range<usize>, b: &Range<usize>) -> bool {
        let between = a.end.min(b.end)..a.start.max(b.start);
        let between = (self.texts)(file).get(between).unwrap_or_default();
        !between.contains(char::is_alphanumeric)
    }
}

/// The nearest place at or before a byte where a character begins.
fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The paragraph that a byte of a file stands in.
fn paragraph(text: &str, at: usize) -> &str {
    let (before, behind) = (text.get(..at).unwrap_or(""), text.get(at..).unwrap_or(""));
    let start = before.rfind("\n\n").map_or(0, |end| end + 2);
    // Each note's definition begins a line of its own.
    let start = before.rfind("\n[^").map_or(start, |end| start.max(end + 1));
    let end = behind.find("\n\n").unwrap_or(behind.len());
    let end = behind.find("\n[^").map_or(end, |note| end.min(note));
    text.get(start..at + end).unwrap_or_default()
}

/// Whether four digits stand together somewhere.
fn has_year(text: &str) -> bool {
    let mut run = 0;
    text.bytes().any(|byte| {
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        run == 4
    })
}

/// The names by which a text would call a source.
fn names(item: &Item) -> impl Iterator<Item = &str> {
    let people = ["author", "editor"]
        .iter()
        .find_map(|role| item.names.get(*role));
    let families = people
        .into_iter()
        .flatten()
        .map(|name| name.family.as_str());
    families.filter(|family| family.chars().count() > 1)
}

/// The years that are right for a source: those of all its dates but that of access, each from a
/// first to a last one.
fn years(item: &Item) -> Vec<(i32, i32)> {
    let dates = item.dates.iter().filter(|(name, _)| *name != "accessed");
    let mut years: Vec<(i32, i32)> = dates.flat_map(|(_, date)| of_date(date)).collect();
    years.sort_unstable();
    years.dedup();
    years
}

fn of_date(date: &Date) -> Vec<(i32, i32)> {
    if let Some(words) = &date.literal {
        let numbers = words.split(|c: char| !c.is_ascii_digit());
        let years = numbers.filter(|number| number.len() == 4);
        let years = years.filter_map(|year| year.parse().ok());
        return years.map(|year| (year, year)).collect();
    }
    let first = date.start.year;
    vec![(first, date.end.as_ref().map_or(first, |end| end.year))]
}

/// Whether a year is one of a source's; any is where it has none.
fn fits(years: &[(i32, i32)], year: i32) -> bool {
    let mut spans = years.iter();
    years.is_empty() || spans.any(|(first, last)| (*first..=*last).contains(&year))
}

/// A name with a year.
struct Phrase<'t> {
    text: &'t str,
    digits: &'t str,
    year: i32,
}

/// All places of a text where a year stands directly behind a name: `Roberts (1992)`,
/// `Roberts’s, 1992b;`, `Roberts 1992)`. Spans of years, such as those of a life, are none.
fn phrases<'t>(text: &'t str, name: &str) -> Vec<Phrase<'t>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(name) {
        let glued = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-');
        let rest = &text[at + name.len()..];
        if let Some((digits, end)) = year_behind(rest).filter(|_| !glued)
            && let Ok(year) = digits.parse()
        {
            found.push(Phrase {
                text: text[at..at + name.len() + end].trim(),
                digits,
                year,
            });
        }
    }
    found
}

/// The year at the beginning of what follows a name, and where what belongs to it ends.
fn year_behind(rest: &str) -> Option<(&str, usize)> {
    let mut text = rest;
    for possessive in ["'s", "’s", "'", "’"] {
        if let Some(behind) = text.strip_prefix(possessive) {
            text = behind;
            break;
        }
    }
    let text = text.strip_prefix(',').unwrap_or(text);
    let spaced = text.trim_start_matches([' ', '\n', '\u{a0}']);
    let (inner, bracket) = match spaced.strip_prefix(['(', '[']) {
        Some(inner) => (inner, true),
        None => (spaced, false),
    };
    if spaced.len() == text.len() && !bracket {
        return None;
    }
    let digits = inner
        .get(..4)
        .filter(|year| year.bytes().all(|b| b.is_ascii_digit()))?;
    if !matches!(&digits[..2], "14" | "15" | "16" | "17" | "18" | "19" | "20") {
        return None;
    }
    // A letter tells works of one year apart: 1992b.
    let behind = &inner[4..];
    let letter = behind.starts_with(|c: char| c.is_ascii_lowercase());
    let behind = &behind[usize::from(letter)..];
    let closes = match bracket {
        true => behind.starts_with([')', ']', ',', ';', ':']),
        // "In Stalin, 1939 saw …" names no work.
        false => behind.is_empty() || behind.starts_with([')', ']', ',', ';', ':', '.']),
    };
    let end = rest.len() - behind.len();
    let end = end + usize::from(bracket && behind.starts_with([')', ']']));
    closes.then_some((digits, end))
}

#[cfg(test)]
mod tests {
    use super::phrases;

    #[test]
    fn years_directly_behind_names() {
        for (text, expected) in [
            ("As Roberts (1992) says", "Roberts (1992)"),
            ("Roberts’s (1992b) book", "Roberts’s (1992b)"),
            ("(Roberts, 1992; Roe 1993)", "Roberts, 1992"),
            ("(see Roberts 1992, p. 3)", "Roberts 1992"),
            ("Roberts [1992: 33]", "Roberts [1992"),
            ("as in Roberts 1992", "Roberts 1992"),
        ] {
            let found = phrases(text, "Roberts");
            assert_eq!(found.iter().map(|p| p.text).collect::<Vec<_>>(), [expected]);
        }
        for text in [
            "Roberts (1879–1953) was",
            "Roberts, 1992 was a year",
            "Roberts in 1992",
            "Robertson (1992)",
            "McRoberts (1992)",
            "Roberts (born 1992)",
            "Roberts1992",
            "Roberts (1234)",
            "Roberts 19923",
        ] {
            assert_eq!(phrases(text, "Roberts").len(), 0, "{text}");
        }
    }
}
