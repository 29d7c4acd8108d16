//! `janua token`.

use std::io::Read;

use chrono::{DateTime, Utc};
use clap::Subcommand;

use super::output::{Output, yes};
use super::{Failure, app_to_look};
use crate::error::{Class, Code};
use crate::tokens::inspection::{self, Access, Clocks, Inspected, Refresh, SessionState};
use crate::users::profile::rfc3339;

#[derive(Subcommand)]
pub(super) enum Order {
    /// Tell what an access or refresh token says, whether it is ours, and what the server would answer to it. Changes
    /// nothing, and never shows the token itself.
    #[command(
        after_help = "Examples:\n  janua token inspect eyJhbGciOi…\n  pbpaste | janua token inspect\n  janua token inspect - --json < token.txt\n\nA token on the command line stays in the history of the shell; the standard input does not."
    )]
    Inspect {
        /// The token; `-` or nothing reads it from the standard input.
        token: Option<String>,
    },
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let Order::Inspect { token } = order;
    let text = if let Some(token) = token.filter(|it| it != "-") {
        token
    } else {
        let mut text = String::new();
        std::io::stdin()
            .lock()
            .take(64 * 1024)
            .read_to_string(&mut text)?;
        text
    };
    let text = text.trim();
    let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
    let app = app_to_look().await?;
    let inspected = inspection::inspect(&app, text).await;
    app.db.close().await;
    let inspected = inspected.map_err(|error| match error.code() {
        code @ (Code::TokenInvalid | Code::RefreshTokenInvalid) if code.class() == Class::Token => Failure::Wrong(
            "this has the form of no token: an access token is three parts with dots between them, a refresh token \
             begins with jrt_ and has 47 characters"
                .to_owned(),
        ),
        _ => error.into(),
    })?;
    output.show(&inspected, || match &inspected {
        Inspected::Access(token) => of_access(token),
        Inspected::Refresh(token) => of_refresh(token),
    });
    Ok(())
}

fn of_access(token: &Access) -> String {
    let signature = match (&token.signed_by, token.signature_error) {
        (Some(kid), _) => format!("right, by our key {kid}"),
        (None, reason) => format!("does not count: {}", reason.unwrap_or("unknown")),
    };
    let mut lines = vec![
        "access token".to_owned(),
        format!("verdict      {}", token.verdict),
        format!("signature    {signature}"),
    ];
    lines.extend(of_clocks(&token.clocks));
    lines.extend(of_session(token.session.as_ref()));
    for (name, value) in [("header", &token.header), ("claims", &token.claims)] {
        lines.push(format!("{name}\n{value:#}"));
    }
    lines.join("\n")
}

fn of_refresh(token: &Refresh) -> String {
    let mut lines = vec!["refresh token".to_owned()];
    if !token.known {
        lines.push(
            "verdict      REFRESH_TOKEN_INVALID: it was never given out here, or is forgotten".to_owned(),
        );
        return lines.join("\n");
    }
    lines.push(format!(
        "verdict      {}: {}",
        token.verdict,
        meaning(token.verdict)
    ));
    if token.verdict_same_device != token.verdict {
        let verdict = token.verdict_same_device;
        lines.push(format!(
            "  from the browser it was given to: {verdict}: {}",
            meaning(verdict)
        ));
    }
    lines.push(format!("used         {}", when(token.used_at, "not yet")));
    lines.push(format!(
        "successor    {}",
        if token.successor_used { "used" } else { "not used" }
    ));
    lines.push(format!("family       {} tokens are remembered", token.family));
    lines.extend(of_clocks(&token.clocks));
    lines.extend(of_session(token.session.as_ref()));
    lines.join("\n")
}

fn meaning(verdict: &str) -> &'static str {
    match verdict {
        "ROTATE" => "it would be exchanged for its successor",
        "REPEAT" => "it would get the same answer again",
        "THEFT" => "it would count as stolen, and end the session",
        "REFRESH_TOKEN_EXPIRED" => "its time is over",
        _ => "its session has ended",
    }
}

fn of_clocks(clocks: &Clocks) -> Vec<String> {
    let over = |it: bool| yes(it);
    let mut lines = vec![
        format!("issued       {}", when(clocks.issued_at, "not told")),
        format!("expires      {}", when(clocks.expires_at, "not told")),
        format!(
            "  over by this machine's clock  {}  ({})",
            over(clocks.expired_by_machine),
            rfc3339(clocks.machine)
        ),
        format!(
            "  over by the database's clock  {}  ({})",
            over(clocks.expired_by_database),
            rfc3339(clocks.database)
        ),
        format!("  the database is ahead by      {} ms", clocks.difference_ms),
    ];
    if clocks.difference_ms.abs() > 2_000 {
        lines.push("  the clocks differ: let both machines keep time by NTP".to_owned());
    }
    lines
}

fn of_session(session: Option<&SessionState>) -> Vec<String> {
    let Some(session) = session else {
        return vec!["session      none that we know".to_owned()];
    };
    let because = session.revoked_because.as_deref().unwrap_or("no reason noted");
    let state = match session.revoked_at {
        Some(at) => format!("revoked at {}: {because}", rfc3339(at)),
        None => session.state.to_owned(),
    };
    vec![
        format!("session      {}, {state}", session.id),
        format!(
            "  ends unless used {}, in any case {}",
            rfc3339(session.expires_at),
            rfc3339(session.ends_at)
        ),
        format!("  last seen {}", rfc3339(session.last_activity_at)),
        format!(
            "owner        {} ({})",
            session.email.as_deref().unwrap_or("gone"),
            session.user_id
        ),
    ]
}

fn when(time: Option<DateTime<Utc>>, otherwise: &str) -> String {
    time.map_or_else(|| otherwise.to_owned(), rfc3339)
}
