//! A ticket's life through the public API: what happens, what the customer is told, what is refused.

use crcore::command::{Amend, Field};
use crcore::store::{Paging, TicketFilter};
use crcore::testing::TestDesk;
use crcore::ticket::{Kind, LinkKind, Outcome, Priority, Status, StatusName, Verb, WaitingOn};
use crcore::{Actor, Code, Error, ErrorKind, Fact, File, Pool, Raise, Rules, Ticket, TicketId};

type Test = Result<(), Error>;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// Two services in two queues, one tag, one field; nobody allocates, so that each test decides.
fn rules() -> Rules {
    Rules::from_json(
        r#"{
            "services": { "cards": { "queue": "cards" }, "loans": { "queue": "loans" } },
            "tags": ["fraud"],
            "fields": { "branch": { "type": "text" }, "account": { "type": "choice", "choices": ["savings"] } }
        }"#,
    )
    .unwrap()
}

struct Bank {
    desk: TestDesk,
    asha: Actor,
    ravi: Actor,
    agent: Actor,
    other: Actor,
    lead: Actor,
    admin: Actor,
}

impl Bank {
    async fn open() -> Result<Self, Error> {
        let desk = TestDesk::open(rules()).await?;
        let (asha, ravi) = (
            desk.new_customer("Asha").await?,
            desk.new_customer("Ravi").await?,
        );
        let agent = desk.new_agent("Meera", &[&code("cards")]).await?;
        let other = desk.new_agent("Lena", &[&code("loans")]).await?;
        let lead = Actor::Supervisor(desk.new_id()?);
        let admin = Actor::Admin(desk.new_id()?);
        Ok(Self {
            desk,
            asha,
            ravi,
            agent,
            other,
            lead,
            admin,
        })
    }

    async fn raise(&self, by: Actor) -> Result<TicketId, Error> {
        let raise = Raise {
            body: Some("It was taken from my bag.".into()),
            ..Raise::new(self.desk.id_of(by), code("cards"), "Card stolen")
        };
        Ok(self.desk.acting(by).raise(raise).await?.ticket)
    }

    async fn ticket(&self, id: TicketId) -> Ticket {
        self.desk.ticket(Actor::System, id).await.unwrap()
    }

    async fn status(&self, id: TicketId) -> StatusName {
        self.ticket(id).await.status.name()
    }

    async fn texts(&self, actor: Actor, id: TicketId) -> Vec<String> {
        let thread = self.desk.thread(actor, id).await.unwrap();
        thread.into_iter().filter_map(|entry| entry.text).collect()
    }
}

fn kind<T: std::fmt::Debug>(answer: Result<T, Error>) -> ErrorKind {
    answer.expect_err("an error").kind()
}

