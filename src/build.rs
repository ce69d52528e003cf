//! The one way from a site on disk to its pages: a clean build, a rebuild and a check alike.
//!
//! Each step is remembered with what went into it and done again only when that differs: files
//! are parsed when their text changes, the site is resolved when an outline, a source or the
//! configuration changes, a page is rendered when what it is made of changes.

mod books;
mod pictures;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::check;
use crate::config::{By, Config};
use crate::csl::Style;
use crate::diag::{self, Code, Counts, Fault, Level, Levels};
use crate::parse::{self, Parsed, Rules};
use crate::read::{self, Snapshot, TextFile};
use crate::render::{
    self, Books, Digest, Fingerprint, Globals, Page, Theme, ThemeFile, ThemeFiles,
};
use crate::report::{self, Ledger};
use crate::resolve::{self, Remembered, Resolved};
use crate::search::{self, Document};
use crate::sources::{self, KindKey, Library};
use crate::text::encode_path;
use crate::write::{Body, Sink};

use self::books::make_books;
use self::pictures::{Seen, ShownPictures, captions, show_pictures};

/// How to build.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Whether the pages reload themselves.
    pub live: bool,
    /// Whether the site is shown at the root of this computer's own server, wherever it will be
    /// published.
    pub local: bool,
    /// Whether warnings count as errors.
    pub deny_warnings: bool,
    /// Whether the site is to be opened from a disk.
    pub portable: bool,
    /// The files to take away that are made of each explainer.
    pub books: Books,
}

/// What earlier builds of a site made, for the next one.
#[derive(Default)]
pub struct Memory {
    parsed: BTreeMap<Arc<str>, (Fingerprint, Arc<Parsed>)>,
    pictures: BTreeMap<String, Seen>,
    library: Option<(Fingerprint, Arc<Library>, Vec<Fault>)>,
    style: Option<(Fingerprint, Result<Style, Box<Fault>>)>,
    theme: Option<(Fingerprint, Option<Arc<Theme>>, Vec<Fault>)>,
    resolved: Option<Joined>,
    documents: Remembered,
    checks: check::Remembered,
    pages: BTreeMap<String, Made>,
    statics: BTreeMap<String, Fingerprint>,
    beside: BTreeMap<String, Fingerprint>,
    index: BTreeMap<String, Fingerprint>,
}

/// A page that was made.
struct Made {
    fingerprint: Fingerprint,
    faults: Vec<Fault>,
    /// The terms of each of its documents.
    terms: Vec<String>,
    /// Its files of texts.
    texts: Vec<String>,
}

/// A resolved site with what it was resolved from.
struct Joined {
    files: Vec<Arc<Parsed>>,
    config: Config,
    library: Arc<Library>,
    assets: BTreeSet<String>,
    style: Option<Fingerprint>,
    resolved: Arc<Resolved>,
}

/// How often each step was done, not taken from memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Files parsed.
    pub parsed: usize,
    /// Source files read: 1 or 0.
    pub sources: usize,
    /// The site resolved: 1 or 0.
    pub resolved: usize,
    /// Explainers whose citations were formatted.
    pub formatted: usize,
    /// Pages rendered.
    pub rendered: usize,
    /// Sizes of pictures made.
    pub pictures: usize,
}

