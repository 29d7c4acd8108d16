//! Whose account is opened, what newcomers become, and what follows the provider.

use serde_json::{Value, json};

use super::{ADA, Customer, claims, comes_back, counted, janua_with};
use crate::organizations::{Insider, joins, path};
use crate::pages::browser::Browser;
use crate::social::idp::Idp;
use crate::support::{PASSWORD, TestJanua};

async fn role(janua: &TestJanua, acme: &Customer, email: &str) -> Option<String> {
    let list = acme
        .owner
        .get(janua, &path(&acme.organization, "/members"))
        .await
        .accepted()
        .json();
    let members = list["members"].as_array().cloned().unwrap_or_default();
    let found = members.iter().find(|it| it["email"] == email);
    found.and_then(|it| it["role"].as_str().map(str::to_owned))
}

fn in_groups(idp: &Idp, groups: Value) -> Value {
    let mut said = claims(idp, "1", ADA);
    said["groups"] = groups;
    said
}

#[tokio::test]
async fn groups_give_roles_and_take_none_from_an_owner() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let rules = json!([{"group": "bosses", "role": "admin"}, {"group": "guests", "role": "viewer"}]);
    let more = json!({"default_role": "viewer", "group_roles": rules});
    let connection = acme.connects(&janua, &idp, more).await.accepted().str("/id");
    let mut browser = Browser::new(&janua);
    for (groups, expected) in [
        (json!(["staff", "guests", "bosses"]), "admin"),
        (json!(["guests"]), "viewer"),
        (json!(["unknown"]), "viewer"),
        (json!("bosses"), "admin"),
    ] {
        browser.cookies.clear();
        comes_back(&mut browser, &idp, &connection, in_groups(&idp, groups.clone()))
            .await
            .leads_to("/account/security");
        assert_eq!(
            role(&janua, &acme, ADA).await.as_deref(),
            Some(expected),
            "{groups}"
        );
    }
    // Whoever was made an owner stays one.
    let id = browser.opens("/api/v1/users/me").await.accepted().str("/id");
    let at = path(&acme.organization, &format!("/members/{id}"));
    acme.owner
        .patch(&janua, &at, json!({"role": "owner"}))
        .await
        .accepted();
    browser.cookies.clear();
    comes_back(
        &mut browser,
        &idp,
        &connection,
        in_groups(&idp, json!(["guests"])),
    )
    .await;
    assert_eq!(role(&janua, &acme, ADA).await.as_deref(), Some("owner"));
}

#[tokio::test]
async fn nobody_maps_a_role_that_they_could_not_give() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let admin = Insider::of(&janua, "admin@example.com").await;
    joins(&janua, &acme.organization, &admin, "admin").await;
    let of_admin = Customer {
        owner: admin,
        organization: acme.organization.clone(),
    };
    for more in [
        json!({"default_role": "owner"}),
        json!({"group_roles": [{"group": "x", "role": "owner"}]}),
    ] {
        of_admin
            .connects(&janua, &idp, more.clone())
            .await
            .refused("ROLE_TOO_HIGH");
        acme.connects(&janua, &idp, more).await.accepted();
    }
    let unknown = json!({"group_roles": [{"group": "x", "role": "nothing"}]});
    acme.connects(&janua, &idp, unknown).await.refused("UNKNOWN_ROLE");
}

#[tokio::test]
async fn an_address_counts_only_where_its_domain_is_proven() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    janua.person("bob@elsewhere.com").registered().await;
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    for email in [
        "bob@elsewhere.com",
        "new@elsewhere.com",
        "ada@mail.acme.com",
        "ada@acme.com.evil.example",
    ] {
        let refused = comes_back(&mut browser, &idp, &connection, claims(&idp, "7", email)).await;
        assert_eq!(refused.refused("SSO_EMAIL_UNTRUSTED").status, 403, "{email}");
    }
    // The provider itself says that nobody has verified it.
    let mut said = claims(&idp, "7", ADA);
    for no in [json!(false), json!("false")] {
        said["email_verified"] = no;
        comes_back(&mut browser, &idp, &connection, said.clone())
            .await
            .refused("SSO_EMAIL_UNTRUSTED");
    }
    assert_eq!(counted(&janua).await, before);
}

