//! Cuts a CSL-JSON file into entries and reads JSON with the place of every value.
//!
//! The grammar is RFC 8259's. A file is a list of entries, or a table that has one under `items`.
//! One broken entry doesn't swallow the next: entries begin where lines begin like the first one's.

use std::ops::Range;

use super::{Draft, EntryFault, Format, Head, Problem, Scanned, csl_json};
use crate::config::value::{Data, Field, Table, Value};

/// A file's entries, each by its bytes, and whether what is wrong in it was told already.
pub struct Entries<'a> {
    text: &'a str,
    spans: Vec<(Range<usize>, bool)>,
}

/// How deep values may be nested.
const DEPTH: usize = 32;

/// Finds a file's entries.
pub fn scan(text: &str) -> Scanned<'_> {
    let mut found = Found {
        text,
        heads: Vec::new(),
        spans: Vec::new(),
        problems: Vec::new(),
    };
    found.file();
    Scanned {
        heads: found.heads,
        problems: found.problems,
        format: Format::Json(Entries {
            text,
            spans: found.spans,
        }),
    }
}

impl Entries<'_> {
    /// Reads an entry.
    pub fn draft(&self, index: usize) -> Option<Draft> {
        let (span, told) = self.spans.get(index)?;
        let (value, problems) = parse(self.text, span.clone());
        let mut draft = csl_json::draft(&value);
        draft.broken = !problems.is_empty();
        let problems = problems.into_iter().filter(|_| !told);
        draft.faults.extend(problems.map(EntryFault::syntax));
        Some(draft)
    }
}

