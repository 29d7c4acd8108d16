//! Rate limits by name. Redis decides when it is there, so that all instances count together; this process does
//! otherwise: a limit never opens because a dependency is away.

use crate::app::App;
use crate::client::{Client, Quota};
use crate::config::Rate;
use crate::error::{Code, Result, Truth};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Sign-ins per account, known or not.
    Login,
    /// Sign-ins per network.
    LoginAddress,
    /// Registrations per network.
    Register,
    /// Refreshes per network.
    Refresh,
    /// Requests for a mail per network.
    EmailRequest,
    /// Mails that were asked for, per address.
    EmailPerUser,
    /// All mails.
    EmailGlobal,
    /// Text messages per number.
    SmsPerPhone,
    /// Text messages that were asked for, per account.
    SmsPerAccount,
    /// All text messages.
    SmsGlobal,
    /// Tries of a link per network.
    Link,
    /// Tries of the current password per user.
    PasswordChange,
    /// Requests of one API key.
    ApiKey,
    /// Questions to passkeys and their answers, per network.
    Passkey,
    /// Organizations that somebody makes, per user.
    OrganizationCreate,
    /// Invitations, per organization and per person.
    Invitation,
    /// Invitations to one address, from wherever.
    InvitationAddress,
    /// Domains that are claimed, and looks into the DNS, per organization.
    Domain,
    /// Test events to webhooks, per user.
    WebhookTest,
    /// Ways to other providers and back, per network.
    Social,
    /// Ways to identity providers of organizations and back, per network.
    Sso,
    /// Exports of the audit log, per person or API key.
    AuditExport,
    /// Exports of what is kept of people, per who asks.
    Export,
}

impl Limit {
    fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginAddress => "login_address",
            Self::Register => "register",
            Self::Refresh => "refresh",
            Self::EmailRequest => "email_request",
            Self::EmailPerUser => "email_per_user",
            Self::EmailGlobal => "email_global",
            Self::SmsPerPhone => "sms_per_phone",
            Self::SmsPerAccount => "sms_per_account",
            Self::SmsGlobal => "sms_global",
            Self::Link => "link",
            Self::PasswordChange => "password_change",
            Self::ApiKey => "api_key",
            Self::Passkey => "passkey",
            Self::OrganizationCreate => "organization_create",
            Self::Invitation => "invitation",
            Self::InvitationAddress => "invitation_address",
            Self::Domain => "domain",
            Self::WebhookTest => "webhook_test",
            Self::Social => "social",
            Self::Sso => "sso",
            Self::AuditExport => "audit_export",
            Self::Export => "export",
        }
    }

    fn rate(self, app: &App) -> Rate {
        let limits = &app.config.limits;
        match self {
            Self::Login => limits.login,
            Self::LoginAddress => limits.login_address,
            Self::Register => limits.register,
            Self::Refresh => limits.refresh,
            Self::EmailRequest => limits.mail_request,
            Self::EmailPerUser => app.config.mail.per_user,
            Self::EmailGlobal => app.config.mail.global,
            Self::SmsPerPhone | Self::SmsPerAccount => app.config.sms.per_phone,
            Self::SmsGlobal => app.config.sms.global,
            Self::Link => limits.link,
            Self::PasswordChange => limits.password_change,
            Self::ApiKey => limits.api_key,
            Self::Passkey => limits.passkey,
            Self::OrganizationCreate => limits.organization_create,
            Self::Invitation => limits.invitation,
            Self::InvitationAddress => limits.invitation_address,
            Self::Domain => limits.domain,
            Self::WebhookTest => limits.webhook_test,
            Self::Social => limits.social,
            Self::Sso => limits.sso,
            Self::AuditExport => limits.audit_export,
            Self::Export => limits.export,
        }
    }

    fn refusal(self) -> Code {
        match self {
            Self::EmailPerUser | Self::EmailGlobal | Self::InvitationAddress => Code::EmailRateLimited,
            Self::SmsPerPhone | Self::SmsPerAccount | Self::SmsGlobal => Code::SmsRateLimited,
            _ => Code::RateLimited,
        }
    }
}

/// Counts one request of this client against a limit.
///
/// # Errors
/// `RATE_LIMITED` with the seconds to wait.
pub async fn check(app: &App, limit: Limit, client: &Client, key: &str) -> Result<()> {
    count(app, limit, key, Some(client)).await
}

/// Counts one request against a rate of its own.
///
/// # Errors
/// `RATE_LIMITED` with the seconds to wait.
pub async fn check_at(app: &App, limit: Limit, client: &Client, key: &str, rate: Rate) -> Result<()> {
    count_at(app, limit, key, Some(client), rate).await
}

/// Counts a request that belongs to the client's network.
///
/// # Errors
/// `RATE_LIMITED` with the seconds to wait.
pub async fn check_network(app: &App, limit: Limit, client: &Client) -> Result<()> {
    count(app, limit, &client.network(), Some(client)).await
}

/// Counts something that no request waits for.
///
/// # Errors
/// `RATE_LIMITED` with the seconds to wait.
pub async fn check_quietly(app: &App, limit: Limit, key: &str) -> Result<()> {
    count(app, limit, key, None).await
}

async fn count(app: &App, limit: Limit, key: &str, client: Option<&Client>) -> Result<()> {
    count_at(app, limit, key, client, limit.rate(app)).await
}

async fn count_at(app: &App, limit: Limit, key: &str, client: Option<&Client>, rate: Rate) -> Result<()> {
    if !app.config.limits.enabled {
        return Ok(());
    }
    let rate = crate::io::cache::Rate {
        burst: rate.burst,
        period_ms: rate.period_ms,
    };
    let decision = app
        .cache
        .hit(limit.name(), key, &rate, app.clock.now_millis())
        .await;
    if let Some(client) = client {
        let reset_seconds = seconds(decision.reset_after_ms);
        client.note_quota(Quota {
            limit: decision.limit,
            remaining: decision.remaining,
            reset_seconds,
        });
    }
    if decision.allowed {
        return Ok(());
    }
    tracing::warn!(limit = limit.name(), "a rate limit refused a request");
    let refused = limit.refusal().because(Truth::RateLimit);
    let refused = refused
        .given("limit", limit.name())
        .given("burst", decision.limit);
    Err(refused.retry_after(seconds(decision.retry_after_ms).max(1)))
}

fn seconds(millis: u64) -> u64 {
    millis.div_ceil(1000)
}
