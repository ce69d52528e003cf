//! Reads a file of `data`: a table as CSV (RFC 4180) with a row of headings, whose cells know where
//! they stand.

use std::ops::Range;

use csv_core::{ReadFieldResult, ReaderBuilder};

use crate::diag::{Code, Fault, FilePath, Place};
use crate::text;

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// Whether its numbers have decimal commas: whether semicolons stand between its cells.
    pub comma: bool,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its heading in the form in which templates and arguments name it.
    pub key: String,
    /// Its heading.
    pub heading: Cell,
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Where it begins in the file, behind its quotation mark.
    start: usize,
    /// The bytes of `text` at which the file has one more: a second quotation mark, a backslash.
    doubled: Vec<usize>,
}

impl Table {
    /// Moves columns to the end.
    pub fn move_last(&mut self, last: impl Fn(&Column) -> bool) {
        let (mut order, ends): (Vec<usize>, Vec<usize>) =
            (0..self.columns.len()).partition(|at| !last(&self.columns[*at]));
        order.extend(ends);
        self.choose(&order);
    }

    /// Leaves only some columns, in this order.
    pub fn choose(&mut self, order: &[usize]) {
        self.columns = order.iter().map(|at| self.columns[*at].clone()).collect();
        for row in &mut self.rows {
            *row = order.iter().map(|at| row[*at].clone()).collect();
        }
    }

    /// The numbers of a column.
    pub fn numbers(&self, column: usize) -> impl Iterator<Item = f64> {
        let cells = self.rows.iter().map(move |row| &row[column]);
        cells.filter_map(|cell| Some(number(&cell.text, self.comma).ok()?.value))
    }

    /// Whether a column has nothing but numbers.
    pub fn is_number(&self, column: usize) -> bool {
        let mut cells = self
            .rows
            .iter()
            .map(|row| &row[column])
            .filter(|cell| !cell.is_empty())
            .peekable();
        cells.peek().is_some() && cells.all(|cell| number(&cell.text, self.comma).is_ok())
    }
}

impl Cell {
    /// A text; where it begins in the file; and the bytes of it at which the file has one more.
    pub fn new(text: String, start: usize, doubled: Vec<usize>) -> Cell {
        Cell {
            text,
            start,
            doubled,
        }
    }

    /// The byte of the file at which a byte of the text stands.
    pub fn at(&self, byte: usize) -> usize {
        self.start + byte + self.doubled.partition_point(|doubled| *doubled < byte)
    }

