//! An explanation holds all that led to the due instant, and reads as plain lines.

use super::setup::{
    act, agent, book, calendars, customer, policies, raised, replied, tick, with_deadlines,
};
use crate::event::Fact;
use crate::sla::{Explanation, SlaBook, SlaError, SlaPolicy};
use crate::ticket::{Kind, Outcome, Priority, Target, WaitingOn};

/// The Tuesday before Easter, an hour before the desk in Berlin closes.
const TUESDAY: &str = "2026-03-31T17:00:00+02:00";

#[test]
fn it_reads_as_plain_lines() {
    let book = book();
    let mut ticket = with_deadlines(TUESDAY);
    act(
        &book,
        &mut ticket,
        "2026-04-01T09:00:00+02:00",
        agent(),
        vec![replied()],
    );
    let wait = vec![Fact::Waiting {
        on: WaitingOn::Customer,
    }];
    act(
        &book,
        &mut ticket,
        "2026-04-01T09:00:00+02:00",
        agent(),
        wait,
    );
    act(
        &book,
        &mut ticket,
        "2026-04-02T17:00:00+02:00",
        customer(),
        vec![replied(), Fact::Resumed],
    );
    let text = book
        .explain(&ticket, Target::Resolution, 1)
        .unwrap()
        .to_string();
    assert_eq!(
        text,
        "\
resolution due Mon 2026-04-27 17:00:00 +02:00 (2026-04-27T15:00:00Z)
policy: payment-complaints, rules 2026-01, because of kind complaint, service payments
calendar: berlin, Europe/Berlin
within: 15bd, which is 121h of business time
start: Tue 2026-03-31 17:00:00 +02:00 (2026-03-31T15:00:00Z)
counted: 121h of business time
  Tue 2026-03-31 17:00:00 +02:00 to Tue 2026-03-31 18:00:00 +02:00: 1h
  Thu 2026-04-02 17:00:00 +02:00 to Thu 2026-04-02 18:00:00 +02:00: 1h
  Tue 2026-04-07 09:00:00 +02:00 to Tue 2026-04-07 12:00:00 +02:00: 3h
  Tue 2026-04-07 13:00:00 +02:00 to Tue 2026-04-07 18:00:00 +02:00: 5h
  Wed 2026-04-08 09:00:00 +02:00 to Wed 2026-04-08 12:00:00 +02:00: 3h
  Wed 2026-04-08 13:00:00 +02:00 to Wed 2026-04-08 18:00:00 +02:00: 5h
  Thu 2026-04-09 09:00:00 +02:00 to Thu 2026-04-09 12:00:00 +02:00: 3h
  Thu 2026-04-09 13:00:00 +02:00 to Thu 2026-04-09 18:00:00 +02:00: 5h
  Fri 2026-04-10 09:00:00 +02:00 to Fri 2026-04-10 12:00:00 +02:00: 3h
  Fri 2026-04-10 13:00:00 +02:00 to Fri 2026-04-10 18:00:00 +02:00: 5h
  ... 12 more ...
  Tue 2026-04-21 09:00:00 +02:00 to Tue 2026-04-21 12:00:00 +02:00: 3h
  Tue 2026-04-21 13:00:00 +02:00 to Tue 2026-04-21 18:00:00 +02:00: 5h
  Wed 2026-04-22 09:00:00 +02:00 to Wed 2026-04-22 12:00:00 +02:00: 3h
  Wed 2026-04-22 13:00:00 +02:00 to Wed 2026-04-22 18:00:00 +02:00: 5h
  Thu 2026-04-23 09:00:00 +02:00 to Thu 2026-04-23 12:00:00 +02:00: 3h
  Thu 2026-04-23 13:00:00 +02:00 to Thu 2026-04-23 18:00:00 +02:00: 5h
  Fri 2026-04-24 09:00:00 +02:00 to Fri 2026-04-24 12:00:00 +02:00: 3h
  Fri 2026-04-24 13:00:00 +02:00 to Fri 2026-04-24 18:00:00 +02:00: 5h
  Mon 2026-04-27 09:00:00 +02:00 to Mon 2026-04-27 12:00:00 +02:00: 3h
  Mon 2026-04-27 13:00:00 +02:00 to Mon 2026-04-27 17:00:00 +02:00: 4h
holiday: 2026-04-03 Good Friday
holiday: 2026-04-06 Easter Monday
pause: waiting for the customer, Wed 2026-04-01 09:00:00 +02:00 (2026-04-01T07:00:00Z) to Thu 2026-04-02 17:00:00 +02:00 (2026-04-02T15:00:00Z)
warning 1: Mon 2026-04-20 17:00:00 +02:00 (2026-04-20T15:00:00Z)
breach: Mon 2026-04-27 17:00:00 +02:00 (2026-04-27T15:00:00Z)
escalation 1: notify team complaints-leads, Mon 2026-04-27 17:00:00 +02:00 (2026-04-27T15:00:00Z)
escalation 2: raise priority to urgent, Wed 2026-04-29 18:00:00 +02:00 (2026-04-29T16:00:00Z)
"
    );
}

