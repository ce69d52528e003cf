//! `sources.toml`: what source files don't say of a source.

use super::{Checked, CheckedState, Excerpt, Library, Source};
use crate::config::{Fields, syntax_faults, value};
use crate::diag::{Code, Fault, FilePath, Place};

/// Reads the file over the library.
pub fn read(file: &FilePath, text: &str, library: &mut Library, faults: &mut Vec<Fault>) {
    let (tables, syntax) = value::toml(text, 0);
    faults.extend(syntax_faults(file, "valid TOML", syntax));
    for field in &tables.0 {
        let key = &field.name;
        let place = Place::new(file, field.span.clone());
        let value::Data::Table(table) = &field.value.data else {
            faults.push(
                Fault::new(
                    Code::WrongType,
                    format!("`{key}` must be a table, not {}", field.value.data.kind()),
                    Place::new(file, field.value.span.clone()),
                )
                .help(format!("give the source a table of its own: [{key}]")),
            );
            continue;
        };
        if !library.keys.contains_key(key) {
            let fault = Fault::new(
                Code::OverlayKey,
                format!("no source file has a source `{key}`"),
                place,
            );
            faults.push(match library.nearest(key) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help("correct the key, or delete the table"),
            });
            continue;
        }
        let mut found = Vec::new();
        let mut f = Fields::new(file, table, format!("`[{key}]`"), &mut found);
        let group = f.text("group").map(|group| group.value);
        let state = f.one_of(
            "checked",
            &[
                ("read", CheckedState::Read),
                ("excerpt", CheckedState::Excerpt),
                ("catalogue", CheckedState::Catalogue),
                ("named", CheckedState::Named),
            ],
        );
        let on = f.date("on");
        let by = f.text("by");
        let said = table.0.iter().any(|field| field.name == "checked");
        if let Some(stray) = on
            .as_ref()
            .map(|on| &on.place)
            .or(by.as_ref().map(|by| &by.place))
            && !said
        {
            f.fault(
                Fault::new(
                    Code::MissingField,
                    format!("`[{key}]` doesn't say how far the source was checked"),
                    stray.clone(),
                )
                .help("add: checked = \"read\", \"excerpt\", \"catalogue\" or \"named\""),
            );
        }
        let annotation = f.text("annotation").map(|text| text.value);
        let short = f.text("shorttitle").map(|text| text.value);
        let primary = f.truth("primary");
        let archived = f.text("archived").map(|text| text.value);
        let excerpts = f.tables("excerpts", "an excerpt", |f| {
            let text = f.text("text");
            let locator = f.text("locator");
            let blank = text
                .as_ref()
                .is_none_or(|text| text.value.trim().is_empty());
            if blank && !(f.has("text") && text.is_none()) {
                let at = text.as_ref().or(locator.as_ref()).map(|field| &field.place);
                f.fault(
                    Fault::new(
                        Code::MissingField,
                        format!("an excerpt of `{key}` has no text"),
                        at.cloned().unwrap_or(place.clone()),
                    )
                    .help("add the words that you copied: text = \"…\""),
                );
            }
            let at = locator.as_ref().or(text.as_ref()).map(|field| &field.place);
            Excerpt {
                place: at.cloned().unwrap_or(place.clone()),
                text: text.map_or_else(String::new, |text| text.value),
                locator: locator.map(|text| text.value),
            }
        });
        let mut allow = Vec::new();
        for check in f.checks("allow") {
            if Source::CHECKS.contains(&check.value) {
                allow.push(check.value);
                continue;
            }
            let names: Vec<&str> = Source::CHECKS.iter().map(|code| code.name()).collect();
            f.fault(
                Fault::new(
                    Code::WrongValue,
                    format!("`{}` isn't a check of a source", check.value.name()),
                    check.place,
                )
                .help(format!("these are: {}", names.join(", "))),
            );
        }
        f.finish();
        faults.append(&mut found);
        // A table for a source that nobody asked for is checked all the same.
        let number = match library.numbers(key) {
            [number] => *number,
            _ => continue,
        };
        if let Some(source) = library.sources.get_mut(number) {
            source.group = group;
            source.checked = state.map(|state| Checked {
                state,
                on: on.map(|on| on.value),
                by: by.map(|by| by.value),
            });
            source.annotation = annotation;
            source.primary = primary.or(source.primary);
            source.archived = archived.or(source.archived.take());
            source.excerpts = excerpts;
            source.allow = allow;
            if let Some(short) = short {
                source.item.text.insert("title-short".to_owned(), short);
            }
        }
    }
}
