//! Writes formatted text as plain text: nothing is marked, nothing escaped.

use super::html::{Run, runs};
use super::rich::{self, Event};

/// Writes formatted text without its formatting. Small capitals stay as they were typed; so do
/// raised letters, and raised figures and signs are those of Unicode, for "10²" is not "102".
/// Blocks are joined by a blank.
pub fn plain(events: &[Event]) -> String {
    let text = |run: Run<'_>| match run.is_raised() {
        true => rich::raised_figures(&run.text),
        false => run.text,
    };
    runs(events).into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::super::markup::parse;
    use super::plain;

    #[test]
    fn nothing_is_marked_or_escaped() {
        for (typed, expected) in [
            ("<i>War</i> & <b>Peace</b> <x>", "War & Peace <x>"),
            (
                "<sc>nato</sc> 1<sup>er</sup> H<sub>2</sub>O",
                "nato 1er H2O",
            ),
            ("10² and x⁻¹ and 3<sup>4</sup>", "10² and x⁻¹ and 3⁴"),
            ("<span class=\"nocase\">iPad</span>", "iPad"),
            ("", ""),
        ] {
            assert_eq!(plain(&parse(typed)), expected, "{typed}");
        }
    }
}
