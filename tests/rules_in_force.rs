//! Rules that an admin puts in force in one process, and what the others make of it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use crcore::access::Right;
use crcore::testing::{Outbox, TestDesk};
use crcore::{
    Actor, AllocationPolicy, Allocator, Clock, Code, Desk, DeskBuilder, Error, ErrorKind,
    MemoryStore, Raise, Rules, Work,
};

type Test = Result<(), Error>;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A first response within so many hours.
fn rules(hours: u32) -> Rules {
    let text = r#"{
        "services": { "cards": { "queue": "cards" } },
        "sla": [ { "name": "standard", "targets": {
            "first_response": { "within": "HOURSh", "time": "calendar" } } } ]
    }"#;
    Rules::from_json(&text.replace("HOURS", &hours.to_string())).unwrap()
}

/// Another process on the same store, started with `rules`.
fn beside(desk: &TestDesk, store: &MemoryStore, rules: Rules) -> DeskBuilder {
    Desk::builder(store.clone())
        .rules(rules)
        .clock(desk.clock.clone() as Arc<dyn Clock>)
        .notifier(Outbox::default())
}

fn admin(desk: &Desk) -> Actor {
    Actor::Admin(desk.new_id().unwrap())
}

async fn deadline(desk: &Desk) -> Option<DateTime<Utc>> {
    let customer = desk.new_id().unwrap();
    let raise = Raise::new(customer, code("cards"), "Card stolen");
    let id = desk
        .acting(Actor::System)
        .raise(raise)
        .await
        .unwrap()
        .ticket;
    desk.ticket(Actor::System, id).await.unwrap().deadline()
}

#[tokio::test]
async fn every_process_goes_by_what_an_admin_put_in_force() -> Test {
    let store = MemoryStore::new();
    let here = TestDesk::over(store.clone(), rules(4)).await?;
    let there = beside(&here, &store, rules(4)).open().await?;
    let adam = admin(&here);
    let began = here.rules_in_force(adam).await?;
    assert_eq!(began.number, 0);

    let change = here
        .use_rules(adam, rules(2), 0, Some(" Answer sooner "))
        .await?;
    assert_eq!((change.number, change.by), (1, adam));
    assert_eq!(change.before, began.rules.version());
    assert_eq!(change.comment.as_deref(), Some("Answer sooner"));
    assert_eq!(deadline(&here).await, Some(at("2026-03-02T11:00:00Z")));

    assert_eq!(
        deadline(&there).await,
        Some(at("2026-03-02T13:00:00Z")),
        "not told yet"
    );
    assert!(there.follow_rules().await?);
    assert!(
        !there.follow_rules().await?,
        "there is nothing more to follow"
    );
    assert_eq!(deadline(&there).await, Some(at("2026-03-02T11:00:00Z")));

    there.use_rules(adam, rules(1), 1, None).await?;
    here.tick(10).await?;
    assert_eq!(
        deadline(&here).await,
        Some(at("2026-03-02T10:00:00Z")),
        "a tick follows too"
    );

    // Who starts later starts with what is in force, whatever its own file says.
    let later = beside(&here, &store, rules(8)).open().await?;
    assert_eq!(deadline(&later).await, Some(at("2026-03-02T10:00:00Z")));
    assert_eq!(later.rules_in_force(adam).await?.number, 2);
    Ok(())
}

#[tokio::test]
async fn of_two_admins_the_second_is_told() -> Test {
    let store = MemoryStore::new();
    let here = TestDesk::over(store.clone(), rules(4)).await?;
    let there = beside(&here, &store, rules(4)).open().await?;
    let adam = admin(&here);
    here.use_rules(adam, rules(2), 0, None).await?;
    let late = there.use_rules(adam, rules(3), 0, None).await.unwrap_err();
    assert!(matches!(late, Error::Stale { seen: 0, now: 1 }), "{late}");
    assert_eq!(
        deadline(&there).await,
        Some(at("2026-03-02T11:00:00Z")),
        "and follows at once"
    );
    let same = there.use_rules(adam, rules(2), 1, None).await.unwrap_err();
    assert_eq!(same.kind(), ErrorKind::NotPossible);
    there.use_rules(adam, rules(3), 1, None).await?;

    let both = [
        here.use_rules(adam, rules(5), 2, None),
        here.use_rules(adam, rules(6), 2, None),
    ];
    let [one, other] = both;
    let (one, other) = tokio::join!(one, other);
    assert!(one.is_ok() != other.is_ok(), "one of two lands");
    Ok(())
}

