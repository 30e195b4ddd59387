//! Small histories, counted by hand.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::history::{
    Desk, assigned, at, fold, moved_to, passed, reached, released, resolved, resolved_so,
};
use crate::actor::Actor;
use crate::agent::Pool;
use crate::analytics::{
    Analytics, Census, Dimension, Filter, Group, Key, Measures, OutOfOrder, Period, Query,
    QueryError, SharedTicket, Spread, Totals,
};
use crate::event::{Amended, Fact};
use crate::id::{Code, TicketId};
use crate::ticket::{Channel, FieldValue, Kind, Mark, Outcome, StatusName, Target, WaitingOn};

const CARDS: (Kind, &str, Channel) = (Kind::Query, "cards", Channel::Web);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn march(group: Group) -> Query {
    Query {
        period: Period {
            from: day("2026-03-01"),
            to: day("2026-04-01"),
            zone: Tz::UTC,
        },
        filter: Filter::default(),
        group,
    }
}

fn whole(desk: &Desk) -> Measures {
    let mut rows = desk.fold().totals().report(&march(Group::Whole)).unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0).measures
}

fn by(desk: &Desk, dimension: Dimension) -> Vec<(Key, Measures)> {
    let query = march(Group::By(dimension));
    let rows = desk.fold().totals().report(&query).unwrap();
    rows.into_iter()
        .map(|row| (row.key, row.measures))
        .collect()
}

fn raise(desk: &mut Desk, when: &str) -> TicketId {
    desk.raise(at(when), at(when), CARDS)
}

fn of_one(seconds: u64) -> Spread {
    Spread {
        count: 1,
        sum: seconds,
        min: seconds,
        max: seconds,
        p50: seconds,
        p90: seconds,
        p95: seconds,
        p99: seconds,
    }
}

#[test]
fn a_life_is_counted_from_receipt() {
    let mut desk = Desk::new(0);
    let (one, agent) = (desk.agents[0], desk.agent(0));
    // A letter of the 2nd, entered on the 3rd.
    let received_at = at("2026-03-02T12:00:00Z");
    let id = desk.raise(at("2026-03-03T09:00:00Z"), received_at, CARDS);
    desk.note(id, "2026-03-03T09:00:00Z", assigned(one, 1));
    let customer = Actor::Customer(desk.tickets[&id].customer);
    let words = desk.piece(id);
    desk.tell(
        id,
        at("2026-03-03T10:00:00Z"),
        customer,
        Fact::Replied { words },
    );
    desk.tell(
        id,
        at("2026-03-03T12:00:00.9Z"),
        agent,
        Fact::Replied { words },
    );
    desk.tell(
        id,
        at("2026-03-03T13:00:00Z"),
        agent,
        Fact::Replied { words },
    );
    desk.note(id, "2026-03-04T12:00:00Z", resolved(None));
    desk.note(id, "2026-03-05T12:00:00Z", Fact::Reopened { words: None });
    desk.note(id, "2026-03-06T12:00:00Z", resolved(None));
    desk.note(
        id,
        "2026-03-07T12:00:00Z",
        Fact::Rated {
            score: 4,
            words: None,
        },
    );
    desk.note(id, "2026-03-13T12:00:00Z", Fact::Closed);
    let got = whole(&desk);
    assert_eq!(
        (got.raised, got.resolved, got.closed, got.reopened),
        (1, 2, 1, 1)
    );
    assert_eq!(got.first_response, of_one(24 * 3600), "whole seconds");
    assert_eq!(
        (got.resolution.min, got.resolution.max),
        (2 * 86_400, 4 * 86_400)
    );
    assert_eq!((got.assigned, got.replies, got.backlog), (1, 2, 0));
    assert_eq!(got.reopen_rate(), Some(0.5));
    assert_eq!(
        (got.satisfaction(), got.mean_rating()),
        (Some(1.0), Some(4.0))
    );
}

