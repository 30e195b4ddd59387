//! Files looked through by clamd, the daemon of ClamAV, before they are kept.
//!
//! ```no_run
//! use crcore::{Desk, MemoryStore, Rules};
//! use crcore_adapters::{Clamd, ClamdOptions};
//!
//! # async fn open(rules: Rules) -> Result<(), Box<dyn std::error::Error>> {
//! let options = ClamdOptions {
//!     address: "unix:/run/clamav/clamd.ctl".parse()?, // or tcp:clamd.bank.example:3310
//!     ..ClamdOptions::default()
//! };
//! let desk = Desk::builder(MemoryStore::new()).rules(rules).scanner(Clamd::new(options)).open().await?;
//! # Ok(())
//! # }
//! ```
//!
//! The command is `zINSTREAM`: the file goes over the connection in pieces, each behind its length, and the
//! answer ends with a zero byte. An answer that ends without one, or that comes before the whole file went
//! over, never lets a file pass.
//!
//! # What clamd has to be told
//!
//! | in `clamd.conf` | because |
//! |---|---|
//! | `StreamMaxLength` at least [`ClamdOptions::max`] | a longer file is refused, here or there |
//! | `AlertExceedsMax yes` | without it clamd calls a file clean that unpacks to more than it looks at |
//! | `TCPAddr` of a network that nobody else is in | the protocol has neither secret nor encryption |

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use crcore::blobs::BLOB_MAX;
use crcore::{Scan, ScanError, Scanner};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How much of a file goes over at once: one system call's worth.
const PIECE: usize = 64 * 1024;
/// The longest answer, in bytes: a signature's name many times over.
const ANSWER_MAX: usize = 4096;
/// How much of an answer that nobody expected is told, in characters.
const TOLD_MAX: usize = 120;

/// How to reach clamd, and what it looks at.
#[derive(Debug, Clone)]
pub struct ClamdOptions {
    /// Where it listens.
    pub address: ClamdAddress,
    /// How long one file may take, from connecting to the answer. clamd itself gives up after its
    /// `MaxScanTime`, 2 minutes where it was told nothing.
    pub timeout: Duration,
    /// The largest file, in bytes, as in its `StreamMaxLength`. A larger one is not even sent.
    pub max: usize,
}

impl Default for ClamdOptions {
    /// Debian's socket `/run/clamav/clamd.ctl`, one minute, [`BLOB_MAX`].
    fn default() -> Self {
        Self {
            address: ClamdAddress::Unix("/run/clamav/clamd.ctl".into()),
            timeout: Duration::from_secs(60),
            max: BLOB_MAX,
        }
    }
}

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClamdAddress {
    /// A socket on this machine.
    Unix(PathBuf),
    /// Host and port, as in `localhost:3310`.
    Tcp(String),
}

/// `tcp:HOST:PORT`, `unix:PATH`, or a path.
impl FromStr for ClamdAddress {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.strip_prefix("tcp:") {
            Some(host) => Self::Tcp(host.trim_start_matches('/').to_owned()),
            None => Self::Unix(text.strip_prefix("unix:").unwrap_or(text).into()),
        })
    }
}

impl fmt::Display for ClamdAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(host) => write!(f, "tcp:{host}"),
        }
    }
}

/// Asks clamd, each file over a connection of its own. Needs a Tokio runtime with time and I/O.
#[derive(Debug, Clone)]
pub struct Clamd {
    options: ClamdOptions,
}

impl Clamd {
    /// Connects only when there is a file to look through.
    #[must_use]
    pub fn new(options: ClamdOptions) -> Self {
        Self { options }
    }

    /// Whether clamd is there and ready, for a host's own health.
    ///
    /// # Errors
    /// [`ScanError::Unavailable`] where it is not.
    pub async fn ping(&self) -> Result<(), ScanError> {
        match &*self.ask(b"zPING\0", None).await? {
            b"PONG" => Ok(()),
            other => Err(unexpected(other)),
        }
    }

