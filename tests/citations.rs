//! Formats the golden citation cases in `tests/citations` and compares them with what two other
//! processors made of them; that folder's README tells the format.
//!
//! What is known not to match stands in `known.txt` with its reason: anything else fails, and so
//! does a listed text that matches. `UPDATE_CITATIONS=1` writes the README's table anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use explainer::csl::{Cite, Cluster, Form, Item, Style, format, json, tree};
use hayagriva::archive::ArchivedStyle;
use hayagriva::citationberg::IndependentStyle;

/// What the makers wrote of a text.
#[derive(Default)]
struct Expected {
    citeproc_js: Option<String>,
    pandoc: Option<String>,
    /// Whom we follow where they differ: the first word of `judged:`.
    judged: String,
}

impl Expected {
    /// The texts that pass.
    fn right(&self) -> Vec<&str> {
        let (js, pandoc) = (self.citeproc_js.as_deref(), self.pandoc.as_deref());
        match self.judged.as_str() {
            "pandoc" => pandoc.into_iter().collect(),
            "citeproc-js" => js.into_iter().collect(),
            _ if js == pandoc => js.into_iter().collect(),
            _ => js.into_iter().chain(pandoc).collect(),
        }
    }

    fn read(&mut self, line: &str) {
        let (who, text) = line.trim().split_once(": ").expect("a maker and its text");
        let text = || Some(text.to_owned());
        match who {
            "both" => (self.citeproc_js, self.pandoc) = (text(), text()),
            "citeproc-js" => self.citeproc_js = text(),
            "pandoc" => self.pandoc = text(),
            "judged" => self.judged = text().unwrap_or_default(),
            other => panic!("no maker {other}"),
        }
        self.judged = self.judged.split(' ').next().unwrap_or_default().to_owned();
    }
}

/// A citation of a case: the item's id, and how it is cited.
struct Cited {
    id: String,
    cite: Cite,
    /// `+id`: the author stands in the sentence.
    in_sentence: bool,
}

/// One text of a case by its place: a note, `bibliography` or `@id`.
struct Text {
    place: String,
    expected: Expected,
}

struct Case {
    name: String,
    clusters: Vec<(u32, Vec<Cited>)>,
    /// Of each cluster of which something is expected: its index and its text.
    cited: Vec<(usize, Text)>,
    listed: Vec<Text>,
}

/// `17: "see" book {page 3} "and passim"; -other`
fn clusters(line: &str) -> (u32, Vec<Cited>) {
    let (number, mut rest) = line.split_once(':').expect("a note number");
    let mut cited = Vec::new();
    while !rest.trim().is_empty() {
        let mut cite = Cite::default();
        let quoted = |rest: &str| -> (String, usize) {
            let from = rest.len() - rest.trim_start().len();
            match rest[from..]
                .strip_prefix('"')
                .and_then(|r| r.split_once('"'))
            {
                Some((inner, _)) => (inner.to_owned(), from + inner.len() + 2),
                None => (String::new(), 0),
            }
        };
        let (prefix, end) = quoted(rest);
        rest = rest[end..].trim_start();
        let sign = rest.chars().next().filter(|c| "-=+".contains(*c));
        rest = rest.trim_start_matches(['-', '=', '+']);
        let end = rest.find([' ', ';']).unwrap_or(rest.len());
        let id = rest[..end].to_owned();
        rest = rest[end..].trim_start();
        if let Some((locator, behind)) = rest.strip_prefix('{').and_then(|r| r.split_once('}')) {
            let (label, text) = locator.split_once(' ').expect("a label and a locator");
            cite.locator = Some((label.to_owned(), text.to_owned()));
            rest = behind;
        }
        let (suffix, end) = quoted(rest);
        rest = rest[end..].trim_start().trim_start_matches(';');
        cite.form = match sign {
            Some('=') => Form::AuthorOnly,
            Some(_) => Form::SuppressAuthor,
            None => Form::Full,
        };
        (cite.prefix, cite.suffix) = (prefix, suffix);
        cited.push(Cited {
            id,
            cite,
            in_sentence: sign == Some('+'),
        });
    }
    (number.parse().expect("a number"), cited)
}

/// The cases of a file behind its head.
fn cases(text: &str) -> (BTreeMap<String, String>, Vec<Case>) {
    let mut blocks = text.trim().split("\n\n");
    let head = blocks.next().unwrap_or_default().lines();
    let head = head.filter_map(|line| line.split_once(": "));
    let head = head.map(|(key, value)| (key.to_owned(), value.to_owned()));
    (head.collect(), blocks.map(case).collect())
}

