//! What cited sources lack: what their kind needs in the style, the day on which a page was seen,
//! where an archive keeps them.

use rayon::prelude::*;

use super::kinds::{is_unpublished, is_web};
use super::places::{Places, field};
use crate::csl::{Item, Style};
use crate::diag::{Code, Fault};
use crate::sources::Source;

/// Something that a source needs: readers' words, and the variables of which one must be there.
type Need = (&'static str, &'static [&'static str]);

const DATE: Need = ("its date", &["issued"]);
const PUBLISHER: Need = ("its publisher", &["publisher"]);
const PLACE: Need = ("its publisher’s place", &["publisher-place"]);
const BOOK: Need = ("the book it stands in", &["container-title"]);
const JOURNAL: Need = ("the journal it stands in", &["container-title"]);
const PAPER: Need = ("the paper it stands in", &["container-title"]);
/// A month or day does as well.
const VOLUME: Need = ("its volume or issue", &["volume", "issue"]);

/// What a reader needs to find a source of a kind, by CSL type (CSL 1.0.2, appendix III). Kinds
/// that aren't named need nothing but what other checks ask for.
const NEEDS: &[(&str, &[Need])] = &[
    ("article-journal", &[JOURNAL, VOLUME, DATE]),
    (
        "article-magazine",
        &[("the magazine it stands in", &["container-title"]), DATE],
    ),
    ("article-newspaper", &[PAPER, DATE]),
    ("book", &[PUBLISHER, PLACE, DATE]),
    ("broadcast", &[DATE]),
    ("chapter", &[BOOK, PUBLISHER, PLACE, DATE]),
    (
        "dataset",
        &[
            ("who publishes it", &["publisher", "archive", "URL", "DOI"]),
            DATE,
        ],
    ),
    (
        "entry-dictionary",
        &[("the dictionary it stands in", &["container-title"])],
    ),
    (
        "entry-encyclopedia",
        &[("the work of reference it stands in", &["container-title"])],
    ),
    ("interview", &[DATE]),
    ("motion_picture", &[DATE]),
    (
        "paper-conference",
        &[
            (
                "the proceedings or the event",
                &["container-title", "event-title"],
            ),
            DATE,
        ],
    ),
    ("personal_communication", &[DATE]),
    (
        "report",
        &[("the institution", &["publisher", "author"]), DATE],
    ),
    ("review", &[JOURNAL, DATE]),
    ("review-book", &[JOURNAL, DATE]),
    ("speech", &[("its date", &["issued", "event-date"])]),
    (
        "thesis",
        &[
            ("its kind", &["genre"]),
            ("the university", &["publisher"]),
            DATE,
        ],
    ),
    ("treaty", &[DATE]),
    ("webpage", &[("its address", &["URL", "DOI"])]),
    ("post", &[("its address", &["URL", "DOI"])]),
    ("post-weblog", &[("its address", &["URL", "DOI"])]),
];

/// The faults of the cited sources.
pub fn faults(sources: &[&Source], style: Option<&Style>, places: &Places<'_>) -> Vec<Fault> {
    let of_one = |source: &&Source| {
        let incomplete = style.and_then(|style| incomplete(source, style));
        let found = [incomplete, unseen(source, places), unplaced(source, places)];
        let found = found.into_iter().flatten();
        found
            .filter(|fault| !source.allows(fault.code))
            .collect::<Vec<_>>()
    };
    sources.par_iter().flat_map_iter(of_one).collect()
}

fn has(item: &Item, variable: &str) -> bool {
    item.text.contains_key(variable)
        || item.names.contains_key(variable)
        || item.dates.contains_key(variable)
}

/// Whether a source has what stands for a need, or can do without.
fn is_met(item: &Item, (_, variables): &Need) -> bool {
    if variables.iter().any(|variable| has(item, variable)) {
        return true;
    }
    let issued = item.dates.get("issued");
    let year = issued
        .filter(|date| date.literal.is_none())
        .map(|date| date.start.year);
    let before = |limit: i32| year.is_some_and(|year| year < limit);
    match variables.first() {
        // Printers of old books are often not known; their towns are named. What is older than
        // printing has neither, and what isn't out yet may not have found any.
        Some(&"publisher") => has(item, "status") || before(1900) && item.kind != "thesis",
        Some(&"publisher-place") => has(item, "status") || before(1450),
        // Some journals count by days.
        Some(&"volume") => {
            let day =
                issued.is_some_and(|date| date.start.month.is_some() || date.literal.is_some());
            day || has(item, "status") || has(item, "number")
        }
        _ => false,
    }
}

fn incomplete(source: &Source, style: &Style) -> Option<Fault> {
    let item = &source.item;
    let (_, needs) = NEEDS.iter().find(|(kind, _)| *kind == item.kind)?;
    let unmet: Vec<&Need> = needs.iter().filter(|need| !is_met(item, need)).collect();
    if unmet.is_empty() {
        return None;
    }
    // A style may print a place only where there is no publisher: so it is asked about the source as
    // it would be with all else that it lacks.
    let mut full = item.clone();
    for variable in unmet.iter().filter_map(|(_, variables)| variables.first()) {
        full.text.insert((*variable).to_owned(), String::new());
    }
    let printed = |need: &&&Need| need.1.iter().any(|variable| style.prints(&full, variable));
    let missing: Vec<&Need> = unmet.iter().filter(printed).copied().collect();
    if missing.is_empty() {
        return None;
    }
    let words: Vec<&str> = missing.iter().map(|(words, _)| *words).collect();
    let fields: Vec<String> = missing
        .iter()
        .filter_map(|(_, variables)| variables.first())
        .map(|variable| format!("`{}`", field(source, variable)))
        .collect();
    Some(
        Fault::new(
            Code::IncompleteSource,
            format!("`{}` lacks {}", item.key, and(&words)),
            source.place.clone(),
        )
        .label(format!("its kind is `{}`", source.entry_kind))
        .help(format!(
            "the style prints what is missing: add {}; what the work itself doesn't say can be said there, as n.d. or n.p.",
            and(&fields.iter().map(String::as_str).collect::<Vec<_>>())
        )),
    )
}

/// Words as a list: "a, b and c".
fn and(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A page without the day on which it was seen.
fn unseen(source: &Source, places: &Places<'_>) -> Option<Fault> {
    let item = &source.item;
    let url = item.text.get("URL")?;
    let issued = item.dates.get("issued");
    let dated = issued.is_some_and(|date| date.literal.is_none());
    // These stay as they are.
    let kept = [
        "web.archive.org/",
        "archive.ph/",
        "archive.today/",
        "perma.cc/",
    ];
    if has(item, "accessed")
        || has(item, "DOI")
        || dated && !is_web(item)
        || kept.iter().any(|host| url.contains(host))
    {
        return None;
    }
    Some(
        Fault::new(
            Code::MissingAccessDate,
            format!(
                "`{}` is on the web but doesn't say when it was seen",
                item.key
            ),
            places.of(source, &[url]),
        )
        .label("pages change and vanish")
        .help(format!(
            "add the day on which you saw it as `{}`",
            field(source, "accessed")
        )),
    )
}

/// An archival source that nobody could find.
fn unplaced(source: &Source, places: &Places<'_>) -> Option<Fault> {
    let item = &source.item;
    let shelved = ["archive_location", "archive_collection", "call-number"];
    let shelved = shelved.iter().any(|variable| has(item, variable));
    if let Some(archive) = item.text.get("archive") {
        // BibLaTeX's `library` may say both: "Bundesarchiv, R 43".
        let says = archive.contains(|c: char| c.is_ascii_digit());
        return (!shelved && !says).then(|| {
            Fault::new(
                Code::MissingArchivePlace,
                format!("`{}` names an archive but no shelfmark", item.key),
                places.of(source, &[archive]),
            )
            .label("where in it?")
            .help(format!(
                "add the shelfmark, box or file as `{}`",
                field(source, "archive_location")
            ))
        });
    }
    let findable = [
        "URL",
        "DOI",
        "publisher",
        "container-title",
        "source",
        "note",
        "event-title",
        "archive-place",
    ];
    let found = shelved || findable.iter().any(|variable| has(item, variable));
    let mail = item.text.get("genre").is_some_and(|genre| genre == "email");
    (is_unpublished(item) && !found && !mail).then(|| {
        Fault::new(
            Code::MissingArchivePlace,
            format!(
                "`{}` isn't published and doesn't say where it is kept",
                item.key
            ),
            source.place.clone(),
        )
        .label(format!("its kind is `{}`", source.entry_kind))
        .help(format!(
            "add the archive as `{}` and the shelfmark as `{}`, or say in a note who has it",
            field(source, "archive"),
            field(source, "archive_location")
        ))
    })
}
