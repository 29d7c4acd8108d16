//! One's own account: what protects it, the name, the password, its end.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::frame::{self, see_other};
use super::return_to::HOME;
use crate::authentication::{Factor, Factors};
use crate::error::{Fields, Result};
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::login::sso_linking;
use crate::organizations::departure;
use crate::users::profile::{self, Changes};
use crate::users::{PersonName, Username};
use crate::{mfa, passkeys, passwords, recovery, sessions, social};

const DONE: [&str; 3] = ["profile", "password", "joined"];

pub(super) async fn overview(visitor: Visitor) -> Result<Response> {
    let caller = visitor.signed_in()?;
    let (app, user) = (&visitor.app, caller.user());
    let profile = profile::read(app, user).await?;
    let names = [profile.first_name, profile.last_name].into_iter().flatten();
    let mfa::Status { factors, phone, .. } = mfa::status(app, user).await?;
    let sso = sso_linking::list(app, user).await?;
    let values = context! {
        email => profile.email,
        name => names.collect::<Vec<_>>().join(" "),
        has_second_factor => factors.has(Factor::Totp),
        phone => phone,
        offers_sms => app.texter.is_on() || factors.has(Factor::Sms),
        recovery_codes => factors.recovery_codes(),
        passkeys => passkeys::list(app, user).await?.len(),
        sessions => sessions::list(app, user).await?.len(),
        connections => social::list(&app.db, user).await?.len() + sso.linked.len(),
        offers_connections => social::providers(app).next().is_some() || !sso.available.is_empty(),
        done => frame::done(&visitor, &DONE),
    };
    frame::show(&visitor, "account", values)
}

const NAMES: [&str; 3] = ["first_name", "last_name", "username"];

pub(super) async fn ask_profile(visitor: Visitor) -> Result<Response> {
    let profile = profile::read(&visitor.app, visitor.signed_in()?.user()).await?;
    let values = context! {
        email => profile.email, first_name => profile.first_name, last_name => profile.last_name,
        username => profile.username
    };
    frame::show(&visitor, "profile", values)
}

pub(super) async fn change_profile(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    match update(visitor, &filled).await {
        Ok(()) => Ok(see_other(&format!("{HOME}?done=profile"), HeaderMap::new())),
        Err(error) => {
            let [first, last, username] = NAMES.map(|it| filled.text(it));
            let email = profile::read(&visitor.app, visitor.signed_in()?.user())
                .await?
                .email;
            let values =
                context! { email => email, first_name => first, last_name => last, username => username };
            frame::refuse(visitor, "profile", &NAMES, values, &error)
        }
    }
}

async fn update(visitor: &Visitor, filled: &Filled) -> Result<()> {
    let mut fields = Fields::new();
    let username = Some(filled.text("username")).filter(|it| !it.is_empty());
    let changes = Changes {
        username: username.and_then(|it| fields.take("username", Username::parse(it))),
        first_name: fields.take("first_name", PersonName::parse(filled.text("first_name"))),
        last_name: fields.take("last_name", PersonName::parse(filled.text("last_name"))),
        locale: None,
    };
    fields.done()?;
    let caller = visitor.signed_in()?;
    profile::update(&visitor.app, &visitor.client, caller.user(), changes).await?;
    Ok(())
}

pub(super) async fn ask_password(visitor: Visitor) -> Result<Response> {
    let profile = profile::read(&visitor.app, visitor.signed_in()?.user()).await?;
    frame::show(&visitor, "password", context! { email => profile.email })
}

pub(super) async fn change_password(mut filled: Filled) -> Result<Response> {
    let (current, new) = (filled.secret("current_password"), filled.secret("new_password"));
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let mut fields = Fields::new();
    fields.take("current_password", passwords::refuse_if_too_long(&current));
    let (user, session) = (caller.user(), caller.session_id());
    let outcome = match fields.done() {
        Ok(()) => recovery::change(&visitor.app, &visitor.client, user, session, current, new).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("{HOME}?done=password"), HeaderMap::new())),
        Err(error) => {
            let email = profile::read(&visitor.app, user).await?.email;
            let fields = ["current_password", "new_password"];
            frame::refuse(visitor, "password", &fields, context! { email => email }, &error)
        }
    }
}

pub(super) async fn ask_deletion(visitor: Visitor) -> Result<Response> {
    let caller = visitor.signed_in()?;
    let has_factor = Factors::of(&visitor.app.db, caller.user()).await?.is_any();
    if has_factor {
        visitor.recently_signed_in().await?;
    }
    frame::show(
        &visitor,
        "delete_account",
        context! { asks_password => !has_factor },
    )
}

pub(super) async fn delete(mut filled: Filled) -> Result<Response> {
    let password = filled.secret("password");
    let visitor = &filled.visitor;
    let user = visitor.signed_in()?.user();
    let has_factor = Factors::of(&visitor.app.db, user).await?.is_any();
    let proven = if has_factor {
        visitor.recently_signed_in().await.map(drop)
    } else {
        let confirmed = recovery::confirm(&visitor.app, &visitor.client, user, "password", password).await;
        confirmed.map(drop)
    };
    let outcome = match proven {
        Ok(()) => departure::delete_account(&visitor.app, &visitor.client, user).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(see_other(
            "/auth/sign-in?done=deleted",
            cookies::end(&visitor.app),
        )),
        Err(error) => {
            let values = context! { asks_password => !has_factor };
            frame::refuse(visitor, "delete_account", &["password"], values, &error)
        }
    }
}
