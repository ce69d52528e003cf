//! Markdown in, tape and faults out.

use std::fmt::Write;

use super::*;
use crate::diag::Code;

fn rules() -> Rules {
    Rules {
        series: ["main".into(), "ed".into()].into(),
        language: "en".into(),
    }
}

fn read(text: &str) -> Parsed {
    parse(&"content/pact/01-farms.md".into(), text, &rules(), &Data)
}

/// The files beside the one that is read.
struct Data;

impl Texts for Data {
    fn text(&self, path: &str) -> Option<&str> {
        let found = DATA.iter().find(|(known, _)| *known == path);
        found.map(|(_, text)| *text)
    }

    fn paths(&self) -> Vec<&str> {
        DATA.iter().map(|(path, _)| *path).collect()
    }
}

const DATA: &[(&str, &str)] = &[
    (
        "data/deaths.csv",
        "Year,Deaths,source\n1932,1200,\"@k, p. 3\"\n1933,12500,See [@l].[^1]\n",
    ),
    (
        "data/events.csv",
        "date,text,cite\n1941-06-22,Second,@k\n1939,\"First, *really*\",[@l; @m]\nc. 1945,Third,\n",
    ),
    (
        "data/terms.csv",
        "Term;Also;Definition\nquern;querns;A *mill*[^1], see [@k].\n",
    ),
    (
        "data/part.md",
        "+++\ntitle = \"Part\"\n+++\n# Part\n\nText.[^1] [Link](x.md)\n\n[^1]: Its note.\n",
    ),
    ("data/circle.md", "::: include {file=\"circle.md\"}\n:::\n"),
    ("data/odd.csv", "date,\"a\n\"\"b\",\nx\n\"y"),
    (
        "data/states.csv",
        "name,abbreviation,column,row,1930\nA,a,1,1,x\nB,b,1,1,y\nC,c,0,1,y\n",
    ),
];

/// The rows of a text's only component, with their sentences.
fn rows(parsed: &Parsed) -> Vec<String> {
    let data = parsed.components[0].data.as_ref().expect("data");
    let cells = |row: &Row| {
        row.cells
            .iter()
            .map(|cell| show(parsed, cell))
            .collect::<Vec<_>>()
            .join(" | ")
    };
    data.rows.iter().map(cells).collect()
}

#[test]
fn rows_cite_in_the_flow_of_their_section() {
    let parsed = read(
        "# T\n\nBefore.[^1]\n\n::: chart {data=\"deaths.csv\" title=\"Deaths\" source=\"@m, p. 9\"}\nCaption.[^1]\n:::\n\nAfter [@k].\n\n[^1]: Note.\n",
    );
    assert_eq!(parsed.faults, []);
    assert_eq!(
        rows(&parsed),
        ["1932 | 1,200 | {@k page 3}", "1933 | 12,500 | See.{@l}{^1}"]
    );
    let source = parsed.components[0]
        .argument("source")
        .and_then(|source| source.tape.as_ref());
    assert_eq!(
        source.map(|tape| show(&parsed, tape)).as_deref(),
        Some("{by @m page 9}{@m page 9}")
    );
    assert_eq!(
        parsed.sentences,
        [
            "Before.",
            "Year: 1932; Deaths: 1,200",
            "Year: 1933; Deaths: 12,500",
            "Year: 1933; Deaths: 12,500",
            "Caption.",
            "Deaths",
            "After."
        ]
    );
    let place = &parsed.places.citations[0][0];
    assert_eq!(
        (&*place.file, &DATA[0].1[place.span.clone()]),
        ("data/deaths.csv", "@k")
    );
    let place = &parsed.places.flow[5];
    assert_eq!(&*place.file, "content/pact/01-farms.md");
    assert!(parsed.used.contains("data/deaths.csv"));
    let data = parsed.components[0].data.as_ref().expect("data");
    assert_eq!(data.drawing.matches("<svg").count(), 2);
}

