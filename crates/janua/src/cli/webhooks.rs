//! `janua webhooks`.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::output::{Output, table, yes};
use super::{Failure, app, operator};
use crate::app::App;
use crate::error::{Code, Error};
use crate::ids::OrganizationId;
use crate::users::profile::rfc3339;
use crate::webhooks::endpoints::{self, NewEndpoint};
use crate::webhooks::{self, Endpoint, Grant, Subscription, WebhookId};

/// Whose webhooks.
#[derive(Args)]
pub(super) struct Whose {
    /// Those of the organization with this id; without it those of the platform.
    #[arg(long)]
    organization: Option<String>,
}

#[derive(Subcommand)]
pub(super) enum Order {
    /// List webhooks.
    #[command(
        after_help = "Examples:\n  janua webhooks list\n  janua webhooks list --organization 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60"
    )]
    List {
        #[command(flatten)]
        whose: Whose,
    },
    /// Show a webhook.
    #[command(after_help = "Examples:\n  janua webhooks get 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60")]
    Get {
        /// The id that `list` shows.
        webhook: String,
    },
    /// Add a webhook. Its secret is shown this once.
    #[command(
        after_help = "Examples:\n  janua webhooks create --url https://example.com/hooks --event 'user.*' --event session.revoked"
    )]
    Create {
        /// Where events are sent.
        #[arg(long)]
        url: String,
        /// What it is told of: `area.action`, `area.*` or `*`. Can be given several times.
        #[arg(long = "event", required = true)]
        events: Vec<String>,
        /// What it is for.
        #[arg(long, default_value = "")]
        description: String,
        #[command(flatten)]
        whose: Whose,
    },
    /// Delete a webhook, with all that waits for it.
    #[command(after_help = "Examples:\n  janua webhooks delete 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60")]
    Delete {
        /// The id that `list` shows.
        webhook: String,
    },
    /// Send a test event and tell what the receiver says. Exit code 1 when it does not take it.
    #[command(after_help = "Examples:\n  janua webhooks test 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60")]
    Test {
        /// The id that `list` shows.
        webhook: String,
    },
    /// List the newest deliveries of a webhook.
    #[command(
        after_help = "Examples:\n  janua webhooks deliveries 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60 --limit 100 --json"
    )]
    Deliveries {
        /// The id that `list` shows.
        webhook: String,
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Have a delivery sent again. A running server does so within seconds.
    #[command(
        after_help = "Examples:\n  janua webhooks retry 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60 0197c0df-11aa-7bd0-9d3e-6f5a4b3c2d1e"
    )]
    Retry {
        /// The id that `list` shows.
        webhook: String,
        /// The id that `deliveries` shows.
        delivery: String,
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
        Order::List { whose } => list(app, &whose, output).await,
        Order::Get { webhook } => {
            let (id, owner) = find(app, &webhook).await?;
            let grant = Grant::of_operator(owner.as_ref());
            let found = endpoints::get::<crate::roles::WebhooksRead>(app, &grant, &id).await;
            let found = found.map_err(absent)?;
            output.show(&shown(&found), || table(&HEADINGS, &[row(&found)]));
            Ok(())
        }
        Order::Create {
            url,
            events,
            description,
            whose,
        } => {
            let wrong = |it: crate::error::Invalid| Failure::Wrong(it.reason);
            let new = NewEndpoint {
                url: endpoints::url(app, &url).await.map_err(wrong)?,
                events: Subscription::parse(&events).map_err(wrong)?,
                description: endpoints::description(&description).map_err(wrong)?,
            };
            let grant = Grant::of_operator(named(app, &whose).await?.as_ref());
            let (made, secret) = endpoints::create(app, &operator(app), &grant, new).await?;
            let mut facts = shown(&made);
            facts["secret"] = json!(secret.reveal());
            output.show(&facts, || format!("{}\n{}", made.id, secret.reveal()));
            Ok(())
        }
        Order::Delete { webhook } => {
            let (id, owner) = find(app, &webhook).await?;
            let grant = Grant::of_operator(owner.as_ref());
            let gone = endpoints::delete(app, &operator(app), &grant, &id).await;
            gone.map_err(absent)?;
            output.show(&json!({"deleted": id}), || format!("{id} is deleted"));
            Ok(())
        }
        Order::Test { webhook } => test(app, &webhook, output).await,
        Order::Deliveries { webhook, limit } => deliveries(app, &webhook, limit, output).await,
        Order::Retry { webhook, delivery } => {
            let (id, owner) = find(app, &webhook).await?;
            let grant = Grant::of_operator(owner.as_ref());
            let again = webhooks::retry(app, &grant, &id, &delivery)
                .await
                .map_err(absent)?;
            output.show(&json!({"retried": again.id}), || {
                format!("{} is sent again within seconds", again.event_id)
            });
            Ok(())
        }
    }
}

