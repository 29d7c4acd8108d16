//! What was answered is there, even when the process is killed at any moment.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures_util::future::join_all;
use janua::io::random::Random;
use reqwest::Method;
use serde_json::json;

use super::{Home, Program};
use crate::support::handed_over;

const CLIENTS: usize = 8;
const PASSWORD: &str = "orbit-velvet-canyon-73";

fn registrations() -> usize {
    handed_over("JANUA_TEST_KILL_REGISTRATIONS")
        .and_then(|it| it.parse().ok())
        .unwrap_or(200)
}

/// Eight clients register people, each with numbers of its own, until all are registered or nobody answers any more.
/// Gives the addresses whose registration was acknowledged.
async fn register(program: &Program, round: usize, kill_after: usize) -> Vec<String> {
    let (acknowledged, killed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let client = async |client: usize| {
        let mut mine = Vec::new();
        for number in 0..registrations().div_ceil(CLIENTS) {
            let email = format!("person-{round}-{client}-{number}@example.com");
            let body = json!({"email": email, "password": PASSWORD});
            let Ok(answer) = program
                .try_send(Method::POST, "/api/v1/auth/register", |it| it.json(&body))
                .await
            else {
                assert!(
                    killed.load(Ordering::SeqCst),
                    "nobody answers, and nobody was killed: {}",
                    program.stderr()
                );
                return mine;
            };
            assert_eq!(answer.status, 201, "{}", answer.text);
            mine.push(email);
            if acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == kill_after {
                killed.store(true, Ordering::SeqCst);
                program.signal("KILL");
            }
        }
        mine
    };
    join_all((0..CLIENTS).map(client)).await.concat()
}

#[tokio::test]
async fn every_acknowledged_account_survives_a_kill() {
    let home = Home::with_empty_store()
        .await
        .with("RATE_LIMIT_ENABLED", "false")
        .with("REQUIRE_EMAIL_VERIFICATION", "false");
    let all = registrations();
    // Somewhere in the middle, at another place each time.
    let kill_after = all / 4 + usize::from(u16::from_be_bytes(Random::System.bytes())) % (all / 2).max(1);
    let mut program = home.serves().await;
    let acknowledged = register(&program, 0, kill_after.max(1)).await;
    assert!(!program.ends().await.success());
    assert!(
        acknowledged.len() >= kill_after && acknowledged.len() < all + CLIENTS,
        "{}",
        acknowledged.len()
    );

    let program = home.serves().await;
    assert_eq!(
        program
            .get("/health")
            .await
            .accepted()
            .str("/dependencies/database"),
        "healthy"
    );
    for chunk in acknowledged.chunks(CLIENTS) {
        let login = async |email: &String| {
            let body = json!({"email": email, "password": PASSWORD});
            program.post("/api/v1/auth/login", &body).await.accepted();
        };
        join_all(chunk.iter().map(login)).await;
    }

    // Nothing is half there: who is listed can sign in, and whoever cannot be found can register.
    let listed = home
        .order(&[
            "--json", "users", "list", "--limit", "1000", "--search", "person-",
        ])
        .well()
        .json();
    let listed: Vec<String> = listed["users"]
        .as_array()
        .expect("users")
        .iter()
        .map(|it| it["email"].as_str().unwrap_or_default().to_owned())
        .collect();
    for email in listed.iter().filter(|it| !acknowledged.contains(it)) {
        let body = json!({"email": email, "password": PASSWORD});
        program.post("/api/v1/auth/login", &body).await.accepted();
    }
    assert!(
        listed.len() <= acknowledged.len() + CLIENTS,
        "{} listed, {} acknowledged",
        listed.len(),
        acknowledged.len()
    );
    let more = register(&program, 1, usize::MAX).await;
    assert_eq!(more.len(), all.div_ceil(CLIENTS) * CLIENTS);
    assert!(program.stops().await.success());
}
