//! How a page of the site itself is cited: as a source, in the styles that most people are asked for.

use serde_json::{Value, json};

use super::Input;
use super::words::Words;
use crate::config::{self, Index};
use crate::csl::{Date, DateParts, Entries, Item, Name, Style};
use crate::diag::Place;
use crate::parse::Outline;
use crate::sources::export::{self, Format};
use crate::sources::{KindKey, Source, named};

/// A page as those who cite it see it.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// The file's address, or another word that no other page has.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Who wrote it: of the page, else of the explainer, else of the site.
    pub authors: Vec<String>,
    /// What it is a part of; none for what stands by itself.
    pub container: Option<String>,
    /// The site's title.
    pub site: String,
    /// When it was written, as the author wrote it.
    pub date: Option<String>,
    /// When it was last changed, as the author wrote it.
    pub updated: Option<String>,
    /// Its language.
    pub language: String,
    /// Its full address, where the site has one.
    pub url: Option<String>,
    /// What it is about.
    pub description: String,
    /// What its front matter names for the indexes.
    pub indexed: Vec<(Index, String)>,
}

/// The styles in which pages say how they are cited: the theme's word for each and the name of the
/// CSL style.
const STYLES: [(&str, &str); 3] = [
    ("chicago", "chicago-notes"),
    ("mla", "modern-language-association"),
    ("apa", "apa"),
];

impl Work {
    /// A page as a work. `outline` is its file's, `whole` its explainer's where it has a file.
    pub fn new(input: &Input<'_>, outline: Option<&Outline>, whole: Option<&Outline>) -> Work {
        let fronts = [outline, whole].into_iter().flatten().map(|o| &o.front);
        let mut dated = fronts
            .clone()
            .filter(|f| f.date.is_some() || f.updated.is_some());
        let dated = dated.next();
        let mut authors = fronts.map(|f| &f.authors).filter(|a| !a.is_empty());
        Work {
            authors: authors.next().unwrap_or(&input.config.authors).clone(),
            site: input.config.title.clone(),
            date: dated.and_then(|front| front.date.clone()),
            updated: dated.and_then(|front| front.updated.clone()),
            indexed: outline.map_or_else(Vec::new, |outline| {
                let names = outline.front.indexed.iter();
                names
                    .map(|(index, name)| (*index, name.value.clone()))
                    .collect()
            }),
            ..Work::default()
        }
    }

    /// The day of the text as it is now: when it was last changed, or else written.
    pub fn version(&self) -> Option<config::Date> {
        let date = self.updated.as_deref().or(self.date.as_deref())?;
        config::Date::read(date)
    }

    /// The page as a source.
    pub fn source(&self) -> Source {
        let mut item = Item {
            key: self.key.clone(),
            kind: "webpage".to_owned(),
            ..Item::default()
        };
        let mut put = |name: &str, text: &str| {
            if !text.is_empty() {
                item.text.insert(name.to_owned(), text.to_owned());
            }
        };
        put("title", &self.title);
        put("language", &self.language);
        put("URL", self.url.as_deref().unwrap_or_default());
        match &self.container {
            Some(container) if *container != self.site => {
                put("container-title", container);
                put("publisher", &self.site);
            }
            // A page that has the site's title would name it twice.
            _ if self.title == self.site => {}
            _ => put("container-title", &self.site),
        }
        let authors: Vec<Name> = self.authors.iter().map(|author| person(author)).collect();
        if !authors.is_empty() {
            item.names.insert("author".to_owned(), authors);
        }
        if let Some(date) = self.version() {
            let (year, month, day) = date.parts();
            let small = |number: Option<i64>| number.and_then(|number| u8::try_from(number).ok());
            let start = DateParts {
                year: i32::try_from(year).unwrap_or_default(),
                month: small(month),
                day: small(day),
            };
            let issued = Date {
                start,
                ..Date::default()
            };
            item.dates.insert("issued".to_owned(), issued);
        }
        Source {
            item,
            place: Place::new(&"".into(), 0..0),
            entry_kind: "online".to_owned(),
            kind: KindKey::Web,
            group: None,
            checked: None,
            annotation: None,
            primary: None,
            archived: None,
            excerpts: Vec::new(),
            allow: Vec::new(),
        }
    }

    /// How the page is cited, for templates: in each style, and as a record.
    pub fn cite(&self, input: &Input<'_>, styles: &Styles) -> Value {
        let source = self.source();
        let words = input.theme.words(&self.language);
        let styles = styles.0.iter().filter_map(|(word, entries)| {
            Some(json!({
                "key": word,
                "title": words.word(&format!("cite_{word}")),
                "html": entries.entry(&source.item)?,
                "access": words.word(&format!("cite_access_{word}")),
            }))
        });
        json!({
            "styles": styles.collect::<Vec<_>>(),
            "records": records(words, &source, &[Format::Bib], |_| None),
        })
    }
}

/// The styles, made ready once for all pages.
#[derive(Debug, Default)]
pub struct Styles(Vec<(&'static str, Entries)>);

impl Styles {
    /// Makes them ready in the language of the site's citations.
    pub fn new(input: &Input<'_>) -> Styles {
        let locale = input.config.citation_locale();
        let known = STYLES.iter();
        let ready = known.filter_map(|(word, name)| {
            let style = Style::named(name).ok()?;
            Some((*word, Entries::new(style, locale)))
        });
        Styles(ready.collect())
    }
}

/// A source in formats of other programs, for `partials/records.html`.
///
/// In: the words with the formats' names; the source; the formats; the address of its file in a
/// format, from the site's root, where it has one.
pub fn records(
    words: &Words,
    source: &Source,
    formats: &[Format],
    address: impl Fn(Format) -> Option<String>,
) -> Value {
    let record = |format: Format| {
        json!({
            "key": format.ending(),
            "title": words.word(&format!("record_{}", format.ending())),
            "text": export::one(source, format).trim_end(),
            "url": address(format),
        })
    };
    formats.iter().copied().map(record).collect()
}

/// An author as front matter names one: "Jane Doe", "Doe, Jane", or an institution. What no person
/// is called tells institutions: digits, "&", and small words between the others.
pub(super) fn person(name: &str) -> Name {
    let small = ["of", "the", "for", "and", "at", "in"];
    let mut words = name.split_whitespace();
    let institution = name.contains(|c: char| c.is_ascii_digit() || c == '&')
        || words.any(|word| small.contains(&word) || word == "The");
    match institution {
        true => Name {
            family: name.to_owned(),
            literal: true,
            ..Name::default()
        },
        false => named(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_are_people_or_institutions() {
        let family = |name: &str| person(name).family;
        assert_eq!(family("Jane van Doe"), "Doe");
        assert_eq!(family("Doe, Jane"), "Doe");
        for group in [
            "Museum of Bread",
            "Class 9b",
            "Doe & Daughters",
            "The Archive",
        ] {
            assert_eq!(family(group), group);
            assert!(person(group).literal);
        }
    }
}
