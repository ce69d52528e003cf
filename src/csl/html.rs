//! Writes formatted text as HTML: escaped, well-formed, with the few tags that
//! [`Formatted`](super::Formatted) allows.
//!
//! CSL-JSON allows a few tags inside of variables (CSL-JSON schema, "HTML-like formatting"). The
//! engine behind knows none, and changes letters' case more than CSL 1.0.2 ("Text-case") allows:
//! "MacArthur" would become "Macarthur". So both travel through it as characters that it hands on
//! untouched: tags as a row of quotation marks that nobody writes, for those neither begin nor end
//! a word, and letters that must keep their case moved to the private plane U+F0000…, where no
//! letter has another case.

/// How a run of text looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    pub italic: bool,
    pub bold: bool,
    pub small_caps: bool,
    pub sup: bool,
    pub sub: bool,
}

/// The tags of CSL-JSON.
const TAGS: [(&str, &str, Tag); 6] = [
    ("<i>", "</i>", Tag::Italic),
    ("<b>", "</b>", Tag::Bold),
    ("<sc>", "</sc>", Tag::SmallCaps),
    ("<sup>", "</sup>", Tag::Sup),
    ("<sub>", "</sub>", Tag::Sub),
    ("<span class=\"nocase\">", "</span>", Tag::FixedCase),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Italic,
    Bold,
    SmallCaps,
    Sup,
    Sub,
    FixedCase,
}

/// What every travelling tag begins with; two of the same marks follow, which say what it is.
const MARK: &str = "‹»«›";
const MARKS: [char; 4] = ['‹', '»', '«', '›'];
/// Where letters of fixed case begin.
const CASE_BASE: u32 = 0xF0000;

enum Piece {
    Char(char),
    /// A tag, and whether it opens.
    Tag(Tag, bool),
}

