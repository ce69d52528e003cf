//! What the author sets: `explainer.toml` and the front matter of each file.

mod date;
mod fields;
mod front;
mod limits;
pub mod value;

pub use date::Date;
pub use fields::{Fields, Placed, syntax_faults};
pub use front::{Change, Front, Index, Kind, State};
pub use limits::Limits;

use std::collections::BTreeMap;

use crate::diag::{Code, Fault, FilePath, Level, Levels, Place, nearest};

/// The file that makes a folder a site.
pub const FILE: &str = "explainer.toml";

/// The ledger of proofreading.
pub const PROOFS: &str = "proofs.toml";

/// The series of a note whose label names none.
pub const MAIN: &str = "main";

/// A site's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The site's title.
    pub title: String,
    /// A line under it.
    pub subtitle: String,
    /// One or two sentences for search engines.
    pub description: String,
    /// The language of the site's text, as a BCP 47 tag.
    pub language: String,
    /// Where the site will be published, with a slash at its end.
    pub base_url: Option<String>,
    /// The theme's name, with the place where it was asked for.
    pub theme: (String, Option<Place>),
    /// Who wrote it, where a section doesn't say.
    pub authors: Vec<String>,
    /// The footer's text, as Markdown.
    pub footer: String,
    /// A picture beside the site's title: its path in `static`.
    pub logo: Option<Placed<String>>,
    /// What the menu of the site leads to; `None` for all pages outside explainers.
    pub menu: Option<Vec<MenuItem>>,
    /// Where sources come from.
    pub sources: SourcesConfig,
    /// How citations look.
    pub citations: CitationsConfig,
    /// The series of notes by name; `main` is always there.
    pub series: BTreeMap<String, Series>,
    /// What bibliographies hold.
    pub bibliography: BibliographyConfig,
    /// The bibliography's groups, in order.
    pub groups: Vec<Group>,
    /// Whether each explainer has a page of all its notes.
    pub notes_page: bool,
    /// Whether notes stand beside the text where the window is wide.
    pub notes_beside: bool,
    /// Where readers report errors: an address of mail or of the web.
    pub feedback: Option<String>,
    /// Whether each explainer has a page that prints all of it.
    pub print: bool,
    /// Whether readers can search the site.
    pub search: bool,
    /// The folder that `build` writes into, relative to the site's root.
    pub output: String,
    /// What every section must keep to.
    pub limits: Limits,
    /// Levels of checks.
    pub levels: Levels,
    /// The author's own data, for templates.
    pub extra: serde_json::Value,
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// What readers see.
    pub title: String,
    /// A web address, or the path of a file in `content`, perhaps with an anchor.
    pub link: Placed<String>,
}

/// Where sources come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcesConfig {
    /// The source files, relative to the root, with the place that names each.
    pub files: Vec<(String, Option<Place>)>,
    /// The file with what the source files don't say.
    pub overlay: String,
    /// Whether the files are a library of which only a part is cited.
    pub library: bool,
    /// Whether each source has a page of its own.
    pub pages: bool,
}

impl Default for SourcesConfig {
    fn default() -> Self {
        SourcesConfig {
            files: vec![("sources.bib".into(), None)],
            overlay: "sources.toml".into(),
            library: false,
            pages: false,
        }
    }
}

/// How citations look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitationsConfig {
    /// The name of a CSL style, with the place that names it.
    pub style: (String, Option<Place>),
    /// The locale of the style's terms; the site's language where not set.
    pub locale: Option<String>,
    /// The series that citations in prose become notes of.
    pub series: String,
    /// Whether a section lists the sources it cites at its end, where it doesn't say itself.
    pub works_cited: bool,
}

/// A series of notes: those of the author, of the editors, of the translator …
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Series {
    /// Its heading above the notes; empty for the theme's word for notes.
    pub title: String,
    /// What its numbers look like.
    pub numbering: Numbering,
    /// Where its numbers begin anew.
    pub restart: Restart,
    /// Whether readers see the author's own labels instead of numbers.
    pub keep_labels: bool,
}

impl Default for Series {
    fn default() -> Self {
        Series {
            title: String::new(),
            numbering: Numbering::Numbers,
            restart: Restart::Section,
            keep_labels: false,
        }
    }
}

/// What the numbers of a series look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Numbering {
    /// 1, 2, 3
    Numbers,
    /// a, b, c … z, aa, ab
    Letters,
    /// i, ii, iii
    Roman,
    /// *, †, ‡, §, ‖, ¶, **, ††
    Symbols,
}

