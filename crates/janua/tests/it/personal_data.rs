//! What is kept of people, handed out to them: whole, without secrets, and to nobody else.

use std::collections::BTreeSet;

use janua::events::{self, Event, Name};
use janua::io::db::{Db, Querier, Scope};
use janua::users::UserId;
use janua::{params, personal_data};
use reqwest::Method;
use serde_json::{Value, json};

use crate::mfa::protected;
use crate::organizations::{Insider, path};
use crate::pages::{Browser, assert_page};
use crate::support::{PASSWORD, SignedIn, TestJanua, minutes};

const EXPORT: &str = "/api/v1/users/me/export";

/// Tables that hold something of people and are no part of the document, each with the reason.
const NOT_HANDED_OUT: [(&str, &str); 10] = [
    ("one_time_secrets", "hashes of mailed links, gone within hours"),
    ("sign_in_flows", "sign-ins under way, gone within minutes"),
    ("code_tries", "a counter against guessing, gone within minutes"),
    ("passkey_challenges", "questions, gone within minutes"),
    ("magic_links", "hashes of links and codes, gone within minutes"),
    ("sms_codes", "hashes of codes; text_messages tells of them"),
    ("sso_setups", "hashes of links, told by the audit log"),
    ("sso_flows", "ways to identity providers, gone within minutes"),
    ("social_flows", "ways to other providers, gone within minutes"),
    ("api_key_secrets", "hashes; the keys are told by api_keys"),
];

/// Columns that say that a row is about somebody.
const OF_PEOPLE: [&str; 6] = [
    "user_id",
    "actor_id",
    "email",
    "recipient",
    "number",
    "impersonator_id",
];

/// The columns of each table, by the migrations.
fn columns() -> Vec<(String, BTreeSet<String>)> {
    let folder = format!("{}/migrations", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("migrations")
        .map(|it| it.expect("a file").path())
        .collect();
    files.sort();
    let mut tables: Vec<(String, BTreeSet<String>)> = Vec::new();
    for file in files
        .iter()
        .filter(|it| it.to_string_lossy().ends_with(".up.sql"))
    {
        let text = std::fs::read_to_string(file).expect("a migration");
        let mut open = false;
        for line in text.lines() {
            let mut words = line.split_whitespace();
            if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                let name = rest.split_whitespace().next().expect("a name");
                tables.push((name.to_owned(), BTreeSet::new()));
                open = true;
            } else if line.starts_with(");") {
                open = false;
            } else if let Some(rest) = line.strip_prefix("ALTER TABLE ")
                && let Some((name, column)) = rest.split_once(" ADD COLUMN ")
            {
                let table = tables.iter_mut().find(|(it, _)| it == name).expect("a table");
                table
                    .1
                    .extend(column.split_whitespace().next().map(str::to_owned));
            } else if open && let Some(word) = words.next() {
                tables.last_mut().expect("a table").1.insert(word.to_owned());
            }
        }
    }
    tables
}

#[test]
fn every_table_of_people_is_handed_out_or_says_why_not() {
    let tables = columns();
    let of_people: Vec<&str> = tables
        .iter()
        .filter(|(_, columns)| OF_PEOPLE.iter().any(|it| columns.contains(*it)))
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(
        of_people.len() > 18 && of_people.contains(&"sessions"),
        "{of_people:?}"
    );
    let handed_out: BTreeSet<&str> = personal_data::tables().collect();
    for table in of_people {
        let excused = NOT_HANDED_OUT.iter().any(|(it, _)| *it == table);
        assert!(
            handed_out.contains(table) != excused,
            "{table} holds something of people: make it a part of personal_data, or say here why it is none"
        );
    }
    for table in handed_out
        .iter()
        .copied()
        .chain(NOT_HANDED_OUT.iter().map(|(it, _)| *it))
    {
        assert!(tables.iter().any(|(it, _)| it == table), "{table} does not exist");
    }
}

