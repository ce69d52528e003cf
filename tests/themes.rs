//! Themes: what takes whose place, and what is said of themes that can't be used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use explainer::build::{Memory, Options, build};
use explainer::diag::{self, Format};
use explainer::write::{self, Stored};

/// A site of one section with these files besides.
struct Site(tempfile::TempDir);

impl Site {
    fn new(theme: &str, files: &[(&str, &str)]) -> Site {
        let site = Site(tempfile::tempdir().expect("a temporary folder"));
        let config = format!("title = \"T\"\nlanguage = \"de\"\ntheme = \"{theme}\"\n");
        site.write("explainer.toml", &config);
        site.write(
            "content/01-farms.md",
            "# Farms\n\nProse.[^1]\n\n[^1]: Note.\n",
        );
        for (path, text) in files {
            site.write(path, text);
        }
        site
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.0.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    }

    /// Builds the site; gives its files, and the report of faults.
    fn build(&self) -> (write::Memory, String) {
        build_at(self.0.path())
    }

    /// The text of one file of the site, which has no fault.
    #[track_caller]
    fn file(&self, path: &str) -> String {
        let (pages, report) = self.build();
        assert_eq!(report, "");
        text(&pages, path).unwrap_or_else(|| panic!("{path} isn't published"))
    }

    /// The report of a site that can't be built.
    fn report(&self) -> String {
        self.build().1
    }
}

fn build_at(root: &Path) -> (write::Memory, String) {
    let options = Options {
        live: false,
        deny_warnings: true,
        ..Options::default()
    };
    let mut pages = write::Memory::new();
    let built = build(root, options, &mut Memory::default(), &mut pages);
    let report = diag::report(&built.faults, &built.levels, &built.texts, Format::Human);
    (pages, report)
}

fn text(pages: &write::Memory, path: &str) -> Option<String> {
    let (_, stored) = pages.iter().find(|(name, _)| *name == path)?;
    Some(match stored {
        Stored::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Stored::File(file) => fs::read_to_string(file).expect("a text file"),
    })
}

#[test]
fn a_theme_has_what_it_inherits_but_for_its_own_files() {
    let site = Site::new(
        "mine",
        &[
            ("themes/mine/theme.toml", "inherits = \"school\""),
            ("themes/mine/templates/partials/byline.html", "<p>mine</p>"),
            ("themes/mine/static/basics.css", "mine {}"),
            ("themes/school/theme.toml", "inherits = \"classroom\""),
            (
                "themes/school/templates/partials/byline.html",
                "<p>school</p>",
            ),
            (
                "themes/school/templates/partials/trail.html",
                "<p>school</p>",
            ),
            ("themes/school/static/basics.css", "school {}"),
            ("themes/school/static/map.svg", "<svg/>"),
            // Not in the line: its files count for nothing.
            ("themes/other/templates/section.html", "other"),
            ("themes/other/static/basics.css", "other {}"),
        ],
    );
    let page = site.file("farms/index.html");
    assert_eq!(page.matches("<p>mine</p>").count(), 1, "{page}");
    assert_eq!(page.matches("<p>school</p>").count(), 1, "{page}");
    assert!(page.contains("class=\"sheet\""), "classroom's own: {page}");
    assert!(page.contains("class=\"endnotes\""), "scholar's: {page}");
    assert_eq!(site.file("_theme/basics.css"), "mine {}");
    assert_eq!(site.file("_theme/map.svg"), "<svg/>");
    assert!(site.file("_theme/style.css").starts_with("/* Classroom"));
    assert!(site.file("_theme/theme.js").contains("localStorage"));
}

