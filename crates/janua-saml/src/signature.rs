//! Signatures in messages: which are accepted, what they cover, and how ours are made.
//!
//! "There is a valid signature" is not "this element is signed". So a signature counts only for the element it stands
//! in, has to name that element by its `ID`, and what it resolved to is compared with the node that is read.

use bergshamra::{DsigContext, KeysManager, VerifyResult};

use crate::xml::{Node, Xml, escape};
use crate::{Certificate, KeyPair, Kind, Refusal, names};

/// Whose signatures count, and how weak they may be.
#[derive(Clone, Copy)]
pub(crate) struct Trust<'a> {
    pub(crate) certificates: &'a [Certificate],
    pub(crate) allow_sha1: bool,
}

impl Trust<'_> {
    /// Refuses an algorithm that is not on the short list, above all those that need no secret.
    pub(crate) fn refuse_unless_strong(self, algorithm: &str) -> Result<(), Refusal> {
        let weak = self.allow_sha1 && algorithm == names::RSA_SHA1;
        if weak || names::SIGNATURES.contains(&algorithm) {
            return Ok(());
        }
        Err(failed("its algorithm is not accepted")
            .expected("RSA or ECDSA with SHA-256 or better")
            .seen(algorithm))
    }

    fn refuse_unless_strong_digest(self, algorithm: &str) -> Result<(), Refusal> {
        let weak = self.allow_sha1 && algorithm == names::SHA1;
        if weak || names::DIGESTS.contains(&algorithm) {
            return Ok(());
        }
        Err(failed("its digest is not accepted")
            .expected("SHA-256 or better")
            .seen(algorithm))
    }
}

/// An element that one of the pinned certificates signed.
pub(crate) struct Signed<'d, 'a> {
    pub(crate) node: Node<'d, 'a>,
    pub(crate) certificate: Certificate,
    pub(crate) algorithm: String,
}

pub(crate) fn failed(detail: &str) -> Refusal {
    Refusal::new(Kind::SignatureFailed, detail)
}

