//! Figures, ids, the ledger and limits, on sites given as texts.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::config::{Config, FILE};
use crate::parse::{self, Rules};
use crate::resolve::{self, Remembered};
use crate::sources;

/// A site in memory.
struct Site {
    config: Config,
    files: Vec<Arc<Parsed>>,
    library: Library,
    resolved: Resolved,
}

const BIB: &str = "\
@book{one, author = {One, Ann}, title = {First}, date = {1930}, keywords = {primary}}
@book{two, author = {Two, Tom}, title = {Second}, date = {1990}, keywords = {secondary}}
@book{three, author = {Three, Jo}, title = {Third}, date = {1995}}
";

impl Site {
    fn new(config: &str, files: &[(&str, &str)]) -> Site {
        let (config, faults) = Config::read(&FILE.into(), &format!("title = 'T'\n{config}"));
        assert_eq!(faults, []);
        let overlay = "[one]\nchecked = 'read'\non = 2026-02-01\n[two]\nchecked = 'named'\non = 2025\n\
                       [[three.excerpts]]\nlocator = 'p. 12'\ntext = 'Twelve.'\n\
                       [[three.excerpts]]\nlocator = 'pp. 20-5'\ntext = 'Twenty.'\n\
                       [[three.excerpts]]\ntext = 'Anywhere.'\n";
        let overlay = Some(("sources.toml".into(), overlay));
        let (library, faults) = sources::read(&[("sources.bib".into(), BIB)], overlay, None);
        assert_eq!(faults, []);
        let rules = Rules {
            series: config.series.keys().cloned().collect(),
            language: config.language.clone(),
        };
        let mut files: Vec<Arc<Parsed>> = files
            .iter()
            .map(|(path, text)| {
                let path = format!("content/{path}").into();
                Arc::new(parse::parse(&path, text, &rules, &parse::NoTexts))
            })
            .collect();
        files.sort_by(|a, b| a.file.cmp(&b.file));
        let style = crate::csl::Style::named("chicago-notes").expect("a bundled style");
        let input = resolve::Input {
            files: &files,
            config: &config,
            library: &library,
            assets: &BTreeSet::new(),
            style: Some(&style),
        };
        let resolved = resolve::resolve(&input, &mut Remembered::default());
        Site {
            config,
            files,
            library,
            resolved,
        }
    }

    fn input(&self) -> Input<'_> {
        Input {
            files: &self.files,
            config: &self.config,
            library: &self.library,
            resolved: &self.resolved,
        }
    }

    fn ids(&self) -> Vec<String> {
        citings(&self.input()).into_iter().map(|c| c.id).collect()
    }
}

fn ids(text: &str) -> Vec<String> {
    Site::new("", &[("01-a.md", text)]).ids()
}

const TEXT: &str = "# A\n\nFirst words. A claim.[@one, p. 3] Last words.\n";

#[test]
fn an_edit_of_the_sentence_or_of_the_citation_changes_the_id() {
    let before = ids(TEXT);
    assert_eq!(before.len(), 1);
    for edit in [
        TEXT.replace("A claim", "The claim"),
        TEXT.replace("A claim.", "A claim, perhaps."),
        TEXT.replace("@one", "@two"),
        TEXT.replace("p. 3", "p. 4"),
        TEXT.replace("p. 3", "ch. 3"),
        TEXT.replace("[@", "[see @"),
        TEXT.replace("p. 3]", "p. 3, and often]"),
        TEXT.replace("p. 3]", "p. 3; @two]"),
    ] {
        let after = ids(&edit);
        assert_eq!(after.len(), 1, "{edit}");
        assert_ne!(before, after, "{edit}");
    }
}

#[test]
fn an_edit_elsewhere_keeps_the_id() {
    let before = ids(TEXT);
    for edit in [
        TEXT.replace("First words", "Other words"),
        TEXT.replace("Last words", "More [@two] words"),
        TEXT.replace("# A", "# A title\n\nAn earlier paragraph.[@three]"),
        TEXT.replace("A claim.", "A\nclaim."),
        TEXT.replace("[@one, p. 3]", "[@one,  p. 3]"),
        format!("{TEXT}\nA later paragraph.[^n]\n\n[^n]: A note.\n"),
    ] {
        assert!(ids(&edit).contains(&before[0]), "{edit}");
    }
    let moved = Site::new("", &[("01-a.md", "# A\n\nText."), ("x/03-b.md", TEXT)]);
    assert_eq!(moved.ids(), before);
    let named = Site::new("[citations]\nstyle = 'apa'", &[("01-a.md", TEXT)]);
    assert_eq!(named.ids(), before);
}

