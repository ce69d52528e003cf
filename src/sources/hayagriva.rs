//! Reads Hayagriva's YAML ("The Hayagriva YAML File Format"): entries by key, with parents in them.

use std::ops::Range;

use super::csl_json::named;
use super::{Draft, EntryFault, Format, Head, KindKey, Problem, Scanned, date, kinds};
use crate::config::value::{self, Data, Field, Table, Value};
use crate::csl::{Date, Item, Name};
use crate::diag::{Code, nearest};

/// A file's entries: where each key stands, and the bytes of key and value.
pub struct Entries<'a> {
    text: &'a str,
    spans: Vec<Range<usize>>,
}

/// Hayagriva's types, with CSL's for entries without a parent that says more, and the type that a
/// parent has by default.
const TYPES: &[(&str, &str, &str)] = &[
    ("anthology", "book", "anthology"),
    ("anthos", "chapter", "anthology"),
    ("article", "article", "periodical"),
    ("artwork", "graphic", "exhibition"),
    ("audio", "song", "audio"),
    ("blog", "webpage", "misc"),
    ("book", "book", "anthology"),
    ("case", "legal_case", "anthology"),
    ("chapter", "chapter", "book"),
    ("conference", "event", "misc"),
    ("entry", "entry", "reference"),
    ("exhibition", "event", "misc"),
    ("legislation", "legislation", "anthology"),
    ("manuscript", "manuscript", "misc"),
    ("misc", "document", "misc"),
    ("newspaper", "article-newspaper", "misc"),
    ("original", "document", "original"),
    ("patent", "patent", "misc"),
    ("performance", "performance", "misc"),
    ("periodical", "periodical", "misc"),
    ("post", "post", "post"),
    ("proceedings", "book", "misc"),
    ("reference", "book", "misc"),
    ("report", "report", "misc"),
    ("repository", "software", "misc"),
    ("scene", "motion_picture", "video"),
    ("thesis", "thesis", "misc"),
    ("thread", "post", "thread"),
    ("video", "motion_picture", "video"),
    ("web", "webpage", "web"),
];

/// Finds a file's entries: what stands at the beginning of a line. So one that is broken doesn't
/// break the others.
pub fn scan(text: &str) -> Scanned<'_> {
    let mut heads: Vec<Head> = Vec::new();
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = text.get(at..).unwrap_or_default();
    for line in body.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_end();
        let indented = line.starts_with([' ', '\t']);
        if bare.is_empty()
            || indented
            || bare.starts_with(['#', '%'])
            || matches!(bare, "---" | "...")
        {
            continue;
        }
        if let Some(last) = spans.last_mut() {
            last.end = start;
        }
        let (key, length) = key(bare);
        if key.is_empty() {
            // Lists may stand at the beginning of a line, but then the entry isn't a table.
            problems.push(Problem {
                span: start..start + bare.len(),
                message: "an entry should begin here".to_owned(),
                help:
                    "each entry begins with its key and a colon, with its fields indented below: \
                       conquest1986:"
                        .to_owned(),
            });
            spans.push(start..start);
            heads.push(Head::default());
            continue;
        }
        let quotes = usize::from(bare.starts_with(['"', '\'']));
        heads.push(Head {
            key: key.to_owned(),
            place: start + quotes..start + length - quotes,
            ..Head::default()
        });
        spans.push(start..text.len());
    }
    // What is no entry only ended the one before it.
    let kept = heads
        .into_iter()
        .zip(spans)
        .filter(|(head, _)| !head.key.is_empty());
    let (heads, spans) = kept.unzip();
    Scanned {
        heads,
        problems,
        format: Format::Yaml(Entries { text, spans }),
    }
}

/// The key at the beginning of a line, and the length with which it is written.
fn key(line: &str) -> (&str, usize) {
    if let Some(quote) = line.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = line.get(1..).unwrap_or_default();
        return match inner.find(quote) {
            Some(end) if inner[end + 1..].trim_start().starts_with(':') => (&inner[..end], end + 2),
            _ => ("", 0),
        };
    }
    let end = line
        .find(": ")
        .or(line.ends_with(':').then(|| line.len() - 1));
    match end {
        Some(end) if !line.starts_with(['-', '[', '{', '&', '*', '!']) => {
            let key = line[..end].trim_end();
            (key, key.len())
        }
        _ => ("", 0),
    }
}

