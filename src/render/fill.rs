//! Fills the holes of a tape.

use std::borrow::Cow;

use serde_json::json;
use tera::Context;

use super::theme::Theme;
use super::words::Words;
use crate::config::State;
use crate::diag::{Code, Fault, nearest};
use crate::parse::{Component, Data, INCLUDE, Parsed, Tape, What};
use crate::resolve::{CitedPiece, PageFacts};
use crate::text::{escape, escape_into};

/// The components whose body is a transcript.
const RECORDINGS: &[&str] = &["audio", "video"];

/// A line between the parts of a component's body.
const CUT: &str = "<hr>\n";

/// What the holes of a file's tapes are filled with.
pub struct Filler<'a> {
    /// The file.
    pub parsed: &'a Parsed,
    /// Its facts.
    pub facts: &'a PageFacts,
    /// The theme.
    pub theme: &'a Theme,
    /// The language of the page.
    pub language: &'a str,
    /// Whether links name the file of a page, not its folder.
    pub portable: bool,
    /// What leads from the page to the site's root.
    pub root: &'a str,
    /// Where faults are put.
    pub faults: &'a mut Vec<Fault>,
}

impl Filler<'_> {
    /// The tape as HTML.
    pub fn fill(&mut self, tape: &Tape) -> String {
        let mut out = String::with_capacity(tape.html.len() + tape.holes.len() * 160);
        // The texts around the components that are open, and where their bodies are cut.
        let mut outer: Vec<(String, Vec<usize>)> = Vec::new();
        let mut done = 0;
        for hole in &tape.holes {
            out.push_str(&tape.html[done..hole.at]);
            done = hole.at;
            match hole.what {
                What::Mark(mark) => self.mark(mark, &mut out),
                What::Citation(citation) => {
                    self.citation(citation, ends(&tape.html[hole.at..]), &mut out);
                }
                What::Authors(citation) => push_from(&self.facts.authors, citation, &mut out),
                What::Link(link) => {
                    let url = self.facts.links.get(link).map_or("", String::as_str);
                    self.address(&address(url, self.portable), &mut out);
                }
                What::Name(name) => self.name(name, &mut out),
                What::File(file) => {
                    let url = self.facts.files.get(file).map_or("", String::as_str);
                    self.address(url, &mut out);
                }
                What::Paragraph(paragraph) => self.paragraph(paragraph, &mut out),
                What::Word(word) => escape_into(&mut out, self.words().word(word)),
                What::Open(_) => outer.push((std::mem::take(&mut out), Vec::new())),
                What::Cut(_) => {
                    if let Some((_, cuts)) = outer.last_mut() {
                        cuts.push(out.len());
                    }
                    out.push_str(CUT);
                }
                What::Close(component) => {
                    let (around, cuts) = outer.pop().unwrap_or_default();
                    let body = std::mem::replace(&mut out, around);
                    self.component(component, &body, &cuts, &mut out);
                }
            }
        }
        out.push_str(&tape.html[done..]);
        out
    }

    /// The words of the page's language.
    pub fn words(&self) -> &Words {
        self.theme.words(self.language)
    }

    fn address(&self, url: &str, out: &mut String) {
        out.push_str(self.root);
        match url {
            "" if self.root.is_empty() => out.push_str("./"),
            url => escape_into(out, url),
        }
    }

    /// The beginning of a link into an index.
    fn name(&self, index: usize, out: &mut String) {
        let Some(name) = self.parsed.outline.names.get(index) else {
            return;
        };
        let url = self.facts.names.get(index).map_or("", String::as_str);
        out.push_str(&format!(
            "<a class=\"indexed\" id=\"{}\" href=\"",
            escape(&name.id)
        ));
        self.address(&address(url, self.portable), out);
        out.push_str("\">");
    }

    /// A citation, each name in it a link to its entry in the bibliography. `last` says that
    /// nothing follows it.
    pub fn citation(&self, index: usize, last: bool, out: &mut String) {
        let pieces = self.facts.citations.get(index).map_or(&[][..], |all| all);
        let ibid = |piece: &CitedPiece| piece.html.to_lowercase().ends_with("ibid");
        for (at, piece) in pieces.iter().enumerate() {
            let stop = last || at + 1 < pieces.len() || at > 0 && ibid(&pieces[at - 1]);
            let html = match stop {
                true => Cow::Borrowed(&*piece.html),
                false => without_stop(&piece.html),
            };
            if piece.entry.is_empty() {
                out.push_str(&html);
                continue;
            }
            out.push_str("<a class=\"cite\" href=\"");
            self.address(&address(&piece.entry, self.portable), out);
            out.push_str("\" role=\"doc-biblioref\"");
            self.source(piece, out);
            out.push('>');
            out.push_str(&html);
            out.push_str("</a>");
        }
    }

    /// What the source that a piece names is, and how far it was looked into, for previews.
    fn source(&self, piece: &CitedPiece, out: &mut String) {
        let mut say = |name: &str, value: &str| {
            out.push_str(&format!(" data-{name}=\"{}\"", escape(value)));
        };
        say("kind", self.words().word(&format!("kind_{}", piece.kind)));
        if let Some(checked) = piece.checked {
            say("checked", checked);
            let word = self.words().word(&format!("checked_{checked}"));
            say("checked-word", word);
        }
    }

    /// The beginning of a paragraph, with a link to it. The link is for the mouse alone: one more stop
    /// in each paragraph would be in the way of everybody else, so they get a list of the links.
    fn paragraph(&self, index: usize, out: &mut String) {
        let id = self.parsed.paragraphs.get(index).map_or("", |p| &p.id);
        if id.is_empty() {
            out.push_str("<p>");
            return;
        }
        out.push_str("<p id=\"");
        out.push_str(id);
        out.push_str("\"><a class=\"p-link\" href=\"#");
        out.push_str(id);
        out.push_str("\" tabindex=\"-1\" aria-hidden=\"true\"></a>");
    }

    fn mark(&self, index: usize, out: &mut String) {
        let Some(mark) = self.facts.marks.get(index) else {
            return;
        };
        if mark.note.is_empty() {
            // A citation of an unknown source, as it was typed.
            escape_into(out, &mark.label);
            return;
        }
        let words = self.words().word_with("note_mark", "label", &mark.label);
        out.push_str("<sup class=\"mark\" data-series=\"");
        escape_into(out, &mark.series);
        if let Some(state) = mark.state {
            out.push_str("\" data-state=\"");
            out.push_str(state.name());
        }
        out.push_str(&format!(
            "\"><a id=\"{}\" href=\"#{}\" role=\"doc-noteref\" aria-label=\"{}\">{}</a></sup>",
            escape(&mark.id),
            escape(&mark.note),
            escape(&words),
            escape(&mark.label),
        ));
    }

    /// A component around its body, which is cut where the author drew lines.
    fn component(&mut self, index: usize, body: &str, cuts: &[usize], out: &mut String) {
        let Some(component) = self.parsed.components.get(index) else {
            return;
        };
        // A component line that couldn't be read is reported already.
        let without = component.name.is_empty() || component.name == INCLUDE;
        if without || !self.accepts(component) {
            out.push_str(body);
            return;
        }
        // Those who can't hear or see it have nothing else.
        if RECORDINGS.contains(&&*component.name) && body.trim().is_empty() {
            let fault = Fault::new(
                Code::ComponentArgument,
                format!("`{}` has no transcript", component.name),
                component.place.clone(),
            );
            self.faults.push(fault.help(
                "write what is said between this line and the closing `:::`, or include a file there",
            ));
        }
        let mut context = Context::new();
        for argument in &component.arguments {
            let file = argument.file.and_then(|file| self.facts.files.get(file));
            match (file, &argument.tape) {
                (Some(url), _) => {
                    context.insert(argument.name.clone(), &format!("{}{url}", self.root));
                }
                (None, Some(tape)) => {
                    let html = self.fill(tape);
                    context.insert(argument.name.clone(), &html);
                }
                (None, None) => context.insert(argument.name.clone(), &argument.value),
            }
        }
        let mut given = self.data(component.data.as_ref());
        let ends = cuts.iter().copied().chain([body.len()]);
        let starts = std::iter::once(0).chain(cuts.iter().map(|cut| cut + CUT.len()));
        let parts: Vec<&str> = starts
            .zip(ends)
            .map(|(start, end)| body[start..end].trim())
            .collect();
        let empty = body.trim().is_empty();
        given.insert("parts", if empty { &parts[..0] } else { &parts[..] });
        given.insert("number", &(index + 1));
        match self.theme.render_component(
            &component.name,
            self.language,
            &context,
            &given,
            body.trim(),
        ) {
            Ok(html) => {
                out.push_str(&html);
                out.push('\n');
            }
            Err(fault) => self.faults.push(*fault),
        }
    }

    /// What a component gets without its author's arguments: its table and what is drawn of it.
    fn data(&mut self, data: Option<&Data>) -> Context {
        let none = Data::default();
        let data = data.unwrap_or(&none);
        let columns: Vec<_> = data
            .columns
            .iter()
            .map(|head| json!({ "key": head.key, "title": self.fill(&head.title), "number": head.number }))
            .collect();
        let rows: Vec<_> = data
            .rows
            .iter()
            .map(|row| {
                let cells: Vec<String> = row.cells.iter().map(|cell| self.fill(cell)).collect();
                let lacking = data
                    .lacking
                    .iter()
                    .map(|key| ((*key).to_owned(), json!("")));
                let named = data.columns.iter().zip(&cells);
                let named = named.map(|(head, html)| (head.key.clone(), json!(html)));
                let mut fields: serde_json::Map<String, serde_json::Value> =
                    lacking.chain(named).collect();
                fields.insert("anchor".to_owned(), json!(row.anchor));
                fields.insert("cells".to_owned(), json!(cells));
                fields
            })
            .collect();
        let steps = data.steps.iter();
        let steps: Vec<_> = steps
            .map(|step| json!({ "title": step.title, "drawing": step.drawing }))
            .collect();
        let mut given = Context::new();
        given.insert("columns", &columns);
        given.insert("rows", &rows);
        given.insert("steps", &steps);
        given.insert("drawing", &data.drawing);
        given.insert("key", &data.key);
        given
    }

    /// Compares the author's arguments with what the component takes.
    fn accepts(&mut self, component: &Component) -> bool {
        let Some(info) = self.theme.component(&component.name) else {
            let mut fault = Fault::new(
                Code::UnknownComponent,
                format!("there is no component `{}`", component.name),
                component.place.clone(),
            );
            fault.help = Some(match self.theme.nearest_component(&component.name) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "your own are files in templates/components/".to_owned(),
            });
            self.faults.push(fault);
            return false;
        };
        let before = self.faults.len();
        // What the program gives is no argument of the author's.
        let taken = info.args().iter().filter(|arg| !arg.is_implicit());
        for argument in &component.arguments {
            let known = taken.clone().find(|arg| arg.name() == argument.name);
            let Some(known) = known else {
                if info.rest_param().is_none() {
                    let names = taken.clone().map(|arg| arg.name());
                    let help = match nearest(&argument.name, names.clone()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("it takes {}", names.collect::<Vec<_>>().join(", ")),
                    };
                    self.faults.push(
                        Fault::new(
                            Code::ComponentArgument,
                            format!("`{}` has no argument `{}`", component.name, argument.name),
                            argument.place.clone(),
                        )
                        .help(help),
                    );
                }
                continue;
            };
            let kind = match &argument.value {
                serde_json::Value::String(_) => "text",
                serde_json::Value::Bool(_) => "true or false",
                serde_json::Value::Number(n) if n.is_i64() => "a whole number",
                _ => "a number",
            };
            let wanted = match known.arg_type().map(|kind| kind.as_str()) {
                Some("string") => "text",
                Some("bool") => "true or false",
                Some("integer") => "a whole number",
                Some("float" | "number") if kind == "a whole number" => kind,
                Some("float" | "number") => "a number",
                _ => kind,
            };
            if wanted != kind {
                self.faults.push(Fault::new(
                    Code::ComponentArgument,
                    format!("`{}` must be {wanted}, not {kind}", argument.name),
                    argument.place.clone(),
                ));
            }
        }
        for arg in info.args().iter().filter(|arg| arg.is_required()) {
            if !component
                .arguments
                .iter()
                .any(|argument| argument.name == arg.name())
            {
                self.faults.push(
                    Fault::new(
                        Code::ComponentArgument,
                        format!("`{}` needs an argument `{}`", component.name, arg.name()),
                        component.place.clone(),
                    )
                    .help(format!(
                        "::: {} {{{}=\"…\"}}",
                        component.name,
                        arg.name()
                    )),
                );
            }
        }
        self.faults.len() == before
    }
}

