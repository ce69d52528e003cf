//! No configuration and no front matter makes the reader panic, and its faults lie in the text.
#![no_main]

use explainer::config::{Config, Front};
use explainer::diag::Fault;
use libfuzzer_sys::fuzz_target;

fn check(text: &str, faults: &[Fault]) {
    for place in faults.iter().filter_map(|fault| fault.place.as_ref()) {
        assert!(text.get(place.span.clone()).is_some(), "{:?}", place.span);
    }
}

fuzz_target!(|text: &str| {
    let (_, faults) = Config::read(&"explainer.toml".into(), text);
    check(text, &faults);
    for fence in ["+++", "---"] {
        let text = format!("{fence}\n{text}\n{fence}\nText.\n");
        let (_, body, faults) = Front::read(&"content/a.md".into(), &text);
        assert!(text.is_char_boundary(body));
        check(&text, &faults);
    }
});
