//! Reads what stands behind a citation's key: a locator such as `pp. 3–5`, then a suffix.

use std::ops::Range;

use crate::text;

/// What stands behind a key.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tail {
    /// CSL's name of the kind, and the locator.
    pub locator: Option<(String, String)>,
    /// The rest, without the comma before it.
    pub suffix: String,
    /// A word that looks like a locator's but isn't known.
    pub unknown: Option<Range<usize>>,
}

/// What CSL has no kind for: the author's own word is printed.
const CUSTOM: &str = "custom";

/// A language's words for the kinds of locators: a kind, and its words in small letters.
type Words = &'static [(&'static str, &'static [&'static str])];

/// The kinds of CSL 1.0.2 (appendix IV, "Locators") in English, which is known on all pages.
const ENGLISH: Words = &[
    ("act", &["act", "acts"]),
    ("appendix", &["appendix", "appendices", "app.", "apps."]),
    ("article-locator", &["article", "articles", "art.", "arts."]),
    ("book", &["book", "books", "bk.", "bks."]),
    ("canon", &["canon", "canons", "can.", "cann."]),
    (
        "chapter",
        &["chapter", "chapters", "ch.", "chs.", "chap.", "chaps."],
    ),
    ("column", &["column", "columns", "col.", "cols."]),
    ("elocation", &["location", "locations", "loc.", "locs."]),
    (
        "equation",
        &["equation", "equations", "eq.", "eqs.", "eqq."],
    ),
    ("figure", &["figure", "figures", "fig.", "figs."]),
    ("folio", &["folio", "folios", "fol.", "fols.", "ff."]),
    (
        "issue",
        &["issue", "issues", "no.", "nos.", "number", "numbers"],
    ),
    ("line", &["line", "lines", "l.", "ll."]),
    (
        "note",
        &[
            "note",
            "notes",
            "n.",
            "nn.",
            "footnote",
            "footnotes",
            "fn.",
            "endnote",
            "endnotes",
        ],
    ),
    ("opus", &["opus", "opera", "op.", "opp."]),
    ("page", &["page", "pages", "p.", "pp.", "p", "pp"]),
    (
        "paragraph",
        &[
            "paragraph",
            "paragraphs",
            "para.",
            "paras.",
            "par.",
            "pars.",
            "¶",
            "¶¶",
        ],
    ),
    ("part", &["part", "parts", "pt.", "pts."]),
    ("rule", &["rule", "rules", "r.", "rr."]),
    ("scene", &["scene", "scenes", "sc.", "scs."]),
    (
        "section",
        &["section", "sections", "sec.", "secs.", "sect.", "§", "§§"],
    ),
    (
        "sub-verbo",
        &[
            "sub verbo",
            "sub verbis",
            "s.v.",
            "s.vv.",
            "s. v.",
            "s. vv.",
        ],
    ),
    (
        "supplement",
        &["supplement", "supplements", "supp.", "supps.", "suppl."],
    ),
    ("table", &["table", "tables", "tbl.", "tbls."]),
    ("timestamp", &["timestamp", "timestamps"]),
    (
        "title-locator",
        &["title", "titles", "tit.", "tits.", "titt."],
    ),
    ("verse", &["verse", "verses", "v.", "vv."]),
    ("version", &["version", "versions"]),
    ("volume", &["volume", "volumes", "vol.", "vols."]),
    (
        CUSTOM,
        &[
            "doc.",
            "docs.",
            "document",
            "documents",
            "plate",
            "plates",
            "pl.",
            "pls.",
            "box",
            "boxes",
            "folder",
            "folders",
            "item",
            "items",
            "map",
            "maps",
            "leaf",
            "leaves",
            "frame",
            "frames",
            "reel",
            "letter",
            "letters",
            "entry",
            "entries",
            "file",
            "files",
            "sheet",
        ],
    ),
];

