//! What is too old goes: whole stretches of the chain up to a checkpoint, so that what stays can still be verified.

use chrono::TimeDelta;
use serde_json::json;

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::events::{self, Event, Name, chain};

/// Removes what is older than `AUDIT_RETENTION_DAYS`; says how many rows went.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    if let Some(kept) = app.config.audit.retention {
        let kept = TimeDelta::from_std(kept).unwrap_or(TimeDelta::MAX);
        let before = app.clock.now().checked_sub_signed(kept);
        // What a checkpoint signs is older than the checkpoint.
        let found = match before {
            Some(before) => store::last_checkpoint_before(&app.db, before).await?,
            None => None,
        };
        if let Some(found) = found.filter(|it| it.complaint(app).is_none())
            && chain::begin_behind(app, found.position, &found.link).await?
        {
            store::delete_checkpoints_before(&app.db, found.position).await?;
            let mut tx = app.db.begin().await?;
            let facts = json!({"through": found.position, "checkpoint": found.signature});
            events::record(app, &mut tx, Event::about(Name::AuditPruned, None).knowing(facts)).await?;
            tx.commit().await?;
        }
    }
    // Also what a sweep before left when it was stopped.
    chain::prune(app).await
}
