//! Captions for films: whether a file is WebVTT.

/// Why a file isn't WebVTT that browsers can show; `None` if it is (WebVTT, 4.1).
pub fn wrong(bytes: &[u8]) -> Option<String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some("it isn't UTF-8".to_owned());
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let begins = text
        .strip_prefix("WEBVTT")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']));
    if !begins {
        return Some("it doesn't begin with the word WEBVTT".to_owned());
    }
    let mut lines = text.lines().enumerate();
    let mut times = lines.clone().filter(|(_, line)| line.contains("-->"));
    if times.clone().next().is_none() {
        return Some("no line says when something is shown".to_owned());
    }
    if let Some((number, line)) = times.find(|(_, line)| !is_time(line)) {
        return Some(format!(
            "line {} has no times: `{}`",
            number + 1,
            line.trim()
        ));
    }
    // A cue directly behind the first line would be taken for a part of it.
    let second = lines.nth(1).map_or("", |(_, line)| line);
    second
        .contains("-->")
        .then(|| "an empty line is missing behind WEBVTT".to_owned())
}

/// Whether a line says from when to when: `00:01.500 --> 00:04.000`, perhaps with settings behind it.
fn is_time(line: &str) -> bool {
    let Some((from, to)) = line.split_once("-->") else {
        return false;
    };
    let to = to.split_whitespace().next().unwrap_or_default();
    is_moment(from.trim()) && is_moment(to)
}

/// Whether a text is a moment: perhaps hours, minutes, seconds and their thousandth.
fn is_moment(text: &str) -> bool {
    let digits = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let Some((clock, part)) = text.split_once('.') else {
        return false;
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let clock = match parts.as_slice() {
        [minutes, seconds] => digits(minutes, 2, 2) && digits(seconds, 2, 2),
        [hours, minutes, seconds] => {
            digits(hours, 2, 9) && digits(minutes, 2, 2) && digits(seconds, 2, 2)
        }
        _ => false,
    };
    clock && digits(part, 3, 3)
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(wrong(text.as_bytes()).unwrap_or_default(), expected);
    }

    #[test]
    fn captions_are_read_as_browsers_do() {
        check(
            "\u{feff}WEBVTT - The wheel\r\n\r\nNOTE Ours.\r\n\r\n1\r\n00:01.000 --> 01:00:02.500 align:start\r\nIt turns.\r\n",
            "",
        );
        check(
            "1\n00:00:01,500 --> 00:00:04,000\nIt turns.",
            "it doesn't begin with the word WEBVTT",
        );
        check("WEBVTTX\n", "it doesn't begin with the word WEBVTT");
        check(
            "WEBVTT\n\n00:00:01,500 --> 00:00:04,000\nIt turns.",
            "line 3 has no times: `00:00:01,500 --> 00:00:04,000`",
        );
        check(
            "WEBVTT\n\n1:00.000 --> 00:00:04.000\nIt turns.",
            "line 3 has no times: `1:00.000 --> 00:00:04.000`",
        );
        check(
            "WEBVTT\n\nIt turns.",
            "no line says when something is shown",
        );
        check(
            "WEBVTT\n00:01.000 --> 00:02.000\nIt turns.",
            "an empty line is missing behind WEBVTT",
        );
        assert_eq!(wrong(b"WEBVTT\xff"), Some("it isn't UTF-8".to_owned()));
    }
}
