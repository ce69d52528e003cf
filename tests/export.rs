//! Sources that go out and come back: what is written as BibLaTeX, RIS and CSL-JSON, read again, is
//! the same, but for what a format can't hold. The manual lists that, and every difference found
//! here must be one of its list. The files in `tests/export` are what real sources become;
//! `UPDATE_EXPORT=1 cargo test --test export` writes them anew, and `tests/readers.rs` compares what
//! Pandoc reads in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use explainer::csl::{Date, DateParts, Item, Name};
use explainer::diag::{Code, Place};
use explainer::sources::export::{Format, citation_reference, coins, one};
use explainer::sources::{self, KindKey, Source, export};

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(name: &str, text: &str) -> Vec<Source> {
    let (library, faults) = sources::read(&[(name.into(), text)], None, None);
    let faults: Vec<_> = faults
        .iter()
        .filter(|fault| fault.code != Code::UntitledSource)
        .collect();
    assert!(faults.is_empty(), "{name}: {faults:?}\n{text}");
    library.sources().to_vec()
}

/// Writes sources and reads them again.
fn back(sources: &[Source], format: Format) -> Vec<Source> {
    read(
        &format!("back.{}", format.ending()),
        &export(sources, format),
    )
}

// The manual's words for what a format can't hold.
const ANNOTATIONS: &str = "annotations, and addresses of files on a disk";
const VARIABLES: &str = "variables that the format, or the kind in it, has no field for";
const NUMBERS: &str = "a number of its own beside that of a series";
const BLANKS: &str = "line breaks, and several blanks together";
const APOSTROPHES: &str = "straight apostrophes";
const CASE: &str = "protected capitals elsewhere than in titles";
const TAGS: &str = "italics and the like in names";
const SHORT: &str = "a title with a colon, of which there is no short one";
const VOLUME: &str = "a volume's title without the title of the whole";
const STATE: &str = "a state of publication, where there is no date";
const WORDS: &str = "words in place of a date";
const ORDER: &str = "a comma before a suffix; a family name that always stands first";
const PARTICLES: &str = "particles of names";
const COMMAS: &str = "commas in names, and persons of one name";
const NOTE: &str = "notes";
const SERIES_EDITOR: &str = "the editor of a series of a book without editors";
const ORIGINAL: &str = "an original title that reads as a date";
const KIND: &str = "kinds that are one type in CSL";
const LINES: &str = "lines of a note that look like variables";
const KEY: &str = "keys with blanks or signs that LaTeX takes for its own";
const ADDRESS: &str = "blanks, braces and backslashes in addresses";

