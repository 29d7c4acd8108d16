//! Takes what is secret out of a JSON text, by the names of its members and by the look of its values.

use serde_json::Value;

use crate::error::Code;

/// Longest text that is given back, in bytes.
const LONGEST: usize = 2048;

/// A member whose name holds one of these words is secret. Written without separators and in lower case.
const NAMES: [&str; 15] = [
    "pass",
    "pwd",
    "token",
    "secret",
    "code",
    "cookie",
    "authorization",
    "hash",
    "otp",
    "pin",
    "assertion",
    "credential",
    "signature",
    "privatekey",
    "apikey",
];

/// A text that holds one of these is secret, wherever it stands: prefixes of our tokens, JWTs, links, keys.
const LOOKS: [&str; 11] = [
    "jrt_",
    "jlk_",
    "jsc_",
    "jdv_",
    "jmf_",
    "jml_",
    "jiv_",
    "eyJ",
    "token=",
    "code=",
    "PRIVATE KEY",
];

/// The text for the log; `None` when it is not JSON, and so nobody can say what is secret in it.
pub fn redacted(json: &[u8]) -> Option<String> {
    let mut value: Value = serde_json::from_slice(json).ok()?;
    clean(&mut value);
    let mut text = value.to_string();
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    Some(text)
}

/// A line of a log without what is secret in it: as JSON by names and looks, else word by word by looks alone.
pub fn line(text: &str) -> String {
    if let Ok(mut value) = serde_json::from_str::<Value>(text) {
        clean(&mut value);
        return value.to_string();
    }
    let word = |it: &str| {
        if LOOKS.iter().any(|look| it.contains(look)) {
            "***".to_owned()
        } else {
            it.to_owned()
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn clean(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) && !is_public(member) {
                    *member = "***".into();
                } else {
                    clean(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::String(text) if LOOKS.iter().any(|it| text.contains(it)) => *value = "***".into(),
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|it| name.contains(it))
}

/// Our own error codes stand in a member `code` too, and are what a reader of the log looks for.
fn is_public(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::String(text) => Code::ALL.iter().any(|it| it.name() == text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::redacted;

    fn told(json: &str) -> String {
        redacted(json.as_bytes()).unwrap()
    }

    #[test]
    fn secrets_go_by_their_names_however_they_are_written() {
        for name in [
            "password",
            "newPassword",
            "client_secret",
            "X-CSRF-Token",
            "Set-Cookie",
            "recovery_codes",
            "passwd",
        ] {
            let text = told(&format!(
                r#"{{"a": [{{"{name}": "hunter2"}}], "b": {{"{name}": ["hunter2"]}}, "{name}": 421337}}"#
            ));
            assert!(!text.contains("hunter2") && !text.contains("421337"), "{text}");
        }
    }

    #[test]
    fn secrets_go_by_their_look_wherever_they_stand() {
        for value in [
            "jrt_abc",
            "Bearer eyJhbGciOi",
            "https://x/verify-email?token=abc",
            "see jlk_abc",
        ] {
            let text = told(&format!(r#"{{"text": "{value}", "list": ["{value}"]}}"#));
            assert_eq!(text, r#"{"list":["***"],"text":"***"}"#);
        }
    }

    #[test]
    fn what_helps_stays() {
        let text = told(r#"{"email": "ada@example.com", "code": "INVALID_CREDENTIALS", "mfa_code": null}"#);
        assert_eq!(
            text,
            r#"{"code":"INVALID_CREDENTIALS","email":"ada@example.com","mfa_code":null}"#
        );
        assert!(!told(r#"{"code": "123456"}"#).contains("123456"));
    }

    #[test]
    fn it_is_cut_after_it_is_cleaned() {
        let text = told(&format!(
            r#"{{"a": "{}", "password": "hunter2"}}"#,
            "ü".repeat(5000)
        ));
        assert!(text.len() < 2060 && text.ends_with('…'));
        assert_eq!(redacted(b"password=hunter2"), None);
    }
}
