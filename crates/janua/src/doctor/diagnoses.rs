//! Every trouble that the doctor knows, one line each: the single place that decides code, area, severity and words.
//!
//! `docs/reference/doctor.md` is generated from this table. Codes are the same as those in `details.help` of errors: an
//! error that a person meets and a finding that explains it carry one code.

use serde::Serialize;
use utoipa::ToSchema;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// It works, and probably not as it is meant to.
    Warning,
    /// Something does not work.
    Error,
}

impl Severity {
    /// As it is told.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! areas {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// A chapter of troubles.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema, clap::ValueEnum)]
        #[serde(rename_all = "lowercase")]
        #[value(rename_all = "lowercase")]
        pub enum Area { $( #[doc = $doc] $variant, )* }

        impl Area {
            /// Every area.
            pub const ALL: &'static [Area] = &[$(Area::$variant,)*];
            /// As it stands in codes.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
            /// What belongs to it.
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $doc,)* } }
        }
    };
}

areas! {
    Deploy "DEPLOY" "Configuration, deployment and the way from outside";
    Db "DB" "The database and its schema";
    Redis "REDIS" "Redis";
    Jwt "JWT" "Tokens, signing keys and the clock";
    Auth "AUTH" "Sign-in, cookies and passwords";
    Mfa "MFA" "Second factors and text messages";
    Passkey "PASSKEY" "Passkeys";
    Sso "SSO" "Single sign-on and other providers";
    Mail "MAIL" "Mail";
    Sdk "SDK" "Clients and browsers";
    Perf "PERF" "Speed";
    Key "KEY" "API keys";
    Org "ORG" "Organizations";
    Hook "HOOK" "Webhooks";
}

macro_rules! diagnoses {
    ($($variant:ident $code:literal $area:ident $severity:ident $fixable:literal $symptom:literal $remedy:literal;)*) => {
        /// A trouble that the doctor looks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Diagnosis { $( #[doc = $code] $variant, )* }

        impl Diagnosis {
            /// Every diagnosis, in the order of the table.
            pub const ALL: &'static [Diagnosis] = &[$(Diagnosis::$variant,)*];

            /// Its code, which never changes.
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code,)* } }
            /// The chapter it belongs to.
            pub const fn area(self) -> Area { match self { $(Self::$variant => Area::$area,)* } }
            /// How much it matters.
            pub const fn severity(self) -> Severity { match self { $(Self::$variant => Severity::$severity,)* } }
            /// Whether `janua doctor --fix` can mend it.
            pub const fn fixable(self) -> bool { match self { $(Self::$variant => $fixable,)* } }
            /// What somebody notices.
            pub const fn symptom(self) -> &'static str { match self { $(Self::$variant => $symptom,)* } }
            /// What mends it.
            pub const fn remedy(self) -> &'static str { match self { $(Self::$variant => $remedy,)* } }
        }
    };
}

