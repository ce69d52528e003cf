//! Runs fixtures of the CSL project's test suite: reads a file, formats what it asks for, and
//! writes it as the suite does.

use explainer::csl::rich::{Display, Event, Fmt, FontStyle, FontWeight, Mark, Vertical};
use explainer::csl::{Cite, Cluster, Item, Position, Style, json, tree};
use serde_json::Value;

/// What a fixture expects, and what came out.
pub struct Outcome {
    pub expected: String,
    pub got: String,
}

impl Outcome {
    pub fn passed(&self) -> bool {
        self.expected == self.got
    }
}

/// A section of a fixture.
fn section<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = text[from..].find(name) {
        let start = from + at;
        let line_start = text[..start].rfind('\n').map_or(0, |n| n + 1);
        let before = &text[line_start..start];
        let after = text[start + name.len()..]
            .lines()
            .next()
            .unwrap_or_default();
        let opens = before.starts_with(">>=")
            && before[2..].trim_end().chars().all(|c| c == '=')
            && after.trim_start().starts_with('=');
        if opens {
            let body = &text[start + name.len() + after.len()..];
            let end = body
                .match_indices("<<=")
                .find(|(at, _)| {
                    let line = body[*at..].lines().next().unwrap_or_default();
                    line.trim_matches(['<', '=', '>', ' ']) == name
                })
                .map_or(body.len(), |(at, _)| at);
            return Some(body[..end].trim_matches(['\n', '\r']));
        }
        from = start + name.len();
    }
    None
}

fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Runs one fixture.
pub fn run(text: &str) -> Result<Outcome, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mode = section(text, "MODE").ok_or("no MODE")?.trim();
    let expected = section(text, "RESULT")
        .ok_or("no RESULT")?
        .trim()
        .to_owned();
    let style = Style::from_xml(section(text, "CSL").ok_or("no CSL")?)?;
    let input = parse(section(text, "INPUT").ok_or("no INPUT")?)?;
    let mut items: Vec<Item> = Vec::new();
    for value in input.as_array().ok_or("INPUT is no list")? {
        let item = json::item(value);
        match items
            .iter_mut()
            .find(|known| known.key == item.key && !item.key.is_empty())
        {
            Some(known) => *known = item,
            None => items.push(item),
        }
    }
    let index = |key: &Value| {
        let key = match key {
            Value::String(key) => key.clone(),
            other => other.to_string(),
        };
        items.iter().position(|item| item.key == key)
    };
    let cite = |value: &Value| -> Option<Cite> {
        let text = |name: &str| match value.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let locator = text("locator")
            .map(|locator| (text("label").unwrap_or_else(|| "page".to_owned()), locator));
        Some(Cite {
            item: index(value.get("id")?)?,
            locator,
            prefix: text("prefix").unwrap_or_default(),
            suffix: text("suffix").unwrap_or_default(),
            markup: true,
            inside: false,
            form: match () {
                () if value.get("suppress-author").is_some_and(truthy) => {
                    explainer::csl::Form::SuppressAuthor
                }
                () if value.get("author-only").is_some_and(truthy) => {
                    explainer::csl::Form::AuthorOnly
                }
                () => explainer::csl::Form::Full,
            },
            position: value
                .get("position")
                .and_then(Value::as_u64)
                .map(|n| match n {
                    0 => Position::First,
                    1 => Position::Subsequent,
                    2 => Position::Ibid,
                    _ => Position::IbidWithLocator,
                }),
            near_note: value.get("near-note").map(truthy),
        })
    };
    let cites = |value: &Value| -> Vec<Cite> {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(cite)
            .collect()
    };
    let mut registry: Vec<usize> = (0..items.len()).collect();
    let mut clusters: Vec<Cluster> = Vec::new();
    let mut marked: Vec<(String, usize)> = Vec::new();
    let with_notes = section(text, "CITATIONS");
    if let Some(citations) = with_notes {
        let (final_order, cited) = replay(&parse(citations)?)?;
        for (id, note, cited) in final_order {
            marked.push((id, clusters.len()));
            clusters.push(Cluster {
                note,
                cites: cites(&cited),
            });
        }
        registry = Vec::new();
        for cite in clusters.iter().flat_map(|cluster| &cluster.cites) {
            if !registry.contains(&cite.item) {
                registry.push(cite.item);
            }
        }
        let _ = cited;
    } else {
        if let Some(rows) = section(text, "BIBENTRIES") {
            // Each row replaces the one before; the last one counts.
            let rows = parse(rows)?;
            let last = rows.as_array().and_then(|rows| rows.last());
            let last = last.and_then(Value::as_array);
            let wanted: Vec<usize> = last.into_iter().flatten().filter_map(index).collect();
            // Items that stay keep their places.
            registry = wanted;
        }
        match section(text, "CITATION-ITEMS") {
            Some(rows) => {
                for row in parse(rows)?.as_array().into_iter().flatten() {
                    clusters.push(Cluster {
                        note: 0,
                        cites: cites(row),
                    });
                }
            }
            None => {
                // All items are cited, in the order of the bibliography.
                let locale = style.default_locale().unwrap_or("en-US");
                let listed = tree(&style, locale, &items, &[], registry.clone()).bibliography;
                let order = match listed {
                    Some(entries) => entries.into_iter().map(|(item, _)| item).collect(),
                    None => registry.clone(),
                };
                let cite = |item| Cite {
                    item,
                    markup: true,
                    ..Cite::default()
                };
                clusters.push(Cluster {
                    note: 0,
                    cites: order.into_iter().map(cite).collect(),
                });
            }
        }
        // Citations without notes know nothing of each other.
        for cite in clusters.iter_mut().flat_map(|cluster| &mut cluster.cites) {
            cite.position.get_or_insert(Position::First);
        }
    }
    let locale = style.default_locale().unwrap_or("en-US");
    let run = tree(&style, locale, &items, &clusters, registry);
    let got = match mode {
        "bibliography" | "bibliography-nosort" => {
            let mut out = String::from("<div class=\"csl-bib-body\">\n");
            for (_, entry) in run.bibliography.unwrap_or_default() {
                let text = write(&entry);
                // The style leaves it out.
                if text.is_empty() {
                    continue;
                }
                out.push_str(&format!("  <div class=\"csl-entry\">{text}</div>\n"));
            }
            out.push_str("</div>");
            out
        }
        _ => {
            let lines = run.clusters.iter().map(|cluster| {
                let text = write(cluster);
                if text.is_empty() {
                    "[CSL STYLE ERROR: reference with no printed form.]".to_owned()
                } else {
                    text
                }
            });
            if with_notes.is_some() {
                let lines = lines.enumerate().map(|(n, line)| format!("[{n}] {line}"));
                lines.collect::<Vec<_>>().join("\n")
            } else {
                lines.collect::<Vec<_>>().join("\n")
            }
        }
    };
    let expected = if with_notes.is_some() && !mode.starts_with("bibliography") {
        // The marks say which were printed anew, which doesn't matter here.
        let lines = expected.lines().map(|line| {
            line.strip_prefix(">>")
                .or(line.strip_prefix(".."))
                .unwrap_or(line)
        });
        lines.collect::<Vec<_>>().join("\n")
    } else {
        expected
    };
    Ok(Outcome { expected, got })
}