    /// Where it stands in the file.
    pub fn span(&self) -> Range<usize> {
        self.start..self.at(self.text.len())
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// The form in which a column is named: small letters, digits and `_`.
pub fn key(heading: &str) -> String {
    text::slug(heading).replace('-', "_")
}

/// Reads a table.
///
/// In: the file's path and text; commas, semicolons or tabs may stand between cells, as spreadsheets
/// write them in different countries, and a byte order mark before all. Out: the table, as far as
/// it can be read, and what is wrong.
pub fn read(file: &FilePath, text: &str) -> (Table, Vec<Fault>) {
    let mut faults = Vec::new();
    let body_at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let delimiter = delimiter(&text[body_at..]);
    let mut rows = records(file, text, body_at, delimiter, &mut faults).into_iter();
    let mut table = Table {
        comma: delimiter == b';',
        ..Table::default()
    };
    let Some(mut headings) = rows.next() else {
        let fault = Fault::new(
            Code::DataSyntax,
            format!("`{file}` is empty"),
            Place::new(file, 0..0),
        );
        faults.push(fault.help("its first line gives the columns their names"));
        return (table, faults);
    };
    let mut rows: Vec<Vec<Cell>> = rows.collect();
    // Spreadsheets keep columns that were once used.
    let used = |at: usize| {
        rows.iter()
            .any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()))
    };
    while headings.last().is_some_and(Cell::is_empty) && !used(headings.len() - 1) {
        headings.pop();
    }
    for heading in headings {
        let key = key(&heading.text);
        let place = Place::new(file, heading.span());
        if key.is_empty() {
            let fault = Fault::new(Code::DataSyntax, "this column has no name", place);
            faults
                .push(fault.help("the first line gives each column a name with letters or digits"));
        } else if let Some(first) = table.columns.iter().find(|column| column.key == key) {
            let message = format!("two columns are called `{}`", heading.text.trim());
            let first = Place::new(file, first.heading.span());
            let fault = Fault::new(Code::DataSyntax, message, place).and(first, "the other one");
            faults.push(fault.help("give one of them another name"));
        }
        table.columns.push(Column { key, heading });
    }
    let width = table.columns.len();
    for row in &mut rows {
        let extra = row.iter().skip(width).find(|cell| !cell.is_empty());
        let wrong = match (extra, row.last()) {
            (Some(extra), _) => Some(extra.span()),
            (None, Some(last)) if row.len() < width => Some(last.span()),
            _ => None,
        };
        if let Some(span) = wrong {
            let cells = row.len();
            let word = if cells == 1 { "cell" } else { "cells" };
            let message = format!("this row has {cells} {word}, and there are {width} columns");
            let sign = char::from(delimiter);
            let help = match delimiter {
                b'\t' => "cells are separated by tabs here".to_owned(),
                _ => format!(
                    "cells are separated by `{sign}` here; a cell that holds one stands in quotation marks: \"a{sign} b\""
                ),
            };
            faults.push(Fault::new(Code::DataSyntax, message, Place::new(file, span)).help(help));
        }
        row.resize_with(width, Cell::default);
    }
    table.rows = rows;
    if table.rows.is_empty() && width > 0 {
        let message = format!("`{file}` has no rows");
        let end = text.trim_end().len();
        faults.push(Fault::new(
            Code::DataSyntax,
            message,
            Place::new(file, end..end),
        ));
    }
    (table, faults)
}

/// What stands between cells: what the first line has most of, outside quotation marks.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            byte if !quoted => {
                if let Some(count) = counts.iter_mut().find(|(sign, _)| *sign == byte) {
                    count.1 += 1;
                }
            }
            _ => {}
        }
    }
    // Of equals the first.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(sign, _)| *sign)
}

/// The rows that aren't empty.
fn records(
    file: &FilePath,
    text: &str,
    body_at: usize,
    delimiter: u8,
    faults: &mut Vec<Fault>,
) -> Vec<Vec<Cell>> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut buffer = vec![0; text.len() + 1];
    let mut rows = Vec::new();
    let mut row: Vec<Cell> = Vec::new();
    let mut at = body_at;
    let mut begins = at;
    let mut written = 0;
    loop {
        let (result, read, wrote) =
            reader.read_field(&text.as_bytes()[at..], &mut buffer[written..]);
        at += read;
        written += wrote;
        let record_end = match result {
            ReadFieldResult::Field { record_end } => record_end,
            // The end is told apart from a pause by asking again with nothing left.
            ReadFieldResult::InputEmpty => continue,
            ReadFieldResult::OutputFull | ReadFieldResult::End => break,
        };
        row.push(cell(file, text, begins..at, &buffer[..written], faults));
        begins = at;
        written = 0;
        if record_end {
            let done = std::mem::take(&mut row);
            if done.iter().any(|cell| !cell.is_empty()) {
                rows.push(done);
            }
        }
    }
    rows
}

/// A cell from what the reader consumed for it, and what it read.
fn cell(
    file: &FilePath,
    text: &str,
    raw: Range<usize>,
    content: &[u8],
    faults: &mut Vec<Fault>,
) -> Cell {
    let whole = &text[raw.clone()];
    // The end of the line before is consumed with the first cell of a row.
    let skipped = whole.len() - whole.trim_start_matches(['\r', '\n']).len();
    let mut cell = Cell {
        text: String::from_utf8_lossy(content).into_owned(),
        start: raw.start + skipped,
        doubled: Vec::new(),
    };
    let Some(quoted) = whole[skipped..].strip_prefix('"') else {
        return cell;
    };
    cell.start += 1;
    let mut rest = quoted.char_indices().peekable();
    let mut closed = false;
    while let Some((at, c)) = rest.next() {
        if c != '"' {
            continue;
        }
        if rest.next_if(|(_, next)| *next == '"').is_none() {
            closed = true;
            // What stands behind the closing mark still belongs to the cell.
            match at - cell.doubled.len() {
                before if before == cell.text.len() => {}
                0 => cell.start += 1,
                before => cell.doubled.push(before - 1),
            }
            break;
        }
        cell.doubled.push(at - cell.doubled.len());
    }
    if !closed {
        let place = Place::new(file, cell.start - 1..cell.start);
        let fault = Fault::new(Code::DataSyntax, "a quotation mark isn't closed", place);
        faults.push(fault.help("a quotation mark within a cell is written twice: \"\""));
    }
    cell
}

