//! The addresses that pages had before, and whether each is free.

use std::collections::{BTreeMap, BTreeSet};

use super::site::{Role, Structure};
use crate::config::Placed;
use crate::diag::{Code, Fault, FilePath, Place};
use crate::parse::Outline;

/// An address that leads to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The address from the site's root, such as `old/path/` or `old.html`.
    pub address: String,
    /// The path of the file that is published there.
    pub output: String,
    /// The file whose page it leads to.
    pub file: usize,
    /// Where the author gave it.
    pub place: Place,
}

/// What is at an address already.
enum Holder {
    Page(usize),
    MadePage,
    File(String),
    Alias(Place),
}

/// Finds the aliases of all published pages.
///
/// In: the files, the site's structure, the pages that the program makes, and the addresses of the files that are
/// published as they are. Out: the aliases that are free, and the faults of the others.
pub fn aliases(
    outlines: &[(FilePath, &Outline)],
    structure: &Structure,
    made: &[(String, &'static str)],
    published: &BTreeSet<&str>,
) -> (Vec<Alias>, Vec<Fault>) {
    // Letter case doesn't tell addresses apart, as it doesn't when files are written.
    let mut taken: BTreeMap<String, Holder> = BTreeMap::new();
    for path in published {
        taken.insert(path.to_lowercase(), Holder::File((*path).to_owned()));
    }
    let explainers = structure.explainers.iter().map(|explainer| &*explainer.url);
    let made = made.iter().map(|(url, _)| &**url);
    for url in explainers.chain(made).chain([""]) {
        taken.insert(output(url).to_lowercase(), Holder::MadePage);
    }
    taken.insert("404.html".to_owned(), Holder::MadePage);
    for (file, role) in structure.roles.iter().enumerate() {
        if role.is_published() {
            let path = output(&structure.urls[file]).to_lowercase();
            taken.insert(path, Holder::Page(file));
        }
    }

    let mut found = Vec::new();
    let mut faults = Vec::new();
    for (file, (_, outline)) in outlines.iter().enumerate() {
        for alias in &outline.front.aliases {
            match structure.roles[file] {
                Role::Draft => continue,
                Role::Part => {
                    let message = "the index of a part has no page that an alias could lead to";
                    faults.push(
                        Fault::new(Code::WrongValue, message, alias.place.clone())
                            .help("give the alias to a section of the part"),
                    );
                    continue;
                }
                _ => {}
            }
            let path = output(&alias.value);
            if let Some(holder) = taken.get(&path.to_lowercase()) {
                faults.push(fault(alias, holder, file, outlines));
                continue;
            }
            taken.insert(path.to_lowercase(), Holder::Alias(alias.place.clone()));
            found.push(Alias {
                address: alias.value.clone(),
                output: path,
                file,
                place: alias.place.clone(),
            });
        }
    }
    (found, faults)
}

fn fault(
    alias: &Placed<String>,
    holder: &Holder,
    file: usize,
    outlines: &[(FilePath, &Outline)],
) -> Fault {
    let address = &alias.value;
    let message = match holder {
        Holder::Page(page) if *page == file => {
            format!("the alias `/{address}` is the page's own address")
        }
        Holder::Page(_) | Holder::MadePage => {
            format!("the alias `/{address}` is the address of a page")
        }
        Holder::File(path) => format!("the alias `/{address}` is the address of the file `{path}`"),
        Holder::Alias(_) => format!("the alias `/{address}` is given twice"),
    };
    let fault = Fault::new(Code::AliasTaken, message, alias.place.clone());
    match holder {
        Holder::Page(page) if *page != file => {
            let other = Place::new(&outlines[*page].0, 0..0);
            fault
                .and(other, "this page")
                .help("delete the alias, or give the other page another address")
        }
        Holder::Alias(place) => fault
            .and(place.clone(), "the other one")
            .help("delete one of them"),
        _ => fault.help("delete the alias"),
    }
}

/// The path of the file at an address: an `index.html`, unless the address names a page's file.
fn output(address: &str) -> String {
    let lower = address.to_lowercase();
    if lower.ends_with(".html") || lower.ends_with(".htm") {
        address.to_owned()
    } else if address.is_empty() || address.ends_with('/') {
        format!("{address}index.html")
    } else {
        format!("{address}/index.html")
    }
}
