//! Which themes a site can use, bundled and its own, and how one builds on another.

use std::collections::BTreeMap;

use crate::config::{Fields, Placed, syntax_faults, value};
use crate::diag::{Code, Fault, FilePath, Place, nearest};
use crate::read::TextFile;

/// The files of a bundled theme, by their paths in its folder.
macro_rules! bundled {
    ($name:literal: $($path:literal)*) => {
        ($name, &[$(($path, include_str!(concat!("../../themes/", $name, "/", $path)))),*])
    };
}

const BUNDLED: &[(&str, &[(&str, &str)])] = &[
    bundled!("classroom":
        "messages/de.toml"
        "messages/en.toml"
        "messages/es.toml"
        "messages/fr.toml"
        "messages/ru.toml"
        "static/basics.css"
        "static/style.css"
        "templates/section.html"
        "theme.toml"
    ),
    bundled!("scholar":
        "messages/de.toml"
        "messages/en.toml"
        "messages/es.toml"
        "messages/fr.toml"
        "messages/ru.toml"
        "static/basics.css"
        "static/components.js"
        "static/filter.js"
        "static/icon.svg"
        "static/notes.js"
        "static/search.js"
        "static/style.css"
        "static/theme.js"
        "templates/404.html"
        "templates/all-notes.html"
        "templates/base.html"
        "templates/bibliography.html"
        "templates/components/aside.html"
        "templates/components/audio.html"
        "templates/components/chart.html"
        "templates/components/compare.html"
        "templates/components/figure.html"
        "templates/components/glossary.html"
        "templates/components/map.html"
        "templates/components/people.html"
        "templates/components/quote.html"
        "templates/components/table.html"
        "templates/components/timeline.html"
        "templates/components/video.html"
        "templates/explainer.html"
        "templates/home.html"
        "templates/index-of.html"
        "templates/page.html"
        "templates/partials/byline.html"
        "templates/partials/changes.html"
        "templates/partials/cite.html"
        "templates/partials/downloads.html"
        "templates/partials/cited.html"
        "templates/partials/data-source.html"
        "templates/partials/data-table.html"
        "templates/partials/entry.html"
        "templates/partials/indexed.html"
        "templates/partials/machines.html"
        "templates/partials/notes.html"
        "templates/partials/on-this-page.html"
        "templates/partials/parts.html"
        "templates/partials/recording.html"
        "templates/partials/records.html"
        "templates/partials/source-facts.html"
        "templates/partials/title.html"
        "templates/partials/trail.html"
        "templates/partials/translations.html"
        "templates/partials/works-cited.html"
        "templates/print.html"
        "templates/search.html"
        "templates/section.html"
        "templates/source.html"
        "theme.toml"
    ),
];

/// The file of a theme that says what it is.
pub const ABOUT: &str = "theme.toml";

/// The text of a file of a bundled theme, for reports: `theme:scholar/templates/base.html`.
pub fn bundled_text(path: &str) -> Option<&'static str> {
    let (theme, path) = path.strip_prefix("theme:")?.split_once('/')?;
    let (_, files) = BUNDLED.iter().find(|(name, _)| *name == theme)?;
    files
        .iter()
        .find(|(name, _)| *name == path)
        .map(|(_, text)| *text)
}

/// A file of a theme.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ThemeFile {
    /// One whose text is known.
    Text(TextFile),
    /// One of the site that is copied without being read, by its path in the site.
    Copy(FilePath),
}

/// What a theme says about itself in its `theme.toml`.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Its name for people.
    pub title: String,
    /// A sentence on what it looks like.
    pub description: String,
    /// The theme it builds on, with the place that says so.
    pub inherits: Option<Placed<String>>,
}

/// A theme: its files by their paths in its folder.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// Whether it comes with the program. The site may still have files that go before its own.
    pub bundled: bool,
    /// Its files.
    pub files: BTreeMap<String, ThemeFile>,
}

/// The themes a site can use, by name.
#[derive(Debug, Clone)]
pub struct Themes(BTreeMap<String, Folder>);

