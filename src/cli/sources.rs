//! `explainer sources`: lists, shows and checks the sources of a site, and the styles they can be
//! formatted in.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::lines::{
    Column, ForceOption, FormatOption, line_of, print, print_json, print_list, wrapped, write_file,
};
use super::proof::no_source;
use super::report::warn_of_errors;
use super::{ReportArgs, SiteOption, complain, count, faults_in_words};
use crate::build::{Survey, Wanted, check_sources, survey};
use crate::config::Config;
use crate::csl::{self, Item, Style};
use crate::diag::{self, Format, Levels, nearest};
use crate::read;
use crate::report::{Citing, citings};
use crate::sources::{CheckedState, Source, export};
use crate::text;

#[derive(Subcommand)]
pub enum SourcesCommand {
    /// List the sources: what they are, how often they are cited, how far they were looked into
    List(ListArgs),
    /// Show all that is known of a source, and every sentence that cites it
    Show(ShowArgs),
    /// List the names of styles that citations can be formatted in
    Styles(StylesArgs),
    /// Write the sources for other programs: as BibLaTeX, RIS or CSL-JSON
    Export(ExportArgs),
    /// Check the source files and sources.toml, without the text that cites them
    Check(CheckArgs),
}

#[derive(Args)]
pub struct ListArgs {
    /// Only those that nothing cites
    #[arg(long)]
    uncited: bool,
    /// Only those of this kind, such as book or letter
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Only those that were looked into so far: read, excerpt, catalogue, named, or none
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    #[command(flatten)]
    site: SiteOption,
    #[command(flatten)]
    format: FormatOption,
}

#[derive(Args)]
pub struct ShowArgs {
    /// The source's key
    #[arg(value_name = "KEY")]
    key: String,
    #[command(flatten)]
    site: SiteOption,
    #[command(flatten)]
    format: FormatOption,
}

#[derive(Args)]
pub struct StylesArgs {
    /// Only names that have this in them
    #[arg(value_name = "WORD")]
    word: Option<String>,
    #[command(flatten)]
    site: SiteOption,
    #[command(flatten)]
    format: FormatOption,
}

#[derive(Args)]
pub struct ExportArgs {
    /// The format to write
    #[arg(long, value_name = "FORMAT")]
    format: ExportFormat,
    /// Only those that the site cites
    #[arg(long)]
    cited: bool,
    /// Write into this file instead of the terminal
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    force: ForceOption,
    #[command(flatten)]
    site: SiteOption,
}

#[derive(Clone, Copy, ValueEnum)]
enum ExportFormat {
    /// BibLaTeX
    Bib,
    /// RIS
    Ris,
    /// CSL-JSON
    Json,
}

#[derive(Args)]
pub struct CheckArgs {
    #[command(flatten)]
    site: SiteOption,
    #[command(flatten)]
    report: ReportArgs,
}

pub fn sources(command: &SourcesCommand) -> ExitCode {
    let done = match command {
        SourcesCommand::List(args) => list(args),
        SourcesCommand::Show(args) => show(args),
        SourcesCommand::Styles(args) => styles(args),
        SourcesCommand::Export(args) => write_out(args),
        SourcesCommand::Check(args) => check(args),
    };
    done.map_or_else(|code| code, |()| ExitCode::SUCCESS)
}

/// The word for a source that `sources.toml` says nothing of.
const NONE: &str = "none";

fn state(source: &Source) -> &'static str {
    let checked = source.checked.as_ref();
    checked.map_or(NONE, |checked| checked.state.name())
}

/// How often each source is cited: the sentences that a citation of it stands behind.
fn cited(survey: &Survey, citings: &[Citing]) -> Vec<usize> {
    let mut times = vec![0; survey.library.sources().len()];
    for citing in citings {
        for source in citing.cites.iter().flat_map(|cite| &cite.sources) {
            times[*source] += 1;
        }
    }
    times
}

