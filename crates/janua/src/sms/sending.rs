//! A code leaves: counted, written down, and only then handed to the provider.

use minijinja::context;
use serde_json::json;

use super::{LIFETIME, Purpose, Sent, brake, code_hash, store};
use crate::app::App;
use crate::client::Client;
use crate::config::Rate;
use crate::crypto::digits;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::sms::{PhoneNumber, Text};
use crate::limits::{self, Limit};
use crate::users::{User, UserId};

pub(super) async fn send(
    app: &App,
    client: &Client,
    user: &User,
    purpose: Purpose,
    number: &PhoneNumber,
) -> Result<Sent> {
    let admitted = admit(app, client, &user.id, number).await;
    if let Err(refused) = admitted {
        app.metrics.text_message("refused");
        return Err(refused);
    }
    let code = digits::from_random(app.random.bytes());
    let now = app.clock.now();
    let id = app.random.id(now).to_string();
    let mut tx = app.db.begin().await?;
    if purpose == Purpose::Enrolment && !store::enrol(&mut tx, &user.id, number.e164(), now).await? {
        return Err(Code::MfaAlreadyEnabled.into());
    }
    let message = store::NewMessage {
        id: &id,
        user: &user.id,
        purpose,
        country: number.country(),
        block: number.block(),
        provider: app.texter.name(),
    };
    store::insert_message(&mut tx, message, now).await?;
    let hash = code_hash(&app.keys, &user.id, purpose, number.e164(), &code);
    store::put_code(&mut tx, &user.id, purpose, &hash, &id, now, now + LIFETIME).await?;
    tx.commit().await?;
    hand_over(
        app,
        client,
        user,
        Text {
            id,
            to: number.clone(),
            words: words(app, client, user, &code),
        },
    )
    .await?;
    Ok(Sent {
        to: number.masked(),
        lifetime: LIFETIME,
    })
}

/// The number, the account, all numbers together, and those like it.
async fn admit(app: &App, client: &Client, user: &UserId, number: &PhoneNumber) -> Result<()> {
    limits::check(app, Limit::SmsPerPhone, client, number.e164()).await?;
    let per_phone = app.config.sms.per_phone;
    let rate = Rate {
        burst: per_phone.burst.saturating_mul(2),
        ..per_phone
    };
    limits::check_at(app, Limit::SmsPerAccount, client, user.as_str(), rate).await?;
    brake::refuse_if_pulled(app, number).await?;
    limits::check_quietly(app, Limit::SmsGlobal, "all").await
}

/// In the reader's language; the last line lets a phone fill the code in, on our pages alone.
fn words(app: &App, client: &Client, user: &User, code: &str) -> SecretString {
    let locale = app
        .renderer
        .negotiate(user.locale.as_deref().unwrap_or(&client.locale));
    let name = &app.config.server.app_name;
    let facts = context! { app_name => name, code => code, minutes => LIFETIME.as_secs() / 60 };
    let text = app.renderer.text(&locale, "sms-code", &facts);
    let host = app.config.server.base_url.split("://").nth(1).unwrap_or_default();
    let host = host.split(['/', ':']).next().unwrap_or_default();
    SecretString::new(format!("{text}\n\n@{host} #{code}"))
}

/// Tried once: a message whose answer was lost may have been sent.
async fn hand_over(app: &App, client: &Client, user: &User, text: Text) -> Result<()> {
    let outcome = app.texter.send(&text, app.clock.now()).await;
    app.text_health.note(&outcome);
    match outcome {
        Ok(provider_id) => {
            app.metrics.text_message("sent");
            tracing::info!(message = text.id, user_id = %user.id, to = text.to.masked(), provider_id, "a code was sent by SMS");
            store::settle(&app.db, &text.id, "sent", Some(&provider_id), None).await?;
            Ok(())
        }
        Err(refused) => {
            app.metrics.text_message("failed");
            tracing::error!(
                message = text.id,
                user_id = %user.id,
                to = text.to.masked(),
                provider = app.texter.name(),
                code = refused.code,
                answer = refused.answer,
                "a text message was not taken"
            );
            store::settle(&app.db, &text.id, "failed", None, Some(&refused.code)).await?;
            let mut tx = app.db.begin().await?;
            let event = Event::by(Name::SmsFailed, &user.id, client);
            let facts = json!({"provider": app.texter.name(), "code": refused.code, "message": text.id});
            events::record(app, &mut tx, event.knowing(facts)).await?;
            tx.commit().await?;
            Err(Error::new(Code::SmsDeliveryFailed))
        }
    }
}
