//! What must hold at every moment, and what must hold once all is quiet.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use crcore::store::{Journal as _, NoticeFilter};
use crcore::ticket::{How, Kind, StatusName};
use crcore::{
    Actor, AgentId, Clock as _, Fact, Head, Pool, Standing, Store, Ticket, TicketId, Work,
};

use crate::branch::Branch;

/// What agents carry, as the events tell it.
#[derive(Default)]
pub(crate) struct Carried {
    tickets: BTreeMap<TicketId, Ticket>,
    units: BTreeMap<(AgentId, Pool), i64>,
}

fn share(ticket: Option<&Ticket>) -> Option<((AgentId, Pool), i64)> {
    let ticket = ticket.filter(|ticket| ticket.status.is_active())?;
    let has = ticket.assignment?;
    Some(((has.agent, has.pool), i64::from(has.units)))
}

impl<S: Store> Branch<S> {
    /// Looks at everything, after what was due was done.
    pub(crate) async fn look(&mut self) {
        let ticked = self.desk.advance(TimeDelta::zero()).await.unwrap();
        assert_eq!(ticked.broken, 0);
        self.desk.assert_sound().await;
        let now = self.desk.clock.now();
        let tickets = self.desk.all_tickets().await.unwrap();
        for ticket in &tickets {
            let due = ticket.next_due();
            assert!(due.is_none_or(|due| due > now), "{due:?} was due at {now}");
        }
        self.nobody_waits_in_vain(&tickets).await;
        self.capacity_was_kept().await;
        let unsettled = NoticeFilter {
            unsettled: true,
            ..NoticeFilter::default()
        };
        let notices = self.desk.notices(Actor::System, &unsettled, None).await;
        for notice in notices.unwrap() {
            assert!(notice.due_at().is_some_and(|due| due > now), "{notice:?}");
        }
        if !self.heads.is_empty() {
            let exported = self.dice.pick(&self.heads);
            let verified = self.desk.verify(Actor::System, Some(exported)).await;
            verified.unwrap().expect("an exported head is in the chain");
        }
        self.heads
            .push(self.desk.head(Actor::System).await.unwrap());
    }

    /// No ticket waits in a queue of allocation while an agent could take it.
    async fn nobody_waits_in_vain(&self, tickets: &[Ticket]) {
        let book = self.desk.rules();
        let rules = book.rules();
        let agents = self.desk.agents(Actor::System, None, 100).await.unwrap();
        let mut there = BTreeSet::new();
        for standing in &agents {
            let agent = standing.agent.actor();
            if self.desk.takes_chats(agent).await.unwrap() {
                there.insert(standing.agent.id);
            }
        }
        let waiting = tickets.iter().filter(|ticket| {
            let given_out = rules.queues.contains_key(&ticket.queue);
            given_out && ticket.status.is_active() && ticket.assignment.is_none()
        });
        for ticket in waiting {
            let service = &rules.services[&ticket.service];
            let live = matches!(ticket.channel, crcore::ticket::Channel::Chat);
            let work = Work {
                ticket,
                pool: if live { Pool::Live } else { Pool::Cases },
                units: service.units,
                skills: &service.skills,
                account_owner: None,
            };
            let is_chat = live && ticket.kind == Kind::Query;
            let could = |standing: &&Standing| {
                let is_there = !is_chat || there.contains(&standing.agent.id);
                is_there && work.left_out(standing).is_none()
            };
            let idle = agents.iter().find(could).map(|idle| &idle.agent.name);
            assert_eq!(idle, None, "could take {}", ticket.reference);
        }
    }

    /// No claim and no allocation ever took an agent past their capacity, which nobody changes here.
    async fn capacity_was_kept(&self) {
        let agents = self.desk.agents(Actor::System, None, 100).await.unwrap();
        let room: BTreeMap<_, _> = agents
            .iter()
            .flat_map(|standing| {
                let loads = &standing.agent.capacity;
                loads
                    .iter()
                    .map(|(&pool, &room)| ((standing.agent.id, pool), room))
            })
            .collect();
        let mut carried = Carried::default();
        let feed = self.stores[0].feed(0, u32::MAX).await.unwrap();
        for event in feed.iter().map(|item| item.event().unwrap()) {
            let before = share(carried.tickets.get(&event.ticket));
            match carried.tickets.get_mut(&event.ticket) {
                Some(ticket) => ticket.apply(&event).unwrap(),
                None => {
                    let ticket = Ticket::begin(&event).unwrap();
                    carried.tickets.insert(event.ticket, ticket);
                }
            }
            for (place, sign) in [(before, -1), (share(carried.tickets.get(&event.ticket)), 1)] {
                if let Some((place, units)) = place {
                    *carried.units.entry(place).or_default() += sign * units;
                }
            }
            if let Fact::Assigned {
                agent, pool, how, ..
            } = &event.fact
                && !matches!(how, How::Hand)
            {
                let (units, room) = (carried.units[&(*agent, *pool)], room[&(*agent, *pool)]);
                assert!(
                    units <= i64::from(room),
                    "{units} of {room} at {}",
                    event.at
                );
            }
        }
    }

    /// No more troubles: all timers done, all notices settled, nothing leased, nothing left to close.
    pub(crate) async fn quiet(&mut self) -> Head {
        for _ in 0..45 {
            self.desk.advance(TimeDelta::days(1)).await.unwrap();
        }
        self.look().await;
        let unsettled = NoticeFilter {
            unsettled: true,
            ..NoticeFilter::default()
        };
        let left = self.desk.notices(Actor::System, &unsettled, None).await;
        assert_eq!(left.unwrap(), []);
        for ticket in self.desk.all_tickets().await.unwrap() {
            assert_ne!(
                ticket.status.name(),
                StatusName::Resolved,
                "it closes by itself"
            );
        }
        self.desk.head(Actor::System).await.unwrap()
    }
}
