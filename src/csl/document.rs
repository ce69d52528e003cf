//! The module's one function: a document's citations and bibliography as HTML, and the styles that
//! it knows by name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::bundled::{self, Bundled};
use super::compile;
use super::html;
use super::locale::Locale;
use super::numbers;
use super::plain::plain;
use super::processor::Processor;
use super::punctuation::tidy;
use super::render;
use super::rich::{self, Event};
use super::style::{Form as TermForm, Style};
use super::vars;
use super::xml::Node;
use super::{Cite, Cluster, Form, Formatted, Item, Plain};

/// No bundled style has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStyle {
    /// The closest name, if one is close enough to be meant.
    pub nearest: Option<&'static str>,
    /// Every name there is.
    pub known: &'static [&'static str],
}

impl Style {
    /// A bundled style: by the names of `hayagriva`'s archive, such as `chicago-notes`, or by the
    /// last part of its CSL id, such as `chicago-notes-bibliography`.
    ///
    /// Errors: no style has this name.
    pub fn named(name: &str) -> Result<Style, UnknownStyle> {
        let by_id = || {
            bundled::STYLES
                .iter()
                .find(|style| style.short_id() == name)
        };
        let by_name = bundled::STYLES
            .iter()
            .find(|style| style.names.contains(&name));
        let found = by_name.or_else(by_id);
        found.and_then(Style::bundled).ok_or_else(|| UnknownStyle {
            nearest: nearest(name, Style::names()),
            known: Style::names(),
        })
    }

    /// A bundled style, read once per process.
    fn bundled(style: &'static Bundled) -> Option<Style> {
        static KNOWN: Mutex<BTreeMap<&'static str, Style>> = Mutex::new(BTreeMap::new());
        // What another thread left behind is whole: styles are put in when they are compiled.
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(style) = known.get(style.id) {
            return Some(style.clone());
        }
        let compiled = Style::of(&Node::from_xml(style.xml).ok()?).ok()?;
        known.insert(style.id, compiled.clone());
        Some(compiled)
    }

    /// The names of all bundled styles, sorted.
    pub fn names() -> &'static [&'static str] {
        static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
        NAMES.get_or_init(|| {
            let names = bundled::STYLES.iter().flat_map(|style| style.names);
            names
                .copied()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect()
        })
    }

    /// A style of the author's own: the text of a `.csl` file (CSL 1.0.2). A dependent style is the
    /// bundled one that it names as its parent.
    ///
    /// Errors say what is wrong with it.
    pub fn from_xml(text: &str) -> Result<Style, String> {
        let root = Node::from_xml(text)?;
        let parent = compile::parent(&root).and_then(|link| link.rsplit('/').next());
        match parent.map(Style::named) {
            Some(Ok(parent)) => Ok(parent),
            _ => Style::of(&root),
        }
    }

    fn of(root: &Node) -> Result<Style, String> {
        Ok(Style {
            program: Arc::new(compile::compile(root)?),
        })
    }

    /// The language that the style is written for, if it says (CSL 1.0.2, `default-locale`).
    pub fn default_locale(&self) -> Option<&str> {
        self.program.default_locale.as_deref()
    }
}

