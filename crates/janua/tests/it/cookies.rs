//! Cookies: what a browser is given, and what is never taken for one of them.

mod cross_site;

use std::collections::BTreeSet;

use janua::crypto::secret::Kind;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::support::{Answer, SignedIn, TestJanua, made_up};

const ME: &str = "/api/v1/users/me";
const LOGOUT: &str = "/api/v1/auth/logout";

/// The flags of a cookie that was set, without its value.
#[track_caller]
fn flags(answer: &Answer, name: &str) -> BTreeSet<String> {
    assert!(!answer.cookie(name).is_empty(), "{name} has no value");
    let all = answer.cookies();
    let found = all
        .iter()
        .find(|it| it.starts_with(&format!("{name}=")))
        .expect("it was set");
    found.split("; ").skip(1).map(str::to_owned).collect()
}

fn set<const N: usize>(flags: [&str; N]) -> BTreeSet<String> {
    flags.map(str::to_owned).into()
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

/// A request by cookie, as the browser of this session sends it.
fn by_cookie(janua: &TestJanua, session: &SignedIn, method: Method, path: &str) -> RequestBuilder {
    janua
        .request(method, path)
        .header("cookie", session.cookie_header())
}

/// The same with what only scripts of our own origin can read.
fn by_script(janua: &TestJanua, session: &SignedIn, method: Method, path: &str) -> RequestBuilder {
    let token = session.answer.cookie("janua_csrf");
    by_cookie(janua, session, method, path).header("x-csrf-token", token)
}

#[tokio::test]
async fn a_fresh_checkout_sets_cookies_that_work_over_http() {
    let janua = TestJanua::start().await;
    let answer = ada(&janua).await.answer;
    let month = "Max-Age=2592000";
    assert_eq!(
        flags(&answer, "janua_session"),
        set(["HttpOnly", "SameSite=Lax", "Path=/", month])
    );
    assert_eq!(
        flags(&answer, "janua_csrf"),
        set(["SameSite=Lax", "Path=/", month])
    );
    let year = "Max-Age=31536000";
    assert_eq!(
        flags(&answer, "janua_device"),
        set(["HttpOnly", "SameSite=Lax", "Path=/", year])
    );
    assert_eq!(answer.cookies().len(), 3);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_host() {
    let janua = TestJanua::with(&[
        ("APP_BASE_URL", "https://id.example.com"),
        ("SESSION_MAX_DAYS", "1"),
    ])
    .await;
    let session = ada(&janua).await;
    let day = "Max-Age=86400";
    for (name, flag) in [("__Host-janua_session", "HttpOnly"), ("__Host-janua_csrf", day)] {
        let expected = set([flag, "SameSite=Lax", "Secure", "Path=/", day]);
        assert_eq!(
            flags(&session.answer, name),
            expected,
            "no Domain, or browsers drop it"
        );
    }
    janua
        .send(by_cookie(&janua, &session, Method::GET, ME))
        .await
        .accepted();
    // The bare name is one that any subdomain could have set.
    let bare = session.cookie_header().replace("__Host-", "");
    janua
        .send(janua.request(Method::GET, ME).header("cookie", bare))
        .await
        .refused("NOT_AUTHENTICATED");
    let out = session.post(&janua, LOGOUT, json!({})).await.accepted();
    let cleared = out.cookies().join("\n");
    assert!(
        cleared.contains("__Host-janua_session=; ") && cleared.contains("Secure"),
        "{cleared}"
    );
}

#[tokio::test]
async fn the_flags_are_settings() {
    let https = ("APP_BASE_URL", "https://id.example.com");
    let shared = [
        https,
        ("SESSION_COOKIE_DOMAIN", "example.com"),
        ("SESSION_COOKIE_SAMESITE", "none"),
    ];
    let session = ada(&TestJanua::with(&shared).await).await;
    let flags_of = flags(&session.answer, "__Secure-janua_session");
    let expected = set([
        "HttpOnly",
        "SameSite=None",
        "Secure",
        "Path=/",
        "Domain=example.com",
        "Max-Age=2592000",
    ]);
    assert_eq!(flags_of, expected);

    let open = [
        ("SESSION_COOKIE_HTTPONLY", "false"),
        ("SESSION_COOKIE_SAMESITE", "strict"),
    ];
    let session = ada(&TestJanua::with(&open).await).await;
    assert_eq!(
        flags(&session.answer, "janua_session"),
        set(["SameSite=Strict", "Path=/", "Max-Age=2592000"])
    );
    assert!(
        flags(&session.answer, "janua_device").contains("HttpOnly"),
        "no script has use for it"
    );
}

#[tokio::test]
async fn a_get_by_cookie_works_and_tells_the_csrf_token() {
    let janua = TestJanua::start().await;
    let (session, other) = (
        ada(&janua).await,
        janua
            .person("bob@example.com")
            .registered()
            .await
            .signs_in()
            .await,
    );
    let answer = janua
        .send(by_cookie(&janua, &session, Method::GET, "/api/v1/auth/session"))
        .await
        .accepted();
    assert_eq!(answer.str("/user/email"), "ada@example.com");
    assert_eq!(answer.json()["session"]["is_current"], true);
    assert_eq!(answer.str("/csrf_token"), session.answer.cookie("janua_csrf"));
    assert_ne!(answer.str("/csrf_token"), other.answer.cookie("janua_csrf"));
    assert_eq!(answer.cookies().len(), 0);
}

#[tokio::test]
async fn a_planted_session_cookie_is_replaced_and_never_opens_anything() {
    let janua = TestJanua::start().await;
    let attacker = ada(&janua).await;
    let mut victim = janua.person("bob@example.com").registered().await;
    let planted = attacker.answer.cookie("janua_session");
    let theirs = planted.split('.').next().expect("an id").to_owned();
    for planted in [
        planted,
        format!("{theirs}.{theirs}.{}", made_up(Kind::Cookie)),
        "fixed".to_owned(),
    ] {
        victim.cookies = format!("janua_session={planted}");
        let session = victim.signs_in().await;
        assert_ne!(session.answer.cookie("janua_session"), planted);
        let me = janua
            .send(by_cookie(&janua, &session, Method::GET, ME))
            .await
            .accepted();
        assert_eq!(me.str("/email"), "bob@example.com");
        let me = janua
            .send(janua.request(Method::GET, ME).header("cookie", &victim.cookies))
            .await;
        assert!(!me.text.contains("bob@example.com"), "{}", me.text);
    }
}

#[tokio::test]
async fn forged_and_edited_cookies_open_nothing() {
    let janua = TestJanua::start().await;
    let (session, bob) = (
        ada(&janua).await,
        janua
            .person("bob@example.com")
            .registered()
            .await
            .signs_in()
            .await,
    );
    let [cookie, other] = [&session, &bob].map(|it| it.answer.cookie("janua_session"));
    let request = janua
        .request(Method::GET, ME)
        .header("cookie", format!("a=1;janua_session={cookie}; b"));
    janua.send(request).await.accepted();
    let [own, theirs] = [&cookie, &other].map(|it| it.split('.').collect::<Vec<_>>());
    let csrf = session.answer.cookie("janua_csrf");
    let made_up = made_up(Kind::Cookie);
    let forged = [
        ("NOT_AUTHENTICATED", String::new()),
        ("NOT_AUTHENTICATED", ".".to_owned()),
        ("NOT_AUTHENTICATED", "..".to_owned()),
        ("NOT_AUTHENTICATED", own[1].to_owned()),
        ("NOT_AUTHENTICATED", own[2].to_owned()),
        ("NOT_AUTHENTICATED", session.access.clone()),
        ("NOT_AUTHENTICATED", format!("{}.{}", own[0], own[1])),
        ("NOT_AUTHENTICATED", format!("{}.{}.", own[0], own[1])),
        ("NOT_AUTHENTICATED", format!("{cookie}.")),
        ("NOT_AUTHENTICATED", format!("{cookie}A")),
        ("NOT_AUTHENTICATED", format!("{cookie}=")),
        ("NOT_AUTHENTICATED", format!("\"{cookie}\"")),
        ("NOT_AUTHENTICATED", cookie[..cookie.len() - 1].to_owned()),
        ("NOT_AUTHENTICATED", format!("{}.{}.{csrf}", own[0], own[1])),
        (
            "NOT_AUTHENTICATED",
            format!("{}.{}.{}", own[0], own[1], session.refresh),
        ),
        (
            "NOT_AUTHENTICATED",
            format!("{}.{}.{}", own[0].to_uppercase(), own[1], own[2]),
        ),
        ("TOKEN_INVALID", format!("{}.{}.{made_up}", own[0], own[1])),
        ("TOKEN_INVALID", format!("{}.{}.{}", theirs[0], theirs[1], own[2])),
        ("TOKEN_REVOKED", format!("{}.{}.{}", theirs[0], own[1], own[2])),
        ("TOKEN_REVOKED", format!("{}.{}.{}", own[0], theirs[1], own[2])),
        ("TOKEN_REVOKED", format!("{}.{}.{}", own[0], own[0], own[2])),
    ];
    for (code, forged) in forged {
        let request = janua
            .request(Method::GET, ME)
            .header("cookie", format!("janua_session={forged}"));
        janua.send(request).await.refused(code);
    }
    let names = [
        "session",
        "Janua_Session",
        "janua_sessionx",
        "__Host-janua_session",
    ];
    for name in names {
        let request = janua
            .request(Method::GET, ME)
            .header("cookie", format!("{name}={cookie}"));
        janua.send(request).await.refused("NOT_AUTHENTICATED");
    }
    // A token that is refused is not rescued by a cookie.
    let request = by_cookie(&janua, &session, Method::GET, ME).bearer_auth("x");
    janua.send(request).await.refused("TOKEN_INVALID");
}

#[tokio::test]
async fn signing_out_by_cookie_takes_the_cookies_away_and_leaves_the_device_known() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    janua
        .send(by_cookie(&janua, &session, Method::GET, ME))
        .await
        .accepted();
    let answer = janua
        .send(by_script(&janua, &session, Method::POST, LOGOUT))
        .await
        .accepted();
    let mut cleared = answer.cookies();
    cleared.sort();
    let expected =
        ["janua_csrf", "janua_session"].map(|it| format!("{it}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"));
    assert_eq!(cleared, expected);
    janua
        .send(by_cookie(&janua, &session, Method::GET, ME))
        .await
        .refused("TOKEN_REVOKED");
    session.get(&janua, ME).await.refused("TOKEN_REVOKED");

    let mut ada = janua.person("ada@example.com");
    ada.cookies = format!("janua_device={}", session.answer.cookie("janua_device"));
    let again = ada.signs_in().await;
    assert_eq!(
        again.answer.cookie("janua_device"),
        session.answer.cookie("janua_device")
    );
    let out = again.delete(&janua, ME).await.accepted();
    assert_eq!(
        out.cookie("janua_session"),
        "",
        "a deleted account has no session"
    );
}
