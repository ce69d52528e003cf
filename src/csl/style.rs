//! A style, compiled: its elements as a compact tree, with names as numbers and options resolved.

use std::sync::Arc;

use super::rich::{Display, Event, Fmt};
use super::vars::{Var, Vars};
use super::xml::Node;

/// A citation style, ready for use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Style {
    pub(super) program: Arc<Program>,
}

/// What a style says (CSL 1.0.2, "Root Element").
#[derive(Debug)]
pub struct Program {
    pub vars: Vars,
    /// Whether citations stand in notes.
    pub note: bool,
    pub default_locale: Option<String>,
    /// The style's own `cs:locale` elements and their languages.
    pub locales: Vec<(Option<String>, Node<'static>)>,
    pub names: NameOptions,
    pub page_range: Option<PageRange>,
    pub demote: Demote,
    /// Whether "Jean-Luc" becomes "J.-L.".
    pub initialize_with_hyphen: bool,
    pub macros: Vec<Vec<Element>>,
    pub citation: Area,
    pub bibliography: Option<Area>,
    /// What citations use, in macros they call too.
    pub cites: Used,
    /// What entries of the bibliography use.
    pub entries: Used,
}

/// What elements use, in macros they call too.
#[derive(Debug, Default)]
pub struct Used {
    /// The variables of names that they print.
    pub names: Vec<Var>,
    /// Whether they print the letter behind the year.
    pub year_suffix: bool,
    /// Whether they print the note that cites an item first.
    pub first_note: bool,
    /// Whether conditions test `disambiguate`.
    pub conditions: bool,
}

/// `cs:citation` or `cs:bibliography`.
#[derive(Debug, Default)]
pub struct Area {
    pub names: NameOptions,
    pub layout: Vec<Element>,
    pub looks: Looks,
    pub delimiter: String,
    pub sort: Vec<Key>,
    pub near_note_distance: u32,
    pub add_names: bool,
    pub add_givenname: bool,
    pub givenname_rule: GivennameRule,
    pub add_year_suffix: bool,
    pub collapse: Option<Collapse>,
    pub cite_group_delimiter: Option<String>,
    pub year_suffix_delimiter: Option<String>,
    pub after_collapse_delimiter: Option<String>,
    pub author_substitute: Option<String>,
    pub substitute_rule: SubstituteRule,
    pub second_field_align: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GivennameRule {
    AllNames,
    AllNamesInitials,
    PrimaryName,
    PrimaryNameInitials,
    #[default]
    ByCite,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collapse {
    CitationNumber,
    Year,
    YearSuffix,
    YearSuffixRanged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SubstituteRule {
    #[default]
    CompleteAll,
    CompleteEach,
    PartialEach,
    PartialFirst,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageRange {
    Expanded,
    Minimal,
    MinimalTwo,
    Chicago15,
    Chicago16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demote {
    Never,
    SortOnly,
    DisplayAndSort,
}

/// A sort key.
#[derive(Debug)]
pub struct Key {
    pub source: KeySource,
    pub descending: bool,
    /// Its own options for names.
    pub names: NameOptions,
}

#[derive(Debug)]
pub enum KeySource {
    /// A variable, as `cs:names` would print it if it holds names.
    Variable(Box<NamesElement>),
    Macro(usize),
}

/// The attributes that all elements share: formatting, affixes and the like.
#[derive(Debug, Default, Clone)]
pub struct Looks {
    pub fmt: Fmt,
    pub prefix: String,
    pub suffix: String,
    pub display: Option<Display>,
    pub quotes: bool,
    pub strip_periods: bool,
    pub case: Option<Case>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    Lower,
    Upper,
    CapitalizeFirst,
    CapitalizeAll,
    Title,
    Sentence,
}

/// A rendering element (CSL 1.0.2, "Rendering Elements").
#[derive(Debug)]
pub enum Element {
    Text(TextElement),
    Number(NumberElement),
    Label(LabelElement),
    Date(Box<DateElement>),
    Names(Box<NamesElement>),
    Group(Group),
    Choose(Vec<Branch>),
}

#[derive(Debug)]
pub struct TextElement {
    pub source: TextSource,
    pub looks: Looks,
}

#[derive(Debug)]
pub enum TextSource {
    Variable {
        var: Var,
        short: bool,
    },
    Macro(usize),
    Term {
        name: String,
        form: Form,
        plural: bool,
    },
    Value(Vec<Event>),
}

#[derive(Debug)]
pub struct NumberElement {
    pub var: Var,
    pub form: NumberForm,
    pub looks: Looks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberForm {
    Numeric,
    Ordinal,
    LongOrdinal,
    Roman,
}

/// The form of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    #[default]
    Long,
    Short,
    Verb,
    VerbShort,
    Symbol,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Plural {
    #[default]
    Contextual,
    Always,
    Never,
}

#[derive(Debug)]
pub struct LabelElement {
    /// Of no use inside of `cs:names`.
    pub var: Var,
    pub form: Form,
    pub plural: Plural,
    pub looks: Looks,
}

#[derive(Debug)]
pub struct DateElement {
    pub vars: Vec<Var>,
    /// Whether it is one of the locale's forms: numeric, or text.
    pub form: Option<DateForm>,
    /// The last of year, month and day that a localized form shows: 1 to 3.
    pub shown: u8,
    pub parts: Vec<DatePart>,
    pub delimiter: String,
    pub looks: Looks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateForm {
    Numeric,
    Text,
}

#[derive(Debug, Clone)]
pub struct DatePart {
    pub name: DatePartName,
    pub form: Option<String>,
    pub range_delimiter: Option<String>,
    pub looks: Looks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DatePartName {
    Year,
    Month,
    Day,
}

#[derive(Debug)]
pub struct Group {
    pub children: Vec<Element>,
    pub delimiter: String,
    pub looks: Looks,
}

#[derive(Debug)]
pub struct Branch {
    pub matching: Match,
    pub tests: Vec<Test>,
    pub children: Vec<Element>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    All,
    Any,
    None,
}

#[derive(Debug)]
pub enum Test {
    Type(Var),
    Variable(Var),
    Numeric(Var),
    Uncertain(Var),
    Locator(String),
    Position(PositionTest),
    Disambiguate(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PositionTest {
    First,
    Subsequent,
    Ibid,
    IbidWithLocator,
    NearNote,
}

#[derive(Debug, Default)]
pub struct NamesElement {
    pub vars: Vec<Var>,
    pub delimiter: Option<String>,
    pub name: Option<NameElement>,
    pub et_al: Option<EtAl>,
    pub label: Option<LabelElement>,
    /// Whether the label stands before the names.
    pub label_first: bool,
    pub substitute: Vec<Element>,
    pub looks: Looks,
}

#[derive(Debug, Default)]
pub struct NameElement {
    pub options: NameOptions,
    pub looks: Looks,
    pub family: Looks,
    pub given: Looks,
}

#[derive(Debug, Default)]
pub struct EtAl {
    pub term: Option<String>,
    pub looks: Looks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum And {
    Text,
    Symbol,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precedes {
    #[default]
    Contextual,
    AfterInverted,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NameForm {
    #[default]
    Long,
    Short,
    Count,
}

/// The options that `cs:style`, `cs:citation`, `cs:bibliography` and `cs:name` may set
/// (CSL 1.0.2, "Inheritable Name Options").
#[derive(Debug, Default, Clone)]
pub struct NameOptions {
    pub and: Option<And>,
    pub delimiter: Option<String>,
    pub names_delimiter: Option<String>,
    pub precedes_et_al: Option<Precedes>,
    pub precedes_last: Option<Precedes>,
    pub et_al_min: Option<usize>,
    pub et_al_use_first: Option<usize>,
    pub et_al_subsequent_min: Option<usize>,
    pub et_al_subsequent_use_first: Option<usize>,
    pub et_al_use_last: Option<bool>,
    pub form: Option<NameForm>,
    pub initialize: Option<bool>,
    pub initialize_with: Option<String>,
    /// Whether the first alone (`false`) or all names are inverted.
    pub as_sort_order: Option<bool>,
    pub sort_separator: Option<String>,
}
