//! Roles that organizations make up, and the answers about permissions.

use serde_json::{Value, json};

use super::{Insider, joins, path};
use crate::support::TestJanua;

const CHECK: &str = "/api/v1/rbac/check";

async fn makes(
    janua: &TestJanua,
    who: &Insider,
    organization: &str,
    name: &str,
    permissions: Value,
) -> String {
    let body = json!({"name": name, "permissions": permissions});
    let made = who
        .post(janua, &path(organization, "/roles"), body)
        .await
        .accepted();
    made.str("/id")
}

#[tokio::test]
async fn a_role_is_made_given_changed_and_deleted() {
    let janua = TestJanua::start().await;
    let (ada, bob) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
    );
    let acme = ada.founds(&janua, "acme").await;
    joins(&janua, &acme, &bob, "viewer").await;
    let permissions = json!(["members:read", "organization:read", "invoices:*", "members:read"]);
    let id = makes(&janua, &ada, &acme, "billing", permissions).await;
    let at = path(&acme, &format!("/roles/{id}"));
    let read = ada.get(&janua, &at).await.accepted().json();
    assert_eq!(
        read["permissions"],
        json!(["invoices:*", "members:read", "organization:read"])
    );
    let list = ada.get(&janua, &path(&acme, "/roles")).await.accepted().json();
    let names: Vec<_> = list["roles"]
        .as_array()
        .expect("roles")
        .iter()
        .map(|it| it["name"].clone())
        .collect();
    assert_eq!(names, ["owner", "admin", "member", "viewer", "billing"]);
    let again = json!({"name": "billing", "permissions": []});
    ada.post(&janua, &path(&acme, "/roles"), again)
        .await
        .refused("ROLE_NAME_TAKEN");

    let membership = path(&acme, &format!("/members/{}", bob.id));
    let member = ada
        .patch(&janua, &membership, json!({"role": "billing"}))
        .await
        .accepted();
    assert_eq!(member.str("/role"), "billing");
    let ask = json!({"permission": "invoices:approve", "organization_id": acme});
    assert_eq!(
        bob.post(&janua, CHECK, ask.clone()).await.accepted().json()["allowed"],
        true
    );
    ada.delete(&janua, &at).await.refused("ROLE_IN_USE");
    // What the role loses is lost with the next request.
    ada.patch(&janua, &at, json!({"permissions": ["organization:read"]}))
        .await
        .accepted();
    let answer = bob.post(&janua, CHECK, ask).await.accepted().json();
    assert_eq!(
        (&answer["allowed"], &answer["reason"], &answer["role"]),
        (&json!(false), &json!("MISSING_PERMISSION"), &json!("billing"))
    );
    bob.get(&janua, &path(&acme, "/members"))
        .await
        .refused("PERMISSION_DENIED");
    ada.patch(&janua, &membership, json!({"role": "viewer"}))
        .await
        .accepted();
    ada.delete(&janua, &at).await.accepted();
    ada.get(&janua, &at).await.refused("ROLE_NOT_FOUND");
    for name in ["owner", "custom", "", "Billing", "a b", &"x".repeat(51)] {
        let body = json!({"name": name, "permissions": ["members:raed"]});
        let refused = ada
            .post(&janua, &path(&acme, "/roles"), body)
            .await
            .refused("INVALID_FIELD");
        assert_eq!(
            refused.json()["details"]["errors"][1]["code"],
            "INVALID_PERMISSION"
        );
    }
}

