//! Passkeys: adding them, signing in with them, and everything that must not work.

mod authenticator;
mod hostile;
mod keeping;
mod questions;
mod second_step;

use authenticator::{Authenticator, BACKED_UP, ELIGIBLE, PRESENT, Told};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Answer, SignedIn, TestJanua};

const OPTIONS: &str = "/api/v1/passkeys/authenticate/options";
const VERIFY: &str = "/api/v1/passkeys/authenticate/verify";
const NEW: &str = "/api/v1/passkeys/register/options";
const ADD: &str = "/api/v1/passkeys/register/verify";

/// Asks for a new passkey.
async fn asks_for_one(janua: &TestJanua, who: &SignedIn) -> Value {
    who.post(janua, NEW, json!({})).await.accepted().json()
}

/// Adds this passkey, told as it is told.
async fn tries_to_add(janua: &TestJanua, who: &SignedIn, key: &mut Authenticator, told: &Told) -> Answer {
    let options = asks_for_one(janua, who).await;
    let credential = key.creates(&options, told);
    let body = json!({"challenge_id": options["challenge_id"], "credential": credential, "name": "Laptop"});
    who.post(janua, ADD, body).await
}

/// Somebody who is signed in and has a passkey.
async fn with_a_passkey(janua: &TestJanua, email: &str, mut key: Authenticator) -> (SignedIn, Authenticator) {
    let who = janua.person(email).registered().await.signs_in().await;
    tries_to_add(janua, &who, &mut key, &Told::default())
        .await
        .accepted();
    (who, key)
}

/// Adds a passkey to an account; gives its id.
pub(crate) async fn adds_a_passkey(janua: &TestJanua, who: &SignedIn) -> String {
    let added = tries_to_add(janua, who, &mut Authenticator::new(), &Told::default()).await;
    added.accepted().str("/id")
}

/// A passkey for stories that are not about passkeys.
pub(crate) struct Key(Authenticator);

impl Key {
    /// Added to an account; one that is not verified does not find out who uses it.
    pub(crate) async fn added(janua: &TestJanua, who: &SignedIn, verified: bool) -> Self {
        let mut key = Authenticator::new();
        if !verified {
            key.flags = PRESENT;
        }
        let added = tries_to_add(janua, who, &mut key, &Told::default()).await;
        added.accepted();
        Self(key)
    }

    /// Signs in, from a browser with these cookies.
    pub(crate) async fn comes(&mut self, janua: &TestJanua, cookies: &str) -> Answer {
        let options = asks(janua, None).await;
        let credential = self.0.signs(&options, &Told::default());
        let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
        let request = janua
            .request(reqwest::Method::POST, VERIFY)
            .header("cookie", cookies);
        janua.send(request.json(&body)).await
    }
}

/// What a sign-in asks, for an address or for anybody.
async fn asks(janua: &TestJanua, email: Option<&str>) -> Value {
    let body = email.map_or_else(|| json!({}), |it| json!({"email": it}));
    janua.post(OPTIONS, body).await.accepted().json()
}

/// Answers the question with this passkey, told as it is told.
async fn tries(janua: &TestJanua, key: &mut Authenticator, options: &Value, told: &Told) -> Answer {
    let credential = key.signs(options, told);
    shows(janua, options, credential).await
}

async fn shows(janua: &TestJanua, options: &Value, credential: Value) -> Answer {
    let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
    janua.post(VERIFY, body).await
}

async fn signs_in(janua: &TestJanua, key: &mut Authenticator) -> SignedIn {
    let options = asks(janua, None).await;
    SignedIn::of(tries(janua, key, &options, &Told::default()).await.accepted())
}

async fn amr(janua: &TestJanua, who: &SignedIn) -> Value {
    who.get(janua, "/api/v1/sessions/current").await.accepted().json()["amr"].clone()
}

