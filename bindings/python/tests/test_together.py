"""Many callers: threads, processes, and the same command twice."""

import os
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import crcore
from conftest import RULES, SYSTEM, Open, agent_of, complaint, customer_of


def test_the_same_key_has_one_effect(opens: Open) -> None:
    desk = opens()
    asha, meera = customer_of(desk), agent_of(desk)
    assert asha.actor.id
    raised = [asha.raise_ticket(asha.actor.id, "cards", "Lost", key="form-7") for _ in range(3)]
    assert raised[0] == raised[1] == raised[2]
    assert len(asha.tickets().items) == 1

    replies = [meera.reply(raised[0].ticket, "We are on it.", key="r-1") for _ in range(2)]
    assert replies[0] == replies[1]
    said = [entry.text for entry in asha.thread(raised[0].ticket) if entry.fact == "replied"]
    assert said == ["We are on it."]

    assert complaint(asha).ticket != raised[0].ticket


def test_threads_share_a_desk(opens: Open) -> None:
    desk = opens()
    customers = [customer_of(desk) for _ in range(4)]

    def raise_some(customer: crcore.Acting) -> list[str]:
        return [complaint(customer, f"Nr. {nth}").reference for nth in range(10)]

    with ThreadPoolExecutor(4) as threads:
        raised = {reference for some in threads.map(raise_some, customers) for reference in some}
    stored = {t.reference for t in desk.acting(SYSTEM).tickets(limit=200).items}
    assert len(raised) == 40 and stored == raised


def test_other_threads_run_while_a_call_waits() -> None:
    """The database is played by a thread of this process, which needs the GIL to answer."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def refuse() -> None:
            connection, _ = server.accept()
            with connection:
                first = connection.recv(1024)
                if len(first) == 8:  # an SSLRequest
                    connection.sendall(b"N")
                    first = connection.recv(1024)
                asked.append(first)
                error = b"SFATAL\0VFATAL\0C28000\0Mnot today\0\0"
                connection.sendall(b"E" + (len(error) + 4).to_bytes(4, "big") + error)

        database = threading.Thread(target=refuse, daemon=True)
        database.start()
        with pytest.raises(crcore.Error):
            crcore.Desk.postgres(f"postgres://meera@127.0.0.1:{port}/desk", RULES)
        assert asked and b"meera" in asked[0]
        database.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_after_a_fork_a_desk_is_opened_anew(sqlite: Open) -> None:
    before = sqlite()
    complaint(customer_of(before))
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # ends a child that waits for threads it does not have
        try:
            try:
                before.acting(SYSTEM).tickets()
                os._exit(1)
            except crcore.Broken as refused:
                if "fork" not in str(refused):
                    os._exit(2)
            os._exit(0 if len(sqlite().acting(SYSTEM).tickets().items) == 1 else 3)
        finally:
            os._exit(4)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert len(before.acting(SYSTEM).tickets().items) == 1
