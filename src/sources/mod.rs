//! Sources: the entries of source files of every format, and `sources.toml` over them.

mod bib;
mod csl_json;
mod date;
pub mod export;
mod hayagriva;
mod inherit;
mod item;
mod json;
mod kinds;
mod latex;
mod overlay;
mod ris;
mod scan;
#[cfg(test)]
mod tests;
mod variables;

pub use csl_json::named;
pub use export::export;
pub use kinds::KindKey;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use rayon::prelude::*;

use crate::csl::Item;
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
    /// Whether it comes from the time it tells of, where somebody said so.
    pub primary: Option<bool>,
    /// Where a copy of it is kept, as a web address.
    pub archived: Option<String>,
    /// What the author copied out of it.
    pub excerpts: Vec<Excerpt>,
    /// The checks that an author looked at and wants no more reports of.
    pub allow: Vec<Code>,
}

/// Words copied out of a source, to compare with what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Excerpt {
    /// The words.
    pub text: String,
    /// Where they stand in the source, as the author typed it, such as `p. 403`.
    pub locator: Option<String>,
    /// Where its locator stands in `sources.toml`, or its words where it has none.
    pub place: Place,
}

impl Source {
    /// The checks that ask something of a single source, which can be told to leave it alone.
    pub const CHECKS: &'static [Code] = &[
        Code::UncitedSource,
        Code::SimilarSources,
        Code::AuthorVariants,
        Code::LocatorOutside,
        Code::YearMismatch,
        Code::MissingAccessDate,
        Code::MissingArchivePlace,
        Code::IncompleteSource,
        Code::WrongIdentifier,
    ];

    /// Whether a check is to report nothing of it.
    pub fn allows(&self, check: Code) -> bool {
        self.allow.contains(&check)
    }

    /// Its keywords, which its entry lists with commas or semicolons between them.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        let words = self.item.text.get("keyword").map_or("", String::as_str);
        words
            .split([',', ';'])
            .map(str::trim)
            .filter(|w| !w.is_empty())
    }
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

/// The sources of a site that were asked for, in the order of their files, and the keys of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Library {
    sources: Vec<Source>,
    keys: HashMap<String, Known>,
}

/// What a key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    /// A source, by its index.
    One(usize),
    /// A set of sources (`@set`), by their indexes.
    Set(Vec<usize>),
    /// A source that nobody asked for.
    Unread,
}

impl Library {
    /// The sources that were asked for, in the order of their files.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The source of a key, in this letter case.
    pub fn get(&self, key: &str) -> Option<&Source> {
        match self.numbers(key) {
            [number] => self.sources.get(*number),
            _ => None,
        }
    }

    /// The places in [`sources`](Library::sources) of what a key stands for: one, those of a set's
    /// members, or none where the key isn't known.
    pub fn numbers(&self, key: &str) -> &[usize] {
        match self.keys.get(key) {
            Some(Known::One(number)) => std::slice::from_ref(number),
            Some(Known::Set(numbers)) => numbers,
            Some(Known::Unread) | None => &[],
        }
    }

    /// The key that is closest to one that isn't there, if one is close enough to be meant.
    pub fn nearest(&self, key: &str) -> Option<&str> {
        nearest(key, self.keys.keys().map(String::as_str))
    }
}

/// An entry as a scan finds it, without looking at what its fields say.
#[derive(Debug, Default)]
struct Head {
    /// What it is cited by.
    key: String,
    /// Where its key stands, or what stands for it.
    place: Range<usize>,
    /// Other keys of the same entry.
    aliases: Vec<(String, Range<usize>)>,
    what: What,
}

/// What an entry is to those who cite it.
#[derive(Debug, Default)]
enum What {
    /// A source.
    #[default]
    Source,
    /// Data for other entries.
    Data,
    /// A set, with its members' keys, and where they are named.
    Set(Vec<String>, Range<usize>),
}

