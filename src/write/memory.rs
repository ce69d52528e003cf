//! The site in memory, for the server.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Body, Claims, Sink};
use crate::diag::{Code, Fault};

/// A file of a site in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// Its bytes.
    Bytes(Arc<[u8]>),
    /// The file that holds its bytes.
    File(PathBuf),
}

/// A site in memory.
#[derive(Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Stored>,
    claims: Claims,
    /// The site before, whose files can be kept.
    before: Option<Arc<Memory>>,
}

impl Memory {
    /// A site without files.
    pub fn new() -> Self {
        Memory::default()
    }

    /// A site that can keep files of the one before.
    pub fn after(before: Arc<Memory>) -> Self {
        Memory {
            before: Some(before),
            ..Memory::default()
        }
    }

    /// Ends the build: the site before is let go.
    pub fn finish(mut self) -> Self {
        self.before = None;
        self
    }

    /// The file of a path.
    pub fn get(&self, path: &str) -> Option<&Stored> {
        self.files.get(path)
    }

    /// All files with their paths, in the order of these.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Stored)> {
        self.files
            .iter()
            .map(|(path, stored)| (path.as_str(), stored))
    }
}

impl Sink for Memory {
    fn put(&mut self, path: &str, body: Body<'_>) -> Result<(), Fault> {
        self.claims.claim(path)?;
        let stored = match body {
            Body::Bytes(bytes) => Stored::Bytes(bytes.into_owned().into()),
            Body::Copy(file) => {
                // As `build` would: what the server shows must be what will be published.
                super::disk::open(&file).map_err(|error| unreadable(&file, &error))?;
                Stored::File(file)
            }
        };
        self.files.insert(path.to_owned(), stored);
        Ok(())
    }

    fn keep(&mut self, path: &str) -> bool {
        let stored = self
            .before
            .as_ref()
            .and_then(|before| before.get(path))
            .cloned();
        match stored {
            Some(stored) if self.claims.claim(path).is_ok() => {
                self.files.insert(path.to_owned(), stored);
                true
            }
            _ => false,
        }
    }
}

/// The fault of a file that was to be copied but can't be read.
pub(super) fn unreadable(file: &std::path::Path, error: &std::io::Error) -> Fault {
    Fault::nowhere(
        Code::Unreadable,
        format!("`{}` can't be read: {error}", file.display()),
    )
}
