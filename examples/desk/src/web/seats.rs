//! Places that are taken and given back: how many there are in all, and how many of them one source may
//! have, so that nobody alone takes what is there for everybody.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::visitor::place;

/// The places there are.
pub(crate) struct Seats {
    taken: Mutex<Taken>,
    max: usize,
    of_one: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    /// Only of sources that have some.
    by: HashMap<IpAddr, usize>,
}

/// One place, for as long as it lives.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    source: IpAddr,
}

impl Seats {
    /// `max` places, of which one source may have one in `share`.
    pub(crate) fn new(max: usize, share: usize) -> Arc<Self> {
        Arc::new(Self {
            taken: Mutex::default(),
            max,
            of_one: max.div_ceil(share),
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many are taken.
    pub(crate) fn count(&self) -> usize {
        self.taken().all
    }

    /// A place, where `kept` are left for others then.
    pub(crate) fn take(self: &Arc<Self>, source: IpAddr, kept: usize) -> Option<Seat> {
        let source = place(source);
        let mut taken = self.taken();
        let own = taken.by.get(&source).copied().unwrap_or_default();
        if taken.all + kept >= self.max || own >= self.of_one {
            return None;
        }
        taken.all += 1;
        taken.by.insert(source, own + 1);
        Some(Seat {
            seats: Arc::clone(self),
            source,
        })
    }

    /// How many there are.
    pub(crate) fn max(&self) -> usize {
        self.max
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.all -= 1;
        if let Some(own) = taken.by.get_mut(&self.source) {
            *own -= 1;
            if *own == 0 {
                taken.by.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_has_its_share_and_gives_back_what_it_took() {
        let seats = Seats::new(4, 2);
        let [one, other, third] = [1, 2, 3].map(|last| IpAddr::from([192, 0, 2, last]));
        let held = [seats.take(one, 0).unwrap(), seats.take(one, 0).unwrap()];
        assert!(seats.take(one, 0).is_none());
        assert!(seats.take(other, 2).is_none(), "two are kept for others");
        let _others = [seats.take(other, 0).unwrap(), seats.take(other, 0).unwrap()];
        assert!(seats.take(third, 0).is_none());
        drop(held);
        assert_eq!(seats.count(), 2);
        assert!(seats.take(one, 0).is_some());
    }
}
