//! What programs that look at a page read of a source: COinS, which Zotero takes into a library, and
//! `citation_reference`, by which search engines know what a page cites.

use super::tags::plain;
use super::{Source, line, text};
use crate::csl::{Date, Item, Name};
use crate::sources::date;

/// A source as COinS: a ContextObject of OpenURL (ANSI/NISO Z39.88-2004) by keys and encoded values,
/// in its formats `book`, `journal`, `dissertation` or `dc`, with the keys that Zotero reads.
///
/// Out: what stands in the `title` of `<span class="Z3988">`, not yet escaped for HTML.
pub fn coins(source: &Source) -> String {
    let item = &source.item;
    let kind = item.kind.as_str();
    let mut out = Pairs(String::new());
    out.put("ctx_ver", "Z39.88-2004");
    let (format, genre, title, whole) = match kind {
        kind if kind.starts_with("article-") || kind.starts_with("review") => {
            ("mtx:journal", "article", "atitle", "jtitle")
        }
        "periodical" => ("mtx:journal", "journal", "jtitle", ""),
        "chapter" | "entry" | "entry-dictionary" | "entry-encyclopedia" => {
            ("mtx:book", "bookitem", "atitle", "btitle")
        }
        "paper-conference" => ("mtx:book", "proceeding", "atitle", "btitle"),
        "book" | "classic" | "pamphlet" => ("mtx:book", "book", "btitle", ""),
        "report" => ("mtx:book", "report", "btitle", ""),
        "thesis" => ("mtx:dissertation", "", "title", ""),
        _ => ("mtx:dc", "", "title", "source"),
    };
    out.put("rft_val_fmt", &format!("info:ofi/fmt:kev:{format}"));
    if let Some(doi) = text(item, "DOI") {
        out.put("rft_id", &format!("info:doi/{doi}"));
    }
    if let Some(url) = text(item, "URL") {
        out.put("rft_id", url);
    }
    out.rft("genre", genre);
    let dublin = format == "mtx:dc";
    if dublin {
        out.rft("type", zotero_type(kind));
    }
    let mut say = |key: &str, variable: &str| {
        if let (Some(text), false) = (text(item, variable), key.is_empty()) {
            out.rft(key, &plain(text));
        }
    };
    say(title, "title");
    say(whole, "container-title");
    if format == "mtx:dissertation" {
        say("inst", "publisher");
        say("degree", "genre");
    } else if dublin {
        say("publisher", "publisher");
        say("identifier", "archive_location");
        say("subject", "keyword");
        say("language", "language");
    } else {
        say("stitle", "container-title-short");
        say("place", "publisher-place");
        say("pub", "publisher");
        say("edition", "edition");
        say("series", "collection-title");
        say("volume", "volume");
        say("issue", "issue");
        say("isbn", "ISBN");
        say("issn", "ISSN");
        say("tpages", "number-of-pages");
        let pages = text(item, "page").unwrap_or_default();
        if let Some((first, last)) = ends(pages) {
            out.rft("spage", first);
            out.rft("epage", last);
        }
        out.rft("pages", pages);
    }
    if let Some(date) = item.dates.get("issued").and_then(day) {
        out.rft("date", &date);
    }
    people(item, dublin, &mut out);
    out.0
}

/// The names of who made it, the first by its parts.
fn people(item: &Item, dublin: bool, out: &mut Pairs) {
    let mut first = true;
    for person in makers(item) {
        let whole = in_order(person);
        match () {
            () if dublin => out.rft("creator", &whole),
            () if person.literal => out.rft("aucorp", &person.family),
            () => {
                if first {
                    out.rft("aulast", &family(person));
                    out.rft("aufirst", person.given.as_deref().unwrap_or_default());
                    out.rft("ausuffix", person.suffix.as_deref().unwrap_or_default());
                }
                out.rft("au", &whole);
            }
        }
        first = false;
    }
}

