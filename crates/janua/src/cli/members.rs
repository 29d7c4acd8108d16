//! `janua members` and `janua roles`.

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
use crate::roles::SystemRole;
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
    organization: String,
}

#[derive(Subcommand)]
pub(super) enum RolesOrder {
    /// List the roles that members of an organization can have.
    #[command(after_help = "Examples:\n  janua roles list --org acme\n  janua roles list --org acme --json")]
    List(Place),
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let looks = matches!(order, Order::List { .. });
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

fn list(page: &[Member], total: i64, output: Output) {
    let all: Vec<Value> = page
        .iter()
        .map(|it| {
            json!({"user_id": it.user_id, "email": it.email, "role": it.role(), "joined_at": rfc3339(it.created_at)})
        })
        .collect();
    output.show(&json!({"members": all, "total": total}), || {
        let rows: Vec<Vec<String>> = page
            .iter()
            .map(|it| {
                vec![
                    it.user_id.to_string(),
                    it.email.clone(),
                    it.role().to_owned(),
                    rfc3339(it.created_at),
                ]
            })
            .collect();
        table(&["USER", "EMAIL", "ROLE", "SINCE"], &rows)
    });
}

pub(super) async fn roles(order: RolesOrder, output: Output) -> Result<(), Failure> {
    let RolesOrder::List(place) = order;
    let app = app_to_look().await?;
    let done = list_roles(&app, &place, output).await;
    app.db.close().await;
    done
}

async fn list_roles(app: &App, place: &Place, output: Output) -> Result<(), Failure> {
    let id = find(app, &place.organization).await?;
    let own = admin::roles(app, &id).await?;
    let system = SystemRole::ALL
        .into_iter()
        .map(|it| (String::new(), it.name().to_owned(), it.grants()));
    let own = own
        .into_iter()
        .map(|it| (it.id.to_string(), it.name.clone(), it.grants()));
    let all: Vec<_> = system.chain(own).collect();
    let shown: Vec<Value> = all
        .iter()
        .map(|(id, name, grants)| json!({"id": id, "name": name, "permissions": grants.patterns()}))
        .collect();
    output.show(&json!({"roles": shown}), || {
        let rows = all
            .iter()
            .map(|(id, name, grants)| vec![name.clone(), id.clone(), grants.patterns().join(" ")]);
        table(&["NAME", "ID", "PERMISSIONS"], &rows.collect::<Vec<_>>())
    });
    Ok(())
}
