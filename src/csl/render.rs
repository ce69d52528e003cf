//! Evaluates a style's elements for one item: texts, numbers, labels, groups and conditions
//! (CSL 1.0.2, "Rendering Elements").

use std::cell::Cell;

use super::case;
use super::disambiguate::State;
use super::item::Entry;
use super::locale::Locale;
use super::numbers::{self, Piece};
use super::rich::{self, Event, Mark, Part};
use super::style::*;
use super::vars::{self, Var};

/// Where a citation stands among those of the same item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Position {
    #[default]
    First,
    Subsequent,
    Ibid,
    IbidWithLocator,
}

/// What an element may want to know of the citation that it is printed in.
#[derive(Debug, Clone, Default)]
pub struct Context<'a> {
    /// The locator's label and text.
    pub locator: Option<(&'a str, &'a str)>,
    pub position: Position,
    pub near_note: bool,
    /// The note that cites the item first.
    pub first_note: Option<u32>,
    /// The item's number.
    pub number: usize,
    /// Whether a sentence begins here, so that a term that stands first gets a capital.
    pub begins: bool,
}

/// Whether variables were called, and whether any of them held something (CSL 1.0.2, "Group").
#[derive(Debug, Clone, Copy, Default)]
pub struct Got {
    pub called: bool,
    pub found: bool,
}

impl Got {
    fn and(&mut self, other: Got) {
        self.called |= other.called;
        self.found |= other.found;
    }

    fn variable(found: bool) -> Got {
        Got {
            called: true,
            found,
        }
    }
}

/// Names that stand as a mark for those of the entry before (CSL 1.0.2,
/// "subsequent-author-substitute").
#[derive(Debug, Clone, Default)]
pub struct Substitute {
    /// How many names are replaced.
    pub names: usize,
    /// Whether the whole list is.
    pub whole: bool,
    pub text: String,
}

/// Prints one item.
pub struct Render<'a> {
    pub program: &'a Program,
    pub locale: &'a Locale,
    pub entry: &'a Entry<'a>,
    /// Whether it is for the bibliography.
    pub bibliography: bool,
    pub context: &'a Context<'a>,
    pub state: &'a State,
    /// A sort key's own options for names, where a key is printed.
    pub sorting: Option<&'a NameOptions>,
    /// Whether the first names are left out, for the text or the citation before has them.
    pub skip_names: bool,
    pub substitute: Option<&'a Substitute>,
    /// Whether it is for a page: addresses become links, and a particle that begins a note gets a
    /// capital, which the CSL project's test suite doesn't ask for.
    pub finished: bool,
    /// Whether any names have been printed or left out.
    pub names_done: bool,
    /// How often names have been left out.
    pub names_skipped: u8,
    suffix_done: bool,
    suppressed: Vec<Var>,
    /// How many of these come from before the substitute that is open: what is printed inside of
    /// it may have its label there.
    labelled: usize,
    substituting: bool,
    term_first: bool,
    /// How many conditions that test `disambiguate` were true.
    conditions: Cell<u8>,
    /// Whether citations are printed to be compared: dates of access don't count.
    pub comparing: bool,
}

/// An element that has been opened.
pub struct Opened {
    start: usize,
    inner: usize,
}

