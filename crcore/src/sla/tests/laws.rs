//! Random lives of a ticket against a model that knows no calendar, only a table of open minutes.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use proptest::prelude::*;
use serde_json::json;

use super::setup::{agent, append, calendars, customer, raised, replied};
use crate::actor::Actor;
use crate::event::{Event, Fact, Passed};
use crate::sla::{SlaBook, SlaPolicy};
use crate::ticket::{
    Outcome, PauseCause, Priority, Status, Target, Ticket, Verb, WaitingOn, is_legal,
};

/// Three weeks that hold a change of the clocks and Easter, and time to spare.
const START: &str = "2026-03-23T00:00:00Z";
const MINUTES: usize = 12 * 7 * 24 * 60;

fn instant(minute: usize) -> DateTime<Utc> {
    START.parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute as i64)
}

/// Whether the desk in Berlin is open, minute by minute.
static OPEN: LazyLock<Vec<bool>> = LazyLock::new(|| {
    (0..MINUTES)
        .map(|minute| {
            let local = instant(minute).with_timezone(&chrono_tz::Europe::Berlin);
            let holiday = [(4, 3), (4, 6)].contains(&(local.month(), local.day()));
            let weekday = local.weekday().num_days_from_monday() < 5;
            weekday && !holiday && [9, 10, 11, 13, 14, 15, 16, 17].contains(&local.hour())
        })
        .collect()
});

/// A target of the model: minutes allowed, whether in business time, and what stops it.
#[derive(Clone, Copy)]
struct Rule {
    within: usize,
    business: bool,
    stops: &'static [PauseCause],
}

use PauseCause::{Customer, Resolved, ThirdParty};

/// The policies of [`book`], by urgency.
fn rule(urgent: bool, target: Target) -> Rule {
    let rule = |within, business, stops| Rule {
        within,
        business,
        stops,
    };
    match (urgent, target) {
        (true, Target::FirstResponse) => rule(60, false, &[Resolved]),
        (true, Target::NextResponse) => rule(120, true, &[Resolved, Customer]),
        (true, Target::Resolution) => rule(8 * 60, true, &[Resolved, Customer, ThirdParty]),
        (false, Target::FirstResponse) => rule(4 * 60, true, &[Resolved]),
        (false, Target::NextResponse) => rule(8 * 60, true, &[Resolved]),
        (false, Target::Resolution) => rule(72 * 60, false, &[Resolved, Customer]),
    }
}

static BOOK: LazyLock<SlaBook> = LazyLock::new(|| {
    let step = json!([{ "after": "1h", "do": { "notify": "assignee" } }]);
    let policies: Vec<SlaPolicy> = serde_json::from_value(json!([
        { "name": "urgent", "when": { "priorities": ["urgent"] }, "calendar": "berlin", "targets": {
            "first_response": { "within": "1h", "time": "calendar" },
            "next_response": { "within": "2h", "pause": ["customer"], "warn_before": ["30m"] },
            "resolution": { "within": "8h", "warn_before": ["4h", "1h"], "escalate": step },
        } },
        { "name": "others", "calendar": "berlin", "targets": {
            "first_response": { "within": "4h", "warn_before": ["1h"], "escalate": step },
            "next_response": { "within": "8h" },
            "resolution": { "within": "72h", "time": "calendar", "pause": ["customer"], "warn_before": ["24h"] },
        } },
    ]))
    .unwrap();
    SlaBook::new("1", &calendars(), &policies).unwrap()
});

#[derive(Debug, Clone, Copy)]
enum Deed {
    Reply,
    Write,
    Wait(WaitingOn),
    Resume,
    Prioritise(Priority),
    Resolve(bool),
    Reopen(bool),
    Close,
}

/// A deed, how many minutes after the one before it, and whether `tick` runs just before.
type Moment = (Deed, usize, bool);

fn lives() -> impl Strategy<Value = (usize, Vec<Moment>)> {
    let deed = prop_oneof![
        3 => Just(Deed::Reply),
        4 => Just(Deed::Write),
        2 => Just(Deed::Wait(WaitingOn::Customer)),
        2 => Just(Deed::Wait(WaitingOn::ThirdParty)),
        2 => Just(Deed::Resume),
        2 => prop_oneof![Just(Priority::Urgent), Just(Priority::Low)].prop_map(Deed::Prioritise),
        2 => any::<bool>().prop_map(Deed::Resolve),
        3 => any::<bool>().prop_map(Deed::Reopen),
        1 => Just(Deed::Close),
    ];
    let pause = prop_oneof![0_usize..5, 0_usize..240, 0_usize..3000];
    let moments = prop::collection::vec((deed, pause, any::<bool>()), 0..14);
    (0_usize..10_000, moments)
}

