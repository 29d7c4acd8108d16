//! Changes that could cost somebody their account ask for a fresh proof.

use reqwest::Method;
use serde_json::json;

use super::{AGAIN, DISABLE, first_step, protected, second_step};
use crate::support::{PASSWORD, TestJanua, minutes, seconds};

#[tokio::test]
async fn ten_minutes_after_the_sign_in_a_code_is_asked_again() {
    let janua = TestJanua::start().await;
    let (who, phone, _) = protected(&janua, "ada@example.com").await;
    janua.advance(minutes(10));
    let refused = who
        .post(&janua, DISABLE, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.json()["details"]["methods"],
        json!(["totp", "recovery_code"])
    );
    who.post(&janua, "/api/v1/mfa/recovery-codes/regenerate", json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    // The password is half a proof here.
    who.post(&janua, AGAIN, json!({"password": PASSWORD}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    let delete = who.request(&janua, Method::DELETE, "/api/v1/users/me");
    janua
        .send(delete.json(&json!({"password": PASSWORD})))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    let wrong = json!({"code": phone.shows(&janua, 9)});
    assert_eq!(
        who.post(&janua, AGAIN, wrong)
            .await
            .refused("WRONG_MFA_CODE")
            .status,
        422
    );
    let both = json!({"password": "wrong", "code": phone.shows(&janua, 0)});
    assert_eq!(
        who.post(&janua, AGAIN, both)
            .await
            .refused("WRONG_PASSWORD")
            .status,
        422
    );
    let before = who
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .json();

    who.post(&janua, AGAIN, json!({"code": phone.shows(&janua, 0)}))
        .await
        .accepted();
    let after = who
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .json();
    assert_eq!(
        (&after["id"], &after["amr"]),
        (&before["id"], &json!(["pwd", "otp", "mfa"]))
    );
    who.post(&janua, DISABLE, json!({})).await.accepted();
}

#[tokio::test]
async fn without_a_second_factor_the_password_makes_a_session_recent() {
    let janua = TestJanua::start().await;
    let who = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    janua.advance(minutes(11));
    who.delete(&janua, "/api/v1/users/me")
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    who.post(&janua, AGAIN, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    who.post(&janua, AGAIN, json!({"password": "wrong"}))
        .await
        .refused("WRONG_PASSWORD");
    who.post(&janua, AGAIN, json!({"code": "123456"}))
        .await
        .refused("WRONG_MFA_CODE");
    who.post(&janua, AGAIN, json!({"password": PASSWORD}))
        .await
        .accepted();
    who.delete(&janua, "/api/v1/users/me").await.accepted();
}

#[tokio::test]
async fn a_session_from_before_the_second_factor_cannot_turn_it_off() {
    let janua = TestJanua::start().await;
    let (who, _, _) = protected(&janua, "ada@example.com").await;
    // As if a session had been left over that showed one factor only.
    let mut tx = janua.app.db.begin().await.expect("a transaction");
    janua::io::db::Querier::execute(
        &mut &mut tx,
        "UPDATE sessions SET amr = 'pwd' WHERE revoked_at IS NULL",
        Vec::new(),
    )
    .await
    .expect("an update");
    tx.commit().await.expect("committed");
    janua.advance(minutes(2));
    who.post(&janua, DISABLE, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn an_administrator_helps_somebody_who_has_lost_everything() {
    let janua = TestJanua::start().await;
    let (who, _, _) = protected(&janua, "ada@example.com").await;
    let (eve, _, _) = protected(&janua, "eve@example.com").await;
    let id = who.get(&janua, "/api/v1/users/me").await.accepted().str("/id");
    let path = format!("/api/v1/admin/users/{id}/mfa");
    eve.delete(&janua, &path).await.refused("FORBIDDEN");
    let root = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    let admin = root.signs_in().await;
    admin.delete(&janua, &path).await.accepted();
    admin.delete(&janua, &path).await.refused("MFA_NOT_ENABLED");
    who.get(&janua, "/api/v1/users/me").await.refused("TOKEN_REVOKED");
    janua.person("ada@example.com").signs_in().await;
    assert!(janua.events().await.contains(&"mfa.reset".to_owned()));
    assert!(
        janua
            .mails("ada@example.com")
            .await
            .iter()
            .any(|it| it.subject.contains("is off"))
    );
}

#[tokio::test]
async fn a_secret_opens_under_a_new_master_key_too() {
    let janua = TestJanua::start().await;
    let (_, phone, codes) = protected(&janua, "ada@example.com").await;
    let old = janua
        .settings
        .iter()
        .find(|(name, _)| name == "JANUA_MASTER_KEY")
        .expect("a key")
        .1
        .clone();
    let new = "another-master-key-of-more-than-32-bytes-8f3a";
    let own = [
        ("JANUA_MASTER_KEY", new),
        ("JANUA_MASTER_KEY_PREVIOUS", old.as_str()),
    ];
    let later = janua.second_instance_with(&own).await;
    janua::sealing::reseal(&later.app, None)
        .await
        .expect("sealed anew");
    let token = first_step(&later, "ada@example.com").await;
    second_step(&later, &token, &phone.shows(&later, 0))
        .await
        .accepted();
    later.advance(seconds(30));
    let token = first_step(&later, "ada@example.com").await;
    second_step(&later, &token, &codes[0]).await.accepted();
}
