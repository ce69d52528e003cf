//! Charts of lines, each named at its end.

use super::bars::{Frame, WIDE};
use super::canvas::{Anchor, Canvas, LINE, fitted, measure};
use super::scale::Axis;
use super::{Chart, SERIES};

/// Up to how many rows each point has its sign.
const SIGNED: usize = 24;

/// Draws lines.
pub fn lines(chart: &Chart, canvas: &mut Canvas<'_>) {
    let names = chart.names();
    let widest = names.iter().map(|name| measure(name)).fold(0.0, f64::max);
    let most = canvas.width * if canvas.width >= WIDE { 0.3 } else { 0.34 };
    // Names stand at the ends of the lines, unless they are too long for it.
    let at_ends = widest <= most;
    if !at_ends {
        canvas.key(&names, true);
    }
    let room = if at_ends && widest > 0.0 {
        widest + 16.0
    } else {
        6.0
    };
    let (low, high) = chart
        .all()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    // Where all values are far from nought, an axis from nought would hide how they change.
    let far = low > 0.0 && low > high * 0.5;
    let frame = Frame::new(chart, canvas, &Axis::new(chart.all(), 5, !far, true), room);
    frame.grid(chart, canvas);

    let rows = chart.labels.len();
    let (left, right) = (frame.left + 6.0, frame.right);
    let time = chart.positions.as_ref().map(|positions| {
        let about = ((right - left) / 50.0).ceil() as usize;
        Axis::new(positions.iter().copied(), about.max(2), false, false)
    });
    let x = |row: usize| match (&time, &chart.positions) {
        (Some(axis), Some(positions)) => left + axis.at(positions[row]) * (right - left),
        _ if rows < 2 => (left + right) / 2.0,
        _ => left + row as f64 / (rows - 1) as f64 * (right - left),
    };
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by(|a, b| x(*a).total_cmp(&x(*b)));
    let mut ends: Vec<(f64, f64, usize)> = Vec::new();
    for series in 0..chart.series.len() {
        let mut piece: Vec<(f64, f64)> = Vec::new();
        let mut points = Vec::new();
        for &row in &order {
            match chart.value(series, row) {
                Some(value) => {
                    let point = (x(row), frame.y(value));
                    piece.push(point);
                    points.push((point, row));
                }
                None => {
                    canvas.path(&piece, series);
                    piece.clear();
                }
            }
        }
        canvas.path(&piece, series);
        let class = format!("chart-sign chart-sign-{}", series % SERIES + 1);
        let count = points.len();
        for (at, (point, row)) in points.iter().enumerate() {
            // Of many points only the ends and those without neighbours have a sign to be seen.
            let neighbour = |at: Option<usize>| at.and_then(|at| points.get(at)).is_some();
            let lone = !neighbour(at.checked_sub(1)) && !neighbour(Some(at + 1));
            if rows <= SIGNED || at == 0 || at + 1 == count || lone {
                let value = chart
                    .value(series, *row)
                    .map_or(String::new(), |value| chart.numbers.shortest(value));
                let name = if names.is_empty() {
                    String::new()
                } else {
                    format!("{}, ", names[series])
                };
                let tip = format!("{name}{}: {value} {}", chart.labels[*row], chart.unit);
                canvas.sign(*point, 8.0, series, &class, tip.trim_end());
            }
        }
        if let Some((point, _)) = points.last() {
            ends.push((point.1, point.0, series));
        }
    }
    if at_ends && !names.is_empty() {
        let bottom = frame.y(f64::NEG_INFINITY);
        for (y, (end_y, end_x, series)) in apart(ends, bottom) {
            if (y - end_y).abs() > 6.0 || end_x < frame.right - 4.0 {
                canvas.line((end_x + 6.0, end_y), (frame.right + 10.0, y), "chart-lead");
            }
            let class = format!("chart-name chart-name-{}", series % SERIES + 1);
            let text = fitted(names[series], most);
            canvas.text((frame.right + 12.0, y + 4.5), Anchor::Start, &class, &text);
        }
    }
    let written: Vec<(f64, String)> = match &time {
        Some(axis) => {
            let ticks = axis.ticks.iter();
            ticks
                .map(|tick| {
                    let text = chart.numbers.alone().write(*tick, axis.decimals);
                    (left + axis.at(*tick) * (right - left), text)
                })
                .collect()
        }
        None => order
            .iter()
            .map(|row| (x(*row), chart.labels[*row].clone()))
            .collect(),
    };
    let written: Vec<(f64, &str)> = written.iter().map(|(x, text)| (*x, &**text)).collect();
    frame.names(canvas, &written);
}

/// Moves names at the ends of lines so far apart that none hides another.
fn apart(mut ends: Vec<(f64, f64, usize)>, bottom: f64) -> Vec<(f64, (f64, f64, usize))> {
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut places: Vec<f64> = Vec::new();
    for (y, ..) in &ends {
        let free = places
            .last()
            .map_or(f64::NEG_INFINITY, |before| before + LINE - 2.0);
        places.push(y.max(free));
    }
    let mut limit = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(limit);
        limit = *place - (LINE - 2.0);
    }
    places.into_iter().zip(ends).collect()
}
