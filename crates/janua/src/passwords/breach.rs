//! Asks a list of breached passwords by k-anonymity: five characters of a hash leave this server, nothing more.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use crate::app::App;
use crate::crypto::secret::SecretString;

/// Whether a breach list knows the password. A list that does not answer in time knows nothing: a person is never
/// kept from choosing a password because somebody else's server is away.
pub(super) async fn is_known(app: &App, password: &SecretString) -> bool {
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.reveal().as_bytes());
    let hash = hex::encode_upper(hash.as_ref());
    let (prefix, suffix) = hash.split_at(5);
    let url = format!("{}{prefix}", app.config.accounts.breach_url);
    // Padding hides from an observer how many answers the prefix has.
    let asked = app.outbound.get_text(&url, &[("Add-Padding", "true")]);
    match tokio::time::timeout(std::time::Duration::from_secs(2), asked).await {
        Ok(Ok(list)) => list.lines().any(|line| {
            line.trim()
                .split_once(':')
                .is_some_and(|(it, count)| it.eq_ignore_ascii_case(suffix) && count != "0")
        }),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the breach list did not answer; the password was not compared with it");
            false
        }
        Err(_) => {
            tracing::warn!("the breach list took too long; the password was not compared with it");
            false
        }
    }
}
