//! The metadata of an identity provider.
//!
//! It says whom to trust, so it is never a reason to check less: keys without a `use` sign as well, and nothing in it
//! switches a check off.

use chrono::{DateTime, Utc};
use url::Url;

use crate::signature::{self, Trust, failed};
use crate::xml::{Node, Xml};
use crate::{Binding, Certificate, Endpoint, IdentityProvider, Kind, Refusal, instant, names};

/// How many certificates of one provider are taken.
const MOST_CERTIFICATES: usize = 10;

/// Reads the metadata of one identity provider. A signature in it is not looked at: whoever hands it over vouches for
/// it, or calls [`read_signed`].
pub fn read(metadata: &[u8]) -> Result<IdentityProvider, Refusal> {
    let text = text(metadata)?;
    let xml = Xml::read(text).map_err(of_metadata)?;
    let entity = entity(xml.root())?;
    provider(entity, until(xml.root(), None)?).map_err(of_metadata)
}

/// Reads metadata that has to be signed with this certificate, and not to be outdated.
pub fn read_signed(
    metadata: &[u8],
    certificate: &Certificate,
    now: DateTime<Utc>,
) -> Result<IdentityProvider, Refusal> {
    let text = text(metadata)?;
    let xml = Xml::read(text).map_err(of_metadata)?;
    let (root, entity) = (xml.root(), entity(xml.root())?);
    let trust = Trust {
        certificates: std::slice::from_ref(certificate),
        allow_sha1: false,
    };
    let signed = signature::verify(&xml, &[root, entity], trust)?;
    if !signed.iter().any(|it| it.node == root || it.node == entity) {
        return Err(failed("the metadata is not signed"));
    }
    let provider = provider(entity, until(root, None)?).map_err(of_metadata)?;
    match provider.valid_until {
        Some(end) if end <= now => Err(Refusal::new(
            Kind::InvalidMetadata,
            "the metadata is outdated (validUntil)",
        )
        .expected(format!("after {}", instant::write(now)))
        .seen(instant::write(end))),
        _ => Ok(provider),
    }
}

fn of_metadata(refusal: Refusal) -> Refusal {
    match refusal.kind {
        Kind::InvalidResponse => refusal.of(Kind::InvalidMetadata),
        _ => refusal,
    }
}

fn invalid(detail: impl Into<String>) -> Refusal {
    Refusal::new(Kind::InvalidMetadata, detail)
}

