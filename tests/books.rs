//! The files of an explainer that readers take away: whole, well formed, and the same each time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use explainer::build::{Memory, Options, build};
use explainer::html::{Element, Node, read};
use explainer::render::Books;
use explainer::write::{self, Stored};

/// The files that a site is published as.
fn published(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let options = Options {
        books: Books {
            epub: true,
            docx: true,
        },
        ..Options::default()
    };
    let mut sink = write::Memory::new();
    let built = build(root, options, &mut Memory::default(), &mut sink);
    assert_eq!(built.counts.errors, 0, "{:?}", built.faults);
    let files = sink.iter().map(|(path, stored)| match stored {
        Stored::Bytes(bytes) => (path.to_owned(), bytes.to_vec()),
        Stored::File(file) => (path.to_owned(), fs::read(file).expect("a file")),
    });
    files.collect()
}

/// The files in a packed one, in their order, those that are XML read whole.
fn unpacked(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut files = Vec::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let name = file.name().expect("a name").into_owned();
        if [".xml", ".rels", ".opf", ".xhtml"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            well_formed(&name, &text);
        }
        files.push((name, text));
    }
    files
}

fn well_formed(name: &str, text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Start(tag)) => {
                tag.attributes().for_each(|attribute| {
                    attribute.unwrap_or_else(|error| panic!("{name}: {error}"));
                });
                depth += 1;
            }
            Ok(quick_xml::events::Event::End(_)) => depth -= 1,
            Ok(quick_xml::events::Event::Eof) => break,
            Ok(_) => {}
            Err(error) => panic!("{name} at {}: {error}", reader.error_position()),
        }
    }
    assert_eq!(depth, 0, "{name}");
}

/// The notes of an explainer's pages: of each page that lies in its folder the ids, with its address.
fn notes(files: &BTreeMap<String, Vec<u8>>, folder: &str) -> BTreeSet<String> {
    fn gather(nodes: &[Node], page: &str, found: &mut BTreeSet<String>) {
        for node in nodes {
            if let Node::Element(element) = node {
                if element.name == "li" && element.has_class("note") {
                    found.insert(format!("{page}#{}", element.get("id").unwrap_or_default()));
                }
                gather(&element.children, page, found);
            }
        }
    }
    let mut found = BTreeSet::new();
    for (path, bytes) in files {
        let made = ["bibliography/", "notes/", "print/"];
        let inside = path
            .strip_prefix(folder)
            .filter(|rest| rest.ends_with("index.html"));
        if inside.is_some_and(|rest| !made.iter().any(|made| rest.starts_with(made))) {
            gather(&read(&String::from_utf8_lossy(bytes)), path, &mut found);
        }
    }
    found
}

fn count(texts: &[(String, String)], piece: &str) -> usize {
    texts
        .iter()
        .map(|(_, text)| text.matches(piece).count())
        .sum()
}

#[test]
fn every_note_of_the_showcase_is_in_its_books_once() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("site");
    let files = published(&site);
    let books: Vec<&String> = files
        .keys()
        .filter(|path| path.ends_with(".epub"))
        .collect();
    assert_eq!(books.len(), 2, "{books:?}");
    let mut all = 0;
    for epub in books {
        let (folder, _) = epub.rsplit_once('/').expect("a folder");
        let notes = notes(&files, &format!("{folder}/"));
        assert!(!notes.is_empty());
        all += notes.len();
        let pages = unpacked(&files[epub]);
        assert_eq!(
            count(&pages, "<aside epub:type=\"footnote\""),
            notes.len(),
            "{epub}"
        );
        let docx = epub.replace(".epub", ".docx");
        let parts = unpacked(&files[&docx]);
        assert_eq!(
            count(&parts, "<w:footnoteReference "),
            notes.len(),
            "{docx}"
        );
        // With the two lines between text and notes, which every document has.
        assert_eq!(count(&parts, "<w:footnote "), notes.len() + 2 + 2, "{docx}");
    }
    assert!(all > 40, "{all}");
}

#[test]
fn books_are_the_same_bytes_each_time() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("site");
    assert!(published(&site) == published(&site));
}

/// What is hard in a section, and what becomes of it.
const HARD: &str = "# *Fish* & “chips”[^title]

