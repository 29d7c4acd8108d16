//! Writes a mail: looks up whom it is for, mints its link, and fills the templates in the reader's language.

use std::time::Duration;

use chrono::{DateTime, Utc};
use minijinja::{Value, context};
use serde_json::json;

use crate::app::App;
use crate::crypto::secret::{OpaqueToken, SecretString};
use crate::error::Result;
use crate::invitations::{self, Minted};
use crate::io::mail::Message;
use crate::magic_links;
use crate::one_time::{self, Purpose};
use crate::outbox::{Claimed, Kind};
use crate::users::{self, Email, User};

/// A mail that is ready, or the reason why nobody is to get it.
#[derive(Debug)]
pub(super) enum Composed {
    Ready(Message),
    Dropped(&'static str),
}

pub(super) async fn compose(app: &App, mail: &Claimed) -> Result<Composed> {
    match mail.kind {
        Kind::MagicLink => return magic_link(app, mail).await,
        Kind::Invitation => return invitation(app, mail).await,
        _ => {}
    }
    let Some(user) = reader(app, mail).await? else {
        return Ok(Composed::Dropped("the address belongs to nobody"));
    };
    if user.suspended_at.is_some() {
        return Ok(Composed::Dropped("the account is suspended"));
    }
    let link = match mail.kind {
        Kind::Verification if user.email_verified_at.is_some() => {
            return Ok(Composed::Dropped("the address is already verified"));
        }
        Kind::Verification => {
            let lifetime = app.config.mail.verification_lifetime;
            Some((
                one_time::mint(app, Purpose::EmailVerification, &user, lifetime).await?,
                "verify-email",
                lifetime,
            ))
        }
        Kind::PasswordReset => {
            let lifetime = app.config.mail.reset_lifetime;
            Some((
                one_time::mint(app, Purpose::PasswordReset, &user, lifetime).await?,
                "reset-password",
                lifetime,
            ))
        }
        _ => None,
    };
    render(app, mail, &mail.facts, &Reader::of(&user), link.as_ref(), None).map(Composed::Ready)
}

/// A link and a code for a sign-in. An address that belongs to nobody gets them where they make an account.
async fn magic_link(app: &App, mail: &Claimed) -> Result<Composed> {
    let user = reader(app, mail).await?;
    if user.is_none() && !app.config.accounts.magic_link_signup {
        return Ok(Composed::Dropped("the address belongs to nobody"));
    }
    if user.as_ref().is_some_and(|it| it.suspended_at.is_some()) {
        return Ok(Composed::Dropped("the account is suspended"));
    }
    let reference = mail.facts.get("sign_in").and_then(serde_json::Value::as_str);
    let minted = magic_links::mint(app, reference.unwrap_or_default(), user.as_ref()).await?;
    let Some(minted) = minted else {
        return Ok(Composed::Dropped("the sign-in is over or was asked for again"));
    };
    let reader = Reader::of_address(mail, user.as_ref());
    let lifetime = app.config.accounts.magic_link_lifetime;
    let link = (minted.link, "magic-link", lifetime);
    render(app, mail, &mail.facts, &reader, Some(&link), Some(&minted.code)).map(Composed::Ready)
}

/// A link that makes whoever reads the address a member, with an account or without one.
async fn invitation(app: &App, mail: &Claimed) -> Result<Composed> {
    let user = reader(app, mail).await?;
    if user.as_ref().is_some_and(|it| it.suspended_at.is_some()) {
        return Ok(Composed::Dropped("the account is suspended"));
    }
    let reference = mail.facts.get("invitation").and_then(serde_json::Value::as_str);
    let minted = invitations::mint(app, reference.unwrap_or_default()).await?;
    let Some(Minted { link, invitation: it }) = minted else {
        return Ok(Composed::Dropped("the invitation is over"));
    };
    let facts = json!({"organization": it.organization, "role": it.role(), "inviter": it.inviter, "message": it.message,
        "expires_at": it.expires_at, "locale": mail.facts.get("locale")});
    let left = (it.expires_at - app.clock.now()).to_std().unwrap_or_default();
    let link = (link, "invitation", left);
    let reader = Reader::of_address(mail, user.as_ref());
    render(app, mail, &facts, &reader, Some(&link), None).map(Composed::Ready)
}

/// Whom a mail addresses: somebody who has an account, or may get one.
struct Reader<'a> {
    email: &'a str,
    name: &'a str,
    locale: Option<&'a str>,
}

