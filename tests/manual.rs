//! The manual says what the program does: its lists are compared with the program's own.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use explainer::config::{Config, Front};
use explainer::diag::{Code, Fault, Level};
use explainer::sources;

/// A name that no table has.
const UNKNOWN: &str = "zzzzzzzzzzzzzzzzzzzz";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    let path = root().join("site/content/manual").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text of `08-faults.md`.
pub fn faults_page() -> String {
    let mut page = String::from(
        "+++
title = \"Faults\"
subtitle = \"Every error and warning, with what to do\"
description = \"What each message means. The same texts are printed by the command explain.\"
+++

<!-- Made by tests/manual.rs from src/diag/codes.rs: UPDATE_MANUAL=1 cargo test --test manual -->

The name of a fault stands in brackets behind `error` or `warning`. `explainer explain NAME` prints
its text in the terminal.
",
    );
    let levels = [
        (
            Level::Deny,
            "Errors",
            "With an error nothing is written. Errors can't be allowed.",
        ),
        (
            Level::Warn,
            "Warnings",
            "With a warning the site is written. The table `[checks]` in `explainer.toml` can allow \
             a warning or make it an error; `--deny warnings` makes all of them errors.",
        ),
    ];
    for (level, title, intro) in levels {
        page.push_str(&format!("\n## {title}\n\n{intro}\n"));
        for code in Code::ALL.iter().filter(|code| code.level() == level) {
            page.push_str(&format!(
                "\n### `{}` {{#{}}}\n\n**{}**\n\n{}\n",
                code.name(),
                code.name(),
                code.summary(),
                code.text().trim_end()
            ));
        }
    }
    page
}

#[test]
fn the_page_of_faults_is_the_table_of_codes() {
    let path = root().join("site/content/manual/08-faults.md");
    let made = faults_page();
    if std::env::var_os("UPDATE_MANUAL").is_some() {
        fs::write(&path, &made).expect("the page can be written");
    }
    assert!(
        page("08-faults.md") == made,
        "08-faults.md isn't what codes.rs says: run UPDATE_MANUAL=1 cargo test --test manual"
    );
    for code in Code::ALL {
        assert!(
            made.contains(&format!("{{#{}}}", code.name())),
            "{}",
            code.name()
        );
    }
}

/// The names in "its fields are a, b, c" of each fault about the unknown name.
fn known(faults: &[Fault], tables: usize) -> BTreeSet<String> {
    let lists: Vec<&str> = faults
        .iter()
        .filter(|fault| fault.code == Code::UnknownField && fault.message.contains(UNKNOWN))
        .filter_map(|fault| fault.help.as_deref()?.strip_prefix("its fields are "))
        .collect();
    assert_eq!(lists.len(), tables, "{faults:#?}");
    let names = lists.iter().flat_map(|list| list.split(", "));
    names.map(str::to_owned).collect()
}

#[track_caller]
fn names_all(name: &str, wanted: &BTreeSet<String>) {
    let text = page(name);
    assert!(!wanted.is_empty());
    let missing: Vec<&String> = wanted.iter().filter(|word| !says(&text, word)).collect();
    assert!(missing.is_empty(), "{name} doesn't name {missing:?}");
}

/// Whether a text has a word as code, by itself, as a table or as the last part of a path: `word`,
/// `[word]`, `page.word`.
fn says(text: &str, word: &str) -> bool {
    ["`{}`", "`[{}]`", ".{}`"]
        .iter()
        .any(|form| text.contains(&form.replace("{}", word)))
}

