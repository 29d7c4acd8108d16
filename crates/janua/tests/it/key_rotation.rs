//! Signing keys change and nobody notices.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod pinned;

use std::collections::HashMap;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use janua::tokens::keys::{self, Order};
use jsonwebtoken as oracle;
use serde_json::{Value, json};

use crate::support::{SignedIn, TestJanua, hours, minutes, refresh, seconds};

/// JWKS max-age and margin, after which a published key signs.
const WAIT: i64 = 420;
/// Lifetime of a token, leeway and margin, after which a retired key goes.
const NEEDED: i64 = 900 + 30 + 120;

const AT_ONCE: Order = Order {
    now: true,
    algorithm: None,
};

fn kid_of(token: &str) -> String {
    oracle::decode_header(token).unwrap().kid.unwrap()
}

async fn jwks(janua: &TestJanua) -> Vec<String> {
    let answer = janua.get("/.well-known/jwks.json").await.accepted().json();
    let keys = answer["keys"].as_array().unwrap();
    keys.iter()
        .map(|it| it["kid"].as_str().unwrap().to_owned())
        .collect()
}

async fn rotate(janua: &TestJanua, order: Order) -> String {
    keys::rotate(&janua.app, order).await.unwrap().kid
}

async fn round(janua: &TestJanua) {
    keys::round(&janua.app).await.unwrap();
}

/// Rotates the ordinary way, to the end of the wait.
async fn rotate_and_wait(janua: &TestJanua) -> String {
    let kid = rotate(janua, Order::default()).await;
    janua.advance(seconds(WAIT));
    round(janua).await;
    kid
}

async fn me(janua: &TestJanua, token: &str) -> crate::support::Answer {
    let request = janua.request(reqwest::Method::GET, "/api/v1/users/me");
    janua.send(request.bearer_auth(token)).await
}

async fn key_events(janua: &TestJanua) -> Vec<String> {
    let events = janua.events().await.into_iter();
    events.filter(|it| it.starts_with("key.")).collect()
}

#[tokio::test]
async fn a_key_is_published_signs_retires_and_goes() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let first = kid_of(&ada.signs_in().await.access);
    assert_eq!(jwks(&janua).await, std::slice::from_ref(&first));

    let second = rotate(&janua, Order::default()).await;
    let again = keys::rotate(&janua.app, Order::default()).await.unwrap();
    assert!(again.was_waiting && again.kid == second);
    assert_eq!(jwks(&janua).await, [first.clone(), second.clone()]);

    janua.advance(seconds(WAIT - 1));
    round(&janua).await;
    let last = ada.signs_in().await.access;
    assert_eq!(kid_of(&last), first);

    janua.advance(seconds(1));
    round(&janua).await;
    assert_eq!(kid_of(&ada.signs_in().await.access), second);
    assert_eq!(jwks(&janua).await, [second.clone(), first.clone()]);

    janua.advance(seconds(900 + 30 - 2));
    round(&janua).await;
    me(&janua, &last).await.accepted();
    janua.advance(seconds(1));
    me(&janua, &last).await.refused("TOKEN_EXPIRED");

    janua.advance(seconds(NEEDED - 929));
    round(&janua).await;
    assert_eq!(jwks(&janua).await, [first.clone(), second.clone()][1..]);
    me(&janua, &last).await.refused("TOKEN_INVALID");
    let expected = [
        "key.generated",
        "key.generated",
        "key.retired",
        "key.activated",
        "key.removed",
    ];
    let mut events = key_events(&janua).await;
    // Two of them happen in one millisecond.
    events[2..4].sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(events, expected);
}

#[tokio::test]
async fn keys_are_replaced_by_age_unless_the_operator_wants_to_do_it() {
    let janua = TestJanua::with(&[("JWT_KEY_ROTATION_DAYS", "30")]).await;
    let first = jwks(&janua).await;
    janua.advance(hours(30 * 24) - seconds(WAIT + 1));
    round(&janua).await;
    assert_eq!(jwks(&janua).await, first);
    janua.advance(seconds(1));
    round(&janua).await;
    assert_eq!(jwks(&janua).await.len(), 2);
    janua.advance(seconds(WAIT));
    round(&janua).await;
    assert_ne!(janua.app.ring.active().kid(), first[0]);

    let never = janua
        .second_instance_with(&[("JWT_KEY_ROTATION_DAYS", "0")])
        .await;
    janua.advance(hours(24 * 365));
    round(&never).await;
    assert_eq!(jwks(&never).await, [janua.app.ring.active().kid()]);
}

