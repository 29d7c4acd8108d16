//! The page of all orders, written from the help texts themselves.

use std::fmt::Write;

use clap::{Command, CommandFactory};

use super::Arguments;

/// The whole command tree as Markdown.
pub(super) fn page(note: &str) -> String {
    let mut root = Arguments::command();
    root.build();
    let mut page = format!(
        "# Command line\n\n{note}`--json` answers every order in JSON. Settings come from the environment, `.env` and \
         `janua.toml`, as for the server.\n"
    );
    describe(&mut root, &mut page);
    page
}

fn describe(command: &mut Command, page: &mut String) {
    let name = command.get_bin_name().unwrap_or("janua").to_owned();
    let depth = name.split(' ').count().min(5) + 1;
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(
        page,
        "\n{} {name}\n\n```text\n{}\n```\n",
        "#".repeat(depth),
        lines.join("\n").trim_end()
    );
    for child in command.get_subcommands_mut() {
        if !child.is_hide_set() && child.get_name() != "help" {
            describe(child, page);
        }
    }
}