fn facts(ticket: &Ticket, deed: Deed) -> Option<(Actor, Vec<Fact>)> {
    let piece = |told: bool| match replied() {
        Fact::Replied { words } => told.then_some(words),
        _ => None,
    };
    let waits = matches!(ticket.status, Status::WaitingForCustomer { .. });
    let (verb, actor, facts) = match deed {
        Deed::Reply => (Verb::Reply, agent(), vec![replied()]),
        Deed::Write if waits => (Verb::Write, customer(), vec![replied(), Fact::Resumed]),
        Deed::Write => (Verb::Write, customer(), vec![replied()]),
        Deed::Wait(on) => {
            let verb = match on {
                WaitingOn::Customer => Verb::WaitForCustomer,
                WaitingOn::ThirdParty => Verb::WaitForThirdParty,
            };
            (verb, agent(), vec![Fact::Waiting { on }])
        }
        Deed::Resume => (Verb::Resume, agent(), vec![Fact::Resumed]),
        Deed::Prioritise(priority) => (
            Verb::Reprioritise,
            agent(),
            vec![Fact::Reprioritised { priority }],
        ),
        Deed::Resolve(told) => {
            let words = piece(told);
            let outcome = Outcome::Answered;
            (
                Verb::Resolve,
                agent(),
                vec![Fact::Resolved {
                    outcome,
                    words,
                    close_at: None,
                }],
            )
        }
        Deed::Reopen(asked) => (
            Verb::Reopen,
            customer(),
            vec![Fact::Reopened {
                words: piece(asked),
            }],
        ),
        Deed::Close => (Verb::Close, agent(), vec![Fact::Closed]),
    };
    is_legal(ticket, verb).then_some((actor, facts))
}

/// The model: minutes, pauses and timers, and nothing of the crate's arithmetic.
#[derive(Default)]
struct Model {
    urgent: bool,
    received: usize,
    pauses: Vec<(PauseCause, usize, Option<usize>)>,
    timers: Vec<Modelled>,
}

struct Modelled {
    target: Target,
    cycle: u32,
    start: usize,
    breached: Option<usize>,
    /// Met or not, and the minutes to spare.
    verdict: Option<(bool, i64)>,
}

impl Model {
    fn counts(&self, rule: Rule, minute: usize) -> bool {
        if rule.business && !OPEN[minute] {
            return false;
        }
        let stopped = self.pauses.iter().any(|&(cause, from, to)| {
            rule.stops.contains(&cause) && from <= minute && to.is_none_or(|to| minute < to)
        });
        !stopped
    }

    fn passed(&self, rule: Rule, from: usize, to: usize) -> i64 {
        (from..to)
            .filter(|&minute| self.counts(rule, minute))
            .count() as i64
    }

    /// When a timer is due; none while an open pause holds it.
    fn due(&self, timer: &Modelled) -> Option<usize> {
        let rule = rule(self.urgent, timer.target);
        let holds = |pause: &&(PauseCause, usize, Option<usize>)| {
            pause.2.is_none() && rule.stops.contains(&pause.0)
        };
        let end = self
            .pauses
            .iter()
            .find(holds)
            .map_or(MINUTES, |pause| pause.1);
        let mut counting = (timer.start..end).filter(|&minute| self.counts(rule, minute));
        timer
            .breached
            .or_else(|| Some(counting.nth(rule.within - 1)? + 1))
    }

    fn note_breaches(&mut self, now: usize) {
        for place in 0..self.timers.len() {
            let timer = &self.timers[place];
            if timer.verdict.is_none() {
                let passed = self.due(timer).filter(|&due| due < now);
                self.timers[place].breached = timer.breached.or(passed);
            }
        }
    }

