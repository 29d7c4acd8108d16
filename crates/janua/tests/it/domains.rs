//! Domains of organizations: claimed by anybody, verified for who owns them.

mod lapse;
mod resolver;

use futures_util::future::join_all;
use janua::io::dns::Unanswered;
use serde_json::{Value, json};

use crate::organizations::{Insider, joins, path};
use crate::support::{Answer, TestJanua};

/// An organization and its owner, who look after its domains.
pub(crate) struct Owner {
    who: Insider,
    organization: String,
}

impl Owner {
    pub(crate) async fn of(janua: &TestJanua, name: &str) -> Self {
        let who = Insider::of(janua, &format!("{name}@example.com")).await;
        let organization = who.founds(janua, &format!("{name}-co")).await;
        Self { who, organization }
    }

    fn at(&self, rest: &str) -> String {
        path(&self.organization, &format!("/domains{rest}"))
    }

    async fn claims(&self, janua: &TestJanua, domain: &str) -> Answer {
        let body = json!({"domain": domain});
        self.who.post(janua, &self.at(""), body).await
    }

    async fn verifies(&self, janua: &TestJanua, id: &str) -> Answer {
        let at = self.at(&format!("/{id}/verify"));
        self.who.post(janua, &at, json!({})).await
    }

    async fn removes(&self, janua: &TestJanua, id: &str) -> Answer {
        self.who.delete(janua, &self.at(&format!("/{id}"))).await
    }

    async fn sees(&self, janua: &TestJanua) -> Value {
        let list = self.who.get(janua, &self.at("")).await.accepted().json();
        list["domains"].clone()
    }

    /// Claims a domain and verifies it; gives its id.
    async fn has(&self, janua: &TestJanua, domain: &str) -> String {
        let claimed = self.claims(janua, domain).await.accepted();
        let (name, value) = (claimed.str("/record/name"), claimed.str("/record/value"));
        janua.app.dns.tell(&name, Ok(&[&value]));
        let id = claimed.str("/id");
        self.verifies(janua, &id).await.accepted();
        id
    }
}

#[tokio::test]
async fn a_record_in_the_dns_proves_a_domain() {
    let janua = TestJanua::start().await;
    let ada = Owner::of(&janua, "ada").await;
    let claimed = ada.claims(&janua, "ACME.com").await.accepted();
    assert_eq!(claimed.status, 201);
    assert_eq!(
        (claimed.str("/domain"), claimed.str("/state")),
        ("acme.com".to_owned(), "pending".to_owned())
    );
    let (id, name, value) = (
        claimed.str("/id"),
        claimed.str("/record/name"),
        claimed.str("/record/value"),
    );
    assert_eq!(name, "_janua-verification.acme.com");
    let token = value.strip_prefix("janua-domain-verification=").expect("a token");
    assert_eq!(token.len(), 32);

    // What is missing is told, and what is there in its place.
    let missing = ada.verifies(&janua, &id).await.refused("DOMAIN_RECORD_MISSING");
    assert_eq!(missing.json()["details"]["record"]["value"], value);
    assert_eq!(missing.status, 422);
    let long = format!("v=spf1\u{1}{}", "x".repeat(300));
    janua.app.dns.tell(&name, Ok(&[&long, &value[..value.len() - 1]]));
    let wrong = ada.verifies(&janua, &id).await.refused("DOMAIN_RECORD_WRONG");
    let found = &wrong.json()["details"]["found"];
    assert_eq!(found[1], value[..value.len() - 1]);
    let first = found[0].as_str().expect("a text");
    assert!(first.starts_with("v=spf1\u{fffd}x") && first.chars().count() == 100);
    let seen = ada.sees(&janua).await;
    assert_eq!(seen[0]["failure"], "DOMAIN_RECORD_WRONG");
    assert_eq!(seen[0]["state"], "pending");

    janua.app.dns.tell(&name, Ok(&["v=spf1 -all", &value]));
    let verified = ada.verifies(&janua, &id).await.accepted().json();
    assert_eq!(
        (&verified["state"], &verified["failure"]),
        (&json!("verified"), &json!(null))
    );
    // Once more is no event of its own.
    ada.verifies(&janua, &id).await.accepted();
    assert_eq!(ada.sees(&janua).await[0]["state"], "verified");
    ada.claims(&janua, "acme.com").await.refused("DOMAIN_EXISTS");

    assert_eq!(ada.removes(&janua, &id).await.status, 204);
    ada.removes(&janua, &id).await.refused("DOMAIN_NOT_FOUND");
    ada.verifies(&janua, &id).await.refused("DOMAIN_NOT_FOUND");
    ada.verifies(&janua, "nothing").await.refused("DOMAIN_NOT_FOUND");
    assert_eq!(ada.sees(&janua).await, json!([]));
    // Claimed anew it needs another record.
    let again = ada.claims(&janua, "acme.com").await.accepted();
    assert_ne!(again.str("/record/value"), value);
    ada.verifies(&janua, &again.str("/id"))
        .await
        .refused("DOMAIN_RECORD_WRONG");
    let events = janua.events().await;
    let mut of_domains: Vec<&str> = events
        .iter()
        .filter_map(|it| it.strip_prefix("organization.domain_"))
        .collect();
    of_domains.sort_unstable();
    assert_eq!(of_domains, ["added", "added", "removed", "verified"]);
    let facts = janua.facts("organization.domain_verified").await;
    assert_eq!(
        (&facts["domain"], &facts["organization_id"]),
        (&json!("acme.com"), &json!(ada.organization))
    );
    assert!(!facts.to_string().contains(token));
}

