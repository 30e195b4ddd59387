//! Servers that answer wrongly, too early, too late or not at all: none of them lets a file pass.

use std::time::{Duration, Instant};

use crcore::{Scan, ScanError, Scanner as _};
use crcore_adapters::ClamdAddress;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::clamd;

#[derive(Clone, Copy)]
enum Does {
    /// Hears all, then says this.
    Says(&'static [u8]),
    /// Says this at once and hears nothing.
    SaysEarly(&'static [u8]),
    /// Hears so many bytes, says this and closes.
    Closes(usize, &'static [u8]),
    /// Hears all and never says anything.
    Hangs,
    /// Never hears anything.
    Sleeps,
    /// Says `x` for ever.
    Floods,
}

async fn server(does: Does) -> ClamdAddress {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, does));
        }
    });
    ClamdAddress::Tcp(address)
}

async fn serve(mut stream: TcpStream, does: Does) -> std::io::Result<()> {
    match does {
        Does::Says(answer) => {
            hear(&mut stream).await?;
            stream.write_all(answer).await?;
        }
        Does::SaysEarly(answer) => {
            stream.write_all(answer).await?;
            forever().await;
        }
        Does::Closes(after, answer) => {
            let mut heard = vec![0; after];
            stream.read_exact(&mut heard).await?;
            stream.write_all(answer).await?;
        }
        Does::Hangs => {
            hear(&mut stream).await?;
            forever().await;
        }
        Does::Sleeps => forever().await,
        Does::Floods => {
            hear(&mut stream).await?;
            loop {
                stream.write_all(&[b'x'; 4096]).await?;
            }
        }
    }
    Ok(())
}

/// What the protocol says: the command, pieces behind their lengths, a length of zero.
async fn hear(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut content = Vec::new();
    loop {
        let length = stream.read_u32().await? as usize;
        if length == 0 {
            return Ok(content);
        }
        let from = content.len();
        content.resize(from + length, 0);
        stream.read_exact(&mut content[from..]).await?;
    }
}

async fn forever() {
    std::future::pending::<()>().await;
}

async fn scan(does: Does, content: &[u8]) -> Result<Scan, ScanError> {
    let address = server(does).await;
    let clamd = clamd(address, |o| o.timeout = Duration::from_millis(500));
    let from = Instant::now();
    let found = clamd.scan(content).await;
    assert!(
        from.elapsed() < Duration::from_secs(10),
        "{:?}",
        from.elapsed()
    );
    found
}

fn why(found: Result<Scan, ScanError>) -> String {
    match found {
        Err(ScanError::Unavailable { why }) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_answer_is_read_as_it_is_meant() {
    let large = vec![b'x'; 200_000];
    for content in [b"a letter".as_slice(), b"", &large] {
        assert_eq!(
            scan(Does::Says(b"stream: OK\0"), content).await,
            Ok(Scan::Clean)
        );
    }
    let signature = "Win.Test.EICAR_HDB-1".to_owned();
    let found = scan(Does::Says(b"stream: Win.Test.EICAR_HDB-1 FOUND\0"), b"x").await;
    assert_eq!(found, Ok(Scan::Infected { signature }));
    let signature = "OK".to_owned();
    let found = scan(Does::Says(b"stream: OK FOUND\0"), b"x").await;
    assert_eq!(found, Ok(Scan::Infected { signature }));
    let too_large = b"INSTREAM size limit exceeded. ERROR\0";
    assert_eq!(
        scan(Does::Says(too_large), b"x").await,
        Err(ScanError::TooLarge)
    );
}

#[tokio::test]
async fn what_is_no_verdict_lets_no_file_pass() {
    for answer in [
        b"\0".as_slice(),
        b"OK\0",
        b"stream: \0",
        b"stream: ok\0",
        b"stream: OK \0",
        b"stream: FOUND\0",
        b"1: stream: OK\0",
        b"\xff\xfe\0",
        b"stream: Can't allocate memory ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",
    ] {
        let why = why(scan(Does::Says(answer), b"a letter").await);
        assert!(why.starts_with("it answered "), "{why}");
        assert!(!why.contains("letter") && why.len() < 200, "{why}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_lets_no_file_pass() {
    for answer in [b"".as_slice(), b"stream: OK", b"stream: "] {
        let why = why(scan(Does::Says(answer), b"x").await);
        assert_eq!(why, "the connection broke off");
    }
    let why = why(scan(Does::Floods, b"x").await);
    assert!(
        why.starts_with("it answered \"xxx") && why.len() < 200,
        "{why}"
    );
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_file_lets_no_file_pass() {
    // More than fits between the two, so that it cannot all have gone over.
    let large = vec![b'x'; 24 * 1024 * 1024];
    let early = scan(Does::SaysEarly(b"stream: OK\0"), &large).await;
    assert_eq!(why(early), "it answered \"stream: OK\"");
    let closed = scan(Does::Closes(100_000, b"stream: OK\0"), &large).await;
    assert!(
        matches!(closed, Err(ScanError::Unavailable { .. })),
        "{closed:?}"
    );
    let closed = scan(Does::Closes(100_000, b""), &large).await;
    assert_eq!(why(closed), "the connection broke off");
    let too_large = b"INSTREAM size limit exceeded. ERROR\0";
    let early = scan(Does::SaysEarly(too_large), &large).await;
    assert_eq!(early, Err(ScanError::TooLarge));
}

#[tokio::test]
async fn a_server_that_hangs_is_waited_for_no_longer_than_said() {
    let large = vec![b'x'; 24 * 1024 * 1024];
    for does in [Does::Hangs, Does::Sleeps] {
        assert_eq!(why(scan(does, &large).await), "no answer within 0.5 s");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_lets_no_file_pass() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = ClamdAddress::Tcp(nobody.local_addr().unwrap().to_string());
    drop(nobody);
    for address in [address, ClamdAddress::Unix("/nowhere/clamd".into())] {
        let gone = clamd(address, |_| {});
        assert_eq!(why(gone.scan(b"x").await), "no connection");
        assert!(gone.ping().await.is_err());
    }
    let small = clamd(server(Does::Says(b"stream: OK\0")).await, |o| o.max = 3);
    assert_eq!(small.scan(b"xxx").await, Ok(Scan::Clean));
    assert_eq!(small.scan(b"xxxx").await, Err(ScanError::TooLarge));
}
