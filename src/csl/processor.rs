//! Formats a whole document: its clusters of citations in their order, and its bibliography.

use std::collections::HashMap;

use super::collapse;
use super::disambiguate::{self, State};
use super::item::Entry;
use super::locale::Locale;
use super::markup;
use super::position::{self, Place};
use super::punctuation::tidy;
use super::render::{Context, Position, Render, Substitute};
use super::rich::{self, Event, Mark, Part};
use super::sort::{self, Order, Values};
use super::style::{Area, Collapse, Element, KeySource, Program, SubstituteRule, TextSource};
use super::vars;
use super::{Cite, Cluster, Form, Item};

/// Formats a document.
pub struct Processor<'a> {
    pub program: &'a Program,
    pub locale: &'a Locale,
    pub entries: Vec<Entry<'a>>,
    pub states: Vec<State>,
    /// The items in the order of their numbers.
    pub registry: Vec<usize>,
    /// The items in the order in which they are cited.
    cited: Vec<usize>,
    /// Each item's number, from 1.
    pub numbers: Vec<usize>,
    /// The items in the order of the bibliography.
    pub sorted: Vec<usize>,
    order: Order,
    /// Whether the text is for readers: addresses become links, and affixes of what is missing
    /// are mended.
    pub finished: bool,
}

/// One cite of a cluster, printed.
pub struct Printed {
    pub item: usize,
    pub events: Vec<Event>,
    /// The names it prints first, as text; empty without any.
    pub names: String,
}

/// Cites that were printed: the item, its place, its form, and whether it stands first in its
/// cluster; the text, and the names that it prints first.
type Cache = HashMap<(usize, Place, Form, bool), (Vec<Event>, String)>;

