//! The sources of a bibliography as files, for readers to take into their own libraries.

use serde_json::{Value, json};

use super::{Beside, notes};
use crate::render::Input;
use crate::resolve::Bibliography;
use crate::sources::export::{Format, export};
use crate::text::encode_path;

/// The files beside all bibliographies: what is cited, in each format.
pub fn files(input: &Input<'_>) -> Vec<Beside> {
    let bibliographies = input.resolved.bibliographies.iter().flatten();
    let files = bibliographies.flat_map(|bibliography| {
        Format::ALL.map(|format| {
            let library = input.library.sources();
            let sources = bibliography.sources().map(|source| &library[source]);
            Beside::new(path(bibliography, format), export(sources, format))
        })
    });
    files.collect()
}

fn path(bibliography: &Bibliography, format: Format) -> String {
    format!("{}bibliography.{}", bibliography.url, format.ending())
}

/// What readers can take away from a bibliography, for templates.
pub fn downloads(input: &Input<'_>, bibliography: &Bibliography) -> Value {
    let records = Format::ALL.map(|format| {
        json!({
            "title": input.theme.word(&format!("record_{}", format.ending())),
            "url": encode_path(&path(bibliography, format)),
            "type": format.mime(),
        })
    });
    let explainers = &input.resolved.structure.explainers;
    let bibliographies = &input.resolved.bibliographies;
    let number = bibliographies
        .iter()
        .position(|other| other.as_deref().is_some_and(|o| o.url == bibliography.url));
    let table = number
        .and_then(|number| explainers.get(number))
        .map(|explainer| {
            json!({
                "title": input.theme.word("notes_table"),
                "url": encode_path(&notes::path(&explainer.url)),
                "type": "text/csv",
            })
        });
    records.into_iter().chain(table).collect()
}
