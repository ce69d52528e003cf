//! An explainer as an EPUB 3.3, with notes that pop up where the reader's program can do that.

use std::fmt::Write;

use super::images::{Images, Program};
use super::pack::{File, pack};
use super::{Input, is_blank};
use crate::config::Date;
use crate::html::{Element, Node, each, write_xml};
use crate::render::{Note, Target, adapt};
use crate::text::{decode_path, escape};

const CSS: &str = include_str!("epub.css");

/// What e-readers can't show or mustn't run: scripts, forms, windows to elsewhere.
const DROPPED: &[&str] = &[
    "audio", "base", "button", "embed", "form", "iframe", "input", "link", "meta", "object",
    "script", "select", "source", "style", "textarea", "video",
];

/// Makes the EPUB of an explainer.
///
/// In: the explainer. Out: the bytes of the file, which are the same for the same explainer: its
/// time is the one that its front matter gives. Errors are those of packing.
pub fn epub(input: &Input<'_>) -> std::io::Result<Vec<u8>> {
    let whole = input.whole;
    let book = Book {
        input,
        images: Images::new(input.file, Program::EReader),
    };
    let mut pages: Vec<Page> = vec![book.title_page()];
    for (number, _) in whole.chapters.iter().enumerate() {
        pages.push(book.chapter(number));
    }
    if !whole.bibliography.is_empty() {
        pages.push(book.bibliography());
    }
    let nav = book.nav(&pages);
    let images = book.images.all();
    let mut files: Vec<File> = vec![
        ("mimetype".to_owned(), b"application/epub+zip".to_vec()),
        ("META-INF/container.xml".to_owned(), CONTAINER.into()),
    ];
    let mut manifest = String::new();
    let mut spine = String::new();
    for (number, page) in pages.iter().enumerate() {
        let mut properties = Vec::new();
        for (tag, property) in [("<svg", "svg"), ("<math", "mathml")] {
            if page.xhtml.contains(tag) {
                properties.push(property);
            }
        }
        let properties = match properties.is_empty() {
            true => String::new(),
            false => format!(" properties=\"{}\"", properties.join(" ")),
        };
        let _ = writeln!(
            manifest,
            "<item id=\"p{number}\" href=\"{}\" media-type=\"application/xhtml+xml\"{properties}/>",
            page.name
        );
        let _ = writeln!(spine, "<itemref idref=\"p{number}\"/>");
    }
    for (number, image) in images.iter().enumerate() {
        let _ = writeln!(
            manifest,
            "<item id=\"i{number}\" href=\"images/{}\" media-type=\"{}\"/>",
            image.name, image.kind
        );
    }
    let package = package(input, &manifest, &spine, !images.is_empty());
    files.push(("EPUB/package.opf".to_owned(), package.into_bytes()));
    files.push(("EPUB/nav.xhtml".to_owned(), nav.into_bytes()));
    files.push(("EPUB/style.css".to_owned(), CSS.into()));
    for page in pages {
        files.push((format!("EPUB/{}", page.name), page.xhtml.into_bytes()));
    }
    for image in images {
        files.push((format!("EPUB/images/{}", image.name), image.bytes));
    }
    pack(&files, true)
}

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n\
    <rootfiles><rootfile full-path=\"EPUB/package.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles>\n\
    </container>\n";

