use super::*;

fn all_terms(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    terms(text, |term| all.push(term.to_owned()));
    all
}

fn text(text: &str) -> Block {
    Block {
        what: What::Text,
        anchor: String::new(),
        text: text.to_owned(),
    }
}

fn document(title: &str, blocks: &[&str]) -> Document {
    Document {
        kind: Kind::Section,
        url: "a/".to_owned(),
        title: title.to_owned(),
        number: "1".to_owned(),
        explainer: String::new(),
        blocks: blocks.iter().map(|block| text(block)).collect(),
    }
}

/// The terms of an index with their postings, as the browser puts them together.
fn read(pieces: &[Piece]) -> std::collections::BTreeMap<String, String> {
    let mut read = std::collections::BTreeMap::new();
    let values: Vec<(String, Value)> = pieces.iter().map(value).collect();
    for (name, value) in &values {
        let Some(terms) = value.as_object().filter(|_| name.starts_with("terms/")) else {
            continue;
        };
        for (term, postings) in terms {
            let postings = postings.as_str().map(str::to_owned).unwrap_or_else(|| {
                let name = format!("word/w-{term}");
                let (_, long) = values
                    .iter()
                    .find(|(n, _)| *n == name)
                    .expect("the long postings");
                long.as_str().expect("postings").to_owned()
            });
            assert!(
                read.insert(term.clone(), postings).is_none(),
                "{term} stands twice"
            );
        }
    }
    read
}

/// A piece's name and what it holds.
fn value(piece: &Piece) -> (String, Value) {
    let call = piece.text.strip_prefix("explainerSearch(").expect("a call");
    let list = format!("[{}]", call.strip_suffix(");\n").expect("a call"));
    let list: Vec<Value> = serde_json::from_str(&list).expect("JSON");
    let name = list[0].as_str().expect("a name").to_owned();
    assert_eq!(piece.path, format!("_search/{name}.js"));
    (name, list[1].clone())
}