/// Turns a variable's tags into characters, and protects letters' case. Tags that don't pair are
/// dropped.
pub fn mark(text: &str) -> String {
    let pieces = pieces(text);
    let mut out = String::with_capacity(text.len());
    let mut fixed_case = 0usize;
    let mut first = true;
    let in_word = |piece: &Piece| match piece {
        Piece::Char(c) => c.is_alphanumeric() || matches!(c, '\'' | '’'),
        Piece::Tag(..) => true,
    };
    for word in pieces.chunk_by(|a, b| in_word(a) && in_word(b)) {
        let letters = || {
            word.iter().filter_map(|piece| match piece {
                Piece::Char(c) if c.is_alphanumeric() => Some(*c),
                _ => None,
            })
        };
        let tagged = word.iter().any(|piece| matches!(piece, Piece::Tag(..)));
        let mixed = letters().any(char::is_lowercase) && letters().skip(1).any(char::is_uppercase);
        let mut begins = true;
        for piece in word {
            match *piece {
                Piece::Tag(Tag::FixedCase, true) => fixed_case += 1,
                Piece::Tag(Tag::FixedCase, false) => fixed_case = fixed_case.saturating_sub(1),
                Piece::Tag(tag, opens) => {
                    // Nor do raised or lowered letters and small capitals change their case.
                    if matches!(tag, Tag::SmallCaps | Tag::Sup | Tag::Sub) {
                        fixed_case = if opens {
                            fixed_case + 1
                        } else {
                            fixed_case.saturating_sub(1)
                        };
                    }
                    let code = 2 * (tag as usize) + usize::from(opens);
                    out.push_str(MARK);
                    out.extend(MARKS.get(code / 4));
                    out.extend(MARKS.get(code % 4));
                }
                Piece::Char(c) => {
                    let keeps = match fixed_case {
                        0 => (tagged || mixed) && !begins && c.is_uppercase(),
                        // The first letter of all stays: no case makes it small, and sorting
                        // looks at it.
                        _ => c.is_alphabetic() && !(first && c.is_uppercase()),
                    };
                    let moved = char::from_u32(CASE_BASE + u32::from(c));
                    out.push(
                        moved
                            .filter(|_| keeps && u32::from(c) < 0xFFFE)
                            .unwrap_or(c),
                    );
                    begins &= !c.is_alphanumeric();
                    first &= !c.is_alphanumeric();
                }
            }
        }
    }
    out
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Option<Piece>> = Vec::with_capacity(text.len());
    // The open tags, and which piece each is.
    let mut open: Vec<(Tag, usize)> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '<' {
            if let Some((typed, _, tag)) = TAGS.iter().find(|(typed, ..)| rest.starts_with(typed)) {
                rest = &rest[typed.len()..];
                open.push((*tag, pieces.len()));
                pieces.push(Some(Piece::Tag(*tag, true)));
                continue;
            }
            if let Some((_, typed, tag)) = TAGS.iter().find(|(_, typed, _)| rest.starts_with(typed))
            {
                rest = &rest[typed.len()..];
                if open.last().is_some_and(|(last, _)| last == tag) {
                    open.pop();
                    pieces.push(Some(Piece::Tag(*tag, false)));
                }
                continue;
            }
        }
        if rest.starts_with(MARK) {
            rest = &rest[MARK.len()..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if u32::from(c) < CASE_BASE {
            pieces.push(Some(Piece::Char(c)));
        }
    }
    for (_, at) in open {
        if let Some(piece) = pieces.get_mut(at) {
            *piece = None;
        }
    }
    pieces.into_iter().flatten().collect()
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
    inner: Vec<Tag>,
}

impl Writer {
    /// Adds text that may hold marks.
    pub fn text(&mut self, text: &str, look: Look, link: Option<&str>) {
        let mut rest = text;
        while let Some(at) = rest.find(MARK) {
            self.letters(&rest[..at], look, link);
            rest = &rest[at + MARK.len()..];
            let mut chars = rest.chars();
            let mut digit = || {
                let next = chars.next();
                MARKS.iter().position(|mark| next == Some(*mark))
            };
            let digits = [digit(), digit()];
            rest = chars.as_str();
            let [Some(high), Some(low)] = digits else {
                continue;
            };
            let code = 4 * high + low;
            let Some((_, _, tag)) = TAGS.get(code / 2) else {
                continue;
            };
            if code % 2 == 1 {
                self.inner.push(*tag);
            } else if let Some(at) = self.inner.iter().rposition(|inner| inner == tag) {
                self.inner.remove(at);
            }
        }
        self.letters(rest, look, link);
    }

    fn letters(&mut self, text: &str, look: Look, link: Option<&str>) {
        let back = |c: char| match u32::from(c).checked_sub(CASE_BASE) {
            Some(code) => char::from_u32(code).unwrap_or(c),
            None => c,
        };
        let look = self.look(look);
        self.push(text.chars().map(back).collect(), look, link);
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
        for tag in &self.inner {
            match tag {
                Tag::Italic => look.italic = !look.italic,
                Tag::Bold => look.bold = !look.bold,
                Tag::SmallCaps => look.small_caps = !look.small_caps,
                Tag::Sup => look.sup = true,
                Tag::Sub => look.sub = true,
                Tag::FixedCase => {}
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
            _ => self.runs.push(Run {
                look,
                link: link.map(str::to_owned),
                text,
            }),
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
        self.runs
            .last()
            .and_then(|run| run.text.chars().next_back())
    }

    /// The last character, seen through closing quotation marks.
    fn last_of_sentence(&self) -> Option<char> {
        let mut chars = self
            .runs
            .iter()
            .rev()
            .flat_map(|run| run.text.chars().rev());
        chars.find(|c| !matches!(c, '”' | '’' | '»' | '"'))
    }

    /// Adds what the style puts behind a citation, without doubling a mark that ends it already.
    pub fn end_with(&mut self, suffix: &str, look: Look, inside: bool) {
        let ended = matches!(self.last_of_sentence(), Some('.' | '?' | '!' | '…'));
        let suffix = if ended {
            suffix.strip_prefix('.').unwrap_or(suffix)
        } else {
            suffix
        };
        self.punctuate(suffix, look, inside);
    }

    /// Adds text that may begin with a full stop or comma. Where the locale wants it (CSL 1.0.2,
    /// "punctuation-in-quote"), that goes inside of a closing quotation mark before it.
    pub fn punctuate(&mut self, text: &str, look: Look, inside: bool) {
        let mark = text
            .chars()
            .next()
            .filter(|c| inside && matches!(c, '.' | ','));
        let last = self.runs.last_mut().filter(|run| run.text.ends_with('”'));
        if let (Some(mark), Some(last)) = (mark, last) {
            let before = last.text.trim_end_matches(['”', '’']).len();
            last.text.insert(before, mark);
            self.plain(&text[mark.len_utf8()..], look);
        } else {
            self.plain(text, look);
        }
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
            tags.iter()
                .filter(|tag| tag.0)
                .for_each(|tag| out.push_str(tag.1));
            escape(&run.text, &mut out);
            tags.iter()
                .rev()
                .filter(|tag| tag.0)
                .for_each(|tag| out.push_str(tag.2));
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
