//! Reads RIS: lines `TY  - BOOK`, one field each, in entries that `ER  -` ends.
//!
//! There is no one specification; the tags are those of Reference Manager's and EndNote's tables,
//! and what a tag means for a type is what Zotero and EndNote mean by it.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::csl_json::named;
use super::item::bcp47;
use super::{Draft, EntryFault, Format, Head, KindKey, Problem, Scanned, date, kinds};
use crate::csl::{Date, Item, Name};
use crate::diag::{Code, nearest};

/// A file's entries.
pub struct Entries<'a> {
    text: &'a str,
    all: Vec<Found>,
}

/// An entry: its lines, and how its key came about.
struct Found {
    span: Range<usize>,
    /// How many entries would have the same key, where it is made from author and year.
    alike: usize,
}

/// The types of Reference Manager, EndNote and Zotero, with CSL's.
const TYPES: &[(&str, &str)] = &[
    ("ABST", "article-journal"),
    ("ADVS", "motion_picture"),
    ("AGGR", "dataset"),
    ("ANCIENT", "classic"),
    ("ART", "graphic"),
    ("BILL", "bill"),
    ("BLOG", "post-weblog"),
    ("BOOK", "book"),
    ("CASE", "legal_case"),
    ("CHAP", "chapter"),
    ("CHART", "graphic"),
    ("CLSWK", "classic"),
    ("COMP", "software"),
    ("CONF", "paper-conference"),
    ("CPAPER", "paper-conference"),
    ("CTLG", "book"),
    ("DATA", "dataset"),
    ("DBASE", "dataset"),
    ("DICT", "entry-dictionary"),
    ("EBOOK", "book"),
    ("ECHAP", "chapter"),
    ("EDBOOK", "book"),
    ("EJOUR", "article-journal"),
    ("ELEC", "webpage"),
    ("ENCYC", "entry-encyclopedia"),
    ("EQUA", "figure"),
    ("FIGURE", "figure"),
    ("GEN", "document"),
    ("GOVDOC", "report"),
    ("GRANT", "document"),
    ("GRNT", "document"),
    ("HEAR", "hearing"),
    ("ICOMM", "personal_communication"),
    ("INPR", "article-journal"),
    ("JFULL", "periodical"),
    ("JOUR", "article-journal"),
    ("LEGAL", "regulation"),
    ("MANSCPT", "manuscript"),
    ("MAP", "map"),
    ("MGZN", "article-magazine"),
    ("MPCT", "motion_picture"),
    ("MULTI", "webpage"),
    ("MUSIC", "musical_score"),
    ("NEWS", "article-newspaper"),
    ("PAMP", "pamphlet"),
    ("PAT", "patent"),
    ("PCOMM", "personal_communication"),
    ("RPRT", "report"),
    ("SER", "book"),
    ("SLIDE", "speech"),
    ("SOUND", "song"),
    ("STAND", "standard"),
    ("STAT", "legislation"),
    ("THES", "thesis"),
    ("UNBILL", "bill"),
    ("UNPB", "manuscript"),
    ("UNPD", "manuscript"),
    ("VIDEO", "motion_picture"),
    ("WEB", "webpage"),
];

/// Whether a type of CSL is something that one sees in an archive.
pub fn unpublished(kind: &str) -> bool {
    matches!(
        kind,
        "personal_communication"
            | "manuscript"
            | "document"
            | "graphic"
            | "map"
            | "interview"
            | "speech"
            | "collection"
            | "treaty"
    )
}

/// Whether a type of CSL is a part of a periodical, or one.
pub fn article(kind: &str) -> bool {
    kind.starts_with("article") || matches!(kind, "periodical" | "review" | "review-book")
}

/// Whether a type of CSL is a part of something else.
pub fn part(kind: &str) -> bool {
    article(kind)
        || kind.starts_with("entry")
        || matches!(
            kind,
            "chapter"
                | "paper-conference"
                | "webpage"
                | "post"
                | "post-weblog"
                | "broadcast"
                | "graphic"
                | "figure"
        )
}

