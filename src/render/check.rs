//! Checks of a finished page.

use std::collections::HashSet;

use crate::diag::{Code, Fault, FilePath, Place};

/// Reports ids that stand twice in a page's HTML.
pub fn doubled_ids(html: &str, file: &FilePath) -> Vec<Fault> {
    let mut seen = HashSet::new();
    let mut faults = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
            continue;
        }
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            rest = &rest[1..];
            continue;
        }
        let (tag, behind) = tag(rest);
        if let Some(id) = attribute_id(tag)
            && !seen.insert(id)
        {
            let fault = Fault::new(
                Code::DoubledId,
                format!("the page has two elements with the id `{id}`"),
                Place::new(file, 0..0),
            );
            faults.push(fault.help("look at headings with `{#…}`, raw HTML and components"));
        }
        rest = behind;
    }
    faults
}

/// The tag a text begins with, and what follows; quoted values may hold `>`.
fn tag(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in text.bytes().enumerate().skip(1) {
        match (quote, c) {
            (None, b'"' | b'\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, b'>') => return text.split_at(at + 1),
            // A `<` before the end means that this was no tag.
            (None, b'<') => return text.split_at(at),
            _ => {}
        }
    }
    (text, "")
}

fn attribute_id(tag: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(at) = tag[from..].find("id=") {
        let start = from + at;
        from = start + 3;
        if !tag[..start].ends_with(|c: char| c.is_ascii_whitespace()) {
            continue;
        }
        let quote = tag[from..]
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))?;
        let value = &tag[from + 1..];
        return value
            .find(quote)
            .map(|end| &value[..end])
            .filter(|id| !id.is_empty());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_elements_count() {
        let file: FilePath = "content/a.md".into();
        let twice = "<p id=\"a\">x</p><!-- <i id=\"a\"> --><p data-id=\"a\" title='>' id='a'>";
        let messages: Vec<_> = doubled_ids(twice, &file)
            .into_iter()
            .map(|f| f.message)
            .collect();
        assert_eq!(messages, ["the page has two elements with the id `a`"]);
        assert!(doubled_ids("<p id=a>1 < 2 id=\"b\" <p id=\"b\">", &file).is_empty());
    }
}
