//! What authors write into `.bib` files and `sources.toml`, and what becomes of it. Examples are
//! those of *The biblatex package* and of the files that Zotero writes.

use proptest::prelude::*;

use super::*;

fn read_one(bib: &str) -> (Library, Vec<Fault>) {
    read(&[("sources.bib".into(), bib)], None, None)
}

/// A source as `kind: variable = text; …`, in the order of the variables' names.
fn shown(source: &Source) -> String {
    let names = |names: &Vec<crate::csl::Name>| {
        let one = |name: &crate::csl::Name| {
            let mut text = name.family.clone();
            if let Some(particle) = &name.particle {
                text = format!("{particle} {text}");
            }
            for part in [&name.suffix, &name.given, &name.dropping_particle]
                .into_iter()
                .flatten()
            {
                text.push_str(&format!(", {part}"));
            }
            if name.literal {
                format!("[{text}]")
            } else {
                text
            }
        };
        names.iter().map(one).collect::<Vec<_>>().join(" & ")
    };
    let day = |day: &crate::csl::DateParts| {
        let rest = [day.month, day.day]
            .into_iter()
            .flatten()
            .map(|n| format!("-{n}"));
        format!("{}{}", day.year, rest.collect::<String>())
    };
    let date = |date: &crate::csl::Date| {
        let end = date
            .end
            .as_ref()
            .map(|end| format!("/{}", day(end)))
            .unwrap_or_default();
        let circa = if date.circa { "~" } else { "" };
        let literal = date
            .literal
            .as_ref()
            .map(|text| format!("“{text}”"))
            .unwrap_or_default();
        format!("{}{end}{circa}{literal}", day(&date.start))
    };
    let item = &source.item;
    let mut all: Vec<String> = item
        .text
        .iter()
        .map(|(k, v)| format!("{k} = {v}"))
        .collect();
    all.extend(
        item.names
            .iter()
            .map(|(k, v)| format!("{k} = {}", names(v))),
    );
    all.extend(item.dates.iter().map(|(k, v)| format!("{k} = {}", date(v))));
    all.sort();
    format!("{} {}: {}", item.kind, source.kind.name(), all.join("; "))
}

/// The last source of a file without faults.
#[track_caller]
fn check(bib: &str, expected: &str) {
    let (library, faults) = read_one(bib);
    assert_eq!(faults, []);
    assert_eq!(
        library.sources().last().map(shown).as_deref(),
        Some(expected)
    );
}

/// The faults of a file, as `code: marked text`.
fn faults_of(bib: &str) -> Vec<String> {
    let (_, faults) = read_one(bib);
    marked(&faults, bib)
}

fn marked(faults: &[Fault], text: &str) -> Vec<String> {
    let marked = faults.iter().map(|fault| {
        let span = fault
            .place
            .as_ref()
            .map(|place| place.span.clone())
            .unwrap_or_default();
        format!("{}: {}", fault.code.name(), &text[span])
    });
    marked.collect()
}

#[track_caller]
fn check_faults(bib: &str, expected: &[&str]) {
    assert_eq!(faults_of(bib), expected);
}

#[test]
fn a_book_with_its_subtitle_and_place() {
    // biblatex-examples.bib, `worman`.
    check(
        "@book{worman, author = {Worman, Nancy}, title = {The Cast of Character}, \
         subtitle = {Style in {Greek} Literature}, date = 2002, publisher = {University of Texas Press}, \
         location = {Austin}, langid = {english}}",
        "book book: author = Worman, Nancy; issued = 2002; language = en-US; \
         publisher = University of Texas Press; publisher-place = Austin; \
         title = The Cast of Character: Style in <span class=\"nocase\">Greek</span> Literature; \
         title-short = The Cast of Character",
    );
}

#[test]
fn names_with_particles_suffixes_and_institutions() {
    check(
        "@book{a, title={T}, author={von Ribbentrop, Joachim and King, Jr., Martin Luther and \
         {Foreign Office and Home Office} and Louis-Albert Necker}}",
        "book book: author = Ribbentrop, Joachim, von & King, Jr., Martin Luther & \
         [Foreign Office and Home Office] & Necker, Louis-Albert; title = T",
    );
    check(
        "@book{a, title={T}, options={useprefix=true}, author={de Gaulle, Charles}}",
        "book book: author = de Gaulle, Charles; title = T",
    );
}

