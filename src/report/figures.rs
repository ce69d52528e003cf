//! The figures of a site: by section, by explainer, and of the whole.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Input;
use crate::config::State;
use crate::parse::{Flow, Parsed};
use crate::resolve::{NoteBody, PageFacts, Role, listing};
use crate::sources::Library;

/// The figures of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The explainers, and the pages outside explainers where there are any with text.
    pub parts: Vec<Part>,
    /// The whole site.
    pub total: Figures,
}

/// An explainer, or the pages outside explainers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The title of its first page; empty for the pages outside explainers.
    pub title: String,
    /// Its files that have text, in reading order.
    pub rows: Vec<Row>,
    /// All of it.
    pub total: Figures,
}

/// A file of `content`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its path.
    pub file: String,
    /// Its title.
    pub title: String,
    /// Whether it is a section, to which limits apply.
    pub section: bool,
    /// Its figures.
    pub figures: Figures,
    /// Its number among the files.
    #[serde(skip)]
    pub number: usize,
    /// The paragraphs without a citation, as indexes of `Prose::paragraphs`.
    #[serde(skip)]
    pub uncited: Vec<usize>,
}

/// What is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The words of the prose.
    pub words: usize,
    /// The notes, each once however often it is called.
    pub notes: usize,
    /// The notes that authors wrote, by their states.
    pub states: States,
    /// The places that cite, in prose and in notes; a bracket that names several sources is one.
    pub citations: usize,
    /// The sources cited, each once.
    pub sources: usize,
    /// Of these, the primary.
    pub primary: usize,
    /// Of these, those that aren't primary.
    pub secondary: usize,
    /// Of these, those of which it isn't known.
    pub unknown: usize,
    /// The share of the primary among those of which it is known, in percent, rounded down.
    pub primary_share: Option<usize>,
    /// The paragraphs.
    pub paragraphs: usize,
    /// Of these, those without a citation.
    pub uncited: usize,
    /// When a text with unreviewed notes was last changed, as its front matter says: the earliest.
    pub unreviewed_since: Option<String>,
    /// When a source cited was looked into, as `sources.toml` says: the earliest.
    pub oldest_check: Option<String>,
    #[serde(skip)]
    cited: BTreeSet<usize>,
}

/// Notes by their states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct States {
    /// Compared with their sources.
    pub checked: usize,
    /// Said to be unchecked.
    pub unchecked: usize,
    /// Contradicted by sources.
    pub disputed: usize,
    /// Set right.
    pub corrected: usize,
    /// Those of which nothing is said.
    pub none: usize,
}

impl Figures {
    /// The sources cited, as indexes of the library.
    pub fn cited(&self) -> &BTreeSet<usize> {
        &self.cited
    }

    fn add(&mut self, other: &Figures) {
        self.words += other.words;
        self.notes += other.notes;
        self.states.checked += other.states.checked;
        self.states.unchecked += other.states.unchecked;
        self.states.disputed += other.states.disputed;
        self.states.corrected += other.states.corrected;
        self.states.none += other.states.none;
        self.citations += other.citations;
        self.paragraphs += other.paragraphs;
        self.uncited += other.uncited;
        self.unreviewed_since = earliest(&self.unreviewed_since, &other.unreviewed_since);
        self.cited.extend(&other.cited);
    }

    /// Counts what depends on which sources are cited.
    fn weigh(&mut self, library: &Library) {
        self.sources = self.cited.len();
        let sources = self.cited.iter().filter_map(|s| library.sources().get(*s));
        for source in sources {
            match source.primary {
                Some(true) => self.primary += 1,
                Some(false) => self.secondary += 1,
                None => self.unknown += 1,
            }
            let on = source
                .checked
                .as_ref()
                .and_then(|checked| checked.on.clone());
            self.oldest_check = earliest(&self.oldest_check, &on);
        }
        let known = self.primary + self.secondary;
        self.primary_share = (self.primary * 100).checked_div(known);
    }
}

