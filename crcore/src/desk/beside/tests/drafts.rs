use chrono::TimeDelta;

use super::*;
use crate::desk::beside::Place;
use crate::ticket::Outcome;

fn place(text: &str) -> Place {
    text.parse().unwrap()
}

#[tokio::test]
async fn what_was_typed_is_there_again_for_who_typed_it() {
    let bank = Bank::open().await;
    let (desk, raise) = (&bank.desk, place("raise"));
    let reply = place(&format!("reply/{}", bank.raise("cards").await));
    desk.save_draft(bank.asha, &raise, "My card").await.unwrap();
    desk.save_draft(bank.asha, &raise, "My card is lost")
        .await
        .unwrap();
    desk.save_draft(bank.meera, &reply, "Dear Asha")
        .await
        .unwrap();

    let draft = desk.draft(bank.asha, &raise).await.unwrap().unwrap();
    assert_eq!(
        (draft.text.as_str(), draft.saved_at),
        ("My card is lost", TestDesk::start())
    );
    assert!(!format!("{draft:?}").contains("lost"));
    assert_eq!(desk.draft(bank.ravi, &raise).await.unwrap(), None);
    assert_eq!(desk.draft(bank.omar, &reply).await.unwrap(), None);
    assert_eq!(
        desk.draft(bank.sonia, &reply).await.unwrap(),
        None,
        "not who leads either"
    );
    assert_eq!(desk.drafts(bank.meera).await.unwrap()[0].place, reply);
    let promoted = Actor::Supervisor(bank.meera.staff().unwrap());
    assert!(desk.draft(promoted, &reply).await.unwrap().is_some());

    desk.drop_draft(bank.asha, &raise).await.unwrap();
    assert_eq!(desk.draft(bank.asha, &raise).await.unwrap(), None);
    desk.save_draft(bank.meera, &reply, " ").await.unwrap();
    assert_eq!(
        desk.drafts(bank.meera).await.unwrap(),
        [],
        "a blank text is no draft"
    );
    assert_eq!(
        kind(desk.save_draft(Actor::System, &raise, "x").await),
        ErrorKind::NotAllowed
    );
}

#[tokio::test]
async fn a_draft_is_kept_for_thirty_days_after_it_was_last_saved() {
    let bank = Bank::open().await;
    let (desk, raise) = (&bank.desk, place("raise"));
    desk.save_draft(bank.asha, &raise, "My card").await.unwrap();
    desk.clock.advance(TimeDelta::days(20));
    desk.save_draft(bank.asha, &raise, "My card").await.unwrap();
    desk.clock.advance(TimeDelta::days(29));
    assert!(desk.draft(bank.asha, &raise).await.unwrap().is_some());
    desk.clock.advance(TimeDelta::days(1));
    assert_eq!(desk.draft(bank.asha, &raise).await.unwrap(), None);
    assert_eq!(desk.drafts(bank.asha).await.unwrap(), []);
}

#[tokio::test]
async fn drafts_have_bounds() {
    let bank = Bank::open().await;
    let desk = &bank.desk;
    for nth in 0..50 {
        let there = place(&format!("form/{nth}"));
        desk.save_draft(bank.asha, &there, "x").await.unwrap();
    }
    let one_more = desk.save_draft(bank.asha, &place("raise"), "x").await;
    assert_eq!(kind(one_more), ErrorKind::NotPossible);
    desk.save_draft(bank.asha, &place("form/7"), "xy")
        .await
        .unwrap();
    desk.save_draft(bank.ravi, &place("raise"), "x")
        .await
        .unwrap();
    let long = "x".repeat(96 * 1024 + 1);
    assert_eq!(
        kind(desk.save_draft(bank.ravi, &place("raise"), &long).await),
        ErrorKind::Invalid
    );
    let escaped = "\u{1}".repeat(96 * 1024);
    assert_eq!(
        kind(desk.save_draft(bank.ravi, &place("raise"), &escaped).await),
        ErrorKind::Invalid
    );
    for wrong in ["", "/raise", "Raise", "a b", "é", &"a".repeat(101)] {
        assert!(wrong.parse::<Place>().is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn who_is_erased_was_typing_nothing() {
    let bank = Bank::open().await;
    let desk = &bank.desk;
    let ticket = bank.raise("cards").await;
    for there in ["raise", "profile"] {
        desk.save_draft(bank.asha, &place(there), "Asha Secret")
            .await
            .unwrap();
    }
    desk.save_draft(bank.ravi, &place("raise"), "x")
        .await
        .unwrap();
    let system = desk.acting(Actor::System);
    system
        .resolve(ticket, Outcome::Rejected, None)
        .await
        .unwrap();
    desk.erase_customer(Actor::System, desk.id_of(bank.asha))
        .await
        .unwrap();
    assert_eq!(desk.drafts(bank.asha).await.unwrap(), []);
    assert_eq!(desk.drafts(bank.ravi).await.unwrap().len(), 1);
}
