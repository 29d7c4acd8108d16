//! Administrators who act for somebody: how it begins, what tells of it, and all the ways in which it ends.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use janua::audit;
use janua::io::db::{Querier, Scope};
use janua::params;
use janua::sessions::impersonation;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Admin, USERS, signed_in};
use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, minutes, seconds};

const ME: &str = "/api/v1/users/me";
const REASON: &str = "Ticket 4711: cannot see their name";

pub(super) async fn allowing() -> TestJanua {
    TestJanua::with(&[("IMPERSONATION_ENABLED", "true"), ("RATE_LIMIT_ENABLED", "false")]).await
}

/// An administrator asks to act for somebody.
async fn asks(admin: &Admin<'_>, email: &str) -> Answer {
    let path = format!("{}/impersonate", admin.path_of(email).await);
    admin.post(&path, json!({"reason": REASON})).await
}

/// What support access gives, used like a session.
pub(super) async fn acts_for(admin: &Admin<'_>, email: &str) -> SignedIn {
    let answer = asks(admin, email).await.accepted();
    SignedIn {
        access: answer.str("/access_token"),
        refresh: String::new(),
        answer,
    }
}

pub(super) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    let bytes = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// The last event of a name: kind and id of who did it, whose account, session, outcome, facts.
async fn last(
    janua: &TestJanua,
    name: &str,
) -> (
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    Value,
) {
    let mut db = janua.app.db.within(Scope::Platform);
    let sql = "SELECT actor_kind, actor_id, user_id, session_id, outcome, facts FROM events WHERE name = $1
               ORDER BY at DESC, id DESC";
    let row = db
        .fetch_optional(sql, params![name])
        .await
        .expect("the query runs");
    row.unwrap_or_else(|| panic!("no {name}"))
}

#[tokio::test]
async fn support_access_tells_everybody_who_acts() {
    let janua = allowing().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    let ada_id = ada.answer.str("/user/id");
    let support = acts_for(&admin, "ada@example.com").await;
    let granted = support.answer.json();
    assert_eq!(granted["expires_in"], 900);
    assert!(
        granted.get("refresh_token").is_none() && support.answer.cookies().is_empty(),
        "{granted}"
    );

    let said = claims(&support.access);
    assert_eq!(
        (&said["sub"], &said["act"]),
        (&json!(ada_id), &json!({"sub": admin.id}))
    );
    assert_eq!(
        (&said["amr"], &said["auth_time"]),
        (&json!(["impersonation"]), &json!(0))
    );
    assert!(claims(&ada.access).get("act").is_none());

    for (path, at) in [
        (ME, "/impersonator"),
        ("/api/v1/sessions/current", "/impersonator"),
        ("/api/v1/auth/session", "/session/impersonator"),
    ] {
        let told = support.get(&janua, path).await.accepted();
        assert_eq!(
            (told.str(&format!("{at}/id")), told.str(&format!("{at}/reason"))),
            (admin.id.clone(), REASON.to_owned())
        );
        let own = ada.get(&janua, path).await.accepted().json();
        assert!(own.pointer(at).is_none(), "{own}");
    }
    let listed = ada.get(&janua, "/api/v1/sessions").await.accepted().json();
    let marked = listed["sessions"].as_array().expect("sessions").iter();
    assert_eq!(
        marked.filter(|it| it.get("impersonator").is_some()).count(),
        1,
        "{listed}"
    );

    let started = last(&janua, "impersonation.started").await;
    let session = Some(support.answer.str("/session_id"));
    assert_eq!(
        (started.0.as_str(), &started.1, &started.2, &started.3),
        ("admin", &Some(admin.id.clone()), &Some(ada_id.clone()), &session)
    );
    assert_eq!(started.5["reason"], REASON);
    let nowhere =
        "SELECT COUNT(*) FROM sessions WHERE impersonator_id IS NOT NULL AND ip = '' AND user_agent = ''";
    assert_eq!(janua.count(nowhere).await, 1);

    // What is done names both, whatever rule records it.
    let change = support
        .request(&janua, Method::PATCH, ME)
        .json(&json!({"first_name": "Augusta"}));
    janua.send(change).await.accepted();
    let done = last(&janua, "user.updated").await;
    assert_eq!(
        (done.0.as_str(), &done.1, &done.2, &done.3),
        ("admin", &Some(admin.id.clone()), &Some(ada_id.clone()), &session)
    );
    assert_eq!(done.5["on_behalf_of"], ada_id);
    janua.advance(seconds(1));
    let change = ada
        .request(&janua, Method::PATCH, ME)
        .json(&json!({"first_name": "Ada"}));
    janua.send(change).await.accepted();
    let own = last(&janua, "user.updated").await;
    assert_eq!(
        (own.0.as_str(), own.1, own.5.get("on_behalf_of")),
        ("user", Some(ada_id), None)
    );
    audit::verify(&janua.app, None).await.expect("the log is read");

    let mails = janua.mails("ada@example.com").await;
    let mail = mails
        .iter()
        .find(|it| it.subject.contains("Support"))
        .expect("a mail tells of it");
    assert!(
        mail.text.contains("root@example.com") && mail.text.contains(REASON) && mail.text.contains("10:45"),
        "{}",
        mail.text
    );
}

