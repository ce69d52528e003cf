//! What citations cost: a table of the time it takes to make a style ready and to format many
//! clusters of many sources, on one core. `cargo bench --bench csl`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use explainer::csl::{Cite, Cluster, Date, DateParts, Form, Item, Name, Style, format};

fn main() {
    println!(
        "{:>9} {:>9} {:>12} {:>14}",
        "clusters", "sources", "time", "a cluster"
    );
    // Bundled styles and locales are read once per process, so that each is new but once; the
    // American locale is part of all others.
    for (name, locale) in [
        ("chicago-notes", "en-US"),
        ("chicago-author-date", "de-DE"),
        ("apa", "fr-FR"),
    ] {
        let ready = || {
            best(1, || {
                let style = Style::named(name).expect("a bundled style");
                black_box(format(&style, locale, &[], &[]));
            })
        };
        let (first, again) = (ready(), ready());
        println!("{name} and {locale} ready: {first:.2?} the first time, {again:.2?} the second");
    }
    for style in ["chicago-notes", "chicago-author-date", "apa"] {
        let name = style;
        let style = Style::named(style).expect("a bundled style");
        println!("{name}");
        for (clusters, sources) in [
            (10_000, 1_000),
            (20_000, 1_000),
            (10_000, 2_000),
            (60_000, 5_000),
        ] {
            let (items, cites) = (items(sources), cites(clusters, sources));
            let time = best(3, || {
                black_box(format(&style, "en-US", &items, &cites));
            });
            let each = time / u32::try_from(clusters).expect("not so many");
            println!("{clusters:>9} {sources:>9} {time:>12.2?} {each:>14.2?}");
        }
    }
}

/// The shortest of several runs.
fn best(runs: usize, mut work: impl FnMut()) -> Duration {
    let run = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..runs).map(run).min().unwrap_or_default()
}

/// Made-up sources of five kinds, by authors some of whom share a name.
fn items(count: usize) -> Vec<Item> {
    (0..count).map(item).collect()
}

fn item(n: usize) -> Item {
    let person = |family: String, given: &str| Name {
        family,
        given: Some(given.to_owned()),
        ..Name::default()
    };
    let mut item = Item {
        key: format!("k{n}"),
        ..Item::default()
    };
    let mut set = |name: &str, text: String| {
        item.text.insert(name.to_owned(), text);
    };
    set(
        "title",
        format!("The Making of Things: A History in {n} Parts"),
    );
    set("title-short", format!("The Making of Things {n}"));
    match n % 5 {
        0 => {
            item.kind = "book".to_owned();
            set("publisher", "University Press".to_owned());
            set("publisher-place", "Somewhere".to_owned());
        }
        1 => {
            item.kind = "article-journal".to_owned();
            set("container-title", "Journal of Things".to_owned());
            set("volume", (n % 60).to_string());
            set("issue", (n % 4).to_string());
            set("page", format!("{}-{}", 100 + n % 300, 120 + n % 300));
            set("DOI", format!("10.1000/things.{n}"));
        }
        2 => {
            item.kind = "chapter".to_owned();
            set("container-title", "Essays on <i>Things</i>".to_owned());
            set("publisher", "University Press".to_owned());
            set("page", format!("{}-{}", 1 + n % 300, 20 + n % 300));
            let editors = vec![
                person(format!("Doe{}", n % 50), "Jane"),
                person("Roe".to_owned(), "Richard"),
            ];
            item.names.insert("editor".to_owned(), editors);
        }
        3 => {
            item.kind = "article-newspaper".to_owned();
            set("container-title", "The Daily Thing".to_owned());
            set("URL", format!("https://example.org/things/{n}"));
        }
        _ => {
            item.kind = "personal_communication".to_owned();
            set("genre", "Letter".to_owned());
            set("archive", "Archive of Things".to_owned());
            set(
                "archive_location",
                format!("box {}, folder {}", n % 40, n % 7),
            );
        }
    }
    let authors = vec![person(
        format!("Author{}", n % 400),
        ["Ann", "Bob", "Cecil"][n % 3],
    )];
    item.names.insert("author".to_owned(), authors);
    let start = DateParts {
        year: 1900 + i32::try_from(n % 100).unwrap_or(0),
        month: Some(1 + u8::try_from(n % 12).unwrap_or(0)),
        day: Some(1 + u8::try_from(n % 28).unwrap_or(0)),
    };
    item.dates.insert(
        "issued".to_owned(),
        Date {
            start,
            ..Date::default()
        },
    );
    item
}

/// Clusters of one to three cites, most with a page, in notes of their own.
fn cites(count: usize, sources: usize) -> Vec<Cluster> {
    let cite = |n: usize| Cite {
        item: n * 7919 % sources,
        locator: (!n.is_multiple_of(4)).then(|| ("page".to_owned(), (n % 500).to_string())),
        prefix: if n.is_multiple_of(9) {
            "see ".to_owned()
        } else {
            String::new()
        },
        form: Form::Full,
        ..Cite::default()
    };
    (0..count)
        .zip(1..)
        .map(|(n, note)| Cluster {
            note,
            cites: (0..1 + n % 7 / 5).map(|k| cite(n + k * 13)).collect(),
        })
        .collect()
}
