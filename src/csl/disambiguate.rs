//! Tells items apart whose citations look alike: more names, given names, other words, a letter
//! behind the year (CSL 1.0.2, "Disambiguation").

use std::collections::HashMap;

use super::processor::Processor;
use super::style::GivennameRule;
use super::vars::Var;

/// What was done to an item's citations to tell them apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// How many of the conditions that test `disambiguate` are true.
    pub conditions: u8,
    /// The number of the letter behind the year.
    pub year_suffix: Option<usize>,
    /// How many names are shown at least, of all variables.
    names: usize,
    /// How much of the given names is shown, by position: nothing more, initials, or all.
    given: Vec<u8>,
    /// The same, for the names of one variable.
    given_of: Vec<(Var, Vec<u8>)>,
}

impl State {
    pub fn shown(&self, _var: Var) -> usize {
        self.names
    }

    pub fn given(&self, var: Var, n: usize) -> u8 {
        let of_var = self.given_of.iter().find(|(known, _)| *known == var);
        let of_var = of_var.and_then(|(_, levels)| levels.get(n)).copied();
        let any = self.given.get(n).copied().unwrap_or(0);
        of_var.unwrap_or(0).max(any)
    }

    fn set_given(&mut self, var: Var, n: usize, level: u8) {
        let at = self.given_of.iter().position(|(known, _)| *known == var);
        let at = at.unwrap_or_else(|| {
            self.given_of.push((var, Vec::new()));
            self.given_of.len() - 1
        });
        let levels = &mut self.given_of[at].1;
        if levels.len() <= n {
            levels.resize(n + 1, 0);
        }
        levels[n] = levels[n].max(level);
    }
}

/// Sets the states of all items.
pub fn run(processor: &mut Processor<'_>) {
    let area = &processor.program.citation;
    let condition = processor.program.cites.conditions;
    if !(area.add_names || area.add_givenname || area.add_year_suffix || condition) {
        return;
    }
    if area.add_givenname && area.givenname_rule != GivennameRule::ByCite {
        global_names(processor);
    }
    let all: Vec<usize> = processor.registry.clone();
    for set in sets(processor, &all) {
        solve(processor, set, condition);
    }
}

/// Groups of items whose citations look alike, each in the registry's order.
fn sets(processor: &Processor<'_>, items: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: HashMap<String, usize> = HashMap::new();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for item in items {
        let at = *groups
            .entry(processor.compared(*item))
            .or_insert(sets.len());
        if at == sets.len() {
            sets.push(Vec::new());
        }
        sets[at].push(*item);
    }
    sets.retain(|set| set.len() > 1);
    sets
}

/// Tells the items of one set apart.
fn solve(processor: &mut Processor<'_>, set: Vec<usize>, condition: bool) {
    let area = &processor.program.citation;
    let by_cite = area.add_givenname && area.givenname_rule == GivennameRule::ByCite;
    let (add_names, add_suffix) = (area.add_names, area.add_year_suffix);
    let mut rest = vec![set];
    if add_names || by_cite {
        rest = rest
            .into_iter()
            .flat_map(|set| by_names(processor, set, add_names, by_cite))
            .collect();
    }
    if condition {
        rest = rest
            .into_iter()
            .flat_map(|set| by_conditions(processor, set))
            .collect();
    }
    if add_suffix {
        for set in rest {
            for (n, item) in set.into_iter().enumerate() {
                processor.states[item].year_suffix = Some(n);
            }
        }
    }
}

/// Makes one condition after the other true, until items differ. Gives back what still looks
/// alike.
fn by_conditions(processor: &mut Processor<'_>, set: Vec<usize>) -> Vec<Vec<usize>> {
    let mut rest = vec![set];
    for count in 1..=3u8 {
        let mut left = Vec::new();
        for set in rest {
            let before: Vec<String> = set.iter().map(|item| processor.compared(*item)).collect();
            for item in &set {
                processor.states[*item].conditions = count;
            }
            let changed = set
                .iter()
                .zip(&before)
                .any(|(item, before)| processor.compared(*item) != *before);
            if !changed {
                for item in &set {
                    processor.states[*item].conditions = count - 1;
                }
            }
            left.extend(sets(processor, &set));
        }
        rest = left;
    }
    rest
}

