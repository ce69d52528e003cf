//! The files of each explainer that readers take away.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::pictures::ShownPictures;
use crate::book;
use crate::diag::{Code, Fault};
use crate::read::{self, Snapshot};
use crate::render;
use crate::write::{Body, Sink};

/// Makes the files of each explainer that readers take away.
pub fn make_books(
    snapshot: &Snapshot,
    shown: &ShownPictures,
    input: &render::Input<'_>,
    sink: &mut dyn Sink,
    faults: &mut Vec<Fault>,
) {
    let assets = &input.resolved.assets;
    let by_url: BTreeMap<&str, &str> = assets.iter().map(|(path, url)| (&**url, &**path)).collect();
    // As they are published: a page's own files at their addresses, others from `static`.
    let file = |url: &str| {
        if let Some(cleaned) = shown.cleaned.get(url) {
            return read::bytes(cleaned);
        }
        let path = by_url.get(url).map(|path| (*path).to_owned());
        let path = path.unwrap_or_else(|| format!("static/{url}"));
        read::bytes(snapshot.assets.get(&path)?)
    };
    for number in 0..input.resolved.structure.explainers.len() {
        let whole = render::whole(input, number);
        let words = input.theme.words(&whole.language);
        let made = book::Input {
            whole: &whole,
            word: &|name| words.word(name).to_owned(),
            base_url: input.config.base_url.as_deref(),
            file: &file,
        };
        for (extension, ..) in input.books.kinds() {
            let made = match extension {
                "epub" => book::epub(&made),
                _ => book::docx(&made),
            };
            let url = render::book_url(input, number, extension);
            let put = match made {
                Ok(bytes) => sink.put(&url, Body::Bytes(Cow::Owned(bytes))),
                Err(error) => Err(Fault::nowhere(
                    Code::Unwritable,
                    format!("`{url}` can't be made: {error}"),
                )),
            };
            faults.extend(put.err());
        }
    }
}
