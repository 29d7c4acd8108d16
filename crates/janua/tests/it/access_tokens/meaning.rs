//! What a token says and how it travels: one meaning, one place.

use janua::crypto::signing::{AccessClaims, sign_access, sign_compact};
use reqwest::Method;
use serde_json::json;

use super::attacks::{Scene, forge};
use super::{BEGINNING, ME, show};

#[tokio::test]
async fn claims_are_ours_in_value_and_type_even_under_our_signature() {
    let scene = Scene::set().await;
    let mut odd = vec![
        json!({"iss": "https://other.example"}),
        json!({"iss": "http://localhost:4100/"}),
        json!({"iss": ["http://localhost:4100"]}),
        json!({"aud": "other"}),
        json!({"aud": ["other"]}),
        json!({"aud": []}),
        json!({"sub": ""}),
        json!({"sub": "ada@example.com"}),
        json!({"sub": 1}),
        json!({"sid": "x"}),
        json!({"iat": BEGINNING + 31}),
        json!({"iat": BEGINNING + 86_400, "exp": BEGINNING + 90_000}),
        json!({"nbf": BEGINNING + 3600}),
        json!({"exp": BEGINNING}),
    ];
    let values = [
        json!("1900000000"),
        json!(-1),
        json!(1.9e9),
        json!([]),
        json!(null),
        json!(true),
        json!({}),
    ];
    for name in ["exp", "iat", "auth_time"] {
        odd.extend(values.iter().map(|value| json!({name: value})));
    }
    for members in odd {
        scene
            .refuses(&scene.signed(&scene.header, &scene.claims(members)))
            .await;
    }
    let key = scene.janua.app.ring.active();
    let text = scene.claims.to_string();
    let exp = format!("\"exp\":{}", BEGINNING + 900);
    assert!(text.contains(&exp));
    for edited in ["\"exp\":1e400", "\"x\":0", &format!("{exp},{exp}")] {
        scene
            .refuses(&forge(
                &key,
                &scene.header.to_string(),
                &text.replace(&exp, edited),
            ))
            .await;
    }
    // Old and honest is another matter than never good.
    let old = scene.claims(json!({"iat": BEGINNING - 1000, "exp": BEGINNING - 30}));
    show(&scene.janua, &scene.signed(&scene.header, &old))
        .await
        .refused("TOKEN_EXPIRED");
    scene
        .passes(&scene.signed(&scene.header, &scene.claims(json!({"aud": ["other", "janua"]}))))
        .await;

    // Another kind of token under the same key is none of ours.
    let claims: AccessClaims = serde_json::from_value(scene.claims.clone()).expect("claims");
    scene.passes(&sign_access(&key, &claims).expect("a token")).await;
    for typ in ["JWT", "jwt", "", "id+jwt", "at+jwt ", "dpop+jwt"] {
        scene
            .refuses(&sign_compact(&key, typ, &claims).expect("a token"))
            .await;
    }
    scene.holds().await;
}

#[tokio::test]
async fn an_access_token_travels_in_one_authorization_header_only() {
    let scene = Scene::set().await;
    let (janua, token) = (&scene.janua, &scene.session.access);
    let get = || janua.request(Method::GET, ME);
    for scheme in ["Bearer", "bearer", "BEARER"] {
        janua
            .send(get().header("authorization", format!("{scheme} {token}")))
            .await
            .accepted();
    }
    for odd in [
        "",
        "Bearer",
        "Bearer ",
        "bearer:",
        token,
        &format!("Bearer\t{token}"),
        &format!("Basic {token}"),
        &format!("Token {token}"),
        &format!("Bearer={token}"),
        &format!("DPoP {token}"),
        "Basic YWRhOmFkYQ==",
    ] {
        janua
            .send(get().header("authorization", odd))
            .await
            .refused("NOT_AUTHENTICATED");
    }
    for odd in [
        format!("Bearer  {token}"),
        format!("Bearer \t{token}"),
        format!("Bearer {token}, Bearer {token}"),
    ] {
        janua
            .send(get().header("authorization", odd))
            .await
            .refused("TOKEN_INVALID");
    }
    for second in [format!("Bearer {token}"), "Basic x".to_owned()] {
        let request = get()
            .header("authorization", format!("Bearer {token}"))
            .header("authorization", second);
        janua.send(request).await.refused("NOT_AUTHENTICATED");
    }
    for name in ["access_token", "token", "jwt", "bearer"] {
        janua
            .get(&format!("{ME}?{name}={token}"))
            .await
            .refused("NOT_AUTHENTICATED");
        let request = get().header("cookie", format!("{name}={token}"));
        janua.send(request).await.refused("NOT_AUTHENTICATED");
    }
    for name in ["x-access-token", "x-auth-token", "proxy-authorization"] {
        janua
            .send(get().header(name, format!("Bearer {token}")))
            .await
            .refused("NOT_AUTHENTICATED");
    }
    let body = json!({"access_token": token});
    janua
        .post("/api/v1/auth/logout", body)
        .await
        .refused("UNKNOWN_FIELD");
    scene.holds().await;
}

#[tokio::test]
async fn a_token_of_a_hundred_kilobytes_harms_nobody() {
    let scene = Scene::set().await;
    for _ in 0..5 {
        let request = scene
            .janua
            .request(Method::GET, ME)
            .bearer_auth("A".repeat(100_000));
        // A server may close a connection whose head is too long before it was read to its end.
        if let Ok(response) = request.send().await {
            assert!(
                matches!(response.status().as_u16(), 401 | 431),
                "{}",
                response.status()
            );
        }
    }
    scene.holds().await;
}