#[test]
fn a_timeline_is_in_order_and_a_glossary_has_terms() {
    let parsed = read("# T\n\n::: timeline {data=\"events.csv\"}\n:::\n");
    assert_eq!(parsed.faults, []);
    assert_eq!(
        rows(&parsed),
        [
            "1939 | First, <em>really</em> | {@l @m}",
            "22 June 1941 | Second | {@k}",
            "c. 1945 | Third | "
        ]
    );
    let parsed = read("# T\n\n::: glossary {data=\"terms.csv\"}\n:::\n\n[^1]: Note.\n");
    assert_eq!(parsed.faults, []);
    let term = &parsed.outline.terms[0];
    assert_eq!(
        (term.forms.join("|"), &*term.anchor, &*term.meaning),
        ("quern|querns".to_owned(), "term:quern", "A mill, see.")
    );
}

#[test]
fn an_included_file_has_its_own_notes_and_places() {
    let parsed = read("# T\n\n::: include {file=\"part.md\"}\n:::\n\nMine.[^1]\n\n[^1]: Mine.\n");
    assert_eq!(parsed.faults, []);
    let expected = "{include:}<h2 id=\"part\">Part</h2>\n<p>Text.{^1} <a href=\"{data/x.md#}\">Link</a></p>\n{:include}<p>Mine.{^1}</p>";
    assert_eq!(show(&parsed, &parsed.body), expected);
    let files: Vec<&str> = parsed
        .places
        .notes
        .iter()
        .map(|place| &*place.file)
        .collect();
    assert_eq!(files, ["content/pact/01-farms.md", "data/part.md"]);
    assert_eq!(parsed.outline.flow, [Flow::Note(1), Flow::Note(0)]);
}

#[test]
fn what_is_wrong_with_data_is_told_where_it_is() {
    let told = |text: &str| {
        let parsed = read(&format!("# T\n\n{text}\n:::\n"));
        let faults = parsed.faults.iter();
        let faults = faults
            .filter(|fault| fault.code != Code::UndefinedNote)
            .map(|fault| {
                let place = fault.place.as_ref().expect("a place");
                let help = fault.help.as_deref().unwrap_or_default();
                format!("{}: {} ({help})", place.file, fault.message)
            });
        faults.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        told("::: chart {data=\"death.csv\" title=\"T\"}"),
        "content/pact/01-farms.md: there is no file `data/death.csv` (did you mean `deaths.csv`?)"
    );
    assert_eq!(
        told("::: chart {data=\"deaths.csv\" title=\"T\" kind=\"bar\" y=\"Death\"}"),
        "content/pact/01-farms.md: there is no kind of chart `bar` (did you mean `bars`?)\n\
         content/pact/01-farms.md: `data/deaths.csv` has no column `death` (did you mean `deaths`?)"
    );
    assert_eq!(
        told("::: chart {data=\"events.csv\" title=\"T\"}")
            .lines()
            .next(),
        Some(
            "data/events.csv: `Second` isn't read as a number (write digits only, and what they count in the heading)"
        )
    );
    assert_eq!(
        told("::: people {data=\"deaths.csv\"}"),
        "content/pact/01-farms.md: `data/deaths.csv` has no column `name` (its columns are year, deaths, source)"
    );
    assert_eq!(
        told("::: map {data=\"states.csv\" title=\"T\"}"),
        "data/states.csv: column 1 of row 1 is taken (each tile of a map has a place of its own)\n\
         data/states.csv: `0` is no place for a tile (columns and rows are counted from 1 to 40)"
    );
    assert_eq!(
        told("::: include {file=\"circle.md\"}"),
        "data/circle.md: `data/circle.md` includes itself (one includes the next: content/pact/01-farms.md, data/circle.md, data/circle.md)"
    );
    assert!(told("::: timeline {data=\"odd.csv\"}").contains("a quotation mark isn't closed"));
}

