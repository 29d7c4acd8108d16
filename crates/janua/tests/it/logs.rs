//! Logs: one JSON object per line, and never a secret, whatever the level and whatever goes wrong.

mod lines;
mod life;
mod secrets;

use crate::process::Home;

/// A home whose server logs all there is.
async fn talkative() -> Home {
    let home = Home::with_empty_store()
        .await
        .with("LOG_LEVEL", "trace")
        .with("RATE_LIMIT_ENABLED", "false");
    home.with("JANUA_MASTER_KEY", "q7TfB2xWm9KsV4nRz8LcYd5HjPe3GuAo-of-a-test")
}