#[tokio::test]
async fn the_history_says_who_and_why_and_old_rules_can_be_read() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let adam = admin(&desk);
    for hours in 1..4 {
        desk.clock.advance(TimeDelta::hours(1));
        let why = format!("{hours} hours");
        desk.use_rules(adam, rules(hours), u64::from(hours) - 1, Some(&why))
            .await?;
    }
    let history = desk.rules_history(adam, None).await?;
    let told: Vec<_> = history
        .iter()
        .map(|c| (c.number, c.comment.as_deref()))
        .collect();
    let expected = [
        (3, Some("3 hours")),
        (2, Some("2 hours")),
        (1, Some("1 hours")),
    ];
    assert_eq!(told, expected, "the latest first");
    assert_eq!(history[2].at, at("2026-03-02T10:00:00Z"));
    assert_eq!(history[0].before, history[1].version);
    let older = desk.rules_history(adam, Some(2)).await?;
    assert_eq!(older, history[2..]);

    let first = desk.rules_at(adam, &history[2].before).await?;
    assert_eq!(Rules::from_json(&first.text).unwrap(), rules(4));
    let unknown = desk.rules_at(adam, "no version").await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
    Ok(())
}

#[tokio::test]
async fn rules_that_do_not_hold_together_change_nothing() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let adam = admin(&desk);
    let mut wrong = rules(2);
    wrong.teams.insert(code("leads"), "nobody".into());
    let refused = desk
        .use_rules(adam, wrong.clone(), 0, None)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("teams.leads"), "{refused}");
    assert!(desk.preview_rules(adam, &wrong, None).await.is_err());
    let long = desk
        .use_rules(adam, rules(2), 0, Some(&"x".repeat(2_001)))
        .await;
    assert_eq!(long.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(desk.rules_in_force(adam).await?.number, 0);
    assert_eq!(deadline(&desk).await, Some(at("2026-03-02T13:00:00Z")));
    Ok(())
}

#[tokio::test]
async fn a_bank_that_keeps_its_rules_in_a_file_keeps_them_there() -> Test {
    let store = MemoryStore::new();
    let desk = TestDesk::over(store.clone(), rules(4)).await?;
    let adam = admin(&desk);
    desk.use_rules(adam, rules(2), 0, None).await?;
    let file = beside(&desk, &store, rules(8))
        .fixed_rules(true)
        .open()
        .await?;
    assert_eq!(deadline(&file).await, Some(at("2026-03-02T17:00:00Z")));
    file.tick(10).await?;
    assert!(!file.follow_rules().await?);
    assert_eq!(deadline(&file).await, Some(at("2026-03-02T17:00:00Z")));
    let refused = file.use_rules(adam, rules(1), 0, None).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotPossible);
    Ok(())
}

#[tokio::test]
async fn a_preview_names_the_tickets_that_change_and_writes_nothing() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let adam = admin(&desk);
    for _ in 0..24 {
        deadline(&desk).await;
    }
    let answered = desk.all_tickets().await?[0].id;
    desk.acting(Actor::System).reply(answered, "Done").await?;
    let before = desk.all_tickets().await?;
    let head = desk.head(Actor::System).await?;

    let preview = desk.preview_rules(adam, &rules(2), None).await?;
    assert_eq!(
        (preview.changed, preview.unchanged, preview.left),
        (23, 1, 0)
    );
    assert_eq!((preview.samples.len(), preview.next), (20, None));
    for sample in &preview.samples {
        assert_eq!(sample.before, Some(at("2026-03-02T13:00:00Z")));
        assert_eq!(sample.after, Some(at("2026-03-02T11:00:00Z")));
        assert_ne!(sample.ticket, answered);
    }
    let mut named = rules(4);
    named.tags.insert(code("new"));
    let preview = desk.preview_rules(adam, &named, None).await?;
    assert_eq!(
        (preview.changed, preview.unchanged),
        (0, 24),
        "a new tag moves no deadline"
    );

    assert_eq!(desk.all_tickets().await?, before);
    assert_eq!(desk.head(Actor::System).await?, head);
    Ok(())
}

