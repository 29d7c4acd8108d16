//! Whose address counts: the peer's, unless a proxy that the operator trusts vouches for another one.

use reqwest::Method;

use super::{LOGIN, wrong};
use crate::support::{Answer, PASSWORD, TestJanua};

/// Everything that some server has once believed.
const HEADERS: [&str; 10] = [
    "x-forwarded-for",
    "forwarded",
    "cf-connecting-ip",
    "x-real-ip",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "fastly-client-ip",
    "x-originating-ip",
    "x-remote-addr",
];

/// A wrong password for somebody new each time, so that only the network's limit counts.
async fn tries(janua: &TestJanua, headers: &[(&str, &str)]) -> Answer {
    let email = format!("{}@example.com", janua.app.random.id(janua.app.clock.now()));
    let request = janua.request(Method::POST, LOGIN).json(&wrong(&email));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    janua.send(request).await
}

#[tokio::test]
async fn a_stranger_cannot_change_addresses_by_naming_another() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LOGIN_ADDRESS", "3/5m")]).await;
    for _ in 0..3 {
        tries(&janua, &[]).await.refused("INVALID_CREDENTIALS");
    }
    tries(&janua, &[]).await.refused("RATE_LIMITED");
    for (number, name) in HEADERS.into_iter().enumerate() {
        let named = if name == "forwarded" {
            format!("for=198.51.100.{number}")
        } else {
            format!("198.51.100.{number}")
        };
        tries(&janua, &[(name, &named)]).await.refused("RATE_LIMITED");
    }
    let all: Vec<(&str, &str)> = HEADERS.map(|name| (name, "198.51.100.200")).to_vec();
    tries(&janua, &all).await.refused("RATE_LIMITED");
}

#[tokio::test]
async fn behind_a_trusted_proxy_clients_are_told_apart() {
    let own = [
        ("TRUSTED_PROXIES", "127.0.0.0/8, ::1/128"),
        ("RATE_LIMIT_LOGIN_ADDRESS", "2/5m"),
    ];
    let janua = TestJanua::with(&own).await;
    let from = |address: &'static str| [("x-forwarded-for", address)];
    for _ in 0..2 {
        tries(&janua, &from("198.51.100.1"))
            .await
            .refused("INVALID_CREDENTIALS");
    }
    tries(&janua, &from("198.51.100.1")).await.refused("RATE_LIMITED");
    tries(&janua, &from("198.51.100.2"))
        .await
        .refused("INVALID_CREDENTIALS");
    // What the client itself wrote stands left of what the proxy saw.
    tries(&janua, &from("203.0.113.77, 198.51.100.1"))
        .await
        .refused("RATE_LIMITED");
    tries(&janua, &from("203.0.113.78, 198.51.100.1, 127.0.0.9"))
        .await
        .refused("RATE_LIMITED");
    tries(
        &janua,
        &[("x-real-ip", "203.0.113.79"), ("x-forwarded-for", "198.51.100.1")],
    )
    .await
    .refused("RATE_LIMITED");
    tries(&janua, &[("forwarded", "for=198.51.100.1;proto=https")])
        .await
        .refused("RATE_LIMITED");
    tries(&janua, &[("cf-connecting-ip", "198.51.100.1")])
        .await
        .refused("RATE_LIMITED");
}

