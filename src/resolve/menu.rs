//! What the author sets for the head of all pages: the menu and the logo.

use super::links::Site;
use super::{About, Finding, Input};
use crate::config::Placed;
use crate::diag::{Code, Fault, nearest_path};
use crate::parse::Link;
use crate::text;

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MenuEntry {
    /// What readers see.
    pub title: String,
    /// Its address: from the site's root, or in full.
    pub url: String,
    /// Whether it leads out of the site.
    pub outside: bool,
}

/// The menu that the author set: empty where there is none. What leads nowhere is reported and left out.
pub fn menu(input: &Input<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) -> Vec<MenuEntry> {
    let mut entries = Vec::new();
    for item in input.config.menu.iter().flatten() {
        let link = item.link.value.as_str();
        let outside = ["https://", "http://", "mailto:"];
        let outside = outside.iter().any(|scheme| link.starts_with(scheme));
        let url = match outside {
            true => Ok(link.to_owned()),
            false => inside(&item.link, site),
        };
        match url {
            Ok(url) => entries.push(MenuEntry {
                title: item.title.clone(),
                url,
                outside,
            }),
            Err(fault) => findings.push(at(&item.link, fault)),
        }
    }
    entries
}

fn inside(link: &Placed<String>, site: &Site<'_>) -> Result<String, Fault> {
    let (path, anchor) = link.value.split_once('#').unwrap_or((&link.value, ""));
    let joined = text::join("content", path.trim_start_matches('/'));
    let path = joined.filter(|path| path.starts_with("content/"));
    let Some(path) = path else {
        let message = format!("`{}` leads out of the site", link.value);
        return Err(Fault::nowhere(Code::BrokenLink, message));
    };
    let anchor = anchor.to_owned();
    let link = Link { path, anchor };
    site.address(&link).map_err(|fault| {
        if fault.code == Code::BrokenAnchor {
            return fault;
        }
        let files = site.outlines.iter().map(|(path, _)| &**path);
        let near = nearest_path(&link.path, files);
        let near = near.and_then(|near| near.strip_prefix("content/"));
        fault.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the path is seen from `content`; a web address begins with `https://`".into(),
        })
    })
}

/// The address of the logo, from the site's root. What isn't there is reported.
pub fn logo(input: &Input<'_>, findings: &mut Vec<Finding>) -> Option<String> {
    let logo = input.config.logo.as_ref()?;
    let path = text::join("static", logo.value.trim_start_matches('/'));
    let path = path.filter(|path| path.starts_with("static/"));
    let found = path.as_ref().filter(|path| input.assets.contains(*path));
    if let Some(url) = found.and_then(|path| path.strip_prefix("static/")) {
        return Some(text::encode_path(url));
    }
    let path = path.unwrap_or_else(|| logo.value.clone());
    let known = input.assets.iter().map(String::as_str);
    let known = known.filter(|path| path.starts_with("static/"));
    let near = nearest_path(&path, known);
    let near = near.and_then(|near| near.strip_prefix("static"));
    let fault = Fault::nowhere(Code::MissingFile, format!("there is no file `{path}`"));
    let fault = fault.help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "the path of the logo is seen from the folder `static`".to_owned(),
    });
    findings.push(at(logo, fault));
    None
}

fn at(value: &Placed<String>, mut fault: Fault) -> Finding {
    fault.place = Some(value.place.clone());
    Finding {
        file: 0,
        about: About::Placed,
        fault,
        other: None,
    }
}
