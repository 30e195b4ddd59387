//! How long things took: a distribution in little space that can be added up.

use serde::{Deserialize, Serialize};

/// A distribution of whole seconds. Count, sum, least and greatest are exact; a percentile is within
/// [`Histogram::RELATIVE_ERROR`] of the observed value that it stands for.
///
/// Seconds up to 127 have a bin each, and every doubling above has 64 bins of equal width, so a bin is
/// at most 1/64 as wide as its least value, and its middle at most 1/128 away from any value in it.
/// After Masson, Rim and Lee, *DDSketch* (VLDB 2019), with linear steps within a power of two so that
/// only integers are stored. Adding two up gives what one over both would have counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Histogram(Shape);

/// Most cells hold one value, and take 16 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    /// So many times the same value.
    Same(u32, u64),
    Spread(Box<Bins>),
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Bins {
    count: u64,
    sum: u64,
    min: u64,
    max: u64,
    /// Counts by bin, ascending.
    bins: Vec<(u16, u64)>,
}

/// Bins within each doubling, as a power of two.
const FINENESS: u32 = 6;

fn bin_of(value: u64) -> u16 {
    let shift = (u64::BITS - value.leading_zeros()).saturating_sub(FINENESS + 1);
    ((u64::from(shift) << FINENESS) + (value >> shift)) as u16
}

fn middle_of(bin: u16) -> u64 {
    let widest = u64::BITS - FINENESS - 1;
    let shift = (u32::from(bin) >> FINENESS).saturating_sub(1).min(widest);
    let least = (u64::from(bin) - (u64::from(shift) << FINENESS)) << shift;
    least.saturating_add(((1_u64 << shift) - 1) / 2)
}

impl Default for Histogram {
    fn default() -> Self {
        Self(Shape::Same(0, 0))
    }
}

impl Histogram {
    /// How far a percentile may be from the observed value, as a share of it: 1/128, below 0.8 %.
    pub const RELATIVE_ERROR: f64 = 1.0 / 128.0;

    /// Counts one value.
    pub fn record(&mut self, seconds: u64) {
        self.add(&Self(Shape::Same(1, seconds)));
    }

    /// Counts all that `other` counted.
    pub fn add(&mut self, other: &Self) {
        match (&mut self.0, &other.0) {
            (_, Shape::Same(0, _)) => {}
            (Shape::Same(0, _), _) => self.clone_from(other),
            (Shape::Same(count, value), Shape::Same(more, same))
                if value == same && count.checked_add(*more).is_some() =>
            {
                *count += more;
            }
            (Shape::Same(count, value), _) => {
                let mut bins = Bins::default();
                bins.put(*count, *value);
                bins.add(other);
                self.0 = Shape::Spread(Box::new(bins));
            }
            (Shape::Spread(bins), _) => bins.add(other),
        }
    }

    /// How many values.
    #[must_use]
    pub fn count(&self) -> u64 {
        match &self.0 {
            Shape::Same(count, _) => u64::from(*count),
            Shape::Spread(bins) => bins.count,
        }
    }

    /// Their sum in seconds.
    #[must_use]
    pub fn sum(&self) -> u64 {
        match &self.0 {
            Shape::Same(count, value) => u64::from(*count).saturating_mul(*value),
            Shape::Spread(bins) => bins.sum,
        }
    }

    /// The least value, in seconds, that at least `percent` of all values do not pass (the nearest
    /// rank). 0 gives the least, 100 and above the greatest, both exactly.
    #[must_use]
    pub fn percentile(&self, percent: u8) -> Option<u64> {
        match &self.0 {
            Shape::Same(count, value) => (*count > 0).then_some(*value),
            Shape::Spread(bins) => Some(bins.percentile(percent)),
        }
    }
}

impl Bins {
    fn put(&mut self, count: u32, value: u64) {
        let count = u64::from(count);
        self.fill(bin_of(value), count);
        self.widen(count, count.saturating_mul(value), value, value);
    }

    fn add(&mut self, other: &Histogram) {
        match &other.0 {
            Shape::Same(count, value) => self.put(*count, *value),
            Shape::Spread(other) => {
                for &(bin, count) in &other.bins {
                    self.fill(bin, count);
                }
                self.widen(other.count, other.sum, other.min, other.max);
            }
        }
    }

