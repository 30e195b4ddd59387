//! What holds for every calendar and any instants, however far from the table.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::oracle::{model, prepared};

/// Instants within the table, around it, and all over chrono's years.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let seconds = prop_oneof![
        4 => 1_420_070_400..2_145_916_800_i64,
        2 => -3_000_000_000..6_000_000_000_i64,
        1 => -8_000_000_000_000..8_000_000_000_000_i64,
    ];
    (seconds, 0..1_000_000_000_u32).prop_map(|(s, n)| DateTime::from_timestamp(s, n).unwrap())
}

fn length() -> impl Strategy<Value = TimeDelta> {
    let seconds = prop_oneof![0..200_000_i64, 0..20_000_000_i64, 0..8_000_000_000_i64];
    (seconds, 0..1_000_000_000_u32).prop_map(|(s, n)| TimeDelta::new(s, n).unwrap())
}

proptest! {
    #![proptest_config(super::config())]

    #[test]
    fn adding_and_measuring_undo_each_other(
        (model, _) in model(),
        cases in prop::collection::vec((instant(), instant(), length(), length()), 16),
    ) {
        let Some(time) = prepared(&model) else { return Ok(()) };
        for (from, other, some, more) in cases {
            for length in [some, -some] {
                if let Ok(end) = time.add(from, length) {
                    prop_assert_eq!(time.elapsed(from, end), length);
                    // The instant is the nearest one, and back from it we end no later than we began.
                    prop_assert!(time.add(end, -length).is_ok_and(|back| time.elapsed(back, from).is_zero()));
                    let step = TimeDelta::nanoseconds(1);
                    if length > TimeDelta::zero() {
                        prop_assert!(end > from && time.elapsed(from, end - step) < length);
                        prop_assert_eq!(time.previous_open(end), Some(end));
                    } else if length < TimeDelta::zero() {
                        prop_assert!(end < from && time.elapsed(from, end + step) > length);
                        prop_assert_eq!(time.next_open(end), Some(end));
                    }
                }
            }
            // More time is never earlier, and a later start never ends earlier.
            if let (Ok(near), Ok(far)) = (time.add(from, some), time.add(from, some + more)) {
                prop_assert!(near <= far);
            }
            let (first, last) = (from.min(other), from.max(other));
            if let (Ok(a), Ok(b)) = (time.add(first, some), time.add(last, some)) {
                prop_assert!(a <= b);
            }
            let whole = time.elapsed(first, last);
            prop_assert!(whole >= TimeDelta::zero() && whole <= last - first);
            let middle = first + (last - first) / 3;
            prop_assert_eq!(time.elapsed(first, middle) + time.elapsed(middle, last), whole);
            if let (Some(open), false) = (time.previous_open(last), whole.is_zero()) {
                prop_assert_eq!(time.add(first, whole), Ok(open));
            }
        }
    }

    #[test]
    fn windows_are_apart_and_hold_all_the_time(
        (model, _) in model(),
        from in instant(),
        days in 0..400_i64,
    ) {
        let Some(time) = prepared(&model) else { return Ok(()) };
        let to = from + TimeDelta::days(days);
        let windows: Vec<_> = time.windows(from, to).collect();
        let open: TimeDelta = windows.iter().map(|window| window.end - window.start).sum();
        prop_assert_eq!(open, time.elapsed(from, to));
        prop_assert!(windows.iter().all(|window| window.start < window.end));
        prop_assert!(windows.windows(2).all(|pair| pair[0].end < pair[1].start));
        if let (Some(first), Some(last)) = (windows.first(), windows.last()) {
            prop_assert!(from <= first.start && last.end <= to);
        }
    }

    #[test]
    fn business_days_are_found_by_number(
        (model, _) in model(),
        cases in prop::collection::vec((-200_000..200_000_i32, 1..3_000_i32, -400..400_i64), 8),
    ) {
        let Some(time) = prepared(&model) else { return Ok(()) };
        for (day, n, span) in cases {
            let from = NaiveDate::from_epoch_days(day).unwrap();
            if let Ok(end) = time.add_business_days(from, n) {
                prop_assert!(end > from && time.is_business_day(end));
                prop_assert_eq!(time.business_days_between(from, end), i64::from(n));
                prop_assert!(time.add_business_days(end, -n).unwrap_or(from) <= from);
            }
            if let Ok(start) = time.add_business_days(from, -n) {
                prop_assert!(start < from && time.is_business_day(start));
                let itself = i64::from(time.is_business_day(from));
                prop_assert_eq!(time.business_days_between(from, start), 1 - itself - i64::from(n));
            }
            let to = from + TimeDelta::days(span.abs());
            let counted = from.iter_days().skip(1).take_while(|date| *date <= to);
            let counted = counted.filter(|date| time.is_business_day(*date)).count() as i64;
            prop_assert_eq!(time.business_days_between(from, to), counted);
            prop_assert_eq!(time.business_days_between(to, from), -counted);
        }
    }
}