/// How long each stage took.
#[derive(Debug, Clone, Default)]
pub struct Timings(pub Vec<(&'static str, Duration)>);

impl Timings {
    fn take<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.0.push((stage, start.elapsed()));
        result
    }
}

/// What a build found and made.
pub struct Built {
    /// Everything that is wrong, in reading order.
    pub faults: Vec<Fault>,
    /// What counts as an error.
    pub levels: Levels,
    /// Errors and warnings.
    pub counts: Counts,
    /// The pages of the site.
    pub pages: usize,
    /// Its sections.
    pub sections: usize,
    /// Its notes.
    pub notes: usize,
    /// The sources that are cited.
    pub cited: usize,
    /// What was done.
    pub done: Done,
    /// How long it took.
    pub timings: Timings,
    /// The folder that the configuration names for the site.
    pub output: String,
    /// The texts that faults point into.
    pub texts: Texts,
}

/// The texts of a site, for reports.
#[derive(Debug, Default)]
pub struct Texts(BTreeMap<Arc<str>, Arc<str>>);

impl Texts {
    /// The texts that were read.
    pub fn of(snapshot: &Snapshot) -> Texts {
        let one = snapshot
            .config
            .iter()
            .chain(&snapshot.overlay)
            .chain(&snapshot.proofs)
            .chain(&snapshot.style);
        let many = snapshot
            .content
            .iter()
            .chain(&snapshot.data)
            .chain(&snapshot.bibs)
            .chain(&snapshot.theme);
        Texts(
            one.chain(many)
                .map(|file| (file.path.clone(), file.text.clone()))
                .collect(),
        )
    }
}

impl diag::Sources for Texts {
    fn text(&self, file: &str) -> Option<&str> {
        self.0
            .get(file)
            .map(|text| &**text)
            .or_else(|| render::bundled_text(file))
    }
}

/// Builds a site.
///
/// In: its root; how; what earlier builds remembered; where the pages go, one by one. Out: what
/// was found. Whether the sink keeps the pages is the caller's decision, made by the counts.
pub fn build(root: &Path, options: Options, memory: &mut Memory, sink: &mut dyn Sink) -> Built {
    let mut timings = Timings::default();
    let mut done = Done::default();
    let mut site = prepare(root, memory, &mut done, &mut timings);
    let mut faults = std::mem::take(&mut site.faults);
    let mut pages = 0;
    let shown = timings.take("pictures", || {
        faults.extend(captions(&site));
        show_pictures(root, &site, memory, sink, &mut done, &mut faults)
    });
    if let Some(input) = site.input(options, &shown.pictures) {
        pages = timings.take("render", || {
            make_pages(&input, memory, sink, &mut done, &mut faults)
        });
        timings.take("search", || index(&input, memory, sink, &mut faults));
        timings.take("files", || {
            copy_files(&site.snapshot, &shown, &input, memory, sink, &mut faults)
        });
        if options.books != Books::default() {
            timings.take("books", || {
                make_books(&site.snapshot, &shown, &input, sink, &mut faults)
            });
        }
    }

    let Prepared {
        snapshot,
        config,
        resolved,
        ..
    } = site;

    let mut levels = config.levels.clone();
    levels.deny_warnings = options.deny_warnings;
    diag::sort(&mut faults);
    let structure = &resolved.structure;
    let sections = structure
        .explainers
        .iter()
        .map(|explainer| explainer.sections.len())
        .sum();
    let notes = resolved
        .pages
        .iter()
        .flat_map(|page| &page.notes)
        .map(|group| group.notes.len());
    let cited: BTreeSet<usize> = resolved
        .bibliographies
        .iter()
        .flatten()
        .flat_map(|bibliography| bibliography.entries())
        .filter(|entry| !entry.cited.is_empty())
        .map(|entry| entry.source)
        .collect();
    Built {
        counts: levels.count(&faults),
        faults,
        levels,
        pages,
        sections,
        notes: notes.sum(),
        cited: cited.len(),
        done,
        timings,
        output: config.output.clone(),
        texts: Texts::of(&snapshot),
    }
}

/// Everything that pages are made of, before any is made.
struct Prepared {
    snapshot: Snapshot,
    config: Config,
    files: Vec<Arc<Parsed>>,
    texts: Vec<Fingerprint>,
    library: Arc<Library>,
    resolved: Arc<Resolved>,
    /// None if it can't be used.
    theme: Option<Arc<Theme>>,
    faults: Vec<Fault>,
}

impl Prepared {
    fn input<'a>(
        &'a self,
        options: Options,
        pictures: &'a render::Pictures,
    ) -> Option<render::Input<'a>> {
        Some(render::Input {
            config: &self.config,
            files: &self.files,
            texts: &self.texts,
            resolved: &self.resolved,
            library: &self.library,
            theme: self.theme.as_deref()?,
            live: options.live,
            local: options.local,
            portable: options.portable,
            books: options.books,
            pictures,
        })
    }
}

fn prepare(root: &Path, memory: &mut Memory, done: &mut Done, timings: &mut Timings) -> Prepared {
    let Survey {
        snapshot,
        config,
        files,
        texts,
        library,
        resolved,
        mut faults,
        ..
    } = look(root, Wanted::Cited, memory, done, timings);
    let theme = timings.take("theme", || theme(&snapshot, &config, memory, &mut faults));
    Prepared {
        snapshot,
        config,
        files,
        texts,
        library,
        resolved,
        theme,
        faults,
    }
}

/// A site as far as its texts and sources go, without a theme and pages.
pub struct Survey {
    /// What was read.
    pub snapshot: Snapshot,
    /// The configuration.
    pub config: Config,
    /// The files of `content`.
    pub files: Vec<Arc<Parsed>>,
    /// The fingerprints of the texts that each is made of.
    pub texts: Vec<Fingerprint>,
    /// The sources.
    pub library: Arc<Library>,
    /// The citation style; none if it can't be used.
    pub style: Option<Style>,
    /// The site.
    pub resolved: Arc<Resolved>,
    /// Who compared which citation.
    pub ledger: Ledger,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

impl Survey {
    /// What reports are made of.
    pub fn input(&self) -> report::Input<'_> {
        report::Input {
            files: &self.files,
            config: &self.config,
            library: &self.library,
            resolved: &self.resolved,
        }
    }
}

