//! Numbers the notes of an explainer in reading order and lays out its citations.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::{About, Bibliography, CitedPiece, Finding, Input, PageFacts};
use crate::config::{Numbering, Restart, Series, State};
use crate::csl::{self, Cluster, Form, Formatted, Named};
use crate::diag::{Code, Fault, FilePath};
use crate::parse::{Flow, Outline};
use crate::sources::Library;
use crate::text;

/// A mark, ready to print.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct MarkFact {
    /// What readers see.
    pub label: String,
    /// The mark's own id.
    pub id: String,
    /// The id of its note.
    pub note: String,
    /// The series.
    pub series: String,
    /// The note's state.
    pub state: Option<State>,
}

/// The notes of one series on a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NoteGroup {
    /// The series' name.
    pub series: String,
    /// Its heading; empty for the theme's own.
    pub title: String,
    /// The notes in reading order.
    pub notes: Vec<NoteFact>,
}

/// A note, ready to print.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NoteFact {
    /// Its id.
    pub id: String,
    /// Its number.
    pub label: String,
    /// Its text.
    pub body: NoteBody,
    /// Its state.
    pub state: Option<State>,
    /// The ids of the marks that call it.
    pub marks: Vec<String>,
}

/// Where a note's text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoteBody {
    /// From the author: a note of the outline.
    Written(usize),
    /// From a citation in prose: a citation of the outline.
    Citation(usize),
}

impl NoteBody {
    /// What the note that a mark stands for says.
    pub fn of(flow: &Flow) -> NoteBody {
        match flow {
            Flow::Note(note) => NoteBody::Written(*note),
            Flow::Citation { citation, .. } => NoteBody::Citation(*citation),
        }
    }
}

/// What is asked of the citation formatter; equal questions have equal answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// The sources cited, as indexes of the library, in the order of their first citation.
    pub items: Vec<usize>,
    /// The sources' data.
    pub data: Vec<csl::Item>,
    /// The citations in reading order.
    pub clusters: Vec<Cluster>,
    /// Citations whose author alone is printed.
    pub authors: Vec<Cluster>,
    style: String,
    locale: String,
}

/// The notes and citations of an explainer.
pub struct Document {
    /// What is asked of the formatter.
    pub asked: Asked,
    /// For each cluster: the file, the citation, and the marks that lead to it.
    pub places: Vec<(usize, usize, Vec<usize>)>,
    /// For each cluster of `asked.authors`: the file and the citation.
    author_places: Vec<(usize, usize)>,
    /// For each file: marks and notes.
    pages: BTreeMap<usize, (Vec<MarkFact>, Vec<NoteGroup>)>,
}