#[test]
fn what_is_held_and_what_has_ended_says_so() {
    let book = book();
    let mut ticket = with_deadlines(TUESDAY);
    tick(&book, &mut ticket, "2026-04-01T12:00:00+02:00");
    act(
        &book,
        &mut ticket,
        "2026-04-01T13:30:00+02:00",
        agent(),
        vec![replied()],
    );
    let first = book.explain(&ticket, Target::FirstResponse, 1).unwrap();
    let text = first.to_string();
    assert!(
        text.contains("breach: Wed 2026-04-01 12:00:00 +02:00 (2026-04-01T10:00:00Z), done\n"),
        "{text}"
    );
    assert!(
        text.ends_with("missed: Wed 2026-04-01 13:30:00 +02:00 (2026-04-01T11:30:00Z), 30m late\n"),
        "{text}"
    );
    assert_eq!((first.counted_s, first.allowed_s), (4 * 3600, 4 * 3600));

    let wait = vec![Fact::Waiting {
        on: WaitingOn::ThirdParty,
    }];
    act(
        &book,
        &mut ticket,
        "2026-04-01T14:00:00+02:00",
        agent(),
        wait,
    );
    let held = book.explain(&ticket, Target::Resolution, 1).unwrap();
    assert_eq!((held.due_at, held.counted_s), (None, 5 * 3600));
    let text = held.to_string();
    assert!(
        text.starts_with("resolution not due while a pause holds it\n"),
        "{text}"
    );
    assert!(
        text.contains("pause: waiting for a third party, since Wed 2026-04-01 14:00:00 +02:00"),
        "{text}"
    );
    assert!(text.contains("breach: held\n"), "{text}");
    let json = serde_json::to_string(&held).unwrap();
    assert_eq!(serde_json::from_str::<Explanation>(&json).unwrap(), held);
}

#[test]
fn a_book_that_did_not_decide_does_not_explain() {
    let mut ticket = with_deadlines(TUESDAY);
    let other = SlaBook::new("2026-02", &calendars(), &policies()).unwrap();
    assert_eq!(
        other.explain(&ticket, Target::Resolution, 1),
        Err(SlaError::OtherRules {
            ticket: "2026-01".to_owned(),
            book: "2026-02".to_owned()
        })
    );
    let book = book();
    let none = book.explain(&ticket, Target::NextResponse, 1);
    assert_eq!(
        none,
        Err(SlaError::NoTimer {
            target: Target::NextResponse,
            cycle: 1
        })
    );

    // A breach that another rule settled is told apart from what the rule would lead to.
    tick(&book, &mut ticket, "2026-04-01T12:00:00+02:00");
    act(
        &book,
        &mut ticket,
        "2026-04-01T12:00:00+02:00",
        agent(),
        vec![Fact::Converted { kind: Kind::Query }],
    );
    let kept = book.explain(&ticket, Target::FirstResponse, 1).unwrap();
    assert!(!kept.still_matches);
    assert!(
        kept.to_string()
            .contains("which the ticket no longer matches")
    );
}

