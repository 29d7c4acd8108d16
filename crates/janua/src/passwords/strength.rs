//! What makes a password good enough: length first, then how hard it is to guess, then whether a breach knows it.

use super::{LONGEST, breach};
use crate::app::App;
use crate::crypto::password::Memory;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Invalid, Result};

/// Most words that a password is compared with: far more than addresses and names have.
const MOST_WORDS: usize = 64;

/// A password that was judged good enough for this person. Only [`NewPassword::judge`] makes one.
#[derive(Debug)]
pub struct NewPassword(SecretString);

impl NewPassword {
    /// Judges a password. `personal` are words that a guesser tries first: address, names, the name of the product.
    ///
    /// # Errors
    /// The outer error when the server is overloaded, the inner one is `WEAK_PASSWORD` with the reason.
    pub async fn judge(
        app: &App,
        password: SecretString,
        personal: &[&str],
    ) -> Result<Result<Self, Invalid>> {
        let accounts = &app.config.accounts;
        let length = password.reveal().chars().take(LONGEST + 1).count();
        if length < accounts.password_min_length {
            let reason = format!(
                "the password must have at least {} characters",
                accounts.password_min_length
            );
            return Ok(Err(Invalid::new(Code::WeakPassword, reason)));
        }
        if length > LONGEST {
            let reason = format!("the password must have at most {LONGEST} characters");
            return Ok(Err(Invalid::new(Code::WeakPassword, reason)));
        }
        let mut words: Vec<String> = personal
            .iter()
            .flat_map(|it| it.split(['@', '.', ' ']))
            .map(str::to_owned)
            .collect();
        words.extend(personal.iter().map(|it| (*it).to_owned()));
        words.extend(["janua".to_owned(), app.config.server.app_name.clone()]);
        words.retain(|it| it.len() > 2);
        // Address and names have not been checked yet, and every word takes time.
        words.truncate(MOST_WORDS);
        // The estimate takes milliseconds of processor time, so it queues with the hashes.
        let (password, estimate, rest) = app
            .hashing
            .run(move |_: &mut Memory| {
                let rest = without(&password, &words);
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let estimate = zxcvbn::zxcvbn(password.reveal(), &words);
                let rest = rest.map(|it| zxcvbn::zxcvbn(it.reveal(), &[]).score());
                (password, estimate, rest)
            })
            .await?;
        if u8::from(estimate.score()) < accounts.password_min_strength {
            let hint = estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning);
            let hint = hint.map_or_else(|| "it is easy to guess".to_owned(), |it| it.to_string());
            let reason = format!("the password is too weak: {}", hint.trim_end_matches('.'));
            return Ok(Err(Invalid::new(Code::WeakPassword, reason)));
        }
        if rest.is_some_and(|it| u8::from(it) < accounts.password_min_strength) {
            let reason = "the password is too weak: little of it is not your name, your address or this service's name";
            return Ok(Err(Invalid::new(Code::WeakPassword, reason)));
        }
        if accounts.breach_check && breach::is_known(app, &password).await {
            let reason = "the password stands in a list of a known breach; choose another one";
            return Ok(Err(Invalid::new(Code::WeakPassword, reason)));
        }
        Ok(Ok(Self(password)))
    }

    pub(super) fn into_secret(self) -> SecretString {
        self.0
    }
}

/// What is left without the words that a guesser tries first, if it holds any: to the estimate two known words and a
/// dash are parts enough.
fn without(password: &SecretString, words: &[String]) -> Option<SecretString> {
    let whole = SecretString::new(password.reveal().to_lowercase());
    let cut = |rest: SecretString, word: &String| {
        SecretString::new(rest.reveal().replace(&word.to_lowercase(), ""))
    };
    let rest = words.iter().fold(whole.clone(), cut);
    (rest.len() < whole.len()).then_some(rest)
}
