//! Which passwords are good enough, how they are kept, and how they are changed.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use janua::crypto::password::{Cost, Memory, PasswordHash};
use janua::crypto::secret::SecretString;
use janua::io::db::{Db, Querier};
use janua::params;
use janua::passwords::Prepared;
use janua::registration::bootstrap;
use janua::users::{Email, NewUser};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, minutes};

const REGISTER: &str = "/api/v1/auth/register";
const CHANGE: &str = "/api/v1/auth/password/change";
const NEW: &str = "meadow-copper-lantern-58";
/// Registrations sign in at once, and the limits are not what is tested.
const OPEN: [(&str, &str); 4] = [
    ("REQUIRE_EMAIL_VERIFICATION", "false"),
    ("RATE_LIMIT_REGISTER", "1000/1h"),
    ("RATE_LIMIT_LOGIN", "1000/5m"),
    ("RATE_LIMIT_LOGIN_ADDRESS", "1000/5m"),
];

async fn register(janua: &TestJanua, email: &str, password: impl Into<Value>) -> Answer {
    janua
        .post(REGISTER, json!({"email": email, "password": password.into()}))
        .await
}

async fn change(janua: &TestJanua, session: &SignedIn, current: &str, new: &str) -> Answer {
    session
        .post(
            janua,
            CHANGE,
            json!({"current_password": current, "new_password": new}),
        )
        .await
}

#[tokio::test]
async fn weak_and_personal_passwords_are_refused() {
    let janua = TestJanua::with(&[&OPEN[..], &[("APP_NAME", "Brightwater")]].concat()).await;
    for weak in [
        "",
        "short",
        "12345678",
        "password",
        "password1234",
        "Passw0rd2026",
        "qwertyuiop",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabc",
        "1234567890",
        "janua-janua",
        "janua2026!",
        "brightwater1",
        "Brightwater!",
        "ada.lovelace@example.com",
        "adalovelace",
        "lovelace1815",
        "Augusta1815!",
    ] {
        let asked = json!({"email": "ada.lovelace@example.com", "password": weak, "first_name": "Augusta"});
        let refused = janua.post(REGISTER, asked).await.refused("WEAK_PASSWORD");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
        let details = refused.json()["details"].clone();
        assert_eq!(details["field"], "password");
        assert!(
            details["reason"]
                .as_str()
                .is_some_and(|it| it.len() > 20 && !it.contains("Some(")),
            "{details}"
        );
    }
    register(&janua, "ada.lovelace@example.com", PASSWORD)
        .await
        .accepted();
}

