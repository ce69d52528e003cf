//! Reads XML, and the archive's encoding of it, into a plain tree of elements.

use ciborium::Value;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may be nested. The deepest of the published styles stays below 30.
const DEPTH: usize = 200;

/// An XML element. Comments, processing instructions and namespaces are left out.
#[derive(Debug, Default)]
pub struct Node {
    /// The element's name without its prefix.
    pub tag: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
    /// All text directly inside of it.
    pub text: String,
}

impl Node {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first child of a name.
    pub fn child(&self, tag: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.tag == tag)
    }

    /// All children of a name.
    pub fn all<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.tag == tag)
    }

    /// Reads a file's text.
    ///
    /// Errors say in the author's words what is wrong with it.
    pub fn from_xml(text: &str) -> Result<Node, String> {
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        let mut open: Vec<Node> = vec![Node::default()];
        loop {
            let at = |reader: &Reader<&[u8]>| {
                let before = text.get(..reader.buffer_position().try_into().unwrap_or(0));
                before.unwrap_or("").matches('\n').count() + 1
            };
            let event = reader
                .read_event()
                .map_err(|error| format!("line {}: {error}", at(&reader)))?;
            match event {
                Event::Start(start) => {
                    if open.len() > DEPTH {
                        return Err(format!("its elements are nested more than {DEPTH} deep"));
                    }
                    open.push(element(&start).map_err(|e| format!("line {}: {e}", at(&reader)))?);
                }
                Event::Empty(start) => {
                    let node = element(&start).map_err(|e| format!("line {}: {e}", at(&reader)))?;
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
                        node.text.push_str(&found);
                    }
                }
                Event::CData(found) => {
                    if let (Some(node), Ok(found)) = (open.last_mut(), found.decode()) {
                        node.text.push_str(&found);
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
                        node.text.push_str(&c);
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

    /// Reads what `hayagriva`'s archive holds: maps in which `@name` is an attribute, `$text`
    /// text, `$value` a list of children, and any other name a child.
    pub fn from_value(tag: &str, value: &Value) -> Node {
        let mut node = Node {
            tag: tag.to_owned(),
            ..Node::default()
        };
        node.fill(value);
        node
    }

    fn fill(&mut self, value: &Value) {
        let Value::Map(entries) = value else {
            self.text = plain(value).unwrap_or_default();
            return;
        };
        for (key, value) in entries {
            let Some(key) = key.as_text() else { continue };
            if let Some(name) = key.strip_prefix('@') {
                let value = plain(value);
                self.attributes
                    .extend(value.map(|value| (name.to_owned(), value)));
                continue;
            }
            match (key, value) {
                ("$text", value) => self.text = plain(value).unwrap_or_default(),
                ("$value", Value::Array(children)) => {
                    for child in children {
                        match child {
                            Value::Map(entries) => {
                                for (tag, value) in entries {
                                    let tag = tag.as_text().unwrap_or_default();
                                    self.children.push(Node::from_value(tag, value));
                                }
                            }
                            Value::Text(tag) => {
                                self.children.push(Node::from_value(tag, &Value::Null));
                            }
                            _ => {}
                        }
                    }
                }
                ("$value", value) => self.text = plain(value).unwrap_or_default(),
                (tag, Value::Array(children)) => {
                    let children = children.iter().map(|child| Node::from_value(tag, child));
                    self.children.extend(children);
                }
                (_, Value::Null) => {}
                (tag, value) => self.children.push(Node::from_value(tag, value)),
            }
        }
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Integer(number) => Some(i128::from(*number).to_string()),
        Value::Array(list) => {
            let list: Vec<String> = list.iter().filter_map(plain).collect();
            Some(list.join(" "))
        }
        _ => None,
    }
}

fn element(start: &BytesStart<'_>) -> Result<Node, String> {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut node = Node {
        tag: name(start.local_name().as_ref()),
        ..Node::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.unescape_value().map_err(|e| e.to_string())?;
        node.attributes
            .push((name(attribute.key.as_ref()), value.into_owned()));
    }
    Ok(node)
}