#[test]
fn the_files_of_the_site_go_before_those_of_every_theme() {
    let site = Site::new(
        "classroom",
        &[
            ("templates/partials/byline.html", "<p>site</p>"),
            (
                "themes/scholar/templates/partials/trail.html",
                "<p>over</p>",
            ),
            ("themes/classroom/static/style.css", "site {}"),
            (
                "templates/components/aside.html",
                "{% component aside(title: string) %}<b>{{ title }}</b>{% endcomponent aside %}",
            ),
            (
                "content/02-box.md",
                "# Box\n\n::: aside {title=\"site\"}\n:::\n",
            ),
        ],
    );
    assert!(site.file("box/index.html").contains("<b>site</b>"));
    let page = site.file("farms/index.html");
    assert!(
        page.contains("<p>site</p>") && page.contains("<p>over</p>"),
        "{page}"
    );
    assert_eq!(site.file("_theme/style.css"), "site {}");
}

#[test]
fn a_template_changes_one_block_of_the_one_whose_place_it_takes() {
    let extend = |theme: &str, word: &str| {
        format!(
            "{{% extends \"{theme}:section.html\" %}}{{% block pager %}}{{{{ super() }}}}<p>{word}</p>{{% endblock pager %}}"
        )
    };
    let (site, mine) = (extend("mine", "site"), extend("scholar", "mine"));
    let site = Site::new(
        "mine",
        &[
            ("themes/mine/theme.toml", "inherits = \"scholar\""),
            ("themes/mine/templates/section.html", &mine),
            ("templates/section.html", &site),
        ],
    );
    let page = site.file("farms/index.html");
    let (_, after) = page.split_once("class=\"pager\"").expect("scholar's block");
    let (_, after) = after.split_once("<p>mine</p>").expect("the theme's");
    assert!(after.contains("<p>site</p>"), "{page}");
}

#[test]
fn words_are_inherited_one_by_one_within_each_language() {
    let site = Site::new(
        "mine",
        &[
            // No bundled theme speaks Dutch.
            (
                "explainer.toml",
                "title = \"T\"\nlanguage = \"nl\"\ntheme = \"mine\"\n",
            ),
            ("themes/mine/theme.toml", "inherits = \"school\""),
            (
                "themes/mine/messages/en.toml",
                "notes = \"Mine\"\nskip = \"Mine\"",
            ),
            ("themes/school/theme.toml", "inherits = \"scholar\""),
            (
                "themes/school/messages/nl.toml",
                "notes = \"Noten\"\ncontents = \"Inhoud\"",
            ),
            ("messages/nl.toml", "contents = \"Hier\""),
            // Of another language: it must not take the place of the Dutch word.
            ("messages/en.toml", "notes = \"Site\""),
        ],
    );
    let page = site.file("farms/index.html");
    assert!(
        page.contains(">Noten</h2>"),
        "Dutch goes before English: {page}"
    );
    assert!(
        page.contains(">Mine</a>"),
        "the heir's English before the parent's: {page}"
    );
    assert!(
        page.contains(">Hier</a>"),
        "the site's before the themes': {page}"
    );
}

#[test]
fn a_page_says_the_words_of_its_own_language_and_the_site_around_it_those_of_its() {
    let page = "+++\ntitle = \"Les fermes\"\nlanguage = \"fr-CA\"\n+++\nTexte.[^1]\n\n\
                | A |\n|---|\n| B |\n\n::: kin\n:::\n\n[^1]: {checked} Note.\n";
    let component = "{% component kin() %}<b>{{ say(word=\"map_all\") }}</b>{% endcomponent kin %}";
    let site = Site::new(
        "scholar",
        &[
            ("content/02-fermes.md", page),
            ("templates/components/kin.html", component),
            // A language that has no words: the site's are said.
            (
                "content/03-ar.md",
                &page.replace("fr-CA", "ar").replace("fermes", "x"),
            ),
        ],
    );
    let page = site.file("fermes/index.html");
    let (head, main) = page.split_once("<main").expect("a main part");
    assert!(head.contains(">Zum Text springen<"), "{head}");
    for french in [
        "lang=\"fr-CA\"",
        "aria-label=\"Note 1\"",
        ">Vérifié<",
        "aria-label=\"Tableau 1\"",
        "<b>Tout</b>",
        "Citer cette page",
    ] {
        assert!(main.contains(french), "{french}: {main}");
    }
    let page = site.file("ar/index.html");
    assert!(page.contains("aria-label=\"Anmerkung 1\""), "{page}");
}

