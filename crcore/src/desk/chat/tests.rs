use chrono::TimeDelta;

use super::{CHATS_TAKEN_FOR, CLOCKS_APART, Chat, ChatPlace, ChatRequest, THERE};
use crate::catalogue::{Catalogue, Opening};
use crate::store::StoreError;
use crate::testing::TestDesk;
use crate::ticket::{Kind, Language, Outcome};
use crate::{Actor, Code, Error, ErrorKind, Rules};

const RULES: &str = r#"{
    "services": { "cards": { "queue": "cards" }, "loans": { "queue": "loans" } },
    "calendars": { "desk": { "time_zone": "UTC", "hours": { "monday": "09:00-17:00" } } }
}"#;

const CATALOGUE: &str = r#"{ "services": {
    "cards": { "title": { "en": "Cards" }, "doors": ["chat"], "calendar": "desk", "minutes": 10 },
    "loans": { "title": { "en": "Loans" }, "doors": ["ask"] }
} }"#;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

async fn open() -> (TestDesk, Actor) {
    open_with(RULES).await
}

async fn open_with(rules: &str) -> (TestDesk, Actor) {
    let desk = TestDesk::open(Rules::from_json(rules).unwrap())
        .await
        .unwrap();
    let catalogue: Catalogue = serde_json::from_str(CATALOGUE).unwrap();
    desk.save_catalogue(Actor::System, catalogue, 0)
        .await
        .unwrap();
    let meera = desk.new_agent("Meera", &[&code("cards")]).await.unwrap();
    desk.take_chats(meera).await.unwrap();
    (desk, meera)
}

fn request(desk: &TestDesk, customer: Actor, service: &str) -> ChatRequest {
    ChatRequest {
        customer: desk.id_of(customer),
        service: code(service),
        text: "My card is stuck\nin the machine at Main Road.".into(),
        language: Language::default(),
        key: None,
    }
}

async fn starts(desk: &TestDesk, customer: Actor) -> Result<Chat, Error> {
    desk.start_chat(customer, &request(desk, customer, "cards"))
        .await
}

async fn place(desk: &TestDesk, customer: Actor, chat: &Chat) -> ChatPlace {
    desk.chat(customer, chat.ticket).await.unwrap().place
}

