//! Names of an index that are probably one, written in two ways.

use std::collections::{BTreeMap, HashMap};

use super::Input;
use super::fold::{fold, slip};
use crate::config::{Index, Placed};
use crate::diag::{Code, Fault, Place};
use crate::resolve::{About, Finding, IndexEntry, IndexPage};

/// Finds such names in all indexes of a site.
pub fn findings(input: &Input<'_>) -> Vec<Finding> {
    let indexes = input.resolved.indexes.iter();
    indexes.flat_map(|page| of_index(input, page)).collect()
}

fn of_index(input: &Input<'_>, page: &IndexPage) -> Vec<Finding> {
    let folded: Vec<String> = page.entries.iter().map(|entry| fold(&entry.name)).collect();
    let mut findings = Vec::new();
    let mut report = |at: usize, other: usize, why: &str| {
        findings.extend(finding(
            input,
            page,
            &page.entries[at],
            &page.entries[other],
            why,
        ));
    };
    // The same words, whatever their order, signs and accents.
    let mut by_words: HashMap<Vec<&str>, usize> = HashMap::new();
    let mut alone = Vec::new();
    for (at, folded) in folded.iter().enumerate() {
        let mut words: Vec<&str> = folded.split(' ').collect();
        words.sort_unstable();
        match by_words.get(&words) {
            Some(&first) if !folded.is_empty() => report(at, first, "they have the same words"),
            _ => {
                by_words.insert(words, at);
                alone.push(at);
            }
        }
    }
    // A slip in one word. Names with a slip begin with the same letter.
    let mut by_letter: BTreeMap<Option<char>, Vec<usize>> = BTreeMap::new();
    for &at in &alone {
        let letter = folded[at].chars().next();
        let others = by_letter.entry(letter).or_default();
        if let Some(&other) = others
            .iter()
            .find(|other| one_slip(&folded[at], &folded[**other]))
        {
            report(at, other, "they differ in one letter");
        }
        others.push(at);
    }
    // The family name alone, of somebody who stands there with the whole name.
    if page.index == Index::People {
        let mut families: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entry) in page.entries.iter().enumerate() {
            if let Some((family, _)) = entry.name.split_once(',') {
                families.entry(fold(family)).or_default().push(at);
            }
        }
        for &at in &alone {
            if let Some([only]) = families.get(&folded[at]).map(Vec::as_slice)
                && *only != at
            {
                report(at, *only, "the one is the family name of the other");
            }
        }
    }
    findings
}

/// Whether two names have the same words but for a slip in one of them.
fn one_slip(a: &str, b: &str) -> bool {
    if a.len().abs_diff(b.len()) > 2 {
        return false;
    }
    let mut different = a.split(' ').zip(b.split(' ')).filter(|(a, b)| a != b);
    let first = different.next();
    a.split(' ').count() == b.split(' ').count()
        && different.next().is_none()
        && first.is_some_and(|(a, b)| slip(a, b))
}

fn finding(
    input: &Input<'_>,
    page: &IndexPage,
    entry: &IndexEntry,
    other: &IndexEntry,
    why: &str,
) -> Option<Finding> {
    let (file, about, place) = place(input, page.index, entry)?;
    let message = format!(
        "`{}` and `{}` are probably one: {why}",
        other.name, entry.name
    );
    let mut fault = Fault::nowhere(Code::SimilarNames, message);
    fault.place = place;
    Some(Finding {
        file,
        about,
        fault: fault.help(
            "write the name in one way; the words of a link may differ: [he](<person:Molotov>)",
        ),
        other: None,
    })
}

/// Where an entry is first named: in the text, or else in front matter.
fn place(
    input: &Input<'_>,
    index: Index,
    entry: &IndexEntry,
) -> Option<(usize, About, Option<Place>)> {
    let first = entry.places.first()?;
    let outline = &input.files.get(first.file)?.outline;
    if let Some(id) = first.ids.first() {
        let mut names = outline.names.iter();
        let at = names.position(|name| name.id == *id)?;
        return Some((first.file, About::Name(at), None));
    }
    let named = |(of, name): &&(Index, Placed<String>)| {
        *of == index && name.value.to_lowercase() == entry.name.to_lowercase()
    };
    let front = outline.front.indexed.iter().find(named)?;
    Some((first.file, About::Placed, Some(front.1.place.clone())))
}
