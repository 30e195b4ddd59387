"""What a caller can do next: one exception for each answer to that."""


class Error(Exception):
    """Why the desk did not do what it was asked. Never contains what a customer wrote."""

    code: str = "broken"
    """A name that does not change, for programs."""


class NotFound(Error):
    """There is no such thing, or the actor may not know of it: look elsewhere."""

    code = "not_found"


class NotAllowed(Error):
    """The actor may not do this: ask somebody who may."""

    code = "not_allowed"


class NotPossible(Error):
    """It cannot be done as things stand: do something that is possible.

    The code is "stale" where the ticket moved on since the version that was `seen`.
    """

    code = "not_possible"
    legal: tuple[str, ...] = ()
    """What can be done to the ticket instead, as in ("resume", "resolve")."""


class Invalid(Error):
    """The call says something that cannot be: say it differently."""

    code = "invalid"
    field: str = ""
    """Which part of the call."""


class TryAgain(Error):
    """Nothing changed, and the same call may succeed later. Its ``__cause__``, where it has one, is what a
    database, a scanner or a ledger said of itself: for a log, not for who asked."""

    code = "try_again"


class Broken(Error):
    """Something is wrong with the desk itself: call whoever runs it."""

    code = "broken"