#[tokio::test]
async fn each_side_of_a_chat_sees_that_the_other_writes_and_nobody_else_is_a_side() {
    let (desk, meera) = open().await;
    let asha = desk.new_customer("Asha").await.unwrap();
    let ravi = desk.new_customer("Ravi").await.unwrap();
    let sonia = Actor::Supervisor(desk.new_id().unwrap());
    let chat = starts(&desk, asha).await.unwrap().ticket;
    let _ = desk.acting(meera).claim(chat).await;
    assert!(!desk.is_typed_in_chat(meera, chat).await.unwrap());
    assert!(desk.type_in_chat(asha, chat, true).await.unwrap());
    assert!(
        !desk.type_in_chat(asha, chat, true).await.unwrap(),
        "no news"
    );
    assert!(desk.is_typed_in_chat(meera, chat).await.unwrap());
    assert!(!desk.is_typed_in_chat(asha, chat).await.unwrap());
    assert!(!desk.type_in_chat(sonia, chat, true).await.unwrap());
    assert!(
        !desk.is_typed_in_chat(asha, chat).await.unwrap(),
        "she looks on"
    );
    assert!(desk.type_in_chat(meera, chat, true).await.unwrap());
    assert!(desk.is_typed_in_chat(asha, chat).await.unwrap());
    assert!(desk.type_in_chat(meera, chat, false).await.unwrap());
    assert!(!desk.is_typed_in_chat(asha, chat).await.unwrap());
    desk.clock.advance(TimeDelta::seconds(31));
    assert!(!desk.is_typed_in_chat(meera, chat).await.unwrap(), "gone");
    let refused = desk.type_in_chat(ravi, chat, true).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    let raise = crate::Raise::new(desk.id_of(asha), code("cards"), "No chat");
    let case = desk.acting(asha).raise(raise).await.unwrap().ticket;
    let refused = desk.type_in_chat(asha, case, true).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_chat_is_waited_for_had_and_mailed() {
    let (desk, meera) = open().await;
    let (asha, ravi) = (
        desk.new_customer("Asha").await.unwrap(),
        desk.new_customer("Ravi").await.unwrap(),
    );
    let first = starts(&desk, ravi).await.unwrap();
    desk.clock.advance(TimeDelta::seconds(5));
    let chat = starts(&desk, asha).await.unwrap();
    let ChatPlace::Waiting {
        ahead: 1,
        wait: Some(wait),
    } = chat.place
    else {
        panic!("{:?}", chat.place)
    };
    assert_eq!(
        wait.minutes, 0,
        "Meera has three chats at once, and none yet"
    );
    assert_eq!(
        desk.subjects(&desk.all_tickets().await.unwrap())
            .await
            .unwrap()[&chat.ticket],
        "My card is stuck"
    );

    desk.acting(meera).claim(first.ticket).await.unwrap();
    assert!(matches!(
        place(&desk, asha, &chat).await,
        ChatPlace::Waiting { ahead: 0, .. }
    ));
    desk.acting(meera).claim(chat.ticket).await.unwrap();
    assert_eq!(
        place(&desk, asha, &chat).await,
        ChatPlace::Talking {
            with: "Meera".into()
        }
    );

    desk.advance_minutes(1).await.unwrap();
    desk.acting(meera)
        .reply(chat.ticket, "Which machine?")
        .await
        .unwrap();
    desk.acting(meera)
        .note(chat.ticket, "Sounds upset")
        .await
        .unwrap();
    desk.advance_minutes(1).await.unwrap();
    desk.acting(asha)
        .reply(chat.ticket, "The left one.")
        .await
        .unwrap();
    assert!(
        desk.outbox.sent().is_empty(),
        "nobody is mailed while they talk"
    );

    desk.end_chat(asha, chat.ticket).await.unwrap();
    assert_eq!(
        place(&desk, asha, &chat).await,
        ChatPlace::Over { withdrawn: false }
    );
    desk.advance_minutes(1).await.unwrap();
    let sent = desk.outbox.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].text.as_str(), sent[0].email.as_str()),
        ("transcript", "asha@customers.test")
    );
    assert_eq!(
        sent[0].variables["message"],
        "2026-03-02 UTC\n\n\
         09:00 Asha\nMy card is stuck\nin the machine at Main Road.\n\n\
         09:01 Meera\nWhich machine?\n\n\
         09:02 Asha\nThe left one."
    );
    assert_eq!(sent[0].variables["subject"], "My card is stuck");
    desk.assert_sound().await;
}

#[tokio::test]
async fn an_agent_ends_a_chat_and_what_they_said_last_is_mailed_too() {
    let (desk, meera) = open().await;
    let asha = desk.new_customer("Asha").await.unwrap();
    let chat = starts(&desk, asha).await.unwrap();
    desk.acting(meera).claim(chat.ticket).await.unwrap();
    let text = Some("A technician is on the way.".to_owned());
    desk.acting(meera)
        .resolve(chat.ticket, Outcome::Answered, text)
        .await
        .unwrap();
    desk.advance_minutes(1).await.unwrap();
    let sent = desk.outbox.sent();
    let texts: Vec<&str> = sent.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["transcript"]);
    assert!(sent[0].variables["message"].ends_with("09:00 Meera\nA technician is on the way."));

    // What comes after it is mail again.
    desk.acting(meera)
        .reply(chat.ticket, "It is fixed.")
        .await
        .unwrap();
    desk.advance_minutes(1).await.unwrap();
    assert_eq!(desk.outbox.sent()[1].text.as_str(), "replied");
    let again = desk.end_chat(meera, chat.ticket).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::NotPossible);
}

