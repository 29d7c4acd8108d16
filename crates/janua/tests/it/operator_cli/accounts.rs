//! Accounts that an operator changes.

use janua::io::clock::Clock;
use reqwest::Method;
use serde_json::json;

use super::{Operator, of_today};
use crate::support::{PASSWORD, TestJanua, seconds};

#[tokio::test]
async fn a_password_that_the_operator_sets_ends_every_session() {
    let janua = TestJanua::start().await;
    let operator = Operator::of(&janua);
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let weak = operator.types(
        "users set-password --email ada@example.com --password-stdin",
        "ada\n",
    );
    assert_eq!(weak.code, 1);
    assert!(weak.err.contains("WEAK_PASSWORD"), "{}", weak.err);

    let done = operator
        .does("users set-password --email ADA@example.com --generate --json")
        .ok()
        .json();
    let new = done["generated_password"].as_str().expect("a password");
    assert_eq!(done["ended_sessions"], 1, "{done}");
    janua.advance(seconds(61));
    session
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    ada.login(PASSWORD).await.refused("INVALID_CREDENTIALS");
    ada.login(new).await.accepted();
    assert!(janua.events().await.contains(&"password.set".to_owned()));
    assert_eq!(
        operator
            .does("users set-password --email eve@example.com --generate")
            .code,
        3
    );
}

#[tokio::test]
async fn rights_are_changed_and_recorded() {
    let janua = of_today().await;
    let operator = Operator::of(&janua);
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let promoted = operator
        .does("users promote --email ada@example.com --json")
        .ok()
        .json();
    assert_eq!(
        (&promoted["changed"], &promoted["ended_sessions"]),
        (&json!(true), &json!(1))
    );
    let again = operator
        .does("users promote --email ada@example.com --json")
        .ok()
        .json();
    assert_eq!(again["changed"], false);
    janua.advance(seconds(61));
    session
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    for order in ["demote", "suspend", "delete --yes"] {
        let refused = operator.does(&format!("users {order} --email ada@example.com"));
        assert_eq!(refused.code, 1, "{order}");
        assert!(refused.err.contains("LAST_ADMIN"), "{}", refused.err);
    }
    janua.person("root@example.com").registered().await;
    operator.does("users promote --email root@example.com").ok();
    let demoted = operator.does("users demote --email ada@example.com").ok();
    assert!(demoted.out.contains("ordinary user"), "{}", demoted.out);

    let session = ada.signs_in().await;
    let sessions = operator
        .does("users sessions --email ada@example.com --json")
        .ok()
        .json();
    assert_eq!(sessions["total"], 1, "{sessions}");
    operator.does("users suspend --email ada@example.com").ok();
    janua.advance(seconds(61));
    session
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    assert!(!ada.login(PASSWORD).await.status.is_success());
    operator.does("users reactivate --email ada@example.com").ok();
    ada.signs_in().await;

    operator
        .does("users send-password-reset --email ada@example.com")
        .ok();
    let mails = janua.mails("ada@example.com").await;
    assert!(
        mails
            .iter()
            .any(|it| it.links.iter().any(|link| link.contains("reset-password")))
    );

    assert_eq!(operator.does("users delete --email ada@example.com").code, 1);
    operator.does("users delete --email ada@example.com --yes").ok();
    assert_eq!(operator.does("users get --email ada@example.com").code, 3);
    let events = janua.events().await;
    for name in [
        "user.promoted",
        "user.demoted",
        "user.suspended",
        "user.reactivated",
        "user.deleted",
    ] {
        assert!(events.iter().any(|it| it == name), "{name} in {events:?}");
    }
    let by_herself = "SELECT COUNT(*) FROM events WHERE name = 'user.suspended' AND actor_id IS NOT NULL";
    assert_eq!(janua.count(by_herself).await, 0);
}

#[tokio::test]
async fn an_operator_lets_an_administrator_act_for_somebody() {
    let janua = TestJanua::with(&[("IMPERSONATION_ENABLED", "true")]).await;
    janua.advance(Clock::System.now() - janua.app.clock.now());
    let operator = Operator::of(&janua);
    for email in ["ada@example.com", "root@example.com"] {
        janua.person(email).registered().await;
    }
    let order = "users impersonate ada@example.com --admin root@example.com --reason Ticket-4711";
    let refused = operator.does(order);
    assert!(
        refused.code == 1 && refused.err.contains("You may not do this"),
        "{}",
        refused.err
    );
    janua.makes_admin("root@example.com").await;
    let empty = operator.does("users impersonate ada@example.com --admin root@example.com --reason  ");
    assert!(empty.code != 0, "{}", empty.out);
    let given = operator.does(&format!("{order} --json")).ok().json();
    let token = given["access_token"].as_str().expect("a token");
    let me = janua
        .send(janua.request(Method::GET, "/api/v1/users/me").bearer_auth(token))
        .await
        .accepted();
    assert_eq!(me.str("/email"), "ada@example.com");
    assert_eq!(me.str("/impersonator/id"), given["impersonator_id"]);
    let facts = janua.facts("impersonation.started").await;
    assert_eq!(
        (&facts["by"], &facts["reason"]),
        (&json!("operator"), &json!("Ticket-4711"))
    );
    let inspected = operator.does(&format!("token inspect {token}")).ok();
    assert!(
        inspected.out.contains("ACCEPTED") && inspected.out.contains("\"act\""),
        "{}",
        inspected.out
    );
    let reverse = "users impersonate root@example.com --admin root@example.com --reason x";
    assert!(operator.does(reverse).err.contains("CANNOT_IMPERSONATE"));
}

#[tokio::test]
async fn an_operator_exports_what_is_kept_of_somebody() {
    let janua = of_today().await;
    let operator = Operator::of(&janua);
    janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let document = operator.does("users export --email ada@example.com").ok().json();
    assert_eq!(document["profile"][0]["email"], "ada@example.com");
    assert_eq!(document["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(janua.facts("user.exported").await["by"], "operator");
    assert_eq!(operator.does("users export --email eve@example.com").code, 3);
}