/// A tape as text, its holes in braces.
fn show(parsed: &Parsed, tape: &Tape) -> String {
    let mut out = String::new();
    let mut done = 0;
    for hole in &tape.holes {
        out.push_str(&tape.html[done..hole.at]);
        done = hole.at;
        let outline = &parsed.outline;
        let _ = match hole.what {
            What::Mark(mark) => match outline.flow[mark] {
                Flow::Note(note) => {
                    let note = &outline.notes[note];
                    let series = if note.series == "main" {
                        ""
                    } else {
                        &note.series
                    };
                    write!(out, "{{{series}^{}}}", note.label)
                }
                Flow::Citation { citation, .. } => write!(out, "{{{}}}", keys(outline, citation)),
            },
            What::Citation(citation) => write!(out, "{{{}}}", keys(outline, citation)),
            What::Authors(citation) => write!(out, "{{by {}}}", keys(outline, citation)),
            What::Link(link) => {
                write!(
                    out,
                    "{{{}#{}}}",
                    outline.links[link].path, outline.links[link].anchor
                )
            }
            What::File(file) => write!(out, "{{{}}}", outline.files[file]),
            What::Name(name) => write!(out, "{{{}}}", outline.names[name].id),
            What::Paragraph(_) => write!(out, "<p>"),
            What::Word(word) => write!(out, "{{{word}}}"),
            What::Open(component) => write!(out, "{{{}:}}", parsed.components[component].name),
            What::Cut(_) => write!(out, "{{---}}"),
            What::Close(component) => write!(out, "{{:{}}}", parsed.components[component].name),
        };
    }
    out.push_str(&tape.html[done..]);
    out.trim().to_owned()
}

fn keys(outline: &Outline, citation: usize) -> String {
    let keys = outline.citations[citation].cites.iter().map(|cite| {
        let locator = cite
            .locator
            .as_ref()
            .map(|(kind, text)| format!(" {kind} {text}"));
        format!("@{}{}", cite.key, locator.unwrap_or_default())
    });
    keys.collect::<Vec<_>>().join(" ")
}

/// The body's tape.
#[track_caller]
fn body(text: &str, expected: &str) {
    let parsed = read(text);
    assert_eq!(show(&parsed, &parsed.body), expected, "\nin: {text}");
    assert_eq!(faults(&parsed), Vec::<String>::new(), "\nin: {text}");
}

/// Every note: label, state, tape.
#[track_caller]
fn notes(text: &str, expected: &[&str]) {
    let parsed = read(text);
    let notes: Vec<String> = parsed
        .outline
        .notes
        .iter()
        .zip(&parsed.notes)
        .map(|(note, tape)| {
            let state = note.state.map_or("", State::name);
            format!(
                "{}^{} {state}: {}",
                note.series,
                note.label,
                show(&parsed, tape)
            )
        })
        .collect();
    assert_eq!(notes, expected, "\nin: {text}");
}

/// Code, message and marked text of each fault, in reading order.
fn faults(parsed: &Parsed) -> Vec<String> {
    let mut faults = parsed.faults.clone();
    crate::diag::sort(&mut faults);
    faults
        .iter()
        .map(|fault| {
            let place = fault
                .place
                .as_ref()
                .map(|place| place.span.clone())
                .unwrap_or_default();
            format!(
                "{} at {}..{}: {}",
                fault.code.name(),
                place.start,
                place.end,
                fault.message
            )
        })
        .collect()
}

/// The faults as `code «marked text»`.
#[track_caller]
fn wrong(text: &str, expected: &[&str]) {
    let mut faults = read(text).faults;
    crate::diag::sort(&mut faults);
    let found: Vec<String> = faults
        .iter()
        .map(|fault| {
            let span = fault
                .place
                .as_ref()
                .map(|place| place.span.clone())
                .unwrap_or_default();
            format!("{} «{}»", fault.code.name(), &text[span])
        })
        .collect();
    assert_eq!(found, expected, "\nin: {text}");
}

#[test]
fn marks_and_notes() {
    body("It fell.[^1]\n\n[^1]: Note.", "<p>It fell.{^1}</p>");
    notes("It fell.[^1]\n\n[^1]: Note.", &["main^1 : <p>Note.</p>"]);
    // A mark before and behind its note, called twice, in any letter case.
    body("[^b]: Note.\n\nOne[^b] two[^B]", "<p>One{^b} two{^b}</p>");
    notes(
        "x[^ed:q]\n\n[^ed:q]: {disputed} Note.",
        &["ed^q disputed: <p>Note.</p>"],
    );
}

#[test]
fn a_note_may_have_several_paragraphs_and_lists() {
    notes(
        "x[^1] y[^2]\n\n[^1]: One.\n\n    Two.\n\n    - three\n[^2]: Four.",
        &[
            "main^1 : <p>One.</p>\n<p>Two.</p>\n<ul>\n<li>three</li>\n</ul>",
            "main^2 : <p>Four.</p>",
        ],
    );
}

