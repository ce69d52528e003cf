//! TOML and YAML as one tree of values that know their places.

use std::ops::Range;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use toml::de::{DeTable, DeValue};

/// A value and the bytes it was written with.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Where it stands.
    pub span: Range<usize>,
    /// What it is.
    pub data: Data,
}

/// What a value can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Another number.
    Decimal(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A date or time of TOML, as it was written.
    Date(String),
    /// A list.
    List(Vec<Value>),
    /// A table.
    Table(Table),
    /// Nothing (YAML's empty value).
    Nothing,
}

/// Names and their values, in the order in which they were written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table(pub Vec<Field>);

/// One name and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// Where the name stands.
    pub span: Range<usize>,
    /// Its value.
    pub value: Value,
}

/// Why a text isn't TOML or YAML: a message and the bytes it is about.
pub type SyntaxFault = (String, Range<usize>);

impl Data {
    /// The kind of the value, in the author's words.
    pub fn kind(&self) -> &'static str {
        match self {
            Data::Text(_) => "text",
            Data::Whole(_) => "a whole number",
            Data::Decimal(_) => "a number",
            Data::Bool(_) => "true or false",
            Data::Date(_) => "a date",
            Data::List(_) => "a list",
            Data::Table(_) => "a table",
            Data::Nothing => "nothing",
        }
    }

    /// The value as JSON, for templates.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Data::Text(text) | Data::Date(text) => text.as_str().into(),
            Data::Whole(number) => (*number).into(),
            Data::Decimal(number) => (*number).into(),
            Data::Bool(truth) => (*truth).into(),
            Data::List(list) => list.iter().map(|value| value.data.json()).collect(),
            Data::Table(table) => table
                .0
                .iter()
                .map(|f| (f.name.clone(), f.value.data.json()))
                .collect(),
            Data::Nothing => serde_json::Value::Null,
        }
    }
}

/// Reads TOML 1.1.
///
/// In: the text, and the byte at which it begins in its file. Out: the table, as far as it could
/// be read, and every syntax fault.
pub fn toml(text: &str, offset: usize) -> (Table, Vec<SyntaxFault>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let faults = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            (
                error.message().to_owned(),
                span.start + offset..span.end + offset,
            )
        })
        .collect();
    (toml_table(table.get_ref(), offset), faults)
}

fn toml_table(table: &DeTable<'_>, offset: usize) -> Table {
    let mut fields: Vec<Field> = table
        .iter()
        .map(|(name, value)| Field {
            name: name.get_ref().to_string(),
            span: shift(name.span(), offset),
            value: toml_value(value, offset),
        })
        .collect();
    fields.sort_by_key(|field| field.span.start);
    Table(fields)
}

fn toml_value(value: &toml::Spanned<DeValue<'_>>, offset: usize) -> Value {
    let data = match value.get_ref() {
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(whole) => Data::Whole(whole),
            Err(_) => Data::Decimal(number.as_str().parse().unwrap_or(f64::NAN)),
        },
        DeValue::Float(number) => Data::Decimal(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Data::Bool(*truth),
        DeValue::Datetime(date) => Data::Date(date.to_string()),
        DeValue::Array(list) => Data::List(list.iter().map(|v| toml_value(v, offset)).collect()),
        DeValue::Table(table) => Data::Table(toml_table(table, offset)),
    };
    Value {
        span: shift(value.span(), offset),
        data,
    }
}

