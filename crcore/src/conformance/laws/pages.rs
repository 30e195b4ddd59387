//! Lists of tickets.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::conformance::chance::Chance;
use crate::conformance::check::{ensure, land, same};
use crate::conformance::fixture::{Scene, assigned, code, codes, instant, ticket_ids, together};
use crate::conformance::{Broken, Harness, Outcome, Verdict};
use crate::event::{Amended, Fact};
use crate::id::{AgentId, Code, CustomerId, TicketId};
use crate::store::{Assigned, Changes, Paging, Sort, Store, TicketFilter, Total, Visible};
use crate::ticket::{
    Channel, FieldValue, Kind, Mark, Milestone, Outcome as Resolution, Priority, Sla, StatusName,
    Target, Ticket, Timer, WaitingOn,
};

pub(super) const SORTS: [Sort; 5] = [
    Sort::Newest,
    Sort::Oldest,
    Sort::Updated,
    Sort::Deadline,
    Sort::Urgency,
];

/// Who may have the random tickets, and whose they may be.
pub(super) struct People {
    pub(super) agents: Vec<AgentId>,
    pub(super) customers: Vec<CustomerId>,
}

impl People {
    pub(super) fn new(scene: &mut Scene) -> Self {
        Self {
            agents: (0..3).map(|_| scene.id()).collect(),
            customers: (0..4).map(|_| scene.id()).collect(),
        }
    }
}

/// A new ticket in any state; every seventh as old as its neighbour, so that ids break ties.
pub(super) fn any_ticket(scene: &mut Scene, people: &People) -> Result<(Ticket, Changes), Broken> {
    let customer = *scene.chance.pick(&people.customers);
    let tie = scene.chance.one_in(7);
    let fields = any_fields(scene)?;
    let start = instant("2026-01-01T00:00:00Z")?;
    let (ticket, raise) = scene.raise_as(|raised| {
        raised.customer = customer;
        raised.fields = fields;
        if tie {
            raised.received_at = start;
        }
    })?;
    let mut facts = Vec::new();
    if !scene.chance.one_in(3) {
        let sla = deadlines(scene)?;
        facts.push(Fact::Deadlines { sla: Some(sla) });
    }
    if scene.chance.one_in(2) {
        let agent = *scene.chance.pick(&people.agents);
        facts.push(assigned(agent, 1));
    }
    let on = *scene
        .chance
        .pick(&[WaitingOn::Customer, WaitingOn::ThirdParty]);
    let outcome = *scene.chance.pick(&Resolution::ALL);
    let resolved = Fact::Resolved {
        outcome,
        words: None,
        close_at: Some(scene.now() + TimeDelta::days(5)),
    };
    match scene.chance.below(5) {
        0 => facts.push(Fact::Waiting { on }),
        1 => facts.push(resolved),
        2 => facts.extend([resolved, Fact::Closed]),
        _ => {}
    }
    if facts.is_empty() {
        return Ok((ticket, raise));
    }
    let (ticket, more) = scene.steps(&ticket, facts)?;
    let mut set = together([raise, more]);
    // Both in one change set: a new ticket that has already come so far.
    set.tickets.remove(0);
    set.tickets[0].from = 0;
    Ok((ticket, set))
}

/// Fields of choices, for which a name means nothing but itself; now and then of another type.
const FIELDS: &[&str] = &["branch", "branch.zone", "0-9_.", "cause"];
const CHOICES: &[&str] = &["7", "north", "north-2", "north_2"];

fn any_fields(scene: &mut Scene) -> Result<BTreeMap<Code, FieldValue>, Broken> {
    let mut fields = BTreeMap::new();
    for field in FIELDS {
        let value = match scene.chance.below(8) {
            0 => FieldValue::Number(7),
            1 => FieldValue::Flag(true),
            2 | 3 => continue,
            _ => FieldValue::Choice(code(scene.chance.pick::<&str>(CHOICES))?),
        };
        fields.insert(code(field)?, value);
    }
    Ok(fields)
}

/// The same ticket after something that moves it in a list, or out of one.
fn any_step(
    scene: &mut Scene,
    people: &People,
    ticket: &Ticket,
) -> Result<(Ticket, Changes), Broken> {
    let fact = match (scene.chance.below(5), ticket.assignment) {
        (4, _) => Fact::Amended(Box::new(Amended {
            fields: any_fields(scene)?,
            ..Amended::default()
        })),
        (0, _) => Fact::Reprioritised {
            priority: *scene.chance.pick(Priority::ALL),
        },
        (1, _) => Fact::Queued {
            queue: scene.chance.pick(&scene.codes.queues).clone(),
            allocate_at: None,
        },
        (2, _) => Fact::Deadlines {
            sla: Some(deadlines(scene)?),
        },
        (_, None) => assigned(*scene.chance.pick(&people.agents), 1),
        (_, Some(held)) => Fact::Released {
            agent: held.agent,
            pool: held.pool,
            units: held.units,
        },
    };
    scene.step(ticket, fact)
}

