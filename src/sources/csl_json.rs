//! Makes a CSL item of an entry in CSL-JSON (CSL 1.0.2, "csl-data.json"), as Zotero writes it.

use super::item::bcp47;
use super::variables::{self, Holds};
use super::{Draft, EntryFault, KindKey, date, kinds};
use crate::config::value::{Data, Field, Table, Value};
use crate::csl::{Date, DateParts, Item, Name};
use crate::diag::{Code, nearest};

/// Fields that are no variables of CSL or that nobody prints: what people keep for themselves stays
/// in the file.
const OTHER: &[&str] = &[
    "abstract",
    "categories",
    "citation-key",
    "citation-label",
    "citekey",
    "custom",
    "first-reference-note-number",
    "id",
    "type",
];

/// Makes the item.
pub fn draft(value: &Value) -> Draft {
    let mut reader = Reader {
        item: Item::default(),
        faults: Vec::new(),
    };
    let empty = Table::default();
    let table = match &value.data {
        Data::Table(table) => table,
        _ => &empty,
    };
    let field = |name: &str| table.0.iter().find(|field| field.name == name);
    let typed = match field("type").map(|field| &field.value.data) {
        Some(Data::Text(kind)) => kind.clone(),
        _ => String::new(),
    };
    for field in &table.0 {
        reader.field(field);
    }
    if let Some(note) = field("note").filter(|_| reader.item.text.contains_key("note")) {
        reader.note(note);
    }
    let mut kind = std::mem::take(&mut reader.item.kind);
    if kind.is_empty() {
        kind = typed.to_lowercase().replace(' ', "_");
        if kinds::of_csl(&kind).is_none() {
            let known = kinds::csl_names();
            let (span, message) = match field("type") {
                Some(field) => (
                    field.value.span.clone(),
                    format!("there is no type `{typed}` in CSL"),
                ),
                None => (
                    value.span.start..value.span.start,
                    "there is no `type`".to_owned(),
                ),
            };
            let help = match nearest(&kind, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "it is formatted as a general document; \"document\" says so".to_owned(),
            };
            reader.faults.push(EntryFault {
                code: Code::SourceKind,
                span,
                message,
                help,
            });
            "document".clone_into(&mut kind);
        }
    }
    let word = kinds::of_csl(&kind).unwrap_or(KindKey::Other);
    reader.item.kind = kind;
    Draft {
        item: reader.item,
        typed,
        kind: word,
        faults: reader.faults,
        archived: None,
        broken: false,
    }
}

struct Reader {
    item: Item,
    faults: Vec<EntryFault>,
}

impl Reader {
    fn fault(&mut self, value: &Value, message: String, help: &str) {
        self.faults
            .push(EntryFault::field(value.span.clone(), message, help));
    }

    fn field(&mut self, field: &Field) {
        let name = field.name.as_str();
        if OTHER.contains(&name) || matches!(field.value.data, Data::Nothing) {
            return;
        }
        let Some((variable, holds)) = variables::find(name) else {
            // Programs add fields of their own; only what looks misspelt is told.
            let near = variables::names().filter(|known| known.len().abs_diff(name.len()) < 2);
            if let Some(near) = nearest(name, near).filter(|_| name.len() > 3) {
                let message = format!("`{name}` is no field of CSL-JSON");
                let help = format!("did you mean `{near}`?");
                self.faults
                    .push(EntryFault::field(field.span.clone(), message, help));
            }
            return;
        };
        match holds {
            Holds::Text => {
                let text = match &field.value.data {
                    Data::Text(text) => text.trim().to_owned(),
                    Data::Whole(number) => number.to_string(),
                    Data::Decimal(number) => number.to_string(),
                    other => {
                        let message = format!("`{name}` must be text, not {}", other.kind());
                        return self.fault(&field.value, message, "put it into quotation marks");
                    }
                };
                // A field's proper name counts before an older one.
                let free = name == variable || !self.item.text.contains_key(variable);
                if !text.is_empty() && free {
                    let text = match variable {
                        "page" => text.replace(['–', '—'], "-"),
                        "language" => bcp47(&text),
                        _ => text,
                    };
                    self.item.text.insert(variable.to_owned(), text);
                }
            }
            Holds::Names => {
                let Data::List(list) = &field.value.data else {
                    let message =
                        format!("`{name}` must be a list, not {}", field.value.data.kind());
                    let help =
                        "names look like this: [{ \"family\": \"Doe\", \"given\": \"Jane\" }]";
                    return self.fault(&field.value, message, help);
                };
                let names: Vec<Name> = list.iter().filter_map(|value| self.name(value)).collect();
                if !names.is_empty() {
                    self.item.names.insert(variable.to_owned(), names);
                }
            }
            Holds::Date => {
                if let Some(date) = self.date(name, &field.value) {
                    self.item.dates.insert(variable.to_owned(), date);
                }
            }
        }
    }

