//! Publishing writing that shows its sources: the library behind the `explainer` command.

pub mod config;
pub mod csl;
pub mod diag;
pub mod sources;