fn deadlines(scene: &mut Scene) -> Result<Sla, Broken> {
    let hours = scene.chance.below(200) as i64 - 100;
    let due_at = scene.now() + TimeDelta::hours(hours);
    let paused = scene.chance.one_in(4);
    let at = (!paused).then_some(due_at);
    Ok(Sla {
        policy: code("gold")?,
        rules: "00ff".to_owned(),
        timers: vec![Timer {
            target: Target::Resolution,
            cycle: 1,
            started_at: scene.now(),
            due_at: at,
            milestones: vec![Milestone {
                mark: Mark::Due,
                at,
                fired: false,
            }],
            verdict: None,
        }],
    })
}

/// A filter that asks for a thing or two.
pub(super) fn any_filter(
    scene: &mut Scene,
    people: &People,
    known: &[Ticket],
) -> Result<TicketFilter, Broken> {
    let (fields, choices) = (codes(FIELDS)?, codes(CHOICES)?);
    let mut filter = TicketFilter::default();
    let queues: BTreeSet<_> = some(&mut scene.chance, &scene.codes.queues);
    for _ in 0..scene.chance.below(4) {
        let agent = *scene.chance.pick(&people.agents);
        let customer = *scene.chance.pick(&people.customers);
        let days = TimeDelta::hours(scene.chance.below(50) as i64);
        let queues = queues.clone();
        match scene.chance.below(18) {
            0 => filter.visible = Visible::Customer(customer),
            1 => filter.visible = Visible::Agent { agent, queues },
            2 if scene.chance.one_in(4) => filter.visible = Visible::Nothing,
            3 => filter.reference = scene.chance.any(known).map(|t| t.reference),
            4 => filter.customer = Some(customer),
            5 => {
                filter.assigned = Assigned::Nobody;
                filter.queues = queues;
            }
            6 => filter.assigned = Assigned::To(agent),
            7 => filter.statuses = some(&mut scene.chance, &StatusName::ALL),
            8 => filter.kinds = some(&mut scene.chance, Kind::ALL),
            9 => filter.priorities = some(&mut scene.chance, Priority::ALL),
            10 => filter.services = some(&mut scene.chance, &scene.codes.services),
            11 => filter.queues = queues,
            12 => filter.channels = some(&mut scene.chance, Channel::ALL),
            13 => {
                filter.received_from = scene.chance.any(known).map(|t| t.received_at);
                filter.received_before = scene.chance.any(known).map(|t| t.received_at + days);
            }
            14 => filter.deadline_before = Some(scene.now() + days),
            _ => {
                let field = scene.chance.pick(&fields).clone();
                let mut wanted = some(&mut scene.chance, &choices);
                if scene.chance.one_in(8) {
                    wanted.clear();
                }
                filter.choices.insert(field, wanted);
            }
        }
    }
    Ok(filter)
}

fn some<T: Ord + Clone>(chance: &mut Chance, all: &[T]) -> BTreeSet<T> {
    (0..1 + chance.below(2))
        .map(|_| chance.pick(all).clone())
        .collect()
}

/// Ids of the tickets that pass, in the order asked for.
fn expected(known: &[Ticket], filter: &TicketFilter, sort: Sort) -> Vec<TicketId> {
    let passes = known.iter().filter(|ticket| filter.admits(ticket));
    let mut keys: Vec<_> = passes.map(|t| (sort.key(t), t.id)).collect();
    keys.sort_unstable();
    if sort.is_descending() {
        keys.reverse();
    }
    keys.into_iter().map(|(_, id)| id).collect()
}

/// Turns all pages and says what was on them; the total is that of all.
async fn turned(
    store: &dyn Store,
    filter: &TicketFilter,
    mut paging: Paging,
) -> Result<Vec<TicketId>, Broken> {
    let mut ids = Vec::new();
    loop {
        let page = store.tickets(filter, &paging).await?;
        let size = paging.size() as usize;
        ensure(page.items.len() <= size, "a page larger than asked for")?;
        ensure(
            page.next.is_none() || page.items.len() == size,
            "a page with a next one is not full",
        )?;
        ids.extend(ticket_ids(&page.items));
        match page.next {
            Some(next) => paging.after = Some(next),
            None => break,
        }
    }
    let total = store.total(filter).await?;
    same("the total", &total, &Total::Exact(ids.len() as u64))?;
    Ok(ids)
}

