//! Sessions: seen and ended by their owner, dead in the very next request, over in time.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, SignedIn, TestJanua, minutes, refresh, seconds};

const ME: &str = "/api/v1/users/me";
const SESSIONS: &str = "/api/v1/sessions";
const CURRENT: &str = "/api/v1/sessions/current";
const LOGOUT: &str = "/api/v1/auth/logout";

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

/// Somebody new who has just signed in.
async fn signed_in(janua: &TestJanua, email: &str) -> SignedIn {
    janua.person(email).registered().await.signs_in().await
}

/// A sign-in with a browser of this name, from this address.
async fn signs_in_with(person: &Person<'_>, agent: &str, ip: &str) -> SignedIn {
    let body = json!({"email": person.email, "password": PASSWORD});
    let request = person
        .janua
        .request(Method::POST, "/api/v1/auth/login")
        .json(&body);
    let request = request.header("user-agent", agent).header("x-forwarded-for", ip);
    SignedIn::of(person.janua.send(request).await.accepted())
}

/// The id of a session, as it knows it itself.
async fn id(janua: &TestJanua, session: &SignedIn) -> String {
    session.get(janua, CURRENT).await.accepted().str("/id")
}

/// A request by nothing but the session cookie.
async fn by_cookie(janua: &TestJanua, session: &SignedIn, path: &str) -> Answer {
    let cookie = format!("janua_session={}", session.answer.cookie("janua_session"));
    janua
        .send(janua.request(Method::GET, path).header("cookie", cookie))
        .await
}