#[tokio::test]
async fn a_complaint_from_raise_to_rating() -> Test {
    let bank = Bank::open().await?;
    let (desk, me) = (&bank.desk, bank.desk.acting(bank.agent));
    let id = bank.raise(bank.asha).await?;
    assert_eq!(bank.status(id).await, StatusName::New);

    me.claim(id).await?;
    assert_eq!(bank.status(id).await, StatusName::Open);
    me.note(id, "Looks like the gang from last week").await?;
    desk.clock.advance(chrono::TimeDelta::minutes(1));
    me.reply(id, "We blocked your card. Where did it happen?")
        .await?;
    me.wait(id, WaitingOn::Customer).await?;
    desk.acting(bank.asha).reply(id, "At the station").await?;
    assert_eq!(
        bank.status(id).await,
        StatusName::Open,
        "the customer's answer ends the wait"
    );
    desk.clock.advance(chrono::TimeDelta::minutes(1));
    me.resolve(
        id,
        Outcome::Upheld,
        Some("A new card is on its way.".into()),
    )
    .await?;
    desk.acting(bank.asha)
        .rate(id, 5, Some("Quick!".into()))
        .await?;
    desk.acting(bank.asha).close(id).await?;
    assert_eq!(bank.status(id).await, StatusName::Closed);
    assert!(matches!(
        bank.ticket(id).await.status,
        Status::Closed {
            outcome: Some(Outcome::Upheld),
            ..
        }
    ));

    desk.advance_minutes(1).await?;
    let mail = desk.outbox.sent_to("asha@customers.test");
    let told: Vec<&str> = mail.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(told, ["acknowledged", "replied", "resolved"]);
    assert_eq!(
        mail[1].variables["message"],
        "We blocked your card. Where did it happen?"
    );
    assert_eq!(mail[1].variables["subject"], "Card stolen");
    assert_eq!(mail[2].variables["outcome"], "upheld");

    let seen = bank.texts(bank.asha, id).await;
    assert!(seen.contains(&"At the station".into()) && seen.contains(&"Quick!".into()));
    assert!(
        !seen.iter().any(|text| text.contains("gang")),
        "notes stay inside"
    );
    assert!(
        bank.texts(bank.agent, id)
            .await
            .iter()
            .any(|text| text.contains("gang"))
    );
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn an_answer_is_rated_once_and_the_next_one_again() -> Test {
    let bank = Bank::open().await?;
    let (asha, me) = (bank.desk.acting(bank.asha), bank.desk.acting(bank.agent));
    let id = bank.raise(bank.asha).await?;
    me.resolve(id, Outcome::Rejected, None).await?;
    asha.rate(id, 1, None).await?;
    let again = asha.rate(id, 5, None).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::NotPossible);
    asha.reopen(id, None).await?;
    assert_eq!(bank.ticket(id).await.rating, None);
    me.resolve(id, Outcome::Upheld, None).await?;
    asha.rate(id, 4, None).await?;
    assert_eq!(
        bank.ticket(id).await.rating.map(|rating| rating.score),
        Some(4)
    );
    bank.desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn an_illegal_command_names_the_legal_ones() -> Test {
    let bank = Bank::open().await?;
    let id = bank.raise(bank.asha).await?;
    let error = bank.desk.acting(bank.agent).close(id).await.unwrap_err();
    let Error::NotPossible { legal, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(legal.contains(&Verb::Claim) && legal.contains(&Verb::Resolve));
    assert!(
        !legal.contains(&Verb::Erase),
        "an agent is not told of what an admin may do"
    );
    assert!(error.to_string().contains("claim"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_stranger_and_an_unknown_ticket_look_the_same() -> Test {
    let bank = Bank::open().await?;
    let id = bank.raise(bank.asha).await?;
    let reference = bank.ticket(id).await.reference;
    let unknown = bank
        .desk
        .ticket(bank.ravi, bank.desk.new_id()?)
        .await
        .unwrap_err();
    for answer in [
        bank.desk.ticket(bank.ravi, id).await.map(|_| ()),
        bank.desk
            .by_reference(bank.ravi, reference)
            .await
            .map(|_| ()),
        bank.desk.thread(bank.ravi, id).await.map(|_| ()),
        bank.desk
            .acting(bank.ravi)
            .reply(id, "Hello")
            .await
            .map(|_| ()),
        bank.desk.ticket(bank.other, id).await.map(|_| ()),
        bank.desk.acting(bank.other).claim(id).await.map(|_| ()),
    ] {
        assert_eq!(answer.unwrap_err().to_string(), unknown.to_string());
    }
    Ok(())
}

#[tokio::test]
async fn a_customer_sees_nothing_of_how_the_desk_works() -> Test {
    let bank = Bank::open().await?;
    let id = bank.raise(bank.asha).await?;
    bank.desk.acting(bank.agent).claim(id).await?;
    bank.desk
        .acting(bank.agent)
        .tag(id, [code("fraud")], [])
        .await?;
    let ticket = bank.desk.ticket(bank.asha, id).await?;
    assert!(ticket.assignment.is_none() && ticket.tags.is_empty() && ticket.sla.is_none());
    let facts = bank.desk.thread(bank.asha, id).await?;
    assert!(facts.iter().all(|entry| !matches!(
        entry.event.fact,
        Fact::Assigned { .. } | Fact::Tagged { .. }
    )));
    assert_eq!(
        kind(bank.desk.explain(bank.asha, id).await),
        ErrorKind::NotAllowed
    );
    assert_eq!(
        kind(bank.desk.acting(bank.asha).note(id, "x").await),
        ErrorKind::NotAllowed
    );
    Ok(())
}

#[tokio::test]
async fn a_stale_writer_is_told_what_it_missed() -> Test {
    let bank = Bank::open().await?;
    let id = bank.raise(bank.asha).await?;
    let seen = bank.ticket(id).await.version;
    bank.desk
        .acting(bank.asha)
        .reply(id, "One more thing")
        .await?;
    let answer = bank
        .desk
        .acting(bank.agent)
        .seen_at(seen)
        .reply(id, "Done")
        .await;
    assert!(
        matches!(answer, Err(Error::Stale { now, .. }) if now > seen),
        "{answer:?}"
    );
    Ok(())
}

#[tokio::test]
async fn the_same_key_has_one_effect() -> Test {
    let bank = Bank::open().await?;
    let raise = || Raise::new(bank.desk.id_of(bank.asha), code("cards"), "Card stolen");
    let keyed = |actor| bank.desk.acting(actor).with_key("k1");
    let first = keyed(bank.asha).raise(raise()).await?;
    assert_eq!(keyed(bank.asha).raise(raise()).await?, first);
    let other = Raise {
        subject: "Card lost".into(),
        ..raise()
    };
    assert_eq!(
        kind(keyed(bank.asha).raise(other).await),
        ErrorKind::Invalid
    );
    let theirs = Raise::new(bank.desk.id_of(bank.ravi), code("cards"), "Card stolen");
    assert_ne!(
        keyed(bank.ravi).raise(theirs).await?.ticket,
        first.ticket,
        "keys are one's own"
    );
    assert_eq!(bank.desk.all_tickets().await?.len(), 2);

    bank.desk.advance_minutes(24 * 60 + 1).await?;
    assert_ne!(
        keyed(bank.asha).raise(raise()).await?.ticket,
        first.ticket,
        "after a day the key is free"
    );
    bank.desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn merging_keeps_every_word_and_the_earliest_receipt() -> Test {
    let bank = Bank::open().await?;
    let (desk, me) = (&bank.desk, bank.desk.acting(bank.agent));
    let first = bank.raise(bank.asha).await?;
    desk.clock.advance(chrono::TimeDelta::hours(2));
    let second = bank.raise(bank.asha).await?;
    me.claim(first).await?;
    let file = File {
        name: "card.png".into(),
        media_type: "image/png".into(),
        content: vec![7; 9],
        public: true,
    };
    me.attach(first, file).await?;
    let earliest = bank.ticket(first).await.received_at;
    me.merge(first, second).await?;

    let survivor = bank.ticket(second).await;
    assert_eq!(survivor.received_at, earliest);
    assert_eq!(survivor.attachments.len(), 1);
    assert_eq!(
        bank.texts(bank.asha, second).await.len(),
        2,
        "both bodies are told"
    );
    let (words, bytes) = desk
        .file(bank.asha, second, survivor.attachments[0].piece.id)
        .await?;
    assert_eq!((words.name.as_str(), bytes), ("card.png", vec![7; 9]));
    assert_eq!(bank.status(first).await, StatusName::Closed);
    assert_eq!(kind(me.reply(first, "x").await), ErrorKind::NotPossible);
    assert_eq!(
        kind(me.merge(second, first).await),
        ErrorKind::NotPossible,
        "no cycles"
    );
    assert_eq!(kind(me.merge(second, second).await), ErrorKind::Invalid);

    desk.advance_minutes(1).await?;
    let sent = desk.outbox.sent_to("asha@customers.test");
    assert_eq!(
        sent.len(),
        1,
        "what the merged ticket still owed was taken back"
    );
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn tickets_of_two_customers_are_merged_by_a_supervisor() -> Test {
    let bank = Bank::open().await?;
    let (asha, ravi) = (bank.raise(bank.asha).await?, bank.raise(bank.ravi).await?);
    assert_eq!(
        kind(bank.desk.acting(bank.agent).merge(asha, ravi).await),
        ErrorKind::NotPossible
    );
    bank.desk.acting(bank.lead).merge(asha, ravi).await?;
    Ok(())
}

fn text_file(name: &str) -> File {
    File {
        name: name.into(),
        media_type: "text/plain".into(),
        content: name.as_bytes().to_vec(),
        public: true,
    }
}

#[tokio::test]
async fn a_customer_reads_nothing_of_whom_their_ticket_was_merged_with() -> Test {
    let bank = Bank::open().await?;
    let desk = &bank.desk;
    let (asha, ravi) = (bank.raise(bank.asha).await?, bank.raise(bank.ravi).await?);
    desk.acting(bank.asha).reply(asha, "Asha's words").await?;
    let file = text_file("passport.txt");
    desk.acting(bank.asha).attach(asha, file).await?;
    desk.acting(bank.lead).merge(asha, ravi).await?;
    let piece = bank.ticket(ravi).await.attachments[0].piece.id;

    let whole = |texts: Vec<String>| texts.contains(&"Asha's words".to_owned());
    assert!(
        whole(bank.texts(bank.agent, ravi).await),
        "who answers reads both"
    );
    desk.file(bank.agent, ravi, piece).await?;
    assert!(
        whole(bank.texts(bank.asha, asha).await),
        "her own stays hers"
    );
    assert!(!whole(bank.texts(bank.ravi, ravi).await));
    assert_eq!(
        kind(desk.file(bank.ravi, ravi, piece).await),
        ErrorKind::NotFound
    );

    let his = text_file("bill.txt");
    desk.acting(bank.ravi).attach(ravi, his).await?;
    let shown = desk.ticket(bank.ravi, ravi).await?;
    let (all, first) = (TicketFilter::default(), Paging::default());
    let listed = desk.tickets(bank.ravi, all, &first).await?;
    assert_eq!(listed.items[0], shown);
    let files: Vec<_> = shown.attachments.iter().map(|file| file.piece.id).collect();
    assert_eq!(files.len(), 1, "his own file and no trace of hers");
    assert!(!files.contains(&piece));
    assert_eq!(
        bank.ticket(ravi).await.attachments.len(),
        2,
        "who answers has both"
    );

    let hers = desk.ticket(bank.asha, asha).await?;
    assert_eq!(
        hers.merged_into,
        Some(TicketId::ELSEWHERE),
        "it goes on, not where"
    );
    let thread = desk.thread(bank.asha, asha).await?;
    let said = format!(
        "{:?}",
        thread.iter().map(|entry| &entry.event).collect::<Vec<_>>()
    );
    assert!(!said.contains(&ravi.to_string()), "{said}");
    assert_eq!(bank.ticket(asha).await.merged_into, Some(ravi));
    Ok(())
}

#[tokio::test]
async fn splitting_takes_public_messages_along() -> Test {
    let bank = Bank::open().await?;
    let (desk, me) = (&bank.desk, bank.desk.acting(bank.agent));
    let id = bank.raise(bank.asha).await?;
    desk.acting(bank.asha)
        .reply(id, "Also, my loan rate is wrong")
        .await?;
    me.note(id, "Two things in one").await?;
    let thread = desk.thread(bank.agent, id).await?;
    let piece = |wanted: &str| {
        let entry = thread
            .iter()
            .find(|entry| entry.text.as_deref() == Some(wanted))
            .unwrap();
        match &entry.event.fact {
            Fact::Replied { words } | Fact::Noted { words } => words.id,
            other => panic!("{other:?}"),
        }
    };
    let note = vec![piece("Two things in one")];
    let answer = me
        .split(id, "Loan rate", code("loans"), Kind::Query, note)
        .await;
    assert_eq!(
        kind(answer),
        ErrorKind::Invalid,
        "notes are not told to another queue's customer"
    );
    let told = vec![piece("Also, my loan rate is wrong")];
    let made = me
        .split(id, "Loan rate", code("loans"), Kind::Query, told)
        .await?
        .made
        .unwrap();
    let child = bank.ticket(made).await;
    assert_eq!((child.queue, child.kind), (code("loans"), Kind::Query));
    assert_eq!(
        child.received_at,
        bank.ticket(id).await.received_at,
        "the law counts from receipt"
    );
    assert!(
        child
            .links
            .iter()
            .any(|link| link.kind == LinkKind::ChildOf && link.ticket == id)
    );
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn a_query_becomes_a_complaint_with_its_time_of_receipt() -> Test {
    let bank = Bank::open().await?;
    let raise = Raise {
        kind: Kind::Query,
        ..Raise::new(bank.desk.id_of(bank.asha), code("cards"), "Fee?")
    };
    let id = bank.desk.acting(bank.asha).raise(raise).await?.ticket;
    let received = bank.ticket(id).await.received_at;
    bank.desk.clock.advance(chrono::TimeDelta::days(3));
    bank.desk
        .acting(bank.agent)
        .convert(id, Kind::Complaint)
        .await?;
    let ticket = bank.ticket(id).await;
    assert_eq!(
        (ticket.kind, ticket.received_at),
        (Kind::Complaint, received)
    );
    let wrong = bank
        .desk
        .acting(bank.agent)
        .resolve(id, Outcome::Answered, None)
        .await;
    assert_eq!(
        kind(wrong),
        ErrorKind::Invalid,
        "a complaint is upheld or rejected"
    );
    Ok(())
}

/// Asha's ticket of two messages, and what an agent split off it.
async fn split(bank: &Bank) -> Result<(TicketId, TicketId), Error> {
    let (desk, me) = (&bank.desk, bank.desk.acting(bank.agent));
    let id = bank.raise(bank.asha).await?;
    let said = "Also, my loan rate is wrong";
    desk.acting(bank.asha).reply(id, said).await?;
    let thread = desk.thread(bank.agent, id).await?;
    let piece = thread.iter().find_map(|entry| match &entry.event.fact {
        Fact::Replied { words } if entry.text.as_deref() == Some(said) => Some(words.id),
        _ => None,
    });
    let pieces = vec![piece.unwrap()];
    let answer = me.split(id, "Loan rate", code("loans"), Kind::Query, pieces);
    Ok((id, answer.await?.made.unwrap()))
}

#[tokio::test]
async fn what_was_split_off_tells_the_words_it_took_along() -> Test {
    let bank = Bank::open().await?;
    let (_, child) = split(&bank).await?;
    for who in [bank.other, bank.asha] {
        assert_eq!(
            bank.texts(who, child).await,
            ["Also, my loan rate is wrong"],
            "who answers it has to know what was said"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_hold_keeps_the_words_of_what_was_merged_in() -> Test {
    let bank = Bank::open().await?;
    let admin = bank.desk.acting(bank.admin);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(bank.raise(bank.asha).await?);
    }
    admin.merge(ids[0], ids[1]).await?;
    admin.merge(ids[1], ids[2]).await?;
    let answer = admin.erase(ids[0]).await;
    assert_eq!(kind(answer), ErrorKind::NotPossible, "it goes on elsewhere");
    admin.resolve(ids[2], Outcome::Rejected, None).await?;
    admin.hold(ids[2], true).await?;
    for id in &ids {
        assert_eq!(kind(admin.erase(*id).await), ErrorKind::NotPossible);
    }
    admin.hold(ids[2], false).await?;
    admin.erase(ids[0]).await?;
    Ok(())
}

#[tokio::test]
async fn a_hold_keeps_the_words_that_another_ticket_tells_too() -> Test {
    let bank = Bank::open().await?;
    let (parent, child) = split(&bank).await?;
    let (desk, admin) = (&bank.desk, bank.desk.acting(bank.admin));
    admin.resolve(child, Outcome::Rejected, None).await?;
    let answer = admin.erase(child).await;
    assert_eq!(kind(answer), ErrorKind::NotPossible, "the parent is open");
    admin.resolve(parent, Outcome::Rejected, None).await?;
    for (held, erased) in [(parent, child), (child, parent)] {
        admin.hold(held, true).await?;
        assert_eq!(kind(admin.erase(erased).await), ErrorKind::NotPossible);
        assert!(!bank.texts(bank.asha, parent).await.is_empty());
        admin.hold(held, false).await?;
    }
    admin.erase(parent).await?;
    assert!(bank.texts(Actor::System, child).await.is_empty());
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn erasing_leaves_the_chain_whole_and_the_words_gone() -> Test {
    let bank = Bank::open().await?;
    let desk = &bank.desk;
    let id = bank.raise(bank.asha).await?;
    let file = File {
        name: "id.png".into(),
        media_type: "image/png".into(),
        content: b"passport".to_vec(),
        public: true,
    };
    desk.acting(bank.asha).attach(id, file).await?;
    assert_eq!(
        kind(desk.acting(bank.admin).erase(id).await),
        ErrorKind::NotPossible,
        "it is still open"
    );
    desk.acting(bank.asha)
        .act(
            id,
            crcore::Act::Resolve {
                outcome: Outcome::Withdrawn,
                text: None,
            },
        )
        .await?;
    desk.acting(bank.lead).hold(id, true).await?;
    assert_eq!(
        kind(desk.acting(bank.admin).erase(id).await),
        ErrorKind::NotPossible,
        "a hold forbids it"
    );
    desk.acting(bank.lead).hold(id, false).await?;
    assert_eq!(
        kind(desk.acting(bank.agent).erase(id).await),
        ErrorKind::NotAllowed
    );
    let head = desk.head(Actor::System).await?;
    let customer = desk.id_of(bank.asha);
    assert_eq!(desk.erase_customer(bank.admin, customer).await?.tickets, 1);

    assert!(bank.texts(Actor::System, id).await.is_empty());
    let piece = bank.ticket(id).await.attachments[0].piece.id;
    assert_eq!(
        kind(desk.file(Actor::System, id, piece).await),
        ErrorKind::NotFound
    );
    assert!(
        desk.verify(Actor::System, Some(head)).await?.is_ok(),
        "against the head from before"
    );
    desk.advance_minutes(1).await?;
    assert!(
        desk.outbox.sent().is_empty(),
        "what was owed about it is owed no more"
    );
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn capacity_holds_for_a_claim_and_yields_to_a_supervisor() -> Test {
    let bank = Bank::open().await?;
    let desk = &bank.desk;
    let me = desk.staff_of(bank.agent);
    for _ in 0..10 {
        let id = bank.raise(bank.asha).await?;
        desk.acting(bank.agent).claim(id).await?;
    }
    let eleventh = bank.raise(bank.asha).await?;
    assert_eq!(
        kind(desk.acting(bank.agent).claim(eleventh).await),
        ErrorKind::NotPossible
    );
    desk.acting(bank.lead).assign(eleventh, me).await?;
    let standing = desk.agent(bank.lead, me).await?;
    assert_eq!(standing.loads[&Pool::Cases].units, 11);
    desk.acting(bank.agent)
        .resolve(eleventh, Outcome::Rejected, None)
        .await?;
    assert_eq!(
        desk.agent(bank.lead, me).await?.loads[&Pool::Cases].units,
        10
    );
    desk.acting(bank.asha)
        .reopen(eleventh, Some("Still wrong".into()))
        .await?;
    assert_eq!(
        desk.agent(bank.lead, me).await?.loads[&Pool::Cases].units,
        11,
        "back to whom it was with"
    );
    desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn amending_moves_a_ticket_to_the_queue_of_its_service() -> Test {
    let bank = Bank::open().await?;
    let id = bank.raise(bank.asha).await?;
    bank.desk.acting(bank.agent).claim(id).await?;
    let amend = Amend {
        service: Some(code("loans")),
        fields: [(code("branch"), Field::Text("Pune".into()))].into(),
        ..Amend::default()
    };
    bank.desk.acting(bank.agent).amend(id, amend).await?;
    let ticket = bank.ticket(id).await;
    assert_eq!(ticket.queue, code("loans"));
    assert!(
        ticket.assignment.is_none(),
        "nobody of the old queue keeps it"
    );
    let typed = bank.desk.field_texts(bank.other, id).await?;
    assert_eq!(typed[&code("branch")], "Pune");
    assert_eq!(
        kind(bank.desk.field_texts(bank.asha, id).await),
        ErrorKind::NotAllowed
    );
    bank.desk.acting(bank.other).claim(id).await?;
    bank.desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn bad_input_says_what_was_expected_and_repeats_no_words() -> Test {
    let bank = Bank::open().await?;
    let customer = bank.desk.id_of(bank.asha);
    let raise = |change: fn(&mut Raise)| {
        let mut raise = Raise::new(customer, code("cards"), "Card stolen");
        change(&mut raise);
        raise
    };
    let cases: [(Raise, &str); 8] = [
        (
            raise(|r| r.subject = "  ".into()),
            "subject: expected some text",
        ),
        (
            raise(|r| r.subject = "secret".repeat(99)),
            "subject: expected at most 200 characters, got 594",
        ),
        (
            raise(|r| r.body = Some("secret\0".into())),
            "body: expected text without U+0000",
        ),
        (
            raise(|r| r.service = code("boats")),
            "service: expected a service of the rules, got boats",
        ),
        (
            raise(|r| r.tags = [code("vip")].into()),
            "tags: expected tags of the rules, got vip",
        ),
        (
            raise(|r| r.fields = [(code("account"), Field::Text("secret".into()))].into()),
            "fields.account: expected a choice",
        ),
        (
            raise(|r| r.received_at = Some(TestDesk::start() + chrono::TimeDelta::days(1))),
            "received_at: expected an instant since 1900 that is not in the future",
        ),
        (
            raise(|r| r.received_at = Some(chrono::DateTime::<chrono::Utc>::MIN_UTC)),
            "received_at: expected an instant since 1900 that is not in the future",
        ),
    ];
    for (raise, expected) in cases {
        let error = bank.desk.acting(bank.asha).raise(raise).await.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    assert!(bank.desk.all_tickets().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_snoozed_ticket_comes_back() -> Test {
    let bank = Bank::open().await?;
    let id = bank.raise(bank.asha).await?;
    let until = TestDesk::start() + chrono::TimeDelta::hours(5);
    bank.desk.acting(bank.agent).snooze(id, until).await?;
    bank.desk.advance_minutes(299).await?;
    assert_eq!(
        bank.ticket(id).await.snoozed_until,
        Some(until),
        "never early"
    );
    bank.desk.advance_minutes(1).await?;
    assert_eq!(bank.ticket(id).await.snoozed_until, None);
    bank.desk
        .acting(bank.agent)
        .reprioritise(id, Priority::High)
        .await?;
    bank.desk.assert_sound().await;
    Ok(())
}

#[tokio::test]
async fn notices_are_tried_again_and_given_up_visibly() -> Test {
    let bank = Bank::open().await?;
    let desk = &bank.desk;
    let again = crcore::NotifyError {
        again: true,
        why: "421".into(),
    };
    desk.outbox.fail_next(again.clone());
    bank.raise(bank.asha).await?;
    assert_eq!(desk.advance_minutes(0).await?.postponed, 1);
    assert_eq!(
        desk.advance(chrono::TimeDelta::seconds(10))
            .await?
            .delivered,
        0,
        "it waits a little"
    );
    assert_eq!(
        desk.advance(chrono::TimeDelta::seconds(30))
            .await?
            .delivered,
        1
    );

    desk.outbox.fail_next(crcore::NotifyError {
        again: false,
        why: "550".into(),
    });
    bank.raise(bank.asha).await?;
    assert_eq!(desk.advance_minutes(1).await?.dead, 1);
    let filter = crcore::store::NoticeFilter {
        dead: true,
        ..Default::default()
    };
    let dead = desk.notices(bank.lead, &filter, None).await?;
    assert_eq!(dead.len(), 1);
    assert!(format!("{:?}", dead[0].state).contains("550"));
    Ok(())
}

#[tokio::test]
async fn who_writes_on_an_answered_ticket_takes_it_up_again() -> Test {
    let desk = TestDesk::open(Rules::of_services([&code("cards")])).await?;
    let asha = desk.new_customer("Asha").await?;
    let raise = Raise::new(desk.id_of(asha), code("cards"), "Card lost");
    let id = desk.acting(asha).raise(raise).await?.ticket;
    let by = |actor| desk.acting(actor);
    by(asha).write(id, "It was blue.").await?;
    assert_eq!(desk.ticket(asha, id).await?.reopened, 0, "a reply");
    let words = Some("Here is a new one.".to_owned());
    by(Actor::System)
        .resolve(id, Outcome::Upheld, words)
        .await?;
    by(asha).write(id, "It is the wrong one.").await?;
    let ticket = desk.ticket(asha, id).await?;
    assert!(ticket.status.name().is_active());
    assert_eq!(ticket.reopened, 1);
    let thread = desk.thread(asha, id).await?;
    let said = |text: &str| thread.iter().any(|e| e.text.as_deref() == Some(text));
    assert!(said("It was blue.") && said("It is the wrong one."));
    by(Actor::System).resolve(id, Outcome::Upheld, None).await?;
    let empty = by(asha).write(id, " ").await.unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::Invalid);
    by(Actor::System).close(id).await?;
    let closed = by(asha).write(id, "Too late").await.unwrap_err();
    assert_eq!(closed.kind(), ErrorKind::NotPossible);
    desk.assert_sound().await;
    Ok(())
}
