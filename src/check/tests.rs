//! Sources and a text in, faults out.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Input, Remembered, check};
use crate::config::Config;
use crate::csl::Style;
use crate::parse::{self, Rules};
use crate::read::{Snapshot, TextFile};
use crate::resolve;
use crate::sources;

/// A site of one page, checked: each fault as `code at "marked words": message`.
fn found_in(style: &str, name: &str, sources: &str, text: &str) -> Vec<String> {
    found_beside("", style, name, sources, text)
}

/// The same with a `sources.toml`.
fn found_beside(overlay: &str, style: &str, name: &str, sources: &str, text: &str) -> Vec<String> {
    let file = |path: &str, text: &str| TextFile {
        path: path.into(),
        text: text.into(),
    };
    let snapshot = Snapshot {
        content: vec![file("content/01-a.md", &format!("# A\n\n{text}\n"))],
        bibs: vec![file(name, sources)],
        ..Snapshot::default()
    };
    let (config, _) = Config::read(&"explainer.toml".into(), "title = 'T'");
    let rules = Rules {
        series: BTreeSet::from(["main".to_owned()]),
        language: "en".to_owned(),
    };
    let contents = snapshot.content.iter();
    let files: Vec<_> = contents
        .map(|file| {
            Arc::new(parse::parse(
                &file.path,
                &file.text,
                &rules,
                &parse::NoTexts,
            ))
        })
        .collect();
    let bibs: Vec<_> = snapshot
        .bibs
        .iter()
        .map(|f| (f.path.clone(), &*f.text))
        .collect();
    let (library, faults) = sources::read(&bibs, Some(("sources.toml".into(), overlay)), None);
    assert_eq!(faults, [], "{sources}");
    let library = Arc::new(library);
    let style = Style::named(style).expect("a style");
    let resolved = resolve::resolve(
        &resolve::Input {
            files: &files,
            config: &config,
            library: &library,
            assets: &BTreeSet::new(),
            style: Some(&style),
        },
        &mut resolve::Remembered::default(),
    );
    let input = Input {
        snapshot: &snapshot,
        files: &files,
        library: &library,
        resolved: &Arc::new(resolved),
        style: Some(&style),
    };
    let mut remembered = Remembered::default();
    let mut faults = check(&input, &mut remembered);
    assert_eq!(check(&input, &mut remembered), faults, "what is remembered");
    crate::diag::sort(&mut faults);
    let shown = faults.iter().map(|fault| {
        let place = fault.place.as_ref().expect("a place");
        let mut files = snapshot.content.iter().chain(&snapshot.bibs);
        let file = files.find(|file| file.path == place.file).expect("a file");
        let marked = &file.text[place.span.clone()];
        assert!(fault.help.is_some(), "{fault:?}");
        format!("{} at {marked}: {}", fault.code.name(), fault.message)
    });
    shown.collect()
}

/// What is found in a `.bib` file of which all is cited, and a text.
fn found(bib: &str, text: &str) -> Vec<String> {
    let keys = bib
        .split('@')
        .filter_map(|entry| entry.split_once('{')?.1.split(',').next());
    let cited: String = keys.map(|key| format!("Words.[@{key}]\n\n")).collect();
    found_in(
        "chicago-notes",
        "sources.bib",
        bib,
        &format!("{cited}{text}"),
    )
}

/// What is found of one code.
fn of(code: &str, bib: &str, text: &str) -> Vec<String> {
    let mut found = found(bib, text);
    found.retain(|fault| fault.starts_with(code));
    found
}

/// A whole book, and fields of its own.
fn book(key: &str, author: &str, title: &str, more: &str) -> String {
    format!(
        "@book{{{key}, author = {{{author}}}, title = {{{title}}}, publisher = {{P}}, {more}}}\n"
    )
}

// ---- what an author allows ----