/// Whether a type of CSL is law, which `T2` names a collection of.
pub fn law(kind: &str) -> bool {
    matches!(
        kind,
        "legal_case" | "bill" | "legislation" | "regulation" | "treaty"
    )
}

/// Whether a type of CSL is a whole, of which `SP` counts the pages.
pub fn whole(kind: &str) -> bool {
    matches!(
        kind,
        "book" | "thesis" | "report" | "manuscript" | "pamphlet" | "classic"
    )
}

/// The variables of the authors (`AU`) and of the second names (`A2`) of a type of CSL.
pub fn roles(kind: &str) -> (&'static str, &'static str) {
    let authors = match kind {
        "motion_picture" | "broadcast" => "director",
        _ => "author",
    };
    let second = match kind {
        "personal_communication" => "recipient",
        "interview" => "interviewer",
        "song" => "performer",
        _ => "editor",
    };
    (authors, second)
}

/// Whether "type of work" can say of a type of CSL that it is another, for RIS has few.
pub fn general(kind: &str) -> bool {
    matches!(
        kind,
        "document"
            | "figure"
            | "graphic"
            | "manuscript"
            | "motion_picture"
            | "personal_communication"
            | "regulation"
            | "report"
            | "song"
            | "speech"
    )
}

/// Whether a genre says no more than the type of CSL does.
pub fn told(genre: &str, kind: &str) -> bool {
    kinds::find_subtype(genre).is_some_and(|(csl, _)| csl == kind)
        && kinds::genre(&genre.to_lowercase()).is_none()
}

/// A line of a file: its tag, its text, and where both stand.
struct Line<'a> {
    /// Empty for a line that goes on with the one before.
    tag: &'a str,
    text: &'a str,
    tag_span: Range<usize>,
    span: Range<usize>,
}

/// The lines of a stretch of a file.
fn lines(text: &str, span: Range<usize>) -> impl Iterator<Item = Line<'_>> {
    let mut at = span.start;
    let stretch = text.get(span).unwrap_or_default();
    stretch.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let (tag, text) = split(line).unwrap_or(("", line));
        let text_start = start + (line.len() - text.len()) + (text.len() - text.trim_start().len());
        let text = text.trim();
        let tag_start = start + (line.len() - line.trim_start_matches(['\u{feff}', ' ']).len());
        Line {
            tag,
            text,
            tag_span: tag_start..tag_start + tag.len(),
            span: text_start..text_start + text.len(),
        }
    })
}

/// The tag and the text of a line such as `AU  - Doe, Jane`.
fn split(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(['\u{feff}', ' ']);
    let (tag, rest) = line.split_at_checked(2)?;
    let mut letters = tag.bytes();
    let tagged = letters.next().is_some_and(|b| b.is_ascii_uppercase())
        && letters.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let text = rest.trim_start_matches(' ').strip_prefix('-')?;
    let apart = rest.starts_with(' ') && (text.is_empty() || text.starts_with([' ', '\r', '\n']));
    (tagged && apart).then_some((tag, text))
}

