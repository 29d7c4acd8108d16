//! `janua completion`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Arguments as Janua;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  janua completion bash > /etc/bash_completion.d/janua\n  janua completion zsh > \"${fpath[1]}/_janua\"\n  janua completion fish > ~/.config/fish/completions/janua.fish"
)]
pub(super) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) {
    // Into memory first: a closed pipe is an error here, and a panic over there.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Janua::command(), "janua", &mut script);
    // A reader that has seen enough, such as `head`, is no failure.
    let _ = std::io::Write::write_all(&mut std::io::stdout().lock(), &script);
}
