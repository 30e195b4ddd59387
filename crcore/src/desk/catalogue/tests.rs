use chrono::{DateTime, Utc};

use crate::catalogue::{Catalogue, Door, Opening};
use crate::testing::TestDesk;
use crate::{Actor, Code, Error, ErrorKind, Rules};

const RULES: &str = r#"{
    "services": { "cards": { "queue": "cards" }, "loans": { "queue": "loans" } },
    "fields": {
        "branch": { "type": "choice", "choices": ["pune", "nagpur"] },
        "token": { "type": "number" },
        "purpose": { "type": "choice", "choices": ["car", "home"] }
    },
    "calendars": { "pune": {
        "time_zone": "Asia/Kolkata",
        "hours": { "monday": "10:00-16:00", "tuesday": "10:00-16:00" }
    } }
}"#;

const CATALOGUE: &str = r#"{
    "branches": {
        "pune": { "name": { "en": "Pune", "hi": "पुणे" }, "calendar": "pune", "counters": ["1", "2"] },
        "nagpur": { "name": { "en": "Nagpur" }, "hidden": true }
    },
    "services": {
        "cards": { "title": { "en": "Cards" }, "doors": ["complain", "token"], "letter": "B",
                   "branches": ["pune", "nagpur"] },
        "loans": { "title": { "en": "Loans" }, "doors": ["quote"], "asks": ["purpose"], "hidden": true }
    },
    "choices": { "purpose": { "car": { "en": "A car" } } }
}"#;

type Spoil = fn(&mut Catalogue);

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn catalogue() -> Catalogue {
    serde_json::from_str(CATALOGUE).unwrap()
}

async fn desk() -> (TestDesk, Actor) {
    let desk = TestDesk::open(Rules::from_json(RULES).unwrap())
        .await
        .unwrap();
    let admin = Actor::Admin(desk.new_id().unwrap());
    (desk, admin)
}

#[tokio::test]
async fn what_is_hidden_is_shown_to_who_may_change_it_only() {
    let (desk, admin) = desk().await;
    assert_eq!(desk.public_catalogue().await.unwrap().version, 0);
    desk.save_catalogue(admin, catalogue(), 0).await.unwrap();
    let asha = desk.new_customer("Asha").await.unwrap();

    let shown = desk.catalogue(asha).await.unwrap();
    assert_eq!(shown, desk.public_catalogue().await.unwrap());
    assert_eq!(shown.version, 1);
    assert!(!shown.value.branches.contains_key(&code("nagpur")));
    assert!(!shown.value.services.contains_key(&code("loans")));
    assert_eq!(
        shown.value.services[&code("cards")].branches,
        [code("pune")].into()
    );

    let whole = desk.catalogue(admin).await.unwrap().value;
    assert_eq!(whole, catalogue());
    assert_eq!(whole.by_door(Door::Quote).count(), 0);
    assert_eq!(whole.at_counter(&code("pune")).count(), 1);
}

#[tokio::test]
async fn two_who_edit_at_once_notice() {
    let (desk, admin) = desk().await;
    assert_eq!(
        desk.save_catalogue(admin, catalogue(), 0)
            .await
            .unwrap()
            .version,
        1
    );
    let mut later = catalogue();
    later.services.remove(&code("loans"));
    assert_eq!(
        desk.save_catalogue(admin, later, 1).await.unwrap().version,
        2
    );
    let lost = desk.save_catalogue(admin, catalogue(), 1).await;
    assert!(
        matches!(lost, Err(Error::Stale { seen: 1, now: 2 })),
        "{lost:?}"
    );

    let supervisor = Actor::Supervisor(desk.new_id().unwrap());
    let refused = desk
        .save_catalogue(supervisor, catalogue(), 2)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);
}

#[tokio::test]
async fn a_catalogue_is_checked_against_the_rules() {
    let (desk, admin) = desk().await;
    let wrong: [(&str, Spoil); 9] = [
        ("services.chess", |c| {
            c.services
                .insert(code("chess"), c.services[&code("cards")].clone());
        }),
        ("branches.pune.calendar", |c| {
            c.branches.get_mut(&code("pune")).unwrap().calendar = Some(code("mars"));
        }),
        ("branches.pune.name", |c| {
            c.branches.get_mut(&code("pune")).unwrap().name.0.clear();
        }),
        ("services.cards.letter", |c| {
            c.services.get_mut(&code("cards")).unwrap().letter = Some('b');
        }),
        ("services.cards.branches", |c| {
            c.services.get_mut(&code("cards")).unwrap().branches = [code("mars")].into();
        }),
        ("services.loans.letter", |c| {
            let loans = c.services[&code("cards")].clone();
            c.services.insert(code("loans"), loans);
        }),
        ("services.loans.asks", |c| {
            c.services.get_mut(&code("loans")).unwrap().asks = vec![code("token")];
        }),
        ("services.cards.minutes", |c| {
            c.services.get_mut(&code("cards")).unwrap().minutes = Some(0);
        }),
        ("choices.purpose.boat", |c| {
            let names = c.choices.get_mut(&code("purpose")).unwrap();
            names.insert(code("boat"), names[&code("car")].clone());
        }),
    ];
    for (place, spoil) in wrong {
        let mut spoilt = catalogue();
        spoil(&mut spoilt);
        match desk.save_catalogue(admin, spoilt, 0).await {
            Err(Error::Invalid { field, expected }) => assert_eq!(field, place, "{expected}"),
            other => panic!("{place}: {other:?}"),
        }
    }
    desk.save_catalogue(admin, catalogue(), 0).await.unwrap();
}

#[tokio::test]
async fn hours_are_those_of_the_calendar() {
    let (desk, _) = desk().await;
    let (rules, catalogue) = (desk.rules().clone(), catalogue());
    let at = |instant: &str| {
        let now: DateTime<Utc> = instant.parse().unwrap();
        catalogue
            .branch_opening(&rules, &code("pune"), now)
            .unwrap()
    };
    let instant = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
    // Monday, 2 March 2026, half past two in Pune.
    let open = at("2026-03-02T09:00:00Z");
    assert_eq!(
        open,
        Opening::Open {
            until: instant("2026-03-02T16:00:00+05:30")
        }
    );
    // Tuesday evening: the next opening is on Monday.
    let closed = at("2026-03-03T12:00:00Z");
    assert_eq!(
        closed,
        Opening::Closed {
            opens: instant("2026-03-09T10:00:00+05:30")
        }
    );
    let always = catalogue.branch_opening(&rules, &code("nagpur"), TestDesk::start());
    assert_eq!(always, Some(Opening::Open { until: None }));
}
