//! An identity provider of a test's own that speaks SAML: it says what a test wants, and signs it with another library than
//! the one that reads it where that matters: the XML is its own.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra::keys::loader::load_pem_auto;
use bergshamra::{DsigContext, KeysManager};
use chrono::{DateTime, TimeDelta, Utc};
use janua_saml::decode::{Personal, describe};
use janua_saml::{Certificate, KeyPair};
use reqwest::Url;
use serde_json::{Value, json};

use super::{CONNECTIONS, Customer, SETTINGS, leaves};
use crate::pages::browser::Browser;
use crate::support::{Answer, TestJanua};

pub(crate) const CALLBACK: &str = "/api/v1/sso/callback";
pub(crate) const ENTITY: &str = "https://idp.example/metadata";
pub(crate) const SIGN_IN: &str = "https://idp.example/sign-in";

/// A Janua whose organizations may sign people in by SAML.
pub(crate) async fn janua_with(more: &[(&str, &str)]) -> TestJanua {
    TestJanua::with(&[&SETTINGS, more].concat()).await
}

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    Assertion,
    Response,
    Nothing,
}

/// What a response says. Each part may be changed before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) id: String,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) recipient: String,
    pub(crate) destination: String,
    pub(crate) answers: Option<String>,
    pub(crate) not_before: DateTime<Utc>,
    pub(crate) not_on_or_after: DateTime<Utc>,
    pub(crate) name_id: String,
    pub(crate) format: String,
    pub(crate) session_index: String,
    pub(crate) attributes: Vec<(String, Vec<String>)>,
    pub(crate) signed: Signed,
    pub(crate) digest: &'static str,
    pub(crate) relay_state: String,
}

impl Said {
    /// Somebody with this name and address.
    pub(crate) fn of(mut self, name_id: &str, email: &str) -> Self {
        name_id.clone_into(&mut self.name_id);
        let claim = |name: &str| format!("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/{name}");
        self.attributes = vec![
            (claim("emailaddress"), vec![email.to_owned()]),
            (claim("givenname"), vec!["Ada".to_owned()]),
            (claim("surname"), vec!["Lovelace".to_owned()]),
        ];
        self
    }

    pub(crate) fn with(mut self, name: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|it| (*it).to_owned()).collect();
        self.attributes.push((name.to_owned(), values));
        self
    }
}

/// A request as it arrived at the provider.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) issuer: String,
    pub(crate) acs: String,
    pub(crate) relay_state: String,
}

pub(crate) struct SamlIdp {
    pub(crate) key: KeyPair,
    count: std::sync::atomic::AtomicU32,
}

pub(crate) fn pair(janua: &TestJanua) -> KeyPair {
    let now = janua.app.clock.now();
    KeyPair::generate("idp", now - TimeDelta::days(1), now + TimeDelta::days(365)).expect("a key")
}

fn sign(xml: &str, key: &KeyPair) -> String {
    let mut keys = KeysManager::new();
    keys.add_key(load_pem_auto(key.key_pem().as_bytes(), None).expect("a key"));
    bergshamra::sign(&DsigContext::new(keys), xml).expect("it can be signed")
}

fn template(id: &str, digest: &str, certificate: &Certificate) -> String {
    let method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    let c14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
    format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo><ds:CanonicalizationMethod \
         Algorithm=\"{c14n}\"/><ds:SignatureMethod Algorithm=\"{method}\"/><ds:Reference URI=\"#{id}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/><ds:Transform \
         Algorithm=\"{c14n}\"/></ds:Transforms><ds:DigestMethod Algorithm=\"{digest}\"/><ds:DigestValue/></ds:Reference>\
         </ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate>\
         </ds:X509Data></ds:KeyInfo></ds:Signature>",
        certificate.base64()
    )
}

impl SamlIdp {
    pub(crate) fn new(janua: &TestJanua) -> Self {
        Self {
            key: pair(janua),
            count: 0.into(),
        }
    }

    /// What it tells of itself.
    pub(crate) fn metadata(&self) -> String {
        Self::metadata_with(&[self.key.certificate()])
    }

