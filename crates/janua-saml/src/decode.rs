//! What a message says, told for people who look for what is wrong with it. Nothing here is verified.

use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use serde::Serialize;

use crate::binding;
use crate::refusal::printable;
use crate::signature;
use crate::xml::{Node, Xml};
use crate::{Certificate, Kind, LARGEST_MESSAGE, Refusal, names};

/// The story of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Description {
    /// What it is, such as `Response`.
    pub kind: String,
    /// How it was packed.
    pub packing: &'static str,
    /// What it says, in the order in which it stands there.
    pub facts: Vec<Fact>,
    /// What will probably be refused, and why.
    pub troubles: Vec<String>,
}

/// One thing that a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is about.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// Whether names and attributes of people are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// As `***`.
    Hidden,
    /// As they are.
    Shown,
}

/// Tells what is in a message: XML, base64 as in a form, a query or a whole URL as in a redirect, or the body of a form.
pub fn describe(message: &str, personal: Personal) -> Result<Description, Refusal> {
    let (text, packing) = unpack(message)?;
    let xml = Xml::read(&text)?;
    let mut story = Story {
        facts: Vec::new(),
        troubles: Vec::new(),
        personal,
    };
    story.message(xml.root());
    Ok(Description {
        kind: printable(xml.root().name()),
        packing,
        facts: story.facts,
        troubles: story.troubles,
    })
}

/// The certificates in PEM, DER, base64 or metadata.
pub fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, Refusal> {
    let Some(text) = std::str::from_utf8(bytes).ok().map(str::trim) else {
        return Certificate::from_der(bytes).map(|it| vec![it]);
    };
    if text.contains("-----BEGIN CERTIFICATE-----") {
        return Certificate::all_from_pem(text);
    }
    if !text.trim_start_matches('\u{feff}').starts_with('<') {
        return Certificate::from_base64(text).map(|it| vec![it]);
    }
    let xml = Xml::read(text.trim_start_matches('\u{feff}')).map_err(|it| it.of(Kind::InvalidMetadata))?;
    let mut found: Vec<Certificate> = Vec::new();
    for node in xml
        .root()
        .descendants()
        .filter(|it| it.is(names::DSIG, "X509Certificate"))
    {
        let certificate = Certificate::from_base64(&node.text()?)?;
        if !found.contains(&certificate) {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(Refusal::new(Kind::InvalidKey, "there is no certificate in it"));
    }
    Ok(found)
}

fn unpack(message: &str) -> Result<(String, &'static str), Refusal> {
    let message = message.trim().trim_start_matches('\u{feff}');
    if message.len() > 2 * LARGEST_MESSAGE {
        return Err(
            Refusal::malformed("it is too large").expected(format!("at most {LARGEST_MESSAGE} bytes"))
        );
    }
    if message.starts_with('<') {
        return Ok((message.to_owned(), "plain XML"));
    }
    let query = message.split_once('?').map_or(message, |(_, query)| query);
    let field = query
        .split(['&', '\n'])
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| matches!(*name, "SAMLResponse" | "SAMLRequest"));
    let base64 = field.map_or(message, |(_, value)| value);
    let base64 = percent_decode_str(base64)
        .decode_utf8()
        .map_err(|_| Refusal::malformed("it is not in UTF-8"))?;
    let bytes = binding::decode_base64(&base64, LARGEST_MESSAGE)?;
    if bytes.first() == Some(&b'<') || bytes.starts_with(b"\xef\xbb\xbf<") {
        return Ok((binding::decode_form(&base64)?, "base64, as in a form"));
    }
    Ok((binding::inflate(&bytes)?, "deflated and base64, as in a redirect"))
}

struct Story {
    facts: Vec<Fact>,
    troubles: Vec<String>,
    personal: Personal,
}

impl Story {
    fn tell(&mut self, name: impl Into<String>, value: &str) {
        self.facts.push(Fact {
            name: name.into(),
            value: printable(value),
        });
    }

    fn tell_of_person(&mut self, name: impl Into<String>, value: &str) {
        match self.personal {
            Personal::Shown => self.tell(name, value),
            Personal::Hidden => self.tell(name, "***"),
        }
    }

    fn attributes(&mut self, node: Node<'_, '_>, prefix: &str, names: &[&str]) {
        for name in names {
            if let Some(value) = node.attribute(name) {
                self.tell(format!("{prefix}{name}"), value);
            }
        }
    }

    fn texts(&mut self, node: Node<'_, '_>, name: &str) {
        for it in node.descendants().filter(|it| it.name() == name) {
            if let Ok(text) = it.text() {
                self.tell(name, &text);
            }
        }
    }

