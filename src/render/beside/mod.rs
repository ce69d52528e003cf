//! The files that are published beside the pages: for feed readers, search engines, hosts and the
//! bibliographies' filters, and at the pages' former addresses.

mod alias;
mod feed;
mod hosts;
mod notes;
pub(super) mod records;
mod sitemap;

pub use feed::has_feed;
pub use hosts::POLICY;

use super::Input;
use super::bibliography::{INDEX, has_filter, index};
use crate::diag::Place;
use crate::text::{encode_path, escape};

/// The path of the feed.
pub const FEED: &str = "feed.xml";

/// The path of the list of pages.
const SITEMAP: &str = "sitemap.xml";

/// A file beside the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Where the author asked for it, if it is asked for.
    pub place: Option<Place>,
}

/// Makes the files beside the pages.
///
/// In: what pages are made of. Out: the files, in a fixed order. What needs the site's full address is
/// left out where that isn't set. A site on a disk has only what readers take away and what its pages
/// load; nobody there reads the rest.
pub fn beside(input: &Input<'_>) -> Vec<Beside> {
    let mut made = records::files(input);
    made.extend(notes::tables(input));
    let indexes = input.resolved.own_bibliographies().map(|(_, list)| list);
    let indexes = indexes.filter(|list| has_filter(list));
    made.extend(
        indexes.map(|list| Beside::new(format!("{}{INDEX}", list.url), index(input, list))),
    );
    if !input.portable {
        made.extend(for_hosts(input));
    }
    made
}

fn for_hosts(input: &Input<'_>) -> impl Iterator<Item = Beside> {
    let made = [
        (".nojekyll", Some(String::new())),
        ("_headers", Some(hosts::headers())),
        ("_redirects", hosts::redirects(input)),
        (FEED, feed::feed(input)),
        ("robots.txt", hosts::robots(input)),
        (SITEMAP, sitemap::sitemap(input)),
    ];
    let made = made
        .into_iter()
        .filter_map(|(path, text)| Some(Beside::new(path.to_owned(), text?)));
    let aliases = input.resolved.aliases.iter().map(|alias| Beside {
        path: alias.output.clone(),
        text: alias::page(input, alias),
        place: Some(alias.place.clone()),
    });
    made.chain(aliases)
}

impl Beside {
    fn new(path: String, text: String) -> Beside {
        Beside {
            path,
            text,
            place: None,
        }
    }
}

/// A page's full address.
fn whole(base: &str, url: &str) -> String {
    format!("{base}{}", encode_path(url))
}

/// A file's title, or the site's where it has none.
fn title<'a>(input: &'a Input<'_>, file: usize) -> &'a str {
    match input.files[file].outline.title.as_str() {
        "" => &input.config.title,
        title => title,
    }
}

/// A text escaped for XML, without the characters that it can't have (XML 1.0, production 2).
fn xml(text: &str) -> String {
    let known = |c: &char| !matches!(c, '\0'..'\t' | '\x0B' | '\x0C' | '\x0E'..' ' | '\u{FFFE}' | '\u{FFFF}');
    escape(&text.chars().filter(known).collect::<String>())
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_text_breaks_the_xml() {
        assert_eq!(
            super::xml("a\u{1}<&\"\tb\u{FFFE}ü\0"),
            "a&lt;&amp;&quot;\tbü"
        );
    }
}
