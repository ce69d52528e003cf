//! The pictures that pages show: looked at, made in several sizes, and kept for the next build.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;

use super::{Done, Memory, Prepared};
use crate::diag::{self, Code, Fault};
use crate::picture;
use crate::read;
use crate::render;
use crate::subtitles;
use crate::write::{Body, Cache, Sink};

/// The pictures of a site as they are published.
#[derive(Default)]
pub struct ShownPictures {
    /// What pages need to know of them.
    pub pictures: render::Pictures,
    /// The files that are published in the place of others, by address: without what they tell of
    /// their makers.
    pub cleaned: BTreeMap<String, PathBuf>,
}

/// What was seen of a picture's file.
#[derive(Clone)]
pub struct Seen {
    stamp: (u64, SystemTime),
    /// What is published of it in its own type, if it was cleaned, and its sizes: names in the cache.
    cleaned: Option<String>,
    sizes: Vec<(u32, String)>,
    /// What was seen, or why nothing could be.
    look: Result<picture::Look, String>,
}

/// The folder in which sizes of pictures are published.
const PICTURES: &str = "_pictures";

/// Looks at the pictures that pages show, and makes their sizes unless an earlier build has.
///
/// What is made is kept in a folder beside the site's, by names that say what it is made of.
pub fn show_pictures(
    root: &Path,
    site: &Prepared,
    memory: &mut Memory,
    sink: &mut dyn Sink,
    done: &mut Done,
    faults: &mut Vec<Fault>,
) -> ShownPictures {
    let roles = site.resolved.structure.roles.iter().enumerate();
    let mut wanted: BTreeMap<&str, (&Path, &str, Option<&diag::Place>)> = BTreeMap::new();
    for (file, _) in roles.filter(|(_, role)| role.is_published()) {
        let parsed = &site.files[file];
        let urls = &site.resolved.pages[file].files;
        for (number, (path, url)) in parsed.outline.files.iter().zip(urls).enumerate() {
            let is_picture = parsed.outline.shown.contains(&number) && picture::is_named(path);
            if let Some(asset) = site.snapshot.assets.get(path).filter(|_| is_picture) {
                let place = parsed.places.files.get(number);
                wanted.entry(path).or_insert((asset, url, place));
            }
        }
    }
    let cache = Cache::of(root);
    let keeps = sink.keeps() && !wanted.is_empty() && cache.ready().is_ok();
    let known = &memory.pictures;
    let seen: Vec<(Seen, usize)> = wanted
        .par_iter()
        .filter_map(|(path, (asset, ..))| {
            let stamp = read::stamp(asset)?;
            let before = known.get(*path).filter(|before| before.stamp == stamp);
            let complete = |seen: &Seen| {
                let names = seen.sizes.iter().map(|(_, name)| name).chain(&seen.cleaned);
                names.into_iter().all(|name| cache.get(name).is_some())
            };
            match before {
                Some(before) if !keeps || complete(before) => Some((before.clone(), 0)),
                _ => Some(see(stamp, &read::bytes(asset)?, &cache, keeps)),
            }
        })
        .collect();
    let mut shown = ShownPictures::default();
    let mut names = BTreeSet::new();
    let mut now = BTreeMap::new();
    for ((path, (_, url, place)), (seen, made)) in wanted.iter().zip(seen) {
        done.pictures += made;
        let sizes = seen.sizes.iter().filter_map(|(width, name)| {
            let file = cache.get(name)?;
            // The same picture may lie in two places.
            if names.insert(name.clone()) {
                let put = sink.put(&format!("{PICTURES}/{name}"), Body::Copy(file));
                faults.extend(put.err());
            }
            Some((*width, format!("{PICTURES}/{name}")))
        });
        let sizes: Vec<_> = sizes.collect();
        match &seen.look {
            Ok(look) => {
                let picture = render::Picture {
                    width: look.width,
                    height: look.height,
                    sizes,
                };
                shown.pictures.insert((*url).to_owned(), picture);
            }
            Err(why) => {
                let message = format!("the picture `{path}` can't be read: {why}");
                let fault = match place {
                    Some(place) => Fault::new(Code::BrokenPicture, message, (*place).clone()),
                    None => Fault::nowhere(Code::BrokenPicture, message),
                };
                faults.push(fault.help("open it in a program for pictures, and save it anew"));
            }
        }
        if let Some(name) = &seen.cleaned
            && let Some(file) = cache.get(name)
        {
            names.insert(name.clone());
            let published = path.strip_prefix("static/").map(str::to_owned);
            let published = published.or_else(|| site.resolved.assets.get(*path).cloned());
            shown.cleaned.extend(published.map(|url| (url, file)));
        }
        now.insert((*path).to_owned(), seen);
    }
    memory.pictures = now;
    if sink.keeps() {
        cache.keep_only(&names);
    }
    shown
}

/// What is wrong with the captions of films: browsers say nothing of captions that they can't read.
pub fn captions(site: &Prepared) -> Vec<Fault> {
    let roles = site.resolved.structure.roles.iter().enumerate();
    let published = roles.filter(|(_, role)| role.is_published());
    let components = published.flat_map(|(file, _)| {
        let parsed = &site.files[file];
        parsed
            .components
            .iter()
            .map(move |component| (parsed, component))
    });
    let faults = components.filter_map(|(parsed, component)| {
        let argument = component.argument("captions")?;
        let path = parsed.outline.files.get(argument.file?)?;
        let bytes = read::bytes(site.snapshot.assets.get(path)?)?;
        let why = subtitles::wrong(&bytes)?;
        let message = format!("the captions `{path}` can't be read: {why}");
        let fault = Fault::new(Code::BrokenCaptions, message, argument.place.clone());
        Some(fault.help("`explainer explain broken-captions` shows how such a file begins"))
    });
    faults.collect()
}

/// Looks at a picture, and makes what isn't in the cache if that is to be kept, with how many sizes
/// were made; else it is only opened, to know that it can be.
fn see(stamp: (u64, SystemTime), bytes: &[u8], cache: &Cache, keeps: bool) -> (Seen, usize) {
    let mut seen = Seen {
        stamp,
        cleaned: None,
        sizes: Vec::new(),
        look: picture::look(bytes),
    };
    let Ok(look) = &seen.look else {
        return (seen, 0);
    };
    let hash = &blake3::hash(bytes).to_hex()[..16];
    // The last number tells ways of making them apart.
    let name = |width: &u32| format!("{hash}-{width}-2.webp");
    let names: Vec<String> = look.widths.iter().map(name).collect();
    let mut count = 0;
    if names.iter().any(|name| cache.get(name).is_none()) {
        let made = match keeps {
            true => picture::sizes(bytes, look),
            false => picture::open(bytes).map(|_| Vec::new()),
        };
        match made {
            Ok(made) => {
                for (name, bytes) in names.iter().zip(&made) {
                    count += usize::from(cache.put(name, bytes).is_ok());
                }
            }
            Err(why) => {
                seen.look = Err(why);
                return (seen, 0);
            }
        }
    }
    if !keeps {
        return (seen, 0);
    }
    seen.sizes = look.widths.iter().copied().zip(names).collect();
    if let Some(cleaned) = picture::clean(bytes) {
        let name = format!("{hash}-clean-1");
        let there = cache.get(&name).is_some() || cache.put(&name, &cleaned).is_ok();
        seen.cleaned = there.then_some(name);
    }
    (seen, count)
}