#[test]
fn a_citation_in_a_note_belongs_to_both_sentences() {
    let text = "# A\n\nA claim.[^n] Another.\n\n[^n]: Said before. Said here [@one, p. 3].\n";
    let before = ids(text);
    assert_eq!(before.len(), 1);
    assert_eq!(ids(&text.replace("Said before", "Not said")), before);
    assert_eq!(ids(&text.replace("Another", "One more")), before);
    assert_ne!(ids(&text.replace("Said here", "Written here")), before);
    assert_ne!(ids(&text.replace("A claim", "No claim")), before);
    // Called twice, it supports two sentences.
    let twice = ids(&text.replace("Another.", "Another.[^n]"));
    assert_eq!(twice.len(), 2);
    assert_eq!(twice[0], before[0]);
    assert_ne!(twice[0], twice[1]);
}

#[test]
fn the_same_sentence_citing_the_same_twice_is_two() {
    let twice = ids("# A\n\nSo.[@one]\n\nOther.[@two]\n\nSo.[@one]\n");
    let different: BTreeSet<&String> = twice.iter().collect();
    assert_eq!((twice.len(), different.len()), (3, 3));
    assert_eq!(ids("# A\n\nSo.[@one]\n"), twice[..1]);
}

proptest! {
    // Each case is a site.
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever is written before and behind a sentence, and in other paragraphs, its tick stays;
    /// whatever is written into it, the tick goes.
    #[test]
    fn ticks_follow_their_sentence(
        before in "[A-Z][a-z]{1,8}( [a-z]{1,8}){0,5}",
        behind in "[A-Z][a-z]{2,8}( [a-z]{2,8}){0,5}",
        inside in "[a-z]{1,8}",
        breaks in "[ \n]",
    ) {
        let own = ids("# A\n\nThe claim is made.[@one, p. 3]\n");
        let around = format!(
            "# A\n\n{before} stood. The{breaks}claim is made.[@one, p. 3] {behind} stood.\n\n{before}.[@two]\n"
        );
        prop_assert!(ids(&around).contains(&own[0]), "{around}");
        let edited = format!("# A\n\nThe {inside} claim is made.[@one, p. 3]\n");
        prop_assert!(!ids(&edited).contains(&own[0]), "{edited}");
    }

    /// A ledger is read as it was written, whatever people are called and write.
    #[test]
    fn ledgers_survive(by in "\\PC{0,20}x", claim in "\\PC{0,40}", id in "[k-z]{12}") {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let tick = Tick {
            by: plain(&by),
            on: "2026-11-25".into(),
            claim: plain(&claim),
            cites: "one, page 3".into(),
        };
        let ledger = Ledger { ticks: [(id, tick)].into() };
        let text = ledger.write();
        let (read, faults) = Ledger::read(&"proofs.toml".into(), &text);
        prop_assert_eq!(faults, vec![]);
        prop_assert_eq!(&read, &ledger);
        prop_assert_eq!(read.write(), text);
    }

    /// No text makes reading a ledger panic.
    #[test]
    fn any_ledger_is_read(text in "\\PC{0,80}") {
        Ledger::read(&"proofs.toml".into(), &text);
    }
}

#[test]
fn excerpts_are_those_of_the_locator() {
    let site = Site::new("", &[]);
    let three = site.library.get("three").expect("the source");
    let check = |locator: Option<(&str, &str)>, expected: &[&str]| {
        let locator = locator.map(|(kind, text)| (kind.to_owned(), text.to_owned()));
        let found = excerpts(three, locator.as_ref(), "en");
        let words: Vec<&str> = found.iter().map(|excerpt| &*excerpt.text).collect();
        assert_eq!(words, expected, "{locator:?}");
    };
    check(None, &["Twelve.", "Twenty.", "Anywhere."]);
    check(Some(("page", "12")), &["Twelve.", "Anywhere."]);
    check(Some(("page", "10–13")), &["Twelve.", "Anywhere."]);
    check(Some(("page", "3, 24")), &["Twenty.", "Anywhere."]);
    check(Some(("page", "26")), &["Anywhere."]);
    check(Some(("page", "xii")), &["Anywhere."]);
    check(Some(("folio", "12")), &["Anywhere."]);
}

