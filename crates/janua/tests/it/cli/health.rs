//! `janua health`.

use crate::process::Home;
use crate::support::TestJanua;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_is_asked() {
    let janua = TestJanua::start().await;
    let home = Home::embedded();
    let url = format!("http://{}", janua.address);
    let text = home.order(&["health", "--url", &url]).well().stdout;
    assert!(
        text.starts_with(&format!("healthy, version {}", env!("CARGO_PKG_VERSION"))),
        "{text}"
    );
    assert_eq!(text.matches("healthy").count(), 4, "{text}");
    let json = home
        .order(&["--json", "health", "--url", &format!("{url}/")])
        .well()
        .json();
    assert_eq!(json["dependencies"]["database"], "healthy");
    let port = janua.address.port().to_string();
    assert!(
        home.with("PORT", &port)
            .order(&["health"])
            .well()
            .stdout
            .starts_with("healthy")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_cannot_be_used_ends_the_order_with_1() {
    let janua = TestJanua::start().await;
    janua.app.db.close().await;
    let home = Home::embedded();
    let done = home
        .order(&["health", "--url", &format!("http://{}", janua.address)])
        .failed(1);
    assert!(
        done.stdout.starts_with("unhealthy") && done.stderr.contains("unhealthy"),
        "{done:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_answer_is_told() {
    let home = Home::embedded();
    let done = home.order(&["health", "--url", "http://127.0.0.1:1"]).failed(1);
    assert!(
        done.stderr.contains("http://127.0.0.1:1") && done.stderr.contains("does not answer"),
        "{done:?}"
    );
    let janua = TestJanua::start().await;
    let done = home
        .order(&["health", "--url", &format!("http://{}/docs", janua.address)])
        .failed(1);
    assert!(!done.stderr.contains("panicked"), "{done:?}");
    for url in ["nonsense", "ftp://x", ""] {
        home.order(&["health", "--url", url]).failed(1);
    }
}