    fn name(&mut self, value: &Value) -> Option<Name> {
        const HELP: &str = "a name looks like this: { \"family\": \"Doe\", \"given\": \"Jane\" }; \
                            an institution like this: { \"literal\": \"Foreign Office\" }";
        let table = match &value.data {
            Data::Table(table) => table,
            // Hand-made files.
            Data::Text(text) if !text.trim().is_empty() => return Some(named(text)),
            other => {
                let message = format!("a name must be a table, not {}", other.kind());
                self.fault(value, message, HELP);
                return None;
            }
        };
        let part = |name: &str| {
            let field = table.0.iter().find(|field| field.name == name)?;
            match &field.value.data {
                Data::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
                _ => None,
            }
        };
        if let Some(literal) = part("literal") {
            return Some(Name {
                family: literal,
                literal: true,
                ..Name::default()
            });
        }
        let name = Name {
            family: part("family").unwrap_or_default(),
            given: part("given"),
            particle: part("non-dropping-particle"),
            dropping_particle: part("dropping-particle"),
            suffix: part("suffix"),
            comma_suffix: truth(table, "comma-suffix"),
            static_order: truth(table, "static-ordering"),
            literal: false,
        };
        if name.family.is_empty() && name.given.is_none() {
            self.fault(
                value,
                "a name has neither `family` nor `literal`".to_owned(),
                HELP,
            );
            return None;
        }
        Some(name)
    }

    fn date(&mut self, name: &str, value: &Value) -> Option<Date> {
        const HELP: &str = "a date looks like this: { \"date-parts\": [[1939, 8, 23]] }";
        let table = match &value.data {
            Data::Table(table) => table,
            Data::Text(text) if !text.trim().is_empty() => return Some(date::words(text)),
            Data::Text(_) => return None,
            Data::Whole(year) if i32::try_from(*year).is_ok() => {
                return date::of_parts(&[*year], &[]);
            }
            other => {
                let message = format!("`{name}` must be a date, not {}", other.kind());
                self.fault(value, message, HELP);
                return None;
            }
        };
        let part = |name: &str| table.0.iter().find(|field| field.name == name);
        let text = |name: &str| match &part(name)?.value.data {
            Data::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        };
        let mut date = None;
        if let Some(parts) = part("date-parts") {
            match sides(&parts.value) {
                Some(sides) => {
                    let side = |n: usize| sides.get(n).map_or(&[][..], Vec::as_slice);
                    // `[[""]]` is how programs write no date.
                    let blank = side(0).is_empty() && side(1).is_empty();
                    date = date::of_parts(side(0), side(1));
                    if date.is_none() && !blank {
                        let message = format!("`{name}` is no date");
                        self.fault(&parts.value, message, HELP);
                    }
                }
                None => self.fault(&parts.value, format!("`{name}` is no date"), HELP),
            }
        }
        date = date.or_else(|| text("edtf").and_then(date::edtf));
        date = date.or_else(|| text("raw").map(date::words));
        date = date.or_else(|| {
            let literal = Some(text("literal")?.to_owned());
            Some(Date {
                literal,
                ..Date::default()
            })
        });
        let mut date = date?;
        if let Some(season) = part("season") {
            let number = match &season.value.data {
                Data::Whole(number) => u8::try_from(*number).ok(),
                Data::Text(text) => date::season(text),
                _ => None,
            };
            let month = match number {
                Some(number @ 1..=4) => Some(number + 20),
                Some(number @ 21..=24) => Some(number),
                _ => None,
            };
            match month {
                Some(month) if date.start.month.is_none() => date.start.month = Some(month),
                Some(_) => {}
                None => {
                    let message = format!("the `season` of `{name}` is no season");
                    self.fault(&season.value, message, "write 1 to 4, for spring to winter");
                }
            }
        }
        date.circa |= truth(table, "circa");
        Some(date)
    }

    /// Takes variables out of a note, where Zotero's users put those that its fields don't have:
    /// lines such as `original-date: 1938`, and `{:original-date: 1938}` within the text.
    fn note(&mut self, field: &Field) {
        let Some(note) = self.item.text.remove("note") else {
            return;
        };
        let len = note.len();
        let mut rest = String::with_capacity(len);
        let mut text = note.as_str();
        while let Some((before, behind)) = text.split_once("{:") {
            rest.push_str(before);
            text = behind;
            match behind.split_once('}') {
                Some((inner, after)) if self.variable(inner, field) => text = after,
                _ => rest.push_str("{:"),
            }
        }
        rest.push_str(text);
        let lines: Vec<&str> = rest
            .lines()
            .filter(|line| !self.variable(line, field))
            .collect();
        let note = lines.join("\n");
        // What was taken out of a line leaves two blanks.
        let note = match rest.len() == len {
            true => note,
            false => note.replace("  ", " "),
        };
        let note = note.trim().to_owned();
        if !note.is_empty() {
            self.item.text.insert("note".to_owned(), note);
        }
    }

