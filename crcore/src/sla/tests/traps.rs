//! One test per trap: what another desk is known to get wrong, in its own small scene.

use serde_json::json;

use super::setup::{
    act, agent, append, book, calendars, customer, policies, raised, replied, tick, with_deadlines,
};
use super::{due, milestone, timer};
use crate::actor::Actor;
use crate::event::{Amended, Fact};
use crate::sla::{Action, SlaBook, SlaPolicy};
use crate::ticket::{Kind, Mark, Outcome, Priority, Target, Ticket, WaitingOn};

use Target::{FirstResponse, NextResponse, Resolution};

/// Monday, an hour after the desk in Berlin opens.
const MONDAY: &str = "2026-03-02T10:00:00+01:00";

fn book_of(policies: serde_json::Value) -> SlaBook {
    let policies: Vec<SlaPolicy> = serde_json::from_value(policies).unwrap();
    SlaBook::new("1", &calendars(), &policies).unwrap()
}

/// A resolution within 8 hours when urgent, 24 otherwise.
fn by_priority() -> SlaBook {
    book_of(json!([
        { "name": "urgent", "when": { "priorities": ["urgent"] }, "calendar": "berlin",
          "targets": { "resolution": { "within": "8h", "warn_before": ["1h"] } } },
        { "name": "others", "calendar": "berlin",
          "targets": { "resolution": { "within": "24h", "warn_before": ["4h"] } } },
    ]))
}

fn begun(book: &SlaBook) -> Ticket {
    let mut ticket = raised(MONDAY);
    act(book, &mut ticket, MONDAY, customer(), vec![]);
    ticket
}

fn waiting(on: WaitingOn) -> Vec<Fact> {
    vec![Fact::Waiting { on }]
}

fn resolved() -> Vec<Fact> {
    vec![Fact::Resolved {
        outcome: Outcome::Answered,
        words: None,
        close_at: None,
    }]
}

fn told() -> Vec<Fact> {
    let Fact::Replied { words } = replied() else {
        unreachable!()
    };
    vec![Fact::Resolved {
        outcome: Outcome::Upheld,
        words: Some(words),
        close_at: None,
    }]
}

fn reopened() -> Vec<Fact> {
    vec![Fact::Reopened { words: None }]
}

fn to(priority: Priority) -> Vec<Fact> {
    vec![Fact::Reprioritised { priority }]
}

fn marks(facts: &[Fact]) -> Vec<String> {
    let name = |fact| serde_json::to_value(fact).unwrap()["name"].clone();
    facts
        .iter()
        .map(|fact| name(fact).as_str().unwrap().to_owned())
        .collect()
}

fn verdict(ticket: &Ticket, target: Target) -> (bool, i64) {
    let verdict = timer(ticket, target).verdict.unwrap();
    (verdict.met, verdict.margin_s)
}

/// Frappe (a): saved while it waits, after its old deadline, it counted as failed.
#[test]
fn a_ticket_that_waits_past_its_old_deadline_is_not_late() {
    let book = by_priority();
    let mut ticket = begun(&book);
    act(
        &book,
        &mut ticket,
        "2026-03-02T11:00:00+01:00",
        agent(),
        waiting(WaitingOn::Customer),
    );
    assert_eq!(due(&ticket, Resolution), None);
    assert_eq!(ticket.next_due(), None);
    assert_eq!(
        act(
            &book,
            &mut ticket,
            "2026-04-20T11:00:00+02:00",
            agent(),
            vec![]
        ),
        []
    );
    assert_eq!(tick(&book, &mut ticket, "2026-04-20T11:00:00+02:00"), []);

    act(
        &book,
        &mut ticket,
        "2026-04-20T11:00:00+02:00",
        customer(),
        vec![replied(), Fact::Resumed],
    );
    // 23 hours are left: 6 on that day, 8 on each of the next two, 1 on the last.
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-04-23T08:00:00+00:00")
    );
}

