//! Anchors of paragraphs: made of a paragraph's own first words, so that they stay when other
//! paragraphs change.

use std::collections::HashSet;

use crate::text::slug;

/// A paragraph of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its anchor, such as `p-3k9xw2`; empty for one without words.
    pub id: String,
    /// The words it begins with.
    pub words: String,
}

/// How many words make the anchor. A change behind them leaves it as it is.
const DECISIVE: usize = 12;

/// How many words tell readers which paragraph is meant.
const SHOWN: usize = 8;

/// The digits of an anchor: small letters that nobody takes for one another, after Crockford's
/// Base32.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The paragraphs of a text, as they are read.
#[derive(Debug, Default)]
pub struct Paragraphs {
    list: Vec<Paragraph>,
    taken: HashSet<String>,
}

impl Paragraphs {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds a paragraph with its plain text, marks left out.
    ///
    /// Signs and capitals don't count. If an earlier paragraph begins with the same words, all words
    /// count, and if it is the same, which of them it is.
    pub fn push(&mut self, text: &str) {
        let first = slug(&words(text, DECISIVE));
        let mut id = match first.as_str() {
            "" => String::new(),
            first => anchor(first),
        };
        if self.taken.contains(&id) {
            let whole = slug(text);
            id = anchor(&whole);
            let mut number = 2;
            while self.taken.contains(&id) {
                id = anchor(&format!("{whole} {number}"));
                number += 1;
            }
        }
        if !id.is_empty() {
            self.taken.insert(id.clone());
        }
        let words = words(text, SHOWN);
        self.list.push(Paragraph { id, words });
    }

    /// The paragraphs.
    pub fn finish(self) -> Vec<Paragraph> {
        self.list
    }
}

fn words(text: &str, count: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().take(count).collect();
    words.join(" ")
}

/// Thirty bits of a fingerprint: in a text of 500 paragraphs two are the same once in 8,000 texts.
fn anchor(words: &str) -> String {
    let hash = blake3::hash(words.as_bytes());
    let digits = hash.as_bytes().iter().take(6);
    let digits = digits.map(|byte| char::from(DIGITS[usize::from(byte % 32)]));
    format!("p-{}", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(texts: &[&str]) -> Vec<String> {
        let mut paragraphs = Paragraphs::default();
        for text in texts {
            paragraphs.push(text);
        }
        let list = paragraphs.finish();
        list.into_iter().map(|paragraph| paragraph.id).collect()
    }

    #[test]
    fn an_anchor_depends_on_the_first_words_only() {
        let long = "One two three four five six seven eight nine ten eleven twelve thirteen.";
        let [before, other] = &ids(&[long, "Another."])[..] else {
            panic!("two paragraphs");
        };
        let later = long.replace("thirteen", "fourteen, changed");
        let retouched = later.replace("One two", "“One”  two");
        assert_eq!(
            ids(&["New.", &retouched, "Another."])[1..],
            [before.clone(), other.clone()]
        );
        assert_ne!(ids(&[&long.replace("twelve", "dozen")])[0], *before);
        assert!(before.len() == 8 && before.starts_with("p-"), "{before}");
    }

    #[test]
    fn no_two_paragraphs_share_an_anchor() {
        let begins = "The same beginning of twelve words that many a list of sentences ";
        let (a, b) = (format!("{begins}has, A"), format!("{begins}has, B"));
        let made = ids(&[&a, &b, &a, &a, "", "…"]);
        let distinct: HashSet<&String> = made[..4].iter().collect();
        assert_eq!(distinct.len(), 4, "{made:?}");
        assert_eq!(made[4..], ["", ""]);
        // What follows doesn't rename what stands before it.
        assert_eq!(ids(&[&a, &b])[..], made[..2]);
    }
}
