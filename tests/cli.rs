//! The commands as an author calls them: transcripts in `tests/cli`, each with the site it runs on.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes what is printed now; read the difference.

#[test]
fn transcripts() {
    trycmd::TestCases::new().case("tests/cli/*.trycmd");
}