impl Entries<'_> {
    /// Reads an entry.
    pub fn draft(&self, index: usize) -> Option<Draft> {
        let span = self.spans.get(index)?.clone();
        let mut reader = Reader {
            text: self.text,
            item: Item::default(),
            faults: Vec::new(),
        };
        let text = self.text.get(span.clone())?;
        let (mut table, syntax) = value::yaml(text, span.start);
        let broken = !syntax.is_empty();
        if broken {
            // What stands before the fault is used, as much as can be read.
            let ends = text
                .match_indices('\n')
                .map(|(at, _)| at + 1)
                .rev()
                .take(LINES);
            let parts = ends.filter_map(|end| text.get(..end));
            let whole = |part| Some(value::yaml(part, span.start)).filter(|(_, f)| f.is_empty());
            table = parts.into_iter().find_map(whole).unwrap_or_default().0;
        }
        for (message, at) in syntax {
            reader.faults.push(EntryFault::syntax(Problem {
                span: at,
                message: format!("this isn't valid YAML: {message}"),
                help: "look at its indentation, its colons and its quotation marks".to_owned(),
            }));
        }
        let empty = Table::default();
        let (fields, span) = match table.0.first() {
            Some(Field { value, .. }) => match &value.data {
                Data::Table(fields) => (fields, value.span.clone()),
                _ if broken => (&empty, value.span.clone()),
                other => {
                    let message = format!("the entry must be a table, not {}", other.kind());
                    let help = "write its fields below its key, indented: type: book";
                    let fault = EntryFault::field(value.span.clone(), message, help);
                    reader.faults.push(fault);
                    (&empty, value.span.clone())
                }
            },
            None => (&empty, span.start..span.start),
        };
        let (typed, kind) = reader.entry(fields, span, broken);
        Some(Draft {
            item: reader.item,
            typed,
            kind,
            faults: reader.faults,
            archived: None,
            broken,
        })
    }
}

struct Reader<'a> {
    text: &'a str,
    item: Item,
    faults: Vec<EntryFault>,
}

/// An entry or one of its parents.
struct Work<'t> {
    kind: String,
    table: &'t Table,
}

impl Work<'_> {
    fn get(&self, name: &str) -> Option<&Field> {
        self.table.0.iter().find(|field| field.name == name)
    }
}

/// How many lines of a broken entry are taken away to find a part that can be read.
const LINES: usize = 100;

/// How many parents are looked at, one within the other.
const DEPTH: usize = 6;

