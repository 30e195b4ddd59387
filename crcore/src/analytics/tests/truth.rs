//! Random histories, counted in two ways.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::history::{
    Desk, assigned, at, fold, passed, reached, released, resolved, resolved_so, resume,
};
use super::oracle::Oracle;
use crate::actor::Actor;
use crate::agent::Pool;
use crate::analytics::{
    Analytics, Census, Dimension, Filter, Group, Key, Number, Period, Query, Totals,
};
use crate::event::{Amended, Event, Fact};
use crate::id::{Code, TicketId};
use crate::ticket::{
    Channel, FieldValue, Kind, Mark, Outcome, Status, StatusName, Target, Verb, WaitingOn, is_legal,
};

/// Odd offsets, half an hour of summer time, clocks that change at midnight, both ends of the day.
const ZONES: [Tz; 9] = [
    Tz::Asia__Kathmandu,
    Tz::Australia__Lord_Howe,
    Tz::America__New_York,
    Tz::Pacific__Chatham,
    Tz::Pacific__Kiritimati,
    Tz::America__Sao_Paulo,
    Tz::Africa__Cairo,
    Tz::Pacific__Pago_Pago,
    Tz::UTC,
];
/// Each a few weeks before a change of clocks in some of them.
const STARTS: [&str; 4] = [
    "2026-02-25T00:00:00Z",
    "2026-10-20T00:00:00Z",
    "2018-02-10T00:00:00Z",
    "2018-10-25T00:00:00Z",
];
const OUTCOMES: [Outcome; 3] = [Outcome::Upheld, Outcome::Rejected, Outcome::Answered];
const SERVICES: [&str; 3] = ["cards", "loans", "transfers"];
/// The more often, the more there is to get wrong.
const VERBS: [Verb; 24] = [
    Verb::Assign,
    Verb::Assign,
    Verb::Assign,
    Verb::Resolve,
    Verb::Resolve,
    Verb::Resolve,
    Verb::Resolve,
    Verb::Reopen,
    Verb::Reopen,
    Verb::Reopen,
    Verb::Reopen,
    Verb::Close,
    Verb::Release,
    Verb::Reply,
    Verb::Write,
    Verb::Note,
    Verb::WaitForCustomer,
    Verb::Resume,
    Verb::Amend,
    Verb::Convert,
    Verb::Merge,
    Verb::Rate,
    Verb::Hold,
    Verb::Erase,
];
const FIELDS: [&str; 2] = ["branch", "cause"];
const CHOICES: [&str; 3] = ["north", "south", "west"];

fn groups() -> [Group; 9] {
    let field = |nth: usize| Group::By(Dimension::Field(FIELDS[nth].parse().unwrap()));
    [
        Group::Whole,
        Group::Day,
        Group::Month,
        Group::By(Dimension::Kind),
        Group::By(Dimension::Service),
        Group::By(Dimension::Channel),
        Group::By(Dimension::Agent),
        field(0),
        field(1),
    ]
}

/// Chance that proptest can make simpler.
struct Dice(std::vec::IntoIter<u32>);

impl Dice {
    fn new(rolls: Vec<u32>) -> Self {
        Self(rolls.into_iter())
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.0.next().unwrap_or(0) as usize % sides
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }

    /// A field or two, as a choice or as something else.
    fn fields(&mut self) -> BTreeMap<Code, FieldValue> {
        let mut fields = BTreeMap::new();
        for _ in 0..self.roll(3) {
            let value = match self.roll(5) {
                0 => FieldValue::Number(7),
                _ => FieldValue::Choice(self.one_of(&CHOICES).parse().unwrap()),
            };
            fields.insert(self.one_of(&FIELDS).parse().unwrap(), value);
        }
        fields
    }

    fn left(&self) -> bool {
        self.0.len() > 0
    }

    /// Now, in a moment, exactly at somebody's midnight or just before it, today, this week.
    fn later(&mut self, from: DateTime<Utc>) -> DateTime<Utc> {
        let micros = match self.roll(6) {
            0 => 0,
            1 => self.roll(2_000_000),
            2 | 3 => return self.midnight(from),
            4 => self.roll(20_000) * 1_000_000,
            _ => self.roll(500_000) * 1_000_000,
        };
        from + TimeDelta::microseconds(micros as i64)
    }

