//! What people do, many at once.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;

use crate::client::Client;
use crate::server::Server;

/// Connections that ask as fast as they are answered.
const CONNECTIONS: usize = 16;

/// More connections than sign-ins may wait for a thread.
const TOO_MANY: usize = 128;

/// How long somebody waits who was told to come back.
const BREATH: Duration = Duration::from_millis(100);

/// Somebody with an account and a session.
#[derive(Clone)]
pub(crate) struct Person {
    email: String,
    pub(crate) access: String,
    refresh: String,
}

impl Person {
    /// A request of theirs.
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&str>) -> Vec<u8> {
        Client::request(method, path, Some(&self.access), body)
    }
}

/// What was done, and how long each took, in milliseconds.
pub(crate) struct Outcome {
    millis: Vec<f64>,
    took: Duration,
}

impl Outcome {
    pub(crate) fn per_second(&self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a count of seconds' work is far below 2^52"
        )]
        let done = self.millis.len() as f64;
        done / self.took.as_secs_f64()
    }

    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        let mut sorted = self.millis.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index"
        )]
        let at = ((sorted.len() as f64 - 1.0) * percent / 100.0).round() as usize;
        sorted.get(at).copied().unwrap_or(f64::NAN)
    }
}

const PASSWORD: &str = "orbit-velvet-canyon-73";

