//! All that is kept of a person, handed out as one document (GDPR, articles 15 and 20).
//!
//! What always holds: no secret and no hash is handed out; the document is written page by page, so memory stays flat; and
//! every table that says something of people is part of it, or a test says why it is not.

pub mod routes;

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::limits::{self, Limit};
use crate::portable::{PAGE, Portable};
use crate::users::profile::{self, rfc3339};
use crate::users::{self, UserId};
use crate::{
    api_keys, audit, invitations, lockout, organizations, outbox, passkeys, passwords, recovery_codes,
    refusals, sessions, sms, social, sso, totp, trusted_devices,
};

/// Parts of the document in their order, each with the tables that it reads.
const PARTS: [(&str, &[&str]); 21] = [
    ("profile", &["users"]),
    ("passwords", &["passwords"]),
    ("authenticator_apps", &["totp_secrets"]),
    ("recovery_codes", &["recovery_codes"]),
    ("telephones", &["phones"]),
    ("text_messages", &["sms_messages"]),
    ("passkeys", &["passkeys"]),
    ("social_accounts", &["social_accounts"]),
    ("sso_accounts", &["sso_accounts"]),
    ("sso_logins", &["sso_logins"]),
    ("trusted_devices", &["trusted_devices"]),
    ("sessions", &["sessions"]),
    ("devices", &["devices"]),
    ("failed_sign_ins", &["sign_in_failures"]),
    ("memberships", &["members"]),
    ("invitations", &["invitations"]),
    ("api_keys", &["api_keys"]),
    ("mails", &["outbox"]),
    ("events", &["events"]),
    ("actions", &["events"]),
    ("refusals", &["refusals"]),
];

/// Tables that are part of the document.
pub fn tables() -> impl Iterator<Item = &'static str> {
    PARTS.iter().flat_map(|(_, tables)| tables.iter().copied())
}

async fn page(app: &App, part: &str, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    match part {
        "profile" => profile::portable(app, user, after).await,
        "passwords" => passwords::portable(app, user, after).await,
        "authenticator_apps" => totp::portable(app, user, after).await,
        "recovery_codes" => recovery_codes::portable(app, user, after).await,
        "telephones" => sms::portable(app, user, after).await,
        "text_messages" => sms::portable_messages(app, user, after).await,
        "passkeys" => passkeys::portable(app, user, after).await,
        "social_accounts" => social::portable(app, user, after).await,
        "sso_accounts" => sso::portable(app, user, after).await,
        "sso_logins" => sso::logins::portable(app, user, after).await,
        "trusted_devices" => trusted_devices::portable(app, user, after).await,
        "sessions" => sessions::portable::sessions(app, user, after).await,
        "devices" => sessions::portable::devices(app, user, after).await,
        "failed_sign_ins" => lockout::portable(app, user, after).await,
        "memberships" => organizations::people::portable(app, user, after).await,
        "invitations" => invitations::admin::portable(app, user, after).await,
        "api_keys" => api_keys::portable(app, user, after).await,
        "mails" => outbox::portable(app, user, after).await,
        "events" => audit::portable::about(app, user, after).await,
        "actions" => audit::portable::by(app, user, after).await,
        "refusals" => refusals::portable(app, user, after).await,
        _ => Err(Error::internal(format!("nobody writes the part {part}"))),
    }
}

/// A document that is being written.
#[derive(Debug)]
pub struct Document {
    user: UserId,
    head: Option<String>,
    part: usize,
    after: String,
    rows: u64,
}

impl Document {
    /// Begins a document, counted against who asks, and records that it was asked for.
    ///
    /// # Errors
    /// `NOT_FOUND`, `RATE_LIMITED`.
    pub async fn begin(
        app: &App,
        client: &Client,
        asker: Option<&UserId>,
        user: &UserId,
        event: Event<'_>,
    ) -> Result<Self> {
        if let Some(asker) = asker {
            limits::check(app, Limit::Export, client, asker.as_str()).await?;
        }
        let mut tx = app.db.begin().await?;
        users::find(&mut tx, user).await?.ok_or(Code::NotFound)?;
        events::record(app, &mut tx, event).await?;
        tx.commit().await?;
        let issuer = serde_json::to_string(&app.config.tokens.issuer).map_err(Error::internal)?;
        let at = rfc3339(app.clock.now());
        Ok(Self {
            user: user.clone(),
            head: Some(format!(
                "{{\"format\":\"janua.account\",\"version\":1,\"issuer\":{issuer},\"exported_at\":\"{at}\""
            )),
            part: 0,
            after: String::new(),
            rows: 0,
        })
    }

    /// The next piece of text; `None` at the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&mut self, app: &App) -> Result<Option<String>> {
        if let Some(head) = self.head.take() {
            return Ok(Some(head));
        }
        let Some((name, _)) = PARTS.get(self.part) else {
            return Ok(None);
        };
        let rows = page(app, name, &self.user, &self.after).await?;
        let mut text = String::new();
        if self.after.is_empty() {
            text = format!(",\n\"{name}\":[");
        }
        for row in &rows {
            text.push_str(if self.rows == 0 { "\n" } else { ",\n" });
            text.push_str(&row.data.to_string());
            self.rows += 1;
        }
        let is_whole = i64::try_from(rows.len()).unwrap_or(PAGE) < PAGE;
        match rows.into_iter().next_back() {
            Some(last) if !is_whole => self.after = last.key,
            _ => {
                text.push(']');
                self.part += 1;
                self.after.clear();
                self.rows = 0;
                if self.part == PARTS.len() {
                    text.push_str("\n}\n");
                }
            }
        }
        Ok(Some(text))
    }
}
