//! An explainer as a file for word processors (ECMA-376, part 1), with real footnotes.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::images::{Images, Program};
use super::pack::{File, pack};
use super::{Input, is_blank};
use crate::config::Date;
use crate::html::{Element, Node};
use crate::render::{Note, Target};
use crate::text::{decode_path, is_mirrored};

const STYLES: &str = include_str!("styles.xml");

/// How wide the text is, in English metric units: 914,400 are an inch.
const WIDTH: usize = 5_486_400;
/// How high a picture may be.
const HEIGHT: usize = 7_315_200;
/// A pixel, of which an inch has 96.
const PIXEL: usize = 9_525;

/// What no word processor shows.
const DROPPED: &[&str] = &[
    "audio", "button", "embed", "form", "iframe", "input", "link", "meta", "object", "script",
    "select", "style", "svg", "template", "textarea", "video",
];

/// Elements that stand in a line; all others begin a paragraph.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img",
    "ins", "kbd", "label", "mark", "math", "q", "s", "samp", "small", "span", "strong", "sub",
    "sup", "time", "u", "var", "wbr",
];

/// Makes the document of an explainer.
///
/// In: the explainer. Out: the bytes of the file, the same for the same explainer. All notes become
/// footnotes, numbered as they are called; a note that is called again is referred to by its number.
/// Errors are those of packing.
pub fn docx(input: &Input<'_>) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer {
        input,
        images: Images::new(input.file, Program::WordProcessor),
        body: Part::default(),
        notes: Part::default(),
        numbers: BTreeMap::new(),
        headings: headings(input),
        lists: Vec::new(),
        pictures: 0,
        bookmarks: 0,
    };
    writer.whole();
    let Writer {
        body,
        notes,
        images,
        lists,
        ..
    } = writer;
    let language = escape(&input.whole.language);
    let styles = STYLES.replace("{language}", &language);
    let direction = match is_mirrored(&input.whole.language) {
        true => "<w:bidi/>",
        false => "",
    };
    let document = format!(
        "{HEAD}<w:document {SPACES}><w:body>{}<w:sectPr><w:footnotePr><w:numFmt w:val=\"decimal\"/></w:footnotePr>\
         <w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1417\" w:right=\"1417\" w:bottom=\"1134\" w:left=\"1417\" \
         w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/>{direction}</w:sectPr></w:body></w:document>",
        body.xml
    );
    // The first two are the lines between text and notes, which every document has (17.11.3).
    let footnotes = format!(
        "{HEAD}<w:footnotes {SPACES}>\
         <w:footnote w:type=\"separator\" w:id=\"-1\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>\
         <w:footnote w:type=\"continuationSeparator\" w:id=\"0\"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>\
         {}</w:footnotes>",
        notes.xml
    );
    let mut files: Vec<File> = Vec::new();
    let mut add = |path: &str, text: String| files.push((path.to_owned(), text.into_bytes()));
    add("[Content_Types].xml", TYPES.to_owned());
    add("_rels/.rels", RELATIONS.to_owned());
    add("docProps/core.xml", core(input));
    add("word/document.xml", document);
    add("word/_rels/document.xml.rels", body.relations(true));
    add("word/footnotes.xml", footnotes);
    add("word/_rels/footnotes.xml.rels", notes.relations(false));
    add("word/styles.xml", styles);
    add("word/numbering.xml", numbering(&lists));
    add("word/settings.xml", SETTINGS.to_owned());
    for image in images.all() {
        files.push((format!("word/media/{}", image.name), image.bytes));
    }
    pack(&files, false)
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const SPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
    xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
    xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"";
const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
    <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
    <Default Extension=\"png\" ContentType=\"image/png\"/>\
    <Default Extension=\"jpg\" ContentType=\"image/jpeg\"/>\
    <Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>\
    <Default Extension=\"gif\" ContentType=\"image/gif\"/>\
    <Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
    <Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
    <Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>\
    <Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
    <Override PartName=\"/word/footnotes.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml\"/>\
    <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
    </Types>";
const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
    <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
    </Relationships>";