const GERMAN: Words = &[
    ("act", &["akt", "akte", "akten", "aufzug"]),
    ("appendix", &["anhang", "anh."]),
    ("article-locator", &["artikel", "art."]),
    ("book", &["buch", "bücher", "b."]),
    ("chapter", &["kapitel", "kap."]),
    ("column", &["spalte", "spalten", "sp."]),
    ("equation", &["gleichung", "gleichungen", "gl."]),
    ("figure", &["abbildung", "abbildungen", "abb."]),
    ("folio", &["blatt", "blätter", "bl.", "folio", "fol."]),
    (
        "issue",
        &["nummer", "nummern", "nr.", "nrn.", "heft", "hefte", "h."],
    ),
    ("line", &["zeile", "zeilen", "z."]),
    (
        "note",
        &[
            "anmerkung",
            "anmerkungen",
            "anm.",
            "fußnote",
            "fußnoten",
            "fn.",
        ],
    ),
    ("opus", &["opus", "op."]),
    ("page", &["seite", "seiten", "s.", "s", "ss."]),
    ("paragraph", &["absatz", "absätze", "abs."]),
    ("part", &["teil", "teile", "t."]),
    ("rule", &["regel", "regeln"]),
    ("scene", &["szene", "szenen"]),
    (
        "section",
        &["abschnitt", "abschnitte", "abschn.", "§", "§§"],
    ),
    (
        "sub-verbo",
        &["s.v.", "s.vv.", "s. v.", "s. vv.", "unter dem stichwort"],
    ),
    ("supplement", &["beiheft", "beihefte", "ergänzung"]),
    ("table", &["tabelle", "tabellen", "tab."]),
    ("title-locator", &["titel", "tit."]),
    ("verse", &["vers", "verse", "v."]),
    ("version", &["version", "versionen"]),
    ("volume", &["band", "bände", "bd.", "bde."]),
    (
        CUSTOM,
        &[
            "dok.",
            "dokument",
            "dokumente",
            "tafel",
            "tafeln",
            "taf.",
            "karton",
            "mappe",
            "rz.",
            "rn.",
        ],
    ),
];

const FRENCH: Words = &[
    ("act", &["acte", "actes"]),
    (
        "appendix",
        &[
            "appendice",
            "appendices",
            "annexe",
            "annexes",
            "app.",
            "append.",
        ],
    ),
    ("article-locator", &["article", "articles", "art."]),
    ("book", &["livre", "livres", "liv."]),
    ("canon", &["canon", "canons"]),
    ("chapter", &["chapitre", "chapitres", "chap.", "ch."]),
    ("column", &["colonne", "colonnes", "col."]),
    ("elocation", &["emplacement", "emplacements", "emplact"]),
    ("equation", &["équation", "équations", "eq.", "éq.", "eqt."]),
    ("figure", &["figure", "figures", "fig."]),
    (
        "folio",
        &[
            "folio",
            "folios",
            "feuillet",
            "feuillets",
            "fᵒ",
            "fᵒˢ",
            "f.",
            "ff.",
        ],
    ),
    ("issue", &["numéro", "numéros", "nᵒ", "nᵒˢ", "n°", "no"]),
    ("line", &["ligne", "lignes", "l."]),
    ("note", &["note", "notes", "n."]),
    ("opus", &["opus", "op."]),
    ("page", &["page", "pages", "p.", "pp."]),
    (
        "paragraph",
        &[
            "paragraphe",
            "paragraphes",
            "paragr.",
            "par.",
            "al.",
            "alinéa",
            "§",
            "§§",
        ],
    ),
    ("part", &["partie", "parties", "part."]),
    ("rule", &["règle", "règles"]),
    ("scene", &["scène", "scènes", "sc."]),
    ("section", &["section", "sections", "sect."]),
    ("sub-verbo", &["s.v.", "s. v.", "sub verbo"]),
    ("supplement", &["supplément", "suppléments"]),
    ("table", &["tableau", "tableaux", "tab."]),
    ("title-locator", &["titre", "titres", "tit."]),
    ("verse", &["verset", "versets", "vers", "v."]),
    ("version", &["version", "versions"]),
    (
        "volume",
        &["volume", "volumes", "vol.", "tome", "tomes", "t."],
    ),
    (
        CUSTOM,
        &[
            "doc.",
            "document",
            "documents",
            "planche",
            "planches",
            "pl.",
            "carton",
            "boîte",
            "dossier",
            "pièce",
        ],
    ),
];

