//! The terms of all documents with their postings, parted into files of a bounded size.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::Piece;

/// How long the terms of a file may be together, in bytes.
const PIECE: usize = 24_000;

/// How long the postings of a term may be before they get a file of their own.
const POSTINGS: usize = 1_500;

/// A term with its postings.
struct Entry<'a> {
    term: &'a str,
    /// Each document as its distance from the one before, in base 36 and not written where it is 1;
    /// then its weight, a capital: `A2B` are the documents 0 and 2.
    postings: String,
    /// How many documents have it.
    count: usize,
    /// The last document so far, plus one.
    next: usize,
}

impl Entry<'_> {
    fn is_long(&self) -> bool {
        self.postings.len() > POSTINGS
    }

    /// What it adds to a file.
    fn length(&self) -> usize {
        let postings = if self.is_long() {
            6
        } else {
            self.postings.len() + 2
        };
        self.term.len() + postings + 4
    }
}

/// Makes the index.
///
/// In: how many of the documents are pages, which come first and have a text file each; each document's number
/// and terms as [`super::Document::weighed`] gives them, in the order of the numbers. Out: the files but
/// those of texts.
///
/// Where a file begins depends on the terms alone, and mostly on its neighbours, so that an edit of a
/// section changes few files.
pub fn index(pages: usize, documents: &[(usize, &str)]) -> Vec<Piece> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (document, weighed) in documents {
        let mut from = 0;
        for (at, weight) in weighed.bytes().enumerate() {
            if !weight.is_ascii_uppercase() {
                continue;
            }
            let term = &weighed[from..at];
            from = at + 1;
            let place = *known.entry(term).or_insert_with(|| {
                entries.push(Entry {
                    term,
                    postings: String::new(),
                    count: 0,
                    next: 0,
                });
                entries.len() - 1
            });
            let entry = &mut entries[place];
            base36(&mut entry.postings, document - entry.next + 1);
            entry.postings.push(char::from(weight));
            entry.count += 1;
            entry.next = document + 1;
        }
    }
    entries.sort_unstable_by_key(|entry| entry.term);

    let mut parts = Vec::new();
    part(&entries, 0, &mut parts);
    let starts: Vec<&str> = parts.iter().map(|(start, _)| *start).collect();
    let about = json!({
        "pages": pages,
        "documents": documents.len(),
        "sources": super::SOURCES,
        "starts": starts,
    });
    let mut pieces = vec![Piece::new("index", &about)];
    for (start, entries) in parts {
        let mut terms = Map::new();
        for entry in entries {
            let value = match entry.is_long() {
                true => json!(entry.count),
                false => json!(entry.postings),
            };
            terms.insert(entry.term.to_owned(), value);
            if entry.is_long() {
                let name = format!("word/{}", file_name(entry.term));
                pieces.push(Piece::new(&name, &json!(entry.postings)));
            }
        }
        let name = format!("terms/{}", file_name(start));
        pieces.push(Piece::new(&name, &Value::Object(terms)));
    }
    pieces
}

/// Parts terms that share their first `depth` letters: by the next letter, neighbours together as far as
/// they go into one file.
fn part<'a, 'b>(
    entries: &'b [Entry<'a>],
    depth: usize,
    parts: &mut Vec<(&'a str, &'b [Entry<'a>])>,
) {
    let start = |entry: &Entry<'a>, depth| prefix(entry.term, depth);
    let length = |entries: &[Entry<'_>]| entries.iter().map(Entry::length).sum::<usize>();
    if entries.is_empty() {
        return;
    }
    if entries.len() == 1 || length(entries) <= PIECE {
        parts.push((start(&entries[0], depth), entries));
        return;
    }
    let depth = depth + 1;
    let (mut open, mut open_length, mut at) = (0, 0, 0);
    while at < entries.len() {
        let letters = prefix(entries[at].term, depth);
        let same = entries[at..]
            .iter()
            .take_while(|entry| prefix(entry.term, depth) == letters);
        let end = at + same.count();
        let group = length(&entries[at..end]);
        if open < at && open_length + group > PIECE {
            parts.push((start(&entries[open], depth), &entries[open..at]));
            (open, open_length) = (at, 0);
        }
        open_length += group;
        if group > PIECE {
            part(&entries[at..end], depth, parts);
            (open, open_length) = (end, 0);
        }
        at = end;
    }
    if open < entries.len() {
        parts.push((start(&entries[open], depth), &entries[open..]));
    }
}

/// The first letters of a term.
fn prefix(term: &str, letters: usize) -> &str {
    let end = term.char_indices().nth(letters);
    &term[..end.map_or(term.len(), |(at, _)| at)]
}

/// A name for a file that every system takes: letters and digits of ASCII, others by their numbers.
fn file_name(term: &str) -> String {
    // Not by itself, for Windows has no files of the name `con` or `aux`.
    let mut name = String::from("w-");
    for c in term.chars() {
        match c.is_ascii_alphanumeric() {
            true => name.push(c),
            false => _ = write!(name, "_{:x}_", u32::from(c)),
        }
    }
    name
}

fn base36(out: &mut String, number: usize) {
    if number == 1 {
        return;
    }
    let mut digits = Vec::new();
    let mut rest = number;
    while rest > 0 {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[rest % 36]);
        rest /= 36;
    }
    out.extend(digits.iter().rev().map(|&digit| char::from(digit)));
}
