//! What the configuration alone tells.

use super::{Diagnosis, Finding};
use crate::config::{Config, Problem, UserVerification};
use crate::io::mail::Mailer;
use crate::rendering::Renderer;
use crate::tokens::keys;

/// Findings for what keeps the configuration from being read.
pub(super) fn of_problems(problems: &[Problem]) -> Vec<Finding> {
    let finding = |it: &Problem| Finding::new(of_problem(it), it.to_string());
    problems.iter().map(finding).collect()
}

fn of_problem(problem: &Problem) -> Diagnosis {
    let (name, text) = (problem.name.as_str(), problem.text.as_str());
    if text.contains("is not a setting") {
        return Diagnosis::UnknownSetting;
    }
    let begins = |prefixes: &[&str]| prefixes.iter().any(|it| name.starts_with(it));
    match name {
        "DATABASE_URL" | "REDIS_URL" | "JWT_SECRET_KEY" if text.starts_with("is missing") => {
            Diagnosis::MissingSetting
        }
        "APP_BASE_URL" => Diagnosis::BaseUrl,
        "CORS_ORIGINS" | "RETURN_ORIGINS" => Diagnosis::CorsSetting,
        "WEBAUTHN_STRICT_COUNTER" => Diagnosis::StrictCounter,
        "SSO_CALLBACK_URL" => Diagnosis::CallbackElsewhere,
        "SSO_ATTRIBUTE_MAPPING" => Diagnosis::MappingUnreadable,
        _ if begins(&["DATABASE_", "SLOW_QUERY", "SQL"]) => Diagnosis::DatabaseSetting,
        _ if begins(&["REDIS_", "CACHE_"]) => Diagnosis::RedisSetting,
        _ if begins(&["JWT_", "JANUA_MASTER_KEY", "REFRESH_TOKEN", "ACCESS_TOKEN"]) => {
            Diagnosis::TokenSetting
        }
        _ if begins(&["SESSION_"]) => Diagnosis::CookieSetting,
        _ if begins(&["WEBAUTHN_"]) => Diagnosis::RelyingParty,
        _ if begins(&["TOTP_", "MFA_"]) => Diagnosis::TotpSetting,
        _ if begins(&["SMS_", "TWILIO_"]) => Diagnosis::SmsSetting,
        _ if begins(&["SMTP_", "EMAIL_", "PASSWORD_RESET_EXPIRE"]) => Diagnosis::MailSetting,
        _ if begins(&["SSO_"]) => Diagnosis::SsoSetting,
        _ if begins(&["OAUTH_"]) => Diagnosis::SocialSetting,
        _ if begins(&[
            "PASSWORD_",
            "ACCOUNT_",
            "ARGON2_",
            "HASH_",
            "ADMIN_BOOTSTRAP",
            "RATE_LIMIT",
        ]) =>
        {
            Diagnosis::AccountSetting
        }
        _ => Diagnosis::BadSetting,
    }
}

/// What is legal and probably not meant, and files that do not do.
pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let warned = config.warnings();
    let mut found: Vec<Finding> = warned
        .iter()
        .map(|it| Finding::new(of_warning(it), it.to_string()))
        .collect();
    found.extend(of_files(config));
    let told = contradictions(config);
    let told = told.into_iter().filter(|(applies, ..)| *applies);
    found.extend(told.map(|(_, diagnosis, cause)| Finding::new(diagnosis, cause)));
    // The worse one says it all.
    let both = [
        (Diagnosis::CookieElsewhere, Diagnosis::CookieForAll),
        (Diagnosis::CookieNeedsHttps, Diagnosis::BaseUrlInClear),
    ];
    for (worse, better) in both {
        if found.iter().any(|it| it.diagnosis() == worse) {
            found.retain(|it| it.diagnosis() != better);
        }
    }
    found
}

fn of_warning(warning: &Problem) -> Diagnosis {
    match warning.name.as_str() {
        "APP_BASE_URL" => Diagnosis::BaseUrlInClear,
        "SESSION_COOKIE_SAMESITE" if warning.text.contains("SSO_RELAY_STATE_SECRET") => {
            Diagnosis::CookieBreaksSso
        }
        "SESSION_COOKIE_SAMESITE" => Diagnosis::CookieStrict,
        "SESSION_COOKIE_HTTPONLY" => Diagnosis::CookieForScripts,
        "SESSION_COOKIE_DOMAIN" => Diagnosis::CookieForAll,
        "RATE_LIMIT_ENABLED" => Diagnosis::NoLimits,
        "REFRESH_TOKEN_ROTATION" => Diagnosis::NoRotation,
        "ACCESS_TOKEN_EXPIRE_MINUTES" => Diagnosis::LongTokens,
        "TWILIO_ACCOUNT_SID" => Diagnosis::SmsUnused,
        "PASSWORD_MIN_LENGTH" => Diagnosis::ShortPasswords,
        "ACCOUNT_LOCKOUT_THRESHOLD" => Diagnosis::OddLockout,
        "ARGON2_MEMORY_KIB" => Diagnosis::WeakHashes,
        "DEBUG" => Diagnosis::DebugInProduction,
        "LOG_LEVEL" => Diagnosis::LoudLog,
        "SMTP_HOST" => Diagnosis::NoMailServer,
        "REQUIRE_EMAIL_VERIFICATION" => Diagnosis::Unverified,
        "DATABASE_URL" => Diagnosis::SqliteInProduction,
        "REDIS_URL" => Diagnosis::RedisMissing,
        "TRUSTED_PROXIES" => Diagnosis::NoTrustedProxies,
        "CORS_ORIGINS" => Diagnosis::CorsInClear,
        _ => Diagnosis::BadSetting,
    }
}