    fn midnight(&mut self, from: DateTime<Utc>) -> DateTime<Utc> {
        let zone = self.one_of(&ZONES);
        let tomorrow = from.with_timezone(&zone).date_naive() + Days::new(1);
        let local = zone.from_local_datetime(&tomorrow.and_time(NaiveTime::MIN));
        let midnight = local.earliest().map_or(from, |t| t.with_timezone(&Utc));
        (midnight - TimeDelta::microseconds(self.roll(2) as i64)).max(from)
    }
}

/// Which cycle of each target runs, and whether it has been breached.
type Cycles = BTreeMap<(TicketId, Target), (u32, bool)>;

fn history(dice: &mut Dice) -> Desk {
    let mut desk = Desk::new(dice.roll(1_000) as u64);
    let start = at(dice.one_of(&STARTS));
    let mut cycles = Cycles::new();
    while dice.left() {
        let ids: Vec<TicketId> = desk.tickets.keys().copied().collect();
        if ids.is_empty() || ids.len() < 12 && dice.roll(12) == 0 {
            let received_at = dice.later(start);
            let raised_at = dice.later(received_at);
            let what = (
                dice.one_of(Kind::ALL),
                dice.one_of(&SERVICES),
                dice.one_of(Channel::ALL),
            );
            let fields = dice.fields();
            desk.raise_with(raised_at, received_at, what, fields);
        } else {
            let id = dice.one_of(&ids);
            let when = dice.later(desk.tickets[&id].updated_at);
            if dice.roll(4) == 0 {
                keep_time(&mut desk, dice, &mut cycles, id, when);
            } else {
                act(&mut desk, dice, id, when);
            }
        }
    }
    desk
}

fn keep_time(
    desk: &mut Desk,
    dice: &mut Dice,
    cycles: &mut Cycles,
    id: TicketId,
    when: DateTime<Utc>,
) {
    let target = dice.one_of(&Target::ALL);
    let (cycle, breached) = cycles.entry((id, target)).or_insert((1, false));
    let margin = dice.roll(100_000) as i64;
    let due_at = when - TimeDelta::seconds(margin);
    let fact = match dice.roll(4) {
        0 if !*breached => {
            *breached = true;
            Fact::Breached(passed(target, *cycle, Mark::Due, due_at))
        }
        0 => Fact::Escalated(passed(target, *cycle, Mark::Escalation(0), when)),
        1 => Fact::Warned(passed(target, *cycle, Mark::Warning(0), when)),
        nth => {
            let due_at = (dice.roll(3) > 0).then_some(due_at);
            (*cycle, *breached) = (*cycle + 1, false);
            match nth {
                2 => Fact::Met(reached(target, *cycle - 1, None, margin)),
                _ => Fact::Missed(reached(target, *cycle - 1, due_at, -margin)),
            }
        }
    };
    desk.tell(id, when, Actor::System, fact);
}

fn act(desk: &mut Desk, dice: &mut Dice, id: TicketId, when: DateTime<Utc>) {
    let legal = |verb: &Verb| is_legal(&desk.tickets[&id], *verb);
    let verbs: Vec<Verb> = VERBS.iter().copied().filter(legal).collect();
    let verb = dice.one_of(&verbs);
    let nth = dice.roll(3);
    let mut actor = desk.agent(nth);
    let holder = desk.tickets[&id].assignment;
    let units = dice.roll(4) as u32;
    let fact = match verb {
        Verb::Amend => Fact::Amended(Box::new(Amended {
            service: (dice.roll(2) > 0).then(|| dice.one_of(&SERVICES).parse().unwrap()),
            fields: dice.fields(),
            ..Amended::default()
        })),
        Verb::Assign => assigned(desk.agents[nth], units),
        Verb::Release => released(holder.unwrap().agent, holder.unwrap().units),
        Verb::Reply => {
            actor =
                [actor, Actor::Service(desk.bot), Actor::System][dice.roll(6).saturating_sub(3)];
            let words = desk.piece(id);
            Fact::Replied { words }
        }
        Verb::Write => {
            actor = Actor::Customer(desk.tickets[&id].customer);
            let words = desk.piece(id);
            Fact::Replied { words }
        }
        Verb::Note => {
            let words = desk.piece(id);
            Fact::Noted { words }
        }
        Verb::WaitForCustomer => Fact::Waiting {
            on: dice.one_of(&[WaitingOn::Customer, WaitingOn::ThirdParty]),
        },
        Verb::Resume => Fact::Resumed,
        Verb::Resolve => {
            let words = (dice.roll(2) == 0).then(|| desk.piece(id));
            resolved_so(dice.one_of(&OUTCOMES), words)
        }
        Verb::Withdraw => {
            actor = Actor::Customer(desk.tickets[&id].customer);
            resolved(None)
        }
        Verb::Reopen => Fact::Reopened { words: None },
        Verb::Close => Fact::Closed,
        Verb::Convert => Fact::Converted {
            kind: dice.one_of(Kind::ALL),
        },
        Verb::Merge => return merge(desk, dice, id, when),
        Verb::Rate => {
            let score = dice.roll(5) as u8 + 1;
            Fact::Rated { score, words: None }
        }
        Verb::Hold => Fact::Held { held: true },
        Verb::Erase => Fact::Erased {},
        _ => Fact::Deadlines { sla: None },
    };
    desk.tell(id, when, actor, fact);
}

