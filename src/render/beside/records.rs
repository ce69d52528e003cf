//! The sources of a bibliography as files, for readers to take into their own libraries.

use serde_json::{Value, json};

use super::{Beside, notes};
use crate::render::Input;
use crate::resolve::{Bibliography, SourcePage};
use crate::sources::export::{self, Format, export};
use crate::text::encode_path;

/// The files beside all bibliographies: what is cited, in each format; and those of sources that have
/// pages of their own.
pub fn files(input: &Input<'_>) -> Vec<Beside> {
    let library = input.library.sources();
    let bibliographies = input.resolved.own_bibliographies();
    let files = bibliographies.flat_map(|(_, bibliography)| {
        Format::ALL.map(|format| {
            let sources = bibliography.sources().map(|source| &library[source]);
            Beside::new(path(bibliography, format), export(sources, format))
        })
    });
    let pages = input.resolved.source_pages.iter().map(|page| {
        let text = export::one(&library[page.source], Format::Bib);
        Beside::new(source_path(page), text)
    });
    files.chain(pages).collect()
}

/// The path of the file of a source that has a page.
pub fn source_path(page: &SourcePage) -> String {
    format!("{}source.{}", page.url, Format::Bib.ending())
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
