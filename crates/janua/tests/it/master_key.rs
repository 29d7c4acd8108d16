//! The master key changes and nobody is signed out.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use janua::app::{App, World};
use janua::config::{Config, Env};
use janua::io::random::Random;
use janua::sealing;
use janua::tokens::keys::{self, Order};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, TestJanua, minutes, refresh};

const NEW: &str = "Qw8eR5tY2uI9oP3aS6dF7gH1jK4lZ0xC-next-root";

fn old_of(janua: &TestJanua) -> String {
    let found = janua.settings.iter().find(|(name, _)| name == "JANUA_MASTER_KEY");
    found.unwrap().1.clone()
}

async fn rotated(janua: &TestJanua) -> TestJanua {
    let settings = [
        ("JANUA_MASTER_KEY", NEW),
        ("JANUA_MASTER_KEY_PREVIOUS", &old_of(janua)),
    ];
    janua.second_instance_with(&settings).await
}

/// What a start with these settings says.
async fn start(janua: &TestJanua, own: &[(&str, &str)]) -> Result<App, String> {
    let mut settings = janua.settings.clone();
    settings.retain(|(name, _)| own.iter().all(|(it, _)| it != name));
    settings.extend(
        own.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let world = World {
        clock: janua.app.clock.clone(),
        random: Random::System,
        ..World::default()
    };
    App::build(Config::read(&Env::of(settings)).unwrap(), world).await
}

async fn by_cookie(janua: &TestJanua, cookies: &str, csrf: &str) -> Answer {
    let request = janua
        .request(Method::POST, "/api/v1/auth/logout")
        .json(&json!({}));
    let request = request.header("cookie", cookies).header("x-csrf-token", csrf);
    janua
        .send(request.header("origin", "http://localhost:4100"))
        .await
}

#[tokio::test]
async fn refresh_tokens_cookies_devices_and_links_outlive_the_master_key() {
    let before = TestJanua::start().await;
    let mut ada = before.person("ada@example.com").registered().await;
    let session = ada.signs_in_with_a_browser().await;
    let first = refresh(&before, &session.refresh, "").await.accepted();
    before.person("bob@example.com").signs_up().await.accepted();
    let link = before.secret("bob@example.com", "verify-email").await;

    let after = rotated(&before).await;
    me(&after, &ada.cookies).await.accepted();
    // A lost answer from before: the device gets the same successor, however late.
    after.advance(minutes(5));
    let again = refresh(&after, &session.refresh, &ada.cookies).await.accepted();
    assert_eq!(again.str("/refresh_token"), first.str("/refresh_token"));
    let second = refresh(&after, &first.str("/refresh_token"), "").await.accepted();
    let third = refresh(&after, &second.str("/refresh_token"), "")
        .await
        .accepted();

    after
        .post("/api/v1/auth/email/verify", json!({"token": link}))
        .await
        .accepted();

    // The browser is known: no mail warns of it, now or at the next time.
    let browser = ada.cookies.clone();
    for _ in 0..2 {
        let mut ada = after.person("ada@example.com");
        ada.cookies.clone_from(&browser);
        ada.login(PASSWORD).await.accepted();
    }
    assert_eq!(after.count("SELECT COUNT(*) FROM devices").await, 1);
    assert_eq!(
        after
            .count("SELECT COUNT(*) FROM outbox WHERE kind = 'new_sign_in'")
            .await,
        0
    );

    // Theft is theft across the rotation: the first token's successor was used.
    refresh(&after, &session.refresh, &ada.cookies)
        .await
        .refused("REFRESH_TOKEN_REUSED");
    refresh(&after, &third.str("/refresh_token"), "")
        .await
        .refused("REFRESH_TOKEN_INVALID");
}

async fn me(janua: &TestJanua, cookies: &str) -> Answer {
    let request = janua.request(Method::GET, "/api/v1/users/me");
    janua.send(request.header("cookie", cookies)).await
}

#[tokio::test]
async fn a_browser_can_sign_out_with_its_old_cookies() {
    let before = TestJanua::start().await;
    let mut ada = before.person("ada@example.com").registered().await;
    let session = ada.signs_in_with_a_browser().await;
    let csrf = session.answer.cookie("janua_csrf");
    let after = rotated(&before).await;
    by_cookie(&after, &ada.cookies, "wrong")
        .await
        .refused("CSRF_REFUSED");
    by_cookie(&after, &ada.cookies, &csrf).await.accepted();
    me(&after, &ada.cookies).await.refused("TOKEN_REVOKED");
}

#[tokio::test]
async fn instances_in_the_middle_of_the_exchange_agree_on_every_successor() {
    let settings = [
        ("RATE_LIMIT_ENABLED", "false"),
        ("JANUA_MASTER_KEY_PREVIOUS", NEW),
    ];
    let old = TestJanua::with(&settings).await;
    let new = rotated(&old).await;
    let session = old.person("ada@example.com").registered().await.signs_in().await;
    let mut token = session.refresh;
    for turn in 0..12 {
        let (one, two) = if turn % 3 == 0 { (&old, &new) } else { (&new, &old) };
        let (a, b) = tokio::join!(refresh(one, &token, ""), refresh(two, &token, ""));
        let (a, b) = (
            a.accepted().str("/refresh_token"),
            b.accepted().str("/refresh_token"),
        );
        assert_eq!(a, b, "turn {turn}");
        token = a;
    }
    assert_eq!(old.count("SELECT COUNT(*) FROM refresh_tokens").await, 13);
}

#[tokio::test]
async fn tokens_that_are_not_rotated_move_to_the_new_key_at_their_use() {
    let before = TestJanua::with(&[("REFRESH_TOKEN_ROTATION", "false")]).await;
    let session = before
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let after = rotated(&before).await;
    refresh(&after, &session.refresh, "").await.accepted();
    sealing::reseal(&after.app, None).await.unwrap();
    let alone = before.second_instance_with(&[("JANUA_MASTER_KEY", NEW)]).await;
    refresh(&alone, &session.refresh, "").await.accepted();
}

#[tokio::test]
async fn failed_sign_ins_count_on() {
    let before = TestJanua::start().await;
    let ada = before.person("ada@example.com").registered().await;
    for _ in 0..4 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    let after = rotated(&before).await;
    let ada = after.person("ada@example.com");
    ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
    assert_eq!(after.count("SELECT COUNT(*) FROM sign_in_failures").await, 1);
}

#[tokio::test]
async fn sealed_values_move_to_the_new_key_also_after_an_interruption() {
    let before = TestJanua::start().await;
    let at_once = Order {
        now: true,
        algorithm: None,
    };
    keys::rotate(&before.app, at_once).await.unwrap();
    keys::rotate(&before.app, Order::default()).await.unwrap();
    let session = before
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;

    let after = rotated(&before).await;
    let stopped = sealing::reseal(&after.app, Some(1)).await.unwrap();
    assert_eq!((stopped[0].resealed, stopped[0].current), (1, 0));
    let half = start(&before, &[("JANUA_MASTER_KEY", NEW)]).await;
    assert!(half.is_err_and(|it| it.contains("JANUA_MASTER_KEY_PREVIOUS")));

    let again = sealing::reseal(&after.app, None).await.unwrap();
    assert_eq!((again[0].resealed, again[0].current), (2, 1));
    assert!(again[0].unreadable.is_empty());
    sealing::check(&after.app).await.unwrap();

    let alone = before.second_instance_with(&[("JANUA_MASTER_KEY", NEW)]).await;
    assert_eq!(alone.app.ring.active().kid(), before.app.ring.active().kid());
    session.get(&alone, "/api/v1/users/me").await.accepted();
    // The instance that knows only the old key would not start any more, and says what it needs.
    let old = start(&before, &[]).await;
    assert!(old.is_err_and(|it| it.contains("JANUA_MASTER_KEY_PREVIOUS")));
}

#[tokio::test]
async fn a_start_without_the_previous_key_names_where_that_key_is() {
    let shared = "Zk3vT9qLw8xB2nR5yH7mC4dJ6gS1pF0a-shared";
    let before = TestJanua::start().await;
    let told = start(&before, &[("JANUA_MASTER_KEY", NEW)]).await.unwrap_err();
    assert!(
        told.contains("set JANUA_MASTER_KEY_PREVIOUS to the earlier JANUA_MASTER_KEY"),
        "{told}"
    );
    for secret in [NEW, &old_of(&before)] {
        assert!(!told.contains(secret), "a key is told");
    }

    // It was the secret for tokens until a master key was set beside it.
    let before = TestJanua::with(&[("JANUA_MASTER_KEY", ""), ("JWT_SECRET_KEY", shared)]).await;
    let told = start(&before, &[("JANUA_MASTER_KEY", NEW)]).await.unwrap_err();
    assert!(told.contains("the value of JWT_SECRET_KEY"), "{told}");
    let both = [("JANUA_MASTER_KEY", NEW), ("JANUA_MASTER_KEY_PREVIOUS", shared)];
    start(&before, &both).await.unwrap();
}