/// Numbers the notes of the given files.
pub fn number(
    files: &[usize],
    outlines: &[(FilePath, &Outline)],
    input: &Input<'_>,
    findings: &mut Vec<Finding>,
) -> Document {
    let mut document = Document {
        asked: Asked {
            style: input.config.citations.style.0.clone(),
            locale: input.config.citation_locale().to_owned(),
            ..Asked::default()
        },
        places: Vec::new(),
        author_places: Vec::new(),
        pages: BTreeMap::new(),
    };
    let mut item_of: HashMap<usize, usize> = HashMap::new();
    let mut running: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kept: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    let mut note_number = 0_u32;
    let labels = kept_labels(files, outlines, input);
    for &file in files {
        let outline = outlines[file].1;
        let mut on_page: BTreeMap<&str, usize> = BTreeMap::new();
        let mut groups: BTreeMap<&str, Vec<NoteFact>> = BTreeMap::new();
        let mut seen: HashMap<usize, (usize, Vec<usize>)> = HashMap::new();
        let mut marks = Vec::new();
        let mut taken = BTreeSet::new();
        for (mark, flow) in outline.flow.iter().enumerate() {
            let (series_name, typed, state) = match flow {
                Flow::Note(note) => {
                    let note = &outline.notes[*note];
                    (note.series.as_str(), note.label.as_str(), note.state)
                }
                Flow::Citation { .. } => (input.config.citations.series.as_str(), "", None),
            };
            if let Flow::Note(note) = flow
                && let Some((place, clusters)) = seen.get(note)
            {
                // Called again: the same note, another mark.
                let Some(fact) = groups.get_mut(series_name).and_then(|g| g.get_mut(*place)) else {
                    continue;
                };
                let id = format!("{}.{}", fact.marks[0], fact.marks.len() + 1);
                fact.marks.push(id.clone());
                marks.push(MarkFact {
                    label: fact.label.clone(),
                    id,
                    note: fact.id.clone(),
                    series: series_name.to_owned(),
                    state,
                });
                for cluster in clusters {
                    document.places[*cluster].2.push(mark);
                }
                continue;
            }
            if let Flow::Citation {
                citation,
                narrative,
            } = flow
                && !outline.citations[*citation]
                    .cites
                    .iter()
                    .any(|cite| !input.library.numbers(&cite.key).is_empty())
            {
                // Nothing of it is known: the author's words are printed, and no note.
                document.cluster(file, *citation, 0, outline, input, &mut item_of, findings);
                let typed = typed_keys(&outline.citations[*citation]);
                marks.push(MarkFact {
                    label: if *narrative {
                        typed
                    } else {
                        format!(" [{typed}]")
                    },
                    ..MarkFact::default()
                });
                continue;
            }
            let default = Series::default();
            let series = input.config.series.get(series_name).unwrap_or(&default);
            let counter = match series.restart {
                Restart::Section => on_page.entry(series_name).or_insert(0),
                Restart::Explainer => running.entry(series_name).or_insert(0),
            };
            let label = if series.keep_labels && !typed.is_empty() {
                if let Flow::Note(note) = flow {
                    let first = *kept.entry((series_name, typed)).or_insert((file, *note));
                    if first != (file, *note) {
                        findings.push(doubled_label(typed, series_name, (file, *note), first));
                    }
                }
                typed.to_owned()
            } else {
                // A number that an author's own label has taken would be read as that note.
                loop {
                    *counter += 1;
                    let number = number_text(series.numbering, *counter);
                    if !labels.contains(&(series_name, number.as_str())) {
                        break number;
                    }
                }
            };
            // A symbol makes no slug; its place on the page does.
            let slug = match text::slug(&label) {
                slug if slug.is_empty() => format!("at-{}", taken.len() + 1),
                slug => slug,
            };
            let mut name = match series_name {
                crate::config::MAIN => slug,
                series => format!("{series}:{slug}"),
            };
            while !taken.insert(name.clone()) {
                name.push('-');
            }
            let (id, mark_id) = (format!("note:{name}"), format!("mark:{name}"));
            note_number += 1;
            let mut clusters = Vec::new();
            let cited: Vec<usize> = match flow {
                Flow::Note(note) => outline.notes[*note].citations.clone(),
                Flow::Citation {
                    citation,
                    narrative,
                } => {
                    if *narrative {
                        document.ask_author(file, *citation, outline, input, &mut item_of);
                    }
                    vec![*citation]
                }
            };
            for citation in cited {
                let mut cluster = document.cluster(
                    file,
                    citation,
                    note_number,
                    outline,
                    input,
                    &mut item_of,
                    findings,
                );
                if let (Flow::Citation { .. }, Some(first)) = (flow, cluster.cites.first_mut()) {
                    first.prefix = text::capital(&first.prefix);
                }
                clusters.push(document.asked.clusters.len());
                document.asked.clusters.push(cluster);
                document.places.push((file, citation, vec![mark]));
            }
            let body = NoteBody::of(flow);
            let group = groups.entry(series_name).or_default();
            if let Flow::Note(note) = flow {
                seen.insert(*note, (group.len(), clusters));
            }
            group.push(NoteFact {
                id: id.clone(),
                label: label.clone(),
                body,
                state,
                marks: vec![mark_id.clone()],
            });
            marks.push(MarkFact {
                label,
                id: mark_id,
                note: id,
                series: series_name.to_owned(),
                state,
            });
        }
        let mut list: Vec<NoteGroup> = groups
            .into_iter()
            .map(|(series, notes)| NoteGroup {
                series: series.to_owned(),
                title: input
                    .config
                    .series
                    .get(series)
                    .map(|s| s.title.clone())
                    .unwrap_or_default(),
                notes,
            })
            .collect();
        // The author's own notes first.
        list.sort_by_key(|group| group.series != crate::config::MAIN);
        document.pages.insert(file, (marks, list));
    }
    document.asked.data = document
        .asked
        .items
        .iter()
        .map(|item| input.library.sources()[*item].item.clone())
        .collect();
    document
}

