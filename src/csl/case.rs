//! Changes the case of formatted text (CSL 1.0.2, "Text-case").

use super::locale::is_english;
use super::rich::{Event, Fmt, Mark};
use super::style::Case;

/// Words that title case leaves small, unless they begin or end a title.
const STOP_WORDS: &[&str] = &[
    "a",
    "about",
    "above",
    "according to",
    "across",
    "afore",
    "after",
    "against",
    "ahead of",
    "along",
    "alongside",
    "amid",
    "amidst",
    "among",
    "amongst",
    "an",
    "and",
    "anenst",
    "apart from",
    "apropos",
    "around",
    "as",
    "as regards",
    "aside",
    "astride",
    "at",
    "athwart",
    "atop",
    "back to",
    "barring",
    "because of",
    "before",
    "behind",
    "below",
    "beneath",
    "beside",
    "besides",
    "between",
    "beyond",
    "but",
    "by",
    "c",
    "ca",
    "circa",
    "close to",
    "d'",
    "de",
    "despite",
    "down",
    "due to",
    "during",
    "et",
    "except",
    "far from",
    "for",
    "forenenst",
    "from",
    "given",
    "in",
    "inside",
    "instead of",
    "into",
    "lest",
    "like",
    "modulo",
    "near",
    "next",
    "nor",
    "notwithstanding",
    "of",
    "off",
    "on",
    "onto",
    "or",
    "out",
    "outside of",
    "over",
    "per",
    "plus",
    "prior to",
    "pro",
    "pursuant to",
    "qua",
    "rather than",
    "regardless of",
    "sans",
    "since",
    "so",
    "such as",
    "than",
    "that of",
    "the",
    "through",
    "throughout",
    "thru",
    "thruout",
    "till",
    "to",
    "toward",
    "towards",
    "under",
    "underneath",
    "until",
    "unto",
    "up",
    "upon",
    "v",
    "v.",
    "van",
    "versus",
    "via",
    "vis-à-vis",
    "von",
    "vs",
    "vs.",
    "where as",
    "with",
    "with regard to",
    "within",
    "without",
    "yet",
];

/// One letter of the text, and where it stands.
#[derive(Clone, Copy)]
struct Letter {
    c: char,
    /// Whether its case may change.
    free: bool,
}

/// What a language asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    /// Whether it has title case, as English alone has.
    titles: bool,
    /// Whether it has an i with a dot and one without in both cases, as Turkish has.
    dotted: bool,
}

impl Rules {
    /// The rules of a language by its BCP 47 tag.
    pub fn of(language: &str) -> Rules {
        let main = language.split(['-', '_']).next().unwrap_or_default();
        Rules {
            titles: is_english(language),
            dotted: ["tr", "az"]
                .iter()
                .any(|known| main.eq_ignore_ascii_case(known)),
        }
    }

    fn lower(self, c: char, out: &mut String) {
        match c {
            'I' if self.dotted => out.push('ı'),
            'İ' if self.dotted => out.push('i'),
            c => out.extend(c.to_lowercase()),
        }
    }

    fn upper(self, c: char, out: &mut String) {
        match c {
            'i' if self.dotted => out.push('İ'),
            c => out.extend(c.to_uppercase()),
        }
    }
}

/// Changes the case of all text in `events`.
pub fn apply(events: &mut [Event], case: Case, rules: Rules) {
    let mut letters: Vec<Letter> = Vec::new();
    let mut fixed: Vec<bool> = Vec::new();
    for event in events.iter() {
        match event {
            Event::Open(mark) => {
                // Small capitals, raised and lowered letters keep their case in titles.
                let keeps = match mark {
                    Mark::NoCase | Mark::NoDecor => true,
                    Mark::Fmt(Fmt {
                        small_caps,
                        vertical,
                        ..
                    }) => *small_caps == Some(true) || vertical.is_some(),
                    _ => false,
                };
                fixed.push(keeps || fixed.last() == Some(&true));
            }
            Event::Close => {
                fixed.pop();
            }
            Event::Guard => {}
            Event::Text(text) => {
                let free = fixed.last() != Some(&true);
                letters.extend(text.chars().map(|c| Letter { c, free }));
            }
        }
    }
    let mut out: Vec<Option<char>> = vec![None; letters.len()];
    match case {
        Case::Lower | Case::Upper => {}
        Case::CapitalizeFirst => {
            capitalize_first(&letters, &mut out);
        }
        Case::CapitalizeAll => {
            for word in words(&letters) {
                capitalize(&letters[word.clone()], word.start, &mut out);
            }
        }
        Case::Sentence => sentence(&letters, &mut out),
        Case::Title if rules.titles => title(&letters, &mut out),
        Case::Title => {}
    }
    // Write back.
    let mut at = 0;
    for event in events.iter_mut() {
        let Event::Text(text) = event else { continue };
        let mut new = String::with_capacity(text.len());
        for c in text.chars() {
            let free = letters.get(at).is_none_or(|letter| letter.free);
            match (case, free) {
                (Case::Lower, true) => rules.lower(c, &mut new),
                (Case::Upper, true) => rules.upper(c, &mut new),
                _ => match out.get(at).copied().flatten() {
                    Some('\u{0}') => rules.lower(c, &mut new),
                    Some('\u{1}') => rules.upper(c, &mut new),
                    _ => new.push(c),
                },
            }
            at += 1;
        }
        *text = new;
    }
}

