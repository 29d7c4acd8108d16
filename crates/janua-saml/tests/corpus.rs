//! Responses that other libraries made: the genuine ones are accepted, the hostile ones refused with the message that
//! people will search for. `scripts/saml-corpus` makes them anew for every run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use janua_saml::response::{self, Expected, InResponseTo};
use janua_saml::{IdentityProvider, KeyPair, ServiceProvider, decode, metadata};
use serde_json::Value;

struct Corpus {
    folder: tempfile::TempDir,
    list: Value,
    identity_provider: IdentityProvider,
    service_provider: ServiceProvider,
    now: DateTime<Utc>,
}

static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/saml-corpus");
    let made = Command::new(script)
        .arg(folder.path())
        .output()
        .expect("scripts/saml-corpus runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let read = |name: &str| {
        std::fs::read_to_string(folder.path().join(name)).expect("what scripts/saml-corpus wrote")
    };
    let list: Value = serde_json::from_str(&read("corpus.json")).expect("what scripts/saml-corpus wrote");
    let own = KeyPair::from_parts(&read("sp.key"), &read("sp.crt")).expect("what scripts/saml-corpus wrote");
    Corpus {
        identity_provider: metadata::read(read("idp.xml").as_bytes())
            .expect("what scripts/saml-corpus wrote"),
        service_provider: ServiceProvider {
            entity_id: list["sp_entity_id"]
                .as_str()
                .expect("what scripts/saml-corpus wrote")
                .to_owned(),
            acs: list["acs"]
                .as_str()
                .expect("what scripts/saml-corpus wrote")
                .parse()
                .expect("what scripts/saml-corpus wrote"),
            slo: None,
            signing: own.clone(),
            next_signing: None,
            decryption: vec![own],
            name_id_format: None,
            wants_assertions_signed: true,
        },
        now: list["now"]
            .as_str()
            .expect("what scripts/saml-corpus wrote")
            .parse()
            .expect("what scripts/saml-corpus wrote"),
        list,
        folder,
    }
});

impl Corpus {
    fn entries(&self) -> &[Value] {
        self.list["responses"]
            .as_array()
            .expect("what scripts/saml-corpus wrote")
    }

    fn path(&self, entry: &Value) -> PathBuf {
        self.folder
            .path()
            .join(entry["file"].as_str().expect("what scripts/saml-corpus wrote"))
    }

    fn expected(&self, entry: &Value) -> Expected<'_> {
        Expected {
            identity_provider: &self.identity_provider,
            service_provider: &self.service_provider,
            in_response_to: if entry["unsolicited"] == true {
                InResponseTo::Unsolicited
            } else {
                InResponseTo::Request(
                    self.list["request_id"]
                        .as_str()
                        .expect("what scripts/saml-corpus wrote"),
                )
            },
            now: self.now,
            skew: Duration::from_mins(1),
            allow_sha1: entry["allow_sha1"] == true,
        }
    }
}

#[test]
fn genuine_responses_are_accepted_and_hostile_ones_refused_with_their_message() {
    let (mut genuine, mut hostile, mut wrong) = (0, 0, Vec::new());
    for entry in CORPUS.entries() {
        let message = std::fs::read_to_string(CORPUS.path(entry)).expect("what scripts/saml-corpus wrote");
        let begun = Instant::now();
        let verdict = response::verify(&message, &CORPUS.expected(entry));
        let took = begun.elapsed();
        let name = entry["name"].as_str().expect("what scripts/saml-corpus wrote");
        match (&verdict, entry["message"].as_str()) {
            (Ok(assertion), None) => {
                genuine += 1;
                if assertion.name_id.value != "ada@example.com" {
                    wrong.push(format!("{name}: gives another name"));
                }
            }
            (Err(refusal), Some(message)) if refusal.message() == message => hostile += 1,
            (Ok(assertion), Some(_)) => {
                wrong.push(format!("{name}: ACCEPTED as {}", assertion.name_id.value));
            }
            (Err(refusal), message) => wrong.push(format!("{name}: {message:?}, but {refusal}")),
        }
        // For whoever measures: `cargo test --release -p janua-saml --test corpus -- --nocapture`.
        if name.starts_with("large-") {
            println!("{name}: {} bytes of base64 decided in {took:?}", message.len());
        }
        if took > Duration::from_secs(2) {
            wrong.push(format!("{name}: took {took:?}"));
        }
        // Whoever looks for the trouble gets a story or a reason, and never a panic.
        let _ = decode::describe(&message, decode::Personal::Hidden);
        let _ = response::peek(&message);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        genuine >= 30 && hostile >= 180,
        "{genuine} genuine, {hostile} hostile"
    );
    nothing_is_believed_of_a_provider_whose_certificate_is_not_pinned();
}

/// The same, held against a provider that did not sign them.
fn nothing_is_believed_of_a_provider_whose_certificate_is_not_pinned() {
    let mut stranger = CORPUS.identity_provider.clone();
    stranger.certificates = vec![CORPUS.service_provider.signing.certificate().clone()];
    let mut tried = 0;
    for entry in CORPUS.entries().iter().filter(|it| it["message"].is_null()) {
        let message = std::fs::read_to_string(CORPUS.path(entry)).expect("what scripts/saml-corpus wrote");
        let expected = Expected {
            identity_provider: &stranger,
            ..CORPUS.expected(entry)
        };
        let refusal = response::verify(&message, &expected).expect_err("nobody signed it");
        assert_eq!(
            refusal.message(),
            "Signature verification failed",
            "{}",
            entry["name"]
        );
        tried += 1;
    }
    assert!(tried >= 30);
}
