//! What each template gets. The manual's page on theming lists the same names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tera::Value;

use super::beside::{FEED, has_feed};
use super::cite::{Styles, Work};
use super::digest::{Digest, Fingerprint};
use super::fill::{Filler, address, state};
use super::machine::{self, Kind, References};
use super::whole::book_url;
use super::{Input, bibliography, index_page, notes_page, print_page, source_page, terms};
use crate::config::Index;
use crate::diag::{Fault, FilePath};
use crate::parse::{Outline, fragment};
use crate::resolve::{Explainer, NoteBody, NoteGroup, PageFacts, Role, Translation};
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
    /// A page of a bibliography, from 1.
    Bibliography(usize, usize),
    /// The page of a source, as an index of `source_pages`.
    Source(usize),
    /// The page of all notes of an explainer.
    Notes(usize),
    /// The page that prints an explainer.
    Print(usize),
    /// The page of an index, as a number of the site's.
    Index(usize),
    /// The page that searches the site.
    Search,
    /// The page for addresses that don't exist.
    NotFound,
}

/// The address of the page that searches the site.
const SEARCH: &str = "search/";

/// What all pages of a site share, made once.
pub struct Globals {
    site: Value,
    /// For each explainer: what all its pages get.
    explainers: Vec<Value>,
    /// What heads of pages say of sources.
    references: References,
    /// The styles in which pages say how they are cited.
    styles: Styles,
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
    for (number, bibliography) in input.resolved.own_bibliographies() {
        jobs.extend((1..=bibliography.pages).map(|page| Job::Bibliography(number, page)));
    }
    jobs.extend((0..input.resolved.source_pages.len()).map(Job::Source));
    let notes = input.resolved.notes_pages.iter().enumerate();
    jobs.extend(notes.filter_map(|(number, url)| url.as_ref().map(|_| Job::Notes(number))));
    let prints = input.resolved.print_pages.iter().enumerate();
    jobs.extend(prints.filter_map(|(number, url)| url.as_ref().map(|_| Job::Print(number))));
    jobs.extend((0..input.resolved.indexes.len()).map(Job::Index));
    if input.config.search {
        jobs.push(Job::Search);
    }
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
            Job::Search => SEARCH.to_owned(),
            Job::Explainer(number) => resolved.structure.explainers[number].url.clone(),
            Job::File(file) => resolved.structure.urls[file].clone(),
            Job::Bibliography(number, page) => resolved.bibliographies[number]
                .as_ref()
                .map(|b| b.page_url(page))
                .unwrap_or_default(),
            Job::Source(number) => resolved.source_pages[number].url.clone(),
            Job::Notes(number) => resolved.notes_pages[number].clone().unwrap_or_default(),
            Job::Print(number) => resolved.print_pages[number].clone().unwrap_or_default(),
            Job::Index(number) => resolved.indexes[number].url.clone(),
        }
    }

    /// The file that faults of the page are reported in.
    pub fn file_of(self, input: &Input<'_>) -> FilePath {
        match self {
            Job::File(file) => input.files[file].file.clone(),
            _ => crate::config::FILE.into(),
        }
    }

    /// The language of its text: the file's own, or the site's.
    pub fn language<'a>(self, input: &'a Input<'_>) -> &'a str {
        let own = match self {
            Job::File(file) => input.files[file].outline.front.language.as_deref(),
            _ => None,
        };
        own.unwrap_or(&input.config.language)
    }

    fn explainer(self, input: &Input<'_>) -> Option<usize> {
        let structure = &input.resolved.structure;
        match self {
            Job::Explainer(number) | Job::Notes(number) | Job::Print(number) => Some(number),
            Job::Bibliography(number, _) => {
                Some(number).filter(|n| *n < structure.explainers.len())
            }
            Job::File(file) => match structure.roles[file] {
                Role::Explainer(number) | Role::Section(number, _) => Some(number),
                Role::Page => structure
                    .explainers
                    .iter()
                    .position(|e| e.pages.contains(&file)),
                Role::Home | Role::Part | Role::Draft => None,
            },
            Job::Home | Job::Search | Job::NotFound | Job::Source(_) | Job::Index(_) => None,
        }
    }

    /// The fingerprint of everything the page is made of.
    pub fn fingerprint(self, input: &Input<'_>, globals: &Globals) -> Fingerprint {
        use std::hash::Hash;
        let mut digest = Digest::default();
        globals.fingerprint.hash(&mut digest);
        match self {
            Job::Home => "home".hash(&mut digest),
            Job::Search => "search".hash(&mut digest),
            Job::NotFound => "404".hash(&mut digest),
            Job::Explainer(number) => ("explainer", number).hash(&mut digest),
            Job::File(file) => {
                ("file", file, input.texts[file]).hash(&mut digest);
                input.resolved.pages[file].hash(&mut digest);
                hash_pictures(input, file, &mut digest);
                let cited = globals.references.on(file);
                globals.references.fingerprint(cited).hash(&mut digest);
            }
            Job::Bibliography(number, page) => {
                ("bibliography", number, page).hash(&mut digest);
                bibliography::hash(input, number, page, &mut digest);
            }
            Job::Source(number) => {
                "source".hash(&mut digest);
                source_page::hash(input, number, &mut digest);
            }
            Job::Notes(number) => {
                ("notes", number).hash(&mut digest);
                notes_page::hash(input, number, &mut digest);
            }
            Job::Index(number) => {
                "index".hash(&mut digest);
                index_page::hash(input, number, &mut digest);
            }
            Job::Print(number) => {
                ("print", number).hash(&mut digest);
                print_page::hash(input, number, &mut digest);
            }
        }
        digest.fingerprint()
    }
}

