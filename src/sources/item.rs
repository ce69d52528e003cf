//! Makes a CSL item of an entry's fields.
//!
//! The mapping is the usual one, that of Pandoc's and Zotero's readers, of *The biblatex package*
//! 2.2 to CSL 1.0.2, appendix IV. Only fields named here are read: what people keep for themselves
//! in `abstract`, `comment` or `file` never leaves the `.bib` file.

use biblatex::{Bibliography, Chunks, Pair, RawBibliography, RawChunk, RawEntry, Spanned};

use super::inherit::{All, Has};
use super::latex::{self, Case};
use super::scan::Part;
use super::{EntryFault, KindKey, date, kinds};
use crate::csl::{Date, Item};

/// Where values' texts come from.
pub trait Texts {
    /// A stretch of the file that an entry stands in.
    fn text(&self, entry: usize, span: std::ops::Range<usize>) -> &str;
    /// The text of a `@string`.
    fn string(&self, name: &str) -> Option<&str>;
    /// The names of all `@string`s that come close to this one.
    fn near_string(&self, name: &str) -> Option<String>;
    /// Another entry, with its fields.
    fn related(&self, key: &str) -> Option<(usize, All<'_>)>;
}

/// Reads the fields of one entry.
pub struct Reader<'a, T> {
    texts: &'a T,
    all: &'a All<'a>,
    /// The entry's number: faults of other entries' fields are theirs.
    number: usize,
    pub faults: Vec<EntryFault>,
}

/// The month macros (*BibTeXing*, 3.1) and what they stand for.
const MONTHS: [(&str, &str); 12] = [
    ("jan", "January"),
    ("feb", "February"),
    ("mar", "March"),
    ("apr", "April"),
    ("may", "May"),
    ("jun", "June"),
    ("jul", "July"),
    ("aug", "August"),
    ("sep", "September"),
    ("oct", "October"),
    ("nov", "November"),
    ("dec", "December"),
];

/// Fields whose text stands as it is typed.
const ADDRESSES: [&str; 3] = ["doi", "eprint", "url"];

impl<'a, T: Texts> Reader<'a, T> {
    pub fn new(texts: &'a T, all: &'a All<'a>, number: usize) -> Self {
        Reader {
            texts,
            all,
            number,
            faults: Vec::new(),
        }
    }

    fn fault(&mut self, has: Has<'_>, span: std::ops::Range<usize>, message: String, help: String) {
        if has.of == self.number {
            self.faults.push(EntryFault::field(span, message, help));
        }
    }

    fn chunks(&mut self, name: &str) -> Option<Chunks> {
        let has = *self.all.get(name)?;
        let texts = self.texts;
        let mut value = Vec::new();
        for part in &has.field.parts {
            let typed = texts.text(has.of, part.span());
            let text = match part {
                Part::Text(_) => typed,
                Part::Word(_) => match (texts.string(typed), month_name(typed)) {
                    (Some(text), _) => text,
                    (None, Some(month)) => month,
                    (None, None) => {
                        let help = match texts.near_string(typed) {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => format!("put it in braces: {name} = {{{typed}}}"),
                        };
                        let message = format!("no `@string` defines `{typed}`");
                        self.fault(has, part.span(), message, help);
                        return None;
                    }
                },
            };
            let text = latex::prepare(text);
            // The crate makes dashes of hyphens even in addresses.
            value.push(match ADDRESSES.contains(&name) && text.contains("--") {
                true => text.replace('-', "-{}").into(),
                false => text,
            });
        }
        let joined: Vec<_> = value
            .iter()
            .map(|text| Spanned::zero(RawChunk::Normal(text)))
            .collect();
        let entry = RawEntry {
            key: Spanned::zero(""),
            kind: Spanned::zero("misc"),
            fields: vec![Pair::new(Spanned::zero(name), Spanned::zero(joined))],
        };
        let raw = RawBibliography {
            preamble: String::new(),
            entries: vec![Spanned::zero(entry)],
            abbreviations: Vec::new(),
        };
        match Bibliography::from_raw(raw) {
            Ok(read) => {
                let entry = read.into_iter().next();
                let chunks = entry.and_then(|mut entry| entry.remove(name))?;
                let blank = chunks.iter().all(|chunk| chunk.v.get().trim().is_empty());
                (!blank).then_some(chunks)
            }
            Err(error) => {
                let message = format!("`{name}` isn't valid LaTeX: {}", error.kind);
                let help = "it is left out; look at its braces, `$` and `\\`".to_owned();
                self.fault(has, has.field.value(), message, help);
                None
            }
        }
    }

