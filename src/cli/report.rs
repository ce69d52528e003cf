//! `explainer report`: the figures of a site, or its citations to work through.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::lines::{ForceOption, FormatOption, line_of, print, print_json, wrapped, write_files};
use super::sources::checked;
use super::{SiteArg, count};
use crate::build::{Survey, Wanted, survey};
use crate::report::{self, Citing, Figures, Part, excerpts};

#[derive(Args)]
pub struct ReportCommand {
    #[command(flatten)]
    site: SiteArg,
    /// List every citation with its sentence, its source, and who ticked it
    #[arg(long)]
    proof: bool,
    /// Write the report into this file, as a page for a browser or a printer
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the citations into this file, as a table for a spreadsheet
    #[arg(long, value_name = "FILE", requires = "proof")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    force: ForceOption,
    #[command(flatten)]
    format: FormatOption,
}

pub fn report(args: &ReportCommand) -> ExitCode {
    let root = match args.site.root() {
        Ok(root) => root,
        Err(code) => return code,
    };
    let survey = survey(&root, Wanted::Cited);
    warn_of_errors(&survey);
    let done = match args.proof {
        true => proof(args, &survey),
        false => figures(args, &survey),
    };
    done.map_or_else(|code| code, |()| ExitCode::SUCCESS)
}

/// Says that a report of a faulty site may leave things out.
pub fn warn_of_errors(survey: &Survey) {
    let errors = survey.config.levels.count(&survey.faults).errors;
    if errors > 0 {
        eprintln!(
            "The site has {}, so something may be missing here; `explainer check` says what.",
            count(errors, "error", "errors")
        );
    }
}

fn figures(args: &ReportCommand, survey: &Survey) -> Result<(), ExitCode> {
    let input = survey.input();
    let report = report::figures(&input);
    let page = || report::figures_page(&input, &report);
    if write_files(&[(&args.html, &page)], args.force.force)? {
        return Ok(());
    }
    if args.format.json() {
        print_json(&report);
        return Ok(());
    }
    let mut out = String::new();
    for part in &report.parts {
        part_lines(&mut out, part);
    }
    if report.parts.len() > 1 {
        out.push_str("The whole site\n");
        figure_lines(&mut out, &report.total);
    }
    if report.parts.is_empty() {
        out.push_str("The site has no text yet.\n");
    }
    print(&format!("{}\n", out.trim_end()));
    Ok(())
}

fn part_lines(out: &mut String, part: &Part) {
    let title = match part.title.as_str() {
        "" => "Pages outside explainers",
        title => title,
    };
    let _ = writeln!(out, "{title}\n{}\n", "=".repeat(title.chars().count()));
    for row in &part.rows {
        match row.title.as_str() {
            "" => _ = writeln!(out, "{}", row.file),
            title => _ = writeln!(out, "{title} ({})", row.file),
        }
        figure_lines(out, &row.figures);
        out.push('\n');
    }
    if part.rows.len() > 1 {
        out.push_str("All of it\n");
        figure_lines(out, &part.total);
        out.push('\n');
    }
}

/// The figures in words.
fn figure_lines(out: &mut String, figures: &Figures) {
    let uncited = match (figures.paragraphs, figures.uncited) {
        (0, _) => String::new(),
        (_, 0) => ", none without a citation".to_owned(),
        (_, uncited) => format!(", {uncited} without a citation"),
    };
    let _ = writeln!(
        out,
        "  {} in {}{uncited}",
        count(figures.words, "word", "words"),
        count(figures.paragraphs, "paragraph", "paragraphs"),
    );
    let states = &figures.states;
    let named = [
        (states.checked, "checked"),
        (states.unchecked, "unchecked"),
        (states.disputed, "disputed"),
        (states.corrected, "corrected"),
        (states.none, "without a state"),
    ];
    let named = named.iter().filter(|(number, _)| *number > 0);
    let mut notes: Vec<String> = named.map(|(n, name)| format!("{n} {name}")).collect();
    let written =
        states.checked + states.unchecked + states.disputed + states.corrected + states.none;
    if figures.notes > written {
        notes.push(format!("{} made of citations", figures.notes - written));
    }
    let mut line = count(figures.notes, "note", "notes");
    if !notes.is_empty() {
        let _ = write!(line, ": {}", notes.join(", "));
    }
    if let Some(since) = &figures.unreviewed_since {
        let _ = write!(line, "; unreviewed since {since}");
    }
    out.push_str(&wrapped(&line, 2));
    let mut line = format!(
        "{} of {}",
        count(figures.citations, "citation", "citations"),
        count(figures.sources, "source", "sources")
    );
    if figures.sources > 0 {
        let share = figures.primary_share.map(|share| {
            let known = figures.primary + figures.secondary;
            format!("{} of {known} primary ({share} %)", figures.primary)
        });
        let unknown = (figures.unknown > 0).then(|| {
            format!(
                "of {} it isn't known whether they are primary",
                figures.unknown
            )
        });
        let parts: Vec<String> = share.into_iter().chain(unknown).collect();
        let _ = write!(line, ": {}", parts.join(", "));
    }
    if let Some(oldest) = &figures.oldest_check {
        let _ = write!(line, "; oldest check {oldest}");
    }
    out.push_str(&wrapped(&line, 2));
}