/// Hashes what is known of the pictures that a file shows.
pub(super) fn hash_pictures(input: &Input<'_>, file: usize, digest: &mut Digest) {
    use std::hash::Hash;
    for url in &input.resolved.pages[file].files {
        input.pictures.get(url).hash(digest);
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
                    "bibliography_url": json["bibliography_url"],
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
        let site_bibliography = input
            .resolved
            .bibliographies
            .last()
            .and_then(Option::as_ref);
        let logo = input.resolved.logo.as_ref();
        let site = json!({
            "title": config.title,
            "logo_url": logo,
            "menu": menu(input),
            "subtitle": config.subtitle,
            "description": config.description,
            "language": config.language,
            "direction": direction(&config.language),
            "footer_html": if config.footer.is_empty() { String::new() } else { fragment(&config.footer) },
            "explainers": listed,
            "pages": pages,
            "bibliography_url": site_bibliography.map(|b| page_url(input, &b.url)),
            "feed_url": has_feed(input).then_some(FEED),
            "search_url": config.search.then(|| page_url(input, SEARCH)),
            "notes_beside": config.notes_beside,
            "live": input.live,
            "extra": config.extra,
        });
        let mut digest = Digest::default();
        use std::hash::Hash;
        input.theme.fingerprint.hash(&mut digest);
        site.to_string().hash(&mut digest);
        config.base_url.hash(&mut digest);
        config.authors.hash(&mut digest);
        config.feedback.hash(&mut digest);
        config.citation_locale().hash(&mut digest);
        (input.local, input.portable).hash(&mut digest);
        for explainer in &explainers {
            explainer.to_string().hash(&mut digest);
        }
        Globals {
            site: Value::from_serializable(&site),
            explainers: explainers.iter().map(Value::from_serializable).collect(),
            references: References::new(input),
            styles: Styles::new(input),
            fingerprint: digest.fingerprint(),
        }
    }
}

/// The menu of the site: what the author set, or else the pages outside explainers and what is made of all
/// of them.
fn menu(input: &Input<'_>) -> Vec<serde_json::Value> {
    let resolved = input.resolved;
    if input.config.menu.is_some() {
        let entries = resolved.menu.iter();
        let entries = entries.map(|entry| {
            let url = match entry.outside {
                true => entry.url.clone(),
                false => address(&entry.url, input.portable).into_owned(),
            };
            json!({ "title": entry.title, "url": url, "outside": entry.outside })
        });
        return entries.collect();
    }
    let entry = |title: &str, url: String| json!({ "title": title, "url": url, "outside": false });
    let pages = resolved.structure.pages.iter().map(|&page| {
        let url = page_url(input, &resolved.structure.urls[page]);
        entry(&input.files[page].outline.title, url)
    });
    let bibliography = resolved.bibliographies.last().and_then(Option::as_ref);
    let bibliography = bibliography.map(|bibliography| {
        let word = input.theme.word("bibliography");
        entry(word, page_url(input, &bibliography.url))
    });
    let index = resolved.indexes.first().map(|index| {
        let word = input.theme.word("index");
        entry(word, page_url(input, &index.url))
    });
    pages.chain(bibliography).chain(index).collect()
}

