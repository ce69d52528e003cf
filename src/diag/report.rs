//! Faults as text: for people with the line and a mark under it, for machines as JSON lines.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level as Look, Renderer, Snippet};
use serde::Serialize;

use super::{Code, Fault, Level, Levels, Place};

/// How faults are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people, in plain text.
    #[default]
    Human,
    /// For people, in colours of the terminal.
    Coloured,
    /// One JSON object a line, for editors and other programs.
    Json,
}

/// Where the text of a file comes from when its lines are shown.
pub trait Sources {
    /// The text of the file, if it can be shown.
    fn text(&self, file: &str) -> Option<&str>;
}

/// Writes all faults that are not allowed, in the order given.
///
/// In: the faults, sorted; their levels; the texts they point into. Out: text that ends with a
/// line feed, or nothing.
pub fn report(faults: &[Fault], levels: &Levels, sources: &dyn Sources, format: Format) -> String {
    let mut out = String::new();
    let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
    for fault in faults {
        let level = levels.of(fault.code);
        if level == Level::Allow {
            continue;
        }
        let count = counts.entry(fault.code).or_default();
        *count += 1;
        if *count > MOST && format != Format::Json {
            continue;
        }
        match format {
            Format::Json => out.push_str(&json(fault, level, sources)),
            Format::Human => out.push_str(&human(fault, level, sources, &Renderer::plain())),
            Format::Coloured => out.push_str(&human(fault, level, sources, &Renderer::styled())),
        }
        out.push('\n');
        if format != Format::Json {
            out.push('\n');
        }
    }
    if format != Format::Json {
        for (code, count) in counts.into_iter().filter(|(_, count)| *count > MOST) {
            out.push_str(&format!(
                "… and {} more of {}\n\n",
                count - MOST,
                code.name()
            ));
        }
    }
    out
}

/// How many faults of one kind people are shown; programs get all of them.
const MOST: usize = 100;

fn human(fault: &Fault, level: Level, sources: &dyn Sources, renderer: &Renderer) -> String {
    let look = if level == Level::Deny {
        Look::ERROR
    } else {
        Look::WARNING
    };
    let mut group = Group::with_title(look.primary_title(&fault.message).id(fault.code.name()));
    let mut files: Vec<&str> = Vec::new();
    let places = fault
        .place
        .iter()
        .chain(fault.others.iter().map(|(place, _)| place));
    for place in places {
        if !files.contains(&&*place.file) {
            files.push(&place.file);
        }
    }
    for file in files {
        let Some(text) = sources.text(file) else {
            group = group.element(annotate_snippets::Origin::path(file));
            continue;
        };
        let main = fault.place.iter().map(|place| (place, None));
        let others = fault
            .others
            .iter()
            .map(|(place, label)| (place, Some(label.as_str())));
        let marks: Vec<_> = main
            .chain(others)
            .filter(|(place, _)| &*place.file == file)
            .map(|(place, label)| (within(place, text), label))
            .collect();
        // Only the lines that matter: drawing takes as long as the text that is handed over.
        let first = marks.iter().map(|(span, _)| span.start).min().unwrap_or(0);
        let last = marks.iter().map(|(span, _)| span.end).max().unwrap_or(0);
        let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
        let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
        let line = text[..start].matches('\n').count() + 1;
        let mut snippet = Snippet::source(&text[start..end])
            .path(file)
            .line_start(line);
        for (span, label) in marks {
            let span = span.start - start..span.end - start;
            snippet = snippet.annotation(match label {
                Some(label) => AnnotationKind::Context.span(span).label(label),
                None if fault.label.is_empty() => AnnotationKind::Primary.span(span),
                None => AnnotationKind::Primary
                    .span(span)
                    .label(fault.label.as_str()),
            });
        }
        group = group.element(snippet);
    }
    if let Some(help) = &fault.help {
        group = group.element(Look::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The place's span, made safe for a text that may have changed since: inside it, on character
/// borders, and on one line.
fn within(place: &Place, text: &str) -> std::ops::Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(place.span.start);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line_end = if text[start..line_end].ends_with('\r') {
        line_end - 1
    } else {
        line_end
    };
    start..floor(place.span.end).clamp(start, line_end.max(start))
}

#[derive(Serialize)]
struct Json<'a> {
    code: &'a str,
    level: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<JsonPlace<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<JsonOther<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonOther<'a> {
    #[serde(flatten)]
    place: JsonPlace<'a>,
    label: &'a str,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl<'a> JsonPlace<'a> {
    fn of(place: &'a Place, sources: &dyn Sources) -> Self {
        let text = sources.text(&place.file).unwrap_or("");
        let span = within(place, text);
        let (line, column) = line_column(text, span.start);
        let (end_line, end_column) = line_column(text, span.end);
        JsonPlace {
            file: &place.file,
            line,
            column,
            end_line,
            end_column,
        }
    }
}

/// Line and column of a byte, both counted from 1, columns in characters.
fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

fn json(fault: &Fault, level: Level, sources: &dyn Sources) -> String {
    let json = Json {
        code: fault.code.name(),
        level: if level == Level::Deny {
            "error"
        } else {
            "warning"
        },
        message: &fault.message,
        place: fault
            .place
            .as_ref()
            .map(|place| JsonPlace::of(place, sources)),
        label: &fault.label,
        others: fault
            .others
            .iter()
            .map(|(place, label)| JsonOther {
                place: JsonPlace::of(place, sources),
                label,
            })
            .collect(),
        help: fault.help.as_deref(),
    };
    serde_json::to_string(&json).unwrap_or_default()
}

/// The text of `explainer explain CODE`.
pub fn explain(code: Code) -> String {
    let level = match code.level() {
        Level::Deny => "an error",
        Level::Warn => "a warning",
        Level::Allow => "off unless asked for",
    };
    format!(
        "{}: {}\nThis is {level}.\n\n{}\n",
        code.name(),
        code.summary(),
        code.text()
    )
}