/// Frappe (b): a first response must be one.
#[test]
fn waiting_without_a_word_is_no_first_response() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    act(
        &book,
        &mut ticket,
        "2026-03-02T10:30:00+01:00",
        agent(),
        waiting(WaitingOn::Customer),
    );
    // Nor does it stop the time of one.
    assert_eq!(
        due(&ticket, FirstResponse).as_deref(),
        Some("2026-03-02T14:00:00+00:00")
    );
    assert_eq!(due(&ticket, Resolution), None);
    let facts = act(
        &book,
        &mut ticket,
        "2026-03-02T11:00:00+01:00",
        agent(),
        vec![replied()],
    );
    assert_eq!(marks(&facts), ["met"]);
    assert_eq!(verdict(&ticket, FirstResponse), (true, 3 * 60 * 60));
}

/// Frappe (c), GLPI #6902: a pause is kept as an interval, and measured by whatever policy holds now.
#[test]
fn pauses_survive_a_change_of_priority_and_calendar() {
    let book = book_of(json!([
        { "name": "urgent", "when": { "priorities": ["urgent"] },
          "targets": { "resolution": { "within": "48h", "time": "calendar" } } },
        { "name": "others", "calendar": "berlin", "targets": { "resolution": { "within": "24h" } } },
    ]));
    let mut ticket = begun(&book);
    act(
        &book,
        &mut ticket,
        "2026-03-02T17:00:00+01:00",
        agent(),
        waiting(WaitingOn::ThirdParty),
    );
    act(
        &book,
        &mut ticket,
        "2026-03-03T10:00:00+01:00",
        agent(),
        vec![Fact::Resumed],
    );
    // 6 hours on Monday, 7 on Tuesday, 8 on Wednesday, 3 on Thursday.
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-03-05T11:00:00+00:00")
    );
    act(
        &book,
        &mut ticket,
        "2026-03-03T11:00:00+01:00",
        agent(),
        to(Priority::Urgent),
    );
    // 48 hours from receipt and the 17 that it waited, night and all.
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-03-05T02:00:00+00:00")
    );
    act(
        &book,
        &mut ticket,
        "2026-03-03T12:00:00+01:00",
        agent(),
        to(Priority::Normal),
    );
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-03-05T11:00:00+00:00")
    );
}

/// Frappe (d), GLPI #23359: resolved time is a pause of its own, and reopening goes on from the same start.
#[test]
fn a_reopened_ticket_goes_on_where_it_stopped() {
    let book = by_priority();
    let mut ticket = begun(&book);
    let facts = act(
        &book,
        &mut ticket,
        "2026-03-02T15:00:00+01:00",
        agent(),
        resolved(),
    );
    assert_eq!(marks(&facts), ["met"]);
    assert_eq!(verdict(&ticket, Resolution), (true, 20 * 60 * 60));
    assert_eq!(ticket.next_due(), None);

    act(
        &book,
        &mut ticket,
        "2026-03-16T09:00:00+01:00",
        agent(),
        reopened(),
    );
    let second = timer(&ticket, Resolution).clone();
    assert_eq!((second.cycle, second.started_at), (2, ticket.received_at));
    // The 20 hours that were left: two days and a half.
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-03-18T13:00:00+00:00")
    );
    let first = &ticket.sla.as_ref().unwrap().timers[0];
    assert!(first.verdict.unwrap().met);
}

/// GLPI #24481: no breach while it waits; and paused never hides an earlier breach.
#[test]
fn a_breach_before_a_pause_stays_and_is_told_though_nobody_looked() {
    let book = by_priority();
    let mut ticket = begun(&book);
    act(
        &book,
        &mut ticket,
        "2026-03-02T10:00:00+01:00",
        agent(),
        to(Priority::Urgent),
    );
    // Due on Tuesday at 10:00; nobody ticks.
    let facts = act(
        &book,
        &mut ticket,
        "2026-03-03T11:00:00+01:00",
        agent(),
        waiting(WaitingOn::Customer),
    );
    assert_eq!(marks(&facts), ["breached"]);
    assert!(timer(&ticket, Resolution).is_breached());
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-03-03T09:00:00+00:00")
    );
    let facts = act(
        &book,
        &mut ticket,
        "2026-03-05T11:00:00+01:00",
        agent(),
        resolved(),
    );
    assert_eq!(marks(&facts), ["missed"]);
    // Late by the hour before the pause.
    assert_eq!(verdict(&ticket, Resolution), (false, -60 * 60));
}