#[test]
fn marks_everywhere() {
    let note = "\n\n[^1]: N.";
    body(
        &format!("## Head[^1]\n\n- item[^1]\n\n> said[^1]\n\n| a[^1] |\n|---|\n| b[^1] |{note}"),
        "<h2 id=\"head\">Head{^1}</h2>\n<ul>\n<li>item{^1}</li>\n</ul>\n<blockquote>\n<p>said{^1}</p>\n\
         </blockquote>\n<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{table} 1\"><table>\n\
         <thead><tr><th scope=\"col\">a{^1}</th></tr></thead>\n<tbody>\n<tr><td>b{^1}</td></tr>\n\
         </tbody></table></div>",
    );
    body(
        &format!("::: aside\nboxed[^1]\n:::{note}"),
        "{aside:}<p>boxed{^1}</p>\n{:aside}",
    );
}

#[test]
fn nothing_is_read_in_code_math_or_raw_html() {
    body(
        "`[^1] @k ^[x]` and $[^1]$\n\n```\n[^1] @k\n::: aside\n:::\n```\n\n<div title=\"[^1] @k\">\n::: aside\n</div>\n\n<!-- [^1] [@k] -->",
        "<p><code>[^1] @k ^[x]</code> and <span class=\"math\">[^1]</span></p>\n<pre><code>[^1] @k\n\
         ::: aside\n:::\n</code></pre>\n<div title=\"[^1] @k\">\n::: aside\n</div>",
    );
    body(
        "    ::: aside\n    [^x]",
        "<pre><code>::: aside\n[^x]</code></pre>",
    );
}

#[test]
fn a_component_is_not_closed_in_a_note() {
    let parsed = read("::: aside\nA[^1]\n\n[^1]: B\n\n    :::\n");
    let messages: Vec<&str> = parsed.faults.iter().map(|f| &*f.message).collect();
    assert_eq!(
        messages,
        ["no component is open here", "`aside` is never closed"]
    );
}

#[test]
fn comments_are_not_published() {
    body(
        "Sure <!-- really? ask Anna [^1] --> so.\n\n<!-- draft\n\nof *two* paragraphs -->\n\n<div>\n<!-- a --><b id=\"x\">c</b><!---->d<!-- e\nf --> g\n</div>",
        "<p>Sure  so.</p>\n\n<div>\n<b id=\"x\">c</b>d g\n</div>",
    );
    // One that is never closed would hide the rest of the page.
    body("Before.\n\n<!-- open\n\nAfter.", "<p>Before.</p>");
    body(
        "    <!-- code -->\n\n`<!-- b -->`",
        "<pre><code>&lt;!-- code --&gt;\n</code></pre>\n<p><code>&lt;!-- b --&gt;</code></p>",
    );
}

#[test]
fn inline_notes() {
    body(
        "Prices^[By *the* [ministry](https://a.b).] rose.",
        "<p>Prices{^} rose.</p>",
    );
    notes(
        "Prices^[By *the* [ministry](https://a.b), see [@k, p. 3] and [sic].] rose.",
        &[
            "main^ : <p>By <em>the</em> <a href=\"https://a.b\">ministry</a>, see {@k page 3} and [sic].</p>",
        ],
    );
    body("a \\^[b] c", "<p>a ^[b] c</p>");
    body(
        "**bold^[note]** and *a ^[b]*",
        "<p><strong>bold{^}</strong> and <em>a {^}</em></p>",
    );
}

#[test]
fn citations_in_prose_become_marks_behind_the_punctuation() {
    body(
        "He admitted it [@k, pp. 3-5].",
        "<p>He admitted it.{@k page 3-5}</p>",
    );
    body(
        "It fell [see @a; @b, ch. 2], he said",
        "<p>It fell,{@a @b chapter 2} he said</p>",
    );
    body(
        "As @k [p. 3] says.",
        "<p>As {by @k page 3}{@k page 3} says.</p>",
    );
    body("Says @k.", "<p>Says {by @k}.{@k}</p>");
    body(
        "@a_b and @c:d.",
        "<p>{by @a_b}{@a_b} and {by @c:d}.{@c:d}</p>",
    );
    body(
        "me@example.org \\@k [not one]",
        "<p>me@example.org @k [not one]</p>",
    );
    body("[*Work* @k]", "<p>{@k}</p>");
}