fn truthy(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !text.is_empty(),
        _ => false,
    }
}

/// Citations by their ids, their notes and what they cite, and what was cited first of all.
type Order = Vec<(String, u32, Value)>;

/// Plays the calls of a word processor: each inserts or replaces one citation and says which stand
/// before and behind it.
fn replay(calls: &Value) -> Result<(Order, Vec<Value>), String> {
    let mut known: Vec<(String, Value)> = Vec::new();
    let mut order: Vec<(String, u32)> = Vec::new();
    for (n, call) in calls
        .as_array()
        .ok_or("CITATIONS is no list")?
        .iter()
        .enumerate()
    {
        let citation = call.get(0).ok_or("no citation")?;
        let id = match citation.get("citationID").and_then(Value::as_str) {
            Some(id) => id.to_owned(),
            None => format!("call-{n}"),
        };
        let note = citation
            .pointer("/properties/noteIndex")
            .and_then(Value::as_u64)
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(0);
        let list = |at: usize| -> Vec<(String, u32)> {
            let list = call.get(at).and_then(Value::as_array);
            list.into_iter()
                .flatten()
                .filter_map(|pair| {
                    let id = pair.get(0)?.as_str()?.to_owned();
                    let note = pair.get(1).and_then(Value::as_u64).unwrap_or(0);
                    Some((id, u32::try_from(note).ok()?))
                })
                .collect()
        };
        let items = citation.get("citationItems").cloned().unwrap_or_default();
        match known.iter_mut().find(|(other, _)| *other == id) {
            Some((_, old)) => *old = items,
            None => known.push((id.clone(), items)),
        }
        order = list(1);
        order.push((id, note));
        order.extend(list(2));
    }
    let find = |id: &str| known.iter().find(|(other, _)| other == id);
    let order = order
        .into_iter()
        .filter_map(|(id, note)| {
            let items = find(&id)?.1.clone();
            Some((id, note, items))
        })
        .collect();
    Ok((order, Vec::new()))
}

