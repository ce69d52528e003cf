//! Sources: `.bib` files entry by entry, and `sources.toml` over them.

mod date;
mod inherit;
mod item;
mod kinds;
mod latex;
mod overlay;
mod scan;
#[cfg(test)]
mod tests;

pub use kinds::KindKey;

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::csl::{Item, quietly};
use crate::diag::{Code, Fault, FilePath, Place, nearest};

/// A source that can be cited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source {
    /// What the formatter needs to know of it.
    pub item: Item,
    /// Where its key stands.
    pub place: Place,
    /// The kind of its entry, as it was typed.
    pub entry_kind: String,
    /// What it is, in the readers' words.
    pub kind: KindKey,
    /// The group of the bibliography it belongs to.
    pub group: Option<String>,
    /// How far somebody looked into it.
    pub checked: Option<Checked>,
    /// What the author says about it, as Markdown. It comes from `sources.toml` alone.
    pub annotation: Option<String>,
}

/// How far a source was looked into, when and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Checked {
    /// How far.
    pub state: CheckedState,
    /// When: a year, a month or a day.
    pub on: Option<String>,
    /// By whom.
    pub by: Option<String>,
}

/// How far a source was looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckedState {
    /// Read in full.
    Read,
    /// Read in part.
    Excerpt,
    /// Known to exist, not opened.
    Catalogue,
    /// Not seen; named by others.
    Named,
}

impl CheckedState {
    /// The word by which authors, templates and messages know it.
    pub fn name(self) -> &'static str {
        match self {
            CheckedState::Read => "read",
            CheckedState::Excerpt => "excerpt",
            CheckedState::Catalogue => "catalogue",
            CheckedState::Named => "named",
        }
    }
}

/// All sources of a site, in the order of their files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Library {
    sources: Vec<Source>,
    keys: BTreeMap<String, usize>,
}

impl Library {
    /// All sources, in the order of their files.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The source of a key, in this letter case.
    pub fn get(&self, key: &str) -> Option<&Source> {
        self.sources.get(self.number(key)?)
    }

    /// The place of a key's source in [`sources`](Library::sources).
    pub fn number(&self, key: &str) -> Option<usize> {
        self.keys.get(key).copied()
    }

    /// The key that is closest to one that isn't there, if one is close enough to be meant.
    pub fn nearest(&self, key: &str) -> Option<&str> {
        nearest(key, self.keys.keys().map(String::as_str))
    }
}

/// Reads source files.
///
/// In: the `.bib` files in order (*The biblatex package*, 2 and 3), and `sources.toml`, each with
/// its path and text. Out: the sources, as far as they could be read, and what is wrong: a broken
/// entry is one fault (`source-syntax`) and leaves all others as they are; of two sources with one
/// key the first counts (`doubled-source`); what a field says wrongly is left out
/// (`source-field`).
pub fn read(bibs: &[(FilePath, &str)], overlay: Option<(FilePath, &str)>) -> (Library, Vec<Fault>) {
    let scans: Vec<scan::Scan> = bibs.par_iter().map(|(_, text)| scan::scan(text)).collect();
    let mut faults = Vec::new();
    for ((file, _), scan) in bibs.iter().zip(&scans) {
        faults.extend(scan.problems.iter().map(|problem| {
            Fault::new(
                Code::SourceSyntax,
                problem.message.clone(),
                Place::new(file, problem.span.clone()),
            )
            .help(problem.help)
        }));
    }
    let files = Files::new(bibs, &scans, &mut faults);

    let read: Vec<(Option<Source>, Vec<Fault>)> = (0..files.entries.len())
        .into_par_iter()
        .map(|number| files.source(number))
        .collect();
    let mut library = Library::default();
    for (source, found) in read {
        faults.extend(found);
        if let Some(source) = source {
            library
                .keys
                .insert(source.item.key.clone(), library.sources.len());
            library.sources.push(source);
        }
    }
    if let Some((file, text)) = overlay {
        overlay::read(&file, text, &mut library, &mut faults);
    }
    (library, faults)
}

