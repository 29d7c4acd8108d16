//! Access tokens: JWTs (RFC 9068) that live for minutes and point at a session.

use std::sync::Arc;

use super::verified::Fingerprint;
use super::{acting, keys};
use crate::app::App;
use crate::crypto::signing::{
    AccessClaims, AccessError, ActingParty, Audience, Expected, VerifiedAccess, sign_access, verify_access,
};
use crate::error::{Code, Error, Result, Truth};
use crate::sessions::Session;

/// Signs an access token for a session; gives it with the seconds that it lives.
///
/// # Errors
/// `OVERLOADED` when too many signatures wait, `DATABASE_UNAVAILABLE` when the keys are too old to sign with.
pub async fn access_token(app: &App, session: &Session) -> Result<(String, i64)> {
    let acting = acting::of(app, session).await?;
    let now = app.clock.now();
    let tokens = &app.config.tokens;
    let lifetime = i64::try_from(tokens.access_lifetime.as_secs()).unwrap_or(i64::MAX);
    // A token never outlives its session; one of an impersonator lives as long, for nothing renews it.
    let left = (session.ends_at - now).num_seconds();
    let lifetime = match session.impersonator_id {
        Some(_) => left,
        None => lifetime.min(left),
    };
    let claims = AccessClaims {
        iss: tokens.issuer.clone(),
        aud: Audience::from(tokens.audience.as_str()),
        sub: session.user_id.to_string(),
        sid: session.id.to_string(),
        jti: app.random.id(now).to_string(),
        iat: now.timestamp(),
        exp: now.timestamp() + lifetime,
        scope: None,
        roles: acting.as_ref().map(|it| vec![it.role.clone()]),
        org: acting.map(|it| it.organization.to_string()),
        act: session
            .impersonator_id
            .as_ref()
            .map(|it| ActingParty { sub: it.to_string() }),
        amr: session.amr.split(' ').map(str::to_owned).collect(),
        auth_time: session.authenticated_at.timestamp(),
    };
    let key = keys::signer(app).await?;
    let token = app
        .signing
        .run(move |()| sign_access(&key, &claims))
        .await?
        .map_err(Error::internal)?;
    app.metrics.token_issued("access");
    Ok((token, lifetime))
}

/// Checks signature, issuer, audience, type and time of an access token. The session is another question.
///
/// A token that names an unknown key has the keys read again, at most once in a while: another instance may have
/// rotated them a moment ago.
///
/// # Errors
/// `TOKEN_EXPIRED` when only its time is over, `TOKEN_INVALID` for all else; the log tells why.
pub async fn verify(app: &App, token: &str) -> Result<Arc<VerifiedAccess>> {
    let tokens = &app.config.tokens;
    let expected = Expected {
        issuer: &tokens.issuer,
        audience: &tokens.audience,
        now_unix: app.clock.now().timestamp(),
        leeway_seconds: i64::from(tokens.leeway_seconds),
    };
    let mut verifiers = app.ring.verifiers();
    let fingerprint = Fingerprint::of(token);
    let verified = if let Some(known) = app.verified_tokens.find(&fingerprint, &verifiers) {
        known.is_in_time(&expected).map(|()| known)
    } else {
        let mut verified = verify_access(token, &verifiers, &expected);
        if verified == Err(AccessError::UnknownKey) && Box::pin(keys::look_again(app, &verifiers)).await {
            verifiers = app.ring.verifiers();
            verified = verify_access(token, &verifiers, &expected);
        }
        verified.map(Arc::new).inspect(|access| {
            app.verified_tokens
                .remember(fingerprint, verifiers, access.clone());
        })
    };
    verified.map_err(|refused| match refused {
        AccessError::Expired => Code::TokenExpired.because(Truth::TokenOver),
        AccessError::UnknownKey => {
            tracing::info!(reason = "unknown key", "an access token was refused");
            let refused = Code::TokenInvalid.because(Truth::TokenSignature);
            refused.given("reason", "unknown key")
        }
        AccessError::Invalid(reason) => {
            tracing::info!(reason, "an access token was refused");
            let refused = Code::TokenInvalid.because(Truth::TokenSignature);
            refused.given("reason", reason)
        }
    })
}
