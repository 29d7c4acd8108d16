//! Cookies: what a browser is given, and what a page of somebody else cannot do with it.

use std::collections::BTreeSet;

use janua::crypto::secret::Kind;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, made_up};

const ME: &str = "/api/v1/users/me";
const LOGIN: &str = "/api/v1/auth/login";
const LOGOUT: &str = "/api/v1/auth/logout";

/// The origin of a fresh checkout.
const OWN: &str = "http://localhost:4100";
const FOREIGN: &str = "https://evil.example";

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
async fn an_unsafe_request_by_cookie_needs_the_csrf_token_and_else_changes_nothing() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let bob = janua
        .person("bob@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let own = format!(
        "/api/v1/sessions/{}",
        session.get(&janua, "/api/v1/sessions/current").await.str("/id")
    );
    let password = json!({"current_password": PASSWORD, "new_password": "granite-otter-lantern-58"});
    let doors = [
        (Method::PATCH, ME, json!({"first_name": "Eve"})),
        (Method::DELETE, ME, json!({})),
        (Method::POST, LOGOUT, json!({})),
        (Method::DELETE, "/api/v1/sessions", json!({})),
        (Method::DELETE, &own, json!({})),
        (Method::POST, "/api/v1/auth/password/change", password),
    ];
    let good = session.answer.cookie("janua_csrf");
    let bad = [
        None,
        Some(String::new()),
        Some(bob.answer.cookie("janua_csrf")),
        Some(good.to_lowercase()),
        Some(good + "A"),
    ];
    for (method, path, body) in doors {
        for token in &bad {
            let mut request = by_cookie(&janua, &session, method.clone(), path).json(&body);
            if let Some(token) = token {
                request = request.header("x-csrf-token", token);
            }
            assert_eq!(
                janua.send(request).await.refused("CSRF_REFUSED").cookies().len(),
                0
            );
        }
    }
    // Neither the query nor the body is a place for it, and a form is no body.
    let path = format!("{ME}?csrf_token={}", session.answer.cookie("janua_csrf"));
    let request = by_cookie(&janua, &session, Method::PATCH, &path).json(&json!({"first_name": "Eve"}));
    janua.send(request).await.refused("CSRF_REFUSED");
    let form = by_script(&janua, &session, Method::PATCH, ME).form(&[("first_name", "Eve")]);
    janua.send(form).await.refused("UNSUPPORTED_MEDIA_TYPE");
    let me = session.get(&janua, ME).await.accepted();
    assert_eq!(me.json()["first_name"], Value::Null);

    let request = by_script(&janua, &session, Method::PATCH, ME).json(&json!({"first_name": "Ada"}));
    assert_eq!(janua.send(request).await.accepted().str("/first_name"), "Ada");
}

#[tokio::test]
async fn a_foreign_page_is_refused_even_with_the_token() {
    let janua = TestJanua::with(&[("CORS_ORIGINS", "https://app.example.com")]).await;
    let session = ada(&janua).await;
    let change = |headers: &[(&str, &str)], name: &str| {
        let mut request = by_script(&janua, &session, Method::PATCH, ME).json(&json!({"first_name": name}));
        for (header, value) in headers {
            request = request.header(*header, *value);
        }
        janua.send(request)
    };
    let foreign = [
        FOREIGN,
        "null",
        "",
        "http://localhost:4100.evil.example",
        "http://localhost",
        "https://localhost:4100",
        "http://localhost:4101",
        "http://127.0.0.1:4100",
        "https://app.example.com.evil.example",
        "https://example.com",
        "https://x.app.example.com",
        "http://app.example.com",
    ];
    for origin in foreign {
        change(&[("origin", origin)], "Eve").await.refused("CSRF_REFUSED");
        change(&[("origin", origin), ("sec-fetch-site", "same-origin")], "Eve")
            .await
            .refused("CSRF_REFUSED");
    }
    change(&[("sec-fetch-site", "cross-site")], "Eve")
        .await
        .refused("CSRF_REFUSED");
    let me = session.get(&janua, ME).await.accepted();
    assert_eq!(me.json()["first_name"], Value::Null);

    for origin in [OWN, "https://app.example.com"] {
        let answer = change(&[("origin", origin), ("sec-fetch-site", "cross-site")], origin)
            .await
            .accepted();
        assert_eq!(answer.str("/first_name"), origin);
    }
    // An access token is nothing that a browser sends by itself.
    let request = session
        .request(&janua, Method::PATCH, ME)
        .header("origin", FOREIGN);
    janua
        .send(request.json(&json!({"first_name": "Ada"})))
        .await
        .accepted();
}

#[tokio::test]
async fn a_foreign_page_cannot_sign_anybody_in_to_an_account_of_its_choice() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let login = |header: &'static str, value: &'static str| {
        let body = json!({"email": ada.email, "password": PASSWORD});
        janua.send(
            janua
                .request(Method::POST, LOGIN)
                .header(header, value)
                .json(&body),
        )
    };
    assert_eq!(login("origin", OWN).await.accepted().cookies().len(), 3);
    for (header, value) in [
        ("origin", FOREIGN),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        assert_eq!(
            login(header, value).await.accepted().cookies().len(),
            0,
            "{header}: {value}"
        );
    }
    let form = [("email", ada.email.as_str()), ("password", PASSWORD)];
    let refused = janua
        .send(janua.request(Method::POST, LOGIN).form(&form))
        .await
        .refused("UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(refused.cookies().len(), 0);
    // A form can send text that looks like JSON.
    let text = json!({"email": ada.email, "password": PASSWORD}).to_string();
    let request = janua
        .request(Method::POST, LOGIN)
        .header("content-type", "text/plain")
        .body(text);
    assert_eq!(
        janua
            .send(request)
            .await
            .refused("UNSUPPORTED_MEDIA_TYPE")
            .cookies()
            .len(),
        0
    );
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
    let request = janua
        .request(Method::GET, ME)
        .header("cookie", format!("a=1;janua_session={cookie}; b"));
    janua.send(request).await.accepted();
    // A token that is refused is not rescued by a cookie.
    let request = by_cookie(&janua, &session, Method::GET, ME).bearer_auth("x");
    janua.send(request).await.refused("TOKEN_INVALID");
}

#[tokio::test]
async fn a_header_or_parameter_does_not_change_the_method() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let request = session.request(&janua, Method::GET, ME).header(header, "DELETE");
        janua.send(request).await.accepted();
        let request = session.request(&janua, Method::POST, ME).header(header, "DELETE");
        janua
            .send(request.json(&json!({})))
            .await
            .refused("METHOD_NOT_ALLOWED");
        let request = by_cookie(&janua, &session, Method::GET, LOGOUT).header(header, "POST");
        janua.send(request).await.refused("METHOD_NOT_ALLOWED");
    }
    session
        .get(&janua, &format!("{ME}?_method=DELETE"))
        .await
        .accepted();
    session
        .post(&janua, &format!("{ME}?_method=DELETE"), json!({}))
        .await
        .refused("METHOD_NOT_ALLOWED");
    session.get(&janua, ME).await.accepted();
}

#[tokio::test]
async fn signing_out_by_cookie_takes_the_cookies_away_and_leaves_the_device_known() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
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
