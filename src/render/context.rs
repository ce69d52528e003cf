//! What each template gets. The manual's page on theming lists the same names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tera::Value;

use super::Input;
use super::beside::{FEED, has_feed};
use super::digest::{Digest, Fingerprint};
use super::fill::{Filler, address, state};
use super::terms;
use crate::diag::{Fault, FilePath};
use crate::parse::{Outline, fragment};
use crate::resolve::{Bibliography, CitingPage, Explainer, NoteBody, NoteGroup, Role};
use crate::text::{encode_path, escape, is_mirrored, letters};

/// A page to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// The site's first page where no file makes it.
    Home,
    /// The title page of an explainer that has no file for it.
    Explainer(usize),
    /// The page of a file.
    File(usize),
    /// A bibliography.
    Bibliography(usize),
    /// The page for addresses that don't exist.
    NotFound,
}

/// What all pages of a site share, made once.
pub struct Globals {
    site: Value,
    /// For each explainer: what all its pages get.
    explainers: Vec<Value>,
    /// The fingerprint of all of it, with the theme.
    fingerprint: Fingerprint,
}

/// The pages of a site, in the order in which they are made.
pub fn jobs(input: &Input<'_>) -> Vec<Job> {
    let structure = &input.resolved.structure;
    let mut jobs = Vec::new();
    let home = structure.urls.iter().zip(&structure.roles);
    if !home
        .into_iter()
        .any(|(url, role)| url.is_empty() && role.is_published())
        && !structure
            .explainers
            .iter()
            .any(|explainer| explainer.url.is_empty())
    {
        jobs.push(Job::Home);
    }
    for (number, explainer) in structure.explainers.iter().enumerate() {
        if explainer.index.is_none() {
            jobs.push(Job::Explainer(number));
        }
    }
    let published = |file: &usize| structure.roles[*file].is_published();
    jobs.extend((0..input.files.len()).filter(published).map(Job::File));
    let bibliographies = input.resolved.bibliographies.iter().enumerate();
    jobs.extend(
        bibliographies
            .filter(|(_, b)| b.is_some())
            .map(|(n, _)| Job::Bibliography(n)),
    );
    // On a disk nobody answers for addresses that don't exist.
    if !input.portable {
        jobs.push(Job::NotFound);
    }
    jobs
}

impl Job {
    /// The path of the file it becomes.
    pub fn output(self, input: &Input<'_>) -> String {
        match self {
            Job::NotFound => "404.html".to_owned(),
            job => format!("{}index.html", job.url(input)),
        }
    }

    /// Its address from the site's root.
    pub fn url(self, input: &Input<'_>) -> String {
        let resolved = input.resolved;
        match self {
            Job::Home | Job::NotFound => String::new(),
            Job::Explainer(number) => resolved.structure.explainers[number].url.clone(),
            Job::File(file) => resolved.structure.urls[file].clone(),
            Job::Bibliography(number) => resolved.bibliographies[number]
                .as_ref()
                .map(|b| b.url.clone())
                .unwrap_or_default(),
        }
    }

    /// The file that faults of the page are reported in.
    pub fn file_of(self, input: &Input<'_>) -> FilePath {
        match self {
            Job::File(file) => input.files[file].file.clone(),
            _ => crate::config::FILE.into(),
        }
    }

    fn explainer(self, input: &Input<'_>) -> Option<usize> {
        let structure = &input.resolved.structure;
        match self {
            Job::Explainer(number) => Some(number),
            Job::Bibliography(number) => Some(number).filter(|n| *n < structure.explainers.len()),
            Job::File(file) => match structure.roles[file] {
                Role::Explainer(number) | Role::Section(number, _) => Some(number),
                Role::Page => structure
                    .explainers
                    .iter()
                    .position(|e| e.pages.contains(&file)),
                Role::Home | Role::Part | Role::Draft => None,
            },
            Job::Home | Job::NotFound => None,
        }
    }

    /// The fingerprint of everything the page is made of.
    pub fn fingerprint(self, input: &Input<'_>, globals: &Globals) -> Fingerprint {
        use std::hash::Hash;
        let mut digest = Digest::default();
        globals.fingerprint.hash(&mut digest);
        match self {
            Job::Home => "home".hash(&mut digest),
            Job::NotFound => "404".hash(&mut digest),
            Job::Explainer(number) => ("explainer", number).hash(&mut digest),
            Job::File(file) => {
                ("file", file, input.texts[file]).hash(&mut digest);
                input.resolved.pages[file].hash(&mut digest);
            }
            Job::Bibliography(number) => {
                let bibliography = input.resolved.bibliographies[number].as_deref();
                bibliography.hash(&mut digest);
                let entries = bibliography
                    .iter()
                    .flat_map(|b| &b.groups)
                    .flat_map(|g| &g.entries);
                for entry in entries {
                    let source = &input.library.sources()[entry.source];
                    (source.kind.name(), &source.annotation).hash(&mut digest);
                    format!("{:?}", source.checked).hash(&mut digest);
                }
            }
        }
        digest.fingerprint()
    }
}

