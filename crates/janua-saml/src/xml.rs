//! XML, read strictly and once, and written.
//!
//! The parser is the one that the signatures are checked with, and its document is the only one there is: what is
//! read and what was signed are nodes of the same tree.

use std::collections::HashSet;

use bergshamra::xml::uppsala::{Document, NodeId, NodeKind, Parser};

use crate::{LARGEST_MESSAGE, Refusal, names};

/// How deep elements may be nested; genuine messages need a dozen.
const DEEPEST: u32 = 32;

/// How many attributes an element may have; the longest lists of namespaces in metadata are half of that.
const MOST_ATTRIBUTES: usize = 64;

/// A document that obeys the rules every message has to obey.
pub(crate) struct Xml<'a> {
    text: &'a str,
    document: Document<'a>,
    root: NodeId,
}

impl<'a> Xml<'a> {
    /// Parses a message: no document type, hence no entities; no comment or instruction inside a value, where readers
    /// disagree about what the value is; no identifier twice.
    pub(crate) fn read(text: &'a str) -> Result<Self, Refusal> {
        if text.len() > LARGEST_MESSAGE {
            return Err(Refusal::malformed("it is too large")
                .expected(format!("at most {LARGEST_MESSAGE} bytes"))
                .seen(format!("{} bytes", text.len())));
        }
        refuse_crowds(text)?;
        let document = Parser::new()
            .with_forbid_dtd(true)
            .with_max_depth(DEEPEST)
            .parse(text)
            .map_err(|error| Refusal::malformed(format!("it is not acceptable XML: {error}")))?;
        if let Some(encoding) = document
            .xml_declaration
            .as_ref()
            .and_then(|it| it.encoding.as_deref())
            && !encoding.eq_ignore_ascii_case("utf-8")
            && !encoding.eq_ignore_ascii_case("us-ascii")
        {
            return Err(Refusal::malformed("it is not in UTF-8").seen(encoding));
        }
        let root = document
            .document_element()
            .ok_or_else(|| Refusal::malformed("it is empty"))?;
        let xml = Self { text, document, root };
        xml.refuse_ambiguity()?;
        Ok(xml)
    }

    fn refuse_ambiguity(&self) -> Result<(), Refusal> {
        let mut ids = HashSet::new();
        for id in self.document.descendants(self.document.root()) {
            match self.document.node_kind(id) {
                Some(NodeKind::Comment(_)) if self.splits_a_value(id) => {
                    return Err(Refusal::malformed("there is a comment inside a value"));
                }
                Some(NodeKind::ProcessingInstruction(_)) => {
                    return Err(Refusal::malformed("there is a processing instruction in it"));
                }
                Some(NodeKind::Element(element)) => {
                    for attribute in &element.attributes {
                        let namespace = attribute.name.namespace_uri.as_deref();
                        let identifies = match namespace {
                            None => {
                                matches!(&*attribute.name.local_name, "ID" | "Id" | "id" | "AssertionID")
                            }
                            Some(names::XML) => &*attribute.name.local_name == "id",
                            Some(_) => false,
                        };
                        if identifies && !ids.insert(&*attribute.value) {
                            return Err(
                                Refusal::malformed("two elements have the same ID").seen(&attribute.value)
                            );
                        }
                    }
                }
                _ => (),
            }
        }
        Ok(())
    }

    /// Between elements a comment says nothing; beside text, or alone in an element, it may hide where a value ends.
    fn splits_a_value(&self, comment: NodeId) -> bool {
        let Some(parent) = self.document.parent(comment) else {
            return false;
        };
        if self.document.element(parent).is_none() {
            return false;
        }
        let mut elements = 0;
        for sibling in self.document.children_iter(parent) {
            match self.document.node_kind(sibling) {
                Some(NodeKind::Element(_)) => elements += 1,
                Some(NodeKind::Text(text)) if text.chars().any(|it| !it.is_ascii_whitespace()) => {
                    return true;
                }
                Some(NodeKind::CData(_)) => return true,
                _ => (),
            }
        }
        elements == 0
    }

    /// The text that was parsed.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// The tree.
    pub(crate) fn document(&self) -> &Document<'a> {
        &self.document
    }

    /// The outermost element.
    pub(crate) fn root(&self) -> Node<'_, 'a> {
        Node {
            document: &self.document,
            id: self.root,
        }
    }
}

/// Refuses elements with crowds of attributes before they are parsed: each is compared with all the others.
fn refuse_crowds(text: &str) -> Result<(), Refusal> {
    // No attribute holds a `<`, so a tag lies between one and the next, whatever else does.
    for tag in text.split('<').filter(|it| !it.starts_with('!')) {
        let (mut quote, mut values) = (None, 0);
        for byte in tag.bytes() {
            match (quote, byte) {
                (None, b'>') => break,
                (None, b'"' | b'\'') => (quote, values) = (Some(byte), values + 1),
                (Some(open), _) if open == byte => quote = None,
                _ => (),
            }
        }
        if values > MOST_ATTRIBUTES {
            return Err(Refusal::malformed("an element has too many attributes")
                .expected(format!("at most {MOST_ATTRIBUTES}"))
                .seen(values));
        }
    }
    Ok(())
}

/// An element.
#[derive(Clone, Copy)]
pub(crate) struct Node<'d, 'a> {
    document: &'d Document<'a>,
    id: NodeId,
}

