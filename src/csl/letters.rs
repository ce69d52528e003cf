//! The letters that a list is jumped through by, in a language's own order.

use std::cmp::Ordering;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale::Locale as Language;

/// What entries that begin with a digit are found under.
pub const DIGITS: &str = "0–9";

/// What entries are found under whose script has no alphabet of a few letters.
pub const OTHERS: &str = "…";

/// Tells under which letter a text is found.
pub struct Letters {
    collator: Option<CollatorBorrowed<'static>>,
}

impl Letters {
    /// The letters of a language, given as a BCP 47 tag.
    pub fn new(language: &str) -> Letters {
        let language: Language = language.parse().unwrap_or(Language::UNKNOWN);
        let mut options = CollatorOptions::default();
        options.strength = Some(Strength::Primary);
        let collator = Collator::try_new((&language).into(), options);
        Letters {
            collator: collator.ok(),
        }
    }

    /// The order of two texts in the language; of those that it doesn't tell apart, that of their signs.
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        let order = self
            .collator
            .as_ref()
            .map(|collator| collator.compare(a, b));
        order.unwrap_or(Ordering::Equal).then_with(|| a.cmp(b))
    }

    /// The letter of a text: that of its first letter or digit, whatever stands before it. A letter
    /// with a sign on it is found under the letter without it where the language sorts it there or
    /// right behind it: `Š` under `S`, but the Swedish `Ö`, which follows `Z`, under `Ö`. `None` for a
    /// text without letters and digits.
    pub fn of(&self, text: &str) -> Option<String> {
        let first = text.chars().find(|c| c.is_alphanumeric())?;
        if !first.is_alphabetic() {
            return Some(DIGITS.to_owned());
        }
        let own = first.to_uppercase().to_string();
        if is_wide(first) {
            return Some(OTHERS.to_owned());
        }
        let Some(collator) = &self.collator else {
            return Some(own);
        };
        let mut encoded = [0; 4];
        let text = first.encode_utf8(&mut encoded);
        let order = |base: char| collator.compare(text, base.encode_utf8(&mut [0; 4]));
        // Greek and Cyrillic stand before A or behind Z, as a language wants it.
        let base = ('a'..='z')
            .rev()
            .find(|base| order(*base) != Ordering::Less);
        let same = |base: &char| *base != 'z' || order('z') == Ordering::Equal;
        Some(match base.filter(same) {
            Some(base) => base.to_ascii_uppercase().to_string(),
            None => own,
        })
    }
}

/// Whether a character belongs to a script of syllables or of thousands of signs (Unicode 16, the
/// blocks of Chinese, Japanese and Korean).
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(language: &str, words: &str, expected: &str) {
        let letters = Letters::new(language);
        let found = words.split(' ').map(|word| letters.of(word));
        let found: Vec<String> = found.map(Option::unwrap_or_default).collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn a_sign_on_a_letter_doesnt_part_it_from_the_letter() {
        check(
            "en",
            "Šmíd smith “Ünder Łódź œuvre Žižka Æthel",
            "S S U L O Z A",
        );
        check("de", "Öhler ßo Zahn", "O S Z");
        check("cs", "Šmíd Čapek Smith", "S C S");
    }

    #[test]
    fn a_letter_behind_z_is_one_of_its_own() {
        check("sv", "Öberg Ågren Zorn", "Ö Å Z");
    }

    #[test]
    fn digits_and_other_scripts() {
        check(
            "en",
            "1939 Сталин Ленин Ωμέγα 毛泽东 한국 ———",
            "0–9 С Л Ω … … ",
        );
        check("ru", "Сталин Stalin", "С S");
    }
}
