//! `explainer serve`.
use std::process::ExitCode;
use clap::Args;
use super::SiteArg;
#[derive(Args)]
pub struct ServeArgs { #[command(flatten)] site: SiteArg }
pub fn serve(args: &ServeArgs) -> ExitCode { let _ = args.site.root(); ExitCode::SUCCESS }
