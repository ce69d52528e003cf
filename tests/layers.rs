//! The layers: no module may use one that comes after it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::Visit;

/// The modules of the library from the lowest to the highest. Each may use those before it.
const LAYERS: &[&str] = &[
    "text",
    "html",
    "picture",
    "subtitles",
    "diag",
    "draw",
    "config",
    "csl",
    "sources",
    "parse",
    "read",
    "resolve",
    "check",
    "report",
    "search",
    "render",
    "book",
    "write",
    "build",
    "serve",
    "cli",
];

/// What a module may not use although it comes before it, because it is to stand alone.
const APART: &[(&str, &[&str])] = &[
    ("csl", &["text", "diag", "config"]),
    (
        "write",
        &[
            "text", "config", "csl", "sources", "parse", "read", "resolve", "check", "report",
            "search", "render",
        ],
    ),
    (
        "serve",
        &[
            "text", "config", "csl", "sources", "parse", "read", "resolve", "check", "report",
            "search", "render", "build",
        ],
    ),
    ("read", &["csl", "sources", "parse"]),
    (
        "search",
        &[
            "diag", "config", "csl", "sources", "parse", "read", "resolve",
        ],
    ),
];

/// Only these may touch files, sockets or the terminal.
const EDGES: &[&str] = &["read", "write", "serve", "cli"];

#[derive(Default)]
struct Uses {
    /// Modules named in `crate::…` paths.
    modules: BTreeSet<String>,
    /// Parts of the standard library that reach outside.
    outside: BTreeSet<String>,
}

impl Uses {
    fn path(&mut self, parts: &[String]) {
        match parts {
            [first, module, ..] if first == "crate" => _ = self.modules.insert(module.clone()),
            [first, module, ..]
                if first == "std" && ["fs", "net", "process"].contains(&module.as_str()) =>
            {
                self.outside.insert(module.clone());
            }
            _ => {}
        }
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.path(&with(&name.ident)),
            syn::UseTree::Rename(name) => self.path(&with(&name.ident)),
            syn::UseTree::Glob(_) => self.path(before),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.tree(before, tree));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        self.path(&parts);
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let test = item.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute
                    .parse_args::<syn::Ident>()
                    .is_ok_and(|name| name == "test")
        });
        if !test {
            syn::visit::visit_item_mod(self, item);
        }
    }
}

fn uses() -> BTreeMap<String, Uses> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all: BTreeMap<String, Uses> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&source) {
        let entry = entry.expect("the sources can be read");
        let path = entry.path().strip_prefix(&source).expect("below src");
        let name = path.to_string_lossy().replace('\\', "/");
        // `csl/bundle.rs` is run before the program is compiled, and isn't part of it.
        let skipped = ["lib.rs", "main.rs", "csl/bundle.rs"].contains(&name.as_str())
            || name.ends_with("/tests.rs");
        if !name.ends_with(".rs") || skipped {
            continue;
        }
        let module = name
            .split('/')
            .next()
            .expect("a name")
            .trim_end_matches(".rs")
            .to_owned();
        let file = syn::parse_file(&fs::read_to_string(entry.path()).expect("text")).expect("Rust");
        all.entry(module).or_default().visit_file(&file);
    }
    all
}

#[test]
fn every_module_has_a_layer() {
    let found: BTreeSet<String> = uses().into_keys().collect();
    let layers: BTreeSet<String> = LAYERS.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(found, layers);
}

#[test]
fn modules_use_only_what_comes_before_them() {
    let mut wrong = Vec::new();
    for (module, uses) in uses() {
        let place = LAYERS.iter().position(|layer| *layer == module);
        let apart = APART
            .iter()
            .find(|(name, _)| *name == module)
            .map_or(&[][..], |(_, list)| list);
        for used in &uses.modules {
            let used_place = LAYERS.iter().position(|layer| layer == used);
            if *used != module && (used_place >= place || apart.contains(&used.as_str())) {
                wrong.push(format!("{module} uses {used}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_edges_reach_outside() {
    let mut wrong = Vec::new();
    for (module, uses) in uses() {
        if !EDGES.contains(&module.as_str()) {
            wrong.extend(
                uses.outside
                    .iter()
                    .map(|outside| format!("{module} uses std::{outside}")),
            );
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
