//! A house's rules: which sections break the limits that the configuration sets.

use super::{Input, counted, figures};
use crate::diag::{Code, Fault, Place};

/// How many paragraphs one report points to.
const SHOWN: usize = 3;

/// Finds what breaks the limits.
///
/// In: the site. Out: a fault for each section and limit, at the section's file; for annotations one
/// for each source, where its key stands. Pages outside the reading order may be as they like.
pub fn faults(input: &Input<'_>) -> Vec<Fault> {
    let limits = &input.config.limits;
    let mut faults = Vec::new();
    if limits.is_empty() {
        return faults;
    }
    let report = figures(input);
    for row in report.parts.iter().flat_map(|part| &part.rows) {
        if !row.section {
            continue;
        }
        let parsed = &input.files[row.number];
        let mut find = |code: Code, message: String, help: &str, others: Vec<Place>| {
            if parsed.outline.front.allow.contains(&code) {
                return;
            }
            let mut fault = Fault::new(code, message, Place::new(&parsed.file, 0..0)).help(help);
            for place in others {
                fault = fault.and(place, "no citation");
            }
            faults.push(fault);
        };
        let figures = &row.figures;
        let words = figures.words;
        if let Some(least) = limits.words_min.filter(|least| words < *least) {
            let message = format!(
                "this section has {}, fewer than {least}",
                counted(words, "word", "words")
            );
            find(
                Code::LimitWords,
                message,
                "`words_min` under [limits] asks for more",
                vec![],
            );
        }
        if let Some(most) = limits.words_max.filter(|most| words > *most) {
            let message = format!(
                "this section has {}, more than {most}",
                counted(words, "word", "words")
            );
            find(
                Code::LimitWords,
                message,
                "shorten it, or make two of it",
                vec![],
            );
        }
        if let Some(least) = limits.sources_min.filter(|least| figures.sources < *least) {
            let message = format!(
                "this section cites {}, fewer than {least}",
                counted(figures.sources, "source", "sources")
            );
            find(
                Code::LimitSources,
                message,
                "`sources_min` under [limits] asks for more",
                vec![],
            );
        }
        let share = figures.primary_share;
        let below = |least: &usize| {
            let known = figures.primary + figures.secondary;
            figures.primary * 100 < known * least
        };
        if let (Some(share), Some(least)) = (share, limits.primary_min.filter(below)) {
            let message = format!(
                "{share} % of this section's sources are primary, less than {least} % ({} of {})",
                figures.primary,
                figures.primary + figures.secondary
            );
            let help =
                "`primary_min` under [limits] asks for more; is `primary` set where it should be?";
            find(Code::LimitPrimary, message, help, vec![]);
        }
        if let Some(most) = limits.uncited_max.filter(|most| figures.uncited > *most) {
            let message = format!(
                "this section has {} without a citation, more than {most}",
                counted(figures.uncited, "paragraph", "paragraphs")
            );
            let places = row.uncited.iter().take(SHOWN).map(|number| {
                let place = &parsed.prose.paragraphs[*number].place;
                Place::new(&place.file, place.span.start..place.span.start)
            });
            find(
                Code::LimitUncited,
                message,
                "cite what it rests on",
                places.collect(),
            );
        }
    }
    if limits.annotations {
        let cited = report.total.cited().iter();
        let sources = cited.filter_map(|source| input.library.sources().get(*source));
        for source in sources {
            let blank = |text: &String| text.trim().is_empty();
            if source.annotation.as_ref().is_none_or(blank) {
                faults.push(
                    Fault::new(
                        Code::LimitAnnotation,
                        format!("the source `{}` has no annotation", source.item.key),
                        source.place.clone(),
                    )
                    .help(format!(
                        "write one in {}, under [{}]: annotation = \"…\"",
                        input.config.sources.overlay, source.item.key
                    )),
                );
            }
        }
    }
    faults
}
