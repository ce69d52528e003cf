//! What the formatter makes of sources. Expected texts are those of *The Chicago Manual of Style*.

use proptest::prelude::*;

use super::*;

/// Items as lines `key kind; variable = text; author = Family, Given & Institution`, citations as
/// `prefix @key, label text| suffix; …` with `-@key` and `=@key` for the two other forms.
fn read(items: &str, notes: &[&str]) -> (Vec<Item>, Vec<Cluster>) {
    let items: Vec<Item> = items.trim().lines().map(|line| item(line.trim())).collect();
    let cite = |text: &str| {
        let (before, rest) = text.split_once('@').expect("a test cites with @");
        let (form, prefix) = match before.chars().next_back() {
            Some('-') => (Form::SuppressAuthor, before.trim_end_matches('-')),
            Some('=') => (Form::AuthorOnly, before.trim_end_matches('=')),
            _ => (Form::Full, before),
        };
        let (cited, suffix) = rest.split_once('|').unwrap_or((rest, ""));
        let (key, locator) = cited
            .split_once(", ")
            .map_or((cited, None), |(k, l)| (k, Some(l)));
        Cite {
            item: items
                .iter()
                .position(|item| item.key == key)
                .unwrap_or(usize::MAX),
            locator: locator
                .and_then(|l| l.split_once(' '))
                .map(|(l, t)| (l.into(), t.into())),
            prefix: prefix.trim().into(),
            suffix: suffix.into(),
            form,
            ..Cite::default()
        }
    };
    let clusters = notes.iter().zip(1..).map(|(text, note)| Cluster {
        note,
        cites: text.split("; ").map(cite).collect(),
    });
    let clusters = clusters.collect();
    (items, clusters)
}

fn item(line: &str) -> Item {
    let mut parts = line.split("; ");
    let (key, kind) = parts
        .next()
        .and_then(|p| p.split_once(' '))
        .expect("a key and a kind");
    let mut item = Item {
        key: key.into(),
        kind: kind.into(),
        ..Item::default()
    };
    for part in parts {
        let (name, text) = part.split_once(" = ").expect("a name and a text");
        match name {
            "author" | "editor" | "translator" | "interviewer" | "recipient" => {
                item.names
                    .insert(name.into(), text.split(" & ").map(person).collect());
            }
            "issued" | "accessed" | "original-date" | "event-date" => {
                item.dates.insert(name.into(), date(text));
            }
            _ => {
                item.text.insert(name.into(), text.into());
            }
        }
    }
    item
}

fn person(text: &str) -> Name {
    match text.split_once(", ") {
        Some((family, given)) => Name {
            family: family.into(),
            given: Some(given.into()),
            ..Name::default()
        },
        None => Name {
            family: text.into(),
            literal: true,
            ..Name::default()
        },
    }
}

fn date(text: &str) -> Date {
    let parts = |text: &str| {
        let mut numbers = text.split('-');
        let year = numbers.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let mut next = || numbers.next().and_then(|n| n.parse().ok());
        DateParts {
            year,
            month: next(),
            day: next(),
        }
    };
    let (start, end) = text
        .split_once('/')
        .map_or((text, None), |(s, e)| (s, Some(e)));
    let literal = start
        .starts_with(char::is_alphabetic)
        .then(|| text.to_owned());
    Date {
        start: parts(start),
        end: end.map(parts),
        circa: false,
        literal,
    }
}

fn formatted(style: &str, items: &str, notes: &[&str]) -> Formatted {
    let (items, clusters) = read(items, notes);
    let style = Style::named(style).expect("a bundled style");
    format(&style, "en-US", &items, &clusters)
}

#[track_caller]
fn check(style: &str, items: &str, notes: &[(&str, &str)], bibliography: &[&str]) {
    let cited: Vec<&str> = notes.iter().map(|(cited, _)| *cited).collect();
    let expected: Vec<&str> = notes.iter().map(|(_, expected)| *expected).collect();
    let formatted = formatted(style, items, &cited);
    assert_eq!(formatted.clusters, expected);
    let listed: Vec<&str> = formatted
        .bibliography
        .iter()
        .map(|(_, text)| text.as_str())
        .collect();
    assert_eq!(listed, bibliography);
    assert_eq!(formatted.failed, []);
}

