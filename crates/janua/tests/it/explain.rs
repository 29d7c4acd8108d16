//! Why somebody cannot sign in, and what a request did: told to whoever looks after the server, and to nobody else.

mod refusals;
mod store;

use serde_json::{Value, json};

use crate::operator_cli::Operator;
use crate::support::{PASSWORD, SignedIn, TestJanua};

const EXPLAIN: &str = "/api/v1/admin/explain";

async fn admin_of(janua: &TestJanua) -> SignedIn {
    let root = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    root.signs_in().await
}

async fn person(janua: &TestJanua, admin: &SignedIn, email: &str) -> Value {
    let told = admin.get(janua, &format!("{EXPLAIN}?email={email}")).await;
    told.accepted().json()
}

fn codes(told: &Value) -> Vec<&str> {
    let reasons = told["reasons"].as_array().expect("reasons");
    reasons.iter().filter_map(|it| it["code"].as_str()).collect()
}

#[tokio::test]
async fn each_thing_that_stands_in_the_way_is_told() {
    let janua = TestJanua::start().await;
    let admin = admin_of(&janua).await;
    let unknown = person(&janua, &admin, "nobody@example.com").await;
    assert_eq!(
        (codes(&unknown), &unknown["user_id"]),
        (vec!["INVALID_CREDENTIALS"], &Value::Null)
    );

    janua.person("new@example.com").signs_up().await.accepted();
    assert_eq!(
        codes(&person(&janua, &admin, "new@example.com").await),
        ["EMAIL_NOT_VERIFIED"]
    );

    let ada = janua.person("ada@example.com").registered().await;
    let fine = person(&janua, &admin, "Ada@example.com").await;
    assert_eq!((codes(&fine), &fine["can_sign_in"]), (vec![], &json!(true)));
    for _ in 0..5 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    let locked = person(&janua, &admin, "ada@example.com").await;
    assert_eq!(
        (codes(&locked), &locked["can_sign_in"]),
        (vec!["ACCOUNT_LOCKED"], &json!(false))
    );
    assert_eq!(locked["refusals"][0]["told"], "INVALID_CREDENTIALS");
    assert_eq!(locked["refusals"][0]["truth"], "the password was wrong");
    let id = locked["user_id"].as_str().expect("an id");
    let suspend = format!("/api/v1/admin/users/{id}/suspend");
    admin.post(&janua, &suspend, json!({})).await.accepted();
    let both = person(&janua, &admin, "ada@example.com").await;
    assert_eq!(codes(&both), ["ACCOUNT_LOCKED", "ACCOUNT_SUSPENDED"]);

    let said = Operator::of(&janua);
    let told = said.does("explain --user nobody@example.com").ok();
    assert!(
        told.out.contains("cannot sign in now") && told.out.contains("no account"),
        "{}",
        told.out
    );
    assert_eq!(said.does("explain req_never_seen").code, 3);
}

#[tokio::test]
async fn what_was_told_and_what_was_true_differ_where_they_must() {
    let janua = TestJanua::start().await;
    let admin = admin_of(&janua).await;
    janua.person("ada@example.com").registered().await;
    let mut truths = Vec::new();
    for (email, password) in [("ada@example.com", "wrong"), ("nobody@example.com", PASSWORD)] {
        let refused = janua
            .person(email)
            .login(password)
            .await
            .refused("INVALID_CREDENTIALS");
        let id = refused.str("/request_id");
        let told = admin
            .get(&janua, &format!("{EXPLAIN}/{id}"))
            .await
            .accepted()
            .json();
        let happened = &told["happened"][0];
        assert_eq!(
            (&happened["told"], &happened["outcome"], &happened["help"]),
            (
                &json!("INVALID_CREDENTIALS"),
                &json!("failure"),
                &json!("JD-AUTH-001")
            ),
            "{told}"
        );
        truths.push(happened["truth"].clone());
        let shown = Operator::of(&janua).does(&format!("explain {id}")).ok();
        assert!(shown.out.contains("told INVALID_CREDENTIALS"), "{}", shown.out);
    }
    assert_ne!(truths[0], truths[1]);

    let asked = json!({"email": "ada@example.com"});
    let answer = janua.post("/api/v1/auth/password/forgot", asked).await.accepted();
    let id = answer.header("x-request-id").clone();
    let told = admin
        .get(&janua, &format!("{EXPLAIN}/{id}"))
        .await
        .accepted()
        .json();
    assert_eq!(told["mails"][0]["to"], "ada@example.com", "{told}");
}

#[tokio::test]
async fn only_administrators_are_told() {
    let janua = TestJanua::start().await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    for path in [
        "/api/v1/admin/explain/req_x",
        "/api/v1/admin/explain?email=ada@example.com",
    ] {
        ada.get(&janua, path).await.refused("FORBIDDEN");
        janua.get(path).await.refused("NOT_AUTHENTICATED");
    }
    let admin = admin_of(&janua).await;
    admin.get(&janua, EXPLAIN).await.refused("MISSING_FIELD");
    admin
        .get(&janua, &format!("{EXPLAIN}?email=x"))
        .await
        .refused("INVALID_EMAIL");
}
