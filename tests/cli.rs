//! The commands as an author calls them: transcripts in `tests/cli`, each with the site it runs on.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes what is printed now; read the difference.

#[test]
fn transcripts() {
    trycmd::TestCases::new().case("tests/cli/*.trycmd");
}

#[test]
fn show_prints_json_that_programs_read() {
    let site = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/show.in");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_explainer"))
        .args(["show", "content/01-start.md", "--json", "--site", site])
        .output()
        .expect("the program runs");
    let values: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(values["page"]["title"], "The start");
    assert_eq!(
        values["page"]["notes"][0]["list"][0]["html"],
        "<p>A note.</p>\n"
    );
}
