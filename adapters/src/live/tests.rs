use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crcore::testing::{Fault, FaultyStore, TestDesk};
use crcore::ticket::Channel;
use crcore::{ErrorKind, Fact, MemoryStore, Raise, Rules, Store, TicketId};
use futures_util::StreamExt as _;
use futures_util::future::FutureExt as _;

use super::*;

const RULES: &str = r#"{
    "services": { "cards": { "queue": "cards" }, "loans": { "queue": "loans" } },
    "fields": { "branch": { "type": "choice", "choices": ["pune", "nagpur"] } }
}"#;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// A bank with its live lines.
struct Bank {
    desk: TestDesk,
    live: Live,
    asha: Actor,
    ravi: Actor,
    /// Serves the cards.
    meera: Actor,
    /// Serves the loans.
    omar: Actor,
}

impl Bank {
    async fn open() -> Self {
        Self::with(LiveOptions::default()).await
    }

    async fn with(options: LiveOptions) -> Self {
        let bank = Self::over(MemoryStore::new(), options).await;
        bank.live.start(|_| {}).await.unwrap();
        bank
    }

    /// Whose pump has not started.
    async fn over(store: impl Store, options: LiveOptions) -> Self {
        let rules = Rules::from_json(RULES).unwrap();
        let desk = TestDesk::over(store, rules).await.unwrap();
        let options = LiveOptions {
            rest: Duration::from_millis(1),
            ..options
        };
        Self {
            live: Live::new((*desk).clone(), desk.clock.clone(), options),
            asha: desk.new_customer("Asha").await.unwrap(),
            ravi: desk.new_customer("Ravi").await.unwrap(),
            meera: desk.new_agent("Meera", &[&code("cards")]).await.unwrap(),
            omar: desk.new_agent("Omar", &[&code("loans")]).await.unwrap(),
            desk,
        }
    }

    fn seat(&self) -> Seat {
        let nth = u8::try_from(self.live.open() % 200).unwrap();
        self.live.seat([192, 0, 2, nth].into(), true).unwrap()
    }

    async fn page(&self, actor: Actor, last: Option<&str>) -> Listener {
        let page = self
            .live
            .listen(self.seat(), actor, last, || async { true });
        page.await.unwrap()
    }

    /// A page that counts how often it is looked up anew.
    async fn counted(&self, actor: Actor, looks: &Arc<AtomicUsize>) -> Listener {
        let looks = Arc::clone(looks);
        let is_still = move || {
            looks.fetch_add(1, Ordering::Relaxed);
            async { true }
        };
        let page = self.live.listen(self.seat(), actor, None, is_still);
        page.await.unwrap()
    }

    async fn raise(&self, customer: Actor, service: &str) -> TicketId {
        let raise = Raise::new(self.desk.id_of(customer), code(service), "Charged twice");
        let done = self.desk.acting(customer).raise(raise).await;
        done.unwrap().ticket
    }

    async fn note(&self, ticket: TicketId) {
        let bank = self.desk.acting(Actor::System);
        bank.note(ticket, "Among us").await.unwrap();
    }

    /// Notes something, and waits until the pump has told it: to a supervisor first of all.
    async fn noted(&self, ticket: TicketId) {
        let mut sonia = self
            .page(Actor::Supervisor(self.desk.new_id().unwrap()), None)
            .await;
        self.note(ticket).await;
        loop {
            match next(&mut sonia).await {
                Some(Told::News { event, .. }) if matches!(event.fact, Fact::Noted { .. }) => break,
                _ => {}
            }
        }
    }

    fn later(&self, seconds: i64) {
        self.desk.clock.advance(TimeDelta::seconds(seconds));
    }
}

/// What a page is told next, within a time that is long enough for anybody.
async fn next(page: &mut Listener) -> Option<Told> {
    let told = tokio::time::timeout(Duration::from_secs(20), page.next());
    told.await.expect("something is told")
}

/// The ticket of the next news, and where the page goes on.
async fn news(page: &mut Listener) -> (TicketId, String) {
    match next(page).await {
        Some(Told::News { mark, event, .. }) => (event.ticket, mark),
        told => panic!("{told:?}"),
    }
}

async fn told_nothing(page: &mut Listener) -> bool {
    let told = tokio::time::timeout(Duration::from_millis(50), page.next());
    told.await.is_err()
}

