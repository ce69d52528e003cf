//! No text makes the parser panic, and what it reports lies in the text.
#![no_main]

use std::collections::BTreeSet;

use explainer::parse::{Rules, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for language in ["en", "de", "fr"] {
        let rules = Rules {
            series: BTreeSet::from(["main".to_owned(), "ed".to_owned()]),
            language: language.to_owned(),
        };
        let parsed = parse(&"content/a.md".into(), text, &rules, &explainer::parse::NoTexts);
        let places = &parsed.places;
        let keys = places.citations.iter().flatten();
        let faults = parsed.faults.iter().filter_map(|fault| fault.place.as_ref());
        let spans = keys
            .chain(&places.flow)
            .chain(&places.notes)
            .chain(&places.links)
            .chain(&places.files)
            .chain(faults.map(|place| &place.span));
        for span in spans {
            assert!(text.get(span.clone()).is_some(), "{span:?}");
        }
        for sentence in &parsed.sentences {
            assert!(sentence.len() <= text.len() * 4);
        }
    }
});
