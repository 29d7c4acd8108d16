//! Metadata: that of providers is read, ours is written.

use janua_saml::{Kind, decode, metadata, name_id};

use super::{KEYS, NOW, SLO, fact, sp};

const PROVIDER: &str = r#"<!-- exported --><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
    xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example/saml" validUntil="2031-01-01T00:00:00Z">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="1" protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol
      urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
      FIRST
    </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>SECOND</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>THIRD</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp.example/soap"/>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
      Location="https://idp.example/slo" ResponseLocation="https://idp.example/slo/answer"/>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/post"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/go"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"#;

fn provider() -> String {
    let [sp, idp, other] = &*KEYS;
    PROVIDER
        .replace("FIRST", &idp.certificate().base64())
        .replace("SECOND", &other.certificate().base64())
        .replace("THIRD", &sp.certificate().base64())
}

#[test]
fn the_metadata_of_a_provider_is_read() {
    let read = metadata::read(format!("\u{feff}{}", provider()).as_bytes()).expect("it is metadata");
    assert_eq!(read.entity_id, "https://idp.example/saml");
    let signing = [KEYS[1].certificate().clone(), KEYS[2].certificate().clone()];
    assert_eq!(read.certificates, signing);
    assert!(read.wants_signed_requests);
    assert_eq!(read.sign_in[0].location.as_str(), "https://idp.example/go");
    assert_eq!(read.sign_in.len(), 2);
    assert_eq!(read.sign_out.len(), 1);
    let answers = read.sign_out[0].response_location.as_ref();
    assert_eq!(
        answers.expect("a place").as_str(),
        "https://idp.example/slo/answer"
    );
    assert_eq!(
        read.valid_until,
        Some("2031-01-01T00:00:00Z".parse().expect("a time"))
    );
    assert_eq!(read.name_id_formats, [name_id::PERSISTENT]);

    let bare = provider().replace("<!-- exported -->", "");
    let list = |content: &str| {
        format!(
            "<m:EntitiesDescriptor xmlns:m=\"urn:oasis:names:tc:SAML:2.0:metadata\">{content}</m:EntitiesDescriptor>"
        )
    };
    let own = metadata::write(&sp());
    let own = own.split_once("?>").expect("a declaration").1;
    let listed = list(&(own.to_owned() + &list(&bare)));
    let listed = metadata::read(listed.as_bytes()).expect("one of them is a provider");
    assert_eq!(listed.entity_id, "https://idp.example/saml");
    let two = list(&(bare.clone() + &bare));
    assert!(metadata::read(two.as_bytes()).is_err());
}

#[test]
fn metadata_that_says_too_little_or_too_much_is_refused() {
    let genuine = provider();
    let key = |it: usize| KEYS[it].certificate().base64();
    for (what, changed) in [
        (
            "a script",
            genuine.replace("https://idp.example/go", "javascript:alert(1)"),
        ),
        ("no place", genuine.replace("SingleSignOnService", "Other")),
        ("no certificate", genuine.replace("KeyDescriptor", "Other")),
        ("a broken certificate", genuine.replace(&key(1), "AAAA")),
        (
            "no name",
            genuine.replace("entityID=\"https://idp.example/saml\"", ""),
        ),
        (
            "another protocol",
            genuine.replace("SAML:2.0:protocol", "SAML:1.0:protocol"),
        ),
        ("a document type", format!("<!DOCTYPE x>{genuine}")),
        (
            "a comment in a value",
            genuine.replace(&key(1), &format!("{}<!-- -->", key(1))),
        ),
        ("our own", metadata::write(&sp())),
        ("HTML", "<html/>".to_owned()),
        ("nothing", String::new()),
    ] {
        let refusal = metadata::read(changed.as_bytes()).expect_err(what);
        assert!(
            matches!(refusal.kind, Kind::InvalidMetadata | Kind::InvalidKey),
            "{what}: {refusal}"
        );
    }
    let refusal =
        metadata::read_signed(genuine.as_bytes(), KEYS[1].certificate(), *NOW).expect_err("unsigned");
    assert_eq!(refusal.kind, Kind::SignatureFailed);
}

#[test]
fn our_metadata_announces_what_we_use() {
    let written = metadata::write(&sp());
    let told = decode::describe(&written, decode::Personal::Hidden).expect("it can be read");
    assert_eq!(told.kind, "EntityDescriptor");
    assert_eq!(fact(&told, "entityID"), "https://sp.example/saml");
    assert_eq!(
        fact(&told, "AssertionConsumerService HTTP-POST"),
        "https://sp.example/acs?a=1&b=2"
    );
    assert_eq!(fact(&told, "SingleLogoutService HTTP-Redirect"), SLO);
    let certificates = decode::certificates(written.as_bytes()).expect("certificates");
    assert_eq!(
        certificates,
        [KEYS[0].certificate().clone(), KEYS[2].certificate().clone()]
    );
    assert!(!written.contains("PRIVATE"));
}
