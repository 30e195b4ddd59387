//! Open seconds, counted over all time: the table behind every answer.
//!
//! Weeks are alike. So the table keeps each *different* week once, as a list of open intervals, and for
//! every week from 1970 to 2100 two numbers: which of those it is, and how many open seconds there were
//! before it. Counting to an instant is one division, one lookup and a search among the intervals of one
//! week; a year of such rows is 300 bytes, so the years that a desk works in stay in the first cache.

use std::collections::{HashMap, HashSet};

use super::tally::Tally;
use super::timetable::Timetable;
use super::{Seconds, WEEK, WEEKS};

#[derive(Debug)]
pub(super) struct OpenTime {
    tally: Tally,
    /// For each week of the table, where its intervals are in `kinds`.
    kind_of: Box<[u16]>,
    /// The kind of every week before the table and after it.
    outside: [u16; 2],
    kinds: Box<[std::ops::Range<u32>]>,
    pieces: Box<[Piece]>,
}

/// An open interval `[opens, closes)` within a week, in seconds from the week's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Piece {
    opens: u32,
    closes: u32,
    /// Open seconds of the week before it.
    before: u32,
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
        let kind_of: Box<[u16]> = WEEKS.map(&mut kind).collect();
        let outside = [kind(WEEKS.start - 2), kind(WEEKS.end + 2)];
        let lengths = |kind: u16| build.lengths[usize::from(kind)];
        Self {
            tally: Tally::new(
                kind_of.iter().map(|&kind| lengths(kind)),
                lengths(outside[0]),
            ),
            kind_of,
            outside,
            kinds: build.kinds.into(),
            pieces: build.pieces.into(),
        }
    }

    /// Whether it never opens.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    fn pieces(&self, week: i64) -> &[Piece] {
        let kind = match usize::try_from(week - WEEKS.start).map(|row| self.kind_of.get(row)) {
            Ok(Some(&kind)) => kind,
            Ok(None) => self.outside[1],
            Err(_) => self.outside[0],
        };
        let range = &self.kinds[usize::from(kind)];
        &self.pieces[range.start as usize..range.end as usize]
    }

    /// How long it has been open until `at`, counted from the table's start.
    pub(super) fn count(&self, at: Seconds) -> Count {
        let week = at.div_euclid(WEEK);
        let second = at.rem_euclid(WEEK) as u32;
        let before = self.tally.before(week);
        let pieces = self.pieces(week);
        let begun = pieces.partition_point(|piece| piece.opens <= second);
        let (seconds, open) = match pieces[..begun].last() {
            Some(last) => (
                last.before + second.min(last.closes) - last.opens,
                second < last.closes,
            ),
            None => (0, false),
        };
        Count {
            seconds: before + i64::from(seconds),
            open,
        }
    }

    /// When open second number `nth` begins; none where it is never open so long.
    pub(super) fn second(&self, nth: i64, near: Seconds) -> Option<Seconds> {
        let week = self.tally.week_of(nth, near.div_euclid(WEEK))?;
        let nth = (nth - self.tally.before(week)) as u32;
        let pieces = self.pieces(week);
        let begun = pieces.partition_point(|piece| piece.before <= nth);
        let piece = pieces[..begun].last()?;
        Some(week * WEEK + Seconds::from(piece.opens + nth - piece.before))
    }

    /// Where the open interval ends that the open second at `at` is in, or `limit` if that is earlier.
    pub(super) fn close(&self, at: Seconds, limit: Seconds) -> Seconds {
        let mut end = at;
        while end < limit {
            let week = end.div_euclid(WEEK);
            let second = end.rem_euclid(WEEK) as u32;
            let pieces = self.pieces(week);
            let begun = pieces.partition_point(|piece| piece.opens <= second);
            match pieces[..begun].last() {
                // What the end of a week cuts goes on in the next.
                Some(last) if second < last.closes => {
                    end = week * WEEK + Seconds::from(last.closes)
                }
                _ => return end,
            }
        }
        limit
    }
}

#[derive(Default)]
struct Build {
    numbers: HashMap<Vec<Piece>, u16>,
    kinds: Vec<std::ops::Range<u32>>,
    lengths: Vec<u32>,
    pieces: Vec<Piece>,
}

impl Build {
    /// The number of the kind of week that begins at `since`. There are fewer kinds than weeks in the
    /// table, so that it fits.
    fn kind(&mut self, timetable: &Timetable, since: Seconds) -> u16 {
        let mut length = 0;
        let pieces: Vec<Piece> = timetable
            .open_between(since, since + WEEK)
            .into_iter()
            .map(|open| {
                let piece = Piece {
                    opens: (open.start - since) as u32,
                    closes: (open.end - since) as u32,
                    before: length,
                };
                length += piece.closes - piece.opens;
                piece
            })
            .collect();
        if let Some(&number) = self.numbers.get(&pieces) {
            return number;
        }
        let number = self.kinds.len() as u16;
        let start = self.pieces.len() as u32;
        self.pieces.extend(&pieces);
        self.kinds.push(start..self.pieces.len() as u32);
        self.lengths.push(length);
        self.numbers.insert(pieces, number);
        number
    }
}
