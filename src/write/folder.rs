//! The site in a folder: written beside the last good one and put in its place only when whole.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use blake3::Hash;

use super::manifest::{self, Manifest};
use super::memory::unreadable;
use super::refuse::{SOURCES, refuse, resolve};
use super::{Body, Claims, Sink, disk, fold, parents};
use crate::diag::{Code, Fault};

/// The folder inside the output folder in which files wait until all are there.
const STAGING: &str = ".explainer-staging";
const LOCK: &str = "lock";

/// An output folder that a build is writing into.
///
/// Nothing of the last site is changed before [`Folder::finish`]. A build that is killed leaves
/// each page whole, old or new, and the next build mends the rest.
#[derive(Debug)]
pub struct Folder {
    output: PathBuf,
    /// What earlier builds wrote.
    before: Manifest,
    /// The paths of `before` by their folded form.
    before_folded: BTreeMap<String, Vec<String>>,
    /// What this build writes.
    now: Manifest,
    claims: Claims,
    staged: Vec<(String, PathBuf)>,
    unchanged: usize,
    // Dropped last: it tidies up.
    staging: Staging,
}

/// How many files a build has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or differ from before.
    pub written: usize,
    /// Files that were there already.
    pub unchanged: usize,
    /// Files of earlier builds that are no longer part of the site.
    pub removed: usize,
}

/// What stands where a file is to go.
enum Before {
    Nothing,
    File { length: u64 },
    Link,
}

