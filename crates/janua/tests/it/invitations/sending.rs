//! Sending: by whom, to what, how often; sending again and taking back.

use serde_json::{Value, json};

use super::{House, PREVIEW};
use crate::organizations::{Insider, joins, path};
use crate::support::{TestJanua, hours};

#[tokio::test]
async fn the_mail_says_who_invites_to_what_and_the_list_where_it_stands() {
    let house = House::new().await;
    let body = json!({"email": "Bob@Example.com", "role": "admin", "message": "Welcome <b>aboard</b>!\nAda", "expires_in_days": 3});
    let made = house.asks(&house.owner, body).await.accepted().json();
    assert_eq!(
        (&made["email"], &made["role"], &made["state"], &made["expires_at"]),
        (
            &json!("bob@example.com"),
            &json!("admin"),
            &json!("pending"),
            &json!("2026-01-14T10:30:00.000Z")
        )
    );
    let mail = house.janua.mails("bob@example.com").await.remove(0);
    assert!(mail.subject.contains("The acme"), "{}", mail.subject);
    for said in [
        "owner@example.com",
        "admin",
        "Welcome <b>aboard</b>!",
        "2026-01-14 10:30 UTC",
    ] {
        assert!(mail.text.contains(said), "no {said} in {}", mail.text);
    }
    assert!(
        mail.html.contains("&lt;b&gt;aboard") && !mail.html.contains("<b>aboard"),
        "{}",
        mail.html
    );
    let id = made["id"].as_str().expect("an id");
    let read = house
        .owner
        .get(&house.janua, &house.of(id, ""))
        .await
        .accepted()
        .json();
    assert_eq!(read, made);
    let list = |state: &str| {
        let at = format!("{}?state={state}", house.invitations());
        let house = &house;
        async move { house.owner.get(&house.janua, &at).await.accepted().json()["total"].clone() }
    };
    assert_eq!(
        (list("pending").await, list("expired").await),
        (json!(1), json!(0))
    );
    let preview = house
        .janua
        .post(PREVIEW, json!({"token": house.mailed("bob@example.com").await}))
        .await
        .accepted()
        .json();
    assert_eq!(
        (
            &preview["organization"],
            &preview["invited_by"],
            &preview["has_account"]
        ),
        (&json!("The acme"), &json!("owner@example.com"), &json!(false))
    );
    // What is mailed is stored nowhere.
    let token = house.mailed("bob@example.com").await;
    assert!(token.starts_with("jiv_"));
    let stored = "SELECT count(*) FROM invitation_secrets WHERE hash LIKE '%jiv_%'";
    assert_eq!(house.janua.count(stored).await, 0);
    let facts = house.janua.facts("organization.invitation_sent").await;
    assert!(!facts.to_string().contains("jiv_") && facts["organization_id"] == house.id.as_str());
}

#[tokio::test]
async fn a_mail_speaks_spanish_to_who_invites_in_spanish() {
    let house = House::new().await;
    let request = house
        .owner
        .session
        .request(&house.janua, reqwest::Method::POST, &house.invitations())
        .header("accept-language", "es")
        .json(&json!({"email": "eva@example.com"}));
    house.janua.send(request).await.accepted();
    let mail = house.janua.mails("eva@example.com").await.remove(0);
    assert!(mail.subject.starts_with("Te invitan"), "{}", mail.subject);
}