/// The closest of `known` to what was typed: the longest common beginning wins among those that
/// differ in up to a third of their letters.
fn nearest(typed: &str, known: &[&'static str]) -> Option<&'static str> {
    let typed = typed.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&typed, name);
    let close = known
        .iter()
        .map(|name| (distance(name), *name))
        .filter(|(distance, name)| *distance <= typed.chars().count().max(name.len()) / 3)
        .min()
        .map(|(_, name)| name);
    let begins = || {
        known
            .iter()
            .copied()
            .find(|name| !typed.is_empty() && name.starts_with(&typed))
    };
    close.or_else(begins)
}

/// A document as formatted text, before any writer has seen it.
#[derive(Debug, Default)]
pub struct Tree {
    /// One text for each cluster, in the order given.
    pub clusters: Vec<Vec<Event>>,
    /// The items of the bibliography and their entries, in the style's order; `None` if the style
    /// has none.
    pub bibliography: Option<Vec<(usize, Vec<Event>)>>,
}

/// Formats citations and the bibliography as trees of formatted text (CSL 1.0.2).
///
/// In: the style; the locale of its terms as a BCP 47 tag; the items; the clusters in the order of
/// the document; which of the items are listed, in the order in which they are numbered. Out: a
/// text for each cluster and each listed item; an item that the style leaves out of its
/// bibliography has an empty one.
pub fn tree(
    style: &Style,
    locale: &str,
    items: &[Item],
    clusters: &[Cluster],
    listed: Vec<usize>,
) -> Tree {
    let locale = Locale::new(locale, &style.program);
    let processor = Processor::new(&style.program, &locale, items, listed);
    Tree {
        clusters: processor.clusters(clusters),
        bibliography: processor.bibliography(),
    }
}

/// Formats citations and the bibliography (CSL 1.0.2).
///
/// In: the style; the locale of its terms as a BCP 47 tag; the items, all of which come into the
/// bibliography; the clusters in the order of the document, for styles shorten what was cited
/// before. Out: a text for each cluster and each item. Items that the style leaves out of its
/// bibliography, as Chicago does with letters, are listed by their full citations; a style without
/// a bibliography gets one made of them all, sorted by name and title. Nothing fails as a whole: an
/// item that the style prints nothing of is printed plainly and listed.
pub fn format(style: &Style, locale: &str, items: &[Item], clusters: &[Cluster]) -> Formatted {
    let readable = readable(style, locale, items, clusters);
    let texts = readable.clusters.iter();
    let (clusters, named) = texts.map(|text| html::write_named(text)).unzip();
    let written = |(item, entry): (usize, Vec<Event>)| (item, html::write(&entry));
    Formatted {
        clusters,
        named,
        bibliography: readable.bibliography.into_iter().map(written).collect(),
        whole: readable.whole.into_iter().map(written).collect(),
        failed: readable.failed,
    }
}

/// The same as [`format`], as plain text: without tags and escapes.
pub fn format_plain(style: &Style, locale: &str, items: &[Item], clusters: &[Cluster]) -> Plain {
    let readable = readable(style, locale, items, clusters);
    let entries = readable.bibliography.iter();
    Plain {
        clusters: readable.clusters.iter().map(|text| plain(text)).collect(),
        bibliography: entries.map(|(item, entry)| (*item, plain(entry))).collect(),
    }
}

/// Formats a document so that nothing that is cited stays without a text.
fn readable(style: &Style, locale: &str, items: &[Item], clusters: &[Cluster]) -> Readable {
    let locale = Locale::new(locale, &style.program);
    let mut processor = Processor::new(&style.program, &locale, items, numbered(items, clusters));
    processor.finished = true;
    let mut failed = Vec::new();
    let mut bibliography = Vec::with_capacity(items.len());
    let mut whole = BTreeMap::new();
    let by_name = || {
        let entries = by_name(&processor).into_iter();
        entries.map(|(item, entry)| (item, entry, None)).collect()
    };
    for (item, mut entry, full) in processor.listed().unwrap_or_else(by_name) {
        whole.extend(full.map(|full| (item, full)));
        if rich::is_blank(&entry) {
            entry = full_citation(&processor, item);
        }
        if rich::bare(&entry).trim().is_empty() {
            failed.push((item, "the style prints nothing of it".to_owned()));
            entry = title(&items[item]);
            entry.push(Event::Text(".".to_owned()));
        }
        bibliography.push((item, entry));
    }
    failed.sort();
    let mut texts = processor.clusters(clusters);
    for (text, cluster) in texts.iter_mut().zip(clusters) {
        if rich::is_blank(text) {
            *text = titles(cluster, items);
        }
    }
    Readable {
        clusters: texts,
        bibliography,
        whole,
        failed,
    }
}

/// A document as readers get it.
struct Readable {
    clusters: Vec<Vec<Event>>,
    bibliography: Vec<(usize, Vec<Event>)>,
    /// Entries with their names, by item, where something stands for the names.
    whole: BTreeMap<usize, Vec<Event>>,
    failed: Vec<(usize, String)>,
}

/// Prints locators by themselves (CSL 1.0.2, "Locators"): "p. 403", "pp. 3–5", "S. 12 f.".
///
/// In: the style, for its own terms; the locale as a BCP 47 tag; each locator's label and text. Out:
/// each locator with the short term of its label; a label without a term isn't printed.
pub fn locators(style: &Style, locale: &str, list: &[(&str, &str)]) -> Vec<String> {
    let locale = Locale::new(locale, &style.program);
    let print = |(label, text): &(&str, &str)| {
        let label = render::locator_term(label);
        let term = locale.term(label, TermForm::Short, numbers::is_plural(text));
        let mut out = match term.unwrap_or_default() {
            "" => String::new(),
            // A sign such as § stands close, but not glued.
            term => format!("{term}\u{a0}"),
        };
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            match c {
                '-' if digit(before) && digit(chars.peek().copied()) => {
                    out.push_str(&locale.page_range_delimiter);
                }
                c => out.push(c),
            }
            before = Some(c);
        }
        out
    };
    list.iter().map(print).collect()
}