/// The labels that readers see as they were typed, with their series.
fn kept_labels<'a>(
    files: &[usize],
    outlines: &[(FilePath, &'a Outline)],
    input: &Input<'_>,
) -> BTreeSet<(&'a str, &'a str)> {
    let notes = files.iter().flat_map(|file| &outlines[*file].1.notes);
    notes
        .filter(|note| {
            input
                .config
                .series
                .get(&note.series)
                .is_some_and(|s| s.keep_labels)
        })
        .map(|note| (note.series.as_str(), note.label.as_str()))
        .collect()
}

fn number_text(numbering: Numbering, number: usize) -> String {
    match numbering {
        Numbering::Numbers => number.to_string(),
        Numbering::Letters => text::letters(number),
        Numbering::Roman => text::roman(number),
        Numbering::Symbols => text::symbols(number),
    }
}

fn doubled_label(
    label: &str,
    series: &str,
    here: (usize, usize),
    first: (usize, usize),
) -> Finding {
    Finding {
        file: here.0,
        about: About::Note(here.1),
        fault: Fault::nowhere(
            Code::DoubledLabel,
            format!("the series `{series}` has two notes `{label}` in this explainer"),
        )
        .help("the series keeps its labels, so each may stand for one note only: rename one"),
        other: Some((first.0, About::Note(first.1), "the other one".to_owned())),
    }
}

impl Document {
    #[allow(clippy::too_many_arguments)]
    fn cluster(
        &mut self,
        file: usize,
        citation: usize,
        note: u32,
        outline: &Outline,
        input: &Input<'_>,
        item_of: &mut HashMap<usize, usize>,
        findings: &mut Vec<Finding>,
    ) -> Cluster {
        let mut cluster = Cluster {
            note,
            cites: Vec::new(),
        };
        for (index, cite) in outline.citations[citation].cites.iter().enumerate() {
            let sources = input.library.numbers(&cite.key);
            let Some(last) = sources.len().checked_sub(1) else {
                let near = input.library.nearest(&cite.key);
                findings.push(missing(file, citation, index, &cite.key, near));
                continue;
            };
            // Of a set, the first member has what stands before, the last what stands behind.
            for (number, source) in sources.iter().enumerate() {
                let only = |here: bool, text: &String| match here {
                    true => text.clone(),
                    false => String::new(),
                };
                cluster.cites.push(csl::Cite {
                    item: self.item(*source, item_of),
                    locator: cite.locator.clone().filter(|_| number == last),
                    prefix: only(number == 0, &cite.prefix),
                    suffix: only(number == last, &cite.suffix),
                    form: cite.form,
                    inside: outline.citations[citation].inside,
                    ..csl::Cite::default()
                });
            }
        }
        cluster
    }

    fn item(&mut self, source: usize, item_of: &mut HashMap<usize, usize>) -> usize {
        *item_of.entry(source).or_insert_with(|| {
            self.asked.items.push(source);
            self.asked.items.len() - 1
        })
    }

    fn ask_author(
        &mut self,
        file: usize,
        citation: usize,
        outline: &Outline,
        input: &Input<'_>,
        item_of: &mut HashMap<usize, usize>,
    ) {
        let cites = &outline.citations[citation].cites;
        let cites: Vec<csl::Cite> = cites
            .iter()
            .flat_map(|cite| input.library.numbers(&cite.key))
            .map(|source| csl::Cite {
                item: self.item(*source, item_of),
                form: Form::AuthorOnly,
                ..csl::Cite::default()
            })
            .collect();
        self.asked.authors.push(Cluster { note: 0, cites });
        self.author_places.push((file, citation));
    }

    /// A document that cites nothing and lists sources, given as indexes of the library.
    pub fn listing(items: Vec<usize>, input: &Input<'_>) -> Document {
        let data = items
            .iter()
            .map(|item| input.library.sources()[*item].item.clone());
        Document {
            asked: Asked {
                data: data.collect(),
                items,
                style: input.config.citations.style.0.clone(),
                locale: input.config.citation_locale().to_owned(),
                ..Asked::default()
            },
            places: Vec::new(),
            author_places: Vec::new(),
            pages: BTreeMap::new(),
        }
    }

    /// Formats the citations; authors in sentences are a run of their own, so that they don't
    /// count as citations when it is decided whether a citation repeats another.
    pub fn format(&self, input: &Input<'_>) -> Formatted {
        let Some(style) = input.style.filter(|_| !self.asked.items.is_empty()) else {
            return Formatted {
                clusters: vec![String::new(); self.asked.clusters.len() + self.asked.authors.len()],
                ..Formatted::default()
            };
        };
        let run = |clusters: &[Cluster]| {
            csl::format(style, &self.asked.locale, &self.asked.data, clusters)
        };
        let mut formatted = run(&self.asked.clusters);
        if !self.asked.authors.is_empty() {
            let authors = run(&self.asked.authors);
            formatted.clusters.extend(authors.clusters);
            formatted.named.extend(authors.named);
        }
        formatted
    }

    /// The mark of a file, by its index in the flow.
    pub fn mark(&self, file: usize, mark: usize) -> Option<&MarkFact> {
        self.pages.get(&file)?.0.get(mark)
    }

    /// Writes what was found into the pages' facts.
    pub fn fill(
        &self,
        text: &Formatted,
        bibliography: Option<&Bibliography>,
        outlines: &[(FilePath, &Outline)],
        library: &Library,
        pages: &mut [PageFacts],
    ) {
        let entries = bibliography.map(Bibliography::addresses);
        let about = |item: usize| {
            let number = self.asked.items.get(item)?;
            let source = library.sources().get(*number)?;
            Some(CitedPiece {
                html: String::new(),
                entry: entries.as_ref()?.get(number)?.clone(),
                kind: source.kind.name(),
                checked: source.checked.as_ref().map(|c| c.state.name()),
            })
        };
        for (file, (marks, notes)) in &self.pages {
            let count = outlines[*file].1.citations.len();
            let page = &mut pages[*file];
            page.marks.clone_from(marks);
            page.notes.clone_from(notes);
            page.citations = vec![Vec::new(); count];
            page.authors = vec![String::new(); count];
        }
        let authors = self
            .author_places
            .iter()
            .map(|(file, citation)| (*file, *citation, true));
        let places = self
            .places
            .iter()
            .map(|(file, citation, _)| (*file, *citation, false));
        let mut named = text.named.iter();
        for ((file, citation, author), html) in places.chain(authors).zip(&text.clusters) {
            let named = named.next().map_or(&[][..], |named| named);
            let page = &mut pages[file];
            if author {
                page.authors[citation].clone_from(html);
            } else {
                page.citations[citation] = pieces(html, named, &about);
            }
        }
    }
}

/// Cuts a citation's HTML into what names sources, with what is known about them, and what joins
/// the names.
fn pieces(
    html: &str,
    named: &[Named],
    about: &impl Fn(usize) -> Option<CitedPiece>,
) -> Vec<CitedPiece> {
    let mut pieces = Vec::new();
    let mut done = 0;
    let mut push = |span: Range<usize>, about: CitedPiece| {
        if !span.is_empty() {
            let html = html[span].to_owned();
            pieces.push(CitedPiece { html, ..about });
        }
    };
    for Named { span, item } in named {
        push(done..span.start, CitedPiece::default());
        push(span.clone(), about(*item).unwrap_or_default());
        done = span.end;
    }
    push(done..html.len(), CitedPiece::default());
    pieces
}

/// The keys of a citation as they were typed.
fn typed_keys(citation: &crate::parse::Citation) -> String {
    let keys: Vec<String> = citation
        .cites
        .iter()
        .map(|cite| format!("@{}", cite.key))
        .collect();
    keys.join("; ")
}

fn missing(file: usize, citation: usize, cite: usize, key: &str, near: Option<&str>) -> Finding {
    let help = match near {
        Some(near) => format!("did you mean `@{near}`?"),
        None => "add it to a source file, or write `\\@` if it is no citation".to_owned(),
    };
    Finding {
        file,
        about: About::Cite(citation, cite),
        fault: Fault::nowhere(Code::MissingSource, format!("there is no source `{key}`"))
            .help(help),
        other: None,
    }
}