    /// The first of some fields that has something to say, as text.
    fn text(&mut self, names: &[&str]) -> Option<String> {
        let chunks = names.iter().find_map(|name| self.chunks(name))?;
        Some(latex::text(&chunks, Case::Free)).filter(|text| !text.is_empty())
    }

    fn title(&mut self, names: &[&str]) -> Option<String> {
        let chunks = names.iter().find_map(|name| self.chunks(name))?;
        Some(latex::text(&chunks, Case::Keep)).filter(|text| !text.is_empty())
    }

    fn bare(&mut self, names: &[&str]) -> Option<String> {
        let chunks = names.iter().find_map(|name| self.chunks(name))?;
        Some(latex::bare(&chunks)).filter(|text| !text.is_empty())
    }

    fn list(&mut self, names: &[&str]) -> Option<String> {
        let chunks = names.iter().find_map(|name| self.chunks(name))?;
        Some(latex::list(&chunks)).filter(|text| !text.is_empty())
    }

    /// Title and subtitle, and an addition behind them.
    fn full_title(&mut self, title: &[&str], subtitle: &str, addon: &str) -> Option<String> {
        let mut full = self.title(title)?;
        if let Some(subtitle) = self.title(&[subtitle]) {
            full.push_str(if full.ends_with(['?', '!', ':', '.']) {
                " "
            } else {
                ": "
            });
            full.push_str(&subtitle);
        }
        if let Some(addon) = self.title(&[addon]) {
            full.push_str(if full.ends_with(['?', '!', '.']) {
                " "
            } else {
                ". "
            });
            full.push_str(&addon);
        }
        Some(full)
    }

    fn date(&mut self, name: &str) -> Option<Date> {
        let has = *self.all.get(name)?;
        let text = latex::bare(&self.chunks(name)?);
        let date = date::edtf(&text);
        if date.is_none() {
            let message = format!("`{name}` is no date: `{text}`");
            let help = "write it as year, month, day, as far as they are known: 1939-08-23; \
                        1939/1945 for a span, 1939~ for about";
            self.fault(has, has.field.value(), message, help.to_owned());
        }
        date
    }

    /// `date`, or `year` with `month` and `day`.
    fn issued(&mut self) -> Option<Date> {
        if let Some(date) = self.date("date") {
            return Some(date);
        }
        let mut date = date::year(&self.text(&["year"])?)?;
        if date.literal.is_some() || date.end.is_some() {
            return Some(date);
        }
        if let Some(has) = self.all.get("month").copied()
            && let Some(text) = self.text(&["month"])
            && date.start.month.is_none()
        {
            date.start.month = date::month(&text);
            // Older files put the day beside the month: month = "10~" # aug.
            let both = format!("{} {}", text.replace('\u{a0}', " "), date.start.year);
            let both = date::words(&both);
            if date.start.month.is_none() && both.literal.is_none() {
                date = Date {
                    circa: date.circa,
                    ..both
                };
            } else if date.start.month.is_none() {
                let message = format!("`month` is no month: `{text}`");
                self.fault(
                    has,
                    has.field.value(),
                    message,
                    "write it as a number, 1 to 12".into(),
                );
            }
        }
        if let Some(has) = self.all.get("day").copied()
            && let Some(text) = self.bare(&["day"])
            && date.start.month.is_some_and(|month| month <= 12)
        {
            date.start.day = text.parse().ok().filter(|day| (1..=31).contains(day));
            if date.start.day.is_none() {
                let message = format!("`day` is no day: `{text}`");
                self.fault(
                    has,
                    has.field.value(),
                    message,
                    "write it as a number, 1 to 31".into(),
                );
            }
        }
        Some(date)
    }