fn case(block: &str) -> Case {
    let mut lines = block.lines();
    let name = lines.next().and_then(|line| line.strip_prefix("# "));
    let mut case = Case {
        name: name.expect("a case's name").to_owned(),
        clusters: Vec::new(),
        cited: Vec::new(),
        listed: Vec::new(),
    };
    let text = |place: &str| Text {
        place: place.to_owned(),
        expected: Expected::default(),
    };
    let mut in_list = false;
    for line in lines.skip(1) {
        if line.starts_with("   ") {
            let text = match in_list {
                true => case.listed.last_mut(),
                false => case.cited.last_mut().map(|(_, text)| text),
            };
            text.expect("a place before its text").expected.read(line);
        } else if line == "bibliography" || line.starts_with('@') {
            in_list = true;
            case.listed.push(text(line));
        } else {
            let (number, cited) = clusters(line);
            if cited.iter().any(|cited| cited.id != "other") || cited.len() > 1 {
                // A note's second citation is `3b`.
                let same = case.clusters.iter().filter(|(n, _)| *n == number).count();
                let letter = ["", "b", "c", "d"][same];
                let place = text(&format!("{number}{letter}"));
                case.cited.push((case.clusters.len(), place));
            }
            case.clusters.push((number, cited));
        }
    }
    case
}

/// What our processor writes of a case: a text for each cluster, the ids in the bibliography, and
/// their entries.
fn ours(
    style: &Style,
    locale: &str,
    all: &BTreeMap<String, Item>,
    case: &Case,
) -> (Vec<String>, Vec<(String, String)>) {
    let mut items: Vec<Item> = Vec::new();
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    for cited in case.clusters.iter().flat_map(|(_, cited)| cited) {
        at.entry(&cited.id).or_insert_with(|| {
            items.push(all[&cited.id].clone());
            items.len() - 1
        });
    }
    let cluster = |note: u32, cited: &[Cited]| Cluster {
        note,
        cites: cited
            .iter()
            .map(|cited| Cite {
                item: at[cited.id.as_str()],
                ..cited.cite.clone()
            })
            .collect(),
    };
    let clusters: Vec<Cluster> = case
        .clusters
        .iter()
        .map(|(note, cited)| cluster(*note, cited))
        .collect();
    // Authors in sentences are a run of their own, as the resolver asks for them.
    let authors: Vec<Cluster> = case
        .clusters
        .iter()
        .map(|(_, cited)| Cluster {
            note: 0,
            cites: cited
                .iter()
                .filter(|cited| cited.in_sentence)
                .map(|cited| Cite {
                    item: at[cited.id.as_str()],
                    form: Form::AuthorOnly,
                    ..Cite::default()
                })
                .collect(),
        })
        .collect();
    let made = format(style, locale, &items, &clusters);
    let authors = format(style, locale, &items, &authors).clusters;
    let texts = made.clusters.iter().zip(&authors);
    let texts = texts.map(|(text, author)| notation(&format!("{author} {text}")));
    let texts = texts.collect();
    // What the style leaves out is listed for all that; the makers don't.
    let printed = tree(style, locale, &items, &clusters, (0..items.len()).collect());
    let printed: BTreeSet<usize> = printed
        .bibliography
        .into_iter()
        .flatten()
        .filter(|(_, entry)| !entry.is_empty())
        .map(|(item, _)| item)
        .collect();
    let entries = made
        .bibliography
        .iter()
        .filter(|(item, _)| printed.contains(item) && items[*item].key != "other")
        .map(|(item, text)| (items[*item].key.clone(), notation(text)))
        .collect();
    (texts, entries)
}