/// The words of a file of messages.
fn words(theme: &str, language: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join(format!("themes/{theme}/messages/{language}.toml"));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
    let table: toml::Table = text
        .parse()
        .unwrap_or_else(|error| panic!("{file:?}: {error}"));
    let words = table.into_iter();
    words
        .map(|(name, word)| (name, word.as_str().expect("text").to_owned()))
        .collect()
}

/// The names in braces in a word.
fn placeholders(word: &str) -> BTreeSet<&str> {
    let parts = word.split('{').skip(1);
    parts.filter_map(|part| part.split('}').next()).collect()
}

#[test]
fn every_language_has_all_words_with_their_placeholders() {
    for theme in ["scholar", "classroom"] {
        let english = words(theme, "en");
        assert!(!english.is_empty());
        // The forms that the plural rules of CLDR 48 have for whole numbers below a million.
        for (language, forms) in [
            ("de", &["one", "many"][..]),
            ("es", &["one", "many"]),
            ("fr", &["one", "many"]),
            ("ru", &["one", "few", "many"]),
        ] {
            let own = words(theme, language);
            let mut expected: BTreeSet<String> = english.keys().cloned().collect();
            for name in english.keys() {
                if let Some(name) = name.strip_suffix("_many") {
                    expected.remove(&format!("{name}_one"));
                    expected.remove(&format!("{name}_many"));
                    expected.extend(forms.iter().map(|form| format!("{name}_{form}")));
                }
            }
            let has: BTreeSet<String> = own.keys().cloned().collect();
            assert_eq!(has, expected, "{theme}, {language}");
            for (name, word) in &own {
                let pattern = english.get(name).unwrap_or_else(|| {
                    let (name, _) = name.rsplit_once('_').expect("a form");
                    &english[&format!("{name}_many")]
                });
                // One thing can be said without its number, but not in Russian, where 21 is one.
                let mut wanted = placeholders(pattern);
                if language == "ru" && name.ends_with("_one") {
                    wanted.insert("n");
                }
                assert_eq!(placeholders(word), wanted, "{theme}, {language}: {name}");
                assert!(!word.trim().is_empty(), "{theme}, {language}: {name}");
            }
        }
    }
}

#[test]
fn numbers_take_the_form_of_their_language() {
    let texts = |count: usize| -> String {
        let mark = |n| format!("Слово.[^{n}] ");
        let note = |n| format!("\n\n[^{n}]: Примечание.");
        let text: String = (1..=count).map(mark).chain((1..=count).map(note)).collect();
        format!("# Раздел\n\n{text}")
    };
    for (count, said) in [
        (1, "1 примечание"),
        (3, "3 примечания"),
        (5, "5 примечаний"),
        (21, "21 примечание"),
    ] {
        let site = Site::new(
            "scholar",
            &[
                (
                    "explainer.toml",
                    "title = \"T\"\nlanguage = \"ru\"\n[notes]\npage = true\n",
                ),
                ("content/01-farms.md", &texts(count)),
            ],
        );
        let page = site.file("notes/index.html");
        assert!(page.contains(&format!(">{said}</p>")), "{said}: {page}");
    }
}

#[test]
fn an_unknown_parent() {
    let site = Site::new(
        "mine",
        &[(
            "themes/mine/theme.toml",
            "title = \"M\"\ninherits = \"scolar\"\n",
        )],
    );
    assert_eq!(
        site.report(),
        "error[unknown-theme]: there is no theme `scolar`
 --> themes/mine/theme.toml:2:12
  |
2 | inherits = \"scolar\"
  |            ^^^^^^^^
  |
  = help: did you mean `scholar`?

"
    );
}

