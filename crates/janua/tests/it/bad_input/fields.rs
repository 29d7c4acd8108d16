//! Fields that are missing, too many, or not what they should be. The refusal names them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{LOGIN, REGISTER, assert_alive, open_orders, patient_janua, post};
use crate::support::PASSWORD;

#[tokio::test]
async fn a_missing_field_is_named() {
    let janua = patient_janua().await;
    for (path, whole) in open_orders() {
        for name in whole.as_object().expect("an object").keys() {
            let mut body = whole.clone();
            body.as_object_mut().expect("an object").remove(name);
            let answer = janua.post(path, body).await.refused("MISSING_FIELD");
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["details"]["field"]),
                (400, &json!(name)),
                "{path}"
            );
        }
        // Nothing at all is as good as an empty object: what is missing is told by name.
        for answer in [
            post(&janua, path, "").await,
            janua.send(janua.request(Method::POST, path)).await,
        ] {
            assert!(
                answer.refused("MISSING_FIELD").json()["details"]["field"].is_string(),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_field_is_named_and_changes_nothing() {
    let janua = patient_janua().await;
    for (path, whole) in open_orders() {
        for name in [
            "is_admin",
            "role",
            "email_verified",
            "user_id",
            "id",
            "organization_id",
            "Email",
            "__proto__",
        ] {
            let mut body = whole.clone();
            body[name] = json!(true);
            let answer = janua.post(path, body).await.refused("UNKNOWN_FIELD");
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["details"]["field"]),
                (422, &json!(name)),
                "{path}"
            );
            assert_eq!(answer.json()["error"], "VALIDATION_ERROR");
        }
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 0);
    assert_alive(&janua).await;
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_named() {
    let janua = patient_janua().await;
    let wrong = [
        json!(5),
        json!(true),
        json!([]),
        json!(["ada@example.com"]),
        json!({"$ne": ""}),
        json!(1.5),
    ];
    for (path, whole) in open_orders() {
        for name in whole.as_object().expect("an object").keys() {
            for value in &wrong {
                let mut body = whole.clone();
                body[name] = value.clone();
                let answer = janua.post(path, body).await.refused("INVALID_TYPE");
                let told = (answer.status.as_u16(), answer.json()["details"]["field"].clone());
                assert_eq!(told, (422, json!(name)), "{path} {value}");
            }
        }
    }
    janua
        .post(LOGIN, json!({"email": "ada@example.com", "password": null}))
        .await
        .refused("INVALID_TYPE");
    janua
        .post(LOGIN, json!({"email": null, "password": "x"}))
        .await
        .refused("MISSING_FIELD");
}

#[tokio::test]
async fn a_password_of_the_wrong_type_is_not_repeated() {
    let janua = patient_janua().await;
    let answer = post(
        &janua,
        LOGIN,
        r#"{"email":"ada@example.com","password":8472916350}"#,
    )
    .await;
    assert!(!answer.refused("INVALID_TYPE").text.contains("8472916350"));
    let answer = post(
        &janua,
        LOGIN,
        r#"{"email":"ada@example.com","password":{"it is":"orbit-velvet"}}"#,
    )
    .await;
    assert!(!answer.refused("INVALID_TYPE").text.contains("orbit-velvet"));
}

#[tokio::test]
async fn a_nul_is_refused_in_every_text() {
    let janua = patient_janua().await;
    let whole = json!({
        "email": "ada@example.com", "password": PASSWORD, "username": "ada", "first_name": "Ada",
        "last_name": "Lovelace", "locale": "en",
    });
    let register = (REGISTER, whole.clone());
    for (path, whole) in open_orders().into_iter().chain([register]) {
        for name in whole.as_object().expect("an object").keys() {
            let text = whole[name].as_str().expect("a text");
            for with_nul in [
                format!("{text}\0"),
                format!("\0{text}"),
                format!("a\0{text}"),
                "\0".to_owned(),
            ] {
                let mut body = whole.clone();
                body[name] = Value::from(with_nul);
                let answer = janua.post(path, body).await.refused("INVALID_FIELD");
                assert_eq!(answer.status, 422, "{path} {name}");
            }
        }
    }
    post(
        &janua,
        LOGIN,
        r#"{"email":"ada@example.com","password":"x","\u0000":1}"#,
    )
    .await
    .refused("INVALID_FIELD");
    janua.post(REGISTER, whole).await.accepted();
}

#[tokio::test]
async fn a_password_of_a_megabyte_is_refused_before_it_is_hashed() {
    let janua = patient_janua().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let long = "x".repeat(1_000_000);
    let link = crate::support::made_up(janua::crypto::secret::Kind::Link);
    for (path, body, code) in [
        (
            LOGIN,
            json!({"email": "ada@example.com", "password": long}),
            "INVALID_FIELD",
        ),
        (
            REGISTER,
            json!({"email": "eve@example.com", "password": long}),
            "WEAK_PASSWORD",
        ),
        (
            "/api/v1/auth/password/reset",
            json!({"token": link, "new_password": long}),
            "WEAK_PASSWORD",
        ),
        (
            "/api/v1/auth/password/change",
            json!({"current_password": long, "new_password": PASSWORD}),
            "INVALID_FIELD",
        ),
        (
            "/api/v1/auth/password/change",
            json!({"current_password": PASSWORD, "new_password": long}),
            "WEAK_PASSWORD",
        ),
    ] {
        let sent = body
            .as_object()
            .expect("an object")
            .iter()
            .find(|(_, value)| **value == *long);
        let name = sent.expect("one is long").0.clone();
        let answer = session.post(&janua, path, body).await.refused(code);
        assert_eq!(
            (answer.status.as_u16(), answer.json()["details"]["field"].clone()),
            (422, json!(name)),
            "{path}"
        );
        assert!(answer.text.len() < 2_000, "{path} repeats what was sent");
    }
    ada.signs_in().await;
}

#[tokio::test]
async fn pages_of_a_list_are_counted_with_sensible_numbers() {
    let janua = patient_janua().await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let list = async |query: &str| session.get(&janua, &format!("/api/v1/sessions?{query}")).await;
    let whole = list("page=1&per_page=100").await.accepted();
    assert_eq!(
        (whole.json()["total"].clone(), whole.json()["per_page"].clone()),
        (json!(1), json!(100))
    );
    let beyond = list("page=4294967295&per_page=100").await.accepted();
    assert_eq!(
        (beyond.json()["total"].clone(), beyond.json()["sessions"].clone()),
        (json!(1), json!([]))
    );

    let extremes = [
        "0",
        "-1",
        "1.5",
        "1e400",
        "NaN",
        "9223372036854775808",
        "99999999999999999999",
        "",
        "x",
        "%00",
    ];
    for extreme in extremes {
        for query in [format!("page={extreme}"), format!("per_page={extreme}")] {
            let answer = list(&query).await.refused("INVALID_FIELD");
            assert_eq!(answer.status, 422, "{query}");
        }
    }
    for query in [
        "per_page=101",
        "per_page=4294967295",
        "page=1&page=2",
        "limit=5",
        "page[]=1",
        "page=1&unheard=of",
    ] {
        list(query).await.refused("INVALID_FIELD");
    }
}
