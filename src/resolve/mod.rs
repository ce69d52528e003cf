//! Joins the outlines of all files: who stands where, which number a note has, what a citation
//! says, where a source is cited, where a link leads.
//!
//! In go outlines, never places or prose, so that the result stays equal as long as nothing that
//! other files depend on has changed. Faults are told as [`Finding`]s, which name things by their
//! indexes; the places are looked up afterwards.

mod aliases;
mod bibliography;
mod citing;
mod further;
mod indexes;
mod links;
pub mod listing;
mod lists;
mod locators;
mod made;
mod menu;
mod notes;
mod site;
mod source_pages;
mod translations;

pub use aliases::Alias;
pub use bibliography::{Bibliography, Entry, EntryGroup};
pub use citing::{CitingGroup, CitingPage, CitingPlace};
pub use indexes::{IndexEntry, IndexPage, IndexPlace};
pub use menu::MenuEntry;
pub use notes::{MarkFact, NoteBody, NoteFact, NoteGroup};
pub use site::{Explainer, Role, Section, Structure};
pub use source_pages::SourcePage;
pub use translations::Translation;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::{Config, Index};
use crate::csl::{self, Formatted};
use crate::diag::{Code, Fault, FilePath, Place, nearest_path};
use crate::parse::{Outline, Parsed};
use crate::sources::Library;
use crate::text;

/// Everything resolving depends on.
pub struct Input<'a> {
    /// The files of `content`, sorted by path.
    pub files: &'a [Arc<Parsed>],
    /// The configuration.
    pub config: &'a Config,
    /// The sources.
    pub library: &'a Library,
    /// The files that pages may show: those of `content` that aren't Markdown, and those of
    /// `static`, by their paths in the site.
    pub assets: &'a BTreeSet<String>,
    /// The citation style; `None` if it isn't known, which is reported elsewhere.
    pub style: Option<&'a csl::Style>,
}

/// The site, resolved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resolved {
    /// Which file is what, and where.
    pub structure: Structure,
    /// What each file's page needs beside its own tape, in the order of the files.
    pub pages: Vec<Arc<PageFacts>>,
    /// The bibliographies: of each explainer, then the one at the site's root, which is of the pages
    /// outside explainers or of all together. `None` where there is nothing to list. An explainer at
    /// the root that shares the last one has the same, with the same address.
    pub bibliographies: Vec<Option<Arc<Bibliography>>>,
    /// The pages of sources.
    pub source_pages: Vec<Arc<SourcePage>>,
    /// The addresses of the pages of all notes, of each explainer; `None` where there is none.
    pub notes_pages: Vec<Option<String>>,
    /// The address of the page that prints an explainer, for each.
    pub print_pages: Vec<Option<String>>,
    /// The indexes that have entries.
    pub indexes: Vec<Arc<IndexPage>>,
    /// What the menu of the site leads to.
    pub menu: Vec<MenuEntry>,
    /// The address of the picture at the site's title.
    pub logo: Option<String>,
    /// The files to publish with the pages: path in the site and address.
    pub assets: BTreeMap<String, String>,
    /// The addresses that pages had before.
    pub aliases: Vec<Alias>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// How many documents were formatted anew.
    pub formatted: usize,
}

impl Resolved {
    /// The bibliographies that have pages of their own, by their indexes.
    pub fn own_bibliographies(&self) -> impl Iterator<Item = (usize, &Bibliography)> {
        let last = self.bibliographies.len().saturating_sub(1);
        let site = self.bibliographies.last().and_then(Option::as_ref);
        let shared =
            move |list: &Arc<Bibliography>| site.is_some_and(|site| Arc::ptr_eq(site, list));
        let all = self.bibliographies.iter().enumerate();
        let all = all.filter_map(|(number, list)| Some((number, list.as_ref()?)));
        all.filter(move |(number, list)| *number == last || !shared(list))
            .map(|(number, list)| (number, &**list))
    }
}

/// What fills the holes of a file's tapes, by the indexes of its outline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PageFacts {
    /// The marks.
    pub marks: Vec<MarkFact>,
    /// The notes in the order in which they are printed.
    pub notes: Vec<NoteGroup>,
    /// The citations' formatted texts, in pieces.
    pub citations: Vec<Vec<CitedPiece>>,
    /// The authors of citations that a sentence names; empty for others.
    pub authors: Vec<String>,
    /// The sources it cites, where it lists them at its end.
    pub works_cited: Vec<WorkCited>,
    /// Where links lead, from the site's root; empty for broken ones.
    pub links: Vec<String>,
    /// Where files are, from the site's root.
    pub files: Vec<String>,
    /// Where the links into indexes lead, from the site's root.
    pub names: Vec<String>,
    /// What the page as a whole is found under: index, name and address, as in its front matter.
    pub indexed: Vec<(Index, String, String)>,
    /// The page in all its languages, itself among them; empty where there is only one.
    pub translations: Vec<Translation>,
    /// The terms that are marked where they first occur.
    pub terms: Vec<TermFact>,
}

