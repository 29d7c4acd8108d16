//! What administrators of a running server are told at `/admin/doctor`.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use super::{codes_of, of_today_with};
use crate::social::idp::Idp;
use crate::sso::{Customer, SETTINGS, janua_with};
use crate::support::{Backend, SignedIn, TestJanua};

const DOCTOR: &str = "/api/v1/admin/doctor";

/// Settings that are right but for the cheap hash of tests.
const RIGHT: [(&str, &str); 2] = [("ARGON2_MEMORY_KIB", "19456"), ("ARGON2_ITERATIONS", "2")];

async fn admin_of(janua: &TestJanua) -> SignedIn {
    let root = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    root.signs_in().await
}

async fn told(janua: &TestJanua, admin: &SignedIn) -> BTreeSet<String> {
    codes_of(&admin.get(janua, DOCTOR).await.accepted().json())
}

fn only(code: &str) -> BTreeSet<String> {
    BTreeSet::from([code.to_owned()])
}

#[tokio::test]
async fn only_administrators_ask_and_a_healthy_server_has_nothing_to_tell() {
    let janua = of_today_with(&RIGHT).await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    ada.get(&janua, DOCTOR).await.refused("FORBIDDEN");
    let admin = admin_of(&janua).await;
    assert_eq!(told(&janua, &admin).await, BTreeSet::new());
}

#[tokio::test]
async fn mails_that_were_given_up_are_told() {
    let janua = of_today_with(&RIGHT).await;
    let admin = admin_of(&janua).await;
    janua.person("ada@example.com").signs_up().await.accepted();
    let mut db = &janua.app.db;
    let sql = "UPDATE outbox SET state = 'failed', provider_answer = '550 no such user'";
    janua::io::db::Querier::execute(&mut db, sql, janua::params![])
        .await
        .expect("it is done");
    assert_eq!(told(&janua, &admin).await, only("JD-MAIL-016"));
}

#[tokio::test]
async fn what_the_dns_says_of_the_sender_is_told() {
    let own = [
        ("SMTP_HOST", "mail.invalid"),
        ("SMTP_FROM", "Janua <janua@acme.com>"),
        // Nobody could open a link.
        ("REQUIRE_EMAIL_VERIFICATION", "false"),
    ];
    let janua = of_today_with(&[&RIGHT[..], &own[..]].concat()).await;
    let root = janua.person("root@example.com");
    root.signs_up().await.accepted();
    janua.makes_admin("root@example.com").await;
    let admin = root.signs_in().await;
    let mail_away = "JD-MAIL-011".to_owned();
    let all = BTreeSet::from([
        mail_away.clone(),
        "JD-MAIL-017".to_owned(),
        "JD-MAIL-018".to_owned(),
    ]);
    assert_eq!(told(&janua, &admin).await, all);
    janua
        .app
        .dns
        .tell("acme.com", Ok(&["v=spf1 include:sendgrid.net -all"]));
    janua.app.dns.tell("_dmarc.acme.com", Ok(&["v=DMARC1; p=none"]));
    // Of DKIM nothing is known before the selector is.
    assert_eq!(told(&janua, &admin).await, BTreeSet::from([mail_away.clone()]));
    let with_selector = [&RIGHT[..], &own[..], &[("SMTP_DKIM_SELECTOR", "s1")]].concat();
    let other = janua.second_instance_with(&with_selector).await;
    let looks = async || codes_of(&admin.get(&other, DOCTOR).await.accepted().json());
    let dns = &other.app.dns;
    dns.tell("acme.com", Ok(&["v=spf1 include:sendgrid.net -all"]));
    dns.tell("_dmarc.acme.com", Ok(&["v=DMARC1; p=none"]));
    let unsigned = BTreeSet::from([mail_away.clone(), "JD-MAIL-019".to_owned()]);
    assert_eq!(looks().await, unsigned);
    // A key that was withdrawn is none.
    dns.tell("s1._domainkey.acme.com", Ok(&["v=DKIM1; k=rsa; p="]));
    assert_eq!(looks().await, unsigned);
    dns.tell(
        "s1._domainkey.acme.com",
        Ok(&["k=rsa; t=s; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"]),
    );
    assert_eq!(looks().await, BTreeSet::from([mail_away]));
}

/// A request as a proxy on this machine passes it on.
async fn behind_a_proxy(janua: &TestJanua) {
    let request = janua.request(Method::GET, "/health");
    janua
        .send(request.header("x-forwarded-for", "203.0.113.9"))
        .await
        .accepted();
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_told() {
    let janua = of_today_with(&RIGHT).await;
    let admin = admin_of(&janua).await;
    assert_eq!(told(&janua, &admin).await, BTreeSet::new());
    behind_a_proxy(&janua).await;
    assert_eq!(told(&janua, &admin).await, only("JD-DEPLOY-016"));

    let trusting = [&RIGHT[..], &[("TRUSTED_PROXIES", "127.0.0.1/32")]].concat();
    let other = janua.second_instance_with(&trusting).await;
    behind_a_proxy(&other).await;
    assert_eq!(
        codes_of(&admin.get(&other, DOCTOR).await.accepted().json()),
        BTreeSet::new()
    );
}

#[tokio::test]
async fn a_breaker_that_is_open_is_told() {
    let Some(mut redis) = Backend::redis().await else {
        return;
    };
    let url = format!("redis://127.0.0.1:{}", redis.port);
    let janua = of_today_with(&[&RIGHT[..], &[("REDIS_URL", url.as_str())]].concat()).await;
    let admin = admin_of(&janua).await;
    assert_eq!(told(&janua, &admin).await, BTreeSet::new());
    redis.kill();
    let mut last = BTreeSet::new();
    for _ in 0..20 {
        last = told(&janua, &admin).await;
        if last.contains("JD-REDIS-006") {
            break;
        }
    }
    assert_eq!(
        last,
        BTreeSet::from(["JD-REDIS-001".to_owned(), "JD-REDIS-006".to_owned()])
    );
}

#[tokio::test]
async fn an_identity_provider_that_is_away_or_forgotten_is_told() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &RIGHT).await;
    janua.advance(janua::io::clock::Clock::System.now() - janua.app.clock.now());
    let admin = admin_of(&janua).await;
    let limits_lifted = only("JD-AUTH-036");
    assert_eq!(told(&janua, &admin).await, limits_lifted);
    let acme = Customer::of(&janua, "acme").await;
    let made = acme.connects(&janua, &idp, json!({})).await.accepted();
    assert_eq!(told(&janua, &admin).await, limits_lifted);

    // The same store under an instance that was not told the secret.
    let forgetful: Vec<(&str, &str)> = SETTINGS
        .into_iter()
        .map(|(name, value)| {
            (
                name,
                if name == "SSO_RELAY_STATE_SECRET" {
                    ""
                } else {
                    value
                },
            )
        })
        .collect();
    let other = janua.second_instance_with(&forgetful).await;
    let found = codes_of(&admin.get(&other, DOCTOR).await.accepted().json());
    assert_eq!(found, &limits_lifted | &only("JD-SSO-021"));

    let away = json!({"oidc": {"issuer": "http://127.0.0.1:1"}});
    acme.changes(&janua, &made.str("/id"), away).await.accepted();
    assert_eq!(told(&janua, &admin).await, &limits_lifted | &only("JD-SSO-034"));
}