#[tokio::test]
async fn long_passwords_work_and_endless_ones_are_not_hashed() {
    let janua = TestJanua::with(&OPEN).await;
    let long = |length: usize| {
        "Tz7-quark_Böhm! "
            .chars()
            .cycle()
            .take(length)
            .collect::<String>()
    };
    for length in [64, 128, 256] {
        let person = janua.person(&format!("ada{length}@example.com"));
        register(&janua, &person.email, long(length)).await.accepted();
        person.login(&long(length)).await.accepted();
        person
            .login(&long(length - 1))
            .await
            .refused("INVALID_CREDENTIALS");
    }
    for length in [257, 100_000, 900_000] {
        register(&janua, "eve@example.com", long(length))
            .await
            .refused("WEAK_PASSWORD");
        janua
            .person("ada64@example.com")
            .login(&long(length))
            .await
            .refused("INVALID_FIELD");
    }
    register(&janua, "eve@example.com", long(1_100_000))
        .await
        .refused("PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn every_character_of_a_password_counts() {
    let janua = TestJanua::with(&OPEN).await;
    let base = "Velvet-7 canyon_orbit".repeat(4);
    let (base, ada) = (&base[..72], janua.person("ada@example.com"));
    let password = format!("{base}first-ending-of-90");
    register(&janua, &ada.email, password.as_str()).await.accepted();
    ada.login(&password).await.accepted();
    ada.login(&format!("{base}other-ending-of-90"))
        .await
        .refused("INVALID_CREDENTIALS");
    ada.login(base).await.refused("INVALID_CREDENTIALS");

    let (eve, password) = (janua.person("eve@example.com"), "  Velvet Canyon-73 Örbit  ");
    register(&janua, &eve.email, password).await.accepted();
    eve.login(password).await.accepted();
    for altered in [
        password.trim(),
        password.trim_start(),
        &password.to_lowercase(),
        &password.to_uppercase(),
        "  Velvet Canyon-73 Orbit  ",
        &password.replace(' ', ""),
    ] {
        eve.login(altered).await.refused("INVALID_CREDENTIALS");
        eve.login(password).await.accepted();
    }
    // A NUL ends a text for some readers; here it cannot even be sent.
    eve.login(&format!("{password}\0")).await.refused("INVALID_FIELD");
    register(&janua, "nul@example.com", format!("{password}\0x"))
        .await
        .refused("INVALID_FIELD");
}

#[tokio::test]
async fn a_password_is_a_text_and_nothing_else() {
    let janua = TestJanua::with(&OPEN).await;
    let session = SignedIn::of(register(&janua, "ada@example.com", PASSWORD).await.accepted());
    for wrong in [
        json!(true),
        json!(0),
        json!(1e9),
        json!([]),
        json!({}),
        json!({"$ne": ""}),
        json!(null),
    ] {
        register(&janua, "eve@example.com", wrong.clone())
            .await
            .refused("INVALID_TYPE");
        for body in [
            json!({"current_password": wrong, "new_password": NEW}),
            json!({"current_password": PASSWORD, "new_password": wrong}),
        ] {
            session.post(&janua, CHANGE, body).await.refused("INVALID_TYPE");
        }
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 1);
    janua.person("ada@example.com").signs_in().await;
}

#[tokio::test]
async fn a_change_ends_the_other_sessions_and_keeps_ones_own() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (own, other) = (ada.signs_in().await, ada.signs_in().await);
    janua
        .post("/api/v1/auth/password/forgot", json!({"email": ada.email}))
        .await
        .accepted();
    let link = janua.secret(&ada.email, "reset-password").await;
    other.get(&janua, "/api/v1/users/me").await.accepted();

    let answer = change(&janua, &own, PASSWORD, NEW).await.accepted();
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    own.get(&janua, "/api/v1/users/me").await.accepted();
    own.refreshes(&janua).await.accepted();
    other
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    other.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
    ada.login(PASSWORD).await.refused("INVALID_CREDENTIALS");
    ada.login(NEW).await.accepted();

    let body = json!({"token": link, "new_password": PASSWORD});
    janua
        .post("/api/v1/auth/password/reset", body)
        .await
        .refused("LINK_INVALID");
    let mails = janua.mails(&ada.email).await;
    let told = mails
        .iter()
        .filter(|it| it.subject == "Your Janua password was changed")
        .count();
    assert_eq!(told, 1);
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'password.changed'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_wrong_current_password_is_no_reason_to_sign_in_again() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    for wrong in ["", "wrong-velvet-canyon-73", NEW] {
        let refused = change(&janua, &session, wrong, NEW)
            .await
            .refused("WRONG_PASSWORD");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["details"]["field"], "current_password");
    }
    let weak = change(&janua, &session, PASSWORD, "ada@example.com")
        .await
        .refused("WEAK_PASSWORD");
    assert_eq!(weak.json()["details"]["field"], "new_password");
    change(&janua, &session, &"x".repeat(257), NEW)
        .await
        .refused("INVALID_FIELD");
    session
        .post(&janua, CHANGE, json!({"new_password": NEW}))
        .await
        .refused("MISSING_FIELD");
    janua
        .post(CHANGE, json!({"current_password": PASSWORD, "new_password": NEW}))
        .await
        .refused("NOT_AUTHENTICATED");

    // Whoever holds a stolen token does not get to guess for ever.
    for _ in 0..6 {
        change(&janua, &session, "wrong-velvet-canyon-73", NEW)
            .await
            .refused("WRONG_PASSWORD");
    }
    change(&janua, &session, PASSWORD, NEW)
        .await
        .refused("RATE_LIMITED");
    session.get(&janua, "/api/v1/users/me").await.accepted();
    ada.signs_in().await;
    janua.advance(minutes(5));
    change(&janua, &session, PASSWORD, NEW).await.accepted();
}

async fn stored_hash(janua: &TestJanua, email: &str) -> String {
    let mut db: &Db = &janua.app.db;
    let sql = "SELECT hash FROM passwords JOIN users ON users.id = passwords.user_id WHERE email = $1";
    let row: Option<(String,)> = db.fetch_optional(sql, params![email]).await.expect("a query");
    row.expect("a hash").0
}

/// Makes a user whose password was hashed elsewhere.
async fn import(janua: &TestJanua, email: &str, hash: &str) {
    let new = NewUser {
        email: Email::parse(email).expect("an address"),
        username: None,
        first_name: None,
        last_name: None,
        locale: None,
        is_admin: false,
        email_verified_at: Some(janua.app.clock.now()),
    };
    let imported = Prepared::imported(PasswordHash::import(hash).expect("a form that is understood"));
    bootstrap::create(&janua.app, &new, Some(&imported))
        .await
        .expect("a user");
}

