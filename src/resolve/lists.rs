//! Which bibliographies a site has, of what, and where.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::bibliography::{self, Bibliography, Made};
use super::citing::{self, Grouping};
use super::further::Chosen;
use super::notes::Document;
use super::source_pages::{self, SourcePage};
use super::{Formatter, Input, Structure};
use crate::csl::{Formatted, Letters};
use crate::diag::FilePath;
use crate::parse::Outline;

/// The bibliographies and what belongs to them.
pub struct Lists {
    /// As in [`Resolved`](super::Resolved).
    pub bibliographies: Vec<Option<Arc<Bibliography>>>,
    /// The bibliography that the citations of each document lead to.
    pub of: Vec<Option<Arc<Bibliography>>>,
    /// The pages of sources.
    pub source_pages: Vec<Arc<SourcePage>>,
}

/// Makes the bibliographies.
///
/// In: the documents with their formatted texts: those of the explainers, then that of the pages
/// outside. Each explainer in a folder has a bibliography of its own. At the root there is one of
/// whatever lies there, an explainer and the pages outside; with `site = true` it is of everything.
pub fn lists(
    documents: &[(Document, Arc<Formatted>)],
    further: &Chosen,
    formatter: &mut Formatter<'_>,
    outlines: &[(FilePath, &Outline)],
    structure: &Structure,
    input: &Input<'_>,
) -> Lists {
    let last = documents.len() - 1;
    let base = |number: usize| structure.explainers.get(number).map_or("", |e| &*e.url);
    let cited: Vec<_> = documents
        .iter()
        .enumerate()
        .map(|(number, (document, _))| {
            citing::cited(document, Some(number).filter(|number| *number < last))
        })
        .collect();
    let grouping = Grouping::new(&cited, outlines, structure, input);
    let letters = Letters::new(input.config.citation_locale());
    let cites = |number: &usize| !documents[*number].0.asked.items.is_empty();
    let recommended = match further.list {
        Some(_) => further.chosen.iter().copied().collect(),
        None => Vec::new(),
    };
    let recommended_text = match recommended.is_empty() {
        true => None,
        false => Some(formatter.entries(recommended.clone())),
    };

    // What each list is of: the documents that cite something.
    let mut plans: Vec<(usize, Vec<usize>)> = Vec::new();
    for number in (0..last).filter(|number| !base(*number).is_empty()) {
        plans.push((number, Some(number).filter(cites).into_iter().collect()));
    }
    let site = input.config.bibliography.site;
    let at_root = (0..=last).filter(|number| site || base(*number).is_empty());
    let at_root: Vec<usize> = at_root.filter(cites).collect();
    let root_explainer = (0..last).find(|number| base(*number).is_empty());
    // Of the explainer at the root alone: then it is its own.
    let slot = match (root_explainer, at_root.as_slice()) {
        (Some(explainer), [only]) if explainer == *only => explainer,
        (Some(explainer), []) if structure.explainers.len() == 1 => explainer,
        _ => last,
    };
    plans.push((slot, at_root.clone()));

    let mut joined = Vec::new();
    for (_, of) in &plans {
        let mut sources: Vec<usize> = Vec::new();
        let mut seen = BTreeSet::new();
        if of.len() > 1 {
            let items = of
                .iter()
                .flat_map(|number| &documents[*number].0.asked.items);
            sources.extend(items.filter(|item| seen.insert(**item)));
        }
        let text = (of.len() > 1).then(|| formatter.entries(sources.clone()));
        joined.push((sources, text));
    }
    // The entries as they are where they stand alone; those of the site go before those of one explainer.
    let mut whole: BTreeMap<usize, String> = BTreeMap::new();
    let mut keep = |entries: Vec<(usize, &str)>| {
        for (source, html) in entries {
            whole.entry(source).or_insert_with(|| html.to_owned());
        }
    };
    for (sources, text) in joined.iter().rev() {
        if let Some(text) = text {
            keep(bibliography::whole_entries(sources, text));
        }
    }
    for (document, text) in documents {
        keep(bibliography::whole_entries(&document.asked.items, text));
    }
    if let Some(text) = &recommended_text {
        keep(bibliography::whole_entries(&recommended, text));
    }
    let source_urls = match input.config.sources.pages {
        true => source_pages::urls(&whole.keys().copied().collect(), input.library),
        false => BTreeMap::new(),
    };

    let mut bibliographies: Vec<Option<Arc<Bibliography>>> = vec![None; documents.len()];
    for ((slot, of), (sources, text)) in plans.iter().zip(&joined) {
        let entries = match (text, of.as_slice()) {
            (Some(text), _) => bibliography::entries(sources, text),
            (None, [only]) => {
                let (document, text) = &documents[*only];
                bibliography::entries(&document.asked.items, text)
            }
            _ => Vec::new(),
        };
        let here = further.list.is_some_and(|list| base(list) == base(*slot));
        let further = match (&recommended_text, here) {
            (Some(text), true) => bibliography::entries(&recommended, text),
            _ => Vec::new(),
        };
        let made = Made {
            url: format!("{}bibliography/", base(*slot)),
            entries,
            further,
            cited: of.iter().map(|number| &cited[*number]).collect(),
            across: of.len() > 1,
        };
        let list = bibliography::bibliography(made, &grouping, &source_urls, &letters, input);
        bibliographies[*slot] = list.map(Arc::new);
    }
    if let Some(explainer) =
        root_explainer.filter(|explainer| slot != *explainer && cites(explainer))
    {
        bibliographies[explainer] = bibliographies[last].clone();
    }
    let of = (0..=last).map(|number| match base(number) {
        "" => bibliographies[slot].clone(),
        _ => bibliographies[number].clone(),
    });
    let of = of.collect();
    let source_pages =
        source_pages::pages(&source_urls, &whole, &bibliographies, &cited, &grouping);
    Lists {
        bibliographies,
        of,
        source_pages,
    }
}
