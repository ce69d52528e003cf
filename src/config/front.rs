//! The front matter of a Markdown file: TOML between `+++` lines or YAML between `---` lines.

use std::ops::Range;

use super::fields::{Fields, Placed, syntax_faults};
use super::value;
use crate::diag::{Code, Fault, FilePath, Place};
use crate::text;

/// What a file says of itself before its text begins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Front {
    /// The title.
    pub title: Option<String>,
    /// A line under it.
    pub subtitle: String,
    /// One or two sentences for contents and search engines.
    pub description: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The path of a picture that stands for it where it is shared.
    pub image: Option<Placed<String>>,
    /// When it was written.
    pub date: Option<String>,
    /// When it was last changed: the latest of `changes` where it isn't said.
    pub updated: Option<String>,
    /// What was changed, the latest first.
    pub changes: Vec<Change>,
    /// The file that it is a translation of.
    pub translation_of: Option<Placed<String>>,
    /// What it is found under in the indexes.
    pub indexed: Vec<(Index, Placed<String>)>,
    /// Its place among its neighbours, before the order of file names.
    pub order: Option<i64>,
    /// The last part of its address, instead of the file's name.
    pub slug: Option<Placed<String>>,
    /// Addresses that it had before, without the slash at their beginning.
    pub aliases: Vec<Placed<String>>,
    /// Not published.
    pub draft: bool,
    /// Whether it stands in the reading order.
    pub kind: Kind,
    /// The heading of the contents that it and its neighbours stand under.
    pub part: Option<String>,
    /// Its language, where it isn't the site's.
    pub language: Option<String>,
    /// Whether it lists the sources it cites at its end; the site's setting where not said.
    pub works_cited: Option<bool>,
    /// Checks that this file is exempt from.
    pub allow: Vec<Code>,
    /// The author's own data, for templates.
    pub extra: serde_json::Value,
}

/// A change of a text after it was published.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// When, as typed.
    pub date: String,
    /// What was changed, as Markdown.
    pub text: String,
}

/// An index: a list of names, each with the places that are about what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Index {
    /// Of persons.
    People,
    /// Of places.
    Places,
    /// Of things and ideas.
    Terms,
    /// Of whatever the author wants.
    Tags,
}

impl Index {
    /// Every index with the name of its field and of its page.
    pub const ALL: &'static [(&'static str, Index)] = &[
        ("people", Index::People),
        ("places", Index::Places),
        ("terms", Index::Terms),
        ("tags", Index::Tags),
    ];

    /// What links in texts begin with, in the order of [`ALL`](Index::ALL).
    pub const SCHEMES: &'static [&'static str] = &["person:", "place:", "term:", "tag:"];

    /// The name of its field and of its page.
    pub fn name(self) -> &'static str {
        let mut all = Index::ALL.iter();
        all.find(|(_, index)| *index == self)
            .map_or("", |(name, _)| name)
    }

    /// The index that a link leads to, and the name behind its scheme, perhaps nothing; `None` for other links.
    pub fn of_link(link: &str) -> Option<(Index, &str)> {
        let all = Index::ALL.iter().zip(Index::SCHEMES);
        let mut found =
            all.filter_map(|((_, index), scheme)| Some((*index, link.strip_prefix(scheme)?)));
        found.next()
    }
}

/// What a file is in the site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A section of an explainer, in reading order.
    #[default]
    Section,
    /// A page of its own, such as "About".
    Page,
}

/// How far a note has been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Somebody compared it with its source.
    Checked,
    /// Nobody did yet.
    Unchecked,
    /// Sources contradict it.
    Disputed,
    /// It was wrong and has been set right.
    Corrected,
}

impl State {
    /// Every state with its name.
    pub const ALL: &'static [(&'static str, State)] = &[
        ("checked", State::Checked),
        ("unchecked", State::Unchecked),
        ("disputed", State::Disputed),
        ("corrected", State::Corrected),
    ];

    /// The name that authors write and themes get.
    pub fn name(self) -> &'static str {
        State::ALL
            .iter()
            .find(|(_, state)| *state == self)
            .map_or("", |(name, _)| name)
    }
}

impl Front {
    /// Reads the front matter of a file.
    ///
    /// In: the file's path and whole text. Out: the front matter (the default where there is
    /// none), the byte at which the body begins, and the faults.
    pub fn read(file: &FilePath, text: &str) -> (Front, usize, Vec<Fault>) {
        let Some(block) = Block::find(text) else {
            return (Front::default(), bom(text), Vec::new());
        };
        let Some(end) = block.end else {
            let fault = Fault::new(
                Code::Syntax,
                format!(
                    "the front matter isn't closed: a second line `{}` is missing",
                    block.fence
                ),
                Place::new(file, block.open.clone()),
            )
            .help(format!(
                "put a line `{}` behind the last field",
                block.fence
            ));
            return (Front::default(), block.open.end, vec![fault]);
        };
        let inner = &text[block.inner.clone()];
        let (table, syntax, language) = if block.fence == "+++" {
            let (table, faults) = value::toml(inner, block.inner.start);
            (table, faults, "valid TOML")
        } else {
            let (table, faults) = value::yaml(inner, block.inner.start);
            (table, faults, "valid YAML")
        };
        let mut faults = syntax_faults(file, language, syntax);
        let mut f = Fields::new(file, &table, "the front matter", &mut faults);
        let front = read_fields(&mut f);
        f.finish();
        (front, end, faults)
    }
}