/// Which sources are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that pages need: of a library only what is cited.
    Cited,
    /// All.
    All,
}

/// Looks at a site without making pages.
///
/// In: its root, and which sources are wanted. Out: all that is known of it.
pub fn survey(root: &Path, wanted: Wanted) -> Survey {
    let (mut memory, mut done, mut timings) = Default::default();
    look(root, wanted, &mut memory, &mut done, &mut timings)
}

fn look(
    root: &Path,
    wanted: Wanted,
    memory: &mut Memory,
    done: &mut Done,
    timings: &mut Timings,
) -> Survey {
    let (snapshot, config, mut faults) = timings.take("read", || read::read(root));
    let (files, texts) = timings.take("parse", || parse_all(&snapshot, &config, memory, done));
    let library = timings.take("sources", || {
        library(
            &snapshot,
            &config,
            wanted,
            &files,
            memory,
            done,
            &mut faults,
        )
    });
    let style = style(&snapshot, &config, memory, &mut faults);
    let resolved = timings.take("resolve", || {
        join(
            &snapshot,
            &config,
            &files,
            &library,
            style.as_ref(),
            memory,
            done,
        )
    });
    faults.extend(
        resolved
            .findings
            .iter()
            .map(|finding| finding.placed(&files)),
    );
    // A draft's faults can wait until it is published.
    let published = files.iter().zip(&resolved.structure.roles);
    let published = published.filter(|(_, role)| **role != resolve::Role::Draft);
    faults.extend(published.flat_map(|(parsed, _)| parsed.faults.iter().cloned()));
    let input = check::Input {
        snapshot: &snapshot,
        files: &files,
        library: &library,
        resolved: &resolved,
        style: style.as_ref().map(|(_, style)| style),
    };
    faults.extend(timings.take("check", || check::check(&input, &mut memory.checks)));
    faults.extend(missing_titles(&files, &resolved));
    faults.extend(unknown_groups(&config, &library));
    faults.extend(report::unread_locators(&library, &config.language));
    let (ledger, unread) = ledger(&snapshot);
    faults.extend(unread);

    let survey = Survey {
        snapshot,
        config,
        files,
        texts,
        library,
        style: style.map(|(_, style)| style),
        resolved,
        ledger,
        faults: Vec::new(),
    };
    let input = survey.input();
    faults.extend(report::limits(&input));
    if survey.config.levels.of(Code::Unproofed) != Level::Allow {
        faults.extend(report::unproofed(&input, &survey.ledger));
    }
    Survey { faults, ..survey }
}

/// Who compared which citation, and what is wrong with the file that says so.
fn ledger(snapshot: &Snapshot) -> (Ledger, Vec<Fault>) {
    match &snapshot.proofs {
        Some(file) => Ledger::read(&file.path, &file.text),
        None => Default::default(),
    }
}

/// Reads the sources of a site and nothing else.
///
/// In: its root. Out: all its sources, its configuration, what is wrong with the sources' files and
/// what is in them, and the texts that faults point into.
pub fn check_sources(root: &Path) -> (Library, Config, Vec<Fault>, Texts) {
    let (snapshot, config, mut faults) = read::read_sources(root);
    // What else the configuration says is for `check` to judge; but a broken one may name other files.
    faults.retain(|fault| {
        let place = fault.place.as_ref();
        let elsewhere = place.is_none_or(|place| *place.file != *crate::config::FILE);
        elsewhere
            || matches!(
                fault.code,
                Code::Syntax | Code::MissingFile | Code::Unreadable
            )
    });
    let bibs: Vec<_> = snapshot
        .bibs
        .iter()
        .map(|file| (file.path.clone(), &*file.text))
        .collect();
    let overlay = snapshot.overlay.as_ref();
    let overlay = overlay.map(|file| (file.path.clone(), &*file.text));
    let (library, found) = sources::read(&bibs, overlay, None);
    faults.extend(found);
    faults.extend(unknown_groups(&config, &library));
    faults.extend(report::unread_locators(&library, &config.language));
    diag::sort(&mut faults);
    let texts = Texts::of(&snapshot);
    (library, config, faults, texts)
}

