//! Clocks that are wrong, and others that are taken to be right.

use super::{Deployment, assert_named};
use crate::operator_cli::on_postgres;
use crate::support::{Backend, handed_over};

/// Ten minutes behind, for a program that is started with it.
fn late(library: &str) -> [(&str, &str); 3] {
    [
        ("LD_PRELOAD", library),
        ("FAKETIME", "-10m"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ]
}

#[tokio::test]
async fn against_the_database() {
    let Some(library) = handed_over("JANUA_TEST_FAKETIME").filter(|_| on_postgres()) else {
        return;
    };
    let it = Deployment::starts().await;
    let done = it.operator(&late(&library)).does("doctor --json");
    assert_named(&done, "JD-JWT-010", "ten minutes behind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn against_a_time_server_and_a_web_server() {
    let (Some(time_server), Some(library)) = (Backend::chrony().await, handed_over("JANUA_TEST_FAKETIME"))
    else {
        return;
    };
    // Its own database has the clock of this machine, which it cannot be compared with.
    let it = Deployment::starts().await;
    let ntp = format!("ntp://127.0.0.1:{}", time_server.port);
    let home = crate::process::Home::embedded();
    let program = home.serves().await;
    let http = format!("http://{}/health", program.address().expect("it listens"));
    for reference in [&ntp, &http] {
        let right = [("CLOCK_REFERENCE", reference.as_str())];
        it.is_healthy(&right);
        let wrong = [&right[..], &late(&library)].concat();
        let done = it.operator(&wrong).does("doctor --json");
        assert_named(&done, "JD-JWT-010", reference);
        assert!(done.out.contains("behind") || on_postgres(), "{}", done.out);
    }
    it.suffers(
        &[],
        &[
            ("JD-JWT-017", &[("CLOCK_REFERENCE", "ntp://127.0.0.1:1")]),
            ("JD-JWT-017", &[("CLOCK_REFERENCE", "http://127.0.0.1:1/")]),
            ("JD-DEPLOY-012", &[("CLOCK_REFERENCE", "half past nine")]),
        ],
    );
}
