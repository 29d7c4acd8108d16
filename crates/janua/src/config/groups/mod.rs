//! The settings, group by group. The text of each call is its line in the reference page.

mod accounts;
mod api_keys;
mod audit;
mod explain;
mod impersonation;
mod mail;
mod observation;
mod organizations;
mod pages;
mod passkeys;
mod second_factors;
mod server;
mod sms;
mod social;
mod sso;
mod storage;
mod tokens;
mod webhooks;

use std::time::Duration;

pub use accounts::{Accounts, Bootstrap, Limits, Operator};
pub use api_keys::ApiKeys;
pub use audit::Audit;
pub use explain::Explain;
pub use impersonation::Impersonation;
pub use mail::Mail;
pub use observation::{Logging, Metrics, Traces};
pub use organizations::Organizations;
pub use pages::Pages;
pub use passkeys::{Passkeys, UserVerification};
pub use second_factors::{MfaRequired, SecondFactors};
pub use server::Server;
pub use sms::{Sms, SmsProvider};
pub use social::{ClientProof, Social, SocialClient};
pub use sso::{AttributeLists, Sso};
pub use storage::{Cache, Database, Redis};
pub use tokens::{Cookies, SameSite, Tokens};
pub use webhooks::Webhooks;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

const fn minutes(count: u32) -> Duration {
    Duration::from_secs(count as u64 * 60)
}

const fn hours(count: u32) -> Duration {
    minutes(count.saturating_mul(60))
}

const fn days(count: u32) -> Duration {
    Duration::from_secs(count as u64 * 86_400)
}