/// Every stored text of the store that must not leave it.
async fn secrets(janua: &TestJanua) -> Vec<String> {
    let mut db = janua.app.db.within(Scope::Platform);
    let sql = "SELECT hash AS it FROM passwords UNION ALL SELECT cookie_hash FROM sessions
               UNION ALL SELECT device_hash FROM sessions UNION ALL SELECT hash FROM devices
               UNION ALL SELECT hash FROM refresh_tokens UNION ALL SELECT hash FROM recovery_codes
               UNION ALL SELECT hash FROM api_key_secrets UNION ALL SELECT hash FROM one_time_secrets
               UNION ALL SELECT subject FROM sign_in_failures UNION ALL SELECT device_hash FROM trusted_devices";
    let rows: Vec<(String,)> = db.fetch_all(sql, params![]).await.expect("the query runs");
    let passkeys: Vec<(Value,)> = db
        .fetch_all("SELECT credential FROM passkeys", params![])
        .await
        .expect("passkeys");
    let totp: Vec<(Vec<u8>,)> = db
        .fetch_all("SELECT sealed FROM totp_secrets", params![])
        .await
        .expect("secrets");
    assert!(rows.len() > 10 && !passkeys.is_empty() && !totp.is_empty());
    let texts = rows.into_iter().map(|(it,)| it);
    let keys = passkeys
        .iter()
        .flat_map(|(it,)| strings(it))
        .filter(|it| it.len() > 60);
    texts
        .chain(keys.collect::<Vec<_>>())
        .chain(totp.iter().map(|(it,)| hex::encode(it)))
        .collect()
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(strings).collect(),
        Value::Object(all) => all.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// Rows that only a provider or a setting would make.
async fn completes(janua: &TestJanua, user: &str) {
    let now = janua.app.clock.now();
    for sql in [
        "INSERT INTO phones (user_id, number, created_at, confirmed_at) VALUES ($1, '+12025550123', $2, $2)",
        "INSERT INTO sms_messages (id, user_id, purpose, country, block, provider, state, created_at)
         VALUES ('0197c0de-7a3b-7c1e-8f00-0000000000a1', $1, 'sign_in', 'US', '+1202555', 'webhook', 'sent', $2)",
        "INSERT INTO social_accounts (id, user_id, provider, subject, created_at)
         VALUES ('0197c0de-7a3b-7c1e-8f00-0000000000a3', $1, 'github', '583231', $2)",
        "INSERT INTO sso_connections (id, organization_id, kind, name, state, enforced, settings, created_at, updated_at)
         SELECT '0197c0de-7a3b-7c1e-8f00-0000000000a4', organization_id, 'oidc', 'Acme', 'draft', FALSE, '{}', $2, $2
         FROM members WHERE user_id = $1 LIMIT 1",
        "INSERT INTO sso_accounts (id, connection_id, user_id, subject, created_at)
         VALUES ('0197c0de-7a3b-7c1e-8f00-0000000000a5', '0197c0de-7a3b-7c1e-8f00-0000000000a4', $1, '583231', $2)",
        "INSERT INTO sso_logins SELECT id, connection_id, user_id, subject, NULL, NULL, NULL, NULL, NULL, $2, NULL FROM sso_accounts WHERE user_id = $1",
        "INSERT INTO trusted_devices (id, user_id, device_hash, epoch, name, ip, created_at, expires_at)
         VALUES ('0197c0de-7a3b-7c1e-8f00-0000000000a2', $1, 'hash-of-a-trusted-device', 0, 'Firefox', '192.0.2.1', $2, $2)",
    ] {
        let mut tx = janua.app.db.begin_within(&Scope::Platform).await.expect("a transaction");
        (&mut tx).execute(sql, params![user, now]).await.expect("written");
        tx.commit().await.expect("committed");
    }
}

/// A document holds none of what the store keeps to itself, or what was shown to its owner once.
async fn holds_no_secret(janua: &TestJanua, who: &SignedIn, shown: Vec<String>, document: &str) {
    let own = [who.access.clone(), who.refresh.clone(), PASSWORD.to_owned()];
    let cookies = who.answer.cookies();
    let cookies = cookies
        .iter()
        .filter_map(|it| Some(it.split(';').next()?.split_once('=')?.1.to_owned()));
    let all = secrets(janua)
        .await
        .into_iter()
        .chain(shown)
        .chain(own)
        .chain(cookies);
    for secret in all.filter(|it| it.len() > 8) {
        assert!(
            !document.contains(&secret),
            "a secret was handed out: {}…",
            &secret[..8]
        );
    }
}

#[tokio::test]
async fn everything_is_handed_out_and_no_secret_is() {
    let janua = TestJanua::start().await;
    let (session, _, codes) = protected(&janua, "ada@example.com").await;
    let id = session
        .get(&janua, "/api/v1/users/me")
        .await
        .accepted()
        .str("/id");
    crate::passkeys::adds_a_passkey(&janua, &session).await;
    let ada = Insider {
        session,
        id,
        email: "ada@example.com".to_owned(),
    };
    let key = ada
        .post(
            &janua,
            "/api/v1/api-keys",
            json!({"name": "nightly", "scopes": ["profile:read"]}),
        )
        .await
        .accepted();
    ada.founds(&janua, "acme").await;
    let bob = Insider::of(&janua, "bob@example.com").await;
    let other = bob.founds(&janua, "other").await;
    let invitation = json!({"email": ada.email, "role": "viewer", "message": "Come and see"});
    bob.post(&janua, &path(&other, "/invitations"), invitation)
        .await
        .accepted();
    janua
        .person("ada@example.com")
        .login("wrong")
        .await
        .refused("INVALID_CREDENTIALS");
    completes(&janua, &ada.id).await;
    let answer = ada.get(&janua, EXPORT).await.accepted();
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"account.json\""
    );
    assert_eq!(
        (answer.header("cache-control"), answer.header("content-type")),
        ("no-store".to_owned(), "application/json".to_owned())
    );
    let document = answer.json();
    assert_eq!(
        (&document["format"], &document["version"]),
        (&json!("janua.account"), &json!(1))
    );
    let parts = document
        .as_object()
        .expect("a document")
        .iter()
        .filter(|(_, it)| it.is_array());
    let (mut count, mut empty) = (0, Vec::new());
    for (name, rows) in parts {
        count += 1;
        if rows.as_array().is_some_and(Vec::is_empty) {
            empty.push(name.clone());
        }
    }
    // What she did to others is nothing; administrators are asked for that below.
    assert_eq!((count, empty), (21, vec!["actions".to_owned()]));
    assert_eq!(document["profile"][0]["email"], ada.email);
    assert_eq!(document["api_keys"][0]["hint"], key.json()["hint"]);
    assert_eq!(document["memberships"][0]["role"], "owner");
    assert_eq!(document["invitations"][0]["message"], "Come and see");
    assert_eq!(document["telephones"][0]["number"], "+12025550123");
    assert!(document["passkeys"][0]["credential_id"].is_string());
    let events: Vec<&str> = document["events"]
        .as_array()
        .expect("events")
        .iter()
        .filter_map(|it| it["action"].as_str())
        .collect();
    assert!(
        events.contains(&"user.registered") && events.contains(&"user.exported"),
        "{events:?}"
    );
    assert!(
        !answer.text.contains("bob@example.com") && !answer.text.contains(&bob.id),
        "nothing of others"
    );

    let shown = codes.into_iter().chain([key.str("/key")]).collect();
    holds_no_secret(&janua, &ada.session, shown, &answer.text).await;
}

