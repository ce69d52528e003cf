//! How long it takes to parse a section, to build a site, and to build it again after an edit.

mod corpus;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{BatchSize, Criterion};
use explainer::build::{Memory, Options, build};
use explainer::config::MAIN;
use explainer::diag::Fault;
use explainer::parse::{NoTexts, Rules, parse};
use explainer::write::{Body, Sink};

const SECTIONS: usize = 200;

/// Takes pages and drops them. Unlike `build::Nowhere` it claims to keep those that stayed as they
/// were, as the server's memory does, so that a rebuild makes only what has changed.
struct Dropped;

impl Sink for Dropped {
    fn put(&mut self, _: &str, body: Body<'_>) -> Result<(), Fault> {
        black_box(body);
        Ok(())
    }

    fn keep(&mut self, _: &str) -> bool {
        true
    }
}

fn main() -> std::io::Result<()> {
    let site = tempfile::tempdir()?;
    corpus::write(site.path(), SECTIONS, false)?;
    let mut criterion = Criterion::default().configure_from_args();
    parse_one(&mut criterion, site.path())?;
    build_clean(&mut criterion, site.path());
    build_after_edit(&mut criterion, site.path())?;
    criterion.final_summary();
    Ok(())
}

/// A section from the middle of the site.
fn a_section(site: &Path) -> std::io::Result<(PathBuf, String)> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(site.join("content/book"))? {
        paths.push(entry?.path());
    }
    paths.sort();
    let path = paths.swap_remove(paths.len() / 2);
    let text = fs::read_to_string(&path)?;
    Ok((path, text))
}

fn parse_one(criterion: &mut Criterion, site: &Path) -> std::io::Result<()> {
    let (_, text) = a_section(site)?;
    let rules = Rules {
        series: [MAIN.to_owned()].into(),
        language: "en".to_owned(),
    };
    let file: Arc<str> = "content/book/section.md".into();
    criterion.bench_function("parse one section", |bencher| {
        bencher.iter(|| parse(&file, black_box(&text), &rules, &NoTexts));
    });
    Ok(())
}

fn build_clean(criterion: &mut Criterion, site: &Path) {
    let mut group = criterion.benchmark_group("build 200 sections");
    group.sample_size(20);
    group.bench_function("clean", |bencher| {
        bencher.iter(|| {
            build(
                site,
                Options::default(),
                &mut Memory::default(),
                &mut Dropped,
            )
            .pages
        });
    });
    group.finish();
}

fn build_after_edit(criterion: &mut Criterion, site: &Path) -> std::io::Result<()> {
    let (path, text) = a_section(site)?;
    let mut memory = Memory::default();
    build(site, Options::default(), &mut memory, &mut Dropped);
    // A new text each time, so that there is always something to do.
    let mut edits = 0_u32;
    let mut edit = || {
        edits += 1;
        let text = format!("{text}\nEdited {edits} times.\n");
        if let Err(error) = fs::write(&path, text) {
            eprintln!("error: {} can't be edited: {error}", path.display());
        }
    };
    let mut group = criterion.benchmark_group("build 200 sections");
    group.sample_size(20);
    group.bench_function("after an edit", |bencher| {
        bencher.iter_batched(
            &mut edit,
            |()| build(site, Options::default(), &mut memory, &mut Dropped).done,
            BatchSize::PerIteration,
        );
    });
    group.finish();
    Ok(())
}