impl<'a> Render<'a> {
    pub fn new(
        program: &'a Program,
        locale: &'a Locale,
        entry: &'a Entry<'a>,
        bibliography: bool,
        context: &'a Context<'a>,
        state: &'a State,
    ) -> Render<'a> {
        Render {
            program,
            locale,
            entry,
            bibliography,
            context,
            state,
            sorting: None,
            skip_names: false,
            substitute: None,
            finished: false,
            names_done: false,
            names_skipped: 0,
            suffix_done: false,
            suppressed: Vec::new(),
            labelled: 0,
            substituting: false,
            term_first: context.begins,
            conditions: Cell::new(0),
            comparing: false,
        }
    }

    pub fn area(&self) -> &'a Area {
        match &self.program.bibliography {
            Some(area) if self.bibliography => area,
            _ => &self.program.citation,
        }
    }

    /// Whether what is printed next begins a note.
    pub fn begins_note(&self) -> bool {
        let note = self.program.note && !self.bibliography && self.sorting.is_none();
        self.finished && self.term_first && note
    }

    /// The rules of case for the language of the text.
    fn language(&self) -> case::Rules {
        let own = self.entry.language;
        case::Rules::of(own.unwrap_or(&self.locale.language))
    }

    /// Opens what an element puts around its text.
    pub fn open(&self, looks: &Looks, out: &mut Vec<Event>) -> Opened {
        let start = out.len();
        if let Some(display) = looks.display
            && self.bibliography
        {
            out.push(Event::Open(Mark::Display(display)));
        }
        rich::push_text(&looks.prefix, out);
        if looks.quotes && self.sorting.is_none() {
            out.push(Event::Open(Mark::Quote));
        }
        if !looks.fmt.is_empty() {
            out.push(Event::Open(Mark::Fmt(looks.fmt)));
        }
        Opened {
            start,
            inner: out.len(),
        }
    }

    /// Closes what was opened, and takes it all back if nothing was printed; whether there was.
    pub fn close(&self, looks: &Looks, opened: Opened, out: &mut Vec<Event>) -> bool {
        if rich::is_blank(&out[opened.inner..]) {
            out.truncate(opened.start);
            return false;
        }
        if looks.strip_periods {
            for event in &mut out[opened.inner..] {
                if let Event::Text(text) = event
                    && text.contains('.')
                {
                    *text = text.replace('.', "");
                }
            }
        }
        if let Some(case) = looks.case {
            case::apply(&mut out[opened.inner..], case, self.language());
        }
        if looks.quotes && self.sorting.is_none() {
            out.push(Event::Close);
        }
        if !looks.fmt.is_empty() {
            out.push(Event::Close);
        }
        rich::push_text(&looks.suffix, out);
        if looks.display.is_some() && self.bibliography {
            out.push(Event::Close);
        }
        true
    }

    /// Whether a variable was printed already as the substitute of another (CSL 1.0.2,
    /// "Substitute").
    pub fn is_suppressed(&self, var: Var) -> bool {
        self.suppressed.contains(&var)
    }

    /// Notes that a variable has been printed; inside of a substitute it isn't printed again.
    pub fn substituted(&mut self, var: Var) {
        if self.substituting && !self.suppressed.contains(&var) {
            self.suppressed.push(var);
        }
    }

    /// Prints the children of `cs:substitute` until one prints something.
    pub fn substitute_first(
        &mut self,
        children: &'a [Element],
        parent: &'a NamesElement,
        out: &mut Vec<Event>,
    ) -> Got {
        let outer = std::mem::replace(&mut self.substituting, true);
        let before = self.suppressed.len();
        if !outer {
            self.labelled = before;
        }
        let found = self.first_of(children, parent, before, out);
        self.substituting = outer;
        Got {
            called: found,
            found,
        }
    }

    /// Prints the first of some elements that prints something, also among those that a condition
    /// chooses; whether there is one.
    fn first_of(
        &mut self,
        children: &'a [Element],
        parent: &'a NamesElement,
        suppressed: usize,
        out: &mut Vec<Event>,
    ) -> bool {
        children.iter().any(|child| {
            if let Element::Choose(branches) = child {
                let chosen = self.choose(branches).unwrap_or_default();
                return self.first_of(chosen, parent, suppressed, out);
            }
            let at = out.len();
            self.element(child, "", Some(parent), out);
            // A term that the locale leaves empty says that nothing stands for the names.
            let empty_term = matches!(child, Element::Text(TextElement {
                source: TextSource::Term { name, form, plural }, ..
            }) if self.locale.term(name, *form, *plural).is_some());
            let found = empty_term || !rich::is_blank(&out[at..]);
            if !found {
                out.truncate(at);
                self.suppressed.truncate(suppressed);
            }
            found
        })
    }

    /// Prints elements, `delimiter` between them.
    pub fn elements(
        &mut self,
        elements: &'a [Element],
        delimiter: &str,
        parent: Option<&'a NamesElement>,
        out: &mut Vec<Event>,
    ) -> Got {
        let mut got = Got::default();
        let start = out.len();
        for element in elements {
            let before = out.len();
            if before > start && !delimiter.is_empty() {
                rich::push_text(delimiter, out);
            }
            let at = out.len();
            got.and(self.element(element, delimiter, parent, out));
            if rich::is_blank(&out[at..]) {
                out.truncate(before);
            }
        }
        got
    }

    fn element(
        &mut self,
        element: &'a Element,
        delimiter: &str,
        parent: Option<&'a NamesElement>,
        out: &mut Vec<Event>,
    ) -> Got {
        let at = out.len();
        let got = match element {
            Element::Text(text) => self.text(text, parent, out),
            Element::Number(number) => self.number(number, out),
            Element::Label(label) => self.label(label, out),
            Element::Date(date) => self.date(date, out),
            Element::Names(names) => self.names(names, parent, out),
            Element::Group(group) => self.group(group, parent, out),
            Element::Choose(branches) => match self.choose(branches) {
                // What a condition chooses stands in the group around it.
                Some(children) => self.elements(children, delimiter, parent, out),
                None => Got::default(),
            },
        };
        if out.len() > at {
            self.term_first = false;
        }
        got
    }

    fn group(
        &mut self,
        group: &'a Group,
        parent: Option<&'a NamesElement>,
        out: &mut Vec<Event>,
    ) -> Got {
        let suppressed = self.suppressed.len();
        let first = self.term_first;
        let start = out.len();
        let open = self.open(&group.looks, out);
        let mut got = self.elements(&group.children, &group.delimiter, parent, out);
        if got.called && !got.found {
            out.truncate(start);
            self.suppressed.truncate(suppressed);
            self.term_first = first;
            return got;
        }
        if self.close(&group.looks, open, out) {
            // A group that prints something counts as a variable that does.
            got.called = true;
            got.found = true;
        }
        got
    }

    fn choose(&self, branches: &'a [Branch]) -> Option<&'a [Element]> {
        branches.iter().find_map(|branch| {
            let mut tests = branch.tests.iter().map(|test| self.test(test));
            let fits = match branch.matching {
                Match::All => tests.all(|test| test),
                Match::Any => tests.any(|test| test),
                Match::None => !tests.any(|test| test),
            };
            fits.then_some(branch.children.as_slice())
        })
    }

    fn test(&self, test: &Test) -> bool {
        match test {
            Test::Type(kind) => self.entry.kind == Some(*kind),
            Test::Variable(var) => self.has(*var),
            Test::Numeric(var) => {
                let text = match *var {
                    vars::LOCATOR => self.context.locator.map(|(_, text)| text),
                    vars::CITATION_NUMBER => return true,
                    vars::PAGE_FIRST => self.entry.raw(*var).map(first_page),
                    var => self.entry.raw(var),
                };
                text.is_some_and(|text| numbers::numeric(text).is_some())
            }
            Test::Uncertain(var) => self.entry.date(*var).is_some_and(|date| date.circa),
            Test::Locator(label) => self
                .context
                .locator
                .is_some_and(|(own, _)| locator_term(own) == label),
            Test::Position(test) => {
                if self.bibliography {
                    return false;
                }
                let position = self.context.position;
                match test {
                    PositionTest::First => position == Position::First,
                    PositionTest::Subsequent => position >= Position::Subsequent,
                    PositionTest::Ibid => position >= Position::Ibid,
                    PositionTest::IbidWithLocator => position == Position::IbidWithLocator,
                    PositionTest::NearNote => {
                        position >= Position::Subsequent && self.context.near_note
                    }
                }
            }
            Test::Disambiguate(wanted) => {
                let more = self.conditions.get() < self.state.conditions;
                if more && *wanted {
                    self.conditions.set(self.conditions.get() + 1);
                }
                more == *wanted
            }
        }
    }

    fn has(&self, var: Var) -> bool {
        match var {
            vars::LOCATOR => self.context.locator.is_some(),
            vars::CITATION_NUMBER => true,
            vars::FIRST_NOTE => self.context.first_note.is_some(),
            vars::YEAR_SUFFIX => self.state.year_suffix.is_some(),
            var => match self.entry.get(var) {
                Some(super::item::Slot::Date(date)) => {
                    date.literal.is_some() || date.start != super::DateParts::default()
                }
                found => found.is_some(),
            },
        }
    }

    fn text(
        &mut self,
        text: &'a TextElement,
        parent: Option<&'a NamesElement>,
        out: &mut Vec<Event>,
    ) -> Got {
        let open = self.open(&text.looks, out);
        let skipped = self.names_skipped;
        let mut got = match &text.source {
            TextSource::Variable { var, short } => self.variable(*var, *short, text, out),
            TextSource::Macro(n) => match self.program.macros.get(*n) {
                Some(children) => {
                    let at = out.len();
                    let mut got = self.elements(children, "", parent, out);
                    // A macro is left out as a group is, and counts as one in the group around it.
                    if got.called && !got.found {
                        out.truncate(at);
                    } else if !rich::is_blank(&out[at..]) {
                        got = Got::variable(true);
                    }
                    got
                }
                None => Got::default(),
            },
            TextSource::Term { name, form, plural } => {
                if let Some(term) = self.locale.term(name, *form, *plural) {
                    let at = out.len();
                    rich::push_text(term, out);
                    let in_text = !self.program.note && !self.bibliography;
                    if self.term_first && !in_text && text.looks.prefix.is_empty() {
                        let rules = case::Rules::of(&self.locale.language);
                        case::apply(&mut out[at..], Case::CapitalizeFirst, rules);
                    }
                }
                // "n.d." stands for the date: groups around it are printed as with one.
                match name == "no-date" {
                    true => Got::variable(true),
                    false => Got::default(),
                }
            }
            TextSource::Value(events) => {
                out.extend_from_slice(events);
                Got::default()
            }
        };
        if !self.close(&text.looks, open, out) {
            // Names that are left out are found all the same.
            got.found &= self.names_skipped > skipped;
        }
        got
    }

    fn variable(
        &mut self,
        var: Var,
        short: bool,
        element: &TextElement,
        out: &mut Vec<Event>,
    ) -> Got {
        if self.is_suppressed(var) {
            return Got::variable(false);
        }
        let at = out.len();
        match var {
            vars::LOCATOR => {
                if let Some((label, text)) = self.context.locator {
                    out.push(Event::Open(Mark::Part(Part::Locator)));
                    self.locator(label, text, out);
                    out.push(Event::Close);
                }
            }
            vars::CITATION_NUMBER => {
                out.push(Event::Open(Mark::Part(Part::CitationNumber)));
                out.push(Event::Text(self.context.number.to_string()));
                out.push(Event::Close);
            }
            vars::FIRST_NOTE => {
                if let Some(note) = self.context.first_note {
                    out.push(Event::Text(note.to_string()));
                }
            }
            vars::YEAR_SUFFIX => {
                self.suffix_done = true;
                // Letters tell apart what is sorted already.
                let suffix = self.state.year_suffix.filter(|_| self.sorting.is_none());
                if let Some(suffix) = suffix {
                    out.push(Event::Open(Mark::Part(Part::YearSuffix)));
                    out.push(Event::Text(numbers::letters(suffix)));
                    out.push(Event::Close);
                } else {
                    // It isn't the item's: a group isn't empty for want of it ("n.d.").
                    return Got::default();
                }
            }
            vars::CITATION_LABEL => {
                let own = self.entry.raw(var).map(str::to_owned);
                let label = own.unwrap_or_else(|| self.citation_label());
                rich::push_text(&label, out);
                if let Some(suffix) = self.state.year_suffix {
                    out.push(Event::Open(Mark::Part(Part::YearSuffix)));
                    out.push(Event::Text(numbers::letters(suffix)));
                    out.push(Event::Close);
                    self.suffix_done = true;
                }
            }
            vars::PAGE => {
                if let Some(text) = self.entry.raw(var) {
                    let delimiter = &self.locale.page_range_delimiter;
                    let text = numbers::pages(text, self.program.page_range, delimiter);
                    out.extend(super::markup::parse(&self.localized(text)));
                }
            }
            vars::PAGE_FIRST => {
                if let Some(text) = self.entry.raw(var) {
                    rich::push_text(first_page(text), out);
                }
            }
            vars::URL | vars::DOI | vars::PMID | vars::PMCID => {
                if let Some(text) = self.entry.raw(var) {
                    self.address(var, text.trim(), element, out);
                }
            }
            var => {
                let shown = if short {
                    self.entry.short(var, &self.program.vars).unwrap_or(var)
                } else {
                    var
                };
                let range = numbers::VARIABLES.contains(&self.program.vars.name(var))
                    && self
                        .entry
                        .raw(var)
                        .is_some_and(|raw| raw.contains('-') && numbers::numeric(raw).is_some());
                if range {
                    let raw = self.entry.raw(var).unwrap_or_default();
                    let delimiter = &self.locale.page_range_delimiter;
                    rich::push_text(&numbers::pages(raw, None, delimiter), out);
                } else if let Some(text) = self.entry.text(shown) {
                    if self.sorting.is_some() {
                        out.push(Event::Text(rich::bare(text).replace(',', "")));
                    } else {
                        out.extend_from_slice(text);
                    }
                }
            }
        }
        let found = !rich::is_blank(&out[at..]);
        if found {
            self.substituted(var);
        }
        Got::variable(found)
    }

    /// An address, which becomes a link where that is wanted.
    fn address(&self, var: Var, text: &str, element: &TextElement, out: &mut Vec<Event>) {
        let web = |text: &str| {
            let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
            lower.starts_with("http://") || lower.starts_with("https://")
        };
        let known = [
            "https://doi.org/",
            "http://doi.org/",
            "https://dx.doi.org/",
            "http://dx.doi.org/",
            "doi:",
        ];
        let bare = known.iter().find_map(|known| text.strip_prefix(known));
        let (shown, target) = match var {
            vars::DOI if self.finished => {
                let bare = bare.unwrap_or(text);
                (bare, Some(format!("https://doi.org/{bare}")))
            }
            vars::URL if web(text) => (text, Some(text.to_owned())),
            _ => (text, None),
        };
        let Some(target) = target.filter(|_| self.finished) else {
            out.push(Event::Text(shown.to_owned()));
            return;
        };
        // "https://doi.org/" before a DOI is part of the link.
        let prefix = &element.looks.prefix;
        if !prefix.is_empty()
            && web(prefix)
            && let Some(Event::Text(last)) = out.last()
            && last == prefix
        {
            out.pop();
            out.push(Event::Open(Mark::Link(target)));
            out.push(Event::Text(format!("{prefix}{shown}")));
        } else {
            out.push(Event::Open(Mark::Link(target)));
            out.push(Event::Text(shown.to_owned()));
        }
        out.push(Event::Close);
    }

    fn locator(&self, label: &str, text: &str, out: &mut Vec<Event>) {
        let delimiter = &self.locale.page_range_delimiter;
        let format = self
            .program
            .page_range
            .filter(|_| matches!(label, "page" | ""));
        let text = numbers::pages(text.trim(), format, delimiter);
        out.extend(super::markup::parse(&self.localized(text)));
    }

    /// Numbers with the locale's sign for "and" between them.
    fn localized(&self, text: String) -> String {
        match self.locale.ampersand.as_str() {
            "&" => text,
            and => text.replace(" & ", &format!(" {and} ")),
        }
    }

    fn number(&mut self, number: &NumberElement, out: &mut Vec<Event>) -> Got {
        let var = number.var;
        if self.is_suppressed(var) {
            return Got::variable(false);
        }
        let open = self.open(&number.looks, out);
        match var {
            vars::CITATION_NUMBER => {
                out.push(Event::Open(Mark::Part(Part::CitationNumber)));
                self.number_text(&self.context.number.to_string(), number, out);
                out.push(Event::Close);
            }
            vars::LOCATOR => {
                if let Some((label, text)) = self.context.locator {
                    if number.form == NumberForm::Numeric {
                        self.locator(label, text, out);
                    } else {
                        self.number_text(text, number, out);
                    }
                }
            }
            vars::FIRST_NOTE => {
                if let Some(note) = self.context.first_note {
                    self.number_text(&note.to_string(), number, out);
                }
            }
            vars::PAGE => {
                if let Some(text) = self.entry.raw(var) {
                    let delimiter = &self.locale.page_range_delimiter;
                    let text = numbers::pages(text, self.program.page_range, delimiter);
                    rich::push_text(&text, out);
                }
            }
            vars::PAGE_FIRST => {
                let text = self.entry.raw(var).map(first_page);
                rich::push_text(text.unwrap_or_default(), out);
            }
            var => {
                if let Some(text) = self.entry.raw(var) {
                    self.number_text(text, number, out);
                }
            }
        }
        let found = self.close(&number.looks, open, out);
        if found {
            self.substituted(var);
        }
        Got::variable(found)
    }

    fn number_text(&self, text: &str, element: &NumberElement, out: &mut Vec<Event>) {
        let Some(pieces) = numbers::numeric(text) else {
            rich::push_text(text, out);
            return;
        };
        let mut shown = String::new();
        for piece in pieces {
            match piece {
                Piece::Comma => shown.push_str(", "),
                Piece::Ampersand => shown.push_str(&format!(" {} ", self.locale.ampersand)),
                Piece::Hyphen => shown.push_str(&self.locale.page_range_delimiter),
                Piece::Number(number) => match number.parse::<u32>() {
                    Ok(value) => shown.push_str(&self.formed(value, number, element)),
                    Err(_) => shown.push_str(number),
                },
            }
        }
        rich::push_text(&shown, out);
    }

    fn formed(&self, value: u32, typed: &str, element: &NumberElement) -> String {
        let gender = || self.locale.gender(self.program.vars.name(element.var));
        match element.form {
            NumberForm::Numeric => typed.to_owned(),
            NumberForm::Roman => numbers::roman(value),
            NumberForm::Ordinal => {
                format!("{value}{}", self.locale.ordinal_suffix(value, gender()))
            }
            NumberForm::LongOrdinal => match self.locale.long_ordinal(value, gender()) {
                Some(words) if value <= 10 => words.to_owned(),
                _ => format!("{value}{}", self.locale.ordinal_suffix(value, gender())),
            },
        }
    }

    fn label(&mut self, label: &'a LabelElement, out: &mut Vec<Event>) -> Got {
        let var = label.var;
        let hidden = match self.substituting {
            true => &self.suppressed[..self.labelled.min(self.suppressed.len())],
            false => &self.suppressed,
        };
        let (term, text) = match var {
            vars::LOCATOR => match self.context.locator {
                Some((label, text)) if !numbers::begins_with_label(text) => {
                    (locator_term(label), text)
                }
                _ => return Got::default(),
            },
            var => match self.entry.raw(var) {
                Some(text) if !hidden.contains(&var) => (self.program.vars.name(var), text),
                _ => return Got::default(),
            },
        };
        let plural = match label.plural {
            Plural::Always => true,
            Plural::Never => false,
            Plural::Contextual => match var {
                vars::NUMBER_OF_PAGES | vars::NUMBER_OF_VOLUMES => text
                    .trim()
                    .parse::<u32>()
                    .map_or_else(|_| numbers::is_plural(text), |n| n > 1),
                vars::PAGE_FIRST => false,
                _ => numbers::is_plural(text),
            },
        };
        let open = self.open(&label.looks, out);
        if let Some(term) = self.locale.term(term, label.form, plural) {
            rich::push_text(term, out);
        }
        self.close(&label.looks, open, out);
        Got::default()
    }

    /// Adds the year suffix behind a year that ends `out`, unless the style prints it elsewhere.
    pub fn implicit_suffix(&mut self, out: &mut Vec<Event>) {
        let explicit = match self.bibliography {
            true => self.program.entries.year_suffix,
            false => self.program.cites.year_suffix,
        };
        if self.suffix_done || explicit || self.sorting.is_some() {
            return;
        }
        if let Some(suffix) = self.state.year_suffix {
            self.suffix_done = true;
            out.push(Event::Open(Mark::Part(Part::YearSuffix)));
            out.push(Event::Text(numbers::letters(suffix)));
            out.push(Event::Close);
        }
    }

    /// Adds the year suffix behind the year that was printed from `from` on.
    pub fn suffix_after_year(&mut self, from: usize, out: &mut Vec<Event>) {
        let Some((_, close)) = rich::find(out, Part::Year, from) else {
            return;
        };
        let tail = out.split_off(close + 1);
        self.implicit_suffix(out);
        out.extend(tail);
    }

    /// A label made of names and year, such as `Doe99`.
    pub fn citation_label(&self) -> String {
        let names = [vars::AUTHOR, vars::EDITOR, vars::TRANSLATOR];
        let names = names.into_iter().find_map(|var| self.entry.names(var));
        let names = names.unwrap_or_default();
        let letters: &[usize] = match names.len() {
            0 | 1 => &[4],
            2 => &[2, 2],
            3 => &[2, 1, 1],
            _ => &[1, 1, 1, 1],
        };
        let mut out = String::new();
        for (name, count) in names.iter().zip(letters) {
            out.extend(
                name.family
                    .chars()
                    .filter(|c| c.is_alphanumeric())
                    .take(*count),
            );
        }
        if names.is_empty() {
            let title = self.entry.raw(vars::TITLE).unwrap_or_default();
            out.extend(title.chars().filter(|c| c.is_alphanumeric()).take(4));
        }
        if let Some(date) = self.entry.date(vars::ISSUED)
            && date.start.year != 0
        {
            out.push_str(&format!("{:02}", date.start.year.unsigned_abs() % 100));
        }
        out
    }
}

/// The first of a range of pages.
fn first_page(text: &str) -> &str {
    let end = text.find(['-', '–', '—', ',', '&', ' ', '‑']);
    text[..end.unwrap_or(text.len())].trim()
}

/// The term for a locator's label: CSL 1.0.2 has variables of the names of two of them.
pub fn locator_term(label: &str) -> &str {
    match label {
        "" => "page",
        "article" => "article-locator",
        "title" => "title-locator",
        "sub verbo" => "sub-verbo",
        label => label,
    }
}