    /// Makes the item. `kind` is the entry's, in lower case.
    pub fn item(&mut self, kind: &str) -> (Item, KindKey) {
        let subtype = self.bare(&["entrysubtype"]).map(|text| text.to_lowercase());
        let (mut csl, mut word) = kinds::find(kind).unwrap_or(("document", KindKey::Other));
        // `entrysubtype` says more exactly what an entry of a general kind is.
        let general = matches!(
            kind,
            "article"
                | "suppperiodical"
                | "periodical"
                | "misc"
                | "unpublished"
                | "online"
                | "legal"
                | "audio"
                | "video"
                | "report"
                | "manuscript"
                | "document"
                | "inreference"
        );
        if let Some((finer, finer_word)) = subtype
            .as_deref()
            .filter(|_| general)
            .and_then(kinds::find_subtype)
        {
            (csl, word) = (finer, finer_word);
        }
        let mut item = Item {
            kind: csl.to_owned(),
            ..Item::default()
        };
        self.names(&mut item);
        self.dates(&mut item);
        self.titles(&mut item, kind);
        self.publication(&mut item, kind);
        self.place_of_keeping(&mut item);
        self.related(&mut item);
        let event = item.text.contains_key("event-title") || item.dates.contains_key("event-date");
        if kind == "unpublished" && subtype.is_none() && event {
            item.kind = "speech".to_owned();
            word = KindKey::Speech;
        }
        let unsaid = kind == "misc" && item.kind == "document" && word == KindKey::Other;
        if unsaid && item.text.contains_key("archive") {
            word = KindKey::Document;
        }
        (item, word)
    }

    fn put(item: &mut Item, variable: &str, text: Option<String>) {
        if let Some(text) = text {
            item.text.insert(variable.to_owned(), text);
        }
    }

