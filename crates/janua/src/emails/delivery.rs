//! Takes mails out of the outbox and hands them to the provider.

use chrono::TimeDelta;

use super::compose::{Composed, compose};
use crate::app::App;
use crate::error::{Code, Result};
use crate::limits::{self, Limit};
use crate::outbox::{self, Claimed, Settled};

/// Sends everything that is due; says how many mails were tried.
///
/// # Errors
/// When the database fails; the mail at hand is tried again later.
pub async fn deliver_due(app: &App) -> Result<usize> {
    let (mut tried, mut ended) = (0, None);
    while let Some(mail) = outbox::claim(app, ended.take()).await? {
        tried += 1;
        let settled = deliver(app, &mail).await;
        ended = Some((mail, settled));
    }
    Ok(tried)
}

async fn deliver(app: &App, mail: &Claimed) -> Settled {
    if let Err(refused) = limits::check_quietly(app, Limit::EmailGlobal, "all").await
        && refused.code() == Code::EmailRateLimited
    {
        let wait = i64::try_from(refused.retry_after_seconds().unwrap_or(60)).unwrap_or(60);
        return Settled::Postponed(TimeDelta::seconds(wait));
    }
    let message = match compose(app, mail).await {
        Ok(Composed::Ready(message)) => message,
        Ok(Composed::Dropped(why)) => return Settled::Dropped(why),
        Err(error) => return Settled::Later(error.to_string()),
    };
    match app.mailer.send(&message, app.clock.now()).await {
        Ok(answer) => {
            tracing::info!(
                mail = mail.id,
                kind = mail.kind.name(),
                request_id = mail.request_id,
                answer,
                "a mail was sent"
            );
            Settled::Sent(answer)
        }
        Err(refused) if refused.permanent => Settled::Failed(refused.answer),
        Err(refused) => Settled::Later(refused.answer),
    }
}
