//! Reads the text of a variable: the tags that CSL-JSON allows, quotation marks and apostrophes.

use super::rich::{Event, Fmt, FontStyle, FontWeight, Mark, Vertical, push_text};

/// The tags of CSL-JSON ("HTML-like formatting"), how they close, and what they mean.
fn tag(text: &str) -> Option<(usize, &'static str, Mark)> {
    let fmt = |fmt: Fmt| Mark::Fmt(fmt);
    let none = Fmt::default();
    let known: [(&str, &'static str, Mark); 10] = [
        (
            "<i>",
            "</i>",
            fmt(Fmt {
                italic: Some(FontStyle::Italic),
                ..none
            }),
        ),
        (
            "<b>",
            "</b>",
            fmt(Fmt {
                weight: Some(FontWeight::Bold),
                ..none
            }),
        ),
        (
            "<sc>",
            "</sc>",
            fmt(Fmt {
                small_caps: Some(true),
                ..none
            }),
        ),
        (
            "<span style=\"font-variant:small-caps;\">",
            "</span>",
            fmt(Fmt {
                small_caps: Some(true),
                ..none
            }),
        ),
        (
            "<span style=\"font-variant: small-caps;\">",
            "</span>",
            fmt(Fmt {
                small_caps: Some(true),
                ..none
            }),
        ),
        (
            "<sup>",
            "</sup>",
            fmt(Fmt {
                vertical: Some(Vertical::Sup),
                ..none
            }),
        ),
        (
            "<sub>",
            "</sub>",
            fmt(Fmt {
                vertical: Some(Vertical::Sub),
                ..none
            }),
        ),
        ("<span class=\"nocase\">", "</span>", Mark::NoCase),
        ("<span class=\"nodecor\">", "</span>", Mark::NoDecor),
        ("<span class=\"no-part\">", "</span>", Mark::NoDecor),
    ];
    known
        .into_iter()
        .find(|(open, ..)| text.starts_with(open))
        .map(|(open, close, mark)| (open.len(), close, mark))
}

/// A tag or a quotation mark that is open.
struct Open {
    /// The event that opened it.
    at: usize,
    /// What closes it.
    close: &'static str,
    /// What it was typed as.
    typed: String,
    quote: bool,
}

/// Reads a text with tags. What doesn't pair stands as it was typed.
pub fn parse(text: &str) -> Vec<Event> {
    let mut out: Vec<Event> = Vec::new();
    if !text.contains(['<', '"', '\'', '“', '”', '‘', '’', '«', '»']) {
        push_text(text, &mut out);
        return out;
    }
    let mut open: Vec<Open> = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    let mut before: Option<char> = None;
    while let Some(c) = rest.chars().next() {
        let after = rest[c.len_utf8()..].chars().next();
        if c == '<' {
            if let Some((len, close, mark)) = tag(rest) {
                push_text(&std::mem::take(&mut plain), &mut out);
                open.push(Open {
                    at: out.len(),
                    close,
                    typed: rest[..len].to_owned(),
                    quote: false,
                });
                out.push(Event::Open(mark));
                rest = &rest[len..];
                continue;
            }
            let closed = open
                .iter()
                .rposition(|open| !open.quote && rest.starts_with(open.close));
            if let Some(closed) = closed {
                push_text(&std::mem::take(&mut plain), &mut out);
                let len = open[closed].close.len();
                // What stands open inside was no tag or quotation mark.
                while open.len() > closed + 1 {
                    if let Some(stray) = open.pop() {
                        undo(&stray, &mut out);
                    }
                }
                open.pop();
                out.push(Event::Close);
                rest = &rest[len..];
                continue;
            }
        }
        if let Some(close) = closing_quote(c, before, after) {
            let found = open
                .iter()
                .rposition(|open| open.quote && open.close == close);
            // A quotation mark may not close across a tag.
            let found = found.filter(|found| open[*found..].iter().all(|open| open.quote));
            if let Some(found) = found {
                push_text(&std::mem::take(&mut plain), &mut out);
                while open.len() > found + 1 {
                    if let Some(stray) = open.pop() {
                        undo(&stray, &mut out);
                    }
                }
                open.pop();
                out.push(Event::Close);
                before = Some(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        }
        if let Some(close) = opening_quote(c, before, after, rest) {
            push_text(&std::mem::take(&mut plain), &mut out);
            open.push(Open {
                at: out.len(),
                close,
                typed: c.to_string(),
                quote: true,
            });
            let mark = if c == '‘' { Mark::Inner } else { Mark::Quote };
            out.push(Event::Open(mark));
            before = Some(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        plain.push(if c == '\'' { '’' } else { c });
        before = Some(c);
        rest = &rest[c.len_utf8()..];
    }
    push_text(&plain, &mut out);
    while let Some(stray) = open.pop() {
        undo(&stray, &mut out);
    }
    join(out)
}

/// Turns a mark that was never closed back into what was typed.
fn undo(stray: &Open, out: &mut [Event]) {
    let typed = if stray.typed == "'" {
        "’"
    } else {
        &stray.typed
    };
    if let Some(event) = out.get_mut(stray.at) {
        *event = Event::Text(typed.to_owned());
    }
}

/// Joins pieces of text that meet: they are one author's.
fn join(events: Vec<Event>) -> Vec<Event> {
    let mut out: Vec<Event> = Vec::with_capacity(events.len());
    for event in events {
        match (out.last_mut(), event) {
            (Some(Event::Text(last)), Event::Text(text)) => last.push_str(&text),
            (Some(_), Event::Text(text)) => {
                out.push(Event::Guard);
                out.push(Event::Text(text));
            }
            (_, event) => out.push(event),
        }
    }
    out
}

/// The mark that would close the quotation that `c` may open.
fn opening_quote(
    c: char,
    before: Option<char>,
    after: Option<char>,
    rest: &str,
) -> Option<&'static str> {
    let close = match c {
        '"' => "\"",
        '\'' => "'",
        '“' => "”",
        '‘' => "’",
        _ => return None,
    };
    let starts = before.is_none_or(|b| {
        b.is_whitespace()
            || matches!(
                b,
                '(' | '[' | '{' | '"' | '“' | '‘' | '–' | '—' | '-' | '/' | '>' | '«'
            )
    });
    let follows = after.is_some_and(|a| !a.is_whitespace());
    // Marks that know their direction need no more than a partner.
    let directed = matches!(c, '“' | '‘') && rest.chars().skip(1).any(|c| close.starts_with(c));
    (directed || starts && follows).then_some(close)
}

/// The mark that `c` may be, closing a quotation.
fn closing_quote(c: char, before: Option<char>, after: Option<char>) -> Option<&'static str> {
    let close = match c {
        '"' => "\"",
        '\'' => "'",
        '”' => "”",
        '’' => "’",
        _ => return None,
    };
    let ends = before.is_some_and(|b| !b.is_whitespace());
    let stops = after.is_none_or(|a| !a.is_alphanumeric());
    (ends && stops).then_some(close)
}
