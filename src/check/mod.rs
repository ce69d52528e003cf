//! Checks of what is cited and how: slips in a bibliography that no reader of its file can see,
//! because each entry taken by itself is well formed.

mod duplicates;
mod fold;
mod identifiers;
mod kinds;
mod locators;
mod names;
mod needs;
mod people;
mod places;
#[cfg(test)]
mod tests;
mod years;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::csl::Style;
use crate::diag::{Fault, FilePath};
use crate::parse::Parsed;
use crate::read::Snapshot;
use crate::resolve::{Finding, Resolved};
use crate::sources::{Library, Source};

use self::places::Places;

/// What is checked.
pub struct Input<'a> {
    /// The texts that places point into; those of `content` and `data`, and the sources.
    pub snapshot: &'a Snapshot,
    /// The files of `content`.
    pub files: &'a [Arc<Parsed>],
    /// The sources.
    pub library: &'a Arc<Library>,
    /// What they were joined to, with this library and style.
    pub resolved: &'a Arc<Resolved>,
    /// The citation style, if it can be used.
    pub style: Option<&'a Style>,
}

/// What earlier checks found, with what it was found in.
#[derive(Default)]
pub struct Remembered {
    read: Option<(Arc<Library>, Vec<Fault>)>,
    cited: Option<(Arc<Resolved>, Vec<Fault>, Vec<Finding>)>,
    prose: HashMap<FilePath, Prose>,
}

/// What was found in a file's prose.
struct Prose {
    parsed: Arc<Parsed>,
    library: Arc<Library>,
    faults: Vec<Fault>,
}

/// Checks a site's sources and what its texts say of them.
///
/// In: the resolved site, and what earlier checks found. Out: the faults. What a file's front
/// matter allows isn't reported in it; drafts aren't looked at.
pub fn check(input: &Input<'_>, remembered: &mut Remembered) -> Vec<Fault> {
    let library = input.library;
    let read = match remembered.read.take() {
        Some(known) if Arc::ptr_eq(&known.0, library) => known,
        _ => {
            let places = Places::new(&input.snapshot.bibs, library);
            let mut faults = duplicates::faults(library.sources(), &places);
            faults.extend(identifiers::faults(library.sources(), &places));
            (library.clone(), faults)
        }
    };
    // What was resolved stays the same as long as outlines, library and style do.
    let cited = match remembered.cited.take() {
        Some(known) if Arc::ptr_eq(&known.0, input.resolved) => known,
        _ => {
            let places = Places::new(&input.snapshot.bibs, library);
            let sources = cited(input);
            let mut faults = people::faults(&sources, &places);
            faults.extend(needs::faults(&sources, input.style, &places));
            let mut findings = locators::findings(input, &places);
            findings.extend(names::findings(input));
            (input.resolved.clone(), faults, findings)
        }
    };
    let known = &remembered.prose;
    let texts = input.snapshot.content.iter().chain(&input.snapshot.data);
    let texts: BTreeMap<&str, &str> = texts.map(|file| (&*file.path, &*file.text)).collect();
    let prose: Vec<(FilePath, Prose)> = published(input)
        .collect::<Vec<_>>()
        .into_par_iter()
        .filter_map(|file| {
            let parsed = input.files.get(file)?;
            let same = known.get(&parsed.file).filter(|known| {
                Arc::ptr_eq(&known.parsed, parsed) && Arc::ptr_eq(&known.library, library)
            });
            let faults = match same {
                Some(known) => known.faults.clone(),
                None => years::faults(
                    parsed,
                    &|path| texts.get(path).copied().unwrap_or(""),
                    library,
                ),
            };
            let prose = Prose {
                parsed: parsed.clone(),
                library: library.clone(),
                faults,
            };
            Some((parsed.file.clone(), prose))
        })
        .collect();

    let mut faults = [read.1.clone(), cited.1.clone()].concat();
    let allowed = |parsed: &Parsed, fault: &Fault| parsed.outline.front.allow.contains(&fault.code);
    faults.extend(cited.2.iter().filter_map(|finding| {
        let parsed = input.files.get(finding.file)?;
        (!allowed(parsed, &finding.fault)).then(|| finding.placed(input.files))
    }));
    for (_, prose) in &prose {
        let found = prose.faults.iter();
        faults.extend(
            found
                .filter(|fault| !allowed(&prose.parsed, fault))
                .cloned(),
        );
    }
    *remembered = Remembered {
        read: Some(read),
        cited: Some(cited),
        prose: prose.into_iter().collect(),
    };
    faults
}

/// The files that are published, by their numbers.
fn published(input: &Input<'_>) -> impl Iterator<Item = usize> {
    let roles = input.resolved.structure.roles.iter().enumerate();
    let published = roles.filter(|(_, role)| role.is_published());
    published.map(|(file, _)| file)
}

/// The sources that published files cite, in the order of the library.
fn cited<'a>(input: &Input<'a>) -> Vec<&'a Source> {
    let files = published(input).filter_map(|file| input.files.get(file));
    let citations = files.flat_map(|parsed| &parsed.outline.citations);
    let cites = citations.flat_map(|citation| &citation.cites);
    let numbers: BTreeSet<usize> = cites
        .flat_map(|cite| input.library.numbers(&cite.key).iter().copied())
        .collect();
    let sources = input.library.sources();
    numbers.into_iter().filter_map(|n| sources.get(n)).collect()
}
