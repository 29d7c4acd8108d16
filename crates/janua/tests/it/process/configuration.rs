//! What the program says when it cannot start: every mistake at once, and what would be right.

use serde_json::json;

use super::Home;

/// A production server that lacks nothing.
fn production() -> Home {
    let home = Home::embedded()
        .with("ENVIRONMENT", "production")
        .with("APP_BASE_URL", "https://id.example.com");
    let url = format!("sqlite:{}", home.path().join("janua.db").display());
    let home = home
        .with("DATABASE_URL", &url)
        .with("REDIS_URL", "memory:")
        .with("HOST", "127.0.0.1");
    home.with("JWT_SECRET_KEY", "mJ4s8Qz1Yw7Rk2Vt9Lx5Nb3Hc6Fd0GpS")
}

#[tokio::test]
async fn a_complete_production_configuration_starts_and_keeps_quiet() {
    let home = production();
    let program = home.serves().await;
    // In production no mail is caught: without a mail server email is away, and the rest works.
    let health = program.get("/health").await.accepted().json();
    assert_eq!(
        (&health["status"], &health["dependencies"]["email"]),
        (&json!("degraded"), &json!("unhealthy"))
    );
    assert_eq!(program.stderr(), "", "nothing is for a terminal in production");
    assert!(program.stops().await.success());
}

#[test]
fn production_names_every_setting_that_is_missing_and_ends() {
    let home = Home::embedded()
        .with("ENVIRONMENT", "production")
        .with("RATE_LIMIT_ENABLED", "false");
    let done = home.order(&["serve"]).failed(1);
    for name in [
        "DATABASE_URL",
        "REDIS_URL",
        "JWT_SECRET_KEY",
        "APP_BASE_URL",
        "RATE_LIMIT_ENABLED",
    ] {
        let line = done
            .stderr
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("- {name} ")));
        assert!(line.is_some(), "{name} is not told: {}", done.stderr);
    }
    assert!(done.stderr.contains("5 problems"), "{}", done.stderr);
    assert!(!home.path().join("data").exists(), "nothing was made");
}

#[test]
fn each_missing_setting_of_production_is_told_alone() {
    for name in ["DATABASE_URL", "REDIS_URL", "JWT_SECRET_KEY", "APP_BASE_URL"] {
        let done = production().without(name).order(&["serve"]).failed(1);
        assert!(
            done.stderr.contains("1 problem") && done.stderr.contains(&format!("- {name} ")),
            "{}",
            done.stderr
        );
    }
}

#[test]
fn values_that_cannot_be_are_told_with_what_would_do() {
    for (name, value, told) in [
        ("PORT", "70000", "0 to 65535"),
        ("RATE_LIMIT_LOGIN", "often", "10/5m"),
        ("SESSION_COOKIE_SAMESITE", "sometimes", "strict, lax, none"),
        ("ENVIRONMENT", "prod", "development, production"),
        ("JWT_ALGORITHM", "none", "RS256"),
        ("DATABASE_URL", "mysql://x", "postgres://"),
        ("REDIS_URL", "http://x", "redis://"),
        ("TRUSTED_PROXIES", "everybody", "everybody"),
        ("APP_BASE_URL", "id.example.com", "https://"),
        ("JWT_SECRET_KEY", "short", "32 bytes"),
        (
            "JWT_SECRET_KEY",
            "change-me-change-me-change-me-change-me",
            "sample",
        ),
        ("JWT_LEEWAY_SECONDS", "31", "30"),
        ("LOG_LEVEL", "=,=", "LOG_LEVEL"),
        ("DEFAULT_LOCALE", "xx", "en, es"),
        ("TEMPLATES_DIR", "/nowhere/at/all", "not a folder"),
        ("SMTP_HOST", "mail.example.com", "SMTP_FROM"),
        ("DATABASE_URL_FILE", "/nowhere/at/all", "cannot be read"),
    ] {
        let done = Home::embedded().with(name, value).order(&["serve"]).failed(1);
        assert!(done.stderr.contains(told), "{name}={value}: {}", done.stderr);
        assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    }
}