/// Where the numbers of a series begin anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Restart {
    /// In each section.
    Section,
    /// In each explainer.
    Explainer,
}

/// What bibliographies hold, and how they are divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BibliographyConfig {
    /// What their groups are made by.
    pub by: By,
    /// How many entries a page has.
    pub split: usize,
    /// Whether there is one of all explainers together.
    pub site: bool,
    /// Which sources that nothing cites they recommend, with the place that says so.
    pub further: Option<(Further, Place)>,
}

impl Default for BibliographyConfig {
    fn default() -> Self {
        BibliographyConfig {
            by: By::Group,
            split: 500,
            site: false,
            further: None,
        }
    }
}

/// What the groups of a bibliography are made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// What `sources.toml` says.
    Group,
    /// The kinds of sources.
    Kind,
    /// The keywords of their entries.
    Keyword,
}

/// Which sources that nothing cites a bibliography recommends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Further {
    /// All there are.
    All,
    /// Those with one of these groups or keywords.
    Of(Vec<Placed<String>>),
}

/// A group of the bibliography.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    /// The name that `group` in `sources.toml` refers to, the kind or the keyword; sources of no
    /// group fall into the group `other`.
    pub name: String,
    /// Where it is named.
    pub place: Option<Place>,
    /// Its heading.
    pub title: String,
    /// A text under the heading, as Markdown.
    pub intro: String,
}

impl Config {
    /// Reads `explainer.toml`.
    ///
    /// In: the file's path and text. Out: the configuration, with what couldn't be read at its
    /// default, and the faults.
    pub fn read(file: &FilePath, text: &str) -> (Config, Vec<Fault>) {
        let (table, syntax) = value::toml(text, 0);
        let unreadable = !syntax.is_empty();
        let mut faults = syntax_faults(file, "valid TOML", syntax);
        let mut f = Fields::new(file, &table, "the configuration", &mut faults);

        let title = f.text("title");
        if title.is_none() && !unreadable && !f.has("title") {
            f.fault(
                Fault::new(
                    Code::MissingField,
                    "the site has no `title`",
                    Place::new(file, 0..0),
                )
                .help("add a first line such as: title = \"The Pact\""),
            );
        }
        let mut text = |name| f.text(name).map(|text| text.value);
        let subtitle = text("subtitle").unwrap_or_default();
        let description = text("description").unwrap_or_default();
        let footer = text("footer").unwrap_or_default();
        let language = text("language").unwrap_or_else(|| "en".into());
        let logo = f.text("logo");
        let has_menu = f.has("menu");
        let menu = f.tables("menu", "an entry of the menu", read_menu_item);
        let menu = has_menu.then(|| menu.into_iter().flatten().collect());
        let base_url = f
            .text("base_url")
            .and_then(|url| read_base_url(&mut f, url));
        let theme = named(f.text("theme"), "scholar");
        let authors = f
            .texts("authors")
            .into_iter()
            .map(|author| author.value)
            .collect();
        let sources = f
            .table("sources", "`[sources]`", read_sources)
            .unwrap_or_default();
        let mut series = BTreeMap::from([(MAIN.to_owned(), Series::default())]);
        for field in f.entries("series") {
            read_series(&mut f, file, field, &mut series);
        }
        let mut citing_series = None;
        let citations = f.table("citations", "`[citations]`", |f| {
            citing_series = f.text("series");
            CitationsConfig {
                style: named(f.text("style"), "chicago-notes"),
                locale: f.text("locale").map(|locale| locale.value),
                series: citing_series
                    .as_ref()
                    .map_or(MAIN.into(), |name| name.value.clone()),
                works_cited: f.truth("works_cited").unwrap_or(false),
            }
        });
        if let Some(name) = citing_series.filter(|name| !series.contains_key(&name.value)) {
            let known: Vec<_> = series.keys().map(String::as_str).collect();
            f.fault(
                Fault::new(
                    Code::UnknownSeries,
                    format!("the series `{}` isn't declared", name.value),
                    name.place,
                )
                .help(match nearest(&name.value, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("declare it with a table `[series.{}]`", name.value),
                }),
            );
        }
        let (bibliography, groups) = f
            .table("bibliography", "`[bibliography]`", |f| {
                read_bibliography(f, sources.library)
            })
            .unwrap_or_default();
        let (notes_page, notes_beside) = f
            .table("notes", "`[notes]`", |f| {
                (f.truth("page"), f.truth("beside"))
            })
            .unwrap_or_default();
        let output = f
            .table("output", "`[output]`", |f| f.text("folder"))
            .flatten()
            .map_or("public".into(), |folder| folder.value);
        let limits = f
            .table("limits", "`[limits]`", Limits::read)
            .unwrap_or_default();
        let search = f.truth("search").unwrap_or(true);
        let print = f.truth("print").unwrap_or(false);
        let feedback = f
            .text("feedback")
            .and_then(|address| read_feedback(&mut f, address));
        let mut levels = Levels::default();
        for field in f.entries("checks") {
            read_level(&mut f, file, field, &mut levels);
        }
        let extra = f.free("extra").unwrap_or(serde_json::Value::Null);
        f.finish();

        let config = Config {
            title: title.map_or_else(String::new, |title| title.value),
            subtitle,
            description,
            language,
            base_url,
            theme,
            authors,
            footer,
            logo,
            menu,
            sources,
            citations: citations.unwrap_or(CitationsConfig {
                style: named(None, "chicago-notes"),
                locale: None,
                series: MAIN.into(),
                works_cited: false,
            }),
            series,
            bibliography,
            groups,
            notes_page: notes_page.unwrap_or(false),
            notes_beside: notes_beside.unwrap_or(true),
            feedback,
            print,
            search,
            output,
            limits,
            levels,
            extra,
        };
        (config, faults)
    }