/// A page as its template sees it.
pub enum Shown {
    /// The page: its address, its template, and all variables as JSON.
    Page(String, &'static str, serde_json::Value),
    /// No page is meant; what to do instead.
    Nothing(String),
    /// The theme can't be used, for these faults.
    Unmade(Vec<Fault>, Levels, Texts),
}

/// Shows what the template of a page gets.
///
/// In: the site's root, and the page: the path of its file in the site or in `content`, or its
/// address with or without the host. Out: the page, or why there is none.
pub fn show(root: &Path, page: &str) -> Shown {
    let mut site = prepare(
        root,
        &mut Memory::default(),
        &mut Done::default(),
        &mut Timings::default(),
    );
    let mut faults = std::mem::take(&mut site.faults);
    let pictures = render::Pictures::new();
    let Some(input) = site.input(Options::default(), &pictures) else {
        diag::sort(&mut faults);
        let texts = Texts::of(&site.snapshot);
        return Shown::Unmade(faults, site.config.levels, texts);
    };
    let wanted = page_name(page, site.config.base_url.as_deref());
    let files = site.files.iter().zip(&site.resolved.structure.roles);
    for (parsed, role) in files {
        let why = match role {
            resolve::Role::Draft => "is a draft and has no page: take `draft = true` out",
            resolve::Role::Part => "only gives a part its title: name one of its sections",
            _ => continue,
        };
        if [&*parsed.file, in_content(&parsed.file)].contains(&wanted) {
            return Shown::Nothing(format!("`{}` {why}", parsed.file));
        }
    }
    let jobs = render::jobs(&input);
    let names: Vec<Vec<String>> = jobs.iter().map(|job| names_of(*job, &input)).collect();
    let found = names
        .iter()
        .position(|names| names.iter().any(|name| name == wanted));
    let Some(found) = found else {
        let known = names.iter().flatten().map(String::as_str);
        return Shown::Nothing(
            match diag::nearest_path(wanted, known.filter(|name| !name.is_empty())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "name a file such as content/index.md, or an address such as /about/".to_owned()
                }
            },
        );
    };
    let job = jobs[found];
    let (template, values) = render::show(&input, &Globals::new(&input), job);
    Shown::Page(job.output(&input), template, values)
}

/// What authors call a page: its file, with and without `content/`, and its address.
fn names_of(job: render::Job, input: &render::Input<'_>) -> Vec<String> {
    let output = job.output(input);
    let address = match job {
        render::Job::NotFound => output,
        job => job.url(input).trim_end_matches('/').to_owned(),
    };
    let mut names = Vec::new();
    if let render::Job::File(file) = job {
        let path = &input.files[file].file;
        names.extend([path.to_string(), in_content(path).to_owned()]);
    }
    names.extend([encode_path(&address), address]);
    names
}

fn in_content(path: &str) -> &str {
    path.strip_prefix("content/").unwrap_or(path)
}

/// A page as it was typed, without what doesn't tell pages apart: the host or what `base_url` says,
/// a fragment, the slashes at its ends, `index.html`.
fn page_name<'a>(typed: &'a str, base_url: Option<&str>) -> &'a str {
    let typed = typed.split(['#', '?']).next().unwrap_or(typed);
    let path = match (
        base_url.and_then(|base| typed.strip_prefix(base)),
        typed.split_once("://"),
    ) {
        (Some(path), _) => path,
        (None, Some((_, rest))) => rest.split_once('/').map_or("", |(_, path)| path),
        (None, None) => typed.strip_prefix("./").unwrap_or(typed),
    };
    let path = path.strip_suffix("index.html").unwrap_or(path);
    path.trim_matches('/')
}

/// The texts that a file of `content` may ask for.
struct Others<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Others<'a> {
    fn new(snapshot: &'a Snapshot) -> Others<'a> {
        let files = snapshot.content.iter().chain(&snapshot.data);
        Others(files.map(|file| (&*file.path, &*file.text)).collect())
    }

    /// The fingerprint of a text and of all others that were asked for with it.
    fn fingerprint(&self, text: &str, used: &BTreeSet<String>) -> Fingerprint {
        let used: Vec<_> = used
            .iter()
            .map(|path| (path, self.0.get(&**path)))
            .collect();
        // What is proposed in place of a missing file depends on those that are there.
        let missing = used.iter().any(|(_, text)| text.is_none());
        let names: Option<Vec<_>> = missing.then(|| self.0.keys().collect());
        Fingerprint::of(&(text, used, names))
    }
}

impl parse::Texts for Others<'_> {
    fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).copied()
    }

    fn paths(&self) -> Vec<&str> {
        self.0.keys().copied().collect()
    }
}

