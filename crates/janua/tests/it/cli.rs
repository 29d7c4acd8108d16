//! The orders of the command line, as an operator types them.

mod health;
mod keys;
mod sso;
mod users;

use crate::process::Home;

/// Every order, as one types it.
const ORDERS: [&[&str]; 20] = [
    &[],
    &["serve"],
    &["migrate"],
    &["migrate", "up"],
    &["migrate", "down"],
    &["migrate", "current"],
    &["migrate", "history"],
    &["users"],
    &["users", "create"],
    &["users", "get"],
    &["users", "list"],
    &["users", "unlock"],
    &["keys"],
    &["keys", "generate"],
    &["keys", "fingerprint"],
    &["sso"],
    &["sso", "decode"],
    &["sso", "cert-info"],
    &["health"],
    &["version"],
];

#[test]
fn the_version_is_told_in_every_form() {
    let home = Home::embedded();
    let version = env!("CARGO_PKG_VERSION");
    for order in [&["version"][..], &["--version"], &["-V"]] {
        assert_eq!(home.order(order).well().stdout.trim(), format!("janua {version}"));
    }
    assert_eq!(
        home.order(&["version", "--json"]).well().json()["version"],
        version
    );
    assert_eq!(
        home.order(&["--json", "version"]).well().json()["version"],
        version
    );
    assert_eq!(
        std::fs::read_dir(home.path()).expect("the folder").count(),
        0,
        "it made something"
    );
}

#[test]
fn every_order_explains_itself() {
    let home = Home::embedded();
    for order in ORDERS {
        let long = home.order(&[order, &["--help"]].concat()).well().stdout;
        assert!(
            long.contains("Usage: janua") && long.contains("--json"),
            "{order:?}: {long}"
        );
        assert!(
            home.order(&[order, &["-h"]].concat())
                .well()
                .stdout
                .contains("Usage: janua"),
            "{order:?}"
        );
    }
    let groups = [&[][..], &["migrate"], &["users"], &["keys"], &["sso"]];
    for order in ORDERS.into_iter().filter(|it| !groups.contains(it)) {
        let help = home.order(&[order, &["--help"]].concat()).well().stdout;
        assert!(
            help.contains(&format!("Examples:\n  janua {}", order.join(" "))),
            "{order:?}: {help}"
        );
    }
}

#[test]
fn an_order_that_is_not_understood_ends_with_2() {
    let home = Home::embedded();
    home.order(&["version"]).well();
    for order in [
        &[][..],
        &["nonsense"],
        &["serve", "--nonsense"],
        &["serve", "--workers", "many"],
        &["users"],
        &["users", "get"],
        &["users", "get", "--email", "a@example.com", "--id", "x"],
        &["users", "create"],
        &[
            "users",
            "create",
            "--email",
            "a@example.com",
            "--generate",
            "--password-stdin",
        ],
        &["users", "list", "--limit", "-1"],
        &["migrate", "up", "head", "--steps", "1"],
        &["keys", "fingerprint"],
    ] {
        let done = home.order(order).failed(2);
        let told = done.stderr.contains("Usage: janua") || done.stderr.contains("try '--help'");
        assert!(told && done.stdout.is_empty(), "{order:?}: {done:?}");
    }
    assert_eq!(
        std::fs::read_dir(home.path()).expect("the folder").count(),
        0,
        "it made something"
    );
}

#[test]
fn a_mistake_in_the_configuration_ends_with_1_for_every_order_that_reads_it() {
    let home = Home::embedded().with("PORT", "many");
    home.order(&["version"]).well();
    for order in [
        &["serve"][..],
        &["migrate", "up"],
        &["migrate", "current"],
        &["users", "list"],
        &["health"],
    ] {
        let done = home.order(order).failed(1);
        assert!(
            done.stderr
                .starts_with("janua: the configuration has 1 problem:\n  - PORT is \"many\""),
            "{done:?}"
        );
        assert!(done.stdout.is_empty());
    }
}
