//! The example desk on the command line. `crdesk --help` says what it does.

mod cli;
mod doctor;
mod explain;
mod failure;
mod migrate;
mod policy;
mod replay;
mod store;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command};
use failure::{Failure, Result};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "{failure}");
            failure.exit_code()
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::failed)?;
    runtime.block_on(async {
        match cli.command {
            Command::Replay(asked) => replay::run(asked).await.map(|()| ExitCode::SUCCESS),
            Command::Explain(asked) => explain::run(asked).await.map(|()| ExitCode::SUCCESS),
            Command::Migrate(asked) => migrate::run(asked).await.map(|()| ExitCode::SUCCESS),
            Command::Doctor(asked) => doctor::run(asked).await,
        }
    })
}

/// Prints to stdout. Whoever reads may have heard enough: `crdesk … | head` is no error.
fn say(text: impl std::fmt::Display) -> Result<()> {
    match write!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
