//! What was promised to a webhook arrives, even when the process is killed in between; and the orders for webhooks.

use serde_json::json;

use super::{Home, eventually};
use crate::webhooks::{Manner, NEAR, Receiver};

const PASSWORD: &str = "orbit-velvet-canyon-73";

async fn home() -> Home {
    let home = Home::with_empty_store()
        .await
        .with("REQUIRE_EMAIL_VERIFICATION", "false");
    let home = NEAR
        .iter()
        .fold(home, |home, (name, value)| home.with(name, value));
    home.with("RATE_LIMIT_ENABLED", "false")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_promised_arrives_after_a_kill() {
    let home = home().await;
    let receiver = Receiver::that(Manner::Hangs).await;
    home.order(&["migrate", "up"]).well();
    let create = [
        "--json",
        "webhooks",
        "create",
        "--url",
        &receiver.url,
        "--event",
        "user.registered",
    ];
    let made = home.order(&create).well().json();
    let id = made["id"].as_str().expect("an id").to_owned();
    let mut program = home.serves().await;
    let registered =
        |number: usize| json!({"email": format!("person-{number}@example.com"), "password": PASSWORD});
    program
        .post("/api/v1/auth/register", &registered(0))
        .await
        .accepted();
    let first = eventually("the first is on its way", async || receiver.got().pop()).await;
    // These commit while the receiver hangs: some are marks, some are deliveries, when the process dies.
    for number in 1..20 {
        program
            .post("/api/v1/auth/register", &registered(number))
            .await
            .accepted();
    }
    program.signal("KILL");
    assert!(!program.ends().await.success());

    receiver.turns(Manner::Answers(200, b""));
    let program = home.serves().await;
    let ids = || {
        let got = receiver.got();
        got.iter()
            .map(|it| it.header("x-janua-event-id"))
            .collect::<std::collections::BTreeSet<_>>()
    };
    let arrived = async || (ids().len() == 20).then_some(());
    let waited = tokio::time::timeout(super::PATIENCE / 2, eventually("all have arrived", arrived)).await;
    let log = home.order(&["webhooks", "deliveries", &id]).well().stdout;
    assert!(
        waited.is_ok(),
        "{} of 20 arrived: {log}\n{}",
        ids().len(),
        program.stdout()
    );
    let again = |receiver: &Receiver| {
        let same = |it: &&super::super::webhooks::Got| it.body == first.body;
        receiver.got().iter().filter(same).count()
    };
    eventually("the first has come again, with its id", async || {
        (again(&receiver) >= 2).then_some(())
    })
    .await;
    assert!(program.stops().await.success());
}

// The orders block their thread while the receiver answers on another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_add_try_list_and_delete_webhooks() {
    let home = home().await;
    home.order(&["migrate", "up"]).well();
    let receiver = Receiver::start().await;
    let create = |url: &str, event: &str| {
        home.order(&["--json", "webhooks", "create", "--url", url, "--event", event])
    };
    create("https://169.254.169.254/", "*").failed(1);
    create(&receiver.url, "nothing.happens").failed(1);
    let made = create(&receiver.url, "user.*").well().json();
    let id = made["id"].as_str().expect("an id").to_owned();
    assert!(made["secret"].as_str().is_some_and(|it| it.starts_with("whsec_")));
    assert!(home.order(&["webhooks", "list"]).well().stdout.contains(&id));
    let shown = home.order(&["webhooks", "get", &id]).well().stdout;
    assert!(
        shown.contains(&receiver.url) && !shown.contains("whsec_"),
        "{shown}"
    );

    let said = home.order(&["--json", "webhooks", "test", &id]).well().json();
    assert_eq!(
        (&said["delivered"], &said["response"]),
        (&json!(true), &json!("thanks"))
    );
    receiver.turns(Manner::Answers(500, b"broken"));
    let said = home.order(&["webhooks", "test", &id]).failed(1);
    assert!(
        said.stdout.contains("500") && said.stderr.contains("500"),
        "{said:?}"
    );
    let listed = home
        .order(&["--json", "webhooks", "deliveries", &id])
        .well()
        .json();
    assert_eq!(listed["total"], 2);
    let delivery = listed["deliveries"][0]["id"].as_str().expect("an id").to_owned();
    home.order(&["webhooks", "retry", &id, &delivery]).well();
    home.order(&["webhooks", "retry", &id, &id]).failed(3);

    home.order(&["webhooks", "delete", &id]).well();
    home.order(&["webhooks", "get", &id]).failed(3);
    home.order(&["webhooks", "list", "--organization", &id]).failed(3);
}
