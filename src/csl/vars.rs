//! Gives the names of variables and types numbers, so that styles and items meet without comparing
//! text.

use std::collections::HashMap;

/// A variable or a type, by its number in a style's [`Vars`].
pub type Var = u16;

macro_rules! known {
    ($($constant:ident = $name:literal),* $(,)?) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u16)]
        enum Known { $($constant),* }
        $(pub const $constant: Var = Known::$constant as Var;)*
        const KNOWN: &[&str] = &[$($name),*];
    };
}

// The variables that the processor treats in ways of their own.
known! {
    LOCATOR = "locator",
    YEAR_SUFFIX = "year-suffix",
    CITATION_NUMBER = "citation-number",
    FIRST_NOTE = "first-reference-note-number",
    CITATION_LABEL = "citation-label",
    PAGE = "page",
    PAGE_FIRST = "page-first",
    TITLE = "title",
    TITLE_SHORT = "title-short",
    CONTAINER_TITLE = "container-title",
    CONTAINER_TITLE_SHORT = "container-title-short",
    AUTHOR = "author",
    EDITOR = "editor",
    TRANSLATOR = "translator",
    ISSUED = "issued",
    ACCESSED = "accessed",
    URL = "URL",
    DOI = "DOI",
    PMID = "PMID",
    PMCID = "PMCID",
    NUMBER_OF_PAGES = "number-of-pages",
    NUMBER_OF_VOLUMES = "number-of-volumes",
}

/// The names that a style uses.
#[derive(Debug)]
pub struct Vars {
    numbers: HashMap<String, Var>,
    names: Vec<String>,
}

impl Vars {
    pub fn new() -> Vars {
        let mut vars = Vars {
            numbers: HashMap::new(),
            names: Vec::new(),
        };
        KNOWN.iter().for_each(|name| {
            vars.add(name);
        });
        vars
    }

    /// The number of a name, which is new if need be. A style with more names than numbers gets
    /// those of the last one.
    pub fn add(&mut self, name: &str) -> Var {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let next = Var::try_from(self.names.len()).unwrap_or(Var::MAX);
        if next < Var::MAX {
            self.names.push(name.to_owned());
            self.numbers.insert(name.to_owned(), next);
        }
        next
    }

    pub fn get(&self, name: &str) -> Option<Var> {
        self.numbers.get(name).copied()
    }

    pub fn name(&self, var: Var) -> &str {
        self.names.get(usize::from(var)).map_or("", String::as_str)
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }
}
