//! Every way in, tried with accounts in every state: nobody gets a session before they have shown what they owe.
//!
//! The table of ways is held against the OpenAPI document: an operation that gives tokens and is not in it fails here.

mod sensitive;
mod second_steps;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::magic_links::Mailed;
use crate::matrix::Operation;
use crate::mfa::{Phone, enrols, protected};
use crate::passkeys::Key;
use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, seconds};

const LOGIN: &str = "/api/v1/auth/login";
const MAILED: &str = "/api/v1/auth/magic-link/verify";
const PASSKEY: &str = "/api/v1/passkeys/authenticate/verify";
pub(crate) const SECOND: &str = "/api/v1/mfa/challenge/verify";
pub(crate) const ENROLLED: &str = "/api/v1/mfa/enrol/totp/verify";

/// The operations that answer with tokens, and where it is tried what they may not do.
const GIVE_TOKENS: [(&str, &str); 8] = [
    (LOGIN, "here"),
    (MAILED, "here"),
    (PASSKEY, "here"),
    (SECOND, "second_steps"),
    (ENROLLED, "second_steps"),
    ("/api/v1/mfa/enrol/sms/verify", "sms::enrolment"),
    // Only for accounts that need not be verified; `mfa::required` tries the rest.
    ("/api/v1/auth/register", "mfa::required"),
    // For sessions that are there; `mfa::required` tries those that fell short of a new demand.
    ("/api/v1/auth/refresh", "refresh"),
];

/// Operations whose answer tells of tokens but gives none that opens a session of its own.
const IN_A_SESSION: [&str; 2] = [
    "/api/v1/auth/session/organization",
    // For administrators who act for somebody; `admin::impersonation` tries it.
    "/api/v1/admin/users/{id}/impersonate",
];

/// Whether a schema leads to tokens.
fn gives_tokens(document: &Value, schema: &Value, seen: &mut BTreeSet<String>) -> bool {
    match schema {
        Value::Object(fields) => fields.iter().any(|(name, value)| match (name.as_str(), value) {
            ("access_token" | "refresh_token", Value::Object(_)) => true,
            ("$ref", Value::String(at)) => {
                let at = at.trim_start_matches('#');
                seen.insert(at.to_owned())
                    && gives_tokens(document, document.pointer(at).unwrap_or(&Value::Null), seen)
            }
            _ => gives_tokens(document, value, seen),
        }),
        Value::Array(all) => all.iter().any(|it| gives_tokens(document, it, seen)),
        _ => false,
    }
}

#[test]
fn every_operation_that_gives_tokens_is_in_the_table() {
    let document = serde_json::to_value(janua::http::router::document()).expect("JSON");
    let mut found: Vec<String> = Operation::all()
        .into_iter()
        .filter(|it| gives_tokens(&document, &it.document["responses"], &mut BTreeSet::new()))
        .map(|it| it.path)
        .filter(|it| !IN_A_SESSION.contains(&it.as_str()))
        .collect();
    found.sort();
    let mut known: Vec<&str> = GIVE_TOKENS.iter().map(|(path, _)| *path).collect();
    known.sort_unstable();
    assert_eq!(
        found, known,
        "a way in has to join the table, and the stories beside it"
    );
}

/// What is shown first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Password,
    Link,
    Code,
    VerifiedPasskey,
    PlainPasskey,
}

const WAYS: [Way; 5] = [
    Way::Password,
    Way::Link,
    Way::Code,
    Way::VerifiedPasskey,
    Way::PlainPasskey,
];

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    NoFactor,
    Totp,
    Sms,
    OwesEnrolment,
    TrustedBrowser,
    TrustedElsewhere,
    Locked,
    Suspended,
    Unverified,
}

/// What a first step may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Session,
    Owes,
    Enrols,
    Nothing,
}

fn expected(way: Way, state: State) -> End {
    match (state, way) {
        // Reading the mail proves the address.
        (State::Unverified, Way::Link | Way::Code)
        | (State::Totp | State::Sms | State::TrustedElsewhere | State::OwesEnrolment, Way::VerifiedPasskey) => {
            End::Session
        }
        (State::Suspended | State::Unverified, _) | (State::Locked, Way::Password) => End::Nothing,
        (State::Totp | State::Sms | State::TrustedElsewhere, _) => End::Owes,
        (State::OwesEnrolment, _) => End::Enrols,
        (State::NoFactor | State::TrustedBrowser | State::Locked, _) => End::Session,
    }
}

/// Somebody in a state, with everything that could open their account.
struct Subject {
    email: String,
    cookies: String,
    keys: [Key; 2],
}

impl Subject {
    async fn new(janua: &TestJanua, state: State, number: usize) -> Self {
        let email = format!("person{number}@example.com");
        let (who, phone) = if matches!(
            state,
            State::Totp | State::TrustedBrowser | State::TrustedElsewhere
        ) {
            let (who, phone, _) = protected(janua, &email).await;
            (who, Some(phone))
        } else {
            (janua.person(&email).registered().await.signs_in().await, None)
        };
        let keys = [
            Key::added(janua, &who, true).await,
            Key::added(janua, &who, false).await,
        ];
        let mut subject = Self {
            email,
            cookies: String::new(),
            keys,
        };
        match (state, phone) {
            (State::Sms, _) => {
                crate::sms::adds_phone(janua, &who, &format!("+1202555015{number}")).await;
            }
            (State::TrustedBrowser, Some(phone)) => {
                subject.cookies = trusts(janua, &subject.email, &phone).await;
            }
            (State::TrustedElsewhere, Some(phone)) => drop(trusts(janua, &subject.email, &phone).await),
            (State::Locked, _) => {
                for _ in 0..6 {
                    janua.person(&subject.email).login("wrong-password-73").await;
                }
            }
            (State::Suspended, _) => change(janua, "UPDATE users SET suspended_at = created_at").await,
            (State::Unverified, _) => change(janua, "UPDATE users SET email_verified_at = NULL").await,
            _ => {}
        }
        subject
    }

