//! Charts of bars: lying, each with its name, or upright on an axis such as that of years.

use super::canvas::{Anchor, Canvas, LINE, measure, within, wrapped};
use super::scale::Axis;
use super::{Chart, Kind};

/// From where a drawing is wide enough for names beside the bars.
pub const WIDE: f64 = 480.0;

/// The bars of one row: for each, its series, where it begins and where it ends.
fn pieces(chart: &Chart, row: usize) -> Vec<(usize, f64, f64)> {
    let values =
        (0..chart.series.len()).filter_map(|series| Some((series, chart.value(series, row)?)));
    if chart.kind != Kind::Stacked {
        return values.map(|(series, value)| (series, 0.0, value)).collect();
    }
    // What lies above nought and what lies below it add up by themselves.
    let (mut above, mut below) = (0.0, 0.0);
    let mut pieces = Vec::new();
    for (series, value) in values {
        let end = if value < 0.0 { &mut below } else { &mut above };
        pieces.push((series, *end, *end + value));
        *end += value;
    }
    pieces
}

/// The axis of the values, which ends at a round number or with the longest bar.
fn axis(chart: &Chart, about: usize, round: bool) -> Axis {
    let ends = (0..chart.labels.len())
        .flat_map(|row| pieces(chart, row))
        .map(|(_, _, end)| end);
    Axis::new(ends, about, true, round)
}

/// How many bars stand side by side.
fn abreast(chart: &Chart) -> usize {
    match chart.kind {
        Kind::Stacked => 1,
        _ => chart.series.len().max(1),
    }
}

fn tip(chart: &Chart, row: usize, series: usize) -> String {
    let value = chart
        .value(series, row)
        .map_or(String::new(), |value| chart.numbers.shortest(value));
    let label = &chart.labels[row];
    let unit = if chart.unit.is_empty() {
        String::new()
    } else {
        format!(" {}", chart.unit)
    };
    match chart.series.len() {
        1 => format!("{label}: {value}{unit}"),
        _ => format!("{label}, {}: {value}{unit}", chart.series[series].name),
    }
}

