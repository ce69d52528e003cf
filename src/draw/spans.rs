//! Charts of spans: how long something lasted, or from what to what it reached.

use super::Chart;
use super::bars::WIDE;
use super::canvas::{Anchor, Canvas, LINE, measure, within, wrapped};
use super::scale::Axis;

/// Draws spans. One that has no end is a point.
pub fn spans(chart: &Chart, canvas: &mut Canvas<'_>) {
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
    let left = if beside { names + 12.0 } else { 4.0 };
    let right = canvas.width - 4.0;
    let about = ((right - left) / 60.0).ceil() as usize;
    let axis = Axis::new(chart.all(), about.max(2), false, false);
    let place = |value: f64| left + axis.at(value) * (right - left);
    let top = canvas.height;
    let mut y = top + 4.0;
    let mut rows = Vec::new();
    for label in &chart.labels {
        let lines = wrapped(label, names);
        let named = lines.len() as f64 * LINE;
        let height = if beside { named.max(20.0) } else { 20.0 };
        let bar = if beside { y } else { y + named };
        rows.push((lines, y, bar, height));
        y = bar + height + 7.0;
    }
    let foot = y;
    for tick in &axis.ticks {
        canvas.line((place(*tick), top), (place(*tick), foot), "chart-grid");
        let text = chart.numbers.write(*tick, axis.decimals);
        let half = measure(&text) / 2.0;
        let x = within(place(*tick), half, canvas.width - half);
        canvas.text((x, foot + 15.0), Anchor::Middle, "chart-tick", &text);
    }
    for (row, (lines, name_y, bar_y, height)) in rows.iter().enumerate() {
        let above = if beside {
            (height - lines.len() as f64 * LINE) / 2.0
        } else {
            0.0
        };
        for (at, line) in lines.iter().enumerate() {
            let y = name_y + above + at as f64 * LINE + 12.5;
            match beside {
                true => canvas.text((names, y), Anchor::End, "chart-name", line),
                false => canvas.text((0.0, y), Anchor::Start, "chart-name chart-name-above", line),
            }
        }
        let (Some(from), to) = (chart.value(0, row), chart.value(1, row)) else {
            continue;
        };
        let write = |value: f64| chart.numbers.shortest(value);
        let text = match to.filter(|to| *to != from) {
            Some(to) => format!("{}–{}", write(from), write(to)),
            None => write(from),
        };
        let tip = format!("{}: {text} {}", chart.labels[row], chart.unit);
        let (a, b) = (place(from), place(to.unwrap_or(from)));
        let (a, b) = (a.min(b), a.max(b));
        let middle = bar_y + height / 2.0;
        if b - a < 6.0 {
            canvas.sign(
                ((a + b) / 2.0, middle),
                10.0,
                3,
                "chart-sign chart-sign-1",
                tip.trim_end(),
            );
        } else {
            canvas.bar([a, middle - 7.0, b - a, 14.0], 0, tip.trim_end());
        }
        // Behind the bar, or before it, or where there is room for neither, on it.
        let width = measure(&text) + 8.0;
        let y = middle + 4.5;
        if b + width < right {
            canvas.text((b + 6.0, y), Anchor::Start, "chart-value", &text);
        } else if a - width > left {
            canvas.text((a - 6.0, y), Anchor::End, "chart-value", &text);
        } else {
            canvas.text(((a + b) / 2.0, y), Anchor::Middle, "chart-value-on", &text);
        }
    }
    canvas.height = foot + 22.0;
}
