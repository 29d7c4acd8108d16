//! A provider of a test's own: it speaks OpenID Connect, and the APIs of GitHub, and does wrong what a test wants.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use janua::crypto::pkce;
use janua::crypto::signing::{
    Algorithm, ForeignKeys, Jwks, PublicKey, SigningKey, sign_compact, verify_foreign,
};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use crate::support::TestJanua;

pub(crate) const CLIENT: &str = "janua at & id";
pub(crate) const SECRET: &str = "s3cret: with % signs";

/// What the provider is made to do wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trouble {
    #[default]
    None,
    /// Every answer is an error.
    Fails,
    /// What it says is no JSON.
    Babbles,
    /// It says far too much.
    Floods,
    /// Its document is that of somebody else.
    Pretends,
    /// Its token is signed with a key that it never published.
    Forges,
}

#[derive(Debug, Default)]
struct Book {
    trouble: Trouble,
    codes: HashMap<String, (HashMap<String, String>, Value)>,
    asked: Vec<String>,
    key: Option<SigningKey>,
    client_key: Option<PublicKey>,
    proofs: Vec<String>,
    issuer: String,
    now: i64,
}

type Shared = Arc<Mutex<Book>>;

/// The provider.
pub(crate) struct Idp {
    pub(crate) url: String,
    book: Shared,
    serving: AbortHandle,
}

fn new_key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).expect("a key").0
}

impl Idp {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let book: Shared = Arc::new(Mutex::new(Book {
            key: Some(new_key()),
            issuer: url.clone(),
            ..Book::default()
        }));
        let issuer = url.clone();
        let router = axum::Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(move |State(book): State<Shared>| std::future::ready(document(&book, &issuer))),
            )
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/login/oauth/access_token", post(token))
            .route("/oauth/v2/accessToken", post(token))
            .route("/2/oauth2/token", post(token))
            .route("/v2/userinfo", get(userinfo))
            .route("/2/users/me", get(x_user))
            .route("/api/v3/user", get(github_user))
            .route("/api/v3/user/emails", get(github_emails))
            .with_state(book.clone());
        let serve = async move {
            let _ = axum::serve(listener, router).await;
        };
        Self {
            url,
            book,
            serving: tokio::spawn(serve).abort_handle(),
        }
    }

    /// A Janua whose people may sign in here.
    pub(crate) async fn janua(&self, more: &[(&str, &str)]) -> TestJanua {
        let janua = TestJanua::with(&[&self.settings(), more].concat()).await;
        self.book().now = janua.app.clock.now().timestamp();
        janua
    }

    /// What makes it known to a Janua.
    pub(crate) fn settings(&self) -> [(&str, &str); 7] {
        [
            ("OAUTH_OIDC_ISSUER", self.url.as_str()),
            ("OAUTH_OIDC_CLIENT_ID", CLIENT),
            ("OAUTH_OIDC_CLIENT_SECRET", SECRET),
            ("OAUTH_OIDC_NAME", "Example ID"),
            ("OAUTH_GITHUB_BASE_URL", self.url.as_str()),
            ("OAUTH_GITHUB_CLIENT_ID", CLIENT),
            ("OAUTH_GITHUB_CLIENT_SECRET", SECRET),
        ]
    }

    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().expect("the book")
    }

    pub(crate) fn turns(&self, trouble: Trouble) {
        self.book().trouble = trouble;
    }

    pub(crate) fn rotates(&self) {
        self.book().key = Some(new_key());
    }

    /// From now on a client proves itself with signatures of this key.
    pub(crate) fn agrees_on(&self, key: PublicKey) {
        self.book().client_key = Some(key);
    }

    /// The headers of the proofs with which clients came.
    pub(crate) fn proof_headers(&self) -> Vec<Value> {
        let read = |it: &String| {
            let head = it.split('.').next().unwrap_or_default();
            let head = URL_SAFE_NO_PAD.decode(head).expect("base64");
            serde_json::from_slice(&head).expect("a header")
        };
        self.book().proofs.iter().map(read).collect()
    }

    /// How often a path was asked for.
    pub(crate) fn was_asked(&self, path: &str) -> usize {
        self.book().asked.iter().filter(|it| *it == path).count()
    }

    /// Somebody who was sent here signs in as the person of these claims; gives where they are sent back to.
    pub(crate) fn signs_in(&self, location: &str, claims: Value) -> String {
        let asked = Url::parse(location).expect("an address");
        let query: HashMap<String, String> = asked.query_pairs().into_owned().collect();
        assert_eq!(query["client_id"], CLIENT);
        // LinkedIn alone refuses it.
        let proves = query.get("code_challenge_method").is_some_and(|it| it == "S256");
        assert_ne!(proves, asked.path() == "/oauth/v2/authorization");
        let mut book = self.book();
        let code = format!("code-{}", book.codes.len());
        let back = Url::parse_with_params(
            &query["redirect_uri"],
            [("state", &query["state"]), ("code", &code)],
        );
        book.codes.insert(code, (query, claims));
        let back = back.expect("an address");
        format!("{}?{}", back.path(), back.query().unwrap_or_default())
    }
}