#[tokio::test]
async fn a_hash_of_another_system_opens_the_account_and_is_replaced() {
    let janua = TestJanua::with(&OPEN).await;
    let mut derived = [0; 32];
    pbkdf2::pbkdf2_hmac::<pbkdf2::sha2::Sha256>(PASSWORD.as_bytes(), b"salt of django", 1000, &mut derived);
    let derived = STANDARD.encode(derived);
    let cost = Cost {
        memory_kib: 32,
        iterations: 1,
        parallelism: 1,
    };
    let password = SecretString::new(PASSWORD.to_owned());
    let cheaper = PasswordHash::make(&password, cost, [7; 16], &mut Memory::default());
    let hashes = [
        ("bcrypt", bcrypt::hash(PASSWORD, 4).expect("a hash")),
        ("django", format!("pbkdf2_sha256$1000$salt of django${derived}")),
        ("argon2", cheaper.as_stored().to_owned()),
    ];
    for (name, hash) in hashes {
        let ada = janua.person(&format!("{name}@example.com"));
        import(&janua, &ada.email, &hash).await;
        ada.login("wrong-velvet-canyon-73")
            .await
            .refused("INVALID_CREDENTIALS");
        assert_eq!(stored_hash(&janua, &ada.email).await, hash, "{name}");
        ada.signs_in().await;
        let renewed = stored_hash(&janua, &ada.email).await;
        assert!(
            renewed.starts_with("$argon2id$v=19$m=64,t=1,p=1$"),
            "{name}: {renewed}"
        );
        ada.signs_in().await;
        assert_eq!(
            stored_hash(&janua, &ada.email).await,
            renewed,
            "{name}: once is enough"
        );
        ada.login("wrong-velvet-canyon-73")
            .await
            .refused("INVALID_CREDENTIALS");
    }
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'password.rehashed'")
            .await,
        3
    );
    for nonsense in [
        "",
        "plain text",
        "$2b$99$abc",
        "$argon2id$v=19$m=99999999,t=1,p=1$c2FsdA$aGFzaA",
        "{SSHA}xyz",
    ] {
        assert!(PasswordHash::import(nonsense).is_err(), "{nonsense}");
    }
}

/// What a breach list was asked: the last part of the path, and whether the answer was to be padded.
type Asked = Arc<Mutex<Vec<(String, bool)>>>;

/// A list that says a given answer to every question; gives its address.
async fn breach_list(status: StatusCode, says: &'static str, asked: &Asked) -> String {
    let answer = async move |State(asked): State<Asked>, Path(prefix): Path<String>, headers: HeaderMap| {
        let padded = headers.get("add-padding").is_some_and(|it| it == "true");
        asked.lock().expect("not poisoned").push((prefix, padded));
        (status, says)
    };
    let router = Router::new()
        .route("/range/{prefix}", get(answer))
        .with_state(asked.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/range/")
}

async fn with_breach_list(url: &str) -> TestJanua {
    let own = [("PASSWORD_BREACH_CHECK", "true"), ("PASSWORD_BREACH_URL", url)];
    TestJanua::with(&[&OPEN[..], &own].concat()).await
}

#[tokio::test]
async fn a_breached_password_is_refused_and_five_characters_of_its_hash_leave() {
    let asked = Asked::default();
    // The ends of the SHA-1 of PASSWORD, and of NEW as mere padding.
    let says = "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\nff65e9a0f5514f5143788fb2057be7916f8:42\r\n\
                1C35B2B8BAE5A03B04C098D6C5B85C0F4C2:0\r\n";
    let janua = with_breach_list(&breach_list(StatusCode::OK, says, &asked).await).await;
    let session = SignedIn::of(register(&janua, "ada@example.com", NEW).await.accepted());
    let refused = register(&janua, "eve@example.com", PASSWORD)
        .await
        .refused("WEAK_PASSWORD");
    assert!(
        refused.str("/details/reason").contains("breach"),
        "{}",
        refused.text
    );
    change(&janua, &session, NEW, PASSWORD)
        .await
        .refused("WEAK_PASSWORD");
    // What is too weak anyway is not asked about.
    register(&janua, "eve@example.com", "password1234")
        .await
        .refused("WEAK_PASSWORD");
    let expected = ["9BC7D", "19CE8", "19CE8"].map(|it| (it.to_owned(), true));
    assert_eq!(*asked.lock().expect("not poisoned"), expected);
}

#[tokio::test]
async fn a_breach_list_that_fails_or_hangs_keeps_nobody_out() {
    let asked = Asked::default();
    let broken = breach_list(
        StatusCode::INTERNAL_SERVER_ERROR,
        "FF65E9A0F5514F5143788FB2057BE7916F8:42",
        &asked,
    )
    .await;
    let janua = with_breach_list(&broken).await;
    register(&janua, "ada@example.com", PASSWORD).await.accepted();
    assert_eq!(asked.lock().expect("not poisoned").len(), 1);

    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = silent.local_addr().expect("an address");
    let janua = with_breach_list(&format!("http://{address}/range/")).await;
    register(&janua, "ada@example.com", PASSWORD).await.accepted();
    drop(silent);
    register(&janua, "eve@example.com", PASSWORD).await.accepted();
}
