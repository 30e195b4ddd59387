//! What somebody leaves behind who goes on leave, or for good.

use super::Desk;
use crate::access::Right;
use crate::actor::Actor;
use crate::command::{Act, Command, Request};
use crate::error::{Error, ErrorKind};
use crate::id::{AgentId, TicketId};
use crate::store::{Assigned, Paging, Sort, TicketFilter};
use crate::ticket::StatusName;

/// What became of an agent's tickets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HandedOver {
    /// How many went to the other agent.
    pub given: u32,
    /// How many went back to their queues.
    pub released: u32,
    /// How many could not be moved, because somebody else did something to them at the same time.
    pub left: u32,
}

impl Desk {
    /// Hands over every active ticket of an agent: to another one who serves its queue, past their
    /// capacity if need be, else back to its queue. Each is a decision of its own, so the call can be
    /// made again where it fails on the way. Whoever is to get no new work is made unavailable first.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to whom may not manage agents, [`Error::NotFound`] where there is no such
    /// agent, [`Error::Invalid`] where both are the same.
    pub async fn hand_over(
        &self,
        actor: Actor,
        from: AgentId,
        to: Option<AgentId>,
    ) -> Result<HandedOver, Error> {
        self.need(actor, Right::ManageAgents)?;
        self.agent(actor, from).await?;
        if to == Some(from) {
            return Err(Error::invalid("to", "another agent"));
        }
        let serves = match to {
            Some(to) => Some((to, self.agent(actor, to).await?.agent.queues)),
            None => None,
        };
        let filter = TicketFilter {
            assigned: Assigned::To(from),
            statuses: [
                StatusName::New,
                StatusName::Open,
                StatusName::WaitingForCustomer,
                StatusName::WaitingForThirdParty,
            ]
            .into(),
            ..TicketFilter::default()
        };
        let mut paging = Paging {
            sort: Sort::Oldest,
            limit: Paging::MAX,
            ..Paging::default()
        };
        let mut done = HandedOver::default();
        loop {
            let page = self.inner.store.tickets(&filter, &paging).await?;
            for ticket in &page.items {
                let fits = serves.as_ref().filter(|(_, q)| q.contains(&ticket.queue));
                let (act, count) = match fits {
                    Some((to, _)) => (Act::Assign { to: *to }, &mut done.given),
                    None => (Act::Release, &mut done.released),
                };
                if self.moved(actor, ticket.id, act).await? {
                    *count += 1;
                } else {
                    done.left += 1;
                }
            }
            paging.after = page.next;
            if paging.after.is_none() {
                return Ok(done);
            }
        }
    }

    async fn moved(&self, actor: Actor, ticket: TicketId, act: Act) -> Result<bool, Error> {
        let command = Command::On {
            ticket,
            seen: None,
            act,
        };
        let request = Request {
            actor,
            key: None,
            command,
        };
        match self.perform(&request).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotPossible => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Role;
    use crate::command::Raise;
    use crate::id::Code;
    use crate::rules::Rules;
    use crate::testing::TestDesk;
    use crate::ticket::Outcome;

    /// Meera with three tickets of two queues, one of them resolved.
    async fn desk() -> (TestDesk, Actor, Actor, Vec<TicketId>) {
        let (cards, loans): (Code, Code) = ("cards".parse().unwrap(), "loans".parse().unwrap());
        let rules = Rules::of_services([&cards, &loans]);
        let desk = TestDesk::open(rules).await.unwrap();
        let asha = desk.new_customer("Asha").await.unwrap();
        let meera = desk.new_agent("Meera", &[&cards, &loans]).await.unwrap();
        let ravi = desk.new_agent("Ravi", &[&cards]).await.unwrap();
        let mut tickets = Vec::new();
        for (nth, service) in [&cards, &loans, &cards].into_iter().enumerate() {
            let raise = Raise::new(desk.id_of(asha), service.clone(), "Charged twice");
            let done = desk.acting(asha).raise(raise).await.unwrap();
            desk.acting(meera).claim(done.ticket).await.unwrap();
            if nth == 2 {
                let by = desk.acting(meera);
                by.resolve(done.ticket, Outcome::Upheld, None)
                    .await
                    .unwrap();
            }
            tickets.push(done.ticket);
        }
        (desk, meera, ravi, tickets)
    }

    async fn holder(desk: &TestDesk, ticket: TicketId) -> Option<AgentId> {
        let ticket = desk.ticket(Actor::System, ticket).await.unwrap();
        ticket.assignment.map(|has| has.agent)
    }

    #[tokio::test]
    async fn another_agent_gets_what_they_serve_and_the_queue_gets_the_rest() {
        let (desk, meera, ravi, tickets) = desk().await;
        let lead = Actor::Supervisor(desk.new_id().unwrap());
        let (from, to) = (desk.staff_of(meera), desk.staff_of(ravi));
        let done = desk.hand_over(lead, from, Some(to)).await.unwrap();
        let expected = HandedOver {
            given: 1,
            released: 1,
            left: 0,
        };
        assert_eq!(done, expected);
        assert_eq!(holder(&desk, tickets[0]).await, Some(to));
        assert_eq!(holder(&desk, tickets[1]).await, None);
        assert_eq!(
            holder(&desk, tickets[2]).await,
            Some(from),
            "it is answered"
        );
        let again = desk.hand_over(lead, from, Some(to)).await.unwrap();
        assert_eq!(again, HandedOver::default());
        desk.assert_sound().await;
    }

    #[tokio::test]
    async fn without_another_agent_everything_goes_back() {
        let (desk, meera, _, _) = desk().await;
        let admin = Actor::Admin(desk.new_id().unwrap());
        let done = desk
            .hand_over(admin, desk.staff_of(meera), None)
            .await
            .unwrap();
        assert_eq!((done.given, done.released), (0, 2));
        desk.assert_sound().await;
    }

    #[tokio::test]
    async fn only_those_who_manage_agents_hand_over() {
        let (desk, meera, ravi, _) = desk().await;
        let (from, to) = (desk.staff_of(meera), desk.staff_of(ravi));
        assert_eq!(meera.role(), Role::Agent);
        let no = desk.hand_over(meera, from, Some(to)).await.unwrap_err();
        assert_eq!(no.kind(), ErrorKind::NotAllowed);
        let admin = Actor::Admin(desk.new_id().unwrap());
        let same = desk.hand_over(admin, from, Some(from)).await.unwrap_err();
        assert_eq!(same.kind(), ErrorKind::Invalid);
        let nobody = desk.new_id().unwrap();
        let none = desk.hand_over(admin, from, Some(nobody)).await.unwrap_err();
        assert_eq!(none.kind(), ErrorKind::NotFound);
    }
}