async fn list(app: &App, whose: &Whose, output: Output) -> Result<(), Failure> {
    let grant = Grant::of_operator(named(app, whose).await?.as_ref());
    let (all, _) = endpoints::list(app, &grant, 1000, 0).await?;
    let facts: Vec<Value> = all.iter().map(shown).collect();
    output.show(&json!({"webhooks": facts}), || {
        table(&HEADINGS, &all.iter().map(row).collect::<Vec<_>>())
    });
    Ok(())
}

async fn test(app: &App, webhook: &str, output: Output) -> Result<(), Failure> {
    let (id, owner) = find(app, webhook).await?;
    let grant = Grant::of_operator(owner.as_ref());
    let report = webhooks::test(app, &grant, &id).await.map_err(absent)?;
    let facts = json!({
        "delivered": report.is_delivered(), "status": report.status, "duration_ms": report.duration_ms,
        "response": report.response, "failure": report.failure,
    });
    output.show(&facts, || {
        let status = report
            .status
            .map_or_else(|| "no answer".to_owned(), |it| it.to_string());
        let response = report.response.as_deref().unwrap_or_default();
        format!("{status} after {} ms {response}", report.duration_ms)
    });
    match report.failure {
        None => Ok(()),
        Some(failure) => Err(Failure::Wrong(format!("the test event was not taken: {failure}"))),
    }
}

async fn deliveries(app: &App, webhook: &str, limit: u32, output: Output) -> Result<(), Failure> {
    let (id, owner) = find(app, webhook).await?;
    let grant = Grant::of_operator(owner.as_ref());
    let (page, total) = webhooks::deliveries(app, &grant, &id, limit.into(), 0)
        .await
        .map_err(absent)?;
    let facts = page.iter().map(|it| {
        json!({
            "id": it.id, "event_id": it.event_id, "event_type": it.event_type, "state": it.state,
            "attempts": it.attempts, "status": it.status, "duration_ms": it.duration_ms, "response": it.response,
            "failure": it.failure, "created_at": rfc3339(it.created_at),
            "attempted_at": it.attempted_at.map(rfc3339),
        })
    });
    let facts: Vec<Value> = facts.collect();
    output.show(&json!({"deliveries": facts, "total": total}), || {
        let rows = page.iter().map(|it| {
            vec![
                it.id.clone(),
                it.event_type.clone(),
                it.state.clone(),
                it.attempts.to_string(),
                it.status.map(|it| it.to_string()).unwrap_or_default(),
                it.failure.clone().unwrap_or_default(),
            ]
        });
        table(
            &["ID", "EVENT", "STATE", "TRIES", "STATUS", "FAILURE"],
            &rows.collect::<Vec<_>>(),
        )
    });
    Ok(())
}

const HEADINGS: [&str; 4] = ["ID", "URL", "EVENTS", "ENABLED"];

fn row(it: &Endpoint) -> Vec<String> {
    let events = it.subscription().patterns().join(",");
    vec![
        it.id.to_string(),
        it.url.clone(),
        events,
        yes(it.disabled_at.is_none()),
    ]
}

fn shown(it: &Endpoint) -> Value {
    json!({
        "id": it.id, "organization_id": it.organization_id, "url": it.url, "description": it.description,
        "events": it.subscription().patterns(), "enabled": it.disabled_at.is_none(),
        "disabled_because": it.disabled_because, "failures": it.failures,
        "failing_since": it.failing_since.map(rfc3339), "created_at": rfc3339(it.created_at),
    })
}

async fn named(app: &App, whose: &Whose) -> Result<Option<OrganizationId>, Failure> {
    let Some(text) = &whose.organization else {
        return Ok(None);
    };
    let absent = || Failure::Absent("there is no such organization".to_owned());
    let id = OrganizationId::parse(text).ok_or_else(absent)?;
    match webhooks::refuse_if_unknown(app, &id).await {
        Err(error) if error.code() == Code::OrganizationNotFound => Err(absent()),
        done => Ok(done.map(|()| Some(id))?),
    }
}

/// A webhook, and whose it is.
async fn find(app: &App, text: &str) -> Result<(WebhookId, Option<OrganizationId>), Failure> {
    let id = WebhookId::parse(text).ok_or_else(|| absent(Code::WebhookNotFound.into()))?;
    let owner = webhooks::owner_of(app, &id).await.map_err(absent)?;
    Ok((id, owner))
}

fn absent(error: Error) -> Failure {
    match error.code() {
        Code::WebhookNotFound => Failure::Absent("there is no such webhook".to_owned()),
        Code::NotFound => Failure::Absent("there is no such delivery".to_owned()),
        _ => error.into(),
    }
}
