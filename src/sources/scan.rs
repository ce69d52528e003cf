//! Cuts a `.bib` file into entries and fields, and knows where each stands.
//!
//! The grammar is BibTeX's as BibLaTeX's reader understands it (*The biblatex package*, 2.1.1 and
//! 3.2): `@kind{key, name = value, …}` with braces or parentheses, values in braces, in quotation
//! marks, numbers or names of `@string`s, joined by `#`; text between entries and what stands
//! behind `%` is comment. One broken entry never swallows the next: a line that begins with `@` and
//! a kind always begins an entry.

use std::ops::Range;

use super::Problem;

/// A file's entries and `@string`s, and what is wrong in it.
#[derive(Debug, Default)]
pub struct Scan {
    pub entries: Vec<Entry>,
    pub strings: Vec<Field>,
    pub problems: Vec<Problem>,
}

/// An entry, as far as it could be read.
#[derive(Debug)]
pub struct Entry {
    pub kind: Range<usize>,
    pub key: Range<usize>,
    pub fields: Vec<Field>,
    /// Whether fields may be missing because the rest couldn't be read.
    pub broken: bool,
}

/// A field with its value.
#[derive(Debug)]
pub struct Field {
    /// Where its name stands.
    pub span: Range<usize>,
    pub parts: Vec<Part>,
}

/// One part of a value that is joined by `#`.
#[derive(Debug)]
pub enum Part {
    /// Text, without its braces or quotation marks.
    Text(Range<usize>),
    /// The name of a `@string`.
    Word(Range<usize>),
}

impl Part {
    pub fn span(&self) -> Range<usize> {
        match self {
            Part::Text(span) | Part::Word(span) => span.clone(),
        }
    }
}

impl Entry {
    /// The field of a name, which is in lower case.
    pub fn field(&self, text: &str, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.is(text, name))
    }
}

impl Field {
    /// Whether it has a name.
    pub fn is(&self, text: &str, name: &str) -> bool {
        text.get(self.span.clone())
            .is_some_and(|typed| typed.eq_ignore_ascii_case(name))
    }

    /// Where the value stands.
    pub fn value(&self) -> Range<usize> {
        match (self.parts.first(), self.parts.last()) {
            (Some(first), Some(last)) => first.span().start..last.span().end,
            _ => self.span.clone(),
        }
    }
}

/// How deep braces may be nested in a value. Deeper text is no text.
const DEPTH: usize = 50;

/// Reads a file.
pub fn scan(text: &str) -> Scan {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        unclosed: false,
        found: Scan::default(),
    };
    scanner.file();
    scanner.found
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    unclosed: bool,
    found: Scan,
}

/// Why reading stopped inside an entry.
struct Broken {
    span: Range<usize>,
    message: String,
    help: &'static str,
}