diagnoses! {
    MissingSetting "JD-DEPLOY-010" Deploy Error false "The server exits with code 1 when it starts; in Kubernetes, CrashLoopBackOff" "Set what the cause names. `janua config init` writes a file with every setting.";
    UnknownSetting "JD-DEPLOY-011" Deploy Error false "A setting has no effect, and the server refuses to start" "Correct the name, or remove the variable.";
    BadSetting "JD-DEPLOY-012" Deploy Error false "The server exits with code 1 and names a setting" "Give the setting a value as docs/reference/configuration.md describes it.";
    BaseUrl "JD-DEPLOY-013" Deploy Error false "Links in mails lead nowhere, and tokens carry another issuer" "Set APP_BASE_URL to the https:// address that people open.";
    BaseUrlInClear "JD-DEPLOY-014" Deploy Warning false "Passwords and tokens travel in clear" "Put a proxy with a certificate before the server and set APP_BASE_URL to its https:// address.";
    BaseUrlIsLocal "JD-DEPLOY-015" Deploy Warning false "Links in mails work on the server's own machine only" "Set APP_BASE_URL to the address that people open.";
    NoTrustedProxies "JD-DEPLOY-016" Deploy Warning false "Everybody seems to come from one address and shares its limits" "Set TRUSTED_PROXIES to the networks of the proxy or tunnel before the server.";
    DebugInProduction "JD-DEPLOY-017" Deploy Warning false "The log grows fast and tells much" "Set DEBUG=false in production; LOG_LEVEL can be changed while the server runs.";
    LoudLog "JD-DEPLOY-018" Deploy Warning false "The log grows fast and tells much" "Set LOG_LEVEL=info; `janua log-level` changes it for a while.";
    BodiesInLog "JD-DEPLOY-019" Deploy Warning false "Bodies of requests stand in the log" "Set LOG_REQUEST_BODY and LOG_RESPONSE_BODY to false when the search is over.";
    CannotStart "JD-DEPLOY-020" Deploy Error false "The server does not start although its configuration can be read" "Mend what the cause names, then start it again.";
    LittleMemory "JD-DEPLOY-021" Deploy Error false "The server is killed for lack of memory (OOMKilled) when several people sign in at once" "Raise the memory limit, or lower HASH_THREADS or ARGON2_MEMORY_KIB.";
    FewFiles "JD-DEPLOY-022" Deploy Warning false "Connections are refused under load: too many open files" "Raise the limit of open files (LimitNOFILE, ulimit -n) or lower --limit-concurrency.";
    TemplatesUnusable "JD-DEPLOY-023" Deploy Error false "The server does not start: templates of mails or pages cannot be used" "Mend the file that the cause names, or leave TEMPLATES_DIR out.";
    NotResolved "JD-DEPLOY-030" Deploy Error false "Site unreachable: the name leads nowhere" "Add the DNS record of the name, or correct the address.";
    NotReached "JD-DEPLOY-031" Deploy Error false "Network error or connection timeout from outside" "Check that the server runs, that the proxy or tunnel forwards to its port, and that no firewall stands between.";
    TlsRefused "JD-DEPLOY-032" Deploy Error false "Browsers warn of the certificate, and clients refuse to connect" "Renew the certificate, and serve the whole chain for this name.";
    CertificateEnds "JD-DEPLOY-033" Deploy Warning false "In a few days browsers will refuse the site" "Renew the certificate before it ends.";
    RedirectsAway "JD-DEPLOY-034" Deploy Warning false "Clients are sent elsewhere, and lose the body of what they send" "Give clients the address that the redirect names, and set APP_BASE_URL to it.";
    NotJanua "JD-DEPLOY-035" Deploy Error false "Something else answers under the public address" "Point the proxy or tunnel to this server; look at its own error page and log.";
    OtherIssuer "JD-DEPLOY-036" Deploy Error false "Tokens are refused: the issuer differs from the address" "Set APP_BASE_URL to the address that clients use, on every instance.";
    OtherVersion "JD-DEPLOY-037" Deploy Warning false "What answers outside is another version than this program" "Finish the upgrade: replace the instances that still run the other version.";
    NotHealthy "JD-DEPLOY-038" Deploy Error false "The running server says that it cannot be used" "Run `janua doctor` where the server runs; it tells which dependency is away.";

    DatabaseAway "JD-DB-001" Db Error false "Every request is answered with 503, and /health says unhealthy" "Start the database, and check host, port and firewall of DATABASE_URL; `janua doctor net` tries each step.";
    DatabaseSetting "JD-DB-010" Db Error false "The server does not start: DATABASE_URL or a setting of its pool cannot be used" "Write postgres://user:password@host:5432/janua, without a driver in the scheme, or sqlite:path.";
    DatabaseLogin "JD-DB-011" Db Error false "PostgreSQL refuses the role or its password" "Correct user and password in DATABASE_URL, or the role's line in pg_hba.conf.";
    DatabaseMissing "JD-DB-012" Db Error false "PostgreSQL knows no such database" "Create it (CREATE DATABASE janua), or correct the name in DATABASE_URL.";
    ConnectionsTaken "JD-DB-013" Db Error false "Timeouts, and `too many clients already`" "Raise max_connections, lower DATABASE_POOL_SIZE, or end what holds them (`janua db activity`).";
    PoolTooLarge "JD-DB-014" Db Warning false "Instances will fight for connections when they are busy" "Lower DATABASE_POOL_SIZE and DATABASE_POOL_OVERFLOW, or raise max_connections.";
    OldPostgres "JD-DB-015" Db Error false "Statements fail on this version of PostgreSQL" "Upgrade PostgreSQL to 14 or newer.";
    MigrationsPending "JD-DB-016" Db Error true "The server refuses to start: the schema is behind" "Run `janua migrate up`.";
    SchemaForeign "JD-DB-017" Db Error false "The server refuses to start: it does not know the schema's revision" "Restore the revision with `janua migrate stamp`, or run the version that the schema belongs to.";
    SchemaNewer "JD-DB-018" Db Warning false "A newer version has changed the schema" "Finish the upgrade: replace this program too.";
    MigrationChanged "JD-DB-019" Db Warning false "Schema and program come from different builds" "Compare `janua migrate history --verbose` of both builds.";
    RightsMissing "JD-DB-020" Db Error false "permission denied for table" "Run the GRANT that the cause names; `janua db check-permissions` lists all.";
    IndexMissing "JD-DB-021" Db Error true "Sign-in becomes slow as the tables grow" "Create the index that the cause names.";
    IndexInvalid "JD-DB-022" Db Error true "An index is there, and searches do not use it" "REINDEX it.";
    LockHeld "JD-DB-023" Db Warning false "Requests hang, then fail with 503" "Look at `janua db locks`; SELECT pg_terminate_backend(PID) ends whoever holds the lock.";
    NotWritable "JD-DB-024" Db Error false "Nothing can be stored: attempt to write a readonly database" "Give the server's user the right to write the file and its folder.";
    DatabaseDamaged "JD-DB-025" Db Error false "The file is no database, or is damaged" "Restore it from a backup, or correct the path in DATABASE_URL.";
    SqliteInProduction "JD-DB-026" Db Warning false "One instance on a local disk works; several would not" "Use PostgreSQL for more than one instance.";
    SealedByAnotherKey "JD-DB-027" Db Error false "Secrets in the database cannot be read: another master key sealed them" "Set JANUA_MASTER_KEY_PREVIOUS to the earlier key, then run `janua keys reseal`.";
    Bloat "JD-DB-028" Db Warning false "The database is much larger than what it holds, and answers more slowly" "Run VACUUM: SQLite's while the server is stopped, PostgreSQL's at any time; look whether autovacuum is on there, and who keeps a transaction open (`janua db activity`).";
    DatabaseMoves "JD-DB-029" Db Error false "Writes are answered with 503, or the server does not start: the database moves to PostgreSQL" "`janua promote URL --resume` goes on with the move, `--abandon` gives it up; when it has ended, set DATABASE_URL to the new address.";

    RedisAway "JD-REDIS-001" Redis Error false "/health says degraded; limits count for each instance alone" "Start Redis, and check host and port of REDIS_URL; sign-in goes on meanwhile.";
    RedisLogin "JD-REDIS-002" Redis Error false "NOAUTH or WRONGPASS in the log; the cache does not work" "Correct REDIS_PASSWORD, or user and password in REDIS_URL.";
    RedisSetting "JD-REDIS-003" Redis Error false "The server does not start: REDIS_URL or a setting of Redis cannot be used" "Write redis://host:6379, or rediss:// for TLS.";
    RedisFull "JD-REDIS-004" Redis Warning false "Redis is at its limit of memory" "Raise maxmemory; every key of ours ends by itself.";
    RedisEvicts "JD-REDIS-005" Redis Warning false "Copies and counters vanish before their time" "Raise maxmemory, or give Janua a Redis of its own.";
    BreakerOpen "JD-REDIS-006" Redis Warning false "The circuit breaker is open: Redis is not asked" "Mend Redis; the breaker closes by itself.";
    RedisMissing "JD-REDIS-007" Redis Warning false "In production each instance counts limits for itself" "Set REDIS_URL when more than one instance runs.";
    CacheOff "JD-REDIS-008" Redis Warning false "Every request asks the database" "Set CACHE_ENABLED=true.";

    ClockOff "JD-JWT-010" Jwt Error false "Tokens, codes of authenticator apps and SAML answers are refused at random" "Set the clock by NTP (timedatectl set-ntp true) on every machine.";
    TokenSetting "JD-JWT-011" Jwt Error false "The server does not start: a setting of tokens or keys cannot be used" "Correct the setting that the cause names.";
    KeyFile "JD-JWT-012" Jwt Error false "The signing keys cannot be read" "Check JWT_PRIVATE_KEY_PATH and JWT_PUBLIC_KEY_PATH: PEM files that the server's user may read; `janua keys generate` makes a pair.";
    KeyPair "JD-JWT-013" Jwt Error false "Tokens are refused elsewhere: public and private key do not belong together" "Compare `janua keys fingerprint` of both files, and take the halves of one pair.";
    KeyAlgorithm "JD-JWT-014" Jwt Error false "Algorithm mismatch: the key is not one for JWT_ALGORITHM" "Set JWT_ALGORITHM to what the key is for, the same on every service.";
    NoRotation "JD-JWT-015" Jwt Warning false "A stolen refresh token is not noticed" "Set REFRESH_TOKEN_ROTATION=true.";
    LongTokens "JD-JWT-016" Jwt Warning false "Who verifies tokens without asking learns late of a sign-out" "Set ACCESS_TOKEN_EXPIRE_MINUTES to 15.";
    ReferenceClockSilent "JD-JWT-017" Jwt Warning false "Whether the clock of this machine is right cannot be told" "Check CLOCK_REFERENCE, and that this machine may ask there (UDP port 123 for a time server).";

    CookieSetting "JD-AUTH-030" Auth Error false "Browsers drop the session cookie" "SameSite=none needs SESSION_COOKIE_SECURE=true.";
    CookieElsewhere "JD-AUTH-031" Auth Error false "People are signed out at once: browsers refuse the session cookie" "Set SESSION_COOKIE_DOMAIN to the host of APP_BASE_URL or a parent of it, or leave it out.";
    CookieNeedsHttps "JD-AUTH-032" Auth Error false "People are signed out at once: a secure cookie does not come back over http" "Serve https://, or set SESSION_COOKIE_SECURE=false on a test machine.";
    CookieStrict "JD-AUTH-033" Auth Warning false "Who comes from a mail or another site looks signed out" "Set SESSION_COOKIE_SAMESITE=lax.";
    CookieForScripts "JD-AUTH-034" Auth Warning false "Any script on a page can take the session" "Set SESSION_COOKIE_HTTPONLY=true.";
    CookieForAll "JD-AUTH-035" Auth Warning false "Every subdomain receives the session cookie" "Leave SESSION_COOKIE_DOMAIN out unless another host needs it.";
    NoLimits "JD-AUTH-036" Auth Warning false "Passwords can be guessed without end" "Set RATE_LIMIT_ENABLED=true.";
    OddLockout "JD-AUTH-037" Auth Warning false "Accounts lock at once, or practically never" "Set ACCOUNT_LOCKOUT_THRESHOLD=5.";
    ShortPasswords "JD-AUTH-038" Auth Warning false "Passwords may be so short that they are guessed" "Set PASSWORD_MIN_LENGTH to 8 or more.";
    WeakHashes "JD-AUTH-039" Auth Warning false "Stolen password hashes would be cheap to guess" "Set ARGON2_MEMORY_KIB=19456 and ARGON2_ITERATIONS=2.";
    Unverified "JD-AUTH-040" Auth Warning false "Anybody can sign up with anybody's address" "Set REQUIRE_EMAIL_VERIFICATION=true.";
    AccountSetting "JD-AUTH-041" Auth Error false "The server does not start: a rule for accounts or passwords cannot be used" "Correct the setting that the cause names.";
    NoAdministrator "JD-AUTH-042" Auth Info false "Nobody can use the admin API" "Run `janua users create --email ADDRESS --admin`.";

    TotpSetting "JD-MFA-020" Mfa Error false "The server does not start: a setting of second factors cannot be used" "TOTP_VALID_WINDOW is 0, 1 or 2.";
    TotpStrict "JD-MFA-021" Mfa Warning false "Right codes of authenticator apps are refused" "Set TOTP_VALID_WINDOW=1: clocks of phones differ by some seconds.";
    SmsSetting "JD-MFA-022" Mfa Error false "The server does not start: a setting of text messages cannot be used" "Correct the setting that the cause names.";
    SmsRefused "JD-MFA-023" Mfa Error false "SMS delivery failed" "Check account, token and address of the provider; `janua sms test` sends one.";
    SmsUnused "JD-MFA-024" Mfa Warning false "No text messages leave although Twilio is configured" "Set SMS_PROVIDER=twilio.";

    RelyingParty "JD-PASSKEY-020" Passkey Error false "Adding a passkey fails: the operation either timed out or was not allowed" "WEBAUTHN_RP_ID must be the host of each origin in WEBAUTHN_RP_ORIGIN, or a parent of it.";
    StrictCounter "JD-PASSKEY-021" Passkey Error false "Copies of a passkey would go unnoticed" "Set WEBAUTHN_STRICT_COUNTER=true; false is for debugging only.";
    PagesWithoutPasskeys "JD-PASSKEY-022" Passkey Warning false "Passkeys do not work on our own pages" "Add the origin of APP_BASE_URL to WEBAUTHN_RP_ORIGIN.";
    VerificationRequired "JD-PASSKEY-023" Passkey Info false "Security keys without PIN or fingerprint are refused" "Set WEBAUTHN_USER_VERIFICATION=preferred, unless that is meant.";

    SsoSecretMissing "JD-SSO-021" Sso Error false "SSO redirect loop or refusal: nobody can sign in through an identity provider" "Set SSO_RELAY_STATE_SECRET to the output of `openssl rand -base64 32`, the same on every instance.";
    SsoSetting "JD-SSO-030" Sso Error false "The server does not start: a setting of single sign-on cannot be used" "Correct the setting that the cause names.";
    CallbackElsewhere "JD-SSO-031" Sso Error false "The identity provider sends people where nobody takes them back" "SSO_CALLBACK_URL must lead to /api/v1/sso/callback of this server, and be registered at the provider letter for letter.";
    CookieBreaksSso "JD-SSO-032" Sso Warning false "SSO redirect loop: who comes back looks signed out" "Set SESSION_COOKIE_SAMESITE=lax.";
    MappingUnreadable "JD-SSO-033" Sso Error false "The server does not start: the attribute mapping cannot be read" "Write SSO_ATTRIBUTE_MAPPING as a JSON object of lists of names.";
    ProviderAway "JD-SSO-034" Sso Error false "Sign-in through an organization's identity provider answers EXTERNAL_SERVICE_ERROR" "Check the issuer of the connection, and that this server may reach it.";
    SocialSetting "JD-SSO-035" Sso Error false "The server does not start: a setting of a social provider cannot be used" "Set client id and secret together, as the provider shows them.";
    ProviderCertificateEnds "JD-SSO-036" Sso Warning false "Signature verification failed: soon nobody gets in through an identity provider" "Ask whoever runs the identity provider for its next certificate, and add it to the connection beside the one in use; with the address of its metadata that happens by itself.";
    ProviderMetadata "JD-SSO-037" Sso Warning false "A change at the identity provider is not noticed: its metadata cannot be taken" "Open the address of the metadata, and correct it at the connection; until then what was known stays.";

    MailSetting "JD-MAIL-010" Mail Error false "The server does not start: a setting of mail cannot be used" "Correct the setting that the cause names.";
    MailServerAway "JD-MAIL-011" Mail Error false "Mails do not arrive: the mail server cannot be reached" "Check SMTP_HOST, SMTP_PORT and the firewall; many networks close port 25.";
    MailTls "JD-MAIL-012" Mail Error false "Mails do not arrive: the encrypted connection fails" "Check the certificate of the mail server, or name its authority in SMTP_CA_FILE; port 465 wants SMTP_IMPLICIT_TLS.";
    MailLogin "JD-MAIL-013" Mail Error false "Mails do not arrive: the mail server refuses the sign-in" "Check SMTP_USER and SMTP_PASSWORD; SendGrid wants the user apikey.";
    MailDialogue "JD-MAIL-014" Mail Error false "Mails do not arrive: the mail server breaks the dialogue off" "Look at the transcript: `janua email test --to ADDRESS --transcript`.";
    NoMailServer "JD-MAIL-015" Mail Warning false "Nobody gets a verification or reset link" "Set SMTP_HOST; mails wait in the outbox.";
    MailsGivenUp "JD-MAIL-016" Mail Warning false "Some mails were given up" "Look at /api/v1/admin/outbox for the answer of the mail server, mend it, and retry them.";
    SpfMissing "JD-MAIL-017" Mail Warning false "Mails go to spam: the sender's domain names no servers (SPF)" "Add a TXT record `v=spf1 …` for the domain of SMTP_FROM that includes your mail provider.";
    DmarcMissing "JD-MAIL-018" Mail Warning false "Mails go to spam: the sender's domain has no DMARC policy" "Add a TXT record `v=DMARC1; p=none; …` at _dmarc. of the domain of SMTP_FROM.";
    DkimMissing "JD-MAIL-019" Mail Warning false "Mails go to spam: their signature cannot be checked (DKIM)" "Add the TXT or CNAME record that your mail provider shows for its DKIM selector, or correct SMTP_DKIM_SELECTOR.";

    CorsSetting "JD-SDK-010" Sdk Error false "The server does not start: an origin is not written as browsers write it" "Write scheme://host, without a path, separated by commas.";
    CorsRefused "JD-SDK-011" Sdk Error false "Network error in browsers: the origin of the application is not allowed (CORS)" "Add the origin to CORS_ORIGINS.";
    CorsInClear "JD-SDK-012" Sdk Warning false "Who sits on the wire of an http:// origin uses the API with its visitors' sessions" "List https:// origins only.";

    StatementsInLog "JD-PERF-010" Perf Warning false "Every statement stands in the log" "Set SQL_ECHO=false; SLOW_QUERY_THRESHOLD tells of the slow ones.";
}
