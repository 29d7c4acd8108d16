//! What belongs to somebody: an organization with people, roles and all that an API could lead to.

use janua::client::Client;
use serde_json::{Value, json};

use super::Operation;
use crate::organizations::{Insider, joins, path};
use crate::passkeys::adds_a_passkey;
use crate::support::TestJanua;

/// An organization, its owner and a member, with something behind every kind of id.
pub(super) struct Victim {
    pub(super) owner: Insider,
    pub(super) member: Insider,
    pub(super) organization: String,
    role: String,
    session: String,
    passkey: String,
    mail: String,
    key: String,
    own_key: String,
    webhook: String,
    delivery: String,
    trusted: String,
    invitation: String,
    domain: String,
    connection: String,
}

impl Victim {
    pub(super) async fn at(janua: &TestJanua) -> Self {
        let owner = Insider::of(janua, "victoria@victim.example").await;
        let member = Insider::of(janua, "vincent@victim.example").await;
        let organization = owner.founds(janua, "victim").await;
        joins(janua, &organization, &member, "member").await;
        let role = json!({"name": "vault", "permissions": ["organization:read"]});
        let role = owner.post(janua, &path(&organization, "/roles"), role).await;
        let session = owner.get(janua, "/api/v1/sessions/current").await.accepted();
        let body = json!({"url": "https://1.1.1.1/vault", "events": ["role.deleted"], "organization_id": organization});
        let webhook = owner
            .post(janua, "/api/v1/webhooks", body)
            .await
            .accepted()
            .str("/id");
        let body = json!({"organization_id": organization, "kind": "oidc", "name": "vault"});
        let connection = owner
            .post(janua, "/api/v1/sso/connections", body)
            .await
            .accepted()
            .str("/id");
        let body = json!({"email": "vera@victim.example", "role": "viewer"});
        let invitation = owner
            .post(janua, &path(&organization, "/invitations"), body)
            .await;
        Self {
            domain: proves(janua, &owner, &organization).await,
            invitation: invitation.accepted().str("/id"),
            delivery: delivers(janua, &webhook).await,
            trusted: trusts(janua, &owner).await,
            webhook,
            connection,
            role: role.accepted().str("/id"),
            session: session.str("/id"),
            passkey: adds_a_passkey(janua, &owner.session).await,
            mail: promised(janua, &owner).await,
            key: makes_key(janua, &owner, "/api/v1/api-keys", "profile:read").await,
            own_key: makes_key(janua, &owner, &path(&organization, "/api-keys"), "members:read").await,
            owner,
            member,
            organization,
        }
    }

    /// What stands behind a name in a path, given with the part before it.
    pub(super) fn of_path(&self, parameter: &str) -> &str {
        match parameter {
            "organizations/{organization_id}" | "organizations/{id}" => &self.organization,
            "members/{user_id}" => &self.member.id,
            "users/{user_id}" | "users/{id}" => &self.owner.id,
            "roles/{role_id}" => &self.role,
            "sessions/{id}" => &self.session,
            // The name of a provider is nobody's.
            "oauth/{provider}" => "oidc",
            "passkeys/{id}" | "passkeys/{passkey_id}" => &self.passkey,
            "trusted-devices/{id}" => &self.trusted,
            "outbox/{id}" => &self.mail,
            "invitations/{invitation_id}" => &self.invitation,
            "domains/{domain_id}" => &self.domain,
            "connections/{id}" => &self.connection,
            // The id of a request is nobody's either: administrators alone look it up.
            "explain/{request_id}" => "req_of_the_victim",
            // A domain by its name is nobody's secret.
            "domains/{domain}" => "victim.example",
            "webhooks/{id}" => &self.webhook,
            "deliveries/{delivery_id}" => &self.delivery,
            "api-keys/{id}" => &self.key,
            "api-keys/{api_key_id}" => &self.own_key,
            unknown => panic!("{unknown} is not known here: say what of the victim stands behind it"),
        }
    }

    /// The path of an operation, leading to what belongs to the victim.
    pub(super) fn path_of(&self, operation: &Operation) -> String {
        let mut path = operation.path.clone();
        for parameter in operation.parameters() {
            let (part, _) = parameter.split_once('/').expect("a part and a name");
            path = path.replacen(&parameter, &format!("{part}/{}", self.of_path(&parameter)), 1);
        }
        path
    }

