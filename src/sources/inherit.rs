//! What an entry takes over from others: `crossref` and `xdata`
//! (*The biblatex package*, 2.4.1, 3.14.6 and appendix B).

use std::collections::{BTreeMap, BTreeSet};

use super::scan::Field;

/// Where an entry's fields come from.
pub trait Entries {
    /// An entry, by its number.
    fn entry(&self, number: usize) -> Fields<'_>;
    /// The number of the entry that has a key.
    fn number(&self, key: &str) -> Option<usize>;
    /// The text of a field's value as it is typed.
    fn typed(&self, number: usize, field: &Field) -> String;
}

/// An entry's kind and its fields by their names, all in lower case.
pub type Fields<'a> = (String, Vec<(String, &'a Field)>);

/// A field that an entry has, of its own or from another.
#[derive(Debug, Clone, Copy)]
pub struct Has<'a> {
    pub field: &'a Field,
    /// The number of the entry it stands in.
    pub of: usize,
}

/// The fields of an entry, by name.
pub type All<'a> = BTreeMap<String, Has<'a>>;

/// A reference that leads nowhere, or back to the entry itself.
pub struct Dangling<'a> {
    pub field: &'a Field,
    pub name: &'static str,
    pub key: String,
    pub circle: bool,
}

/// How many other entries one entry may take from, all in all: enough for any library, and a bound
/// for those that refer to each other over and over.
const MOST: usize = 64;

/// All fields of an entry, and its own references that lead nowhere.
pub fn fields<E: Entries>(entries: &E, number: usize) -> (All<'_>, Vec<Dangling<'_>>) {
    let mut dangling = Vec::new();
    let mut path = vec![number];
    let mut left = MOST;
    let all = collect(entries, number, &mut path, &mut left, &mut dangling);
    (all, dangling)
}

fn collect<'a, E: Entries>(
    entries: &'a E,
    number: usize,
    path: &mut Vec<usize>,
    left: &mut usize,
    dangling: &mut Vec<Dangling<'a>>,
) -> All<'a> {
    let (kind, own) = entries.entry(number);
    let mut all: All<'a> = BTreeMap::new();
    for (name, field) in own {
        all.entry(name).or_insert(Has { field, of: number });
    }
    for referring in ["xdata", "crossref"] {
        let own = all.get(referring).filter(|has| has.of == number);
        let Some(field) = own.map(|has| has.field) else {
            continue;
        };
        for key in entries
            .typed(number, field)
            .split(',')
            .map(str::trim)
            .filter(|key| !key.is_empty())
        {
            let parent = entries.number(key);
            let circle = parent.is_some_and(|parent| path.contains(&parent));
            let Some(parent) = parent.filter(|_| !circle) else {
                if path.len() == 1 {
                    dangling.push(Dangling {
                        field,
                        name: referring,
                        key: key.to_owned(),
                        circle,
                    });
                }
                continue;
            };
            if *left == 0 {
                continue;
            }
            *left -= 1;
            path.push(parent);
            let theirs = collect(entries, parent, path, left, dangling);
            path.pop();
            if referring == "xdata" {
                for (name, has) in theirs {
                    all.entry(name).or_insert(has);
                }
            } else {
                take(&kind, &entries.entry(parent).0, theirs, &mut all);
            }
        }
    }
    all
}

/// Fields that are nobody's but the entry's own.
const OWN: [&str; 19] = [
    "ids",
    "crossref",
    "xref",
    "xdata",
    "entryset",
    "entrysubtype",
    "execute",
    "label",
    "options",
    "presort",
    "related",
    "relatedoptions",
    "relatedstring",
    "relatedtype",
    "shorthand",
    "shorthandintro",
    "sortkey",
    "pages",
    "keywords",
];

fn take<'a>(kind: &str, parent: &str, theirs: All<'a>, all: &mut All<'a>) {
    let dated = ["date", "year"].iter().any(|name| all.contains_key(*name));
    let has: BTreeSet<String> = all.keys().cloned().collect();
    for (name, field) in theirs {
        let of_date = matches!(name.as_str(), "date" | "year" | "month" | "day");
        if OWN.contains(&name.as_str()) || of_date && dated {
            continue;
        }
        for target in targets(kind, parent, &name) {
            if !has.contains(target) {
                all.insert(target.to_owned(), field);
            }
        }
    }
}

/// The names under which a child of `kind` takes the field `name` of a `parent` (appendix B).
fn targets<'n>(kind: &str, parent: &str, name: &'n str) -> Vec<&'n str> {
    let volumes = matches!(
        (parent, kind),
        ("mvbook", "book" | "inbook" | "bookinbook" | "suppbook")
            | (
                "mvcollection" | "mvreference",
                "collection" | "reference" | "incollection" | "inreference" | "suppcollection"
            )
            | ("mvproceedings", "proceedings" | "inproceedings")
    );
    let whole = matches!(
        (parent, kind),
        ("book", "inbook" | "bookinbook" | "suppbook")
            | ("collection" | "reference", "incollection" | "inreference" | "suppcollection")
            | ("proceedings", "inproceedings")
            // Older files cross-refer like this (BibTeX, "BibTeXing", 2.1).
            | ("book", "incollection")
    );
    let issue =
        parent == "periodical" && matches!(kind, "article" | "suppperiodical" | "newspaper");
    let in_book =
        matches!(parent, "mvbook" | "book") && matches!(kind, "inbook" | "bookinbook" | "suppbook");
    let prefix = match () {
        () if volumes => "main",
        () if whole => "book",
        () if issue => "journal",
        () => "",
    };
    match name {
        "author" if in_book => vec!["author", "bookauthor"],
        _ if prefix.is_empty() => vec![name],
        "title" | "subtitle" | "titleaddon" => match (prefix, name) {
            ("main", "title") => vec!["maintitle"],
            ("main", "subtitle") => vec!["mainsubtitle"],
            ("main", _) => vec!["maintitleaddon"],
            ("book", "title") => vec!["booktitle"],
            ("book", "subtitle") => vec!["booksubtitle"],
            ("book", _) => vec!["booktitleaddon"],
            (_, "title") => vec!["journaltitle"],
            (_, "subtitle") => vec!["journalsubtitle"],
            _ => vec!["journaltitleaddon"],
        },
        "shorttitle" | "sorttitle" | "indextitle" | "indexsorttitle" => vec![],
        // An editor of a whole is no editor of its part's author, but BibTeX's `booktitle` is.
        _ => vec![name],
    }
}