    async fn ask(&self, command: &[u8], content: Option<&[u8]>) -> Result<Vec<u8>, ScanError> {
        let asked = async {
            match &self.options.address {
                ClamdAddress::Tcp(host) => match TcpStream::connect(host).await {
                    Ok(stream) => converse(stream, command, content).await,
                    Err(_) => Err(unavailable("no connection")),
                },
                #[cfg(unix)]
                ClamdAddress::Unix(path) => match tokio::net::UnixStream::connect(path).await {
                    Ok(stream) => converse(stream, command, content).await,
                    Err(_) => Err(unavailable("no connection")),
                },
                #[cfg(not(unix))]
                ClamdAddress::Unix(_) => Err(unavailable("this system has no such sockets")),
            }
        };
        let timeout = self.options.timeout;
        tokio::time::timeout(timeout, asked)
            .await
            .unwrap_or_else(|_| {
                let waited = timeout.as_secs_f32();
                Err(unavailable(format!("no answer within {waited} s")))
            })
    }
}

#[async_trait]
impl Scanner for Clamd {
    async fn scan(&self, content: &[u8]) -> Result<Scan, ScanError> {
        if content.len() > self.options.max {
            return Err(ScanError::TooLarge);
        }
        let answer = self.ask(b"zINSTREAM\0", Some(content)).await?;
        let Some(said) = answer.strip_prefix(b"stream: ") else {
            return Err(unexpected(&answer));
        };
        match said.strip_suffix(b" FOUND") {
            Some(signature) => Ok(Scan::Infected {
                signature: told(signature),
            }),
            None if said == b"OK" => Ok(Scan::Clean),
            None => Err(unexpected(&answer)),
        }
    }
}

/// Says all, and gives the answer without its zero byte. Listens while it speaks: clamd closes on who
/// sends too much, and what it said before would be lost with the connection.
async fn converse(
    stream: impl AsyncRead + AsyncWrite,
    command: &[u8],
    content: Option<&[u8]>,
) -> Result<Vec<u8>, ScanError> {
    let (reader, writer) = tokio::io::split(stream);
    let mut answer = Box::pin(listen(reader));
    let mut spoken = Box::pin(speak(writer, command, content));
    tokio::select! {
        biased;
        // It has not heard the file to its end: whatever it says, the file does not pass.
        early = &mut answer => Err(unexpected(&early?)),
        all = &mut spoken => match all {
            Ok(()) => answer.await,
            Err(_) => Err(unexpected(&answer.await?)),
        },
    }
}

async fn speak(
    mut writer: impl AsyncWrite + Unpin,
    command: &[u8],
    content: Option<&[u8]>,
) -> std::io::Result<()> {
    writer.write_all(command).await?;
    if let Some(content) = content {
        for piece in content.chunks(PIECE) {
            writer.write_all(&length(piece)).await?;
            writer.write_all(piece).await?;
        }
        writer.write_all(&length(&[])).await?;
    }
    writer.flush().await
}

fn length(piece: &[u8]) -> [u8; 4] {
    // A piece is far shorter than that.
    u32::try_from(piece.len()).unwrap_or(u32::MAX).to_be_bytes()
}

async fn listen(mut reader: impl AsyncRead + Unpin) -> Result<Vec<u8>, ScanError> {
    let mut answer = Vec::new();
    let mut buffer = [0; 512];
    while answer.len() < ANSWER_MAX {
        let read = match reader.read(&mut buffer).await {
            Ok(0) | Err(_) => return Err(unavailable("the connection broke off")),
            Ok(read) => buffer.get(..read).unwrap_or_default(),
        };
        if let Some(end) = read.iter().position(|byte| *byte == 0) {
            answer.extend_from_slice(read.get(..end).unwrap_or_default());
            return Ok(answer);
        }
        answer.extend_from_slice(read);
    }
    Err(unexpected(&answer))
}

/// What is no verdict, or none on the whole file: the file does not pass.
fn unexpected(answer: &[u8]) -> ScanError {
    if answer.starts_with(b"INSTREAM size limit exceeded") {
        return ScanError::TooLarge;
    }
    unavailable(format!("it answered {:?}", told(answer)))
}

/// clamd's words, on one line and not too many.
fn told(words: &[u8]) -> String {
    let words = String::from_utf8_lossy(words);
    let seen = |c: &char| c.is_ascii_graphic() || *c == ' ';
    words.chars().filter(seen).take(TOLD_MAX).collect()
}

fn unavailable(why: impl Into<String>) -> ScanError {
    ScanError::Unavailable { why: why.into() }
}