#[test]
fn latex_becomes_text() {
    check(
        "@book{a, author = {G{\\\"o}ring, Hermann and \\L{}ukasz, J\\'ozef and {\\v S}ik, Ota}, \
         title = {\\emph{Mein Kampf} \\& the ``Pact''---1939--1941}}",
        "book book: author = Göring, Hermann & Łukasz, Józef & Šik, Ota; \
         title = <i>Mein Kampf</i> & the “Pact”—1939–1941",
    );
    check(
        "@book{a, title = {The 17\\textsuperscript{th} Congress: \\enquote{Victors}}}",
        "book book: title = The 17<sup>th</sup> Congress: “Victors”; title-short = The 17<sup>th</sup> Congress",
    );
}

#[test]
fn months_strings_and_joined_values() {
    check(
        "@string{fa = {Foreign Affairs}}\n@string(anna = fa # { Annual})\n\
         @article{a, title = \"The {\"}Pact{\"}\", journal = anna # { 1}, year = 1939, month = aug, day = 23, \
         volume = 5, number = 2, pages = {12--15}}",
        "article-journal article: container-title = Foreign Affairs Annual 1; issue = 2; issued = 1939-8-23; \
         page = 12-15; title = The <span class=\"nocase\">\"</span>Pact<span class=\"nocase\">\"</span>; volume = 5"
            .replace("<span class=\"nocase\">\"</span>", "\"")
            .as_str(),
    );
}

#[test]
fn dates_of_all_forms() {
    // The biblatex package, tables 3 and 4.
    let date = |text: &str, expected: &str| {
        check(
            &format!("@book{{a, title = {{T}}, date = {{{text}}}}}"),
            &format!("book book: issued = {expected}; title = T"),
        );
    };
    date("1850", "1850");
    date("1997/", "1997/0“1997–”");
    date("/1997", "0“–1997”");
    date("1997/..", "1997/0“1997–”");
    date("1997/open", "1997/0“1997–”");
    date("1967-02", "1967-2");
    date("2009-01-31", "2009-1-31");
    date("1988/1992", "1988/1992");
    date("2002-01/2002-02", "2002-1/2002-2");
    date("1723~", "1723~");
    date("1723?", "1723~");
    date("2004-22", "2004-22");
    date("200X", "2000/2009");
    date("-0876", "-877");
    date("0000", "-1");
    date("2004-04-05T14:34:00", "2004-4-5");
    let year = |text: &str, expected: &str| {
        check(
            &format!("@book{{a, title = {{T}}, year = {{{text}}}}}"),
            &format!("book book: issued = {expected}; title = T"),
        );
    };
    year("1939--1945", "1939/1945");
    year("c. 1925", "1925~");
    year("[1925]", "1925");
    year("forthcoming", "0“forthcoming”");
}

#[test]
fn kinds_of_history() {
    check(
        "@letter{l, author = {Litvinov, Maxim}, recipient = {Stalin, Joseph}, date = {1939-04-15}, archive = {RGASPI}}",
        "personal_communication letter: archive = RGASPI; author = Litvinov, Maxim; issued = 1939-4-15; \
         recipient = Stalin, Joseph",
    );
    check(
        "@article{p, title = {The Pact}, journaltitle = {Pravda}, entrysubtype = {newspaper}, date = {1939-08-24}}",
        "article-newspaper newspaper: container-title = Pravda; issued = 1939-8-24; title = The Pact",
    );
    check(
        "@unpublished{u, title = {Minutes}, library = {RGASPI, f. 17}, howpublished = {typescript}}",
        "manuscript document: archive = RGASPI, f. 17; publisher = typescript; title = Minutes",
    );
    check(
        "@misc{m, title = {Page}, howpublished = {\\url{https://example.org/a_b}}}",
        "document other: URL = https://example.org/a_b; title = Page",
    );
    check(
        "@phdthesis{t, author = {A, B}, title = {T}, school = {Yale}, year = 1999}",
        "thesis thesis: author = A, B; genre = PhD diss.; issued = 1999; publisher = Yale; title = T",
    );
}

