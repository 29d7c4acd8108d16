//! Refresh tokens: one successor each, given again to honest people, and the end of the session for a thief.

use chrono::TimeDelta;
use janua::crypto::secret::{Kind, OpaqueToken};
use janua::io::db::{Db, Querier};
use janua::{params, worker};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, hours, made_up, minutes, refresh, seconds};

const REFRESH: &str = "/api/v1/auth/refresh";
const ME: &str = "/api/v1/users/me";

/// What a refresh gave, to be used like a sign-in.
fn pair(answer: Answer) -> SignedIn {
    let (access, refresh) = (answer.str("/access_token"), answer.str("/refresh_token"));
    SignedIn {
        access,
        refresh,
        answer,
    }
}

/// Ada, who has just signed in.
async fn ada(janua: &TestJanua) -> SignedIn {
    janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await
}

/// Rotates a token without any cookie.
async fn rotated(janua: &TestJanua, token: &str) -> SignedIn {
    pair(refresh(janua, token, "").await.accepted())
}

/// The cookie by which a device is known again.
fn device(session: &SignedIn) -> String {
    format!("janua_device={}", session.answer.cookie("janua_device"))
}

#[tokio::test]
async fn a_refresh_answers_with_a_flat_pair_for_the_same_session() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let next = rotated(&janua, &session.refresh).await;
    let body = next.answer.json();
    let names: Vec<_> = body.as_object().expect("an object").keys().collect();
    assert_eq!(
        names,
        ["access_token", "expires_in", "refresh_token", "token_type"]
    );
    assert_eq!(
        (&body["token_type"], &body["expires_in"]),
        (&json!("bearer"), &json!(900))
    );
    assert_eq!(next.answer.header("cache-control"), "no-store");
    assert_eq!(next.answer.cookies(), Vec::<String>::new());
    assert_ne!(next.refresh, session.refresh);
    let sessions = [&session, &next].map(|it| it.get(&janua, "/api/v1/sessions/current"));
    let [before, after] = futures_util::future::join_all(sessions)
        .await
        .try_into()
        .expect("two answers");
    assert_eq!(before.accepted().str("/id"), after.accepted().str("/id"));
}

#[tokio::test]
async fn a_token_shown_again_within_a_minute_gets_the_same_successor_and_is_theft_after_it() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let first = rotated(&janua, &session.refresh).await;
    janua.advance(seconds(59));
    let again = rotated(&janua, &session.refresh).await;
    assert_eq!(again.refresh, first.refresh);
    again.get(&janua, ME).await.accepted();
    janua.advance(seconds(1));
    session.refreshes(&janua).await.refused("REFRESH_TOKEN_REUSED");
}

#[tokio::test]
async fn the_device_of_the_session_gets_the_same_successor_days_later_and_no_other_device_does() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (session, elsewhere) = (ada.signs_in().await, ada.signs_in().await);
    let first = rotated(&janua, &session.refresh).await;
    janua.advance(TimeDelta::days(6));
    let again = pair(
        refresh(&janua, &session.refresh, &device(&session))
            .await
            .accepted(),
    );
    assert_eq!(again.refresh, first.refresh);
    let answer = refresh(&janua, &session.refresh, &device(&elsewhere)).await;
    answer.refused("REFRESH_TOKEN_REUSED");
    elsewhere.refreshes(&janua).await.accepted();
}

#[tokio::test]
async fn a_token_whose_successor_was_used_is_theft_at_once_even_from_the_device_of_the_session() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let next = rotated(&janua, &session.refresh).await;
    let last = rotated(&janua, &next.refresh).await;
    last.get(&janua, ME).await.accepted();
    let answer = refresh(&janua, &session.refresh, &device(&session)).await;
    answer.refused("REFRESH_TOKEN_REUSED");
    last.get(&janua, ME).await.refused("TOKEN_REVOKED");
}

