//! Maps of tiles: one for each state or region, about where it lies.

use super::canvas::{Anchor, Canvas, LINE, measure};
use super::numbers::Numbers;

/// What a tile shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Worth {
    /// Nothing is known.
    Nothing,
    /// One of the map's kinds, by its index.
    Kind(usize),
    /// A number.
    Number(f64),
}

/// A region.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Its name.
    pub name: String,
    /// What is written on it.
    pub short: String,
    /// Its column, from 0 on.
    pub column: usize,
    /// Its row, from 0 on.
    pub row: usize,
    /// What it shows.
    pub worth: Worth,
}

/// A map at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// What it is called, for those who can't see it.
    pub title: String,
    /// The regions.
    pub tiles: Vec<Tile>,
    /// The names of the kinds that tiles may be of.
    pub kinds: Vec<String>,
    /// The bounds between the shades of numbers, rising.
    pub bounds: Vec<f64>,
    /// How numbers are written.
    pub numbers: Numbers,
    /// What numbers count.
    pub unit: String,
    /// Whether there are tiles of which nothing is known, and what that is called.
    pub nothing: Option<String>,
    /// Whether the page is read from right to left.
    pub mirrored: bool,
}

/// How many columns and rows a map can have.
pub const GRID: usize = 40;

impl Map {
    /// The bounds between five shades: round numbers that part the numbers evenly.
    pub fn bounds_of(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
        let numbers: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
        if numbers.is_empty() {
            return Vec::new();
        }
        let axis = super::scale::Axis::new(numbers.into_iter(), 5, false, true);
        // The ends bound nothing.
        let mut inner = axis.ticks;
        inner.pop();
        let mut inner: Vec<f64> = inner.into_iter().skip(1).collect();
        while inner.len() > 4 {
            inner = inner.into_iter().skip(1).step_by(2).collect();
        }
        inner
    }

    fn shade(&self, number: f64) -> usize {
        self.bounds.partition_point(|bound| *bound <= number)
    }

    fn shade_class(&self, shade: usize) -> usize {
        // Few shades are spread over all five.
        match self.bounds.len() {
            0 => 3,
            last => 1 + shade * 4 / last,
        }
    }

    fn written(&self, worth: Worth) -> String {
        match worth {
            Worth::Nothing => self.nothing.clone().unwrap_or_default(),
            Worth::Kind(kind) => self.kinds.get(kind).cloned().unwrap_or_default(),
            Worth::Number(number) => format!("{} {}", self.numbers.shortest(number), self.unit)
                .trim_end()
                .to_owned(),
        }
    }
}

/// Draws the tiles.
pub fn tiles(map: &Map, canvas: &mut Canvas<'_>) {
    let columns = map
        .tiles
        .iter()
        .map(|tile| tile.column + 1)
        .max()
        .unwrap_or(1)
        .min(GRID);
    let rows = map
        .tiles
        .iter()
        .map(|tile| tile.row + 1)
        .max()
        .unwrap_or(1)
        .min(GRID);
    let size = (canvas.width / columns as f64).min(52.0);
    // A small map is no wider than it needs to be.
    canvas.width = size * columns as f64;
    for tile in &map.tiles {
        let x = tile.column as f64 * size + 1.0;
        let y = canvas.height + tile.row as f64 * size + 1.0;
        let side = size - 2.0;
        let tip = format!("{}: {}", tile.name, map.written(tile.worth));
        let tip = tip.trim_end_matches([' ', ':']);
        let (class, on) = match tile.worth {
            Worth::Nothing => (
                "map-tile map-nothing".to_owned(),
                "map-text map-text-nothing".to_owned(),
            ),
            Worth::Kind(kind) => {
                let kind = kind % super::SERIES + 1;
                (
                    format!("map-tile map-kind chart-fill-{kind}"),
                    "map-text map-text-kind".to_owned(),
                )
            }
            Worth::Number(number) => {
                let shade = map.shade_class(map.shade(number));
                (
                    format!("map-tile map-shade-{shade}"),
                    format!("map-text map-text-{shade}"),
                )
            }
        };
        canvas.plate([x, y, side, side], &class, tip);
        let small = if size < 30.0 { " map-text-small" } else { "" };
        let centre = x + side / 2.0;
        let two = size >= 36.0;
        let foot = y + side / 2.0 + if two { -1.0 } else { 4.5 };
        canvas.text(
            (centre, foot),
            Anchor::Middle,
            &format!("{on}{small}"),
            &tile.short,
        );
        match tile.worth {
            Worth::Kind(kind) if two => {
                canvas.sign((centre, y + side * 0.72), 8.0, kind, "map-sign", "");
            }
            Worth::Kind(kind) if size >= 22.0 => {
                canvas.sign((x + side - 4.5, y + 4.5), 5.0, kind, "map-sign", "");
            }
            Worth::Number(number) if two => {
                let text = map.numbers.shortest(number);
                if measure(&text) * 0.85 < side {
                    canvas.text(
                        (centre, y + side * 0.82),
                        Anchor::Middle,
                        &format!("{on} map-text-small"),
                        &text,
                    );
                }
            }
            _ => {}
        }
    }
    canvas.height += rows as f64 * size;
}

/// Draws what the signs or shades mean; tells whether there is anything.
pub fn key(map: &Map, canvas: &mut Canvas<'_>) -> bool {
    let mut entries: Vec<(String, Option<usize>, String)> = Vec::new();
    for (kind, name) in map.kinds.iter().enumerate() {
        let class = format!("map-tile map-kind chart-fill-{}", kind % super::SERIES + 1);
        entries.push((class, Some(kind), name.clone()));
    }
    let write = |number: f64| map.numbers.shortest(number);
    for shade in 0..=map.bounds.len() {
        if map.bounds.is_empty() {
            break;
        }
        let low = shade.checked_sub(1).map(|at| map.bounds[at]);
        let high = map.bounds.get(shade);
        let name = match (low, high) {
            (None, Some(high)) => format!("< {}", write(*high)),
            (Some(low), None) => format!("≥ {}", write(low)),
            (Some(low), Some(high)) => format!("{}–{}", write(low), write(*high)),
            (None, None) => String::new(),
        };
        entries.push((
            format!("map-tile map-shade-{}", map.shade_class(shade)),
            None,
            name,
        ));
    }
    if let Some(nothing) = map.nothing.as_ref().filter(|name| !name.is_empty()) {
        entries.push(("map-tile map-nothing".to_owned(), None, nothing.clone()));
    }
    const SWATCH: f64 = 18.0;
    let (mut x, mut y) = (0.0, 0.0);
    for (class, sign, name) in &entries {
        let width = SWATCH + 6.0 + measure(name);
        if x > 0.0 && x + width > canvas.width {
            (x, y) = (0.0, y + LINE + 5.0);
        }
        canvas.plate([x + 0.5, y + 0.5, SWATCH - 1.0, SWATCH - 1.0], class, "");
        if let Some(sign) = sign {
            canvas.sign(
                (x + SWATCH / 2.0, y + SWATCH / 2.0),
                9.0,
                *sign,
                "map-sign",
                "",
            );
        }
        canvas.text(
            (x + SWATCH + 6.0, y + 13.5),
            Anchor::Start,
            "chart-name",
            name,
        );
        x += width + 16.0;
    }
    canvas.height = y + SWATCH + 4.0;
    !entries.is_empty()
}
