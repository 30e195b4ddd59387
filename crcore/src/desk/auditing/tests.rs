use std::sync::Arc;

use chrono::TimeDelta;

use crate::actor::{Actor, Role};
use crate::agent::Agent;
use crate::audit::{self, AUDIT, Told};
use crate::catalogue::{Catalogue, Offer};
use crate::chain::{Fault, Wrong};
use crate::clock::Clock as _;
use crate::command::{Act, Raise};
use crate::desk::Desk;
use crate::desk::beside::{Canned, Macro, View};
use crate::error::{Error, ErrorKind};
use crate::id::{Code, CustomerId};
use crate::memory::{MemoryLedger, MemoryStore};
use crate::record::{Body, RecordChange};
use crate::rules::Rules;
use crate::store::{Changes, Records as _, Store as _};
use crate::testing::{Fault as Faulty, FaultyStore, TestDesk};
use crate::ticket::Outcome;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

async fn desk() -> (TestDesk, MemoryStore, Actor) {
    let store = MemoryStore::new();
    let rules = Rules::of_services([&code("cards"), &code("loans")]);
    let desk = TestDesk::over(store.clone(), rules).await.unwrap();
    let admin = Actor::Admin(desk.new_id().unwrap());
    (desk, store, admin)
}

/// What the trail says, the earliest first.
async fn told(desk: &TestDesk) -> Vec<String> {
    let mut entries = desk.audit(Actor::System, None, 200).await.unwrap();
    entries.reverse();
    let line = |entry: audit::Entry| {
        let details = entry
            .details
            .iter()
            .map(|(name, value)| format!(" {name}={value}"));
        format!("{}{}", entry.what, details.collect::<String>())
    };
    entries.into_iter().map(line).collect()
}

#[tokio::test]
async fn who_changed_people_rules_and_records_is_told_with_the_change() {
    let (desk, _, admin) = desk().await;
    let mut meera = Agent::new(desk.new_id().unwrap(), "Meera Secret");
    meera.queues.insert(code("cards"));
    let mut meera = desk.save_agent(admin, meera).await.unwrap();
    meera.role = Role::Supervisor;
    meera.queues = [code("loans")].into();
    meera.email = Some("meera@bank.example".into());
    meera.available = false;
    let meera = desk.save_agent(admin, meera).await.unwrap().actor();

    let asha = desk.new_customer("Asha").await.unwrap();
    let id = desk.id_of(asha);
    let mut record = crate::customer::Customer::new(id);
    record.version = 1;
    record.name = Some("Asha Secret".into());
    let mut record = desk.save_customer(meera, record).await.unwrap();
    record.name = Some("Asha".into());
    desk.save_customer(asha, record).await.unwrap();

    let mut rules = desk.rules().rules().clone();
    rules.tags.insert(code("vip"));
    let change = desk
        .use_rules(admin, rules, 0, Some("Secret"))
        .await
        .unwrap();
    desk.note_export(meera, &code("tickets"), 120)
        .await
        .unwrap();
    let raise = Raise::new(id, code("cards"), "Card lost");
    let ticket = desk.acting(asha).raise(raise).await.unwrap().ticket;
    let system = desk.acting(Actor::System);
    system
        .resolve(ticket, Outcome::Rejected, None)
        .await
        .unwrap();
    desk.erase_customer(admin, id).await.unwrap();

    let number = format!("rules.put_in_force before={} number=1", change.before);
    let expected = [
        "agent.taken_on joins=cards role=agent",
        "agent.changed available=false changed=email joins=loans leaves=cards role=supervisor",
        "customer.changed changed=name email",
        &number,
        "export rows=120",
        "customer.erased tickets=1",
    ];
    assert_eq!(
        told(&desk).await,
        expected,
        "and what a customer does to their own record is theirs"
    );
    let entries = desk.audit(admin, None, 200).await.unwrap();
    assert_eq!(entries[5].by, admin);
    assert_eq!(entries[5].on, format!("agent:{}", meera.staff().unwrap()));
    assert_eq!(entries[3].by, meera);
    let said = format!("{entries:?}");
    assert!(!said.contains("Secret") && !said.contains('@'), "{said}");
    assert!(desk.verify_audit(admin, None).await.unwrap().is_ok());
    assert_eq!(
        desk.audit(admin, Some(4), 2).await.unwrap(),
        entries[3..5],
        "page by page"
    );
}

#[tokio::test]
async fn what_is_refused_leaves_no_entry() {
    let (desk, _, admin) = desk().await;
    let sonia = Actor::Supervisor(desk.new_id().unwrap());
    let mut boss = Agent::new(desk.new_id().unwrap(), "Boss");
    boss.role = Role::Admin;
    let refused = desk.save_agent(sonia, boss.clone()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);
    boss.version = 7;
    desk.save_agent(admin, boss).await.unwrap_err();
    assert!(told(&desk).await.is_empty());
}

