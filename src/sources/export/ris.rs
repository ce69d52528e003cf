//! Writes RIS: the tags of Reference Manager, EndNote and Zotero, as our reader takes them.

use super::{Source, line, text};
use crate::csl::{Date, DateParts, Item, Name};
use crate::sources::ris::{article, general, law, part, roles, told, unpublished, whole};
use crate::sources::{KindKey, date, kinds};

/// The types that say what a type of CSL is; the others are `GEN`, with "type of work".
const TYPES: &[(&str, &str)] = &[
    ("article-journal", "JOUR"),
    ("article-magazine", "MGZN"),
    ("article-newspaper", "NEWS"),
    ("bill", "BILL"),
    ("book", "BOOK"),
    ("broadcast", "SOUND"),
    ("chapter", "CHAP"),
    ("classic", "CLSWK"),
    ("dataset", "DATA"),
    ("entry-dictionary", "DICT"),
    ("entry-encyclopedia", "ENCYC"),
    ("figure", "FIGURE"),
    ("graphic", "ART"),
    ("hearing", "HEAR"),
    ("interview", "PCOMM"),
    ("legal_case", "CASE"),
    ("legislation", "STAT"),
    ("manuscript", "MANSCPT"),
    ("map", "MAP"),
    ("motion_picture", "MPCT"),
    ("musical_score", "MUSIC"),
    ("pamphlet", "PAMP"),
    ("paper-conference", "CONF"),
    ("patent", "PAT"),
    ("periodical", "JFULL"),
    ("personal_communication", "PCOMM"),
    ("post-weblog", "BLOG"),
    ("regulation", "LEGAL"),
    ("report", "RPRT"),
    ("software", "COMP"),
    ("song", "SOUND"),
    ("speech", "SLIDE"),
    ("standard", "STAND"),
    ("thesis", "THES"),
    ("treaty", "LEGAL"),
    ("webpage", "ELEC"),
];

/// Writes a file.
pub fn file<'a>(sources: impl IntoIterator<Item = &'a Source>) -> String {
    let mut out = String::new();
    for source in sources {
        if !out.is_empty() {
            out.push('\n');
        }
        let mut writer = Writer {
            item: &source.item,
            out: &mut out,
        };
        let edited = writer.kind(source.kind);
        writer.names(edited);
        writer.titles();
        writer.dates();
        writer.publication();
        writer.keeping();
        writer.tag("ER", "");
    }
    out
}

struct Writer<'a> {
    item: &'a Item,
    out: &'a mut String,
}

impl<'a> Writer<'a> {
    fn tag(&mut self, tag: &str, text: &str) {
        self.out.push_str(tag);
        self.out.push_str("  - ");
        self.out.push_str(&line(text));
        self.out.push('\n');
    }

