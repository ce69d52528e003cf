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
    text.unicode_words().count()
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