fn explainer(input: &Input<'_>, number: usize) -> serde_json::Value {
    let structure = &input.resolved.structure;
    let explainer: &Explainer = &structure.explainers[number];
    let index = explainer.index.map(|file| &*input.files[file].outline);
    let title = explainer_title(input, number);
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
        "updated": front.and_then(|front| front.updated.as_deref()),
        "url": page_url(input, &explainer.url),
        "bibliography_url": input.resolved.bibliographies[number].as_ref().map(|b| page_url(input, &b.url)),
        "books": input.books.kinds().map(|(extension, title, kind)| {
            json!({ "title": title, "type": kind, "url": encode_path(&book_url(input, number, extension)) })
        }).collect::<Vec<_>>(),
        "print_url": input.resolved.print_pages[number].as_ref().map(|url| page_url(input, url)),
        "notes_url": input.resolved.notes_pages[number].as_ref().map(|url| page_url(input, url)),
        "parts": parts,
    })
}

/// The title of an explainer: of its title page, or else made of its folder's name.
pub(super) fn explainer_title(input: &Input<'_>, number: usize) -> String {
    let explainer = &input.resolved.structure.explainers[number];
    let index = explainer.index.map(|file| &*input.files[file].outline);
    match index.filter(|outline| !outline.title.is_empty()) {
        Some(outline) => outline.title.clone(),
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
    }
}

/// The templates that pages are made with.
pub const TEMPLATES: &[&str] = &[
    "404.html",
    "all-notes.html",
    "bibliography.html",
    "explainer.html",
    "home.html",
    "index-of.html",
    "page.html",
    "print.html",
    "search.html",
    "section.html",
    "source.html",
];

/// What a template gets: each variable with its value.
pub type Values = BTreeMap<&'static str, Value>;

/// What leads from a page to the site's root.
pub fn root(input: &Input<'_>, job: Job) -> String {
    match job {
        // The page for missing addresses is shown at any depth, so its links begin at the root.
        Job::NotFound if input.local => "/".to_owned(),
        Job::NotFound => base_path(input.config.base_url.as_deref()),
        _ => "../".repeat(job.url(input).matches('/').count()),
    }
}

/// The template of a page and what it gets.
pub fn context(
    input: &Input<'_>,
    globals: &Globals,
    job: Job,
    faults: &mut Vec<Fault>,
) -> (&'static str, Values) {
    let url = job.url(input);
    let root = root(input, job);
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
        Job::Bibliography(..) => ("bibliography", "bibliography.html"),
        Job::Source(_) => ("source", "source.html"),
        Job::Notes(_) => ("notes", "all-notes.html"),
        Job::Print(_) => ("print", "print.html"),
        Job::Index(_) => ("index", "index-of.html"),
        Job::Search => ("search", "search.html"),
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
        "works_cited": [],
        "authors": [],
        "date": null,
        "updated": null,
        "changes": [],
        "translations": [],
        "indexed": [],
        "paragraphs": [],
        "feedback": null,
        "minutes": 0,
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
        Job::Bibliography(number, part) => {
            page["title"] = input.theme.word("bibliography").into();
            let value = bibliography::values(input, number, part);
            context.insert("bibliography", Value::from_serializable(&value));
        }
        Job::Source(number) => {
            page["title"] = source_page::title(input, number).into();
            let value = source_page::values(input, number);
            context.insert("source", Value::from_serializable(&value));
        }
        Job::Notes(number) => {
            page["title"] = input.theme.word("notes_all").into();
            let value = notes_page::values(input, number, &root);
            context.insert("notes", Value::from_serializable(&value));
        }
        Job::Print(number) => {
            page["title"] = explainer_title(input, number).into();
            let value = print_page::values(input, number, &root);
            context.insert("print", Value::from_serializable(&value));
        }
        Job::Index(number) => {
            page["title"] = index_page::title(input, number).into();
            let value = index_page::values(input, number);
            context.insert("index", Value::from_serializable(&value));
        }
        Job::Search => page["title"] = input.theme.word("search").into(),
        Job::NotFound => page["title"] = input.theme.word("not_found").into(),
    }
    if page["title"] == "" {
        page["title"] = input.config.title.clone().into();
    }
    if page["title_html"] == "" {
        page["title_html"] = escape(page["title"].as_str().unwrap_or_default()).into();
    }
    machines(input, globals, job, explainer, &mut page);
    context.insert("page", Value::from_serializable(&page));
    if let Job::File(file) = job
        && let Role::Section(number, place) = input.resolved.structure.roles[file]
    {
        let value = section(input, number, place);
        context.insert("section", Value::from_serializable(&value));
    }
    (template, context)
}

