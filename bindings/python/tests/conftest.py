import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, cast
from uuid import uuid4

import pytest

import crcore

RULES: dict[str, Any] = {
    "services": {"cards": {"queue": "cards"}, "loans": {"queue": "loans", "priority": "high"}},
    "queues": {"loans": {"allocation": "fair"}},
    "calendars": {
        "branch": {
            "time_zone": "Europe/Berlin",
            "hours": {day: "09:00-17:00" for day in ("monday", "tuesday", "friday")},
            "holidays": [{"date": "2026-03-09", "name": "Founders' Day"}],
        }
    },
    "sla": [
        {
            "name": "complaints",
            "when": {"kinds": ["complaint"]},
            "calendar": "branch",
            "targets": {
                "first_response": {"within": "8h"},
                "resolution": {"within": "15bd"},
            },
        }
    ],
    "allocation": [{"name": "fair", "rules": ["least_loaded"]}],
    "tags": ["fraud"],
}

SYSTEM = crcore.Actor.system()

Open: TypeAlias = Callable[[], crcore.Desk]


@pytest.fixture
def desk() -> crcore.Desk:
    return crcore.Desk.memory(RULES)


@pytest.fixture
def sqlite(tmp_path: Path) -> Open:
    """Opens the same SQLite file each time."""
    path = tmp_path / "desk.db"
    crcore.migrate(path)
    return lambda: crcore.Desk.sqlite(path, RULES)


@pytest.fixture
def postgres() -> Open:
    """Opens the same tenant of the PostgreSQL at CRCORE_POSTGRES_URL each time."""
    url = os.environ.get("CRCORE_POSTGRES_URL")
    if not url:
        pytest.skip("no PostgreSQL: CRCORE_POSTGRES_URL is not set")
    crcore.migrate(url)
    tenant = f"python-{uuid4().hex[:12]}"
    return lambda: crcore.Desk.postgres(url, RULES, tenant=tenant)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def opens(request: pytest.FixtureRequest) -> Open:
    """Opens a desk over each store."""
    if request.param == "memory":
        return lambda: crcore.Desk.memory(RULES)
    return cast(Open, request.getfixturevalue(request.param))


def customer_of(desk: crcore.Desk) -> crcore.Acting:
    """A customer who has just come."""
    return desk.acting(crcore.Actor.customer(desk.new_id()))


def agent_of(desk: crcore.Desk, *queues: str) -> crcore.Acting:
    """An agent who serves these queues, or the one for cards."""
    agent = crcore.Agent(
        desk.new_id(), "Meera", queues=queues or ["cards"], capacity={"cases": 10, "live": 3}
    )
    return desk.acting(desk.acting(SYSTEM).save_agent(agent).actor)


def complaint(customer: crcore.Acting, subject: str = "Charged twice") -> crcore.Done:
    """A complaint about cards."""
    assert customer.actor.id
    return customer.raise_ticket(customer.actor.id, "cards", subject)
