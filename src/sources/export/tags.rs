//! Finds the tags of CSL-JSON in a text (CSL 1.0.2, "HTML-like formatting").

/// What a tag says of the text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Italic,
    Bold,
    SmallCaps,
    Raised,
    Lowered,
    /// Its letter case stays as it is.
    NoCase,
    /// Nothing that any format could say.
    Plain,
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Open(Tag),
    Close(Tag),
}

const TAGS: [(&str, &str, Tag); 10] = [
    ("<i>", "</i>", Tag::Italic),
    ("<b>", "</b>", Tag::Bold),
    ("<sc>", "</sc>", Tag::SmallCaps),
    (
        "<span style=\"font-variant:small-caps;\">",
        "</span>",
        Tag::SmallCaps,
    ),
    (
        "<span style=\"font-variant: small-caps;\">",
        "</span>",
        Tag::SmallCaps,
    ),
    ("<sup>", "</sup>", Tag::Raised),
    ("<sub>", "</sub>", Tag::Lowered),
    ("<span class=\"nocase\">", "</span>", Tag::NoCase),
    ("<span class=\"nodecor\">", "</span>", Tag::Plain),
    ("<span class=\"no-part\">", "</span>", Tag::Plain),
];

/// The parts of a text, every tag with the one that closes it. What doesn't pair is text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    // The tags that are open: where they are in `out`, how they were typed, what closes them.
    let mut open: Vec<(usize, &str, &str, Tag)> = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        at += found;
        let rest = &text[at..];
        let len = if let Some((typed, close, tag)) =
            TAGS.iter().find(|(typed, ..)| rest.starts_with(typed))
        {
            out.push(Piece::Text(&text[start..at]));
            open.push((out.len(), typed, close, *tag));
            out.push(Piece::Open(*tag));
            typed.len()
        } else if let Some(closed) = open
            .iter()
            .rposition(|(.., close, _)| rest.starts_with(close))
        {
            out.push(Piece::Text(&text[start..at]));
            // What stands open inside was no tag.
            for (place, typed, ..) in open.drain(closed + 1..) {
                if let Some(piece) = out.get_mut(place) {
                    *piece = Piece::Text(typed);
                }
            }
            let Some((.., close, tag)) = open.pop() else {
                break;
            };
            out.push(Piece::Close(tag));
            close.len()
        } else {
            at += 1;
            continue;
        };
        at += len;
        start = at;
    }
    out.push(Piece::Text(&text[start..]));
    for (place, typed, ..) in open {
        if let Some(piece) = out.get_mut(place) {
            *piece = Piece::Text(typed);
        }
    }
    out
}

/// A text without its tags.
pub fn plain(text: &str) -> String {
    let pieces = pieces(text).into_iter();
    let texts = pieces.filter_map(|piece| match piece {
        Piece::Text(text) => Some(text),
        Piece::Open(_) | Piece::Close(_) => None,
    });
    texts.collect()
}