/// Whatever the filter and the order, the pages hold what `TicketFilter::admits` admits, in the order
/// of `Sort::key`, each ticket once, and the total is their number.
pub async fn every_filter_agrees_with_its_definition(on: &dyn Harness) -> Verdict {
    for seed in on.seeds() {
        let store = on.open(&format!("bank-{seed}")).await?;
        let mut scene = Scene::new(seed)?;
        let people = People::new(&mut scene);
        let (mut known, mut sets) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            let (ticket, set) = any_ticket(&mut scene, &people)?;
            sets.push(set);
            known.push(ticket);
        }
        for _ in 0..60 {
            let nth = scene.chance.below(known.len());
            let (after, set) = any_step(&mut scene, &people, &known[nth])?;
            sets.push(set);
            known[nth] = after;
        }
        land(&*store, &sets).await?;
        for _ in 0..60 {
            let filter = any_filter(&mut scene, &people, &known)?;
            let sort = *scene.chance.pick(&SORTS);
            let paging = Paging {
                sort,
                after: None,
                limit: 1 + scene.chance.below(15) as u32,
            };
            let wanted = expected(&known, &filter, sort);
            let place = || format!("seed {seed}, {filter:?}, {paging:?}");
            let got = turned(&*store, &filter, paging.clone())
                .await
                .map_err(|b| b.within(place()))?;
            same(place(), &got, &wanted)?;
        }
    }
    Ok(Outcome::Kept)
}

/// A ticket that does not change while somebody turns the pages is seen exactly once, whatever happens
/// to the others and whatever is raised meanwhile.
pub async fn pages_are_stable_while_others_change(on: &dyn Harness) -> Verdict {
    for sort in SORTS {
        let store = on.open(&format!("bank-{sort:?}").to_lowercase()).await?;
        let mut scene = Scene::new(25)?;
        let people = People::new(&mut scene);
        let (mut known, mut sets) = (Vec::new(), Vec::new());
        for _ in 0..30 {
            let (ticket, set) = any_ticket(&mut scene, &people)?;
            sets.push(set);
            known.push(ticket);
        }
        land(&*store, &sets).await?;
        let (moving, still) = known.split_at_mut(10);
        let mut paging = Paging {
            sort,
            limit: 4,
            ..Paging::default()
        };
        let mut seen = Vec::new();
        loop {
            let page = store.tickets(&TicketFilter::default(), &paging).await?;
            seen.extend(ticket_ids(&page.items));
            let Some(next) = page.next else { break };
            paging.after = Some(next);
            ensure(seen.len() < 500, "the pages come to no end")?;
            let mover = scene.chance.below(moving.len());
            let priority = *scene.chance.pick(Priority::ALL);
            let sla = Some(deadlines(&mut scene)?);
            let facts = [Fact::Reprioritised { priority }, Fact::Deadlines { sla }];
            let (after, change) = scene.steps(&moving[mover], facts)?;
            moving[mover] = after;
            // Old enough to stand among those already seen, and among those to come.
            let hours = TimeDelta::hours(scene.chance.below(60) as i64);
            let received = scene.now() - hours;
            let raise = match seen.len() < 60 {
                true => scene.raise_as(|raised| raised.received_at = received)?.1,
                false => Changes::default(),
            };
            land(&*store, &[change, raise]).await?;
        }
        for ticket in still.iter() {
            let times = seen.iter().filter(|id| **id == ticket.id).count();
            same(
                format_args!("times {} was seen by {sort:?}", ticket.id),
                &times,
                &1,
            )?;
        }
    }
    Ok(Outcome::Kept)
}

/// A total is exact up to 10,000 and "at least" beyond.
pub async fn totals_are_exact_up_to_their_bound(on: &dyn Harness) -> Verdict {
    let store = on.open("bank").await?;
    let mut scene = Scene::new(26)?;
    let customer = scene.id();
    let mut left = Total::MAX as usize;
    while left > 0 {
        let some = left.min(500);
        let mut sets = Vec::new();
        for _ in 0..some {
            sets.push(scene.raise_as(|raised| raised.customer = customer)?.1);
        }
        land(&*store, &[together(sets)]).await?;
        left -= some;
    }
    let of_customer = TicketFilter {
        customer: Some(customer),
        ..TicketFilter::default()
    };
    for (more, total) in [
        (0, Total::Exact(Total::MAX)),
        (1, Total::AtLeast(Total::MAX)),
    ] {
        for _ in 0..more {
            let (_, raise) = scene.raise_as(|raised| raised.customer = customer)?;
            land(&*store, &[raise]).await?;
        }
        for filter in [&TicketFilter::default(), &of_customer] {
            same("the total", &store.total(filter).await?, &total)?;
        }
    }
    Ok(Outcome::Kept)
}
