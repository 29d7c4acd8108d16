//! What is kept of refused requests: no secret, nothing that somebody sent, for a week, in a bounded table, and gone with
//! the account.

use janua::io::db::{Querier, Scope};
use janua::{params, refusals, worker};
use reqwest::Method;
use serde_json::{Value, json};

use super::{EXPLAIN, admin_of, person};
use crate::mfa::protected;
use crate::organizations::Insider;
use crate::support::{PASSWORD, TestJanua, days, hours, seconds};

const LOGIN: &str = "/api/v1/auth/login";
const ROWS: &str = "SELECT COUNT(*) FROM refusals";

async fn settled(janua: &TestJanua) -> i64 {
    refusals::settle(&janua.app).await.expect("they are written");
    janua.count(ROWS).await
}

/// Everything that stands in the table, as one text.
async fn whole(janua: &TestJanua) -> String {
    settled(janua).await;
    let mut db = janua.app.db.within(Scope::Platform);
    let sql = "SELECT id || request_id || method || route || code || COALESCE(truth, '') || COALESCE(user_id, '')
                   || COALESCE(session_id, '') || COALESCE(subject, '') || COALESCE(ip, '') || COALESCE(user_agent, '')
                   AS text, inputs FROM refusals";
    let rows: Vec<(String, Value)> = db.fetch_all(sql, params![]).await.expect("the query runs");
    let rows = rows.into_iter().map(|(text, inputs)| format!("{text}{inputs}\n"));
    rows.collect()
}

#[tokio::test]
async fn no_secret_and_nothing_that_somebody_sent_is_kept() {
    let janua = TestJanua::start().await;
    let (who, phone, codes) = protected(&janua, "ada@example.com").await;
    let nobody = "somebody.else@example.org";
    let planted = "planted-password-4711";
    for email in ["ada@example.com", nobody] {
        janua
            .person(email)
            .login(planted)
            .await
            .refused("INVALID_CREDENTIALS");
    }
    for body in [
        json!({"email": nobody, "password": 4711_4711}),
        json!({"email": nobody, "password": planted, planted: planted}),
        json!({"email": planted}),
    ] {
        assert!(!janua.post(LOGIN, body).await.status.is_success());
    }
    let token = janua
        .person("ada@example.com")
        .login(PASSWORD)
        .await
        .str("/mfa_token");
    let shown = phone.shows(&janua, 100);
    let body = json!({"mfa_token": token, "code": shown});
    let refused = janua.post("/api/v1/mfa/challenge/verify", body).await;
    refused.refused("INVALID_MFA_CODE");
    let key = "jnk_planted4711";
    let request = janua.request(Method::GET, "/api/v1/users/me").bearer_auth(key);
    assert!(!janua.send(request).await.status.is_success());
    let used = who.refreshes(&janua).await.accepted().str("/refresh_token");
    crate::support::refresh(&janua, &used, "").await.accepted();
    janua.advance(hours(1));
    who.refreshes(&janua).await.refused("REFRESH_TOKEN_REUSED");
    let secrets = [
        planted,
        "47114711",
        nobody,
        "ada@example.com",
        PASSWORD,
        &token,
        &shown,
        key,
        &who.access,
        &who.refresh,
        &used,
        &codes[0],
    ];
    let whole = whole(&janua).await;
    assert!(whole.lines().count() >= 8, "{whole}");
    for secret in secrets {
        assert!(!whole.contains(secret), "{secret} stands in {whole}");
    }
}

#[tokio::test]
async fn the_table_has_a_bound_and_an_end() {
    let janua = TestJanua::with(&[("EXPLAIN_MAX_ROWS", "20")]).await;
    let mut last = String::new();
    for _ in 0..70 {
        janua.advance(seconds(1));
        last = janua.get("/api/v1/users/me").await.header("x-request-id");
    }
    // A sixteenth more at most.
    let rows = settled(&janua).await;
    assert!((20..=21).contains(&rows), "{rows}");
    // The oldest went.
    let found = "SELECT COUNT(*) FROM refusals WHERE request_id = $1";
    let mut db = janua.app.db.within(Scope::Platform);
    let found: Option<(i64,)> = db
        .fetch_optional(found, params![&last])
        .await
        .expect("the query runs");
    assert_eq!(found, Some((1,)));

    janua.advance(days(6));
    janua.get("/api/v1/users/me").await.refused("NOT_AUTHENTICATED");
    settled(&janua).await;
    worker::forget(&janua.app).await;
    assert_eq!(janua.count(ROWS).await, 20);
    janua.advance(days(2));
    worker::forget(&janua.app).await;
    assert_eq!(janua.count(ROWS).await, 1);
}

#[tokio::test]
async fn an_operator_may_keep_none() {
    let janua = TestJanua::with(&[("EXPLAIN_RETENTION_DAYS", "0")]).await;
    janua.get("/api/v1/users/me").await.refused("NOT_AUTHENTICATED");
    assert_eq!(settled(&janua).await, 0);
}

#[tokio::test]
async fn rows_of_a_person_are_handed_out_to_them_and_go_with_the_account() {
    let janua = TestJanua::start().await;
    let admin = admin_of(&janua).await;
    let ada = janua.person("ada@example.com").registered().await;
    ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    let session = ada.signs_in().await;
    let id = person(&janua, &admin, "ada@example.com").await["user_id"].clone();
    let id = id.as_str().expect("an id");
    assert!(whole(&janua).await.contains(id));
    let export = session.get(&janua, "/api/v1/users/me/export").await;
    let kept = export.accepted().json()["refusals"].clone();
    assert_eq!(
        (&kept[0]["code"], &kept[0]["truth"]),
        (&json!("INVALID_CREDENTIALS"), &json!("wrong_password")),
        "{kept}"
    );
    // Not yet written when the account goes.
    ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    session
        .get(&janua, &format!("{EXPLAIN}/x"))
        .await
        .refused("FORBIDDEN");
    let at = format!("/api/v1/admin/users/{id}");
    let deleted = admin.delete(&janua, &at).await;
    assert!(deleted.status.is_success(), "{}", deleted.text);
    let refused = session.get(&janua, "/api/v1/users/me").await;
    assert_eq!(refused.status, 401);
    let whole = whole(&janua).await;
    assert!(!whole.contains(id), "{whole}");
}

#[tokio::test]
async fn only_administrators_of_the_platform_are_told() {
    let janua = TestJanua::start().await;
    let (ada, bob) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
    );
    ada.founds(&janua, "acme").await;
    bob.founds(&janua, "other").await;
    let refused = janua
        .person("ada@example.com")
        .login("wrong")
        .await
        .refused("INVALID_CREDENTIALS");
    let of_request = format!("{EXPLAIN}/{}", refused.str("/request_id"));
    let of_person = format!("{EXPLAIN}?email=ada@example.com");
    for path in [&of_request, &of_person] {
        // Neither whose account it is, nor an owner of another organization, nor a program of theirs.
        for who in [&ada, &bob] {
            who.get(&janua, path).await.refused("FORBIDDEN");
        }
        let body = json!({"name": "program", "scopes": ["*"]});
        let made = bob.post(&janua, "/api/v1/api-keys", body).await.accepted();
        let request = janua.request(Method::GET, path).bearer_auth(made.str("/key"));
        janua.send(request).await.refused("API_KEY_NOT_ALLOWED");
    }
}
