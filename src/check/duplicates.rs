//! Sources that are very probably one work, entered twice.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::fold::{fold, slip, title};
use super::identifiers::{bare_doi, isbns};
use super::kinds::is_part;
use super::places::Places;
use crate::csl::{Date, Item, Name};
use crate::diag::{Code, Fault};
use crate::sources::Source;

/// Up to how many works of one person and year each is compared with each; of more, each is
/// compared with its neighbours in the order of titles, so that the time stays in proportion.
const ALL_PAIRS: usize = 48;

/// A source as it is compared.
struct Work<'a> {
    item: &'a Item,
    title: String,
    /// The title up to its first colon, and what stands behind it.
    parts: (String, String),
    names: Vec<Person>,
    year: Option<i32>,
    doi: Option<String>,
    isbns: Vec<String>,
}

struct Person {
    family: String,
    given: String,
}

impl<'a> Work<'a> {
    fn new(item: &'a Item) -> Self {
        let text = |name: &str| item.text.get(name).map_or("", String::as_str);
        let whole = text("title");
        let (main, sub) = whole.split_once(": ").unwrap_or((whole, ""));
        let names = ["author", "editor", "director", "compiler"]
            .iter()
            .find_map(|role| item.names.get(*role));
        let person = |name: &Name| Person {
            family: fold(&name.family),
            given: fold(name.given.as_deref().unwrap_or_default()),
        };
        let issued = item.dates.get("issued");
        Work {
            item,
            title: title(whole),
            parts: (title(main), fold(sub)),
            names: names.into_iter().flatten().map(person).collect(),
            year: issued
                .filter(|date| date.literal.is_none())
                .map(|date| date.start.year),
            doi: item.text.get("DOI").map(|doi| bare_doi(doi).to_lowercase()),
            isbns: match is_part(item) {
                true => Vec::new(),
                false => isbns(text("ISBN")),
            },
        }
    }

    /// Whether somebody had a hand in both.
    fn shares_a_name(&self, other: &Work<'_>) -> bool {
        if self.names.is_empty() && other.names.is_empty() {
            return true;
        }
        self.names.iter().any(|a| {
            let mut others = other.names.iter();
            others.any(|b| a.family == b.family && initials_agree(&a.given, &b.given))
        })
    }

    /// Why this and another source are probably one work; `None` if they aren't.
    fn same(&self, other: &Work<'_>, by: By) -> Option<&'static str> {
        if is_part(self.item) != is_part(other.item) {
            return None;
        }
        // Titles first: few pairs come further, and the rest takes longer.
        let alike = self.titles_alike(other);
        let (same, why) = match by {
            // A chapter may bear its book's number.
            By::Doi => (alike || !is_part(self.item), "they have the same DOI"),
            By::Isbn => (
                alike || numbers(&self.title) == numbers(&other.title),
                "they have the same ISBN",
            ),
            By::Title => (
                alike && self.shares_a_name(other) && !self.is_another_thing(other),
                "they agree in title, names and year",
            ),
        };
        (same && !self.is_other_volume(other)).then_some(why)
    }

    fn titles_alike(&self, other: &Work<'_>) -> bool {
        if self.title.is_empty() || other.title.is_empty() {
            return false;
        }
        if self.title == other.title {
            return true;
        }
        // One of them without its subtitle.
        let (a, b) = (&self.parts, &other.parts);
        let short = a.1.is_empty() != b.1.is_empty();
        if short && a.0 == b.0 && a.0.len() > 5 {
            return !names_a_volume(&a.1) && !names_a_volume(&b.1);
        }
        if self.title.len() < 12 {
            return false;
        }
        let (a, b) = (words(&self.title), words(&other.title));
        if a.concat() == b.concat() {
            return true;
        }
        let mut different = a.iter().zip(&b).filter(|(a, b)| a != b);
        a.len() == b.len()
            && different.clone().count() <= 2
            && different.all(|(a, b)| !a.contains(char::is_numeric) && slip(a, b))
    }

    /// Whether they are volumes or editions of one work.
    fn is_other_volume(&self, other: &Work<'_>) -> bool {
        let (a, b) = (self.item, other.item);
        let folded = |item: &Item, name: &str| item.text.get(name).map(|text| fold(text));
        let both = |name: &str| Some((folded(a, name)?, folded(b, name)?));
        let differ = |name: &&str| both(name).is_some_and(|(a, b)| a != b);
        // One of them is a volume, the other the whole.
        let unlike = |name: &&str| folded(a, name) != folded(b, name);
        let volume = ["volume", "volume-title", "part-number"];
        let volumes_differ = match is_part(a) {
            true => volume.iter().any(differ),
            false => volume.iter().any(unlike),
        };
        volumes_differ || ["edition", "version"].iter().any(differ)
    }

    /// Whether they have the same title but are two things: letters of two days, articles in two
    /// journals, a translation.
    fn is_another_thing(&self, other: &Work<'_>) -> bool {
        let (a, b) = (self.item, other.item);
        if a.kind != b.kind
            && [a, b]
                .iter()
                .any(|item| item.kind == "personal_communication")
        {
            return true;
        }
        let both = |name: &str| Some((fold(a.text.get(name)?), fold(b.text.get(name)?)));
        let plain = [
            "issue",
            "number",
            "collection-number",
            "chapter-number",
            "section",
            "archive_location",
            "genre",
            "reviewed-title",
            "event-title",
        ];
        let differ = |name: &&str| both(name).is_some_and(|(a, b)| a != b);
        if plain.iter().any(differ) {
            return true;
        }
        let wordy = ["container-title", "publisher", "archive"];
        if wordy
            .iter()
            .any(|name| both(name).is_some_and(|(a, b)| !abbreviates(&a, &b)))
        {
            return true;
        }
        let start = |pages: &str| pages.split(' ').next().unwrap_or_default().to_owned();
        if both("page").is_some_and(|(a, b)| start(&a) != start(&b)) {
            return true;
        }
        let tongue = |tag: &str| tag.split(' ').next().unwrap_or_default().to_owned();
        if both("language").is_some_and(|(a, b)| tongue(&a) != tongue(&b)) {
            return true;
        }
        let people = |item: &Item, role: &str| -> Vec<String> {
            let names = item.names.get(role).into_iter().flatten();
            names.map(|name| fold(&name.family)).collect()
        };
        if ["translator", "recipient", "interviewer", "reviewed-author"]
            .iter()
            .any(|role| people(a, role) != people(b, role))
        {
            return true;
        }
        let day = |item: &Item| item.dates.get("issued").and_then(day);
        match (day(a), day(b)) {
            (Some(a), Some(b)) => a.0 != b.0 || a.1.is_some() && b.1.is_some() && a.1 != b.1,
            // Two letters to one person in a year are nothing special.
            _ => a.kind == "personal_communication",
        }
    }
}

/// By what two works were brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum By {
    Doi,
    Isbn,
    Title,
}