/// A term of a glossary that holds for a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TermFact {
    /// The words by which it is found.
    pub forms: Vec<String>,
    /// The address of its row in the glossary, from the site's root.
    pub url: String,
    /// What it means, as plain text.
    pub meaning: String,
}

/// A source in the list at a section's end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct WorkCited {
    /// Its entry, as it is where it stands alone.
    pub html: String,
    /// The address, from the site's root, of its entry in the bibliography.
    pub entry: String,
}

/// A piece of a citation's text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct CitedPiece {
    /// Its HTML.
    pub html: String,
    /// The address, from the site's root, of the entry in the bibliography that it names; empty
    /// for what joins names.
    pub entry: String,
    /// The kind of the source that it names; empty for what joins names.
    pub kind: &'static str,
    /// How far that source was looked into, where somebody said so.
    pub checked: Option<&'static str>,
}

/// A fault found in joining, without its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which file it is in.
    pub file: usize,
    /// What it is about.
    pub about: About,
    /// The fault, its place still to be filled in.
    pub fault: Fault,
    /// Another place that matters, with its label.
    pub other: Option<(usize, About, String)>,
}

/// What a finding is about, by the indexes of the file's outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A cite: the citation, and which of its sources.
    Cite(usize, usize),
    /// A link.
    Link(usize),
    /// A shown file.
    File(usize),
    /// A note's label.
    Note(usize),
    /// A link into an index.
    Name(usize),
    /// A place that is known already.
    Placed,
}

impl Finding {
    /// The fault with its place in the files as they are now.
    pub fn placed(&self, files: &[Arc<Parsed>]) -> Fault {
        let mut fault = self.fault.clone();
        if let Some(place) = locate(files, self.file, self.about) {
            fault.place = Some(place);
        }
        if let Some((file, about, label)) = &self.other {
            fault
                .others
                .extend(locate(files, *file, *about).map(|place| (place, label.clone())));
        }
        fault
    }
}

fn locate(files: &[Arc<Parsed>], file: usize, about: About) -> Option<Place> {
    let parsed = files.get(file)?;
    let places = &parsed.places;
    let place = match about {
        About::Cite(citation, cite) => places.citations.get(citation)?.get(cite)?,
        About::Link(link) => places.links.get(link)?,
        About::File(file) => places.files.get(file)?,
        About::Note(note) => places.notes.get(note)?,
        About::Name(name) => places.names.get(name)?,
        About::Placed => return None,
    };
    Some(place.clone())
}

/// Formatted documents of earlier builds, by what went into them.
#[derive(Default)]
pub struct Remembered {
    documents: Vec<(notes::Asked, Arc<Formatted>)>,
}

/// Formats what an earlier build didn't format.
struct Formatter<'a> {
    input: &'a Input<'a>,
    known: Vec<(notes::Asked, Arc<Formatted>)>,
    kept: Vec<(notes::Asked, Arc<Formatted>)>,
    /// How many documents with citations were formatted.
    formatted: usize,
}

impl Formatter<'_> {
    /// The citations and entries of a document.
    fn document(&mut self, document: &notes::Document) -> Arc<Formatted> {
        let mut known = self.known.iter();
        let text = match known.find(|(asked, _)| *asked == document.asked) {
            Some((_, text)) => text.clone(),
            None => {
                self.formatted += usize::from(!document.asked.clusters.is_empty());
                Arc::new(document.format(self.input))
            }
        };
        self.kept.push((document.asked.clone(), text.clone()));
        text
    }

    /// The entries of sources that are listed together, each an index of the library.
    fn entries(&mut self, sources: Vec<usize>) -> Arc<Formatted> {
        self.document(&notes::Document::listing(sources, self.input))
    }
}

/// Lists the sources that files cite, in the order of their document's bibliography.
fn works_cited(
    files: impl Iterator<Item = usize>,
    document: &notes::Document,
    text: &Formatted,
    bibliography: Option<&Bibliography>,
    pages: &mut [PageFacts],
) {
    let addresses = bibliography
        .map(Bibliography::addresses)
        .unwrap_or_default();
    let mut of_file: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (cluster, (file, ..)) in document.asked.clusters.iter().zip(&document.places) {
        let sources = cluster
            .cites
            .iter()
            .filter_map(|cite| document.asked.items.get(cite.item));
        of_file.entry(*file).or_default().extend(sources);
    }
    let entries = bibliography::whole_entries(&document.asked.items, text);
    for file in files {
        let Some(sources) = of_file.get(&file) else {
            continue;
        };
        let listed = entries
            .iter()
            .filter(|(source, _)| sources.contains(source));
        pages[file].works_cited = listed
            .map(|(source, html)| WorkCited {
                html: (*html).to_owned(),
                entry: addresses.get(source).cloned().unwrap_or_default(),
            })
            .collect();
    }
}