#[tokio::test]
async fn instances_that_rotate_at_once_end_with_one_active_key() {
    let one = TestJanua::start().await;
    let two = one.second_instance().await;
    let (a, b) = tokio::join!(rotate(&one, Order::default()), rotate(&two, Order::default()));
    assert_eq!(a, b);
    one.advance(seconds(WAIT));
    let instances = [&one, &two, &one, &two];
    join_all(instances.map(round)).await;
    let active = "SELECT COUNT(*) FROM signing_keys WHERE state = 'active'";
    assert_eq!(one.count(active).await, 1);
    let activated = "SELECT COUNT(*) FROM events WHERE name = 'key.activated'";
    assert_eq!(one.count(activated).await, 1);
    assert_eq!(one.app.ring.active().kid(), a);

    join_all(instances.map(|it| rotate(it, AT_ONCE))).await;
    assert_eq!(one.count(active).await, 1);
    assert_eq!(one.count(activated).await, 5);
    one.advance(seconds(NEEDED));
    join_all(instances.map(round)).await;
    assert_eq!(one.count("SELECT COUNT(*) FROM signing_keys").await, 1);
    assert_eq!(one.app.ring.active().kid(), two.app.ring.active().kid());
}

/// A client that keeps the JWKS for its max-age and never asks before, whatever token it sees.
struct CachingClient<'j> {
    janua: &'j TestJanua,
    keys: HashMap<String, oracle::DecodingKey>,
    until: i64,
}

impl<'j> CachingClient<'j> {
    fn new(janua: &'j TestJanua) -> Self {
        Self {
            janua,
            keys: HashMap::new(),
            until: i64::MIN,
        }
    }

    async fn fetch(&mut self) {
        let now = self.janua.app.clock.now().timestamp();
        if now < self.until {
            return;
        }
        let answer = self.janua.get("/.well-known/jwks.json").await.accepted();
        let max_age = answer.header("cache-control");
        let max_age = max_age.strip_prefix("public, max-age=").unwrap();
        self.until = now + max_age.parse::<i64>().unwrap();
        let set: oracle::jwk::JwkSet = serde_json::from_str(&answer.text).unwrap();
        self.keys = set
            .keys
            .iter()
            .map(|it| {
                let key = oracle::DecodingKey::from_jwk(it).unwrap();
                (it.common.key_id.clone().unwrap(), key)
            })
            .collect();
    }

    fn accepts(&self, token: &str) -> bool {
        let header = oracle::decode_header(token).unwrap();
        let mut rules = oracle::Validation::new(header.alg);
        rules.set_audience(&["janua"]);
        // The clock of the test is not the machine's.
        rules.validate_exp = false;
        let key = header.kid.and_then(|kid| self.keys.get(&kid));
        key.is_some_and(|key| oracle::decode::<Value>(token, key, &rules).is_ok())
    }
}

