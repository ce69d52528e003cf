//! `explainer theme`: lists themes, copies a file of one into the site, starts a new one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{SiteOption, complain};
use crate::build::Texts;
use crate::config::{self, Config};
use crate::diag::{self, Fault, Format, nearest_path};
use crate::read::{self, Snapshot};
use crate::render::{ABOUT, Folder, ThemeFile, Themes, bundled_text};

/// Prints a line. A reader that went away, such as `head`, is no reason to fail.
macro_rules! say {
    ($($words:tt)*) => {
        let _ = writeln!(io::stdout(), $($words)*);
    };
}

#[derive(Subcommand)]
pub enum ThemeCommand {
    /// List the themes: those that come with the program and the site's own
    List(ListArgs),
    /// Copy a file of the theme into the site, where yours takes its place
    ///
    /// Without a file it lists those there are. Nothing of yours is overwritten.
    Eject(EjectArgs),
    /// Start a theme of your own, which inherits the one in use
    New(NewArgs),
}

#[derive(Args)]
pub struct ListArgs {
    #[command(flatten)]
    site: SiteOption,
}

#[derive(Args)]
pub struct EjectArgs {
    /// The file, such as templates/section.html, or the end of its path; without it, all are listed
    #[arg(value_name = "FILE")]
    file: Option<String>,
    /// Overwrite your file if you have one already
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    site: SiteOption,
}

#[derive(Args)]
pub struct NewArgs {
    /// The theme's name: letters, digits, `-` and `_`
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    site: SiteOption,
}

pub fn theme(command: &ThemeCommand) -> ExitCode {
    let done = match command {
        ThemeCommand::List(args) => list(args),
        ThemeCommand::Eject(args) => eject(args),
        ThemeCommand::New(args) => new(args),
    };
    done.unwrap_or_else(|code| code)
}

/// A site as far as its themes go.
struct Site {
    root: PathBuf,
    snapshot: Snapshot,
    config: Config,
    themes: Themes,
}

impl Site {
    fn read(root: PathBuf) -> Site {
        // What else is wrong with the site is for `check` to say.
        let (snapshot, config, _) = read::read(&root);
        let themes = Themes::new(&snapshot.theme, snapshot.theme_static.keys());
        Site {
            root,
            snapshot,
            config,
            themes,
        }
    }

    /// The theme in use and those it builds on, or the exit code after a report.
    fn chain(&self) -> Result<Vec<(&str, &Folder)>, ExitCode> {
        let mut faults = Vec::new();
        let (name, place) = &self.config.theme;
        let chain = self.themes.chain(name, place.as_ref(), &mut faults);
        match chain.is_empty() {
            true => Err(self.report(&faults)),
            false => Ok(chain),
        }
    }

    fn report(&self, faults: &[Fault]) -> ExitCode {
        let texts = Texts::of(&self.snapshot);
        eprint!(
            "{}",
            diag::report(faults, &self.config.levels, &texts, Format::Human)
        );
        ExitCode::FAILURE
    }
}

fn list(args: &ListArgs) -> Result<ExitCode, ExitCode> {
    let root = match &args.site.site {
        // Whoever has no site yet may want to know, too.
        None => read::root_of(Path::new(".")),
        Some(_) => Some(args.site.root()?),
    };
    let site = root.map(Site::read);
    let bundled = Themes::new(&[], std::iter::empty());
    let themes = site.as_ref().map_or(&bundled, |site| &site.themes);
    let in_use = site.as_ref().map(|site| site.config.theme.0.as_str());
    let mut faults = Vec::new();
    let width = themes.names().map(|name| name.chars().count()).max();
    let width = width.unwrap_or_default();
    for name in themes.names() {
        let Some(folder) = themes.get(name) else {
            continue;
        };
        let about = folder.about(&mut faults);
        let from = match folder.bundled {
            true => "bundled".to_owned(),
            false => format!("themes/{name}"),
        };
        let inherits = about.inherits.map(|parent| parent.value);
        let inherits = inherits.map_or(String::new(), |parent| format!(", inherits {parent}"));
        let mark = if in_use == Some(name) { '*' } else { ' ' };
        say!("{mark} {name:width$}  {from}{inherits}");
        if !about.description.is_empty() {
            say!("  {:width$}  {}", "", about.description);
        }
        // Faults of how themes inherit are found on the way to the first of them.
        themes.chain(name, None, &mut faults);
    }
    let Some(site) = &site else {
        say!(
            "\nA site uses scholar unless its {} names another.",
            config::FILE
        );
        return Ok(ExitCode::SUCCESS);
    };
    if site.themes.get(&site.config.theme.0).is_none() {
        let (name, place) = &site.config.theme;
        site.themes.chain(name, place.as_ref(), &mut faults);
    }
    say!(
        "\n* is in use. What to do next:
  use another:        write theme = \"NAME\" above the first [table] of {}
  change one file:    explainer theme eject
  start your own:     explainer theme new NAME",
        config::FILE
    );
    diag::sort(&mut faults);
    if faults.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(site.report(&faults))
}

