//! Golden sites: each folder of `tests/golden` is a small site (`site`) and what must come of it
//! (`expected`): every page, and the report of faults; also what comes of it with `--portable`, where
//! a folder `portable` is there for it.
//!
//! The sites use a bare theme (`_theme`), so that they change only when the program does. After a
//! change that is meant, `UPDATE_GOLDEN=1 cargo test --test golden` writes `expected` anew; read
//! the difference before you commit it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use explainer::build::{Memory, Options, build};
use explainer::diag::{self, Format};
use explainer::write::{self, Stored};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(folder)
                .expect("inside")
                .to_string_lossy();
            let text = fs::read(entry.path()).expect("readable");
            (
                path.replace('\\', "/"),
                String::from_utf8_lossy(&text).into_owned(),
            )
        })
        .collect()
}

fn copy(from: &Path, to: &Path) {
    for path in files(from).into_keys() {
        let target = to.join(&path);
        fs::create_dir_all(target.parent().expect("a folder")).expect("made");
        fs::copy(from.join(path), target).expect("copied");
    }
}

/// Builds a golden site and gives everything that came of it.
fn made(case: &Path, options: Options) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&case.join("site"), folder.path());
    copy(
        &golden().join("_theme"),
        &folder.path().join("themes/plain"),
    );
    let mut memory = Memory::default();
    let mut sink = write::Memory::new();
    let built = build(folder.path(), options, &mut memory, &mut sink);
    let mut made: BTreeMap<String, String> = sink
        .iter()
        .map(|(path, stored)| {
            let text = match stored {
                Stored::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                Stored::File(file) => fs::read_to_string(file).expect("a text file"),
            };
            (path.to_owned(), text)
        })
        .collect();
    // Every site has these, and always the same: one case shows them.
    if !options.portable && !case.ends_with("beside") {
        for path in ["_headers", ".nojekyll"] {
            assert!(made.remove(path).is_some(), "{path}");
        }
    }
    let report = diag::report(&built.faults, &built.levels, &built.texts, Format::Human);
    let counts = format!(
        "{} errors, {} warnings\n",
        built.counts.errors, built.counts.warnings
    );
    made.insert("report.txt".to_owned(), report + &counts);
    made
}

/// Compares what comes of a case with one of its folders.
fn compare(case: &Path, options: Options, expected: &str, wrong: &mut Vec<String>) {
    let made = made(case, options);
    let folder = case.join(expected);
    let name = case
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("removed");
        }
        for (path, text) in &made {
            let target = folder.join(path);
            fs::create_dir_all(target.parent().expect("a folder")).expect("made");
            fs::write(target, text).expect("written");
        }
    }
    let expected = files(&folder);
    for path in made.keys().chain(expected.keys()) {
        let (got, wanted) = (made.get(path), expected.get(path));
        if got != wanted {
            let show = |text: Option<&String>| text.map_or("(nothing)", String::as_str).to_owned();
            let text = format!(
                "{name}/{path}\n--- expected\n{}\n--- got\n{}",
                show(wanted),
                show(got)
            );
            if !wrong.contains(&text) {
                wrong.push(text);
            }
        }
    }
}

#[test]
fn sites_become_what_is_expected() {
    let mut wrong = Vec::new();
    let mut cases = 0;
    let mut folders: Vec<PathBuf> = fs::read_dir(golden())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    folders.sort();
    for case in folders
        .into_iter()
        .filter(|case| case.join("site").is_dir())
    {
        cases += 1;
        let portable = Options {
            portable: true,
            ..Options::default()
        };
        compare(&case, Options::default(), "expected", &mut wrong);
        if case.join("portable").is_dir() {
            compare(&case, portable, "portable", &mut wrong);
        }
    }
    assert!(cases >= 3, "the golden sites are gone");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
