//! The least that a site generator must do, to compare builds with: `floor SITE OUT [--serial]`.
//!
//! It reads each Markdown file, makes HTML of it, renders one template and writes one file. It
//! checks nothing, flushes nothing and leaves links between files as they are.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use pulldown_cmark::{Options, html};
use rayon::prelude::*;
use tera::{Context, Tera};
use walkdir::WalkDir;

/// The file by which a folder is known to have been written here.
const MARKER: &str = ".made-by-floor";

const TEMPLATE: &str = r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title></head>
<body>
<h1>{{ title }}</h1>
{{ content | safe }}
<nav>{% if previous %}<a href="/{{ previous }}">Previous</a>{% endif %}
{% if next %}<a href="/{{ next }}">Next</a>{% endif %}</nav>
</body>
</html>
"#;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Makes a site with the least possible work
#[derive(Parser)]
struct Arguments {
    /// The site's folder
    site: PathBuf,
    /// Where the pages go: a folder that is new, empty, or written by this program
    out: PathBuf,
    /// Use one thread only
    #[arg(long)]
    serial: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(pages) => {
            println!("{pages} pages");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<usize> {
    claim(&arguments.out)?;
    if arguments.serial {
        rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build_global()?;
    }
    let content = arguments.site.join("content");
    let mut files = Vec::new();
    for entry in WalkDir::new(&content).sort_by_file_name() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let url = path.strip_prefix(&content)?.with_extension("");
            files.push((path, url));
        }
    }
    let mut tera = Tera::default();
    tera.add_raw_template("page.html", TEMPLATE)?;
    (0..files.len())
        .into_par_iter()
        .try_for_each(|index| page(&tera, &files, index, &arguments.out))?;
    Ok(files.len())
}

/// Refuses a folder that holds anything of others.
fn claim(out: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    let marker = out.join(MARKER);
    if fs::read_dir(out)?.next().is_some() && !marker.is_file() {
        return Err(format!(
            "{} holds files that weren't written by this program",
            out.display()
        )
        .into());
    }
    fs::write(marker, "")?;
    Ok(())
}

fn page(tera: &Tera, files: &[(PathBuf, PathBuf)], index: usize, out: &Path) -> Result<()> {
    let (path, url) = &files[index];
    let text = fs::read_to_string(path)?;
    let (title, body) = split(&text);
    let options =
        Options::ENABLE_FOOTNOTES | Options::ENABLE_TABLES | Options::ENABLE_SMART_PUNCTUATION;
    let mut content = String::with_capacity(body.len() * 3 / 2);
    html::push_html(&mut content, pulldown_cmark::Parser::new_ext(body, options));
    let address = |index: Option<usize>| {
        index
            .and_then(|index| files.get(index))
            .map(|(_, url)| format!("{}/", url.display()))
    };
    let mut context = Context::new();
    context.insert("title", title);
    context.insert("content", &content);
    context.insert("previous", &address(index.checked_sub(1)));
    context.insert("next", &address(index.checked_add(1)));
    let page = tera.render("page.html", &context)?;
    let folder = out.join(url);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), page)?;
    Ok(())
}

/// The title in the front matter, and the text behind it.
fn split(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix("+++\n") else {
        return ("", text);
    };
    let Some((front, body)) = rest.split_once("\n+++\n") else {
        return ("", text);
    };
    let title = front
        .lines()
        .find_map(|line| line.strip_prefix("title = \"")?.strip_suffix('"'));
    (title.unwrap_or_default(), body)
}
