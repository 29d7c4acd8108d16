//! Encrypted elements: which are opened, and how.
//!
//! What is decrypted is as strange as what came over the wire: it says nothing about who wrote it, for everybody knows
//! the key to encrypt to. So callers send it through the same door as an element that came in the open.

use bergshamra::{EncContext, KeysManager};
use zeroize::Zeroizing;

use crate::xml::{Node, Xml, escape};
use crate::{KeyPair, Kind, Refusal, names};

/// Whether a valid signature covers the encrypted bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Covered {
    Yes,
    No,
}

/// What was decrypted, in an element of ours that declares what was declared around it.
pub(crate) struct Opened(Zeroizing<String>);

impl Opened {
    fn new(plain: &str, wrapper: Node<'_, '_>) -> Self {
        let mut declared = String::new();
        for (prefix, name) in wrapper.scope() {
            let colon = if prefix.is_empty() { "" } else { ":" };
            declared = declared + " xmlns" + colon + prefix + "=\"" + &escape(name) + "\"";
        }
        // What stands before an element of its own has no place inside ours.
        let element = match plain.strip_prefix("<?xml ").and_then(|it| it.split_once("?>")) {
            Some((_, element)) => element,
            None => plain,
        };
        Self(Zeroizing::new(format!(
            "<opened{declared}>{}</opened>",
            element.trim()
        )))
    }

    /// Parses it, as strictly as what came in the open.
    pub(crate) fn read(&self) -> Result<Xml<'_>, Refusal> {
        Xml::read(&self.0)
    }

    /// The one element that was encrypted.
    pub(crate) fn content<'d, 'a>(xml: &'d Xml<'a>, name: &'static str) -> Result<Node<'d, 'a>, Refusal> {
        let refusal = || Refusal::malformed(format!("what was encrypted is not one {name}"));
        xml.root()
            .holds_only(&[(names::ASSERTION, name)])
            .map_err(|_| refusal())?;
        xml.root().one(names::ASSERTION, name).map_err(|_| refusal())
    }
}

/// Decrypts what is in an `EncryptedAssertion`, `EncryptedID` and the like. One sentence for every failure, so that
/// nobody learns of the plain text by asking often.
pub(crate) fn decrypt(wrapper: Node<'_, '_>, keys: &[KeyPair], covered: Covered) -> Result<Opened, Refusal> {
    let sealed = Sealed::read(wrapper)?;
    sealed.refuse_unless_safe(covered)?;
    let document = sealed.rebuilt();
    for pair in keys.iter().filter(|it| it.decrypts()) {
        let mut manager = KeysManager::new();
        manager.add_key(pair.key().clone());
        let mut context = EncContext::new(manager).with_max_pbkdf2_iterations(0);
        context.disable_cipher_reference = true;
        let Ok(bytes) = bergshamra::decrypt_to_bytes(&context, &document) else {
            continue;
        };
        if let Ok(text) = String::from_utf8(bytes) {
            return Ok(Opened::new(&Zeroizing::new(text), wrapper));
        }
    }
    Err(unreadable(
        "it cannot be decrypted; is it encrypted to the certificate of our metadata?",
    ))
}

fn unreadable(detail: &str) -> Refusal {
    Refusal::new(Kind::AssertionNotValid, detail)
}

/// The parts of an encrypted element, and nothing else of it.
struct Sealed {
    cipher: String,
    transport: String,
    digest: Option<String>,
    mask: Option<String>,
    key: String,
    data: String,
}

impl Sealed {
    fn read(wrapper: Node<'_, '_>) -> Result<Self, Refusal> {
        wrapper.holds_only(&[(names::XENC, "EncryptedData"), (names::XENC, "EncryptedKey")])?;
        let data = wrapper.one(names::XENC, "EncryptedData")?;
        let key = Self::key_of(wrapper, data)?;
        let method = data.one(names::XENC, "EncryptionMethod")?;
        let transport = key.one(names::XENC, "EncryptionMethod")?;
        transport.holds_only(&[(names::DSIG, "DigestMethod"), (names::XENC11, "MGF")])?;
        let algorithm = |node: Option<Node<'_, '_>>| -> Result<Option<String>, Refusal> {
            node.map(|it| it.needs("Algorithm").map(str::to_owned))
                .transpose()
        };
        Ok(Self {
            cipher: method.needs("Algorithm")?.to_owned(),
            transport: transport.needs("Algorithm")?.to_owned(),
            digest: algorithm(transport.maybe(names::DSIG, "DigestMethod")?)?,
            mask: algorithm(transport.maybe(names::XENC11, "MGF")?)?,
            key: cipher_value(key)?,
            data: cipher_value(data)?,
        })
    }