/// The items in the order in which they are cited, and then those that aren't.
fn numbered(items: &[Item], clusters: &[Cluster]) -> Vec<usize> {
    let mut seen = vec![false; items.len()];
    let cited = clusters.iter().flat_map(|cluster| &cluster.cites);
    let mut all: Vec<usize> = Vec::with_capacity(items.len());
    for item in cited.map(|cite| cite.item).chain(0..items.len()) {
        if let Some(seen) = seen.get_mut(item)
            && !std::mem::replace(seen, true)
        {
            all.push(item);
        }
    }
    all
}

/// An item's citation as if it stood alone and first, as a sentence.
fn full_citation(processor: &Processor<'_>, item: usize) -> Vec<Event> {
    let cite = Cite {
        item,
        ..Cite::default()
    };
    let mut events = processor.alone(&cite);
    if !rich::is_blank(&events) {
        events.push(Event::Text(".".to_owned()));
    }
    tidy(&events, processor.locale, true)
}

/// The bibliography of a style that has none: all items by name and title.
fn by_name(processor: &Processor<'_>) -> Vec<(usize, Vec<Event>)> {
    let mut all: Vec<(String, String, usize)> = processor
        .sorted
        .iter()
        .map(|item| {
            let entry = &processor.entries[*item];
            let names = [vars::AUTHOR, vars::EDITOR];
            let names = names.into_iter().find_map(|var| entry.names(var));
            let name = names.and_then(|names| names.first());
            let name = name.map(|name| name.family.to_lowercase());
            let title = entry.text(vars::TITLE).map(rich::bare);
            let title = title.unwrap_or_default().to_lowercase();
            (name.unwrap_or_else(|| title.clone()), title, *item)
        })
        .collect();
    all.sort();
    all.into_iter()
        .map(|(_, _, item)| (item, full_citation(processor, item)))
        .collect()
}

/// What stands for an item of which the style prints nothing: its title, or its key.
fn title(item: &Item) -> Vec<Event> {
    let title = item
        .text
        .get("title")
        .filter(|title| !title.trim().is_empty());
    super::markup::parse(title.unwrap_or(&item.key))
}

/// The titles of what a cluster cites in full.
fn titles(cluster: &Cluster, items: &[Item]) -> Vec<Event> {
    let mut events = Vec::new();
    let cites = cluster.cites.iter().filter(|cite| cite.form == Form::Full);
    for item in cites.filter_map(|cite| items.get(cite.item)) {
        if !events.is_empty() {
            events.push(Event::Text("; ".to_owned()));
        }
        events.extend(title(item));
    }
    events
}
