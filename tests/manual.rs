//! The manual says what the program does: its lists are compared with the program's own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use explainer::build::{Shown, show};
use explainer::config::{Config, Front};
use explainer::diag::{Code, Fault, Level};
use explainer::render::outline;
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

/// The text of `10-faults.md`.
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
        (
            Level::Allow,
            "Off unless asked for",
            "These are reported where the table `[checks]` in `explainer.toml` sets them to `\"warn\"` or \
             `\"deny\"`.",
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
    let path = root().join("site/content/manual/10-faults.md");
    let made = faults_page();
    if std::env::var_os("UPDATE_MANUAL").is_some() {
        fs::write(&path, &made).expect("the page can be written");
    }
    assert!(
        page("10-faults.md") == made,
        "10-faults.md isn't what codes.rs says: run UPDATE_MANUAL=1 cargo test --test manual"
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
        "[notes]",
        "[series.a]",
        "[output]",
        "[bibliography]",
        "[[bibliography.groups]]",
        "[limits]",
    ];
    let text: String = tables
        .iter()
        .map(|table| format!("{table}\n{UNKNOWN} = 1\n"))
        .collect();
    let (_, faults) = Config::read(&"explainer.toml".into(), &format!("title = 'T'\n{text}"));
    let names = known(&faults, tables.len());
    names_all("06-settings.md", &names);
    // A table that isn't in the list above would go unseen.
    for table in [
        "sources",
        "citations",
        "notes",
        "series",
        "output",
        "bibliography",
        "limits",
        "checks",
        "extra",
    ] {
        assert!(names.contains(table), "{table}");
    }
    let text = page("06-settings.md");
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

/// That a source comes back whole from every format, but from RIS only what it holds of it, if that
/// is less.
fn comes_back(name: &str, text: &str, held: Option<&BTreeSet<String>>) {
    use explainer::sources::export::{Format, one};
    let (library, _) = sources::read(&[(name.into(), text)], None, None);
    let source = &library.sources()[0];
    for format in Format::ALL {
        let file = format!("a.{}", format.ending());
        let mut went = source.item.clone();
        let mut back = item(&file, &one(source, format));
        // Annotations stay at home.
        went.text.remove("annote");
        if let Some(held) = held.filter(|_| format == Format::Ris) {
            for item in [&mut went, &mut back] {
                item.text.retain(|variable, _| held.contains(variable));
                item.names.retain(|variable, _| held.contains(variable));
                item.dates.retain(|variable, _| held.contains(variable));
            }
        }
        assert_eq!(back, went, "{text} as {format:?}");
    }
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
    let rows = rows(&page("14-source-types.md"), "{#kinds}");
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
        // What goes out comes back, from every format into every format, as far as the row says
        // that RIS holds it.
        comes_back("a.bib", &bib(in_bib), Some(&ris_variables));
        comes_back("a.ris", &ris(in_ris), None);
        comes_back("a.json", &json, Some(&ris_variables));
    }
}

#[test]
fn the_fields_of_sources_become_what_the_table_says() {
    let rows = rows(&page("14-source-types.md"), "{#fields}");
    assert!(rows.len() > 25);
    for row in rows {
        let [in_bib, in_ris, variable] = row.as_slice() else {
            panic!("{row:?}");
        };
        // In RIS the third author of a book with editors is the series' editor.
        let with_editor = in_ris.first().is_some_and(|tag| tag == "A3");
        let editor = with_editor.then(|| "editor".to_owned());
        let words = ["@book".to_owned()].into_iter().chain(editor);
        let words: Vec<String> = words.chain([in_bib[0].clone()]).collect();
        let mut entries = vec![("a.bib", bib(&words))];
        let tags = in_ris.iter().cloned();
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
            // What RIS has no tag for, and notes, doesn't come back from there.
            let held = if in_ris.is_empty() || variable[0] == "annote" {
                BTreeSet::new()
            } else {
                BTreeSet::from([variable[0].clone()])
            };
            comes_back(name, &text, Some(&held));
        }
    }
}

/// A site whose pages have every value that templates can get.
const WHOLE: &[(&str, &str)] = &[
    (
        "explainer.toml",
        "title = 'T'\nauthors = ['A']\nbase_url = 'https://example.org/'\nprint = true\n[extra]\nown = 1\n\
         [sources]\npages = true\n[citations]\nworks_cited = true\n[notes]\npage = true\n\
         [bibliography]\nsite = true\nsplit = 20\nfurther_reading = true\n",
    ),
    (
        "sources.toml",
        "[a]\nchecked = 'read'\non = 2026-11-23\nby = 'B'\narchived = 'https://example.org/'\n\
         [[a.excerpts]]\ntext = 'T'\n",
    ),
    (
        "content/about.md",
        "+++\ntitle = 'About'\nkind = 'page'\n+++\nText.\n",
    ),
    ("content/pact/index.md", "# The pact\n"),
    (
        "content/pact/01-before.md",
        "+++\ntitle = 'Before'\ntags = 'one'\nchanges = [{ date = 2026-11-23, text = 'T' }]\n+++\n\
         Prose, [prose](term:) and [Prose](term:).\n",
    ),
    (
        "content/pact/04-vorher.md",
        "+++\ntitle = 'Vorher'\nlanguage = 'de'\ntranslation_of = '01-before.md'\n+++\nText.\n",
    ),
    (
        "content/pact/02-farms.md",
        "# Farms\n\n## One\n\nProse.[^1]\n\n[^1]: {checked} See [@a].\n",
    ),
    (
        "content/pact/03-after.md",
        "# After\n\n::: glossary {data=\"terms.csv\"}\n:::\n",
    ),
    (
        "data/terms.csv",
        "term,definition\nprose,What isn't verse.\n",
    ),
];