    fn names(&mut self, item: &mut Item) {
        let options = self.bare(&["options"]).unwrap_or_default();
        let useprefix = options
            .split(',')
            .map(|option| option.replace(' ', ""))
            .any(|option| matches!(option.as_str(), "useprefix" | "useprefix=true"));
        let plain = [
            ("author", "author"),
            ("bookauthor", "container-author"),
            ("translator", "translator"),
            ("interviewer", "interviewer"),
            ("recipient", "recipient"),
            ("addressee", "recipient"),
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
        for (field, variable) in plain {
            if let Some(chunks) = self.chunks(field) {
                let names = latex::names(&chunks, useprefix);
                if !names.is_empty() {
                    item.names.entry(variable.to_owned()).or_insert(names);
                }
            }
        }
        let editors = [
            ("editor", "editortype"),
            ("editora", "editoratype"),
            ("editorb", "editorbtype"),
            ("editorc", "editorctype"),
        ];
        for (field, role) in editors {
            let Some(chunks) = self.chunks(field) else {
                continue;
            };
            let role = self.bare(&[role]).unwrap_or_default().to_lowercase();
            let variable = match role.as_str() {
                "compiler" => "compiler",
                "director" => "director",
                "organizer" => "organizer",
                "translator" => "translator",
                _ => "editor",
            };
            let names = latex::names(&chunks, useprefix);
            if !names.is_empty() {
                item.names
                    .entry(variable.to_owned())
                    .or_default()
                    .extend(names);
            }
        }
    }

    fn dates(&mut self, item: &mut Item) {
        let found = [
            ("issued", self.issued()),
            ("original-date", self.date("origdate")),
            ("event-date", self.date("eventdate")),
            ("accessed", self.date("urldate")),
        ];
        for (variable, date) in found {
            if let Some(date) = date {
                item.dates.insert(variable.to_owned(), date);
            }
        }
        let state = self.text(&["pubstate"]);
        if let Some(state) = state {
            if !item.dates.contains_key("issued") {
                let words = Date {
                    literal: Some(state.clone()),
                    ..Date::default()
                };
                item.dates.insert("issued".to_owned(), words);
            }
            item.text.insert("status".to_owned(), state);
        }
        // A speech is dated by the day it was held.
        if item.kind == "speech"
            && !item.dates.contains_key("issued")
            && let Some(date) = item.dates.get("event-date").cloned()
        {
            item.dates.insert("issued".to_owned(), date);
        }
    }

    fn titles(&mut self, item: &mut Item, kind: &str) {
        let part = matches!(item.kind.as_str(), "chapter" | "paper-conference")
            || item.kind.starts_with("entry");
        let main = self.full_title(&["maintitle"], "mainsubtitle", "maintitleaddon");
        let own = self.full_title(&["title"], "subtitle", "titleaddon");
        let whole = self.full_title(&["booktitle"], "booksubtitle", "booktitleaddon");
        let journal = self.full_title(
            &["journaltitle", "journal"],
            "journalsubtitle",
            "journaltitleaddon",
        );
        let short = self.title(&["shorttitle"]);
        match (part, main) {
            (true, Some(main)) => {
                Self::put(item, "container-title", Some(main));
                Self::put(item, "volume-title", whole);
                Self::put(item, "title", own);
            }
            (false, Some(main)) => {
                Self::put(item, "title", Some(main));
                Self::put(item, "volume-title", own);
                Self::put(item, "container-title", whole.or(journal));
            }
            (_, None) => {
                Self::put(item, "container-title", whole.or(journal));
                Self::put(item, "title", own);
            }
        }
        // Later citations name a source by its short title; without one, by the title without
        // what stands behind the colon, as Pandoc does.
        let short = short.or_else(|| {
            let title = if item.text.contains_key("volume-title") && !part {
                None
            } else {
                self.title(&["title"])
            }?;
            let before = title.split_once(": ").map(|(before, _)| before.to_owned());
            let cut = before.or_else(|| self.all.contains_key("subtitle").then(|| title.clone()));
            cut.filter(|cut| cut.matches('<').count() == 2 * cut.matches("</").count())
        });
        Self::put(item, "title-short", short);
        Self::put(item, "container-title-short", self.title(&["shortjournal"]));
        Self::put(item, "original-title", self.title(&["origtitle"]));
        Self::put(item, "collection-title", self.title(&["series"]));
        if kind == "newspaper" && !item.text.contains_key("container-title") {
            // `@newspaper{…, title = {Pravda}}` is the paper, not an article in it.
            let title = item.text.get("title").cloned();
            Self::put(item, "container-title", title);
        }
    }

    fn publication(&mut self, item: &mut Item, kind: &str) {
        let how = self.text(&["howpublished"]);
        let (how_url, how) = match how {
            Some(how) if how.starts_with("http://") || how.starts_with("https://") => {
                (Some(how), None)
            }
            how => (None, how),
        };
        let publisher = self.list(&["publisher", "institution", "school", "organization"]);
        let publisher = publisher.or(how);
        if item.kind == "legal_case" {
            Self::put(item, "authority", publisher);
        } else {
            Self::put(item, "publisher", publisher);
        }
        Self::put(item, "publisher-place", self.list(&["location", "address"]));
        Self::put(item, "original-publisher", self.list(&["origpublisher"]));
        Self::put(
            item,
            "original-publisher-place",
            self.list(&["origlocation"]),
        );
        Self::put(item, "event-title", self.title(&["eventtitle"]));
        Self::put(item, "event-place", self.list(&["venue"]));

        let periodical = item.kind.starts_with("article")
            || matches!(item.kind.as_str(), "periodical" | "review" | "review-book");
        let number = self.text(&["number"]);
        let issue = self.text(&["issue"]);
        if periodical {
            Self::put(item, "issue", number.or(issue));
        } else if item.text.contains_key("collection-title") {
            Self::put(item, "collection-number", number);
        } else {
            Self::put(item, "number", number);
            Self::put(item, "issue", issue);
        }
        Self::put(item, "volume", self.text(&["volume"]));
        Self::put(item, "number-of-volumes", self.text(&["volumes"]));
        Self::put(item, "part-number", self.text(&["part"]));
        Self::put(item, "edition", self.text(&["edition"]));
        Self::put(item, "version", self.text(&["version"]));
        Self::put(item, "chapter-number", self.text(&["chapter"]));
        let pages = self
            .text(&["pages"])
            .map(|pages| pages.replace(['–', '—'], "-"));
        Self::put(item, "page", pages);
        Self::put(item, "number-of-pages", self.text(&["pagetotal"]));
        Self::put(item, "ISBN", self.bare(&["isbn"]));
        Self::put(item, "ISSN", self.bare(&["issn"]));
        Self::put(item, "DOI", self.bare(&["doi"]).map(|doi| bare_doi(&doi)));
        Self::put(item, "PMID", self.bare(&["pmid"]));
        Self::put(item, "PMCID", self.bare(&["pmcid"]));
        Self::put(item, "section", self.text(&["section"]));
        // Styles for annotated bibliographies print these.
        Self::put(item, "annote", self.text(&["annotation", "annote"]));
        Self::put(item, "keyword", self.text(&["keywords"]));
        Self::put(item, "medium", self.text(&["medium"]));
        Self::put(item, "scale", self.text(&["scale"]));
        Self::put(item, "dimensions", self.text(&["dimensions"]));
        let note = [self.text(&["note"]), self.text(&["addendum"])];
        let note: Vec<String> = note.into_iter().flatten().collect();
        Self::put(
            item,
            "note",
            Some(note.join(". ")).filter(|note| !note.is_empty()),
        );

        let genre = self
            .text(&["type"])
            .map(|genre| localisation(&genre))
            .or_else(|| kinds::genre(kind).map(str::to_owned));
        Self::put(item, "genre", genre);

        let language = self.bare(&["langid", "language", "hyphenation"]);
        Self::put(item, "language", language.map(|language| bcp47(&language)));

        let eprint = self.bare(&["eprint"]);
        let eprinttype = self
            .bare(&["eprinttype", "archiveprefix"])
            .unwrap_or_default()
            .to_lowercase();
        let eprint = eprint.and_then(|id| match eprinttype.as_str() {
            "arxiv" => Some(format!("https://arxiv.org/abs/{id}")),
            "jstor" => Some(format!("https://www.jstor.org/stable/{id}")),
            "hdl" => Some(format!("https://hdl.handle.net/{id}")),
            "pubmed" => Some(format!("https://pubmed.ncbi.nlm.nih.gov/{id}/")),
            "googlebooks" => Some(format!("https://books.google.com/books?id={id}")),
            _ => None,
        });
        // A page that is gone is still in a web archive.
        let archived = self.bare(&["archiveurl"]);
        let url = self.bare(&["url"]).or(how_url).or(eprint).or(archived);
        Self::put(item, "URL", url);
    }

    /// What an entry named in `related` says of the original of this one, or of what it reviews
    /// (*The biblatex package*, 3.4).
    fn related(&mut self, item: &mut Item) {
        let Some(has) = self.all.get("related").copied() else {
            return;
        };
        let keys = self.bare(&["related"]).unwrap_or_default();
        let how = self
            .bare(&["relatedtype"])
            .unwrap_or_default()
            .to_lowercase();
        for key in keys.split(',').map(str::trim).filter(|key| !key.is_empty()) {
            let Some((number, all)) = self.texts.related(key) else {
                let message = format!("`related` names `{key}`, which isn't there");
                self.fault(has, has.field.value(), message, "it is left out".to_owned());
                continue;
            };
            let mut other = Reader::new(self.texts, &all, number);
            let title = other.full_title(&["title"], "subtitle", "titleaddon");
            let authors = other
                .chunks("author")
                .map(|chunks| latex::names(&chunks, false));
            let (title_variable, author) = match how.as_str() {
                "reprintof" | "reprintfrom" | "translationof" | "translatedfrom" | "origpubin"
                | "origpubas" => ("original-title", "original-author"),
                "reviewof" => ("reviewed-title", "reviewed-author"),
                _ => continue,
            };
            if let Some(title) = title.filter(|title| item.text.get("title") != Some(title)) {
                item.text.entry(title_variable.to_owned()).or_insert(title);
            }
            if let Some(names) = authors.filter(|names| item.names.get("author") != Some(names)) {
                item.names.entry(author.to_owned()).or_insert(names);
            }
            if author == "reviewed-author" {
                continue;
            }
            if let Some(date) = other.issued() {
                item.dates.entry("original-date".to_owned()).or_insert(date);
            }
            let lists: [(&str, &[&str]); 2] = [
                (
                    "original-publisher",
                    &["publisher", "institution", "school"],
                ),
                ("original-publisher-place", &["location", "address"]),
            ];
            for (variable, fields) in lists {
                if let Some(text) = other.list(fields) {
                    item.text.entry(variable.to_owned()).or_insert(text);
                }
            }
        }
    }

    /// Where an unpublished source is kept. BibLaTeX has only `library`; the other names are those
    /// of Zotero's exporters and of CSL.
    fn place_of_keeping(&mut self, item: &mut Item) {
        let archive = self.text(&["archive"]);
        let library = self.text(&["library"]);
        let location = self.text(&[
            "archive_location",
            "archivelocation",
            "shelfmark",
            "signature",
            "callnumber",
        ]);
        let (archive, location) = match (archive, location, library) {
            (Some(archive), location, library) => (Some(archive), location.or(library)),
            (None, location, library) => (library, location),
        };
        Self::put(item, "archive", archive);
        Self::put(item, "archive_location", location);
        Self::put(
            item,
            "archive_collection",
            self.text(&["archive_collection", "archivecollection"]),
        );
        Self::put(
            item,
            "archive-place",
            self.text(&["archive_place", "archiveplace"]),
        );
    }
}

/// A DOI without the address that leads to it.
fn bare_doi(doi: &str) -> String {
    let bare = doi.find("doi.org/").and_then(|at| doi.get(at + 8..));
    bare.unwrap_or(doi).to_owned()
}

/// The name that a month macro stands for.
fn month_name(word: &str) -> Option<&'static str> {
    let known = MONTHS.iter();
    let mut known = known.filter(|(short, _)| short.eq_ignore_ascii_case(word));
    known.next().map(|(_, name)| *name)
}

