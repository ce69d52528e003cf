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
fn signs_of_latexs_own_are_text_where_commands_name_them() {
    check(
        "@book{a, title = {C:\\textbackslash{}temp \\textbraceleft{}x\\} \\textasciitilde{}a\\~{}b \
         \\textquotesingle{}y' \\textasciigrave z}}",
        "book book: title = C:\\temp {x} ~a~b 'y’ `z",
    );
    // The crate makes dashes even in addresses.
    check(
        "@online{a, title = {T}, url = {https://x.org/a--b---c/~d}, doi = {10.1/a--b}}",
        "webpage web: DOI = 10.1/a--b; URL = https://x.org/a--b---c/~d; title = T",
    );
}

#[test]
fn braces_protect_capitals_in_italics_too() {
    check(
        "@book{a, title = {\\emph{The {NKVD} and \\textbf{{USSR} {\\'e}t{\\'{e}}}}}, publisher = {\\emph{{A}}}}",
        "book book: publisher = <i>A</i>; title = <i>The <span class=\"nocase\">NKVD</span> and \
         <b><span class=\"nocase\">USSR</span> été</b></i>",
    );
}

#[test]
fn subtypes_may_be_types_of_csl() {
    check(
        "@misc{a, title = {T}, entrysubtype = {musical_score}, archive = {A}}",
        "musical_score other: archive = A; title = T",
    );
    check(
        "@inreference{a, title = {T}, entrysubtype = {entry-dictionary}, booktitle = {D}}",
        "entry-dictionary encyclopaedia: container-title = D; title = T",
    );
    check(
        "@misc{a, title = {T}, entrysubtype = {fonds}}",
        "collection document: title = T",
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
    let ris = |text: &str, expected: &str| {
        check_file(
            "a.ris",
            &format!("TY  - BOOK\nID  - a\nTI  - T\nDA  - {text}\nER  - \n"),
            &[&format!("a: book book: issued = {expected}; title = T")],
            &[],
        );
    };
    // A month, not the years 1932 to 1905; a range that is open on a side is a date.
    ris("1932-05", "1932-5");
    ris("1932-11", "1932-11");
    ris("1997/", "1997/0“1997–”");
    ris("/1997", "0“–1997”");
    ris("1939~", "1939~");
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

/// All sources of a file of any format, as `key: kind: variables`, and its faults as
/// `code: marked text`.
fn all_of(name: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let (library, faults) = read(&[(name.into(), text)], None, None);
    let sources = library.sources().iter();
    let sources = sources.map(|source| format!("{}: {}", source.item.key, shown(source)));
    (sources.collect(), marked(&faults, text))
}

#[track_caller]
fn check_file(name: &str, text: &str, sources: &[&str], faults: &[&str]) {
    let (got, got_faults) = all_of(name, text);
    assert_eq!(got, sources);
    assert_eq!(got_faults, faults);
}

#[test]
fn a_bib_file_of_any_program() {
    check_file(
        "a.bib",
        r#"% Encoding: UTF-8
@book{accents, title = {Na{\"\i}ve caf\'{e}s: {\OE}uvres \dag{} 5\textdegree C \href{https://example.org/}{page}\footnote{No}},
  author = {Dvo\v{r}\'ak, Anton{\'\i}n and Doe, Jane and others}}
@book{better, title = {B}, author = {family=Gaulle, given=Charles, prefix=de, useprefix=true}, month = "10~" # aug, year = 1931}
@book{half, title = {H}, year = {1931--32}, doi = {https://doi.org/10.1000/182}, keywords = {a, b}, annote = {N}}
@online{gone, title = {G}, archiveurl = {https://example.org/archived}, urldate = {2020-05-03}}
@memo{memo, author = {A, B}, recipient = {C, D}, date = {1932}, title = {On grain}}
@book{new, title = {New}, related = {half}, relatedtype = {reprintof}, date = {2001}}
@set{both, entryset = {memo, new}}
@Comment{jabref-meta: databaseType:biblatex;}
"#,
        &[
            "accents: book book: author = Dvořák, Antonín & Doe, Jane & [others]; title = Naïve cafés: Œuvres † 5°C \
             <span class=\"nocase\">page</span>; title-short = Naïve cafés",
            "better: book book: author = de Gaulle, Charles; issued = 1931-8-10; title = B",
            "half: book book: DOI = 10.1000/182; annote = N; issued = 1931/1932; keyword = a, b; title = H",
            "gone: webpage web: URL = https://example.org/archived; accessed = 2020-5-3; title = G",
            "memo: personal_communication letter: author = A, B; genre = memorandum; issued = 1932; recipient = C, D; \
             title = On grain",
            "new: book book: issued = 2001; original-date = 1931/1932; original-title = H; title = New",
        ],
        &[],
    );
}

#[test]
fn sets_stand_for_their_members_and_aliases_for_their_entry() {
    let bib = "@book{a, title = {A}, ids = {old, older}}\n@book{b, title = {B}}\n\
               @set{ab, entryset = {a, b}}\n@set{more, entryset = {ab, gone}}\n@set{none, title = {N}}";
    let (library, faults) = read_one(bib);
    assert_eq!(library.numbers("ab"), [0, 1]);
    assert_eq!(library.numbers("more"), [0, 1]);
    assert_eq!(library.numbers("older"), [0]);
    assert_eq!(library.numbers("gone"), [0; 0]);
    assert_eq!(
        marked(&faults, bib),
        ["source-field: ab, gone", "source-field: none"]
    );
}

#[test]
fn csl_json_as_programs_write_it() {
    check_file(
        "zotero.json",
        r#"[
  {"id":"http://zotero.org/users/1/items/AB","citation-key":"smith1932","type":"personal_communication",
   "author":[{"family":"Smith","given":"Ann"},{"literal":"Foreign Office"},{"family":"Gaulle","given":"Charles","non-dropping-particle":"de"}],
   "issued":{"date-parts":[["1932",5,"3"]]},"abstract":"private","custom":{"a":1},
   "note":"original-date: 1938\nOriginal Publisher: A Press\nrecipient: Brown || Tom\nSeen {:original-title: Der Brief} in part"},
  {"id":12,"type":"article-newspaper","title":"<i>A</i> b","issued":{"raw":"May 3, 1932"},"volume":3,"shortTitle":"A","page":"1–2"}
]"#,
        &[
            "smith1932: personal_communication letter: author = Smith, Ann & [Foreign Office] & de Gaulle, Charles; \
             issued = 1932-5-3; note = Seen in part; original-date = 1938; original-publisher = A Press; \
             original-title = Der Brief; recipient = Brown, Tom",
            "12: article-newspaper newspaper: issued = 1932-5-3; page = 1-2; title = <i>A</i> b; title-short = A; volume = 3",
        ],
        &[],
    );
    // The address that Zotero gives an entry is a key of it, too.
    let text =
        "[{\"id\": \"http://z/1\", \"citation-key\": \"a\", \"type\": \"book\", \"title\": \"A\"}]";
    let (library, _) = read(&[("a.json".into(), text)], None, None);
    assert_eq!(library.numbers("http://z/1"), [0]);
}

#[test]
fn dates_of_csl_json() {
    let date = |json: &str, expected: &str| {
        let text = format!(
            "[{{\"id\": \"a\", \"type\": \"book\", \"title\": \"T\", \"issued\": {json}}}]"
        );
        check_file(
            "a.json",
            &text,
            &[&format!("a: book book: issued = {expected}; title = T")],
            &[],
        );
    };
    date(r#"{"date-parts": [[1938]]}"#, "1938");
    date(r#"{"date-parts": [["1938", "05"]]}"#, "1938-5");
    date(
        r#"{"date-parts": [[1938, 5, 1], [1939, 6]]}"#,
        "1938-5-1/1939-6",
    );
    date(r#"{"date-parts": [[1938], [0]]}"#, "1938/0“1938–”");
    date(r#"{"date-parts": [[-44, 3, 15]]}"#, "-44-3-15");
    date(r#"{"date-parts": [[1938]], "season": 2}"#, "1938-22");
    date(
        r#"{"date-parts": [[1938]], "season": "autumn", "circa": true}"#,
        "1938-23~",
    );
    date(r#"{"date-parts": [[1938]], "circa": "1"}"#, "1938~");
    date(r#"{"literal": "n.d."}"#, "0“n.d.”");
    date(r#"{"raw": "1938-05/1939"}"#, "1938-5/1939");
    date(r#"{"raw": "3 May 1938"}"#, "1938-5-3");
    date(r#"{"raw": "3–5 May 1938"}"#, "1938-5-3/1938-5-5");
    date(r#"{"raw": "May–June 1938"}"#, "1938-5/1938-6");
    date(r#"{"raw": "Spring 1938"}"#, "1938-21");
    date(r#"{"raw": "c. 1938"}"#, "1938~");
    date(r#"{"raw": "23.8.1939"}"#, "1939-8-23");
    date(r#"{"raw": "Whitsun 1938"}"#, "0“Whitsun 1938”");
    date(r#"{"edtf": "193X"}"#, "1930/1939");
    date(r#""1938-05-03""#, "1938-5-3");
    date("1938", "1938");
}

#[test]
fn faults_of_csl_json_stand_where_they_are() {
    check_file(
        "a.json",
        r#"[
  {"id":"c","type":"bok","title":"C","issued":{"date-parts":[[1932,13]]},"author":"Doe","editor":[{"given":""}],"titel":"x"},
  {"id":"e","type":"book","title":"E" "volume":"x\q",},
  {"id":"f","type":"book","volume":"1","title":"F,
  {"id":"g","type":"book","title":"G"},
  {"type":"book","title":"no id"},
  {"id":"h","type":"book"}
]"#,
        &[
            "c: document document: title = C",
            "e: book book: title = E; volume = x\\q",
            "f: book book: volume = 1",
            "g: book book: title = G",
            "h: book book: ",
        ],
        &[
            "source-syntax: \"E\"",
            "source-syntax: \"x\\q\"",
            "source-syntax: ,",
            "source-syntax: \"F,",
            "source-syntax: {",
            "source-field: [[1932,13]]",
            "source-field: \"Doe\"",
            "source-field: {\"given\":\"\"}",
            "source-field: \"titel\"",
            "source-kind: \"bok\"",
            "untitled-source: \"h\"",
        ],
    );
    check_file(
        "a.json",
        "@book{a, title = {T}}",
        &[],
        &["source-syntax: @"],
    );
    check_file("a.json", "", &[], &[]);
}

#[test]
fn hayagrivas_yaml() {
    // The forms are those of Hayagriva's description of its format.
    check_file(
        "a.yml",
        r#"# The library
pravda:
  type: article
  title: "A {Title}: sub"
  author: ["Doe, Jane", "von Stein, Karl", {name: Smith, given-name: Ann, prefix: van}]
  date: 1939-08
  page-range: 12-15
  parent: {type: newspaper, title: Pravda, issue: 4.10}
"the reprint":
  type: book
  title: {value: Long Title, short: Long}
  date: ~1939
  publisher: {name: A Press, location: London}
  url: {value: https://example.org, date: 2020-01-02}
  serial-number: {doi: 10.1/x, isbn: 978-3}
  affiliated: {role: translator, names: ["Brown, Tom"]}
  parent: {type: original, title: Der Titel, date: 1850, publisher: Verlag}
part:
  type: chapter
  title: E
  page-range: 3
  parent:
    title: Whole
    editor: ["Roe, Richard"]
    volume: 2
    parent: {type: anthology, title: Series}
"#,
        &[
            "pravda: article-newspaper newspaper: author = Doe, Jane & Stein, Karl, von & Smith, Ann, van; \
             container-title = Pravda; issue = 4.10; issued = 1939-8; page = 12-15; \
             title = A <span class=\"nocase\">Title</span>: sub",
            "the reprint: book book: DOI = 10.1/x; ISBN = 978-3; URL = https://example.org; accessed = 2020-1-2; \
             issued = 1939~; original-date = 1850; original-publisher = Verlag; original-title = Der Titel; \
             publisher = A Press; publisher-place = London; title = Long Title; title-short = Long; \
             translator = Brown, Tom",
            "part: chapter chapter: collection-title = Series; container-title = Whole; editor = Roe, Richard; \
             page = 3; title = E; volume = 2",
        ],
        &[],
    );
}

#[test]
fn faults_of_hayagrivas_yaml_spare_the_other_entries() {
    check_file(
        "a.yaml",
        "a:\n  type: bok\n  title: [1]\n  date: spring\nb:\n  type: chapter\n  volume: 2\n  title: \"unclosed\n  \
         author: x\n- no entry\nc:\n  type: book\n  title: C\nd: nothing\n",
        &[
            "a: document other: ",
            "b: chapter chapter: volume = 2",
            "c: book book: title = C",
            "d: document other: ",
        ],
        &[
            "source-syntax: - no entry",
            "source-kind: bok",
            "source-field: [1",
            "source-field: spring",
            "untitled-source: a",
            "source-syntax: ",
            "source-field: nothing",
            "source-kind: ",
            "untitled-source: d",
        ],
    );
}

#[test]
fn ris_says_more_by_doubled_lines() {
    check_file(
        "a.ris",
        "TY  - LEGAL\nID  - a\nM3  - Treaty\nM3  - Protocol\nTI  - T\nER  - \n\
         TY  - BOOK\nID  - b\nM3  - Dictionary\nTI  - T\nOP  - 1888\nOP  - Die Mühle\nER  - \n\
         TY  - EDBOOK\nID  - c\nAU  - Doe, Jane\nA3  - Roe, Ann\nTI  - T\nER  - \n",
        &[
            "a: treaty treaty: genre = Protocol; title = T",
            "b: book encyclopaedia: original-date = 1888; original-title = Die Mühle; title = T",
            "c: book book: collection-editor = Roe, Ann; editor = Doe, Jane; title = T",
        ],
        &[],
    );
}

#[test]
fn csl_json_says_how_names_stand() {
    let text = r#"[{"id": "a", "type": "book", "title": "T", "author": [{"family": "Bartók",
        "given": "Béla", "static-ordering": true, "suffix": "Jr.", "comma-suffix": 1}],
        "note": "two  blanks"}]"#;
    let (library, faults) = read(&[("a.json".into(), text)], None, None);
    assert!(faults.is_empty(), "{faults:?}");
    let item = &library.sources()[0].item;
    let name = &item.names["author"][0];
    assert!(name.static_order && name.comma_suffix);
    assert_eq!(item.text["note"], "two  blanks");
}

#[test]
fn ris_as_programs_write_it() {
    check_file(
        "a.ris",
        "\u{feff}TY  - JOUR\r\nAU  - Doe, Jane\r\nAU  - King, Martin, Jr.\r\nTI  - A Title\r\nthat goes on\r\n\
         JO  - Slav. Rev.\r\nT2  - Slavic Review\r\nPY  - 1989\r\nDA  - 1989/09//Fall\r\nSP  - 175\r\nEP  - 189\r\n\
         VL  - 68\r\nIS  - 4\r\nDO  - https://doi.org/10.2307/1\r\nSN  - 0037-6779\r\nKW  - a\r\nKW  - b\r\n\
         N1  - my note\r\nAB  - private\r\nER  - \r\n\r\n\
         TY  - PCOMM\nAU  - Smith, Ann\nA2  - Brown, Tom\nDA  - 1932/05/03\nM3  - Memorandum\nAV  - Box 3, folder 5\n\
         DB  - County Record Office\nT2  - Smith papers\n\
         TY  - BOOK\nID  - mykey\nA1  - Foreign Office\nT1  - Book\nPY  - 1940///Spring\nCY  - London\nPB  - HMSO\nOP  - 1938\nER  -",
        &[
            "doe1989: article-journal article: DOI = 10.2307/1; ISSN = 0037-6779; annote = my note; \
             author = Doe, Jane & King, Jr., Martin; container-title = Slavic Review; \
             container-title-short = Slav. Rev.; issue = 4; issued = 1989-9; keyword = a, b; page = 175-189; \
             title = A Title that goes on; volume = 68",
            "smith1932: personal_communication letter: archive = County Record Office; \
             archive_collection = Smith papers; archive_location = Box 3, folder 5; author = Smith, Ann; \
             genre = Memorandum; issued = 1932-5-3; recipient = Brown, Tom",
            "mykey: book book: author = [Foreign Office]; issued = 1940-21; original-date = 1938; publisher = HMSO; \
             publisher-place = London; title = Book",
        ],
        &[],
    );
}

#[test]
fn faults_of_ris_and_keys_that_are_made() {
    let text = "AU  - stray\nTY  - BOK\nAU  - Smith, Ann\nPY  - 1940\nTI  - X\nY2  - soon\nER  - \n\
                TY  - BOOK\nAU  - Smith, Bob\nPY  - 1940\nTI  - Y\nER  - \n\
                TY  - BOOK\nTI  - The Harvest\nER  - \nTY  - BOOK\nID  - harvestnd\nPY  - 1940\nER  - \n";
    check_file(
        "a.ris",
        text,
        &[
            "smith1940a: document document: author = Smith, Ann; issued = 1940; title = X",
            "smith1940b: book book: author = Smith, Bob; issued = 1940; title = Y",
            "harvestnd: book book: title = The Harvest",
        ],
        &[
            "source-syntax: AU",
            "doubled-source: harvestnd",
            "source-field: BOK",
            "source-kind: BOK",
            "source-field: soon",
            "source-field: BOOK",
        ],
    );
    let (_, faults) = read(&[("a.ris".into(), text)], None, None);
    let shared = faults
        .iter()
        .find(|fault| fault.message.contains("author and year"));
    assert_eq!(
        shared.map(|fault| fault.message.as_str()),
        Some("in `smith1940a`, the key is made from author and year, which 2 entries share")
    );
}

#[test]
fn of_a_library_only_what_is_wanted_is_read() {
    let bib = "@book{a, title = {A}, date = {no date}}\n@book{b, title = {B}, date = {no date}, crossref = {a}}\n\
               @book{c, title = {C}\n@book{a, title = {Again}}\n@set{s, entryset = {b}}";
    let wanted = |keys: &[&str]| {
        let keys: BTreeSet<&str> = keys.iter().copied().collect();
        let (library, faults) = read(&[("a.bib".into(), bib)], None, Some(&keys));
        let read: Vec<String> = library
            .sources()
            .iter()
            .map(|s| s.item.key.clone())
            .collect();
        // What isn't read is still known, so that a misspelt key finds it.
        assert_eq!(library.nearest("A"), Some("a"));
        (read, marked(&faults, bib))
    };
    let always = ["source-syntax: c", "doubled-source: a"].map(str::to_owned);
    assert_eq!(wanted(&[]), (vec![], always.to_vec()));
    let mut faults = always.to_vec();
    faults.push("source-field: no date".to_owned());
    assert_eq!(wanted(&["s", "unknown"]), (vec!["b".to_owned()], faults));
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
fn deep_values_end_in_every_format() {
    for open in ["[", "{a: ", "- ", "? ", "{", "{ {"] {
        for depth in [24, 60, 300, 100_000] {
            let text = format!("k:\n  title: T\n  author:\n    {}", open.repeat(depth));
            let (library, _) = read(&[("a.yml".into(), &text)], None, None);
            assert_eq!(library.sources().len(), 1);
        }
    }
    for open in ["[", "{\"a\": "] {
        let text = format!(
            "[{{\"id\": \"k\", \"title\": \"T\", \"author\": {}",
            open.repeat(100_000)
        );
        let (library, faults) = read(&[("a.json".into(), &text)], None, None);
        assert_eq!(library.sources().len(), 1);
        assert!(!faults.is_empty());
    }
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
        check_places("a.bib", &text, &overlay);
    }

    #[test]
    fn any_json_gives_a_library_and_places_within_it(
        text in "([\\[\\]{},:\"\\\\]|\\{\"id\": ?\"[a-zä]\"|\"(type|title|issued|author|date-parts|season|note|raw|citation-key)\": ?|\"[a-zß\u{e9} {:}-]{0,9}\"|null|true|-?[0-9.]{1,9}|\n ?|\u{feff}){0,60}",
    ) {
        check_places("a.json", &text, "");
    }

    #[test]
    fn any_yaml_gives_a_library_and_places_within_it(
        text in "((\n|\n  )(type|title|date|author|parent|url|affiliated|[a-zä]{1,3}): ?|book|article|original|[\\[\\]{},:\"'\\\\$#&*|>-]|[a-zß\u{e9} ]{0,6}|[0-9]{1,5}|\n|\t|\u{feff}){0,50}",
    ) {
        check_places("a.yml", &text, "");
    }

    #[test]
    fn any_ris_gives_a_library_and_places_within_it(
        text in "(\n(TY|ER|AU|A2|PY|DA|ID|TI|SP|EP|OP|DO|Y2|M3|[A-Zä]{2})  ?-( |)|BOOK|PCOMM|Interview|[a-zß\u{e9}, ]{0,8}|[0-9]{1,5}|/|\r?\n|\u{feff}){0,50}",
    ) {
        check_places("a.ris", &text, "");
    }

    #[test]
    fn any_text_is_survived_in_every_format(text in "\\PC{0,60}", ending in "bib|json|yml|ris") {
        check_places(&format!("a.{ending}"), &text, "");
    }

    #[test]
    fn any_value_of_json_is_survived(name in "issued|author|note|title|type|id", value in "\\PC{0,30}", raw in "raw|literal|season|family") {
        let value = serde_json::Value::from(value);
        let inner = format!("{{\"{raw}\": {value}}}");
        let text = format!("[{{\"id\": \"k\", \"{name}\": {value}, \"editor\": [{inner}], \"accessed\": {inner}}}]");
        check_places("a.json", &text, "");
    }

    #[test]
    fn any_value_of_a_field_is_survived(name in "title|date|year|month|author|editor|pages|url|doi|note|options|langid|crossref|xdata|ids|eprint|type|related|entryset|keywords", value in "\\PC{0,40}") {
        check_places("a.bib", &format!("@book{{k, {name} = {{{value}}}}}"), "");
    }
}

fn check_places(name: &str, text: &str, overlay: &str) {
    let (library, faults) = read(
        &[(name.into(), text)],
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
        let text = if &*place.file == name { text } else { overlay };
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

/// Run with `cargo test --release --lib measure -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn measure_a_large_library() {
    let bib = |n: usize| {
        format!(
            "@article{{key{n},\n  author = {{Weinberg, Gerhard L. and M{{\\\"u}}ller, Rolf-Dieter}},\n  \
             title = {{The {{Nazi-Soviet}} Pacts: A Half-Century Later {n}}},\n  journaltitle = {{Foreign Affairs}},\n  \
             date = {{1989-09}},\n  volume = {{68}},\n  number = {{4}},\n  pages = {{175--189}},\n  \
             doi = {{10.2307/20044113}},\n  abstract = {{{}}},\n}}\n\n",
            "Words of an abstract. ".repeat(8),
        )
    };
    let json = |n: usize| {
        format!(
            "\t{{\"id\": \"key{n}\", \"type\": \"article-journal\", \"title\": \"The Pacts: A Half-Century Later {n}\", \
             \"author\": [{{\"family\": \"Weinberg\", \"given\": \"Gerhard L.\"}}], \"container-title\": \"Foreign Affairs\", \
             \"issued\": {{\"date-parts\": [[1989, 9]]}}, \"volume\": \"68\", \"issue\": \"4\", \"page\": \"175-189\", \
             \"DOI\": \"10.2307/20044113\", \"abstract\": \"{}\"}},\n",
            "Words of an abstract. ".repeat(8),
        )
    };
    let ris = |n: usize| {
        format!(
            "TY  - JOUR\nID  - key{n}\nAU  - Weinberg, Gerhard L.\nTI  - The Pacts: A Half-Century Later {n}\n\
             T2  - Foreign Affairs\nPY  - 1989\nVL  - 68\nIS  - 4\nSP  - 175\nEP  - 189\nDO  - 10.2307/20044113\n\
             AB  - {}\nER  - \n\n",
            "Words of an abstract. ".repeat(8),
        )
    };
    let yaml = |n: usize| {
        format!(
            "key{n}:\n  type: article\n  title: \"The Pacts: A Half-Century Later {n}\"\n  author: \"Weinberg, Gerhard L.\"\n  \
             date: 1989-09\n  page-range: 175-189\n  parent: {{type: periodical, title: Foreign Affairs, volume: 68, issue: 4}}\n  \
             abstract: {}\n",
            "Words of an abstract. ".repeat(8),
        )
    };
    let all = |entry: &dyn Fn(usize) -> String| (0..20_000).map(entry).collect::<String>();
    let files = [
        ("a.bib", all(&bib)),
        (
            "a.json",
            format!("[\n{}]", all(&json).trim_end_matches(",\n")),
        ),
        ("a.ris", all(&ris)),
        ("a.yml", all(&yaml)),
    ];
    let cited: Vec<String> = (0..60).map(|n| format!("key{}", n * 331)).collect();
    let cited: BTreeSet<&str> = cited.iter().map(String::as_str).collect();
    for (name, text) in &files {
        for wanted in [Some(&cited), None] {
            let start = std::time::Instant::now();
            let (library, faults) = read(&[((*name).into(), text)], None, wanted);
            println!(
                "{name}, {} bytes, 20000 entries, {} read, {} faults: {:?}",
                text.len(),
                library.sources().len(),
                faults.len(),
                start.elapsed(),
            );
        }
    }
}