#[test]
fn books_chapters_and_articles_as_the_manual_has_them() {
    // The Chicago Manual of Style, 18th ed., "Notes and Bibliography: Sample Citations".
    check(
        "chicago-notes",
        "yu book; title = Interior Chinatown; author = Yu, Charles; publisher = Pantheon Books; issued = 2020
         doyle chapter; title = The Queen Mary Psalter; author = Doyle, Kathleen; container-title = The Book by Design: The Remarkable Story of the World’s Greatest Invention; editor = Marks, P. J. M. & Parkin, Stephen; publisher = University of Chicago Press; issued = 2023
         liu book; title = The Wedding Party; author = Liu, Xinwu; translator = Tiang, Jeremy; publisher = Amazon Crossing; issued = 2021
         kwon article-journal; title = Inclusion Work: Children of Immigrants Claiming Membership in Everyday Life; title-short = Inclusion Work; author = Kwon, Hyeyoung; container-title = American Journal of Sociology; volume = 127; issue = 6; issued = 2022; page = 1818-1859; DOI = 10.1086/720277",
        &[
            ("@yu, page 45", "Charles Yu, <i>Interior Chinatown</i> (Pantheon Books, 2020), 45."),
            ("@doyle, page 64", "Kathleen Doyle, “The Queen Mary Psalter,” in <i>The Book by Design: The Remarkable Story of the World’s Greatest Invention</i>, ed. P. J. M. Marks and Stephen Parkin (University of Chicago Press, 2023), 64."),
            ("@liu, page 279", "Xinwu Liu, <i>The Wedding Party</i>, trans. Jeremy Tiang (Amazon Crossing, 2021), 279."),
            ("@kwon, page 1842-43", "Hyeyoung Kwon, “Inclusion Work: Children of Immigrants Claiming Membership in Everyday Life,” <i>American Journal of Sociology</i> 127, no. 6 (2022): 1842–43, <a href=\"https://doi.org/10.1086/720277\">https://doi.org/10.1086/720277</a>."),
            ("@yu, page 48", "Yu, <i>Interior Chinatown</i>, 48."),
            ("@doyle, page 65", "Doyle, “The Queen Mary Psalter,” 65."),
            ("@liu, page 280", "Liu, <i>The Wedding Party</i>, 280."),
            ("@kwon, page 1851", "Kwon, “Inclusion Work,” 1851."),
        ],
        &[
            "Doyle, Kathleen. “The Queen Mary Psalter.” In <i>The Book by Design: The Remarkable Story of the World’s Greatest Invention</i>, edited by P. J. M. Marks and Stephen Parkin. University of Chicago Press, 2023.",
            "Kwon, Hyeyoung. “Inclusion Work: Children of Immigrants Claiming Membership in Everyday Life.” <i>American Journal of Sociology</i> 127, no. 6 (2022): 1818–59. <a href=\"https://doi.org/10.1086/720277\">https://doi.org/10.1086/720277</a>.",
            "Liu, Xinwu. <i>The Wedding Party</i>. Translated by Jeremy Tiang. Amazon Crossing, 2021.",
            "Yu, Charles. <i>Interior Chinatown</i>. Pantheon Books, 2020.",
        ],
    );
}

#[test]
fn newspapers_theses_and_letters_as_the_manual_has_them() {
    check(
        "chicago-notes",
        "blum article-newspaper; title = Are Flax Seeds All That?; author = Blum, Dani; container-title = New York Times; issued = 2023-12-13; URL = https://www.nytimes.com/2023/12/13/well/eat/flax-seeds-benefits.html
         garza thesis; title = A House Is Not a Home: Citizenship and Belonging in Contemporary Democracies; title-short = A House; author = Blajer de la Garza, Yuna; genre = PhD diss.; publisher = University of Chicago; issued = 2019
         white book; title = Letters of E. B. White; editor = Guth, Dorothy Lobrano & Elledge, Scott; publisher = Harper & Row; issued = 1976",
        &[
            ("@blum", "Dani Blum, “Are Flax Seeds All That?,” <i>New York Times</i>, December 13, 2023, <a href=\"https://www.nytimes.com/2023/12/13/well/eat/flax-seeds-benefits.html\">https://www.nytimes.com/2023/12/13/well/eat/flax-seeds-benefits.html</a>."),
            ("@garza, page 66-67", "Yuna Blajer de la Garza, “A House Is Not a Home: Citizenship and Belonging in Contemporary Democracies” (PhD diss., University of Chicago, 2019), 66–67."),
            ("@garza, page 93", "Blajer de la Garza, “A House,” 93."),
            // Editors in an author's place keep their names and their label.
            ("@white, page 273", "Dorothy Lobrano Guth and Scott Elledge, eds., <i>Letters of E. B. White</i> (Harper &amp; Row, 1976), 273."),
        ],
        &[
            "Blajer de la Garza, Yuna. “A House Is Not a Home: Citizenship and Belonging in Contemporary Democracies.” PhD diss., University of Chicago, 2019.",
            "Blum, Dani. “Are Flax Seeds All That?” <i>New York Times</i>, December 13, 2023. <a href=\"https://www.nytimes.com/2023/12/13/well/eat/flax-seeds-benefits.html\">https://www.nytimes.com/2023/12/13/well/eat/flax-seeds-benefits.html</a>.",
            "Guth, Dorothy Lobrano, and Scott Elledge, eds. <i>Letters of E. B. White</i>. Harper &amp; Row, 1976.",
        ],
    );
}

