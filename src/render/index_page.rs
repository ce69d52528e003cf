//! What the page of an index gets.

use std::hash::Hash;

use serde_json::{Value, json};

use super::Input;
use super::context::{explainer_title, page_url};
use super::digest::Digest;
use super::fill::address;
use crate::resolve::{IndexPage, IndexPlace};
use crate::text::letters;

/// From how many entries on an index is jumped through by letters.
const LETTERS_FROM: usize = 20;

/// Hashes all that the page prints.
pub fn hash(input: &Input<'_>, number: usize, digest: &mut Digest) {
    input.resolved.indexes[number].hash(digest);
    for index in &input.resolved.indexes {
        index.url.hash(digest);
    }
}

/// The title of the page.
pub fn title<'a>(input: &'a Input<'_>, number: usize) -> &'a str {
    word(input, &input.resolved.indexes[number])
}

fn word<'a>(input: &'a Input<'_>, page: &IndexPage) -> &'a str {
    input.theme.word(&format!("index_{}", page.index.name()))
}

/// What its template gets.
pub fn values(input: &Input<'_>, number: usize) -> Value {
    let page = &*input.resolved.indexes[number];
    let mut groups: Vec<Value> = Vec::new();
    for entry in &page.entries {
        let meaning = entry.meaning.as_ref();
        let json = json!({
            "id": entry.id,
            "title": entry.name,
            "meaning": meaning.map(|(_, meaning)| meaning),
            "meaning_url": meaning.map(|(url, _)| address(url, input.portable)),
            "places": entry.places.iter().map(|at| place(input, at)).collect::<Vec<_>>(),
        });
        let last = groups.last_mut();
        let same = last.filter(|group| group["letter"] == entry.letter);
        match same.and_then(|group| group["entries"].as_array_mut()) {
            Some(entries) => entries.push(json),
            None => groups.push(json!({
                "letter": entry.letter,
                "id": format!("letter:{}", groups.len() + 1),
                "entries": [json],
            })),
        }
    }
    let others = input.resolved.indexes.iter().enumerate();
    let others = others.map(|(other, page)| {
        json!({
            "title": word(input, page),
            "url": page_url(input, &page.url),
            "here": other == number,
        })
    });
    json!({
        "key": page.index.name(),
        "count": page.entries.len(),
        "letters": page.entries.len() >= LETTERS_FROM,
        "groups": groups,
        "indexes": others.collect::<Vec<_>>(),
    })
}

/// A page that an entry leads to, and the words in it: a single one is led to by the page's title.
fn place(input: &Input<'_>, place: &IndexPlace) -> Value {
    let url = address(&place.url, input.portable);
    let at = |id: &String| format!("{url}#{id}");
    let marks = place.ids.iter().enumerate();
    let marks = marks.map(|(number, id)| json!({ "label": letters(number + 1), "url": at(id) }));
    let several = input.resolved.structure.explainers.len() > 1;
    let explainer = place.explainer.filter(|_| several);
    let explainer = explainer.map(|number| explainer_title(input, number));
    json!({
        "explainer": explainer.filter(|title| *title != place.title),
        "number": match place.number {
            0 => String::new(),
            number => number.to_string(),
        },
        "title": place.title,
        "url": match place.ids.as_slice() {
            [] => url.to_string(),
            [first, ..] => at(first),
        },
        "marks": if place.ids.len() > 1 { marks.collect::<Vec<_>>() } else { Vec::new() },
    })
}
