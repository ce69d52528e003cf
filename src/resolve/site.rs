//! Which files make which explainers, in which order, at which addresses.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Front, Kind};
use crate::diag::{Code, Fault, FilePath, Place};
use crate::parse::Outline;
use crate::text;

/// What a file of `content` becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The site's first page.
    Home,
    /// The title page of an explainer.
    Explainer(usize),
    /// A section of an explainer: its place in `Explainer::sections`.
    Section(usize, usize),
    /// A page that stands alone.
    Page,
    /// The index of a part, which gives its title and its order.
    Part,
    /// Not published.
    Draft,
}

impl Role {
    /// Whether the file has a page.
    pub fn is_published(self) -> bool {
        !matches!(self, Role::Part | Role::Draft)
    }
}

/// The site's files in their places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Structure {
    /// What each file is, in the order of the files.
    pub roles: Vec<Role>,
    /// Each file's address from the site's root, such as `pact/farms/`; the home page's is empty.
    pub urls: Vec<String>,
    /// The explainers, in order.
    pub explainers: Vec<Explainer>,
    /// The pages that stand alone and outside explainers, in order.
    pub pages: Vec<usize>,
}

/// An explainer: a folder of `content`, or the sections that stand in `content` itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Explainer {
    /// Its folder in `content`; empty for `content` itself.
    pub folder: String,
    /// Its address.
    pub url: String,
    /// The file of its title page.
    pub index: Option<usize>,
    /// Its sections in reading order.
    pub sections: Vec<Section>,
    /// Pages in its folder that stand outside the reading order.
    pub pages: Vec<usize>,
}

/// A section's place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Section {
    /// Its file.
    pub file: usize,
    /// The part it belongs to.
    pub part: Option<String>,
}

impl Explainer {
    /// The files whose notes and citations are counted together, in reading order.
    pub fn files(&self) -> impl Iterator<Item = usize> + '_ {
        let sections = self.sections.iter().map(|section| section.file);
        self.index
            .into_iter()
            .chain(sections)
            .chain(self.pages.iter().copied())
    }
}

/// A name of a file or folder without the number that orders it: `02-farms` is 2 and `farms`.
fn ordered(name: &str) -> (i64, &str) {
    let digits = name.len() - name.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = name[digits..].trim_start_matches(['-', '_', '.', ' ']);
    // A second number means a date, such as 2017-10-07, which belongs to the name.
    let named = rest.starts_with(|c: char| !c.is_ascii_digit()) && rest.len() < name.len() - digits;
    match name[..digits].parse() {
        Ok(order) if named => (order, rest),
        _ => (i64::MAX, name),
    }
}

