//! Formatted text: pieces of text, and marks that open and close around them.

/// What may stand in a row of formatted text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// A piece of text. Pieces that meet were joined by the style, so that punctuation between
    /// them is looked at; within a piece it is the author's.
    Text(String),
    Open(Mark),
    /// Closes what was opened last.
    Close,
    /// Says that the next piece belongs to the one before: the author wrote both, so punctuation
    /// between them stays.
    Guard,
}

/// What opens around text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Formatting.
    Fmt(Fmt),
    /// Quotation marks.
    Quote,
    /// Quotation marks that the author chose to be inner ones.
    Inner,
    /// Text whose case is not changed.
    NoCase,
    /// Text that takes no formatting from around it.
    NoDecor,
    /// A block of a bibliography's entry.
    Display(Display),
    /// A link.
    Link(String),
    /// What a cluster prints of one item, by its index, without the author's words around it.
    Cite(usize),
    /// A part that the processor looks for later on.
    Part(Part),
}

/// Parts that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// All that `cs:names` prints.
    Names,
    /// The names of one variable.
    NameList,
    /// One name.
    Name,
    /// The letter behind a year.
    YearSuffix,
    /// A year, where the letter may stand.
    Year,
    /// A citation number.
    CitationNumber,
    Locator,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Display {
    Block,
    LeftMargin,
    RightInline,
    Indent,
}