#[test]
fn a_source_that_was_looked_at() {
    let bib = "@article{a, author = {Doe, Jane}, title = {The Harvest of Grain}, journaltitle = {J}, date = {1990}, pages = {1-9}, doi = {1}}\n\
               @article{b, author = {Doe, J.}, title = {The Harvest of Grain}, date = {1990}, pages = {1-9}}\n\
               @online{c, author = {Doe, Jahne}, title = {A Page}, url = {https://example.org/}}\n\
               @letter{d, author = {Roe, R.}, title = {To Poe}, date = {1932}}\n";
    let text = "In 1991 Doe wrote [@a, p. 12]. [@b; @c; @d]";
    let codes = |overlay: &str| {
        let found = found_beside(overlay, "chicago-notes", "sources.bib", bib, text);
        let code = |fault: &String| fault.split(' ').next().map(str::to_owned);
        found.iter().filter_map(code).collect::<BTreeSet<_>>()
    };
    let all = codes("");
    assert!(all.len() > 5, "{all:?}");
    for code in &all {
        let allow = |key: &str| format!("[{key}]\nallow = [\"{code}\"]\n");
        let overlay: String = ["a", "b", "c", "d"].map(allow).concat();
        let rest = codes(&overlay);
        assert_eq!(all.difference(&rest).collect::<Vec<_>>(), [code]);
    }
}

// ---- similar sources ----

#[track_caller]
fn one_work(bib: &str, is: bool) {
    let found = of("similar-sources", bib, "");
    assert_eq!(found.len(), usize::from(is), "{bib}\n{found:#?}");
}

#[test]
fn works_entered_twice() {
    for (a, b) in [
        (
            "Roberts, Geoffrey | The Unholy Alliance | date = {1989}",
            "Roberts, G. | Unholy Alliance | date = {1989}",
        ),
        (
            "Roberts, Geoffrey | The Unholy Alliance | date = {1989}",
            "Roberts, Geoffrey | The Unholly Alliance | date = {1989}",
        ),
        (
            "Roberts, Geoffrey | Stalin's Wars | date = {2006}",
            "Roberts, Geoffrey | Stalin’s Wars: From World War to Cold War | date = {2006}",
        ),
        (
            "Roberts, Geoffrey | Post-War Worlds | date = {2006}",
            "Roberts, Geoffrey | Postwar Worlds | date = {2006}",
        ),
        (
            "Roberts, Geoffrey | One Title | doi = {10.1000/ABC}",
            "Roberts, Geoffrey | Quite Another | doi = {https://doi.org/10.1000/abc}",
        ),
        (
            "Roberts, Geoffrey | One Title | isbn = {978-0-300-11204-7}",
            "Roberts, Geoffrey | Some Title | isbn = {0-300-11204-1 (pbk)}",
        ),
        (
            "Kołakowski, Leszek | Main Currents | date = {1978}",
            "Kolakowski, L. and Falla, P. S. | Main Currents | date = {1978}",
        ),
    ] {
        let book = |key: &str, work: &str| {
            let parts: Vec<&str> = work.split(" | ").collect();
            book(key, parts[0], parts[1], parts[2])
        };
        one_work(&(book("a", a) + &book("b", b)), true);
    }
}

