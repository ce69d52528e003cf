//! The sentences that marks stand in.
//!
//! Unicode Standard Annex 29 (§5) ends a sentence after every "Dr. Smith" and "p. 3 of"; cited
//! writing is full of these. So the rules are our own: a full stop ends a sentence unless it belongs
//! to an abbreviation, an initial or an ordinal, and nothing ends within quotation marks or brackets.

/// For each of the given bytes of `text`, in rising order: the sentence that ends at it or goes
/// over it. A mark behind a full stop belongs to the sentence before it.
///
/// `language` is a language tag such as `en` or `de-AT`; it tells which abbreviations there are.
pub fn around<'t>(text: &'t str, places: &[usize], language: &str) -> Vec<&'t str> {
    if places.is_empty() {
        return Vec::new();
    }
    let starts = starts(text, language);
    let sentence = |place: &usize| {
        let next = starts.partition_point(|start| start < place);
        let start = next.checked_sub(1).map_or(0, |before| starts[before]);
        let end = starts.get(next).copied().unwrap_or(text.len());
        text[start..end].trim()
    };
    places.iter().map(sentence).collect()
}

/// Where each sentence but the first begins.
fn starts(text: &str, language: &str) -> Vec<usize> {
    let words = Words::of(language);
    let closed = closed(text);
    let mut inside = 0; // how many quotation marks and brackets are open
    let mut starts = Vec::new();
    let mut marks = closed.iter().peekable();
    let mut pass = |at: usize| {
        if let Some((_, opens)) = marks.next_if(|(mark, _)| *mark == at) {
            inside = if *opens { inside + 1 } else { inside - 1 };
        }
        inside
    };
    let closing = |at: usize| closed.binary_search(&(at, false)).is_ok();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let mut inside = pass(at);
        if !is_stop(c) {
            continue;
        }
        let mut only_dot = c == '.';
        // " … " stands for words left out.
        let omission = c == '…' && text[..at].ends_with(char::is_whitespace);
        let mut end = at + c.len_utf8();
        loop {
            // French puts a space before what closes.
            let gap = text[end..].len() - text[end..].trim_start().len();
            if gap > 0 && closing(end + gap) {
                end += gap;
                while chars.next_if(|(at, _)| *at < end).is_some() {}
            }
            let next = chars.next_if(|(_, next)| is_stop(*next) || is_closing(*next));
            let Some((at, next)) = next else { break };
            inside = pass(at);
            only_dot &= !is_stop(next);
            end = at + next.len_utf8();
        }
        if inside > 0 || omission {
            continue;
        }
        let rest = &text[end..];
        let behind = rest.trim_start();
        let spaced = behind.len() < rest.len() || is_wide(c);
        let first = behind.trim_start_matches(is_opening).chars().next();
        let Some(first) = first.filter(|first| spaced && !first.is_lowercase()) else {
            continue;
        };
        // "… (1939). 14 of them …" begins a sentence, "No. 14" doesn't: the word before decides.
        if !first.is_alphanumeric() {
            continue;
        }
        if only_dot && words.go_on(&text[..at], behind) {
            continue;
        }
        starts.push(text.len() - behind.len());
    }
    starts
}

/// The quotation marks and brackets that have a counterpart in the text, in order: the byte, and
/// whether it opens. One without (a quotation that goes on in the next paragraph) would hide every
/// end of a sentence behind it.
fn closed(text: &str) -> Vec<(usize, bool)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut found = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        // The same sign opens in one language what it closes in another; what is open tells.
        let closes = open.iter().rposition(|(_, opened)| closes(*opened, c));
        match closes {
            Some(place) => {
                found.push((open[place].0, true));
                found.push((at, false));
                open.truncate(place);
            }
            None => {
                let straight = c == '"' && (before.is_whitespace() || is_opening(before));
                if straight || matches!(c, '(' | '[' | '“' | '„' | '«' | '»' | '”') {
                    open.push((at, c));
                }
            }
        }
        before = c;
    }
    found.sort_unstable();
    found
}

fn closes(open: char, close: char) -> bool {
    matches!(
        (open, close),
        ('(', ')')
            | ('[', ']')
            | ('"', '"')
            | ('“', '”')
            | ('„', '“' | '”')
            | ('«', '»')
            | ('»', '«')
            | ('”', '”')
    )
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…') || is_wide(c)
}

