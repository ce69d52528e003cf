//! Writes formatted text as HTML: escaped, well-formed, with the few tags that
//! [`Formatted`](super::Formatted) allows.

use super::Named;
use super::item::is_eastern;
use super::rich::{Display, Event, Fmt, FontStyle, FontWeight, Mark, Vertical};

/// How a run of text looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    italic: bool,
    bold: bool,
    small_caps: bool,
    sup: bool,
    sub: bool,
}

impl Look {
    /// The look inside of a mark. Italics inside italics become upright, and so on (CSL 1.0.2,
    /// "Formatting": processors flip nested formatting).
    fn inside(mut self, mark: &Mark) -> Look {
        match mark {
            Mark::NoDecor => {
                self.italic = false;
                self.bold = false;
                self.small_caps = false;
            }
            Mark::Fmt(Fmt {
                italic,
                small_caps,
                weight,
                vertical,
                ..
            }) => {
                match italic {
                    Some(FontStyle::Italic | FontStyle::Oblique) => self.italic = !self.italic,
                    Some(FontStyle::Normal) => self.italic = false,
                    None => {}
                }
                match small_caps {
                    Some(true) => self.small_caps = !self.small_caps,
                    Some(false) => self.small_caps = false,
                    None => {}
                }
                match weight {
                    Some(FontWeight::Bold) => self.bold = !self.bold,
                    Some(FontWeight::Normal | FontWeight::Light) => self.bold = false,
                    None => {}
                }
                match vertical {
                    Some(Vertical::Sup) => (self.sup, self.sub) = (true, false),
                    Some(Vertical::Sub) => (self.sup, self.sub) = (false, true),
                    Some(Vertical::Baseline) => (self.sup, self.sub) = (false, false),
                    None => {}
                }
            }
            _ => {}
        }
        self
    }

    const TAGS: [(&str, &str); 5] = [
        ("<b>", "</b>"),
        ("<i>", "</i>"),
        ("<span class=\"sc\">", "</span>"),
        ("<sup>", "</sup>"),
        ("<sub>", "</sub>"),
    ];

    fn tags(self) -> impl DoubleEndedIterator<Item = (&'static str, &'static str)> {
        let on = [self.bold, self.italic, self.small_caps, self.sup, self.sub];
        Look::TAGS
            .into_iter()
            .zip(on)
            .filter(|(_, on)| *on)
            .map(|(tags, _)| tags)
    }
}

/// What stands around text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Around<'a> {
    look: Look,
    link: Option<&'a str>,
    cite: Option<usize>,
}

/// A run of text with the same around it.
pub struct Run<'a> {
    around: Around<'a>,
    pub text: String,
}

impl Run<'_> {
    /// Whether it stands above the line.
    pub fn is_raised(&self) -> bool {
        self.around.look.sup
    }
}

/// Writes formatted text. Blocks are joined by a blank.
pub fn write(events: &[Event]) -> String {
    html(&runs(events))
}

/// Writes formatted text, and tells where it names items: at the beginning of each cite, up to a
/// link that is there already.
pub fn write_named(events: &[Event]) -> (String, Vec<Named>) {
    let runs = runs(events);
    // The cite being written, and whether its name has ended.
    let mut now: (Option<usize>, bool) = (None, false);
    let name = |run: &Run<'_>| {
        let Around { cite, link, .. } = run.around;
        now = (cite, link.is_some() || now.0 == cite && now.1);
        cite.filter(|_| !now.1)
    };
    let names: Vec<Option<usize>> = runs.iter().map(name).collect();
    let (mut out, mut named, mut at) = (String::new(), Vec::new(), 0);
    for stretch in names.chunk_by(|a, b| a == b) {
        let start = out.len();
        out.push_str(&html(&runs[at..at + stretch.len()]));
        at += stretch.len();
        if let Some(item) = stretch[0] {
            // Not the blank and the comma that join it to what follows.
            let end = out.trim_end_matches([' ', ',', ':', '\u{a0}']).len();
            named.push(Named {
                span: start..end.max(start),
                item,
            });
        }
    }
    (out, named)
}

/// The runs of formatted text. Blocks are joined by a blank, and none ends the last.
pub fn runs(events: &[Event]) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut open: Vec<Around<'_>> = vec![Around::default()];
    let mut gap = false;
    for event in events {
        let around = open.last().copied().unwrap_or_default();
        match event {
            Event::Text(text) if text.is_empty() => {}
            Event::Text(text) => {
                // Chinese, Japanese and Korean have no italics.
                let eastern = text.contains(is_eastern)
                    && text.chars().all(|c| is_eastern(c) || !c.is_alphabetic());
                let mut around = around;
                around.look.italic &= !eastern;
                let mut text = text.as_str();
                if std::mem::take(&mut gap) {
                    // What divided the blocks in the style's mind needs no mark here.
                    if text.starts_with([',', '.', ';', ':']) && text[1..].starts_with(' ') {
                        text = &text[2..];
                    }
                    match runs.last().and_then(|run| run.text.chars().next_back()) {
                        Some(' ') => text = text.trim_start_matches(' '),
                        Some(_) if !text.starts_with(' ') => {
                            push(&mut runs, " ", Around::default());
                        }
                        _ => {}
                    }
                }
                push(&mut runs, text, around);
            }
            Event::Guard => {}
            Event::Open(mark) => {
                gap |= matches!(mark, Mark::Display(_));
                let mut inside = Around {
                    look: around.look.inside(mark),
                    ..around
                };
                match mark {
                    Mark::Link(url) if is_safe(url) => inside.link = Some(url),
                    Mark::Cite(item) => inside.cite = Some(*item),
                    _ => {}
                }
                open.push(inside);
            }
            Event::Close => {
                if open.len() > 1 {
                    open.pop();
                }
            }
        }
        if let Event::Open(Mark::Display(Display::Block)) = event {
            gap = true;
        }
    }
    // Blanks at the end are the style's, for what it expects to follow.
    while let Some(last) = runs.last_mut() {
        let trimmed = last.text.trim_end().len();
        last.text.truncate(trimmed);
        if !last.text.is_empty() {
            break;
        }
        runs.pop();
    }
    runs
}

/// Whether an address may become a link.
fn is_safe(url: &str) -> bool {
    let scheme = url
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

fn push<'a>(runs: &mut Vec<Run<'a>>, text: &str, around: Around<'a>) {
    match runs.last_mut() {
        Some(last) if last.around == around => last.text.push_str(text),
        _ => runs.push(Run {
            around,
            text: text.to_owned(),
        }),
    }
}

fn html(runs: &[Run<'_>]) -> String {
    let mut out = String::new();
    let mut link: Option<&str> = None;
    for run in runs {
        if run.around.link != link {
            if link.is_some() {
                out.push_str("</a>");
            }
            link = run.around.link;
            if let Some(url) = link {
                out.push_str("<a href=\"");
                escape(url, &mut out);
                out.push_str("\">");
            }
        }
        run.around
            .look
            .tags()
            .for_each(|(open, _)| out.push_str(open));
        escape(&run.text, &mut out);
        run.around
            .look
            .tags()
            .rev()
            .for_each(|(_, close)| out.push_str(close));
    }
    if link.is_some() {
        out.push_str("</a>");
    }
    out
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // HTML has no place for other control characters (HTML, 13.2.3.5).
            c if c.is_control() && !matches!(c, '\t' | '\n') => {}
            c => out.push(c),
        }
    }
}
