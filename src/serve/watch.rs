//! Waiting until something changes that the site is made from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, MetadataKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

/// How long it must be quiet before a build: a program that saves does several things to a file.
const QUIET: Duration = Duration::from_millis(50);

/// How long a build is put off at most, where it is never quiet.
const AT_MOST: Duration = Duration::from_millis(500);

/// What is to be watched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// The site's root.
    pub root: PathBuf,
    /// Files and folders that the site is made from, as seen from the root. They needn't be there
    /// yet.
    pub paths: Vec<PathBuf>,
    /// Folders inside these that don't matter, as seen from the root: the output folder.
    pub ignore: Vec<PathBuf>,
}

/// A watch that has begun.
pub(super) struct Watcher {
    watch: Watch,
    system: notify::Result<RecommendedWatcher>,
    events: Receiver<notify::Result<Event>>,
    /// The paths to watch, and what they lead to where they are links.
    wanted: Vec<PathBuf>,
    ignored: Vec<PathBuf>,
}

/// What an event means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Matter {
    Nothing,
    /// Something has changed.
    Content,
    /// What must be watched may have changed too.
    Places,
}

impl Watcher {
    /// Begins to watch. What can't be watched is said and left out: a server without it is better
    /// than none.
    pub fn start(watch: Watch, say: &impl Fn(&str)) -> Watcher {
        let (send, events) = channel();
        let system = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Here already, because a build reads many files.
            if !event.as_ref().is_ok_and(is_mere_reading) {
                let _ = send.send(event);
            }
        });
        if let Err(error) = &system {
            say(&format!("changes can't be watched: {error}"));
        }
        let mut watcher = Watcher {
            watch,
            system,
            events,
            wanted: Vec::new(),
            ignored: Vec::new(),
        };
        watcher.arm(say);
        watcher
    }

    /// Watches other paths from now on. Gives whether they are others.
    pub fn change(&mut self, paths: Vec<PathBuf>, say: &impl Fn(&str)) -> bool {
        if self.watch.paths == paths {
            return false;
        }
        self.watch.paths = paths;
        self.arm(say);
        true
    }

    /// Waits for a change, and then until it is quiet. Changes since the last wait count, so none
    /// is lost while a build is running.
    pub fn wait(&mut self, say: &impl Fn(&str)) {
        let mut matter = Matter::Nothing;
        while matter == Matter::Nothing {
            match self.events.recv() {
                Ok(event) => matter = self.judge(&event),
                // Nothing can be watched; the server goes on without.
                Err(_) => loop {
                    std::thread::park();
                },
            }
        }
        let end = Instant::now() + AT_MOST;
        let mut quiet = Instant::now() + QUIET;
        loop {
            let left = quiet.min(end).saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) => {
                    let this = self.judge(&event);
                    if this > Matter::Nothing {
                        matter = matter.max(this);
                        quiet = Instant::now() + QUIET;
                    }
                    if Instant::now() >= end {
                        break;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        if matter == Matter::Places {
            // Before the build: what changes from now on is seen by the one or the other.
            self.arm(say);
        }
    }

    /// Watches all that is to be watched and is there.
    ///
    /// Folders are watched, not files, because many programs save by putting a new file in the
    /// place of the old one; and so are the parents of folders, where they may vanish or appear.
    fn arm(&mut self, say: &impl Fn(&str)) {
        let root = std::path::absolute(&self.watch.root).unwrap_or(self.watch.root.clone());
        let with_real = |paths: &[PathBuf]| {
            let mut all: Vec<PathBuf> = Vec::new();
            for path in paths {
                let path = root.join(path);
                // A link may be changed or what it leads to; and some systems report only the
                // real path.
                all.extend(real(&path));
                all.push(path);
            }
            all.sort();
            all.dedup();
            all
        };
        self.wanted = with_real(&self.watch.paths);
        self.ignored = with_real(&self.watch.ignore);
        let Ok(system) = &mut self.system else { return };

        let mut folders: BTreeMap<&Path, RecursiveMode> = BTreeMap::new();
        for path in &self.wanted {
            if path.is_dir() {
                folders.insert(path, RecursiveMode::Recursive);
            }
            if let Some(parent) = path.ancestors().skip(1).find(|parent| parent.is_dir()) {
                folders.entry(parent).or_insert(RecursiveMode::NonRecursive);
            }
        }
        for (folder, mode) in folders {
            if let Err(error) = system.watch(folder, mode) {
                // If it has just vanished, the next event tells.
                if folder.is_dir() {
                    say(&format!("`{}` can't be watched: {error}", folder.display()));
                }
            }
        }
    }

    fn judge(&self, event: &notify::Result<Event>) -> Matter {
        let event = match event {
            Ok(event) if event.need_rescan() => return Matter::Places,
            Ok(event) => event,
            // Something may have been missed.
            Err(_) => return Matter::Places,
        };
        let moves = matches!(
            event.kind,
            EventKind::Any
                | EventKind::Create(_)
                | EventKind::Remove(_)
                | EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Any)
        );
        let judge = |path: &PathBuf| {
            if self.ignored.iter().any(|ignored| path.starts_with(ignored)) {
                return Matter::Nothing;
            }
            if moves && self.wanted.iter().any(|wanted| wanted.starts_with(path)) {
                return Matter::Places;
            }
            let inside = |wanted: &PathBuf| {
                path.strip_prefix(wanted)
                    .is_ok_and(|rest| !rest.iter().any(is_temporary))
            };
            if self.wanted.iter().any(inside) {
                Matter::Content
            } else {
                Matter::Nothing
            }
        };
        event
            .paths
            .iter()
            .map(judge)
            .max()
            .unwrap_or(Matter::Nothing)
    }
}

/// The path without links; of one that isn't there, as much as is there.
fn real(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|there| {
        let rest = path.strip_prefix(there).ok()?;
        let there = there.canonicalize().ok()?;
        Some(if rest.as_os_str().is_empty() {
            there
        } else {
            there.join(rest)
        })
    })
}

fn is_mere_reading(event: &Event) -> bool {
    match event.kind {
        // Written by way of memory, a file tells nothing until it is closed.
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => !event.need_rescan(),
        EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime)) => true,
        _ => false,
    }
}

/// Whether a file or folder is one that editors and other programs keep for themselves.
fn is_temporary(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy();
    let is_swap = |name: &str| {
        // Vim: .name.swp, then .swo, .swn …
        name.starts_with('.')
            && name
                .rsplit_once('.')
                .is_some_and(|(_, end)| end.len() == 3 && end.starts_with("sw") && end.is_ascii())
    };
    name == ".git"
        || name == "4913"
        || name == ".DS_Store"
        || name.ends_with('~')
        || name.starts_with(".#")
        || name.starts_with(".goutputstream-")
        || (name.starts_with('#') && name.ends_with('#'))
        || name.starts_with(".explainer-")
        || is_swap(&name)
}
