use chrono::{NaiveDate, TimeDelta};

use super::Quotation;
use crate::command::{Amend, Field};
use crate::testing::TestDesk;
use crate::ticket::{Kind, Outcome, Quoted, Status, StatusName};
use crate::{Actor, Amount, Code, ErrorKind, Raise, Rules, TicketId};

const RULES: &str = r#"{
    "services": { "loans": { "queue": "loans" } },
    "fields": {
        "quoted": { "type": "amount" }, "valid-until": { "type": "date" }, "accepted": { "type": "flag" }
    }
}"#;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn quotation(price: &str, valid_until: &str) -> Quotation {
    Quotation {
        amount: amount(price),
        valid_until: valid_until.parse().unwrap(),
        text: "For 20 years at a fixed rate.".into(),
    }
}

struct Office {
    desk: TestDesk,
    asha: Actor,
    meera: Actor,
    ticket: TicketId,
}

impl Office {
    async fn open(rules: &str) -> Self {
        let desk = TestDesk::open(Rules::from_json(rules).unwrap())
            .await
            .unwrap();
        let asha = desk.new_customer("Asha").await.unwrap();
        let meera = desk.new_agent("Meera", &[&code("loans")]).await.unwrap();
        let mut raise = Raise::new(desk.id_of(asha), code("loans"), "A loan for a house");
        raise.kind = Kind::Quote;
        raise.amount = Some(amount("500000000 INR"));
        let ticket = desk.acting(asha).raise(raise).await.unwrap().ticket;
        desk.acting(meera).claim(ticket).await.unwrap();
        Self {
            desk,
            asha,
            meera,
            ticket,
        }
    }

    async fn quotes(&self, price: &str, valid_until: &str) -> Result<crate::Done, crate::Error> {
        self.desk
            .quote(self.meera, self.ticket, &quotation(price, valid_until))
            .await
    }

    /// As the customer sees it now; before the first one, what they make up.
    async fn seen(&self) -> Quoted {
        let ticket = self.desk.ticket(self.asha, self.ticket).await.unwrap();
        ticket.quotation().unwrap_or(Quoted {
            amount: amount("1 INR"),
            valid_until: NaiveDate::MAX,
            accepted: None,
        })
    }

    async fn says(&self, accepted: bool) -> Result<crate::Done, crate::Error> {
        let seen = self.seen().await;
        self.desk
            .answer_quotation(self.asha, self.ticket, &seen, accepted, Some("Thank you."))
            .await
    }

    async fn status(&self) -> StatusName {
        self.desk
            .ticket(self.asha, self.ticket)
            .await
            .unwrap()
            .status
            .name()
    }
}

#[tokio::test]
async fn a_price_is_quoted_bettered_and_accepted() {
    let office = Office::open(RULES).await;
    office.quotes("450000 INR", "2026-03-31").await.unwrap();
    assert_eq!(office.status().await, StatusName::WaitingForCustomer);
    office.quotes("430000 INR", "2026-03-15").await.unwrap();
    let quoted = office.seen().await;
    let until = NaiveDate::from_ymd_opt(2026, 3, 15);
    assert_eq!(
        (quoted.amount, Some(quoted.valid_until), quoted.accepted),
        (amount("430000 INR"), until, None)
    );

    office.says(true).await.unwrap();
    assert_eq!(office.status().await, StatusName::Open, "the desk goes on");
    assert_eq!(office.seen().await.accepted, Some(true));
    assert_eq!(
        office.says(false).await.unwrap_err().kind(),
        ErrorKind::NotPossible
    );
    let late = office.quotes("460000 INR", "2026-03-31").await.unwrap_err();
    assert_eq!(
        late.kind(),
        ErrorKind::NotPossible,
        "a price that was accepted stands"
    );
    office
        .desk
        .acting(office.meera)
        .resolve(office.ticket, Outcome::Answered, None)
        .await
        .unwrap();
    office.desk.advance_minutes(1).await.unwrap();
    let sent = office.desk.outbox.sent_to("asha@customers.test");
    let mut texts: Vec<&str> = sent.iter().map(|message| message.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["acknowledged", "quoted", "quoted", "resolved"]);
    let told = |message: &&crate::Message| message.text.as_str() == "quoted";
    let quoted = sent.iter().find(told).unwrap();
    assert!(quoted.variables["message"].contains("20 years"));
    // As it stands when the mail goes: that is the one that can be accepted.
    assert_eq!(quoted.variables["amount"], "INR 4,300.00");
    assert_eq!(quoted.variables["until"], "2026-03-15");
    office.desk.assert_sound().await;
}

