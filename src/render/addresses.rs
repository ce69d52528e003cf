//! Web addresses that readers see or print: where they may be broken, and which links show theirs.

use crate::text::{escape, unescape};

/// What begins a link to another host, as Markdown and styles write it.
const LINK: &str = "<a href=\"http";

/// A shorter address needs no places where it may be broken.
const LONG: usize = 30;

/// Marks the links of a page.
///
/// In: HTML. Out: the same. A link whose text is its address has the class `url`, so that paper
/// doesn't say it twice; a long one may be broken where the Chicago Manual of Style (14.18) allows it.
/// Other links with long addresses have them, with such places, as `data-address`.
pub fn mark(html: String) -> String {
    if !html.contains(LINK) {
        return html;
    }
    let mut out = String::with_capacity(html.len() + html.len() / 50);
    let mut rest = html.as_str();
    while let Some(at) = rest.find(LINK) {
        let (before, link) = rest.split_at(at);
        out.push_str(before);
        rest = link;
        let opened = link.strip_prefix("<a href=\"").and_then(|link| {
            let (address, link) = link.split_once('"')?;
            let (attributes, link) = link.split_once('>')?;
            let (text, _) = link.split_once("</a>")?;
            Some((address, attributes, text))
        });
        let Some((address, attributes, text)) = opened else {
            break;
        };
        let whole = unescape(address);
        let head = "<a href=\"".len() + address.len() + 1 + attributes.len() + 1;
        if bare(&unescape(text)) == bare(&whole) && !attributes.contains("class=") {
            out.push_str(&format!("<a class=\"url\" href=\"{address}\"{attributes}>"));
            rest = &link[head..];
            if text.len() > LONG {
                breakable(&mut out, &unescape(text), "<wbr>");
                rest = &rest[text.len()..];
            }
        } else {
            out.push_str(&link[..head - 1]);
            if whole.len() > LONG {
                out.push_str(" data-address=\"");
                breakable(&mut out, &whole, "\u{200b}");
                out.push('"');
            }
            out.push('>');
            rest = &link[head..];
        }
    }
    out.push_str(rest);
    out
}

/// An address without what people leave out of it.
fn bare(address: &str) -> &str {
    let address = address.trim();
    let schemes = ["https://", "http://", "doi:"];
    let address = schemes
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme))
        .unwrap_or(address);
    let address = address.strip_prefix("doi.org/").unwrap_or(address);
    address.strip_suffix('/').unwrap_or(address)
}

/// Writes an address, escaped, with a sign for each place where it may be broken: behind the double
/// slash, and before a slash and other punctuation.
fn breakable(out: &mut String, address: &str, sign: &str) {
    let punctuation = |c: char| "/.,-_~?#%&=+".contains(c);
    let mut before = None;
    for (at, c) in address.char_indices() {
        let behind_slashes = address[..at].ends_with("://");
        let begins = punctuation(c) && before.is_some_and(|b: char| !punctuation(b) && b != ':');
        if behind_slashes || begins {
            out.push_str(sign);
        }
        out.push_str(&escape(c.encode_utf8(&mut [0; 4])));
        before = Some(c);
    }
}

#[cfg(test)]
mod tests {
    use super::mark;

    #[track_caller]
    fn becomes(html: &str, expected: &str) {
        assert_eq!(mark(html.to_owned()), expected);
    }

    #[test]
    fn links_that_show_their_address() {
        becomes(
            "<p><a href=\"https://example.org/one/a-b?c=1&amp;d\">https://example.org/one/a-b?c=1&amp;d</a>.</p>",
            "<p><a class=\"url\" href=\"https://example.org/one/a-b?c=1&amp;d\">https://<wbr>example<wbr>.org\
             <wbr>/one<wbr>/a<wbr>-b<wbr>?c<wbr>=1<wbr>&amp;d</a>.</p>",
        );
        becomes(
            "<a href=\"https://example.org/\">example.org</a>",
            "<a class=\"url\" href=\"https://example.org/\">example.org</a>",
        );
        becomes(
            "<a href=\"https://doi.org/10.1/x\">doi:10.1/x</a>",
            "<a class=\"url\" href=\"https://doi.org/10.1/x\">doi:10.1/x</a>",
        );
    }

    #[test]
    fn links_that_show_other_words() {
        becomes(
            "<a href=\"https://example.org/\">A <em>page</em></a> <a href=\"../x\">x</a>",
            "<a href=\"https://example.org/\">A <em>page</em></a> <a href=\"../x\">x</a>",
        );
        becomes(
            "<a href=\"https://example.org/long/enough/to/be/broken\" rel=\"x\">Page</a>",
            "<a href=\"https://example.org/long/enough/to/be/broken\" rel=\"x\" data-address=\"https://\u{200b}example\
             \u{200b}.org\u{200b}/long\u{200b}/enough\u{200b}/to\u{200b}/be\u{200b}/broken\">Page</a>",
        );
    }

    #[test]
    fn what_is_no_link_stays() {
        for html in [
            "",
            "<a href=\"http",
            "<a href=\"https://x\">",
            "<a href=\"http\" <b>",
        ] {
            becomes(html, html);
        }
    }
}