fn merge(desk: &mut Desk, dice: &mut Dice, id: TicketId, when: DateTime<Utc>) {
    let others: Vec<TicketId> = desk.tickets.keys().copied().filter(|o| *o != id).collect();
    if others.is_empty() {
        return;
    }
    let survivor = dice.one_of(&others);
    let other = &desk.tickets[&survivor];
    if !is_legal(other, Verb::Absorb) {
        return;
    }
    let when = when.max(other.updated_at);
    let absorbed = Fact::Absorbed {
        ticket: id,
        head: desk.tickets[&id].version,
        received_at: other.received_at.min(desk.tickets[&id].received_at),
        attachments: Vec::new(),
        absorbed: Default::default(),
    };
    let actor = desk.agent(0);
    desk.tell(id, when, actor, Fact::MergedInto { ticket: survivor });
    desk.tell(survivor, when, actor, absorbed);
}

fn numbers() -> impl Iterator<Item = Number> {
    let breached = Target::ALL.map(Number::Breached);
    [Number::Reopened, Number::Rated]
        .into_iter()
        .chain(breached)
}

/// What is behind a number is as much as it says, and of tickets to which that happened.
fn check_behind(desk: &Desk, totals: &Totals, query: Query) {
    let whole = Query {
        group: Group::Whole,
        ..query
    };
    let rows = totals.report(&whole).unwrap();
    let measures = rows
        .into_iter()
        .next()
        .map(|row| row.measures)
        .unwrap_or_default();
    for number in numbers() {
        let expected = match number {
            Number::Reopened => measures.reopened,
            Number::Rated => measures.ratings.iter().sum(),
            Number::Breached(target) => {
                let of = measures.targets.get(&target);
                of.map_or(0, |attainment| attainment.breached)
            }
        };
        let behind = totals.behind(number, &whole.filter, &whole.period).unwrap();
        assert_eq!(behind.len() as u64, expected, "{number:?} of {whole:?}");
        assert!(behind.is_sorted_by(|one, next| one.at >= next.at));
        for instance in behind {
            let is_so = |event: &Event| match (&event.fact, number) {
                (Fact::Reopened { .. }, Number::Reopened) | (Fact::Rated { .. }, Number::Rated) => {
                    event.at == instance.at
                }
                (Fact::Breached(passed), Number::Breached(target)) => {
                    passed.target == target && passed.at == instance.at
                }
                (Fact::Missed(reached), Number::Breached(target)) => {
                    let due_at = reached.due_at.unwrap_or(event.at);
                    reached.target == target && due_at == instance.at
                }
                _ => false,
            };
            let mut of_it = desk.events.iter().filter(|e| e.ticket == instance.ticket);
            assert!(of_it.any(is_so), "{number:?}: {instance:?}");
        }
    }
}

fn query(dice: &mut Dice, desk: &Desk) -> Query {
    let dates = |t: DateTime<Utc>| t.date_naive();
    let first = desk.events.iter().map(|e| dates(e.at)).min();
    let from = first.unwrap() - Days::new(3) + Days::new(dice.roll(20) as u64);
    Query {
        period: Period {
            from,
            to: from + Days::new(1 + dice.roll(80) as u64),
            zone: dice.one_of(&ZONES),
        },
        filter: filter(dice, desk),
        group: groups()[dice.roll(9)].clone(),
    }
}

