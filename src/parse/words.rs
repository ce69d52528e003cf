//! Counts words.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::diag::Place;

/// What is counted of a file's body: the text that is printed in running words, without its title,
/// notes, citations, pictures, formulas, code blocks and blocks of raw HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose {
    /// Its words.
    pub words: usize,
    /// Its paragraphs.
    pub paragraphs: Vec<Counted>,
}

/// A paragraph that has words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Where it stands.
    pub place: Place,
    /// How many words it has.
    pub words: usize,
    /// Its marks, as indexes of the outline's flow.
    pub marks: Vec<usize>,
}

/// How many words a text has.
///
/// In: plain text. Out: its words after Unicode Standard Annex 29, section 4: stretches between word
/// boundaries that hold a letter or a digit. "Stalin’s" is one word, "Nazi-Soviet" two; each
/// Chinese character and each sign of Hiragana is one, for these scripts put no space between words.
fn count(text: &str) -> usize {
    counted(text).unwrap_or_else(|| text.unicode_words().count())
}

/// What a letter does to the words beside it: its property Word_Break, as far as [`counted`] goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Break {
    Letter,
    Number,
    /// Joins whatever stands beside it: `_`.
    Joins,
    /// Joins letters.
    MidLetter,
    /// Joins numbers.
    MidNumber,
    /// Joins both.
    MidBoth,
    Other,
}

/// How many words a text has, if it is written in the letters that nearly all of our texts are: looking
/// each letter up in the tables of all scripts took a tenth of a build.
fn counted(text: &str) -> Option<usize> {
    let (mut words, mut inside) = (0, false);
    let mut before = Break::Other;
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        let this = class(c)?;
        let next = letters.clone().next().and_then(class);
        let same = |ends: Break| before == ends && next == Some(ends);
        let (joins, counts) = match this {
            Break::Letter | Break::Number => (before != Break::Other, true),
            Break::Joins => (before != Break::Other, false),
            // Rules WB6, WB7, WB11 and WB12.
            Break::MidLetter if same(Break::Letter) => continue,
            Break::MidNumber if same(Break::Number) => continue,
            Break::MidBoth if same(Break::Letter) || same(Break::Number) => continue,
            _ => {
                (before, inside) = (Break::Other, false);
                continue;
            }
        };
        inside &= joins;
        if counts && !inside {
            words += 1;
            inside = true;
        }
        before = this;
    }
    Some(words)
}

fn class(c: char) -> Option<Break> {
    Some(match c {
        'A'..='Z' | 'a'..='z' => Break::Letter,
        '0'..='9' => Break::Number,
        '_' => Break::Joins,
        ':' => Break::MidLetter,
        ',' | ';' => Break::MidNumber,
        '.' | '\'' | '\u{2018}' | '\u{2019}' => Break::MidBoth,
        // Line breaks stand by themselves, as other characters do.
        '\0'..='\x7F' => Break::Other,
        '\u{D7}' | '\u{F7}' => Break::Other,
        // Latin and Cyrillic letters.
        '\u{C0}'..='\u{24F}' | '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}' => Break::Letter,
        '\u{A0}' | '\u{AB}' | '\u{BB}' | '\u{2013}' | '\u{2014}' => Break::Other,
        '\u{201A}' | '\u{201C}'..='\u{201E}' | '\u{2026}' => Break::Other,
        _ => return None,
    })
}

/// How many words a text has without some stretches of it, which are in order.
pub(super) fn count_but(text: &str, apart: &[Range<usize>]) -> usize {
    let mut from = 0;
    let mut words = 0;
    for stretch in apart {
        words += text.get(from..stretch.start).map_or(0, count);
        from = stretch.end;
    }
    words + text.get(from..).map_or(0, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{NoTexts, Rules, parse};

    #[test]
    fn words_of_many_scripts() {
        for (text, words) in [
            ("", 0),
            ("… — “”", 0),
            ("Stalin’s farms, and don't", 4),
            ("the Nazi-Soviet pact of 23.8.1939", 6),
            ("3,400,000 people", 2),
            ("Пакт Молотова", 2),
            ("日本の歴史", 5),
        ] {
            assert_eq!(count(text), words, "{text}");
        }
    }

    /// The short way counts what the long way does, for each letter it knows beside each sort of letters.
    #[test]
    fn the_short_way_counts_the_same() {
        let known: Vec<char> = ('\0'..='\u{2026}')
            .filter(|c| class(*c).is_some())
            .collect();
        assert!(known.len() > 800);
        let sorts = ["", "a", "é", "1", "_", ":", ",", ".", "’", "-", " ", "\n"];
        for c in known {
            for before in sorts {
                for behind in sorts {
                    let text = format!("a{before}{c}{behind}1 {before}{c}{behind}a");
                    assert_eq!(
                        counted(&text),
                        Some(text.unicode_words().count()),
                        "{text:?}"
                    );
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn the_short_way_counts_the_same_in_any_text(text in "[aé1_:,.’; \\n-]{0,24}") {
            assert_eq!(counted(&text), Some(text.unicode_words().count()), "{text:?}");
        }
    }

    #[track_caller]
    fn words(text: &str, expected: usize) {
        let rules = Rules {
            series: ["main".to_owned()].into(),
            language: "en".into(),
        };
        let parsed = parse(&"content/a.md".into(), text, &rules, &NoTexts);
        assert_eq!(parsed.prose.words, expected, "{text}");
        let of_paragraphs: usize = parsed.prose.paragraphs.iter().map(|p| p.words).sum();
        assert!(of_paragraphs <= expected);
    }

    #[test]
    fn prose_is_counted_and_nothing_else() {
        words("# A title\n\nThree small words.", 3);
        words("## A heading\n\nText.", 3);
        words("- one\n- two\n\n> three\n\n| four |\n|---|\n| five |", 5);
        words("One.[^1]\n\n[^1]: Not a word of it.", 1);
        words("One^[not these] and two.", 3);
        words("One [see @key, p. 3] and two.", 3);
        words("As @key says.", 2);
        words("One ![a picture of it](a.png) two.", 2);
        words("One $x + y$ two.", 2);
        words("One `two`.\n\n```\nnot this\n```\n\n<div>nor this</div>", 2);
        words("One <!-- not these --> two.", 2);
    }
}