fn blanks(text: &str) -> String {
    let blank = |c: char| (c.is_whitespace() || c.is_control()) && c != '\u{a0}';
    let words = text.split(blank).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A text without the tags that say nothing about it in `.bib`.
fn without(text: &str, tags: &[(&str, &str)]) -> String {
    let mut out = text.to_owned();
    for (open, close) in tags {
        while let Some((before, rest)) = out.split_once(open) {
            let Some((inside, after)) = rest.split_once(close) else {
                break;
            };
            out = format!("{before}{inside}{after}");
        }
    }
    out
}

/// A text with the apostrophes that LaTeX prints. Two that touch are signs of their own.
fn curled(text: &str) -> String {
    text.replace("''", "\u{1}")
        .replace('\'', "’")
        .replace('\u{1}', "''")
}

const NOCASE: (&str, &str) = ("<span class=\"nocase\">", "</span>");

/// The kinds whose whole is a book.
fn is_part(kind: &str) -> bool {
    matches!(kind, "chapter" | "paper-conference") || kind.starts_with("entry")
}

fn is_periodical(kind: &str) -> bool {
    kind.starts_with("article") || matches!(kind, "periodical" | "review" | "review-book")
}

/// Why a text came back otherwise, in the manual's words; `None` if it shouldn't have.
fn why_text(
    format: Format,
    item: &Item,
    variable: &str,
    back: Option<&String>,
) -> Option<&'static str> {
    let get = |variable: &str| item.text.get(variable);
    let kind = item.kind.as_str();
    let (before, title) = (get(variable), variable.contains("title"));
    let numbers = ["number", "collection-number", "issue"];
    let beside = get("collection-title").is_some() || get("collection-number").is_some();
    let new = |text: &String| back == Some(text);
    let gone = before.is_some() && back.is_none();
    if variable == "annote" && gone && (format != Format::Ris || get("note").is_none()) {
        return Some(ANNOTATIONS);
    }
    if variable == "URL" && gone && before.is_some_and(|url| url.starts_with("file:")) {
        return Some(ANNOTATIONS);
    }
    match format {
        Format::CslJson => {
            let lines = get("note").is_some_and(|note| note.contains(": "));
            let taken = match variable {
                "note" => back.is_some_and(|note| before.is_some_and(|b| b.starts_with(note))),
                _ => before.is_none() && back.is_some_and(|text| text == "Lemberg"),
            };
            (lines && taken).then_some(LINES)
        }
        Format::Bib => {
            if numbers.contains(&variable) && (beside || is_periodical(kind)) {
                return Some(NUMBERS);
            }
            let title_of_part = is_part(kind) && get("container-title").is_none();
            if get("volume-title").is_some()
                && (title_of_part || get("title").is_none())
                && ["title", "volume-title", "container-title", "title-short"].contains(&variable)
            {
                return Some(VOLUME);
            }
            if variable == "title-short" && before.is_none() {
                let title = curled(&blanks(get("title")?));
                return title.starts_with(back?.as_str()).then_some(SHORT);
            }
            let court = if kind == "legal_case" {
                "publisher"
            } else {
                "authority"
            };
            let (before, back) = match (before, back) {
                (Some(before), Some(back)) => (before, back),
                (Some(_), None) if variable == court => return Some(VARIABLES),
                (Some(_), None) => return (!IN_BIB.contains(&variable)).then_some(VARIABLES),
                _ => return None,
            };
            if variable == "URL" {
                let escaped = before.trim().replace('{', "%7B").replace('}', "%7D");
                let escaped = escaped.replace('\\', "%5C").replace([' ', '\n'], "%20");
                return (escaped == *back).then_some(ADDRESS);
            }
            let text = blanks(before);
            let quoted = curled(&text);
            let free = blanks(&without(&quoted, &[NOCASE]));
            match () {
                () if text == *back => Some(BLANKS),
                () if quoted == *back => Some(APOSTROPHES),
                () if !title && free == *back => Some(CASE),
                () => None,
            }
        }
        Format::Ris => {
            if variable == "note" && gone {
                return Some(NOTE);
            }
            if variable == "annote" {
                let note = get("note").map(|note| line(note));
                return (back == note.as_ref()).then_some(NOTE);
            }
            if numbers.contains(&variable) && (beside || is_periodical(kind)) {
                return Some(NUMBERS);
            }
            if variable == "original-title" && gone && read_as_date(before?) {
                return Some(ORIGINAL);
            }
            if before.is_some_and(|before| new(&line(before))) {
                return Some(BLANKS);
            }
            (gone && (!IN_RIS.contains(&variable) || variable_of_kind(kind, variable)))
                .then_some(VARIABLES)
        }
    }
}

/// What RIS has a tag for, but not for these kinds.
fn variable_of_kind(kind: &str, variable: &str) -> bool {
    match variable {
        "publisher" => kind == "legal_case",
        "publisher-place" => kind == "speech",
        "edition" => kind == "software",
        _ => false,
    }
}

fn line(text: &str) -> String {
    text.trim().replace(char::is_control, " ").trim().to_owned()
}

