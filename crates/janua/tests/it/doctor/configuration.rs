//! Settings that are wrong, missing, or not meant so.

use std::process::Command;

use super::{Deployment, Fault, MASTER_KEY, assert_named};
use crate::operator_cli::{Done, Operator, on_postgres};

/// A deployment in production, as its operator has set it up; the rest has defaults that do.
const PRODUCTION: [(&str, &str); 5] = [
    ("ENVIRONMENT", "production"),
    ("APP_BASE_URL", "https://id.example.com"),
    ("TRUSTED_PROXIES", "10.0.0.0/8"),
    ("JANUA_MASTER_KEY", MASTER_KEY),
    ("CORS_ORIGINS", "https://app.example.com"),
];

const SECRET: (&str, &str) = ("SSO_RELAY_STATE_SECRET", MASTER_KEY);

#[tokio::test]
async fn names_and_values_that_cannot_be() {
    let mended = Deployment::starts().await;
    mended.suffers(
        &[],
        &[
            ("JD-DEPLOY-011", &[("SESSION_COOKIE_SECUR", "true")]),
            ("JD-DEPLOY-012", &[("PORT", "eighty")]),
            ("JD-DEPLOY-013", &[("APP_BASE_URL", "id.example.com")]),
            (
                "JD-DEPLOY-014",
                &[
                    ("APP_BASE_URL", "http://id.example.com"),
                    ("SESSION_COOKIE_SECURE", "false"),
                ],
            ),
            ("JD-DEPLOY-023", &[("TEMPLATES_DIR", "/nowhere/at/all")]),
            (
                "JD-DB-010",
                &[("DATABASE_URL", "postgresql+asyncpg://janua@localhost/janua")],
            ),
            ("JD-DB-010", &[("DATABASE_POOL_SIZE", "0")]),
            ("JD-REDIS-003", &[("REDIS_URL", "http://localhost:6379")]),
            ("JD-REDIS-003", &[("REDIS_PORT", "many")]),
            ("JD-REDIS-008", &[("CACHE_ENABLED", "false")]),
            ("JD-SDK-010", &[("CORS_ORIGINS", "*")]),
            ("JD-SDK-010", &[("CORS_ORIGINS", "https://app.example.com/login")]),
        ],
    );
}

#[tokio::test]
async fn cookies_and_rules_for_accounts() {
    let mended = Deployment::starts().await;
    mended.suffers(
        &[],
        &[
            (
                "JD-AUTH-030",
                &[
                    ("SESSION_COOKIE_SAMESITE", "none"),
                    ("SESSION_COOKIE_SECURE", "false"),
                ],
            ),
            ("JD-AUTH-030", &[("SESSION_COOKIE_SAMESITE", "sometimes")]),
            ("JD-AUTH-031", &[("SESSION_COOKIE_DOMAIN", ".example.com")]),
            (
                "JD-AUTH-032",
                &[
                    ("APP_BASE_URL", "http://id.example.com"),
                    ("SESSION_COOKIE_SECURE", "true"),
                ],
            ),
            ("JD-AUTH-033", &[("SESSION_COOKIE_SAMESITE", "strict")]),
            ("JD-AUTH-034", &[("SESSION_COOKIE_HTTPONLY", "false")]),
            ("JD-AUTH-035", &[("SESSION_COOKIE_DOMAIN", "localhost")]),
            ("JD-AUTH-036", &[("RATE_LIMIT_ENABLED", "false")]),
            ("JD-AUTH-037", &[("ACCOUNT_LOCKOUT_THRESHOLD", "100000")]),
            ("JD-AUTH-038", &[("PASSWORD_MIN_LENGTH", "4")]),
            ("JD-AUTH-039", &[("ARGON2_MEMORY_KIB", "64")]),
            ("JD-AUTH-041", &[("ACCOUNT_LOCKOUT_DURATION_MINUTES", "long")]),
            ("JD-AUTH-041", &[("ADMIN_BOOTSTRAP_EMAIL", "root@example.com")]),
        ],
    );
}