[The other](02-two.md#über) and [here](#deep), [out](https://example.org/?a=1&b=2), [bad](mailto:a@b.c).

- one[^1][^2]
  1. deeper

     second paragraph
- two again[^1]

> Said.[^2] <b onclick=\"x()\">bold<script>alert(1)</script></b> &#1; ![A plan](/plan.png) ![Lost](https://example.org/x.png) ![New](/new.webp) ![Drawn](/drawn.svg)

| a | b |
|---|---|
| [@doe, p. 3] | `x < y` |

<center><font color=\"red\">Old</font> <svg width=\"9\" height=\"9\"><script>1</script><rect width=\"9\" height=\"9\" onclick=\"x()\"/></svg></center>

### Deep

[^title]: On the title.

[^1]: First.

    ```
    let x = 1 < 2;
    ```
[^2]: Second, *with* [a link](https://example.org/).
";

fn hard() -> BTreeMap<String, Vec<u8>> {
    let site = tempfile::tempdir().expect("a folder");
    let write = |path: &str, bytes: &[u8]| {
        let path = site.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, bytes).expect("written");
    };
    write(
        "explainer.toml",
        b"title = \"T\"\nprint = true\nlanguage = \"ar\"\nauthors = [\"A & B\"]\n",
    );
    write(
        "content/x/index.md",
        "+++\ntitle = \"The *whole* & all\"\nupdated = \"2026-01-02\"\n+++\n".as_bytes(),
    );
    write("content/x/01-one.md", HARD.as_bytes());
    write(
        "content/x/02-two.md",
        "# Two\n\n## Über\n\nBack to [one](01-one.md).[^1]\n\n[^1]: Ä.\n".as_bytes(),
    );
    write(
        "sources.bib",
        b"@book{doe, author = {Doe, Jane}, title = {A Book}, date = {1990}}\n",
    );
    let mut png = Cursor::new(Vec::new());
    let pixel = image::DynamicImage::new_rgb8(1, 1);
    let written = pixel.write_to(&mut png, image::ImageFormat::Png);
    written.expect("a picture");
    let png = png.into_inner();
    write("static/plan.png", &png);
    let webp = webp::Encoder::from_rgb(&[90; 12], 2, 2).encode(50.0);
    write("static/new.webp", &webp);
    write(
        "static/drawn.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    );
    published(site.path())
}

#[test]
fn an_epub_has_what_e_readers_ask_for_and_nothing_they_must_not_have() {
    let files = hard();
    let epub = files
        .iter()
        .find(|(path, _)| path.ends_with(".epub"))
        .expect("a book")
        .1;
    let pages = unpacked(epub);
    assert_eq!(
        pages[0],
        ("mimetype".to_owned(), "application/epub+zip".to_owned())
    );
    // It is stored as it is, at the place where programs look for it (OCF, 4.2.2).
    assert_eq!(&epub[30..58], b"mimetypeapplication/epub+zip");
    let page = |name: &str| {
        &pages
            .iter()
            .find(|(path, _)| path.ends_with(name))
            .expect("a page")
            .1
    };
    let package = page("package.opf");
    for piece in [
        "<dc:title>The *whole* &amp; all</dc:title>",
        "<dc:creator>A &amp; B</dc:creator>",
        "<meta property=\"dcterms:modified\">2026-01-02T00:00:00Z</meta>",
        "page-progression-direction=\"rtl\"",
        "href=\"images/1.png\" media-type=\"image/png\"",
    ] {
        assert!(package.contains(piece), "{piece}\n{package}");
    }
    // Contents have titles without the marks in them.
    assert!(page("nav.xhtml").contains(">1 Fish &amp; “chips”</a>"));
    let one = page("s1.xhtml");
    for piece in [
        "<h1><span class=\"number\">1</span> <em>Fish</em> &amp; “chips”<sup class=\"mark\">",
        "<a href=\"s2.xhtml#_fc_ber\">The other</a>",
        "<a href=\"#deep\">here</a>",
        "<a href=\"https://example.org/?a=1&amp;b=2\">",
        "href=\"#note.1\" role=\"doc-noteref\"",
        "epub:type=\"noteref\"",
        "id=\"note.1\"",
        "<img src=\"images/1.png\"",
        "href=\"bibliography.xhtml#source.doe\"",
        "dir=\"rtl\"",
    ] {
        assert!(one.contains(piece), "{piece}\n{one}");
    }
    assert!(one.contains("<div><span>Old</span> <svg "), "{one}");
    assert!(one.contains("<rect width=\"9\" height=\"9\""), "{one}");
    for piece in [
        "onclick", "<script", "<font", "alert(1)", "x.png", "data-", "\u{1}",
    ] {
        assert!(!one.contains(piece), "{piece}\n{one}");
    }
    assert!(page("s2.xhtml").contains("id=\"_fc_ber\""));
    // Each link within the book leads to something that is there.
    for (name, text) in pages.iter().filter(|(name, _)| name.ends_with(".xhtml")) {
        for link in links(&read(text)) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, id) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { name } else { file };
            let target = page(target);
            assert!(
                id.is_empty() || target.contains(&format!("id=\"{id}\"")),
                "{name}: {link}"
            );
        }
    }
}

