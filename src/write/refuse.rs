//! Which folders may not be written into, because something of the author's would be lost.

use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The folders of a site that are its author's.
pub(super) const SOURCES: [&str; 7] = [
    "content",
    "static",
    "data",
    "templates",
    "themes",
    "messages",
    ".git",
];

/// Why a folder is refused as output, if it is.
///
/// In: absolute paths without `.`, `..` and links. Out: a clause such as "it is a home folder".
/// The disk isn't looked at. Letter case doesn't count, for the disks where it doesn't.
pub fn refuse(
    root: &Path,
    output: &Path,
    sources: &[&Path],
    home: Option<&Path>,
) -> Option<String> {
    let root = fold(root);
    let output = fold(output);
    if output.parent().is_none() {
        return Some("it is the root of a disk".into());
    }
    if let Some(home) = home.map(fold) {
        if home == output {
            return Some("it is a home folder".into());
        }
        if home.starts_with(&output) {
            return Some("a home folder lies in it".into());
        }
    }
    if root == output {
        return Some("it is the site's own folder".into());
    }
    if root.starts_with(&output) {
        return Some("the site lies in it".into());
    }
    for source in sources {
        let name = source
            .file_name()
            .unwrap_or(OsStr::new(""))
            .to_string_lossy();
        let source = fold(source);
        if source == output {
            return Some(format!("`{name}` is a source folder of the site"));
        }
        if output.starts_with(&source) {
            return Some(format!("it lies in the site's source folder `{name}`"));
        }
        if source.starts_with(&output) {
            return Some(format!("the site's source folder `{name}` lies in it"));
        }
    }
    None
}

fn fold(path: &Path) -> PathBuf {
    path.to_string_lossy().to_lowercase().into()
}

/// Where a path really leads: absolute, without `.`, `..` and links. What isn't there yet is taken
/// at its word.
pub(super) fn resolve(path: &Path) -> PathBuf {
    // Part by part, because `..` behind a link leads to the parent of where the link leads.
    let mut real = PathBuf::new();
    for part in std::path::absolute(path)
        .unwrap_or_else(|_| path.to_owned())
        .components()
    {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                real.pop();
            }
            part => {
                real.push(part);
                if let Ok(found) = fs::canonicalize(&real) {
                    real = found;
                }
            }
        }
    }
    real
}
