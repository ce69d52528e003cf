//! `proofs.toml`: which citations somebody compared with their sources. One table for each, sorted
//! by id, so that Git merges what several people tick.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::proof::is_id;
use crate::config::{Fields, syntax_faults, value};
use crate::diag::{Code, Fault, FilePath, Place};

/// The ticks by the ids of their citations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The ticks.
    pub ticks: BTreeMap<String, Tick>,
}

/// That somebody compared a citation with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Who.
    pub by: String,
    /// When: a day.
    pub on: String,
    /// What was compared, for whoever reads the file; ids alone count.
    pub claim: String,
    /// What it cites.
    pub cites: String,
}

const HEAD: &str = "\
# Who compared which citation with its source, and when. `explainer proof` writes this file; keep it
# under version control. A table whose sentence or citation has changed counts no longer.
";

impl Ledger {
    /// Reads the ledger strictly.
    ///
    /// In: its path and text. Out: the ticks, and what is wrong; a ledger with faults must not be
    /// written anew, for what couldn't be read would be lost.
    pub fn read(file: &FilePath, text: &str) -> (Ledger, Vec<Fault>) {
        let (tables, syntax) = value::toml(text, 0);
        let mut faults = syntax_faults(file, "valid TOML", syntax);
        let mut ledger = Ledger::default();
        for field in &tables.0 {
            let id = &field.name;
            if !is_id(id) {
                let place = Place::new(file, field.span.clone());
                faults.push(
                    Fault::new(
                        Code::WrongValue,
                        format!("`{id}` can't be the id of a citation"),
                        place,
                    )
                    .help("`explainer proof list` shows the ids; delete this table"),
                );
                continue;
            }
            let value::Data::Table(table) = &field.value.data else {
                faults.push(Fault::new(
                    Code::WrongType,
                    format!("`{id}` must be a table, not {}", field.value.data.kind()),
                    Place::new(file, field.value.span.clone()),
                ));
                continue;
            };
            let place = Place::new(file, field.span.clone());
            let mut found = Vec::new();
            let mut f = Fields::new(file, table, format!("`[{id}]`"), &mut found);
            let by = f
                .text("by")
                .map(|by| by.value)
                .filter(|by| !by.trim().is_empty());
            let on = f.date("on").map(|on| on.value);
            let claim = f.text("claim").map(|claim| claim.value);
            let cites = f.text("cites").map(|cites| cites.value);
            let lacks = [("by", by.is_none()), ("on", on.is_none())];
            f.finish();
            if let Some((name, _)) = lacks
                .iter()
                .find(|(_, lacks)| *lacks)
                .filter(|_| found.is_empty())
            {
                found.push(
                    Fault::new(
                        Code::MissingField,
                        format!("`[{id}]` doesn't say `{name}`"),
                        place,
                    )
                    .help("a tick says who compared the citation, and when"),
                );
            }
            faults.append(&mut found);
            if let (Some(by), Some(on)) = (by, on) {
                let tick = Tick {
                    by,
                    on,
                    claim: claim.unwrap_or_default(),
                    cites: cites.unwrap_or_default(),
                };
                ledger.ticks.insert(id.clone(), tick);
            }
        }
        (ledger, faults)
    }

    /// The ledger as a text that [`read`](Ledger::read) reads.
    pub fn write(&self) -> String {
        let mut out = HEAD.to_owned();
        for (id, tick) in &self.ticks {
            let quoted = |text: &str| {
                let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
                toml::Value::String(plain).to_string()
            };
            let _ = write!(
                out,
                "\n[{id}]\nby = {}\non = {}\nclaim = {}\ncites = {}\n",
                quoted(&tick.by),
                quoted(&tick.on),
                quoted(&tick.claim),
                quoted(&tick.cites)
            );
        }
        out
    }
}