#[test]
fn works_that_are_not_one() {
    for (a, b) in [
        // Editions, volumes, reviews, people, years, days, journals, translations.
        (
            "@book{a, author = {Roe, A}, title = {A Long Title}, date = {1989}}",
            "@book{b, author = {Roe, A}, title = {A Long Title}, date = {1992}}",
        ),
        (
            "@book{a, author = {Roe, A}, title = {A Long Title}, date = {1989}, edition = {1}}",
            "@book{b, author = {Roe, A}, title = {A Long Title}, date = {1989}, edition = {2}}",
        ),
        (
            "@book{a, author = {Roe, A}, title = {A Long Title}, date = {1989}, volume = {1}, isbn = {9780300112047}}",
            "@book{b, author = {Roe, A}, title = {A Long Title}, date = {1989}, volume = {2}, isbn = {9780300112047}}",
        ),
        (
            "@book{a, author = {Roe, A}, title = {A Long Title 1}, date = {1989}}",
            "@book{b, author = {Roe, A}, title = {A Long Title 2}, date = {1989}}",
        ),
        (
            "@book{a, author = {Roe, A}, title = {Works}, date = {1989}}",
            "@book{b, author = {Roe, A}, title = {Works: Volume Two}, date = {1989}}",
        ),
        (
            "@book{a, author = {Roe, A}, title = {A History of East Germany}, date = {1989}}",
            "@book{b, author = {Roe, A}, title = {A History of West Germany}, date = {1989}}",
        ),
        (
            "@book{a, author = {Roe, A}, title = {A Long Title}, date = {1989}}",
            "@review{b, author = {Roe, A}, title = {A Long Title}, date = {1989}}",
        ),
        (
            "@book{a, author = {Smith, John}, title = {A Long Title}, date = {1989}}",
            "@book{b, author = {Smith, Anne}, title = {A Long Title}, date = {1989}}",
        ),
        (
            "@letter{a, author = {Roe, A}, title = {Letter to B}, date = {1932-05-03}}",
            "@letter{b, author = {Roe, A}, title = {Letter to B}, date = {1932-05-04}}",
        ),
        (
            "@letter{a, author = {Roe, A}, title = {Letter to B}, date = {1932}}",
            "@letter{b, author = {Roe, A}, title = {Letter to B}, date = {1932}}",
        ),
        (
            "@article{a, author = {Roe, A}, title = {On Wheat and Rye}, journaltitle = {Grain}, date = {1932}}",
            "@article{b, author = {Roe, A}, title = {On Wheat and Rye}, journaltitle = {Milling Review}, date = {1932}}",
        ),
        (
            "@article{a, author = {Roe, A}, title = {Editorial}, journaltitle = {Grain}, number = {1}, date = {1932}}",
            "@article{b, author = {Roe, A}, title = {Editorial}, journaltitle = {Grain}, number = {2}, date = {1932}}",
        ),
        (
            "@incollection{a, author = {Roe, A}, title = {On Wheat}, booktitle = {Grain}, isbn = {9780300112047}}",
            "@book{b, editor = {Roe, A}, title = {Grain}, isbn = {9780300112047}}",
        ),
        (
            "@book{a, author = {Roe, A}, title = {A Long Title}, date = {1989}, langid = {german}}",
            "@book{b, author = {Roe, A}, title = {A Long Title}, date = {1989}, langid = {english}}",
        ),
        (
            "@article{a, title = {The Harvest}, journaltitle = {Pravda}, date = {1932-01-01}}",
            "@article{b, title = {The Harvest}, journaltitle = {Pravda}, date = {1932-01-02}}",
        ),
    ] {
        one_work(&format!("{a}\n{b}"), false);
    }
}

#[test]
fn of_three_alike_each_later_one_is_told_with_the_first() {
    let book = |key| book(key, "Roe, Anne", "A Long Title", "date = {1989}");
    let bib = book("a") + &book("b") + &book("c");
    assert_eq!(
        of("similar-sources", &bib, ""),
        [
            "similar-sources at b: `a` and `b` are probably one work: they agree in title, names and year",
            "similar-sources at c: `a` and `c` are probably one work: they agree in title, names and year"
        ]
    );
}

// ---- people ----

#[track_caller]
fn people(names: &[&str], expected: &[&str]) {
    let one = |(number, name): (usize, &&str)| {
        let date = format!("date = {{{}}}", 1950 + number);
        book(
            &format!("k{number}"),
            name,
            &format!("Title {number}"),
            &date,
        )
    };
    let bib: String = names.iter().enumerate().map(one).collect();
    let found = of("author-variants", &bib, "");
    let messages: Vec<&str> = found
        .iter()
        .filter_map(|fault| fault.split_once(": "))
        .map(|f| f.1)
        .collect();
    assert_eq!(messages, expected);
}