#[tokio::test]
async fn only_admins_read_the_trail() {
    let (desk, _, _) = desk().await;
    let asha = desk.new_customer("Asha").await.unwrap();
    let others = [
        asha,
        desk.new_agent("Meera", &[]).await.unwrap(),
        Actor::Supervisor(desk.new_id().unwrap()),
        Actor::Service(desk.new_id().unwrap()),
    ];
    for actor in others {
        let refused = [
            desk.audit(actor, None, 10).await.err(),
            desk.audit_head(actor).await.err(),
            desk.verify_audit(actor, None).await.err(),
        ];
        for error in refused {
            assert_eq!(error.unwrap().kind(), ErrorKind::NotAllowed);
        }
    }
    let refused = desk
        .note_export(asha, &code("tickets"), 1)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);
}

#[tokio::test]
async fn many_who_write_at_once_make_one_chain() {
    let (desk, store, admin) = desk().await;
    let store = Arc::new(store);
    let mut writers = Vec::new();
    for nth in 0..16 {
        let (store, now) = (Arc::clone(&store), desk.clock.now());
        let told = Told::new(admin, "account.invited", format!("account:{nth}"));
        writers.push(tokio::spawn(async move {
            audit::commit(&*store, Changes::default(), told, now).await
        }));
    }
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    let head = desk.verify_audit(admin, None).await.unwrap().unwrap();
    assert_eq!(head.position, 16);
    assert_eq!(desk.audit_head(admin).await.unwrap(), head);
}

#[tokio::test]
async fn whatever_fails_the_change_and_its_entry_are_there_together_or_not_at_all() {
    for fault in [Faulty::Unavailable, Faulty::Landed, Faulty::Lost] {
        for call in 1.. {
            let store = FaultyStore::new(MemoryStore::new());
            let rules = Rules::of_services([&code("cards")]);
            let desk = TestDesk::over(store.clone(), rules).await.unwrap();
            store.at_call(call, fault);
            let agent = Agent::new(desk.new_id().unwrap(), "Meera");
            let answer = desk.save_agent(Actor::System, agent.clone()).await;
            let pending = store.pending() > 0;
            store.forget();
            let taken_on = desk.agent(Actor::System, agent.id).await.is_ok();
            let entries = told(&desk).await.len();
            assert_eq!(entries, usize::from(taken_on), "{fault:?} at call {call}");
            assert!(answer.is_err() || taken_on);
            if pending {
                break;
            }
        }
    }
}

/// What somebody who can write the store may do to it.
async fn spoil(store: &MemoryStore, key: &str, to: Option<String>) {
    let to = to.map(|text| Body {
        text,
        expires_at: None,
    });
    let change = RecordChange {
        shelf: AUDIT.name().into(),
        key: key.into(),
        from: None,
        to,
    };
    let changes = Changes {
        records: vec![change],
        ..Changes::default()
    };
    store.commit(&[changes]).await.remove(0).unwrap();
}

#[tokio::test]
async fn a_changed_removed_or_cut_entry_shows() {
    let key = |position: u64| format!("{position:020}");
    for (position, wrong) in [
        (1, Wrong::Text),
        (2, Wrong::Text),
        (3, Wrong::Cut { exported: 4 }),
    ] {
        let (desk, store, admin) = desk().await;
        for _ in 0..4 {
            desk.clock.advance(TimeDelta::seconds(1));
            desk.note_export(admin, &code("tickets"), 1).await.unwrap();
        }
        let exported = desk.audit_head(admin).await.unwrap();
        if position == 3 {
            spoil(&store, &key(3), None).await;
            spoil(&store, &key(4), None).await;
        } else {
            let record = store.record(AUDIT.name(), &key(position)).await.unwrap();
            let text = record
                .unwrap()
                .body
                .replace("\"rows\":\"1\"", "\"rows\":\"0\"");
            spoil(&store, &key(position), Some(text)).await;
        }
        let found = desk.verify_audit(admin, Some(exported)).await.unwrap();
        assert_eq!(found, Err(Fault { position, wrong }));
    }
    let (desk, store, admin) = desk().await;
    for _ in 0..4 {
        desk.note_export(admin, &code("tickets"), 1).await.unwrap();
    }
    spoil(&store, &key(2), None).await;
    let fault = desk.verify_audit(admin, None).await.unwrap().unwrap_err();
    assert_eq!((fault.position, fault.wrong), (2, Wrong::Gap { found: 3 }));
    spoil(&store, &key(2), Some("no entry".into())).await;
    let fault = desk.verify_audit(admin, None).await.unwrap().unwrap_err();
    assert_eq!((fault.position, fault.wrong), (2, Wrong::Text));
}

