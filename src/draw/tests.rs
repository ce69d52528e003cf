//! Tests of the drawings: what stands in them, and that nothing breaks them.

use proptest::prelude::*;

use super::*;

fn sample(kind: Kind, rows: &[(&str, &[Option<f64>])], names: &[&str]) -> Chart {
    let series = names.iter().enumerate().map(|(at, name)| Series {
        name: (*name).to_owned(),
        values: rows
            .iter()
            .map(|(_, values)| values.get(at).copied().flatten())
            .collect(),
    });
    Chart {
        kind,
        title: "A & B".to_owned(),
        description: String::new(),
        unit: "t".to_owned(),
        labels: rows.iter().map(|(label, _)| (*label).to_owned()).collect(),
        positions: None,
        series: series.collect(),
        numbers: Numbers::of("en"),
        mirrored: false,
    }
}

/// The values of an attribute of the bars, in order; the swatches of the key are left out.
fn bars(svg: &str, attribute: &str) -> Vec<f64> {
    let bars = svg
        .split("<rect class=\"chart-bar\"")
        .skip(1)
        .filter(|bar| bar.contains("<title>"));
    bars.map(|bar| {
        let value = bar
            .split(&format!(" {attribute}=\""))
            .nth(1)
            .expect("the attribute");
        value
            .split('"')
            .next()
            .expect("a value")
            .parse()
            .expect("a number")
    })
    .collect()
}

#[test]
fn bars_are_as_long_as_their_numbers() {
    let rows: &[(&str, &[Option<f64>])] =
        &[("a", &[Some(10.0)]), ("b", &[Some(5.0)]), ("c", &[None])];
    let svg = chart(&sample(Kind::Bars, rows, &["n"]), 600.0, "c");
    let widths = bars(&svg, "width");
    assert_eq!(widths.len(), 2);
    assert!((widths[0] / widths[1] - 2.0).abs() < 0.01, "{widths:?}");
    assert!(
        svg.contains("<title id=\"c-title\">A &amp; B</title>"),
        "{svg}"
    );
    assert!(svg.contains("<title>a: 10 t</title>"), "{svg}");
}

#[test]
fn parts_stack_up_and_negative_ones_down() {
    let rows: &[(&str, &[Option<f64>])] = &[("a", &[Some(4.0), Some(6.0), Some(-5.0)])];
    let mut stacked = sample(Kind::Stacked, rows, &["x", "y", "z"]);
    stacked.positions = Some(vec![1930.0]);
    let svg = chart(&stacked, 600.0, "c");
    let (tops, heights) = (bars(&svg, "y"), bars(&svg, "height"));
    assert!(
        (tops[1] + heights[1] - tops[0]).abs() < 0.2,
        "the second stands on the first: {tops:?} {heights:?}"
    );
    assert!(
        (tops[2] - (tops[0] + heights[0])).abs() < 0.2,
        "what is negative hangs from nought"
    );
    assert!((heights[1] / heights[0] - 1.5).abs() < 0.02);
}

#[test]
fn years_left_out_leave_a_gap() {
    let one: &[Option<f64>] = &[Some(1.0)];
    let mut years = sample(
        Kind::Bars,
        &[("1930", one), ("1931", one), ("1934", one)],
        &["n"],
    );
    years.positions = Some(vec![1930.0, 1931.0, 1934.0]);
    let x = bars(&chart(&years, 600.0, "c"), "x");
    assert!(((x[2] - x[1]) / (x[1] - x[0]) - 3.0).abs() < 0.01, "{x:?}");
}

#[test]
fn a_line_breaks_where_a_number_is_missing() {
    let rows: &[(&str, &[Option<f64>])] = &[
        ("a", &[Some(1.0)]),
        ("b", &[Some(2.0)]),
        ("c", &[None]),
        ("d", &[Some(1.0)]),
        ("e", &[Some(3.0)]),
    ];
    let svg = chart(&sample(Kind::Lines, rows, &["n"]), 600.0, "c");
    assert_eq!(svg.matches("class=\"chart-line ").count(), 2, "{svg}");
}