/// The names of everything that the pages of that site give their templates.
fn values() -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in WHOLE {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    }
    // One is cited; of the others there are enough for letters and a second page.
    let source = |number: usize| {
        let key = ["a".to_owned(), format!("b{number}")][usize::from(number > 0)].clone();
        format!(
            "@book{{{key}, author = {{Doe, Jane}}, title = {{One {number}}}, year = {{1990}}, \
             isbn = {{978{number}}}, keywords = {{one, primary}}}}\n\
             @online{{c{number}, title = {{Two {number}}}, urldate = {{2026-01-02}}}}\n"
        )
    };
    let sources: String = (0..20).map(source).collect();
    fs::write(folder.path().join("sources.bib"), sources).expect("written");
    let mut names = BTreeSet::new();
    let pages = [
        "/",
        "/pact/",
        "/pact/before/",
        "/pact/farms/",
        "/index/terms/",
        "/about/",
        "/pact/bibliography/",
        "/bibliography/",
        "/sources/a/",
        "/pact/notes/",
        "/pact/print/",
        "404.html",
    ];
    for page in pages {
        let Shown::Page(_, _, values) = show(folder.path(), page) else {
            panic!("there is no page {page}");
        };
        // What an author puts under `extra` has the author's names.
        let names_of_page = outline(&values).into_iter().map(|(name, _)| {
            let own = name
                .split_once(".extra.")
                .map(|(table, _)| format!("{table}.extra"));
            own.unwrap_or(name)
        });
        names.extend(names_of_page);
    }
    // What is none on one page has fields on another.
    let with_fields = |name: &String| names.iter().any(|n| n.starts_with(&format!("{name}.")));
    names
        .iter()
        .filter(|name| !with_fields(name))
        .cloned()
        .collect()
}

#[test]
fn the_values_of_templates_are_those_that_are_described() {
    let text = page("07-themes.md");
    let start = text
        .find("## What every template gets")
        .expect("the chapter");
    let end = text.find("## Words").expect("the next chapter");
    // A name that begins with a full stop goes on from the code in the heading above it.
    let mut described = BTreeSet::new();
    let mut above = "";
    for line in text[start..end].lines() {
        if line.starts_with('#') {
            above = line.split('`').nth(1).unwrap_or_default();
        }
        let Some(row) = line.strip_prefix("| `") else {
            continue;
        };
        let cell = row.split(" | ").next().unwrap_or_default();
        for name in cell.trim_matches('`').split("`, `") {
            let before = if name.starts_with('.') { above } else { "" };
            described.insert(format!("{before}{name}"));
        }
    }
    assert_eq!(described, values());
}

#[test]
fn the_blocks_of_templates_are_all_described() {
    let text = page("07-themes.md");
    for (name, source) in templates() {
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("| `{name}`")));
        for block in source
            .split("block ")
            .skip(1)
            .filter(|rest| !rest.starts_with("%}"))
        {
            let block = block.split([' ', '%']).next().unwrap_or_default();
            let inherited = text.lines().find(|line| line.starts_with("| `base.html`"));
            let rows = row.into_iter().chain(inherited);
            assert!(
                rows.into_iter().any(|row| says(row, block)),
                "{name}: {block}"
            );
        }
    }
}

/// The templates of pages, by their names.
fn templates() -> Vec<(String, String)> {
    let entries = fs::read_dir(root().join("themes/scholar/templates")).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            (
                name.into_owned(),
                fs::read_to_string(&path).expect("a template"),
            )
        })
        .collect()
}

#[test]
fn the_templates_and_components_of_the_theme_are_all_described() {
    let text = page("07-themes.md");
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
            "07-themes.md doesn't have the signature {head}"
        );
    }
}

#[test]
fn the_site_itself_has_nothing_to_complain_of() {
    use explainer::build::{Memory, Nowhere, Options, build};
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("site");
    let options = Options {
        deny_warnings: true,
        ..Options::default()
    };
    let built = build(&root, options, &mut Memory::default(), &mut Nowhere);
    let reported = built.faults.iter();
    let reported = reported.filter(|fault| built.levels.of(fault.code) != Level::Allow);
    let messages: Vec<_> = reported.map(|fault| &fault.message).collect();
    assert!(messages.is_empty(), "{messages:?}");
}

/// What a command prints, on standard output and standard error.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_explainer"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).expect("text")
}

#[test]
fn the_first_chapter_shows_what_the_commands_print() {
    let text = page("01-five-minutes.md");
    let folder = tempfile::tempdir().expect("a folder");
    let shows = |printed: &str| {
        for line in printed.lines().filter(|line| !line.is_empty()) {
            // How long it took is left out.
            let line = line.rsplit_once(", in ").map_or(line, |(line, _)| line);
            assert!(text.contains(line), "the chapter doesn't show {line:?}");
        }
    };
    shows(&printed(folder.path(), &["init", "my-site"]));
    shows(&printed(folder.path(), &["build", "my-site"]));
    let section = folder
        .path()
        .join("my-site/content/01-a-note-and-a-source.md");
    let right = fs::read_to_string(&section).expect("the section");
    let wrong = right.replace("[@grafton1997]", "[@grafton1979]");
    assert_ne!(right, wrong);
    fs::write(&section, wrong).expect("written");
    shows(&printed(folder.path(), &["check", "my-site"]));
}

#[test]
fn the_commands_are_all_described() {
    let text = page("08-commands.md");
    let help = printed(&root(), &["--help"]);
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.contains(&"build"), "{help}");
    for command in commands {
        assert!(text.contains(&format!("\n## {command}\n")), "{command}");
    }
}
