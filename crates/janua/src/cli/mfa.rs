//! `janua mfa`.

use clap::Subcommand;
use serde_json::json;

use super::output::Output;
use super::users::{Who, find};
use super::{Failure, app, operator};
use crate::administration::Actor;
use crate::app::App;
use crate::{mfa, recovery_codes};

#[derive(Subcommand)]
pub(super) enum Order {
    /// Show the code that somebody's authenticator app shows now. That you looked is recorded.
    #[command(after_help = "Examples:\n  janua mfa code --email ada@example.com")]
    Code(Who),
    /// Tell how many recovery codes somebody has left, or give them new ones.
    #[command(
        after_help = "Examples:\n  janua mfa recovery-codes --email ada@example.com --remaining\n  janua mfa recovery-codes --email ada@example.com --regenerate"
    )]
    RecoveryCodes {
        #[command(flatten)]
        who: Who,
        /// Tell how many are left; so it is without any option.
        #[arg(long)]
        remaining: bool,
        /// Give ten new ones, shown once; the old ones count no more.
        #[arg(long, conflicts_with = "remaining")]
        regenerate: bool,
    },
    /// Take every second factor and passkey from somebody who has lost them. Every session of theirs ends, and a mail tells them.
    #[command(after_help = "Examples:\n  janua mfa reset --email ada@example.com")]
    Reset(Who),
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let app = app().await?;
    let done = carry_out(&app, order, output).await;
    app.db.close().await;
    done
}

async fn carry_out(app: &App, order: Order, output: Output) -> Result<(), Failure> {
    let client = operator(app);
    let actor = Actor::operator(&client);
    match order {
        Order::Code(who) => {
            let user = find(app, &who).await?;
            let code = mfa::show_code(app, actor, &user).await?;
            output.show(&json!({"email": user.email, "code": code.reveal()}), || {
                code.reveal().to_owned()
            });
        }
        Order::RecoveryCodes {
            who,
            regenerate: true,
            ..
        } => {
            let user = find(app, &who).await?;
            let codes = mfa::regenerate_for(app, actor, &user.id).await?;
            let codes: Vec<&str> = codes.iter().map(|it| it.reveal().as_str()).collect();
            output.show(&json!({"email": user.email, "recovery_codes": codes}), || {
                codes.join("\n")
            });
        }
        Order::RecoveryCodes { who, .. } => {
            let user = find(app, &who).await?;
            let remaining = recovery_codes::remaining(&app.db, &user.id).await?;
            output.show(&json!({"email": user.email, "remaining": remaining}), || {
                format!("{} has {remaining} recovery codes left", user.email)
            });
        }
        Order::Reset(who) => {
            let user = find(app, &who).await?;
            mfa::reset(app, actor, &client, &user.id).await?;
            output.show(&json!({"email": user.email, "reset": true}), || {
                format!("{} signs in without a second factor", user.email)
            });
        }
    }
    Ok(())
}
