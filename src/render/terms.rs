//! Marks the terms of glossaries where they first stand on a page.

use crate::resolve::TermFact;
use crate::text::escape_into;

/// Elements in which no term is marked: links, headings, code, drawings, and what already leads
/// somewhere.
const LEFT_OUT: &[&str] = &[
    "a", "h1", "h2", "h3", "h4", "h5", "h6", "code", "pre", "kbd", "samp", "svg", "button",
    "summary", "script", "style", "textarea", "sup",
];

/// The attribute of elements in which a template wants no term to be marked.
const ATTRIBUTE: &str = " data-no-terms";

/// Marks terms.
///
/// In: the HTML of a page's text, the terms that hold for it, and what makes the address of a term.
/// Out: the HTML, in which the first occurrence of each term leads to its glossary and says what it
/// means; and the terms that were found.
pub fn mark<'a>(
    html: &str,
    terms: &'a [TermFact],
    address: impl Fn(&str) -> String,
) -> (String, Vec<&'a TermFact>) {
    let mut left: Vec<(&TermFact, Vec<Vec<char>>)> = terms
        .iter()
        .map(|term| (term, term.forms.iter().map(|form| printed(form)).collect()))
        .collect();
    let mut found = Vec::new();
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    // The element that is left out, and how many of its name are open.
    let mut skipped: Option<(&str, usize)> = None;
    while !rest.is_empty() && !left.is_empty() {
        if rest.starts_with('<') {
            let end = end_of_tag(rest);
            let tag = &rest[..end];
            let name = tag.trim_start_matches(['<', '/']);
            let length = name
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(name.len());
            let name = &name[..length];
            let opens = !tag.starts_with("</");
            skipped = match skipped {
                Some((open, depth)) if open == name => match (opens, depth) {
                    (true, _) => Some((open, depth + 1)),
                    (false, 1) => None,
                    (false, _) => Some((open, depth - 1)),
                },
                None if opens && (LEFT_OUT.contains(&name) || tag.contains(ATTRIBUTE)) => {
                    Some((name, 1))
                }
                same => same,
            };
            out.push_str(tag);
            rest = &rest[end..];
            continue;
        }
        let end = rest.find('<').unwrap_or(rest.len());
        let (text, behind) = rest.split_at(end);
        match skipped {
            Some(_) => out.push_str(text),
            None => mark_text(text, &mut left, &mut found, &address, &mut out),
        }
        rest = behind;
    }
    out.push_str(rest);
    (out, found)
}

/// A form as it stands in the HTML of a text, whose apostrophes are curly.
fn printed(form: &str) -> Vec<char> {
    let mut html = String::new();
    escape_into(&mut html, &form.replace('\'', "’"));
    html.chars().collect()
}

fn end_of_tag(text: &str) -> usize {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map_or(text.len(), |end| end + 7);
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, '>') => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn mark_text<'a>(
    text: &str,
    left: &mut Vec<(&'a TermFact, Vec<Vec<char>>)>,
    found: &mut Vec<&'a TermFact>,
    address: &impl Fn(&str) -> String,
    out: &mut String,
) {
    let mut before = ' ';
    let mut done = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let mut next = at + c.len_utf8();
        if !before.is_alphanumeric() {
            // Of several terms that begin here the longest is meant.
            let here = left.iter().enumerate().filter_map(|(index, (_, forms))| {
                let lengths = forms.iter().filter_map(|form| length(&text[at..], form));
                Some((lengths.max()?, index))
            });
            if let Some((length, index)) =
                here.max_by_key(|(length, index)| (*length, std::cmp::Reverse(*index)))
            {
                let (term, _) = left.remove(index);
                out.push_str(&text[done..at]);
                out.push_str("<a class=\"term\" href=\"");
                escape_into(out, &address(&term.url));
                out.push_str("\" data-meaning=\"");
                escape_into(out, &term.meaning);
                out.push_str("\">");
                out.push_str(&text[at..at + length]);
                out.push_str("</a>");
                found.push(term);
                next = at + length;
                done = next;
            } else if c == '&' {
                // The name of an escaped character is no word.
                next = text[at..].find(';').map_or(next, |end| at + end + 1);
            }
        }
        before = text[..next].chars().next_back().unwrap_or(' ');
        at = next;
    }
    out.push_str(&text[done..]);
}

/// How much of a text a form takes up, if the text begins with it as a whole word. Its first letter
/// may be large or small; a space stands for any white space.
fn length(text: &str, form: &[char]) -> Option<usize> {
    let mut chars = text.char_indices();
    for (place, wanted) in form.iter().enumerate() {
        let (_, c) = chars.next()?;
        let same = match place {
            0 => c.to_lowercase().eq(wanted.to_lowercase()),
            _ if wanted.is_whitespace() => c.is_whitespace(),
            _ => c == *wanted,
        };
        if !same {
            return None;
        }
    }
    match chars.next() {
        Some((_, c)) if c.is_alphanumeric() => None,
        Some((end, _)) => Some(end),
        None => Some(text.len()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms() -> Vec<TermFact> {
        let term = |forms: &[&str], url: &str| TermFact {
            forms: forms.iter().map(|form| (*form).to_owned()).collect(),
            url: url.to_owned(),
            meaning: "A \"word\".".to_owned(),
        };
        vec![
            term(&["kulak", "kulaks"], "g/#term:kulak"),
            term(&["collective farm"], "g/#term:collective-farm"),
            term(&["farm"], "g/#term:farm"),
            term(&["amp"], "g/#term:amp"),
        ]
    }

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let terms = terms();
        let (out, _) = mark(html, &terms, str::to_owned);
        let short = out
            .replace(" data-meaning=\"A &quot;word&quot;.\"", "")
            .replace("class=\"term\" href=\"g/#term:", "→");
        assert_eq!(short, expected);
    }

    #[test]
    fn the_first_occurrence_is_marked_as_a_whole_word() {
        check(
            "<p>Kulaks, a kulak.</p>",
            "<p><a →kulak\">Kulaks</a>, a kulak.</p>",
        );
        check(
            "<p>farms of a collective\nfarm and a farm</p>",
            "<p>farms of a <a →collective-farm\">collective\nfarm</a> and a <a →farm\">farm</a></p>",
        );
        check("A &amp; B", "A &amp; B");
    }

    #[test]
    fn links_headings_code_and_glossaries_are_left_alone() {
        check(
            "<h2>Farm</h2><a href='>'>farm</a> <code>farm</code>",
            "<h2>Farm</h2><a href='>'>farm</a> <code>farm</code>",
        );
        check(
            "<dl data-no-terms><dl>farm</dl>farm</dl>farm",
            "<dl data-no-terms><dl>farm</dl>farm</dl><a →farm\">farm</a>",
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn nothing_but_links_is_added(text in "([<>/a&;\" é\n]|farm|kulak|<a>|</a>|<h2 ){0,20}") {
            let terms = terms();
            let (out, found) = mark(&text, &terms, str::to_owned);
            let opened = "<a class=\"term\"";
            prop_assert_eq!(out.matches(opened).count(), found.len());
            if found.is_empty() {
                prop_assert_eq!(out, text);
            }
        }
    }
}
