//! `explainer show`: what the template of a page gets.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::{SiteOption, complain};
use crate::build::{self, Shown};
use crate::diag::{self, Format};
use crate::render::outline;

#[derive(Args)]
pub struct ShowArgs {
    /// The page: its file, such as content/index.md, or its address, such as /about/
    #[arg(value_name = "PAGE")]
    page: String,
    /// Print all variables whole, as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    site: SiteOption,
}

pub fn show(args: &ShowArgs) -> ExitCode {
    let root = match args.site.root() {
        Ok(root) => root,
        Err(code) => return code,
    };
    let page = in_site(&root, &args.page).unwrap_or_else(|| args.page.clone());
    match build::show(&root, &page) {
        Shown::Page(output, template, values) => {
            let text = if args.json {
                format!("{values:#}\n")
            } else {
                readable(&output, template, &outline(&values))
            };
            // A reader that went away, such as `head`, is no reason to fail.
            let _ = io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Shown::Nothing(help) => {
            complain(&format!("there is no page `{}`", args.page), &help);
            ExitCode::from(2)
        }
        Shown::Unmade(faults, levels, texts) => {
            eprint!("{}", diag::report(&faults, &levels, &texts, Format::Human));
            ExitCode::FAILURE
        }
    }
}

/// The path in the site of a file that was named as it is seen from where the author is.
fn in_site(root: &Path, page: &str) -> Option<String> {
    let file = Path::new(page);
    if !file.is_file() {
        return None;
    }
    let file = fs::canonicalize(file).ok()?;
    let path = file.strip_prefix(root).ok()?.to_str()?;
    Some(path.replace('\\', "/"))
}

fn readable(output: &str, template: &str, variables: &[(String, String)]) -> String {
    let width = variables
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or_default();
    let mut text = format!("{output} is made by {template}, which gets:\n\n");
    for (name, value) in variables {
        text.push_str(&format!("{name:width$}  {value}\n"));
    }
    text.push_str("\n--json prints them whole; the manual's page on themes says what they mean.\n");
    text
}