/// Nobody buys back a breach by making the ticket less urgent.
#[test]
fn a_breach_is_never_erased() {
    let book = by_priority();
    let mut ticket = begun(&book);
    act(&book, &mut ticket, MONDAY, agent(), to(Priority::Urgent));
    let steps = tick(&book, &mut ticket, "2026-03-03T10:00:00+01:00");
    assert_eq!(
        marks(&steps.into_iter().map(|s| s.fact).collect::<Vec<_>>()),
        ["warned", "breached"]
    );
    act(
        &book,
        &mut ticket,
        "2026-03-03T10:30:00+01:00",
        agent(),
        to(Priority::Low),
    );
    assert!(timer(&ticket, Resolution).is_breached());
    assert_eq!(tick(&book, &mut ticket, "2026-03-03T11:00:00+01:00"), []);
    let facts = act(
        &book,
        &mut ticket,
        "2026-03-03T12:00:00+01:00",
        agent(),
        resolved(),
    );
    assert_eq!(marks(&facts), ["missed"]);
    assert_eq!(verdict(&ticket, Resolution), (false, -2 * 60 * 60));
}

/// A breach that passed between two looks is noted before the command that would have hidden it.
#[test]
fn lowering_the_priority_after_the_deadline_is_too_late() {
    let book = by_priority();
    let mut ticket = begun(&book);
    act(&book, &mut ticket, MONDAY, agent(), to(Priority::Urgent));
    let facts = act(
        &book,
        &mut ticket,
        "2026-03-03T10:00:01+01:00",
        agent(),
        to(Priority::Low),
    );
    assert_eq!(marks(&facts), ["breached", "deadlines"]);
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-03-03T09:00:00+00:00")
    );
}

/// osTicket de7271d1d: closed tickets were marked overdue.
#[test]
fn a_closed_ticket_is_never_overdue() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    act(
        &book,
        &mut ticket,
        "2026-03-02T11:00:00+01:00",
        agent(),
        resolved(),
    );
    act(
        &book,
        &mut ticket,
        "2026-03-12T11:00:00+01:00",
        agent(),
        vec![Fact::Closed],
    );
    assert_eq!((ticket.next_due(), ticket.deadline()), (None, None));
    assert_eq!(tick(&book, &mut ticket, "2027-03-12T11:00:00+01:00"), []);
    assert_eq!(
        act(
            &book,
            &mut ticket,
            "2027-03-12T11:00:00+01:00",
            agent(),
            vec![]
        ),
        []
    );
    assert!(
        !ticket
            .sla
            .as_ref()
            .unwrap()
            .timers
            .iter()
            .any(crate::ticket::Timer::is_breached)
    );
}

/// What went on elsewhere has no deadlines of its own any more.
#[test]
fn a_merged_ticket_leaves_the_index_of_what_is_due() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    let into = Fact::MergedInto {
        ticket: "019c0000-0000-7000-8000-000000000009".parse().unwrap(),
    };
    let facts = act(
        &book,
        &mut ticket,
        "2026-03-02T11:00:00+01:00",
        agent(),
        vec![into],
    );
    assert_eq!(marks(&facts), ["deadlines"]);
    assert_eq!((ticket.next_due(), ticket.deadline()), (None, None));
}

