//! Health while the mail server is away.

use super::states;
use crate::support::TestJanua;

#[tokio::test]
async fn without_its_mail_server_the_server_is_degraded_and_works() {
    // A port that was free a moment ago answers nobody.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|it| it.local_addr())
        .expect("a port")
        .port();
    let port = port.to_string();
    let settings = [
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_FROM", "janua@example.com"),
    ];
    let own = [&settings[..], &[("REQUIRE_EMAIL_VERIFICATION", "false")]].concat();
    let janua = TestJanua::with(&own).await;
    for path in ["/health", "/health/detailed"] {
        let health = janua.get(path).await.accepted();
        assert_eq!(health.status, 200);
        assert_eq!(
            states(&health),
            ["degraded", "healthy", "healthy", "unhealthy"],
            "{path}"
        );
        for word in [
            "127.0.0.1",
            port.as_str(),
            "refused",
            "smtp",
            "example.com",
            "os error",
        ] {
            assert!(
                !health.text.to_lowercase().contains(word),
                "{path} says {word}: {}",
                health.text
            );
        }
    }
    janua.get("/ready").await.accepted();

    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    janua::emails::deliver_due(&janua.app)
        .await
        .expect("the outbox can be read");
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM outbox WHERE state = 'queued'")
            .await,
        1
    );
    ada.signs_in().await;
}
