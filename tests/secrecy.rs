//! Every read of the desk, with words in it that must not come out: what the desk does among itself,
//! what a customer wrote, what another customer has.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::{Debug, Display};

use chrono::TimeDelta;
use crcore::command::Field;
use crcore::desk::beside::{Canned, Doing, Macro, Part, Room, View};
use crcore::store::{Assigned, NoticeFilter, Paging, Sort, TicketFilter};
use crcore::testing::TestDesk;
use crcore::ticket::{Kind, LinkKind, Outcome};
use crcore::{Act, Actor, Analytics, Code, Error, ErrorKind, File, Raise, Rules, TicketId};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn file(name: &str, content: &[u8], public: bool) -> File {
    File {
        name: name.into(),
        media_type: "text/plain".into(),
        content: content.to_vec(),
        public,
    }
}

/// Everything that was read, as anybody could print it.
#[derive(Default)]
struct Read(Vec<(String, String)>);

impl Read {
    fn keep<T: Debug>(&mut self, place: &str, answer: Result<T, Error>) -> Option<T> {
        match answer {
            Ok(value) => {
                self.0.push((place.into(), format!("{value:?}")));
                Some(value)
            }
            Err(error) => {
                self.error(place, &error);
                None
            }
        }
    }

    fn error(&mut self, place: &str, error: &(impl Debug + Display)) {
        let said = format!("{error} {error:?}");
        self.0.push((format!("{place}, refused"), said));
    }

    fn json(&mut self, place: &str, value: &impl serde::Serialize) {
        let said = serde_json::to_string(value).unwrap();
        self.0.push((place.into(), said));
    }

    fn text(&mut self, place: &str, text: impl Into<String>) {
        self.0.push((place.into(), text.into()));
    }

    fn has_none_of(&self, words: &[&str]) {
        for (place, said) in &self.0 {
            for word in words {
                assert!(!said.contains(word), "{word} came out at {place}: {said}");
            }
        }
    }
}

/// All that `actor` can read of `ticket` and of the desk.
async fn sweep(desk: &TestDesk, actor: Actor, ticket: TicketId) -> Read {
    let mut read = Read::default();
    let staff = Actor::System;
    let known = desk.ticket(staff, ticket).await.unwrap();
    let seen = read.keep("ticket", desk.ticket(actor, ticket).await);
    read.json("ticket as JSON", &seen);
    let seen = read.keep(
        "by_reference",
        desk.by_reference(actor, known.reference).await,
    );
    read.json("by_reference as JSON", &seen);
    for sort in [
        Sort::Newest,
        Sort::Oldest,
        Sort::Updated,
        Sort::Deadline,
        Sort::Urgency,
    ] {
        let paging = Paging {
            sort,
            limit: 1,
            after: None,
        };
        let answer = desk.tickets(actor, TicketFilter::default(), &paging).await;
        let page = read.keep(&format!("tickets by {sort:?}"), answer);
        read.json("a page as JSON", &page);
        let total = desk.total(actor, TicketFilter::default()).await;
        read.keep("a total", total);
        if let Some(page) = page {
            let subjects = desk.subjects(&page.items).await;
            read.keep("subjects", subjects);
        }
    }
    match desk.thread(actor, ticket).await {
        Ok(thread) => {
            for entry in thread {
                read.json("an event as JSON", &entry.event);
                read.text("an event", format!("{:?}", entry.event));
                read.text("its text", entry.text.unwrap_or_default());
                read.text("its file", format!("{:?}", entry.file));
            }
        }
        Err(error) => read.error("thread", &error),
    }
    for attachment in known.attachments {
        let answer = desk.file(actor, ticket, attachment.piece.id).await;
        if let Some((_, bytes)) = read.keep("file", answer) {
            read.text("its bytes", String::from_utf8_lossy(&bytes));
        }
    }
    read.keep("explain", desk.explain(actor, ticket).await);
    let all = NoticeFilter::default();
    read.keep("notices", desk.notices(actor, &all, None).await);
    let mut analytics = Analytics::new();
    read.keep("analyse", desk.analyse(actor, &mut analytics, 1_000).await);
    read.text("analytics", format!("{analytics:?}"));
    read.keep("head", desk.head(actor).await);
    read.keep("verify", desk.verify(actor, None).await);
    read.keep("agents", desk.agents(actor, None, 100).await);
    if let Some(has) = known.assignment {
        read.keep("agent", desk.agent(actor, has.agent).await);
    }
    read
}