impl Folder {
    /// Opens an output folder for one build, which nobody else can write into meanwhile.
    ///
    /// In: the site's root; the output folder, as seen from there; the author's home folder. Out: a
    /// fault if the folder is refused, because it holds something that isn't ours.
    pub fn open(root: &Path, output: &Path, home: Option<&Path>) -> Result<Folder, Fault> {
        let shown = output.display();
        let refused = |why: &str| {
            let message = format!("the output folder `{shown}` is refused: {why}");
            Fault::nowhere(Code::RefusedOutput, message)
        };
        let sources: Vec<PathBuf> = SOURCES
            .iter()
            .flat_map(|name| [resolve(root).join(name), resolve(&root.join(name))])
            .collect();
        let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
        let output = resolve(&root.join(output));
        let home = home.map(resolve);
        if let Some(why) = refuse(&resolve(root), &output, &sources, home.as_deref()) {
            return Err(refused(&why).help("name another folder, such as `public`"));
        }
        let before = match fs::symlink_metadata(&output) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Manifest::default(),
            Err(error) => return Err(unwritable(&output, &error)),
            Ok(metadata) if !metadata.is_dir() => {
                return Err(refused("it is a file").help("name another folder, or remove the file"));
            }
            Ok(_) => match Manifest::read(&output).map_err(|error| unwritable(&output, &error))? {
                Some(before) => before,
                None if is_empty(&output).map_err(|error| unwritable(&output, &error))? => {
                    Manifest::default()
                }
                None => {
                    return Err(refused("it holds files that explainer didn't write")
                        .help("name another folder, or empty this one"));
                }
            },
        };
        let staging = Staging::open(&output)?;
        // Another build may have ended between the first look and the lock.
        let before = Manifest::read(&output)
            .map_err(|error| unwritable(&output, &error))?
            .unwrap_or(before);
        let mut before_folded: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for path in before.paths() {
            before_folded
                .entry(fold(path))
                .or_default()
                .push(path.to_owned());
        }
        Ok(Folder {
            output,
            before,
            before_folded,
            now: Manifest::default(),
            claims: Claims::default(),
            staged: Vec::new(),
            unchanged: 0,
            staging,
        })
    }

    /// Puts the new site in the place of the old one.
    pub fn finish(self) -> Result<Written, Fault> {
        let mut written = Written {
            written: self.staged.len(),
            unchanged: self.unchanged,
            removed: 0,
        };
        if self.staged.is_empty() && self.now == self.before {
            return Ok(written);
        }
        // The pages aren't flushed to the disk, which would take ten times as long as making them:
        // after a power cut the next build finds and mends what was lost, for it compares contents.
        // From here until the end both sites are claimed, so that whatever a kill leaves is known
        // to the next build as ours.
        let mut both = self.before.clone();
        both.add_all(&self.now);
        if both != self.before {
            self.write_manifest(&both)?;
        }
        let stale = || self.before.paths().filter(|path| !self.now.has(path));
        // First only what the new files can't stand beside.
        for path in stale().filter(|path| self.is_in_the_way(path)) {
            written.removed += usize::from(self.remove(path)?);
        }
        for (path, from) in &self.staged {
            for folder in parents(path) {
                let folder = self.output.join(folder);
                disk::make_folder(&folder).map_err(|error| unwritable(&folder, &error))?;
            }
            let to = self.output.join(path);
            disk::rename(from, &to).map_err(|error| unwritable(&to, &error))?;
        }
        for path in stale() {
            written.removed += usize::from(self.remove(path)?);
        }
        if both != self.now {
            self.write_manifest(&self.now)?;
        }
        Ok(written)
    }

    /// Ends the build without a change: the last site stays as it is.
    pub fn abandon(self) {}

    fn write_manifest(&self, manifest: &Manifest) -> Result<(), Fault> {
        let to = self.output.join(manifest::FILE);
        let from = self.staging.path.join("manifest");
        disk::write(&from, manifest.text().as_bytes())
            .and_then(|_| disk::flush(&from))
            .and_then(|()| disk::rename(&from, &to))
            .map_err(|error| unwritable(&to, &error))
    }

    /// Whether a file of the old site keeps one of the new from its place: as a file where a
    /// folder is needed, inside a folder where a file is needed, or by the same name in other
    /// letter case.
    fn is_in_the_way(&self, path: &str) -> bool {
        self.claims.files.contains_key(&fold(path))
            || self.claims.folders.contains_key(&fold(path))
            || parents(path).any(|folder| self.claims.files.contains_key(&fold(folder)))
    }

    /// Removes a file of ours, and the folders that have become empty by it. A file that was
    /// changed since is the author's and stays.
    fn remove(&self, path: &str) -> Result<bool, Fault> {
        let file = self.output.join(path);
        let ours = self.is_ours(path);
        if ours {
            disk::remove_file(&file).map_err(|error| unwritable(&file, &error))?;
        }
        // Also where the file is gone already: the build that removed it may have been killed.
        if !file.is_symlink() && !file.exists() && self.is_reached_without_links(path) {
            let mut folders: Vec<_> = parents(path).collect();
            while let Some(folder) = folders.pop() {
                match disk::remove_folder(&self.output.join(folder)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => break,
                    _ => {}
                }
            }
        }
        Ok(ours)
    }

    /// Whether no folder on the way to a path is a link; what isn't there is none.
    fn is_reached_without_links(&self, path: &str) -> bool {
        parents(path).all(|folder| !self.output.join(folder).is_symlink())
    }

    /// Whether a file is one that we wrote, unchanged, and not reached through a link.
    fn is_ours(&self, path: &str) -> bool {
        let file = self.output.join(path);
        self.before.has(path)
            && self.is_reached_without_links(path)
            && fs::symlink_metadata(&file).is_ok_and(|found| found.is_file())
            && disk::hash_file(&file).is_ok_and(|hash| self.before.has_content(path, hash))
    }

    /// Whether a folder was made by us and holds files of ours only, so that it can go.
    fn is_folder_ours(&self, folder: &str) -> io::Result<bool> {
        if !self
            .before
            .paths()
            .any(|path| parents(path).any(|parent| parent == folder))
        {
            return Ok(false);
        }
        for entry in fs::read_dir(self.output.join(folder))? {
            let entry = entry?;
            let Some(path) = entry
                .file_name()
                .to_str()
                .map(|name| format!("{folder}/{name}"))
            else {
                return Ok(false);
            };
            let ours = match entry.file_type()? {
                kind if kind.is_dir() => self.is_folder_ours(&path)?,
                _ => self.is_ours(&path),
            };
            if !ours {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What is where a file is to go; a fault if that isn't ours to replace.
    fn look(&self, path: &str) -> Result<Before, Fault> {
        let kind = |path: &str| match fs::symlink_metadata(self.output.join(path)) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unwritable(&self.output.join(path), &error)),
        };
        for folder in parents(path) {
            match kind(folder)? {
                None => return Ok(Before::Nothing),
                Some(found) if found.is_dir() => {}
                Some(found) if found.is_symlink() => {
                    return Err(self.not_ours(path, folder, "a link that leads elsewhere"));
                }
                Some(_) if self.is_ours(folder) => return Ok(Before::Nothing),
                Some(_) => return Err(self.not_ours(path, folder, "a file")),
            }
        }
        match kind(path)? {
            None => Ok(Before::Nothing),
            Some(found) if found.is_dir() => match self.is_folder_ours(path) {
                Ok(true) => Ok(Before::Nothing),
                Ok(false) => Err(self.not_ours(path, path, "a folder with other files")),
                Err(error) => Err(unwritable(&self.output.join(path), &error)),
            },
            // Only the link itself would be replaced, never what it leads to.
            Some(found) if found.is_symlink() => Ok(Before::Link),
            Some(found) if found.is_file() => Ok(Before::File {
                length: found.len(),
            }),
            Some(_) => Err(self.not_ours(path, path, "no file")),
        }
    }

    fn not_ours(&self, path: &str, found: &str, what: &str) -> Fault {
        let found = self.output.join(found);
        let message = format!(
            "`{path}` can't be written: `{}` is {what} and not explainer's",
            found.display()
        );
        Fault::nowhere(Code::Unwritable, message)
            .help("move it out of the output folder; files of your own belong into `static`")
    }
}