#[test]
fn the_backlog_is_what_was_open_when_the_day_ended() {
    let mut desk = Desk::new(0);
    let a = raise(&mut desk, "2026-02-27T12:00:00Z");
    let b = raise(&mut desk, "2026-03-02T23:59:59.999999Z");
    desk.note(a, "2026-03-03T00:00:00Z", resolved(None));
    desk.note(a, "2026-03-03T00:00:00Z", Fact::Closed);
    desk.note(a, "2026-03-05T01:00:00Z", Fact::Reopened { words: None });
    desk.note(b, "2026-03-06T01:00:00Z", resolved(None));
    let mut query = march(Group::Day);
    query.period.to = day("2026-03-08");
    let backlogs = |query: &Query| -> Vec<u64> {
        let rows = desk.fold().totals().report(query).unwrap();
        rows.iter().map(|row| row.measures.backlog).collect()
    };
    assert_eq!(backlogs(&query), [1, 2, 1, 1, 2, 1, 1]);
    // At UTC+14 the 2nd ends 14 hours earlier.
    query.period.zone = Tz::Pacific__Kiritimati;
    assert_eq!(backlogs(&query), [1, 1, 1, 1, 2, 1, 1]);
    query.group = Group::Month;
    assert_eq!(backlogs(&query), [1]);
}

#[test]
fn a_day_of_a_change_of_clocks_is_one_day() {
    // New York goes forward on 8 March 2026: the day lasts from 05:00 UTC to 04:00 UTC.
    let mut desk = Desk::new(0);
    for when in ["04:59", "05:00"].map(|t| format!("2026-03-08T{t}:00Z")) {
        raise(&mut desk, &when);
    }
    for when in ["03:59", "04:00"].map(|t| format!("2026-03-09T{t}:00Z")) {
        raise(&mut desk, &when);
    }
    let mut query = march(Group::Day);
    query.period.zone = Tz::America__New_York;
    let rows = desk.fold().totals().report(&query).unwrap();
    let raised = |date| rows.iter().find(|row| row.key == Key::Day(day(date)));
    let raised = |date| raised(date).unwrap().measures.raised;
    assert_eq!(
        ["2026-03-07", "2026-03-08", "2026-03-09"].map(raised),
        [1, 2, 1]
    );
}

#[test]
fn a_breach_counts_once_and_stays_and_belongs_to_its_due_instant() {
    let mut desk = Desk::new(0);
    let id = raise(&mut desk, "2026-03-02T09:00:00Z");
    let due = at("2026-03-03T23:00:00Z");
    let (first, last) = (Target::FirstResponse, Target::Resolution);
    let due_passed = passed(first, 1, Mark::Due, due);
    desk.note(id, "2026-03-05T09:00:00Z", Fact::Breached(due_passed));
    desk.note(
        id,
        "2026-03-05T10:00:00Z",
        Fact::Missed(reached(first, 1, Some(due), -90)),
    );
    // No timer ticked before the late answer.
    desk.note(
        id,
        "2026-03-06T10:00:00Z",
        Fact::Missed(reached(last, 1, Some(due), -30)),
    );
    // Breached, and then its deadline was moved and kept.
    desk.note(
        id,
        "2026-03-07T09:00:00Z",
        Fact::Breached(passed(last, 2, Mark::Due, due)),
    );
    desk.note(
        id,
        "2026-03-07T10:00:00Z",
        Fact::Met(reached(last, 2, None, 60)),
    );
    desk.note(
        id,
        "2026-03-08T10:00:00Z",
        Fact::Met(reached(last, 3, None, 70)),
    );
    let got = whole(&desk);
    let (first, last) = (got.targets[&first], got.targets[&last]);
    assert_eq!((first.met, first.breached, first.late), (0, 1, of_one(90)));
    assert_eq!((last.met, last.breached, last.late), (1, 2, of_one(30)));
    assert_eq!(last.spare, of_one(70));
    assert_eq!(last.rate(), Some(1.0 / 3.0));
    let rows = desk.fold().totals().report(&march(Group::Day)).unwrap();
    let breached = rows[2].measures.targets.values().map(|t| t.breached);
    assert_eq!(breached.sum::<u64>(), 3, "on the 3rd of March");
}

#[test]
fn going_back_to_the_same_agent_is_no_reassignment() {
    let mut desk = Desk::new(0);
    let [one, two, _] = desk.agents;
    let [back, handed, untouched] = [(); 3].map(|()| raise(&mut desk, "2026-03-02T09:00:00Z"));
    for (id, agents) in [(back, vec![one, one]), (handed, vec![one, two, one])] {
        for agent in agents {
            desk.note(id, "2026-03-02T10:00:00Z", assigned(agent, 1));
            desk.note(id, "2026-03-02T11:00:00Z", released(agent, 1));
        }
    }
    for id in [back, handed, untouched] {
        desk.note(id, "2026-03-03T10:00:00Z", resolved(None));
    }
    let got = whole(&desk);
    assert_eq!(
        (got.first_resolved(), got.reassigned, got.reassignments),
        (3, 1, 2)
    );
    assert_eq!(got.reassignment_rate(), Some(1.0 / 3.0));
    assert_eq!(got.mean_reassignments(), Some(2.0 / 3.0));
}

