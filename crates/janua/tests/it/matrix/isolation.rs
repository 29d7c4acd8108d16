//! Another tenant's ids and tokens, at every operation.
//!
//! The rule: what is inside an organization, or is named by an id, answers 404 to whoever is elsewhere, so that nothing
//! tells whether it exists. What belongs to the platform answers 403, whatever the id. What takes no id speaks of the
//! caller alone (the mail catcher of development excepted): whatever it answers, it shows nothing of others. And nothing of others is changed by any of it.

use serde_json::Value;

use super::Operation;
use super::victim::Victim;
use crate::organizations::{Insider, path};
use crate::support::{Answer, TestJanua};

/// Tries an operation at a path, as somebody who is signed in, with a body that aims at the victim.
async fn attacks(
    janua: &TestJanua,
    eve: &Insider,
    victim: &Victim,
    operation: &Operation,
    path: &str,
) -> Answer {
    let request = eve.session.request(janua, operation.method.clone(), path);
    let body = operation.body(&|name| victim.of_field(name));
    let request = match &body {
        Some(body) => request.json(body),
        None => request,
    };
    let answer = janua.send(request).await;
    let (name, sent) = (
        operation.name(),
        body.map(|it| it.to_string()).unwrap_or_default(),
    );
    assert!(answer.status.as_u16() < 500, "{name}: {}", answer.text);
    // The mail catcher shows everything to everybody, on purpose: it is there in development only.
    let is_for_all = operation.document["tags"][0] == "development";
    for mark in victim.marks().into_iter().filter(|_| !is_for_all) {
        // What was sent may be sent back.
        let shown = answer.text.contains(mark) && !sent.contains(mark);
        assert!(!shown, "{name} shows {mark} to a stranger: {}", answer.text);
    }
    if let Ok(told) = serde_json::from_str::<Value>(&answer.text) {
        assert_ne!(told["allowed"], true, "{name}: {}", answer.text);
    }
    answer
}

#[tokio::test]
async fn nobody_gets_at_what_belongs_to_another_tenant() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let victim = Victim::at(&janua).await;
    let mut before = victim.sees(&janua).await;
    let (mut covered, mut closed) = (0, 0);
    for (turn, operation) in Operation::all().iter().enumerate() {
        // A stranger of their own for each: some of what they try ends their session or their account.
        let eve = Insider::of(&janua, &format!("eve{turn}@evil.example")).await;
        let theirs = eve.founds(&janua, &format!("evil-{turn}")).await;
        let there = victim.path_of(operation);
        let answer = attacks(&janua, &eve, &victim, operation, &there).await;
        let (name, status) = (operation.name(), answer.status.as_u16());
        if operation.is_of_platform() {
            answer.refused("FORBIDDEN");
            closed += 1;
        } else if operation.is_guarded() && !operation.parameters().is_empty() {
            assert_eq!(status, 404, "{name}: {}", answer.text);
            closed += 1;
        }
        if operation.is_in_an_organization() && operation.parameters().len() > 1 {
            // The same with one's own organization before it.
            let mixed = there.replace(&path(&victim.organization, ""), &path(&theirs, ""));
            let answer = attacks(&janua, &eve, &victim, operation, &mixed).await;
            assert_eq!(answer.status, 404, "{name}: {}", answer.text);
        }
        if operation.method != reqwest::Method::GET {
            let after = victim.sees(&janua).await;
            for (was, is) in before.iter().zip(&after) {
                assert_eq!(was, is, "{name} has changed what the victim sees");
            }
            before = after;
        }
        covered += 1;
    }
    let all = Operation::all().len();
    println!(
        "isolation: {covered} of {all} operations tried with another tenant's ids, {closed} of them refused, no leak"
    );
    assert_eq!(covered, all);
}

#[tokio::test]
async fn who_was_removed_is_a_stranger_at_every_operation_of_the_organization() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let victim = Victim::at(&janua).await;
    let before = victim
        .member
        .get(&janua, &path(&victim.organization, "/members"))
        .await;
    before.accepted();
    let membership = path(&victim.organization, &format!("/members/{}", victim.member.id));
    victim.owner.delete(&janua, &membership).await.accepted();
    let inside: Vec<_> = Operation::all()
        .into_iter()
        .filter(Operation::is_in_an_organization)
        .collect();
    assert!(inside.len() > 10);
    for operation in inside {
        let there = victim.path_of(&operation);
        let request = victim
            .member
            .session
            .request(&janua, operation.method.clone(), &there);
        let answer = janua.send(request).await;
        answer.refused("ORGANIZATION_NOT_FOUND");
    }
}
