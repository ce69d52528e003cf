//! Writes BibLaTeX (*The biblatex package*, 2 and 3), as our reader takes it.

use std::collections::HashSet;

use super::tags::{Piece, Tag, pieces};
use super::{Source, text};
use crate::csl::{Item, Name};
use crate::sources::item::bcp47;
use crate::sources::{KindKey, date, kinds};

/// How the text of a field is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// A title: braces protect its letter case.
    Title,
    /// Text.
    Text,
    /// A list that `and` divides.
    List,
    /// Pages, with a dash between the first and the last.
    Pages,
    /// An address, in which nothing is a command.
    Address,
}

/// Writes a file.
pub fn file<'a>(sources: impl IntoIterator<Item = &'a Source>) -> String {
    let mut out = String::new();
    let mut keys = HashSet::new();
    for source in sources {
        if !out.is_empty() {
            out.push('\n');
        }
        let clean = key(&source.item.key);
        let mut key = clean.clone();
        let mut number = 1;
        while !keys.insert(key.clone()) {
            number += 1;
            key = format!("{clean}_{number}");
        }
        entry(source, &key, &mut out);
    }
    out
}

/// A key without the characters that LaTeX or BibTeX take for their own.
fn key(key: &str) -> String {
    let own = |c: char| {
        c.is_whitespace() || c.is_control() || "\"#'(),={}%~\\".contains(c) || c == '\u{7f}'
    };
    key.replace(own, "_")
}

fn entry(source: &Source, key: &str, out: &mut String) {
    let item = &source.item;
    let (kind, subtype) = kind(source);
    out.push('@');
    out.push_str(kind);
    out.push('{');
    out.push_str(key);
    out.push_str(",\n");
    let mut fields = Fields { item, out };
    if let Some(subtype) = subtype {
        fields.put("entrysubtype", subtype);
    }
    fields.names();
    fields.titles();
    fields.dates();
    fields.publication(kind);
    out.push_str("}\n");
}

/// Kinds that BibLaTeX itself or the manual knows best, before others that say the same.
const USUAL: &[&str] = &[
    "article",
    "book",
    "booklet",
    "incollection",
    "inproceedings",
    "inreference",
    "reference",
    "report",
    "thesis",
    "online",
    "unpublished",
    "memorandum",
    "letter",
    "speech",
    "broadcast",
    "film",
    "artwork",
    "treaty",
    "legislation",
    "jurisdiction",
];

/// The kind of an entry, and its `entrysubtype` where the kind alone doesn't say enough.
fn kind(source: &Source) -> (&'static str, Option<&'static str>) {
    let item = &source.item;
    let csl = item.kind.as_str();
    let genre = item.text.get("genre").map(String::as_str);
    let is = |name: &str, word: KindKey| kinds::find(name) == Some((csl_name(csl), word));
    let held = item.dates.get("event-date").and_then(date::write);
    let event = text(item, "event-title").is_some() || held.is_some();
    if event && csl == "speech" && source.kind == KindKey::Speech {
        // What BibLaTeX has for talks (*The biblatex package*, 2.1.1).
        return ("unpublished", None);
    }
    let fits = |name: &str| {
        is(name, source.kind)
            && kinds::genre(name).is_none_or(|implied| genre == Some(implied))
            && match name {
                // With these the reader takes it for something else.
                "misc" => !item.text.contains_key("archive"),
                "unpublished" => !event,
                "newspaper" => item.text.contains_key("container-title"),
                _ => true,
            }
    };
    // RIS's types are in capitals, and some of them look like kinds.
    let typed = Some(source.entry_kind.as_str())
        .filter(|typed| typed.contains(|c: char| c.is_ascii_lowercase()))
        .map(str::to_ascii_lowercase);
    let all = || kinds::all().map(|(name, ..)| name);
    let usual = || USUAL.iter().copied();
    let genre_of = |name: &str| genre.is_some() && kinds::genre(name) == genre;
    let found = all()
        .find(|name| Some(*name) == typed.as_deref() && fits(name))
        .or_else(|| {
            usual()
                .chain(all())
                .find(|name| genre_of(name) && fits(name))
        })
        .or_else(|| usual().find(|name| fits(name)));
    if let Some(name) = found {
        return (name, None);
    }
    // A kind of BibLaTeX's own, which other programs know, with what it is more exactly.
    let general = match csl {
        "article-newspaper" | "article-magazine" | "review" | "review-book" => Some("article"),
        "entry" | "entry-dictionary" => Some("inreference"),
        "post" | "post-weblog" => Some("online"),
        _ => None,
    };
    let finer = |name: &&str| {
        kinds::find_subtype(name) == Some((csl_name(csl), source.kind))
            && kinds::genre(name).is_none()
    };
    let own = general
        .is_none()
        .then(|| all().find(|name| fits(name)))
        .flatten();
    if let Some(name) = own {
        return (name, None);
    }
    let types = kinds::csl_names().filter(|name| kinds::find(name).is_none());
    let subtype = all().chain(types).find(finer);
    (general.unwrap_or("misc"), subtype)
}