type Step<T> = Result<T, Broken>;

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn line(&mut self) {
        while self.peek().is_some_and(|b| b != b'\n') {
            self.at += 1;
        }
    }

    /// Blanks and comments between the parts of an entry.
    fn space(&mut self) {
        self.blanks();
        while self.peek() == Some(b'%') {
            self.line();
            self.blanks();
        }
    }

    /// A kind, a field's name or a `@string`'s name; empty if there is none.
    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        let word = |b: u8| b > b' ' && !b"{}()\",=#%~\\'@\x7f".contains(&b);
        while self.peek().is_some_and(word) {
            self.at += 1;
        }
        start..self.at
    }

    /// The character at a place, for messages.
    fn here(&self) -> Range<usize> {
        let len = self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        self.at..self.at + len
    }

    fn seen(&self) -> String {
        match self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
        {
            None => "the file ends".to_owned(),
            Some('\n' | '\r') => "the line ends".to_owned(),
            Some(c) => format!("`{c}` stands"),
        }
    }

    /// Whether an entry begins here: `@`, a kind, an opening brace.
    fn begins_entry(&self, at: usize) -> bool {
        let Some(rest) = self.bytes.get(at..) else {
            return false;
        };
        let Some((b'@', rest)) = rest.split_first() else {
            return false;
        };
        let letters = rest
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count();
        let blanks = rest
            .iter()
            .skip(letters)
            .take_while(|b| **b == b' ')
            .count();
        letters > 0 && matches!(rest.get(letters + blanks), Some(b'{' | b'('))
    }

    fn begins_line(&self, at: usize) -> bool {
        let before = self.bytes.get(..at).unwrap_or_default();
        let blanks = before
            .iter()
            .rev()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        before.len() == blanks || before.get(before.len() - blanks - 1) == Some(&b'\n')
    }

    /// Whether the next entry begins here, at the beginning of a line.
    fn next_entry(&self) -> bool {
        self.peek() == Some(b'@')
            && (self.at == 0 || self.bytes.get(self.at - 1) == Some(&b'\n'))
            && self.begins_entry(self.at)
    }

    fn problem(&mut self, broken: Broken) {
        self.found.problems.push(Problem {
            span: broken.span,
            message: broken.message,
            help: broken.help.to_owned(),
        });
    }

    /// A fault inside the entry that was begun last, with its key.
    fn problem_inside(&mut self, mut broken: Broken) {
        let key = self.found.entries.last().map(|entry| entry.key.clone());
        if let Some(key) = key.and_then(|key| self.text.get(key)) {
            broken.message = format!("in `{key}`, {}", broken.message);
        }
        self.problem(broken);
    }

    fn file(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => self.line(),
                b'@' if self.begins_entry(self.at) => {
                    let inside = self.at + 1;
                    let before = self.found.entries.len();
                    if let Err(broken) = self.entry() {
                        match self.found.entries.len() > before {
                            true => self.problem_inside(broken),
                            false => self.problem(broken),
                        }
                        self.found
                            .entries
                            .iter_mut()
                            .skip(before)
                            .for_each(|e| e.broken = true);
                        self.at = self.at.max(inside);
                        while self.at < self.bytes.len() && !self.next_entry() {
                            self.at += 1;
                        }
                    }
                }
                b'@' if self.begins_line(self.at) => self.no_entry(),
                _ => self.at += 1,
            }
        }
    }

    /// A line that begins like an entry and isn't one. Comments may hold `@`, so only kinds that
    /// are known, or a key behind the word, make it a fault.
    fn no_entry(&mut self) {
        let start = self.at;
        self.at += 1;
        let word = self.word();
        let name = self.text.get(word.clone()).unwrap_or_default();
        if super::kinds::known(name) {
            self.problem(Broken {
                span: start..word.end,
                message: format!("there is no `{{` behind `@{name}`"),
                help: "an entry looks like this: @book{key, title = {…}}",
            });
        }
    }

    fn entry(&mut self) -> Step<()> {
        let start = self.at;
        self.at += 1;
        let kind = self.word();
        self.blanks();
        let close = if self.peek() == Some(b'(') {
            b')'
        } else {
            b'}'
        };
        let open = self.at;
        self.at += 1;
        match self
            .text
            .get(kind.clone())
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "comment" | "preamble" => {
                self.skip_group(open);
                return Ok(());
            }
            "string" => {
                self.space();
                if self.peek() != Some(close) {
                    let field = self.field()?;
                    self.found.strings.push(field);
                }
                return self.close(close, start..kind.end);
            }
            _ => {}
        }
        self.space();
        let key_start = self.at;
        let in_key = |b: u8| b > b' ' && !b",{}=\"\x7f".contains(&b) && b != close;
        while self.peek().is_some_and(in_key) {
            self.at += 1;
        }
        let key = key_start..self.at;
        self.space();
        let next = self.peek();
        if key.is_empty() || next == Some(b'=') {
            return Err(Broken {
                span: start..kind.end,
                message: "the entry has no key".to_owned(),
                help: "what you cite it by stands first: @book{conquest1986, title = {…}}",
            });
        }
        // What is read stays, even if the rest is broken.
        self.found.entries.push(Entry {
            kind: kind.clone(),
            key: key.clone(),
            fields: Vec::new(),
            broken: false,
        });
        match next {
            Some(b',') => self.at += 1,
            Some(b) if b == close => {}
            _ => {
                let broken = Broken {
                    span: key.clone(),
                    message: format!("{} behind the key where a comma should", self.seen()),
                    help: "put a comma behind the key, which may hold no blanks",
                };
                // With a name and `=` next, only the comma is missing.
                let back = self.at;
                let word = self.word();
                self.space();
                let field_follows = !word.is_empty() && self.peek() == Some(b'=');
                self.at = back;
                if !field_follows {
                    return Err(broken);
                }
                self.problem_inside(broken);
            }
        }
        self.fields(close, &key)
    }

    fn fields(&mut self, close: u8, key: &Range<usize>) -> Step<()> {
        loop {
            self.space();
            while self.peek() == Some(b',') {
                self.at += 1;
                self.space();
            }
            if self.peek() == Some(close) || self.peek().is_none() || self.next_entry() {
                let closed = self.close(close, key.clone());
                return closed.map_err(|broken| self.swallowed().unwrap_or(broken));
            }
            let field = self.field()?;
            let value = field.value();
            let name = self.text.get(field.span.clone()).unwrap_or_default();
            if let Some(entry) = self.found.entries.last_mut()
                && entry.field(self.text, name).is_none()
            {
                entry.fields.push(field);
            }
            self.space();
            if self.peek().is_some_and(|b| b != b',' && b != close) && !self.next_entry() {
                let broken = Broken {
                    span: value,
                    message: format!("{} behind a field where a comma should", self.seen()),
                    help: "put a comma between fields; perhaps a brace closes too early",
                };
                let back = self.at;
                let word = self.word();
                self.space();
                let field_follows = !word.is_empty() && self.peek() == Some(b'=');
                self.at = back;
                if !field_follows {
                    return Err(broken);
                }
                self.problem_inside(broken);
            }
        }
    }

    /// Where an entry isn't closed because a value isn't: a value that holds what looks like the
    /// next field. It is taken away, for it holds what its author never meant.
    fn swallowed(&mut self) -> Option<Broken> {
        if self.peek().is_some() && !self.next_entry() {
            return None;
        }
        let fields = &mut self.found.entries.last_mut()?.fields;
        let text = self.text;
        let at = fields.iter().position(|field| {
            let value = text.get(field.value()).unwrap_or_default();
            value.lines().skip(1).any(|line| {
                let name = line
                    .trim_start()
                    .trim_start_matches(|c: char| c.is_ascii_alphanumeric());
                let named = name.len() < line.trim_start().len();
                let value = name.trim_start().strip_prefix('=').map(str::trim_start);
                named && value.is_some_and(|value| value.starts_with(['{', '"']))
            })
        })?;
        let field = fields.remove(at);
        Some(Broken {
            span: field.span.start..field.value().start,
            message: format!(
                "the brace that opens `{}` isn't closed",
                text.get(field.span).unwrap_or_default()
            ),
            help: "each `{` needs a `}`; write `\\{` for the character itself",
        })
    }

    /// The end of an entry. `opened` is what to point to if there is none.
    fn close(&mut self, close: u8, opened: Range<usize>) -> Step<()> {
        self.space();
        if self.peek() != Some(close) {
            let close = char::from(close);
            return Err(Broken {
                span: opened,
                message: format!("the entry isn't closed with `{close}`"),
                help: "count its braces; each `{` needs a `}`",
            });
        }
        self.at += 1;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let blanks = rest
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        if close == b'}' && matches!(rest.get(blanks), Some(b'}')) {
            let span = self.at - 1..self.at;
            self.at += blanks;
            return Err(Broken {
                span,
                message: "the entry ends here, but more braces follow".to_owned(),
                help: "take one brace away",
            });
        }
        if matches!(rest.get(blanks), Some(b',')) && !self.only_comma(self.at + blanks) {
            let span = self.at - 1..self.at;
            return Err(Broken {
                span,
                message: "the entry ends here, but a comma and more fields follow".to_owned(),
                help: "a brace closes the entry too early; take it away",
            });
        }
        Ok(())
    }

    /// Whether behind this comma no field follows.
    fn only_comma(&self, at: usize) -> bool {
        let rest = self.bytes.get(at + 1..).unwrap_or_default();
        let blank = |b: &&u8| b.is_ascii_whitespace();
        let rest = rest.iter().skip_while(blank).take(200);
        let mut rest = rest
            .skip_while(|b| b.is_ascii_alphanumeric())
            .skip_while(blank);
        rest.next() != Some(&b'=')
    }

    fn field(&mut self) -> Step<Field> {
        let span = self.word();
        if span.is_empty() {
            return Err(Broken {
                span: self.here(),
                message: format!("{} where a field's name should", self.seen()),
                help: "fields look like this: title = {The Harvest},",
            });
        }
        let name = self.text.get(span.clone()).unwrap_or_default();
        self.space();
        if self.peek() != Some(b'=') {
            return Err(Broken {
                span,
                message: format!("there is no `=` behind `{name}`"),
                help: "fields look like this: title = {The Harvest},",
            });
        }
        self.at += 1;
        let mut parts = Vec::new();
        loop {
            self.space();
            parts.push(self.part(&span, name)?);
            self.space();
            if self.peek() != Some(b'#') {
                return Ok(Field { span, parts });
            }
            self.at += 1;
        }
    }

    fn part(&mut self, field: &Range<usize>, name: &str) -> Step<Part> {
        match self.peek() {
            Some(b'{') => self.group(b'}', field, name).map(Part::Text),
            Some(b'"') => self.group(b'"', field, name).map(Part::Text),
            _ => {
                let word = self.word();
                let text = self.text.get(word.clone()).unwrap_or_default();
                if text.is_empty() {
                    return Err(Broken {
                        span: field.clone(),
                        message: format!("`{name}` has no value: {} behind `=`", self.seen()),
                        help: "put the value in braces: title = {The Harvest},",
                    });
                }
                let digits = text.bytes().all(|b| b.is_ascii_digit());
                Ok(if digits {
                    Part::Text(word)
                } else {
                    Part::Word(word)
                })
            }
        }
    }

    /// A value in braces or quotation marks; what is between them.
    fn group(&mut self, close: u8, field: &Range<usize>, name: &str) -> Step<Range<usize>> {
        let begin = self.at;
        self.at += 1;
        let start = self.at;
        let mut depth = 0usize;
        let means = |b: &u8| matches!(b, b'\\' | b'{' | b'}' | b'"' | b'@');
        loop {
            // Most of a file is text inside values, so it is passed over in one go.
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(means).unwrap_or(rest.len());
            let Some(byte) = self.peek() else {
                break;
            };
            match byte {
                b'\\' => self.at += 1,
                b'{' => depth += 1,
                b'@' if self.next_entry() => break,
                _ if byte == close && depth == 0 => {
                    let span = start..self.at;
                    self.at += 1;
                    return Ok(span);
                }
                b'}' if depth == 0 => break,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth > DEPTH {
                break;
            }
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        // Where the value opens, not where the file ends, is the place to look at.
        let what = if close == b'"' {
            "quotation mark"
        } else {
            "brace"
        };
        Err(Broken {
            span: field.start..begin + 1,
            message: match depth > DEPTH {
                true => format!("braces in `{name}` are nested more than {DEPTH} deep"),
                false => format!("the {what} that opens `{name}` isn't closed"),
            },
            help: match close {
                b'"' => "inside quotation marks, put quotation marks into braces: {\"}",
                _ => "each `{` needs a `}`; write `\\{` for the character itself",
            },
        })
    }

    /// Skips a group that isn't read, if it is closed at all. Where one wasn't, the next are not
    /// looked at to the file's end again.
    fn skip_group(&mut self, open: usize) {
        let (up, down) = if self.bytes.get(open) == Some(&b'(') {
            (b'(', b')')
        } else {
            (b'{', b'}')
        };
        let mut depth = 0usize;
        for (n, byte) in self
            .bytes
            .iter()
            .enumerate()
            .skip(open)
            .take_while(|_| !self.unclosed)
        {
            depth += usize::from(*byte == up);
            depth -= usize::from(*byte == down);
            if depth == 0 {
                self.at = n + 1;
                return;
            }
        }
        self.unclosed = true;
        self.at = open;
        self.line();
    }
}