const YU: &str = "yu book; title = Interior Chinatown; author = Yu, Charles; publisher = Pantheon Books; issued = 2020";
const LIU: &str = "liu book; title = The Wedding Party; author = Liu, Xinwu; publisher = Amazon Crossing; issued = 2021";

/// Notes on two books, in the Chicago style.
#[track_caller]
fn check_notes(notes: &[(&str, &str)]) {
    let cited: Vec<&str> = notes.iter().map(|(cited, _)| *cited).collect();
    let expected: Vec<&str> = notes.iter().map(|(_, expected)| *expected).collect();
    assert_eq!(
        formatted("chicago-notes", &format!("{YU}\n{LIU}"), &cited).clusters,
        expected
    );
}

#[test]
fn words_of_the_author_stand_around_each_source() {
    check_notes(&[
        (
            "See @yu, page 3|, and passim; cf. @liu|.",
            "See Charles Yu, <i>Interior Chinatown</i> (Pantheon Books, 2020), 3, and passim; \
             cf. Xinwu Liu, <i>The Wedding Party</i> (Amazon Crossing, 2021).",
        ),
        (
            "@yu|(emphasis <added> & \"mine\")",
            "Yu, <i>Interior Chinatown</i> (emphasis &lt;added&gt; &amp; &quot;mine&quot;).",
        ),
        ("(@yu|)", "(Yu, <i>Interior Chinatown</i>)."),
        (
            "Is it? See @liu|?",
            "Is it? See Liu, <i>The Wedding Party</i>?",
        ),
    ]);
}

#[test]
fn authors_can_be_left_out_or_stand_alone() {
    check_notes(&[
        (
            "-@yu, page 3",
            "<i>Interior Chinatown</i> (Pantheon Books, 2020), 3.",
        ),
        ("=@yu", "Yu"),
        ("-@yu, page 4", "<i>Interior Chinatown</i>, 4."),
    ]);
    let formatted = formatted("chicago-author-date", YU, &["-@yu, page 3", "=@yu", "@yu"]);
    assert_eq!(formatted.clusters, ["(2020, 3)", "Yu", "(Yu 2020)"]);
}

#[test]
fn what_is_not_cited_is_listed_all_the_same() {
    let formatted = formatted("chicago-notes", &format!("{YU}\n{LIU}"), &["@yu"]);
    let listed: Vec<usize> = formatted
        .bibliography
        .iter()
        .map(|(item, _)| *item)
        .collect();
    assert_eq!(listed, [1, 0]);
    // Chicago lists no speeches; here everything that is given is listed.
    let speech =
        "s speech; title = Speech to the Reichstag; author = Hitler, Adolf; issued = 1939-09-01";
    let formatted = super::tests::formatted("chicago-notes", speech, &[]);
    assert_eq!(
        formatted.bibliography,
        [(
            0,
            "Adolf Hitler, “Speech to the Reichstag,” September 1, 1939.".into()
        )]
    );
}

#[test]
fn nothing_escapes_the_escaping() {
    let evil = "e book; title = <script>alert(1)</script> & \"x\"; author = <b>Smith, \"J\" <img src=x>; publisher = </i><i>; issued = 2020; URL = javascript:alert(1)\n\
                f book; title = T; author = A, B; URL = https://example.org/?a=1&b=\"<x>; issued = 2020";
    let formatted = formatted("chicago-notes", evil, &["<a> @e, page <u>|</p>", "@f"]);
    let texts = formatted
        .clusters
        .iter()
        .chain(formatted.bibliography.iter().map(|(_, text)| text));
    for text in texts {
        check_tags(text);
        assert!(!text.contains("href=\"java"), "{text}");
    }
    assert!(
        formatted.clusters[1]
            .contains("<a href=\"https://example.org/?a=1&amp;b=&quot;&lt;x&gt;\">"),
        "{}",
        formatted.clusters[1]
    );
}