/// What can't be read in a file, and where.
#[derive(Debug)]
struct Problem {
    span: Range<usize>,
    message: String,
    help: String,
}

/// What is wrong with a part of an entry: where it stands in the entry's file, and why.
#[derive(Debug)]
struct EntryFault {
    code: Code,
    span: Range<usize>,
    message: String,
    help: String,
}

impl EntryFault {
    /// A field that is left out.
    fn field(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        EntryFault {
            code: Code::SourceField,
            span,
            message: message.into(),
            help: help.into(),
        }
    }

    /// A part that can't be read.
    fn syntax(problem: Problem) -> Self {
        EntryFault {
            code: Code::SourceSyntax,
            span: problem.span,
            message: problem.message,
            help: problem.help,
        }
    }
}

/// What a reader makes of an entry.
#[derive(Debug)]
struct Draft {
    item: Item,
    /// The kind as it was typed.
    typed: String,
    kind: KindKey,
    faults: Vec<EntryFault>,
    /// Where a copy of the source is kept, as a web address.
    archived: Option<String>,
    /// Whether fields may be missing because they couldn't be read.
    broken: bool,
}

/// A file whose entries are found but not read.
struct Scanned<'a> {
    heads: Vec<Head>,
    problems: Vec<Problem>,
    format: Format<'a>,
}

/// What each format's reader found.
enum Format<'a> {
    Bib(scan::Scan),
    Json(json::Entries<'a>),
    Yaml(hayagriva::Entries<'a>),
    Ris(ris::Entries<'a>),
}

fn scan<'a>(path: &str, text: &'a str) -> Scanned<'a> {
    let ending = path.rsplit('.').next().unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "json" => json::scan(text),
        "yml" | "yaml" => hayagriva::scan(text),
        "ris" => ris::scan(text),
        _ => bib::scan(text),
    }
}

/// An entry of all files.
struct Entry<'a> {
    file: usize,
    /// Its number in its file.
    index: usize,
    head: &'a Head,
    /// Whether its key is its own.
    first: bool,
}

/// All entries of all files, and the keys they have.
struct Entries<'a> {
    files: &'a [(FilePath, &'a str)],
    scans: &'a [Scanned<'a>],
    all: Vec<Entry<'a>>,
    /// The first entry of each key.
    keys: HashMap<&'a str, usize>,
}

