//! Reports as pages of their own: one file each, without scripts, for a browser or a printer.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Cited, Citing, Figures, Input, Ledger, Part, Report, excerpts};
use crate::sources::Source;
use crate::text::{encode_path, escape};

const STYLE: &str = include_str!("page.css");

/// The figures of a site as a page.
///
/// In: the site and its figures. Out: a whole HTML document.
pub fn figures_page(input: &Input<'_>, report: &Report) -> String {
    let title = format!("Report: {}", input.config.title);
    let mut out = head(&title);
    out.push_str("<p>What each figure means is said in the manual, on the page “Proofreading and reports”.</p>\n");
    for (number, part) in report.parts.iter().enumerate() {
        table(&mut out, number + 1, part);
    }
    if report.parts.len() > 1 {
        let _ = writeln!(out, "<h2 id=\"whole\">The whole site</h2>");
        open_table(&mut out, "whole");
        line(&mut out, "All", &report.total);
        out.push_str("</tbody></table></div>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn head(title: &str) -> String {
    let title = escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    )
}

/// A column: what readers of the page see above it, and how its figure is written.
type Column = (&'static str, fn(&Figures) -> String);

const COLUMNS: &[Column] = &[
    ("Words", |f| f.words.to_string()),
    ("Notes", |f| f.notes.to_string()),
    ("checked", |f| f.states.checked.to_string()),
    ("unchecked", |f| f.states.unchecked.to_string()),
    ("disputed", |f| f.states.disputed.to_string()),
    ("corrected", |f| f.states.corrected.to_string()),
    ("no state", |f| f.states.none.to_string()),
    ("Citations", |f| f.citations.to_string()),
    ("Sources", |f| f.sources.to_string()),
    ("Primary", share),
    ("Not known", |f| f.unknown.to_string()),
    ("Paragraphs", |f| f.paragraphs.to_string()),
    ("Uncited", |f| f.uncited.to_string()),
    ("Unreviewed since", |f| dash(&f.unreviewed_since)),
    ("Oldest check", |f| dash(&f.oldest_check)),
];

fn share(figures: &Figures) -> String {
    match figures.primary_share {
        Some(share) => format!("{share} %"),
        None => "–".to_owned(),
    }
}

fn dash(date: &Option<String>) -> String {
    date.clone().unwrap_or("–".to_owned())
}

fn open_table(out: &mut String, heading: &str) {
    let _ = write!(
        out,
        "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{heading}\"><table>\n\
         <thead><tr><th scope=\"col\">Section</th>"
    );
    for (name, _) in COLUMNS {
        let _ = write!(out, "<th scope=\"col\">{name}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
}

fn line(out: &mut String, title: &str, figures: &Figures) {
    let _ = write!(out, "<tr><th scope=\"row\">{}</th>", escape(title));
    for (_, value) in COLUMNS {
        let _ = write!(out, "<td>{}</td>", escape(&value(figures)));
    }
    out.push_str("</tr>\n");
}

fn table(out: &mut String, number: usize, part: &Part) {
    let id = format!("part-{number}");
    let title = match part.title.as_str() {
        "" => "Pages outside explainers",
        title => title,
    };
    let _ = writeln!(out, "<h2 id=\"{id}\">{}</h2>", escape(title));
    open_table(out, &id);
    for row in &part.rows {
        let title = match row.title.as_str() {
            "" => &row.file,
            title => title,
        };
        line(out, title, &row.figures);
    }
    out.push_str("</tbody>\n<tfoot>\n");
    line(out, "All", &part.total);
    out.push_str("</tfoot></table></div>\n");
}

/// The citations of a site as a page to work through.
///
/// In: the site, its citations, the ledger; a function that gives the line of a citation in its
/// file. Out: a whole HTML document.
pub fn proof_page(
    input: &Input<'_>,
    citings: &[Citing],
    ledger: &Ledger,
    line: &dyn Fn(&Citing) -> usize,
) -> String {
    let title = format!("Citations to compare: {}", input.config.title);
    let mut out = head(&title);
    let ticked = citings.iter().filter(|c| ledger.ticks.contains_key(&c.id));
    let _ = writeln!(
        out,
        "<p><strong>{} of {} ticked.</strong> A citation is ticked in the terminal, by its id: \
         <code>explainer proof tick ID --by NAME</code></p>",
        ticked.count(),
        super::counted(citings.len(), "citation", "citations")
    );
    let mut files: BTreeMap<usize, usize> = BTreeMap::new();
    for citing in citings {
        *files.entry(citing.file).or_default() += 1;
    }
    let mut open = None;
    for citing in citings {
        if open != Some(citing.file) {
            open = Some(citing.file);
            let parsed = &input.files[citing.file];
            let title = match parsed.outline.title.as_str() {
                "" => &*parsed.file,
                title => title,
            };
            let count = files.get(&citing.file).copied().unwrap_or_default();
            let _ = writeln!(
                out,
                "<h2>{}</h2>\n<p>{}, <code>{}</code></p>",
                escape(title),
                super::counted(count, "citation", "citations"),
                escape(&parsed.file)
            );
        }
        entry(&mut out, citing, input, ledger, line(citing));
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn entry(out: &mut String, citing: &Citing, input: &Input<'_>, ledger: &Ledger, line: usize) {
    let language = escape(&input.config.language);
    let tick = ledger.ticks.get(&citing.id);
    let class = if tick.is_some() { "ticked" } else { "open" };
    let _ = writeln!(
        out,
        "<article class=\"{class}\" id=\"{id}\">\n<h3><code>{id}</code></h3>\n\
         <blockquote lang=\"{language}\"><p>{}</p></blockquote>",
        escape(&citing.sentence),
        id = citing.id
    );
    out.push_str("<dl>\n");
    let mut pair = |name: &str, value: &str| {
        let _ = writeln!(out, "<dt>{name}</dt><dd>{value}</dd>");
    };
    let quoted = |text: &str| format!("<span lang=\"{language}\">{}</span>", escape(text));
    if !citing.note.is_empty() {
        pair("Note", &quoted(&citing.note));
    }
    pair("Citation", &quoted(&citing.printed));
    let (mut sources, mut copied) = (Vec::new(), Vec::new());
    for cite in &citing.cites {
        let found = cite.sources.iter();
        for source in found.filter_map(|s| input.library.sources().get(*s)) {
            sources.push(source_line(source, cite));
            for excerpt in excerpts(source, cite.locator.as_ref(), &input.config.language) {
                let at = excerpt.locator.as_deref().unwrap_or("no locator");
                copied.push(format!(
                    "<q>{}</q> ({}, {})",
                    escape(&excerpt.text),
                    escape(&source.item.key),
                    escape(at)
                ));
            }
        }
    }
    if copied.is_empty() {
        copied.push("none recorded".to_owned());
    }
    pair("Source", &sources.join("</dd><dd>"));
    pair("Excerpt", &copied.join("</dd><dd>"));
    let place = format!("{}:{line}", citing.place.file);
    let place = match &input.config.base_url {
        Some(base) => format!(
            "<a href=\"{}{}#{}\">{}</a>",
            escape(base),
            encode_path(&input.resolved.structure.urls[citing.file]),
            escape(&citing.mark),
            escape(&place)
        ),
        None => escape(&place),
    };
    pair("Place", &format!("{place}, note {}", escape(&citing.label)));
    let state = match tick {
        Some(tick) => format!("ticked by {} on {}", escape(&tick.by), escape(&tick.on)),
        None => "<strong>open</strong>".to_owned(),
    };
    pair("State", &state);
    out.push_str("</dl>\n</article>\n");
}

/// A source in a line: its key, its locator, how far it was looked into.
fn source_line(source: &Source, cite: &Cited) -> String {
    let mut line = format!("<code>{}</code>", escape(&source.item.key));
    if let Some((kind, locator)) = &cite.locator {
        let kind = if kind == "custom" { "" } else { kind };
        let _ = write!(line, ", {}", escape(format!("{kind} {locator}").trim()));
    }
    if let Some(checked) = &source.checked {
        let _ = write!(line, "; {}", checked.state.name());
        if let Some(on) = &checked.on {
            let _ = write!(line, ", {}", escape(on));
        }
        if let Some(by) = &checked.by {
            let _ = write!(line, ", {}", escape(by));
        }
    }
    if let Some(url) = source.item.text.get("URL") {
        let _ = write!(line, "; {}", escape(url));
    }
    line
}
