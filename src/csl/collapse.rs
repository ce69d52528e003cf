//! Joins the cites of a cluster: what the author put around them, delimiters, and what is printed
//! once for several (CSL 1.0.2, "Cite Grouping", "Cite Collapsing").

use super::position::Place;
use super::processor::{Printed, Processor};
use super::rich::{self, Event, Mark, Part};
use super::style::Collapse;
use super::{Cite, Form};

/// What a cite becomes beside the one before it.
enum Step {
    /// It is printed after a delimiter.
    Delimited(String),
    /// It ends a range, after a dash.
    Range,
    /// It lies within a range, and isn't printed.
    Hidden,
}

struct Joint {
    events: Vec<Event>,
    step: Step,
    /// Whether it was printed shorter for the one before it.
    collapsed: bool,
}

/// Joins.
pub fn join(
    processor: &Processor<'_>,
    cites: &[(&Cite, Place)],
    printed: Vec<Printed>,
    out: &mut Vec<Event>,
) {
    let printed: Vec<(&Cite, Place, Printed)> = cites
        .iter()
        .zip(printed)
        .map(|((cite, place), printed)| (*cite, *place, printed))
        .filter(|(cite, _, printed)| {
            !rich::is_blank(&printed.events) || !cite.prefix.is_empty() || !cite.suffix.is_empty()
        })
        .collect();
    let mut first = true;
    for (n, joint) in joints(processor, &printed).into_iter().enumerate() {
        let cite = printed[n].0;
        match joint.step {
            Step::Hidden => continue,
            Step::Range => out.push(Event::Text("–".to_owned())),
            Step::Delimited(delimiter) => {
                let own = cite.prefix.trim_start().starts_with([',', ';', ':', '.']);
                let before = n
                    .checked_sub(1)
                    .map_or("", |n| printed[n].0.suffix.as_str());
                if first || own {
                } else if before.trim_end().ends_with([',', ';', ':']) {
                    out.push(Event::Text(" ".to_owned()));
                } else {
                    rich::push_text(&delimiter, out);
                }
            }
        }
        first = false;
        prefix(cite, out);
        out.push(Event::Open(Mark::Cite(cite.item)));
        out.extend(joint.events);
        out.push(Event::Close);
        suffix(cite, out);
    }
}

fn joints(processor: &Processor<'_>, printed: &[(&Cite, Place, Printed)]) -> Vec<Joint> {
    let area = &processor.program.citation;
    let delimiter = area.delimiter.clone();
    let mut joints: Vec<Joint> = printed
        .iter()
        .map(|(_, _, printed)| Joint {
            events: printed.events.clone(),
            step: Step::Delimited(delimiter.clone()),
            collapsed: false,
        })
        .collect();
    match area.collapse {
        Some(Collapse::CitationNumber) => numbers(processor, printed, &mut joints),
        Some(kind) => names(processor, printed, &mut joints, Some(kind)),
        None if area.cite_group_delimiter.is_some() => {
            names(processor, printed, &mut joints, None);
        }
        None => {}
    }
    joints
}

fn bare_cite(cite: &Cite) -> bool {
    cite.prefix.is_empty() && cite.suffix.is_empty() && cite.locator.is_none()
}

/// Runs of numbers become ranges.
fn numbers(processor: &Processor<'_>, printed: &[(&Cite, Place, Printed)], joints: &mut [Joint]) {
    let after = processor.program.citation.after_collapse_delimiter.clone();
    let number = |n: usize| -> Option<usize> {
        let (cite, _, printed) = printed.get(n)?;
        let plain =
            bare_cite(cite) && rich::find(&printed.events, Part::CitationNumber, 0).is_some();
        plain.then(|| processor.numbers[printed.item])
    };
    let mut n = 0;
    while n < joints.len() {
        let mut end = n;
        while let (Some(a), Some(b)) = (number(end), number(end + 1)) {
            if b != a + 1 {
                break;
            }
            end += 1;
        }
        if end >= n + 2 {
            for joint in &mut joints[n + 1..end] {
                joint.step = Step::Hidden;
            }
            joints[end].step = Step::Range;
            if let (Some(after), Some(next)) = (&after, joints.get_mut(end + 1)) {
                next.step = Step::Delimited(after.clone());
            }
        }
        n = end + 1;
    }
}

