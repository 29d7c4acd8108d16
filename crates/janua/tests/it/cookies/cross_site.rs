//! What a page of somebody else cannot do with the cookies of its visitor.

use reqwest::Method;
use serde_json::json;

use super::{LOGOUT, ME, ada, by_cookie, by_script};
use crate::support::{PASSWORD, TestJanua};

const LOGIN: &str = "/api/v1/auth/login";

/// The origin of a fresh checkout.
const OWN: &str = "http://localhost:4100";
const FOREIGN: &str = "https://evil.example";

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
    let request = by_script(&janua, &session, Method::PATCH, ME).json(&json!({"first_name": "Ada"}));
    assert_eq!(janua.send(request).await.accepted().str("/first_name"), "Ada");

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
    assert_eq!(me.str("/first_name"), "Ada");
    janua.person("ada@example.com").signs_in().await;
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
    for origin in [OWN, "https://app.example.com"] {
        let name = origin.replace("://", " ");
        let answer = change(&[("origin", origin), ("sec-fetch-site", "cross-site")], &name)
            .await
            .accepted();
        assert_eq!(answer.str("/first_name"), name);
    }
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
    assert_eq!(me.str("/first_name"), "https app.example.com");

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
