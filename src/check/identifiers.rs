//! Numbers and addresses that can't be right: DOI, ISBN, ISSN, URL.

use super::places::{Places, field};
use crate::diag::{Code, Fault};
use crate::sources::Source;

/// What is wrong with an identifier, and what to do.
type Wrong = (String, String);

/// Looks at a field's value.
type Look = fn(&str) -> Option<Wrong>;

/// The faults of all sources that were read.
pub fn faults(sources: &[Source], places: &Places<'_>) -> Vec<Fault> {
    let checks: [(&str, &str, Look); 4] = [
        ("DOI", "the DOI", doi),
        ("ISBN", "the ISBN", isbn),
        ("ISSN", "the ISSN", issn),
        ("URL", "the address", url),
    ];
    let mut faults = Vec::new();
    let looked_at = |source: &&Source| !source.allows(Code::WrongIdentifier);
    for source in sources.iter().filter(looked_at) {
        for (variable, what, check) in checks {
            let Some(value) = source.item.text.get(variable) else {
                continue;
            };
            let Some((why, help)) = check(value) else {
                continue;
            };
            let message = format!("in `{}`, {what} `{value}` {why}", source.item.key);
            faults.push(
                Fault::new(Code::WrongIdentifier, message, places.of(source, &[value]))
                    .label(format!("its `{}`", field(source, variable)))
                    .help(help),
            );
        }
    }
    faults
}

/// A DOI without the address or word before it.
pub fn bare_doi(text: &str) -> &str {
    let text = text.trim();
    let at = text.find("doi.org/").map_or(0, |at| at + 8);
    text.get(at..).unwrap_or(text)
}

/// ISO 26324 and the *DOI Handbook*, 2.2: a prefix `10.` with a registrant's number, a slash, and a
/// suffix of printable characters.
fn doi(text: &str) -> Option<Wrong> {
    let bare = bare_doi(text);
    let help = |say: &str| say.to_owned();
    if bare.len() > 4 && bare.is_char_boundary(4) && bare[..4].eq_ignore_ascii_case("doi:") {
        let say = format!(
            "leave out what stands before the number: {}",
            bare[4..].trim()
        );
        return Some(("begins with a word".into(), say));
    }
    if bare.contains(char::is_whitespace) {
        return Some((
            "has a blank in it".into(),
            help("take the blank out, or what stands behind it"),
        ));
    }
    let (prefix, suffix) = bare.split_once('/').unwrap_or((bare, ""));
    let registrant = prefix.strip_prefix("10.").unwrap_or_default();
    let mut parts = registrant.split('.');
    let number = parts.next().unwrap_or_default();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !(4..=9).contains(&number.len())
        || !digits(number)
        || !parts.all(digits)
        || suffix.is_empty()
    {
        return Some((
            "is no DOI".into(),
            help("a DOI looks like 10.1093/ahr/rhaa123: `10.`, a number, `/`, and more"),
        ));
    }
    let end = suffix.trim_end_matches(['.', ',', ';']);
    (end.len() < suffix.len()).then(|| {
        (
            "ends with a mark of its sentence".into(),
            format!("write {prefix}/{end}"),
        )
    })
}

/// A word of an identifier's field: its digits, if it has nothing but digits.
fn digits_of(word: &str) -> Option<String> {
    const HYPHENS: &str = "-–‐‑−—";
    let mut digits = String::new();
    for c in word.chars() {
        match c {
            '0'..='9' => digits.push(c),
            'x' | 'X' => digits.push('X'),
            c if HYPHENS.contains(c) => {}
            _ => return None,
        }
    }
    (digits.bytes().any(|b| b.is_ascii_digit())).then_some(digits)
}

/// The numbers of a field, as their digits: those of one or more words that belong together. What
/// stands in brackets is left out.
fn numbers(text: &str, whole: impl Fn(&str) -> bool) -> Vec<String> {
    let mut depth = 0_usize;
    let open = text.chars().map(|c| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => return c,
            _ => {}
        }
        ' '
    });
    let open: String = open.collect();
    let mut found = Vec::new();
    for part in open.split([',', ';', '/', '|', '+']) {
        let mut held = String::new();
        let words = part.split(|c: char| c.is_whitespace() || c == ':');
        let mut named = false;
        for word in words.filter(|word| !word.is_empty()) {
            // "ISBN 13: 978…"
            let length = std::mem::take(&mut named) && matches!(word, "10" | "13");
            named = word.eq_ignore_ascii_case("ISBN");
            if length {
                continue;
            }
            let Some(digits) = digits_of(word) else {
                // "ISBN-13", "pbk"
                if !held.is_empty() {
                    found.push(std::mem::take(&mut held));
                }
                continue;
            };
            if whole(&held) {
                found.push(std::mem::take(&mut held));
            }
            held.push_str(&digits);
        }
        if !held.is_empty() {
            found.push(held);
        }
    }
    found
}