const SETTINGS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
    <w:footnotePr><w:footnote w:id=\"-1\"/><w:footnote w:id=\"0\"/></w:footnotePr>\
    <w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
    </w:settings>";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Who wrote what when (ECMA-376, part 2, 11).
fn core(input: &Input<'_>) -> String {
    let whole = input.whole;
    let moment = |date: &Option<String>| {
        let day = Date::read(date.as_deref()?)?.day_or_moment()?;
        Some(match day.len() {
            10 => format!("{day}T00:00:00Z"),
            _ => day,
        })
    };
    let mut out = format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:language>{}</dc:language>",
        escape(&whole.title),
        escape(&whole.language)
    );
    if !whole.authors.is_empty() {
        let authors = escape(&whole.authors.join("; "));
        let _ = write!(out, "<dc:creator>{authors}</dc:creator>");
    }
    for (name, date) in [
        ("created", moment(&whole.date)),
        ("modified", moment(&whole.updated)),
    ] {
        if let Some(date) = date {
            let _ = write!(
                out,
                "<dcterms:{name} xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:{name}>"
            );
        }
    }
    out.push_str("</cp:coreProperties>");
    out
}

/// Lists: the first is the one with bullets, each further one is numbered from its own beginning (17.9).
fn numbering(starts: &[usize]) -> String {
    let mut out = format!("{HEAD}<w:numbering {SPACES}>");
    for (number, format, text) in [(0, "bullet", "•"), (1, "decimal", "")] {
        let _ = write!(
            out,
            "<w:abstractNum w:abstractNumId=\"{number}\"><w:multiLevelType w:val=\"hybridMultilevel\"/>"
        );
        for level in 0..9 {
            let text = match text {
                "" => format!("%{}.", level + 1),
                text => text.to_owned(),
            };
            let indent = 720 * (level + 1);
            let _ = write!(
                out,
                "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/>\
                 <w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"{indent}\" w:hanging=\"360\"/></w:pPr></w:lvl>"
            );
        }
        out.push_str("</w:abstractNum>");
    }
    out.push_str("<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>");
    for (number, start) in starts.iter().enumerate() {
        let _ = write!(
            out,
            "<w:num w:numId=\"{}\"><w:abstractNumId w:val=\"1\"/>",
            number + 2
        );
        for level in 0..9 {
            let _ = write!(
                out,
                "<w:lvlOverride w:ilvl=\"{level}\"><w:startOverride w:val=\"{start}\"/></w:lvlOverride>"
            );
        }
        out.push_str("</w:num>");
    }
    out.push_str("</w:numbering>");
    out
}

/// A file of the document with what it refers to.
#[derive(Default)]
struct Part {
    xml: String,
    /// Types and targets of its relations, with whether they lead outside.
    targets: Vec<(&'static str, String, bool)>,
}

impl Part {
    /// The id of a relation.
    fn relation(&mut self, kind: &'static str, target: String, outside: bool) -> String {
        let relation = (kind, target, outside);
        let known = self.targets.iter().position(|one| *one == relation);
        let at = known.unwrap_or_else(|| {
            self.targets.push(relation);
            self.targets.len() - 1
        });
        format!("rId{}", at + 10)
    }