    fn text(&self, variable: &str) -> Option<&'a str> {
        text(self.item, variable)
    }

    /// Writes a variable, if there is one.
    fn put(&mut self, tag: &str, variable: &str) {
        if let Some(text) = self.text(variable) {
            self.tag(tag, text);
        }
    }

    /// Writes the type, the key and what "type of work" says. Whether it is `EDBOOK`, whose authors
    /// are editors.
    fn kind(&mut self, word: KindKey) -> bool {
        let csl = self.item.kind.as_str();
        let found = TYPES.binary_search_by(|(name, _)| (*name).cmp(csl));
        let tag = found.ok().and_then(|at| TYPES.get(at));
        let tag = tag.map_or("GEN", |(_, tag)| *tag);
        // What the reader takes the type for, before it looks at "type of work".
        let (read, read_word) = match tag {
            "GEN" => ("document", Some(KindKey::Other)),
            "PCOMM" => ("personal_communication", Some(KindKey::Letter)),
            "LEGAL" => ("regulation", Some(KindKey::Treaty)),
            "SOUND" => ("song", Some(KindKey::Broadcast)),
            _ => (csl, kinds::of_csl(csl)),
        };
        let of = |variable: &str| self.item.names.get(variable).is_some_and(|n| !n.is_empty());
        let edited = tag == "BOOK" && of("editor") && !of("author");
        self.tag("TY", if edited { "EDBOOK" } else { tag });
        let key = self.item.key.clone();
        self.tag("ID", &key);

        let genre = self.text("genre");
        let said = genre.and_then(kinds::find_subtype);
        let plain = read == csl && read_word == Some(word);
        let misread = said.is_some_and(|(other, other_word)| {
            (general(read) || other == read) && (other, other_word) != (csl, word)
        });
        let dropped = genre.is_some_and(|genre| told(genre, csl));
        let says_it = said == Some((csl, word)) && !dropped;
        let unsaid = dropped || misread || !plain;
        if unsaid
            && !says_it
            && let Some(name) = name_of(csl, word)
        {
            let mut letters = name.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            let name: String = first.into_iter().chain(letters).collect();
            self.tag("M3", &name);
        }
        if let Some(genre) = genre {
            self.tag("M3", genre);
        }
        edited
    }

    fn names(&mut self, edited: bool) {
        let (authors, second) = roles(&self.item.kind);
        let authors = if edited { "editor" } else { authors };
        let third = match self.item.kind.as_str() {
            "motion_picture" | "broadcast" => "producer",
            _ => "collection-editor",
        };
        let roles = [
            ("AU", authors),
            ("A2", second),
            ("ED", if second == "editor" { "" } else { "editor" }),
            ("A3", third),
            ("A4", "translator"),
        ];
        for (tag, variable) in roles {
            if tag != "AU" && variable == authors {
                continue;
            }
            for person in self.item.names.get(variable).into_iter().flatten() {
                let text = name(person);
                self.tag(tag, &text);
            }
        }
    }

    fn titles(&mut self) {
        let kind = self.item.kind.as_str();
        self.put("TI", "title");
        self.put("ST", "title-short");
        let container = match kind {
            "paper-conference" => {
                // Without proceedings the conference's name would be theirs.
                if self.text("container-title").is_some() {
                    self.put("T2", "event-title");
                }
                self.put("C3", "container-title");
                true
            }
            "speech" => {
                self.put("T2", "event-title");
                false
            }
            kind if part(kind) || law(kind) => {
                self.put("T2", "container-title");
                true
            }
            kind if unpublished(kind) => {
                self.put("T2", "archive_collection");
                false
            }
            _ => false,
        };
        if container && self.text("container-title").is_some() {
            self.put("J2", "container-title-short");
        }
        self.put("T3", "collection-title");
        self.put("RI", "reviewed-title");
    }

    fn dates(&mut self) {
        if let Some(date) = self.item.dates.get("issued") {
            let year = year(date);
            match write_date(date) {
                Some(text) => {
                    if let Some(year) = year {
                        self.tag("PY", &year);
                    }
                    self.tag("DA", &text);
                }
                None => self.tag("PY", date.literal.as_deref().unwrap_or_default()),
            }
        }
        for (tag, variable) in [("Y2", "accessed"), ("OP", "original-date")] {
            if let Some(text) = self.item.dates.get(variable).and_then(write_date) {
                self.tag(tag, &text);
            }
        }
        self.put("OP", "original-title");
    }

    fn publication(&mut self) {
        let kind = self.item.kind.as_str();
        let court = kind == "legal_case";
        self.put("PB", if court { "authority" } else { "publisher" });
        let held = kind == "speech";
        self.put(
            "CY",
            if held {
                "event-place"
            } else {
                "publisher-place"
            },
        );
        self.put("VL", "volume");
        self.put("NV", "number-of-volumes");
        if article(kind) {
            self.put("IS", "issue");
        } else if self.text("collection-number").is_some() {
            self.put("IS", "collection-number");
        } else {
            self.put("M1", "number");
        }
        match kind {
            _ if article(kind) => self.put("SN", "ISSN"),
            "report" | "patent" | "standard" => {}
            _ => self.put("SN", "ISBN"),
        }
        let program = kind == "software";
        self.put("ET", if program { "version" } else { "edition" });
        self.put("SE", "section");
        if kind == "map" {
            self.put("C1", "scale");
        }
        self.pages();
        self.put("LA", "language");
        for word in self.text("keyword").into_iter().flat_map(|w| w.split(", ")) {
            if !word.trim().is_empty() {
                self.tag("KW", word);
            }
        }
        self.put("N1", "note");
        self.put("DO", "DOI");
        self.put("UR", "URL");
    }

    fn pages(&mut self) {
        let count = self.text("number-of-pages");
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let Some(pages) = self.text("page") else {
            if whole(&self.item.kind) && count.is_some_and(digits) {
                self.put("SP", "number-of-pages");
            }
            return;
        };
        let word = |side: &str| !side.is_empty() && side.chars().all(char::is_alphanumeric);
        match pages.split_once('-') {
            Some((first, last)) if word(first) && word(last) && first != last => {
                self.tag("SP", first);
                self.tag("EP", last);
            }
            _ => {
                self.tag("SP", pages);
                // A number alone would count a whole's pages.
                if whole(&self.item.kind) && digits(pages) {
                    self.tag("EP", pages);
                }
            }
        }
    }

    fn keeping(&mut self) {
        if unpublished(&self.item.kind) {
            self.put("DB", "archive");
        } else {
            self.put("DB", "source");
            self.put("CN", "call-number");
        }
        self.put("AV", "archive_location");
    }
}

