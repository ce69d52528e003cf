//! What the messages say in each language.

use std::collections::BTreeMap;

use icu_locale::Locale;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};

use super::theme::ThemeFiles;
use super::themes::{Folder, ThemeFile};
use crate::config::value::{self, Data};
use crate::diag::{Code, Fault, Place};
use crate::read::TextFile;

/// The language that stands in for all others.
const ENGLISH: &str = "en";

/// The word that names a language in itself.
const LANGUAGE_NAME: &str = "language_name";

/// The words of one language, over those of the languages that stand in for it.
#[derive(Debug, Clone, Default, Hash)]
pub struct Words {
    language: String,
    words: BTreeMap<String, String>,
}

/// The words of a site, by language: the site's own, and all that have messages.
#[derive(Debug, Clone, Default, Hash)]
pub struct Languages {
    site: String,
    all: BTreeMap<String, Words>,
}

impl Languages {
    /// Reads the messages of a site and of the themes that it uses.
    ///
    /// Each language goes before the one that stands in for it; within a language each theme goes
    /// before the one it builds on, and the site's own messages before all.
    pub fn read(
        input: &ThemeFiles,
        chain: &[(&str, &Folder)],
        faults: &mut Vec<Fault>,
    ) -> Languages {
        let mut files: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
        let themes = chain.iter().rev().flat_map(|(_, folder)| &folder.files);
        let themes = themes.filter_map(|(path, file)| match file {
            ThemeFile::Text(text) => Some((&**path, text)),
            ThemeFile::Copy(_) => None,
        });
        let own = input.files.iter().map(|file| (&*file.path, file));
        for (path, file) in themes.chain(own) {
            let name = path.strip_prefix("messages/");
            if let Some(language) = name.and_then(|name| name.strip_suffix(".toml")) {
                read_words(file, files.entry(language).or_default(), faults);
            }
        }
        let tags = files.keys().copied().chain([input.language.as_str()]);
        let all = tags.map(|tag| {
            let mut words = BTreeMap::new();
            // English first, so that a word a translation lacks is still said.
            for language in [ENGLISH, base(tag), tag] {
                words.extend(files.get(language).cloned().unwrap_or_default());
                // No other language bears its name.
                if base(tag) != base(language) {
                    words.remove(LANGUAGE_NAME);
                }
            }
            let language = tag.to_owned();
            (tag.to_owned(), Words { language, words })
        });
        Languages {
            site: input.language.clone(),
            all: all.collect(),
        }
    }

    /// The languages that have words.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }

    /// The tag among `tags` in which something is said that is written in a language: its own, or
    /// that of the language without a region, or the site's.
    pub fn nearest<'a>(&'a self, language: &'a str) -> &'a str {
        let mut tags = [language, base(language)].into_iter();
        let known = tags.find(|tag| self.all.contains_key(*tag));
        known.unwrap_or(&self.site)
    }

    /// The name of a language in itself, as its own messages give it; else its tag.
    pub fn name<'a>(&'a self, language: &'a str) -> &'a str {
        let nearest = self.nearest(language);
        let own = base(nearest) == base(language);
        let name = own.then(|| self.all[nearest].word(LANGUAGE_NAME));
        let name = name.filter(|name| !name.is_empty());
        name.unwrap_or(language)
    }

    /// The words in the site's own language.
    pub fn site(&self) -> &Words {
        &self.all[&self.site]
    }

    /// The words in which something is said that is written in a language.
    pub fn of(&self, language: &str) -> &Words {
        &self.all[self.nearest(language)]
    }
}

impl Words {
    /// A word, without placeholders; empty if there is none.
    pub fn word(&self, name: &str) -> &str {
        self.words.get(name).map_or("", String::as_str)
    }

    /// A word with `{name}` replaced by a value.
    pub fn word_with(&self, word: &str, name: &str, value: &str) -> String {
        self.word(word).replace(&format!("{{{name}}}"), value)
    }

    /// A word, or its form for a number, if there is one.
    ///
    /// In: the word, and the number that it is said with. Out: of a word with forms (`pages_one`,
    /// `pages_many`) the one that the language has for the number, by the plural rules of Unicode's
    /// CLDR (Unicode Technical Standard 35, part 3, section 5). Forms that the messages lack, and
    /// `other`, are said as `many`.
    pub fn find(&self, name: &str, number: Option<u64>) -> Option<&str> {
        let form = number.and_then(|number| {
            let many = self.words.get(&format!("{name}_many"))?;
            let own = format!("{name}_{}", category(&self.language, number));
            Some(self.words.get(&own).unwrap_or(many))
        });
        form.or_else(|| self.words.get(name)).map(String::as_str)
    }

    /// All forms of a word by their names, as JSON: scripts count, too.
    pub fn forms(&self, name: &str) -> serde_json::Value {
        let forms = CATEGORIES.iter().filter_map(|category| {
            let form = self.words.get(&format!("{name}_{category}"))?;
            Some(((*category).to_owned(), form.as_str().into()))
        });
        serde_json::Value::Object(forms.collect())
    }
}

/// The forms that CLDR knows.
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The form that a language has for a number.
fn category(language: &str, number: u64) -> &'static str {
    let locale: Locale = language.parse().unwrap_or(Locale::UNKNOWN);
    let rules = PluralRules::try_new(locale.into(), PluralRulesOptions::default());
    let category = rules.map(|rules| rules.category_for(number));
    match category.unwrap_or(PluralCategory::Other) {
        PluralCategory::Zero => CATEGORIES[0],
        PluralCategory::One => CATEGORIES[1],
        PluralCategory::Two => CATEGORIES[2],
        PluralCategory::Few => CATEGORIES[3],
        PluralCategory::Many => CATEGORIES[4],
        PluralCategory::Other => CATEGORIES[5],
    }
}

/// A tag without its region and script.
fn base(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

fn read_words(file: &TextFile, words: &mut BTreeMap<String, String>, faults: &mut Vec<Fault>) {
    let (table, syntax) = value::toml(&file.text, 0);
    faults.extend(crate::config::syntax_faults(
        &file.path,
        "valid TOML",
        syntax,
    ));
    for field in table.0 {
        match field.value.data {
            Data::Text(text) => {
                words.insert(field.name, text);
            }
            other => faults.push(Fault::new(
                Code::WrongType,
                format!(
                    "the word `{}` must be text, not {}",
                    field.name,
                    other.kind()
                ),
                Place::new(&file.path, field.value.span),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::category;

    // The examples of CLDR's own charts of plural rules.
    #[test]
    fn numbers_have_the_forms_of_their_language() {
        for (language, form, numbers) in [
            ("en", "one", &[1][..]),
            ("en", "other", &[0, 2, 21]),
            ("de-AT", "one", &[1]),
            ("de-AT", "other", &[0, 2, 101]),
            ("fr", "one", &[0, 1]),
            ("fr", "other", &[2, 17]),
            ("es", "one", &[1]),
            ("es", "other", &[0, 2, 100]),
            ("ru", "one", &[1, 21, 101]),
            ("ru", "few", &[2, 4, 22, 104]),
            ("ru", "many", &[0, 5, 11, 14, 100, 111]),
            ("ar", "two", &[2]),
            ("ar", "few", &[3, 110]),
        ] {
            for number in numbers {
                assert_eq!(category(language, *number), form, "{language}: {number}");
            }
        }
        assert_eq!(category("not a language", 1), category("und", 1));
    }
}
