//! Tokens that somebody has sent in, explained.

use serde_json::{Value, json};

use super::{Operator, of_today};
use crate::support::{TestJanua, refresh};

#[tokio::test]
async fn an_access_token_is_explained() {
    let janua = of_today().await;
    let operator = Operator::of(&janua);
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let done = operator
        .types("token inspect --json", &format!("Bearer {}\n", ada.access))
        .ok();
    let told = done.json();
    assert_eq!(told["verdict"], "ACCEPTED", "{told}");
    assert_eq!(told["session"]["state"], "alive");
    assert_eq!(told["session"]["email"], "ada@example.com");
    assert_eq!(told["signed_by"], told["header"]["kid"]);
    assert_eq!(told["clocks"]["expired_by_database"], false);
    let (start, signature) = ada.access.rsplit_once('.').expect("three parts");
    assert!(!done.out.contains(signature), "the signature stays away");
    assert!(!done.out.contains(start), "and so does the token");

    let forged = operator
        .types("token inspect - --json", &format!("{start}.AAAA"))
        .ok()
        .json();
    assert_eq!(forged["verdict"], "TOKEN_INVALID", "{forged}");
    assert_eq!(forged["signed_by"], Value::Null);
    assert_eq!(
        forged["session"],
        Value::Null,
        "who cannot sign learns nothing of sessions"
    );

    operator
        .does("users revoke-sessions --email ada@example.com")
        .ok();
    let revoked = operator.types("token inspect --json", &ada.access).ok().json();
    assert_eq!(revoked["verdict"], "TOKEN_REVOKED", "{revoked}");
    assert_eq!(revoked["session"]["revoked_because"], "revoked_by_operator");
    let text = operator.types("token inspect", &ada.access).ok().out;
    assert!(text.contains("revoked_by_operator"), "{text}");

    let nonsense = operator.types("token inspect", "hello");
    assert_eq!(nonsense.code, 1);
    assert!(nonsense.err.contains("form of no token"), "{}", nonsense.err);
}

#[tokio::test]
async fn an_old_token_is_told_by_both_clocks() {
    let janua = TestJanua::start().await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let told = Operator::of(&janua)
        .types("token inspect --json", &ada.access)
        .ok()
        .json();
    assert_eq!(told["verdict"], "TOKEN_EXPIRED", "{told}");
    assert_eq!(told["clocks"]["expired_by_machine"], true);
    assert_eq!(told["clocks"]["expired_by_database"], true);
    assert!(
        told["signed_by"].is_string(),
        "an old signature is still a signature"
    );
}

#[tokio::test]
async fn a_refresh_token_tells_what_would_happen_to_it() {
    let janua = of_today().await;
    let operator = Operator::of(&janua);
    let first = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await
        .refresh;
    let inspect = |token: &str| operator.types("token inspect --json", token).ok();
    let told = inspect(&first);
    assert_eq!(told.json()["verdict"], "ROTATE", "{}", told.out);
    assert!(!told.out.contains(&first));

    let second = refresh(&janua, &first, "").await.accepted().str("/refresh_token");
    let told = inspect(&first).json();
    assert_eq!(told["verdict"], "REPEAT", "{told}");
    assert_eq!(
        (&told["successor_used"], &told["family"]),
        (&json!(false), &json!(2))
    );

    refresh(&janua, &second, "").await.accepted();
    let told = inspect(&first).json();
    assert_eq!(told["verdict"], "THEFT", "{told}");
    assert!(
        operator
            .types("token inspect", &first)
            .ok()
            .out
            .contains("count as stolen")
    );
    refresh(&janua, &first, "").await.refused("REFRESH_TOKEN_REUSED");
    let told = inspect(&first).json();
    assert_eq!(told["verdict"], "REFRESH_TOKEN_INVALID", "{told}");
    assert_eq!(told["session"]["revoked_because"], "token_reused");

    let unknown = inspect(&crate::support::made_up(janua::crypto::secret::Kind::Refresh)).json();
    assert_eq!(
        (&unknown["known"], &unknown["verdict"]),
        (&json!(false), &json!("REFRESH_TOKEN_INVALID"))
    );
}
