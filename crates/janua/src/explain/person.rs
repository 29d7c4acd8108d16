//! One person: why they cannot sign in right now, or that they can.

use serde::Serialize;
use utoipa::ToSchema;

use super::request::{Happened, MailExplained};
use crate::app::App;
use crate::audit::{self, Filter, Reach};
use crate::authentication::{Factors, Policy};
use crate::error::{Code, Result};
use crate::lockout::{self, Subject};
use crate::login::sso::refuse_if_enforced;
use crate::users::profile::rfc3339;
use crate::users::{self, Email, Identifier, User};
use crate::{outbox, passwords, refusals, sso};

/// So many of the last refusals and mails are told.
const LAST: u32 = 5;

/// Whether somebody can sign in, and if not, why.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonExplained {
    /// The address that was asked for.
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// The account that has it.
    pub user_id: Option<String>,
    /// Whether a right proof would open a session now.
    pub can_sign_in: bool,
    /// What stands in the way, all of it.
    pub reasons: Vec<Reason>,
    /// What is worth knowing besides.
    pub notes: Vec<String>,
    /// The last refusals, the newest first.
    pub refusals: Vec<Happened>,
    /// The last mails that did not arrive yet, the newest first.
    pub mails: Vec<MailExplained>,
}

/// What stands in the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reason {
    /// What the person is told.
    pub code: &'static str,
    /// The trouble, for the doctor.
    pub help: &'static str,
    /// What is so.
    pub cause: String,
    /// What mends it.
    pub remedy: &'static str,
}

impl Reason {
    fn new(code: Code, cause: impl Into<String>) -> Self {
        Self {
            code: code.name(),
            help: code.help(),
            cause: cause.into(),
            remedy: code.advice(),
        }
    }
}

/// Tells whether somebody can sign in.
///
/// # Errors
/// When the database fails.
pub async fn explain(app: &App, email: &Email) -> Result<PersonExplained> {
    let found = users::find_by_email(&app.db, email).await?;
    let mut told = PersonExplained {
        email: email.as_str().to_owned(),
        user_id: found.as_ref().map(|it| it.id.to_string()),
        can_sign_in: false,
        reasons: Vec::new(),
        notes: Vec::new(),
        refusals: Vec::new(),
        mails: mails(app, email).await?,
    };
    let identifier = Identifier::Email(email.clone());
    let subject = Subject::of(app, &identifier, found.as_ref(), None);
    if let Some(until) = lockout::locked_until(app, &app.db, &subject).await? {
        let cause = format!("too many failed sign-ins: locked until {}", rfc3339(until));
        told.reasons.push(Reason::new(Code::AccountLocked, cause));
    }
    match &found {
        None => {
            let cause = "no account has this address";
            told.reasons.push(Reason::new(Code::InvalidCredentials, cause));
            if let Some(connection) = of_domain(app, email.as_str()).await? {
                told.notes
                    .push(format!("people of this domain can sign in through {connection}"));
            }
        }
        Some(user) => of_account(app, user, &mut told).await?,
    }
    told.refusals = refused(app, found.as_ref(), &subject).await?;
    told.can_sign_in = told.reasons.is_empty();
    Ok(told)
}

async fn of_account(app: &App, user: &User, told: &mut PersonExplained) -> Result<()> {
    if let Some(since) = user.suspended_at {
        let cause = format!("suspended since {}", rfc3339(since));
        told.reasons.push(Reason::new(Code::AccountSuspended, cause));
    }
    let policy = Policy::of(app);
    let in_grace = app.clock.now() < user.created_at + policy.verification_grace;
    if user.email_verified_at.is_none() && policy.verified_email && !in_grace {
        let cause = "nobody has opened the link that was mailed to the address";
        told.reasons.push(Reason::new(Code::EmailNotVerified, cause));
    }
    if let Err(refused) = refuse_if_enforced(app, user).await {
        let through = of_domain(app, &user.email).await?.unwrap_or_default();
        let cause = format!("the organization of this domain wants its people to sign in through {through}");
        told.reasons.push(Reason::new(refused.code(), cause));
    }
    if !passwords::has_one(app, &user.id).await? {
        told.notes.push(
            "the account has no password: a passkey, a mailed link or another provider opens it".to_owned(),
        );
    }
    let factors = Factors::of(&app.db, &user.id).await?;
    let names = factors.names();
    if !names.is_empty() {
        told.notes
            .push(format!("a second factor is asked for: {}", names.join(", ")));
    } else if policy.demands_factor(user.is_admin) {
        told.notes
            .push("a second factor has to be set up at the next sign-in (MFA_REQUIRED)".to_owned());
    }
    Ok(())
}

/// The last refusals: requests, and what the audit log alone remembers, which is kept for longer.
async fn refused(app: &App, user: Option<&User>, subject: &Subject) -> Result<Vec<Happened>> {
    refusals::settle(app).await?;
    let id = user.map(|it| &it.id);
    let all = refusals::of_person(app, id, subject.key(), LAST).await?;
    let of_requests: Vec<String> = all.iter().map(|it| it.request_id.clone()).collect();
    let mut told: Vec<Happened> = all.into_iter().map(Happened::of_refusal).collect();
    if let Some(id) = id {
        let filter = Filter {
            target_id: Some(id.to_string()),
            outcome: Some("failure".to_owned()),
            ..Filter::default()
        };
        let (found, _) = audit::list(app, &Reach::Everything, &filter, None, LAST).await?;
        let alone = |it: &audit::Entry| {
            let request = it.request_id.as_ref();
            request.is_none_or(|it| !of_requests.contains(it))
        };
        told.extend(found.into_iter().filter(alone).map(Happened::of));
    }
    told.sort_by(|one, other| other.at.cmp(&one.at));
    told.truncate(LAST as usize);
    Ok(told)
}

/// The connection of the organization that has proven the domain of an address.
async fn of_domain(app: &App, email: &str) -> Result<Option<String>> {
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let found = sso::of_domain(app, domain).await?;
    Ok(found.map(|it| format!("{} ({})", it.name, it.id)))
}

async fn mails(app: &App, email: &Email) -> Result<Vec<MailExplained>> {
    let found = outbox::unsettled_of(app, email.as_str(), LAST).await?;
    Ok(found.into_iter().map(MailExplained::of).collect())
}