/// What says what is in the book (EPUB 3.3, 5; EPUB Accessibility 1.1, 2).
fn package(input: &Input<'_>, manifest: &str, spine: &str, pictures: bool) -> String {
    let whole = input.whole;
    let moment = |date: &Option<String>| Date::read(date.as_deref()?)?.day_or_moment();
    let day = moment(&whole.updated).or_else(|| moment(&whole.date));
    // A time is needed; an explainer that gives none gets one that nobody takes for its own.
    let modified = match day {
        Some(day) if day.len() == 10 => format!("{day}T00:00:00Z"),
        Some(moment) if moment.ends_with('Z') && moment.len() == 20 => moment,
        _ => "1970-01-01T00:00:00Z".to_owned(),
    };
    let about = |name: &str| input.full(name).unwrap_or_default();
    let name = format!("{}{}\0{}", about(""), whole.url, whole.title);
    let hash = blake3::hash(name.as_bytes()).to_hex();
    // A UUID of the form for values of one's own making (RFC 9562, 5.8).
    let uuid = format!(
        "{}-{}-8{}-8{}-{}",
        &hash[0..8],
        &hash[8..12],
        &hash[12..15],
        &hash[15..18],
        &hash[18..30]
    );
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"id\" xml:lang=\"{language}\">\n\
         <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <dc:identifier id=\"id\">urn:uuid:{uuid}</dc:identifier>\n\
         <dc:title>{title}</dc:title>\n\
         <dc:language>{language}</dc:language>\n\
         <meta property=\"dcterms:modified\">{modified}</meta>\n",
        language = escape(&whole.language),
        title = escape(&whole.title),
    );
    for author in &whole.authors {
        let _ = writeln!(out, "<dc:creator>{}</dc:creator>", escape(author));
    }
    if let Some(date) = moment(&whole.date) {
        let _ = writeln!(out, "<dc:date>{}</dc:date>", escape(&date));
    }
    if !whole.description.is_empty() {
        let _ = writeln!(
            out,
            "<dc:description>{}</dc:description>",
            escape(&whole.description)
        );
    }
    if let Some(url) = input.full(&whole.url) {
        let _ = writeln!(out, "<dc:source>{}</dc:source>", escape(&url));
    }
    let mut say = |property: &str, value: &str| {
        let _ = writeln!(out, "<meta property=\"schema:{property}\">{value}</meta>");
    };
    say("accessMode", "textual");
    if pictures {
        say("accessMode", "visual");
    }
    say("accessModeSufficient", "textual");
    for feature in [
        "structuralNavigation",
        "tableOfContents",
        "readingOrder",
        "alternativeText",
        "displayTransformability",
    ] {
        say("accessibilityFeature", feature);
    }
    say("accessibilityHazard", "none");
    out.push_str("</metadata>\n<manifest>\n");
    out.push_str("<item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\n");
    out.push_str("<item id=\"css\" href=\"style.css\" media-type=\"text/css\"/>\n");
    out.push_str(manifest);
    let direction = match crate::text::is_mirrored(&whole.language) {
        true => " page-progression-direction=\"rtl\"",
        false => "",
    };
    let _ = write!(
        out,
        "</manifest>\n<spine{direction}>\n{spine}</spine>\n</package>\n"
    );
    out
}

/// A page of the book.
struct Page {
    name: String,
    /// Its title in the contents; empty for one that isn't there.
    title: String,
    xhtml: String,
}

struct Book<'a> {
    input: &'a Input<'a>,
    images: Images<'a>,
}