#[test]
fn names_written_in_two_ways() {
    let also = |a: &str, b: &str| format!("`{a}` is probably the person who is also written `{b}`");
    for (a, b, shown) in [
        ("Roberts, Geoffrey", "Roberts, G.", "Roberts, G."),
        ("Roberts, Geoffrey", "Roberts, Geoffry", "Roberts, Geoffry"),
        (
            "Roberts, Geoffrey",
            "Robarts, Geoffrey",
            "Robarts, Geoffrey",
        ),
        (
            "Roberts, Geoffrey",
            "Roberts, Geoffrey K.",
            "Roberts, Geoffrey K.",
        ),
        (
            "Kołakowski, Leszek",
            "Kolakowski, Leszek",
            "Kolakowski, Leszek",
        ),
        ("Taylor, A. J. P.", "Taylor, A.", "Taylor, A."),
    ] {
        people(&[a, b], &[&also(shown, a)]);
    }
    people(
        &["de Gaulle, Charles", "{de Gaulle}, Charles"],
        &[&also("de Gaulle, Charles", "Gaulle, Charles de")],
    );
    people(
        &["von Stein, Karl", "Stein, Karl"],
        &[&also("Stein, Karl", "Stein, Karl von")],
    );
    // The rarer one is told.
    people(
        &["Roberts, G.", "Roberts, Geoffrey", "Roberts, Geoffrey"],
        &[&also("Roberts, G.", "Roberts, Geoffrey")],
    );
}

#[test]
fn names_of_two_people() {
    for names in [
        &["Smith, John", "Smith, Jane"][..],
        &["Smith, John", "Smith, Jane", "Smith, J."],
        &["Smith, Francis", "Smith, Frances"],
        &["Ivanov, Alexander", "Ivanov, Alexandra"],
        &["Smith, A. B.", "Smith, A. C."],
        &["Smith, John", "Smyth, John"],
        &["Roberts, G.", "Robarts, G."],
        &["King, Martin", "King, Jr., Martin"],
        &["Chesterton, G. K.", "Chesterton, G.K."],
        &[
            "Fischer, Anna",
            "Fischer, Anna",
            "Fisher, Anna",
            "Fisher, Anna",
        ],
        &["Roberts, Geoffrey and Roberts, G."],
        &["{Grain Board}", "{Grain Bord}"],
    ] {
        people(names, &[]);
    }
}

// ---- locators ----

const CHAPTER: &str = "@incollection{roe, author = {Roe, A}, title = {On Wheat}, booktitle = {Grain}, publisher = {P}, pages = {12--34}, date = {1985}}";

#[test]
fn a_locator_outside_the_pages() {
    let locators = |bib: &str, text: &str| of("locator-outside", bib, text);
    assert_eq!(
        locators(
            CHAPTER,
            "Words.[@roe, p. 403] More.[see @roe, pp. 13–14; @roe, 11, n. 3]"
        ),
        [
            "locator-outside at @roe: page 403 isn't among the pages of `roe`, 12–34",
            "locator-outside at @roe: page 11, n. 3 isn't among the pages of `roe`, 12–34"
        ]
    );
    for inside in [
        "p. 12",
        "pp. 12–34",
        "ch. 403",
        "vol. 2, p. 403",
        "n. 403",
        "fol. 403",
    ] {
        assert_eq!(
            locators(CHAPTER, &format!("Words.[@roe, {inside}]")),
            [""; 0]
        );
    }
    // The pages of a book are how many it has.
    let book = book("roe", "Roe, A", "Wheat", "pages = {12}, date = {1985}");
    assert_eq!(locators(&book, "Words.[@roe, p. 403]"), [""; 0]);
}

// ---- years ----

fn years(text: &str) -> Vec<String> {
    let bib = book(
        "roberts1995",
        "Roberts, Geoffrey",
        "One",
        "date = {1995}, origdate = {1989}",
    ) + &book("roberts1992", "Roberts, Geoffrey", "Two", "date = {1992}")
        + &book("roe1980", "Roe, Anne", "Three", "date = {1980/1984}");
    of("year-mismatch", &bib, text)
}

