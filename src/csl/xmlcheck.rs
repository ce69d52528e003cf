//! Looks over a `.csl` file before the engine reads it: what is nested too deep or calls itself
//! would exhaust the stack, which no program survives.

use std::collections::BTreeMap;

/// How deep elements may be nested, those of called macros counted in. The deepest of the bundled
/// styles, Chicago's, stays below 100.
const DEPTH: usize = 200;
/// How many macros one citation may call, all in all. Published styles stay far below.
const CALLS: u64 = 1_000_000;

/// What is known of a macro.
#[derive(Default)]
struct Macro<'a> {
    /// How deep its own elements are nested.
    depth: usize,
    /// Which macros it calls, and how deep inside of it.
    calls: Vec<(&'a str, usize)>,
}

/// Checks the text of a style.
///
/// Errors say in the author's words what is wrong.
pub fn check(text: &str) -> Result<(), String> {
    let macros = read(text)?;
    // From the macros that call none upwards: what never becomes ready calls itself.
    let mut weights: BTreeMap<&str, (u64, usize)> = BTreeMap::new();
    loop {
        let mut ready = Vec::new();
        for (name, read) in macros
            .iter()
            .filter(|(name, _)| !weights.contains_key(*name))
        {
            let called = read
                .calls
                .iter()
                .filter(|(called, _)| macros.contains_key(called));
            let sums =
                called.map(|(called, at)| weights.get(called).map(|(n, deep)| (*n, at + deep)));
            let Some(sums) = sums.collect::<Option<Vec<_>>>() else {
                continue;
            };
            let calls = sums
                .iter()
                .fold(1u64, |all, (calls, _)| all.saturating_add(*calls));
            let depth = sums
                .iter()
                .map(|(_, depth)| *depth)
                .fold(read.depth, usize::max);
            if calls > CALLS {
                return Err(format!("its macro `{name}` calls too many others"));
            }
            if depth > DEPTH {
                return Err(format!(
                    "its macro `{name}` and those it calls are nested too deep"
                ));
            }
            ready.push((*name, (calls, depth)));
        }
        if ready.is_empty() {
            break;
        }
        weights.extend(ready);
    }
    match macros
        .keys()
        .find(|name| !name.is_empty() && !weights.contains_key(*name))
    {
        Some(name) => Err(format!(
            "its macro `{name}` calls itself, directly or through others"
        )),
        None => Ok(()),
    }
}

fn read(text: &str) -> Result<BTreeMap<&str, Macro<'_>>, String> {
    let mut macros: BTreeMap<&str, Macro<'_>> = BTreeMap::new();
    let mut depth = 0usize;
    // The macro that is open, and how deep it stands. What stands in none, such as a layout,
    // counts as a macro without a name.
    let mut current = ("", 0usize);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let end = match () {
            () if rest.starts_with("<!--") => "-->",
            () if rest.starts_with("<![CDATA[") => "]]>",
            () if rest.starts_with("<?") => "?>",
            () => ">",
        };
        let Some(len) = rest.find(end) else { break };
        let tag = &rest[..len];
        rest = &rest[len + end.len()..];
        if end != ">" || tag.starts_with("<!") {
            continue;
        }
        if tag.starts_with("</") {
            depth = depth.saturating_sub(1);
            if tag.trim_end() == "</macro" {
                current = ("", 0);
            }
            continue;
        }
        let closed = tag.ends_with('/');
        depth += usize::from(!closed);
        if depth > DEPTH {
            return Err(format!("its elements are nested more than {DEPTH} deep"));
        }
        if tag.starts_with("<macro") {
            let name = attribute(tag, "name").unwrap_or_default();
            macros.entry(name).or_default();
            if !closed {
                current = (name, depth);
            }
            continue;
        }
        let inside = depth.saturating_sub(current.1) + 1;
        let open = macros.entry(current.0).or_default();
        open.depth = open.depth.max(inside);
        if let Some(called) = attribute(tag, "macro") {
            open.calls.push((called, inside));
        }
    }
    Ok(macros)
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
