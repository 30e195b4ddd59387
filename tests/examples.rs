//! Each example does what it says: it is run here, and what it prints is read.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[expect(dead_code, reason = "an example has a main of its own")]
#[path = "../examples/email_outbox.rs"]
mod email_outbox;
#[expect(dead_code, reason = "an example has a main of its own")]
#[path = "../examples/host_transaction.rs"]
mod host_transaction;
#[expect(dead_code, reason = "an example has a main of its own")]
#[path = "../examples/own_store.rs"]
mod own_store;
#[expect(dead_code, reason = "an example has a main of its own")]
#[path = "../examples/quickstart.rs"]
mod quickstart;
#[expect(dead_code, reason = "an example has a main of its own")]
#[path = "../examples/sla_timer.rs"]
mod sla_timer;

/// What an example printed, and that it has these lines, in this order, among others.
fn has_lines(printed: Vec<u8>, lines: &[&str]) {
    let printed = String::from_utf8(printed).unwrap();
    let mut rest = printed.lines();
    for line in lines {
        assert!(
            rest.any(|printed| printed.trim_end() == *line),
            "expected {line:?} after the lines before it, got:\n{printed}"
        );
    }
}

#[tokio::test]
async fn quickstart_takes_a_complaint_to_its_answer() {
    let mut printed = Vec::new();
    quickstart::run(&mut printed).await.unwrap();
    let lines = [
        "Asha sees:",
        "  customer: I paid once and was charged twice.",
        "  agent: We see both payments and have asked the shop.",
        "  customer: Thank you.",
        "  agent: The second payment is on its way back to you.",
        "Meera sees:",
        "  agent: The shop sent it twice.",
        "The tick sent: 0 milestones, 0 allocated, 0 moved, 3 delivered, 0 postponed, 0 dead",
        "The ticket is resolved",
    ];
    has_lines(printed.clone(), &lines);
    let printed = String::from_utf8(printed).unwrap();
    let told = printed
        .lines()
        .filter(|line| line.starts_with("  to asha@example.org: "));
    let mut told: Vec<&str> = told
        .map(|line| &line["  to asha@example.org: ".len()..])
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "acknowledged ",
            "replied We see both payments and have asked the shop.",
            "resolved The second payment is on its way back to you.",
        ]
    );
    assert_eq!(
        printed.matches("The shop sent it twice.").count(),
        1,
        "the note is the desk's own"
    );
}

#[tokio::test]
async fn host_transaction_lands_both_writes_or_none() {
    let mut printed = Vec::new();
    host_transaction::run(&mut printed).await.unwrap();
    has_lines(
        printed,
        &[
            "Both are written, and the host rolls back.",
            "  cards blocked: 0, tickets: 0",
            "Both are written, and the host commits.",
            "  cards blocked: 1, tickets: 1",
            "Asked again under the same key:",
            "  nothing to write: true, the same reference: true",
        ],
    );
}

#[tokio::test]
async fn sla_timer_warns_breaches_pauses_and_says_why() {
    let mut printed = Vec::new();
    sla_timer::run(&mut printed).await.unwrap();
    has_lines(
        printed,
        &[
            "Mon 09:00 raised and claimed: open, next due Mon 13:00",
            "Mon 12:00 three hours later: open, next due Mon 13:00",
            "Mon 13:30 an hour and a half later: open, next due Mon 13:00",
            "Mon 13:30 asked the customer: waiting_for_customer, nothing is due",
            "Mon 15:30 answered two hours later: open, next due Wed 13:00",
            "What the desk noted by itself:",
            "  Mon 12:00 warned of first_response",
            "  Mon 13:00 first_response is late",
            "  Mon 13:30 first_response missed by 30 minutes",
            "  Wed 13:00 resolution is escalated",
            "  Wed 15:30 resolution missed by 150 minutes",
            "Who was told:",
            "  leads@bank.example: escalated",
            "Why it was due then:",
            "holiday: 2026-03-03 Founders' Day",
        ],
    );
}

#[tokio::test]
async fn email_outbox_sends_once_tries_again_and_gives_up() {
    let mut printed = Vec::new();
    email_outbox::run(&mut printed).await.unwrap();
    has_lines(
        printed.clone(),
        &[
            "raised:",
            "  tried 0 times, owed",
            "ticked:",
            "a minute later:",
            "what arrived:",
        ],
    );
    let printed = String::from_utf8(printed).unwrap();
    let (_, end) = printed.split_once("a minute later:").unwrap();
    let (stands, arrived) = end.split_once("what arrived:").unwrap();
    assert!(stands.contains("tried 1 times, delivered"), "{printed}");
    assert!(stands.contains("tried 2 times, delivered"), "{printed}");
    assert!(stands.contains("tried 1 times, dead: "), "{printed}");
    for address in ["asha@example.org", "busy@example.org"] {
        assert_eq!(arrived.matches(address).count(), 1, "{printed}");
    }
    assert!(!arrived.contains("gone@example.org"), "{printed}");
    assert_eq!(arrived.matches("Message-ID: <").count(), 2, "{printed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn own_store_keeps_every_law() {
    let mut printed = Vec::new();
    let broken = own_store::run(&mut printed).await.unwrap();
    let printed = String::from_utf8(printed).unwrap();
    assert_eq!(broken, 0, "{printed}");
    let judged = crcore::conformance::STORE_LAWS.len();
    assert_eq!(printed.matches("kept     ").count(), judged, "{printed}");
}
