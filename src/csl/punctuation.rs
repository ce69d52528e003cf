//! Joins pieces of text: quotation marks, doubled punctuation and doubled blanks (CSL 1.0.2,
//! "Affixes", "punctuation-in-quote").

use super::locale::Locale;
use super::rich::{Event, Mark};

/// Which of two marks that meet is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    Both,
    First,
    Second,
}

fn joined(first: char, second: char) -> Joined {
    match (first, second) {
        (a, b) if a == b => Joined::First,
        ('!' | '?', '.' | ':') | (':', '.') | (';', ':' | '.') => Joined::First,
        (':' | ';', '!' | '?') => Joined::Second,
        ('…', '.') => Joined::First,
        _ => Joined::Both,
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?')
}

struct Tidy<'a> {
    locale: &'a Locale,
    finished: bool,
    out: Vec<Event>,
    /// The last piece of text.
    last: Option<usize>,
    /// The innermost closing quotation mark that ends the text, and the text before it.
    quote: Option<(usize, Option<usize>)>,
}

/// Writes quotation marks as text and mends what meets at the joints. What comes out holds text,
/// formatting, blocks and links only.
///
/// Where it is `finished`, affixes that meet because nothing stands between them are mended too,
/// which the CSL project's test suite doesn't ask for.
pub fn tidy(events: &[Event], locale: &Locale, finished: bool) -> Vec<Event> {
    let mut tidy = Tidy {
        locale,
        finished,
        out: Vec::with_capacity(events.len()),
        last: None,
        quote: None,
    };
    // Whether each mark that is open is printed, or is a quotation mark.
    let mut open: Vec<Option<bool>> = Vec::new();
    // Whether each quotation that is open has the outer marks.
    let mut levels: Vec<bool> = Vec::new();
    let mut guarded = false;
    for event in events {
        match event {
            Event::Text(text) if text.is_empty() => {}
            Event::Text(text) => {
                tidy.text(text, guarded);
                guarded = false;
            }
            Event::Guard => guarded = true,
            Event::Open(mark @ (Mark::Quote | Mark::Inner)) => {
                let outer = levels.last().map_or(*mark == Mark::Quote, |outer| !outer);
                levels.push(outer);
                let quotes = &locale.quotes;
                tidy.text(
                    if outer {
                        &quotes.open
                    } else {
                        &quotes.inner_open
                    },
                    true,
                );
                open.push(Some(true));
            }
            Event::Open(Mark::NoCase | Mark::Part(_)) => open.push(None),
            Event::Open(mark) => {
                if matches!(mark, Mark::Display(_)) {
                    tidy.last = None;
                    tidy.quote = None;
                }
                tidy.out.push(Event::Open(mark.clone()));
                open.push(Some(false));
            }
            Event::Close => match open.pop() {
                Some(Some(true)) => {
                    let quotes = &locale.quotes;
                    let outer = levels.pop().unwrap_or(true);
                    tidy.close_quote(if outer {
                        &quotes.close
                    } else {
                        &quotes.inner_close
                    });
                }
                Some(Some(false)) => tidy.out.push(Event::Close),
                _ => {}
            },
        }
    }
    tidy.out
}