#[test]
fn series_differ_by_more_than_colour() {
    let rows: &[(&str, &[Option<f64>])] = &[
        ("a", &[Some(1.0), Some(2.0)]),
        ("b", &[Some(2.0), Some(3.0)]),
    ];
    let svg = chart(&sample(Kind::Lines, rows, &["north", "south"]), 600.0, "c");
    assert!(
        svg.contains(">north</text>")
            && svg.contains(">south</text>")
            && svg.contains("stroke-dasharray")
    );
    let svg = chart(
        &sample(Kind::Grouped, rows, &["north", "south"]),
        600.0,
        "c",
    );
    assert!(svg.contains("chart-hatch") && svg.contains(">south</text>"));
}

#[test]
fn a_mirrored_chart_begins_at_the_right() {
    let rows: &[(&str, &[Option<f64>])] = &[("a", &[Some(10.0)])];
    let plain = sample(Kind::Bars, rows, &["n"]);
    let mirrored = Chart {
        mirrored: true,
        ..plain.clone()
    };
    let right = |svg: &str| bars(svg, "x")[0] + bars(svg, "width")[0];
    let (plain, mirrored) = (chart(&plain, 600.0, "c"), chart(&mirrored, 600.0, "c"));
    assert!((bars(&plain, "x")[0] - (600.0 - right(&mirrored))).abs() < 0.2);
}

#[test]
fn two_hundred_rows_stay_within_the_drawing() {
    let labels: Vec<String> = (0..200).map(|row| (1800 + row).to_string()).collect();
    let values: Vec<[Option<f64>; 1]> = (0..200).map(|row| [Some(f64::from(row))]).collect();
    let rows: Vec<(&str, &[Option<f64>])> = labels
        .iter()
        .zip(&values)
        .map(|(label, value)| (&**label, &value[..]))
        .collect();
    let mut years = sample(Kind::Bars, &rows, &["n"]);
    years.positions = Some((0..200).map(|row| 1800.0 + f64::from(row)).collect());
    let svg = chart(&years, 320.0, "c");
    assert!(
        bars(&svg, "x")
            .iter()
            .zip(bars(&svg, "width"))
            .all(|(x, width)| *x >= 0.0 && x + width <= 320.1)
    );
    assert!(svg.matches("chart-tick").count() < 20);
}

#[test]
fn numbers_of_a_map_have_five_shades_at_most() {
    assert_eq!(
        Map::bounds_of([0.0, 100.0].into_iter()),
        [20.0, 40.0, 60.0, 80.0]
    );
    assert!(Map::bounds_of([1.0, 9.0, 1e9].into_iter()).len() <= 4);
    assert!(Map::bounds_of(std::iter::empty()).is_empty());
}

fn number() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        3 => (-1000.0..1000.0).prop_map(Some),
        1 => Just(None),
        1 => any::<f64>().prop_map(Some),
        1 => prop_oneof![Just(0.0), Just(1e-300), Just(1e199), Just(-1e17)].prop_map(Some),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn any_numbers_make_a_drawing(
        kind in 0..Kind::ALL.len(),
        rows in prop::collection::vec(("\\PC{0,30}", prop::collection::vec(number(), 0..8)), 0..30),
        names in prop::collection::vec("\\PC{0,20}", 0..8),
        timed in any::<bool>(), mirrored in any::<bool>(), width in 200.0..800.0_f64,
    ) {
        let rows: Vec<(&str, &[Option<f64>])> = rows.iter().map(|(label, values)| (&**label, &values[..])).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut sample = sample(Kind::ALL[kind].1, &rows, &names);
        sample.mirrored = mirrored;
        if timed {
            sample.positions = Some((0..rows.len()).map(|row| 1900.0 + (row * row) as f64).collect());
        }
        let svg = chart(&sample, width, "c");
        prop_assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{svg}");
        prop_assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
    }
}