#[test]
fn a_ticket_counts_as_what_it_was_at_the_time() {
    let mut desk = Desk::new(0);
    let id = raise(&mut desk, "2026-03-02T09:00:00Z");
    let complaint = Kind::Complaint;
    desk.note(
        id,
        "2026-03-03T09:00:00Z",
        Fact::Converted { kind: complaint },
    );
    desk.note(id, "2026-03-04T09:00:00Z", moved_to("loans"));
    let kinds = by(&desk, Dimension::Kind);
    assert_eq!(kinds.len(), 2);
    for (key, got) in kinds {
        let expected = if key == Key::Kind(complaint) {
            (0, 1)
        } else {
            (1, 0)
        };
        assert_eq!((got.raised, got.backlog), expected, "{key:?}");
    }
    desk.note(id, "2026-03-05T09:00:00Z", resolved(None));
    for (key, got) in by(&desk, Dimension::Service) {
        let loans = key == Key::Service("loans".parse().unwrap());
        assert_eq!(got.resolution.count, u64::from(loans), "{key:?}");
        assert_eq!(got.backlog, 0);
    }
}

#[test]
fn a_ticket_counts_for_what_is_chosen_from_then_on() {
    let mut desk = Desk::new(0);
    let code = |text: &str| text.parse::<Code>().unwrap();
    let chosen =
        |choice: &str| BTreeMap::from([(code("branch"), FieldValue::Choice(code(choice)))]);
    let when = at("2026-03-02T09:00:00Z");
    let id = desk.raise_with(when, when, CARDS, chosen("pune"));
    raise(&mut desk, "2026-03-02T09:00:00Z");
    let moved = Fact::Amended(Box::new(Amended {
        fields: chosen("nagpur"),
        ..Amended::default()
    }));
    desk.note(id, "2026-03-03T09:00:00Z", moved);
    let branch = Dimension::Field(code("branch"));
    let row = |choice: Option<&str>, raised: u64, backlog: u64| {
        let key = Key::Field(choice.map(code));
        (key, raised, backlog)
    };
    let told = |rows: Vec<(Key, Measures)>| -> Vec<_> {
        let told = rows.into_iter().map(|(key, m)| (key, m.raised, m.backlog));
        told.collect()
    };
    let expected = [
        row(None, 1, 1),
        row(Some("nagpur"), 0, 1),
        row(Some("pune"), 1, 0),
    ];
    assert_eq!(told(by(&desk, branch.clone())), expected);

    let mut query = march(Group::Whole);
    query.filter.choices = [(code("branch"), [Some(code("pune"))].into())].into();
    let rows = desk.fold().totals().report(&query).unwrap();
    assert_eq!((rows[0].measures.raised, rows[0].measures.backlog), (1, 0));
    let everything = desk.fold();
    let totals = everything.totals();
    let now = at("2026-03-04T09:00:00Z");
    let open = totals.backlog(&query.filter, Some(branch), &[], now);
    assert_eq!(open, Ok(Vec::new()), "it is in another branch now");
}

#[test]
fn complaints_received_are_told_by_what_became_of_them() {
    let mut desk = Desk::new(0);
    let complaint = (Kind::Complaint, "cards", Channel::Web);
    let month_before = at("2026-02-28T23:59:59Z");
    let mut ids = [(); 5].map(|()| {
        let received_at = at("2026-03-02T09:00:00Z");
        desk.raise(received_at, received_at, complaint)
    });
    desk.raise(at("2026-03-01T09:00:00Z"), month_before, complaint);
    raise(&mut desk, "2026-03-03T09:00:00Z");
    let [_, waits, upheld, back, merged] = &mut ids;
    let on = WaitingOn::ThirdParty;
    desk.note(*waits, "2026-03-04T09:00:00Z", Fact::Waiting { on });
    for id in [*upheld, *back] {
        let settled = resolved_so(Outcome::Upheld, None);
        desk.note(id, "2026-03-05T09:00:00Z", settled);
    }
    desk.note(*upheld, "2026-04-06T09:00:00Z", Fact::Closed);
    desk.note(
        *back,
        "2026-03-06T09:00:00Z",
        Fact::Reopened { words: None },
    );
    let into = Fact::MergedInto { ticket: *waits };
    desk.note(*merged, "2026-03-07T09:00:00Z", into);

    let filter = Filter {
        kinds: [Kind::Complaint].into(),
        ..Filter::default()
    };
    let period = march(Group::Whole).period;
    let analytics = desk.fold();
    let rows = analytics.totals().census(&filter, None, &period).unwrap();
    use StatusName::{Closed, New, Open, WaitingForThirdParty};
    let expected = Census {
        key: Key::Whole,
        received: 5,
        by_status: [(New, 1), (WaitingForThirdParty, 1), (Open, 1), (Closed, 1)].into(),
        merged: 1,
        by_outcome: [(Outcome::Upheld, 1)].into(),
        reopened: 1,
    };
    assert_eq!(rows, [expected]);
    assert_eq!((rows[0].pending(), rows[0].in_status(Closed)), (3, 1));
    let none = Period {
        to: period.from,
        ..period
    };
    assert!(analytics.totals().census(&filter, None, &none).is_err());
}