/// Parses the files that have changed, or that are made of others that have. Gives all files, each
/// with the fingerprint of the texts it is made of.
fn parse_all(
    snapshot: &Snapshot,
    config: &Config,
    memory: &mut Memory,
    done: &mut Done,
) -> (Vec<Arc<Parsed>>, Vec<Fingerprint>) {
    let rules = Rules {
        series: config.series.keys().cloned().collect(),
        language: config.language.clone(),
    };
    let others = Others::new(snapshot);
    let known = &memory.parsed;
    let parsed: Vec<(Fingerprint, Fingerprint, Arc<Parsed>, bool)> = snapshot
        .content
        .par_iter()
        .map(|file| {
            let fingerprints = |used: &BTreeSet<String>| {
                let texts = others.fingerprint(&file.text, used);
                (texts, Fingerprint::of(&(texts, &rules)))
            };
            let before = known.get(&file.path);
            if let Some((before, parsed)) = before {
                let (texts, all) = fingerprints(&parsed.used);
                if all == *before {
                    return (texts, all, parsed.clone(), false);
                }
            }
            let mut parsed = parse::parse(&file.path, &file.text, &rules, &others);
            // An outline that stayed equal stays the same, so that comparing is cheap.
            if let Some((_, before)) = before
                && before.outline == parsed.outline
            {
                parsed.outline = before.outline.clone();
            }
            let (texts, all) = fingerprints(&parsed.used);
            (texts, all, Arc::new(parsed), true)
        })
        .collect();
    done.parsed = parsed.iter().filter(|(.., new)| *new).count();
    memory.parsed = parsed
        .iter()
        .map(|(_, all, parsed, _)| (parsed.file.clone(), (*all, parsed.clone())))
        .collect();
    parsed
        .into_iter()
        .map(|(texts, _, parsed, _)| (parsed, texts))
        .unzip()
}

fn library(
    snapshot: &Snapshot,
    config: &Config,
    asked: Wanted,
    files: &[Arc<Parsed>],
    memory: &mut Memory,
    done: &mut Done,
    faults: &mut Vec<Fault>,
) -> Arc<Library> {
    // Of a library only what is cited is read, unless it is searched for further reading.
    let part =
        config.sources.library && asked == Wanted::Cited && config.bibliography.further.is_none();
    let wanted: Option<BTreeSet<&str>> = part.then(|| {
        let citations = files.iter().flat_map(|file| &file.outline.citations);
        let cites = citations.flat_map(|citation| &citation.cites);
        cites.map(|cite| cite.key.as_str()).collect()
    });
    let fingerprint = Fingerprint::of(&(&snapshot.bibs, &snapshot.overlay, &wanted));
    let entry = match memory.library.take() {
        Some(entry) if entry.0 == fingerprint => entry,
        _ => {
            done.sources = 1;
            let bibs: Vec<_> = snapshot
                .bibs
                .iter()
                .map(|file| (file.path.clone(), &*file.text))
                .collect();
            let overlay = snapshot
                .overlay
                .as_ref()
                .map(|file| (file.path.clone(), &*file.text));
            let (library, faults) = sources::read(&bibs, overlay, wanted.as_ref());
            (fingerprint, Arc::new(library), faults)
        }
    };
    faults.extend(entry.2.iter().cloned());
    memory.library.insert(entry).1.clone()
}

fn style(
    snapshot: &Snapshot,
    config: &Config,
    memory: &mut Memory,
    faults: &mut Vec<Fault>,
) -> Option<(Fingerprint, Style)> {
    let (name, place) = &config.citations.style;
    let fingerprint = Fingerprint::of(&(name, &snapshot.style));
    let entry = match memory.style.take() {
        Some(entry) if entry.0 == fingerprint => entry,
        _ => (
            fingerprint,
            find_style(name, snapshot.style.as_ref()).map_err(Box::new),
        ),
    };
    let (_, style) = memory.style.insert(entry);
    match style {
        Ok(style) => Some((fingerprint, style.clone())),
        Err(fault) => {
            let mut fault = (**fault).clone();
            fault.place = fault.place.or_else(|| place.clone());
            // A file that isn't there was reported when it was read.
            if !name.ends_with(".csl") || snapshot.style.is_some() {
                faults.push(fault);
            }
            None
        }
    }
}

