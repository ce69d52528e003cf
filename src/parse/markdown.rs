//! Walks the events of CommonMark and writes the tape, gathering notes, citations and links.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use pulldown_cmark::{
    Alignment, BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser,
    Tag, TagEnd,
};

use super::citation::{self, Citation, Plain};
use super::component::{self, Component, Line};
use super::paragraph::Paragraphs;
use super::table::Cell;
use super::{
    Counted, Flow, Heading, Indexed, Link, NoTexts, Note, Outline, Parsed, Places, Prose, Rules,
    Tape, Texts, What, locator, sentence, words,
};
use crate::config::{Front, Index, MAIN, State};
use crate::csl::Form;
use crate::diag::{Code, Fault, FilePath, Place, nearest};
use crate::text::{self, escape, escape_into};

pub(super) type Events<'e> = Vec<(Event<'e>, Range<usize>)>;

/// Reads a file of `content`; see [`super::parse`].
pub fn parse(file: &FilePath, source: &str, rules: &Rules, texts: &dyn Texts) -> Parsed {
    read(file, source, rules, texts, true)
}

/// `cited` says that the paragraphs get anchors.
fn read(file: &FilePath, source: &str, rules: &Rules, texts: &dyn Texts, cited: bool) -> Parsed {
    let (front, body_at, faults) = Front::read(file, source);
    let language = front
        .language
        .clone()
        .unwrap_or_else(|| rules.language.clone());
    let read = Reading::file(file, source, body_at);
    let (input, prelude) = (read.input.clone(), read.prelude);
    let mut walker = Walker {
        file,
        read,
        texts,
        used: BTreeSet::new(),
        within: vec![file.clone()],
        rules,
        marks_go_behind: !language.starts_with("fr"),
        language,
        wants_title: front.title.is_none(),
        demote: false,
        tape: Tape::default(),
        title: None,
        notes: Vec::new(),
        places: Places::default(),
        outline: Outline {
            title: front.title.clone().unwrap_or_default(),
            ..Outline::default()
        },
        paragraphs: cited.then(Paragraphs::default),
        components: Vec::new(),
        open: Vec::new(),
        depth: 0,
        in_note: false,
        note_citations: Vec::new(),
        labels: Vec::new(),
        defined: HashMap::new(),
        defined_at: HashMap::new(),
        calls: Vec::new(),
        own_links: Vec::new(),
        images: Vec::new(),
        table: None,
        text: String::new(),
        waiting: Vec::new(),
        sentences: BTreeMap::new(),
        waiting_cites: Vec::new(),
        note_sentences: BTreeMap::new(),
        apart: Vec::new(),
        prose: Prose::default(),
        prose_at: None,
        slugs: HashMap::new(),
        tables: 0,
        lost: Vec::new(),
        last_mark: 0,
        in_link: 0,
        in_comment: false,
        faults,
    };
    let events = events(&input, prelude);
    walker.demote = walker.has_further_title(&events);
    walker.definitions(&events);
    walker.run(&events);
    walker.finish(front)
}

/// Markdown of the configuration (a footer, an annotation) as HTML, without notes.
pub fn fragment(source: &str) -> String {
    let rules = Rules {
        series: BTreeSet::new(),
        language: String::new(),
    };
    // The line feed keeps a rule (`---`) at the beginning from being read as front matter.
    read(&"".into(), &format!("\n{source}"), &rules, &NoTexts, false)
        .body
        .html
        .trim()
        .to_owned()
}

fn options() -> Options {
    Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_MATH
        | Options::ENABLE_DEFINITION_LIST
}

/// The events behind the prelude, with neighbouring pieces of plain text joined.
pub(super) fn events(input: &str, prelude: usize) -> Events<'_> {
    let bytes = input.as_bytes();
    let citation = |link: BrokenLink<'_>| {
        let behind_caret = link.span.start > 0 && bytes[link.span.start - 1] == b'^';
        let meant = link.link_type == LinkType::Shortcut
            && !behind_caret
            && citation::is_citation(&link.reference);
        meant.then_some((CowStr::Borrowed(""), CowStr::Borrowed("")))
    };
    let parser = Parser::new_with_broken_link_callback(input, options(), Some(citation));
    let mut events: Events<'_> = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        if range.end <= prelude {
            continue;
        }
        if let (Event::Text(text), Some((Event::Text(before), last))) = (&event, events.last_mut())
        {
            let joins = last.end == range.start
                && input.get(range.clone()) == Some(text)
                && input.get(last.clone()) == Some(before);
            if joins {
                last.end = range.end;
                *before = CowStr::Borrowed(&input[last.clone()]);
                continue;
            }
        }
        events.push((event, range));
    }
    events
}

/// Takes the place of a dollar sign that begins no formula. A text that holds this character is
/// reported when it is read.
const DOLLAR: char = '\u{1}';

/// Hides dollar signs that the parser would take for the beginning of a formula although a digit
/// follows its end: "$5-$10" is a range of prices, as in Pandoc's `tex_math_dollars`. Gives their
/// places.
fn hide_prices(input: &mut String, prelude: usize) -> Vec<usize> {
    let mut hidden = Vec::new();
    while input[prelude..].contains('$') {
        let found: Vec<usize> = events(input, prelude)
            .iter()
            .filter(|(event, range)| {
                let digit = |c: char| c.is_ascii_digit();
                matches!(event, Event::InlineMath(_)) && input[range.end..].starts_with(digit)
            })
            .map(|(_, range)| range.start)
            .collect();
        if found.is_empty() {
            break;
        }
        for &at in &found {
            input.replace_range(at..at + 1, DOLLAR.encode_utf8(&mut [0; 4]));
        }
        hidden.extend(found);
    }
    hidden
}

/// A text that is read: what the parser gets of it, and where in its file that stands.
pub(super) struct Reading {
    pub(super) file: FilePath,
    /// The folder from which links are seen.
    pub(super) folder: String,
    pub(super) source: Rc<str>,
    /// What the parser sees: the prelude and the masked body.
    pub(super) input: Rc<str>,
    pub(super) prelude: usize,
    masks: Vec<Range<usize>>,
    from: From,
}

/// Where the body stands in its file.
enum From {
    /// From this byte on.
    Byte(usize),
    /// In a cell of a table.
    Cell(Cell),
}

impl Reading {
    /// The Markdown of a file from a byte on.
    pub(super) fn file(file: &FilePath, source: &str, body_at: usize) -> Reading {
        let mask = component::mask(&source[body_at..]);
        let (input, prelude, prices) = with_prelude(&mask.text);
        let hidden = mask
            .lines
            .iter()
            .map(|line| line.start + prelude..line.end + prelude);
        let mut masks: Vec<Range<usize>> = hidden
            .chain(prices.into_iter().map(|at| at..at + 1))
            .collect();
        masks.sort_by_key(|mask| mask.start);
        Reading {
            file: file.clone(),
            folder: text::folder(file).to_owned(),
            source: source.into(),
            input: input.into(),
            prelude,
            masks,
            from: From::Byte(body_at),
        }
    }

    /// A cell, whose links are seen from a folder. Nothing in it begins a list, a heading or another
    /// paragraph.
    pub(super) fn cell(file: &FilePath, source: &Rc<str>, folder: &str, cell: &Cell) -> Reading {
        let line = cell.text.replace(['\n', '\r'], " ");
        let (input, prelude, prices) = with_prelude(&format!("{GUARD}{line}"));
        Reading {
            file: file.clone(),
            folder: folder.to_owned(),
            source: source.clone(),
            input: input.into(),
            prelude: prelude + GUARD.len_utf8(),
            masks: prices.into_iter().map(|at| at..at + 1).collect(),
            from: From::Cell(cell.clone()),
        }
    }

    /// What stands in a part of the file.
    fn written(&self, span: Range<usize>) -> &str {
        self.source.get(span).unwrap_or_default()
    }

