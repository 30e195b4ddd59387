//! What a web desk needs besides its store, looked over for `crdesk doctor`.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use crcore::calendar::Week;
use crcore::{Blobs, Rules};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::place::Place;
use super::settings::{MailSecurity, Settings};
use crate::doctor::Findings;
use crate::failure::Result;

/// What does not answer by then does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The settings of a file and the environment, sound or not.
pub(crate) fn settings(file: &Path) -> Result<Settings> {
    Settings::read(Some(file))
}

/// A line for each thing that a desk with these settings needs.
pub(crate) async fn checkup(
    findings: &mut Findings,
    settings: &Settings,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Result<()> {
    match settings.check() {
        Ok(()) => findings.fine("settings", "as a desk for real needs them")?,
        Err(failure) => findings.wrong(
            "settings",
            failure.to_string().replace('\n', ";"),
            "`crdesk config` shows what is set, and by what",
        )?,
    }
    public_url(findings, settings).await?;
    mail(findings, settings).await?;
    files(findings, settings, now).await?;
    clamd(findings, settings).await?;
    calendars(findings, rules, now)
}

/// Whether somebody takes calls there.
async fn answers(host: &str) -> bool {
    matches!(timeout(PATIENCE, TcpStream::connect(host)).await, Ok(Ok(_)))
}

async fn public_url(findings: &mut Findings, settings: &Settings) -> Result<()> {
    let origin = settings.origin();
    let (scheme, host) = origin.split_once("://").unwrap_or(("", origin));
    let port = if scheme == "http" { 80 } else { 443 };
    let host = match host.rsplit_once(':') {
        Some((_, port)) if port.parse::<u16>().is_ok() => host.to_owned(),
        _ => format!("{host}:{port}"),
    };
    if answers(&host).await {
        return findings.fine("public_url", format_args!("{origin} takes calls"));
    }
    findings.wrong(
        "public_url",
        format_args!("{origin} does not answer from here"),
        "look after the name and the proxy that speaks TLS",
    )
}

async fn mail(findings: &mut Findings, settings: &Settings) -> Result<()> {
    let mail = &settings.mail;
    let Some(host) = &mail.host else {
        return findings.wrong("mail", "no server is set", "set mail.host");
    };
    let usual = match mail.security {
        MailSecurity::Tls => 465,
        MailSecurity::Starttls => 587,
        MailSecurity::Clear => 25,
    };
    let host = format!("{host}:{}", mail.port.unwrap_or(usual));
    if answers(&host).await {
        return findings.fine("mail", format_args!("{host} takes calls"));
    }
    findings.wrong(
        "mail",
        format_args!("{host} does not answer"),
        "start the mail server, or correct mail.host and mail.port: notices wait until then",
    )
}

async fn files(findings: &mut Findings, settings: &Settings, now: DateTime<Utc>) -> Result<()> {
    let place = &settings.files.place;
    let written = match place.parse() {
        Ok(Place::Folder(folder)) => {
            let trial = folder.join(format!(".doctor-{}", std::process::id()));
            let written = async {
                tokio::fs::write(&trial, b"crdesk doctor").await?;
                tokio::fs::remove_file(&trial).await
            };
            written.await.map_err(|error| error.to_string())
        }
        Ok(bucket @ Place::Bucket { .. }) => match bucket.open(std::env::vars()).await {
            Ok(blobs) => {
                let tried = timeout(PATIENCE, tried(&blobs, now)).await;
                tried.unwrap_or_else(|_| Err("it does not answer".to_owned()))
            }
            Err(failure) => Err(failure.to_string()),
        },
        // The settings were looked over before.
        Err(expected) => Err(format!("expected {expected}")),
    };
    match written {
        Ok(()) => findings.fine("files", format_args!("{place} can be written")),
        Err(error) => findings.wrong(
            "files",
            format_args!("{place} cannot be written: {error}"),
            "make the folder or the bucket and give it to whom the desk runs as, or correct files.place",
        ),
    }
}

/// Whether a bucket takes something, gives it back and lets go of it.
async fn tried(blobs: &impl Blobs, now: DateTime<Utc>) -> std::result::Result<(), String> {
    let trial = format!("crdesk doctor {now} {}", std::process::id());
    let tried = async {
        let id = blobs.put(trial.as_bytes(), now).await?;
        let found = blobs.get(id).await?;
        blobs.remove(id, now).await?;
        Ok::<_, crcore::StoreError>(found)
    };
    match tried.await {
        Ok(Some(found)) if found == trial.as_bytes() => Ok(()),
        Ok(_) => Err("what was put there did not come back".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

async fn clamd(findings: &mut Findings, settings: &Settings) -> Result<()> {
    let Some(clamd) = settings.files.scanner() else {
        return findings.fine("clamd", "not set: files are taken without a look");
    };
    match timeout(PATIENCE, clamd.ping()).await {
        Ok(Ok(())) => findings.fine("clamd", "is there and ready"),
        Ok(Err(_)) | Err(_) => findings.wrong(
            "clamd",
            "does not answer",
            "start it, or correct files.clamd: no file is taken until then",
        ),
    }
}

/// The last holiday that each calendar knows of. One that is open day and night needs none.
fn calendars(findings: &mut Findings, rules: &Rules, now: DateTime<Utc>) -> Result<()> {
    for (name, calendar) in &rules.calendars {
        let today = now.with_timezone(&calendar.time_zone).date_naive();
        let last: Option<NaiveDate> = calendar.holidays.iter().map(|day| day.date).max();
        match last {
            Some(last) if last > today => {
                findings.fine("calendar", format_args!("{name}: holidays until {last}"))?;
            }
            None if calendar.hours == Week::always() => {
                findings.fine("calendar", format_args!("{name}: day and night"))?;
            }
            _ => findings.wrong(
                "calendar",
                format_args!("{name} has no holiday after today"),
                "put the holidays to come into the rules: deadlines count those days as worked",
            )?,
        }
    }
    Ok(())
}
