//! A mail server that does what it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Where in a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum At {
    Greeting,
    Auth,
    Noop,
    Mail,
    Rcpt,
    Data,
    /// In the middle of the mail, before its final dot.
    Body,
    /// After the final dot.
    Dot,
}

/// What the server does there instead of what it should.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    Say(&'static str),
    Drop,
    Hang,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offers {
    Clear,
    StartTls,
    Tls,
}

/// What the server saw.
#[derive(Default)]
pub(crate) struct Seen {
    /// Mails whose final dot came, as they came, without dot-stuffing.
    pub(crate) mails: Vec<Vec<u8>>,
    /// Every command, and whether it came over TLS.
    pub(crate) commands: Vec<(String, bool)>,
    pub(crate) connections: usize,
    faults: VecDeque<(At, Fault)>,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    /// The certificate to trust, as PEM.
    pub(crate) authority: String,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::offering(Offers::Clear).await
    }

    pub(crate) async fn offering(offers: Offers) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let tls = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                tokio::spawn(serve(stream, offers, tls.clone(), Arc::clone(&shared)));
            }
        });
        Self {
            port,
            authority: made.cert.pem(),
            seen,
        }
    }

    /// Misbehaves once, the next time a conversation comes there.
    pub(crate) fn fail(&self, at: At, fault: Fault) {
        self.seen.lock().unwrap().faults.push_back((at, fault));
    }

    pub(crate) fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    pub(crate) fn mails(&self) -> Vec<Vec<u8>> {
        self.seen().mails.clone()
    }

    pub(crate) fn commands(&self) -> Vec<String> {
        self.seen()
            .commands
            .iter()
            .map(|(c, _)| c.clone())
            .collect()
    }
}

async fn serve(stream: TcpStream, offers: Offers, tls: TlsAcceptor, seen: Arc<Mutex<Seen>>) {
    match offers {
        Offers::Tls => {
            if let Ok(stream) = tls.accept(stream).await {
                converse(BufStream::new(stream), "AUTH PLAIN", true, true, &seen).await;
            }
        }
        Offers::Clear => {
            converse(BufStream::new(stream), "", true, false, &seen).await;
        }
        Offers::StartTls => {
            let clear = converse(BufStream::new(stream), "STARTTLS", true, false, &seen).await;
            if let Some(stream) = clear
                && let Ok(stream) = tls.accept(stream.into_inner()).await
            {
                converse(BufStream::new(stream), "AUTH PLAIN", false, true, &seen).await;
            }
        }
    }
}

/// Talks until the client leaves or a fault ends it; gives the stream back for TLS.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufStream<S>,
    extension: &str,
    greet: bool,
    secure: bool,
    seen: &Mutex<Seen>,
) -> Option<BufStream<S>> {
    if greet {
        answer(&mut stream, seen, At::Greeting, "220 localhost ready").await?;
    }
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        seen.lock().unwrap().commands.push((line.clone(), secure));
        let verb = line.split([' ', ':']).next().unwrap().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" if extension.is_empty() => say(&mut stream, "250 localhost").await?,
            "EHLO" => say(&mut stream, &format!("250-localhost\r\n250 {extension}")).await?,
            "STARTTLS" => {
                say(&mut stream, "220 go on").await?;
                return Some(stream);
            }
            "AUTH" => answer(&mut stream, seen, At::Auth, "235 welcome").await?,
            "MAIL" => answer(&mut stream, seen, At::Mail, "250 ok").await?,
            "RCPT" => answer(&mut stream, seen, At::Rcpt, "250 ok").await?,
            "DATA" => {
                let goes_on = answer(&mut stream, seen, At::Data, "354 go on").await?;
                if goes_on {
                    take_mail(&mut stream, seen).await?;
                }
                goes_on
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await;
                return None;
            }
            "NOOP" => answer(&mut stream, seen, At::Noop, "250 ok").await?,
            _ => say(&mut stream, "500 what?").await?,
        };
    }
}

async fn take_mail<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    seen: &Mutex<Seen>,
) -> Option<()> {
    if let Some(fault) = fault(seen, At::Body) {
        stream.read_exact(&mut [0; 10]).await.ok()?;
        misbehave(stream, fault).await?;
        return None;
    }
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            break;
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
    // Whatever the server says now, the mail is with it.
    seen.lock().unwrap().mails.push(mail);
    answer(stream, seen, At::Dot, "250 queued").await.map(drop)
}

fn fault(seen: &Mutex<Seen>, at: At) -> Option<Fault> {
    let faults = &mut seen.lock().unwrap().faults;
    match faults.front() {
        Some((place, _)) if *place == at => faults.pop_front().map(|(_, fault)| fault),
        _ => None,
    }
}

/// Says what should be said, or misbehaves; true when it said what should be said.
async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    seen: &Mutex<Seen>,
    at: At,
    text: &str,
) -> Option<bool> {
    match fault(seen, at) {
        None => say(stream, text).await,
        Some(fault) => misbehave(stream, fault).await,
    }
}

async fn misbehave<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    fault: Fault,
) -> Option<bool> {
    match fault {
        Fault::Say(text) => say(stream, text).await.map(|_| false),
        Fault::Drop => None,
        Fault::Hang => {
            // Until the client gives up.
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.ok()?;
            None
        }
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    text: &str,
) -> Option<bool> {
    stream
        .write_all(format!("{text}\r\n").as_bytes())
        .await
        .ok()?;
    stream.flush().await.ok()?;
    Some(true)
}
