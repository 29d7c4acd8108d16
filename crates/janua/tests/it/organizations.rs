//! Organizations: who belongs to them, what they may do there, and what others see of it.

mod acting;
mod members;
mod roles;
mod wall;

use janua::administration::Actor;
use janua::administration::organizations::add_member;
use janua::client::Client;
use janua::organizations::OrganizationId;
use janua::users::UserId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, SignedIn, TestJanua};

pub(crate) const ORGANIZATIONS: &str = "/api/v1/organizations";

/// Somebody who is signed in, with their id.
pub(crate) struct Insider {
    pub(crate) session: SignedIn,
    pub(crate) id: String,
    pub(crate) email: String,
}

impl Insider {
    /// Registers and signs in.
    pub(crate) async fn of(janua: &TestJanua, email: &str) -> Self {
        let session = janua.person(email).registered().await.signs_in().await;
        let id = session.answer.str("/user/id");
        Self {
            session,
            id,
            email: email.to_owned(),
        }
    }

    pub(crate) async fn get(&self, janua: &TestJanua, path: &str) -> Answer {
        self.session.get(janua, path).await
    }

    pub(crate) async fn post(&self, janua: &TestJanua, path: &str, body: Value) -> Answer {
        self.session.post(janua, path, body).await
    }

    pub(crate) async fn patch(&self, janua: &TestJanua, path: &str, body: Value) -> Answer {
        let request = self.session.request(janua, Method::PATCH, path);
        janua.send(request.json(&body)).await
    }

    pub(crate) async fn delete(&self, janua: &TestJanua, path: &str) -> Answer {
        self.session.delete(janua, path).await
    }

    /// Makes an organization; gives its id.
    pub(crate) async fn founds(&self, janua: &TestJanua, slug: &str) -> String {
        let body = json!({"name": format!("The {slug}"), "slug": slug});
        let made = self.post(janua, ORGANIZATIONS, body).await.accepted();
        assert_eq!(made.status, 201);
        made.str("/id")
    }
}

/// Makes somebody a member, as an operator would.
pub(crate) async fn joins(janua: &TestJanua, organization: &str, user: &Insider, role: &str) {
    let organization = OrganizationId::parse(organization).expect("an id");
    let id = UserId::parse(&user.id).expect("an id");
    let ip = std::net::Ipv4Addr::LOCALHOST.into();
    let client = Client::new(ip, String::new(), "cli_test".to_owned(), None, "en".to_owned());
    let added = add_member(&janua.app, Actor::operator(&client), &organization, &id, role);
    assert!(added.await.expect("they are a member"));
}

pub(crate) fn path(organization: &str, rest: &str) -> String {
    format!("{ORGANIZATIONS}/{organization}{rest}")
}

#[tokio::test]
async fn the_maker_of_an_organization_is_its_owner() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let body =
        json!({"name": "Acme, Inc.", "metadata": {"plan": "free"}, "logo_url": "https://acme.example/l.png"});
    let made = ada.post(&janua, ORGANIZATIONS, body).await.accepted();
    assert_eq!(made.str("/slug"), "acme-inc");
    let id = made.str("/id");
    let read = ada.get(&janua, &path(&id, "")).await.accepted();
    assert_eq!(read.json(), made.json());
    let list = ada.get(&janua, ORGANIZATIONS).await.accepted().json();
    assert_eq!(
        (&list["total"], &list["organizations"][0]["role"]),
        (&json!(1), &json!("owner"))
    );
    assert_eq!(list["organizations"][0]["metadata"], json!({"plan": "free"}));
    // The same name once more gets another slug; the same slug does not.
    let again = json!({"name": "Acme, Inc."});
    let other = ada
        .post(&janua, ORGANIZATIONS, again)
        .await
        .accepted()
        .str("/slug");
    assert!(other.starts_with("acme-inc-"), "{other}");
    let taken = json!({"name": "Acme", "slug": "acme-inc"});
    ada.post(&janua, ORGANIZATIONS, taken).await.refused("SLUG_TAKEN");
    assert_eq!(janua.count("SELECT count(*) FROM organizations").await, 2);
    assert!(janua.events().await.contains(&"organization.created".to_owned()));
}

#[tokio::test]
async fn changes_are_seen_at_once_and_bad_ones_refused_together() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (acme, other) = (
        ada.founds(&janua, "acme").await,
        ada.founds(&janua, "other").await,
    );
    let at = path(&acme, "");
    ada.get(&janua, &at).await.accepted();
    let body = json!({"name": "Acme 2", "slug": "acme-2", "settings": {"a": 1}});
    ada.patch(&janua, &at, body).await.accepted();
    let read = ada.get(&janua, &at).await.accepted().json();
    assert_eq!(
        (&read["name"], &read["slug"], &read["settings"]),
        (&json!("Acme 2"), &json!("acme-2"), &json!({"a": 1}))
    );
    ada.patch(&janua, &path(&other, ""), json!({"slug": "acme-2"}))
        .await
        .refused("SLUG_TAKEN");
    let bad =
        json!({"name": " ", "slug": "No", "logo_url": "http://x", "metadata": {"a": "x".repeat(20_000)}});
    let refused = ada.patch(&janua, &at, bad).await.refused("INVALID_FIELD");
    assert_eq!(
        refused.json()["details"]["errors"].as_array().map(Vec::len),
        Some(4)
    );
    for (field, value) in [
        ("id", json!("x")),
        ("owner", json!("x")),
        ("deleted_at", json!(null)),
    ] {
        let refused = ada.patch(&janua, &at, json!({field: value})).await;
        refused.refused("UNKNOWN_FIELD");
    }
}

