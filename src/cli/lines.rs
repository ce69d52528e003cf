//! Lists for terminals and for other programs, and files that a command writes where it is told.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{FormatArg, complain};
use crate::build::Survey;
use crate::diag::Place;

/// How wide a list may be in a terminal.
const WIDTH: usize = 80;

/// How a list is printed.
#[derive(Args)]
pub struct FormatOption {
    /// How to print: for people, or as JSON
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: FormatArg,
}

impl FormatOption {
    /// Whether programs read it.
    pub fn json(&self) -> bool {
        matches!(self.format, FormatArg::Json)
    }
}

/// Prints a text. A reader that went away, such as `head`, is no reason to fail.
pub fn print(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}

/// Prints a value as JSON.
pub fn print_json(value: &impl serde::Serialize) {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    print(&format!("{text}\n"));
}

/// A column of a list.
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// How wide it may be; the last column takes what is left.
    pub most: usize,
    /// Whether it holds numbers.
    pub number: bool,
    /// Whether of a value that is too long the end is shown, as of a path.
    pub end: bool,
}

impl Column {
    /// A column of words.
    pub const fn new(title: &'static str, most: usize) -> Column {
        Column {
            title,
            most,
            number: false,
            end: false,
        }
    }
}

/// Prints a list: in a terminal as a table that fits, else with a tabulator between the values of a
/// line and without headings, so that other programs find them.
pub fn print_list<const N: usize>(columns: &[Column; N], rows: &[[String; N]]) {
    print(&match io::stdout().is_terminal() {
        true => table(columns, rows),
        false => tabbed(rows),
    });
}

fn tabbed<const N: usize>(rows: &[[String; N]]) -> String {
    let plain = |value: &String| value.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines = rows.iter().map(|row| {
        let values: Vec<String> = row.iter().map(plain).collect();
        values.join("\t") + "\n"
    });
    lines.collect()
}

fn table<const N: usize>(columns: &[Column; N], rows: &[[String; N]]) -> String {
    let mut widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let widest = rows.iter().map(|row| row[at].width()).max().unwrap_or(0);
            widest.min(column.most).max(column.title.width())
        })
        .collect();
    if let Some((last, before)) = widths.split_last_mut() {
        let taken: usize = before.iter().map(|width| width + 2).sum();
        *last = WIDTH.saturating_sub(taken).max(10);
    }
    let titles = columns.each_ref().map(|column| column.title.to_owned());
    let mut out = String::new();
    for row in std::iter::once(&titles).chain(rows) {
        let mut line = String::new();
        for ((value, width), column) in row.iter().zip(&widths).zip(columns) {
            let value = match column.end {
                false => shortened(value, *width),
                true => {
                    let backwards = |text: &str| text.chars().rev().collect::<String>();
                    backwards(&shortened(&backwards(value), *width))
                }
            };
            let blanks = " ".repeat(width.saturating_sub(value.width()));
            match column.number {
                true => line.push_str(&format!("{blanks}{value}  ")),
                false => line.push_str(&format!("{value}{blanks}  ")),
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A text on one line that is no wider than so many columns of a terminal.
fn shortened(text: &str, width: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.width() <= width {
        return text;
    }
    let mut out = String::new();
    let mut left = width.saturating_sub(1);
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.width().unwrap_or(0)) else {
            break;
        };
        left = rest;
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// A text cut into lines of a terminal, each behind the same blanks.
pub fn wrapped(text: &str, indent: usize) -> String {
    let blanks = " ".repeat(indent);
    let mut out = String::new();
    let mut line = 0;
    for word in text.split_whitespace() {
        if line > 0 && indent + line + 1 + word.width() > WIDTH {
            out.push('\n');
            line = 0;
        }
        out.push_str(if line == 0 { &blanks } else { " " });
        line += word.width() + usize::from(line > 0);
        out.push_str(word);
    }
    out.push('\n');
    out
}

/// Where a place stands: its file and line.
pub fn line_of(survey: &Survey, place: &Place) -> usize {
    let snapshot = &survey.snapshot;
    let texts = snapshot.content.iter().chain(&snapshot.data);
    let mut texts = texts.chain(&snapshot.bibs).chain(&snapshot.overlay);
    let file = texts.find(|file| file.path == place.file);
    let before = file.and_then(|file| file.text.get(..place.span.start));
    before.map_or(1, |before| before.matches('\n').count() + 1)
}

/// A file that a command is to write.
#[derive(Args)]
pub struct ForceOption {
    /// Overwrite the file if it is there already
    #[arg(long)]
    pub force: bool,
}

/// Writes a file of the author's choice, or says why not: one that is there stays unless `force`.
pub fn write_file(path: &Path, text: &str, force: bool) -> Result<(), ExitCode> {
    let mut options = OpenOptions::new();
    match force {
        true => options.write(true).create(true).truncate(true),
        false => options.write(true).create_new(true),
    };
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    let shown = path.display();
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            complain(
                &format!("`{shown}` is there already and wasn't touched"),
                "name another file, or add --force to overwrite it",
            );
            Err(ExitCode::from(2))
        }
        Err(error) => {
            complain(&format!("`{shown}` can't be written: {error}"), "");
            Err(ExitCode::FAILURE)
        }
    }
}

/// A file to write, and what goes into it.
pub type Wanted<'a> = (&'a Option<PathBuf>, &'a dyn Fn() -> String);

/// Writes the files that were asked for. Gives whether any was.
pub fn write_files(files: &[Wanted<'_>], force: bool) -> Result<bool, ExitCode> {
    let mut any = false;
    for (path, text) in files {
        if let Some(path) = path {
            write_file(path, &text(), force)?;
            print(&format!("Wrote {}.\n", path.display()));
            any = true;
        }
    }
    Ok(any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_fit_a_terminal() {
        let columns = [
            Column::new("Key", 8),
            Column {
                number: true,
                ..Column::new("Cited", 5)
            },
            Column::new("Text", 80),
        ];
        let rows = [
            ["short", "12", "A title"].map(str::to_owned),
            ["averyverylongkey", "3", &"日本語 ".repeat(30)].map(str::to_owned),
        ];
        let table = super::table(&columns, &rows);
        assert!(table.lines().all(|line| line.width() <= WIDTH), "{table}");
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[0], "Key       Cited  Text");
        assert_eq!(lines[1], "short        12  A title");
        assert!(
            lines[2].starts_with("averyve…      3  日本語 日本語"),
            "{table}"
        );
        assert!(lines[2].ends_with('…'));
        let path = Column {
            end: true,
            ..Column::new("Where", 10)
        };
        let row = ["a/long/path.md:12", ""].map(str::to_owned);
        let shown = super::table(&[path, Column::new("", 9)], &[row]);
        assert!(shown.ends_with("\n…ath.md:12\n"), "{shown}");
        assert_eq!(tabbed(&rows[..1]), "short\t12\tA title\n");
    }

    #[test]
    fn texts_are_wrapped_at_blanks() {
        let text = wrapped(&"word ".repeat(40), 4);
        assert!(
            text.lines()
                .all(|line| line.width() <= WIDTH && line.starts_with("    word"))
        );
        assert_eq!(text.split_whitespace().count(), 40);
        let long = "x".repeat(100);
        assert_eq!(wrapped(&long, 2), format!("  {long}\n"));
    }
}