const INSIDE: [&str; 6] = [
    "CANARY-NOTE",
    "CANARY-FILE",
    "CANARY-BYTES",
    "canary-tag",
    "canary-policy",
    "canary-team",
];

const CUSTOMERS: [&str; 4] = [
    "CANARY-SUBJECT",
    "CANARY-BODY",
    "CANARY-FIELD",
    "CANARY-NAME",
];

/// A ticket of Asha's that has everything on it, with whom it is.
async fn full(desk: &TestDesk) -> (Actor, TicketId, Actor) {
    let (asha, holder) = (
        desk.new_customer("CANARY-NAME").await.unwrap(),
        desk.new_agent("Meera", &[&code("cards")]).await.unwrap(),
    );
    let front = desk.new_agent("Omar", &[&code("cards")]).await.unwrap();
    let raise = Raise {
        body: Some("CANARY-BODY".into()),
        tags: [code("canary-tag")].into(),
        fields: [(code("remark"), Field::Text("CANARY-FIELD".into()))].into(),
        ..Raise::new(desk.id_of(asha), code("cards"), "CANARY-SUBJECT")
    };
    let id = desk.acting(front).raise(raise).await.unwrap().ticket;
    let me = desk.acting(holder);
    desk.acting(front)
        .reply(id, "We look into it")
        .await
        .unwrap();
    me.claim(id).await.unwrap();
    me.note(id, "CANARY-NOTE").await.unwrap();
    me.attach(id, file("CANARY-FILE", b"CANARY-BYTES", false))
        .await
        .unwrap();
    let other = Raise::new(desk.id_of(asha), code("cards"), "Another");
    let other = me.raise(other).await.unwrap().ticket;
    me.link(id, LinkKind::RelatedTo, other).await.unwrap();
    me.snooze(id, TestDesk::start() + TimeDelta::hours(9))
        .await
        .unwrap();
    desk.advance_minutes(120).await.unwrap();
    (asha, id, holder)
}

fn full_rules() -> Rules {
    Rules::from_json(
        r#"{
            "services": { "cards": { "queue": "cards" } },
            "sla": [{ "name": "canary-policy", "targets": { "resolution": {
                "within": "1h", "time": "calendar",
                "escalate": [{ "after": "0m", "do": { "notify": { "team": "canary-team" } } }]
            } } }],
            "tags": ["canary-tag"],
            "fields": { "remark": { "type": "text" } },
            "teams": { "canary-team": "canary-team@bank.example" }
        }"#,
    )
    .unwrap()
}

#[tokio::test]
async fn a_customer_reads_nothing_of_what_the_desk_does_among_itself() {
    let desk = TestDesk::open(full_rules()).await.unwrap();
    let (asha, id, holder) = full(&desk).await;
    let holder_id = holder.staff().unwrap().to_string();
    let hidden: Vec<&str> = INSIDE.into_iter().chain([holder_id.as_str()]).collect();

    let read = sweep(&desk, asha, id).await;
    read.has_none_of(&hidden);
    let whole: String = read.0.iter().map(|(_, said)| said.as_str()).collect();
    for own in ["CANARY-SUBJECT", "CANARY-BODY", "We look into it"] {
        assert!(whole.contains(own), "what is theirs, they read: {own}");
    }

    desk.acting(holder).release(id).await.unwrap();
    sweep(&desk, asha, id).await.has_none_of(&hidden);
    desk.acting(holder).claim(id).await.unwrap();

    // The sweep sees what there is to see: for the desk, everything comes out.
    let read = sweep(&desk, holder, id).await;
    let mut whole: String = read.0.iter().map(|(_, said)| said.as_str()).collect();
    let led = sweep(&desk, Actor::System, id).await;
    whole.extend(led.0.iter().map(|(_, said)| said.as_str()));
    for word in &hidden {
        assert!(whole.contains(word), "{word} is on the ticket");
    }

    for message in desk.outbox.sent_to("canary-name@customers.test") {
        let mut read = Read::default();
        read.json("mail to the customer", &message);
        read.has_none_of(&hidden);
    }
}

