//! The first administrator, and what the first start leaves in the folder.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::{Home, Program};
use crate::support::Answer;

/// The administrator on the terminal: address and password.
fn shown(program: &Program) -> Option<(String, String)> {
    let text = program.stderr();
    let line = text
        .split("shown once:")
        .nth(1)?
        .lines()
        .nth(1)?
        .trim()
        .to_owned();
    let (email, password) = line.split_once("  ")?;
    Some((email.to_owned(), password.to_owned()))
}

async fn sign_in(program: &Program, email: &str, password: &str) -> Answer {
    program
        .post(
            "/api/v1/auth/login",
            &json!({"email": email, "password": password}),
        )
        .await
}

#[tokio::test]
async fn the_first_start_shows_an_administrator_once() {
    let home = Home::embedded();
    let program = home.serves().await;
    let (email, password) = super::eventually("it is shown", async || shown(&program)).await;
    let answer = sign_in(&program, &email, &password).await.accepted();
    assert_eq!(answer.json()["user"]["is_admin"], true);
    assert_eq!(answer.json()["user"]["email_verified"], true);
    assert!(
        !program.stdout().contains(&password),
        "the log holds the password"
    );
    assert!(program.stops().await.success());

    let program = home.serves().await;
    sign_in(&program, &email, &password).await.accepted();
    assert!(program.stderr().contains("is ready at"), "{}", program.stderr());
    assert_eq!(shown(&program), None);
}

#[tokio::test]
async fn settings_name_the_first_administrator() {
    let home = Home::with_empty_store().await;
    let home = home
        .with("ADMIN_BOOTSTRAP_EMAIL", "Root@Example.com")
        .with("ADMIN_BOOTSTRAP_PASSWORD", "harbour-lantern-53-oak");
    let program = home.serves().await;
    // Whoever waits until it is ready finds the administrator.
    sign_in(&program, "root@example.com", "harbour-lantern-53-oak")
        .await
        .accepted();
    for text in [program.stdout(), program.stderr()] {
        assert!(!text.contains("harbour-lantern"), "{text}");
    }
    assert!(program.stops().await.success());

    // Another name makes no second one, and no change of the password.
    let home = home
        .with("ADMIN_BOOTSTRAP_EMAIL", "other@example.com")
        .with("ADMIN_BOOTSTRAP_PASSWORD", "meadow-copper-19-elm");
    let program = home.serves().await;
    sign_in(&program, "root@example.com", "harbour-lantern-53-oak")
        .await
        .accepted();
    sign_in(&program, "other@example.com", "meadow-copper-19-elm")
        .await
        .refused("INVALID_CREDENTIALS");
}

#[test]
fn an_administrator_that_cannot_be_is_told() {
    for (email, password, told) in [
        ("root@example.com", "password", "ADMIN_BOOTSTRAP_PASSWORD: "),
        ("no address", "harbour-lantern-53-oak", "ADMIN_BOOTSTRAP_EMAIL: "),
        ("root@example.com", "", "ADMIN_BOOTSTRAP_PASSWORD"),
        ("", "harbour-lantern-53-oak", "ADMIN_BOOTSTRAP_PASSWORD"),
    ] {
        let home = Home::embedded()
            .with("ADMIN_BOOTSTRAP_EMAIL", email)
            .with("ADMIN_BOOTSTRAP_PASSWORD", password);
        let done = home.order(&["serve"]).failed(1);
        assert!(
            done.stderr.contains(told),
            "{email:?} {password:?}: {}",
            done.stderr
        );
        assert!(!done.stderr.contains("harbour"), "{}", done.stderr);
        assert!(!done.stdout.contains("janua is ready"), "{}", done.stdout);
    }
}

#[tokio::test]
async fn what_the_first_start_generates_is_private() {
    let home = Home::embedded();
    let program = home.serves().await;
    let key = home.path().join("data/master.key");
    let mode = std::fs::metadata(&key).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&key).expect("it can be read");
    assert_eq!((text.trim().len(), text.lines().count()), (64, 1));
    let names: Vec<String> = std::fs::read_dir(home.path().join("data"))
        .expect("the folder")
        .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        names
            .iter()
            .all(|it| it == "master.key" || it.starts_with("janua.db")),
        "{names:?}"
    );
    assert!(program.stops().await.success());

    // Without it nothing that was sealed can be opened: that is told, and nothing is replaced.
    std::fs::write(
        &key,
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
    )
    .expect("written");
    let done = home.order(&["serve"]).failed(1);
    assert!(
        done.stderr.contains("JANUA_MASTER_KEY") && done.stderr.contains("cannot be opened"),
        "{}",
        done.stderr
    );
    std::fs::write(&key, text).expect("written");
    assert!(home.serves().await.stops().await.success());
}