/// Only the allowed tags, each closed in order, and no loose `<`, `&` or `"`.
#[track_caller]
fn check_tags(html: &str) {
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        assert!(!text.contains(['>', '"']), "{html}");
        let end = tag.find('>').expect("a tag ends");
        let tag_text = &tag[1..end];
        rest = &tag[end + 1..];
        match tag_text.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{html}"),
            None => {
                let name = tag_text.split(' ').next().unwrap_or_default();
                let allowed = ["i", "b", "sup", "sub"].contains(&tag_text)
                    || tag_text == "span class=\"sc\""
                    || tag_text.starts_with("a href=\"http");
                assert!(allowed, "{html}");
                open.push(name);
            }
        }
    }
    assert!(open.is_empty() && !rest.contains(['>', '"']), "{html}");
    for (at, _) in html.match_indices('&') {
        assert!(
            ["&amp;", "&lt;", "&gt;", "&quot;"]
                .iter()
                .any(|e| html[at..].starts_with(e)),
            "{html}"
        );
    }
}

#[test]
fn tags_in_titles_become_formatting() {
    let title = |text: &str, expected: &str| {
        let item = format!("k book; title = {text}");
        let formatted = formatted("chicago-notes", &item, &["@k"]);
        assert_eq!(formatted.clusters, [expected], "{text}");
    };
    // Italics in an italic title are upright (Chicago Manual of Style, 18th ed., 8.173).
    title(
        "Reading <i>Hamlet</i> Again",
        "<i>Reading </i>Hamlet<i> Again</i> (n.d.).",
    );
    title(
        "The 17<sup>th</sup> Congress",
        "<i>The 17</i><i><sup>th</sup></i><i> Congress</i> (n.d.).",
    );
    title(
        "A <sc>ussr</sc> Story",
        "<i>A </i><i><span class=\"sc\">ussr</span></i><i> Story</i> (n.d.).",
    );
    title(
        "On <span class=\"nocase\">iPhone des Ministers</span>",
        "<i>On iPhone des Ministers</i> (n.d.).",
    );
    title(
        "Loose</i> and <b>unclosed",
        "<i>Loose&lt;/i&gt; and &lt;b&gt;unclosed</i> (n.d.).",
    );
    title("1 < 2 <blink>", "<i>1 &lt; 2 &lt;blink&gt;</i> (n.d.).");
    title(
        "<i>NATO</i> and the USSR",
        "NATO<i> and the USSR</i> (n.d.).",
    );
    title(
        "MacArthur, O’Brien and the USSR in WWII",
        "<i>MacArthur, O’Brien and the USSR in WWII</i> (n.d.).",
    );
}

#[test]
fn protected_words_keep_their_case_in_styles_that_make_letters_small() {
    let xml = MINIMAL.replace("font-style=\"italic\"", "text-case=\"sentence\"");
    let style = Style::from_xml(&xml).expect("a good style");
    let item = "k book; title = The Pact of <span class=\"nocase\">Weinberg</span> and Others";
    let (items, clusters) = read(item, &["@k"]);
    assert_eq!(
        format(&style, "en", &items, &clusters).clusters,
        ["«The pact of Weinberg and others»."]
    );
}

#[test]
fn dates_that_the_engine_cannot_print() {
    let date = |text: &str, expected: &str| {
        let item = format!("k book; title = T; author = A, B; publisher = P; issued = {text}");
        let formatted = formatted("chicago-notes", &item, &["@k"]);
        assert_eq!(
            formatted.clusters,
            [format!("B. A, <i>T</i> (P, {expected}).")]
        );
    };
    date("1948/1953", "1948–1953");
    date("forthcoming", "forthcoming");
}

#[test]
fn locators_have_their_labels() {
    let formatted = formatted(
        "chicago-notes",
        "p treaty; title = Treaty of Non-Aggression; issued = 1939-08-23",
        &[
            "@p, article 2",
            "@p, paragraph 3",
            "@p, folio 4-5",
            "@p, nonsense 5",
        ],
    );
    let ends: Vec<&str> = formatted
        .clusters
        .iter()
        .map(|text| text.rsplit(", ").next().unwrap_or_default())
        .collect();
    assert_eq!(ends, ["art. 2.", "¶ 3.", "fols. 4–5.", "5."]);
}

#[test]
fn a_note_begins_with_a_capital_particle_and_a_sentence_does_not() {
    // The Chicago Manual of Style, 17th ed., 8.5.
    let formatted = formatted(
        "chicago-notes",
        "g book; title = Le Fil; author = de Gaulle, Charles",
        &["@g", "@g", "see @g", "=@g"],
    );
    let expected = [
        "De Gaulle, <i>Le Fil</i>.",
        "see de Gaulle, <i>Le Fil</i>.",
        "de Gaulle",
    ];
    assert_eq!(formatted.clusters[1..], expected);
}