#[tokio::test]
async fn a_page_hears_what_its_person_may_see_and_nothing_of_others() {
    let bank = Bank::open().await;
    let mut asha = bank.page(bank.asha, None).await;
    let mut meera = bank.page(bank.meera, None).await;
    let theirs = bank.raise(bank.ravi, "loans").await;
    let own = bank.raise(bank.asha, "cards").await;
    bank.note(own).await;
    let again = bank.raise(bank.asha, "loans").await;
    assert_eq!(news(&mut asha).await.0, own);
    assert_eq!(news(&mut asha).await.0, again, "no note is told to her");
    assert!(told_nothing(&mut asha).await);
    let mut seen = Vec::new();
    while let Some(Some(Told::News { event, .. })) = meera.next().now_or_never() {
        assert_eq!(event.ticket, own, "the loans are not hers");
        seen.push(event.fact);
    }
    assert!(seen.len() > 1, "{seen:?}");
    let desk = bank.desk.acting(bank.omar);
    desk.claim(theirs).await.unwrap();
    let mut sonia = bank
        .page(Actor::Supervisor(bank.desk.new_id().unwrap()), None)
        .await;
    desk.reply(theirs, "We look at it").await.unwrap();
    let holder = match next(&mut sonia).await {
        Some(Told::News { holder, .. }) => holder,
        told => panic!("{told:?}"),
    };
    assert_eq!(holder, bank.omar.staff());
}

