//! Every citation of a site with what an editor compares it with, and the id by which it is ticked.

use std::collections::BTreeSet;

use super::{Input, Ledger};
use crate::diag::{Code, Fault, Place};
use crate::parse::{self, Flow, Parsed};
use crate::resolve::{MarkFact, listing};
use crate::sources::{Excerpt, Library, Source};
use crate::text;

/// A citation as it stands behind a sentence. One in a note that is called twice is two, for it
/// supports two sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citing {
    /// What it is ticked by: it stays as long as the sentence and the citation do, wherever they stand.
    pub id: String,
    /// Its explainer, as an index of the structure's; none for pages outside explainers.
    pub explainer: Option<usize>,
    /// Its file, as an index of the site's.
    pub file: usize,
    /// Where its first key stands.
    pub place: Place,
    /// The series of the note it stands in or has become.
    pub series: String,
    /// The label of that note.
    pub label: String,
    /// The id of the mark.
    pub mark: String,
    /// The sentence that the mark stands in.
    pub sentence: String,
    /// The sentence of the note that it stands in; empty where there is none.
    pub note: String,
    /// The citation as it is printed, as plain text.
    pub printed: String,
    /// What it cites.
    pub cites: Vec<Cited>,
    /// All that a tick is for.
    ticked: String,
}

/// A source of a citation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The key.
    pub key: String,
    /// CSL's name of the locator's kind, and the locator.
    pub locator: Option<(String, String)>,
    /// What stands before it.
    pub prefix: String,
    /// What stands behind it.
    pub suffix: String,
    /// What the key stands for, as indexes of the library; several for a set.
    pub sources: Vec<usize>,
}

impl Citing {
    /// What it cites, in one line: the keys with their locators.
    pub fn keys(&self) -> String {
        let keys = self.cites.iter().map(|cite| match &cite.locator {
            Some((kind, locator)) if kind == "custom" => format!("{}, {locator}", cite.key),
            Some((kind, locator)) => format!("{}, {kind} {locator}", cite.key),
            None => cite.key.clone(),
        });
        keys.collect::<Vec<_>>().join("; ")
    }

    /// What is compared: the sentence, and the note's where there is one.
    pub fn claim(&self) -> String {
        match self.note.as_str() {
            "" => self.sentence.clone(),
            note => format!("{} [{note}]", self.sentence),
        }
    }
}

/// All that a tick is for: the sentences as they were typed, and the citation. White space doesn't
/// count.
fn ticked(sentence: &str, note: &str, cites: &[Cited]) -> String {
    let mut parts = vec![plain(sentence), plain(note)];
    for cite in cites {
        let (kind, locator) = cite.locator.clone().unwrap_or_default();
        parts.push("@".to_owned());
        parts.extend([&cite.key, &kind, &locator, &cite.prefix, &cite.suffix].map(|t| plain(t)));
    }
    parts.join("\0")
}

/// A text with a blank for each stretch of white space, and none around it.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lists the citations of a site.
///
/// In: the site. Out: its citations in reading order; those of which no source is known are left
/// out, for they have no note.
pub fn citings(input: &Input<'_>) -> Vec<Citing> {
    let mut all = Vec::new();
    for (explainer, file) in listing::published(input.resolved) {
        let parsed = &input.files[file];
        let facts = &input.resolved.pages[file];
        for (mark, (flow, fact)) in parsed.outline.flow.iter().zip(&facts.marks).enumerate() {
            for &citation in cited_by(flow, parsed) {
                let pieces = facts.citations.get(citation).into_iter().flatten();
                let printed = pieces.map(|piece| piece.html.as_str()).collect::<String>();
                let mut citing = citing(parsed, mark, fact, citation, input.library);
                citing.explainer = explainer;
                citing.file = file;
                citing.printed = text::plain(&printed);
                citing.sentence = listing::sentence(parsed, facts, mark).into_owned();
                if citing.cites.iter().any(|cite| !cite.sources.is_empty()) {
                    all.push(citing);
                }
            }
        }
    }
    let mut taken = BTreeSet::new();
    for citing in &mut all {
        // The same sentence may cite the same thing twice.
        let ids = (0_u32..).map(|time| id(&citing.ticked, time));
        let free = ids.into_iter().find(|id| !taken.contains(id));
        citing.id = free.unwrap_or_default();
        taken.insert(citing.id.clone());
    }
    all
}

/// The ids of the citations in drafts, whose ticks wait until they are published.
pub fn drafted(input: &Input<'_>) -> BTreeSet<String> {
    let roles = input.resolved.structure.roles.iter();
    let drafts = input
        .files
        .iter()
        .zip(roles)
        .filter(|(_, role)| !role.is_published());
    let mut ids = BTreeSet::new();
    for (parsed, _) in drafts {
        for (mark, flow) in parsed.outline.flow.iter().enumerate() {
            for &citation in cited_by(flow, parsed) {
                let citing = citing(parsed, mark, &MarkFact::default(), citation, input.library);
                ids.insert(id(&citing.ticked, 0));
            }
        }
    }
    ids
}

/// The citations that a mark leads to, as indexes of its file's outline.
fn cited_by<'p>(flow: &'p Flow, parsed: &'p Parsed) -> &'p [usize] {
    match flow {
        Flow::Note(note) => &parsed.outline.notes[*note].citations,
        Flow::Citation { citation, .. } => std::slice::from_ref(citation),
    }
}