#[tokio::test]
async fn a_domain_is_verified_for_one_organization_only() {
    let janua = TestJanua::start().await;
    let (ada, eve) = (Owner::of(&janua, "ada").await, Owner::of(&janua, "eve").await);
    let early = eve.claims(&janua, "acme.com").await.accepted();
    let own = ada.has(&janua, "acme.com").await;
    // Somebody else's record proves nothing.
    eve.verifies(&janua, &early.str("/id"))
        .await
        .refused("DOMAIN_RECORD_WRONG");
    // Not even one's own, while the domain is another's.
    let proof = early.str("/record/value");
    janua.app.dns.tell("_janua-verification.acme.com", Ok(&[&proof]));
    let refused = eve
        .verifies(&janua, &early.str("/id"))
        .await
        .refused("DOMAIN_TAKEN");
    assert_eq!(refused.status, 409);
    assert!(!refused.text.contains(&ada.organization));
    // Whoever comes later is told at once, in every spelling.
    let mal = Owner::of(&janua, "mal").await;
    mal.claims(&janua, "Acme.COM").await.refused("DOMAIN_TAKEN");
    // The ids of others lead nowhere.
    eve.verifies(&janua, &own).await.refused("DOMAIN_NOT_FOUND");
    eve.removes(&janua, &own).await.refused("DOMAIN_NOT_FOUND");
    // What was given up is free.
    ada.removes(&janua, &own).await.accepted();
    eve.verifies(&janua, &early.str("/id")).await.accepted();
    ada.claims(&janua, "acme.com").await.refused("DOMAIN_TAKEN");
    // A domain below another one is another one.
    ada.claims(&janua, "mail.acme.com").await.accepted();
}

#[tokio::test]
async fn of_fifty_proofs_at_once_one_organization_wins() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (ada, eve) = (Owner::of(&janua, "ada").await, Owner::of(&janua, "eve").await);
    let (a, e) = (
        ada.claims(&janua, "acme.com").await.accepted(),
        eve.claims(&janua, "acme.com").await.accepted(),
    );
    let (of_a, of_e) = (a.str("/record/value"), e.str("/record/value"));
    janua
        .app
        .dns
        .tell("_janua-verification.acme.com", Ok(&[&of_a, &of_e]));
    let (a, e) = (a.str("/id"), e.str("/id"));
    let sides: Vec<usize> = (0..50).map(|it| it % 2).collect();
    let asked = sides.iter().map(|side| {
        let (owner, id) = if *side == 0 { (&ada, &a) } else { (&eve, &e) };
        owner.verifies(&janua, id)
    });
    let answers = join_all(asked).await;
    let won = |side: usize| {
        answers
            .iter()
            .zip(&sides)
            .filter(|(answer, it)| **it == side && answer.status == 200)
            .count()
    };
    assert_eq!([won(0), won(1)].iter().max(), Some(&25));
    assert_eq!([won(0), won(1)].iter().min(), Some(&0));
    for answer in answers.iter().filter(|it| it.status != 200) {
        assert!(
            answer.status == 409 && answer.text.contains("DOMAIN_TAKEN"),
            "{}",
            answer.text
        );
    }
    let verified = "SELECT count(*) FROM organization_domains WHERE verified_at IS NOT NULL";
    assert_eq!(janua.count(verified).await, 1);
    let told = "SELECT count(*) FROM events WHERE name = 'organization.domain_verified'";
    assert_eq!(janua.count(told).await, 1);
}