impl<'d> Node<'d, '_> {
    pub(crate) fn id(self) -> NodeId {
        self.id
    }

    pub(crate) fn is(self, namespace: &str, name: &str) -> bool {
        self.document
            .element(self.id)
            .is_some_and(|it| it.matches_name_ns(namespace, name))
    }

    /// Its name without a prefix.
    pub(crate) fn name(self) -> &'d str {
        self.document
            .element(self.id)
            .map_or("", |it| &*it.name.local_name)
    }

    /// The namespace of its name.
    pub(crate) fn namespace(self) -> &'d str {
        self.document
            .element(self.id)
            .and_then(|it| it.name.namespace_uri.as_deref())
            .unwrap_or("")
    }

    /// An attribute without a namespace: one with a prefix is another attribute.
    pub(crate) fn attribute(self, name: &str) -> Option<&'d str> {
        let element = self.document.element(self.id)?;
        element
            .attributes
            .iter()
            .find(|it| it.name.namespace_uri.is_none() && it.name.local_name == name)
            .map(|it| &*it.value)
    }

    /// An attribute of a namespace.
    pub(crate) fn attribute_of(self, namespace: &str, name: &str) -> Option<&'d str> {
        self.document.element(self.id)?.get_attribute_ns(namespace, name)
    }

    /// Whether an attribute of it has a prefix.
    pub(crate) fn has_prefixed_attributes(self) -> bool {
        self.document.element(self.id).is_some_and(|it| {
            it.attributes
                .iter()
                .any(|attribute| attribute.name.namespace_uri.is_some())
        })
    }

    /// The namespaces that are declared where it stands, as prefix and name.
    pub(crate) fn scope(self) -> Vec<(&'d str, &'d str)> {
        let mut scope: Vec<(&str, &str)> = Vec::new();
        let mut node = Some(self);
        while let Some(it) = node {
            let declared = self.document.element(it.id).map(|it| &it.namespace_declarations);
            for (prefix, name) in declared.into_iter().flatten() {
                if !scope.iter().any(|(known, _)| known == prefix) {
                    scope.push((prefix, name));
                }
            }
            node = it.parent();
        }
        scope
    }

    /// An attribute that has to be there.
    pub(crate) fn needs(self, name: &str) -> Result<&'d str, Refusal> {
        self.attribute(name)
            .filter(|it| !it.trim().is_empty())
            .ok_or_else(|| Refusal::malformed(format!("{} has no {name}", self.name())))
    }

    /// Its parent, if that is an element.
    pub(crate) fn parent(self) -> Option<Self> {
        let id = self.document.parent(self.id)?;
        self.document.element(id)?;
        Some(Self { id, ..self })
    }

    /// The elements directly in it.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        self.document
            .children_iter(self.id)
            .filter(move |id| self.document.element(*id).is_some())
            .map(move |id| Self { id, ..self })
    }

    /// The elements of that name directly in it.
    pub(crate) fn all(self, namespace: &'static str, name: &'static str) -> impl Iterator<Item = Self> {
        self.children().filter(move |it| it.is(namespace, name))
    }

    /// The one element of that name directly in it, if there is any.
    pub(crate) fn maybe(self, namespace: &'static str, name: &'static str) -> Result<Option<Self>, Refusal> {
        let mut all = self.all(namespace, name);
        let first = all.next();
        if all.next().is_some() {
            return Err(Refusal::malformed(format!(
                "{} holds more than one {name}",
                self.name()
            )));
        }
        Ok(first)
    }

    /// The one element of that name directly in it.
    pub(crate) fn one(self, namespace: &'static str, name: &'static str) -> Result<Self, Refusal> {
        self.maybe(namespace, name)?
            .ok_or_else(|| Refusal::malformed(format!("{} holds no {name}", self.name())))
    }

    /// It and all elements in it, at any depth.
    pub(crate) fn descendants(self) -> impl Iterator<Item = Self> {
        std::iter::once(self.id)
            .chain(self.document.descendants(self.id))
            .filter(move |id| self.document.element(*id).is_some())
            .map(move |id| Self { id, ..self })
            .enumerate()
            .filter(move |(place, it)| *place == 0 || it.id != self.id)
            .map(|(_, it)| it)
    }

    /// Its whole text, without white space around it. An element in it would be read differently by others.
    pub(crate) fn text(self) -> Result<String, Refusal> {
        let mut text = String::new();
        for id in self.document.children_iter(self.id) {
            match self.document.node_kind(id) {
                Some(NodeKind::Text(part) | NodeKind::CData(part)) => text.push_str(part),
                _ => {
                    return Err(Refusal::malformed(format!(
                        "{} holds more than text",
                        self.name()
                    )));
                }
            }
        }
        Ok(text.trim().to_owned())
    }

    /// Refuses elements that are not listed, and text between those that are.
    pub(crate) fn holds_only(self, allowed: &[(&str, &str)]) -> Result<(), Refusal> {
        for id in self.document.children_iter(self.id) {
            match self.document.node_kind(id) {
                Some(NodeKind::Element(element)) => {
                    if !allowed
                        .iter()
                        .any(|(namespace, name)| element.matches_name_ns(namespace, name))
                    {
                        return Err(Refusal::malformed(format!(
                            "{} holds what does not belong there",
                            self.name()
                        ))
                        .seen(&element.name.local_name));
                    }
                }
                Some(NodeKind::Text(text)) if text.chars().all(|it| it.is_ascii_whitespace()) => (),
                Some(NodeKind::Comment(_)) => (),
                _ => {
                    return Err(Refusal::malformed(format!(
                        "{} holds text between its elements",
                        self.name()
                    )));
                }
            }
        }
        Ok(())
    }
}

impl PartialEq for Node<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(
            std::ptr::from_ref(self.document).cast::<()>(),
            std::ptr::from_ref(other.document).cast::<()>(),
        ) && self.id == other.id
    }
}

/// Text as it may stand in an element or an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            // What XML cannot hold, in no form.
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(it),
        }
    }
    escaped
}
