//! The commands: what they take, what they say, and how they end.
//!
//! Exit codes: 0 for success, 1 for faults in the site, 2 for a wrong call. Reports of faults go to
//! standard error, or to standard output with `--format json`; the summary line goes to standard
//! output.

mod build;
mod explain;
mod init;
mod lines;
mod man;
mod mistyped;
mod proof;
mod report;
mod serve;
mod show;
mod sources;
mod theme;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config;
use crate::diag::{self, Format};
use crate::read;

/// Publish writing that shows its sources.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 90,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
The first steps:
  explainer init my-site           # makes a small site to begin with
  explainer serve my-site --watch  # shows it in your browser while you write"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a small site to begin with
    ///
    /// It has a section with a note and a citation, and the source that it cites. Nothing is ever
    /// overwritten: the folder must be empty or not there yet.
    Init(init::InitArgs),
    /// Make the site's pages and write them into its output folder
    ///
    /// Notes are numbered, citations formatted, the bibliography linked both ways, and everything
    /// is checked. If an error is found, nothing is written and the last good site stays.
    Build(build::BuildArgs),
    /// Check the site without writing anything
    Check(build::CheckArgs),
    /// Explain a fault by the name that stands in brackets behind `error` or `warning`
    Explain(explain::ExplainArgs),
    /// Show the site in your browser while you write it
    Serve(serve::ServeArgs),
    /// Print what lets your shell complete commands and their arguments
    Completions(man::CompletionsArgs),
    /// Print the manual page of `explainer`, or write those of all commands
    Man(man::ManArgs),
    /// Show what the template of a page gets
    ///
    /// Each line is a variable as a template names it, with its value on this page; `[]` stands for
    /// each entry of a list.
    Show(show::ShowArgs),
    /// List, show, check and export the sources
    #[command(subcommand)]
    Sources(sources::SourcesCommand),
    /// Count words, notes, citations and sources, or list all citations to be compared
    ///
    /// What each figure means is said in the manual, on the page "Proofreading and reports".
    Report(report::ReportCommand),
    /// Tick citations that you compared with their sources
    ///
    /// The ticks are kept in the file `proofs.toml` at the site's root. An edit of the sentence or of
    /// the citation takes a tick away; moving both elsewhere doesn't.
    #[command(subcommand)]
    Proof(proof::ProofCommand),
    /// List themes, change a file of one, or start your own
    #[command(subcommand)]
    Theme(theme::ThemeCommand),
}

/// Which site is meant.
#[derive(Args)]
struct SiteArg {
    /// The site's folder, or one inside it [default: the folder you are in]
    #[arg(value_name = "FOLDER")]
    site: Option<PathBuf>,
}

/// How faults are reported.
#[derive(Args)]
struct ReportArgs {
    /// How to print faults: for people, or as one JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: FormatArg,
    /// Treat warnings as errors
    #[arg(long, value_name = "WHAT")]
    deny: Option<Deny>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Human,
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Deny {
    Warnings,
}

impl ReportArgs {
    fn format(&self) -> Format {
        match self.format {
            FormatArg::Json => Format::Json,
            FormatArg::Human if io::stderr().is_terminal() => Format::Coloured,
            FormatArg::Human => Format::Human,
        }
    }

    fn deny_warnings(&self) -> bool {
        self.deny.is_some()
    }
}

/// Runs the command that the arguments ask for.
///
/// In: the arguments, the program's name first. Out: the exit code.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) if mistyped::command(&error) => return ExitCode::from(2),
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match cli.command {
        Command::Build(args) => build::build(&args),
        Command::Check(args) => build::check(&args),
        Command::Completions(args) => man::completions(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Init(args) => init::init(&args),
        Command::Man(args) => man::man(&args),
        Command::Proof(command) => proof::proof(&command),
        Command::Report(args) => report::report(&args),
        Command::Serve(args) => serve::serve(&args),
        Command::Show(args) => show::show(&args),
        Command::Sources(command) => sources::sources(&command),
        Command::Theme(command) => theme::theme(&command),
    }
}

/// Which site is meant, where the command's own argument is something else.
#[derive(Args)]
struct SiteOption {
    /// The site's folder, or one inside it [default: the folder you are in]
    #[arg(long, value_name = "FOLDER")]
    site: Option<PathBuf>,
}

impl SiteOption {
    /// As [`SiteArg::root`].
    fn root(&self) -> Result<PathBuf, ExitCode> {
        let site = self.site.clone();
        SiteArg { site }.root()
    }
}

impl SiteArg {
    /// The root of the site, or the exit code after a word on why there is none.
    fn root(&self) -> Result<PathBuf, ExitCode> {
        let folder = self.site.as_deref().unwrap_or(Path::new("."));
        let shown = folder.display();
        let root = read::root_of(folder);
        if let Some(root) = root.as_ref().filter(|_| folder.is_dir()) {
            return Ok(root.clone());
        }
        let (message, help) = match root {
            _ if !folder.exists() => (
                format!("there is no folder `{shown}`"),
                format!("`explainer init {shown}` would make a site there"),
            ),
            Some(root) => (
                format!("`{shown}` is a file, and only whole sites can be built"),
                format!("name the folder of its site: {}", root.display()),
            ),
            None if !folder.is_dir() => (
                format!("`{shown}` is a file, not the folder of a site"),
                format!("a site is a folder with a file `{}`", config::FILE),
            ),
            None => (
                match self.site {
                    Some(_) => format!("`{shown}` is not part of a site"),
                    None => "the folder you are in is not part of a site".to_owned(),
                },
                no_site_help(folder),
            ),
        };
        complain(&message, &help);
        Err(ExitCode::from(2))
    }
}

/// What to do where there is no site.
fn no_site_help(folder: &Path) -> String {
    if folder.join("content").is_dir() {
        return format!(
            "write a file `{}` beside the folder `content`, with a line: title = \"My site\"",
            config::FILE
        );
    }
    match read::site_in(folder) {
        Some(site) => {
            let site = site.strip_prefix(".").unwrap_or(&site).display();
            format!("the folder `{site}` is a site: name it behind the command")
        }
        None => format!(
            "a site is a folder with a file `{}`; `explainer init my-site` makes one",
            config::FILE
        ),
    }
}

/// Says what is wrong with the call itself.
fn complain(message: &str, help: &str) {
    eprintln!("error: {message}");
    if !help.is_empty() {
        eprintln!("help: {help}");
    }
}

/// Prints the report of faults where it belongs.
fn print_report(built: &crate::build::Built, format: Format) {
    let report = diag::report(&built.faults, &built.levels, &built.texts, format);
    // A reader that went away, such as `head`, is no reason to fail.
    let _ = match format {
        Format::Json => io::stdout().write_all(report.as_bytes()),
        _ => io::stderr().write_all(report.as_bytes()),
    };
}

/// `1 note`, `2 notes`.
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The faults in words: `2 errors and 1 warning`; empty if there are none.
fn faults_in_words(counts: diag::Counts) -> String {
    let errors = (counts.errors > 0).then(|| count(counts.errors, "error", "errors"));
    let warnings = (counts.warnings > 0).then(|| count(counts.warnings, "warning", "warnings"));
    errors
        .into_iter()
        .chain(warnings)
        .collect::<Vec<_>>()
        .join(" and ")
}
