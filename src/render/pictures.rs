//! The pictures of a page: each in the sizes that were made of it, with its own size, so that nothing
//! moves when it comes.

use std::collections::BTreeMap;

use crate::text::{escape, unescape};

/// How wide pictures are shown: as wide as the text, which is as wide as a small window.
const SIZES: &str = "(min-width: 48rem) 44rem, 100vw";

/// A picture as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Picture {
    /// Its width in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Its sizes: the width of each, and its address from the site's root.
    pub sizes: Vec<(u32, String)>,
}

/// The pictures of a site, by their addresses from its root.
pub type Pictures = BTreeMap<String, Picture>;

/// Gives the pictures of a page their sizes (HTML, 4.8.4). All but the first of its text wait until they
/// are needed.
///
/// In: the page, what leads from it to the site's root, the pictures. Out: the page. A picture whose
/// author has chosen among sizes is left as it is.
pub fn mark(html: String, root: &str, pictures: &Pictures) -> String {
    if pictures.is_empty() || !html.contains("<img ") {
        return html;
    }
    let mut out = String::with_capacity(html.len() + 512);
    let mut rest = html.as_str();
    // What stands in the head of the page, such as a logo, is always seen and never large.
    let text = html.find("<main").unwrap_or(0);
    let mut first = true;
    while let Some(at) = rest.find("<img ") {
        out.push_str(&rest[..at]);
        let Some(end) = end_of_tag(&rest[at..]) else {
            rest = &rest[at..];
            break;
        };
        let tag = &rest[at..at + end];
        rest = &rest[at + end..];
        put(tag, first, root, pictures, &mut out);
        first &= html.len() - rest.len() <= text;
    }
    out.push_str(rest);
    out
}

/// Where a tag ends, past the `>` that no attribute's value holds.
fn end_of_tag(html: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn put(tag: &str, first: bool, root: &str, pictures: &Pictures, out: &mut String) {
    let value = |name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split('"').next()
    };
    let url = value("src").map(unescape).unwrap_or_default();
    let picture = url.strip_prefix(root).and_then(|url| pictures.get(url));
    let Some(picture) = picture.filter(|_| value("srcset").is_none()) else {
        out.push_str(tag);
        return;
    };
    let mut tag = tag
        .trim_end_matches('>')
        .trim_end_matches('/')
        .trim_end()
        .to_owned();
    let lazy = " loading=\"lazy\"";
    // What is said within quotation marks is no attribute.
    let names: String = tag.split('"').step_by(2).collect();
    match names.contains(" loading=") {
        // What is seen at once must not wait.
        true if first => tag = tag.replace(lazy, ""),
        false if !first => tag.push_str(lazy),
        _ => {}
    }
    if !names.contains(" width=") && !names.contains(" height=") {
        tag.push_str(&format!(
            " width=\"{}\" height=\"{}\"",
            picture.width, picture.height
        ));
    }
    tag.push('>');
    if picture.sizes.is_empty() {
        out.push_str(&tag);
        return;
    }
    let sizes = picture.sizes.iter();
    let sizes: Vec<String> = sizes
        .map(|(width, url)| format!("{root}{url} {width}w"))
        .collect();
    out.push_str(&format!(
        "<picture><source type=\"image/webp\" srcset=\"{}\" sizes=\"{SIZES}\">{tag}</picture>",
        escape(&sizes.join(", "))
    ));
}

#[cfg(test)]
mod tests {
    use super::{Picture, Pictures, mark};

    #[test]
    fn pictures_get_their_sizes() {
        let picture = |sizes: &[u32]| Picture {
            width: 1000,
            height: 500,
            sizes: sizes
                .iter()
                .map(|width| (*width, format!("_pictures/a-{width}.webp")))
                .collect(),
        };
        let pictures = Pictures::from([
            ("x/a%20b.jpg".to_owned(), picture(&[480, 1000])),
            ("c&d.gif".to_owned(), picture(&[])),
        ]);
        for (typed, expected) in [
            ("<p>No picture.</p>", "<p>No picture.</p>"),
            (
                "<img src=\"../x/a%20b.jpg\" alt=\"a > b, width=3\" loading=\"lazy\">",
                "<picture><source type=\"image/webp\" srcset=\"../_pictures/a-480.webp 480w, ../_pictures/a-1000.webp 1000w\" \
                 sizes=\"(min-width: 48rem) 44rem, 100vw\"><img src=\"../x/a%20b.jpg\" alt=\"a > b, width=3\" width=\"1000\" height=\"500\"></picture>",
            ),
            (
                "<img src=\"../other.jpg\" alt=\"\"><img src=\"../c&amp;d.gif\" alt=\"\" />",
                "<img src=\"../other.jpg\" alt=\"\"><img src=\"../c&amp;d.gif\" alt=\"\" loading=\"lazy\" width=\"1000\" height=\"500\">",
            ),
            (
                "<img src=\"../c&amp;d.gif\" width=\"3\" srcset=\"y 2x\">",
                "<img src=\"../c&amp;d.gif\" width=\"3\" srcset=\"y 2x\">",
            ),
            ("<img src=\"../c&amp;d.gif", "<img src=\"../c&amp;d.gif"),
            (
                "<img src=\"../logo.jpg\"><main><img src=\"../c&amp;d.gif\">",
                "<img src=\"../logo.jpg\"><main><img src=\"../c&amp;d.gif\" width=\"1000\" height=\"500\">",
            ),
        ] {
            assert_eq!(mark(typed.to_owned(), "../", &pictures), expected);
        }
    }
}