/// The name of a type as the tables have it.
fn csl_name(csl: &str) -> &'static str {
    kinds::csl_names()
        .find(|name| *name == csl)
        .unwrap_or_default()
}

struct Fields<'a> {
    item: &'a Item,
    out: &'a mut String,
}

impl<'a> Fields<'a> {
    fn text(&self, variable: &str) -> Option<&'a str> {
        text(self.item, variable)
    }

    /// Writes a field whose value is LaTeX already.
    fn put(&mut self, field: &str, value: &str) {
        if !value.is_empty() {
            self.out.push_str("  ");
            self.out.push_str(field);
            self.out.push_str(" = {");
            self.out.push_str(value);
            self.out.push_str("},\n");
        }
    }

    fn field(&mut self, field: &str, variable: &str, holds: Holds) {
        if let Some(text) = self.text(variable) {
            self.put(field, &latex(text, holds));
        }
    }

    fn names(&mut self) {
        const PLAIN: [(&str, &str); 18] = [
            ("author", "author"),
            ("editor", "editor"),
            ("bookauthor", "container-author"),
            ("translator", "translator"),
            ("recipient", "recipient"),
            ("interviewer", "interviewer"),
            ("director", "director"),
            ("illustrator", "illustrator"),
            ("origauthor", "original-author"),
            ("chair", "chair"),
            ("compiler", "compiler"),
            ("composer", "composer"),
            ("contributor", "contributor"),
            ("curator", "curator"),
            ("narrator", "narrator"),
            ("performer", "performer"),
            ("producer", "producer"),
            ("serieseditor", "collection-editor"),
        ];
        let all = || self.item.names.values().flatten();
        let kept = all().any(|name| name.particle.is_some());
        let dropped = all().any(|name| name.dropping_particle.is_some());
        // One option says for a whole entry that "von" is a part of the family name.
        let useprefix = kept && !dropped;
        if useprefix {
            self.put("options", "useprefix=true");
        }
        for (field, variable) in PLAIN {
            let names = self.item.names.get(variable);
            self.put(field, &list_of(names.map_or(&[], Vec::as_slice), useprefix));
        }
        let organizers = self.item.names.get("organizer");
        if let Some(names) = organizers.filter(|names| !names.is_empty()) {
            self.put("editora", &list_of(names, useprefix));
            self.put("editoratype", "organizer");
        }
    }

    fn titles(&mut self) {
        let kind = self.item.kind.as_str();
        let part = matches!(kind, "chapter" | "paper-conference") || kind.starts_with("entry");
        let volume = self.text("volume-title").is_some();
        let periodical = kind.starts_with("article")
            || matches!(kind, "periodical" | "review" | "review-book" | "graphic");
        let container = match () {
            () if part && volume => "maintitle",
            () if periodical => "journaltitle",
            () => "booktitle",
        };
        let volume_title = if part { "booktitle" } else { "title" };
        let title = if volume && !part {
            "maintitle"
        } else {
            "title"
        };
        self.field(title, "title", Holds::Title);
        self.field("shorttitle", "title-short", Holds::Title);
        self.field(volume_title, "volume-title", Holds::Title);
        self.field(container, "container-title", Holds::Title);
        self.field("shortjournal", "container-title-short", Holds::Title);
        self.field("series", "collection-title", Holds::Title);
        self.field("eventtitle", "event-title", Holds::Title);
        self.field("origtitle", "original-title", Holds::Title);
    }

    fn dates(&mut self) {
        let dates = [
            ("date", "issued"),
            ("eventdate", "event-date"),
            ("origdate", "original-date"),
            ("urldate", "accessed"),
        ];
        for (field, variable) in dates {
            let Some(found) = self.item.dates.get(variable) else {
                continue;
            };
            match (date::write(found), &found.literal) {
                (Some(text), _) => self.put(field, &text),
                // `pubstate` says it already: "forthcoming".
                (None, Some(words)) if variable == "issued" => {
                    if self.text("status") != Some(words) {
                        self.put("year", &latex(words, Holds::Text));
                    }
                }
                (None, _) => {}
            }
        }
        self.field("pubstate", "status", Holds::Text);
    }

    fn publication(&mut self, kind: &str) {
        let csl = self.item.kind.as_str();
        let publisher = match csl {
            "thesis" | "report" | "hearing" | "legal_case" => "institution",
            _ => "publisher",
        };
        let court = csl == "legal_case";
        self.field(
            publisher,
            if court { "authority" } else { "publisher" },
            Holds::List,
        );
        self.field("location", "publisher-place", Holds::List);
        self.field("venue", "event-place", Holds::List);
        self.field("origpublisher", "original-publisher", Holds::List);
        self.field("origlocation", "original-publisher-place", Holds::List);
        let periodical =
            csl.starts_with("article") || matches!(csl, "periodical" | "review" | "review-book");
        let number = match () {
            () if periodical => "issue",
            () if self.text("collection-number").is_some() => "collection-number",
            () => "number",
        };
        self.field("number", number, Holds::Text);
        if !periodical {
            self.field("issue", "issue", Holds::Text);
        }
        if let Some(genre) = self
            .text("genre")
            .filter(|g| kinds::genre(kind) != Some(*g))
        {
            self.put("type", &latex(genre, Holds::Text));
        }
        for (field, variable, holds) in [
            ("volume", "volume", Holds::Text),
            ("volumes", "number-of-volumes", Holds::Text),
            ("part", "part-number", Holds::Text),
            ("edition", "edition", Holds::Text),
            ("version", "version", Holds::Text),
            ("chapter", "chapter-number", Holds::Text),
            ("section", "section", Holds::Text),
            ("pages", "page", Holds::Pages),
            ("pagetotal", "number-of-pages", Holds::Text),
            ("scale", "scale", Holds::Text),
            ("dimensions", "dimensions", Holds::Text),
            ("medium", "medium", Holds::Text),
            ("archive", "archive", Holds::Text),
            ("archive_place", "archive-place", Holds::Text),
            ("archive_collection", "archive_collection", Holds::Text),
            ("archive_location", "archive_location", Holds::Text),
            ("isbn", "ISBN", Holds::Text),
            ("issn", "ISSN", Holds::Text),
            ("doi", "DOI", Holds::Address),
            ("pmid", "PMID", Holds::Text),
            ("pmcid", "PMCID", Holds::Text),
            ("url", "URL", Holds::Address),
            ("note", "note", Holds::Text),
            ("keywords", "keyword", Holds::Text),
        ] {
            self.field(field, variable, holds);
        }
        if let Some(language) = self.text("language") {
            // LaTeX knows languages by names.
            match LANGUAGES.iter().find(|name| bcp47(name) == language) {
                Some(name) => self.put("langid", name),
                None => self.put("language", &latex(language, Holds::Text)),
            }
        }
    }
}

