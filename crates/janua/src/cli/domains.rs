//! `janua orgs domains`.

use clap::Args;
use serde_json::{Value, json};

use super::orgs::{absent, find};
use super::output::{Output, table};
use super::{Failure, operator};
use crate::administration::{Actor, organizations};
use crate::app::App;
use crate::domains::{Domain, DomainName, admin};
use crate::error::{Code, Error, Fields};
use crate::users::profile::rfc3339;

#[derive(Args)]
pub(super) struct Domains {
    /// The id or the slug.
    organization: String,
    #[command(flatten)]
    change: Change,
}

#[derive(Args)]
#[group(multiple = false)]
struct Change {
    /// Claim a domain; the answer names the TXT record that proves it.
    #[arg(long, value_name = "DOMAIN")]
    add: Option<String>,
    /// Look for the record of a domain.
    #[arg(long, value_name = "DOMAIN")]
    verify: Option<String>,
    /// Give a domain up.
    #[arg(long, value_name = "DOMAIN")]
    remove: Option<String>,
}

impl Domains {
    /// Whether nothing is to be changed.
    pub(super) fn only_looks(&self) -> bool {
        let it = &self.change;
        it.add.is_none() && it.verify.is_none() && it.remove.is_none()
    }
}

pub(super) async fn run(app: &App, asked: Domains, output: Output) -> Result<(), Failure> {
    let id = find(app, &asked.organization).await?;
    let client = operator(app);
    let actor = Actor::operator(&client);
    let told = |name: &str| format!("{} does not claim {name}", asked.organization);
    match asked.change {
        Change { add: Some(name), .. } => {
            let it = organizations::claim_domain(app, actor, &id, &read(&name)?).await?;
            output.show(&shown(&it), || {
                format!(
                    "add this record, then verify the domain:\n{} TXT {}",
                    it.record_name(),
                    it.record_value()
                )
            });
        }
        Change {
            verify: Some(name), ..
        } => {
            let verified = organizations::verify_domain(app, actor, &id, &read(&name)?).await;
            let it = verified.map_err(|error| explained(error, &told(&name)))?;
            output.show(&shown(&it), || {
                format!("{} belongs to {}", it.domain, asked.organization)
            });
        }
        Change {
            remove: Some(name), ..
        } => {
            let removed = organizations::remove_domain(app, actor, &id, &read(&name)?).await;
            removed.map_err(|error| absent(error, &told(&name)))?;
            output.show(&json!({"removed": name}), || format!("{name} was given up"));
        }
        Change { .. } => list(&admin::list(app, &id).await?, output),
    }
    Ok(())
}

fn read(name: &str) -> Result<DomainName, Failure> {
    let mut fields = Fields::new();
    let name = fields.take("domain", DomainName::parse(name));
    fields.done()?;
    name.ok_or_else(|| Error::new(Code::InvalidDomain).into())
}

/// What the DNS has in place of the record, and what to do about it.
fn explained(error: Error, told: &str) -> Failure {
    let Some(record) = error.details().get("record") else {
        return absent(error, told);
    };
    let found = match error.details().get("found") {
        Some(found) => format!("\nfound: {found}"),
        None => String::new(),
    };
    let word = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
    Failure::Wrong(format!(
        "{}\nwanted: {} TXT {}{found}\n{}",
        error.message(),
        word("name"),
        word("value"),
        error.code().advice()
    ))
}

fn shown(it: &Domain) -> Value {
    json!({
        "id": it.id, "domain": it.domain, "state": it.state(),
        "record": {"type": "TXT", "name": it.record_name(), "value": it.record_value()},
        "created_at": rfc3339(it.created_at), "verified_at": it.verified_at.map(rfc3339),
        "last_checked_at": it.checked_at.map(rfc3339), "missing_since": it.missing_since.map(rfc3339),
        "failure": it.failure,
    })
}

fn list(all: &[Domain], output: Output) {
    let domains: Vec<Value> = all.iter().map(shown).collect();
    output.show(&json!({"domains": domains}), || {
        let rows = all.iter().map(|it| {
            vec![
                it.domain.clone(),
                it.state().to_owned(),
                it.checked_at.map_or_else(|| "never".to_owned(), rfc3339),
                it.failure.clone().unwrap_or_default(),
            ]
        });
        table(
            &["DOMAIN", "STATE", "CHECKED", "FAILURE"],
            &rows.collect::<Vec<_>>(),
        )
    });
}
