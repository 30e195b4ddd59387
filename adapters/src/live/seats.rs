//! Places that are taken and given back: how many there are in all, and how many of them one source may
//! have, so that nobody alone takes what is there for everybody.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The places there are: for listeners, or for anything else that is held for a while. Clones are the same
/// places.
///
/// ```
/// use crcore_adapters::live::Seats;
///
/// let seats = Seats::new(4, 2);
/// let office = "192.0.2.7".parse().unwrap();
/// let held = [seats.take(office, 0).unwrap(), seats.take(office, 0).unwrap()];
/// assert!(seats.take(office, 0).is_none(), "one in two of them");
/// drop(held);
/// assert!(seats.take(office, 0).is_some());
/// ```
#[derive(Clone)]
pub struct Seats(Arc<All>);

struct All {
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
#[must_use = "a seat that is dropped is given back"]
pub struct Seat {
    seats: Seats,
    source: IpAddr,
}

impl fmt::Debug for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seats({} of {})", self.count(), self.max())
    }
}

/// Not whose it is: addresses are personal.
impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seat")
    }
}

/// What sources are told apart by: an address, and of IPv6 the network of 64 bits that one household or
/// office has to itself (RFC 6177), within which every address is one's own to choose.
#[must_use]
pub fn network(source: IpAddr) -> IpAddr {
    match source {
        IpAddr::V4(_) => source,
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            Ipv6Addr::from_bits(network).into()
        }
    }
}

impl Seats {
    /// `max` places, of which one source may have one in `share`, rounded up; a share of 0 is one of 1.
    #[must_use]
    pub fn new(max: usize, share: usize) -> Self {
        Self(Arc::new(All {
            taken: Mutex::default(),
            max,
            of_one: max.div_ceil(share.max(1)),
        }))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many are taken.
    #[must_use]
    pub fn count(&self) -> usize {
        self.taken().all
    }

    /// How many there are.
    #[must_use]
    pub fn max(&self) -> usize {
        self.0.max
    }

    /// A place for whoever comes from `source`, told apart by its [`network`]; `kept` are left for others
    /// then. None where there is none, or where the source has its share.
    #[must_use]
    pub fn take(&self, source: IpAddr, kept: usize) -> Option<Seat> {
        let source = network(source);
        let mut taken = self.taken();
        let own = taken.by.get(&source).copied().unwrap_or_default();
        if taken.all.saturating_add(kept) >= self.0.max || own >= self.0.of_one {
            return None;
        }
        taken.all += 1;
        taken.by.insert(source, own + 1);
        Some(Seat {
            seats: self.clone(),
            source,
        })
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

    #[test]
    fn who_changes_the_end_of_an_address_is_no_other_source() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        let seats = Seats::new(2, 2);
        let [one, other] = ["2001:db8::1", "2001:db8::2"].map(|text| text.parse().unwrap());
        let held = seats.take(one, 0);
        assert!(held.is_some() && seats.take(other, 0).is_none());
    }

    #[test]
    fn a_share_of_nothing_is_all_of_it() {
        let seats = Seats::new(2, 0);
        let one = IpAddr::from([192, 0, 2, 1]);
        let held = [seats.take(one, 0), seats.take(one, 0)];
        assert!(held.iter().all(Option::is_some));
        assert!(seats.take(one, usize::MAX).is_none());
    }
}
