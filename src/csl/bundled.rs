//! The styles and locales that come with the program, as XML: `bundle.rs` writes them.

/// A bundled style.
pub struct Bundled {
    /// Its CSL id, an address.
    pub id: &'static str,
    /// Its names in `hayagriva`'s archive.
    pub names: &'static [&'static str],
    pub xml: &'static str,
}

impl Bundled {
    /// The last part of its id, such as `chicago-notes-bibliography`.
    pub fn short_id(&self) -> &'static str {
        self.id.rsplit('/').next().unwrap_or_default()
    }
}

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));
