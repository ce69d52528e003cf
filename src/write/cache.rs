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

    /// Makes the folder if it isn't there. It tells version control to leave it alone. A link in its place
    /// is an error: what it leads to isn't ours.
    pub fn ready(&self) -> io::Result<()> {
        if self.folder.is_symlink() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
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

    /// Removes all of our own files but some. What can't be removed is left: it does no harm.
    pub fn keep_only(&self, names: &BTreeSet<String>) {
        if self.folder.is_symlink() {
            return;
        }
        let files = self.folder.read_dir().into_iter().flatten().flatten();
        for file in files {
            let name = file.file_name().to_string_lossy().into_owned();
            if is_own(&name) && !names.contains(&name) {
                let _ = disk::remove_file(&file.path());
            }
        }
    }
}

/// Whether a file has a name as ours have: sixteen digits of a fingerprint, and what follows.
fn is_own(name: &str) -> bool {
    let digits = name.split('-').next().unwrap_or_default();
    digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && name.len() > 16
}

#[cfg(test)]
mod tests {
    use super::{Cache, FOLDER};
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn only_our_own_files_are_removed() {
        let site = tempfile::tempdir().expect("a folder");
        let cache = Cache::of(site.path());
        cache.ready().expect("made");
        let name = "0123456789abcdef-480-1.webp";
        cache.put(name, b"x").expect("kept");
        fs::write(site.path().join(FOLDER).join("letter.txt"), "mine").expect("written");
        cache.keep_only(&BTreeSet::from([name.to_owned()]));
        assert!(cache.get(name).is_some());
        cache.keep_only(&BTreeSet::new());
        assert!(cache.get(name).is_none() && cache.get("letter.txt").is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_its_place_is_left_alone() {
        let (site, other) = (
            tempfile::tempdir().expect("a"),
            tempfile::tempdir().expect("b"),
        );
        let name = "0123456789abcdef-480-1.webp";
        fs::write(other.path().join(name), "mine").expect("written");
        std::os::unix::fs::symlink(other.path(), site.path().join(FOLDER)).expect("a link");
        let cache = Cache::of(site.path());
        cache.ready().expect_err("it isn't ours");
        cache.keep_only(&BTreeSet::new());
        assert!(other.path().join(name).is_file());
    }
}
