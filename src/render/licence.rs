//! Licences of pictures: from the short names that authors and archives write to a name and an address.

/// A licence as readers see it.
#[derive(Debug, PartialEq, Eq)]
pub struct Licence {
    /// Its name.
    pub title: String,
    /// Where it can be read; empty for one that isn't known.
    pub url: String,
}

/// Reads a licence's name.
///
/// In: what the author wrote, such as `CC-BY-SA-4.0` (SPDX), `cc by 4.0`, `CC0` or `PD`. Out: the
/// licence; of one that isn't known the name as it was written.
pub fn licence(typed: &str) -> Licence {
    known(typed).unwrap_or_else(|| Licence {
        title: typed.to_owned(),
        url: String::new(),
    })
}

fn known(typed: &str) -> Option<Licence> {
    const SITE: &str = "https://creativecommons.org";
    let folded = typed
        .trim()
        .to_ascii_uppercase()
        .replace([' ', '_', '/'], "-");
    let made = |title: &str, path: &str| {
        Some(Licence {
            title: title.to_owned(),
            url: format!("{SITE}/{path}/"),
        })
    };
    match folded.as_str() {
        "PD" | "PDM" | "PUBLIC-DOMAIN" | "CC-PDM-1.0" | "PDM-1.0" => {
            return made("Public domain", "publicdomain/mark/1.0");
        }
        "CC0" | "CC0-1.0" | "CC-0" | "CC-ZERO" => return made("CC0", "publicdomain/zero/1.0"),
        _ => {}
    }
    let rest = folded.strip_prefix("CC-")?;
    let (terms, version) = rest.rsplit_once('-')?;
    if !["1.0", "2.0", "2.5", "3.0", "4.0"].contains(&version) {
        return None;
    }
    // All that there are (https://creativecommons.org/licenses/list.en).
    if !["BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND"].contains(&terms) {
        return None;
    }
    let path = format!("licenses/{}/{version}", terms.to_ascii_lowercase());
    made(&format!("CC {terms} {version}"), &path)
}

#[cfg(test)]
mod tests {
    use super::licence;

    #[test]
    fn short_names_are_known() {
        for (typed, title, url) in [
            ("CC-BY-SA-4.0", "CC BY-SA 4.0", "licenses/by-sa/4.0/"),
            ("cc by 2.5", "CC BY 2.5", "licenses/by/2.5/"),
            (
                "CC BY-NC-ND 4.0",
                "CC BY-NC-ND 4.0",
                "licenses/by-nc-nd/4.0/",
            ),
            ("CC0", "CC0", "publicdomain/zero/1.0/"),
            ("PD", "Public domain", "publicdomain/mark/1.0/"),
        ] {
            let found = licence(typed);
            assert_eq!(found.title, title);
            assert_eq!(found.url, format!("https://creativecommons.org/{url}"));
        }
        for other in [
            "CC-BY-9.0",
            "CC BY",
            "All rights reserved",
            "cc-by-xx-4.0",
            "",
        ] {
            let found = licence(other);
            assert_eq!((found.title.as_str(), found.url.as_str()), (other, ""));
        }
    }
}