/// Checks every signature in a document: each has to stand in one of these places and to be right. Gives what they
/// cover, which is nothing where there is none.
pub(crate) fn verify<'d, 'a>(
    xml: &'d Xml<'a>,
    places: &[Node<'d, 'a>],
    trust: Trust<'_>,
) -> Result<Vec<Signed<'d, 'a>>, Refusal> {
    let mut found = Vec::new();
    for signature in xml
        .root()
        .descendants()
        .filter(|it| it.is(names::DSIG, "Signature"))
    {
        let parent = signature
            .parent()
            .filter(|it| places.contains(it))
            .ok_or_else(|| failed("a signature stands where none belongs"))?;
        if found.iter().any(|(_, other, _)| *other == parent) {
            return Err(failed("an element holds two signatures"));
        }
        found.push((signature, parent, refuse_odd_shape(signature, parent, trust)?));
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut keys = KeysManager::new();
    for certificate in trust.certificates {
        keys.add_key(certificate.key().clone());
    }
    // Insecure of bergshamra means that no chain is built: a pinned certificate is its own anchor.
    let context = DsigContext::new(keys).with_insecure(true);
    let results =
        bergshamra::dsig::verify::verify_all_document_with_source(&context, xml.document(), Some(xml.text()))
            .map_err(|error| failed(&format!("it cannot be checked: {error}")))?;
    if results.len() != found.len() {
        return Err(failed("signatures were counted in two ways"));
    }
    let mut signed = Vec::with_capacity(found.len());
    for ((signature, parent, algorithm), result) in found.into_iter().zip(results) {
        let (signature_node, references, key) = match result {
            VerifyResult::Valid {
                signature_node,
                references,
                key_info,
            } => (signature_node, references, key_info),
            VerifyResult::Invalid { reason } => return Err(wrong(signature, &reason, trust)),
        };
        let [reference] = references.as_slice() else {
            return Err(failed("a signature has more than one reference"));
        };
        if signature_node != signature.id()
            || !reference.digest_verified
            || reference.resolved_node != Some(parent.id())
        {
            return Err(failed(
                "a signature covers another element than the one it stands in",
            ));
        }
        let certificate = trust
            .certificates
            .iter()
            .find(|it| key.x509_chain.first().is_some_and(|der| der == it.der()))
            .ok_or_else(|| failed("no pinned certificate made it"))?;
        signed.push(Signed {
            node: parent,
            certificate: certificate.clone(),
            algorithm,
        });
    }
    Ok(signed)
}

/// Tells which signatures would count, and by whom the wrong one says it is.
fn wrong(signature: Node<'_, '_>, reason: &str, trust: Trust<'_>) -> Refusal {
    let pinned: Vec<String> = trust
        .certificates
        .iter()
        .map(Certificate::sha256_fingerprint)
        .collect();
    let refusal = failed(&format!(
        "no pinned certificate made it, or what it covers was changed ({reason})"
    ))
    .expected(format!("a signature by {}", pinned.join(" or ")));
    match enclosed(signature) {
        Some(enclosed) => refusal.seen(format!(
            "a signature that says it is by {}",
            enclosed.sha256_fingerprint()
        )),
        None => refusal,
    }
}

/// The certificate that a signature brings along: for the administrator's eyes, never for the check.
pub(crate) fn enclosed(signature: Node<'_, '_>) -> Option<Certificate> {
    let data = signature
        .maybe(names::DSIG, "KeyInfo")
        .ok()??
        .all(names::DSIG, "X509Data")
        .next()?;
    let text = data.all(names::DSIG, "X509Certificate").next()?.text().ok()?;
    Certificate::from_base64(&text).ok()
}

/// Refuses all that XML signatures can do and SAML does not need. Gives the algorithm.
fn refuse_odd_shape(
    signature: Node<'_, '_>,
    parent: Node<'_, '_>,
    trust: Trust<'_>,
) -> Result<String, Refusal> {
    let odd = |refusal: Refusal| refusal.of(Kind::SignatureFailed);
    // An `Algorithm` with a prefix is another attribute, which not every reader tells from the true one.
    if signature.descendants().any(Node::has_prefixed_attributes) {
        return Err(failed("a signature holds an attribute with a prefix"));
    }
    signature
        .holds_only(&[
            (names::DSIG, "SignedInfo"),
            (names::DSIG, "SignatureValue"),
            (names::DSIG, "KeyInfo"),
        ])
        .map_err(odd)?;
    signature.maybe(names::DSIG, "KeyInfo").map_err(odd)?;
    signature
        .one(names::DSIG, "SignatureValue")
        .and_then(Node::text)
        .map_err(odd)?;
    let info = signature.one(names::DSIG, "SignedInfo").map_err(odd)?;
    info.holds_only(&[
        (names::DSIG, "CanonicalizationMethod"),
        (names::DSIG, "SignatureMethod"),
        (names::DSIG, "Reference"),
    ])
    .map_err(odd)?;
    let canonicalization = info.one(names::DSIG, "CanonicalizationMethod").map_err(odd)?;
    refuse_other_canonicalization(canonicalization)?;
    let method = info.one(names::DSIG, "SignatureMethod").map_err(odd)?;
    method.holds_only(&[]).map_err(odd)?;
    let algorithm = method.needs("Algorithm").map_err(odd)?;
    trust.refuse_unless_strong(algorithm)?;

    let reference = info.one(names::DSIG, "Reference").map_err(odd)?;
    reference
        .holds_only(&[
            (names::DSIG, "Transforms"),
            (names::DSIG, "DigestMethod"),
            (names::DSIG, "DigestValue"),
        ])
        .map_err(odd)?;
    let id = parent.needs("ID").map_err(odd)?;
    let uri = reference.attribute("URI").unwrap_or("");
    if uri.strip_prefix('#') != Some(id) {
        return Err(failed("a signature does not name the element it stands in")
            .expected(format!("#{id}"))
            .seen(uri));
    }
    let digest = reference.one(names::DSIG, "DigestMethod").map_err(odd)?;
    digest.holds_only(&[]).map_err(odd)?;
    trust.refuse_unless_strong_digest(digest.needs("Algorithm").map_err(odd)?)?;
    reference
        .one(names::DSIG, "DigestValue")
        .and_then(Node::text)
        .map_err(odd)?;
    let transforms = reference.one(names::DSIG, "Transforms").map_err(odd)?;
    transforms
        .holds_only(&[(names::DSIG, "Transform")])
        .map_err(odd)?;
    let [enveloped, canonical] = transforms.children().collect::<Vec<_>>()[..] else {
        return Err(failed("a signature transforms what it covers in an unusual way")
            .expected("the enveloped signature taken out, then exclusive canonicalization"));
    };
    if enveloped.attribute("Algorithm") != Some(names::ENVELOPED) || enveloped.children().next().is_some() {
        return Err(failed("a signature transforms what it covers in an unusual way")
            .expected(names::ENVELOPED)
            .seen(enveloped.attribute("Algorithm").unwrap_or("nothing")));
    }
    refuse_other_canonicalization(canonical)?;
    Ok(algorithm.to_owned())
}

/// Exclusive canonicalization without comments is what SAML asks for, and the only one that was ever needed.
fn refuse_other_canonicalization(node: Node<'_, '_>) -> Result<(), Refusal> {
    let algorithm = node.attribute("Algorithm").unwrap_or("");
    if algorithm != names::EXCLUSIVE_C14N {
        return Err(failed("it is canonicalized in an unusual way")
            .expected(names::EXCLUSIVE_C14N)
            .seen(algorithm));
    }
    node.holds_only(&[(names::EXCLUSIVE_C14N, "InclusiveNamespaces")])
        .map_err(|refusal| refusal.of(Kind::SignatureFailed))
}

/// A signature that waits to be made, for the element with this `ID`; it belongs right after its issuer.
pub(crate) fn template(id: &str, key: &KeyPair) -> String {
    format!(
        "<ds:Signature xmlns:ds=\"{dsig}\"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{c14n}\"/>\
         <ds:SignatureMethod Algorithm=\"{method}\"/><ds:Reference URI=\"#{id}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"{enveloped}\"/><ds:Transform Algorithm=\"{c14n}\"/></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{digest}\"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>\
         <ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>\
         </ds:X509Data></ds:KeyInfo></ds:Signature>",
        dsig = names::DSIG,
        c14n = names::EXCLUSIVE_C14N,
        method = key.algorithm(),
        id = escape(id),
        enveloped = names::ENVELOPED,
        digest = names::SHA256,
        certificate = key.certificate().base64(),
    )
}

/// Fills in the template in a message of ours.
pub(crate) fn sign(message: &str, key: &KeyPair) -> Result<String, Refusal> {
    let mut keys = KeysManager::new();
    keys.add_key(key.key().clone());
    bergshamra::sign(&DsigContext::new(keys), message)
        .map_err(|error| Refusal::new(Kind::InvalidKey, format!("the message cannot be signed: {error}")))
}

/// Signs the query of a redirect.
pub(crate) fn sign_bytes(bytes: &[u8], key: &KeyPair) -> Result<Vec<u8>, Refusal> {
    let cannot = |error: bergshamra::Error| {
        Refusal::new(Kind::InvalidKey, format!("the message cannot be signed: {error}"))
    };
    let signing = key
        .key()
        .to_signing_key()
        .map_err(cannot)?
        .ok_or_else(|| Refusal::new(Kind::InvalidKey, "the key cannot sign"))?;
    bergshamra::crypto::sign::from_uri(key.algorithm())
        .and_then(|it| it.sign(&signing, bytes))
        .map_err(cannot)
}

/// Checks the signature over the query of a redirect. Gives the certificate that made it.
pub(crate) fn verify_bytes(
    bytes: &[u8],
    signature: &[u8],
    algorithm: &str,
    trust: Trust<'_>,
) -> Result<Certificate, Refusal> {
    trust.refuse_unless_strong(algorithm)?;
    let method = bergshamra::crypto::sign::from_uri(algorithm)
        .map_err(|error| failed(&format!("it cannot be checked: {error}")))?;
    for certificate in trust.certificates {
        let Ok(Some(key)) = certificate.key().to_signing_key() else {
            continue;
        };
        // A key of another kind than the algorithm's is an error, and no more than a signature that does not fit.
        if matches!(method.verify(&key, bytes, signature), Ok(true)) {
            return Ok(certificate.clone());
        }
    }
    Err(failed("no pinned certificate made it, or the query was changed"))
}