/// The earlier of two dates. They are written as year, month, day, so that their texts sort as they
/// do.
fn earliest(one: &Option<String>, other: &Option<String>) -> Option<String> {
    one.iter().chain(other).min().cloned()
}

/// Counts.
///
/// In: the site. Out: its figures; files without words, notes and citations are left out.
pub fn figures(input: &Input<'_>) -> Report {
    let mut report = Report {
        parts: Vec::new(),
        total: Figures::default(),
    };
    let mut last = None;
    for (explainer, number) in listing::published(input.resolved) {
        let (parsed, facts) = (&input.files[number], &input.resolved.pages[number]);
        let mut row = row(number, parsed, facts, input);
        let figures = &mut row.figures;
        if figures.words + figures.notes + figures.citations == 0 {
            continue;
        }
        if last != Some(explainer) {
            last = Some(explainer);
            let title = explainer.map_or(String::new(), |explainer| title(explainer, input));
            report.parts.push(Part {
                title,
                rows: Vec::new(),
                total: Figures::default(),
            });
        }
        if let Some(part) = report.parts.last_mut() {
            part.total.add(figures);
            report.total.add(figures);
            figures.weigh(input.library);
            part.rows.push(row);
        }
    }
    for part in &mut report.parts {
        part.total.weigh(input.library);
    }
    report.total.weigh(input.library);
    report
}

/// How an explainer is called: by its title page, or else as the site.
fn title(explainer: usize, input: &Input<'_>) -> String {
    let index = input.resolved.structure.explainers[explainer].index;
    let title = index.map_or("", |index| input.files[index].outline.title.as_str());
    match title {
        "" => input.config.title.clone(),
        title => title.to_owned(),
    }
}

fn row(number: usize, parsed: &Parsed, facts: &PageFacts, input: &Input<'_>) -> Row {
    let outline = &parsed.outline;
    let mut figures = Figures {
        words: parsed.prose.words,
        paragraphs: parsed.prose.paragraphs.len(),
        ..Figures::default()
    };
    let known = |citation: &usize| {
        let mut cites = outline.citations[*citation].cites.iter();
        cites.any(|cite| !input.library.numbers(&cite.key).is_empty())
    };
    let mut unreviewed = false;
    for fact in facts.notes.iter().flat_map(|group| &group.notes) {
        figures.notes += 1;
        let citations = match fact.body {
            NoteBody::Written(note) => {
                let states = &mut figures.states;
                let (count, open) = match fact.state {
                    Some(State::Checked) => (&mut states.checked, false),
                    Some(State::Unchecked) => (&mut states.unchecked, true),
                    Some(State::Disputed) => (&mut states.disputed, false),
                    Some(State::Corrected) => (&mut states.corrected, false),
                    None => (&mut states.none, true),
                };
                *count += 1;
                unreviewed |= open;
                outline.notes[note].citations.clone()
            }
            NoteBody::Citation(citation) => vec![citation],
        };
        for citation in citations.iter().filter(|citation| known(citation)) {
            figures.citations += 1;
            let cites = outline.citations[*citation].cites.iter();
            let sources = cites.flat_map(|cite| input.library.numbers(&cite.key));
            figures.cited.extend(sources);
        }
    }
    if unreviewed {
        let front = &outline.front;
        figures.unreviewed_since = front.updated.clone().or(front.date.clone());
    }
    let cites = |mark: &usize| match &outline.flow[*mark] {
        Flow::Note(note) => outline.notes[*note].citations.iter().any(known),
        Flow::Citation { citation, .. } => known(citation),
    };
    let paragraphs = parsed.prose.paragraphs.iter().enumerate();
    let uncited: Vec<usize> = paragraphs
        .filter(|(_, paragraph)| !paragraph.marks.iter().any(cites))
        .map(|(number, _)| number)
        .collect();
    figures.uncited = uncited.len();
    Row {
        file: parsed.file.to_string(),
        title: outline.title.clone(),
        section: matches!(input.resolved.structure.roles[number], Role::Section(..)),
        figures,
        number,
        uncited,
    }
}
