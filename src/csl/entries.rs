//! Entries of a bibliography one by one: for items that stand by themselves, not in a list.

use super::html;
use super::locale::Locale;
use super::processor::Processor;
use super::rich;
use super::{Item, Style};

/// A style in a language, made ready once for any number of items.
#[derive(Debug)]
pub struct Entries {
    style: Style,
    locale: Locale,
}

impl Entries {
    /// In: the style; the locale of its terms as a BCP 47 tag.
    pub fn new(style: Style, locale: &str) -> Entries {
        let locale = Locale::new(locale, &style.program);
        Entries { style, locale }
    }

    /// The entry of an item that is the only one of its bibliography (CSL 1.0.2, "Bibliography"), as
    /// HTML. Out: nothing if the style prints nothing of it, or has no bibliography.
    pub fn entry(&self, item: &Item) -> Option<String> {
        let items = std::slice::from_ref(item);
        let processor = Processor::single(&self.style.program, &self.locale, items);
        let (_, entry) = processor.bibliography()?.pop()?;
        (!rich::is_blank(&entry)).then(|| html::write(&entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csl::{Date, DateParts, Name, format};

    /// The short way prints what the long way prints of one item.
    #[test]
    fn an_entry_is_what_a_bibliography_of_one_item_has() {
        let name = |family: &str| Name {
            family: family.to_owned(),
            given: Some("Jane".to_owned()),
            ..Name::default()
        };
        let text = [
            ("title", "The bread of the land"),
            ("URL", "https://example.org/"),
        ];
        let start = DateParts {
            year: 2026,
            month: Some(11),
            day: Some(23),
        };
        let date = Date {
            start,
            ..Date::default()
        };
        let item = Item {
            key: "a".to_owned(),
            kind: "webpage".to_owned(),
            text: text
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into(),
            names: [("author".to_owned(), vec![name("Doe"), name("Roe")])].into(),
            dates: [("issued".to_owned(), date)].into(),
        };
        for name in ["chicago-notes", "apa", "modern-language-association"] {
            let style = Style::named(name).expect("a bundled style");
            let long = format(&style, "en", std::slice::from_ref(&item), &[]);
            let short = Entries::new(style, "en").entry(&item);
            assert_eq!(
                short,
                long.bibliography.first().map(|(_, html)| html.clone()),
                "{name}"
            );
            assert!(short.is_some_and(|html| html.contains("Doe, J")), "{name}");
        }
    }
}
