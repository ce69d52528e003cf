//! Items made ready for a style: variables by number, names split into their parts, text parsed.

use std::cell::OnceCell;

use super::markup;
use super::rich::Event;
use super::vars::{self, Var, Vars};
use super::{Date, Item, Name};

/// An item, made ready.
pub struct Entry<'a> {
    pub kind: Option<Var>,
    slots: Vec<Option<Box<Slot<'a>>>>,
    /// The language of its titles; `None` where it doesn't say.
    pub language: Option<&'a str>,
}

pub enum Slot<'a> {
    Text {
        raw: &'a str,
        events: OnceCell<Vec<Event>>,
    },
    Names(Vec<Person>),
    Date(&'a Date),
}

/// A name in its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Person {
    pub family: String,
    pub given: String,
    /// The particle that stays with the family name.
    pub particle: String,
    pub dropping: String,
    pub suffix: String,
    pub comma_suffix: bool,
    pub literal: bool,
    /// Whether the family name always comes first, without a comma, as in Chinese.
    pub eastern: bool,
}

impl<'a> Entry<'a> {
    /// Makes an item ready.
    pub fn new(item: &'a Item, vars: &Vars) -> Entry<'a> {
        let mut slots: Vec<Option<Box<Slot<'a>>>> = Vec::new();
        slots.resize_with(vars.len(), || None);
        let mut put = |name: &str, slot: Slot<'a>| {
            let at = vars.get(name).map(usize::from);
            if let Some(place) = at.and_then(|at| slots.get_mut(at)) {
                *place = Some(Box::new(slot));
            }
        };
        for (name, raw) in item.text.iter().filter(|(_, raw)| !raw.trim().is_empty()) {
            let text = |raw| Slot::Text {
                raw,
                events: OnceCell::new(),
            };
            put(name, text(raw));
            match name.as_str() {
                "shortTitle" if !item.text.contains_key("title-short") => {
                    put("title-short", text(raw));
                }
                "journalAbbreviation" if !item.text.contains_key("container-title-short") => {
                    put("container-title-short", text(raw));
                }
                "page" if !item.text.contains_key("page-first") => put("page-first", text(raw)),
                _ => {}
            }
        }
        for (name, names) in item.names.iter().filter(|(_, names)| !names.is_empty()) {
            let people: Vec<Person> = names.iter().map(person).collect();
            put(name, Slot::Names(people));
        }
        for (name, date) in &item.dates {
            put(name, Slot::Date(date));
        }
        Entry {
            kind: vars.get(&item.kind),
            slots,
            language: item.text.get("language").map(String::as_str),
        }
    }

    pub fn get(&self, var: Var) -> Option<&Slot<'a>> {
        self.slots.get(usize::from(var))?.as_deref()
    }

    /// A variable as the author wrote it.
    pub fn raw(&self, var: Var) -> Option<&'a str> {
        match self.get(var)? {
            Slot::Text { raw, .. } => Some(raw),
            _ => None,
        }
    }

    /// A variable with its tags read.
    pub fn text(&self, var: Var) -> Option<&[Event]> {
        match self.get(var)? {
            Slot::Text { raw, events } => Some(events.get_or_init(|| markup::parse(raw))),
            _ => None,
        }
    }

    pub fn names(&self, var: Var) -> Option<&[Person]> {
        match self.get(var)? {
            Slot::Names(names) => Some(names),
            _ => None,
        }
    }

    pub fn date(&self, var: Var) -> Option<&'a Date> {
        match self.get(var)? {
            Slot::Date(date) => Some(date),
            _ => None,
        }
    }

    /// The short form of a variable, where it has one.
    pub fn short(&self, var: Var, vars: &Vars) -> Option<Var> {
        let short = match var {
            vars::TITLE => vars::TITLE_SHORT,
            vars::CONTAINER_TITLE => vars::CONTAINER_TITLE_SHORT,
            other => vars.get(&format!("{}-short", vars.name(other)))?,
        };
        self.get(short).map(|_| short)
    }
}

