//! One command, and everything that can happen to it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use crcore::testing::{Fault, TestDesk};
use crcore::ticket::{Kind, LinkKind, Outcome, Priority, WaitingOn};
use crcore::{Act, Actor, Amend, BlobId, Command, Error, ErrorKind, Fact};

use crate::bank::{Bank, Test, code, on, step};

/// What a desk looks like from outside: every ticket's events by name, and what agents carry.
#[derive(Debug, PartialEq, Clone)]
struct Look {
    histories: Vec<Vec<String>>,
    notices: usize,
    loads: BTreeMap<String, u32>,
}

async fn look(bank: &Bank) -> Look {
    let desk = &bank.desk;
    let mut histories = Vec::new();
    for ticket in desk.all_tickets().await.unwrap() {
        let thread = desk.thread(Actor::System, ticket.id).await.unwrap();
        let own = thread
            .iter()
            .filter(|entry| entry.event.ticket == ticket.id);
        histories.push(own.map(|entry| name(&entry.event.fact)).collect());
    }
    histories.sort();
    let filter = crcore::store::NoticeFilter::default();
    let notices = desk.notices(Actor::System, &filter, None).await.unwrap();
    let agents = desk.agents(Actor::System, None, 100).await.unwrap();
    let loads = agents.iter().flat_map(|standing| {
        let loads = standing.loads.iter();
        loads.map(|(pool, load)| (format!("{} {pool:?}", standing.agent.name), load.units))
    });
    Look {
        histories,
        notices: notices.len(),
        loads: loads.collect(),
    }
}

fn name(fact: &Fact) -> String {
    let json = serde_json::to_value(fact).unwrap();
    json["name"].as_str().unwrap().to_owned()
}

/// What a command needs before it, and the command: one entry for each thing that can be asked.
const COMMANDS: &[&str] = &[
    "raise",
    "raise loan",
    "amend",
    "move",
    "allocate",
    "assign",
    "reassign",
    "claim",
    "release",
    "reply",
    "write",
    "note",
    "wait",
    "resume",
    "resolve",
    "withdraw",
    "reopen",
    "close",
    "reprioritise",
    "convert",
    "merge",
    "split",
    "link",
    "unlink",
    "tag",
    "snooze",
    "attach",
    "rate",
    "hold",
    "erase",
];

struct Prepared {
    bank: Bank,
    actor: Actor,
    command: Command,
}

async fn prepare(name: &str) -> Result<Prepared, Error> {
    let bank = Bank::open().await?;
    let me = bank.desk.acting(bank.meera);
    let (mut actor, meera) = (bank.meera, bank.desk.staff_of(bank.meera));
    let id = match name {
        "raise" | "raise loan" => {
            let service = if name == "raise" { "cards" } else { "loans" };
            let (actor, command) = (bank.asha, bank.raising(service));
            return Ok(Prepared {
                bank,
                actor,
                command,
            });
        }
        "resolve" | "release" | "move" => bank.raise("cards").await?,
        _ => bank.loan().await?,
    };
    let text = || "Some words".to_owned();
    let resolved = || async { me.resolve(id, Outcome::Upheld, Some(text())).await };
    let act = match name {
        "amend" => Act::Amend(Box::new(Amend {
            subject: Some(text()),
            ..Amend::default()
        })),
        "move" => Act::Amend(Box::new(Amend {
            service: Some(code("loans")),
            ..Amend::default()
        })),
        "allocate" => {
            actor = bank.lead;
            let cards = bank.raise("cards").await?;
            bank.desk.acting(bank.meera).release(cards).await?;
            let mut away = bank.desk.agent(Actor::System, meera).await?.agent;
            away.available = false;
            bank.desk.save_agent(Actor::System, away).await?;
            let waits = bank.raise("cards").await?;
            let mut back = bank.desk.agent(Actor::System, meera).await?.agent;
            back.available = true;
            bank.desk.save_agent(Actor::System, back).await?;
            let command = on(waits, Act::Allocate);
            return Ok(Prepared {
                bank,
                actor,
                command,
            });
        }
        "assign" => Act::Assign { to: meera },
        "reassign" => {
            me.claim(id).await?;
            actor = bank.lead;
            let lena = bank.desk.new_agent("Lena", &[&code("loans")]).await?;
            Act::Assign {
                to: bank.desk.staff_of(lena),
            }
        }
        "claim" => Act::Claim,
        "release" => Act::Release,
        "reply" => Act::Reply { text: text() },
        "write" => {
            me.wait(id, WaitingOn::Customer).await?;
            actor = bank.asha;
            Act::Reply { text: text() }
        }
        "note" => Act::Note { text: text() },
        "wait" => Act::Wait {
            on: WaitingOn::Customer,
        },
        "resume" => {
            me.wait(id, WaitingOn::ThirdParty).await?;
            Act::Resume
        }
        "resolve" => Act::Resolve {
            outcome: Outcome::Upheld,
            text: Some(text()),
        },
        "withdraw" => {
            actor = bank.asha;
            Act::Resolve {
                outcome: Outcome::Withdrawn,
                text: None,
            }
        }
        "reopen" => {
            me.claim(id).await?;
            resolved().await?;
            Act::Reopen { text: None }
        }
        "close" => {
            resolved().await?;
            Act::Close
        }
        "reprioritise" => Act::Reprioritise {
            to: Priority::Urgent,
        },
        "convert" => Act::Convert { to: Kind::Query },
        "merge" => {
            me.claim(id).await?;
            let into = bank.loan().await?;
            Act::Merge { into }
        }
        "split" => {
            let thread = bank.desk.thread(bank.meera, id).await?;
            let Fact::Raised(raised) = &thread[0].event.fact else {
                panic!("expected the raise")
            };
            Act::Split {
                subject: text(),
                service: code("cards"),
                kind: Kind::Query,
                pieces: vec![raised.body.unwrap().id],
            }
        }
        "link" | "unlink" => {
            let (kind, to) = (LinkKind::RelatedTo, bank.loan().await?);
            if name == "unlink" {
                me.link(id, kind, to).await?;
                Act::Unlink { kind, to }
            } else {
                Act::Link { kind, to }
            }
        }
        "tag" => Act::Tag {
            add: [code("vip")].into(),
            remove: [].into(),
        },
        "snooze" => Act::Snooze {
            until: TestDesk::start() + TimeDelta::hours(1),
        },
        "attach" => {
            let file = crcore::File {
                name: "letter.txt".into(),
                media_type: "text/plain".into(),
                content: b"Dear bank".to_vec(),
                public: true,
            };
            let done = me.attach(id, file).await?;
            Act::Attach {
                file_name: "letter.txt".into(),
                media_type: "text/plain".into(),
                size: 9,
                blob: BlobId::of(b"Dear bank"),
                public: done.version == 0,
            }
        }
        "rate" => {
            resolved().await?;
            actor = bank.asha;
            Act::Rate {
                score: 5,
                text: Some(text()),
            }
        }
        "hold" => {
            actor = bank.lead;
            Act::Hold { held: true }
        }
        "erase" => {
            resolved().await?;
            actor = bank.admin;
            Act::Erase
        }
        other => panic!("no such command: {other}"),
    };
    let command = on(id, act);
    Ok(Prepared {
        bank,
        actor,
        command,
    })
}

