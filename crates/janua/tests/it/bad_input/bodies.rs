//! Bodies that are not the one JSON object that is asked for.

use reqwest::Method;
use serde_json::json;

use super::raw::{self, head};
use super::{LOGIN, assert_alive, open_orders, patient_janua, post};
use crate::support::TestJanua;

#[tokio::test]
async fn a_body_that_is_not_json_is_malformed() {
    let janua = patient_janua().await;
    assert_alive(&janua).await;
    for body in [
        "{",
        "}",
        " ",
        "nonsense",
        "{\"email\":",
        "{\"email\":\"ada@example.com\",}",
        "{'email':'ada@example.com'}",
        "{\"email\":\"ada@example.com\"} {}",
        "{\"email\":\"ada@example.com\"}x",
        "{\"email\":NaN}",
        "{\"email\":1e400}",
        "{\"email\":01}",
        "{\"email\":\"a\nb\"}",
        "\u{feff}{\"email\":\"ada@example.com\",\"password\":\"wrong\"}",
        "/* */{}",
    ] {
        let answer = post(&janua, LOGIN, body).await.refused("MALFORMED_JSON");
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &json!("BAD_REQUEST")),
            "{body:?}"
        );
    }
    assert_alive(&janua).await;
}

#[tokio::test]
async fn bytes_that_are_not_unicode_are_malformed() {
    let janua = patient_janua().await;
    assert_alive(&janua).await;
    for inside in [
        &b"\xff"[..],
        b"\xc3\x28",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xc0\xaf",
    ] {
        let body = [
            &b"{\"email\":\"a"[..],
            inside,
            &b"@example.com\",\"password\":\"x\"}"[..],
        ]
        .concat();
        post(&janua, LOGIN, body).await.refused("MALFORMED_JSON");
    }
    for lone in [r"\ud800", r"\udc00", r"\ud800\ud800", r"\uDFFFx"] {
        let body = format!(r#"{{"email":"ada@example.com","password":"{lone}"}}"#);
        post(&janua, LOGIN, body).await.refused("MALFORMED_JSON");
    }
    // A pair of surrogates is one character.
    let body = r#"{"email":"ada@example.com","password":"\ud83d\ude00"}"#;
    post(&janua, LOGIN, body).await.refused("INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a_root_that_is_not_an_object_is_refused() {
    let janua = patient_janua().await;
    for (path, _) in open_orders() {
        // Some readers fill a structure from an array, field by field.
        let array = r#"["ada@example.com", "orbit-velvet-canyon-73", "x", "x", "x", "x"]"#;
        for body in [array, "[]", "[{}]", "null", "true", "7", "\"text\""] {
            let answer = post(&janua, path, body).await.refused("BAD_REQUEST");
            assert_eq!(answer.status, 400, "{path} {body}");
        }
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 0);
    assert_alive(&janua).await;
}

#[tokio::test]
async fn a_key_named_twice_is_refused_at_any_depth() {
    let janua = patient_janua().await;
    assert_alive(&janua).await;
    for body in [
        r#"{"email":"ada@example.com","email":"eve@example.com","password":"x"}"#,
        r#"{"email":"ada@example.com","password":"x","\u0065mail":"eve@example.com"}"#,
        r#"{"email":"ada@example.com","password":"x","password":"x"}"#,
        r#"{"email":"ada@example.com","password":"x","more":{"a":1,"a":1}}"#,
        r#"{"email":"ada@example.com","password":"x","more":[[{"deep":{"a":1,"b":2,"a":3}}]]}"#,
    ] {
        let answer = post(&janua, LOGIN, body).await.refused("DUPLICATE_KEY");
        assert_eq!(answer.status, 400, "{body}");
    }
}

#[tokio::test]
async fn nesting_ends_at_32_levels() {
    let janua = patient_janua().await;
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"email":"ada@example.com","password":"x","more":{open}{close}}}"#)
    };
    post(&janua, LOGIN, nested(31)).await.refused("UNKNOWN_FIELD");
    post(&janua, LOGIN, nested(32)).await.refused("NESTING_TOO_DEEP");
    post(&janua, LOGIN, nested(100_000))
        .await
        .refused("NESTING_TOO_DEEP");
    post(&janua, LOGIN, "[".repeat(100_000))
        .await
        .refused("NESTING_TOO_DEEP");
    post(&janua, LOGIN, "{\"a\":".repeat(100_000))
        .await
        .refused("NESTING_TOO_DEEP");
    assert_alive(&janua).await;
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_refused_with_and_without_a_length() {
    let janua = patient_janua().await;
    let body = |bytes: usize| {
        format!(
            r#"{{"email":"ada@example.com","password":"{}"}}"#,
            "x".repeat(bytes)
        )
    };
    post(&janua, LOGIN, body(1024 * 1024 - 100))
        .await
        .refused("INVALID_FIELD");
    post(&janua, LOGIN, body(1024 * 1024))
        .await
        .refused("PAYLOAD_TOO_LARGE");
    let answer = post(&janua, LOGIN, body(2 * 1024 * 1024))
        .await
        .refused("PAYLOAD_TOO_LARGE");
    assert_eq!(answer.status, 413);

    let chunked = [
        ("Content-Type", "application/json"),
        ("Transfer-Encoding", "chunked"),
    ];
    let mut request = head(&format!("POST {LOGIN}"), &chunked).into_bytes();
    let chunk = "x".repeat(64 * 1024);
    for _ in 0..32 {
        request.extend(format!("10000\r\n{chunk}\r\n").into_bytes());
    }
    request.extend(b"0\r\n\r\n");
    let answer = raw::send(&janua, request).await.refused("PAYLOAD_TOO_LARGE");
    assert_eq!(answer.status, 413);

    // Who only announces too much is refused without having to send it.
    let announced = [
        ("Content-Type", "application/json"),
        ("Content-Length", "99999999999"),
    ];
    raw::send(&janua, head(&format!("POST {LOGIN}"), &announced))
        .await
        .refused("PAYLOAD_TOO_LARGE");
    assert_alive(&janua).await;
}

