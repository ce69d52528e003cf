//! Words as a search compares them: without case, accents and marks. `search.js` does the same to
//! what readers type, so the two must agree; `tests/browser/search.test.mjs` compares them.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are cut, so that they can be the names of files.
const LONGEST: usize = 24;

/// The words of a text: letters, digits and their marks (Unicode's properties Alphabetic, N and M).
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || !c.is_ascii() && is_combining_mark(c);
    text.split(move |c| !is_word(c))
        .filter(|word| !word.is_empty())
}

/// A word as it is compared: `Straße` as `strasse`, `Molotów` as `molotow`.
pub fn fold(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        return match word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(word.to_ascii_lowercase()),
            false => Cow::Borrowed(word),
        };
    }
    let mut out = String::with_capacity(word.len());
    let lower = word.to_lowercase();
    for c in lower.nfkd().filter(|c| !is_accent(*c)).nfc() {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            // Kelvin's sign and the like: what is left of capitals.
            c => out.extend(c.to_lowercase()),
        }
    }
    Cow::Owned(out)
}

/// Marks that readers leave out when they type: of Latin, Greek and Cyrillic, of Hebrew and Arabic.
/// Those of other scripts are vowels.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

/// Letters of scripts that set no spaces between words: Thai to Khmer, kana, Han.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The terms of a text, as they come: its words, folded; of scripts without spaces each pair of
/// letters. A single letter of ASCII, such as the `s` of `Stalin’s`, is none.
pub fn terms(text: &str, mut each: impl FnMut(&str)) {
    let mut small = [0; LONGEST];
    for word in words(text) {
        if word.is_ascii() {
            // Nearly all words, so without making a text for each.
            let length = word.len().min(LONGEST);
            let small = &mut small[..length];
            small.copy_from_slice(&word.as_bytes()[..length]);
            small.make_ascii_lowercase();
            each_term(str::from_utf8(small).unwrap_or_default(), &mut each);
            continue;
        }
        let folded = fold(word);
        let mut rest: &str = &folded;
        while let Some(first) = rest.chars().next() {
            let unspaced = is_unspaced(first);
            let end = rest.find(|c| is_unspaced(c) != unspaced);
            let (run, behind) = rest.split_at(end.unwrap_or(rest.len()));
            rest = behind;
            match unspaced {
                true => pairs(run, &mut each),
                false => term(run, &mut each),
            }
        }
    }
}

fn term(word: &str, each: &mut impl FnMut(&str)) {
    let end = word.char_indices().nth(LONGEST);
    each_term(&word[..end.map_or(word.len(), |(at, _)| at)], each);
}

fn each_term(word: &str, each: &mut impl FnMut(&str)) {
    if word.len() > 1 || word.bytes().all(|byte| byte.is_ascii_digit()) {
        each(word);
    }
}

fn pairs(run: &str, each: &mut impl FnMut(&str)) {
    let mut starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
    starts.push(run.len());
    if starts.len() == 2 {
        each(run);
    }
    for pair in starts.windows(3) {
        each(&run[pair[0]..pair[2]]);
    }
}
