//! The sentences that marks stand in.

use unicode_segmentation::UnicodeSegmentation;

/// For each of the given bytes of `text`, in rising order: the sentence that ends at it or goes
/// over it, after Unicode Standard Annex 29. A mark behind a full stop belongs to the sentence
/// before it.
pub fn around<'t>(text: &'t str, places: &[usize]) -> Vec<&'t str> {
    let mut found = Vec::with_capacity(places.len());
    if places.is_empty() {
        return found;
    }
    let mut last = "";
    for (start, sentence) in text.split_sentence_bound_indices() {
        while found.len() < places.len() && start >= places[found.len()] && !last.is_empty() {
            found.push(last);
        }
        if found.len() == places.len() {
            return found;
        }
        if !sentence.trim().is_empty() {
            last = sentence.trim();
        }
    }
    found.resize(places.len(), last);
    found
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn a_mark_behind_the_stop_belongs_to_the_sentence_before() {
        let text = "One fell. Two rose. Three stayed.";
        assert_eq!(
            around(text, &[9, 13, 19, text.len()]),
            ["One fell.", "Two rose.", "Two rose.", "Three stayed."]
        );
        assert_eq!(around("", &[0]), [""]);
    }
}
