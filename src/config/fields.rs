//! Reads the fields of a table strictly: every unknown name and wrong type becomes a fault.

use std::ops::Range;

use super::Further;
use super::date::Date;
use super::value::{Data, Field, SyntaxFault, Table, Value};
use crate::diag::{Code, Fault, FilePath, Level, Place, nearest};

/// A value with the place it was written at, so that later stages can point to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// A table being read. Ask for every known field, then [`finish`](Fields::finish).
pub struct Fields<'a> {
    file: &'a FilePath,
    table: &'a Table,
    /// How the table is called in messages, such as "`[sources]`".
    name: String,
    /// Where the table stands.
    span: Range<usize>,
    asked: Vec<&'static str>,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Fields<'a> {
    /// Begins to read a table.
    pub fn new(
        file: &'a FilePath,
        table: &'a Table,
        name: impl Into<String>,
        faults: &'a mut Vec<Fault>,
    ) -> Self {
        Fields {
            file,
            table,
            name: name.into(),
            span: 0..0,
            asked: Vec::new(),
            faults,
        }
    }

    /// Whether a field is there, of whatever type.
    pub fn has(&self, name: &str) -> bool {
        self.table.0.iter().any(|field| field.name == name)
    }

    fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        let field = self.table.0.iter().find(|field| field.name == name)?;
        (field.value.data != Data::Nothing).then_some(&field.value)
    }

    fn place(&self, span: &Range<usize>) -> Place {
        Place::new(self.file, span.clone())
    }

    fn wrong_type(&mut self, name: &str, value: &Value, expected: &str) {
        let mut fault = Fault::new(
            Code::WrongType,
            format!("`{name}` must be {expected}, not {}", value.data.kind()),
            self.place(&value.span),
        );
        let number = matches!(
            value.data,
            Data::Whole(_) | Data::Decimal(_) | Data::Bool(_)
        );
        if expected == "text" && number {
            fault = fault.help("put it in quotation marks to make it text");
        }
        self.faults.push(fault);
    }

    /// A text.
    pub fn text(&mut self, name: &'static str) -> Option<Placed<String>> {
        let value = self.get(name)?;
        match &value.data {
            Data::Text(text) => Some(Placed {
                value: text.clone(),
                place: self.place(&value.span),
            }),
            _ => {
                self.wrong_type(name, value, "text");
                None
            }
        }
    }

    /// A text that has to be there and say something; if it doesn't, that is reported.
    pub fn needed_text(&mut self, name: &'static str) -> Option<Placed<String>> {
        self.need(name);
        let text = self.text(name)?;
        if text.value.trim().is_empty() {
            let message = format!("{}'s `{name}` is empty", self.name);
            self.faults
                .push(Fault::new(Code::MissingField, message, text.place));
            return None;
        }
        Some(text)
    }

    /// A date that has to be there; if it isn't, that is reported.
    pub fn needed_date(&mut self, name: &'static str) -> Option<Placed<String>> {
        self.need(name);
        self.date(name)
    }

    fn need(&mut self, name: &str) {
        if !self.has(name) {
            let message = format!("{} has no `{name}`", self.name);
            let place = self.place(&self.span);
            self.faults
                .push(Fault::new(Code::MissingField, message, place));
        }
    }

    /// `true` or `false`.
    pub fn truth(&mut self, name: &'static str) -> Option<bool> {
        let value = self.get(name)?;
        match value.data {
            Data::Bool(truth) => Some(truth),
            _ => {
                self.wrong_type(name, value, "true or false");
                None
            }
        }
    }

    /// A whole number.
    pub fn whole(&mut self, name: &'static str) -> Option<Placed<i64>> {
        let value = self.get(name)?;
        match value.data {
            Data::Whole(number) => Some(Placed {
                value: number,
                place: self.place(&value.span),
            }),
            _ => {
                self.wrong_type(name, value, "a whole number");
                None
            }
        }
    }

    /// A date as `2026-11-23`, `2026-11` or `2026`; TOML's own dates and texts are both taken.
    pub fn date(&mut self, name: &'static str) -> Option<Placed<String>> {
        let value = self.get(name)?;
        let text = match &value.data {
            Data::Text(text) | Data::Date(text) => text.clone(),
            Data::Whole(year) => year.to_string(),
            _ => {
                self.wrong_type(name, value, "a date such as 2026-11-23");
                return None;
            }
        };
        if Date::read(&text).is_some() {
            return Some(Placed {
                value: text,
                place: self.place(&value.span),
            });
        }
        self.faults.push(
            Fault::new(
                Code::WrongValue,
                format!("`{name}` is no date: `{text}`"),
                self.place(&value.span),
            )
            .help("write it as year, month, day: 2026-11-23"),
        );
        None
    }

    /// A list of texts; a single text counts as a list of one.
    pub fn texts(&mut self, name: &'static str) -> Vec<Placed<String>> {
        let Some(value) = self.get(name) else {
            return Vec::new();
        };
        let single = std::slice::from_ref(value);
        let list = match &value.data {
            Data::List(list) => list.as_slice(),
            _ => single,
        };
        let mut texts = Vec::new();
        for value in list {
            match &value.data {
                Data::Text(text) => {
                    texts.push(Placed {
                        value: text.clone(),
                        place: self.place(&value.span),
                    });
                }
                _ => self.wrong_type(name, value, "text"),
            }
        }
        texts
    }

    /// The checks that aren't to report, by their names. A name that is none, or an error's, is a fault.
    pub fn checks(&mut self, name: &'static str) -> Vec<Placed<Code>> {
        let mut checks = Vec::new();
        for Placed { value, place } in self.texts(name) {
            match Code::named(&value) {
                Some(code) if code.level() != Level::Deny => {
                    checks.push(Placed { value: code, place })
                }
                Some(_) => self.faults.push(Fault::new(
                    Code::WrongValue,
                    format!("`{value}` is an error and can't be allowed"),
                    place,
                )),
                None => {
                    let near = nearest(&value, Code::ALL.iter().map(|code| code.name()));
                    let help = near
                        .map_or("`explainer explain` lists all checks".to_owned(), |near| {
                            format!("did you mean `{near}`?")
                        });
                    let message = format!("there is no check `{value}`");
                    self.faults
                        .push(Fault::new(Code::WrongValue, message, place).help(help));
                }
            }
        }
        checks
    }

    /// `true` for everything, or texts for some of it; nothing for `false`. With the place of the value.
    pub fn truth_or_texts(&mut self, name: &'static str) -> Option<(Further, Place)> {
        let value = self.get(name)?;
        let place = self.place(&value.span);
        match value.data {
            Data::Bool(truth) => truth.then_some((Further::All, place)),
            _ => Some((Further::Of(self.texts(name)), place)),
        }
    }

    /// One of a few words.
    pub fn one_of<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text.value) {
            return Some(*value);
        }
        let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        self.faults.push(
            Fault::new(
                Code::WrongValue,
                format!("`{name}` can't be `{}`", text.value),
                text.place,
            )
            .help(format!("it can be {}", known.join(", "))),
        );
        None
    }

    /// A table, read by `read`; `name` is how messages call it.
    pub fn table<T>(
        &mut self,
        name: &'static str,
        called: &str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> Option<T> {
        let value = self.get(name)?;
        match &value.data {
            Data::Table(table) => {
                let mut fields = Fields::new(self.file, table, called, self.faults);
                let result = read(&mut fields);
                fields.finish();
                Some(result)
            }
            _ => {
                self.wrong_type(name, value, "a table");
                None
            }
        }
    }

    /// A table whose names are the author's own: each with its place and its value.
    pub fn entries(&mut self, name: &'static str) -> &'a [Field] {
        let Some(value) = self.get(name) else {
            return &[];
        };
        match &value.data {
            Data::Table(table) => &table.0,
            _ => {
                self.wrong_type(name, value, "a table");
                &[]
            }
        }
    }

    /// A list of tables, each read by `read`.
    pub fn tables<T>(
        &mut self,
        name: &'static str,
        called: &str,
        mut read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Vec<T> {
        let Some(value) = self.get(name) else {
            return Vec::new();
        };
        let Data::List(list) = &value.data else {
            self.wrong_type(name, value, "a list of tables");
            return Vec::new();
        };
        let mut results = Vec::new();
        for value in list {
            match &value.data {
                Data::Table(table) => {
                    let mut fields = Fields::new(self.file, table, called, self.faults);
                    fields.span = value.span.clone();
                    results.push(read(&mut fields));
                    fields.finish();
                }
                _ => self.wrong_type(name, value, "a table"),
            }
        }
        results
    }

    /// Whatever stands under a name, for templates.
    pub fn free(&mut self, name: &'static str) -> Option<serde_json::Value> {
        self.get(name).map(|value| value.data.json())
    }

    /// Reports a fault found by the caller.
    pub fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Reports every field that nobody asked for.
    pub fn finish(self) {
        for field in &self.table.0 {
            if self.asked.contains(&field.name.as_str()) {
                continue;
            }
            let place = Place::new(self.file, field.span.clone());
            let message = format!("{} has no field `{}`", self.name, field.name);
            let mut known = self.asked.clone();
            known.sort_unstable();
            known.dedup();
            let help = match nearest(&field.name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its fields are {}", known.join(", ")),
            };
            self.faults
                .push(Fault::new(Code::UnknownField, message, place).help(help));
        }
    }
}

/// Turns the reader's complaints into faults of the file.
pub fn syntax_faults(file: &FilePath, what: &str, faults: Vec<SyntaxFault>) -> Vec<Fault> {
    faults
        .into_iter()
        .map(|(message, span)| {
            Fault::new(
                Code::Syntax,
                format!("this isn't {what}"),
                Place::new(file, span),
            )
            .label(message)
            .help("text values need quotation marks in TOML; in YAML, texts with `: ` or `#` do")
        })
        .collect()
}