fn read_as_date(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Variables that `.bib` holds for every kind.
const IN_BIB: &[&str] = &[
    "DOI",
    "ISBN",
    "ISSN",
    "PMCID",
    "PMID",
    "URL",
    "archive",
    "archive-place",
    "archive_collection",
    "archive_location",
    "chapter-number",
    "collection-title",
    "container-title",
    "container-title-short",
    "dimensions",
    "edition",
    "event-place",
    "event-title",
    "genre",
    "keyword",
    "language",
    "medium",
    "note",
    "number",
    "number-of-pages",
    "number-of-volumes",
    "original-publisher",
    "original-publisher-place",
    "original-title",
    "page",
    "part-number",
    "publisher",
    "publisher-place",
    "scale",
    "section",
    "status",
    "title",
    "title-short",
    "version",
    "volume",
    "volume-title",
];

/// Variables that RIS holds for every kind, but where [`variable_of_kind`] says otherwise.
const IN_RIS: &[&str] = &[
    "DOI",
    "URL",
    "archive_location",
    "collection-title",
    "edition",
    "genre",
    "keyword",
    "language",
    "number-of-volumes",
    "original-title",
    "page",
    "publisher",
    "publisher-place",
    "section",
    "title",
    "title-short",
    "volume",
];

/// Roles that `.bib` has fields for.
const ROLES: &[&str] = &[
    "author",
    "chair",
    "collection-editor",
    "compiler",
    "composer",
    "container-author",
    "contributor",
    "curator",
    "director",
    "editor",
    "illustrator",
    "interviewer",
    "narrator",
    "organizer",
    "original-author",
    "performer",
    "producer",
    "recipient",
    "translator",
];

fn bib_name(name: &Name) -> Name {
    let tags = [
        NOCASE,
        ("<i>", "</i>"),
        ("<sup>", "</sup>"),
        ("<b>", "</b>"),
        ("<sc>", "</sc>"),
    ];
    let part = |text: &String| curled(&blanks(&without(text, &tags)));
    let mut out = Name {
        family: part(&name.family),
        given: name.given.as_ref().map(part),
        particle: name.particle.as_ref().map(part),
        dropping_particle: name.dropping_particle.as_ref().map(part),
        suffix: name.suffix.as_ref().map(part),
        literal: name.literal,
        ..Name::default()
    };
    if let (Some(kept), Some(dropped)) = (&out.particle, &out.dropping_particle) {
        out.particle = Some(format!("{dropped} {kept}"));
        out.dropping_particle = None;
    }
    out
}

fn why_names(
    format: Format,
    item: &Item,
    variable: &str,
    back: Option<&Vec<Name>>,
) -> Option<&'static str> {
    let empty = Vec::new();
    let names = item.names.get(variable).unwrap_or(&empty);
    let has = |test: &dyn Fn(&Name) -> bool| names.iter().any(test);
    match format {
        Format::CslJson => None,
        Format::Bib => {
            let Some(back) = back else {
                return (!ROLES.contains(&variable)).then_some(VARIABLES);
            };
            let expected: Vec<Name> = names.iter().map(bib_name).collect();
            if expected != *back {
                return None;
            }
            match () {
                () if has(&|n| n.comma_suffix || n.static_order) => Some(ORDER),
                () if has(&|n| n.particle.is_some() && n.dropping_particle.is_some()) => {
                    Some(PARTICLES)
                }
                () if has(&|n| n.family.contains('<')) => Some(TAGS),
                () if has(&|n| format!("{n:?}").contains('\'')) => Some(APOSTROPHES),
                () => Some(BLANKS),
            }
        }
        Format::Ris => {
            let editors = !item.names.contains_key("editor");
            let book =
                item.kind == "book" && editors && item.names.contains_key("collection-editor");
            if book && ["editor", "collection-editor"].contains(&variable) {
                return Some(SERIES_EDITOR);
            }
            let Some(back) = back else {
                let held = ["translator"].contains(&variable)
                    || variable == "author"
                        && !["motion_picture", "broadcast"].contains(&item.kind.as_str());
                return (!held).then_some(VARIABLES);
            };
            if back.len() != names.len() {
                return None;
            }
            match () {
                () if has(&|n| n.comma_suffix || n.static_order) => Some(ORDER),
                () if has(&|n| n.particle.is_some() || n.dropping_particle.is_some()) => {
                    Some(PARTICLES)
                }
                () if has(&|n| {
                    let parts = format!("{}{:?}{:?}", n.family, n.given, n.suffix);
                    parts.contains(',') || !n.literal && n.given.is_none() || n.family.is_empty()
                }) =>
                {
                    Some(COMMAS)
                }
                () if has(&|n| {
                    n.family != line(&n.family) || n.given.as_ref().is_some_and(|g| *g != line(g))
                }) =>
                {
                    Some(BLANKS)
                }
                () => None,
            }
        }
    }
}

fn why_date(
    format: Format,
    item: &Item,
    variable: &str,
    back: Option<&Date>,
) -> Option<&'static str> {
    let before = item.dates.get(variable);
    let words = before.is_some_and(|date| date.literal.is_some() && date.end.is_none());
    match format {
        Format::CslJson => {
            let lines = item
                .text
                .get("note")
                .is_some_and(|note| note.contains(": "));
            (lines && before.is_none()).then_some(LINES)
        }
        _ if words && variable != "issued" => Some(WORDS),
        Format::Bib if before.is_none() && variable == "issued" => {
            let state = item
                .text
                .get("status")
                .map(|state| curled(&blanks(&without(state, &[NOCASE]))));
            let said = back.and_then(|date| date.literal.clone());
            if item.kind == "speech" && item.dates.contains_key("event-date") {
                return Some(STATE);
            }
            (state.is_some() && state == said).then_some(STATE)
        }
        Format::Bib => ["available-date", "submitted"]
            .contains(&variable)
            .then_some(VARIABLES),
        Format::Ris if variable == "original-date" && before.is_none() => {
            let title = item.text.get("original-title");
            title
                .is_some_and(|title| read_as_date(title))
                .then_some(ORIGINAL)
        }
        Format::Ris => {
            let none = ["available-date", "submitted", "event-date"].contains(&variable);
            (back.is_none() && none).then_some(VARIABLES)
        }
    }
}

