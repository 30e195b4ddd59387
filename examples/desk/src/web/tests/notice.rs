//! What an open page says at its edge as it happens.

use crcore::{Actor, Raise, Role, TicketId};
use serde_json::Value;
use tokio::task::JoinHandle;

use super::counter::agent;
use super::support::{Browser, Site};

async fn open() -> (Site, JoinHandle<()>) {
    let site = Site::offering().await;
    let pump = site.app.live.start(|_| {}).await.unwrap();
    (site, pump)
}

/// The first `count` notices that a page hears while something is done.
async fn notices(
    site: &Site,
    page: &Browser,
    address: &str,
    count: usize,
    done: impl Future<Output = ()>,
) -> Vec<Value> {
    let before = site.app.live.open();
    let (heard, ()) = tokio::join!(page.hear_of("event: notice", address, count), async {
        while site.app.live.open() == before {
            tokio::task::yield_now().await;
        }
        done.await;
    });
    let notices = heard.iter().filter(|event| event.contains("event: notice"));
    let data = notices.map(|event| {
        let data = event.lines().find_map(|line| line.strip_prefix("data: "));
        serde_json::from_str(data.unwrap()).unwrap()
    });
    data.collect()
}

async fn case(site: &Site, customer: uuid::Uuid) -> TicketId {
    let raise = Raise::new(customer.into(), "cards".parse().unwrap(), "Charged twice");
    let acting = site.app.desk.acting(Actor::System);
    acting.raise(raise).await.unwrap().ticket
}

async fn reference(site: &Site, ticket: TicketId) -> String {
    let ticket = site.app.desk.ticket(Actor::System, ticket).await.unwrap();
    ticket.reference.to_string()
}

#[tokio::test]
async fn a_customer_is_told_what_the_bank_did_and_not_what_they_did() {
    let (site, pump) = open().await;
    let (mut asha, id) = site.someone(Role::Customer, "Asha").await;
    let ticket = case(&site, id).await;
    let reference = reference(&site, ticket).await;
    asha.get("/services").await;
    assert!(
        asha.page.contains("data-live=\"/live/notices\""),
        "on any page"
    );
    let told = notices(&site, &asha, "/live/notices", 2, async {
        let own = site.app.desk.acting(Actor::Customer(id.into()));
        own.reply(ticket, "It was in May.").await.unwrap();
        let bank = site.app.desk.acting(Actor::System);
        bank.note(ticket, "a secret of the desk").await.unwrap();
        bank.reply(ticket, "We look at it.").await.unwrap();
        let text = Some("We paid it back.".to_owned());
        bank.resolve(ticket, crcore::ticket::Outcome::Upheld, text)
            .await
            .unwrap();
    });
    let told = told.await;
    let texts: Vec<&str> = told
        .iter()
        .filter_map(|told| told["text"].as_str())
        .collect();
    assert_eq!(
        texts,
        [
            format!("{reference}: we have written to you"),
            format!("{reference}: we have answered")
        ]
    );
    assert_eq!(told[0]["href"], format!("/cases/{reference}"));
    pump.abort();
}

#[tokio::test]
async fn an_agent_is_told_what_came_to_them_on_any_page() {
    let (site, pump) = open().await;
    let (_, asha) = site.someone(Role::Customer, "Asha").await;
    let ticket = case(&site, asha).await;
    let (meera, me) = agent(&site, "Meera", &["cards"]).await;
    let (ravi, _) = agent(&site, "Ravi", &["cards"]).await;
    let desk = &site.app.desk;
    let given = async {
        let acting = desk.acting(Actor::System);
        acting.assign(ticket, me.into()).await.unwrap();
        let own = desk.acting(Actor::Customer(asha.into()));
        own.reply(ticket, "It was in May.").await.unwrap();
    };
    // On the board nothing else is heard.
    let told = notices(&site, &meera, "/live/board", 2, given).await;
    let reference = reference(&site, ticket).await;
    let texts: Vec<&str> = told
        .iter()
        .filter_map(|told| told["text"].as_str())
        .collect();
    assert_eq!(
        texts,
        [
            format!("{reference} came to you"),
            format!("{reference}: the customer has written")
        ]
    );
    assert_eq!(told[0]["href"], format!("/desk/cases/{reference}"));

    let before = site.app.live.open();
    let (heard, ()) = tokio::join!(ravi.hear("/live/me", 2), async {
        while site.app.live.open() == before {
            tokio::task::yield_now().await;
        }
        let own = desk.acting(Actor::Customer(asha.into()));
        own.reply(ticket, "And in June.").await.unwrap();
        own.reply(ticket, "And in July.").await.unwrap();
    });
    let of_news = |event: &String| event.contains("event: news");
    assert!(heard.iter().all(of_news), "it is not his: {heard:?}");
    pump.abort();
}
