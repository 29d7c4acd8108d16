//! People who sign in with a passkey while others overload the server with passwords.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::authenticator::{Authenticator, Told};
use crate::client::Client;
use crate::server::Server;
use crate::workload::{Outcome, Person, gather};

/// How often each of them signs in.
const EVERY: Duration = Duration::from_millis(100);

/// Somebody's passkey, in a browser that stands on a page of the server.
pub(crate) struct Passkey {
    key: Authenticator,
    told: Told,
}

impl Passkey {
    /// Adds a passkey to the account of somebody who has just signed in.
    pub(crate) async fn add(server: &Server, person: &Person) -> Result<Self> {
        let origin = format!("http://localhost:{}", server.port);
        let told = Told {
            origin,
            ..Told::default()
        };
        let (mut key, mut client) = (Authenticator::new(), Client::connect(server.port).await?);
        let bearer = Some(person.access.as_str());
        let options = post(&mut client, "register/options", bearer, &json!({})).await?;
        let credential = key.creates(&options, &told);
        let body =
            json!({"challenge_id": options["challenge_id"], "credential": credential, "name": "Laptop"});
        post(&mut client, "register/verify", bearer, &body).await?;
        Ok(Self { key, told })
    }

    /// Asks for a question and answers it: a whole sign-in.
    async fn sign_in(&mut self, client: &mut Client) -> Result<()> {
        let options = post(client, "authenticate/options", None, &json!({})).await?;
        let credential = self.key.signs(&options, &self.told);
        let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
        let answer = post(client, "authenticate/verify", None, &body).await?;
        answer["tokens"]["access_token"]
            .as_str()
            .map(drop)
            .context("a token")
    }
}

async fn post(client: &mut Client, path: &str, bearer: Option<&str>, body: &Value) -> Result<Value> {
    let path = format!("/api/v1/passkeys/{path}");
    client
        .json(&Client::request("POST", &path, bearer, Some(&body.to_string())))
        .await
}

/// Signs each of them in ten times a second.
pub(crate) async fn paced_sign_ins(
    server: &Server,
    passkeys: Vec<Passkey>,
    window: Duration,
) -> Result<Outcome> {
    let started = Instant::now();
    let mut loops = JoinSet::new();
    for mut passkey in passkeys {
        let port = server.port;
        loops.spawn(async move {
            let (mut client, mut millis) = (Client::connect(port).await?, Vec::new());
            let mut ticks = tokio::time::interval(EVERY);
            while started.elapsed() < window {
                // From when it was due: a late question is a slow answer.
                let due = ticks.tick().await;
                passkey.sign_in(&mut client).await?;
                millis.push(due.elapsed().as_secs_f64() * 1000.0);
            }
            anyhow::Ok(millis)
        });
    }
    gather(loops, started).await
}
