//! The bibliography of an explainer: each source cited, with every place that cites it.

use std::collections::BTreeMap;

use super::notes::Document;
use super::{Input, Structure};
use crate::csl::Formatted;
use crate::diag::FilePath;
use crate::parse::Outline;
use crate::text;

/// The sources of an explainer that are cited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Bibliography {
    /// Its address from the site's root.
    pub url: String,
    /// The groups that have entries, in the configuration's order.
    pub groups: Vec<EntryGroup>,
}

impl Bibliography {
    /// The sources of its entries, as indexes of the library, in the order in which they are printed.
    pub fn sources(&self) -> impl Iterator<Item = usize> + '_ {
        let entries = self.groups.iter().flat_map(|group| &group.entries);
        entries.map(|entry| entry.source)
    }

    /// The addresses of the entries from the site's root, by the sources' indexes in the library.
    pub fn addresses(&self) -> BTreeMap<usize, String> {
        let url = text::encode_path(&self.url);
        let entries = self.groups.iter().flat_map(|group| &group.entries);
        entries
            .map(|entry| (entry.source, format!("{url}#{}", entry.id)))
            .collect()
    }
}

/// A group of entries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EntryGroup {
    /// Its name; empty for sources without a group.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// Its introduction, as Markdown.
    pub intro: String,
    /// Its entries in the style's order.
    pub entries: Vec<Entry>,
}

/// A source in the bibliography.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The source, as an index of the library.
    pub source: usize,
    /// Its id on the page.
    pub id: String,
    /// Its text.
    pub html: String,
    /// The pages that cite it, in reading order.
    pub cited: Vec<CitingPage>,
}

/// A page that cites a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CitingPage {
    /// The page's file.
    pub file: usize,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its number in the explainer; 0 where it has none.
    pub number: usize,
    /// The marks in reading order.
    pub places: Vec<CitingPlace>,
}

/// A mark that leads to a citation of a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CitingPlace {
    /// The mark's index in the flow of its file.
    pub mark: usize,
    /// The mark's id.
    pub id: String,
    /// What readers see of it.
    pub label: String,
    /// Its series.
    pub series: String,
}

/// Gathers the bibliography of a document; `None` if nothing is cited in it.
pub fn bibliography(
    document: &Document,
    formatted: &Formatted,
    outlines: &[(FilePath, &Outline)],
    structure: &Structure,
    input: &Input<'_>,
) -> Option<Bibliography> {
    if document.asked.items.is_empty() {
        return None;
    }
    let explainer = document.places.first().and_then(|(file, ..)| {
        structure
            .explainers
            .iter()
            .find(|explainer| explainer.files().any(|f| f == *file))
    });
    let base = explainer.map_or("", |explainer| &explainer.url);
    // By item, then by file in reading order.
    let mut cited: BTreeMap<usize, Vec<CitingPage>> = BTreeMap::new();
    for (cluster, (file, _, marks)) in document.asked.clusters.iter().zip(&document.places) {
        for cite in &cluster.cites {
            let pages = cited.entry(cite.item).or_default();
            if pages.last().is_none_or(|page| page.file != *file) {
                let number = explainer.and_then(|explainer| {
                    explainer
                        .sections
                        .iter()
                        .position(|section| section.file == *file)
                });
                pages.push(CitingPage {
                    file: *file,
                    title: outlines[*file].1.title.clone(),
                    url: text::encode_path(&structure.urls[*file]),
                    number: number.map_or(0, |number| number + 1),
                    places: Vec::new(),
                });
            }
            let Some(page) = pages.last_mut() else {
                continue;
            };
            for (call, &mark) in marks.iter().enumerate() {
                let Some(fact) = document.mark(*file, mark) else {
                    continue;
                };
                page.places.push(CitingPlace {
                    mark,
                    id: fact.id.clone(),
                    // The places of a note called twice are told apart as below the note.
                    label: match marks.len() {
                        1 => fact.label.clone(),
                        _ => format!("{} ({})", fact.label, text::letters(call + 1)),
                    },
                    series: fact.series.clone(),
                });
            }
        }
    }
    for page in cited.values_mut().flatten() {
        page.places.sort_by_key(|place| place.mark);
    }

    let mut groups: Vec<EntryGroup> = input
        .config
        .groups
        .iter()
        .map(|group| EntryGroup {
            name: group.name.clone(),
            title: group.title.clone(),
            intro: group.intro.clone(),
            entries: Vec::new(),
        })
        .collect();
    // Sources of no group, or of one that isn't set, come last under no heading of their own.
    groups.push(EntryGroup {
        name: String::new(),
        title: String::new(),
        intro: String::new(),
        entries: Vec::new(),
    });
    let last = groups.len() - 1;
    let mut ids = std::collections::BTreeSet::new();
    for (item, html) in &formatted.bibliography {
        let Some(&source) = document.asked.items.get(*item) else {
            continue;
        };
        let data = &input.library.sources()[source];
        let group = match &data.group {
            Some(name) => groups
                .iter()
                .position(|group| group.name == *name)
                .unwrap_or(last),
            None => groups
                .iter()
                .position(|group| group.name == "other")
                .unwrap_or(last),
        };
        let mut id = format!("source:{}", text::slug(&data.item.key));
        while !ids.insert(id.clone()) {
            id.push('-');
        }
        groups[group].entries.push(Entry {
            source,
            id,
            html: html.clone(),
            cited: cited.remove(item).unwrap_or_default(),
        });
    }
    groups.retain(|group| !group.entries.is_empty());
    Some(Bibliography {
        url: format!("{base}bibliography/"),
        groups,
    })
}