/// Finds a file's entries and gives them keys: their `ID`, or else one of author and year.
pub fn scan(text: &str) -> Scanned<'_> {
    let mut heads: Vec<Head> = Vec::new();
    let mut all: Vec<Found> = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    let mut made: Vec<(usize, String)> = Vec::new();
    let mut open: Option<Open<'_>> = None;
    let mut stray = false;
    let mut close = |entry: Open<'_>, end: usize| {
        let place = match entry.id {
            Some((_, span)) => span,
            None => {
                made.push((heads.len(), entry.made()));
                entry.kind.clone()
            }
        };
        heads.push(Head {
            key: text.get(place.clone()).unwrap_or_default().to_owned(),
            place,
            ..Head::default()
        });
        all.push(Found {
            span: entry.start..end,
            alike: 1,
        });
    };
    for line in lines(text, 0..text.len()) {
        match (line.tag, &mut open) {
            ("TY", _) => {
                // A missing `ER` loses nothing.
                if let Some(entry) = open.take() {
                    close(entry, line.tag_span.start);
                }
                stray = false;
                open = Some(Open {
                    start: line.tag_span.start,
                    kind: line.tag_span,
                    ..Open::default()
                });
            }
            ("ER", Some(_)) => {
                if let Some(entry) = open.take() {
                    close(entry, line.tag_span.start);
                }
            }
            (_, Some(entry)) => entry.take(line),
            ("", None) => {}
            (tag, None) if !stray => {
                stray = true;
                problems.push(Problem {
                    span: line.tag_span,
                    message: format!("`{tag}` stands outside an entry"),
                    help: "each entry begins with a line such as: TY  - BOOK".to_owned(),
                });
            }
            (_, None) => {}
        }
    }
    if let Some(entry) = open.take() {
        close(entry, text.len());
    }
    // Entries of one author and year are told apart by letters, in the order of the file.
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    for (_, key) in &made {
        counts.entry(key).or_default().0 += 1;
    }
    for (index, key) in &made {
        let Some((count, used)) = counts.get_mut(key.as_str()) else {
            continue;
        };
        let letters = match *count {
            1 => String::new(),
            _ => {
                *used += 1;
                crate::text::letters(*used)
            }
        };
        if let (Some(head), Some(found)) = (heads.get_mut(*index), all.get_mut(*index)) {
            head.key = format!("{key}{letters}");
            found.alike = *count;
        }
    }
    Scanned {
        heads,
        problems,
        format: Format::Ris(Entries { text, all }),
    }
}

/// An entry of which the end isn't found yet.
#[derive(Default)]
struct Open<'a> {
    start: usize,
    kind: Range<usize>,
    id: Option<(&'a str, Range<usize>)>,
    author: &'a str,
    title: &'a str,
    year: &'a str,
}

impl<'a> Open<'a> {
    fn take(&mut self, line: Line<'a>) {
        let first = |slot: &mut &'a str| {
            if slot.is_empty() {
                *slot = line.text;
            }
        };
        match line.tag {
            "ID" if self.id.is_none() && !line.text.is_empty() => {
                self.id = Some((line.text, line.span));
            }
            "AU" | "A1" | "ED" | "A2" => first(&mut self.author),
            "TI" | "T1" | "CT" | "BT" => first(&mut self.title),
            "PY" | "Y1" | "DA" => first(&mut self.year),
            _ => {}
        }
    }

    /// A key made of the first author's family name, or the title's first word, and the year.
    fn made(&self) -> String {
        let name = match self.author.split(',').next().unwrap_or_default().trim() {
            "" => self
                .title
                .split_whitespace()
                .find(|word| word.chars().count() > 3),
            family => Some(family),
        };
        let letters = name
            .unwrap_or("untitled")
            .chars()
            .filter(|c| c.is_alphanumeric());
        let name: String = letters.flat_map(char::to_lowercase).collect();
        let digits = |text: &&str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        let year = self.year.split(|c: char| !c.is_ascii_digit()).find(digits);
        format!("{name}{}", year.unwrap_or("nd"))
    }
}

/// A field: its text, with the lines that go on with it, and where it stands.
struct Tagged {
    text: String,
    span: Range<usize>,
}

type Fields<'a> = BTreeMap<&'a str, Vec<Tagged>>;

impl Entries<'_> {
    /// Reads an entry.
    pub fn draft(&self, index: usize) -> Option<Draft> {
        let found = self.all.get(index)?;
        let mut fields: Fields<'_> = BTreeMap::new();
        let mut last = "";
        for line in lines(self.text, found.span.clone()) {
            if !line.tag.is_empty() {
                last = line.tag;
                let text = line.text.to_owned();
                let span = line.span;
                fields
                    .entry(line.tag)
                    .or_default()
                    .push(Tagged { text, span });
            } else if let Some(before) = fields.get_mut(last).and_then(|list| list.last_mut())
                && !line.text.is_empty()
            {
                let apart = if before.text.is_empty() { "" } else { " " };
                before.text.push_str(apart);
                before.text.push_str(line.text);
                before.span.end = line.span.end;
            }
        }
        for list in fields.values_mut() {
            list.retain(|field| !field.text.is_empty());
        }
        let mut reader = Reader {
            fields,
            item: Item::default(),
            faults: Vec::new(),
        };
        let (typed, kind) = reader.kind(found);
        reader.names(&typed);
        reader.dates();
        reader.titles();
        reader.publication();
        Some(Draft {
            item: reader.item,
            typed,
            kind,
            faults: reader.faults,
            broken: false,
        })
    }
}

