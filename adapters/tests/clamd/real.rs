//! The clamd of Debian, in a process of its own, with one signature of our own.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crcore::{
    Actor, Code, Customer, CustomerId, Desk, ErrorKind, File, MemoryStore, Raise, Rules, Scan,
    ScanError, Scanner as _,
};
use crcore_adapters::ClamdAddress;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::clamd;

const PROGRAM: &str = "/usr/sbin/clamd";
const MARKER: &[u8] = b"a mark of crcore's tests that no file has";
/// `StreamMaxLength`.
const MAX: usize = 1024 * 1024;

struct Real {
    folder: TempDir,
    port: u16,
    _process: Child,
}

impl Real {
    /// Starts clamd, or says why this test is left out.
    async fn start() -> Option<Self> {
        if !Path::new(PROGRAM).exists() {
            eprintln!("left out: there is no {PROGRAM}; ./tests/tools installs it as root");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let port = {
            let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
            free.local_addr().unwrap().port()
        };
        fs::create_dir(at("signatures")).unwrap();
        let hex: String = MARKER.iter().map(|byte| format!("{byte:02x}")).collect();
        // Name, any type of file, anywhere in it, these bytes.
        let signature = format!("Crcore.Mark:0:*:{hex}\n");
        fs::write(at("signatures/test.ndb"), signature).unwrap();
        let settings = [
            format!("DatabaseDirectory {}", at("signatures")),
            format!("LocalSocket {}", at("socket")),
            format!("TCPSocket {port}"),
            "TCPAddr 127.0.0.1".into(),
            format!("StreamMaxLength {MAX}"),
            format!("TemporaryDirectory {}", folder.path().display()),
            "AlertExceedsMax yes".into(),
            "Foreground yes".into(),
            "MaxThreads 2".into(),
        ];
        fs::write(at("clamd.conf"), settings.join("\n")).unwrap();
        let process = Command::new(PROGRAM)
            .arg("--config-file")
            .arg(at("clamd.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let real = Self {
            folder,
            port,
            _process: process,
        };
        for _ in 0..300 {
            if clamd(real.unix(), |_| {}).ping().await.is_ok() {
                return Some(real);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("clamd does not start");
    }

    fn unix(&self) -> ClamdAddress {
        ClamdAddress::Unix(self.folder.path().join("socket"))
    }

    fn tcp(&self) -> ClamdAddress {
        ClamdAddress::Tcp(format!("127.0.0.1:{}", self.port))
    }
}

fn infected() -> Result<Scan, ScanError> {
    Ok(Scan::Infected {
        signature: "Crcore.Mark.UNOFFICIAL".into(),
    })
}

#[tokio::test]
async fn clamd_says_what_is_in_a_file() {
    let Some(real) = Real::start().await else {
        return;
    };
    for address in [real.unix(), real.tcp()] {
        let clamd = clamd(address, |_| {});
        clamd.ping().await.unwrap();
        let deep = [&vec![b'x'; 300_000], MARKER, &vec![b'y'; 300_000]].concat();
        assert_eq!(clamd.scan(b"a letter").await, Ok(Scan::Clean));
        assert_eq!(clamd.scan(b"").await, Ok(Scan::Clean));
        assert_eq!(clamd.scan(MARKER).await, infected());
        assert_eq!(clamd.scan(&deep).await, infected());
    }
}

#[tokio::test]
async fn a_file_that_is_too_long_for_clamd_is_not_called_clean() {
    let Some(real) = Real::start().await else {
        return;
    };
    for address in [real.unix(), real.tcp()] {
        let scanner = clamd(address.clone(), |_| {});
        assert_eq!(scanner.scan(&vec![b'x'; MAX]).await, Ok(Scan::Clean));
        for longer in [MAX + 1, MAX + 100_000, 20 * MAX] {
            let refused = scanner.scan(&vec![b'x'; longer]).await;
            assert_eq!(
                refused,
                Err(ScanError::TooLarge),
                "{longer} bytes to {address}"
            );
        }
    }
}

#[tokio::test]
async fn a_desk_takes_clean_files_alone_and_none_once_clamd_is_gone() {
    let Some(real) = Real::start().await else {
        return;
    };
    let cards: Code = "cards".parse().unwrap();
    let desk = Desk::builder(MemoryStore::new())
        .rules(Rules::of_services([&cards]))
        .scanner(clamd(real.unix(), |_| {}))
        .open()
        .await
        .unwrap();
    let asha = Customer::new(desk.new_id::<CustomerId>().unwrap());
    let asha = desk.save_customer(Actor::System, asha).await.unwrap().id;
    let me = desk.acting(Actor::Customer(asha));
    let ticket = me
        .raise(Raise::new(asha, cards, "Card lost"))
        .await
        .unwrap();
    let file = |content: &[u8]| File {
        name: "letter.txt".into(),
        media_type: "text/plain".into(),
        content: content.to_vec(),
        public: true,
    };
    me.attach(ticket.ticket, file(b"a letter")).await.unwrap();
    let refused = me.attach(ticket.ticket, file(MARKER)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid, "{refused}");
    let found = desk.quarantined(Actor::System, None).await.unwrap();
    assert_eq!(found[0].signature, "Crcore.Mark.UNOFFICIAL");

    drop(real);
    let refused = me
        .attach(ticket.ticket, file(b"another"))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::TryAgain, "{refused}");
    assert!(!refused.to_string().contains("no connection"), "{refused}");
    let cause = std::error::Error::source(&refused).map(ToString::to_string);
    assert!(cause.unwrap().contains("no connection"), "for the log");
}
