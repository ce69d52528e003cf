//! The bibliographies of a site: each source cited, in its group, with every place that cites it.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::citing::{Cited, CitingGroup, Grouping};
use crate::config::By;
use crate::csl::{Formatted, Letters};
use crate::sources::{KindKey, Source};
use crate::text;

/// From how many entries on a group is jumped through by letters.
const LETTERS_FROM: usize = 30;

/// The sources that are cited in an explainer, or in several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Bibliography {
    /// The address of its first page from the site's root.
    pub url: String,
    /// The groups that have entries, in the configuration's order.
    pub groups: Vec<EntryGroup>,
    /// How many pages it has.
    pub pages: usize,
    /// Whether it is of several explainers, so that places say which one they are in.
    pub across: bool,
}

impl Bibliography {
    /// The sources of its entries, as indexes of the library, in the order in which they are printed.
    pub fn sources(&self) -> impl Iterator<Item = usize> + '_ {
        self.entries().map(|entry| entry.source)
    }

    /// All entries, in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.groups.iter().flat_map(|group| &group.entries)
    }

    /// The address of one of its pages from the site's root; the first is 1.
    pub fn page_url(&self, page: usize) -> String {
        match page {
            0 | 1 => self.url.clone(),
            page => format!("{}{page}/", self.url),
        }
    }

    /// The address of an entry from the site's root, encoded.
    pub fn address(&self, entry: &Entry) -> String {
        let page = text::encode_path(&self.page_url(entry.page));
        format!("{page}#{}", entry.id)
    }

    /// The address, from the site's root, of an entry or a group by its id, encoded; `None` if there is
    /// none of the id.
    pub fn anchor(&self, id: &str) -> Option<String> {
        if let Some(entry) = self.entries().find(|entry| entry.id == id) {
            return Some(self.address(entry));
        }
        let group = self.groups.iter().find(|group| group.id == id)?;
        let page = group.entries.first().map_or(1, |entry| entry.page);
        Some(format!("{}#{id}", text::encode_path(&self.page_url(page))))
    }

    /// The addresses of the entries from the site's root, by the sources' indexes in the library.
    pub fn addresses(&self) -> BTreeMap<usize, String> {
        self.entries()
            .map(|entry| (entry.source, self.address(entry)))
            .collect()
    }
}

/// A group of entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct EntryGroup {
    /// Its anchor.
    pub id: String,
    /// Its name; empty for sources without a group.
    pub name: String,
    /// Its heading; empty for the theme's own, or for none.
    pub title: String,
    /// The kind of its sources, where groups are made by kind: the theme has a heading for it.
    pub kind: Option<KindKey>,
    /// Whether nothing cites its sources: further reading.
    pub further: bool,
    /// Its introduction, as Markdown.
    pub intro: String,
    /// Whether its entries stand in the order of their letters, and are enough to be jumped through.
    pub letters: bool,
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
    /// The page of the bibliography that it is on, from 1.
    pub page: usize,
    /// The letter it is found under; empty for none.
    pub letter: String,
    /// The address of the source's own page from the site's root; empty without one.
    pub page_url: String,
    /// The places that cite it, by locator.
    pub cited: Vec<CitingGroup>,
}