#[test]
fn words_belong_to_their_writer_and_the_rest_to_whoever_has_the_ticket() {
    let mut desk = Desk::new(0);
    let [holder, helper, _] = desk.agents;
    let id = raise(&mut desk, "2026-03-02T09:00:00Z");
    desk.note(id, "2026-03-02T10:00:00Z", assigned(holder, 3));
    let words = desk.piece(id);
    let reply = Fact::Replied { words };
    desk.tell(
        id,
        at("2026-03-02T11:00:00Z"),
        Actor::Supervisor(helper),
        reply.clone(),
    );
    desk.tell(
        id,
        at("2026-03-02T11:00:00Z"),
        Actor::Service(desk.bot),
        reply,
    );
    desk.tell(
        id,
        at("2026-03-02T12:00:00Z"),
        Actor::Supervisor(helper),
        resolved(None),
    );
    for (key, got) in by(&desk, Dimension::Agent) {
        let Key::Agent(agent) = key else {
            panic!("{key:?}")
        };
        let told = (
            got.assigned,
            got.replies,
            got.first_response.count,
            got.resolved,
        );
        let expected = match agent {
            Some(agent) if agent == holder => (1, 0, 0, 1),
            Some(_) => (0, 1, 1, 0),
            None => (0, 1, 0, 0),
        };
        assert_eq!(told, expected, "{agent:?}");
    }
}

#[test]
fn a_merged_ticket_leaves_and_the_survivor_waits_since_the_earlier_receipt() {
    let mut desk = Desk::new(0);
    let old = raise(&mut desk, "2026-03-02T09:00:00Z");
    let new = raise(&mut desk, "2026-03-04T09:00:00Z");
    desk.note(
        old,
        "2026-03-05T09:00:00Z",
        Fact::MergedInto { ticket: new },
    );
    let absorbed = Fact::Absorbed {
        ticket: old,
        head: 2,
        received_at: at("2026-03-02T09:00:00Z"),
        attachments: Vec::new(),
        absorbed: Default::default(),
    };
    desk.note(new, "2026-03-05T09:00:00Z", absorbed);
    let got = whole(&desk);
    assert_eq!(
        (got.raised, got.merged, got.closed, got.backlog),
        (2, 1, 0, 1)
    );
    desk.note(new, "2026-03-06T09:00:00Z", resolved(None));
    assert_eq!(whole(&desk).resolution, of_one(4 * 86_400));
}

#[test]
fn erasing_a_ticket_changes_no_number() {
    let mut desk = Desk::new(0);
    let id = raise(&mut desk, "2026-03-02T09:00:00Z");
    desk.note(id, "2026-03-05T09:00:00Z", resolved(None));
    let before = whole(&desk);
    desk.note(id, "2026-03-06T09:00:00Z", Fact::Erased {});
    assert_eq!(whole(&desk), before);
}

#[test]
fn the_open_tickets_are_told_by_age_and_by_who_carries_them() {
    let mut desk = Desk::new(0);
    let agent = desk.agents[0];
    let now = at("2026-03-31T00:00:00Z");
    let ages = [0, 86_399, 86_400, 3 * 86_400, 56 * 86_400];
    let ids = ages.map(|age| {
        let received_at = now - TimeDelta::seconds(age);
        desk.raise(received_at, received_at, CARDS)
    });
    for (&id, units) in ids.iter().zip([2, 3, 5, 7, 11]).take(3) {
        desk.tell(id, now, Actor::System, assigned(agent, units));
    }
    desk.tell(ids[0], now, Actor::System, released(agent, 2));
    desk.tell(ids[1], now, Actor::System, resolved(None));
    let totals = desk.fold().totals().clone();
    let filter = Filter::default();
    let all = totals.backlog(&filter, None, &Totals::AGES, now).unwrap();
    assert_eq!(all[0].by_age, [1, 1, 1, 0, 0, 0, 1]);
    assert_eq!((all[0].open, all[0].oldest), (4, now - TimeDelta::days(56)));
    let agents = totals
        .backlog(&filter, Some(Dimension::Agent), &[], now)
        .unwrap();
    let carried = agents.iter().find(|row| row.key == Key::Agent(Some(agent)));
    assert_eq!(carried.unwrap().units, [(Pool::Cases, 5)].into());
    for ages in [&[3, 3][..], &[3, 1], &[1; 65]] {
        let refused = totals.backlog(&filter, None, ages, now);
        assert_eq!(refused, Err(QueryError::Ages));
    }
}

