//! Turns LaTeX, as the `biblatex` crate leaves it, into the plain text with a few tags that CSL
//! takes.

use std::borrow::Cow;

use biblatex::{Chunk, Chunks, ChunksExt, ChunksRef, Person};

use crate::csl::Name;

/// Characters that a command such as `\textbackslash` stands for and that mean something to TeX, to
/// the crate or to this module. Until all is read, others stand for them, which Unicode keeps free
/// for a program's own use.
const LITERAL: [(char, char); 6] = [
    ('\u{fdd0}', '\\'),
    ('\u{fdd1}', '{'),
    ('\u{fdd2}', '}'),
    ('\u{fdd3}', '~'),
    ('\u{fdd4}', '\''),
    ('\u{fdd5}', '`'),
];

/// Puts the characters of [`LITERAL`] in place.
fn literal(text: String) -> String {
    let free = |c: char| LITERAL.iter().find(|(free, _)| *free == c);
    if !text.contains(|c| free(c).is_some()) {
        return text;
    }
    let chars = text.chars();
    chars.map(|c| free(c).map_or(c, |(_, c)| *c)).collect()
}

/// Commands that change how their argument is set. Braces in it protect the letter case.
fn is_setting(name: &str) -> bool {
    tag_of(name).is_some() || matches!(name, "enquote" | "mkbibquote" | "textquote" | "mkbibparens")
}

/// The tag of CSL-JSON for a command.
fn tag_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "emph" | "textit" | "textsl" | "mkbibemph" | "mkbibitalic" => "i",
        "textbf" | "mkbibbold" => "b",
        "textsc" => "sc",
        "textsuperscript" | "mkbibsuperscript" => "sup",
        "textsubscript" | "mkbibsubscript" => "sub",
        _ => return None,
    })
}

/// Gives the braces in an argument that protect the letter case a name, since the crate forgets them
/// there.
fn named_braces(text: &str) -> Cow<'_, str> {
    if !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut math = false;
    for (at, c) in text.char_indices() {
        math ^= c == '$' && !text[..at].ends_with('\\');
        if c == '{' && !math && !is_argument(&text[..at]) {
            out.push_str("\\nocase");
        }
        out.push(c);
    }
    Cow::Owned(out)
}

/// Whether a brace behind this text opens the argument of a command: `\emph`, `\"`.
fn is_argument(before: &str) -> bool {
    let word = before.trim_end_matches(is_letter);
    let accents = ['\'', '`', '^', '"', '~', '=', '.'];
    match word.len() < before.len() {
        true => word.ends_with('\\'),
        false => before
            .strip_suffix(accents)
            .is_some_and(|before| before.ends_with('\\')),
    }
}

