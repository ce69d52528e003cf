//! Reads a site from disk: which files there are, and the texts of those that are texts.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use walkdir::WalkDir;

use crate::config::{self, Config};
use crate::diag::{Code, Fault, FilePath, Place};

/// The folders of a site whose files a build reads.
pub const FOLDERS: &[&str] = &[
    "content",
    "static",
    "data",
    "templates",
    "messages",
    "themes",
];

/// A text file of the site.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextFile {
    /// Its path in the site.
    pub path: FilePath,
    /// Its text.
    pub text: Arc<str>,
}

/// A site as it is on disk at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// `explainer.toml`.
    pub config: Option<TextFile>,
    /// The Markdown files of `content`, sorted by path.
    pub content: Vec<TextFile>,
    /// The tables and the Markdown in `data`, sorted by path.
    pub data: Vec<TextFile>,
    /// The source files that the configuration names.
    pub bibs: Vec<TextFile>,
    /// `sources.toml`.
    pub overlay: Option<TextFile>,
    /// `proofs.toml`.
    pub proofs: Option<TextFile>,
    /// Text files of `templates`, `messages` and the themes in `themes`.
    pub theme: Vec<TextFile>,
    /// The files that the themes in `themes` publish, by their paths in the site.
    pub theme_static: BTreeMap<FilePath, PathBuf>,
    /// A `.csl` file that the configuration names.
    pub style: Option<TextFile>,
    /// Files that pages may show, by their paths in the site: those of `content` that aren't
    /// Markdown, and those of `static`.
    pub assets: BTreeMap<String, PathBuf>,
}

/// The root of the site that a folder belongs to: it, or the nearest above it, that has an
/// `explainer.toml`.
pub fn root_of(folder: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder).ok()?;
    folder
        .ancestors()
        .find(|folder| folder.join(config::FILE).is_file())
        .map(Path::to_owned)
}

/// The first site, by name, among the folders directly in a folder.
pub fn site_in(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join(config::FILE).is_file())
        .min()
}

/// Reads a site.
///
/// In: its root. Out: what is there, its configuration, and the faults of reading.
pub fn read(root: &Path) -> (Snapshot, Config, Vec<Fault>) {
    let mut reader = Reader {
        root,
        faults: Vec::new(),
    };
    let mut snapshot = Snapshot::default();
    let config = reader.config(&mut snapshot);

    let mut markdown = BTreeSet::new();
    for path in reader.walk("content") {
        if path.ends_with(".md") {
            markdown.insert(path);
        } else {
            reader.wrong_name(&path);
            snapshot.assets.insert(path.clone(), root.join(path));
        }
    }
    for path in reader.walk("static") {
        snapshot.assets.insert(path.clone(), root.join(path));
    }
    snapshot.content = markdown
        .iter()
        .filter_map(|path| reader.text(path, None))
        .collect();

    for path in reader.walk("data") {
        if path.ends_with(".csv") || path.ends_with(".md") {
            snapshot.data.extend(reader.text(&path, None));
        }
    }

    reader.sources(&config, &mut snapshot);
    if root.join(config::PROOFS).is_file() {
        snapshot.proofs = reader.inside(config::PROOFS, None);
    }
    if config.citations.style.0.ends_with(".csl") {
        snapshot.style =
            reader.inside(&config.citations.style.0, config.citations.style.1.as_ref());
    }
    for folder in ["templates", "messages"] {
        let paths = reader.walk(folder);
        let texts = paths.iter().filter_map(|path| reader.text(path, None));
        snapshot.theme.extend(texts);
    }
    for theme in themes(root) {
        for name in ["theme.toml", "templates", "messages"] {
            let paths = reader.walk(&format!("{theme}/{name}"));
            let texts = paths.iter().filter_map(|path| reader.text(path, None));
            snapshot.theme.extend(texts);
        }
        // A theme's fonts and pictures are copied, not read.
        for path in reader.walk(&format!("{theme}/static")) {
            let file = root.join(&path);
            snapshot.theme_static.insert(path.into(), file);
        }
    }
    (snapshot, config, reader.faults)
}