#[tokio::test]
async fn who_changed_what_colleagues_share_is_told_by_code_and_what_is_ones_own_is_not() {
    let (desk, _, admin) = desk().await;
    let canned = Canned {
        code: code("thanks"),
        title: "Secret".into(),
        text: "Secret {{customer.name}}".into(),
        queues: [].into(),
        version: 0,
    };
    let canned = desk.save_canned(admin, canned).await.unwrap();
    desk.save_canned(admin, canned.clone()).await.unwrap();
    desk.save_canned(admin, canned).await.unwrap_err();
    desk.remove_canned(admin, &code("thanks"), 2).await.unwrap();
    let steps = Macro {
        code: code("close-it"),
        title: "Secret".into(),
        reply: None,
        acts: vec![Act::Close],
        queues: [].into(),
        version: 0,
    };
    desk.save_macro(admin, steps).await.unwrap();
    desk.remove_macro(admin, &code("close-it"), 1)
        .await
        .unwrap();
    for (name, shared) in [("ours", true), ("own", false)] {
        let mut view = View::new(code(name), "Secret");
        view.shared = shared;
        let view = desk.save_view(admin, view).await.unwrap();
        desk.remove_view(admin, &view).await.unwrap();
    }
    let expected = [
        "canned.changed version=1",
        "canned.changed version=2",
        "canned.removed version=2",
        "macro.changed version=1",
        "macro.removed version=1",
        "view.changed version=1",
        "view.removed version=1",
    ];
    assert_eq!(told(&desk).await, expected);
    let entries = desk.audit(admin, None, 200).await.unwrap();
    assert!(entries.iter().all(|entry| entry.by == admin));
    assert_eq!(entries[0].on, "view:ours");
    assert!(!format!("{entries:?}").contains("Secret"));
    assert!(desk.verify_audit(admin, None).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_change_of_the_catalogue_is_told_by_the_codes_of_what_is_other() {
    let (desk, _, admin) = desk().await;
    let mut catalogue = Catalogue::default();
    for service in ["cards", "loans"] {
        let offer: Offer = serde_json::from_value(serde_json::json!({
            "title": { "en": "Secret" }, "description": { "en": "Secret" }, "doors": ["complain"],
        }))
        .unwrap();
        catalogue.services.insert(code(service), offer);
    }
    desk.save_catalogue(admin, catalogue.clone(), 0)
        .await
        .unwrap();
    catalogue.services.remove(&code("loans"));
    desk.save_catalogue(admin, catalogue.clone(), 1)
        .await
        .unwrap();
    let stale = desk.save_catalogue(admin, catalogue, 1).await.unwrap_err();
    assert!(matches!(stale, Error::Stale { seen: 1, now: 2 }));
    let expected = [
        "catalogue.changed services=cards loans version=1",
        "catalogue.changed services=loans version=2",
    ];
    assert_eq!(told(&desk).await, expected);
}

#[tokio::test]
async fn who_of_the_staff_looked_at_whose_payment_is_told_before_they_are() {
    let ledger = MemoryLedger::new();
    let store = FaultyStore::new(MemoryStore::new());
    let desk = Desk::builder(store.clone())
        .ledger(ledger.clone())
        .open()
        .await
        .unwrap();
    let asha: CustomerId = desk.new_id().unwrap();
    let meera = Actor::Agent(desk.new_id().unwrap());
    let transaction = serde_json::json!({
        "reference": "UTR42", "at": "2026-03-02T09:00:00Z", "amount": "149900 INR",
        "direction": "debit", "status": "pending", "description": "transfer",
    });
    ledger.enter(asha, serde_json::from_value(transaction).unwrap());
    desk.transaction(meera, asha, "UTR42").await.unwrap();
    desk.transaction(meera, asha, "Asha Secret")
        .await
        .unwrap_err();
    desk.transaction(Actor::Customer(asha), asha, "UTR42")
        .await
        .unwrap();
    let entries = desk.audit(Actor::System, None, 10).await.unwrap();
    assert_eq!(
        entries.len(),
        2,
        "what customers see of their own is theirs"
    );
    assert!(
        entries
            .iter()
            .all(|entry| entry.by == meera && entry.on == format!("customer:{asha}"))
    );
    assert_eq!(entries[1].what, "transaction.looked_up");
    assert_eq!(entries[1].details["reference"], "UTR42");
    assert_eq!(entries[0].details["found"], "false");
    assert!(
        !format!("{entries:?}").contains("Secret"),
        "what was typed and is no reference"
    );
    store.always(Some(Faulty::Unavailable));
    let refused = desk.transaction(meera, asha, "UTR42").await.unwrap_err();
    assert_eq!(
        refused.kind(),
        ErrorKind::TryAgain,
        "what cannot be told is not shown"
    );
}
