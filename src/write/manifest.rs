//! The list of what we wrote into the output folder, by which the next build knows what is ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use blake3::Hash;

use super::unsafe_path;

/// Its name in the output folder.
pub(super) const FILE: &str = ".explainer-manifest";

const FIRST_LINE: &str = "# What explainer wrote into this folder, so that it can tell its files \
    from yours. May be deleted together with the rest of the folder.";

/// The files we claim, each with the hashes of what may be in it: one, or while a build is
/// replacing files the old and the new.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manifest(BTreeMap<String, BTreeSet<[u8; 32]>>);

impl Manifest {
    /// Reads the manifest of a folder; `None` if it has none of ours.
    pub fn read(folder: &Path) -> io::Result<Option<Manifest>> {
        let path = folder.join(FILE);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => Ok(Manifest::parse(&fs::read(&path)?)),
            // Whoever put something else under this name, it wasn't us.
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a manifest's text. Lines that can't be ours are passed over: they would claim what
    /// isn't ours, or lead out of the folder.
    pub fn parse(bytes: &[u8]) -> Option<Manifest> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let mut manifest = Manifest::default();
        for line in lines {
            if let Some((hash, path)) = line.split_once("  ")
                && let Ok(hash) = Hash::from_hex(hash)
                && unsafe_path(path).is_none()
            {
                manifest.add(path, hash);
            }
        }
        Some(manifest)
    }

    /// The manifest's text.
    pub fn text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\n");
        for (path, hashes) in &self.0 {
            for hash in hashes {
                text.push_str(&format!("{}  {path}\n", Hash::from_bytes(*hash).to_hex()));
            }
        }
        text
    }

    /// Claims a file.
    pub fn add(&mut self, path: &str, hash: Hash) {
        self.0
            .entry(path.to_owned())
            .or_default()
            .insert(*hash.as_bytes());
    }

    /// Claims all that another claims.
    pub fn add_all(&mut self, other: &Manifest) {
        for (path, hashes) in &other.0 {
            self.0.entry(path.clone()).or_default().extend(hashes);
        }
    }

    /// Whether the file is claimed, whatever is in it.
    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Whether the file is claimed with this content.
    pub fn has_content(&self, path: &str, hash: Hash) -> bool {
        self.0
            .get(path)
            .is_some_and(|hashes| hashes.contains(hash.as_bytes()))
    }

    /// All files, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
