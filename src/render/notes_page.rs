//! What the page of all notes of an explainer gets.

use std::hash::Hash;

use serde_json::{Value, json};

use super::Input;
use super::context::{note_html, page_url};
use super::digest::Digest;
use super::fill::{Filler, state};
use crate::parse::What;
use crate::resolve::{NoteBody, listing};

/// Hashes all that the page prints.
pub fn hash(input: &Input<'_>, number: usize, digest: &mut Digest) {
    let structure = &input.resolved.structure;
    for file in structure.explainers[number].files() {
        let (parsed, facts) = (&*input.files[file], &*input.resolved.pages[file]);
        if facts.notes.is_empty() {
            continue;
        }
        (file, &parsed.outline.title, &facts.notes).hash(digest);
        let mut pieces: Vec<usize> = Vec::new();
        let mut rest = false;
        for note in facts.notes.iter().flat_map(|group| &group.notes) {
            match note.body {
                NoteBody::Citation(citation) => pieces.push(citation),
                NoteBody::Written(index) => {
                    let Some(tape) = parsed.notes.get(index) else {
                        continue;
                    };
                    tape.hash(digest);
                    for hole in &tape.holes {
                        match hole.what {
                            What::Citation(citation) => pieces.push(citation),
                            What::Word(_) => {}
                            _ => rest = true,
                        }
                    }
                }
            }
            listing::sentences(parsed, facts, note).for_each(|sentence| sentence.hash(digest));
        }
        for citation in pieces {
            facts.citations.get(citation).hash(digest);
        }
        // Links, files and components in notes are few; with them the whole page counts.
        if rest {
            (facts, input.texts[file]).hash(digest);
        }
    }
}

/// What its template gets.
pub fn values(input: &Input<'_>, number: usize, root: &str) -> Value {
    let structure = &input.resolved.structure;
    let explainer = &structure.explainers[number];
    let mut sections = Vec::new();
    let mut count = 0;
    for file in explainer.files() {
        let (parsed, facts) = (&*input.files[file], &*input.resolved.pages[file]);
        let url = page_url(input, &structure.urls[file]);
        // What is wrong with a note was told when its own page was made.
        let mut told = Vec::new();
        let mut filler = Filler {
            parsed,
            facts,
            theme: input.theme,
            // The page of all notes is in the site's language.
            language: &input.config.language,
            portable: input.portable,
            root,
            faults: &mut told,
        };
        let mut notes = Vec::new();
        for group in &facts.notes {
            for note in &group.notes {
                let html = note_html(&mut filler, note.body);
                let places: Vec<_> = note
                    .marks
                    .iter()
                    .zip(listing::sentences(parsed, facts, note))
                    .map(|(mark, sentence)| {
                        json!({ "url": format!("{url}#{mark}"), "sentence": sentence })
                    })
                    .collect();
                notes.push(json!({
                    "label": note.label,
                    "series": group.series,
                    "html": elsewhere(&html, &format!("{root}{url}")),
                    "state": state(filler.words(), note.state),
                    "url": format!("{url}#{}", note.id),
                    "places": places,
                }));
            }
        }
        if notes.is_empty() {
            continue;
        }
        count += notes.len();
        let place = explainer
            .sections
            .iter()
            .position(|section| section.file == file);
        let title = match parsed.outline.title.as_str() {
            "" => super::context::explainer_title(input, number),
            title => title.to_owned(),
        };
        sections.push(json!({
            "id": format!("section:{}", sections.len() + 1),
            "title": title,
            "number": place.map_or(String::new(), |place| (place + 1).to_string()),
            "url": url,
            "notes": notes,
        }));
    }
    json!({ "count": count, "sections": sections })
}

/// A note's HTML on another page: its ids would be there twice, and its links to anchors lead to its
/// own page.
fn elsewhere(html: &str, url: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, behind) = tag.split_at(end);
        let mut tag = tag.replace(" href=\"#", &format!(" href=\"{url}#"));
        while let Some(start) = tag.find(" id=\"") {
            let value = start + " id=\"".len();
            let Some(length) = tag[value..].find('"') else {
                break;
            };
            tag.replace_range(start..value + length + 1, "");
        }
        out.push_str(&tag);
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_note_on_another_page_has_no_anchors_and_leads_to_its_own() {
        assert_eq!(
            super::elsewhere(
                "<p>1 < 2 <a id=\"x\" href=\"#y\">“id=\"z\"”</a></p>",
                "../a/"
            ),
            "<p>1 < 2 <a href=\"../a/#y\">“id=\"z\"”</a></p>"
        );
    }
}
