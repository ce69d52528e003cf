//! Writes formatted text as HTML: escaped, well-formed, with the few tags that
//! [`Formatted`](super::Formatted) allows.
//!
//! CSL-JSON allows a few tags inside of variables (CSL-JSON schema, "HTML-like formatting"). The
//! engine behind knows none, so they travel through it as characters that it hands on untouched:
//! tags as the default-ignorable tag characters U+E0040…, letters that must keep their case moved
//! to the private plane U+F0000…, where no letter has another case.

/// How a run of text looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    pub italic: bool,
    pub bold: bool,
    pub small_caps: bool,
    pub sup: bool,
    pub sub: bool,
}

/// The tags of CSL-JSON, and the letter each travels as.
const TAGS: [(&str, &str, char); 6] = [
    ("<i>", "</i>", 'i'),
    ("<b>", "</b>", 'b'),
    ("<sc>", "</sc>", 'c'),
    ("<sup>", "</sup>", 'p'),
    ("<sub>", "</sub>", 's'),
    ("<span class=\"nocase\">", "</span>", 'n'),
];

/// Where tag characters begin: `a` travels as U+E0061, its end as U+E0041.
const TAG_BASE: u32 = 0xE0000;
/// Where letters of fixed case begin.
const CASE_BASE: u32 = 0xF0000;

/// Turns a variable's tags into characters. Tags that don't pair are dropped.
pub fn mark(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // The open tags: their letter, and where their mark stands in `out`.
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut fixed_case = 0usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '<' {
            if let Some((tag, _, letter)) = TAGS.iter().find(|(tag, ..)| rest.starts_with(tag)) {
                rest = &rest[tag.len()..];
                open.push((*letter, out.len()));
                fixed_case += usize::from(*letter == 'n');
                out.extend(tag_char(*letter));
                continue;
            }
            if let Some((_, tag, letter)) = TAGS.iter().find(|(_, tag, _)| rest.starts_with(tag)) {
                rest = &rest[tag.len()..];
                if open.last().is_some_and(|(last, _)| last == letter) {
                    open.pop();
                    fixed_case -= usize::from(*letter == 'n');
                    out.extend(tag_char(letter.to_ascii_uppercase()));
                }
                continue;
            }
        }
        rest = &rest[c.len_utf8()..];
        if is_tag(c) || u32::from(c) >= CASE_BASE {
            continue;
        }
        // The first letter stays: no case makes it small, and sorting looks at it.
        let first = out.chars().all(is_tag) && c.is_uppercase();
        match char::from_u32(CASE_BASE + u32::from(c)) {
            Some(moved) if fixed_case > 0 && !first && c.is_alphabetic() && u32::from(c) < 0xFFFE => {
                out.push(moved);
            }
            _ => out.push(c),
        }
    }
    // What was opened and never closed has no meaning; from the end, so that places stay right.
    for (letter, at) in open.into_iter().rev() {
        if let Some(tag) = tag_char(letter) {
            out.replace_range(at..at + tag.len_utf8(), "");
        }
    }
    out
}

fn tag_char(letter: char) -> Option<char> {
    char::from_u32(TAG_BASE + u32::from(letter))
}

fn is_tag(c: char) -> bool {
    (TAG_BASE..TAG_BASE + 0x80).contains(&u32::from(c))
}

struct Run {
    look: Look,
    link: Option<String>,
    text: String,
}

/// Collects runs of text and writes them as HTML.
#[derive(Default)]
pub struct Writer {
    runs: Vec<Run>,
    inner: Vec<char>,
}

