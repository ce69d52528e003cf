//! The index for readers' searches, in pieces that a browser loads one by one, as scripts.
//!
//! No server answers a search, and from a disk (`file://`) a page may load nothing but scripts,
//! styles and pictures. So every piece is a script that calls the one function [`CALL`], which
//! `search.js` of the theme defines; it does the looking up.
//!
//! Pagefind 1.6 was measured beside it. Its index is read by WebAssembly with `fetch`: under our policy
//! the browser refuses it (it needs `wasm-unsafe-eval`), and from a disk it doesn't load. For 1,000
//! made-up sections it takes 4.5 s of processor time, this 0.6 s; a query there loads 155 to 185 KB
//! compressed, this 36 to 56 KB. Of 40 queries of the showcase it has 38 pages among the first three and
//! 13 of 25 places (a heading, a note, a source), this 40 and 25.
//!
//! Pieces of three sorts, for readers load no more than what a query needs:
//! - `_search/index.js`: how many documents there are, and where each piece of the terms begins;
//! - `_search/terms/…`: a part of the terms in their order, each with its postings, and
//!   `_search/word/…` for a term whose postings are long;
//! - `_search/text/…`: the text of a document, of which excerpts are made.

mod extract;
mod index;
mod words;

pub use extract::blocks;
pub use index::index;
pub use words::{fold, terms, words};

use std::collections::HashMap;

use serde_json::{Value, json};

/// The folder of the index.
pub const FOLDER: &str = "_search";

/// The function that each piece calls, with the piece's name and what it holds.
const CALL: &str = "explainerSearch";

/// How many sources share a file of texts.
pub const SOURCES: usize = 16;

/// A piece of the index: a file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Piece {
    fn new(name: &str, value: &Value) -> Piece {
        Piece {
            path: format!("{FOLDER}/{name}.js"),
            text: format!("{CALL}({},{value});\n", json!(name)),
        }
    }
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A section of an explainer.
    Section,
    /// Another page.
    Page,
    /// A source in a bibliography.
    Source,
}

/// Something that a search finds: a page with its notes, or a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// Its address from the site's root; of a source with its anchor.
    pub url: String,
    /// Its title; empty for a source, whose text says it.
    pub title: String,
    /// Its number in the explainer; empty where it has none.
    pub number: String,
    /// The title of its explainer; empty outside explainers.
    pub explainer: String,
    /// Its text.
    pub blocks: Vec<Block>,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A paragraph, an entry of a list, a cell …
    Text,
    /// A heading.
    Heading,
    /// A paragraph of a note, with the note's number.
    Note(String),
}

/// A piece of text that is read in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub what: What,
    /// The nearest anchor: its own, or that of the heading above; empty for the page's beginning.
    pub anchor: String,
    /// Its text without tags.
    pub text: String,
}

/// How often a word counts in a title and in a heading.
const TITLE: u32 = 8;
const HEADING: u32 = 4;

/// The length, in words, of a document whose words count as much as they are. It is fixed, for with the
/// average of the site every edit would change the weight of every word.
const LENGTH: f32 = 600.0;

impl Document {
    /// The terms of the document in their order, each followed by its weight, a letter from `A` to
    /// `Z`: `farmZmillC`. Terms have no capitals.
    ///
    /// The weight is that of BM25 (Robertson and Zaragoza 2009, with k = 1.2 and b = 0.75) without
    /// the rarity of the term, which the browser knows from the length of its postings.
    pub fn weighed(&self) -> String {
        let mut counts: HashMap<Box<str>, u32> = HashMap::new();
        let mut length = 0_u32;
        let mut count = |text: &str, weight: u32| {
            terms(text, |term| {
                length += 1;
                match counts.get_mut(term) {
                    Some(count) => *count += weight,
                    None => _ = counts.insert(term.into(), weight),
                }
            });
        };
        count(&self.title, TITLE);
        for block in &self.blocks {
            let weight = match block.what {
                What::Heading => HEADING,
                What::Text | What::Note(_) => 1,
            };
            count(&block.text, weight);
        }
        let long = 1.2 * (0.25 + 0.75 * length as f32 / LENGTH);
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable();
        let mut out = String::new();
        for (term, count) in counts {
            let weight = count as f32 / (count as f32 + long);
            out.push_str(&term);
            out.push(char::from(b'A' + (weight * 25.0) as u8));
        }
        out
    }

    fn value(&self) -> Value {
        let kind = match self.kind {
            Kind::Section => "section",
            Kind::Page => "page",
            Kind::Source => "source",
        };
        let block = |block: &Block| match &block.what {
            What::Text => json!([0, block.anchor, block.text]),
            What::Heading => json!([1, block.anchor, block.text]),
            What::Note(label) => json!([2, block.anchor, block.text, label]),
        };
        json!({
            "kind": kind,
            "url": self.url,
            "title": self.title,
            "number": self.number,
            "explainer": self.explainer,
            "blocks": self.blocks.iter().map(block).collect::<Vec<_>>(),
        })
    }
}

/// The files with the texts of documents.
///
/// In: the number of the first document; the documents of a page: itself, or the sources of a bibliography,
/// several of which share a file, named after the first. Out: the files.
pub fn texts(first: usize, documents: &[Document]) -> Vec<Piece> {
    let files = documents.chunks(SOURCES).enumerate();
    files
        .map(|(at, documents)| {
            let list: Vec<Value> = documents.iter().map(Document::value).collect();
            Piece::new(
                &format!("text/{}", first + at * SOURCES),
                &Value::Array(list),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests;