impl<'a> Processor<'a> {
    /// Makes items ready. `registry` lists all of them in the order in which they are cited.
    pub fn new(
        program: &'a Program,
        locale: &'a Locale,
        items: &'a [Item],
        registry: Vec<usize>,
    ) -> Processor<'a> {
        let order = Order::new(&locale.language);
        let mut processor = Processor::unsorted(program, locale, items, registry, order);
        processor.sort_bibliography();
        disambiguate::run(&mut processor);
        // What has been told apart may sort otherwise.
        processor.sort_bibliography();
        processor
    }

    /// Makes an item ready that there is nothing to sort with or to tell apart from.
    pub fn single(program: &'a Program, locale: &'a Locale, item: &'a [Item]) -> Processor<'a> {
        let registry = (0..item.len()).collect();
        let mut processor = Processor::unsorted(program, locale, item, registry, Order::default());
        processor.finished = true;
        processor
    }

    fn unsorted(
        program: &'a Program,
        locale: &'a Locale,
        items: &'a [Item],
        registry: Vec<usize>,
        order: Order,
    ) -> Processor<'a> {
        let entries = items
            .iter()
            .map(|item| Entry::new(item, &program.vars))
            .collect();
        let mut processor = Processor {
            program,
            locale,
            entries,
            states: vec![State::default(); items.len()],
            numbers: vec![0; items.len()],
            sorted: registry.clone(),
            cited: registry.clone(),
            registry,
            order,
            finished: false,
        };
        processor.number();
        processor
    }

    fn number(&mut self) {
        for (n, item) in self.registry.iter().enumerate() {
            if let Some(number) = self.numbers.get_mut(*item) {
                *number = n + 1;
            }
        }
    }

    fn sort_bibliography(&mut self) {
        let Some(area) = self.program.bibliography.as_ref() else {
            return;
        };
        if area.sort.is_empty() {
            return;
        }
        let mut sorted: Vec<(Values, usize)> = self
            .cited
            .iter()
            .enumerate()
            .map(|(n, item)| (sort::values(self, &area.sort, *item, n + 1, true), *item))
            .collect();
        sorted.sort_by(|a, b| self.order.compare(&area.sort, &a.0, &b.0));
        self.sorted = sorted.into_iter().map(|(_, item)| item).collect();
        // Numbers follow the bibliography, backwards if it is sorted by falling numbers.
        let by_number = area
            .sort
            .iter()
            .rev()
            .find(|key| self.is_number(&key.source));
        self.registry = self.sorted.clone();
        if by_number.is_some_and(|key| key.descending) {
            self.registry.reverse();
        }
        self.number();
    }

    /// Whether a sort key is the citation number, by itself or in a macro of its own.
    fn is_number(&self, source: &KeySource) -> bool {
        match source {
            KeySource::Variable(names) => names.vars[..] == [vars::CITATION_NUMBER],
            KeySource::Macro(n) => match self.program.macros.get(*n).map(Vec::as_slice) {
                Some([Element::Text(text)]) => matches!(
                    text.source,
                    TextSource::Variable {
                        var: vars::CITATION_NUMBER,
                        ..
                    }
                ),
                Some([Element::Number(number)]) => number.var == vars::CITATION_NUMBER,
                _ => false,
            },
        }
    }

    /// Prints one cite of an item, without what the author put around it.
    pub fn cite(&self, item: usize, context: &Context<'_>, skip_names: bool) -> Vec<Event> {
        let mut out = Vec::new();
        let mut render = Render::new(
            self.program,
            self.locale,
            &self.entries[item],
            false,
            context,
            &self.states[item],
        );
        render.skip_names = skip_names;
        render.finished = self.finished;
        render.elements(&self.program.citation.layout, "", None, &mut out);
        out
    }

    /// The citation of an item as text, to be compared with others.
    pub fn compared(&self, item: usize) -> String {
        let context = Context {
            position: Position::Subsequent,
            ..Context::default()
        };
        let (entry, state) = (&self.entries[item], &self.states[item]);
        let mut render = Render::new(self.program, self.locale, entry, false, &context, state);
        render.comparing = true;
        let mut out = Vec::new();
        render.elements(&self.program.citation.layout, "", None, &mut out);
        rich::bare(&out)
    }

    /// Prints all clusters.
    pub fn clusters(&self, clusters: &'a [Cluster]) -> Vec<Vec<Event>> {
        let area = &self.program.citation;
        let places = position::places(clusters, self.entries.len(), area.near_note_distance);
        let mut cache = Cache::new();
        clusters
            .iter()
            .zip(places)
            .map(|(cluster, places)| {
                let mut cites: Vec<(&'a Cite, Place)> = cluster
                    .cites
                    .iter()
                    .zip(places)
                    .filter(|(cite, _)| cite.item < self.entries.len())
                    .collect();
                // What an author put before a cite ties it to the one before.
                let tied = cites.iter().any(|(cite, _)| !cite.prefix.is_empty());
                if !area.sort.is_empty() && cites.len() > 1 && !tied {
                    self.sort_cites(&mut cites, area);
                }
                let printed: Vec<Printed> = cites
                    .iter()
                    .enumerate()
                    .map(|(n, (cite, place))| self.printed(cite, *place, n == 0, &mut cache))
                    .collect();
                let groups = area.cite_group_delimiter.is_some()
                    || area
                        .collapse
                        .is_some_and(|kind| kind != Collapse::CitationNumber);
                // The CSL project's test suite leaves cites where they stand that nothing sorts.
                let moves = self.finished || !area.sort.is_empty();
                if groups && moves && !tied && cites.len() > 2 {
                    let (cites, printed) = self.group(cites, printed);
                    self.cluster(&cites, printed)
                } else {
                    self.cluster(&cites, printed)
                }
            })
            .collect()
    }

    fn sort_cites(&self, cites: &mut Vec<(&'a Cite, Place)>, area: &Area) {
        let mut keyed: Vec<(Values, (&'a Cite, Place))> = cites
            .drain(..)
            .map(|(cite, place)| {
                let number = self.numbers[cite.item];
                let values = sort::values(self, &area.sort, cite.item, number, false);
                (values, (cite, place))
            })
            .collect();
        keyed.sort_by(|a, b| self.order.compare(&area.sort, &a.0, &b.0));
        cites.extend(keyed.into_iter().map(|(_, cite)| cite));
    }

    /// Brings cites of the same authors together, at the place of the first (CSL 1.0.2, "Cite
    /// Grouping").
    fn group(
        &self,
        cites: Vec<(&'a Cite, Place)>,
        printed: Vec<Printed>,
    ) -> (Vec<(&'a Cite, Place)>, Vec<Printed>) {
        let mut left: Vec<Option<((&Cite, Place), Printed)>> =
            cites.into_iter().zip(printed).map(Some).collect();
        let mut grouped = (Vec::new(), Vec::new());
        for n in 0..left.len() {
            let Some((cite, first)) = left[n].take() else {
                continue;
            };
            let names = first.names.clone();
            grouped.0.push(cite);
            grouped.1.push(first);
            if names.is_empty() {
                continue;
            }
            for other in left.iter_mut().skip(n + 1) {
                if other
                    .as_ref()
                    .is_some_and(|(_, other)| other.names == names)
                    && let Some((cite, printed)) = other.take()
                {
                    grouped.0.push(cite);
                    grouped.1.push(printed);
                }
            }
        }
        grouped
    }

    pub fn context<'b>(&self, cite: &'b Cite, place: Place) -> Context<'b> {
        Context {
            locator: cite
                .locator
                .as_ref()
                .map(|(label, text)| (label.as_str(), text.as_str()))
                .filter(|(_, text)| !text.trim().is_empty()),
            position: place.position,
            near_note: place.near,
            first_note: place.first_note,
            number: self.numbers[cite.item],
            begins: begins(&cite.prefix) && !(cite.inside && cite.prefix.is_empty()),
        }
    }

    fn printed(&self, cite: &Cite, mut place: Place, first: bool, cache: &mut Cache) -> Printed {
        if !self.program.cites.first_note {
            place.first_note = None;
        }
        let key = (cite.item, place, cite.form, first);
        let plain = cite.locator.is_none() && cite.prefix.is_empty() && !cite.inside;
        if plain && let Some((events, names)) = cache.get(&key) {
            return Printed {
                item: cite.item,
                events: events.clone(),
                names: names.clone(),
            };
        }
        let mut context = self.context(cite, place);
        // A later cite goes on with the sentence, unless the author's words end one.
        context.begins &= first || !cite.prefix.is_empty();
        // An author alone stands within a sentence.
        context.begins &= cite.form != Form::AuthorOnly;
        let full = self.cite(cite.item, &context, false);
        let names = first_names(&full);
        let events = match cite.form {
            Form::Full => full,
            Form::SuppressAuthor if names.is_empty() => full,
            Form::SuppressAuthor => self.cite(cite.item, &context, true),
            Form::AuthorOnly => self.author_only(cite.item, &full),
        };
        if plain {
            cache.insert(key, (events.clone(), names.clone()));
        }
        Printed {
            item: cite.item,
            events,
            names,
        }
    }

    /// The full first citation of an item.
    pub fn alone(&self, cite: &Cite) -> Vec<Event> {
        let context = self.context(cite, Place::default());
        let area = &self.program.citation;
        let mut out = self.cite(cite.item, &context, false);
        let fmt = (!area.looks.fmt.is_empty()).then_some(area.looks.fmt);
        if let Some(fmt) = fmt {
            out.insert(0, Event::Open(Mark::Fmt(fmt)));
            out.push(Event::Close);
        }
        out
    }

    /// The names that a citation prints first, or what stands for them; the title of an item without
    /// any.
    fn author_only(&self, item: usize, full: &[Event]) -> Vec<Event> {
        let names = rich::find(full, Part::NameList, 0);
        if let Some((open, close)) = names.or_else(|| rich::find(full, Part::Names, 0)) {
            return full[open..=close].to_vec();
        }
        let entry = &self.entries[item];
        let title = entry.text(vars::TITLE_SHORT);
        let title = title.or_else(|| entry.text(vars::TITLE));
        title.unwrap_or_default().to_vec()
    }

    /// Joins the cites of a cluster.
    fn cluster(&self, cites: &[(&Cite, Place)], printed: Vec<Printed>) -> Vec<Event> {
        let area = &self.program.citation;
        let author_only =
            !cites.is_empty() && cites.iter().all(|(cite, _)| cite.form == Form::AuthorOnly);
        let mut inner = Vec::new();
        collapse::join(self, cites, printed, &mut inner);
        if rich::is_blank(&inner) {
            return Vec::new();
        }
        let mut out = Vec::new();
        let fmt = (!area.looks.fmt.is_empty()).then_some(area.looks.fmt);
        out.extend(fmt.map(|fmt| Event::Open(Mark::Fmt(fmt))));
        if !author_only {
            rich::push_text(&area.looks.prefix, &mut out);
        }
        out.append(&mut inner);
        if !author_only {
            rich::push_text(&area.looks.suffix, &mut out);
        }
        out.extend(fmt.map(|_| Event::Close));
        tidy(&out, self.locale, self.finished)
    }

    /// The words that an author put before or behind a cite.
    pub fn affix(cite: &Cite, text: &str) -> Vec<Event> {
        if cite.markup {
            markup::parse(text)
        } else if text.is_empty() {
            Vec::new()
        } else {
            vec![Event::Text(text.to_owned())]
        }
    }

    /// Prints the bibliography: items and their entries, in order. `None` if the style has none.
    pub fn bibliography(&self) -> Option<Vec<(usize, Vec<Event>)>> {
        let entries = self.listed()?.into_iter();
        Some(entries.map(|(item, entry, _)| (item, entry)).collect())
    }

    /// Prints the bibliography: items and their entries, in order; last the entry with its names where
    /// something stands for them. `None` if the style has no bibliography.
    #[allow(clippy::type_complexity)]
    pub fn listed(&self) -> Option<Vec<(usize, Vec<Event>, Option<Vec<Event>>)>> {
        let area = self.program.bibliography.as_ref()?;
        let mut entries = Vec::with_capacity(self.sorted.len());
        let mut before: Vec<String> = Vec::new();
        for item in &self.sorted {
            let mut whole = None;
            let mut events = self.entry(*item, area, None);
            if let Some(text) = &area.author_substitute {
                let names = name_texts(&events);
                let substitute = substitute(area.substitute_rule, text, &before, &names);
                if let Some(substitute) = substitute {
                    let short = self.entry(*item, area, Some(&substitute));
                    let full = std::mem::replace(&mut events, short);
                    whole = Some(tidy(&full, self.locale, self.finished));
                }
                before = names;
            }
            entries.push((*item, tidy(&events, self.locale, self.finished), whole));
        }
        Some(entries)
    }

    fn entry(&self, item: usize, area: &Area, substitute: Option<&Substitute>) -> Vec<Event> {
        let context = Context {
            number: self.numbers[item],
            begins: true,
            ..Context::default()
        };
        let mut render = Render::new(
            self.program,
            self.locale,
            &self.entries[item],
            true,
            &context,
            &self.states[item],
        );
        render.substitute = substitute;
        render.finished = self.finished;
        let mut inner = Vec::new();
        let mut out = Vec::new();
        if area.second_field_align.is_some() && area.layout.len() > 1 {
            // The first field stands in a margin of its own.
            let (first, rest) = area.layout.split_at(1);
            let mut field = Vec::new();
            render.elements(first, "", None, &mut field);
            render.elements(rest, "", None, &mut inner);
            let display = |display| Event::Open(Mark::Display(display));
            if !rich::is_blank(&field) {
                out.push(display(rich::Display::LeftMargin));
                out.append(&mut field);
                out.push(Event::Close);
                out.push(display(rich::Display::RightInline));
                out.append(&mut inner);
                rich::push_text(&area.looks.suffix, &mut out);
                // A blank at its end divides it from the next entry.
                let last = out.iter_mut().rev().find_map(|event| match event {
                    Event::Text(text) => Some(text),
                    _ => None,
                });
                let blank = last.is_some_and(|text| text.ends_with(' ') && text.pop().is_some());
                out.push(Event::Close);
                rich::push_text(if blank { " " } else { "" }, &mut out);
                return out;
            }
        } else {
            render.elements(&area.layout, "", None, &mut inner);
        }
        if rich::is_blank(&inner) {
            return Vec::new();
        }
        let fmt = (!area.looks.fmt.is_empty()).then_some(area.looks.fmt);
        out.extend(fmt.map(|fmt| Event::Open(Mark::Fmt(fmt))));
        rich::push_text(&area.looks.prefix, &mut out);
        out.append(&mut inner);
        // What ends the entry stands in its last block.
        let block = rich::opening(&out, out.len().saturating_sub(1))
            .is_some_and(|open| matches!(out[open], Event::Open(Mark::Display(_))));
        let close = if block { out.pop() } else { None };
        rich::push_text(&area.looks.suffix, &mut out);
        out.extend(close);
        out.extend(fmt.map(|_| Event::Close));
        out
    }
}

/// The names that stand first, as text.
pub fn first_names(events: &[Event]) -> String {
    match rich::find(events, Part::Names, 0) {
        Some((open, close)) => rich::bare(&events[open..=close]),
        None => String::new(),
    }
}

/// The names that an entry begins with, each as text.
fn name_texts(events: &[Event]) -> Vec<String> {
    let Some((open, close)) = rich::find(events, Part::Names, 0) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let mut from = open;
    while let Some((start, end)) = rich::find(events, Part::Name, from) {
        if start > close {
            break;
        }
        names.push(rich::bare(&events[start..=end]));
        from = end + 1;
    }
    if names.is_empty() {
        // What stands for names.
        names.push(rich::bare(&events[open..=close]));
    }
    names
}

/// What stands for names that the entry before has too.
fn substitute(
    rule: SubstituteRule,
    text: &str,
    before: &[String],
    names: &[String],
) -> Option<Substitute> {
    if names.is_empty() {
        return None;
    }
    let same = before.iter().zip(names).take_while(|(a, b)| a == b).count();
    let all = before == names;
    let replaced = match rule {
        SubstituteRule::CompleteAll | SubstituteRule::CompleteEach if !all => 0,
        SubstituteRule::CompleteAll | SubstituteRule::CompleteEach => names.len(),
        SubstituteRule::PartialEach => same,
        SubstituteRule::PartialFirst => same.min(1),
    };
    (replaced > 0).then(|| Substitute {
        names: replaced,
        whole: rule == SubstituteRule::CompleteAll,
        text: text.to_owned(),
    })
}

/// Whether a sentence begins behind what an author put before a cite: "See below. " ends one, "p."
/// doesn't.
fn begins(prefix: &str) -> bool {
    let prefix = prefix.trim_end();
    let bare = prefix.trim_end_matches(['"', '\'', '”', '’', ')', ']']);
    prefix.is_empty() || bare.ends_with(['.', '!', '?']) && bare.contains(' ')
}