/// Formatting (CSL 1.0.2, "Formatting"); `None` where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Fmt {
    pub italic: Option<FontStyle>,
    pub small_caps: Option<bool>,
    pub weight: Option<FontWeight>,
    pub underline: Option<bool>,
    pub vertical: Option<Vertical>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FontStyle {
    Normal,
    Italic,
    Oblique,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FontWeight {
    Normal,
    Bold,
    Light,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Vertical {
    Baseline,
    Sup,
    Sub,
}

impl Fmt {
    pub fn is_empty(&self) -> bool {
        *self == Fmt::default()
    }
}

/// Whether there is any text.
pub fn is_blank(events: &[Event]) -> bool {
    !events
        .iter()
        .any(|event| matches!(event, Event::Text(text) if !text.is_empty()))
}

/// The text without its formatting.
pub fn bare(events: &[Event]) -> String {
    let mut out = String::new();
    for event in events {
        if let Event::Text(text) = event {
            out.push_str(text);
        }
    }
    out
}

/// Where the mark that opens at `at` closes.
pub fn closing(events: &[Event], at: usize) -> usize {
    let mut depth = 0usize;
    for (n, event) in events.iter().enumerate().skip(at) {
        match event {
            Event::Open(_) => depth += 1,
            Event::Close => depth = depth.saturating_sub(1),
            Event::Text(_) | Event::Guard => {}
        }
        if depth == 0 {
            return n;
        }
    }
    events.len().saturating_sub(1)
}

/// Where the mark was opened that closes at `at`.
pub fn opening(events: &[Event], at: usize) -> Option<usize> {
    let mut open = Vec::new();
    for (n, event) in events.iter().enumerate().take(at + 1) {
        match event {
            Event::Open(_) => open.push(n),
            Event::Close if n == at => return open.pop(),
            Event::Close => {
                open.pop();
            }
            Event::Text(_) | Event::Guard => {}
        }
    }
    None
}

/// What stands inside of the first part of a kind, from `from` on: its opening and closing marks.
pub fn find(events: &[Event], part: Part, from: usize) -> Option<(usize, usize)> {
    let open = events
        .iter()
        .skip(from)
        .position(|event| *event == Event::Open(Mark::Part(part)))?
        + from;
    Some((open, closing(events, open)))
}

/// The raised letters of Unicode, which are printed as formatting, and what they stand for.
const RAISED: &[(&str, &str)] = &[
    ("ªᵃ", "a"),
    ("²", "2"),
    ("³", "3"),
    ("¹", "1"),
    ("ºᵒ", "o"),
    ("ʰ", "h"),
    ("ʱ", "ɦ"),
    ("ʲ", "j"),
    ("ʳ", "r"),
    ("ʴ", "ɹ"),
    ("ʵ", "ɻ"),
    ("ʶ", "ʁ"),
    ("ʷ", "w"),
    ("ʸ", "y"),
    ("ˠ", "ɣ"),
    ("ˡ", "l"),
    ("ˢ", "s"),
    ("ˣ", "x"),
    ("ˤ", "ʕ"),
    ("ᴬ", "A"),
    ("ᴭ", "Æ"),
    ("ᴮ", "B"),
    ("ᴰ", "D"),
    ("ᴱ", "E"),
    ("ᴲ", "Ǝ"),
    ("ᴳ", "G"),
    ("ᴴ", "H"),
    ("ᴵ", "I"),
    ("ᴶ", "J"),
    ("ᴷ", "K"),
    ("ᴸ", "L"),
    ("ᴹ", "M"),
    ("ᴺ", "N"),
    ("ᴼ", "O"),
    ("ᴽ", "Ȣ"),
    ("ᴾ", "P"),
    ("ᴿ", "R"),
    ("ᵀ", "T"),
    ("ᵁ", "U"),
    ("ᵂ", "W"),
    ("ᵄ", "ɐ"),
    ("ᵅ", "ɑ"),
    ("ᵆ", "ᴂ"),
    ("ᵇ", "b"),
    ("ᵈ", "d"),
    ("ᵉ", "e"),
    ("ᵊ", "ə"),
    ("ᵋ", "ɛ"),
    ("ᵌ", "ɜ"),
    ("ᵍ", "g"),
    ("ᵏ", "k"),
    ("ᵐ", "m"),
    ("ᵑ", "ŋ"),
    ("ᵓ", "ɔ"),
    ("ᵔ", "ᴖ"),
    ("ᵕ", "ᴗ"),
    ("ᵖ", "p"),
    ("ᵗ", "t"),
    ("ᵘ", "u"),
    ("ᵙ", "ᴝ"),
    ("ᵚ", "ɯ"),
    ("ᵛ", "v"),
    ("ᵜ", "ᴥ"),
    ("ᵝ", "β"),
    ("ᵞ", "γ"),
    ("ᵟ", "δ"),
    ("ᵠ", "φ"),
    ("ᵡ", "χ"),
    ("⁰", "0"),
    ("ⁱ", "i"),
    ("⁴", "4"),
    ("⁵", "5"),
    ("⁶", "6"),
    ("⁷", "7"),
    ("⁸", "8"),
    ("⁹", "9"),
    ("⁺", "+"),
    ("⁻", "−"),
    ("⁼", "="),
    ("⁽", "("),
    ("⁾", ")"),
    ("ⁿ", "n"),
    ("℠", "SM"),
    ("™", "TM"),
    ("㆒", "一"),
    ("㆓", "二"),
    ("㆔", "三"),
    ("㆕", "四"),
    ("㆖", "上"),
    ("㆗", "中"),
    ("㆘", "下"),
    ("㆙", "甲"),
    ("㆚", "乙"),
    ("㆛", "丙"),
    ("㆜", "丁"),
    ("㆝", "天"),
    ("㆞", "地"),
    ("㆟", "人"),
    ("ˀ", "ʔ"),
    ("ˁ", "ʕ"),
    ("ۥ", "و"),
    ("ۦ", "ي"),
];

/// Text with its figures and signs as the raised ones of Unicode.
pub fn raised_figures(text: &str) -> String {
    let raised = |c: char| {
        let figure = !c.is_alphabetic();
        let known = RAISED.iter().find(|(_, to)| figure && to.starts_with(c));
        known.and_then(|(from, _)| from.chars().next()).unwrap_or(c)
    };
    text.chars().map(raised).collect()
}

const SUP: Fmt = Fmt {
    italic: None,
    small_caps: None,
    weight: None,
    underline: None,
    vertical: Some(Vertical::Sup),
};

/// Adds text without tags; raised letters become formatting.
pub fn push_text(text: &str, out: &mut Vec<Event>) {
    if text.is_empty() {
        return;
    }
    let raised = |c: char| {
        if (c as u32) < 0xAA {
            return None;
        }
        RAISED
            .iter()
            .find(|(from, _)| from.contains(c))
            .map(|(_, to)| *to)
    };
    if text.is_ascii() || !text.chars().any(|c| raised(c).is_some()) {
        out.push(Event::Text(text.to_owned()));
        return;
    }
    let mut plain = String::new();
    let flush = |plain: &mut String, out: &mut Vec<Event>| {
        if !plain.is_empty() {
            out.push(Event::Text(std::mem::take(plain)));
        }
    };
    for c in text.chars() {
        match raised(c) {
            Some(to) => {
                flush(&mut plain, out);
                out.push(Event::Open(Mark::Fmt(SUP)));
                out.push(Event::Text(to.to_owned()));
                out.push(Event::Close);
            }
            None => plain.push(c),
        }
    }
    flush(&mut plain, out);
}
