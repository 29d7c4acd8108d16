//! `janua orgs`, `janua members` and `janua roles`.

use serde_json::json;

use super::Operator;
use crate::organizations::{Insider, path};
use crate::support::TestJanua;
use crate::support::dns::{NameServer, Said};

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

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_looks_after_domains() {
    let server = NameServer::start().await;
    let address = server.address.to_string();
    let janua = TestJanua::with(&[("DNS_RESOLVERS", &address)]).await;
    let operator = Operator::of(&janua);
    let ada = Insider::of(&janua, "ada@example.com").await;
    ada.founds(&janua, "acme").await;
    ada.founds(&janua, "other").await;
    let order = |order: &str| operator.does(&format!("orgs domains {order}"));
    let claimed = order("acme --add Acme.com --json").ok().json();
    assert_eq!(claimed["domain"], "acme.com");
    let (name, value) = (&claimed["record"]["name"], &claimed["record"]["value"]);
    let (name, value) = (name.as_str().expect("a name"), value.as_str().expect("a value"));
    let missing = order("acme --verify acme.com");
    assert!(
        missing.code == 1 && missing.err.contains(value),
        "{}",
        missing.err
    );
    server.says(name, Said::Texts(vec!["something else".to_owned()]));
    let wrong = order("acme --verify acme.com").err;
    assert!(
        wrong.contains("something else") && wrong.contains(name),
        "{wrong}"
    );
    server.says(name, Said::Texts(vec![value.to_owned()]));
    let verified = order("acme --verify acme.com").ok().out;
    assert!(verified.contains("acme.com belongs to acme"), "{verified}");
    let list = order("acme").ok().out;
    assert!(list.contains("acme.com") && list.contains("verified"), "{list}");
    let taken = order("other --add acme.com");
    assert!(
        taken.code == 1 && taken.err.contains("Another organization"),
        "{}",
        taken.err
    );
    assert_eq!(order("acme --add gmail.com").code, 1);
    assert_eq!(order("acme --add a.com --remove b.com").code, 2);
    assert_eq!(order("acme --verify other.com").code, 3);
    assert_eq!(order("nothing").code, 3);
    order("acme --remove acme.com").ok();
    assert_eq!(order("acme --remove acme.com").code, 3);
    assert_eq!(order("acme --json").ok().json()["domains"], json!([]));
    let events = janua.events().await;
    for name in ["added", "verified", "removed"] {
        assert!(events.contains(&format!("organization.domain_{name}")), "{name}");
    }
}

#[tokio::test]
async fn an_operator_looks_after_roles_of_an_organization() {
    let janua = TestJanua::start().await;
    let operator = Operator::of(&janua);
    let ada = Insider::of(&janua, "ada@example.com").await;
    let bob = Insider::of(&janua, "bob@example.com").await;
    let id = ada.founds(&janua, "acme").await;
    let made = operator
        .does("roles create --org acme --name billing --permission organization:read --permission invoices:* --json")
        .ok()
        .json();
    assert_eq!(made["permissions"], json!(["invoices:*", "organization:read"]));
    let again = operator.does("roles create --org acme --name billing --permission members:read");
    assert!(
        again.code == 1 && again.err.contains("role of this name"),
        "{}",
        again.err
    );
    for bad in [
        "--name owner --permission members:read",
        "--name other --permission members:raed",
    ] {
        assert_eq!(
            operator.does(&format!("roles create --org acme {bad}")).code,
            1,
            "{bad}"
        );
    }
    assert_eq!(operator.does("roles create --org acme --name other").code, 2);
    operator
        .does("members add --org acme --email bob@example.com --role billing")
        .ok();
    let member = operator
        .does("members get --org acme --email bob@example.com --json")
        .ok()
        .json();
    assert_eq!(
        (&member["email"], &member["role"]),
        (&json!("bob@example.com"), &json!("billing"))
    );
    assert!(
        operator
            .does("members get --org acme --email bob@example.com")
            .ok()
            .out
            .contains("billing")
    );
    // What it allows now counts, and not what it did.
    operator
        .does("roles update billing --org acme --name finance --permission organization:read --permission members:read")
        .ok();
    bob.get(&janua, &path(&id, "/members")).await.accepted();
    assert_eq!(operator.does("roles update finance --org acme").code, 2);
    assert_eq!(
        operator
            .does("roles update billing --org acme --description x")
            .code,
        3
    );
    assert_eq!(
        operator
            .does("roles update owner --org acme --description x")
            .code,
        3
    );
    let used = operator.does("roles delete finance --org acme");
    assert!(
        used.code == 1 && used.err.contains("Members have this role"),
        "{}",
        used.err
    );
    operator
        .does("members remove --org acme --email bob@example.com")
        .ok();
    assert_eq!(
        operator
            .does("members get --org acme --email bob@example.com")
            .code,
        3
    );
    operator.does("roles delete finance --org acme").ok();
    assert_eq!(operator.does("roles delete finance --org acme").code, 3);
    let events = janua.events().await;
    for name in ["role.created", "role.updated", "role.deleted"] {
        assert!(events.contains(&name.to_owned()), "{name}");
    }
}
