//! People whose names are written in two ways.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::{fold, slip};
use super::places::Places;
use crate::csl::Name;
use crate::diag::{Code, Fault};
use crate::sources::Source;

/// One way of writing a name, and where it is written so.
struct Spelling<'a> {
    name: &'a Name,
    /// The family name, folded, and with all its particles.
    family: String,
    whole: String,
    given: Vec<String>,
    sources: Vec<usize>,
}

/// What tells two spellings apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Initials,
    Given,
    Family,
    Accents,
    Particle,
}

impl<'a> Spelling<'a> {
    fn new(name: &'a Name) -> Self {
        let given = fold(name.given.as_deref().unwrap_or_default());
        let particles = [&name.dropping_particle, &name.particle];
        let particles = particles.into_iter().flatten().map(String::as_str);
        let whole: Vec<&str> = particles.chain([name.family.as_str()]).collect();
        Spelling {
            name,
            family: fold(&name.family),
            whole: fold(&whole.join(" ")),
            given: given.split(' ').map(str::to_owned).collect(),
            sources: Vec::new(),
        }
    }

    /// As a bibliography writes it.
    fn shown(&self) -> String {
        let name = self.name;
        let mut out = name.particle.clone().unwrap_or_default();
        if !out.is_empty() && !out.ends_with(['\'', '’']) {
            out.push(' ');
        }
        out.push_str(&name.family);
        out.push_str(", ");
        out.push_str(name.given.as_deref().unwrap_or_default());
        if let Some(particle) = &name.dropping_particle {
            out.push(' ');
            out.push_str(particle);
        }
        out
    }

    /// Its letters, with their accents.
    fn letters(&self) -> String {
        use unicode_normalization::UnicodeNormalization;
        let given = self.name.given.as_deref().unwrap_or_default();
        let text = format!("{}{given}", self.name.family);
        let letters = text.nfc().filter(|c| c.is_alphabetic());
        letters.flat_map(char::to_lowercase).collect()
    }

    fn has_full_given(&self) -> bool {
        self.given.iter().any(|given| given.chars().count() > 2)
    }

    /// What tells this spelling from another of what is probably the same name; `None` if nothing
    /// does that readers would see, or if it is another name.
    fn variant(&self, other: &Spelling<'_>) -> Option<Why> {
        let (a, b) = (self, other);
        let suffix = |spelling: &Spelling<'_>| spelling.name.suffix.as_deref().map(fold);
        if suffix(a) != suffix(b) {
            return None;
        }
        let full = a.has_full_given() && b.has_full_given();
        if a.whole == b.whole {
            if a.given == b.given {
                if a.family != b.family && full {
                    return Some(Why::Particle);
                }
                let dropped = a.name.dropping_particle != b.name.dropping_particle;
                return if a.letters() != b.letters() {
                    Some(Why::Accents)
                } else {
                    (dropped && full).then_some(Why::Particle)
                };
            }
            if compatible(&a.given, &b.given) {
                return Some(Why::Initials);
            }
            let mut pairs = a.given.iter().zip(&b.given).filter(|(a, b)| a != b);
            let one = a.given.len() == b.given.len() && pairs.clone().count() == 1;
            return (one && pairs.all(|(a, b)| slip(a, b))).then_some(Why::Given);
        }
        if a.given != b.given || !full {
            return None;
        }
        if a.family == b.family {
            // One of them without its particle.
            return (a.whole == a.family || b.whole == b.family).then_some(Why::Particle);
        }
        // Smith and Smyth are two names.
        (a.whole.chars().count() > 5 && slip(&a.whole, &b.whole)).then_some(Why::Family)
    }
}

/// Whether given names agree as far as both go: "G." and "Geoffrey", "John" and "John A.".
fn compatible(a: &[String], b: &[String]) -> bool {
    a.iter().zip(b).all(|(a, b)| {
        let initial = a.chars().count() == 1 || b.chars().count() == 1;
        a == b || initial && (a.starts_with(b.as_str()) || b.starts_with(a.as_str()))
    })
}