    fn reach(&mut self, targets: &[Target], now: usize) {
        for place in 0..self.timers.len() {
            let timer = &self.timers[place];
            if timer.verdict.is_some() || !targets.contains(&timer.target) {
                continue;
            }
            let rule = rule(self.urgent, timer.target);
            let verdict = match timer.breached {
                Some(due) => (false, -self.passed(rule, due, now)),
                None => (
                    true,
                    rule.within as i64 - self.passed(rule, timer.start, now),
                ),
            };
            self.timers[place].verdict = Some(verdict);
        }
    }

    fn follow(&mut self, ticket: &Ticket, deed: Deed, now: usize) {
        use Target::{FirstResponse, NextResponse, Resolution};
        match deed {
            Deed::Reply => self.reach(&[FirstResponse, NextResponse], now),
            Deed::Resolve(true) => self.reach(&Target::ALL, now),
            Deed::Resolve(false) => self.reach(&[NextResponse, Resolution], now),
            _ => {}
        }
        let ends = matches!(
            (deed, self.pauses.last()),
            (
                Deed::Wait(_) | Deed::Resume | Deed::Resolve(_) | Deed::Reopen(_),
                _
            ) | (Deed::Write, Some((Customer, _, _)))
        );
        if let Some(pause) = self
            .pauses
            .last_mut()
            .filter(|pause| ends && pause.2.is_none())
        {
            pause.2 = Some(now);
        }
        match deed {
            Deed::Wait(WaitingOn::Customer) => self.pauses.push((Customer, now, None)),
            Deed::Wait(WaitingOn::ThirdParty) => self.pauses.push((ThirdParty, now, None)),
            Deed::Resolve(_) => self.pauses.push((Resolved, now, None)),
            Deed::Prioritise(priority) => self.urgent = priority == Priority::Urgent,
            Deed::Reopen(_) => self.begin(Resolution, self.received),
            _ => {}
        }
        let asks = matches!(deed, Deed::Write | Deed::Reopen(true));
        if asks && ticket.first_response_at.is_some() && ticket.status.is_active() {
            self.begin(NextResponse, now);
        }
    }

    fn begin(&mut self, target: Target, start: usize) {
        let before: Vec<_> = self.timers.iter().filter(|t| t.target == target).collect();
        if before.iter().all(|t| t.verdict.is_some()) {
            let cycle = before.len() as u32 + 1;
            self.timers.push(Modelled {
                target,
                cycle,
                start,
                breached: None,
                verdict: None,
            });
        }
    }
}

/// A ticket, its events and what has fired.
struct Life {
    ticket: Ticket,
    events: Vec<Event>,
    fired: BTreeSet<(Target, u32, crate::ticket::Mark)>,
}

impl Life {
    fn new(received: usize) -> Self {
        let ticket = raised(&instant(received).to_rfc3339());
        let mut life = Self {
            ticket,
            events: Vec::new(),
            fired: BTreeSet::new(),
        };
        life.follow(&[], instant(received));
        life
    }

    fn append(&mut self, now: DateTime<Utc>, actor: Actor, fact: Fact) {
        if let Fact::Warned(passed) | Fact::Breached(passed) | Fact::Escalated(passed) = fact {
            self.fire(passed, now);
        }
        let event = append(&mut self.ticket, now, actor, fact);
        self.events.push(event);
    }

    /// Each milestone fires once, and never early.
    fn fire(&mut self, passed: Passed, now: DateTime<Utc>) {
        assert!(passed.at <= now, "{passed:?} fired at {now}");
        let new = self
            .fired
            .insert((passed.target, passed.cycle, passed.mark));
        assert!(new, "{passed:?} fired twice");
    }

    fn follow(&mut self, events: &[Event], now: DateTime<Utc>) {
        for fact in BOOK.follow(&self.ticket, events, now).unwrap() {
            self.append(now, Actor::System, fact);
        }
        let more = BOOK.follow(&self.ticket, &[], now).unwrap();
        assert_eq!(more, [], "follow has the last word");
    }

    fn tick(&mut self, now: DateTime<Utc>) {
        for step in BOOK.due(&self.ticket, now).unwrap() {
            self.append(now, Actor::System, step.fact);
        }
        assert_eq!(
            BOOK.due(&self.ticket, now).unwrap(),
            [],
            "tick has nothing left"
        );
        assert!(self.ticket.next_due().is_none_or(|due| due > now));
    }