impl Globals {
    /// Gathers what all pages share.
    pub fn new(input: &Input<'_>) -> Globals {
        let config = input.config;
        let structure = &input.resolved.structure;
        let explainers: Vec<_> = (0..structure.explainers.len())
            .map(|number| explainer(input, number))
            .collect();
        let listed: Vec<_> = explainers
            .iter()
            .zip(&structure.explainers)
            .map(|(json, explainer)| {
                json!({
                    "title": json["title"],
                    "subtitle": json["subtitle"],
                    "description": json["description"],
                    "url": json["url"],
                    "authors": json["authors"],
                    "section_count": explainer.sections.len(),
                })
            })
            .collect();
        let pages: Vec<_> = structure
            .pages
            .iter()
            .map(|&page| {
                json!({
                    "title": input.files[page].outline.title,
                    "url": page_url(input, &structure.urls[page]),
                })
            })
            .collect();
        let site = json!({
            "title": config.title,
            "subtitle": config.subtitle,
            "description": config.description,
            "language": config.language,
            "direction": direction(&config.language),
            "footer_html": if config.footer.is_empty() { String::new() } else { fragment(&config.footer) },
            "explainers": listed,
            "pages": pages,
            "feed_url": has_feed(input).then_some(FEED),
            "live": input.live,
            "extra": config.extra,
        });
        let mut digest = Digest::default();
        use std::hash::Hash;
        input.theme.fingerprint.hash(&mut digest);
        site.to_string().hash(&mut digest);
        config.base_url.hash(&mut digest);
        config.authors.hash(&mut digest);
        (input.local, input.portable).hash(&mut digest);
        for explainer in &explainers {
            explainer.to_string().hash(&mut digest);
        }
        Globals {
            site: Value::from_serializable(&site),
            explainers: explainers.iter().map(Value::from_serializable).collect(),
            fingerprint: digest.fingerprint(),
        }
    }
}

fn explainer(input: &Input<'_>, number: usize) -> serde_json::Value {
    let structure = &input.resolved.structure;
    let explainer: &Explainer = &structure.explainers[number];
    let index = explainer.index.map(|file| &*input.files[file].outline);
    let title = match index
        .map(|outline| outline.title.as_str())
        .filter(|title| !title.is_empty())
    {
        Some(title) => title.to_owned(),
        None if explainer.folder.is_empty() => input.config.title.clone(),
        None => {
            let name = explainer.url.trim_end_matches('/').replace('-', " ");
            let mut letters = name.chars();
            let first = letters
                .next()
                .map(|c| c.to_uppercase().to_string())
                .unwrap_or_default();
            first + letters.as_str()
        }
    };
    let mut parts: Vec<serde_json::Value> = Vec::new();
    let mut open: Option<Option<&str>> = None;
    for (place, section) in explainer.sections.iter().enumerate() {
        let outline: &Outline = &input.files[section.file].outline;
        let entry = json!({
            "title": outline.title,
            "subtitle": outline.front.subtitle,
            "number": (place + 1).to_string(),
            "url": page_url(input, &structure.urls[section.file]),
            "description": outline.front.description,
        });
        if open != Some(section.part.as_deref()) {
            open = Some(section.part.as_deref());
            parts.push(json!({ "title": section.part, "sections": [] }));
        }
        if let Some(sections) = parts
            .last_mut()
            .and_then(|part| part["sections"].as_array_mut())
        {
            sections.push(entry);
        }
    }
    let front = index.map(|outline| &outline.front);
    let authors = front
        .map(|front| &front.authors)
        .filter(|authors| !authors.is_empty());
    json!({
        "title": title,
        "subtitle": front.map_or("", |front| &front.subtitle),
        "description": front.map_or("", |front| &front.description),
        "authors": authors.unwrap_or(&input.config.authors),
        "date": front.and_then(|front| front.date.as_deref()),
        "url": page_url(input, &explainer.url),
        "bibliography_url": input.resolved.bibliographies[number].as_ref().map(|b| page_url(input, &b.url)),
        "parts": parts,
    })
}

/// The templates that pages are made with.
pub const TEMPLATES: &[&str] = &[
    "404.html",
    "bibliography.html",
    "explainer.html",
    "home.html",
    "page.html",
    "section.html",
];

/// What a template gets: each variable with its value.
pub type Values = BTreeMap<&'static str, Value>;