/// Reads one document of YAML 1.2.
///
/// In: the text, and the byte at which it begins in its file. Out: the table (empty for an empty
/// text), and at most one syntax fault, for YAML's reader stops at the first.
pub fn yaml(text: &str, offset: usize) -> (Table, Vec<SyntaxFault>) {
    if let Some(at) = too_deep(text) {
        let message = format!("values are nested more than {DEPTH} deep");
        return (Table::default(), vec![(message, at + offset..at + offset)]);
    }
    let bytes = CharBytes::of(text);
    let document = match MarkedYaml::load_from_str(text) {
        Ok(documents) => documents.into_iter().next(),
        Err(error) => {
            let at = bytes.byte(error.marker().index()) + offset;
            return (Table::default(), vec![(error.info().to_owned(), at..at)]);
        }
    };
    match document.map(|node| yaml_value(&node, &bytes, offset)) {
        None
        | Some(Value {
            data: Data::Nothing,
            ..
        }) => (Table::default(), Vec::new()),
        Some(Value {
            data: Data::Table(table),
            ..
        }) => (table, Vec::new()),
        Some(value) => {
            let message = format!(
                "`name: value` lines are expected here, not {}",
                value.data.kind()
            );
            (Table::default(), vec![(message, value.span)])
        }
    }
}

/// How deep values may be nested in YAML, whose reader needs room on the stack for each level.
const DEPTH: usize = 100;

/// How many names may be tables in one text, for they are nested perhaps.
const KEYS: usize = 16;

/// Where values may be nested too deep: a level is opened by a bracket, by a sign that begins an
/// item, or by more blanks at the beginning of a line.
fn too_deep(text: &str) -> Option<usize> {
    let mut brackets = 0_usize;
    let mut line = 0_usize;
    let mut begins = true;
    let mut keys = 0_usize;
    let mut before = b' ';
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => (line, begins) = (0, true),
            b'[' | b'{' => brackets += 1,
            b']' | b'}' => brackets = brackets.saturating_sub(1),
            b' ' | b'-' | b'?' | b':' if begins => line += 1,
            _ => begins = false,
        }
        // Tables as names of tables take twice the time for each level.
        if byte == b'?' && begins || byte == b'{' && before == b'{' {
            keys += 1;
        }
        if byte != b' ' {
            before = byte;
        }
        if keys > KEYS {
            return Some(at);
        }
        // Each level of a line takes at least two characters.
        if brackets + line / 2 > DEPTH {
            return Some(at);
        }
    }
    None
}

/// YAML's reader counts characters; everything else here counts bytes.
struct CharBytes(Vec<usize>);

impl CharBytes {
    fn of(text: &str) -> Self {
        CharBytes(
            text.char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .collect(),
        )
    }

    fn byte(&self, char: usize) -> usize {
        self.0.get(char).or(self.0.last()).copied().unwrap_or(0)
    }
}

fn yaml_value(node: &MarkedYaml<'_>, bytes: &CharBytes, offset: usize) -> Value {
    let span =
        offset + bytes.byte(node.span.start.index())..offset + bytes.byte(node.span.end.index());
    let data = match &node.data {
        YamlData::Value(scalar) => match scalar {
            Scalar::Null => Data::Nothing,
            Scalar::Boolean(truth) => Data::Bool(*truth),
            Scalar::Integer(whole) => Data::Whole(*whole),
            Scalar::FloatingPoint(number) => Data::Decimal(number.into_inner()),
            Scalar::String(text) => Data::Text(text.to_string()),
        },
        YamlData::Representation(text, ..) => Data::Text(text.to_string()),
        YamlData::Sequence(list) => Data::List(
            list.iter()
                .map(|node| yaml_value(node, bytes, offset))
                .collect(),
        ),
        YamlData::Mapping(map) => Data::Table(Table(
            map.iter()
                .map(|(name, value)| {
                    let name = yaml_value(name, bytes, offset);
                    Field {
                        span: name.span.clone(),
                        name: match name.data {
                            Data::Text(text) => text,
                            other => other.json().to_string(),
                        },
                        value: yaml_value(value, bytes, offset),
                    }
                })
                .collect(),
        )),
        YamlData::Tagged(_, node) => return yaml_value(node, bytes, offset),
        YamlData::Alias(_) | YamlData::BadValue => Data::Nothing,
    };
    Value { span, data }
}

fn shift(span: Range<usize>, offset: usize) -> Range<usize> {
    span.start + offset..span.end + offset
}