#[test]
fn what_is_private_stays_private() {
    check(
        "@book{a, title = {T}, file = {/home/anna/x.pdf}, abstract = {A}, annotation = {Boring!}, \
         note = {N}, comments = {C}}",
        "book book: annote = Boring!; note = N; title = T",
    );
}

#[test]
fn children_inherit_from_wholes_and_from_data() {
    // biblatex-examples.bib, `westfahl:frontier`, shortened.
    check(
        "@incollection{child, crossref = {whole}, title = {The True Frontier}, author = {Westfahl, Gary}, pages = {55-65}, xdata = {hup}}\n\
         @collection{whole, editor = {Westfahl, Gary}, title = {Space and Beyond}, subtitle = {The Frontier Theme}, date = 2000}\n\
         @xdata{hup, publisher = {Greenwood}, location = {Westport, Conn. and London}}\n\
         @incollection{last, crossref = {whole}, xdata = {hup}, title = {T}, author = {W, G}}",
        "chapter chapter: author = W, G; container-title = Space and Beyond: The Frontier Theme; \
         editor = Westfahl, Gary; issued = 2000; publisher = Greenwood; \
         publisher-place = Westport, Conn.; London; title = T",
    );
}

#[test]
fn references_in_circles_end() {
    check_faults(
        "@book{a, title = {A}, crossref = {b}}\n@book{b, title = {B}, crossref = {a}}\n\
         @book{c, title = {C}, crossref = {c}}",
        &["source-field: c"],
    );
    // Each takes from all others, over and over.
    let all: Vec<String> = (0..30).map(|n| format!("k{n}")).collect();
    let entry = |key: &String| {
        format!(
            "@book{{{key}, title = {{T}}, xdata = {{{}}}}}\n",
            all.join(",")
        )
    };
    let bib: String = all.iter().map(entry).collect();
    assert_eq!(read_one(&bib).0.sources().len(), 30);
}

#[test]
fn a_broken_entry_is_one_fault_and_spares_the_others() {
    let good =
        |n: usize| format!("@book{{k{n},\n  title = {{Title {n}}},\n  date = {{1939}},\n}}\n\n");
    let broken = [
        (
            "@book{bad,\n  title = {Never closed,\n  date = {1939}\n}\n\n",
            "title = {",
        ),
        (
            "@book{bad,\n  title = {Too often}},\n  date = {1939}\n}\n\n",
            "}",
        ),
        (
            "@book{bad,\n  title = {No comma}\n  date = {1939}\n}\n\n",
            "No comma",
        ),
        ("@book{bad\n  title = {No comma}\n}\n\n", "bad"),
        ("@book{bad,\n  title {No equals}\n}\n\n", "title"),
        ("@book{bad,\n  title = ,\n}\n\n", "title"),
        ("@book{\n  title = {No key}\n}\n\n", "@book"),
        ("@book{bad,\n  title = {Not closed}\n\n", "bad"),
        ("@book bad,\n  title = {No brace}\n}\n\n", "@book"),
        (
            "@book{bad,\n  title = \"Never closed,\n  date = {1939}\n}\n\n",
            "title = \"",
        ),
        ("@book{bad,\n  title = {A},\n  ???\n}\n\n", "???"),
        ("@book{bad, title = {Ä {B}\n\n", "title = {"),
    ];
    for (text, mark) in broken {
        let bib = format!("{}{text}{}{}", good(1), good(2), good(3));
        assert_eq!(
            faults_of(&bib),
            [format!("source-syntax: {mark}")],
            "{text}"
        );
        let (library, _) = read_one(&bib);
        for key in ["k1", "k2", "k3"] {
            assert!(library.get(key).is_some(), "{key} is lost behind {text}");
        }
    }
}

