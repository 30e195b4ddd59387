//! The wall clock of a time zone, as spells of constant offset.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::{DAY, Seconds};

/// The offsets of a zone from the first to the last week of the tables; constant outside.
pub(super) struct Offsets(Box<[Spell]>);

/// A time during which the wall clock shows UTC plus `offset` seconds: `[since, until)`.
#[derive(Clone, Copy)]
struct Spell {
    since: Seconds,
    until: Seconds,
    offset: Seconds,
}

/// `chrono_tz` does not tell when a zone's offset changes, so we look every so often and search between
/// two looks that differ. The shortest spell of any zone from 1970 to 2100 lasts 167 h (Boa Vista in
/// October 2000, Gaza in October 2040), so none of them hides between two looks.
const LOOK_EVERY: Seconds = 3 * DAY;

impl Offsets {
    pub(super) fn new(zone: Tz, since: Seconds, until: Seconds) -> Self {
        let offset_at = |at| {
            DateTime::from_timestamp(at, 0).map_or(0, |at| {
                let offset = zone.offset_from_utc_datetime(&at.naive_utc());
                Seconds::from(offset.fix().local_minus_utc())
            })
        };
        let mut spells = Vec::new();
        let mut spell = Spell {
            since: Seconds::MIN,
            until: Seconds::MAX,
            offset: offset_at(since),
        };
        let mut same = since;
        while same < until {
            let mut other = (same + LOOK_EVERY).min(until);
            let offset = offset_at(other);
            if offset == spell.offset {
                same = other;
                continue;
            }
            while other - same > 1 {
                let middle = same + (other - same) / 2;
                if offset_at(middle) == spell.offset {
                    same = middle;
                } else {
                    other = middle;
                }
            }
            spells.push(Spell {
                until: other,
                ..spell
            });
            spell.since = other;
            spell.offset = offset_at(other);
            same = other;
        }
        spells.push(spell);
        Self(spells.into())
    }

    /// The offset of the wall clock from UTC.
    pub(super) fn at(&self, at: Seconds) -> Seconds {
        let spell = self.0.partition_point(|spell| spell.until <= at);
        self.0.get(spell).map_or(0, |spell| spell.offset)
    }

    /// When a shift that opens at `local` opens: the first instant at which the clock shows `local` or
    /// later. In a gap that is the end of the gap; of a time shown twice, the earlier.
    pub(super) fn opening(&self, local: Seconds) -> Seconds {
        let near = self.0.partition_point(|spell| spell.until <= local - DAY);
        self.0
            .iter()
            .skip(near)
            .find(|spell| local - spell.offset < spell.until)
            .map_or(local, |spell| spell.since.max(local - spell.offset))
    }

    /// When a shift that closes at `local` closes: the end of the last instants at which the clock shows
    /// less than `local`. In a gap that is the end of the gap; of a time shown twice, the later.
    ///
    /// A closing at the very time that the clock falls back *to* is not shown twice by any minute of
    /// the shift, so it closes when the clock first shows it, and shifts that meet there share nothing.
    pub(super) fn closing(&self, local: Seconds) -> Seconds {
        let near = self.0.partition_point(|spell| spell.since < local + DAY);
        self.0
            .iter()
            .take(near)
            .rfind(|spell| spell.since < local - spell.offset)
            .map_or(local, |spell| spell.until.min(local - spell.offset))
    }

    /// The instants at which the clock is put forward or back.
    pub(super) fn changes(&self) -> impl Iterator<Item = Seconds> {
        self.0.iter().skip(1).map(|spell| spell.since)
    }
}
