//! Writes sources out, for others to take into their own libraries: as BibLaTeX, RIS and CSL-JSON,
//! and as what browsers and search engines read in pages.
//!
//! What is written is what a bibliography may print. What authors keep for themselves stays where it
//! is: annotations, how far a source was looked into, and addresses of their own disks.

mod bib;
mod json;
mod page;
mod ris;
mod tags;

pub use self::page::{citation_reference, coins};
pub use self::tags::plain;

use super::Source;
use crate::csl::Item;

/// A format that sources are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// BibLaTeX (*The biblatex package*, 2 and 3).
    Bib,
    /// RIS, with the tags of Reference Manager, EndNote and Zotero.
    Ris,
    /// CSL-JSON (CSL 1.0.2, "csl-data.json").
    CslJson,
}

impl Format {
    /// All formats, in the order in which pages offer them.
    pub const ALL: [Format; 3] = [Format::Bib, Format::Ris, Format::CslJson];

    /// The word by which authors, templates and the command line know it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Bib => "biblatex",
            Format::Ris => "ris",
            Format::CslJson => "csl-json",
        }
    }

    /// How the names of its files end, without a full stop.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Bib => "bib",
            Format::Ris => "ris",
            Format::CslJson => "json",
        }
    }

    /// Its media type.
    pub fn mime(self) -> &'static str {
        match self {
            Format::Bib => "application/x-bibtex",
            Format::Ris => "application/x-research-info-systems",
            Format::CslJson => "application/vnd.citationstyles.csl+json",
        }
    }
}

/// Writes a file of sources, in the order given.
///
/// Out: a file that the readers of this program make the same items of, but for what the format
/// can't hold, which the manual lists ("Kinds of sources", "What a format can't hold"). It ends with
/// a line break.
pub fn export<'a>(sources: impl IntoIterator<Item = &'a Source>, format: Format) -> String {
    match format {
        Format::Bib => bib::file(sources),
        Format::Ris => ris::file(sources),
        Format::CslJson => json::file(sources),
    }
}

/// Writes a file of one source.
pub fn one(source: &Source, format: Format) -> String {
    export([source], format)
}

/// The text of a variable, if it goes out.
fn text<'a>(item: &'a Item, variable: &str) -> Option<&'a str> {
    let text = item.text.get(variable)?.as_str();
    (is_public(variable, text) && !text.trim().is_empty()).then_some(text)
}

/// Whether a variable goes out: no annotation, and no address of somebody's own disk.
fn is_public(variable: &str, text: &str) -> bool {
    match variable {
        "annote" => false,
        "URL" => {
            let scheme = text.trim_start().get(..5);
            !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"))
        }
        _ => true,
    }
}

/// A text on one line: line breaks and other signs for machines become blanks.
fn line(text: &str) -> String {
    let text = text.trim();
    text.replace(
        |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'),
        " ",
    )
}
