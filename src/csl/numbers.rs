//! Numbers in variables: whether a text is numeric, ordinals, Roman numerals and ranges of pages
//! (CSL 1.0.2, "Number", "Page Ranges").

use super::style::PageRange;

/// Variables that hold numbers (CSL 1.0.2, "Number Variables").
pub const VARIABLES: &[&str] = &[
    "chapter-number",
    "collection-number",
    "edition",
    "issue",
    "number",
    "number-of-pages",
    "number-of-volumes",
    "part-number",
    "printing-number",
    "section",
    "supplement-number",
    "version",
    "volume",
];

/// A piece of a numeric text.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A number, with letters before or behind it ("S12", "2b").
    Number(&'a str),
    /// What stands between: a comma, an ampersand, a hyphen or a dash.
    Comma,
    Ampersand,
    Hyphen,
}

/// The pieces of a numeric text; `None` for any other text (CSL 1.0.2, "Choose": "content is
/// numeric if it consists solely of numbers, which may have affixes, separated by a comma, hyphen
/// or ampersand").
pub fn numeric(text: &str) -> Option<Vec<Piece<'_>>> {
    let text = text.trim();
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut after_number = false;
    while let Some(c) = rest.chars().next() {
        if c == ' ' {
            rest = rest.trim_start();
            continue;
        }
        let separator = match c {
            ',' => Some(Piece::Comma),
            '&' => Some(Piece::Ampersand),
            '-' | '–' | '—' | '‑' => Some(Piece::Hyphen),
            _ => None,
        };
        if let Some(separator) = separator {
            if !after_number {
                return None;
            }
            after_number = false;
            pieces.push(separator);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        if after_number {
            return None;
        }
        let end = rest
            .find([' ', ',', '&', '-', '–', '—', '‑'])
            .unwrap_or(rest.len());
        let word = &rest[..end];
        if !is_number(word) {
            return None;
        }
        pieces.push(Piece::Number(word));
        after_number = true;
        rest = &rest[end..];
    }
    (after_number && !pieces.is_empty()).then_some(pieces)
}

/// Digits, with letters before or behind them.
fn is_number(word: &str) -> bool {
    let before = word.trim_start_matches(|c: char| c.is_alphabetic());
    let digits = before.trim_start_matches(|c: char| c.is_ascii_digit());
    let behind = digits.trim_start_matches(|c: char| c.is_alphabetic());
    before.len() > digits.len() && behind.is_empty()
}

