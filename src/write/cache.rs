//! What builds make and keep for the next ones, in a folder of our own beside the site's.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::{disk, replace};

/// The folder, in the site's.
const FOLDER: &str = ".explainer-cache";

/// Files by names that say what they are made of, so that none of them ever changes.
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The one of a site. Nothing is made yet.
    pub fn of(root: &Path) -> Cache {
        Cache {
            folder: root.join(FOLDER),
        }
    }

    /// The file of a name, if it is there.
    pub fn get(&self, name: &str) -> Option<PathBuf> {
        let file = self.folder.join(name);
        file.is_file().then_some(file)
    }

    /// Makes the folder if it isn't there. It tells version control to leave it alone.
    pub fn ready(&self) -> io::Result<()> {
        if !self.folder.is_dir() {
            disk::make_folder(&self.folder)?;
            disk::write(&self.folder.join(".gitignore"), &b"*\n"[..])?;
        }
        Ok(())
    }

    /// Keeps a file, in the folder that is ready.
    pub fn put(&self, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let file = self.folder.join(name);
        replace(&file, bytes)?;
        Ok(file)
    }

    /// Removes all but some. What can't be removed is left: it does no harm.
    pub fn keep_only(&self, names: &BTreeSet<String>) {
        let files = self.folder.read_dir().into_iter().flatten().flatten();
        for file in files {
            let name = file.file_name().to_string_lossy().into_owned();
            if name != ".gitignore" && !names.contains(&name) {
                let _ = disk::remove_file(&file.path());
            }
        }
    }
}
