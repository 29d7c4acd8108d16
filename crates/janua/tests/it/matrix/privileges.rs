//! Every role at every operation: what is allowed is what the document says, and nothing else.

use janua::roles::{PERMISSIONS, SystemRole};
use serde_json::json;

use super::Operation;
use crate::organizations::{Insider, joins, path};
use crate::support::{Answer, TestJanua};

/// The roles from the highest to the lowest, then one that allows nothing, then none.
const ROLES: [&str; 6] = ["owner", "admin", "member", "viewer", "nothing", "none"];

#[test]
fn every_operation_inside_an_organization_names_its_permission() {
    for operation in Operation::all() {
        let name = operation.name();
        match operation.permission() {
            Some(permission) => {
                let known = permission == "member" || PERMISSIONS.iter().any(|it| it.0 == permission);
                assert!(known, "{name} needs {permission}, which is not in the list");
                let guarded = operation.is_in_an_organization() && operation.is_guarded();
                assert!(
                    guarded,
                    "{name} needs a permission where there is no organization"
                );
            }
            None => assert!(!operation.is_in_an_organization(), "{name} names no x-permission"),
        }
    }
}

struct Cast {
    people: Vec<Insider>,
    target: Insider,
}

impl Cast {
    async fn at(janua: &TestJanua) -> Self {
        let mut people = Vec::new();
        for role in ROLES {
            people.push(Insider::of(janua, &format!("{role}@example.com")).await);
        }
        let target = Insider::of(janua, "target@example.com").await;
        Self { people, target }
    }

    /// A new organization in which everybody has their role; gives its id and the id of a role of its own.
    async fn stage(&self, janua: &TestJanua, slug: &str) -> (String, String) {
        let organization = self.people[0].founds(janua, slug).await;
        let body = json!({"name": "nothing", "permissions": []});
        let roles = path(&organization, "/roles");
        self.people[0].post(janua, &roles, body).await.accepted();
        let body = json!({"name": "spare", "permissions": ["organization:read"]});
        let spare = self.people[0]
            .post(janua, &roles, body)
            .await
            .accepted()
            .str("/id");
        for (person, role) in self.people.iter().zip(ROLES) {
            if !["owner", "none"].contains(&role) {
                joins(janua, &organization, person, role).await;
            }
        }
        joins(janua, &organization, &self.target, "viewer").await;
        (organization, spare)
    }
}

/// What stands behind a name in a path.
fn of_path(parameter: &str, organization: &str, spare: &str, target: &str) -> String {
    match parameter {
        "organizations/{organization_id}" => organization.to_owned(),
        "members/{user_id}" => target.to_owned(),
        "roles/{role_id}" => spare.to_owned(),
        // Of anything else there is none on this stage: who may, is told so.
        _ => "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60".to_owned(),
    }
}

fn may(role: &str, permission: &str) -> bool {
    if permission == "member" {
        return role != "none";
    }
    SystemRole::of(role).is_some_and(|it| it.grants().allows(permission))
}

/// Let in, whatever was found behind the door.
fn is_let_in(answer: &Answer) -> bool {
    let refused = ["PERMISSION_DENIED", "ORGANIZATION_NOT_FOUND", "FORBIDDEN"];
    let code = serde_json::from_str::<serde_json::Value>(&answer.text).unwrap_or_default();
    answer.status != 401 && !refused.iter().any(|it| code["code"] == *it)
}

#[tokio::test]
async fn a_role_opens_what_the_document_says_and_nothing_else() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let cast = Cast::at(&janua).await;
    let (mut tried, mut opened, mut operations) = (0, 0, 0);
    for (turn, operation) in Operation::all().iter().enumerate() {
        let Some(permission) = operation.permission() else {
            continue;
        };
        operations += 1;
        for (person, role) in cast.people.iter().zip(ROLES) {
            let (organization, spare) = cast.stage(&janua, &format!("stage-{turn}-{role}")).await;
            let mut at = operation.path.clone();
            for parameter in operation.parameters() {
                let (part, _) = parameter.split_once('/').expect("a part and a name");
                let id = of_path(&parameter, &organization, &spare, &cast.target.id);
                at = at.replacen(&parameter, &format!("{part}/{id}"), 1);
            }
            let body = operation.body(&|name| {
                Some(match name {
                    "user_id" => json!(cast.target.id),
                    "role" => json!("viewer"),
                    "name" => json!("fresh"),
                    "slug" => json!(format!("fresh-{turn}-{role}")),
                    "logo_url" => json!("https://example.com/logo.png"),
                    "permissions" => json!(["organization:read"]),
                    _ => return None,
                })
            });
            let request = person.session.request(&janua, operation.method.clone(), &at);
            let request = match &body {
                Some(body) => request.json(body),
                None => request,
            };
            let answer = janua.send(request).await;
            let name = format!("{} as {role}", operation.name());
            tried += 1;
            if may(role, permission) {
                assert!(is_let_in(&answer), "{name}: {}", answer.text);
                assert_ne!(answer.status, 403, "{name}: {}", answer.text);
                opened += 1;
            } else if role == "none" {
                answer.refused("ORGANIZATION_NOT_FOUND");
            } else {
                let refused = answer.refused("PERMISSION_DENIED").json();
                assert_eq!(refused["details"]["permission"], permission, "{name}");
            }
        }
    }
    println!(
        "privileges: {operations} operations × {} roles = {tried} tries, {opened} let in, all as documented",
        ROLES.len()
    );
    assert!(operations > 10);
}