fn proof(args: &ReportCommand, survey: &Survey) -> Result<(), ExitCode> {
    let input = survey.input();
    let ledger = &survey.ledger;
    let citings = report::citings(&input);
    let line = |citing: &Citing| line_of(survey, &citing.place);
    let page = || report::proof_page(&input, &citings, ledger, &line);
    let table = || report::proof_csv(&input, &citings, ledger, &line);
    let ticked = citings.iter().filter(|c| ledger.ticks.contains_key(&c.id));
    let ticked = ticked.count();
    let end = format!(
        "{ticked} of {} ticked.\n",
        count(citings.len(), "citation", "citations")
    );
    if write_files(
        &[(&args.html, &page), (&args.csv, &table)],
        args.force.force,
    )? {
        print(&end);
        return Ok(());
    }
    if args.format.json() {
        let list: Vec<_> = citings
            .iter()
            .map(|citing| citing_json(survey, citing))
            .collect();
        print_json(&json!({ "citations": list, "ticked": ticked, "of": citings.len() }));
        return Ok(());
    }
    let mut out = String::new();
    for citing in &citings {
        citing_lines(&mut out, survey, citing);
    }
    print(&(out + &end));
    Ok(())
}

fn citing_lines(out: &mut String, survey: &Survey, citing: &Citing) {
    let state = match survey.ledger.ticks.get(&citing.id) {
        Some(tick) => format!("ticked by {} on {}", tick.by, tick.on),
        None => "open".to_owned(),
    };
    let _ = writeln!(
        out,
        "{}  {state}  {}:{}",
        citing.id,
        citing.place.file,
        line_of(survey, &citing.place)
    );
    out.push_str(&wrapped(&citing.sentence, 2));
    let mut named = |name: &str, text: &str| out.push_str(&wrapped(&format!("{name}: {text}"), 4));
    if !citing.note.is_empty() {
        named("Note", &citing.note);
    }
    named("Citation", &citing.printed);
    for cite in &citing.cites {
        for source in cite
            .sources
            .iter()
            .filter_map(|s| survey.library.sources().get(*s))
        {
            let at = match &cite.locator {
                Some((kind, at)) if kind == "custom" => format!(", {at}"),
                Some((kind, at)) => format!(", {kind} {at}"),
                None => String::new(),
            };
            named(
                "Source",
                &format!("{}{at}; checked: {}", source.item.key, checked(source)),
            );
            for excerpt in excerpts(source, cite.locator.as_ref(), &survey.config.language) {
                let at = excerpt.locator.as_ref();
                let at = at.map_or(String::new(), |at| format!(", {at}"));
                named(
                    "Excerpt",
                    &format!("“{}” ({}{at})", excerpt.text, source.item.key),
                );
            }
        }
    }
    out.push('\n');
}

/// A citation for other programs.
pub fn citing_json(survey: &Survey, citing: &Citing) -> serde_json::Value {
    let language = &survey.config.language;
    let cites = citing.cites.iter().map(|cite| {
        let sources = cite.sources.iter();
        let sources = sources.filter_map(|source| survey.library.sources().get(*source));
        let copied = sources.flat_map(|source| excerpts(source, cite.locator.as_ref(), language));
        json!({
            "key": cite.key,
            "locator": cite.locator.as_ref().map(|(kind, text)| json!({ "kind": kind, "text": text })),
            "excerpts": copied
                .map(|excerpt| json!({ "text": excerpt.text, "locator": excerpt.locator }))
                .collect::<Vec<_>>(),
        })
    });
    let tick = survey.ledger.ticks.get(&citing.id);
    json!({
        "id": citing.id,
        "file": &*citing.place.file,
        "line": line_of(survey, &citing.place),
        "series": citing.series,
        "label": citing.label,
        "sentence": citing.sentence,
        "note": citing.note,
        "citation": citing.printed,
        "cites": cites.collect::<Vec<_>>(),
        "ticked": tick.map(|tick| json!({ "by": tick.by, "on": tick.on })),
    })
}
