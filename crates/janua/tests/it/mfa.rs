//! Second factors: codes of an authenticator app, recovery codes, and that nothing goes round them.

mod enrolment;
mod guessing;
mod required;
mod sign_in;
mod stepping_up;
mod trusted_devices;

use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, seconds};

const LOGIN: &str = "/api/v1/auth/login";
const VERIFY: &str = "/api/v1/mfa/challenge/verify";
const ENABLE: &str = "/api/v1/mfa/totp/enable";
const CONFIRM: &str = "/api/v1/mfa/totp/verify";
const DISABLE: &str = "/api/v1/mfa/totp/disable";
const STATUS: &str = "/api/v1/mfa/status";
const AGAIN: &str = "/api/v1/auth/reauthenticate";

/// Somebody's authenticator app.
pub(crate) struct Phone(Totp);

impl Phone {
    pub(crate) fn with(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).expect("base32");
        let app = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_secret(secret)
            .with_account_name("phone");
        Self(app.build().expect("an app"))
    }

    /// What it shows now, or so many steps later.
    pub(crate) fn shows(&self, janua: &TestJanua, later: i64) -> String {
        let at = janua.app.clock.now().timestamp() + 30 * later;
        self.0.generate(u64::try_from(at).expect("a time")).to_string()
    }
}

/// Begins to turn an app on.
pub(crate) async fn enrols(janua: &TestJanua, who: &SignedIn) -> Value {
    let body = json!({"password": PASSWORD});
    who.post(janua, ENABLE, body).await.accepted().json()
}

/// Somebody with an authenticator app, signed in, with their recovery codes. Their next code is a new one.
pub(crate) async fn protected(janua: &TestJanua, email: &str) -> (SignedIn, Phone, Vec<String>) {
    let who = janua.person(email).registered().await.signs_in().await;
    let phone = Phone::with(enrols(janua, &who).await["secret"].as_str().expect("a secret"));
    let body = json!({"code": phone.shows(janua, 0)});
    let codes = who.post(janua, CONFIRM, body).await.accepted().json()["recovery_codes"].clone();
    janua.advance(seconds(30));
    (who, phone, serde_json::from_value(codes).expect("codes"))
}

/// The first step of a sign-in; gives the token for the second.
async fn first_step(janua: &TestJanua, email: &str) -> String {
    let answer = janua.person(email).login(PASSWORD).await.accepted();
    assert_eq!(answer.json()["mfa_required"], true, "{}", answer.text);
    answer.str("/mfa_token")
}

async fn second_step(janua: &TestJanua, token: &str, code: &str) -> Answer {
    janua
        .post(VERIFY, json!({"mfa_token": token, "code": code}))
        .await
}

/// Sessions that are alive.
async fn sessions(janua: &TestJanua) -> i64 {
    janua
        .count("SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL")
        .await
}
