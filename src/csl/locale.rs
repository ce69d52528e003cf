//! A language's terms, date formats and options, with a style's own laid over them (CSL 1.0.2,
//! "Locale").

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::bundled::LOCALES;
use super::compile::{date_parts, form, term_name};
use super::style::{DatePart, Form, Program};
use super::xml::Node;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Gender {
    #[default]
    Neuter,
    Masculine,
    Feminine,
}

#[derive(Debug)]
struct Term {
    form: Form,
    /// The gender of what it agrees with.
    gender_form: Gender,
    /// Its own gender.
    gender: Gender,
    matching: Option<Matching>,
    single: String,
    multiple: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Matching {
    LastDigit,
    LastTwoDigits,
    WholeNumber,
}

/// A localized date format.
#[derive(Debug, Clone)]
pub struct DateFormat {
    pub parts: Vec<DatePart>,
    pub delimiter: String,
}

/// What one `cs:locale` says.
#[derive(Debug, Default)]
struct Layer {
    terms: HashMap<String, Vec<Term>>,
    /// Numeric, then text.
    dates: [Option<DateFormat>; 2],
    punctuation_in_quote: Option<bool>,
    limit_day_ordinals: Option<bool>,
    ordinals: bool,
}

impl Layer {
    /// Adds what an element says, over what is there.
    fn add(&mut self, node: &Node) {
        let mut fresh = true;
        for term in node.all("terms").flat_map(|terms| terms.all("term")) {
            let name = term_name(term.get("name").unwrap_or_default());
            if name == "ordinal" || name.starts_with("ordinal-") {
                // New ordinals stand alone.
                if std::mem::take(&mut fresh) && self.ordinals {
                    self.terms
                        .retain(|name, _| name != "ordinal" && !name.starts_with("ordinal-"));
                }
                self.ordinals = true;
            }
            let gender = |name: &str| match term.get(name) {
                Some("masculine") => Gender::Masculine,
                Some("feminine") => Gender::Feminine,
                _ => Gender::Neuter,
            };
            let text = |tag: &str| match term.child(tag) {
                Some(child) => clean(&child.text),
                None => clean(&term.text),
            };
            let new = Term {
                form: form(term),
                gender_form: gender("gender-form"),
                gender: gender("gender"),
                matching: match term.get("match") {
                    Some("last-digit") => Some(Matching::LastDigit),
                    Some("last-two-digits") => Some(Matching::LastTwoDigits),
                    Some("whole-number") => Some(Matching::WholeNumber),
                    _ => None,
                },
                single: text("single"),
                multiple: text("multiple"),
            };
            let known = self.terms.entry(name).or_default();
            known.retain(|old| old.form != new.form || old.gender_form != new.gender_form);
            known.push(new);
        }
        for date in node.all("date") {
            let slot = usize::from(date.get("form") == Some("text"));
            self.dates[slot] = Some(DateFormat {
                parts: date_parts(date),
                delimiter: date.get("delimiter").unwrap_or_default().to_owned(),
            });
        }
        for options in node.all("style-options") {
            let flag = |name: &str| options.get(name).map(|value| value == "true");
            self.punctuation_in_quote = flag("punctuation-in-quote").or(self.punctuation_in_quote);
            self.limit_day_ordinals =
                flag("limit-day-ordinals-to-day-1").or(self.limit_day_ordinals);
        }
    }

