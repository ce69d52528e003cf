//! Writes CSL-JSON (CSL 1.0.2, "csl-data.json"), as Zotero reads it.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use super::{Source, text};
use crate::csl::{Date, DateParts, Item, Name};

/// Writes a file.
pub fn file<'a>(sources: impl IntoIterator<Item = &'a Source>) -> String {
    let entries: Vec<Entry<'_>> = sources.into_iter().map(|s| Entry(&s.item)).collect();
    // Nothing here can fail to be written: names are texts, and no number is infinite.
    let mut out = serde_json::to_string_pretty(&entries).unwrap_or_default();
    out.push('\n');
    out
}

/// An item, its `id` and `type` first.
struct Entry<'a>(&'a Item);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let item = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &item.key)?;
        map.serialize_entry("type", &item.kind)?;
        for (variable, names) in &item.names {
            let names: Vec<Value> = names.iter().map(name).collect();
            map.serialize_entry(variable, &names)?;
        }
        for variable in item.text.keys() {
            if let Some(text) = text(item, variable) {
                map.serialize_entry(variable, text)?;
            }
        }
        for (variable, found) in &item.dates {
            map.serialize_entry(variable, &date(found))?;
        }
        map.end()
    }
}

fn name(name: &Name) -> Value {
    if name.literal {
        return json!({ "literal": name.family });
    }
    let mut map = Map::new();
    let mut put = |field: &str, text: &str| {
        if !text.is_empty() {
            map.insert(field.to_owned(), text.into());
        }
    };
    put("family", &name.family);
    put("given", name.given.as_deref().unwrap_or_default());
    let particle = name.particle.as_deref();
    put("non-dropping-particle", particle.unwrap_or_default());
    let dropping = name.dropping_particle.as_deref();
    put("dropping-particle", dropping.unwrap_or_default());
    put("suffix", name.suffix.as_deref().unwrap_or_default());
    if name.comma_suffix {
        map.insert("comma-suffix".to_owned(), true.into());
    }
    if name.static_order {
        map.insert("static-ordering".to_owned(), true.into());
    }
    map.into()
}

fn date(date: &Date) -> Value {
    let mut map = Map::new();
    match (&date.literal, &date.end) {
        (Some(words), None) => _ = map.insert("literal".to_owned(), words.as_str().into()),
        (_, None) => {
            let start = &date.start;
            let season = start.month.filter(|month| (21..=24).contains(month));
            let month = start.month.filter(|_| season.is_none());
            let start = DateParts {
                month,
                ..start.clone()
            };
            map.insert("date-parts".to_owned(), json!([parts(&start)]));
            if let Some(season) = season {
                map.insert("season".to_owned(), (season - 20).into());
            }
        }
        // A range has no place for the seasons of both sides but among the months, 21 to 24.
        (_, Some(end)) => {
            let sides = json!([parts(&date.start), parts(end)]);
            map.insert("date-parts".to_owned(), sides);
        }
    }
    if date.circa {
        map.insert("circa".to_owned(), true.into());
    }
    map.into()
}

/// Year, month and day, as far as they are known. The end of a range without one is 0.
fn parts(day: &DateParts) -> Vec<i32> {
    let month = day.month.map(i32::from);
    let number = day.day.filter(|_| month.is_some()).map(i32::from);
    [Some(day.year), month, number]
        .into_iter()
        .flatten()
        .collect()
}