/// Splits a name into its parts (CSL 1.0.2, "Name-part Order").
fn person(name: &Name) -> Person {
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    if name.literal {
        return Person {
            family: name.family.trim().to_owned(),
            literal: true,
            ..Person::default()
        };
    }
    let mut person = Person {
        family: name.family.trim().to_owned(),
        given: text(&name.given),
        particle: text(&name.particle),
        dropping: text(&name.dropping_particle),
        suffix: text(&name.suffix),
        comma_suffix: name.comma_suffix,
        ..Person::default()
    };
    let whole = [&person.family, &person.given];
    person.eastern = name.static_order
        || whole.iter().any(|part| part.chars().any(is_eastern))
            && !whole
                .iter()
                .any(|part| part.chars().any(|c| c.is_ascii_alphabetic()));
    // Quotation marks around a family name keep it whole.
    let quoted = person
        .family
        .strip_prefix('"')
        .and_then(|f| f.strip_suffix('"'));
    if let Some(inner) = quoted {
        person.family = inner.to_owned();
        return person;
    }
    if person.suffix.is_empty()
        && let Some((given, suffix)) = person.given.split_once(',')
    {
        let (given, suffix) = (given.trim(), suffix.trim());
        let forced = suffix.strip_prefix('!').map(str::trim);
        // "abbé d'" is no suffix but a particle.
        if !suffix.is_empty() && (forced.is_some() || !suffix.starts_with(char::is_lowercase)) {
            let (given, suffix) = (given.to_owned(), forced.unwrap_or(suffix).to_owned());
            person.comma_suffix |= forced.is_some();
            person.given = given;
            person.suffix = suffix;
        }
    }
    if person.particle.is_empty() && person.dropping.is_empty() {
        let (particle, family) = leading_particle(&person.family);
        let blank =
            particle.ends_with(['\'', '’']) && person.family[particle.len()..].starts_with(' ');
        let particle = if blank {
            format!("{particle} ")
        } else {
            particle.to_owned()
        };
        (person.particle, person.family) = (particle, family.to_owned());
        let (given, dropping) = trailing_particle(&person.given);
        (person.given, person.dropping) = (given.to_owned(), dropping.to_owned());
    }
    person
}

/// Scripts whose names are written family first and without a blank.
pub fn is_eastern(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x11FF | 0x2E80..=0x9FFF | 0xAC00..=0xD7FF | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF)
}

/// Splits "van der Vlist", "al-Aswānī" and "d'Aubignac" before the name itself.
fn leading_particle(family: &str) -> (&str, &str) {
    let mut at = 0;
    loop {
        let rest = &family[at..];
        let word_end = rest.find(' ').map_or(rest.len(), |end| end + 1);
        let word = &rest[..word_end];
        let first = word.trim_start_matches(['\'', '’', '‘', 'ʿ', 'ʾ', '`']);
        if !first.starts_with(char::is_lowercase) {
            break;
        }
        if word_end < rest.len() {
            // A lower-case word, with more to come.
            at += word_end;
            continue;
        }
        // "d'Aubignac", "al-Aswani": what stands before the mark.
        let inner = word
            .char_indices()
            .find(|(n, c)| *n > 0 && matches!(c, '\'' | '’' | '-' | '‑' | '–'));
        if let Some((n, c)) = inner {
            let end = n + c.len_utf8();
            if end <= 6
                && word[end..]
                    .trim_start_matches(['ʿ', 'ʾ', '‘', '`'])
                    .starts_with(char::is_uppercase)
            {
                at += end;
                return (family[..at].trim_end(), &family[at..]);
            }
        }
        // All of it is lower case: there is no particle.
        return if at == 0 {
            ("", family)
        } else {
            (family[..at].trim_end(), &family[at..])
        };
    }
    (family[..at].trim_end(), &family[at..])
}

/// Splits "Alexander von" and "François Hédelin d'" behind the name itself.
fn trailing_particle(given: &str) -> (&str, &str) {
    let mut start = given.len();
    while let Some(space) = given[..start].trim_end().rfind(' ') {
        let word = given[space + 1..start].trim();
        let first = word.trim_start_matches(['\'', '’']);
        if !first.starts_with(char::is_lowercase) {
            break;
        }
        start = space + 1;
    }
    (given[..start].trim_end(), &given[start..])
}
