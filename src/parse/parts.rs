//! Components that are made of other files: of tables in `data`, or of Markdown that is included.
//!
//! Each cell of a table is read as a line of Markdown where the component stands, so that its marks
//! and citations count among those of the section; they keep their places in the table's file.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::citation::{self, Plain};
use super::component::Component;
use super::markdown::{Reading, Walker, line};
use super::picture;
use super::table::{self, Cell, Table};
use super::when::{self, When};
use super::{Tape, Term, What};
use crate::config::Front;
use crate::diag::{Code, Fault, FilePath, Place, nearest, nearest_path};
use crate::draw::Numbers;
use crate::text::{self, escape};

/// The component that stands for another file's text.
pub const INCLUDE: &str = "include";

/// The columns that hold nothing but citations.
const CITING: [&str; 2] = ["source", "cite"];

/// What components need of their tables: the columns that must be there, and those that may be.
const NEEDS: &[(&str, &[&str], &[&str])] = &[
    ("timeline", &["date"], &["title", "text", "source"]),
    ("people", &["name"], &["role", "dates", "text", "source"]),
    ("glossary", &["term", "definition"], &["also", "source"]),
    (
        "map",
        &["name", "abbreviation", "column", "row"],
        &["source"],
    ),
];

/// What a component gets of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    /// The columns.
    pub columns: Vec<Head>,
    /// The rows, in the order in which they are shown.
    pub rows: Vec<Row>,
    /// Columns that the component may ask for and the table doesn't have.
    pub lacking: Vec<&'static str>,
    /// A chart, drawn for narrow and for wide windows.
    pub drawing: String,
    /// The maps of the steps, one after the other.
    pub steps: Vec<Step>,
    /// What the colours of a map mean, drawn.
    pub key: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The name by which templates know it.
    pub key: String,
    /// Its heading.
    pub title: Tape,
    /// Whether all its cells are numbers.
    pub number: bool,
}

/// A row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// An anchor; empty where the component gives its rows none.
    pub anchor: String,
    /// Its cells, as there are columns.
    pub cells: Vec<Tape>,
}

/// A step of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name.
    pub title: String,
    /// Its drawing.
    pub drawing: String,
}

/// A table with what else is needed to find faults in it.
pub(super) struct Sheet {
    /// Its path in the site.
    pub file: FilePath,
    /// Its text.
    pub source: Rc<str>,
    /// The table.
    pub table: Table,
    /// Where the component names it.
    pub asked: Place,
}

impl Sheet {
    /// The index of a column.
    pub fn column(&self, key: &str) -> Option<usize> {
        self.table
            .columns
            .iter()
            .position(|column| column.key == key)
    }

    /// Where a cell stands.
    pub fn place(&self, cell: &Cell) -> Place {
        Place::new(&self.file, cell.span())
    }

    /// A fault of a cell.
    pub fn fault(&self, cell: &Cell, message: impl Into<String>) -> Fault {
        Fault::new(Code::DataValue, message, self.place(cell))
    }

    /// A column that should be there and isn't.
    pub fn missing(&self, key: &str, place: Place) -> Fault {
        let keys = || self.table.columns.iter().map(|column| column.key.as_str());
        let message = format!("`{}` has no column `{key}`", self.file);
        Fault::new(Code::MissingColumn, message, place).help(match nearest(key, keys()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its columns are {}", keys().collect::<Vec<_>>().join(", ")),
        })
    }

    /// The columns that hold more than citations.
    pub fn telling(&self) -> Vec<usize> {
        let columns = self.table.columns.iter().enumerate();
        let telling = columns.filter(|(_, column)| !CITING.contains(&&*column.key));
        telling.map(|(at, _)| at).collect()
    }
}

/// The arguments that name a file to be shown.
const FILES: &[&str] = &["src", "poster", "captions"];

