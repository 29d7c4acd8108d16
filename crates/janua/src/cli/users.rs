//! `janua users`.

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{Output, table};
use super::{Failure, accounts, app, app_to_look};
use crate::app::App;
use crate::crypto::password::PasswordHash;
use crate::crypto::secret::SecretString;
use crate::error::{Error, Invalid};
use crate::events::{self, Event, Name};
use crate::lockout;
use crate::passwords::{self, NewPassword, Prepared};
use crate::registration::bootstrap;
use crate::users::profile::{Profile, rfc3339};
use crate::users::{self, Email, Identifier, NewUser, PersonName, User, UserId, Username};

#[derive(Subcommand)]
pub(super) enum Order {
    /// Make a user.
    #[command(
        after_help = "Examples:\n  janua users create --email ada@example.com --admin\n  echo \"$PASSWORD\" | janua users create --email ada@example.com --password-stdin\n  janua users create --email ada@example.com --password-hash '$2b$12$…'"
    )]
    Create(Create),
    /// Show a user.
    #[command(
        after_help = "Examples:\n  janua users get --email ada@example.com\n  janua users get --username Ada --json"
    )]
    Get(Who),
    /// List users, newest first.
    #[command(
        after_help = "Examples:\n  janua users list\n  janua users list --search ada --limit 10\n  janua users list --offset 50 --json"
    )]
    List {
        /// Only those whose address or username starts with this.
        #[arg(long)]
        search: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// How many to pass over.
        #[arg(long, default_value_t = 0)]
        offset: u32,
    },
    /// Lift a lock before its time.
    #[command(
        after_help = "Examples:\n  janua users unlock --email ada@example.com\n  janua users unlock --username Ada"
    )]
    Unlock(Who),
    #[command(flatten)]
    Account(accounts::Order),
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of one order")]
pub(super) struct Create {
    /// The address; it counts as verified.
    #[arg(long)]
    email: String,
    /// The username.
    #[arg(long)]
    username: Option<String>,
    /// Given name.
    #[arg(long)]
    first_name: Option<String>,
    /// Family name.
    #[arg(long)]
    last_name: Option<String>,
    /// An administrator of the platform.
    #[arg(long)]
    admin: bool,
    /// The address has yet to be verified.
    #[arg(long)]
    unverified: bool,
    /// Read the password from the standard input instead of asking for it.
    #[arg(long, conflicts_with_all = ["password_hash", "generate"])]
    password_stdin: bool,
    /// A hash of another system: Argon2, bcrypt, scrypt or PBKDF2.
    #[arg(long, conflicts_with = "generate")]
    password_hash: Option<String>,
    /// Make up a password and show it once.
    #[arg(long)]
    generate: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Who {
    /// By address.
    #[arg(long)]
    email: Option<String>,
    /// By username.
    #[arg(long)]
    username: Option<String>,
    /// By id.
    #[arg(long)]
    id: Option<String>,
}

impl Who {
    pub(super) fn of_email(email: String) -> Self {
        Self {
            email: Some(email),
            username: None,
            id: None,
        }
    }
}

/// A user as an operator sees them.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    profile: Profile,
    suspended_at: Option<String>,
    locked_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated_password: Option<String>,
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let looks = match &order {
        Order::Get(_) | Order::List { .. } => true,
        Order::Account(order) => order.looks(),
        _ => false,
    };
    let app = if looks { app_to_look().await? } else { app().await? };
    let done = carry_out(&app, order, output).await;
    app.db.close().await;
    done
}

async fn carry_out(app: &App, order: Order, output: Output) -> Result<(), Failure> {
    match order {
        Order::Create(order) => create(app, order, output).await,
        Order::Get(who) => {
            let user = find(app, &who).await?;
            show(app, &user, None, output).await
        }
        Order::List {
            search,
            limit,
            offset,
        } => {
            let (found, total) = users::admin::list(app, search.as_deref(), limit.min(1000), offset).await?;
            let profiles: Vec<Profile> = found.iter().map(Profile::from).collect();
            output.show(&serde_json::json!({"users": profiles, "total": total}), || {
                let rows: Vec<Vec<String>> = profiles.iter().map(row).collect();
                table(
                    &["ID", "EMAIL", "USERNAME", "VERIFIED", "ADMIN", "CREATED"],
                    &rows,
                )
            });
            Ok(())
        }
        Order::Account(order) => accounts::run(app, order, output).await,
        Order::Unlock(who) => {
            let user = find(app, &who).await?;
            let mut tx = app.db.begin().await?;
            let client = super::operator(app);
            let lifted = lockout::unlock(&mut tx, &user.id).await?;
            events::record(
                app,
                &mut tx,
                Event::by_operator(Name::UserUnlocked, Some(&user.id), &client),
            )
            .await?;
            tx.commit().await?;
            output.show(
                &serde_json::json!({"email": user.email, "unlocked": lifted > 0}),
                || match lifted {
                    0 => format!("{} was not locked", user.email),
                    _ => format!("{} can sign in again", user.email),
                },
            );
            Ok(())
        }
    }
}

