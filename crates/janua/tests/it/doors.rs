//! Every operation of the OpenAPI document, tried without rights and with a neighbour's.

use janua::http::router;
use reqwest::Method;
use serde_json::{Value, json};

use crate::bad_input::raw::Connection;
use crate::support::TestJanua;

/// Operations that anybody may call. A new route stands here or asks for credentials.
const OPEN: [&str; 40] = [
    "GET /.well-known/jwks.json",
    "GET /.well-known/passkey-endpoints",
    "GET /.well-known/webauthn",
    "GET /api/v1/auth/oauth/providers",
    "GET /api/v1/auth/oauth/{provider}/authorize",
    "GET /api/v1/auth/oauth/{provider}/callback",
    "GET /api/v1/health/circuit-breaker",
    "GET /api/v1/sso/callback",
    "GET /api/v1/sso/connections/{id}/jwks",
    "GET /api/v1/sso/connections/{id}/metadata",
    "GET /api/v1/sso/domains/{domain}",
    "GET /api/v1/sso/saml/slo",
    "GET /dev/mail/messages",
    "GET /health",
    "GET /health/detailed",
    "GET /live",
    // In production it answers on its own listener only, unless the operator wants it here.
    "GET /metrics",
    "GET /ready",
    "POST /api/v1/auth/email/resend",
    "POST /api/v1/auth/email/verify",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/magic-link",
    "POST /api/v1/auth/magic-link/verify",
    "POST /api/v1/auth/oauth/{provider}/callback",
    "POST /api/v1/auth/password/forgot",
    "POST /api/v1/auth/password/reset",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/register",
    "POST /api/v1/invitations/preview",
    "POST /api/v1/mfa/challenge",
    "POST /api/v1/mfa/challenge/verify",
    "POST /api/v1/mfa/enrol/sms",
    "POST /api/v1/mfa/enrol/sms/verify",
    "POST /api/v1/mfa/enrol/totp",
    "POST /api/v1/mfa/enrol/totp/verify",
    "POST /api/v1/passkeys/authenticate/options",
    "POST /api/v1/passkeys/authenticate/verify",
    "POST /api/v1/sso/callback",
    "POST /api/v1/sso/initiate",
    "POST /api/v1/sso/saml/slo",
];

pub(crate) struct Door {
    pub(crate) method: Method,
    path: String,
    operation: Value,
}

impl Door {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(crate) fn is_guarded(&self) -> bool {
        self.operation.get("security").is_some()
    }

    /// Whether an API key may open it.
    pub(crate) fn takes_keys(&self) -> bool {
        let schemes = self.operation["security"].as_array();
        schemes.is_some_and(|all| all.iter().any(|it| it.get("api_key").is_some()))
    }

    /// The path inside an organization, with ids of the right form that belong to nobody.
    pub(crate) fn within(&self, organization: &str) -> String {
        self.path.replace("{organization_id}", organization)
    }

    /// The path with an id of the right form that belongs to nobody.
    pub(crate) fn somewhere(&self) -> String {
        self.path.replace("{id}", "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60")
    }
}

fn document() -> Value {
    serde_json::to_value(router::document()).expect("the document is JSON")
}

pub(crate) fn doors() -> Vec<Door> {
    let mut doors = Vec::new();
    for (path, operations) in document()["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            doors.push(Door {
                method,
                path: path.clone(),
                operation: operation.clone(),
            });
        }
    }
    doors
}

#[test]
fn every_door_is_guarded_or_open_on_purpose() {
    let mut open: Vec<String> = doors()
        .iter()
        .filter(|it| !it.is_guarded())
        .map(Door::name)
        .collect();
    open.sort();
    assert_eq!(open, OPEN);
    assert!(doors().iter().any(Door::is_guarded));
}