impl<'a> Reader<'a> {
    fn of(user: &'a User) -> Self {
        Self {
            email: &user.email,
            // Anybody can register somebody's address under a name that holds a link: until it is verified, no name.
            name: user
                .email_verified_at
                .map(|_| user.display_name())
                .unwrap_or_default(),
            locale: user.locale.as_deref(),
        }
    }

    fn of_address(mail: &'a Claimed, user: Option<&'a User>) -> Self {
        user.map_or(
            Self {
                email: &mail.recipient,
                name: "",
                locale: None,
            },
            Self::of,
        )
    }
}

/// The user a mail is for: known when it was promised, or looked up now by the address.
async fn reader(app: &App, mail: &Claimed) -> Result<Option<User>> {
    match (&mail.user_id, Email::parse(&mail.recipient)) {
        (Some(id), _) => users::find(&app.db, id).await,
        (None, Ok(email)) => users::find_by_email(&app.db, &email).await,
        (None, Err(_)) => Ok(None),
    }
}

type Link = (OpaqueToken, &'static str, Duration);

fn render(
    app: &App,
    mail: &Claimed,
    facts: &serde_json::Value,
    reader: &Reader<'_>,
    link: Option<&Link>,
    code: Option<&SecretString>,
) -> Result<Message> {
    let fact = |name: &str| {
        facts
            .get(name)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
    };
    // A name leads nowhere; an address stays one that can be copied.
    let inviter = fact("inviter");
    let inviter = if inviter.contains('@') {
        inviter.to_owned()
    } else {
        users::unlinked(inviter)
    };
    let wanted = reader.locale.unwrap_or_else(|| fact("locale"));
    let locale = app.renderer.negotiate(wanted);
    let base_url = &app.config.server.base_url;
    let url = link.map(|(secret, page, _)| format!("{base_url}/auth/{page}?token={}", secret.reveal()));
    let context = context! {
        app_name => &app.config.server.app_name,
        locale => &locale,
        name => reader.name,
        email => reader.email,
        link => url,
        expires_in_hours => link.map(|(_, _, lifetime)| lifetime.as_secs() / 3600),
        expires_in_minutes => link.map(|(_, _, lifetime)| lifetime.as_secs() / 60),
        code => code.map(|it| it.reveal().as_str()),
        when => moment(fact("when")),
        ip => fact("ip"),
        device => fact("device"),
        passkey => fact("passkey"),
        method => fact("method"),
        provider => fact("provider"),
        others => fact("others"),
        organization => users::unlinked(fact("organization")),
        role => fact("role"),
        owner => fact("owner"),
        inviter => inviter,
        impersonator => fact("impersonator"),
        reason => fact("reason"),
        message => fact("message"),
        expires_at => moment(fact("expires_at")),
        purge_at => moment(fact("purge_at")),
        api_key => fact("api_key"),
        webhook => fact("webhook"),
        domain => fact("domain"),
        record_name => fact("record_name"),
        record_value => fact("record_value"),
        failing_since => moment(fact("failing_since")),
        last_failure => fact("last_failure"),
        unlock_at => moment(fact("unlock_at")),
        days => facts.get("days").and_then(serde_json::Value::as_u64).unwrap_or_default(),
        minutes => facts.get("minutes").and_then(serde_json::Value::as_u64).unwrap_or_default(),
        remaining => facts.get("remaining").and_then(serde_json::Value::as_u64).unwrap_or_default(),
        request_id => &mail.request_id,
        base_url => base_url,
    };
    let name = mail.kind.name();
    let subject = format!("email-{}-subject", name.replace('_', "-"));
    Ok(Message {
        id: mail.id.clone(),
        to: reader.email.to_owned(),
        subject: one_line(&app.renderer.text(&locale, &subject, &context)),
        text: app
            .renderer
            .render(&format!("email/{name}.txt"), context.clone())?,
        html: app.renderer.render(&format!("email/{name}.html"), context)?,
    })
}

/// A time as people read it; empty when there is none.
fn moment(text: &str) -> Value {
    let read = text.parse::<DateTime<Utc>>().ok();
    Value::from(
        read.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string())
            .unwrap_or_default(),
    )
}

/// A subject is one line, whatever a name or a template holds.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
