//! What hosts and crawlers read: `_headers`, `_redirects` and `robots.txt`.

use super::{SITEMAP, whole};
use crate::render::Input;
use crate::render::context::base_path;
use crate::resolve::Alias;
use crate::text::encode_path;

/// What a browser may load for a page, in the words of Content Security Policy, level 3. Scripts,
/// styles, fonts and frames come from the site alone, and none stand within a page; pictures, sound
/// and films may come from elsewhere, for authors show them.
pub const POLICY: &str = "default-src 'self'; img-src 'self' https: data:; \
                          media-src 'self' https:; base-uri 'none'; form-action 'self'";

/// `_headers`, which Netlify and Cloudflare Pages read. No file's name tells its content, so
/// browsers keep each file but ask whether it is still the same.
pub fn headers() -> String {
    format!(
        "# Read by Netlify and Cloudflare Pages. Your own static/_headers takes its place.\n\
         /*\n  \
           Content-Security-Policy: {POLICY}\n  \
           X-Content-Type-Options: nosniff\n  \
           Referrer-Policy: strict-origin-when-cross-origin\n  \
           Cache-Control: public, max-age=0, must-revalidate\n"
    )
}

/// `_redirects`, which the same hosts read, if there is an alias.
///
/// Cloudflare leads on by these lines. Netlify prefers the page at the alias, unless `301!` is
/// written, with which publishing at Cloudflare can fail.
pub fn redirects(input: &Input<'_>) -> Option<String> {
    let aliases = &input.resolved.aliases;
    let root = base_path(input.config.base_url.as_deref());
    let line = |alias: &Alias| {
        let from = encode_path(&alias.address);
        let to = encode_path(&input.resolved.structure.urls[alias.file]);
        format!("{root}{from} {root}{to} 301\n")
    };
    (!aliases.is_empty()).then(|| aliases.iter().map(line).collect())
}

/// `robots.txt` (RFC 9309): everything may be read, and there is a list of it.
pub fn robots(input: &Input<'_>) -> Option<String> {
    let base = input.config.base_url.as_deref()?;
    let sitemap = whole(base, SITEMAP);
    Some(format!("User-agent: *\nDisallow:\n\nSitemap: {sitemap}\n"))
}
