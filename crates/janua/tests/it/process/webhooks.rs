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

#[tokio::test]
async fn what_was_promised_arrives_after_a_kill() {
    let home = home().await;
    let receiver = Receiver::that(Manner::Hangs).await;
    home.order(&["migrate", "up"]).well();
    let event = "user.registered";
    home.order(&["webhooks", "create", "--url", &receiver.url, "--event", event])
        .well();
    let mut program = home.serves().await;
    let registers = async |number: usize| {
        let body = json!({"email": format!("person-{number}@example.com"), "password": PASSWORD});
        let answer = program.post("/api/v1/auth/register", &body).await.accepted();
        answer.str("/user/id")
    };
    let mut people = vec![registers(0).await];
    let first = eventually("something is on its way", async || receiver.got().pop()).await;
    // These commit while the receiver hangs: some are marks, some are deliveries, when the process dies.
    for number in 1..20 {
        people.push(registers(number).await);
    }
    program.signal("KILL");
    assert!(!program.ends().await.success());

    receiver.turns(Manner::Answers(200, b""));
    let program = home.serves().await;
    eventually("all have arrived", async || {
        let got = receiver.got();
        let told = |person: &String| {
            got.iter()
                .any(|it| it.json()["data"]["user_id"] == person.as_str())
        };
        people.iter().all(told).then_some(())
    })
    .await;
    eventually("what hung has come again, with its id", async || {
        let got = receiver.got();
        let same = got.iter().filter(|it| it.body == first.body);
        (same.count() >= 2).then_some(())
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
