//! Which variables a style has a use for, without formatting anything.

use super::Item;
use super::style::{Branch, Element, Match, Program, Style, Test, TextSource};
use super::vars::{self, Var};

impl Style {
    /// Whether the style would print a variable of an item, in a citation or in the bibliography, if
    /// the item had it.
    ///
    /// Conditions on the item's type and variables are decided (CSL 1.0.2, "Choose"); of those on
    /// a citation's position or locator every outcome counts. Only the item's type and which
    /// variables it has matter, not what they say.
    pub fn prints(&self, item: &Item, variable: &str) -> bool {
        let program = &self.program;
        let Some(wanted) = program.vars.get(variable) else {
            return false;
        };
        let areas = [Some(&program.citation), program.bibliography.as_ref()];
        areas.into_iter().flatten().any(|area| {
            let mut search = Search {
                program,
                item,
                wanted,
                seen: vec![false; program.macros.len()],
            };
            search.any(&area.layout)
        })
    }
}

struct Search<'a> {
    program: &'a Program,
    item: &'a Item,
    wanted: Var,
    /// The macros that were looked at: they don't depend on where they are called.
    seen: Vec<bool>,
}

impl Search<'_> {
    fn any(&mut self, elements: &[Element]) -> bool {
        elements.iter().any(|element| self.element(element))
    }

    fn element(&mut self, element: &Element) -> bool {
        let wanted = self.wanted;
        match element {
            Element::Text(text) => match &text.source {
                TextSource::Variable { var, .. } => *var == wanted,
                TextSource::Macro(number) => {
                    let program = self.program;
                    match (program.macros.get(*number), self.seen.get_mut(*number)) {
                        (Some(called), Some(seen)) if !*seen => {
                            *seen = true;
                            self.any(called)
                        }
                        _ => false,
                    }
                }
                TextSource::Term { .. } | TextSource::Value(_) => false,
            },
            Element::Number(number) => number.var == wanted,
            Element::Label(_) => false,
            Element::Date(date) => date.vars.contains(&wanted),
            Element::Group(group) => self.any(&group.children),
            Element::Names(names) => {
                names.vars.contains(&wanted)
                    || !names.vars.iter().any(|var| self.has(*var)) && self.any(&names.substitute)
            }
            Element::Choose(branches) => {
                for branch in branches {
                    let chosen = self.chosen(branch);
                    if chosen != Some(false) && self.any(&branch.children) {
                        return true;
                    }
                    if chosen == Some(true) {
                        break;
                    }
                }
                false
            }
        }
    }

    /// Whether a branch is taken; `None` if that depends on the citation.
    fn chosen(&self, branch: &Branch) -> Option<bool> {
        let truths = || branch.tests.iter().map(|test| self.truth(test));
        // All and none are decided by one test against them, any by one for it.
        let (decided, outcome) = match branch.matching {
            Match::All => (Some(false), false),
            Match::Any => (Some(true), true),
            Match::None => (Some(true), false),
        };
        if truths().any(|truth| truth == decided) {
            return Some(outcome);
        }
        truths().all(|truth| truth.is_some()).then_some(!outcome)
    }

    fn truth(&self, test: &Test) -> Option<bool> {
        match test {
            Test::Type(kind) => Some(self.program.vars.name(*kind) == self.item.kind),
            Test::Variable(vars::LOCATOR | vars::FIRST_NOTE | vars::YEAR_SUFFIX) => None,
            Test::Variable(var) => Some(*var == self.wanted || self.has(*var)),
            Test::Numeric(_)
            | Test::Uncertain(_)
            | Test::Locator(_)
            | Test::Position(_)
            | Test::Disambiguate(_) => None,
        }
    }

    fn has(&self, var: Var) -> bool {
        let name = self.program.vars.name(var);
        let item = self.item;
        item.text.contains_key(name)
            || item.names.contains_key(name)
            || item.dates.contains_key(name)
    }
}
