//! Makes drawings of tables: which column is what, which numbers are wrong, what is drawn.

use std::collections::BTreeMap;

use super::component::Component;
use super::parts::{Sheet, Step};
use super::table::{self, Cell};
use super::when::When;
use crate::diag::{Code, Fault, Place, nearest};
use crate::draw::{self, Chart, Kind, Map, Numbers, SERIES, Series, Tile, Worth};
use crate::text;

/// The widths that drawings are made for, in units of a letter 13 high.
const WIDTHS: [(&str, f64); 2] = [("narrow", 300.0), ("wide", 600.0)];

/// The width of a map.
const MAP: f64 = 320.0;

/// Makes the drawings of a component.
pub(super) struct Artist<'a> {
    pub component: &'a Component,
    pub sheet: &'a Sheet,
    pub language: &'a str,
    /// What tells the component from others of the page.
    pub number: usize,
    pub faults: &'a mut Vec<Fault>,
}

impl Artist<'_> {
    /// Draws a chart; nothing where something is wrong.
    pub fn chart(&mut self) -> String {
        let before = self.faults.len();
        let kind = self.kind();
        let sheet = self.sheet;
        let telling = sheet.telling();
        let x = match self.named("x").first() {
            Some(at) => *at,
            None => telling.first().copied().unwrap_or(0),
        };
        let mut y = self.named("y");
        if y.is_empty() {
            y = telling.into_iter().filter(|at| *at != x).collect();
        }
        let place = match self.component.argument("y") {
            Some(argument) => argument.place.clone(),
            None => sheet.asked.clone(),
        };
        let wrong = match (kind, y.len()) {
            (_, 0) => Some("a chart needs a column of numbers beside the names".to_owned()),
            (Kind::Spans, 2) => None,
            (Kind::Spans, count) => Some(format!(
                "spans need two columns, where they begin and where they end, not {count}"
            )),
            (Kind::Bars, count) if count > 1 => {
                Some(format!("bars show one column, and there are {count}"))
            }
            (_, count) if count > SERIES => {
                Some(format!("a chart can show {SERIES} columns, not {count}"))
            }
            _ => None,
        };
        if let Some(message) = wrong {
            if self.faults.len() == before {
                let help = match kind {
                    Kind::Bars => {
                        "name it, `y=\"…\"`, or take `kind=\"grouped\"` or `kind=\"stacked\"`"
                    }
                    _ => "name the columns: y=\"…, …\"",
                };
                self.faults
                    .push(Fault::new(Code::ComponentArgument, message, place).help(help));
            }
            return String::new();
        }
        let open_end = |at: usize| kind == Kind::Spans && y.get(1) == Some(&at);
        let series: Vec<Series> = y
            .iter()
            .map(|&at| Series {
                name: sheet.table.columns[at].heading.text.trim().to_owned(),
                values: sheet
                    .table
                    .rows
                    .iter()
                    .map(|row| self.value(&row[at]))
                    .collect(),
            })
            .collect();
        if kind == Kind::Spans {
            for (row, from) in sheet.table.rows.iter().zip(&series[0].values) {
                if from.is_none() && row[y[0]].is_empty() && !open_end(y[0]) {
                    self.faults
                        .push(sheet.fault(&row[y[0]], "this span has no beginning"));
                }
            }
        }
        if self.faults.len() > before {
            return String::new();
        }
        let labels: Vec<String> = sheet
            .table
            .rows
            .iter()
            .map(|row| row[x].text.trim().to_owned())
            .collect();
        let positions: Option<Vec<f64>> = labels.iter().map(|label| self.position(label)).collect();
        let numbers = Numbers::of(self.language);
        let all = series
            .iter()
            .flat_map(|series| &series.values)
            .flatten()
            .copied();
        let words = |name: &str| self.component.text(name).unwrap_or_default().to_owned();
        let chart = Chart {
            kind,
            title: words("title"),
            description: words("description"),
            unit: words("unit"),
            numbers: if kind == Kind::Spans {
                numbers
            } else {
                numbers.beside(all)
            },
            labels,
            positions,
            series,
            mirrored: text::is_mirrored(self.language),
        };
        let drawings = WIDTHS.iter().map(|(name, width)| {
            let id = format!("chart:{}-{name}", self.number);
            let svg = draw::chart(&chart, *width, &id);
            format!("<div class=\"chart-{name}\">{svg}</div>\n")
        });
        drawings.collect()
    }

    fn kind(&mut self) -> Kind {
        let Some(typed) = self.component.text("kind") else {
            return Kind::Bars;
        };
        let known = || Kind::ALL.iter().map(|(name, _)| *name);
        let found = Kind::ALL.iter().find(|(name, _)| *name == typed);
        if let (None, Some(argument)) = (found, self.component.argument("kind")) {
            let message = format!("there is no kind of chart `{typed}`");
            let fault = Fault::new(Code::ComponentArgument, message, argument.place.clone());
            self.faults.push(fault.help(match nearest(typed, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the kinds are {}", known().collect::<Vec<_>>().join(", ")),
            }));
        }
        found.map_or(Kind::Bars, |(_, kind)| *kind)
    }

    /// The columns that an argument names, by their headings or the names of templates.
    fn named(&mut self, argument: &str) -> Vec<usize> {
        let (Some(list), Some(argument)) = (
            self.component.text(argument),
            self.component.argument(argument),
        ) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for name in list.split(',').map(table::key) {
            match self.sheet.column(&name) {
                Some(at) => found.push(at),
                None => self
                    .faults
                    .push(self.sheet.missing(&name, argument.place.clone())),
            }
        }
        found
    }

    /// The number of a cell; what is none is reported, what is empty isn't.
    fn value(&mut self, cell: &Cell) -> Option<f64> {
        if cell.is_empty() {
            return None;
        }
        match table::number(&cell.text, self.sheet.table.comma) {
            Ok(number) => Some(number.value),
            Err(help) => {
                let message = format!("`{}` isn't read as a number", cell.text.trim());
                self.faults.push(self.sheet.fault(cell, message).help(help));
                None
            }
        }
    }

    /// Where a label stands on an axis: at its number, or at its date.
    fn position(&self, label: &str) -> Option<f64> {
        let number = table::number(label, self.sheet.table.comma).ok();
        let date = || {
            let figures = label
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-');
            When::read(label)
                .filter(|_| figures && label.contains('-'))
                .map(When::years)
        };
        number.map(|number| number.value).or_else(date)
    }

    /// Draws the steps of a map of tiles, and what its colours mean.
    pub fn map(&mut self) -> (Vec<Step>, String) {
        let before = self.faults.len();
        let sheet = self.sheet;
        let wanted = ["name", "abbreviation", "column", "row"];
        let [Some(name), Some(short), Some(column), Some(row)] =
            wanted.map(|key| sheet.column(key))
        else {
            return (Vec::new(), String::new());
        };
        let own = [name, short, column, row];
        let steps: Vec<usize> = sheet
            .telling()
            .into_iter()
            .filter(|at| !own.contains(at))
            .collect();
        if steps.is_empty() {
            let message = "a map needs a column that says what its tiles show";
            let fault = Fault::new(Code::ComponentArgument, message, sheet.asked.clone());
            self.faults
                .push(fault.help("add a column for each step, such as a year"));
        }
        let mut taken: BTreeMap<(usize, usize), Place> = BTreeMap::new();
        let mut tiles = Vec::new();
        for cells in &sheet.table.rows {
            let place = (self.count(&cells[column]), self.count(&cells[row]));
            let (Some(column), Some(row)) = place else {
                continue;
            };
            let here = sheet.place(&cells[name]);
            if let Some(first) = taken.get(&(column, row)) {
                let message = format!("column {} of row {} is taken", column + 1, row + 1);
                let fault = sheet
                    .fault(&cells[name], message)
                    .and(first.clone(), "by this one");
                self.faults
                    .push(fault.help("each tile of a map has a place of its own"));
            }
            taken.entry((column, row)).or_insert(here);
            tiles.push(Tile {
                name: cells[name].text.trim().to_owned(),
                short: cells[short].text.trim().to_owned(),
                column,
                row,
                worth: Worth::Nothing,
            });
        }
        let shown = || {
            sheet
                .table
                .rows
                .iter()
                .flat_map(|row| steps.iter().map(|at| &row[*at]))
                .filter(|cell| !cell.is_empty())
        };
        let numbers: Vec<Option<f64>> = shown()
            .map(|cell| {
                table::number(&cell.text, sheet.table.comma)
                    .ok()
                    .map(|number| number.value)
            })
            .collect();
        let all_numbers = !numbers.is_empty() && numbers.iter().all(Option::is_some);
        let mut kinds: Vec<String> = Vec::new();
        if !all_numbers {
            for cell in shown() {
                let kind = cell.text.trim();
                if kinds.iter().any(|known| known == kind) {
                    continue;
                }
                if kinds.len() == SERIES {
                    let message =
                        format!("a map can tell {SERIES} kinds apart, and `{kind}` is one more");
                    self.faults.push(
                        sheet
                            .fault(cell, message)
                            .help("are two of them the same, spelt differently?"),
                    );
                    break;
                }
                kinds.push(kind.to_owned());
            }
        }
        if self.faults.len() > before {
            return (Vec::new(), String::new());
        }
        let numbers: Vec<f64> = numbers.into_iter().flatten().collect();
        let unknown = sheet
            .table
            .rows
            .iter()
            .flat_map(|row| steps.iter().map(|at| &row[*at]))
            .any(Cell::is_empty);
        let nothing = self.component.text("nothing").unwrap_or("–").to_owned();
        let title = self.component.text("title").unwrap_or_default();
        let mut map = Map {
            title: title.to_owned(),
            tiles,
            bounds: if all_numbers {
                Map::bounds_of(numbers.iter().copied())
            } else {
                Vec::new()
            },
            kinds,
            numbers: Numbers::of(self.language).beside(numbers.iter().copied()),
            unit: self.component.text("unit").unwrap_or_default().to_owned(),
            nothing: unknown.then_some(nothing),
            mirrored: text::is_mirrored(self.language),
        };
        let mut drawn = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let heading = sheet.table.columns[*step].heading.text.trim().to_owned();
            for (tile, cells) in map.tiles.iter_mut().zip(&sheet.table.rows) {
                let cell = &cells[*step];
                let typed = cell.text.trim();
                tile.worth = match typed {
                    "" => Worth::Nothing,
                    _ if all_numbers => table::number(typed, sheet.table.comma)
                        .map_or(Worth::Nothing, |number| Worth::Number(number.value)),
                    typed => map
                        .kinds
                        .iter()
                        .position(|kind| kind == typed)
                        .map_or(Worth::Nothing, Worth::Kind),
                };
            }
            map.title = format!("{title}, {heading}")
                .trim_start_matches(", ")
                .to_owned();
            let id = format!("map:{}-{}", self.number, at + 1);
            let drawing = draw::map(&map, MAP, &id);
            drawn.push(Step {
                title: heading,
                drawing,
            });
        }
        let key = draw::key(&map, MAP, &format!("map:{}-key", self.number));
        (drawn, key.unwrap_or_default())
    }

    /// The column or row of a tile, counted from 1 on.
    fn count(&mut self, cell: &Cell) -> Option<usize> {
        let number: Option<usize> = cell.text.trim().parse().ok();
        let found = number.filter(|number| (1..=draw::GRID).contains(number));
        if found.is_none() {
            let message = format!("`{}` is no place for a tile", cell.text.trim());
            let help = format!("columns and rows are counted from 1 to {}", draw::GRID);
            self.faults.push(self.sheet.fault(cell, message).help(help));
        }
        found.map(|number| number - 1)
    }
}
