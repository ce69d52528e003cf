//! What the page of a bibliography gets: entries with what they don't say themselves, and every place
//! that cites them, with its sentence.

use std::borrow::Cow;
use std::hash::Hash;

use serde_json::{Value, json};

use super::Input;
use super::beside::records;
use super::context::page_url;
use super::digest::Digest;
use super::fill::address;
use crate::csl::{Date, Item};
use crate::parse::fragment;
use crate::resolve::listing;
use crate::resolve::{
    Bibliography, CitingGroup, CitingPage, CitingPlace, Entry, EntryGroup, SourcePage,
};
use crate::sources::Source;
use crate::sources::export::coins;
use crate::text::{encode_path, escape, plain};

/// The words of the filter's index, which it is asked for by.
pub const INDEX: &str = "index.js";

/// From how many entries on a bibliography can be filtered.
const FILTER_FROM: usize = 12;

/// Whether a bibliography has a filter, and so an index.
pub fn has_filter(bibliography: &Bibliography) -> bool {
    bibliography.entries().count() >= FILTER_FROM
}

/// Hashes all that a page of a bibliography prints.
pub fn hash(input: &Input<'_>, number: usize, page: usize, digest: &mut Digest) {
    let Some(bibliography) = input.resolved.bibliographies[number].as_deref() else {
        return;
    };
    (&bibliography.url, bibliography.pages, bibliography.across).hash(digest);
    bibliography.entries().count().hash(digest);
    for group in &bibliography.groups {
        let EntryGroup {
            id,
            title,
            kind,
            further,
            intro,
            letters,
            ..
        } = group;
        (id, title, kind, further, intro, letters).hash(digest);
        for entry in &group.entries {
            entry.page.hash(digest);
            if group.letters {
                (&entry.letter, &entry.id).hash(digest);
            }
            if entry.page == page {
                entry.hash(digest);
                hash_source(&input.library.sources()[entry.source], digest);
                hash_sentences(input, &entry.cited, digest);
            }
        }
    }
}

/// Hashes what is printed of a source beside its entry. Not where it stands in its file.
pub fn hash_source(source: &Source, digest: &mut Digest) {
    (
        &source.item,
        source.kind,
        &source.checked,
        &source.annotation,
    )
        .hash(digest);
    (&source.archived, &source.excerpts, source.primary).hash(digest);
}

/// Hashes the sentences of places.
pub fn hash_sentences(input: &Input<'_>, cited: &[CitingGroup], digest: &mut Digest) {
    for page in cited.iter().flat_map(|group| &group.pages) {
        for place in &page.places {
            sentence(input, page, place).hash(digest);
        }
    }
}

/// The sentence that a place's mark stands in.
fn sentence<'a>(input: &'a Input<'_>, page: &CitingPage, place: &CitingPlace) -> Cow<'a, str> {
    let facts = &input.resolved.pages[page.file];
    listing::sentence(&input.files[page.file], facts, place.mark)
}

/// What the template of a page of a bibliography gets.
pub fn values(input: &Input<'_>, number: usize, page: usize) -> Value {
    let Some(bibliography) = input.resolved.bibliographies[number].as_deref() else {
        return Value::Null;
    };
    let url = |page: usize| page_url(input, &bibliography.page_url(page));
    let groups: Vec<_> = bibliography
        .groups
        .iter()
        .filter_map(|group| self::group(input, bibliography, group, page))
        .collect();
    // Letters tell pages apart where one group goes over all of them.
    let letters = match bibliography.groups.as_slice() {
        [only] => only.letters,
        _ => false,
    };
    let pages: Vec<_> = (1..=bibliography.pages)
        .map(|number| {
            let entries = bibliography.entries();
            let mut entries = entries.filter(|entry| letters && entry.page == number);
            let first = entries.next().map_or("", |entry| &entry.letter);
            json!({
                "number": number.to_string(),
                "url": url(number),
                "first": first,
                "last": entries.last().map_or(first, |entry| &entry.letter),
            })
        })
        .collect();
    let contents: Vec<_> = bibliography
        .groups
        .iter()
        .filter_map(|group| {
            let title = group_title(input, group);
            let at = address(&bibliography.anchor(&group.id)?, input.portable).into_owned();
            let on = group.entries.first().map_or(1, |entry| entry.page);
            let url = link(&at, on == page);
            (!title.is_empty()).then(|| json!({ "title": title, "url": url, "here": on == page }))
        })
        .collect();
    let index = has_filter(bibliography).then(|| {
        let folder = encode_path(&bibliography.url);
        format!("{folder}{INDEX}")
    });
    json!({
        "count": bibliography.entries().count(),
        "groups": groups,
        "contents": contents,
        "page": page.to_string(),
        "pages": if bibliography.pages > 1 { pages } else { Vec::new() },
        "index_url": index,
        "downloads": records::downloads(input, bibliography),
    })
}