#[tokio::test]
async fn five_rotations_under_load_reject_no_token_at_clients_that_keep_the_keys() {
    let one = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    // Its worker stands still: it learns by what it is asked.
    let two = one.second_instance().await;
    let ada = one.person("ada@example.com").registered().await;
    let mut clients = [CachingClient::new(&one), CachingClient::new(&two)];
    let mut chains: Vec<String> = Vec::new();
    for _ in 0..6 {
        chains.push(ada.signs_in().await.refresh);
    }
    let mut alive: Vec<(String, i64)> = Vec::new();
    let mut signers = std::collections::HashSet::new();
    let (mut checked, mut rejected) = (0, 0);
    for _ in 0..5 {
        rotate(&two, Order::default()).await;
        for turn in 0..=WAIT / 30 {
            one.advance(seconds(30));
            let refreshed = chains.iter().enumerate().map(|(n, token)| {
                let janua = if n % 2 == 0 { &one } else { &two };
                async move { refresh(janua, token, "").await.accepted() }
            });
            let (refreshed, signed_in, ()) = tokio::join!(join_all(refreshed), ada.signs_in(), round(&one));
            chains = refreshed.iter().map(|it| it.str("/refresh_token")).collect();
            let now = one.app.clock.now().timestamp();
            let issued = refreshed.iter().map(|it| it.str("/access_token"));
            let issued: Vec<String> = issued.chain([signed_in.access]).collect();
            let other = if turn % 2 == 0 { &two } else { &one };
            let shown = join_all(issued.iter().map(|token| me(other, token))).await;
            rejected += shown.iter().filter(|it| !it.status.is_success()).count();
            signers.extend(issued.iter().map(|it| kid_of(it)));
            let new = alive.len();
            alive.extend(issued.into_iter().map(|it| (it, now + 900)));
            // The new ones each time, all that are alive now and then: signatures take a while.
            let shown = if turn % 4 == 0 { &alive[..] } else { &alive[new..] };
            for client in &mut clients {
                client.fetch().await;
                rejected += shown.iter().filter(|(token, _)| !client.accepts(token)).count();
                checked += shown.len();
            }
            alive.retain(|(_, expires_at)| now + 30 < *expires_at);
        }
    }
    assert_eq!(signers.len(), 6);
    assert!(checked > 3_000, "{checked}");
    assert_eq!(rejected, 0, "of {checked}");
}

