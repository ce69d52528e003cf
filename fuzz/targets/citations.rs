//! No item and no style makes the processor panic, and every tag that it writes is closed.
#![no_main]

use std::sync::LazyLock;

use explainer::csl::{self, Cite, Cluster, Form, Item, Style};
use libfuzzer_sys::fuzz_target;

static STYLES: LazyLock<Vec<Style>> = LazyLock::new(|| {
    let names = ["chicago-notes", "apa", "modern-language-association", "ieee"];
    names.iter().filter_map(|name| Style::named(name).ok()).collect()
});

fuzz_target!(|text: &str| {
    // JSON is items for bundled styles; anything else is a style for one item.
    match serde_json::from_str(text) {
        Ok(value) => {
            let list = match value {
                serde_json::Value::Array(list) => list,
                value => vec![value],
            };
            let items: Vec<Item> = list.iter().take(8).map(csl::json::item).collect();
            for style in STYLES.iter() {
                check(style, &items);
            }
        }
        Err(_) => {
            if let Ok(style) = Style::from_xml(text) {
                let item = serde_json::json!({
                    "id": "a", "type": "book", "title": "One <i>Book</i>: a \"title\"",
                    "author": [{"family": "Doe", "given": "Jane"}, {"literal": "An Institute"}],
                    "issued": {"date-parts": [[1938, 5, 3], [1939]]}, "page": "3-14",
                });
                check(&style, &[csl::json::item(&item)]);
            }
        }
    }
});

fn check(style: &Style, items: &[Item]) {
    let cite = |item: usize| Cite {
        item,
        locator: (item % 2 == 1).then(|| ("page".to_owned(), "3-5".to_owned())),
        suffix: "a suffix".to_owned(),
        form: [Form::Full, Form::SuppressAuthor, Form::AuthorOnly][item % 3],
        ..Cite::default()
    };
    let clusters: Vec<Cluster> = (1..=3)
        .map(|note| Cluster {
            note,
            cites: (0..items.len()).map(cite).collect(),
        })
        .collect();
    let formatted = csl::format(style, "en-US", items, &clusters);
    assert_eq!(formatted.clusters.len(), clusters.len());
    let entries = formatted.bibliography.iter().map(|(_, html)| html);
    for html in formatted.clusters.iter().chain(entries) {
        let open = html.matches('<').count() - html.matches("</").count();
        assert_eq!(open, html.matches("</").count(), "{html}");
    }
    for (html, named) in formatted.clusters.iter().zip(&formatted.named) {
        for name in named {
            assert!(html.get(name.span.clone()).is_some(), "{html}");
        }
    }
}