    /// The key stands in the data's `KeyInfo`, or beside the data. It is found by its place, never by a reference.
    fn key_of<'d, 'a>(wrapper: Node<'d, 'a>, data: Node<'d, 'a>) -> Result<Node<'d, 'a>, Refusal> {
        let inside = match data.maybe(names::DSIG, "KeyInfo")? {
            Some(info) => info.maybe(names::XENC, "EncryptedKey")?,
            None => None,
        };
        match (inside, wrapper.maybe(names::XENC, "EncryptedKey")?) {
            (Some(key), None) | (None, Some(key)) => Ok(key),
            (None, None) => Err(unreadable("it comes without the key it was encrypted with")),
            (Some(_), Some(_)) => Err(unreadable("it comes with more than one key")),
        }
    }

    fn refuse_unless_safe(&self, covered: Covered) -> Result<(), Refusal> {
        let cipher = self.cipher.as_str();
        let chained = names::CBC.contains(&cipher);
        if chained && covered == Covered::No {
            return Err(unreadable(
                "it is encrypted with AES-CBC and nothing signed covers it, so anybody could have changed it",
            )
            .expected("AES-GCM, or a signature of the whole response")
            .seen(cipher));
        }
        if !chained && !names::GCM.contains(&cipher) {
            return Err(unreadable("its encryption is not accepted")
                .expected("AES-GCM")
                .seen(cipher));
        }
        if ![names::RSA_OAEP_MGF1P, names::RSA_OAEP].contains(&self.transport.as_str()) {
            return Err(unreadable("the way its key is encrypted is not accepted")
                .expected("RSA-OAEP")
                .seen(&self.transport));
        }
        Ok(())
    }

    /// A document of our own out of the parts: none of the ways in which XML Encryption refers to other places,
    /// derives keys or names algorithms remains in it.
    fn rebuilt(&self) -> Zeroizing<String> {
        let parameter = |name: &str, namespace: &str, algorithm: &Option<String>| {
            algorithm.as_ref().map_or_else(String::new, |it| {
                format!("<p:{name} xmlns:p=\"{namespace}\" Algorithm=\"{}\"/>", escape(it))
            })
        };
        Zeroizing::new(format!(
            "<x:EncryptedData xmlns:x=\"{xenc}\" Type=\"{xenc}Element\"><x:EncryptionMethod Algorithm=\"{cipher}\"/>\
             <d:KeyInfo xmlns:d=\"{dsig}\"><x:EncryptedKey><x:EncryptionMethod Algorithm=\"{transport}\">\
             {digest}{mask}</x:EncryptionMethod><x:CipherData><x:CipherValue>{key}</x:CipherValue></x:CipherData>\
             </x:EncryptedKey></d:KeyInfo><x:CipherData><x:CipherValue>{data}</x:CipherValue></x:CipherData>\
             </x:EncryptedData>",
            xenc = names::XENC,
            dsig = names::DSIG,
            cipher = escape(&self.cipher),
            transport = escape(&self.transport),
            digest = parameter("DigestMethod", names::DSIG, &self.digest),
            mask = parameter("MGF", names::XENC11, &self.mask),
            key = escape(&self.key),
            data = escape(&self.data),
        ))
    }
}

fn cipher_value(node: Node<'_, '_>) -> Result<String, Refusal> {
    let text = node
        .one(names::XENC, "CipherData")?
        .one(names::XENC, "CipherValue")?
        .text()?;
    Ok(text.chars().filter(|it| !it.is_ascii_whitespace()).collect())
}