#[test]
fn themes_in_a_circle() {
    let site = Site::new(
        "a",
        &[
            ("themes/a/theme.toml", "inherits = \"b\""),
            ("themes/b/theme.toml", "inherits = \"a\""),
        ],
    );
    assert_eq!(
        site.report(),
        "error[theme-circle]: the themes inherit each other: a, b
 --> themes/b/theme.toml:1:12
  |
1 | inherits = \"a\"
  |            ^^^
  |
  = help: delete one `inherits`, or name a bundled theme such as `scholar` in its place

"
    );
}

#[test]
fn a_theme_that_lacks_templates() {
    let site = Site::new("mine", &[("themes/mine/templates/base.html", "x")]);
    let report = site.report();
    let message = "error[missing-template]: the theme `mine` lacks `404.html`, `all-notes.html`";
    assert!(report.contains(message), "{report}");
    assert!(
        report.contains("write `inherits = \"scholar\"` into themes/mine/theme.toml"),
        "{report}"
    );
}

#[test]
fn a_theme_that_is_not_there() {
    let report = Site::new("clasroom", &[]).report();
    assert!(
        report.contains("error[unknown-theme]: there is no theme `clasroom`"),
        "{report}"
    );
    assert!(report.contains("explainer.toml:3:9"), "{report}");
    assert!(report.contains("did you mean `classroom`?"), "{report}");
}

#[test]
fn a_template_that_extends_one_of_a_theme_that_is_not_in_use() {
    let extends = "{% extends \"classroom:section.html\" %}";
    let report = Site::new("scholar", &[("templates/section.html", extends)]).report();
    assert!(report.contains("error[template-syntax]"), "{report}");
    assert!(
        report.contains(" --> templates/section.html:1:1"),
        "{report}"
    );
    assert!(
        report.contains("`explainer theme eject` lists the templates"),
        "{report}"
    );
}

#[test]
fn a_recording_has_a_transcript() {
    let page = |body: &str| {
        format!(
            "# Talk\n\n::: video {{src=\"/talk.mp4\" title=\"A talk\" poster=\"/talk.jpg\" captions=\"/talk.vtt\" licence=\"CC0\"}}\n{body}:::\n\n\
             ::: audio {{src=\"/talk.mp3\" title=\"Only heard\"}}\nShe speaks.[^1]\n:::\n\n[^1]: Softly.\n"
        )
    };
    let captions = "WEBVTT\n\n00:01.000 --> 00:02.000\nNothing.\n";
    let mut files = vec![
        ("static/talk.mp4", ""),
        ("static/talk.mp3", ""),
        ("static/talk.vtt", captions),
    ];
    let spoken = page("He says *nothing*.\n");
    files.push(("content/02-talk.md", &spoken));
    let site = Site::new("scholar", &files);
    let mut jpeg = std::io::Cursor::new(Vec::new());
    let made = image::DynamicImage::new_rgb8(2, 2).write_to(&mut jpeg, image::ImageFormat::Jpeg);
    made.expect("a picture");
    fs::write(site.0.path().join("static/talk.jpg"), jpeg.into_inner()).expect("written");
    let html = site.file("talk/index.html");
    for piece in [
        "<video class=\"recording-player\" controls preload=\"none\" src=\"../talk.mp4\" poster=\"../talk.jpg\" aria-label=\"A talk\">",
        "<track kind=\"captions\" src=\"../talk.vtt\" label=\"Untertitel\" default>",
        "<summary>Was gesagt wird</summary>",
        "He says <em>nothing</em>.",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "<audio class=\"recording-player\" controls preload=\"none\" src=\"../talk.mp3\"",
        "She speaks.",
    ] {
        assert!(html.contains(piece), "{piece}\n{html}");
    }
    site.write("content/02-talk.md", &page(""));
    let report = site.report();
    assert!(
        report.contains("error[component-argument]: `video` has no transcript")
            && report.contains("content/02-talk.md:3:"),
        "{report}"
    );
    site.write(
        "content/02-talk.md",
        &page("Words.\n").replace("talk.vtt", "tlak.vtt"),
    );
    let report = site.report();
    assert!(
        report.contains("did you mean") && report.contains("talk.vtt"),
        "{report}"
    );
}