#[tokio::test]
async fn second_factors_passkeys_and_other_providers() {
    let mended = Deployment::starts().await;
    mended.is_healthy(&[SECRET]);
    mended.suffers(
        &[],
        &[
            ("JD-MFA-020", &[("TOTP_VALID_WINDOW", "9")]),
            ("JD-MFA-021", &[("TOTP_VALID_WINDOW", "0")]),
            ("JD-MFA-022", &[("SMS_PROVIDER", "pigeon")]),
            ("JD-MFA-022", &[("SMS_DEFAULT_REGION", "Atlantis")]),
            (
                "JD-MFA-024",
                &[("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef")],
            ),
            ("JD-PASSKEY-020", &[("WEBAUTHN_RP_ID", "other.example")]),
            (
                "JD-PASSKEY-020",
                &[("WEBAUTHN_RP_ORIGIN", "http://localhost:4100/account")],
            ),
            ("JD-PASSKEY-021", &[("WEBAUTHN_STRICT_COUNTER", "false")]),
            (
                "JD-PASSKEY-022",
                &[
                    ("WEBAUTHN_RP_ID", "example.com"),
                    ("WEBAUTHN_RP_ORIGIN", "https://app.example.com"),
                ],
            ),
            ("JD-PASSKEY-023", &[("WEBAUTHN_USER_VERIFICATION", "required")]),
            ("JD-SSO-030", &[("SSO_RELAY_STATE_SECRET", "short")]),
            ("JD-SSO-030", &[("SSO_CLOCK_SKEW_SECONDS", "3600")]),
            ("JD-SSO-031", &[("SSO_CALLBACK_URL", "callback")]),
            (
                "JD-SSO-031",
                &[
                    SECRET,
                    (
                        "SSO_CALLBACK_URL",
                        "https://elsewhere.example/api/v1/sso/callback",
                    ),
                ],
            ),
            (
                "JD-SSO-031",
                &[
                    SECRET,
                    ("SSO_CALLBACK_URL", "http://localhost:4100/api/v1/sso/callback/"),
                ],
            ),
            ("JD-SSO-032", &[SECRET, ("SESSION_COOKIE_SAMESITE", "strict")]),
            ("JD-SSO-033", &[("SSO_ATTRIBUTE_MAPPING", "email=mail")]),
            ("JD-SSO-035", &[("OAUTH_GOOGLE_CLIENT_ID", "only-half")]),
        ],
    );
}

#[tokio::test]
async fn tokens_and_their_keys() {
    let mended = Deployment::starts().await;
    let keys = Operator::new(&[]);
    for (folder, algorithm) in [("one", "RS256"), ("other", "RS256"), ("curve", "ES256")] {
        keys.does(&format!("keys generate --out {folder} --algorithm {algorithm}"))
            .ok();
    }
    let file = |name: &str| keys.path().join(name).display().to_string();
    let (private, public) = (file("one/private.pem"), file("one/public.pem"));
    let (other, curve) = (
        file("other/public.pem"),
        (file("curve/private.pem"), file("curve/public.pem")),
    );
    let faults: [Fault<'_>; 9] = [
        ("JD-JWT-011", &[("JWT_SECRET_KEY", "short")]),
        ("JD-JWT-011", &[("JWT_ALGORITHM", "none")]),
        ("JD-JWT-011", &[("REFRESH_TOKEN_EXPIRE_DAYS", "0")]),
        ("JD-JWT-011", &[("JWT_PRIVATE_KEY_PATH", &private)]),
        (
            "JD-JWT-012",
            &[
                ("JWT_PRIVATE_KEY_PATH", "/nowhere/private.pem"),
                ("JWT_PUBLIC_KEY_PATH", &public),
            ],
        ),
        (
            "JD-JWT-013",
            &[
                ("JWT_PRIVATE_KEY_PATH", &private),
                ("JWT_PUBLIC_KEY_PATH", &other),
            ],
        ),
        (
            "JD-JWT-014",
            &[
                ("JWT_PRIVATE_KEY_PATH", &curve.0),
                ("JWT_PUBLIC_KEY_PATH", &curve.1),
            ],
        ),
        ("JD-JWT-015", &[("REFRESH_TOKEN_ROTATION", "false")]),
        ("JD-JWT-016", &[("ACCESS_TOKEN_EXPIRE_MINUTES", "120")]),
    ];
    mended.suffers(&[], &faults);
}

