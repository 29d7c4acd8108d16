//! Access tokens: what they say, how anybody verifies them, and how they are signed.

mod attacks;
mod meaning;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use janua::app::{App, World};
use janua::config::{Config, Env};
use janua::crypto::signing::{Algorithm, SigningKey};
use janua::tokens::keys;
use jsonwebtoken::{DecodingKey, Validation};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, SignedIn, TestJanua, minutes, seconds};

const ME: &str = "/api/v1/users/me";
const JWKS: &str = "/.well-known/jwks.json";
const SECRET: &str = "Yp3sX9vK2mQ7tR4wZ8nB5cF1hJ6dL0gA";

/// When every test begins.
const BEGINNING: i64 = 1_768_127_400;

/// Ada, who has just signed in.
async fn ada(janua: &TestJanua) -> SignedIn {
    janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await
}

/// Shows an access token.
async fn show(janua: &TestJanua, token: &str) -> Answer {
    janua
        .send(janua.request(Method::GET, ME).bearer_auth(token))
        .await
}

/// Header and claims, as anybody can read them.
fn parts(token: &str) -> [Value; 2] {
    let part = |at: usize| {
        let bytes = URL_SAFE_NO_PAD
            .decode(token.split('.').nth(at).expect("a part"))
            .expect("base64url");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    [part(0), part(1)]
}

/// What a library that knows nothing of us finds in a token, by nothing but the published keys.
async fn verified_by_a_stranger(janua: &TestJanua, token: &str) -> Value {
    let published = janua.get(JWKS).await.accepted().json();
    let header = jsonwebtoken::decode_header(token).expect("a header");
    let keys = published["keys"].as_array().expect("keys");
    let jwk = keys
        .iter()
        .find(|it| it["kid"] == json!(header.kid))
        .expect("the key is published");
    let member = |name: &str| jwk[name].as_str().expect("a member");
    let key = match member("kty") {
        "RSA" => DecodingKey::from_rsa_components(member("n"), member("e")),
        "EC" => DecodingKey::from_ec_components(member("x"), member("y")),
        _ => DecodingKey::from_ed_components(member("x")),
    };
    let mut rules = Validation::new(member("alg").parse().expect("an algorithm"));
    // The clock of the test stands still.
    rules.validate_exp = false;
    rules.set_issuer(&["http://localhost:4100"]);
    rules.set_audience(&["janua"]);
    jsonwebtoken::decode(token, &key.expect("a key"), &rules)
        .expect("it verifies")
        .claims
}

#[tokio::test]
async fn a_token_says_exactly_what_the_contract_promises() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let current = session.get(&janua, "/api/v1/auth/session").await.accepted();
    let [header, claims] = parts(&session.access);
    let kid = janua.get(JWKS).await.accepted().str("/keys/0/kid");
    assert_eq!(header, json!({"alg": "RS256", "kid": kid, "typ": "at+jwt"}));
    let expected = json!({
        "iss": "http://localhost:4100", "aud": "janua", "sub": current.str("/user/id"),
        "sid": current.str("/session/id"), "jti": claims["jti"], "iat": BEGINNING, "exp": BEGINNING + 900,
        "amr": ["pwd"], "auth_time": BEGINNING,
    });
    assert_eq!(claims, expected);

    // A refresh is no sign-in: only the times of the token move.
    janua.advance(minutes(10));
    let refreshed = session.refreshes(&janua).await.accepted().str("/access_token");
    let [again, later] = parts(&refreshed);
    assert_eq!(again, header);
    assert_ne!(later["jti"], claims["jti"]);
    let moved = json!({"jti": later["jti"], "iat": BEGINNING + 600, "exp": BEGINNING + 1500});
    let mut expected = expected;
    moved
        .as_object()
        .expect("an object")
        .iter()
        .for_each(|(name, value)| expected[name] = value.clone());
    assert_eq!(later, expected);
}

