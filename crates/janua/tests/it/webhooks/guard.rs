//! Where webhooks do not lead, whoever asks and whatever the receiver says.

use serde_json::json;

use super::{
    Manner, NEAR, Receiver, WEBHOOKS, adds, admin, deliver, log, patches, something_happens, with_admin,
};
use crate::support::TestJanua;

#[tokio::test]
async fn no_spelling_of_an_address_within_is_accepted() {
    let janua = TestJanua::start().await;
    let root = admin(&janua).await;
    let canary = Receiver::start().await;
    let port = canary.url.rsplit(':').next().unwrap().to_owned();
    let made = adds(&janua, &root, "https://1.1.1.1/", &["user.updated"])
        .await
        .str("/id");
    let own = format!("{WEBHOOKS}/{made}");
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "localhost.",
        "0",
        "169.254.169.254",
        "10.0.0.1",
        "[fd00:ec2::254]",
    ] {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{port}");
            let body = json!({"url": url, "events": ["*"]});
            let refused = root
                .post(&janua, WEBHOOKS, body)
                .await
                .refused("INVALID_WEBHOOK_URL");
            assert_eq!(refused.status, 422);
            patches(&janua, &root, &own, json!({"url": url}))
                .await
                .refused("INVALID_WEBHOOK_URL");
        }
    }
    for url in [
        "http://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://user:pw@1.1.1.1/",
        "https://user@1.1.1.1/",
        "https://1.1.1.1/\r\nX-Evil: 1",
        "//1.1.1.1/",
        "",
    ] {
        let body = json!({"url": url, "events": ["*"]});
        root.post(&janua, WEBHOOKS, body)
            .await
            .refused("INVALID_WEBHOOK_URL");
    }
    assert!(canary.got().is_empty());
    assert_eq!(root.get(&janua, WEBHOOKS).await.accepted().json()["total"], 1);
}

#[tokio::test]
async fn what_is_no_longer_allowed_is_no_longer_reached() {
    let (janua, root) = with_admin().await;
    let canary = Receiver::start().await;
    let id = adds(&janua, &root, &canary.url, &["user.updated"])
        .await
        .str("/id");
    let strict = janua
        .second_instance_with(&[("OUTBOUND_ALLOWED_NETWORKS", "10.0.0.0/8"), NEAR[1]])
        .await;
    something_happens(&janua, &root, "Ada").await;
    assert_eq!(deliver(&strict).await, 1);
    let said = root
        .post(&strict, &format!("{WEBHOOKS}/{id}/test"), json!({}))
        .await
        .accepted();
    assert_eq!(said.json()["delivered"], false);
    assert!(canary.got().is_empty());
    let failure = log(&janua, &root, &id).await[0]["failure"].to_string();
    assert!(failure.contains("OUTBOUND_ALLOWED_NETWORKS"), "{failure}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (janua, root) = with_admin().await;
    let canary = Receiver::start().await;
    let sly = Receiver::that(Manner::Redirects(canary.url.clone())).await;
    let id = adds(&janua, &root, &sly.url, &["user.updated"]).await.str("/id");
    something_happens(&janua, &root, "Ada").await;
    assert_eq!(deliver(&janua).await, 1);
    let entry = log(&janua, &root, &id).await.remove(0);
    assert_eq!(
        (&entry["state"], &entry["status"]),
        (&json!("queued"), &json!(307))
    );
    assert!(
        entry["failure"]
            .to_string()
            .contains("redirects are not followed")
    );
    assert_eq!((sly.got().len(), canary.got().len()), (1, 0));
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let (janua, root) = with_admin().await;
    let loud = Receiver::that(Manner::Floods).await;
    let id = adds(&janua, &root, &loud.url, &["user.updated"]).await.str("/id");
    something_happens(&janua, &root, "Ada").await;
    assert_eq!(deliver(&janua).await, 1);
    let entry = log(&janua, &root, &id).await.remove(0);
    assert_eq!(
        (&entry["state"], &entry["status"]),
        (&json!("delivered"), &json!(200))
    );
    assert_eq!(entry["response"].as_str().map(str::len), Some(1024));
}

#[tokio::test]
async fn nobody_there_is_a_failure_like_any_other() {
    let (janua, root) = with_admin().await;
    // Nobody listens on this port, and nobody else gets it meanwhile.
    let taken = tokio::net::TcpSocket::new_v4().expect("a socket");
    taken
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a free port");
    let gone = format!("http://{}/", taken.local_addr().expect("an address"));
    let id = adds(&janua, &root, &gone, &["user.updated"]).await.str("/id");
    something_happens(&janua, &root, "Ada").await;
    assert_eq!(deliver(&janua).await, 1);
    let entry = log(&janua, &root, &id).await.remove(0);
    assert_eq!(
        (&entry["state"], &entry["attempts"]),
        (&json!("queued"), &json!(1))
    );
    assert!(
        entry["failure"]
            .to_string()
            .contains("no connection could be made"),
        "{entry}"
    );
}