impl<'a> Entries<'a> {
    fn new(
        files: &'a [(FilePath, &'a str)],
        scans: &'a [Scanned<'a>],
        faults: &mut Vec<Fault>,
    ) -> Self {
        let count = scans.iter().map(|scan| scan.heads.len()).sum();
        let mut entries = Entries {
            files,
            scans,
            all: Vec::with_capacity(count),
            keys: HashMap::with_capacity(count),
        };
        for (file, scan) in scans.iter().enumerate() {
            for (index, head) in scan.heads.iter().enumerate() {
                let number = entries.all.len();
                let first = entries.name(&head.key, number, file, &head.place, faults);
                entries.all.push(Entry {
                    file,
                    index,
                    head,
                    first,
                });
                for (alias, place) in head.aliases.iter().filter(|_| first) {
                    entries.name(alias, number, file, place, faults);
                }
            }
        }
        entries
    }

    /// Gives an entry a key, if no other has it.
    fn name(
        &mut self,
        key: &'a str,
        number: usize,
        file: usize,
        place: &Range<usize>,
        faults: &mut Vec<Fault>,
    ) -> bool {
        let Some(first) = self.keys.get(key).copied() else {
            self.keys.insert(key, number);
            return true;
        };
        let Some((path, _)) = self.files.get(file).filter(|_| first != number) else {
            return false;
        };
        let fault = Fault::new(
            Code::DoubledSource,
            format!("there are two sources `{key}`"),
            Place::new(path, place.clone()),
        )
        .label("the second")
        .help("rename one of them and the citations that mean it, or delete it");
        faults.push(match self.place(first) {
            Some(place) => fault.and(place, "the first"),
            None => fault,
        });
        false
    }

    /// Where an entry's key stands.
    fn place(&self, number: usize) -> Option<Place> {
        let entry = self.all.get(number)?;
        let (path, _) = self.files.get(entry.file)?;
        Some(Place::new(path, entry.head.place.clone()))
    }

    /// The numbers of a set's members, those of sets in it, too.
    fn members(&self, number: usize, path: &mut Vec<usize>, out: &mut Vec<usize>) {
        let Some(entry) = self.all.get(number).filter(|_| !path.contains(&number)) else {
            return;
        };
        match &entry.head.what {
            What::Set(keys, _) if path.len() < 8 => {
                path.push(number);
                for member in keys.iter().filter_map(|key| self.keys.get(key.as_str())) {
                    self.members(*member, path, out);
                }
                path.pop();
            }
            What::Source if !out.contains(&number) => out.push(number),
            _ => {}
        }
    }

    /// The numbers of the entries to read.
    fn wanted(&self, keys: Option<&BTreeSet<&str>>) -> Vec<usize> {
        let Some(keys) = keys else {
            let all = self.all.iter().enumerate();
            let read = all.filter(|(_, entry)| entry.first && !entry.head.is_set());
            return read.map(|(number, _)| number).collect();
        };
        let mut wanted = Vec::new();
        for number in keys.iter().filter_map(|key| self.keys.get(key)) {
            self.members(*number, &mut Vec::new(), &mut wanted);
        }
        wanted.sort_unstable();
        wanted
    }

    /// What is wrong with the sets: members that aren't there.
    fn check_sets(&self, faults: &mut Vec<Fault>) {
        for entry in self.all.iter().filter(|entry| entry.first) {
            let What::Set(keys, place) = &entry.head.what else {
                continue;
            };
            let Some((path, _)) = self.files.get(entry.file) else {
                continue;
            };
            let gone = keys
                .iter()
                .filter(|key| !self.keys.contains_key(key.as_str()));
            let gone = gone.map(|key| {
                format!(
                    "the set `{}` names `{key}`, which isn't there",
                    entry.head.key
                )
            });
            let none = keys
                .is_empty()
                .then(|| format!("the set `{}` has no members", entry.head.key));
            faults.extend(gone.chain(none).map(|message| {
                Fault::new(Code::SourceField, message, Place::new(path, place.clone()))
                    .help("name the members' keys: entryset = {one, two}")
            }));
        }
    }
}

impl Head {
    fn is_set(&self) -> bool {
        matches!(self.what, What::Set(..))
    }
}

