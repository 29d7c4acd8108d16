//! Several instances that start at once on one empty store.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Home, Program};

const INSTANCES: usize = 4;

#[tokio::test]
async fn four_instances_start_at_once_on_an_empty_store() {
    let home = Home::with_empty_store().await;
    let mut programs: Vec<Program> = (0..INSTANCES).map(|_| home.starts()).collect();
    for program in &mut programs {
        program.is_ready().await;
    }
    let mut keys = BTreeSet::new();
    for program in &programs {
        program.get("/ready").await.accepted();
        let jwks = program.get("/.well-known/jwks.json").await.accepted().json();
        assert_eq!(jwks["keys"].as_array().map(Vec::len), Some(1));
        keys.insert(jwks["keys"][0]["kid"].to_string());
    }
    assert_eq!(keys.len(), 1, "each has a key of its own: {keys:?}");

    // Each migration was applied by exactly one of them.
    let lines: Vec<Value> = programs.iter().flat_map(Program::log).collect();
    let mut applied: Vec<&str> = lines.iter().filter_map(|it| it["revision"].as_str()).collect();
    applied.sort_unstable();
    assert_eq!(applied, janua::io::db::migrate::revisions());
    assert_eq!(
        lines
            .iter()
            .filter(|it| it["message"] == "a signing key was generated")
            .count(),
        1
    );
    assert!(!lines.iter().any(|it| it["level"] == "error"), "{lines:?}");

    // A token of one is good at all the others.
    let (email, password) = ("ada@example.com", "orbit-velvet-canyon-73");
    home.order_typing(
        &["users", "create", "--email", email, "--password-stdin"],
        password,
    )
    .well();
    let login = json!({"email": email, "password": password});
    let token = programs[0]
        .post("/api/v1/auth/login", &login)
        .await
        .accepted()
        .str("/tokens/access_token");
    for program in &programs {
        let asked = program
            .send(reqwest::Method::GET, "/api/v1/users/me", |it| {
                it.bearer_auth(&token)
            })
            .await;
        assert_eq!(asked.accepted().str("/email"), email);
    }
    for program in programs {
        assert!(program.stops().await.success());
    }
}

#[tokio::test]
async fn at_most_one_of_them_shows_an_administrator() {
    let home = Home::embedded();
    let mut programs: Vec<Program> = (0..INSTANCES).map(|_| home.starts()).collect();
    let mut shown = 0;
    for program in &mut programs {
        program.is_ready().await;
        let greeted = async || program.stderr().contains("API document").then_some(());
        super::eventually("it greets", greeted).await;
        shown += usize::from(program.stderr().contains("First administrator"));
    }
    assert_eq!(shown, 1);
    let found = home.order(&["--json", "users", "list"]).well().json();
    assert_eq!(found["total"], 1, "{found}");
}
