//! Further reading: which of the sources that nothing cites are recommended, and where.

use std::collections::{BTreeMap, BTreeSet};

use super::{About, Finding, Input, Structure};
use crate::config::Further;
use crate::diag::{Code, Fault, nearest};

/// What is recommended.
#[derive(Debug, Default)]
pub struct Chosen {
    /// The sources, as indexes of the library.
    pub chosen: BTreeSet<usize>,
    /// The bibliography that has them, as an index of the documents.
    pub list: Option<usize>,
}

/// Chooses further reading.
///
/// In: the site; the sources that are cited, those of drafts too. Out: the others, as far as the
/// configuration wants them, in the bibliography of the whole site or of its only explainer. Where
/// neither is there, and where a group or keyword is named that no source has, that is a finding.
pub fn further(
    input: &Input<'_>,
    structure: &Structure,
    cited: &BTreeSet<usize>,
    findings: &mut Vec<Finding>,
) -> Chosen {
    let config = &input.config.bibliography;
    let Some((further, place)) = &config.further else {
        return Chosen::default();
    };
    let mut find = |fault: Fault| {
        findings.push(Finding {
            file: 0,
            about: About::Placed,
            fault,
            other: None,
        });
    };
    let sources = || input.library.sources().iter().enumerate();
    let words = |index: usize| {
        let source = &input.library.sources()[index];
        source.group.as_deref().into_iter().chain(source.keywords())
    };
    let uncited = sources().map(|(index, _)| index);
    let uncited = uncited.filter(|index| !cited.contains(index));
    let chosen: BTreeSet<usize> = match further {
        Further::All => uncited.collect(),
        Further::Of(names) => {
            let mut known: BTreeMap<&str, ()> = BTreeMap::new();
            known.extend(
                sources()
                    .flat_map(|(index, _)| words(index))
                    .map(|word| (word, ())),
            );
            for name in names {
                if !known.contains_key(name.value.as_str()) {
                    let message = format!("no source has the group or keyword `{}`", name.value);
                    let fault = Fault::new(Code::WrongValue, message, name.place.clone());
                    find(match nearest(&name.value, known.keys().copied()) {
                        Some(near) => fault.help(format!("did you mean `{near}`?")),
                        None => fault.help("give one of `sources.toml` or of a source's keywords"),
                    });
                }
            }
            let wanted = |index: &usize| {
                let mut words = words(*index);
                words.any(|word| names.iter().any(|name| name.value == word))
            };
            uncited.filter(wanted).collect()
        }
    };
    let root = structure.explainers.len();
    let list = match structure.explainers.len() {
        _ if config.site => Some(root),
        0 => Some(root),
        1 => Some(0),
        _ => {
            let message = "further reading of several explainers has no page to stand on";
            find(
                Fault::new(Code::WrongValue, message, place.clone())
                    .help("give the site one bibliography of them all: site = true"),
            );
            None
        }
    };
    Chosen { chosen, list }
}