fn with_kid(token: &str, kid: &str) -> String {
    let header = json!({"alg": "RS256", "kid": kid, "typ": "at+jwt"});
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[tokio::test]
async fn unknown_keys_cost_one_look_at_the_database_however_many_are_named() {
    let janua = TestJanua::start().await;
    let token = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await
        .access;
    for looks in 1..=2 {
        let before = janua.app.ring.tries();
        let stampede = (0..200).map(|n| me_owned(&janua, with_kid(&token, &format!("made-up-{n}"))));
        for answer in join_all(stampede).await {
            answer.refused("TOKEN_INVALID");
        }
        assert_eq!(janua.app.ring.tries() - before, 1, "look {looks}");
        me(&janua, &token).await.accepted();
        janua.advance(seconds(2));
    }
}

async fn me_owned(janua: &TestJanua, token: String) -> crate::support::Answer {
    me(janua, &token).await
}

#[tokio::test]
async fn a_compromised_key_is_replaced_at_once_and_every_instance_follows() {
    let one = TestJanua::start().await;
    let two = one.second_instance().await;
    let ada = one.person("ada@example.com").registered().await;
    let before = ada.signs_in().await;
    rotate(&one, Order::default()).await;
    let ordered = keys::rotate(&one.app, AT_ONCE).await.unwrap();
    assert_eq!(ordered.clients_may_reject_seconds, 300);

    let after = ada.signs_in().await;
    assert_eq!(kid_of(&after.access), ordered.kid);
    // The other instance has not heard of the key, and looks when it sees it.
    me(&two, &after.access).await.accepted();
    me(&two, &before.access).await.accepted();
    // The key that waited is gone with the one that it was made beside.
    assert_eq!(jwks(&one).await, [ordered.kid.clone(), kid_of(&before.access)]);
    let next = refresh(&two, &after.refresh, "").await.accepted();
    assert_eq!(kid_of(&next.str("/access_token")), ordered.kid);
}

#[tokio::test]
async fn an_instance_that_has_not_heard_signs_with_the_old_key_for_a_minute_at_most() {
    let one = TestJanua::start().await;
    let two = one.second_instance().await;
    let ada = one.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let new = rotate(&one, AT_ONCE).await;
    let late = refresh(&two, &session.refresh, "").await.accepted();
    assert_ne!(kid_of(&late.str("/access_token")), new);
    two.advance(seconds(30));
    let next = refresh(&two, &late.str("/refresh_token"), "").await.accepted();
    assert_eq!(kid_of(&next.str("/access_token")), new);
    // What was signed late is accepted to its end.
    one.advance(seconds(899));
    round(&one).await;
    me(&one, &late.str("/access_token")).await.accepted();
}

#[tokio::test]
async fn another_algorithm_takes_over_while_old_tokens_stay_valid() {
    let one = TestJanua::with(&[("JWT_ALGORITHM", "RS256")]).await;
    let ada = one.person("ada@example.com").registered().await;
    let old = ada.signs_in().await;
    let two = one.second_instance_with(&[("JWT_ALGORITHM", "ES256")]).await;
    keys::settle(&two.app).await.unwrap();
    assert_eq!(jwks(&two).await.len(), 2);
    let algorithm = |token: &str| oracle::decode_header(token).unwrap().alg;

    two.advance(seconds(WAIT - 1));
    let early = refresh(&two, &old.refresh, "").await.accepted();
    assert_eq!(algorithm(&early.str("/access_token")), oracle::Algorithm::RS256);
    two.advance(seconds(1));
    // The instance that still has the old settings carries it out as well.
    round(&one).await;
    two.advance(seconds(30));
    let late = refresh(&two, &early.str("/refresh_token"), "").await.accepted();
    assert_eq!(algorithm(&late.str("/access_token")), oracle::Algorithm::ES256);
    for janua in [&one, &two] {
        me(janua, &old.access).await.accepted();
        me(janua, &late.str("/access_token")).await.accepted();
    }
    two.advance(seconds(NEEDED));
    round(&two).await;
    assert_eq!(jwks(&two).await, [kid_of(&late.str("/access_token"))]);
}

#[tokio::test]
async fn a_shared_secret_and_stored_keys_take_turns() {
    let secret = [("JWT_SECRET_KEY", "Zk3vT9qLw8xB2nR5yH7mC4dJ6gS1pF0a-shared")];
    let one = TestJanua::with(&secret).await;
    let ada = one.person("ada@example.com").registered().await;
    let rsa = ada.signs_in().await;
    let two = one.second_instance_with(&[("JWT_ALGORITHM", "HS256")]).await;
    keys::settle(&two.app).await.unwrap();
    me(&two, &rsa.access).await.accepted();
    let hmac = refresh(&two, &rsa.refresh, "").await.accepted();
    let shared = oracle::decode_header(hmac.str("/access_token")).unwrap().alg;
    assert_eq!(shared, oracle::Algorithm::HS256);
    assert_eq!(jwks(&two).await, [kid_of(&rsa.access)]);

    let three = one.second_instance().await;
    keys::settle(&three.app).await.unwrap();
    me(&three, &hmac.str("/access_token")).await.accepted();
    let back = refresh(&three, &hmac.str("/refresh_token"), "").await.accepted();
    assert_eq!(kid_of(&back.str("/access_token")), kid_of(&rsa.access));
}

#[tokio::test]
async fn the_keys_can_be_listed_and_rotated_from_the_command_line() {
    let janua = TestJanua::start().await;
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_janua"));
        command
            .args(arguments)
            .arg("--json")
            .envs(janua.settings.iter().cloned());
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let states = |listed: &Value| {
        let keys = listed["keys"].as_array().unwrap().iter();
        keys.map(|it| it["state"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(states(&run(&["keys", "list"])), ["active"]);
    let ordered = run(&["keys", "rotate", "--algorithm", "EdDSA"]);
    assert_eq!(ordered["algorithm"], "EdDSA");
    assert_eq!(states(&run(&["keys", "list"])), ["active", "next"]);
    let ordered = run(&["keys", "rotate", "--now"]);
    assert_eq!(ordered["clients_may_reject_seconds"], 300);
    let listed = run(&["keys", "list"]);
    assert_eq!(states(&listed), ["active", "retiring"]);
    assert_eq!(listed["keys"][0]["kid"], ordered["kid"]);
    assert_eq!(listed["keys"][0]["fingerprint"].as_str().unwrap().len(), 64);
    let resealed = run(&["keys", "reseal"]);
    assert_eq!(resealed["columns"][0]["current"], 2);
}

#[tokio::test]
async fn a_shorter_lifetime_does_not_cut_off_tokens_that_live_longer() {
    let one = TestJanua::with(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "60")]).await;
    let session: SignedIn = one.person("ada@example.com").registered().await.signs_in().await;
    let two = one
        .second_instance_with(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "5")])
        .await;
    rotate_and_wait(&two).await;
    two.advance(minutes(52));
    round(&two).await;
    me(&two, &session.access).await.accepted();
}