/// The names of languages that LaTeX's `langid` takes (*The biblatex package*, table 2).
const LANGUAGES: [&str; 37] = [
    "american",
    "british",
    "german",
    "austrian",
    "swissgerman",
    "french",
    "acadian",
    "russian",
    "polish",
    "ukrainian",
    "spanish",
    "italian",
    "portuguese",
    "brazilian",
    "dutch",
    "swedish",
    "danish",
    "norsk",
    "nynorsk",
    "finnish",
    "czech",
    "slovak",
    "hungarian",
    "romanian",
    "bulgarian",
    "croatian",
    "slovene",
    "serbian",
    "greek",
    "latin",
    "latvian",
    "lithuanian",
    "estonian",
    "turkish",
    "hebrew",
    "chinese",
    "japanese",
];

/// How deep tags are written into one another. The reader allows few braces more.
const DEPTH: usize = 20;

/// A text as LaTeX.
fn latex(text: &str, holds: Holds) -> String {
    match holds {
        Holds::Address => return address(text),
        Holds::Pages => return pages(text),
        Holds::List => {
            let parts: Vec<&str> = text.split("; ").collect();
            if parts
                .iter()
                .all(|part| !part.is_empty() && part.trim() == *part)
            {
                let parts = parts.iter().map(|part| list_part(part));
                return parts.collect::<Vec<_>>().join(" and ");
            }
        }
        Holds::Title | Holds::Text => {}
    }
    set(text, holds)
}

fn set(text: &str, holds: Holds) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    // What the tags that are open are closed with.
    let mut open: Vec<&str> = Vec::new();
    for piece in pieces(text.trim()) {
        match piece {
            Piece::Text(text) => escape(text, &mut out),
            Piece::Open(tag) => {
                let command = match tag {
                    Tag::Italic => "\\emph{",
                    Tag::Bold => "\\textbf{",
                    Tag::SmallCaps => "\\textsc{",
                    Tag::Raised => "\\textsuperscript{",
                    Tag::Lowered => "\\textsubscript{",
                    Tag::NoCase if holds == Holds::Title => "{",
                    Tag::NoCase | Tag::Plain => "",
                };
                let command = if open.len() < DEPTH { command } else { "" };
                out.push_str(command);
                open.push(if command.is_empty() { "" } else { "}" });
            }
            Piece::Close(_) => out.push_str(open.pop().unwrap_or_default()),
        }
    }
    out
}

