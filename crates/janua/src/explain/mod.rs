//! Why something went as it did, told to whoever looks after the server: put together from what the audit log, the
//! outbox, the refused requests and the account itself know. People outside are never told any of it.

pub mod person;
pub mod request;
pub mod routes;

use serde_json::{Map, Value};

use crate::error::{Code, Truth};

/// Codes that say less than is true, so that nobody learns who has an account or what was nearly right. A refusal with one
/// of them is explained by its reason alone.
const SAY_LESS: [Code; 19] = [
    Code::InvalidCredentials,
    Code::AccountLocked,
    Code::CredentialNotRecognized,
    Code::LinkInvalid,
    Code::InvalidEmailCode,
    Code::PasskeySignatureInvalid,
    Code::SsoRequired,
    Code::MfaTokenInvalid,
    Code::InvalidMfaCode,
    Code::InvalidRecoveryCode,
    Code::RefreshTokenInvalid,
    Code::TokenInvalid,
    Code::TokenRevoked,
    Code::ApiKeyInvalid,
    Code::NotAuthenticated,
    Code::RateLimited,
    Code::OauthStateInvalid,
    Code::SsoStateInvalid,
    Code::Internal,
];

/// What a reason of the audit log means: what the person was told, and what was true.
fn truth(reason: &str, has_account: bool) -> (Option<Code>, String) {
    if reason == "wrong_password" {
        let truth = if has_account {
            Truth::WrongPassword
        } else {
            Truth::NoAccount
        };
        return (Some(Code::InvalidCredentials), truth.words().to_owned());
    }
    match code(reason) {
        Some(code) => (Some(code), said(code)),
        None => (None, reason.replace('_', " ")),
    }
}

/// What was true of a refused request, and what to do. Nothing where the code says less than is true and the reason was
/// not noted.
fn reason(code: Code, truth: Option<Truth>, inputs: &Map<String, Value>) -> (Option<String>, &'static str) {
    match truth {
        Some(truth) if truth.remedy().is_empty() => (Some(filled(truth.words(), inputs)), code.advice()),
        Some(truth) => (Some(filled(truth.words(), inputs)), truth.remedy()),
        None if SAY_LESS.contains(&code) => (None, code.advice()),
        None => (Some(code.message().to_owned()), code.advice()),
    }
}

fn code(name: &str) -> Option<Code> {
    Code::ALL.iter().copied().find(|it| it.name() == name)
}

fn said(code: Code) -> String {
    format!("{}. {}", code.message(), code.advice())
}

/// The words with what was noted in place of the names; what was not noted is a question mark.
fn filled(words: &str, inputs: &Map<String, Value>) -> String {
    let mut pieces = words.split('{');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        match inputs.get(name) {
            Some(Value::String(value)) => text.push_str(value),
            Some(value) => text.push_str(&value.to_string()),
            None => text.push('?'),
        }
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_answer_may_have_two_truths() {
        let (told, wrong) = truth("wrong_password", true);
        let (also_told, unknown) = truth("wrong_password", false);
        assert_eq!((told, also_told), (Some(Code::InvalidCredentials), told));
        assert_ne!(wrong, unknown);
        assert_eq!(truth("EMAIL_NOT_VERIFIED", true).0, Some(Code::EmailNotVerified));
        assert_eq!(truth("of_no_code", true), (None, "of no code".to_owned()));
    }

    #[test]
    fn a_code_that_says_less_explains_nothing_by_itself() {
        let none = Map::new();
        assert_eq!(reason(Code::InvalidCredentials, None, &none).0, None);
        assert!(reason(Code::MalformedJson, None, &none).0.is_some());
        let inputs = json!({"locked_until": "noon"});
        let (truth, remedy) = reason(
            Code::AccountLocked,
            Some(Truth::Locked),
            inputs.as_object().expect("an object"),
        );
        assert!(truth.is_some_and(|it| it.contains("until noon;")) && remedy.contains("unlock"));
        assert!(filled("{a} and {b}", &none) == "? and ?");
    }

    #[test]
    fn each_reason_has_a_name_of_its_own() {
        let mut names: Vec<_> = Truth::ALL.iter().map(|it| it.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Truth::ALL.len());
    }
}
