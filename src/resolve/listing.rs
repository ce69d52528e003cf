//! The notes of a site in reading order, for whatever lists them: reports, tables, ledgers.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::notes::{NoteBody, NoteFact};
use super::{PageFacts, Resolved};
use crate::parse::{Flow, Parsed};
use crate::text;

/// A note with what it says and where it is called.
#[derive(Debug, Clone, Copy)]
pub struct ListedNote<'a> {
    /// Its explainer, as an index of the structure's; none for pages outside explainers.
    pub explainer: Option<usize>,
    /// Its file, as an index of the site's.
    pub file: usize,
    /// Its series.
    pub series: &'a str,
    /// The note.
    pub fact: &'a NoteFact,
    parsed: &'a Parsed,
    facts: &'a PageFacts,
}

/// Lists the files that have pages.
///
/// In: the site. Out: the files of each explainer in reading order, with the explainer's number, then
/// those outside explainers.
pub fn published(resolved: &Resolved) -> Vec<(Option<usize>, usize)> {
    let structure = &resolved.structure;
    let explainers = structure.explainers.iter().enumerate();
    let inside = explainers.flat_map(|(number, e)| e.files().map(move |file| (Some(number), file)));
    let mut order: Vec<(Option<usize>, usize)> = inside.collect();
    let taken: BTreeSet<usize> = order.iter().map(|(_, file)| *file).collect();
    let roles = structure.roles.iter().enumerate();
    let outside = roles.filter(|(file, role)| role.is_published() && !taken.contains(file));
    order.extend(outside.map(|(file, _)| (None, file)));
    order
}

/// Lists the notes.
///
/// In: the files, and the site resolved from them. Out: the notes of each explainer by section, then
/// those of the pages outside explainers; on a page in the order in which they are printed.
pub fn notes<'a>(files: &'a [Arc<Parsed>], resolved: &'a Resolved) -> Vec<ListedNote<'a>> {
    let mut listed = Vec::new();
    for (explainer, file) in published(resolved) {
        let facts = &resolved.pages[file];
        for group in &facts.notes {
            listed.extend(group.notes.iter().map(|fact| ListedNote {
                explainer,
                file,
                series: &group.series,
                fact,
                parsed: &files[file],
                facts,
            }));
        }
    }
    listed
}

/// The sentence that a mark stands in, as it is printed: with the authors that it names.
///
/// In: the file and its facts; the mark, as an index of its flow. Out: the sentence as plain text, empty
/// where there is none.
pub fn sentence<'a>(parsed: &'a Parsed, facts: &PageFacts, mark: usize) -> Cow<'a, str> {
    let sentence = parsed.sentences.get(mark).map_or("", String::as_str);
    if !sentence.contains('@') {
        return Cow::Borrowed(sentence);
    }
    let outline = &parsed.outline;
    let flow = outline.flow.iter().zip(&parsed.sentences);
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    for (flow, _) in flow.filter(|(_, other)| *other == sentence) {
        let Flow::Citation {
            citation,
            narrative: true,
        } = flow
        else {
            continue;
        };
        let keys = outline.citations[*citation].cites.iter();
        let typed: Vec<String> = keys.map(|cite| format!("@{}", cite.key)).collect();
        let typed = typed.join(", ");
        let authors = facts.authors.get(*citation).map_or("", String::as_str);
        if let Some(at) = rest.find(&typed).filter(|_| !authors.is_empty()) {
            out.push_str(&rest[..at]);
            out.push_str(&text::plain(authors));
            rest = &rest[at + typed.len()..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The sentences that a note's marks stand in, in the order of the marks.
///
/// In: the note with its file and the file's facts. Out: each sentence as [`sentence`] gives it.
pub fn sentences<'a>(
    parsed: &'a Parsed,
    facts: &'a PageFacts,
    note: &NoteFact,
) -> impl Iterator<Item = Cow<'a, str>> {
    let flow = parsed.outline.flow.iter().enumerate();
    let body = note.body;
    flow.filter(move |(_, flow)| NoteBody::of(flow) == body)
        .map(|(mark, _)| sentence(parsed, facts, mark))
}

impl<'a> ListedNote<'a> {
    /// Its citations, as indexes of its file's outline.
    pub fn citations(&self) -> Vec<usize> {
        match self.fact.body {
            NoteBody::Written(note) => self.parsed.outline.notes[note].citations.clone(),
            NoteBody::Citation(citation) => vec![citation],
        }
    }

    /// The sentences its marks stand in, in the order of the marks.
    pub fn sentences(&self) -> impl Iterator<Item = Cow<'a, str>> {
        sentences(self.parsed, self.facts, self.fact)
    }
}