    /// The byte of the file of a byte of the input.
    fn at(&self, byte: usize) -> usize {
        let byte = byte.saturating_sub(self.prelude);
        match &self.from {
            From::Byte(body_at) => byte + body_at,
            From::Cell(cell) => cell.at(byte.min(cell.text.len())),
        }
    }
}

/// The events of a cell's line, without the paragraph around them.
pub(super) fn line(input: &str, prelude: usize) -> Events<'_> {
    let mut events = events(input, prelude - GUARD.len_utf8());
    let around = |event: &Event<'_>| {
        matches!(
            event,
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)
        )
    };
    events.retain(|(event, _)| !around(event));
    if let Some((Event::Text(text), range)) = events.first_mut() {
        *text = CowStr::from(text.trim_start_matches(GUARD).to_owned());
        range.start = range.start.max(prelude);
    }
    events
}

/// Keeps a line from beginning anything but a paragraph. A text that holds this character is
/// reported when it is read.
const GUARD: char = '\u{2}';

/// The body behind its prelude; the prelude's length; where prices were hidden.
///
/// Marks are read as marks only where their note is defined, so every label gets a definition before
/// the text. Whether the author defined it is our own check.
fn with_prelude(body: &str) -> (String, usize, Vec<usize>) {
    let mut input = String::new();
    for label in note_labels(body) {
        input.push_str("[^");
        input.push_str(label);
        input.push_str("]: x\n");
    }
    input.push_str("\n<!-- -->\n\n");
    let prelude = input.len();
    input.push_str(body);
    let prices = hide_prices(&mut input, prelude);
    (input, prelude, prices)
}

/// Everything that is written like a note's label.
fn note_labels(text: &str) -> BTreeSet<&str> {
    let mut labels = BTreeSet::new();
    for (at, _) in text.match_indices("[^") {
        let rest = &text[at + 2..];
        let Some(end) = rest.find([']', '[', '\n', '\\']) else {
            continue;
        };
        if rest[end..].starts_with(']') && !rest[..end].trim().is_empty() && end < 200 {
            labels.insert(&rest[..end]);
        }
    }
    labels
}

/// The form in which labels are compared, as CommonMark compares them.
fn folded(label: &str) -> String {
    label.trim().to_lowercase()
}

