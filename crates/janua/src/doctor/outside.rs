//! From outside: what a client meets at the public address.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, Url};
use serde_json::Value;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{Diagnosis, Finding};
use crate::io::outbound::{Seen, Unseen, look};
use crate::io::reference_clock::date;

/// By so much a `Date` may differ, which tells whole seconds and travels.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(15);

/// From when on the end of a certificate is told.
const ENDS_SOON: TimeDelta = TimeDelta::days(14);

/// Examines an installation through its public address, and what pages of an origin may do there.
pub async fn examine(address: &str, origins: &[String], now: DateTime<Utc>) -> Vec<Finding> {
    let base = address.trim_end_matches('/');
    if Url::parse(base).is_err() {
        let cause = format!("{address:?} is no address such as https://id.example.com");
        return vec![Finding::new(Diagnosis::NotResolved, cause)];
    }
    let seen = match look(Method::GET, &format!("{base}/health"), &[]).await {
        Ok(seen) => seen,
        Err(unseen) => return vec![of_unseen(base, unseen)],
    };
    let mut found: Vec<Finding> = [clock(&seen, now), certificate(&seen, now)]
        .into_iter()
        .flatten()
        .collect();
    match of_health(base, &seen) {
        Some(finding) if finding.diagnosis() != Diagnosis::OtherVersion => {
            found.push(finding);
            return found;
        }
        other => found.extend(other),
    }
    found.extend(issuer(base).await);
    for origin in origins {
        found.extend(cors(base, origin).await);
    }
    found
}

fn of_unseen(base: &str, unseen: Unseen) -> Finding {
    let (diagnosis, why) = match unseen {
        Unseen::Name(why) => (Diagnosis::NotResolved, why),
        Unseen::Tls(why) => (Diagnosis::TlsRefused, why),
        Unseen::Unreachable(why) => (Diagnosis::NotReached, why),
    };
    Finding::new(diagnosis, format!("{base}: {why}"))
}

/// `Date` is that of the server, or of the proxy before it: either way a clock that others see (RFC 9110 §6.6.1).
fn clock(seen: &Seen, now: DateTime<Utc>) -> Option<Finding> {
    let apart = (date(seen.header("date")?).ok()? - now).abs();
    (apart > CLOCK_TOLERANCE).then(|| {
        let cause = format!(
            "the clock of the server and that of this machine are {} s apart",
            apart.num_seconds()
        );
        Finding::new(Diagnosis::ClockOff, cause)
    })
}

fn certificate(seen: &Seen, now: DateTime<Utc>) -> Option<Finding> {
    let der = seen.certificate.as_deref()?;
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let until = DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)?;
    let left = until - now;
    (left < ENDS_SOON).then(|| {
        let cause = format!("it ends in {} days, on {}", left.num_days(), until.date_naive());
        Finding::new(Diagnosis::CertificateEnds, cause)
    })
}

fn of_health(base: &str, seen: &Seen) -> Option<Finding> {
    if (300..400).contains(&seen.status) {
        let to = seen.header("location").unwrap_or("nowhere");
        let cause = format!("{base}/health answers {} and sends clients to {to}", seen.status);
        return Some(Finding::new(Diagnosis::RedirectsAway, cause));
    }
    let body: Option<Value> = serde_json::from_str(&seen.body).ok();
    let told = |name: &str| body.as_ref().and_then(|it| it[name].as_str()).map(str::to_owned);
    let (Some(status), Some(version)) = (told("status"), told("version")) else {
        let by = seen.header("server").unwrap_or("somebody who gives no name");
        let cause = format!("{base}/health is answered with {} by {by}", seen.status);
        return Some(Finding::new(Diagnosis::NotJanua, cause));
    };
    if status == "unhealthy" {
        return Some(Finding::new(
            Diagnosis::NotHealthy,
            format!("{base}/health says {status}"),
        ));
    }
    let own = env!("CARGO_PKG_VERSION");
    (version != own).then(|| {
        let cause = format!("version {version} answers, and this program is {own}");
        Finding::new(Diagnosis::OtherVersion, cause)
    })
}

/// Links and tokens carry the address that the server takes itself to have.
async fn issuer(base: &str) -> Option<Finding> {
    let seen = look(Method::GET, &format!("{base}/health/detailed"), &[])
        .await
        .ok()?;
    let body: Option<Value> = serde_json::from_str(&seen.body).ok();
    let own = body.as_ref().and_then(|it| it["base_url"].as_str());
    let cause = match own {
        Some(own) if own.trim_end_matches('/') == base => return None,
        Some(own) => format!("links and tokens name {own}, and clients use {base}"),
        None if seen.status == 200 => return None,
        // Proxies should keep it to themselves. Pages of its own address are allowed to use it, whatever the settings say.
        None => {
            let origin = Url::parse(base).ok()?.origin().ascii_serialization();
            let allowed = allowed_origin(base, &origin).await?;
            if allowed.as_deref() == Some(origin.as_str()) {
                return None;
            }
            format!("the server does not take {origin} for its own address: pages there may not use it")
        }
    };
    Some(Finding::new(Diagnosis::OtherIssuer, cause))
}

/// What a browser is told that asks whether pages of an origin may send JSON with a token (Fetch, CORS-preflight); the
/// outer `None` when there is no answer.
async fn allowed_origin(base: &str, origin: &str) -> Option<Option<String>> {
    let headers = [
        ("origin", origin.to_owned()),
        ("access-control-request-method", "POST".to_owned()),
        (
            "access-control-request-headers",
            "authorization,content-type".to_owned(),
        ),
    ];
    let url = format!("{base}/api/v1/auth/login");
    let seen = look(Method::OPTIONS, &url, &headers).await.ok()?;
    Some(seen.header("access-control-allow-origin").map(str::to_owned))
}

async fn cors(base: &str, origin: &str) -> Option<Finding> {
    let allowed = allowed_origin(base, origin).await?;
    (allowed.as_deref() != Some(origin)).then(|| {
        let cause = format!(
            "pages of {origin} may not use {base}: it allows {}",
            allowed.as_deref().unwrap_or("nobody")
        );
        Finding::new(Diagnosis::CorsRefused, cause)
    })
}