/// HTML in the cases' notation: links are their text, each stretch of equal formatting is tagged by
/// itself, and white space has only the formatting that what stands around it shares.
fn notation(html: &str) -> String {
    const TAGS: [&str; 5] = ["sc", "b", "i", "sup", "sub"];
    let mut chars: Vec<(char, [bool; 5])> = Vec::new();
    let mut now = [false; 5];
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        if c == '<' {
            let (tag, behind) = rest[1..].split_once('>').expect("a tag ends");
            rest = behind;
            let name = tag.trim_start_matches('/').split(' ').next();
            let name = name.map(|name| if name == "span" { "sc" } else { name });
            if let Some(n) = TAGS.iter().position(|tag| Some(*tag) == name) {
                now[n] = !tag.starts_with('/');
            }
            continue;
        }
        let entities = [
            ("&amp;", '&'),
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&quot;", '"'),
        ];
        let entity = entities.iter().find(|(name, _)| rest.starts_with(name));
        let (len, c) = entity.map_or((c.len_utf8(), c), |(name, c)| (name.len(), *c));
        chars.push((c, now));
        rest = &rest[len..];
    }
    for n in 0..chars.len() {
        if chars[n].0.is_whitespace() {
            let solid = |(_, looks): &&(char, [bool; 5])| Some(*looks);
            let is_solid = |one: &&(char, [bool; 5])| !one.0.is_whitespace();
            let before = chars[..n].iter().rfind(is_solid).as_ref().and_then(solid);
            let after = chars[n..].iter().find(is_solid).as_ref().and_then(solid);
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            chars[n].1 = std::array::from_fn(|n| before[n] && after[n]);
        }
    }
    let mut out = String::new();
    let mut now = [false; 5];
    for (c, looks) in chars.into_iter().chain([('\0', [false; 5])]) {
        if looks != now {
            for n in (0..5).rev().filter(|n| now[*n]) {
                _ = write!(out, "</{}>", TAGS[n]);
            }
            for n in (0..5).filter(|n| looks[*n]) {
                _ = write!(out, "<{}>", TAGS[n]);
            }
            now = looks;
        }
        match c {
            '\0' => {}
            ' ' | '\n' if out.ends_with(' ') => {}
            ' ' | '\n' => out.push(' '),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    let out = out.trim();
    match out.is_empty() {
        true => "(nothing)".to_owned(),
        false => out.to_owned(),
    }
}

/// Counts of one style's texts.
#[derive(Default, Clone, Copy)]
struct Count {
    /// The makers agree: how many, and how many of them are ours.
    both: (usize, usize),
    /// They don't: how many; as citeproc-js; as Pandoc; and how many are as judged.
    apart: (usize, usize, usize, usize),
    /// citeproc-js alone.
    alone: (usize, usize),
}

impl Count {
    fn add(&mut self, expected: &Expected, got: &str) {
        let (js, pandoc) = (expected.citeproc_js.as_deref(), expected.pandoc.as_deref());
        let is = |text: Option<&str>| usize::from(text == Some(got));
        if pandoc.is_none() {
            self.alone.0 += 1;
            self.alone.1 += is(js);
        } else if js == pandoc {
            self.both.0 += 1;
            self.both.1 += is(js);
        } else {
            self.apart.0 += 1;
            self.apart.1 += is(js);
            self.apart.2 += is(pandoc);
            self.apart.3 += usize::from(expected.right().contains(&got));
        }
    }

    fn plus(self, other: Count) -> Count {
        let (a, b) = (self.apart, other.apart);
        Count {
            both: (self.both.0 + other.both.0, self.both.1 + other.both.1),
            apart: (a.0 + b.0, a.1 + b.1, a.2 + b.2, a.3 + b.3),
            alone: (self.alone.0 + other.alone.0, self.alone.1 + other.alone.1),
        }
    }

    fn row(&self, name: &str) -> String {
        let (both, apart, alone) = (self.both, self.apart, self.alone);
        let of = |all: usize, some: usize| match all {
            0 => String::new(),
            _ => format!("{some} of {all}"),
        };
        let texts = both.0 + apart.0 + alone.0;
        let as_expected = of(texts, both.1 + apart.3 + alone.1);
        let js = of(texts, both.1 + apart.1 + alone.1);
        let pandoc = of(both.0 + apart.0, both.1 + apart.2);
        let (both, judged) = (of(both.0, both.1), of(apart.0, apart.3));
        let alone = of(alone.0, alone.1);
        format!("| {name} | {as_expected} | {both} | {judged} | {alone} | {js} | {pandoc} |\n")
    }
}

/// A style that `hayagriva` brings but has no name for: its file is beside those of the archive, in
/// the sources that cargo keeps.
fn unnamed(name: &str) -> Style {
    // Only for this system: packages for others need not have been fetched.
    let cargo = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .args(["--filter-platform", "host-tuple"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let packages: serde_json::Value = serde_json::from_slice(&cargo.stdout).expect("JSON");
    let packages = packages["packages"].as_array().expect("packages");
    let hayagriva = packages
        .iter()
        .find(|package| package["name"] == "hayagriva");
    let manifest = hayagriva.and_then(|package| package["manifest_path"].as_str());
    let sources = Path::new(manifest.expect("hayagriva")).parent();
    let path = sources.expect("a folder").join("archive/styles");
    let bytes = fs::read(path.join(format!("{name}.cbor"))).expect("a style in the archive");
    let style: IndependentStyle = ciborium::from_reader(&bytes[..]).expect("a style");
    let xml = hayagriva::citationberg::Style::Independent(style).to_xml();
    Style::from_xml(&xml.expect("XML")).expect("a style")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/citations")
}

/// The texts in `known.txt`: under each reason, lines `STYLE/FILE CASE PLACE…`.
fn known() -> BTreeSet<String> {
    let text = fs::read_to_string(folder().join("known.txt")).expect("known.txt");
    let mut known = BTreeSet::new();
    let mut reason = "";
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(text) = line.strip_prefix("# ") {
            reason = text;
            continue;
        }
        assert!(!reason.is_empty(), "no reason for {line}");
        let mut words = line.split(' ');
        let (file, case) = (words.next(), words.next());
        let (file, case) = (file.unwrap_or_default(), case.unwrap_or_default());
        for place in words {
            let new = known.insert(format!("{file} {case} {place}"));
            assert!(new, "{file} {case} {place} is listed twice");
        }
    }
    known
}

#[test]
fn citations_are_as_other_processors_write_them() {
    let text = fs::read_to_string(folder().join("items.json")).expect("items.json");
    let items: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let items: BTreeMap<String, Item> = items
        .as_array()
        .expect("a list")
        .iter()
        .map(json::item)
        .map(|item| (item.key.clone(), item))
        .collect();
    let mut folders: Vec<PathBuf> = fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir() && !path.ends_with("make"))
        .collect();
    folders.sort();
    let mut known = known();
    let mut counts: Vec<(String, Count)> = Vec::new();
    let mut faults = String::new();
    for path in folders {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut count = Count::default();
        for file in ["sources", "names", "runs"] {
            let Ok(text) = fs::read_to_string(path.join(file).with_extension("txt")) else {
                continue;
            };
            let (head, cases) = cases(&text);
            let style = match head["style"].as_str() {
                "positions" => {
                    let xml = fs::read_to_string(folder().join("positions.csl"));
                    Style::from_xml(&xml.expect("positions.csl")).expect("a style")
                }
                name => {
                    let id = format!("http://www.zotero.org/styles/{name}");
                    match ArchivedStyle::by_id(&id) {
                        Some(_) => Style::named(name).expect("a style of the archive"),
                        None => unnamed(name),
                    }
                }
            };
            for case in &cases {
                let (clusters, entries) = ours(&style, &head["locale"], &items, case);
                let cited = case
                    .cited
                    .iter()
                    .map(|(n, text)| (text, clusters[*n].clone()));
                let listed = case.listed.iter().map(|text| {
                    let got = match text.place.strip_prefix('@') {
                        None => entries
                            .iter()
                            .map(|(id, _)| id.as_str())
                            .collect::<Vec<_>>()
                            .join(" "),
                        Some(id) => entries
                            .iter()
                            .find(|(other, _)| other == id)
                            .map(|(_, text)| text.clone())
                            .unwrap_or_default(),
                    };
                    let nothing = got.is_empty().then(|| "(nothing)".to_owned());
                    (text, nothing.unwrap_or(got))
                });
                for (text, got) in cited.chain(listed) {
                    count.add(&text.expected, &got);
                    let right = text.expected.right();
                    let place = format!("{name}/{file} {} {}", case.name, text.place);
                    let listed = known.remove(&place);
                    let passes = right.contains(&got.as_str());
                    if passes && listed {
                        _ = writeln!(faults, "{place}\n     passes now; take it out of known.txt");
                    } else if !passes && !listed {
                        _ = writeln!(faults, "{place}");
                        for text in right {
                            _ = writeln!(faults, "     {text}");
                        }
                        _ = writeln!(faults, "  we {got}");
                    }
                }
            }
        }
        counts.push((name.into_owned(), count));
    }
    let mut table = String::from(
        "| style | as expected | both agree | as judged where they differ | one maker | as citeproc-js | as Pandoc |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
    );
    for (name, count) in &counts {
        table.push_str(&count.row(&format!("`{name}`")));
    }
    let all = counts.iter().map(|(_, count)| *count);
    let all = all.fold(Count::default(), Count::plus);
    table.push_str(&all.row("all"));
    println!("{table}");
    for place in known {
        _ = writeln!(
            faults,
            "{place}\n     is in known.txt, but there is no such text"
        );
    }
    assert!(faults.is_empty(), "\n{faults}");

    let readme = folder().join("README.md");
    let text = fs::read_to_string(&readme).expect("README.md");
    let (start, rest) = text.split_once("<!-- passed -->\n").expect("a mark");
    let (now, end) = rest.split_once("<!-- /passed -->").expect("a mark");
    if std::env::var_os("UPDATE_CITATIONS").is_some() {
        let text = format!("{start}<!-- passed -->\n{table}<!-- /passed -->{end}");
        fs::write(&readme, text).expect("README.md can be written");
    } else {
        assert_eq!(now, table, "run with UPDATE_CITATIONS=1");
    }
}
