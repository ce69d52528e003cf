//! Where links lead: to files of `content`, and to pages that are made as if they were such files.

use std::sync::Arc;

use super::{About, Bibliography, Finding, IndexPage, Structure};
use crate::diag::{Code, Fault, FilePath, nearest, nearest_path};
use crate::parse::{Link, Outline};
use crate::text;

/// What links may lead to.
pub struct Site<'a> {
    /// The files.
    pub outlines: &'a [(FilePath, &'a Outline)],
    /// What they are.
    pub structure: &'a Structure,
    /// The bibliographies, as [`Resolved`](super::Resolved) has them.
    pub bibliographies: &'a [Option<Arc<Bibliography>>],
    /// The pages of all notes, in the same way.
    pub notes_pages: &'a [Option<String>],
    /// The indexes.
    pub indexes: &'a [Arc<IndexPage>],
}

/// The addresses of a file's links, from the site's root; empty for broken ones.
pub fn links(
    file: usize,
    outline: &Outline,
    site: &Site<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let links = outline.links.iter().enumerate();
    let urls = links.map(|(index, link)| {
        site.address(link).unwrap_or_else(|fault| {
            findings.push(Finding {
                file,
                about: About::Link(index),
                fault,
                other: None,
            });
            String::new()
        })
    });
    urls.collect()
}

impl Site<'_> {
    /// The address of a link, from the site's root; or a fault without its place.
    pub fn address(&self, link: &Link) -> Result<String, Fault> {
        let (outlines, structure) = (self.outlines, self.structure);
        let broken = |code, message: String, help: Option<String>| {
            let mut fault = Fault::nowhere(code, message);
            fault.help = help;
            fault
        };
        let target = outlines.binary_search_by(|(path, _)| (**path).cmp(&link.path));
        if let (Err(_), Some(bibliography)) = (target, self.bibliography(&link.path)) {
            if link.anchor.is_empty() {
                return Ok(text::encode_path(&bibliography.url));
            }
            return bibliography.anchor(&link.anchor).ok_or_else(|| {
                let ids = bibliography.entries().map(|entry| entry.id.as_str());
                let near = nearest(&link.anchor, ids);
                let help = near.map(|near| format!("did you mean `#{near}`?"));
                let message = format!("the bibliography has no anchor `#{}`", link.anchor);
                broken(Code::BrokenAnchor, message, help)
            });
        }
        if let (Err(_), Some(url)) = (target, self.notes_page(&link.path))
            && link.anchor.is_empty()
        {
            return Ok(text::encode_path(url));
        }
        if let (Err(_), Some(index)) = (target, self.index(&link.path)) {
            let mut entries = index.entries.iter();
            if link.anchor.is_empty() {
                return Ok(text::encode_path(&index.url));
            }
            return match entries.find(|entry| entry.id == link.anchor) {
                Some(entry) => Ok(index.address(entry)),
                None => {
                    let ids = index.entries.iter().map(|entry| entry.id.as_str());
                    let help = nearest(&link.anchor, ids);
                    let help = help.map(|near| format!("did you mean `#{near}`?"));
                    let message = format!("the index has no anchor `#{}`", link.anchor);
                    Err(broken(Code::BrokenAnchor, message, help))
                }
            };
        }
        let published = target.is_ok_and(|target| structure.roles[target].is_published());
        let Some(target) = target.ok().filter(|_| published) else {
            let near = nearest_path(&link.path, outlines.iter().map(|(path, _)| &**path));
            let help = match (target.is_ok(), near) {
                (true, _) => {
                    Some("it is a draft or the index of a part; these have no page".into())
                }
                (false, Some(near)) => Some(format!("did you mean `{near}`?")),
                (false, None) if link.path.ends_with("bibliography.md") => {
                    Some("nothing is cited there, so it has no bibliography".into())
                }
                (false, None) => {
                    Some("a link to a section names its file, seen from this one".into())
                }
            };
            let message = format!("there is no file `{}`", link.path);
            return Err(broken(Code::BrokenLink, message, help));
        };
        let anchors = &outlines[target].1.anchors;
        if !link.anchor.is_empty() && !anchors.contains(&link.anchor) {
            let help = nearest(&link.anchor, anchors.iter().map(String::as_str))
                .map(|near| format!("did you mean `#{near}`?"));
            let message = format!("`{}` has no anchor `#{}`", link.path, link.anchor);
            return Err(broken(Code::BrokenAnchor, message, help));
        }
        let anchor = match link.anchor.as_str() {
            "" => String::new(),
            anchor => format!("#{anchor}"),
        };
        let url = text::encode_path(&structure.urls[target]);
        Ok(format!("{url}{anchor}"))
    }

    /// The bibliography that a link to `bibliography.md` leads to: authors name the page as if it
    /// were a file of the explainer, or of `content` for the one at the root.
    fn bibliography(&self, path: &str) -> Option<&Bibliography> {
        let folder = made_in(path, "bibliography.md")?;
        let explainers = self.structure.explainers.iter();
        let mut number = explainers.map(|explainer| explainer.folder == folder);
        let own = number.position(|own| own);
        let own = own.and_then(|number| self.bibliographies.get(number)?.as_deref());
        let root = || self.bibliographies.last()?.as_deref();
        own.or_else(|| root().filter(|_| folder.is_empty()))
    }

    /// The index that a link to such as `/index/people.md` leads to.
    fn index(&self, path: &str) -> Option<&IndexPage> {
        let url = path.strip_prefix("content/")?.strip_suffix(".md")?;
        let mut indexes = self.indexes.iter();
        let index = indexes.find(|index| index.url.strip_suffix('/') == Some(url))?;
        Some(index)
    }

    /// The address of the page of all notes that a link to `notes.md` leads to.
    fn notes_page(&self, path: &str) -> Option<&str> {
        let folder = made_in(path, "notes.md")?;
        let mut explainers = self.structure.explainers.iter();
        let number = explainers.position(|explainer| explainer.folder == folder)?;
        self.notes_pages.get(number)?.as_deref()
    }
}

/// The folder of `content` in which a page of this name seems to stand; empty for `content` itself.
fn made_in<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let inner = path.strip_prefix("content/")?;
    match inner.strip_suffix(name)? {
        "" => Some(""),
        folder => folder.strip_suffix('/'),
    }
}
