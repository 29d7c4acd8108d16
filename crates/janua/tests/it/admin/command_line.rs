//! Orders on the command line that go through the admin API.

use std::process::{Command, Output};

use serde_json::Value;

use super::{Admin, signed_in};
use crate::support::TestJanua;

/// Runs the program against a server, as an operator without any other setting.
async fn janua(janua: &TestJanua, token: Option<&str>, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_janua"));
    command
        .args(arguments)
        .args(["--url", &format!("http://{}", janua.address)])
        .current_dir(&folder)
        .env_clear();
    if let Some(token) = token {
        command.env("JANUA_ADMIN_TOKEN", token);
    }
    let (done, ended) = tokio::sync::oneshot::channel();
    // The server answers on this test's thread, which must not wait.
    std::thread::spawn(move || done.send(command.output()));
    let output = ended.await.expect("it ends").expect("it runs");
    drop(folder);
    output
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test]
async fn the_cache_is_looked_at_and_emptied() {
    let server = TestJanua::start().await;
    let admin = Admin::of(&server).await;
    let token = Some(admin.session.access.as_str());
    signed_in(&server, "ada@example.com")
        .await
        .get(&server, "/api/v1/users/me")
        .await
        .accepted();
    let status = janua(&server, token, &["cache", "status"]).await;
    assert!(
        status.status.success() && text(&status).contains("backend"),
        "{}",
        text(&status)
    );
    let status = janua(&server, token, &["cache", "status", "--json"]).await;
    let json: Value = serde_json::from_slice(&status.stdout).expect("JSON");
    assert!(json["backend"].is_string());
    let dropped = janua(&server, token, &["cache", "invalidate", "user:*"]).await;
    assert!(
        dropped.status.success() && text(&dropped).contains("dropped"),
        "{}",
        text(&dropped)
    );
    let cleared = janua(&server, token, &["cache", "clear", "--all"]).await;
    assert!(cleared.status.success(), "{}", text(&cleared));
    let not_understood = janua(&server, token, &["cache", "clear"]).await;
    assert_eq!(not_understood.status.code(), Some(2));
    let refused = janua(&server, token, &["cache", "invalidate", "user:?"]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused).contains("INVALID_FIELD"), "{}", text(&refused));
}

#[tokio::test]
async fn maintenance_begins_and_ends() {
    let server = TestJanua::start().await;
    let admin = Admin::of(&server).await;
    let token = Some(admin.session.access.as_str());
    let on = janua(
        &server,
        token,
        &["maintenance", "on", "--message", "Back at noon."],
    )
    .await;
    assert!(
        on.status.success() && text(&on).contains("Back at noon."),
        "{}",
        text(&on)
    );
    let refused = server.get("/openapi.json").await.refused("MAINTENANCE");
    assert_eq!(refused.str("/message"), "Back at noon.");
    let off = janua(&server, token, &["maintenance", "off"]).await;
    assert!(off.status.success(), "{}", text(&off));
    server.get("/openapi.json").await.accepted();
}

#[tokio::test]
async fn nothing_is_done_for_others() {
    let server = TestJanua::start().await;
    let eve = signed_in(&server, "eve@example.com").await;
    for (token, told) in [
        (None, "JANUA_ADMIN_TOKEN"),
        (Some(eve.access.as_str()), "FORBIDDEN"),
        (Some("nonsense"), "TOKEN_INVALID"),
    ] {
        let refused = janua(&server, token, &["maintenance", "on"]).await;
        assert_eq!(refused.status.code(), Some(1));
        assert!(text(&refused).contains(told), "{}", text(&refused));
    }
    server.get("/openapi.json").await.accepted();
}