#[tokio::test]
async fn a_token_lives_for_fifteen_minutes_and_half_a_minute_is_forgiven() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    janua.advance(minutes(15) + seconds(29));
    show(&janua, &session.access).await.accepted();
    janua.advance(seconds(1));
    let refused = show(&janua, &session.access).await.refused("TOKEN_EXPIRED");
    assert_eq!(
        (refused.status.as_u16(), refused.str("/message").as_str()),
        (401, "Token expired")
    );
    session.refreshes(&janua).await.accepted();

    let janua = TestJanua::with(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "5"), ("JWT_LEEWAY_SECONDS", "0")]).await;
    let session = ada(&janua).await;
    assert_eq!(session.answer.json()["tokens"]["expires_in"], 300);
    janua.advance(minutes(5) - seconds(1));
    show(&janua, &session.access).await.accepted();
    janua.advance(seconds(1));
    show(&janua, &session.access).await.refused("TOKEN_EXPIRED");
}

#[tokio::test]
async fn anybody_can_verify_a_token_by_the_published_keys_which_are_public_in_every_member() {
    let members = [
        ("RS256", &["alg", "e", "kid", "kty", "n", "use"][..]),
        ("ES256", &["alg", "crv", "kid", "kty", "use", "x", "y"]),
        ("EdDSA", &["alg", "crv", "kid", "kty", "use", "x"]),
    ];
    for (algorithm, members) in members {
        let janua = TestJanua::with(&[("JWT_ALGORITHM", algorithm)]).await;
        let session = ada(&janua).await;
        show(&janua, &session.access).await.accepted();
        assert_eq!(parts(&session.access)[0]["alg"], algorithm);
        let claims = verified_by_a_stranger(&janua, &session.access).await;
        assert_eq!(claims, parts(&session.access)[1]);

        let published = janua.get(JWKS).await.accepted();
        assert_eq!(published.header("cache-control"), "public, max-age=300");
        assert_eq!(published.header("content-type"), "application/json");
        let keys = published.json()["keys"].as_array().expect("keys").clone();
        assert_eq!(keys.len(), 1);
        let names: Vec<_> = keys[0].as_object().expect("an object").keys().collect();
        assert_eq!(names, members);
        assert_eq!(
            (&keys[0]["use"], &keys[0]["alg"]),
            (&json!("sig"), &json!(algorithm))
        );
    }
}

#[tokio::test]
async fn with_hs256_a_shared_secret_signs_and_nothing_is_published() {
    let janua = TestJanua::with(&[("JWT_ALGORITHM", "HS256"), ("JWT_SECRET_KEY", SECRET)]).await;
    let session = ada(&janua).await;
    show(&janua, &session.access).await.accepted();
    assert_eq!(janua.get(JWKS).await.accepted().json(), json!({"keys": []}));
    let [header, claims] = parts(&session.access);
    assert!(!header["kid"].as_str().expect("an id").contains(SECRET));
    let mut rules = Validation::new(jsonwebtoken::Algorithm::HS256);
    rules.validate_exp = false;
    rules.set_audience(&["janua"]);
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    let found: Value = jsonwebtoken::decode(&session.access, &key, &rules)
        .expect("it verifies")
        .claims;
    assert_eq!(found, claims);

    let (foreign, _) = SigningKey::generate(Algorithm::Rs256).expect("a key");
    for alg in ["HS256", "RS256", "none"] {
        let header = json!({"alg": alg, "kid": header["kid"], "typ": "at+jwt"});
        let token = attacks::forge(&foreign, &header.to_string(), &claims.to_string());
        show(&janua, &token).await.refused("TOKEN_INVALID");
    }
}

#[tokio::test]
async fn a_secret_that_is_short_or_stands_in_examples_does_not_start() {
    for secret in [
        "",
        "short",
        "change-me-change-me-change-me-please",
        &"a".repeat(64),
        &SECRET[..31],
    ] {
        let settings = [("JWT_ALGORITHM", "HS256"), ("JWT_SECRET_KEY", secret)];
        let read = Config::read(&Env::of(
            settings.map(|(name, value)| (name.to_owned(), value.to_owned())),
        ));
        let problems = format!("{:?}", read.expect_err(secret));
        assert!(problems.contains("JWT_SECRET_KEY"), "{problems}");
    }
}