impl Walker<'_> {
    /// Opens a component; what its arguments name is read.
    pub(super) fn open_component(&mut self, mut component: Component) {
        self.end_block();
        for argument in &mut component.arguments {
            let is_file = FILES.contains(&&*argument.name);
            let path = argument.value.as_str().filter(|_| is_file);
            if let Some(path) = path {
                argument.file = self.file(path, argument.place.span.clone());
                self.outline.shown.extend(argument.file);
            }
        }
        let index = self.components.len();
        self.open.push((index, self.depth));
        self.tape.hole(What::Open(index));
        let include = component.name == INCLUDE;
        let data = component.argument("data").is_some();
        self.components.push(component);
        if include {
            self.include(index);
        } else if data {
            self.data(index);
        }
    }

    /// Closes a component. Its `source` comes behind its body.
    pub(super) fn close_component(&mut self, index: usize) {
        let component = &self.components[index];
        let source = component
            .arguments
            .iter()
            .position(|argument| argument.name == "source");
        if let Some(at) = source
            && component.text("source").is_some()
        {
            let argument = &component.arguments[at];
            let cell = argument.written.clone();
            let file = argument.place.file.clone();
            let titles = ["title", "caption"].into_iter();
            let title = titles
                .filter_map(|name| component.text(name))
                .map(str::to_owned)
                .next();
            self.end_block();
            let sentence = title.unwrap_or_else(|| self.body_text(index));
            let folder = self.read.folder.clone();
            let source = self.read.source.clone();
            let (tape, words) = self.line(&file, &source, &folder, &cell, Some(true));
            self.tell(if sentence.is_empty() {
                &words
            } else {
                &sentence
            });
            self.components[index].arguments[at].tape = Some(tape);
        }
        self.tape.hole(What::Close(index));
    }

    /// The words of an open component so far.
    fn body_text(&self, index: usize) -> String {
        let opened = self
            .tape
            .holes
            .iter()
            .rfind(|hole| hole.what == What::Open(index));
        let html = opened.map_or("", |hole| &self.tape.html[hole.at..]);
        let words = text::plain(html);
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Gives the marks since the last block their sentence, and the citations of a note theirs.
    fn tell(&mut self, sentence: &str) {
        for (mark, _) in self.waiting.drain(..) {
            self.sentences.insert(mark, sentence.to_owned());
        }
        for (cite, _) in self.waiting_cites.drain(..) {
            self.note_sentences.insert(cite, sentence.to_owned());
        }
    }

    /// The text of another file, which is remembered as one that this file depends on.
    fn other(&mut self, path: &str) -> Option<String> {
        self.used.insert(path.to_owned());
        self.texts.text(path).map(str::to_owned)
    }

    /// The path in the site of a file that an argument names, and its text; what is wrong is
    /// reported.
    fn asked(&mut self, index: usize, argument: &str, folder: &str) -> Option<(FilePath, String)> {
        let component = &self.components[index];
        let argument = component.argument(argument)?;
        let (typed, place) = (argument.value.as_str()?.to_owned(), argument.place.clone());
        let path = text::join(folder, typed.trim_start_matches('/'));
        let Some(path) = path.filter(|path| text::folder(path).split('/').next() == Some(folder))
        else {
            let message = format!("`{typed}` leads out of `{folder}`");
            self.faults
                .push(Fault::new(Code::MissingFile, message, place));
            return None;
        };
        if let Some(text) = self.other(&path) {
            return Some((path.into(), text));
        }
        let ending = path.rsplit('.').next().unwrap_or_default();
        let known = self.texts.paths().into_iter();
        let known = known.filter(|known| known.starts_with(folder) && known.ends_with(ending));
        let fault = Fault::new(
            Code::MissingFile,
            format!("there is no file `{path}`"),
            place,
        );
        let near = nearest_path(&path, known);
        let near = near.and_then(|near| near.strip_prefix(folder)?.strip_prefix('/'));
        self.faults.push(fault.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the path is seen from the folder `{folder}`"),
        }));
        None
    }

    // ---- other Markdown ----

    fn include(&mut self, index: usize) {
        let component = &self.components[index];
        let wrong = component
            .arguments
            .iter()
            .find(|argument| argument.name != "file");
        let mut fault = |message: String, place: Place| {
            let fault = Fault::new(Code::ComponentArgument, message, place);
            self.faults.push(fault.help("::: include {file=\"…\"}"));
        };
        if let Some(argument) = wrong {
            let message = format!("`{INCLUDE}` has no argument `{}`", argument.name);
            fault(message, argument.place.clone());
            return;
        }
        let Some(typed) = component.text("file") else {
            fault(
                format!("`{INCLUDE}` needs an argument `file`"),
                component.place.clone(),
            );
            return;
        };
        let folder = if typed.starts_with('/') {
            "content"
        } else {
            "data"
        };
        let asked = component.place.clone();
        let Some((file, source)) = self.asked(index, "file", folder) else {
            return;
        };
        if self.within.contains(&file) {
            let circle: Vec<&str> = self.within.iter().map(|file| &**file).collect();
            let message = match circle.last() {
                Some(last) if *last == &*file => format!("`{file}` includes itself"),
                _ => format!("`{file}` is included by what it includes"),
            };
            let fault = Fault::new(Code::IncludeCircle, message, asked);
            let circle = format!("{}, {file}", circle.join(", "));
            self.faults
                .push(fault.help(format!("one includes the next: {circle}")));
            return;
        }
        let (_, body_at, faults) = Front::read(&file, &source);
        self.faults.extend(faults);
        self.within.push(file.clone());
        let reading = Reading::file(&file, &source, body_at);
        let (input, prelude) = (reading.input.clone(), reading.prelude);
        let events = super::markdown::events(&input, prelude);
        // Its marks call its own notes.
        let outer = std::mem::replace(&mut self.read, reading);
        let defined = std::mem::take(&mut self.defined);
        let defined_at = std::mem::take(&mut self.defined_at);
        let open = std::mem::take(&mut self.open);
        let title = std::mem::replace(&mut self.wants_title, false);
        let demote = self.demote;
        self.demote = self.has_further_title(&events);
        self.definitions(&events);
        self.run(&events);
        self.end_block();
        self.close_open(0);
        self.uncalled();
        self.read = outer;
        self.defined = defined;
        self.defined_at = defined_at;
        self.open = open;
        self.wants_title = title;
        self.demote = demote;
        self.within.pop();
    }

    // ---- tables ----

    fn data(&mut self, index: usize) {
        let Some((file, text)) = self.asked(index, "data", "data") else {
            return;
        };
        let (mut table, faults) = table::read(&file, &text);
        let unread = !faults.is_empty();
        self.faults.extend(faults);
        // What is cited comes last, as readers expect it.
        table.move_last(|column| CITING.contains(&&*column.key));
        let component = self.components[index].clone();
        let argument = component.argument("data");
        let asked = argument.map_or(component.place.clone(), |argument| argument.place.clone());
        let source = text.into();
        let mut sheet = Sheet {
            file,
            source,
            table,
            asked,
        };
        let needs = NEEDS.iter().find(|(name, ..)| *name == component.name);
        let (needed, allowed) =
            needs.map_or((&[][..], &[][..]), |(_, needed, allowed)| (needed, allowed));
        let missing = needed.iter().filter(|key| sheet.column(key).is_none());
        let missing: Vec<Fault> = missing
            .map(|key| sheet.missing(key, sheet.asked.clone()))
            .collect();
        if !missing.is_empty() || sheet.table.columns.is_empty() {
            self.faults.extend(missing.into_iter().filter(|_| !unread));
            return;
        }
        self.choose(&component, &mut sheet);
        if component.name == "compare" && sheet.telling().len() < 2 {
            let message = "two columns are compared, and there is one only".to_owned();
            self.faults
                .push(Fault::new(Code::ComponentArgument, message, sheet.asked));
            return;
        }
        let anchors = match component.name.as_str() {
            "timeline" => {
                self.in_time(&mut sheet);
                Vec::new()
            }
            "glossary" => self.anchored(&sheet, "term"),
            "people" => self.anchored(&sheet, "name"),
            _ => Vec::new(),
        };
        let mut data = self.cells(&sheet);
        data.lacking = allowed
            .iter()
            .copied()
            .filter(|key| sheet.column(key).is_none())
            .collect();
        for (row, anchor) in data.rows.iter_mut().zip(anchors) {
            row.anchor = anchor;
        }
        // Of a table that can't be read rightly no picture is made, and nothing else reported.
        if !unread {
            let mut artist = picture::Artist {
                component: &component,
                sheet: &sheet,
                language: &self.language,
                number: index + 1,
                faults: &mut self.faults,
            };
            match component.name.as_str() {
                "chart" => data.drawing = artist.chart(),
                "map" => (data.steps, data.key) = artist.map(),
                _ => {}
            }
        }
        self.components[index].data = Some(data);
    }

    /// Leaves only the columns that an argument `show` names, in its order.
    fn choose(&mut self, component: &Component, sheet: &mut Sheet) {
        let (Some(list), Some(argument)) = (component.text("show"), component.argument("show"))
        else {
            return;
        };
        let mut order = Vec::new();
        for name in list.split(',').map(table::key) {
            match sheet.column(&name) {
                Some(at) => order.push(at),
                None => self
                    .faults
                    .push(sheet.missing(&name, argument.place.clone())),
            }
        }
        sheet.table.choose(&order);
    }

    /// Puts the rows in the order of their dates.
    fn in_time(&mut self, sheet: &mut Sheet) {
        let Some(date) = sheet.column("date") else {
            return;
        };
        for row in &sheet.table.rows {
            if When::read(&row[date].text).is_none() {
                let message = match row[date].is_empty() {
                    true => "this row has no date".to_owned(),
                    false => format!("no year can be found in `{}`", row[date].text.trim()),
                };
                let fault = sheet.fault(&row[date], message);
                self.faults
                    .push(fault.help("write for example 1939, 1939-08-23, August 1939 or c. 1939"));
            }
        }
        sheet
            .table
            .rows
            .sort_by_key(|row| When::read(&row[date].text));
    }

    /// An anchor for each row, made of a column's words; what stands twice is reported. Of a
    /// glossary the terms are kept.
    fn anchored(&mut self, sheet: &Sheet, key: &str) -> Vec<String> {
        let Some(column) = sheet.column(key) else {
            return Vec::new();
        };
        let also = sheet.column("also").filter(|_| key == "term");
        let meaning = sheet.column("definition").filter(|_| key == "term");
        let mut seen: BTreeMap<String, Place> = BTreeMap::new();
        let mut anchors = Vec::new();
        for row in &sheet.table.rows {
            let named = &row[column];
            if named.is_empty() {
                self.faults
                    .push(sheet.fault(named, format!("this row has no {key}")));
            }
            let others = also.map(|at| &row[at]);
            let forms = others.into_iter().flat_map(|cell| {
                let forms = cell.text.split([';', ',']).map(str::trim);
                forms.map(move |form| (cell, form))
            });
            let forms = std::iter::once((named, named.text.trim())).chain(forms);
            let forms: Vec<(&Cell, &str)> = forms.filter(|(_, form)| !form.is_empty()).collect();
            for (cell, form) in &forms {
                let place = sheet.place(cell);
                if let Some(first) = seen.insert(form.to_lowercase(), place.clone()) {
                    let fault = sheet.fault(cell, format!("`{form}` stands here twice"));
                    self.faults.push(fault.and(first, "the other one"));
                }
            }
            let slug = text::slug(&named.text);
            let mut anchor = format!("{}:{slug}", if key == "term" { "term" } else { "person" });
            // The same table may be shown twice in a file.
            while !self.outline.anchors.insert(anchor.clone()) {
                anchor.push('-');
            }
            if let (Some(meaning), false) = (meaning, forms.is_empty()) {
                self.outline.terms.push(Term {
                    forms: forms.iter().map(|(_, form)| (*form).to_owned()).collect(),
                    anchor: anchor.clone(),
                    meaning: plain_line(&row[meaning].text),
                });
            }
            anchors.push(anchor);
        }
        anchors
    }

    /// Reads all cells.
    fn cells(&mut self, sheet: &Sheet) -> Data {
        let folder = self.read.folder.clone();
        let mut data = Data::default();
        let columns = sheet.table.columns.iter().enumerate();
        let mut headings = Vec::new();
        for (at, column) in columns {
            let (title, words) =
                self.line(&sheet.file, &sheet.source, &folder, &column.heading, None);
            self.tell(&words);
            headings.push(words);
            data.columns.push(Head {
                key: column.key.clone(),
                title,
                number: sheet.table.is_number(at),
            });
        }
        let numbers = Numbers::of(&self.language);
        let numbers: Vec<Numbers> = (0..headings.len())
            .map(|at| numbers.beside(sheet.table.numbers(at)))
            .collect();
        for row in &sheet.table.rows {
            let mut cells = Vec::new();
            let mut told: Vec<String> = Vec::new();
            for (at, cell) in row.iter().enumerate() {
                let citing = CITING.contains(&&*sheet.table.columns[at].key);
                let number = table::number(&cell.text, sheet.table.comma);
                let number = number
                    .ok()
                    .filter(|_| data.columns[at].number && !cell.text.contains('%'));
                let dated = when::written(&cell.text, &self.language);
                let (tape, words) = match number {
                    Some(number) => plain(numbers[at].write(number.value, number.decimals)),
                    None if dated != cell.text.trim() => plain(dated),
                    None => self.line(
                        &sheet.file,
                        &sheet.source,
                        &folder,
                        cell,
                        citing.then_some(false),
                    ),
                };
                if !citing && !words.trim().is_empty() {
                    told.push(format!("{}: {}", headings[at].trim(), words.trim()));
                }
                cells.push(tape);
            }
            self.tell(&told.join("; "));
            data.rows.push(Row {
                anchor: String::new(),
                cells,
            });
        }
        data
    }

    /// Reads one line of Markdown from elsewhere, and gives it with its plain text.
    ///
    /// `citing` says that a text that begins with a key is a citation without brackets, and whether
    /// its authors are printed.
    fn line(
        &mut self,
        file: &FilePath,
        source: &Rc<str>,
        folder: &str,
        cell: &Cell,
        citing: Option<bool>,
    ) -> (Tape, String) {
        let simple = |c: char| {
            c.is_alphanumeric()
                || matches!(c, ' ' | ',' | ';' | ':' | '(' | ')' | '%' | '–' | '—' | '’')
        };
        if cell.text.chars().all(simple) {
            return plain(cell.text.clone());
        }
        let reading = Reading::cell(file, source, folder, cell);
        let (input, prelude) = (reading.input.clone(), reading.prelude);
        let outer = std::mem::replace(&mut self.read, reading);
        let outer_tape = std::mem::take(&mut self.tape);
        let outer_text = std::mem::take(&mut self.text);
        let outer_apart = std::mem::take(&mut self.apart);
        let bare = cell.text.trim_start();
        match citing.filter(|_| bare.starts_with('@') || bare.starts_with("-@")) {
            Some(narrative) => {
                let mut words = Plain::default();
                words.push(&cell.text, cell.span(), true);
                let range = prelude..prelude + cell.text.len();
                let read = citation::bracketed(&words, &self.language);
                self.unknown_locators(read.unknown);
                self.add_citation(read.citation, read.keys, &range, narrative, None);
            }
            None => self.run(&line(&input, prelude)),
        }
        self.read = outer;
        let tape = std::mem::replace(&mut self.tape, outer_tape);
        let text = std::mem::replace(&mut self.text, outer_text);
        self.apart = outer_apart;
        (tape, text)
    }
}

/// A text that is no Markdown.
fn plain(text: String) -> (Tape, String) {
    let tape = Tape {
        html: escape(text.trim()),
        holes: Vec::new(),
    };
    (tape, text)
}

/// The words of a line of Markdown, without its signs, marks and citations.
fn plain_line(markdown: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    let html = super::fragment(&markdown.replace(['\n', '\r'], " "));
    let words = text::plain(&html);
    for (at, c) in words.char_indices() {
        match c {
            // "[^note]" says nothing by itself.
            '[' if words[at + 1..].starts_with('^') || depth > 0 => depth += 1,
            ']' if depth > 0 => depth -= 1,
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
