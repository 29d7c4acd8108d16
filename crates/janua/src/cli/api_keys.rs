//! `janua api-keys`.

use clap::Subcommand;
use serde_json::json;

use super::output::{Output, table};
use super::users::{Who, find};
use super::{Failure, app, operator};
use crate::api_keys::{self, ApiKeyId, Owner};
use crate::app::App;
use crate::error::Code;
use crate::events::{Event, Name};
use crate::users::profile::rfc3339;

#[derive(Subcommand)]
pub(super) enum Order {
    /// List somebody's API keys; the keys themselves are not stored.
    #[command(after_help = "Examples:\n  janua api-keys list --email ada@example.com --json")]
    List(Who),
    /// End an API key, from the next request on.
    #[command(
        after_help = "Examples:\n  janua api-keys revoke 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60 --email ada@example.com"
    )]
    Revoke {
        /// The id that `list` shows.
        api_key: String,
        #[command(flatten)]
        who: Who,
    },
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let app = app().await?;
    let done = carry_out(&app, order, output).await;
    app.db.close().await;
    done
}

async fn carry_out(app: &App, order: Order, output: Output) -> Result<(), Failure> {
    match order {
        Order::List(who) => {
            let user = find(app, &who).await?;
            let all = api_keys::list(app, Owner::Person(&user.id)).await?;
            let shown: Vec<_> = all
                .iter()
                .map(|it| {
                    json!({
                        "id": it.id, "name": it.name, "hint": it.hint, "scopes": it.scopes().patterns(),
                        "rate_limit_per_minute": it.per_minute, "created_at": rfc3339(it.created_at),
                        "expires_at": it.expires_at.map(rfc3339), "last_used_at": it.last_used_at.map(rfc3339),
                        "last_used_ip": it.last_used_ip,
                    })
                })
                .collect();
            output.show(&json!({"api_keys": shown}), || {
                let rows: Vec<Vec<String>> = all
                    .iter()
                    .map(|it| {
                        let never = || "never".to_owned();
                        vec![
                            it.id.to_string(),
                            it.name.clone(),
                            it.hint.clone(),
                            it.scopes().text(),
                            it.expires_at.map_or_else(never, rfc3339),
                            it.last_used_at.map_or_else(never, rfc3339),
                        ]
                    })
                    .collect();
                table(
                    &["ID", "NAME", "BEGINS WITH", "SCOPES", "ENDS", "LAST USED"],
                    &rows,
                )
            });
            Ok(())
        }
        Order::Revoke { api_key, who } => {
            let user = find(app, &who).await?;
            let absent = || Failure::Absent("there is no such API key".to_owned());
            let id = ApiKeyId::parse(&api_key).ok_or_else(absent)?;
            let client = operator(app);
            let event = Event::by_operator(Name::ApiKeyRevoked, Some(&user.id), &client);
            let key = match api_keys::revoke(app, Owner::Person(&user.id), &id, event).await {
                Err(error) if error.code() == Code::ApiKeyNotFound => return Err(absent()),
                done => done?,
            };
            let facts = json!({"email": user.email, "revoked": id, "name": key.name});
            output.show(&facts, || format!("{} opens nothing any more", key.name));
            Ok(())
        }
    }
}