#[tokio::test]
async fn a_chat_that_nobody_can_answer_does_not_begin() {
    let (desk, meera) = open().await;
    let asha = desk.new_customer("Asha").await.unwrap();
    let none = desk
        .start_chat(asha, &request(&desk, asha, "loans"))
        .await
        .unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Invalid);
    assert!(desk.chat_door(&code("cards")).await.unwrap().is_open());

    let mut agent = desk
        .agent(Actor::System, desk.staff_of(meera))
        .await
        .unwrap()
        .agent;
    agent.available = false;
    let agent = desk.save_agent(Actor::System, agent).await.unwrap();
    assert!(!desk.chat_door(&code("cards")).await.unwrap().is_open());
    let nobody = starts(&desk, asha).await.unwrap_err();
    assert!(nobody.to_string().contains("nobody is there"), "{nobody}");

    let available = crate::Agent {
        available: true,
        ..agent
    };
    desk.save_agent(Actor::System, available).await.unwrap();
    desk.clock.advance(TimeDelta::hours(9));
    desk.take_chats(meera).await.unwrap();
    let closed = starts(&desk, asha).await.unwrap_err();
    assert_eq!(closed.kind(), ErrorKind::NotPossible);
    assert!(
        closed
            .to_string()
            .contains("closed until 2026-03-09T09:00:00Z"),
        "{closed}"
    );
    let door = desk.chat_door(&code("cards")).await.unwrap();
    let opens = "2026-03-09T09:00:00Z".parse().ok();
    assert_eq!(
        (door.opening, door.is_open()),
        (Opening::Closed { opens }, false)
    );
}

#[tokio::test]
async fn a_chat_goes_to_nobody_who_is_not_there() {
    let given_out = r#"{ "queues": { "cards": { "allocation": "fair" } },
        "allocation": [{ "name": "fair", "rules": ["least_loaded"] }],"#;
    let (desk, meera) = open_with(&RULES.replacen('{', given_out, 1)).await;
    let ravi = desk.new_agent("Ravi", &[&code("cards")]).await.unwrap();
    let asha = desk.new_customer("Asha").await.unwrap();
    assert_eq!(
        desk.chat_door(&code("cards")).await.unwrap().seats,
        3,
        "Meera's alone"
    );
    desk.take_chats(ravi).await.unwrap();
    assert_eq!(desk.chat_door(&code("cards")).await.unwrap().seats, 6);
    desk.leave_chats(ravi).await.unwrap();
    desk.clock.advance(CHATS_TAKEN_FOR - TimeDelta::seconds(1));
    assert!(desk.takes_chats(meera).await.unwrap());
    desk.take_chats(meera).await.unwrap();
    desk.clock.advance(CHATS_TAKEN_FOR - TimeDelta::seconds(1));
    for name in ["Indra", "Kiran", "Leela"] {
        let customer = desk.new_customer(name).await.unwrap();
        let chat = starts(&desk, customer).await.unwrap();
        let with = "Meera".to_owned();
        assert_eq!(
            place(&desk, customer, &chat).await,
            ChatPlace::Talking { with }
        );
    }
    let chat = starts(&desk, asha).await.unwrap();
    desk.clock.advance(TimeDelta::seconds(1));
    assert!(!desk.takes_chats(meera).await.unwrap(), "she went home");
    assert_eq!(desk.chat_door(&code("cards")).await.unwrap().seats, 0);
    desk.advance_minutes(1).await.unwrap();
    assert!(matches!(
        place(&desk, asha, &chat).await,
        ChatPlace::Waiting { .. }
    ));
    desk.take_chats(ravi).await.unwrap();
    desk.advance_minutes(1).await.unwrap();
    let with = "Ravi".to_owned();
    assert_eq!(place(&desk, asha, &chat).await, ChatPlace::Talking { with });
    let refused = desk.take_chats(asha).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);
}