    async fn comes(&mut self, janua: &TestJanua, way: Way) -> Answer {
        let body = match way {
            Way::VerifiedPasskey => return self.keys[0].comes(janua, &self.cookies).await,
            Way::PlainPasskey => return self.keys[1].comes(janua, &self.cookies).await,
            Way::Password => json!({"email": self.email, "password": PASSWORD}),
            Way::Link | Way::Code => {
                let before = janua.mails(&self.email).await.len();
                let asked = json!({"email": self.email});
                let flow = janua.post("/api/v1/auth/magic-link", asked).await.accepted();
                if janua.mails(&self.email).await.len() == before {
                    return flow;
                }
                let mail = Mailed::of(janua, &self.email, flow.str("/flow_token")).await;
                match way {
                    Way::Link => json!({"token": mail.link, "flow_token": mail.flow}),
                    _ => json!({"code": mail.code, "flow_token": mail.flow}),
                }
            }
        };
        let path = if way == Way::Password { LOGIN } else { MAILED };
        let request = janua.request(Method::POST, path).header("cookie", &self.cookies);
        janua.send(request.json(&body)).await
    }
}

async fn change(janua: &TestJanua, sql: &'static str) {
    let mut tx = janua.app.db.begin().await.expect("a transaction");
    janua::io::db::Querier::execute(&mut &mut tx, sql, Vec::new())
        .await
        .expect("an update");
    tx.commit().await.expect("committed");
}

/// Trusts a browser; gives its cookies, but for those of the session.
async fn trusts(janua: &TestJanua, email: &str, phone: &Phone) -> String {
    let token = janua.person(email).login(PASSWORD).await.str("/mfa_token");
    let body = json!({"mfa_token": token, "code": phone.shows(janua, 0), "remember_device": true});
    let who = SignedIn::of(janua.post(SECOND, body).await.accepted());
    janua.advance(seconds(30));
    format!("janua_device={}", who.answer.cookie("janua_device"))
}

fn end_of(answer: &Answer) -> End {
    let has_session = answer.text.contains("access_token")
        || answer.cookies().iter().any(|it| it.contains("janua_session"));
    if has_session {
        return End::Session;
    }
    if !answer.status.is_success() || answer.json().get("mfa_required").is_none() {
        return End::Nothing;
    }
    let body = answer.json();
    assert!(body.get("user").is_none(), "{body}");
    if body["enrolment_required"] == true {
        End::Enrols
    } else {
        End::Owes
    }
}

async fn try_all(state: State) {
    let base = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false"), ("MFA_TRUSTED_DEVICES", "true")]).await;
    let strict = match state {
        State::OwesEnrolment => Some(base.second_instance_with(&[("MFA_REQUIRED", "everyone")]).await),
        _ => None,
    };
    for (number, way) in WAYS.into_iter().enumerate() {
        let mut subject = Subject::new(&base, state, number).await;
        let live = "SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL";
        let before = base.count(live).await;
        let answer = subject.comes(strict.as_ref().unwrap_or(&base), way).await;
        let end = end_of(&answer);
        assert_eq!(end, expected(way, state), "{state:?} by {way:?}: {}", answer.text);
        if end != End::Session {
            assert_eq!(base.count(live).await, before, "{state:?} by {way:?}");
        }
    }
}

#[tokio::test]
async fn without_a_factor_one_proof_is_enough() {
    try_all(State::NoFactor).await;
}

#[tokio::test]
async fn with_a_factor_every_way_in_owes_it() {
    try_all(State::Totp).await;
}

#[tokio::test]
async fn with_a_telephone_every_way_in_owes_it() {
    try_all(State::Sms).await;
}

#[tokio::test]
async fn where_a_factor_is_demanded_every_way_in_owes_its_enrolment() {
    try_all(State::OwesEnrolment).await;
}

#[tokio::test]
async fn a_trusted_browser_is_excused_on_every_way_in() {
    try_all(State::TrustedBrowser).await;
}

#[tokio::test]
async fn a_browser_that_is_not_trusted_is_not_excused() {
    try_all(State::TrustedElsewhere).await;
}

#[tokio::test]
async fn a_lock_is_for_passwords_alone() {
    try_all(State::Locked).await;
}

#[tokio::test]
async fn nobody_gets_into_a_suspended_account() {
    try_all(State::Suspended).await;
}

#[tokio::test]
async fn an_unproven_address_is_opened_by_its_mails_alone() {
    try_all(State::Unverified).await;
}

/// Somebody who owes an enrolment at an instance that demands it, and the phone that they begin with.
async fn enrolling(janua: &TestJanua, email: &str) -> (String, Phone) {
    let token = janua
        .person(email)
        .login(PASSWORD)
        .await
        .accepted()
        .str("/mfa_token");
    let body = json!({"mfa_token": token});
    let begun = janua.post("/api/v1/mfa/enrol/totp", body).await.accepted().json();
    (token, Phone::with(begun["secret"].as_str().expect("a secret")))
}

/// Turns an app on for somebody who is signed in.
async fn turns_on(janua: &TestJanua, who: &SignedIn) -> Phone {
    let phone = Phone::with(enrols(janua, who).await["secret"].as_str().expect("a secret"));
    let body = json!({"code": phone.shows(janua, 0)});
    who.post(janua, "/api/v1/mfa/totp/verify", body).await.accepted();
    janua.advance(seconds(30));
    phone
}
