//! Every style of the archive formats two hundred items of all kinds without a panic, an empty
//! result or doubled punctuation.
//!
//! What it found at first: hundreds of texts with two marks or a mark behind a blank, where
//! affixes met around what an item doesn't have (". , "); empty citations of items without an
//! author and a date by styles that print nothing else (they print the title now); and names of
//! two roles without anything between ("SampleExample"). What is left is the styles' own: some,
//! such as `trends`, put nothing between a title and what follows it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use explainer::csl::{Cite, Cluster, Date, DateParts, Item, Name, Style, format, json};
use hayagriva::archive::ArchivedStyle;

/// The types of CSL 1.0.2, Appendix III, and one that there isn't.
const KINDS: &[&str] = &[
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "document",
    "entry",
    "entry-dictionary",
    "entry-encyclopedia",
    "event",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "paper-conference",
    "patent",
    "performance",
    "periodical",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "report",
    "review",
    "review-book",
    "software",
    "song",
    "speech",
    "standard",
    "thesis",
    "treaty",
    "webpage",
    "no-such-type",
];

/// Titles with all that may stand at their ends and inside.
const TITLES: &[&str] = &[
    "Who Did It?",
    "What a Day!",
    "The End.",
    "“Quoted” Beginnings",
    "An End in “Quotes”",
    "“All of It”",
    "A 'Straight' Title with \"Marks\"",
    "Was It “Quoted?”",
    "Trailing off …",
    "Inc.",
    "Between (Brackets)",
    "[Untitled]",
    "Colons: Two: and Three",
    "R&D < Q&A > X",
    "Ælfrić’s Ǆurđa — Ωμέγα, Ъ, 史記",
    "<i>Hamlet</i> Again",
    "On <i>Hamlet</i>",
    "H<sub>2</sub>O",
    "1848",
    "x",
];

/// A row of numbers that is the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // Knuth's linear congruential generator (MMIX).
        self.0 = self.0.wrapping_mul(6364136223846793005);
        self.0 = self.0.wrapping_add(1442695040888963407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }
}

fn names(count: usize, dice: &mut Dice) -> Vec<Name> {
    let person = |family: &str, given: &str| Name {
        family: family.to_owned(),
        given: Some(given.to_owned()),
        ..Name::default()
    };
    let all = [
        person("Example", "Ada"),
        person("Sample-Smith", "Jean-Luc B."),
        person("de Gaulle", "Charles"),
        Name {
            suffix: Some("Jr.".to_owned()),
            comma_suffix: true,
            ..person("Specimen", "C. D.")
        },
        Name {
            family: "Ministry of Examples, Inc.".to_owned(),
            literal: true,
            ..Name::default()
        },
        Name {
            dropping_particle: Some("von".to_owned()),
            ..person("Ranke", "Leopold")
        },
        person("司馬", "遷"),
        person("O’Example", ""),
        person("Толстой", "Лев Николаевич"),
    ];
    let from = dice.roll(all.len());
    let names = (0..count).map(|n| all[(from + n) % all.len()].clone());
    names.collect()
}

fn date(form: usize) -> Date {
    let day = |year, month, day| DateParts { year, month, day };
    let start = match form {
        0 => day(1848, None, None),
        1 => day(1848, Some(3), None),
        2 => day(1848, Some(3), Some(31)),
        3 => day(1848, Some(22), None),
        4 => day(-44, Some(3), Some(15)),
        5 => day(476, None, None),
        _ => day(1914, Some(7), Some(28)),
    };
    Date {
        start,
        end: match form {
            6 => Some(day(1918, Some(11), Some(11))),
            7 => Some(day(1914, Some(8), None)),
            _ => None,
        },
        circa: form == 8,
        literal: (form == 9).then(|| "forthcoming".to_owned()),
    }
}

/// The golden cases' items, and as many made of them as two hundred takes.
fn items() -> Vec<Item> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/citations/items.json");
    let text = std::fs::read_to_string(path).expect("items.json");
    let values: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let known: Vec<Item> = values
        .as_array()
        .expect("a list")
        .iter()
        .map(json::item)
        .collect();
    let mut items = known.clone();
    let mut dice = Dice(1848);
    for n in 0.. {
        if items.len() == 200 {
            break;
        }
        let mut item = known[n * 7 % known.len()].clone();
        item.key = format!("made-{n}");
        item.kind = KINDS[n % KINDS.len()].to_owned();
        let title = TITLES[n % TITLES.len()].to_owned();
        item.text.insert("title".to_owned(), title);
        item.text.remove("title-short");
        // Some of what there is goes, and of what isn't there some comes.
        item.text
            .retain(|name, _| name == "title" || dice.roll(4) > 0);
        item.names.retain(|_, _| dice.roll(3) > 0);
        for (name, value) in [
            ("volume", "XII"),
            ("issue", "3–4"),
            ("page", "101-109, 115"),
            ("edition", "2"),
            ("number", "A 12/34"),
            ("genre", "PhD diss."),
            ("publisher", "Example & Co."),
            ("container-title", "Who Was Who?"),
            ("collection-title", "Series of Samples"),
            ("note", "With a note."),
            ("DOI", "10.1000/xyz(1)"),
            ("URL", "https://example.org/?a=1&b=(2)"),
            ("language", "de"),
            ("archive", "Archive No. 5"),
            ("medium", "microfilm"),
            ("status", "in press"),
        ] {
            if dice.roll(5) == 0 {
                item.text.insert(name.to_owned(), value.to_owned());
            }
        }
        for (variable, often) in [("author", 2), ("editor", 4), ("translator", 6)] {
            if dice.roll(often) == 0 {
                let count = [1, 2, 3, 4, 9][dice.roll(5)];
                item.names
                    .insert(variable.to_owned(), names(count, &mut dice));
            }
        }
        match dice.roll(12) {
            10 => item.dates.clear(),
            11 => {}
            form => _ = item.dates.insert("issued".to_owned(), date(form)),
        }
        if dice.roll(6) == 0 {
            let form = dice.roll(10);
            item.dates.insert("original-date".to_owned(), date(form));
        }
        items.push(item);
    }
    items
}

