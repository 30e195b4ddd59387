from datetime import date, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

import crcore
from conftest import SYSTEM, Open, agent_of, complaint, customer_of


def test_a_customer_sees_their_own_and_the_desk_sees_all(opens: Open) -> None:
    desk = opens()
    asha, ben = customer_of(desk), customer_of(desk)
    complaint(asha, "Charged twice")
    complaint(ben, "Card lost")
    assert [ticket.subject for ticket in asha.tickets().items] == ["Charged twice"]
    system = desk.acting(SYSTEM)
    assert [t.subject for t in system.tickets(sort="oldest").items] == [
        "Charged twice",
        "Card lost",
    ]
    assert [t.subject for t in system.tickets(customer=ben.actor.id).items] == ["Card lost"]


def test_pages_follow_each_other_until_the_last(opens: Open) -> None:
    desk = opens()
    asha = customer_of(desk)
    raised = [complaint(asha, f"Nr. {nth}").ticket for nth in range(5)]
    seen: list[UUID] = []
    after = None
    pages = 0
    while True:
        page = asha.tickets(sort="oldest", limit=2, after=after, total=True)
        assert (page.total, page.more_than_total) == (5, False)
        seen += [ticket.id for ticket in page.items]
        after = page.next
        pages += 1
        if after is None:
            break
    assert (seen, pages) == (raised, 3)
    assert asha.tickets().total is None


def test_filters_are_keywords(desk: crcore.Desk) -> None:
    asha, meera = customer_of(desk), agent_of(desk)
    taken, waiting = complaint(asha), complaint(asha)
    meera.claim(taken.ticket)
    meera.wait(taken.ticket, "customer")

    def found(page: crcore.Page) -> list[UUID]:
        return [ticket.id for ticket in page.items]

    assert found(meera.tickets(assigned=meera.actor.id)) == [taken.ticket]
    assert found(meera.tickets(assigned="nobody")) == [waiting.ticket]
    assert found(meera.tickets(statuses={"waiting_for_customer"})) == [taken.ticket]
    assert found(meera.tickets(statuses=["closed"], queues=["cards"])) == []
    assert found(meera.tickets(priorities=("high", "urgent"))) == []
    assert len(found(meera.tickets(kinds=["complaint"], services=["cards"]))) == 2
    later = datetime.now(timezone.utc) + timedelta(days=1)
    assert found(meera.tickets(received_from=later)) == []
    assert len(found(meera.tickets(received_before=later, channels=["web"]))) == 2


def test_instants_are_aware_and_in_utc(desk: crcore.Desk) -> None:
    asha = customer_of(desk)
    assert asha.actor.id
    # In the hour that comes twice, and the second of them: 02:30 at UTC+1.
    berlin = datetime(2025, 10, 26, 2, 30, 0, 5, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)
    done = asha.raise_ticket(asha.actor.id, "cards", "Charged twice", received_at=berlin)
    ticket = desk.acting(SYSTEM).ticket(done.ticket)
    assert ticket.received_at == datetime(2025, 10, 26, 1, 30, 0, 5, tzinfo=timezone.utc)
    assert ticket.received_at.tzinfo is timezone.utc
    assert ticket.raised_at.utcoffset() == timedelta(0)
    assert [d.target for d in ticket.deadlines] == ["first_response", "resolution"]
    assert ticket.due_at == ticket.deadlines[0].due_at


def test_a_naive_datetime_is_refused(desk: crcore.Desk) -> None:
    asha = customer_of(desk)
    assert asha.actor.id
    naive = datetime(2026, 3, 2, 9, 0)
    with pytest.raises(crcore.Invalid, match="received_at: .* aware datetime.*naive") as refused:
        asha.raise_ticket(asha.actor.id, "cards", "Charged twice", received_at=naive)
    assert refused.value.field == "received_at"
    with pytest.raises(crcore.Invalid, match="deadline_before"):
        asha.tickets(deadline_before=naive)


def test_an_explanation_tells_policy_time_and_holidays(desk: crcore.Desk) -> None:
    asha, meera = customer_of(desk), agent_of(desk)
    assert asha.actor.id
    # A Friday, 16:00 in Berlin: one hour on that day, seven on Tuesday, for Monday is a holiday.
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=timezone.utc)
    done = asha.raise_ticket(asha.actor.id, "cards", "Charged twice", received_at=friday)
    why = meera.explain(done.ticket)
    assert "policy: complaints" in str(why)
    assert str(why) == why.text and why.reference == done.reference
    first, resolution = why.deadlines
    assert (first.target, first.policy, first.calendar) == ("first_response", "complaints", "branch")
    assert (first.time, first.within, first.time_zone) == ("business", "8h", "Europe/Berlin")
    assert first.because == ("kind complaint",) and first.still_matches
    assert first.due_at == datetime(2026, 3, 10, 15, 0, tzinfo=timezone.utc)
    assert first.allowed == first.counted == timedelta(hours=8)
    tuesday = datetime(2026, 3, 10, 8, 0, tzinfo=timezone.utc)
    assert first.windows == (
        (friday, friday + timedelta(hours=1)),
        (tuesday, tuesday + timedelta(hours=7)),
    )
    assert first.holidays == ((date(2026, 3, 9), "Founders' Day"),)
    assert str(first) in str(why) and resolution.within == "15bd"


def test_an_explanation_tells_who_was_considered(desk: crcore.Desk) -> None:
    chosen, other = agent_of(desk, "loans"), agent_of(desk, "cards")
    asha = customer_of(desk)
    assert asha.actor.id
    done = asha.raise_ticket(asha.actor.id, "loans", "Rate", kind="query")
    assert other.agent(chosen.actor.id or asha.actor.id).queues == ("loans",)
    assert chosen.ticket(done.ticket).agent == chosen.actor.id
    (decision,) = chosen.explain(done.ticket).allocation
    assert (decision.policy, decision.chosen) == ("fair", chosen.actor.id)
    assert chosen.actor.id in [considered.agent for considered in decision.considered]
    assert "policy fair" in str(decision)


def test_an_agent_is_changed_from_the_version_that_was_read(desk: crcore.Desk) -> None:
    system = desk.acting(SYSTEM)
    new = crcore.Agent(desk.new_id(), "Meera", skills={"fraud": 3}, capacity={"cases": 2})
    first = system.save_agent(new)
    away = crcore.Agent(
        first.id, first.name, version=first.version, skills=first.skills, available=False
    )
    assert system.save_agent(away).version == 2
    read = system.agent(first.id)
    assert (read.available, read.skills, read.capacity) == (False, {"fraud": 3}, {})
    with pytest.raises(crcore.NotPossible) as stale:
        system.save_agent(away)
    assert stale.value.code == "stale"


def test_actors_are_values() -> None:
    id = UUID(int=7)
    assert crcore.Actor.agent(id) == crcore.Actor.agent(id) != crcore.Actor.admin(id)
    assert {crcore.Actor.customer(id): 1}[crcore.Actor.customer(id)] == 1
    assert (crcore.Actor.service(id).role, crcore.Actor.service(id).id) == ("service", id)
    assert str(crcore.Actor.agent(id)) == f"agent:{id}"
    assert (str(SYSTEM), SYSTEM.id) == ("system", None)


def test_what_is_read_cannot_be_changed(desk: crcore.Desk) -> None:
    done = complaint(customer_of(desk))
    ticket = desk.acting(SYSTEM).ticket(done.ticket)
    with pytest.raises(AttributeError):
        setattr(ticket, "status", "closed")
    assert repr(ticket) == f"<Ticket {done.reference} new version {done.version}>"
