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

/// The cells of the tables below a heading, as the words in code of each.
fn rows(page: &str, heading: &str) -> Vec<Vec<Vec<String>>> {
    let part = page.split(heading).nth(1).expect("the heading");
    let lines = part.lines().take_while(|line| !line.starts_with("## "));
    let lines = lines.filter(|line| line.starts_with("| ")).skip(1);
    let words = |cell: &str| {
        let parts = cell.split('`').skip(1).step_by(2);
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    let cells = |line: &str| line.trim_matches('|').split('|').map(words).collect();
    lines.map(cells).collect()
}

/// A value that fits a field of `.bib` or a tag of RIS.
fn sample(field: &str) -> &'static str {
    match field {
        "author" | "recipient" | "editor" | "translator" | "director" | "interviewer"
        | "compiler" | "illustrator" | "origauthor" | "serieseditor" | "AU" | "A2" | "A3"
        | "A4" | "ED" => "Doe, Jane",
        "date" | "urldate" | "eventdate" => "1932-05-03",
        "DA" | "Y2" => "1932/05/03",
        "origdate" | "OP" => "1888",
        "url" | "archiveurl" | "UR" => "https://example.org/",
        "doi" | "DO" => "10.1000/182",
        "archive" | "DB" | "library" => "County Record Office",
        "archive_location" | "AV" => "Box 3, Folder 12",
        "langid" | "LA" => "german",
        "journaltitle" | "booktitle" | "T2" => "The Whole",
        _ => "12",
    }
}

/// The one source of a file.
fn item(name: &str, text: &str) -> explainer::csl::Item {
    let (library, faults) = sources::read(&[(name.into(), text)], None, None);
    let untitled = |fault: &&Fault| fault.code != Code::UntitledSource;
    assert_eq!(
        faults.iter().filter(untitled).count(),
        0,
        "{text}: {faults:?}"
    );
    let item = &library
        .sources()
        .first()
        .unwrap_or_else(|| panic!("{text}"))
        .item;
    item.clone()
}

/// The type and variables of the one source of a file.
fn becomes(name: &str, text: &str) -> (String, BTreeSet<String>) {
    let item = item(name, text);
    let names = item.text.keys().chain(item.names.keys());
    let names = names.chain(item.dates.keys()).cloned().collect();
    (item.kind, names)
}

fn bib(words: &[String]) -> String {
    let fields = words[1..]
        .iter()
        .map(|field| format!("  {field} = {{{}}},\n", sample(field)));
    format!("{}{{key,\n{}}}\n", words[0], fields.collect::<String>())
}

fn ris(words: &[String]) -> String {
    let lines = words[1..].iter().map(|tag| match tag.split_once(" = ") {
        Some((tag, value)) => format!("{tag}  - {value}\n"),
        None => format!("{tag}  - {}\n", sample(tag)),
    });
    format!(
        "TY  - {}\nID  - key\n{}ER  - \n",
        words[0],
        lines.collect::<String>()
    )
}

/// That each field of an entry says something: without it, less is read.
fn none_is_idle(name: &str, words: &[String], write: fn(&[String]) -> String) {
    let whole = item(name, &write(words));
    for field in 1..words.len() {
        let mut fewer = words.to_vec();
        fewer.remove(field);
        assert_ne!(
            item(name, &write(&fewer)),
            whole,
            "{words:?}: {}",
            words[field]
        );
    }
}

#[test]
fn the_kinds_of_sources_become_what_the_table_says() {
    let rows = rows(&page("12-source-types.md"), "{#kinds}");
    assert!(rows.len() > 25);
    for row in rows {
        let [_, in_bib, in_ris, csl] = row.as_slice() else {
            panic!("{row:?}");
        };
        let kind = csl[0].clone();
        let variables: BTreeSet<String> = csl[1..].iter().cloned().collect();
        assert_eq!(
            becomes("a.bib", &bib(in_bib)),
            (kind.clone(), variables.clone()),
            "{in_bib:?}"
        );
        none_is_idle("a.bib", in_bib, bib);
        let (ris_kind, ris_variables) = becomes("a.ris", &ris(in_ris));
        assert_eq!(ris_kind, kind, "{in_ris:?}");
        let more: Vec<_> = ris_variables.difference(&variables).collect();
        assert!(more.is_empty(), "{in_ris:?}: {more:?}");
        none_is_idle("a.ris", in_ris, ris);
        let fields = variables.iter().map(|variable| {
            let value = match variable.as_str() {
                "author" | "recipient" | "editor" | "translator" | "director" | "interviewer" => {
                    r#"[{"family": "Doe", "given": "Jane"}]"#
                }
                "issued" | "accessed" | "original-date" => r#"{"date-parts": [[1932, 5, 3]]}"#,
                _ => "\"12\"",
            };
            format!(", \"{variable}\": {value}")
        });
        let json = format!(
            "[{{\"id\": \"key\", \"type\": \"{kind}\"{}}}]",
            fields.collect::<String>()
        );
        assert_eq!(becomes("a.json", &json), (kind, variables));
    }
}

#[test]
fn the_fields_of_sources_become_what_the_table_says() {
    let rows = rows(&page("12-source-types.md"), "{#fields}");
    assert!(rows.len() > 25);
    for row in rows {
        let [in_bib, in_ris, variable] = row.as_slice() else {
            panic!("{row:?}");
        };
        let mut entries = vec![("a.bib", bib(&["@book".to_owned(), in_bib[0].clone()]))];
        // In RIS the third author of a book with editors is the series' editor.
        let tags = in_ris.iter().cloned();
        let with_editor = in_ris.first().is_some_and(|tag| tag == "A3");
        let tags: Vec<String> = with_editor
            .then(|| "ED".to_owned())
            .into_iter()
            .chain(tags)
            .collect();
        if !tags.is_empty() {
            entries.push(("a.ris", ris(&[vec!["BOOK".to_owned()], tags].concat())));
        }
        for (name, text) in entries {
            let (_, variables) = becomes(name, &text);
            assert!(variables.contains(&variable[0]), "{text}: {variables:?}");
        }
    }
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