#[test]
fn citations_in_notes_are_printed_in_place() {
    notes(
        "x[^1]\n\n[^1]: See [@k, p. 3] and @b.",
        &["main^1 : <p>See {@k page 3} and {@b}.</p>"],
    );
}

#[test]
fn links_name_files() {
    body(
        "[a](02-army.md#b) [c](../about.md) [d](/war/x.md) [e](plan.pdf) [f](https://x.y/z.md) ![alt *x*](/m.png)",
        "<p><a href=\"{content/pact/02-army.md#b}\">a</a> <a href=\"{content/about.md#}\">c</a> \
         <a href=\"{content/war/x.md#}\">d</a> <a href=\"{content/pact/plan.pdf}\">e</a> \
         <a href=\"https://x.y/z.md\">f</a> <img src=\"{static/m.png}\" alt=\"alt x\"></p>",
    );
}

#[test]
fn headings_get_anchors_that_differ() {
    body(
        "## A b\n\n## A b\n\n## C {#own}",
        "<h2 id=\"a-b\">A b</h2>\n<h2 id=\"a-b-2\">A b</h2>\n<h2 id=\"own\">C</h2>",
    );
    // The first heading is the title; further ones of its level go one down with all others.
    let parsed = read("# The title *here*\n\n# Part\n\n## Chapter");
    assert_eq!(parsed.outline.title, "The title here");
    assert_eq!(
        show(&parsed, &parsed.body),
        "<h2 id=\"part\">Part</h2>\n<h3 id=\"chapter\">Chapter</h3>"
    );
}

#[test]
fn components_keep_their_place_in_lists_and_quotations() {
    body(
        "::: figure {src=\"map.png\" alt=\"A \\\"map\\\"\" wide=true n=2}\nThe *caption*.\n:::\nAfter.",
        "{figure:}<p>The <em>caption</em>.</p>\n{:figure}<p>After.</p>",
    );
    let parsed = read("::: figure {src=\"map.png\" wide=true n=2}\n:::");
    let arguments: Vec<String> = parsed.components[0]
        .arguments
        .iter()
        .map(|a| format!("{}={}", a.name, a.value))
        .collect();
    assert_eq!(arguments, ["src=\"map.png\"", "wide=true", "n=2"]);
    assert_eq!(parsed.outline.files, ["content/pact/map.png"]);
    body(
        "> ::: aside\n> quoted\n> :::",
        "<blockquote>\n{aside:}<p>quoted</p>\n{:aside}</blockquote>",
    );
    body("::: a\n::: b\nx\n:::\n:::", "{a:}{b:}<p>x</p>\n{:b}{:a}");
}

#[test]
fn prices_are_no_formulas() {
    body(
        "From $100[^1]-$200[^1].\n\n[^1]: A.",
        "<p>From $100{^1}-$200{^1}.</p>",
    );
    body(
        "`$5-$10` and $x$",
        "<p><code>$5-$10</code> and <span class=\"math\">x</span></p>",
    );
    body(
        "It cost $5-$10 then, $20 now.",
        "<p>It cost $5-$10 then, $20 now.</p>",
    );
}

#[test]
fn sentences_of_marks() {
    let parsed = read("One fell. Two *rose*,[^1] they say. Three.[^2]\n\n[^1]: A.\n[^2]: B.");
    assert_eq!(parsed.sentences, ["Two rose, they say.", "Three."]);
    let list = read("- one[^1]\n  - two\n\n[^1]: A.");
    assert_eq!(list.sentences, ["one"]);
}

#[test]
fn notes_that_are_wrong() {
    wrong("x[^nope]", &["undefined-note «[^nope]»"]);
    wrong("x[^1]\n\n[^1]: A.\n[^1]: B.", &["doubled-note «[^1]»"]);
    wrong("x\n\n[^1]: A.", &["uncalled-note «[^1]»"]);
    wrong("x[^1]\n\n[^1]:", &["empty-note «[^1]»"]);
    wrong(
        "x[^1]\n\n[^1]: A[^2].\n[^2]: B.",
        &["nested-note «[^2]»", "uncalled-note «[^2]»"],
    );
    wrong("x^[a ^[b] c]", &["nested-note «^[b]»"]);
    wrong("x^[never closed", &["unclosed-note «^[»"]);
    wrong("x[^tr:1]\n\n[^tr:1]: A.", &["unknown-series «[^tr:1]»"]);
    wrong(
        "x[^1]\n\n[^1]: {uncheked} A.",
        &["unknown-state «{uncheked}»"],
    );
    wrong(
        "more than 10 million1. It fell2, he",
        &["lost-mark «1»", "lost-mark «2»"],
    );
    wrong("CO2, H1N1, utf8, base64url, log4j, v1, x2, page10s", &[]);
}