/// Writes plain text so that LaTeX prints it.
fn escape(text: &str, out: &mut String) {
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '`' => out.push_str("\\textasciigrave{}"),
            '&' | '%' | '$' | '#' | '_' => {
                out.push('\\');
                out.push(c);
            }
            '\u{a0}' => out.push('~'),
            // LaTeX makes dashes of two of these, and quotation marks of two of those.
            '-' if out.ends_with(c) => out.push_str("{}-"),
            '\'' if before == Some(c) || chars.peek() == Some(&c) => {
                out.push_str("\\textquotesingle{}");
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
        before = Some(c);
    }
}

/// An address: LaTeX takes it as it is, but braces must pair, and no address may hold these.
fn address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '{' => out.push_str("%7B"),
            '}' => out.push_str("%7D"),
            '\\' => out.push_str("%5C"),
            c if c.is_whitespace() || c.is_control() => out.push_str("%20"),
            c => out.push(c),
        }
    }
    out
}

/// Pages, with the dash between two numbers as LaTeX writes it.
fn pages(text: &str) -> String {
    let set = set(text, Holds::Text);
    let number = |c: Option<char>| {
        c.is_some_and(|c| c.is_ascii_digit() || "ivxlcdm".contains(c.to_ascii_lowercase()))
    };
    let mut out = String::with_capacity(set.len() + 1);
    let mut rest = set.as_str();
    while let Some((before, behind)) = rest.split_once('-') {
        out.push_str(before);
        let dash = number(before.chars().next_back()) && number(behind.chars().next());
        out.push_str(if dash { "--" } else { "-" });
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// One of a list, in which `and` divides nothing.
fn list_part(text: &str) -> String {
    let words = set(text, Holds::Text);
    if !has_and(&words) {
        return words;
    }
    let words = words
        .split(' ')
        .map(|word| match word.eq_ignore_ascii_case("and") {
            true => format!("{{{word}}}"),
            false => word.to_owned(),
        });
    words.collect::<Vec<_>>().join(" ")
}

fn has_and(text: &str) -> bool {
    text.split_whitespace()
        .any(|word| word.eq_ignore_ascii_case("and"))
}

/// A list of names.
fn list_of(names: &[Name], useprefix: bool) -> String {
    let last = names.len().saturating_sub(1);
    let names = names.iter().enumerate().map(|(n, person)| {
        // "and others" stands at the end.
        match person.literal && person.family == "others" && n == last && n > 0 {
            true => "others".to_owned(),
            false => name(person, useprefix),
        }
    });
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    names.join(" and ")
}

/// A name (*The biblatex package*, 3.4): an institution in braces, "von Doe, Jr, Jane", or by its
/// parts where these forms would be read otherwise.
fn name(name: &Name, useprefix: bool) -> String {
    let part = |text: &str| {
        let mut out = String::new();
        escape(&super::line(&super::tags::plain(text)), &mut out);
        out
    };
    let family = part(&name.family);
    if name.literal {
        return match family.is_empty() {
            true => family,
            false => format!("{{{family}}}"),
        };
    }
    let some = |text: &Option<String>| part(text.as_deref().unwrap_or_default());
    let (given, suffix) = (some(&name.given), some(&name.suffix));
    let kept = name.particle.is_some();
    let prefix = match (some(&name.dropping_particle), some(&name.particle)) {
        (dropped, kept) if dropped.is_empty() => kept,
        (dropped, kept) if kept.is_empty() => dropped,
        // There is one prefix only.
        (dropped, kept) => format!("{dropped} {kept}"),
    };
    let plain =
        |text: &str| !text.contains([',', '=', '{', '}']) && !has_and(text) && !text.contains("  ");
    let words = |text: &str, small: bool| {
        let mut words = text.split_whitespace();
        words.all(|word| word.chars().next().is_some_and(char::is_lowercase) == small)
    };
    let clear = [&family, &given, &prefix, &suffix]
        .into_iter()
        .all(|text| plain(text))
        && !family.is_empty()
        && words(&family, false)
        && words(&prefix, true)
        && kept == (useprefix && !prefix.is_empty());
    let apart = if prefix.is_empty() { "" } else { " " };
    if clear && !given.is_empty() {
        return match suffix.is_empty() {
            true => format!("{prefix}{apart}{family}, {given}"),
            false => format!("{prefix}{apart}{family}, {suffix}, {given}"),
        };
    }
    let single = !family.contains([' ', '~']) && suffix.is_empty() && prefix.is_empty();
    if clear && single {
        return family;
    }
    let parts = [
        ("family", family),
        ("given", given),
        ("prefix", prefix.clone()),
        ("suffix", suffix),
    ];
    let mut parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(part, text)| format!("{part}={{{text}}}"))
        .collect();
    if !prefix.is_empty() && kept != useprefix {
        parts.push(format!("useprefix={kept}"));
    }
    parts.join(", ")
}
