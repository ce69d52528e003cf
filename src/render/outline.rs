//! The variables of a template as a list: each as a template names it, with an example of its value.

use serde_json::Value;

/// How much of a text is shown.
const LENGTH: usize = 60;

/// Lists what a template gets.
///
/// In: all variables, as an object. Out: each name with its value in short, in the order of the
/// object; `[]` stands for each entry of a list, whose example is the first entry that has one.
pub fn outline(values: &Value) -> Vec<(String, String)> {
    let mut list = Vec::new();
    walk("", &[values], &mut list);
    list
}

/// Lists a name's values: one, or one of each entry of a list.
fn walk(name: &str, values: &[&Value], list: &mut Vec<(String, String)>) {
    let mut fields: Vec<&str> = Vec::new();
    for field in values.iter().filter_map(|value| value.as_object()) {
        let new = field.keys().map(String::as_str);
        fields.extend(new.filter(|key| !fields.contains(key)).collect::<Vec<_>>());
    }
    if !fields.is_empty() {
        for field in fields {
            let inner: Vec<&Value> = values.iter().filter_map(|value| value.get(field)).collect();
            let dot = if name.is_empty() { "" } else { "." };
            walk(&format!("{name}{dot}{field}"), &inner, list);
        }
        return;
    }
    let lists = values.iter().filter_map(|value| value.as_array());
    let entries: Vec<&Value> = lists.flatten().collect();
    if entries.iter().any(|entry| entry.is_object()) {
        let word = match entries.len() {
            1 => "entry",
            _ => "entries",
        };
        list.push((name.to_owned(), format!("{} {word}", entries.len())));
        walk(&format!("{name}[]"), &entries, list);
        return;
    }
    let telling = values.iter().find(|value| {
        !matches!(value, Value::Null) && **value != "" && **value != &Value::Array(Vec::new())
    });
    let value = telling.or(values.first());
    list.push((
        name.to_owned(),
        value.map_or(String::new(), |value| short(value)),
    ));
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::Null => return "none".to_owned(),
        Value::String(text) => format!("\"{}\"", text.replace('\n', " ")),
        value => value.to_string(),
    };
    match text.char_indices().nth(LENGTH) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