#[test]
fn a_secret_is_never_repeated_in_a_complaint() {
    for (name, value) in [
        ("JWT_SECRET_KEY", "hunter2"),
        ("JANUA_MASTER_KEY", "hunter2"),
        ("DATABASE_URL", "mysql://janua:hunter2@db/janua"),
        ("DATABASE_URL", "postgres://janua:hunter2@127.0.0.1:1/janua"),
        ("REDIS_URL", "http://:hunter2@cache"),
    ] {
        let home = Home::embedded()
            .with(name, value)
            .with("DATABASE_POOL_TIMEOUT", "1");
        let done = home.order(&["serve"]).failed(1);
        assert!(
            !done.stderr.contains("hunter2") && !done.stdout.contains("hunter2"),
            "{name}: {done:?}"
        );
    }
}

#[test]
fn a_misspelt_setting_is_found_wherever_it_stands() {
    let dotenv = Home::embedded();
    std::fs::write(dotenv.path().join(".env"), "APP_NAMME=Acme\n").expect("written");
    let toml = Home::embedded();
    std::fs::write(
        toml.path().join("janua.toml"),
        "SMTP_HSOT = \"mail.example.com\"\n",
    )
    .expect("written");
    for (home, wrong, meant) in [
        (dotenv, "APP_NAMME in .env", "APP_NAME"),
        (toml, "SMTP_HSOT in janua.toml", "SMTP_HOST"),
        (
            Home::embedded().with("JANUA_DATA_DIRR", "x"),
            "JANUA_DATA_DIRR in the environment",
            "JANUA_DATA_DIR",
        ),
        (
            Home::embedded().with("DATABASE_ULR", "x"),
            "DATABASE_ULR in the environment",
            "DATABASE_URL",
        ),
    ] {
        let done = home.order(&["serve"]).failed(1);
        assert!(done.stderr.contains(wrong), "{}", done.stderr);
        assert!(
            done.stderr.contains(&format!("did you mean {meant}?")),
            "{}",
            done.stderr
        );
    }
}

#[tokio::test]
async fn settings_come_from_files_too_and_the_environment_wins() {
    let home = Home::embedded()
        .with("APP_NAME", "From the environment")
        .with("UNRELATED", "x");
    let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).expect("written");
    write(".env", "APP_NAME='From .env'\nDEFAULT_LOCALE=es\n");
    write(
        "janua.toml",
        "DEFAULT_LOCALE = \"en\"\nCORS_ORIGINS = [\"https://app.example.com\"]\nRATE_LIMIT_ENABLED = true\n",
    );
    write("secret", "mJ4s8Qz1Yw7Rk2Vt9Lx5Nb3Hc6Fd0Gp-from-a-file\n");
    let home = home.with("JANUA_MASTER_KEY_FILE", "secret");
    let program = home.serves().await;
    let page = program.get("/").await.accepted();
    assert!(
        page.text.contains("From the environment") && page.text.contains("<html lang=\"es\">"),
        "{}",
        page.text
    );
    let origin = |it: reqwest::RequestBuilder| it.header("origin", "https://app.example.com");
    let answer = program.send(reqwest::Method::GET, "/live", origin).await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://app.example.com"
    );
    assert!(
        !home.path().join("data/master.key").exists(),
        "the key of the file is the master key"
    );
}