/// A link to an anchor, which on its own page needs no address.
fn link(url: &str, here: bool) -> &str {
    match url.find('#') {
        Some(at) if here => &url[at..],
        _ => url,
    }
}

/// The heading of a group: the author's, or the theme's for a kind and for further reading.
pub fn group_title<'a>(input: &'a Input<'_>, group: &'a EntryGroup) -> Cow<'a, str> {
    let word = |name: &str| input.theme.word(name);
    match group.kind {
        _ if !group.title.is_empty() => Cow::Borrowed(&group.title),
        _ if group.further => Cow::Borrowed(word("further_reading")),
        // A theme may have the words for one source only.
        Some(kind) => match word(&format!("kinds_{}", kind.name())) {
            "" => Cow::Borrowed(word(&format!("kind_{}", kind.name()))),
            title => Cow::Borrowed(title),
        },
        None => Cow::Borrowed(""),
    }
}

fn group(
    input: &Input<'_>,
    bibliography: &Bibliography,
    group: &EntryGroup,
    page: usize,
) -> Option<Value> {
    let here = || group.entries.iter().filter(|entry| entry.page == page);
    here().next()?;
    let mut letters: Vec<Value> = Vec::new();
    if group.letters {
        let mut last = "";
        for entry in group
            .entries
            .iter()
            .filter(|entry| !entry.letter.is_empty())
        {
            if entry.letter != last {
                last = &entry.letter;
                let url = bibliography.address(entry);
                let url = address(&url, input.portable);
                let here = entry.page == page;
                letters.push(json!({ "letter": last, "url": link(&url, here), "here": here }));
            }
        }
    }
    let first = group.entries.first().map_or(1, |entry| entry.page);
    let entries: Vec<_> = here()
        .map(|entry| self::entry(input, bibliography, entry))
        .collect();
    Some(json!({
        "id": group.id,
        "title": group_title(input, group),
        "intro_html": if group.intro.is_empty() || first < page { String::new() } else { fragment(&group.intro) },
        "continued": first < page,
        "further": group.further,
        "letters": letters,
        "entries": entries,
    }))
}

fn entry(input: &Input<'_>, bibliography: &Bibliography, entry: &Entry) -> Value {
    let source = &input.library.sources()[entry.source];
    let mut value = facts(input, source, &entry.html);
    value["id"] = entry.id.clone().into();
    value["html"] = entry.html.clone().into();
    value["url"] = match entry.page_url.as_str() {
        "" => Value::Null,
        url => page_url(input, url).into(),
    };
    value["cited"] = cited(input, &entry.cited, bibliography.across);
    value["citation_count"] = count(&entry.cited).into();
    value
}

/// How many places cite a source: a mark counts once for each locator.
pub fn count(cited: &[CitingGroup]) -> usize {
    let pages = cited.iter().flat_map(|group| &group.pages);
    pages.map(|page| page.places.len()).sum()
}

/// What is known of a source beside its entry, and isn't said in it.
pub fn facts(input: &Input<'_>, source: &Source, html: &str) -> Value {
    let checked = source.checked.as_ref().map(|checked| {
        let key = checked.state.name();
        json!({
            "key": key,
            "title": input.theme.word(&format!("checked_{key}")),
            "on": checked.on,
            "by": checked.by,
        })
    });
    let kind = source.kind.name();
    let said = plain(html);
    let text = |name: &str| source.item.text.get(name).map(|text| text.trim());
    let isbn = text("ISBN").filter(|isbn| !digits(&said).contains(&digits(isbn)));
    json!({
        "key": source.item.key,
        "coins": coins(source),
        "title": text("title").map_or_else(|| said.clone(), plain),
        "url": null,
        "kind": { "key": kind, "title": input.theme.word(&format!("kind_{kind}")) },
        "checked": checked,
        "annotation_html": source.annotation.as_deref().map(fragment).unwrap_or_default(),
        "links": links(source, html),
        "isbn": isbn,
        "accessed": accessed(&source.item, &said),
    })
}