fn filter(dice: &mut Dice, desk: &Desk) -> Filter {
    let mut filter = Filter::default();
    match dice.roll(9) {
        8 => {
            let wanted = [None, Some(dice.one_of(&CHOICES).parse().unwrap())];
            let field = dice.one_of(&FIELDS).parse().unwrap();
            let wanted = wanted.into_iter().skip(dice.roll(2)).collect();
            filter.choices.insert(field, wanted);
        }
        0 => filter.kinds.extend(&Kind::ALL[..2]),
        1 => {
            let service = dice.one_of(&SERVICES).parse().unwrap();
            filter.services.insert(service);
        }
        2 => filter.channels.extend(&Channel::ALL[..3]),
        3 => filter.agents.extend([Some(desk.agents[0]), None]),
        _ => {}
    }
    filter
}

fn check_backlog(dice: &mut Dice, desk: &Desk, totals: &Totals, oracle: &Oracle) {
    let now = desk.events.iter().map(|e| e.at).max().unwrap();
    let filter = filter(dice, desk);
    let by = dimension(dice);
    let rows = totals
        .backlog(&filter, by.clone(), &Totals::AGES, now)
        .unwrap();
    let mut open = 0;
    let active = |row: &Key| {
        let mut tickets = oracle.now(&filter, by.as_ref(), row);
        tickets.retain(|ticket| ticket.status.is_active());
        tickets
    };
    for row in &rows {
        let tickets = active(&row.key);
        let received = tickets.iter().map(|t| t.received_at);
        let days = |limits: (i64, i64)| {
            let ages = received.clone().map(|at| now - at);
            let within = |age: &TimeDelta| {
                *age >= TimeDelta::days(limits.0) && *age < TimeDelta::days(limits.1)
            };
            ages.filter(within).count() as u64
        };
        let ages = [
            (-9, 1),
            (1, 3),
            (3, 7),
            (7, 14),
            (14, 30),
            (30, 56),
            (56, 999),
        ];
        let held = tickets.iter().filter_map(|t| t.assignment);
        let units: u64 = held.map(|a| u64::from(a.units)).sum();
        assert_eq!(row.open, tickets.len() as u64);
        assert_eq!(row.by_age, ages.map(days));
        assert_eq!(Some(row.oldest), received.clone().min());
        assert_eq!(row.units.get(&Pool::Cases).copied().unwrap_or(0), units);
        open += row.open;
    }
    assert_eq!(open, active(&Key::Whole).len() as u64);
}

fn dimension(dice: &mut Dice) -> Option<Dimension> {
    match &groups()[dice.roll(9)] {
        Group::By(dimension) => Some(dimension.clone()),
        _ => None,
    }
}

fn check_census(dice: &mut Dice, desk: &Desk, totals: &Totals, oracle: &Oracle) {
    let Query { period, filter, .. } = query(dice, desk);
    let by = dimension(dice);
    let rows = totals.census(&filter, by.clone(), &period).unwrap();
    let received = |row: &Key| {
        let mut tickets = oracle.now(&filter, by.as_ref(), row);
        tickets.retain(|ticket| {
            let day = ticket.received_at.with_timezone(&period.zone).date_naive();
            day >= period.from && day < period.to
        });
        tickets
    };
    let mut all = 0;
    for row in &rows {
        let tickets = received(&row.key);
        let mut expected = Census {
            key: row.key.clone(),
            received: tickets.len() as u64,
            by_status: BTreeMap::new(),
            merged: 0,
            by_outcome: BTreeMap::new(),
            reopened: tickets.iter().filter(|t| t.reopened > 0).count() as u64,
        };
        for ticket in tickets {
            if ticket.merged_into.is_some() {
                expected.merged += 1;
                continue;
            }
            *expected.by_status.entry(ticket.status.name()).or_default() += 1;
            if let Status::Resolved { outcome, .. }
            | Status::Closed {
                outcome: Some(outcome),
                ..
            } = ticket.status
            {
                *expected.by_outcome.entry(outcome).or_default() += 1;
            }
        }
        assert_eq!(*row, expected);
        assert!(row.received > 0, "no row without tickets");
        let active = |status: &StatusName| status.is_active();
        let pending = row.by_status.iter().filter(|(status, _)| active(status));
        assert_eq!(row.pending(), pending.map(|(_, n)| n).sum::<u64>());
        all += row.received;
    }
    assert_eq!(all, received(&Key::Whole).len() as u64);
    assert!(rows.is_sorted_by_key(|row| &row.key));
}

