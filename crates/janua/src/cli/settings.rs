//! `janua config`: what is wrong with it, what is in force, and a file to begin with.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Subcommand;

use super::Failure;
use super::output::{Output, table};
use crate::config::{Config, Described, Env, Problem};
use crate::io::mail::Mailer;
use crate::rendering::Renderer;
use crate::tokens::keys;

#[derive(Subcommand)]
pub(super) enum Order {
    /// Tell every problem, and what is legal and probably not meant. Exit code 1 when there is a problem.
    #[command(
        after_help = "Examples:\n  janua config check\n  ENVIRONMENT=production janua config check\n  janua config check --strict"
    )]
    Check {
        /// Exit code 1 for warnings, too.
        #[arg(long)]
        strict: bool,
    },
    /// Show every setting as it is in force, and where it comes from; secrets as ***.
    #[command(
        after_help = "Examples:\n  janua config show\n  janua config show --set\n  janua config show --json"
    )]
    Show {
        /// Only what is not at its default.
        #[arg(long)]
        set: bool,
    },
    /// Write a file with every setting, what it does and its default, all commented out.
    #[command(
        after_help = "Examples:\n  janua config init\n  janua config init --toml /etc/janua/janua.toml\n  janua config init --env .env"
    )]
    Init {
        /// Where to write it.
        #[arg(
            long,
            value_name = "PATH",
            default_value = "janua.toml",
            conflicts_with = "env"
        )]
        toml: PathBuf,
        /// Write a file of NAME=value lines instead.
        #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = ".env")]
        env: Option<PathBuf>,
        /// Replace a file that is there.
        #[arg(long)]
        force: bool,
    },
}

pub(super) fn run(order: Order, output: Output) -> Result<(), Failure> {
    match order {
        Order::Check { strict } => check(strict, output),
        Order::Show { set } => {
            show(set, output);
            Ok(())
        }
        Order::Init {
            env: Some(path),
            force,
            ..
        } => init(&path, &as_env(), force, output),
        Order::Init { toml, force, .. } => init(&toml, &as_toml(), force, output),
    }
}

fn check(strict: bool, output: Output) -> Result<(), Failure> {
    let (problems, warnings) = match Config::read(&Env::of_process()) {
        Ok(config) => (at_start_up(&config), config.warnings()),
        Err(problems) => (problems, Vec::new()),
    };
    let plain = |all: &[Problem]| -> Vec<serde_json::Value> {
        let one = |it: &Problem| serde_json::json!({"name": it.name, "text": it.text});
        all.iter().map(one).collect()
    };
    let answer = serde_json::json!({
        "ok": problems.is_empty(), "problems": plain(&problems), "warnings": plain(&warnings),
    });
    output.show(&answer, || {
        let lines = problems.iter().map(|it| format!("problem  {it}"));
        let lines: Vec<String> = lines
            .chain(warnings.iter().map(|it| format!("warning  {it}")))
            .collect();
        if lines.is_empty() {
            return "the configuration is right".to_owned();
        }
        lines.join("\n")
    });
    let counted = |count: usize, noun: &str| match count {
        1 => Err(Failure::Wrong(format!("the configuration has one {noun}"))),
        _ => Err(Failure::Wrong(format!("the configuration has {count} {noun}s"))),
    };
    match (problems.len(), warnings.len()) {
        (0, 0) => Ok(()),
        (0, count) if strict => counted(count, "warning"),
        (0, _) => Ok(()),
        (count, _) => counted(count, "problem"),
    }
}

/// What the server would stumble over when it starts, as far as that can be told without the network.
fn at_start_up(config: &Config) -> Vec<Problem> {
    let mail = &config.mail;
    let renderer = Renderer::new(mail.templates_dir.as_deref(), &mail.default_locale);
    let tried = [
        ("Mail:", Mailer::new(config).err()),
        ("Templates:", renderer.err()),
        ("Keys:", keys::check_files(&config.tokens).err()),
    ];
    let wrong = tried.into_iter().filter_map(|(name, text)| Some((name, text?)));
    wrong
        .map(|(name, text)| Problem {
            name: name.to_owned(),
            text,
        })
        .collect()
}

fn show(only_set: bool, output: Output) {
    let mut all = Config::effective(&Env::of_process());
    all.retain(|it| !only_set || it.origin != "default");
    output.show(&serde_json::json!({"settings": all}), || {
        let rows: Vec<Vec<String>> = all
            .iter()
            .map(|it| {
                vec![
                    it.name.clone().into_owned(),
                    it.value.clone().unwrap_or_else(|| "-".to_owned()),
                    it.origin.clone(),
                ]
            })
            .collect();
        table(&["SETTING", "VALUE", "FROM"], &rows)
    });
}

fn init(path: &PathBuf, text: &str, force: bool, output: Output) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    // Secrets will stand in it.
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::AlreadyExists => "; --force replaces it",
            _ => "",
        };
        Failure::Wrong(format!("{} cannot be written: {error}{hint}", path.display()))
    })?;
    file.write_all(text.as_bytes())?;
    output.show(&serde_json::json!({"written": path}), || {
        format!("{} was written; remove the # of what you change", path.display())
    });
    Ok(())
}

fn as_toml() -> String {
    let head = "# Settings of Janua. The environment and .env win over this file. `janua config check` tells mistakes.\n";
    file(head, |it| {
        let default = it.default.as_deref().unwrap_or_default();
        let bare = default.parse::<i64>().is_ok() || default.parse::<bool>().is_ok();
        if bare {
            format!("# {} = {default}", it.name)
        } else {
            format!("# {} = {}", it.name, toml::Value::from(default))
        }
    })
}

fn as_env() -> String {
    let head =
        "# Settings of Janua. The environment wins over this file. `janua config check` tells mistakes.\n";
    file(head, |it| {
        let default = it.default.as_deref().unwrap_or_default();
        if default.contains([' ', '#', '$', '"']) {
            format!("# {}='{default}'", it.name)
        } else {
            format!("# {}={default}", it.name)
        }
    })
}

fn file(head: &str, line: impl Fn(&Described) -> String) -> String {
    let mut text = head.to_owned();
    for it in Config::described() {
        let _ = write!(text, "\n## {}", it.doc);
        if it.secret {
            let _ = write!(text, " May also stand in a file that {}_FILE names.", it.name);
        }
        // What is there once for each name cannot be written for all.
        if it.name.contains('{') {
            let _ = writeln!(text, "\n# {}", it.name);
        } else {
            let _ = writeln!(text, "\n{}", line(&it));
        }
    }
    text
}