/// What BibLaTeX prints in English for the keys that `type` may hold (*The biblatex package*,
/// 4.9.2.13).
fn localisation(genre: &str) -> String {
    match genre {
        "phdthesis" => "PhD diss.",
        "mathesis" => "master’s thesis",
        "bathesis" => "bachelor’s thesis",
        "candthesis" => "Cand. thesis",
        "techreport" => "technical report",
        "resreport" => "research report",
        other => other,
    }
    .to_owned()
}

/// A BCP 47 tag for the names of languages that `langid` may hold (*The biblatex package*,
/// table 2), and for the codes of library catalogues (ISO 639-2); other texts as they stand.
pub fn bcp47(language: &str) -> String {
    match language.to_lowercase().as_str() {
        "english" | "american" | "usenglish" | "eng" => "en-US",
        "british" | "ukenglish" | "australian" | "newzealand" | "canadian" => "en-GB",
        "german" | "ngerman" | "germanb" | "deutsch" | "ger" | "deu" => "de-DE",
        "austrian" | "naustrian" => "de-AT",
        "nswissgerman" | "swissgerman" => "de-CH",
        "french" | "francais" | "français" | "fre" | "fra" => "fr-FR",
        "acadian" | "canadien" => "fr-CA",
        "russian" | "русский" | "rus" => "ru-RU",
        "polish" | "pol" => "pl-PL",
        "ukrainian" => "uk-UA",
        "spanish" | "español" | "spa" => "es-ES",
        "italian" | "ita" => "it-IT",
        "portuguese" | "portuges" => "pt-PT",
        "brazilian" | "brazil" => "pt-BR",
        "dutch" => "nl-NL",
        "swedish" => "sv-SE",
        "danish" => "da-DK",
        "norwegian" | "norsk" => "nb-NO",
        "nynorsk" => "nn-NO",
        "finnish" => "fi-FI",
        "czech" => "cs-CZ",
        "slovak" => "sk-SK",
        "hungarian" | "magyar" => "hu-HU",
        "romanian" => "ro-RO",
        "bulgarian" => "bg-BG",
        "croatian" => "hr-HR",
        "slovene" | "slovenian" => "sl-SI",
        "serbian" => "sr-Latn-RS",
        "greek" => "el-GR",
        "latin" | "lat" => "la",
        "latvian" => "lv-LV",
        "lithuanian" => "lt-LT",
        "estonian" => "et-EE",
        "turkish" => "tr-TR",
        "hebrew" => "he-IL",
        "arabic" => "ar",
        "chinese" => "zh-CN",
        "japanese" => "ja-JP",
        "korean" => "ko-KR",
        _ => language,
    }
    .to_owned()
}