struct Reader<'a> {
    fields: Fields<'a>,
    item: Item,
    faults: Vec<EntryFault>,
}

impl Reader<'_> {
    fn all(&self, tag: &str) -> &[Tagged] {
        self.fields.get(tag).map_or(&[], Vec::as_slice)
    }

    /// The first text of the first tag that has one.
    fn text(&self, tags: &[&str]) -> Option<String> {
        let found = tags.iter().find_map(|tag| self.all(tag).first());
        found.map(|field| field.text.clone())
    }

    fn put(&mut self, variable: &str, text: Option<String>) {
        if let Some(text) = text {
            self.item.text.entry(variable.to_owned()).or_insert(text);
        }
    }

    fn is(&self, kinds: &[&str]) -> bool {
        kinds.contains(&self.item.kind.as_str())
    }

    fn kind(&mut self, found: &Found) -> (String, KindKey) {
        let (typed, span) = match self.all("TY").first() {
            Some(field) => (field.text.clone(), field.span.clone()),
            None => (String::new(), found.span.start..found.span.start + 2),
        };
        if found.alike > 1 {
            self.faults.push(EntryFault::field(
                span.clone(),
                format!(
                    "the key is made from author and year, which {} entries share",
                    found.alike
                ),
                "add a line `ID  - key`, so that the key stays as it is when the file changes",
            ));
        }
        let upper = typed.to_uppercase();
        let known = TYPES.iter().find(|(name, _)| *name == upper);
        let mut kind = known.map_or("document", |(_, csl)| csl);
        if known.is_none() {
            let help = match nearest(&upper, TYPES.iter().map(|(name, _)| *name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "it is formatted as a general document; `GEN` says so".to_owned(),
            };
            self.faults.push(EntryFault {
                code: Code::SourceKind,
                span,
                message: format!("there is no type `{typed}` in RIS"),
                help,
            });
        }
        let mut word = match upper.as_str() {
            "GEN" => KindKey::Other,
            _ => kinds::of_csl(kind).unwrap_or(KindKey::Other),
        };
        // RIS has few types; "type of work" says what it is more exactly.
        let finer = self.text(&["M3"]).as_deref().and_then(kinds::find_subtype);
        if let Some((csl, finer_word)) = finer.filter(|(csl, _)| general(kind) || *csl == kind) {
            (kind, word) = (csl, finer_word);
        }
        kind.clone_into(&mut self.item.kind);
        if unpublished(&self.item.kind)
            && word == KindKey::Other
            && ["AV", "DB", "DP"]
                .iter()
                .any(|tag| !self.all(tag).is_empty())
        {
            word = KindKey::Document;
        }
        (typed, word)
    }

    fn names(&mut self, typed: &str) {
        let (authors, second) = roles(&self.item.kind);
        let authors = match typed.eq_ignore_ascii_case("EDBOOK") {
            true => "editor",
            false => authors,
        };
        let third = match self.item.kind.as_str() {
            "motion_picture" | "broadcast" => "producer",
            "book"
                if authors != "editor"
                    && self.all("A2").is_empty()
                    && self.all("ED").is_empty() =>
            {
                "editor"
            }
            _ => "collection-editor",
        };
        let roles = [
            ("AU", authors),
            ("A1", authors),
            ("ED", "editor"),
            ("A2", second),
            ("A3", third),
            ("A4", "translator"),
            ("TA", "translator"),
        ];
        for (tag, variable) in roles {
            let names = self.all(tag).iter().map(|field| name(&field.text));
            let names: Vec<Name> = names.collect();
            if !names.is_empty() {
                let all = self.item.names.entry(variable.to_owned()).or_default();
                for name in names {
                    // Some programs write each author as `A1` and as `AU`.
                    if !all.contains(&name) {
                        all.push(name);
                    }
                }
            }
        }
    }

    fn dates(&mut self) {
        let exact = self.text(&["DA"]);
        let year = self.text(&["PY", "Y1"]);
        let read = |text: &String| Some(ris_date(text)).filter(|date| !date::is_words(date));
        let date = exact.as_ref().and_then(read);
        // A day without its year stands beside it.
        let joined = match (&exact, &year) {
            (Some(day), Some(year)) if date.is_none() => {
                let year = year.split('/').next().unwrap_or_default();
                read(&format!("{day} {year}"))
            }
            _ => None,
        };
        let whole = year.as_ref().map(|year| ris_date(year));
        let finer = whole
            .as_ref()
            .filter(|date| date.start.month.is_some())
            .cloned();
        let date = match date {
            Some(date) if date.start.month.is_some() => Some(date),
            date => joined
                .or(finer)
                .or(date)
                .or(whole)
                .or(exact.map(|text| ris_date(&text))),
        };
        if let Some(date) = date {
            self.item.dates.insert("issued".to_owned(), date);
        }
        if let Some(seen) = self.all("Y2").first() {
            let date = ris_date(&seen.text);
            if !date::is_words(&date) {
                self.item.dates.insert("accessed".to_owned(), date);
            } else {
                let message = format!("`Y2` is no date: `{}`", seen.text);
                let help = "write it as year/month/day, as far as they are known: 1939/08/23";
                self.faults
                    .push(EntryFault::field(seen.span.clone(), message, help));
            }
        }
        // An original has a title or a date, or a line for each.
        let originals: Vec<String> = self.all("OP").iter().map(|op| op.text.clone()).collect();
        for original in originals {
            let date = ris_date(&original);
            if date::is_words(&date) {
                self.put("original-title", Some(original));
            } else {
                let dates = &mut self.item.dates;
                dates.entry("original-date".to_owned()).or_insert(date);
            }
        }
    }

    fn titles(&mut self) {
        let mut title = self.text(&["TI", "T1", "CT"]);
        let mut whole = self.text(&["T2"]);
        let book = self.text(&["BT"]);
        if part(&self.item.kind) {
            whole = whole.or(book);
        } else {
            title = title.or(book);
        }
        self.put("title", title);
        self.put("title-short", self.text(&["ST"]));
        let full = self.text(&["JF"]);
        let journal = self.text(&["JO", "JA", "J2", "J1"]);
        if self.is(&["paper-conference"]) {
            let proceedings = self.text(&["C3"]);
            let event = whole.clone().filter(|_| proceedings.is_some());
            self.put("event-title", event);
            self.put("container-title", proceedings.or(whole));
        } else if self.is(&["speech"]) {
            self.put("event-title", whole);
        } else if part(&self.item.kind) || law(&self.item.kind) {
            self.put("container-title", whole.or(full));
        } else if unpublished(&self.item.kind) {
            self.put("archive_collection", whole);
        } else {
            self.put("collection-title", whole);
        }
        let has = self.item.text.get("container-title").cloned();
        match (journal, has) {
            (Some(short), Some(full)) if short != full => {
                self.put("container-title-short", Some(short));
            }
            (Some(only), None) if part(&self.item.kind) => self.put("container-title", Some(only)),
            _ => {}
        }
        self.put("collection-title", self.text(&["T3"]));
        self.put("reviewed-title", self.text(&["RI"]));
    }

    fn publication(&mut self) {
        let doi = self.text(&["DO"]).map(|doi| match doi.find("10.") {
            Some(at) => doi.get(at..).unwrap_or_default().to_owned(),
            None => doi,
        });
        let third: Vec<String> = self.all("M3").iter().map(|m3| m3.text.clone()).collect();
        let (odd_doi, works): (Vec<_>, Vec<_>) =
            third.into_iter().partition(|text| text.starts_with("10."));
        let odd_doi = odd_doi.into_iter().next();
        self.put("DOI", doi.or(odd_doi));
        // What the type says already isn't said again, unless a second line says it of the work.
        let kind = self.item.kind.as_str();
        let named = |work: &str| kinds::find_subtype(work).is_some_and(|(csl, _)| csl == kind);
        let genre = match works.as_slice() {
            [first, second, ..] if named(first) => Some(second),
            [first, ..] if !told(first, kind) => Some(first),
            _ => None,
        };
        let genre = genre.cloned();
        self.put("genre", genre);
        self.put("URL", self.text(&["UR", "LK"]));
        let publisher = self.text(&["PB"]);
        match self.item.kind.as_str() {
            "legal_case" => self.put("authority", publisher),
            _ => self.put("publisher", publisher),
        }
        let place = self.text(&["CY", "PP"]);
        let held = self.is(&["speech"]);
        self.put(
            if held {
                "event-place"
            } else {
                "publisher-place"
            },
            place,
        );
        self.put("volume", self.text(&["VL"]));
        self.put("number-of-volumes", self.text(&["NV"]));
        let (issue, number) = (self.text(&["IS"]), self.text(&["M1"]));
        if article(&self.item.kind) {
            self.put("issue", issue.or(number));
        } else if self.item.text.contains_key("collection-title") {
            self.put("collection-number", issue.or(number));
        } else {
            self.put("number", number.or(issue));
        }
        let serial = self.text(&["SN"]);
        match self.item.kind.as_str() {
            _ if article(&self.item.kind) => self.put("ISSN", serial),
            "report" | "patent" | "standard" => self.put("number", serial),
            _ => self.put("ISBN", serial),
        }
        let edition = self.text(&["ET"]);
        let version = self.is(&["software"]);
        self.put(if version { "version" } else { "edition" }, edition);
        self.put("section", self.text(&["SE"]));
        if self.is(&["map"]) {
            self.put("scale", self.text(&["C1"]));
        }
        let (first, last) = (self.text(&["SP"]), self.text(&["EP"]));
        let whole = whole(&self.item.kind);
        match (first, last) {
            (Some(first), Some(last)) if first != last && !first.contains(['-', '–']) => {
                self.put("page", Some(format!("{first}-{last}")));
            }
            (Some(pages), None) if whole && pages.bytes().all(|b| b.is_ascii_digit()) => {
                self.put("number-of-pages", Some(pages));
            }
            (Some(pages), _) | (None, Some(pages)) => {
                self.put("page", Some(pages.replace(['–', '—'], "-")));
            }
            (None, None) => {}
        }
        let language = self.text(&["LA"]).map(|language| bcp47(&language));
        self.put("language", language);
        let keywords: Vec<&str> = self
            .all("KW")
            .iter()
            .map(|field| field.text.as_str())
            .collect();
        let keywords = Some(keywords.join(", ")).filter(|words| !words.is_empty());
        self.put("keyword", keywords);
        let notes: Vec<&str> = self
            .all("N1")
            .iter()
            .map(|field| field.text.as_str())
            .collect();
        self.put(
            "annote",
            Some(notes.join(" ")).filter(|notes| !notes.is_empty()),
        );
        let call = self.text(&["CN"]);
        if unpublished(&self.item.kind) {
            self.put("archive", self.text(&["DB", "DP"]));
            self.put("archive_location", self.text(&["AV", "AN"]).or(call));
        } else {
            // For what is published these are the catalogue and the database it was found in.
            self.put("source", self.text(&["DB", "DP"]));
            self.put("archive_location", self.text(&["AV"]));
            self.put("call-number", call);
        }
    }
}

/// A name as RIS writes it: "Doe, Jane, Jr."; without a comma it is an institution's.
fn name(text: &str) -> Name {
    match text.split_once(',') {
        Some((family, rest)) if rest.trim().is_empty() => Name {
            family: family.trim().to_owned(),
            literal: true,
            ..Name::default()
        },
        Some(_) => named(text),
        None => Name {
            family: text.trim().to_owned(),
            literal: true,
            ..Name::default()
        },
    }
}

/// A date as RIS writes it, `year/month/day/other`, or as people do.
fn ris_date(text: &str) -> Date {
    let mut parts = text.splitn(4, '/').map(str::trim);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let other = parts.next().unwrap_or_default();
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) if year.len() == 4 => {
            if month.is_empty() && !other.is_empty() {
                return date::words(&format!("{other} {year}"));
            }
            date::words(&format!("{year}/{month}/{day}"))
        }
        _ => date::words(text),
    }
}
