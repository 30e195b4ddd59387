//! Notices over SMTP, against a server that speaks it.

#![cfg(feature = "smtp")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

mod hostile;
#[cfg(feature = "accounts")]
mod letters;
mod server;

use std::collections::BTreeMap;
use std::time::Duration;

use crcore::{Message, Notifier as _, NotifyError, Reference};
use crcore_adapters::{Login, Security, SmtpNotifier, SmtpOptions, Templates, Texts};
use mail_parser::MessageParser;
use server::{At, Fault, Offers, Server};
use uuid::Uuid;

/// What no error may quote.
const SECRET: &str = "asha.secret";

fn options(server: &Server) -> SmtpOptions {
    SmtpOptions {
        host: "localhost".into(),
        port: server.port,
        security: Security::None,
        from: "Example Bank <care@bank.example>".into(),
        reply_to: Some("answers@bank.example".into()),
        timeout: Duration::from_secs(20),
        ..SmtpOptions::default()
    }
}

fn notifier(options: SmtpOptions) -> SmtpNotifier {
    SmtpNotifier::new(options, Templates::new(Texts::default()).unwrap()).unwrap()
}

fn message(nth: u128, text: &str, language: &str) -> Message {
    let reference = Reference::from_random([7; 32]);
    let variables = [
        ("reference", reference.to_string().as_str()),
        ("name", "Asha Rao"),
        ("subject", "Card blocked"),
        ("kind", "complaint"),
        ("service", "cards"),
        ("status", "open"),
        ("link", "https://care.bank.example/cases/1"),
        ("message", "We sent a new card <today>.\n.\nRegards"),
        ("due", "4 March 2026"),
        ("outcome", "upheld"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    Message {
        notice: Uuid::from_u128(nth).into(),
        ticket: Uuid::from_u128(1000).into(),
        reference,
        name: Some("Asha Rao".into()),
        email: format!("{SECRET}@example.org"),
        language: language.parse().unwrap(),
        text: text.parse().unwrap(),
        created_at: "2026-03-02T09:00:00Z".parse().unwrap(),
        variables: BTreeMap::from(variables),
    }
}

fn parsed(mail: &[u8]) -> mail_parser::Message<'_> {
    MessageParser::default().parse(mail).unwrap()
}

fn header<'a>(mail: &'a mail_parser::Message<'_>, name: &'a str) -> &'a str {
    mail.header_raw(name).map_or("", str::trim)
}

#[tokio::test]
async fn a_mail_says_who_when_what_and_to_which_thread_it_belongs() {
    let server = Server::start().await;
    let notifier = notifier(options(&server));
    notifier.notify(&message(1, "replied", "en")).await.unwrap();
    notifier.notify(&message(2, "closed", "en")).await.unwrap();
    let mails = server.mails();
    let (first, second) = (parsed(&mails[0]), parsed(&mails[1]));

    let id = "00000000-0000-0000-0000-000000000001@bank.example";
    let thread = "00000000-0000-0000-0000-0000000003e8@bank.example";
    assert_eq!(first.message_id(), Some(id));
    for mail in [&first, &second] {
        assert_eq!(mail.in_reply_to().as_text(), Some(thread));
        assert_eq!(mail.references().as_text(), Some(thread));
        assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
        assert_eq!(header(mail, "Content-Language"), "en");
        let date = mail.date().unwrap().to_rfc3339();
        assert_eq!(date, "2026-03-02T09:00:00Z");
    }
    assert_ne!(first.message_id(), second.message_id());

    let reference = Reference::from_random([7; 32]).to_string();
    assert!(first.subject().unwrap().contains(&reference));
    let from = first.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Example Bank"));
    assert_eq!(from.address(), Some("care@bank.example"));
    let to = first.to().unwrap().first().unwrap();
    assert_eq!(to.name(), Some("Asha Rao"));
    let reply_to = first.reply_to().unwrap().first().unwrap();
    assert_eq!(reply_to.address(), Some("answers@bank.example"));

    assert!(header(&first, "Content-Type").starts_with("multipart/alternative"));
    let text = first.body_text(0).unwrap().replace("\r\n", "\n");
    assert!(
        text.contains("We sent a new card <today>.\n.\nRegards"),
        "{text}"
    );
    let html = first.body_html(0).unwrap();
    assert!(html.contains("We sent a new card &lt;today&gt;."), "{html}");
    assert!(html.contains("<html lang=\"en\" dir=\"ltr\">"), "{html}");

    let commands = server.commands();
    assert!(commands.contains(&"MAIL FROM:<care@bank.example>".to_owned()));
    assert_eq!(
        server.seen().connections,
        1,
        "the connection was used again"
    );
}

