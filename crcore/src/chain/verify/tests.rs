use crate::actor::Actor;
use crate::clock::{Clock as _, ManualClock, Moment};
use crate::event::{Event, Fact};
use crate::id::{AgentId, EventId, TicketId};
use crate::words::Words;

use super::*;

type Item = (u64, Hash, String);

fn chained<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Vec<Item> {
    let mut head = Head::EMPTY;
    let chain = texts.into_iter().map(|text| {
        let text = text.into();
        head = head.then(&text);
        (head.position, head.hash, text)
    });
    chain.collect()
}

/// Notes on tickets, and the words in them.
fn events(count: u64) -> (Vec<Event>, Vec<Words>) {
    let clock = ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap());
    let mut moment = Moment::of(&clock).unwrap();
    let ticket: TicketId = moment.id();
    let agent: AgentId = moment.id();
    let history = (1..=count).map(|seq| {
        let words = Words::new(&mut moment, ticket, format!("note {seq}"));
        let event = Event {
            form: Event::FORM,
            id: moment.id::<EventId>(),
            ticket,
            seq,
            at: clock.now(),
            actor: Actor::Agent(agent),
            fact: Fact::Noted {
                words: words.piece(),
            },
        };
        (event, words)
    });
    history.unzip()
}

fn trail(count: u64) -> Vec<Item> {
    chained(events(count).0.iter().map(|e| e.to_text().unwrap()))
}

fn verify(items: &[Item]) -> Result<Head, Fault> {
    verify_with(Verifier::new(), items)
}

fn verify_with(mut verifier: Verifier, items: &[Item]) -> Result<Head, Fault> {
    for (position, hash, text) in items {
        verifier.read(*position, *hash, text);
    }
    verifier.finish()
}

fn fault(position: u64, wrong: Wrong) -> Result<Head, Fault> {
    Err(Fault { position, wrong })
}

fn head(items: &[Item]) -> Head {
    let (position, hash, _) = items.last().unwrap();
    Head {
        position: *position,
        hash: *hash,
    }
}

#[test]
fn a_sound_trail_verifies_at_once_and_in_parts() {
    let trail = trail(200);
    assert_eq!(verify(&trail), Ok(head(&trail)));
    assert_eq!(verify(&[]), Ok(Head::EMPTY));
    for cut in [0, 1, 100, 200] {
        let half = verify(&trail[..cut]).unwrap();
        let rest = verify_with(Verifier::after(half), &trail[cut..]);
        assert_eq!(rest, Ok(head(&trail)));
    }
}

#[test]
fn every_flipped_byte_is_found_in_its_place() {
    let trail = trail(200);
    let mut flipped = 0;
    // The verdict never reads past the event after the bad one, so each trail is read from the event
    // before it: to read 200 events for each of 70,000 flips would take minutes.
    for at in 0..trail.len() {
        let before = match at {
            0 => Head::EMPTY,
            _ => head(&trail[..at]),
        };
        let place = at as u64 + 1;
        let last = at + 1 == trail.len();
        let near = &trail[at..trail.len().min(at + 3)];
        for byte in 0..trail[at].2.len() {
            let mut items = near.to_vec();
            let mut bytes = items[0].2.clone().into_bytes();
            bytes[byte] ^= 1;
            items[0].2 = String::from_utf8(bytes).unwrap();
            let wrong = if last { Wrong::Mismatch } else { Wrong::Text };
            let found = verify_with(Verifier::after(before), &items);
            assert_eq!(found, fault(place, wrong), "text byte {byte}");
            flipped += 1;
        }
        for byte in 0..32 {
            let mut items = near.to_vec();
            let mut bytes = *items[0].1.bytes();
            bytes[byte] ^= 1;
            items[0].1 = bytes.into();
            let wrong = if last { Wrong::Mismatch } else { Wrong::Hash };
            let found = verify_with(Verifier::after(before), &items);
            assert_eq!(found, fault(place, wrong), "hash byte {byte}");
            flipped += 1;
        }
        for bit in 0..64 {
            let mut items = near.to_vec();
            items[0].0 ^= 1 << bit;
            let found = items[0].0;
            let wrong = if found > place {
                Wrong::Gap { found }
            } else {
                Wrong::Repeat { found }
            };
            let result = verify_with(Verifier::after(before), &items);
            assert_eq!(result, fault(place, wrong), "position bit {bit}");
        }
    }
    assert!(flipped > 200 * 300, "{flipped}");
}

#[test]
fn a_removed_event_is_missed() {
    let whole = trail(50);
    for at in 0..49 {
        let place = at as u64 + 1;
        let mut items = whole.clone();
        items.remove(at);
        assert_eq!(
            verify(&items),
            fault(place, Wrong::Gap { found: place + 1 })
        );
        // Numbered anew to hide it: the event that now stands there was moved.
        for (nth, item) in items.iter_mut().enumerate() {
            item.0 = nth as u64 + 1;
        }
        let wrong = if at == 48 {
            Wrong::Mismatch
        } else {
            Wrong::Moved
        };
        assert_eq!(verify(&items), fault(place, wrong));
    }
}