/// All spellings of people in some sources.
fn spellings<'a>(sources: &[&'a Source]) -> Vec<Spelling<'a>> {
    type Written<'n> = (&'n str, &'n Option<String>, [&'n Option<String>; 3]);
    let mut known: BTreeMap<Written<'a>, usize> = BTreeMap::new();
    let mut all: Vec<Spelling<'a>> = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let names = source.item.names.values().flatten();
        for name in names.filter(|name| !name.literal && name.given.is_some()) {
            let rest = [&name.particle, &name.dropping_particle, &name.suffix];
            let at = *known
                .entry((&name.family, &name.given, rest))
                .or_insert_with(|| {
                    all.push(Spelling::new(name));
                    all.len() - 1
                });
            if let Some(spelling) = all.get_mut(at)
                && spelling.sources.last() != Some(&number)
            {
                spelling.sources.push(number);
            }
        }
    }
    all
}

/// The pairs of spellings that are probably one person's, with what tells them apart.
fn pairs(all: &[Spelling<'_>]) -> BTreeMap<(usize, usize), Why> {
    // Spellings of one person share the last word of the family name, or the given names.
    let mut buckets: BTreeMap<(bool, String), Vec<usize>> = BTreeMap::new();
    for (number, spelling) in all.iter().enumerate() {
        let last = spelling.family.rsplit(' ').next().unwrap_or_default();
        let mut put = |key| buckets.entry(key).or_default().push(number);
        put((false, last.to_owned()));
        if spelling.has_full_given() {
            put((true, spelling.given.join(" ")));
        }
    }
    let mut found: BTreeMap<(usize, usize), Why> = BTreeMap::new();
    for bucket in buckets.values() {
        for (at, a) in bucket.iter().enumerate() {
            for b in &bucket[at + 1..] {
                // Two people of one source are two people.
                let together = all[*a].sources.iter().any(|n| all[*b].sources.contains(n));
                if let Some(why) = all[*a].variant(&all[*b]).filter(|_| !together) {
                    found.insert((*a, *b), why);
                }
            }
        }
    }
    // "J. Smith" may be John or Jane: nobody can tell.
    let initials = found.iter().filter(|(_, why)| **why == Why::Initials);
    let mut reach: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for ((a, b), _) in initials {
        reach.entry(*a).or_default().push(*b);
        reach.entry(*b).or_default().push(*a);
    }
    let unclear: BTreeSet<usize> = reach
        .iter()
        .filter(|(_, others)| {
            others.iter().enumerate().any(|(at, a)| {
                let mut rest = others[at + 1..].iter();
                rest.any(|b| !compatible(&all[*a].given, &all[*b].given))
            })
        })
        .map(|(number, _)| *number)
        .collect();
    found.retain(|(a, b), why| {
        *why != Why::Initials || !unclear.contains(a) && !unclear.contains(b)
    });
    found
}

/// The faults of the cited sources.
pub fn faults(sources: &[&Source], places: &Places<'_>) -> Vec<Fault> {
    let all = spellings(sources);
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for ((a, b), why) in pairs(&all) {
        // The rarer one is probably the slip; of two, the later.
        let count = |number: usize| all[number].sources.len();
        let (usual, rare) = if count(a) >= count(b) { (a, b) } else { (b, a) };
        let told = !seen.insert(rare);
        let (usual, rare) = (&all[usual], &all[rare]);
        // A slip in a family name happens once; Fischer and Fisher with several works each are two.
        if told || why == Why::Family && rare.sources.len() > 1 {
            continue;
        }
        // In one of them the author has looked at it.
        let all_of = [usual, rare]
            .into_iter()
            .flat_map(|spelling| &spelling.sources);
        let mut all_of = all_of.filter_map(|number| sources.get(*number));
        if all_of.any(|source| source.allows(Code::AuthorVariants)) {
            continue;
        }
        let place = |spelling: &Spelling<'_>| {
            let source = spelling.sources.first().and_then(|n| sources.get(*n))?;
            let values = [spelling.shown(), spelling.name.family.clone()];
            Some(places.of(source, &values.each_ref().map(String::as_str)))
        };
        let (Some(here), Some(there)) = (place(rare), place(usual)) else {
            continue;
        };
        faults.push(
            Fault::new(
                Code::AuthorVariants,
                format!(
                    "`{}` is probably the person who is also written `{}`",
                    rare.shown(),
                    usual.shown()
                ),
                here,
            )
            .label("written so here")
            .and(there, "written so there")
            .help(
                "write the name in one way, the fullest, in all sources: styles sort and shorten \
                 works by the name; if they are two people, give both their full names",
            ),
        );
    }
    faults
}
