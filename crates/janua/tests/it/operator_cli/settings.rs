//! The configuration, checked, shown and written; the shell; and a server that waits.

use serde_json::{Value, json};

use super::Operator;

#[test]
fn the_configuration_is_checked_shown_and_written() {
    let operator = Operator::new(&[]);
    assert!(operator.does("config check").ok().out.contains("is right"));
    let dubious = Operator::new(&[
        ("SESSION_COOKIE_SAMESITE", "strict"),
        ("APP_BASE_URL", "http://id.example.com"),
    ]);
    let told = dubious.does("config check --json").ok().json();
    assert_eq!(told["warnings"].as_array().map(Vec::len), Some(2), "{told}");
    assert_eq!(dubious.does("config check --strict").code, 1);
    let wrong = Operator::new(&[("ENVIRONMENT", "production"), ("PORT", "many")]).does("config check");
    assert_eq!(wrong.code, 1);
    for name in ["PORT", "DATABASE_URL", "REDIS_URL", "JWT_SECRET_KEY"] {
        assert!(wrong.out.contains(name), "{name} in {}", wrong.out);
    }
    let unreadable = Operator::new(&[
        ("SMTP_HOST", "mail"),
        ("SMTP_FROM", "nobody"),
        ("TEMPLATES_DIR", "/nowhere"),
    ]);
    assert!(unreadable.does("config check").out.contains("SMTP_FROM"));

    let key = "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA";
    let operator = Operator::new(&[("JWT_SECRET_KEY", key), ("JWT_REFRESH_TOKEN_EXPIRE_DAYS", "9")]);
    std::fs::write(
        operator.path().join("janua.toml"),
        "PORT = 4242\nHOST = \"::1\"\n",
    )
    .expect("written");
    std::fs::write(operator.path().join(".env"), "HOST=127.0.0.2\n").expect("written");
    let shown = operator.does("config show --json").ok();
    assert!(!shown.out.contains(key));
    let shown = shown.json();
    let settings = shown["settings"].as_array().expect("a list");
    let of = |name: &str| settings.iter().find(|it| it["name"] == name).expect("told");
    let expect = |name: &str, value: Value, origin: &str| {
        assert_eq!(
            (&of(name)["value"], &of(name)["origin"]),
            (&value, &json!(origin)),
            "{name}"
        );
    };
    expect("PORT", json!("4242"), "janua.toml");
    expect("HOST", json!("127.0.0.2"), ".env");
    expect("JWT_SECRET_KEY", json!("***"), "the environment");
    expect("SMTP_HOST", Value::Null, "default");
    expect(
        "REFRESH_TOKEN_EXPIRE_DAYS",
        json!("9"),
        "the environment, as JWT_REFRESH_TOKEN_EXPIRE_DAYS",
    );
}

#[test]
fn a_written_configuration_says_what_is_so_anyway() {
    for (order, name) in [("config init", "janua.toml"), ("config init --env", ".env")] {
        let operator = Operator::new(&[]);
        operator.does(order).ok();
        let path = operator.path().join(name);
        let again = operator.does(order);
        assert_eq!(again.code, 1, "it is never overwritten");
        assert!(again.err.contains("--force"), "{}", again.err);
        operator.does(&format!("{order} --force")).ok();
        let before = operator.does("config show --json").ok().json();
        let text = std::fs::read_to_string(&path).expect("written");
        assert!(text.contains("SMTP_PASSWORD") && text.contains("SMTP_PASSWORD_FILE"));
        let lines = text.lines().map(|line| {
            line.strip_prefix("# ")
                .filter(|it| it.contains('='))
                .unwrap_or(line)
        });
        let all_set = lines
            .filter(|it| !it.starts_with("Settings"))
            .collect::<Vec<_>>()
            .join("\n");
        std::fs::write(&path, all_set).expect("written");
        let after = operator.does("config show --json").ok().json();
        let values = |all: &Value| -> Vec<Value> {
            all["settings"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|it| it["value"].clone())
                .collect()
        };
        assert_eq!(values(&before), values(&after), "{name} says the defaults");
        assert!(operator.does("config show --set").ok().out.contains(name));
    }
}

#[test]
fn the_shell_is_taught_and_exit_codes_are_told() {
    let operator = Operator::new(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            operator
                .does(&format!("completion {shell}"))
                .ok()
                .out
                .contains("check-permissions")
        );
    }
    let help = operator.does("--help").ok().out;
    assert!(
        help.contains("Exit codes:") && help.contains("Examples:"),
        "{help}"
    );
    assert_eq!(operator.does("no-such-order").code, 2);
    operator.does("generate").ok();
    let page = std::fs::read_to_string(operator.path().join("docs/reference/cli.md")).expect("written");
    for heading in [
        "# Command line",
        "### janua users",
        "#### janua users set-password",
        "#### janua db check-permissions",
    ] {
        assert!(page.contains(heading), "{heading}");
    }
    let orders = page.matches("\n#### ").count();
    assert!(
        page.matches("Examples:").count() >= orders,
        "every order has an example"
    );
}

#[test]
fn a_server_waits_for_its_database_only_as_long_as_told() {
    let settings = [
        ("DATABASE_URL", "postgres://janua@127.0.0.1:1/janua"),
        ("PORT", "0"),
    ];
    let operator = Operator::new(&settings);
    let given_up = operator.does("serve --wait-for-db 1s");
    assert_eq!(given_up.code, 1);
    assert!(
        given_up.err.contains("could not be reached for 1 seconds"),
        "{}",
        given_up.err
    );
    assert_eq!(operator.does("serve --wait-for-db soon").code, 2);
}