#[test]
fn a_ticket_that_absorbs_an_earlier_one_counts_from_its_receipt() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    let absorbed = Fact::Absorbed {
        ticket: "019c0000-0000-7000-8000-000000000009".parse().unwrap(),
        head: 1,
        received_at: "2026-02-27T17:00:00+01:00".parse().unwrap(),
        attachments: Vec::new(),
        absorbed: Default::default(),
    };
    act(
        &book,
        &mut ticket,
        "2026-03-02T11:00:00+01:00",
        agent(),
        vec![absorbed],
    );
    // An hour on Friday, three before lunch on Monday.
    assert_eq!(
        due(&ticket, FirstResponse).as_deref(),
        Some("2026-03-02T11:00:00+00:00")
    );
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-03-20T17:00:00+00:00")
    );
}

/// Chatwoot #10178: a trailing "thanks" starts nothing.
#[test]
fn thanks_after_the_resolution_start_no_timer() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    act(
        &book,
        &mut ticket,
        "2026-03-02T11:00:00+01:00",
        agent(),
        told(),
    );
    assert_eq!(
        act(
            &book,
            &mut ticket,
            "2026-03-02T12:00:00+01:00",
            customer(),
            vec![replied()]
        ),
        []
    );
}

#[test]
fn the_next_response_runs_from_the_first_unanswered_question() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    // Before the first response there is nothing next about one.
    assert_eq!(
        act(
            &book,
            &mut ticket,
            "2026-03-02T10:10:00+01:00",
            customer(),
            vec![replied()]
        ),
        []
    );
    act(
        &book,
        &mut ticket,
        "2026-03-02T10:30:00+01:00",
        agent(),
        vec![replied()],
    );
    act(
        &book,
        &mut ticket,
        "2026-03-02T11:00:00+01:00",
        customer(),
        vec![replied()],
    );
    assert_eq!(
        due(&ticket, NextResponse).as_deref(),
        Some("2026-03-03T10:00:00+00:00")
    );
    // A second question does not give the desk more time for the first.
    assert_eq!(
        act(
            &book,
            &mut ticket,
            "2026-03-02T15:00:00+01:00",
            customer(),
            vec![replied()]
        ),
        []
    );
    act(
        &book,
        &mut ticket,
        "2026-03-02T16:00:00+01:00",
        agent(),
        vec![replied()],
    );
    assert_eq!(verdict(&ticket, NextResponse), (true, 4 * 60 * 60));
    act(
        &book,
        &mut ticket,
        "2026-03-02T17:00:00+01:00",
        customer(),
        vec![replied()],
    );
    assert_eq!(timer(&ticket, NextResponse).cycle, 2);
    // Zammad #5177: the first response is no business of the next one's.
    assert!(timer(&ticket, FirstResponse).verdict.unwrap().met);
    act(
        &book,
        &mut ticket,
        "2026-03-02T17:30:00+01:00",
        agent(),
        resolved(),
    );
    assert!(timer(&ticket, NextResponse).verdict.unwrap().met);
}

#[test]
fn a_customer_who_reopens_with_words_asks_again() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    act(
        &book,
        &mut ticket,
        "2026-03-02T11:00:00+01:00",
        agent(),
        told(),
    );
    let Fact::Replied { words } = replied() else {
        unreachable!()
    };
    let again = vec![Fact::Reopened { words: Some(words) }];
    act(
        &book,
        &mut ticket,
        "2026-03-03T11:00:00+01:00",
        customer(),
        again,
    );
    assert_eq!(
        timer(&ticket, NextResponse).started_at.to_rfc3339(),
        "2026-03-03T10:00:00+00:00"
    );
    assert_eq!(timer(&ticket, Resolution).cycle, 2);
}

/// A query that turns out to be a complaint keeps its receipt, and with it the time that has passed.
#[test]
fn a_converted_ticket_counts_from_its_receipt() {
    let book = book();
    let mut ticket = raised(MONDAY);
    append(
        &mut ticket,
        MONDAY.parse().unwrap(),
        agent(),
        Fact::Converted { kind: Kind::Query },
    );
    assert_eq!(act(&book, &mut ticket, MONDAY, customer(), vec![]), []);
    assert_eq!(ticket.sla, None);
    let complaint = vec![Fact::Converted {
        kind: Kind::Complaint,
    }];
    let at = "2026-03-05T10:00:00+01:00";
    let facts = act(&book, &mut ticket, at, agent(), complaint);
    // It was late before anybody knew that it was a complaint.
    assert_eq!(marks(&facts), ["deadlines", "breached"]);
    assert_eq!(
        due(&ticket, FirstResponse).as_deref(),
        Some("2026-03-02T14:00:00+00:00")
    );
    let steps: Vec<_> = tick(&book, &mut ticket, at)
        .into_iter()
        .map(|s| s.fact)
        .collect();
    assert_eq!(marks(&steps), ["warned"]);
}