fn text(metadata: &[u8]) -> Result<&str, Refusal> {
    let text = std::str::from_utf8(metadata).map_err(|_| invalid("it is not in UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The one entity that is an identity provider, perhaps in a list of others.
fn entity<'d, 'a>(root: Node<'d, 'a>) -> Result<Node<'d, 'a>, Refusal> {
    let lists = |it: Node<'_, '_>| it.is(names::METADATA, "EntitiesDescriptor");
    let provides = |it: Node<'_, '_>| it.all(names::METADATA, "IDPSSODescriptor").next().is_some();
    if root.is(names::METADATA, "EntityDescriptor") {
        return Ok(root);
    }
    if !lists(root) {
        return Err(invalid("it is no metadata of SAML 2.0").seen(format!(
            "{} in {}",
            root.name(),
            root.namespace()
        )));
    }
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(list) = open.pop() {
        for child in list.children() {
            if lists(child) {
                open.push(child);
            } else if child.is(names::METADATA, "EntityDescriptor") && provides(child) {
                found.push(child);
            }
        }
    }
    match found[..] {
        [one] => Ok(one),
        _ => Err(invalid("it does not describe exactly one identity provider")
            .expected("1")
            .seen(found.len())),
    }
}

/// The earliest end of what stands around something.
fn until(node: Node<'_, '_>, outer: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, Refusal> {
    let own = instant::of(node, "validUntil").map_err(of_metadata)?;
    Ok([outer, own].into_iter().flatten().min())
}

fn provider(entity: Node<'_, '_>, outer: Option<DateTime<Utc>>) -> Result<IdentityProvider, Refusal> {
    let entity_id = entity.needs("entityID")?.trim().to_owned();
    let mut roles = entity.all(names::METADATA, "IDPSSODescriptor").filter(|it| {
        it.attribute("protocolSupportEnumeration")
            .is_some_and(|all| all.split_ascii_whitespace().any(|one| one == names::PROTOCOL))
    });
    let role = roles
        .next()
        .ok_or_else(|| invalid("it describes no identity provider of SAML 2.0 (IDPSSODescriptor)"))?;
    if roles.next().is_some() {
        return Err(invalid(
            "it describes an identity provider twice (IDPSSODescriptor)",
        ));
    }
    let sign_in = endpoints(role, "SingleSignOnService")?;
    if sign_in.is_empty() {
        return Err(invalid(
            "it says no place where people sign in by redirect or form (SingleSignOnService)",
        ));
    }
    let mut formats = Vec::new();
    for format in role.all(names::METADATA, "NameIDFormat") {
        formats.push(format.text()?);
    }
    Ok(IdentityProvider {
        entity_id,
        sign_in,
        sign_out: endpoints(role, "SingleLogoutService")?,
        certificates: certificates(role)?,
        wants_signed_requests: matches!(role.attribute("WantAuthnRequestsSigned"), Some("true" | "1")),
        name_id_formats: formats,
        valid_until: until(role, until(entity, outer)?)?,
    })
}

fn endpoints(role: Node<'_, '_>, name: &'static str) -> Result<Vec<Endpoint>, Refusal> {
    let mut endpoints = Vec::new();
    for node in role.all(names::METADATA, name) {
        let binding = match node.attribute("Binding") {
            Some(names::BINDING_REDIRECT) => Binding::Redirect,
            Some(names::BINDING_POST) => Binding::Post,
            _ => continue,
        };
        let response_location = match node.attribute("ResponseLocation") {
            Some(it) => Some(location(it)?),
            None => None,
        };
        endpoints.push(Endpoint {
            binding,
            location: location(node.needs("Location")?)?,
            response_location,
        });
    }
    // A redirect shows nothing in between, so it comes first.
    endpoints.sort_by_key(|it: &Endpoint| it.binding == Binding::Post);
    Ok(endpoints)
}

/// Where browsers may be sent: pages, never scripts.
fn location(text: &str) -> Result<Url, Refusal> {
    Url::parse(text.trim())
        .ok()
        .filter(|it| matches!(it.scheme(), "https" | "http") && it.fragment().is_none())
        .ok_or_else(|| invalid("a place in it is no URL that begins with https:// or http://").seen(text))
}

fn certificates(role: Node<'_, '_>) -> Result<Vec<Certificate>, Refusal> {
    let mut certificates: Vec<Certificate> = Vec::new();
    for descriptor in role.all(names::METADATA, "KeyDescriptor") {
        // Without a use the key is for both.
        if !matches!(descriptor.attribute("use"), None | Some("signing")) {
            continue;
        }
        for info in descriptor.all(names::DSIG, "KeyInfo") {
            for data in info.all(names::DSIG, "X509Data") {
                for node in data.all(names::DSIG, "X509Certificate") {
                    let certificate = Certificate::from_base64(&node.text()?)?;
                    if !certificates.contains(&certificate) {
                        certificates.push(certificate);
                    }
                }
            }
        }
    }
    if certificates.is_empty() {
        return Err(invalid(
            "it holds no certificate to check signatures with (KeyDescriptor)",
        ));
    }
    if certificates.len() > MOST_CERTIFICATES {
        return Err(invalid("it holds too many certificates")
            .expected(format!("at most {MOST_CERTIFICATES}"))
            .seen(certificates.len()));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{read, read_signed};
    use crate::{KeyPair, Kind, instant, names, signature};

    #[test]
    fn signed_metadata_counts_by_the_pinned_certificate_and_in_its_time() {
        let now = instant::read("2030-01-01T00:00:00Z").expect("a time");
        let pair = |name: &str| KeyPair::generate(name, now, now + TimeDelta::days(9)).expect("a key");
        let (federation, other) = (pair("federation"), pair("other"));
        let unsigned = |signature: &str| {
            format!(
                "<md:EntityDescriptor xmlns:md=\"{md}\" xmlns:ds=\"{ds}\" ID=\"_m\" entityID=\"https://idp.example\" \
                 validUntil=\"2030-01-02T00:00:00Z\">{signature}<md:IDPSSODescriptor \
                 protocolSupportEnumeration=\"{protocol}\"><md:KeyDescriptor><ds:KeyInfo><ds:X509Data>\
                 <ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\
                 <md:SingleSignOnService Binding=\"{redirect}\" Location=\"https://idp.example/sso\"/>\
                 </md:IDPSSODescriptor></md:EntityDescriptor>",
                md = names::METADATA,
                ds = names::DSIG,
                protocol = names::PROTOCOL,
                certificate = other.certificate().base64(),
                redirect = names::BINDING_REDIRECT,
            )
        };
        let signed =
            signature::sign(&unsigned(&signature::template("_m", &federation)), &federation).expect("signed");
        let pinned = federation.certificate();
        let provider = read_signed(signed.as_bytes(), pinned, now).expect("it is signed");
        assert_eq!(provider.certificates, [other.certificate().clone()]);
        let verdict = |text: &str, certificate, at| {
            read_signed(text.as_bytes(), certificate, at)
                .expect_err("refused")
                .kind
        };
        let moved = signed.replace("https://idp.example/sso", "https://mallory.example/sso");
        assert_eq!(verdict(&moved, pinned, now), Kind::SignatureFailed);
        assert_eq!(verdict(&signed, other.certificate(), now), Kind::SignatureFailed);
        assert_eq!(verdict(&unsigned(""), pinned, now), Kind::SignatureFailed);
        assert_eq!(
            verdict(&signed, pinned, now + TimeDelta::days(2)),
            Kind::InvalidMetadata
        );
        // Whoever does not pin a certificate vouches for it otherwise.
        assert!(read(moved.as_bytes()).is_ok());
    }
}
