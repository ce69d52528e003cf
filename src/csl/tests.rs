//! What the formatter makes of sources. Expected texts are those of *The Chicago Manual of Style*.

use super::*;

/// Items as lines `key kind; variable = text; author = Family, Given & Institution`, citations as
/// `prefix @key, label text| suffix; …` with `-@key` and `=@key` for the two other forms.
fn read(items: &str, notes: &[&str]) -> (Vec<Item>, Vec<Cluster>) {
    let items: Vec<Item> = items.trim().lines().map(|line| item(line.trim())).collect();
    let cite = |text: &str| {
        let (before, rest) = text.split_once('@').expect("a test cites with @");
        let (form, prefix) = match before.chars().next_back() {
            Some('-') => (Form::SuppressAuthor, before.trim_end_matches('-')),
            Some('=') => (Form::AuthorOnly, before.trim_end_matches('=')),
            _ => (Form::Full, before),
        };
        let (cited, suffix) = rest.split_once('|').unwrap_or((rest, ""));
        let (key, locator) = cited.split_once(", ").map_or((cited, None), |(k, l)| (k, Some(l)));
        Cite {
            item: items.iter().position(|item| item.key == key).unwrap_or(usize::MAX),
            locator: locator.and_then(|l| l.split_once(' ')).map(|(l, t)| (l.into(), t.into())),
            prefix: prefix.trim().into(),
            suffix: suffix.into(),
            form,
        }
    };
    let clusters = notes.iter().zip(1..).map(|(text, note)| Cluster {
        note,
        cites: text.split("; ").map(cite).collect(),
    });
    let clusters = clusters.collect();
    (items, clusters)
}

fn item(line: &str) -> Item {
    let mut parts = line.split("; ");
    let (key, kind) = parts.next().and_then(|p| p.split_once(' ')).expect("a key and a kind");
    let mut item = Item { key: key.into(), kind: kind.into(), ..Item::default() };
    for part in parts {
        let (name, text) = part.split_once(" = ").expect("a name and a text");
        match name {
            "author" | "editor" | "translator" | "interviewer" | "recipient" => {
                item.names.insert(name.into(), text.split(" & ").map(person).collect());
            }
            "issued" | "accessed" | "original-date" | "event-date" => {
                item.dates.insert(name.into(), date(text));
            }
            _ => {
                item.text.insert(name.into(), text.into());
            }
        }
    }
    item
}

fn person(text: &str) -> Name {
    match text.split_once(", ") {
        Some((family, given)) => Name { family: family.into(), given: Some(given.into()), ..Name::default() },
        None => Name { family: text.into(), literal: true, ..Name::default() },
    }
}

fn date(text: &str) -> Date {
    let parts = |text: &str| {
        let mut numbers = text.split('-');
        let year = numbers.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let mut next = || numbers.next().and_then(|n| n.parse().ok());
        DateParts { year, month: next(), day: next() }
    };
    let (start, end) = text.split_once('/').map_or((text, None), |(s, e)| (s, Some(e)));
    let literal = start.starts_with(char::is_alphabetic).then(|| text.to_owned());
    Date { start: parts(start), end: end.map(parts), circa: false, literal }
}

fn formatted(style: &str, items: &str, notes: &[&str]) -> Formatted {
    let (items, clusters) = read(items, notes);
    let style = Style::named(style).expect("a bundled style");
    format(&style, "en-US", &items, &clusters)
}

#[track_caller]
fn check(style: &str, items: &str, notes: &[(&str, &str)], bibliography: &[&str]) {
    let cited: Vec<&str> = notes.iter().map(|(cited, _)| *cited).collect();
    let expected: Vec<&str> = notes.iter().map(|(_, expected)| *expected).collect();
    let formatted = formatted(style, items, &cited);
    assert_eq!(formatted.clusters, expected);
    let listed: Vec<&str> = formatted.bibliography.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(listed, bibliography);
    assert_eq!(formatted.failed, []);
}

