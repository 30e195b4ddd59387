import pytest

import crcore
from conftest import SYSTEM, Open


def test_a_complaint_from_the_first_word_to_the_last(opens: Open) -> None:
    desk = opens()
    system = desk.acting(SYSTEM)
    meera = system.save_agent(
        crcore.Agent(desk.new_id(), "Meera", queues=["cards"], capacity={"cases": 10})
    )
    asha = system.save_customer(
        crcore.Customer(desk.new_id(), name="Asha", email="asha@example.org")
    )
    assert (meera.version, asha.version) == (1, 1)
    agent, customer = desk.acting(meera.actor), desk.acting(asha.actor)

    raised = customer.raise_ticket(
        asha.id,
        "cards",
        "Charged twice",
        body="I paid once and was charged twice.",
        amount="1250 EUR",
        tags=["fraud"],
    )
    ticket = customer.ticket(raised.ticket)
    assert (ticket.status, ticket.kind, ticket.priority) == ("new", "complaint", "normal")
    assert (ticket.subject, ticket.amount) == ("Charged twice", "1250 EUR")
    assert (ticket.id, ticket.reference) == (raised.ticket, raised.reference)

    agent.claim(ticket.id)
    agent.note(ticket.id, "The shop sent it twice.")
    agent.reply(ticket.id, "We asked the shop.")
    agent.wait(ticket.id, "third_party")
    assert agent.ticket(ticket.id).status == "waiting_for_third_party"
    agent.resume(ticket.id)
    agent.resolve(ticket.id, "upheld", "The second payment is on its way back.")
    customer.reopen(ticket.id, "It did not arrive.")
    done = agent.resolve(ticket.id, "partly_upheld")
    system.close(ticket.id)

    over = agent.by_reference(raised.reference.lower().replace("-", " "))
    assert (over.status, over.outcome) == ("closed", "partly_upheld")
    assert (over.agent, over.tags, over.due_at) == (meera.id, ("fraud",), None)
    assert done.version < over.version

    def said(acting: crcore.Acting) -> list[tuple[str, str]]:
        thread = acting.thread(ticket.id)
        return [(entry.actor.role, entry.text) for entry in thread if entry.text]

    assert said(customer) == [
        ("customer", "I paid once and was charged twice."),
        ("agent", "We asked the shop."),
        ("agent", "The second payment is on its way back."),
        ("customer", "It did not arrive."),
    ]
    assert ("agent", "The shop sent it twice.") in said(agent)
    assert customer.thread(ticket.id)[0].fact == "raised"
    assert not desk.tick().more


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_desk_that_is_opened_again_has_its_tickets(
    store: str, request: pytest.FixtureRequest
) -> None:
    opens: Open = request.getfixturevalue(store)
    desk = opens()
    id = desk.new_id()
    done = desk.acting(crcore.Actor.customer(id)).raise_ticket(id, "cards", "Card lost")
    del desk

    again = opens().acting(crcore.Actor.customer(id))
    ticket = again.ticket(done.ticket)
    assert (ticket.subject, ticket.version) == ("Card lost", done.version)
    assert [ticket.id for ticket in again.tickets().items] == [done.ticket]
