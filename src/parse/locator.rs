//! Reads what stands behind a citation's key: a locator such as `pp. 3–5`, then a suffix.

use std::ops::Range;

/// What stands behind a key.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tail {
    /// CSL's name of the kind, and the locator.
    pub locator: Option<(String, String)>,
    /// The rest, without the comma before it.
    pub suffix: String,
    /// A word that looks like a locator's but isn't known.
    pub unknown: Option<Range<usize>>,
}

/// The words for kinds of locators, with the names CSL 1.0.2 gives them (Appendix IV).
const WORDS: &[(&str, &str)] = &[
    ("page", "page"),
    ("pages", "page"),
    ("p.", "page"),
    ("pp.", "page"),
    ("chapter", "chapter"),
    ("chapters", "chapter"),
    ("ch.", "chapter"),
    ("chap.", "chapter"),
    ("chaps.", "chapter"),
    ("chs.", "chapter"),
    ("volume", "volume"),
    ("volumes", "volume"),
    ("vol.", "volume"),
    ("vols.", "volume"),
    ("book", "book"),
    ("books", "book"),
    ("bk.", "book"),
    ("bks.", "book"),
    ("column", "column"),
    ("columns", "column"),
    ("col.", "column"),
    ("cols.", "column"),
    ("figure", "figure"),
    ("figures", "figure"),
    ("fig.", "figure"),
    ("figs.", "figure"),
    ("folio", "folio"),
    ("folios", "folio"),
    ("fol.", "folio"),
    ("fols.", "folio"),
    ("issue", "issue"),
    ("issues", "issue"),
    ("no.", "issue"),
    ("nos.", "issue"),
    ("line", "line"),
    ("lines", "line"),
    ("l.", "line"),
    ("ll.", "line"),
    ("note", "note"),
    ("notes", "note"),
    ("n.", "note"),
    ("nn.", "note"),
    ("opus", "opus"),
    ("opera", "opus"),
    ("op.", "opus"),
    ("opp.", "opus"),
    ("paragraph", "paragraph"),
    ("paragraphs", "paragraph"),
    ("para.", "paragraph"),
    ("paras.", "paragraph"),
    ("¶", "paragraph"),
    ("¶¶", "paragraph"),
    ("part", "part"),
    ("parts", "part"),
    ("pt.", "part"),
    ("pts.", "part"),
    ("section", "section"),
    ("sections", "section"),
    ("sec.", "section"),
    ("secs.", "section"),
    ("§", "section"),
    ("§§", "section"),
    ("sub verbo", "sub-verbo"),
    ("s.v.", "sub-verbo"),
    ("s.vv.", "sub-verbo"),
    ("verse", "verse"),
    ("verses", "verse"),
    ("v.", "verse"),
    ("vv.", "verse"),
    // CSL has no kinds for these; its styles print their word if it stays in the text.
    ("doc.", "custom"),
    ("docs.", "custom"),
    ("document", "custom"),
    ("documents", "custom"),
    ("plate", "custom"),
    ("pl.", "custom"),
    ("pls.", "custom"),
    ("table", "custom"),
    ("box", "custom"),
    ("art.", "custom"),
    ("article", "custom"),
    ("articles", "custom"),
    ("item", "custom"),
    ("appendix", "custom"),
    ("app.", "custom"),
];

/// Reads the text behind a key.
///
/// A locator begins with a word of [`WORDS`] or with a number, which counts as a page; it goes on
/// over numbers, ranges, and lists of both. What follows is suffix. A locator of a kind that CSL
/// doesn't have stays in the suffix.
pub fn read(text: &str) -> Tail {
    let start = text.len() - text.trim_start_matches([',', ' ', '\n', '\u{a0}']).len();
    let body = &text[start..];
    if start == 0 && !body.is_empty() {
        // Nothing separates it from the key: punctuation of the sentence.
        return Tail {
            suffix: body.trim_end().to_owned(),
            ..Tail::default()
        };
    }
    if let Some(inner) = body.strip_prefix('{')
        && let Some(end) = inner.find('}')
    {
        let (kind, locator) = named(inner[..end].trim());
        return Tail {
            locator: Some((kind.to_owned(), locator.to_owned())),
            suffix: suffix(&inner[end + 1..]),
            unknown: None,
        };
    }
    let (kind, length) = word(body);
    let numbers = &body[length..];
    let numbers = &numbers[numbers.len() - numbers.trim_start_matches([' ', '\u{a0}']).len()..];
    let end = numbers_length(numbers);
    match kind {
        // A headword, not a number: "s.v. wheat".
        Some("sub-verbo") if end == 0 => {
            let end = numbers.find(',').unwrap_or(numbers.len());
            Tail {
                locator: Some(("sub-verbo".to_owned(), numbers[..end].trim_end().to_owned())),
                suffix: suffix(&numbers[end..]),
                unknown: None,
            }
        }
        _ if end == 0 => Tail {
            suffix: suffix(text),
            unknown: None,
            ..Tail::default()
        },
        Some("custom") => Tail {
            suffix: suffix(text),
            ..Tail::default()
        },
        Some(kind) => Tail {
            locator: Some((kind.to_owned(), numbers[..end].to_owned())),
            suffix: suffix(&numbers[end..]),
            unknown: None,
        },
        None if length == 0 => Tail {
            locator: Some(("page".to_owned(), numbers[..end].to_owned())),
            suffix: suffix(&numbers[end..]),
            unknown: None,
        },
        None => Tail {
            suffix: suffix(text),
            unknown: body[..length]
                .ends_with('.')
                .then_some(start..start + length),
            ..Tail::default()
        },
    }
}