fn find_style(name: &str, file: Option<&TextFile>) -> Result<Style, Fault> {
    match file {
        Some(file) => Style::from_xml(&file.text).map_err(|message| {
            Fault::new(
                Code::UnknownStyle,
                format!("`{name}` can't be read as a CSL style"),
                diag::Place::new(&file.path, 0..0),
            )
            .label(message)
        }),
        None => Style::named(name).map_err(|unknown| {
            let help = match unknown.nearest {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "for example chicago-notes, apa, mla; or the path of a .csl file".to_owned()
                }
            };
            Fault::nowhere(Code::UnknownStyle, format!("there is no style `{name}`")).help(help)
        }),
    }
}

fn join(
    snapshot: &Snapshot,
    config: &Config,
    files: &[Arc<Parsed>],
    library: &Arc<Library>,
    style: Option<&(Fingerprint, Style)>,
    memory: &mut Memory,
    done: &mut Done,
) -> Arc<Resolved> {
    let assets: BTreeSet<String> = snapshot.assets.keys().cloned().collect();
    let fingerprint = style.map(|(fingerprint, _)| *fingerprint);
    if let Some(joined) = &mut memory.resolved {
        let same_outlines = joined.files.len() == files.len()
            && joined.files.iter().zip(files).all(|(before, now)| {
                before.file == now.file
                    && (Arc::ptr_eq(&before.outline, &now.outline) || before.outline == now.outline)
            });
        if same_outlines
            && joined.config == *config
            && Arc::ptr_eq(&joined.library, library)
            && joined.assets == assets
            && joined.style == fingerprint
        {
            joined.files = files.to_vec();
            return joined.resolved.clone();
        }
    }
    done.resolved = 1;
    let input = resolve::Input {
        files,
        config,
        library,
        assets: &assets,
        style: style.map(|(_, s)| s),
    };
    let resolved = Arc::new(resolve::resolve(&input, &mut memory.documents));
    done.formatted = resolved.formatted;
    memory.resolved = Some(Joined {
        files: files.to_vec(),
        config: config.clone(),
        library: library.clone(),
        assets,
        style: fingerprint,
        resolved: resolved.clone(),
    });
    resolved
}

fn missing_titles(files: &[Arc<Parsed>], resolved: &Resolved) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut published = 0;
    for (parsed, role) in files.iter().zip(&resolved.structure.roles) {
        let needs_title = match role {
            resolve::Role::Home | resolve::Role::Part | resolve::Role::Draft => false,
            resolve::Role::Explainer(number) => {
                !resolved.structure.explainers[*number].folder.is_empty()
            }
            resolve::Role::Section(..) | resolve::Role::Page => true,
        };
        published += usize::from(role.is_published());
        if *role == resolve::Role::Part && !parsed.body.is_blank() {
            faults.push(
                Fault::new(
                    Code::LostText,
                    "the index of a part has no page, so its text isn't published",
                    diag::Place::new(&parsed.file, 0..0),
                )
                .help("keep its title and put the text into a section"),
            );
        }
        let unread = parsed.faults.iter().any(|fault| fault.code == Code::Syntax);
        if needs_title && parsed.outline.title.is_empty() && !unread {
            faults.push(
                Fault::new(
                    Code::MissingField,
                    "this file has no title",
                    diag::Place::new(&parsed.file, 0..0),
                )
                .help("begin it with a line `# Title`, or with front matter that has a `title`"),
            );
        }
    }
    if published == 0 {
        faults.push(
            Fault::nowhere(
                Code::EmptySite,
                "the folder `content` has nothing to publish",
            )
            .help("write a first section: a file `content/01-beginning.md` that begins with a line `# Title`"),
        );
    }
    faults
}

/// Sources whose group the configuration doesn't have.
fn unknown_groups(config: &Config, library: &Library) -> Vec<Fault> {
    match config.bibliography.by {
        By::Group => {}
        By::Kind => return unknown_kinds(config),
        By::Keyword => return Vec::new(),
    }
    if config.groups.is_empty() {
        return Vec::new();
    }
    let known = || config.groups.iter().map(|group| group.name.as_str());
    let sources = library.sources().iter();
    let strays = sources.filter_map(|source| Some((source, source.group.as_deref()?)));
    strays
        .filter(|(_, group)| !known().any(|name| name == *group))
        .map(|(source, group)| {
            let help = match diag::nearest(group, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the groups are {}", known().collect::<Vec<_>>().join(", ")),
            };
            Fault::new(
                Code::WrongValue,
                format!(
                    "the source `{}` is in a group `{group}` that isn't set",
                    source.item.key
                ),
                source.place.clone(),
            )
            .help(help)
        })
        .collect()
}