fn read_fields(f: &mut Fields<'_>) -> Front {
    let mut text = |name| f.text(name).map(|text| text.value);
    let title = text("title").filter(|title| !title.trim().is_empty());
    let subtitle = text("subtitle").unwrap_or_default();
    let description = text("description").unwrap_or_default();
    let language = text("language");
    let part = text("part");
    let kind = f.one_of("kind", &[("section", Kind::Section), ("page", Kind::Page)]);
    let allow = f.checks("allow");
    let changes = f.tables("changes", "a change", |f| {
        let date = f.needed_date("date");
        let text = f.needed_text("text");
        let (date, text) = (date?.value, text?);
        if text.value.contains("[^") || text.value.contains("[@") {
            let message = "the text of a change can't have notes and citations";
            let fault = Fault::new(Code::WrongValue, message, text.place);
            f.fault(fault.help("say it in words, or in a note where the text was changed"));
            return None;
        }
        let text = text.value;
        Some(Change { date, text })
    });
    let mut changes: Vec<Change> = changes.into_iter().flatten().collect();
    // Dates of this form stand in their order as texts do; a year stands before its months.
    changes.sort_by(|a, b| b.date.cmp(&a.date));
    let updated = f.date("updated").map(|date| date.value);
    let updated = updated.or_else(|| Some(changes.first()?.date.clone()));
    let mut indexed = Vec::new();
    for (name, index) in Index::ALL {
        for name in f.texts(name) {
            let value = name.value.split_whitespace().collect::<Vec<_>>().join(" ");
            match value.is_empty() {
                true => f.fault(Fault::new(Code::WrongValue, "a name is empty", name.place)),
                false => indexed.push((
                    *index,
                    Placed {
                        value,
                        place: name.place,
                    },
                )),
            }
        }
    }
    Front {
        title,
        subtitle,
        description,
        authors: f
            .texts("authors")
            .into_iter()
            .map(|author| author.value)
            .collect(),
        image: f.text("image"),
        date: f.date("date").map(|date| date.value),
        updated,
        changes,
        translation_of: f.text("translation_of"),
        indexed,
        order: f.whole("order").map(|order| order.value),
        slug: f.text("slug").and_then(|slug| read_slug(f, slug)),
        aliases: read_aliases(f),
        draft: f.truth("draft").unwrap_or(false),
        kind: kind.unwrap_or_default(),
        part,
        language,
        works_cited: f.truth("works_cited"),
        allow: allow.into_iter().map(|check| check.value).collect(),
        extra: f.free("extra").unwrap_or(serde_json::Value::Null),
    }
}

fn read_slug(f: &mut Fields<'_>, slug: Placed<String>) -> Option<Placed<String>> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !slug.value.is_empty() && slug.value.chars().all(fits) && !slug.value.starts_with('.') {
        return Some(slug);
    }
    f.fault(
        Fault::new(
            Code::WrongValue,
            format!("`{}` can't be an address", slug.value),
            slug.place,
        )
        .help("use letters, digits, `-`, `_` and `.`"),
    );
    None
}

fn read_aliases(f: &mut Fields<'_>) -> Vec<Placed<String>> {
    let mut aliases = Vec::new();
    for alias in f.texts("aliases") {
        let path = text::decode_path(&alias.value);
        let fits = |c: char| !c.is_control() && !matches!(c, '?' | '#' | '\\');
        // Joined, a path is without what only seems to lead somewhere, such as `//` and `./`.
        let joined =
            text::join("", &path).filter(|_| path.starts_with('/') && path.chars().all(fits));
        let Some(mut value) = joined else {
            f.fault(
                Fault::new(
                    Code::WrongValue,
                    format!("`{}` can't be an address of this site", alias.value),
                    alias.place,
                )
                .help("write what stands behind the host's name: aliases = [\"/old/path/\"]"),
            );
            continue;
        };
        if path.ends_with('/') && !value.is_empty() {
            value.push('/');
        }
        aliases.push(Placed {
            value,
            place: alias.place,
        });
    }
    aliases
}

/// Where the parts of a front matter block are.
struct Block {
    fence: &'static str,
    /// The opening line.
    open: Range<usize>,
    /// The text between the two lines.
    inner: Range<usize>,
    /// Where the body begins; `None` if the block isn't closed.
    end: Option<usize>,
}

impl Block {
    fn find(text: &str) -> Option<Block> {
        let start = bom(text);
        let fence = ["+++", "---"]
            .into_iter()
            .find(|fence| text[start..].starts_with(fence))?;
        let mut at = start;
        let mut lines = text[start..].split_inclusive('\n').map(|line| {
            let from = at;
            at += line.len();
            (from..at, line.trim_end())
        });
        let (open, first) = lines.next()?;
        if first != fence {
            return None;
        }
        let inner_start = open.end;
        for (line, content) in lines {
            if content == fence {
                return Some(Block {
                    fence,
                    open,
                    inner: inner_start..line.start,
                    end: Some(line.end),
                });
            }
        }
        // A lone `---` is a thematic break of Markdown unless fields follow; a lone `+++` is nothing
        // but an error.
        let next = text[inner_start..].lines().next().unwrap_or_default();
        let field = next.split_once(':').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        });
        (fence == "+++" || field).then_some(Block {
            fence,
            open,
            inner: inner_start..text.len(),
            end: None,
        })
    }
}

/// The length of a byte order mark, which some editors put at the beginning.
fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}