/// What the page says to programs, and how it is cited.
fn machines(
    input: &Input<'_>,
    globals: &Globals,
    job: Job,
    explainer: Option<usize>,
    page: &mut serde_json::Value,
) {
    let structure = &input.resolved.structure;
    let outline = |file: usize| &*input.files[file].outline;
    let own = match job {
        Job::File(file) => Some(outline(file)),
        _ => None,
    };
    let whole = explainer.and_then(|number| structure.explainers[number].index);
    let text = |name: &str| page[name].as_str().unwrap_or_default().to_owned();
    let is_section = page["kind"] == "section";
    let title = match page["kind"].as_str() {
        Some("explainer") => explainer.map(|number| explainer_title(input, number)),
        _ => None,
    };
    let work = Work {
        key: job.url(input).trim_end_matches('/').replace('/', "-"),
        title: title.unwrap_or_else(|| text("title")),
        container: explainer
            .filter(|_| is_section)
            .map(|number| explainer_title(input, number)),
        language: text("language"),
        url: page["canonical"].as_str().map(str::to_owned),
        description: text("description"),
        ..Work::new(input, own, whole.map(outline))
    };
    let kind = match page["kind"].as_str() {
        Some("section") => Kind::Section,
        Some("explainer" | "page") => Kind::Text,
        _ => Kind::Other,
    };
    let in_bibliography: Vec<usize>;
    let cited = match job {
        Job::File(file) => globals.references.on(file),
        Job::Bibliography(number, _) => {
            let bibliography = input.resolved.bibliographies[number].iter();
            in_bibliography = bibliography.flat_map(|b| b.sources()).collect();
            &in_bibliography
        }
        Job::Source(number) => &[input.resolved.source_pages[number].source],
        _ => &[],
    };
    let full = |url: &str| {
        let base = input.config.base_url.as_ref()?;
        Some(format!("{base}{url}"))
    };
    let image = own.and_then(|outline| outline.image).and_then(|image| {
        let Job::File(file) = job else { return None };
        full(input.resolved.pages[file].files.get(image)?)
    });
    let whole_url =
        explainer.and_then(|number| full(&encode_path(&structure.explainers[number].url)));
    page["meta"] = machine::highwire(kind, &work, &globals.references, cited);
    page["open_graph"] = machine::open_graph(kind, &work, image);
    page["json_ld"] = machine::json_ld(kind, &work, whole_url, &globals.references, cited).into();
    page["cite"] = match page["kind"].as_str() {
        Some("section" | "explainer") => work.cite(input, &globals.styles),
        _ => serde_json::Value::Null,
    };
}