/// A breach that another priority led to is kept, and told apart from what the rules lead to by now.
#[test]
fn a_due_instant_that_was_kept_says_so() {
    let policies: Vec<SlaPolicy> = serde_json::from_value(serde_json::json!([
        { "name": "urgent", "when": { "priorities": ["urgent"] }, "calendar": "berlin",
          "targets": { "resolution": { "within": "2h" } } },
        { "name": "others", "calendar": "berlin", "targets": { "resolution": { "within": "8h" } } },
    ]))
    .unwrap();
    let book = SlaBook::new("1", &calendars(), &policies).unwrap();
    let mut ticket = raised(TUESDAY);
    let to = |priority| vec![Fact::Reprioritised { priority }];
    act(&book, &mut ticket, TUESDAY, agent(), to(Priority::Urgent));
    act(
        &book,
        &mut ticket,
        "2026-04-01T10:30:00+02:00",
        agent(),
        to(Priority::Low),
    );
    let text = book
        .explain(&ticket, Target::Resolution, 1)
        .unwrap()
        .to_string();
    assert!(
        text.starts_with("resolution due Wed 2026-04-01 10:00:00 +02:00"),
        "{text}"
    );
    let kept = "kept: settled earlier; by now these rules lead to Wed 2026-04-01 17:00:00 +02:00";
    assert!(text.contains(kept), "{text}");
    let resolved = Fact::Resolved {
        outcome: Outcome::Answered,
        words: None,
        close_at: None,
    };
    act(
        &book,
        &mut ticket,
        "2026-04-01T11:00:00+02:00",
        agent(),
        vec![resolved],
    );
    let text = book
        .explain(&ticket, Target::Resolution, 1)
        .unwrap()
        .to_string();
    assert!(
        text.contains("missed: Wed 2026-04-01 11:00:00 +02:00 (2026-04-01T09:00:00Z), 1h late"),
        "{text}"
    );
}

#[test]
fn what_was_resolved_while_it_waited_was_in_time() {
    let book = book();
    let mut ticket = with_deadlines(TUESDAY);
    let wait = vec![Fact::Waiting {
        on: WaitingOn::Customer,
    }];
    act(
        &book,
        &mut ticket,
        "2026-04-01T09:00:00+02:00",
        agent(),
        wait,
    );
    let resolved = Fact::Resolved {
        outcome: Outcome::Withdrawn,
        words: None,
        close_at: None,
    };
    act(
        &book,
        &mut ticket,
        "2026-06-01T09:00:00+02:00",
        customer(),
        vec![resolved],
    );
    let text = book
        .explain(&ticket, Target::Resolution, 1)
        .unwrap()
        .to_string();
    assert!(
        text.starts_with("resolution reached while a pause held it\n"),
        "{text}"
    );
    assert!(text.contains("counted: 1h of business time\n"), "{text}");
    assert!(
        text.ends_with(
            "met: Mon 2026-06-01 09:00:00 +02:00 (2026-06-01T07:00:00Z), 120h to spare\n"
        ),
        "{text}"
    );
}

#[test]
fn what_came_after_a_verdict_is_no_part_of_it() {
    let book = book();
    let mut ticket = with_deadlines(TUESDAY);
    let resolved = Fact::Resolved {
        outcome: Outcome::Answered,
        words: None,
        close_at: None,
    };
    act(
        &book,
        &mut ticket,
        "2026-04-01T11:00:00+02:00",
        agent(),
        vec![resolved],
    );
    let before = book.explain(&ticket, Target::Resolution, 1).unwrap();
    let reopened = vec![Fact::Reopened { words: None }];
    act(
        &book,
        &mut ticket,
        "2026-04-15T11:00:00+02:00",
        agent(),
        reopened,
    );
    let after = book.explain(&ticket, Target::Resolution, 1).unwrap();
    assert_eq!(after, before);
    assert_eq!((after.otherwise_due_at, after.pauses), (None, vec![]));
    let again = book.explain(&ticket, Target::Resolution, 2).unwrap();
    assert!(again.to_string().starts_with("resolution (2) due "));
    assert_eq!(again.pauses.len(), 1);
}
