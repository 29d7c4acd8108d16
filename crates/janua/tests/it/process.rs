//! The program itself: how it starts, what it says when it cannot, and how it stops.

mod configuration;
mod first_admin;
mod kill;
mod program;
mod rolling;
mod rounds;
mod stop;
mod together;
mod webhooks;

pub(crate) use program::{Home, Program};

use std::time::{Duration, Instant};

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Looks again and again until something is there.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