fn row(profile: &Profile) -> Vec<String> {
    let yes = |it: bool| if it { "yes" } else { "no" }.to_owned();
    vec![
        profile.id.to_string(),
        profile.email.clone(),
        profile.username.clone().unwrap_or_default(),
        yes(profile.email_verified),
        yes(profile.is_admin),
        profile.created_at.clone(),
    ]
}

async fn create(app: &App, order: Create, output: Output) -> Result<(), Failure> {
    let refused = |it: Invalid| Error::new(it.code).says(it.reason);
    let email = Email::parse(&order.email).map_err(refused)?;
    let name = |text: &Option<String>| {
        text.as_deref()
            .map_or(Ok(None), PersonName::parse)
            .map_err(refused)
    };
    let new = NewUser {
        username: order
            .username
            .as_deref()
            .map(Username::parse)
            .transpose()
            .map_err(refused)?,
        first_name: name(&order.first_name)?,
        last_name: name(&order.last_name)?,
        locale: None,
        is_admin: order.admin,
        email_verified_at: (!order.unverified).then(|| app.clock.now()),
        email,
    };
    let (prepared, generated) = password(app, &order, new.email.as_str()).await?;
    let user = bootstrap::create(app, &new, Some(&prepared)).await?;
    show(app, &user, generated, output).await
}

async fn password(app: &App, order: &Create, email: &str) -> Result<(Prepared, Option<String>), Failure> {
    if let Some(hash) = &order.password_hash {
        return Ok((Prepared::imported(PasswordHash::import(hash)?), None));
    }
    let source = Source {
        password_stdin: order.password_stdin,
        generate: order.generate,
    };
    source.password(app, &[email]).await
}

/// Where a new password comes from.
#[derive(Args)]
pub(super) struct Source {
    /// Read the password from the standard input instead of asking for it.
    #[arg(long, conflicts_with = "generate")]
    password_stdin: bool,
    /// Make up a password and show it once.
    #[arg(long)]
    generate: bool,
}

impl Source {
    /// The password, judged and hashed; with its text when it was made up.
    pub(super) async fn password(
        &self,
        app: &App,
        personal: &[&str],
    ) -> Result<(Prepared, Option<String>), Failure> {
        let password = if self.generate {
            bootstrap::made_up_password(app)
        } else if self.password_stdin || !std::io::stdin().is_terminal() {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line)?;
            SecretString::new(line.trim_end_matches(['\r', '\n']).to_owned())
        } else {
            SecretString::new(rpassword::prompt_password("Password: ")?)
        };
        let generated = self.generate.then(|| password.reveal().clone());
        let judged = NewPassword::judge(app, password, personal).await?;
        let judged = judged.map_err(|it| Error::new(it.code).says(it.reason))?;
        Ok((passwords::prepare(app, judged).await?, generated))
    }
}

pub(super) async fn find(app: &App, who: &Who) -> Result<User, Failure> {
    let refused = |it: Invalid| Error::new(it.code).says(it.reason);
    let found = match (&who.email, &who.username, &who.id) {
        (Some(email), ..) => users::find_by_email(&app.db, &Email::parse(email).map_err(refused)?).await?,
        (_, Some(name), _) => {
            let name = Username::parse(name).map_err(refused)?;
            users::find_by_identifier(&app.db, &Identifier::Username(name)).await?
        }
        (.., id) => match id.as_deref().and_then(UserId::parse) {
            Some(id) => users::find(&app.db, &id).await?,
            None => None,
        },
    };
    found.ok_or_else(|| Failure::Absent("there is no such user".to_owned()))
}

async fn show(app: &App, user: &User, generated: Option<String>, output: Output) -> Result<(), Failure> {
    let locked_until = lockout::longest_lock(app, &user.id).await?.map(rfc3339);
    let shown = Shown {
        profile: Profile::from(user),
        suspended_at: user.suspended_at.map(rfc3339),
        locked_until,
        generated_password: generated,
    };
    output.show(&shown, || {
        let value = serde_json::to_value(&shown).unwrap_or_default();
        let pairs = value.as_object().into_iter().flatten().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{name:<18} {}", if value.is_null() { "-" } else { &text })
        });
        pairs.collect::<Vec<_>>().join("\n")
    });
    Ok(())
}