/// Reads source files.
///
/// In: the source files in order, each with its path and text, its format told by its ending:
/// `.json` is CSL-JSON (CSL 1.0.2, "csl-data.json"), `.yml` and `.yaml` are Hayagriva's YAML,
/// `.ris` is RIS, all others are BibLaTeX (*The biblatex package*, 2 and 3); `sources.toml`; and
/// the keys that are wanted, `None` for all. Out: the wanted sources, as far as they could be read,
/// and what is wrong: a broken entry is one fault (`source-syntax`) and leaves all others as they
/// are; of two sources with one key the first counts (`doubled-source`); what a field says wrongly
/// is left out (`source-field`). Entries that aren't wanted are found but not read, so that what is
/// wrong in their fields stays unknown.
pub fn read(
    files: &[(FilePath, &str)],
    overlay: Option<(FilePath, &str)>,
    wanted: Option<&BTreeSet<&str>>,
) -> (Library, Vec<Fault>) {
    let scans: Vec<Scanned<'_>> = files
        .par_iter()
        .map(|(path, text)| scan(path, text))
        .collect();
    let mut faults = Vec::new();
    for ((file, _), scan) in files.iter().zip(&scans) {
        faults.extend(scan.problems.iter().map(|problem| {
            let place = Place::new(file, problem.span.clone());
            Fault::new(Code::SourceSyntax, problem.message.clone(), place).help(&problem.help)
        }));
    }
    let entries = Entries::new(files, &scans, &mut faults);
    entries.check_sets(&mut faults);
    let bibs = bib::Bibs::new(&entries, &mut faults);

    let read: Vec<(usize, Option<Source>, Vec<Fault>)> = entries
        .wanted(wanted)
        .into_par_iter()
        .map(|number| {
            let (source, faults) = source(&entries, &bibs, number);
            (number, source, faults)
        })
        .collect();
    let mut library = Library::default();
    let mut places: HashMap<usize, usize> = HashMap::with_capacity(read.len());
    for (number, source, found) in read {
        faults.extend(found);
        if let Some(source) = source {
            places.insert(number, library.sources.len());
            library.sources.push(source);
        }
    }
    library.keys = HashMap::with_capacity(entries.keys.len());
    for (key, number) in &entries.keys {
        let known = match entries.all.get(*number).map(|entry| &entry.head.what) {
            Some(What::Source) => places
                .get(number)
                .copied()
                .map_or(Known::Unread, Known::One),
            Some(What::Set(..)) => {
                let mut members = Vec::new();
                entries.members(*number, &mut Vec::new(), &mut members);
                let read = members.iter().filter_map(|number| places.get(number));
                Known::Set(read.copied().collect())
            }
            Some(What::Data) | None => continue,
        };
        library.keys.insert((*key).to_owned(), known);
    }
    if let Some((file, text)) = overlay {
        overlay::read(&file, text, &mut library, &mut faults);
    }
    (library, faults)
}

/// Reads one entry; `None` if it is no source.
fn source(
    entries: &Entries<'_>,
    bibs: &bib::Bibs<'_>,
    number: usize,
) -> (Option<Source>, Vec<Fault>) {
    let Some(entry) = entries.all.get(number) else {
        return (None, Vec::new());
    };
    let (Some((file, _)), Some(scan)) =
        (entries.files.get(entry.file), entries.scans.get(entry.file))
    else {
        return (None, Vec::new());
    };
    let (draft, title) = match &scan.format {
        Format::Bib(_) => (bibs.draft(number), "add: title = {…}"),
        Format::Json(json) => (json.draft(entry.index), "add: \"title\": \"…\""),
        Format::Yaml(yaml) => (yaml.draft(entry.index), "add: title: …"),
        Format::Ris(ris) => (ris.draft(entry.index), "add a line: TI  - …"),
    };
    let Some(mut draft) = draft else {
        return (None, Vec::new());
    };
    let key = &entry.head.key;
    let place = Place::new(file, entry.head.place.clone());
    let mut faults: Vec<Fault> = Vec::new();
    for fault in draft.faults {
        let message = match fault.message.contains(&format!("`{key}`")) {
            true => fault.message,
            false => format!("in `{key}`, {}", fault.message),
        };
        faults.push(Fault::new(fault.code, message, Place::new(file, fault.span)).help(fault.help));
    }
    if !matches!(entry.head.what, What::Source) {
        return (None, faults);
    }
    let item = &mut draft.item;
    item.key.clone_from(key);
    let nameless = matches!(draft.kind, KindKey::Letter | KindKey::Interview)
        || item.text.contains_key("genre");
    // An entry that could be read in part only has a fault already.
    if !item.text.contains_key("title") && !nameless && !draft.broken {
        let fault = Fault::new(
            Code::UntitledSource,
            format!("`{key}` has no title"),
            place.clone(),
        );
        faults.push(fault.help(title));
    }
    let mut source = Source {
        item: draft.item,
        place,
        entry_kind: draft.typed,
        kind: draft.kind,
        group: None,
        checked: None,
        annotation: None,
        primary: None,
        archived: draft.archived,
        excerpts: Vec::new(),
        allow: Vec::new(),
    };
    let primary = source.keywords().find_map(|word| match word {
        "primary" => Some(true),
        "secondary" => Some(false),
        _ => None,
    });
    source.primary = primary;
    (Some(source), faults)
}