/// More calls than any command makes.
const CALLS: u64 = 200;

#[tokio::test]
async fn whatever_call_fails_a_command_has_happened_or_has_not() -> Test {
    for name in COMMANDS {
        let Prepared {
            bank,
            actor,
            command,
        } = prepare(name).await?;
        let before = look(&bank).await;
        bank.ask(actor, None, command).await.expect(name);
        let after = look(&bank).await;
        assert_ne!(before, after, "{name} does something");
        for fault in [Fault::Unavailable, Fault::Landed, Fault::Lost] {
            for nth in 1..=CALLS {
                let place = format!("{name}, {fault:?} at call {nth}");
                let Prepared {
                    bank,
                    actor,
                    command,
                } = prepare(name).await?;
                bank.store.at_call(nth, fault);
                let answer = bank.ask(actor, None, command.clone()).await;
                let over = bank.store.pending() > 0;
                bank.store.forget();
                let seen = look(&bank).await;
                bank.desk.assert_sound().await;
                match answer {
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::TryAgain, "{place}: {error}");
                        assert_eq!(seen, before, "{place}: {error}");
                        bank.ask(actor, None, command).await.expect(&place);
                    }
                    Ok(_) if seen == after => {}
                    // It happened; giving the ticket out was left to the tick.
                    Ok(_) => {
                        bank.desk.advance_minutes(0).await?;
                    }
                }
                let settled = look(&bank).await;
                assert_eq!(settled.histories, after.histories, "{place}");
                assert_eq!(settled.loads, after.loads, "{place}");
                if over {
                    break;
                }
                assert!(nth < CALLS, "{place}");
            }
        }
    }
    Ok(())
}

/// The first answer is lost on its way or never was; then the look fails so many times.
#[tokio::test]
async fn an_unknown_outcome_never_makes_a_second_of_anything() -> Test {
    for name in ["raise", "raise loan", "reply", "resolve", "merge", "split"] {
        let plain = prepare(name).await?;
        plain.bank.ask(plain.actor, None, plain.command).await?;
        let after = look(&plain.bank).await;
        for key in [None, Some("once")] {
            for fault in [Fault::Landed, Fault::Lost] {
                for blind in 0..3 {
                    let place = format!("{name} {key:?} {fault:?}, then {blind} looks fail");
                    let Prepared {
                        bank,
                        actor,
                        command,
                    } = prepare(name).await?;
                    let calls = bank.store.calls();
                    bank.store.at_commit(1, fault);
                    let mut asked = Box::pin(bank.ask(actor, key, command.clone()));
                    // The reads before the commit go well; the ones right after it do not.
                    let reads = reads_before_commit(name, key).await?;
                    for nth in 1..=blind {
                        bank.store.at_call(reads + 1 + nth, Fault::Unavailable);
                    }
                    let answer = step(&mut asked).expect("nothing waits");
                    drop(asked);
                    assert!(bank.store.calls() > calls);
                    let done = answer.expect(&place);
                    if key.is_some() {
                        let again = bank.ask(actor, key, command).await?;
                        assert_eq!(again, done, "{place}");
                    }
                    bank.desk.advance_minutes(0).await?;
                    assert_eq!(look(&bank).await.histories, after.histories, "{place}");
                    bank.desk.assert_sound().await;
                }
            }
        }
    }
    Ok(())
}