const SPANISH: Words = &[
    ("act", &["acto", "actos"]),
    ("appendix", &["apéndice", "apéndices", "apénd.", "anexo"]),
    (
        "article-locator",
        &["artículo", "artículos", "art.", "arts."],
    ),
    ("book", &["libro", "libros", "lib."]),
    ("canon", &["canon", "cánones"]),
    ("chapter", &["capítulo", "capítulos", "cap.", "caps."]),
    ("column", &["columna", "columnas", "col.", "cols."]),
    ("equation", &["ecuación", "ecuaciones", "ec."]),
    ("figure", &["figura", "figuras", "fig.", "figs."]),
    (
        "folio",
        &["folio", "folios", "fol.", "fols.", "f.", "ff.", "h."],
    ),
    (
        "issue",
        &["número", "números", "núm.", "núms.", "n.º", "nº", "n.ᵒ"],
    ),
    ("line", &["línea", "líneas", "l.", "lín."]),
    ("note", &["nota", "notas", "n.", "nn."]),
    ("opus", &["opus", "op."]),
    ("page", &["página", "páginas", "pág.", "págs.", "p.", "pp."]),
    (
        "paragraph",
        &["párrafo", "párrafos", "párr.", "párrs.", "§", "§§"],
    ),
    ("part", &["parte", "partes", "pt.", "pte."]),
    ("rule", &["regla", "reglas"]),
    ("scene", &["escena", "escenas", "esc."]),
    ("section", &["sección", "secciones", "sec.", "secc."]),
    (
        "sub-verbo",
        &[
            "s.v.",
            "s.vv.",
            "s. v.",
            "s. vv.",
            "sub voce",
            "sub vocibus",
        ],
    ),
    ("supplement", &["suplemento", "suplementos"]),
    ("table", &["tabla", "tablas", "cuadro", "cuadros"]),
    ("title-locator", &["título", "títulos", "tít."]),
    (
        "verse",
        &["verso", "versos", "versículo", "versículos", "v.", "vv."],
    ),
    ("version", &["versión", "versiones"]),
    (
        "volume",
        &[
            "volumen",
            "volúmenes",
            "vol.",
            "vols.",
            "tomo",
            "tomos",
            "t.",
            "ts.",
        ],
    ),
    (
        CUSTOM,
        &[
            "doc.",
            "docs.",
            "documento",
            "documentos",
            "lámina",
            "láminas",
            "lám.",
            "caja",
            "legajo",
            "leg.",
            "carpeta",
            "exp.",
            "expediente",
        ],
    ),
];

const RUSSIAN: Words = &[
    ("act", &["акт", "акты"]),
    ("appendix", &["приложение", "приложения", "прил."]),
    ("article-locator", &["статья", "статьи", "ст."]),
    ("book", &["книга", "книги", "кн."]),
    ("chapter", &["глава", "главы", "гл."]),
    ("column", &["столбец", "столбцы", "стб.", "стлб."]),
    ("equation", &["уравнение", "уравнения"]),
    ("figure", &["рисунок", "рисунки", "рис."]),
    ("folio", &["лист", "листы", "л.", "лл."]),
    ("issue", &["номер", "номера", "№", "№№", "выпуск", "вып."]),
    ("line", &["строка", "строки"]),
    ("note", &["примечание", "примечания", "прим.", "сноска"]),
    ("opus", &["опус", "сочинение", "сочинения", "соч."]),
    ("page", &["страница", "страницы", "с.", "сс.", "с", "стр."]),
    (
        "paragraph",
        &[
            "абзац",
            "абзацы",
            "абз.",
            "параграф",
            "параграфы",
            "пункт",
            "пункты",
            "п.",
            "пп.",
        ],
    ),
    ("part", &["часть", "части", "ч.", "чч."]),
    ("rule", &["правило", "правила"]),
    ("scene", &["сцена", "сцены"]),
    ("section", &["раздел", "разделы", "разд.", "§", "§§"]),
    ("table", &["таблица", "таблицы", "табл."]),
    ("verse", &["стих", "стихи"]),
    ("version", &["версия", "версии"]),
    ("volume", &["том", "тома", "т.", "тт."]),
    (
        CUSTOM,
        &["док.", "документ", "документы", "ф.", "оп.", "д.", "папка"],
    ),
];

