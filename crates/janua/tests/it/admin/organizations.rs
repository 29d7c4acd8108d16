//! What administrators of the platform do to organizations.

use serde_json::json;

use super::Admin;
use crate::organizations::{Insider, joins, path};
use crate::support::TestJanua;

const ALL: &str = "/api/v1/admin/organizations";

#[tokio::test]
async fn organizations_are_found_suspended_deleted_and_restored() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let (ada, bob) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
    );
    let acme = ada.founds(&janua, "acme").await;
    bob.founds(&janua, "other").await;
    joins(&janua, &acme, &bob, "member").await;
    let list = admin.get(&format!("{ALL}?search=ACM")).await.accepted().json();
    assert_eq!(
        (
            &list["total"],
            &list["organizations"][0]["id"],
            &list["organizations"][0]["members"]
        ),
        (&json!(1), &json!(acme), &json!(2))
    );
    assert_eq!(admin.get(ALL).await.accepted().json()["total"], 2);
    let at = format!("{ALL}/{acme}");
    let own = path(&acme, "");

    ada.get(&janua, &own).await.accepted();
    let suspended = admin.post(&format!("{at}/suspend"), json!({})).await.accepted();
    assert!(suspended.json()["suspended_at"].is_string());
    for who in [&ada, &bob] {
        let refused = who.get(&janua, &own).await.refused("ORGANIZATION_SUSPENDED");
        assert_eq!(refused.status, 403);
    }
    let ask = json!({"permission": "members:read", "organization_id": acme});
    let answer = ada
        .post(&janua, "/api/v1/rbac/check", ask)
        .await
        .accepted()
        .json();
    assert_eq!(answer["reason"], "ORGANIZATION_SUSPENDED");
    let switch = json!({"organization_id": acme});
    ada.post(&janua, "/api/v1/auth/session/organization", switch)
        .await
        .refused("ORGANIZATION_SUSPENDED");
    admin
        .post(&format!("{at}/reactivate"), json!({}))
        .await
        .accepted();
    ada.get(&janua, &own).await.accepted();

    admin.delete(&at).await.accepted();
    ada.get(&janua, &own).await.refused("ORGANIZATION_NOT_FOUND");
    admin.delete(&at).await.refused("ORGANIZATION_NOT_FOUND");
    assert!(admin.get(&at).await.accepted().json()["deleted_at"].is_string());
    admin.post(&format!("{at}/restore"), json!({})).await.accepted();
    ada.get(&janua, &own).await.accepted();
    let refused = admin.post(&format!("{at}/restore"), json!({})).await;
    refused.refused("ORGANIZATION_NOT_DELETED");
    admin
        .get(&format!("{ALL}/nonsense"))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
}
