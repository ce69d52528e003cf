//! Where each source is cited: by locator, page and mark.

use std::collections::{BTreeMap, BTreeSet};

use super::locators::{self, Rank};
use super::notes::Document;
use super::{Input, Structure};
use crate::csl;
use crate::diag::FilePath;
use crate::parse::Outline;
use crate::text;

/// The places that cite a source with the same locator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CitingGroup {
    /// The locator as it is printed; empty for places that name none, which come first.
    pub locator: String,
    /// The pages, in reading order.
    pub pages: Vec<CitingPage>,
}

/// A page that cites a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CitingPage {
    /// The page's file.
    pub file: usize,
    /// Its explainer, as an index of the structure's.
    pub explainer: Option<usize>,
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

/// A locator: CSL's name of its kind, and its text.
type Locator = (String, String);

/// A citation of a source at a mark.
#[derive(Debug, Clone)]
pub struct Cited {
    explainer: Option<usize>,
    file: usize,
    locator: Option<Locator>,
    place: CitingPlace,
}

/// The citations of a document's sources, by the sources' indexes in the library. A note that cites a
/// source twice at one place of it counts once.
pub fn cited(document: &Document, explainer: Option<usize>) -> BTreeMap<usize, Vec<Cited>> {
    let mut all: BTreeMap<usize, Vec<Cited>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (cluster, (file, _, marks)) in document.asked.clusters.iter().zip(&document.places) {
        for cite in &cluster.cites {
            let Some(&source) = document.asked.items.get(cite.item) else {
                continue;
            };
            for (call, &mark) in marks.iter().enumerate() {
                let Some(fact) = document.mark(*file, mark) else {
                    continue;
                };
                let list = all.entry(source).or_default();
                if !seen.insert((source, *file, mark, &cite.locator)) {
                    continue;
                }
                list.push(Cited {
                    explainer,
                    file: *file,
                    locator: cite.locator.clone(),
                    place: CitingPlace {
                        mark,
                        id: fact.id.clone(),
                        // The places of a note called twice are told apart as below the note.
                        label: match marks.len() {
                            1 => fact.label.clone(),
                            _ => format!("{} ({})", fact.label, text::letters(call + 1)),
                        },
                        series: fact.series.clone(),
                    },
                });
            }
        }
    }
    all
}

/// Groups citations by locator and page.
pub struct Grouping<'a> {
    /// Each locator with its rank and as it is printed.
    known: BTreeMap<Locator, (Rank, String)>,
    outlines: &'a [(FilePath, &'a Outline)],
    structure: &'a Structure,
}

impl<'a> Grouping<'a> {
    /// Prints the locators of all citations.
    pub fn new(
        cited: &[BTreeMap<usize, Vec<Cited>>],
        outlines: &'a [(FilePath, &'a Outline)],
        structure: &'a Structure,
        input: &Input<'_>,
    ) -> Grouping<'a> {
        let all = cited.iter().flat_map(BTreeMap::values).flatten();
        let mut known: BTreeMap<Locator, (Rank, String)> = BTreeMap::new();
        for (kind, text) in all.filter_map(|cited| cited.locator.as_ref()) {
            known
                .entry((kind.clone(), text.clone()))
                .or_insert_with(|| (locators::rank(kind, text), text.clone()));
        }
        if let Some(style) = input.style {
            let list: Vec<(&str, &str)> = known
                .keys()
                .map(|(kind, text)| (kind.as_str(), text.as_str()))
                .collect();
            let printed = csl::locators(style, input.config.citation_locale(), &list);
            for ((_, text), printed) in known.values_mut().zip(printed) {
                *text = printed;
            }
        }
        Grouping {
            known,
            outlines,
            structure,
        }
    }

    /// The citations of a source in the order of their locators, those without one first.
    pub fn group(&self, cited: &[&Cited]) -> Vec<CitingGroup> {
        let mut groups: BTreeMap<Option<&(Rank, String)>, Vec<CitingPage>> = BTreeMap::new();
        for cited in cited {
            let locator = cited.locator.as_ref();
            let locator = locator.and_then(|locator| self.known.get(locator));
            let pages = groups.entry(locator).or_default();
            if pages.last().is_none_or(|page| page.file != cited.file) {
                pages.push(self.page(cited));
            }
            if let Some(page) = pages.last_mut() {
                page.places.push(cited.place.clone());
            }
        }
        let groups = groups.into_iter().map(|(locator, mut pages)| {
            for page in &mut pages {
                page.places.sort_by_key(|place| place.mark);
            }
            let locator = locator.map_or_else(String::new, |(_, printed)| printed.clone());
            CitingGroup { locator, pages }
        });
        groups.collect()
    }

    fn page(&self, cited: &Cited) -> CitingPage {
        let explainer = cited
            .explainer
            .and_then(|number| self.structure.explainers.get(number));
        let number = explainer.and_then(|explainer| {
            let mut sections = explainer.sections.iter();
            sections.position(|section| section.file == cited.file)
        });
        CitingPage {
            file: cited.file,
            explainer: cited.explainer,
            title: self.outlines[cited.file].1.title.clone(),
            url: text::encode_path(&self.structure.urls[cited.file]),
            number: number.map_or(0, |number| number + 1),
            places: Vec::new(),
        }
    }
}