#[test]
fn gaps_and_repeats_are_refused_and_count_nothing() {
    let mut desk = Desk::new(0);
    let id = raise(&mut desk, "2026-03-02T09:00:00Z");
    desk.note(id, "2026-03-03T09:00:00Z", Fact::Woken);
    desk.note(id, "2026-03-04T09:00:00Z", resolved(None));
    let [raised, woken, resolved] = &desk.events[..] else {
        panic!("three events");
    };
    let mut analytics = Analytics::new();
    let position = |expected, got| Err(OutOfOrder::Position { expected, got });
    let sequence = |expected, got| {
        let ticket = id;
        Err(OutOfOrder::Sequence {
            ticket,
            expected,
            got,
        })
    };
    assert_eq!(analytics.record(2, raised), position(1, 2));
    assert_eq!(analytics.record(0, raised), position(1, 0));
    assert_eq!(analytics.record(1, woken), sequence(1, 2), "never raised");
    assert_eq!(analytics.record(1, raised), Ok(()));
    assert_eq!(analytics.record(1, raised), position(2, 1));
    assert_eq!(analytics.record(2, raised), sequence(2, 1));
    assert_eq!(analytics.record(2, resolved), sequence(2, 3));
    assert_eq!(analytics.record(2, woken), Ok(()));
    let mut again = raised.clone();
    again.seq = 3;
    let beginning = OutOfOrder::Beginning { ticket: id };
    assert_eq!(analytics.record(3, &again), Err(beginning));
    assert_eq!(analytics.bookmark(), 2);
    assert_eq!(
        beginning.to_string(),
        format!("expected `raised` as event 1 of ticket {id}, and only there")
    );
    let query = march(Group::Whole);
    assert_eq!(
        analytics.totals().report(&query),
        fold(&desk.events[..2]).totals().report(&query)
    );
}

#[test]
fn folds_that_share_a_ticket_do_not_merge() {
    let mut desk = Desk::new(0);
    let id = raise(&mut desk, "2026-03-02T09:00:00Z");
    let one = desk.fold();
    let mut totals = one.totals().clone();
    assert_eq!(totals.merge(one.totals()), Err(SharedTicket(id)));
    let query = march(Group::Whole);
    assert_eq!(totals.report(&query), one.totals().report(&query));
}

#[test]
fn a_period_that_cannot_be_told_is_refused() {
    let totals = Totals::default();
    let ask = |from, to| {
        let mut query = march(Group::Whole);
        (query.period.from, query.period.to) = (from, to);
        totals.report(&query).map(|rows| rows.len())
    };
    let (from, to) = (day("2026-03-02"), day("2026-03-02"));
    assert_eq!(ask(from, to), Err(QueryError::Period { from, to }));
    assert!(ask(NaiveDate::MIN, NaiveDate::MAX).is_err());
    let to = day("2046-03-04");
    assert_eq!(ask(from, to), Err(QueryError::TooLong { days: 7_307 }));
    assert_eq!(ask(from, day("2046-03-03")), Ok(1));
}

#[test]
fn a_stored_fold_that_does_not_hold_together_is_refused() {
    let mut desk = Desk::new(0);
    raise(&mut desk, "2026-03-02T09:00:00Z");
    let stored = serde_json::to_value(desk.fold()).unwrap();
    let read = |value| serde_json::from_value::<Analytics>(value).map_err(|e| e.to_string());
    assert!(read(stored.clone()).is_ok());
    let mut other = stored.clone();
    other["form"] = 1.into();
    assert_eq!(
        read(other).unwrap_err(),
        "expected analytics stored in form 3, got form 1: fold the feed again from its start"
    );
    let mut torn = stored;
    torn["totals"]["slices"] = serde_json::json!([]);
    assert!(read(torn).unwrap_err().starts_with("expected every slice"));
}