/// All entries of all files, and what names stand for in them.
struct Files<'a> {
    bibs: &'a [(FilePath, &'a str)],
    entries: Vec<Numbered<'a>>,
    /// The first entry of each key.
    keys: BTreeMap<&'a str, usize>,
    /// The texts of `@string`s by their names in lower case.
    strings: BTreeMap<String, String>,
}

struct Numbered<'a> {
    file: usize,
    entry: &'a scan::Entry,
    /// In lower case.
    kind: String,
}

/// How long a `@string` may grow by naming others.
const LONGEST_STRING: usize = 10_000;

impl<'a> Files<'a> {
    fn new(
        bibs: &'a [(FilePath, &'a str)],
        scans: &'a [scan::Scan],
        faults: &mut Vec<Fault>,
    ) -> Self {
        let mut files = Files {
            bibs,
            entries: Vec::new(),
            keys: BTreeMap::new(),
            strings: BTreeMap::new(),
        };
        for (file, scan) in scans.iter().enumerate() {
            for string in &scan.strings {
                files.define(file, string, faults);
            }
            for entry in &scan.entries {
                let number = files.entries.len();
                let kind = files.slice(file, entry.kind.clone()).to_ascii_lowercase();
                let key = files.slice(file, entry.key.clone());
                files.entries.push(Numbered { file, entry, kind });
                files.keys.entry(key).or_insert(number);
            }
        }
        files
    }

    fn slice(&self, file: usize, span: Range<usize>) -> &'a str {
        self.bibs
            .get(file)
            .and_then(|(_, text)| text.get(span))
            .unwrap_or_default()
    }

    fn place(&self, number: usize, span: Range<usize>) -> Option<Place> {
        let (file, _) = self.bibs.get(self.entries.get(number)?.file)?;
        Some(Place::new(file, span))
    }

    /// Takes in a `@string`. It may name those before it, as in BibTeX, so none can name itself.
    fn define(&mut self, file: usize, string: &scan::Field, faults: &mut Vec<Fault>) {
        let mut whole = String::new();
        for part in &string.parts {
            let text = self.slice(file, part.span());
            match part {
                scan::Part::Text(_) => whole.push_str(text),
                scan::Part::Word(_) => match self.strings.get(&text.to_ascii_lowercase()) {
                    Some(other) if whole.len() + other.len() <= LONGEST_STRING => {
                        whole.push_str(other)
                    }
                    other => {
                        let message = match other {
                            Some(_) => format!("`{}` grows too long by what it names", string.name),
                            None => format!("no `@string` before this one defines `{text}`"),
                        };
                        if let Some((path, _)) = self.bibs.get(file) {
                            let place = Place::new(path, part.span());
                            faults.push(Fault::new(Code::SourceField, message, place));
                        }
                    }
                },
            }
        }
        self.strings.insert(string.name.clone(), whole);
    }

    fn source(&self, number: usize) -> (Option<Source>, Vec<Fault>) {
        let Some(Numbered { file, entry, kind }) = self.entries.get(number) else {
            return (None, Vec::new());
        };
        let Some((path, _)) = self.bibs.get(*file) else {
            return (None, Vec::new());
        };
        let place = |span: &Range<usize>| Place::new(path, span.clone());
        let key = self.slice(*file, entry.key.clone());
        let typed_kind = self.slice(*file, entry.kind.clone());
        let mut faults = Vec::new();

        let first = self.keys.get(key).copied().unwrap_or(number);
        if first != number {
            let fault = Fault::new(
                Code::DoubledSource,
                format!("there are two sources `{key}`"),
                place(&entry.key),
            )
            .label("the second")
            .help("rename one of them and the citations that mean it, or delete it");
            let first_place = self
                .entries
                .get(first)
                .and_then(|other| self.place(first, other.entry.key.clone()));
            faults.push(match first_place {
                Some(first) => fault.and(first, "the first"),
                None => fault,
            });
            return (None, faults);
        }
        if !kinds::known(kind) {
            let fault = Fault::new(
                Code::SourceKind,
                format!("there is no kind of source `@{typed_kind}`"),
                place(&entry.kind),
            );
            faults.push(match nearest(kind, kinds::names()) {
                Some(near) => fault.help(format!("did you mean `@{near}`?")),
                None => fault.help("it is formatted as a general document; `@misc` says so"),
            });
        }
        let (all, dangling) = inherit::fields(self, number);
        for reference in dangling {
            let inherit::Dangling {
                field,
                key: other,
                circle,
            } = reference;
            let message = match circle {
                true => format!("`{}` leads back to this entry", field.name),
                false => format!("`{}` names `{other}`, which isn't there", field.name),
            };
            let fault = Fault::new(Code::SourceField, message, place(&field.value()));
            let near = nearest(&other, self.keys.keys().copied()).filter(|_| !circle);
            faults.push(match near {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help("it is left out"),
            });
        }
        if kind == "xdata" {
            return (None, faults);
        }
        // The crate that reads LaTeX is told to panic on nothing; if it does, one entry is lost.
        let read = quietly(|| {
            let mut reader = item::Reader::new(self, &all, number);
            let (item, word) = reader.item(key, kind);
            (item, word, reader.faults)
        });
        let (item, word, found) = match read {
            Ok(read) => read,
            Err(message) => {
                faults.push(
                    Fault::new(
                        Code::SourceSyntax,
                        "the entry can't be read",
                        place(&entry.key),
                    )
                    .help(format!("please report this: {message}")),
                );
                (
                    Item {
                        key: key.to_owned(),
                        ..Item::default()
                    },
                    KindKey::Other,
                    Vec::new(),
                )
            }
        };
        faults.extend(found.into_iter().filter_map(|fault| {
            let place = self.place(fault.of, fault.span)?;
            Some(Fault::new(Code::SourceField, fault.message, place).help(fault.help))
        }));
        let nameless =
            matches!(word, KindKey::Letter | KindKey::Interview) || item.text.contains_key("genre");
        // An entry that could be read in part only has a fault already.
        if !item.text.contains_key("title") && !nameless && !entry.broken {
            faults.push(
                Fault::new(
                    Code::UntitledSource,
                    format!("`{key}` has no title"),
                    place(&entry.key),
                )
                .help("add: title = {…}"),
            );
        }
        let source = Source {
            item,
            place: place(&entry.key),
            entry_kind: typed_kind.to_owned(),
            kind: word,
            group: None,
            checked: None,
            annotation: None,
        };
        (Some(source), faults)
    }
}

impl inherit::Entries for Files<'_> {
    fn entry(&self, number: usize) -> (&str, &[scan::Field]) {
        match self.entries.get(number) {
            Some(numbered) => (&numbered.kind, &numbered.entry.fields),
            None => ("", &[]),
        }
    }

    fn number(&self, key: &str) -> Option<usize> {
        self.keys.get(key).copied()
    }

    fn typed(&self, number: usize, field: &scan::Field) -> String {
        let Some(numbered) = self.entries.get(number) else {
            return String::new();
        };
        field
            .parts
            .iter()
            .map(|part| self.slice(numbered.file, part.span()))
            .collect()
    }
}

impl item::Texts for Files<'_> {
    fn text(&self, entry: usize, span: Range<usize>) -> &str {
        self.entries
            .get(entry)
            .map_or("", |entry| self.slice(entry.file, span))
    }

    fn string(&self, name: &str) -> Option<&str> {
        self.strings
            .get(&name.to_ascii_lowercase())
            .map(String::as_str)
    }

    fn near_string(&self, name: &str) -> Option<String> {
        nearest(name, self.strings.keys().map(String::as_str)).map(str::to_owned)
    }
}