#[test]
fn ibidem_is_known_to_styles_that_use_it() {
    // CSL 1.0.2, "Choose", `position`.
    let branch = |position: &str, text: &str| {
        format!("<if position=\"{position}\"><text value=\"{text}\"/></if>")
            .replace("<if", "<else-if")
            .replace("</if", "</else-if")
    };
    let choose = format!(
        "<choose>{}{}{}<else><text value=\"first\"/></else></choose>",
        branch("ibid-with-locator", "ibid with locator"),
        branch("ibid", "ibid"),
        branch("subsequent", "later"),
    );
    let choose = choose.replacen("else-if", "if", 2);
    let style = Style::from_xml(&MINIMAL.replace("<text macro=\"title\"/>", &choose))
        .expect("a good style");
    let notes = [
        "@yu, page 3",
        "@yu, page 3",
        "@yu, page 5",
        "@yu",
        "@liu; @yu",
        "@yu",
        "@yu, page 1",
    ];
    let (items, clusters) = read(&format!("{YU}\n{LIU}"), &notes);
    assert_eq!(
        format(&style, "en", &items, &clusters).clusters,
        [
            "«first».",
            "«ibid».",
            "«ibid with locator».",
            "«later».",
            "«first; later».",
            // The citation before has two sources.
            "«later».",
            "«ibid with locator»."
        ]
    );
}

#[test]
fn locales_are_found_by_their_languages() {
    let item = "k chapter; title = T; author = A, B; container-title = C; editor = D, E; issued = 1939-08-23";
    let (items, clusters) = read(item, &["@k, page 3"]);
    let style = Style::named("modern-humanities-research-association").expect("a bundled style");
    let text = |locale: &str| format(&style, locale, &items, &clusters).clusters.join("");
    assert_eq!(text("de"), text("de-DE"));
    assert_ne!(text("de"), text("en"));
    assert_eq!(text("en"), text("en-US"));
    assert_eq!(text("en"), text("tlh"));
    assert!(text("en-GB").contains("‘T’"), "{}", text("en-GB"));
}

#[test]
fn styles_are_found_by_name() {
    for name in [
        "chicago-notes",
        "chicago-fullnotes",
        "apa",
        "chicago-notes-bibliography",
        "modern-humanities-research-association",
    ] {
        assert!(Style::named(name).is_ok(), "{name}");
    }
    let unknown = Style::named("chicago-note").expect_err("no style");
    assert_eq!(unknown.nearest, Some("chicago-notes"));
    assert!(unknown.known.contains(&"chicago-notes"));
}

const MINIMAL: &str = r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">
  <info><title>T</title><id>t</id><updated>2024-01-01T00:00:00+00:00</updated></info>
  <macro name="title"><text variable="title" font-style="italic"/></macro>
  <citation><layout prefix="«" suffix="»." delimiter="; "><text macro="title"/></layout></citation>
</style>"#;

#[test]
fn a_style_of_the_authors_own_without_a_bibliography() {
    let style = Style::from_xml(MINIMAL).expect("a good style");
    let (items, clusters) = read(&format!("{YU}\n{LIU}"), &["see @yu; @liu|!"]);
    let formatted = format(&style, "en-US", &items, &clusters);
    assert_eq!(
        formatted.clusters,
        ["«see <i>Interior Chinatown</i>; <i>The Wedding Party</i>!»."]
    );
    assert_eq!(
        formatted.bibliography,
        [
            (1, "<i>The Wedding Party</i>.".into()),
            (0, "<i>Interior Chinatown</i>.".into())
        ]
    );
}

