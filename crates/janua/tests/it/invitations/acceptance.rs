//! Accepting: by whom, until when, and once.

use chrono::TimeDelta;
use futures_util::future::join_all;
use janua::crypto::secret::Kind;
use serde_json::json;

use super::{House, PREVIEW};
use crate::organizations::{Insider, joins, path};
use crate::support::{PASSWORD, TestJanua, made_up};

#[tokio::test]
async fn the_owner_of_the_address_accepts_and_belongs_to_it_at_once() {
    let house = House::new().await;
    let janua = &house.janua;
    let bob = Insider::of(janua, "bob@example.com").await;
    bob.get(janua, &path(&house.id, ""))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    let (id, token) = house.invites("bob@example.com", "admin").await;
    let preview = janua.post(PREVIEW, json!({"token": token})).await.accepted();
    assert_eq!(preview.json()["has_account"], true);
    let accepted = house.shows(&bob, &token).await.accepted().json();
    assert_eq!(
        (&accepted["organization_id"], &accepted["role"]),
        (&json!(house.id), &json!("admin"))
    );
    bob.get(janua, &path(&house.id, "/members")).await.accepted();
    let read = house.owner.get(janua, &house.of(&id, "")).await.accepted().json();
    assert_eq!(
        (&read["state"], &read["accepted_by"]),
        (&json!("accepted"), &json!(bob.id))
    );
    house.shows(&bob, &token).await.refused("INVITATION_ACCEPTED");
    house
        .owner
        .post(janua, &house.of(&id, "/resend"), json!({}))
        .await
        .refused("INVITATION_ACCEPTED");
    house
        .owner
        .delete(janua, &house.of(&id, ""))
        .await
        .refused("INVITATION_ACCEPTED");
    let events = janua.events().await;
    for name in [
        "organization.invitation_sent",
        "organization.invitation_accepted",
        "member.added",
    ] {
        assert!(events.contains(&name.to_owned()), "{name}");
    }
    // Removed, they do not come back with the same link.
    let member = path(&house.id, &format!("/members/{}", bob.id));
    house.owner.delete(janua, &member).await.accepted();
    house.shows(&bob, &token).await.refused("INVITATION_ACCEPTED");
    assert_eq!(house.members().await, 1);
}

#[tokio::test]
async fn an_invitation_for_one_address_cannot_be_accepted_by_another() {
    let settings = [("REQUIRE_EMAIL_VERIFICATION", "false")];
    let house = House::at(TestJanua::with(&settings).await).await;
    let janua = &house.janua;
    let (_, token) = house.invites("bob@example.com", "owner").await;
    let eve = Insider::of(janua, "eve@example.com").await;
    let refused = house.shows(&eve, &token).await;
    assert_eq!(refused.refused("INVITATION_FOR_ANOTHER_ADDRESS").status, 403);
    // Nor by registering with another address.
    let body = json!({"email": "bob2@example.com", "password": PASSWORD, "invitation_token": token});
    janua
        .post("/api/v1/auth/register", body)
        .await
        .refused("INVITATION_FOR_ANOTHER_ADDRESS");
    // Nor by an account with the address that nobody has proved to read.
    let squatter = janua.person("bob@example.com");
    squatter.signs_up().await.accepted();
    let session = squatter.signs_in().await;
    session
        .post(janua, super::ACCEPT, json!({"token": token}))
        .await
        .refused("INVITATION_NEEDS_VERIFIED_ADDRESS");
    janua
        .post(super::ACCEPT, json!({"token": token}))
        .await
        .refused("NOT_AUTHENTICATED");
    assert_eq!(house.members().await, 1);
    assert_eq!(
        janua
            .count("SELECT count(*) FROM invitations WHERE state = 'pending'")
            .await,
        1
    );
    assert_eq!(janua.count("SELECT count(*) FROM users").await, 3);
}

#[tokio::test]
async fn registering_with_it_verifies_the_address_and_makes_a_member() {
    let house = House::new().await;
    let janua = &house.janua;
    let (_, token) = house.invites("bob@example.com", "member").await;
    let body =
        |token: &str| json!({"email": "bob@example.com", "password": PASSWORD, "invitation_token": token});
    let register = "/api/v1/auth/register";
    let wrong = made_up(Kind::Invitation);
    janua
        .post(register, body(&wrong))
        .await
        .refused("INVITATION_INVALID");
    janua
        .post(register, body("x"))
        .await
        .refused("INVITATION_INVALID");
    assert_eq!(janua.count("SELECT count(*) FROM users").await, 1);
    let made = janua.post(register, body(&token)).await.accepted().json();
    assert_eq!(
        (&made["user"]["email_verified"], &made["verification_required"]),
        (&json!(true), &json!(false))
    );
    assert!(made["tokens"]["access_token"].is_string());
    let bob = janua.person("bob@example.com").signs_in().await;
    let at = path(&house.id, "/members");
    assert_eq!(bob.get(janua, &at).await.accepted().json()["total"], 2);
    let mails = janua.mails("bob@example.com").await;
    assert!(
        mails.iter().all(|it| !it.text.contains("verify-email")),
        "it was verified already"
    );
    janua
        .post(register, body(&token))
        .await
        .refused("INVITATION_ACCEPTED");
}

