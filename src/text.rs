//! Small jobs on text that several stages need: escaping, slugs, paths, numbers as words.

use std::fmt::Write;

/// Appends `text` with the characters escaped that mean something in HTML, also in attributes.
pub fn escape_into(out: &mut String, text: &str) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(&text[done..at]);
        out.push_str(escaped);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// `text` escaped for HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

/// The text of HTML that this program has made, without its tags and with its characters unescaped.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(tag) = rest.strip_prefix('<') {
            rest = tag.split_once('>').map_or("", |(_, behind)| behind);
            continue;
        }
        let known = ENTITIES.iter().find(|(name, _)| rest.starts_with(name));
        let (name, character) = known.unwrap_or(&("&", '&'));
        out.push(*character);
        rest = &rest[name.len()..];
    }
    out.push_str(rest);
    out
}

/// Text with its characters unescaped, also those that authors have escaped in HTML of their own: by
/// number, and spaces and hyphens by name.
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, character(&rest[..=end])?))) {
            Some((end, character)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The character that an entity stands for.
fn character(entity: &str) -> Option<char> {
    if let Some((_, character)) = ENTITIES.iter().find(|(name, _)| *name == entity) {
        return Some(*character);
    }
    match entity {
        "&nbsp;" => return Some('\u{A0}'),
        "&shy;" => return Some('\u{AD}'),
        _ => {}
    }
    let number = entity.strip_prefix("&#")?.strip_suffix(';')?;
    let number = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(number.ok()?)
}

/// What [`escape`] writes, and what it stands for.
const ENTITIES: &[(&str, char)] = &[
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
];

/// An anchor or a part of an address made from words: lower case, letters and digits of any
/// script, and `-` between them.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Percent-encodes what may not stand in an address, leaving the slashes.
pub fn encode_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char);
            }
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}

/// Undoes percent-encoding; what isn't UTF-8 after it stays as it was.
pub fn decode_path(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| path.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| path.to_owned())
}

/// The path that `target` means when it stands in a file of the folder `folder`; both relative
/// with `/`. `None` if it leads out of the root.
pub fn join(folder: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a path, without a slash at its end; empty for the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The text with its first letter as a capital, as at the beginning of a note.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Whether a language, by its tag, is written from right to left.
pub fn is_mirrored(language: &str) -> bool {
    let mut parts = language.split(['-', '_']);
    let base = parts.next().unwrap_or_default().to_ascii_lowercase();
    let script = parts.next().unwrap_or_default();
    match script {
        "Latn" | "Cyrl" => false,
        "Arab" | "Hebr" => true,
        _ => ["ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"].contains(&&*base),
    }
}

/// 1 → a, 26 → z, 27 → aa.
pub fn letters(mut number: usize) -> String {
    let mut out = Vec::new();
    while number > 0 {
        number -= 1;
        out.push(b'a' + (number % 26) as u8);
        number /= 26;
    }
    out.iter().rev().map(|&byte| byte as char).collect()
}

/// 4 → iv. Numbers of 4000 and more stay digits.
pub fn roman(mut number: usize) -> String {
    const DIGITS: [(usize, &str); 13] = [
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
    if number >= 4000 {
        return number.to_string();
    }
    let mut out = String::new();
    for (value, digit) in DIGITS {
        while number >= value {
            out.push_str(digit);
            number -= value;
        }
    }
    out
}

/// 1 → *, 2 → †, … 6 → ¶, 7 → **, as in the Chicago Manual of Style, 18th edition, 3.81.
pub fn symbols(number: usize) -> String {
    const SIGNS: [&str; 6] = ["*", "†", "‡", "§", "‖", "¶"];
    let index = number.saturating_sub(1);
    SIGNS[index % SIGNS.len()].repeat(index / SIGNS.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_letters_of_every_script() {
        assert_eq!(
            slug("Why did Stalin’s farms fail?"),
            "why-did-stalins-farms-fail"
        );
        assert_eq!(slug("  Ďábel & Ёлка — 1939 "), "ďábel-ёлка-1939");
        assert_eq!(slug("?!"), "");
    }

    #[test]
    fn plain_text_of_html() {
        assert_eq!(
            plain("<i>Tom &amp; Co.</i>, “a &lt; b” &c."),
            "Tom & Co., “a < b” &c."
        );
        let typed = "<b> & \"x\" &amp;";
        assert_eq!(plain(&escape(typed)), typed);
        assert_eq!(unescape(&escape(typed)), typed);
        assert_eq!(
            unescape("&#39;&#x27;a&nbsp;b&what; &;&#xD800;&"),
            "''a\u{A0}b&what; &;&#xD800;&"
        );
    }

    #[test]
    fn paths_join_as_in_a_browser_but_never_leave_the_root() {
        assert_eq!(join("pact", "../about.md").as_deref(), Some("about.md"));
        assert_eq!(
            join("pact/one", "./map.png").as_deref(),
            Some("pact/one/map.png")
        );
        assert_eq!(join("pact", "/img/map.png").as_deref(), Some("img/map.png"));
        assert_eq!(join("pact", "../../etc/passwd"), None);
    }

    #[test]
    fn numbers_of_notes() {
        assert_eq!(
            [1, 26, 27, 52, 53, 702, 703].map(letters),
            ["a", "z", "aa", "az", "ba", "zz", "aaa"]
        );
        assert_eq!([4, 9, 49, 1999].map(roman), ["iv", "ix", "xlix", "mcmxcix"]);
        assert_eq!([1, 6, 7, 13].map(symbols), ["*", "¶", "**", "***"]);
    }

    #[test]
    fn percent_signs_survive() {
        assert_eq!(decode_path("a%20b%zz%"), "a b%zz%");
        assert_eq!(decode_path("%ff"), "%ff");
        assert_eq!(encode_path("año 1/ü.png"), "a%C3%B1o%201/%C3%BC.png");
    }
}