#[tokio::test]
async fn no_customer_is_told_who_has_their_ticket() {
    let bank = Bank::open().await;
    let ticket = bank.raise(bank.asha, "cards").await;
    bank.desk.acting(bank.meera).claim(ticket).await.unwrap();
    let mut asha = bank.page(bank.asha, None).await;
    let agent = bank.desk.acting(bank.meera);
    agent.reply(ticket, "We look at it").await.unwrap();
    let told = next(&mut asha).await;
    assert!(
        matches!(told, Some(Told::News { holder: None, .. })),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_page_that_was_away_hears_what_it_missed_once() {
    let bank = Bank::open().await;
    let mut page = bank.page(bank.asha, None).await;
    let first = bank.raise(bank.asha, "cards").await;
    let (heard, mark) = news(&mut page).await;
    assert_eq!(heard, first);
    drop(page);
    let missed = [
        bank.raise(bank.asha, "loans").await,
        bank.raise(bank.asha, "cards").await,
    ];
    bank.raise(bank.ravi, "cards").await;
    let mut page = bank.page(bank.asha, Some(&mark)).await;
    let later = bank.raise(bank.asha, "loans").await;
    for ticket in [missed[0], missed[1], later] {
        assert_eq!(news(&mut page).await.0, ticket);
    }
    assert!(told_nothing(&mut page).await, "and nothing twice");

    let mut other = bank.page(bank.ravi, Some(&mark)).await;
    let told = next(&mut other).await;
    assert!(matches!(told, Some(Told::Anew { .. })), "another's mark");
}

#[tokio::test]
async fn who_missed_too_much_looks_anew_and_goes_on_from_now() {
    let bank = Bank::open().await;
    let mut page = bank.page(bank.asha, None).await;
    let ticket = bank.raise(bank.asha, "cards").await;
    let (_, mark) = news(&mut page).await;
    drop(page);
    for _ in 0..1_001 {
        bank.note(ticket).await;
    }
    let mut page = bank.page(bank.asha, Some(&mark)).await;
    let Some(Told::Anew { mark }) = next(&mut page).await else {
        panic!("too much to tell");
    };
    drop(page);
    let own = bank.raise(bank.asha, "cards").await;
    let mut page = bank.page(bank.asha, Some(&mark)).await;
    assert_eq!(news(&mut page).await.0, own, "nothing is told again");
}

#[tokio::test]
async fn who_is_too_slow_looks_anew() {
    let bank = Bank::open().await;
    let mut page = bank.page(bank.asha, None).await;
    for nth in 0..=LAG_MAX {
        let by = bank.desk.staff_of(bank.meera);
        let room = Room::Team(code(if nth % 2 == 0 { "cards" } else { "loans" }));
        bank.live.tell(Aside::Posted { by, room });
    }
    let told = next(&mut page).await;
    assert!(matches!(told, Some(Told::Anew { .. })), "{told:?}");
    let own = bank.raise(bank.asha, "cards").await;
    assert_eq!(news(&mut page).await.0, own);
}

#[tokio::test]
async fn what_happens_beside_the_tickets_is_told_to_those_whom_it_concerns() {
    let bank = Bank::open().await;
    let ticket = bank.raise(bank.asha, "cards").await;
    bank.desk.acting(bank.meera).claim(ticket).await.unwrap();
    let ticket = bank.desk.ticket(Actor::System, ticket).await.unwrap();
    let ticket = Arc::new(ticket);
    let [me, other] = [bank.meera, bank.omar].map(|agent| bank.desk.staff_of(agent));
    let asides = [
        Aside::Presence(Arc::clone(&ticket)),
        Aside::Typing(ticket),
        Aside::Posted {
            by: me,
            room: Room::Team(code("loans")),
        },
        Aside::Posted {
            by: me,
            room: Room::With(other),
        },
    ];
    let sonia = Actor::Supervisor(bank.desk.new_id().unwrap());
    let expected = [
        (bank.asha, "typing"),
        (bank.ravi, ""),
        (bank.meera, "presence typing with-omar"),
        (bank.omar, "team-loans with-meera"),
        (sonia, "presence team-loans"),
    ];
    for (actor, expected) in expected {
        let mut page = bank.page(actor, None).await;
        for aside in &asides {
            bank.live.tell(aside.clone());
        }
        let mut told = Vec::new();
        while let Some(Some(aside)) = page.next().now_or_never() {
            told.push(match aside {
                Told::Presence(_) => "presence",
                Told::Typing(_) => "typing",
                Told::Posted(Room::Team(queue)) if queue == code("loans") => "team-loans",
                Told::Posted(Room::With(agent)) if agent == other => "with-omar",
                Told::Posted(Room::With(agent)) if agent == me => "with-meera",
                told => panic!("{told:?}"),
            });
        }
        assert_eq!(told.join(" "), expected, "{actor}");
    }
}

#[tokio::test]
async fn everything_ends_when_the_server_stops() {
    for is_dropped in [false, true] {
        let bank = Bank::over(MemoryStore::new(), LiveOptions::default()).await;
        let pump = bank.live.start(|_| {}).await.unwrap();
        let mut page = bank.page(bank.asha, None).await;
        let mut wall = bank.live.line(bank.seat(), code("pune"));
        let mut program = bank
            .live
            .follow(bank.seat(), Actor::System, None)
            .await
            .unwrap();
        let waiting = tokio::spawn(async move {
            let heard = (page.next().await, wall.next().await, program.next().await);
            // And so it stays.
            (heard, page.next().await)
        });
        tokio::task::yield_now().await;
        match is_dropped {
            true => drop(bank.live),
            false => bank.live.end(),
        }
        let ended = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        let ((told, moved, happened), again) = ended.unwrap().unwrap();
        assert!(told.is_none() && moved.is_none() && again.is_none());
        assert_eq!(happened.unwrap(), None);
        pump.await.unwrap();
    }
}

#[tokio::test]
async fn seats_are_given_back_and_some_are_kept_for_who_is_known() {
    let options = LiveOptions {
        seats: 8,
        share: 2,
        ..LiveOptions::default()
    };
    let bank = Bank::with(options).await;
    let seat = |nth: u8, is_known| bank.live.seat([192, 0, 2, nth].into(), is_known);
    let held: Vec<Seat> = (0..6).filter_map(|nth| seat(nth, false)).collect();
    assert_eq!((held.len(), bank.live.open()), (6, 6));
    assert!(seat(7, false).is_none(), "a quarter is kept");
    let page = bank
        .live
        .listen(seat(7, true).unwrap(), bank.asha, None, || async { true });
    let page = page.await.unwrap();
    let wall = bank.live.line(seat(7, true).unwrap(), code("pune"));
    assert!(seat(8, true).is_none(), "all are taken");
    drop((page, wall));
    drop(held);
    assert_eq!(bank.live.open(), 0);
    let office: Vec<Seat> = std::iter::from_fn(|| seat(9, true)).collect();
    assert_eq!(office.len(), 4, "half of them");
}

#[tokio::test]
async fn the_pump_goes_on_when_the_store_comes_back() {
    let store = FaultyStore::new(MemoryStore::new());
    let bank = Bank::over(store.clone(), LiveOptions::default()).await;
    let failed = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&failed);
    let count = move |_: &Error| {
        counted.fetch_add(1, Ordering::Relaxed);
    };
    bank.live.start(count).await.unwrap();
    let mut page = bank.page(bank.asha, None).await;
    store.always(Some(Fault::Unavailable));
    let refused = bank.live.start(|_| {}).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::TryAgain);
    while failed.load(Ordering::Relaxed) < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    store.always(None);
    let own = bank.raise(bank.asha, "cards").await;
    assert_eq!(news(&mut page).await.0, own);
}

