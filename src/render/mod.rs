//! Makes pages: fills the tapes and renders them through the theme's templates, one by one.

mod addresses;
mod beside;
mod bibliography;
mod check;
mod cite;
mod context;
mod digest;
mod fill;
mod found;
mod index_page;
mod licence;
mod machine;
mod notes_page;
mod outline;
mod pictures;
mod print_page;
mod source_page;
mod terms;
mod theme;
mod themes;
mod whole;
mod words;

pub use beside::{Beside, POLICY, beside};
pub use context::{Globals, Job, jobs};
pub use digest::{Digest, Fingerprint};
pub use found::numbers;
pub use outline::outline;
pub use pictures::{Picture, Pictures};
pub use theme::{Theme, ThemeFiles};
pub use themes::{ABOUT, About, Folder, ThemeFile, Themes, bundled_text};
pub use whole::{Books, Note, Target, Whole, adapt, book_url, whole};

use std::sync::Arc;

use crate::config::Config;
use crate::diag::Fault;
use crate::parse::Parsed;
use crate::resolve::Resolved;
use crate::search::Document;
use crate::sources::Library;

/// Everything that pages are made of.
pub struct Input<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The files of `content`, sorted by path.
    pub files: &'a [Arc<Parsed>],
    /// A fingerprint of each file's text.
    pub texts: &'a [Fingerprint],
    /// The site, resolved.
    pub resolved: &'a Resolved,
    /// The sources.
    pub library: &'a Library,
    /// The theme.
    pub theme: &'a Theme,
    /// Whether the pages are for the author's own preview, which reloads them.
    pub live: bool,
    /// Whether the site lies at the root of its host, whatever its full address says.
    pub local: bool,
    /// Whether the pages are opened from a disk, where no host finds the page of a folder.
    pub portable: bool,
    /// The files to take away that are made of each explainer.
    pub books: Books,
    /// The pictures that pages show.
    pub pictures: &'a Pictures,
}

/// A page, made.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Its HTML; none if its template failed.
    pub html: Option<String>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// What searches find of it.
    pub found: Vec<Document>,
}

/// Renders one page and checks it.
///
/// In: what pages are made of, what they share, and which page. Out: its HTML and its faults;
/// where the template fails, no HTML.
pub fn render(input: &Input<'_>, globals: &Globals, job: Job) -> Page {
    let mut faults = Vec::new();
    let (template, values) = context::context(input, globals, job, &mut faults);
    let found = found::documents(input, job, &values);
    let mut context = tera::Context::new();
    for (name, value) in values {
        context.insert_value(name, value);
    }
    let html = match input.theme.render(template, job.language(input), &context) {
        Ok(html) => {
            let root = context::root(input, job);
            addresses::mark(pictures::mark(html, &root, input.pictures))
        }
        Err(fault) => {
            faults.push(*fault);
            return Page {
                faults,
                ..Page::default()
            };
        }
    };
    faults.extend(check::doubled_ids(&html, &job.file_of(input)));
    Page {
        html: Some(html),
        faults,
        found,
    }
}

/// The template that a page is made with, and everything it gets, as JSON.
///
/// In: as for [`render`]. Out: the template's name and an object of all variables.
pub fn show(input: &Input<'_>, globals: &Globals, job: Job) -> (&'static str, serde_json::Value) {
    let (template, values) = context::context(input, globals, job, &mut Vec::new());
    (template, serde_json::json!(values))
}