#[tokio::test]
async fn a_price_is_declined_or_expires() {
    let office = Office::open(RULES).await;
    assert_eq!(
        office.says(true).await.unwrap_err().kind(),
        ErrorKind::NotPossible,
        "none yet"
    );
    office.quotes("450000 INR", "2026-03-02").await.unwrap();
    office.desk.clock.advance(TimeDelta::days(1));
    let expired = office.says(true).await.unwrap_err();
    assert!(
        expired.to_string().contains("valid until 2026-03-02"),
        "{expired}"
    );
    office.says(false).await.unwrap();
    let ticket = office
        .desk
        .ticket(office.asha, office.ticket)
        .await
        .unwrap();
    assert!(matches!(
        ticket.status,
        Status::Resolved {
            outcome: Outcome::Withdrawn,
            ..
        }
    ));
    assert_eq!(ticket.quotation().unwrap().accepted, Some(false));
    assert!(office.says(true).await.is_err());
    office.desk.assert_sound().await;
}

#[tokio::test]
async fn what_was_not_seen_is_not_accepted() {
    let office = Office::open(RULES).await;
    office.quotes("450000 INR", "2026-03-31").await.unwrap();
    let seen = office.seen().await;
    office.quotes("470000 INR", "2026-03-31").await.unwrap();
    for accepted in [true, false] {
        let answer = (office.desk)
            .answer_quotation(office.asha, office.ticket, &seen, accepted, None)
            .await;
        let error = answer.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotPossible);
        assert!(error.to_string().contains("470000 INR"), "{error}");
    }
    assert_eq!(office.status().await, StatusName::WaitingForCustomer);
    office.says(true).await.unwrap();
}

#[tokio::test]
async fn nobody_accepts_for_another() {
    let office = Office::open(RULES).await;
    office.quotes("450000 INR", "2026-03-31").await.unwrap();
    let (desk, id, seen) = (&office.desk, office.ticket, office.seen().await);
    let ravi = desk.new_customer("Ravi").await.unwrap();
    let stranger = desk
        .answer_quotation(ravi, id, &seen, true, None)
        .await
        .unwrap_err();
    assert_eq!(stranger.kind(), ErrorKind::NotFound);
    let staff = desk
        .answer_quotation(office.meera, id, &seen, true, None)
        .await
        .unwrap_err();
    assert_eq!(staff.kind(), ErrorKind::NotAllowed);
    let own = desk
        .quote(office.asha, id, &quotation("1 INR", "2026-03-31"))
        .await
        .unwrap_err();
    assert_eq!(own.kind(), ErrorKind::NotAllowed);

    let mut amend = Amend::default();
    amend.fields.insert(code("accepted"), Field::Flag(true));
    let forged = desk
        .acting(office.meera)
        .amend(id, amend)
        .await
        .unwrap_err();
    assert_eq!(forged.kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn what_cannot_be_quoted_is_refused() {
    let office = Office::open(RULES).await;
    for (price, until) in [("0 INR", "2026-03-31"), ("1 INR", "2026-03-01")] {
        assert_eq!(
            office.quotes(price, until).await.unwrap_err().kind(),
            ErrorKind::Invalid
        );
    }
    office
        .desk
        .acting(office.meera)
        .convert(office.ticket, Kind::Query)
        .await
        .unwrap();
    let query = office.quotes("1 INR", "2026-03-31").await.unwrap_err();
    assert_eq!(query.kind(), ErrorKind::NotPossible);

    let office = Office::open(r#"{ "services": { "loans": { "queue": "loans" } } }"#).await;
    let lacking = office.quotes("1 INR", "2026-03-31").await.unwrap_err();
    assert_eq!(lacking.kind(), ErrorKind::Invalid);
    assert!(lacking.to_string().contains("fields.quoted"), "{lacking}");
}

#[tokio::test]
async fn a_quotation_that_is_sent_twice_is_told_once() {
    let office = Office::open(RULES).await;
    let price = quotation("150000 INR", "2026-03-31");
    let acting = office.desk.acting(office.meera).with_key("quote 1");
    let first = acting.quote(office.ticket, &price).await.unwrap();
    let again = acting.quote(office.ticket, &price).await.unwrap();
    assert_eq!(first, again);
    let other = quotation("160000 INR", "2026-03-31");
    let refused = acting.quote(office.ticket, &other).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    let late = office.desk.acting(office.meera).seen_at(first.version - 1);
    let refused = late.quote(office.ticket, &other).await.unwrap_err();
    assert!(matches!(refused, crate::Error::Stale { .. }), "{refused}");
}
