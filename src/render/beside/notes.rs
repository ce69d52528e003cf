//! The notes of an explainer as a table, for those who check or count them.

use std::collections::BTreeMap;

use super::{Beside, title};
use crate::render::Input;
use crate::render::context::explainer_title;
use crate::resolve::listing::{self, ListedNote};

/// The first line.
const COLUMNS: [&str; 8] = [
    "explainer",
    "section",
    "note",
    "series",
    "state",
    "sentence",
    "keys",
    "locators",
];

/// The path of an explainer's table.
pub fn path(explainer: &str) -> String {
    format!("{explainer}notes.csv")
}

/// The table of each explainer that has notes: comma-separated values (RFC 4180) in UTF-8.
///
/// They begin with a byte order mark, without which Excel takes them for another encoding. Several
/// sentences, keys or locators are divided by semicolons; a source without a locator has an empty one.
pub fn tables(input: &Input<'_>) -> Vec<Beside> {
    let mut rows: BTreeMap<usize, String> = BTreeMap::new();
    for note in listing::notes(input.files, input.resolved) {
        let Some(number) = note.explainer else {
            continue;
        };
        let table = rows.entry(number).or_insert_with(|| {
            let mut table = "\u{feff}".to_owned();
            row(&mut table, &COLUMNS);
            table
        });
        note_row(input, number, &note, table);
    }
    let explainers = &input.resolved.structure.explainers;
    let tables = rows.into_iter();
    tables
        .map(|(number, text)| Beside::new(path(&explainers[number].url), text))
        .collect()
}

fn note_row(input: &Input<'_>, explainer: usize, note: &ListedNote<'_>, out: &mut String) {
    let citations = &input.files[note.file].outline.citations;
    let cites = note.citations().into_iter();
    let cites: Vec<_> = cites
        .flat_map(|citation| &citations[citation].cites)
        .collect();
    let keys: Vec<&str> = cites.iter().map(|cite| cite.key.as_str()).collect();
    let locators: Vec<String> = cites
        .iter()
        .map(|cite| match &cite.locator {
            Some((label, text)) => format!("{label} {text}"),
            None => String::new(),
        })
        .collect();
    let sentences: Vec<_> = note.sentences().collect();
    row(
        out,
        &[
            &explainer_title(input, explainer),
            title(input, note.file),
            &note.fact.label,
            note.series,
            note.fact.state.map_or("", |state| state.name()),
            &sentences.join("; "),
            &keys.join("; "),
            &locators.join("; "),
        ],
    );
}

/// Adds a line. Every field stands in quotation marks, so that commas and line breaks are text. What a
/// spreadsheet would take for a formula gets an apostrophe before it, which the spreadsheet shows.
fn row(out: &mut String, fields: &[&str]) {
    for (number, field) in fields.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        out.push('"');
        if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            out.push('\'');
        }
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_field_is_a_formula_or_breaks_the_table() {
        let mut line = String::new();
        super::row(&mut line, &["=1+1", "a \"b\", c", "-", "1-2", ""]);
        assert_eq!(line, "\"'=1+1\",\"a \"\"b\"\", c\",\"'-\",\"1-2\",\"\"\r\n");
    }
}
