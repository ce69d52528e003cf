//! `explainer man` and `explainer completions`: made from the description of the commands, for
//! manual readers and shells.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::{Cli, complain};

#[derive(Args)]
pub struct ManArgs {
    /// Write one page for each command into this folder, instead of printing the first
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

#[derive(Args)]
pub struct CompletionsArgs {
    /// The shell that is to complete commands
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub fn man(args: &ManArgs) -> ExitCode {
    let mut cli = Cli::command().disable_help_subcommand(true);
    // Gives the subcommands their full names, such as `explainer-build`.
    cli.build();
    let Some(folder) = &args.to else {
        return match page(&cli) {
            Ok(page) => print(&page),
            Err(error) => failed("the page can't be made", &error),
        };
    };
    for command in std::iter::once(&cli).chain(cli.get_subcommands()) {
        let name = command.get_display_name().unwrap_or(command.get_name());
        let path = folder.join(format!("{name}.1"));
        let written = fs::create_dir_all(folder)
            .and_then(|()| page(command))
            .and_then(|page| fs::write(&path, page));
        if let Err(error) = written {
            return failed(&format!("`{}` can't be written", path.display()), &error);
        }
    }
    ExitCode::SUCCESS
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let version = concat!("explainer ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(command.clone())
        .source(version)
        .manual("explainer")
        // The same pages on every day; an empty text would let `source` slip into its place.
        .date(" ")
        .render(&mut page)?;
    Ok(page)
}

pub fn completions(args: &CompletionsArgs) -> ExitCode {
    let mut script = Vec::new();
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    print(&script)
}

fn print(text: &[u8]) -> ExitCode {
    // A reader that went away, such as `head`, is no reason to fail.
    let _ = io::stdout().write_all(text);
    ExitCode::SUCCESS
}

fn failed(what: &str, error: &io::Error) -> ExitCode {
    complain(&format!("{what}: {error}"), "");
    ExitCode::FAILURE
}
