//! Writes numbers as the readers of a language write them.

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// What stands before decimals.
    point: char,
    /// What stands between thousands.
    thousands: char,
    /// From which number on thousands are set apart.
    from: u32,
}

impl Numbers {
    /// The usage of a language, by its tag (`de`, `de-CH`); where we don't know it, that of English.
    ///
    /// From the Unicode CLDR's `numbers` (symbols `decimal` and `group`).
    pub fn of(language: &str) -> Numbers {
        let mut parts = language.split(['-', '_']);
        let base = parts.next().unwrap_or_default().to_ascii_lowercase();
        let region = parts.next_back().unwrap_or_default();
        let (point, thousands) = match (&*base, region) {
            ("de", "CH" | "LI") => ('.', '’'),
            ("de", "AT") => (',', '\u{a0}'),
            ("es", "MX" | "US") => ('.', ','),
            (
                "de" | "es" | "it" | "nl" | "pt" | "da" | "id" | "tr" | "el" | "ro" | "hr" | "sr"
                | "sl" | "ca" | "gl" | "eu" | "vi" | "is",
                _,
            ) => (',', '.'),
            ("fr", _) => (',', '\u{202f}'),
            (
                "ru" | "uk" | "be" | "pl" | "cs" | "sk" | "bg" | "sv" | "nb" | "nn" | "no" | "fi"
                | "et" | "lv" | "lt" | "hu" | "hy" | "ka" | "eo",
                _,
            ) => (',', '\u{a0}'),
            _ => ('.', ','),
        };
        Numbers {
            point,
            thousands,
            from: 10_000,
        }
    }

    /// The same, for numbers that stand together: a number of four digits is written as a year is
    /// unless there are larger ones beside it.
    pub fn beside(self, numbers: impl Iterator<Item = f64>) -> Numbers {
        let large = numbers.fold(0.0_f64, |large, number| large.max(number.abs())) >= 10_000.0;
        Numbers {
            from: if large { 1000 } else { 10_000 },
            ..self
        }
    }

    /// The same, for numbers that stand by themselves, such as years.
    pub fn alone(self) -> Numbers {
        Numbers {
            from: 10_000,
            ..self
        }
    }

    /// A number with so many decimals.
    pub fn write(self, number: f64, decimals: usize) -> String {
        // Nobody counts the digits of such numbers.
        if number.abs() >= 1e15 || number != 0.0 && number.abs() < 1e-9 {
            let short = format!("{number:.2e}").replace('-', "−");
            return short.replace('.', &self.point.to_string());
        }
        let plain = format!("{:.decimals$}", number.abs());
        let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut out = String::new();
        // Minus nought is nought.
        if number < 0.0 && plain.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
            out.push('−');
        }
        let apart = number.abs() >= f64::from(self.from);
        for (at, digit) in whole.char_indices() {
            if apart && at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.push(self.thousands);
            }
            out.push(digit);
        }
        if !rest.is_empty() {
            out.push(self.point);
            out.push_str(rest);
        }
        out
    }

    /// A number with as many decimals as it needs.
    pub fn shortest(self, number: f64) -> String {
        self.write(number, decimals_of(number))
    }
}

/// How many decimals a number needs, up to nine.
fn decimals_of(number: f64) -> usize {
    let short = format!("{:.9}", number.abs());
    let decimals = short.split_once('.').map_or("", |(_, rest)| rest);
    decimals.trim_end_matches('0').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let write = |language: &str, number: f64| {
            Numbers::of(language)
                .shortest(number)
                .replace(['\u{a0}', '\u{202f}'], "_")
        };
        assert_eq!(write("en", 1_234_567.5), "1,234,567.5");
        assert_eq!(write("de", 1_234_567.5), "1.234.567,5");
        assert_eq!(write("de-CH", 12_345.0), "12’345");
        assert_eq!(write("fr-CA", 12_345.25), "12_345,25");
        assert_eq!(write("ru", -12_345.0), "−12_345");
        assert_eq!(write("xx", 0.1), "0.1");
        assert_eq!(write("en", -0.0), "0");
    }

    #[test]
    fn four_digits_are_a_year_unless_larger_numbers_stand_beside() {
        let numbers = Numbers::of("en");
        assert_eq!(numbers.shortest(1939.0), "1939");
        let beside = numbers.beside([1939.0, 20_000.0].into_iter());
        assert_eq!(beside.shortest(1939.0), "1,939");
    }
}