impl Sink for Folder {
    fn put(&mut self, path: &str, body: Body<'_>) -> Result<(), Fault> {
        self.claims.claim(path)?;
        let before = self.look(path)?;
        let target = self.output.join(path);
        let mut source = Source::open(body)?;
        // Where letter case counts for nothing, an old file of the same name but for its case
        // would be found here and removed later. So it is written anew.
        let recased = self
            .before_folded
            .get(&fold(path))
            .is_some_and(|paths| paths.iter().any(|before| before != path));
        if let Before::File { length } = before
            && !recased
            && source.length()? == length
            // A file that can't be read is as good as one that differs.
            && let Ok(on_disk) = disk::hash_file(&target)
            && source.hash()? == on_disk
        {
            self.now.add(path, on_disk);
            self.unchanged += 1;
            return Ok(());
        }
        if !matches!(before, Before::Nothing) && !self.before.has(path) && !recased {
            return Err(self.not_ours(path, path, "there already"));
        }
        let staged = self.staging.path.join(self.staged.len().to_string());
        let written = match source {
            Source::Bytes(bytes) => disk::write(&staged, &*bytes),
            Source::File(file, _) => disk::write(&staged, file),
        };
        let hash = written.map_err(|error| unwritable(&target, &error))?;
        self.now.add(path, hash);
        self.staged.push((path.to_owned(), staged));
        Ok(())
    }
}

/// What is to be written, open for reading.
enum Source<'a> {
    Bytes(Cow<'a, [u8]>),
    File(File, PathBuf),
}

impl<'a> Source<'a> {
    fn open(body: Body<'a>) -> Result<Self, Fault> {
        match body {
            Body::Bytes(bytes) => Ok(Source::Bytes(bytes)),
            Body::Copy(path) => match disk::open(&path) {
                Ok(file) => Ok(Source::File(file, path)),
                Err(error) => Err(unreadable(&path, &error)),
            },
        }
    }

    fn length(&self) -> Result<u64, Fault> {
        match self {
            Source::Bytes(bytes) => Ok(bytes.len() as u64),
            Source::File(file, path) => file
                .metadata()
                .map(|found| found.len())
                .map_err(|error| unreadable(path, &error)),
        }
    }

