//! What can be typed.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::{Args, Parser, Subcommand, ValueEnum};
use crcore::Code;

use crate::store::Address;

/// The store and the tenant unless said otherwise.
pub(crate) const USUAL_STORE: &str = "crdesk.db";
pub(crate) const USUAL_TENANT: &str = "replay";

/// A bank's customer-care desk, on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "crdesk",
    version,
    arg_required_else_help = true,
    after_help = "Begin with:\n  crdesk replay\n      works 4,839 real complaints on an embedded database, ./crdesk.db, and prints a report\n\nExit codes: 0 all is well; 1 it did not work, or doctor found something wrong;\n2 it was asked for what cannot be (an argument, a file, a reference). Errors go to stderr\nand say what to do."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Works real cases from a file on a moving clock, and reports on it.
    #[command(
        after_help = "Examples:\n  crdesk replay\n  crdesk replay complaints.csv.gz --store memory --json > report.json\n  crdesk replay event_log.csv.gz --store postgres://desk@localhost/desk --limit 1000"
    )]
    Replay(Replay),
    /// Says why a ticket is due when it is, and who was considered for it.
    #[command(
        after_help = "Example, after a replay printed this reference:\n  crdesk explain 7C0ZW-X4Q2B-K"
    )]
    Explain(Explain),
    /// Makes or brings up the schema of a database, or prints it for a DBA.
    #[command(
        after_help = "Examples:\n  crdesk migrate --store desk.db\n  crdesk migrate --print postgres > crcore.sql"
    )]
    Migrate(Migrate),
    /// Looks a desk's database over; each line says what to do.
    #[command(after_help = "Example:\n  crdesk doctor --store desk.db --tenant retail || alert")]
    Doctor(Doctor),
    /// Shows the web desk of a demo bank on this machine: nothing to set up, nothing to lose.
    #[cfg(feature = "web")]
    #[command(after_help = "Example:\n  crdesk demo --listen 127.0.0.1:8080")]
    Demo(Demo),
    /// Serves the web desk.
    #[cfg(feature = "web")]
    #[command(
        after_help = "Settings come from a file (TOML) and the environment over it: mail.host is\nCRDESK_MAIL__HOST. See them all, and what is missing, with `crdesk config`.\n\nExample:\n  crdesk serve --settings desk.toml"
    )]
    Serve(Set),
    /// Prints the settings in force and where each comes from, without secrets.
    #[cfg(feature = "web")]
    Config(Set),
    /// Makes the first admin, and prints a link by which they choose a password. Further staff are
    /// invited on the page.
    #[cfg(feature = "web")]
    #[command(after_help = "Example:\n  crdesk admin ravi@bank.example Ravi --settings desk.toml")]
    Admin(FirstAdmin),
}

/// Where the settings are.
#[cfg(feature = "web")]
#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The settings (TOML); without one, the environment alone
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
}

#[cfg(feature = "web")]
#[derive(Debug, Args)]
pub(crate) struct FirstAdmin {
    /// Their e-mail address
    pub(crate) email: String,
    /// Their name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[cfg(feature = "web")]
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where it listens; port 0 for one that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: std::net::SocketAddr,
    /// Where the demo bank is kept: a path, postgres://… or mysql://… A path that is not there is made
    #[arg(long, value_name = "STORE", default_value = "crdesk-demo.db")]
    pub(crate) store: Address,
    /// How many cases the bank has had
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(crate) cases: usize,
}

/// Where the desk's state is.
#[derive(Debug, Args)]
pub(crate) struct Stored {
    /// A path or sqlite:PATH, postgres://…, mysql://…
    #[arg(long, value_name = "STORE", default_value = USUAL_STORE)]
    pub(crate) store: Address,
    /// Whose rows: one database holds the desks of several banks or branches
    #[arg(long, value_name = "NAME", default_value = USUAL_TENANT)]
    pub(crate) tenant: Code,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// A CFPB complaint CSV or the UCI incident log, plain or gzip; without one, the sample that ships
    /// with crdesk
    pub(crate) file: Option<PathBuf>,
    /// Where to: a path or sqlite:PATH, memory, postgres://…, mysql://… A SQLite file that a replay
    /// made is replaced
    #[arg(long, value_name = "STORE", default_value = USUAL_STORE)]
    pub(crate) store: Address,
    /// Whose rows
    #[arg(long, value_name = "NAME", default_value = USUAL_TENANT)]
    pub(crate) tenant: Code,
    /// The rules: services, calendars, deadlines, allocation (JSON); those that ship with crdesk unless
    /// said otherwise
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Who answers (JSON)
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Replay only the first so many cases, in order of time
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// What is not in the file follows from this number
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How much of the replay's time may pass between two ticks of the desk, as 15m, 1h or 0: none.
    /// What happens to different tickets in between is committed together, so longer is faster. 12h
    /// for complaints, whose file has days only, and 15m for incidents unless said otherwise
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) every: Option<TimeDelta>,
    /// Nothing but the report
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The ticket's reference, as in 7C0ZW-X4Q2B-K; case, hyphens and spaces do not matter
    pub(crate) reference: String,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// A path or sqlite:PATH, postgres://…, mysql://…
    #[arg(long, value_name = "STORE", default_value = USUAL_STORE)]
    pub(crate) store: Address,
    /// Print the schema as SQL and touch nothing
    #[arg(long, value_name = "DATABASE")]
    pub(crate) print: Option<Database>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) stored: Stored,
    /// The settings (TOML) of a web desk: its store is looked over, and what it needs besides
    #[cfg(feature = "web")]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["store", "tenant"])]
    pub(crate) settings: Option<PathBuf>,
}

/// A kind of database.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
    /// MariaDB
    Mysql,
}

/// `15m`, `1h`, `30s`, `0`.
fn time(text: &str) -> Result<TimeDelta, String> {
    let expected =
        || format!("expected a time of at most a day as 15m, 1h, 30s or 0, got {text:?}");
    if text == "0" {
        return Ok(TimeDelta::zero());
    }
    let unit = text.chars().last().ok_or_else(expected)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        _ => return Err(expected()),
    };
    let count: u32 = text
        .trim_end_matches(unit)
        .parse()
        .map_err(|_| expected())?;
    let seconds = i64::from(count) * seconds;
    if (1..=86_400).contains(&seconds) {
        Ok(TimeDelta::seconds(seconds))
    } else {
        Err(expected())
    }
}