fn named(text: &str) -> (&'static str, &str) {
    match word(text) {
        (Some(kind), length) if kind != "custom" => (kind, text[length..].trim_start()),
        _ => ("page", text),
    }
}

/// The kind that the text's first word names, and the word's length; `(None, 0)` if it begins
/// with no word, `(None, length)` if with an unknown one.
fn word(text: &str) -> (Option<&'static str>, usize) {
    let lower = text
        .get(..9)
        .filter(|start| start.eq_ignore_ascii_case("sub verbo"));
    if let Some(start) = lower {
        return (Some("sub-verbo"), start.len());
    }
    let length = text
        .find(|c: char| {
            c.is_whitespace() || c.is_ascii_digit() || matches!(c, ',' | ';' | '\u{a0}')
        })
        .unwrap_or(text.len());
    let typed = &text[..length];
    if typed.is_empty() || numbers_length(typed) == typed.len() {
        return (None, 0);
    }
    let lower = typed.to_lowercase();
    let known = WORDS
        .iter()
        .find(|(word, _)| *word == lower)
        .map(|(_, kind)| *kind);
    (known, length)
}

/// The length of the longest beginning that is a list of numbers and ranges: digits with letters
/// at their end (`12a`, `33r`), roman numerals, `3–5`, `*7`, `f.`/`ff.`, joined by `,`, `&`, `and`.
fn numbers_length(text: &str) -> usize {
    let mut end = 0;
    let mut rest = text;
    loop {
        let token = token_length(rest);
        if token == 0 {
            return end;
        }
        end = text.len() - rest.len() + token;
        let behind = &text[end..];
        let gap = [", ", ",", " & ", " and "]
            .into_iter()
            .find(|gap| behind.starts_with(gap));
        match gap {
            Some(gap) => rest = &behind[gap.len()..],
            None => return end,
        }
    }
}

fn token_length(text: &str) -> usize {
    let length = text
        .find(|c: char| !(c.is_alphanumeric() || "-–—‑:./*[]".contains(c)))
        .unwrap_or(text.len());
    let token = text[..length].trim_end_matches(['.', ':']);
    let token = if text[token.len()..].starts_with('.') && token.ends_with('f') {
        &text[..token.len() + 1] // "12ff."
    } else {
        token
    };
    let roman =
        |part: &str| !part.is_empty() && part.to_lowercase().chars().all(|c| "ivxlcdm".contains(c));
    let digit = token.chars().any(|c| c.is_ascii_digit());
    let plain = token.split(['-', '–', '—', '‑']).all(roman);
    let begins = token.starts_with(|c: char| c.is_ascii_digit() || "*[".contains(c))
        || token.len() < 6
        || plain;
    if (digit && begins) || plain {
        token.len()
    } else {
        0
    }
}

/// What follows, with the comma that the author put before it.
fn suffix(text: &str) -> String {
    let words = text
        .trim_start_matches([',', ' ', '\n', '\u{a0}'])
        .trim_end();
    match text.trim_start().starts_with(',') && !words.is_empty() {
        true => format!(", {words}"),
        false => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, locator: &str, suffix: &str) {
        let tail = read(text);
        let got = tail
            .locator
            .map(|(kind, text)| format!("{kind} {text}"))
            .unwrap_or_default();
        assert_eq!(
            (got.as_str(), tail.suffix.as_str()),
            (locator, suffix),
            "{text}"
        );
    }

    #[test]
    fn locators_and_suffixes() {
        check(", p. 33", "page 33", "");
        check(", pp. 33–35, 38 and 40", "page 33–35, 38 and 40", "");
        check(", 12", "page 12", "");
        check(", xii–xv", "page xii–xv", "");
        check(", vol. 2, a rare edition", "volume 2", ", a rare edition");
        check(", fol. 33r", "folio 33r", "");
        check(", § 5", "section 5", "");
        check(", n. 14, translated by us", "note 14", ", translated by us");
        check(", p. 12ff.", "page 12ff.", "");
        check(
            ", s.v. wheat, second ed.",
            "sub-verbo wheat",
            ", second ed.",
        );
        check(", doc. 5", "", ", doc. 5");
        check(", emphasis ours", "", ", emphasis ours");
        check(", {ch. 3, pt. II}", "chapter 3, pt. II", "");
        check("", "", "");
        check(".", "", ".");
    }

    #[test]
    fn a_misspelt_word_is_told() {
        assert_eq!(read(", pagg. 3").unknown, Some(2..7));
        assert_eq!(read(", see 3").unknown, None);
    }
}
