//! The small page at a former address, which leads to where the page is now.

use super::{title, whole};
use crate::render::Input;
use crate::resolve::Alias;
use crate::text::{encode_path, escape};

/// The page. It works on every host and without scripts; search engines learn from it where the
/// page is now.
pub fn page(input: &Input<'_>, alias: &Alias) -> String {
    let url = &input.resolved.structure.urls[alias.file];
    let up = "../".repeat(alias.output.matches('/').count());
    let link = match format!("{up}{}", encode_path(url)) {
        link if link.is_empty() => "./".to_owned(),
        link => link,
    };
    let canonical = match &input.config.base_url {
        Some(base) => whole(base, url),
        None => link.clone(),
    };
    let front = &input.files[alias.file].outline.front;
    let language = front.language.as_ref().unwrap_or(&input.config.language);
    let (link, title) = (escape(&link), escape(title(input, alias.file)));
    format!(
        "<!doctype html>\n\
         <html lang=\"{}\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <title>{title}</title>\n\
         <link rel=\"canonical\" href=\"{}\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={link}\">\n\
         </head>\n\
         <body>\n\
         <p><a href=\"{link}\">{title}</a></p>\n\
         </body>\n\
         </html>\n",
        escape(language),
        escape(&canonical),
    )
}