/// Compares sources with what came back of them: N = N, variable by variable. Every difference
/// must be one that the manual names; how many there are of each.
fn compare(
    sources: &[Source],
    format: Format,
    reasons: &mut BTreeMap<(Format, &'static str), usize>,
) -> usize {
    let back = back(sources, format);
    assert_eq!(sources.len(), back.len(), "{format:?}");
    let mut compared = 0;
    let mut wrong: Vec<String> = Vec::new();
    for (source, back) in sources.iter().zip(&back) {
        let (item, other) = (&source.item, &back.item);
        let mut differs = |what: &str, why: Option<&'static str>, sides: String| {
            let Some(why) = why else {
                wrong.push(format!(
                    "{format:?} {} {what}: {sides}
{}",
                    item.key,
                    one(source, format)
                ));
                return;
            };
            *reasons.entry((format, why)).or_default() += 1;
        };
        if item.key != other.key {
            let sign = |c: char| c.is_whitespace() || "\"#'(),={}%~\\".contains(c);
            let why = format == Format::Bib && item.key.replace(sign, "_") == other.key;
            differs("key", why.then_some(KEY), other.key.clone());
        }
        let (kind, other_kind) = ((&item.kind, source.kind), (&other.kind, back.kind));
        if kind != other_kind {
            let one = matches!(
                (item.kind.as_str(), source.kind),
                ("book", KindKey::Encyclopaedia) | ("document", KindKey::Other)
            );
            let why = (format == Format::CslJson && one).then_some(KIND);
            differs("kind", why, format!("{kind:?} {other_kind:?}"));
        }
        let texts: BTreeSet<_> = item.text.keys().chain(other.text.keys()).collect();
        let names: BTreeSet<_> = item.names.keys().chain(other.names.keys()).collect();
        let dates: BTreeSet<_> = item.dates.keys().chain(other.dates.keys()).collect();
        compared += texts.len() + names.len() + dates.len() + 2;
        for key in texts {
            let (a, b) = (item.text.get(key), other.text.get(key));
            if a != b {
                let why = why_text(format, item, key, b);
                differs(key, why, format!("{a:?}\n{b:?}"));
            }
        }
        for key in names {
            let (a, b) = (item.names.get(key), other.names.get(key));
            if a != b {
                let why = why_names(format, item, key, b);
                differs(key, why, format!("{a:?}\n{b:?}"));
            }
        }
        for key in dates {
            let (a, b) = (item.dates.get(key), other.dates.get(key));
            if a != b {
                let why = why_date(format, item, key, b);
                differs(key, why, format!("{a:?}\n{b:?}"));
            }
        }
    }
    let some: Vec<&String> = wrong
        .iter()
        .filter(|text| text.len() < 4000)
        .take(20)
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong, of which\n{}",
        wrong.len(),
        some.iter()
            .map(|t| t.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    );
    compared
}

/// Real sources, and the names of what they become in `tests/export`.
const SETS: [(&str, &str); 3] = [
    ("site", "site/sources.bib"),
    ("history-bib", "tests/readers/history.bib"),
    ("history-ris", "tests/readers/history.ris"),
];

#[test]
fn what_goes_out_comes_back() {
    let mut found = BTreeMap::new();
    let mut compared = 0;
    for (set, name) in SETS {
        let sources = read(name, &file(name));
        assert!(sources.len() > 10, "{name}");
        for format in Format::ALL {
            compared += compare(&sources, format, &mut found);
            let path = format!("tests/export/{set}.{}", format.ending());
            let out = export(&sources, format);
            if std::env::var_os("UPDATE_EXPORT").is_some() {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path);
                fs::write(path, &out).expect("written");
            }
            assert_eq!(out, file(&path), "{path}: run with UPDATE_EXPORT=1");
        }
    }
    assert!(compared > 1500, "{compared}");
    let expected = BTreeMap::from([
        ((Format::Bib, ANNOTATIONS), 1),
        ((Format::Bib, SHORT), 1),
        ((Format::Ris, ANNOTATIONS), 1),
        ((Format::Ris, NOTE), 4),
        ((Format::Ris, PARTICLES), 1),
        ((Format::Ris, VARIABLES), 10),
        ((Format::CslJson, ANNOTATIONS), 1),
        ((Format::CslJson, KIND), 3),
    ]);
    assert_eq!(found, expected);
}

/// Numbers that look like chance and are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("small")
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}