    /// The hash of the content. A file is left at its beginning, to be read again.
    fn hash(&mut self) -> Result<Hash, Fault> {
        match self {
            Source::Bytes(bytes) => Ok(blake3::hash(bytes)),
            Source::File(file, path) => {
                let mut hasher = blake3::Hasher::new();
                match hasher.update_reader(&mut *file).and_then(|_| file.rewind()) {
                    Ok(()) => Ok(hasher.finalize()),
                    Err(error) => Err(unreadable(path, &error)),
                }
            }
        }
    }
}

/// Whether a folder is empty but for what a killed build may have left.
fn is_empty(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if entry?.file_name() != STAGING {
            return Ok(false);
        }
    }
    Ok(true)
}

fn unwritable(path: &Path, error: &io::Error) -> Fault {
    Fault::nowhere(
        Code::Unwritable,
        format!("`{}` can't be written: {error}", path.display()),
    )
}

/// The staging folder, held by this build alone until it is dropped.
#[derive(Debug)]
struct Staging {
    path: PathBuf,
    lock: Option<File>,
    /// The folders made for it, the outermost first.
    made: Vec<PathBuf>,
}

impl Staging {
    fn open(output: &Path) -> Result<Staging, Fault> {
        let mut staging = Staging {
            path: output.join(STAGING),
            lock: None,
            made: Vec::new(),
        };
        let mut missing: Vec<&Path> = output
            .ancestors()
            .take_while(|folder| !folder.is_dir())
            .collect();
        while let Some(folder) = missing.pop() {
            disk::make_folder(folder).map_err(|error| unwritable(folder, &error))?;
            staging.made.push(folder.to_owned());
        }
        // The build that holds the lock may end, and take the folder with it, between two steps.
        for _ in 0..10 {
            match staging.try_lock() {
                Ok(true) => {
                    staging
                        .clear()
                        .map_err(|error| unwritable(&staging.path, &error))?;
                    return Ok(staging);
                }
                Ok(false) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let who = fs::read_to_string(staging.path.join(LOCK)).unwrap_or_default();
                    let who = match who.trim().parse::<u32>() {
                        Ok(process) => format!("another build (process {process})"),
                        Err(_) => "another build".into(),
                    };
                    let message = format!("{who} is writing into `{}`", output.display());
                    return Err(
                        Fault::nowhere(Code::Unwritable, message).help("wait until it has ended")
                    );
                }
                Err(error) => return Err(unwritable(&staging.path, &error)),
            }
        }
        let error = io::Error::from(io::ErrorKind::WouldBlock);
        Err(unwritable(&staging.path, &error))
    }

    /// Takes the lock; `false` if the file that was locked is gone meanwhile.
    ///
    /// The system frees the lock when its process ends, however it ends, so there are no stale ones.
    fn try_lock(&mut self) -> io::Result<bool> {
        disk::make_folder(&self.path)?;
        if fs::symlink_metadata(&self.path)?.is_symlink() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a link"));
        }
        let path = self.path.join(LOCK);
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "its lock is no file",
            ));
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            // Some network file systems know no locks. Building there is better than not.
            Err(fs::TryLockError::Error(_)) => {}
        }
        if !is_same(&file, &path)? {
            return Ok(false);
        }
        file.set_len(0)?;
        file.write_all(format!("{}\n", std::process::id()).as_bytes())?;
        self.lock = Some(file);
        Ok(true)
    }

    /// Removes what a killed build, or this one, has left.
    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name() != LOCK && !entry.file_type()?.is_dir() {
                disk::remove_file(&entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Without the lock the folder is another's. What can't be removed, the next build removes.
        if let Some(lock) = self.lock.take() {
            let _ = self.clear();
            let _ = disk::remove_file(&self.path.join(LOCK));
            drop(lock);
            let _ = disk::remove_folder(&self.path);
        }
        // They stay if there is a site in them.
        for folder in self.made.iter().rev() {
            let _ = disk::remove_folder(folder);
        }
    }
}

/// Whether an open file is still the one of this path.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (open, found) = (file.metadata()?, fs::symlink_metadata(path)?);
    Ok((open.dev(), open.ino()) == (found.dev(), found.ino()))
}

/// Whether an open file is still the one of this path. Here an open file keeps its path.
#[cfg(not(unix))]
fn is_same(_: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}
