//! `explainer proof`: ticks citations that somebody compared with their sources.

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::{Args, Subcommand};
use serde_json::json;

use super::lines::{Column, FormatOption, line_of, print, print_json, print_list};
use super::report::{citing_json, warn_of_errors};
use super::{SiteOption, complain, count};
use crate::build::{Survey, Texts, Wanted, survey};
use crate::config::{Date, PROOFS};
use crate::diag::{self, Format, nearest, nearest_path};
use crate::report::{Citing, Ledger, Tick, citings, drafted};
use crate::write;

#[derive(Subcommand)]
pub enum ProofCommand {
    /// List the citations with their ids: which are ticked, and which are open
    List(ListArgs),
    /// Tick citations that you compared with their sources
    Tick(TickArgs),
    /// Take ticks away
    Untick(UntickArgs),
    /// Remove the ticks of citations that have changed or are gone
    Clean(CleanArgs),
}

#[derive(Args)]
pub struct ListArgs {
    /// Only those that nobody has ticked
    #[arg(long, conflicts_with_all = ["ticked", "stale"])]
    open: bool,
    /// Only those that somebody has ticked
    #[arg(long, conflicts_with = "stale")]
    ticked: bool,
    /// Only ticks of citations that have changed or are gone
    #[arg(long)]
    stale: bool,
    #[command(flatten)]
    site: SiteOption,
    #[command(flatten)]
    format: FormatOption,
}

/// Which citations are meant.
#[derive(Args)]
struct Chosen {
    /// The ids of citations, as `explainer proof list` shows them, or how they begin
    #[arg(value_name = "ID", required_unless_present_any = ["section", "source"])]
    ids: Vec<String>,
    /// All citations of this file, such as content/01-start.md
    #[arg(long, value_name = "FILE", conflicts_with = "ids")]
    section: Option<String>,
    /// All citations of this source
    #[arg(long, value_name = "KEY", conflicts_with = "ids")]
    source: Option<String>,
    /// Confirm that all of a section or source are meant
    #[arg(long)]
    yes: bool,
}

#[derive(Args)]
pub struct TickArgs {
    #[command(flatten)]
    chosen: Chosen,
    /// Who compared them
    #[arg(long, value_name = "NAME")]
    by: String,
    /// When, as year, month, day [default: today, in UTC]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    #[command(flatten)]
    site: SiteOption,
}

#[derive(Args)]
pub struct UntickArgs {
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    site: SiteOption,
}

#[derive(Args)]
pub struct CleanArgs {
    #[command(flatten)]
    site: SiteOption,
}

pub fn proof(command: &ProofCommand) -> ExitCode {
    let done = match command {
        ProofCommand::List(args) => list(args),
        ProofCommand::Tick(args) => tick(args),
        ProofCommand::Untick(args) => untick(args),
        ProofCommand::Clean(args) => clean(args),
    };
    done.map_or_else(|code| code, |()| ExitCode::SUCCESS)
}

/// A site with its citations.
struct Site {
    root: PathBuf,
    survey: Survey,
    citings: Vec<Citing>,
    /// Held until the ledger is written.
    _turn: Option<File>,
}

impl Site {
    /// Reads the site. A ledger that can't be read whole is reported: written anew, it would lose
    /// what couldn't be read.
    fn read(option: &SiteOption) -> Result<Site, ExitCode> {
        Site::of(option.root()?, None)
    }

    /// Reads the site to write its ledger: whoever else does so waits until this is done, so that no
    /// tick is lost. Where folders can't be locked, on Windows, nobody waits.
    fn read_to_write(option: &SiteOption) -> Result<Site, ExitCode> {
        let root = option.root()?;
        let turn = File::open(&root).ok();
        let turn = turn.filter(|file| file.lock().is_ok());
        Site::of(root, turn)
    }

    fn of(root: PathBuf, turn: Option<File>) -> Result<Site, ExitCode> {
        let survey = survey(&root, Wanted::Cited);
        let of_ledger = |fault: &&diag::Fault| {
            let place = fault.place.as_ref();
            place.is_some_and(|place| *place.file == *PROOFS)
        };
        let faults: Vec<_> = survey.faults.iter().filter(of_ledger).cloned().collect();
        if !faults.is_empty() {
            let texts = Texts::of(&survey.snapshot);
            let levels = diag::Levels::default();
            eprint!("{}", diag::report(&faults, &levels, &texts, Format::Human));
            complain(
                &format!("`{PROOFS}` can't be used"),
                "correct what is said above",
            );
            return Err(ExitCode::FAILURE);
        }
        warn_of_errors(&survey);
        let citings = citings(&survey.input());
        Ok(Site {
            root,
            survey,
            citings,
            _turn: turn,
        })
    }