impl Book<'_> {
    fn word(&self, name: &str) -> String {
        escape(&(self.input.word)(name))
    }

    /// A page with all that is around its body.
    fn page(&self, name: String, title: &str, language: &str, body: &str) -> Page {
        let direction = match crate::text::is_mirrored(language) {
            true => " dir=\"rtl\"",
            false => "",
        };
        let language = escape(language);
        let heading = match title {
            "" => &self.input.whole.title,
            title => title,
        };
        let xhtml = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n\
             <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" \
             lang=\"{language}\" xml:lang=\"{language}\"{direction}>\n\
             <head><title>{}</title><link rel=\"stylesheet\" href=\"style.css\"/></head>\n\
             <body>\n{body}</body>\n</html>\n",
            escape(heading)
        );
        Page {
            name,
            title: title.to_owned(),
            xhtml,
        }
    }

    fn title_page(&self) -> Page {
        let whole = self.input.whole;
        let mut body = String::from("<section class=\"title\" epub:type=\"titlepage\">\n");
        if !whole.authors.is_empty() {
            let authors = escape(&whole.authors.join(", "));
            let _ = writeln!(body, "<p class=\"authors\">{authors}</p>");
        }
        let _ = writeln!(body, "<h1>{}</h1>", escape(&whole.title));
        if !whole.subtitle.is_empty() {
            let _ = writeln!(
                body,
                "<p class=\"subtitle\">{}</p>",
                escape(&whole.subtitle)
            );
        }
        if let Some(date) = whole.updated.as_ref().or(whole.date.as_ref()) {
            let _ = writeln!(body, "<p class=\"date\">{}</p>", escape(date));
        }
        if let Some(url) = self.input.full(&whole.url) {
            let url = escape(&url);
            let _ = writeln!(body, "<p><a href=\"{url}\">{url}</a></p>");
        }
        body.push_str("</section>\n");
        self.page("title.xhtml".to_owned(), "", &whole.language, &body)
    }

    fn chapter(&self, number: usize) -> Page {
        let chapter = &self.input.whole.chapters[number];
        let mut body = String::from("<section epub:type=\"chapter\" role=\"doc-chapter\">\n");
        if !chapter.part.is_empty() {
            let _ = writeln!(body, "<p class=\"part\">{}</p>", escape(&chapter.part));
        }
        if !is_blank(&chapter.title) {
            let title = self.xhtml(&chapter.title, number);
            let place = match chapter.number.as_str() {
                "" => String::new(),
                number => format!("<span class=\"number\">{number}</span> "),
            };
            let _ = writeln!(body, "<h1>{place}{title}</h1>");
        }
        if !chapter.subtitle.is_empty() {
            let _ = writeln!(
                body,
                "<p class=\"subtitle\">{}</p>",
                escape(&chapter.subtitle)
            );
        }
        body.push_str(&self.xhtml(&chapter.body, number));
        for group in &chapter.notes {
            let title = escape(&group.title);
            let _ = write!(
                body,
                "\n<section epub:type=\"footnotes\" class=\"notes\">\n<h2>{title}</h2>\n"
            );
            for note in &group.list {
                self.note(note, number, &mut body);
            }
            body.push_str("</section>\n");
        }
        body.push_str("\n</section>\n");
        let title = chapter.title_text();
        let title = match chapter.number.as_str() {
            "" => title,
            number => format!("{number} {title}"),
        };
        self.page(file_of(number), title.trim(), &chapter.language, &body)
    }

    fn note(&self, note: &Note, chapter: usize, body: &mut String) {
        let _ = write!(
            body,
            "<aside epub:type=\"footnote\" role=\"doc-footnote\" id=\"{}\">",
            name_of(&note.id)
        );
        // The way back is the note's number, at the beginning of its first paragraph.
        let attributes = note.marks.first().map(|mark| {
            let pair = |name: &str, value: String| (name.to_owned(), value);
            vec![
                pair("href", format!("#{mark}")),
                pair("role", "doc-backlink".to_owned()),
            ]
        });
        let number = [
            Node::Element(Element {
                name: "a".to_owned(),
                attributes: attributes.unwrap_or_default(),
                children: vec![Node::Text(note.label.clone())],
            }),
            Node::Text(" ".to_owned()),
        ];
        let mut nodes = note.body.clone();
        match nodes.first_mut() {
            Some(Node::Element(first)) if first.name == "p" => {
                first.children.splice(0..0, number);
            }
            _ => {
                nodes.splice(0..0, number);
            }
        }
        body.push_str(&self.xhtml(&nodes, chapter));
        if let Some((_, state)) = &note.state {
            let _ = write!(body, "<p class=\"state\">{}</p>", escape(state));
        }
        body.push_str("</aside>\n");
    }

    fn bibliography(&self) -> Page {
        let title = (self.input.word)("bibliography");
        let mut body = format!(
            "<section epub:type=\"bibliography\" role=\"doc-bibliography\">\n<h1>{}</h1>\n",
            escape(&title)
        );
        for group in &self.input.whole.bibliography {
            if !group.title.is_empty() {
                let _ = writeln!(body, "<h2>{}</h2>", escape(&group.title));
            }
            body.push_str(&self.xhtml(&group.intro, usize::MAX));
            for entry in &group.entries {
                let _ = writeln!(
                    body,
                    "<div class=\"entry\" id=\"{}\">{}</div>",
                    name_of(&entry.id),
                    self.xhtml(&entry.body, usize::MAX)
                );
                if !is_blank(&entry.annotation) {
                    let annotation = self.xhtml(&entry.annotation, usize::MAX);
                    let _ = writeln!(body, "<div class=\"annotation\">{annotation}</div>");
                }
            }
        }
        body.push_str("</section>\n");
        let language = &self.input.whole.language;
        self.page("bibliography.xhtml".to_owned(), &title, language, &body)
    }

    /// The contents (EPUB 3.3, 7).
    fn nav(&self, pages: &[Page]) -> String {
        let contents = self.word("contents");
        let mut body = format!(
            "<nav epub:type=\"toc\" role=\"doc-toc\">\n<h1>{contents}</h1>\n<ol class=\"toc\">\n"
        );
        for page in pages {
            let title = match page.title.as_str() {
                "" => &self.input.whole.title,
                title => title,
            };
            // The text of a title page follows it under the same title.
            if page.title.is_empty() && page.name != "title.xhtml" {
                continue;
            }
            let _ = writeln!(
                body,
                "<li><a href=\"{}\">{}</a></li>",
                page.name,
                escape(title)
            );
        }
        body.push_str("</ol>\n</nav>\n");
        let language = &self.input.whole.language;
        self.page("nav.xhtml".to_owned(), &contents, language, &body)
            .xhtml
    }

    /// A piece of a chapter as XHTML for e-readers.
    fn xhtml(&self, nodes: &[Node], chapter: usize) -> String {
        let mut nodes = self.plain(nodes.to_vec(), false);
        let link = |href: &str| match self.input.whole.target(chapter, href) {
            Target::Chapter(number, id) if number == chapter && !id.is_empty() => {
                Some(format!("#{}", name_of(&decode_path(id))))
            }
            Target::Chapter(number, "") => Some(file_of(number)),
            Target::Chapter(number, id) => {
                Some(format!("{}#{}", file_of(number), name_of(&decode_path(id))))
            }
            Target::Bibliography("") => Some("bibliography.xhtml".to_owned()),
            Target::Bibliography(id) => {
                Some(format!("bibliography.xhtml#{}", name_of(&decode_path(id))))
            }
            Target::Site(_) | Target::Outside(_) => self.input.outside(chapter, href),
        };
        let image = |url: &str| match self.images.get(url) {
            Some(image) => format!("images/{}", image.name),
            None => String::new(),
        };
        adapt(&mut nodes, &name_of, &link, &image);
        each(&mut nodes, &mut |element| {
            let role = match element.get("role") {
                Some("doc-noteref") => "noteref",
                Some("doc-biblioref") => "biblioref",
                _ => return,
            };
            element
                .attributes
                .push(("epub:type".to_owned(), role.to_owned()));
        });
        write_xml(&nodes)
    }

    /// Without what e-readers can't show, and with the words of pictures that aren't there.
    fn plain(&self, nodes: Vec<Node>, drawn: bool) -> Vec<Node> {
        let mut out = Vec::with_capacity(nodes.len());
        for node in nodes {
            let Node::Element(mut element) = node else {
                out.push(node);
                continue;
            };
            let name = element.name.as_str();
            // A chart is drawn twice; the narrow one is for telephones.
            if DROPPED.contains(&name) || element.has_class("chart-narrow") {
                continue;
            }
            let missing = element.name == "img"
                && self
                    .images
                    .get(element.get("src").unwrap_or_default())
                    .is_none();
            if missing {
                let words = element.get("alt").unwrap_or_default().to_owned();
                out.push(Node::Text(words));
                continue;
            }
            element.attributes.retain(|(name, _)| kept(name));
            // In drawings attributes of the same names mean something.
            let drawn = drawn || name == "svg" || name == "math";
            if !drawn {
                modern(&mut element);
            }
            element.children = self.plain(element.children, drawn);
            out.push(Node::Element(element));
        }
        out
    }
}