/// Nothing of the session opens anything any more.
async fn is_dead(janua: &TestJanua, session: &SignedIn) {
    session.get(janua, ME).await.refused("TOKEN_REVOKED");
    by_cookie(janua, session, ME).await.refused("TOKEN_REVOKED");
    session.refreshes(janua).await.refused("REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn the_list_tells_where_somebody_is_signed_in_and_no_secret() {
    let janua = TestJanua::with(&[("TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let ada = janua.person("ada@example.com").registered().await;
    signed_in(&janua, "bob@example.com").await;
    let desk = signs_in_with(&ada, FIREFOX, "198.51.100.7").await;
    janua.advance(seconds(30));
    let phone = signs_in_with(&ada, IPHONE, "2001:db8::7").await;

    let list = desk.get(&janua, SESSIONS).await.accepted();
    let body = list.json();
    assert_eq!(
        (&body["total"], &body["page"], &body["per_page"]),
        (&json!(2), &json!(1), &json!(20))
    );
    assert_eq!(
        body["sessions"],
        json!([
            {
                "id": id(&janua, &phone).await, "ip": "2001:db8::7", "device": "Safari on iPhone",
                "device_type": "mobile", "browser": "Safari", "os": "iPhone", "is_current": false, "amr": ["pwd"],
                "created_at": "2026-01-11T10:30:30.000Z", "last_activity_at": "2026-01-11T10:30:30.000Z",
                "expires_at": "2026-01-18T10:30:30.000Z", "organization_id": null,
            },
            {
                "id": id(&janua, &desk).await, "ip": "198.51.100.7", "device": "Firefox on Linux",
                "device_type": "desktop", "browser": "Firefox", "os": "Linux", "is_current": true, "amr": ["pwd"],
                "created_at": "2026-01-11T10:30:00.000Z", "last_activity_at": "2026-01-11T10:30:00.000Z",
                "expires_at": "2026-01-18T10:30:00.000Z", "organization_id": null,
            },
        ]),
    );
    for secret in ["janua_session", "janua_csrf", "janua_device"].map(|it| desk.answer.cookie(it)) {
        let secret = secret.rsplit('.').next().expect("a secret").to_owned();
        assert!(!list.text.contains(&secret), "{}", list.text);
    }
    let current = desk.get(&janua, CURRENT).await.accepted().json();
    assert_eq!(current, body["sessions"][1]);
    janua.get(SESSIONS).await.refused("NOT_AUTHENTICATED");
    janua.get(CURRENT).await.refused("NOT_AUTHENTICATED");
}

#[tokio::test]
async fn a_browser_that_tells_nothing_about_itself_is_listed_all_the_same() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    for agent in ["", "<script>alert(1)</script>", &"x".repeat(5000)] {
        let session = signs_in_with(&ada, agent, "10.0.0.1").await;
        let current = session.get(&janua, CURRENT).await.accepted().json();
        // No proxy is trusted here, so what it says of the client does not count.
        assert_eq!(
            (&current["ip"], &current["device"]),
            (&json!("127.0.0.1"), &json!("")),
            "{agent}"
        );
    }
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let mut ids = Vec::new();
    let mut last = ada.signs_in().await;
    for _ in 0..4 {
        ids.push(id(&janua, &last).await);
        janua.advance(minutes(2));
        last = ada.signs_in().await;
    }
    ids.push(id(&janua, &last).await);
    ids.reverse();
    let mut seen = Vec::new();
    for (page, length) in [(1, 2), (2, 2), (3, 1), (4, 0)] {
        let body = last
            .get(&janua, &format!("{SESSIONS}?page={page}&per_page=2"))
            .await
            .accepted()
            .json();
        assert_eq!(
            (&body["total"], &body["page"], &body["per_page"]),
            (&json!(5), &json!(page), &json!(2))
        );
        let sessions = body["sessions"].as_array().expect("a list").clone();
        assert_eq!(sessions.len(), length);
        seen.extend(
            sessions
                .iter()
                .map(|it| it["id"].as_str().expect("an id").to_owned()),
        );
    }
    assert_eq!(seen, ids);
    last.get(&janua, &format!("{SESSIONS}?per_page=100"))
        .await
        .accepted();
    let odd = "page=0 per_page=0 per_page=101 page=-1 page=x page= page=1.5 page=4294967296 page=1&page=2 limit=1 sort=id";
    for odd in odd.split(' ') {
        last.get(&janua, &format!("{SESSIONS}?{odd}"))
            .await
            .refused("INVALID_FIELD");
    }
}

#[tokio::test]
async fn a_session_that_was_ended_from_another_one_is_dead_in_the_very_next_request() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (desk, lost) = (ada.signs_in().await, ada.signs_in().await);
    let path = format!("{SESSIONS}/{}", id(&janua, &lost).await);
    by_cookie(&janua, &lost, ME).await.accepted();
    let ended = desk.delete(&janua, &path).await.accepted();
    assert_eq!((ended.status.as_u16(), ended.cookies().len()), (204, 0));
    is_dead(&janua, &lost).await;
    desk.delete(&janua, &path).await.refused("NOT_FOUND");
    assert_eq!(desk.get(&janua, SESSIONS).await.json()["total"], 1);

    // One's own takes the cookies along.
    let path = format!("{SESSIONS}/{}", id(&janua, &desk).await);
    let ended = desk.delete(&janua, &path).await.accepted();
    assert_eq!(ended.cookie("janua_session"), "");
    is_dead(&janua, &desk).await;
}

#[tokio::test]
async fn somebody_elses_session_is_told_like_one_that_does_not_exist() {
    let janua = TestJanua::start().await;
    let ada = signed_in(&janua, "ada@example.com").await;
    let bob = signed_in(&janua, "bob@example.com").await;
    let theirs = id(&janua, &ada).await;
    let unknown = "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60";
    let refusal = |answer: Answer| {
        let mut body = answer.refused("NOT_FOUND").json();
        body["request_id"] = Value::Null;
        body
    };
    let foreign = refusal(bob.delete(&janua, &format!("{SESSIONS}/{theirs}")).await);
    assert_eq!(
        foreign,
        refusal(bob.delete(&janua, &format!("{SESSIONS}/{unknown}")).await)
    );
    let upper = theirs.to_uppercase();
    for odd in [
        "1",
        "%00",
        "..%2Fusers",
        "'%20OR%201=1",
        "*",
        "null",
        &upper,
        &"x".repeat(3000),
    ] {
        ada.delete(&janua, &format!("{SESSIONS}/{odd}"))
            .await
            .refused("NOT_FOUND");
    }
    ada.delete(&janua, CURRENT).await.refused("METHOD_NOT_ALLOWED");
    ada.get(&janua, &format!("{SESSIONS}/{theirs}"))
        .await
        .refused("METHOD_NOT_ALLOWED");
    ada.get(&janua, ME).await.accepted();
    ada.delete(&janua, &format!("{SESSIONS}/{theirs}"))
        .await
        .accepted();
}

#[tokio::test]
async fn all_other_sessions_can_be_ended_at_once() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let bob = signed_in(&janua, "bob@example.com").await;
    let (kept, others) = (ada.signs_in().await, [ada.signs_in().await, ada.signs_in().await]);
    others[0].get(&janua, ME).await.accepted();
    assert_eq!(kept.delete(&janua, SESSIONS).await.accepted().status, 204);
    for other in &others {
        is_dead(&janua, other).await;
    }
    kept.get(&janua, ME).await.accepted();
    kept.refreshes(&janua).await.accepted();
    bob.get(&janua, ME).await.accepted();
    kept.delete(&janua, SESSIONS).await.accepted();
}

#[tokio::test]
async fn signing_out_works_by_access_token_by_refresh_token_and_by_either_name() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let other = ada.signs_in().await;
    for path in [LOGOUT, "/api/v1/auth/signout"] {
        let session = ada.signs_in().await;
        session.get(&janua, ME).await.accepted();
        let out = session.post(&janua, path, json!({})).await.accepted();
        assert_eq!(
            (out.status.as_u16(), out.cookie("janua_session")),
            (204, String::new())
        );
        is_dead(&janua, &session).await;

        // Long after the access token; without a body, an expired one says so.
        let session = ada.signs_in().await;
        let next = session.refreshes(&janua).await.accepted().str("/refresh_token");
        janua.advance(minutes(20));
        session
            .post(&janua, path, json!({}))
            .await
            .refused("TOKEN_EXPIRED");
        let body = json!({"refresh_token": next});
        session.post(&janua, path, body.clone()).await.accepted();
        janua.post(path, body).await.refused("REFRESH_TOKEN_INVALID");
        refresh(&janua, &next, "").await.refused("REFRESH_TOKEN_INVALID");
        by_cookie(&janua, &session, ME).await.refused("TOKEN_REVOKED");
    }
    janua.post(LOGOUT, json!({})).await.refused("NOT_AUTHENTICATED");
    janua
        .post(LOGOUT, json!({"refresh_token": "x"}))
        .await
        .refused("REFRESH_TOKEN_INVALID");
    other.refreshes(&janua).await.accepted();
}

