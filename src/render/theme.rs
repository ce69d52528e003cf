//! A theme: templates, words and static files, embedded or of the site, the site's own over them.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Context, ErrorKind, Kwargs, State, Tera, Value};

use super::digest::{Digest, Fingerprint};
use crate::config::value::{self, Data};
use crate::diag::{Code, Fault, Place, nearest};
use crate::read::TextFile;

/// The files of an embedded theme, by their paths in its folder.
macro_rules! embedded {
    ($name:literal: $($path:literal)*) => {
        ($name, &[$(($path, include_str!(concat!("../../themes/", $name, "/", $path)))),*])
    };
}

const EMBEDDED: &[(&str, &[(&str, &str)])] = &[embedded!("scholar":
    "messages/en.toml"
    "static/style.css"
    "static/theme.js"
    "templates/404.html"
    "templates/base.html"
    "templates/bibliography.html"
    "templates/components/aside.html"
    "templates/components/figure.html"
    "templates/explainer.html"
    "templates/home.html"
    "templates/page.html"
    "templates/partials/byline.html"
    "templates/partials/entry.html"
    "templates/partials/notes.html"
    "templates/partials/on-this-page.html"
    "templates/partials/parts.html"
    "templates/partials/title.html"
    "templates/partials/trail.html"
    "templates/section.html"
    "theme.toml"
)];

/// The names of the embedded themes.
fn embedded_names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(name, _)| *name)
}

/// What a theme is loaded from.
#[derive(Debug, Clone, Default)]
pub struct ThemeFiles {
    /// The theme's name and where it was asked for.
    pub name: String,
    /// Where the configuration names it.
    pub place: Option<Place>,
    /// The site's language.
    pub language: String,
    /// Text files of `themes/NAME/`, `templates/` and `messages/`.
    pub files: Vec<TextFile>,
    /// Whether the site has a folder of the theme's name.
    pub in_site: bool,
}

/// A theme, ready to render.
pub struct Theme {
    tera: Tera,
    words: Arc<BTreeMap<String, String>>,
    /// Static files: address and content.
    pub statics: BTreeMap<String, Arc<str>>,
    /// Where each template comes from.
    templates: BTreeMap<String, TextFile>,
    /// The fingerprint of all its files.
    pub fingerprint: Fingerprint,
}

impl Theme {
    /// Loads a theme.
    ///
    /// In: its name and the site's files that change it. Out: the theme, unless a template can't
    /// be read; and the faults.
    pub fn load(input: &ThemeFiles) -> (Option<Theme>, Vec<Fault>) {
        let mut faults = Vec::new();
        let files = gather(input, &mut faults);
        if !faults.is_empty() {
            return (None, faults);
        }
        let mut words = BTreeMap::new();
        let mut templates = BTreeMap::new();
        let mut statics = BTreeMap::new();
        for (path, file) in &files {
            if let Some(name) = path.strip_prefix("templates/") {
                templates.insert(name.to_owned(), file.clone());
            } else if let Some(name) = path.strip_prefix("static/") {
                statics.insert(format!("_theme/{name}"), file.text.clone());
            }
        }
        // English first, so that a word a translation lacks is still said.
        let base = input.language.split('-').next().unwrap_or("en");
        let mut languages = vec!["en", base, input.language.as_str()];
        languages.dedup();
        for own in [false, true] {
            for language in &languages {
                let path = format!("messages/{language}.toml");
                let key = if own { format!("own/{path}") } else { path };
                if let Some(file) = files.get(&key) {
                    read_words(file, &mut words, &mut faults);
                }
            }
        }
        let words = Arc::new(words);
        let mut digest = Digest::default();
        std::hash::Hash::hash(&files, &mut digest);
        std::hash::Hash::hash(&words, &mut digest);

        let mut tera = new_tera(&words);
        let list: Vec<(String, Arc<str>)> = templates
            .iter()
            .map(|(name, file)| (name.clone(), file.text.clone()))
            .collect();
        let loaded = tera.add_raw_templates(list.iter().map(|(name, text)| (name, text)));
        let theme = Theme {
            tera,
            words,
            statics,
            templates,
            fingerprint: digest.fingerprint(),
        };
        let Err(error) = loaded else {
            return (Some(theme), faults);
        };
        // Tera stops at the first fault; each template by itself tells the others.
        let before = faults.len();
        for (name, text) in &list {
            let mut alone = new_tera(&theme.words);
            if let Err(error) = alone.add_raw_template(name, text)
                && matches!(error.kind(), ErrorKind::SyntaxError(_))
            {
                faults.push(theme.fault(&error, Code::TemplateSyntax));
            }
        }
        if faults.len() == before {
            faults.push(theme.fault(&error, Code::TemplateSyntax));
        }
        (None, faults)
    }

    /// A word of the messages, without placeholders; empty if there is none.
    pub fn word(&self, name: &str) -> &str {
        self.words.get(name).map_or("", String::as_str)
    }

    /// A word with `{name}` replaced by a value.
    pub fn word_with(&self, word: &str, name: &str, value: &str) -> String {
        self.word(word).replace(&format!("{{{name}}}"), value)
    }