/// Month and day of a date.
fn day(date: &Date) -> Option<(u8, Option<u8>)> {
    Some((date.start.month?, date.start.day))
}

fn words(text: &str) -> Vec<&str> {
    text.split(' ').collect()
}

fn numbers(text: &str) -> Vec<&str> {
    let roman = |word: &str| word.chars().all(|c| "ivxlcdm".contains(c));
    let words = text.split(' ');
    words
        .filter(|word| word.contains(char::is_numeric) || roman(word))
        .collect()
}

/// Whether a subtitle tells one volume of several from the others.
fn names_a_volume(subtitle: &str) -> bool {
    const WORDS: &[&str] = &[
        "vol",
        "vols",
        "volume",
        "volumes",
        "part",
        "book",
        "bd",
        "band",
        "teil",
        "t",
        "tome",
        "tom",
        "tomo",
        "том",
        "часть",
        "i",
        "ii",
        "iii",
        "iv",
        "v",
    ];
    subtitle.split(' ').any(|word| WORDS.contains(&word))
}

/// Whether given names can be one person's, as far as their first letters tell.
fn initials_agree(a: &str, b: &str) -> bool {
    match (a.chars().next(), b.chars().next()) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// Whether one of two folded names can be short for the other: "yale up", "yale university press".
fn abbreviates(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let long = words(long);
    let mut short = words(short).into_iter();
    a == b || short.any(|word| word.len() > 2 && long.iter().any(|whole| whole.starts_with(word)))
}

/// The faults of all sources that were read.
pub fn faults(sources: &[Source], places: &Places<'_>) -> Vec<Fault> {
    let works: Vec<Work<'_>> = sources.par_iter().map(|s| Work::new(&s.item)).collect();
    let mut buckets: HashMap<(By, &str, Option<i32>), Vec<usize>> = HashMap::new();
    for (number, work) in works.iter().enumerate() {
        let mut put = |by, text, year| {
            let bucket: &mut Vec<usize> = buckets.entry((by, text, year)).or_default();
            if bucket.last() != Some(&number) {
                bucket.push(number);
            }
        };
        if let Some(doi) = &work.doi {
            put(By::Doi, doi.as_str(), None);
        }
        for isbn in &work.isbns {
            put(By::Isbn, isbn, None);
        }
        for person in &work.names {
            put(By::Title, &person.family, work.year);
        }
        if work.names.is_empty() && !work.title.is_empty() {
            put(By::Title, &work.title, work.year);
        }
    }
    // The first of each later one's doubles.
    let pairs: BTreeMap<usize, (usize, &'static str)> = buckets
        .into_par_iter()
        .filter(|(_, bucket)| bucket.len() > 1)
        .flat_map_iter(|((by, ..), mut bucket)| {
            let reach = match bucket.len() > ALL_PAIRS {
                true => {
                    bucket.sort_by_key(|number| (&works[*number].title, *number));
                    8
                }
                false => ALL_PAIRS,
            };
            let mut found = Vec::new();
            for (at, a) in bucket.iter().enumerate() {
                for b in bucket.iter().skip(at + 1).take(reach) {
                    let (first, second) = (*a.min(b), *a.max(b));
                    if let Some(why) = works[first].same(&works[second], by) {
                        found.push((second, (first, why)));
                    }
                }
            }
            found
        })
        .collect::<Vec<_>>()
        .into_iter()
        .fold(BTreeMap::new(), |mut pairs, (second, pair)| {
            let known = pairs.entry(second).or_insert(pair);
            *known = (*known).min(pair);
            pairs
        });
    let allowed = |number: usize| sources[number].allows(Code::SimilarSources);
    let pairs = pairs.into_iter();
    let pairs = pairs.filter(|(second, (first, _))| !allowed(*first) && !allowed(*second));
    let faults = pairs.map(|(second, (first, why))| {
        let (first, second) = (&sources[first], &sources[second]);
        Fault::new(
            Code::SimilarSources,
            format!(
                "`{}` and `{}` are probably one work: {why}",
                first.item.key, second.item.key
            ),
            places.of(second, &[]),
        )
        .label("the second")
        .and(first.place.clone(), "the first")
        .help(
            "keep one of them and let all citations name it; if they are two works, say what tells \
             them apart: the volume, the edition, the day",
        )
    });
    faults.collect()
}