/// All that `actor` can read of what is kept beside the tickets, and of who changed what.
async fn sweep_beside(desk: &TestDesk, actor: Actor, ticket: TicketId, holder: Actor) -> Read {
    let mut read = Read::default();
    let answer = |place: &str| format!("reply/{ticket}{place}").parse().unwrap();
    let drafts = desk.drafts(actor).await;
    for draft in read.keep("drafts", drafts).unwrap_or_default() {
        read.text("a draft", draft.text);
    }
    if let Ok(Some(draft)) = desk.draft(actor, &answer("")).await {
        read.text("a draft by its place", draft.text);
    }
    read.keep("lookers", desk.lookers(actor, ticket).await);
    read.keep("views", desk.views(actor).await);
    read.keep("canned", desk.canned(actor).await);
    let filled = desk.fill_canned(actor, ticket, &code("canary")).await;
    read.keep("fill_canned", filled);
    let macros = desk.macros(actor).await;
    let macros = read.keep("macros", macros);
    read.json("macros as JSON", &macros);
    let none = code("none");
    let ran = desk.run_macro(actor, ticket, &none, None, None).await;
    read.keep("run_macro", ran);
    read.keep("unread", desk.unread(actor).await);
    for room in [Room::Team(code("cards")), Room::With(desk.staff_of(holder))] {
        let said = desk.messages(actor, &room, Part::Latest, 100).await;
        for message in read.keep("messages", said).unwrap_or_default() {
            read.text("a message", message.text);
        }
    }
    let (from, to) = ("2026-03-01".parse().unwrap(), "2026-04-01".parse().unwrap());
    read.keep("form_quality", desk.form_quality(actor, from, to).await);
    read.keep("visits", desk.visits(actor, from, to).await);
    if let Some(standing) = read.keep("rules_in_force", desk.rules_in_force(actor).await) {
        read.text("the rules", standing.rules.text());
    }
    read.keep("rules_history", desk.rules_history(actor, None).await);
    let version = desk.rules().version().to_owned();
    read.keep("rules_at", desk.rules_at(actor, &version).await);
    read.keep("audit", desk.audit(actor, None, 100).await);
    read.keep("audit_head", desk.audit_head(actor).await);
    read.keep("verify_audit", desk.verify_audit(actor, None).await);
    let since = desk.events_since(actor, 0, 1_000).await;
    read.keep("events_since", since);
    let watcher = desk.watcher(actor).await.unwrap();
    read.text("a watcher", format!("{watcher:?}"));
    for news in desk.news(0, 1_000).await.unwrap() {
        read.text("news", format!("{news:?}"));
        read.json("what a watcher sees", &watcher.sees(&news));
    }
    read
}

/// What staff keep beside the ticket of [`full`], for those who serve its queue.
async fn furnish(desk: &TestDesk, ticket: TicketId, holder: Actor) {
    let lead = Actor::Supervisor(desk.new_id().unwrap());
    let place = format!("reply/{ticket}").parse().unwrap();
    desk.save_draft(holder, &place, "CANARY-DRAFT")
        .await
        .unwrap();
    desk.look(holder, ticket, Doing::Typing).await.unwrap();
    let view = View {
        shared: true,
        ..View::new(code("canary"), "CANARY-VIEW")
    };
    desk.save_view(lead, view).await.unwrap();
    let reply = Canned {
        code: code("canary"),
        title: "CANARY-TITLE".into(),
        text: "CANARY-CANNED".into(),
        queues: [code("cards")].into(),
        version: 0,
    };
    desk.save_canned(lead, reply).await.unwrap();
    let note = Act::Note {
        text: "CANARY-MACRO".into(),
    };
    let steps = Macro {
        code: code("canary"),
        title: "CANARY-TITLE".into(),
        reply: None,
        acts: vec![note],
        queues: [code("cards")].into(),
        version: 0,
    };
    desk.save_macro(lead, steps).await.unwrap();
    let team = Room::Team(code("cards"));
    desk.post(holder, &team, "CANARY-BOARD").await.unwrap();
    let mut rules = full_rules();
    rules.tags.insert(code("canary-rule"));
    let why = Some("CANARY-COMMENT");
    desk.use_rules(Actor::System, rules, 0, why).await.unwrap();
    desk.tally_form(&code("canary-form"), &[]).await.unwrap();
    desk.tally_visits(&[(code("canary-page"), 1)].into())
        .await
        .unwrap();
}

/// For those who serve the queue.
const OF_THE_TEAM: [&str; 5] = [
    "CANARY-DRAFT",
    "CANARY-TITLE",
    "CANARY-CANNED",
    "CANARY-MACRO",
    "CANARY-BOARD",
];