/// A file that can be ejected: its path in a theme, and the theme it is from.
struct Ejectable<'a> {
    path: &'a str,
    theme: &'a str,
    /// How it is called: by its path, or, where the theme before has one too, as `theme:path`.
    name: String,
}

fn eject(args: &EjectArgs) -> Result<ExitCode, ExitCode> {
    let site = Site::read(args.site.root()?);
    let chain = site.chain()?;
    let files = ejectables(&chain);
    let Some(typed) = &args.file else {
        say!("The theme {} is made of:\n", chain[0].0);
        say!("{}", listed(&site, &chain, &files).trim_end());
        say!(
            "\nWhat to do next:\n  explainer theme eject FILE    copies it to where yours takes its place"
        );
        return Ok(ExitCode::SUCCESS);
    };
    let wanted = typed.strip_prefix("./").unwrap_or(typed);
    let exact = files
        .iter()
        .filter(|file| file.name == wanted || format!("{}:{}", file.theme, file.path) == wanted);
    let ends = files
        .iter()
        .filter(|file| file.name.ends_with(&format!("/{wanted}")));
    let found: Vec<_> = match exact.collect::<Vec<_>>() {
        found if !found.is_empty() => found,
        _ => ends.collect(),
    };
    let [file] = found[..] else {
        let names: Vec<&str> = match found.is_empty() {
            true => files.iter().map(|file| file.name.as_str()).collect(),
            false => found.iter().map(|file| file.name.as_str()).collect(),
        };
        let (message, help) = match (found.is_empty(), nearest_path(wanted, names)) {
            (true, Some(near)) => ("the theme has no file", format!("did you mean `{near}`?")),
            (true, None) => ("the theme has no file", "these are its files".to_owned()),
            (false, _) => (
                "several files are called",
                "say more of the path".to_owned(),
            ),
        };
        complain(&format!("{message} `{typed}`"), &help);
        eprint!("\n{}", listed(&site, &chain, &files));
        return Err(ExitCode::from(2));
    };
    let target = target(chain[0], file.path);
    let own = own(&site, &chain, file.path);
    if let Some(own) = own.filter(|_| !args.force) {
        complain(
            &format!("`{own}` is yours already and wasn't touched"),
            "edit it; or add --force to overwrite it with the theme's",
        );
        return Err(ExitCode::from(2));
    }
    let Some((from, bytes)) = content(&site, &chain, file, &target) else {
        complain(
            &format!("`{}` is your own and stands in no other theme", file.path),
            "edit it",
        );
        return Err(ExitCode::from(2));
    };
    put(&site.root, &target, &bytes, args.force)?;
    say!("Wrote {target}, a copy of {}'s.\n\nWhat to do next:", from);
    say!("  edit it; explainer serve --watch shows what changes");
    if file.path.starts_with("messages/") {
        say!("  keep the words you change; {} has the others", from);
    } else {
        say!("  delete it to have {}'s again", from);
    }
    if let Some(name) = file
        .path
        .strip_prefix("templates/")
        .filter(|name| !name.contains('/'))
    {
        say!(
            "  if one block is all you change, begin it with {{% extends \"{}:{name}\" %}}\n  and keep that block only: what the theme changes later still reaches you",
            from
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn ejectables<'a>(chain: &[(&'a str, &'a Folder)]) -> Vec<Ejectable<'a>> {
    let mut files: Vec<Ejectable> = Vec::new();
    for (theme, folder) in chain {
        for path in folder.files.keys().filter(|path| *path != ABOUT) {
            let seen = files.iter().any(|file| file.path == path);
            // A theme's words add to those of the theme it builds on; its other files hide them.
            if seen && !path.starts_with("messages/") {
                continue;
            }
            let name = match seen {
                true => format!("{theme}:{path}"),
                false => path.clone(),
            };
            files.push(Ejectable { path, theme, name });
        }
    }
    files.sort_by(|a, b| a.path.cmp(b.path));
    files
}

fn listed(site: &Site, chain: &[(&str, &Folder)], files: &[Ejectable]) -> String {
    let width = files
        .iter()
        .map(|file| file.name.len())
        .max()
        .unwrap_or_default();
    let lines = files.iter().map(|file| {
        let own = own(site, chain, file.path).filter(|_| file.name == file.path);
        let from = match own {
            Some(own) => format!("yours: {own}"),
            None => file.theme.to_owned(),
        };
        format!("  {:width$}  {from}\n", file.name)
    });
    lines.collect()
}

/// Where a copy of a theme's file goes: beside the content for a bundled theme, whose place in the
/// site is only for static files; else into the theme's folder.
fn target((theme, folder): (&str, &Folder), path: &str) -> String {
    match folder.bundled && !path.starts_with("static/") {
        true => path.to_owned(),
        false => format!("themes/{theme}/{path}"),
    }
}

/// The site's own file that goes before that of the theme's parents, if there is one.
fn own(site: &Site, chain: &[(&str, &Folder)], path: &str) -> Option<String> {
    let (theme, _) = chain[0];
    let beside = Some(path.to_owned()).filter(|path| !path.starts_with("static/"));
    beside
        .into_iter()
        .chain([format!("themes/{theme}/{path}")])
        .find(|path| site.root.join(path).is_file())
}

/// What a file of a theme holds, but for the site's copy at `target`; and the theme it is from.
fn content<'a>(
    site: &Site,
    chain: &[(&'a str, &Folder)],
    file: &Ejectable,
    target: &str,
) -> Option<(&'a str, Vec<u8>)> {
    let from = chain.iter().skip_while(|(theme, _)| *theme != file.theme);
    from.into_iter().find_map(|(theme, folder)| {
        let bytes = match folder.files.get(file.path)? {
            ThemeFile::Text(text) if *text.path != *target => text.text.as_bytes().to_vec(),
            ThemeFile::Copy(path) if **path != *target => fs::read(site.root.join(&**path)).ok()?,
            _ => {
                let path = format!("theme:{theme}/{}", file.path);
                bundled_text(&path)?.as_bytes().to_vec()
            }
        };
        Some((*theme, bytes))
    })
}

/// Starts a theme: what it is, and the file that people change first.
fn new(args: &NewArgs) -> Result<ExitCode, ExitCode> {
    let site = Site::read(args.site.root()?);
    let chain = site.chain()?;
    let name = &args.name;
    if !read::is_theme_name(name) {
        complain(
            &format!("`{name}` can't be the name of a theme"),
            "use letters, digits, `-` and `_`",
        );
        return Err(ExitCode::from(2));
    }
    let folder = format!("themes/{name}");
    if site.themes.get(name).is_some() || site.root.join(&folder).exists() {
        let message = match site.themes.get(name) {
            Some(theme) if theme.bundled => format!("`{name}` is the name of a bundled theme"),
            _ => format!("`{folder}` is there already and wasn't touched"),
        };
        complain(
            &message,
            "take another name; `explainer theme list` shows those taken",
        );
        return Err(ExitCode::from(2));
    }
    let (parent, _) = chain[0];
    let about = format!("title = \"{name}\"\ndescription = \"\"\ninherits = \"{parent}\"\n");
    put(
        &site.root,
        &format!("{folder}/{ABOUT}"),
        about.as_bytes(),
        false,
    )?;
    say!("Wrote {folder}/{ABOUT}: the theme {name}, which inherits {parent}.");
    let files = ejectables(&chain);
    let first = ["static/basics.css", "static/style.css"]
        .iter()
        .find_map(|path| files.iter().find(|file| file.path == *path));
    let mut edit = String::new();
    if let Some(file) = first
        && let Some((from, bytes)) = content(&site, &chain, file, "")
    {
        let target = format!("{folder}/{}", file.path);
        put(&site.root, &target, &bytes, false)?;
        say!(
            "Wrote {target}: colours, letters and measures, as {} has them.",
            from
        );
        edit = format!("\n  2. change a colour in {target}; explainer serve --watch shows it");
    }
    say!(
        "\nWhat to do next:
  1. write theme = \"{name}\" above the first [table] of {}{edit}
  Everything else stays as {parent} has it; explainer theme eject copies a file to change it, too.",
        config::FILE
    );
    Ok(ExitCode::SUCCESS)
}

/// Writes a file into the site, or says why not. A link is never followed out of the site.
fn put(root: &Path, path: &str, bytes: &[u8], force: bool) -> Result<(), ExitCode> {
    let file = root.join(path);
    let written = (|| {
        let folder = file.parent().unwrap_or(root);
        let there = folder.ancestors().find(|folder| folder.exists());
        let inside = fs::canonicalize(there.unwrap_or(root))?.starts_with(fs::canonicalize(root)?);
        if !inside || file.is_symlink() {
            return Err(io::Error::other("a link stands there"));
        }
        fs::create_dir_all(folder)?;
        let mut options = fs::OpenOptions::new();
        match force {
            true => options.write(true).create(true).truncate(true),
            false => options.write(true).create_new(true),
        };
        options.open(&file)?.write_all(bytes)
    })();
    written.map_err(|error: io::Error| {
        complain(&format!("`{path}` can't be written: {error}"), "");
        ExitCode::FAILURE
    })
}