/// Resolves a site.
///
/// In: everything it depends on, and what earlier builds formatted. Out: the site; what is wrong
/// is in its findings.
pub fn resolve(input: &Input<'_>, remembered: &mut Remembered) -> Resolved {
    let outlines: Vec<(FilePath, &Outline)> = input
        .files
        .iter()
        .map(|parsed| (parsed.file.clone(), &*parsed.outline))
        .collect();
    let (structure, faults) = site::structure(&outlines);
    let placed = |fault| Finding {
        file: 0,
        about: About::Placed,
        fault,
        other: None,
    };
    let mut findings: Vec<Finding> = faults.into_iter().map(placed).collect();

    let mut pages: Vec<PageFacts> = vec![PageFacts::default(); input.files.len()];
    let mut assets = BTreeMap::new();
    for (file, (_, outline)) in outlines.iter().enumerate() {
        if !structure.roles[file].is_published() {
            continue;
        }
        pages[file].files = shown(file, outline, input, &structure, &mut assets, &mut findings);
    }

    let mut documents: Vec<Vec<usize>> = structure
        .explainers
        .iter()
        .map(|explainer| explainer.files().collect())
        .collect();
    let home = structure.roles.iter().position(|role| *role == Role::Home);
    documents.push(
        home.into_iter()
            .chain(structure.pages.iter().copied())
            .collect(),
    );
    let mut numbered = Vec::new();
    let mut formatter = Formatter {
        input,
        known: std::mem::take(&mut remembered.documents),
        kept: Vec::new(),
        formatted: 0,
    };
    let (explainers, outside) = documents.split_at(documents.len() - 1);
    for files in &documents {
        // What a page outside explainers explains holds for all of them.
        let more = match explainers.contains(files) {
            true => &outside[0][..],
            false => &[],
        };
        let glossary = terms(files.iter().chain(more), &outlines, &structure);
        for file in files {
            pages[*file].terms.clone_from(&glossary);
        }
        let document = notes::number(files, &outlines, input, &mut findings);
        let text = formatter.document(&document);
        report_failed(&document, &text, input, &mut findings);
        numbered.push((document, text));
    }
    let mut cited: BTreeSet<usize> = numbered
        .iter()
        .flat_map(|(document, _)| document.asked.items.iter().copied())
        .collect();
    for (file, (_, outline)) in outlines.iter().enumerate() {
        if !structure.roles[file].is_published() {
            // What a draft cites will be cited.
            let cites = outline
                .citations
                .iter()
                .flat_map(|citation| &citation.cites);
            cited.extend(cites.flat_map(|cite| input.library.numbers(&cite.key)));
        }
    }
    let further = further::further(input, &structure, &cited, &mut findings);
    let lists = lists::lists(
        &numbered,
        &further,
        &mut formatter,
        &outlines,
        &structure,
        input,
    );
    let bibliographies = lists.bibliographies;
    for (number, (document, text)) in numbered.iter().enumerate() {
        let bibliography = lists.of[number].as_deref();
        document.fill(text, bibliography, &outlines, input.library, &mut pages);
        let on = |file: &usize| {
            let front = &outlines[*file].1.front;
            let role = structure.roles[*file];
            let default = matches!(role, Role::Section(..)) && input.config.citations.works_cited;
            front.works_cited.unwrap_or(default)
        };
        if documents[number].iter().any(on) {
            let files = documents[number].iter().copied().filter(on);
            works_cited(files, document, text, bibliography, &mut pages);
        }
    }
    remembered.documents = formatter.kept;
    let formatted = formatter.formatted;
    let notes_pages: Vec<Option<String>> = structure
        .explainers
        .iter()
        .map(|explainer| {
            let mut files = explainer.files();
            let has = input.config.notes_page && files.any(|file| !pages[file].notes.is_empty());
            has.then(|| format!("{}notes/", explainer.url))
        })
        .collect();
    let print_pages: Vec<Option<String>> = structure
        .explainers
        .iter()
        .map(|explainer| {
            input
                .config
                .print
                .then(|| format!("{}print/", explainer.url))
        })
        .collect();
    let indexes = indexes::indexes(&outlines, &structure, input, &mut pages);
    translations::translations(&outlines, &structure, input, &mut pages, &mut findings);
    let made = made::urls(
        &indexes,
        &bibliographies,
        &lists.source_pages,
        &notes_pages,
        &print_pages,
    );
    findings.extend(
        made::taken(&made, &outlines, &structure)
            .into_iter()
            .map(placed),
    );
    let site = links::Site {
        outlines: &outlines,
        structure: &structure,
        bibliographies: &bibliographies,
        notes_pages: &notes_pages,
        indexes: &indexes,
    };
    for (file, (_, outline)) in outlines.iter().enumerate() {
        if structure.roles[file].is_published() {
            pages[file].links = links::links(file, outline, &site, &mut findings);
        }
    }

    let menu = menu::menu(input, &site, &mut findings);
    let logo = menu::logo(input, &mut findings);

    let statics = input.assets.iter();
    let statics = statics.filter_map(|path| path.strip_prefix("static/"));
    let published = statics.chain(assets.values().map(String::as_str)).collect();
    let (aliases, faults) = aliases::aliases(&outlines, &structure, &made, &published);
    findings.extend(faults.into_iter().map(placed));

    if !input.config.sources.library {
        for (index, source) in input.library.sources().iter().enumerate() {
            let known = cited.contains(&index) || further.chosen.contains(&index);
            if !known && !source.allows(Code::UncitedSource) {
                let fault = Fault::new(
                    Code::UncitedSource,
                    format!("nothing cites the source `{}`", source.item.key),
                    source.place.clone(),
                )
                .help(
                    "cite it, delete it, or set `library = true` under [sources] or \
                     `further_reading = true` under [bibliography]",
                );
                findings.push(Finding {
                    file: 0,
                    about: About::Placed,
                    fault,
                    other: None,
                });
            }
        }
    }
    Resolved {
        structure,
        pages: pages.into_iter().map(Arc::new).collect(),
        bibliographies,
        source_pages: lists.source_pages,
        notes_pages,
        print_pages,
        indexes,
        menu,
        logo,
        assets,
        aliases,
        findings,
        formatted,
    }
}