/// Bars that lie, one under the other.
pub fn lying(chart: &Chart, canvas: &mut Canvas<'_>) {
    canvas.key(&chart.names(), false);
    let beside = canvas.width >= WIDE;
    let widest = chart
        .labels
        .iter()
        .map(|label| measure(label))
        .fold(0.0, f64::max);
    let names = if beside {
        widest.min(canvas.width * 0.32)
    } else {
        canvas.width
    };
    let from = if beside && widest > 0.0 {
        names + 10.0
    } else {
        0.0
    };
    let axis = axis(chart, if beside { 6 } else { 4 }, false);
    // The number at the end of the longest bar needs room beyond it.
    let written = |row: usize, series: usize| {
        chart
            .value(series, row)
            .map(|value| chart.numbers.shortest(value))
    };
    let totals = chart.kind == Kind::Stacked;
    let total = |row: usize| {
        let values = (0..chart.series.len()).filter_map(|series| chart.value(series, row));
        values.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
    };
    let widths = (0..chart.labels.len()).flat_map(|row| {
        let one = |text: Option<String>| text.map_or(0.0, |text| measure(&text));
        match totals {
            true => vec![one(total(row).map(|value| chart.numbers.shortest(value)))],
            false => (0..chart.series.len())
                .map(|series| one(written(row, series)))
                .collect(),
        }
    });
    let room = widths.fold(0.0, f64::max) + 6.0;
    let left = from + if axis.low < 0.0 { room } else { 0.0 };
    let right = canvas.width - room;
    let place = |value: f64| left + axis.at(value) * (right - left).max(20.0);

    let bars = abreast(chart) as f64;
    let thick = if bars > 1.0 { 13.0 } else { 18.0 };
    let top = canvas.height;
    let mut y = top + 4.0;
    let mut rows = Vec::new();
    for label in &chart.labels {
        let lines = wrapped(label, names);
        let named = if beside {
            0.0
        } else {
            lines.len() as f64 * LINE
        };
        let height = bars * (thick + 2.0);
        let height = if beside {
            height.max(lines.len() as f64 * LINE)
        } else {
            height
        };
        rows.push((lines, y, y + named, height));
        y += named + height + if beside { 8.0 } else { 9.0 };
    }
    let foot = y;
    for tick in &axis.ticks {
        let x = place(*tick);
        let class = if *tick == 0.0 {
            "chart-zero"
        } else {
            "chart-grid"
        };
        canvas.line((x, top), (x, foot), class);
    }
    let last = axis.ticks.len().saturating_sub(1);
    let mut free = 0.0;
    for (at, tick) in axis.ticks.iter().enumerate() {
        let text = chart.numbers.write(*tick, axis.decimals);
        let half = measure(&text) / 2.0;
        // At the sides a number may not reach out of the drawing, and none may touch the one before.
        let x = within(place(*tick), half, canvas.width - half);
        if at == 0 || at == last || x - half > free {
            if at == last && x - half <= free {
                continue;
            }
            canvas.text((x, foot + 15.0), Anchor::Middle, "chart-tick", &text);
            free = x + half + 8.0;
        }
    }
    for (row, (lines, name_y, bars_y, height)) in rows.iter().enumerate() {
        let above = if beside {
            (height - lines.len() as f64 * LINE) / 2.0
        } else {
            0.0
        };
        for (at, line) in lines.iter().enumerate() {
            let foot = name_y + above + at as f64 * LINE + 12.5;
            match beside {
                true => canvas.text((names, foot), Anchor::End, "chart-name", line),
                false => canvas.text(
                    (0.0, foot),
                    Anchor::Start,
                    "chart-name chart-name-above",
                    line,
                ),
            }
        }
        let pieces = pieces(chart, row);
        let slack = (height - bars * (thick + 2.0)) / 2.0;
        for (series, start, end) in &pieces {
            let at = if totals { 0.0 } else { *series as f64 };
            let y = bars_y + slack + at * (thick + 2.0) + 1.0;
            let (a, b) = (place(start.min(*end)), place(start.max(*end)));
            canvas.bar(
                [a, y, (b - a).max(0.8), thick],
                *series,
                &tip(chart, row, *series),
            );
            if !totals && let Some(text) = written(row, *series) {
                let (x, anchor) = if *end < 0.0 {
                    (a - 4.0, Anchor::End)
                } else {
                    (b + 4.0, Anchor::Start)
                };
                canvas.text((x, y + thick / 2.0 + 4.5), anchor, "chart-value", &text);
            }
        }
        if totals && let Some(sum) = total(row) {
            let end = pieces.iter().map(|(_, _, end)| *end).fold(0.0, f64::max);
            let y = bars_y + slack + 1.0 + thick / 2.0 + 4.5;
            let text = chart.numbers.shortest(sum);
            canvas.text((place(end) + 4.0, y), Anchor::Start, "chart-value", &text);
        }
    }
    canvas.height = foot + 22.0;
}

/// Bars that stand on an axis.
pub fn upright(chart: &Chart, canvas: &mut Canvas<'_>) {
    canvas.key(&chart.names(), false);
    let frame = Frame::new(chart, canvas, &axis(chart, 5, true), 0.0);
    let slots = Slots::of(chart);
    let band = (frame.right - frame.left) / slots.count as f64;
    let bars = abreast(chart) as f64;
    let gap = (band * 0.22).min(10.0);
    let thick = ((band - gap) / bars).max(0.5);
    frame.grid(chart, canvas);
    let fits = chart.kind == Kind::Bars
        && chart
            .all()
            .all(|value| measure(&chart.numbers.shortest(value)) < band + 4.0);
    for row in 0..chart.labels.len() {
        let start = frame.left + slots.at[row] * band + gap / 2.0;
        for (series, from, to) in pieces(chart, row) {
            let at = if chart.kind == Kind::Stacked {
                0.0
            } else {
                series as f64
            };
            let (high, low) = (frame.y(from.max(to)), frame.y(from.min(to)));
            let x = start + at * thick;
            canvas.bar(
                [x, high, thick, (low - high).max(0.8)],
                series,
                &tip(chart, row, series),
            );
            if fits {
                let y = if to < 0.0 { low + 14.0 } else { high - 4.0 };
                let text = chart.numbers.shortest(to - from);
                canvas.text((x + thick / 2.0, y), Anchor::Middle, "chart-value", &text);
            }
        }
    }
    canvas.line(
        (frame.left, frame.y(0.0)),
        (frame.right, frame.y(0.0)),
        "chart-zero",
    );
    let middles = slots.at.iter().map(|slot| frame.left + (slot + 0.5) * band);
    let names: Vec<(f64, &str)> = middles
        .zip(chart.labels.iter().map(String::as_str))
        .collect();
    frame.names(canvas, &names);
}

