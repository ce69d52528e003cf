//! Rebuilds: only what an edit touches is done again, and the site is as after a clean build.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use explainer::build::{Built, Done, Memory, Options, build};
use explainer::write::{self, Stored};

/// A site with the memory of its builds.
struct Site {
    folder: tempfile::TempDir,
    memory: Memory,
    pages: Arc<write::Memory>,
}

const SITE: &[(&str, &str)] = &[
    (
        "explainer.toml",
        "title = \"T\"\n[series.ed]\nnumbering = \"letters\"\n[sources]\nlibrary = true\n",
    ),
    (
        "sources.bib",
        "@book{a, author = {Doe, Jane}, title = {One}, year = {1990}}\n\
         @book{b, author = {Roe, Rick}, title = {Two}, year = {1991}}\n",
    ),
    ("content/pact/index.md", "# The pact\n\nIntroduction.\n"),
    (
        "content/pact/01-farms.md",
        "# Farms\n\nProse.[^1] [Next](02-army.md#purge)\n\n[^1]: See [@a, p. 3].\n",
    ),
    (
        "content/pact/02-army.md",
        "# Army\n\n## Purge\n\nProse.[^1]\n\n[^1]: See [@a, p. 4].\n",
    ),
    ("content/pact/03-end.md", "# End\n\nProse.\n"),
    (
        "content/about.md",
        "+++\ntitle = \"About\"\nkind = \"page\"\n+++\nWho we are.\n",
    ),
];

impl Site {
    fn new() -> (Site, Done) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut site = Site {
            folder,
            memory: Memory::default(),
            pages: Arc::default(),
        };
        for (path, text) in SITE {
            site.write(path, text);
        }
        let done = site.rebuild();
        (site, done)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("written");
    }

    /// Changes a file's text.
    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.folder.path().join(path)).expect("the file");
        assert!(text.contains(from), "{path} has no `{from}`");
        self.write(path, &text.replacen(from, to, 1));
    }

    fn build(&mut self) -> Built {
        let mut sink = write::Memory::after(self.pages.clone());
        let options = Options::default();
        let built = build(self.folder.path(), options, &mut self.memory, &mut sink);
        self.pages = Arc::new(sink.finish());
        built
    }

    #[track_caller]
    fn rebuild(&mut self) -> Done {
        self.checked().done
    }

    /// Rebuilds, and compares the pages and faults with those of a clean build.
    #[track_caller]
    fn checked(&mut self) -> Built {
        let built = self.build();
        let mut clean = write::Memory::new();
        let options = Options::default();
        let again = build(
            self.folder.path(),
            options,
            &mut Memory::default(),
            &mut clean,
        );
        assert_eq!(contents(&self.pages), contents(&clean));
        assert_eq!(built.faults, again.faults);
        built
    }
}

fn contents(site: &write::Memory) -> BTreeMap<String, String> {
    site.iter()
        .map(|(path, stored)| match stored {
            Stored::Bytes(bytes) => (path.to_owned(), String::from_utf8_lossy(bytes).into_owned()),
            Stored::File(file) => (path.to_owned(), file.display().to_string()),
        })
        .collect()
}

/// Nothing at all.
const NOTHING: Done = Done {
    parsed: 0,
    sources: 0,
    resolved: 0,
    formatted: 0,
    rendered: 0,
    pictures: 0,
};

#[test]
fn a_first_build_does_everything_and_a_second_nothing() {
    let (mut site, done) = Site::new();
    // Home, the explainer, three sections, its bibliography, a page, the search, the page for missing
    // ones.
    assert_eq!(
        done,
        Done {
            parsed: 5,
            sources: 1,
            resolved: 1,
            formatted: 1,
            rendered: 9,
            pictures: 0,
        }
    );
    assert_eq!(site.rebuild(), NOTHING);
}

#[test]
fn an_edit_of_prose_makes_one_page_anew() {
    let (mut site, _) = Site::new();
    site.edit("content/pact/03-end.md", "Prose", "*Other* prose");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            rendered: 1,
            ..NOTHING
        }
    );
}

#[test]
fn an_edit_of_a_sentence_that_cites_changes_the_bibliography_that_prints_it() {
    let (mut site, _) = Site::new();
    site.edit("content/pact/02-army.md", "Prose.", "*Other* prose.");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            rendered: 2,
            ..NOTHING
        }
    );
    // The sentence after it is printed by its own page alone.
    site.edit("content/pact/02-army.md", "prose.[^1]", "prose.[^1] More.");
    assert_eq!(site.rebuild().rendered, 1);
    site.edit("content/pact/02-army.md", "More.", "Still more.");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            rendered: 1,
            ..NOTHING
        }
    );
}