fn login_request(email: &str) -> Vec<u8> {
    let body = format!(r#"{{"email":"{email}","password":"{PASSWORD}"}}"#);
    Client::request("POST", "/api/v1/auth/login", None, Some(&body))
}

/// Registers people; each is signed in at once.
pub(crate) async fn register(server: &Server, count: usize) -> Result<Vec<Person>> {
    let mut client = Client::connect(server.port).await?;
    let mut people = Vec::new();
    for number in 0..count {
        // Servers of one run may share a database.
        let email = format!(
            "person{number}.{}.{}@example.com",
            server.port,
            std::process::id()
        );
        let body = format!(r#"{{"email":"{email}","password":"{PASSWORD}"}}"#);
        let request = Client::request("POST", "/api/v1/auth/register", None, Some(&body));
        let answer = client.json(&request).await?;
        let token = |name: &str| {
            answer["tokens"][name]
                .as_str()
                .map(str::to_owned)
                .context("a token")
        };
        people.push(Person {
            access: token("access_token")?,
            refresh: token("refresh_token")?,
            email,
        });
    }
    Ok(people)
}

/// What one connection does again and again.
enum Task {
    /// Sends the same bytes.
    Repeat(Vec<u8>),
    /// The same to a server that may refuse it for a while.
    Insist(Vec<u8>),
    /// Exchanges a refresh token for its successor.
    Refresh(String),
}

impl Task {
    async fn step(&mut self, client: &mut Client) -> Result<()> {
        match self {
            Self::Repeat(request) => {
                let answer = client.send(request).await?;
                if answer.status != 200 {
                    bail!(
                        "refused: {} {}",
                        answer.status,
                        String::from_utf8_lossy(&answer.body)
                    );
                }
            }
            Self::Insist(request) => match client.send(request).await?.status {
                200 => {}
                503 => tokio::time::sleep(BREATH).await,
                other => bail!("refused: {other}"),
            },
            Self::Refresh(token) => {
                let body = format!(r#"{{"refresh_token":"{token}"}}"#);
                let request = Client::request("POST", "/api/v1/auth/refresh", None, Some(&body));
                let answer = client.json(&request).await?;
                answer["refresh_token"]
                    .as_str()
                    .context("a token")?
                    .clone_into(token);
            }
        }
        Ok(())
    }
}

/// Runs each task on a connection of its own until the window is over. One refusal ends it: the figure would mean
/// nothing.
async fn run(port: u16, tasks: Vec<Task>, window: Duration) -> Result<Outcome> {
    let started = Instant::now();
    let mut loops = JoinSet::new();
    for mut task in tasks {
        loops.spawn(async move {
            let (mut client, mut millis) = (Client::connect(port).await?, Vec::new());
            while started.elapsed() < window {
                let asked = Instant::now();
                task.step(&mut client).await?;
                millis.push(asked.elapsed().as_secs_f64() * 1000.0);
            }
            anyhow::Ok(millis)
        });
    }
    gather(loops, started).await
}

pub(crate) async fn gather(mut loops: JoinSet<Result<Vec<f64>>>, started: Instant) -> Result<Outcome> {
    let mut millis = Vec::new();
    while let Some(done) = loops.join_next().await {
        millis.extend(done??);
    }
    Ok(Outcome {
        millis,
        took: started.elapsed(),
    })
}

/// Signs people in over and over.
pub(crate) async fn sign_ins(
    server: &Server,
    people: &[Person],
    loops: usize,
    window: Duration,
) -> Result<Outcome> {
    let tasks = people
        .iter()
        .cycle()
        .take(loops)
        .map(|it| Task::Repeat(login_request(&it.email)))
        .collect();
    run(server.port, tasks, window).await
}

/// A crowd on a thread of its own.
pub(crate) struct Crowd(tokio::sync::oneshot::Receiver<Result<Outcome>>);

impl Crowd {
    /// Waits until it has gone.
    pub(crate) async fn ends(self) -> Result<Outcome> {
        self.0.await.context("the crowd's thread")?
    }
}

/// Signs in more people at once than the server lets wait. A crowd comes from elsewhere: here it shares the cores with the
/// server and with whoever measures, so it gives way to both.
pub(crate) fn too_many_sign_ins(port: u16, people: &[Person], window: Duration) -> Result<Crowd> {
    let tasks: Vec<_> = people
        .iter()
        .cycle()
        .take(TOO_MANY)
        .map(|it| Task::Insist(login_request(&it.email)))
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("crowd".to_owned())
        .spawn(move || {
            let thread = Some(rustix::thread::gettid());
            let _ = rustix::process::setpriority_process(thread, 10);
            let _ = sender.send(runtime.block_on(run(port, tasks, window)));
        })?;
    Ok(Crowd(receiver))
}

/// Refreshes sessions over and over, one loop a session.
pub(crate) async fn refreshes(server: &Server, people: &[Person], window: Duration) -> Result<Outcome> {
    let tasks = people
        .iter()
        .take(CONNECTIONS)
        .map(|it| Task::Refresh(it.refresh.clone()))
        .collect();
    run(server.port, tasks, window).await
}

/// Asks for a path as fast as it is answered.
pub(crate) async fn gets(port: u16, path: &str, window: Duration) -> Result<Outcome> {
    let tasks = (0..CONNECTIONS)
        .map(|_| Task::Repeat(Client::request("GET", path, None, None)))
        .collect();
    run(port, tasks, window).await
}

/// Sends each of these requests over and over, on a connection of its own.
pub(crate) async fn repeats(server: &Server, requests: &[Vec<u8>], window: Duration) -> Result<Outcome> {
    let tasks = requests.iter().cloned().map(Task::Repeat).collect();
    run(server.port, tasks, window).await
}

fn me(person: &Person) -> Vec<u8> {
    Client::request("GET", "/api/v1/users/me", Some(&person.access), None)
}

/// Asks for one's own profile as fast as it is answered.
pub(crate) async fn users_me(server: &Server, people: &[Person], window: Duration) -> Result<Outcome> {
    let tasks = people
        .iter()
        .take(CONNECTIONS)
        .map(|it| Task::Repeat(me(it)))
        .collect();
    run(server.port, tasks, window).await
}

/// Lists one's own sessions, which no cache answers.
pub(crate) async fn session_lists(server: &Server, people: &[Person], window: Duration) -> Result<Outcome> {
    let request = |it: &Person| Client::request("GET", "/api/v1/sessions?per_page=1", Some(&it.access), None);
    let tasks = people
        .iter()
        .take(4)
        .map(|it| Task::Repeat(request(it)))
        .collect();
    run(server.port, tasks, window).await
}

/// Asks for one's own profile a hundred times a second on each of four connections.
pub(crate) async fn paced_users_me(server: &Server, people: &[Person], window: Duration) -> Result<Outcome> {
    let started = Instant::now();
    let mut loops = JoinSet::new();
    for person in people.iter().take(4) {
        let (port, request) = (server.port, me(person));
        loops.spawn(async move {
            let (mut client, mut millis) = (Client::connect(port).await?, Vec::new());
            let mut ticks = tokio::time::interval(Duration::from_millis(10));
            while started.elapsed() < window {
                // From when it was due, not from when it could be sent: a late question is a slow answer.
                let due = ticks.tick().await;
                let answer = client.send(&request).await?;
                if answer.status != 200 {
                    bail!("users/me answered {}", answer.status);
                }
                millis.push(due.elapsed().as_secs_f64() * 1000.0);
            }
            anyhow::Ok(millis)
        });
    }
    gather(loops, started).await
}
