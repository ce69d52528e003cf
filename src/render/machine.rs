//! What a page's head says to programs: to Zotero and Google Scholar, to search engines, and to those
//! who show a page where somebody shares it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Input;
use super::cite::{Work, person};
use super::digest::Fingerprint;
use crate::config::{Date, Index};
use crate::csl::Name;
use crate::sources::Source;
use crate::sources::export::{citation_reference, plain};

/// A source as other pages' heads name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Reference {
    /// The content of `citation_reference`.
    highwire: String,
    /// A value of schema.org's `citation`, as JSON.
    linked: String,
}

/// The sources that are cited, and where.
#[derive(Debug, Default)]
pub struct References {
    /// By their indexes in the library.
    sources: BTreeMap<usize, Reference>,
    /// The sources cited on the page of each file, in the order of the bibliography.
    cited: BTreeMap<usize, Vec<usize>>,
}

impl References {
    /// Gathers them from the bibliographies.
    pub fn new(input: &Input<'_>) -> References {
        let mut references = References::default();
        let bibliographies = input.resolved.own_bibliographies();
        for entry in bibliographies.flat_map(|(_, list)| list.entries()) {
            let source = &input.library.sources()[entry.source];
            let reference = || Reference {
                highwire: citation_reference(source),
                linked: linked(source).to_string(),
            };
            references
                .sources
                .entry(entry.source)
                .or_insert_with(reference);
            // A page stands once for each locator, and in the list of the whole site too.
            for page in entry.cited.iter().flat_map(|group| &group.pages) {
                let cited = references.cited.entry(page.file).or_default();
                if !cited.contains(&entry.source) {
                    cited.push(entry.source);
                }
            }
        }
        references
    }

    /// The sources cited on the page of a file.
    pub fn on(&self, file: usize) -> &[usize] {
        self.cited.get(&file).map_or(&[], Vec::as_slice)
    }

    /// The fingerprint of what a page's head says of sources.
    pub fn fingerprint(&self, sources: &[usize]) -> Fingerprint {
        let references: Vec<_> = self.of(sources).collect();
        Fingerprint::of(&references)
    }

    fn of<'a>(&'a self, sources: &'a [usize]) -> impl Iterator<Item = &'a Reference> {
        sources.iter().filter_map(|source| self.sources.get(source))
    }
}

/// What kind of page it is, as far as programs care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A section of an explainer.
    Section,
    /// A text that stands by itself: an explainer's title page, or a page outside of them.
    Text,
    /// A page that leads to others.
    Other,
}

/// Highwire Press's tags, which Zotero and Google Scholar read: names and contents.
///
/// `citation_inbook_title` makes a section a part of a book to both; `citation_journal_title` would
/// make it an article, and `citation_book_title` isn't read by Zotero, which takes `book_` for a
/// prefix of Open Graph.
pub fn highwire(kind: Kind, work: &Work, references: &References, cited: &[usize]) -> Value {
    let mut tags: Vec<(&str, String)> = Vec::new();
    if kind != Kind::Other {
        tags.push(("citation_title", work.title.clone()));
        let authors = work.authors.iter().cloned();
        tags.extend(authors.map(|author| ("citation_author", author)));
        if let Some(date) = work.version() {
            tags.push(("citation_publication_date", written(date, "/")));
        }
        if let Some(container) = &work.container {
            tags.push(("citation_inbook_title", container.clone()));
        }
        tags.push(("citation_publisher", work.site.clone()));
        tags.push(("citation_language", work.language.clone()));
        if let Some(url) = &work.url {
            tags.push(("citation_public_url", url.clone()));
            tags.push(("citation_fulltext_html_url", url.clone()));
        }
    }
    let cited = references.of(cited).map(|source| source.highwire.clone());
    let cited = cited.filter(|reference| !reference.is_empty());
    tags.extend(cited.map(|reference| ("citation_reference", reference)));
    let tags = tags.into_iter();
    tags.map(|(name, content)| json!({ "name": name, "content": content }))
        .collect()
}

/// The tags of the Open Graph protocol: properties and contents. Only a section is an `article`: Zotero
/// takes that for a journal's unless it is told otherwise.
pub fn open_graph(kind: Kind, work: &Work, image: Option<String>) -> Value {
    let moment = |date: &Option<String>| Date::read(date.as_deref()?)?.day_or_moment();
    let section = kind == Kind::Section;
    let mut tags = vec![
        ("og:title", Some(work.title.clone())),
        (
            "og:type",
            Some(if section { "article" } else { "website" }.to_owned()),
        ),
        ("og:url", work.url.clone()),
        ("og:site_name", Some(work.site.clone())),
        (
            "og:description",
            Some(work.description.clone()).filter(|text| !text.is_empty()),
        ),
        ("og:image", image),
    ];
    if section {
        tags.push(("article:published_time", moment(&work.date)));
        tags.push(("article:modified_time", moment(&work.updated)));
    }
    let tags = tags.into_iter();
    tags.filter_map(|(name, content)| Some(json!({ "property": name, "content": content? })))
        .collect()
}

