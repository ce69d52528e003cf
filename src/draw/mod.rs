//! Draws charts and maps of tiles: numbers in, SVG out; it knows nothing of sites and files.
//!
//! Colours, letters and lines are left to style sheets, by classes; what tells series apart without
//! colours (patterns, dashes, signs, labels) is drawn here.

mod bars;
mod canvas;
mod lines;
mod numbers;
mod scale;
mod spans;
mod tiles;

pub use numbers::Numbers;
pub use tiles::{GRID, Map, Tile, Worth};

use canvas::Canvas;

/// How many series a chart can tell apart.
pub const SERIES: usize = 6;

/// What a chart looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A bar for each row.
    Bars,
    /// A group of bars for each row.
    Grouped,
    /// Bars of parts that add up.
    Stacked,
    /// A line for each series.
    Lines,
    /// A bar from one number to another for each row.
    Spans,
}

impl Kind {
    /// All kinds with their names.
    pub const ALL: &'static [(&'static str, Kind)] = &[
        ("bars", Kind::Bars),
        ("grouped", Kind::Grouped),
        ("stacked", Kind::Stacked),
        ("lines", Kind::Lines),
        ("spans", Kind::Spans),
    ];
}

/// A row of numbers with its name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// A number, or none, for each label of the chart.
    pub values: Vec<Option<f64>>,
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// How it looks.
    pub kind: Kind,
    /// What it is called, for those who can't see it.
    pub title: String,
    /// What it shows, for those who can't see it; may be empty.
    pub description: String,
    /// What the numbers count; may be empty.
    pub unit: String,
    /// The name of each row.
    pub labels: Vec<String>,
    /// Where each row stands on an axis of numbers, such as years; none where names are names.
    pub positions: Option<Vec<f64>>,
    /// The numbers; of spans the first series is where they begin, the second where they end.
    pub series: Vec<Series>,
    /// How numbers are written.
    pub numbers: Numbers,
    /// Whether the page is read from right to left.
    pub mirrored: bool,
}

/// Draws a chart.
///
/// In: the chart; the width, in units that are the pixels of a letter 13 high; an id that nothing
/// else on the page has. Out: an `svg` element as high as it needs to be.
pub fn chart(chart: &Chart, width: f64, id: &str) -> String {
    let mut canvas = Canvas::new(width, chart.mirrored, id);
    match chart.kind {
        Kind::Bars | Kind::Grouped | Kind::Stacked if chart.positions.is_some() => {
            bars::upright(chart, &mut canvas);
        }
        Kind::Bars | Kind::Grouped | Kind::Stacked => bars::lying(chart, &mut canvas),
        Kind::Lines => lines::lines(chart, &mut canvas),
        Kind::Spans => spans::spans(chart, &mut canvas),
    }
    canvas.finish(&chart.title, &chart.description)
}

/// Draws a map of tiles; in and out as for [`chart`].
pub fn map(map: &Map, width: f64, id: &str) -> String {
    let mut canvas = Canvas::new(width, map.mirrored, id);
    tiles::tiles(map, &mut canvas);
    canvas.finish(&map.title, "")
}

/// Draws what the signs and shades of a map mean; none if there is nothing to tell.
pub fn key(map: &Map, width: f64, id: &str) -> Option<String> {
    let mut canvas = Canvas::new(width, map.mirrored, id);
    tiles::key(map, &mut canvas).then(|| canvas.finish("", ""))
}

impl Chart {
    /// All numbers that can be drawn.
    fn all(&self) -> impl Iterator<Item = f64> {
        let values = self.series.iter().flat_map(|series| &series.values);
        values.filter_map(|value| drawable(*value))
    }

    /// The number of a series for a row.
    fn value(&self, series: usize, row: usize) -> Option<f64> {
        let series = self.series.get(series)?;
        drawable(series.values.get(row).copied().flatten())
    }

    /// The names of the series, where there are several.
    fn names(&self) -> Vec<&str> {
        match self.series.len() {
            0 | 1 => Vec::new(),
            _ => self.series.iter().map(|series| &*series.name).collect(),
        }
    }
}

/// Numbers beyond these bounds leave no room to reckon in.
fn drawable(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite() && value.abs() < 1e200)
}

#[cfg(test)]
mod tests;