#[tokio::test]
async fn mail_that_is_only_half_set_up() {
    let mended = Deployment::starts().await;
    let half = [("SMTP_HOST", "127.0.0.1")];
    mended.suffers(
        &half,
        &[
            ("JD-MAIL-010", &[]),
            ("JD-MAIL-010", &[("SMTP_FROM", "nobody")]),
            (
                "JD-MAIL-010",
                &[("SMTP_FROM", "janua@example.com"), ("SMTP_USER", "janua")],
            ),
            (
                "JD-MAIL-010",
                &[
                    ("SMTP_FROM", "janua@example.com"),
                    ("SMTP_CA_FILE", "/nowhere.pem"),
                ],
            ),
            (
                "JD-MAIL-010",
                &[
                    ("SMTP_FROM", "janua@example.com"),
                    ("EMAIL_VERIFICATION_EXPIRE_HOURS", "0"),
                ],
            ),
            (
                "JD-MAIL-011",
                &[("SMTP_FROM", "janua@example.com"), ("SMTP_PORT", "1")],
            ),
        ],
    );
}

/// PostgreSQL alone is right in production.
#[tokio::test]
async fn what_only_production_minds() {
    if !on_postgres() {
        return;
    }
    let mended = Deployment::with(&[("JANUA_MASTER_KEY", MASTER_KEY)]).await;
    let mail = crate::support::Backend::mail().await.expect("a mail server");
    let port = mail.port.to_string();
    let mail = [
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_TLS", "false"),
        ("SMTP_FROM", "janua@example.com"),
    ];
    let base = [&PRODUCTION[..], &mail[..]].concat();
    mended.is_healthy(&base);
    mended.suffers(
        &base,
        &[
            ("JD-DEPLOY-010", &[("DATABASE_URL", "")]),
            ("JD-DEPLOY-010", &[("REDIS_URL", "")]),
            ("JD-DEPLOY-010", &[("JANUA_MASTER_KEY", "")]),
            ("JD-DEPLOY-013", &[("APP_BASE_URL", "http://id.example.com")]),
            ("JD-DEPLOY-015", &[("APP_BASE_URL", "https://localhost")]),
            ("JD-DEPLOY-016", &[("TRUSTED_PROXIES", "")]),
            ("JD-DEPLOY-017", &[("DEBUG", "true")]),
            ("JD-DEPLOY-018", &[("LOG_LEVEL", "DEBUG")]),
            ("JD-DEPLOY-019", &[("LOG_REQUEST_BODY", "true")]),
            ("JD-AUTH-030", &[("SESSION_COOKIE_SECURE", "false")]),
            ("JD-AUTH-040", &[("REQUIRE_EMAIL_VERIFICATION", "false")]),
            ("JD-MAIL-015", &[("SMTP_HOST", ""), ("SMTP_FROM", "")]),
            ("JD-REDIS-007", &[("REDIS_URL", "memory:")]),
            ("JD-DB-026", &[("DATABASE_URL", "sqlite:nowhere-yet.db")]),
            ("JD-SDK-012", &[("CORS_ORIGINS", "http://app.example.com")]),
            ("JD-PERF-010", &[("SQLALCHEMY_ECHO", "true")]),
            ("JD-MFA-022", &[("SMS_PROVIDER", "catcher")]),
        ],
    );
}

/// Runs the doctor under limits of the shell.
fn within(limit: &str, deployment: &Deployment, own: &[(&str, &str)]) -> Done {
    let operator = deployment.operator(own);
    let script = format!("{limit}; exec {} doctor --json", env!("CARGO_BIN_EXE_janua"));
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]);
    operator.runs(shell)
}

#[tokio::test]
async fn a_machine_that_gives_too_little() {
    let deployment = Deployment::starts().await;
    let large = [("ARGON2_MEMORY_KIB", "8388608"), ("HASH_THREADS", "2")];
    let done = within("ulimit -v 8000000", &deployment, &large);
    assert_named(&done, "JD-DEPLOY-021", "8 GiB for all, and 8 for each hash");
    let done = within("ulimit -n 64", &deployment, &[]);
    assert_named(&done, "JD-DEPLOY-022", "64 open files");
}