struct Found<'a> {
    text: &'a str,
    heads: Vec<Head>,
    spans: Vec<(Range<usize>, bool)>,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn file(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = blanks(
            bytes,
            if self.text.starts_with('\u{feff}') {
                3
            } else {
                0
            },
        );
        if at == bytes.len() {
            return;
        }
        if bytes.get(at) == Some(&b'{') {
            match self.list_in(at) {
                Some(list) => at = list,
                // A file of one entry.
                None => {
                    self.entry(at);
                    return;
                }
            }
        }
        if bytes.get(at) != Some(&b'[') {
            self.problems.push(Problem {
                span: here(self.text, at),
                message: "the file isn't CSL-JSON: it doesn't begin with `[`".to_owned(),
                help: "export it as CSL-JSON; a file of another format needs another ending: \
                       .bib, .yml or .ris"
                    .to_owned(),
            });
            return;
        }
        at += 1;
        loop {
            at = blanks(bytes, at);
            match bytes.get(at) {
                Some(b',') => at += 1,
                Some(b'{') => at = self.entry(at),
                Some(b']') => return,
                // A broken entry may have swallowed the end; that is told already.
                None if self.spans.last().is_some_and(|(_, told)| *told) => return,
                None => {
                    return self.problems.push(Problem {
                        span: at..at,
                        message: "the list of entries isn't closed".to_owned(),
                        help: "the file ends too early; its last character is `]`".to_owned(),
                    });
                }
                Some(_) => {
                    self.problems.push(Problem {
                        span: here(self.text, at),
                        message: "an entry should begin here".to_owned(),
                        help:
                            "each entry stands in braces: { \"id\": \"key\", \"type\": \"book\" }"
                                .to_owned(),
                    });
                    let next = self.text.get(at..).and_then(|rest| rest.find("\n{"));
                    at = match next {
                        Some(next) => at + next + 1,
                        None => return,
                    };
                }
            }
        }
    }

    /// Where the list of entries begins in a file that is a table.
    fn list_in(&self, at: usize) -> Option<usize> {
        let mut skip = Skip {
            bytes: self.text.as_bytes(),
            at,
        };
        let mut list = None;
        _ = skip.table(&mut |skip, name| {
            let name = self.text.get(name).unwrap_or_default();
            if matches!(name, "\"items\"" | "\"references\"") && skip.peek() == Some(b'[') {
                list = Some(skip.at);
            }
        });
        list
    }

    /// Takes in the entry that begins at `at`; where to go on.
    fn entry(&mut self, at: usize) -> usize {
        let mut names: [Option<Range<usize>>; 2] = [None, None];
        let text = self.text;
        let mut skip = Skip {
            bytes: text.as_bytes(),
            at,
        };
        let whole = skip.table(&mut |skip, name| {
            let slot = match text.get(name).unwrap_or_default() {
                "\"id\"" => 0,
                "\"citation-key\"" | "\"citekey\"" | "\"citationKey\"" => 1,
                _ => return,
            };
            let mut value = Skip {
                bytes: skip.bytes,
                at: skip.at,
            };
            if let (Some(name), Some(())) = (names.get_mut(slot), value.value(0)) {
                *name = Some(skip.at..value.at);
            }
        });
        let end = match whole {
            Some(()) => skip.at,
            None => self.next_entry(at),
        };
        let told = whole.is_none();
        let [id, key] = names.map(|span| span.map(|span| (name_of(text, &span), span)));
        // Zotero numbers entries by address; the citation key stands beside it.
        let (id, key) = match (id, key) {
            (Some(id), Some(key)) if id.0.contains("://") => (Some(key), Some(id)),
            other => other,
        };
        if told {
            let (_, problems) = parse(text, at..end);
            let named = problems.into_iter().map(|problem| match &id {
                Some((id, _)) => Problem {
                    message: format!("in `{id}`, {}", problem.message),
                    ..problem
                },
                None => problem,
            });
            self.problems.extend(named);
        }
        match id.filter(|(id, _)| !id.is_empty()) {
            Some((id, place)) => {
                let aliases = key
                    .into_iter()
                    .filter(|(key, _)| !key.is_empty() && *key != id);
                self.heads.push(Head {
                    aliases: aliases.collect(),
                    key: id,
                    place,
                    ..Head::default()
                });
                self.spans.push((at..end, told));
            }
            None if !told => self.problems.push(Problem {
                span: at..at + 1,
                message: "the entry has no `id`".to_owned(),
                help: "what you cite it by stands in it: \"id\": \"conquest1986\"".to_owned(),
            }),
            None => {}
        }
        end
    }

    /// Where an entry begins behind a broken one: at a line that begins like its own.
    fn next_entry(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        let behind = self.text.get(at + 1..).unwrap_or_default();
        let indent = before.rsplit('\n').next().unwrap_or_default();
        let next = match indent.trim().is_empty() {
            true => behind
                .find(&format!("\n{indent}{{"))
                .map(|n| n + 1 + indent.len()),
            false => {
                let mut from = 0;
                std::iter::from_fn(|| {
                    let found = from + behind.get(from..)?.find('}')? + 1;
                    from = found;
                    Some(found)
                })
                .find_map(|end| {
                    let rest = behind
                        .get(end..)?
                        .trim_start()
                        .strip_prefix(',')?
                        .trim_start();
                    rest.starts_with('{').then_some(behind.len() - rest.len())
                })
            }
        };
        next.map_or(self.text.len(), |next| at + 1 + next)
    }
}

