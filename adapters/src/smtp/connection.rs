//! Connections to the mail server.
//!
//! lettre's own pool is not used: it takes a connection back also from a sender who was dropped in
//! the middle of a conversation, and then the next mail reads the answers that belong to the one
//! before. Here a connection is kept only after a conversation that ended well. Nor does lettre bound
//! how long it waits for an answer.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crcore::NotifyError;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Severity;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Security, SmtpError, SmtpOptions, again, never};

/// How long to ask whether a kept connection still lives, before a new one is made.
const STILL_THERE: Duration = Duration::from_secs(5);

/// As many connections as the options allow; those that are not in use are kept for the next mail.
pub(super) struct Connections {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    login: Option<Credentials>,
    hello: ClientId,
    timeout: Duration,
    permits: Semaphore,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

impl Connections {
    pub(super) fn new(options: SmtpOptions) -> Result<Self, SmtpError> {
        if options.host.is_empty() {
            return Err(SmtpError::new("host", "a server's name, got nothing"));
        }
        if options.timeout.is_zero() {
            return Err(SmtpError::new("timeout", "a time above 0, got 0"));
        }
        if !(1..=Semaphore::MAX_PERMITS).contains(&options.connections) {
            let got = format!("at least 1, got {}", options.connections);
            return Err(SmtpError::new("connections", got));
        }
        if options.login.is_some() && options.security == Security::None {
            let expected = "TLS or STARTTLS, because a password would go over the wire in clear";
            return Err(SmtpError::new("security", expected));
        }
        let tls = match options.security {
            Security::None => None,
            Security::Tls | Security::StartTls => Some(tls(&options)?),
        };
        Ok(Self {
            host: options.host,
            port: options.port,
            security: options.security,
            tls,
            login: options.login.map(|l| Credentials::new(l.user, l.password)),
            hello: ClientId::default(),
            timeout: options.timeout,
            permits: Semaphore::new(options.connections),
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Hands the mail over, and returns once the server has answered for it.
    pub(super) async fn send(&self, envelope: &Envelope, mail: &[u8]) -> Result<(), NotifyError> {
        let _permit = self.permits.acquire().await;
        timeout(self.timeout, self.converse(envelope, mail))
            .await
            .unwrap_or_else(|_| Err(again("the mail server did not answer in time")))
    }

    async fn converse(&self, envelope: &Envelope, mail: &[u8]) -> Result<(), NotifyError> {
        let mut connection = match self.kept().await {
            Some(connection) => connection,
            None => self.connect().await.map_err(|e| no_connection(&e))?,
        };
        let answer = connection.send(envelope, mail).await;
        let answer = answer.map_err(|e| not_taken(&e))?;
        if answer.code().severity != Severity::PositiveCompletion {
            return Err(again("the mail server gave an answer that is none"));
        }
        self.idle().push(connection);
        Ok(())
    }

    /// A kept connection that still lives.
    async fn kept(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let mut connection = self.idle().pop()?;
            let asked = timeout(STILL_THERE, connection.test_connected()).await;
            if asked == Ok(true) {
                return Some(connection);
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let server = (self.host.as_str(), self.port);
        let from_the_start = self.tls.clone().filter(|_| self.security == Security::Tls);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(self.timeout),
            &self.hello,
            from_the_start,
            None,
        )
        .await?;
        if let Some(tls) = self.tls.clone().filter(|_| !connection.is_encrypted()) {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some(login) = &self.login {
            connection.auth(DEFAULT_MECHANISMS, login).await?;
        }
        Ok(connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tls(options: &SmtpOptions) -> Result<TlsParameters, SmtpError> {
    let mut builder: TlsParametersBuilder = TlsParameters::builder(options.host.clone());
    for authority in &options.authorities {
        let certificate = Certificate::from_pem(authority.as_bytes())
            .map_err(|e| SmtpError::new("authorities", format!("certificates in PEM: {e}")))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build()
        .map_err(|e| SmtpError::new("host", format!("a name that a certificate can have: {e}")))
}

/// Nothing of this message was said yet, so nothing is known against it.
fn no_connection(e: &Error) -> NotifyError {
    again(match e.status() {
        Some(code) => format!("the mail server refused the connection: {code}"),
        None if e.is_tls() => "no secure connection to the mail server".into(),
        None if e.is_client() => {
            "the mail server offers no STARTTLS or no way to sign in that is known here".into()
        }
        None => "no connection to the mail server".into(),
    })
}

fn not_taken(e: &Error) -> NotifyError {
    match e.status() {
        Some(code) if e.is_permanent() => never(format!("the mail server refused it: {code}")),
        Some(code) => again(format!("the mail server cannot take it now: {code}")),
        // lettre says so before the first command: the address needs SMTPUTF8 (RFC 6531).
        None if e.is_client() => never("the mail server cannot carry this address"),
        None => again("the connection to the mail server broke off"),
    }
}
