//! A running embedded installation moves to PostgreSQL, whatever happens to the order that moves it.

use std::cell::RefCell;
use std::process::Stdio;
use std::time::Duration;

use futures_util::future::join_all;
use janua::config::{Config, Env};
use janua::io::db::Db;
use janua::io::db::tables::{self, Counted};
use janua::io::random::Random;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::backup::database_of_its_own;
use crate::process::{Home, Program, eventually};
use crate::support::{PASSWORD, handed_over};

const CLIENTS: usize = 4;

/// Kills of one move.
const KILLS: usize = 6;

/// The report of a move that nobody kills has some more.
const LINES: usize = 15;

fn moves() -> usize {
    handed_over("JANUA_TEST_PROMOTIONS")
        .and_then(|it| it.parse().ok())
        .unwrap_or(2)
}

fn embedded() -> Home {
    Home::embedded()
        .with("RATE_LIMIT_ENABLED", "false")
        .with("REQUIRE_EMAIL_VERIFICATION", "false")
        .with("JANUA_MASTER_KEY", "k9-b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA")
}

/// Everything that the file holds.
async fn contents(home: &Home) -> Vec<Counted> {
    let config = Config::read(&Env::of(home.settings())).expect("settings");
    let db = Db::look_at(&home.path().join("data/janua.db"), &config.database);
    let all = tables::tables(&db).await.expect("tables");
    let counted = db
        .snapshot()
        .await
        .expect("a look")
        .count(&all)
        .await
        .expect("counts");
    db.close().await;
    counted
}

/// People who sign up without end, and those whose sign-up was acknowledged.
struct Load<'a> {
    program: &'a Program,
    acknowledged: RefCell<Vec<String>>,
    is_over: RefCell<bool>,
}