/// For all of the staff, or for who leads.
const OF_THE_STAFF: [&str; 5] = [
    "CANARY-VIEW",
    "CANARY-COMMENT",
    "canary-rule",
    "canary-form",
    "canary-page",
];

#[tokio::test]
async fn what_is_kept_beside_a_ticket_is_read_by_those_whom_it_is_for() {
    let desk = TestDesk::open(full_rules()).await.unwrap();
    let (asha, id, holder) = full(&desk).await;
    furnish(&desk, id, holder).await;
    let ravi = desk.new_customer("Ravi").await.unwrap();
    let elsewhere = desk.new_agent("Lena", &[&code("loans")]).await.unwrap();
    let holder_id = holder.staff().unwrap().to_string();

    let hidden: Vec<&str> = OF_THE_TEAM.into_iter().chain(OF_THE_STAFF).collect();
    let read = sweep_beside(&desk, asha, id, holder).await;
    read.has_none_of(&hidden);
    let read = sweep_beside(&desk, ravi, id, holder).await;
    read.has_none_of(&hidden);
    let owner = desk.id_of(asha).to_string();
    read.has_none_of(&[&owner, &id.to_string(), &holder_id]);
    let read = sweep_beside(&desk, elsewhere, id, holder).await;
    read.has_none_of(&OF_THE_TEAM);

    // The sweep sees what there is to see.
    let mut whole = String::new();
    for actor in [holder, Actor::System] {
        let read = sweep_beside(&desk, actor, id, holder).await;
        whole.extend(read.0.into_iter().map(|(_, said)| said));
    }
    for word in &hidden {
        assert!(whole.contains(word), "{word} is there");
    }
}

#[tokio::test]
async fn a_customer_cannot_ask_around_what_is_not_shown() {
    let desk = TestDesk::open(full_rules()).await.unwrap();
    let (asha, _, holder) = full(&desk).await;
    let usual = Paging::default();
    let filters = [
        TicketFilter {
            assigned: Assigned::To(holder.staff().unwrap()),
            ..TicketFilter::default()
        },
        TicketFilter {
            assigned: Assigned::Nobody,
            ..TicketFilter::default()
        },
        TicketFilter {
            deadline_before: Some(TestDesk::start()),
            ..TicketFilter::default()
        },
    ];
    for filter in filters {
        let answer = desk.tickets(asha, filter.clone(), &usual).await;
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::NotAllowed);
        let answer = desk.total(asha, filter.clone()).await;
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::NotAllowed);
        desk.tickets(holder, filter, &usual).await.unwrap();
    }
    let by_deadline = Paging {
        sort: Sort::Deadline,
        ..Paging::default()
    };
    let answer = desk
        .tickets(asha, TicketFilter::default(), &by_deadline)
        .await;
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::NotAllowed);
}

#[tokio::test]
async fn a_customer_finds_their_own_by_the_choices_that_they_see() {
    let rules = r#"{
        "services": { "cards": { "queue": "cards" } },
        "fields": { "branch": { "type": "choice", "choices": ["pune", "nagpur"] } }
    }"#;
    let desk = TestDesk::open(Rules::from_json(rules).unwrap())
        .await
        .unwrap();
    let meera = desk.new_agent("Meera", &[&code("cards")]).await.unwrap();
    let mut raised = Vec::new();
    for (name, branch) in [("Asha", "pune"), ("Asha", "nagpur"), ("Ravi", "pune")] {
        let customer = desk.new_customer(name).await.unwrap();
        let raise = Raise {
            fields: [(code("branch"), Field::Choice(code(branch)))].into(),
            ..Raise::new(desk.id_of(customer), code("cards"), "My card")
        };
        let done = desk.acting(meera).raise(raise).await.unwrap();
        raised.push((customer, done.ticket));
    }
    let in_pune = TicketFilter {
        choices: [(code("branch"), [code("pune")].into())].into(),
        ..TicketFilter::default()
    };
    let [asha, asha_elsewhere, ravi] = raised[..] else {
        panic!("three tickets")
    };
    for (actor, found) in [
        (asha.0, vec![asha.1]),
        (asha_elsewhere.0, vec![]),
        (ravi.0, vec![ravi.1]),
        (meera, vec![ravi.1, asha.1]),
    ] {
        let page = desk
            .tickets(actor, in_pune.clone(), &Paging::default())
            .await
            .unwrap();
        let mut ids: Vec<_> = page.items.iter().map(|ticket| ticket.id).collect();
        ids.sort();
        let mut expected = found;
        expected.sort();
        assert_eq!(ids, expected);
        let seen = page
            .items
            .iter()
            .all(|t| t.fields.contains_key(&code("branch")));
        assert!(seen, "what one asks by, one is shown");
    }
}

