//! `janua users`: the orders that change what somebody may do.

use std::io::Write as _;

use clap::Subcommand;
use serde_json::json;

use super::output::{Output, table};
use super::users::{Source, Who, find};
use super::{Failure, operator};
use crate::administration::{self, Actor, Done};
use crate::app::App;
use crate::client::{Agent, Client};
use crate::error::Error;
use crate::events::{Event, Name};
use crate::personal_data::Document;
use crate::sessions::impersonation::{Impersonator, Reason};

use crate::sessions::{self, Session};
use crate::users::profile::rfc3339;

#[derive(Subcommand)]
pub(super) enum Order {
    /// Set a new password. Every session ends, locks are lifted, and a mail tells the owner.
    #[command(
        after_help = "Examples:\n  janua users set-password --email ada@example.com\n  echo \"$PASSWORD\" | janua users set-password --email ada@example.com --password-stdin\n  janua users set-password --username Ada --generate"
    )]
    SetPassword {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        source: Source,
    },
    /// Mail a link that allows a new password. A running server sends it.
    #[command(after_help = "Examples:\n  janua users send-password-reset --email ada@example.com")]
    SendPasswordReset(Who),
    /// Make somebody an administrator of the platform. Every session of theirs ends.
    #[command(after_help = "Examples:\n  janua users promote --email ada@example.com")]
    Promote(Who),
    /// Make an administrator an ordinary user. Every session of theirs ends. The last one stays.
    #[command(after_help = "Examples:\n  janua users demote --email ada@example.com")]
    Demote(Who),
    /// Keep somebody out until they are reactivated. Every session of theirs ends. The last administrator stays.
    #[command(after_help = "Examples:\n  janua users suspend --email ada@example.com")]
    Suspend(Who),
    /// Let a suspended user in again.
    #[command(after_help = "Examples:\n  janua users reactivate --email ada@example.com")]
    Reactivate(Who),
    /// List the sessions of somebody that are alive.
    #[command(after_help = "Examples:\n  janua users sessions --email ada@example.com --json")]
    Sessions(Who),
    /// End every session of somebody.
    #[command(after_help = "Examples:\n  janua users revoke-sessions --email ada@example.com")]
    RevokeSessions(Who),
    /// Make an access token with which an administrator acts for somebody, for minutes. Needs `IMPERSONATION_ENABLED`. The
    /// token is shown once; everything done with it is recorded under both names.
    #[command(
        after_help = "Examples:\n  janua users impersonate ada@example.com --admin root@example.com --reason 'Ticket 4711'\n  janua users impersonate ada@example.com --admin root@example.com --reason 'Ticket 4711' --json"
    )]
    Impersonate {
        /// The address of whom to act for.
        email: String,
        /// The address of the administrator who is to act.
        #[arg(long)]
        admin: String,
        /// Why: it stands in the log, and the person reads it.
        #[arg(long)]
        reason: String,
    },
    /// Write all that is kept of somebody, as JSON: no secrets, no hashes. It is recorded that an operator did.
    #[command(after_help = "Examples:\n  janua users export --email ada@example.com > account.json")]
    Export(Who),
    /// Delete somebody with everything that belongs to them. The last administrator stays.
    #[command(after_help = "Examples:\n  janua users delete --email ada@example.com --yes")]
    Delete {
        #[command(flatten)]
        who: Who,
        /// Really do it.
        #[arg(long)]
        yes: bool,
    },
}

impl Order {
    /// Whether it changes nothing.
    pub(super) fn looks(&self) -> bool {
        matches!(self, Self::Sessions(_))
    }
}

pub(super) async fn run(app: &App, order: Order, output: Output) -> Result<(), Failure> {
    let client = operator(app);
    let actor = Actor::operator(&client);
    match order {
        Order::SetPassword { who, source } => {
            let user = find(app, &who).await?;
            let personal = [user.email.as_str(), user.display_name()];
            let (prepared, generated) = source.password(app, &personal).await?;
            let done = administration::set_password(app, actor, &user, &prepared).await?;
            let text = format!("{} has a new password", user.email);
            let text = generated
                .iter()
                .fold(text, |text, it| format!("{text}, shown once: {it}"));
            tell(
                app,
                output,
                &user.email,
                done,
                &text,
                json!({"generated_password": generated}),
            );
        }
        Order::SendPasswordReset(who) => {
            let user = find(app, &who).await?;
            administration::send_reset(app, actor, &user.id).await?;
            output.show(&json!({"email": user.email, "promised": true}), || {
                format!(
                    "a mail to {} waits in the outbox; a running server sends it",
                    user.email
                )
            });
        }
        Order::Promote(who) => {
            let user = find(app, &who).await?;
            let done = administration::set_admin(app, actor, &user.id, true).await?;
            let text = format!("{} is an administrator", user.email);
            tell(app, output, &user.email, done, &text, json!({"is_admin": true}));
        }
        Order::Demote(who) => {
            let user = find(app, &who).await?;
            let done = administration::set_admin(app, actor, &user.id, false).await?;
            let text = format!("{} is an ordinary user", user.email);
            tell(app, output, &user.email, done, &text, json!({"is_admin": false}));
        }
        Order::Suspend(who) => {
            let user = find(app, &who).await?;
            let done = administration::suspend(app, actor, &user.id).await?;
            let text = format!("{} is suspended", user.email);
            tell(app, output, &user.email, done, &text, json!({"suspended": true}));
        }
        Order::Export(who) => export(app, &client, &who).await?,
        Order::Impersonate { email, admin, reason } => {
            let (user, admin) = (Who::of_email(email), Who::of_email(admin));
            impersonate(app, actor, output, (&user, &admin), &reason).await?;
        }
        Order::Reactivate(who) => {
            let user = find(app, &who).await?;
            let done = administration::reactivate(app, actor, &user.id).await?;
            let text = format!("{} may sign in", user.email);
            tell(app, output, &user.email, done, &text, json!({"suspended": false}));
        }
        Order::Sessions(who) => {
            let user = find(app, &who).await?;
            list(&sessions::list(app, &user.id).await?, output);
        }
        Order::RevokeSessions(who) => {
            let user = find(app, &who).await?;
            let done = administration::end_sessions(app, actor, &user.id).await?;
            let text = format!("{} has to sign in again", user.email);
            tell(app, output, &user.email, done, &text, json!({}));
        }
        Order::Delete { yes: false, .. } => {
            return Err(Failure::Wrong(
                "this deletes the account and all that belongs to it for good; say --yes".to_owned(),
            ));
        }
        Order::Delete { who, .. } => {
            let user = find(app, &who).await?;
            let done = administration::delete(app, actor, &user.id).await?;
            let text = format!("{} is deleted", user.email);
            tell(app, output, &user.email, done, &text, json!({"deleted": true}));
        }
    }
    Ok(())
}