#[test]
fn dates_in_csl_json_come_in_many_forms() {
    let read = |date: &str| {
        let value = serde_json::from_str(&format!("{{\"id\": \"k\", \"issued\": {date}}}"));
        let item = json::item(&value.expect("a test's JSON"));
        let date = item.dates.get("issued").cloned().unwrap_or_default();
        let day = |day: &DateParts| {
            let parts = [day.month, day.day].into_iter().flatten();
            parts.fold(day.year.to_string(), |text, n| format!("{text}-{n}"))
        };
        let end = date.end.as_ref().map(|end| format!("/{}", day(end)));
        let circa = if date.circa { "~" } else { "" };
        match date.literal {
            Some(literal) => literal,
            None => format!("{}{}{circa}", day(&date.start), end.unwrap_or_default()),
        }
    };
    for (typed, expected) in [
        (r#"{"date-parts": [[1914, "7", 28]]}"#, "1914-7-28"),
        (
            r#"{"date-parts": [[1914], [1918]], "circa": 1}"#,
            "1914/1918~",
        ),
        (r#"{"date-parts": [[1999]], "season": "spring"}"#, "1999-21"),
        (r#"{"raw": "1914-07-28"}"#, "1914-7-28"),
        (r#"{"raw": "28 July 1914"}"#, "1914-7-28"),
        (r#"{"raw": "July 28, 1914"}"#, "1914-7-28"),
        (r#"{"raw": "7/28/1914"}"#, "1914-7-28"),
        (r#"{"raw": "Spring 1999 - Summer 2001"}"#, "1999-21/2001-22"),
        (r#"{"raw": "ca. 1914"}"#, "1914~"),
        (r#"{"raw": "in the year of grace"}"#, "in the year of grace"),
        (r#""1914/1918""#, "1914/1918"),
        (r#"{"literal": "soon"}"#, "soon"),
    ] {
        assert_eq!(read(typed), expected, "{typed}");
    }
}

#[test]
fn a_dependent_style_is_its_bundled_parent() {
    let dependent = |parent: &str| {
        Style::from_xml(&format!(
            "<style class='note'><info><link rel='independent-parent' \
             href='http://www.zotero.org/styles/{parent}'/></info></style>"
        ))
    };
    let (items, clusters) = read(YU, &["@yu, page 3"]);
    let style = dependent("chicago-notes-bibliography").expect("a bundled parent");
    assert_eq!(
        format(&style, "en", &items, &clusters).clusters,
        ["Charles Yu, <i>Interior Chinatown</i> (Pantheon Books, 2020), 3."]
    );
    let error = dependent("of-nobody").expect_err("no such parent");
    assert!(error.contains("of-nobody"), "{error}");
}

#[test]
fn styles_that_would_never_end_are_refused() {
    let twice = MINIMAL.replace(
        "<text variable=\"title\" font-style=\"italic\"/>",
        "<text macro=\"title\"/>",
    );
    assert!(
        Style::from_xml(&twice)
            .expect_err("a circle")
            .contains("`title` calls itself")
    );
    let deep = MINIMAL.replace(
        "<text variable",
        &format!("{}<text variable", "<group>".repeat(5000)),
    );
    assert!(Style::from_xml(&deep).is_err());
    // Each macro calls the next, and all are nested.
    let chain = |length: usize, nested: usize| {
        let (open, close) = ("<group>".repeat(nested), "</group>".repeat(nested));
        let call = |n| {
            format!(
                "<macro name=\"m{n}\">{open}<text macro=\"m{}\"/>{close}</macro>",
                n + 1
            )
        };
        let last = format!("<macro name=\"m{length}\"><text variable=\"title\"/></macro>");
        let macros: String = (0..length)
            .map(call)
            .chain([
                last,
                "<macro name=\"title\"><text macro=\"m0\"/></macro>".into(),
            ])
            .collect();
        let from = MINIMAL.find("<macro").expect("a macro");
        let to = MINIMAL.find("<citation").expect("a citation");
        format!("{}{macros}{}", &MINIMAL[..from], &MINIMAL[to..])
    };
    assert!(Style::from_xml(&chain(10_000, 0)).is_err());
    assert!(Style::from_xml(&chain(30, 30)).is_err());
    // What is just not refused doesn't exhaust the stack of a small thread.
    let (items, clusters) = read(YU, &["@yu"]);
    for (length, nested) in [(9, 18), (1, 180)] {
        let style = Style::from_xml(&chain(length, nested)).expect("a good style");
        assert_eq!(
            format(&style, "en", &items, &clusters).clusters,
            ["«Interior Chinatown»."]
        );
    }
    for text in ["", "<", "<style>", "no xml", "<style class='note'/>"] {
        assert!(Style::from_xml(text).is_err(), "{text}");
    }
}

#[test]
fn what_a_style_prints_nothing_of_is_printed_plainly() {
    let style = Style::from_xml(&MINIMAL.replace("variable=\"title\"", "variable=\"genre\""));
    let (items, clusters) = read(YU, &["@yu", "-@yu"]);
    let formatted = format(&style.expect("a good style"), "en-US", &items, &clusters);
    assert_eq!(formatted.clusters, ["Interior Chinatown", ""]);
    assert_eq!(formatted.bibliography, [(0, "Interior Chinatown.".into())]);
    assert_eq!(
        formatted.failed,
        [(0, "the style prints nothing of it".into())]
    );
}

#[test]
fn panics_become_messages() {
    assert_eq!(quietly(|| panic!("no {}", 1)), Err::<(), _>("no 1".into()));
    assert_eq!(quietly(|| 1), Ok(1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, ..ProptestConfig::default() })]

    #[test]
    fn any_item_is_formatted_with_allowed_tags_only(
        kind in "book|chapter|article-journal|letter|treaty|speech|webpage|personal_communication|x",
        texts in proptest::collection::btree_map(
            "title|title-short|container-title|volume|issue|page|edition|number|DOI|URL|genre|note|language|archive|collection-title|publisher",
            "(<i>|</i>|<sup>|</sup>|<span class=\"nocase\">|</span>|[<>&\"'.,?! -]|[0-9]{1,12}|\\PC|[a-zA-Z]{1,5}){0,9}",
            0..8,
        ),
        family in "(de |von |d'|al-|'t )?\\PC{0,6}", given in "\\PC{0,6}([ .-][a-z']{0,3}){0,2}(, \\PC{0,2})?",
        year in -5000i32..40_000, month in 0u8..30, day in 0u8..40,
        prefix in "\\PC{0,5}", suffix in "\\PC{0,5}", locator in "\\PC{0,8}|[0-9nSx,& –-]{1,9}", label in "page|article|volume|zz",
    ) {
        let mut item = Item { key: "k".into(), kind, text: texts, ..Item::default() };
        let name = Name { family, given: Some(given), ..Name::default() };
        item.names.insert("author".into(), vec![name.clone(), name]);
        let start = DateParts { year, month: Some(month), day: Some(day) };
        item.dates.insert("issued".into(), Date { start, ..Date::default() });
        let cite = Cite { item: 0, locator: Some((label, locator)), prefix, suffix, ..Cite::default() };
        let mut cites = vec![cite.clone(), cite.clone(), Cite { form: Form::AuthorOnly, ..cite.clone() }];
        cites.push(Cite { item: 7, ..cite.clone() });
        let clusters = [
            Cluster { note: 1, cites: vec![Cite { form: Form::SuppressAuthor, ..cite.clone() }] },
            Cluster { note: 2, cites },
            Cluster { note: 2, cites: vec![] },
        ];
        for style in ["chicago-notes", "apa", "alphanumeric", "ieee", "deutsche-sprache"] {
            let style = Style::named(style).expect("a bundled style");
            let formatted = format(&style, "en", std::slice::from_ref(&item), &clusters);
            prop_assert_eq!(formatted.clusters.len(), 3);
            prop_assert_eq!(formatted.bibliography.len(), 1);
            for text in formatted.clusters.iter().chain(formatted.bibliography.iter().map(|(_, text)| text)) {
                check_tags(text);
            }
            prop_assert_eq!(formatted.failed, vec![]);
        }
    }
}

/// Run with `cargo test --release measure -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn measure_five_hundred_notes() {
    let start = std::time::Instant::now();
    let style = Style::named("chicago-notes").expect("a bundled style");
    println!("style {:?}", start.elapsed());
    let line = |n: usize| match n % 3 {
        0 => format!(
            "k{n} book; title = Interior Chinatown {n}; author = Yu{n}, Charles; publisher = Pantheon Books; issued = 2020"
        ),
        1 => format!(
            "k{n} article-journal; title = Inclusion Work: Children {n}; author = Kwon, Hyeyoung; container-title = American Journal of Sociology; volume = 127; issue = 6; issued = 2022; page = 1818-1859; DOI = 10.1086/{n}"
        ),
        _ => format!(
            "k{n} chapter; title = The Psalter {n}; author = Doyle, Kathleen; container-title = The Book by Design; editor = Marks, P. J. M. & Parkin, Stephen; publisher = University of Chicago Press; issued = 2023"
        ),
    };
    let items: String = (0..100).map(|n| line(n) + "\n").collect();
    let notes: Vec<String> = (0..500)
        .map(|n| format!("@k{}, page {n}", n * 37 % 100))
        .collect();
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    let (items, clusters) = read(&items, &notes);
    for _ in 0..3 {
        let start = std::time::Instant::now();
        let formatted = format(&style, "en-US", &items, &clusters);
        println!(
            "{} notes, {} sources: {:?}",
            formatted.clusters.len(),
            formatted.bibliography.len(),
            start.elapsed()
        );
    }
}

#[test]
fn an_encyclopaedia_stands_for_the_author_and_keeps_its_edition() {
    // The Chicago Manual of Style, 18th ed., 14.130: the work itself is cited, and the article
    // behind it.
    let item = "k entry-encyclopedia; title = Poland; container-title = Encyclopaedia Britannica; edition = 11; issued = 1911";
    let formatted = formatted("chicago-notes", item, &["@k"]);
    assert_eq!(
        formatted.clusters,
        ["<i>Encyclopaedia Britannica</i>, 11th ed. (1911), under “Poland.”"]
    );
}

/// Sources of many kinds, some with little.
fn varied() -> String {
    let kinds = [
        "book",
        "chapter",
        "article-journal",
        "article-newspaper",
        "article-magazine",
        "thesis",
        "report",
        "webpage",
        "personal_communication",
        "manuscript",
        "treaty",
        "speech",
        "interview",
        "map",
        "graphic",
        "motion_picture",
        "broadcast",
        "entry-encyclopedia",
        "legal_case",
        "legislation",
        "paper-conference",
        "post-weblog",
        "review-book",
        "song",
        "dataset",
        "document",
    ];
    let mut lines = Vec::new();
    for (n, kind) in kinds.into_iter().enumerate() {
        lines.push(format!(
            "a{n} {kind}; title = What Is Kind {n}?; author = Doe, Jane & Roe, Richard; container-title = Essays; \
             editor = Poe, Edgar; publisher = The Press; publisher-place = London; volume = 3; issue = 2; \
             page = 101-108; edition = 2; genre = Kind; archive = The Archive; archive_location = box 3; \
             issued = 1939-08-23/1939-09-01; DOI = 10.1000/{n}; URL = https://example.org/{n}"
        ));
        lines.push(format!(
            "b{n} {kind}; title = Title {n}.; author = An Institute; issued = 1939"
        ));
        lines.push(format!(
            "c{n} {kind}; title = “Title” {n}; container-title = Works"
        ));
    }
    lines.join("\n")
}

#[test]
fn every_bundled_style_formats_every_kind_of_source() {
    let items = varied();
    let cited: Vec<String> = (0..26)
        .map(|n| format!("@a{n}, page 12-15; see @b{n}; @c{n}, chapter 3"))
        .collect();
    let cited: Vec<&str> = cited.iter().map(String::as_str).collect();
    let (items, clusters) = read(&items, &cited);
    // Names of one style are many.
    let styles = ::hayagriva::archive::ArchivedStyle::all();
    let names = styles.iter().filter_map(|style| style.names().first());
    let mut faults = Vec::new();
    for name in names {
        let style = Style::named(name).expect("a bundled style");
        let formatted = format(&style, "en-US", &items, &clusters);
        let entries = formatted.bibliography.iter().map(|(_, text)| text);
        for text in formatted.clusters.iter().chain(entries) {
            check_tags(text);
            let doubled = ["..", ",,", ";;", "::", "?.", "!.", ",. ", " ,", "  "];
            let found = doubled.iter().find(|mark| text.contains(**mark));
            if text.is_empty() || found.is_some() {
                faults.push(format!("{name} {found:?}: {text}"));
            }
        }
    }
    faults.sort();
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn plain_text_has_neither_tags_nor_escapes() {
    let style = Style::from_xml(MINIMAL).expect("a good style");
    let (items, clusters) = read("a book; title = <b>War</b> & 10² <Things>", &["see @a|!"]);
    let plain = format_plain(&style, "en-US", &items, &clusters);
    assert_eq!(plain.clusters, ["«see War & 10² <Things>!»."]);
    assert_eq!(plain.bibliography, [(0, "War & 10² <Things>.".to_owned())]);
}

const GROUPED: &str = r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
  <info><title>T</title><id>t</id><updated>2024-01-01T00:00:00+00:00</updated></info>
  <citation collapse="year"><layout prefix="(" suffix=")" delimiter="; "><group delimiter=" ">
    <names variable="author"><name form="short"/></names>
    <date variable="issued"><date-part name="year"/></date>
    <names variable="editor translator" delimiter=" "><name/><label form="short" prefix=", "/></names>
  </group></layout></citation>
</style>"#;

#[test]
fn cites_of_one_author_come_together_where_nothing_sorts_them() {
    let style = Style::from_xml(GROUPED).expect("a good style");
    let items = "a book; author = Doe, J.; issued = 1999
        b book; author = Roe, R.; issued = 2002
        c book; author = Doe, J.; issued = 2006";
    let (items, clusters) = read(items, &["@a; @b; @c", "@a; see @b; @c"]);
    assert_eq!(
        format(&style, "en-US", &items, &clusters).clusters,
        [
            "(Doe 1999, 2006; Roe 2002)",
            "(Doe 1999; see Roe 2002; Doe 2006)"
        ]
    );
}

#[test]
fn editors_who_are_the_translators_are_printed_once() {
    let style = Style::from_xml(GROUPED).expect("a good style");
    let items = "a book; editor = Doe, J.; translator = Doe, J.
        b book; editor = Doe, J.; translator = Roe, R.";
    let (items, clusters) = read(items, &["@a", "@b"]);
    assert_eq!(
        format(&style, "en-US", &items, &clusters).clusters,
        ["(J. Doe, ed. &amp; trans.)", "(J. Doe, ed. R. Roe, trans.)"]
    );
}
