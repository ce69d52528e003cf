//! The indexes of a site: persons, places, terms and tags, each with the places that are about it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::site::{Role, Structure};
use super::{Input, PageFacts};
use crate::config::Index;
use crate::csl::Letters;
use crate::diag::FilePath;
use crate::parse::Outline;
use crate::text;

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IndexPage {
    /// Which.
    pub index: Index,
    /// Its address.
    pub url: String,
    /// Its entries in the order of their letters.
    pub entries: Vec<IndexEntry>,
}

/// A name with the places that are about what it names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IndexEntry {
    /// The name, as it is written where it first occurs.
    pub name: String,
    /// Its anchor.
    pub id: String,
    /// The letter it is found under.
    pub letter: String,
    /// Where a glossary explains it, and what it says there.
    pub meaning: Option<(String, String)>,
    /// The pages, in reading order.
    pub places: Vec<IndexPlace>,
}

/// A page that is about what an entry names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IndexPlace {
    /// Its file.
    pub file: usize,
    /// Its explainer, as an index of the structure's; none for pages outside explainers.
    pub explainer: Option<usize>,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its number in the explainer; 0 where it has none.
    pub number: usize,
    /// The anchors of the words in it; none where only its front matter names the entry.
    pub ids: Vec<String>,
}

impl IndexPage {
    /// The address of an entry, from the site's root.
    pub fn address(&self, entry: &IndexEntry) -> String {
        format!("{}#{}", text::encode_path(&self.url), entry.id)
    }
}

/// The pages that are found under a name: of each file its anchors.
#[derive(Default)]
struct Found<'a> {
    name: &'a str,
    files: Vec<(usize, Vec<&'a str>)>,
}

/// What tells names of an index apart: not their letter case.
fn key(name: &str) -> String {
    name.to_lowercase()
}

/// Finds the indexes of a site, and tells its pages where they lead into them.
pub fn indexes(
    outlines: &[(FilePath, &Outline)],
    structure: &Structure,
    input: &Input<'_>,
    pages: &mut [PageFacts],
) -> Vec<Arc<IndexPage>> {
    let order = reading_order(structure);
    let mut found: BTreeMap<Index, BTreeMap<String, Found<'_>>> = BTreeMap::new();
    for &file in &order {
        let outline = outlines[file].1;
        let front = outline.front.indexed.iter();
        let whole = front.map(|(index, name)| (*index, name.value.as_str(), None));
        let names = outline.names.iter();
        let names = names.map(|name| (name.index, name.name.as_str(), Some(name.id.as_str())));
        for (index, name, id) in whole.chain(names) {
            let entry = found
                .entry(index)
                .or_default()
                .entry(key(name))
                .or_default();
            if entry.files.is_empty() {
                entry.name = name;
            }
            if entry.files.last().is_none_or(|(last, _)| *last != file) {
                entry.files.push((file, Vec::new()));
            }
            if let Some((_, ids)) = entry.files.last_mut() {
                ids.extend(id);
            }
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let letters = Letters::new(&input.config.language);
    let of_file = explainers(structure);
    let glossary = glossary(&order, outlines, structure);
    let indexes: Vec<Arc<IndexPage>> = found
        .into_iter()
        .map(|(index, found)| {
            let mut found: Vec<(String, Found<'_>)> = found.into_iter().collect();
            found.sort_by(|(_, a), (_, b)| letters.compare(a.name, b.name));
            let mut taken = BTreeSet::new();
            let entries = found.into_iter().map(|(key, found)| {
                let mut id = match text::slug(found.name) {
                    slug if slug.is_empty() => "name".to_owned(),
                    slug => slug,
                };
                while !taken.insert(id.clone()) {
                    id.push('-');
                }
                let places = found.files.into_iter().map(|(file, ids)| {
                    let (explainer, number) = of_file.get(&file).copied().unwrap_or_default();
                    IndexPlace {
                        file,
                        explainer,
                        title: outlines[file].1.title.clone(),
                        url: text::encode_path(&structure.urls[file]),
                        number,
                        ids: ids.into_iter().map(str::to_owned).collect(),
                    }
                });
                let meaning = (index == Index::Terms).then(|| glossary.get(&key).cloned());
                IndexEntry {
                    name: found.name.to_owned(),
                    id,
                    letter: letters.of(found.name).unwrap_or_default(),
                    meaning: meaning.flatten(),
                    places: places.collect(),
                }
            });
            Arc::new(IndexPage {
                index,
                url: format!("index/{}/", index.name()),
                entries: entries.collect(),
            })
        })
        .collect();
    tell(&indexes, &order, outlines, pages);
    indexes
}

/// Tells the pages where their names lead.
fn tell(
    indexes: &[Arc<IndexPage>],
    order: &[usize],
    outlines: &[(FilePath, &Outline)],
    pages: &mut [PageFacts],
) {
    let mut addresses: HashMap<(Index, String), String> = HashMap::new();
    for page in indexes {
        for entry in &page.entries {
            addresses.insert((page.index, key(&entry.name)), page.address(entry));
        }
    }
    let address = |index: Index, name: &str| {
        let address = addresses.get(&(index, key(name)));
        address.cloned().unwrap_or_default()
    };
    for &file in order {
        let outline = outlines[file].1;
        let names = outline.names.iter();
        pages[file].names = names.map(|name| address(name.index, &name.name)).collect();
        let whole = outline.front.indexed.iter();
        let whole = whole.map(|(index, name)| {
            let address = address(*index, &name.value);
            (*index, name.value.clone(), address)
        });
        pages[file].indexed = whole.collect();
    }
}

/// The published files: those of explainers, then the others.
fn reading_order(structure: &Structure) -> Vec<usize> {
    let home = structure.roles.iter().position(|role| *role == Role::Home);
    let explainers = structure.explainers.iter();
    home.into_iter()
        .chain(explainers.flat_map(|explainer| explainer.files()))
        .chain(structure.pages.iter().copied())
        .collect()
}

/// The explainer of each file and its number in it.
fn explainers(structure: &Structure) -> HashMap<usize, (Option<usize>, usize)> {
    let mut all = HashMap::new();
    for (number, explainer) in structure.explainers.iter().enumerate() {
        all.extend(explainer.files().map(|file| (file, (Some(number), 0))));
        let sections = explainer.sections.iter().enumerate();
        all.extend(sections.map(|(place, section)| (section.file, (Some(number), place + 1))));
    }
    all
}

/// What the glossaries explain: the address and the meaning of each of a term's forms.
fn glossary(
    order: &[usize],
    outlines: &[(FilePath, &Outline)],
    structure: &Structure,
) -> HashMap<String, (String, String)> {
    let mut all = HashMap::new();
    for &file in order {
        let url = text::encode_path(&structure.urls[file]);
        for term in &outlines[file].1.terms {
            let address = format!("{url}#{}", term.anchor);
            for form in &term.forms {
                all.entry(key(form))
                    .or_insert_with(|| (address.clone(), term.meaning.clone()));
            }
        }
    }
    all
}