fn list(args: &ListArgs) -> Result<(), ExitCode> {
    let survey = survey(&args.site.root()?, Wanted::All);
    let all = survey.library.sources();
    let mut kinds: Vec<&str> = all.iter().map(|source| source.kind.name()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let states = [
        CheckedState::Read,
        CheckedState::Excerpt,
        CheckedState::Catalogue,
        CheckedState::Named,
    ];
    let states: Vec<&str> = states.iter().map(|s| s.name()).chain([NONE]).collect();
    one_of(args.kind.as_deref(), &kinds, "no source is of the kind")?;
    one_of(args.state.as_deref(), &states, "there is no state")?;
    let times = cited(&survey, &citings(&survey.input()));
    let wanted = |(source, times): &(&Source, &usize)| {
        (!args.uncited || **times == 0)
            && args
                .kind
                .as_ref()
                .is_none_or(|kind| kind == source.kind.name())
            && args
                .state
                .as_ref()
                .is_none_or(|wanted| wanted == state(source))
    };
    let found: Vec<(&Source, &usize)> = all.iter().zip(&times).filter(wanted).collect();
    if args.format.json() {
        let list = found.iter().map(|(source, times)| {
            json!({
                "key": source.item.key,
                "text": short(&source.item),
                "kind": source.kind.name(),
                "group": source.group,
                "cited": times,
                "state": state(source),
                "primary": source.primary,
            })
        });
        print_json(&list.collect::<Vec<_>>());
        return Ok(());
    }
    let columns = [
        Column::new("Key", 20),
        Column::new("Kind", 9),
        Column::new("Group", 9),
        Column {
            number: true,
            ..Column::new("Cited", 5)
        },
        Column::new("State", 9),
        Column::new("Source", 80),
    ];
    let rows: Vec<[String; 6]> = found
        .iter()
        .map(|(source, times)| {
            [
                source.item.key.clone(),
                source.kind.name().to_owned(),
                source.group.clone().unwrap_or_default(),
                times.to_string(),
                state(source).to_owned(),
                short(&source.item),
            ]
        })
        .collect();
    if !rows.is_empty() {
        print_list(&columns, &rows);
    }
    // Beside the list, not in it.
    eprintln!("{}", count(found.len(), "source", "sources"));
    Ok(())
}

/// Complains of a word that is none of those known.
fn one_of(typed: Option<&str>, known: &[&str], none: &str) -> Result<(), ExitCode> {
    let Some(typed) = typed.filter(|typed| !known.contains(typed)) else {
        return Ok(());
    };
    let help = match nearest(typed, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", known.join(", ")),
    };
    complain(&format!("{none} `{typed}`"), &help);
    Err(ExitCode::from(2))
}

/// A source in a few words: who, what, when.
fn short(item: &Item) -> String {
    let names = ["author", "editor", "director", "interviewer"];
    let names = names.iter().find_map(|role| item.names.get(*role));
    let families: Vec<&str> = names
        .into_iter()
        .flatten()
        .map(|name| name.family.as_str())
        .collect();
    let who = match families[..] {
        [] => String::new(),
        [one] => one.to_owned(),
        [one, other] => format!("{one} and {other}"),
        [first, ..] => format!("{first} et al."),
    };
    let title = item.text.get("title-short").or(item.text.get("title"));
    let title = title
        .or(item.text.get("genre"))
        .map(|title| text::plain(title));
    let year = item.dates.get("issued").map(date);
    let year = year.and_then(|date| date.split(['-', '/']).next().map(str::to_owned));
    let parts = [Some(who), title, year].into_iter().flatten();
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// A date as it is written in source files: `1932-05-03/1932-06`.
fn date(date: &csl::Date) -> String {
    if let Some(words) = &date.literal {
        return words.clone();
    }
    let day = |parts: &csl::DateParts| {
        let mut text = format!("{:04}", parts.year);
        for part in parts.month.iter().chain(&parts.day) {
            let _ = write!(text, "-{part:02}");
        }
        text
    };
    let mut text = day(&date.start);
    if let Some(end) = &date.end {
        let _ = write!(text, "/{}", day(end));
    }
    match date.circa {
        true => text + "~",
        false => text,
    }
}

fn name(name: &csl::Name) -> String {
    let particles = [&name.dropping_particle, &name.particle];
    let mut text = String::new();
    for particle in particles.into_iter().flatten() {
        let _ = write!(text, "{particle} ");
    }
    text.push_str(&name.family);
    for more in name.suffix.iter().chain(&name.given) {
        let _ = write!(text, ", {more}");
    }
    text
}

/// The variables of a source, as CSL names them, each as one line.
fn fields(item: &Item) -> Vec<(&str, String)> {
    let names = item.names.iter().map(|(role, names)| {
        let names: Vec<String> = names.iter().map(name).collect();
        (role.as_str(), names.join("; "))
    });
    let dates = item
        .dates
        .iter()
        .map(|(name, value)| (name.as_str(), date(value)));
    let texts = item.text.iter();
    let texts = texts.map(|(name, value)| (name.as_str(), text::plain(value)));
    let mut fields: Vec<(&str, String)> = names.chain(dates).chain(texts).collect();
    fields.sort();
    fields
}

/// The source as the style prints it in the bibliography, as plain text.
fn formatted(survey: &Survey, item: &Item) -> Option<String> {
    let style = survey.style.as_ref()?;
    let cluster = csl::Cluster {
        note: 1,
        cites: vec![csl::Cite::default()],
    };
    let locale = survey.config.citation_locale();
    let formatted = csl::format(style, locale, std::slice::from_ref(item), &[cluster]);
    let entry = formatted.bibliography.first().map(|(_, html)| html);
    let entry = entry.or(formatted.clusters.first())?;
    Some(text::plain(entry))
}

fn show(args: &ShowArgs) -> Result<(), ExitCode> {
    let survey = survey(&args.site.root()?, Wanted::All);
    let numbers = survey.library.numbers(&args.key);
    if numbers.is_empty() {
        no_source(&survey, &args.key);
        return Err(ExitCode::from(2));
    }
    let citings = citings(&survey.input());
    let cites = |citing: &&Citing, number| {
        let mut cited = citing.cites.iter().flat_map(|cite| &cite.sources);
        cited.any(|source| *source == number)
    };
    let found: Vec<(&Source, Vec<&Citing>)> = numbers
        .iter()
        .filter_map(|number| {
            let source = survey.library.sources().get(*number)?;
            Some((
                source,
                citings.iter().filter(|c| cites(c, *number)).collect(),
            ))
        })
        .collect();
    if args.format.json() {
        let all = found
            .iter()
            .map(|(source, citing)| source_json(&survey, source, citing));
        print_json(&all.collect::<Vec<_>>());
        return Ok(());
    }
    if numbers.len() > 1 {
        print(&format!(
            "`{}` is a set of {} sources.\n\n",
            args.key,
            numbers.len()
        ));
    }
    let all: Vec<String> = found
        .iter()
        .map(|(source, citing)| readable(&survey, source, citing))
        .collect();
    print(&all.join("\n"));
    Ok(())
}

fn readable(survey: &Survey, source: &Source, citing: &[&Citing]) -> String {
    let mut out = format!("{}\n", source.item.key);
    if let Some(text) = formatted(survey, &source.item) {
        out.push_str(&wrapped(&text, 2));
    }
    out.push('\n');
    let mut about = vec![
        (
            "Kind",
            format!("{} ({})", source.kind.name(), source.entry_kind),
        ),
        (
            "Defined",
            format!("{}:{}", source.place.file, line_of(survey, &source.place)),
        ),
    ];
    about.extend(source.group.iter().map(|group| ("Group", group.clone())));
    about.push(("Checked", checked(source)));
    let primary = match source.primary {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not said",
    };
    about.push(("Primary", primary.to_owned()));
    about.extend(
        source
            .archived
            .iter()
            .map(|copy| ("Archived", copy.clone())),
    );
    about.extend(
        source
            .annotation
            .iter()
            .map(|text| ("Annotation", text.clone())),
    );
    pairs(&mut out, &about);
    out.push_str("\nFields\n");
    pairs(&mut out, &fields(&source.item));
    if !source.excerpts.is_empty() {
        out.push_str("\nExcerpts\n");
        for excerpt in &source.excerpts {
            let at = excerpt.locator.as_ref();
            let at = at.map_or(String::new(), |at| format!(" ({at})"));
            out.push_str(&wrapped(&format!("“{}”{at}", excerpt.text), 2));
        }
    }
    match citing.len() {
        0 => out.push_str("\nNothing cites it.\n"),
        times => _ = writeln!(out, "\nCited {}", count(times, "time", "times")),
    }
    for citing in citing {
        let line = line_of(survey, &citing.place);
        let _ = writeln!(out, "  {}:{line}, note {}", citing.place.file, citing.label);
        out.push_str(&wrapped(&citing.claim(), 4));
    }
    out
}

/// Names and values, the values below each other.
fn pairs(out: &mut String, pairs: &[(&str, String)]) {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in pairs {
        let lines = wrapped(value, width + 4);
        let first = lines.trim_start();
        let _ = write!(out, "  {name:width$}  {first}");
    }
}

/// How far a source was looked into, when and by whom.
pub fn checked(source: &Source) -> String {
    let Some(checked) = &source.checked else {
        return NONE.to_owned();
    };
    let mut text = checked.state.name().to_owned();
    if let Some(on) = &checked.on {
        let _ = write!(text, " on {on}");
    }
    if let Some(by) = &checked.by {
        let _ = write!(text, " by {by}");
    }
    text
}

fn source_json(survey: &Survey, source: &Source, citing: &[&Citing]) -> serde_json::Value {
    let excerpts = source.excerpts.iter();
    let excerpts = excerpts.map(|e| json!({ "text": e.text, "locator": e.locator }));
    let checked = source.checked.as_ref().map(
        |checked| json!({ "state": checked.state.name(), "on": checked.on, "by": checked.by }),
    );
    let places = citing.iter().map(|citing| {
        json!({
            "id": citing.id,
            "file": &*citing.place.file,
            "line": line_of(survey, &citing.place),
            "label": citing.label,
            "sentence": citing.sentence,
            "note": citing.note,
        })
    });
    let fields = fields(&source.item).into_iter();
    let fields = fields.map(|(name, value)| (name.to_owned(), value.into()));
    json!({
        "key": source.item.key,
        "formatted": formatted(survey, &source.item),
        "kind": source.kind.name(),
        "entry_kind": source.entry_kind,
        "file": &*source.place.file,
        "line": line_of(survey, &source.place),
        "group": source.group,
        "checked": checked,
        "primary": source.primary,
        "archived": source.archived,
        "annotation": source.annotation,
        "fields": fields.collect::<serde_json::Map<_, _>>(),
        "excerpts": excerpts.collect::<Vec<_>>(),
        "cited": places.collect::<Vec<_>>(),
    })
}

fn styles(args: &StylesArgs) -> Result<(), ExitCode> {
    let root = match &args.site.site {
        // Whoever has no site yet may want to know, too.
        None => read::root_of(Path::new(".")),
        Some(_) => Some(args.site.root()?),
    };
    let config = root.map(|root| read::read_sources(&root).1);
    let in_use = config
        .as_ref()
        .map(|config: &Config| config.citations.style.0.as_str());
    let word = args.word.as_deref().unwrap_or_default().to_lowercase();
    let names = Style::names().iter().copied();
    let found: Vec<&str> = names.filter(|name| name.contains(&word)).collect();
    if args.format.json() {
        let list = found
            .iter()
            .map(|name| json!({ "name": name, "in_use": Some(*name) == in_use }));
        print_json(&list.collect::<Vec<_>>());
        return Ok(());
    }
    for name in &found {
        let mark = if Some(*name) == in_use { '*' } else { ' ' };
        print(&format!("{mark} {name}\n"));
    }
    if found.is_empty() {
        complain(
            &format!("no bundled style has `{word}` in its name"),
            "`explainer sources styles` lists all; a style can also be a .csl file in the site",
        );
        return Err(ExitCode::from(2));
    }
    // Beside the list, not in it.
    let mut said = count(found.len(), "style", "styles");
    match in_use {
        Some(name) if found.contains(&name) => said.push_str("; * is in use"),
        Some(name) => _ = write!(said, "; in use is {name}"),
        None => {}
    }
    eprintln!("{said}. To use another: style = \"NAME\" under [citations] in explainer.toml");
    Ok(())
}

fn write_out(args: &ExportArgs) -> Result<(), ExitCode> {
    let survey = survey(&args.site.root()?, Wanted::All);
    let times = cited(&survey, &citings(&survey.input()));
    let all = survey.library.sources().iter().zip(&times);
    let wanted = all.filter(|(_, times)| !args.cited || **times > 0);
    let wanted: Vec<&Source> = wanted.map(|(source, _)| source).collect();
    let format = match args.format {
        ExportFormat::Bib => export::Format::Bib,
        ExportFormat::Ris => export::Format::Ris,
        ExportFormat::Json => export::Format::CslJson,
    };
    let text = export::export(wanted.iter().copied(), format);
    warn_of_errors(&survey);
    let Some(file) = &args.output else {
        print(&text);
        return Ok(());
    };
    write_file(file, &text, args.force.force)?;
    let sources = count(wanted.len(), "source", "sources");
    print(&format!("Wrote {sources} to {}.\n", file.display()));
    Ok(())
}

fn check(args: &CheckArgs) -> Result<(), ExitCode> {
    let (library, config, faults, texts) = check_sources(&args.site.root()?);
    let format = args.report.format();
    let levels = Levels {
        deny_warnings: args.report.deny_warnings(),
        ..config.levels
    };
    let report = diag::report(&faults, &levels, &texts, format);
    let counts = levels.count(&faults);
    let words = match faults_in_words(counts) {
        words if words.is_empty() => "nothing to complain of".to_owned(),
        words => words,
    };
    let sources = count(library.sources().len(), "source", "sources");
    let summary = format!("Checked {sources}: {words}.\n");
    if format == Format::Json {
        print(&report);
        eprint!("{summary}");
    } else {
        eprint!("{report}");
        print(&summary);
    }
    match counts.errors {
        0 => Ok(()),
        _ => Err(ExitCode::FAILURE),
    }
}