/// Whether a text names more than one number, for labels ("p." or "pp."). Of "2, pp. 3–5", in which
/// a second label stands, only what is before it counts.
pub fn is_plural(text: &str) -> bool {
    let text = before_label(text).trim();
    let bytes = text.as_bytes();
    for (n, c) in text.char_indices() {
        let between = |len: usize| {
            let before = text[..n].trim_end().chars().next_back();
            let after = text[n + len..].trim_start().chars().next();
            let fits = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            fits(before) && fits(after)
        };
        match c {
            // An escaped hyphen joins one number.
            '\\' if bytes.get(n + 1) == Some(&b'-') => {}
            '-' if n > 0 && bytes.get(n - 1) == Some(&b'\\') => {}
            '–' | '—' if between(c.len_utf8()) => return true,
            '-' | '‑' if between(c.len_utf8()) => {
                let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                let before = text[..n].trim_end().chars().next_back();
                let last = text[n..].chars().skip(1).find(|c| c.is_ascii_digit());
                let word = |c: char| !c.is_alphanumeric();
                let leaves = is_leaf(text[..n].rsplit(word).next().unwrap_or_default())
                    && is_leaf(
                        text[n + c.len_utf8()..]
                            .split(word)
                            .next()
                            .unwrap_or_default(),
                    );
                if digit(before) && last.is_some() || leaves || is_roman_range(text) {
                    return true;
                }
            }
            ',' | '&' if between(1) => return true,
            _ => {}
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(3).any(|three| {
        matches!(three[1], "and" | "et" | "und" | "y" | "e" | "och")
            && starts_number(three[0])
            && starts_number(three[2])
    })
}

/// Whether it is a leaf of a manuscript with its side, and maybe its column: "12r", "13vb".
fn is_leaf(text: &str) -> bool {
    let side = text.trim_start_matches(|c: char| c.is_ascii_digit());
    side.len() < text.len() && matches!(side, "r" | "v" | "ra" | "rb" | "va" | "vb")
}

fn starts_number(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
}

/// What stands before the first abbreviated word, such as "n." in "12, n. 4".
fn before_label(text: &str) -> &str {
    let mut start = 0;
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let name = word.strip_suffix('.').unwrap_or_default();
        if start > 0 && !name.is_empty() && name.chars().all(char::is_alphabetic) {
            return &text[..start];
        }
        start += word.len();
    }
    text
}

/// Whether a locator brings a label of its own: "vol. 1, fol. 186".
pub fn begins_with_label(text: &str) -> bool {
    let Some((word, rest)) = text.trim_start().split_once(' ') else {
        return false;
    };
    let word = word.strip_suffix('.').unwrap_or_default();
    word.chars().count() > 1
        && word.chars().all(char::is_alphabetic)
        && roman_value(word).is_none()
        && starts_number(rest.split_whitespace().next().unwrap_or_default())
}

fn is_roman_range(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').map(str::trim).collect();
    parts.len() == 2 && parts.iter().all(|part| roman_value(part).is_some())
}

/// The value of a Roman numeral.
pub fn roman_value(text: &str) -> Option<u32> {
    let value = |c: char| {
        Some(match c.to_ascii_lowercase() {
            'i' => 1u32,
            'v' => 5,
            'x' => 10,
            'l' => 50,
            'c' => 100,
            'd' => 500,
            'm' => 1000,
            _ => return None,
        })
    };
    let values: Vec<u32> = text.chars().map(value).collect::<Option<_>>()?;
    if values.is_empty() || values.len() > 15 {
        return None;
    }
    let mut total = 0i64;
    for (n, value) in values.iter().enumerate() {
        let less = values.get(n + 1).is_some_and(|next| next > value);
        total += if less {
            -i64::from(*value)
        } else {
            i64::from(*value)
        };
    }
    u32::try_from(total).ok()
}

/// A number as a Roman numeral, in small letters; numbers above 3999 stay as they are.
pub fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let mut rest = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    out
}

