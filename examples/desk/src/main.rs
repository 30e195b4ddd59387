//! The example desk on the command line. `crdesk --help` says what it does.

mod cli;
mod doctor;
mod explain;
mod failure;
mod migrate;
mod policy;
mod replay;
mod store;
#[cfg(feature = "web")]
mod web;

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
    runtime(&cli.command)?.block_on(async {
        match cli.command {
            Command::Replay(asked) => replay::run(asked).await.map(|()| ExitCode::SUCCESS),
            Command::Explain(asked) => explain::run(asked).await.map(|()| ExitCode::SUCCESS),
            Command::Migrate(asked) => migrate::run(asked).await.map(|()| ExitCode::SUCCESS),
            Command::Doctor(asked) => doctor::run(asked).await,
            #[cfg(feature = "web")]
            Command::Demo(asked) => web::demo(asked).await.map(|()| ExitCode::SUCCESS),
            #[cfg(feature = "web")]
            Command::Serve(set) => web::serve(set).await.map(|()| ExitCode::SUCCESS),
            #[cfg(feature = "web")]
            Command::Config(set) => web::config(set).map(|()| ExitCode::SUCCESS),
            #[cfg(feature = "web")]
            Command::Admin(asked) => web::first_admin(asked).await.map(|()| ExitCode::SUCCESS),
        }
    })
}

/// A server has many callers at once; the rest is one thing after the other.
fn runtime(command: &Command) -> Result<tokio::runtime::Runtime> {
    let mut runtime = match command {
        #[cfg(feature = "web")]
        Command::Demo(_) | Command::Serve(_) => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    runtime.enable_all().build().map_err(Failure::failed)
}

/// Prints to stdout. Whoever reads may have heard enough: `crdesk … | head` is no error.
fn say(text: impl std::fmt::Display) -> Result<()> {
    match write!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