#[tokio::test]
async fn a_guarded_door_stays_shut_without_credentials() {
    let janua = TestJanua::start().await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    session.get(&janua, "/api/v1/users/me").await.accepted();
    for door in doors().into_iter().filter(Door::is_guarded) {
        let request = || janua.request(door.method.clone(), &door.somewhere());
        let answer = janua.send(request()).await.refused("NOT_AUTHENTICATED");
        assert_eq!(
            (answer.status.as_u16(), answer.str("/error")),
            (401, "AUTHENTICATION_ERROR".to_owned())
        );
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{}", door.name());

        janua
            .send(request().header("authorization", "Basic YWRhOng="))
            .await
            .refused("NOT_AUTHENTICATED");
        janua
            .send(request().bearer_auth("eyJhbGciOiJub25lIn0.e30."))
            .await
            .refused("TOKEN_INVALID");
        janua
            .send(request().bearer_auth(&session.refresh))
            .await
            .refused("TOKEN_INVALID");
        let in_query = format!("{}?access_token={}", door.somewhere(), session.access);
        janua
            .send(janua.request(door.method.clone(), &in_query))
            .await
            .refused("NOT_AUTHENTICATED");
    }
    session.get(&janua, "/api/v1/users/me").await.accepted();
}

#[tokio::test]
async fn a_neighbour_finds_nothing_behind_the_id_of_a_session() {
    let janua = TestJanua::start().await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let eve = janua
        .person("eve@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let id = ada
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .str("/id");
    let with_ids: Vec<Door> = doors()
        .into_iter()
        .filter(|it| it.path.contains("/sessions/{") && !it.path.starts_with("/api/v1/admin/"))
        .collect();
    assert!(!with_ids.is_empty());
    for door in with_ids {
        let path = door.path.replace("{id}", &id);
        let answer = janua
            .send(eve.request(&janua, door.method.clone(), &path))
            .await
            .refused("NOT_FOUND");
        let nothing = janua
            .send(eve.request(&janua, door.method.clone(), &door.somewhere()))
            .await;
        // Somebody else's and nobody's cannot be told apart.
        assert_eq!(
            answer.json()["message"],
            nothing.refused("NOT_FOUND").json()["message"],
            "{}",
            door.name()
        );
    }
    ada.get(&janua, "/api/v1/users/me").await.accepted();
    ada.delete(&janua, &format!("/api/v1/sessions/{id}"))
        .await
        .accepted();
}

#[test]
fn every_operation_tells_how_it_fails_and_what_it_does() {
    for door in doors() {
        let (name, operation) = (door.name(), &door.operation);
        let failure =
            operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"].as_str();
        assert_eq!(failure, Some("#/components/schemas/ErrorBody"), "{name}");
        let good = operation["responses"]
            .as_object()
            .expect("responses")
            .keys()
            .any(|it| it.starts_with(['2', '3']));
        assert!(good, "{name} documents no success");
        for text in ["summary", "operationId"] {
            assert!(
                operation[text].as_str().is_some_and(|it| !it.is_empty()),
                "{name} has no {text}"
            );
        }
        assert!(
            operation["tags"].as_array().is_some_and(|it| it.len() == 1),
            "{name}"
        );
    }
}

#[test]
fn names_in_the_document_are_unique_and_lead_somewhere() {
    let document = document();
    let mut ids: Vec<String> = doors()
        .iter()
        .map(|it| it.operation["operationId"].to_string())
        .collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(
        ids.len(),
        count,
        "an operationId is used twice: clients cannot be generated"
    );
    let text = document.to_string();
    for reference in text
        .split("\"$ref\":\"#")
        .skip(1)
        .filter_map(|it| it.split('"').next())
    {
        assert!(document.pointer(reference).is_some(), "{reference} leads nowhere");
    }
    let tags = document["tags"].as_array().expect("tags");
    for door in doors() {
        assert!(
            tags.iter().any(|it| it["name"] == door.operation["tags"][0]),
            "{}",
            door.name()
        );
    }
}

#[test]
fn the_body_of_every_failure_is_documented_as_it_is() {
    let document = document();
    let schema = &document["components"]["schemas"]["ErrorBody"];
    let mut documented: Vec<&String> = schema["properties"]
        .as_object()
        .expect("properties")
        .keys()
        .collect();
    documented.sort();
    assert_eq!(
        documented,
        [
            "code",
            "details",
            "error",
            "message",
            "request_id",
            "status_code",
            "timestamp"
        ]
    );
    assert_eq!(
        schema["required"].as_array().map(Vec::len),
        Some(documented.len())
    );
}

#[tokio::test]
async fn the_document_that_is_served_is_the_one_in_the_repository() {
    let janua = TestJanua::start().await;
    let served = janua.get("/openapi.json").await.accepted();
    assert_eq!(served.header("content-type"), "application/json");
    assert!(served.str("/openapi").starts_with("3.1"));
    assert_eq!(served.str("/info/version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(served.json(), document());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../api/openapi.json");
    let committed = std::fs::read_to_string(path).expect("api/openapi.json; `make generate` writes it");
    let committed: Value = serde_json::from_str(&committed).expect("JSON");
    assert!(
        committed == document(),
        "api/openapi.json is not what the code says; run `make generate`"
    );
}

#[tokio::test]
async fn the_viewer_needs_nothing_from_other_hosts() {
    let janua = TestJanua::start().await;
    let viewer = janua.get("/docs").await.accepted();
    assert!(viewer.header("content-type").starts_with("text/html"));
    let policy = viewer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(
        !policy.contains("//") && !policy.contains('*') && !policy.contains("script-src 'self' "),
        "{policy}"
    );
    let addresses: Vec<&str> = ["href=\"", "src=\""]
        .into_iter()
        .flat_map(|name| {
            viewer
                .text
                .split(name)
                .skip(1)
                .filter_map(|it| it.split('"').next())
        })
        .collect();
    assert!(addresses.len() >= 3, "{addresses:?}");
    for address in addresses {
        assert!(address.starts_with("/docs/"), "{address}");
        let asset = janua.get(address).await.accepted();
        assert!(!asset.text.is_empty(), "{address}");
        assert_eq!(asset.header("x-content-type-options"), "nosniff", "{address}");
    }
    assert!(
        janua
            .get("/docs/start.js")
            .await
            .accepted()
            .text
            .contains("/openapi.json")
    );
    janua.get("/docs/nothing.js").await.refused("NOT_FOUND");
    janua.get("/docs/").await.accepted();
}

#[tokio::test]
async fn other_names_of_a_route_are_the_same_door() {
    let janua = TestJanua::start().await;
    let ada = json!({"email": "ada@example.com", "password": crate::support::PASSWORD});
    let registered = janua.post("/api/v1/auth/signup", ada.clone()).await.accepted();
    assert_eq!(registered.status, 201);
    janua
        .post("/api/v1/auth/signin", ada.clone())
        .await
        .refused("EMAIL_NOT_VERIFIED");
    janua
        .post(
            "/api/v1/auth/email/resend-verification",
            json!({"email": "ada@example.com"}),
        )
        .await
        .accepted();
    let secret = janua.secret("ada@example.com", "verify-email").await;
    janua
        .post("/api/v1/auth/email/verify", json!({"token": secret}))
        .await
        .accepted();
    let session = crate::support::SignedIn::of(janua.post("/api/v1/auth/signin", ada).await.accepted());
    session
        .post(&janua, "/api/v1/auth/signout", json!({}))
        .await
        .accepted();
    session
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    janua
        .post("/api/v1/auth/signout", json!({}))
        .await
        .refused("NOT_AUTHENTICATED");
}

/// Whoever takes no compressed answer goes a short way around the router to what is asked most.
#[tokio::test]
async fn a_short_cut_answers_as_its_route_does() {
    let janua = TestJanua::start().await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let bearer = format!("authorization: Bearer {}\r\n", ada.access);
    let mut connection = Connection::to(&janua).await;
    for path in [
        "/api/v1/users/me",
        "//api/v1/users/me/?x=1",
        "/.well-known/jwks.json",
    ] {
        for shown in [&bearer, "", "x-api-key: jak_none\r\n"] {
            let mut told = Vec::new();
            for way in ["", "accept-encoding: identity\r\n"] {
                let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nx-request-id: same\r\n");
                connection.say(format!("{head}{shown}{way}\r\n")).await;
                let mut answer = connection.listen().await;
                // Those tell of the moment, and of the way.
                for name in ["date", "server-timing", "vary"] {
                    answer.headers.remove(name);
                }
                let mut headers: Vec<_> = answer.headers.iter().collect();
                headers.sort_by_key(|(name, _)| name.as_str());
                told.push(format!("{} {headers:?} {}", answer.status, answer.text));
            }
            assert_eq!(told[0], told[1], "{path} with {shown:?}");
        }
    }
}