/// A year suffix: a to z, aa, ab and so on.
pub fn letters(number: usize) -> String {
    let mut number = number + 1;
    let mut out = Vec::new();
    while number > 0 {
        number -= 1;
        out.push(b'a' + u8::try_from(number % 26).unwrap_or(0));
        number /= 26;
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

/// Writes ranges of pages as the style wants them: `delimiter` between two numbers, and the second
/// shortened or whole.
pub fn pages(text: &str, format: Option<PageRange>, delimiter: &str) -> String {
    let hyphens = ['-', '–', '—', '‑', '\u{2012}', '\u{2212}'];
    if !text.contains(hyphens) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find([',', '&', ';']).unwrap_or(rest.len());
        out.push_str(&range(&rest[..end], format, delimiter, &hyphens));
        let mut chars = rest[end..].chars();
        if let Some(c) = chars.next() {
            out.push(c);
        }
        rest = chars.as_str();
    }
    out
}

fn range(text: &str, format: Option<PageRange>, delimiter: &str, hyphens: &[char]) -> String {
    let trimmed = text.trim();
    let (before, behind) = match text.find(trimmed) {
        Some(at) => (&text[..at], &text[at + trimmed.len()..]),
        None => ("", ""),
    };
    let whole = |inner: &str| format!("{before}{inner}{behind}");
    // Words around a range ("at 12-15") stay as they are.
    let (lead, trimmed) = match trimmed.rsplit_once(' ') {
        Some((lead, last)) if last.contains(hyphens) && !lead.contains(hyphens) => {
            (format!("{lead} "), last)
        }
        _ => (String::new(), trimmed),
    };
    let parts: Vec<&str> = trimmed.split(hyphens).map(str::trim).collect();
    let [first, last] = parts[..] else {
        return text.to_owned();
    };
    if first.ends_with('\\') {
        return whole(&format!("{lead}{}-{last}", first.trim_end_matches('\\')));
    }
    let (Some(a), Some(b)) = (split(first), split(last)) else {
        // Roman numerals and words: a range, unless the parts are no numbers at all.
        let roman = |part: &str| roman_value(part).is_some();
        let simple = |part: &str| {
            !part.is_empty() && (roman(part) || part.chars().all(|c| c.is_ascii_digit()))
        };
        let leaves = is_leaf(first) && is_leaf(last);
        if leaves || simple(first) && simple(last) {
            return whole(&format!("{lead}{first}{delimiter}{last}"));
        }
        return text.to_owned();
    };
    if a.0 != b.0 {
        // "N110-5": no range that could be told.
        return whole(&format!("{lead}{first}-{last}"));
    }
    let prefix = a.0;
    let (a, b) = (a.1, b.1);
    let Some(format) = format else {
        return whole(&format!("{lead}{first}{delimiter}{last}"));
    };
    // The second number whole: "110-5" is 110 to 115.
    let full = if b.len() < a.len() {
        format!("{}{b}", &a[..a.len() - b.len()])
    } else {
        b.to_owned()
    };
    let ordered = (a.len(), a) <= (full.len(), full.as_str());
    if !ordered {
        return whole(&format!("{lead}{first}-{last}"));
    }
    let short = match format {
        PageRange::Expanded => format!("{prefix}{full}"),
        PageRange::Minimal => minimal(a, &full, 1).to_owned(),
        PageRange::MinimalTwo => minimal(a, &full, 2).to_owned(),
        PageRange::Chicago15 | PageRange::Chicago16 => chicago(a, &full, format).to_owned(),
    };
    whole(&format!("{lead}{prefix}{a}{delimiter}{short}"))
}

/// What stands before the last digits, and those: "N110" is "N" and "110".
fn split(text: &str) -> Option<(&str, &str)> {
    let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
    let at = text.len() - digits;
    let plain = text.chars().all(char::is_alphanumeric);
    (digits > 0 && plain).then(|| text.split_at(at))
}

/// The digits of `b` that differ from `a`'s, at least `least`.
fn minimal<'a>(a: &str, b: &'a str, least: usize) -> &'a str {
    if a.len() != b.len() {
        return b;
    }
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    &b[same.min(b.len().saturating_sub(least))..]
}

/// The Chicago Manual of Style, 9.61 (16th edition): two digits or more, but all below 100 and
/// behind a multiple of 100, and only what differs behind 101 to 109.
fn chicago<'a>(a: &str, b: &'a str, format: PageRange) -> &'a str {
    let Ok(first) = a.parse::<u64>() else {
        return b;
    };
    if first < 100 || first % 100 == 0 {
        return b;
    }
    if (1..10).contains(&(first % 100)) {
        return minimal(a, b, 1);
    }
    // The 15th edition writes four digits whole where three would change.
    if format == PageRange::Chicago15 && a.len() == 4 && minimal(a, b, 2).len() > 2 {
        return b;
    }
    minimal(a, b, 2)
}

#[cfg(test)]
mod tests {
    use super::is_plural;

    #[test]
    fn only_what_stands_before_a_second_label_counts() {
        for (text, plural) in [
            ("2, pp. 3–5, 9", false),
            ("12, n. 4", false),
            ("12, 14, n. 4", true),
            ("1 and 3", true),
            ("iv–vi", true),
            ("100 - 103", true),
            ("7", false),
        ] {
            assert_eq!(is_plural(text), plural, "{text}");
        }
    }
}