#[tokio::test]
async fn nobody_invites_to_a_role_that_they_could_not_give() {
    let house = House::new().await;
    let janua = &house.janua;
    let mut people = Vec::new();
    for role in ["admin", "member", "viewer"] {
        let person = Insider::of(janua, &format!("{role}@example.com")).await;
        joins(janua, &house.id, &person, role).await;
        people.push(person);
    }
    let stranger = Insider::of(janua, "stranger@example.com").await;
    let to = |role: &str| json!({"email": "bob@example.com", "role": role});
    house.asks(&people[0], to("owner")).await.refused("ROLE_TOO_HIGH");
    house.asks(&people[0], to("king")).await.refused("UNKNOWN_ROLE");
    for who in &people[1..] {
        house.asks(who, to("viewer")).await.refused("PERMISSION_DENIED");
        who.get(janua, &house.invitations())
            .await
            .refused("PERMISSION_DENIED");
    }
    house
        .asks(&stranger, to("viewer"))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    // Neither may they send again, or take back, what is above them.
    let (id, _) = house.invites("bob@example.com", "owner").await;
    people[0]
        .post(janua, &house.of(&id, "/resend"), json!({}))
        .await
        .refused("ROLE_TOO_HIGH");
    people[0]
        .delete(janua, &house.of(&id, ""))
        .await
        .refused("ROLE_TOO_HIGH");
    // An invitation of another organization is none here.
    let other = stranger.founds(janua, "other").await;
    for rest in ["", "/resend"] {
        let at = path(&other, &format!("/invitations/{id}{rest}"));
        let answer = if rest.is_empty() {
            stranger.delete(janua, &at).await
        } else {
            stranger.post(janua, &at, json!({})).await
        };
        answer.refused("INVITATION_NOT_FOUND");
    }
    assert_eq!(
        janua
            .count("SELECT count(*) FROM invitations WHERE state = 'pending'")
            .await,
        1
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_together_and_a_member_or_an_invited_one_is_not_invited() {
    let house = House::new().await;
    let bad = json!({"email": "bob", "message": "see https://evil.example", "expires_in_days": 31});
    let refused = house.asks(&house.owner, bad).await.refused("INVALID_EMAIL");
    assert_eq!(
        refused.json()["details"]["errors"].as_array().map(Vec::len),
        Some(3)
    );
    house
        .asks(&house.owner, json!({"email": "owner@example.com"}))
        .await
        .refused("ALREADY_MEMBER");
    house.invites("bob@example.com", "member").await;
    let again = json!({"email": "BOB@example.com"});
    house
        .asks(&house.owner, again.clone())
        .await
        .refused("INVITATION_EXISTS");
    // One that has expired is in nobody's way.
    house.janua.advance(chrono::TimeDelta::days(8));
    let owner = Insider {
        session: house.janua.person("owner@example.com").signs_in().await,
        id: house.owner.id.clone(),
        email: house.owner.email.clone(),
    };
    house.asks(&owner, again).await.accepted();
}

#[tokio::test]
async fn many_are_invited_at_once_with_a_result_for_each() {
    let house = House::new().await;
    house.invites("bob@example.com", "member").await;
    let at = path(&house.id, "/invitations/bulk");
    let emails = [
        "cyd@example.com",
        "bob@example.com",
        "nobody",
        "owner@example.com",
        "CYD@example.com",
    ];
    let body = json!({"emails": emails, "role": "viewer", "message": "Hello"});
    let answer = house.owner.post(&house.janua, &at, body).await.accepted().json();
    assert_eq!((&answer["invited"], &answer["refused"]), (&json!(1), &json!(4)));
    let codes: Vec<Value> = answer["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|it| it["code"].clone())
        .collect();
    assert_eq!(
        codes,
        [
            json!(null),
            json!("INVITATION_EXISTS"),
            json!("INVALID_EMAIL"),
            json!("ALREADY_MEMBER"),
            json!("INVITATION_EXISTS")
        ]
    );
    assert_eq!(answer["results"][0]["invitation"]["role"], "viewer");
    for emails in [json!([]), json!(vec!["a@example.com"; 101])] {
        let body = json!({"emails": emails});
        house
            .owner
            .post(&house.janua, &at, body)
            .await
            .refused("INVALID_FIELD");
    }
}

#[tokio::test]
async fn no_mailbox_is_filled_through_us() {
    let settings = [
        ("RATE_LIMIT_INVITATION", "6/1h"),
        ("RATE_LIMIT_INVITATION_ADDRESS", "2/1h"),
    ];
    let house = House::at(TestJanua::with(&settings).await).await;
    // One address, from two organizations.
    let (id, _) = house.invites("victim@example.com", "member").await;
    house
        .owner
        .post(&house.janua, &house.of(&id, "/resend"), json!({}))
        .await
        .accepted();
    let refused = house
        .owner
        .post(&house.janua, &house.of(&id, "/resend"), json!({}))
        .await
        .refused("EMAIL_RATE_LIMITED");
    assert!(!refused.header("retry-after").is_empty());
    let eve = Insider::of(&house.janua, "eve@example.com").await;
    let other = eve.founds(&house.janua, "other").await;
    let body = json!({"email": "victim@example.com"});
    eve.post(&house.janua, &path(&other, "/invitations"), body)
        .await
        .refused("EMAIL_RATE_LIMITED");
    // Many addresses, from one person in several organizations.
    let second = house.owner.founds(&house.janua, "second").await;
    for turn in 0..3 {
        let body = json!({"email": format!("a{turn}@example.com")});
        let at = path(&second, "/invitations");
        house.owner.post(&house.janua, &at, body).await.accepted();
    }
    let body = json!({"email": "one-more@example.com"});
    house.asks(&house.owner, body).await.refused("RATE_LIMITED");
    house.janua.advance(hours(1));
}

#[tokio::test]
async fn a_role_that_somebody_is_invited_to_stays() {
    let house = House::new().await;
    let janua = &house.janua;
    let roles = path(&house.id, "/roles");
    let body = json!({"name": "billing", "permissions": ["organization:read"]});
    let role = house.owner.post(janua, &roles, body).await.accepted().str("/id");
    let (id, token) = house.invites("bob@example.com", "billing").await;
    let at = format!("{roles}/{role}");
    house.owner.delete(janua, &at).await.refused("ROLE_IN_USE");
    house.owner.delete(janua, &house.of(&id, "")).await.accepted();
    house.owner.delete(janua, &at).await.accepted();
    let bob = Insider::of(janua, "bob@example.com").await;
    house.shows(&bob, &token).await.refused("INVITATION_REVOKED");
}

#[tokio::test]
async fn the_name_of_an_organization_leads_no_stranger_away() {
    let house = House::new().await;
    let own = path(&house.id, "");
    for name in ["Win at http://evil.example", "www.evil.example"] {
        house
            .owner
            .patch(&house.janua, &own, json!({"name": name}))
            .await
            .refused("INVALID_FIELD");
    }
    let name = json!({"name": "evil.example"});
    house.owner.patch(&house.janua, &own, name).await.accepted();
    house.invites("bob@example.com", "member").await;
    // Readers of mail make links of what looks like a domain; a person reads the same name.
    let mail = house.janua.mails("bob@example.com").await.remove(0);
    for text in [&mail.subject, &mail.text, &mail.html] {
        assert!(!text.contains("evil.example"), "{text}");
        assert!(text.contains("evil.\u{2060}example"), "{text}");
    }
}