fn of_files(config: &Config) -> Vec<Finding> {
    let mail = &config.mail;
    let renderer = Renderer::new(mail.templates_dir.as_deref(), &mail.default_locale);
    let keys = keys::check_files(&config.tokens).err();
    let tried = [
        Mailer::new(config).err().map(|it| (Diagnosis::MailSetting, it)),
        renderer.err().map(|it| (Diagnosis::TemplatesUnusable, it)),
        keys.map(|it| (of_keys(&it), it)),
    ];
    let wrong = tried.into_iter().flatten();
    wrong
        .map(|(diagnosis, cause)| Finding::new(diagnosis, cause))
        .collect()
}

fn of_keys(text: &str) -> Diagnosis {
    if text.contains("do not belong together") {
        Diagnosis::KeyPair
    } else if text.contains("does not hold a key for") {
        Diagnosis::KeyAlgorithm
    } else {
        Diagnosis::KeyFile
    }
}

/// Settings that are right each for itself, and not together.
fn contradictions(config: &Config) -> Vec<(bool, Diagnosis, String)> {
    let (server, cookies) = (&config.server, &config.cookies);
    let base = &server.base_url;
    let host = host_of(base);
    let is_local = is_local(host);
    let domain = cookies.domain.as_deref().map(|it| it.trim_start_matches('.'));
    let elsewhere = domain.filter(|it| host != *it && !host.ends_with(&format!(".{it}")));
    let callback = &config.sso.callback_url;
    let logging = &config.logging;
    vec![
        (
            server.is_production() && is_local,
            Diagnosis::BaseUrlIsLocal,
            format!("APP_BASE_URL is {base}"),
        ),
        (
            elsewhere.is_some(),
            Diagnosis::CookieElsewhere,
            format!(
                "SESSION_COOKIE_DOMAIN is {}, and people open {host}",
                cookies.domain.as_deref().unwrap_or_default()
            ),
        ),
        (
            cookies.secure && base.starts_with("http://") && !is_local,
            Diagnosis::CookieNeedsHttps,
            format!("SESSION_COOKIE_SECURE is true and APP_BASE_URL is {base}"),
        ),
        (
            !config.passkeys.origins.iter().any(|it| it == origin_of(base)),
            Diagnosis::PagesWithoutPasskeys,
            format!(
                "WEBAUTHN_RP_ORIGIN is {}, without {}",
                config.passkeys.origins.join(","),
                origin_of(base)
            ),
        ),
        (
            config.passkeys.user_verification == UserVerification::Required,
            Diagnosis::VerificationRequired,
            "WEBAUTHN_USER_VERIFICATION is required".to_owned(),
        ),
        (
            config.sso.relay_state_secret.is_some()
                && (host_of(callback) != host || !callback.ends_with("/api/v1/sso/callback")),
            Diagnosis::CallbackElsewhere,
            format!("SSO_CALLBACK_URL is {callback}, and APP_BASE_URL is {base}"),
        ),
        (
            config.second_factors.totp_window == 0,
            Diagnosis::TotpStrict,
            "TOTP_VALID_WINDOW is 0: only the code of this very half minute counts".to_owned(),
        ),
        (
            !config.cache.enabled,
            Diagnosis::CacheOff,
            "CACHE_ENABLED is false".to_owned(),
        ),
        (
            server.is_production() && config.database.echo,
            Diagnosis::StatementsInLog,
            "SQL_ECHO is true in production".to_owned(),
        ),
        (
            server.is_production() && (logging.request_body || logging.response_body),
            Diagnosis::BodiesInLog,
            "LOG_REQUEST_BODY or LOG_RESPONSE_BODY is true in production".to_owned(),
        ),
    ]
}

/// The host of an address, without its port.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|it| it.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Scheme, host and port of an address.
fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find('/').map_or(url.len(), |at| start + at);
    &url[..end]
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}