    /// What a field of a body would have to hold to get at the victim.
    pub(super) fn of_field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "organization_id" => json!(self.organization),
            "organization_slug" | "slug" => json!("victim"),
            "user_id" => json!(self.owner.id),
            "email" => json!(self.owner.email),
            "domain" => json!("victim.example"),
            "role" => json!("vault"),
            "return_url" => json!("/account/security"),
            "role_id" => json!(self.role),
            "permission" => json!("organization:read"),
            "permissions" => json!(["organization:read"]),
            _ => return None,
        })
    }

    /// Texts that nobody else may be shown.
    pub(super) fn marks(&self) -> Vec<&str> {
        vec![
            &self.organization,
            &self.owner.id,
            &self.member.id,
            &self.role,
            &self.session,
            &self.passkey,
            &self.trusted,
            &self.mail,
            &self.key,
            &self.own_key,
            &self.webhook,
            &self.delivery,
            &self.invitation,
            &self.domain,
            &self.connection,
            "victim.example",
            "The victim",
            "vault",
        ]
    }

    /// All that the victim sees, from every operation that only reads.
    pub(super) async fn sees(&self, janua: &TestJanua) -> Vec<(String, Value)> {
        let mut seen = Vec::new();
        for operation in Operation::all() {
            // An export is recorded, and the record is seen.
            let reads = operation.method == reqwest::Method::GET
                && !operation.name().ends_with("/export")
                && operation.is_guarded()
                && !operation.is_of_platform()
                // It tells of itself, and of what the others show.
                && operation.path != "/api/v1/users/me/export";
            if !reads {
                continue;
            }
            let answer = self.owner.get(janua, &self.path_of(&operation)).await;
            assert!(
                answer.status.is_success(),
                "{} is to lead to something: {}",
                operation.name(),
                answer.text
            );
            seen.push((
                operation.name(),
                serde_json::from_str(&answer.text).unwrap_or_default(),
            ));
        }
        seen
    }
}

/// A domain that is verified.
async fn proves(janua: &TestJanua, owner: &Insider, organization: &str) -> String {
    let at = path(organization, "/domains");
    let claimed = owner
        .post(janua, &at, json!({"domain": "victim.example"}))
        .await
        .accepted();
    let (name, value) = (claimed.str("/record/name"), claimed.str("/record/value"));
    janua.app.dns.tell(&name, Ok(&[&value]));
    let id = claimed.str("/id");
    let at = format!("{at}/{id}/verify");
    owner.post(janua, &at, json!({})).await.accepted();
    id
}

/// A delivery of a webhook that was given up.
async fn delivers(janua: &TestJanua, webhook: &str) -> String {
    use janua::io::db::{Querier, Scope};
    let id = "0197c0de-7a3b-7c1e-8f00-0000000000d1";
    let scope = Scope::Platform;
    let mut tx = janua.app.db.begin_within(&scope).await.expect("a transaction");
    let sql = "INSERT INTO webhook_deliveries (id, endpoint_id, organization_id, event_id, event_type, body, state,
                                               attempts, created_at, due_at)
               SELECT $1, id, organization_id, 'evt_vault', 'role.deleted', '{}', 'failed', 7, created_at, created_at
               FROM webhook_endpoints WHERE id = $2";
    let written = (&mut tx).execute(sql, janua::params![id, webhook]).await;
    assert_eq!(written.expect("written"), 1);
    tx.commit().await.expect("committed");
    id.to_owned()
}

/// Trusts a browser; gives its id.
async fn trusts(janua: &TestJanua, who: &Insider) -> String {
    use janua::io::db::Querier;
    let id = "0197c0de-7a3b-7c1e-8f00-0000000000d2";
    let mut tx = janua.app.db.begin().await.expect("a transaction");
    let sql =
        "INSERT INTO trusted_devices (id, user_id, device_hash, epoch, name, ip, created_at, expires_at)
               SELECT $1, id, 'none', epoch, 'vault', '192.0.2.1', created_at, $3 FROM users WHERE id = $2";
    let later = janua.app.clock.now() + chrono::TimeDelta::days(30);
    let written = (&mut tx).execute(sql, janua::params![id, &who.id, later]).await;
    assert_eq!(written.expect("written"), 1);
    tx.commit().await.expect("committed");
    id.to_owned()
}

/// Makes an API key; gives its id.
async fn makes_key(janua: &TestJanua, who: &Insider, at: &str, scope: &str) -> String {
    let body = json!({"name": "vault", "scopes": [scope]});
    who.post(janua, at, body).await.accepted().str("/id")
}

/// A mail that waits for ever.
async fn promised(janua: &TestJanua, to: &Insider) -> String {
    use janua::io::db::{Db, Querier};
    use janua::outbox::{self, Kind};
    use janua::users::{self, UserId};
    let ip = std::net::Ipv4Addr::LOCALHOST.into();
    let client = Client::new(ip, String::new(), "matrix".to_owned(), None, "en".to_owned());
    let user = UserId::parse(&to.id).expect("an id");
    let user = users::find(&janua.app.db, &user)
        .await
        .expect("found")
        .expect("there");
    let mut tx = janua.app.db.begin().await.expect("a transaction");
    let promised = outbox::promise(&janua.app, &mut tx, Kind::Welcome, &user, &client);
    promised.await.expect("promised");
    tx.commit().await.expect("committed");
    let mut db: &Db = &janua.app.db;
    let rows: Vec<(String,)> = db
        .fetch_all("SELECT id FROM outbox ORDER BY id DESC LIMIT 1", janua::params![])
        .await
        .expect("read");
    rows[0].0.clone()
}