    fn act(&mut self, now: DateTime<Utc>, actor: Actor, facts: Vec<Fact>) {
        let from = self.events.len();
        for fact in facts {
            self.append(now, actor, fact);
        }
        let events = self.events[from..].to_vec();
        self.follow(&events, now);
    }

    fn agrees_with(&self, model: &Model) -> Result<(), TestCaseError> {
        let timers = self.ticket.sla.iter().flat_map(|sla| &sla.timers);
        let timers: Vec<_> = timers.collect();
        prop_assert_eq!(timers.len(), model.timers.len());
        for expected in &model.timers {
            let found = timers
                .iter()
                .find(|t| (t.target, t.cycle) == (expected.target, expected.cycle));
            let Some(timer) = found else {
                return Err(TestCaseError::fail("a timer is missing"));
            };
            let verdict = timer.verdict.map(|v| (v.met, v.margin_s));
            prop_assert_eq!(
                verdict,
                expected.verdict.map(|(met, spare)| (met, spare * 60))
            );
            prop_assert_eq!(timer.started_at, instant(expected.start));
            if expected.breached.is_some() {
                prop_assert!(timer.is_breached());
            }
            let closed = matches!(self.ticket.status, Status::Closed { .. });
            if expected.verdict.is_none() {
                let due = model
                    .due(expected)
                    .filter(|_| !closed || timer.is_breached());
                prop_assert_eq!(timer.due_at, due.map(instant), "{:?}", expected.target);
            }
        }
        Ok(())
    }
}

fn live(received: usize, moments: &[Moment]) -> Result<Life, TestCaseError> {
    let mut life = Life::new(received);
    let mut model = Model {
        received,
        ..Model::default()
    };
    model.begin(Target::FirstResponse, received);
    model.begin(Target::Resolution, received);
    life.agrees_with(&model)?;
    let mut now = received;
    for &(deed, later, ticks) in moments {
        now += later;
        if ticks && later > 0 {
            // Between two minutes, so that it notes what has passed and not what is just due.
            life.tick(instant(now) - TimeDelta::seconds(1));
        }
        let Some((actor, facts)) = facts(&life.ticket, deed) else {
            continue;
        };
        model.note_breaches(now);
        life.act(instant(now), actor, facts);
        model.follow(&life.ticket, deed, now);
        model.note_breaches(now);
        life.agrees_with(&model)?;
    }
    Ok(life)
}

/// A quarter of the usual 256 cases, or of `PROPTEST_CASES`: the model counts minute by minute.
fn config() -> ProptestConfig {
    ProptestConfig::with_cases(ProptestConfig::default().cases / 4)
}

proptest! {
    #![proptest_config(config())]

    /// Pauses never count; a change of priority keeps start and pauses; a breach is never erased; a
    /// milestone fires once; what follows can be folded.
    #[test]
    fn a_ticket_lives_as_the_minutes_say((received, moments) in lives()) {
        live(received, &moments)?;
    }

    /// What is met and what is missed does not depend on how often somebody looks.
    #[test]
    fn verdicts_do_not_depend_on_tick((received, mut moments) in lives()) {
        let mut verdicts = Vec::new();
        for ticks in [false, true] {
            moments.iter_mut().for_each(|moment| moment.2 = ticks);
            let life = live(received, &moments)?;
            let timers = life.ticket.sla.map(|sla| sla.timers).unwrap_or_default();
            verdicts.push(timers.into_iter().map(|t| (t.target, t.cycle, t.verdict)).collect::<Vec<_>>());
        }
        prop_assert_eq!(&verdicts[0], &verdicts[1]);
    }

    /// The longer a ticket waits, the later it is due.
    #[test]
    fn a_longer_pause_never_brings_a_deadline_forward(
        received in 0_usize..10_000, after in 0_usize..600, first in 0_usize..4_000, second in 0_usize..4_000,
    ) {
        let due = |waits: usize| {
            let wait = (Deed::Wait(WaitingOn::Customer), after, false);
            let life = live(received, &[wait, (Deed::Resume, waits, false)])?;
            let timer = super::timer(&life.ticket, Target::Resolution);
            Ok::<_, TestCaseError>(timer.due_at)
        };
        let (shorter, longer) = (first.min(second), first.max(second));
        prop_assert!(due(shorter)? <= due(longer)?);
    }
}
