//! Reads entries of `.bib` files: what `@string`s and other entries give them, and what they are.

use std::collections::BTreeMap;
use std::ops::Range;

use super::scan as bibtex;
use super::{Draft, Entries, EntryFault, Format, Head, KindKey, Scanned, What};
use super::{inherit, item, kinds};
use crate::csl::{Item, quietly};
use crate::diag::{Code, Fault, Place, nearest};

/// Finds a file's entries.
pub fn scan(text: &str) -> Scanned<'_> {
    let mut scan = bibtex::scan(text);
    let slice = |span: &Range<usize>| text.get(span.clone()).unwrap_or_default();
    let list = |field: &bibtex::Field| {
        let typed: String = field.parts.iter().map(|part| slice(&part.span())).collect();
        let keys = typed
            .split(',')
            .map(str::trim)
            .filter(|key| !key.is_empty());
        keys.map(str::to_owned).collect::<Vec<_>>()
    };
    let head = |entry: &bibtex::Entry| {
        let kind = slice(&entry.kind);
        let what = match () {
            () if kind.eq_ignore_ascii_case("xdata") => What::Data,
            () if kind.eq_ignore_ascii_case("set") => match entry.field(text, "entryset") {
                Some(field) => What::Set(list(field), field.value()),
                None => What::Set(Vec::new(), entry.key.clone()),
            },
            () => What::Source,
        };
        let aliases = entry.field(text, "ids").map(|field| {
            let keys = list(field).into_iter();
            keys.map(|key| (key, field.value())).collect()
        });
        Head {
            key: slice(&entry.key).to_owned(),
            place: entry.key.clone(),
            aliases: aliases.unwrap_or_default(),
            what,
        }
    };
    Scanned {
        heads: scan.entries.iter().map(head).collect(),
        problems: std::mem::take(&mut scan.problems),
        format: Format::Bib(scan),
    }
}

/// All `.bib` files, and what names stand for in them.
pub struct Bibs<'a> {
    entries: &'a Entries<'a>,
    /// The texts of `@string`s by their names in lower case.
    strings: BTreeMap<String, String>,
}

/// How long a `@string` may grow by naming others.
const LONGEST_STRING: usize = 10_000;

impl<'a> Bibs<'a> {
    pub fn new(entries: &'a Entries<'a>, faults: &mut Vec<Fault>) -> Self {
        let mut bibs = Bibs {
            entries,
            strings: BTreeMap::new(),
        };
        for (file, scan) in entries.scans.iter().enumerate() {
            if let Format::Bib(scan) = &scan.format {
                for string in &scan.strings {
                    bibs.define(file, string, faults);
                }
            }
        }
        bibs
    }

