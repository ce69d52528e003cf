//! An explainer as one: its files in reading order with their notes, and its bibliography, as trees
//! whose links say where within the whole they lead.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Input;
use super::bibliography::group_title;
use super::context::{explainer_title, file_page};
use crate::html::{Element, Node, each, read};
use crate::parse::fragment;
use crate::resolve::{Bibliography, Role};
use crate::text::{self, encode_path};

/// Attributes that name other elements by their ids, one or several (HTML, 3.2.6.6; ARIA, 6.2).
const IDS: &[&str] = &[
    "aria-controls",
    "aria-describedby",
    "aria-details",
    "aria-labelledby",
    "aria-owns",
    "for",
    "headers",
    "list",
];

/// An explainer with all that is in it.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    /// Its address from the site's root.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its subtitle.
    pub subtitle: String,
    /// Its description.
    pub description: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// Its language.
    pub language: String,
    /// When it appeared, as typed.
    pub date: Option<String>,
    /// When it was last changed, as typed.
    pub updated: Option<String>,
    /// Its files in reading order: the title page if it says anything, sections, other pages.
    pub chapters: Vec<Chapter>,
    /// The groups of its bibliography.
    pub bibliography: Vec<Sources>,
    /// The encoded addresses of its chapters, with their numbers.
    urls: BTreeMap<String, usize>,
    /// The encoded addresses of its bibliography's pages.
    lists: BTreeSet<String>,
}

/// A file of an explainer.
#[derive(Debug, Clone)]
pub struct Chapter {
    /// The number of its section; empty for a page that is none.
    pub number: String,
    /// The part that begins with it; empty for none.
    pub part: String,
    /// Its title; nothing for the title page, which has the explainer's.
    pub title: Vec<Node>,
    /// Its subtitle, in the same way.
    pub subtitle: String,
    /// Its language.
    pub language: String,
    /// Its text.
    pub body: Vec<Node>,
    /// Its notes, by series.
    pub notes: Vec<Notes>,
}

/// The notes of a series.
#[derive(Debug, Clone)]
pub struct Notes {
    /// The series.
    pub series: String,
    /// Its heading.
    pub title: String,
    /// The notes.
    pub list: Vec<Note>,
}

/// A note.
#[derive(Debug, Clone)]
pub struct Note {
    /// Its id.
    pub id: String,
    /// Its number or letter.
    pub label: String,
    /// Its state: the key and what readers see.
    pub state: Option<(String, String)>,
    /// What it says.
    pub body: Vec<Node>,
    /// The ids of its marks.
    pub marks: Vec<String>,
}

/// A group of a bibliography.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Its heading; empty for none.
    pub title: String,
    /// Its introduction.
    pub intro: Vec<Node>,
    /// Its entries.
    pub entries: Vec<Source>,
}

/// An entry of a bibliography.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// Its text.
    pub body: Vec<Node>,
    /// What the author says of it.
    pub annotation: Vec<Node>,
}

/// Which files to take away are made of each explainer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Books {
    /// For e-readers.
    pub epub: bool,
    /// For word processors.
    pub docx: bool,
}

impl Books {
    /// The files' extensions, with their names for readers and their types.
    pub fn kinds(self) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        let epub = self
            .epub
            .then_some(("epub", "EPUB", "application/epub+zip"));
        let docx = self.docx.then_some(("docx", "Word", docx));
        epub.into_iter().chain(docx)
    }
}

/// The address of a file that is made of an explainer, from the site's root.
///
/// In: the site, the explainer, and the file's extension. Out: the address, named by the title.
pub fn book_url(input: &Input<'_>, number: usize, extension: &str) -> String {
    let name = match text::slug(&explainer_title(input, number)) {
        slug if slug.is_empty() => "explainer".to_owned(),
        slug => slug.chars().take(60).collect(),
    };
    let url = &input.resolved.structure.explainers[number].url;
    format!("{url}{name}.{extension}")
}