/// An entry's key, which may be a number.
fn name_of(text: &str, span: &Range<usize>) -> String {
    let typed = text.get(span.clone()).unwrap_or_default();
    match serde_json::from_str(typed) {
        Ok(serde_json::Value::String(name)) => name.trim().to_owned(),
        Ok(serde_json::Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// The character at a byte.
fn here(text: &str, at: usize) -> Range<usize> {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    at..at + next.map_or(0, char::len_utf8)
}

/// Passes over values; `None` where one is broken.
struct Skip<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Skip<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        self.at = blanks(self.bytes, self.at);
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            match self.peek()? {
                b'"' => return self.take(b'"'),
                b'\\' => self.at += 2,
                b'\n' => return None,
                _ => self.at += 1,
            }
        }
    }

    /// A table; `named` is called with each name's place when the value is next.
    fn table(&mut self, named: &mut dyn FnMut(&Self, Range<usize>)) -> Option<()> {
        self.at += 1;
        self.blanks();
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            self.blanks();
            let start = self.at;
            self.string()?;
            let name = start..self.at;
            self.blanks();
            self.take(b':')?;
            self.blanks();
            named(self, name);
            self.value(0)?;
            self.blanks();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => return self.take(b'}'),
                _ => return None,
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            open @ (b'{' | b'[') if depth < DEPTH => {
                let close = if open == b'{' { b'}' } else { b']' };
                self.at += 1;
                loop {
                    self.blanks();
                    match self.peek()? {
                        byte if byte == close => return self.take(close),
                        b',' | b':' => self.at += 1,
                        b'}' | b']' => return None,
                        _ => self.value(depth + 1)?,
                    }
                }
            }
            _ => {
                let start = self.at;
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
                while self.peek().is_some_and(plain) {
                    self.at += 1;
                }
                (self.at > start).then_some(())
            }
        }
    }
}

/// Reads the value that stands at `span`, as far as it can be read.
fn parse(text: &str, span: Range<usize>) -> (Value, Vec<Problem>) {
    let mut parser = Parser {
        text,
        bytes: text.as_bytes().get(..span.end).unwrap_or_default(),
        at: span.start,
        problems: Vec::new(),
    };
    let value = match parser.value(0) {
        Ok(value) => value,
        Err(Stop(value)) => value,
    };
    (value, parser.problems)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    problems: Vec<Problem>,
}

/// Reading ended at a fault; what was read until then.
struct Stop(Value);

