//! Why something went as it did, told to whoever looks after the server: put together from what the audit log, the
//! outbox and the account itself know. People outside are never told any of it.

pub mod person;
pub mod request;
pub mod routes;

use crate::error::Code;

/// What a recorded reason means: what the person was told, and what was true.
fn truth(reason: &str, has_account: bool) -> (Option<Code>, String) {
    if reason == "wrong_password" {
        let truth = if has_account {
            "the password was wrong"
        } else {
            "no account has this address or username; nobody outside can tell that from a wrong password"
        };
        return (Some(Code::InvalidCredentials), truth.to_owned());
    }
    match Code::ALL.iter().find(|it| it.name() == reason) {
        Some(code) => (Some(*code), format!("{}. {}", code.message(), code.advice())),
        None => (None, reason.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::truth;
    use crate::error::Code;

    #[test]
    fn one_answer_may_have_two_truths() {
        let (told, wrong) = truth("wrong_password", true);
        let (also_told, unknown) = truth("wrong_password", false);
        assert_eq!((told, also_told), (Some(Code::InvalidCredentials), told));
        assert_ne!(wrong, unknown);
        assert_eq!(truth("EMAIL_NOT_VERIFIED", true).0, Some(Code::EmailNotVerified));
        assert_eq!(truth("of_no_code", true), (None, "of no code".to_owned()));
    }
}
