//! `janua orgs`, `janua members` and `janua roles`.

use serde_json::json;

use super::Operator;
use crate::organizations::{Insider, path};
use crate::support::TestJanua;

#[tokio::test]
async fn an_operator_makes_an_organization_and_fills_it() {
    let janua = TestJanua::start().await;
    let operator = Operator::of(&janua);
    let ada = Insider::of(&janua, "ada@example.com").await;
    let bob = Insider::of(&janua, "bob@example.com").await;
    let made = operator
        .does("orgs create --name Acme --slug acme --email ada@example.com --json")
        .ok()
        .json();
    assert_eq!((&made["slug"], &made["members"]), (&json!("acme"), &json!(1)));
    let id = made["id"].as_str().expect("an id").to_owned();
    ada.get(&janua, &path(&id, "")).await.accepted();

    operator
        .does("members add --org acme --email bob@example.com --role viewer")
        .ok();
    bob.get(&janua, &path(&id, "/members")).await.accepted();
    let again = operator.does("members add --org acme --email bob@example.com");
    assert!(again.code == 1 && again.err.contains("already"), "{}", again.err);
    operator
        .does("members set-role --org acme --email bob@example.com --role admin")
        .ok();
    let list = operator
        .does(&format!("members list --org {id} --json"))
        .ok()
        .json();
    assert_eq!(list["members"][1]["role"], "admin", "{list}");
    let unknown = operator.does("members set-role --org acme --email bob@example.com --role king");
    assert_eq!(unknown.code, 3, "{}", unknown.err);
    let refused = operator.does("members remove --org acme --email ada@example.com");
    assert!(
        refused.code == 1 && refused.err.contains("last owner"),
        "{}",
        refused.err
    );
    operator
        .does("members remove --org acme --email bob@example.com")
        .ok();

    let roles = operator.does("roles list --org acme").ok().out;
    assert!(
        roles.contains("owner") && roles.contains("organization:read members:read"),
        "{roles}"
    );
    assert!(operator.does("orgs list --search acm").ok().out.contains("acme"));
    let invited = operator
        .does("orgs invite acme --email eva@example.com --role owner --days 3 --json")
        .ok()
        .json();
    assert_eq!(
        (&invited["state"], &invited["role"]),
        (&json!("pending"), &json!("owner"))
    );
    assert_eq!(operator.does("orgs invite acme --email eva@example.com").code, 1);
    assert_eq!(
        operator
            .does("orgs invite acme --email cyd@example.com --role king")
            .code,
        3
    );
    let list = operator.does("orgs invitations acme --state pending").ok().out;
    assert!(list.contains("eva@example.com"), "{list}");
    let invitation = invited["id"].as_str().expect("an id");
    operator
        .does(&format!("orgs revoke-invitation acme {invitation}"))
        .ok();
    assert_eq!(operator.does("orgs revoke-invitation acme nothing").code, 3);
    let list = operator.does("orgs invitations acme --state pending").ok().out;
    assert!(!list.contains("eva@example.com"), "{list}");
    operator.does("orgs suspend acme").ok();
    assert!(operator.does("orgs get acme").ok().out.contains("suspended"));
    operator.does("orgs reactivate acme").ok();
    operator.does("orgs delete acme").ok();
    assert!(operator.does("orgs get acme").ok().out.contains("deleted"));
    operator.does("orgs restore acme").ok();
    assert_eq!(operator.does("orgs get nothing").code, 3);
    let events = janua.events().await;
    for name in [
        "organization.created",
        "member.added",
        "member.role_changed",
        "member.removed",
    ] {
        assert!(events.contains(&name.to_owned()), "{name}");
    }
}