#[tokio::test]
async fn of_many_pages_opened_together_not_all_are_looked_up_by_one_event() {
    const PAGES: usize = 64;
    let bank = Bank::open().await;
    let ticket = bank.raise(bank.asha, "cards").await;
    let looks = Arc::new(AtomicUsize::new(0));
    let mut pages = Vec::new();
    for _ in 0..PAGES {
        let sonia = Actor::Supervisor(bank.desk.new_id().unwrap());
        pages.push(bank.counted(sonia, &looks).await);
    }
    let mut by_one_event = Vec::new();
    for _ in 0..12 {
        bank.later(5);
        bank.note(ticket).await;
        for page in &mut pages {
            news(page).await;
        }
        by_one_event.push(looks.swap(0, Ordering::Relaxed));
    }
    assert_eq!(by_one_event[..5], [0; 5], "none before half its life");
    let most = by_one_event.iter().max().unwrap();
    assert!(*most <= PAGES / 4, "{by_one_event:?}");
    let all: usize = by_one_event.iter().sum();
    assert!(all >= PAGES, "each once in its life: {by_one_event:?}");
}

#[tokio::test]
async fn an_event_that_is_nobodys_concern_looks_nobody_up() {
    let bank = Bank::open().await;
    let looks = Arc::new(AtomicUsize::new(0));
    let mut asha = bank.counted(bank.asha, &looks).await;
    let mut meera = bank.counted(bank.meera, &looks).await;
    bank.later(600);
    let ticket = bank.raise(bank.ravi, "loans").await;
    let by = bank.desk.staff_of(bank.omar);
    let room = Room::Team(code("loans"));
    bank.live.tell(Aside::Posted { by, room });
    bank.noted(ticket).await;
    assert!(told_nothing(&mut asha).await && told_nothing(&mut meera).await);
    assert_eq!(looks.load(Ordering::Relaxed), 0);
    bank.later(600);
    bank.noted(ticket).await;
    assert!(told_nothing(&mut asha).await && told_nothing(&mut meera).await);
    let looked = looks.load(Ordering::Relaxed);
    assert_eq!(looked, 1, "an agent may see more by now, a customer never");
}

#[tokio::test]
async fn an_agent_with_another_queue_hears_of_it_in_time() {
    let bank = Bank::open().await;
    let mut page = bank.page(bank.meera, None).await;
    let theirs = bank.raise(bank.asha, "loans").await;
    let me = bank.desk.staff_of(bank.meera);
    let mut meera = bank.desk.agent(Actor::System, me).await.unwrap().agent;
    meera.queues = BTreeSet::from([code("loans")]);
    bank.desk.save_agent(Actor::System, meera).await.unwrap();
    bank.later(61);
    bank.noted(theirs).await;
    assert!(told_nothing(&mut page).await);
    bank.later(61);
    bank.noted(theirs).await;
    assert_eq!(news(&mut page).await.0, theirs);

    // And no more of the one that she has no longer.
    let cards = bank.raise(bank.asha, "cards").await;
    bank.later(61);
    bank.noted(cards).await;
    assert!(told_nothing(&mut page).await);
}

#[tokio::test]
async fn a_page_that_is_nobodys_any_more_hears_no_more() {
    let bank = Bank::open().await;
    let is_signed_in = Arc::new(AtomicBool::new(true));
    let session = Arc::clone(&is_signed_in);
    let is_still = move || {
        let session = Arc::clone(&session);
        async move { session.load(Ordering::Relaxed) }
    };
    let page = bank.live.listen(bank.seat(), bank.asha, None, is_still);
    let mut page = page.await.unwrap();
    let own = bank.raise(bank.asha, "cards").await;
    assert_eq!(news(&mut page).await.0, own);
    bank.later(60);
    bank.raise(bank.asha, "cards").await;
    news(&mut page).await;
    is_signed_in.store(false, Ordering::Relaxed);
    bank.later(60);
    bank.raise(bank.asha, "cards").await;
    assert!(next(&mut page).await.is_none());
    is_signed_in.store(true, Ordering::Relaxed);
    assert!(next(&mut page).await.is_none(), "and so it stays");
}

