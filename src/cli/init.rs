//! `explainer init`: a site to begin with.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::complain;
use crate::config;

#[derive(Args)]
pub struct InitArgs {
    /// The new site's folder; it must be empty or not there yet [default: the folder you are in]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Write the file that this host reads when it builds the site, too
    #[arg(long, value_name = "HOST", default_value = "none")]
    host: Host,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Host {
    Netlify,
    /// GitHub Pages
    Github,
    /// Cloudflare Pages
    Cloudflare,
    None,
}

/// A file of the starter site.
struct Starter {
    path: &'static str,
    text: &'static str,
    /// What it is, for the author.
    is: &'static str,
}

/// The site, in the order in which a newcomer should look at it.
const SITE: &[Starter] = &[
    Starter {
        path: "content/01-a-note-and-a-source.md",
        text: include_str!("starter/content/01-a-note-and-a-source.md"),
        is: "a section, with a note and a citation",
    },
    Starter {
        path: "sources.bib",
        text: include_str!("starter/sources.bib"),
        is: "the source that it cites",
    },
    Starter {
        path: "explainer.toml",
        text: include_str!("starter/explainer.toml"),
        is: "the site's title and settings",
    },
    Starter {
        path: ".gitignore",
        text: include_str!("starter/gitignore"),
        is: "keeps the finished pages out of Git",
    },
];

impl Host {
    /// The file that the host reads.
    fn file(self) -> Option<Starter> {
        let (path, text, is) = match self {
            Host::Netlify => (
                "netlify.toml",
                include_str!("starter/hosts/netlify.toml"),
                "for Netlify",
            ),
            Host::Github => (
                ".github/workflows/pages.yml",
                include_str!("starter/hosts/github.yml"),
                "for GitHub Pages",
            ),
            Host::Cloudflare => (
                "wrangler.toml",
                include_str!("starter/hosts/wrangler.toml"),
                "for Cloudflare Pages",
            ),
            Host::None => return None,
        };
        Some(Starter { path, text, is })
    }
}

pub fn init(args: &InitArgs) -> ExitCode {
    let folder = args.folder.as_deref().unwrap_or(Path::new("."));
    let shown = folder.display();
    if folder.exists() && !folder.is_dir() {
        complain(
            &format!("`{shown}` is a file, not a folder"),
            "name the folder that the new site is to have: explainer init my-site",
        );
        return ExitCode::from(2);
    }
    match first_inside(folder) {
        Ok(None) => {}
        Ok(Some(name)) => {
            refuse(args.folder.as_deref(), folder, &name);
            return ExitCode::FAILURE;
        }
        Err(error) => {
            complain(&format!("`{shown}` can't be used: {error}"), "");
            return ExitCode::FAILURE;
        }
    }
    let host = args.host.file();
    let files = || SITE.iter().chain(&host);
    for file in files() {
        let path = folder.join(file.path);
        if let Err(error) = write_new(&path, file.text) {
            complain(
                &format!("`{}` can't be written: {error}", path.display()),
                "",
            );
            return ExitCode::FAILURE;
        }
    }
    let width = files().map(|file| file.path.len()).max().unwrap_or(0);
    let mut said = match &args.folder {
        Some(_) => format!("A new site is in `{shown}`:\n"),
        None => "A new site is in this folder:\n".to_owned(),
    };
    for file in files() {
        let _ = writeln!(said, "  {:width$}  {}", file.path, file.is);
    }
    let name = args.folder.as_deref().map(quoted).unwrap_or_default();
    let _ = write!(
        said,
        "\nSee it in your browser while you write:\n  explainer serve{name} --watch\n"
    );
    if let Some(file) = host {
        let _ = write!(
            said,
            "\nBefore you publish, fill in what `{}` marks with FILL IN.\n",
            file.path
        );
    }
    // A reader that went away, such as `head`, is no reason to fail.
    let _ = io::stdout().write_all(said.as_bytes());
    ExitCode::SUCCESS
}

/// Says why a folder that holds something isn't taken, and what to do instead.
fn refuse(named: Option<&Path>, folder: &Path, holds: &str) {
    let shown = match named {
        Some(folder) => format!("`{}`", folder.display()),
        None => "the folder you are in".to_owned(),
    };
    if folder.join(config::FILE).is_file() {
        let name = named.map(quoted).unwrap_or_default();
        complain(
            &format!("{shown} is a site already, and stays as it is"),
            &format!("see it with: explainer serve{name} --watch"),
        );
    } else {
        complain(
            &format!("{shown} isn't empty: it holds `{holds}`"),
            "nothing was written; name a folder that isn't there yet: explainer init my-site",
        );
    }
}

/// What the folder holds, the first by name; a folder that isn't there holds nothing. A repository
/// that is still empty may become a site: `.git` doesn't count.
fn first_inside(folder: &Path) -> io::Result<Option<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        entries => entries?,
    };
    let names: io::Result<Vec<String>> = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect();
    Ok(names?.into_iter().filter(|name| name != ".git").min())
}

/// Writes a file that isn't there yet.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::File::create_new(path)?.write_all(text.as_bytes())
}

/// A path as it can be typed after a command, with a space before it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/\\.-_:~".contains(c);
    if path.chars().all(plain) {
        format!(" {path}")
    } else {
        format!(" \"{path}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn hosts_publish_the_folder_that_a_build_writes() {
        let site = include_str!("starter/explainer.toml");
        let (config, faults) = Config::read(&config::FILE.into(), site);
        assert!(faults.is_empty(), "{faults:#?}");
        let read = |host: Host| {
            let file = host.file().expect("a host's file");
            toml::from_str::<toml::Table>(file.text).expect("TOML")
        };
        let netlify = read(Host::Netlify);
        assert_eq!(netlify["build"]["publish"].as_str(), Some(&*config.output));
        let cloudflare = read(Host::Cloudflare);
        let folder = cloudflare["pages_build_output_dir"].as_str();
        assert_eq!(folder, Some(&*format!("./{}", config.output)));
        let github = Host::Github.file().expect("a host's file").text;
        assert!(github.contains(&format!("path: {}\n", config.output)));
    }

    #[test]
    fn an_empty_repository_may_become_a_site_and_nothing_else_is_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(".git")).expect("a folder");
        assert_eq!(first_inside(folder.path()).expect("readable"), None);
        fs::write(folder.path().join("b"), "mine").expect("written");
        fs::write(folder.path().join("a"), "mine").expect("written");
        let first = first_inside(folder.path()).expect("readable");
        assert_eq!(first.as_deref(), Some("a"));
        assert!(write_new(&folder.path().join("a"), "ours").is_err());
        let text = fs::read_to_string(folder.path().join("a")).expect("readable");
        assert_eq!(text, "mine");
    }

    #[test]
    fn folders_are_quoted_where_a_shell_needs_it() {
        assert_eq!(quoted(Path::new("my-site")), " my-site");
        assert_eq!(quoted(Path::new("my site")), " \"my site\"");
    }
}