#[tokio::test]
async fn a_stranger_reads_nothing_at_all() {
    let desk = TestDesk::open(full_rules()).await.unwrap();
    let (asha, id, holder) = full(&desk).await;
    let ravi = desk.new_customer("Ravi").await.unwrap();
    let elsewhere = desk.new_agent("Lena", &[&code("loans")]).await.unwrap();
    let (owner, holder) = (
        desk.id_of(asha).to_string(),
        holder.staff().unwrap().to_string(),
    );
    let known = desk.ticket(Actor::System, id).await.unwrap();
    let (ticket, reference) = (id.to_string(), known.reference.to_string());
    let mut words: Vec<&str> = INSIDE.into_iter().chain(CUSTOMERS).collect();
    words.extend([owner.as_str(), ticket.as_str(), reference.as_str()]);
    sweep(&desk, elsewhere, id).await.has_none_of(&words);
    words.push(&holder);
    sweep(&desk, ravi, id).await.has_none_of(&words);
}

#[tokio::test]
async fn no_error_and_no_debug_output_repeats_what_was_typed() {
    let desk = TestDesk::open(full_rules()).await.unwrap();
    let (asha, id, holder) = full(&desk).await;
    let typed = "CANARY-TYPED";
    let long = typed.repeat(10_000);
    let nul = format!("{typed}\0");
    let mut read = Read::default();
    for actor in [
        asha,
        holder,
        Actor::System,
        Actor::Admin(desk.new_id().unwrap()),
    ] {
        let me = desk.acting(actor);
        let raise = |subject: &str, body: &str, name: &str, field: Field| Raise {
            body: Some(body.into()),
            fields: [(code(name), field)].into(),
            ..Raise::new(desk.id_of(asha), code("cards"), subject)
        };
        let text = |text: &str| Field::Text(text.into());
        for (subject, body, name, field) in [
            (long.as_str(), typed, "remark", text(typed)),
            (typed, long.as_str(), "remark", text(typed)),
            (typed, nul.as_str(), "remark", text(typed)),
            (typed, typed, "remark", text(&long)),
            (typed, typed, "unknown", text(typed)),
            (typed, typed, "remark", Field::Number(1)),
        ] {
            let answer = me.raise(raise(subject, body, name, field)).await;
            read.error("raise", &answer.unwrap_err());
        }
        let said = [long.clone(), nul.clone()];
        for text in said {
            let refused = [
                me.reply(id, text.clone()).await,
                me.note(id, text.clone()).await,
                me.resolve(id, Outcome::Withdrawn, Some(text.clone())).await,
                me.reopen(id, Some(text.clone())).await,
                me.rate(id, 5, Some(text.clone())).await,
                me.split(id, text.clone(), code("cards"), Kind::Query, Vec::new())
                    .await,
                me.attach(id, file(&text, b"x", true)).await,
                me.attach(
                    id,
                    File {
                        media_type: typed.into(),
                        ..file("a", b"x", true)
                    },
                )
                .await,
                me.clone().with_key(text.clone()).reply(id, "").await,
                me.clone()
                    .with_key("k")
                    .reply(desk.new_id().unwrap(), typed)
                    .await,
            ];
            for answer in refused {
                read.error("an act", &answer.unwrap_err());
            }
        }
    }
    // What the desk hands out can be logged: words stand in `text` alone.
    for entry in desk.thread(Actor::System, id).await.unwrap() {
        read.text("an event", format!("{:?}", entry.event));
    }
    for message in desk.outbox.sent() {
        read.text("a message", format!("{message:?}"));
    }
    let ticket = desk.ticket(Actor::System, id).await.unwrap();
    read.text("the ticket", format!("{ticket:?}"));
    let mut words = vec![typed, "CANARY-NOTE", "CANARY-FILE"];
    words.extend(CUSTOMERS);
    read.has_none_of(&words);
}
