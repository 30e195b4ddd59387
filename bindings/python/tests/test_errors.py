import json
import pickle
import socket
from pathlib import Path
from typing import Any

import pytest

import crcore
from conftest import RULES, SYSTEM, agent_of, complaint, customer_of


def test_not_found(desk: crcore.Desk) -> None:
    done = complaint(customer_of(desk))
    with pytest.raises(crcore.NotFound, match="no such ticket") as missing:
        customer_of(desk).ticket(done.ticket)
    assert missing.value.code == "not_found"


def test_not_allowed(desk: crcore.Desk) -> None:
    asha = customer_of(desk)
    done = complaint(asha)
    with pytest.raises(crcore.NotAllowed) as refused:
        asha.explain(done.ticket)
    assert refused.value.code == "not_allowed"


def test_not_possible_says_what_is(desk: crcore.Desk) -> None:
    asha, meera = customer_of(desk), agent_of(desk)
    done = complaint(asha)
    meera.claim(done.ticket)
    with pytest.raises(crcore.NotPossible) as refused:
        meera.resume(done.ticket)
    assert refused.value.code == "not_possible"
    assert {"reply", "resolve"} <= set(refused.value.legal)
    assert "resume" not in refused.value.legal


def test_a_ticket_that_moved_on_is_stale(desk: crcore.Desk) -> None:
    asha, meera = customer_of(desk), agent_of(desk)
    done = complaint(asha)
    meera.claim(done.ticket)
    with pytest.raises(crcore.NotPossible) as stale:
        meera.reply(done.ticket, "We asked the shop.", seen=done.version)
    assert (stale.value.code, stale.value.legal) == ("stale", ())


@pytest.mark.parametrize(
    ("arguments", "field", "expected"),
    [
        ({"service": "boats"}, "service", None),
        ({"service": "Boats!"}, "service", "a code: 1 to 48"),
        ({"kind": "moan"}, "kind", "one of complaint, query, request, service, quote, got moan"),
        ({"amount": "12.50"}, "amount", "minor units"),
        ({"language": "english"}, "language", "BCP 47"),
        ({"tags": ["unheard-of"]}, "tags", None),
        ({"subject": ""}, "subject", None),
        ({"key": ""}, "key", "1 to 255 bytes"),
    ],
)
def test_invalid_names_the_field(
    desk: crcore.Desk, arguments: dict[str, Any], field: str, expected: str | None
) -> None:
    asha = customer_of(desk)
    with pytest.raises(crcore.Invalid) as refused:
        asha.raise_ticket(
            **{"customer": asha.actor.id, "service": "cards", "subject": "Card lost"} | arguments
        )
    assert (refused.value.code, refused.value.field) == ("invalid", field)
    assert (expected or "expected") in str(refused.value)


def test_what_a_customer_wrote_is_in_no_error(desk: crcore.Desk) -> None:
    asha = customer_of(desk)
    wrote: Any = "my card 4111 is gone"
    with pytest.raises(crcore.Invalid) as refused:
        asha.raise_ticket(desk.new_id(), "cards", "Card lost", kind=wrote)
    assert "4111" not in str(refused.value)


@pytest.mark.parametrize("level", [-1, 0, 6, 300])
def test_a_level_that_cannot_be(desk: crcore.Desk, level: int) -> None:
    with pytest.raises(crcore.Invalid, match=f"^skills.*1 to 5.*got {level}"):
        desk.acting(SYSTEM).save_agent(
            crcore.Agent(desk.new_id(), "Meera", skills={"fraud": level})
        )


def test_one_string_is_not_several(desk: crcore.Desk) -> None:
    with pytest.raises(TypeError, match="several strings"):
        desk.acting(SYSTEM).tickets(queues="cards")


@pytest.mark.parametrize(("limit", "after"), [(-1, None), (0, None), (201, None), (1, "page-2")])
def test_a_page_that_cannot_be(desk: crcore.Desk, limit: int, after: str | None) -> None:
    with pytest.raises(crcore.Invalid, match="^(limit|after): expected"):
        desk.acting(SYSTEM).tickets(limit=limit, after=after)


def test_what_a_database_says_is_the_cause_and_not_the_message() -> None:
    with socket.socket() as taken, pytest.raises(crcore.TryAgain) as unreachable:
        taken.bind(("127.0.0.1", 0))
        crcore.migrate(f"postgres://desk@127.0.0.1:{taken.getsockname()[1]}/bank")
    assert "refused" not in str(unreachable.value)
    assert "refused" in str(unreachable.value.__cause__)


def test_references_with_a_typing_error_are_told_apart(desk: crcore.Desk) -> None:
    system = desk.acting(SYSTEM)
    with pytest.raises(crcore.Invalid, match="reference: expected 11 letters"):
        system.by_reference("ABC")
    reference = complaint(customer_of(desk)).reference
    other = "7" if reference[0] != "7" else "8"
    with pytest.raises(crcore.Invalid, match="typing error"):
        system.by_reference(other + reference[1:])


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ('{\n  "services": {\n    "cards": { "queu": "cards" }\n  }\n}', 'line 3 .*"queu"'),
        ({"services": {"cards": {"queu": "cards"}}}, 'unknown field `queu`.*"queu"'),
        ({"servces": {}}, "unknown field `servces`"),
        ('{"services": ', "EOF"),
        ("", "EOF"),
        (RULES | {"queues": {"loans": {"allocation": "none"}}}, "queues.loans.allocation"),
        ({"services": {"cards": {"queue": "cards", "units": 0}}}, "services.cards.units"),
    ],
)
def test_rules_that_cannot_be_say_where(rules: dict[str, Any] | str, place: str) -> None:
    with pytest.raises(crcore.Invalid, match=place) as refused:
        crcore.Desk.memory(rules)
    assert refused.value.field == "rules"


def test_rules_are_a_dict_or_json() -> None:
    for rules in (RULES, json.dumps(RULES)):
        desk = crcore.Desk.memory(rules)
        complaint(customer_of(desk))
    unspeakable: Any = {"services": object()}
    with pytest.raises(TypeError, match="JSON"):
        crcore.Desk.memory(unspeakable)


def test_a_database_without_schema_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(crcore.Broken, match="crcore.migrate") as refused:
        crcore.Desk.sqlite(tmp_path / "desk.db", RULES)
    assert refused.value.code == "broken"
    with pytest.raises(crcore.Invalid, match="tenant"):
        crcore.Desk.sqlite(tmp_path / "desk.db", RULES, tenant="Head Office")


def test_a_database_that_is_away_is_tried_again() -> None:
    # Port 9 discards: nobody is there.
    with pytest.raises(crcore.TryAgain) as refused:
        crcore.migrate("postgres://nobody@127.0.0.1:9/desk")
    assert refused.value.code == "try_again"


def test_exceptions_are_kinds_of_one_and_survive_pickling(desk: crcore.Desk) -> None:
    kinds = [
        crcore.NotFound,
        crcore.NotAllowed,
        crcore.NotPossible,
        crcore.Invalid,
        crcore.TryAgain,
        crcore.Broken,
    ]
    assert all(issubclass(kind, crcore.Error) for kind in kinds)
    asha = customer_of(desk)
    with pytest.raises(crcore.NotPossible) as refused:
        agent_of(desk).resume(complaint(asha).ticket)
    again = pickle.loads(pickle.dumps(refused.value))
    assert (str(again), again.legal) == (str(refused.value), refused.value.legal)