#[tokio::test]
async fn theft_ends_the_session_and_its_whole_family_and_nobody_elses() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (session, other) = (ada.signs_in().await, ada.signs_in().await);
    let mut family = vec![session.clone()];
    for _ in 0..3 {
        family.push(rotated(&janua, &family[family.len() - 1].refresh).await);
    }
    janua.advance(minutes(2));
    for member in &family {
        member.get(&janua, ME).await.accepted();
    }
    family[1].refreshes(&janua).await.refused("REFRESH_TOKEN_REUSED");
    for member in &family {
        member.get(&janua, ME).await.refused("TOKEN_REVOKED");
        let answer = refresh(&janua, &member.refresh, &device(&session)).await;
        answer.refused("REFRESH_TOKEN_INVALID");
    }
    other.get(&janua, ME).await.accepted();
    other.refreshes(&janua).await.accepted();

    assert_eq!(
        janua
            .count("SELECT count(*) FROM events WHERE name = 'token.reused'")
            .await,
        1
    );
    assert_eq!(
        janua
            .count("SELECT count(*) FROM outbox WHERE kind = 'session_theft'")
            .await,
        1
    );
    let mails = janua.mails("ada@example.com").await;
    assert_eq!(mails[0].subject, "We ended a session of your Janua account");
}

#[tokio::test]
async fn a_refresh_token_expires_after_an_idle_week_and_each_use_begins_anew() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    janua.advance(TimeDelta::days(7) - seconds(1));
    let next = rotated(&janua, &session.refresh).await;
    janua.advance(TimeDelta::days(7) - seconds(1));
    let last = rotated(&janua, &next.refresh).await;
    janua.advance(TimeDelta::days(7));
    last.refreshes(&janua).await.refused("REFRESH_TOKEN_EXPIRED");
    let answer = refresh(&janua, &last.refresh, &device(&session)).await;
    answer.refused("REFRESH_TOKEN_EXPIRED");
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_however_often_it_was_refreshed() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let mut newest = session.clone();
    for _ in 0..29 {
        janua.advance(TimeDelta::days(1));
        newest = rotated(&janua, &newest.refresh).await;
        assert_eq!(newest.answer.json()["expires_in"], 900);
    }
    janua.advance(hours(24) - minutes(1));
    let last = rotated(&janua, &newest.refresh).await;
    assert_eq!(
        last.answer.json()["expires_in"],
        60,
        "a token outlives its session"
    );
    janua.advance(minutes(1));
    last.refreshes(&janua).await.refused("REFRESH_TOKEN_EXPIRED");
    last.get(&janua, ME).await.refused("SESSION_EXPIRED");
}

#[tokio::test]
async fn the_lifetimes_are_settings() {
    for name in ["REFRESH_TOKEN_EXPIRE_DAYS", "JWT_REFRESH_TOKEN_EXPIRE_DAYS"] {
        let janua = TestJanua::with(&[(name, "2"), ("SESSION_MAX_DAYS", "3")]).await;
        let session = ada(&janua).await;
        let idle = janua
            .person("bob@example.com")
            .registered()
            .await
            .signs_in()
            .await;
        janua.advance(TimeDelta::days(2) - seconds(1));
        let next = rotated(&janua, &session.refresh).await;
        janua.advance(seconds(1));
        idle.refreshes(&janua).await.refused("REFRESH_TOKEN_EXPIRED");
        janua.advance(TimeDelta::days(1) - seconds(1));
        let last = rotated(&janua, &next.refresh).await;
        janua.advance(seconds(1));
        last.refreshes(&janua).await.refused("REFRESH_TOKEN_EXPIRED");
    }
    let janua = TestJanua::with(&[("REFRESH_TOKEN_REUSE_SECONDS", "0")]).await;
    let session = ada(&janua).await;
    let next = rotated(&janua, &session.refresh).await;
    let again = refresh(&janua, &session.refresh, &device(&session))
        .await
        .accepted();
    assert_eq!(again.str("/refresh_token"), next.refresh);
    session.refreshes(&janua).await.refused("REFRESH_TOKEN_REUSED");
}