#[test]
fn the_settings_are_all_described() {
    let tables = [
        "",
        "[sources]",
        "[citations]",
        "[series.a]",
        "[output]",
        "[bibliography]",
        "[[bibliography.groups]]",
    ];
    let text: String = tables
        .iter()
        .map(|table| format!("{table}\n{UNKNOWN} = 1\n"))
        .collect();
    let (_, faults) = Config::read(&"explainer.toml".into(), &format!("title = 'T'\n{text}"));
    let names = known(&faults, tables.len());
    names_all("05-settings.md", &names);
    // A table that isn't in the list above would go unseen.
    for table in [
        "sources",
        "citations",
        "series",
        "output",
        "bibliography",
        "checks",
        "extra",
    ] {
        assert!(names.contains(table), "{table}");
    }
    let text = page("05-settings.md");
    for table in &tables[1..] {
        let table = table
            .replace("[series.a]", "[series.ed]")
            .replace("[bibliography]", "bibliography");
        assert!(text.contains(&table), "{table}");
    }
}

#[test]
fn the_front_matter_is_all_described() {
    let text = format!("+++\n{UNKNOWN} = 1\n+++\n");
    let (_, _, faults) = Front::read(&"content/a.md".into(), &text);
    names_all("04-pages.md", &known(&faults, 1));
}

#[test]
fn the_fields_of_sources_are_all_described() {
    let bib = "@book{a, title = {A}}\n";
    let overlay = format!("[a]\n{UNKNOWN} = 1\n");
    let overlay = ("sources.toml".into(), overlay.as_str());
    let (_, faults) = sources::read(&[("sources.bib".into(), bib)], Some(overlay), None);
    names_all("03-sources.md", &known(&faults, 1));
}

/// The texts between quotation marks that `ends` follows.
fn quoted<'a>(source: &'a str, ends: &'a str) -> impl Iterator<Item = &'a str> {
    source
        .match_indices(&format!("\"{ends}"))
        .map(|(at, _)| at)
        .collect::<Vec<_>>()
        .into_iter()
        .filter_map(move |at| {
            let start = source[..at].rfind('"')? + 1;
            let name = &source[start..at];
            let plain =
                !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            plain.then_some(name)
        })
}

#[test]
fn the_values_of_templates_are_all_described() {
    let mut names = BTreeSet::new();
    for file in ["context.rs", "fill.rs"] {
        let source = fs::read_to_string(root().join("src/render").join(file)).expect("a source");
        names.extend(quoted(&source, ":").map(str::to_owned));
        for call in source.split("context.insert").skip(1) {
            let argument = call
                .trim_start_matches("_value")
                .trim_start_matches(['(', ' ', '\n']);
            let name = argument
                .strip_prefix('"')
                .and_then(|rest| rest.split('"').next());
            names.extend(name.map(str::to_owned));
        }
    }
    for name in [
        "root",
        "site",
        "section_count",
        "backlinks",
        "bibliography",
        "canonical",
        "key",
    ] {
        assert!(
            names.contains(name),
            "the search for names doesn't find {name}: {names:?}"
        );
    }
    names_all("06-themes.md", &names);
}

#[test]
fn the_templates_and_components_of_the_theme_are_all_described() {
    let text = page("06-themes.md");
    let templates = root().join("themes/scholar/templates");
    let names = |folder: &str| -> Vec<PathBuf> {
        let entries = fs::read_dir(templates.join(folder)).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.is_file())
            .collect()
    };
    for path in names("").into_iter().chain(names("partials")) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        assert!(says(&text, &name), "{name}");
    }
    for path in names("components") {
        let source = fs::read_to_string(&path).expect("a component");
        let head = source.split("-%}").next().unwrap_or_default().trim_end();
        assert!(
            text.contains(head),
            "06-themes.md doesn't have the signature {head}"
        );
    }
}

#[test]
fn the_site_itself_has_nothing_to_complain_of() {
    use explainer::build::{Memory, Nowhere, Options, build};
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("site");
    let options = Options {
        live: false,
        deny_warnings: true,
    };
    let built = build(&root, options, &mut Memory::default(), &mut Nowhere);
    let messages: Vec<_> = built.faults.iter().map(|fault| &fault.message).collect();
    assert!(messages.is_empty(), "{messages:?}");
}