/// Awkward words.
const AWKWARD: &[&str] = &[
    "Müller & Söhne",
    "100 % of it",
    "$5 and #7",
    "under_score",
    "~tilde^caret~",
    "C:\\temp\\new",
    "\\emph{x}",
    "\\",
    "{braces}",
    "un{balanced",
    "un}balanced",
    "“quotes” ‘single’",
    "\"straight\"",
    "don't",
    "''",
    "`grave`",
    "a--b",
    "---",
    "--x--",
    "-",
    "Голод на Украине",
    "大飢饉",
    "مجاعة كبرى",
    "e\u{301}tude",
    "naïve",
    "<i>Pravda</i>",
    "H<sub>2</sub>O",
    "n<sup>o</sup>",
    "<b>bold</b>",
    "<sc>ad</sc>",
    "<span class=\"nocase\">USSR</span>",
    "<i>The <span class=\"nocase\">NKVD</span> file</i>",
    "<span class=\"nocase\"><i>Iz</i>vestiia</span>",
    "<i>a <b>b</b> & c_d {e</i>",
    "a < b > c",
    "</i>",
    "<i>open",
    "<span>",
    "and",
    "Simon and Schuster",
    "x, y; z",
    "key=value",
    "@book{x,",
    "1932–33",
    "a\u{a0}b",
    "TY  - BOOK",
    "ER  -",
    "% comment",
    "colon: after",
    "Why? No!",
    "’t",
    "📚",
    "line one\nline two",
    "two  blanks",
    "tab\there",
    "a\\nb",
    "\\&",
    "^2",
    "_i",
    "$x^2$",
    "\\textbackslash{}",
    "{\\em x}",
    "https://x.org/~a_b?c=d&e=%20#f",
    "{}",
    "[x]",
    "«x»",
    "ﬁ",
    "\u{200f}rtl",
    "'n'",
    "I.\\ II",
];

fn words(dice: &mut Dice) -> String {
    let count = 1 + dice.below(4);
    let mut text: Vec<&str> = (0..count).map(|_| dice.of(AWKWARD)).collect();
    // A text that is a sign alone says nothing in any format.
    text.push("end");
    if dice.one_in(200) {
        text.extend(std::iter::repeat_n("long words of a long field", 400));
    }
    text.join(" ")
}

fn name_of(dice: &mut Dice, number: usize) -> Name {
    // A number keeps the names of a list apart.
    let some = |text: &str| Some(text.to_owned());
    let family = format!(
        "{}{number}",
        dice.of(&[
            "Doe",
            "Müller",
            "O'Brien",
            "de Gaulle",
            "Smith and Wesson",
            "Ivanova-Petrova",
            "Иванов",
            "毛",
            "ibn Sīnā",
            "A & B",
            "al-Masʿūdī",
            "Curly {brace",
            "Back\\slash",
            "Co, Ltd",
            "van",
            "a=b",
            "Two  Blanks",
            "Per% Cent",
            "’t Hooft",
            "Double--Dash",
            "<i>Tag</i>ged",
        ])
    );
    let given = dice.of(&[
        "Jane",
        "J. R.",
        "jean-luc",
        "Ádám",
        "X and Y",
        "a=b",
        "Comma, Jr",
    ]);
    match dice.below(9) {
        0 => Name {
            family,
            literal: true,
            ..Name::default()
        },
        1 => Name {
            family,
            ..Name::default()
        },
        2 => Name {
            family,
            given: some(given),
            particle: some(dice.of(&["de", "van den", "De", "d’", "'t"])),
            ..Name::default()
        },
        3 => Name {
            family,
            given: some(given),
            dropping_particle: some(dice.of(&["von", "Von der"])),
            ..Name::default()
        },
        4 => Name {
            family,
            given: some(given),
            suffix: some(dice.of(&["Jr.", "III", "d. Ä.", "and Co"])),
            comma_suffix: dice.one_in(2),
            ..Name::default()
        },
        5 if dice.one_in(3) => Name {
            family,
            given: some(given),
            particle: some("la"),
            dropping_particle: some("de"),
            ..Name::default()
        },
        6 if dice.one_in(3) => Name {
            given: some(&family),
            ..Name::default()
        },
        _ => Name {
            family,
            given: some(given),
            static_order: dice.one_in(20),
            ..Name::default()
        },
    }
}

