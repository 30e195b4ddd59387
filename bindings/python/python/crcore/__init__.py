"""A bank's customer-care desk as a library.

Open a `Desk` over memory, SQLite or PostgreSQL, and put it in somebody's hands:
`desk.acting(actor).raise_ticket(...)`. Every call lets go of the GIL while it waits. Instants are
aware datetimes, in UTC when they come from here; ids are `uuid.UUID`; names are strings.
"""

from ._errors import Broken, Error, Invalid, NotAllowed, NotFound, NotPossible, TryAgain
from ._native import (
    Acting,
    Actor,
    Agent,
    Considered,
    Customer,
    Deadline,
    Decision,
    Desk,
    Done,
    Entry,
    Explanation,
    Page,
    Ticked,
    Ticket,
    Why,
    migrate,
)

__all__ = [
    "Acting",
    "Actor",
    "Agent",
    "Broken",
    "Considered",
    "Customer",
    "Deadline",
    "Decision",
    "Desk",
    "Done",
    "Entry",
    "Error",
    "Explanation",
    "Invalid",
    "NotAllowed",
    "NotFound",
    "NotPossible",
    "Page",
    "Ticked",
    "Ticket",
    "TryAgain",
    "Why",
    "migrate",
]
