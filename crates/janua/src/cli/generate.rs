//! `janua generate`: writes what is derived from the code, so that the repository can hold and compare it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, reference};
use crate::config::Config;
use crate::doctor::{Area, Diagnosis};
use crate::error::Code;
use crate::events;
use crate::http::router;

const NOTE: &str = "<!-- Written by `make generate`; edit the code instead. -->\n\n";

#[derive(Args)]
pub(super) struct Arguments {
    /// The root of the checkout.
    #[arg(long, default_value = ".")]
    root: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let root = &arguments.root;
    write(
        root,
        "api/openapi.json",
        &format!("{}\n", router::document().to_pretty_json()?),
    )?;
    write(root, "docs/reference/configuration.md", &configuration())?;
    write(root, "docs/reference/cli.md", &reference::page(NOTE))?;
    write(root, "docs/reference/errors.md", &errors())?;
    write(root, "docs/reference/doctor.md", &troubles())?;
    write(root, "docs/reference/events.md", &event_names())
}

fn write(root: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = root.join(name);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, text)?;
    println!("{name}");
    Ok(())
}

fn configuration() -> String {
    let mut page = format!(
        "# Settings\n\n{NOTE}A value comes from the environment, else from `NAME_FILE` (secrets), else from `.env`, else \
         from `janua.toml`, else it is the default. All mistakes are told at once, and unknown names are mistakes.\n\n\
         | Name | Default | What it does |\n|---|---|---|\n"
    );
    for it in Config::described() {
        let mut name = format!("`{}`", it.name);
        if let Some(alias) = it.alias {
            let _ = write!(name, ", `{alias}`");
        }
        if it.secret {
            let _ = write!(name, ", `{}_FILE`", it.name);
        }
        // A default that depends on the machine would make the page differ from machine to machine.
        let per_machine = matches!(&*it.name, "WORKERS" | "HASH_THREADS");
        let default = match it.default {
            Some(_) if per_machine => "one per core".to_owned(),
            Some(default) => format!("`{default}`"),
            None => String::new(),
        };
        let _ = writeln!(page, "| {name} | {default} | {} |", it.doc);
    }
    page
}

fn errors() -> String {
    let mut page = format!(
        "# Error codes\n\n{NOTE}`error` is the class, `code` is what a client switches on, `details.help` names the \
         trouble for the doctor.\n\n| Code | Class | Status | Message | What to do | Help |\n|---|---|---|---|---|---|\n"
    );
    for code in Code::ALL {
        let (name, class, status) = (code.name(), code.class().name(), code.status());
        let (message, advice, help) = (code.message(), code.advice(), code.help());
        let _ = writeln!(
            page,
            "| `{name}` | `{class}` | {status} | {message} | {advice} | [`{help}`](doctor.md#{}) |",
            help.to_ascii_lowercase()
        );
    }
    page
}

/// Every code of the doctor: what it looks for, and the errors that name it.
fn troubles() -> String {
    let mut page = format!(
        "# Troubles\n\n{NOTE}`janua doctor` looks for those that are marked *looked for*, inside; with `--url` from \
         outside. The others are told by errors, in `details.help`.\n"
    );
    for area in Area::ALL {
        let prefix = format!("JD-{}-", area.name());
        let of_errors = Code::ALL.iter().map(|it| it.help());
        let of_doctor = Diagnosis::ALL.iter().map(|it| it.code());
        let codes: BTreeSet<&str> = of_errors
            .chain(of_doctor)
            .filter(|it| it.starts_with(&prefix))
            .collect();
        let _ = writeln!(page, "\n## {}: {}", area.name(), area.title());
        for code in codes {
            trouble(&mut page, code);
        }
    }
    page
}

fn trouble(page: &mut String, code: &str) {
    let _ = writeln!(page, "\n### {code}\n");
    if let Some(it) = Diagnosis::ALL.iter().find(|it| it.code() == code) {
        let (severity, symptom, remedy) = (it.severity().name(), it.symptom(), it.remedy());
        let mended = if it.fixable() { ", mended by `--fix`" } else { "" };
        let _ = writeln!(
            page,
            "*Looked for: {severity}{mended}.* {symptom}.\n\n**What to do:** {remedy}"
        );
    }
    let errors: Vec<&Code> = Code::ALL.iter().filter(|it| it.help() == code).collect();
    if Diagnosis::ALL.iter().any(|it| it.code() == code) && !errors.is_empty() {
        page.push('\n');
    }
    for it in errors {
        let _ = writeln!(page, "- `{}`: {}. {}", it.name(), it.message(), it.advice());
    }
}

fn event_names() -> String {
    let mut page = format!("# Events\n\n{NOTE}| Name | What it means |\n|---|---|\n");
    for (name, meaning) in events::Name::ALL {
        let _ = writeln!(page, "| `{name}` | {meaning} |");
    }
    page
}