fn reports(totals: &Totals, queries: &[Query]) -> Vec<String> {
    let all = queries.iter().map(|q| totals.report(q).unwrap());
    all.map(|rows| serde_json::to_string(&rows).unwrap())
        .collect()
}

fn stored(analytics: &Analytics) -> String {
    serde_json::to_string(analytics).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn every_number_equals_a_recount(rolls in prop::collection::vec(any::<u32>(), 20..700)) {
        let split = rolls.len() / 8;
        let desk = history(&mut Dice::new(rolls[split..].to_vec()));
        let mut dice = Dice::new(rolls[..split].to_vec());
        let analytics = desk.fold();
        let oracle = Oracle::new(&desk.events);
        for _ in 0..6 {
            let query = query(&mut dice, &desk);
            let rows = analytics.totals().report(&query).unwrap();
            prop_assert_eq!(oracle.check(&query, &rows), Ok(()));
            check_behind(&desk, analytics.totals(), query);
        }
        check_backlog(&mut dice, &desk, analytics.totals(), &oracle);
        check_census(&mut dice, &desk, analytics.totals(), &oracle);
    }

    #[test]
    fn stored_and_taken_up_again_it_is_the_same(
        rolls in prop::collection::vec(any::<u32>(), 20..300),
        cut in 0.0..1.0,
    ) {
        let desk = history(&mut Dice::new(rolls));
        let whole = desk.fold();
        let cut = (desk.events.len() as f64 * cut) as usize;
        let half = fold(&desk.events[..cut]);
        let mut resumed: Analytics = serde_json::from_str(&stored(&half)).unwrap();
        prop_assert_eq!(resumed.bookmark(), cut as u64);
        resume(&mut resumed, &desk.events);
        prop_assert_eq!(resumed.bookmark(), whole.bookmark());
        prop_assert_eq!(stored(&resumed), stored(&whole));
    }

    #[test]
    fn parts_merge_into_the_whole(
        rolls in prop::collection::vec(any::<u32>(), 40..500),
        parts in 2_usize..4,
    ) {
        let mut dice = Dice::new(rolls[20..].to_vec());
        let desk = history(&mut dice);
        let mut dice = Dice::new(rolls[..20].to_vec());
        let part_of = |event: &Event| event.ticket.uuid().as_u128() as usize % parts;
        let folds = (0..parts).map(|part| {
            let events = desk.events.iter().filter(|e| part_of(e) == part);
            fold(&events.cloned().collect::<Vec<_>>())
        });
        let folds: Vec<Analytics> = folds.collect();
        let mut merged = Totals::default();
        // The last part first: its slices come in another order than in the whole.
        for fold in folds.iter().rev() {
            merged.merge(fold.totals()).unwrap();
        }
        let whole = desk.fold();
        let queries: Vec<Query> = (0..6).map(|_| query(&mut dice, &desk)).collect();
        prop_assert_eq!(reports(&merged, &queries), reports(whole.totals(), &queries));
        let now = desk.events.iter().map(|e| e.at).max().unwrap();
        let backlog = |totals: &Totals| {
            totals.backlog(&Filter::default(), Some(Dimension::Agent), &[2, 5], now)
        };
        prop_assert_eq!(backlog(&merged), backlog(whole.totals()));
        let census = |totals: &Totals| {
            let by = Dimension::Field(FIELDS[0].parse().unwrap());
            totals.census(&Filter::default(), Some(by), &queries[0].period)
        };
        prop_assert_eq!(census(&merged), census(whole.totals()));
        for number in numbers() {
            let behind = |totals: &Totals| totals.behind(number, &queries[0].filter, &queries[0].period);
            prop_assert_eq!(behind(&merged), behind(whole.totals()));
        }
    }
}

#[test]
fn days_of_every_zone_begin_on_quarters_of_an_hour() {
    let year = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    for zone in chrono_tz::TZ_VARIANTS {
        for day in year.iter_days().take(365) {
            let midnight = zone.from_local_datetime(&day.and_time(NaiveTime::MIN));
            for begin in [midnight.earliest(), midnight.latest()]
                .into_iter()
                .flatten()
            {
                assert_eq!(begin.timestamp() % 900, 0, "{zone} on {day}");
            }
        }
    }
}
