//! Sort keys and their order (CSL 1.0.2, "Sorting").

use std::cmp::Ordering;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale::Locale as Language;

use super::dates::sort_text;
use super::processor::Processor;
use super::render::{Context, Render};
use super::rich;
use super::style::{Key, KeySource};
use super::vars;

/// What an item is sorted by; `None` stands behind all others.
pub type Values = Vec<Option<String>>;

/// Compares text after a language's rules; by default after the characters' numbers.
#[derive(Default)]
pub struct Order {
    collator: Option<CollatorBorrowed<'static>>,
}

impl Order {
    pub fn new(language: &str) -> Order {
        let language: Language = language.parse().unwrap_or(Language::UNKNOWN);
        let mut options = CollatorOptions::default();
        options.strength = Some(Strength::Tertiary);
        let collator = Collator::try_new((&language).into(), options);
        Order {
            collator: collator.ok(),
        }
    }

    fn text(&self, a: &str, b: &str) -> Ordering {
        match &self.collator {
            Some(collator) => collator.compare(a, b),
            None => a.cmp(b),
        }
    }

    /// Compares two items by the keys of a style.
    pub fn compare(&self, keys: &[Key], a: &Values, b: &Values) -> Ordering {
        for (n, key) in keys.iter().enumerate() {
            let (a, b) = (
                a.get(n).and_then(Option::as_ref),
                b.get(n).and_then(Option::as_ref),
            );
            let order = match (a, b) {
                (Some(a), Some(b)) => {
                    let order = self.text(a, b);
                    if key.descending {
                        order.reverse()
                    } else {
                        order
                    }
                }
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }
}

/// The values of an item for a style's keys.
pub fn values(
    processor: &Processor<'_>,
    keys: &[Key],
    item: usize,
    number: usize,
    bibliography: bool,
) -> Values {
    keys.iter()
        .map(|key| value(processor, key, item, number, bibliography))
        .collect()
}

fn value(
    processor: &Processor<'_>,
    key: &Key,
    item: usize,
    number: usize,
    bibliography: bool,
) -> Option<String> {
    let entry = &processor.entries[item];
    let context = Context {
        number,
        ..Context::default()
    };
    let state = &processor.states[item];
    let mut render = Render::new(
        processor.program,
        processor.locale,
        entry,
        bibliography,
        &context,
        state,
    );
    let mut out = Vec::new();
    let text = match &key.source {
        KeySource::Variable(names) if names.vars[..] == [vars::CITATION_NUMBER] => {
            format!("{number:08}")
        }
        KeySource::Variable(names) => {
            let var = names.vars.first()?;
            if let Some(date) = entry.date(*var) {
                if date.start == super::DateParts::default() {
                    date.literal.clone().unwrap_or_default()
                } else {
                    let end = date.end.as_ref().map(|end| sort_text(end, 3));
                    format!("{}{}", sort_text(&date.start, 3), end.unwrap_or_default())
                }
            } else if entry.names(*var).is_some() {
                render.sorting = Some(&key.names);
                render.names(names, None, &mut out);
                rich::bare(&out)
            } else {
                let text = match *var {
                    vars::CITATION_LABEL => render.citation_label(),
                    var => entry.text(var).map(rich::bare)?.replace(',', ""),
                };
                match text.trim().parse::<u64>() {
                    Ok(number) => format!("{number:08}"),
                    Err(_) => text,
                }
            }
        }
        KeySource::Macro(n) => {
            let elements = processor.program.macros.get(*n)?;
            render.sorting = Some(&key.names);
            render.elements(elements, "", None, &mut out);
            rich::bare(&out)
        }
    };
    let text = plain(&text);
    (!text.is_empty()).then_some(text)
}

/// What sorting doesn't look at: quotation marks, brackets and the like.
fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        let quote = matches!(
            c,
            '"' | '“' | '”' | '«' | '»' | '„' | '[' | ']' | '(' | ')' | 'ʿ' | 'ʾ' | '`'
        );
        // An apostrophe within a word is part of it.
        let begins = matches!(c, '\'' | '’' | '‘') && !kept.ends_with(char::is_alphanumeric);
        if !quote && !begins {
            kept.push(c);
        }
    }
    let idle = |c: char| c.is_whitespace() || matches!(c, ',' | '.' | ';' | ':');
    kept.trim_matches(idle).to_owned()
}