#[tokio::test]
async fn one_ipv6_network_counts_as_one_client_in_every_spelling() {
    let own = [
        ("TRUSTED_PROXIES", "127.0.0.0/8"),
        ("RATE_LIMIT_LOGIN_ADDRESS", "3/5m"),
    ];
    let janua = TestJanua::with(&own).await;
    for address in [
        "2001:db8:1:2::1",
        "2001:0db8:0001:0002:ffff::9",
        "[2001:DB8:1:2::3]:4711",
    ] {
        tries(&janua, &[("x-forwarded-for", address)])
            .await
            .refused("INVALID_CREDENTIALS");
    }
    tries(&janua, &[("x-forwarded-for", "2001:db8:1:2:3:4:5:6")])
        .await
        .refused("RATE_LIMITED");
    tries(&janua, &[("x-forwarded-for", "2001:db8:1:3::1")])
        .await
        .refused("INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a_session_remembers_the_address_that_counted() {
    for (trusted, expected) in [("127.0.0.0/8", "198.51.100.7"), ("10.0.0.0/8", "127.0.0.1")] {
        let janua = TestJanua::with(&[("TRUSTED_PROXIES", trusted)]).await;
        janua.person("ada@example.com").registered().await;
        let body = serde_json::json!({"email": "ada@example.com", "password": PASSWORD});
        let request = janua
            .request(Method::POST, LOGIN)
            .json(&body)
            .header("x-forwarded-for", "198.51.100.7");
        let session = crate::support::SignedIn::of(janua.send(request).await.accepted());
        assert_eq!(
            session
                .get(&janua, "/api/v1/sessions/current")
                .await
                .accepted()
                .str("/ip"),
            expected
        );
    }
}

/// Ways to write one address. What is not taken for it is refused as no address, before any password is looked at.
const SPELLINGS: [&str; 8] = [
    "ada@b\u{fc}cher.example",
    "ADA@b\u{fc}cher.example",
    "Ada@B\u{dc}CHER.example",
    "ada@xn--bcher-kva.example",
    "ada@XN--BCHER-KVA.EXAMPLE",
    " ada@b\u{fc}cher.example ",
    "ada@b\u{fc}cher.example.",
    "\u{ff41}da@b\u{fc}cher.example",
];

/// Fifty wrong passwords for Ada, each with another claim about the network and another spelling of her name; how many
/// were looked at.
async fn guesses(janua: &TestJanua, claim: impl Fn(usize, &str) -> String) -> usize {
    let mut judged = 0;
    for number in 0..50 {
        let mut body = serde_json::json!({"password": format!("guess-number-{number}")});
        match number % (SPELLINGS.len() + 1) {
            8 => body["username"] = "ada".into(),
            spelling => body["email"] = SPELLINGS[spelling].into(),
        }
        let name = HEADERS[number % HEADERS.len()];
        let request = janua.request(Method::POST, LOGIN).json(&body);
        let answer = janua.send(request.header(name, claim(number, name))).await;
        let code = answer.str("/code");
        assert!(
            [
                "INVALID_CREDENTIALS",
                "ACCOUNT_LOCKED",
                "RATE_LIMITED",
                "INVALID_EMAIL"
            ]
            .contains(&code.as_str()),
            "{code}"
        );
        judged += usize::from(code == "INVALID_CREDENTIALS");
    }
    judged
}

#[tokio::test]
async fn fifty_guesses_from_everywhere_are_stopped_as_if_from_one_place() {
    for trusted in ["10.0.0.0/8", "127.0.0.0/8"] {
        // The limits are wide: it is the account that has to notice.
        let own = [
            ("TRUSTED_PROXIES", trusted),
            ("RATE_LIMIT_LOGIN", "1000/5m"),
            ("RATE_LIMIT_LOGIN_ADDRESS", "1000/5m"),
        ];
        let janua = TestJanua::with(&own).await;
        let body = serde_json::json!({"email": SPELLINGS[0], "username": "ada", "password": PASSWORD});
        janua.post("/api/v1/auth/register", body).await.accepted();
        let judged = guesses(&janua, |number, name| match name {
            "forwarded" => format!("for=198.51.100.{number}"),
            // A proxy of ours adds what it saw; all before it is the guesser's.
            "x-forwarded-for" => format!("203.0.113.{number}, 198.51.100.{number}"),
            _ => format!("198.51.100.{number}"),
        })
        .await;
        assert_eq!(judged, 5, "trusted: {trusted}");
        let right = serde_json::json!({"email": SPELLINGS[0], "password": PASSWORD});
        janua.post(LOGIN, right).await.refused("ACCOUNT_LOCKED");
    }
}

#[tokio::test]
async fn fifty_guesses_at_the_delivered_limits_are_stopped_whatever_they_claim() {
    let janua = TestJanua::start().await;
    let body = serde_json::json!({"email": SPELLINGS[0], "username": "ada", "password": PASSWORD});
    janua.post("/api/v1/auth/register", body).await.accepted();
    let judged = guesses(&janua, |number, _| format!("198.51.100.{number}")).await;
    assert_eq!(judged, 5);
}