impl Tidy<'_> {
    fn last_char(&self) -> Option<char> {
        match self.out.get(self.last?)? {
            Event::Text(text) => text.chars().next_back(),
            _ => None,
        }
    }

    fn char_of(&self, at: Option<usize>) -> Option<char> {
        match self.out.get(at?)? {
            Event::Text(text) => text.chars().next_back(),
            _ => None,
        }
    }

    fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.last = Some(self.out.len());
        self.quote = None;
        self.out.push(Event::Text(text.to_owned()));
    }

    fn close_quote(&mut self, mark: &str) {
        let before = self.last;
        let inner = self.quote;
        self.push(mark);
        // Behind two closing marks, punctuation goes inside of both.
        self.quote = match (inner, self.last) {
            (Some(inner), _) => Some(inner),
            (None, Some(last)) => Some((last, before)),
            (None, None) => None,
        };
    }

    fn text(&mut self, text: &str, guarded: bool) {
        if guarded {
            self.push(text);
            return;
        }
        let mut rest = text;
        if rest.starts_with(' ') && self.last_char() == Some(' ') {
            rest = &rest[1..];
        }
        if self.finished && rest.starts_with([',', '.', ';', ':']) {
            rest = self.after_blank(rest);
        }
        while let Some(c) = rest.chars().next().filter(|c| is_mark(*c)) {
            let tail = &rest[c.len_utf8()..];
            if let Some((at, before)) = self.quote {
                let inner = self.char_of(before);
                let joined = inner.map_or(Joined::Both, |inner| joined(inner, c));
                if joined == Joined::First {
                    rest = tail;
                    continue;
                }
                let moves = self.locale.punctuation_in_quote && matches!(c, '.' | ',' | '!' | '?');
                if !moves {
                    break;
                }
                if joined == Joined::Second {
                    self.pop_char(before);
                }
                self.out.insert(at, Event::Text(c.to_string()));
                self.last = self.last.map(|last| last + 1);
                self.quote = Some((at + 1, Some(at)));
                rest = tail;
                continue;
            }
            let Some(last) = self
                .last_char()
                .filter(|last| is_mark(*last) || *last == '…')
            else {
                break;
            };
            let joined = match (last, c) {
                (',', '.') if self.finished => Joined::Second,
                (last, c) => joined(last, c),
            };
            match joined {
                Joined::First => rest = tail,
                Joined::Second => {
                    self.pop_char(self.last);
                    self.restore();
                    // The mark may go inside of a quotation mark now.
                }
                Joined::Both => break,
            }
        }
        self.push(rest);
    }

    /// A mark that follows a blank: behind an affix such as ". " there is no place for it; any other
    /// blank goes. Gives back what is left to print.
    fn after_blank<'b>(&mut self, rest: &'b str) -> &'b str {
        let Some(Event::Text(last)) = self.last.and_then(|at| self.out.get_mut(at)) else {
            return rest;
        };
        let is_affix = |text: &str| {
            let mut chars = text.chars();
            chars.next().is_some_and(is_mark) && chars.next().is_none()
        };
        let trimmed = last.trim_end_matches(' ');
        if trimmed.len() == last.len() {
            return rest;
        }
        if is_affix(trimmed) {
            return rest[1..].trim_start_matches(' ');
        }
        let kept = trimmed.len();
        last.truncate(kept);
        if kept > 0 {
            return rest;
        }
        self.restore();
        match self.last.and_then(|at| self.out.get(at)) {
            Some(Event::Text(before)) if is_affix(before) => {
                let rest = rest[1..].trim_start_matches(' ');
                self.push(" ");
                rest
            }
            _ => rest,
        }
    }

    fn pop_char(&mut self, at: Option<usize>) {
        if let Some(Event::Text(text)) = at.and_then(|at| self.out.get_mut(at)) {
            text.pop();
        }
    }

    /// Looks anew for what ends the text, after a mark was taken away.
    fn restore(&mut self) {
        let Some(at) = self.last else { return };
        let empty = matches!(self.out.get(at), Some(Event::Text(text)) if text.is_empty());
        if !empty {
            return;
        }
        let texts = |from: usize, out: &[Event]| {
            (0..from)
                .rev()
                .find(|n| matches!(out.get(*n), Some(Event::Text(text)) if !text.is_empty()))
        };
        self.last = texts(at, &self.out);
        let quotes = &self.locale.quotes;
        if let Some(last) = self.last
            && let Some(Event::Text(text)) = self.out.get(last)
            && (*text == quotes.close || *text == quotes.inner_close)
        {
            self.quote = Some((last, texts(last, &self.out)));
        }
    }
}