#[test]
fn files_that_cannot_be_understood_are_told() {
    for (name, text, place) in [
        ("janua.toml", "APP_NAME = \"Acme\"\nPORT = \n", "line 2"),
        ("janua.toml", "JWT_SECRET_KEY = \"hunter2\n", "line 1"),
        ("janua.toml", "[server]\nPORT = 1\n", "server"),
        (".env", "APP NAME=x\n", "its first line"),
        (
            ".env",
            "APP_NAME=Acme\n# and\n\nJWT_SECRET_KEY=hunter2 with spaces\n",
            "the line after APP_NAME",
        ),
    ] {
        let home = Home::embedded();
        std::fs::write(home.path().join(name), text).expect("written");
        let done = home.order(&["serve"]).failed(1);
        assert!(
            done.stderr.contains(name) && done.stderr.contains("cannot be understood"),
            "{}",
            done.stderr
        );
        assert!(
            done.stderr.contains(place) && !done.stderr.contains("hunter2"),
            "{}",
            done.stderr
        );
    }
}

#[test]
fn two_halves_of_different_keys_are_told_apart() {
    let home = Home::embedded();
    for folder in ["one", "other"] {
        home.order(&["keys", "generate", "--algorithm", "ES256", "--out", folder])
            .well();
    }
    let with = |home: Home, private: &str, public: &str| {
        let home = home
            .with("JWT_ALGORITHM", "ES256")
            .with("JWT_PRIVATE_KEY_PATH", private);
        home.with("JWT_PUBLIC_KEY_PATH", public)
    };
    let home = with(home, "one/private.pem", "other/public.pem");
    let done = home.order(&["serve"]).failed(1);
    assert!(done.stderr.contains("do not belong together"), "{}", done.stderr);
    for folder in ["one", "other"] {
        let told = home.order(&["--json", "keys", "fingerprint", &format!("{folder}/public.pem")]);
        assert!(
            done.stderr
                .contains(told.json()["fingerprint"].as_str().expect("a text")),
            "{}",
            done.stderr
        );
    }
    let home = with(home, "nowhere.pem", "one/public.pem");
    assert!(
        home.order(&["serve"])
            .failed(1)
            .stderr
            .contains("nowhere.pem cannot be read")
    );
    let home = with(home, "one/public.pem", "one/public.pem");
    assert!(
        home.order(&["serve"])
            .failed(1)
            .stderr
            .contains("JWT_PRIVATE_KEY_PATH")
    );
    let home = with(home, "one/private.pem", "one/public.pem").without("JWT_PUBLIC_KEY_PATH");
    assert!(
        home.order(&["serve"])
            .failed(1)
            .stderr
            .contains("JWT_PUBLIC_KEY_PATH is missing")
    );
}

#[tokio::test]
async fn a_pinned_pair_signs_and_is_published() {
    let home = Home::embedded();
    let made = home
        .order(&["--json", "keys", "generate", "--out", "keys"])
        .well()
        .json();
    let home = home
        .with("JWT_PRIVATE_KEY_PATH", "keys/private.pem")
        .with("JWT_PUBLIC_KEY_PATH", "keys/public.pem");
    let program = home.serves().await;
    let jwks = program.get("/.well-known/jwks.json").await.accepted().json();
    assert_eq!(jwks["keys"].as_array().map(Vec::len), Some(1));
    assert_eq!(jwks["keys"][0]["kid"], made["kid"]);
    assert!(
        program
            .log()
            .iter()
            .any(|it| it["level"] == "warn" && it["message"].to_string().contains("JANUA_MASTER_KEY"))
    );
}

#[tokio::test]
async fn an_occupied_port_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let done = Home::embedded()
        .with("PORT", &address.port().to_string())
        .order(&["serve"])
        .failed(1);
    assert!(
        done.stderr.contains(&format!("cannot listen on {address}"))
            && done.stderr.contains("choose another"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_database_that_cannot_be_reached_is_told() {
    let home = Home::embedded()
        .with("DATABASE_URL", "postgres://janua@127.0.0.1:1/janua")
        .with("DATABASE_POOL_TIMEOUT", "1");
    for order in [&["serve"][..], &["migrate", "current"], &["users", "list"]] {
        let done = home.order(order).failed(1);
        assert!(
            done.stderr.contains("cannot be reached") && !done.stderr.contains("panicked"),
            "{}",
            done.stderr
        );
    }
}