#[tokio::test]
async fn nobody_puts_into_a_role_what_they_do_not_hold() {
    let janua = TestJanua::start().await;
    let (ada, bob, cyd) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
        Insider::of(&janua, "cyd@example.com").await,
    );
    let acme = ada.founds(&janua, "acme").await;
    joins(&janua, &acme, &bob, "admin").await;
    joins(&janua, &acme, &cyd, "viewer").await;
    let roles = path(&acme, "/roles");
    for beyond in [
        json!(["*"]),
        json!(["organization:*"]),
        json!(["organization:delete"]),
        json!(["invoices:read"]),
    ] {
        let body = json!({"name": "beyond", "permissions": beyond});
        bob.post(&janua, &roles, body).await.refused("ROLE_TOO_HIGH");
    }
    let own = makes(
        &janua,
        &bob,
        &acme,
        "helper",
        json!(["members:*", "organization:read"]),
    )
    .await;
    let own = format!("{roles}/{own}");
    bob.patch(&janua, &own, json!({"permissions": ["*"]}))
        .await
        .refused("ROLE_TOO_HIGH");
    // What the owner has put beyond bob's rights he neither changes, nor deletes, nor gives, nor takes.
    let high = makes(&janua, &ada, &acme, "high", json!(["organization:*"])).await;
    let at = format!("{roles}/{high}");
    bob.patch(&janua, &at, json!({"description": "x"}))
        .await
        .refused("ROLE_TOO_HIGH");
    bob.delete(&janua, &at).await.refused("ROLE_TOO_HIGH");
    let member = |who: &Insider| path(&acme, &format!("/members/{}", who.id));
    bob.patch(&janua, &member(&cyd), json!({"role": "high"}))
        .await
        .refused("ROLE_TOO_HIGH");
    bob.patch(&janua, &member(&bob), json!({"role": "high"}))
        .await
        .refused("ROLE_TOO_HIGH");
    ada.patch(&janua, &member(&cyd), json!({"role": "high"}))
        .await
        .accepted();
    bob.delete(&janua, &member(&cyd)).await.refused("ROLE_TOO_HIGH");
    // A right to give the organization away is none to make an owner: one would have to be one.
    let to = json!({"user_id": cyd.id});
    cyd.post(&janua, &path(&acme, "/transfer-ownership"), to)
        .await
        .refused("ROLE_TOO_HIGH");
    assert_eq!(
        janua
            .count("SELECT count(*) FROM members WHERE role = 'owner'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_role_of_one_organization_is_none_of_another() {
    let janua = TestJanua::start().await;
    let (ada, bob) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
    );
    let (acme, other) = (
        ada.founds(&janua, "acme").await,
        ada.founds(&janua, "other").await,
    );
    joins(&janua, &other, &bob, "viewer").await;
    let id = makes(&janua, &ada, &acme, "billing", json!(["*"])).await;
    ada.get(&janua, &path(&other, &format!("/roles/{id}")))
        .await
        .refused("ROLE_NOT_FOUND");
    ada.delete(&janua, &path(&other, &format!("/roles/{id}")))
        .await
        .refused("ROLE_NOT_FOUND");
    let membership = path(&other, &format!("/members/{}", bob.id));
    for role in ["billing", id.as_str(), "custom"] {
        ada.patch(&janua, &membership, json!({"role": role}))
            .await
            .refused("UNKNOWN_ROLE");
    }
}