/// A picture of one colour.
fn picture(width: u32, colour: [u8; 3]) -> Vec<u8> {
    let pixels = image::RgbImage::from_pixel(width, 20, image::Rgb(colour));
    let mut out = std::io::Cursor::new(Vec::new());
    let picture = image::DynamicImage::ImageRgb8(pixels);
    let written = picture.write_to(&mut out, image::ImageFormat::Png);
    written.expect("a picture");
    out.into_inner()
}

#[test]
fn sizes_of_pictures_are_made_once() {
    let (mut site, _) = Site::new();
    let put = |site: &Site, path: &str, bytes: &[u8]| {
        fs::write(site.folder.path().join(path), bytes).expect("written");
    };
    put(&site, "content/pact/plan.png", &picture(500, [200, 10, 10]));
    site.edit(
        "content/pact/03-end.md",
        "Prose.",
        "Prose. ![A plan](plan.png)",
    );
    let done = site.rebuild();
    assert_eq!(
        (done.pictures, done.rendered),
        (2, 1),
        "480 and 500 pixels wide"
    );
    assert_eq!(site.rebuild(), NOTHING);
    let sizes = |site: &Site| {
        let paths = site.pages.iter().map(|(path, _)| path.to_owned());
        paths.filter(|path| path.starts_with("_pictures/")).count()
    };
    assert_eq!(sizes(&site), 2);
    // Another program, with no memory of this one, finds them.
    site.memory = Memory::default();
    assert_eq!(site.rebuild().pictures, 0);
    // Another page that shows it needs no other sizes.
    site.edit(
        "content/pact/01-farms.md",
        "Prose.",
        "Prose. ![A plan](plan.png)",
    );
    assert_eq!(site.rebuild().pictures, 0);
    // The same picture in another place: its sizes are there.
    put(&site, "content/pact/copy.png", &picture(500, [200, 10, 10]));
    site.edit("content/pact/01-farms.md", "plan.png", "copy.png");
    assert_eq!(site.rebuild().pictures, 0);
    assert_eq!(sizes(&site), 2);
    // One that is only linked to is published as it is.
    put(&site, "content/pact/scan.png", &picture(700, [9, 9, 9]));
    site.edit(
        "content/pact/01-farms.md",
        "![A plan](copy.png)",
        "![A plan](copy.png) [a scan](scan.png)",
    );
    assert_eq!(site.rebuild().pictures, 0);
    site.edit("content/pact/01-farms.md", " [a scan](scan.png)", "");
    site.edit("content/pact/01-farms.md", "copy.png", "plan.png");
    site.rebuild();
    // Another picture under the same name: its sizes, and both pages, whose addresses name them.
    put(&site, "content/pact/plan.png", &picture(501, [10, 200, 10]));
    let done = site.rebuild();
    assert_eq!((done.parsed, done.pictures, done.rendered), (0, 2, 2));
    assert_eq!(sizes(&site), 2, "the sizes of the one before are gone");
    let cache = site.folder.path().join(".explainer-cache");
    let kept = cache.read_dir().expect("the cache").count();
    assert_eq!(
        kept, 3,
        "two sizes, and what tells version control to leave them alone"
    );
    // Broken, it is reported, and mended, it is shown again.
    let whole = picture(501, [10, 200, 10]);
    put(&site, "content/pact/plan.png", &whole[..whole.len() - 8]);
    let broken = |built: Built| {
        let faults = built.faults.iter();
        faults
            .filter(|fault| fault.code.name() == "broken-picture")
            .count()
    };
    assert_eq!(broken(site.checked()), 1);
    put(&site, "content/pact/plan.png", &whole);
    assert_eq!(broken(site.checked()), 0);
}

#[test]
fn the_page_for_printing_follows_its_explainer_alone() {
    let (mut site, _) = Site::new();
    site.edit("explainer.toml", "title", "print = true\ntitle");
    assert!(site.rebuild().rendered > 0);
    assert_eq!(site.rebuild(), NOTHING);
    // A section: its own page, and the one for printing.
    site.edit("content/pact/03-end.md", "Prose", "Other prose");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            rendered: 2,
            ..NOTHING
        }
    );
    // A page that isn't of the explainer.
    site.edit("content/about.md", "we are", "we were");
    assert_eq!(site.rebuild().rendered, 1);
    // What is said of a source that it cites.
    site.write("sources.toml", "[a]\nannotation = \"Read.\"\n");
    assert_eq!(site.rebuild().rendered, 2);
}

