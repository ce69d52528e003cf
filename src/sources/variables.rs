//! The variables and types of CSL 1.0.2, by name (appendices III and IV).

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Text or a number.
    Text,
    Names,
    Date,
}

/// Standard and number variables, with `annote` and `keyword`, which styles for annotated
/// bibliographies print.
const TEXT: &[&str] = &[
    "DOI",
    "ISBN",
    "ISSN",
    "PMCID",
    "PMID",
    "URL",
    "annote",
    "archive",
    "archive-place",
    "archive_collection",
    "archive_location",
    "authority",
    "call-number",
    "chapter-number",
    "citation-number",
    "collection-number",
    "collection-title",
    "container-title",
    "container-title-short",
    "dimensions",
    "division",
    "edition",
    "event-place",
    "event-title",
    "genre",
    "issue",
    "jurisdiction",
    "keyword",
    "language",
    "license",
    "medium",
    "note",
    "number",
    "number-of-pages",
    "number-of-volumes",
    "original-publisher",
    "original-publisher-place",
    "original-title",
    "page",
    "page-first",
    "part-number",
    "part-title",
    "printing-number",
    "publisher",
    "publisher-place",
    "references",
    "reviewed-genre",
    "reviewed-title",
    "scale",
    "section",
    "source",
    "status",
    "supplement-number",
    "title",
    "title-short",
    "version",
    "volume",
    "volume-title",
    "volume-title-short",
    "year-suffix",
];

const NAMES: &[&str] = &[
    "author",
    "chair",
    "collection-editor",
    "compiler",
    "composer",
    "container-author",
    "contributor",
    "curator",
    "director",
    "editor",
    "editor-translator",
    "editorial-director",
    "executive-producer",
    "guest",
    "host",
    "illustrator",
    "interviewer",
    "narrator",
    "organizer",
    "original-author",
    "performer",
    "producer",
    "recipient",
    "reviewed-author",
    "script-writer",
    "series-creator",
    "translator",
];

const DATES: &[&str] = &[
    "accessed",
    "available-date",
    "event-date",
    "issued",
    "original-date",
    "submitted",
];

/// Names that programs write for variables of CSL 1.0.2: those of older versions of CSL, and those
/// of Zotero's fields.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("archive-location", "archive_location"),
    ("archive-collection", "archive_collection"),
    ("archiveplace", "archive-place"),
    ("doi", "DOI"),
    ("editortranslator", "editor-translator"),
    ("event", "event-title"),
    ("isbn", "ISBN"),
    ("issn", "ISSN"),
    ("journalabbreviation", "container-title-short"),
    ("pmcid", "PMCID"),
    ("pmid", "PMID"),
    ("shorttitle", "title-short"),
    ("title-secondary", "volume-title"),
    ("url", "URL"),
];

/// The name of a variable in CSL 1.0.2 and what it holds, for a name that a file gives it.
pub fn find(name: &str) -> Option<(&'static str, Holds)> {
    let tables = [
        (TEXT, Holds::Text),
        (NAMES, Holds::Names),
        (DATES, Holds::Date),
    ];
    let exact = tables
        .iter()
        .find_map(|(names, holds)| Some((*names.iter().find(|known| **known == name)?, *holds)));
    exact.or_else(|| {
        let lower = name.to_ascii_lowercase();
        let other = OTHER_NAMES.iter().find(|(known, _)| *known == lower);
        other.and_then(|(_, name)| find(name))
    })
}

/// All variables' names.
pub fn names() -> impl Iterator<Item = &'static str> {
    TEXT.iter().chain(NAMES).chain(DATES).copied()
}
