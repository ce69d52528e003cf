//! The feed: the pages that have a date, the newest first, in Atom (RFC 4287).

use super::{FEED, title, whole, xml};
use crate::config::Date;
use crate::render::Input;

/// How many pages a feed has at most: what is older was read or never will be.
const MOST: usize = 50;

/// A page in the feed.
struct Dated {
    file: usize,
    published: Option<String>,
    updated: String,
}

/// The pages with a date that names a day; a moment can't be made of a month.
fn dated<'a>(input: &'a Input<'_>) -> impl Iterator<Item = Dated> + 'a {
    let moment = |date: &Option<String>| Date::read(date.as_deref()?)?.moment();
    let files = input.files.iter().zip(&input.resolved.structure.roles);
    files.enumerate().filter_map(move |(file, (parsed, role))| {
        let front = &parsed.outline.front;
        let published = moment(&front.date);
        let updated = moment(&front.updated).or_else(|| published.clone());
        Some(Dated {
            file,
            published,
            updated: updated.filter(|_| role.is_published())?,
        })
    })
}

/// Whether the site has a feed: one needs full addresses and a date.
pub fn has_feed(input: &Input<'_>) -> bool {
    !input.portable && input.config.base_url.is_some() && dated(input).next().is_some()
}

/// The feed, if the site has one. Nothing in it comes from a clock: ids are addresses, and dates are
/// those of the front matter.
pub fn feed(input: &Input<'_>) -> Option<String> {
    let config = input.config;
    let base = config.base_url.as_deref()?;
    let mut pages: Vec<Dated> = dated(input).collect();
    // All are in UTC, so that texts compare as moments do.
    pages.sort_by(|a, b| b.updated.cmp(&a.updated));
    pages.truncate(MOST);
    let updated = &pages.first()?.updated;

    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    out += &format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n",
        xml(&config.language)
    );
    out += &element("title", &config.title);
    let subtitle = [&config.subtitle, &config.description];
    if let Some(subtitle) = subtitle.into_iter().find(|text| !text.is_empty()) {
        out += &element("subtitle", subtitle);
    }
    out += &element("id", base);
    out += &element("updated", updated);
    out += &format!(
        "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n",
        xml(base)
    );
    out += &format!(
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n",
        xml(&whole(base, FEED))
    );
    // Every entry needs an author, by itself or by the feed (4.1.1).
    let authors = if config.authors.is_empty() {
        std::slice::from_ref(&config.title)
    } else {
        &config.authors
    };
    out += &people(authors);
    for page in &pages {
        out += &entry(input, base, page);
    }
    out += "</feed>\n";
    Some(out)
}

fn entry(input: &Input<'_>, base: &str, page: &Dated) -> String {
    let front = &input.files[page.file].outline.front;
    let address = whole(base, &input.resolved.structure.urls[page.file]);
    let mut out = match &front.language {
        Some(language) => format!("<entry xml:lang=\"{}\">\n", xml(language)),
        None => "<entry>\n".to_owned(),
    };
    out += &element("title", title(input, page.file));
    out += &element("id", &address);
    out += &format!(
        "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n",
        xml(&address)
    );
    if let Some(published) = &page.published {
        out += &element("published", published);
    }
    out += &element("updated", &page.updated);
    out += &people(&front.authors);
    if !front.description.is_empty() {
        out += &element("summary", &front.description);
    }
    out += "</entry>\n";
    out
}

fn people(names: &[String]) -> String {
    let person = |name: &String| format!("<author><name>{}</name></author>\n", xml(name));
    names.iter().map(person).collect()
}

fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>\n", xml(text))
}
