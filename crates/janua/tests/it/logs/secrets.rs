//! Every secret of a life with the server is looked for in all that the server said.

use janua::config::{Config, Env};
use janua::io::db::{Db, Querier};
use janua::params;

use super::life::{EMAIL, Life, PASSWORDS};
use super::talkative;
use crate::process::{Home, Program, eventually};
use crate::support::handed_over;

/// What our opaque tokens, JWTs and hashes begin with, however they were cut.
const BEGINNINGS: [&str; 8] = [
    "jrt_",
    "jlk_",
    "jsc_",
    "jdv_",
    "eyJ",
    "$argon2",
    "$2b$",
    "BEGIN PRIVATE",
];

#[track_caller]
fn assert_silent(program: &Program, secrets: &[String]) {
    for (stream, text) in [("log", program.stdout()), ("terminal", program.stderr())] {
        for secret in secrets.iter().map(String::as_str).chain(BEGINNINGS) {
            // A checkpoint opens nothing, and is to be kept where whoever changes the database does not get.
            let is_checkpoint = |line: &str| secret == "eyJ" && line.contains("the audit log was signed");
            let line = text
                .lines()
                .find(|line| line.contains(secret) && !is_checkpoint(line));
            assert!(line.is_none(), "the {stream} holds {secret}: {line:?}");
        }
    }
}

/// Hashes and sealed keys, as the store keeps them.
async fn stored(home: &Home) -> Vec<String> {
    let folder = home.path().join("data").display().to_string();
    let settings = home
        .settings()
        .into_iter()
        .chain([("JANUA_DATA_DIR".to_owned(), folder)]);
    let config = Config::read(&Env::of(settings)).expect("the settings are right");
    let db = Db::connect(&config.database).await.expect("the store");
    let mut querier = &db;
    let sql = "SELECT hash FROM passwords UNION SELECT hash FROM refresh_tokens UNION SELECT hash FROM one_time_secrets
               UNION SELECT cookie_hash FROM sessions UNION SELECT device_hash FROM sessions UNION SELECT hash FROM devices";
    let rows: Vec<(String,)> = querier.fetch_all(sql, params![]).await.expect("the hashes");
    db.close().await;
    rows.into_iter().map(|(hash,)| hash).collect()
}

#[tokio::test]
async fn no_secret_is_ever_logged() {
    let home = talkative().await;
    let program = home.serves().await;
    let mut life = Life::with(&program);
    life.goes_well().await;
    life.goes_wrong().await;
    let mut secrets = life.secrets;
    secrets.push("q7TfB2xWm9KsV4nRz8LcYd5HjPe3GuAo".to_owned());
    let hashes = stored(&home).await;
    assert!(
        hashes.len() > 5 && secrets.len() > 20,
        "{} hashes, {} secrets",
        hashes.len(),
        secrets.len()
    );
    secrets.extend(hashes);
    let log = program.log();
    assert!(
        log.len() > 80 && log.iter().any(|it| it["level"] == "debug"),
        "{} lines",
        log.len()
    );
    assert_silent(&program, &secrets);
}

#[tokio::test]
async fn no_secret_is_logged_for_people_either() {
    let port = free_port();
    let home = talkative().await.with("LOG_FORMAT", "text").with("PORT", &port);
    let mut program = home.starts();
    program.listens_on(&port).await;
    let mut life = Life::with(&program);
    life.goes_well().await;
    life.goes_wrong().await;
    let secrets = life.secrets;
    let text = program.stderr();
    assert!(text.contains("registered") && text.contains("request"), "{text}");
    assert!(!text.contains('\u{1b}'), "colours are for terminals: {text:?}");
    assert_eq!(program.stdout(), "");
    assert_silent(&program, &secrets);
}

fn free_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port().to_string()
}

#[tokio::test]
async fn the_dialogue_with_the_mail_server_is_not_logged() {
    let Some(url) = handed_over("JANUA_TEST_SMTP_AUTH_URL") else {
        return;
    };
    let url: reqwest::Url = url.parse().expect("a URL");
    let (port, password) = (
        url.port().expect("a port").to_string(),
        url.password().expect("a password"),
    );
    let home = talkative()
        .await
        .with("SMTP_HOST", "127.0.0.1")
        .with("SMTP_PORT", &port)
        .with("SMTP_USER", "janua");
    let home = home
        .with("SMTP_PASSWORD", password)
        .with("SMTP_FROM", "janua@example.com");
    let home = home.with(
        "SMTP_CA_FILE",
        &handed_over("JANUA_TEST_SMTP_CA").expect("it comes with the server"),
    );
    let program = home.serves().await;
    let body = serde_json::json!({"email": EMAIL, "password": PASSWORDS[0]});
    program.post("/api/v1/auth/register", &body).await.accepted();
    let sent = async || {
        program
            .log()
            .iter()
            .any(|it| it["message"] == "a mail was sent")
            .then_some(())
    };
    eventually("the mail leaves", sent).await;
    // As AUTH PLAIN and AUTH LOGIN say it (RFC 4616).
    let encoded = ["AGphbnVhAHNpbmstcGFzc3dvcmQ=", "c2luay1wYXNzd29yZA=="];
    let secrets: Vec<String> = [password, "verify-email"]
        .into_iter()
        .chain(encoded)
        .map(str::to_owned)
        .collect();
    assert_silent(&program, &secrets);
}

#[tokio::test]
async fn requests_over_http2_are_not_logged_either() {
    let home = talkative().await;
    let program = home.serves().await;
    let secret = "jrt_over-two";
    #[expect(clippy::disallowed_methods, reason = "a test is a client from outside")]
    let http = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .expect("a client");
    let url = format!(
        "http://{}/api/v1/users/me?token={secret}",
        program.address().expect("an address")
    );
    let request = http
        .get(url)
        .bearer_auth(secret)
        .header("cookie", format!("janua_session={secret}"));
    let answer = request.send().await.expect("an answer");
    assert_eq!(
        (answer.version(), answer.status().as_u16()),
        (reqwest::Version::HTTP_2, 401)
    );
    assert_silent(&program, &[secret.to_owned()]);
}
