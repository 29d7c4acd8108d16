//! `janua orgs invite`, `invitations` and `revoke-invitation`.

use clap::Args;
use serde_json::{Value, json};

use super::orgs::{absent, find};
use super::output::{Output, table};
use super::{Failure, operator};
use crate::administration::{Actor, organizations};
use crate::app::App;
use crate::error::{Code, Fields};
use crate::invitations::sending::NewInvitation;
use crate::invitations::{Days, Invitation, InvitationId, InvitationState, Message, admin};
use crate::users::Email;
use crate::users::profile::rfc3339;

#[derive(Args)]
pub(super) struct Invite {
    /// The id or the slug.
    organization: String,
    /// Who is invited.
    #[arg(long)]
    email: String,
    /// owner, admin, member, viewer, or a role of the organization's own.
    #[arg(long, default_value = "member")]
    role: String,
    /// A few lines for the mail, without links.
    #[arg(long)]
    message: Option<String>,
    /// How many days it lives, 1 to 30; the setting `INVITATION_LIFETIME_DAYS` when absent.
    #[arg(long)]
    days: Option<i64>,
}

#[derive(Args)]
pub(super) struct List {
    /// The id or the slug.
    organization: String,
    /// Only those that are pending, accepted, revoked or expired.
    #[arg(long, value_parser = ["pending", "accepted", "revoked", "expired"])]
    state: Option<String>,
    /// How many.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// How many to pass over.
    #[arg(long, default_value_t = 0)]
    offset: u32,
}

#[derive(Args)]
pub(super) struct Revoke {
    /// The id or the slug.
    organization: String,
    /// The id of the invitation.
    id: String,
}

pub(super) async fn invite(app: &App, asked: Invite, output: Output) -> Result<(), Failure> {
    let mut fields = Fields::new();
    let email = fields.take("email", Email::parse(&asked.email));
    let message = asked.message.as_deref().map_or(Ok(None), Message::parse);
    let message = fields.take("message", message);
    let days = asked.days.unwrap_or(app.config.organizations.invitation_days);
    let days = fields.take("days", Days::parse(days));
    fields.done()?;
    let (Some(email), Some(message), Some(days)) = (email, message, days) else {
        return Err(crate::error::Error::new(Code::BadRequest).into());
    };
    let id = find(app, &asked.organization).await?;
    let role = asked.role;
    let new = NewInvitation {
        email,
        role: role.clone(),
        message,
        days,
    };
    let client = operator(app);
    let made = organizations::invite(app, Actor::operator(&client), &id, &new).await;
    let made = made.map_err(|error| absent(error, &format!("{} has no role {role}", asked.organization)))?;
    output.show(&shown(app, &made), || {
        format!("{} is invited to {} as {role}", made.email, made.organization)
    });
    Ok(())
}

pub(super) async fn list(app: &App, asked: List, output: Output) -> Result<(), Failure> {
    let all = [
        InvitationState::Pending,
        InvitationState::Accepted,
        InvitationState::Revoked,
        InvitationState::Expired,
    ];
    let state = all
        .into_iter()
        .find(|it| Some(it.text()) == asked.state.as_deref());
    let id = find(app, &asked.organization).await?;
    let (page, total) = admin::list(app, &id, state, asked.limit.into(), asked.offset.into()).await?;
    let all: Vec<Value> = page.iter().map(|it| shown(app, it)).collect();
    output.show(&json!({"invitations": all, "total": total}), || {
        let rows = page.iter().map(|it| {
            vec![
                it.id.to_string(),
                it.email.clone(),
                it.role().to_owned(),
                it.state(app.clock.now()).text().to_owned(),
                rfc3339(it.expires_at),
            ]
        });
        table(
            &["ID", "EMAIL", "ROLE", "STATE", "UNTIL"],
            &rows.collect::<Vec<_>>(),
        )
    });
    Ok(())
}

pub(super) async fn revoke(app: &App, asked: Revoke, output: Output) -> Result<(), Failure> {
    let id = find(app, &asked.organization).await?;
    let told = format!("{} has no invitation {}", asked.organization, asked.id);
    let which = InvitationId::parse(&asked.id).ok_or_else(|| Failure::Absent(told.clone()))?;
    let client = operator(app);
    let revoked = organizations::revoke_invitation(app, Actor::operator(&client), &id, &which).await;
    revoked.map_err(|error| absent(error, &told))?;
    output.show(&json!({"id": which}), || {
        "the invitation was taken back".to_owned()
    });
    Ok(())
}

fn shown(app: &App, it: &Invitation) -> Value {
    json!({
        "id": it.id, "email": it.email, "role": it.role(), "state": it.state(app.clock.now()).text(),
        "message": it.message, "invited_by": it.invited_by, "created_at": rfc3339(it.created_at),
        "sent_at": rfc3339(it.sent_at), "expires_at": rfc3339(it.expires_at),
    })
}
