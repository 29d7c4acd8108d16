//! Pages of other origins, and the headers that every answer carries.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestJanua};

const FRIEND: &str = "https://app.example.com";

/// Origins that look like a friend's.
const STRANGERS: [&str; 16] = [
    "https://evil.example",
    "null",
    "*",
    "",
    "https://app.example.com.evil.example",
    "https://evil-app.example.com",
    "https://evilapp.example.com",
    "https://app.example.co",
    "https://app.example.com:8443",
    "http://app.example.com",
    "https://APP.example.com",
    "https://app.example.com/",
    "https://app.example.com@evil.example",
    "https://x.app.example.com",
    "app.example.com",
    "http://localhost:4101",
];

async fn janua() -> TestJanua {
    TestJanua::with(&[(
        "CORS_ORIGINS",
        "https://app.example.com, https://admin.example.com/",
    )])
    .await
}

async fn preflight(janua: &TestJanua, path: &str, origin: &str) -> Answer {
    let request = janua.request(Method::OPTIONS, path).header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    janua
        .send(request.header("access-control-request-headers", "content-type,authorization"))
        .await
}

fn assert_no_leave(answer: &Answer, told: &str) {
    for (name, _) in &answer.headers {
        assert!(!name.as_str().starts_with("access-control-"), "{told}: {name}");
    }
    assert_eq!(
        answer.header("vary").to_lowercase().matches("origin").count(),
        1,
        "{told}"
    );
}

#[tokio::test]
async fn a_friend_may_send_requests_with_credentials() {
    let janua = janua().await;
    for friend in [FRIEND, "https://admin.example.com", "http://localhost:4100"] {
        let answer = preflight(&janua, "/api/v1/auth/login", friend).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        assert_eq!(answer.header("access-control-allow-origin"), friend);
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        assert_eq!(
            answer.header("access-control-allow-headers"),
            "content-type,authorization"
        );
        let methods = answer.header("access-control-allow-methods");
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            assert!(
                methods.split(", ").any(|it| it == method),
                "{method} in {methods}"
            );
        }
        assert_eq!(answer.header("access-control-max-age"), "600");
        assert!(answer.header("vary").to_lowercase().contains("origin"));
    }
}

#[tokio::test]
async fn a_friend_may_read_answers_and_what_they_carry() {
    let janua = janua().await;
    let bad = json!({"email": "ada@example.com", "password": "wrong"});
    let requests = [
        janua.request(Method::GET, "/live"),
        janua.request(Method::GET, "/nowhere"),
        janua.request(Method::PUT, "/live"),
        janua.request(Method::POST, "/api/v1/auth/login").json(&bad),
        janua.request(Method::GET, "/api/v1/users/me"),
    ];
    for request in requests {
        let answer = janua.send(request.header("origin", FRIEND)).await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            FRIEND,
            "{}",
            answer.text
        );
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        let exposed = answer.header("access-control-expose-headers");
        for name in [
            "X-Request-ID",
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "Retry-After",
        ] {
            assert!(exposed.split(", ").any(|it| it == name), "{name} in {exposed}");
        }
    }
}

#[tokio::test]
async fn a_stranger_gets_no_leave() {
    let janua = janua().await;
    assert_eq!(
        preflight(&janua, "/live", FRIEND)
            .await
            .header("access-control-allow-origin"),
        FRIEND
    );
    for stranger in STRANGERS {
        for path in ["/api/v1/auth/login", "/api/v1/users/me", "/nowhere"] {
            assert_no_leave(
                &preflight(&janua, path, stranger).await,
                &format!("preflight {path} from {stranger:?}"),
            );
            let answer = janua
                .send(janua.request(Method::GET, path).header("origin", stranger))
                .await;
            assert_no_leave(&answer, &format!("GET {path} from {stranger:?}"));
        }
    }
}

#[tokio::test]
async fn without_settings_only_our_own_origin_is_a_friend() {
    let janua = TestJanua::with(&[("APP_BASE_URL", "https://id.example.com/auth")]).await;
    let answer = preflight(&janua, "/live", "https://id.example.com").await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://id.example.com"
    );
    for stranger in [
        FRIEND,
        "https://id.example.com/auth",
        "http://localhost:4100",
        "null",
    ] {
        assert_no_leave(&preflight(&janua, "/live", stranger).await, stranger);
    }
}