/// The addresses of a source that its entry doesn't print: its DOI, its web page, a copy of it.
fn links(source: &Source, html: &str) -> Vec<Value> {
    let item = &source.item;
    let text = |name: &str| item.text.get(name).map(|text| text.trim());
    let mut links: Vec<Value> = Vec::new();
    let mut said = vec![plain(html).to_lowercase(), html.to_lowercase()];
    // `says` is what an entry that prints the address has in it.
    let mut add = |kind: &str, url: String, says: &str, title: &str| {
        let says = says.to_lowercase();
        let known = said
            .iter()
            .any(|text| text.contains(&says) || text.contains(&escape(&says)));
        let web = ["https://", "http://"]
            .iter()
            .any(|scheme| url.starts_with(scheme));
        if web && !known {
            links.push(json!({ "key": kind, "url": url, "title": title }));
            said.push(says);
        }
    };
    if let Some(doi) = text("DOI") {
        let bare = doi.rsplit_once("doi.org/").map_or(doi, |(_, bare)| bare);
        // A DOI may hold signs that no address may (DOI Handbook, 3.8).
        add(
            "doi",
            format!("https://doi.org/{}", encode_path(bare)),
            bare,
            bare,
        );
    }
    if let Some(url) = text("URL").filter(|url| Some(*url) != source.archived.as_deref()) {
        let bare = url.split_once("://").map_or(url, |(_, bare)| bare);
        add("url", url.to_owned(), url, bare.trim_end_matches('/'));
    }
    if let Some(url) = source.archived.as_deref().map(str::trim) {
        add("archived", url.to_owned(), url, "");
    }
    links
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The day on which a web page was seen, unless the entry prints it: unless its day and its year are
/// among the numbers there, beside those of the day it was published.
fn accessed(item: &Item, said: &str) -> Option<String> {
    let date = item.dates.get("accessed")?;
    let day = iso(date)?;
    let mut numbers: Vec<String> = said
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .map(|number| number.trim_start_matches('0').to_owned())
        .collect();
    let mut take = |number: i64| {
        let number = number.to_string();
        let at = numbers.iter().position(|known| *known == number);
        at.map(|at| numbers.swap_remove(at)).is_some()
    };
    let parts = |date: &Date| {
        let start = &date.start;
        [Some(i64::from(start.year)), start.day.map(i64::from)]
    };
    if let Some(issued) = item.dates.get("issued") {
        parts(issued).into_iter().flatten().for_each(|part| {
            take(part);
        });
    }
    let printed = parts(date).into_iter().flatten().all(take);
    (!printed).then_some(day)
}

/// A date after ISO 8601, as exactly as it is known; `None` for seasons and years that it writes
/// otherwise.
fn iso(date: &Date) -> Option<String> {
    let start = &date.start;
    if !(1..=9999).contains(&start.year) || date.end.is_some() {
        return None;
    }
    let year = format!("{:04}", start.year);
    Some(match (start.month, start.day) {
        (Some(month @ 1..=12), Some(day)) => format!("{year}-{month:02}-{day:02}"),
        (Some(month @ 1..=12), None) => format!("{year}-{month:02}"),
        _ => year,
    })
}

/// The places that cite a source, as templates get them.
pub fn cited(input: &Input<'_>, cited: &[CitingGroup], across: bool) -> Value {
    let groups = cited.iter().map(|group| {
        let pages = group.pages.iter();
        let pages: Vec<_> = pages.map(|page| citing_page(input, page, across)).collect();
        json!({ "locator": group.locator, "pages": pages })
    });
    groups.collect::<Vec<_>>().into()
}

fn citing_page(input: &Input<'_>, page: &CitingPage, across: bool) -> Value {
    let url = address(&page.url, input.portable);
    let places: Vec<_> = page
        .places
        .iter()
        .map(|place| {
            json!({
                "url": format!("{url}#{}", place.id),
                "label": place.label,
                "series": place.series,
                "sentence": sentence(input, page, place),
            })
        })
        .collect();
    let number = match page.number {
        0 => String::new(),
        number => number.to_string(),
    };
    let explainer = page.explainer.filter(|_| across);
    json!({
        "title": page.title,
        "url": url,
        "number": number,
        "explainer": explainer.map(|number| super::context::explainer_title(input, number)),
        "places": places,
    })
}

/// The bibliographies that a source stands in: the title of each one's explainer, and its address.
pub fn entries(input: &Input<'_>, page: &SourcePage) -> Value {
    let entries = page.entries.iter().map(|(explainer, url)| {
        let title = explainer.map(|number| super::context::explainer_title(input, number));
        json!({ "explainer": title, "url": address(url, input.portable) })
    });
    entries.collect::<Vec<_>>().into()
}

/// The index by which the filter finds entries: a script that hands over, for each entry in order,
/// its page, its anchor, its text, and what it is found by beside it.
pub fn index(input: &Input<'_>, bibliography: &Bibliography) -> String {
    let mut out = String::from("explainerFilter([");
    for (number, entry) in bibliography.entries().enumerate() {
        let source = &input.library.sources()[entry.source];
        let text = plain(&entry.html);
        let kind = input.theme.word(&format!("kind_{}", source.kind.name()));
        let mut more: Vec<&str> = vec![kind];
        more.extend(source.keywords());
        // What the entry shortens or leaves out.
        let names = source.item.names.values().flatten();
        let names: Vec<String> = names
            .flat_map(|name| [Some(name.family.clone()), name.given.clone()])
            .flatten()
            .collect();
        more.extend(names.iter().map(String::as_str));
        more.extend(source.item.text.get("title").map(String::as_str));
        more.retain(|word| !text.contains(word));
        if number > 0 {
            out.push(',');
        }
        out.push('\n');
        out.push_str(&json!([entry.page, entry.id, text, more.join(" ")]).to_string());
    }
    out.push_str("\n]);\n");
    out
}