#[tokio::test]
async fn it_takes_a_recent_sign_in_and_is_counted() {
    let janua = TestJanua::with(&[("RATE_LIMIT_EXPORT", "2/1h")]).await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let eve = janua
        .person("eve@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let id = ada.answer.str("/user/id");
    eve.get(&janua, &format!("/api/v1/admin/users/{id}/export"))
        .await
        .refused("FORBIDDEN");
    let key = ada
        .post(&janua, "/api/v1/api-keys", json!({"name": "k", "scopes": ["*"]}))
        .await
        .accepted()
        .str("/key");
    janua
        .send(janua.request(Method::GET, EXPORT).bearer_auth(&key))
        .await
        .refused("API_KEY_NOT_ALLOWED");
    for _ in 0..2 {
        ada.get(&janua, EXPORT).await.accepted();
    }
    ada.get(&janua, EXPORT).await.refused("RATE_LIMITED");
    eve.get(&janua, EXPORT).await.accepted();
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'user.exported'")
            .await,
        3
    );
    janua.advance(minutes(11));
    eve.get(&janua, EXPORT).await.refused("REAUTHENTICATION_REQUIRED");
    eve.post(
        &janua,
        "/api/v1/auth/reauthenticate",
        json!({"password": PASSWORD}),
    )
    .await
    .accepted();
    eve.get(&janua, EXPORT).await.accepted();
}

/// An administrator, signed in.
async fn root(janua: &TestJanua) -> SignedIn {
    let person = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    let request = janua
        .request(Method::POST, "/api/v1/auth/login")
        .header("user-agent", "the-browser-of-root");
    let body = json!({"email": person.email, "password": PASSWORD});
    SignedIn::of(janua.send(request.json(&body)).await.accepted())
}