#[test]
fn one_key_is_one_source() {
    let a = "@book{k, title = {A}}\n@book{K, title = {Other case}}";
    let b = "@book{k, title = {B}}";
    let (library, faults) = read(&[("a.bib".into(), a), ("b.bib".into(), b)], None, None);
    assert_eq!(library.sources().len(), 2);
    assert_eq!(faults.len(), 1);
    let fault = &faults[0];
    assert_eq!(fault.code, Code::DoubledSource);
    assert_eq!(fault.place, Some(Place::new(&"b.bib".into(), 6..7)));
    assert_eq!(fault.others[0].0, Place::new(&"a.bib".into(), 6..7));
}

#[test]
fn what_is_wrong_is_marked_where_it_stands() {
    check_faults("@bok{a, title = {T}}", &["source-kind: bok"]);
    check_faults("@book{a, author = {A, B}}", &["untitled-source: a"]);
    check_faults(
        "@book{a, title = {T}, date = {spring}}",
        &["source-field: spring"],
    );
    check_faults(
        "@book{a, title = {T}, date = {1939-02-30}}",
        &["source-field: 1939-02-30"],
    );
    check_faults(
        "@book{a, title = {T}, date = {- 5}, urldate = {12345X}}",
        &["source-field: - 5", "source-field: 12345X"],
    );
    check_faults(
        "@book{a, title = {T}, month = {Brumaire}, year = 1799}",
        &["source-field: Brumaire"],
    );
    check_faults(
        "@book{a, title = {T}, publisher = mitp}",
        &["source-field: mitp"],
    );
    check_faults(
        "@book{a, title = {T}, note = {5 $ and more}}",
        &["source-field: 5 $ and more"],
    );
    check_faults(
        "@book{a, title = {T}, crossref = {gone}}",
        &["source-field: gone"],
    );
}

#[test]
fn comments_are_comments() {
    check_faults(
        "Text with an @ and me@example.org.\n% @book{no,\n@comment{@book{no, title = {}}}\n@Comment no\n\
         @preamble{\"\\newcommand{\\x}\"}\n@book{yes, % @book{no,\n title = {T}, % more\n}",
        &[],
    );
}

/// A `.bib` file's sources as the Chicago style cites them first and again, and lists them.
fn cited(bib: &str) -> Vec<String> {
    let (library, faults) = read_one(bib);
    assert_eq!(faults, []);
    let items: Vec<Item> = library
        .sources()
        .iter()
        .map(|source| source.item.clone())
        .collect();
    let cite = |item| crate::csl::Cite {
        item,
        locator: Some(("page".into(), "7".into())),
        ..Default::default()
    };
    let notes = (0..items.len()).flat_map(|item| [item, item]).zip(1..);
    let clusters: Vec<_> = notes
        .map(|(item, note)| crate::csl::Cluster {
            note,
            cites: vec![cite(item)],
        })
        .collect();
    let style = crate::csl::Style::named("chicago-notes").expect("a bundled style");
    let formatted = crate::csl::format(&style, "en-US", &items, &clusters);
    formatted
        .clusters
        .into_iter()
        .chain(formatted.bibliography.into_iter().map(|(_, text)| text))
        .collect()
}

#[track_caller]
fn check_cited(bib: &str, expected: &[&str]) {
    assert_eq!(cited(bib), expected);
}

#[test]
fn entries_are_cited_as_the_chicago_manual_has_them() {
    // The Chicago Manual of Style, 18th ed., "Notes and Bibliography: Sample Citations", as Zotero
    // and authors write the sources.
    check_cited(
        "@incollection{d, author={Doyle, Kathleen}, title={The Queen Mary Psalter}, booktitle={The Book by Design},\n\
         booksubtitle={The Remarkable Story of the World's Greatest Invention}, editor={Marks, P. J. M. and Parkin, Stephen},\n\
         publisher={University of Chicago Press}, location={Chicago}, date={2023}, pages={64--70}}",
        &[
            "Kathleen Doyle, “The Queen Mary Psalter,” in <i>The Book by Design: The Remarkable Story of the World’s Greatest Invention</i>, ed. P. J. M. Marks and Stephen Parkin (University of Chicago Press, 2023), 7.",
            "Doyle, “The Queen Mary Psalter,” 7.",
            "Doyle, Kathleen. “The Queen Mary Psalter.” In <i>The Book by Design: The Remarkable Story of the World’s Greatest Invention</i>, edited by P. J. M. Marks and Stephen Parkin. University of Chicago Press, 2023.",
        ],
    );
    check_cited(
        "@phdthesis{g, author={{Blajer de la Garza}, Yuna}, title={A House Is Not a Home: Citizenship and Belonging in Contemporary Democracies}, shorttitle={A House}, school={University of Chicago}, year=2019}",
        &[
            "Yuna Blajer de la Garza, “A House Is Not a Home: Citizenship and Belonging in Contemporary Democracies” (PhD diss., University of Chicago, 2019), 7.",
            "Blajer de la Garza, “A House,” 7.",
            "Blajer de la Garza, Yuna. “A House Is Not a Home: Citizenship and Belonging in Contemporary Democracies.” PhD diss., University of Chicago, 2019.",
        ],
    );
}