#[test]
fn lost_marks_rise_as_notes_numbers_do() {
    wrong("We use python3 and networkx2, in window95.", &[]);
    wrong(
        "a word4 here, and another5.",
        &["lost-mark «4»", "lost-mark «5»"],
    );
    wrong(
        "+++\ntitle = 't'\nallow = ['lost-mark']\n+++\n10 million1",
        &[],
    );
}

#[test]
fn marks_where_they_cant_be_read_are_told() {
    wrong(
        "[the page[^1]](https://a.b)\n\n[^1]: A.",
        &["unread-link «](»"],
    );
    wrong("[a page](my page.html)", &["unread-link «](»"]);
    wrong(
        "x[^1]\n\n<div>\nText.[^1] [^2]\n</div>\n\n<!-- [^1] -->\n\n[^1]: A.",
        &["unread-mark «[^1]»"],
    );
    wrong("[@name](https://a.b) and \\](x)", &[]);
}

#[test]
fn links_lead_into_indexes() {
    let parsed = read(
        "[Ann *Lee*](person:) met [her](<person:Ann Lee>) in\n[York](place:New%20York \"A title\"), \
         ![not](person:x)\n\n## On [c](term:C++) and [c](term:C)\n",
    );
    let names: Vec<String> = parsed
        .outline
        .names
        .iter()
        .map(|name| format!("{} {} #{}", name.index.name(), name.name, name.id))
        .collect();
    assert_eq!(
        names.join("\n"),
        "people Ann Lee #people:ann-lee\npeople Ann Lee #people:ann-lee:2\nplaces New York #places:new-york\n\
         terms C++ #terms:c\nterms C #terms:c:2"
    );
    assert_eq!(parsed.outline.headings[0].html, "On c and c");
    wrong("[](person:)", &["broken-link «[](person:)»"]);
    wrong("[Ann](person:Ann Lee)", &["unread-link «](»"]);
}

#[test]
fn an_undefined_note_is_explained() {
    let help = |text: &str| read(text).faults[0].help.clone().unwrap_or_default();
    assert!(help("x\n\n[^6] For details").contains("a colon is missing"));
    assert!(help("x[^1a]\n\n```\n[^1a]: A.\n").contains("line 4"));
    assert!(help("x[^explanatory] y[^explantory]\n\n[^explantory]: A.").contains("[^explantory]"));
}

#[test]
fn two_faults_of_a_kind_are_two() {
    wrong(
        "a[^x] b[^y]\n\nc[^x]",
        &[
            "undefined-note «[^x]»",
            "undefined-note «[^y]»",
            "undefined-note «[^x]»",
        ],
    );
}

#[test]
fn components_and_links_that_are_wrong() {
    wrong("::: aside\ntext", &["unclosed-component «aside»"]);
    wrong("text\n\n:::", &["stray-close «:::»"]);
    wrong(
        "::: figure {src=map.png}\n:::",
        &["component-argument «map.png»"],
    );
    wrong(
        "::: figure {src=\"a.png}\n:::",
        &["component-argument «\"a.png»"],
    );
    wrong("- ::: aside\n\nx\n\n:::", &["stray-close «:::»"]);
    wrong(
        "> ::: aside\n> x\n\n:::",
        &["unclosed-component «aside»", "stray-close «:::»"],
    );
    wrong(
        "[x](javascript:alert(1))",
        &["unsafe-link «javascript:alert(1)»"],
    );
    wrong("[x](#nope)\n\n## Yes", &["broken-anchor «#nope»"]);
    wrong(
        "[x](../../../etc/passwd)",
        &["missing-file «../../../etc/passwd»"],
    );
    wrong("## A {#x}\n\n## B {#x}", &["doubled-anchor «## B {#x}»"]);
    wrong("[@k, pagg. 3]", &["unknown-locator «pagg.»"]);
}

