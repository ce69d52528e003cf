//! The list of all pages for search engines, by the protocol of sitemaps.org.

use super::{whole, xml};
use crate::config::Date;
use crate::render::{Input, Job, jobs};

/// The list, where the site's full address is set. A page's last change is told only where the
/// author gave a date that names a day.
pub fn sitemap(input: &Input<'_>) -> Option<String> {
    let base = input.config.base_url.as_deref()?;
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for job in jobs(input) {
        let changed = match job {
            // The page for printing has nothing that others lack.
            Job::NotFound | Job::Print(_) => continue,
            Job::File(file) => {
                let front = &input.files[file].outline.front;
                let date = front.updated.as_deref().or(front.date.as_deref());
                date.and_then(Date::read).and_then(Date::day_or_moment)
            }
            Job::Home
            | Job::Explainer(_)
            | Job::Bibliography(..)
            | Job::Source(_)
            | Job::Notes(_)
            | Job::Index(_)
            | Job::Search => None,
        };
        let address = whole(base, &job.url(input));
        out += &format!("<url><loc>{}</loc>", xml(&address));
        if let Some(changed) = changed {
            out += &format!("<lastmod>{changed}</lastmod>");
        }
        out += "</url>\n";
    }
    out += "</urlset>\n";
    Some(out)
}