#[tokio::test]
async fn an_administrator_exports_for_somebody_and_what_is_of_others_stays_theirs() {
    let janua = TestJanua::start().await;
    let root = root(&janua).await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let id = ada.answer.str("/user/id");
    let unlock = root.request(&janua, Method::POST, &format!("/api/v1/admin/users/{id}/unlock"));
    janua
        .send(unlock.header("user-agent", "the-browser-of-root"))
        .await
        .accepted();
    let at = format!("/api/v1/admin/users/{id}/export");
    let document = root.get(&janua, &at).await.accepted();
    let unlocked = document.json()["events"]
        .as_array()
        .expect("events")
        .iter()
        .find(|it| it["action"] == "user.unlocked")
        .cloned();
    let unlocked = unlocked.expect("what happened to the account");
    assert!(
        unlocked["ip"].is_null() && unlocked["user_agent"].is_null(),
        "{unlocked}"
    );
    assert!(
        !document.text.contains("the-browser-of-root"),
        "where administrators are is theirs"
    );
    let signed_in = document.json()["events"]
        .as_array()
        .expect("events")
        .iter()
        .find(|it| it["action"] == "session.started")
        .cloned();
    assert!(signed_in.expect("a sign-in")["ip"].is_string());
    // What an administrator did to others is told without what is known of them.
    let own = root.get(&janua, EXPORT).await.accepted().json();
    let did = own["actions"]
        .as_array()
        .expect("actions")
        .iter()
        .find(|it| it["action"] == "user.unlocked")
        .expect("it")
        .clone();
    assert_eq!((&did["user_id"], &did["facts"]), (&json!(id), &Value::Null));
    let event = janua.facts("user.exported").await;
    assert_eq!(event, json!({}));
    root.get(&janua, "/api/v1/admin/users/nobody/export")
        .await
        .refused("NOT_FOUND");
    root.get(
        &janua,
        "/api/v1/admin/users/0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60/export",
    )
    .await
    .refused("NOT_FOUND");
    janua.advance(minutes(11));
    root.get(&janua, &at).await.refused("REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn whoever_has_not_proved_an_address_learns_nothing_of_its_invitations() {
    let janua = TestJanua::start().await;
    let bob = Insider::of(&janua, "bob@example.com").await;
    let other = bob.founds(&janua, "other").await;
    let invitation = json!({"email": "ada@example.com", "role": "viewer"});
    bob.post(&janua, &path(&other, "/invitations"), invitation)
        .await
        .accepted();
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let seen = ada.get(&janua, EXPORT).await.accepted().json();
    assert_eq!(seen["invitations"].as_array().map(Vec::len), Some(1));
    let mut db: &Db = &janua.app.db;
    let sql = "UPDATE users SET email_verified_at = NULL WHERE email = 'ada@example.com'";
    db.execute(sql, params![]).await.expect("the query runs");
    let seen = ada.get(&janua, EXPORT).await.accepted();
    assert_eq!(seen.json()["invitations"], json!([]));
    assert!(!seen.text.contains(&other), "{}", seen.text);
}

#[tokio::test]
async fn a_long_history_is_written_page_by_page_and_whole() {
    let janua = TestJanua::start().await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let id = UserId::parse(&ada.answer.str("/user/id")).expect("an id");
    let before = ada.get(&janua, EXPORT).await.accepted().json()["events"]
        .as_array()
        .expect("events")
        .len();
    for chunk in 0..12 {
        let mut tx = janua.app.db.begin().await.expect("a transaction");
        for turn in 0..100 {
            let event =
                Event::about(Name::UserUpdated, Some(&id)).knowing(json!({"turn": chunk * 100 + turn}));
            events::record(&janua.app, &mut tx, event)
                .await
                .expect("recorded");
        }
        tx.commit().await.expect("committed");
    }
    let document = ada.get(&janua, EXPORT).await.accepted().json();
    let all = document["events"].as_array().expect("events");
    let ids: BTreeSet<&str> = all.iter().filter_map(|it| it["id"].as_str()).collect();
    // The export itself is one more.
    assert_eq!((all.len(), ids.len()), (before + 1201, before + 1201));
    let turns: BTreeSet<i64> = all.iter().filter_map(|it| it["facts"]["turn"].as_i64()).collect();
    assert_eq!(turns, (0..1200).collect());
}

#[tokio::test]
async fn a_page_gives_the_file() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    Browser::new(&janua)
        .opens("/account/export")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fexport");
    let mut browser = Browser::of(&janua, "ada@example.com").await;
    browser
        .opens("/account/security")
        .await
        .accepted()
        .says("href=\"/account/export\"");
    let page = browser.opens("/account/export").await.accepted();
    assert_page(&page);
    let file = browser.sends("/account/export", &[]).await.accepted();
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"account.json\""
    );
    assert_eq!(file.json()["profile"][0]["email"], "ada@example.com");
    browser.opens("/account/export").await.accepted();
    janua.advance(minutes(11));
    let back = "/auth/step-up?return_to=%2Faccount%2Fexport";
    browser.sends("/account/export", &[]).await.leads_to(back);
    browser.opens("/account/export").await.leads_to(back);
}
