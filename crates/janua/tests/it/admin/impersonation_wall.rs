//! What whoever acts for somebody may do: a short list, and nothing else that the document knows.

use janua::crypto::signing::sign_compact;
use serde_json::{Value, json};

use super::impersonation::{acts_for, allowing, claims};
use super::{Admin, signed_in};
use crate::matrix::Operation;
use crate::organizations::Insider;

/// What is open: to look, and to mend names. Whoever adds an operation here explains to a reviewer why it neither protects
/// the account nor outlasts the access.
const OPEN: [&str; 25] = [
    "GET /api/v1/auth/session",
    "GET /api/v1/mfa/status",
    "GET /api/v1/mfa/trusted-devices",
    "GET /api/v1/organizations",
    "GET /api/v1/organizations/{organization_id}",
    "GET /api/v1/organizations/{organization_id}/api-keys",
    "GET /api/v1/organizations/{organization_id}/api-keys/{api_key_id}",
    "GET /api/v1/organizations/{organization_id}/audit-logs",
    "GET /api/v1/organizations/{organization_id}/audit-logs/export",
    "GET /api/v1/organizations/{organization_id}/domains",
    "GET /api/v1/organizations/{organization_id}/members",
    "GET /api/v1/organizations/{organization_id}/members/{user_id}",
    "GET /api/v1/organizations/{organization_id}/roles",
    "GET /api/v1/organizations/{organization_id}/roles/{role_id}",
    "GET /api/v1/passkeys",
    "GET /api/v1/rbac/permissions",
    "GET /api/v1/sessions",
    "GET /api/v1/sessions/current",
    "GET /api/v1/users",
    "GET /api/v1/users/me",
    "GET /api/v1/users/{user_id}",
    "PATCH /api/v1/organizations/{organization_id}",
    "PATCH /api/v1/users/me",
    "POST /api/v1/auth/session/organization",
    "POST /api/v1/rbac/check",
];

#[tokio::test]
async fn support_access_opens_what_is_listed_and_nothing_else() {
    let janua = allowing().await;
    let admin = Admin::of(&janua).await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let acme = ada.founds(&janua, "acme").await;
    let support = acts_for(&admin, "ada@example.com").await;
    // An export that is allowed is recorded.
    let events = "SELECT COUNT(*) FROM events WHERE name <> 'audit.exported'";
    let before = janua.count(events).await;
    let (mut open, mut shut) = (Vec::new(), 0);
    for operation in Operation::all().into_iter().filter(Operation::is_guarded) {
        let name = operation.name();
        if name == "POST /api/v1/auth/logout" {
            continue;
        }
        let path = operation.path.replace("{organization_id}", &acme);
        let path = path
            .replace("{user_id}", &ada.id)
            .replace("{id}", "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60");
        let request = support.request(&janua, operation.method.clone(), &path);
        // A body that is refused wherever one gets so far as to read it.
        let answer = janua.send(request.json(&json!({"no_such_field": 1}))).await;
        if answer.text.contains("IMPERSONATION_FORBIDDEN") {
            assert_eq!(answer.status, 403, "{name}");
            shut += 1;
        } else {
            open.push(name);
        }
    }
    println!(
        "{} operations are open to support access, {shut} are shut",
        open.len()
    );
    open.sort();
    assert_eq!(open, OPEN);
    let after = janua.count(events).await;
    assert_eq!(after, before, "nothing was done on the way");
    // The owner is held by nothing of this.
    ada.get(&janua, "/api/v1/api-keys").await.accepted();
}

#[tokio::test]
async fn a_token_that_lies_about_who_acts_opens_nothing_even_under_our_signature() {
    let janua = allowing().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    let support = acts_for(&admin, "ada@example.com").await;
    let key = janua.app.ring.active();
    let opens = async |claims: &Value| {
        let token = sign_compact(&key, "at+jwt", claims).expect("a token");
        let request = janua.request(reqwest::Method::GET, "/api/v1/users/me");
        janua.send(request.bearer_auth(token)).await
    };
    let (own, acting) = (claims(&ada.access), claims(&support.access));
    opens(&own).await.accepted();
    opens(&acting).await.accepted();
    let with = |claims: &Value, act: Value| {
        let mut changed = claims.clone();
        changed["act"] = act;
        changed
    };
    let mut hidden = acting.clone();
    hidden.as_object_mut().expect("claims").remove("act");
    for lie in [
        // Support access that passes for its owner, and one in somebody else's name.
        hidden,
        with(&acting, json!({"sub": own["sub"]})),
        // An ordinary session that blames an administrator.
        with(&own, json!({"sub": admin.id})),
        with(&own, json!({"sub": own["sub"]})),
    ] {
        opens(&lie).await.refused("TOKEN_INVALID");
    }
}