    fn widen(&mut self, count: u64, sum: u64, min: u64, max: u64) {
        self.min = if self.count == 0 {
            min
        } else {
            self.min.min(min)
        };
        self.max = self.max.max(max);
        self.count += count;
        self.sum = self.sum.saturating_add(sum);
    }

    fn fill(&mut self, bin: u16, count: u64) {
        match self.bins.binary_search_by_key(&bin, |&(bin, _)| bin) {
            Ok(at) => self.bins[at].1 += count,
            Err(at) => self.bins.insert(at, (bin, count)),
        }
    }

    fn percentile(&self, percent: u8) -> u64 {
        let share = u128::from(self.count) * u128::from(percent.min(100));
        let rank = share.div_ceil(100) as u64;
        if rank <= 1 {
            return self.min;
        }
        if rank >= self.count {
            return self.max;
        }
        let mut up_to = 0;
        let bin = self.bins.iter().find(|(_, count)| {
            up_to += count;
            up_to >= rank
        });
        let value = bin.map_or(self.max, |&(bin, _)| middle_of(bin));
        value.max(self.min).min(self.max)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|&value| histogram.record(value));
        histogram
    }

    fn exact(sorted: &[u64], percent: usize) -> u64 {
        sorted[(sorted.len() * percent).div_ceil(100).saturating_sub(1)]
    }

    #[test]
    fn bins_meet_and_are_narrow() {
        for power in 0..63 {
            for value in [
                (1_u64 << power) - 1,
                1 << power,
                (1 << power) + 1,
                3 << power,
            ] {
                let off = middle_of(bin_of(value)).abs_diff(value);
                assert!(off as f64 <= value as f64 * Histogram::RELATIVE_ERROR);
                assert!(bin_of(value + 1) - bin_of(value) <= 1, "no bin left out");
            }
        }
        assert_eq!(bin_of(u64::MAX), 3_775);
        assert!((0..=127).all(|value| middle_of(bin_of(value)) == value));
    }

    #[test]
    fn nothing_has_no_percentile() {
        let nothing = Histogram::default();
        assert_eq!((nothing.count(), nothing.percentile(50)), (0, None));
    }

    #[test]
    fn small_numbers_are_exact() {
        let histogram = of(&[15, 20, 35, 40, 50]);
        let percentiles = [5, 30, 40, 50, 100].map(|p| histogram.percentile(p).unwrap());
        assert_eq!(percentiles, [15, 20, 20, 35, 50]);
    }

    proptest! {
        #[test]
        fn percentiles_are_within_the_stated_error(
            mut values in prop::collection::vec((0_u32..40, any::<u64>()).prop_map(|(s, v)| v >> (24 + s)), 1..200),
        ) {
            let histogram = of(&values);
            values.sort_unstable();
            prop_assert_eq!(histogram.count(), values.len() as u64);
            prop_assert_eq!(histogram.sum(), values.iter().sum::<u64>());
            prop_assert_eq!(histogram.percentile(0), values.first().copied());
            prop_assert_eq!(histogram.percentile(100), values.last().copied());
            for percent in 0..=100 {
                let exact = exact(&values, percent);
                let got = histogram.percentile(percent as u8).unwrap();
                prop_assert!(
                    got.abs_diff(exact) as f64 <= exact as f64 * Histogram::RELATIVE_ERROR,
                    "p{}: {} for {}", percent, got, exact
                );
            }
        }

        #[test]
        fn parts_add_up_to_the_whole(a: Vec<u16>, b: Vec<u16>, same in 0_u64..3) {
            let a: Vec<u64> = a.into_iter().map(|v| u64::from(v) * same).collect();
            let b: Vec<u64> = b.into_iter().map(u64::from).collect();
            let mut sum = of(&a);
            sum.add(&of(&b));
            prop_assert_eq!(&sum, &of(&[a.clone(), b.clone()].concat()));
            let mut other_way = of(&b);
            other_way.add(&of(&a));
            prop_assert_eq!(sum, other_way);
        }
    }
}