fn report_failed(
    document: &notes::Document,
    text: &Formatted,
    input: &Input<'_>,
    findings: &mut Vec<Finding>,
) {
    for (item, message) in &text.failed {
        let Some(source) = document
            .asked
            .items
            .get(*item)
            .map(|i| &input.library.sources()[*i])
        else {
            continue;
        };
        let fault = Fault::new(
            Code::StyleFault,
            format!("the style fails on the source `{}`", source.item.key),
            source.place.clone(),
        )
        .label(message.clone())
        .help("it is printed plainly; look for a field with an unusual value");
        findings.push(Finding {
            file: 0,
            about: About::Placed,
            fault,
            other: None,
        });
    }
}

/// The terms that the glossaries of some files explain.
fn terms<'a>(
    files: impl Iterator<Item = &'a usize>,
    outlines: &[(FilePath, &Outline)],
    structure: &Structure,
) -> Vec<TermFact> {
    let terms = files.flat_map(|file| {
        let url = text::encode_path(&structure.urls[*file]);
        let terms = outlines[*file].1.terms.iter();
        terms.map(move |term| TermFact {
            forms: term.forms.clone(),
            url: format!("{url}#{}", term.anchor),
            meaning: term.meaning.clone(),
        })
    });
    terms.collect()
}

fn shown(
    file: usize,
    outline: &Outline,
    input: &Input<'_>,
    structure: &Structure,
    assets: &mut BTreeMap<String, String>,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let mut urls = Vec::with_capacity(outline.files.len());
    for (index, path) in outline.files.iter().enumerate() {
        if !input.assets.contains(path) {
            let known = input.assets.iter().map(String::as_str);
            let mut fault = Fault::nowhere(Code::MissingFile, format!("there is no file `{path}`"));
            let is_page = !path.rsplit('/').next().unwrap_or(path).contains('.');
            fault.help = match nearest_path(path, known) {
                Some(near) => Some(format!("did you mean `{near}`?")),
                None if is_page => {
                    Some("a link to a page names its file, such as `01-start.md`".into())
                }
                None => None,
            };
            findings.push(Finding {
                file,
                about: About::File(index),
                fault,
                other: None,
            });
            urls.push(String::new());
            continue;
        }
        let url = match path.strip_prefix("static/") {
            Some(path) => path.to_owned(),
            None => asset_url(path, structure),
        };
        assets.insert(path.clone(), url.clone());
        urls.push(text::encode_path(&url));
    }
    urls
}

/// A file that stands beside sections is published beside their pages: in its explainer's folder.
fn asset_url(path: &str, structure: &Structure) -> String {
    let inner = path.strip_prefix("content/").unwrap_or(path);
    let of = structure
        .explainers
        .iter()
        .filter(|e| !e.folder.is_empty())
        .find_map(|e| {
            inner
                .strip_prefix(&format!("{}/", e.folder))
                .map(|rest| (e, rest))
        });
    match of {
        Some((explainer, rest)) => format!("{}{rest}", explainer.url),
        None => inner.to_owned(),
    }
}