#[test]
fn front_matter_of_both_kinds() {
    for text in [
        "+++\ntitle = \"T\"\nkind = \"page\"\n+++\nx",
        "---\ntitle: T\nkind: page\n---\nx",
    ] {
        let parsed = read(text);
        assert_eq!(
            (parsed.outline.title.as_str(), faults(&parsed)),
            ("T", vec![])
        );
        assert_eq!(parsed.outline.front.kind, crate::config::Kind::Page);
        assert_eq!(show(&parsed, &parsed.body), "<p>x</p>");
    }
    wrong("+++\ntitel = \"T\"\n+++\n", &["unknown-field «titel»"]);
    wrong(
        "---\ntitle: 1939\ndate: soon\n---\n",
        &["wrong-type «1939»", "wrong-value «soon»"],
    );
    wrong(
        "+++\ntitle = \n+++\nx[^1]",
        &["syntax «»", "undefined-note «[^1]»"],
    );
    wrong("+++\ntitle = 'x'\n", &["syntax «+++\n»"]);
    body("\u{feff}Text", "<p>Text</p>");
    body("---\n\nA rule.", "<hr>\n<p>A rule.</p>");
}

#[test]
fn an_edit_of_prose_leaves_the_outline_equal() {
    let before = read("## Head\n\nProse.[^1] [x](02-army.md)\n\n[^1]: Note [@k].");
    let after = read("## Head\n\nMuch *longer* prose.[^1] [y](02-army.md)\n\n[^1]: Another [@k].");
    assert_eq!(before.outline, after.outline);
    let other = read("## Head\n\nProse.[^1] [x](02-army.md)\n\n[^1]: Note [@k, p. 3].");
    assert_ne!(before.outline, other.outline);
}

mod any_text {
    use proptest::prelude::*;

    /// Pieces that mean something, so that their combinations are tried often.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => prop::sample::select(vec![
                "[^1]", "[^1]: ", "[^ed:a]", "[^ed:a]: {unchecked} ", "^[", "]", "[@k, p. 3]", "@k ", "[p. 1]",
                "::: aside\n", ":::\n", "::: chart {data=\"deaths.csv\" source=\"@k, p. 3\"}\n", "::: include {file=\"part.md\"}\n", "::: glossary {data=\"terms.csv\"}\n", "::: timeline {data=\"odd.csv\" source=\"", "---\n", "::: figure {src=\"a\"", "}\n", "\n", "\n\n", "    ", "> ", "- ", "# ",
                "## A {#x}\n", "`", "```\n", "$", "<div>", "<!--", "-->", "| a | b |\n|---|---|\n", "*", "\\",
                "![", "](x.md#y)", "\"", "...", "--", "+++\n", "---\n", "million1 ", "é", "\u{feff}", "\r\n", "\t", "[^", "(", ")", "{", "&amp;", "\0",
            ]).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        /// No text makes the parser panic, and every place lies in the text.
        #[test]
        fn is_read(text in text()) {
            let parsed = super::read(&text);
            let places = &parsed.places;
            let spans = places.flow.iter().chain(&places.notes).chain(&places.links).chain(&places.files)
                .chain(places.citations.iter().flatten()).cloned()
                .chain(parsed.faults.iter().filter_map(|f| f.place.as_ref()).cloned());
            for place in spans {
                let text = if place.file.starts_with("data/") { super::Texts::text(&super::Data, &place.file).unwrap_or_default() } else { &text };
                prop_assert!(text.get(place.span.clone()).is_some(), "{place:?} of {} bytes", text.len());
            }
            prop_assert_eq!(parsed.outline.flow.len(), places.flow.len());
            prop_assert_eq!(parsed.outline.flow.len(), parsed.sentences.len());
            for tape in parsed.notes.iter().chain([&parsed.body]) {
                let mut open = 0;
                for hole in &tape.holes {
                    prop_assert!(tape.html.is_char_boundary(hole.at));
                    match hole.what {
                        super::What::Open(_) => open += 1,
                        super::What::Close(_) => { prop_assert!(open > 0); open -= 1; }
                        _ => {}
                    }
                }
                prop_assert_eq!(open, 0);
            }
        }
    }
}