#[tokio::test]
async fn it_takes_a_reason_a_recent_sign_in_and_the_setting() {
    let janua = allowing().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    let path = format!("{}/impersonate", admin.path_of("ada@example.com").await);
    admin.post(&path, json!({})).await.refused("MISSING_FIELD");
    for reason in ["", "   ", "two\nlines", "\u{202e}turned", &"x".repeat(501)] {
        admin
            .post(&path, json!({"reason": reason}))
            .await
            .refused("INVALID_FIELD");
    }
    ada.post(&janua, &path, json!({"reason": REASON}))
        .await
        .refused("FORBIDDEN");
    let nobody = format!("{USERS}/0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60/impersonate");
    admin
        .post(&nobody, json!({"reason": REASON}))
        .await
        .refused("NOT_FOUND");
    janua.advance(minutes(11));
    admin
        .post(&path, json!({"reason": REASON}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    admin
        .post("/api/v1/auth/reauthenticate", json!({"password": PASSWORD}))
        .await
        .accepted();
    let support = acts_for(&admin, "ada@example.com").await;

    // Turned off, it does not begin, and what has begun does not go on.
    let off = janua
        .second_instance_with(&[("IMPERSONATION_ENABLED", "false")])
        .await;
    admin
        .session
        .post(&off, &path, json!({"reason": REASON}))
        .await
        .refused("IMPERSONATION_DISABLED");
    assert_eq!(last(&off, "impersonation.refused").await.4, "failure");
    support.get(&off, ME).await.refused("TOKEN_REVOKED");
    support.get(&janua, ME).await.accepted();

    let usual = TestJanua::start().await;
    let admin = Admin::of(&usual).await;
    signed_in(&usual, "ada@example.com").await;
    asks(&admin, "ada@example.com")
        .await
        .refused("IMPERSONATION_DISABLED");
}

#[tokio::test]
async fn nobody_acts_for_administrators_themselves_or_suspended_accounts() {
    let janua = allowing().await;
    let admin = Admin::of(&janua).await;
    let other = Admin::named(&janua, "other@example.com").await;
    for (email, reason) in [
        ("root@example.com", "yourself"),
        ("other@example.com", "administrator"),
    ] {
        // The last event of a name is told by its time.
        janua.advance(seconds(1));
        let refused = asks(&admin, email).await.refused("CANNOT_IMPERSONATE");
        assert_eq!(
            (refused.status.as_u16(), refused.str("/details/reason")),
            (403, reason.to_owned())
        );
    }
    let noted = last(&janua, "impersonation.refused").await;
    assert_eq!(
        (noted.0.as_str(), &noted.1, &noted.2, noted.4.as_str()),
        (
            "admin",
            &Some(admin.id.clone()),
            &Some(other.id.clone()),
            "failure"
        )
    );
    assert_eq!(noted.5["reason"], REASON);
    signed_in(&janua, "ada@example.com").await;
    let path = admin.path_of("ada@example.com").await;
    admin.post(&format!("{path}/suspend"), json!({})).await.accepted();
    let refused = asks(&admin, "ada@example.com")
        .await
        .refused("CANNOT_IMPERSONATE");
    assert_eq!(refused.str("/details/reason"), "suspended");
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM sessions WHERE impersonator_id IS NOT NULL")
            .await,
        0
    );
}

#[tokio::test]
async fn whoever_acts_for_somebody_gets_no_further_from_there() {
    let janua = allowing().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    signed_in(&janua, "bob@example.com").await;
    let bob = format!("{}/impersonate", admin.path_of("bob@example.com").await);
    let support = acts_for(&admin, "ada@example.com").await;
    support
        .post(&janua, &bob, json!({"reason": REASON}))
        .await
        .refused("IMPERSONATION_FORBIDDEN");
    // The right of an administrator does not come along, not even where the account gains it meanwhile.
    janua.makes_admin("ada@example.com").await;
    support.get(&janua, USERS).await.refused("TOKEN_REVOKED");
    support.get(&janua, ME).await.refused("TOKEN_REVOKED");
    ada.get(&janua, USERS).await.accepted();
}

/// How support access ends, and what the log says of it.
#[tokio::test]
async fn every_end_is_an_end_in_the_next_request_on_every_instance() {
    let janua = allowing().await;
    let there = janua.second_instance().await;
    let admin = Admin::of(&janua).await;
    let mut deputy = Admin::named(&janua, "deputy@example.com").await;
    let ada = signed_in(&janua, "ada@example.com").await;
    let begin = async |admin: &Admin<'_>| {
        // The last event of a name is told by its time.
        janua.advance(seconds(1));
        let support = acts_for(admin, "ada@example.com").await;
        for server in [&janua, &there] {
            support.get(server, ME).await.accepted();
        }
        support
    };
    let is_over = async |support: &SignedIn, because: &str| {
        for server in [&there, &janua] {
            support.get(server, ME).await.refused("TOKEN_REVOKED");
        }
        impersonation::end_over(&janua.app).await.expect("ended");
        let ended = last(&janua, "impersonation.ended").await;
        let session = Some(support.answer.str("/session_id"));
        assert_eq!((&ended.3, ended.5["because"].as_str()), (&session, Some(because)));
        assert!(ended.5["impersonator_id"].is_string());
    };

    let support = begin(&admin).await;
    support
        .post(&janua, "/api/v1/auth/logout", json!({}))
        .await
        .accepted();
    is_over(&support, "signed_out").await;
    let ended = last(&janua, "impersonation.ended").await;
    assert_eq!((ended.0.as_str(), ended.1), ("admin", Some(admin.id.clone())));

    let support = begin(&admin).await;
    let session = support.answer.str("/session_id");
    ada.delete(&janua, &format!("/api/v1/sessions/{session}"))
        .await
        .accepted();
    is_over(&support, "revoked_by_owner").await;

    let support = begin(&admin).await;
    let path = admin.path_of("ada@example.com").await;
    admin.delete(&format!("{path}/sessions")).await.accepted();
    is_over(&support, "revoked_by_admin").await;
    let ada = janua.person("ada@example.com").signs_in().await;

    let support = begin(&admin).await;
    let body = json!({"current_password": PASSWORD, "new_password": "granite-otter-lantern-58"});
    ada.post(&janua, "/api/v1/auth/password/change", body)
        .await
        .accepted();
    is_over(&support, "password_changed").await;

    let support = begin(&deputy).await;
    deputy.post("/api/v1/auth/logout", json!({})).await.accepted();
    is_over(&support, "impersonator_left").await;

    deputy.session = janua.person("deputy@example.com").signs_in().await;
    let support = begin(&deputy).await;
    let path = admin.path_of("deputy@example.com").await;
    admin.patch(&path, json!({"is_admin": false})).await.accepted();
    is_over(&support, "impersonator_left").await;

    let support = begin(&admin).await;
    janua.advance(minutes(15) + seconds(60));
    support.get(&janua, ME).await.refused("TOKEN_EXPIRED");
    assert_eq!(impersonation::end_over(&janua.app).await.expect("ended"), 1);
    let ended = last(&janua, "impersonation.ended").await;
    assert_eq!(
        (ended.0.as_str(), ended.5["because"].as_str()),
        ("system", Some("expired"))
    );
    assert_eq!(impersonation::end_over(&janua.app).await.expect("ended"), 0);
    let all = janua.events().await;
    let count = |name: &str| all.iter().filter(|it| *it == name).count();
    assert_eq!(
        (count("impersonation.started"), count("impersonation.ended")),
        (7, 7)
    );
}