/// The ISBNs of a field that are right, all with 13 digits.
pub fn isbns(text: &str) -> Vec<String> {
    let numbers = numbers(text, whole_isbn).into_iter();
    let right = numbers.filter(|number| wrong_isbn(number).is_none());
    right
        .map(|number| {
            let first = match number.len() {
                13 => return number,
                9 => format!("9780{}", &number[..8]),
                _ => format!("978{}", &number[..9]),
            };
            let check = check13(&first);
            first + &check
        })
        .collect()
}

/// Whether the digits of an ISBN are all there, so that more begin another.
fn whole_isbn(digits: &str) -> bool {
    match digits.starts_with("978") || digits.starts_with("979") {
        true => digits.len() >= 13 || digits.len() == 10 && check10(&digits[..9]) == digits[9..],
        false => digits.len() >= 10,
    }
}

/// The check digit of an ISBN of 13 digits (ISO 2108, annex A; the weights are 1 and 3).
fn check13(first: &str) -> String {
    let weights = [1, 3].into_iter().cycle();
    let sum: u32 = values(first)
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum();
    ((10 - sum % 10) % 10).to_string()
}

/// The check digit of an ISBN of 10 digits, or of an ISSN (ISO 3297, annex A): weights fall to 2,
/// and 10 is an X.
fn check10(first: &str) -> String {
    let weights = (2..=first.len() as u32 + 1).rev();
    let sum: u32 = values(first)
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum();
    match (11 - sum % 11) % 11 {
        10 => "X".to_owned(),
        digit => digit.to_string(),
    }
}

fn values(digits: &str) -> impl Iterator<Item = u32> + '_ {
    digits.chars().map(|c| c.to_digit(10).unwrap_or(10))
}

/// Whether an X stands where none can.
fn stray_x(number: &str) -> bool {
    number[..number.len() - 1].contains('X')
}

fn wrong_digit(number: &str, check: &str) -> Option<Wrong> {
    let last = number.len() - 1;
    (number[last..] != *check).then(|| {
        (
            "has a wrong check digit".to_owned(),
            format!(
                "if all others are right, the last digit is {check}, not {}; more often two digits \
                 are swapped or one is mistyped: look at the work",
                &number[last..]
            ),
        )
    })
}

fn wrong_isbn(number: &str) -> Option<Wrong> {
    let help = || "an ISBN has 13 digits, those before 2007 have 10; look at the work".to_owned();
    match number.len() {
        13 if number.contains('X') => Some((
            "has an X, which only ISBNs of 10 digits have".into(),
            help(),
        )),
        13 if !number.starts_with("978") && !number.starts_with("979") => Some((
            "has 13 digits but doesn't begin with 978 or 979".into(),
            "it may be another barcode, or have a digit mistyped; look at the work".into(),
        )),
        13 => wrong_digit(number, &check13(&number[..12])),
        // The numbers of before 1970 have no group.
        9 | 10 if stray_x(number) => Some(("has an X before its end".into(), help())),
        9 => wrong_digit(number, &check10(&format!("0{}", &number[..8]))),
        10 => wrong_digit(number, &check10(&number[..9])),
        length => Some((format!("has {length} digits"), help())),
    }
}

fn isbn(text: &str) -> Option<Wrong> {
    let numbers = numbers(text, whole_isbn);
    if numbers.is_empty() {
        return Some((
            "has no digits".into(),
            "leave the field out if the book has none".into(),
        ));
    }
    numbers.iter().find_map(|number| wrong_isbn(number))
}

fn issn(text: &str) -> Option<Wrong> {
    let numbers = numbers(text, |digits| digits.len() >= 8);
    let help =
        || "an ISSN looks like 0002-8762: eight digits, of which the last may be X".to_owned();
    if numbers.is_empty() {
        return Some(("has no digits".into(), help()));
    }
    numbers.iter().find_map(|number| match number.len() {
        8 if stray_x(number) => Some(("has an X before its end".into(), help())),
        8 => wrong_digit(number, &check10(&number[..7])),
        length => Some((format!("has {length} digits"), help())),
    })
}