    fn message(&mut self, root: Node<'_, '_>) {
        self.attributes(
            root,
            "",
            &[
                "ID",
                "Version",
                "entityID",
                "IssueInstant",
                "validUntil",
                "Destination",
                "InResponseTo",
                "AssertionConsumerServiceURL",
                "ForceAuthn",
                "NotOnOrAfter",
            ],
        );
        if let Some(issuer) = root.all(names::ASSERTION, "Issuer").next() {
            self.tell("Issuer", &issuer.text().unwrap_or_default());
        }
        for code in root
            .descendants()
            .filter(|it| it.is(names::PROTOCOL, "StatusCode"))
        {
            self.attributes(code, "Status ", &["Value"]);
        }
        self.texts(root, "StatusMessage");
        self.signature(root);
        if root.is(names::PROTOCOL, "LogoutRequest") {
            self.person(root);
            self.texts(root, "SessionIndex");
        }
        let assertions: Vec<_> = root
            .descendants()
            .filter(|it| matches!(it.name(), "Assertion" | "EncryptedAssertion"))
            .collect();
        for assertion in &assertions {
            self.assertion(*assertion);
        }
        if root.is(names::PROTOCOL, "Response") {
            if assertions.len() != 1 {
                self.troubles.push(format!(
                    "it holds {} assertions, and exactly one counts",
                    assertions.len()
                ));
            }
            let signed = root.descendants().any(|it| it.is(names::DSIG, "Signature"));
            if !signed && !assertions.iter().any(|it| it.name() == "EncryptedAssertion") {
                self.troubles.push("nothing in it is signed".to_owned());
            }
        }
        if root.namespace() == names::METADATA {
            self.metadata(root);
        }
    }

    fn signature(&mut self, node: Node<'_, '_>) {
        let Some(signature) = node.all(names::DSIG, "Signature").next() else {
            return;
        };
        let place = node.name();
        for it in signature.descendants() {
            if it.is(names::DSIG, "SignatureMethod") || it.is(names::DSIG, "DigestMethod") {
                let algorithm = it.attribute("Algorithm").unwrap_or_default();
                self.tell(format!("{place} {}", it.name()), algorithm);
                if algorithm == names::RSA_SHA1 || algorithm == names::SHA1 {
                    self.troubles.push(format!(
                        "the signature of the {place} uses SHA-1, which a connection has to allow"
                    ));
                }
            }
        }
        if let Some(certificate) = signature::enclosed(signature) {
            self.tell(
                format!("{place} signature says it is by"),
                &certificate.to_string(),
            );
            self.tell(
                format!("{place} signature SHA-256"),
                &certificate.sha256_fingerprint(),
            );
        }
    }

    fn assertion(&mut self, node: Node<'_, '_>) {
        if node.name() == "EncryptedAssertion" {
            self.tell(
                "EncryptedAssertion",
                "can be read with the key of the connection only",
            );
            for it in node
                .descendants()
                .filter(|it| it.is(names::XENC, "EncryptionMethod"))
            {
                self.attributes(it, "EncryptionMethod ", &["Algorithm"]);
            }
            return;
        }
        self.attributes(node, "Assertion ", &["ID", "IssueInstant"]);
        if let Some(issuer) = node.all(names::ASSERTION, "Issuer").next() {
            self.tell("Assertion Issuer", &issuer.text().unwrap_or_default());
        }
        self.signature(node);
        if let Some(subject) = node.all(names::ASSERTION, "Subject").next() {
            self.person(subject);
            for confirmation in subject.all(names::ASSERTION, "SubjectConfirmation") {
                self.attributes(confirmation, "SubjectConfirmation ", &["Method"]);
                for data in confirmation.all(names::ASSERTION, "SubjectConfirmationData") {
                    self.attributes(
                        data,
                        "SubjectConfirmation ",
                        &["Recipient", "InResponseTo", "NotBefore", "NotOnOrAfter"],
                    );
                }
            }
        }
        for conditions in node.all(names::ASSERTION, "Conditions") {
            self.attributes(conditions, "Conditions ", &["NotBefore", "NotOnOrAfter"]);
            self.texts(conditions, "Audience");
        }
        for statement in node.all(names::ASSERTION, "AuthnStatement") {
            self.attributes(
                statement,
                "",
                &["AuthnInstant", "SessionIndex", "SessionNotOnOrAfter"],
            );
            self.texts(statement, "AuthnContextClassRef");
        }
        for attribute in node
            .descendants()
            .filter(|it| it.is(names::ASSERTION, "Attribute"))
        {
            let name = printable(attribute.attribute("Name").unwrap_or("without a name"));
            for value in attribute.all(names::ASSERTION, "AttributeValue") {
                self.tell_of_person(format!("Attribute {name}"), &value.text().unwrap_or_default());
            }
        }
    }

    fn person(&mut self, holder: Node<'_, '_>) {
        if let Some(name) = holder.all(names::ASSERTION, "NameID").next() {
            self.tell_of_person("NameID", &name.text().unwrap_or_default());
            self.attributes(name, "NameID ", &["Format"]);
        }
    }

    fn metadata(&mut self, root: Node<'_, '_>) {
        for it in root.descendants() {
            if let (Some(binding), Some(location)) = (it.attribute("Binding"), it.attribute("Location")) {
                let binding = binding.rsplit(':').next().unwrap_or(binding);
                self.tell(format!("{} {binding}", printable(it.name())), location);
            }
            if it.is(names::METADATA, "KeyDescriptor") {
                let purpose = it.attribute("use").unwrap_or("any use");
                for node in it
                    .descendants()
                    .filter(|it| it.is(names::DSIG, "X509Certificate"))
                {
                    match node.text().and_then(|text| Certificate::from_base64(&text)) {
                        Ok(certificate) => {
                            let until: DateTime<Utc> = certificate.not_after();
                            self.tell(
                                format!("Certificate for {purpose}"),
                                &format!(
                                    "{}, until {}",
                                    certificate.sha256_fingerprint(),
                                    until.date_naive()
                                ),
                            );
                        }
                        Err(why) => self.troubles.push(why.to_string()),
                    }
                }
            }
        }
    }
}