/// Each item first, again (ibid.), with a locator, with the same again, with another, and, when
/// the next has been cited, as subsequent.
fn clusters(count: usize) -> Vec<Cluster> {
    let locator = |label: &str, text: &str| Some((label.to_owned(), text.to_owned()));
    let mut clusters = Vec::new();
    let mut cite = |item, locator: Option<(String, String)>| {
        let note = u32::try_from(clusters.len() + 1).unwrap_or(u32::MAX);
        let cite = Cite {
            item,
            locator,
            ..Cite::default()
        };
        let cites = vec![cite];
        clusters.push(Cluster { note, cites });
    };
    for n in 0..count {
        cite(n, None);
        cite(n, None);
        cite(n, locator("page", "12-15"));
        cite(n, locator("page", "12-15"));
        cite(n, locator("chapter", "3"));
        if n > 0 {
            cite(n - 1, locator("page", "7"));
        }
    }
    clusters
}

fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut tag = false;
    for c in html.chars() {
        match c {
            '<' => tag = true,
            '>' => tag = false,
            c if !tag => out.push(c),
            _ => {}
        }
    }
    for (entity, c) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ] {
        out = out.replace(entity, c);
    }
    out
}

/// What no text may hold.
const DOUBLED: &[&str] = &[
    ",,", "..", ";;", "::", " ,", " .", " ;", " :", "?.", "!.", "?,,", ",.", ";.", ":.", ".;,",
    ",;", ";,", ":,", ". .", ", ,", "; ;", ": :", "  ", "()", "[]", "“”", "( ", " )", "[ ", " ]",
    "(,", "(.", "(;", ",)", ";)",
];

/// What styles mean to print, or print for want of anything else.
const MEANT: &[(&str, &str, &str)] = &[
    // Its macro "edition" has a bracket and a space of its own, and stands in brackets.
    ("trends", "` )`", "edn"),
    // It prints no titles of articles: one that has nothing else is a number and a full stop.
    ("royal-society-of-chemistry", "` .`", "133 ."),
];

/// What is wrong with a text of an item, if anything is.
fn fault(item: &Item, text: &str) -> Option<String> {
    let own = |doubled: &str| item.text.values().any(|text| text.contains(doubled));
    if text.trim().is_empty() {
        return Some("empty".to_owned());
    }
    for doubled in DOUBLED {
        if text.contains(doubled) && !own(doubled) {
            return Some(format!("`{doubled}`"));
        }
    }
    let count = |c: char| text.matches(c).count();
    for (open, close) in [('(', ')'), ('[', ']'), ('“', '”')] {
        if count(open) != count(close) {
            return Some(format!("unbalanced {open}{close}"));
        }
    }
    None
}

/// Formats the items by all styles; what is wrong, by style and fault, with its first example.
fn faults() -> String {
    let items = items();
    let clusters = clusters(items.len());
    let mut found: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    for style in ArchivedStyle::all() {
        let name = style.names()[0];
        let style = Style::named(name).expect("a style of the archive");
        let made = format(&style, "en-US", &items, &clusters);
        assert_eq!(made.clusters.len(), clusters.len(), "{name}");
        assert_eq!(made.bibliography.len(), items.len(), "{name}");
        let mut check = |item: &Item, text: &str| {
            let text = plain(text);
            let meant = |fault: &String| {
                let mut meant = MEANT.iter();
                meant.any(|(style, what, part)| {
                    style == &name && what == fault && text.contains(part)
                })
            };
            if let Some(fault) = fault(item, &text).filter(|fault| !meant(fault)) {
                let about = || format!("{} ({}): {text}", item.key, item.kind);
                let (count, _) = found
                    .entry((fault, name.to_owned()))
                    .or_insert_with(|| (0, about()));
                *count += 1;
            }
        };
        for (cluster, text) in clusters.iter().zip(&made.clusters) {
            check(&items[cluster.cites[0].item], text);
        }
        for (item, text) in &made.bibliography {
            check(&items[*item], text);
        }
    }
    let mut out = String::new();
    for ((fault, style), (count, example)) in found {
        _ = writeln!(out, "{fault} {count} × {style}: {example}");
    }
    out
}

#[test]
fn every_style_formats_items_of_all_kinds() {
    let faults = faults();
    assert!(faults.is_empty(), "\n{faults}");
}