/// Carries out what the crate doesn't know or takes for text: commands of two arguments, of which
/// the first says nothing to a reader, spaces, signs, and accents over a dotless letter.
pub fn prepare(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let len = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
        if out.ends_with('{')
            && let Some(end) = special(&rest[at..])
        {
            // Braces around one letter with its command don't protect it ("BibTeXing", 4).
            out.pop();
            out.push_str(&prepare(&rest[at..at + end]));
            if len == end - 1 {
                out.push_str("{}");
            }
            rest = &rest[at + end + 1..];
            continue;
        }
        let (name, after) = behind.split_at(len);
        rest = after;
        match name {
            "" => {
                let mut chars = behind.chars();
                let sign = chars.next();
                rest = chars.as_str();
                match sign {
                    Some(' ' | '\n' | '\t') => out.push(' '),
                    Some(',' | ':' | ';') => out.push('\u{2009}'),
                    Some('/' | '!' | '@') => {}
                    Some('{') => out.push('\u{fdd1}'),
                    Some('}') => out.push('\u{fdd2}'),
                    Some('~') if rest.starts_with("{}") => {
                        out.push('\u{fdd3}');
                        rest = &rest[2..];
                    }
                    Some(accent @ ('\'' | '`' | '^' | '"' | '~' | '=' | '.')) => {
                        out.push('\\');
                        out.push(accent);
                        // An accent over a letter without its dot: \'\i.
                        let letter = rest.strip_prefix("\\i").or(rest.strip_prefix("\\j"));
                        if let Some(after) = letter.filter(|after| !after.starts_with(is_letter)) {
                            let dotted = if rest.starts_with("\\i") {
                                "{i}"
                            } else {
                                "{j}"
                            };
                            out.push_str(dotted);
                            rest = after.strip_prefix(' ').unwrap_or(after);
                        }
                    }
                    Some(other) => {
                        out.push('\\');
                        out.push(other);
                    }
                    None => out.push('\\'),
                }
            }
            "href" | "foreignlanguage" | "textcolor" | "textlang" | "hyperref" | "fontsize" => {
                rest = argument(rest).unwrap_or(rest);
            }
            "footnote" | "hspace" | "vspace" | "label" | "index" | "thanks" => {
                rest = argument(rest.strip_prefix('*').unwrap_or(rest)).unwrap_or(rest);
            }
            name if is_setting(name) && rest.starts_with('{') => {
                out.push('\\');
                out.push_str(name);
                if let Some(end) = closing(&rest[1..]) {
                    let inner = prepare(&rest[1..=end]);
                    out.push('{');
                    out.push_str(&named_braces(&inner));
                    out.push('}');
                    rest = &rest[end + 2..];
                }
            }
            name => match sign(name) {
                Some(sign) => {
                    out.push_str(sign);
                    let after = rest.strip_prefix("{}");
                    rest = after.or(rest.strip_prefix(' ')).unwrap_or(rest);
                }
                None => {
                    out.push('\\');
                    out.push_str(name);
                    rest = rest
                        .strip_prefix('*')
                        .filter(|r| r.starts_with('{'))
                        .unwrap_or(rest);
                }
            },
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
}

/// Where the brace closes that is open before a text that is one letter: `\"o`, `\v S`, `\ss`.
fn special(text: &str) -> Option<usize> {
    let end = closing(text).filter(|end| (2..=8).contains(end))?;
    let inner = text.get(1..end)?;
    let letters = inner.trim_start_matches(is_letter);
    let name = &inner[..inner.len() - letters.len()];
    let one = match name {
        "" => inner.starts_with(['\'', '`', '^', '"', '~', '=', '.']),
        "v" | "c" | "k" | "H" | "r" | "u" | "d" | "b" | "t" => !letters.is_empty(),
        "ss" | "ae" | "AE" | "oe" | "OE" | "o" | "O" | "l" | "L" | "aa" | "AA" | "i" | "j"
        | "dh" | "DH" | "th" | "TH" | "dj" | "DJ" | "ng" | "NG" => letters.is_empty(),
        _ => false,
    };
    let rest = inner.chars().filter(|c| c.is_alphabetic()).count();
    (one && (!name.is_empty() || rest <= 2)).then_some(end)
}

/// What follows an argument in braces.
fn argument(text: &str) -> Option<&str> {
    let inner = text.trim_start().strip_prefix('{')?;
    inner.get(closing(inner)? + 1..)
}

/// Signs that the crate has no name for.
fn sign(name: &str) -> Option<&'static str> {
    Some(match name {
        "dag" | "textdagger" => "†",
        "ddag" | "textdaggerdbl" => "‡",
        "textdegree" | "degree" => "°",
        "quad" | "qquad" | "space" => " ",
        "thinspace" => "\u{2009}",
        "textnumero" => "№",
        "textperiodcentered" | "textcdot" => "·",
        "textasteriskcentered" => "*",
        "bullet" | "textbullet" => "•",
        "times" | "texttimes" => "×",
        "textonehalf" => "½",
        "textonequarter" => "¼",
        "textthreequarters" => "¾",
        "textbackslash" => "\u{fdd0}",
        "textbraceleft" | "lbrace" => "\u{fdd1}",
        "textbraceright" | "rbrace" => "\u{fdd2}",
        "textasciitilde" => "\u{fdd3}",
        "textquotesingle" => "\u{fdd4}",
        "textasciigrave" => "\u{fdd5}",
        _ => return None,
    })
}

/// Whether braces that protect a word's letter case are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// As `<span class="nocase">`, in titles.
    Keep,
    /// They mean nothing.
    Free,
}

/// A field's text with tags.
pub fn text(chunks: ChunksRef<'_>, case: Case) -> String {
    let mut out = String::new();
    for chunk in chunks {
        match &chunk.v {
            Chunk::Normal(text) => commands(text, case, 0, &mut out),
            Chunk::Math(text) => math(text, &mut out),
            Chunk::Verbatim(text) => {
                // The old form of a command: {\em words}.
                let old = [
                    ("\\em ", "i"),
                    ("\\it ", "i"),
                    ("\\itshape ", "i"),
                    ("\\bf ", "b"),
                    ("\\sc ", "sc"),
                ];
                if let Some((rest, tag)) = old
                    .iter()
                    .find_map(|(c, t)| Some((text.strip_prefix(c)?, t)))
                {
                    tagged(tag, rest, case, 0, &mut out);
                } else if case == Case::Keep && text.chars().any(char::is_alphabetic) {
                    out.push_str("<span class=\"nocase\">");
                    commands(text, Case::Free, 0, &mut out);
                    out.push_str("</span>");
                } else {
                    commands(text, Case::Free, 0, &mut out);
                }
            }
        }
    }
    let quoted = typeset(&out);
    let words = quoted
        .split([' ', '\n', '\t', '\r'])
        .filter(|word| !word.is_empty());
    literal(words.collect::<Vec<_>>().join(" "))
}

/// What TeX prints for its quotation marks and its tie.
fn typeset(text: &str) -> String {
    let double = text.replace("``", "“").replace("''", "”");
    double
        .replace('`', "‘")
        .replace('\'', "’")
        .replace('~', "\u{a0}")
}

/// A field's text as it stands, for addresses and numbers.
pub fn bare(chunks: ChunksRef<'_>) -> String {
    let text = chunks.format_verbatim();
    let mut out = String::new();
    commands(text.trim(), Case::Free, 0, &mut out);
    literal(strip_tags(&out))
}