/// A timer that has spoken does not lose its memory when no policy asks for it for a while.
#[test]
fn what_has_fired_does_not_fire_again_under_another_policy() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    let at = "2026-03-02T14:30:00+01:00";
    assert_eq!(tick(&book, &mut ticket, at).len(), 1);
    act(
        &book,
        &mut ticket,
        at,
        agent(),
        vec![Fact::Converted { kind: Kind::Query }],
    );
    let sla = ticket.sla.clone().unwrap();
    assert_eq!(
        sla.timers.len(),
        1,
        "the resolution said nothing and is gone"
    );
    assert_eq!((ticket.next_due(), ticket.deadline()), (None, None));
    act(
        &book,
        &mut ticket,
        at,
        agent(),
        vec![Fact::Converted {
            kind: Kind::Complaint,
        }],
    );
    assert!(milestone(&ticket, FirstResponse, Mark::Warning(0)).fired);
    assert_eq!(tick(&book, &mut ticket, at), []);
    assert_eq!(
        tick(&book, &mut ticket, "2026-03-02T15:00:00+01:00").len(),
        1
    );
}

#[test]
fn an_answer_that_no_policy_asked_for_is_an_answer() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    let at = "2026-03-02T14:30:00+01:00";
    assert_eq!(tick(&book, &mut ticket, at).len(), 1);
    act(
        &book,
        &mut ticket,
        at,
        agent(),
        vec![Fact::Converted { kind: Kind::Query }],
    );
    act(&book, &mut ticket, at, agent(), vec![replied()]);
    act(
        &book,
        &mut ticket,
        at,
        agent(),
        vec![Fact::Converted {
            kind: Kind::Complaint,
        }],
    );
    assert_eq!(timer(&ticket, FirstResponse).due_at, None);
    assert!(timer(&ticket, Resolution).due_at.is_some());
    assert_eq!(tick(&book, &mut ticket, "2026-03-04T14:30:00+01:00"), []);
}

/// Zammad orders policies by name.
#[test]
fn the_first_policy_that_fits_is_taken_whatever_its_name() {
    let book = book_of(json!([
        { "name": "z", "when": { "tags": ["vip", "board"], "channels": ["web"] } },
        { "name": "m", "when": { "amount_at_least": "100000 EUR", "languages": ["en"] } },
        { "name": "a" },
    ]));
    let name = |ticket: &Ticket| book.policy_for(ticket).unwrap().name.to_string();
    let mut ticket = raised(MONDAY);
    assert_eq!(name(&ticket), "a");
    for (amount, policy) in [("99999 EUR", "a"), ("100000 USD", "a"), ("100000 EUR", "m")] {
        let amended = Amended {
            amount: Some(amount.parse().unwrap()),
            ..Amended::default()
        };
        append(
            &mut ticket,
            MONDAY.parse().unwrap(),
            agent(),
            Fact::Amended(Box::new(amended)),
        );
        assert_eq!(name(&ticket), policy, "{amount}");
    }
    let tagged = Fact::Tagged {
        added: ["vip".parse().unwrap()].into(),
        removed: Default::default(),
    };
    append(&mut ticket, MONDAY.parse().unwrap(), agent(), tagged);
    assert_eq!(name(&ticket), "z");
}