/// Where each row stands among places of equal width.
struct Slots {
    at: Vec<f64>,
    count: usize,
}

impl Slots {
    /// Years that are left out leave a gap, if there aren't too many of them.
    fn of(chart: &Chart) -> Slots {
        let rows = chart.labels.len();
        let even = || Slots {
            at: (0..rows).map(|row| row as f64).collect(),
            count: rows.max(1),
        };
        let Some(positions) = &chart.positions else {
            return even();
        };
        let mut sorted = positions.clone();
        sorted.sort_by(f64::total_cmp);
        let gaps = sorted.windows(2).map(|pair| pair[1] - pair[0]);
        let smallest = gaps.filter(|gap| *gap > 0.0).fold(f64::INFINITY, f64::min);
        let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
            return even();
        };
        let count = (last - first) / smallest + 1.0;
        if !count.is_finite() || count > 400.0 || sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return even();
        }
        Slots {
            at: positions
                .iter()
                .map(|position| ((position - first) / smallest).round())
                .collect(),
            count: count.round() as usize,
        }
    }
}

/// The field that upright bars and lines are drawn in.
pub struct Frame {
    /// Its left side.
    pub left: f64,
    /// Its right side.
    pub right: f64,
    top: f64,
    foot: f64,
    axis: Axis,
}

impl Frame {
    /// A field with an axis at its left, and so much room at its right.
    pub fn new(chart: &Chart, canvas: &mut Canvas<'_>, axis: &Axis, room: f64) -> Frame {
        let widths = axis
            .ticks
            .iter()
            .map(|tick| measure(&chart.numbers.write(*tick, axis.decimals)));
        let left = widths.fold(0.0, f64::max) + 8.0;
        let top = canvas.height + 18.0;
        let height = if canvas.width >= WIDE { 280.0 } else { 230.0 };
        Frame {
            left,
            right: (canvas.width - room - 4.0).max(left + 40.0),
            top,
            foot: top + height,
            axis: axis.clone(),
        }
    }

    /// The height at which a value stands.
    pub fn y(&self, value: f64) -> f64 {
        self.foot - self.axis.at(value) * (self.foot - self.top)
    }

    /// The lines at round values, with the values.
    pub fn grid(&self, chart: &Chart, canvas: &mut Canvas<'_>) {
        for tick in &self.axis.ticks {
            let y = self.y(*tick);
            let class = if *tick == 0.0 {
                "chart-zero"
            } else {
                "chart-grid"
            };
            canvas.line((self.left, y), (self.right, y), class);
            let text = chart.numbers.write(*tick, self.axis.decimals);
            canvas.text((self.left - 8.0, y + 4.5), Anchor::End, "chart-tick", &text);
        }
    }

    /// The names under the field: as many of them as there is room for, at even distances.
    pub fn names(&self, canvas: &mut Canvas<'_>, names: &[(f64, &str)]) {
        let widest = names
            .iter()
            .map(|(_, name)| measure(name))
            .fold(0.0, f64::max)
            + 10.0;
        let nearest = names.windows(2).map(|pair| (pair[1].0 - pair[0].0).abs());
        let nearest = nearest
            .filter(|gap| *gap > 0.0)
            .fold(f64::INFINITY, f64::min);
        let every = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500];
        let every = every
            .into_iter()
            .find(|every| *every as f64 * nearest >= widest)
            .unwrap_or(1000);
        let mut free = 0.0;
        for (x, name) in names.iter().step_by(every) {
            let half = measure(name) / 2.0;
            let x = within(*x, half, canvas.width - half);
            if x - half < free {
                continue;
            }
            canvas.text((x, self.foot + 18.0), Anchor::Middle, "chart-tick", name);
            free = x + half + 4.0;
        }
        canvas.height = self.foot + 26.0;
    }
}