#[test]
fn sources_of_historians_are_cited() {
    check_cited(
        "@collection{n, editor={Sontag, Raymond James and Beddie, James Stuart}, title={{Nazi-Soviet} Relations, 1939--1941},\n\
         subtitle={Documents from the Archives of the {German Foreign Office}}, publisher={Department of State}, date={1948/1953}}",
        &[
            "Raymond James Sontag and James Stuart Beddie, eds., <i>Nazi-Soviet Relations, 1939–1941: Documents from the Archives of the German Foreign Office</i> (Department of State, 1948–1953), 7.",
            "Sontag and Beddie, <i>Nazi-Soviet Relations, 1939–1941</i>, 7.",
            "Sontag, Raymond James, and James Stuart Beddie, eds. <i>Nazi-Soviet Relations, 1939–1941: Documents from the Archives of the German Foreign Office</i>. Department of State, 1948–1953.",
        ],
    );
    check_cited(
        "@letter{l, author={Litvinov, Maxim}, recipient={Stalin, Joseph}, date={1939-04-15}, archive={AVP RF}}",
        &[
            "Maxim Litvinov to Joseph Stalin, April 15, 1939, 7, AVP RF.",
            "Litvinov to Stalin, April 15, 1939, 7.",
            "Litvinov, Maxim. To Joseph Stalin. April 15, 1939. AVP RF.",
        ],
    );
    check_cited(
        "@book{r, author={von Ribbentrop, Joachim}, title={Zwischen London und Moskau}, langid={german}, publisher={Druffel}, date={1953}}",
        &[
            "Joachim von Ribbentrop, <i>Zwischen London und Moskau</i> (Druffel, 1953), 7.",
            "Ribbentrop, <i>Zwischen London und Moskau</i>, 7.",
            "Ribbentrop, Joachim von. <i>Zwischen London und Moskau</i>. Druffel, 1953.",
        ],
    );
}

fn overlaid(overlay: &str) -> (Library, Vec<String>) {
    let bib = "@book{weinberg1989, title = {World in the Balance}}";
    let (library, faults) = read(
        &[("sources.bib".into(), bib)],
        Some(("sources.toml".into(), overlay)),
        None,
    );
    let marks = marked(&faults, overlay);
    (library, marks)
}

#[test]
fn the_overlay_says_what_bib_files_cannot() {
    let (library, faults) = overlaid(
        "[weinberg1989]\ngroup = \"studies\"\nchecked = \"excerpt\"\non = 2026-11-20\nby = \"AK\"\n\
         annotation = \"Good on *the East*.\"\nshorttitle = \"World\"\n",
    );
    assert_eq!(faults, [""; 0]);
    let source = library.get("weinberg1989").unwrap();
    assert_eq!(source.group.as_deref(), Some("studies"));
    let checked = source.checked.as_ref().unwrap();
    assert_eq!(checked.state, CheckedState::Excerpt);
    assert_eq!(checked.on.as_deref(), Some("2026-11-20"));
    assert_eq!(source.annotation.as_deref(), Some("Good on *the East*."));
    assert_eq!(source.item.text["title-short"], "World");
}