impl Load<'_> {
    async fn client(&self, client: usize) {
        for number in 0.. {
            if *self.is_over.borrow() {
                return;
            }
            let email = format!("person-{client}-{number}@example.com");
            let body = json!({"email": email, "password": PASSWORD});
            let answer = self.program.post("/api/v1/auth/register", &body).await;
            if answer.status == 201 {
                self.acknowledged.borrow_mut().push(email);
            } else {
                assert_eq!(answer.status, 503, "{}", answer.text);
                // Whoever is refused tries again, but not at once.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn has(&self, count: usize) {
        eventually("enough people have signed up", async || {
            (self.acknowledged.borrow().len() >= count).then_some(())
        })
        .await;
    }
}

/// When the order is killed: after so many lines of its report, and so many microseconds more.
struct Kill {
    lines: usize,
    micros: u64,
}

impl Kill {
    fn anywhere() -> Self {
        let [lines, high, low] = Random::System.bytes::<3>();
        Self {
            lines: usize::from(lines) % LINES,
            micros: u64::from(u16::from_be_bytes([high, low])),
        }
    }
}

/// Moves on; gives the lines of the report, and whether it came to its end.
async fn promotes(home: &Home, url: &str, kill: Option<Kill>) -> (Vec<String>, bool) {
    let mut command = Command::from(home.command(&["--json", "promote", url, "--resume"]));
    let mut child = command.stdout(Stdio::null()).spawn().expect("the program starts");
    let mut report = BufReader::new(child.stderr.take().expect("a report")).lines();
    let mut lines = Vec::new();
    loop {
        if let Some(kill) = &kill
            && lines.len() == kill.lines
        {
            tokio::time::sleep(Duration::from_micros(kill.micros)).await;
            let _ = child.start_kill();
        }
        match report.next_line().await.expect("a line") {
            Some(line) => lines.push(line),
            None => break,
        }
    }
    let ended = child.wait().await.expect("an end");
    (lines, ended.success())
}

async fn moves_under_load(url: &str) {
    let home = embedded();
    let mut program = home.serves().await;
    let load = Load {
        program: &program,
        acknowledged: RefCell::default(),
        is_over: RefCell::default(),
    };
    let operator = async {
        load.has(60).await;
        let mut closed: Option<Vec<Counted>> = None;
        for _ in 0..KILLS {
            let (lines, ended) = promotes(&home, url, Some(Kill::anywhere())).await;
            eprintln!("killed after {} lines, ended: {ended}", lines.len());
            let is_closed = lines.iter().any(|it| it.starts_with("nothing is written"));
            if is_closed && closed.is_none() {
                closed = Some(contents(&home).await);
            }
            if ended {
                break;
            }
        }
        let (lines, ended) = promotes(&home, url, None).await;
        assert!(ended, "{lines:#?}");
        if closed.is_none() {
            closed = Some(contents(&home).await);
        }
        // It stays closed: nobody is acknowledged any more, while many ask.
        let before = load.acknowledged.borrow().len();
        load.program.get("/health/live").await;
        for number in 0..20 {
            let body = json!({"email": format!("late-{number}@example.com"), "password": PASSWORD});
            let answer = load.program.post("/api/v1/auth/register", &body).await;
            assert_eq!(answer.status, 503, "{}", answer.text);
        }
        assert_eq!(load.acknowledged.borrow().len(), before);
        *load.is_over.borrow_mut() = true;
        closed.expect("it was closed")
    };
    let (closed, _) = tokio::join!(operator, join_all((0..CLIENTS).map(|it| load.client(it))));
    let acknowledged = load.acknowledged.take();
    assert!(
        contents(&home).await == closed,
        "the embedded database was changed after it was closed"
    );
    program.signal("TERM");
    assert!(program.ends().await.success());
    assert!(
        contents(&home).await == closed,
        "the embedded database was changed by its server"
    );
    let refused = home.order(&["serve"]).failed(1);
    assert!(refused.stderr.contains("has moved to"), "{}", refused.stderr);

    let moved = embedded().with("DATABASE_URL", url);
    let program = moved.serves().await;
    for chunk in acknowledged.chunks(CLIENTS) {
        join_all(chunk.iter().map(async |email| {
            let body = json!({"email": email, "password": PASSWORD});
            program.post("/api/v1/auth/login", &body).await.accepted();
        }))
        .await;
    }
    let body = json!({"email": "after@example.com", "password": PASSWORD});
    program.post("/api/v1/auth/register", &body).await.accepted();
    moved.order(&["audit", "verify"]).well();
}

#[tokio::test]
async fn no_acknowledged_write_is_lost_when_a_move_is_killed_anywhere() {
    for _ in 0..moves() {
        let Some(url) = database_of_its_own().await else {
            return;
        };
        moves_under_load(&url).await;
    }
}

#[tokio::test]
async fn what_is_half_filled_is_not_served_and_can_be_given_up() {
    let Some(url) = database_of_its_own().await else {
        return;
    };
    let home = embedded();
    let program = home.serves().await;
    let registers = async |name: &str| {
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        program
            .send(Method::POST, "/api/v1/auth/register", |it| it.json(&body))
            .await
            .status
            .as_u16()
    };
    assert_eq!(registers("ada").await, 201);
    let (lines, ended) = promotes(&home, &url, Some(Kill { lines: 4, micros: 0 })).await;
    assert!(!ended, "{lines:#?}");
    let moved = embedded().with("DATABASE_URL", &url);
    for it in [&home, &moved] {
        let told = it.order(&["doctor", "--area", "db", "--json"]).failed(1).json();
        assert_eq!(told["findings"][0]["code"], "JD-DB-029", "{told}");
        assert_eq!(told["findings"].as_array().map(Vec::len), Some(1), "{told}");
    }
    for order in [&["serve"][..], &["users", "list"]] {
        let refused = moved.order(order).failed(1);
        assert!(refused.stderr.contains("janua promote"), "{}", refused.stderr);
    }
    // One that has begun is not begun again unasked, nor goes on elsewhere.
    let unasked = home.order(&["promote", &url]).failed(1);
    assert!(unasked.stderr.contains("--resume"), "{}", unasked.stderr);
    let other = database_of_its_own().await.expect("another");
    let elsewhere = home.order(&["promote", &other, "--resume"]).failed(1);
    assert!(
        elsewhere.stderr.contains("another database"),
        "{}",
        elsewhere.stderr
    );
    assert_eq!(registers("bob").await, 503);

    home.order(&["promote", &url, "--abandon"]).well();
    assert_eq!(registers("bob").await, 201);
    let answer = home.order(&["--json", "promote", &url]).well().json();
    let users = answer["tables"]
        .as_array()
        .expect("tables")
        .iter()
        .find(|it| it["table"] == "users");
    assert_eq!(
        users.expect("users")["found"],
        3,
        "the administrator, Ada and Bob: {answer}"
    );
    let complete = home.order(&["promote", &url, "--abandon"]).failed(1);
    assert!(complete.stderr.contains("is complete"), "{}", complete.stderr);
    let told = home.order(&["doctor", "--area", "db", "--json"]).failed(1).json();
    assert_eq!(told["findings"][0]["code"], "JD-DB-029", "{told}");
    assert!(
        told["findings"][0]["cause"]
            .to_string()
            .contains("set DATABASE_URL to it"),
        "{told}"
    );
    // Saying it once more changes nothing.
    home.order(&["promote", &url, "--resume"]).well();
}

#[tokio::test]
async fn only_an_empty_database_is_filled() {
    let Some(url) = database_of_its_own().await else {
        return;
    };
    let other = embedded().with("DATABASE_URL", &url);
    other.order(&["migrate", "up"]).well();
    let home = embedded();
    home.order(&["migrate", "up"]).well();
    let refused = home.order(&["promote", &url]).failed(1);
    assert!(refused.stderr.contains("is not empty"), "{}", refused.stderr);
    let upside_down = other.order(&["promote", &url]).failed(1);
    assert!(
        upside_down.stderr.contains("PostgreSQL already"),
        "{}",
        upside_down.stderr
    );
    home.order(&["users", "list"]).well();
}