/// Reads the configuration, the source files and `sources.toml` only.
///
/// In: the site's root. Out: as [`read`].
pub fn read_sources(root: &Path) -> (Snapshot, Config, Vec<Fault>) {
    let mut reader = Reader {
        root,
        faults: Vec::new(),
    };
    let mut snapshot = Snapshot::default();
    let config = reader.config(&mut snapshot);
    reader.sources(&config, &mut snapshot);
    (snapshot, config, reader.faults)
}

/// The folders of a site's own themes, as paths in the site. All are read, not the one in use only,
/// for one may inherit another.
fn themes(root: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(root.join("themes")).into_iter().flatten();
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_theme_name(name))
        .map(|name| format!("themes/{name}"))
        .collect()
}

/// Whether a folder in `themes` can be a theme of this name.
pub fn is_theme_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// The bytes of a file; none if it can't be read any more.
pub fn bytes(file: &Path) -> Option<Vec<u8>> {
    fs::read(file).ok()
}

/// What tells whether a file may have changed: its length, and when it was written. None if it isn't
/// there any more.
pub fn stamp(file: &Path) -> Option<(u64, SystemTime)> {
    let about = fs::metadata(file).ok()?;
    Some((about.len(), about.modified().ok()?))
}

struct Reader<'a> {
    root: &'a Path,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// Reads `explainer.toml`.
    fn config(&mut self, snapshot: &mut Snapshot) -> Config {
        let file = self.text(config::FILE, None);
        let path: FilePath = config::FILE.into();
        let (config, faults) = Config::read(&path, file.as_ref().map_or("", |file| &*file.text));
        if file.is_some() {
            self.faults.extend(faults);
        }
        snapshot.config = file;
        config
    }

    /// Reads the source files and `sources.toml`.
    fn sources(&mut self, config: &Config, snapshot: &mut Snapshot) {
        for (name, place) in &config.sources.files {
            // The default file needn't be there.
            if place.is_some() || self.root.join(name).is_file() {
                snapshot.bibs.extend(self.inside(name, place.as_ref()));
            }
        }
        if self.root.join(&config.sources.overlay).is_file() {
            snapshot.overlay = self.inside(&config.sources.overlay, None);
        }
    }

    /// Reports Markdown that wouldn't be published because of its name.
    fn wrong_name(&mut self, path: &str) {
        let lower = path.to_lowercase();
        if [".md", ".markdown", ".mdown", ".mkd"]
            .iter()
            .any(|ending| lower.ends_with(ending))
        {
            let message = format!("`{path}` isn't published, for its name doesn't end in `.md`");
            self.faults.push(
                Fault::new(Code::WrongName, message, Place::new(&path.into(), 0..0))
                    .help("rename it"),
            );
        }
    }

    /// A file that the configuration names; it must lie in the site.
    fn inside(&mut self, name: &str, place: Option<&Place>) -> Option<TextFile> {
        if crate::text::join("", name).is_none_or(|path| path.is_empty()) || name.starts_with('/') {
            let mut fault =
                Fault::nowhere(Code::WrongValue, format!("`{name}` leads out of the site"));
            fault.place = place.cloned();
            self.faults.push(fault);
            return None;
        }
        let real = fs::canonicalize(self.root.join(name));
        let root = fs::canonicalize(self.root).unwrap_or_else(|_| self.root.to_owned());
        if real.is_ok_and(|real| !real.starts_with(root)) {
            let mut fault = Fault::nowhere(
                Code::Unreadable,
                format!("the link `{name}` leads out of the site"),
            );
            fault.place = place.cloned();
            self.faults.push(fault);
            return None;
        }
        self.text(name, place)
    }

    fn text(&mut self, path: &str, asked: Option<&Place>) -> Option<TextFile> {
        let name: FilePath = path.into();
        match fs::read(self.root.join(path)) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => {
                    if let Some(line) = strange_line(&text) {
                        self.faults.push(
                            Fault::new(
                                Code::NotText,
                                format!("line {line} of `{path}` has a character that no text has"),
                                Place::new(&name, 0..0),
                            )
                            .help("save it as plain text, its lines ended by line feeds"),
                        );
                    }
                    Some(TextFile {
                        path: name,
                        text: text.into(),
                    })
                }
                Err(error) => {
                    let good = error.utf8_error().valid_up_to();
                    let before = error.as_bytes().iter().take(good);
                    let line = before.filter(|byte| **byte == b'\n').count() + 1;
                    self.faults.push(
                        Fault::new(
                            Code::NotText,
                            format!("`{path}` isn't UTF-8 text (from line {line} on)"),
                            Place::new(&name, 0..0),
                        )
                        .help("save it as UTF-8 in your editor"),
                    );
                    None
                }
            },
            Err(error) => {
                let missing = error.kind() == io::ErrorKind::NotFound;
                let message = if missing {
                    format!("there is no file `{path}`")
                } else {
                    format!("`{path}` can't be read: {error}")
                };
                let code = if missing {
                    Code::MissingFile
                } else {
                    Code::Unreadable
                };
                let place = asked.cloned().unwrap_or_else(|| Place::new(&name, 0..0));
                self.faults.push(Fault::new(code, message, place));
                None
            }
        }
    }

    /// The files below a folder of the site, as paths in the site. Hidden files, and what editors
    /// leave behind, are passed over. Links are followed where they stay in the site.
    fn walk(&mut self, folder: &str) -> Vec<String> {
        let start = self.root.join(folder);
        if !start.exists() {
            return Vec::new();
        }
        let inside = fs::canonicalize(self.root).unwrap_or_else(|_| self.root.to_owned());
        let mut paths = Vec::new();
        let walk = WalkDir::new(&start)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        let published = folder == "static";
        let mut walk = walk.filter_entry(move |entry| {
            entry.depth() == 0 || !is_passed_over(entry.file_name(), published)
        });
        while let Some(entry) = walk.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error
                        .path()
                        .unwrap_or(&start)
                        .strip_prefix(self.root)
                        .unwrap_or(&start);
                    let message = format!("`{}` can't be read: {error}", path.display());
                    self.faults.push(Fault::nowhere(Code::Unreadable, message));
                    continue;
                }
            };
            let Ok(relative) = entry.path().strip_prefix(self.root) else {
                continue;
            };
            let Some(path) = relative.to_str().map(|path| path.replace('\\', "/")) else {
                let message = format!("the name of `{}` isn't UTF-8", relative.display());
                self.faults
                    .push(Fault::nowhere(Code::NotText, message).help("rename the file"));
                continue;
            };
            if entry.path_is_symlink() {
                let target = fs::canonicalize(entry.path());
                if !target.is_ok_and(|target| target.starts_with(&inside)) {
                    let message = format!("the link `{path}` leads out of the site");
                    self.faults.push(
                        Fault::nowhere(Code::Unreadable, message)
                            .help("what it leads to would be published; copy it into the site"),
                    );
                    if entry.file_type().is_dir() {
                        walk.skip_current_dir();
                    }
                    continue;
                }
            }
            if entry.file_type().is_file() {
                paths.push(path);
            }
        }
        paths
    }
}

/// Whether a file is hidden or an editor's own. What is put into `static` is meant to be published,
/// names such as `.nojekyll` and `.well-known` too.
fn is_passed_over(name: &OsStr, published: bool) -> bool {
    let name = name.to_string_lossy();
    let hidden = match published {
        true => name == ".DS_Store" || name.starts_with(".git") || name.starts_with(".#"),
        false => name.starts_with('.'),
    };
    let swap = name.ends_with(".swp") || name.ends_with('~');
    hidden || swap || (name.starts_with('#') && name.ends_with('#'))
}

/// The line of the first character that no text has: a control character, or a carriage return
/// by itself, with which old systems ended lines.
fn strange_line(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let at = bytes.iter().enumerate().position(|(at, byte)| match byte {
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        b'\n' | b'\t' => false,
        byte => byte.is_ascii_control(),
    })?;
    Some(bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1)
}
