//! What administrators can do, and that nobody else can.

mod accounts;
mod command_line;
mod impersonation;
mod impersonation_wall;
mod last_admin;
mod maintenance;
mod operations;
mod organizations;

use janua::crypto::secret::SecretString;
use janua::http::router;
use janua::io::db::{Db, Querier};
use janua::params;
use janua::passwords::{self, NewPassword};
use janua::registration::bootstrap;
use janua::users::{Email, NewUser};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua};

const USERS: &str = "/api/v1/admin/users";

/// Somebody who is signed in as an administrator.
struct Admin<'j> {
    janua: &'j TestJanua,
    id: String,
    session: SignedIn,
}

impl<'j> Admin<'j> {
    async fn of(janua: &'j TestJanua) -> Self {
        Self::named(janua, "root@example.com").await
    }

    async fn named(janua: &'j TestJanua, email: &str) -> Self {
        let app = &janua.app;
        let new = NewUser {
            email: Email::parse(email).expect("an address"),
            username: None,
            first_name: None,
            last_name: None,
            locale: None,
            is_admin: true,
            email_verified_at: Some(app.clock.now()),
        };
        let password = NewPassword::judge(app, SecretString::new(PASSWORD.to_owned()), &[]).await;
        let password = password.expect("judged").expect("good enough");
        let prepared = passwords::prepare(app, password).await.expect("a hash");
        let user = bootstrap::create(app, &new, Some(&prepared))
            .await
            .expect("a user");
        Self {
            janua,
            id: user.id.to_string(),
            session: janua.person(email).signs_in().await,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.session.get(self.janua, path).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.session.post(self.janua, path, body).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        let request = self.session.request(self.janua, Method::PATCH, path);
        self.janua.send(request.json(&body)).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.session.delete(self.janua, path).await
    }

    /// The path of somebody's account.
    async fn path_of(&self, email: &str) -> String {
        let found = self.get(&format!("{USERS}?email={email}")).await.accepted();
        format!("{USERS}/{}", found.str("/users/0/id"))
    }
}

/// Somebody who has registered and is signed in.
async fn signed_in(janua: &TestJanua, email: &str) -> SignedIn {
    janua.person(email).registered().await.signs_in().await
}

/// Every operation under `/admin`, with an id put in.
fn operations(id: &str) -> Vec<(Method, String)> {
    let document = serde_json::to_value(router::document()).expect("a document");
    let paths = document["paths"].as_object().expect("paths").clone();
    let paths = paths
        .into_iter()
        .filter(|(path, _)| path.starts_with("/api/v1/admin"));
    let operations = paths.flat_map(|(path, methods)| {
        let path = path.replace("{id}", id);
        let methods = methods.as_object().expect("methods").clone();
        methods.into_iter().map(move |(method, _)| {
            let method = method.to_uppercase().parse().expect("a method");
            (method, path.clone())
        })
    });
    operations.collect()
}

/// What a forbidden order could have changed.
async fn state(janua: &TestJanua) -> Vec<String> {
    let mut db: &Db = &janua.app.db;
    let users: Vec<(String, bool, i64, Option<String>)> = db
        .fetch_all(
            "SELECT id, is_admin, epoch, first_name FROM users ORDER BY id",
            params![],
        )
        .await
        .expect("users");
    let mut state: Vec<String> = users.iter().map(|it| format!("{it:?}")).collect();
    for sql in [
        "SELECT COUNT(*) FROM users WHERE suspended_at IS NULL",
        "SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL",
        "SELECT COUNT(*) FROM events",
        "SELECT COUNT(*) FROM outbox",
        "SELECT COUNT(*) FROM settings",
    ] {
        state.push(janua.count(sql).await.to_string());
    }
    state
}

#[tokio::test]
async fn only_administrators_get_through_and_nothing_changes_for_others() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let eve = signed_in(&janua, "eve@example.com").await;
    let before = state(&janua).await;
    let operations = operations(&admin.id);
    assert!(operations.len() >= 19, "{operations:?}");
    let body = json!({"enabled": true, "pattern": "*", "email": "new@example.com"});
    for (method, path) in &operations {
        let anonymous = janua.request(method.clone(), path).json(&body);
        let refused = janua.send(anonymous).await.refused("NOT_AUTHENTICATED");
        assert_eq!(refused.status, 401, "{method} {path}");
        let plain = eve.request(&janua, method.clone(), path).json(&body);
        let refused = janua.send(plain).await.refused("FORBIDDEN");
        assert_eq!(refused.status, 403, "{method} {path}");
    }
    assert_eq!(state(&janua).await, before);
    admin.get(USERS).await.accepted();
}