impl Reader<'_> {
    fn fault(&mut self, value: &Value, message: impl Into<String>, help: &str) {
        self.faults
            .push(EntryFault::field(value.span.clone(), message, help));
    }

    /// A value as text; numbers as they are written.
    fn plain(&self, value: &Value) -> Option<String> {
        let text = match &value.data {
            Data::Text(text) | Data::Date(text) => text.clone(),
            Data::Whole(_) | Data::Decimal(_) | Data::Bool(_) => {
                self.text.get(value.span.clone())?.to_owned()
            }
            Data::Table(table) => {
                let inner = table.0.iter().find(|field| field.name == "value")?;
                return match &inner.value.data {
                    Data::Table(_) => None,
                    _ => self.plain(&inner.value),
                };
            }
            Data::List(_) | Data::Nothing => return None,
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(text).filter(|text| !text.is_empty())
    }

    /// A text in Hayagriva's notation: braces keep the letter case, dollars enclose mathematics.
    fn formatted(&self, value: &Value) -> Option<String> {
        let text = self.plain(value)?;
        let whole = match &value.data {
            Data::Table(table) => table.0.iter().any(|field| {
                field.name == "verbatim" && matches!(field.value.data, Data::Bool(true))
            }),
            _ => false,
        };
        let mut out = String::new();
        let mut open = false;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => out.extend(chars.next()),
                '{' if !open && !whole => {
                    open = true;
                    out.push_str("<span class=\"nocase\">");
                }
                '}' if open => {
                    open = false;
                    out.push_str("</span>");
                }
                '{' | '}' | '$' => {}
                c => out.push(c),
            }
        }
        if open {
            out.push_str("</span>");
        }
        Some(match whole {
            true => format!("<span class=\"nocase\">{out}</span>"),
            false => out,
        })
    }

    fn put(&mut self, variable: &str, text: Option<String>) {
        if let Some(text) = text {
            self.item.text.entry(variable.to_owned()).or_insert(text);
        }
    }

    /// A field's text, in a variable.
    fn take(&mut self, work: &Work<'_>, field: &str, variable: &str) {
        let Some(found) = work.get(field) else {
            return;
        };
        match self.formatted(&found.value) {
            Some(text) => self.put(variable, Some(text)),
            None if matches!(found.value.data, Data::Nothing) => {}
            None => {
                let message = format!("`{field}` must be text, not {}", found.value.data.kind());
                let help = format!("write it behind the colon: {field}: …");
                self.fault(&found.value, message, &help);
            }
        }
    }

    fn entry(&mut self, table: &Table, span: Range<usize>, broken: bool) -> (String, KindKey) {
        let typed = table.0.iter().find(|field| field.name == "type");
        let word = typed
            .and_then(|field| self.plain(&field.value))
            .unwrap_or_default();
        let kind = word.to_lowercase();
        let known = TYPES.iter().find(|(name, ..)| *name == kind);
        if known.is_none() && !broken {
            let (span, message) = match typed {
                Some(field) => (
                    field.value.span.clone(),
                    format!("there is no type `{word}` in Hayagriva"),
                ),
                None => (span.start..span.start, "there is no `type`".to_owned()),
            };
            let help = match nearest(&kind, TYPES.iter().map(|(name, ..)| *name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "it is formatted as a general document; `misc` says so".to_owned(),
            };
            self.faults.push(EntryFault {
                code: Code::SourceKind,
                span,
                message,
                help,
            });
        }
        let work = Work {
            kind: known.map_or("misc", |(name, ..)| name).to_owned(),
            table,
        };
        let mut parents = Vec::new();
        self.parents(&work, 0, &mut parents);
        let (csl, key) = self.csl(&work, &parents);
        csl.clone_into(&mut self.item.kind);
        self.own(&work);
        let original = |parent: &&Work<'_>| parent.kind == "original";
        for parent in parents.iter().filter(|parent| !original(parent)) {
            self.whole(&work, parent);
        }
        if let Some(first) = parents.iter().find(original) {
            self.take(first, "title", "original-title");
            self.date(first, "date", "original-date");
            self.publisher(first, "original-publisher", "original-publisher-place");
        }
        (word, key)
    }

    /// All parents, the nearest first.
    fn parents<'t>(&self, work: &Work<'t>, depth: usize, out: &mut Vec<Work<'t>>) {
        let field = work.table.0.iter().find(|field| field.name == "parent");
        let tables: Vec<&'t Table> = match field.map(|field| &field.value.data) {
            Some(Data::Table(table)) => vec![table],
            Some(Data::List(list)) => list
                .iter()
                .filter_map(|value| match &value.data {
                    Data::Table(table) => Some(table),
                    _ => None,
                })
                .collect(),
            _ => return,
        };
        let default = TYPES.iter().find(|(name, ..)| *name == work.kind);
        for table in tables.into_iter().take(DEPTH) {
            let typed = table.0.iter().find(|field| field.name == "type");
            let typed = typed.and_then(|field| self.plain(&field.value));
            let kind = typed.map(|typed| typed.to_lowercase());
            let kind = kind.or(default.map(|(_, _, parent)| (*parent).to_owned()));
            let parent = Work {
                kind: kind.unwrap_or_default(),
                table,
            };
            let above = Work {
                kind: parent.kind.clone(),
                table,
            };
            out.push(parent);
            if depth < DEPTH {
                self.parents(&above, depth + 1, out);
            }
        }
    }

    fn csl(&self, work: &Work<'_>, parents: &[Work<'_>]) -> (&'static str, KindKey) {
        let parent = parents.first().map_or("", |parent| parent.kind.as_str());
        let own = TYPES.iter().find(|(name, ..)| *name == work.kind);
        let kind = match (work.kind.as_str(), parent) {
            ("article", "newspaper") => "article-newspaper",
            ("article", "periodical") => "article-journal",
            ("article" | "web", "blog") => "post-weblog",
            ("article" | "chapter", "proceedings" | "conference") => "paper-conference",
            ("article" | "entry" | "chapter", "reference") => "entry-encyclopedia",
            ("article", "book" | "anthology") => "chapter",
            ("article", "web") => "webpage",
            ("book", "periodical") => "periodical",
            ("audio" | "video" | "scene", "audio" | "video") => "broadcast",
            ("misc", _) if work.get("url").is_some() => "webpage",
            _ => own.map_or("document", |(_, csl, _)| csl),
        };
        let key = match work.kind.as_str() {
            "reference" => KindKey::Encyclopaedia,
            "misc" if kind == "document" => KindKey::Other,
            _ => kinds::of_csl(kind).unwrap_or(KindKey::Other),
        };
        // Hayagriva has fewer types than historians have sources; the genre can tell.
        let genre = work.get("genre").and_then(|field| self.plain(&field.value));
        let general = matches!(
            kind,
            "document" | "manuscript" | "graphic" | "motion_picture" | "legislation"
        );
        let finer = genre
            .filter(|_| general)
            .and_then(|genre| kinds::find(&genre));
        finer.unwrap_or((kind, key))
    }

    /// What an entry says of itself.
    fn own(&mut self, work: &Work<'_>) {
        self.take(work, "title", "title");
        let short = work.get("title").and_then(|field| match &field.value.data {
            Data::Table(table) => table.0.iter().find(|field| field.name == "short"),
            _ => None,
        });
        let short = short.and_then(|field| self.formatted(&field.value));
        self.put("title-short", short);
        self.people(work, "author", "author");
        self.people(work, "editor", "editor");
        self.affiliated(work);
        self.date(work, "date", "issued");
        self.publisher(work, "publisher", "publisher-place");
        for (field, variable) in [
            ("chapter", "chapter-number"),
            ("page-range", "page"),
            ("page-total", "number-of-pages"),
            ("genre", "genre"),
            ("language", "language"),
            ("archive", "archive"),
            ("archive-location", "archive-place"),
            ("call-number", "archive_location"),
            ("note", "note"),
            ("runtime", "dimensions"),
        ] {
            self.take(work, field, variable);
        }
        let genre = self.item.text.get("genre").cloned();
        // What the type says already isn't said again.
        if let Some(genre) = genre
            && kinds::find(&genre).is_some_and(|(csl, _)| csl == self.item.kind)
            && kinds::genre(&genre.to_lowercase()).is_none()
        {
            self.item.text.remove("genre");
        }
        self.shared(work);
    }

    /// What a whole says of its parts, and what counts for both.
    fn shared(&mut self, work: &Work<'_>) {
        let article = self.item.kind.starts_with("article") || self.item.kind == "periodical";
        let issue = if article { "issue" } else { "number" };
        for (field, variable) in [
            ("volume", "volume"),
            ("issue", issue),
            ("volume-total", "number-of-volumes"),
            ("edition", "edition"),
        ] {
            self.take(work, field, variable);
        }
        let event = matches!(self.item.kind.as_str(), "speech" | "event" | "performance");
        self.take(
            work,
            "location",
            if event {
                "event-place"
            } else {
                "publisher-place"
            },
        );
        self.take(work, "organization", "publisher");
        if let Some(field) = work.get("url") {
            self.put("URL", self.plain(&field.value));
            if let Data::Table(table) = &field.value.data {
                let url = Work {
                    kind: String::new(),
                    table,
                };
                self.date(&url, "date", "accessed");
            }
        }
        let Some(serial) = work.get("serial-number").or(work.get("serial")) else {
            return;
        };
        match &serial.value.data {
            Data::Table(table) => {
                for field in &table.0 {
                    let variable = match field.name.as_str() {
                        "doi" => "DOI",
                        "isbn" => "ISBN",
                        "issn" => "ISSN",
                        "pmid" => "PMID",
                        "pmcid" => "PMCID",
                        "serial" => "number",
                        "arxiv" => {
                            let id = self.plain(&field.value);
                            self.put("URL", id.map(|id| format!("https://arxiv.org/abs/{id}")));
                            continue;
                        }
                        _ => continue,
                    };
                    self.put(variable, self.plain(&field.value));
                }
            }
            _ => self.put("number", self.plain(&serial.value)),
        }
    }

    /// What a parent says.
    fn whole(&mut self, work: &Work<'_>, parent: &Work<'_>) {
        let same = work.kind == parent.kind;
        let series = !self.item.kind.starts_with("article")
            && !self.item.kind.starts_with("entry")
            && !matches!(
                self.item.kind.as_str(),
                "chapter"
                    | "paper-conference"
                    | "webpage"
                    | "post"
                    | "post-weblog"
                    | "broadcast"
                    | "graphic"
            );
        let title = match () {
            () if parent.kind == "conference" => "event-title",
            () if series || same && self.item.text.contains_key("container-title") => {
                "collection-title"
            }
            () if !self.item.text.contains_key("container-title") => "container-title",
            () => "collection-title",
        };
        self.take(parent, "title", title);
        if title == "collection-title" {
            self.take(parent, "volume", "collection-number");
            self.take(parent, "issue", "collection-number");
        }
        let names = if title == "collection-title" {
            "collection-editor"
        } else {
            "editor"
        };
        self.people(parent, "editor", names);
        if matches!(self.item.kind.as_str(), "chapter" | "paper-conference")
            && title == "container-title"
        {
            self.people(parent, "author", "container-author");
        }
        self.affiliated(parent);
        self.date(parent, "date", "issued");
        self.publisher(parent, "publisher", "publisher-place");
        self.shared(parent);
    }

    fn date(&mut self, work: &Work<'_>, field: &str, variable: &str) {
        let Some(found) = work.get(field) else {
            return;
        };
        if self.item.dates.contains_key(variable) {
            return;
        }
        let text = self.plain(&found.value).unwrap_or_default();
        let about = text.strip_prefix('~');
        match date::edtf(about.unwrap_or(&text)) {
            Some(date) => {
                let circa = date.circa || about.is_some();
                self.item
                    .dates
                    .insert(variable.to_owned(), Date { circa, ..date });
            }
            None => {
                let message = format!("`{field}` is no date: `{text}`");
                let help = "write it as year, month, day, as far as they are known: 1939-08-23; \
                            ~1939 for about";
                self.fault(&found.value, message, help);
            }
        }
    }

    fn publisher(&mut self, work: &Work<'_>, name: &str, place: &str) {
        let Some(field) = work.get("publisher") else {
            return;
        };
        let Data::Table(table) = &field.value.data else {
            return self.take(work, "publisher", name);
        };
        let inner = Work {
            kind: String::new(),
            table,
        };
        match inner.get("name") {
            Some(_) => self.take(&inner, "name", name),
            None => self.take(work, "publisher", name),
        }
        self.take(&inner, "location", place);
    }

    fn people(&mut self, work: &Work<'_>, field: &str, variable: &str) {
        let Some(found) = work.get(field) else {
            return;
        };
        let names = self.names(&found.value);
        if !names.is_empty() {
            self.item.names.entry(variable.to_owned()).or_insert(names);
        }
    }

    fn affiliated(&mut self, work: &Work<'_>) {
        let Some(found) = work.get("affiliated") else {
            return;
        };
        let groups = match &found.value.data {
            Data::List(groups) => groups.as_slice(),
            _ => std::slice::from_ref(&found.value),
        };
        for group in groups {
            let Data::Table(table) = &group.data else {
                continue;
            };
            let part = |name: &str| table.0.iter().find(|field| field.name == name);
            let role = part("role").and_then(|field| self.plain(&field.value));
            let variable = match role.unwrap_or_default().to_lowercase().as_str() {
                "translator" => "translator",
                "collaborator" | "writer" => "contributor",
                "compiler" => "compiler",
                "composer" => "composer",
                "director" => "director",
                "executive-producer" => "executive-producer",
                "founder" => "series-creator",
                "holder" => "author",
                "illustrator" => "illustrator",
                "narrator" => "narrator",
                "organizer" => "organizer",
                "producer" => "producer",
                "cast-member" => "performer",
                _ => continue,
            };
            if let Some(names) = part("names") {
                let names = self.names(&names.value);
                if !names.is_empty() {
                    self.item.names.entry(variable.to_owned()).or_insert(names);
                }
            }
        }
    }

    fn names(&mut self, value: &Value) -> Vec<Name> {
        let values = match &value.data {
            Data::List(list) => list.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let mut names = Vec::new();
        for value in values {
            let table = match &value.data {
                Data::Table(table) => table,
                Data::Nothing => continue,
                _ => {
                    let text = self.plain(value).unwrap_or_default();
                    match text.contains(',') {
                        true => names.push(particled(named(&text))),
                        false => names.push(Name {
                            family: text,
                            literal: true,
                            ..Name::default()
                        }),
                    }
                    continue;
                }
            };
            let part = |name: &str| {
                let field = table.0.iter().find(|field| field.name == name)?;
                self.plain(&field.value)
            };
            let given = part("given-name");
            match part("name") {
                Some(family) => names.push(Name {
                    literal: given.is_none(),
                    family,
                    given,
                    dropping_particle: part("prefix"),
                    suffix: part("suffix"),
                    ..Name::default()
                }),
                None => {
                    let help = "write \"Doe, Jane\", or name: Doe and given-name: Jane";
                    self.fault(value, "a name has no `name`", help);
                }
            }
        }
        names
    }
}

/// Splits small words off a family name: "von Ribbentrop".
fn particled(name: Name) -> Name {
    let small = name
        .family
        .split_inclusive(' ')
        .take_while(|word| word.starts_with(char::is_lowercase) && word.ends_with(' '));
    let length: usize = small.map(str::len).sum();
    let (particle, family) = name.family.split_at(length);
    Name {
        dropping_particle: Some(particle.trim_end().to_owned()).filter(|p| !p.is_empty()),
        family: family.to_owned(),
        ..name
    }
}