    fn tick(&self, citing: &Citing) -> Option<&Tick> {
        self.survey.ledger.ticks.get(&citing.id)
    }

    /// The ticks that no citation has any more. What became a draft may be published again.
    fn stale(&self) -> Vec<(&String, &Tick)> {
        let ticks = self.survey.ledger.ticks.iter();
        let mut there = drafted(&self.survey.input());
        there.extend(self.citings.iter().map(|citing| citing.id.clone()));
        ticks.filter(|(id, _)| !there.contains(*id)).collect()
    }

    /// The citations that are meant, or the exit code after a word on why none is.
    fn chosen(&self, chosen: &Chosen, what: &str) -> Result<Vec<&Citing>, ExitCode> {
        if chosen.section.is_none() && chosen.source.is_none() {
            let found = chosen.ids.iter().map(|id| self.named(id));
            return found.collect();
        }
        let mut found: Vec<&Citing> = self.citings.iter().collect();
        if let Some(section) = &chosen.section {
            let typed = section.strip_prefix("./").unwrap_or(section);
            let whole = format!("content/{typed}");
            let named = |path: &str| path == typed || path == whole;
            let mut paths = self.survey.files.iter().map(|parsed| &*parsed.file);
            if !paths.clone().any(named) {
                let help = match nearest_path(typed, &mut paths) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name a file such as content/01-start.md".to_owned(),
                };
                complain(&format!("there is no section `{section}`"), &help);
                return Err(ExitCode::from(2));
            }
            found.retain(|citing| named(&self.survey.files[citing.file].file));
        }
        if let Some(key) = &chosen.source {
            let wanted = self.survey.library.numbers(key);
            if wanted.is_empty() {
                no_source(&self.survey, key);
                return Err(ExitCode::from(2));
            }
            found.retain(|citing| {
                let mut cited = citing.cites.iter().flat_map(|cite| &cite.sources);
                cited.any(|source| wanted.contains(source))
            });
        }
        if !chosen.yes && !found.is_empty() {
            complain(
                &format!(
                    "this would {what} {}",
                    count(found.len(), "citation", "citations")
                ),
                "look at each with `explainer report --proof`; then add --yes",
            );
            return Err(ExitCode::from(2));
        }
        Ok(found)
    }

    /// The citation of an id, or of how one begins.
    fn named(&self, typed: &str) -> Result<&Citing, ExitCode> {
        let begins = self
            .citings
            .iter()
            .filter(|citing| citing.id.starts_with(typed));
        let found: Vec<&Citing> = begins.collect();
        let (message, help) = match found[..] {
            [citing] if !typed.is_empty() => return Ok(citing),
            [] => (
                format!("no citation has the id `{typed}`"),
                match nearest(typed, self.citings.iter().map(|citing| citing.id.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`explainer proof list` shows the ids".to_owned(),
                },
            ),
            _ => (
                format!("several ids begin with `{typed}`"),
                "type more of it".to_owned(),
            ),
        };
        complain(&message, &help);
        Err(ExitCode::from(2))
    }

    fn write(&self, ledger: &Ledger) -> Result<(), ExitCode> {
        write::replace(&self.root.join(PROOFS), ledger.write().as_bytes()).map_err(|error| {
            complain(&format!("`{PROOFS}` can't be written: {error}"), "");
            ExitCode::FAILURE
        })
    }

    /// Says how far the site is.
    fn say_how_far(&self, ledger: &Ledger) {
        let ids = self.citings.iter().map(|citing| &citing.id);
        let ticked = ids.filter(|id| ledger.ticks.contains_key(*id)).count();
        print(&format!(
            "{ticked} of {} ticked.\n",
            count(self.citings.len(), "citation", "citations")
        ));
    }
}

/// Says that no source has a key.
pub fn no_source(survey: &Survey, key: &str) {
    let help = match survey.library.nearest(key) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`explainer sources list` shows the keys".to_owned(),
    };
    complain(&format!("there is no source `{key}`"), &help);
}

