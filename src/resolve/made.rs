//! The addresses of the pages that no file stands for, and files that would be published there.

use std::sync::Arc;

use super::site::Structure;
use super::{Bibliography, IndexPage, SourcePage};
use crate::diag::{Code, Fault, FilePath, Place};
use crate::parse::Outline;

/// The addresses, each with what is there.
pub fn urls(
    indexes: &[Arc<IndexPage>],
    bibliographies: &[Option<Arc<Bibliography>>],
    source_pages: &[Arc<SourcePage>],
    notes_pages: &[Option<String>],
    print_pages: &[Option<String>],
) -> Vec<(String, &'static str)> {
    let lists = bibliographies.iter().flatten().flat_map(|list| {
        let pages = 1..=list.pages;
        pages.map(|page| (list.page_url(page), "the bibliography's address"))
    });
    let sources = source_pages
        .iter()
        .map(|page| (page.url.clone(), "the address of a source's page"));
    let notes = notes_pages
        .iter()
        .flatten()
        .map(|url| (url.clone(), "the address of the page of all notes"));
    let prints = print_pages
        .iter()
        .flatten()
        .map(|url| (url.clone(), "the address of the page for printing"));
    let indexes = indexes
        .iter()
        .map(|page| (page.url.clone(), "the address of an index"));
    lists
        .chain(sources)
        .chain(notes)
        .chain(prints)
        .chain(indexes)
        .collect()
}

/// Files that would be published at one of them. That of a first page of a bibliography is kept free
/// in any case, by [`structure`](super::site::structure).
pub fn taken(
    made: &[(String, &'static str)],
    outlines: &[(FilePath, &Outline)],
    structure: &Structure,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (file, role) in structure.roles.iter().enumerate() {
        let url = &structure.urls[file];
        if !role.is_published() || url.ends_with("bibliography/") {
            continue;
        }
        if let Some((_, what)) = made.iter().find(|(made, _)| made == url) {
            let place = match &outlines[file].1.front.slug {
                Some(slug) => slug.place.clone(),
                None => Place::new(&outlines[file].0, 0..0),
            };
            faults.push(
                Fault::new(Code::SameUrl, format!("/{url} is {what}"), place)
                    .help("give the file another name, or a `slug` in its front matter"),
            );
        }
    }
    faults
}