/// A number as it was typed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// Its value.
    pub value: f64,
    /// With how many decimals it was typed.
    pub decimals: usize,
}

/// Reads a number.
///
/// In: what was typed, and whether the file has decimal commas. Thousands may be set apart by
/// spaces, apostrophes, or the sign that isn't the decimal one. Out: the number; or why it is none.
pub fn number(typed: &str, comma: bool) -> Result<Number, String> {
    let typed = typed.trim();
    let (negative, digits) = match typed.strip_prefix(['-', '−', '–']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, typed.strip_prefix('+').unwrap_or(typed)),
    };
    let digits = digits.strip_suffix('%').unwrap_or(digits).trim_end();
    let (point, thousands) = if comma { (',', '.') } else { ('.', ',') };
    let no_number = || "write digits only, and what they count in the heading".to_owned();
    // In a file with semicolons both signs are used for decimals.
    let lone_point = comma && !digits.contains(point) && digits.matches('.').count() == 1;
    let behind = digits.rsplit('.').next().unwrap_or_default();
    if lone_point && behind.len() == 3 && !digits.starts_with("0.") {
        return Err(format!(
            "it could mean {} or {}: write it without the point, or with a decimal comma",
            digits.replace('.', ""),
            digits.replace('.', ",")
        ));
    }
    let point = if lone_point { '.' } else { point };
    let (whole, decimals) = digits.split_once(point).unwrap_or((digits, ""));
    let mut groups = whole.split([' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’', thousands]);
    let first = groups.next().unwrap_or_default();
    let mut plain = first.to_owned();
    let mut apart = false;
    for group in groups {
        apart = true;
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return Err(match !comma && typed.contains(',') {
                true => "a decimal comma is read in files with semicolons between the cells; here write a point".to_owned(),
                false => no_number(),
            });
        }
        plain.push_str(group);
    }
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if plain.is_empty() && decimals.is_empty() || !all_digits(&plain) || !all_digits(decimals) {
        return Err(no_number());
    }
    // "007" is a name, not a number.
    if plain.len() > 1 && plain.starts_with('0') && !apart {
        return Err("a number doesn't begin with 0".to_owned());
    }
    let value: f64 = format!("{plain}.{decimals}0")
        .parse()
        .map_err(|_| no_number())?;
    if value >= 1e18 {
        return Err("numbers are below 1 followed by 18 noughts".to_owned());
    }
    Ok(Number {
        value: if negative { -value } else { value },
        decimals: decimals.len(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads a table and writes down its cells and faults.
    fn written(text: &str) -> String {
        let (table, faults) = read(&"data/a.csv".into(), text);
        let mut out = Vec::new();
        out.push(
            table
                .columns
                .iter()
                .map(|column| &*column.key)
                .collect::<Vec<_>>()
                .join("|"),
        );
        for row in &table.rows {
            out.push(
                row.iter()
                    .map(|cell| &*cell.text)
                    .collect::<Vec<_>>()
                    .join("|"),
            );
        }
        out.extend(faults.iter().map(|fault| {
            let span = fault
                .place
                .as_ref()
                .map(|place| place.span.clone())
                .unwrap_or_default();
            format!("! {} at `{}`", fault.message, &text[span])
        }));
        out.join("\n")
    }

    #[test]
    fn spreadsheets_of_every_country_are_read() {
        assert_eq!(
            written("Year,Tonnes of wheat\n1932,5\n"),
            "year|tonnes_of_wheat\n1932|5"
        );
        assert_eq!(
            written("\u{feff}Jahr;Menge\r\n1932;1,5\r\n;\r\n"),
            "jahr|menge\n1932|1,5"
        );
        assert_eq!(written("a\tb\n1\t\"x\ty\"\n"), "a|b\n1|x\ty");
        assert_eq!(written("a,b,\n1,2,\n"), "a|b\n1|2");
    }

    #[test]
    fn cells_know_their_places() {
        let text = "a,b\r\n\"say \"\"no\"\" @key\",é\r\n";
        let (table, faults) = read(&"data/a.csv".into(), text);
        assert_eq!(faults, []);
        let cell = &table.rows[0][0];
        assert_eq!(cell.text, "say \"no\" @key");
        let at = cell.text.find("@key").expect("the key");
        assert_eq!(&text[cell.at(at)..cell.at(at + 4)], "@key");
        assert_eq!(&text[table.rows[0][1].span()], "é");
        // Spreadsheets read on behind a closing mark, and so do we.
        let text = "a,b\n\"\"ö,\"x\"yö\n";
        let (table, _) = read(&"data/a.csv".into(), text);
        let (one, two) = (&table.rows[0][0], &table.rows[0][1]);
        assert_eq!((&*one.text, &text[one.span()]), ("ö", "ö"));
        assert_eq!((&*two.text, &text[two.at(1)..two.at(4)]), ("xyö", "yö"));
    }

    #[test]
    fn what_is_no_table_is_reported_in_place() {
        assert_eq!(written(""), "\n! `data/a.csv` is empty at ``");
        assert_eq!(written("a,b\n"), "a|b\n! `data/a.csv` has no rows at ``");
        assert_eq!(
            written("a,b\n1\n1,2,3\n"),
            "a|b\n1|\n1|2\n! this row has 1 cell, and there are 2 columns at `1`\n! this row has 3 cells, and there are 2 columns at `3`"
        );
        assert_eq!(
            written("a,a\n1,2\n"),
            "a|a\n1|2\n! two columns are called `a` at `a`"
        );
        assert_eq!(
            written("a\n\"1\n"),
            "a\n1\n\n! a quotation mark isn't closed at `\"`"
        );
    }

    #[test]
    fn numbers_are_read_surely_or_not_at_all() {
        let read = |typed: &str, comma| number(typed, comma).map(|number| number.value).ok();
        for (typed, value) in [
            ("12", 12.0),
            ("-3.50", -3.5),
            ("1,234,567", 1_234_567.0),
            ("1 234", 1234.0),
            ("−7 %", -7.0),
            ("0.5", 0.5),
        ] {
            assert_eq!(read(typed, false), Some(value), "{typed}");
        }
        for (typed, value) in [
            ("1,5", 1.5),
            ("1.234,5", 1234.5),
            ("1.234.567", 1_234_567.0),
            ("1.5", 1.5),
            ("0.123", 0.123),
        ] {
            assert_eq!(read(typed, true), Some(value), "{typed}");
        }
        for typed in [
            "1,5",
            "12,34",
            "c. 300",
            "",
            "1-2",
            "1e5",
            "NaN",
            "007",
            "9999999999999999999",
        ] {
            assert_eq!(read(typed, false), None, "{typed}");
        }
        assert_eq!(read("1.234", true), None, "could be either");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_text_is_read(text in "[\u{feff}]?([a-z\"é,;\t\r\n 0-9.-]|\\PC){0,60}") {
            let (table, faults) = read(&"data/a.csv".into(), &text);
            for cell in table.rows.iter().flatten().chain(table.columns.iter().map(|column| &column.heading)) {
                prop_assert!(cell.at(cell.text.len()) <= text.len() + cell.doubled.len());
            }
            for fault in faults {
                let span = fault.place.expect("a place").span;
                prop_assert!(text.get(span).is_some());
            }
        }

        #[test]
        fn any_number_is_read_without_panic(typed in "[-0-9.,  %’+]{0,12}", comma in any::<bool>()) {
            if let Ok(number) = number(&typed, comma) {
                prop_assert!(number.value.is_finite());
            }
        }
    }
}
