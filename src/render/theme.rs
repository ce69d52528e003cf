//! A theme ready to render: its templates, words and static files, over those of the themes it
//! builds on, and under the site's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Context, ErrorKind, Kwargs, State, Tera, Value};

use super::digest::{Digest, Fingerprint};
use super::themes::{ABOUT, Folder, ThemeFile, Themes};
use crate::config::value::{self, Data};
use crate::diag::{Code, Fault, FilePath, Place, nearest};
use crate::read::TextFile;

/// What a theme is loaded from.
#[derive(Debug, Clone, Default)]
pub struct ThemeFiles {
    /// The theme's name.
    pub name: String,
    /// Where the configuration names it.
    pub place: Option<Place>,
    /// The site's language.
    pub language: String,
    /// Text files of `themes/`, `templates/` and `messages/`.
    pub files: Vec<TextFile>,
    /// The paths of the static files of the site's themes.
    pub statics: Vec<FilePath>,
}

/// A theme, ready to render.
pub struct Theme {
    tera: Tera,
    words: Arc<BTreeMap<String, String>>,
    /// Static files by their addresses.
    pub statics: BTreeMap<String, ThemeFile>,
    /// Where each template comes from: those of the site by their names, those of a theme as
    /// `theme:name`.
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
        let themes = Themes::new(&input.files, input.statics.iter());
        let chain = themes.chain(&input.name, input.place.as_ref(), &mut faults);
        if chain.is_empty() {
            return (None, faults);
        }
        let mut templates = BTreeMap::new();
        let mut statics = BTreeMap::new();
        for (theme, folder) in chain.iter().rev() {
            for (path, file) in &folder.files {
                if let Some(name) = path.strip_prefix("static/") {
                    statics.insert(format!("_theme/{name}"), file.clone());
                } else if let (Some(name), ThemeFile::Text(file)) =
                    (path.strip_prefix("templates/"), file)
                {
                    templates.insert(format!("{theme}:{name}"), file.clone());
                }
            }
        }
        for file in &input.files {
            if let Some(name) = file.path.strip_prefix("templates/") {
                templates.insert(name.to_owned(), file.clone());
            }
        }
        if let Some(fault) = missing_templates(input, &templates, chain[0].1) {
            faults.push(fault);
            return (None, faults);
        }
        let words = Arc::new(gather_words(input, &chain, &mut faults));
        let mut digest = Digest::default();
        std::hash::Hash::hash(&templates, &mut digest);
        std::hash::Hash::hash(&words, &mut digest);
        let prefixes: Vec<String> = chain.iter().map(|(name, _)| format!("{name}:")).collect();
        std::hash::Hash::hash(&prefixes, &mut digest);

        let mut tera = new_tera(&words);
        // What a template of the site or of an heir doesn't define, the next theme does.
        if let Err(error) = tera.set_fallback_prefixes(prefixes) {
            faults.push(Fault::nowhere(Code::TemplateSyntax, error.to_string()));
            return (None, faults);
        }
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

    /// Renders a component around its body. `given` is what it may ask for with an `@`, beside the
    /// author's arguments.
    pub fn render_component(
        &self,
        name: &str,
        arguments: &Context,
        given: &Context,
        body: &str,
    ) -> Result<String, Box<Fault>> {
        let tera = &self.tera;
        let html = tera.render_component_with_implicits(name, arguments, given, Some(body), true);
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
                fault.help = match kind {
                    ErrorKind::MissingParent { .. } => Some(
                        "`explainer theme eject` lists the templates of the theme in use and of \
                         those it builds on",
                    ),
                    ErrorKind::CircularExtend { .. } => Some(
                        "extend the template that it takes the place of, such as \
                         `scholar:section.html`",
                    ),
                    _ => None,
                }
                .map(str::to_owned);
                fault
            }
        }
    }
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

/// The templates that pages are made with and that neither the site nor a theme has, as a fault.
fn missing_templates(
    input: &ThemeFiles,
    templates: &BTreeMap<String, TextFile>,
    folder: &Folder,
) -> Option<Fault> {
    let has = |name: &str| {
        let names = templates.keys();
        names
            .map(|key| key.rsplit(':').next())
            .any(|key| key == Some(name))
    };
    let missing = super::context::TEMPLATES.iter().filter(|name| !has(name));
    let missing: Vec<String> = missing.map(|name| format!("`{name}`")).collect();
    if missing.is_empty() {
        return None;
    }
    let message = format!("the theme `{}` lacks {}", input.name, missing.join(", "));
    let mut fault = Fault::nowhere(Code::MissingTemplate, message).help(format!(
        "let it build on another theme: write `inherits = \"scholar\"` into themes/{}/{ABOUT}",
        input.name
    ));
    fault.place = match folder.files.get(ABOUT) {
        Some(ThemeFile::Text(file)) => Some(Place::new(&file.path, 0..0)),
        _ => input.place.clone(),
    };
    Some(fault)
}

/// All words. Each language goes before the one that stands in for it, each theme before the one it
/// builds on, and the site's own messages before all.
fn gather_words(
    input: &ThemeFiles,
    chain: &[(&str, &Folder)],
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, String> {
    // English first, so that a word a translation lacks is still said.
    let base = input.language.split('-').next().unwrap_or("en");
    let mut languages = vec!["en", base, input.language.as_str()];
    languages.dedup();
    let paths: Vec<String> = languages
        .iter()
        .map(|language| format!("messages/{language}.toml"))
        .collect();
    let mut words = BTreeMap::new();
    for path in &paths {
        for (_, folder) in chain.iter().rev() {
            if let Some(ThemeFile::Text(file)) = folder.files.get(path) {
                read_words(file, &mut words, faults);
            }
        }
    }
    for path in &paths {
        if let Some(file) = input.files.iter().find(|file| *file.path == **path) {
            read_words(file, &mut words, faults);
        }
    }
    words
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
