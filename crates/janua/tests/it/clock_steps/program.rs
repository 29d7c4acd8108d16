//! The program itself, while the clock of its machine jumps: libfaketime stands between it and the clock. Clocks that
//! only run forwards, which measure pauses and timeouts, are left alone, as they are when somebody sets the time.

use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{Home, Program, eventually};
use crate::support::{Answer, PASSWORD, handed_over};

const EMAIL: &str = "ada@example.com";
const ME: &str = "/api/v1/users/me";
const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";

/// A program and the clock that it sees.
struct Stepped {
    home: Home,
    program: Program,
}

impl Stepped {
    /// Nothing, when the test run hands no library over.
    async fn starts() -> Option<Self> {
        let library = handed_over("JANUA_TEST_FAKETIME")?;
        let home = Home::with_empty_store()
            .await
            .with("RATE_LIMIT_ENABLED", "false")
            .with("REQUIRE_EMAIL_VERIFICATION", "false");
        let steps = home.path().join("clock").display().to_string();
        let home = home
            .with("LD_PRELOAD", &library)
            .with("FAKETIME_TIMESTAMP_FILE", &steps)
            .with("FAKETIME_NO_CACHE", "1")
            .with("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        set(&home, "+0");
        let program = home.serves().await;
        Some(Self { home, program })
    }

    /// Sets the clock to so much from the right time, and sees that the program follows.
    async fn stands(&self, offset: &str) {
        let before = self.server_time().await;
        set(&self.home, offset);
        assert_ne!(
            before[..13],
            self.server_time().await[..13],
            "the hour is the same"
        );
    }

    async fn server_time(&self) -> String {
        let health = self.program.get("/health/detailed").await.accepted();
        assert_eq!(health.str("/dependencies/database"), "healthy");
        health.str("/server_time")
    }

    async fn login(&self, password: &str) -> Answer {
        let body = json!({"email": EMAIL, "password": password});
        self.program.post(LOGIN, &body).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        self.program.post(REFRESH, &json!({"refresh_token": token})).await
    }

    async fn me(&self, access: &str) -> Answer {
        let request = |it: reqwest::RequestBuilder| it.bearer_auth(access);
        self.program.send(Method::GET, ME, request).await
    }

    async fn mails(&self) -> usize {
        let path = format!("/dev/mail/messages?to={EMAIL}");
        let mails = self.program.get(&path).await.accepted().json();
        let mails = mails["messages"].as_array().expect("a list").clone();
        let resets = mails
            .iter()
            .filter(|it| it["links"].to_string().contains("reset-password"));
        resets.count()
    }

    /// Nothing went wrong inside, and it stops as ever.
    async fn ends_well(self) {
        let wrong = |it: &Value| it["level"] == "error";
        let log = self.program.log();
        assert!(!log.iter().any(wrong), "{log:?}");
        assert_eq!(self.program.stops().await.code(), Some(0));
    }
}

/// In one step, so that the program never reads half of it.
fn set(home: &Home, offset: &str) {
    let next = home.path().join("clock.next");
    std::fs::write(&next, offset).expect("written");
    std::fs::rename(next, home.path().join("clock")).expect("in its place");
}

#[tokio::test]
async fn the_program_serves_on_while_the_clock_of_its_machine_jumps() {
    let Some(stepped) = Stepped::starts().await else {
        return;
    };
    let body = json!({"email": EMAIL, "password": PASSWORD});
    stepped
        .program
        .post("/api/v1/auth/register", &body)
        .await
        .accepted();
    let mut kept = stepped
        .login(PASSWORD)
        .await
        .accepted()
        .str("/tokens/refresh_token");
    for (mails, offset) in ["+5h", "-10h", "+3h", "+50h", "-1h", "+24h", "+0"]
        .iter()
        .enumerate()
    {
        stepped.stands(offset).await;
        let next = stepped.refresh(&kept).await.accepted();
        kept = next.str("/refresh_token");
        stepped.me(&next.str("/access_token")).await.accepted();
        let signed_in = stepped.login(PASSWORD).await.accepted();
        stepped
            .me(&signed_in.str("/tokens/access_token"))
            .await
            .accepted();
        let body = json!({"email": EMAIL});
        stepped
            .program
            .post("/api/v1/auth/password/forgot", &body)
            .await
            .accepted();
        let sent = async || (stepped.mails().await == mails + 1).then_some(());
        eventually("the mail leaves", sent).await;
    }
    stepped.ends_well().await;
}

#[tokio::test]
async fn what_a_program_did_in_the_future_holds_nobody_up_and_does_not_last() {
    let Some(stepped) = Stepped::starts().await else {
        return;
    };
    let body = json!({"email": EMAIL, "password": PASSWORD});
    stepped
        .program
        .post("/api/v1/auth/register", &body)
        .await
        .accepted();
    stepped.stands("+9h").await;
    let early = stepped.login(PASSWORD).await.accepted();
    for _ in 0..5 {
        stepped.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    stepped.login(PASSWORD).await.refused("ACCOUNT_LOCKED");

    stepped.stands("+0").await;
    stepped.login(PASSWORD).await.accepted();
    stepped
        .me(&early.str("/tokens/access_token"))
        .await
        .refused("TOKEN_INVALID");
    let next = stepped
        .refresh(&early.str("/tokens/refresh_token"))
        .await
        .accepted();
    stepped.me(&next.str("/access_token")).await.accepted();

    // A month and a day after it began: it is over, also when the clock comes back.
    stepped.stands("+32d").await;
    let over = stepped.refresh(&next.str("/refresh_token")).await;
    over.refused("REFRESH_TOKEN_EXPIRED");
    stepped
        .me(&next.str("/access_token"))
        .await
        .refused("TOKEN_EXPIRED");
    stepped.ends_well().await;
}