/// What a bibliography is made of.
pub struct Made<'a> {
    /// Its address.
    pub url: String,
    /// The entries in the style's order: the source and its text.
    pub entries: Vec<(usize, &'a str)>,
    /// The entries of what is recommended, in the same way.
    pub further: Vec<(usize, &'a str)>,
    /// The citations, of each explainer.
    pub cited: Vec<&'a BTreeMap<usize, Vec<Cited>>>,
    /// Whether it is of several explainers.
    pub across: bool,
}

/// Makes a bibliography; `None` if it would be empty.
pub fn bibliography(
    made: Made<'_>,
    grouping: &Grouping<'_>,
    source_urls: &BTreeMap<usize, String>,
    letters: &Letters,
    input: &Input<'_>,
) -> Option<Bibliography> {
    let mut ids = BTreeSet::new();
    let mut groups = Groups::new(input);
    let all = made.entries.iter().map(|entry| (entry, false));
    let mut last_letter = String::new();
    for (&(source, html), further) in all.chain(made.further.iter().map(|entry| (entry, true))) {
        let data = &input.library.sources()[source];
        let mut id = format!("source:{}", text::slug(&data.item.key));
        while !ids.insert(id.clone()) {
            id.push('-');
        }
        // A dash stands for the names of the entry before.
        if let Some(letter) = letters.of(&text::plain(html))
            && !begins_with_dash(html)
        {
            last_letter = letter;
        }
        let places: Vec<&Cited> = made
            .cited
            .iter()
            .filter_map(|cited| cited.get(&source))
            .flatten()
            .collect();
        groups.of(data, further).entries.push(Entry {
            source,
            id,
            html: html.to_owned(),
            page: 1,
            letter: last_letter.clone(),
            page_url: source_urls.get(&source).cloned().unwrap_or_default(),
            cited: grouping.group(&places),
        });
    }
    let mut groups = groups.finish();
    if groups.is_empty() {
        return None;
    }
    let size = input.config.bibliography.split;
    let mut count = 0;
    for group in &mut groups {
        for entry in &mut group.entries {
            entry.page = count / size + 1;
            count += 1;
        }
        group.letters = group.entries.len() >= LETTERS_FROM && in_order(&group.entries);
    }
    Some(Bibliography {
        url: made.url,
        pages: count.div_ceil(size),
        groups,
        across: made.across,
    })
}

fn begins_with_dash(html: &str) -> bool {
    text::plain(html).trim_start().starts_with(['—', '–', '―'])
}

/// Whether each letter's entries stand together: a style may sort by something else.
fn in_order(entries: &[Entry]) -> bool {
    let mut seen = BTreeSet::new();
    let mut runs: Vec<&str> = entries.iter().map(|entry| entry.letter.as_str()).collect();
    runs.dedup();
    runs.into_iter().all(|letter| seen.insert(letter))
}

/// The groups of a bibliography, being filled.
struct Groups {
    by: By,
    groups: Vec<EntryGroup>,
    /// How many of them the configuration names.
    listed: usize,
}

impl Groups {
    fn new(input: &Input<'_>) -> Groups {
        let by = input.config.bibliography.by;
        let mut ids = BTreeSet::new();
        let mut id = |name: &str| {
            let mut id = format!("group:{}", text::slug(name));
            while !ids.insert(id.clone()) {
                id.push('-');
            }
            id
        };
        let listed = input.config.groups.iter();
        let mut groups: Vec<EntryGroup> = listed
            .map(|group| EntryGroup {
                id: id(&group.name),
                name: group.name.clone(),
                title: group.title.clone(),
                intro: group.intro.clone(),
                kind: KindKey::named(&group.name).filter(|_| by == By::Kind),
                ..EntryGroup::default()
            })
            .collect();
        let listed = groups.len();
        let kinds = KindKey::ALL.iter().filter(|_| by == By::Kind);
        let unlisted: Vec<&KindKey> = kinds
            .filter(|kind| groups.iter().all(|group| group.name != kind.name()))
            .collect();
        groups.extend(unlisted.into_iter().map(|kind| EntryGroup {
            id: id(kind.name()),
            name: kind.name().to_owned(),
            kind: Some(*kind),
            ..EntryGroup::default()
        }));
        // What belongs to no group comes last under no heading of its own, then what isn't cited.
        groups.push(EntryGroup {
            id: id(""),
            ..EntryGroup::default()
        });
        groups.push(EntryGroup {
            id: "further-reading".to_owned(),
            further: true,
            ..EntryGroup::default()
        });
        Groups { by, groups, listed }
    }

    /// The group that a source belongs to: of several the one that the configuration has first.
    fn of(&mut self, source: &Source, further: bool) -> &mut EntryGroup {
        let named = |name: &str| self.groups.iter().position(|group| group.name == name);
        let last = self.groups.len() - 1;
        let found = match self.by {
            _ if further => Some(last),
            By::Group => match &source.group {
                Some(name) => named(name),
                None => named("other"),
            },
            By::Kind => named(source.kind.name()),
            By::Keyword => {
                let listed = self.groups[..self.listed].iter();
                listed
                    .map(|group| &group.name)
                    .position(|name| source.keywords().any(|word| word == name))
                    .or_else(|| named("other"))
            }
        };
        &mut self.groups[found.unwrap_or(last - 1)]
    }

    fn finish(mut self) -> Vec<EntryGroup> {
        self.groups.retain(|group| !group.entries.is_empty());
        self.groups
    }
}

/// The entries of a formatted document: each source, as an index of the library, with its text.
pub fn entries<'a>(items: &[usize], formatted: &'a Formatted) -> Vec<(usize, &'a str)> {
    let list = formatted.bibliography.iter();
    list.filter_map(|(item, html)| Some((*items.get(*item)?, html.as_str())))
        .collect()
}

/// The same, each entry as it is where it stands alone.
pub fn whole_entries<'a>(items: &[usize], formatted: &'a Formatted) -> Vec<(usize, &'a str)> {
    let list = formatted.bibliography.iter();
    list.filter_map(|(item, html)| {
        let html = formatted.whole.get(item).unwrap_or(html);
        Some((*items.get(*item)?, html.as_str()))
    })
    .collect()
}
