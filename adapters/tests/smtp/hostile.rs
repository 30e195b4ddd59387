//! Words and addresses that try to be more than that.

use crcore::{Message, Notifier as _, NotifyError};
use crcore_adapters::templates::TEXTS;
use crcore_adapters::{SmtpNotifier, Templates, Texts};
use proptest::prelude::*;

use crate::server::Server;
use crate::{message, options, parsed};

/// Text that tries to be more than text.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ -~]{0,300}",
        Just("\r\nBcc: all@example.org".to_owned()),
        Just("\n\nbody".to_owned()),
        Just("\r.\r\n.\r\nMAIL FROM:<x@example.org>".to_owned()),
        Just("=?utf-8?q?=0D=0ABcc:?=".to_owned()),
        Just("\u{2028}\u{85}\u{0}\u{b}\u{202e}".to_owned()),
        Just("\", \"<x@example.org>, (".to_owned()),
        Just("--00000000000000000000000000000001".to_owned()),
        Just("{{ reference }}{% for x in y %}".to_owned()),
        Just("é".repeat(400)),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// Addresses that try to be more than one address.
fn hostile_address() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ -~]{0,20}",
        "[a-z.]{1,8}",
        Just("\r\n".to_owned()),
        Just(">\r\nRCPT TO:<".to_owned()),
        Just("\"a b\"".to_owned()),
        Just("\"a\\\"> \"".to_owned()),
        Just(", x@example.org, ".to_owned()),
    ];
    let domain = prop_oneof![
        Just("example.org".to_owned()),
        Just("[127.0.0.1]".to_owned()),
        "[ -~]{0,20}",
        any::<String>(),
    ];
    (prop::collection::vec(piece, 0..3), domain)
        .prop_map(|(pieces, domain)| format!("{}@{domain}", pieces.concat()))
}

/// One server and one notifier for all cases of a property.
struct Desk {
    runtime: tokio::runtime::Runtime,
    server: Server,
    notifier: SmtpNotifier,
}

impl Desk {
    fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(Server::start());
        let mut texts = Texts::default();
        for (code, text) in texts.languages.values_mut().flatten() {
            if TEXTS
                .iter()
                .any(|(of_a_ticket, _)| *of_a_ticket == code.as_str())
            {
                text.subject = "[{{ reference }}] {{ subject }}".into();
            }
        }
        let templates = Templates::new(texts).unwrap();
        let notifier = SmtpNotifier::new(options(&server), templates).unwrap();
        Self {
            runtime,
            server,
            notifier,
        }
    }

    /// What came of it, the mails and the commands of this message.
    fn send(&self, message: &Message) -> (Result<(), NotifyError>, Vec<Vec<u8>>, Vec<String>) {
        let sent = self.runtime.block_on(self.notifier.notify(message));
        let mut seen = self.server.seen();
        let commands = std::mem::take(&mut seen.commands).into_iter();
        let said = commands
            .map(|(command, _)| command)
            .filter(|c| !c.starts_with("EHLO") && c != "NOOP");
        (sent, std::mem::take(&mut seen.mails), said.collect())
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[test]
fn no_words_make_a_header_a_receiver_or_a_second_mail() {
    let desk = Desk::open();
    proptest!(config(150), |(name in hostile(), subject in hostile(), words in hostile())| {
        let mut message = message(1, "replied", "en");
        message.name = Some(name.clone());
        message.variables.insert("name".into(), name);
        message.variables.insert("subject".into(), subject);
        message.variables.insert("message".into(), words.clone());
        let (sent, mails, commands) = desk.send(&message);
        prop_assert_eq!(sent, Ok(()));
        prop_assert_eq!(mails.len(), 1);
        prop_assert_eq!(commands.len(), 3, "MAIL, RCPT, DATA, not {:?}", commands);
        prop_assert!(mails[0].is_ascii());
        for line in mails[0].split(|b| *b == b'\n') {
            prop_assert!(line.len() <= 999, "RFC 5322, 2.1.1");
            prop_assert!(line.is_empty() || line.ends_with(b"\r"), "a bare line feed");
            let inside = line.strip_suffix(b"\r").unwrap_or(line);
            prop_assert!(!inside.contains(&b'\r'), "a bare carriage return");
        }
        let mail = parsed(&mails[0]);
        let mut names: Vec<String> =
            mail.headers_raw().map(|(n, _)| n.to_ascii_lowercase()).collect();
        names.sort();
        prop_assert_eq!(names, [
            "auto-submitted", "content-language", "content-type", "date", "from", "in-reply-to",
            "message-id", "mime-version", "references", "reply-to", "subject", "to",
        ]);
        prop_assert_eq!(mail.parts.len(), 3, "the two bodies and what holds them");
        let to = mail.to().unwrap();
        prop_assert_eq!(to.iter().count(), 1);
        prop_assert_eq!(to.first().unwrap().address(), Some("asha.secret@example.org"));
        let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        let told = mail.body_text(0).unwrap();
        prop_assert!(plain(&told).contains(plain(&words).trim()), "{words:?} in {told:?}");
    });
}

#[test]
fn an_address_is_one_receiver_or_none() {
    let desk = Desk::open();
    proptest!(config(150), |(address in hostile_address())| {
        let mut message = message(1, "replied", "en");
        message.email = address.clone();
        let (sent, mails, commands) = desk.send(&message);
        if let Err(refused) = sent {
            prop_assert!(!refused.again, "{refused}");
            prop_assert!(mails.is_empty() && commands.is_empty(), "{commands:?}");
        } else {
            prop_assert_eq!(mails.len(), 1);
            prop_assert_eq!(commands.len(), 3, "{:?}", commands);
            prop_assert_eq!(&commands[1], &format!("RCPT TO:<{address}>"));
            prop_assert_eq!(parsed(&mails[0]).headers_raw().count(), 12);
        }
    });
}