#[tokio::test]
async fn its_time_is_a_setting_and_nothing_prolongs_it() {
    let janua = TestJanua::with(&[
        ("IMPERSONATION_ENABLED", "true"),
        ("IMPERSONATION_TTL", "120"),
        ("IMPERSONATION_NOTIFY", "false"),
        ("JWT_LEEWAY_SECONDS", "0"),
    ])
    .await;
    let admin = Admin::of(&janua).await;
    signed_in(&janua, "ada@example.com").await;
    let support = acts_for(&admin, "ada@example.com").await;
    assert_eq!(support.answer.json()["expires_in"], 120);
    assert!(
        janua
            .mails("ada@example.com")
            .await
            .iter()
            .all(|it| !it.subject.contains("Support"))
    );
    // Used and used again, through a new token of another organization even, it lives no longer.
    janua.advance(seconds(90));
    support.get(&janua, ME).await.accepted();
    let other = support
        .post(&janua, "/api/v1/auth/session/organization", json!({}))
        .await
        .accepted();
    assert!(
        other.json()["expires_in"].as_i64().expect("seconds") <= 30,
        "{}",
        other.text
    );
    let token = other.str("/access_token");
    assert_eq!(claims(&token)["act"]["sub"], admin.id);
    janua.advance(seconds(29));
    support.get(&janua, ME).await.accepted();
    janua.advance(seconds(2));
    for token in [&token, &support.access] {
        janua
            .send(janua.request(Method::GET, ME).bearer_auth(token))
            .await
            .refused("TOKEN_EXPIRED");
    }
}