/// Groups by kind whose names are no kinds.
fn unknown_kinds(config: &Config) -> Vec<Fault> {
    let names = || KindKey::ALL.iter().map(|kind| kind.name());
    let strays = config.groups.iter();
    strays
        .filter(|group| KindKey::named(&group.name).is_none())
        .filter_map(|group| Some((group, group.place.clone()?)))
        .map(|(group, place)| {
            let message = format!("there is no kind of sources `{}`", group.name);
            let help = match diag::nearest(&group.name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the kinds are {}", names().collect::<Vec<_>>().join(", ")),
            };
            Fault::new(Code::WrongValue, message, place).help(help)
        })
        .collect()
}

fn theme(
    snapshot: &Snapshot,
    config: &Config,
    memory: &mut Memory,
    faults: &mut Vec<Fault>,
) -> Option<Arc<Theme>> {
    let mut digest = Digest::default();
    (
        &config.theme,
        &config.language,
        &snapshot.theme,
        &snapshot.theme_static,
    )
        .hash(&mut digest);
    let fingerprint = digest.fingerprint();
    let entry = match memory.theme.take() {
        Some(entry) if entry.0 == fingerprint => entry,
        _ => {
            let (theme, faults) = Theme::load(&ThemeFiles {
                name: config.theme.0.clone(),
                place: config.theme.1.clone(),
                language: config.language.clone(),
                files: snapshot.theme.clone(),
                statics: snapshot.theme_static.keys().cloned().collect(),
            });
            (fingerprint, theme.map(Arc::new), faults)
        }
    };
    faults.extend(entry.2.iter().cloned());
    memory.theme.insert(entry).1.clone()
}

/// How many pages are made before they are handed on: enough to keep all processors at work, few
/// enough to keep a large site out of memory.
const BATCH: usize = 64;

fn make_pages(
    input: &render::Input<'_>,
    memory: &mut Memory,
    sink: &mut dyn Sink,
    done: &mut Done,
    faults: &mut Vec<Fault>,
) -> usize {
    let globals = Globals::new(input);
    let jobs = render::jobs(input);
    let (numbers, _) = render::numbers(input, &jobs);
    let mut remembered = BTreeMap::new();
    let mut waiting = Vec::new();
    for (job, number) in jobs.iter().zip(numbers) {
        let output = job.output(input);
        let fingerprint = Fingerprint::of(&(job.fingerprint(input, &globals), number));
        match memory.pages.remove(&output) {
            Some(made) if made.fingerprint == fingerprint && sink.keep(&output) => {
                faults.extend(made.faults.iter().cloned());
                for path in &made.texts {
                    // What was put with the page is there with the page.
                    sink.keep(path);
                }
                remembered.insert(output, made);
            }
            _ => waiting.push(Waiting {
                job: *job,
                output,
                fingerprint,
                number,
            }),
        }
    }
    done.rendered += waiting.len();
    let render = |batch: &[Waiting]| -> Vec<Rendered> {
        batch
            .par_iter()
            .map(|page| Rendered::new(input, &globals, page))
            .collect()
    };
    let mut put = |batch: &[Waiting], pages: Vec<Rendered>| {
        for (page, rendered) in batch.iter().zip(pages) {
            let made = rendered.put(input, page, sink, faults);
            remembered.insert(page.output.clone(), made);
        }
    };
    // While one batch is put, the next is made.
    let mut batches = waiting.chunks(BATCH);
    let mut batch = batches.next().map(|batch| (batch, render(batch)));
    while let Some((pages, rendered)) = batch {
        let next = batches.next();
        let (_, made) = rayon::join(
            || put(pages, rendered),
            || next.map(|batch| (batch, render(batch))),
        );
        batch = made;
    }
    memory.pages = remembered;
    jobs.len()
}

/// A page that is to be made.
struct Waiting {
    job: render::Job,
    output: String,
    fingerprint: Fingerprint,
    /// The number of its first document for searches.
    number: Option<usize>,
}

/// A page that was made and waits to be put.
struct Rendered {
    page: Page,
    terms: Vec<String>,
    pieces: Vec<search::Piece>,
}

impl Rendered {
    fn new(input: &render::Input<'_>, globals: &Globals, waiting: &Waiting) -> Rendered {
        let mut page = render::render(input, globals, waiting.job);
        let found = std::mem::take(&mut page.found);
        let pieces = waiting.number.map(|number| search::texts(number, &found));
        Rendered {
            page,
            terms: found.iter().map(Document::weighed).collect(),
            pieces: pieces.unwrap_or_default(),
        }
    }