/// The address of a page as links from the site's root give it.
pub(super) fn page_url(input: &Input<'_>, url: &str) -> String {
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

pub(super) fn file_page(
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
        language: front.language.as_deref().unwrap_or(&input.config.language),
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
    page["works_cited"] = facts
        .works_cited
        .iter()
        .map(|work| json!({ "html": work.html, "url": address(&work.entry, input.portable) }))
        .collect();
    page["subtitle"] = front.subtitle.clone().into();
    page["description"] = front.description.clone().into();
    if let Some(language) = &front.language {
        page["language"] = language.clone().into();
        page["direction"] = direction(language).into();
    }
    let url = page_url(input, &input.resolved.structure.urls[file]);
    page["feedback"] = json!(feedback(input, &parsed.outline.title, &url));
    page["minutes"] = json!(minutes(parsed.prose.words));
    let paragraphs = parsed.paragraphs.iter().filter(|p| !p.id.is_empty());
    page["paragraphs"] = paragraphs
        .map(|paragraph| {
            let feedback = feedback(
                input,
                &parsed.outline.title,
                &format!("{url}#{}", paragraph.id),
            );
            json!({ "id": paragraph.id, "words": paragraph.words, "feedback": feedback })
        })
        .collect();
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
    page["changes"] = front
        .changes
        .iter()
        .map(|change| json!({ "date": change.date, "html": fragment(&change.text) }))
        .collect();
    page["translations"] = facts
        .translations
        .iter()
        .map(|translation| self::translation(input, translation))
        .collect();
    page["indexed"] = indexed(input, facts).into();
    page["extra"] = front.extra.clone();
}

/// A page in one of its languages.
fn translation(input: &Input<'_>, translation: &Translation) -> serde_json::Value {
    let base = input.config.base_url.as_ref();
    json!({
        "language": translation.language,
        "title": input.theme.language_name(&translation.language),
        "direction": direction(&translation.language),
        "url": address(&translation.url, input.portable),
        "canonical": base.map(|base| format!("{base}{}", translation.url)),
        "original": translation.original,
    })
}

/// What a page as a whole is found under, by index.
fn indexed(input: &Input<'_>, facts: &PageFacts) -> Vec<serde_json::Value> {
    let all = Index::ALL.iter().filter_map(|(name, index)| {
        let own = facts.indexed.iter().filter(|(of, ..)| of == index);
        let names: Vec<_> = own
            .map(|(_, name, url)| json!({ "title": name, "url": address(url, input.portable) }))
            .collect();
        let title = input.theme.word(&format!("index_{name}"));
        (!names.is_empty()).then(|| json!({ "key": name, "title": title, "names": names }))
    });
    all.collect()
}

/// How many minutes it takes to read some words: about 230 in each (Brysbaert, "How many words do we
/// read per minute?", 2019, gives 238 for texts that aren't novels).
fn minutes(words: usize) -> usize {
    (words + 115) / 230
}

/// The address at which readers report an error of a page, or of a paragraph: a letter that says which
/// (RFC 6068, 2).
fn feedback(input: &Input<'_>, title: &str, url: &str) -> Option<String> {
    let address = input.config.feedback.as_deref()?;
    if !address.starts_with("mailto:") {
        return Some(address.to_owned());
    }
    let base = input.config.base_url.as_deref().unwrap_or("/");
    let encoded = |text: &str| encode_path(text).replace('/', "%2F");
    let sign = if address.contains('?') { '&' } else { '?' };
    Some(format!(
        "{address}{sign}subject={}&body={}",
        encoded(title),
        encoded(&format!("{base}{url}"))
    ))
}

fn notes(filler: &mut Filler<'_>, group: &NoteGroup) -> serde_json::Value {
    let mut list = Vec::with_capacity(group.notes.len());
    for note in &group.notes {
        let html = note_html(filler, note.body);
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
            "state": state(filler.words(), note.state),
            "backlinks": backlinks,
        }));
    }
    json!({ "series": group.series, "title": group.title, "list": list })
}

/// What a note says.
pub(super) fn note_html(filler: &mut Filler<'_>, body: NoteBody) -> String {
    match body {
        NoteBody::Written(index) => {
            let parsed = filler.parsed;
            let tape = parsed.notes.get(index);
            tape.map(|tape| filler.fill(tape)).unwrap_or_default()
        }
        NoteBody::Citation(index) => {
            let mut html = "<p>".to_owned();
            filler.citation(index, true, &mut html);
            html.push_str("</p>");
            html
        }
    }
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