/// GLPI's levels, Frappe #2051: several steps before and after, each once, in order of time.
#[test]
fn escalation_goes_step_by_step_and_says_what_to_do() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    act(&book, &mut ticket, MONDAY, agent(), vec![replied()]);
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-03-23T17:00:00+00:00")
    );
    // A desk that was down for a month makes up for all of it, with the true instants.
    let steps = tick(&book, &mut ticket, "2026-04-23T09:00:00+02:00");
    let told: Vec<_> = steps
        .iter()
        .map(|s| {
            (
                serde_json::to_value(&s.fact).unwrap()["at"].clone(),
                s.action.clone(),
            )
        })
        .collect();
    let team = Action::Notify(crate::sla::Recipient::Team(
        "complaints-leads".parse().unwrap(),
    ));
    assert_eq!(
        told,
        [
            (json!("2026-03-16T17:00:00Z"), None),
            (json!("2026-03-23T17:00:00Z"), None),
            (json!("2026-03-23T17:00:00Z"), Some(team)),
            (
                json!("2026-03-25T17:00:00Z"),
                Some(Action::RaisePriority(Priority::Urgent))
            ),
        ]
    );
    assert_eq!(tick(&book, &mut ticket, "2026-04-23T09:00:00+02:00"), []);
    assert_eq!(ticket.next_due(), None);
}

#[test]
fn escalation_waits_while_the_customer_has_to_act() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    act(&book, &mut ticket, MONDAY, agent(), vec![replied()]);
    tick(&book, &mut ticket, "2026-03-23T18:00:00+01:00");
    act(
        &book,
        &mut ticket,
        "2026-03-24T09:00:00+01:00",
        agent(),
        waiting(WaitingOn::Customer),
    );
    assert_eq!(milestone(&ticket, Resolution, Mark::Escalation(1)).at, None);
    assert_eq!(tick(&book, &mut ticket, "2026-03-30T09:00:00+02:00"), []);
    act(
        &book,
        &mut ticket,
        "2026-03-30T09:00:00+02:00",
        agent(),
        vec![Fact::Resumed],
    );
    let step = milestone(&ticket, Resolution, Mark::Escalation(1))
        .at
        .unwrap();
    assert_eq!(step.to_rfc3339(), "2026-03-31T16:00:00+00:00");
}

/// FreeITSM: editing a calendar rewrote history.
#[test]
fn a_holiday_that_is_declared_late_moves_open_deadlines_and_no_verdict() {
    let old = book();
    let mut ticket = with_deadlines(MONDAY);
    act(
        &old,
        &mut ticket,
        "2026-03-02T11:00:00+01:00",
        agent(),
        vec![replied()],
    );
    let answered = timer(&ticket, FirstResponse).clone();
    let mut calendars = calendars();
    let holiday = json!({ "date": "2026-03-05", "name": "A day of mourning" });
    let berlin = calendars.values_mut().next().unwrap();
    berlin
        .holidays
        .push(serde_json::from_value(holiday).unwrap());
    let new = SlaBook::new("2026-02", &calendars, &policies()).unwrap();

    let facts = act(
        &new,
        &mut ticket,
        "2026-03-04T11:00:00+01:00",
        Actor::System,
        vec![],
    );
    assert_eq!(marks(&facts), ["deadlines"]);
    assert_eq!(
        due(&ticket, Resolution).as_deref(),
        Some("2026-03-24T17:00:00+00:00")
    );
    assert_eq!(ticket.sla.as_ref().unwrap().rules, "2026-02");
    assert_eq!(timer(&ticket, FirstResponse), &answered);
}

#[test]
fn a_tick_under_new_rules_sets_the_deadlines_before_it_fires_any() {
    let mut ticket = with_deadlines(MONDAY);
    let mut policies = policies();
    policies[0].targets.get_mut(&FirstResponse).unwrap().within = "6h".parse().unwrap();
    let new = SlaBook::new("2026-02", &calendars(), &policies).unwrap();
    // Due at 15:00 by the old rules, at 17:00 by the new ones.
    let steps = tick(&new, &mut ticket, "2026-03-02T15:00:00+01:00");
    assert_eq!(
        marks(&steps.into_iter().map(|s| s.fact).collect::<Vec<_>>()),
        ["deadlines"]
    );
    assert_eq!(
        due(&ticket, FirstResponse).as_deref(),
        Some("2026-03-02T16:00:00+00:00")
    );
}