/// What Zotero calls a type that OpenURL has no format for.
fn zotero_type(kind: &str) -> &'static str {
    match kind {
        "personal_communication" => "letter",
        "manuscript" | "collection" => "manuscript",
        "interview" => "interview",
        "motion_picture" => "film",
        "broadcast" => "tvBroadcast",
        "song" | "musical_score" => "audioRecording",
        "graphic" | "figure" => "artwork",
        "map" => "map",
        "speech" => "presentation",
        "webpage" => "webpage",
        "post-weblog" => "blogPost",
        "post" => "forumPost",
        "bill" => "bill",
        "legislation" | "regulation" | "treaty" => "statute",
        "legal_case" => "case",
        "hearing" => "hearing",
        "patent" => "patent",
        "software" => "computerProgram",
        "article" => "preprint",
        _ => "document",
    }
}

/// A source as the content of a `citation_reference` tag: Highwire Press's tags, which Google
/// Scholar reads, each with its value, divided by semicolons.
///
/// Out: what stands in `content`, not yet escaped for HTML; empty for a source that has none of
/// these.
pub fn citation_reference(source: &Source) -> String {
    let item = &source.item;
    let mut parts: Vec<String> = Vec::new();
    let mut say = |tag: &str, value: &str| {
        // A semicolon would end the value.
        let value = line(value).replace(';', ",");
        if !value.trim().is_empty() {
            parts.push(format!("citation_{tag}={}", value.trim()));
        }
    };
    let get = |variable: &str| text(item, variable).map(plain).unwrap_or_default();
    say("title", &get("title"));
    for person in makers(item) {
        say("author", &in_order(person));
    }
    let kind = item.kind.as_str();
    let publisher = get("publisher");
    let container = match kind {
        _ if kind.starts_with("article-") || kind.starts_with("review") => "journal_title",
        "paper-conference" => "conference_title",
        _ => "inbook_title",
    };
    say(container, &get("container-title"));
    match kind {
        "thesis" => say("dissertation_institution", &publisher),
        "report" => say("technical_report_institution", &publisher),
        _ => say("publisher", &publisher),
    }
    say("volume", &get("volume"));
    say("issue", &get("issue"));
    if kind == "report" {
        say("technical_report_number", &get("number"));
    }
    say("pages", &get("page"));
    if let Some(date) = item.dates.get("issued").and_then(day) {
        say("publication_date", &date.replace('-', "/"));
    }
    say("issn", &get("ISSN"));
    say("isbn", &get("ISBN"));
    say("doi", &get("DOI"));
    parts.join("; ")
}

/// Those whom a citation would name first.
fn makers(item: &Item) -> impl Iterator<Item = &Name> {
    let found = ["author", "director", "interviewer", "editor", "translator"]
        .into_iter()
        .find_map(|variable| item.names.get(variable).filter(|names| !names.is_empty()));
    // "and others" is nobody.
    let names = found.into_iter().flatten();
    names.filter(|name| !(name.literal && name.family == "others"))
}

/// "Jane von Doe Jr."
fn in_order(name: &Name) -> String {
    let parts = [name.given.clone(), Some(family(name)), name.suffix.clone()];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|p| !p.is_empty())
        .collect();
    parts.join(" ")
}

/// A family name with its particles.
fn family(name: &Name) -> String {
    let parts = [
        name.dropping_particle.as_deref(),
        name.particle.as_deref(),
        Some(name.family.as_str()),
    ];
    let mut out = String::new();
    for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
        if !out.is_empty() && !out.ends_with(['’', '\'', '-']) {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

/// The first day of a date, as exactly as it is known; none for words, or before the common era.
fn day(date: &Date) -> Option<String> {
    let mut start = date.start.clone();
    start.month = start.month.filter(|month| *month <= 12);
    (start.year > 0).then(|| date::write_day(&start)).flatten()
}

/// The first and the last page.
fn ends(pages: &str) -> Option<(&str, &str)> {
    let (first, last) = pages.split_once('-')?;
    let word = |side: &str| !side.is_empty() && side.chars().all(char::is_alphanumeric);
    (word(first) && word(last)).then_some((first, last))
}

/// Keys and encoded values.
struct Pairs(String);

impl Pairs {
    fn rft(&mut self, key: &str, value: &str) {
        self.put(&format!("rft.{key}"), value);
    }

    /// Adds a pair. All but unreserved characters are percent-encoded (RFC 3986, 2.3).
    fn put(&mut self, key: &str, value: &str) {
        let value = line(value);
        if value.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(key);
        self.0.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                self.0.push(char::from(byte));
            } else {
                self.0.push_str(&format!("%{byte:02X}"));
            }
        }
    }
}