    fn relations(&self, main: bool) -> String {
        let mut out = format!(
            "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        );
        let own = ["styles", "numbering", "settings", "footnotes"];
        for (number, name) in own.iter().enumerate().filter(|_| main) {
            let _ = write!(
                out,
                "<Relationship Id=\"rId{}\" Type=\"{OFFICE}/{name}\" Target=\"{name}.xml\"/>",
                number + 1
            );
        }
        for (at, (kind, target, outside)) in self.targets.iter().enumerate() {
            let mode = if *outside {
                " TargetMode=\"External\""
            } else {
                ""
            };
            let _ = write!(
                out,
                "<Relationship Id=\"rId{}\" Type=\"{OFFICE}/{kind}\" Target=\"{}\"{mode}/>",
                at + 10,
                escape(target)
            );
        }
        out.push_str("</Relationships>");
        out
    }
}

/// How a piece of a line looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Look {
    bold: bool,
    italic: bool,
    small_caps: bool,
    struck: bool,
    underlined: bool,
    code: bool,
    link: bool,
    /// `superscript` or `subscript`.
    raised: Option<&'static str>,
}

/// Where a paragraph stands.
#[derive(Debug, Clone, Default)]
struct Around {
    style: &'static str,
    /// The list it begins an item of: its number and depth.
    item: Option<(usize, usize)>,
    /// How far it is indented, in twentieths of a point.
    indent: usize,
    /// Its chapter; none in the bibliography.
    chapter: Option<usize>,
    /// Its language, where it isn't that of the document.
    language: Option<String>,
    mirrored: bool,
    /// Whether it stands in a footnote.
    in_note: bool,
    /// How deep lists and quotations lie in each other.
    depth: usize,
}

/// A line in the making.
#[derive(Default)]
struct Line {
    xml: String,
    /// Whether a space here would be one too many.
    spaced: bool,
    /// Whether the last thing in it is the mark of a note.
    marked: bool,
    said: bool,
}

struct Writer<'a> {
    input: &'a Input<'a>,
    images: Images<'a>,
    body: Part,
    notes: Part,
    /// The numbers of the footnotes by chapter and id.
    numbers: BTreeMap<(usize, String), usize>,
    /// The names of the headings' places, by chapter and id.
    headings: BTreeMap<(usize, String), String>,
    /// Where the numbered lists start.
    lists: Vec<usize>,
    pictures: usize,
    bookmarks: usize,
}

