//! A verified domain whose record is gone lapses; one that the DNS does not speak of does not.

use chrono::TimeDelta;
use futures_util::future::join_all;
use janua::domains::recheck;
use janua::io::db::{Querier, Scope};
use janua::io::dns::Unanswered;
use janua::params;
use janua::webhooks::deliver_due;
use serde_json::json;

use super::Owner;
use crate::organizations::{Insider, joins};
use crate::support::TestJanua;
use crate::webhooks::{Got, NEAR, Receiver, WEBHOOKS};

const RECORD: &str = "_janua-verification.acme.com";

/// Lets days go by, on each of which the worker looks twice.
async fn days_go_by(janua: &TestJanua, days: i64) {
    for _ in 0..days * 2 {
        janua.advance(TimeDelta::hours(12));
        recheck(&janua.app).await.expect("the domains can be looked at");
    }
}

#[tokio::test]
async fn a_domain_lapses_days_after_its_record_is_gone() {
    let janua = TestJanua::with(&[("DOMAIN_LAPSE_DAYS", "3")]).await;
    let ada = Owner::of(&janua, "ada").await;
    let (bob, eve) = (
        Insider::of(&janua, "bob@example.com").await,
        Insider::of(&janua, "eve@example.com").await,
    );
    joins(&janua, &ada.organization, &bob, "owner").await;
    joins(&janua, &ada.organization, &eve, "admin").await;
    let id = ada.has(&janua, "acme.com").await;
    let value = ada.sees(&janua).await[0]["record"]["value"].clone();
    let value = value.as_str().expect("a value");
    days_go_by(&janua, 30).await;
    // It comes back in time.
    janua.app.dns.tell(RECORD, Ok(&[]));
    days_go_by(&janua, 2).await;
    assert_eq!(missing(&janua).await, (1, 1));
    janua.app.dns.tell(RECORD, Ok(&[value]));
    days_go_by(&janua, 1).await;
    assert_eq!(missing(&janua).await, (0, 1));
    // It does not, for something else stands there; nobody can say for a while in between.
    janua.app.dns.tell(RECORD, Ok(&["something else"]));
    days_go_by(&janua, 2).await;
    janua.app.dns.tell(RECORD, Err(Unanswered("away".to_owned())));
    days_go_by(&janua, 10).await;
    assert_eq!(missing(&janua).await, (1, 1));
    assert!(
        !janua
            .events()
            .await
            .contains(&"organization.domain_lapsed".to_owned())
    );
    janua.app.dns.tell(RECORD, Ok(&["something else"]));
    janua.advance(TimeDelta::hours(1));
    // Two instances look at once, and one of them acts.
    for done in join_all((0..10).map(|_| recheck(&janua.app))).await {
        done.expect("the domains can be looked at");
    }
    assert_eq!(missing(&janua).await, (0, 0));
    let lapsed = "SELECT count(*) FROM events WHERE name = 'organization.domain_lapsed'";
    assert_eq!(janua.count(lapsed).await, 1);
    let facts = janua.facts("organization.domain_lapsed").await;
    assert_eq!(
        (&facts["domain"], &facts["domain_id"], &facts["state"]),
        (&json!("acme.com"), &json!(id), &json!("pending"))
    );
    for owner in ["ada@example.com", "bob@example.com"] {
        let mail = &janua.mails(owner).await[0];
        assert!(
            mail.subject.contains("acme.com is no longer verified"),
            "{}",
            mail.subject
        );
        assert!(
            mail.text.contains(RECORD) && mail.text.contains(value),
            "{}",
            mail.text
        );
        assert!(mail.text.contains("ada-co"), "{}", mail.text);
    }
    assert!(
        janua
            .mails("eve@example.com")
            .await
            .iter()
            .all(|it| !it.subject.contains("acme.com"))
    );
    // Nobody looks any more, until it is proven anew.
    days_go_by(&janua, 5).await;
    assert_eq!(janua.count(lapsed).await, 1);
    let ada = Owner {
        who: Insider {
            session: janua.person("ada@example.com").signs_in().await,
            ..ada.who
        },
        ..ada
    };
    ada.verifies(&janua, &id).await.refused("DOMAIN_RECORD_WRONG");
    janua.app.dns.tell(RECORD, Ok(&[value]));
    ada.verifies(&janua, &id).await.accepted();
}

/// How many records are missing, and how many domains are verified.
async fn missing(janua: &TestJanua) -> (i64, i64) {
    (
        janua
            .count("SELECT count(*) FROM organization_domains WHERE missing_since IS NOT NULL")
            .await,
        janua
            .count("SELECT count(*) FROM organization_domains WHERE verified_at IS NOT NULL")
            .await,
    )
}