fn date_of(dice: &mut Dice) -> Date {
    let day = |year, month, day| DateParts { year, month, day };
    let plain = |start| Date {
        start,
        ..Date::default()
    };
    let range = |start, end| Date {
        start,
        end: Some(end),
        ..Date::default()
    };
    let mut date = match dice.below(12) {
        0 => plain(day(1932, None, None)),
        1 => plain(day(1932, Some(5), None)),
        2 => plain(day(1932, Some(12), Some(31))),
        3 => plain(day(-44, Some(3), Some(15))),
        4 => plain(day(-1, None, None)),
        5 => plain(day(1932, Some(21), None)),
        6 => range(day(1931, None, None), day(1933, None, None)),
        7 => range(day(1939, Some(8), Some(23)), day(1939, Some(9), Some(1))),
        8 => range(day(1932, Some(22), None), day(1933, Some(24), None)),
        9 => Date {
            literal: Some("1997–".to_owned()),
            ..range(day(1997, None, None), DateParts::default())
        },
        10 => Date {
            literal: Some("–1997".to_owned()),
            ..Date::default()
        },
        _ => Date {
            literal: Some((dice.of(&["forthcoming", "n.d.", "in press & soon"])).to_owned()),
            ..Date::default()
        },
    };
    date.circa = dice.one_in(5) && date.literal.is_none();
    date
}

/// The names of `.bib` kinds and of CSL types that stand for all pairs of a type and a reader's
/// word.
const BIB_KINDS: &[&str] = &[
    "article",
    "newspaper",
    "magazine",
    "book",
    "booklet",
    "incollection",
    "inproceedings",
    "inreference",
    "reference",
    "report",
    "thesis",
    "phdthesis",
    "online",
    "blog",
    "unpublished",
    "letter",
    "memorandum",
    "telegram",
    "email",
    "speech",
    "broadcast",
    "podcast",
    "film",
    "photograph",
    "cartoon",
    "map",
    "treaty",
    "legislation",
    "bill",
    "regulation",
    "jurisdiction",
    "hearing",
    "interview",
    "misc",
    "document",
    "archive",
    "diary",
    "dataset",
    "software",
    "performance",
    "periodical",
    "review",
    "standard",
    "patent",
    "music",
    "post",
    "preprint",
    "fonds",
    "dictionary",
    "mvbook",
    "collection",
];
const CSL_TYPES: &[&str] = &[
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "document",
    "entry",
    "entry-dictionary",
    "entry-encyclopedia",
    "event",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "paper-conference",
    "patent",
    "performance",
    "periodical",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "report",
    "review",
    "review-book",
    "software",
    "song",
    "speech",
    "standard",
    "thesis",
    "treaty",
    "webpage",
];