const ALL: &str = r#"
yu book; title = Interior Chinatown; author = Yu, Charles; publisher = Pantheon Books; issued = 2020
doyle chapter; title = The Queen Mary Psalter; author = Doyle, Kathleen; container-title = The Book by Design: The Remarkable Story of the World’s Greatest Invention; editor = Marks, P. J. M. & Parkin, Stephen; publisher = University of Chicago Press; publisher-place = Chicago; issued = 2023; page = 64-70
liu book; title = The Wedding Party; author = Liu, Xinwu; translator = Tiang, Jeremy; publisher = Amazon Crossing; issued = 2021
kwon article-journal; title = Inclusion Work: Children of Immigrants Claiming Membership in Everyday Life; author = Kwon, Hyeyoung; container-title = American Journal of Sociology; volume = 127; issue = 6; issued = 2022; page = 1818-1859; DOI = 10.1086/720277
blum article-newspaper; title = Are Flax Seeds All That?; author = Blum, Dani; container-title = New York Times; issued = 2023-12-13; URL = https://www.nytimes.com/2023/12/13/well/eat/flax-seeds-benefits.html
garza thesis; title = A House Is Not a Home: Citizenship and Belonging in Contemporary Democracies; author = Blajer de la Garza, Yuna; genre = PhD diss.; publisher = University of Chicago; issued = 2019
litvinov personal_communication; author = Litvinov, Maxim; recipient = Stalin, Joseph; issued = 1939-04-15; archive = AVP RF; archive_location = fond 06, opis’ 1, delo 5; title = Letter to Stalin
pact treaty; title = Treaty of Non-Aggression between Germany and the Union of Soviet Socialist Republics; issued = 1939-08-23
speech speech; title = Speech to the Reichstag; author = Hitler, Adolf; event-place = Berlin; issued = 1939-09-01
vita book; title = Documents on German Foreign Policy; editor = Sontag, Raymond James & Beddie, James Stuart; publisher = Department of State; publisher-place = Washington; issued = 1948/1953; volume = 2
web webpage; title = Nazi-Soviet Relations; author = Avalon Project; container-title = Avalon; publisher = Yale Law School; URL = https://avalon.law.yale.edu/; accessed = 2024-05-06
film motion_picture; title = Alexander Nevsky; author = Eisenstein, Sergei; publisher = Mosfilm; issued = 1938
int interview; title = An Interview; author = Molotov, Vyacheslav; interviewer = Chuev, Felix; issued = 1975
arch document; title = Minutes of the Politburo; archive = RGASPI; archive_location = f. 17, op. 3, d. 1012; issued = 1939
map map; title = Map of the Partition; publisher = Pravda; issued = 1939
enc entry-encyclopedia; title = Non-Aggression Pact; container-title = Encyclopaedia Britannica; issued = 2020
"#;

#[test]
#[ignore]
fn show() {
    for style in ["chicago-notes", "chicago-author-date", "modern-humanities-research-association"] {
        let notes = ["see @yu, page 45", "@yu, page 48", "@yu, page 48", "@doyle, page 64; cf. @yu, page 3-5|, emphasis added", "@liu, page 279", "@liu", "@kwon, page 1842-43", "@blum", "@garza, page 66-67", "@litvinov", "@pact, article 2", "@speech", "@vita, page 3", "@web", "@film", "@int", "@arch, folio 3", "@map", "@enc", "-@yu, page 3", "=@yu", "=@pact", "-@doyle, page 3", "@litvinov"];
        let f = formatted(style, ALL, &notes);
        println!("== {style}");
        for (n, c) in notes.iter().zip(&f.clusters) { println!("{n:30} {c}"); }
        for (_, b) in &f.bibliography { println!("   {b}"); }
        println!("{:?}", f.failed);
    }
}

#[test]
#[ignore]
fn time() {
    let t = std::time::Instant::now();
    let style = Style::named("chicago-notes").unwrap();
    println!("style {:?}", t.elapsed());
    let t = std::time::Instant::now();
    super::hayagriva::locale_files("en");
    println!("locales {:?}", t.elapsed());
    let mut items = Vec::new();
    for i in 0..100 {
        for line in ALL.trim().lines().skip(i % 16).take(1) {
            let mut it = item(line);
            it.key = format!("k{i}");
            if let Some(t) = it.text.get_mut("title") { t.push_str(&format!(" {i}")); }
            if let Some(n) = it.names.get_mut("author") { if i % 3 == 0 { n[0].family = format!("N{i}"); } }
            items.push(it);
        }
    }
    let clusters: Vec<Cluster> = (0..500u32).map(|n| Cluster { note: n + 1, cites: vec![Cite { item: (n as usize * 37) % 100, locator: Some(("page".into(), n.to_string())), ..Cite::default() }] }).collect();
    for _ in 0..3 {
    let t = std::time::Instant::now();
    let f = format(&style, "en-US", &items, &clusters);
    println!("all {:?} failed {}", t.elapsed(), f.failed.len());
    }
}
