//! Files are looked through before they are on a ticket, and what does harm is kept out of reach.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use crcore::scan::Quarantined;
use crcore::testing::{Fault, FaultyStore, TestDesk};
use crcore::{
    Act, Actor, BlobId, Blobs as _, Code, Command, Customer, CustomerId, Desk, Error, ErrorKind,
    File, ManualClock, MemoryBlobs, MemoryStore, Raise, Request, Rules, Scan, ScanError, Scanner,
    TicketId,
};

const CLEAN: &[u8] = b"a scanned letter";
const HARMFUL: &[u8] = b"a letter with a WORM in it";
const NAME: &str = "asha-letter.txt";

/// Finds `WORM`, unless it is told that it cannot look.
#[derive(Clone, Default)]
struct Dog {
    state: Arc<Mutex<DogState>>,
}

#[derive(Default)]
struct DogState {
    looked: usize,
    fails: Option<ScanError>,
    knows_nothing: bool,
}

impl Dog {
    fn state(&self) -> std::sync::MutexGuard<'_, DogState> {
        self.state.lock().unwrap()
    }
}

#[async_trait]
impl Scanner for Dog {
    async fn scan(&self, content: &[u8]) -> Result<Scan, ScanError> {
        let mut state = self.state();
        state.looked += 1;
        if let Some(error) = &state.fails {
            return Err(error.clone());
        }
        let found = content.windows(4).any(|w| w == b"WORM") && !state.knows_nothing;
        Ok(if found {
            Scan::Infected {
                signature: "Test.Worm".into(),
            }
        } else {
            Scan::Clean
        })
    }
}

struct Bank {
    desk: Desk,
    dog: Dog,
    blobs: MemoryBlobs,
    clock: Arc<ManualClock>,
    asha: Actor,
    ticket: TicketId,
}

const ADMIN: Actor = Actor::System;

fn cards() -> Code {
    "cards".parse().unwrap()
}

impl Bank {
    async fn open() -> Self {
        Self::over(MemoryStore::new()).await
    }

    async fn over(store: impl crcore::Store) -> Self {
        let (dog, blobs) = (Dog::default(), MemoryBlobs::new());
        let clock = Arc::new(ManualClock::new(TestDesk::start()));
        let desk = Desk::builder(store)
            .rules(Rules::of_services([&cards()]))
            .blobs(blobs.clone())
            .scanner(dog.clone())
            .clock(clock.clone())
            .open()
            .await
            .unwrap();
        let (asha, ticket) = raise(&desk).await;
        Self {
            desk,
            dog,
            blobs,
            clock,
            asha,
            ticket,
        }
    }

    async fn attach(&self, content: &[u8]) -> Result<(), Error> {
        let me = self.desk.acting(self.asha);
        me.attach(self.ticket, file(content)).await.map(|_| ())
    }

    async fn files(&self) -> usize {
        let ticket = self.desk.ticket(ADMIN, self.ticket).await.unwrap();
        ticket.attachments.len()
    }

    async fn quarantined(&self) -> Vec<Quarantined> {
        self.desk.quarantined(ADMIN, None).await.unwrap()
    }

    async fn kept(&self) -> Vec<BlobId> {
        let kept = self.blobs.list(None, 100).await.unwrap();
        kept.into_iter().map(|(id, _)| id).collect()
    }

    async fn days_pass(&self, days: i64) {
        self.clock.advance(TimeDelta::days(days));
        for _ in 0..10 {
            self.clock.advance(TimeDelta::minutes(1));
            self.desk.tick(100).await.unwrap();
        }
    }
}

async fn raise(desk: &Desk) -> (Actor, TicketId) {
    let customer = Customer::new(desk.new_id::<CustomerId>().unwrap());
    let id = desk.save_customer(ADMIN, customer).await.unwrap().id;
    let raise = Raise::new(id, cards(), "Card lost");
    let actor = Actor::Customer(id);
    (actor, desk.acting(actor).raise(raise).await.unwrap().ticket)
}

fn file(content: &[u8]) -> File {
    File {
        name: NAME.into(),
        media_type: "text/plain".into(),
        content: content.to_vec(),
        public: true,
    }
}

fn turned(content: &[u8]) -> Vec<u8> {
    content.iter().map(|byte| !byte).collect()
}

