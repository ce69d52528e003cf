//! HTML as a tree: read as browsers read it, and written as HTML or as XHTML.

use html5ever::tendril::TendrilSink;
use html5ever::{LocalName, ParseOpts, QualName, ns, parse_fragment};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// How deep elements may lie in each other. What lies deeper is kept, without its elements.
const DEEPEST: usize = 200;

/// Elements that have no content (HTML, 13.1.2).
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Attributes that are there or not, and have no value (HTML, 2.3.2): those that texts may have.
const SWITCHES: &[&str] = &[
    "checked", "controls", "default", "disabled", "hidden", "inert", "loop", "muted", "open",
    "reversed",
];

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Text, with all signs as they are read.
    Text(String),
    /// An element.
    Element(Element),
}

/// An element of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name, as HTML, SVG or MathML write it.
    pub name: String,
    /// Its attributes, in their order.
    pub attributes: Vec<(String, String)>,
    /// What is in it.
    pub children: Vec<Node>,
}

impl Element {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes.find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }

    /// Whether it has a class.
    pub fn has_class(&self, class: &str) -> bool {
        let classes = self.get("class").unwrap_or_default();
        classes.split_ascii_whitespace().any(|one| one == class)
    }
}

/// Reads a piece of HTML.
///
/// In: what may stand in the body of a page. Out: its tree, without comments. Every text is HTML for
/// browsers, so there are no errors (HTML, 13.4).
pub fn read(html: &str) -> Vec<Node> {
    let body = QualName::new(None, ns!(html), LocalName::from("body"));
    let dom = parse_fragment(
        RcDom::default(),
        ParseOpts::default(),
        body,
        Vec::new(),
        false,
    )
    .one(html);
    enum Step {
        Enter(Handle),
        Leave,
    }
    let mut open = vec![Element::default()];
    // The document holds one element, which holds what was read.
    let root = dom.document.children.borrow().first().cloned();
    let children = |node: &Handle| -> Vec<Step> {
        let children = node.children.borrow();
        children.iter().rev().cloned().map(Step::Enter).collect()
    };
    let mut steps = root.as_ref().map(children).unwrap_or_default();
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Leave => {
                if let (Some(done), Some(around)) = (open.pop(), open.last_mut()) {
                    around.children.push(Node::Element(done));
                }
                continue;
            }
            Step::Enter(node) => node,
        };
        match &node.data {
            NodeData::Text { contents } => {
                if let Some(around) = open.last_mut() {
                    around
                        .children
                        .push(Node::Text(contents.borrow().to_string()));
                }
            }
            NodeData::Element { name, attrs, .. } => {
                if open.len() <= DEEPEST {
                    let attributes = attrs.borrow();
                    let attributes = attributes.iter().map(|attribute| {
                        let name = &attribute.name;
                        let key = match &name.prefix {
                            // That of `xmlns` itself is empty.
                            Some(prefix) if !prefix.is_empty() => {
                                format!("{prefix}:{}", name.local)
                            }
                            _ => name.local.to_string(),
                        };
                        (key, attribute.value.to_string())
                    });
                    open.push(Element {
                        name: name.local.to_string(),
                        attributes: attributes.collect(),
                        children: Vec::new(),
                    });
                    steps.push(Step::Leave);
                }
                steps.extend(children(&node));
            }
            _ => {}
        }
    }
    open.swap_remove(0).children
}

/// Writes a tree as HTML (HTML, 13.3).
pub fn write(nodes: &[Node]) -> String {
    let mut out = String::new();
    nodes.iter().for_each(|node| put(node, &mut out, false));
    out
}

/// Writes a tree as XML, for XHTML: all elements are closed, and what XML can't hold is left out.
pub fn write_xml(nodes: &[Node]) -> String {
    let mut out = String::new();
    nodes.iter().for_each(|node| put(node, &mut out, true));
    out
}

