//! Whether mail could be sent, asked at most once a minute: a health check must not knock at the provider's door for
//! every load balancer.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::Mailer;

const KEPT: Duration = Duration::from_secs(60);

/// A mail server that takes longer to say hello counts as away.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The last answer and when it was given.
#[derive(Debug, Default)]
pub struct MailHealth(Mutex<Option<(Instant, Result<(), String>)>>);

impl MailHealth {
    /// Whether mail could be sent, as of at most a minute ago.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn check(&self, mailer: &Mailer) -> Result<(), String> {
        let mut last = self.0.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < KEPT
        {
            return answer.clone();
        }
        let answer = tokio::time::timeout(PATIENCE, mailer.check()).await;
        let answer = answer.unwrap_or_else(|_| Err("the mail server took too long to answer".to_owned()));
        *last = Some((Instant::now(), answer.clone()));
        answer
    }
}
