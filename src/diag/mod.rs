//! What is wrong, where, and what to do about it: the faults that every stage reports.
//!
//! A [`Fault`] is data: it knows its [`Code`], its places as byte ranges of files, and its help.
//! Whether it is an error or a warning is decided by [`Levels`]; how it looks is decided by
//! [`report`], which has one form for people and one for machines.

mod codes;
mod report;

pub use codes::Code;
pub use report::{Format, Sources, explain, report};

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The path of a file as the author knows it: relative to the site's root, with `/` between its
/// parts. Files of a bundled theme begin with `theme:`.
pub type FilePath = Arc<str>;

/// A stretch of a file, in bytes of its text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// Which file.
    pub file: FilePath,
    /// Which bytes of it. An empty range points between two characters.
    pub span: Range<usize>,
}

impl Place {
    /// A stretch of `file`.
    pub fn new(file: &FilePath, span: Range<usize>) -> Self {
        Place {
            file: file.clone(),
            span,
        }
    }
}

/// How much a fault matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not reported.
    Allow,
    /// Reported; the site is built.
    Warn,
    /// Reported; nothing is written.
    Deny,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault {
    /// What kind of fault it is.
    pub code: Code,
    /// What is wrong, in one sentence without a full stop, naming what the author typed.
    pub message: String,
    /// Where it is; `None` only where no file can be named.
    pub place: Option<Place>,
    /// What stands under the mark.
    pub label: String,
    /// Other places that matter, such as the first of two definitions.
    pub others: Vec<(Place, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Fault {
    /// A fault at a place.
    pub fn new(code: Code, message: impl Into<String>, place: Place) -> Self {
        Fault {
            place: Some(place),
            ..Fault::nowhere(code, message)
        }
    }

    /// A fault of no particular file.
    pub fn nowhere(code: Code, message: impl Into<String>) -> Self {
        Fault {
            code,
            message: message.into(),
            place: None,
            label: String::new(),
            others: Vec::new(),
            help: None,
        }
    }

    /// Says what stands under the mark.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds another place that matters.
    pub fn and(mut self, place: Place, label: impl Into<String>) -> Self {
        self.others.push((place, label.into()));
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Which faults count as what: the table of codes, changed by the author's `[checks]` and by
/// `--deny warnings`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Levels {
    /// What the author's configuration says of single codes.
    pub chosen: BTreeMap<Code, Level>,
    /// Whether warnings count as errors.
    pub deny_warnings: bool,
}

impl Levels {
    /// The level of a code. A code that is an error in the table stays one: a site that can't be
    /// built rightly is not built.
    pub fn of(&self, code: Code) -> Level {
        let level = match code.level() {
            Level::Deny => Level::Deny,
            level => self.chosen.get(&code).copied().unwrap_or(level),
        };
        match level {
            Level::Warn if self.deny_warnings => Level::Deny,
            level => level,
        }
    }

    /// Counts errors and warnings.
    pub fn count(&self, faults: &[Fault]) -> Counts {
        let mut counts = Counts::default();
        for fault in faults {
            match self.of(fault.code) {
                Level::Deny => counts.errors += 1,
                Level::Warn => counts.warnings += 1,
                Level::Allow => {}
            }
        }
        counts
    }
}

/// How many faults of each level there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Faults that keep the site from being written.
    pub errors: usize,
    /// Faults that don't.
    pub warnings: usize,
}

/// Puts faults into the order in which an author reads them (file, then place) and drops
/// repetitions.
pub fn sort(faults: &mut Vec<Fault>) {
    fn key(fault: &Fault) -> (Option<(&str, usize, usize)>, Code, &str) {
        let place = fault.place.as_ref();
        (
            place.map(|p| (&*p.file, p.span.start, p.span.end)),
            fault.code,
            &fault.message,
        )
    }
    faults.sort_by(|a, b| key(a).cmp(&key(b)));
    faults.dedup();
}

/// The closest of `known` to what was typed, if it is close enough to be meant.
///
/// Up to a third of the letters may differ, and letter case alone never counts as a difference
/// too many.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = typed.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&lower, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, name)| *distance <= typed.chars().count().max(name.chars().count()) / 3)
        .min()
        .map(|(_, name)| name)
}

/// The path of `known` whose file name is closest to that of the path typed.
pub fn nearest_path<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    fn name(path: &str) -> &str {
        path.rsplit('/').next().unwrap_or(path)
    }
    let known: Vec<&str> = known.into_iter().collect();
    let near = nearest(name(typed), known.iter().map(|path| name(path)))?;
    known.into_iter().find(|path| name(path) == near)
}
