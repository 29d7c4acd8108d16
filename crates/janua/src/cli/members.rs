//! `janua members`.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::orgs::{absent, find};
use super::output::{Output, table};
use super::users::{Who, find as find_user};
use super::{Failure, app, app_to_look, operator};
use crate::administration::{Actor, organizations};
use crate::app::App;
use crate::organizations::admin;
use crate::organizations::members::Member;
use crate::users::profile::rfc3339;

#[derive(Subcommand)]
pub(super) enum Order {
    /// List the members of an organization, in the order in which they came.
    #[command(
        after_help = "Examples:\n  janua members list --org acme\n  janua members list --org acme --json"
    )]
    List {
        #[command(flatten)]
        place: Place,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// How many to pass over.
        #[arg(long, default_value_t = 0)]
        offset: u32,
    },
    /// Show a member.
    #[command(after_help = "Examples:\n  janua members get --org acme --email bob@example.com --json")]
    Get {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        who: Who,
    },
    /// Make somebody a member.
    #[command(after_help = "Examples:\n  janua members add --org acme --email bob@example.com --role admin")]
    Add {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        who: Who,
        /// owner, admin, member, viewer, or a role of the organization's own.
        #[arg(long, default_value = "member")]
        role: String,
    },
    /// Give a member another role.
    #[command(
        after_help = "Examples:\n  janua members set-role --org acme --email bob@example.com --role viewer"
    )]
    SetRole {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        who: Who,
        /// owner, admin, member, viewer, or a role of the organization's own.
        #[arg(long)]
        role: String,
    },
    /// Remove a member. The last owner stays.
    #[command(after_help = "Examples:\n  janua members remove --org acme --email bob@example.com")]
    Remove {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Args)]
pub(super) struct Place {
    /// The id or the slug of the organization.
    #[arg(long = "org")]
    pub(super) organization: String,
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let looks = matches!(order, Order::List { .. } | Order::Get { .. });
    let app = if looks { app_to_look().await? } else { app().await? };
    let done = carry_out(&app, order, output).await;
    app.db.close().await;
    done
}

async fn carry_out(app: &App, order: Order, output: Output) -> Result<(), Failure> {
    let client = operator(app);
    let actor = Actor::operator(&client);
    let (place, who, role) = match order {
        Order::List { place, limit, offset } => {
            let id = find(app, &place.organization).await?;
            let (page, total) = admin::members(app, &id, limit.into(), offset.into()).await?;
            list(&page, total, output);
            return Ok(());
        }
        Order::Get { place, who } => {
            let (id, user) = (find(app, &place.organization).await?, find_user(app, &who).await?);
            let told = format!("{} does not belong to {}", user.email, place.organization);
            let member = admin::member(app, &id, &user.id).await;
            let member = member.map_err(|error| absent(error, &told))?;
            output.show(&shown(&member), || row_table(std::slice::from_ref(&member)));
            return Ok(());
        }
        Order::Add { place, who, role } => {
            let (id, user) = (find(app, &place.organization).await?, find_user(app, &who).await?);
            let added = organizations::add_member(app, actor, &id, &user.id, &role).await;
            added.map_err(|error| absent(error, &format!("{} has no role {role}", place.organization)))?;
            let facts = json!({"organization_id": id, "user_id": user.id, "role": role});
            output.show(&facts, || {
                format!("{} belongs to {} as {role}", user.email, place.organization)
            });
            return Ok(());
        }
        Order::SetRole { place, who, role } => (place, who, Some(role)),
        Order::Remove { place, who } => (place, who, None),
    };
    let (id, user) = (find(app, &place.organization).await?, find_user(app, &who).await?);
    let done = match &role {
        Some(role) => organizations::set_role(app, actor, &id, &user.id, role).await,
        None => organizations::remove_member(app, actor, &id, &user.id).await,
    };
    done.map_err(|error| {
        let told = error.message().to_owned();
        absent(error, &told)
    })?;
    let facts = json!({"organization_id": id, "user_id": user.id, "role": role});
    output.show(&facts, || match &role {
        Some(role) => format!("{} belongs to {} as {role}", user.email, place.organization),
        None => format!(
            "{} does not belong to {} any more",
            user.email, place.organization
        ),
    });
    Ok(())
}

fn shown(it: &Member) -> Value {
    json!({"user_id": it.user_id, "email": it.email, "role": it.role(), "joined_at": rfc3339(it.created_at)})
}

fn list(page: &[Member], total: i64, output: Output) {
    let all: Vec<Value> = page.iter().map(shown).collect();
    output.show(&json!({"members": all, "total": total}), || row_table(page));
}

fn row_table(page: &[Member]) -> String {
    let rows = page.iter().map(|it| {
        vec![
            it.user_id.to_string(),
            it.email.clone(),
            it.role().to_owned(),
            rfc3339(it.created_at),
        ]
    });
    table(&["USER", "EMAIL", "ROLE", "SINCE"], &rows.collect::<Vec<_>>())
}