/// The page in the words of schema.org, as JSON-LD that can stand in a `script` element.
pub fn json_ld(
    kind: Kind,
    work: &Work,
    whole_url: Option<String>,
    references: &References,
    cited: &[usize],
) -> String {
    let day = |date: &Option<String>| {
        let date = date.as_deref().filter(|_| kind != Kind::Other)?;
        Some(written(Date::read(date)?, "-"))
    };
    let types = match kind {
        Kind::Section | Kind::Text => "ScholarlyArticle",
        Kind::Other => "WebPage",
    };
    let people = |authors: &[String]| -> Value {
        let authors = authors.iter();
        authors
            .map(|name| {
                let kind = if person(name).literal {
                    "Organization"
                } else {
                    "Person"
                };
                json!({ "@type": kind, "name": name })
            })
            .collect()
    };
    let site = json!({ "@type": "WebSite", "name": work.site });
    let part_of = match &work.container {
        Some(title) => object([
            ("@type", Some("CreativeWork".into())),
            ("name", Some(title.clone().into())),
            ("url", whole_url.map(Into::into)),
            ("isPartOf", (*title != work.site).then_some(site)),
        ]),
        None => site,
    };
    let authors = (kind != Kind::Other && !work.authors.is_empty()).then(|| people(&work.authors));
    let about = object([
        ("@context", Some("https://schema.org".into())),
        ("@type", Some(types.into())),
        ("name", Some(work.title.clone().into())),
        (
            "headline",
            (kind != Kind::Other).then(|| work.title.clone().into()),
        ),
        ("author", authors),
        ("datePublished", day(&work.date).map(Into::into)),
        ("dateModified", day(&work.updated).map(Into::into)),
        ("inLanguage", Some(work.language.clone().into())),
        (
            "description",
            Some(work.description.clone())
                .filter(|text| !text.is_empty())
                .map(Into::into),
        ),
        (
            "about",
            named(work, &[(Index::People, "Person"), (Index::Places, "Place")]),
        ),
        (
            "keywords",
            named(work, &[(Index::Terms, ""), (Index::Tags, "")]),
        ),
        ("url", work.url.clone().map(Into::into)),
        ("isPartOf", Some(part_of)),
    ]);
    let mut text = about.to_string();
    let cited: Vec<&str> = references
        .of(cited)
        .map(|source| source.linked.as_str())
        .collect();
    if !cited.is_empty() {
        text.truncate(text.len() - 1);
        text.push_str(&format!(",\"citation\":[{}]}}", cited.join(",")));
    }
    // Nothing in it may end the element or begin a comment in it (HTML, 4.12.1.3).
    text.replace('<', "\\u003c").replace('>', "\\u003e")
}

/// What a page is found under in some indexes: things of a kind, or words where the kind is empty.
fn named(work: &Work, kinds: &[(Index, &str)]) -> Option<Value> {
    let names = kinds.iter().flat_map(|(index, kind)| {
        let own = work.indexed.iter().filter(move |(of, _)| of == index);
        own.map(move |(_, name)| match *kind {
            "" => Value::from(name.as_str()),
            kind => json!({ "@type": kind, "name": name }),
        })
    });
    let names: Vec<Value> = names.collect();
    (!names.is_empty()).then(|| names.into())
}

/// A source in the words of schema.org.
fn linked(source: &Source) -> Value {
    let item = &source.item;
    let text = |name: &str| {
        let text = item.text.get(name).filter(|text| !text.trim().is_empty())?;
        Some(Value::from(plain(text)))
    };
    let kind = match item.kind.as_str() {
        "book" => "Book",
        "chapter" => "Chapter",
        "article-journal" => "ScholarlyArticle",
        "article-newspaper" => "NewsArticle",
        "article-magazine" => "Article",
        "thesis" => "Thesis",
        "report" => "Report",
        "map" => "Map",
        "motion_picture" => "Movie",
        "webpage" | "post-weblog" | "post" => "WebPage",
        _ => "CreativeWork",
    };
    let author = |name: &Name| {
        let given = name.given.iter().map(String::as_str);
        let particles = [&name.dropping_particle, &name.particle];
        let particles = particles.into_iter().flatten().map(String::as_str);
        let words: Vec<&str> = given
            .chain(particles)
            .chain([name.family.as_str()])
            .collect();
        let kind = if name.literal {
            "Organization"
        } else {
            "Person"
        };
        json!({ "@type": kind, "name": words.join(" ") })
    };
    let authors = item
        .names
        .get("author")
        .map(|names| names.iter().map(author).collect());
    let issued = item
        .dates
        .get("issued")
        .filter(|date| date.literal.is_none());
    let year = issued.map(|date| date.start.year).filter(|year| *year > 0);
    let web = |url: &Value| url.as_str().is_some_and(|url| url.starts_with("http"));
    let doi = text("DOI").map(|doi| {
        Value::from(format!(
            "https://doi.org/{}",
            doi.as_str().unwrap_or_default()
        ))
    });
    object([
        ("@type", Some(kind.into())),
        (
            "name",
            text("title").or_else(|| Some(item.key.clone().into())),
        ),
        ("author", authors),
        (
            "datePublished",
            year.map(|year| format!("{year:04}").into()),
        ),
        (
            "isPartOf",
            text("container-title").map(|title| json!({ "@type": "CreativeWork", "name": title })),
        ),
        (
            "publisher",
            text("publisher").map(|name| json!({ "@type": "Organization", "name": name })),
        ),
        ("sameAs", doi),
        ("url", text("URL").filter(web)),
    ])
}

/// An object of the fields that have a value.
fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let fields = fields.into_iter();
    let fields = fields.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// A date as far as it is known, with a sign between its parts.
fn written(date: Date, between: &str) -> String {
    let (year, month, day) = date.parts();
    let rest = [month, day].into_iter().flatten();
    let rest = rest.map(|part| format!("{between}{part:02}"));
    format!("{year:04}{}", rest.collect::<String>())
}
