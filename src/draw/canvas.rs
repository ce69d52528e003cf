//! A surface to draw on: rectangles, lines and texts as SVG, mirrored where a page is read from
//! right to left.

use std::fmt::Write;

use crate::text::escape_into;

/// Which side of a text stands at its place; `Start` is the side where a line of text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The text begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// The height of a line of text.
pub const LINE: f64 = 17.0;

/// A drawing in the making. Sides are named as if it were read from left to right.
pub struct Canvas<'a> {
    /// Its width.
    pub width: f64,
    /// Its height so far; what is drawn last decides.
    pub height: f64,
    mirrored: bool,
    id: &'a str,
    out: String,
    /// Which series' patterns are asked for.
    patterns: [bool; super::SERIES],
}

impl<'a> Canvas<'a> {
    /// An empty one.
    pub fn new(width: f64, mirrored: bool, id: &'a str) -> Canvas<'a> {
        Canvas {
            width,
            height: 0.0,
            mirrored,
            id,
            out: String::new(),
            patterns: [false; super::SERIES],
        }
    }

    fn x(&self, x: f64) -> f64 {
        if self.mirrored { self.width - x } else { x }
    }

    /// A rectangle of a series, with its pattern, and what it says when it is pointed at.
    pub fn bar(&mut self, [x, y, width, height]: [f64; 4], series: usize, tip: &str) {
        let series = series % super::SERIES;
        self.patterns[series] = true;
        let x = if self.mirrored {
            self.width - x - width
        } else {
            x
        };
        let _ = write!(
            self.out,
            "<rect class=\"chart-bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"url(#{}-{})\">",
            Short(x),
            Short(y),
            Short(width.max(0.0)),
            Short(height.max(0.0)),
            self.id,
            series + 1,
        );
        self.tip(tip);
        self.out.push_str("</rect>");
    }

    /// A rectangle of a class.
    pub fn plate(&mut self, [x, y, width, height]: [f64; 4], class: &str, tip: &str) {
        let x = if self.mirrored {
            self.width - x - width
        } else {
            x
        };
        let _ = write!(
            self.out,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\">",
            Short(x),
            Short(y),
            Short(width),
            Short(height)
        );
        self.tip(tip);
        self.out.push_str("</rect>");
    }

    fn tip(&mut self, tip: &str) {
        if !tip.is_empty() {
            self.out.push_str("<title>");
            escape_into(&mut self.out, tip);
            self.out.push_str("</title>");
        }
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let _ = write!(
            self.out,
            "<line class=\"{class}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
            Short(self.x(from.0)),
            Short(from.1),
            Short(self.x(to.0)),
            Short(to.1)
        );
    }

    /// A line through points, dashed as its series is.
    pub fn path(&mut self, points: &[(f64, f64)], series: usize) {
        let Some((first, rest)) = points.split_first() else {
            return;
        };
        let series = series % super::SERIES;
        let _ = write!(
            self.out,
            "<path class=\"chart-line chart-line-{}\"",
            series + 1
        );
        if let Some(dashes) = DASHES[series] {
            let _ = write!(self.out, " stroke-dasharray=\"{dashes}\"");
        }
        let _ = write!(
            self.out,
            " d=\"M{} {}",
            Short(self.x(first.0)),
            Short(first.1)
        );
        for (x, y) in rest {
            let _ = write!(self.out, "L{} {}", Short(self.x(*x)), Short(*y));
        }
        self.out.push_str("\"/>");
    }

    /// The sign of a series.
    pub fn sign(&mut self, (x, y): (f64, f64), size: f64, series: usize, class: &str, tip: &str) {
        let _ = write!(
            self.out,
            "<path class=\"{class}\" transform=\"translate({} {}) scale({})\" d=\"{}\">",
            Short(self.x(x)),
            Short(y),
            Short(size / 10.0),
            SIGNS[series % super::SERIES]
        );
        self.tip(tip);
        self.out.push_str("</path>");
    }

    /// A line of text whose foot is at `y`.
    pub fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, text: &str) {
        // The drawing's own direction is always from left to right, so sides are as named in SVG.
        let anchor = match (anchor, self.mirrored) {
            (Anchor::Middle, _) => "middle",
            (Anchor::Start, false) | (Anchor::End, true) => "start",
            (Anchor::End, false) | (Anchor::Start, true) => "end",
        };
        let _ = write!(
            self.out,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">",
            Short(self.x(x)),
            Short(y)
        );
        escape_into(&mut self.out, text);
        self.out.push_str("</text>");
    }

    /// What the patterns or the lines of several series mean, in as many lines as it needs.
    pub fn key(&mut self, names: &[&str], lines: bool) {
        if names.is_empty() {
            return;
        }
        const SWATCH: f64 = 22.0;
        let (mut x, mut y) = (0.0, self.height);
        for (series, name) in names.iter().enumerate() {
            let name = fitted(name, self.width - SWATCH - 6.0);
            let width = SWATCH + 6.0 + measure(&name);
            if x > 0.0 && x + width > self.width {
                (x, y) = (0.0, y + LINE + 3.0);
            }
            if lines {
                self.path(&[(x, y + 8.0), (x + SWATCH, y + 8.0)], series);
                let class = format!("chart-sign chart-sign-{}", series % super::SERIES + 1);
                self.sign((x + SWATCH / 2.0, y + 8.0), 9.0, series, &class, "");
            } else {
                self.bar([x, y + 2.0, SWATCH, 12.0], series, "");
            }
            self.text(
                (x + SWATCH + 6.0, y + 12.5),
                Anchor::Start,
                "chart-name",
                &name,
            );
            x += width + 18.0;
        }
        self.height = y + LINE + 8.0;
    }

    /// The whole drawing.
    pub fn finish(self, title: &str, description: &str) -> String {
        let id = self.id;
        let mut out = String::with_capacity(self.out.len() + 1000);
        let _ = write!(
            out,
            "<svg class=\"chart-drawing\" xmlns=\"http://www.w3.org/2000/svg\" direction=\"ltr\" width=\"{}\" viewBox=\"0 0 {} {}\"",
            Short(self.width),
            Short(self.width),
            Short(self.height.max(1.0).ceil())
        );
        if title.is_empty() {
            out.push_str(" aria-hidden=\"true\">");
        } else {
            let _ = write!(out, " role=\"img\" aria-labelledby=\"{id}-title\"");
            if !description.is_empty() {
                let _ = write!(out, " aria-describedby=\"{id}-desc\"");
            }
            let _ = write!(out, "><title id=\"{id}-title\">");
            escape_into(&mut out, title);
            out.push_str("</title>");
            if !description.is_empty() {
                let _ = write!(out, "<desc id=\"{id}-desc\">");
                escape_into(&mut out, description);
                out.push_str("</desc>");
            }
        }
        if self.patterns.contains(&true) {
            out.push_str("<defs>");
            for (series, _) in self.patterns.iter().enumerate().filter(|(_, used)| **used) {
                let number = series + 1;
                let _ = write!(
                    out,
                    "<pattern id=\"{id}-{number}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect class=\"chart-fill-{number}\" width=\"8\" height=\"8\"/>{}</pattern>",
                    PATTERNS[series]
                );
            }
            out.push_str("</defs>");
        }
        out.push_str(&self.out);
        out.push_str("</svg>");
        out
    }
}

/// What lies over the colour of each series.
const PATTERNS: [&str; super::SERIES] = [
    "",
    "<path class=\"chart-hatch\" d=\"M-2 6L2 10M-2 -2L10 10M6 -2L10 2\"/>",
    "<circle class=\"chart-dot\" cx=\"2\" cy=\"2\" r=\"1.3\"/><circle class=\"chart-dot\" cx=\"6\" cy=\"6\" r=\"1.3\"/>",
    "<path class=\"chart-hatch\" d=\"M0 2H8M0 6H8\"/>",
    "<path class=\"chart-hatch\" d=\"M-2 2L2 -2M-2 10L10 -2M6 10L10 6\"/>",
    "<path class=\"chart-hatch\" d=\"M2 0V8M0 6H8\"/>",
];

const DASHES: [Option<&str>; super::SERIES] = [
    None,
    Some("7 4"),
    Some("2 4"),
    Some("10 3 2 3"),
    Some("14 4"),
    Some("4 3"),
];

/// A circle, a square, a triangle, a diamond, a cross, a bar: ten wide, around the middle.
const SIGNS: [&str; super::SERIES] = [
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
    "M-4.4 -4.4h8.8v8.8h-8.8z",
    "M0 -5.4L5.2 4.2H-5.2z",
    "M0 -6L5.4 0L0 6L-5.4 0z",
    "M-1.7 -5.2h3.4v3.5h3.5v3.4h-3.5v3.5h-3.4v-3.5h-3.5v-3.4h3.5z",
    "M-5.4 -2.2h10.8v4.4h-10.8z",
];

/// A number for SVG, with one decimal at most.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (self.0 * 10.0).round() / 10.0;
        // Minus nought is nought.
        write!(formatter, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

/// A place moved between two bounds; where they cross, the lower one counts.
pub fn within(place: f64, low: f64, high: f64) -> f64 {
    place.min(high).max(low)
}

/// About how wide a text is, 13 high; rather too wide, as fonts differ.
pub fn measure(text: &str) -> f64 {
    let widths = text.chars().map(|c| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '’' | '|' | '!' => 0.32,
        'f' | 't' | 'r' | ' ' | '(' | ')' | '-' | '\u{a0}' => 0.4,
        '\u{202f}' => 0.25,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' => 0.92,
        '0'..='9' | '–' => 0.6,
        c if c.is_uppercase() => 0.7,
        // Scripts whose letters are as wide as high.
        '\u{1100}'..='\u{11ff}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ff60}' => 1.05,
        _ => 0.58,
    });
    widths.sum::<f64>() * 13.0
}

/// A text, cut so that it fits.
pub fn fitted(text: &str, width: f64) -> String {
    if measure(text) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if measure(&cut) + 13.0 > width {
            cut.pop();
            break;
        }
    }
    format!("{}…", cut.trim_end())
}

/// A text in lines that fit, two at most.
pub fn wrapped(text: &str, width: f64) -> Vec<String> {
    if measure(text) <= width {
        return vec![text.to_owned()];
    }
    let mut first = String::new();
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.peek() {
        let longer = if first.is_empty() {
            (*word).to_owned()
        } else {
            format!("{first} {word}")
        };
        if measure(&longer) > width {
            break;
        }
        first = longer;
        words.next();
    }
    let rest: Vec<&str> = words.collect();
    match (first.is_empty(), rest.is_empty()) {
        (true, _) => vec![fitted(text, width)],
        (_, true) => vec![first],
        _ => vec![first, fitted(&rest.join(" "), width)],
    }
}
