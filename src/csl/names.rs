//! Prints names: order, particles, initials, "and", "et al.", labels and substitutes (CSL 1.0.2,
//! "Names").

use super::case;
use super::item::Person;
use super::markup;
use super::render::{Got, Position, Render};
use super::rich::{self, Event, Mark, Part};
use super::style::*;
use super::vars::{self, Var};

/// The options of a `cs:name`, with those it inherits.
struct Options<'a> {
    layers: [Option<&'a NameOptions>; 4],
}

impl<'a> Options<'a> {
    fn get<T>(&self, pick: impl Fn(&'a NameOptions) -> Option<T>) -> Option<T> {
        self.layers.iter().flatten().find_map(|layer| pick(layer))
    }
}

/// Names of one variable, ready to be printed.
struct List<'a> {
    /// The variable whose label is printed.
    label: &'a str,
    var: Var,
    people: &'a [Person],
}

static NO_LOOKS: std::sync::LazyLock<NameElement> = std::sync::LazyLock::new(NameElement::default);

impl<'a> Render<'a> {
    /// Prints `cs:names`. Inside of `cs:substitute`, names without children take those of
    /// `parent`.
    pub fn names(
        &mut self,
        element: &'a NamesElement,
        parent: Option<&'a NamesElement>,
        out: &mut Vec<Event>,
    ) -> Got {
        let mut got = Got {
            called: true,
            found: false,
        };
        let bare = element.name.is_none() && element.label.is_none() && element.et_al.is_none();
        let above = parent.filter(|_| bare);
        let name = element
            .name
            .as_ref()
            .or(above.and_then(|p| p.name.as_ref()));
        let et_al = element
            .et_al
            .as_ref()
            .or(above.and_then(|p| p.et_al.as_ref()));
        let (label, label_first) = match (&element.label, above) {
            (None, Some(above)) => (above.label.as_ref(), above.label_first),
            (label, _) => (label.as_ref(), element.label_first),
        };
        let options = self.options(name);
        let lists = self.lists(element, label);
        let skipped = self.skip_names && !self.names_done;
        let start = out.len();
        let open = self.open(&element.looks, out);
        out.push(Event::Open(Mark::Part(Part::Names)));
        let inner = out.len();
        if options.get(|o| o.form) == Some(NameForm::Count) {
            let count: usize = lists.iter().map(|list| self.shown(&options, list).0).sum();
            if count > 0 {
                got.found = true;
                let text = if self.sorting.is_some() {
                    format!("{count:05}")
                } else {
                    count.to_string()
                };
                out.push(Event::Text(text));
            }
        } else {
            let delimiter = element
                .delimiter
                .as_deref()
                .or(above.and_then(|above| above.delimiter.as_deref()))
                .or_else(|| options.get(|o| o.names_delimiter.as_deref()))
                // CSL names no other; "SampleExample" is nobody.
                .unwrap_or(if self.finished { ", " } else { "" });
            for list in &lists {
                let before = out.len();
                if before > inner {
                    rich::push_text(delimiter, out);
                }
                let at = out.len();
                self.list(list, &options, name, et_al, label, label_first, out);
                if rich::is_blank(&out[at..]) {
                    out.truncate(before);
                } else {
                    got.found = true;
                }
            }
        }
        if got.found {
            for list in &lists {
                self.substituted(list.var);
            }
        } else {
            out.truncate(inner);
            if !element.substitute.is_empty() {
                let skip = std::mem::take(&mut self.skip_names);
                let this = self.substitute_first(&element.substitute, element, out);
                self.skip_names = skip;
                got.found |= this.found;
                let mark = self.substitute.filter(|_| got.found && !self.names_done);
                if let Some(mark) = mark {
                    out.truncate(inner);
                    rich::push_text(&mark.text, out);
                }
            }
        }
        out.push(Event::Close);
        if !self.close(&element.looks, open, out) {
            got.found = false;
            return got;
        }
        if skipped {
            // The item has them, so that a group isn't empty for want of them.
            self.names_skipped = self.names_skipped.saturating_add(1);
            out.truncate(start);
        }
        self.names_done = true;
        got
    }

