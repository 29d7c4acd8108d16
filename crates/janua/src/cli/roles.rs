//! `janua roles`.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::members::Place;
use super::orgs::{absent, find};
use super::output::{Output, table};
use super::{Failure, app, app_to_look, operator};
use crate::administration::{Actor, organizations};
use crate::app::App;
use crate::error::{Code, Error, Fields};
use crate::organizations::admin;
use crate::roles::custom::{NewRole, RoleChanges, RoleName, description, grants};
use crate::roles::{CustomRole, SystemRole};

#[derive(Subcommand)]
pub(super) enum Order {
    /// List the roles that members of an organization can have.
    #[command(after_help = "Examples:\n  janua roles list --org acme\n  janua roles list --org acme --json")]
    List(Place),
    /// Make a role of the organization's own.
    #[command(
        after_help = "Examples:\n  janua roles create --org acme --name billing --permission organization:read --permission 'invoices:*'"
    )]
    Create {
        #[command(flatten)]
        place: Place,
        /// Small letters, digits, - and _.
        #[arg(long)]
        name: String,
        /// What it is for.
        #[arg(long, default_value = "")]
        description: String,
        /// resource:action, resource:* or *; once for each.
        #[arg(long = "permission", required = true)]
        permissions: Vec<String>,
    },
    /// Change a role of the organization's own; it counts from the next request on.
    #[command(
        after_help = "Examples:\n  janua roles update billing --org acme --permission 'invoices:*'\n  janua roles update billing --org acme --name finance --description 'Pays the bills'"
    )]
    Update {
        /// The name of the role.
        role: String,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        changes: Changes,
    },
    /// Delete a role that nobody has.
    #[command(after_help = "Examples:\n  janua roles delete billing --org acme")]
    Delete {
        /// The name of the role.
        role: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
#[group(required = true, multiple = true)]
pub(super) struct Changes {
    /// Another name.
    #[arg(long)]
    name: Option<String>,
    /// What it is for.
    #[arg(long)]
    description: Option<String>,
    /// What it allows, in place of what it did; once for each.
    #[arg(long = "permission")]
    permissions: Option<Vec<String>>,
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let looks = matches!(order, Order::List(_));
    let app = if looks { app_to_look().await? } else { app().await? };
    let done = carry_out(&app, order, output).await;
    app.db.close().await;
    done
}

async fn carry_out(app: &App, order: Order, output: Output) -> Result<(), Failure> {
    let client = operator(app);
    let actor = Actor::operator(&client);
    let told = |place: &Place, role: &str| format!("{} has no role {role} of its own", place.organization);
    match order {
        Order::List(place) => list(app, &place, output).await?,
        Order::Create {
            place,
            name,
            description: text,
            permissions,
        } => {
            let mut fields = Fields::new();
            let name = fields.take("name", RoleName::parse(&name));
            let text = fields.take("description", description(text));
            let permissions = fields.take("permissions", grants(&permissions));
            fields.done()?;
            let (Some(name), Some(description), Some(permissions)) = (name, text, permissions) else {
                return Err(Error::new(Code::InvalidField).into());
            };
            let new = NewRole {
                name,
                description,
                permissions,
            };
            let id = find(app, &place.organization).await?;
            let role = organizations::create_role(app, actor, &id, new).await?;
            show(&role, "was made", output);
        }
        Order::Update { role, place, changes } => {
            let id = find(app, &place.organization).await?;
            let changed = organizations::update_role(app, actor, &id, &role, changes.read()?).await;
            let changed = changed.map_err(|error| absent(error, &told(&place, &role)))?;
            show(&changed, "was changed", output);
        }
        Order::Delete { role, place } => {
            let id = find(app, &place.organization).await?;
            let deleted = organizations::delete_role(app, actor, &id, &role).await;
            deleted.map_err(|error| absent(error, &told(&place, &role)))?;
            output.show(&json!({"deleted": role}), || format!("{role} was deleted"));
        }
    }
    Ok(())
}

impl Changes {
    fn read(self) -> Result<RoleChanges, Failure> {
        let mut fields = Fields::new();
        let changes = RoleChanges {
            name: self.name.and_then(|it| fields.take("name", RoleName::parse(&it))),
            description: self
                .description
                .and_then(|it| fields.take("description", description(it))),
            permissions: self
                .permissions
                .and_then(|it| fields.take("permissions", grants(&it))),
        };
        fields.done()?;
        Ok(changes)
    }
}

fn show(role: &CustomRole, told: &str, output: Output) {
    let grants = role.grants();
    let shown = json!({"id": role.id, "name": role.name, "description": role.description,
        "permissions": grants.patterns()});
    output.show(&shown, || {
        format!("{} {told}; it allows {}", role.name, grants.patterns().join(" "))
    });
}

async fn list(app: &App, place: &Place, output: Output) -> Result<(), Failure> {
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
