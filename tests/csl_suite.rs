//! The fixtures of the CSL project's test suite, in the folder that `CSL_SUITE` names or in
//! `../shared/csl-suite`: those listed in `csl_suite/passing.txt` pass, and no others.

#[path = "csl_suite/runner.rs"]
mod runner;

use std::collections::BTreeSet;
use std::path::PathBuf;

#[test]
fn fixtures_pass_that_are_listed_and_no_others() {
    let folder = std::env::var_os("CSL_SUITE").map(PathBuf::from);
    let folder = folder
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/csl-suite"));
    if !folder.is_dir() {
        println!(
            "no fixtures at {}: set CSL_SUITE to their folder",
            folder.display()
        );
        return;
    }
    let lines = |text: &'static str| text.lines().map(str::trim).filter(|line| !line.is_empty());
    let listed: BTreeSet<&str> = lines(include_str!("csl_suite/passing.txt")).collect();
    let excused: BTreeSet<&str> = lines(include_str!("csl_suite/reasons.txt"))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name)
        .collect();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|kind| kind != "txt") {
            continue;
        }
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a text");
        let passed = runner::run(&text).is_ok_and(|outcome| outcome.passed());
        match (
            passed,
            listed.contains(name.as_str()),
            excused.contains(name.as_str()),
        ) {
            (false, true, _) => wrong.push(format!("{name} fails and is listed")),
            (true, false, _) => wrong.push(format!("{name} passes and isn't listed")),
            (false, false, false) => wrong.push(format!("{name} fails without a reason")),
            _ => {}
        }
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