#[tokio::test]
async fn a_no_has_a_reason() {
    let janua = TestJanua::start().await;
    let (ada, bob) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
    );
    let (acme, foreign) = (
        ada.founds(&janua, "acme").await,
        bob.founds(&janua, "foreign").await,
    );
    joins(&janua, &foreign, &ada, "viewer").await;
    let nowhere = "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60";
    let checks = json!({"checks": [
        {"permission": "members:remove", "organization_id": acme},
        {"permission": "invoices:approve", "organization_id": acme},
        {"permission": "members:read", "organization_id": foreign},
        {"permission": "members:remove", "organization_id": foreign},
        {"permission": "members:read", "organization_id": nowhere},
        {"permission": "members:read", "organization_id": "nonsense"},
        {"permission": "members:read"},
    ]});
    let answer = ada.post(&janua, CHECK, checks).await.accepted().json();
    let results = answer["results"].as_array().expect("results");
    let told: Vec<_> = results
        .iter()
        .map(|it| it["reason"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        told,
        [
            "GRANTED",
            "GRANTED",
            "GRANTED",
            "MISSING_PERMISSION",
            "NOT_A_MEMBER",
            "NOT_A_MEMBER",
            "NO_ORGANIZATION"
        ]
    );
    assert!(
        results
            .iter()
            .zip(&told)
            .all(|(it, reason)| it["allowed"] == (*reason == "GRANTED"))
    );
    // Where the session acts is where it is meant.
    let switch = json!({"organization_id": acme});
    ada.post(&janua, "/api/v1/auth/session/organization", switch)
        .await
        .accepted();
    let answer = ada
        .post(&janua, CHECK, json!({"permission": "members:read"}))
        .await
        .accepted()
        .json();
    assert_eq!(
        (&answer["allowed"], &answer["organization_id"]),
        (&json!(true), &json!(acme))
    );
    ada.delete(&janua, &path(&acme, "")).await.accepted();
    let answer = ada
        .post(&janua, CHECK, json!({"permission": "members:read"}))
        .await
        .accepted()
        .json();
    assert_eq!(answer["reason"], "NOT_A_MEMBER");

    ada.post(&janua, CHECK, json!({"permission": "read everything"}))
        .await
        .refused("INVALID_PERMISSION");
    ada.post(&janua, CHECK, json!({})).await.refused("MISSING_FIELD");
    ada.post(&janua, CHECK, json!({"permission": "a:b", "checks": []}))
        .await
        .refused("INVALID_FIELD");
    let many: Vec<_> = (0..101).map(|_| json!({"permission": "a:b"})).collect();
    ada.post(&janua, CHECK, json!({"checks": many}))
        .await
        .refused("INVALID_FIELD");
    let list = ada
        .get(&janua, "/api/v1/rbac/permissions")
        .await
        .accepted()
        .json();
    let transfer = list["permissions"]
        .as_array()
        .and_then(|all| all.iter().find(|it| it["name"] == "organization:transfer"));
    assert_eq!(transfer.expect("listed")["roles"], json!(["owner"]));
}

#[tokio::test]
async fn one_sees_the_people_of_ones_organizations_and_nobody_else() {
    let janua = TestJanua::start().await;
    let mut people = Vec::new();
    for name in ["ada", "bob", "cyd", "dan"] {
        people.push(Insider::of(&janua, &format!("{name}@example.com")).await);
        janua.advance(crate::support::seconds(1));
    }
    let [ada, bob, cyd, dan] = &people[..] else {
        unreachable!("there are four")
    };
    let (acme, other) = (
        ada.founds(&janua, "acme").await,
        dan.founds(&janua, "other").await,
    );
    joins(&janua, &acme, bob, "viewer").await;
    joins(&janua, &other, bob, "member").await;
    makes(&janua, ada, &acme, "blind", json!(["organization:read"])).await;
    joins(&janua, &acme, cyd, "blind").await;
    // What one's own role is called is one's own business.
    let list = cyd.get(&janua, super::ORGANIZATIONS).await.accepted().json();
    assert_eq!(list["organizations"][0]["role"], "blind");
    let seen = async |who: &Insider, query: &str| {
        let list = who
            .get(&janua, &format!("/api/v1/users{query}"))
            .await
            .accepted()
            .json();
        let users = list["users"].as_array().expect("users").clone();
        users
            .iter()
            .map(|it| it["email"].as_str().expect("an address").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        seen(ada, "").await,
        ["ada@example.com", "bob@example.com", "cyd@example.com"]
    );
    assert_eq!(seen(bob, "?per_page=3&page=2").await, ["dan@example.com"]);
    assert_eq!(seen(bob, "?search=DA").await, ["dan@example.com"]);
    // A role that does not show the members of its organization shows them nowhere.
    assert!(seen(cyd, "").await.is_empty());
    let at = |who: &Insider| format!("/api/v1/users/{}", who.id);
    assert_eq!(
        bob.get(&janua, &at(dan)).await.accepted().str("/email"),
        "dan@example.com"
    );
    for id in [
        dan.id.as_str(),
        "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60",
        "nonsense",
    ] {
        ada.get(&janua, &format!("/api/v1/users/{id}"))
            .await
            .refused("NOT_FOUND");
    }
    cyd.get(&janua, &at(ada)).await.refused("NOT_FOUND");
    ada.delete(&janua, &path(&acme, "")).await.accepted();
    assert_eq!(seen(ada, "").await, Vec::<String>::new());
}