#[test]
fn pages_of_sources_and_notes_follow_what_they_print() {
    let (mut site, _) = Site::new();
    site.edit(
        "explainer.toml",
        "library = true\n",
        "pages = true\n[notes]\npage = true\n[bibliography]\nsite = true\nfurther_reading = true\n\
         [citations]\nworks_cited = true\n",
    );
    // The site's bibliography, the pages of both sources and that of all notes are new.
    assert_eq!(site.rebuild().rendered, 13);
    assert_eq!(site.rebuild(), NOTHING);
    // A sentence: its page, both bibliographies, the page of the source, that of all notes.
    site.edit("content/pact/02-army.md", "Prose.", "Other prose.");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            rendered: 5,
            ..NOTHING
        }
    );
    // A note's own words: its page, and that of all notes.
    site.edit("content/pact/02-army.md", "See", "Compare");
    assert_eq!(site.rebuild().rendered, 2);
    // What is said of a source: where its entry stands, and where it is cited, which previews say.
    site.write("sources.toml", "[a]\nchecked = \"read\"\n");
    assert_eq!(
        site.rebuild(),
        Done {
            sources: 1,
            resolved: 1,
            rendered: 6,
            ..NOTHING
        }
    );
    // A source that is recommended: the site's bibliography and its own page.
    site.edit("sources.bib", "title = {Two}", "title = {Due}");
    assert_eq!(
        site.rebuild(),
        Done {
            sources: 1,
            resolved: 1,
            rendered: 2,
            ..NOTHING
        }
    );
    // A line before the sources moves them in their file, and changes no page.
    site.edit("sources.bib", "@book{a,", "% A remark.\n@book{a,");
    assert_eq!(site.rebuild().rendered, 0);
    // One that is cited now: where it is listed and printed.
    site.edit("content/pact/03-end.md", "Prose.", "Prose [@b, p. 3].");
    assert_eq!(site.rebuild().rendered, 5);
}

#[test]
fn an_index_follows_the_pages_that_lead_into_it() {
    let (mut site, _) = Site::new();
    site.edit(
        "content/pact/03-end.md",
        "Prose",
        "[Ann](person:) and [Tom](person:). Prose",
    );
    site.edit(
        "content/pact/02-army.md",
        "Prose",
        "[Tom](person:) and prose",
    );
    // The menu leads to the index now: everything, and the index.
    let done = site.rebuild();
    assert_eq!((done.parsed, done.resolved, done.rendered), (2, 1, 10));
    assert_eq!(site.rebuild(), NOTHING);
    // Words that change nothing of where the names are: only their page.
    site.edit("content/pact/03-end.md", "Prose", "Other prose");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            rendered: 1,
            ..NOTHING
        }
    );
    // Another name: its page and the index.
    site.edit(
        "content/pact/03-end.md",
        "Other",
        "[Tom](person:) and other",
    );
    let done = site.rebuild();
    assert_eq!((done.parsed, done.resolved, done.rendered), (1, 1, 2));
    // Written in another way where it first stands: its page, the index, and the bibliography, which
    // prints the sentence. The other page that leads to it doesn't show it.
    site.edit("content/pact/02-army.md", "[Tom]", "[tom]");
    let done = site.rebuild();
    assert_eq!((done.parsed, done.resolved, done.rendered), (1, 1, 3));
    // A translation is linked to by the original.
    site.write(
        "content/pact/04-ende.md",
        "+++\ntitle = \"Ende\"\nlanguage = \"de\"\ntranslation_of = \"03-end.md\"\n+++\nText.\n",
    );
    assert!(site.rebuild().rendered > 2);
    site.edit(
        "content/pact/04-ende.md",
        "language = \"de\"",
        "language = \"nl\"",
    );
    let done = site.rebuild();
    assert_eq!((done.parsed, done.resolved, done.rendered), (1, 1, 2));
}

#[test]
fn a_bibliography_of_several_pages_makes_only_those_anew_that_change() {
    let (mut site, _) = Site::new();
    site.edit(
        "explainer.toml",
        "library = true\n",
        "library = true\n[bibliography]\nsplit = 1\n",
    );
    site.edit("content/pact/03-end.md", "Prose.", "Prose [@b].");
    site.rebuild();
    assert!(site.pages.get("pact/bibliography/2/index.html").is_some());
    site.edit("content/pact/03-end.md", "Prose", "Other prose");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            rendered: 2,
            ..NOTHING
        }
    );
}

