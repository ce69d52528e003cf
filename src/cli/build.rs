//! `explainer build` and `explainer check`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;

use super::{ReportArgs, SiteArg, complain, count, faults_in_words, print_report};
use crate::build::{self, Built, Memory, Nowhere, Options, Timings};
use crate::config::Config;
use crate::diag::{self, Format};
use crate::render::Books;
use crate::write::Folder;

#[derive(Args)]
pub struct BuildArgs {
    #[command(flatten)]
    site: SiteArg,
    /// Write into this folder instead of the one the configuration names
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Write what can be written although there are errors
    #[arg(long)]
    keep_going: bool,
    /// Make a site that works from a disk or a USB stick, without a server
    #[arg(long)]
    portable: bool,
    /// Make an EPUB of each explainer, too, for e-readers
    #[arg(long)]
    epub: bool,
    /// Make a Word file of each explainer, too, with real footnotes
    #[arg(long)]
    docx: bool,
    /// Say how long each stage took
    #[arg(long)]
    timings: bool,
    #[command(flatten)]
    report: ReportArgs,
}

#[derive(Args)]
pub struct CheckArgs {
    #[command(flatten)]
    site: SiteArg,
    /// Say how long each stage took
    #[arg(long)]
    timings: bool,
    #[command(flatten)]
    report: ReportArgs,
}

pub fn build(args: &BuildArgs) -> ExitCode {
    let start = Instant::now();
    let root = match args.site.root() {
        Ok(root) => root,
        Err(code) => return code,
    };
    let format = args.report.format();
    let (output, shown) = match &args.output {
        // Said on the command line, a folder is seen from where the author is.
        Some(folder) => match std::path::absolute(folder) {
            Ok(path) => (path, folder.display().to_string()),
            Err(error) => {
                complain(
                    &format!("`{}` can't be used: {error}", folder.display()),
                    "",
                );
                return ExitCode::from(2);
            }
        },
        None => {
            let name = output_of(&root);
            (root.join(&name), name)
        }
    };
    let home = std::env::home_dir();
    let mut folder = match Folder::open(&root, &output, home.as_deref()) {
        Ok(folder) => folder,
        Err(fault) => return refused(fault, format),
    };
    let options = Options {
        deny_warnings: args.report.deny_warnings(),
        portable: args.portable,
        books: Books {
            epub: args.epub,
            docx: args.docx,
        },
        ..Options::default()
    };
    let mut built = build::build(&root, options, &mut Memory::default(), &mut folder);
    let failed = built.counts.errors > 0;
    if failed && !args.keep_going {
        folder.abandon();
        print_report(&built, format);
        finish_timings(args.timings, &built.timings, start.elapsed());
        say(
            format,
            &format!("Nothing was written: {}.", faults_in_words(built.counts)),
        );
        return ExitCode::FAILURE;
    }
    let writing = Instant::now();
    let written = folder.finish();
    built.timings.0.push(("write", writing.elapsed()));
    print_report(&built, format);
    finish_timings(args.timings, &built.timings, start.elapsed());
    match written {
        Ok(written) => {
            let faults = match faults_in_words(built.counts) {
                words if words.is_empty() => String::new(),
                words => format!(" with {words}"),
            };
            say(
                format,
                &format!(
                    "Built {} in {shown}{faults}: {} written, {} as before, {} removed, in {}.",
                    contents(&built),
                    written.written,
                    written.unchanged,
                    written.removed,
                    span(start.elapsed()),
                ),
            );
            if failed {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            }
        }
        Err(fault) => refused(fault, format),
    }
}

pub fn check(args: &CheckArgs) -> ExitCode {
    let start = Instant::now();
    let root = match args.site.root() {
        Ok(root) => root,
        Err(code) => return code,
    };
    let format = args.report.format();
    let options = Options {
        deny_warnings: args.report.deny_warnings(),
        ..Options::default()
    };
    let built = build::build(&root, options, &mut Memory::default(), &mut Nowhere);
    print_report(&built, format);
    finish_timings(args.timings, &built.timings, start.elapsed());
    let faults = match faults_in_words(built.counts) {
        words if words.is_empty() => "nothing to complain of".to_owned(),
        words => words,
    };
    say(
        format,
        &format!(
            "Checked {}: {faults}, in {}.",
            contents(&built),
            span(start.elapsed())
        ),
    );
    if built.counts.errors > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// The output folder that the configuration names. A configuration that can't be read is reported
/// by the build, so its faults are passed over here.
fn output_of(root: &Path) -> String {
    let text = std::fs::read_to_string(root.join(crate::config::FILE)).unwrap_or_default();
    Config::read(&crate::config::FILE.into(), &text).0.output
}

fn refused(fault: diag::Fault, format: Format) -> ExitCode {
    let built = [fault];
    let report = diag::report(
        &built,
        &diag::Levels::default(),
        &build::Texts::default(),
        format,
    );
    match format {
        Format::Json => print!("{report}"),
        _ => eprint!("{report}"),
    }
    ExitCode::FAILURE
}

/// What a site consists of, in words.
pub fn contents(built: &Built) -> String {
    format!(
        "{} ({}, {}, {} cited)",
        count(built.pages, "page", "pages"),
        count(built.sections, "section", "sections"),
        count(built.notes, "note", "notes"),
        count(built.cited, "source", "sources"),
    )
}

/// A duration as people say it.
pub fn span(duration: Duration) -> String {
    match duration.as_millis() {
        ms @ 0..1000 => format!("{ms} ms"),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}

/// The summary line; with JSON on standard output it goes to standard error.
fn say(format: Format, line: &str) {
    match format {
        Format::Json => eprintln!("{line}"),
        _ => println!("{line}"),
    }
}

fn finish_timings(asked: bool, timings: &Timings, whole: Duration) {
    if !asked {
        return;
    }
    for (stage, duration) in &timings.0 {
        eprintln!("{stage:>8} {:>9.3} ms", duration.as_secs_f64() * 1000.0);
    }
    eprintln!("{:>8} {:>9.3} ms", "whole", whole.as_secs_f64() * 1000.0);
}
