//! Whether text messages could be sent: the provider is asked at most once a minute, and how the last message fared
//! counts for a while.

use std::sync::{Mutex as Briefly, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::{Refused, Texter};

const KEPT: Duration = Duration::from_secs(60);

/// A provider that takes longer to answer counts as away.
const PATIENCE: Duration = Duration::from_millis(1500);

/// How long a message that failed for a reason of the provider's speaks against it.
const REMEMBERED: Duration = Duration::from_secs(300);

/// The last answer and when it was given, and the last failure.
#[derive(Debug, Default)]
pub struct TextHealth {
    asked: Mutex<Option<(Instant, Result<(), String>)>>,
    failed: Briefly<Option<(Instant, String)>>,
}

impl TextHealth {
    /// Notes how a message fared. What is wrong with one number says nothing of the provider.
    pub fn note<T>(&self, outcome: &Result<T, Refused>) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(_) => *failed = None,
            Err(refused) if refused.is_general => *failed = Some((Instant::now(), refused.code.clone())),
            Err(_) => {}
        }
    }

    fn last_failure(&self) -> Option<String> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = failed.as_ref().filter(|(at, _)| at.elapsed() < REMEMBERED);
        recent.map(|(_, code)| code.clone())
    }

    /// Whether messages could be sent, as of at most a minute ago; `None` where none leave this machine.
    pub async fn check(&self, texter: &Texter) -> Option<Result<(), String>> {
        if matches!(texter, Texter::Catcher(_) | Texter::Off) {
            return None;
        }
        if let Some(code) = self.last_failure() {
            return Some(Err(format!("the last text message failed: {code}")));
        }
        let mut last = self.asked.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < KEPT
        {
            return Some(answer.clone());
        }
        let answer = tokio::time::timeout(PATIENCE, texter.check()).await;
        let answer =
            answer.unwrap_or_else(|_| Some(Err("the SMS provider took too long to answer".to_owned())))?;
        *last = Some((Instant::now(), answer.clone()));
        Some(answer)
    }
}