/// The template of a page and what it gets.
pub fn context(
    input: &Input<'_>,
    globals: &Globals,
    job: Job,
    faults: &mut Vec<Fault>,
) -> (&'static str, Values) {
    let url = job.url(input);
    let root = match job {
        // The page for missing addresses is shown at any depth, so its links begin at the root.
        Job::NotFound if input.local => "/".to_owned(),
        Job::NotFound => base_path(input.config.base_url.as_deref()),
        _ => "../".repeat(url.matches('/').count()),
    };
    let explainer = job.explainer(input);
    let mut context = Values::new();
    context.insert("root", Value::from_serializable(&root));
    let home = match format!("{root}{}", page_url(input, "")) {
        home if home.is_empty() => "./".to_owned(),
        home => home,
    };
    context.insert("home", Value::from_serializable(&home));
    context.insert("site", globals.site.clone());
    context.insert(
        "explainer",
        explainer.map_or_else(Value::none, |number| globals.explainers[number].clone()),
    );
    let (kind, template) = match job {
        Job::Home => ("home", "home.html"),
        Job::Explainer(_) => ("explainer", "explainer.html"),
        Job::Bibliography(_) => ("bibliography", "bibliography.html"),
        Job::NotFound => ("404", "404.html"),
        Job::File(file) => match input.resolved.structure.roles[file] {
            Role::Home => ("home", "home.html"),
            Role::Explainer(_) => ("explainer", "explainer.html"),
            Role::Section(..) => ("section", "section.html"),
            Role::Page | Role::Part | Role::Draft => ("page", "page.html"),
        },
    };
    let canonical = match job {
        Job::NotFound => None,
        _ => input
            .config
            .base_url
            .as_ref()
            .map(|base| format!("{base}{}", encode_path(&url))),
    };
    let mut page = json!({
        "kind": kind,
        "title": "",
        "title_html": "",
        "subtitle": "",
        "description": "",
        "url": page_url(input, &url),
        "language": input.config.language,
        "canonical": canonical,
        "direction": direction(&input.config.language),
        "content": "",
        "components": [],
        "terms": [],
        "contents": [],
        "notes": [],
        "authors": [],
        "date": null,
        "updated": null,
        "extra": null,
    });
    match job {
        Job::File(file) => file_page(input, file, &root, &mut page, faults),
        Job::Home => page["title"] = input.config.title.clone().into(),
        Job::Explainer(number) => {
            let json = self::explainer(input, number);
            page["title"] = json["title"].clone();
            page["authors"] = json["authors"].clone();
        }
        Job::Bibliography(number) => {
            page["title"] = input.theme.word("bibliography").into();
            if let Some(bibliography) = &input.resolved.bibliographies[number] {
                let value = self::bibliography(input, bibliography);
                context.insert("bibliography", Value::from_serializable(&value));
            }
        }
        Job::NotFound => page["title"] = input.theme.word("not_found").into(),
    }
    if page["title"] == "" {
        page["title"] = input.config.title.clone().into();
    }
    if page["title_html"] == "" {
        page["title_html"] = escape(page["title"].as_str().unwrap_or_default()).into();
    }
    context.insert("page", Value::from_serializable(&page));
    if let Job::File(file) = job
        && let Role::Section(number, place) = input.resolved.structure.roles[file]
    {
        let value = section(input, number, place);
        context.insert("section", Value::from_serializable(&value));
    }
    (template, context)
}

/// The address of a page as links from the site's root give it.
fn page_url(input: &Input<'_>, url: &str) -> String {
    address(&encode_path(url), input.portable).into_owned()
}

/// In which direction a language is written, as HTML says it.
fn direction(language: &str) -> &'static str {
    if is_mirrored(language) { "rtl" } else { "ltr" }
}

/// The path of the site on its host, with a slash at both ends.
pub(super) fn base_path(base_url: Option<&str>) -> String {
    let path = base_url
        .and_then(|url| url.split_once("://"))
        .and_then(|(_, rest)| rest.split_once('/'))
        .map_or("", |(_, path)| path);
    format!("/{path}")
}