/// Tells what was done, and how far it is known.
fn tell(app: &App, output: Output, email: &str, done: Done, text: &str, mut answer: serde_json::Value) {
    answer["email"] = email.into();
    answer["changed"] = done.changed.into();
    answer["ended_sessions"] = done.ended_sessions.into();
    answer["announced"] = done.announced.into();
    let ttl = app.config.cache.session_validation.as_secs();
    output.show(&answer, || {
        let mut lines = vec![text.to_owned()];
        if !done.changed {
            lines.push("nothing was changed: it was so already".to_owned());
        }
        match done.ended_sessions {
            0 => {}
            1 => lines.push("one session was ended".to_owned()),
            count => lines.push(format!("{count} sessions were ended")),
        }
        if !done.announced {
            lines.push(format!(
                "Redis did not answer: running servers notice within {ttl} seconds"
            ));
        } else if done.changed && app.config.redis.url.is_none() {
            lines.push(format!(
                "running servers notice within {ttl} seconds: without Redis nobody can tell them"
            ));
        }
        lines.join("\n")
    });
}

fn list(sessions: &[Session], output: Output) {
    let shown: Vec<serde_json::Value> = sessions
        .iter()
        .map(|it| {
            let agent = Agent::of(&it.user_agent);
            json!({
                "id": it.id, "ip": it.ip, "browser": agent.browser, "os": agent.os, "amr": it.amr,
                "created_at": rfc3339(it.created_at), "last_activity_at": rfc3339(it.last_activity_at),
                "expires_at": rfc3339(it.expires_at), "ends_at": rfc3339(it.ends_at),
            })
        })
        .collect();
    output.show(&json!({"sessions": shown, "total": shown.len()}), || {
        if sessions.is_empty() {
            return "no session is alive".to_owned();
        }
        let rows: Vec<Vec<String>> = sessions
            .iter()
            .map(|it| {
                vec![
                    it.id.to_string(),
                    it.ip.clone(),
                    Agent::of(&it.user_agent).name(),
                    it.amr.clone(),
                    rfc3339(it.created_at),
                    rfc3339(it.last_activity_at),
                    rfc3339(it.expires_at),
                ]
            })
            .collect();
        table(
            &[
                "ID",
                "FROM",
                "DEVICE",
                "BY",
                "BEGAN",
                "LAST SEEN",
                "ENDS UNLESS USED",
            ],
            &rows,
        )
    });
}

/// Writes what is kept of somebody, as it is read.
async fn export(app: &App, client: &Client, who: &Who) -> Result<(), Failure> {
    let user = find(app, who).await?;
    let event = Event::by_operator(Name::UserExported, Some(&user.id), client);
    let mut document = Document::begin(app, client, None, &user.id, event).await?;
    let mut out = std::io::stdout().lock();
    while let Some(text) = document.next(app).await? {
        out.write_all(text.as_bytes())?;
    }
    out.flush()?;
    Ok(())
}

async fn impersonate(
    app: &App,
    actor: Actor<'_>,
    output: Output,
    (user, admin): (&Who, &Who),
    reason: &str,
) -> Result<(), Failure> {
    let (user, admin) = (find(app, user).await?, find(app, admin).await?);
    let reason = Reason::parse(reason).map_err(|it| Error::new(it.code).says(it.reason))?;
    let by = Impersonator {
        admin: &admin.id,
        session: None,
    };
    let granted = administration::impersonation::impersonate(app, actor, by, &user.id, &reason).await?;
    output.show(
        &json!({"access_token": granted.access_token, "expires_in": granted.expires_in,
            "session_id": granted.session.id, "email": user.email, "impersonator_id": admin.id}),
        || granted.access_token.clone(),
    );
    Ok(())
}
