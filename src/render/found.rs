//! What searches find of a page: its text and notes, taken from what its template gets, or the entries of
//! a bibliography.

use std::collections::BTreeSet;

use tera::Value;

use super::Input;
use super::context::{Job, Values};
use super::fill::address;
use crate::parse::fragment;
use crate::resolve::{Bibliography, Entry, Role};
use crate::search::{Document, Kind, What, blocks};

/// The documents of a page, none where searches are off.
pub fn documents(input: &Input<'_>, job: Job, values: &Values) -> Vec<Document> {
    if !input.config.search {
        return Vec::new();
    }
    match job {
        Job::File(file) => vec![page(input, file, values)],
        Job::Bibliography(number, page) => sources(input, number, page, values),
        _ => Vec::new(),
    }
}

/// The number of each job's first document.
///
/// Pages come first and bibliographies last, as in `jobs`. Each page of a bibliography begins with a new
/// file of texts. In: the jobs. Out: a number for each job that has documents; and how many pages there are.
pub fn numbers(input: &Input<'_>, jobs: &[Job]) -> (Vec<Option<usize>>, usize) {
    let is_page = |job: &&Job| matches!(job, Job::File(_));
    let pages = jobs.iter().filter(is_page).count();
    let (mut page, mut source) = (0, pages);
    let numbers = jobs.iter().map(|job| match job {
        Job::File(_) => {
            page += 1;
            Some(page - 1)
        }
        Job::Bibliography(number, page) => {
            let first = source;
            let entries = entries(input, *number, *page).len();
            source += entries.next_multiple_of(crate::search::SOURCES);
            Some(first)
        }
        _ => None,
    });
    (numbers.collect(), pages)
}

fn page(input: &Input<'_>, file: usize, values: &Values) -> Document {
    let text = |name, path: &'static str| text(values.get(name), path);
    let page = &values["page"];
    let mut all = blocks(text("page", "content"), &What::Text, "");
    for group in list(Some(page), "notes") {
        for note in list(Some(group), "list") {
            let what = What::Note(self::text(Some(note), "label").to_owned());
            all.extend(blocks(
                self::text(Some(note), "html"),
                &what,
                self::text(Some(note), "id"),
            ));
        }
    }
    let section = matches!(input.resolved.structure.roles[file], Role::Section(..));
    let title = text("page", "title");
    let explainer = text("explainer", "title");
    Document {
        kind: if section { Kind::Section } else { Kind::Page },
        url: text("page", "url").to_owned(),
        title: title.to_owned(),
        number: text("section", "number").to_owned(),
        explainer: if explainer == title { "" } else { explainer }.to_owned(),
        blocks: all,
    }
}

fn sources(input: &Input<'_>, number: usize, page: usize, values: &Values) -> Vec<Document> {
    let document = |(bibliography, entry): (&Bibliography, &Entry)| {
        let note = input.library.sources()[entry.source].annotation.as_deref();
        let note = note.map(fragment).unwrap_or_default();
        Document {
            kind: Kind::Source,
            url: address(&bibliography.address(entry), input.portable).into_owned(),
            title: String::new(),
            number: String::new(),
            explainer: text(values.get("explainer"), "title").to_owned(),
            blocks: [&entry.html, &note]
                .iter()
                .flat_map(|html| blocks(html, &What::Text, ""))
                .collect(),
        }
    };
    let entries = entries(input, number, page);
    entries.into_iter().map(document).collect()
}

/// The entries on a page of a bibliography that searches find there: of the one of the whole site
/// only those that no explainer's has, so that none is found twice.
fn entries<'a>(
    input: &Input<'a>,
    number: usize,
    page: usize,
) -> Vec<(&'a Bibliography, &'a Entry)> {
    let resolved = input.resolved;
    let Some(bibliography) = resolved.bibliographies[number].as_deref() else {
        return Vec::new();
    };
    let mut elsewhere = BTreeSet::new();
    if input.config.bibliography.site && bibliography.across {
        let others = resolved.own_bibliographies().filter(|(n, _)| *n != number);
        elsewhere.extend(others.flat_map(|(_, list)| list.sources()));
    }
    let here = bibliography.entries().filter(|entry| entry.page == page);
    here.filter(|entry| !elsewhere.contains(&entry.source))
        .map(|entry| (bibliography, entry))
        .collect()
}

/// A text in a value; empty if it isn't there.
fn text<'a>(value: Option<&'a Value>, path: &'a str) -> &'a str {
    value
        .and_then(|value| value.get_from_path(path))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A list in a value; empty if it isn't there.
fn list<'a>(value: Option<&'a Value>, path: &'a str) -> &'a [Value] {
    value
        .and_then(|value| value.get_from_path(path))
        .and_then(Value::as_array)
        .unwrap_or_default()
}
