//! While there is maintenance only administrators, health checks and the keys that verify tokens are served.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Admin, USERS, signed_in};
use crate::pages::browser::Browser;
use crate::sms::{NUMBER, adds_phone, code};
use crate::support::{PASSWORD, TestJanua, seconds};

const SWITCH: &str = "/api/v1/admin/maintenance";

#[tokio::test]
async fn everybody_but_administrators_is_told_to_come_back() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    let message = "We move & are back at noon.";
    let begun = admin
        .post(SWITCH, json!({"enabled": true, "message": message}))
        .await
        .accepted();
    assert_eq!(begun.json()["enabled"], true);

    let refused = ada.get(&janua, "/api/v1/users/me").await.refused("MAINTENANCE");
    assert_eq!(
        (refused.status.as_u16(), refused.str("/message")),
        (503, message.to_owned())
    );
    assert_eq!(refused.str("/error"), "SERVICE_UNAVAILABLE");
    assert!(refused.header("retry-after").parse::<u64>().expect("seconds") > 0);
    for path in ["/openapi.json", "/api/v1/nowhere"] {
        janua.get(path).await.refused("MAINTENANCE");
    }
    janua
        .person("new@example.com")
        .signs_up()
        .await
        .refused("MAINTENANCE");
    let page = janua
        .send(janua.request(Method::GET, "/").header("accept", "text/html"))
        .await;
    assert_eq!(page.status, 503);
    assert!(page.text.contains("We move &amp; are back"), "{}", page.text);
    for path in ["/health", "/api/v1/health/circuit-breaker", "/ready", "/live"] {
        janua.get(path).await.accepted();
    }
    // Resource servers go on verifying tokens, and monitors go on looking.
    janua.get("/.well-known/jwks.json").await.accepted();
    assert_ne!(janua.get("/metrics").await.status, 503);

    // The ways in are open to administrators only, and to whoever knows no password they tell nothing.
    let person = janua.person("ada@example.com");
    person.login(PASSWORD).await.refused("MAINTENANCE");
    person.login("wrong").await.refused("INVALID_CREDENTIALS");
    ada.refreshes(&janua).await.refused("MAINTENANCE");
    let again = janua.person("root@example.com").signs_in().await;
    again.get(&janua, USERS).await.accepted();
    again.refreshes(&janua).await.accepted();
    let shown = again.get(&janua, "/api/v1/admin/settings").await.accepted();
    assert_eq!(shown.str("/maintenance/message"), message);

    let ended = again
        .post(&janua, SWITCH, json!({"enabled": false}))
        .await
        .accepted();
    assert_eq!(
        ended.json(),
        json!({"enabled": false, "message": null, "since": null})
    );
    ada.get(&janua, "/api/v1/users/me").await.accepted();
    ada.refreshes(&janua).await.accepted();
    let events = janua.events().await;
    assert!(
        events.contains(&"maintenance.begun".to_owned()) && events.contains(&"maintenance.ended".to_owned())
    );
}

#[tokio::test]
async fn all_instances_follow_within_seconds_and_so_does_a_new_one() {
    let janua = TestJanua::start().await;
    let second = janua.second_instance().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    for enabled in [true, false, true] {
        // The second one has just looked.
        ada.get(&second, "/api/v1/users/me").await;
        admin.post(SWITCH, json!({"enabled": enabled})).await.accepted();
        janua.advance(seconds(3));
        for instance in [&janua, &second] {
            let answer = ada.get(instance, "/api/v1/users/me").await;
            assert_eq!(answer.status == 503, enabled, "{}", answer.text);
        }
    }
    let third = janua.second_instance().await;
    third.get("/openapi.json").await.refused("MAINTENANCE");
    admin.session.get(&third, USERS).await.accepted();
}

#[tokio::test]
async fn a_message_is_one_line() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    for message in ["two\nlines", &"x".repeat(301)] {
        let body = json!({"enabled": true, "message": message});
        admin.post(SWITCH, body).await.refused("INVALID_FIELD");
    }
    admin.post(SWITCH, json!({})).await.refused("MISSING_FIELD");
    let begun = admin.post(SWITCH, json!({"enabled": true, "message": " "})).await;
    assert_eq!(begun.accepted().json()["message"], Value::Null);
    let refused = janua.get("/openapi.json").await.refused("MAINTENANCE");
    assert_eq!(refused.str("/message"), "Janua is under maintenance");
}

#[tokio::test]
async fn administrators_sign_in_on_the_page_during_maintenance() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    janua.person("ada@example.com").registered().await;
    admin.post(SWITCH, json!({"enabled": true})).await.accepted();
    let mut browser = Browser::new(&janua);
    browser
        .signs_in("root@example.com", PASSWORD)
        .await
        .leads_to("/account/security");
    browser.opens("/account/security").await.accepted();
    let refused = Browser::new(&janua).signs_in("ada@example.com", PASSWORD).await;
    assert_eq!(refused.status, 503);
}

#[tokio::test]
async fn their_second_step_by_sms_stays_open_too() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    adds_phone(&janua, &admin.session, NUMBER).await;
    admin.post(SWITCH, json!({"enabled": true})).await.accepted();
    let mut browser = Browser::new(&janua);
    browser
        .signs_in("root@example.com", PASSWORD)
        .await
        .leads_to("/auth/second-factor");
    browser.opens("/auth/second-factor").await.accepted();
    browser
        .sends("/auth/second-factor/send", &[])
        .await
        .leads_to("/auth/second-factor?method=sms");
    browser.opens("/auth/second-factor?method=sms").await.accepted();
    let code = code(&janua, NUMBER);
    browser
        .sends("/auth/second-factor", &[("method", "sms"), ("code", &code)])
        .await
        .leads_to("/account/security");
}
