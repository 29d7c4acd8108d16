//! How the server stops: it says so first, finishes what runs, and ends well.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Home, eventually};

#[tokio::test]
async fn sigterm_ends_readiness_first_and_lets_a_request_finish() {
    let home = Home::with_empty_store().await.with("SHUTDOWN_DELAY_SECONDS", "5");
    let mut program = home.serves().await;
    let address = program.address().expect("an address");
    program.get("/ready").await.accepted();

    // A request whose body comes in two parts.
    let body = json!({"email": "ada@example.com", "password": "orbit-velvet-canyon-73"}).to_string();
    let (first, second) = body.split_at(10);
    let mut slow = TcpStream::connect(address).await.expect("it accepts");
    let head = format!(
        "POST /api/v1/auth/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(format!("{head}{first}").as_bytes())
        .await
        .expect("sent");
    program.get("/live").await.accepted();

    program.signal("TERM");
    let draining = async || Some(program.get("/ready").await).filter(|it| it.status == 503);
    eventually("it is no longer ready", draining)
        .await
        .refused("DRAINING");
    // Whoever has not noticed yet is still served.
    let login = json!({"email": "eve@example.com", "password": "x"});
    program
        .post("/api/v1/auth/login", &login)
        .await
        .refused("INVALID_CREDENTIALS");
    let closed = async || TcpStream::connect(address).await.is_err().then_some(());
    eventually("it takes no more connections", closed).await;

    slow.write_all(second.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    let status = program.ends().await;
    assert_eq!(status.code(), Some(0), "{}", program.stderr());
    let last = program.log().pop().expect("a line");
    assert_eq!(
        (&last["message"], &last["level"]),
        (&json!("stopped"), &json!("info"))
    );

    // What was answered is there.
    let found = home
        .order(&["--json", "users", "get", "--email", "ada@example.com"])
        .well();
    assert_eq!(found.json()["email"], "ada@example.com");
}

#[tokio::test]
async fn sigint_stops_it_as_well() {
    let home = Home::embedded();
    let mut program = home.serves().await;
    program.signal("INT");
    assert_eq!(program.ends().await.code(), Some(0));
}

#[tokio::test]
async fn idle_connections_do_not_hold_it_up() {
    let home = Home::embedded().with("SHUTDOWN_GRACE_SECONDS", "600");
    let mut program = home.serves().await;
    let address = program.address().expect("an address");
    let mut idle = Vec::new();
    for _ in 0..5 {
        idle.push(TcpStream::connect(address).await.expect("it accepts"));
    }
    // A connection that is kept after its answer.
    program.get("/live").await.accepted();
    program.signal("TERM");
    assert_eq!(program.ends().await.code(), Some(0));
}

#[tokio::test]
async fn a_request_that_never_ends_is_left_behind_when_the_grace_is_over() {
    let home = Home::embedded()
        .with("SHUTDOWN_GRACE_SECONDS", "1")
        .with("REQUEST_TIMEOUT_SECONDS", "600");
    let mut program = home.serves().await;
    let mut stuck = TcpStream::connect(program.address().expect("an address"))
        .await
        .expect("it accepts");
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    stuck.write_all(head.as_bytes()).await.expect("sent");
    program.get("/live").await.accepted();
    program.signal("TERM");
    assert_eq!(program.ends().await.code(), Some(0));
    assert!(
        program
            .log()
            .iter()
            .any(|it| it["level"] == "warn" && it["message"] == "requests still ran when the grace was over")
    );
}

#[tokio::test]
async fn a_reader_of_the_log_that_goes_away_does_not_stop_it() {
    use std::io::{BufRead, BufReader};
    let home = Home::embedded();
    let mut child = home.command(&["serve"]).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
    let address = lines.find_map(|line| {
        let line: serde_json::Value = serde_json::from_str(&line.ok()?).ok()?;
        line["address"].as_str().map(str::to_owned)
    });
    drop(lines);
    let mut stream = TcpStream::connect(address.expect("an address"))
        .await
        .expect("it accepts");
    for _ in 0..3 {
        stream
            .write_all(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .expect("sent");
        let mut chunk = [0; 12];
        stream.read_exact(&mut chunk).await.expect("an answer");
        assert!(chunk.starts_with(b"HTTP/1.1 404") || !chunk.is_empty());
    }
    assert!(child.try_wait().expect("its state").is_none(), "it ended");
    child.kill().expect("killed");
    child.wait().expect("ended");
}
