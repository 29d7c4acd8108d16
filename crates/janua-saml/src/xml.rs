//! XML, read strictly and once, and written.
//!
//! The parser is the one that the signatures are checked with, and its document is the only one there is: what is
//! read and what was signed are nodes of the same tree.

use std::collections::HashSet;

use bergshamra::xml::uppsala::{Document, NodeId, NodeKind, Parser};

use crate::{LARGEST_MESSAGE, Refusal, names};

/// How deep elements may be nested; genuine messages need eight.
const DEEPEST: u32 = 16;

/// How many attributes an element may have; the longest lists of namespaces in metadata are half of that.
const MOST_ATTRIBUTES: usize = 40;

/// How many tags there may be; half a million bytes of genuine values have half of that.
const MOST_TAGS: usize = 65_536;

/// How many namespaces may be declared around an element.
const MOST_NAMESPACES: usize = 64;

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
        refuse_crowds_of_tags(text)?;
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
        // Of elements around the one that is looked at: how many namespaces were declared up to there.
        let mut around: Vec<(NodeId, usize)> = Vec::new();
        for id in self.document.descendants(self.document.root()) {
            match self.document.node_kind(id) {
                Some(NodeKind::Comment(_)) if self.splits_a_value(id) => {
                    return Err(Refusal::malformed("there is a comment inside a value"));
                }
                Some(NodeKind::ProcessingInstruction(_)) => {
                    return Err(Refusal::malformed("there is a processing instruction in it"));
                }
                Some(NodeKind::Element(element)) => {
                    while around
                        .pop_if(|(it, _)| Some(*it) != self.document.parent(id))
                        .is_some()
                    {}
                    let declared =
                        around.last().map_or(0, |(_, count)| *count) + element.namespace_declarations.len();
                    if declared > MOST_NAMESPACES {
                        return Err(too_many("namespaces", MOST_NAMESPACES));
                    }
                    around.push((id, declared));
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

/// Refuses crowds before they are parsed: an attribute is compared with all others of its element.
fn refuse_crowds_of_tags(text: &str) -> Result<(), Refusal> {
    // No attribute holds a `<`, so a tag lies between one and the next, whatever else does.
    let mut tags = 0;
    for tag in text.split('<') {
        tags += 1;
        let (mut quote, mut values) = (None, 0);
        for byte in tag.bytes().take_while(|_| !tag.starts_with('!')) {
            match (quote, byte) {
                (None, b'>') => break,
                (None, b'"' | b'\'') => (quote, values) = (Some(byte), values + 1),
                (Some(open), _) if open == byte => quote = None,
                _ => (),
            }
        }
        if values > MOST_ATTRIBUTES {
            return Err(too_many("attributes", MOST_ATTRIBUTES));
        }
    }
    if tags > MOST_TAGS {
        return Err(too_many("tags", MOST_TAGS));
    }
    Ok(())
}

fn too_many(what: &str, most: usize) -> Refusal {
    Refusal::malformed(format!("it has too many {what}")).expected(format!("at most {most}"))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Xml, escape};

    #[test]
    fn comments_between_elements_are_nothing_and_inside_values_an_error() {
        for (text, right) in [
            ("<!-- x --><a><!-- x --><b>1</b></a><!-- x -->", true),
            ("<a><b>1<!-- x --></b></a>", false),
            ("<a><b><!-- x --></b></a>", false),
            ("<a><!-- x -->1<b/></a>", false),
            ("<a><b><![CDATA[1]]><!-- x --></b></a>", false),
            ("<a><?x y?></a>", false),
            ("<a ID='1'><b Id='1'/></a>", false),
            ("<a ID='1'><b Id='2'/></a>", true),
            ("<a>&#x41;</a>", true),
            ("<a>&e;</a>", false),
            ("<!DOCTYPE a><a/>", false),
            ("<a/><a/>", false),
            ("", false),
        ] {
            assert_eq!(Xml::read(text).is_ok(), right, "{text}");
        }
    }

    #[test]
    fn crowds_of_attributes_are_refused_whatever_stands_around_them() {
        let crowd: String = (0..41)
            .map(|it| " a".to_owned() + &it.to_string() + "='>'")
            .collect();
        for text in [format!("<a{crowd}/>"), format!("<a><!-- x --><b{crowd}/></a>")] {
            let refusal = Xml::read(&text).err().expect("it is crowded");
            assert!(refusal.detail.contains("too many attributes"), "{refusal}");
        }
        let few: String = (0..40)
            .map(|it| " a".to_owned() + &it.to_string() + "='>'")
            .collect();
        assert!(Xml::read(&format!("<a{few}>{}</a>", "'\"".repeat(500))).is_ok());
    }

    #[test]
    fn crowds_of_tags_and_namespaces_are_refused() {
        assert!(Xml::read(&format!("<a>{}</a>", "<b/>".repeat(65_000))).is_ok());
        assert!(Xml::read(&format!("<a>{}</a>", "<b/>".repeat(66_000))).is_err());
        let declares = |from: usize| -> String {
            let each = (from..from + 30).map(|it| " xmlns:p".to_owned() + &it.to_string() + "='urn:p'");
            each.collect()
        };
        let siblings = format!("<a{0}><b{1}/><b{1}/><b{1}/></a>", declares(0), declares(30));
        assert!(Xml::read(&siblings).is_ok());
        let nested = format!(
            "<a{}><b{}><c{}/></b></a>",
            declares(0),
            declares(30),
            declares(60)
        );
        assert!(Xml::read(&nested).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(text in "\\PC{0,80}") {
            let escaped = escape(&text);
            let document = format!("<a b=\"{escaped}\">{escaped}</a>");
            let xml = Xml::read(&document).expect("what is escaped can be read");
            prop_assert_eq!(xml.root().attribute("b"), Some(text.as_str()));
            let read = xml.root().text().expect("it holds text");
            prop_assert_eq!(read.as_str(), text.trim());
        }
    }
}