#[tokio::test]
async fn an_account_of_a_proven_domain_is_linked_and_its_owner_told() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    janua.person(ADA).registered().await;
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA))
        .await
        .leads_to("/account/security");
    assert_eq!(janua.facts("sso.linked").await["connection_id"], connection);
    let subjects: Vec<_> = janua.mails(ADA).await.into_iter().map(|it| it.subject).collect();
    assert!(
        subjects.iter().any(|it| it.starts_with("Acme ID now opens")),
        "{subjects:?}"
    );
    assert_eq!(role(&janua, &acme, ADA).await.as_deref(), Some("member"));
    // Another person of the provider with the same address does not get in.
    comes_back(&mut browser, &idp, &connection, claims(&idp, "2", ADA))
        .await
        .refused("SSO_ALREADY_LINKED");
}

#[tokio::test]
async fn what_was_set_up_before_for_an_address_that_nobody_proved_is_removed() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[("REQUIRE_EMAIL_VERIFICATION", "false")]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    // A thief has registered the address of somebody who is yet to come.
    let body = json!({"email": ADA, "password": PASSWORD});
    let thief = janua.post("/api/v1/auth/register", body.clone()).await.accepted();
    let bearer = thief.str("/tokens/access_token");
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA))
        .await
        .leads_to("/account/security");
    let request = janua
        .request(reqwest::Method::GET, "/api/v1/users/me")
        .bearer_auth(bearer);
    assert_eq!(janua.send(request).await.status, 401);
    janua
        .post("/api/v1/auth/login", body)
        .await
        .refused("INVALID_CREDENTIALS");
}

#[tokio::test]
async fn an_administrator_of_the_platform_is_never_opened_by_an_organization() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    janua.person(ADA).registered().await;
    janua.makes_admin(ADA).await;
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA))
        .await
        .refused("SSO_LINK_REFUSED");
    assert_eq!(counted(&janua).await, before);
}

#[tokio::test]
async fn without_provisioning_only_members_get_in() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let more = json!({"jit_provisioning": false, "group_roles": [{"group": "x", "role": "admin"}]});
    let connection = acme.connects(&janua, &idp, more).await.accepted().str("/id");
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA))
        .await
        .refused("SSO_NOT_PROVISIONED");
    assert_eq!(counted(&janua).await, before);
    let ada = Insider::of(&janua, ADA).await;
    comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA))
        .await
        .refused("SSO_NOT_PROVISIONED");
    joins(&janua, &acme.organization, &ada, "viewer").await;
    let mut said = in_groups(&idp, json!(["x"]));
    said["given_name"] = json!("Augusta");
    comes_back(&mut browser, &idp, &connection, said)
        .await
        .leads_to("/account/security");
    assert_eq!(role(&janua, &acme, ADA).await.as_deref(), Some("viewer"));
    let me = browser.opens("/api/v1/users/me").await.accepted().json();
    assert_ne!(me["first_name"], "Augusta");
}

#[tokio::test]
async fn own_names_of_attributes_come_first() {
    let idp = Idp::start().await;
    let mapping = r#"{"last_name":["cognomen"]}"#;
    let janua = janua_with(&idp, &[("SSO_ATTRIBUTE_MAPPING", mapping)]).await;
    let acme = Customer::of(&janua, "acme").await;
    let more = json!({"attribute_mapping": {"email": ["https://acme.com/mail", "email"], "first_name": ["nick.name"]}});
    let connection = acme.connects(&janua, &idp, more).await.accepted().str("/id");
    let mut said = claims(&idp, "1", "other@acme.com");
    said["https://acme.com/mail"] = json!(ADA);
    said["nick"] = json!({"name": "Countess"});
    said["cognomen"] = json!("Byron");
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, &connection, said)
        .await
        .leads_to("/account/security");
    let me = browser.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!(
        (&me["email"], &me["first_name"], &me["last_name"]),
        (&json!(ADA), &json!("Countess"), &json!("Byron"))
    );
}
