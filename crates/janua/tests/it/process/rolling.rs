//! Instances are replaced one after the other while people work, and nobody notices.

mod balancer;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::{Home, Program, eventually};
use crate::support::Answer;
use balancer::Balancer;

const PEOPLE: usize = 6;
const PASSWORD: &str = "orbit-velvet-canyon-73";

/// What people saw.
#[derive(Default)]
struct Seen {
    over: AtomicBool,
    answers: AtomicUsize,
    rounds: AtomicUsize,
}

/// Somebody with a browser of their own, which keeps its connections.
struct Visitor<'s> {
    http: reqwest::Client,
    base: String,
    seen: &'s Seen,
}

impl Visitor<'_> {
    async fn send(
        &self,
        method: Method,
        path: &str,
        change: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Answer {
        let request = change(self.http.request(method.clone(), format!("{}{path}", self.base)));
        let sent = request.send().await;
        let answer =
            Answer::of(sent.unwrap_or_else(|error| panic!("{method} {path} was broken off: {error:?}")))
                .await;
        assert!(
            answer.status.as_u16() < 500,
            "{method} {path}: {} {}",
            answer.status,
            answer.text
        );
        self.seen.answers.fetch_add(1, Ordering::SeqCst);
        answer.accepted()
    }

    /// Signs in, reads and refreshes, again and again.
    async fn works(&self, email: &str) {
        let body = json!({"email": email, "password": PASSWORD});
        self.send(Method::POST, "/api/v1/auth/register", |it| it.json(&body))
            .await;
        while !self.seen.over.load(Ordering::SeqCst) {
            let entered = self
                .send(Method::POST, "/api/v1/auth/login", |it| it.json(&body))
                .await;
            let (mut access, mut refresh) = (
                entered.str("/tokens/access_token"),
                entered.str("/tokens/refresh_token"),
            );
            for _ in 0..4 {
                self.send(Method::GET, "/api/v1/users/me", |it| it.bearer_auth(&access))
                    .await;
                let shown = json!({"refresh_token": refresh});
                let next = self
                    .send(Method::POST, "/api/v1/auth/refresh", |it| it.json(&shown))
                    .await;
                (access, refresh) = (next.str("/access_token"), next.str("/refresh_token"));
                self.seen.rounds.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}

/// More work was done: whoever was let in is served.
async fn more_is_done(seen: &Seen) {
    let before = seen.rounds.load(Ordering::SeqCst);
    let done = async || (seen.rounds.load(Ordering::SeqCst) >= before + 2 * PEOPLE).then_some(());
    eventually("more is done", done).await;
}

/// Replaces each instance: it is told to stop, ends, and another takes its place.
async fn replaces(home: &Home, balancer: &Balancer, old: Vec<Program>, seen: &Seen) -> Vec<Program> {
    let mut new = Vec::new();
    for mut program in old {
        more_is_done(seen).await;
        let address = program.address().expect("an address");
        program.signal("TERM");
        assert_eq!(program.ends().await.code(), Some(0), "{}", program.stderr());
        let warned = |it: &serde_json::Value| it["message"] == "requests still ran when the grace was over";
        assert!(!program.log().iter().any(warned));
        balancer.remove(address);
        let program = home.serves().await;
        balancer.add(program.address().expect("an address"));
        eventually("it takes part", async || {
            balancer.is_ready(program.address()?).then_some(())
        })
        .await;
        new.push(program);
    }
    more_is_done(seen).await;
    seen.over.store(true, Ordering::SeqCst);
    new
}

#[tokio::test]
async fn a_rolling_restart_under_load_drops_nothing() {
    let home = Home::with_empty_store()
        .await
        .with("RATE_LIMIT_ENABLED", "false")
        .with("REQUIRE_EMAIL_VERIFICATION", "false")
        .with("SHUTDOWN_DELAY_SECONDS", "2");
    let programs = vec![home.serves().await, home.serves().await];
    let balancer = Balancer::start().await;
    for program in &programs {
        balancer.add(program.address().expect("an address"));
    }
    eventually("both take part", async || (balancer.ready() == 2).then_some(())).await;
    let seen = Seen::default();
    let visitors: Vec<Visitor<'_>> = (0..PEOPLE)
        .map(|_| Visitor {
            http: balancer::client(),
            base: format!("http://{}", balancer.address),
            seen: &seen,
        })
        .collect();
    let emails: Vec<String> = (0..PEOPLE)
        .map(|it| format!("visitor-{it}@example.com"))
        .collect();
    let work = join_all(
        visitors
            .iter()
            .zip(&emails)
            .map(|(visitor, email)| visitor.works(email)),
    );
    let (_, programs) = tokio::join!(work, replaces(&home, &balancer, programs, &seen));
    println!(
        "{} answers while both instances were replaced",
        seen.answers.load(Ordering::SeqCst)
    );
    for program in programs {
        assert!(program.stops().await.success());
    }
}

#[tokio::test]
async fn an_instance_that_stops_says_so_on_every_kept_connection() {
    let home = Home::embedded().with("SHUTDOWN_DELAY_SECONDS", "5");
    let program = home.serves().await;
    assert_eq!(program.get("/live").await.accepted().header("connection"), "");
    program.signal("TERM");
    let closes = async || (program.get("/live").await.header("connection") == "close").then_some(());
    eventually("it says that this answer is the last", closes).await;
    assert_eq!(program.get("/nowhere").await.header("connection"), "close");
}
