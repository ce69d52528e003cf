//! What the page for printing an explainer gets: all of it, with ids that are there once.

use std::hash::Hash;

use serde_json::{Value, json};

use super::context::hash_pictures;
use super::digest::Digest;
use super::whole::{Target, Whole, adapt, bibliography, lower, whole};
use super::{Input, bibliography as list};
use crate::html::{Node, each, write};

/// Hashes all that the page prints.
pub fn hash(input: &Input<'_>, number: usize, digest: &mut Digest) {
    for file in input.resolved.structure.explainers[number].files() {
        (file, input.texts[file], &input.resolved.pages[file]).hash(digest);
        hash_pictures(input, file, digest);
    }
    if let Some(bibliography) = bibliography(input, number) {
        for page in 1..=bibliography.pages {
            list::hash(input, number, page, digest);
        }
    }
}

/// What its template gets.
///
/// In: the site, the explainer, and what leads from the page to the site's root. Links within the explainer
/// become links within the page.
pub fn values(input: &Input<'_>, number: usize, root: &str) -> Value {
    let whole = whole(input, number);
    let html = |nodes: &[Node], chapter: usize| printed(&whole, nodes, chapter, root, input);
    let chapters = whole.chapters.iter().enumerate().map(|(at, chapter)| {
        let notes = chapter.notes.iter().map(|group| {
            let list = group.list.iter().map(|note| {
                json!({
                    "id": own(at, &note.id),
                    "label": note.label,
                    "html": html(&note.body, at),
                    "state": note.state.as_ref().map(|(key, title)| json!({ "key": key, "title": title })),
                })
            });
            json!({ "series": group.series, "title": group.title, "list": list.collect::<Vec<_>>() })
        });
        json!({
            "id": chapter_id(at),
            "number": chapter.number,
            "part": chapter.part,
            "title": chapter.title_text(),
            "title_html": html(&chapter.title, at),
            "subtitle": chapter.subtitle,
            "language": chapter.language,
            "html": html(&chapter.body, at),
            "notes": notes.collect::<Vec<_>>(),
        })
    });
    // Entries have no links within the site.
    let groups = whole.bibliography.iter().map(|group| {
        let entries = group.entries.iter().map(|entry| {
            let text = |nodes: &[Node]| write(nodes);
            json!({ "id": entry.id, "html": text(&entry.body), "annotation_html": text(&entry.annotation) })
        });
        json!({
            "title": group.title,
            "intro_html": write(&group.intro),
            "entries": entries.collect::<Vec<_>>(),
        })
    });
    json!({
        "chapters": chapters.collect::<Vec<_>>(),
        "bibliography": groups.collect::<Vec<_>>(),
    })
}

fn chapter_id(chapter: usize) -> String {
    format!("part:{}", chapter + 1)
}

/// An id of a chapter's, unlike those of all others.
fn own(chapter: usize, id: &str) -> String {
    format!("s{}:{id}", chapter + 1)
}

fn printed(whole: &Whole, nodes: &[Node], chapter: usize, root: &str, input: &Input<'_>) -> String {
    let mut nodes = nodes.to_vec();
    lower(&mut nodes);
    let link = |href: &str| {
        Some(match whole.target(chapter, href) {
            Target::Chapter(chapter, "") => format!("#{}", chapter_id(chapter)),
            Target::Chapter(chapter, id) => format!("#{}", own(chapter, id)),
            Target::Bibliography("") => "#bibliography".to_owned(),
            Target::Bibliography(id) => format!("#{id}"),
            Target::Site(url) => format!("{root}{}", super::fill::address(url, input.portable)),
            Target::Outside(url) => url.to_owned(),
        })
    };
    let file = |url: &str| match url.strip_prefix('/') {
        Some(path) => format!("{root}{path}"),
        None => url.to_owned(),
    };
    adapt(&mut nodes, &|id| own(chapter, id), &link, &file);
    each(&mut nodes, &mut |element| {
        // Regions are named on their own page: here there may be several of a name.
        let mut attributes = element.attributes.iter_mut();
        if let Some((_, role)) =
            attributes.find(|(name, value)| name == "role" && value == "region")
        {
            *role = "group".to_owned();
        }
        // Nothing is folded on paper.
        if element.name == "details" && element.get("open").is_none() {
            element.attributes.push(("open".to_owned(), String::new()));
        }
    });
    write(&nodes)
}
