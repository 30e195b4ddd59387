use super::*;
use crate::command::Act;
use crate::customer::Customer;
use crate::desk::beside::{Canned, Filled, Macro};
use crate::ticket::{Outcome, Priority, StatusName};

fn canned(name: &str, text: &str, queues: &[&str]) -> Canned {
    Canned {
        code: code(name),
        title: "A reply".into(),
        text: text.into(),
        queues: queues.iter().map(|queue| code(queue)).collect(),
        version: 0,
    }
}

fn recipe(name: &str, reply: Option<&str>, acts: Vec<Act>) -> Macro {
    Macro {
        code: code(name),
        title: "A macro".into(),
        reply: reply.map(code),
        acts,
        queues: [].into(),
        version: 0,
    }
}

#[tokio::test]
async fn a_canned_reply_is_filled_with_what_is_known() {
    let bank = Bank::open().await;
    let (desk, id) = (&bank.desk, bank.raise("cards").await);
    let text = "Dear {{customer.name}},\nabout {{ ticket.reference }}: {{ticket.subject}} {{ }} {\n{{agent.name}}";
    let reply = canned("hello", &text.replace("{{ }} ", ""), &[]);
    desk.save_canned(bank.sonia, reply).await.unwrap();
    let filled = desk
        .fill_canned(bank.meera, id, &code("hello"))
        .await
        .unwrap();
    let reference = desk.ticket(bank.meera, id).await.unwrap().reference;
    let expected = format!("Dear Asha,\nabout {reference}: Card lost {{\nMeera");
    assert_eq!(
        filled,
        Filled {
            text: expected,
            unfilled: Vec::new()
        }
    );

    // What is put in is text, whatever it looks like; what is not known is named.
    let mut asha = Customer::new(desk.id_of(bank.asha));
    asha.version = 1;
    asha.name = Some("{{agent.name}}".into());
    let mut asha = desk.save_customer(bank.meera, asha).await.unwrap();
    let filled = desk
        .fill_canned(bank.meera, id, &code("hello"))
        .await
        .unwrap();
    assert!(
        filled.text.starts_with("Dear {{agent.name}},"),
        "{}",
        filled.text
    );
    asha.name = None;
    desk.save_customer(bank.meera, asha).await.unwrap();
    let filled = desk
        .fill_canned(bank.program, id, &code("hello"))
        .await
        .unwrap();
    assert_eq!(filled.unfilled, ["agent.name", "customer.name"]);
    assert!(filled.text.starts_with("Dear {{customer.name}},"));
}

