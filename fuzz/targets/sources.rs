//! No list of sources makes a reader panic, and their faults lie in the text.
#![no_main]

use explainer::sources;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // What stands behind a line of three dashes is the overlay.
    let (list, overlay) = text.split_once("\n---\n").unwrap_or((text, ""));
    for name in ["a.bib", "a.json", "a.yml", "a.ris"] {
        let files = [(name.into(), list)];
        let (library, faults) = sources::read(&files, Some(("sources.toml".into(), overlay)), None);
        for place in faults.iter().filter_map(|fault| fault.place.as_ref()) {
            let text = if &*place.file == name { list } else { overlay };
            assert!(text.get(place.span.clone()).is_some(), "{:?}", place.span);
        }
        for source in library.sources() {
            assert!(!library.numbers(&source.item.key).is_empty());
        }
    }
});
