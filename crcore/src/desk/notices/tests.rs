use crate::actor::Actor;
use crate::catalogue::{CATALOGUE, KEY};
use crate::command::Raise;
use crate::error::ErrorKind;
use crate::id::NoticeId;
use crate::notify::{CasePages, NotifyError};
use crate::record::{Body, RecordChange};
use crate::rules::Rules;
use crate::store::NoticeFilter;
use crate::testing::TestDesk;
use crate::{Desk, MemoryStore};

/// A desk on which the mail that says that a case has come in was given up, the notice, and its ticket.
async fn given_up() -> (TestDesk, NoticeId, Raise) {
    let cards = "cards".parse().unwrap();
    let desk = TestDesk::open(Rules::of_services([&cards])).await.unwrap();
    let asha = desk.new_customer("Asha").await.unwrap();
    let why = "no such mailbox".to_owned();
    desk.outbox.fail_next(NotifyError { again: false, why });
    let raise = Raise::new(desk.id_of(asha), cards, "Card lost");
    desk.acting(asha).raise(raise.clone()).await.unwrap();
    desk.tick(100).await.unwrap();
    let filter = NoticeFilter {
        dead: true,
        ..NoticeFilter::default()
    };
    let dead = desk.notices(Actor::System, &filter, None).await.unwrap();
    assert_eq!(dead.len(), 1);
    (desk, dead[0].id, raise)
}

#[tokio::test]
async fn mail_that_was_given_up_is_put_back_once_and_goes_out() {
    let (desk, id, _) = given_up().await;
    let sonia = Actor::Supervisor(desk.new_id().unwrap());
    assert!(desk.outbox.sent_to("asha@customers.test").is_empty());
    desk.retry_notice(sonia, id).await.unwrap();
    let again = desk.retry_notice(sonia, id).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::NotPossible);
    desk.tick(100).await.unwrap();
    let sent = desk.outbox.sent_to("asha@customers.test");
    assert_eq!((sent.len(), sent[0].notice), (1, id));
    let trail = desk.audit(Actor::System, None, 10).await.unwrap();
    let told = trail.iter().find(|entry| entry.what == "notice.retried");
    let told = told.unwrap();
    assert_eq!((told.by, &*told.on), (sonia, &*format!("notice:{id}")));
}

#[tokio::test]
async fn what_was_erased_is_not_sent_and_who_may_not_see_mail_does_not_send_it() {
    let (desk, id, raise) = given_up().await;
    for actor in [
        Actor::Customer(raise.customer),
        Actor::Agent(desk.new_id().unwrap()),
    ] {
        let refused = desk.retry_notice(actor, id).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotAllowed);
    }
    let nobodys = desk
        .retry_notice(Actor::System, desk.new_id().unwrap())
        .await;
    assert_eq!(nobodys.unwrap_err().kind(), ErrorKind::NotFound);
    let filter = NoticeFilter::default();
    let notice = desk
        .notices(Actor::System, &filter, None)
        .await
        .unwrap()
        .remove(0);
    let system = desk.acting(Actor::System);
    let outcome = crate::ticket::Outcome::Rejected;
    system.resolve(notice.ticket, outcome, None).await.unwrap();
    desk.erase_customer(Actor::System, raise.customer)
        .await
        .unwrap();
    let refused = desk.retry_notice(Actor::System, id).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotPossible);
    desk.tick(100).await.unwrap();
    assert!(desk.outbox.sent_to("asha@customers.test").is_empty());
}

#[tokio::test]
async fn a_catalogue_that_cannot_be_read_keeps_no_mail_back() {
    let cards = "cards".parse().unwrap();
    let desk = TestDesk::open(Rules::of_services([&cards])).await.unwrap();
    let asha = desk.new_customer("Asha").await.unwrap();
    let body = Body {
        text: r#"{ "services": "of a newer desk" }"#.to_owned(),
        expires_at: None,
    };
    let newer = RecordChange {
        shelf: CATALOGUE.name().to_owned(),
        key: KEY.to_owned(),
        from: None,
        to: Some(body),
    };
    desk.keep(vec![newer]).await.unwrap();
    let unreadable = desk.public_catalogue().await.unwrap_err();
    assert_eq!(unreadable.kind(), ErrorKind::Broken);
    let raise = Raise::new(desk.id_of(asha), cards, "Card lost");
    desk.acting(asha).raise(raise).await.unwrap();
    desk.tick(100).await.unwrap();
    assert_eq!(desk.outbox.sent_to("asha@customers.test").len(), 1);
}

#[tokio::test]
async fn a_page_that_does_not_name_the_case_is_refused() {
    let pages = CasePages {
        customer: "https://care.bank.example/cases/{reference}".into(),
        staff: "https://care.bank.example/desk".into(),
    };
    let desk = Desk::builder(MemoryStore::new()).case_pages(pages);
    let refused = desk.open().await.map(drop).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "case_pages.staff: expected an address with {reference} in it"
    );
}
