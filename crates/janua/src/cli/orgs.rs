//! `janua orgs`.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::domains::{self, Domains};
use super::invitations::{self, Invite, List, Revoke};
use super::output::{Output, table};
use super::users::{Who, find as find_user};
use super::{Failure, app, app_to_look, operator};
use crate::administration::{Actor, organizations};
use crate::app::App;
use crate::error::{Code, Error, Fields};
use crate::organizations::admin::{self, Account, Filter};
use crate::organizations::{NewOrganization, OrganizationId, Slug, words};
use crate::users::profile::rfc3339;

#[derive(Subcommand)]
pub(super) enum Order {
    /// List organizations, newest first.
    #[command(after_help = "Examples:\n  janua orgs list\n  janua orgs list --search acme --json")]
    List {
        /// Only those whose name or slug starts with this.
        #[arg(long)]
        search: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// How many to pass over.
        #[arg(long, default_value_t = 0)]
        offset: u32,
    },
    /// Show an organization.
    #[command(
        after_help = "Examples:\n  janua orgs get acme\n  janua orgs get 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60 --json"
    )]
    Get(Which),
    /// Make an organization that belongs to somebody.
    #[command(
        after_help = "Examples:\n  janua orgs create --name 'Acme, Inc.' --slug acme --email ada@example.com"
    )]
    Create {
        /// What people call it.
        #[arg(long)]
        name: String,
        /// What stands in addresses; made from the name when absent.
        #[arg(long)]
        slug: Option<String>,
        /// The owner.
        #[command(flatten)]
        who: Who,
    },
    /// Invite somebody by mail.
    #[command(
        after_help = "Examples:\n  janua orgs invite acme --email bob@example.com --role admin\n  janua orgs invite acme --email bob@example.com --days 14 --message 'Welcome!'"
    )]
    Invite(Invite),
    /// List the invitations of an organization, newest first.
    #[command(
        after_help = "Examples:\n  janua orgs invitations acme\n  janua orgs invitations acme --state pending --json"
    )]
    Invitations(List),
    /// Take an invitation back.
    #[command(
        after_help = "Examples:\n  janua orgs revoke-invitation acme 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60"
    )]
    RevokeInvitation(Revoke),
    /// List the domains of an organization, or claim, verify or remove one.
    #[command(
        after_help = "Examples:\n  janua orgs domains acme\n  janua orgs domains acme --add acme.com\n  janua orgs domains acme --verify acme.com --json"
    )]
    Domains(Domains),
    /// Keep everybody from acting in an organization.
    #[command(after_help = "Examples:\n  janua orgs suspend acme")]
    Suspend(Which),
    /// Let people act in a suspended organization again.
    #[command(after_help = "Examples:\n  janua orgs reactivate acme")]
    Reactivate(Which),
    /// Delete an organization; for a while it can be restored.
    #[command(after_help = "Examples:\n  janua orgs delete acme")]
    Delete(Which),
    /// Restore a deleted organization.
    #[command(after_help = "Examples:\n  janua orgs restore acme")]
    Restore(Which),
}

#[derive(Args)]
pub(super) struct Which {
    /// The id or the slug.
    organization: String,
}

/// The organization that an operator means.
pub(super) async fn find(app: &App, text: &str) -> Result<OrganizationId, Failure> {
    let found = match OrganizationId::parse(text) {
        Some(id) => admin::get(app, &id).await.map(|it| it.organization.id),
        None => admin::find_by_slug(app, text).await,
    };
    found.map_err(|error| absent(error, &format!("there is no organization {text}")))
}

/// What does not exist ends with a code of its own.
pub(super) fn absent(error: Error, told: &str) -> Failure {
    match error.code() {
        Code::OrganizationNotFound
        | Code::MemberNotFound
        | Code::RoleNotFound
        | Code::InvitationNotFound
        | Code::DomainNotFound
        | Code::UnknownRole => Failure::Absent(told.to_owned()),
        _ => error.into(),
    }
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let looks = match &order {
        Order::List { .. } | Order::Get(_) | Order::Invitations(_) => true,
        Order::Domains(asked) => asked.only_looks(),
        _ => false,
    };
    let app = if looks { app_to_look().await? } else { app().await? };
    let done = carry_out(&app, order, output).await;
    app.db.close().await;
    done
}

