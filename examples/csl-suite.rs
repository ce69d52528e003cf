//! Runs the fixtures of the CSL project's test suite that stand in a folder:
//! `cargo run --release --example csl-suite -- FOLDER [NAME…]`.

#[path = "../tests/csl_suite/runner.rs"]
mod runner;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: csl-suite FOLDER [NAME…]");
        std::process::exit(2);
    };
    let wanted: Vec<String> = arguments.collect();
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .expect("a folder")
        .filter_map(|entry| entry.ok())
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "txt"))
        .collect();
    names.sort();
    let (mut passed, mut failed) = (0, 0);
    for path in names {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !wanted.is_empty() && !wanted.iter().any(|part| name.contains(part)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        match runner::run(&text) {
            Ok(outcome) if outcome.passed() => passed += 1,
            Ok(outcome) => {
                failed += 1;
                println!(
                    "=== {name}\n--- expected\n{}\n--- got\n{}",
                    outcome.expected, outcome.got
                );
            }
            Err(error) => {
                failed += 1;
                println!("=== {name}\n--- error: {error}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
}