#[tokio::test]
async fn a_clean_file_is_taken_and_a_harmful_one_is_not() {
    let bank = Bank::open().await;
    bank.attach(CLEAN).await.unwrap();
    assert_eq!((bank.files().await, bank.dog.state().looked), (1, 1));

    let refused = bank.attach(HARMFUL).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert_eq!(
        refused.to_string(),
        "content: expected a file in which the scanner finds nothing harmful"
    );
    assert_eq!(bank.files().await, 1);

    let found = bank.quarantined().await;
    let [found] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(found.ticket, bank.ticket);
    assert_eq!(found.by, bank.asha);
    assert_eq!(found.at, TestDesk::start());
    assert_eq!(found.signature, "Test.Worm");
    assert_eq!(found.file_name, NAME);
    assert_eq!(found.size, HARMFUL.len() as u64);
    assert_eq!(found.content, BlobId::of(HARMFUL));
    assert!(!format!("{found:?}").contains("asha"));

    // The bytes as they came are nowhere; turned over, they are kept and no ticket can name them.
    assert_eq!(bank.blobs.get(BlobId::of(HARMFUL)).await.unwrap(), None);
    let kept = bank.blobs.get(found.kept).await.unwrap();
    assert_eq!(kept, Some(turned(HARMFUL)));
}

#[tokio::test]
async fn a_scanner_that_is_not_there_lets_no_file_pass() {
    let bank = Bank::open().await;
    let why = "no connection".to_owned();
    bank.dog.state().fails = Some(ScanError::Unavailable { why });
    for content in [CLEAN, HARMFUL] {
        let refused = bank.attach(content).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::TryAgain, "{refused}");
        assert!(!refused.to_string().contains("no connection"), "{refused}");
        let cause = std::error::Error::source(&refused).map(ToString::to_string);
        assert!(cause.unwrap().contains("no connection"), "for the log");
    }
    bank.dog.state().fails = Some(ScanError::TooLarge);
    let refused = bank.attach(CLEAN).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid, "{refused}");
    assert_eq!(bank.files().await, 0);
    assert!(bank.quarantined().await.is_empty());

    bank.dog.state().fails = None;
    bank.attach(CLEAN).await.unwrap();
    assert_eq!(bank.files().await, 1);
}

#[tokio::test]
async fn no_way_to_put_a_file_on_a_ticket_goes_around_the_scanner() {
    let bank = Bank::open().await;
    let blob = bank.blobs.put(HARMFUL, TestDesk::start()).await.unwrap();
    let act = Act::Attach {
        file_name: NAME.into(),
        media_type: "text/plain".into(),
        size: HARMFUL.len() as u64,
        blob,
        public: true,
    };
    let request = Request {
        actor: bank.asha,
        key: None,
        command: Command::On {
            ticket: bank.ticket,
            seen: None,
            act: act.clone(),
        },
    };
    let refused = bank.desk.plan(&request).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid, "{refused}");
    for again in [
        bank.desk.perform(&request).await,
        bank.desk.acting(bank.asha).act(bank.ticket, act).await,
    ] {
        // By now the bytes are gone.
        assert_eq!(again.unwrap_err().kind(), ErrorKind::Invalid);
    }
    assert_eq!(bank.files().await, 0);
    assert_eq!(bank.quarantined().await.len(), 1);
}

#[tokio::test]
async fn who_may_not_put_a_file_on_a_ticket_makes_nobody_work() {
    let bank = Bank::open().await;
    let (ravi, _) = raise(&bank.desk).await;
    let stranger = bank.desk.acting(ravi);
    let refused = stranger.attach(bank.ticket, file(HARMFUL)).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(bank.dog.state().looked, 0);
    assert!(bank.quarantined().await.is_empty());

    for actor in [bank.asha, Actor::Agent(bank.desk.new_id().unwrap())] {
        let refused = bank.desk.quarantined(actor, None).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotAllowed);
    }
    let supervisor = Actor::Supervisor(bank.desk.new_id().unwrap());
    assert!(bank.desk.quarantined(supervisor, None).await.is_ok());
}