impl Writer<'_> {
    fn part(&mut self, around: &Around) -> &mut Part {
        match around.in_note {
            true => &mut self.notes,
            false => &mut self.body,
        }
    }

    fn whole(&mut self) {
        let whole = self.input.whole;
        let around = Around {
            mirrored: is_mirrored(&whole.language),
            ..Around::default()
        };
        let styled = |style| Around {
            style,
            ..around.clone()
        };
        self.text_line(&whole.title, &styled("Title"));
        for text in [&whole.subtitle, &whole.authors.join(", ")] {
            if !text.is_empty() {
                self.text_line(text, &styled("Subtitle"));
            }
        }
        if let Some(date) = whole.updated.as_ref().or(whole.date.as_ref()) {
            self.text_line(date, &styled("Subtitle"));
        }
        for (number, chapter) in whole.chapters.iter().enumerate() {
            let own = Around {
                chapter: Some(number),
                language: (chapter.language != whole.language).then(|| chapter.language.clone()),
                mirrored: is_mirrored(&chapter.language),
                ..Around::default()
            };
            let styled = |style| Around {
                style,
                ..own.clone()
            };
            if !chapter.part.is_empty() {
                self.text_line(&chapter.part, &styled("Part"));
            }
            self.bookmark(&format!("s{number}"));
            if !is_blank(&chapter.title) {
                let mut line = Line::default();
                if !chapter.number.is_empty() {
                    let number = format!("{} ", chapter.number);
                    self.run(&number, &Look::default(), &own, &mut line);
                }
                self.inline(&chapter.title, &Look::default(), &own, &mut line);
                self.end(line, &styled("Heading1"));
            }
            if !chapter.subtitle.is_empty() {
                self.text_line(&chapter.subtitle, &styled("Subtitle"));
            }
            self.blocks(&chapter.body, &own);
        }
        if whole.bibliography.is_empty() {
            return;
        }
        self.text_line(&(self.input.word)("bibliography"), &styled("Heading1"));
        let mut number = 0;
        for group in &whole.bibliography {
            if !group.title.is_empty() {
                self.text_line(&group.title, &styled("Heading2"));
            }
            self.blocks(&group.intro, &around);
            for entry in &group.entries {
                self.bookmark(&format!("b{number}"));
                number += 1;
                self.blocks(&entry.body, &styled("Bibliography"));
                self.blocks(&entry.annotation, &styled("Annotation"));
            }
        }
    }

    fn text_line(&mut self, text: &str, around: &Around) {
        let mut line = Line::default();
        self.run(text, &Look::default(), around, &mut line);
        self.end(line, around);
    }

    /// A place that links lead to, before the next paragraph (17.13.6).
    fn bookmark(&mut self, name: &str) {
        self.bookmarks += 1;
        let id = self.bookmarks;
        let _ = write!(
            self.body.xml,
            "<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/><w:bookmarkEnd w:id=\"{id}\"/>"
        );
    }

    // ---- paragraphs ----

    /// Ends a line as a paragraph; one without anything is left out.
    fn end(&mut self, line: Line, around: &Around) {
        if !line.said {
            return;
        }
        let mut about = String::new();
        if !around.style.is_empty() {
            let _ = write!(about, "<w:pStyle w:val=\"{}\"/>", around.style);
        }
        if let Some((list, level)) = around.item {
            let _ = write!(
                about,
                "<w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"{list}\"/></w:numPr>",
                level.min(8)
            );
        }
        if around.mirrored {
            about.push_str("<w:bidi/>");
        }
        if around.indent > 0 && around.item.is_none() {
            let _ = write!(about, "<w:ind w:left=\"{}\"/>", around.indent.min(7200));
        }
        let part = self.part(around);
        part.xml.push_str("<w:p>");
        if !about.is_empty() {
            let _ = write!(part.xml, "<w:pPr>{about}</w:pPr>");
        }
        part.xml.push_str(&line.xml);
        part.xml.push_str("</w:p>");
    }

    fn blocks(&mut self, nodes: &[Node], around: &Around) {
        self.blocks_after(Line::default(), nodes, around);
    }

    /// Blocks, of which the first paragraph begins with a line.
    fn blocks_after(&mut self, mut line: Line, nodes: &[Node], around: &Around) {
        let mut around = around.clone();
        for node in nodes {
            let element = match node {
                Node::Element(element) if !is_inline(element) => element,
                inline => {
                    let look = Look::default();
                    self.inline(std::slice::from_ref(inline), &look, &around, &mut line);
                    continue;
                }
            };
            // What a note begins with stays at the beginning of its first paragraph.
            let begun = std::mem::take(&mut line);
            let begun = match element.name.as_str() {
                "p" | "div" | "section" => begun,
                _ => {
                    let said = begun.said;
                    self.end(begun, &around);
                    around.item = around.item.filter(|_| !said);
                    Line::default()
                }
            };
            self.block(element, begun, &around);
            // An item's number stands before its first paragraph alone.
            if let Some((_, level)) = around.item.take() {
                around.indent = around.indent.max(720 * (level + 1));
            }
        }
        self.end(line, &around);
    }

    fn block(&mut self, element: &Element, line: Line, around: &Around) {
        let name = element.name.as_str();
        if DROPPED.contains(&name) || element.has_class("chart-drawings") {
            return self.end(line, around);
        }
        let styled = |style| Around {
            style,
            ..around.clone()
        };
        let deeper = |style| Around {
            style,
            indent: around.indent + 360,
            depth: around.depth + 1,
            ..around.clone()
        };
        let children = &element.children;
        match name {
            "p" => {
                let style = match element.get("class") {
                    Some("chart-title" | "person-name" | "timeline-date" | "timeline-title") => {
                        "Caption"
                    }
                    _ => around.style,
                };
                self.blocks_after(line, children, &styled(style));
            }
            "h1" | "h2" => self.heading(element, "Heading2", around),
            "h3" => self.heading(element, "Heading3", around),
            "h4" => self.heading(element, "Heading4", around),
            "h5" => self.heading(element, "Heading5", around),
            "h6" => self.heading(element, "Heading6", around),
            "blockquote" => self.blocks(children, &deeper("Quote")),
            "dd" => self.blocks(children, &deeper(around.style)),
            "figcaption" | "caption" | "summary" | "dt" => {
                self.blocks(children, &styled("Caption"))
            }
            "ul" | "ol" => self.list(element, around),
            "table" => self.table(element, around),
            "pre" => self.code(element, around),
            "hr" => {
                let rule = Line {
                    xml: "<w:r><w:t>* * *</w:t></w:r>".to_owned(),
                    said: true,
                    ..Line::default()
                };
                self.end(rule, &styled("Rule"));
            }
            _ => self.blocks_after(line, children, around),
        }
    }

    fn heading(&mut self, element: &Element, style: &'static str, around: &Around) {
        if let (Some(chapter), Some(id), false) =
            (around.chapter, element.get("id"), around.in_note)
        {
            self.bookmark(&heading_name(chapter, id));
        }
        let around = Around {
            style,
            ..around.clone()
        };
        self.blocks(&element.children, &around);
    }

    fn list(&mut self, element: &Element, around: &Around) {
        let level = around.depth;
        let list = match element.name.as_str() {
            "ol" if element.get("role").is_none() => {
                let start = element.get("start").and_then(|start| start.parse().ok());
                self.lists.push(start.unwrap_or(1));
                self.lists.len() + 1
            }
            _ => 1,
        };
        for child in &element.children {
            let Node::Element(item) = child else {
                continue;
            };
            let inner = Around {
                style: if around.in_note {
                    around.style
                } else {
                    "ListParagraph"
                },
                item: Some((list, level)),
                depth: level + 1,
                ..around.clone()
            };
            self.blocks(&item.children, &inner);
        }
    }

    /// Text as it was typed, a line break for each of its own.
    fn code(&mut self, element: &Element, around: &Around) {
        let text = crate::html::text(&element.children);
        let mut line = Line::default();
        for (number, typed) in text.trim_end_matches('\n').split('\n').enumerate() {
            if number > 0 {
                line.xml.push_str("<w:r><w:br/></w:r>");
            }
            let typed = escape(typed);
            let _ = write!(
                line.xml,
                "<w:r><w:t xml:space=\"preserve\">{typed}</w:t></w:r>"
            );
        }
        line.said = true;
        let around = Around {
            style: "Code",
            ..around.clone()
        };
        self.end(line, &around);
    }

    fn table(&mut self, element: &Element, around: &Around) {
        let mut rows: Vec<(&Element, bool)> = Vec::new();
        for child in &element.children {
            let Node::Element(child) = child else {
                continue;
            };
            match child.name.as_str() {
                "tr" => rows.push((child, false)),
                "caption" => self.block(child, Line::default(), around),
                _ => {
                    let head = child.name == "thead";
                    let own = child.children.iter().filter_map(|row| match row {
                        Node::Element(row) if row.name == "tr" => Some((row, head)),
                        _ => None,
                    });
                    rows.extend(own);
                }
            }
        }
        let columns = rows.iter().map(|(row, _)| cells(row).map(span).sum());
        let columns: usize = columns.max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let part = self.part(around);
        part.xml.push_str(
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"Table\"/><w:tblW w:w=\"0\" w:type=\"auto\"/></w:tblPr><w:tblGrid>",
        );
        part.xml.push_str(&"<w:gridCol/>".repeat(columns));
        part.xml.push_str("</w:tblGrid>");
        for (row, head) in rows {
            let part = self.part(around);
            part.xml.push_str("<w:tr>");
            if head {
                part.xml.push_str("<w:trPr><w:tblHeader/></w:trPr>");
            }
            let mut left = columns;
            for cell in cells(row) {
                let span = span(cell).min(left.max(1));
                left = left.saturating_sub(span);
                let part = self.part(around);
                part.xml
                    .push_str("<w:tc><w:tcPr><w:tcW w:w=\"0\" w:type=\"auto\"/>");
                if span > 1 {
                    let _ = write!(part.xml, "<w:gridSpan w:val=\"{span}\"/>");
                }
                part.xml.push_str("</w:tcPr>");
                let before = self.part(around).xml.len();
                let inner = Around {
                    style: if cell.name == "th" {
                        "TableHead"
                    } else {
                        "TableText"
                    },
                    item: None,
                    indent: 0,
                    ..around.clone()
                };
                self.blocks(&cell.children, &inner);
                self.close_cell(before, around);
            }
            // Rows are as wide as the table.
            for _ in 0..left {
                self.part(around).xml.push_str("<w:tc><w:p/></w:tc>");
            }
            self.part(around).xml.push_str("</w:tr>");
        }
        // Two tables in a row would become one.
        self.part(around).xml.push_str("</w:tbl><w:p/>");
    }

    /// Ends a cell, which needs a paragraph, and ends with one (17.4.65).
    fn close_cell(&mut self, begin: usize, around: &Around) {
        let part = self.part(around);
        if !part.xml[begin..].ends_with("</w:p>") && !part.xml[begin..].ends_with("<w:p/>") {
            part.xml.push_str("<w:p/>");
        }
        part.xml.push_str("</w:tc>");
    }

    // ---- lines ----

    fn run(&mut self, text: &str, look: &Look, around: &Around, line: &mut Line) {
        let mut clean = String::with_capacity(text.len());
        for c in text.chars() {
            let space = matches!(c, ' ' | '\t' | '\n' | '\r');
            if space && (line.spaced || !line.said && clean.is_empty()) {
                continue;
            }
            clean.push(if space { ' ' } else { c });
            line.spaced = space;
        }
        if clean.is_empty() {
            return;
        }
        line.said = true;
        line.marked = false;
        let _ = write!(
            line.xml,
            "<w:r>{}<w:t xml:space=\"preserve\">{}</w:t></w:r>",
            properties(look, around),
            escape(&clean)
        );
    }

    fn inline(&mut self, nodes: &[Node], look: &Look, around: &Around, line: &mut Line) {
        for node in nodes {
            let element = match node {
                Node::Text(text) => {
                    self.run(text, look, around, line);
                    continue;
                }
                Node::Element(element) => element,
            };
            let mut look = look.clone();
            match element.name.as_str() {
                "br" => {
                    line.xml.push_str("<w:r><w:br/></w:r>");
                    line.spaced = true;
                    continue;
                }
                "wbr" => continue,
                "img" => {
                    self.picture(element, around, line);
                    continue;
                }
                "sup" if element.has_class("mark") => {
                    self.mark(element, around, line);
                    continue;
                }
                "a" => {
                    self.link(element, &look, around, line);
                    continue;
                }
                name if DROPPED.contains(&name) => continue,
                "b" | "strong" => look.bold = true,
                "i" | "em" | "cite" | "dfn" | "var" => look.italic = !look.italic,
                "s" | "del" => look.struck = true,
                "u" | "ins" => look.underlined = true,
                "code" | "kbd" | "samp" => look.code = true,
                "sup" => look.raised = Some("superscript"),
                "sub" => look.raised = Some("subscript"),
                _ => {
                    let style = element.get("style").unwrap_or_default();
                    look.small_caps |=
                        style.contains("small-caps") || element.has_class("small-caps");
                    look.italic |= style.contains("italic");
                    look.bold |= style.contains("bold");
                    look.underlined |= style.contains("underline");
                }
            }
            // What a theme sets apart, here signs do.
            let (before, after) = match element.get("class") {
                Some("person-role") => ("", ": "),
                Some("glossary-also") => ("(", ")"),
                _ => ("", ""),
            };
            self.run(before, &look, around, line);
            self.inline(&element.children, &look, around, line);
            self.run(after, &look, around, line);
        }
    }

    fn link(&mut self, element: &Element, look: &Look, around: &Around, line: &mut Line) {
        let href = element.get("href").unwrap_or_default();
        let chapter = around.chapter.unwrap_or(usize::MAX);
        let target = match self.input.whole.target(chapter, href) {
            Target::Chapter(number, id) if number < self.input.whole.chapters.len() => {
                let heading = self.headings.get(&(number, decode_path(id)));
                let name = heading.cloned().unwrap_or_else(|| format!("s{number}"));
                Some(format!("w:anchor=\"{name}\""))
            }
            Target::Bibliography(id) => self
                .entry(&decode_path(id))
                .map(|n| format!("w:anchor=\"b{n}\"")),
            _ => self.input.outside(chapter, href).map(|url| {
                let id = self.part(around).relation("hyperlink", url, true);
                format!("r:id=\"{id}\"")
            }),
        };
        let look = Look {
            // Names of sources are no links to the eye.
            link: target.is_some() && !element.has_class("cite"),
            ..look.clone()
        };
        match target {
            Some(target) => {
                let _ = write!(line.xml, "<w:hyperlink {target}>");
                self.inline(&element.children, &look, around, line);
                line.xml.push_str("</w:hyperlink>");
            }
            None => self.inline(&element.children, &look, around, line),
        }
    }

    /// The number of an entry of the bibliography.
    fn entry(&self, id: &str) -> Option<usize> {
        let groups = self.input.whole.bibliography.iter();
        let mut entries = groups.flat_map(|group| &group.entries);
        entries.position(|entry| entry.id == id)
    }

    /// The mark of a note: the first is its footnote, each further one refers to that (17.16.5.43).
    fn mark(&mut self, element: &Element, around: &Around, line: &mut Line) {
        let link = element.children.iter().find_map(|child| match child {
            Node::Element(link) => link.get("href"),
            Node::Text(_) => None,
        });
        let id = decode_path(link.unwrap_or_default().trim_start_matches('#'));
        let whole = self.input.whole;
        let found = around.chapter.and_then(|number| {
            let groups = whole.chapters.get(number)?.notes.iter();
            let note = groups
                .flat_map(|group| &group.list)
                .find(|note| note.id == id)?;
            Some((number, note))
        });
        // A mark in a note can have no footnote of its own.
        let Some((chapter, note)) = found.filter(|_| !around.in_note) else {
            let look = Look {
                raised: Some("superscript"),
                ..Look::default()
            };
            return self.inline(&element.children, &look, around, line);
        };
        line.said = true;
        line.spaced = false;
        let style = "<w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr>";
        // Two numbers without anything between them would be read as one.
        if std::mem::replace(&mut line.marked, true) {
            let _ = write!(line.xml, "<w:r>{style}<w:t>,</w:t></w:r>");
        }
        if let Some(number) = self.numbers.get(&(chapter, id.clone())) {
            let _ = write!(
                line.xml,
                "<w:fldSimple w:instr=\" NOTEREF note{number} \\f \\h \"><w:r>{style}<w:t>{number}</w:t></w:r></w:fldSimple>"
            );
            return;
        }
        let number = self.numbers.len() + 1;
        self.numbers.insert((chapter, id), number);
        self.bookmarks += 1;
        let bookmark = self.bookmarks;
        let _ = write!(
            line.xml,
            "<w:bookmarkStart w:id=\"{bookmark}\" w:name=\"note{number}\"/>\
             <w:r>{style}<w:footnoteReference w:id=\"{number}\"/></w:r><w:bookmarkEnd w:id=\"{bookmark}\"/>"
        );
        self.footnote(number, note, around);
    }

    fn footnote(&mut self, number: usize, note: &Note, around: &Around) {
        let inner = Around {
            style: "FootnoteText",
            in_note: true,
            item: None,
            indent: 0,
            depth: 0,
            ..around.clone()
        };
        let _ = write!(self.notes.xml, "<w:footnote w:id=\"{number}\">");
        let line = Line {
            xml:
                "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteRef/></w:r>\
                  <w:r><w:t xml:space=\"preserve\"> </w:t></w:r>"
                    .to_owned(),
            spaced: true,
            said: true,
            marked: false,
        };
        let mut nodes = note.body.clone();
        if let Some((_, state)) = &note.state {
            let said = Node::Text(format!(" [{state}]"));
            match nodes
                .iter_mut()
                .rev()
                .find(|node| matches!(node, Node::Element(_)))
            {
                Some(Node::Element(last)) if last.name == "p" => last.children.push(said),
                _ => nodes.push(said),
            }
        }
        self.blocks_after(line, &nodes, &inner);
        self.notes.xml.push_str("</w:footnote>");
    }

    /// A picture in its size, but no larger than the text; one of a type that word processors don't
    /// know is told in words.
    fn picture(&mut self, element: &Element, around: &Around, line: &mut Line) {
        let words = element.get("alt").unwrap_or_default().to_owned();
        let image = self.images.get(element.get("src").unwrap_or_default());
        let sized = image.and_then(|image| {
            let size = imagesize::blob_size(&image.bytes).ok()?;
            (size.width > 0 && size.height > 0).then_some((image, size))
        });
        let Some((image, size)) = sized else {
            if !words.is_empty() {
                self.run(&format!("[{words}]"), &Look::default(), around, line);
            }
            return;
        };
        let (mut width, mut height) = (size.width * PIXEL, size.height * PIXEL);
        if width > WIDTH {
            (width, height) = (
                WIDTH,
                (height / size.width).saturating_mul(WIDTH / PIXEL).max(1),
            );
        }
        if height > HEIGHT {
            (width, height) = (
                (width / 1000 * (HEIGHT / (height / 1000).max(1))).max(1),
                HEIGHT,
            );
        }
        self.pictures += 1;
        let number = self.pictures;
        let target = format!("media/{}", image.name);
        let id = self.part(around).relation("image", target, false);
        let words = escape(&words);
        line.said = true;
        line.spaced = false;
        let _ = write!(
            line.xml,
            "<w:r><w:drawing><wp:inline><wp:extent cx=\"{width}\" cy=\"{height}\"/>\
             <wp:docPr id=\"{number}\" name=\"Picture {number}\" descr=\"{words}\"/>\
             <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
             <pic:nvPicPr><pic:cNvPr id=\"{number}\" name=\"Picture {number}\"/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip r:embed=\"{id}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
             <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>\
             </wp:inline></w:drawing></w:r>"
        );
    }
}