/// The address of a page, perhaps with an anchor. From a disk nobody finds the page of a folder, so
/// a portable site's links name the file.
pub fn address(url: &str, portable: bool) -> Cow<'_, str> {
    let path = url.split('#').next().unwrap_or_default();
    if portable && (path.is_empty() || path.ends_with('/')) {
        return Cow::Owned(format!("{path}index.html{}", &url[path.len()..]));
    }
    Cow::Borrowed(url)
}

/// Whether nothing that readers see follows.
fn ends(html: &str) -> bool {
    let mut inside = false;
    html.chars().all(|c| {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c => return inside || c.is_whitespace(),
        }
        true
    })
}

/// A citation in the midst of a note, without the full stop that styles put behind it: the
/// author's sentence goes on. American styles put the stop inside a closing quotation mark.
fn without_stop(html: &str) -> Cow<'_, str> {
    let kept = |rest: &str| rest.to_lowercase().ends_with("ibid");
    if let Some(rest) = html.strip_suffix('.').filter(|rest| !kept(rest)) {
        return Cow::Borrowed(rest);
    }
    match html.strip_suffix(".”") {
        Some(rest) => Cow::Owned(format!("{rest}”")),
        None => Cow::Borrowed(html),
    }
}

fn push_from(list: &[String], index: usize, out: &mut String) {
    if let Some(html) = list.get(index) {
        out.push_str(html);
    }
}

/// The state of a note as templates get it.
pub fn state(words: &Words, state: Option<State>) -> serde_json::Value {
    match state {
        None => serde_json::Value::Null,
        Some(state) => {
            let key = state.name();
            serde_json::json!({ "key": key, "title": words.word(&format!("state_{key}")) })
        }
    }
}