    fn slice(&self, file: usize, span: Range<usize>) -> &'a str {
        self.entries
            .files
            .get(file)
            .and_then(|(_, text)| text.get(span))
            .unwrap_or_default()
    }

    /// An entry, by its number among those of all files, and the number of its file.
    fn find(&self, number: usize) -> Option<(usize, &'a bibtex::Entry)> {
        let entry = self.entries.all.get(number)?;
        match &self.entries.scans.get(entry.file)?.format {
            Format::Bib(scan) => Some((entry.file, scan.entries.get(entry.index)?)),
            _ => None,
        }
    }

    /// Takes in a `@string`. It may name those before it, as in BibTeX, so none can name itself.
    fn define(&mut self, file: usize, string: &bibtex::Field, faults: &mut Vec<Fault>) {
        let name = self.slice(file, string.span.clone());
        let mut whole = String::new();
        for part in &string.parts {
            let text = self.slice(file, part.span());
            match part {
                bibtex::Part::Text(_) => whole.push_str(text),
                bibtex::Part::Word(_) => match self.strings.get(&text.to_ascii_lowercase()) {
                    Some(other) if whole.len() + other.len() <= LONGEST_STRING => {
                        whole.push_str(other)
                    }
                    other => {
                        let message = match other {
                            Some(_) => format!("`{name}` grows too long by what it names"),
                            None => format!("no `@string` before this one defines `{text}`"),
                        };
                        if let Some((path, _)) = self.entries.files.get(file) {
                            let place = Place::new(path, part.span());
                            faults.push(Fault::new(Code::SourceField, message, place));
                        }
                    }
                },
            }
        }
        self.strings.insert(name.to_ascii_lowercase(), whole);
    }

    /// Reads an entry.
    pub fn draft(&self, number: usize) -> Option<Draft> {
        let (file, entry) = self.find(number)?;
        let typed = self.slice(file, entry.kind.clone());
        let kind = typed.to_ascii_lowercase();
        let mut faults = Vec::new();
        if !kinds::known(&kind) {
            let help = match nearest(&kind, kinds::names()) {
                Some(near) => format!("did you mean `@{near}`?"),
                None => "it is formatted as a general document; `@misc` says so".to_owned(),
            };
            faults.push(EntryFault {
                code: Code::SourceKind,
                span: entry.kind.clone(),
                message: format!("there is no kind of source `@{typed}`"),
                help,
            });
        }
        let (all, dangling) = inherit::fields(self, number);
        for reference in dangling {
            let inherit::Dangling {
                field,
                name,
                key: other,
                circle,
            } = reference;
            let message = match circle {
                true => format!("`{name}` leads back to this entry"),
                false => format!("`{name}` names `{other}`, which isn't there"),
            };
            let keys = self.entries.keys.keys().copied();
            let help = match Some(keys)
                .filter(|_| !circle)
                .and_then(|keys| nearest(&other, keys))
            {
                Some(near) => format!("did you mean `{near}`?"),
                None => "it is left out".to_owned(),
            };
            faults.push(EntryFault::field(field.value(), message, help));
        }
        // The crate that reads LaTeX is told to panic on nothing; if it does, one entry is lost.
        let read = quietly(|| {
            let mut reader = item::Reader::new(self, &all, number);
            let (item, word) = reader.item(&kind);
            (item, word, reader.archived, reader.faults)
        });
        let (item, word, archived, found) = read.unwrap_or_else(|message| {
            let fault = EntryFault {
                code: Code::SourceSyntax,
                span: entry.key.clone(),
                message: "the entry can't be read".to_owned(),
                help: format!("please report this: {message}"),
            };
            (Item::default(), KindKey::Other, None, vec![fault])
        });
        faults.extend(found);
        Some(Draft {
            item,
            typed: typed.to_owned(),
            kind: word,
            faults,
            archived,
            broken: entry.broken,
        })
    }
}

impl inherit::Entries for Bibs<'_> {
    fn entry(&self, number: usize) -> inherit::Fields<'_> {
        let Some((file, entry)) = self.find(number) else {
            return (String::new(), Vec::new());
        };
        let name =
            |field: &bibtex::Field| self.slice(file, field.span.clone()).to_ascii_lowercase();
        let fields = entry.fields.iter().map(|field| (name(field), field));
        let kind = self.slice(file, entry.kind.clone()).to_ascii_lowercase();
        (kind, fields.collect())
    }

    fn number(&self, key: &str) -> Option<usize> {
        let number = self.entries.keys.get(key).copied()?;
        self.find(number).map(|_| number)
    }

    fn typed(&self, number: usize, field: &bibtex::Field) -> String {
        let Some((file, _)) = self.find(number) else {
            return String::new();
        };
        let parts = field.parts.iter();
        parts.map(|part| self.slice(file, part.span())).collect()
    }
}

impl item::Texts for Bibs<'_> {
    fn text(&self, entry: usize, span: Range<usize>) -> &str {
        self.find(entry)
            .map_or("", |(file, _)| self.slice(file, span))
    }

    fn string(&self, name: &str) -> Option<&str> {
        self.strings
            .get(&name.to_ascii_lowercase())
            .map(String::as_str)
    }

    fn near_string(&self, name: &str) -> Option<String> {
        nearest(name, self.strings.keys().map(String::as_str)).map(str::to_owned)
    }

    fn related(&self, key: &str) -> Option<(usize, inherit::All<'_>)> {
        let number = inherit::Entries::number(self, key)?;
        Some((number, inherit::fields(self, number).0))
    }
}
