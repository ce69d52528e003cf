//! A made-up site of any size, the same on every computer, to measure builds with.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// The file by which a folder is known to have been made here.
const MARKER: &str = ".made-by-generate";

/// How many sources a site with citations has at most.
const SOURCES: usize = 200;

/// How many notes of a section cite a source.
const CITING: usize = 4;

const WORDS: &str = "account acre after again along among ancient apple archive around autumn \
    baker balance barley barn basket beacon before behind bell beneath between boat border bread \
    brick bridge bright broad builder candle canal captain careful carried carrier cart cattle \
    cedar census chapel charter church circle clay clerk clock cloth coast common copper corner \
    cottage council country county crossing custom daily deep distant district door during early \
    east elder engine evening family famine farmer ferry field final first fisher flour forest \
    former forge found garden gate gather glass grain granary granite grass gravel green guild \
    hamlet harbour harvest heavy height hidden highland hill history honey horse house hundred \
    island journey keeper kitchen lantern large later ledger letter level library linen little \
    local lower market marsh mason meadow measure memory merchant middle mill miller minor month \
    morning mountain narrow nearby north notice number oak office often old orchard order other \
    over oven paper parish pasture people pier plain plough pond poplar port price quarry quiet \
    railway rain record register river road roof rural sailor salt sand school season second seed \
    settler several sheep shore silver slow small south spring square station steady stone store \
    storm street summer supper survey table teacher third timber tower town trade travel under \
    upper valley village visitor wagon wall water weaver west wheat wheel willow window winter \
    wool worker writer yard year";

/// Writes a site.
///
/// In: its folder, which must be new, empty or made here before; how many sections; whether half
/// of the notes cite sources. Out: an error that says what can't be written.
pub fn write(folder: &Path, sections: usize, keyed: bool) -> io::Result<()> {
    claim(folder)?;
    let book = folder.join("content/book");
    fs::create_dir_all(&book)?;
    // Half of the notes cite, so a small site can't cite every source.
    let sources = SOURCES.min(sections * CITING);
    let mut words = Words::new();
    let titles = titles(&mut words, sections);
    let mut previous: Option<(String, &str)> = None;
    for (index, title) in titles.iter().enumerate() {
        let name = format!(
            "{:04}-{}.md",
            index + 1,
            title.to_lowercase().replace(' ', "-")
        );
        let cited = keyed.then_some((index, sources));
        fs::write(
            book.join(&name),
            section(&mut words, title, previous.as_ref(), cited),
        )?;
        previous = Some((name, title));
    }
    if keyed {
        fs::write(
            folder.join("sources.bib"),
            bibliography(&mut words, sources),
        )?;
    }
    let text = "title = \"The made-up site\"\nauthors = [\"Nobody\"]\n";
    fs::write(folder.join("explainer.toml"), text)
}

/// Empties a folder that was made here; refuses one that holds anything else.
fn claim(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let marker = folder.join(MARKER);
    if fs::read_dir(folder)?.next().is_some() && !marker.is_file() {
        let message = format!(
            "{} holds files that weren't made by this program",
            folder.display()
        );
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    fs::write(
        &marker,
        "Made by examples/generate.rs, which may replace it.\n",
    )?;
    let gone = |result: io::Result<()>| match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    gone(fs::remove_dir_all(folder.join("content")))?;
    gone(fs::remove_file(folder.join("sources.bib")))
}

/// Titles that all differ, because the address of a section is made of its title alone.
fn titles(words: &mut Words, count: usize) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut titles = Vec::with_capacity(count);
    while titles.len() < count {
        let title = words.capital(4);
        if taken.insert(title.clone()) {
            titles.push(title);
        }
    }
    titles
}

