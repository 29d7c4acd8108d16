//! Browsers in which nobody is asked for the second factor again, and what ends that.

use reqwest::Method;
use serde_json::{Value, json};

use super::{DISABLE, Phone, VERIFY, protected};
use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, hours, seconds};

const DEVICES: &str = "/api/v1/mfa/trusted-devices";

async fn allowed() -> TestJanua {
    TestJanua::with(&[("MFA_TRUSTED_DEVICES", "true")]).await
}

/// Signs in with both factors and wishes to be remembered; gives the cookies of the browser.
async fn remembers(janua: &TestJanua, phone: &Phone) -> (SignedIn, String) {
    let token = janua
        .person("ada@example.com")
        .login(PASSWORD)
        .await
        .str("/mfa_token");
    let body = json!({"mfa_token": token, "code": phone.shows(janua, 0), "remember_device": true});
    let who = SignedIn::of(janua.post(VERIFY, body).await.accepted());
    janua.advance(seconds(30));
    let cookies = who.cookie_header();
    (who, cookies)
}

async fn comes_again(janua: &TestJanua, cookies: &str) -> Answer {
    let mut ada = janua.person("ada@example.com");
    cookies.clone_into(&mut ada.cookies);
    ada.login(PASSWORD).await.accepted()
}

fn is_asked(answer: &Answer) -> bool {
    answer.json()["mfa_required"] == true
}

async fn devices(janua: &TestJanua, who: &SignedIn) -> Vec<Value> {
    let list = who.get(janua, DEVICES).await.accepted().json();
    list["devices"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_trusted_browser_is_not_asked_for_thirty_days_and_others_are() {
    let janua = allowed().await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    let (who, cookies) = remembers(&janua, &phone).await;
    let mut set = who.answer.cookies().into_iter();
    assert!(set.any(|it| it.starts_with("janua_device=") && it.contains("HttpOnly")));
    let again = comes_again(&janua, &cookies).await;
    assert!(!is_asked(&again), "{}", again.text);
    let again = SignedIn::of(again);
    let session = again
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .json();
    assert_eq!(session["amr"], json!(["pwd", "trusted_device"]));
    // It is no proof of two factors.
    again
        .post(&janua, DISABLE, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    assert!(is_asked(&comes_again(&janua, "").await));

    let all = devices(&janua, &again).await;
    assert_eq!(all.len(), 1);
    assert!(all[0]["last_used_at"].is_string() && all[0].get("device_hash").is_none());
    janua.advance(hours(24 * 30));
    assert!(is_asked(&comes_again(&janua, &cookies).await));
}

#[tokio::test]
async fn its_owner_removes_one_or_all_and_nobody_removes_those_of_others() {
    let janua = allowed().await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    let eve = janua
        .person("eve@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let (who, first) = remembers(&janua, &phone).await;
    let (_, second) = remembers(&janua, &phone).await;
    let all = devices(&janua, &who).await;
    assert_eq!(all.len(), 2);
    // The newest first.
    let id = all[1]["id"].as_str().expect("an id");
    eve.delete(&janua, &format!("{DEVICES}/{id}"))
        .await
        .refused("NOT_FOUND");
    eve.delete(&janua, DEVICES).await.accepted();
    assert!(devices(&janua, &eve).await.is_empty());
    who.delete(&janua, &format!("{DEVICES}/{id}")).await.accepted();
    who.delete(&janua, &format!("{DEVICES}/{id}"))
        .await
        .refused("NOT_FOUND");
    assert!(is_asked(&comes_again(&janua, &first).await));
    assert!(!is_asked(&comes_again(&janua, &second).await));
    who.delete(&janua, DEVICES).await.accepted();
    assert!(is_asked(&comes_again(&janua, &second).await));
}

#[tokio::test]
async fn another_password_or_factor_ends_the_trust() {
    let janua = allowed().await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    let (who, cookies) = remembers(&janua, &phone).await;
    let new = "granite-otter-lantern-58";
    let body = json!({"current_password": PASSWORD, "new_password": new});
    who.post(&janua, "/api/v1/auth/password/change", body)
        .await
        .accepted();
    let request = janua
        .request(Method::POST, "/api/v1/auth/login")
        .header("cookie", &cookies)
        .json(&json!({"email": "ada@example.com", "password": new}));
    assert!(is_asked(&janua.send(request).await.accepted()));
    assert!(devices(&janua, &who).await.is_empty());
}

#[tokio::test]
async fn nothing_is_remembered_unless_operator_and_person_want_it() {
    let janua = TestJanua::start().await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    let (_, cookies) = remembers(&janua, &phone).await;
    assert!(is_asked(&comes_again(&janua, &cookies).await));

    let janua = allowed().await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    let token = janua
        .person("ada@example.com")
        .login(PASSWORD)
        .await
        .str("/mfa_token");
    let body = json!({"mfa_token": token, "code": phone.shows(&janua, 0)});
    let who = SignedIn::of(janua.post(VERIFY, body).await.accepted());
    assert!(is_asked(&comes_again(&janua, &who.cookie_header()).await));
    // Turned off again, those of before count no more.
    janua.advance(seconds(30));
    let (_, cookies) = remembers(&janua, &phone).await;
    let off = janua
        .second_instance_with(&[("MFA_TRUSTED_DEVICES", "false")])
        .await;
    assert!(is_asked(&comes_again(&off, &cookies).await));
}

#[tokio::test]
async fn the_browser_of_somebody_else_is_trusted_for_nobody_but_them() {
    let janua = allowed().await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    let (_, cookies) = remembers(&janua, &phone).await;
    protected(&janua, "bob@example.com").await;
    let mut bob = janua.person("bob@example.com");
    bob.cookies = cookies;
    assert!(is_asked(&bob.login(PASSWORD).await.accepted()));
}