/// RFC 3986, 3, as far as slips show in it.
fn url(text: &str) -> Option<Wrong> {
    let text = text.trim();
    if text.contains(char::is_whitespace) {
        let help = "if two addresses stand there, keep one; a blank of the address itself is %20";
        return Some(("has a blank in it".into(), help.into()));
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let help = match text.starts_with("10.") || text.to_lowercase().starts_with("doi:") {
            true => "it is a DOI: put it into `doi`, without an address".to_owned(),
            false => format!("write it in full: https://{}", text.trim_start_matches('/')),
        };
        return Some(("has no `https://` before it".into(), help));
    };
    if !["http", "https", "ftp"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        let help = "only https, http and ftp addresses lead readers somewhere";
        return Some((format!("begins with `{scheme}://`"), help.into()));
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let labels = || name.trim_end_matches('.').split('.');
    let fine = |label: &str| {
        let inner = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        !label.is_empty() && label.chars().all(inner)
    };
    let address = name.starts_with('[') && name.ends_with(']');
    if !address && (labels().count() < 2 || !labels().all(fine)) {
        let help =
            "between `://` and the next slash stands the name of a host, such as example.org";
        return Some(("has no host that can be".into(), help.into()));
    }
    (text.contains(['\\', '{', '}', '<', '>', '"'])).then(|| {
        let help =
            "copy it from the browser again, without signs of LaTeX or of a sentence".to_owned();
        ("has signs in it that no address has".to_owned(), help)
    })
}

#[cfg(test)]
mod tests {
    use super::{doi, isbn, isbns, issn, url};

    #[test]
    fn dois() {
        for right in [
            "10.1093/ahr/rhaa123",
            "https://doi.org/10.1000/182",
            "10.1000.10/a(b)<c>;2-#",
        ] {
            assert_eq!(doi(right), None, "{right}");
        }
        for wrong in [
            "10.1093",
            "11.1093/x",
            "10.12/x",
            "doi:10.1000/182",
            "10.1000/18 2",
            "10.1000/182.",
            "x",
            "",
        ] {
            assert!(doi(wrong).is_some(), "{wrong}");
        }
        assert_eq!(doi("10.1000/182.").expect("a fault").1, "write 10.1000/182");
    }

    #[test]
    fn isbns_in_all_forms() {
        for right in [
            "978-0-300-11204-7",
            "9780300112047",
            "978 0 300 11204 7",
            "0-19-852663-6",
            "0198526636",
            "0 19 852663 6",
            "080442957X",
            "0-8044-2957-x",
            "978-0-300-11204-7 (pbk)",
            "ISBN-13: 978–0–300–11204–7",
            "ISBN 0198526636 9780300112047",
            "0-19-852663-6 978-0-300-11204-7",
            "978 0 300 11204 7 (hbk.), 0 19 852663 6 (pbk.: alk. paper)",
            "9780300112047; 0198526636",
            "19 8526636",
        ] {
            assert_eq!(isbn(right), None, "{right}");
        }
        for (wrong, says) in [
            ("978-0-300-11204-8", "the last digit is 7, not 8"),
            ("0198526637", "the last digit is 6, not 7"),
            ("0804429571", "the last digit is X, not 1"),
            ("978-0-300-11204", "13 digits"),
            ("123-0-300-11204-7", "barcode"),
            ("0198X26636", "13 digits"),
            ("9780300112047, 0198526637", "the last digit is 6"),
            ("none", "leave the field out"),
        ] {
            let (_, help) = isbn(wrong).expect(wrong);
            assert!(help.contains(says), "{wrong}: {help}");
        }
        assert_eq!(
            isbns("0-300-11204-1 (pbk), 978 0 300 11204 7"),
            ["9780300112047"; 2]
        );
        assert_eq!(isbns("19 8526636"), isbns("0 19 852663 6"));
    }

    #[test]
    fn issns() {
        for right in [
            "0002-8762",
            "00028762",
            "2434-561X",
            "0002-8762 (print), 1937-5239",
        ] {
            assert_eq!(issn(right), None, "{right}");
        }
        for wrong in ["0002-8763", "0002-876", "2434-5610", "x"] {
            assert!(issn(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn addresses() {
        for right in [
            "https://example.org",
            "http://example.org:8080/a?b=c#d",
            "ftp://ftp.example.org/x",
            "HTTPS://пример.рф/страница_(1)",
            "https://user@127.0.0.1/",
            "https://[::1]/",
            "https://web.archive.org/web/2020/https://example.org/",
        ] {
            assert_eq!(url(right), None, "{right}");
        }
        for (wrong, says) in [
            (
                "www.example.org/x",
                "write it in full: https://www.example.org/x",
            ),
            ("https://example.org/a b", "%20"),
            ("htp://example.org", "only https"),
            ("https:///x", "the name of a host"),
            ("https://example", "the name of a host"),
            ("https://exa,mple.org", "the name of a host"),
            ("10.1000/182", "it is a DOI"),
            ("https://example.org/a\\_b", "LaTeX"),
        ] {
            let (_, help) = url(wrong).expect(wrong);
            assert!(help.contains(says), "{wrong}: {help}");
        }
    }
}