/// The name of a kind or type that says just this much, and no genre.
fn name_of(csl: &str, word: KindKey) -> Option<&'static str> {
    let types = kinds::csl_names().filter(|name| kinds::find(name).is_none());
    let kinds = kinds::all().map(|(name, ..)| name);
    // The plain name of a type is clearer than that of one of its kinds.
    let own = kinds::csl_names().filter(|name| *name == csl);
    own.chain(kinds).chain(types).find(|name| {
        kinds::find_subtype(name) == Some((csl_name(csl), word)) && kinds::genre(name).is_none()
    })
}

/// The name of a type as the tables have it.
fn csl_name(csl: &str) -> &'static str {
    kinds::csl_names()
        .find(|name| *name == csl)
        .unwrap_or_default()
}

/// "Doe, Jane, Jr."; an institution as it stands.
fn name(name: &Name) -> String {
    let particles = [&name.dropping_particle, &name.particle];
    let mut text = String::new();
    for particle in particles.into_iter().flatten() {
        text.push_str(particle);
        if !particle.ends_with(['’', '\'', '-']) {
            text.push(' ');
        }
    }
    text.push_str(&name.family);
    if name.literal {
        return text;
    }
    let given = name.given.as_deref().unwrap_or_default();
    if !given.is_empty() || name.suffix.is_some() {
        text.push_str(", ");
        text.push_str(given);
    }
    if let Some(suffix) = &name.suffix {
        text.push_str(", ");
        text.push_str(suffix);
    }
    text
}

/// The year that most programs look at alone.
fn year(date: &Date) -> Option<String> {
    let year = date::write(date)?;
    let year = year.trim_start_matches('/').split(['/', '~']).next()?;
    let end = year.char_indices().skip(1).find(|(_, c)| *c == '-');
    let year = end.map_or(year, |(at, _)| year.get(..at).unwrap_or(year));
    Some(year.to_owned())
}

/// `1939/08/23/` and `1939///spring`, as RIS has it; what it has no form for as EDTF.
fn write_date(date: &Date) -> Option<String> {
    const SEASONS: [&str; 4] = ["spring", "summer", "autumn", "winter"];
    let text = date::write(date)?;
    let DateParts { year, month, .. } = date.start;
    if date.circa || date.end.is_some() || date.literal.is_some() || year < 1 {
        return Some(text);
    }
    let season = month.and_then(|month| SEASONS.get(usize::from(month).checked_sub(21)?));
    if let Some(season) = season {
        return Some(format!("{year:04}///{season}"));
    }
    let mut parts = text.split('-').map(str::to_owned).collect::<Vec<_>>();
    parts.resize(4, String::new());
    Some(parts.join("/"))
}

#[cfg(test)]
#[test]
fn types_are_sorted_for_the_search() {
    assert!(TYPES.is_sorted_by(|a, b| a.0 < b.0));
}
