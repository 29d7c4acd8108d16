//! `janua passkeys`.

use clap::Subcommand;
use serde_json::json;

use super::output::{Output, table};
use super::users::{Who, find};
use super::{Failure, app, operator};
use crate::administration::{self, Actor};
use crate::app::App;
use crate::error::Code;
use crate::passkeys::{self, PasskeyId};
use crate::users::profile::rfc3339;

#[derive(Subcommand)]
pub(super) enum Order {
    /// List somebody's passkeys.
    #[command(after_help = "Examples:\n  janua passkeys list --email ada@example.com --json")]
    List(Who),
    /// Remove a passkey, also the last way in. Every session of its owner ends, and a mail tells them.
    #[command(
        after_help = "Examples:\n  janua passkeys remove 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60 --email ada@example.com"
    )]
    Remove {
        /// The id that `list` shows.
        passkey: String,
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
            let all = passkeys::list(app, &user.id).await?;
            let shown = all.iter().map(|it| {
                json!({
                    "id": it.id, "name": it.name, "model": passkeys::model(&it.aaguid),
                    "backup_eligible": it.backup_eligible, "backed_up": it.backed_up,
                    "counter": it.counter, "suspicious": it.flagged_at.is_some(),
                    "created_at": rfc3339(it.created_at), "last_used_at": it.last_used_at.map(rfc3339),
                })
            });
            let shown: Vec<_> = shown.collect();
            output.show(&json!({"passkeys": shown}), || {
                let yes = |it: bool| if it { "yes" } else { "no" }.to_owned();
                let rows: Vec<Vec<String>> = all
                    .iter()
                    .map(|it| {
                        let last_use = it.last_used_at.map_or_else(|| "never".to_owned(), rfc3339);
                        let suspicious = yes(it.flagged_at.is_some());
                        vec![
                            it.id.to_string(),
                            it.name.clone(),
                            yes(it.backed_up),
                            suspicious,
                            last_use,
                        ]
                    })
                    .collect();
                table(&["ID", "NAME", "BACKED UP", "SUSPICIOUS", "LAST USED"], &rows)
            });
            Ok(())
        }
        Order::Remove { passkey, who } => {
            let user = find(app, &who).await?;
            let absent = || Failure::Absent("there is no such passkey".to_owned());
            let id = PasskeyId::parse(&passkey).ok_or_else(absent)?;
            let client = operator(app);
            let done =
                match administration::remove_passkey(app, Actor::operator(&client), &user.id, &id).await {
                    Err(error) if error.code() == Code::PasskeyNotFound => return Err(absent()),
                    done => done?,
                };
            let facts = json!({"email": user.email, "removed": id, "ended_sessions": done.ended_sessions});
            output.show(&facts, || format!("{} has lost the passkey {id}", user.email));
            Ok(())
        }
    }
}
