//! `janua users`.

use serde_json::{Value, json};

use crate::process::Home;
use crate::support::TestJanua;

const PASSWORD: &str = "orbit-velvet-canyon-73";

/// The command line beside a running server, on the same store.
fn beside(janua: &TestJanua) -> Home {
    janua
        .settings
        .iter()
        .fold(Home::embedded(), |home, (name, value)| home.with(name, value))
}

async fn login(janua: &TestJanua, email: &str, password: &str) -> crate::support::Answer {
    janua
        .post(
            "/api/v1/auth/login",
            json!({"email": email, "password": password}),
        )
        .await
}

#[tokio::test]
async fn a_user_is_made_with_a_password_from_the_standard_input() {
    let janua = TestJanua::start().await;
    let home = beside(&janua);
    let order = [
        "--json",
        "users",
        "create",
        "--email",
        "Ada@Example.com",
        "--username",
        "Ada",
        "--first-name",
        "Ada",
        "--last-name",
        "Lovelace",
        "--admin",
        "--password-stdin",
    ];
    let made = home
        .order_typing(&order, &format!("{PASSWORD}\nmore lines\n"))
        .well()
        .json();
    assert_eq!(
        (&made["email"], &made["username"]),
        (&json!("ada@example.com"), &json!("Ada"))
    );
    assert_eq!(
        (&made["is_admin"], &made["email_verified"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        (&made["first_name"], &made["last_name"]),
        (&json!("Ada"), &json!("Lovelace"))
    );
    assert_eq!(
        (&made["locked_until"], &made["suspended_at"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(made.get("generated_password"), None);
    assert!(!made.to_string().contains(PASSWORD) && !made.to_string().contains("$argon2"));

    let signed_in = login(&janua, "ada@example.com", PASSWORD).await.accepted();
    assert_eq!(signed_in.json()["user"]["id"], made["id"]);
    assert!(janua.events().await.contains(&"user.registered".to_owned()));
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM outbox WHERE kind <> 'new_sign_in'")
            .await,
        0
    );
    // Without a terminal the password is read from the standard input as well.
    home.order_typing(&["users", "create", "--email", "eve@example.com"], PASSWORD)
        .well();
    login(&janua, "eve@example.com", PASSWORD).await.accepted();
}

#[tokio::test]
async fn a_made_up_password_is_shown_once() {
    let janua = TestJanua::start().await;
    let home = beside(&janua);
    let made = home
        .order(&[
            "--json",
            "users",
            "create",
            "--email",
            "ada@example.com",
            "--generate",
        ])
        .well()
        .json();
    let password = made["generated_password"].as_str().expect("a password");
    assert_eq!(made["is_admin"], false);
    login(&janua, "ada@example.com", password).await.accepted();
    let shown = home
        .order(&["users", "get", "--email", "ada@example.com"])
        .well()
        .stdout;
    assert!(
        !shown.contains(password) && !shown.contains("generated_password"),
        "{shown}"
    );
    let text = home
        .order(&["users", "create", "--email", "eve@example.com", "--generate"])
        .well()
        .stdout;
    assert!(
        text.lines().any(|it| it.starts_with("generated_password ")),
        "{text}"
    );
}

#[tokio::test]
async fn a_foreign_hash_is_taken_over_and_renewed_at_the_first_sign_in() {
    let janua = TestJanua::start().await;
    let home = beside(&janua);
    // bcrypt of "orbit-velvet-canyon-73" with cost 4.
    let hash = bcrypt::hash(PASSWORD, 4).expect("a hash");
    home.order(&[
        "users",
        "create",
        "--email",
        "ada@example.com",
        "--password-hash",
        &hash,
    ])
    .well();
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM passwords WHERE hash LIKE '$2%'")
            .await,
        1
    );
    login(&janua, "ada@example.com", "wrong")
        .await
        .refused("INVALID_CREDENTIALS");
    login(&janua, "ada@example.com", PASSWORD).await.accepted();
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM passwords WHERE hash LIKE '$argon2id$%'")
            .await,
        1
    );
    login(&janua, "ada@example.com", PASSWORD).await.accepted();
    for hash in ["", "plain text", "$2b$04$short", "$1$old$crypt", "{SSHA}x"] {
        let done = home
            .order(&[
                "users",
                "create",
                "--email",
                "eve@example.com",
                "--password-hash",
                hash,
            ])
            .failed(1);
        assert!(
            !done.stderr.contains("panicked") && done.stdout.is_empty(),
            "{done:?}"
        );
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 1);
}

#[tokio::test]
async fn an_unverified_user_has_to_open_the_link_first() {
    let janua = TestJanua::start().await;
    let home = beside(&janua);
    home.order_typing(
        &["users", "create", "--email", "ada@example.com", "--unverified"],
        PASSWORD,
    )
    .well();
    login(&janua, "ada@example.com", PASSWORD)
        .await
        .refused("EMAIL_NOT_VERIFIED");
    janua
        .post("/api/v1/auth/email/resend", json!({"email": "ada@example.com"}))
        .await
        .accepted();
    let secret = janua.secret("ada@example.com", "verify-email").await;
    janua
        .post("/api/v1/auth/email/verify", json!({"token": secret}))
        .await
        .accepted();
    login(&janua, "ada@example.com", PASSWORD).await.accepted();
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_reason() {
    let janua = TestJanua::start().await;
    let home = beside(&janua);
    let create = |arguments: &[&str], typed: &str| {
        home.order_typing(
            &[&["users", "create"], arguments, &["--password-stdin"]].concat(),
            typed,
        )
    };
    create(&["--email", "ada@example.com", "--username", "ada"], PASSWORD).well();
    for (arguments, typed, told) in [
        (
            &["--email", "ada@example.com"][..],
            PASSWORD,
            "EMAIL_ALREADY_EXISTS",
        ),
        (&["--email", "ADA@example.com"], PASSWORD, "EMAIL_ALREADY_EXISTS"),
        (
            &["--email", "eve@example.com", "--username", "ada"],
            PASSWORD,
            "USERNAME_TAKEN",
        ),
        (&["--email", "no address"], PASSWORD, "INVALID_EMAIL"),
        (
            &["--email", "eve@example.com", "--username", "e@e"],
            PASSWORD,
            "INVALID_USERNAME",
        ),
        (&["--email", "eve@example.com"], "short", "WEAK_PASSWORD"),
        (&["--email", "eve@example.com"], "", "WEAK_PASSWORD"),
        (
            &["--email", "eve@example.com"],
            "eve@example.com",
            "WEAK_PASSWORD",
        ),
    ] {
        let done = create(arguments, typed).failed(1);
        assert!(
            done.stderr.contains(told) && done.stdout.is_empty(),
            "{arguments:?}: {done:?}"
        );
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 1);
}

#[tokio::test]
async fn users_are_found_and_listed() {
    let janua = TestJanua::start().await;
    let home = beside(&janua);
    let empty = home.order(&["--json", "users", "list"]).well().json();
    assert_eq!(empty, json!({"users": [], "total": 0}));
    for name in ["ada", "bob", "cleo"] {
        let email = format!("{name}@example.com");
        home.order_typing(
            &["users", "create", "--email", &email, "--username", name],
            PASSWORD,
        )
        .well();
    }
    let list = |arguments: &[&str]| {
        home.order(&[&["--json", "users", "list"], arguments].concat())
            .well()
            .json()
    };
    let names = |list: &Value| -> Vec<String> {
        let users = list["users"].as_array().expect("users");
        users
            .iter()
            .map(|it| it["username"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(
        (names(&list(&[])), list(&[])["total"].clone()),
        (vec!["cleo".into(), "bob".into(), "ada".into()], json!(3))
    );
    assert_eq!(names(&list(&["--limit", "1", "--offset", "1"])), ["bob"]);
    assert_eq!(names(&list(&["--search", "CL"])), ["cleo"]);
    assert_eq!(
        list(&["--search", "%"])["total"],
        0,
        "a wildcard is a letter like any other"
    );
    assert_eq!(list(&["--search", "' OR 1=1 --"])["total"], 0);
    let table = home.order(&["users", "list"]).well().stdout;
    assert!(table.starts_with("ID ") && table.lines().count() == 4, "{table}");

    let ada = home
        .order(&["--json", "users", "get", "--email", "Ada@example.com"])
        .well()
        .json();
    let id = ada["id"].as_str().expect("an id");
    for who in [["--username", "ada"], ["--id", id]] {
        assert_eq!(
            home.order(&[&["--json", "users", "get"], &who[..]].concat())
                .well()
                .json(),
            ada
        );
    }
    for who in [
        ["--email", "eve@example.com"],
        ["--username", "eve"],
        ["--id", "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60"],
        ["--id", "x"],
    ] {
        for order in ["get", "unlock"] {
            assert!(
                home.order(&[&["users", order], &who[..]].concat())
                    .failed(3)
                    .stdout
                    .is_empty()
            );
        }
    }
}

#[tokio::test]
async fn a_locked_account_is_shown_and_unlocked() {
    // The command line goes by the machine's clock: the lock must last until after today.
    let janua = TestJanua::with(&[
        ("ACCOUNT_LOCKOUT_DURATION_MINUTES", "99999999"),
        ("RATE_LIMIT_ENABLED", "false"),
    ])
    .await;
    let home = beside(&janua);
    let ada = janua.person("ada@example.com").registered().await;
    assert_eq!(
        home.order(&["--json", "users", "unlock", "--email", "ada@example.com"])
            .well()
            .json()["unlocked"],
        false
    );
    for _ in 0..5 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
    let shown = home
        .order(&["--json", "users", "get", "--email", "ada@example.com"])
        .well()
        .json();
    assert!(shown["locked_until"].is_string(), "{shown}");
    let unlocked = home
        .order(&["--json", "users", "unlock", "--email", "ada@example.com"])
        .well()
        .json();
    assert_eq!(unlocked, json!({"email": "ada@example.com", "unlocked": true}));
    ada.login(PASSWORD).await.accepted();
    assert!(janua.events().await.contains(&"user.unlocked".to_owned()));
}