    fn options(&self, name: Option<&'a NameElement>) -> Options<'a> {
        Options {
            layers: [
                self.sorting,
                name.map(|name| &name.options),
                Some(&self.area().names),
                Some(&self.program.names),
            ],
        }
    }

    /// The variables of an element that hold names; editors who are the translators too are one.
    /// No variable `editor-translator` is made of them, though CSL 1.0.2 asks for it (Appendix IV):
    /// the published styles print it beside the other two, and so the persons twice; citeproc-js
    /// and Pandoc don't make it either.
    fn lists(&self, element: &'a NamesElement, label: Option<&LabelElement>) -> Vec<List<'a>> {
        let mut lists: Vec<List<'a>> = Vec::new();
        for var in &element.vars {
            let people = self.entry.names(*var).filter(|_| !self.is_suppressed(*var));
            if let Some(people) = people {
                lists.push(List {
                    label: self.program.vars.name(*var),
                    var: *var,
                    people,
                });
            }
        }
        let both = [vars::EDITOR, vars::TRANSLATOR];
        let same = lists.len() == 2
            && lists.iter().all(|list| both.contains(&list.var))
            && lists[0].people == lists[1].people;
        if same && let Some(label) = label {
            // CSL 1.0.2 has the second name, CSL 1.0 the first; an empty term keeps the two apart.
            let known = ["editortranslator", "editor-translator"]
                .into_iter()
                .find_map(|name| Some((name, self.locale.term(name, label.form, false)?)));
            if let Some((name, _)) = known.filter(|(_, term)| !term.is_empty()) {
                lists.truncate(1);
                lists[0].label = name;
            }
        }
        lists
    }

    /// How many names are shown, and whether the last one follows an ellipsis.
    fn shown(&self, options: &Options<'a>, list: &List<'a>) -> (usize, bool) {
        let count = list.people.len();
        let subsequent = !self.bibliography && self.context.position >= Position::Subsequent;
        let mut min = options.get(|o| o.et_al_min);
        let mut first = options.get(|o| o.et_al_use_first);
        if subsequent {
            min = options.get(|o| o.et_al_subsequent_min).or(min);
            first = options.get(|o| o.et_al_subsequent_use_first).or(first);
        }
        let (Some(min @ 1..), Some(first)) = (min, first) else {
            return (count, false);
        };
        if count < min || first >= count {
            return (count, false);
        }
        let shown = if self.sorting.is_some() {
            first
        } else {
            first.max(self.state.shown(list.var))
        };
        let last = options.get(|o| o.et_al_use_last) == Some(true) && count >= shown + 2;
        (shown.min(count), last)
    }

    #[allow(clippy::too_many_arguments)]
    fn list(
        &mut self,
        list: &List<'a>,
        options: &Options<'a>,
        name: Option<&'a NameElement>,
        et_al: Option<&'a EtAl>,
        label: Option<&'a LabelElement>,
        label_first: bool,
        out: &mut Vec<Event>,
    ) {
        let start = out.len();
        if label_first {
            self.name_label(list, label, out);
        }
        let element = name.unwrap_or(&NO_LOOKS);
        let open = self.open(&element.looks, out);
        out.push(Event::Open(Mark::Part(Part::NameList)));
        let inner = out.len();
        let whole = self.substitute.filter(|s| s.whole && !self.names_done);
        if let Some(substitute) = whole {
            rich::push_text(&substitute.text, out);
        } else {
            self.people(list, options, element, et_al, out);
        }
        let blank = rich::is_blank(&out[inner..]);
        out.push(Event::Close);
        self.close(&element.looks, open, out);
        if blank {
            out.truncate(start);
        } else if !label_first {
            self.name_label(list, label, out);
        }
    }

    fn name_label(&self, list: &List<'a>, label: Option<&'a LabelElement>, out: &mut Vec<Event>) {
        let Some(label) = label.filter(|_| self.sorting.is_none()) else {
            return;
        };
        let plural = match label.plural {
            Plural::Always => true,
            Plural::Never => false,
            Plural::Contextual => list.people.len() > 1,
        };
        let open = self.open(&label.looks, out);
        if let Some(term) = self.locale.term(list.label, label.form, plural) {
            rich::push_text(term, out);
        }
        self.close(&label.looks, open, out);
    }

    fn people(
        &mut self,
        list: &List<'a>,
        options: &Options<'a>,
        element: &'a NameElement,
        et_al: Option<&'a EtAl>,
        out: &mut Vec<Event>,
    ) {
        let people = list.people;
        let (shown, use_last) = self.shown(options, list);
        let truncated = shown < people.len();
        let delimiter = options.get(|o| o.delimiter.as_deref()).unwrap_or(", ");
        let as_sort = options.get(|o| o.as_sort_order);
        let inverted = |n: usize| match as_sort {
            Some(true) => true,
            Some(false) => n == 0,
            None => self.sorting.is_some(),
        };
        // "And" has no place in the order of names.
        let and = options.get(|o| o.and).filter(|_| self.sorting.is_none());
        let and = match and {
            Some(And::Text) => self.locale.term("and", Form::Long, false),
            Some(And::Symbol) => self.locale.term("and", Form::Symbol, false).map(|_| "&"),
            None => None,
        };
        let precedes = |rule: Option<Precedes>, before: usize| match rule.unwrap_or_default() {
            Precedes::Contextual => before >= 2,
            Precedes::AfterInverted => {
                before > 0
                    && inverted(before - 1)
                    && people
                        .get(before - 1)
                        .is_some_and(|p| !p.literal && !p.eastern && !p.given.is_empty())
            }
            Precedes::Always => true,
            Precedes::Never => false,
        };
        for (n, person) in people.iter().take(shown).enumerate() {
            if n > 0 {
                let last = n + 1 == shown && !truncated;
                match and.filter(|_| last) {
                    // A term with blanks of its own, as in Hebrew.
                    Some(and) if and.ends_with(char::is_whitespace) => rich::push_text(and, out),
                    Some(and) => {
                        if precedes(options.get(|o| o.precedes_last), n) {
                            rich::push_text(delimiter, out);
                            spaced(out);
                        } else {
                            out.push(Event::Text(" ".to_owned()));
                        }
                        rich::push_text(and, out);
                        out.push(Event::Text(" ".to_owned()));
                    }
                    None => rich::push_text(delimiter, out),
                }
            }
            self.one(list.var, n, person, inverted(n), options, element, out);
        }
        if !truncated || shown == 0 || self.sorting.is_some() && !use_last {
            return;
        }
        if use_last && let Some((n, person)) = people.iter().enumerate().next_back() {
            rich::push_text(delimiter, out);
            spaced(out);
            out.push(Event::Text("… ".to_owned()));
            self.one(list.var, n, person, inverted(n), options, element, out);
            return;
        }
        let term = et_al
            .and_then(|et_al| et_al.term.as_deref())
            .unwrap_or("et-al");
        let term = term.replace(' ', "-");
        let text = self
            .locale
            .term(&term, Form::Long, false)
            .unwrap_or_default();
        if text.is_empty() {
            return;
        }
        if precedes(options.get(|o| o.precedes_et_al), shown) {
            rich::push_text(delimiter, out);
            spaced(out);
        } else if !text.starts_with(|c: char| u32::from(c) >= 0x2E80) {
            out.push(Event::Text(" ".to_owned()));
        }
        match et_al {
            Some(et_al) => {
                let open = self.open(&et_al.looks, out);
                rich::push_text(text, out);
                self.close(&et_al.looks, open, out);
            }
            None => rich::push_text(text, out),
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn one(
        &self,
        var: Var,
        n: usize,
        person: &'a Person,
        inverted: bool,
        options: &Options<'a>,
        element: &'a NameElement,
        out: &mut Vec<Event>,
    ) {
        out.push(Event::Open(Mark::Part(Part::Name)));
        let replaced = self
            .substitute
            .filter(|s| !self.names_done && !s.whole && n < s.names);
        if let Some(substitute) = replaced {
            rich::push_text(&substitute.text, out);
        } else {
            self.name(var, n, person, inverted, options, element, out);
        }
        out.push(Event::Close);
    }

    /// One name (CSL 1.0.2, "Name-part Order").
    #[allow(clippy::too_many_arguments)]
    fn name(
        &self,
        var: Var,
        n: usize,
        person: &'a Person,
        inverted: bool,
        options: &Options<'a>,
        element: &'a NameElement,
        out: &mut Vec<Event>,
    ) {
        let (family, given) = (&element.family, &element.given);
        if person.literal || person.given.is_empty() && person.family.is_empty() {
            self.name_part(&person.family, family, true, out);
            return;
        }
        let level = if self.sorting.is_some() {
            0
        } else {
            self.state.given(var, n)
        };
        let mut form = options.get(|o| o.form).unwrap_or_default();
        let with = options.get(|o| o.initialize_with.as_deref());
        let initialize = options.get(|o| o.initialize) != Some(false);
        let mut with = with;
        if form == NameForm::Short && level > 0 {
            form = NameForm::Long;
        }
        if level >= 2 {
            with = None;
        }
        let first = match with {
            // A name that is all there is, such as "Banksy", stays whole.
            Some(with) if !person.family.is_empty() => initials(
                &person.given,
                with,
                initialize,
                self.program.initialize_with_hyphen,
            ),
            _ => person.given.clone(),
        };
        let demoted = self.program.demote == Demote::DisplayAndSort
            || self.sorting.is_some() && self.program.demote == Demote::SortOnly;
        if person.eastern {
            let blank = if person.family.is_ascii() { " " } else { "" };
            self.name_part(&person.family, family, true, out);
            if form == NameForm::Long && !person.given.is_empty() {
                out.push(Event::Text(blank.to_owned()));
                self.name_part(&person.given, given, true, out);
            }
            return;
        }
        if form == NameForm::Short {
            rich::push_text(&family.prefix, out);
            if !(demoted && self.sorting.is_some()) {
                let at = out.len();
                self.particle(&person.particle, family, out);
                // "De Gaulle" at the beginning of a note (Chicago Manual of Style, 17th ed., 8.5).
                if n == 0 && self.begins_note() {
                    case::apply(
                        &mut out[at..],
                        Case::CapitalizeFirst,
                        case::Rules::default(),
                    );
                }
            }
            self.name_part(&person.family, family, false, out);
            rich::push_text(&family.suffix, out);
            return;
        }
        let space = |out: &mut Vec<Event>| out.push(Event::Text(" ".to_owned()));
        if !inverted {
            let has_given = !first.is_empty();
            if has_given {
                self.name_part(&first, given, true, out);
            }
            let rest = [&person.dropping, &person.particle, &person.family];
            if rest.iter().all(|part| part.is_empty()) {
                return;
            }
            if has_given {
                spaced(out);
            }
            rich::push_text(&family.prefix, out);
            self.particle(&person.dropping, given, out);
            self.particle(&person.particle, family, out);
            self.name_part(&person.family, family, false, out);
            if !person.suffix.is_empty() {
                out.push(Event::Text(
                    if person.comma_suffix { ", " } else { " " }.to_owned(),
                ));
                out.extend(markup::parse(&person.suffix));
            }
            rich::push_text(&family.suffix, out);
            return;
        }
        let separator = options.get(|o| o.sort_separator.as_deref()).unwrap_or(", ");
        rich::push_text(&family.prefix, out);
        if !demoted {
            self.particle(&person.particle, family, out);
        }
        self.name_part(&person.family, family, false, out);
        rich::push_text(&family.suffix, out);
        let mut rest: Vec<Event> = Vec::new();
        if !first.is_empty() {
            self.name_part(&first, given, false, &mut rest);
        }
        let tail = |text: &str, looks: &Looks, rest: &mut Vec<Event>| {
            if !text.is_empty() {
                if !rest.is_empty() {
                    space(rest);
                }
                self.name_part(text, looks, false, rest);
            }
        };
        tail(&person.dropping, given, &mut rest);
        if demoted {
            tail(&person.particle, family, &mut rest);
        }
        if !rest.is_empty() {
            if !person.family.is_empty() || !person.particle.is_empty() {
                rich::push_text(separator, out);
            }
            rich::push_text(&given.prefix, out);
            out.append(&mut rest);
            rich::push_text(&given.suffix, out);
        }
        if !person.suffix.is_empty() {
            rich::push_text(separator, out);
            out.extend(markup::parse(&person.suffix));
        }
    }

    /// A particle before a name, and the blank behind it unless it ends in an apostrophe or a
    /// hyphen.
    fn particle(&self, text: &str, looks: &Looks, out: &mut Vec<Event>) {
        if text.is_empty() {
            return;
        }
        self.name_part(text.trim_end(), looks, false, out);
        if !text.ends_with(['\'', '’', '-', '‑', '–']) {
            out.push(Event::Text(" ".to_owned()));
        }
    }

    /// A part of a name with the formatting of its `cs:name-part`, and its affixes if asked.
    fn name_part(&self, text: &str, looks: &Looks, affixes: bool, out: &mut Vec<Event>) {
        if affixes {
            rich::push_text(&looks.prefix, out);
        }
        if !looks.fmt.is_empty() {
            out.push(Event::Open(Mark::Fmt(looks.fmt)));
        }
        let at = out.len();
        out.extend(markup::parse(text));
        if let Some(case) = looks.case {
            case::apply(&mut out[at..], case, case::Rules::default());
        }
        if !looks.fmt.is_empty() {
            out.push(Event::Close);
        }
        if affixes {
            rich::push_text(&looks.suffix, out);
        }
    }
}

/// Adds a blank if there is none.
fn spaced(out: &mut Vec<Event>) {
    let blank = matches!(out.last(), Some(Event::Text(text)) if text.ends_with([' ', '\u{a0}']));
    if !blank {
        out.push(Event::Text(" ".to_owned()));
    }
}

/// Given names as initials (CSL 1.0.2, "initialize-with"). Where `whole` is false, only what is an
/// initial already is written anew.
pub fn initials(given: &str, with: &str, whole: bool, hyphen: bool) -> String {
    if !given.contains('<') {
        return initial_words(given, with, whole, hyphen);
    }
    // Tags stay where they are.
    let mut out = String::new();
    let mut rest = given;
    while let Some(open) = rest.find('<') {
        let close = rest[open..].find('>').map_or(rest.len(), |n| open + n + 1);
        out.push_str(&initial_segment(&rest[..open], with, whole, hyphen));
        out.push_str(&rest[open..close]);
        rest = &rest[close..];
    }
    out.push_str(&initial_segment(rest, with, whole, hyphen));
    out
}

fn initial_segment(text: &str, with: &str, whole: bool, hyphen: bool) -> String {
    if text.trim().is_empty() {
        return text.to_owned();
    }
    let lead = if text.starts_with(' ') { " " } else { "" };
    let (mark, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    format!("{lead}{mark}{}", initial_words(text, with, whole, hyphen))
}

fn initial_words(given: &str, with: &str, whole: bool, hyphen: bool) -> String {
    let mut out = String::new();
    // Whether a word that is written out came last.
    let mut word_before = false;
    let mut push = |text: &str, word: bool| {
        if !out.is_empty() && (word || word_before) {
            let trimmed = out.trim_end().len();
            out.truncate(trimmed);
            out.push(' ');
        }
        out.push_str(text);
        word_before = word;
    };
    for word in given.split_whitespace() {
        let mut rest = word;
        while !rest.is_empty() {
            let end = rest.find('.').unwrap_or(rest.len());
            let token = &rest[..end];
            let stopped = end < rest.len();
            rest = rest[end..].trim_start_matches('.');
            if token.is_empty() {
                continue;
            }
            if token.starts_with('-') {
                // "J.-L.": the hyphen of what came before.
                let bare = token.trim_start_matches('-');
                if let Some(c) = bare.chars().next() {
                    let text = if hyphen {
                        format!("-{c}{with}")
                    } else {
                        format!("{c}{with}")
                    };
                    push(&text, false);
                }
                continue;
            }
            let letters = token.chars().filter(|c| c.is_alphanumeric()).count();
            let first_lower = token.starts_with(char::is_lowercase);
            if first_lower && !stopped {
                push(token, true);
            } else if stopped {
                push(
                    &format!("{}{with}", hyphened(token, with, whole, hyphen, true)),
                    false,
                );
            } else if whole || letters == 1 {
                push(
                    &format!(
                        "{}{with}",
                        hyphened(token, with, whole, hyphen, letters == 1)
                    ),
                    false,
                );
            } else {
                push(token, true);
            }
        }
    }
    let mut text = out.trim_end().to_owned();
    // Where no point divides them, a hyphen stands between the letters themselves.
    if let Some(tight) = with.strip_suffix(' ') {
        text = text.replace(&format!("{tight} -"), &format!("{tight}-"));
    }
    text
}

/// The initials of the parts of "Jean-Luc", the last without what follows it. A stopped word of
/// several letters ("Ph.") stays whole.
fn hyphened(token: &str, with: &str, whole: bool, hyphen: bool, stopped: bool) -> String {
    let mut parts = token.split(['-', '‐', '‑']).filter(|part| !part.is_empty());
    let Some(first) = parts.next() else {
        return token.to_owned();
    };
    let initial = |part: &str| -> String {
        if stopped || !whole {
            return part.to_owned();
        }
        // "TSerendorj" begins with one letter that Latin writes as two.
        let capitals = part.chars().take_while(|c| c.is_uppercase()).count();
        let count = part.chars().count();
        let taken = if capitals < count { capitals.max(1) } else { 1 };
        let lower = part.chars().take(taken).skip(1);
        let lower = lower.flat_map(char::to_lowercase);
        part.chars().take(1).chain(lower).collect()
    };
    let mut out = initial(first);
    for part in parts {
        if part.starts_with(char::is_lowercase) {
            continue;
        }
        out.push_str(with.trim_end());
        if hyphen {
            out.push('-');
        }
        out.push_str(&initial(part));
    }
    out
}