fn list(args: &ListArgs) -> Result<(), ExitCode> {
    let site = Site::read(&args.site)?;
    let wanted = |citing: &&Citing| match (args.open, args.ticked, args.stale) {
        (true, ..) => site.tick(citing).is_none(),
        (_, true, _) => site.tick(citing).is_some(),
        (.., stale) => !stale,
    };
    let found: Vec<&Citing> = site.citings.iter().filter(wanted).collect();
    let stale = match args.open || args.ticked {
        true => Vec::new(),
        false => site.stale(),
    };
    if args.format.json() {
        let list: Vec<_> = found.iter().map(|c| citing_json(&site.survey, c)).collect();
        let stale = stale.iter().map(|(id, tick)| {
            json!({ "id": id, "sentence": tick.claim, "cites": tick.cites, "by": tick.by, "on": tick.on })
        });
        print_json(&json!({ "citations": list, "stale": stale.collect::<Vec<_>>() }));
        return Ok(());
    }
    let columns = [
        Column::new("Id", 12),
        Column::new("State", 7),
        Column {
            end: true,
            ..Column::new("Where", 26)
        },
        Column::new("Sentence", 80),
    ];
    let current = found.iter().map(|citing| {
        let state = match site.tick(citing) {
            Some(_) => "ticked",
            None => "open",
        };
        let line = line_of(&site.survey, &citing.place);
        let file = citing.place.file.strip_prefix("content/");
        [
            citing.id.clone(),
            state.to_owned(),
            format!("{}:{line}", file.unwrap_or(&citing.place.file)),
            citing.claim(),
        ]
    });
    let gone = stale.iter().map(|(id, tick)| {
        let state = "stale".to_owned();
        [(*id).clone(), state, tick.cites.clone(), tick.claim.clone()]
    });
    let rows: Vec<[String; 4]> = current.chain(gone).collect();
    if !rows.is_empty() {
        print_list(&columns, &rows);
    }
    // Beside the list, not in it.
    eprintln!(
        "{}{}",
        count(found.len(), "citation", "citations"),
        match stale.len() {
            0 => String::new(),
            stale => format!(
                ", {}; `explainer proof clean` removes these",
                count(stale, "stale tick", "stale ticks")
            ),
        }
    );
    Ok(())
}

fn tick(args: &TickArgs) -> Result<(), ExitCode> {
    let by = args.by.split_whitespace().collect::<Vec<_>>().join(" ");
    if by.is_empty() {
        complain(
            "`--by` names nobody",
            "say who compared the citations: --by \"Jane Doe\"",
        );
        return Err(ExitCode::from(2));
    }
    let on = match &args.on {
        None => today(),
        Some(on) => match Date::read(on).filter(|_| on.len() == "2026-11-23".len()) {
            Some(_) => on.clone(),
            None => {
                complain(
                    &format!("`{on}` is no day"),
                    "write it as year, month, day: --on 2026-11-23",
                );
                return Err(ExitCode::from(2));
            }
        },
    };
    let site = Site::read_to_write(&args.site)?;
    let found = site.chosen(&args.chosen, "tick")?;
    let mut ledger = site.survey.ledger.clone();
    let mut again = 0;
    for citing in &found {
        let tick = Tick {
            by: by.clone(),
            on: on.clone(),
            claim: citing.claim(),
            cites: citing.keys(),
        };
        again += usize::from(ledger.ticks.insert(citing.id.clone(), tick).is_some());
    }
    if found.is_empty() {
        print("Nothing is cited there.\n");
        return Ok(());
    }
    site.write(&ledger)?;
    let before = match again {
        0 => String::new(),
        again => format!(" ({again} of them again)"),
    };
    print(&format!(
        "Ticked {}{before} by {by} on {on}. ",
        count(found.len(), "citation", "citations")
    ));
    site.say_how_far(&ledger);
    Ok(())
}

/// Today's day. A tick is an event of its day; builds never ask for it.
fn today() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0));
    Date::of_seconds(seconds)
        .day_or_moment()
        .unwrap_or_default()
}

fn untick(args: &UntickArgs) -> Result<(), ExitCode> {
    let site = Site::read_to_write(&args.site)?;
    let found = site.chosen(&args.chosen, "untick")?;
    let mut ledger = site.survey.ledger.clone();
    let gone = found
        .iter()
        .filter(|citing| ledger.ticks.remove(&citing.id).is_some());
    let gone = gone.count();
    if gone > 0 {
        site.write(&ledger)?;
    }
    print(&format!("Took {} away. ", count(gone, "tick", "ticks")));
    site.say_how_far(&ledger);
    Ok(())
}

fn clean(args: &CleanArgs) -> Result<(), ExitCode> {
    let site = Site::read_to_write(&args.site)?;
    let levels = &site.survey.config.levels;
    if levels.count(&site.survey.faults).errors > 0 {
        complain(
            "nothing was removed: of a site with errors it isn't known what is gone",
            "correct what `explainer check` says first",
        );
        return Err(ExitCode::FAILURE);
    }
    let mut ledger = site.survey.ledger.clone();
    let stale = site.stale();
    for (id, tick) in &stale {
        ledger.ticks.remove(*id);
        print(&format!("{id}  {}  {}\n", tick.cites, tick.claim));
    }
    if !stale.is_empty() {
        site.write(&ledger)?;
    }
    print(&format!(
        "Removed {}.\n",
        count(stale.len(), "stale tick", "stale ticks")
    ));
    Ok(())
}
