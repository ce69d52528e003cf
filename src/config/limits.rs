//! A house's rules for its sections: the table `[limits]`.

use super::Fields;
use crate::diag::{Code, Fault};

/// What every section must keep to; `None` where nothing is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The least words.
    pub words_min: Option<usize>,
    /// The most words.
    pub words_max: Option<usize>,
    /// The least sources.
    pub sources_min: Option<usize>,
    /// The least share of primary sources, in percent of those that are known to be primary or not.
    pub primary_min: Option<usize>,
    /// The most paragraphs without a citation.
    pub uncited_max: Option<usize>,
    /// Whether every source that is cited needs an annotation.
    pub annotations: bool,
}

impl Limits {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        *self == Limits::default()
    }

    /// Reads the table.
    pub(super) fn read(f: &mut Fields<'_>) -> Limits {
        let mut least_at = None;
        let mut number = |name, most: usize| {
            let value = f.whole(name)?;
            if name == "words_min" {
                least_at = Some(value.place.clone());
            }
            let fits = usize::try_from(value.value).ok().filter(|n| *n <= most);
            if fits.is_none() {
                let fault = Fault::new(
                    Code::WrongValue,
                    format!("`{name}` can't be {}", value.value),
                    value.place,
                );
                f.fault(match most {
                    100 => fault.help("it is a share in percent, from 0 to 100"),
                    _ => fault.help("it is a number of 0 or more"),
                });
            }
            fits
        };
        let limits = Limits {
            words_min: number("words_min", usize::MAX),
            words_max: number("words_max", usize::MAX),
            sources_min: number("sources_min", usize::MAX),
            primary_min: number("primary_min", 100),
            uncited_max: number("uncited_max", usize::MAX),
            annotations: f.truth("annotations").unwrap_or(false),
        };
        if let (Some(least), Some(most)) = (limits.words_min, limits.words_max)
            && least > most
            && let Some(place) = least_at
        {
            f.fault(
                Fault::new(
                    Code::WrongValue,
                    format!("no section can have at least {least} and at most {most} words"),
                    place,
                )
                .help("correct `words_min` or `words_max`"),
            );
        }
        limits
    }
}