/// The words that join numbers of a list, in all languages that are known.
const JOINTS: [&str; 9] = [
    ", ", ",", " & ", " and ", " und ", " et ", " y ", " e ", " и ",
];

/// What may follow a number without being one: "12 ff.", "12 et seq."
const FOLLOWING: [&str; 7] = [
    " ff.",
    " f.",
    " sqq.",
    " sq.",
    " et seq.",
    " et sqq.",
    " и сл.",
];

fn words(language: &str) -> Words {
    match language.split(['-', '_']).next().unwrap_or_default() {
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        "ru" => RUSSIAN,
        _ => &[],
    }
}

/// Reads the text behind a key.
///
/// In: the text, and the language of the page, whose words for the kinds count before the English
/// ones. A locator begins with such a word or with a number, which counts as a page; it goes on over
/// numbers, ranges, lists of both, and further words with numbers: `vol. 2, pp. 3–5, 9` is a volume
/// whose locator is `2, pp. 3–5, 9`. Out: the locator, and what follows as suffix. A locator of a
/// kind that CSL doesn't have is `custom` and keeps its word.
pub fn read(text: &str, language: &str) -> Tail {
    let start = text.len() - text.trim_start_matches([',', ' ', '\n', '\u{a0}']).len();
    let body = &text[start..];
    if start == 0 && !body.is_empty() {
        // Nothing separates it from the key: punctuation of the sentence.
        return Tail {
            suffix: body.trim_end().to_owned(),
            ..Tail::default()
        };
    }
    if let Some(inner) = body.strip_prefix('{')
        && let Some(end) = inner.find('}')
    {
        return Tail {
            locator: Some(held_together(inner[..end].trim(), language)),
            suffix: suffix(&inner[end + 1..]),
            unknown: None,
        };
    }
    let Some((kind, length)) = word(body, language) else {
        let end = numbers_length(body);
        let numbers = &body[..end];
        // "I think" begins with no page I.
        let roman = !numbers.contains(|c: char| c.is_ascii_digit());
        let apart = body[end..].is_empty() || body[end..].starts_with([',', ';', ')']);
        if end > 0 && (!roman || apart) {
            let end = end + further(&body[end..], language);
            return Tail {
                locator: Some(("page".to_owned(), body[..end].to_owned())),
                suffix: suffix(&body[end..]),
                unknown: None,
            };
        }
        let known = unknown_word(body).map(|length| start..start + length);
        return Tail {
            suffix: suffix(text),
            unknown: known,
            ..Tail::default()
        };
    };
    let numbers = without_blanks(&body[length..]);
    let end = match (kind, numbers_length(numbers)) {
        // A headword, not a number: "s.v. wheat".
        ("sub-verbo", 0) => numbers[..numbers.find(',').unwrap_or(numbers.len())]
            .trim_end()
            .len(),
        (_, 0) => 0,
        (_, end) => end + further(&numbers[end..], language),
    };
    if end == 0 {
        return Tail {
            suffix: suffix(text),
            ..Tail::default()
        };
    }
    let at = body.len() - numbers.len();
    let from = if kind == CUSTOM { 0 } else { at };
    Tail {
        locator: Some((kind.to_owned(), body[from..at + end].to_owned())),
        suffix: suffix(&body[at + end..]),
        unknown: None,
    }
}

fn without_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\u{a0}', '\u{202f}'])
}