#[tokio::test]
async fn an_id_of_nobody_is_told_as_such() {
    let janua = TestJanua::with(&[("IMPERSONATION_ENABLED", "true")]).await;
    let admin = Admin::of(&janua).await;
    for id in ["0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60", "nobody", "1'%20OR%201=1"] {
        for (method, path) in operations(id).iter().filter(|(_, path)| path.contains(id)) {
            let request = admin.session.request(&janua, method.clone(), path);
            let is_organization = path.contains("/organizations/");
            let code = if is_organization {
                "ORGANIZATION_NOT_FOUND"
            } else {
                "NOT_FOUND"
            };
            let reason = path.ends_with("/impersonate");
            let body = if reason {
                json!({"reason": "Ticket 4711"})
            } else {
                json!({})
            };
            janua.send(request.json(&body)).await.refused(code);
        }
    }
}

#[tokio::test]
async fn no_answer_holds_a_secret() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    signed_in(&janua, "ada@example.com").await;
    let path = admin.path_of("ada@example.com").await;
    admin
        .post(&format!("{path}/reset-password"), json!({}))
        .await
        .accepted();
    let link = janua.secret("ada@example.com", "reset-password").await;

    let (mut seen, mut doctor) = (String::new(), String::new());
    for (method, path) in operations(path.rsplit('/').next().expect("an id")) {
        // `personal_data` looks for secrets in exports.
        let looks = !path.contains("/organizations/") && !path.ends_with("/export");
        if method == Method::GET && looks {
            let asked = match path.as_str() {
                "/api/v1/admin/explain" => format!("{path}?email=ada@example.com"),
                _ => path.clone(),
            };
            let told = admin.get(&asked).await.accepted().text;
            // The doctor speaks of hashes and tokens in words.
            if path.ends_with("/doctor") {
                doctor += &told;
            } else {
                seen += &told;
            }
        }
    }
    seen += &admin
        .post(
            USERS,
            json!({"email": "new@example.com", "password": "stable-lantern-orchid-58"}),
        )
        .await
        .accepted()
        .text;
    seen += &admin
        .patch(&path, json!({"first_name": "Ada"}))
        .await
        .accepted()
        .text;
    seen += &admin
        .post(&format!("{path}/suspend"), json!({}))
        .await
        .accepted()
        .text;

    let mut db: &Db = &janua.app.db;
    let secrets: Vec<(String,)> = db
        .fetch_all(
            "SELECT hash FROM passwords UNION ALL SELECT hash FROM refresh_tokens UNION ALL
             SELECT hash FROM one_time_secrets UNION ALL SELECT cookie_hash FROM sessions UNION ALL
             SELECT device_hash FROM sessions",
            params![],
        )
        .await
        .expect("secrets");
    assert!(secrets.len() >= 8);
    let secrets = secrets.into_iter().map(|(secret,)| secret);
    for secret in secrets.chain([link, PASSWORD.to_owned(), "stable-lantern-orchid-58".to_owned()]) {
        assert!(!seen.contains(&secret), "{secret} in {seen}");
        assert!(!doctor.contains(&secret), "{secret} in {doctor}");
    }
    for word in ["hash", "token", "facts", "\"password\"", "argon2"] {
        assert!(!seen.contains(word), "{word} in {seen}");
    }
}
