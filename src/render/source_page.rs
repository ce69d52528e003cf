//! What the page of a source gets.

use std::hash::Hash;

use serde_json::{Value, json};

use super::Input;
use super::beside::records::source_path;
use super::bibliography::{self, cited, facts, hash_sentences, hash_source};
use super::cite::records;
use super::digest::Digest;
use crate::sources::export::Format;
use crate::text::{encode_path, plain};

/// Hashes all that the page of a source prints.
pub fn hash(input: &Input<'_>, number: usize, digest: &mut Digest) {
    let page = &*input.resolved.source_pages[number];
    (
        &page.url,
        &page.html,
        &page.entries,
        &page.cited,
        page.across,
    )
        .hash(digest);
    hash_source(&input.library.sources()[page.source], digest);
    hash_sentences(input, &page.cited, digest);
}

/// The title of the page: the source's own, or its entry where it has none.
pub fn title(input: &Input<'_>, number: usize) -> String {
    let page = &*input.resolved.source_pages[number];
    let item = &input.library.sources()[page.source].item;
    // A title may hold CSL-JSON's tags.
    let title = item.text.get("title").map(|title| plain(title));
    title.unwrap_or_else(|| plain(&page.html))
}

/// What its template gets.
pub fn values(input: &Input<'_>, number: usize) -> Value {
    let page = &*input.resolved.source_pages[number];
    let source = &input.library.sources()[page.source];
    let mut value = facts(input, source, &page.html);
    value["html"] = page.html.clone().into();
    value["written"] = match source.primary {
        Some(true) => "primary".into(),
        Some(false) => "secondary".into(),
        None => Value::Null,
    };
    value["keywords"] = source.keywords().collect::<Vec<_>>().into();
    let excerpts = source.excerpts.iter();
    let excerpts =
        excerpts.map(|excerpt| json!({ "text": excerpt.text, "locator": excerpt.locator }));
    value["excerpts"] = excerpts.collect::<Vec<_>>().into();
    value["bibliographies"] = bibliography::entries(input, page);
    value["cited"] = cited(input, &page.cited, page.across);
    value["records"] = records(
        input.theme.words(&input.config.language),
        source,
        &Format::ALL,
        |format| (format == Format::Bib).then(|| encode_path(&source_path(page))),
    );
    value["citation_count"] = bibliography::count(&page.cited).into();
    value
}