#[tokio::test]
async fn a_link_that_is_over_says_why() {
    let house = House::new().await;
    let janua = &house.janua;
    let bob = Insider::of(janua, "bob@example.com").await;
    let (id, first) = house.invites("bob@example.com", "member").await;
    house
        .owner
        .post(janua, &house.of(&id, "/resend"), json!({}))
        .await
        .accepted();
    // Already before the next mail is written.
    house.shows(&bob, &first).await.refused("INVITATION_REPLACED");
    let second = house.mailed("bob@example.com").await;
    assert_ne!(first, second);
    for shown in [
        first.clone(),
        format!("{second}A"),
        second.to_uppercase(),
        made_up(Kind::Link),
    ] {
        let code = if shown == first {
            "INVITATION_REPLACED"
        } else {
            "INVITATION_INVALID"
        };
        house.shows(&bob, &shown).await.refused(code);
        janua.post(PREVIEW, json!({"token": shown})).await.refused(code);
    }
    house.owner.delete(janua, &house.of(&id, "")).await.accepted();
    house.shows(&bob, &second).await.refused("INVITATION_REVOKED");
    house
        .owner
        .post(janua, &house.of(&id, "/resend"), json!({}))
        .await
        .refused("INVITATION_REVOKED");

    let (id, third) = house.invites("bob@example.com", "member").await;
    janua.advance(TimeDelta::days(7));
    let fresh = |email: &'static str| async move { janua.person(email).signs_in().await };
    let (bob, owner) = (fresh("bob@example.com").await, fresh("owner@example.com").await);
    let accept = |token: String| {
        let bob = &bob;
        async move { bob.post(janua, super::ACCEPT, json!({"token": token})).await }
    };
    accept(third).await.refused("INVITATION_EXPIRED");
    owner
        .post(janua, &house.of(&id, "/resend"), json!({}))
        .await
        .accepted();
    accept(house.mailed("bob@example.com").await).await.accepted();
    assert_eq!(house.members().await, 2);
}

#[tokio::test]
async fn who_was_thrown_out_does_not_come_back_through_what_they_left_behind() {
    let house = House::new().await;
    let janua = &house.janua;
    let admin = Insider::of(janua, "admin@example.com").await;
    joins(janua, &house.id, &admin, "admin").await;
    let body = json!({"email": "friend@example.com", "role": "admin"});
    let id = house.asks(&admin, body).await.accepted().str("/id");
    let token = house.mailed("friend@example.com").await;
    let friend = Insider::of(janua, "friend@example.com").await;
    let member = path(&house.id, &format!("/members/{}", admin.id));
    // Demoted is enough: they could not invite to this role any more.
    for role in ["viewer", "member"] {
        house
            .owner
            .patch(janua, &member, json!({"role": role}))
            .await
            .accepted();
        house.shows(&friend, &token).await.refused("INVITER_LEFT");
    }
    house.owner.delete(janua, &member).await.accepted();
    house.shows(&friend, &token).await.refused("INVITER_LEFT");
    assert_eq!(house.members().await, 1);
    // Sent once more by somebody who may, it is theirs.
    house
        .owner
        .post(janua, &house.of(&id, "/resend"), json!({}))
        .await
        .accepted();
    let token = house.mailed("friend@example.com").await;
    house.shows(&friend, &token).await.accepted();
}

#[tokio::test]
async fn nobody_joins_what_was_suspended_or_deleted() {
    let house = House::new().await;
    let janua = &house.janua;
    let bob = Insider::of(janua, "bob@example.com").await;
    let (_, token) = house.invites("bob@example.com", "member").await;
    janua.makes_admin("owner@example.com").await;
    let admin = janua.person("owner@example.com").signs_in().await;
    let order = |what: &str| format!("/api/v1/admin/organizations/{}/{what}", house.id);
    admin.post(janua, &order("suspend"), json!({})).await.accepted();
    house.shows(&bob, &token).await.refused("ORGANIZATION_SUSPENDED");
    admin
        .post(janua, &order("reactivate"), json!({}))
        .await
        .accepted();
    house.owner.delete(janua, &path(&house.id, "")).await.accepted();
    house.shows(&bob, &token).await.refused("INVITATION_INVALID");
    janua.advance(TimeDelta::days(31));
    janua::worker::forget(&janua.app).await;
    assert_eq!(janua.count("SELECT count(*) FROM invitations").await, 0);
    assert_eq!(janua.count("SELECT count(*) FROM invitation_secrets").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_acceptances_at_once_make_one_membership() {
    let house = House::at(TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await).await;
    let janua = &house.janua;
    let bob = Insider::of(janua, "bob@example.com").await;
    let (_, token) = house.invites("bob@example.com", "member").await;
    let answers = join_all((0..50).map(|_| house.shows(&bob, &token))).await;
    let won = answers.iter().filter(|it| it.status.is_success()).count();
    for answer in answers.iter().filter(|it| !it.status.is_success()) {
        answer.clone().refused("INVITATION_ACCEPTED");
    }
    assert_eq!((won, house.members().await), (1, 2));
    let events = janua.events().await;
    assert_eq!(
        events
            .iter()
            .filter(|it| *it == "organization.invitation_accepted")
            .count(),
        1
    );

    // Registering and taking it back at once: one of them counts.
    let (id, token) = house.invites("cyd@example.com", "member").await;
    let body = json!({"email": "cyd@example.com", "password": PASSWORD, "invitation_token": token});
    let at = house.of(&id, "");
    let steps = (0..20).map(|turn| {
        let (body, at, owner) = (body.clone(), &at, &house.owner);
        async move {
            if turn % 4 == 3 {
                owner.delete(janua, at).await
            } else {
                janua.post("/api/v1/auth/register", body).await
            }
        }
    });
    let answers = join_all(steps).await;
    let won = answers.iter().filter(|it| it.status.is_success()).count();
    assert_eq!(won, 1, "either one account or one revocation");
    let accounts = "SELECT count(*) FROM users WHERE email = 'cyd@example.com'";
    assert_eq!(janua.count(accounts).await + 2, house.members().await);
}
