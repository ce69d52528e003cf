//! The pictures of an explainer, as they are put into a file beside its text.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::picture;
use crate::text::decode_path;

/// The pictures that were asked for.
pub struct Images<'a> {
    file: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    program: Program,
    found: RefCell<BTreeMap<String, Option<Image>>>,
}

/// What pictures are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// An e-reader, which knows all types.
    EReader,
    /// A word processor: drawings aren't for it, and WebP becomes PNG.
    WordProcessor,
}

/// A picture.
#[derive(Debug, Clone)]
pub struct Image {
    /// Its name in the file: a number and its extension.
    pub name: String,
    /// Its type.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The types of pictures that all e-readers know (EPUB 3.3, 3.2), by their names' extensions.
const KINDS: &[(&str, &str)] = &[
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("webp", "image/webp"),
];

impl<'a> Images<'a> {
    /// In: what gives the bytes of a file by its address from the site's root, and what they are for.
    pub fn new(file: &'a dyn Fn(&str) -> Option<Vec<u8>>, program: Program) -> Images<'a> {
        Images {
            file,
            program,
            found: RefCell::default(),
        }
    }

    /// A picture by its address; none if it isn't of the site, or of no known type.
    pub fn get(&self, url: &str) -> Option<Image> {
        let path = decode_path(url.strip_prefix('/')?.split(['?', '#']).next()?);
        let mut found = self.found.borrow_mut();
        let number = found.len() + 1;
        let image = found.entry(path.clone()).or_insert_with(|| {
            let extension = path.rsplit_once('.')?.1.to_ascii_lowercase();
            let (extension, kind) = KINDS.iter().find(|(known, _)| *known == extension)?;
            let bytes = || (self.file)(&path);
            let (extension, kind, bytes) = match (self.program, *extension) {
                (Program::WordProcessor, "svg") => return None,
                (Program::WordProcessor, "webp") => ("png", "image/png", picture::png(&bytes()?)?),
                (_, extension) => (extension, *kind, bytes()?),
            };
            Some(Image {
                name: format!("{number}.{extension}"),
                kind,
                bytes,
            })
        });
        image.clone()
    }

    /// All pictures that were found, in the order of their addresses.
    pub fn all(self) -> Vec<Image> {
        self.found.into_inner().into_values().flatten().collect()
    }
}