#[tokio::test]
async fn hindi_and_emoji_arrive_as_they_were_written() {
    let server = Server::start().await;
    let notifier = notifier(options(&server));
    let mut message = message(1, "replied", "hi-IN");
    let words = "आपका कार्ड भेज दिया गया है। 💳👩🏽‍💻";
    message.name = Some("आशा राव 🙂".into());
    message.variables.insert("name".into(), "आशा राव 🙂".into());
    message.variables.insert("message".into(), words.into());
    notifier.notify(&message).await.unwrap();

    let mails = server.mails();
    assert!(mails[0].is_ascii(), "any server can carry it");
    let longest = mails[0].split(|b| *b == b'\n').map(<[u8]>::len).max();
    assert!(longest.unwrap() <= 998, "RFC 5322, 2.1.1");
    let mail = parsed(&mails[0]);
    assert_eq!(header(&mail, "Content-Language"), "hi");
    assert!(mail.subject().unwrap().contains("हमने आपको उत्तर दिया है"));
    assert_eq!(
        mail.to().unwrap().first().unwrap().name(),
        Some("आशा राव 🙂")
    );
    assert!(mail.body_text(0).unwrap().contains(words));
    assert!(mail.body_text(0).unwrap().contains("प्रिय आशा राव 🙂,"));
    assert!(mail.body_html(0).unwrap().contains(words));
}

#[tokio::test]
async fn each_failure_says_whether_another_try_may_work_and_quotes_nobody() {
    let echo = "550 5.1.1 <asha.secret@example.org> unknown; subject Card blocked";
    let cases = [
        (At::Greeting, Fault::Say("421 4.3.2 too busy"), true, "421"),
        (At::Greeting, Fault::Say("554 5.3.2 not now"), true, "554"),
        (At::Greeting, Fault::Drop, true, "no connection"),
        (At::Mail, Fault::Say("451 4.3.0 asha.secret"), true, "451"),
        (At::Mail, Fault::Say("553 5.1.8 asha.secret"), false, "553"),
        (
            At::Rcpt,
            Fault::Say("450 4.2.1 asha.secret greylisted"),
            true,
            "450",
        ),
        (At::Rcpt, Fault::Say(echo), false, "550"),
        (At::Rcpt, Fault::Drop, true, "broke off"),
        (At::Data, Fault::Say("452 4.3.1 full"), true, "452"),
        (At::Data, Fault::Say("554 5.5.1 no"), false, "554"),
        (At::Body, Fault::Drop, true, "broke off"),
        (
            At::Dot,
            Fault::Say("451 4.7.0 scan failed: Card blocked"),
            true,
            "451",
        ),
        (
            At::Dot,
            Fault::Say("554 5.7.1 spam: Card blocked"),
            false,
            "554",
        ),
        (
            At::Dot,
            Fault::Say("354 what?"),
            true,
            "an answer that is none",
        ),
        (
            At::Dot,
            Fault::Say("garbage asha.secret"),
            true,
            "broke off",
        ),
        (At::Dot, Fault::Drop, true, "broke off"),
    ];
    let server = Server::start().await;
    let notifier = notifier(options(&server));
    let message = message(1, "replied", "en");
    for (at, fault, again, why) in cases {
        // A fresh connection, so that the greeting is heard.
        let notifier = if at == At::Greeting {
            &self::notifier(options(&server))
        } else {
            &notifier
        };
        server.fail(at, fault);
        let refused = notifier.notify(&message).await.unwrap_err();
        assert_eq!(refused.again, again, "{at:?} {fault:?}: {refused}");
        assert!(refused.why.contains(why), "{at:?} {fault:?}: {refused}");
        for secret in [SECRET, "Card blocked", "Asha"] {
            assert!(!format!("{refused:?}").contains(secret), "{refused:?}");
        }
        notifier.notify(&message).await.expect("the next try works");
    }
}

#[tokio::test]
async fn a_lost_answer_brings_a_second_copy_that_is_the_same_to_the_byte() {
    let server = Server::start().await;
    let notifier = notifier(options(&server));
    let message = message(1, "resolved", "en");
    server.fail(At::Dot, Fault::Drop);
    server.fail(At::Rcpt, Fault::Say("450 later"));
    assert!(notifier.notify(&message).await.unwrap_err().again);
    assert!(notifier.notify(&message).await.unwrap_err().again);
    notifier.notify(&message).await.unwrap();
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0], mails[1]);
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    for at in [At::Greeting, At::Rcpt, At::Dot] {
        let server = Server::start().await;
        let mut options = options(&server);
        options.timeout = Duration::from_millis(300);
        let notifier = notifier(options);
        server.fail(at, Fault::Hang);
        let refused = notifier.notify(&message(1, "replied", "en")).await;
        assert_eq!(
            refused,
            Err(NotifyError {
                again: true,
                why: "the mail server did not answer in time".into()
            }),
            "{at:?}"
        );
    }
}

