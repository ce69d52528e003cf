//! `explainer explain`: what a fault means, from the table of codes.

use std::process::ExitCode;

use clap::Args;

use super::complain;
use crate::diag::{self, Code, Level};

#[derive(Args)]
pub struct ExplainArgs {
    /// The fault's name, such as `undefined-note`; without it, all are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub fn explain(args: &ExplainArgs) -> ExitCode {
    let Some(name) = &args.name else {
        let titles = [
            (Level::Deny, "Errors"),
            (Level::Warn, "Warnings"),
            (Level::Allow, "Off unless asked for"),
        ];
        for (level, title) in titles {
            println!("{title}:");
            for code in Code::ALL.iter().filter(|code| code.level() == level) {
                println!("  {:<20} {}", code.name(), code.summary());
            }
        }
        return ExitCode::SUCCESS;
    };
    match Code::named(name) {
        Some(code) => {
            print!("{}", diag::explain(code));
            ExitCode::SUCCESS
        }
        None => {
            let near = diag::nearest(name, Code::ALL.iter().map(|code| code.name()));
            let help = near.map_or("`explainer explain` lists all".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            complain(&format!("there is no fault `{name}`"), &help);
            ExitCode::from(2)
        }
    }
}