#[tokio::test]
async fn canned_replies_are_for_queues_and_kept_by_who_leads() {
    let bank = Bank::open().await;
    let (desk, id) = (&bank.desk, bank.raise("cards").await);
    for (name, queues) in [
        ("all", &[][..]),
        ("cards", &["cards"]),
        ("loans", &["loans"]),
    ] {
        desk.save_canned(bank.sonia, canned(name, "Hello", queues))
            .await
            .unwrap();
    }
    let codes = |list: Vec<Canned>| {
        list.into_iter()
            .map(|c| c.code.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        codes(desk.canned(bank.meera).await.unwrap()),
        ["all", "cards"]
    );
    assert_eq!(
        codes(desk.canned(bank.sonia).await.unwrap()),
        ["all", "cards", "loans"]
    );
    assert_eq!(kind(desk.canned(bank.asha).await), ErrorKind::NotAllowed);
    assert_eq!(
        kind(desk.fill_canned(bank.asha, id, &code("all")).await),
        ErrorKind::NotAllowed
    );
    assert_eq!(
        kind(desk.fill_canned(bank.meera, id, &code("loans")).await),
        ErrorKind::NotFound
    );
    assert_eq!(
        kind(desk.fill_canned(bank.omar, id, &code("all")).await),
        ErrorKind::NotFound
    );

    let refused = desk
        .save_canned(bank.meera, canned("mine", "Hello", &[]))
        .await;
    assert_eq!(kind(refused), ErrorKind::NotAllowed);
    let unknown = desk
        .save_canned(bank.sonia, canned("x", "{{customer.iban}}", &[]))
        .await;
    assert!(unknown.unwrap_err().to_string().contains("customer.name"));
    let stale = desk.save_canned(bank.sonia, canned("all", "Hi", &[])).await;
    assert!(matches!(stale, Err(Error::Stale { seen: 0, now: 1 })));
    desk.remove_canned(bank.sonia, &code("all"), 1)
        .await
        .unwrap();
    assert_eq!(codes(desk.canned(bank.meera).await.unwrap()), ["cards"]);
}

#[tokio::test]
async fn a_macro_does_one_thing_after_the_other() {
    let bank = Bank::open().await;
    let (desk, id) = (&bank.desk, bank.raise("cards").await);
    let hello = canned("hello", "Dear {{customer.name}}", &[]);
    desk.save_canned(bank.sonia, hello).await.unwrap();
    let acts = vec![
        Act::Claim,
        Act::Tag {
            add: [code("vip")].into(),
            remove: [].into(),
        },
        Act::Reprioritise { to: Priority::High },
        Act::Resolve {
            outcome: Outcome::Rejected,
            text: None,
        },
    ];
    desk.save_macro(bank.sonia, recipe("done", Some("hello"), acts))
        .await
        .unwrap();
    assert_eq!(desk.macros(bank.meera).await.unwrap().len(), 1);

    let seen = desk.ticket(bank.meera, id).await.unwrap().version;
    let run = |key| desk.run_macro(bank.meera, id, &DONE, Some(seen), key);
    static DONE: std::sync::LazyLock<Code> = std::sync::LazyLock::new(|| code("done"));
    let ran = run(Some("k")).await.unwrap();
    assert_eq!((ran.done, ran.of), (5, 5));
    assert!(ran.stopped.is_none());
    let ticket = desk.ticket(bank.meera, id).await.unwrap();
    assert_eq!(ran.last.unwrap().version, ticket.version);
    assert_eq!(ticket.status.name(), StatusName::Resolved);
    assert_eq!(
        (ticket.priority, ticket.tags),
        (Priority::High, [code("vip")].into())
    );
    let thread = desk.thread(bank.asha, id).await.unwrap();
    let said: Vec<_> = thread
        .iter()
        .filter_map(|entry| entry.text.as_deref())
        .collect();
    assert_eq!(said, ["Dear Asha"]);

    let again = run(Some("k")).await.unwrap();
    assert_eq!(
        (again.done, again.last),
        (5, ran.last),
        "the same key has one effect"
    );
    let long = "k".repeat(253);
    assert_eq!(kind(run(Some(&long)).await), ErrorKind::Invalid);
    assert_eq!(
        desk.ticket(bank.meera, id).await.unwrap().version,
        ticket.version
    );
    let late = run(None).await.unwrap();
    assert!(
        matches!(late.stopped, Some(Error::Stale { .. })),
        "an older page is told"
    );
    assert_eq!(late.done, 0);
}

#[tokio::test]
async fn a_macro_says_how_far_it_came_and_does_nothing_that_its_actor_may_not() {
    let bank = Bank::open().await;
    let (desk, id) = (&bank.desk, bank.raise("cards").await);
    let close = vec![
        Act::Note {
            text: "Nothing to do".into(),
        },
        Act::Close,
        Act::Claim,
    ];
    desk.save_macro(bank.sonia, recipe("close", None, close))
        .await
        .unwrap();
    let ran = desk
        .run_macro(bank.meera, id, &code("close"), None, None)
        .await
        .unwrap();
    assert_eq!((ran.done, ran.of), (1, 3));
    assert!(
        matches!(ran.stopped, Some(Error::NotPossible { .. })),
        "it is not resolved"
    );
    assert_eq!(desk.ticket(bank.meera, id).await.unwrap().assignment, None);

    let run = |actor| desk.run_macro(actor, id, &CLOSE, None, None);
    static CLOSE: std::sync::LazyLock<Code> = std::sync::LazyLock::new(|| code("close"));
    assert_eq!(kind(run(bank.asha).await), ErrorKind::NotAllowed);
    assert_eq!(kind(run(bank.omar).await), ErrorKind::NotFound);

    let hello = canned("hello", "Dear {{customer.name}}, I am {{agent.name}}", &[]);
    desk.save_canned(bank.sonia, hello).await.unwrap();
    let greet = recipe("greet", Some("hello"), vec![Act::Resume]);
    desk.save_macro(bank.sonia, greet).await.unwrap();
    let before = desk.ticket(bank.meera, id).await.unwrap().version;
    let unfilled = desk
        .run_macro(bank.program, id, &code("greet"), None, None)
        .await
        .unwrap_err();
    assert!(unfilled.to_string().contains("agent.name"), "{unfilled}");
    assert_eq!(
        desk.ticket(bank.meera, id).await.unwrap().version,
        before,
        "nothing was begun"
    );
}

#[tokio::test]
async fn a_macro_holds_what_means_the_same_on_every_ticket() {
    let bank = Bank::open().await;
    let desk = &bank.desk;
    let other = bank.raise("cards").await;
    let wrong = [
        vec![],
        vec![Act::Erase],
        vec![Act::Claim, Act::Merge { into: other }],
        vec![Act::Snooze {
            until: TestDesk::start(),
        }],
        vec![Act::Reply { text: "Hi".into() }],
        vec![Act::Amend(Box::default()); 17],
    ];
    for acts in wrong {
        let refused = desk.save_macro(bank.sonia, recipe("x", None, acts)).await;
        assert_eq!(kind(refused), ErrorKind::Invalid);
    }
    let refused = desk
        .save_macro(bank.meera, recipe("x", None, vec![Act::Claim]))
        .await;
    assert_eq!(kind(refused), ErrorKind::NotAllowed);
    let kept = recipe(
        "x",
        None,
        vec![Act::Note {
            text: "Secret".into(),
        }],
    );
    let kept = desk.save_macro(bank.sonia, kept).await.unwrap();
    assert!(!format!("{kept:?}").contains("Secret"));
    desk.remove_macro(bank.sonia, &kept.code, kept.version)
        .await
        .unwrap();
    assert!(desk.macros(bank.meera).await.unwrap().is_empty());
}