/// Finds the structure of a site.
///
/// In: the files' paths (below `content/`, sorted) and outlines. Out: the structure, and faults of
/// addresses that collide.
pub fn structure(files: &[(FilePath, &Outline)]) -> (Structure, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut site = Structure {
        roles: vec![Role::Draft; files.len()],
        urls: vec![String::new(); files.len()],
        ..Structure::default()
    };
    let paths: Vec<&str> = files
        .iter()
        .map(|(path, _)| path.strip_prefix("content/").unwrap_or(path))
        .collect();
    let indexes: BTreeMap<&str, usize> = paths
        .iter()
        .enumerate()
        .filter(|(_, path)| is_index(path))
        .map(|(file, path)| (text::folder(path), file))
        .collect();
    let order = |file: usize, name: &str| -> i64 {
        files[file].1.front.order.unwrap_or_else(|| ordered(name).0)
    };
    // The order of a path is the order of each of its folders, then of the file itself.
    let key = |file: usize| -> Vec<(i64, String)> {
        let path = paths[file];
        let mut key = Vec::new();
        let mut end = 0;
        for part in path.split('/') {
            end += part.len();
            let is_file = end == path.len();
            let place = match indexes.get(&path[..end]) {
                _ if is_file => order(file, part),
                Some(&index) => order(index, part),
                None => ordered(part).0,
            };
            key.push((place, ordered(part).1.to_lowercase()));
            end += 1;
        }
        key
    };

    let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (file, path) in paths.iter().enumerate() {
        if files[file].1.front.draft {
            continue;
        }
        site.urls[file] = url(path, &files[file].1.front);
        let folder = path.split_once('/').map_or("", |(folder, _)| folder);
        if folder.is_empty() && is_index(path) {
            site.roles[file] = Role::Home;
        } else {
            folders.entry(folder).or_default().push(file);
        }
    }
    let mut explainers: Vec<(Vec<(i64, String)>, Explainer)> = Vec::new();
    for (folder, mut members) in folders {
        members.sort_by_cached_key(|file| (key(*file), paths[*file]));
        let mut explainer = Explainer {
            folder: folder.to_owned(),
            url: if folder.is_empty() {
                String::new()
            } else {
                format!("{}/", slug_of(folder))
            },
            ..Explainer::default()
        };
        for file in members {
            let (path, outline) = (paths[file], files[file].1);
            let within = text::folder(path);
            if is_index(path) && within == folder {
                explainer.index = Some(file);
                continue;
            }
            if is_index(path) {
                site.roles[file] = Role::Part;
                continue;
            }
            if outline.front.kind == Kind::Page {
                explainer.pages.push(file);
                continue;
            }
            let of_folder = (within != folder).then(|| match indexes.get(within) {
                Some(&index) if !files[index].1.title.is_empty() => files[index].1.title.clone(),
                _ => {
                    let name = within.rsplit('/').next().unwrap_or(within);
                    ordered(name).1.replace(['-', '_'], " ")
                }
            });
            let part = outline.front.part.clone().or(of_folder);
            explainer.sections.push(Section { file, part });
        }
        let has_index = explainer.index.is_some();
        if explainer.sections.is_empty() && !has_index {
            // Pages alone make no explainer.
            site.pages.append(&mut explainer.pages);
            continue;
        }
        let place = match indexes.get(folder) {
            Some(&index) => order(index, folder),
            None => ordered(folder).0,
        };
        explainers.push((vec![(place, ordered(folder).1.to_lowercase())], explainer));
    }
    // The sections of `content` itself come first.
    explainers.sort_by(|(a, x), (b, y)| (!x.folder.is_empty(), a).cmp(&(!y.folder.is_empty(), b)));
    site.explainers = explainers
        .into_iter()
        .map(|(_, explainer)| explainer)
        .collect();
    let home = site.roles.iter().position(|role| *role == Role::Home);
    for (number, explainer) in site.explainers.iter_mut().enumerate() {
        if explainer.folder.is_empty() {
            explainer.index = home;
        }
        if let Some(index) = explainer.index {
            site.roles[index] = Role::Explainer(number);
        }
        for (place, section) in explainer.sections.iter().enumerate() {
            site.roles[section.file] = Role::Section(number, place);
        }
        for &page in &explainer.pages {
            site.roles[page] = Role::Page;
        }
    }
    for &page in &site.pages {
        site.roles[page] = Role::Page;
    }

    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let reserved: BTreeSet<String> = site
        .explainers
        .iter()
        .map(|e| format!("{}bibliography/", e.url))
        .collect();
    for (file, role) in site.roles.iter().enumerate() {
        if !role.is_published() {
            continue;
        }
        let url = site.urls[file].as_str();
        let place = |file: usize| match &files[file].1.front.slug {
            Some(slug) => slug.place.clone(),
            None => Place::new(&files[file].0, 0..0),
        };
        if url.split_terminator('/').any(str::is_empty) {
            faults.push(
                Fault::new(
                    Code::WrongValue,
                    format!("no address can be made of `{}`", files[file].0),
                    place(file),
                )
                .help("give it a name with letters or digits, or a `slug` in its front matter"),
            );
        } else if let Some(&first) = taken.get(url) {
            faults.push(
                Fault::new(
                    Code::SameUrl,
                    format!("two files would be published at /{url}"),
                    place(file),
                )
                .and(place(first), "the other one")
                .help("give one of them another name, or a `slug` in its front matter"),
            );
        } else if reserved.contains(url) {
            faults.push(
                Fault::new(
                    Code::SameUrl,
                    format!("/{url} is the bibliography's address"),
                    place(file),
                )
                .help("give the file another name, or a `slug` in its front matter"),
            );
        }
        taken.entry(url).or_insert(file);
    }
    for (number, explainer) in site.explainers.iter().enumerate() {
        let mut before = site.explainers[..number].iter();
        if let Some(first) = before.find(|first| first.url == explainer.url) {
            let file = |explainer: &Explainer| explainer.files().next().unwrap_or_default();
            let place = |explainer| Place::new(&files[file(explainer)].0, 0..0);
            faults.push(
                Fault::new(
                    Code::SameUrl,
                    format!(
                        "the folders `{}` and `{}` would both be published at /{}",
                        first.folder, explainer.folder, explainer.url
                    ),
                    place(explainer),
                )
                .and(place(first), "the other one")
                .help("rename one of the folders"),
            );
        }
    }
    (site, faults)
}

