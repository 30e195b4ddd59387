//! Mail that is owed, leased, sent, tried again and given up: `cargo run --example email_outbox`.
//!
//! The mail server is a dozen lines at the end of this file, so that it can refuse what it is told to.

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use chrono::TimeDelta;
use crcore::notify::NoticeState;
use crcore::store::NoticeFilter;
use crcore::testing::TestDesk;
use crcore::{Actor, Code, Customer, Desk, ManualClock, MemoryStore, Raise, Rules};
use crcore_adapters::{Security, SmtpNotifier, SmtpOptions, Templates, Texts};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

pub(crate) async fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (arrived, mut mails) = mpsc::unbounded_channel();
    let was_busy = Arc::new(AtomicBool::new(false));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, arrived.clone(), was_busy.clone()));
        }
    });

    // Two hosts of one bank over one store, each with a notifier of its own.
    let clock = Arc::new(ManualClock::new(TestDesk::start()));
    let store = MemoryStore::new();
    let cards: Code = "cards".parse()?;
    let one = host(&store, &clock, &cards, port).await?;
    let two = host(&store, &clock, &cards, port).await?;

    // Each raise owes its customer an acknowledgement, in the same commit.
    for (name, mailbox) in [("Asha", "asha"), ("Ravi", "busy"), ("Lena", "gone")] {
        let mut customer = Customer::new(one.new_id()?);
        customer.name = Some(name.into());
        customer.email = Some(format!("{mailbox}@example.org"));
        let id = one.save_customer(Actor::System, customer).await?.id;
        let raise = Raise::new(id, cards.clone(), "Card lost");
        one.acting(Actor::Customer(id)).raise(raise).await?;
    }
    state(out, &one, "raised").await?;

    // Both hosts tick at once. A notice is leased by a commit before it is sent, so one of them does.
    let (a, b) = tokio::join!(one.tick(100), two.tick(100));
    writeln!(out, "\nThe one:   {}\nThe other: {}", a?, b?)?;
    state(out, &one, "ticked").await?;

    // What failed for now is tried again: after 30 seconds, then twice as long each time.
    clock.advance(TimeDelta::minutes(1));
    one.tick(100).await?;
    state(out, &one, "a minute later").await?;

    writeln!(out, "\nwhat arrived:")?;
    while let Ok(mail) = mails.try_recv() {
        for header in ["To: ", "Subject: ", "Message-ID: ", "References: "] {
            let line = mail.lines().find(|line| line.starts_with(header));
            writeln!(out, "  {}", line.unwrap_or_default())?;
        }
    }
    Ok(())
}

async fn host(
    store: &MemoryStore,
    clock: &Arc<ManualClock>,
    service: &Code,
    port: u16,
) -> Result<Desk, Box<dyn Error>> {
    let options = SmtpOptions {
        host: "127.0.0.1".into(),
        port,
        security: Security::None, // the server is on this machine
        from: "Example Bank <care@bank.example>".into(),
        ..SmtpOptions::default()
    };
    let notifier = SmtpNotifier::new(options, Templates::new(Texts::default())?)?;
    let builder = Desk::builder(store.clone()).rules(Rules::of_services([service]));
    let builder = builder.clock(clock.clone()).notifier(notifier);
    Ok(builder.open().await?)
}

/// Where each notice stands.
async fn state(out: &mut dyn Write, desk: &Desk, when: &str) -> Result<(), Box<dyn Error>> {
    writeln!(out, "\n{when}:")?;
    let all = NoticeFilter::default();
    for notice in desk.notices(Actor::System, &all, None).await? {
        let stands = match notice.state {
            NoticeState::Owed { .. } => "owed".into(),
            NoticeState::Leased { .. } => "leased".into(),
            NoticeState::Delivered { .. } => "delivered".into(),
            NoticeState::Dead { why, .. } => format!("dead: {why}"),
            NoticeState::Withdrawn { .. } => "withdrawn".into(),
        };
        writeln!(out, "  tried {} times, {stands}", notice.attempts)?;
    }
    Ok(())
}

/// Enough of SMTP (RFC 5321): nobody is called `gone`, and `busy` is so once.
async fn serve(
    stream: TcpStream,
    arrived: mpsc::UnboundedSender<String>,
    was_busy: Arc<AtomicBool>,
) -> io::Result<()> {
    let mut stream = BufStream::new(stream);
    let (mut line, mut mail, mut in_mail) = (String::new(), String::new(), false);
    let mut answer = "220 mail.example";
    loop {
        if !answer.is_empty() {
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
            stream.flush().await?;
        }
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        answer = match line.trim_end() {
            "." if in_mail => {
                in_mail = false;
                let _ = arrived.send(std::mem::take(&mut mail));
                "250 taken"
            }
            _ if in_mail => {
                mail.push_str(&line);
                ""
            }
            "DATA" => {
                in_mail = true;
                "354 go on"
            }
            "RCPT TO:<gone@example.org>" => "550 no such mailbox",
            "RCPT TO:<busy@example.org>" if !was_busy.swap(true, SeqCst) => "451 later",
            _ => "250 yes",
        };
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout()).await
}