#[test]
fn figures_of_sections_explainers_and_the_site() {
    let first = "+++\ntitle = 'A'\ndate = 2026-03-01\n+++\n\n\
                 Three small words.[@one; @two] More.[^n]\n\nNothing here.\n\nA note only.[^c]\n\n\
                 [^n]: {checked} See [@three].\n[^c]: Just words.\n";
    let second = "+++\ntitle = 'B'\nupdated = 2026-01-05\ndate = 2025\n+++\n\nAgain.[^m][^m]\n\n\
                  [^m]: {disputed} So [@one], not [@two].\n";
    let site = Site::new(
        "",
        &[
            ("01-a.md", first),
            ("02-b.md", second),
            ("03-c.md", "# C\n"),
        ],
    );
    let report = figures(&site.input());
    let rows = &report.parts[0].rows;
    assert_eq!(rows.len(), 2, "a file without anything is left out");
    let a = &rows[0].figures;
    assert_eq!((a.words, a.paragraphs, a.uncited), (9, 3, 2));
    assert_eq!((a.notes, a.citations, a.sources), (3, 2, 3));
    assert_eq!((a.states.checked, a.states.none), (1, 1));
    assert_eq!(
        (a.primary, a.secondary, a.unknown, a.primary_share),
        (1, 1, 1, Some(50))
    );
    assert_eq!(a.unreviewed_since.as_deref(), Some("2026-03-01"));
    assert_eq!(a.oldest_check.as_deref(), Some("2025"));
    let b = &rows[1].figures;
    assert_eq!((b.notes, b.citations, b.sources, b.uncited), (1, 2, 2, 0));
    assert_eq!(
        b.unreviewed_since, None,
        "a disputed note has been reviewed"
    );
    let all = &report.total;
    assert_eq!(
        (all.words, all.notes, all.citations, all.sources),
        (10, 4, 4, 3)
    );
    assert_eq!(all, &report.parts[0].total);
}

#[test]
fn limits_are_kept_by_sections_only() {
    let found = |limits: &str, text: &str| {
        let site = Site::new(
            &format!("[limits]\n{limits}"),
            &[
                ("01-a.md", text),
                (
                    "about.md",
                    "+++\ntitle = 'P'\nkind = 'page'\n+++\n\nA page.",
                ),
            ],
        );
        let faults = super::limits(&site.input());
        faults
            .iter()
            .map(|fault| fault.message.clone())
            .collect::<Vec<_>>()
    };
    let text = "# A\n\nTwo words.[@two]\n\nNo source.\n";
    assert_eq!(
        found(
            "words_min = 4\nwords_max = 4\nsources_min = 1\nuncited_max = 1",
            text
        ),
        [""; 0]
    );
    assert_eq!(
        found("words_min = 5", text),
        ["this section has 4 words, fewer than 5"]
    );
    assert_eq!(
        found("words_max = 3", text),
        ["this section has 4 words, more than 3"]
    );
    assert_eq!(
        found("sources_min = 2", text),
        ["this section cites 1 source, fewer than 2"]
    );
    assert_eq!(
        found("primary_min = 1", text),
        ["0 % of this section's sources are primary, less than 1 % (0 of 1)"]
    );
    assert_eq!(
        found(
            "primary_min = 50",
            &text.replace("@two", "@one; @two; @three")
        ),
        [""; 0]
    );
    assert_eq!(
        found("primary_min = 100", "# A\n\nOf unknown kind.[@three]"),
        [""; 0]
    );
    assert_eq!(
        found("uncited_max = 0", text),
        ["this section has 1 paragraph without a citation, more than 0"]
    );
    assert_eq!(
        found("annotations = true", text),
        ["the source `two` has no annotation"]
    );
    let allowed = text.replace("# A", "+++\ntitle = 'A'\nallow = ['limit-words']\n+++\n");
    assert_eq!(found("words_min = 5", &allowed), [""; 0]);
}

#[test]
fn pages_escape_what_authors_write() {
    let text = "+++\ntitle = 'A <b>'\n+++\n\nIs 1 \\< 2 & \\<script>?[^n]\n\n[^n]: So \\<i> [@one, p. 3].\n";
    let site = Site::new("", &[("01-a.md", text)]);
    let input = site.input();
    let page = proof_page(&input, &citings(&input), &Ledger::default(), &|_| 3);
    assert!(page.contains("Is 1 &lt; 2 &amp; &lt;script&gt;?"), "{page}");
    assert!(page.contains("So &lt;i&gt; […]."), "{page}");
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("0 of 1 citation ticked"), "{page}");
    let page = figures_page(&input, &figures(&input));
    assert!(
        page.contains("<th scope=\"row\">A &lt;b&gt;</th>"),
        "{page}"
    );
}

#[test]
fn tables_are_read_by_spreadsheets() {
    let site = Site::new(
        "",
        &[("01-a.md", "# A\n\n=1+2 is, \"said\".[@three, p. 12]\n")],
    );
    let input = site.input();
    let table = proof_csv(&input, &citings(&input), &Ledger::default(), &|_| 3);
    let lines: Vec<&str> = table.split("\r\n").collect();
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[1].contains(",\"'=1+2 is, “said”.\","), "{table}");
    let ends = ",\"three, page 12\",\"three, p. 12: Twelve.\nthree: Anywhere.\",,";
    assert!(lines[1].ends_with(ends), "{table}");
}
