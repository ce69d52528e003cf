//! Which pages are translations of which.

use std::collections::BTreeMap;

use super::site::Structure;
use super::{About, Finding, Input, PageFacts};
use crate::config::Placed;
use crate::diag::{Code, Fault, FilePath, nearest_path};
use crate::parse::Outline;
use crate::text;

/// A page in one of its languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Translation {
    /// Its language.
    pub language: String,
    /// Its address, from the site's root.
    pub url: String,
    /// Whether the others are translations of it.
    pub original: bool,
}

/// Tells each page in which languages it is there. What names no original is reported.
pub fn translations(
    outlines: &[(FilePath, &Outline)],
    structure: &Structure,
    input: &Input<'_>,
    pages: &mut [PageFacts],
    findings: &mut Vec<Finding>,
) {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (file, (_, outline)) in outlines.iter().enumerate() {
        let Some(named) = &outline.front.translation_of else {
            continue;
        };
        if !structure.roles[file].is_published() {
            continue;
        }
        let found = original(file, named, outlines, structure).and_then(|original| {
            let group = groups.entry(original).or_insert_with(|| vec![original]);
            let language = language(outlines[file].1, input);
            let same = |other: &&usize| self::language(outlines[**other].1, input) == language;
            if let Some(other) = group.iter().find(same) {
                let message = format!("two of these texts are in `{language}`");
                let help = format!(
                    "the other one is {}; set `language` in the front matter of a translation",
                    outlines[*other].0
                );
                return Err(Fault::nowhere(Code::WrongValue, message).help(help));
            }
            group.push(file);
            Ok(())
        });
        if let Err(mut fault) = found {
            fault.place = Some(named.place.clone());
            findings.push(Finding {
                file,
                about: About::Placed,
                fault,
                other: None,
            });
        }
    }
    for (original, files) in groups {
        let mut all: Vec<Translation> = files
            .iter()
            .map(|&file| Translation {
                language: language(outlines[file].1, input).to_owned(),
                url: text::encode_path(&structure.urls[file]),
                original: file == original,
            })
            .collect();
        all.sort_by(|a, b| (!a.original, &a.language).cmp(&(!b.original, &b.language)));
        // A translation that was refused leaves the original alone.
        if all.len() > 1 {
            for file in files {
                pages[file].translations.clone_from(&all);
            }
        }
    }
}

fn language<'a>(outline: &'a Outline, input: &'a Input<'_>) -> &'a str {
    let own = outline.front.language.as_deref();
    own.unwrap_or(&input.config.language)
}

/// The file that a translation names as its original.
fn original(
    file: usize,
    named: &Placed<String>,
    outlines: &[(FilePath, &Outline)],
    structure: &Structure,
) -> Result<usize, Fault> {
    let typed = named.value.as_str();
    let folder = match typed.starts_with('/') {
        true => "content",
        false => text::folder(&outlines[file].0),
    };
    let path = text::join(folder, typed.trim_start_matches('/')).unwrap_or_default();
    let target = outlines.binary_search_by(|(known, _)| (**known).cmp(&path));
    let target = target
        .ok()
        .filter(|target| structure.roles[*target].is_published());
    let Some(target) = target else {
        let near = nearest_path(&path, outlines.iter().map(|(path, _)| &**path));
        let fault = Fault::nowhere(Code::BrokenLink, format!("there is no page of `{typed}`"));
        return Err(fault.help(match near {
            Some(near) => format!("did you mean `/{}`?", near.trim_start_matches("content/")),
            None => "name the original's file, seen from this one".to_owned(),
        }));
    };
    if target == file {
        let message = "a page can't be a translation of itself";
        return Err(Fault::nowhere(Code::WrongValue, message));
    }
    if let Some(first) = &outlines[target].1.front.translation_of {
        let message = format!("`{typed}` is itself a translation");
        let help = format!("name the original, as it does: `{}`", first.value);
        return Err(Fault::nowhere(Code::WrongValue, message).help(help));
    }
    Ok(target)
}