#[test]
fn a_year_beside_a_name_that_is_not_the_sources() {
    let fault = |words: &str, year: &str| {
        vec![format!(
            "year-mismatch at {year}: the text says {words} of `roberts1995`, which is of 1989 or 1995"
        )]
    };
    for (text, words) in [
        (
            "As Roberts (1994) says, it is so.[@roberts1995]",
            "Roberts (1994)",
        ),
        (
            "It is so (Roberts, 1994).[@roberts1995, p. 3]",
            "Roberts, 1994",
        ),
        (
            "Roberts’s (1994a) book says so.[^n]\n\n[^n]: See [@roberts1995].",
            "Roberts’s (1994a)",
        ),
        (
            "Words.[^n]\n\n[^n]: Roberts (1994) says so, [@roberts1995, p. 3].",
            "Roberts (1994)",
        ),
        ("Words.[see Roberts 1994: @roberts1995]", "Roberts 1994"),
        ("So says @roberts1995 (1994) too.", "roberts1995 (1994)"),
    ] {
        assert_eq!(years(text), fault(words, "1994"), "{text}");
    }
    // A mark right behind the year of another work of his.
    assert_eq!(
        years("So Roberts (1992)[@roberts1995] says."),
        fault("Roberts (1992)", "1992")
    );
}

#[test]
fn years_that_are_right_or_of_something_else() {
    for text in [
        "As Roberts (1995) says.[@roberts1995]",
        "As Roberts (1989) says.[@roberts1995]",
        "As Roberts (1992) says, and later took back.[@roberts1995]",
        "As Roberts (1992) says,[@roberts1992] and later took back.[@roberts1995]",
        "Roberts (1994) is not our matter. That of 1995 is.[@roberts1995]",
        "As Roberts (1994) says, Roe is wrong.[@roe1980]",
        "As Roe (1982) says.[@roe1980]",
        "Roberts (1902–1994) died.[@roberts1995]",
        "When Roberts wrote in 1994, he knew.[@roberts1995]",
        "In his book of 1994.[@roberts1995]",
        "For Roberts, 1994 was a good year.[@roberts1995]",
        "Words.[^n]\n\n[^n]: Roberts (1992) says so, [@roberts1992]; but [@roberts1995].",
    ] {
        assert_eq!(years(text), [""; 0], "{text}");
    }
}

// ---- what sources lack ----

#[test]
fn pages_on_the_web_without_the_day() {
    let web = |bib: &str| of("missing-access-date", bib, "");
    for bib in [
        "@online{a, title = {T}, url = {https://example.org/}, date = {2001-02-03}}",
        "@misc{a, title = {T}, url = {https://example.org/}}",
        "@book{a, title = {T}, publisher = {P}, year = {n.d.}, url = {https://example.org/}}",
    ] {
        assert_eq!(
            web(bib),
            [
                "missing-access-date at https://example.org/: `a` is on the web but doesn't say when it was seen"
            ]
        );
    }
    for bib in [
        "@online{a, title = {T}, url = {https://example.org/}, urldate = {2020-01-01}}",
        "@article{a, title = {T}, url = {https://example.org/}, date = {1999}}",
        "@misc{a, title = {T}, url = {https://example.org/}, doi = {10.1000/182}}",
        "@online{a, title = {T}, url = {https://web.archive.org/web/2020/https://example.org/}}",
    ] {
        assert_eq!(web(bib), [""; 0], "{bib}");
    }
}

#[test]
fn archival_sources_without_their_place() {
    let kept = |bib: &str| of("missing-archive-place", bib, "");
    assert_eq!(
        kept("@letter{a, title = {T}, library = {County Record Office}}"),
        ["missing-archive-place at County Record Office: `a` names an archive but no shelfmark"]
    );
    assert_eq!(
        kept("@memo{a, title = {T}, date = {1932}}"),
        ["missing-archive-place at a: `a` isn't published and doesn't say where it is kept"]
    );
    for bib in [
        "@letter{a, title = {T}, library = {County Record Office}, archive_location = {D 12/3}}",
        "@letter{a, title = {T}, library = {County Record Office, D 12/3}}",
        "@letter{a, title = {T}, archive = {Bundesarchiv}, archive_collection = {Reichskanzlei}}",
        "@photograph{a, title = {T}, url = {https://example.org/p.jpg}, urldate = {2020}}",
        "@unpublished{a, title = {T}, note = {in the author's hands}}",
        "@email{a, title = {T}, date = {2020-02-03}}",
        "@book{a, title = {T}, publisher = {P}, date = {1932}}",
    ] {
        assert_eq!(kept(bib), [""; 0], "{bib}");
    }
}