/// A policy that was renamed or dropped still gets its verdicts.
#[test]
fn a_response_counts_though_newer_rules_know_its_policy_no_more() {
    for policies in [json!([{ "name": "b" }]), json!([])] {
        let mut ticket = with_deadlines(MONDAY);
        let policies: Vec<SlaPolicy> = serde_json::from_value(policies).unwrap();
        let new = SlaBook::new("2026-02", &calendars(), &policies).unwrap();
        act(
            &new,
            &mut ticket,
            "2026-03-02T11:00:00+01:00",
            agent(),
            vec![replied()],
        );
        assert_eq!(verdict(&ticket, FirstResponse), (true, 4 * 60 * 60));
        assert_eq!(ticket.next_due(), None);
    }
}

/// At its very instant a target is met, unless somebody noted the breach at that instant before.
#[test]
fn the_due_instant_itself_is_in_time() {
    let book = book();
    let mut ticket = with_deadlines(MONDAY);
    let mut late = ticket.clone();
    let at = "2026-03-02T15:00:00+01:00";
    act(&book, &mut ticket, at, agent(), vec![replied()]);
    assert_eq!(verdict(&ticket, FirstResponse), (true, 0));
    tick(&book, &mut late, at);
    act(&book, &mut late, at, agent(), vec![replied()]);
    assert_eq!(verdict(&late, FirstResponse), (false, 0));
    let mut later = with_deadlines(MONDAY);
    act(
        &book,
        &mut later,
        "2026-03-02T15:00:00.5+01:00",
        agent(),
        vec![replied()],
    );
    assert_eq!(verdict(&later, FirstResponse), (false, -1));
}

#[test]
fn calendar_days_end_at_midnight_of_the_zone() {
    let book = book_of(json!([{
        "name": "eight-weeks", "calendar": "berlin",
        "targets": { "resolution": {
            "within": "8w", "time": "calendar", "pause": [], "warn_before": ["14cd", "1h"],
            "escalate": [{ "after": "1cd", "do": "release" }],
        } },
    }]));
    let mut ticket = begun(&book);
    let at = |mark| {
        milestone(&ticket, Resolution, mark)
            .at
            .unwrap()
            .to_rfc3339()
    };
    // 56 days after 2 March is 27 April, in summer time.
    assert_eq!(at(Mark::Due), "2026-04-27T22:00:00+00:00");
    assert_eq!(at(Mark::Warning(0)), "2026-04-13T22:00:00+00:00");
    assert_eq!(at(Mark::Warning(1)), "2026-04-27T21:00:00+00:00");
    assert_eq!(at(Mark::Escalation(0)), "2026-04-28T22:00:00+00:00");
    let before = timer(&ticket, Resolution).clone();
    act(
        &book,
        &mut ticket,
        "2026-03-03T10:00:00+01:00",
        agent(),
        waiting(WaitingOn::Customer),
    );
    assert_eq!(
        timer(&ticket, Resolution),
        &before,
        "the law's weeks do not stop for the customer"
    );
}

#[test]
fn a_resolved_ticket_closes_by_itself_after_its_time() {
    let ticket = with_deadlines(MONDAY);
    let close_at = |book: SlaBook| {
        book.close_at(&ticket, MONDAY.parse().unwrap())
            .unwrap()
            .map(|at| at.to_rfc3339())
    };
    assert_eq!(
        close_at(book()).as_deref(),
        Some("2026-03-16T17:00:00+00:00")
    );
    let hours = book_of(json!([{ "name": "a", "calendar": "berlin", "close_after": "72h" }]));
    assert_eq!(
        close_at(hours).as_deref(),
        Some("2026-03-05T09:00:00+00:00")
    );
    assert_eq!(close_at(book_of(json!([{ "name": "a" }]))), None);
    assert_eq!(close_at(book_of(json!([]))), None);
}
