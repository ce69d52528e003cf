//! Axes: round numbers to write at them, and where on them a number stands.

/// An axis: from which number to which, with the numbers written at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Its lowest number.
    pub low: f64,
    /// Its highest; always above the lowest.
    pub high: f64,
    /// What is written at it, rising.
    pub ticks: Vec<f64>,
    /// With how many decimals.
    pub decimals: usize,
}

impl Axis {
    /// An axis for some numbers.
    ///
    /// In: the numbers; about how many may be written at it; whether it shows nought; whether it
    /// ends at round numbers or where the numbers end.
    pub fn new(
        numbers: impl Iterator<Item = f64>,
        about: usize,
        nought: bool,
        round: bool,
    ) -> Axis {
        let mut whole = true;
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for number in numbers {
            whole &= number.fract() == 0.0;
            (low, high) = (low.min(number), high.max(number));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if nought {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        // One number alone, or several that differ less than can be reckoned with.
        let close = high.abs().max(low.abs()) * 1e-9;
        if high - low <= close {
            match (low, high) {
                (0.0, 0.0) => high = 1.0,
                _ if whole => (low, high) = (low - 1.0, high + 1.0),
                _ => (low, high) = (low - low.abs() * 0.1, high + high.abs() * 0.1),
            }
            // A whole number may be so large that one more makes no difference.
            if high - low <= close {
                (low, high) = (low - low.abs() * 0.1, high + high.abs() * 0.1);
            }
        }
        let mut step = step((high - low) / about.max(1) as f64);
        if whole {
            step = step.max(1.0);
        }
        let (first, last) = match round {
            true => ((low / step).floor(), (high / step).ceil()),
            // What was reckoned may be beside a round number by a hair.
            false => ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor()),
        };
        let count = (last - first).clamp(0.0, 50.0) as usize;
        let ticks: Vec<f64> = (0..=count).map(|at| (first + at as f64) * step).collect();
        if round && let [start, .., end] = ticks[..] {
            (low, high) = (start, end);
        }
        let decimals = match step.log10().floor() {
            power if power < 0.0 => (-power).min(12.0) as usize,
            _ => 0,
        };
        Axis {
            low,
            high,
            ticks,
            decimals,
        }
    }

    /// Where a number stands, from 0 (lowest) to 1 (highest).
    pub fn at(&self, number: f64) -> f64 {
        ((number - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// The round step that is not smaller than a length: 1, 2 or 5 times a power of ten.
fn step(length: f64) -> f64 {
    let power = 10_f64.powf(length.log10().floor());
    let times = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|times| length <= times * power * (1.0 + 1e-9));
    power * times.unwrap_or(10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(numbers: &[f64], nought: bool) -> Vec<f64> {
        Axis::new(numbers.iter().copied(), 5, nought, true).ticks
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            ticks(&[3.0, 97.0], true),
            [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
        );
        assert_eq!(ticks(&[-3.0, 6.0], true), [-4.0, -2.0, 0.0, 2.0, 4.0, 6.0]);
        assert_eq!(
            ticks(&[1931.0, 1945.0], false),
            [1930.0, 1935.0, 1940.0, 1945.0]
        );
        assert_eq!(
            ticks(&[0.0, 0.5], true),
            [0.0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5]
        );
    }

    #[test]
    fn whole_numbers_get_whole_ticks_and_one_number_an_axis() {
        assert_eq!(ticks(&[1.0, 2.0], true), [0.0, 1.0, 2.0]);
        assert_eq!(ticks(&[7.0], false), [6.0, 7.0, 8.0]);
        assert_eq!(ticks(&[0.0], true), [0.0, 1.0]);
        assert_eq!(ticks(&[], true), [0.0, 1.0]);
        for huge in [1e17, -1e199, 1e-30] {
            let axis = Axis::new([huge].into_iter(), 5, false, true);
            assert!(axis.low < axis.high, "{huge}: {axis:?}");
        }
    }

    #[test]
    fn an_axis_of_time_ends_where_the_numbers_end() {
        let axis = Axis::new([1932.0, 1947.0].into_iter(), 5, false, false);
        assert_eq!((axis.low, axis.high), (1932.0, 1947.0));
        assert_eq!(axis.ticks, [1935.0, 1940.0, 1945.0]);
        assert_eq!(axis.at(1932.0), 0.0);
    }
}
