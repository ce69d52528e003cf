//! One Markdown file as what the other stages need of it: a tape to print, and an outline.
//!
//! The outline holds all that other files can depend on and no place and no prose, so that an
//! edit of prose leaves it equal and everything made from outlines stays as it is.

mod citation;
mod component;
mod locator;
mod markdown;
mod paragraph;
mod parts;
mod picture;
mod sentence;
mod table;
mod tape;
mod when;
mod words;

pub use citation::{Citation, Cite};
pub use component::{Argument, Component};
pub use markdown::fragment;
pub use paragraph::Paragraph;
pub use parts::{Data, Head, INCLUDE, Row, Step};
pub use tape::{Hole, Tape, What};
pub use words::{Counted, Prose};

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::{Front, Index, State};
use crate::diag::{Fault, FilePath, Place};

/// A file of `content`, read.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// Its path in the site.
    pub file: FilePath,
    /// What others depend on.
    pub outline: Arc<Outline>,
    /// The title as it is printed, where it comes from the text's first heading.
    pub title: Option<Tape>,
    /// The body.
    pub body: Tape,
    /// The notes' texts, as `outline.notes` has them.
    pub notes: Vec<Tape>,
    /// The paragraphs of the body, in reading order.
    pub paragraphs: Vec<Paragraph>,
    /// The sentence that each mark of `outline.flow` stands in, as plain text.
    pub sentences: Vec<String>,
    /// The sentence of its note that each citation of `outline.citations` stands in, as plain text
    /// with [`CITATION`] for each citation; empty for citations in prose.
    pub note_sentences: Vec<String>,
    /// What is counted of the body's text.
    pub prose: Prose,
    /// The components the body and the notes open.
    pub components: Vec<Component>,
    /// Where things stand in the file.
    pub places: Places,
    /// The paths of the other files that were read for it, or looked for in vain.
    pub used: BTreeSet<String>,
    /// What is wrong with the file taken by itself.
    pub faults: Vec<Fault>,
}

/// All of a file that other files can depend on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outline {
    /// The front matter.
    pub front: Front,
    /// The title as plain text: of the front matter, or else of the first heading.
    pub title: String,
    /// The headings, for contents.
    pub headings: Vec<Heading>,
    /// All anchors that a link can lead to.
    pub anchors: BTreeSet<String>,
    /// The notes defined, in the order of their definitions; inline notes where they stand.
    pub notes: Vec<Note>,
    /// The marks, in reading order.
    pub flow: Vec<Flow>,
    /// All citations, of prose and of notes.
    pub citations: Vec<Citation>,
    /// Links to other files of `content`.
    pub links: Vec<Link>,
    /// Paths, from the site's root, of files that are shown or linked.
    pub files: Vec<String>,
    /// Those among them that are shown, not only linked to, by their indexes.
    pub shown: BTreeSet<usize>,
    /// The picture that stands for the file, as an index of `files`.
    pub image: Option<usize>,
    /// The terms of its glossaries.
    pub terms: Vec<Term>,
    /// The words of its text that lead into an index.
    pub names: Vec<Indexed>,
}

/// Words that lead into an index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Indexed {
    /// Which index.
    pub index: Index,
    /// The name they are found under there.
    pub name: String,
    /// Their anchor.
    pub id: String,
}

/// A term of a glossary.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The words by which it is found in texts: the term, then its other forms.
    pub forms: Vec<String>,
    /// The anchor of its row.
    pub anchor: String,
    /// What it means, as plain text.
    pub meaning: String,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// Its anchor.
    pub id: String,
    /// Its words as HTML, without marks and links.
    pub html: String,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Note {
    /// Its label without the series; empty for an inline note.
    pub label: String,
    /// Its series.
    pub series: String,
    /// How far it has been checked, where the author says so.
    pub state: Option<State>,
    /// The citations in it, as indexes of `Outline::citations`.
    pub citations: Vec<usize>,
}

/// What a mark stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flow {
    /// A note, as an index of `Outline::notes`.
    Note(usize),
    /// A citation in prose, which becomes a note, as an index of `Outline::citations`.
    Citation {
        /// Which citation.
        citation: usize,
        /// Whether its author is printed in the sentence: `@key`.
        narrative: bool,
    },
}

/// A link to a file of `content`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    /// The file's path in the site.
    pub path: String,
    /// The anchor in it; empty for none.
    pub anchor: String,
}

/// Where things stand, in the file or in one that was read for it, by the indexes that the outline gives them.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The marks of `Outline::flow`.
    pub flow: Vec<Place>,
    /// The labels of `Outline::notes`.
    pub notes: Vec<Place>,
    /// The keys of each citation.
    pub citations: Vec<Vec<Place>>,
    /// The links of `Outline::links`.
    pub links: Vec<Place>,
    /// The paths of `Outline::files`.
    pub files: Vec<Place>,
    /// The links of `Outline::names`.
    pub names: Vec<Place>,
}

/// What stands for a citation in the plain text of a note.
pub const CITATION: char = '\u{fffc}';

/// What parsing a file needs to know of the site.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rules {
    /// The series that notes may belong to.
    pub series: BTreeSet<String>,
    /// The site's language.
    pub language: String,
}

/// The texts of a site that a file may ask for: tables, and Markdown to include.
pub trait Texts {
    /// The text of a file, by its path in the site.
    fn text(&self, path: &str) -> Option<&str>;
    /// The paths of all of them.
    fn paths(&self) -> Vec<&str>;
}

/// No texts.
pub struct NoTexts;

impl Texts for NoTexts {
    fn text(&self, _: &str) -> Option<&str> {
        None
    }

    fn paths(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// Reads a file of `content`.
///
/// In: its path in the site, its text, the rules, and the texts it may ask for. Out: everything about it; what is wrong is in
/// `faults`, and the rest is used as far as it goes.
pub fn parse(file: &FilePath, text: &str, rules: &Rules, texts: &dyn Texts) -> Parsed {
    markdown::parse(file, text, rules, texts)
}

/// Reads a locator that stands by itself, such as `pp. 3–5`, in a language.
///
/// In: the locator and a language tag. Out: CSL's name of its kind, and the rest; `None` if it isn't
/// one, or if something stands behind it.
pub fn locator(text: &str, language: &str) -> Option<(String, String)> {
    let tail = locator::read(&format!(", {text}"), language);
    tail.locator
        .filter(|_| tail.suffix.is_empty() && tail.unknown.is_none())
}

#[cfg(test)]
mod tests;