/// Made-up sources, each of another kind than the one before, with fields by chance.
fn made(count: usize) -> Vec<Source> {
    let kinds: Vec<(String, String, KindKey)> = BIB_KINDS
        .iter()
        .map(|kind| read("a.bib", &format!("@{kind}{{k, title = {{T}}}}")))
        .chain(CSL_TYPES.iter().map(|kind| {
            read(
                "a.json",
                &format!(r#"[{{"id": "k", "type": "{kind}", "title": "T"}}]"#),
            )
        }))
        .chain(["BOOK", "GEN", "UNPB"].iter().map(|kind| {
            read(
                "a.ris",
                &format!("TY  - {kind}\nID  - k\nTI  - T\nER  - \n"),
            )
        }))
        .flatten()
        .map(|source| (source.entry_kind, source.item.kind, source.kind))
        .collect();
    let texts = [IN_BIB, IN_RIS].concat();
    let texts: BTreeSet<&str> = texts
        .into_iter()
        .chain([
            "annote",
            "authority",
            "call-number",
            "collection-number",
            "issue",
            "source",
        ])
        .collect();
    let texts: Vec<&str> = texts.into_iter().collect();
    let dates = [
        "issued",
        "accessed",
        "original-date",
        "event-date",
        "submitted",
    ];
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let place = Place::new(&"made.bib".into(), 0..0);
    let one = |number: usize| {
        let (entry_kind, kind, word) = kinds[number % kinds.len()].clone();
        let mut item = Item {
            key: match dice.below(20) {
                0 => format!("key {number}"),
                1 => format!("k#{{{number}}}"),
                _ => format!("ключ:key-{number}"),
            },
            kind,
            ..Item::default()
        };
        item.text.insert("title".to_owned(), words(&mut dice));
        for _ in 0..dice.below(12) {
            let variable = dice.of(&texts);
            let text = match variable {
                "DOI" => "10.1000/a--b_(c)~d".to_owned(),
                "ISBN" | "ISSN" | "PMID" | "PMCID" => format!("978-{number}"),
                "URL" => dice
                    .of(&[
                        "https://example.org/a--b/~c_d?e=%20&f={g}#h",
                        "https://x.org/a b",
                        "file:///home/me/paper.pdf",
                    ])
                    .to_string(),
                "language" => dice
                    .of(&["en-GB", "ru-RU", "fa", "de-AT", "x-other"])
                    .to_string(),
                "page" => dice
                    .of(&["12", "12-15", "iv-vii", "A-12", "1, 4-5", "12-12"])
                    .to_string(),
                "keyword" => dice
                    .of(&["bread", "bread, wheat & rye", "a, b, c"])
                    .to_string(),
                "original-title" => dice.of(&["1984", "Голод: роман", "Die & Das"]).to_string(),
                "number" | "volume" | "edition" | "issue" => {
                    dice.of(&["12", "3/4", "II & III"]).to_string()
                }
                "note" if dice.one_in(3) => "a note\npublisher-place: Lemberg".to_owned(),
                "genre" if dice.one_in(2) => dice
                    .of(&["telegram", "Treaty", "map", "report", "memorandum"])
                    .to_string(),
                _ => words(&mut dice),
            };
            item.text.insert(variable.to_owned(), text);
        }
        for role in 0..dice.below(4) {
            let roles = ["guest", ROLES[dice.below(ROLES.len())], "author", "editor"];
            let names = (0..1 + dice.below(3))
                .map(|n| name_of(&mut dice, n))
                .collect();
            item.names.insert(
                roles[role + 1 - usize::from(dice.one_in(20))].to_owned(),
                names,
            );
        }
        for date in dates {
            if dice.one_in(if date == "issued" { 2 } else { 5 }) {
                item.dates.insert(date.to_owned(), date_of(&mut dice));
            }
        }
        if word == KindKey::Other && item.kind == "document" {
            // Readers take it for a document of the archive's.
            item.text.remove("archive");
            item.text.remove("archive_location");
        }
        Source {
            item,
            place: place.clone(),
            entry_kind,
            kind: word,
            group: None,
            checked: None,
            annotation: Some("A secret of mine".to_owned()),
            primary: None,
            archived: None,
            excerpts: Vec::new(),
            allow: Vec::new(),
        }
    };
    (0..count).map(one).collect()
}

#[test]
fn a_thousand_awkward_sources_come_back() {
    let sources = made(1000);
    let mut found = BTreeMap::new();
    let mut compared = 0;
    for format in Format::ALL {
        compared += compare(&sources, format, &mut found);
        let out = export(&sources, format);
        assert_eq!(out, export(&sources, format));
        for secret in ["A secret of mine", "file:///"] {
            assert!(!out.contains(secret), "{format:?} holds {secret}");
        }
    }
    assert!(compared > 20_000, "{compared}");
    // The manual names just what was found not to come back.
    let found: BTreeSet<(&str, &str)> = found
        .into_keys()
        .map(|(format, why)| match format {
            Format::Bib => ("`.bib`", why),
            Format::Ris => ("RIS", why),
            Format::CslJson => ("CSL-JSON", why),
        })
        .collect();
    let manual = file("site/content/manual/14-source-types.md");
    let (_, part) = manual.split_once("{#lost}").expect("the table");
    let rows = part.lines().take_while(|line| !line.starts_with("## "));
    let rows: Vec<Vec<&str>> = rows
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let listed: BTreeSet<(&str, &str)> = rows
        .iter()
        .flat_map(|row| row[1].split(", ").map(|format| (format, row[0])))
        .collect();
    assert_eq!(listed, found);
}

/// The source of a `.bib` entry.
fn source(entry: &str) -> Source {
    read("a.bib", entry).remove(0)
}

/// The example that Wikipedia's article on COinS shows (`+` for a blank is `%20` here, as Zotero
/// writes it), and that of the "KEV Guidelines" for Z39.88-2004.
#[test]
fn coins_are_context_objects() {
    let book = source(
        "@book{k, author = {Mustermann, Max}, title = {Hallo Welt}, date = {2005},
        publisher = {Wikipedia-Press}, location = {Musterstadt}}",
    );
    assert_eq!(
        coins(&book),
        "ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Abook&rft.genre=book\
         &rft.btitle=Hallo%20Welt&rft.place=Musterstadt&rft.pub=Wikipedia-Press&rft.date=2005\
         &rft.aulast=Mustermann&rft.aufirst=Max&rft.au=Max%20Mustermann"
    );
    let article = source(
        "@article{k, author = {Caplan, Priscilla}, title = {Reference Linking for Journal
        Articles}, journaltitle = {D-Lib}, issn = {1082-9873}, volume = 5, number = {7/8},
        date = 1999, doi = {10.1045/july99-caplan}}",
    );
    assert_eq!(
        coins(&article),
        "ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Ajournal\
         &rft_id=info%3Adoi%2F10.1045%2Fjuly99-caplan&rft.genre=article\
         &rft.atitle=Reference%20Linking%20for%20Journal%20Articles&rft.jtitle=D-Lib\
         &rft.volume=5&rft.issue=7%2F8&rft.issn=1082-9873&rft.date=1999&rft.aulast=Caplan\
         &rft.aufirst=Priscilla&rft.au=Priscilla%20Caplan"
    );
}

