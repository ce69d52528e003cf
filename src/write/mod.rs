//! Where the finished site goes: into a folder for `build`, into memory for `serve`.

mod cache;
mod disk;
mod folder;
mod manifest;
mod memory;
mod refuse;
#[cfg(test)]
mod tests;

pub use cache::Cache;
pub use folder::{Folder, Written};
pub use memory::{Memory, Stored};
pub use refuse::refuse;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::diag::{Code, Fault};

/// What a page or file of the site consists of.
#[derive(Debug, Clone)]
pub enum Body<'a> {
    /// Bytes that the build has made.
    Bytes(Cow<'a, [u8]>),
    /// A file to be copied as it is.
    Copy(PathBuf),
}

/// A place that takes the site's pages and files one by one, while others are being made.
pub trait Sink: Send {
    /// Takes one file. `path` is relative, with `/` between its parts.
    fn put(&mut self, path: &str, body: Body<'_>) -> Result<(), Fault>;

    /// Says that a file is as the last build made it. Whether it could be kept: if not, it is made
    /// again and put.
    fn keep(&mut self, _path: &str) -> bool {
        false
    }

    /// Whether what is put goes anywhere. If not, what takes long needs not be made.
    fn keeps(&self) -> bool {
        true
    }
}

/// Our own files in the output folder all begin so; no page may.
const OWN: &str = ".explainer-";

/// Puts bytes in the place of a file, whole or not at all.
///
/// In: the file, whose folder is there, and the bytes. It is written beside the file first, under a
/// name of our own, and must have reached the disk before it takes the file's place.
pub fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside = file.with_file_name(format!("{OWN}{name}"));
    // What is left of a program that was killed.
    if beside.exists() {
        disk::remove_file(&beside)?;
    }
    let written = disk::write(&beside, bytes)
        .and_then(|_| disk::flush(&beside))
        .and_then(|()| disk::rename(&beside, file));
    if written.is_err() {
        // The first failure is the one to tell.
        let _ = disk::remove_file(&beside);
    }
    written
}

/// The paths that a build has put, to find those that can't stand beside each other.
///
/// Letter case doesn't tell paths apart, on any system: a site that builds on one computer builds
/// on every other, and can be published on every host.
#[derive(Debug, Default)]
struct Claims {
    files: BTreeMap<String, String>,
    folders: BTreeMap<String, String>,
}

impl Claims {
    /// Takes note of a path, or says why it can't be published.
    fn claim(&mut self, path: &str) -> Result<(), Fault> {
        if let Some(why) = unsafe_path(path) {
            let message = format!(
                "`{}` can't be the path of a page: {why}",
                path.escape_debug()
            );
            return Err(Fault::nowhere(Code::Unwritable, message));
        }
        let same = |message| Err(Fault::nowhere(Code::SameUrl, message));
        let folded = fold(path);
        if let Some(first) = self.files.get(&folded) {
            return same(if first == path {
                format!("two files would be published as `{path}`")
            } else {
                format!("`{first}` and `{path}` differ in letter case only")
            });
        }
        if let Some(folder) = self.folders.get(&folded) {
            return same(format!(
                "`{path}` would be a file, but `{folder}` is a folder"
            ));
        }
        for folder in parents(path) {
            let folded = fold(folder);
            if let Some(file) = self.files.get(&folded) {
                return same(format!("`{path}` would lie in `{file}`, which is a file"));
            }
            if let Some(first) = self.folders.get(&folded).filter(|first| *first != folder) {
                return same(format!(
                    "the folders `{first}` and `{folder}` differ in letter case only"
                ));
            }
        }
        for folder in parents(path) {
            self.folders.insert(fold(folder), folder.to_owned());
        }
        self.files.insert(folded, path.to_owned());
        Ok(())
    }
}

/// How a path is compared where letter case counts for nothing.
fn fold(path: &str) -> String {
    path.to_lowercase()
}

/// The folders that a path lies in, the outermost first.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Why a path must not be written to, if it mustn't: it could lead out of the output folder, mean
/// different things to different systems, or damage our own files.
fn unsafe_path(path: &str) -> Option<&'static str> {
    if path.contains('\\') {
        return Some("it has a backslash");
    }
    if path.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    for part in path.split('/') {
        match part {
            "" => return Some("a part of it is empty"),
            "." | ".." => return Some("it has a part `.` or `..`"),
            _ => {}
        }
    }
    if fold(path).starts_with(OWN) {
        return Some("names that begin with `.explainer-` are explainer's own");
    }
    // The system's own view, for what only it knows, such as the drives of Windows.
    if !Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return Some("it leads out of the folder");
    }
    None
}
