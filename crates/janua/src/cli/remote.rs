//! Orders for what only a running server knows: they go through its admin API.

use clap::Args;
use reqwest::Method;
use serde_json::Value;

use super::{Failure, config};
use crate::crypto::secret::SecretString;
use crate::io::outbound::Outbound;

/// Which server, and as whom.
#[derive(Args)]
pub(super) struct Server {
    /// Address of the server; by default the one on this machine.
    #[arg(long)]
    url: Option<String>,
    /// Access token of an administrator. Better in `JANUA_ADMIN_TOKEN`: others can see the arguments of a process.
    #[arg(long)]
    token: Option<String>,
}

impl Server {
    /// Sends an order to the admin API and gives its answer.
    pub(super) async fn ask(self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        let config = config()?;
        let url = self
            .url
            .unwrap_or_else(|| format!("http://127.0.0.1:{}", config.server.port));
        let token = self.token.map(SecretString::new).or(config.operator.admin_token);
        let token = token.ok_or_else(|| {
            Failure::Wrong(
                "this order needs an administrator: set JANUA_ADMIN_TOKEN to an access token (the `access_token` of \
                 POST /api/v1/auth/login), or give --token"
                    .to_owned(),
            )
        })?;
        let url = format!("{}/api/v1/admin/{path}", url.trim_end_matches('/'));
        let called = Outbound::new()?.call(method, &url, &token, body.as_ref()).await;
        let (status, text) = called.map_err(|error| {
            let cause = error.cause().unwrap_or_default();
            Failure::Wrong(format!("{url} does not answer: {cause}"))
        })?;
        let answer: Value = serde_json::from_str(&text)
            .map_err(|_| Failure::Wrong(format!("{url} answers something that is not Janua's")))?;
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        Err(refusal(status, &answer))
    }
}

fn refusal(status: u16, answer: &Value) -> Failure {
    let text = |pointer: &str| {
        answer
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let told = format!(
        "{} ({}). {} Request id: {}",
        text("/message"),
        text("/code"),
        text("/details/advice"),
        text("/request_id")
    );
    if status == 404 {
        Failure::Absent(told)
    } else {
        Failure::Wrong(told)
    }
}