async fn carry_out(app: &App, order: Order, output: Output) -> Result<(), Failure> {
    let client = operator(app);
    let actor = Actor::operator(&client);
    let (which, told) = match order {
        Order::List {
            search,
            limit,
            offset,
        } => {
            let filter = Filter { search };
            let (page, total) = admin::page(app, &filter, limit.into(), offset.into()).await?;
            list(&page, total, output);
            return Ok(());
        }
        Order::Create { name, slug, who } => {
            let owner = find_user(app, &who).await?;
            let made = organizations::create(app, actor, &owner.id, new(&name, slug.as_deref())?).await?;
            show(&admin::get(app, &made.id).await?, output, Some("was made"));
            return Ok(());
        }
        Order::Invite(asked) => return invitations::invite(app, asked, output).await,
        Order::Invitations(asked) => return invitations::list(app, asked, output).await,
        Order::RevokeInvitation(asked) => return invitations::revoke(app, asked, output).await,
        Order::Domains(asked) => return domains::run(app, asked, output).await,
        Order::Get(which) => (which, None),
        Order::Suspend(which) => {
            let id = find(app, &which.organization).await?;
            organizations::set_suspended(app, actor, &id, true).await?;
            (which, Some("is suspended"))
        }
        Order::Reactivate(which) => {
            let id = find(app, &which.organization).await?;
            organizations::set_suspended(app, actor, &id, false).await?;
            (which, Some("may be used again"))
        }
        Order::Delete(which) => {
            let id = find(app, &which.organization).await?;
            organizations::delete(app, actor, &id).await?;
            (which, Some("is deleted"))
        }
        Order::Restore(which) => {
            let id = find(app, &which.organization).await?;
            organizations::restore(app, actor, &id).await?;
            (which, Some("is restored"))
        }
    };
    let id = find(app, &which.organization).await?;
    show(&admin::get(app, &id).await?, output, told);
    Ok(())
}

fn new(name: &str, slug: Option<&str>) -> Result<NewOrganization, Failure> {
    let mut fields = Fields::new();
    let name = fields.take("name", words::name(name));
    let slug = slug.and_then(|it| fields.take("slug", Slug::parse(it)));
    fields.done()?;
    Ok(NewOrganization {
        name: name.unwrap_or_default(),
        slug,
        logo_url: None,
        settings: json!({}),
        metadata: json!({}),
    })
}

fn shown(account: &Account) -> Value {
    let it = &account.organization;
    json!({
        "id": it.id, "name": it.name, "slug": it.slug, "members": account.members,
        "created_at": rfc3339(it.created_at), "suspended_at": it.suspended_at.map(rfc3339),
        "deleted_at": it.deleted_at.map(rfc3339), "purge_at": it.purge_at.map(rfc3339),
    })
}

fn state(account: &Account) -> &'static str {
    let it = &account.organization;
    match (it.deleted_at, it.suspended_at) {
        (Some(_), _) => "deleted",
        (None, Some(_)) => "suspended",
        (None, None) => "active",
    }
}

fn show(account: &Account, output: Output, told: Option<&str>) {
    let it = &account.organization;
    output.show(&shown(account), || match told {
        Some(told) => format!("{} ({}) {told}", it.name, it.slug),
        None => row_table(std::slice::from_ref(account)),
    });
}

fn list(page: &[Account], total: i64, output: Output) {
    let all: Vec<Value> = page.iter().map(shown).collect();
    output.show(&json!({"organizations": all, "total": total}), || row_table(page));
}

fn row_table(page: &[Account]) -> String {
    let rows: Vec<Vec<String>> = page
        .iter()
        .map(|it| {
            let organization = &it.organization;
            vec![
                organization.id.to_string(),
                organization.slug.clone(),
                organization.name.clone(),
                it.members.to_string(),
                state(it).to_owned(),
                rfc3339(organization.created_at),
            ]
        })
        .collect();
    table(&["ID", "SLUG", "NAME", "MEMBERS", "STATE", "CREATED"], &rows)
}