#[test]
fn an_edit_of_a_note_without_its_citations_makes_one_page_anew() {
    let (mut site, _) = Site::new();
    site.edit("content/pact/02-army.md", "See", "Compare");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            rendered: 1,
            ..NOTHING
        }
    );
}

#[test]
fn a_new_note_changes_its_page_and_no_other() {
    let (mut site, _) = Site::new();
    site.edit(
        "content/pact/03-end.md",
        "Prose.",
        "Prose.[^n]\n\n[^n]: New.",
    );
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            resolved: 1,
            rendered: 1,
            ..NOTHING
        }
    );
}

#[test]
fn a_new_citation_changes_its_page_and_the_bibliography() {
    let (mut site, _) = Site::new();
    // Of a library only what is cited is read, so a source that wasn't cited before is read now.
    site.edit("content/pact/03-end.md", "Prose.", "Prose [@b].");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            sources: 1,
            resolved: 1,
            formatted: 1,
            rendered: 2,
            pictures: 0,
        }
    );
}

#[test]
fn a_new_heading_changes_its_page_only_and_one_removed_breaks_the_link_to_it() {
    let (mut site, _) = Site::new();
    site.edit("content/pact/03-end.md", "Prose.", "## New\n\nProse.");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            resolved: 1,
            rendered: 1,
            ..NOTHING
        }
    );
    site.edit("content/pact/02-army.md", "## Purge", "## Trials");
    let built = site.build();
    assert_eq!(built.counts.errors, 1);
    assert_eq!(built.faults[0].code.name(), "broken-anchor");
    site.edit("content/pact/02-army.md", "## Trials", "## Purge");
    site.rebuild();
}

#[test]
fn a_new_title_changes_every_page_that_shows_it() {
    let (mut site, _) = Site::new();
    site.edit("content/pact/02-army.md", "# Army", "# The army");
    // All pages of the explainer get its contents; the home page and the others don't.
    let done = site.rebuild();
    assert_eq!((done.parsed, done.resolved, done.formatted), (1, 1, 0));
    assert!(done.rendered >= 4, "{done:?}");
}

#[test]
fn a_source_edited_changes_where_it_is_printed() {
    let (mut site, _) = Site::new();
    site.edit("sources.bib", "title = {One}", "title = {Uno}");
    let done = site.rebuild();
    assert_eq!(
        done,
        Done {
            sources: 1,
            resolved: 1,
            formatted: 1,
            rendered: 3,
            ..NOTHING
        }
    );
    // One that nothing cites changes no page.
    site.edit("sources.bib", "title = {Two}", "title = {Due}");
    assert_eq!(
        site.rebuild(),
        Done {
            sources: 1,
            resolved: 1,
            ..NOTHING
        }
    );
}

#[test]
fn a_template_changes_every_page_and_nothing_else() {
    let (mut site, _) = Site::new();
    site.write("templates/page.html", "{% extends \"base.html\" %}");
    assert_eq!(
        site.rebuild(),
        Done {
            rendered: 9,
            ..NOTHING
        }
    );
    fs::remove_file(site.folder.path().join("templates/page.html")).expect("removed");
    assert_eq!(
        site.rebuild(),
        Done {
            rendered: 9,
            ..NOTHING
        }
    );
}

#[test]
fn what_is_found_of_prose_and_locators_keeps_up_with_edits() {
    let (mut site, _) = Site::new();
    let codes = |site: &mut Site, code: &str| -> Vec<(usize, String)> {
        let built = site.checked();
        let of_code = built
            .faults
            .iter()
            .filter(|fault| fault.code.name() == code);
        let placed = of_code.filter_map(|fault| Some((fault.place.as_ref()?, &fault.message)));
        placed
            .map(|(place, message)| (place.span.start, message.clone()))
            .collect()
    };
    site.edit("content/pact/01-farms.md", "Prose.", "As Doe (1991) says.");
    let wrong = codes(&mut site, "year-mismatch");
    assert_eq!(wrong.len(), 1);
    // The same fault, further down.
    site.edit("content/pact/01-farms.md", "# Farms", "# Farms\n\nMore.");
    let moved = codes(&mut site, "year-mismatch");
    assert_eq!(moved, [(wrong[0].0 + 7, wrong[0].1.clone())]);
    // The source was wrong, not the text.
    site.edit("sources.bib", "1990", "1991");
    assert_eq!(codes(&mut site, "year-mismatch"), []);

    site.edit("sources.bib", "@book{a,", "@article{a, pages = {3},");
    let outside = codes(&mut site, "locator-outside");
    assert_eq!(outside.len(), 1);
    site.edit("content/pact/02-army.md", "Prose.", "More prose.");
    let moved = codes(&mut site, "locator-outside");
    assert_eq!(moved, [(outside[0].0 + 5, outside[0].1.clone())]);
    site.edit("content/pact/02-army.md", "[@a, p. 4]", "[@a, p. 3]");
    assert_eq!(codes(&mut site, "locator-outside"), []);
}

