//! What the checks need to know of CSL's types (CSL 1.0.2, appendix III).

use crate::csl::Item;

/// Whether a source is a part of something that has pages of its own: a chapter, an article.
pub fn is_part(item: &Item) -> bool {
    matches!(
        item.kind.as_str(),
        "article-journal"
            | "article-magazine"
            | "article-newspaper"
            | "chapter"
            | "entry"
            | "entry-dictionary"
            | "entry-encyclopedia"
            | "paper-conference"
            | "review"
            | "review-book"
    )
}

/// Whether a source is a page or site on the web.
pub fn is_web(item: &Item) -> bool {
    matches!(item.kind.as_str(), "webpage" | "post" | "post-weblog")
}

/// Whether a source is of a kind that isn't published by itself, so that readers must be told where
/// it is kept.
pub fn is_unpublished(item: &Item) -> bool {
    matches!(
        item.kind.as_str(),
        "personal_communication" | "manuscript" | "graphic"
    )
}
