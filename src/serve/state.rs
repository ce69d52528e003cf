//! What the server knows: the last good site, and what is wrong with the files as they are now.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use blake3::Hash;

use super::Served;
use crate::write::{Memory, Stored};

/// The state after a build.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// Whether a build has ended at all.
    pub built: bool,
    /// The last good site.
    pub site: Option<Arc<Memory>>,
    /// The Content Security Policy that its pages are sent with.
    pub policy: Option<&'static str>,
    /// What identifies the site's content; empty where there is no site.
    ///
    /// It doesn't count builds but names what they made: so it also tells a page that was open
    /// before the server was started anew whether it is as it was.
    pub build: String,
    /// The paths of the site's stylesheets with what identifies the content of each.
    pub styles: Arc<BTreeMap<String, String>>,
    /// What identifies all else that pages show or run: scripts, pictures.
    pub rest: String,
    /// The report, if the last build has failed.
    pub fault: Option<String>,
}

impl State {
    /// Takes what a build has made.
    pub fn update(&mut self, served: Served) {
        self.built = true;
        let failed = served.site.is_none() || served.errors > 0;
        self.fault = failed.then_some(served.faults);
        if let Some(site) = served.site {
            self.identify(&site);
            self.site = Some(site);
            self.policy = served.policy;
        }
    }

    /// Finds short texts that are the same for the same content only.
    pub(super) fn identify(&mut self, site: &Memory) {
        let mut build = blake3::Hasher::new();
        let mut rest = blake3::Hasher::new();
        let mut styles = BTreeMap::new();
        for (path, stored) in site.iter() {
            let file = fingerprint(path, stored);
            build.update(file.as_bytes());
            match path.rsplit_once('.') {
                Some((_, "html")) => {}
                _ if is_made_of_text(path) => {}
                Some((_, "css")) => {
                    styles.insert(path.to_owned(), short(file));
                }
                _ => {
                    rest.update(file.as_bytes());
                }
            }
        }
        self.build = short(build.finalize());
        self.rest = short(rest.finalize());
        self.styles = Arc::new(styles);
    }
}

/// Whether a file only says again what pages say: records, tables, and the indexes that searches and
/// filters load when they are used. It changes with the text, and no page shows it.
fn is_made_of_text(path: &str) -> bool {
    let records = ["bib", "csv", "json", "ris", "txt", "xml"];
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    path.starts_with("_search/")
        || path.ends_with("bibliography/index.js")
        || records.contains(&ending)
}

fn fingerprint(path: &str, stored: &Stored) -> Hash {
    let mut hasher = blake3::Hasher::new();
    // Each field with its length, so that no two files run together to the same bytes.
    let mut field = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    field(path.as_bytes());
    match stored {
        Stored::Bytes(bytes) => field(bytes),
        Stored::File(file) => {
            // As much as tells that it was changed, without reading films.
            field(file.as_os_str().as_encoded_bytes());
            if let Ok(found) = fs::metadata(file) {
                let changed = found.modified().ok();
                let changed = changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
                field(&found.len().to_le_bytes());
                field(&changed.unwrap_or_default().as_nanos().to_le_bytes());
            }
        }
    }
    hasher.finalize()
}

fn short(hash: Hash) -> String {
    hash.to_hex()[..16].to_owned()
}