#[tokio::test]
async fn a_passkey_signs_in_without_an_address_and_counts_as_two_factors() {
    let janua = TestJanua::start().await;
    let (who, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let options = asks(&janua, None).await;
    assert_eq!(options["public_key"]["rpId"], "localhost");
    assert_eq!(options["public_key"]["timeout"], 60000);
    assert_eq!(options["public_key"]["userVerification"], "preferred");
    assert_eq!(options["public_key"]["allowCredentials"], json!([]));
    let answer = tries(&janua, &mut key, &options, &Told::default())
        .await
        .accepted();
    assert_eq!(answer.json()["user"]["email"], "ada@example.com");
    let again = SignedIn::of(answer);
    assert_eq!(amr(&janua, &again).await, json!(["hwk", "user", "mfa"]));

    let listed = who.get(&janua, "/api/v1/passkeys").await.accepted().json();
    let passkey = &listed["passkeys"][0];
    assert_eq!(
        (&passkey["name"], &passkey["suspicious"]),
        (&json!("Laptop"), &json!(false))
    );
    assert_eq!(passkey["transports"], json!(["hybrid", "internal"]));
    assert!(passkey["last_used_at"].is_string(), "{listed}");
    let events = janua.events().await;
    assert!(events.contains(&"passkey.added".to_owned()), "{events:?}");
    let mails = janua.mails("ada@example.com").await;
    let mail = mails
        .iter()
        .find(|it| it.subject.contains("passkey was added"))
        .expect("a mail");
    assert!(mail.text.contains("“Laptop”"), "{}", mail.text);
}

#[tokio::test]
async fn without_verification_it_is_one_factor_and_a_synced_key_is_told_apart() {
    let janua = TestJanua::start().await;
    let mut plain = Authenticator::new();
    plain.flags = PRESENT;
    let (_, mut plain) = with_a_passkey(&janua, "ada@example.com", plain).await;
    let signed_in = signs_in(&janua, &mut plain).await;
    assert_eq!(amr(&janua, &signed_in).await, json!(["hwk", "user"]));

    let mut synced = Authenticator::new();
    synced.flags |= ELIGIBLE | BACKED_UP;
    let (_, mut synced) = with_a_passkey(&janua, "bob@example.com", synced).await;
    let signed_in = signs_in(&janua, &mut synced).await;
    assert_eq!(amr(&janua, &signed_in).await, json!(["swk", "user", "mfa"]));
    // Its copies do not know of each other's counters.
    for counter in [9, 3, 0, 0] {
        let options = asks(&janua, None).await;
        let told = Told {
            counter: Some(counter),
            ..Told::default()
        };
        tries(&janua, &mut synced, &options, &told).await.accepted();
    }
}

#[tokio::test]
async fn verification_can_be_required() {
    let janua = TestJanua::with(&[("WEBAUTHN_USER_VERIFICATION", "required")]).await;
    let who = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let unverified = Told {
        flags: Some(PRESENT),
        ..Told::default()
    };
    let mut key = Authenticator::new();
    let refused = tries_to_add(&janua, &who, &mut key, &unverified).await;
    refused.refused("PASSKEY_USER_NOT_VERIFIED");
    assert_eq!(janua.count("SELECT COUNT(*) FROM passkeys").await, 0);
    tries_to_add(&janua, &who, &mut key, &Told::default())
        .await
        .accepted();
    let options = asks(&janua, None).await;
    assert_eq!(options["public_key"]["userVerification"], "required");
    tries(&janua, &mut key, &options, &unverified)
        .await
        .refused("PASSKEY_USER_NOT_VERIFIED");
    signs_in(&janua, &mut key).await;
}

#[tokio::test]
async fn an_address_gets_the_same_options_whether_or_not_it_has_an_account() {
    let janua = TestJanua::start().await;
    let (_, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    janua.person("bob@example.com").registered().await;
    let shape = |options: &Value| {
        let key = &options["public_key"];
        let members = |it: &Value| {
            it.as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        let listed = key["allowCredentials"].as_array().expect("a list");
        let question = options["challenge_id"].as_str().map(str::len);
        (
            members(options),
            members(key),
            listed.len(),
            members(&listed[0]),
            question,
        )
    };
    let known = asks(&janua, Some("Ada@example.com")).await;
    let passwordless = asks(&janua, Some("bob@example.com")).await;
    let unknown = asks(&janua, Some("eve@example.com")).await;
    assert_eq!(shape(&known), shape(&unknown));
    assert_eq!(shape(&passwordless), shape(&unknown));
    let listed = |it: &Value| it["public_key"]["allowCredentials"].clone();
    assert_eq!(
        listed(&asks(&janua, Some("eve@example.com")).await),
        listed(&unknown),
        "stable"
    );
    assert_ne!(listed(&passwordless), listed(&unknown));

    // Not even a lie about the listed key tells them apart.
    for email in ["ada@example.com", "bob@example.com", "eve@example.com"] {
        let options = asks(&janua, Some(email)).await;
        let mut stranger = Authenticator::new();
        let id = options["public_key"]["allowCredentials"][0]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        let mut credential = stranger.signs(&options, &Told::default());
        credential["id"] = json!(id);
        credential["rawId"] = json!(id);
        shows(&janua, &options, credential.clone())
            .await
            .refused("PASSKEY_SIGNATURE_INVALID");
        let options = asks(&janua, Some(email)).await;
        stranger.handle = Some(vec![7; 16]);
        let mut credential = stranger.signs(&options, &Told::default());
        credential["id"] = json!(id);
        credential["rawId"] = json!(id);
        shows(&janua, &options, credential)
            .await
            .refused("CREDENTIAL_NOT_RECOGNIZED");
    }
    let options = asks(&janua, Some("ada@example.com")).await;
    tries(&janua, &mut key, &options, &Told::default())
        .await
        .accepted();
}

#[tokio::test]
async fn a_form_is_offered_all_passkeys() {
    let janua = TestJanua::start().await;
    let options = janua
        .post(OPTIONS, json!({"conditional": true}))
        .await
        .accepted()
        .json();
    assert_eq!(options["mediation"], "conditional");
    let both = json!({"conditional": true, "email": "ada@example.com"});
    janua.post(OPTIONS, both).await.refused("INVALID_FIELD");
    let origins = janua.get("/.well-known/webauthn").await.accepted().json();
    assert_eq!(origins, json!({"origins": [authenticator::ORIGIN]}));
    let pages = janua
        .get("/.well-known/passkey-endpoints")
        .await
        .accepted()
        .json();
    let own = "http://localhost:4100/account/passkeys";
    assert_eq!(pages, json!({"enroll": own, "manage": own}));
}

#[tokio::test]
async fn several_origins_share_a_passkey() {
    let settings = [
        ("WEBAUTHN_RP_ID", "example.com"),
        (
            "WEBAUTHN_RP_ORIGIN",
            "https://app.example.com,https://example.com:8443",
        ),
    ];
    let janua = TestJanua::with(&settings).await;
    let at = |origin: &str| Told {
        origin: origin.to_owned(),
        rp_id: "example.com".to_owned(),
        ..Told::default()
    };
    let who = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let mut key = Authenticator::new();
    tries_to_add(&janua, &who, &mut key, &at("https://app.example.com"))
        .await
        .accepted();
    let options = asks(&janua, None).await;
    tries(&janua, &mut key, &options, &at("https://example.com:8443"))
        .await
        .accepted();
    for foreign in [
        "https://example.com",
        "https://other.example.com",
        "http://app.example.com",
    ] {
        let options = asks(&janua, None).await;
        tries(&janua, &mut key, &options, &at(foreign))
            .await
            .refused("PASSKEY_WRONG_ORIGIN");
    }
}

#[tokio::test]
async fn a_key_that_counts_backwards_is_refused_and_flagged() {
    let janua = TestJanua::start().await;
    let (who, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    key.counter = 40;
    signs_in(&janua, &mut key).await;
    for counter in [41, 40, 0] {
        let options = asks(&janua, None).await;
        let told = Told {
            counter: Some(counter),
            ..Told::default()
        };
        tries(&janua, &mut key, &options, &told)
            .await
            .refused("PASSKEY_COUNTER_BACKWARDS");
    }
    assert_eq!(janua.count("SELECT counter FROM passkeys").await, 41);
    let listed = who.get(&janua, "/api/v1/passkeys").await.accepted().json();
    assert_eq!(listed["passkeys"][0]["suspicious"], true);
    assert!(janua.events().await.contains(&"security.suspicious".to_owned()));
}

#[tokio::test]
async fn the_counter_can_be_ignored_while_debugging_and_each_use_is_recorded() {
    let settings = [("DEBUG", "true"), ("WEBAUTHN_STRICT_COUNTER", "false")];
    let janua = TestJanua::with(&settings).await;
    let (_, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    key.counter = 40;
    signs_in(&janua, &mut key).await;
    key.counter = 3;
    signs_in(&janua, &mut key).await;
    let ignored = janua.events().await;
    assert_eq!(
        ignored
            .iter()
            .filter(|it| *it == "passkey.counter_ignored")
            .count(),
        1
    );
}

#[tokio::test]
async fn two_copies_of_a_key_at_once_are_noticed() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (_, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let mut answers = Vec::new();
    for _ in 0..50 {
        let options = asks(&janua, None).await;
        let told = Told {
            counter: Some(7),
            ..Told::default()
        };
        let credential = key.signs(&options, &told);
        answers.push((options, credential));
    }
    let tries = answers.into_iter().map(|(options, credential)| {
        let janua = &janua;
        async move { shows(janua, &options, credential).await }
    });
    let (good, bad): (Vec<_>, Vec<_>) = join_all(tries)
        .await
        .into_iter()
        .partition(|it| it.status.is_success());
    assert_eq!(good.len(), 1);
    for answer in bad {
        answer.refused("PASSKEY_COUNTER_BACKWARDS");
    }
}

#[tokio::test]
async fn nobody_signs_in_with_the_passkey_of_another() {
    let janua = TestJanua::start().await;
    let (_, mut ada) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let (_, mut eve) = with_a_passkey(&janua, "eve@example.com", Authenticator::new()).await;
    let honest = Told::default();
    // Asked for Ada's, shown Eve's.
    let options = asks(&janua, Some("ada@example.com")).await;
    tries(&janua, &mut eve, &options, &honest)
        .await
        .refused("CREDENTIAL_NOT_RECOGNIZED");
    // Eve's key that says it is Ada's, or says nothing where it has to.
    for handle in [ada.handle.clone(), None, Some(vec![0; 64])] {
        let own = std::mem::replace(&mut eve.handle, handle);
        let options = asks(&janua, None).await;
        tries(&janua, &mut eve, &options, &honest)
            .await
            .refused("CREDENTIAL_NOT_RECOGNIZED");
        eve.handle = own;
    }
    // Nobody's key.
    let options = asks(&janua, None).await;
    let stranger = tries(&janua, &mut Authenticator::new(), &options, &honest).await;
    assert_eq!(
        stranger.refused("CREDENTIAL_NOT_RECOGNIZED").str("/message"),
        "Credential not recognized"
    );
    // Asked by address it need not say whose it is: old security keys cannot.
    ada.handle = None;
    let options = asks(&janua, Some("ada@example.com")).await;
    let answer = tries(&janua, &mut ada, &options, &honest).await.accepted();
    assert_eq!(answer.json()["user"]["email"], "ada@example.com");
}
