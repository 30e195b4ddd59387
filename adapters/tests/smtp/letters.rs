//! Letters about accounts, from a registration to the mail program.

use std::sync::Arc;

use crcore::{ManualClock, MemoryStore};
use crcore_adapters::accounts::{Accounts, AccountsOptions, LogIn, Registration, Urls, Visit};

use crate::server::Server;
use crate::{header, notifier, options, parsed};

#[tokio::test]
async fn a_code_arrives_by_mail_and_opens_the_account() {
    let server = Server::start().await;
    let clock = ManualClock::seeded("2026-03-02T09:00:00Z".parse().unwrap(), 7);
    let bank = AccountsOptions {
        secrets: vec!["0123456789abcdef0123456789abcdef".into()],
        urls: Urls {
            reset: "https://desk.bank.example/reset#{token}".into(),
            ..Urls::default()
        },
        ..AccountsOptions::default()
    };
    let post = Arc::new(notifier(options(&server)));
    let store = Arc::new(MemoryStore::new());
    let accounts = Accounts::new(store, Arc::new(clock), post, bank).unwrap();
    let registration = Registration {
        email: "asha@example.org".into(),
        name: "आशा राव".into(),
        password: "monsoon kettle vine".into(),
        language: "hi".parse().unwrap(),
    };
    let visit = Visit::default();
    let flow = accounts.register(&registration, &visit).await.unwrap();
    accounts.flush().await;
    let mails = server.mails();
    let mail = parsed(&mails[0]);
    assert_eq!(mail.subject(), Some("Example Bank के लिए आपका कोड"));
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    assert!(
        mail.in_reply_to().as_text().is_none(),
        "it is about no ticket"
    );
    let to = mail.to().unwrap().first().unwrap();
    assert_eq!(
        (to.name(), to.address()),
        (None, Some("asha@example.org")),
        "what somebody typed as a name is in no mail before the address is theirs"
    );
    assert!(!mail.body_text(0).unwrap().contains("आशा"));
    let text = mail.body_text(0).unwrap();
    let code = text
        .lines()
        .find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()))
        .unwrap();
    let done = accounts
        .confirm_address(flow.reveal(), code, &visit)
        .await
        .unwrap();
    assert!(matches!(done, LogIn::Done(_)));

    accounts
        .forgot_password("asha@example.org", &visit)
        .await
        .unwrap();
    accounts.flush().await;
    let mails = server.mails();
    let html = parsed(&mails[1]).body_html(0).unwrap().into_owned();
    let text = parsed(&mails[1]).body_text(0).unwrap().into_owned();
    let link = text
        .lines()
        .find(|line| line.starts_with("https://"))
        .unwrap();
    let token = link.split('#').nth(1).unwrap();
    assert!(html.contains(token));
    assert!(accounts.can_reset(token).await.unwrap());
}

#[tokio::test]
async fn a_letter_that_nobody_takes_is_counted_and_keeps_nobody_waiting() {
    let server = Server::start().await;
    let post = Arc::new(notifier(options(&server)));
    let clock = ManualClock::seeded("2026-03-02T09:00:00Z".parse().unwrap(), 7);
    let accounts = Accounts::new(
        Arc::new(MemoryStore::new()),
        Arc::new(clock),
        post,
        AccountsOptions {
            secrets: vec!["0123456789abcdef0123456789abcdef".into()],
            ..AccountsOptions::default()
        },
    )
    .unwrap();
    server.fail(
        crate::server::At::Rcpt,
        crate::server::Fault::Say("550 no such user"),
    );
    let registration = Registration {
        email: "asha@example.org".into(),
        name: "Asha".into(),
        password: "monsoon kettle vine".into(),
        language: "en".parse().unwrap(),
    };
    accounts
        .register(&registration, &Visit::default())
        .await
        .unwrap();
    accounts.flush().await;
    assert_eq!(accounts.letters_lost(), 1);
}
