//! Formats for the CSL project's test suite: as [`super::format`], but what comes out is the tree.

use super::locale::Locale;
use super::processor::Processor;
use super::rich::Event;
use super::style::Style;
use super::{Cluster, Item};

/// What comes out.
pub struct Run {
    pub clusters: Vec<Vec<Event>>,
    /// The entries; `None` if the style has no bibliography.
    pub bibliography: Option<Vec<(usize, Vec<Event>)>>,
}

/// Formats. `registry` lists the items that are cited, in order.
pub fn run(
    style: &Style,
    locale: Option<&str>,
    items: &[Item],
    clusters: &[Cluster],
    registry: Vec<usize>,
) -> Run {
    let program = &style.program;
    let language = locale.or(program.default_locale.as_deref()).unwrap_or("en-US");
    let locale = Locale::new(language, program);
    let processor = Processor::new(program, &locale, items, registry);
    Run {
        clusters: processor.clusters(clusters),
        bibliography: processor.bibliography(),
    }
}

/// Reads a style.
pub fn style(text: &str) -> Result<Style, String> {
    let root = super::xml::Node::from_xml(text)?;
    let program = super::compile::compile(&root)?;
    Ok(Style {
        program: std::sync::Arc::new(program),
    })
}
