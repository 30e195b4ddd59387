use chrono::TimeDelta;

use super::*;
use crate::desk::beside::{Message, Part, Room, Unread};

fn texts(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.text.as_str())
        .collect()
}

fn with(actor: Actor) -> Room {
    Room::With(actor.staff().unwrap())
}

#[tokio::test]
async fn a_team_talks_and_others_do_not_hear_it() {
    let bank = Bank::open().await;
    let (desk, cards) = (&bank.desk, Room::Team(code("cards")));
    let first = desk
        .post(bank.meera, &cards, "Who has the keys?")
        .await
        .unwrap();
    desk.clock.advance(TimeDelta::seconds(1));
    desk.post(bank.sonia, &cards, "I do.").await.unwrap();
    let all = desk
        .messages(bank.meera, &cards, Part::Latest, 10)
        .await
        .unwrap();
    assert_eq!(texts(&all), ["Who has the keys?", "I do."]);
    assert_eq!(all[0], first);
    assert_eq!(all[1].by, bank.sonia.staff().unwrap());
    assert!(!format!("{all:?}").contains("keys"));

    let read = desk.messages(bank.omar, &cards, Part::Latest, 10).await;
    assert_eq!(kind(read), ErrorKind::NotFound);
    assert_eq!(
        kind(desk.post(bank.omar, &cards, "Hi").await),
        ErrorKind::NotFound
    );
    assert_eq!(
        kind(desk.seen(bank.omar, &cards, first.position).await),
        ErrorKind::NotFound
    );
    for outsider in [bank.asha, bank.program] {
        let read = desk.messages(outsider, &cards, Part::Latest, 10).await;
        assert_eq!(kind(read), ErrorKind::NotAllowed);
        assert_eq!(
            kind(desk.post(outsider, &cards, "Hi").await),
            ErrorKind::NotAllowed
        );
        assert_eq!(kind(desk.unread(outsider).await), ErrorKind::NotAllowed);
    }
    let nowhere = Room::Team(code("chess"));
    assert_eq!(
        kind(desk.post(bank.sonia, &nowhere, "Hi").await),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn what_two_say_to_each_other_is_theirs() {
    let bank = Bank::open().await;
    let desk = &bank.desk;
    desk.post(bank.meera, &with(bank.omar), "Lunch?")
        .await
        .unwrap();
    desk.clock.advance(TimeDelta::seconds(1));
    desk.post(bank.omar, &with(bank.meera), "Yes")
        .await
        .unwrap();
    for (me, other) in [(bank.meera, bank.omar), (bank.omar, bank.meera)] {
        let said = desk
            .messages(me, &with(other), Part::Latest, 10)
            .await
            .unwrap();
        assert_eq!(texts(&said), ["Lunch?", "Yes"]);
    }
    for other in [bank.meera, bank.omar] {
        let said = desk
            .messages(bank.sonia, &with(other), Part::Latest, 10)
            .await
            .unwrap();
        assert_eq!(texts(&said), [""; 0], "who leads does not listen in");
    }
    assert_eq!(
        kind(desk.post(bank.meera, &with(bank.meera), "Me").await),
        ErrorKind::NotFound
    );
    let nobody = Room::With(desk.new_id().unwrap());
    assert_eq!(
        kind(desk.post(bank.meera, &nobody, "Hi").await),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn a_badge_counts_what_others_said_since() {
    let bank = Bank::open().await;
    let (desk, cards) = (&bank.desk, Room::Team(code("cards")));
    let unread = |actor| async move {
        let rooms = desk.unread(actor).await.unwrap();
        rooms
            .into_iter()
            .map(|Unread { room, count }| (room.to_string(), count))
            .collect::<Vec<_>>()
    };
    let mut last = None;
    for text in ["One", "Two", "Three"] {
        desk.clock.advance(TimeDelta::seconds(1));
        last = Some(desk.post(bank.sonia, &cards, text).await.unwrap());
    }
    desk.post(bank.omar, &with(bank.meera), "Lunch?")
        .await
        .unwrap();
    let omar = with(bank.omar).to_string();
    assert_eq!(
        unread(bank.meera).await,
        [("team/cards".into(), 3), (omar.clone(), 1)]
    );
    let leads = [("team/cards".to_owned(), 0), ("team/loans".to_owned(), 0)];
    assert_eq!(unread(bank.sonia).await, leads, "who speaks has read");

    let last = last.unwrap();
    let all = desk
        .messages(bank.meera, &cards, Part::Latest, 10)
        .await
        .unwrap();
    desk.seen(bank.meera, &cards, all[1].position)
        .await
        .unwrap();
    assert_eq!(unread(bank.meera).await[0].1, 1);
    desk.seen(bank.meera, &cards, last.position).await.unwrap();
    desk.seen(bank.meera, &cards, all[0].position)
        .await
        .unwrap();
    assert_eq!(
        unread(bank.meera).await[0].1,
        0,
        "an older page takes nothing back"
    );
    desk.clock.advance(TimeDelta::seconds(1));
    desk.post(bank.meera, &with(bank.omar), "Yes")
        .await
        .unwrap();
    assert_eq!(
        unread(bank.meera).await,
        [("team/cards".into(), 0), (omar, 0)]
    );
    for _ in 0..120 {
        desk.post(bank.sonia, &cards, "Again").await.unwrap();
    }
    assert_eq!(unread(bank.meera).await[0].1, 99);
}

#[tokio::test]
async fn messages_come_page_by_page_and_go_after_ninety_days() {
    let bank = Bank::open().await;
    let (desk, cards) = (&bank.desk, Room::Team(code("cards")));
    for text in ["1", "2", "3", "4", "5"] {
        desk.clock.advance(TimeDelta::seconds(1));
        desk.post(bank.meera, &cards, text).await.unwrap();
    }
    let page = |part| desk.messages(bank.meera, &CARDS, part, 2);
    static CARDS: std::sync::LazyLock<Room> =
        std::sync::LazyLock::new(|| Room::Team(code("cards")));
    let latest = page(Part::Latest).await.unwrap();
    assert_eq!(texts(&latest), ["4", "5"]);
    let before = page(Part::Before(latest[0].position)).await.unwrap();
    assert_eq!(texts(&before), ["2", "3"]);
    let after = page(Part::After(before[1].position)).await.unwrap();
    assert_eq!(texts(&after), ["4", "5"]);
    assert_eq!(page(Part::After(latest[1].position)).await.unwrap(), []);
    for wrong in ["", " ", "a\0b", &"x".repeat(8 * 1024 + 1)] {
        assert_eq!(
            kind(desk.post(bank.meera, &cards, wrong).await),
            ErrorKind::Invalid
        );
    }
    desk.clock.advance(TimeDelta::days(90));
    assert_eq!(page(Part::Latest).await.unwrap(), []);
    desk.tick(100).await.unwrap();
    let next = desk.post(bank.meera, &cards, "6").await.unwrap();
    assert_eq!(next.position, 6, "no place comes twice");
}

#[test]
fn a_room_is_read_back_from_its_text() {
    let room = Room::Team(code("cards"));
    assert_eq!(room.to_string().parse::<Room>().unwrap(), room);
    let room = Room::With(uuid::Uuid::from_u128(7).into());
    assert_eq!(room.to_string().parse::<Room>().unwrap(), room);
    for wrong in ["", "team", "team/", "team/A", "with/x", "pair/a/b"] {
        assert!(wrong.parse::<Room>().is_err(), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn colleagues_who_speak_at_once_are_all_heard() {
    let bank = Bank::open().await;
    let mut speaking = Vec::new();
    for nth in 0..16 {
        let (desk, who) = ((*bank.desk).clone(), [bank.meera, bank.sonia][nth % 2]);
        speaking.push(tokio::spawn(async move {
            desk.post(who, &Room::Team(code("cards")), &nth.to_string())
                .await
        }));
    }
    let mut positions = Vec::new();
    for said in speaking {
        positions.push(said.await.unwrap().unwrap().position);
    }
    positions.sort_unstable();
    assert_eq!(positions, (1..=16).collect::<Vec<_>>());
}