#[test]
fn files_added_and_removed() {
    let (mut site, _) = Site::new();
    site.write("content/pact/04-more.md", "# More\n\nText.\n");
    site.rebuild();
    assert!(site.pages.get("pact/more/index.html").is_some());
    fs::remove_file(site.folder.path().join("content/pact/04-more.md")).expect("removed");
    site.rebuild();
    assert!(site.pages.get("pact/more/index.html").is_none());
}

#[test]
fn the_series_and_the_configuration_reach_every_page() {
    let (mut site, _) = Site::new();
    site.edit("explainer.toml", "title = \"T\"", "title = \"U\"");
    let done = site.rebuild();
    assert_eq!((done.parsed, done.rendered), (0, 9));
    site.edit("explainer.toml", "[series.ed]", "[series.editors]");
    assert_eq!(
        site.rebuild().parsed,
        5,
        "labels are read by the series that exist"
    );
}

#[test]
fn authors_of_the_site_reach_pages_that_name_none() {
    let (mut site, _) = Site::new();
    site.edit(
        "explainer.toml",
        "title = \"T\"",
        "title = \"T\"\nauthors = [\"Ann\"]",
    );
    site.rebuild();
    site.edit("explainer.toml", "Ann", "Bob");
    assert_eq!(site.rebuild().rendered, 9);
}

#[test]
fn a_new_date_changes_its_page_and_the_feed() {
    let (mut site, _) = Site::new();
    site.edit(
        "explainer.toml",
        "title = \"T\"",
        "title = \"T\"\nbase_url = \"https://example.org/\"",
    );
    site.edit(
        "content/about.md",
        "kind =",
        "date = \"2026-01-02\"\nkind =",
    );
    site.rebuild();
    site.edit("content/about.md", "2026-01-02", "2026-02-03");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            resolved: 1,
            rendered: 1,
            ..NOTHING
        }
    );
    let feed = &contents(&site.pages)["feed.xml"];
    assert!(feed.contains("<updated>2026-02-03T00:00:00Z</updated>"));
    // With a feed, too, an edit of prose touches nothing but its page.
    site.edit("content/pact/03-end.md", "Prose", "*Other* prose");
    assert_eq!(
        site.rebuild(),
        Done {
            parsed: 1,
            rendered: 1,
            ..NOTHING
        }
    );
}

/// The files that a rebuild put, and didn't keep.
fn written<'a>(before: &write::Memory, now: &'a write::Memory) -> Vec<&'a str> {
    let same = |path: &str, stored: &Stored| match (stored, before.get(path)) {
        (Stored::Bytes(now), Some(Stored::Bytes(before))) => Arc::ptr_eq(now, before),
        _ => false,
    };
    now.iter()
        .filter(|(path, stored)| !same(path, stored))
        .map(|(path, _)| path)
        .collect()
}

#[test]
fn an_edit_writes_of_the_index_only_what_it_changes() {
    let (mut site, _) = Site::new();
    let before = site.pages.clone();
    site.edit("content/pact/03-end.md", "Prose", "Zebras");
    site.rebuild();
    assert_eq!(
        written(&before, &site.pages),
        [
            "_search/terms/w-.js",
            "_search/text/3.js",
            "pact/end/index.html"
        ]
    );
    // The same words in italics: the index stays.
    let before = site.pages.clone();
    site.edit("content/pact/03-end.md", "Zebras", "*Zebras*");
    site.rebuild();
    assert_eq!(
        written(&before, &site.pages),
        ["_search/text/3.js", "pact/end/index.html"]
    );
    // A page before others changes their numbers.
    site.write("content/pact/00-first.md", "# First\n\nText.\n");
    site.rebuild();
    site.edit(
        "explainer.toml",
        "title = \"T\"",
        "title = \"T\"\nsearch = false",
    );
    site.rebuild();
    assert!(site.pages.get("search/index.html").is_none());
    assert!(
        site.pages
            .iter()
            .all(|(path, _)| !path.starts_with("_search"))
    );
}