/// The name of a heading's place: names are short and of plain letters (17.13.6.2).
fn heading_name(chapter: usize, id: &str) -> String {
    format!("h{chapter}_{}", &blake3::hash(id.as_bytes()).to_hex()[..16])
}

/// The headings that links may lead to.
fn headings(input: &Input<'_>) -> BTreeMap<(usize, String), String> {
    fn gather(nodes: &[Node], chapter: usize, found: &mut BTreeMap<(usize, String), String>) {
        for node in nodes {
            let Node::Element(element) = node else {
                continue;
            };
            let is_heading = matches!(
                element.name.as_str(),
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            );
            if let Some(id) = element.get("id").filter(|_| is_heading) {
                found.insert((chapter, id.to_owned()), heading_name(chapter, id));
            }
            gather(&element.children, chapter, found);
        }
    }
    let mut found = BTreeMap::new();
    for (number, chapter) in input.whole.chapters.iter().enumerate() {
        gather(&chapter.body, number, &mut found);
    }
    found
}

fn is_inline(element: &Element) -> bool {
    INLINE.contains(&element.name.as_str())
}

fn cells(row: &Element) -> impl Iterator<Item = &Element> {
    row.children.iter().filter_map(|cell| match cell {
        Node::Element(cell) if ["td", "th"].contains(&cell.name.as_str()) => Some(cell),
        _ => None,
    })
}

