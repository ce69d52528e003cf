//! A page for each source: its address, and every place of the site that cites it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::bibliography::{Bibliography, Entry};
use super::citing::{Cited, CitingGroup, Grouping};
use crate::sources::Library;
use crate::text;

/// How long the part of an address may be that a key becomes: file systems have limits.
const LONGEST: usize = 80;

/// The page of a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SourcePage {
    /// The source, as an index of the library.
    pub source: usize,
    /// Its address from the site's root.
    pub url: String,
    /// Its entry, as it is where it stands alone.
    pub html: String,
    /// The addresses of its entries in bibliographies, encoded: the explainer of each, as an index of
    /// the structure's, none for one of several explainers.
    pub entries: Vec<(Option<usize>, String)>,
    /// The places that cite it, by locator.
    pub cited: Vec<CitingGroup>,
    /// Whether these are in several explainers.
    pub across: bool,
}

/// The addresses of the sources' pages from the site's root: each key as a slug. Where that doesn't
/// tell two keys apart, or leaves too little or too much of one, a piece of the key's fingerprint
/// follows, so that no address depends on the order of the sources.
pub fn urls(sources: &BTreeSet<usize>, library: &Library) -> BTreeMap<usize, String> {
    let key = |source: &usize| library.sources()[*source].item.key.as_str();
    let mut slugs: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources {
        *slugs.entry(text::slug(key(source))).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    let mut urls = BTreeMap::new();
    // A key that is its own slug keeps it.
    let (plain, odd): (Vec<usize>, Vec<usize>) = sources
        .iter()
        .partition(|source| text::slug(key(source)) == key(source));
    for source in plain.into_iter().chain(odd) {
        let slug = text::slug(key(&source));
        let alone = slug == key(&source) || slugs.get(&slug) == Some(&1);
        let mut name = match alone && !slug.is_empty() && slug.len() <= LONGEST {
            true => slug,
            false => {
                let mut short = slug;
                while short.len() > LONGEST {
                    short.pop();
                }
                let print = blake3::hash(key(&source).as_bytes()).to_hex();
                format!("{short}-{}", &print[..8])
                    .trim_start_matches('-')
                    .to_owned()
            }
        };
        while !taken.insert(name.clone()) {
            name.push('-');
        }
        urls.insert(source, format!("sources/{name}/"));
    }
    urls
}

/// Makes the pages of the sources that have addresses.
///
/// In: the addresses; the entries where they stand alone; the bibliographies, of each explainer and
/// then of the site; the citations of each document. Out: the pages, in the order of the library.
pub fn pages(
    urls: &BTreeMap<usize, String>,
    whole: &BTreeMap<usize, String>,
    bibliographies: &[Option<Arc<Bibliography>>],
    cited: &[BTreeMap<usize, Vec<Cited>>],
    grouping: &Grouping<'_>,
) -> Vec<Arc<SourcePage>> {
    let mut entries: BTreeMap<usize, Vec<(Option<usize>, String)>> = BTreeMap::new();
    let last = bibliographies.len().saturating_sub(1);
    for (number, bibliography) in bibliographies.iter().enumerate() {
        let Some(bibliography) = bibliography else {
            continue;
        };
        let site = bibliographies[last].as_ref();
        let same = number < last && site.is_some_and(|site| site.url == bibliography.url);
        if same {
            continue;
        }
        let of = Some(number).filter(|number| *number < last);
        let add = |entry: &Entry| (entry.source, (of, bibliography.address(entry)));
        for (source, entry) in bibliography.entries().map(add) {
            entries.entry(source).or_default().push(entry);
        }
    }
    let page = |(&source, url): (&usize, &String)| {
        let places: Vec<&Cited> = cited
            .iter()
            .filter_map(|cited| cited.get(&source))
            .flatten()
            .collect();
        let cited = grouping.group(&places);
        let of: BTreeSet<Option<usize>> = cited
            .iter()
            .flat_map(|group| &group.pages)
            .map(|page| page.explainer)
            .collect();
        Arc::new(SourcePage {
            source,
            url: url.clone(),
            html: whole.get(&source).cloned().unwrap_or_default(),
            entries: entries.remove(&source).unwrap_or_default(),
            across: of.len() > 1,
            cited,
        })
    };
    urls.iter().map(page).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources;

    #[test]
    fn every_key_has_a_safe_address_of_its_own() {
        let keys = [
            "doe1990",
            "Doe1990",
            "DOE1990",
            "eu/harvest:2",
            "eu:harvest/2",
            "..",
            "../..",
            "Šmíd",
            "a b",
        ];
        let long = "x".repeat(300);
        let keys: Vec<&str> = keys.into_iter().chain([long.as_str()]).collect();
        let entries = keys
            .iter()
            .map(|key| format!("{{\"id\": \"{key}\", \"type\": \"book\", \"title\": \"T\"}}"));
        let json = format!("[{}]", entries.collect::<Vec<_>>().join(","));
        let (library, _) = sources::read(&[("a.json".into(), &json)], None, None);
        assert_eq!(library.sources().len(), keys.len());
        let urls = urls(&(0..keys.len()).collect(), &library);
        let distinct: BTreeSet<String> = urls.values().map(|url| url.to_lowercase()).collect();
        assert_eq!(distinct.len(), keys.len(), "{urls:?}");
        assert_eq!(urls[&0], "sources/doe1990/");
        assert_eq!(urls[&7], "sources/šmíd/");
        assert_eq!(urls[&8], "sources/a-b/");
        for url in urls.values() {
            let name = url
                .strip_prefix("sources/")
                .and_then(|url| url.strip_suffix('/'));
            let name = name.expect("a folder of `sources`");
            let safe = |c: char| c.is_alphanumeric() || c == '-';
            assert!(
                !name.is_empty() && name.len() < 120 && name.chars().all(safe),
                "{url}"
            );
        }
    }
}
