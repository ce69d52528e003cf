//! The few operations that change the disk, in one place so that tests can end a build at each.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use blake3::{Hash, Hasher};

/// Opens a file for reading, but nothing else that has a path: a folder can't be read and a pipe
/// would keep us waiting.
pub(super) fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it isn't a file",
        ));
    }
    File::open(path)
}

/// The hash of a file's content, read piece by piece: films and scans may be larger than memory.
pub(super) fn hash_file(path: &Path) -> io::Result<Hash> {
    let mut hasher = Hasher::new();
    hasher.update_reader(open(path)?)?;
    Ok(hasher.finalize())
}

/// Writes a new file and gives the hash of what was written.
pub(super) fn write(path: &Path, mut from: impl Read) -> io::Result<Hash> {
    step()?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = &buffer[..length];
        hasher.update(bytes);
        let (first, rest) = bytes.split_at(length / 2);
        file.write_all(first)?;
        step()?;
        file.write_all(rest)?;
    }
    Ok(hasher.finalize())
}

/// Waits until a file has reached the disk.
pub(super) fn flush(path: &Path) -> io::Result<()> {
    step()?;
    OpenOptions::new().write(true).open(path)?.sync_data()
}

/// Moves a file to its place, in the stead of what is there.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step()?;
    fs::rename(from, to)
}

/// Makes a folder whose parent is there; no matter if it is there already.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    step()?;
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        result => result,
    }
}

/// Removes a file, or a link itself.
pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    step()?;
    fs::remove_file(path)
}

/// Removes a folder if it is empty.
pub(super) fn remove_folder(path: &Path) -> io::Result<()> {
    step()?;
    fs::remove_dir(path)
}

#[cfg(not(test))]
#[inline]
fn step() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
fn step() -> io::Result<()> {
    kill::step()
}

/// Ends a build after a number of operations: from then on none does anything, as if the process
/// were gone.
#[cfg(test)]
pub(super) mod kill {
    use std::cell::Cell;
    use std::io;

    thread_local! {
        static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    }

    /// Lets the next `count` operations of this thread succeed; `None` lets all.
    pub(crate) fn after(count: Option<usize>) {
        LEFT.set(count);
    }

    pub(super) fn step() -> io::Result<()> {
        match LEFT.get() {
            None => Ok(()),
            Some(0) => Err(io::Error::other("killed")),
            Some(left) => {
                LEFT.set(Some(left - 1));
                Ok(())
            }
        }
    }
}
