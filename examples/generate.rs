//! Writes a made-up site: `generate FOLDER --sections 1000 [--keyed]`.

#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Writes a made-up site to measure builds with
#[derive(Parser)]
struct Arguments {
    /// The site's folder: new, empty, or made by this program
    folder: PathBuf,
    /// How many sections it gets
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    sections: u32,
    /// Let about half of the notes cite a source
    #[arg(long)]
    keyed: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match corpus::write(
        &arguments.folder,
        arguments.sections as usize,
        arguments.keyed,
    ) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: the site can't be written: {error}");
            ExitCode::FAILURE
        }
    }
}
