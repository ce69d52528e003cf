//! HTML with holes: what can be made from one file alone is made once, the rest is filled in.

/// A piece of HTML with holes in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Tape {
    /// The HTML between the holes.
    pub html: String,
    /// The holes, in order.
    pub holes: Vec<Hole>,
}

/// A place where something is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hole {
    /// The byte of `Tape::html` before which it stands.
    pub at: usize,
    /// What comes there.
    pub what: What,
}

/// What fills a hole. Numbers are indexes of the outline's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// A mark of the flow, with its link to the note.
    Mark(usize),
    /// A citation's formatted text.
    Citation(usize),
    /// The authors of a citation whose sentence names them.
    Authors(usize),
    /// The address of a link to another file of `content`.
    Link(usize),
    /// The beginning of a link into an index.
    Name(usize),
    /// The address of a file that is shown or linked.
    File(usize),
    /// A paragraph of the body begins; an index of the paragraphs.
    Paragraph(usize),
    /// A word of the theme's messages.
    Word(&'static str),
    /// A component begins; its body reaches to its `Close`.
    Open(usize),
    /// A line `---` between the parts of a component's body.
    Cut(usize),
    /// A component ends.
    Close(usize),
}

impl Tape {
    /// Adds HTML.
    pub fn push(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// Adds a hole.
    pub fn hole(&mut self, what: What) {
        self.holes.push(Hole {
            at: self.html.len(),
            what,
        });
    }

    /// Adds another tape.
    pub fn append(&mut self, other: Tape) {
        let shift = self.html.len();
        self.html.push_str(&other.html);
        self.holes.extend(other.holes.into_iter().map(|hole| Hole {
            at: hole.at + shift,
            what: hole.what,
        }));
    }

    /// Whether nothing would be printed.
    pub fn is_blank(&self) -> bool {
        self.holes.is_empty() && {
            let mut inside = false;
            let visible = |c: char| {
                match c {
                    '<' => inside = true,
                    '>' => inside = false,
                    c if !inside && !c.is_whitespace() => return true,
                    _ => {}
                }
                false
            };
            !self.html.chars().any(visible) && !self.html.contains("<img")
        }
    }

    /// Takes away white space at the end, unless a hole stands behind it.
    pub fn trim_end(&mut self) {
        let filled = self.holes.last().map_or(0, |hole| hole.at);
        let end = self.html.trim_end().len().max(filled);
        self.html.truncate(end);
    }

    /// The HTML without holes, links and ids: a heading's words for contents.
    pub fn words(&self) -> String {
        let mut out = String::new();
        let mut rest = self.html.as_str();
        while let Some(at) = rest.find('<') {
            out.push_str(&rest[..at]);
            let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
            let tag = &rest[at..end];
            let name = tag.trim_start_matches(['<', '/']);
            let name = &name[..name
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(name.len())];
            if matches!(
                name,
                "em" | "strong" | "code" | "sub" | "sup" | "del" | "i" | "b"
            ) {
                out.push_str(if tag.starts_with("</") { "</" } else { "<" });
                out.push_str(name);
                out.push('>');
            }
            rest = &rest[end..];
        }
        out.push_str(rest);
        out.trim().to_owned()
    }
}
