//! Each trouble of the guide is caused in a deployment that was right before, one at a time, and the doctor has to name
//! it: that code, and no other.

mod clocks;
mod configuration;
mod outside;
mod report;
mod running;
mod services;
mod stores;
mod table;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::operator_cli::{Done, Operator, of_today};
use crate::support::TestJanua;

/// Seals what the deployments keep.
const MASTER_KEY: &str = "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gAb7Jx0vY5rQp2mN8s";

/// What goes wrong, in the words of settings, and what the doctor has to say.
type Fault<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// A server with its stores, and its operator's shell. Nothing is wrong with it.
struct Deployment {
    janua: TestJanua,
    settings: Vec<(String, String)>,
}

impl Deployment {
    /// As a fresh checkout has it.
    async fn starts() -> Self {
        Self::with(&[]).await
    }

    async fn with(own: &[(&str, &str)]) -> Self {
        let janua = of_today_with(own).await;
        janua.person("root@example.com").registered().await;
        janua.makes_admin("root@example.com").await;
        let cheap = ["ARGON2_MEMORY_KIB", "ARGON2_ITERATIONS", "HASH_QUEUE"];
        let settings = janua.settings.iter().cloned();
        let settings = settings
            .filter(|(name, _)| !cheap.contains(&name.as_str()))
            .collect();
        let it = Self { janua, settings };
        it.is_healthy(&[]);
        it
    }

    fn operator(&self, own: &[(&str, &str)]) -> Operator {
        let mut settings = self.settings.clone();
        for (name, value) in own {
            settings.retain(|(it, _)| it != name);
            settings.push(((*name).to_owned(), (*value).to_owned()));
        }
        // What is to be missing.
        settings.retain(|(_, value)| !value.is_empty());
        Operator::with(settings)
    }

    #[track_caller]
    fn is_healthy(&self, own: &[(&str, &str)]) {
        let done = self.operator(own).does("doctor --json");
        assert_eq!(
            (done.code, codes(&done)),
            (0, BTreeSet::new()),
            "{}{}",
            done.out,
            done.err
        );
    }

    /// Every fault of a table.
    #[track_caller]
    fn suffers(&self, base: &[(&str, &str)], faults: &[Fault<'_>]) {
        for (code, own) in faults {
            let settings = [base, own].concat();
            let done = self.operator(&settings).does("doctor --json");
            assert_named(&done, code, &format!("{own:?}"));
        }
    }
}

async fn of_today_with(own: &[(&str, &str)]) -> TestJanua {
    if own.is_empty() {
        return of_today().await;
    }
    let janua = TestJanua::with(own).await;
    janua.advance(janua::io::clock::Clock::System.now() - janua.app.clock.now());
    janua
}

fn codes(done: &Done) -> BTreeSet<String> {
    codes_of(&done.json())
}

fn codes_of(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|it| it["code"].as_str().expect("a code").to_owned())
        .collect()
}

/// The code alone, told with cause and remedy, and by the exit code.
#[track_caller]
fn assert_named(done: &Done, code: &str, what: &str) {
    println!("named {code}: {what}"); // `make test` counts them.
    let wanted = BTreeSet::from([code.to_owned()]);
    assert_eq!(codes(done), wanted, "{what}: {}{}", done.out, done.err);
    let report = done.json();
    for it in report["findings"].as_array().expect("findings") {
        for member in ["symptom", "cause", "remedy"] {
            let told = it[member].as_str().expect("a text");
            assert!(!told.is_empty(), "{what}: {member} of {it}");
        }
        let is_error = it["severity"] == "error";
        assert_eq!(done.code, i32::from(is_error), "{what}: {it}");
        let area = it["area"].as_str().expect("an area").to_uppercase();
        assert!(code.starts_with(&format!("JD-{area}-")), "{it}");
    }
}