    /// The same, signed by somebody.
    pub(crate) fn metadata_signed(&self, by: &KeyPair) -> String {
        let signature = template("_m", "http://www.w3.org/2001/04/xmlenc#sha256", by.certificate());
        let (start, rest) = self.metadata().split_once('>').map_or_else(
            || panic!("an element"),
            |(start, rest)| (start.to_owned(), rest.to_owned()),
        );
        sign(&format!("{start} ID=\"_m\">{signature}{rest}"), by)
    }

    pub(crate) fn metadata_with(certificates: &[&Certificate]) -> String {
        let mut keys = String::new();
        for certificate in certificates {
            let _ = write!(
                keys,
                "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
                 <ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
                certificate.base64()
            );
        }
        let redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
        format!(
            "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{ENTITY}\">\
             <md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">{keys}\
             <md:SingleLogoutService Binding=\"{redirect}\" Location=\"https://idp.example/slo\"/>\
             <md:SingleSignOnService Binding=\"{redirect}\" Location=\"{SIGN_IN}\"/></md:IDPSSODescriptor>\
             </md:EntityDescriptor>"
        )
    }

    /// Adds a connection to it, with what is different of it.
    pub(crate) async fn connects(
        &self,
        janua: &TestJanua,
        acme: &Customer,
        more: Value,
        saml: Value,
    ) -> Answer {
        let mut body = json!({"organization_id": acme.organization, "kind": "saml", "name": "Acme SAML",
            "state": "enabled", "saml": {"idp_metadata": self.metadata()}});
        for (whole, more) in [("", more), ("saml", saml)] {
            for (name, value) in more.as_object().expect("an object") {
                if whole.is_empty() {
                    body[name] = value.clone();
                } else {
                    body[whole][name] = value.clone();
                }
            }
        }
        acme.owner.post(janua, CONNECTIONS, body).await
    }

    /// Reads a request that came by redirect.
    pub(crate) fn reads(to: &str) -> Asked {
        let url = Url::parse(to).expect("a URL");
        assert!(to.starts_with(SIGN_IN), "{to}");
        let relay_state = url.query_pairs().find(|(name, _)| name == "RelayState");
        let relay_state = relay_state
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default();
        Self::asked(to, relay_state)
    }

    /// Reads a request as it is packed.
    pub(crate) fn asked(message: &str, relay_state: String) -> Asked {
        let told = describe(message, Personal::Hidden).expect("a request");
        let fact = |name: &str| {
            let found = told.facts.iter().find(|it| it.name == name);
            found
                .unwrap_or_else(|| panic!("no {name} in {told:?}"))
                .value
                .clone()
        };
        assert_eq!(told.kind, "AuthnRequest");
        assert!(relay_state.len() <= 80, "SAML allows 80 bytes");
        Asked {
            id: fact("ID"),
            issuer: fact("Issuer"),
            acs: fact("AssertionConsumerServiceURL"),
            relay_state,
        }
    }

    /// What it would say to a request now.
    pub(crate) fn answer(&self, janua: &TestJanua, asked: &Asked) -> Said {
        let now = janua.app.clock.now();
        let count = self.count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Said {
            id: format!("_assertion-{count}"),
            issuer: ENTITY.to_owned(),
            audience: asked.issuer.clone(),
            recipient: asked.acs.clone(),
            destination: asked.acs.clone(),
            answers: Some(asked.id.clone()).filter(|it| !it.is_empty()),
            not_before: now,
            not_on_or_after: now + TimeDelta::minutes(5),
            name_id: String::new(),
            format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned(),
            session_index: format!("_session-{count}"),
            attributes: Vec::new(),
            signed: Signed::Assertion,
            digest: "http://www.w3.org/2001/04/xmlenc#sha256",
            relay_state: asked.relay_state.clone(),
        }
    }

    pub(crate) fn writes(&self, said: &Said) -> String {
        Self::writes_as(said, &self.key)
    }

