//! What an assertion says, read from the node that a signature covers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::By;
use crate::encryption::{self, Covered, Opened};
use crate::xml::Node;
use crate::{Certificate, KeyPair, Kind, Refusal, instant, names};

/// What a verified assertion says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Its `ID`, which counts once.
    pub id: String,
    /// The `ID` of the response that carried it.
    pub response_id: String,
    /// Who says it.
    pub issuer: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Who signed in.
    pub name_id: NameId,
    /// The session at the identity provider, to sign out of it later.
    pub session_index: Option<String>,
    /// When the person signed in there.
    pub authn_instant: DateTime<Utc>,
    /// How the person signed in there.
    pub authn_context: Option<String>,
    /// When a session that begins with it has to end.
    pub session_not_on_or_after: Option<DateTime<Utc>>,
    /// Until when its `ID` has to be remembered: later than this it is refused for its age, with the skew included.
    pub not_on_or_after: DateTime<Utc>,
    /// What it says about the person.
    pub attributes: Vec<Attribute>,
    /// The pinned certificate that it was signed with.
    pub certificate: Certificate,
    /// The algorithm that it was signed with.
    pub algorithm: String,
    /// Whether it was encrypted on its way.
    pub packing: Packing,
}

/// How an assertion travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// The browser could read it.
    Open,
    /// It was encrypted to us.
    Encrypted,
}

/// The name of a person at an identity provider.
#[derive(Clone, PartialEq, Eq)]
pub struct NameId {
    /// The name.
    pub value: String,
    /// What kind of name it is.
    pub format: Option<String>,
    /// Where the name is known.
    pub name_qualifier: Option<String>,
    /// For whom the name was made.
    pub sp_name_qualifier: Option<String>,
}

impl std::fmt::Debug for NameId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NameId")
            .field("value", &"***")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// Something that is said about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// A name for people.
    pub friendly_name: Option<String>,
    /// What it says; attributes that stand twice are one with the values of both.
    pub values: Vec<String>,
}

impl std::fmt::Debug for Attribute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attribute({}, {} values)", self.name, self.values.len())
    }
}

/// An assertion that a signature covers, about to be read.
pub(crate) struct Reader<'d, 'a> {
    pub(super) node: Node<'d, 'a>,
    pub(super) by: By,
    response_id: String,
    packing: Packing,
}

impl<'d, 'a> Reader<'d, 'a> {
    pub(crate) fn new(node: Node<'d, 'a>, by: By, response: Node<'_, '_>, packing: Packing) -> Self {
        Self {
            node,
            by,
            packing,
            response_id: response.attribute("ID").unwrap_or_default().to_owned(),
        }
    }

    /// Refuses what is not built as an assertion is.
    pub(super) fn refuse_odd_shape(&self) -> Result<(), Refusal> {
        let names = [
            (names::ASSERTION, "Issuer"),
            (names::DSIG, "Signature"),
            (names::ASSERTION, "Subject"),
            (names::ASSERTION, "Conditions"),
            (names::ASSERTION, "Advice"),
            (names::ASSERTION, "AuthnStatement"),
            (names::ASSERTION, "AttributeStatement"),
            (names::ASSERTION, "AuthzDecisionStatement"),
        ];
        self.node.holds_only(&names)?;
        let version = self.node.needs("Version")?;
        if version != "2.0" {
            return Err(Refusal::malformed("the version of its assertion is another one")
                .expected("2.0")
                .seen(version));
        }
        self.node.needs("ID")?;
        Ok(())
    }

    /// Reads it; its conditions were checked before.
    pub(super) fn read(
        self,
        not_on_or_after: DateTime<Utc>,
        decryption: &[KeyPair],
    ) -> Result<Assertion, Refusal> {
        let statements: Vec<_> = self.node.all(names::ASSERTION, "AuthnStatement").collect();
        let first = statements.first().ok_or_else(|| {
            Refusal::new(
                Kind::AssertionNotValid,
                "it does not say that anybody signed in (AuthnStatement)",
            )
        })?;
        let mut ends = Vec::new();
        for statement in &statements {
            ends.extend(instant::of(*statement, "SessionNotOnOrAfter")?);
        }
        let context = first.maybe(names::ASSERTION, "AuthnContext")?;
        let class = context
            .map(|it| it.maybe(names::ASSERTION, "AuthnContextClassRef"))
            .transpose()?
            .flatten();
        Ok(Assertion {
            id: self.node.needs("ID")?.to_owned(),
            response_id: self.response_id,
            issuer: self.node.one(names::ASSERTION, "Issuer")?.text()?,
            issued_at: instant::of(self.node, "IssueInstant")?
                .ok_or_else(|| Refusal::malformed("its assertion does not say when it was issued"))?,
            name_id: subject(self.node, decryption)?,
            session_index: statements
                .iter()
                .find_map(|it| it.attribute("SessionIndex"))
                .map(str::to_owned),
            authn_instant: instant::of(*first, "AuthnInstant")?
                .ok_or_else(|| Refusal::malformed("it does not say when the person signed in"))?,
            authn_context: class.map(Node::text).transpose()?,
            session_not_on_or_after: ends.into_iter().min(),
            not_on_or_after,
            attributes: attributes(self.node)?,
            certificate: self.by.certificate,
            algorithm: self.by.algorithm,
            packing: self.packing,
        })
    }
}