impl Writer {
    /// Adds text that may hold marks.
    pub fn text(&mut self, text: &str, look: Look, link: Option<&str>) {
        let mut run = String::new();
        for c in text.chars() {
            let code = u32::from(c);
            if is_tag(c) {
                let now = self.look(look);
                self.push(std::mem::take(&mut run), now, link);
                let letter = char::from_u32(code - TAG_BASE).unwrap_or_default();
                if letter.is_ascii_lowercase() {
                    self.inner.push(letter);
                } else {
                    let letter = letter.to_ascii_lowercase();
                    if let Some(at) = self.inner.iter().rposition(|inner| *inner == letter) {
                        self.inner.remove(at);
                    }
                }
            } else if code >= CASE_BASE {
                run.extend(char::from_u32(code - CASE_BASE));
            } else {
                run.push(c);
            }
        }
        let now = self.look(look);
        self.push(run, now, link);
    }

    /// Adds text as it is, such as what the author wrote around a citation.
    pub fn plain(&mut self, text: &str, look: Look) {
        self.push(text.to_owned(), look, None);
    }

    /// Ends all marks: what follows is another variable.
    pub fn end_marks(&mut self) {
        self.inner.clear();
    }

    /// The outer look, changed by the marks. Italics inside italics become upright (CSL 1.0.2,
    /// "Formatting": processors flip nested formatting).
    fn look(&self, outer: Look) -> Look {
        let mut look = outer;
        for letter in &self.inner {
            match letter {
                'i' => look.italic = !look.italic,
                'b' => look.bold = !look.bold,
                'c' => look.small_caps = !look.small_caps,
                'p' => look.sup = true,
                's' => look.sub = true,
                _ => {}
            }
        }
        look
    }

    fn push(&mut self, text: String, look: Look, link: Option<&str>) {
        if text.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.look == look && last.link.as_deref() == link => {
                last.text.push_str(&text);
            }
            _ => self.runs.push(Run { look, link: link.map(str::to_owned), text }),
        }
    }

    /// Adds all that stands in this writer to another.
    pub fn runs_into(self, other: &mut Writer) {
        for run in self.runs {
            other.push(run.text, run.look, run.link.as_deref());
        }
    }

    /// Whether there is nothing but blanks.
    pub fn is_empty(&self) -> bool {
        self.runs.iter().all(|run| run.text.trim().is_empty())
    }

    /// The text without its formatting.
    pub fn bare(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    /// The last character.
    pub fn last(&self) -> Option<char> {
        self.runs.last().and_then(|run| run.text.chars().next_back())
    }

    /// The last character, seen through closing quotation marks.
    fn last_of_sentence(&self) -> Option<char> {
        let chars = self.runs.iter().rev().flat_map(|run| run.text.chars().rev());
        chars.into_iter().find(|c| !matches!(c, '”' | '’' | '»' | '"'))
    }

    /// Adds what the style puts behind a citation, without doubling a mark that ends it already.
    pub fn end_with(&mut self, suffix: &str, look: Look) {
        let ended = matches!(self.last_of_sentence(), Some('.' | '?' | '!' | '…'));
        self.plain(if ended { suffix.strip_prefix('.').unwrap_or(suffix) } else { suffix }, look);
    }

    /// The HTML.
    pub fn html(&self) -> String {
        let mut out = String::new();
        let mut link: Option<&str> = None;
        for run in &self.runs {
            if run.link.as_deref() != link {
                if link.is_some() {
                    out.push_str("</a>");
                }
                link = run.link.as_deref();
                if let Some(url) = link {
                    out.push_str("<a href=\"");
                    escape(url, &mut out);
                    out.push_str("\">");
                }
            }
            let tags = [
                (run.look.bold, "<b>", "</b>"),
                (run.look.italic, "<i>", "</i>"),
                (run.look.small_caps, "<span class=\"sc\">", "</span>"),
                (run.look.sup, "<sup>", "</sup>"),
                (run.look.sub, "<sub>", "</sub>"),
            ];
            tags.iter().filter(|tag| tag.0).for_each(|tag| out.push_str(tag.1));
            escape(&run.text, &mut out);
            tags.iter().rev().filter(|tag| tag.0).for_each(|tag| out.push_str(tag.2));
        }
        if link.is_some() {
            out.push_str("</a>");
        }
        out
    }
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