    fn put(
        self,
        input: &render::Input<'_>,
        waiting: &Waiting,
        sink: &mut dyn Sink,
        faults: &mut Vec<Fault>,
    ) -> Made {
        let page = self.page;
        faults.extend(page.faults.iter().cloned());
        if let Some(html) = page.html {
            let put = sink.put(&waiting.output, Body::Bytes(Cow::Owned(html.into_bytes())));
            faults.extend(put.err().map(|mut fault| {
                let place = diag::Place::new(&waiting.job.file_of(input), 0..0);
                fault.place.get_or_insert(place);
                fault
            }));
        }
        let mut texts = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces {
            let bytes = piece.text.into_bytes();
            let put = sink.put(&piece.path, Body::Bytes(Cow::Owned(bytes)));
            faults.extend(put.err());
            texts.push(piece.path);
        }
        Made {
            fingerprint: waiting.fingerprint,
            faults: page.faults,
            terms: self.terms,
            texts,
        }
    }
}

/// Hands on the index for searches, but for the texts, which come with their pages.
fn index(
    input: &render::Input<'_>,
    memory: &mut Memory,
    sink: &mut dyn Sink,
    faults: &mut Vec<Fault>,
) {
    let before = std::mem::take(&mut memory.index);
    if !input.config.search {
        return;
    }
    let jobs = render::jobs(input);
    let (numbers, pages) = render::numbers(input, &jobs);
    let mut documents = Vec::new();
    for (job, number) in jobs.iter().zip(numbers) {
        if let (Some(first), Some(made)) = (number, memory.pages.get(&job.output(input))) {
            let terms = made.terms.iter().map(String::as_str);
            documents.extend(terms.enumerate().map(|(at, terms)| (first + at, terms)));
        }
    }
    for piece in search::index(pages, &documents) {
        let put = put_or_keep(&piece.path, &piece.text, &before, &mut memory.index, sink);
        faults.extend(put.err());
    }
}

fn copy_files(
    snapshot: &Snapshot,
    shown: &ShownPictures,
    input: &render::Input<'_>,
    memory: &mut Memory,
    sink: &mut dyn Sink,
    faults: &mut Vec<Fault>,
) {
    let mut copies: BTreeMap<&str, &Path> = BTreeMap::new();
    let before = std::mem::take(&mut memory.statics);
    for (path, file) in &input.theme.statics {
        match file {
            ThemeFile::Text(file) => {
                let put = put_or_keep(path, &file.text, &before, &mut memory.statics, sink);
                faults.extend(put.err());
            }
            ThemeFile::Copy(from) => {
                copies.extend(snapshot.theme_static.get(from).map(|f| (&**path, &**f)));
            }
        }
    }
    for (path, file) in &snapshot.assets {
        if let Some(url) = path.strip_prefix("static/") {
            copies.insert(url, file);
        }
    }
    for (path, url) in &input.resolved.assets {
        if let Some(file) = snapshot.assets.get(path) {
            copies.insert(url, file);
        }
    }
    // Of pictures that are shown only what is needed to show them.
    for (url, file) in &shown.cleaned {
        if copies.contains_key(&**url) {
            copies.insert(url, file);
        }
    }
    let theirs: BTreeSet<String> = copies.keys().map(|path| path.to_lowercase()).collect();
    let own = |path: &str| theirs.contains(&path.to_lowercase());

    let before = std::mem::take(&mut memory.beside);
    for file in render::beside(input) {
        // A file of the author's takes the place of ours.
        if own(&file.path) {
            continue;
        }
        let put = put_or_keep(&file.path, &file.text, &before, &mut memory.beside, sink);
        faults.extend(put.err().map(|mut fault| {
            fault.place = fault.place.or(file.place);
            fault
        }));
    }
    for (url, file) in copies {
        if let Err(fault) = sink.put(url, Body::Copy(file.to_owned())) {
            faults.push(fault);
        }
    }
}

/// Hands on a text that the last build may have made as well.
fn put_or_keep(
    path: &str,
    text: &str,
    before: &BTreeMap<String, Fingerprint>,
    now: &mut BTreeMap<String, Fingerprint>,
    sink: &mut dyn Sink,
) -> Result<(), Fault> {
    let fingerprint = Fingerprint::of_bytes(text.as_bytes());
    now.insert(path.to_owned(), fingerprint);
    if before.get(path) == Some(&fingerprint) && sink.keep(path) {
        return Ok(());
    }
    sink.put(path, Body::Bytes(Cow::Borrowed(text.as_bytes())))
}

/// A sink that takes nothing, for checking.
#[derive(Debug, Default)]
pub struct Nowhere;

impl Sink for Nowhere {
    fn keeps(&self) -> bool {
        false
    }

    fn put(&mut self, _: &str, _: Body<'_>) -> Result<(), Fault> {
        Ok(())
    }
}
