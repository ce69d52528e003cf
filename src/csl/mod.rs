//! Formats citations and bibliographies after the Citation Style Language 1.0.2.
//!
//! Knows nothing of sites or Markdown: sources and clusters of citations go in, text with its
//! HTML escaped comes out.

mod bundled;
mod case;
mod collapse;
mod compile;
mod dates;
mod disambiguate;
mod document;
mod entries;
mod html;
mod item;
pub mod json;
mod letters;
mod locale;
mod markup;
mod names;
mod numbers;
mod plain;
mod position;
mod prints;
mod processor;
mod punctuation;
mod quiet;
mod render;
pub mod rich;
mod sort;
mod style;
#[cfg(test)]
mod tests;
mod vars;
mod xml;

pub use self::render::Position;

pub use self::document::{Tree, UnknownStyle, format, format_plain, locators, tree};
pub use self::entries::Entries;
pub use self::letters::Letters;
pub use self::plain::plain;
pub(crate) use self::quiet::quietly;
pub use self::style::Style;

use std::collections::BTreeMap;
use std::ops::Range;

/// A source, as CSL sees it: a type, and variables by their CSL names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Item {
    /// The key that citations name.
    pub key: String,
    /// The CSL type, such as `book` or `personal_communication`.
    pub kind: String,
    /// Standard and number variables, as plain text that may hold the CSL-JSON tags `<i>`, `<b>`,
    /// `<sc>`, `<sup>`, `<sub>` and `<span class="nocase">`.
    pub text: BTreeMap<String, String>,
    /// Name variables.
    pub names: BTreeMap<String, Vec<Name>>,
    /// Date variables.
    pub dates: BTreeMap<String, Date>,
}

/// A person or institution.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Name {
    /// The family name, or the whole name of an institution.
    pub family: String,
    /// Given names; `None` for an institution.
    pub given: Option<String>,
    /// A particle that stays with the family name, such as "de" in "de Gaulle".
    pub particle: Option<String>,
    /// A particle that is dropped where the family name stands alone, such as "von".
    pub dropping_particle: Option<String>,
    /// "Jr.", "III".
    pub suffix: Option<String>,
    /// Whether a comma stands before the suffix: "Doe, Jr.".
    pub comma_suffix: bool,
    /// Whether the family name stands first wherever the name is printed, as in Hungarian.
    pub static_order: bool,
    /// Whether it is an institution, printed as it stands.
    pub literal: bool,
}

/// A date or a range of dates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Date {
    /// The first day, or the only one.
    pub start: DateParts,
    /// The last day of a range.
    pub end: Option<DateParts>,
    /// Whether it is approximate.
    pub circa: bool,
    /// Words to print instead, where the date is none.
    pub literal: Option<String>,
}

/// A day, as exactly as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct DateParts {
    /// The year; years before the common era are negative (1 BCE is -1).
    pub year: i32,
    /// 1 to 12, or 21 to 24 for spring to winter.
    pub month: Option<u8>,
    /// 1 to 31.
    pub day: Option<u8>,
}

/// One citation of a text: one or more sources cited together at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Cluster {
    /// The number of the note it stands in, counted over the whole document.
    pub note: u32,
    /// What it cites, in the author's order.
    pub cites: Vec<Cite>,
}

/// One source in a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Cite {
    /// The item's index in the list of items.
    pub item: usize,
    /// The CSL locator label, such as `page`, and the locator's text.
    pub locator: Option<(String, String)>,
    /// Plain text before it.
    pub prefix: String,
    /// Plain text behind it.
    pub suffix: String,
    /// Whether the text before and behind it may hold the tags of CSL-JSON.
    pub markup: bool,
    /// Where it stands, if that is known better than its place tells.
    pub position: Option<Position>,
    /// Whether it is near, if that is known better.
    pub near_note: Option<bool>,
    /// Which parts of it are printed.
    pub form: Form,
    /// Whether it goes on with a sentence of the author's, so that it needs no capital.
    pub inside: bool,
}

/// Which parts of a citation are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// All that the style says.
    #[default]
    Full,
    /// Without the author, who stands in the sentence already: `[-@key]`.
    SuppressAuthor,
    /// The author alone.
    AuthorOnly,
}

/// What comes out: HTML, escaped, with `<i>`, `<b>`, `<sup>`, `<sub>`, `<span class="sc">` and
/// links to `http`, `https` and DOI addresses as its only tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Formatted {
    /// One text for each cluster, in the order given.
    pub clusters: Vec<String>,
    /// Where each of these texts names items, in order.
    pub named: Vec<Vec<Named>>,
    /// The items of the bibliography in the style's order: the item's index and its text.
    pub bibliography: Vec<(usize, String)>,
    /// Entries in which the style prints a dash for names that the entry before has too, as they
    /// are without: what is printed where another entry stands before them.
    pub whole: BTreeMap<usize, String>,
    /// Items the style failed on, with what it said; they are printed plainly.
    pub failed: Vec<(usize, String)>,
}

/// What comes out as plain text: no tags, no escapes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Plain {
    /// One text for each cluster, in the order given.
    pub clusters: Vec<String>,
    /// The items of the bibliography in the style's order: the item's index and its text.
    pub bibliography: Vec<(usize, String)>,
}

/// A stretch of a cluster's HTML that names an item. It holds no link, and closes the tags that it
/// opens, so it can become a link.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Named {
    /// The bytes of the text.
    pub span: Range<usize>,
    /// The item's index in the list of items.
    pub item: usize,
}