#[tokio::test]
async fn the_same_key_has_the_same_answer_though_the_scanner_learned_since() {
    let bank = Bank::open().await;
    bank.dog.state().knows_nothing = true;
    let me = bank.desk.acting(bank.asha).with_key("k-1");
    let first = me.attach(bank.ticket, file(CLEAN)).await.unwrap();
    let again = me.attach(bank.ticket, file(CLEAN)).await.unwrap();
    assert_eq!((first, bank.files().await), (again, 1));

    // What was taken before the scanner knew it stays readable, and is not taken again.
    bank.attach(HARMFUL).await.unwrap();
    bank.dog.state().knows_nothing = false;
    assert_eq!(
        bank.attach(HARMFUL).await.unwrap_err().kind(),
        ErrorKind::Invalid
    );
    let ticket = bank.desk.ticket(bank.asha, bank.ticket).await.unwrap();
    let piece = ticket.attachments[1].piece.id;
    let (_, bytes) = bank.desk.file(bank.asha, bank.ticket, piece).await.unwrap();
    assert_eq!(bytes, HARMFUL);
}

#[tokio::test]
async fn what_does_harm_is_kept_for_thirty_days() {
    let bank = Bank::open().await;
    bank.attach(HARMFUL).await.unwrap_err();
    let kept = vec![BlobId::of(&turned(HARMFUL))];
    bank.days_pass(29).await;
    assert_eq!(bank.kept().await, kept, "nothing sweeps it");
    assert_eq!(bank.quarantined().await.len(), 1);
    bank.days_pass(1).await;
    assert!(bank.quarantined().await.is_empty());
    assert!(bank.kept().await.is_empty());
}

#[tokio::test]
async fn erasing_a_ticket_erases_what_was_kept_of_its_files() {
    let bank = Bank::open().await;
    bank.attach(HARMFUL).await.unwrap_err();
    bank.attach(b"WORM two").await.unwrap_err();
    let (ravi, other) = raise(&bank.desk).await;
    let his = bank.desk.acting(ravi).attach(other, file(HARMFUL)).await;
    his.unwrap_err();
    assert_eq!(bank.quarantined().await.len(), 3);

    let withdrawn = crcore::ticket::Outcome::Withdrawn;
    let me = bank.desk.acting(bank.asha);
    me.resolve(bank.ticket, withdrawn, None).await.unwrap();
    let admin = Actor::Admin(bank.desk.new_id().unwrap());
    bank.desk.acting(admin).erase(bank.ticket).await.unwrap();
    let left = bank.quarantined().await;
    assert_eq!(left.len(), 1, "the other customer's");
    assert_eq!(left[0].ticket, other);
    assert_eq!(bank.kept().await, [BlobId::of(&turned(HARMFUL))]);
}

#[tokio::test]
async fn a_flood_of_harmful_files_fills_nothing() {
    let bank = Bank::open().await;
    for nth in 0..25 {
        let content = format!("WORM {nth}");
        let refused = bank.attach(content.as_bytes()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Invalid);
    }
    let found = bank.quarantined().await;
    assert_eq!(found.len(), 20);
    assert_eq!(bank.kept().await.len(), 20);
    let trail = bank.desk.audit(ADMIN, None, 100).await.unwrap();
    let told = trail
        .iter()
        .filter(|entry| entry.what == "file.quarantined");
    assert_eq!(told.count(), 20, "nor the trail");
    let rest = bank.desk.quarantined(ADMIN, Some(&found[14])).await;
    assert_eq!(rest.unwrap(), found[15..]);
}

#[tokio::test]
async fn a_store_that_fails_lets_nothing_harmful_pass() {
    for fault in [Fault::Unavailable, Fault::Landed, Fault::Lost] {
        for nth in 1.. {
            let store = FaultyStore::new(MemoryStore::new());
            let bank = Bank::over(store.clone()).await;
            store.at_call(nth, fault);
            let refused = bank.attach(HARMFUL).await.unwrap_err();
            let happened = store.pending() == 0;
            store.forget();
            let kind = refused.kind();
            assert!(
                matches!(kind, ErrorKind::Invalid | ErrorKind::TryAgain),
                "{fault:?} at call {nth}: {refused}"
            );
            assert_eq!(bank.files().await, 0, "{fault:?} at call {nth}");
            if kind == ErrorKind::Invalid {
                assert_eq!(bank.quarantined().await.len(), 1, "{fault:?} at call {nth}");
            }
            if !happened {
                break;
            }
        }
    }
}
