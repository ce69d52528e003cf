//! Reads XML into a plain tree of elements.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;

/// How deep elements may be nested. The deepest of the published styles stays below 30.
const DEPTH: usize = 200;

/// An XML element, which borrows from the file's text: a style has thousands of words, most of
/// which are looked at once. Comments, processing instructions and namespaces are left out.
#[derive(Debug, Default)]
pub struct Node<'a> {
    /// The element's name without its prefix.
    pub tag: Cow<'a, str>,
    pub attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub children: Vec<Node<'a>>,
    /// All text directly inside of it.
    pub text: Cow<'a, str>,
}

impl<'a> Node<'a> {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| &**value)
    }

    /// The first child of a name.
    pub fn child(&self, tag: &str) -> Option<&Node<'a>> {
        self.children.iter().find(|child| child.tag == tag)
    }

    /// All children of a name.
    pub fn all<'b>(&'b self, tag: &'b str) -> impl Iterator<Item = &'b Node<'a>> {
        self.children.iter().filter(move |child| child.tag == tag)
    }

    /// Reads a file's text.
    ///
    /// Errors say in the author's words what is wrong with it.
    pub fn from_xml(text: &'a str) -> Result<Node<'a>, String> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Node<'a>> = vec![Node::default()];
        loop {
            let before = |reader: &Reader<&[u8]>| {
                let before = text.get(..reader.buffer_position().try_into().unwrap_or(0));
                before.unwrap_or("")
            };
            let at = |reader: &Reader<&[u8]>| before(reader).matches('\n').count() + 1;
            // The event's own bytes live no longer than the event; the text does.
            let tag = |reader: &Reader<&[u8]>, end: &str, len: usize| {
                let source = before(reader).strip_suffix(end).unwrap_or("");
                source.get(source.len().saturating_sub(len)..).unwrap_or("")
            };
            let event = reader
                .read_event()
                .map_err(|error| format!("line {}: {error}", at(&reader)))?;
            match event {
                Event::Start(start) => {
                    if open.len() > DEPTH {
                        return Err(format!("its elements are nested more than {DEPTH} deep"));
                    }
                    let node = element(tag(&reader, ">", start.len()), start.name().as_ref().len());
                    open.push(node.map_err(|e| format!("line {}: {e}", at(&reader)))?);
                }
                Event::Empty(start) => {
                    let node =
                        element(tag(&reader, "/>", start.len()), start.name().as_ref().len());
                    let node = node.map_err(|e| format!("line {}: {e}", at(&reader)))?;
                    if let Some(parent) = open.last_mut() {
                        parent.children.push(node);
                    }
                }
                Event::End(_) => {
                    if let (Some(node), Some(parent)) = (open.pop(), open.last_mut()) {
                        parent.children.push(node);
                    }
                }
                Event::Text(found) => {
                    if let (Some(node), Ok(found)) = (open.last_mut(), found.decode()) {
                        node.add_text(found);
                    }
                }
                Event::CData(found) => {
                    if let (Some(node), Ok(found)) = (open.last_mut(), found.decode()) {
                        node.add_text(found);
                    }
                }
                Event::GeneralRef(found) => {
                    let name = found.decode().unwrap_or_default();
                    let c = match found.resolve_char_ref() {
                        Ok(Some(c)) => c.to_string(),
                        _ => quick_xml::escape::resolve_predefined_entity(&name)
                            .ok_or(format!("line {}: unknown entity `&{name};`", at(&reader)))?
                            .to_owned(),
                    };
                    if let Some(node) = open.last_mut() {
                        node.add_text(c.into());
                    }
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        match (open.len(), open.pop()) {
            (1, Some(mut root)) if root.children.len() == 1 => Ok(root.children.remove(0)),
            (1, _) => Err("it is no XML file with one outer element".to_owned()),
            (_, Some(node)) => Err(format!("its element `{}` is never closed", node.tag)),
            _ => Err("it is no XML".to_owned()),
        }
    }

    fn add_text(&mut self, text: Cow<'a, str>) {
        match self.text.is_empty() {
            true => self.text = text,
            false => self.text.to_mut().push_str(&text),
        }
    }

    /// The same, on its own.
    pub fn detached(&self) -> Node<'static> {
        let own = |text: &Cow<'a, str>| Cow::Owned(text.clone().into_owned());
        let attributes = self.attributes.iter();
        Node {
            tag: own(&self.tag),
            attributes: attributes.map(|(n, v)| (own(n), own(v))).collect(),
            children: self.children.iter().map(Node::detached).collect(),
            text: own(&self.text),
        }
    }
}

/// Reads what stands between the angle brackets of a tag, which begins with its name.
fn element(source: &str, name: usize) -> Result<Node<'_>, String> {
    let tag = source.get(..name).unwrap_or("");
    let mut node = Node {
        tag: tag.rsplit(':').next().unwrap_or(tag).into(),
        ..Node::default()
    };
    // Checking each name here spares a list of names for each element.
    let mut attributes = Attributes::new(source, name);
    attributes.with_checks(false);
    for attribute in attributes {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.unescape_value().map_err(|e| e.to_string())?;
        let key = String::from_utf8_lossy(attribute.key.into_inner());
        if node.get(&key).is_some() {
            return Err(format!("its element `{tag}` has two attributes `{key}`"));
        }
        node.attributes.push((key, value));
    }
    Ok(node)
}
