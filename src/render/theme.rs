//! A theme ready to render: its templates, words and static files, over those of the themes it
//! builds on, and under the site's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Context, ErrorKind, Kwargs, State, Tera, Value};

use super::digest::{Digest, Fingerprint};
use super::licence;
use super::themes::{ABOUT, Folder, ThemeFile, Themes};
use super::words::{Languages, Words};
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
    /// The templates as they speak in each language that has words.
    teras: BTreeMap<String, Tera>,
    words: Arc<Languages>,
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
        let words = Arc::new(Languages::read(input, &chain, &mut faults));
        let mut digest = Digest::default();
        std::hash::Hash::hash(&templates, &mut digest);
        std::hash::Hash::hash(&words, &mut digest);
        let prefixes: Vec<String> = chain.iter().map(|(name, _)| format!("{name}:")).collect();
        std::hash::Hash::hash(&prefixes, &mut digest);

        let mut tera = new_tera(&words, &input.language);
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
        let teras = words.tags().map(|language| {
            let mut tera = tera.clone();
            speak(&mut tera, &words, language);
            (language.to_owned(), tera)
        });
        let theme = Theme {
            teras: teras.collect(),
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
            let mut alone = new_tera(&theme.words, &input.language);
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

    /// A word of the messages in the site's language; empty if there is none.
    pub fn word(&self, name: &str) -> &str {
        self.words.site().word(name)
    }

    /// The name of a language in itself, as its messages give it; else its tag.
    pub fn language_name<'a>(&'a self, language: &'a str) -> &'a str {
        self.words.name(language)
    }

    /// The words in which something is said that is written in a language: its own, or the site's
    /// where it has none.
    pub fn words(&self, language: &str) -> &Words {
        self.words.of(language)
    }

    /// Renders a template for a page in a language.
    pub fn render(
        &self,
        template: &str,
        language: &str,
        context: &Context,
    ) -> Result<String, Box<Fault>> {
        self.tera(language)
            .render(template, context)
            .map_err(|error| Box::new(self.render_fault(&error)))
    }

    /// What a component takes, if it is known.
    pub fn component(&self, name: &str) -> Option<tera::ComponentInfo> {
        self.tera("").get_component_definition(name)
    }

    /// The known component that is nearest to a name.
    pub fn nearest_component(&self, name: &str) -> Option<&str> {
        let mut names: Vec<&str> = self.tera("").get_component_names().collect();
        names.sort_unstable();
        nearest(name, names)
    }

    /// Renders a component around its body, on a page in a language. `given` is what it may ask for
    /// with an `@`, beside the author's arguments.
    pub fn render_component(
        &self,
        name: &str,
        language: &str,
        arguments: &Context,
        given: &Context,
        body: &str,
    ) -> Result<String, Box<Fault>> {
        let tera = self.tera(language);
        let html = tera.render_component_with_implicits(name, arguments, given, Some(body), true);
        html.map_err(|error| Box::new(self.render_fault(&error)))
    }

    fn tera(&self, language: &str) -> &Tera {
        &self.teras[self.words.nearest(language)]
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

fn new_tera(words: &Arc<Languages>, language: &str) -> Tera {
    let mut tera = Tera::default();
    speak(&mut tera, words, language);
    tera
}

/// Gives templates the functions that say words, in a language.
fn speak(tera: &mut Tera, words: &Arc<Languages>, language: &str) {
    let no_word = |name: &str| tera::Error::message(format!("{NO_WORD} `{name}`"));
    let own = language.to_owned();
    let all = words.clone();
    tera.register_function(
        "say",
        move |arguments: Kwargs, _: &State| -> tera::TeraResult<Value> {
            let name: String = arguments.must_get("word")?;
            let language: Option<String> = arguments.get("language")?;
            let words = all.of(language.as_ref().unwrap_or(&own));
            let number = arguments.get::<Value>("n")?.and_then(|n| n.as_u64());
            let Some(word) = words.find(&name, number) else {
                return Err(no_word(&name));
            };
            let mut text = word.to_owned();
            for (key, value) in arguments.iter() {
                let key = key.as_str().unwrap_or_default();
                if !["word", "language"].contains(&key) {
                    text = text.replace(&format!("{{{key}}}"), &value.to_string());
                }
            }
            Ok(Value::normal_string(&text))
        },
    );
    tera.register_function(
        "licence",
        |arguments: Kwargs, _: &State| -> tera::TeraResult<Value> {
            let typed: String = arguments.must_get("name")?;
            let licence::Licence { title, url } = licence::licence(&typed);
            Ok(Value::from_serializable(
                &serde_json::json!({ "title": title, "url": url }),
            ))
        },
    );
    let own = language.to_owned();
    let all = words.clone();
    tera.register_function(
        "forms",
        move |arguments: Kwargs, _: &State| -> tera::TeraResult<Value> {
            let name: String = arguments.must_get("word")?;
            let forms = all.of(&own).forms(&name);
            match forms.as_object().is_some_and(|forms| forms.is_empty()) {
                true => Err(no_word(&name)),
                false => Ok(Value::normal_string(&forms.to_string())),
            }
        },
    );
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