#[tokio::test]
async fn another_algorithm_leaves_the_tokens_alone_that_are_out_there() {
    let mut before = TestJanua::start().await;
    let session = ada(&before).await;
    before
        .settings
        .push(("JWT_ALGORITHM".to_owned(), "ES256".to_owned()));
    let after = before.second_instance().await;
    show(&after, &session.access).await.accepted();
    assert_eq!(
        verified_by_a_stranger(&after, &session.access).await["sub"],
        parts(&session.access)[1]["sub"]
    );
    // The worker's part: the new key is published first, and signs once every client can know it.
    keys::settle(&after.app).await.expect("the key is published");
    after.advance(TimeDelta::minutes(7));
    keys::round(&after.app).await.expect("the key is active");
    let refreshed = session.refreshes(&after).await.accepted().str("/access_token");
    assert_eq!(parts(&refreshed)[0]["alg"], "ES256");
    show(&after, &refreshed).await.accepted();
}

/// A fresh private key as PEM, and the two files of an operator in a folder.
fn pem_files(folder: &std::path::Path, private: &[u8], public: &SigningKey) -> [(&'static str, String); 2] {
    let lines: Vec<String> = STANDARD
        .encode(private)
        .into_bytes()
        .chunks(64)
        .map(|it| String::from_utf8_lossy(it).into_owned())
        .collect();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    );
    let public = public.public().expect("a pair").spki_pem();
    [
        ("JWT_PRIVATE_KEY_PATH", "private.pem", pem),
        ("JWT_PUBLIC_KEY_PATH", "public.pem", public),
    ]
    .map(|(name, file, text)| {
        std::fs::write(folder.join(file), text).expect("written");
        (name, folder.join(file).display().to_string())
    })
}

#[tokio::test]
async fn a_pinned_pair_of_files_signs_and_is_published() {
    let folder = tempfile::tempdir().expect("a folder");
    let (key, der) = SigningKey::generate(Algorithm::Rs256).expect("a key");
    let files = pem_files(folder.path(), &der, &key);
    let janua = TestJanua::with(&files.each_ref().map(|(name, path)| (*name, path.as_str()))).await;
    let session = ada(&janua).await;
    assert_eq!(parts(&session.access)[0]["kid"], key.kid());
    let claims = verified_by_a_stranger(&janua, &session.access).await;
    assert_eq!(claims["sub"], session.answer.str("/user/id"));
    let private_halves = "SELECT count(*) FROM signing_keys WHERE length(sealed) > 0";
    assert_eq!(janua.count(private_halves).await, 0);
    janua.advance(TimeDelta::days(1));
    session.refreshes(&janua.second_instance().await).await.accepted();
}

#[tokio::test]
async fn files_that_do_not_belong_together_are_told_by_both_fingerprints() {
    let folder = tempfile::tempdir().expect("a folder");
    let (key, der) = SigningKey::generate(Algorithm::Rs256).expect("a key");
    let (other, _) = SigningKey::generate(Algorithm::Rs256).expect("another key");
    let refusal = async |public: &SigningKey, algorithm: &str| {
        let mut settings = pem_files(folder.path(), &der, public)
            .map(|(name, path)| (name.to_owned(), path))
            .to_vec();
        settings.push(("JANUA_DATA_DIR".to_owned(), folder.path().display().to_string()));
        settings.push(("JWT_ALGORITHM".to_owned(), algorithm.to_owned()));
        let config = Config::read(&Env::of(settings.into_iter())).expect("the settings are right");
        App::build(config, World::default()).await.map(drop).err()
    };
    assert_eq!(refusal(&key, "RS256").await, None);
    let text = refusal(&other, "RS256").await.expect("a refusal");
    assert!(text.contains("do not belong together"), "{text}");
    for key in [&key, &other] {
        let fingerprint = key.public().expect("a pair").sha256_fingerprint();
        assert!(text.contains(&fingerprint), "{text}");
    }
    let text = refusal(&key, "ES256").await.expect("a refusal");
    assert!(
        text.contains("JWT_PRIVATE_KEY_PATH does not hold a key for ES256"),
        "{text}"
    );
}
