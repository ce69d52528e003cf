//! Looks over a `.csl` file before the engine reads it: what is nested too deep or calls itself
//! would exhaust the stack, which no program survives.

use std::collections::BTreeMap;

/// How deep elements may be nested. Published styles stay below 30.
const DEPTH: usize = 100;
/// How many macros one citation may call, all in all. Published styles stay far below.
const CALLS: u64 = 1_000_000;

/// Checks the text of a style.
///
/// Errors say in the author's words what is wrong.
pub fn check(text: &str) -> Result<(), String> {
    let mut depth = 0usize;
    let mut current: Option<&str> = None;
    let mut calls: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let end = match () {
            () if rest.starts_with("<!--") => "-->",
            () if rest.starts_with("<![CDATA[") => "]]>",
            () if rest.starts_with("<?") => "?>",
            () => ">",
        };
        let Some(len) = rest.find(end) else {
            return Ok(());
        };
        let tag = &rest[..len];
        rest = &rest[len + end.len()..];
        if end != ">" || tag.starts_with("<!") {
            continue;
        }
        if tag.starts_with("</") {
            depth = depth.saturating_sub(1);
            if tag.trim_end() == "</macro" {
                current = None;
            }
            continue;
        }
        let closed = tag.ends_with('/');
        depth += usize::from(!closed);
        if depth > DEPTH {
            return Err(format!("its elements are nested more than {DEPTH} deep"));
        }
        if tag.starts_with("<macro") {
            current = attribute(tag, "name").filter(|_| !closed);
            calls.entry(current.unwrap_or_default()).or_default();
        } else if let (Some(name), Some(called)) = (current, attribute(tag, "macro")) {
            calls.entry(name).or_default().push(called);
        }
    }
    // From the macros that call none upwards: what never becomes ready calls itself.
    let mut weight: BTreeMap<&str, u64> = BTreeMap::new();
    loop {
        let ready: Vec<(&str, u64)> = calls
            .iter()
            .filter(|(name, _)| !weight.contains_key(*name))
            .filter_map(|(name, called)| {
                let all = called.iter().filter(|called| calls.contains_key(*called));
                let sum = all
                    .map(|called| weight.get(called).copied())
                    .sum::<Option<u64>>()?;
                Some((*name, sum.saturating_add(1)))
            })
            .collect();
        if ready.is_empty() {
            break;
        }
        if let Some((name, _)) = ready.iter().find(|(_, weight)| *weight > CALLS) {
            return Err(format!("its macro `{name}` calls too many others"));
        }
        weight.extend(ready);
    }
    match calls.keys().find(|name| !weight.contains_key(*name)) {
        Some(name) => Err(format!(
            "its macro `{name}` calls itself, directly or through others"
        )),
        None => Ok(()),
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = tag[from..].find(name) {
        let start = from + at;
        let before = tag[..start].chars().next_back();
        let after = tag[start + name.len()..].trim_start();
        from = start + name.len();
        if before.is_some_and(char::is_whitespace) {
            let value = after.strip_prefix('=').map(str::trim_start);
            if let Some(quote) = value
                .and_then(|v| v.chars().next())
                .filter(|c| "\"'".contains(*c))
            {
                return value
                    .and_then(|v| v.get(1..))
                    .and_then(|v| v.split(quote).next());
            }
        }
    }
    None
}
