//! The citations of a site as a table for spreadsheets.

use super::{Citing, Input, Ledger, excerpts};

/// The table of all citations to work through.
///
/// In: the site, its citations, the ledger; a function that gives the line of a citation in its
/// file. Out: comma-separated values after RFC 4180, lines ended by CR LF, the first naming the
/// columns. A value that a spreadsheet would take for a formula begins with an apostrophe.
pub fn proof_csv(
    input: &Input<'_>,
    citings: &[Citing],
    ledger: &Ledger,
    line: &dyn Fn(&Citing) -> usize,
) -> String {
    let mut out = String::new();
    row(
        &mut out,
        [
            "id",
            "file",
            "line",
            "note",
            "sentence",
            "note_sentence",
            "citation",
            "sources",
            "excerpts",
            "ticked_by",
            "ticked_on",
        ]
        .map(str::to_owned),
    );
    for citing in citings {
        let mut copied = Vec::new();
        for cite in &citing.cites {
            for source in cite
                .sources
                .iter()
                .filter_map(|s| input.library.sources().get(*s))
            {
                let found = excerpts(source, cite.locator.as_ref(), &input.config.language);
                copied.extend(found.iter().map(|excerpt| match &excerpt.locator {
                    Some(locator) => format!("{}, {locator}: {}", source.item.key, excerpt.text),
                    None => format!("{}: {}", source.item.key, excerpt.text),
                }));
            }
        }
        let tick = ledger.ticks.get(&citing.id);
        row(
            &mut out,
            [
                citing.id.clone(),
                citing.place.file.to_string(),
                line(citing).to_string(),
                citing.label.clone(),
                citing.sentence.clone(),
                citing.note.clone(),
                citing.printed.clone(),
                citing.keys(),
                copied.join("\n"),
                tick.map_or_else(String::new, |tick| tick.by.clone()),
                tick.map_or_else(String::new, |tick| tick.on.clone()),
            ],
        );
    }
    out
}

fn row<const N: usize>(out: &mut String, values: [String; N]) {
    let values: Vec<String> = values.iter().map(|value| field(value)).collect();
    out.push_str(&values.join(","));
    out.push_str("\r\n");
}

/// A value in quotation marks where it needs them (RFC 4180, section 2, rules 5 to 7). Spreadsheets
/// run what begins with one of some characters as a formula; an apostrophe before it keeps it text.
fn field(value: &str) -> String {
    let mut text = value.to_owned();
    let formula = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];
    if text.starts_with(formula) {
        text.insert(0, '\'');
    }
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn values_are_quoted_and_run_nothing() {
        assert_eq!(field("plain"), "plain");
        assert_eq!(field("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(field("two\nlines"), "\"two\nlines\"");
        assert_eq!(field("=1+2"), "'=1+2");
        assert_eq!(field("-@x, 3"), "\"'-@x, 3\"");
        assert_eq!(field("@SUM(A1)"), "'@SUM(A1)");
    }
}