#[tokio::test]
async fn who_does_not_belong_to_it_cannot_tell_that_it_exists() {
    let janua = TestJanua::start().await;
    let (ada, eve) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "eve@example.com").await,
    );
    let acme = ada.founds(&janua, "acme").await;
    let nowhere = "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60";
    let (there, nothing) = (
        eve.get(&janua, &path(&acme, "")).await,
        eve.get(&janua, &path(nowhere, "")).await,
    );
    let strip = |it: Answer| {
        let mut body = it.refused("ORGANIZATION_NOT_FOUND").json();
        body["request_id"].take();
        body
    };
    assert_eq!(strip(there), strip(nothing));
    eve.get(&janua, &path("no-id", ""))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    assert_eq!(eve.get(&janua, ORGANIZATIONS).await.accepted().json()["total"], 0);
}

#[tokio::test]
async fn a_deleted_organization_can_be_restored_for_a_while() {
    let janua = TestJanua::start().await;
    let (ada, bob, cyd) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
        Insider::of(&janua, "cyd@example.com").await,
    );
    let acme = ada.founds(&janua, "acme").await;
    joins(&janua, &acme, &bob, "admin").await;
    joins(&janua, &acme, &cyd, "member").await;
    bob.delete(&janua, &path(&acme, ""))
        .await
        .refused("PERMISSION_DENIED");
    ada.post(&janua, &path(&acme, "/restore"), json!({}))
        .await
        .refused("ORGANIZATION_NOT_DELETED");
    ada.delete(&janua, &path(&acme, "")).await.accepted();
    for who in [&ada, &bob, &cyd] {
        who.get(&janua, &path(&acme, ""))
            .await
            .refused("ORGANIZATION_NOT_FOUND");
        who.get(&janua, &path(&acme, "/members"))
            .await
            .refused("ORGANIZATION_NOT_FOUND");
    }
    assert_eq!(bob.get(&janua, ORGANIZATIONS).await.accepted().json()["total"], 1);
    assert_eq!(cyd.get(&janua, ORGANIZATIONS).await.accepted().json()["total"], 0);
    cyd.post(&janua, &path(&acme, "/restore"), json!({}))
        .await
        .refused("PERMISSION_DENIED");
    // The slug stays theirs.
    let taken = json!({"name": "x", "slug": "acme"});
    cyd.post(&janua, ORGANIZATIONS, taken.clone())
        .await
        .refused("SLUG_TAKEN");
    janua.advance(chrono::TimeDelta::days(29));
    janua::worker::forget(&janua.app).await;
    let bob = Insider {
        session: janua.person(&bob.email).signs_in().await,
        ..bob
    };
    bob.post(&janua, &path(&acme, "/restore"), json!({}))
        .await
        .accepted();
    let cyd = Insider {
        session: janua.person(&cyd.email).signs_in().await,
        ..cyd
    };
    cyd.get(&janua, &path(&acme, "")).await.accepted();

    let ada = Insider {
        session: janua.person(&ada.email).signs_in().await,
        ..ada
    };
    ada.delete(&janua, &path(&acme, "")).await.accepted();
    janua.advance(chrono::TimeDelta::days(30));
    janua::worker::forget(&janua.app).await;
    assert_eq!(janua.count("SELECT count(*) FROM organizations").await, 0);
    assert_eq!(janua.count("SELECT count(*) FROM members").await, 0);
    let cyd = Insider {
        session: janua.person(&cyd.email).signs_in().await,
        ..cyd
    };
    cyd.post(&janua, ORGANIZATIONS, taken).await.accepted();
    assert!(janua.events().await.contains(&"organization.purged".to_owned()));
}

#[tokio::test]
async fn whoever_is_concerned_gets_a_mail() {
    let janua = TestJanua::start().await;
    let (ada, bob) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
    );
    let acme = ada.founds(&janua, "acme").await;
    joins(&janua, &acme, &bob, "member").await;
    let membership = path(&acme, &format!("/members/{}", bob.id));
    let role = json!({"role": "admin"});
    ada.patch(&janua, &membership, role).await.accepted();
    ada.delete(&janua, &path(&acme, "")).await.accepted();
    ada.post(&janua, &path(&acme, "/restore"), json!({}))
        .await
        .accepted();
    let to = json!({"user_id": bob.id});
    let transfer = path(&acme, "/transfer-ownership");
    ada.post(&janua, &transfer, to).await.accepted();
    ada.post(&janua, &path(&acme, "/leave"), json!({}))
        .await
        .accepted();
    let told = |mails: Vec<janua::io::mail::Caught>, words: &[&str]| {
        for word in words {
            let found = mails
                .iter()
                .any(|it| it.subject.contains(word) && it.text.contains("The acme"));
            let subjects: Vec<_> = mails.iter().map(|it| it.subject.clone()).collect();
            assert!(found, "no mail says {word:?}: {subjects:?}");
        }
    };
    let words = [
        "is ready",
        "was deleted",
        "was restored",
        "another owner",
        "do not belong",
    ];
    told(janua.mails(&ada.email).await, &words);
    told(
        janua.mails(&bob.email).await,
        &["You belong to", "another role", "another owner"],
    );
    let deleted = janua.mails(&ada.email).await;
    let deleted = deleted
        .iter()
        .find(|it| it.subject.contains("was deleted"))
        .expect("a mail");
    assert!(deleted.text.contains("2026-02-10"), "{}", deleted.text);
}