/// The stops of scripts that put no space between sentences.
fn is_wide(c: char) -> bool {
    matches!(c, '。' | '！' | '？')
}

fn is_closing(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '”' | '’' | '“' | '‘' | '»' | '«' | '›' | '‹' | ')' | ']'
    )
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '“' | '„' | '‘' | '‚' | '«' | '»' | '‹' | '›' | '(' | '[' | '¿' | '¡'
    ) || c == '\u{a0}'
        || c == '\u{202f}'
}

/// What a language writes with a full stop that ends no sentence.
struct Words {
    /// Abbreviations that something always follows, in lower case.
    never: &'static [&'static str],
    /// Words that begin sentences: a full stop before one ends one, even behind an abbreviation
    /// that can stand last, such as "etc." or "U.S.".
    starters: &'static [&'static str],
    /// Whether a number with a full stop is an ordinal: "am 3. März".
    ordinals: bool,
}

/// Abbreviations of every language in which cited writing is likely: those of references.
const REFERENCES: &[&str] = &[
    "abb", "art", "bd", "bl", "cap", "cf", "ch", "chap", "chs", "col", "coll", "dir", "doc",
    "docs", "ed", "eds", "fig", "figs", "fo", "fol", "fols", "hg", "hrsg", "ill", "ms", "mss", "n",
    "nn", "no", "nos", "nr", "op", "p", "par", "pp", "pt", "pts", "r", "repr", "s", "sec", "sp",
    "supp", "t", "trans", "v", "vgl", "vol", "vols", "vs",
];

const ENGLISH: Words = Words {
    never: &[
        "adm", "apr", "aug", "brig", "c", "ca", "capt", "cmdr", "cpl", "d", "dec", "dr", "e.g",
        "esp", "feb", "fr", "gen", "gov", "hon", "i.e", "jan", "lt", "maj", "messrs", "mr", "mrs",
        "mt", "nov", "oct", "pres", "prof", "rep", "rev", "sen", "sept", "sgt", "st", "viz",
    ],
    starters: &[
        "A", "After", "All", "Although", "An", "And", "As", "At", "Before", "But", "By", "Even",
        "For", "From", "He", "Her", "His", "However", "I", "If", "In", "It", "Its", "Many",
        "Nobody", "Not", "On", "One", "Only", "She", "Since", "So", "Some", "That", "The", "Their",
        "Then", "There", "These", "They", "This", "Those", "Thus", "To", "Under", "We", "What",
        "When", "Where", "While", "Who", "Why", "With", "You",
    ],
    ordinals: false,
};

const GERMAN: Words = Words {
    never: &[
        "ca", "bzw", "d", "dr", "ebd", "ggf", "gen", "geb", "gest", "hl", "inkl", "jh", "kgl",
        "lt", "n", "prof", "rd", "sog", "st", "u", "u.a", "usf", "v", "z", "z.b", "d.h", "zit",
        "chr",
    ],
    starters: &[
        "Aber", "Als", "Am", "Auch", "Auf", "Aus", "Bei", "Da", "Damit", "Danach", "Dann", "Das",
        "Dass", "Dem", "Den", "Der", "Deshalb", "Die", "Dies", "Diese", "Dieser", "Doch", "Ein",
        "Eine", "Er", "Es", "Für", "Hier", "Ihr", "Ihre", "Im", "In", "Ist", "Man", "Mit", "Nach",
        "Nicht", "Nur", "Ob", "Sein", "Seine", "Seit", "Sie", "So", "Über", "Und", "Unter", "Von",
        "Vor", "Was", "Weil", "Wenn", "Wer", "Wie", "Wir", "Wo", "Zu", "Zum", "Zur", "Zwar",
    ],
    ordinals: true,
};