#[tokio::test]
async fn a_mail_after_one_that_was_dropped_half_way_gets_its_own_answer() {
    let server = Server::start().await;
    let notifier = notifier(options(&server));
    notifier.notify(&message(1, "replied", "en")).await.unwrap();
    // The kept connection is in the middle of a mail when its sender goes away.
    for (nth, at) in [(2, At::Rcpt), (3, At::Data), (4, At::Dot)] {
        server.fail(at, Fault::Hang);
        let before = server.commands().len();
        let message = message(nth, "replied", "en");
        let sending = notifier.notify(&message);
        tokio::pin!(sending);
        loop {
            tokio::select! {
                biased;
                done = &mut sending => panic!("{done:?}"),
                () = tokio::task::yield_now() => {}
            }
            let commands = server.commands().split_off(before);
            let reached = match at {
                At::Dot => server.mails().len() as u128 == nth,
                At::Data => commands.iter().any(|c| c == "DATA"),
                _ => commands.iter().any(|c| c.starts_with("RCPT")),
            };
            if reached {
                break;
            }
        }
        // `sending` is dropped here.
        if at != At::Dot {
            let next = self::message(nth + 10, "replied", "en");
            notifier.notify(&next).await.unwrap();
            continue;
        }
    }
    let refused = {
        server.fail(At::Rcpt, Fault::Say("550 no"));
        notifier.notify(&message(20, "replied", "en")).await
    };
    assert!(
        !refused.unwrap_err().again,
        "its own answer, not one of before"
    );
    let ids: Vec<String> = server
        .mails()
        .iter()
        .map(|mail| parsed(mail).message_id().unwrap().to_owned())
        .collect();
    let expected = [1, 12, 13, 4].map(|n| format!("{}@bank.example", Uuid::from_u128(n)));
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn no_more_connections_are_open_than_allowed() {
    let server = Server::start().await;
    let mut options = options(&server);
    options.connections = 2;
    let notifier = std::sync::Arc::new(notifier(options));
    let sending: Vec<_> = (1..=12)
        .map(|nth| {
            let notifier = std::sync::Arc::clone(&notifier);
            tokio::spawn(async move { notifier.notify(&message(nth, "closed", "en")).await })
        })
        .collect();
    for sent in sending {
        sent.await.unwrap().unwrap();
    }
    assert_eq!(server.mails().len(), 12);
    assert!(server.seen().connections <= 2);
}

#[tokio::test]
async fn a_kept_connection_that_died_is_replaced() {
    let server = Server::start().await;
    let notifier = notifier(options(&server));
    notifier.notify(&message(1, "closed", "en")).await.unwrap();
    server.fail(At::Noop, Fault::Drop);
    notifier.notify(&message(2, "closed", "en")).await.unwrap();
    server.fail(At::Noop, Fault::Say("421 idle for too long"));
    notifier.notify(&message(3, "closed", "en")).await.unwrap();
    assert_eq!(server.mails().len(), 3);
    assert_eq!(server.seen().connections, 3);
}

#[tokio::test]
async fn a_password_and_a_mail_go_over_tls_only() {
    for (security, offers) in [
        (Security::Tls, Offers::Tls),
        (Security::StartTls, Offers::StartTls),
    ] {
        let server = Server::offering(offers).await;
        let mut options = options(&server);
        options.security = security;
        options.authorities = vec![server.authority.clone()];
        options.login = Some(Login {
            user: "desk".into(),
            password: "hunter2".into(),
        });
        assert!(!format!("{options:?}").contains("hunter2"));
        let notifier = notifier(options.clone());
        assert!(!format!("{notifier:?}").contains("hunter2"));
        notifier.notify(&message(1, "replied", "en")).await.unwrap();
        for (command, secure) in &server.seen().commands {
            let harmless = command.starts_with("EHLO") || command == "STARTTLS";
            assert!(*secure || harmless, "{command} in clear");
        }
        assert!(
            server
                .commands()
                .iter()
                .any(|c| c.starts_with("AUTH PLAIN"))
        );
        assert_eq!(server.mails().len(), 1);

        // Signing in is refused: that says nothing of the message.
        server.fail(At::Auth, Fault::Say("535 5.7.8 hunter2 is wrong"));
        let refused = self::notifier(options.clone())
            .notify(&message(1, "replied", "en"))
            .await
            .unwrap_err();
        assert!(refused.again);
        assert_eq!(refused.why, "the mail server refused the connection: 535");

        // Somebody else's certificate.
        options.authorities = vec![Server::start().await.authority];
        let refused = self::notifier(options)
            .notify(&message(1, "replied", "en"))
            .await
            .unwrap_err();
        assert!(refused.again);
        assert_eq!(server.mails().len(), 1);
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_neither_password_nor_mail() {
    let server = Server::start().await;
    let mut options = options(&server);
    options.security = Security::StartTls;
    options.login = Some(Login {
        user: "desk".into(),
        password: "hunter2".into(),
    });
    let refused = notifier(options)
        .notify(&message(1, "replied", "en"))
        .await
        .unwrap_err();
    assert!(refused.again);
    assert!(refused.why.contains("STARTTLS"), "{refused}");
    assert!(
        server
            .commands()
            .iter()
            .all(|c| c.starts_with("EHLO") || c == "QUIT")
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_tried_again() {
    let server = Server::start().await;
    let notifier = notifier(options(&server));
    for email in [
        "",
        "asha.secret",
        "asha.secret@",
        "asha.secret@example.org\r\nBcc: all@example.org",
        "asha.secret@example.org>\r\nRCPT TO:<all@example.org",
        "Asha <asha.secret@example.org>, x@example.org",
        "आशा@example.org",
    ] {
        let mut message = message(1, "replied", "en");
        message.email = email.into();
        let refused = notifier.notify(&message).await.unwrap_err();
        assert!(!refused.again, "{email:?}");
        assert!(!refused.why.contains("asha"), "{refused}");
    }
    for instant in ["1969-12-31T23:59:59Z", "+10000-01-01T00:00:00Z"] {
        let mut message = message(1, "replied", "en");
        message.created_at = instant.parse().unwrap();
        assert!(!notifier.notify(&message).await.unwrap_err().again);
    }
    let mut unfilled = message(1, "replied", "en");
    unfilled.variables.remove("message");
    let refused = notifier.notify(&unfilled).await.unwrap_err();
    assert!(!refused.again);
    assert!(refused.why.contains("\"message\""), "{refused}");
    let unknown = notifier.notify(&message(1, "never-written", "en")).await;
    assert!(!unknown.unwrap_err().again);
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn nobody_listens() {
    let mut options = options(&Server::start().await);
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    options.port = unused.local_addr().unwrap().port();
    drop(unused);
    let refused = notifier(options).notify(&message(1, "replied", "en")).await;
    assert!(refused.unwrap_err().again);
}

#[test]
fn wrong_options_are_named() {
    let base = || SmtpOptions {
        from: "care@bank.example".into(),
        ..SmtpOptions::default()
    };
    let cases = [
        (
            "from",
            SmtpOptions {
                from: "bank".into(),
                ..base()
            },
        ),
        (
            "from",
            SmtpOptions {
                from: "Bank\r\nBcc: x <care@bank.example>".into(),
                ..base()
            },
        ),
        (
            "reply_to",
            SmtpOptions {
                reply_to: Some(String::new()),
                ..base()
            },
        ),
        (
            "domain",
            SmtpOptions {
                domain: Some("bank example>".into()),
                ..base()
            },
        ),
        (
            "host",
            SmtpOptions {
                host: String::new(),
                ..base()
            },
        ),
        (
            "timeout",
            SmtpOptions {
                timeout: Duration::ZERO,
                ..base()
            },
        ),
        (
            "connections",
            SmtpOptions {
                connections: 0,
                ..base()
            },
        ),
        (
            "authorities",
            SmtpOptions {
                authorities: vec![
                    "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----".into(),
                ],
                ..base()
            },
        ),
        (
            "security",
            SmtpOptions {
                security: Security::None,
                login: Some(Login {
                    user: "desk".into(),
                    password: "hunter2".into(),
                }),
                ..base()
            },
        ),
    ];
    for (option, options) in cases {
        let templates = Templates::new(Texts::default()).unwrap();
        let refused = SmtpNotifier::new(options, templates).unwrap_err();
        let told = refused.to_string();
        assert!(
            told.starts_with(&format!("SMTP option {option}: ")),
            "{told}"
        );
        assert!(!told.contains("hunter2"));
    }
}
