//! The text of a page's HTML, block by block, each with the nearest anchor.

use super::{Block, What};
use crate::text::unescape;

/// Elements that a line of text doesn't reach across.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Longer than the name of any element in [`BLOCKS`] or [`SILENT`].
const LONGEST: usize = 12;

/// Elements whose content isn't text of the page.
const SILENT: &[&str] = &["script", "style", "template", "svg"];

/// The blocks of HTML.
///
/// In: HTML that this program has made, with whatever authors have put into it; what it is a part of: the
/// page's text or a note; the anchor where it begins. Out: the blocks that have text. The marks of
/// notes are left out.
pub fn blocks(html: &str, what: &What, anchor: &str) -> Vec<Block> {
    let mut reader = Reader {
        what,
        anchor: anchor.to_owned(),
        heading: false,
        text: String::new(),
        blocks: Vec::new(),
    };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        reader.text.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
            continue;
        }
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            reader.text.push_str("&lt;");
            rest = &rest[1..];
            continue;
        }
        let (tag, behind) = rest.split_at(end_of_tag(rest));
        rest = behind;
        let (name, length) = name(tag);
        let name = str::from_utf8(&name[..length]).unwrap_or_default();
        let closes = tag.starts_with("</");
        let mark = name == "sup" && tag.contains("class=\"mark\"");
        if !closes && !tag.ends_with("/>") && (mark || SILENT.contains(&name)) {
            let end = format!("</{name}");
            rest = rest.find(&end).map_or("", |at| &rest[at..]);
            continue;
        }
        reader.tag(name, closes, tag);
    }
    reader.text.push_str(rest);
    reader.flush();
    reader.blocks
}

struct Reader<'a> {
    what: &'a What,
    anchor: String,
    heading: bool,
    /// The text of the block so far, still escaped.
    text: String,
    blocks: Vec<Block>,
}

impl Reader<'_> {
    fn tag(&mut self, name: &str, closes: bool, tag: &str) {
        if BLOCKS.contains(&name) {
            self.flush();
            let heading = matches!(name.as_bytes(), [b'h', b'1'..=b'6']);
            self.heading = heading && !closes;
            if !closes
                && *self.what == What::Text
                && let Some(id) = id(tag)
                // A paragraph's own anchor says nothing to readers; its heading does.
                && !(name == "p" && id.starts_with("p-"))
            {
                self.anchor = unescape(id);
            }
        }
    }

    fn flush(&mut self) {
        let escaped = std::mem::take(&mut self.text);
        let mut text = String::with_capacity(escaped.len());
        let mut plain = unescape(&escaped);
        // Soft hyphens are for printing.
        if plain.contains('\u{AD}') {
            plain = plain.replace('\u{AD}', "");
        }
        for word in plain.split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        if text.is_empty() {
            return;
        }
        self.blocks.push(Block {
            what: match self.heading {
                true if *self.what == What::Text => What::Heading,
                _ => self.what.clone(),
            },
            anchor: self.anchor.clone(),
            text,
        });
    }
}

/// Where a tag ends; quoted values may hold `>`.
fn end_of_tag(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'>') => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The name of a tag's element in small letters, and its length; a long one is none we know.
fn name(tag: &str) -> ([u8; LONGEST], usize) {
    let mut small = [0; LONGEST];
    let name = tag.bytes().skip_while(|byte| matches!(byte, b'<' | b'/'));
    let name = name.take_while(u8::is_ascii_alphanumeric).take(LONGEST);
    let mut length = 0;
    for (at, byte) in name.enumerate() {
        small[at] = byte.to_ascii_lowercase();
        length = at + 1;
    }
    (small, length)
}

fn id(tag: &str) -> Option<&str> {
    let value = &tag[tag.find(" id=\"")? + 5..];
    value.split('"').next().filter(|id| !id.is_empty())
}