/// A long run of edits of all kinds; each must equal a clean build.
#[test]
fn many_edits_in_a_row() {
    let (mut site, _) = Site::new();
    let farms = "content/pact/01-farms.md";
    let edits = [
        (farms, "Prose", "Prose^[An inline note.]"),
        (farms, "[^1]: See", "[^1]: {unchecked} See"),
        ("content/pact/02-army.md", "[@a, p. 4]", "[@b, p. 4; @a]"),
        ("explainer.toml", "library = true", "library = false"),
        (farms, "[Next](02-army.md#purge)", "[Next](02-army.md#purg)"),
        (farms, "#purg)", "#purge)"),
        ("content/about.md", "Who", "{{ not a template }} who"),
        ("sources.bib", "@book{b", "@book{c"),
        ("sources.bib", "@book{c", "@book{b"),
        (
            "content/pact/index.md",
            "# The pact",
            "# The Pact of August",
        ),
        (
            "content/pact/03-end.md",
            "Prose.",
            "::: aside\nBoxed [@a].\n:::",
        ),
    ];
    for (path, from, to) in edits {
        site.edit(path, from, to);
        site.rebuild();
    }
    assert!(Path::new(site.folder.path()).exists());
}

/// The site with a chart in its last section, built.
fn with_chart() -> Site {
    let (mut site, _) = Site::new();
    let table = "year,deaths,source\n1932,5,\"@a, p. 9\"\n1933,7,\n";
    site.write("data/deaths.csv", table);
    let chart = "Prose.\n\n::: chart {data=\"deaths.csv\" title=\"Deaths\"}\n:::\n";
    site.edit("content/pact/03-end.md", "Prose.", chart);
    assert_eq!(site.build().counts.errors, 0);
    site
}

#[test]
fn an_edit_of_a_table_makes_the_page_that_shows_it_anew() {
    let mut site = with_chart();
    site.edit("data/deaths.csv", "1933,7", "1933,8");
    let one = Done {
        parsed: 1,
        rendered: 1,
        ..NOTHING
    };
    assert_eq!(site.rebuild(), one);
    // A table that nothing shows matters to nobody.
    site.write("data/other.csv", "a,b\n1,2\n");
    assert_eq!(site.rebuild(), NOTHING);
}

#[test]
fn an_edit_of_what_a_row_cites_reaches_the_bibliography() {
    let mut site = with_chart();
    site.edit("data/deaths.csv", "@a, p. 9", "@b, p. 9");
    // The page of the chart, and the bibliography.
    let expected = Done {
        parsed: 1,
        sources: 1,
        resolved: 1,
        formatted: 1,
        rendered: 2,
        pictures: 0,
    };
    assert_eq!(site.rebuild(), expected);
}

#[test]
fn a_missing_table_is_looked_for_again() {
    let mut site = with_chart();
    let table = site.folder.path().join("data/deaths.csv");
    let text = fs::read_to_string(&table).expect("the table");
    fs::remove_file(&table).expect("removed");
    let built = site.build();
    assert_eq!(built.counts.errors, 1, "{:?}", built.faults);
    assert_eq!(built.done.parsed, 1);
    // What is proposed in its place depends on what is there.
    site.write("data/death.csv", &text);
    let built = site.build();
    let help = built.faults[0].help.as_deref();
    assert_eq!(help, Some("did you mean `death.csv`?"));
    site.write("data/deaths.csv", &text);
    assert_eq!(site.rebuild().parsed, 1);
    assert_eq!(site.rebuild(), NOTHING);
}

#[test]
fn an_edit_of_a_definition_makes_the_explainer_anew() {
    let (mut site, _) = Site::new();
    site.write("data/terms.csv", "term,definition\nprose,Not verse.\n");
    let glossary = "Introduction.\n\n::: glossary {data=\"terms.csv\"}\n:::\n";
    site.edit("content/pact/index.md", "Introduction.", glossary);
    site.build();
    site.edit("data/terms.csv", "Not verse", "Plain text");
    // The explainer's pages; not the page outside it, nor those made without a file.
    let expected = Done {
        parsed: 1,
        resolved: 1,
        rendered: 4,
        ..NOTHING
    };
    assert_eq!(site.rebuild(), expected);
}