#[test]
fn an_inserted_event_is_found() {
    let whole = trail(50);
    for at in 0..50 {
        let place = at as u64 + 1;
        let mut items = whole.clone();
        let stranger = match at {
            0 => Head::EMPTY,
            _ => head(&whole[..at]),
        }
        .then("a stranger");
        items.insert(at, (place, stranger.hash, "a stranger".into()));
        // It fits where it stands, and the event whose place it took comes after it.
        assert_eq!(
            verify(&items),
            fault(place + 1, Wrong::Repeat { found: place })
        );
        for (nth, item) in items.iter_mut().enumerate() {
            item.0 = nth as u64 + 1;
        }
        let wrong = if at == 49 {
            Wrong::Mismatch
        } else {
            Wrong::Moved
        };
        assert_eq!(verify(&items), fault(place + 1, wrong));
    }
}

#[test]
fn events_that_changed_places_are_found() {
    let whole = trail(20);
    for a in 0..20 {
        for b in a + 1..20 {
            let place = a as u64 + 1;
            let mut items = whole.clone();
            items.swap(a, b);
            let gap = Wrong::Gap {
                found: b as u64 + 1,
            };
            assert_eq!(verify(&items), fault(place, gap));
            items[a].0 = a as u64 + 1;
            items[b].0 = b as u64 + 1;
            assert_eq!(verify(&items), fault(place, Wrong::Moved), "with hashes");
            items[a].1 = whole[a].1;
            items[b].1 = whole[b].1;
            // Neighbours' texts alone: the next event is a wrong one too, and no witness.
            let wrong = if b == a + 1 {
                Wrong::Moved
            } else {
                Wrong::Text
            };
            assert_eq!(verify(&items), fault(place, wrong), "texts alone");
        }
    }
}

#[test]
fn an_exported_head_shows_a_cut_tail_and_another_past() {
    let whole = trail(30);
    let exported = head(&whole[..20]);
    let against = || Verifier::new().against(exported);
    assert_eq!(verify_with(against(), &whole), Ok(head(&whole)));
    assert_eq!(verify_with(against(), &whole[..20]), Ok(exported));
    for kept in 0..20 {
        assert!(verify(&whole[..kept]).is_ok(), "a cut tail fits in itself");
        let cut = Wrong::Cut { exported: 20 };
        assert_eq!(
            verify_with(against(), &whole[..kept]),
            fault(kept as u64 + 1, cut)
        );
    }
    // A backup of the first ten events that went on in another way.
    let texts = whole[..10].iter().map(|(_, _, text)| text.clone());
    let other = chained(texts.chain((0..20).map(|n| format!("other {n}"))));
    assert!(
        verify(&other).is_ok(),
        "a chain written anew fits in itself"
    );
    assert_eq!(verify_with(against(), &other), fault(20, Wrong::Rewritten));
}

#[test]
fn an_exported_head_is_compared_where_reading_begins_or_refused_before_it() {
    let whole = trail(10);
    let start = head(&whole[..5]);
    let resumed = |exported| verify_with(Verifier::after(start).against(exported), &whole[5..]);
    assert_eq!(resumed(start), Ok(head(&whole)));
    let forged = Head {
        hash: Hash::START,
        ..start
    };
    assert_eq!(resumed(forged), fault(5, Wrong::Rewritten));
    let early = head(&whole[..3]);
    assert_eq!(resumed(early), fault(3, Wrong::Unread { start: 5 }));
}

#[test]
fn a_fault_stays_and_the_last_sound_head_is_kept() {
    let mut items = trail(10);
    items[4].2.push(' ');
    let mut verifier = Verifier::new();
    for (position, hash, text) in &items[..5] {
        verifier.read(*position, *hash, text);
    }
    assert_eq!(verifier.fault().unwrap().wrong, Wrong::Mismatch);
    for (position, hash, text) in &items[5..] {
        verifier.read(*position, *hash, text);
    }
    let found = verifier.fault().unwrap();
    assert_eq!((found.position, found.wrong), (5, Wrong::Text));
    assert_eq!(verifier.head(), head(&items[..4]));
    assert_eq!(
        found.to_string(),
        "the chain of events is broken at position 5: its text was changed or replaced"
    );
}

#[test]
fn erased_words_do_not_break_the_chain() {
    let (events, words) = events(20);
    let trail = chained(events.iter().map(|e| e.to_text().unwrap()));
    for (event, words) in events.iter().zip(&words) {
        let Fact::Noted { words: piece } = &event.fact else {
            panic!("a note");
        };
        assert_eq!(piece.seal, words.seal());
        assert!(
            trail
                .iter()
                .all(|(_, _, text)| !text.contains(&words.text) && !text.contains(&words.salt))
        );
    }
    drop(words);
    assert!(verify(&trail).is_ok());
}

#[test]
#[ignore = "prints a figure: run it alone, with --release and --nocapture"]
fn figures() {
    let trail = trail(500_000);
    let bytes: usize = trail.iter().map(|(_, _, text)| text.len()).sum();
    let start = std::time::Instant::now();
    assert!(verify(&trail).is_ok());
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "verified {:.0} events/s, {} bytes each",
        trail.len() as f64 / seconds,
        bytes / trail.len()
    );
}