fn file_page(
    input: &Input<'_>,
    file: usize,
    root: &str,
    page: &mut serde_json::Value,
    faults: &mut Vec<Fault>,
) {
    let parsed = &*input.files[file];
    let facts = &*input.resolved.pages[file];
    let front = &parsed.outline.front;
    let mut filler = Filler {
        parsed,
        facts,
        theme: input.theme,
        portable: input.portable,
        root,
        faults,
    };
    page["title"] = parsed.outline.title.clone().into();
    if let Some(title) = &parsed.title {
        page["title_html"] = filler.fill(title).into();
    }
    let content = filler.fill(&parsed.body);
    let (content, terms) = terms::mark(&content, &facts.terms, |url| {
        format!("{root}{}", address(url, input.portable))
    });
    page["content"] = content.into();
    page["terms"] = terms
        .iter()
        .map(|term| {
            let url = format!("{root}{}", address(&term.url, input.portable));
            json!({ "title": term.forms.first(), "url": url, "meaning": term.meaning })
        })
        .collect();
    let names: BTreeSet<&str> = parsed
        .components
        .iter()
        .map(|component| &*component.name)
        .collect();
    page["components"] = json!(names);
    let groups: Vec<_> = facts
        .notes
        .iter()
        .map(|group| notes(&mut filler, group))
        .collect();
    page["notes"] = groups.into();
    page["subtitle"] = front.subtitle.clone().into();
    page["description"] = front.description.clone().into();
    if let Some(language) = &front.language {
        page["language"] = language.clone().into();
        page["direction"] = direction(language).into();
    }
    page["contents"] = parsed
        .outline
        .headings
        .iter()
        .map(|heading| json!({ "level": heading.level, "id": heading.id, "title_html": heading.html }))
        .collect();
    let authors = if front.authors.is_empty() {
        &input.config.authors
    } else {
        &front.authors
    };
    page["authors"] = json!(authors);
    page["date"] = json!(front.date);
    page["updated"] = json!(front.updated);
    page["extra"] = front.extra.clone();
}

fn notes(filler: &mut Filler<'_>, group: &NoteGroup) -> serde_json::Value {
    let mut list = Vec::with_capacity(group.notes.len());
    for note in &group.notes {
        let html = match note.body {
            NoteBody::Written(index) => {
                let parsed = filler.parsed;
                parsed
                    .notes
                    .get(index)
                    .map(|tape| filler.fill(tape))
                    .unwrap_or_default()
            }
            NoteBody::Citation(index) => {
                let mut html = "<p>".to_owned();
                filler.citation(index, true, &mut html);
                html.push_str("</p>");
                html
            }
        };
        let several = note.marks.len() > 1;
        let backlinks: Vec<_> = note
            .marks
            .iter()
            .enumerate()
            .map(|(number, id)| {
                let label = if several {
                    letters(number + 1)
                } else {
                    String::new()
                };
                json!({ "url": format!("#{id}"), "label": label })
            })
            .collect();
        list.push(json!({
            "id": note.id,
            "label": note.label,
            "html": html,
            "state": state(filler.theme, note.state),
            "backlinks": backlinks,
        }));
    }
    json!({ "series": group.series, "title": group.title, "list": list })
}

fn section(input: &Input<'_>, number: usize, place: usize) -> serde_json::Value {
    let structure = &input.resolved.structure;
    let sections = &structure.explainers[number].sections;
    let neighbour = |place: Option<usize>| {
        let place = place?;
        let section = sections.get(place)?;
        Some(json!({
            "title": input.files[section.file].outline.title,
            "url": page_url(input, &structure.urls[section.file]),
            "number": (place + 1).to_string(),
        }))
    };
    json!({
        "number": (place + 1).to_string(),
        "part": sections[place].part,
        "previous": neighbour(place.checked_sub(1)),
        "next": neighbour(Some(place + 1)),
    })
}

fn bibliography(input: &Input<'_>, bibliography: &Bibliography) -> serde_json::Value {
    let groups: Vec<_> = bibliography
        .groups
        .iter()
        .map(|group| {
            let entries: Vec<_> = group.entries.iter().map(|entry| {
                let source = &input.library.sources()[entry.source];
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
                json!({
                    "id": entry.id,
                    "key": source.item.key,
                    "html": entry.html,
                    "kind": { "key": kind, "title": input.theme.word(&format!("kind_{kind}")) },
                    "checked": checked,
                    "annotation_html": source.annotation.as_deref().map(fragment).unwrap_or_default(),
                    "cited": entry.cited.iter().map(|page| citing_page(input, page)).collect::<Vec<_>>(),
                    "citation_count": entry.cited.iter().map(|page| page.places.len()).sum::<usize>(),
                })
            }).collect();
            json!({
                "id": format!("group:{}", group.name),
                "title": group.title,
                "intro_html": if group.intro.is_empty() { String::new() } else { fragment(&group.intro) },
                "entries": entries,
            })
        })
        .collect();
    let count: usize = bibliography
        .groups
        .iter()
        .map(|group| group.entries.len())
        .sum();
    json!({ "count": count, "groups": groups })
}

fn citing_page(input: &Input<'_>, page: &CitingPage) -> serde_json::Value {
    let url = address(&page.url, input.portable);
    let places: Vec<_> = page
        .places
        .iter()
        .map(|place| {
            json!({
                "url": format!("{url}#{}", place.id),
                "label": place.label,
                "series": place.series,
            })
        })
        .collect();
    let number = if page.number > 0 {
        page.number.to_string()
    } else {
        String::new()
    };
    json!({ "title": page.title, "url": url, "number": number, "places": places })
}