    /// Renders a template.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, Box<Fault>> {
        self.tera
            .render(template, context)
            .map_err(|error| Box::new(self.render_fault(&error)))
    }

    /// What a component takes, if it is known.
    pub fn component(&self, name: &str) -> Option<tera::ComponentInfo> {
        self.tera.get_component_definition(name)
    }

    /// The known component that is nearest to a name.
    pub fn nearest_component(&self, name: &str) -> Option<&str> {
        let mut names: Vec<&str> = self.tera.get_component_names().collect();
        names.sort_unstable();
        nearest(name, names)
    }

    /// Renders a component around its body.
    pub fn render_component(
        &self,
        name: &str,
        context: &Context,
        body: &str,
    ) -> Result<String, Box<Fault>> {
        let html = self.tera.render_component(name, context, Some(body), true);
        html.map_err(|error| Box::new(self.render_fault(&error)))
    }

    fn render_fault(&self, error: &tera::Error) -> Fault {
        let fault = self.fault(error, Code::TemplateFailed);
        if fault.label.contains(NO_WORD) || fault.message.contains(NO_WORD) {
            return Fault {
                code: Code::MissingWord,
                ..fault
            }
            .help("add it to messages/LANGUAGE.toml of the site or the theme");
        }
        fault
    }

    /// Tera's error as a fault at the template's line.
    fn fault(&self, error: &tera::Error, code: Code) -> Fault {
        let message = match code {
            Code::TemplateSyntax => "this template can't be read",
            _ => "this template fails",
        };
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let file = match self.templates.get(report.filename()) {
                    Some(file) => file.path.clone(),
                    None => report.filename().into(),
                };
                Fault::new(
                    code,
                    message,
                    Place::new(&file, report.span().range.clone()),
                )
                .label(report.message().to_owned())
            }
            kind => {
                let named = match kind {
                    ErrorKind::MissingParent { current, .. } => self.templates.get(current),
                    ErrorKind::CircularExtend { tpl, .. }
                    | ErrorKind::CircularInclude { tpl, .. } => self.templates.get(tpl),
                    _ => None,
                };
                let mut fault = Fault::nowhere(code, kind.to_string());
                fault.place = named.map(|file| Place::new(&file.path, 0..0));
                fault
            }
        }
    }
}

/// The text of a file of an embedded theme, for reports: `theme:scholar/templates/base.html`.
pub fn embedded_text(path: &str) -> Option<&'static str> {
    let (theme, path) = path.strip_prefix("theme:")?.split_once('/')?;
    let (_, files) = EMBEDDED.iter().find(|(name, _)| *name == theme)?;
    files
        .iter()
        .find(|(name, _)| *name == path)
        .map(|(_, text)| *text)
}

/// What the error of a missing word says, by which it is recognised.
const NO_WORD: &str = "the messages have no word";

fn new_tera(words: &Arc<BTreeMap<String, String>>) -> Tera {
    let mut tera = Tera::default();
    let words = words.clone();
    tera.register_function(
        "say",
        move |arguments: Kwargs, _: &State| -> tera::TeraResult<Value> {
            let name: String = arguments.must_get("word")?;
            let Some(word) = words.get(&name) else {
                return Err(tera::Error::message(format!("{NO_WORD} `{name}`")));
            };
            let mut text = word.clone();
            for (key, value) in arguments.iter() {
                if let Some(key) = key.as_str().filter(|key| *key != "word") {
                    text = text.replace(&format!("{{{key}}}"), &value.to_string());
                }
            }
            Ok(Value::normal_string(&text))
        },
    );
    tera
}

/// All files by their paths in a theme; the site's own messages under `own/`, for they only add
/// to the theme's.
fn gather(input: &ThemeFiles, faults: &mut Vec<Fault>) -> BTreeMap<String, TextFile> {
    let mut files = BTreeMap::new();
    let embedded = EMBEDDED.iter().find(|(name, _)| *name == input.name);
    if let Some((name, list)) = embedded {
        for (path, text) in *list {
            let file = TextFile {
                path: format!("theme:{name}/{path}").into(),
                text: (*text).into(),
            };
            files.insert((*path).to_owned(), file);
        }
    } else if !input.in_site {
        let message = format!("there is no theme `{}`", input.name);
        let mut fault = Fault::nowhere(Code::UnknownTheme, message);
        fault.place.clone_from(&input.place);
        fault.help = Some(match nearest(&input.name, embedded_names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "embedded themes: {}; others are folders in `themes`",
                embedded_names().collect::<Vec<_>>().join(", ")
            ),
        });
        faults.push(fault);
    }
    let folder = format!("themes/{}/", input.name);
    for file in &input.files {
        if let Some(path) = file.path.strip_prefix(&folder) {
            files.insert(path.to_owned(), file.clone());
        }
    }
    for file in &input.files {
        if file.path.starts_with("templates/") {
            files.insert(file.path.to_string(), file.clone());
        } else if file.path.starts_with("messages/") {
            files.insert(format!("own/{}", file.path), file.clone());
        }
    }
    files
}

fn read_words(file: &TextFile, words: &mut BTreeMap<String, String>, faults: &mut Vec<Fault>) {
    let (table, syntax) = value::toml(&file.text, 0);
    faults.extend(crate::config::syntax_faults(
        &file.path,
        "valid TOML",
        syntax,
    ));
    for field in table.0 {
        match field.value.data {
            Data::Text(text) => {
                words.insert(field.name, text);
            }
            other => faults.push(Fault::new(
                Code::WrongType,
                format!(
                    "the word `{}` must be text, not {}",
                    field.name,
                    other.kind()
                ),
                Place::new(&file.path, field.value.span),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_a_theme_is_embedded() {
        for (name, list) in EMBEDDED {
            let folder = format!("{}/themes/{name}", env!("CARGO_MANIFEST_DIR"));
            let mut found: Vec<String> = walkdir::WalkDir::new(&folder)
                .into_iter()
                .filter_map(Result::ok)
                .filter(|entry| entry.file_type().is_file())
                .filter_map(|entry| {
                    let path = entry.path().strip_prefix(&folder).ok()?;
                    Some(path.to_string_lossy().replace('\\', "/"))
                })
                .collect();
            found.sort();
            let mut embedded: Vec<&str> = list.iter().map(|(path, _)| *path).collect();
            embedded.sort_unstable();
            assert_eq!(found, embedded);
        }
    }
}