#[test]
fn the_overlay_is_read_strictly() {
    let faults = |overlay: &str| overlaid(overlay).1;
    assert_eq!(
        faults("[weinberg1998]\ngroup = \"x\""),
        ["overlay-key: weinberg1998"]
    );
    assert_eq!(
        faults("[weinberg1989]\ngruop = \"x\""),
        ["unknown-field: gruop"]
    );
    assert_eq!(
        faults("[weinberg1989]\nchecked = \"yes\""),
        ["wrong-value: \"yes\""]
    );
    assert_eq!(
        faults("[weinberg1989]\non = 2026-11-20"),
        ["missing-field: 2026-11-20"]
    );
    assert_eq!(faults("weinberg1989 = \"read\""), ["wrong-type: \"read\""]);
}

#[test]
fn deep_braces_end() {
    let bib = format!(
        "@book{{a, title = {{{}x{}}}}}",
        "{".repeat(9000),
        "}".repeat(9000)
    );
    let (_, faults) = read_one(&bib);
    assert_eq!(faults.len(), 1);
    let bib = format!(
        "@book{{a, title = {{{}x{}}}}}",
        "\\emph{".repeat(45),
        "}".repeat(45)
    );
    assert_eq!(read_one(&bib).1, []);
}

#[test]
fn strings_that_grow_end() {
    let mut bib = String::from("@string{s0 = {aaaaaaaaaa}}\n");
    for n in 1..40 {
        bib.push_str(&format!("@string{{s{n} = s{} # s{}}}\n", n - 1, n - 1));
    }
    bib.push_str("@string{self = self}\n");
    let (_, faults) = read_one(&bib);
    assert!(!faults.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_library_and_places_within_it(
        text in "(@(book|article|string|comment|x)|[{}()\",=#%$~\\\\@]|\\\\[a-z'\"^]+|[a-zäß ]{0,6}|\n|title|date|year|author|crossref|and|[0-9]{1,5}|-|/|X|~){0,60}",
        overlay in "(\\[k\\]|[a-z]{1,4} = |\"[a-z]*\"|\n|[0-9-]{1,10}){0,12}",
    ) {
        check_places(&text, &overlay);
    }

    #[test]
    fn any_value_of_a_field_is_survived(name in "title|date|year|month|author|editor|pages|url|doi|note|options|langid|crossref|xdata|ids|eprint|type", value in "\\PC{0,40}") {
        check_places(&format!("@book{{k, {name} = {{{value}}}}}"), "");
    }
}

fn check_places(text: &str, overlay: &str) {
    let (library, faults) = read(
        &[("a.bib".into(), text)],
        Some(("sources.toml".into(), overlay)),
        None,
    );
    let others = faults
        .iter()
        .flat_map(|fault| fault.others.iter().map(|(place, _)| place));
    let places = faults
        .iter()
        .filter_map(|fault| fault.place.as_ref())
        .chain(others);
    for place in places.chain(library.sources().iter().map(|source| &source.place)) {
        let text = if &*place.file == "a.bib" {
            text
        } else {
            overlay
        };
        assert!(
            text.get(place.span.clone()).is_some(),
            "{place:?} isn't within the text"
        );
    }
    for fault in &faults {
        let panicked = fault
            .help
            .as_deref()
            .is_some_and(|help| help.contains("please report"));
        assert!(!panicked, "{fault:?}");
    }
}

/// Run with `cargo test --release measure -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn measure_a_large_library() {
    let entry = |n: usize| {
        format!(
            "@article{{key{n},\n  author = {{Weinberg, Gerhard L. and M{{\\\"u}}ller, Rolf-Dieter}},\n  \
             title = {{The {{Nazi-Soviet}} Pacts: A Half-Century Later {n}}},\n  journaltitle = {{Foreign Affairs}},\n  \
             date = {{1989-09}},\n  volume = {{68}},\n  number = {{4}},\n  pages = {{175--189}},\n  \
             doi = {{10.2307/20044113}},\n  abstract = {{{}}},\n}}\n\n",
            "Words of an abstract. ".repeat(8),
        )
    };
    let bib: String = (0..10_000).map(entry).collect();
    let start = std::time::Instant::now();
    let (library, faults) = read_one(&bib);
    let time = start.elapsed();
    println!(
        "{} bytes, {} sources, {} faults: {time:?}",
        bib.len(),
        library.sources().len(),
        faults.len()
    );
}
