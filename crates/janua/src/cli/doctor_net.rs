//! `janua doctor net`: for images that hold no `nslookup`, `nc` or `curl`.

use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::net::{TcpStream, lookup_host};

use super::output::{Output, table, yes};
use super::{Failure, config};
use crate::config::Config;

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The way to one thing that the settings name.
#[derive(Serialize)]
struct Way {
    setting: &'static str,
    target: String,
    addresses: Vec<String>,
    connected: bool,
    milliseconds: u128,
    failure: Option<String>,
}

pub(super) async fn run(output: Output) -> Result<(), Failure> {
    let config = config()?;
    let mut ways = Vec::new();
    for (setting, host, port) in targets(&config) {
        ways.push(try_way(setting, &host, port).await);
    }
    output.show(&serde_json::json!({"ways": ways}), || {
        if ways.is_empty() {
            return "the settings name nothing on the network".to_owned();
        }
        let rows: Vec<Vec<String>> = ways
            .iter()
            .map(|it| {
                vec![
                    it.setting.to_owned(),
                    it.target.clone(),
                    it.addresses.join(", "),
                    yes(it.connected),
                    format!("{} ms", it.milliseconds),
                    it.failure.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(
            &["SETTING", "TARGET", "ADDRESSES", "CONNECTED", "TIME", "FAILURE"],
            &rows,
        )
    });
    if ways.iter().all(|it| it.connected) {
        Ok(())
    } else {
        Err(Failure::Wrong("not everything can be reached".to_owned()))
    }
}

/// Hosts and ports alone: addresses hold passwords.
fn targets(config: &Config) -> Vec<(&'static str, String, u16)> {
    let of_url = |setting, url: &str, default| {
        let url = reqwest::Url::parse(url).ok()?;
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        Some((setting, host, url.port_or_known_default().unwrap_or(default)))
    };
    let redis = config.redis.url.as_ref();
    let mail = &config.mail;
    let sms = &config.sms;
    [
        of_url("DATABASE_URL", config.database.url.reveal(), 5432),
        redis.and_then(|it| of_url("REDIS_URL", it.reveal(), 6379)),
        mail.host.clone().map(|host| ("SMTP_HOST", host, mail.port)),
        sms.twilio_account
            .as_ref()
            .and_then(|_| of_url("TWILIO_BASE_URL", &sms.twilio_base_url, 443)),
        sms.webhook_url
            .as_ref()
            .and_then(|it| of_url("SMS_WEBHOOK_URL", it, 443)),
        config
            .traces
            .endpoint
            .as_ref()
            .and_then(|it| of_url("OTEL_EXPORTER_OTLP_ENDPOINT", it, 4318)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn try_way(setting: &'static str, host: &str, port: u16) -> Way {
    let began = Instant::now();
    let mut way = Way {
        setting,
        target: format!("{host}:{port}"),
        addresses: Vec::new(),
        connected: false,
        milliseconds: 0,
        failure: None,
    };
    let outcome = async {
        let found = lookup_host((host, port))
            .await
            .map_err(|error| error.to_string())?;
        let found: Vec<_> = found.collect();
        way.addresses = found.iter().map(|it| it.ip().to_string()).collect();
        TcpStream::connect(&*found)
            .await
            .map(drop)
            .map_err(|error| error.to_string())
    };
    let outcome = tokio::time::timeout(PATIENCE, outcome).await;
    match outcome.unwrap_or_else(|_| Err("no answer in 5 seconds".to_owned())) {
        Ok(()) => way.connected = true,
        Err(why) => way.failure = Some(why),
    }
    way.milliseconds = began.elapsed().as_millis();
    way
}