#[tokio::test]
async fn fifty_claims_at_once_make_one() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let ada = Owner::of(&janua, "ada").await;
    let answers = join_all((0..50).map(|_| ada.claims(&janua, "acme.com"))).await;
    assert_eq!(answers.iter().filter(|it| it.status == 201).count(), 1);
    assert_eq!(janua.count("SELECT count(*) FROM organization_domains").await, 1);
    // And there is an end to it.
    join_all((1..50).map(|index| {
        let ada = &ada;
        let janua = &janua;
        async move { ada.claims(janua, &format!("d{index}.acme.com")).await.accepted() }
    }))
    .await;
    ada.claims(&janua, "more.acme.com")
        .await
        .refused("TOO_MANY_DOMAINS");
}

#[tokio::test]
async fn who_may_not_change_the_organization_only_looks() {
    let janua = TestJanua::start().await;
    let ada = Owner::of(&janua, "ada").await;
    let id = ada.has(&janua, "acme.com").await;
    for role in ["member", "viewer"] {
        let who = Insider::of(&janua, &format!("{role}@example.com")).await;
        joins(&janua, &ada.organization, &who, role).await;
        let member = Owner {
            who,
            organization: ada.organization.clone(),
        };
        assert_eq!(member.sees(&janua).await[0]["domain"], "acme.com");
        member
            .claims(&janua, "other.com")
            .await
            .refused("PERMISSION_DENIED");
        member.verifies(&janua, &id).await.refused("PERMISSION_DENIED");
        member.removes(&janua, &id).await.refused("PERMISSION_DENIED");
    }
    let stranger = Owner {
        who: Insider::of(&janua, "eve@example.com").await,
        organization: ada.organization.clone(),
    };
    for answer in [
        stranger.claims(&janua, "acme.com").await,
        stranger.verifies(&janua, &id).await,
        stranger.removes(&janua, &id).await,
    ] {
        answer.refused("ORGANIZATION_NOT_FOUND");
    }
}

#[tokio::test]
async fn what_nobody_can_own_cannot_be_claimed() {
    let janua = TestJanua::start().await;
    let ada = Owner::of(&janua, "ada").await;
    for domain in [
        "",
        "acme",
        "com.",
        "127.0.0.1",
        "https://acme.com",
        "*.acme.com",
        "gmail.com",
        "acme.com'; DROP TABLE organization_domains; --",
    ] {
        ada.claims(&janua, domain).await.refused("INVALID_DOMAIN");
    }
    ada.claims(&janua, &"a.".repeat(100_000))
        .await
        .refused("INVALID_DOMAIN");
    let body = json!({"domain": "acme.com", "verified_at": "2026-01-11T10:30:00Z"});
    ada.who
        .post(&janua, &ada.at(""), body)
        .await
        .refused("UNKNOWN_FIELD");
    assert_eq!(ada.sees(&janua).await, json!([]));
}

#[tokio::test]
async fn the_dns_is_not_asked_without_end() {
    let janua = TestJanua::with(&[("RATE_LIMIT_DOMAIN", "3/1m")]).await;
    let (ada, bob) = (Owner::of(&janua, "ada").await, Owner::of(&janua, "bob").await);
    let id = ada.claims(&janua, "acme.com").await.accepted().str("/id");
    for _ in 0..2 {
        ada.verifies(&janua, &id).await.refused("DOMAIN_RECORD_MISSING");
    }
    ada.verifies(&janua, &id).await.refused("RATE_LIMITED");
    ada.claims(&janua, "other.com").await.refused("RATE_LIMITED");
    bob.claims(&janua, "other.com").await.accepted();
}

#[tokio::test]
async fn a_dns_that_gives_no_answer_decides_nothing() {
    let janua = TestJanua::start().await;
    let ada = Owner::of(&janua, "ada").await;
    let (kept, waits) = (
        ada.has(&janua, "acme.com").await,
        ada.claims(&janua, "other.com").await.accepted().str("/id"),
    );
    for name in ["acme.com", "other.com"] {
        let answer = Err(Unanswered("timed out at 10.0.0.1".to_owned()));
        janua.app.dns.tell(&format!("_janua-verification.{name}"), answer);
    }
    for id in [&kept, &waits] {
        let refused = ada.verifies(&janua, id).await.refused("DNS_UNAVAILABLE");
        assert_eq!(
            (refused.status.as_u16(), refused.header("retry-after")),
            (502, "60".to_owned())
        );
        assert!(!refused.text.contains("10.0.0.1"), "{}", refused.text);
    }
    let seen = ada.sees(&janua).await;
    assert_eq!(
        (&seen[0]["state"], &seen[0]["missing_since"]),
        (&json!("verified"), &json!(null))
    );
    assert_eq!(seen[1]["state"], "pending");
}