#[tokio::test]
async fn a_compressed_body_is_refused() {
    let janua = patient_janua().await;
    let send = async |encoding: &'static str, body: Vec<u8>| {
        let request = janua
            .request(Method::POST, LOGIN)
            .header("content-type", "application/json");
        janua
            .send(request.header("content-encoding", encoding).body(body))
            .await
    };
    let plain = br#"{"email":"ada@example.com","password":"wrong"}"#.to_vec();
    send("identity", plain.clone())
        .await
        .refused("INVALID_CREDENTIALS");
    for encoding in ["gzip", "br", "deflate", "zstd", "x-unheard-of", "gzip, gzip"] {
        let answer = send(encoding, plain.clone())
            .await
            .refused("UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(answer.status, 415, "{encoding}");
    }
    // The head of a gzip stream that unfolds into megabytes.
    let bomb = [&b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], &[0xed; 4096][..]].concat();
    send("gzip", bomb).await.refused("UNSUPPORTED_MEDIA_TYPE");
}

#[tokio::test]
async fn only_json_is_read_as_json() {
    let janua = patient_janua().await;
    let body = r#"{"email":"ada@example.com","password":"wrong"}"#;
    let send = async |kind: Option<&'static str>| {
        let request = janua.request(Method::POST, LOGIN).body(body);
        let request = match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        };
        janua.send(request).await
    };
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/scim+json",
    ] {
        send(Some(kind)).await.refused("INVALID_CREDENTIALS");
    }
    let others = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "multipart/form-data",
        "text/json",
    ];
    for kind in others
        .map(Some)
        .into_iter()
        .chain([None, Some(""), Some("application/jsonp"), Some("json")])
    {
        let answer = send(kind).await.refused("UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(answer.status, 415, "{kind:?}");
    }
}

#[tokio::test]
async fn a_form_is_not_a_way_to_sign_in() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    ada.signs_in().await;
    let form = [
        ("email", "ada@example.com"),
        ("password", crate::support::PASSWORD),
    ];
    let answer = janua.send(janua.request(Method::POST, LOGIN).form(&form)).await;
    assert!(answer.refused("UNSUPPORTED_MEDIA_TYPE").cookies().is_empty());
}