const FRENCH: Words = Words {
    never: &[
        "av", "c.-à-d", "env", "ex", "m", "mm", "mgr", "st", "apr", "j", "dr", "gal",
    ],
    starters: &[
        "À", "Après", "Au", "Aucun", "Avec", "C'est", "Ce", "Ces", "Cette", "Comme", "Dans", "De",
        "Depuis", "Des", "Elle", "Elles", "En", "Et", "Il", "Ils", "Je", "La", "Le", "Les", "Leur",
        "Mais", "Nous", "On", "Où", "Par", "Pour", "Quand", "Que", "Qui", "Sa", "Sans", "Selon",
        "Ses", "Si", "Son", "Sous", "Sur", "Un", "Une", "Vous",
    ],
    ordinals: false,
};

const SPANISH: Words = Words {
    never: &[
        "a", "aprox", "av", "d", "dr", "dra", "ej", "gral", "pág", "págs", "sr", "sra", "sres",
        "ud", "uds", "núm",
    ],
    starters: &[
        "A", "Al", "Aunque", "Así", "Como", "Con", "Cuando", "De", "Del", "Desde", "Después", "El",
        "Ella", "Ellos", "En", "Entre", "Era", "Es", "Esta", "Este", "Esto", "Hasta", "La", "Las",
        "Lo", "Los", "Más", "No", "Nos", "Para", "Pero", "Por", "Que", "Se", "Según", "Si", "Sin",
        "Sobre", "Su", "Sus", "También", "Tras", "Un", "Una", "Y", "Ya",
    ],
    ordinals: false,
};

const RUSSIAN: Words = Words {
    never: &[
        "г", "гг", "д", "им", "л", "лл", "напр", "н", "пер", "проф", "ред", "с", "св", "см",
        "сост", "ср", "ст", "т", "тыс", "ул", "ф", "оп",
    ],
    starters: &[
        "А",
        "Без",
        "Был",
        "Была",
        "Были",
        "В",
        "Во",
        "Все",
        "Для",
        "До",
        "Если",
        "Её",
        "Его",
        "За",
        "И",
        "Из",
        "Их",
        "К",
        "Как",
        "Когда",
        "Мы",
        "На",
        "Не",
        "Но",
        "О",
        "Об",
        "Он",
        "Она",
        "Они",
        "От",
        "По",
        "Под",
        "После",
        "При",
        "С",
        "Так",
        "Там",
        "То",
        "Тогда",
        "У",
        "Хотя",
        "Что",
        "Это",
        "Этот",
        "Я",
    ],
    ordinals: false,
};

impl Words {
    fn of(language: &str) -> &'static Words {
        match language.split(['-', '_']).next().unwrap_or_default() {
            "de" => &GERMAN,
            "fr" => &FRENCH,
            "es" => &SPANISH,
            "ru" => &RUSSIAN,
            _ => &ENGLISH,
        }
    }

    /// Whether a sentence goes on over a full stop, given what stands before and behind it.
    fn go_on(&self, before: &str, behind: &str) -> bool {
        let word = before
            .rsplit(|c: char| {
                c.is_whitespace() || (is_opening(c) && c != '\'') || matches!(c, '–' | '—' | '/')
            })
            .next()
            .unwrap_or_default();
        let behind = behind.trim_start_matches(is_opening);
        let end = behind.find(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
        let (next, follows) = behind.split_at(end.unwrap_or(behind.len()));
        // "A. J. P. Taylor" doesn't begin with an article.
        let initial = next.chars().count() == 1 && follows.starts_with('.');
        let starts = !initial && self.starters.contains(&next);
        let number = |text: &str| text.starts_with(|c: char| c.is_numeric());
        if !word.is_empty() && word.chars().all(|c| c.is_ascii_digit()) {
            // A year ends a sentence even where numbers are ordinals.
            return self.ordinals && word.len() < 3 && !starts;
        }
        let lower = word.to_lowercase();
        // Of "u.a" and "e.g" the whole counts, of "(vgl" what the brackets leave.
        if self.never.contains(&lower.as_str()) {
            return true;
        }
        // "no. 14", "p. 3", "Bd. II"; but "He said no. The".
        if REFERENCES.contains(&lower.as_str()) {
            return number(next) || is_roman(next) || !starts && lower != "no";
        }
        if self.ordinals && is_roman(word) {
            return !starts;
        }
        // Initials and acronyms: "J. Smith", "J.-P. Sartre", "z. B.", "the U.S. Army"; but "in the
        // U.S. The …".
        let mut last = word.rsplit(['.', '-']).next().unwrap_or_default().chars();
        let single = last.next().is_some_and(char::is_alphabetic) && last.next().is_none();
        single && !starts
    }
}