#[tokio::test]
async fn only_some_are_looked_up_at_once_and_who_does_not_wait_loses_nothing() {
    let options = LiveOptions {
        renewals: 2,
        ..LiveOptions::default()
    };
    let bank = Bank::with(options).await;
    let (begun, answered) = (Arc::new(AtomicUsize::new(0)), watch::Sender::new(false));
    let mut pages = Vec::new();
    for _ in 0..5 {
        let (begun, answered) = (Arc::clone(&begun), answered.subscribe());
        let is_still = move || {
            begun.fetch_add(1, Ordering::Relaxed);
            let mut answered = answered.clone();
            async move { answered.wait_for(|answered| *answered).await.is_ok() }
        };
        let page = bank.live.listen(bank.seat(), bank.asha, None, is_still);
        pages.push(page.await.unwrap());
    }
    bank.later(61);
    let own = bank.raise(bank.asha, "cards").await;
    let waiting = pages.iter_mut().map(|page| page.next());
    let waiting = futures_util::future::join_all(waiting);
    let held = async {
        while begun.load(Ordering::Relaxed) < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    tokio::select! {
        told = waiting => panic!("{told:?}"),
        () = held => {}
    }
    assert_eq!(begun.load(Ordering::Relaxed), 2);
    answered.send_replace(true);
    for page in &mut pages {
        assert_eq!(news(page).await.0, own);
    }
}

#[tokio::test]
async fn a_program_follows_from_a_position_and_misses_nothing() {
    let bank = Bank::open().await;
    let first = bank.raise(bank.asha, "cards").await;
    let start = bank.desk.position().await.unwrap();
    let second = bank.raise(bank.ravi, "loans").await;
    let follow = |actor, after| bank.live.follow(bank.seat(), actor, after);
    let refused = follow(bank.asha, None).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);

    let mut now = follow(Actor::System, None).await.unwrap();
    let mut since = follow(Actor::System, Some(start)).await.unwrap();
    let mut cards = follow(bank.meera, Some(0)).await.unwrap();
    let third = bank.raise(bank.asha, "cards").await;
    let heard = now.next().await.unwrap().unwrap();
    assert_eq!(heard.event.ticket, third);
    let end = bank.desk.position().await.unwrap();
    let mut told = BTreeSet::new();
    for position in start + 1..=end {
        let happened = since.next().await.unwrap().unwrap();
        assert_eq!(happened.position, position);
        told.insert(happened.event.ticket);
    }
    assert_eq!(told, BTreeSet::from([second, third]));
    let mut told = BTreeSet::new();
    while !told.contains(&third) {
        told.insert(cards.next().await.unwrap().unwrap().event.ticket);
    }
    assert_eq!(told, BTreeSet::from([first, third]), "and no loans");
}

#[tokio::test]
async fn a_wall_hears_of_its_own_line_alone() {
    let bank = Bank::open().await;
    let turn = |branch: &str| {
        let mut raise = Raise::new(bank.desk.id_of(bank.asha), code("cards"), "A turn");
        raise.channel = Channel::Counter;
        let branch = crcore::command::Field::Choice(code(branch));
        raise.fields.insert(code("branch"), branch);
        raise
    };
    let wall = bank.live.line(bank.seat(), code("pune"));
    assert_eq!(wall.branch(), &code("pune"));
    let mut wall = Box::pin(wall.into_stream());
    let desk = bank.desk.acting(bank.asha);
    bank.raise(bank.asha, "cards").await;
    desk.raise(turn("nagpur")).await.unwrap();
    let nothing = tokio::time::timeout(Duration::from_millis(50), wall.next());
    assert!(nothing.await.is_err());
    desk.raise(turn("pune")).await.unwrap();
    let moved = tokio::time::timeout(Duration::from_secs(20), wall.next());
    assert_eq!(moved.await.unwrap(), Some(()));
}

#[tokio::test]
async fn a_life_of_any_length_is_one() {
    let bank = Bank::open().await;
    for life in [TimeDelta::MIN, TimeDelta::zero(), TimeDelta::MAX] {
        let options = LiveOptions {
            life,
            renewals: 0,
            rest: Duration::from_millis(1),
            ..LiveOptions::default()
        };
        let live = Live::new((*bank.desk).clone(), bank.desk.clock.clone(), options);
        live.start(|_| {}).await.unwrap();
        let seat = live.seat([192, 0, 2, 1].into(), true).unwrap();
        let page = live.listen(seat, bank.asha, None, || async { true });
        let mut page = page.await.unwrap();
        let own = bank.raise(bank.asha, "cards").await;
        assert_eq!(news(&mut page).await.0, own);
    }
}