fn strip_tags(text: &str) -> String {
    let mut out = text.to_owned();
    for tag in [
        "<i>", "</i>", "<b>", "</b>", "<sc>", "</sc>", "<sup>", "</sup>", "<sub>", "</sub>",
    ] {
        if out.contains(tag) {
            out = out.replace(tag, "");
        }
    }
    out
}

fn tagged(tag: &str, text: &str, case: Case, depth: usize, out: &mut String) {
    out.push_str(&format!("<{tag}>"));
    commands(text, case, depth + 1, out);
    out.push_str(&format!("</{tag}>"));
}

/// How deep commands may be nested; the scanner allows no deeper braces.
const DEPTH: usize = 60;

/// Carries out the commands that the crate leaves standing as `\name{text}`. Commands that aren't
/// known leave their text.
fn commands(text: &str, case: Case, depth: usize, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let len = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        if len == 0 {
            out.push('\\');
            continue;
        }
        let name = &rest[..len];
        rest = &rest[len..];
        let Some(end) = rest
            .strip_prefix('{')
            .and_then(closing)
            .filter(|_| depth < DEPTH)
        else {
            out.push_str(match name {
                "ldots" | "textellipsis" => "…",
                "slash" => "/",
                "bibrangedash" => "–",
                _ => "",
            });
            // The blank behind a command ends it and is no blank.
            rest = rest.strip_prefix(' ').unwrap_or(rest);
            continue;
        };
        let inner = &rest[1..=end];
        rest = &rest[end + 2..];
        match name {
            "enquote" | "mkbibquote" | "textquote" => {
                out.push('“');
                commands(inner, case, depth + 1, out);
                out.push('”');
            }
            "mkbibparens" => {
                out.push('(');
                commands(inner, case, depth + 1, out);
                out.push(')');
            }
            "nocase" if case == Case::Keep && inner.contains(char::is_alphabetic) => {
                out.push_str("<span class=\"nocase\">");
                commands(inner, Case::Free, depth + 1, out);
                out.push_str("</span>");
            }
            name => match tag_of(name) {
                Some(tag) => tagged(tag, inner, case, depth, out),
                None => commands(inner, case, depth + 1, out),
            },
        }
    }
    out.push_str(rest);
}

/// Where the brace that is open at the beginning of `text` closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Mathematics: raised and lowered text; of the rest what can be read.
fn math(text: &str, out: &mut String) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let tag = match c {
            '^' => "sup",
            '_' => "sub",
            '{' | '}' | '\\' => continue,
            c => {
                out.push(c);
                continue;
            }
        };
        let inner: String = if chars.next_if_eq(&'{').is_some() {
            let mut inner = String::new();
            for c in chars.by_ref() {
                if c == '}' {
                    break;
                }
                inner.push(c);
            }
            inner
        } else {
            chars.next().into_iter().collect()
        };
        let inner: String = inner.chars().filter(|c| !matches!(c, '{' | '\\')).collect();
        out.push_str(&format!("<{tag}>{inner}</{tag}>"));
    }
}

/// A list of names, divided by `and` (*The biblatex package*, 3.4). A name in braces is an
/// institution. `useprefix` says whether "von" belongs to the family name (3.1.3).
pub fn names(chunks: ChunksRef<'_>, useprefix: bool) -> Vec<Name> {
    let list: Vec<Chunks> = chunks.parse().unwrap_or_default();
    let names = list.iter().map(|chunks| name(chunks, useprefix));
    names
        .filter(|name| !name.family.is_empty() || name.given.is_some())
        .collect()
}

fn name(chunks: ChunksRef<'_>, useprefix: bool) -> Name {
    let mut words = chunks
        .iter()
        .filter(|chunk| !chunk.v.get().trim().is_empty());
    let plain = |text: &str| {
        let mut out = String::new();
        commands(text.trim(), Case::Free, 0, &mut out);
        literal(typeset(&strip_tags(&out)))
    };
    if let (Some(Chunk::Verbatim(text)), None) = (words.next().map(|chunk| &chunk.v), words.next())
    {
        return Name {
            family: plain(text),
            literal: true,
            ..Name::default()
        };
    }
    let person = Person::parse(chunks);
    let some = |text: &str| Some(plain(text)).filter(|text| !text.is_empty());
    let prefix = some(&person.prefix);
    let keep = person.use_prefix.unwrap_or(useprefix);
    let family = plain(&person.name);
    if family == "others" && person.given_name.is_empty() {
        return Name {
            family,
            literal: true,
            ..Name::default()
        };
    }
    if family.is_empty() && person.given_name.is_empty() {
        return Name {
            family: plain(&person.prefix),
            ..Name::default()
        };
    }
    Name {
        literal: false,
        given: some(&person.given_name),
        particle: prefix.clone().filter(|_| keep),
        dropping_particle: prefix.filter(|_| !keep),
        suffix: some(&person.suffix),
        family,
        ..Name::default()
    }
}

/// A list of places or publishers, divided by `and`.
pub fn list(chunks: ChunksRef<'_>) -> String {
    let list: Vec<Chunks> = chunks.parse().unwrap_or_default();
    let texts = list
        .iter()
        .map(|chunks| text(chunks, Case::Free))
        .filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join("; ")
}