#[test]
fn coins_of_other_kinds() {
    let letter = source(
        "@letter{k, author = {{Foreign Office}}, title = {On \\emph{bread} & salt},
        date = {1932-05-03}, archive = {TNA}, archive_location = {FO 371/1}, annotation = {mine}}",
    );
    assert_eq!(
        coins(&letter),
        "ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Adc&rft.type=letter\
         &rft.title=On%20bread%20%26%20salt&rft.identifier=FO%20371%2F1&rft.date=1932-05-03\
         &rft.creator=Foreign%20Office"
    );
    let thesis = source(
        "@thesis{k, author = {von Berg, Jan and others}, title = {T}, type = {phdthesis},
        institution = {Uni}, date = {1999/2001}, url = {file:///home/me/t.pdf}}",
    );
    assert_eq!(
        coins(&thesis),
        "ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Adissertation&rft.title=T\
         &rft.inst=Uni&rft.degree=PhD%20diss.&rft.date=1999&rft.aulast=von%20Berg&rft.aufirst=Jan\
         &rft.au=Jan%20von%20Berg"
    );
}

/// A reference as publishers write it for Google Scholar.
#[test]
fn citation_references_are_highwires_tags() {
    let article = source(
        "@article{k, title = {Convexity and Commuting Hamiltonians}, author = {Atiyah, M. F.},
        journaltitle = {Bull. London Math. Soc.}, volume = 14, number = 1, date = 1982,
        pages = {1--15}, doi = {10.1112/blms/14.1.1}}",
    );
    assert_eq!(
        citation_reference(&article),
        "citation_title=Convexity and Commuting Hamiltonians; citation_author=M. F. Atiyah; \
         citation_journal_title=Bull. London Math. Soc.; citation_volume=14; citation_issue=1; \
         citation_pages=1-15; citation_publication_date=1982; citation_doi=10.1112/blms/14.1.1"
    );
    let book = source("@book{k, title = {One; Two}, date = {1932-05}, publisher = {A and B}}");
    assert_eq!(
        citation_reference(&book),
        "citation_title=One, Two; citation_publisher=A, B; citation_publication_date=1932/05"
    );
    assert_eq!(citation_reference(&source("@misc{k}")), "");
}

/// What awkward sources become in a page holds no character that it may not.
#[test]
fn no_source_breaks_a_page() {
    for source in made(300) {
        let coins = coins(&source);
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~%&=".contains(&b);
        assert!(coins.bytes().all(unreserved), "{coins}");
        let reference = citation_reference(&source);
        let tagged = |part: &str| part.trim_start().starts_with("citation_");
        assert!(reference.split(';').all(tagged), "{reference}");
        assert!(!reference.contains('\n'));
    }
}

#[test]
fn what_other_formats_look_like() {
    let source = source(
        "@memorandum{memo, author = {{Foreign Office} and van den Berg, Jan}, recipient = {Doe, Jane},
        title = {On {USSR} grain \\& \\emph{Pravda}}, date = {1939-08~}, archive = {TNA},
        annotation = {mine}, keywords = {grain, bread}}",
    );
    assert_eq!(
        one(&source, Format::Bib),
        "@memorandum{memo,
  author = {{Foreign Office} and van den Berg, Jan},
  recipient = {Doe, Jane},
  title = {On {USSR} grain \\& \\emph{Pravda}},
  date = {1939-08~},
  archive = {TNA},
  keywords = {grain, bread},
}
"
    );
    assert_eq!(
        one(&source, Format::Ris),
        "TY  - PCOMM
ID  - memo
M3  - memorandum
AU  - Foreign Office
AU  - van den Berg, Jan
A2  - Doe, Jane
TI  - On <span class=\"nocase\">USSR</span> grain & <i>Pravda</i>
PY  - 1939
DA  - 1939-08~
KW  - grain
KW  - bread
DB  - TNA
ER  - 
"
    );
    assert_eq!(export([], Format::Bib), "");
    assert_eq!(export([], Format::Ris), "");
    assert_eq!(export([], Format::CslJson), "[]\n");
}