fn is_index(path: &str) -> bool {
    path == "index.md" || path.ends_with("/index.md")
}

fn slug_of(name: &str) -> String {
    let slug = text::slug(ordered(name).1);
    if slug.is_empty() {
        text::slug(name)
    } else {
        slug
    }
}

/// The address of a file: its folders and its name without their numbers, each a slug.
fn url(path: &str, front: &Front) -> String {
    let mut parts: Vec<String> = path.split('/').map(slug_of).collect();
    let name = parts.pop().map(|_| path.rsplit('/').next().unwrap_or(path));
    let stem = name
        .and_then(|name| name.strip_suffix(".md"))
        .unwrap_or_default();
    match &front.slug {
        Some(slug) => parts.push(slug.value.clone()),
        None if stem == "index" => {}
        None => parts.push(slug_of(stem)),
    }
    parts.iter().map(|part| format!("{part}/")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lays out files given as `path | front matter` and lists what they become.
    #[track_caller]
    fn check(files: &[&str], expected: &str) {
        let mut outlines: Vec<(FilePath, Outline)> = files
            .iter()
            .map(|file| {
                let (path, front) = file.split_once(" | ").unwrap_or((file, ""));
                let path: FilePath = format!("content/{path}").into();
                let text = format!("+++\n{}\n+++\n", front.replace("; ", "\n"));
                let (front, _, faults) = Front::read(&path, &text);
                assert_eq!(faults, []);
                let title = front.title.clone().unwrap_or_default();
                (
                    path,
                    Outline {
                        front,
                        title,
                        ..Outline::default()
                    },
                )
            })
            .collect();
        outlines.sort_by(|a, b| a.0.cmp(&b.0));
        let list: Vec<_> = outlines
            .iter()
            .map(|(path, outline)| (path.clone(), outline))
            .collect();
        let (site, faults) = structure(&list);
        let mut out = Vec::new();
        for explainer in &site.explainers {
            let sections: Vec<String> = explainer
                .sections
                .iter()
                .map(|section| match &section.part {
                    Some(part) => format!("{} ({part})", site.urls[section.file]),
                    None => site.urls[section.file].clone(),
                })
                .collect();
            out.push(format!("/{}: {}", explainer.url, sections.join(", ")));
        }
        out.extend(
            site.pages
                .iter()
                .map(|page| format!("page {}", site.urls[*page])),
        );
        out.extend(faults.iter().map(|fault| fault.message.clone()));
        assert_eq!(out.join("\n"), expected);
    }

    #[test]
    fn folders_are_explainers_in_the_order_of_their_numbers() {
        check(
            &[
                "02-war/01-start.md",
                "01-pact/10-end.md",
                "01-pact/9-army.md",
                "about.md | kind = 'page'",
            ],
            "/pact/: pact/army/, pact/end/\n/war/: war/start/\npage about/",
        );
    }

    #[test]
    fn an_order_goes_before_names_and_a_slug_replaces_them() {
        check(
            &[
                "b.md",
                "a.md | order = 2",
                "c.md | order = 1; slug = 'first'",
            ],
            "/: first/, a/, b/",
        );
    }

    #[test]
    fn parts_are_folders_or_said_in_front_matter() {
        check(
            &[
                "pact/index.md | title = 'The pact'",
                "pact/02-after/index.md | title = 'Afterwards'",
                "pact/02-after/01-war.md",
                "pact/01-before.md | part = 'Before'",
            ],
            "/pact/: pact/before/ (Before), pact/after/war/ (Afterwards)",
        );
    }

    #[test]
    fn drafts_are_left_out_and_collisions_told() {
        check(
            &[
                "01-a.md",
                "02-a.md",
                "bibliography.md",
                "d.md | draft = true",
            ],
            "/: a/, a/, bibliography/\ntwo files would be published at /a/\n/bibliography/ is the bibliography's address",
        );
    }

    #[test]
    fn a_bare_number_stays_a_name() {
        check(
            &["1939.md", "1938-munich.md", "2017-10-07-title.md"],
            "/: munich/, 1939/, 2017-10-07-title/",
        );
    }
}