#[tokio::test]
async fn a_page_that_is_open_keeps_nobody_there_who_left_on_another() {
    let (desk, meera) = open().await;
    desk.clock.advance(CHATS_TAKEN_FOR - TimeDelta::seconds(1));
    assert!(desk.keep_taking_chats(meera).await.unwrap());
    desk.clock.advance(CHATS_TAKEN_FOR - TimeDelta::seconds(1));
    assert!(desk.takes_chats(meera).await.unwrap(), "it goes on");
    let me = desk.staff_of(meera);
    let before = desk.kept(&THERE, &me.to_string()).await.unwrap().unwrap();
    let from = Some(before.version);
    let keeps = desk.is_there(me, Some(&before), from).await.unwrap();
    desk.leave_chats(meera).await.unwrap();
    let late = desk.land(&keeps).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    assert!(!desk.keep_taking_chats(meera).await.unwrap());
    assert!(!desk.takes_chats(meera).await.unwrap());
    assert_eq!(desk.chat_door(&code("cards")).await.unwrap().seats, 0);
}

#[tokio::test]
async fn who_waits_is_looked_at_again_where_somebody_may_have_been_taken_to_be_gone() {
    let given_out = r#"{ "queues": { "cards": { "allocation": "fair" } },
        "allocation": [{ "name": "fair", "rules": ["least_loaded"] }],"#;
    let (desk, meera) = open_with(&RULES.replacen('{', given_out, 1)).await;
    let me = desk.staff_of(meera);
    let marks = async || {
        let before = desk.kept(&THERE, &me.to_string()).await.unwrap();
        let changes = desk.is_there(me, before.as_ref(), None).await.unwrap();
        changes.marks.len()
    };
    desk.take_chats(meera).await.unwrap();
    desk.clock
        .advance(CHATS_TAKEN_FOR - CLOCKS_APART - TimeDelta::seconds(1));
    assert_eq!(marks().await, 0, "they are there by any clock");
    desk.clock.advance(TimeDelta::seconds(1));
    assert_eq!(marks().await, 1);
    desk.clock.advance(CLOCKS_APART);
    assert_eq!(marks().await, 1, "and where they were gone");
}

#[tokio::test]
async fn one_customer_has_one_chat() {
    let (desk, meera) = open().await;
    let asha = desk.new_customer("Asha").await.unwrap();
    let request = ChatRequest {
        key: Some("click".into()),
        ..request(&desk, asha, "cards")
    };
    let chat = desk.start_chat(asha, &request).await.unwrap();
    assert_eq!(
        desk.start_chat(asha, &request).await.unwrap(),
        chat,
        "a second click"
    );
    let second = starts(&desk, asha).await.unwrap_err();
    assert!(
        second.to_string().contains("has a chat already"),
        "{second}"
    );

    // Who goes before anybody answered is not told that they were answered.
    desk.end_chat(asha, chat.ticket).await.unwrap();
    assert_eq!(
        place(&desk, asha, &chat).await,
        ChatPlace::Over { withdrawn: true }
    );
    let next = starts(&desk, asha).await.unwrap();
    desk.acting(meera).claim(next.ticket).await.unwrap();
    desk.acting(meera)
        .convert(next.ticket, Kind::Complaint)
        .await
        .unwrap();
    let kind = Kind::Complaint;
    assert_eq!(
        place(&desk, asha, &next).await,
        ChatPlace::Elsewhere { kind }
    );
    starts(&desk, asha).await.unwrap();
    desk.advance_minutes(1).await.unwrap();
    assert!(desk.outbox.sent().is_empty(), "nothing was said");

    let stranger = desk.new_customer("Ravi").await.unwrap();
    let theirs = desk.chat(stranger, next.ticket).await.unwrap_err();
    assert_eq!(theirs.kind(), ErrorKind::NotFound);
    assert_eq!(
        desk.end_chat(stranger, chat.ticket)
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::NotFound
    );
}
