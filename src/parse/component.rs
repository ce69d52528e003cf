//! Components in Markdown: a line `::: name {argument="value"}`, content, a line `:::`.

use std::borrow::Cow;
use std::ops::Range;

use super::Tape;
use super::parts::Data;
use super::table::Cell;
use crate::diag::{FilePath, Place};

/// A component that a text opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// Its arguments, in the author's order.
    pub arguments: Vec<Argument>,
    /// What is made of the file of data that it names.
    pub data: Option<Data>,
}

impl Component {
    /// One without arguments.
    pub fn new(name: &str, place: Place) -> Component {
        Component {
            name: name.to_owned(),
            place,
            arguments: Vec::new(),
            data: None,
        }
    }

    /// An argument, if it is given.
    pub fn argument(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.name == name)
    }

    /// The text of an argument, if it is given and is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.argument(name)?.value.as_str()
    }
}

/// An argument of a component.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its value: text, number or truth value.
    pub value: serde_json::Value,
    /// Where it stands.
    pub place: Place,
    /// Its value as a text that knows its place; empty for numbers and truth values.
    pub written: Cell,
    /// For `src`: the index of the file in `Outline::files`.
    pub file: Option<usize>,
    /// For `source`: its Markdown, read.
    pub tape: Option<Tape>,
}

/// The component lines of a text, hidden from the Markdown parser.
///
/// Each is written over, byte by byte, with an HTML processing instruction (`<?…?>`), which
/// CommonMark reads as a block of its own that may interrupt a paragraph (section 4.6, kind 3).
/// So the parser itself says where such a line stands in lists and quotations and whether it is
/// only part of a code block, and every offset stays as it was.
pub struct Masked<'a> {
    /// The text to parse, as long as the original.
    pub text: Cow<'a, str>,
    /// The stretches that were written over, in order.
    pub lines: Vec<Range<usize>>,
}

/// Hides the component lines of a text.
pub fn mask(text: &str) -> Masked<'_> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let prefix = content.len() - content.trim_start_matches([' ', '\t', '>']).len();
        if content[prefix..].starts_with(":::") {
            lines.push(at + prefix..at + content.len());
        }
        at += line.len();
    }
    if lines.is_empty() {
        return Masked {
            text: Cow::Borrowed(text),
            lines,
        };
    }
    let mut masked = text.to_owned();
    for line in lines.iter().rev() {
        let fill = line.len().saturating_sub(4);
        let instruction = if line.len() == 3 {
            "<?>".to_owned()
        } else {
            format!("<?{}?>", "-".repeat(fill))
        };
        masked.replace_range(line.clone(), &instruction);
    }
    Masked {
        text: Cow::Owned(masked),
        lines,
    }
}

/// What a component line says.
#[derive(Debug, PartialEq)]
pub enum Line {
    /// `:::`
    Close,
    /// `::: name {…}`
    Open(Component),
    /// Neither; what is wrong, and where in the line.
    Wrong(String, Place),
}

/// Reads a component line.
///
/// In: the file; the line from its colons on, and the byte of the file at which it begins.
pub fn line(file: &FilePath, text: &str, offset: usize) -> Line {
    let rest = text.trim_start_matches(':');
    let rest_at = text.len() - rest.len();
    let body = rest.trim_start();
    if body.is_empty() {
        return Line::Close;
    }
    let name_at = rest_at + rest.len() - body.len();
    let length = body
        .find(|c: char| c.is_whitespace() || c == '{')
        .unwrap_or(body.len());
    let name = &body[..length];
    let place = Place::new(file, offset + name_at..offset + name_at + length);
    if name.is_empty()
        || !name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    {
        return Line::Wrong("a component's name is expected here".into(), place);
    }
    let mut component = Component::new(name, place);
    let tail = &body[length..];
    let trimmed = tail.trim_start();
    if trimmed.is_empty() {
        return Line::Open(component);
    }
    let tail_at = name_at + length + (tail.len() - trimmed.len());
    let Some(inner) = trimmed
        .strip_prefix('{')
        .and_then(|t| t.trim_end().strip_suffix('}'))
    else {
        let wrong = offset + tail_at..offset + text.len();
        let wrong = Place::new(file, wrong);
        return Line::Wrong("arguments stand in braces: {name=\"value\"}".into(), wrong);
    };
    match arguments(file, inner, offset + tail_at + 1) {
        Ok(arguments) => {
            component.arguments = arguments;
            Line::Open(component)
        }
        Err((message, span)) => Line::Wrong(message, Place::new(file, span)),
    }
}

fn arguments(
    file: &FilePath,
    text: &str,
    offset: usize,
) -> Result<Vec<Argument>, (String, Range<usize>)> {
    let mut arguments: Vec<Argument> = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start_matches([' ', '\t', ',']).len();
        if at == text.len() {
            return Ok(arguments);
        }
        let start = at;
        let length = text[at..]
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(text.len() - at);
        let name = &text[at..at + length];
        at += length;
        let Some(value) = text[at..].strip_prefix('=') else {
            let message = format!("`{name}` needs a value: {name}=\"…\"");
            return Err((message, offset + start..offset + at));
        };
        at += 1;
        let mut written = Cell::default();
        let value = if let Some(quoted) = value.strip_prefix('"') {
            let Some((inner, escaped, length)) = unquote(quoted) else {
                let message = "a quotation mark isn't closed".to_owned();
                return Err((message, offset + at..offset + text.len()));
            };
            written = Cell::new(inner.clone(), offset + at + 1, escaped);
            at += length + 1;
            inner.into()
        } else {
            let length = value.find(char::is_whitespace).unwrap_or(value.len());
            let word = &value[..length];
            at += length;
            match (word, word.parse::<i64>(), word.parse::<f64>()) {
                ("true", ..) => true.into(),
                ("false", ..) => false.into(),
                (_, Ok(number), _) => number.into(),
                (_, _, Ok(number)) if number.is_finite() => number.into(),
                _ => {
                    let message = "a text needs quotation marks: \"…\"".to_owned();
                    return Err((message, offset + at - length..offset + at));
                }
            }
        };
        let place = offset + start..offset + at;
        if arguments.iter().any(|argument| argument.name == name) {
            return Err((format!("`{name}` is given twice"), place));
        }
        arguments.push(Argument {
            name: name.to_owned(),
            value,
            place: Place::new(file, place),
            written,
            file: None,
            tape: None,
        });
    }
}

/// Reads to the closing quotation mark; `\"` and `\\` stand for themselves. Gives the text, the
/// bytes of it before which a backslash was taken out, and the length with the closing mark.
fn unquote(text: &str) -> Option<(String, Vec<usize>, usize)> {
    let mut out = String::new();
    let mut escaped = Vec::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, escaped, at + 1)),
            '\\' => match chars.next() {
                Some((_, c @ ('"' | '\\'))) => {
                    escaped.push(out.len());
                    out.push(c);
                }
                Some((_, c)) => out.extend(['\\', c]),
                None => return None,
            },
            c => out.push(c),
        }
    }
    None
}
