//! Prints dates: forms, ranges, seasons, eras and what is no date (CSL 1.0.2, "Date").

use super::locale::Gender;
use super::render::{Got, Render};
use super::rich::{Event, Mark, Part};
use super::style::{DateElement, DateForm, DatePart, DatePartName, Form};
use super::vars;
use super::{Date, DateParts};

impl Render<'_> {
    /// Prints a date.
    pub fn date(&mut self, element: &DateElement, out: &mut Vec<Event>) -> Got {
        let mut got = Got::default();
        for var in &element.vars {
            got.called = true;
            if self.is_suppressed(*var) || self.comparing && *var == vars::ACCESSED {
                continue;
            }
            let Some(date) = self.entry.date(*var) else {
                continue;
            };
            let open = self.open(&element.looks, out);
            self.date_text(element, date, out);
            if self.close(&element.looks, open, out) {
                got.found = true;
                self.substituted(*var);
                break;
            }
        }
        got
    }

    fn date_text(&mut self, element: &DateElement, date: &Date, out: &mut Vec<Event>) {
        if date.start == DateParts::default()
            && let Some(literal) = &date.literal
        {
            out.push(Event::Open(Mark::Part(Part::Year)));
            out.extend(super::markup::parse(literal));
            out.push(Event::Close);
            self.implicit_suffix(out);
            return;
        }
        if self.sorting.is_some() {
            // CSL 1.0.2, "Sorting": year, month and day, as far as the element shows them.
            let has = |name| element.parts.iter().any(|part| part.name == name);
            let shown = match element.form {
                Some(_) => element.shown,
                None if has(DatePartName::Day) => 3,
                None if has(DatePartName::Month) => 2,
                None => 1,
            };
            out.push(Event::Text(sort_text(&date.start, shown)));
            let end = date.end.as_ref().map(|end| sort_text(end, shown));
            out.extend(end.map(Event::Text));
            return;
        }
        let localized = element.form.and_then(|form| {
            let format = self.locale.date(form == DateForm::Text)?;
            let shown = |part: &&DatePart| match part.name {
                DatePartName::Year => true,
                DatePartName::Month => element.shown >= 2,
                DatePartName::Day => element.shown >= 3,
            };
            let merge = |part: &DatePart| {
                let mut part = part.clone();
                let own = element.parts.iter().find(|own| own.name == part.name);
                if let Some(own) = own {
                    part.form = own.form.clone().or(part.form);
                    part.range_delimiter = own.range_delimiter.clone().or(part.range_delimiter);
                    let affixes = (part.looks.prefix.clone(), part.looks.suffix.clone());
                    let strip = part.looks.strip_periods;
                    let case = own.looks.case.or(part.looks.case);
                    part.looks = own.looks.clone();
                    part.looks.case = case;
                    (part.looks.prefix, part.looks.suffix) = affixes;
                    part.looks.strip_periods |= strip;
                }
                part
            };
            let parts: Vec<DatePart> = format.parts.iter().filter(shown).map(merge).collect();
            Some((parts, format.delimiter.clone()))
        });
        let (parts, delimiter): (&[DatePart], &str) = match &localized {
            Some((parts, delimiter)) => (parts, delimiter),
            None => (&element.parts, &element.delimiter),
        };
        let numeric = element.form == Some(DateForm::Numeric);
        match &date.end {
            Some(end) if *end != date.start => {
                self.range(parts, delimiter, &date.start, end, numeric, out);
            }
            _ => {
                let all: Vec<&DatePart> = parts.iter().collect();
                self.parts(&all, delimiter, &date.start, numeric, out);
            }
        }
    }

    /// A range: what both ends share is printed once.
    fn range(
        &mut self,
        parts: &[DatePart],
        delimiter: &str,
        start: &DateParts,
        end: &DateParts,
        numeric: bool,
        out: &mut Vec<Event>,
    ) {
        let has = |name: DatePartName, date: &DateParts| match name {
            DatePartName::Year => date.year != 0,
            DatePartName::Month => date.month.is_some(),
            DatePartName::Day => date.day.is_some() && date.month.is_some(),
        };
        let differs = |name: DatePartName| match name {
            DatePartName::Year => start.year != end.year,
            DatePartName::Month => start.year != end.year || start.month != end.month,
            DatePartName::Day => {
                start.year != end.year || start.month != end.month || start.day != end.day
            }
        };
        let shown: Vec<&DatePart> = parts
            .iter()
            .filter(|part| has(part.name, start) || has(part.name, end))
            .collect();
        // The greatest part that differs, of those shown.
        let order = [DatePartName::Year, DatePartName::Month, DatePartName::Day];
        let greatest = order
            .into_iter()
            .find(|name| differs(*name) && shown.iter().any(|part| part.name == *name));
        let Some(greatest) = greatest else {
            self.parts(&shown, delimiter, start, numeric, out);
            return;
        };
        let mark = shown.iter().find(|part| part.name == greatest);
        let mark = mark.and_then(|part| part.range_delimiter.as_deref());
        let mark = mark.unwrap_or("–").to_owned();
        // From the first to the last part that differs, both ends are printed.
        let moving = |part: &&&DatePart| part.name >= greatest;
        let first = shown.iter().position(|part| moving(&part)).unwrap_or(0);
        let last = shown.iter().rposition(|part| moving(&part)).unwrap_or(0);
        let (lead, rest) = shown.split_at(first);
        let (middle, tail) = rest.split_at((last + 1 - first).min(rest.len()));
        self.parts(lead, delimiter, start, numeric, out);
        let join = |out: &mut Vec<Event>| {
            if !delimiter.is_empty() {
                out.push(Event::Text(delimiter.to_owned()));
            }
        };
        if !lead.is_empty() && !middle.is_empty() {
            join(out);
        }
        let at = out.len();
        self.parts(middle, delimiter, start, numeric, out);
        // Blanks and commas before the dash belong to no end.
        trim_suffix(out, at);
        out.push(Event::Text(mark));
        if end.year != 0 {
            self.parts(middle, delimiter, end, numeric, out);
        }
        if !tail.is_empty() {
            join(out);
            self.parts(tail, delimiter, end, numeric, out);
        }
    }

    fn parts(
        &mut self,
        parts: &[&DatePart],
        delimiter: &str,
        date: &DateParts,
        numeric: bool,
        out: &mut Vec<Event>,
    ) {
        let start = out.len();
        for part in parts {
            let before = out.len();
            if before > start && !delimiter.is_empty() {
                out.push(Event::Text(delimiter.to_owned()));
            }
            let at = out.len();
            let open = self.open(&part.looks, out);
            let suffix = self.part(part, date, numeric, out);
            if self.close(&part.looks, open, out) && out.len() > at {
                if suffix {
                    // The letter follows the year at once, before any affix.
                    self.suffix_after_year(at, out);
                }
            } else {
                out.truncate(before);
            }
        }
    }

    /// One part; whether a year suffix may follow.
    fn part(
        &mut self,
        part: &DatePart,
        date: &DateParts,
        numeric: bool,
        out: &mut Vec<Event>,
    ) -> bool {
        let form = part.form.as_deref();
        match part.name {
            DatePartName::Year => {
                if date.year == 0 {
                    return false;
                }
                let mut text = date.year.unsigned_abs().to_string();
                if form == Some("short") && text.len() == 4 {
                    text = text[2..].to_owned();
                }
                if date.year < 0 {
                    text.push_str(self.locale.term("bc", Form::Long, false).unwrap_or("BC"));
                } else if date.year < 1000 {
                    text.push_str(self.locale.term("ad", Form::Long, false).unwrap_or("AD"));
                }
                out.push(Event::Open(Mark::Part(Part::Year)));
                out.push(Event::Text(text));
                out.push(Event::Close);
                true
            }
            DatePartName::Month => {
                let Some(month) = date.month else {
                    return false;
                };
                let season = match month {
                    1..=12 => None,
                    13..=16 => Some(month - 12),
                    17..=20 => Some(month - 16),
                    21..=24 => Some(month - 20),
                    _ => return false,
                };
                if let Some(season) = season {
                    let name = format!("season-{season:02}");
                    let text = self.locale.term(&name, Form::Long, false);
                    out.extend(text.map(|text| Event::Text(text.to_owned())));
                    return false;
                }
                let name = || format!("month-{month:02}");
                let text = match form.unwrap_or(if numeric { "numeric" } else { "long" }) {
                    "numeric" => month.to_string(),
                    "numeric-leading-zeros" => format!("{month:02}"),
                    "short" => {
                        let text = self.locale.term(&name(), Form::Short, false);
                        text.unwrap_or_default().to_owned()
                    }
                    _ => {
                        let text = self.locale.term(&name(), Form::Long, false);
                        text.unwrap_or_default().to_owned()
                    }
                };
                super::rich::push_text(&text, out);
                false
            }
            DatePartName::Day => {
                let (Some(day), Some(month)) = (date.day, date.month) else {
                    return false;
                };
                let ordinal =
                    form == Some("ordinal") && (day == 1 || !self.locale.limit_day_ordinals);
                let text = if ordinal {
                    let gender: Gender = self.locale.gender(&format!("month-{month:02}"));
                    format!("{day}{}", self.locale.ordinal_suffix(day.into(), gender))
                } else if form == Some("numeric-leading-zeros") {
                    format!("{day:02}")
                } else {
                    day.to_string()
                };
                super::rich::push_text(&text, out);
                false
            }
        }
    }
}

/// Removes the affix that ends what was printed from `from` on.
fn trim_suffix(out: &mut Vec<Event>, from: usize) {
    while out.len() > from {
        match out.last_mut() {
            Some(Event::Text(text)) => {
                let trimmed = text.trim_end_matches([' ', ',', '\u{a0}']).len();
                text.truncate(trimmed);
                if !text.is_empty() {
                    return;
                }
                out.pop();
            }
            _ => return,
        }
    }
}

/// How a date is ordered: year, month and day, as text that sorts.
pub fn sort_text(parts: &DateParts, shown: u8) -> String {
    // Years before the common era count backwards.
    let year = i64::from(parts.year) + 500_000;
    let month = if shown >= 2 {
        parts.month.unwrap_or(0)
    } else {
        0
    };
    let day = if shown >= 3 {
        parts.day.unwrap_or(0)
    } else {
        0
    };
    format!("{year:07}{month:02}{day:02}")
}