#[tokio::test]
async fn an_answer_never_depends_on_the_origin_behind_the_back_of_a_cache() {
    let janua = janua().await;
    for path in [
        "/live",
        "/openapi.json",
        "/.well-known/jwks.json",
        "/assets/pages.css",
        "/",
        "/nowhere",
    ] {
        let answer = janua.get(path).await;
        assert!(
            answer.header("vary").to_lowercase().contains("origin"),
            "{path}: {:?}",
            answer.headers
        );
    }
}

#[tokio::test]
async fn every_kind_of_answer_is_protected() {
    let janua = TestJanua::with(&[("RATE_LIMIT_REFRESH", "1/h")]).await;
    let limited = json!({"refresh_token": "jrt_x"});
    janua.post("/api/v1/auth/refresh", limited.clone()).await;
    let answers = [
        ("an answer", janua.get("/live").await.accepted()),
        ("a page", janua.get("/").await.accepted()),
        ("a stylesheet", janua.get("/assets/pages.css").await.accepted()),
        ("the viewer", janua.get("/docs").await.accepted()),
        ("the document", janua.get("/openapi.json").await.accepted()),
        (
            "an unknown path",
            janua.get("/nowhere").await.refused("NOT_FOUND"),
        ),
        (
            "a wrong method",
            janua
                .get("/api/v1/auth/login")
                .await
                .refused("METHOD_NOT_ALLOWED"),
        ),
        (
            "no credentials",
            janua.get("/api/v1/users/me").await.refused("NOT_AUTHENTICATED"),
        ),
        (
            "a bad body",
            janua
                .post("/api/v1/auth/login", json!([]))
                .await
                .refused("BAD_REQUEST"),
        ),
        (
            "a limit",
            janua
                .post("/api/v1/auth/refresh", limited)
                .await
                .refused("RATE_LIMITED"),
        ),
        ("a preflight", preflight(&janua, "/live", FRIEND).await),
        (
            "a broken link",
            janua
                .send(janua.request(Method::POST, "/auth/verify-email").body("token=x"))
                .await,
        ),
    ];
    for (what, answer) in answers {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{what}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
            "{what}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
        assert!(
            matches!(
                answer.header("referrer-policy").as_str(),
                "no-referrer" | "strict-origin"
            ),
            "{what}"
        );
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{what}"
        );
        assert!(!answer.header("permissions-policy").is_empty(), "{what}");
        assert!(!answer.header("cache-control").is_empty(), "{what}");
        assert!(!answer.header("x-request-id").is_empty(), "{what}");
        assert!(answer.header("server-timing").starts_with("total;dur="), "{what}");
        for name in ["server", "x-powered-by", "strict-transport-security"] {
            assert_eq!(answer.header(name), "", "{what}: {name}");
        }
    }
}

#[tokio::test]
async fn behind_https_browsers_are_told_to_stay_there() {
    let janua = TestJanua::with(&[("APP_BASE_URL", "https://id.example.com")]).await;
    for path in ["/live", "/", "/nowhere"] {
        let told = janua.get(path).await.header("strict-transport-security");
        assert!(told.starts_with("max-age=31536000"), "{path}: {told}");
    }
}

#[tokio::test]
async fn what_belongs_to_one_caller_is_never_stored() {
    let janua = TestJanua::start().await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    assert_eq!(session.answer.header("cache-control"), "no-store");
    for path in [
        "/api/v1/users/me",
        "/api/v1/sessions",
        "/api/v1/auth/session",
        "/health",
        "/auth/reset-password?token=x",
    ] {
        assert_eq!(
            session.get(&janua, path).await.accepted().header("cache-control"),
            "no-store",
            "{path}"
        );
    }
    assert_eq!(
        session.refreshes(&janua).await.accepted().header("cache-control"),
        "no-store"
    );
    let jwks = janua.get("/.well-known/jwks.json").await.accepted();
    assert_eq!(jwks.header("cache-control"), "public, max-age=300");
}
