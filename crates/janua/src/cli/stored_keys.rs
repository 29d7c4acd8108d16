//! `janua keys list|rotate|reseal`: the keys in the database. Running servers notice within seconds.

use chrono::TimeDelta;

use super::output::{Output, table};
use super::{Failure, app, app_to_look, keys};
use crate::app::App;
use crate::crypto::signing::Algorithm;
use crate::sealing;
use crate::tokens::keys::{Listed, Order, list as all, rotate as carry_out};
use crate::users::profile::rfc3339;

pub(super) async fn list(output: Output) -> Result<(), Failure> {
    let app = app_to_look().await?;
    let listed = all(&app).await;
    app.db.close().await;
    let listed = listed?;
    output.show(&serde_json::json!({"keys": listed}), || {
        let rows: Vec<Vec<String>> = listed.iter().map(row).collect();
        let headings = [
            "KID",
            "ALGORITHM",
            "STATE",
            "CREATED",
            "ACTIVATES",
            "RETIRES",
            "AGE",
            "SHA-256",
        ];
        table(&headings, &rows)
    });
    Ok(())
}

fn row(key: &Listed) -> Vec<String> {
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or_else(|| "-".to_owned(), rfc3339);
    vec![
        key.kid.clone(),
        key.algorithm.to_string(),
        key.state.to_owned(),
        time(key.created_at),
        time(key.activates_at),
        time(key.retires_at),
        key.age_seconds.map_or_else(|| "-".to_owned(), age),
        key.fingerprint.clone().unwrap_or_else(|| "-".to_owned()),
    ]
}

fn age(seconds: i64) -> String {
    let age = TimeDelta::seconds(seconds);
    match (age.num_days(), age.num_hours(), age.num_minutes()) {
        (0, 0, minutes) => format!("{minutes}min"),
        (0, hours, _) => format!("{hours}h"),
        (days, ..) => format!("{days}d"),
    }
}

pub(super) async fn rotate(now: bool, algorithm: Option<&str>, output: Output) -> Result<(), Failure> {
    let algorithm = algorithm.map(keys::algorithm).transpose()?;
    let app = app().await?;
    let ordered = carry_out(&app, Order { now, algorithm }).await;
    let settings = differs(&app, algorithm);
    app.db.close().await;
    let ordered = ordered?;
    output.show(&ordered, || {
        let mut lines = vec![match (now, ordered.was_waiting) {
            (true, _) => format!("key {} signs now", ordered.kid),
            (false, true) => format!(
                "key {} was published already and signs from {}",
                ordered.kid,
                rfc3339(ordered.activates_at)
            ),
            (false, false) => format!(
                "key {} is published and signs from {}, when a running server switches over",
                ordered.kid,
                rfc3339(ordered.activates_at)
            ),
        }];
        if ordered.clients_may_reject_seconds > 0 {
            lines.push(format!(
                "clients that keep the JWKS may reject new tokens for up to {} seconds, unless they look for unknown keys",
                ordered.clients_may_reject_seconds
            ));
            lines.push("tokens of the old key are valid until they expire".to_owned());
        }
        lines.extend(settings);
        lines.join("\n")
    });
    Ok(())
}

fn differs(app: &App, algorithm: Option<Algorithm>) -> Option<String> {
    let set = app.config.tokens.algorithm;
    algorithm.filter(|it| *it != set).map(|it| {
        format!("set JWT_ALGORITHM={it}: it says {set}, and the next start of a server would go back to that")
    })
}

pub(super) async fn reseal(output: Output) -> Result<(), Failure> {
    let app = app().await?;
    let done = sealing::reseal(&app, None).await;
    app.db.close().await;
    let done = done?;
    output.show(&serde_json::json!({"columns": done}), || {
        let rows: Vec<Vec<String>> = done
            .iter()
            .map(|it| {
                let name = format!("{}.{}", it.table, it.column);
                vec![
                    name,
                    it.resealed.to_string(),
                    it.current.to_string(),
                    it.unreadable.join(" "),
                ]
            })
            .collect();
        table(&["COLUMN", "SEALED ANEW", "CURRENT", "UNREADABLE"], &rows)
    });
    if done.iter().all(|it| it.unreadable.is_empty()) {
        return Ok(());
    }
    Err(Failure::Wrong(
        "some sealed values could not be opened: JANUA_MASTER_KEY_PREVIOUS lacks their key, or they are damaged".to_owned(),
    ))
}
