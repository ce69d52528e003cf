//! The sentence that a mark stands in.

use unicode_segmentation::UnicodeSegmentation;

/// The sentence of `text` that ends at or goes over byte `at`, after Unicode Standard Annex 29;
/// a mark behind a full stop belongs to the sentence before it.
pub fn around(text: &str, at: usize) -> &str {
    let mut last = "";
    for (start, sentence) in text.split_sentence_bound_indices() {
        if start >= at && !last.is_empty() {
            break;
        }
        if !sentence.trim().is_empty() {
            last = sentence;
        }
    }
    last.trim()
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn a_mark_behind_the_stop_belongs_to_the_sentence_before() {
        let text = "One fell. Two rose. Three stayed.";
        assert_eq!(around(text, 9), "One fell.");
        assert_eq!(around(text, 13), "Two rose.");
        assert_eq!(around(text, text.len()), "Three stayed.");
        assert_eq!(around("", 0), "");
    }
}
