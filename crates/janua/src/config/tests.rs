//! What an operator meets when the configuration is wrong.

use super::*;

fn problems(values: &[(&str, &str)]) -> Vec<String> {
    let env = Env::of(values.iter().copied());
    Config::read(&env)
        .err()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn nothing_set_is_a_working_development_server() {
    let config = Config::read(&Env::default()).unwrap();
    assert_eq!(config.server.port, 4100);
    assert_eq!(config.database.url.reveal(), "sqlite:./data/janua.db");
    assert!(config.redis.url.is_none());
    assert_eq!(config.cache.session_validation.as_secs(), 60);
}

#[test]
fn production_names_every_missing_variable_at_once() {
    let found = problems(&[("ENVIRONMENT", "production")]).join("\n");
    for name in ["DATABASE_URL", "REDIS_URL", "JWT_SECRET_KEY", "APP_BASE_URL"] {
        assert!(found.contains(name), "{name} is not named in:\n{found}");
    }
}

#[test]
fn production_may_stay_small_on_purpose() {
    let key = "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA";
    let values = [
        ("ENVIRONMENT", "production"),
        ("DATABASE_URL", "sqlite:/var/lib/janua/janua.db"),
        ("REDIS_URL", "memory:"),
        ("JWT_SECRET_KEY", key),
        ("APP_BASE_URL", "https://id.example.com/"),
    ];
    let config = Config::read(&Env::of(values)).unwrap();
    assert!(config.redis.url.is_none());
    assert_eq!(config.server.base_url, "https://id.example.com");
    assert!(config.cookies.secure);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let found = problems(&[
        ("PORT", "many"),
        ("SESSION_COOKIE_SAMESITE", "sometimes"),
        ("RATE_LIMIT_LOGIN", "ten"),
    ]);
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn a_provider_of_text_messages_is_complete_or_told_to_be() {
    let sid = "AC0123456789abcdef0123456789abcdef";
    let twilio = [
        ("SMS_PROVIDER", "twilio"),
        ("TWILIO_ACCOUNT_SID", sid),
        ("TWILIO_AUTH_TOKEN", "token"),
        ("TWILIO_FROM_NUMBER", "+12025550100"),
    ];
    assert!(problems(&twilio).is_empty(), "{:?}", problems(&twilio));
    for (name, wrong) in [
        ("TWILIO_ACCOUNT_SID", ""),
        ("TWILIO_ACCOUNT_SID", "SK0123456789abcdef0123456789abcdef"),
        ("TWILIO_AUTH_TOKEN", ""),
        ("TWILIO_FROM_NUMBER", ""),
        ("TWILIO_FROM_NUMBER", "+1 202 555 0100"),
        ("TWILIO_BASE_URL", "http://api.twilio.com"),
        ("SMS_DEFAULT_REGION", "Spain"),
        ("SMS_RATE_LIMIT_PER_PHONE", "0"),
        ("SMS_BRAKE_BELOW_PERCENT", "101"),
    ] {
        let mut values: Vec<(&str, &str)> = twilio.into_iter().filter(|(it, _)| *it != name).collect();
        values.push((name, wrong));
        let found = problems(&values);
        assert!(
            found.len() == 1 && found[0].starts_with(name),
            "{name}={wrong}: {found:?}"
        );
    }
    let webhook = [
        ("SMS_PROVIDER", "webhook"),
        ("SMS_WEBHOOK_URL", "https://sms.example.com"),
    ];
    assert!(problems(&webhook)[0].starts_with("SMS_WEBHOOK_SECRET"));
    let found = problems(&[("SMS_PROVIDER", "pigeon")]);
    assert!(found[0].contains("twilio, webhook, catcher, off"), "{found:?}");
}

#[test]
fn unknown_names_get_a_suggestion() {
    assert!(problems(&[("JANUA_MASTER_KY", "x")])[0].contains("did you mean JANUA_MASTER_KEY"));
    assert!(problems(&[("SMTP_PASWORD", "x")])[0].contains("did you mean SMTP_PASSWORD"));
    let mut env = Env::default();
    env.toml.insert("SMPT_HOST".to_owned(), "mail".to_owned());
    let found = Config::read(&env).unwrap_err();
    assert!(found[0].text.contains("did you mean SMTP_HOST"), "{found:?}");
}

#[test]
fn what_kubernetes_puts_into_every_pod_is_not_ours() {
    let links = [
        ("JANUA_API_SERVICE_HOST", "10.0.0.1"),
        ("JANUA_API_SERVICE_PORT", "4100"),
        ("JANUA_API_PORT", "tcp://10.0.0.1:4100"),
        ("JANUA_API_PORT_4100_TCP_ADDR", "10.0.0.1"),
        ("REDIS_PORT", "tcp://10.0.0.2:6379"),
        ("PATH", "/usr/bin"),
    ];
    assert_eq!(problems(&links), Vec::<String>::new());
}

#[test]
fn weak_and_sample_secrets_are_refused() {
    assert!(problems(&[("JWT_SECRET_KEY", "short")])[0].contains("at least 32 bytes"));
    let sample = "your-super-secret-key-change-me-in-production";
    assert!(problems(&[("JWT_SECRET_KEY", sample)])[0].contains("sample"));
    assert!(problems(&[("JWT_SECRET_KEY", &"a".repeat(64))])[0].contains("sample"));
}

#[test]
fn a_secret_comes_from_the_file_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA\n").unwrap();
    let config = Config::read(&Env::of([("JWT_SECRET_KEY_FILE", path.to_str().unwrap())])).unwrap();
    assert_eq!(
        config.tokens.secret_key.unwrap().reveal(),
        "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA"
    );
    assert!(problems(&[("JWT_SECRET_KEY_FILE", "/nowhere")])[0].contains("cannot be read"));
}

#[test]
fn both_halves_of_a_key_pair_are_needed() {
    let found = problems(&[("JWT_PRIVATE_KEY_PATH", "/keys/private.pem")]);
    assert!(
        found[0].starts_with("JWT_PUBLIC_KEY_PATH is missing"),
        "{found:?}"
    );
}

#[test]
fn secrets_do_not_print() {
    let env = Env::of([("SMTP_PASSWORD", "hunter2hunter2"), ("SMTP_USER", "apikey")]);
    let printed = format!("{:?}", Config::read(&env).unwrap());
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[test]
fn resolvers_are_addresses() {
    for (text, shown) in [
        ("1.1.1.1", "1.1.1.1:53"),
        ("10.0.0.2:5353", "10.0.0.2:5353"),
        ("::1", "[::1]:53"),
        ("[::1]:54", "[::1]:54"),
    ] {
        assert_eq!(text.parse::<Nameserver>().unwrap().to_string(), shown);
    }
    for text in ["", "dns.example.com", "1.1.1.1:0", "1.1.1", "1.1.1.1:99999"] {
        assert!(text.parse::<Nameserver>().is_err(), "{text}");
    }
}

#[test]
fn more_issuers_are_named_and_each_is_complete_or_told_to_be() {
    let secret = "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA";
    let one = [
        ("OAUTH_OIDC_PROVIDERS", "keycloak,gitlab2"),
        (
            "OAUTH_OIDC_KEYCLOAK_ISSUER",
            "https://keycloak.example/realms/one",
        ),
        ("OAUTH_OIDC_KEYCLOAK_CLIENT_ID", "janua"),
        ("OAUTH_OIDC_KEYCLOAK_CLIENT_SECRET", secret),
        ("OAUTH_OIDC_KEYCLOAK_NAME", "Our people"),
        ("OAUTH_OIDC_GITLAB2_ISSUER", "https://gitlab.example"),
        ("OAUTH_OIDC_GITLAB2_CLIENT_ID", "janua"),
        ("OAUTH_OIDC_GITLAB2_CLIENT_SECRET", secret),
        ("OAUTH_TRUSTED_FOR_EMAIL", "keycloak"),
    ];
    let config = Config::read(&Env::of(one)).unwrap();
    let clients = config.social.clients.iter();
    let clients: Vec<_> = clients
        .map(|it| (it.provider.as_str(), it.name.as_str()))
        .collect();
    assert_eq!(clients, [("keycloak", "Our people"), ("gitlab2", "gitlab2")]);
    let shown = Config::effective(&Env::of(one));
    let of = |name: &str| shown.iter().find(|it| it.name == name).unwrap();
    assert_eq!(
        of("OAUTH_OIDC_KEYCLOAK_CLIENT_SECRET").value.as_deref(),
        Some("***")
    );
    assert!(!format!("{shown:?} {config:?}").contains(secret));
    assert!(shown.iter().all(|it| !it.name.contains('{')));

    for missing in ["ISSUER", "CLIENT_ID", "CLIENT_SECRET"] {
        let name = format!("OAUTH_OIDC_KEYCLOAK_{missing}");
        let left: Vec<_> = one.into_iter().filter(|(it, _)| *it != name).collect();
        let found = problems(&left);
        assert!(
            found.iter().any(|it| it.starts_with(&name)),
            "{missing}: {found:?}"
        );
    }
    for wrong in [
        "Keycloak",
        "key_cloak",
        "google",
        "oidc",
        "2gitlab",
        "a,a",
        "a/b",
        "../a",
        "averyveryverylongnameindeed",
    ] {
        let found = problems(&[("OAUTH_OIDC_PROVIDERS", wrong)]);
        assert!(
            found
                .iter()
                .any(|it| it.starts_with("OAUTH_OIDC_PROVIDERS cannot hold")),
            "{wrong}: {found:?}"
        );
    }
    // What no list names belongs to nobody.
    let found = problems(&[("OAUTH_OIDC_KEYCLOAK_ISSUER", "https://keycloak.example")]);
    assert!(
        found[0].contains("when OAUTH_OIDC_PROVIDERS names it"),
        "{found:?}"
    );
    let found = problems(&[("OAUTH_TRUSTED_FOR_EMAIL", "keycloak")]);
    assert!(found[0].contains("must hold names among"), "{found:?}");
}

#[test]
fn a_clock_to_compare_with_is_a_time_server_or_a_web_server() {
    for (text, shown) in [
        ("ntp://ntp.example.com", "ntp://ntp.example.com:123"),
        ("ntp://[::1]:11123", "ntp://[::1]:11123"),
        ("https://example.com/", "https://example.com/"),
    ] {
        assert_eq!(text.parse::<ClockReference>().unwrap().to_string(), shown);
    }
    for text in [
        "",
        "ntp.example.com",
        "ntp://",
        "ntp://a/b",
        "ftp://example.com",
        "https://",
    ] {
        assert!(text.parse::<ClockReference>().is_err(), "{text}");
    }
}