    /// The response as XML, signed with a key.
    pub(crate) fn writes_as(said: &Said, key: &KeyPair) -> String {
        let time = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let (now, end) = (time(said.not_before), time(said.not_on_or_after));
        let answers = said.answers.as_ref();
        let answers = answers.map_or_else(String::new, |it| format!(" InResponseTo=\"{it}\""));
        let mut attributes = String::new();
        for (name, values) in &said.attributes {
            let _ = write!(attributes, "<saml:Attribute Name=\"{name}\">");
            for value in values {
                let _ = write!(attributes, "<saml:AttributeValue>{value}</saml:AttributeValue>");
            }
            attributes.push_str("</saml:Attribute>");
        }
        let template = |id: &str, on: Signed| {
            if said.signed == on {
                template(id, said.digest, key.certificate())
            } else {
                String::new()
            }
        };
        let unsigned = format!(
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_r{id}\" Version=\"2.0\" IssueInstant=\"{now}\" \
             Destination=\"{destination}\"{answers}><saml:Issuer>{issuer}</saml:Issuer>{whole}<samlp:Status>\
             <samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status><saml:Assertion \
             ID=\"{id}\" Version=\"2.0\" IssueInstant=\"{now}\"><saml:Issuer>{issuer}</saml:Issuer>{part}<saml:Subject>\
             <saml:NameID Format=\"{format}\">{name_id}</saml:NameID><saml:SubjectConfirmation \
             Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData Recipient=\"{recipient}\"\
             {answers} NotOnOrAfter=\"{end}\"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions \
             NotBefore=\"{now}\" NotOnOrAfter=\"{end}\"><saml:AudienceRestriction><saml:Audience>{audience}\
             </saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant=\"{now}\" \
             SessionIndex=\"{index}\"><saml:AuthnContext><saml:AuthnContextClassRef>\
             urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>\
             </saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>\
             </samlp:Response>",
            id = said.id,
            destination = said.destination,
            issuer = said.issuer,
            whole = template(&format!("_r{}", said.id), Signed::Response),
            part = template(&said.id, Signed::Assertion),
            format = said.format,
            name_id = said.name_id,
            recipient = said.recipient,
            audience = said.audience,
            index = said.session_index,
        );
        if said.signed == Signed::Nothing {
            return unsigned;
        }
        sign(&unsigned, key)
    }
}

/// Brings a response as browsers do: the form without our cookies, for it comes from another site, and then what they are
/// sent to, with them.
pub(crate) async fn brings(browser: &mut Browser<'_>, xml: &str, relay_state: &str) -> Answer {
    let answer = posts(browser.janua, xml, relay_state).await;
    let place = answer.header("location");
    if answer.status == 303 && place.starts_with(CALLBACK) {
        return browser.opens(&place).await;
    }
    browser.keep(&answer);
    answer
}

/// The form alone.
pub(crate) async fn posts(janua: &TestJanua, xml: &str, relay_state: &str) -> Answer {
    let fields = [
        ("SAMLResponse", STANDARD.encode(xml)),
        ("RelayState", relay_state.to_owned()),
    ];
    let request = janua.request(reqwest::Method::POST, CALLBACK).form(&fields);
    let request = request
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://idp.example");
    janua.send(request).await
}

/// Leaves for the provider by the API.
pub(crate) async fn asks(browser: &mut Browser<'_>, connection: &str) -> Asked {
    let left = leaves(browser, json!({"connection_id": connection}))
        .await
        .accepted();
    SamlIdp::reads(&left.str("/redirect_url"))
}

/// A Janua, a provider, and an organization that may connect to it.
pub(crate) async fn start() -> (TestJanua, SamlIdp, Customer) {
    let janua = janua_with(&[]).await;
    let (idp, acme) = (SamlIdp::new(&janua), Customer::of(&janua, "acme").await);
    (janua, idp, acme)
}

/// The same with a difference.
pub(crate) fn changed(said: &Said, change: impl FnOnce(&mut Said)) -> Said {
    let mut said = said.clone();
    change(&mut said);
    said
}