fn citing(
    parsed: &Parsed,
    mark: usize,
    fact: &MarkFact,
    citation: usize,
    library: &Library,
) -> Citing {
    let keys = &parsed.places.citations[citation];
    let start = || Place::new(&parsed.file, 0..0);
    let place = keys.first().cloned().unwrap_or_else(start);
    let cites = parsed.outline.citations[citation].cites.iter();
    let cites = cites.map(|cite| Cited {
        key: cite.key.clone(),
        locator: cite.locator.clone(),
        prefix: cite.prefix.clone(),
        suffix: cite.suffix.clone(),
        sources: library.numbers(&cite.key).to_vec(),
    });
    let cites: Vec<Cited> = cites.collect();
    let (sentence, note) = (&parsed.sentences[mark], &parsed.note_sentences[citation]);
    // A note that is nothing but its citation has no words of its own.
    let words = note.contains(char::is_alphanumeric);
    Citing {
        id: String::new(),
        explainer: None,
        file: 0,
        place,
        series: fact.series.clone(),
        label: fact.label.clone(),
        mark: fact.id.clone(),
        ticked: ticked(sentence, note, &cites),
        sentence: sentence.clone(),
        note: match words {
            true => note.replace(parse::CITATION, "[…]"),
            false => String::new(),
        },
        printed: String::new(),
        cites,
    }
}

/// How many letters make an id: 48 bits of a hash. Two citations that share one are told apart as
/// equal ones are.
const LENGTH: usize = 12;

/// The letters of ids. Spreadsheets take none of these words for a number, and nobody takes them for
/// the commits of Git.
const LETTERS: &[u8; 16] = b"klmnopqrstuvwxyz";

fn id(ticked: &str, time: u32) -> String {
    let hash = blake3::hash(format!("{ticked}\0{time}").as_bytes());
    let bytes = hash.as_bytes().iter().take(LENGTH / 2);
    let halves = bytes.flat_map(|byte| [byte >> 4, byte & 15]);
    halves
        .map(|half| LETTERS[usize::from(half)] as char)
        .collect()
}

/// Whether a text can be an id.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| LETTERS.contains(&byte))
}

/// The excerpts of a source that a citation can be compared with.
///
/// In: the source, the citation's locator, the site's language. Out: where the citation has a
/// locator, the excerpts whose locators meet it and those without one; else all.
pub fn excerpts<'s>(
    source: &'s Source,
    locator: Option<&(String, String)>,
    language: &str,
) -> Vec<&'s Excerpt> {
    let fits = |excerpt: &&Excerpt| match (locator, &excerpt.locator) {
        (Some(cited), Some(typed)) => {
            parse::locator(typed, language).is_some_and(|copied| meets(cited, &copied))
        }
        _ => true,
    };
    source.excerpts.iter().filter(fits).collect()
}

/// Whether two locators have a place in common: `pp. 400–5` and `p. 403` do. Numbers are compared as
/// numbers; all else must be equal.
fn meets(one: &(String, String), other: &(String, String)) -> bool {
    if one.0 != other.0 {
        return false;
    }
    match (ranges(&one.1), ranges(&other.1)) {
        (Some(one), Some(other)) => one
            .iter()
            .any(|(from, to)| other.iter().any(|(start, end)| from <= end && start <= to)),
        _ => plain(&one.1).to_lowercase() == plain(&other.1).to_lowercase(),
    }
}

/// The numbers of a locator, as ranges; `None` if it isn't made of numbers alone.
fn ranges(locator: &str) -> Option<Vec<(u64, u64)>> {
    let parts = locator.split([',', ';', '&']).map(|part| {
        let mut ends = part.split(['-', '–', '—', '‑']).map(str::trim);
        let first = ends.next()?;
        let from = number(first)?;
        let to = match ends.next() {
            // "123–9" leaves out the digits that stay.
            Some(last) if last.len() < first.len() => {
                number(&format!("{}{last}", &first[..first.len() - last.len()]))?
            }
            Some(last) => number(last)?,
            None => from,
        };
        (ends.next().is_none() && from <= to).then_some((from, to))
    });
    parts.collect()
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Finds excerpts whose locators can't be read.
///
/// In: the sources, the site's language. Out: a fault for each, where the locator stands.
pub fn unread_locators(library: &Library, language: &str) -> Vec<Fault> {
    let excerpts = library.sources().iter().flat_map(|source| &source.excerpts);
    excerpts
        .filter_map(|excerpt| Some((excerpt, excerpt.locator.as_ref()?)))
        .filter(|(_, locator)| parse::locator(locator, language).is_none())
        .map(|(excerpt, locator)| {
            Fault::new(
                Code::UnknownLocator,
                format!("`{locator}` is no locator that can be read"),
                excerpt.place.clone(),
            )
            .help("write it as in a citation: locator = \"p. 403\", \"fol. 12\", \"ch. 3\"")
        })
        .collect()
}

/// The citations that nobody has ticked, as faults.
pub fn unproofed(input: &Input<'_>, ledger: &Ledger) -> Vec<Fault> {
    let open = citings(input).into_iter().filter(|citing| {
        let front = &input.files[citing.file].outline.front;
        !ledger.ticks.contains_key(&citing.id) && !front.allow.contains(&Code::Unproofed)
    });
    open.map(|citing| {
        Fault::new(
            Code::Unproofed,
            format!("nobody has compared this with `{}`", citing.keys()),
            citing.place.clone(),
        )
        .help(format!(
            "when you have: explainer proof tick {} --by NAME",
            citing.id
        ))
    })
    .collect()
}