#[tokio::test]
async fn a_preview_counts_who_waits_and_would_be_given_out_otherwise() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let adam = admin(&desk);
    for _ in 0..3 {
        deadline(&desk).await;
    }
    let meera = desk.new_agent("Meera", &[&code("cards")]).await?;
    let one = desk.all_tickets().await?[0].id;
    desk.acting(meera).claim(one).await?;
    let given_out = async |rules: &Rules| -> Result<u32, crcore::Error> {
        Ok(desk.preview_rules(adam, rules, None).await?.given_out)
    };
    assert_eq!(given_out(&rules(2)).await?, 0, "deadlines alone");

    fn cards(rules: &mut Rules) -> &mut crcore::rules::ServiceRules {
        rules.services.get_mut(&code("cards")).unwrap()
    }
    let mut skilled = rules(4);
    cards(&mut skilled).skills.insert(code("fraud"), 3);
    assert_eq!(given_out(&skilled).await?, 0, "agents claim them");

    let mut by_turns = rules(4);
    let rule = vec![crcore::allocation::Rule::RoundRobin];
    let policy = AllocationPolicy::new(code("turns"), rule).unwrap();
    by_turns.allocation = vec![policy];
    assert_eq!(given_out(&by_turns).await?, 0, "no queue goes by it");
    let queue = by_turns.queues.entry(code("cards")).or_default();
    queue.allocation = Some(code("turns"));
    assert_eq!(given_out(&by_turns).await?, 2, "one has an agent");
    desk.use_rules(adam, by_turns.clone(), 0, None).await?;
    assert_eq!(given_out(&by_turns).await?, 0);
    cards(&mut by_turns).skills.insert(code("fraud"), 3);
    assert_eq!(given_out(&by_turns).await?, 2);
    cards(&mut by_turns).skills.clear();
    cards(&mut by_turns).units = 2;
    assert_eq!(given_out(&by_turns).await?, 2);
    Ok(())
}

/// Chooses nobody, and says so.
struct Nobody;

impl Allocator for Nobody {
    fn choose(
        &self,
        work: &Work<'_>,
        candidates: &[crcore::Standing],
        now: DateTime<Utc>,
    ) -> crcore::ticket::Decision {
        let _ = candidates;
        let policy: AllocationPolicy =
            serde_json::from_str(r#"{ "name": "own", "rules": ["least_loaded"] }"#).unwrap();
        policy.choose(work, &[], now)
    }
}

#[tokio::test]
async fn what_waits_is_looked_at_again_and_the_hosts_allocators_stay() -> Test {
    let given_out = |policy: &str| {
        let mut rules = rules(4);
        let text = format!(r#"{{ "allocation": "{policy}" }}"#);
        rules
            .queues
            .insert(code("cards"), serde_json::from_str(&text).unwrap());
        let text = r#"[{ "name": "fair", "rules": ["least_loaded"] }, { "name": "own", "rules": ["least_loaded"] }]"#;
        rules.allocation = serde_json::from_str(text).unwrap();
        rules
    };
    let store = MemoryStore::new();
    let desk = TestDesk::over(store.clone(), rules(4)).await?;
    let own = beside(&desk, &store, rules(4))
        .allocator(code("own"), Nobody)
        .open()
        .await?;
    let adam = admin(&desk);
    desk.new_agent("Meera", &[&code("cards")]).await?;
    deadline(&desk).await;

    own.use_rules(adam, given_out("own"), 0, None).await?;
    own.tick(10).await?;
    assert!(
        desk.all_tickets().await?[0].assignment.is_none(),
        "the bank's own allocator decides"
    );
    own.use_rules(adam, given_out("fair"), 1, None).await?;
    own.tick(10).await?;
    assert!(
        desk.all_tickets().await?[0].assignment.is_some(),
        "and now the policy does"
    );
    Ok(())
}

#[tokio::test]
async fn only_admins_put_rules_in_force_and_only_staff_see_them() -> Test {
    let desk = TestDesk::open(rules(4)).await?;
    let asha = desk.new_customer("Asha").await?;
    let meera = desk.new_agent("Meera", &[&code("cards")]).await?;
    let sonia = Actor::Supervisor(desk.new_id()?);
    let program = Actor::Service(desk.new_id()?);
    for actor in [asha, program] {
        let refused = [
            desk.rules_in_force(actor).await.err(),
            desk.rules_history(actor, None).await.err(),
            desk.rules_at(actor, desk.rules().version()).await.err(),
        ];
        for error in refused {
            assert_eq!(error.unwrap().kind(), ErrorKind::NotAllowed);
        }
    }
    desk.rules_in_force(meera).await?;
    for actor in [asha, program, meera, sonia] {
        let refused = desk.use_rules(actor, rules(2), 0, None).await.unwrap_err();
        assert!(refused.to_string().contains(Right::ManageRules.name()));
        let refused = desk
            .preview_rules(actor, &rules(2), None)
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotAllowed);
    }
    assert_eq!(desk.rules_in_force(Actor::System).await?.number, 0);
    Ok(())
}