#[tokio::test]
async fn an_outage_of_a_month_takes_no_domain_away() {
    let janua = TestJanua::start().await;
    let ada = Owner::of(&janua, "ada").await;
    ada.has(&janua, "acme.com").await;
    janua.app.dns.tell(RECORD, Err(Unanswered("away".to_owned())));
    days_go_by(&janua, 30).await;
    assert_eq!(missing(&janua).await, (0, 1));
}

#[tokio::test]
async fn a_domain_that_lapsed_can_be_proven_by_its_next_owner() {
    let janua = TestJanua::with(&[("DOMAIN_LAPSE_DAYS", "1")]).await;
    let ada = Owner::of(&janua, "ada").await;
    ada.has(&janua, "acme.com").await;
    janua.app.dns.tell(RECORD, Ok(&[]));
    days_go_by(&janua, 2).await;
    let eve = Owner::of(&janua, "eve").await;
    eve.has(&janua, "acme.com").await;
    assert_eq!(missing(&janua).await, (0, 1));
}

#[tokio::test]
async fn what_is_gone_with_its_organization_is_free() {
    let janua = TestJanua::with(&[("ORGANIZATION_DELETION_GRACE_DAYS", "0")]).await;
    let (ada, eve) = (Owner::of(&janua, "ada").await, Owner::of(&janua, "eve").await);
    ada.has(&janua, "acme.com").await;
    let at = crate::organizations::path(&ada.organization, "");
    ada.who.delete(&janua, &at).await.accepted();
    janua::worker::forget(&janua.app).await;
    eve.has(&janua, "acme.com").await;
}

#[tokio::test]
async fn a_statement_that_forgot_its_tenant_sees_no_domain_of_others() {
    let janua = TestJanua::start().await;
    let (ada, eve) = (Owner::of(&janua, "ada").await, Owner::of(&janua, "eve").await);
    ada.has(&janua, "acme.com").await;
    if janua.app.db.engine() == janua::io::db::Engine::Sqlite {
        return;
    }
    for (scope, seen) in [
        (Scope::Tenants(vec![ada.organization.clone()]), 1),
        (Scope::Tenants(vec![eve.organization.clone()]), 0),
        (Scope::Person(ada.who.id.clone()), 0),
    ] {
        let mut db = janua.app.db.within(scope.clone());
        let sql = "SELECT count(*) FROM organization_domains";
        let row: Option<(i64,)> = db.fetch_optional(sql, params![]).await.expect("it runs");
        assert_eq!(row, Some((seen,)), "{scope:?}");
    }
}

#[tokio::test]
async fn each_step_of_a_domain_is_told_to_the_webhooks_of_its_organization_alone() {
    let janua = TestJanua::with(&[&NEAR[..], &[("DOMAIN_LAPSE_DAYS", "1")]].concat()).await;
    let (mut ada, eve) = (Owner::of(&janua, "ada").await, Owner::of(&janua, "eve").await);
    let (told, untold) = (Receiver::start().await, Receiver::start().await);
    for (owner, receiver) in [(&ada, &told), (&eve, &untold)] {
        let body = json!({"url": receiver.url, "events": ["*"], "organization_id": owner.organization});
        owner.who.post(&janua, WEBHOOKS, body).await.accepted();
    }
    deliver_due(&janua.app).await.expect("what waits can be sent");
    let before = (told.got().len(), untold.got().len());

    let claimed = ada.claims(&janua, "acme.com").await.accepted();
    let (id, value) = (claimed.str("/id"), claimed.str("/record/value"));
    janua.app.dns.tell(RECORD, Ok(&[&value]));
    // What happens in one moment has no order.
    janua.advance(TimeDelta::seconds(1));
    ada.verifies(&janua, &id).await.accepted();
    janua.app.dns.tell(RECORD, Ok(&[]));
    days_go_by(&janua, 2).await;
    ada.who.session = janua.person("ada@example.com").signs_in().await;
    ada.removes(&janua, &id).await.accepted();
    deliver_due(&janua.app).await.expect("what waits can be sent");
    let got = &told.got()[before.0..];
    let kinds: Vec<_> = got.iter().map(Got::kind).collect();
    let steps = ["added", "verified", "lapsed", "removed"];
    assert_eq!(kinds, steps.map(|it| format!("organization.domain_{it}")));
    for step in got {
        let data = &step.json()["data"];
        assert_eq!(data["organization_id"], ada.organization.as_str());
        assert_eq!(data["facts"]["domain"], "acme.com");
    }
    assert_eq!(untold.got().len(), before.1);
}