#[tokio::test]
async fn without_rotation_the_token_stays_and_each_use_begins_its_week_anew() {
    let janua = TestJanua::with(&[("REFRESH_TOKEN_ROTATION", "false")]).await;
    let session = ada(&janua).await;
    for _ in 0..3 {
        let same = rotated(&janua, &session.refresh).await;
        assert_eq!(same.refresh, session.refresh);
        same.get(&janua, ME).await.accepted();
        janua.advance(TimeDelta::days(7) - seconds(1));
    }
    assert_eq!(janua.count("SELECT count(*) FROM refresh_tokens").await, 1);
    session.refreshes(&janua).await.accepted();
    janua.advance(TimeDelta::days(7));
    session.refreshes(&janua).await.refused("REFRESH_TOKEN_EXPIRED");
}

#[tokio::test]
async fn switching_rotation_off_brings_no_used_token_back_to_life() {
    let mut janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let next = rotated(&janua, &session.refresh).await;
    janua.advance(minutes(2));
    janua
        .settings
        .push(("REFRESH_TOKEN_ROTATION".to_owned(), "false".to_owned()));
    let unrotated = janua.second_instance().await;
    assert_eq!(rotated(&unrotated, &next.refresh).await.refresh, next.refresh);
    session
        .refreshes(&unrotated)
        .await
        .refused("REFRESH_TOKEN_REUSED");
    next.refreshes(&unrotated).await.refused("REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn malformed_input_is_refused_and_costs_nobody_their_session() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let token = &session.refresh;
    let odd = [
        String::new(),
        " ".to_owned(),
        "jrt_".to_owned(),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}="),
        format!("{token}A"),
        token.to_uppercase(),
        token[..token.len() - 1].to_owned(),
        token.replace("jrt_", ""),
        token.replace("jrt_", "jlk_"),
        "jrt_' OR '1'='1".to_owned(),
        "x".repeat(900_000),
        made_up(Kind::Refresh),
    ];
    let mut bodies = vec![(json!({}), "MISSING_FIELD")];
    let values = [json!(null), json!([token]), json!({}), json!(true), json!(0)];
    bodies.extend(values.map(|it| (json!({"refresh_token": it}), "INVALID_TYPE")));
    bodies.extend(odd.map(|it| (json!({"refresh_token": it}), "REFRESH_TOKEN_INVALID")));
    bodies.push((json!({"refresh_token": "x".repeat(1 << 20)}), "PAYLOAD_TOO_LARGE"));
    // No field makes the new tokens mightier than the old ones.
    for field in "scope organization_id role user_id client_id expires_in".split(' ') {
        bodies.push((json!({"refresh_token": token, field: "admin"}), "UNKNOWN_FIELD"));
    }
    for (body, code) in bodies {
        janua.post(REFRESH, body).await.refused(code);
    }
    let form = janua
        .request(Method::POST, REFRESH)
        .form(&[("refresh_token", token)]);
    janua.send(form).await.refused("UNSUPPORTED_MEDIA_TYPE");
    janua.get(REFRESH).await.refused("METHOD_NOT_ALLOWED");
    let used = "SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL";
    assert_eq!(janua.count(used).await, 0);
    session.refreshes(&janua).await.accepted();
}

