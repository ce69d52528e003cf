//! Reads citations: `[see @key, p. 3; -@other]` and `@key [p. 3]`, in the syntax of Pandoc's
//! `citations` extension.

use std::ops::Range;

use super::locator;
use crate::csl::Form;

/// A citation of one or more sources at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Citation {
    /// Its parts, in the author's order.
    pub cites: Vec<Cite>,
    /// Whether it stands in a note, behind words of its sentence.
    pub inside: bool,
}

/// One source of a citation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Cite {
    /// The source's key.
    pub key: String,
    /// CSL's name of the locator's kind, and the locator.
    pub locator: Option<(String, String)>,
    /// What stands before it.
    pub prefix: String,
    /// What stands behind it.
    pub suffix: String,
    /// Which parts are printed.
    pub form: Form,
}

/// Plain text made from Markdown, which knows where each of its bytes came from.
#[derive(Debug, Default)]
pub struct Plain {
    /// The text.
    pub text: String,
    pieces: Vec<Piece>,
}

/// A piece of plain text.
#[derive(Debug)]
struct Piece {
    /// Where it begins in the text.
    start: usize,
    /// Where it stands in the file.
    source: Range<usize>,
    /// Whether it is written in the file byte by byte as in the text.
    verbatim: bool,
}

impl Plain {
    /// Adds a piece that stands at `source` of the file.
    pub fn push(&mut self, text: &str, source: Range<usize>, verbatim: bool) {
        self.pieces.push(Piece {
            start: self.text.len(),
            source,
            verbatim,
        });
        self.text.push_str(text);
    }

    /// The place in the file of a range of the text.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        let piece = |byte: usize| {
            let after = self.pieces.partition_point(|piece| piece.start <= byte);
            self.pieces.get(after.saturating_sub(1))
        };
        // The end belongs to the piece of the last byte, not to what follows it.
        let (Some(first), Some(last)) = (piece(range.start), piece(range.end.max(1) - 1)) else {
            return 0..0;
        };
        let start = match first.verbatim {
            true => first.source.start + (range.start - first.start),
            false => first.source.start,
        };
        let end = match last.verbatim {
            true => last.source.start + range.end.saturating_sub(last.start),
            false => last.source.end,
        };
        start..end.max(start)
    }
}

/// Whether the text between brackets is a citation: whether it names a key.
pub fn is_citation(text: &str) -> bool {
    next_key(text, 0).is_some()
}

/// What stands between the brackets of a citation.
pub struct Bracketed {
    /// The citation.
    pub citation: Citation,
    /// The place of each key in the file.
    pub keys: Vec<Range<usize>>,
    /// Words that look like those of locators but aren't known, with their places.
    pub unknown: Vec<(String, Range<usize>)>,
}

/// Reads what stands between the brackets of a citation, on a page in a language.
pub fn bracketed(plain: &Plain, language: &str) -> Bracketed {
    let mut citation = Citation::default();
    let mut places = Vec::new();
    let mut unknown = Vec::new();
    let mut pending = String::new();
    for part in split(&plain.text) {
        let text = &plain.text[part.clone()];
        let Some(key) = next_key(text, 0) else {
            // A part without a key belongs to the prefix of what follows, or to the suffix of what
            // came before.
            match citation.cites.last_mut() {
                Some(cite) => {
                    cite.suffix.push(';');
                    cite.suffix.push_str(text.trim_end());
                }
                None => {
                    pending.push_str(text);
                    pending.push(';');
                }
            }
            continue;
        };
        let before = &text[..key.at];
        let (before, form) = match before.strip_suffix('-') {
            Some(before) => (before, Form::SuppressAuthor),
            None => (before, Form::Full),
        };
        let rest = &text[key.end..];
        let tail = locator::read(rest, language);
        if let Some(word) = tail.unknown {
            let at = part.start + key.end + word.start;
            let range = at..at + word.len();
            unknown.push((plain.text[range.clone()].to_owned(), plain.source(range)));
        }
        places.push(plain.source(part.start + key.at..part.start + key.end));
        citation.cites.push(Cite {
            key: key.name.to_owned(),
            locator: tail.locator,
            prefix: format!("{pending}{before}").trim().to_owned(),
            suffix: tail.suffix,
            form,
        });
        pending.clear();
    }
    Bracketed {
        citation,
        keys: places,
        unknown,
    }
}

