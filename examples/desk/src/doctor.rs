//! `crdesk doctor`: one line for each thing that can be wrong, with what to do about it.

use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::store::{Assigned, Journal as _, NoticeFilter, TicketFilter, Tickets as _};
use crcore::ticket::StatusName;
use crcore::{Actor, Clock as _, Desk, Rules, SystemClock, Ticket};

use crate::cli::{Doctor, Stored};
use crate::failure::{Failure, Result};
use crate::replay::target::read_beside;
use crate::say;
use crate::store::{Address, Shared, rules_in_use};

/// A host ticks every second or so: what is later than this is not a matter of chance.
const LATE: TimeDelta = TimeDelta::minutes(5);
/// How much of a backlog is counted.
const COUNTED: u32 = 1_000;

/// What was found.
pub(crate) struct Findings {
    wrong: u32,
}

impl Findings {
    pub(crate) fn fine(&self, what: &str, text: impl std::fmt::Display) -> Result<()> {
        say(format_args!("ok    {what:<16} {text}\n"))
    }

    pub(crate) fn wrong(
        &mut self,
        what: &str,
        text: impl std::fmt::Display,
        todo: &str,
    ) -> Result<()> {
        self.wrong += 1;
        say(format_args!(
            "WRONG {what:<16} {text}\n      {:<16} -> {todo}\n",
            ""
        ))
    }
}

pub(crate) async fn run(asked: Doctor) -> Result<ExitCode> {
    #[cfg(feature = "web")]
    let settings = asked.settings.as_deref().map(crate::web::settings);
    #[cfg(feature = "web")]
    let settings = settings.transpose()?;
    let Stored {
        store: address,
        tenant,
    } = asked.stored;
    #[cfg(feature = "web")]
    let (address, tenant) = match &settings {
        Some(settings) => (settings.address()?, settings.whose()?),
        None => (address, tenant),
    };
    if address == Address::Memory {
        return Err(
            Failure::asked("memory keeps nothing that could be looked over")
                .todo("name a database with --store"),
        );
    }
    let mut findings = Findings { wrong: 0 };
    let store = address.open(&tenant).await?;
    findings.fine("schema", schema())?;
    let now = SystemClock.now();
    let head = store.head().await?;
    match head.position {
        0 => findings.fine(
            "tenant",
            format_args!("{tenant} has nothing yet; another one is named with --tenant"),
        )?,
        events => findings.fine("tenant", format_args!("{tenant} has {events} events"))?,
    }
    clock(&mut findings, &store, head.position, now).await?;
    let used = rules_in_use(&store).await?;
    match &used {
        Some((version, _)) => findings.fine(
            "rules",
            format_args!("version {version} set the newest deadline"),
        )?,
        None => findings.fine("rules", "no ticket has a deadline yet")?,
    }
    due(&mut findings, &store, now).await?;
    waiting(&findings, &store).await?;
    notices(&mut findings, &store, now).await?;
    let rules = used.map_or_else(Rules::default, |(_, rules)| rules);
    let desk = Desk::builder(store).rules(rules).open().await?;
    chain(&mut findings, &desk, &address).await?;
    #[cfg(feature = "web")]
    if let Some(settings) = &settings {
        // Those that an admin put in force, or those that set the newest deadline.
        let rules = desk.rules();
        crate::web::checkup(&mut findings, settings, rules.rules(), now).await?;
    }
    if findings.wrong == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(1))
}

#[cfg(feature = "_sql")]
fn schema() -> String {
    // Opening the store refuses any other.
    format!(
        "version {}, which this release reads and writes",
        crcore_adapters::sql::SCHEMA_VERSION
    )
}

#[cfg(not(feature = "_sql"))]
fn schema() -> String {
    "none".to_owned()
}

/// A host whose clock runs behind what was written writes events later than they happen.
async fn clock(
    findings: &mut Findings,
    store: &Shared,
    position: u64,
    now: DateTime<Utc>,
) -> Result<()> {
    let here = now.format("%Y-%m-%d %H:%M:%S UTC");
    let last = match position.checked_sub(1) {
        Some(before) => store.feed(before, 1).await?.into_iter().next(),
        None => None,
    };
    let Some(last) = last else {
        return findings.fine(
            "clock",
            format_args!("{here}; no event yet to compare it with"),
        );
    };
    let at = last.event()?.at;
    if at <= now + TimeDelta::seconds(1) {
        return findings.fine(
            "clock",
            format_args!(
                "{here}, after the last event of {}",
                at.format("%Y-%m-%d %H:%M:%S")
            ),
        );
    }
    findings.wrong(
        "clock",
        format_args!(
            "{here} is before the last event of {}",
            at.format("%Y-%m-%d %H:%M:%S")
        ),
        "set the clocks of all hosts by NTP: one of them is wrong",
    )
}

async fn due(findings: &mut Findings, store: &Shared, now: DateTime<Utc>) -> Result<()> {
    let due = store.due(now, 0, COUNTED).await?;
    let Some(since) = due.first().and_then(Ticket::next_due) else {
        return findings.fine("due", "nothing waits for a tick");
    };
    let count = at_least(due.len());
    if now - since <= LATE {
        return findings.fine(
            "due",
            format_args!("{count} tickets, all within the last five minutes"),
        );
    }
    findings.wrong(
        "due",
        format_args!("{count} tickets, the first since {}", since.format("%Y-%m-%d %H:%M:%S UTC")),
        "no host ticks, or they are too slow: call Desk::tick every second, and at once again while it says more",
    )
}

fn at_least(counted: usize) -> String {
    match counted {
        n if n >= COUNTED as usize => format!("{n} or more"),
        n => n.to_string(),
    }
}

async fn waiting(findings: &Findings, store: &Shared) -> Result<()> {
    let active = StatusName::ALL
        .into_iter()
        .filter(|status| status.is_active());
    let filter = TicketFilter {
        assigned: Assigned::Nobody,
        statuses: active.collect(),
        ..TicketFilter::default()
    };
    let total = store.total(&filter).await?;
    findings.fine("queues", format_args!("{total} open tickets have no agent"))
}

async fn notices(findings: &mut Findings, store: &Shared, now: DateTime<Utc>) -> Result<()> {
    let dead = NoticeFilter {
        dead: true,
        ..NoticeFilter::default()
    };
    let dead = store.notices(&dead, None, COUNTED).await?;
    match dead.len() {
        0 => findings.fine("dead notices", "none")?,
        n => findings.wrong(
            "dead notices",
            format_args!("{} were given up", at_least(n)),
            "read why in Desk::notices, correct the addresses or the mail server, and tell these people another way",
        )?,
    }
    let owed = store.owed(now - LATE, 0, COUNTED).await?;
    match owed.len() {
        0 => findings.fine("owed notices", "none is late"),
        n => findings.wrong(
            "owed notices",
            format_args!("{} are late", at_least(n)),
            "tick a desk that has a notifier",
        ),
    }
}

async fn chain(findings: &mut Findings, desk: &Desk, address: &Address) -> Result<()> {
    let exported = read_beside(address).and_then(|beside| beside.head);
    let against = match exported {
        Some(head) => format!(", against the head exported at {}", head.position),
        None => String::new(),
    };
    match desk.verify(Actor::System, exported).await? {
        Ok(head) => findings.fine(
            "chain",
            format_args!("{} events, all in place{against}", head.position),
        ),
        Err(fault) => findings.wrong(
            "chain",
            format_args!("{fault}{against}"),
            "restore from a backup, and find out who writes to the database besides crcore",
        ),
    }
}