/// Cites of the same authors next to each other print them once.
fn names(
    processor: &Processor<'_>,
    printed: &[(&Cite, Place, Printed)],
    joints: &mut [Joint],
    kind: Option<Collapse>,
) {
    let area = &processor.program.citation;
    let group = area.cite_group_delimiter.clone();
    // Styles of notes have no years in brackets to be set apart otherwise.
    let group = group.unwrap_or_else(|| match processor.program.note {
        true => area.delimiter.clone(),
        false => ", ".to_owned(),
    });
    let suffixes = matches!(
        kind,
        Some(Collapse::YearSuffix | Collapse::YearSuffixRanged)
    );
    let suffix_delimiter = area.year_suffix_delimiter.clone();
    let suffix_delimiter = suffix_delimiter.unwrap_or_else(|| {
        area.cite_group_delimiter
            .clone()
            .unwrap_or_else(|| area.delimiter.clone())
    });
    // The cites that show nothing but the letter behind the year.
    let mut letters: Vec<bool> = vec![false; joints.len()];
    for n in 1..printed.len() {
        let (before, this) = (&printed[n - 1], &printed[n]);
        let same = !this.2.names.is_empty() && this.2.names == before.2.names;
        let nameless = this.2.names.is_empty() && before.2.names.is_empty();
        let fits =
            this.0.form == Form::Full && this.0.prefix.is_empty() && before.0.suffix.is_empty();
        if !fits || !(same || nameless && suffixes) {
            continue;
        }
        if kind.is_none() {
            joints[n].step = Step::Delimited(group.clone());
            continue;
        }
        let context = processor.context(this.0, this.1);
        let short = processor.cite(this.2.item, &context, true);
        let short = if rich::is_blank(&short) {
            this.2.events.clone()
        } else {
            short
        };
        joints[n].collapsed = same;
        if same {
            let after = area.after_collapse_delimiter.as_ref();
            // A year with a locator is set apart: "1999, 328; 2000, 475".
            let located = before.0.locator.is_some() || this.0.locator.is_some();
            let step = match located {
                true => after.unwrap_or(&area.delimiter),
                false => &group,
            };
            joints[n].step = Step::Delimited(step.clone());
        }
        if suffixes && before.0.locator.is_none() {
            let context = processor.context(before.0, before.1);
            let other = processor.cite(before.2.item, &context, true);
            if let (Some(a), Some(b)) = (around_suffix(&other), around_suffix(&short))
                && a.0 == b.0
            {
                joints[n].events = from(&short, b.1);
                joints[n].step = Step::Delimited(suffix_delimiter.clone());
                joints[n].collapsed = true;
                letters[n] = this.0.locator.is_none();
                continue;
            }
        }
        if same {
            joints[n].events = short;
        }
    }
    if kind == Some(Collapse::YearSuffixRanged) {
        ranges(processor, printed, joints, &letters);
    }
    // What follows a collapsed group.
    if let Some(after) = &area.after_collapse_delimiter {
        for n in 1..joints.len() {
            // The first cite counts as a group (so citeproc-js).
            let group = n == 1 || joints[n - 1].collapsed;
            if group && !joints[n].collapsed {
                joints[n].step = Step::Delimited(after.clone());
            }
        }
    }
}

/// Rows of letters become ranges: "a–c".
fn ranges(
    processor: &Processor<'_>,
    printed: &[(&Cite, Place, Printed)],
    joints: &mut [Joint],
    letters: &[bool],
) {
    let letter = |n: usize| processor.states[printed[n].2.item].year_suffix;
    let mut n = 0;
    while n < joints.len() {
        let mut end = n;
        while end + 1 < joints.len()
            && letters[end + 1]
            && bare_cite(printed[end].0)
            && letter(end + 1) == letter(end).map(|letter| letter + 1)
        {
            end += 1;
        }
        if end >= n + 2 {
            for joint in &mut joints[n + 1..end] {
                joint.step = Step::Hidden;
            }
            joints[end].step = Step::Range;
        }
        n = end + 1;
    }
}

/// What stands from an event on, inside of the marks that are open there.
fn from(events: &[Event], at: usize) -> Vec<Event> {
    let mut open: Vec<Event> = Vec::new();
    for event in &events[..at] {
        match event {
            Event::Open(_) => open.push(event.clone()),
            Event::Close => {
                open.pop();
            }
            Event::Text(_) | Event::Guard => {}
        }
    }
    open.extend_from_slice(&events[at..]);
    open
}

/// What stands before the letter behind the year, as text, and where the letter begins.
fn around_suffix(events: &[Event]) -> Option<(String, usize)> {
    let (open, _) = rich::find(events, Part::YearSuffix, 0)?;
    Some((rich::bare(&events[..open]), open))
}

fn prefix(cite: &Cite, out: &mut Vec<Event>) {
    out.extend(Processor::affix(cite, &cite.prefix));
    let open = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '(' | '[' | '“' | '‘' | '«' | '„' | '/' | '—' | '\'' | '’'
            )
    };
    if !cite.prefix.is_empty() && !cite.prefix.ends_with(open) {
        out.push(Event::Text(" ".to_owned()));
    }
}

fn suffix(cite: &Cite, out: &mut Vec<Event>) {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '(' | '[' | '“' | '‘' | '«' | '„');
    if cite.suffix.starts_with(word) {
        out.push(Event::Text(" ".to_owned()));
    }
    out.extend(Processor::affix(cite, &cite.suffix));
}
