//! Where fields of sources stand in their files, and what they are called there.

use std::collections::HashMap;

use crate::diag::Place;
use crate::read::TextFile;
use crate::sources::{Library, Source};

/// The source files.
pub struct Places<'a> {
    texts: HashMap<&'a str, &'a str>,
    /// Where the keys of each file stand, in order.
    keys: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Places<'a> {
    pub fn new(files: &'a [TextFile], library: &'a Library) -> Self {
        let mut keys: HashMap<&str, Vec<usize>> = HashMap::new();
        for source in library.sources() {
            let place = &source.place;
            keys.entry(&place.file).or_default().push(place.span.start);
        }
        keys.values_mut().for_each(|starts| starts.sort_unstable());
        let texts = files.iter().map(|file| (&*file.path, &*file.text));
        Places {
            texts: texts.collect(),
            keys,
        }
    }

    /// Where an entry says one of some values, the first that is there as it is read; its key
    /// otherwise: readers don't keep the places of fields, and decode what they read.
    pub fn of(&self, source: &Source, values: &[&str]) -> Place {
        let key = &source.place;
        let found = || {
            let text = self.texts.get(&*key.file)?;
            let starts = self.keys.get(&*key.file)?;
            let next = starts.partition_point(|start| *start <= key.span.start);
            let end = starts.get(next).copied().unwrap_or(text.len());
            let entry = text.get(key.span.end..end)?;
            let values = values.iter().filter(|value| !value.is_empty());
            let mut found = values.filter_map(|value| Some((entry.find(*value)?, value.len())));
            let (at, length) = found.next()?;
            let start = key.span.end + at;
            Some(Place::new(&key.file, start..start + length))
        };
        found().unwrap_or_else(|| key.clone())
    }
}

/// The names of CSL's variables in BibLaTeX, Hayagriva and RIS, as far as the checks speak of them.
const FIELDS: &[(&str, &str, &str, &str)] = &[
    ("DOI", "doi", "serial-number: { doi: … }", "DO"),
    ("ISBN", "isbn", "serial-number: { isbn: … }", "SN"),
    ("ISSN", "issn", "serial-number: { issn: … }", "SN"),
    ("accessed", "urldate", "url: { value: …, date: … }", "Y2"),
    ("archive", "library", "archive", "DB"),
    ("archive_location", "archive_location", "call-number", "AV"),
    ("author", "author", "author", "AU"),
    ("container-title", "booktitle", "parent: { title: … }", "T2"),
    ("genre", "type", "genre", "M3"),
    ("issue", "number", "issue", "IS"),
    ("issued", "date", "date", "PY"),
    ("page", "pages", "page-range", "SP"),
    ("publisher", "publisher", "publisher", "PB"),
    ("publisher-place", "location", "location", "CY"),
    ("URL", "url", "url", "UR"),
    ("volume", "volume", "volume", "VL"),
];

/// What a variable is called in the file of a source.
pub fn field(source: &Source, variable: &'static str) -> &'static str {
    let kind = source.item.kind.as_str();
    let ending = source.place.file.rsplit('.').next().unwrap_or_default();
    let row = FIELDS.iter().find(|row| row.0 == variable);
    match (ending.to_ascii_lowercase().as_str(), row) {
        ("json", _) | (_, None) => variable,
        ("yml" | "yaml", Some(row)) => row.2,
        ("ris", Some(row)) => row.3,
        (_, Some(_)) if variable == "publisher" && matches!(kind, "thesis" | "report") => {
            "institution"
        }
        (_, Some(_)) if variable == "container-title" && kind.starts_with("article") => {
            "journaltitle"
        }
        (_, Some(row)) => row.1,
    }
}