/// Where a link within a site leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// A chapter, or a place in it.
    Chapter(usize, &'a str),
    /// The bibliography, or an entry of it.
    Bibliography(&'a str),
    /// Something else of the site, by its address from the root.
    Site(&'a str),
    /// Elsewhere.
    Outside(&'a str),
}

/// Puts an explainer together.
///
/// In: the site, and the number of an explainer. Out: the whole; its links and files begin with `/` at
/// the site's root, or with `#` in their own chapter. What is wrong with a page was told with it.
pub fn whole(input: &Input<'_>, number: usize) -> Whole {
    let input = &Input {
        portable: false,
        live: false,
        ..*input
    };
    let structure = &input.resolved.structure;
    let explainer = &structure.explainers[number];
    let front = explainer.index.map(|file| &input.files[file].outline.front);
    let authors = front.map(|front| &front.authors);
    let authors = authors.filter(|authors| !authors.is_empty());
    let mut whole = Whole {
        url: explainer.url.clone(),
        title: explainer_title(input, number),
        subtitle: front.map_or_else(String::new, |front| front.subtitle.clone()),
        description: front.map_or_else(String::new, |front| front.description.clone()),
        authors: authors.unwrap_or(&input.config.authors).clone(),
        language: front
            .and_then(|front| front.language.clone())
            .unwrap_or_else(|| input.config.language.clone()),
        date: front.and_then(|front| front.date.clone()),
        updated: front.and_then(|front| front.updated.clone()),
        ..Whole::default()
    };
    let mut part = None;
    for file in explainer.files() {
        let mut chapter = chapter(input, file);
        if let Role::Section(_, place) = structure.roles[file] {
            chapter.number = (place + 1).to_string();
            let own = explainer.sections[place].part.as_deref();
            if own != part {
                chapter.part = own.unwrap_or_default().to_owned();
                part = own;
            }
        }
        let is_title = explainer.index == Some(file);
        if is_title {
            chapter.title.clear();
            chapter.subtitle.clear();
            // A title page may be nothing but its front matter.
            if chapter.body.iter().all(is_blank) && chapter.notes.is_empty() {
                continue;
            }
        }
        let url = format!("/{}", encode_path(&structure.urls[file]));
        whole.urls.insert(url, whole.chapters.len());
        whole.chapters.push(chapter);
    }
    if let Some(bibliography) = bibliography(input, number) {
        let pages = (1..=bibliography.pages).map(|page| bibliography.page_url(page));
        whole.lists = pages.map(|url| format!("/{}", encode_path(&url))).collect();
        whole.bibliography = sources(input, bibliography);
    }
    whole
}

/// The bibliography that an explainer's notes lead to.
pub fn bibliography<'a>(input: &'a Input<'_>, number: usize) -> Option<&'a Bibliography> {
    let all = &input.resolved.bibliographies;
    all.get(number)?.as_deref()
}

fn is_blank(node: &Node) -> bool {
    matches!(node, Node::Text(text) if text.trim().is_empty())
}

fn chapter(input: &Input<'_>, file: usize) -> Chapter {
    let mut page = Value::Object(serde_json::Map::new());
    file_page(input, file, "/", &mut page, &mut Vec::new());
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let language = match text(&page, "language") {
        language if language.is_empty() => input.config.language.clone(),
        language => language,
    };
    let words = input.theme.words(&language);
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let note = |note: &Value| Note {
        id: text(note, "id"),
        label: text(note, "label"),
        state: note["state"]
            .is_object()
            .then(|| (text(&note["state"], "key"), text(&note["state"], "title"))),
        body: read(&text(note, "html")),
        marks: list(note, "backlinks")
            .iter()
            .map(|link| text(link, "url").trim_start_matches('#').to_owned())
            .collect(),
    };
    let groups = list(&page, "notes");
    let notes = groups.iter().map(|group| Notes {
        series: text(group, "series"),
        title: match text(group, "title") {
            title if title.is_empty() => words.word("notes").to_owned(),
            title => title,
        },
        list: list(group, "list").iter().map(note).collect(),
    });
    Chapter {
        number: String::new(),
        part: String::new(),
        title: match text(&page, "title_html") {
            html if html.is_empty() => vec![Node::Text(text(&page, "title"))],
            html => read(&html),
        },
        subtitle: text(&page, "subtitle"),
        body: without_tools(read(&text(&page, "content"))),
        notes: notes.collect(),
        language,
    }
}

/// Leaves out what only a page on a screen has: the links that paragraphs have to themselves.
fn without_tools(nodes: Vec<Node>) -> Vec<Node> {
    let nodes = nodes.into_iter().filter_map(|node| match node {
        Node::Element(element) if element.has_class("p-link") => None,
        Node::Element(element) => Some(Node::Element(Element {
            children: without_tools(element.children),
            ..element
        })),
        text => Some(text),
    });
    nodes.collect()
}

fn sources(input: &Input<'_>, bibliography: &Bibliography) -> Vec<Sources> {
    let groups = bibliography.groups.iter().map(|group| Sources {
        title: group_title(input, group).into_owned(),
        intro: read(&fragment(&group.intro)),
        entries: group
            .entries
            .iter()
            .map(|entry| Source {
                id: entry.id.clone(),
                body: read(&entry.html),
                annotation: input.library.sources()[entry.source]
                    .annotation
                    .as_deref()
                    .map(|annotation| read(&fragment(annotation)))
                    .unwrap_or_default(),
            })
            .collect(),
    });
    groups.collect()
}

impl Chapter {
    /// Its title in words, without the marks of notes.
    pub fn title_text(&self) -> String {
        fn add(nodes: &[Node], out: &mut String) {
            for node in nodes {
                match node {
                    Node::Text(text) => out.push_str(text),
                    Node::Element(element) if element.has_class("mark") => {}
                    Node::Element(element) => add(&element.children, out),
                }
            }
        }
        let mut out = String::new();
        add(&self.title, &mut out);
        out.trim().to_owned()
    }
}

impl Whole {
    /// Where a link of a chapter leads.
    pub fn target<'a>(&self, chapter: usize, href: &'a str) -> Target<'a> {
        if let Some(id) = href.strip_prefix('#') {
            return Target::Chapter(chapter, id);
        }
        if !href.starts_with('/') || href.starts_with("//") {
            return Target::Outside(href);
        }
        let (path, id) = href.split_once('#').unwrap_or((href, ""));
        if let Some(number) = self.urls.get(path) {
            return Target::Chapter(*number, id);
        }
        match self.lists.contains(path) {
            true => Target::Bibliography(id),
            false => Target::Site(&href[1..]),
        }
    }
}

/// Gives all ids of a tree new names, where they are given and where they are referred to, and its links
/// and files new addresses.
///
/// In: the tree; what becomes of an id, of the address of a link, which without one loses it, and of
/// the address of a file that is shown.
pub fn adapt(
    nodes: &mut [Node],
    id: &dyn Fn(&str) -> String,
    link: &dyn Fn(&str) -> Option<String>,
    file: &dyn Fn(&str) -> String,
) {
    each(nodes, &mut |element| {
        let is_link = ["a", "area"].contains(&element.name.as_str());
        element.attributes.retain_mut(|(name, value)| {
            match name.as_str() {
                "id" => *value = id(value),
                "href" if is_link => match link(value) {
                    Some(url) => *value = url,
                    None => return false,
                },
                "href" | "xlink:href" => {
                    if let Some(own) = value.strip_prefix('#') {
                        *value = format!("#{}", id(own));
                    }
                }
                "src" | "poster" | "data" => *value = file(value),
                "srcset" => {
                    let candidates = value.split(',').map(|candidate| {
                        let candidate = candidate.trim();
                        let (url, size) = candidate.split_once(' ').unwrap_or((candidate, ""));
                        format!("{} {size}", file(url)).trim_end().to_owned()
                    });
                    *value = candidates.collect::<Vec<_>>().join(", ");
                }
                name if IDS.contains(&name) => {
                    let ids = value.split_ascii_whitespace().map(id);
                    *value = ids.collect::<Vec<_>>().join(" ");
                }
                // What a drawing is filled with (SVG, 13.2).
                _ => {
                    if let Some((before, own)) = value.split_once("url(#")
                        && let Some((own, after)) = own.split_once(')')
                    {
                        *value = format!("{before}url(#{}){after}", id(own));
                    }
                }
            }
            true
        });
    });
}

/// Makes all headings of a tree one level lower.
pub fn lower(nodes: &mut [Node]) {
    each(nodes, &mut |element| {
        let lower = match element.name.as_str() {
            "h1" => "h2",
            "h2" => "h3",
            "h3" => "h4",
            "h4" => "h5",
            "h5" => "h6",
            _ => return,
        };
        element.name = lower.to_owned();
    });
}