/// Writes formatted text as the suite does.
fn write(events: &[Event]) -> String {
    let mut out = String::new();
    // What each open mark closes with.
    let mut open: Vec<(Vec<&'static str>, Fmt)> = Vec::new();
    let mut now = Fmt::default();
    for event in events {
        match event {
            Event::Text(text) => {
                escape(text, &mut out);
            }
            Event::Guard => {}
            Event::Open(mark) => {
                let mut closes = Vec::new();
                let before = now;
                match mark {
                    Mark::Fmt(fmt) => fmt_tags(fmt, &mut now, &mut closes, &mut out),
                    Mark::NoDecor => {
                        let normal = Fmt {
                            italic: now.italic.and(Some(FontStyle::Normal)),
                            small_caps: now.small_caps.and(Some(false)),
                            weight: now.weight.and(Some(FontWeight::Normal)),
                            underline: now.underline.and(Some(false)),
                            vertical: None,
                        };
                        fmt_tags(&normal, &mut now, &mut closes, &mut out);
                    }
                    Mark::Display(display) => {
                        let (before, class, behind) = match display {
                            Display::Block => ("\n\n    ", "block", "</div>\n"),
                            Display::LeftMargin => ("\n    ", "left-margin", "</div>"),
                            Display::RightInline => ("", "right-inline", "</div>\n  "),
                            Display::Indent => ("", "indent", "</div>\n  "),
                        };
                        out.push_str(&format!("{before}<div class=\"csl-{class}\">"));
                        closes.push(behind);
                    }
                    _ => {}
                }
                open.push((closes, before));
            }
            Event::Close => {
                if let Some((closes, before)) = open.pop() {
                    closes.iter().rev().for_each(|close| out.push_str(close));
                    now = before;
                }
            }
        }
    }
    out
}

fn fmt_tags(fmt: &Fmt, now: &mut Fmt, closes: &mut Vec<&'static str>, out: &mut String) {
    let mut tag = |open: &str, close: &'static str| {
        out.push_str(open);
        closes.push(close);
    };
    match fmt.vertical {
        Some(Vertical::Sup) => tag("<sup>", "</sup>"),
        Some(Vertical::Sub) => tag("<sub>", "</sub>"),
        Some(Vertical::Baseline) => tag("<span style=\"baseline\">", "</span>"),
        None => {}
    }
    if let Some(underline) = fmt.underline {
        match (underline, now.underline == Some(true)) {
            (false, true) => {
                tag("<span style=\"text-decoration:none;\">", "</span>");
                now.underline = None;
            }
            (true, _) => {
                tag("<span style=\"text-decoration:underline;\">", "</span>");
                now.underline = Some(true);
            }
            (false, false) => {}
        }
    }
    if let Some(weight) = fmt.weight {
        let bold = now.weight == Some(FontWeight::Bold);
        match (weight, bold) {
            (FontWeight::Normal | FontWeight::Bold, true) => {
                tag("<span style=\"font-weight:normal;\">", "</span>");
                now.weight = None;
            }
            (FontWeight::Bold, false) => {
                tag("<b>", "</b>");
                now.weight = Some(weight);
            }
            (FontWeight::Light, _) => {
                tag("<span style=\"font-weight:light;\">", "</span>");
                now.weight = Some(weight);
            }
            (FontWeight::Normal, false) => {}
        }
    }
    if let Some(caps) = fmt.small_caps {
        match (caps, now.small_caps == Some(true)) {
            (_, true) => {
                tag("<span style=\"font-variant:normal;\">", "</span>");
                now.small_caps = None;
            }
            (true, false) => {
                tag("<span style=\"font-variant:small-caps;\">", "</span>");
                now.small_caps = Some(true);
            }
            (false, false) => {}
        }
    }
    if let Some(style) = fmt.italic {
        let inside = matches!(now.italic, Some(FontStyle::Italic | FontStyle::Oblique));
        match (style, inside) {
            (FontStyle::Normal, true) | (FontStyle::Italic | FontStyle::Oblique, true) => {
                tag("<span style=\"font-style:normal;\">", "</span>");
                now.italic = None;
            }
            (FontStyle::Italic, false) => {
                tag("<i>", "</i>");
                now.italic = Some(style);
            }
            (FontStyle::Oblique, false) => {
                tag("<em>", "</em>");
                now.italic = Some(style);
            }
            (FontStyle::Normal, false) => {}
        }
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&#38;"),
            '<' => out.push_str("&#60;"),
            '>' => out.push_str("&#62;"),
            c => out.push(c),
        }
    }
}