#[tokio::test]
async fn every_kind_of_token_opens_its_own_door_only() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let body = json!({"email": ada.email});
    janua.post("/api/v1/auth/password/forgot", body).await.accepted();
    let link = janua.secret(&ada.email, "reset-password").await;
    let cookie = session.answer.cookie("janua_session");
    let secret = cookie.rsplit('.').next().expect("a secret").to_owned();
    let device = session.answer.cookie("janua_device");
    session.get(&janua, ME).await.accepted();
    for stranger in [&session.access, &link, &cookie, &secret, &device] {
        refresh(&janua, stranger, "")
            .await
            .refused("REFRESH_TOKEN_INVALID");
    }
    for stranger in [&session.refresh, &link, &cookie, &secret, &device] {
        let request = janua.request(Method::GET, ME).bearer_auth(stranger);
        janua.send(request).await.refused("TOKEN_INVALID");
    }
    for stranger in [&session.access, &session.refresh, &secret, &device] {
        let body = json!({"token": stranger});
        janua
            .post("/api/v1/auth/email/verify", body)
            .await
            .refused("LINK_INVALID");
    }
    session.get(&janua, ME).await.accepted();
    session.refreshes(&janua).await.accepted();
}

#[tokio::test]
async fn no_secret_is_stored_in_clear() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let next = rotated(&janua, &session.refresh).await;
    let body = json!({"email": ada.email});
    janua.post("/api/v1/auth/password/forgot", body).await.accepted();
    let link = janua.secret(&ada.email, "reset-password").await;
    let stored = everything_stored(&janua).await;

    let parsed = OpaqueToken::parse(&next.refresh, Kind::Refresh).expect("a refresh token");
    let hash = parsed.hash(&janua.app.keys.refresh);
    assert!(stored.contains(hash.as_str()), "its keyed hash is what is stored");
    let cookies = ["janua_session", "janua_csrf", "janua_device"].map(|it| session.answer.cookie(it));
    let mut secrets = vec![
        PASSWORD.to_owned(),
        link,
        session.refresh.clone(),
        next.refresh.clone(),
    ];
    secrets.extend(cookies);
    secrets
        .extend([&session.access, &next.access].map(|it| it.rsplit('.').next().expect("parts").to_owned()));
    for secret in secrets {
        // Neither the whole of it nor what stands behind its prefix.
        let bare = &secret.rsplit('.').next().expect("a part")[4..];
        assert!(!stored.contains(bare), "{secret} is stored");
    }
}

/// All text that a copy of the database would show.
async fn everything_stored(janua: &TestJanua) -> String {
    let queries = [
        "SELECT hash || ' ' || session_id FROM refresh_tokens",
        "SELECT id || ' ' || cookie_hash || ' ' || device_hash || ' ' || ip || ' ' || user_agent FROM sessions",
        "SELECT hash || ' ' || purpose || ' ' || sent_to FROM one_time_secrets",
        "SELECT user_id || ' ' || hash FROM devices",
        "SELECT user_id || ' ' || hash FROM passwords",
        "SELECT recipient || ' ' || CAST(facts AS TEXT) || ' ' || COALESCE(provider_answer, '') FROM outbox",
        "SELECT name || ' ' || COALESCE(reason, '') || ' ' || CAST(facts AS TEXT) FROM events",
    ];
    let mut all = String::new();
    for sql in queries {
        let mut db: &Db = &janua.app.db;
        let rows: Vec<(String,)> = db.fetch_all(sql, params![]).await.expect("the query runs");
        assert!(!rows.is_empty(), "{sql}");
        for (row,) in rows {
            all += &row;
        }
    }
    all
}

#[tokio::test]
async fn forgetting_what_is_long_over_leaves_living_families_alone() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let mut newest = session.clone();
    for _ in 0..3 {
        janua.advance(TimeDelta::days(5));
        newest = rotated(&janua, &newest.refresh).await;
    }
    worker::forget(&janua.app).await;
    assert_eq!(janua.count("SELECT count(*) FROM refresh_tokens").await, 3);
    session.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
    newest = rotated(&janua, &newest.refresh).await;
    // Kept for a while, so that a late refresh is told the reason.
    janua.advance(TimeDelta::days(8));
    worker::forget(&janua.app).await;
    newest.refreshes(&janua).await.refused("REFRESH_TOKEN_EXPIRED");
}
