//! Accounts of other providers: whom they sign in, what they are linked to, and what a provider or a thief gets wrong.

mod hostile;
pub(crate) mod idp;
pub(crate) mod linking;
mod others;
mod sign_in;

use serde_json::{Value, json};

use crate::pages::browser::Browser;
use crate::support::{Answer, TestJanua};
use idp::Idp;

const ADA: &str = "ada@example.com";

/// Where a button leads.
pub(crate) fn departure(provider: &str) -> String {
    format!("/api/v1/auth/oauth/{provider}/authorize")
}

/// A person at the provider, whose address it vouches for.
pub(crate) fn person(idp: &Idp, subject: &str, email: &str) -> Value {
    json!({"iss": idp.url, "sub": subject, "email": email, "email_verified": true, "given_name": "Ada",
        "family_name": "Lovelace", "name": "Ada Lovelace"})
}

/// Leaves for the provider, signs in there as somebody, and comes back.
async fn comes_back(browser: &mut Browser<'_>, idp: &Idp, claims: Value) -> Answer {
    let left = browser.opens(&departure("oidc")).await;
    assert_eq!(left.status, 303, "{}", left.text);
    let back = idp.signs_in(&left.header("location"), claims);
    browser.comes_to(&back).await
}

/// The session of a browser.
async fn session(browser: &mut Browser<'_>) -> Value {
    let answer = browser.opens("/api/v1/sessions/current").await;
    answer.accepted().json()
}

/// How many accounts and sessions there are: what a refusal must not change.
async fn counted(janua: &TestJanua) -> (i64, i64, i64) {
    (
        janua.count("SELECT count(*) FROM users").await,
        janua.count("SELECT count(*) FROM sessions").await,
        janua.count("SELECT count(*) FROM social_accounts").await,
    )
}