fn put(node: &Node, out: &mut String, xml: bool) {
    let element = match node {
        Node::Text(text) => return escape(text, false, out),
        Node::Element(element) => element,
    };
    if xml && !is_name(&element.name) {
        return element
            .children
            .iter()
            .for_each(|child| put(child, out, xml));
    }
    out.push('<');
    out.push_str(&element.name);
    if xml {
        out.push_str(match element.name.as_str() {
            "svg" => {
                " xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
            }
            "math" => " xmlns=\"http://www.w3.org/1998/Math/MathML\"",
            _ => "",
        });
    }
    for (name, value) in &element.attributes {
        if xml && (!is_name(name) || name.starts_with("xmlns")) {
            continue;
        }
        out.push(' ');
        out.push_str(name);
        if !xml && value.is_empty() && SWITCHES.contains(&name.as_str()) {
            continue;
        }
        out.push_str("=\"");
        escape(value, true, out);
        out.push('"');
    }
    if VOID.contains(&element.name.as_str()) {
        out.push_str(if xml { "/>" } else { ">" });
        return;
    }
    out.push('>');
    element
        .children
        .iter()
        .for_each(|child| put(child, out, xml));
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
}

fn escape(text: &str, quoted: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if quoted => out.push_str("&quot;"),
            // XML knows no other control characters, nor these two (XML, 2.2).
            '\t' | '\n' | '\r' => out.push(c),
            '\0'..'\x20' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
}

/// Whether XML can have the name, by its narrower rules for ASCII (XML, 2.3).
fn is_name(name: &str) -> bool {
    // The prefixes that are declared where we write XML.
    let prefixes = ["epub:", "xlink:", "xml:"];
    let known = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
    let local = known.unwrap_or(name);
    local.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && local
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Does something with each element of a tree, the outer ones first.
pub fn each(nodes: &mut [Node], work: &mut impl FnMut(&mut Element)) {
    for node in nodes {
        if let Node::Element(element) = node {
            work(element);
            each(&mut element.children, work);
        }
    }
}

/// All text of a tree.
pub fn text(nodes: &[Node]) -> String {
    fn add(nodes: &[Node], out: &mut String) {
        for node in nodes {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => add(&element.children, out),
            }
        }
    }
    let mut out = String::new();
    add(nodes, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::{read, text, write, write_xml};

    #[test]
    fn html_is_read_as_browsers_read_it() {
        for (typed, html, xml) in [
            (
                "<p>a & b<br>c",
                "<p>a &amp; b<br>c</p>",
                "<p>a &amp; b<br/>c</p>",
            ),
            (
                "<IMG SRC='a\"b'>",
                "<img src=\"a&quot;b\">",
                "<img src=\"a&quot;b\"/>",
            ),
            ("x<!-- y -->z", "xz", "xz"),
            (
                "<ol reversed><li title>",
                "<ol reversed><li title=\"\"></li></ol>",
                "<ol reversed=\"\"><li title=\"\"></li></ol>",
            ),
            (
                "<svg xmlns='http://www.w3.org/2000/svg'></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"></svg>",
            ),
            (
                "<b 1='2' x>&copy;&#1;</b>",
                "<b 1=\"2\" x=\"\">©</b>",
                "<b x=\"\">©</b>",
            ),
            (
                "<svg viewbox='0 0 1 1'><path d='M0'/></svg>",
                "<svg viewBox=\"0 0 1 1\"><path d=\"M0\"></path></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 1 1\"><path d=\"M0\"></path></svg>",
            ),
        ] {
            assert_eq!(write(&read(typed)), html);
            assert_eq!(write_xml(&read(typed)), xml);
        }
    }

    #[test]
    fn no_depth_is_too_deep() {
        let deep = format!("{}x{}", "<b>".repeat(100_000), "</b>".repeat(100_000));
        let tree = read(&deep);
        assert_eq!(text(&tree), "x");
        assert_eq!(write(&tree).matches("<b>").count(), super::DEEPEST);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(typed in "([<>/a-c=\"' &;]|<(b|p|svg|table|td|br|a href=)>?){0,40}") {
            let once = write(&read(&typed));
            // Browsers move misplaced elements when they read them; once written, they stay.
            let twice = write(&read(&once));
            proptest::prop_assert_eq!(write(&read(&twice)), twice);
        }
    }
}