#[tokio::test]
async fn a_get_signs_nobody_out() {
    let janua = TestJanua::start().await;
    let session = signed_in(&janua, "ada@example.com").await;
    for path in [LOGOUT, "/api/v1/auth/signout"] {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
            let answer = janua.send(session.request(&janua, method, path)).await;
            assert_eq!((answer.status.as_u16(), answer.cookies().len()), (405, 0));
        }
        session.get(&janua, path).await.refused("METHOD_NOT_ALLOWED");
        by_cookie(&janua, &session, path)
            .await
            .refused("METHOD_NOT_ALLOWED");
    }
    session.get(&janua, ME).await.accepted();
}

#[tokio::test]
async fn a_session_by_cookie_ends_after_an_idle_week_and_after_thirty_days_in_any_case() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (idle, busy) = (ada.signs_in().await, ada.signs_in().await);
    janua.advance(TimeDelta::days(7) - seconds(1));
    by_cookie(&janua, &busy, ME).await.accepted();
    janua.advance(seconds(1));
    by_cookie(&janua, &idle, ME).await.refused("SESSION_EXPIRED");
    let list = by_cookie(&janua, &busy, SESSIONS).await.accepted().json();
    assert_eq!(list["total"], 1, "what has expired is not listed");
    for _ in 0..4 {
        janua.advance(TimeDelta::days(5));
        by_cookie(&janua, &busy, ME).await.accepted();
    }
    janua.advance(TimeDelta::days(3) - seconds(1));
    by_cookie(&janua, &busy, ME).await.accepted();
    janua.advance(seconds(1));
    by_cookie(&janua, &busy, ME).await.refused("SESSION_EXPIRED");
    ada.signs_in().await.get(&janua, ME).await.accepted();
}