/// Attributes that mean nothing in a book: those for scripts, for windows, for choosing among files.
fn kept(name: &str) -> bool {
    let dropped = [
        "srcset",
        "sizes",
        "loading",
        "decoding",
        "fetchpriority",
        "target",
        "download",
        "style",
        "tabindex",
        "open",
        "hidden",
        "is",
        "part",
        "slot",
    ];
    !(dropped.contains(&name) || name.starts_with("on") || name.starts_with("data-"))
}

/// An author's own HTML may be old; what browsers still show, checkers of books refuse (HTML, 16.2).
fn modern(element: &mut Element) {
    let new = match element.name.as_str() {
        "center" | "marquee" => "div",
        "acronym" | "basefont" | "big" | "blink" | "font" | "nobr" | "strike" | "tt" => "span",
        "dir" => "ul",
        name => name,
    };
    element.name = new.to_owned();
    let old = [
        "align",
        "axis",
        "background",
        "bgcolor",
        "border",
        "cellpadding",
        "cellspacing",
        "char",
        "charoff",
        "charset",
        "clear",
        "color",
        "compact",
        "face",
        "frame",
        "frameborder",
        "hspace",
        "marginheight",
        "marginwidth",
        "noshade",
        "nowrap",
        "rev",
        "rules",
        "scrolling",
        "size",
        "summary",
        "valign",
        "vspace",
    ];
    let name = element.name.as_str();
    let sized = ["img", "canvas"].contains(&name);
    element
        .attributes
        .retain(|(attribute, _)| match attribute.as_str() {
            "width" | "height" => sized,
            "name" => false,
            "type" => name == "ol" || name == "a",
            attribute => !old.contains(&attribute),
        });
}

fn file_of(chapter: usize) -> String {
    format!("s{}.xhtml", chapter + 1)
}

/// An id as XML has them (Namespaces in XML, 3): of letters, digits, `.`, `-` and `_`, not beginning
/// with a digit. Different ids stay different.
fn name_of(id: &str) -> String {
    let mut out = String::with_capacity(id.len() + 1);
    for c in id.chars() {
        match c {
            ':' => out.push('.'),
            c if c.is_ascii_alphanumeric() || c == '-' => out.push(c),
            c => {
                let _ = write!(out, "_{:x}_", u32::from(c));
            }
        }
    }
    match out.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        true => out,
        false => format!("_x_{out}"),
    }
}