fn is_roman(word: &str) -> bool {
    !word.is_empty()
        && word
            .chars()
            .all(|c| matches!(c, 'I' | 'V' | 'X' | 'L' | 'C' | 'D' | 'M'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{around, starts};

    /// Checks that a text is cut at each `|`, and nowhere else.
    fn check(language: &str, marked: &str) {
        let text = marked.replace('|', "");
        let starts = starts(&text, language);
        let mut cut = String::new();
        for (at, c) in text.char_indices() {
            if starts.contains(&at) {
                cut.push('|');
            }
            cut.push(c);
        }
        assert_eq!(cut, marked, "{language}");
    }

    #[test]
    fn a_mark_behind_the_stop_belongs_to_the_sentence_before() {
        let text = "One fell. Two rose. Three stayed.";
        assert_eq!(
            around(text, &[9, 13, 19, text.len()], "en"),
            ["One fell.", "Two rose.", "Two rose.", "Three stayed."]
        );
        assert_eq!(around("", &[0], "en"), [""]);
        // Between the space and the next word too.
        assert_eq!(around(text, &[10], "en"), ["One fell."]);
    }

    #[test]
    fn stops_that_end_no_sentence() {
        check(
            "en",
            "Dr. Smith met Lt. Col. J. R. R. Brown at St. Paul. |They spoke.",
        );
        check(
            "en",
            "See vol. 2, no. 14, p. 3, and cf. Lee, fol. 12. |Then ask.",
        );
        check(
            "en",
            "It rose by 3.5 per cent., e.g. in Kiev. |Nobody asked why.",
        );
        check("en", "He said no. |The others left.");
        check("en", "The U.S. Army left the U.S. |The war went on.");
        check("en", "It happened in 1939. |Forty fell.");
        check("en", "He went to … Moscow… and left. |It rained.");
        check("en", "In chap. XII. of the book it says so. |Fine.");
        check("en", "Bread, tea, etc. |The rest was sold.");
        check(
            "de",
            "Am 3. März 1918 traf Kaiser Wilhelm II. Graf Mirbach, vgl. Bd. 2, S. 5. |Danach, z. B. im 19. Jahrhundert, kam u. a. Dr. Weber.",
        );
        check("de", "Es war 1939. |Niemand kam.");
        check(
            "fr",
            "M. Dupont est né av. J.-C. à Lyon. |Il est mort en 1914. |Voir p. 3.",
        );
        check(
            "es",
            "El Sr. García vive aquí. |¿Dónde? |¡No sé! |Véase pág. 3.",
        );
        check(
            "ru",
            "В 1939 г. Германия напала на Польшу. |См. т. 2, с. 5, под ред. И. В. Петрова. |Это всё.",
        );
    }

    #[test]
    fn quotations_and_brackets_stay_whole() {
        check(
            "en",
            "“Who came? I saw none,” he said. |“Go. Stay.” |Then he left (it was late. And dark). |End.",
        );
        check(
            "en",
            "He asked, \"Why? How?\" and left. |\"Stop!\" |She ran.",
        );
        check(
            "de",
            "Er sagte: „Geh. Bleib.“ |Dann ging er. |»Wer?« fragte sie.",
        );
        check("fr", "Il dit : « Va. Reste. » |Puis il partit.");
        // A quotation that goes on in the next paragraph.
        check("en", "“It began. |It went on. |It");
        check("en", "He (as some say. |Nobody knows.");
    }

    #[test]
    fn scripts_without_spaces_or_capitals() {
        check("ja", "戦争が始まった。|彼は去った。");
        check("ar", "انتهت الحرب. |عاد الناس.");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_text_is_cut_into_itself(text in "[a-zA-Z0-9 .!?…“”„«»\"()\\[\\]é。 ]{0,60}", language in "en|de|fr|es|ru") {
            let starts = starts(&text, &language);
            prop_assert!(starts.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(starts.iter().all(|at| text.is_char_boundary(*at) && *at > 0 && *at < text.len()));
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            prop_assert_eq!(around(&text, &places, &language).len(), places.len());
        }
    }
}