    /// Takes in a line `name: value`, unless it isn't one or the item has the variable already.
    fn variable(&mut self, line: &str, field: &Field) -> bool {
        let Some((name, value)) = line.split_once(':') else {
            return false;
        };
        let (name, value) = (name.trim(), value.trim());
        let is_name = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | ' ');
        if value.is_empty() || !name.chars().all(is_name) {
            return false;
        }
        let name = name.replace(' ', "-");
        if name.eq_ignore_ascii_case("type") {
            let kind = value.to_lowercase();
            let known = kinds::of_csl(&kind).is_some();
            if known {
                self.item.kind = kind;
            }
            return known;
        }
        let lower = name.to_ascii_lowercase();
        let Some((variable, holds)) = variables::find(&name).or_else(|| variables::find(&lower))
        else {
            return false;
        };
        match holds {
            _ if variable == "note" => false,
            Holds::Text => match self.item.text.contains_key(variable) {
                true => false,
                false => {
                    self.item.text.insert(variable.to_owned(), value.to_owned());
                    true
                }
            },
            Holds::Names => {
                let name = match value.split_once("||") {
                    Some((family, given)) => Name {
                        family: family.trim().to_owned(),
                        given: Some(given.trim().to_owned()).filter(|given| !given.is_empty()),
                        ..Name::default()
                    },
                    None => Name {
                        family: value.to_owned(),
                        literal: true,
                        ..Name::default()
                    },
                };
                let names = self.item.names.entry(variable.to_owned()).or_default();
                names.push(name);
                true
            }
            Holds::Date if self.item.dates.contains_key(variable) => false,
            Holds::Date => {
                let date = date::words(value);
                if date.literal.is_some() && date.start == DateParts::default() {
                    let message = format!("`{name}` in the note is no date: `{value}`");
                    let help = "write it as year, month, day, as far as they are known: 1939-08-23";
                    self.fault(&field.value, message, help);
                    return false;
                }
                self.item.dates.insert(variable.to_owned(), date);
                true
            }
        }
    }
}

/// Whether a field says yes: `true`, 1 or a text, as the schema allows.
fn truth(table: &Table, name: &str) -> bool {
    let field = table.0.iter().find(|field| field.name == name);
    match field.map(|field| &field.value.data) {
        Some(Data::Bool(truth)) => *truth,
        Some(Data::Whole(number)) => *number != 0,
        Some(Data::Text(text)) => !matches!(text.as_str(), "" | "0" | "false"),
        _ => false,
    }
}

/// A name that was written as a text: "Doe, Jane", "Jane Doe".
pub fn named(text: &str) -> Name {
    let text = text.trim();
    let mut parts = text.split(',').map(str::trim);
    let family = parts.next().unwrap_or_default();
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    match (parts.next(), parts.next()) {
        (Some(given), suffix) => Name {
            family: family.to_owned(),
            given: some(given),
            suffix: suffix.and_then(some),
            ..Name::default()
        },
        (None, _) => match text.rsplit_once(' ') {
            Some((given, family)) => Name {
                family: family.to_owned(),
                given: some(given.trim()),
                ..Name::default()
            },
            None => Name {
                family: text.to_owned(),
                literal: true,
                ..Name::default()
            },
        },
    }
}

/// The one or two dates of `date-parts`, whose numbers may be written as texts.
fn sides(value: &Value) -> Option<Vec<Vec<i64>>> {
    let Data::List(sides) = &value.data else {
        return None;
    };
    let number = |value: &Value| match &value.data {
        Data::Whole(number) => Some(Some(*number)),
        Data::Nothing => Some(None),
        Data::Text(text) if text.trim().is_empty() => Some(None),
        Data::Text(text) => text.trim().parse().ok().map(Some),
        _ => None,
    };
    let side = |value: &Value| match &value.data {
        Data::List(parts) => {
            let parts: Option<Vec<Option<i64>>> = parts.iter().map(number).collect();
            // What follows an empty part means nothing.
            Some(parts?.into_iter().map_while(|part| part).collect())
        }
        _ => None,
    };
    sides.iter().map(side).collect()
}