#[test]
fn what_a_kind_needs_in_a_style() {
    let lacks = |style: &str, bib: &str| -> Vec<String> {
        let mut found = found_in(style, "sources.bib", bib, "Words.[@a]");
        found.retain(|fault| fault.starts_with("incomplete-source"));
        let after = found.iter().filter_map(|fault| fault.split_once("lacks "));
        after.map(|(_, lacks)| lacks.to_owned()).collect()
    };
    for (bib, expected) in [
        ("@book{a, title = {T}}", "its publisher and its date"),
        (
            "@book{a, title = {T}, date = {1823}}",
            "its publisher’s place",
        ),
        (
            "@article{a, title = {T}, date = {1999}}",
            "the journal it stands in and its volume or issue",
        ),
        (
            "@article{a, title = {T}, journaltitle = {J}, date = {1999}}",
            "its volume or issue",
        ),
        (
            "@incollection{a, title = {T}, publisher = {P}, date = {1999}}",
            "the book it stands in",
        ),
        (
            "@phdthesis{a, title = {T}, date = {1999}}",
            "the university",
        ),
        ("@newspaper{a, title = {T}}", "its date"),
        ("@letter{a, title = {T}, library = {A 1}}", "its date"),
        ("@online{a, title = {T}}", "its address"),
    ] {
        assert_eq!(lacks("chicago-notes", bib), [expected], "{bib}");
    }
    for bib in [
        "@book{a, title = {T}, publisher = {P}, date = {1999}}",
        "@book{a, title = {T}, publisher = {P}, year = {n.d.}}",
        "@book{a, title = {T}, location = {Leipzig}, date = {1823}}",
        "@book{a, title = {T}, date = {-0043}}",
        "@book{a, title = {T}, pubstate = {forthcoming}}",
        "@article{a, title = {T}, journaltitle = {J}, volume = {3}, date = {1999}}",
        "@article{a, title = {T}, journaltitle = {J}, date = {1999-05}}",
        "@misc{a, title = {T}}",
    ] {
        assert_eq!(lacks("chicago-notes", bib), [""; 0], "{bib}");
    }
    // A place is asked for by those who print it.
    let bib = "@book{a, title = {T}, publisher = {P}, date = {1999}}";
    assert_eq!(lacks("turabian-fullnote-8", bib), ["its publisher’s place"]);
    assert_eq!(lacks("modern-language-association", bib), [""; 0]);
}

#[test]
fn fields_are_called_as_in_their_files() {
    let help = |name: &str, sources: &str| found_in("chicago-notes", name, sources, "Words.[@a]");
    assert_eq!(
        help(
            "s.json",
            r#"[{"id": "a", "type": "book", "title": "T", "publisher": "P", "ISBN": "978-0-300-11204-8", "issued": {"date-parts": [[1999]]}}]"#
        ),
        [
            "wrong-identifier at 978-0-300-11204-8: in `a`, the ISBN `978-0-300-11204-8` has a wrong check digit"
        ]
    );
    assert_eq!(
        help("s.ris", "TY  - BOOK\nID  - a\nTI  - T\nPB  - P\nER  - \n"),
        ["incomplete-source at a: `a` lacks its date"]
    );
    assert_eq!(
        help(
            "s.yml",
            "a:\n  type: book\n  title: T\n  publisher: P\n  date: 1999\n  serial-number:\n    isbn: 978-0-300-11204-8\n"
        ),
        [
            "wrong-identifier at 978-0-300-11204-8: in `a`, the ISBN `978-0-300-11204-8` has a wrong check digit"
        ]
    );
}
