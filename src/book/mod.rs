//! Explainers as one file each, to take away: for e-readers, and for word processors.

mod docx;
mod epub;
mod images;
mod pack;

pub use docx::docx;
pub use epub::epub;

use crate::html::Node;
use crate::render::{Target, Whole};

/// What a file of an explainer is made of.
pub struct Input<'a> {
    /// The explainer.
    pub whole: &'a Whole,
    /// The words of the theme, by their names.
    pub word: &'a dyn Fn(&str) -> String,
    /// The site's full address, with a slash at its end, where it is known.
    pub base_url: Option<&'a str>,
    /// The bytes of a file, by its address from the site's root.
    pub file: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

impl Input<'_> {
    /// The full address of something of the site, where the site's own is known.
    fn full(&self, url: &str) -> Option<String> {
        self.base_url.map(|base| format!("{base}{url}"))
    }

    /// Where a link of a chapter leads, if it can be followed from outside the site.
    fn outside(&self, chapter: usize, href: &str) -> Option<String> {
        match self.whole.target(chapter, href) {
            Target::Site(url) => self.full(url),
            Target::Outside(url) => is_safe(url).then(|| url.to_owned()),
            Target::Chapter(..) | Target::Bibliography(_) => None,
        }
    }
}

/// Whether an address is one that readers may be led to.
fn is_safe(url: &str) -> bool {
    let schemes = ["https://", "http://", "mailto:", "tel:"];
    let url = url.trim().to_ascii_lowercase();
    schemes.iter().any(|scheme| url.starts_with(scheme))
}

/// Whether a piece of a page is nothing but space.
fn is_blank(nodes: &[Node]) -> bool {
    nodes
        .iter()
        .all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_addresses_that_lead_readers_somewhere_are_links() {
        for url in ["https://example.org/", "HTTP://example.org", "mailto:a@b.c"] {
            assert!(super::is_safe(url), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc",
            "x.html",
            "",
        ] {
            assert!(!super::is_safe(url), "{url}");
        }
    }
}
