//! Discovery documents and key sets, kept for an hour.

use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use serde::de::DeserializeOwned;

use super::{Expected, IdToken, Metadata, Rejected};
use crate::app::App;
use crate::crypto::secret::SecretString;
use crate::crypto::signing::{ForeignKeys, Jwks, JwsError};
use crate::error::{Code, Error, Result};
use crate::io::reach::PublicUrl;

/// How long a document counts.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// How long keys are not fetched again although a token names one that is not among them: a forged token costs nothing.
const KEYS_REST: TimeDelta = TimeDelta::minutes(1);

/// How long a provider that did not answer is not asked again.
const FAILURE_REST: TimeDelta = TimeDelta::seconds(5);

/// The most issuers that are kept.
const MOST: usize = 1000;

/// What is kept of each issuer.
#[derive(Debug, Default)]
pub struct Documents {
    kept: Mutex<HashMap<String, Kept>>,
    guarded: bool,
}

#[derive(Clone, Debug, Default)]
struct Kept {
    metadata: Option<(Metadata, DateTime<Utc>)>,
    keys: Option<(ForeignKeys, DateTime<Utc>)>,
    failed_at: Option<DateTime<Utc>>,
}

impl Documents {
    /// For issuers that somebody else than the operator names: they are asked through the guarded client.
    pub fn guarded() -> Self {
        Self {
            guarded: true,
            ..Self::default()
        }
    }

    /// Forgets an issuer, so that it is asked anew.
    pub fn forget(&self, issuer: &str) {
        let mut kept = self
            .kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.remove(issuer);
    }

    fn of(&self, issuer: &str) -> Kept {
        let kept = self
            .kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.get(issuer).cloned().unwrap_or_default()
    }

    fn change(&self, issuer: &str, change: impl FnOnce(&mut Kept)) {
        let mut kept = self
            .kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if kept.len() >= MOST && !kept.contains_key(issuer) {
            kept.clear();
        }
        change(kept.entry(issuer.to_owned()).or_default());
    }

    /// What an issuer says of itself, at most an hour old. `named` is how its document names it, where that differs, as
    /// for directories with many tenants.
    ///
    /// # Errors
    /// `EXTERNAL_SERVICE_ERROR` when it cannot be reached, or says what cannot be.
    pub async fn metadata(&self, app: &App, issuer: &str, named: Option<&str>) -> Result<Metadata> {
        let now = app.clock.now();
        if let Some((metadata, at)) = self.of(issuer).metadata
            && now - at < LIFETIME
        {
            return Ok(metadata);
        }
        let url = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let metadata: Metadata = self.fetch(app, issuer, &url).await?;
        if metadata.issuer != named.unwrap_or(issuer) {
            let other: String = metadata.issuer.chars().take(200).collect();
            return Err(strange(issuer, "its document is that of another issuer")
                .with("expected", named.unwrap_or(issuer))
                .with("seen", other));
        }
        let endpoints = [
            Some(&metadata.authorization_endpoint),
            Some(&metadata.token_endpoint),
            Some(&metadata.jwks_uri),
            metadata.userinfo_endpoint.as_ref(),
        ];
        if !endpoints.into_iter().flatten().all(|it| is_safe(it, issuer)) {
            return Err(strange(issuer, "its document names an endpoint without https"));
        }
        self.change(issuer, |kept| kept.metadata = Some((metadata.clone(), now)));
        Ok(metadata)
    }

    /// The keys of an issuer, at most an hour old; with `anew` at most a minute.
    ///
    /// # Errors
    /// `EXTERNAL_SERVICE_ERROR` when it cannot be reached, or has no key that we know how to use.
    pub async fn keys(
        &self,
        app: &App,
        issuer: &str,
        metadata: &Metadata,
        anew: bool,
    ) -> Result<ForeignKeys> {
        let now = app.clock.now();
        let rest = if anew { KEYS_REST } else { LIFETIME };
        if let Some((keys, at)) = self.of(issuer).keys
            && now - at < rest
        {
            return Ok(keys);
        }
        let set: Jwks = self.fetch(app, issuer, &metadata.jwks_uri).await?;
        let keys = ForeignKeys::read(&set);
        if keys.is_empty() {
            return Err(strange(issuer, "it has no key that can verify an ID token"));
        }
        self.change(issuer, |kept| kept.keys = Some((keys.clone(), now)));
        Ok(keys)
    }

    /// Verifies an ID token of an issuer; with newer keys, when it names one that is not known.
    ///
    /// # Errors
    /// As [`keys`](Self::keys); inside, why the token was refused.
    pub async fn verify(
        &self,
        app: &App,
        issuer: &str,
        metadata: &Metadata,
        token: &SecretString,
        expected: &Expected<'_>,
    ) -> Result<Result<IdToken, Rejected>> {
        let keys = self.keys(app, issuer, metadata, false).await?;
        match IdToken::verify(token.reveal(), &keys, expected) {
            Err(Rejected::Signature(JwsError::UnknownKey)) => {
                let keys = self.keys(app, issuer, metadata, true).await?;
                Ok(IdToken::verify(token.reveal(), &keys, expected))
            }
            judged => Ok(judged),
        }
    }

    async fn fetch<T: DeserializeOwned>(&self, app: &App, issuer: &str, url: &str) -> Result<T> {
        let now = app.clock.now();
        if self
            .of(issuer)
            .failed_at
            .is_some_and(|at| now - at < FAILURE_REST)
        {
            return Err(strange(issuer, "it did not answer a moment ago"));
        }
        let fetched = if self.guarded {
            get_guarded(app, issuer, url).await
        } else {
            let accept = [("accept", "application/json")];
            app.outbound.get_text(url, &accept).await
        };
        self.change(issuer, |kept| kept.failed_at = fetched.is_err().then_some(now));
        let text = fetched?;
        serde_json::from_str(&text)
            .map_err(|error| strange(issuer, &format!("what it says is not understood: {error}")))
    }
}

async fn get_guarded(app: &App, issuer: &str, url: &str) -> Result<String> {
    let url =
        PublicUrl::parse(url, app.public.reach()).map_err(|error| strange(issuer, &error.to_string()))?;
    let accept = [("accept", "application/json".to_owned())];
    let answer = app.public.get(&url, &accept).await;
    let answer = answer.map_err(|error| strange(issuer, &error))?;
    if !(200..300).contains(&answer.status) {
        return Err(strange(
            issuer,
            &format!("it answered with status {}", answer.status),
        ));
    }
    String::from_utf8(answer.body).map_err(|_| strange(issuer, "what it says is no text"))
}

/// Told with the issuer in the log; people learn that the provider has a problem.
#[track_caller]
fn strange(issuer: &str, reason: &str) -> Error {
    Error::new(Code::ExternalService).caused_by(format!("the provider {issuer}: {reason}"))
}

fn is_safe(endpoint: &str, issuer: &str) -> bool {
    let (Ok(endpoint), Ok(issuer)) = (Url::parse(endpoint), Url::parse(issuer)) else {
        return false;
    };
    endpoint.scheme() == "https" || (issuer.scheme() == "http" && endpoint.host_str() == issuer.host_str())
}