type Step = Result<Value, Stop>;

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        self.at = blanks(self.bytes, self.at);
    }

    fn problem(&mut self, span: Range<usize>, message: impl Into<String>, help: &str) {
        self.problems.push(Problem {
            span,
            message: message.into(),
            help: help.to_owned(),
        });
    }

    fn seen(&self) -> String {
        match self
            .text
            .get(self.at..self.bytes.len())
            .and_then(|rest| rest.chars().next())
        {
            None => "the entry ends".to_owned(),
            Some(c) => format!("`{c}` stands"),
        }
    }

    fn here(&self) -> Range<usize> {
        here(
            self.text.get(..self.bytes.len()).unwrap_or_default(),
            self.at,
        )
    }

    fn value(&mut self, depth: usize) -> Step {
        let start = self.at;
        let made = |at: usize, data| Value {
            span: start..at,
            data,
        };
        match self.peek() {
            Some(b'{') if depth < DEPTH => self.table(depth),
            Some(b'[') if depth < DEPTH => self.list(depth),
            Some(b'"') => {
                let text = self.string().ok_or(Stop(made(start, Data::Nothing)))?;
                Ok(made(self.at, Data::Text(text)))
            }
            _ => {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
                while self.peek().is_some_and(plain) {
                    self.at += 1;
                }
                let word = self.text.get(start..self.at).unwrap_or_default();
                let data = match serde_json::from_str(word) {
                    Ok(serde_json::Value::Bool(truth)) => Data::Bool(truth),
                    Ok(serde_json::Value::Null) => Data::Nothing,
                    Ok(serde_json::Value::Number(number)) => match number.as_i64() {
                        Some(whole) => Data::Whole(whole),
                        None => Data::Decimal(number.as_f64().unwrap_or_default()),
                    },
                    _ => {
                        let (span, message) = match word.is_empty() {
                            true => (self.here(), format!("{} where a value should", self.seen())),
                            false => (start..self.at, format!("`{word}` is no value")),
                        };
                        self.problem(span, message, "put text into quotation marks");
                        return Err(Stop(made(start, Data::Nothing)));
                    }
                };
                Ok(made(self.at, data))
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        let mut skip = Skip {
            bytes: self.bytes,
            at: start,
        };
        let closed = skip.string();
        let end = skip.at.min(self.bytes.len());
        if closed.is_none() {
            let line = self.text.get(start..).and_then(|rest| rest.lines().next());
            self.problem(
                start..start + line.map_or(0, str::len).min(self.bytes.len() - start),
                "the quotation mark that opens this text isn't closed",
                "inside a text write \\\" for a quotation mark and \\n for a new line",
            );
            self.at = end;
            return None;
        }
        self.at = end;
        let typed = self.text.get(start..end).unwrap_or_default();
        match serde_json::from_str(typed) {
            Ok(text) => Some(text),
            Err(_) => {
                self.problem(
                    start..end,
                    "the text holds a `\\` or a character that JSON doesn't allow",
                    "write \\\\ for a backslash and \\t for a tab",
                );
                Some(typed.trim_matches('"').to_owned())
            }
        }
    }

    fn list(&mut self, depth: usize) -> Step {
        let start = self.at;
        self.at += 1;
        let mut list = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value {
                        span: start..self.at,
                        data: Data::List(list),
                    });
                }
                None | Some(b'}' | b':') => {
                    let message = format!("{} where the list should go on or end", self.seen());
                    self.problem(self.here(), message, "each `[` needs a `]`");
                    return Err(Stop(Value {
                        span: start..self.at,
                        data: Data::List(list),
                    }));
                }
                Some(_) => match self.value(depth + 1) {
                    Ok(value) => list.push(value),
                    Err(Stop(value)) => {
                        list.push(value);
                        return Err(Stop(Value {
                            span: start..self.at,
                            data: Data::List(list),
                        }));
                    }
                },
            }
        }
    }

    fn table(&mut self, depth: usize) -> Step {
        let start = self.at;
        self.at += 1;
        let mut fields = Vec::new();
        let done = |at: usize, fields| Value {
            span: start..at,
            data: Data::Table(Table(fields)),
        };
        loop {
            self.blanks();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(done(self.at, fields));
                }
                Some(b'"') => {}
                _ => {
                    let message = format!("{} where a field's name should", self.seen());
                    let help = "fields look like this: \"title\": \"The Harvest\",";
                    self.problem(self.here(), message, help);
                    return Err(Stop(done(self.at, fields)));
                }
            }
            let name_start = self.at;
            let Some(name) = self.string() else {
                return Err(Stop(done(self.at, fields)));
            };
            let span = name_start..self.at;
            self.blanks();
            if self.peek() != Some(b':') {
                let message = format!("there is no `:` behind `{name}`");
                self.problem(
                    span,
                    message,
                    "fields look like this: \"title\": \"The Harvest\",",
                );
                return Err(Stop(done(self.at, fields)));
            }
            self.at += 1;
            self.blanks();
            let value = self.value(depth + 1);
            let (value, stopped) = match value {
                Ok(value) => (value, false),
                Err(Stop(value)) => (value, true),
            };
            let value_span = value.span.clone();
            fields.push(Field { name, span, value });
            if stopped {
                return Err(Stop(done(self.at, fields)));
            }
            self.blanks();
            match self.peek() {
                Some(b',') => {
                    let comma = self.at;
                    self.at += 1;
                    self.blanks();
                    if self.peek() == Some(b'}') {
                        let message = "a comma stands behind the last field";
                        self.problem(comma..comma + 1, message, "take it away");
                    }
                }
                Some(b'}') => {}
                Some(b'"') => self.problem(
                    value_span,
                    "there is no comma behind this value",
                    "put a comma between fields",
                ),
                _ => {
                    let message = format!("{} where a comma or `}}` should", self.seen());
                    self.problem(self.here(), message, "each `{` needs a `}`");
                    return Err(Stop(done(self.at, fields)));
                }
            }
        }
    }
}