/// A locator in braces, which may be anything.
fn held_together(text: &str, language: &str) -> (String, String) {
    match word(text, language) {
        Some((kind, length)) if kind != CUSTOM => {
            (kind.to_owned(), without_blanks(&text[length..]).to_owned())
        }
        Some(_) => (CUSTOM.to_owned(), text.to_owned()),
        None => ("page".to_owned(), text.to_owned()),
    }
}

/// The kind that the text's first word names, and the word's length.
fn word(text: &str, language: &str) -> Option<(&'static str, usize)> {
    let tables = [words(language), ENGLISH];
    tables.into_iter().find_map(|table| {
        let all = table
            .iter()
            .flat_map(|(kind, words)| words.iter().map(|word| (*kind, *word)));
        let found = all.filter_map(|(kind, word)| Some((kind, begins(text, word)?)));
        found.max_by_key(|(_, length)| *length)
    })
}

/// The length of a word at the beginning of a text, in any letter case, if it ends there.
fn begins(text: &str, word: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    for wanted in word.chars() {
        let (_, typed) = chars.next()?;
        let blank = wanted == ' ' && matches!(typed, '\u{a0}' | '\u{202f}');
        if typed != wanted && !blank && !typed.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let rest = chars.as_str();
    let letters = word.ends_with(char::is_alphabetic);
    let whole = match rest.chars().next() {
        None => true,
        Some(next) => !letters || !next.is_alphabetic() && next != '.',
    };
    whole.then_some(text.len() - rest.len())
}

/// The length of what goes on with a locator: ", pp. 3–5, 9" behind "vol. 2".
fn further(text: &str, language: &str) -> usize {
    let mut end = 0;
    loop {
        let rest = &text[end..];
        let body = rest.trim_start_matches([',', ' ', '\u{a0}']);
        if body.len() == rest.len() {
            return end;
        }
        let Some((_, length)) = word(body, language) else {
            return end;
        };
        let numbers = without_blanks(&body[length..]);
        match numbers_length(numbers) {
            0 => return end,
            length => end = text.len() - numbers.len() + length,
        }
    }
}

/// The length of a word with a full stop that a number follows.
fn unknown_word(text: &str) -> Option<usize> {
    let length = text.find(|c: char| !c.is_alphabetic() && c != '.')?;
    let (word, rest) = text.split_at(length);
    let short = word.ends_with('.') && word.len() > 1;
    (short && numbers_length(without_blanks(rest)) > 0).then_some(length)
}

/// The length of the longest beginning that is a list of numbers and ranges: digits with letters
/// at their end (`12a`, `33r`), roman numerals, `3–5`, `3 – 5`, `*7`, `12 ff.`, joined by `,`, `&`,
/// `and`.
fn numbers_length(text: &str) -> usize {
    let mut end = 0;
    let mut rest = text;
    loop {
        let token = token_length(rest);
        if token == 0 {
            return end;
        }
        end = text.len() - rest.len() + token;
        if let Some(more) = FOLLOWING
            .iter()
            .find(|more| text[end..].starts_with(**more))
        {
            end += more.len();
        }
        let behind = &text[end..];
        let spaced = [" – ", " — ", " - "];
        let gap = spaced
            .iter()
            .chain(&JOINTS)
            .find(|gap| behind.starts_with(**gap));
        match gap {
            Some(gap) => rest = &behind[gap.len()..],
            None => return end,
        }
    }
}

fn token_length(text: &str) -> usize {
    let length = text
        .find(|c: char| !(c.is_alphanumeric() || "-–—‑:./*[]".contains(c)))
        .unwrap_or(text.len());
    let token = text[..length].trim_end_matches(['.', ':', '-', '–', '—', '/']);
    let token = if text[token.len()..].starts_with('.') && token.ends_with('f') {
        &text[..token.len() + 1] // "12ff."
    } else {
        token
    };
    let digit = token.chars().any(|c| c.is_ascii_digit());
    let plain = token.split(['-', '–', '—', '‑']).all(is_roman);
    let begins = token.starts_with(|c: char| c.is_ascii_digit() || "*[".contains(c))
        || token.chars().count() < 6
        || plain;
    // A letter with a full stop and a number behind it is a word: "5v, l. 7".
    let behind = text[token.len()..].strip_prefix('.').map(str::trim_start);
    if plain && behind.is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit())) {
        return 0;
    }
    if (digit && begins) || plain {
        token.len()
    } else {
        0
    }
}