impl Themes {
    /// The bundled themes and those of a site.
    ///
    /// In: the site's texts below `themes/`, among others; and the paths of the static files of its
    /// themes. Out: all themes, the site's files before bundled ones of the same name.
    pub fn new<'a>(texts: &[TextFile], statics: impl Iterator<Item = &'a FilePath>) -> Themes {
        let mut themes: BTreeMap<String, Folder> = BTreeMap::new();
        for (name, files) in BUNDLED {
            let folder = themes.entry((*name).to_owned()).or_default();
            folder.bundled = true;
            for (path, text) in *files {
                let file = TextFile {
                    path: format!("theme:{name}/{path}").into(),
                    text: (*text).into(),
                };
                let file = ThemeFile::Text(file);
                folder.files.insert((*path).to_owned(), file);
            }
        }
        let texts = texts
            .iter()
            .map(|file| (&file.path, ThemeFile::Text(file.clone())));
        let statics = statics.map(|path| (path, ThemeFile::Copy(path.clone())));
        for (path, file) in texts.chain(statics) {
            let inside = path.strip_prefix("themes/");
            if let Some((name, path)) = inside.and_then(|path| path.split_once('/')) {
                let folder = themes.entry(name.to_owned()).or_default();
                folder.files.insert(path.to_owned(), file);
            }
        }
        Themes(themes)
    }

    /// The names of all themes, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A theme, if there is one of the name.
    pub fn get(&self, name: &str) -> Option<&Folder> {
        self.0.get(name)
    }

    /// A theme and those it builds on: itself first, then the theme it inherits, and so on.
    ///
    /// In: its name; where it was asked for; where faults go. Out: the themes with their names; none
    /// if one of them isn't there or can't be read, or if they inherit each other in a circle.
    pub fn chain(
        &self,
        name: &str,
        place: Option<&Place>,
        faults: &mut Vec<Fault>,
    ) -> Vec<(&str, &Folder)> {
        let mut chain: Vec<(&str, &Folder)> = Vec::new();
        let mut next = Some((name.to_owned(), place.cloned()));
        while let Some((name, place)) = next {
            if let Some(first) = chain.iter().position(|(known, _)| *known == name) {
                let circle: Vec<_> = chain[first..].iter().map(|(name, _)| *name).collect();
                let message = match circle[..] {
                    [_] => format!("the theme `{name}` inherits itself"),
                    _ => format!("the themes inherit each other: {}", circle.join(", ")),
                };
                let mut fault = Fault::nowhere(Code::ThemeCircle, message).help(
                    "delete one `inherits`, or name a bundled theme such as `scholar` in its place",
                );
                fault.place = place;
                faults.push(fault);
                return Vec::new();
            }
            let Some((known, folder)) = self.0.get_key_value(&name) else {
                faults.push(self.unknown(&name, place));
                return Vec::new();
            };
            let before = faults.len();
            let about = folder.about(faults);
            if faults.len() > before {
                return Vec::new();
            }
            chain.push((known, folder));
            next = about
                .inherits
                .map(|parent| (parent.value, Some(parent.place)));
        }
        chain
    }

    fn unknown(&self, name: &str, place: Option<Place>) -> Fault {
        let mut fault = Fault::nowhere(Code::UnknownTheme, format!("there is no theme `{name}`"));
        fault.place = place;
        fault.help(match nearest(name, self.names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "there are {}; others are folders in `themes`",
                self.names().collect::<Vec<_>>().join(", ")
            ),
        })
    }
}

impl Folder {
    /// What it says about itself; what it doesn't say is empty.
    pub fn about(&self, faults: &mut Vec<Fault>) -> About {
        let Some(ThemeFile::Text(file)) = self.files.get(ABOUT) else {
            return About::default();
        };
        let (table, syntax) = value::toml(&file.text, 0);
        faults.extend(syntax_faults(&file.path, "valid TOML", syntax));
        let mut fields = Fields::new(&file.path, &table, "a theme", faults);
        let mut text = |name| fields.text(name).map(|text| text.value).unwrap_or_default();
        let about = About {
            title: text("title"),
            description: text("description"),
            inherits: fields.text("inherits"),
        };
        fields.finish();
        about
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_every_theme_is_bundled() {
        let themes = format!("{}/themes", env!("CARGO_MANIFEST_DIR"));
        let mut found: Vec<String> = walkdir::WalkDir::new(&themes)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .filter_map(|entry| {
                let path = entry.path().strip_prefix(&themes).ok()?;
                Some(path.to_string_lossy().replace('\\', "/"))
            })
            .collect();
        found.sort();
        let bundled = BUNDLED
            .iter()
            .flat_map(|(name, files)| files.iter().map(move |(path, _)| format!("{name}/{path}")));
        let mut bundled: Vec<String> = bundled.collect();
        bundled.sort();
        assert_eq!(found, bundled);
    }

    #[test]
    fn themes_share_no_copied_file() {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (name, files) in BUNDLED {
            for (path, text) in *files {
                let path = format!("{name}/{path}");
                if let Some(first) = seen.insert(text, path.clone()) {
                    panic!("{path} is a copy of {first}");
                }
            }
        }
    }
}