/// How many columns a cell takes; HTML knows no more than 1,000.
fn span(cell: &Element) -> usize {
    let span = cell
        .get("colspan")
        .and_then(|span| span.parse::<usize>().ok());
    span.unwrap_or(1).clamp(1, 1000)
}

/// The properties of a run, in the order that the schema asks for (17.3.2.28).
fn properties(look: &Look, around: &Around) -> String {
    let mut out = String::new();
    if look.link {
        out.push_str("<w:rStyle w:val=\"Hyperlink\"/>");
    } else if look.code {
        out.push_str("<w:rStyle w:val=\"CodeText\"/>");
    }
    for (on, tag) in [
        (look.bold, "<w:b/><w:bCs/>"),
        (look.italic, "<w:i/><w:iCs/>"),
        (look.small_caps, "<w:smallCaps/>"),
        (look.struck, "<w:strike/>"),
    ] {
        if on {
            out.push_str(tag);
        }
    }
    if look.underlined {
        out.push_str("<w:u w:val=\"single\"/>");
    }
    if let Some(raised) = look.raised {
        let _ = write!(out, "<w:vertAlign w:val=\"{raised}\"/>");
    }
    if around.mirrored {
        out.push_str("<w:rtl/>");
    }
    if let Some(language) = &around.language {
        let kind = if around.mirrored { "bidi" } else { "val" };
        let _ = write!(out, "<w:lang w:{kind}=\"{}\"/>", escape(language));
    }
    match out.is_empty() {
        true => out,
        false => format!("<w:rPr>{out}</w:rPr>"),
    }
}

/// Text for XML, without the signs that it can't hold (XML, 2.2).
fn escape(text: &str) -> String {
    let fits = |c: &char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    crate::text::escape(&text.chars().filter(fits).collect::<String>())
}