/// A section of about 900 words with its notes.
fn section(
    words: &mut Words,
    title: &str,
    previous: Option<&(String, &str)>,
    cited: Option<(usize, usize)>,
) -> String {
    let day = words.below(28) + 1;
    let mut text = format!("+++\ntitle = \"{title}\"\ndate = 2020-03-{day:02}\n+++\n");
    // The order in which the notes are called; the third is called twice.
    let mut marks = [1, 2, 3, 4, 5, 3, 6, 7, 8].into_iter();
    if let Some((name, title)) = previous {
        text.push_str(&format!(
            "As [{title}]({name}) told, {}.\n\n",
            words.some(12)
        ));
    }
    let headings = 2 + words.below(3);
    for part in 0..3 {
        if part < headings {
            text.push_str(&format!("## {}\n\n", words.capital(3)));
        }
        for _ in 0..3 {
            paragraph(words, &mut text, marks.next());
        }
        match part {
            0 => {
                for _ in 0..5 {
                    text.push_str(&format!("- {}\n", words.some(9)));
                }
                text.push('\n');
            }
            1 => text.push_str(&format!("> {}\n\n", words.sentence(30, None))),
            _ => {}
        }
    }
    if headings > 3 {
        text.push_str(&format!("### {}\n\n", words.capital(3)));
        text.push_str("| Place | Measure |\n|---|--:|\n");
        for _ in 0..4 {
            let number = words.below(900) + 100;
            text.push_str(&format!("| {} | {number} |\n", words.some(2)));
        }
        text.push('\n');
    }
    for note in 1..=8 {
        text.push_str(&format!("[^{note}]: {}", words.sentence(14, None)));
        if let Some((section, sources)) = cited.filter(|_| note % 2 == 0) {
            let key = (section * CITING + note / 2 - 1) % sources + 1;
            text.push_str(&format!(" See [@key{key}, p. {}].", words.below(300) + 1));
        }
        text.push('\n');
        if note == 5 {
            text.push_str(&format!("\n    {}\n\n", words.sentence(18, None)));
        }
    }
    text
}

/// A paragraph of about 85 words, with a mark behind one of its sentences.
fn paragraph(words: &mut Words, text: &mut String, mark: Option<usize>) {
    for sentence in 0..5 {
        let length = 13 + words.below(9);
        text.push_str(&words.sentence(length, mark.filter(|_| sentence == 2)));
        text.push(if sentence == 4 { '\n' } else { ' ' });
    }
    text.push('\n');
}

/// Books, articles and chapters in turn.
fn bibliography(words: &mut Words, count: usize) -> String {
    let mut text = String::new();
    for number in 1..=count {
        let (kind, fields) = match number % 3 {
            0 => ("book", "publisher = {Mill Press}, address = {Harbour}"),
            1 => (
                "article",
                "journal = {Journal of Records}, volume = {7}, pages = {11--38}",
            ),
            _ => (
                "incollection",
                "booktitle = {Papers of the Valley}, editor = {Carter, Ann}, pages = {5--29}, \
                 publisher = {Mill Press}",
            ),
        };
        let (family, given) = (words.capital(1), words.capital(1));
        let (title, year) = (words.capital(5), 1900 + words.below(120));
        text.push_str(&format!(
            "@{kind}{{key{number},\n  author = {{{family}, {given}}},\n  title = {{{title}}},\n  \
             year = {{{year}}},\n  {fields}\n}}\n\n"
        ));
    }
    text
}

/// Words drawn by SplitMix64, whose numbers are the same everywhere.
struct Words {
    state: u64,
    list: Vec<&'static str>,
}

impl Words {
    fn new() -> Words {
        Words {
            state: 1938,
            list: WORDS.split_whitespace().collect(),
        }
    }

    /// A number below `limit`; the slight unevenness doesn't matter here.
    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    fn word(&mut self) -> &'static str {
        let index = self.below(self.list.len());
        self.list[index]
    }

    /// `count` words in a row.
    fn some(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| self.word())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// `count` words, the first with a capital letter.
    fn capital(&mut self, count: usize) -> String {
        let words = self.some(count);
        words[..1].to_uppercase() + &words[1..]
    }

    /// A sentence with a comma, sometimes with quotation marks, emphasis or a dash, and with a
    /// note's mark at its end if there is one.
    fn sentence(&mut self, count: usize, mark: Option<usize>) -> String {
        let half = count / 2;
        let (first, word) = (self.capital(half), self.word());
        let rest = self.some(count - half - 1);
        let join = match self.below(8) {
            0 => format!(", \"{word}\" "),
            1 => format!(", *{word}* "),
            2 => format!(" -- {word} "),
            3 => format!("; the {word}'s "),
            _ => format!(", {word} "),
        };
        let mark = mark.map_or_else(String::new, |mark| format!("[^{mark}]"));
        format!("{first}{join}{rest}.{mark}")
    }
}