#[tokio::test]
async fn it_never_begins_beside_a_promotion_or_a_suspension() {
    let janua = allowing().await;
    let admin = Admin::of(&janua).await;
    for (round, change) in [json!({"is_admin": true}), json!(null)].into_iter().enumerate() {
        let email = format!("user{round}@example.com");
        signed_in(&janua, &email).await;
        let path = admin.path_of(&email).await;
        let (act, suspend) = (format!("{path}/impersonate"), format!("{path}/suspend"));
        let body = json!({"reason": REASON});
        let tries = join_all((0..50).map(|turn| {
            let (admin, act, path, suspend, body, change) = (&admin, &act, &path, &suspend, &body, &change);
            async move {
                match turn {
                    25 if change.is_null() => admin.post(suspend, json!({})).await,
                    25 => admin.patch(path, change.clone()).await,
                    _ => admin.post(act, body.clone()).await,
                }
            }
        }))
        .await;
        assert!(tries[25].status.is_success(), "{}", tries[25].text);
        let granted = tries
            .iter()
            .filter(|it| it.status.is_success() && it.json().get("access_token").is_some());
        for answer in granted {
            let token = answer.str("/access_token");
            janua
                .send(janua.request(Method::GET, ME).bearer_auth(&token))
                .await
                .refused("TOKEN_REVOKED");
        }
        let alive = "SELECT COUNT(*) FROM sessions WHERE impersonator_id IS NOT NULL AND revoked_at IS NULL";
        assert_eq!(janua.count(alive).await, 0);
    }
}