fn links(nodes: &[Node]) -> Vec<String> {
    fn gather(nodes: &[Node], found: &mut Vec<String>) {
        for node in nodes {
            if let Node::Element(Element { name, children, .. }) = node {
                if let Node::Element(element) = node
                    && name == "a"
                {
                    found.extend(element.get("href").map(str::to_owned));
                }
                gather(children, found);
            }
        }
    }
    let mut found = Vec::new();
    gather(nodes, &mut found);
    found
}

#[test]
fn a_document_has_footnotes_lists_tables_and_pictures() {
    let files = hard();
    let docx = files
        .iter()
        .find(|(path, _)| path.ends_with(".docx"))
        .expect("a document")
        .1;
    let parts = unpacked(docx);
    let part = |name: &str| {
        &parts
            .iter()
            .find(|(path, _)| path == name)
            .expect("a part")
            .1
    };
    let (text, notes) = (part("word/document.xml"), part("word/footnotes.xml"));
    for piece in [
        "<w:pStyle w:val=\"Title\"/>",
        "<w:t xml:space=\"preserve\">The *whole* &amp; all</w:t>",
        "<w:pStyle w:val=\"Heading1\"/>",
        // A note that is called again is referred to.
        "<w:instrText",
        "<w:tblHeader/>",
        "<w:pStyle w:val=\"Quote\"/>",
        // A link to a heading leads to its place.
        "<w:hyperlink w:anchor=\"h1_",
        "w:name=\"h1_",
        "<w:b/><w:bCs/>",
        "<pic:pic>",
        "descr=\"A plan\"",
        "[Lost]",
        "<w:rtl/>",
        "<w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"2\"/></w:numPr>",
    ] {
        let piece = piece.replace("<w:instrText", "w:instr=\" NOTEREF note2 ");
        assert!(text.contains(&piece), "{piece}\n{text}");
    }
    for piece in ["alert(1)", "javascript", "\u{1}"] {
        assert!(!text.contains(piece), "{piece}");
    }
    // Two marks side by side are two numbers.
    assert!(text.contains("<w:t>,</w:t>"));
    // Numbers follow the text over all sections: of the title, two, a citation, and one of the second section.
    let ids: Vec<&str> = notes.split("<w:footnote w:id=\"").skip(1).collect();
    assert_eq!(ids.len(), 5);
    assert!(ids[0].contains("On the title."));
    assert!(ids[1].contains("let x = 1 &lt; 2;") && ids[1].contains("First."));
    assert!(ids[2].contains("<w:i/>") && ids[2].contains("<w:hyperlink r:id="));
    assert!(ids[3].contains("Doe") && ids[4].contains("Ä."));
    // Every relation that is named is there.
    for (xml, rels) in [
        ("word/document.xml", "word/_rels/document.xml.rels"),
        ("word/footnotes.xml", "word/_rels/footnotes.xml.rels"),
    ] {
        for attribute in ["r:id=\"", "r:embed=\""] {
            for rest in part(xml).split(attribute).skip(1) {
                let id = rest.split('"').next().expect("an id");
                assert!(part(rels).contains(&format!("Id=\"{id}\"")), "{xml}: {id}");
            }
        }
    }
    for anchor in text.split("w:anchor=\"").skip(1) {
        let name = anchor.split('"').next().expect("a name");
        assert!(text.contains(&format!("w:name=\"{name}\"")), "{name}");
    }
    // Of WebP there is a PNG, of a drawing its words. A part of a type that isn't named would break the file.
    let media: Vec<&String> = parts
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with("word/media/"))
        .collect();
    assert_eq!(media.len(), 2, "{media:?}");
    assert!(
        media.iter().all(|path| path.ends_with(".png")) && text.contains("[Drawn]"),
        "{media:?}"
    );
}