/// Adds names and given names, one after the other, until items differ. What tells none of them
/// apart is taken back. Gives back what still looks alike.
fn by_names(
    processor: &mut Processor<'_>,
    set: Vec<usize>,
    add_names: bool,
    given: bool,
) -> Vec<Vec<usize>> {
    let vars = &processor.program.cites.names;
    let most = set
        .iter()
        .flat_map(|item| vars.iter().map(move |var| (item, var)))
        .filter_map(|(item, var)| processor.entries[*item].names(*var))
        .map(<[_]>::len)
        .max()
        .unwrap_or(0);
    // The states that last told any apart.
    let mut kept: HashMap<usize, State> = set
        .iter()
        .map(|item| (*item, processor.states[*item].clone()))
        .collect();
    let mut rest = vec![set.clone()];
    for n in 0..most {
        if add_names {
            for item in rest.iter().flatten() {
                processor.states[*item].names = n + 1;
            }
            rest = split(processor, rest, &mut kept);
        }
        if given {
            for level in 1..=2 {
                let before: Vec<(usize, State)> = rest
                    .iter()
                    .flatten()
                    .map(|item| (*item, processor.states[*item].clone()))
                    .collect();
                for item in rest.iter().flatten() {
                    let levels = &mut processor.states[*item].given;
                    levels.resize(levels.len().max(n + 1), 0);
                    levels[n] = level;
                }
                rest = split(processor, rest, &mut kept);
                // Where it told none apart, the given name goes again.
                for (item, state) in before {
                    let still = rest.iter().any(|set| set.contains(&item));
                    if still && kept.get(&item) != Some(&processor.states[item]) {
                        processor.states[item] = state;
                    }
                }
            }
        }
    }
    for item in set {
        if let Some(state) = kept.remove(&item) {
            processor.states[item] = state;
        }
    }
    let left: Vec<usize> = rest.into_iter().flatten().collect();
    sets(processor, &left)
}

/// Splits groups by what they look like now; where that tells any apart, the states are kept.
fn split(
    processor: &Processor<'_>,
    groups: Vec<Vec<usize>>,
    kept: &mut HashMap<usize, State>,
) -> Vec<Vec<usize>> {
    let mut left = Vec::new();
    for set in groups {
        let after = sets(processor, &set);
        let same = matches!(&after[..], [only] if only.len() == set.len());
        if !same {
            for item in &set {
                kept.insert(*item, processor.states[*item].clone());
            }
        }
        left.extend(after);
    }
    left
}

/// Tells people of the same family name apart wherever they are cited.
fn global_names(processor: &mut Processor<'_>) {
    let rule = processor.program.citation.givenname_rule;
    let primary = matches!(
        rule,
        GivennameRule::PrimaryName | GivennameRule::PrimaryNameInitials
    );
    let most = match rule {
        GivennameRule::AllNamesInitials | GivennameRule::PrimaryNameInitials => 1u8,
        _ => 2,
    };
    let vars = &processor.program.cites.names;
    // The family name as it is printed, and who bears it.
    let mut bearers: HashMap<String, Vec<(String, String)>> = HashMap::new();
    let mut places: Vec<(usize, Var, usize, String, String)> = Vec::new();
    for item in processor.registry.clone() {
        let entry = &processor.entries[item];
        let first = vars.iter().find(|var| entry.names(**var).is_some());
        for var in vars.iter().filter(|var| !primary || Some(*var) == first) {
            let people = entry.names(*var).unwrap_or_default();
            let count = if primary { 1 } else { people.len() };
            for (n, person) in people.iter().enumerate().take(count) {
                if person.literal || person.given.is_empty() {
                    continue;
                }
                let family = format!("{} {}", person.particle, person.family);
                let initials =
                    super::names::initials(&person.given, "", true, true).replace(' ', "");
                let given = format!("{} {}", person.given, person.dropping);
                let known = bearers.entry(family.clone()).or_default();
                if !known.iter().any(|(_, other)| *other == given) {
                    known.push((initials.clone(), given.clone()));
                }
                places.push((item, *var, n, family, given));
            }
        }
    }
    for (item, var, n, family, given) in places {
        let Some(known) = bearers.get(&family) else {
            continue;
        };
        let Some((initials, _)) = known.iter().find(|(_, other)| *other == given) else {
            continue;
        };
        let others = || known.iter().filter(|(_, other)| *other != given);
        // "J. J." and "J.J." are one person.
        let apart = others().any(|(_, other)| squeezed(other) != squeezed(&given));
        if !apart {
            continue;
        }
        let same_initials = others().any(|(other, _)| other == initials);
        let other_initials = others().any(|(other, _)| other != initials);
        let level = match (same_initials, most) {
            (true, 1) => u8::from(other_initials),
            (true, _) => 2,
            (false, _) => 1,
        };
        processor.states[item].set_given(var, n, level);
    }
}

fn squeezed(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}
