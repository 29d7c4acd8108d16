//! Changes that could cost somebody their account: none goes without a recent proof or the password.

use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::Operation;
use crate::support::{PASSWORD, TestJanua, minutes};

/// What a change asks of a session that is not recent.
#[derive(Clone, Copy)]
enum Asks {
    Recent,
    /// The current password, in this field; without it, a recent sign-in or a refusal of the form.
    Password(&'static str),
    /// Nothing: it takes something away from whoever may have stolen it, or needs a code that only the owner has.
    Nothing,
}

/// Every operation that changes something of one's own account, and what it asks.
const CHANGES: [(&str, Asks); 28] = [
    (
        "POST /api/v1/auth/password/change",
        Asks::Password("current_password"),
    ),
    ("DELETE /api/v1/users/me", Asks::Recent),
    ("POST /api/v1/mfa/totp/enable", Asks::Password("password")),
    // The secret that it confirms was given for the password.
    ("POST /api/v1/mfa/totp/verify", Asks::Nothing),
    ("POST /api/v1/mfa/totp/disable", Asks::Recent),
    ("POST /api/v1/mfa/sms/enable", Asks::Password("password")),
    // The code that it confirms was sent for the password.
    ("POST /api/v1/mfa/sms/verify", Asks::Nothing),
    ("POST /api/v1/mfa/sms/disable", Asks::Recent),
    // Sends a code to the telephone that is there, for proving who one is.
    ("POST /api/v1/mfa/sms/challenge", Asks::Nothing),
    ("POST /api/v1/mfa/recovery-codes/regenerate", Asks::Recent),
    ("POST /api/v1/passkeys/register/options", Asks::Recent),
    // Answers a question that was asked of a recent session.
    ("POST /api/v1/passkeys/register/verify", Asks::Nothing),
    ("PATCH /api/v1/passkeys/{id}", Asks::Nothing),
    ("DELETE /api/v1/passkeys/{id}", Asks::Recent),
    // More is asked for afterwards, not less.
    ("DELETE /api/v1/mfa/trusted-devices", Asks::Nothing),
    ("DELETE /api/v1/mfa/trusted-devices/{id}", Asks::Nothing),
    ("DELETE /api/v1/sessions", Asks::Nothing),
    ("DELETE /api/v1/sessions/{id}", Asks::Nothing),
    ("POST /api/v1/auth/reauthenticate", Asks::Nothing),
    ("POST /api/v1/auth/logout", Asks::Nothing),
    ("PATCH /api/v1/users/me", Asks::Nothing),
    // Whether one may act there is asked each time.
    ("POST /api/v1/auth/session/organization", Asks::Nothing),
    ("POST /api/v1/auth/oauth/{provider}/link", Asks::Recent),
    ("DELETE /api/v1/auth/oauth/{provider}/link", Asks::Recent),
    ("POST /api/v1/users/me/sso/connections/{id}/link", Asks::Recent),
    ("DELETE /api/v1/users/me/sso/connections/{id}/link", Asks::Recent),
    ("POST /api/v1/api-keys", Asks::Recent),
    ("POST /api/v1/api-keys/{id}/rotate", Asks::Recent),
];

/// Where one's own account is changed. A new operation there joins the table.
const AREAS: [&str; 5] = [
    "/api/v1/auth/",
    "/api/v1/mfa/",
    "/api/v1/passkeys",
    "/api/v1/sessions",
    "/api/v1/users/me",
];

#[test]
fn every_change_of_ones_account_is_in_the_table() {
    for operation in Operation::all() {
        let is_change = operation.method != Method::GET && operation.is_guarded();
        if is_change && AREAS.iter().any(|it| operation.path.starts_with(it)) {
            let name = operation.name();
            assert!(
                CHANGES.iter().any(|(it, _)| *it == name),
                "{name} changes an account: say in the table what it asks"
            );
        }
    }
}

fn filled(name: &str) -> Option<Value> {
    match name {
        "current_password" | "password" => Some(json!("wrong-password-73")),
        "new_password" => Some(json!("granite-otter-lantern-58")),
        "phone_number" => Some(json!("+12025550123")),
        "scopes" => Some(json!(["users:read"])),
        _ => None,
    }
}

#[tokio::test]
async fn a_session_that_is_not_recent_changes_nothing_that_matters() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let key = crate::passkeys::adds_a_passkey(&janua, &ada).await;
    janua.advance(minutes(11));
    for operation in Operation::all() {
        let name = operation.name();
        let Some((_, asks)) = CHANGES.iter().find(|(it, _)| *it == name) else {
            continue;
        };
        let path = operation.path.replace("{id}", &key);
        let mut body = operation.body(&filled).unwrap_or_else(|| json!({}));
        match *asks {
            Asks::Nothing => {}
            Asks::Recent => {
                if let Some(fields) = body.as_object_mut() {
                    fields.remove("password");
                }
                let request = ada.request(&janua, operation.method.clone(), &path).json(&body);
                let answer = janua.send(request).await;
                assert_eq!(
                    answer.str("/code"),
                    "REAUTHENTICATION_REQUIRED",
                    "{name}: {}",
                    answer.text
                );
            }
            Asks::Password(field) => {
                let request = ada.request(&janua, operation.method.clone(), &path).json(&body);
                let answer = janua.send(request).await;
                assert_eq!(answer.str("/code"), "WRONG_PASSWORD", "{name}: {}", answer.text);
                if let Some(fields) = body.as_object_mut() {
                    fields.remove(field);
                }
                let request = ada.request(&janua, operation.method.clone(), &path).json(&body);
                let code = janua.send(request).await.str("/code");
                assert!(
                    ["REAUTHENTICATION_REQUIRED", "MISSING_FIELD"].contains(&code.as_str()),
                    "{name}: {code}"
                );
            }
        }
    }
    // Nothing came of it.
    janua.person("ada@example.com").login(PASSWORD).await.accepted();
    assert_eq!(janua.count("SELECT COUNT(*) FROM passkeys").await, 1);
    assert_eq!(janua.count("SELECT COUNT(*) FROM totp_secrets").await, 0);
}
