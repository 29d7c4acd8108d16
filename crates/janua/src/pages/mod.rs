//! Pages for people: signing in, one's own account, what stands behind mailed links.
//!
//! They call the verbs that the API calls. They work without scripts, but for passkeys, which nothing else can reach.

mod account;
mod assets;
mod connections;
mod enrolment;
mod export;
mod factors;
mod forgotten;
mod frame;
mod home;
mod invitation;
mod links;
mod magic_link;
pub mod mail_catcher;
mod mail_sign_in;
mod passkey_step;
mod passkeys;
mod phone;
mod return_to;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_up;
mod sso;
mod sso_setup;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::app::App;

/// The pages.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route(
            "/auth/verify-email",
            get(links::ask_verification).post(links::verify),
        )
        .route(
            "/auth/reset-password",
            get(links::ask_password).post(links::reset),
        )
        .route("/dev/mail", get(mail_catcher::page))
        .merge(forms().layer(from_fn_with_state(app.clone(), frame::tell)))
        .layer(from_fn_with_state(app.clone(), frame::speak))
        .route("/dev/mail/messages/{id}/html", get(mail_catcher::html))
        .route("/.well-known/change-password", get(forgotten::well_known))
        .route("/assets/pages.css", get(assets::stylesheet))
        .route("/assets/passkeys.js", get(assets::script))
        .route("/assets/send.js", get(assets::sending))
        .route("/assets/brand.css", get(assets::brand))
        .route("/assets/logo", get(assets::logo))
}

fn forms() -> Router<App> {
    Router::new()
        .route("/auth/sign-in", get(sign_in::ask).post(sign_in::with_password))
        .route("/auth/sso", get(sso::ask))
        .route("/auth/sso/set-up", get(sso_setup::ask).post(sso_setup::begin))
        .route(
            "/auth/sso/set-up/connection",
            get(sso_setup::show).post(sso_setup::save),
        )
        .route("/auth/sso/set-up/test", post(sso_setup::test))
        .route("/auth/sso/set-up/end", post(sso_setup::end))
        .route("/auth/sign-in/passkey", post(sign_in::with_passkey))
        .route("/auth/sign-out", post(sign_in::sign_out))
        .route("/auth/sign-up", get(sign_up::ask).post(sign_up::register))
        .route("/auth/invitation", get(invitation::ask).post(invitation::accept))
        .route("/auth/invitation/register", post(invitation::register))
        .route("/auth/check-mail", get(sign_up::check_mail))
        .route("/auth/magic-link", get(magic_link::ask).post(magic_link::take))
        .route(
            "/auth/mail-sign-in",
            get(mail_sign_in::ask).post(mail_sign_in::send),
        )
        .route(
            "/auth/mail-code",
            get(mail_sign_in::ask_code).post(mail_sign_in::take_code),
        )
        .route("/auth/resend-verification", post(sign_in::resend))
        .route(
            "/auth/second-factor",
            get(second_factor::ask).post(second_factor::show_code),
        )
        .route("/auth/second-factor/passkey", post(passkey_step::complete))
        .route("/auth/step-up/passkey", post(passkey_step::prove_again))
        .route("/auth/second-factor/send", post(second_factor::send_code))
        .route("/auth/step-up/send", post(second_factor::send_code_again))
        .route("/auth/enrolment", get(enrolment::show))
        .route("/auth/enrolment/start", post(enrolment::start))
        .route("/auth/enrolment/phone", post(enrolment::send_code))
        .route("/auth/enrolment/confirm", post(enrolment::confirm))
        .route(
            "/auth/step-up",
            get(second_factor::ask_again).post(second_factor::prove_again),
        )
        .route("/auth/forgot-password", get(forgotten::ask).post(forgotten::send))
        .route("/account/security", get(account::overview))
        .route(
            "/account/profile",
            get(account::ask_profile).post(account::change_profile),
        )
        .route(
            "/account/password",
            get(account::ask_password).post(account::change_password),
        )
        .route(
            "/account/delete",
            get(account::ask_deletion).post(account::delete),
        )
        .route("/account/export", get(export::ask).post(export::give))
        .route("/account/second-factor", get(factors::show))
        .route("/account/second-factor/start", post(factors::start))
        .route("/account/second-factor/confirm", post(factors::confirm))
        .route(
            "/account/second-factor/recovery-codes",
            post(factors::renew_codes),
        )
        .route("/account/second-factor/off", post(factors::turn_off))
        .route("/account/phone", get(phone::show).post(phone::start))
        .route("/account/phone/confirm", post(phone::confirm))
        .route("/account/phone/off", post(phone::turn_off))
        .route("/account/passkeys", get(passkeys::list).post(passkeys::add))
        .route("/account/passkeys/{id}/rename", post(passkeys::rename))
        .route("/account/passkeys/{id}/remove", post(passkeys::remove))
        .route("/account/connections", get(connections::show))
        .route("/account/connections/{provider}/link", post(connections::link))
        .route(
            "/account/connections/{provider}/unlink",
            post(connections::unlink),
        )
        .route("/account/connections/sso/{id}/link", post(connections::link_sso))
        .route(
            "/account/connections/sso/{id}/unlink",
            post(connections::unlink_sso),
        )
        .route("/account/sessions", get(sessions::list))
        .route("/account/sessions/others/end", post(sessions::end_others))
        .route("/account/sessions/{id}/end", post(sessions::end))
        .route("/account/sessions/trusted/{id}/forget", post(sessions::distrust))
}
