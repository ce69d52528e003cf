//! What editors ask of a site: figures, a house's limits, and who compared which citation with its
//! source.

mod figures;
mod html;
mod ledger;
mod limits;
mod proof;
mod table;
#[cfg(test)]
mod tests;

pub use figures::{Figures, Part, Report, Row, States, figures};
pub use html::{figures_page, proof_page};
pub use ledger::{Ledger, Tick};
pub use limits::faults as limits;
pub use proof::{Cited, Citing, citings, drafted, excerpts, unproofed, unread_locators};
pub use table::proof_csv;

use std::sync::Arc;

use crate::config::Config;
use crate::parse::Parsed;
use crate::resolve::Resolved;
use crate::sources::Library;

/// What reports are made of.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The files of `content`.
    pub files: &'a [Arc<Parsed>],
    /// The configuration.
    pub config: &'a Config,
    /// The sources.
    pub library: &'a Library,
    /// The site.
    pub resolved: &'a Resolved,
}

/// `1 note`, `2 notes`.
fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