impl Drop for Idp {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn spoiled(book: &mut Book, path: &str) -> Option<Response> {
    book.asked.push(path.to_owned());
    match book.trouble {
        Trouble::Fails => Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        Trouble::Babbles => Some("<html>soon back</html>".into_response()),
        Trouble::Floods => Some(vec![b'x'; 10 * 1024 * 1024].into_response()),
        _ => None,
    }
}

fn document(book: &Shared, issuer: &str) -> Response {
    let mut book = book.lock().expect("the book");
    if let Some(spoiled) = spoiled(&mut book, "document") {
        return spoiled;
    }
    let told = if book.trouble == Trouble::Pretends {
        "https://accounts.example.com"
    } else {
        issuer
    };
    Json(json!({
        "issuer": told, "authorization_endpoint": format!("{issuer}/authorize?audience=all"),
        "token_endpoint": format!("{issuer}/token"), "userinfo_endpoint": format!("{issuer}/userinfo"), "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/end-session"),
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
    .into_response()
}

async fn jwks(State(book): State<Shared>) -> Response {
    let mut book = book.lock().expect("the book");
    if let Some(spoiled) = spoiled(&mut book, "jwks") {
        return spoiled;
    }
    let key = book.key.as_ref().and_then(SigningKey::public).expect("a key");
    Json(json!({"keys": [key.jwk()]})).into_response()
}

/// Checks the exchange as strictly as the RFC has it.
async fn token(State(book): State<Shared>, headers: HeaderMap, text: String) -> Response {
    let form: HashMap<String, String> = serde_urlencoded::from_str(&text).expect("a form");
    let mut book = book.lock().expect("the book");
    if let Some(spoiled) = spoiled(&mut book, "token") {
        return spoiled;
    }
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response();
    let is_known = match headers.get("authorization").and_then(|it| it.to_str().ok()) {
        // Each part is form-encoded, then both are joined.
        Some(basic) => {
            let text = STANDARD
                .decode(basic.trim_start_matches("Basic "))
                .expect("base64");
            let text = String::from_utf8(text).expect("text");
            let (id, secret) = text.split_once(':').expect("a pair");
            id == "janua+at+%26+id"
                && is_ours(
                    &book,
                    &secret.replace("%3A", ":").replace("%25", "%").replace('+', " "),
                )
        }
        None if form.contains_key("client_assertion") => {
            book.proofs.push(form["client_assertion"].clone());
            !form.contains_key("client_secret") && is_signed(&book, &form["client_assertion"])
        }
        None => form["client_id"] == CLIENT && is_ours(&book, &form["client_secret"]),
    };
    if !is_known {
        return refused("invalid_client");
    }
    let Some((asked, claims)) = book.codes.remove(&form["code"]) else {
        return refused("invalid_grant");
    };
    let fits = form["grant_type"] == "authorization_code"
        && form["redirect_uri"] == asked["redirect_uri"]
        && match asked.get("code_challenge") {
            Some(challenge) => pkce::challenge(&form["code_verifier"]) == *challenge,
            None => !form.contains_key("code_verifier"),
        };
    if !fits {
        return refused("invalid_grant");
    }
    if !asked.contains_key("nonce") {
        return Json(json!({"access_token": claims.to_string(), "token_type": "bearer"})).into_response();
    }
    let mut whole = json!({
        "aud": CLIENT, "nonce": asked["nonce"], "iat": book.now, "exp": book.now + 3600,
    });
    for (name, value) in claims.as_object().expect("claims") {
        whole[name] = value.clone();
    }
    // What it tells elsewhere stands in the access token of the double.
    let told = whole["userinfo"].take();
    let access = if told.is_null() {
        json!({"sub": whole["sub"]}).to_string()
    } else {
        told.to_string()
    };
    let forged = new_key();
    let key = if book.trouble == Trouble::Forges {
        &forged
    } else {
        book.key.as_ref().expect("a key")
    };
    let token = sign_compact(key, "JWT", &whole).expect("signed");
    Json(json!({"access_token": access, "token_type": "Bearer", "id_token": token})).into_response()
}

/// The secret that was agreed on, or one that was signed with the key that was agreed on.
fn is_ours(book: &Book, secret: &str) -> bool {
    let Some(key) = &book.client_key else {
        return secret == SECRET;
    };
    let mut jwk = key.jwk().clone();
    jwk.kid = Some("KEY".to_owned());
    let keys = ForeignKeys::read(&Jwks { keys: vec![jwk] });
    let payload = verify_foreign(secret, &keys, &[Algorithm::Es256]).expect("a secret that was signed");
    let claims: Value = payload.claims().expect("claims");
    let lasts = claims["exp"].as_i64().expect("an end") - book.now;
    (&claims["iss"], &claims["sub"], &claims["aud"]) == (&json!("TEAM"), &json!(CLIENT), &json!(book.issuer))
        && (1..=15_777_000).contains(&lasts)
}

/// A proof of a client that has a key of its own (RFC 7523).
fn is_signed(book: &Book, proof: &str) -> bool {
    let Some(key) = &book.client_key else {
        return false;
    };
    let jwks = Jwks {
        keys: vec![key.jwk().clone()],
    };
    let Ok(payload) = verify_foreign(proof, &ForeignKeys::read(&jwks), &[Algorithm::Rs256]) else {
        return false;
    };
    let claims: Value = payload.claims().expect("claims");
    let lasts = claims["exp"].as_i64().expect("an end") - book.now;
    let meant = json!(format!("{}/token", book.issuer));
    (&claims["iss"], &claims["sub"], &claims["aud"]) == (&json!(CLIENT), &json!(CLIENT), &meant)
        && (1..=300).contains(&lasts)
        && claims["jti"].is_string()
}

/// The access token of the double holds who it belongs to.
fn bearer(headers: &HeaderMap) -> Value {
    let text = headers["authorization"].to_str().expect("text");
    serde_json::from_str(text.trim_start_matches("Bearer ")).expect("claims")
}

async fn userinfo(headers: HeaderMap) -> Json<Value> {
    Json(bearer(&headers))
}

async fn x_user(headers: HeaderMap) -> Json<Value> {
    Json(json!({"data": bearer(&headers)}))
}

async fn github_user(headers: HeaderMap) -> Json<Value> {
    Json(bearer(&headers)["user"].clone())
}

async fn github_emails(headers: HeaderMap) -> Json<Value> {
    Json(bearer(&headers)["emails"].clone())
}
