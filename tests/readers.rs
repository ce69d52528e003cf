//! What the readers of `.bib` and RIS files make of entries, beside what Pandoc's make of them.
//!
//! The files `*.pandoc.json` were made by Pandoc 3.9 (of PyPI's `pypandoc_binary` 1.17) with
//! `pandoc -f biblatex -t csljson` and `pandoc -f ris -t csljson`. They are read by our reader of
//! CSL-JSON, so that this is compared, too. `differences.txt` lists where we differ, and why. In
//! `tests/export` are files that we wrote ourselves (`tests/export.rs`), with what Pandoc reads in
//! them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use explainer::csl::{Date, DateParts, Item, Name};
use explainer::sources::{self, Library};

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(name: &str) -> Library {
    let text = text(name);
    let (library, _) = sources::read(&[(name.into(), &text)], None, None);
    library
}

fn name(name: &Name) -> String {
    let particles = [&name.particle, &name.dropping_particle];
    let parts = particles
        .into_iter()
        .chain([&name.given, &name.suffix])
        .flatten();
    let parts: String = parts.map(|part| format!(", {part}")).collect();
    format!("{}{parts}", name.family)
}

fn date(date: &Date) -> String {
    let day = |day: &DateParts| {
        let rest = [day.month, day.day].into_iter().flatten();
        let rest: String = rest.map(|n| format!("-{n}")).collect();
        format!("{}{rest}", day.year)
    };
    if let Some(literal) = date.literal.as_ref().filter(|_| date.end.is_none()) {
        return literal.clone();
    }
    let end = date.end.as_ref().map(|end| format!("/{}", day(end)));
    let circa = if date.circa { "~" } else { "" };
    format!("{}{}{circa}", day(&date.start), end.unwrap_or_default())
}

/// All that an item says, by variable. Pandoc changes titles to sentence case, which the style
/// does here, so their capitals and protected words don't count.
fn said(item: &Item) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([("type".to_owned(), item.kind.clone())]);
    for (variable, text) in &item.text {
        let text = match variable.contains("title") || variable == "event" {
            true => text
                .replace("<span class=\"nocase\">", "")
                .replace("</span>", "")
                .to_lowercase(),
            false => text.clone(),
        };
        all.insert(variable.clone(), text);
    }
    for (variable, names) in &item.names {
        let names: Vec<String> = names.iter().map(name).collect();
        all.insert(variable.clone(), names.join(" & "));
    }
    let dates = item.dates.iter();
    all.extend(dates.map(|(variable, found)| (variable.clone(), date(found))));
    all
}

/// Compares our reading of files with Pandoc's. All differences must be listed in the folder's
/// `differences.txt`, and all that are listed must be there.
fn compare(folder: &str, files: &[&str]) -> usize {
    let mut found = BTreeSet::new();
    let mut compared = 0;
    for file in files {
        let path = format!("{folder}/{file}");
        let (ours, theirs) = (read(&path), read(&format!("{path}.pandoc.json")));
        assert_eq!(ours.sources().len(), theirs.sources().len(), "{file}");
        for source in ours.sources() {
            let key = &source.item.key;
            let other = theirs.get(key).unwrap_or_else(|| panic!("{file}: {key}"));
            let (our, their) = (said(&source.item), said(&other.item));
            let variables: BTreeSet<&String> = our.keys().chain(their.keys()).collect();
            for variable in variables {
                compared += 1;
                let [our, their] =
                    [&our, &their].map(|side| side.get(variable).map_or("nothing", String::as_str));
                if our != their {
                    found.insert(format!("{file} {key} {variable}: {our} | {their}"));
                }
            }
        }
    }
    let listed = text(&format!("{folder}/differences.txt"));
    let known: BTreeSet<String> = listed
        .lines()
        .filter(|line| files.iter().any(|file| line.starts_with(file)))
        .map(str::to_owned)
        .collect();
    let new: Vec<&String> = found.difference(&known).collect();
    let gone: Vec<&String> = known.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "new: {new:#?}\ngone: {gone:#?}"
    );
    compared
}

#[test]
fn the_readers_agree_with_pandocs() {
    let compared = compare("readers", &["history.bib", "history.ris"]);
    assert!(compared > 300, "{compared}");
}

/// What we write, as Pandoc reads it, is what we read in it.
#[test]
fn pandoc_reads_what_goes_out() {
    let compared = compare(
        "export",
        &[
            "site.bib",
            "site.ris",
            "site.json",
            "history-bib.bib",
            "history-bib.ris",
            "history-bib.json",
            "history-ris.bib",
            "history-ris.ris",
            "history-ris.json",
        ],
    );
    assert!(compared > 1200, "{compared}");
}