    /// The locale that citations are formatted in.
    pub fn citation_locale(&self) -> &str {
        self.citations.locale.as_deref().unwrap_or(&self.language)
    }
}

fn named(text: Option<Placed<String>>, default: &str) -> (String, Option<Place>) {
    text.map_or((default.to_owned(), None), |text| {
        (text.value, Some(text.place))
    })
}

/// What may not stand in the address of a site.
fn in_no_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || r#"?#"<>\^`{|}"#.contains(c)
}

fn read_base_url(f: &mut Fields<'_>, url: Placed<String>) -> Option<String> {
    let known = ["https://", "http://"].iter().any(|scheme| {
        url.value
            .strip_prefix(scheme)
            .is_some_and(|host| !host.is_empty() && !host.contains(in_no_address))
    });
    if !known {
        f.fault(
            Fault::new(
                Code::WrongValue,
                format!("`{}` is no web address", url.value),
                url.place,
            )
            .help("write it in full: base_url = \"https://example.org/\""),
        );
        return None;
    }
    Some(format!("{}/", url.value.trim_end_matches('/')))
}

fn read_feedback(f: &mut Fields<'_>, address: Placed<String>) -> Option<String> {
    let known = ["mailto:", "https://", "http://"].iter().any(|scheme| {
        let rest = address.value.strip_prefix(scheme);
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(in_no_address))
    });
    if known {
        return Some(address.value);
    }
    f.fault(
        Fault::new(
            Code::WrongValue,
            format!(
                "`{}` is no address that readers can write to",
                address.value
            ),
            address.place,
        )
        .help("for example: feedback = \"mailto:editor@example.org\""),
    );
    None
}

fn read_menu_item(f: &mut Fields<'_>) -> Option<MenuItem> {
    let title = f.needed_text("title");
    let link = f.needed_text("link");
    Some(MenuItem {
        title: title?.value,
        link: link?,
    })
}

fn read_sources(f: &mut Fields<'_>) -> SourcesConfig {
    let default = SourcesConfig::default();
    let files: Vec<_> = f
        .texts("files")
        .into_iter()
        .map(|file| (file.value, Some(file.place)))
        .collect();
    SourcesConfig {
        files: if files.is_empty() {
            default.files
        } else {
            files
        },
        overlay: f.text("overlay").map_or(default.overlay, |file| file.value),
        library: f.truth("library").unwrap_or(default.library),
        pages: f.truth("pages").unwrap_or(default.pages),
    }
}

