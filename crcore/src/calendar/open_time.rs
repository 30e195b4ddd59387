//! Open seconds, counted over all time: the table behind every answer.
//!
//! Weeks are alike. So the table keeps each *different* week once, as a list of open intervals, and for
//! every week from 1970 to 2100 two numbers: which of those it is, and how many open seconds there were
//! before it. Counting to an instant is one division and three lookups, and so is the way back: no search
//! whose steps wait for each other. A year of rows is 300 bytes and most of its weeks are of two kinds, so
//! what a desk asks for stays in the first cache.

use std::collections::{HashMap, HashSet};

use super::tally::Tally;
use super::timetable::Timetable;
use super::{Seconds, WEEK, WEEKS};

pub(super) struct OpenTime {
    tally: Tally,
    /// The kind of each week of the table.
    kinds: Box<[u16]>,
    /// The kind of every week before the table, and of every week after it.
    outside: [u16; 2],
    /// For each kind, [`SLOTS`] positions in `pieces`.
    starts: Box<[Start]>,
    pieces: Box<[Piece]>,
}

/// An open interval `[opens, closes)` within a week, in seconds from the week's start.
///
/// The pieces of a kind stand between two that hold no time, the first at the start of the week and the
/// last beyond its end, so that every second has a last piece before it and a first one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Piece {
    opens: u32,
    closes: u32,
    /// Open seconds of the week before it.
    before: u32,
}

const FIRST: Piece = Piece {
    opens: 0,
    closes: 0,
    before: 0,
};
const LAST: Piece = Piece {
    opens: u32::MAX,
    closes: u32::MAX,
    before: u32::MAX,
};

/// A week is looked up in slots of 2^13 s (2 h 17 min): most hold no beginning of a piece, so that the
/// search is over before it starts, and none holds more than 137.
const SLOT_BITS: u32 = 13;
const SLOTS: usize = (WEEK as usize >> SLOT_BITS) + 1;

/// Where the search for a second of a slot begins: at the last piece that begins before the slot does.
#[derive(Clone, Copy)]
struct Start {
    /// For seconds of the clock.
    by_clock: u32,
    /// For open seconds.
    by_work: u32,
}

/// The open seconds before an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) seconds: i64,
    /// Whether the second that begins at the instant is open.
    pub(super) open: bool,
}

impl OpenTime {
    pub(super) fn new(timetable: &Timetable) -> Self {
        let mut build = Build::default();
        let odd: HashSet<i64> = timetable.odd_weeks().collect();
        let mut plain: HashMap<Seconds, u16> = HashMap::new();
        let mut kind = |week: i64| {
            let since = week * WEEK;
            if odd.contains(&week) {
                build.kind(timetable, since)
            } else {
                *plain
                    .entry(timetable.offsets.at(since))
                    .or_insert_with(|| build.kind(timetable, since))
            }
        };
        let kinds: Box<[u16]> = WEEKS.map(&mut kind).collect();
        let outside = [kind(WEEKS.start - 2), kind(WEEKS.end + 2)];
        let lengths = |kind: u16| build.lengths[usize::from(kind)];
        Self {
            tally: Tally::new(kinds.iter().map(|&kind| lengths(kind)), lengths(outside[0])),
            kinds,
            outside,
            starts: build.starts.into(),
            pieces: build.pieces.into(),
        }
    }

    /// Whether it never opens.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.iter().all(|piece| piece.opens == piece.closes)
    }

    fn start(&self, week: i64, second: u32) -> Start {
        let kind = match usize::try_from(week - WEEKS.start).map(|row| self.kinds.get(row)) {
            Ok(Some(&kind)) => kind,
            Ok(None) => self.outside[1],
            Err(_) => self.outside[0],
        };
        self.starts[usize::from(kind) * SLOTS + (second >> SLOT_BITS) as usize]
    }

    /// The last piece that has begun at a second of the week.
    fn piece_at(&self, week: i64, second: u32) -> Piece {
        let mut at = self.start(week, second).by_clock as usize;
        while self.pieces[at + 1].opens <= second {
            at += 1;
        }
        self.pieces[at]
    }

    /// How long it has been open until `at`, counted from the table's start.
    pub(super) fn count(&self, at: Seconds) -> Count {
        let (week, second) = (at.div_euclid(WEEK), at.rem_euclid(WEEK) as u32);
        let piece = self.piece_at(week, second);
        let seconds = piece.before + second.min(piece.closes) - piece.opens;
        Count {
            seconds: self.tally.before(week) + i64::from(seconds),
            open: second < piece.closes,
        }
    }

    /// When open second number `nth` begins; none where it is never open so long.
    pub(super) fn second(&self, nth: i64, near: Seconds) -> Option<Seconds> {
        let week = self.tally.week_of(nth, near.div_euclid(WEEK))?;
        let nth = (nth - self.tally.before(week)) as u32;
        let mut at = self.start(week, nth).by_work as usize;
        while self.pieces[at + 1].before <= nth {
            at += 1;
        }
        let piece = self.pieces[at];
        Some(week * WEEK + Seconds::from(piece.opens + nth - piece.before))
    }

    /// Where the open interval ends that the open second at `at` is in, or `limit` if that is earlier.
    pub(super) fn close(&self, at: Seconds, limit: Seconds) -> Seconds {
        let mut end = at;
        while end < limit {
            let (week, second) = (end.div_euclid(WEEK), end.rem_euclid(WEEK) as u32);
            let piece = self.piece_at(week, second);
            if second >= piece.closes {
                return end;
            }
            // What the end of a week cuts goes on in the next.
            end = week * WEEK + Seconds::from(piece.closes);
        }
        limit
    }
}

#[derive(Default)]
struct Build {
    numbers: HashMap<Vec<Piece>, u16>,
    lengths: Vec<u32>,
    starts: Vec<Start>,
    pieces: Vec<Piece>,
}

impl Build {
    /// The number of the kind of week that begins at `since`. There are fewer kinds than weeks in the
    /// table, so that it fits.
    fn kind(&mut self, timetable: &Timetable, since: Seconds) -> u16 {
        let mut length = 0;
        let mut pieces = vec![FIRST];
        for open in timetable.open_between(since, since + WEEK) {
            let piece = Piece {
                opens: (open.start - since) as u32,
                closes: (open.end - since) as u32,
                before: length,
            };
            length += piece.closes - piece.opens;
            pieces.push(piece);
        }
        pieces.push(LAST);
        if let Some(&number) = self.numbers.get(&pieces) {
            return number;
        }
        let number = self.lengths.len() as u16;
        let base = self.pieces.len();
        self.starts.extend((0..SLOTS as u32).map(|slot| {
            let last = |key: fn(&Piece) -> u32| {
                let begun = pieces.partition_point(|piece| key(piece) <= slot << SLOT_BITS);
                (base + begun - 1) as u32
            };
            Start {
                by_clock: last(|piece| piece.opens),
                by_work: last(|piece| piece.before),
            }
        }));
        self.pieces.extend(&pieces);
        self.lengths.push(length);
        self.numbers.insert(pieces, number);
        number
    }
}