#[test]
fn case_accents_and_ligatures_count_for_nothing() {
    for (typed, folded) in [
        ("Molotów", "molotow"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Œuvre", "oeuvre"),
        ("Ёлка", "елка"),
        ("ﬁnal", "final"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        ("e\u{301}té", "ete"),
        ("مُحَمَّد", "محمد"),
        ("ガス", "ガス"),
        ("हिन्दी", "हिन्दी"),
    ] {
        assert_eq!(fold(typed), folded, "{typed}");
    }
}

#[test]
fn terms_of_a_text() {
    assert_eq!(
        all_terms("Stalin’s non-aggression pact, 1939 (plan 5)"),
        ["stalin", "non", "aggression", "pact", "1939", "plan", "5"]
    );
    assert_eq!(
        all_terms("独ソ不可侵条約 1939年"),
        ["独ソ", "ソ不", "不可", "可侵", "侵条", "条約", "1939", "年"]
    );
    let long = "a".repeat(300);
    assert_eq!(all_terms(&long), ["a".repeat(24)]);
    assert!(all_terms("— … \u{301}!").len() < 2);
}

#[test]
fn blocks_of_a_page_with_the_nearest_anchor() {
    let html = "<p>One &amp; <em>two</em>.<sup class=\"mark\" data-series=\"main\"><a id=\"mark:1\" \
                href=\"#note:1\">1</a></sup> Go on.</p>\n<h2 id=\"p&amp;q\">A <i>head</i></h2><ul><li>x&shy;y\n z</li>\
                <li></li></ul><!-- <p>no --><script>no()</script><p id='raw' title=\"a>b\">3 < 4<br>five</p>";
    let blocks = blocks(html, &What::Text, "");
    let blocks: Vec<_> = blocks
        .iter()
        .map(|block| (&block.what, &*block.anchor, &*block.text))
        .collect();
    assert_eq!(
        blocks,
        [
            (&What::Text, "", "One & two. Go on."),
            (&What::Heading, "p&q", "A head"),
            (&What::Text, "p&q", "xy z"),
            (&What::Text, "p&q", "3 < 4"),
            (&What::Text, "p&q", "five"),
        ]
    );
}

#[test]
fn a_note_keeps_its_own_anchor() {
    let what = What::Note("7".to_owned());
    let blocks = blocks(
        "<p>See <b id=\"x\">x</b>.</p><h3 id=\"y\">Y</h3>",
        &what,
        "note:7",
    );
    assert_eq!(blocks.len(), 2);
    assert!(
        blocks
            .iter()
            .all(|block| block.anchor == "note:7" && block.what == what)
    );
}

#[test]
fn no_html_breaks_the_blocks() {
    for html in [
        "<",
        "<p",
        "<p id=\"",
        "</",
        "<!--",
        "<script>",
        "<sup class=\"mark\">",
        "&#",
        "a<ä>",
    ] {
        blocks(html, &What::Text, "");
    }
}

#[test]
fn a_title_counts_more_than_the_text_and_a_long_text_less() {
    let weight = |document: &Document| {
        let weighed = document.weighed();
        let at = weighed.find("farm").expect("the term") + 4;
        weighed.as_bytes()[at]
    };
    let plain = document("Army", &["A farm."]);
    let titled = document("The farm", &["Text."]);
    let long = document("Army", &["A farm.", &"word ".repeat(3000)]);
    assert!(weight(&titled) > weight(&plain));
    assert!(weight(&plain) > weight(&long));
    assert_eq!(
        document("B a", &["Mill farm farm."]).weighed(),
        "farmVmillT"
    );
}

#[test]
fn documents_become_postings() {
    let pieces = index(
        3,
        &[(0, "farmZmillC"), (2, "farmA"), (48, "farmBмельницаD")],
    );
    assert_eq!(
        value(&pieces[0]),
        (
            "index".to_owned(),
            json!({ "pages": 3, "documents": 3, "sources": 16, "starts": [""] })
        )
    );
    let read = read(&pieces);
    let read: Vec<_> = read
        .iter()
        .map(|(term, postings)| (&**term, &**postings))
        .collect();
    // The documents 0, 2 and 48, the last 46 behind the one before: `1a` in base 36.
    assert_eq!(
        read,
        [("farm", "Z2A1aB"), ("mill", "C"), ("мельница", "1dD")]
    );
}

/// Documents of made-up words that differ.
fn made_up(documents: usize) -> Vec<String> {
    let word = |number: usize| {
        let letters = [
            number % 13,
            number / 13 % 17,
            number / 221 % 19,
            number / 4199,
        ];
        letters
            .iter()
            .map(|letter| char::from(b'a' + *letter as u8))
            .collect::<String>()
    };
    (0..documents)
        .map(|document| {
            let numbers = (0..60).map(|at| (document * document * 7 + at * at * 31) % 20_000);
            let words: std::collections::BTreeSet<String> = numbers.map(word).collect();
            let words: String = words.iter().map(|word| format!("{word}C")).collect();
            format!("{words}everywhereD")
        })
        .collect()
}

#[test]
fn files_are_small_and_hold_every_term_where_it_is_looked_for() {
    let documents = made_up(4000);
    let list: Vec<(usize, &str)> = documents.iter().map(|terms| &**terms).enumerate().collect();
    let pieces = index(4000, &list);
    let (_, about) = value(&pieces[0]);
    let starts: Vec<&str> = about["starts"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(starts.is_sorted() && starts.len() > 20, "{}", starts.len());
    for piece in &pieces {
        let (name, value) = value(piece);
        if let Some(start) = name.strip_prefix("terms/w-") {
            assert!(piece.text.len() < 30_000, "{name}: {}", piece.text.len());
            let next = starts.iter().find(|next| **next > start);
            let terms = value.as_object().expect("terms");
            assert!(
                terms
                    .keys()
                    .all(|term| &**term >= start && next.is_none_or(|next| &**term < *next)),
                "{name}"
            );
        }
    }
    let read = read(&pieces);
    let count = |postings: &str| postings.bytes().filter(u8::is_ascii_uppercase).count();
    let total: usize = read.values().map(|postings| count(postings)).sum();
    let wanted: usize = documents.iter().map(|terms| count(terms)).sum();
    assert_eq!(total, wanted);
    assert_eq!(read["everywhere"], "D".repeat(4000));
    assert!(
        pieces
            .iter()
            .any(|piece| piece.path == "_search/word/w-everywhere.js")
    );
}

#[test]
fn a_new_word_changes_few_files() {
    let mut documents = made_up(4000);
    let pieces = |documents: &[String]| {
        let list: Vec<(usize, &str)> = documents.iter().map(|terms| &**terms).enumerate().collect();
        index(4000, &list)
    };
    let before = pieces(&documents);
    documents[7].push_str("zzzzC");
    let after = pieces(&documents);
    let changed = after.iter().filter(|piece| !before.contains(piece)).count();
    assert!((1..=3).contains(&changed), "{changed} of {}", after.len());
}

#[test]
fn names_of_files_are_safe_and_differ() {
    let pieces = index(
        1,
        &[(0, "conAéaAຠAπA"), (1, &format!("{}A", "ж".repeat(24)))],
    );
    assert!(pieces.iter().all(|piece| {
        piece.path.len() < 200
            && piece
                .path
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
    }));
}

#[test]
fn texts_lie_in_files_by_their_numbers() {
    let documents = vec![document("One", &["Text <script>."]); 20];
    let pieces = texts(100, &documents);
    let names: Vec<&str> = pieces.iter().map(|piece| &*piece.path).collect();
    assert_eq!(names, ["_search/text/100.js", "_search/text/116.js"]);
    let (_, list) = value(&pieces[1]);
    assert_eq!(list.as_array().expect("a list").len(), 4);
    assert_eq!(list[0]["blocks"], json!([[0, "", "Text <script>."]]));
}