    fn find(&self, name: &str, form: Form, gender: Gender) -> Option<&Term> {
        let terms = self.terms.get(name)?;
        let find = |gender| {
            terms
                .iter()
                .find(|term| term.form == form && term.gender_form == gender)
        };
        find(gender).or_else(|| find(Gender::Neuter))
    }
}

/// A term's text: line breaks and the blanks around them are the file's layout.
fn clean(text: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Quotation marks, outer and inner.
#[derive(Debug, Clone, Default)]
pub struct Quotes {
    pub open: String,
    pub close: String,
    pub inner_open: String,
    pub inner_close: String,
}

/// A language for a style.
#[derive(Debug)]
pub struct Locale {
    /// The language that was asked for.
    pub language: String,
    own: Layer,
    base: Arc<Layer>,
    american: Arc<Layer>,
    pub quotes: Quotes,
    pub punctuation_in_quote: bool,
    pub limit_day_ordinals: bool,
    /// The sign for "and".
    pub ampersand: String,
    /// What stands between the numbers of a range of pages.
    pub page_range_delimiter: String,
}

impl Locale {
    /// The locale for a BCP 47 tag, with the style's own terms laid over it.
    pub fn new(language: &str, program: &Program) -> Locale {
        let language = language.replace('_', "-");
        let main = language.split('-').next().unwrap_or_default();
        let mut own = Layer::default();
        // From the most general to the most particular.
        let level = |lang: &Option<String>| match lang.as_deref().unwrap_or_default() {
            "" => Some(0),
            lang if lang == main => Some(1),
            lang if lang == language => Some(2),
            _ => None,
        };
        for wanted in 0..3 {
            let fits = |(lang, _): &&(Option<String>, Node)| level(lang) == Some(wanted);
            program
                .locales
                .iter()
                .filter(fits)
                .for_each(|(_, node)| own.add(node));
        }
        // "de" stands for its main dialect too.
        if !language.contains('-') {
            let whole = dialect(main);
            let of_dialect = program
                .locales
                .iter()
                .filter(|(lang, _)| lang.as_deref() == Some(whole) && whole != main);
            of_dialect.for_each(|(_, node)| own.add(node));
        }
        let american = file("en-US");
        let base = file(&language);
        let option =
            |pick: fn(&Layer) -> Option<bool>| pick(&own).or_else(|| pick(&base)).unwrap_or(false);
        let mut locale = Locale {
            punctuation_in_quote: option(|layer| layer.punctuation_in_quote),
            limit_day_ordinals: option(|layer| layer.limit_day_ordinals),
            language,
            own,
            base,
            american,
            quotes: Quotes::default(),
            ampersand: String::new(),
            page_range_delimiter: String::new(),
        };
        let text = |name: &str| {
            locale
                .term(name, Form::Long, false)
                .unwrap_or("")
                .to_owned()
        };
        let quotes = Quotes {
            open: text("open-quote"),
            close: text("close-quote"),
            inner_open: text("open-inner-quote"),
            inner_close: text("close-inner-quote"),
        };
        let ampersand = locale.term("and", Form::Symbol, false);
        locale.ampersand = ampersand.unwrap_or("&").to_owned();
        let delimiter = locale.term("page-range-delimiter", Form::Long, false);
        locale.page_range_delimiter = delimiter.unwrap_or("–").to_owned();
        locale.quotes = quotes;
        locale
    }

    fn lookup(&self, name: &str, wanted: Form, gender: Gender) -> Option<&Term> {
        // Forms fall back within a language first, then to English.
        self.lookup_in(&[&self.own, &self.base], name, wanted, gender)
            .or_else(|| self.lookup_in(&[&self.american], name, wanted, gender))
    }

    fn lookup_in<'a>(
        &'a self,
        layers: &[&'a Layer],
        name: &str,
        wanted: Form,
        gender: Gender,
    ) -> Option<&'a Term> {
        let mut wanted = Some(wanted);
        while let Some(form) = wanted {
            let found = layers
                .iter()
                .find_map(|layer| layer.find(name, form, gender));
            if found.is_some() {
                return found;
            }
            wanted = fallback(form);
        }
        None
    }

    /// A term's text (CSL 1.0.2, "Terms").
    pub fn term(&self, name: &str, form: Form, plural: bool) -> Option<&str> {
        let term = self.lookup(name, form, Gender::Neuter)?;
        Some(if plural { &term.multiple } else { &term.single })
    }

    /// The gender of a term, for numbers that agree with it.
    pub fn gender(&self, name: &str) -> Gender {
        self.lookup(name, Form::Long, Gender::Neuter)
            .map_or(Gender::Neuter, |term| term.gender)
    }

    pub fn date(&self, text: bool) -> Option<&DateFormat> {
        let slot = usize::from(text);
        let layers = [&self.own, &*self.base, &*self.american];
        layers
            .into_iter()
            .find_map(|layer| layer.dates[slot].as_ref())
    }

    /// What stands behind the digits of an ordinal number (CSL 1.0.2, "Ordinal Suffixes").
    pub fn ordinal_suffix(&self, number: u32, gender: Gender) -> &str {
        let layers = [&self.own, &*self.base, &*self.american];
        let Some(layer) = layers.into_iter().find(|layer| layer.ordinals) else {
            return "";
        };
        let find = |name: &str, fits: &dyn Fn(Option<Matching>) -> bool| {
            let terms = layer.terms.get(name)?;
            let of = |wanted: Gender| {
                terms
                    .iter()
                    .find(|term| term.gender_form == wanted && fits(term.matching))
            };
            of(gender).or_else(|| of(Gender::Neuter))
        };
        let whole = || {
            let name = format!("ordinal-{number:02}");
            (number < 100)
                .then(|| find(&name, &|m| m == Some(Matching::WholeNumber)))
                .flatten()
        };
        let two = || {
            let last = number % 100;
            find(&format!("ordinal-{last:02}"), &|m| match m {
                Some(matching) => matching == Matching::LastTwoDigits,
                None => last >= 10,
            })
        };
        let one = || {
            find(&format!("ordinal-{:02}", number % 10), &|m| {
                matches!(m, None | Some(Matching::LastDigit))
            })
        };
        let term = whole()
            .or_else(two)
            .or_else(one)
            .or_else(|| find("ordinal", &|_| true));
        term.map_or("", |term| term.single.as_str())
    }

    /// An ordinal number in words, if there is one.
    pub fn long_ordinal(&self, number: u32, gender: Gender) -> Option<&str> {
        let name = format!("long-ordinal-{number:02}");
        let term = self.lookup(&name, Form::Long, gender)?;
        Some(&term.single)
    }
}

fn fallback(form: Form) -> Option<Form> {
    match form {
        Form::Long => None,
        Form::Short | Form::Verb => Some(Form::Long),
        Form::VerbShort => Some(Form::Verb),
        Form::Symbol => Some(Form::Short),
    }
}

/// Whether a language is English.
pub fn is_english(language: &str) -> bool {
    let main = language.split(['-', '_']).next().unwrap_or_default();
    main.eq_ignore_ascii_case("en") || main.eq_ignore_ascii_case("english")
}

/// The dialect that a language alone stands for.
fn dialect(main: &str) -> &str {
    match main {
        "en" => "en-US",
        "de" => "de-DE",
        "es" => "es-ES",
        "fr" => "fr-FR",
        "pt" => "pt-PT",
        "zh" => "zh-CN",
        "sr" => "sr-RS",
        "no" => "nb-NO",
        main => main,
    }
}

/// A bundled locale file: that of the dialect, of the language, or the American one. Each
/// is read once per process.
fn file(language: &str) -> Arc<Layer> {
    static KNOWN: Mutex<Option<HashMap<&'static str, Arc<Layer>>>> = Mutex::new(None);
    let find = |code: &str| {
        let mut all = LOCALES.iter();
        all.find(|(known, _)| known.eq_ignore_ascii_case(code))
    };
    let main = language.split('-').next().unwrap_or_default();
    let any = || {
        let mut all = LOCALES.iter();
        all.find(|(known, _)| known.split('-').next() == Some(main))
    };
    let found = find(language)
        .or_else(|| find(dialect(main)))
        .or_else(any)
        .or_else(|| find("en-US"));
    let Some((code, xml)) = found else {
        return Arc::default();
    };
    // What another thread left behind is whole: files are put in when they are read.
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    let layer = known.entry(code).or_insert_with(|| {
        let mut layer = Layer::default();
        if let Ok(node) = Node::from_xml(xml) {
            layer.add(&node);
        }
        Arc::new(layer)
    });
    Arc::clone(layer)
}