async fn reads_before_commit(name: &str, key: Option<&str>) -> Result<u64, Error> {
    for nth in 1..=CALLS {
        let Prepared {
            bank,
            actor,
            command,
        } = prepare(name).await?;
        let before = look(&bank).await;
        let calls = bank.store.calls();
        // A command whose commit is lost goes on to look, so it makes more calls than one that fails.
        bank.store.at_call(nth, Fault::Lost);
        let answer = bank.ask(actor, key, command).await;
        let made = bank.store.calls() - calls;
        if answer.is_ok() && made > nth {
            assert_ne!(look(&bank).await, before);
            return Ok(nth - 1);
        }
    }
    panic!("{name} never commits")
}

#[tokio::test]
async fn a_store_that_stays_blind_is_said_to_be_so() -> Test {
    for fault in [Fault::Landed, Fault::Lost] {
        let bank = Bank::open().await?;
        let command = bank.raising("loans");
        bank.store.at_commit(1, fault);
        let reads = reads_before_commit("raise loan", Some("once")).await?;
        for nth in 1..=20 {
            bank.store.at_call(reads + 1 + nth, Fault::Unavailable);
        }
        let error = bank.ask(bank.asha, Some("once"), command.clone()).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TryAgain);
        assert!(error.to_string().contains("did not say"), "{error}");
        bank.store.forget();
        bank.ask(bank.asha, Some("once"), command).await?;
        assert_eq!(bank.desk.all_tickets().await?.len(), 1, "{fault:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_caller_who_goes_away_breaks_nothing() -> Test {
    for name in COMMANDS {
        let plain = prepare(name).await?;
        let before = look(&plain.bank).await;
        plain.bank.ask(plain.actor, None, plain.command).await?;
        plain.bank.desk.advance_minutes(0).await?;
        let after = look(&plain.bank).await;
        for polls in 0..=CALLS {
            let place = format!("{name} dropped after {polls} polls");
            let Prepared {
                bank,
                actor,
                command,
            } = prepare(name).await?;
            bank.store.always(Some(Fault::Late(1)));
            let mut asked = Box::pin(bank.ask(actor, None, command.clone()));
            let answer = (0..polls).find_map(|_| step(&mut asked));
            drop(asked);
            bank.store.always(None);
            bank.desk.assert_sound().await;
            let seen = look(&bank).await;
            if seen == before {
                bank.ask(actor, None, command).await.expect(&place);
            }
            bank.desk.advance_minutes(0).await?;
            assert_eq!(look(&bank).await.histories, after.histories, "{place}");
            if answer.is_some() {
                break;
            }
            assert!(polls < CALLS, "{place}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_tick_that_is_dropped_or_fails_anywhere_leaves_the_rest_to_the_next() -> Test {
    let prepared = || async {
        let bank = Bank::open().await?;
        let cards = bank.raise("cards").await?;
        bank.loan().await?;
        bank.desk.acting(bank.meera).release(cards).await?;
        bank.desk.clock.advance(TimeDelta::hours(6));
        Ok::<_, Error>(bank)
    };
    let plain = prepared().await?;
    plain.desk.advance_minutes(0).await?;
    let after = look(&plain).await.histories;
    for fault in [
        Fault::Unavailable,
        Fault::Landed,
        Fault::Lost,
        Fault::Late(1),
    ] {
        for nth in 1..=CALLS {
            let bank = prepared().await?;
            let mut ticking = Box::pin(bank.desk.tick(100));
            let over = if fault == Fault::Late(1) {
                bank.store.always(Some(fault));
                (0..nth).find_map(|_| step(&mut ticking)).is_some()
            } else {
                bank.store.at_call(nth, fault);
                let _ = step(&mut ticking).expect("nothing waits");
                bank.store.pending() > 0
            };
            drop(ticking);
            bank.store.forget();
            bank.desk.assert_sound().await;
            bank.desk.advance_minutes(10).await?;
            bank.desk.assert_sound().await;
            let place = format!("{fault:?} at {nth}");
            assert_eq!(look(&bank).await.histories, after, "{place}");
            let filter = crcore::store::NoticeFilter {
                unsettled: true,
                ..Default::default()
            };
            let left = bank.desk.notices(Actor::System, &filter, None).await?;
            assert_eq!(left.len(), 0, "{place}");
            if over {
                break;
            }
            assert!(nth < CALLS, "{place}");
        }
    }
    Ok(())
}