fn read_bibliography(f: &mut Fields<'_>, library: bool) -> (BibliographyConfig, Vec<Group>) {
    let default = BibliographyConfig::default();
    let words = [
        ("group", By::Group),
        ("kind", By::Kind),
        ("keyword", By::Keyword),
    ];
    let split = f.whole("split").and_then(|split| {
        let size = usize::try_from(split.value).ok().filter(|size| *size > 0);
        if size.is_none() {
            f.fault(
                Fault::new(
                    Code::WrongValue,
                    format!("`split` can't be {}", split.value),
                    split.place,
                )
                .help("it is the number of entries on a page, such as 500"),
            );
        }
        size
    });
    let further = f.truth_or_texts("further_reading");
    if let Some((Further::All, place)) = &further
        && library
    {
        f.fault(
            Fault::new(
                Code::WrongValue,
                "of a library not everything can be further reading",
                place.clone(),
            )
            .help("name groups or keywords: further_reading = [\"to read\"]"),
        );
    }
    let config = BibliographyConfig {
        by: f.one_of("by", &words).unwrap_or(default.by),
        split: split.unwrap_or(default.split),
        site: f.truth("site").unwrap_or(default.site),
        further: further.filter(|(further, _)| !(library && *further == Further::All)),
    };
    let groups = f.tables("groups", "a group of the bibliography", |f| {
        let name = f.text("name");
        let mut text = |name| f.text(name).map(|text| text.value).unwrap_or_default();
        Group {
            place: name.as_ref().map(|name| name.place.clone()),
            name: name.map(|name| name.value).unwrap_or_default(),
            title: text("title"),
            intro: text("intro"),
        }
    });
    (config, groups)
}

fn read_series(
    f: &mut Fields<'_>,
    file: &FilePath,
    field: &value::Field,
    all: &mut BTreeMap<String, Series>,
) {
    let name = &field.name;
    if name.is_empty()
        || !name
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    {
        f.fault(
            Fault::new(
                Code::WrongValue,
                format!("`{name}` can't be the name of a series"),
                Place::new(file, field.span.clone()),
            )
            .help("use letters, digits, `-` and `_`"),
        );
        return;
    }
    let value::Data::Table(table) = &field.value.data else {
        f.fault(Fault::new(
            Code::WrongType,
            format!(
                "`series.{name}` must be a table, not {}",
                field.value.data.kind()
            ),
            Place::new(file, field.value.span.clone()),
        ));
        return;
    };
    let mut faults = Vec::new();
    let mut s = Fields::new(file, table, format!("`[series.{name}]`"), &mut faults);
    let default = Series::default();
    let series = Series {
        title: s.text("title").map(|title| title.value).unwrap_or_default(),
        numbering: s
            .one_of(
                "numbering",
                &[
                    ("numbers", Numbering::Numbers),
                    ("letters", Numbering::Letters),
                    ("roman", Numbering::Roman),
                    ("symbols", Numbering::Symbols),
                ],
            )
            .unwrap_or(default.numbering),
        restart: s
            .one_of(
                "restart",
                &[
                    ("section", Restart::Section),
                    ("explainer", Restart::Explainer),
                ],
            )
            .unwrap_or(default.restart),
        keep_labels: s.truth("keep_labels").unwrap_or(default.keep_labels),
    };
    s.finish();
    faults.into_iter().for_each(|fault| f.fault(fault));
    all.insert(name.clone(), series);
}

fn read_level(f: &mut Fields<'_>, file: &FilePath, field: &value::Field, levels: &mut Levels) {
    let place = Place::new(file, field.span.clone());
    let Some(code) = Code::named(&field.name) else {
        let near = nearest(&field.name, Code::ALL.iter().map(|code| code.name()));
        let fault = Fault::new(
            Code::UnknownField,
            format!("there is no check `{}`", field.name),
            place,
        );
        f.fault(match near {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help("`explainer explain` lists all checks"),
        });
        return;
    };
    let level = match &field.value.data {
        value::Data::Text(text) => match text.as_str() {
            "allow" => Some(Level::Allow),
            "warn" => Some(Level::Warn),
            "deny" => Some(Level::Deny),
            _ => None,
        },
        _ => None,
    };
    let place_of_value = Place::new(file, field.value.span.clone());
    match level {
        None => f.fault(
            Fault::new(
                Code::WrongValue,
                format!("the level of `{}` can't be read", field.name),
                place_of_value,
            )
            .help("it can be \"allow\", \"warn\" or \"deny\""),
        ),
        Some(Level::Allow | Level::Warn) if code.level() == Level::Deny => f.fault(
            Fault::new(
                Code::WrongValue,
                format!("`{}` is an error and stays one", field.name),
                place_of_value,
            )
            .help("only warnings can be allowed; `explainer explain` says which are warnings"),
        ),
        Some(level) => {
            levels.chosen.insert(code, level);
        }
    }
}