#[tokio::test]
async fn activity_is_noted_at_most_once_a_minute() {
    let janua = TestJanua::start().await;
    let session = signed_in(&janua, "ada@example.com").await;
    let mut noted = Vec::new();
    for pause in [0, 59, 1, 30, 29, 1] {
        janua.advance(seconds(pause));
        session.get(&janua, ME).await.accepted();
        let listed = session
            .get(&janua, SESSIONS)
            .await
            .accepted()
            .str("/sessions/0/last_activity_at");
        assert_eq!(
            session.get(&janua, CURRENT).await.str("/last_activity_at"),
            listed
        );
        noted.push(listed[14..19].to_owned());
    }
    assert_eq!(noted, ["30:00", "30:00", "31:00", "31:00", "31:00", "32:00"]);
}

#[tokio::test]
async fn a_second_device_is_told_by_mail_and_the_first_and_a_known_one_are_not() {
    let janua = TestJanua::start().await;
    let mut ada = janua.person("ada@example.com").registered().await;
    let promised = "SELECT count(*) FROM outbox WHERE kind = 'new_sign_in'";
    ada.signs_in_with_a_browser().await;
    ada.signs_in_with_a_browser().await;
    assert_eq!(janua.count(promised).await, 0);
    ada.cookies.clear();
    signs_in_with(&ada, FIREFOX, "10.0.0.1").await;
    assert_eq!(janua.count(promised).await, 1);
    let mails = janua.mails("ada@example.com").await;
    let told = |it: &str| it.contains("Firefox on Linux") && it.contains("127.0.0.1");
    assert!(mails.iter().any(|it| told(&it.text)), "{mails:?}");
}

#[tokio::test]
async fn two_people_in_one_browser_are_not_mixed_up() {
    let janua = TestJanua::start().await;
    let mut ada = janua.person("ada@example.com").registered().await;
    let mut bob = janua.person("bob@example.com").registered().await;
    let first = ada.signs_in_with_a_browser().await;
    bob.cookies.clone_from(&ada.cookies);
    let second = bob.signs_in_with_a_browser().await;
    assert_eq!(
        second.answer.cookie("janua_device"),
        first.answer.cookie("janua_device")
    );
    assert_ne!(id(&janua, &first).await, id(&janua, &second).await);
    // The jar holds Bob's cookies now; Ada's refresh token is still hers.
    let refreshed = refresh(&janua, &first.refresh, &bob.cookies).await.accepted();
    let request = janua
        .request(Method::GET, ME)
        .bearer_auth(refreshed.str("/access_token"));
    assert_eq!(
        janua.send(request).await.accepted().str("/email"),
        "ada@example.com"
    );
    let request = janua.request(Method::GET, ME).header("cookie", &bob.cookies);
    assert_eq!(
        janua.send(request).await.accepted().str("/email"),
        "bob@example.com"
    );
    // A token says who asks, whatever the jar holds.
    let request = first
        .request(&janua, Method::GET, ME)
        .header("cookie", &bob.cookies);
    assert_eq!(
        janua.send(request).await.accepted().str("/email"),
        "ada@example.com"
    );
    assert_eq!(
        janua
            .count("SELECT count(*) FROM outbox WHERE kind = 'new_sign_in'")
            .await,
        0
    );
}