const LOWER: Option<char> = Some('\u{0}');
const UPPER: Option<char> = Some('\u{1}');

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '`' | '\u{300}'..='\u{36f}' | 'ʼ' | 'ʻ')
}

/// The words, divided by blanks.
fn words(letters: &[Letter]) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (n, letter) in letters.iter().enumerate() {
        match (letter.c.is_whitespace(), start) {
            (false, None) => start = Some(n),
            (true, Some(from)) => {
                words.push(from..n);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..letters.len()));
    words
}

/// Makes the first letter of a word great, if the word is all small.
fn capitalize(word: &[Letter], start: usize, out: &mut [Option<char>]) {
    let Some(at) = word.iter().position(|letter| letter.c.is_alphanumeric()) else {
        return;
    };
    if word[at].free {
        out[start + at] = UPPER;
    }
}

fn capitalize_first(letters: &[Letter], out: &mut [Option<char>]) {
    if let Some(at) = letters.iter().position(|letter| letter.c.is_alphanumeric())
        && letters[at].free
    {
        out[at] = UPPER;
    }
}

/// Whether there are great letters only.
fn all_caps(letters: &[Letter]) -> bool {
    let free = || letters.iter().filter(|letter| letter.free);
    !free().any(|letter| letter.c.is_lowercase()) && free().any(|letter| letter.c.is_uppercase())
}

/// CSL 1.0.2: "for uppercase strings, the first character remains capitalized and all others are
/// lowercased; for lower or mixed case strings, the first character of the first word is
/// capitalized if the word is lowercase; the case of all other words stays the same".
///
/// Words of mixed text whose first letter alone is great become small, as citeproc-js does.
fn sentence(letters: &[Letter], out: &mut [Option<char>]) {
    let caps = all_caps(letters);
    for (n, word) in words(letters).into_iter().enumerate() {
        let slice = &letters[word.clone()];
        let first = slice.iter().position(|letter| letter.c.is_alphabetic());
        let simple = first.is_some_and(|first| {
            slice[first].c.is_uppercase()
                && !slice[first + 1..]
                    .iter()
                    .any(|letter| letter.c.is_uppercase())
        });
        for (at, letter) in slice.iter().enumerate() {
            if letter.free && (caps || simple) && letter.c.is_uppercase() {
                out[word.start + at] = LOWER;
            }
        }
        if n == 0
            && let Some(first) = first
            && slice[first].free
        {
            out[word.start + first] = UPPER;
        }
    }
}

fn title(letters: &[Letter], out: &mut [Option<char>]) {
    let words = words(letters);
    // Stop words may be great at the beginning, the end, and behind a colon and the like.
    let mut begins = true;
    let count = words.len();
    for (n, word) in words.iter().enumerate() {
        let slice = &letters[word.clone()];
        let last = n + 1 == count;
        // A stray tag is no word.
        if slice.first().is_some_and(|letter| letter.c == '<') {
            continue;
        }
        // The parts of "out-of-fashion", "cat/mouse" and "scientist–practitioner".
        let mut from = word.start;
        let mut parts: Vec<std::ops::Range<usize>> = Vec::new();
        for (at, letter) in slice.iter().enumerate() {
            if matches!(letter.c, '-' | '/' | '–' | '—' | '‑') {
                parts.push(from..word.start + at);
                from = word.start + at + 1;
            }
        }
        parts.push(from..word.end);
        let pieces = parts.len();
        for (k, part) in parts.into_iter().enumerate() {
            let piece = &letters[part.clone()];
            let Some(first) = piece.iter().position(|letter| in_word(letter.c)) else {
                continue;
            };
            let end = piece
                .iter()
                .rposition(|letter| in_word(letter.c))
                .map_or(first, |end| end + 1);
            let core: String = piece[first..end].iter().map(|letter| letter.c).collect();
            let Some(alpha) = piece[first..end].iter().position(|l| l.c.is_alphanumeric()) else {
                continue;
            };
            let alpha = first + alpha;
            let lower = core.to_lowercase();
            let stop = STOP_WORDS.contains(&lower.as_str());
            let mixed = core.chars().skip(1).any(char::is_uppercase);
            let edge = k == 0 && (begins || pieces > 1)
                || last && k + 1 == pieces && (pieces == 1 || !stop);
            if stop && !edge {
                // It stays as it is.
            } else if !mixed && piece[alpha].free && piece[alpha].c.is_lowercase() {
                // A single letter stays: "07-x", "n.", "a < b".
                let alone = !begins && (k > 0 || pieces == 1) && end - first == 1;
                let latin = u32::from(piece[alpha].c) < 0x250 || pieces == 1;
                if !alone && latin {
                    out[part.start + alpha] = UPPER;
                }
            }
            begins = false;
        }
        // What follows a colon, a question mark, a dash or a full stop begins anew.
        let mut tail = slice.iter().rev().map(|letter| letter.c);
        let closing = tail.find(|c| !matches!(c, '”' | '’' | '"' | ')' | ']' | '»'));
        begins |= matches!(closing, Some(':' | '?' | '!' | '—' | '–'))
            && slice.iter().any(|l| !in_word(l.c));
        if closing == Some('.') {
            // "One." ends a sentence; "U.S.S.R.", "A.N." and "v." don't.
            let dots = slice.iter().filter(|l| l.c == '.').count();
            let small = slice.iter().filter(|l| l.c.is_lowercase()).count();
            begins |= dots == 1 && small > 1;
        }
    }
}