fn subject(assertion: Node<'_, '_>, decryption: &[KeyPair]) -> Result<NameId, Refusal> {
    let subject = assertion.one(names::ASSERTION, "Subject")?;
    name_id(subject, decryption)
}

/// The name in a subject or a request to sign out, in the open or encrypted. A signature covers it, whichever it is.
pub(crate) fn name_id(holder: Node<'_, '_>, decryption: &[KeyPair]) -> Result<NameId, Refusal> {
    let plain = holder.maybe(names::ASSERTION, "NameID")?;
    let encrypted = holder.maybe(names::ASSERTION, "EncryptedID")?;
    match (plain, encrypted) {
        (Some(node), None) => read_name_id(node),
        (None, Some(wrapper)) => {
            let opened = encryption::decrypt(wrapper, decryption, Covered::Yes)?;
            read_name_id(Opened::content(&opened.read()?, "NameID")?)
        }
        _ => Err(Refusal::new(
            Kind::AssertionNotValid,
            format!("{} does not name exactly one person (NameID)", holder.name()),
        )),
    }
}

fn read_name_id(node: Node<'_, '_>) -> Result<NameId, Refusal> {
    let value = node.text()?;
    if value.is_empty() {
        return Err(Refusal::new(Kind::AssertionNotValid, "its NameID is empty"));
    }
    let owned = |name: &str| node.attribute(name).map(str::to_owned);
    Ok(NameId {
        value,
        format: owned("Format"),
        name_qualifier: owned("NameQualifier"),
        sp_name_qualifier: owned("SPNameQualifier"),
    })
}

fn attributes(assertion: Node<'_, '_>) -> Result<Vec<Attribute>, Refusal> {
    let mut attributes: Vec<Attribute> = Vec::new();
    // By an index: ten thousand names fit into a message.
    let mut places: HashMap<&str, usize> = HashMap::new();
    for statement in assertion.all(names::ASSERTION, "AttributeStatement") {
        statement.holds_only(&[
            (names::ASSERTION, "Attribute"),
            (names::ASSERTION, "EncryptedAttribute"),
        ])?;
        if statement
            .all(names::ASSERTION, "EncryptedAttribute")
            .next()
            .is_some()
        {
            return Err(Refusal::new(
                Kind::AssertionNotValid,
                "an attribute of it is encrypted by itself; encrypt the whole assertion instead",
            ));
        }
        for node in statement.all(names::ASSERTION, "Attribute") {
            let name = node.needs("Name")?.trim();
            let mut values = Vec::new();
            for value in node.all(names::ASSERTION, "AttributeValue") {
                values.extend(attribute_value(value)?);
            }
            if let Some(place) = places.get(name) {
                attributes[*place].values.extend(values);
            } else {
                places.insert(name, attributes.len());
                attributes.push(Attribute {
                    name: name.to_owned(),
                    friendly_name: node.attribute("FriendlyName").map(str::to_owned),
                    values,
                });
            }
        }
    }
    Ok(attributes)
}

/// A value that is text, or a name identifier; others have no meaning here.
fn attribute_value(value: Node<'_, '_>) -> Result<Option<String>, Refusal> {
    if matches!(value.attribute_of(names::XSI, "nil"), Some("true" | "1")) {
        return Ok(None);
    }
    let mut children = value.children();
    match (children.next(), children.next()) {
        (None, _) => value.text().map(Some),
        (Some(name), None) if name.is(names::ASSERTION, "NameID") => name.text().map(Some),
        _ => Ok(None),
    }
}