pub(super) struct Walker<'a> {
    file: &'a FilePath,
    /// The text being read: the file's own, one that it includes, or a cell of a table.
    pub(super) read: Reading,
    pub(super) texts: &'a dyn Texts,
    /// The other files that were asked for.
    pub(super) used: BTreeSet<String>,
    /// The files that are being read, each included by the one before it.
    pub(super) within: Vec<FilePath>,
    pub(super) rules: &'a Rules,
    /// Whether a citation's mark goes behind the punctuation that follows it.
    marks_go_behind: bool,
    /// The text's language.
    pub(super) language: String,
    pub(super) wants_title: bool,
    /// Whether all headings go one level down because the text has headings of level 1.
    pub(super) demote: bool,
    /// What is being written.
    pub(super) tape: Tape,
    title: Option<Tape>,
    pub(super) notes: Vec<Tape>,
    pub(super) places: Places,
    pub(super) outline: Outline,
    /// The paragraphs of the body, where they get anchors.
    paragraphs: Option<Paragraphs>,
    pub(super) components: Vec<Component>,
    /// The open components: index, and how deep in the blocks they were opened.
    pub(super) open: Vec<(usize, usize)>,
    pub(super) depth: usize,
    pub(super) in_note: bool,
    /// The citations of the note being written.
    note_citations: Vec<usize>,
    /// The notes' labels as they were typed.
    pub(super) labels: Vec<String>,
    /// The notes by folded label.
    pub(super) defined: HashMap<String, usize>,
    /// The notes by the byte of the input at which their definition begins.
    pub(super) defined_at: HashMap<usize, usize>,
    /// How often each note is called.
    pub(super) calls: Vec<usize>,
    /// Links within the file, checked when all anchors are known.
    own_links: Vec<(String, Place)>,
    /// Images being read: their alternative text takes the place of their content.
    images: Vec<String>,
    table: Option<(Vec<Alignment>, usize, bool)>,
    /// The plain text of the block being read, and the marks in it.
    pub(super) text: String,
    pub(super) waiting: Vec<(usize, usize)>,
    pub(super) sentences: BTreeMap<usize, String>,
    /// The citations of a note in that text, which get the sentences of the note.
    pub(super) waiting_cites: Vec<(usize, usize)>,
    pub(super) note_sentences: BTreeMap<usize, String>,
    /// What in that text isn't words of the prose.
    pub(super) apart: Vec<Range<usize>>,
    /// What is counted of the prose.
    prose: Prose,
    /// Where the open paragraph of the prose stands.
    prose_at: Option<Range<usize>>,
    /// How often each anchor was made of a heading's words.
    slugs: HashMap<String, usize>,
    /// How many tables there have been.
    tables: usize,
    /// Digits that may once have been marks, with the fault that says so.
    lost: Vec<(usize, Fault)>,
    /// Where the last mark or citation ends.
    last_mark: usize,
    /// How many links are open.
    in_link: usize,
    /// Whether raw HTML is in the middle of a comment.
    in_comment: bool,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Walker<'a> {
    /// Where in the file a range of the input stands.
    fn span(&self, range: &Range<usize>) -> Range<usize> {
        self.read.at(range.start)..self.read.at(range.end)
    }

    /// The same, with the file.
    pub(super) fn place(&self, range: &Range<usize>) -> Place {
        Place::new(&self.read.file, self.span(range))
    }

    fn fault(
        &mut self,
        code: Code,
        message: impl Into<String>,
        range: &Range<usize>,
    ) -> &mut Fault {
        let fault = Fault::new(code, message, self.place(range));
        self.faults.push(fault);
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }

    fn escaped(&self, at: usize) -> bool {
        let before = &self.read.input.as_bytes()[..at];
        before
            .iter()
            .rev()
            .take_while(|byte| **byte == b'\\')
            .count()
            % 2
            == 1
    }

    /// What the author wrote, where component lines were hidden from the parser.
    fn literal<'e>(&self, text: &'e str, range: &Range<usize>) -> Cow<'e, str> {
        let hidden = self
            .read
            .masks
            .iter()
            .any(|mask| mask.start < range.end && range.start < mask.end);
        match self.read.input.get(range.clone()) {
            Some(parsed) if hidden && parsed == text => {
                self.read.written(self.span(range)).to_owned().into()
            }
            _ => text.into(),
        }
    }

    pub(super) fn has_further_title(&self, events: &Events<'_>) -> bool {
        let titles = events.iter().enumerate().filter(|(_, (event, _))| {
            matches!(
                event,
                Event::Start(Tag::Heading {
                    level: HeadingLevel::H1,
                    ..
                })
            )
        });
        let mut titles = titles.map(|(at, _)| at).peekable();
        if self.wants_title && titles.peek() == Some(&0) {
            titles.next();
        }
        titles.next().is_some()
    }

    /// Gathers the notes before the marks are read, so that a mark may stand before its note.
    pub(super) fn definitions(&mut self, events: &Events<'_>) {
        for (event, range) in events {
            let Event::Start(Tag::FootnoteDefinition(label)) = event else {
                continue;
            };
            let length = self.read.input[range.start..range.end]
                .find("]:")
                .map_or(2, |end| end + 1);
            let label_range = range.start..range.start + length;
            let key = folded(label);
            if let Some(&first) = self.defined.get(&key) {
                let first = self.places.notes[first].clone();
                self.fault(
                    Code::DoubledNote,
                    format!("the note `{label}` is defined twice"),
                    &label_range,
                );
                if let Some(fault) = self.faults.pop() {
                    self.faults.push(
                        fault
                            .label("defined again here")
                            .and(first, "first defined here")
                            .help("give one of them another label, and the marks that mean it"),
                    );
                }
            }
            let (series, own) = match label.split_once(':') {
                Some((series, own)) => (series.trim(), own.trim()),
                None => (MAIN, label.trim()),
            };
            let series = if self.rules.series.contains(series) {
                series
            } else {
                let known: Vec<&str> = self.rules.series.iter().map(String::as_str).collect();
                let help = match nearest(series, known) {
                    Some(near) => format!("did you mean `{near}:{own}`?"),
                    None => format!("declare it in explainer.toml: [series.{series}]"),
                };
                self.fault(
                    Code::UnknownSeries,
                    format!("the series `{series}` isn't declared"),
                    &label_range,
                )
                .help = Some(help);
                MAIN
            };
            let index = self.outline.notes.len();
            self.defined.entry(key).or_insert(index);
            self.defined_at.insert(range.start, index);
            self.outline.notes.push(Note {
                label: own.to_owned(),
                series: series.to_owned(),
                state: None,
                citations: Vec::new(),
            });
            self.places.notes.push(self.place(&label_range));
            self.labels.push(label.to_string());
            self.notes.push(Tape::default());
            self.calls.push(0);
        }
    }

    pub(super) fn run(&mut self, events: &[(Event<'_>, Range<usize>)]) {
        let mut at = 0;
        while at < events.len() {
            let (event, range) = &events[at];
            at += 1;
            match event {
                Event::Start(Tag::FootnoteDefinition(_)) => {
                    let end = matching(events, at - 1);
                    if let Some(&index) = self.defined_at.get(&range.start) {
                        self.note_body(index, &events[at..end], range);
                    }
                    at = end + 1;
                }
                Event::Start(Tag::HtmlBlock) if self.mask_at(range).is_some() => {
                    let end = matching(events, at - 1);
                    if let Some(mask) = self.mask_at(range) {
                        self.component_line(&mask);
                    }
                    at = end + 1;
                }
                Event::Start(Tag::CodeBlock(_)) => {
                    let end = matching(events, at - 1);
                    self.event(event, range);
                    for (event, range) in &events[at..end] {
                        if let Event::Text(text) = event {
                            let literal = self.literal(text, range).into_owned();
                            escape_into(&mut self.tape.html, &literal);
                        }
                    }
                    self.end(TagEnd::CodeBlock);
                    at = end + 1;
                }
                Event::Start(Tag::Heading {
                    level, id, classes, ..
                }) => {
                    let end = matching(events, at - 1);
                    let first = at == 1 && self.wants_title && *level == HeadingLevel::H1;
                    self.heading(
                        *level,
                        id.as_deref(),
                        classes,
                        first,
                        &events[at..end],
                        range,
                    );
                    at = end + 1;
                }
                Event::Start(Tag::Link {
                    link_type: LinkType::ShortcutUnknown,
                    ..
                }) => {
                    let end = matching(events, at - 1);
                    let inner = &events[at..end];
                    at = end + 1;
                    let behind = self.cite(inner, range, events.get(at));
                    if behind > 0 {
                        // The punctuation was printed before the mark.
                        at = self.text_from(events, at, behind);
                    }
                }
                Event::Start(Tag::Image {
                    link_type: LinkType::ShortcutUnknown,
                    ..
                }) => {
                    let end = matching(events, at - 1);
                    self.plain("!");
                    self.cite(&events[at..end], range, None);
                    at = end + 1;
                }
                Event::Start(Tag::Link {
                    dest_url,
                    link_type,
                    ..
                }) if self.images.is_empty() && *link_type != LinkType::Autolink => {
                    match Index::of_link(dest_url) {
                        Some((index, name)) => {
                            let end = matching(events, at - 1);
                            self.indexed(index, name, &events[at..end], range);
                        }
                        None => self.event(event, range),
                    }
                }
                Event::Text(_) => at = self.text_from(events, at - 1, 0),
                _ => self.event(event, range),
            }
        }
    }

    fn mask_at(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let index = self
            .read
            .masks
            .binary_search_by_key(&range.start, |mask| mask.start)
            .ok()?;
        Some(self.read.masks[index].clone())
    }

    // ---- notes ----

    fn note_body(
        &mut self,
        index: usize,
        events: &[(Event<'_>, Range<usize>)],
        range: &Range<usize>,
    ) {
        if self.in_note {
            self.fault(Code::NestedNote, "a note is defined inside a note", range);
            return;
        }
        let outer = std::mem::take(&mut self.tape);
        let outer_text = std::mem::take(&mut self.text);
        let outer_waiting = std::mem::take(&mut self.waiting);
        let outer_apart = std::mem::take(&mut self.apart);
        // What is open around the note can't be closed in it.
        let outer_open = std::mem::take(&mut self.open);
        self.in_note = true;
        let (state, skip) = self.note_state(events);
        let rest;
        let events = match skip {
            Some((block, bytes)) => {
                let mut copy = events.to_vec();
                if let (Event::Text(text), range) = &mut copy[block] {
                    range.start += bytes;
                    *text = CowStr::from(text[bytes..].to_owned());
                }
                rest = copy;
                rest.as_slice()
            }
            None => events,
        };
        self.run(events);
        self.end_block();
        self.close_open(0);
        self.open = outer_open;
        self.in_note = false;
        let body = std::mem::replace(&mut self.tape, outer);
        self.text = outer_text;
        self.waiting = outer_waiting;
        self.apart = outer_apart;
        if body.is_blank() {
            let place = self.places.notes[index].clone();
            let fault = match self.labels[index].as_str() {
                "" => Fault::new(Code::EmptyNote, "this note has no text", place)
                    .help("write its text between the brackets"),
                name => Fault::new(
                    Code::EmptyNote,
                    format!("the note `{name}` has no text"),
                    place,
                )
                .help("write its text behind the colon, on the same line"),
            };
            self.faults.push(fault);
        }
        let note = &mut self.outline.notes[index];
        note.state = state;
        note.citations = std::mem::take(&mut self.note_citations);
        self.notes[index] = body;
    }

    /// The state in braces at a note's beginning, and what of the first text it takes up.
    fn note_state(
        &mut self,
        events: &[(Event<'_>, Range<usize>)],
    ) -> (Option<State>, Option<(usize, usize)>) {
        let first = match events {
            [(Event::Start(Tag::Paragraph), _), (Event::Text(_), _), ..] => 1,
            [(Event::Text(_), _), ..] => 0,
            _ => return (None, None),
        };
        let (Event::Text(text), range) = &events[first] else {
            return (None, None);
        };
        let Some(inner) = text
            .strip_prefix('{')
            .filter(|_| !self.escaped(range.start))
        else {
            return (None, None);
        };
        let Some(end) = inner.find('}') else {
            return (None, None);
        };
        let word = &inner[..end];
        if word.is_empty() || !word.chars().all(|c| c.is_alphabetic() || c == '-') {
            return (None, None);
        }
        let state = State::ALL
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, state)| *state);
        if state.is_none() {
            let names: Vec<&str> = State::ALL.iter().map(|(name, _)| *name).collect();
            let help = match nearest(word, names.iter().copied()) {
                Some(near) => format!("did you mean `{{{near}}}`?"),
                None => format!("the states are {}", names.join(", ")),
            };
            let place = range.start..range.start + word.len() + 2;
            self.fault(
                Code::UnknownState,
                format!("`{word}` is no state of a note"),
                &place,
            )
            .help = Some(help);
        }
        let behind = &inner[end + 1..];
        let skip = word.len() + 2 + (behind.len() - behind.trim_start().len());
        (state, Some((first, skip)))
    }

    fn call(&mut self, label: &str, range: &Range<usize>) {
        if self.in_note {
            self.fault(
                Code::NestedNote,
                format!("the note `{label}` is called inside a note"),
                range,
            )
            .help = Some("put its words into this note".into());
            return;
        }
        match self.defined.get(&folded(label)).copied() {
            Some(index) => {
                self.calls[index] += 1;
                self.mark(Flow::Note(index), range);
            }
            None => {
                let named = |i: &usize| self.labels[*i].clone();
                let mut names: Vec<String> = self.defined.values().map(named).collect();
                names.sort();
                let help = match nearest(label, names.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `[^{near}]`?"),
                    None => self.where_is_note(label, range),
                };
                self.fault(
                    Code::UndefinedNote,
                    format!("there is no note `{label}`"),
                    range,
                )
                .help = Some(help);
                escape_into(&mut self.tape.html, &format!("[^{label}]"));
            }
        }
    }

    /// Why a note that was meant to be defined isn't.
    fn where_is_note(&self, label: &str, range: &Range<usize>) -> String {
        if let From::Cell(_) = self.read.from {
            return format!("write the note in `{}`: [^{label}]: …", self.file);
        }
        let span = self.span(range);
        if self.read.written(0..span.start).ends_with('\n') {
            return format!("if this is the note itself, a colon is missing: [^{label}]: …");
        }
        let written = format!("\n[^{label}]:");
        match self.read.source.find(&written) {
            Some(at) => format!(
                "line {} would define it, but is read as code or raw HTML: is a fence or a tag \
                 closed before it?",
                self.read.written(0..at + 1).matches('\n').count() + 1
            ),
            None => format!("write the note in this file: [^{label}]: …"),
        }
    }

    fn mark(&mut self, flow: Flow, range: &Range<usize>) {
        self.last_mark = range.end;
        let index = self.outline.flow.len();
        self.outline.flow.push(flow);
        self.places.flow.push(self.place(range));
        self.waiting.push((index, self.text.len()));
        self.tape.hole(What::Mark(index));
    }

    /// An inline note: `^[text]`.
    fn inline_note(&mut self, events: &[(Event<'_>, Range<usize>)], range: Range<usize>) {
        if self.in_note {
            self.fault(Code::NestedNote, "a note stands inside a note", &range)
                .help = Some("put its words into this note".into());
            return;
        }
        let index = self.outline.notes.len();
        self.outline.notes.push(Note {
            label: String::new(),
            series: MAIN.to_owned(),
            state: None,
            citations: Vec::new(),
        });
        self.places.notes.push(self.place(&range));
        self.labels.push(String::new());
        self.notes.push(Tape::default());
        self.calls.push(1);
        self.mark(Flow::Note(index), &range);
        let mut wrapped = vec![(Event::Start(Tag::Paragraph), range.clone())];
        wrapped.extend(events.iter().cloned());
        wrapped.push((Event::End(TagEnd::Paragraph), range.clone()));
        self.note_body(index, &wrapped, &range);
    }

    // ---- citations ----

    /// A citation in brackets. Gives how many bytes of the text behind it were printed already.
    pub(super) fn cite(
        &mut self,
        inner: &[(Event<'_>, Range<usize>)],
        range: &Range<usize>,
        next: Option<&(Event<'_>, Range<usize>)>,
    ) -> usize {
        let mut plain = Plain::default();
        for (event, range) in inner {
            match event {
                Event::Text(text) | Event::Code(text) | Event::InlineMath(text) => {
                    let verbatim = self.read.input.get(range.clone()) == Some(text);
                    plain.push(text, self.span(range), verbatim);
                }
                Event::SoftBreak | Event::HardBreak => plain.push(" ", self.span(range), false),
                _ => {}
            }
        }
        let citation::Bracketed {
            citation,
            keys,
            unknown,
        } = citation::bracketed(&plain, &self.language);
        self.unknown_locators(unknown);
        self.add_citation(citation, keys, range, false, next)
    }

    /// Warns of words that look like those of locators.
    pub(super) fn unknown_locators(&mut self, unknown: Vec<(String, Range<usize>)>) {
        for (word, place) in unknown {
            self.faults.push(
                Fault::new(
                    Code::UnknownLocator,
                    format!("`{word}` is no locator that is known"),
                    Place::new(&self.read.file, place),
                )
                .help(
                    "it is printed as it stands; known are p., ch., vol., n., fol., §, and others",
                ),
            );
        }
    }

    pub(super) fn add_citation(
        &mut self,
        mut citation: Citation,
        keys: Vec<Range<usize>>,
        range: &Range<usize>,
        narrative: bool,
        next: Option<&(Event<'_>, Range<usize>)>,
    ) -> usize {
        let passed = |c: char| c == super::CITATION || c.is_whitespace();
        let before = self.text.trim_end_matches(passed);
        let ended = before.trim_end_matches(['"', '”', '’', ')', ']']);
        citation.inside =
            self.in_note && !before.is_empty() && !ended.ends_with(['.', '!', '?', '…']);
        let index = self.outline.citations.len();
        self.outline.citations.push(citation);
        let keys = keys.into_iter().map(|key| Place::new(&self.read.file, key));
        self.places.citations.push(keys.collect());
        if self.in_note {
            self.note_citations.push(index);
            self.waiting_cites.push((index, self.text.len()));
            self.text.push(super::CITATION);
            self.tape.hole(What::Citation(index));
            return 0;
        }
        if narrative {
            // Titles and contents are made of plain text, where the key stands for the authors.
            let keys = self.outline.citations[index].cites.iter();
            let keys: Vec<String> = keys.map(|cite| format!("@{}", cite.key)).collect();
            let from = self.text.len();
            self.text.push_str(&keys.join(", "));
            self.apart.push(from..self.text.len());
            self.tape.hole(What::Authors(index));
        } else {
            // "the words [@key]" becomes "the words¹".
            self.tape.trim_end();
            self.text.truncate(self.text.trim_end().len());
        }
        let mut behind = 0;
        if let (true, Some((Event::Text(text), text_range))) = (self.marks_go_behind, next)
            && text_range.start == range.end
        {
            let end = text
                .find(|c| !".,;:!?…”’»)".contains(c))
                .unwrap_or(text.len());
            let printed = &text[..end];
            self.tape_text(printed);
            behind = end;
        }
        self.mark(
            Flow::Citation {
                citation: index,
                narrative,
            },
            range,
        );
        behind
    }

    // ---- text ----

    fn tape_text(&mut self, text: &str) {
        let text = &*match text.contains(DOLLAR) {
            true => Cow::Owned(text.replace(DOLLAR, "$")),
            false => Cow::Borrowed(text),
        };
        self.text.push_str(text);
        match self.images.last_mut() {
            Some(alternative) => alternative.push_str(text),
            None => escape_into(&mut self.tape.html, text),
        }
    }

    fn plain(&mut self, text: &str) {
        self.tape_text(text);
    }

    /// Prints the text event at `at`, from byte `from` of it on, and reads what is written in it:
    /// inline notes and citations. They may reach into the events behind it; gives the index of the
    /// next event to read.
    fn text_from(&mut self, events: &[(Event<'_>, Range<usize>)], at: usize, from: usize) -> usize {
        let (Event::Text(text), range) = &events[at] else {
            return at;
        };
        let verbatim = self.read.input.get(range.clone()) == Some(text);
        let unread = !self.images.is_empty() || self.in_link > 0;
        if let (true, Some(at)) = (unread && verbatim, text[from.min(text.len())..].find("^[")) {
            let at = range.start + from + at;
            self.fault(Code::UnreadMark, "no note is read here", &(at..at + 2))
                .help = Some("put it behind the link or the picture".into());
        }
        if !verbatim || unread {
            self.tape_text(&text[from.min(text.len())..]);
            return at + 1;
        }
        let mut done = from;
        loop {
            let rest = &text[done..];
            let note = rest.find("^[").map(|found| done + found);
            let key = citation::next_key(text, done);
            match (note, key) {
                (Some(note), key) if key.as_ref().is_none_or(|key| note < key.at) => {
                    if self.escaped(range.start + note) {
                        self.plain_checked(text, done..note + 2, range);
                        done = note + 2;
                        continue;
                    }
                    self.plain_checked(text, done..note, range);
                    match closing(self, events, at, note + 2) {
                        Some((end_at, end_byte)) => {
                            let inner = between(events, at, note + 2, end_at, end_byte);
                            let end = events[end_at].1.start + end_byte + 1;
                            self.inline_note(&inner, range.start + note..end);
                            if end_at == at {
                                done = end_byte + 1;
                                continue;
                            }
                            return self.text_from(events, end_at, end_byte + 1);
                        }
                        None => {
                            let place = range.start + note..range.start + note + 2;
                            self.fault(Code::UnclosedNote, "this note is never closed", &place)
                                .help = Some("close it with `]` in the same paragraph".into());
                            self.tape_text("^[");
                            done = note + 2;
                        }
                    }
                }
                (_, Some(key)) => {
                    if self.escaped(range.start + key.at) {
                        self.plain_checked(text, done..key.end, range);
                        done = key.end;
                        continue;
                    }
                    let (name, key_at, key_end) = (key.name.to_owned(), key.at, key.end);
                    self.plain_checked(text, done..key_at, range);
                    let (next_at, next_byte) = self.narrative(events, at, name, key_at..key_end);
                    if next_at == at {
                        done = next_byte;
                        continue;
                    }
                    return self.text_from(events, next_at, next_byte);
                }
                _ => {
                    self.plain_checked(text, done..text.len(), range);
                    return at + 1;
                }
            }
        }
    }

    /// `@key`, perhaps followed by `[p. 3]`. Gives where reading goes on: event and byte.
    fn narrative(
        &mut self,
        events: &[(Event<'_>, Range<usize>)],
        at: usize,
        name: String,
        key: Range<usize>,
    ) -> (usize, usize) {
        let (Event::Text(text), range) = &events[at] else {
            return (at, key.end);
        };
        let mut cite = citation::Cite {
            key: name,
            form: Form::Full,
            ..citation::Cite::default()
        };
        let mut next = (at, key.end);
        let behind = &text[key.end..];
        let gap = behind.len() - behind.trim_start_matches(' ').len();
        if behind[gap..].starts_with('[') {
            let inner_at = key.end + gap + 1;
            if let Some((end_at, end_byte)) = closing(self, events, at, inner_at) {
                let inner = between(events, at, inner_at, end_at, end_byte);
                let words: String = inner
                    .iter()
                    .map(|(event, _)| match event {
                        Event::Text(text) => &**text,
                        Event::SoftBreak => " ",
                        _ => "",
                    })
                    .collect();
                let tail = locator::read(&format!(", {words}"), &self.language);
                cite.locator = tail.locator;
                cite.suffix = tail.suffix;
                next = (end_at, end_byte + 1);
            }
        }
        let whole = range.start + key.start..events[next.0].1.start + next.1;
        let place = self.span(&(range.start + key.start..range.start + key.end));
        let citation = Citation {
            cites: vec![cite],
            inside: false,
        };
        // Punctuation that follows is printed before the mark, as for citations in brackets.
        let follows = match &events[next.0] {
            (Event::Text(text), range) => Some((
                Event::Text(CowStr::from(text[next.1..].to_owned())),
                range.start + next.1..range.end,
            )),
            _ => None,
        };
        let behind = self.add_citation(citation, vec![place], &whole, true, follows.as_ref());
        (next.0, next.1 + behind)
    }

    /// Prints plain text, and looks for digits that were once marks.
    fn plain_checked(&mut self, text: &str, part: Range<usize>, range: &Range<usize>) {
        for found in lost_marks(text) {
            if found.start >= part.start && found.end <= part.end {
                let word_start = text[..found.start]
                    .rfind(|c: char| !c.is_alphanumeric())
                    .map_or(0, |at| {
                        at + text[at..].chars().next().map_or(1, char::len_utf8)
                    });
                let word = text[word_start..found.end].to_owned();
                let digits = text[found.clone()].to_owned();
                let place = range.start + found.start..range.start + found.end;
                let fault = Fault::new(
                    Code::LostMark,
                    format!("`{word}` ends in a number that looks like a lost note mark"),
                    self.place(&place),
                )
                .help(format!(
                    "make it a mark, `[^{digits}]`, or put `allow = [\"lost-mark\"]` into the \
                     front matter"
                ));
                self.lost.push((digits.parse().unwrap_or(0), fault));
            }
        }
        for (at, _) in text[part.clone()].match_indices("](") {
            let at = range.start + part.start + at;
            if self.escaped(at) {
                continue;
            }
            let help = match self.last_mark == at {
                true => "a mark can't stand in a link's words: put it behind the link",
                false => "brackets, or a space in the address, may keep it from being a link",
            };
            self.fault(Code::UnreadLink, "this isn't read as a link", &(at..at + 2))
                .help = Some(help.into());
        }
        self.tape_text(&text[part]);
    }

    /// Takes a formula into the plain text, which isn't made of words.
    fn formula(&mut self, text: &str) {
        let from = self.text.len();
        self.text.push_str(text);
        self.apart.push(from..self.text.len());
    }

    /// Ends a block: its marks get their sentences, and its words are counted.
    pub(super) fn end_block(&mut self) {
        let (marks, places): (Vec<usize>, Vec<usize>) = self.waiting.drain(..).unzip();
        let found = sentence::around(&self.text, &places, &self.language);
        for (mark, sentence) in marks.iter().zip(found) {
            self.sentences.insert(*mark, sentence.to_owned());
        }
        let (cites, places): (Vec<usize>, Vec<usize>) = self.waiting_cites.drain(..).unzip();
        let found = sentence::around(&self.text, &places, &self.language);
        for (cite, sentence) in cites.into_iter().zip(found) {
            self.note_sentences.insert(cite, sentence.to_owned());
        }
        if !self.in_note {
            let count = words::count_but(&self.text, &self.apart);
            self.prose.words += count;
            if let Some(place) = self.prose_at.take().filter(|_| count > 0) {
                self.prose.paragraphs.push(Counted {
                    place: Place::new(&self.read.file, self.span(&place)),
                    words: count,
                    marks,
                });
            }
        }
        self.apart.clear();
        self.text.clear();
    }

    // ---- headings ----

    fn heading(
        &mut self,
        level: HeadingLevel,
        id: Option<&str>,
        classes: &[CowStr<'_>],
        is_title: bool,
        events: &[(Event<'_>, Range<usize>)],
        range: &Range<usize>,
    ) {
        self.end_block();
        let outer = std::mem::take(&mut self.tape);
        self.run(events);
        let words = self.text.trim().to_owned();
        let counted = self.prose.words;
        self.end_block();
        let inner = std::mem::replace(&mut self.tape, outer);
        if is_title {
            self.prose.words = counted;
            self.outline.title = words;
            self.title = Some(inner);
            return;
        }
        let level = (level as u8 + u8::from(self.demote)).min(6);
        let id = match id {
            Some(id) => {
                self.anchor(id, range);
                id.to_owned()
            }
            None => {
                let slug = text::slug(&words);
                let base = if slug.is_empty() {
                    "section".to_owned()
                } else {
                    slug
                };
                let count = self.slugs.entry(base.clone()).or_insert(0);
                loop {
                    *count += 1;
                    let id = match *count {
                        1 => base.clone(),
                        count => format!("{base}-{count}"),
                    };
                    if self.outline.anchors.insert(id.clone()) {
                        break id;
                    }
                }
            }
        };
        self.tape.push(&format!("<h{level} id=\"{}\"", escape(&id)));
        if !classes.is_empty() && !self.in_note {
            self.tape
                .push(&format!(" class=\"{}\"", escape(&classes.join(" "))));
        }
        self.tape.push(">");
        let named = |hole: &super::Hole| matches!(hole.what, What::Authors(_));
        let html = match inner.holes.iter().any(named) {
            true => escape(&words),
            false => inner.words(),
        };
        self.tape.append(inner);
        self.tape.push(&format!("</h{level}>\n"));
        if !self.in_note {
            self.outline.headings.push(Heading { level, id, html });
        }
    }

    pub(super) fn anchor(&mut self, id: &str, range: &Range<usize>) {
        if !self.outline.anchors.insert(id.to_owned()) {
            self.fault(
                Code::DoubledAnchor,
                format!("the anchor `{id}` is given twice"),
                range,
            )
            .help = Some("give one of the two another name".into());
        }
    }

    /// Begins a link into an index, under the name that it gives or else under its own words.
    fn indexed(
        &mut self,
        index: Index,
        name: &str,
        words: &[(Event<'_>, Range<usize>)],
        range: &Range<usize>,
    ) {
        let mut name = text::decode_path(name);
        if name.trim().is_empty() {
            name = words
                .iter()
                .map(|(event, _)| match event {
                    Event::Text(text) | Event::Code(text) => text,
                    _ => " ",
                })
                .collect();
        }
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            self.fault(Code::BrokenLink, "this link leads to no name", range)
                .help = Some("write [Molotov](person:) or [he](<person:Molotov>)".into());
        }
        let first = format!("{}:{}", index.name(), text::slug(&name));
        let before = self.slugs.entry(first.clone()).or_default();
        let mut id = first.clone();
        loop {
            *before += 1;
            if *before > 1 {
                id = format!("{first}:{before}");
            }
            if self.outline.anchors.insert(id.clone()) {
                break;
            }
        }
        self.outline.names.push(Indexed { index, name, id });
        let place = self.place(range);
        self.places.names.push(place);
        self.in_link += 1;
        self.tape.hole(What::Name(self.outline.names.len() - 1));
    }

    // ---- components ----

    fn component_line(&mut self, mask: &Range<usize>) {
        let span = self.span(mask);
        match component::line(&self.read.file, self.read.written(span.clone()), span.start) {
            Line::Open(component) => self.open_component(component),
            Line::Close => match self.open.last() {
                Some((index, depth)) if *depth == self.depth => {
                    let index = *index;
                    self.close_component(index);
                    self.open.pop();
                }
                _ => {
                    self.fault(Code::StrayClose, "no component is open here", mask)
                        .help =
                        Some("a component is closed in the same list, quotation or note".into());
                }
            },
            Line::Wrong(message, place) => {
                self.faults
                    .push(Fault::new(Code::ComponentArgument, message, place));
                // What the line meant to open still gets closed.
                let component = Component::new("", Place::new(&self.read.file, span));
                self.components.push(component);
                self.open.push((self.components.len() - 1, self.depth));
                self.tape.hole(What::Open(self.components.len() - 1));
            }
        }
    }

    /// Closes and reports the components opened since `before`.
    pub(super) fn close_open(&mut self, before: usize) {
        while self.open.len() > before {
            let Some((index, _)) = self.open.pop() else {
                return;
            };
            let component = &self.components[index];
            self.faults.push(
                Fault::new(
                    Code::UnclosedComponent,
                    format!("`{}` is never closed", component.name),
                    component.place.clone(),
                )
                .help("put a line `:::` behind its content"),
            );
            self.close_component(index);
        }
    }

    fn deepen(&mut self) {
        self.depth += 1;
    }

    fn rise(&mut self) {
        let deeper = self
            .open
            .iter()
            .filter(|(_, depth)| *depth >= self.depth)
            .count();
        self.close_open(self.open.len() - deeper);
        self.depth -= 1;
    }

    // ---- links and files ----

    /// Registers a file that is shown or linked; a faulty path is reported.
    pub(super) fn file(&mut self, path: &str, span: Range<usize>) -> Option<usize> {
        let decoded = text::decode_path(path.split(['?', '#']).next().unwrap_or(path));
        let folder = if decoded.starts_with('/') {
            "static"
        } else {
            &self.read.folder
        };
        match text::join(folder, decoded.trim_start_matches('/')) {
            Some(path) => {
                self.outline.files.push(path);
                self.places.files.push(Place::new(&self.read.file, span));
                Some(self.outline.files.len() - 1)
            }
            None => {
                self.faults.push(Fault::new(
                    Code::MissingFile,
                    format!("`{path}` leads out of the site"),
                    Place::new(&self.read.file, span),
                ));
                None
            }
        }
    }

    /// Writes an address attribute: ` href="…"` or ` src="…"`.
    fn address(&mut self, attribute: &str, target: &str, range: &Range<usize>) {
        let span = self.target_span(target, range);
        self.tape.push(&format!(" {attribute}=\""));
        match Target::of(target) {
            Target::Unsafe => {
                self.faults.push(Fault::new(
                    Code::UnsafeLink,
                    format!("`{target}` isn't printed as a link"),
                    Place::new(&self.read.file, span),
                ));
                self.tape.push("#");
            }
            Target::Elsewhere => escape_into(&mut self.tape.html, target),
            Target::Here(anchor) => {
                let place = Place::new(&self.read.file, span);
                self.own_links.push((text::decode_path(anchor), place));
                escape_into(&mut self.tape.html, target);
            }
            Target::File(path, anchor) if path.ends_with(".md") => {
                let decoded = text::decode_path(path);
                let folder = if decoded.starts_with('/') {
                    "content"
                } else {
                    &self.read.folder
                };
                match text::join(folder, decoded.trim_start_matches('/')) {
                    Some(path) => {
                        self.outline.links.push(Link {
                            path,
                            anchor: text::decode_path(anchor),
                        });
                        self.places.links.push(Place::new(&self.read.file, span));
                        self.tape.hole(What::Link(self.outline.links.len() - 1));
                    }
                    None => {
                        self.faults.push(Fault::new(
                            Code::BrokenLink,
                            format!("`{path}` leads out of the site"),
                            Place::new(&self.read.file, span),
                        ));
                    }
                }
            }
            Target::File(path, anchor) => {
                if let Some(index) = self.file(path, span) {
                    if attribute == "src" {
                        self.outline.shown.insert(index);
                    }
                    self.tape.hole(What::File(index));
                    if !anchor.is_empty() {
                        self.tape.push(&format!("#{}", escape(anchor)));
                    }
                }
            }
        }
        self.tape.push("\"");
    }

    /// Where in a link the address stands; the whole link if it stands in a definition elsewhere.
    fn target_span(&self, target: &str, range: &Range<usize>) -> Range<usize> {
        let span = self.span(range);
        match self.read.written(span.clone()).rfind(target) {
            Some(at) if !target.is_empty() => span.start + at..span.start + at + target.len(),
            _ => span,
        }
    }

    // ---- everything else ----

    fn event(&mut self, event: &Event<'_>, range: &Range<usize>) {
        if !self.images.is_empty() {
            match event {
                Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                    self.tape_text(text);
                    return;
                }
                Event::SoftBreak | Event::HardBreak => {
                    self.tape_text(" ");
                    return;
                }
                Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
                Event::FootnoteReference(label) => {
                    let label = label.to_string();
                    self.call(&label, range);
                    return;
                }
                _ => return,
            }
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => self.plain(text),
            Event::Code(text) => {
                self.text.push_str(text);
                let literal = self.literal(text, range).into_owned();
                self.tape.push("<code>");
                escape_into(&mut self.tape.html, &literal);
                self.tape.push("</code>");
            }
            Event::InlineMath(text) => {
                self.formula(text);
                self.tape
                    .push(&format!("<span class=\"math\">{}</span>", escape(text)));
            }
            Event::DisplayMath(text) => {
                self.formula(text);
                self.tape.push(&format!(
                    "<span class=\"math block\">{}</span>",
                    escape(text)
                ));
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let literal = self.literal(html, range).into_owned();
                for piece in self.without_comments(&literal) {
                    let html = &literal[piece.clone()];
                    let from = range.start + piece.start;
                    for (id, at) in ids(html) {
                        self.anchor(&id, &(from + at.start..from + at.end));
                    }
                    if literal.len() == range.len() {
                        self.marks_in_html(html, from);
                    }
                    self.tape.push(html);
                }
            }
            Event::FootnoteReference(label) => {
                let label = label.to_string();
                self.call(&label, range);
            }
            Event::SoftBreak => {
                self.text.push(' ');
                self.tape.push("\n");
            }
            Event::HardBreak => {
                self.text.push(' ');
                self.tape.push("<br>\n");
            }
            Event::Rule => match self.open.last() {
                // A component may have its body in parts.
                Some((index, depth)) if *depth == self.depth => self.tape.hole(What::Cut(*index)),
                _ => self.tape.push("<hr>\n"),
            },
            Event::TaskListMarker(done) => {
                self.tape.push(if *done { "☑ " } else { "☐ " });
            }
        }
    }

    /// Reports marks of the file's notes, inline notes and citations in raw HTML.
    /// The pieces of raw HTML that stand outside of comments: what an author writes down for
    /// nobody's eyes isn't published. A comment may go on over several events.
    fn without_comments(&mut self, html: &str) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < html.len() {
            if self.in_comment {
                let Some(end) = html[at..].find("-->") else {
                    break;
                };
                self.in_comment = false;
                at += end + 3;
            }
            let start = html[at..].find("<!--");
            let end = start.map_or(html.len(), |start| at + start);
            if end > at {
                pieces.push(at..end);
            }
            let Some(_) = start else { break };
            // `<!-->` and `<!--->` are whole comments (HTML Standard, 13.2.5.43).
            at = end + 4;
            let empty = [">", "->"]
                .into_iter()
                .find(|end| html[at..].starts_with(end));
            match empty {
                Some(end) => at += end.len(),
                None => self.in_comment = true,
            }
        }
        pieces
    }

    /// Warns of what would be a mark outside of raw HTML; `from` is the byte at which `html` begins.
    fn marks_in_html(&mut self, html: &str, from: usize) {
        for (at, _) in html.match_indices('[') {
            let Some(end) = html[at..].find(']') else {
                return;
            };
            let inner = &html[at + 1..at + end];
            let mark = inner.strip_prefix('^');
            let called = mark.is_some_and(|label| self.defined.contains_key(&folded(label)));
            let inline = html[..at].ends_with('^');
            if called || inline || inner.starts_with('@') && citation::is_citation(inner) {
                let start = if inline { at - 1 } else { at };
                let place = from + start..from + at + end + 1;
                self.fault(Code::UnreadMark, "this isn't read inside raw HTML", &place)
                    .help = Some(
                    "leave a blank line behind the opening tag, and before the closing one".into(),
                );
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => {
                self.end_block();
                if !self.in_note {
                    self.prose_at = Some(range.clone());
                }
                match &self.paragraphs {
                    Some(paragraphs) if !self.in_note => {
                        self.tape.hole(What::Paragraph(paragraphs.len()));
                    }
                    _ => self.tape.push("<p>"),
                }
            }
            Tag::BlockQuote(_) => {
                self.end_block();
                self.deepen();
                self.tape.push("<blockquote>\n");
            }
            Tag::CodeBlock(kind) => {
                self.end_block();
                self.tape.push("<pre><code");
                if let CodeBlockKind::Fenced(info) = kind
                    && let Some(language) = info.split_whitespace().next()
                {
                    self.tape
                        .push(&format!(" class=\"language-{}\"", escape(language)));
                }
                self.tape.push(">");
            }
            Tag::HtmlBlock | Tag::MetadataBlock(_) => {}
            Tag::List(start) => {
                self.end_block();
                self.deepen();
                match start {
                    None => self.tape.push("<ul>\n"),
                    Some(1) => self.tape.push("<ol>\n"),
                    Some(first) => self.tape.push(&format!("<ol start=\"{first}\">\n")),
                }
            }
            Tag::Item => {
                self.end_block();
                self.deepen();
                self.tape.push("<li>");
            }
            Tag::DefinitionList => {
                self.deepen();
                self.tape.push("<dl>\n");
            }
            Tag::DefinitionListTitle => self.tape.push("<dt>"),
            Tag::DefinitionListDefinition => {
                self.deepen();
                self.tape.push("<dd>");
            }
            Tag::Table(alignments) => {
                self.tape
                    .push("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"");
                // Regions of a page need names that differ.
                self.tables += 1;
                self.tape.hole(What::Word("table"));
                self.tape.push(&format!(" {}\"><table>\n", self.tables));
                self.table = Some((alignments.clone(), 0, true));
            }
            Tag::TableHead => {
                self.tape.push("<thead><tr>");
            }
            Tag::TableRow => {
                self.tape.push("<tr>");
                if let Some((_, cell, _)) = &mut self.table {
                    *cell = 0;
                }
            }
            Tag::TableCell => {
                let Some((alignments, cell, head)) = &mut self.table else {
                    return;
                };
                let name = if *head { "th scope=\"col\"" } else { "td" };
                let class = match alignments.get(*cell) {
                    Some(Alignment::Left) => " class=\"left\"",
                    Some(Alignment::Center) => " class=\"center\"",
                    Some(Alignment::Right) => " class=\"right\"",
                    _ => "",
                };
                *cell += 1;
                self.tape.push(&format!("<{name}{class}>"));
            }
            Tag::Emphasis => self.tape.push("<em>"),
            Tag::Strong => self.tape.push("<strong>"),
            Tag::Strikethrough => self.tape.push("<del>"),
            Tag::Superscript => self.tape.push("<sup>"),
            Tag::Subscript => self.tape.push("<sub>"),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => {
                self.in_link += 1;
                self.tape.push("<a");
                match link_type {
                    LinkType::Email => {
                        self.tape
                            .push(&format!(" href=\"mailto:{}\"", escape(dest_url)));
                    }
                    _ => self.address("href", dest_url, range),
                }
                if !title.is_empty() {
                    self.tape.push(&format!(" title=\"{}\"", escape(title)));
                }
                self.tape.push(">");
            }
            Tag::Image {
                dest_url, title, ..
            } => {
                if self.images.is_empty() {
                    self.tape.push("<img");
                    self.address("src", dest_url, range);
                    if !title.is_empty() {
                        self.tape.push(&format!(" title=\"{}\"", escape(title)));
                    }
                    self.apart.push(self.text.len()..self.text.len());
                }
                self.images.push(String::new());
            }
            // Headings, notes and citations are read as a whole by `run`.
            Tag::Heading { .. } | Tag::FootnoteDefinition(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                if let Some(paragraphs) = self.paragraphs.as_mut().filter(|_| !self.in_note) {
                    paragraphs.push(&self.text);
                }
                self.end_block();
                self.tape.push("</p>\n");
            }
            TagEnd::BlockQuote(_) => {
                self.rise();
                self.tape.push("</blockquote>\n");
            }
            TagEnd::CodeBlock => {
                self.tape.push("</code></pre>\n");
            }
            TagEnd::HtmlBlock => self.in_comment = false,
            TagEnd::MetadataBlock(_) => {}
            TagEnd::List(ordered) => {
                self.rise();
                self.tape.push(if ordered { "</ol>\n" } else { "</ul>\n" });
            }
            TagEnd::Item => {
                self.end_block();
                self.rise();
                self.tape.push("</li>\n");
            }
            TagEnd::DefinitionList => {
                self.rise();
                self.tape.push("</dl>\n");
            }
            TagEnd::DefinitionListTitle => {
                self.end_block();
                self.tape.push("</dt>\n");
            }
            TagEnd::DefinitionListDefinition => {
                self.end_block();
                self.rise();
                self.tape.push("</dd>\n");
            }
            TagEnd::Table => {
                self.table = None;
                self.tape.push("</tbody></table></div>\n");
            }
            TagEnd::TableHead => {
                if let Some((_, _, head)) = &mut self.table {
                    *head = false;
                }
                self.tape.push("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.tape.push("</tr>\n"),
            TagEnd::TableCell => {
                self.end_block();
                let head = self.table.as_ref().is_some_and(|(_, _, head)| *head);
                self.tape.push(if head { "</th>" } else { "</td>" });
            }
            TagEnd::Emphasis => self.tape.push("</em>"),
            TagEnd::Strong => self.tape.push("</strong>"),
            TagEnd::Strikethrough => self.tape.push("</del>"),
            TagEnd::Superscript => self.tape.push("</sup>"),
            TagEnd::Subscript => self.tape.push("</sub>"),
            TagEnd::Link => {
                self.in_link = self.in_link.saturating_sub(1);
                self.tape.push("</a>");
            }
            TagEnd::Image => {
                let alternative = self.images.pop().unwrap_or_default();
                match self.images.last_mut() {
                    Some(outer) => outer.push_str(&alternative),
                    None => {
                        if let Some(description) = self.apart.last_mut() {
                            description.end = self.text.len();
                        }
                        self.tape
                            .push(&format!(" alt=\"{}\">", escape(&alternative)));
                    }
                }
            }
            TagEnd::Heading(_) | TagEnd::FootnoteDefinition => {}
        }
    }

    /// Reports the digits that rise as notes' numbers do: a 1, or a number whose neighbour before or
    /// behind it in the text is its neighbour in counting. A lone "python3" is a name.
    fn lost_marks(&mut self) {
        let lost = std::mem::take(&mut self.lost);
        let numbers: Vec<usize> = lost.iter().map(|(number, _)| *number).collect();
        for (index, (number, fault)) in lost.into_iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| numbers.get(before));
            let rises = before.is_some_and(|before| before + 1 == number)
                || numbers.get(index + 1) == Some(&(number + 1));
            if number == 1 || rises {
                self.faults.push(fault);
            }
        }
    }

    /// Reports the notes of the file being read that no mark calls.
    pub(super) fn uncalled(&mut self) {
        for (index, calls) in self.calls.iter().enumerate() {
            if *calls > 0 {
                continue;
            }
            let first = self.defined.values().any(|&defined| defined == index);
            if !first {
                continue; // The second of two definitions is reported as such.
            }
            let label = &self.labels[index];
            self.faults.push(
                Fault::new(
                    Code::UncalledNote,
                    format!("no mark calls the note `{label}`"),
                    self.places.notes[index].clone(),
                )
                .help(format!(
                    "put [^{label}] behind the words it belongs to, or delete the note"
                )),
            );
        }
    }

    fn finish(mut self, front: Front) -> Parsed {
        self.end_block();
        self.close_open(0);
        self.uncalled();
        let paragraphs = self
            .paragraphs
            .take()
            .map_or_else(Vec::new, Paragraphs::finish);
        for (anchor, place) in std::mem::take(&mut self.own_links) {
            let known = |anchor: &String| {
                anchor == "top"
                    || self.outline.anchors.contains(anchor)
                    || paragraphs.iter().any(|paragraph| paragraph.id == *anchor)
            };
            if !anchor.is_empty() && !known(&anchor) {
                let near = nearest(&anchor, self.outline.anchors.iter().map(String::as_str));
                let help = near.map(|near| format!("did you mean `#{near}`?"));
                let mut fault = Fault::new(
                    Code::BrokenAnchor,
                    format!("this file has no anchor `#{anchor}`"),
                    place,
                );
                fault.help = help;
                self.faults.push(fault);
            }
        }
        let image = front.image.as_ref();
        self.outline.image = image.and_then(|image| {
            let place = image.place.span.clone();
            self.file(&image.value, place)
        });
        self.outline.shown.extend(self.outline.image);
        self.lost_marks();
        self.faults
            .retain(|fault| !front.allow.contains(&fault.code));
        let sentences = (0..self.outline.flow.len())
            .map(|mark| self.sentences.remove(&mark).unwrap_or_default())
            .collect();
        let cites = 0..self.outline.citations.len();
        let note_sentences = cites
            .map(|cite| self.note_sentences.remove(&cite).unwrap_or_default())
            .collect();
        self.outline.front = front;
        Parsed {
            file: self.file.clone(),
            outline: Arc::new(self.outline),
            title: self.title,
            body: self.tape,
            notes: self.notes,
            paragraphs,
            sentences,
            note_sentences,
            prose: self.prose,
            components: self.components,
            places: self.places,
            used: self.used,
            faults: self.faults,
        }
    }
}

/// Where an address leads.
enum Target<'t> {
    /// To a place of the same page.
    Here(&'t str),
    /// To a file of the site: its path and anchor.
    File(&'t str, &'t str),
    /// To another site, or to a mail program.
    Elsewhere,
    /// To something that may run as a program.
    Unsafe,
}

impl<'t> Target<'t> {
    fn of(address: &'t str) -> Target<'t> {
        if let Some(anchor) = address.strip_prefix('#') {
            return Target::Here(anchor);
        }
        if address.starts_with("//") || address.is_empty() {
            return Target::Elsewhere;
        }
        // Browsers ignore white space and control characters in a scheme.
        let compact: String = address
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .collect();
        let scheme = compact
            .split_once(':')
            .map(|(scheme, _)| scheme)
            .filter(|scheme| {
                scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                    && scheme
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            });
        match scheme.map(str::to_ascii_lowercase).as_deref() {
            Some("javascript" | "vbscript" | "data") => Target::Unsafe,
            Some(_) => Target::Elsewhere,
            None => {
                let (path, anchor) = address.split_once('#').unwrap_or((address, ""));
                Target::File(path, anchor)
            }
        }
    }
}

/// The index of the event that ends what `events[start]` starts.
fn matching(events: &[(Event<'_>, Range<usize>)], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, (event, _)) in events.iter().enumerate().skip(start) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    events.len()
}

/// The event and byte of the bracket that closes one opened before byte `from` of event `at`.
fn closing(
    walker: &Walker<'_>,
    events: &[(Event<'_>, Range<usize>)],
    at: usize,
    from: usize,
) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    let mut brackets = 0_usize;
    for (index, (event, range)) in events.iter().enumerate().skip(at) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.checked_sub(1)?,
            Event::Text(text)
                if depth == 0 && walker.read.input.get(range.clone()) == Some(text) =>
            {
                let start = if index == at { from } else { 0 };
                for (byte, c) in text.char_indices().filter(|(byte, _)| *byte >= start) {
                    match c {
                        '[' | ']' if walker.escaped(range.start + byte) => {}
                        '[' => brackets += 1,
                        ']' if brackets == 0 => return Some((index, byte)),
                        ']' => brackets -= 1,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// The events between two bytes of two text events.
fn between<'e>(
    events: &[(Event<'e>, Range<usize>)],
    at: usize,
    from: usize,
    end_at: usize,
    end: usize,
) -> Events<'e> {
    let mut inner: Events<'e> = events[at..=end_at].to_vec();
    let last = inner.len() - 1;
    if let (Event::Text(text), range) = &mut inner[last] {
        range.end = range.start + end;
        *text = CowStr::from(text[..end].to_owned());
    }
    if let (Event::Text(text), range) = &mut inner[0] {
        range.start += from;
        *text = CowStr::from(text[from..].to_owned());
    }
    inner
}

/// The digits that are stuck to the ends of words: one or two of them behind at least four small
/// letters, before a space, punctuation or the end.
fn lost_marks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return found;
    }
    let mut letters = 0;
    let mut word_is_plain = true;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_lowercase() {
            letters += 1;
            continue;
        }
        if c.is_ascii_digit() && letters >= 4 && word_is_plain && c != '0' {
            let mut end = at + 1;
            if let Some((_, d)) = chars.peek().filter(|(_, d)| d.is_ascii_digit()) {
                end += d.len_utf8();
                chars.next();
            }
            let ends = text[end..].chars().next().is_none_or(|c| {
                c.is_whitespace()
                    || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | '”' | '"')
            });
            if ends {
                found.push(at..end);
            }
        }
        letters = 0;
        word_is_plain = !(c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | '#' | '@'));
    }
    found
}

/// The ids in raw HTML, with their places.
fn ids(html: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(at) = html[rest..].find("id=") {
        let start = rest + at;
        rest = start + 3;
        let begins = html[..start].ends_with(char::is_whitespace);
        let in_tag = html[..start].rfind('<') > html[..start].rfind('>');
        let Some(quote) = html[rest..]
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
        else {
            continue;
        };
        let value = &html[rest + 1..];
        if let (true, true, Some(end)) = (begins, in_tag, value.find(quote)) {
            found.push((value[..end].to_owned(), start..rest + end + 2));
        }
    }
    found
}
