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

/// Two editors, or two windows of one: whoever comes second waits, where folders can be locked.
#[cfg(unix)]
#[test]
fn no_tick_is_lost_when_many_tick_at_once() {
    let site = tempfile::tempdir().expect("a folder");
    let page = site.path().join("content/01-a.md");
    std::fs::create_dir(site.path().join("content")).expect("a folder");
    let sentences: String = (0..8)
        .map(|n| format!("Sentence {n}.[@doe, p. {n}]\n\n"))
        .collect();
    std::fs::write(page, format!("# A\n\n{sentences}")).expect("a page");
    std::fs::write(site.path().join("explainer.toml"), "title = \"T\"\n").expect("settings");
    let source = "@book{doe, author = {Doe, Jane}, title = {A book}, date = {1990}}\n";
    std::fs::write(site.path().join("sources.bib"), source).expect("sources");
    let run = |args: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_explainer"))
            .args(args)
            .current_dir(site.path())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("the program runs")
    };
    let list = |what: &str| {
        let output = run(&["proof", "list", what, "--format", "json"]).wait_with_output();
        let output = output.expect("a list").stdout;
        let list: serde_json::Value = serde_json::from_slice(&output).expect("JSON");
        list["citations"].as_array().expect("a list").clone()
    };
    let open = list("--open");
    assert_eq!(open.len(), 8);
    let ids = open.iter().map(|one| one["id"].as_str().expect("an id"));
    let running: Vec<_> = ids
        .map(|id| run(&["proof", "tick", id, "--by", "A. Editor"]))
        .collect();
    for child in running {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success());
    }
    assert_eq!(list("--ticked").len(), 8);
}
