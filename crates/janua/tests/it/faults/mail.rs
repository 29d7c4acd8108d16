//! The mail server is killed, paused, unwilling, or gone in the middle of a message: no mail is lost, nobody waits.

use std::time::Duration;

use janua::worker;
use serde_json::{Value, json};

use crate::process::eventually;
use crate::support::{Backend, Proxy, TestJanua, Wire, seconds};

/// Far more than a request may take that does not wait for mail, far less than the mail server is waited for.
const PATIENCE: Duration = Duration::from_secs(8);

/// A mail server, a wire to it, and an instance that sends its mails there.
struct Stage {
    mail: Backend,
    wire: Proxy,
    janua: TestJanua,
}

impl Stage {
    async fn set(own: &[(&str, &str)]) -> Option<Self> {
        let mail = Backend::mail().await?;
        let wire = Proxy::to(mail.port).await;
        let port = wire.port().to_string();
        let settings = [
            ("SMTP_HOST", "127.0.0.1"),
            ("SMTP_PORT", port.as_str()),
            ("SMTP_FROM", "janua@login.example"),
        ];
        let janua = TestJanua::with(&[&settings[..], own].concat()).await;
        Some(Self { mail, wire, janua })
    }

    /// Signs up, which promises a mail and waits for nobody.
    async fn somebody_signs_up(&self, email: &str) {
        let answer = tokio::time::timeout(PATIENCE, self.janua.person(email).signs_up()).await;
        answer.expect("nobody waits for a mail").accepted();
    }

    /// The recipients and ids of every mail that the server kept.
    fn arrived(&self) -> Vec<(String, String)> {
        let text = std::fs::read_to_string(self.mail.folder.join("messages.jsonl")).unwrap_or_default();
        let mails = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let id = |data: &str| {
            let line = data.lines().find_map(|line| line.strip_prefix("Message-ID: "));
            line.expect("an id").trim().to_owned()
        };
        mails
            .map(|mail| {
                let data = mail["data"].as_str().unwrap_or_default();
                (
                    mail["rcpt_tos"][0].as_str().unwrap_or_default().to_owned(),
                    id(data),
                )
            })
            .collect()
    }

    /// Waits until the worker has tried and put the mail off.
    async fn is_put_off(&self, count: i64) {
        let put_off = async || {
            let sql = "SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND attempts > 0 AND claimed_until IS NULL";
            (self.janua.count(sql).await >= count).then_some(())
        };
        eventually("the mail is put off", put_off).await;
    }

    /// Waits until the outbox is empty: the pauses pass as quickly as the clock is moved.
    async fn is_delivered(&self, count: i64) {
        let delivered = async || {
            self.janua.advance(seconds(10));
            self.janua.app.mail_waits.notify_one();
            let sent = "SELECT COUNT(*) FROM outbox WHERE state = 'sent'";
            (self.janua.count(sent).await == count).then_some(())
        };
        eventually("every mail is delivered", delivered).await;
        assert_eq!(
            self.janua.get("/health/detailed").await.json()["queues"]["outbox"],
            json!(0)
        );
    }

    async fn health(&self) -> (u16, String, String) {
        let health = self.janua.get("/health").await;
        (
            health.status.as_u16(),
            health.str("/status"),
            health.str("/dependencies/email"),
        )
    }
}

fn away() -> (u16, String, String) {
    (200, "degraded".to_owned(), "unhealthy".to_owned())
}

#[tokio::test]
async fn killed_and_back_every_mail_arrives_once() {
    let Some(mut stage) = Stage::set(&[]).await else {
        return;
    };
    let _jobs = worker::start(&stage.janua.app);
    stage.mail.kill();
    for name in ["ada", "eve", "joe"] {
        stage.somebody_signs_up(&format!("{name}@example.com")).await;
    }
    stage.is_put_off(3).await;
    assert_eq!(stage.health().await, away());
    stage.mail.restart().await;
    stage.is_delivered(3).await;
    let mut arrived: Vec<_> = stage.arrived().into_iter().map(|(to, _)| to).collect();
    arrived.sort();
    assert_eq!(arrived, ["ada@example.com", "eve@example.com", "joe@example.com"]);
}

#[tokio::test]
async fn a_server_that_says_nothing_keeps_nobody_waiting() {
    let Some(stage) = Stage::set(&[]).await else {
        return;
    };
    let _jobs = worker::start(&stage.janua.app);
    stage.wire.turns(Wire::Mute);
    stage.somebody_signs_up("ada@example.com").await;
    assert_eq!(stage.health().await, away());
    stage.somebody_signs_up("eve@example.com").await;
    stage.is_put_off(1).await;
    stage.wire.turns(Wire::Sound);
    stage.is_delivered(2).await;
    assert_eq!(stage.arrived().len(), 2);
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_message_loses_nothing() {
    let Some(stage) = Stage::set(&[]).await else {
        return;
    };
    let _jobs = worker::start(&stage.janua.app);
    stage.somebody_signs_up("vanish@example.com").await;
    stage.somebody_signs_up("silent@example.com").await;
    stage.is_put_off(2).await;
    stage.is_delivered(2).await;
    let arrived = stage.arrived();
    let to = |name: &str| -> Vec<&String> {
        arrived
            .iter()
            .filter(|(to, _)| to.starts_with(name))
            .map(|(_, id)| id)
            .collect()
    };
    assert_eq!(to("vanish").len(), 1, "{arrived:?}");
    // It was taken twice, as nobody was told of the first time; a reader's program sees by its id that it is one.
    let twice = to("silent");
    assert_eq!((twice.len(), twice[0]), (2, twice[1]), "{arrived:?}");
}

#[tokio::test]
async fn a_login_that_is_refused_keeps_the_mail_until_the_settings_are_mended() {
    let Some(url) = crate::support::handed_over("JANUA_TEST_SMTP_AUTH_URL") else {
        return;
    };
    let url: reqwest::Url = url.parse().expect("a URL");
    let port = url.port().expect("a port").to_string();
    let ca = crate::support::handed_over("JANUA_TEST_SMTP_CA").expect("it comes with the server");
    let settings = [
        ("SMTP_HOST", "localhost"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_FROM", "janua@login.example"),
        ("SMTP_CA_FILE", ca.as_str()),
        ("SMTP_USER", url.username()),
        ("SMTP_PASSWORD", "not the password"),
    ];
    let wrong = TestJanua::with(&settings).await;
    wrong.person("ada@example.com").signs_up().await.accepted();
    janua::emails::deliver_due(&wrong.app)
        .await
        .expect("the outbox can be read");
    let queued = "SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND attempts = 1";
    assert_eq!(wrong.count(queued).await, 1);
    assert_eq!(
        wrong.get("/health").await.accepted().str("/dependencies/email"),
        "unhealthy"
    );
    let mended = wrong
        .second_instance_with(&[("SMTP_PASSWORD", url.password().expect("a password"))])
        .await;
    mended.advance(seconds(11));
    janua::emails::deliver_due(&mended.app)
        .await
        .expect("the outbox can be read");
    assert_eq!(
        mended
            .count("SELECT COUNT(*) FROM outbox WHERE state = 'sent'")
            .await,
        1
    );
    assert_eq!(mended.get("/health").await.accepted().str("/status"), "healthy");
}
