//! What to say to someone who called a command that isn't there.

use std::path::Path;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::{Cli, complain};
use crate::diag;

/// What other programs call our commands.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("init", &["new", "create", "start", "quickstart"]),
    (
        "build",
        &["render", "make", "generate", "publish", "export"],
    ),
    (
        "serve",
        &["server", "preview", "watch", "dev", "run", "open"],
    ),
    ("check", &["lint", "test", "verify", "validate"]),
];

/// Says which command may have been meant.
///
/// In: what clap found wrong with the call. Out: whether it was the command; anything else is left
/// to clap.
pub fn command(error: &Error) -> bool {
    let typed = match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(typed))) => typed,
        _ => return false,
    };
    let cli = Cli::command();
    let ours = || cli.get_subcommands().map(clap::Command::get_name);
    let elsewhere = ELSEWHERE
        .iter()
        .find(|(_, names)| names.contains(&typed.as_str()))
        .map(|(ours, _)| *ours);
    let help = match elsewhere.or_else(|| diag::nearest(typed, ours())) {
        Some(near) => format!("did you mean `explainer {near}`?"),
        None if Path::new(typed).exists() => {
            format!("a command comes first: explainer serve {typed}")
        }
        None => {
            let all: Vec<&str> = ours().collect();
            format!("the commands are {}", all.join(", "))
        }
    };
    complain(&format!("there is no command `{typed}`"), &help);
    true
}