/// Whether a word is a roman numeral as the Romans' heirs write it: "mix" is one, "civil" isn't.
fn is_roman(word: &str) -> bool {
    let value = |c: char| match c {
        'i' => 1,
        'v' => 5,
        'x' => 10,
        'l' => 50,
        'c' => 100,
        'd' => 500,
        'm' => 1000,
        _ => 0,
    };
    let lower = word.to_ascii_lowercase();
    let values: Vec<usize> = lower.chars().map(value).collect();
    if values.is_empty() || values.len() > 15 || values.contains(&0) {
        return false;
    }
    let mut sum = 0;
    for (at, value) in values.iter().enumerate() {
        match values.get(at + 1) {
            Some(next) if next > value => sum += next - value,
            _ if at > 0 && values.get(at - 1).is_some_and(|before| before < value) => {}
            _ => sum += value,
        }
    }
    text::roman(sum) == lower
}

/// What follows, with the comma that the author put before it.
fn suffix(text: &str) -> String {
    let words = text
        .trim_start_matches([',', ' ', '\n', '\u{a0}'])
        .trim_end();
    match text.trim_start().starts_with(',') && !words.is_empty() {
        true => format!(", {words}"),
        false => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, locator: &str, suffix: &str) {
        let tail = read(text, "en");
        let got = tail
            .locator
            .map(|(kind, text)| format!("{kind} {text}"))
            .unwrap_or_default();
        assert_eq!(
            (got.as_str(), tail.suffix.as_str()),
            (locator, suffix),
            "{text}"
        );
    }

    #[test]
    fn locators_and_suffixes() {
        check(", p. 33", "page 33", "");
        check(", pp. 33–35, 38 and 40", "page 33–35, 38 and 40", "");
        check(", 12", "page 12", "");
        check(", xii–xv", "page xii–xv", "");
        check(", vol. 2, a rare edition", "volume 2", ", a rare edition");
        check(", fol. 33r", "folio 33r", "");
        check(", § 5", "section 5", "");
        check(", n. 14, translated by us", "note 14", ", translated by us");
        check(", p. 12ff.", "page 12ff.", "");
        check(
            ", s.v. wheat, second ed.",
            "sub-verbo wheat",
            ", second ed.",
        );
        check(", doc. 5", "custom doc. 5", "");
        check(", emphasis ours", "", ", emphasis ours");
        check(", {ch. 3, pt. II}", "chapter 3, pt. II", "");
        check("", "", "");
        check(".", "", ".");
    }

    #[test]
    fn locators_of_several_kinds() {
        check(", vol. 2, pp. 3–5, 9", "volume 2, pp. 3–5, 9", "");
        check(
            ", p. 12, n. 4, our translation",
            "page 12, n. 4",
            ", our translation",
        );
        check(", p. 12 n. 4", "page 12 n. 4", "");
        check(", 12, n. 4", "page 12, n. 4", "");
        check(", ch. 3, pt. II", "chapter 3, pt. II", "");
        check(", fol. 3r–5v, l. 7", "folio 3r–5v, l. 7", "");
        check(", box 3, folder 12", "custom box 3, folder 12", "");
        check(", vol. 2, a rare edition", "volume 2", ", a rare edition");
    }

    #[test]
    fn numbers_of_all_forms() {
        check(", 3-5", "page 3-5", "");
        check(", 3 – 5", "page 3 – 5", "");
        check(", pp.3—5", "page 3—5", "");
        check(", p 7", "page 7", "");
        check(", XIV", "page XIV", "");
        check(", S. 12", "", ", S. 12");
        check(", *7", "page *7", "");
        check(", 12 ff.", "page 12 ff.", "");
        check(", 12 ff., with a map", "page 12 ff.", ", with a map");
        check(", pp. 3, 5, and 7", "page 3, 5", ", and 7");
        check(", §§ 3–5", "section 3–5", "");
        check(", timestamp 1:02:33", "timestamp 1:02:33", "");
    }

    #[test]
    fn words_made_of_roman_digits_are_words() {
        check(", I think", "", ", I think");
        check(", civil war", "", ", civil war");
        check(", mix of all", "", ", mix of all");
        check(", v, note this", "page v", ", note this");
        check(", did he?", "", ", did he?");
    }

    /// The terms of CSL's own locales, in full and short, for one and for several.
    #[test]
    fn all_kinds_are_known_as_csl_names_them() {
        use hayagriva::citationberg::TermForm;
        use hayagriva::citationberg::taxonomy::Term;
        let (mut terms, mut wrong) = (0, Vec::new());
        for locale in hayagriva::archive::locales() {
            let code = locale.lang.clone().map(|code| code.0).unwrap_or_default();
            let language = &code[..2];
            if !["de-DE", "en-US", "es-ES", "fr-FR", "ru-RU"].contains(&code.as_str()) {
                continue;
            }
            for term in locale.terms.iter().flat_map(|terms| &terms.terms) {
                let Term::Locator(kind) = term.name else {
                    continue;
                };
                if !matches!(
                    term.form,
                    TermForm::Long | TermForm::Short | TermForm::Symbol
                ) {
                    continue;
                }
                let kind = serde_json::to_value(kind).expect("a name");
                let kind = kind.as_str().expect("a text").replace(' ', "-");
                let words = [term.single(), term.multiple()].into_iter().flatten();
                for word in words.filter(|word| !word.trim().is_empty()) {
                    let tail = read(&format!(", {word} 5"), language);
                    let got = tail
                        .locator
                        .map(|(kind, number)| format!("{kind} {number}"));
                    // In Russian texts "стр." is a page, "ст." an article, and "см." says "see".
                    let other = ["стр.", "ст.", "см.", "смотри"].contains(&word);
                    if got != Some(format!("{kind} 5")) && !other {
                        wrong.push(format!("{code} {kind}: {word}: {got:?}"));
                    }
                    terms += 1;
                }
            }
        }
        assert_eq!(wrong, [""; 0]);
        assert!(terms > 250, "{terms}");
    }

    #[test]
    fn words_of_the_pages_language() {
        let check = |language: &str, text: &str, locator: &str| {
            let got = read(text, language).locator;
            let got = got.map(|(kind, text)| format!("{kind} {text}"));
            assert_eq!(got.as_deref(), Some(locator), "{text}");
        };
        check("de", ", S. 12 f.", "page 12 f.");
        check("de-AT", ", Bd. 2, S. 3–5", "volume 2, S. 3–5");
        check("de", ", Bl. 33r", "folio 33r");
        check("de", ", Anm. 4", "note 4");
        check("fr", ", t. II, p. 3", "volume II, p. 3");
        check("es", ", págs. 3 y 5", "page 3 y 5");
        check("ru", ", с. 15", "page 15");
        check("ru", ", л. 5об", "folio 5об");
        check("ru", ", pp. 3–5", "page 3–5");
        check("ru", ", ф. 17, оп. 3, д. 5", "custom ф. 17, оп. 3, д. 5");
    }

    #[test]
    fn a_misspelt_word_is_told() {
        assert_eq!(read(", pagg. 3", "en").unknown, Some(2..7));
        assert_eq!(read(", see 3", "en").unknown, None);
        assert_eq!(read(", c. 1932", "en").unknown, Some(2..4));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(
            text in "(, |[a-zäſİ.]{0,4}|[0-9]{0,4}|[–-]|§|S\\.|vol\\.|s\\. ?v\\.|\\{|\\}|ff\\.|\u{a0}| ){0,12}",
            language in "de|fr|es|ru|en",
        ) {
            let tail = read(&text, &language);
            if let Some(range) = tail.unknown {
                proptest::prop_assert!(text.get(range).is_some());
            }
        }
    }
}