/// Cuts at semicolons outside braces.
fn split(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
                parts.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(start..text.len());
    parts
}

/// A key in a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// The key itself.
    pub name: &'a str,
    /// Where its `@` stands.
    pub at: usize,
    /// Where it ends.
    pub end: usize,
}

/// The first key at or behind byte `from`.
///
/// A key begins behind something that is no letter or digit, so that mail addresses are none; it
/// consists of letters, digits and single inner punctuation, or of anything between braces.
pub fn next_key(text: &str, from: usize) -> Option<Key<'_>> {
    let mut at = from;
    while let Some(found) = text.get(at..)?.find('@') {
        at += found;
        let glued = text[..at]
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_');
        let behind = &text[at + 1..];
        if !glued {
            if let Some(inner) = behind.strip_prefix('{')
                && let Some(end) = inner.find('}').filter(|end| *end > 0)
            {
                return Some(Key {
                    name: &inner[..end],
                    at,
                    end: at + end + 3,
                });
            }
            let length = key_length(behind);
            if length > 0 {
                return Some(Key {
                    name: &behind[..length],
                    at,
                    end: at + 1 + length,
                });
            }
        }
        at += 1;
    }
    None
}

fn key_length(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let word = c.is_alphanumeric() || c == '_';
        let inner = ":.#$%&-+?<>~/".contains(c)
            && length > 0
            && chars
                .peek()
                .is_some_and(|(_, next)| next.is_alphanumeric() || *next == '_');
        if !word && !inner {
            break;
        }
        length = at + c.len_utf8();
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a bracketed citation and writes it back in an unmistakable form.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut plain = Plain::default();
        plain.push(text, 0..text.len(), true);
        let Bracketed {
            citation,
            keys: places,
            ..
        } = bracketed(&plain, "en");
        let cites: Vec<String> = citation
            .cites
            .iter()
            .zip(places)
            .map(|(cite, place)| {
                assert!(text[place].contains(&cite.key));
                let locator = cite
                    .locator
                    .as_ref()
                    .map(|(kind, text)| format!("{kind} {text}"));
                format!(
                    "{}|{}{}|{}|{}",
                    cite.prefix,
                    if cite.form == Form::SuppressAuthor {
                        "-"
                    } else {
                        ""
                    },
                    cite.key,
                    locator.unwrap_or_default(),
                    cite.suffix
                )
            })
            .collect();
        assert_eq!(cites.join(" + "), expected);
    }

    #[test]
    fn the_forms_of_pandocs_manual() {
        check("@smith04", "|smith04||");
        check(
            "see @doe99, pp. 33-35; also @smith04, ch. 1",
            "see|doe99|page 33-35| + also|smith04|chapter 1|",
        );
        check(
            "@doe99, pp. 33-35, 38-39 and *passim*",
            "|doe99|page 33-35, 38-39|and *passim*",
        );
        check("-@smith04", "|-smith04||");
        check("see -@smith04, p. 3", "see|-smith04|page 3|");
        check("@smith{ii, A, D-Z}", "|smith||{ii, A, D-Z}");
    }

    #[test]
    fn keys_keep_their_inner_punctuation_only() {
        check("@doe:2004.", "|doe:2004||.");
        check(
            "@{https://example.com/a;b}, 5",
            "|https://example.com/a;b|page 5|",
        );
        check("@Šmid_1939b", "|Šmid_1939b||");
    }

    #[test]
    fn words_without_a_key_join_their_neighbours() {
        check("compare; but see @a", "compare; but see|a||");
        check("@a, p. 3; a poor edition", "|a|page 3|; a poor edition");
    }

    #[test]
    fn mail_addresses_are_no_citations() {
        assert!(!is_citation("write to me@example.org"));
        assert!(!is_citation("@ and @!"));
        assert!(is_citation("(@key)"));
    }
}
