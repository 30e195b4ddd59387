"""The desk for programs, against a demo of its own: the guide word for word, and whatever a fuzzer thinks of."""

import json
import os
import re
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = Path(os.environ.get("CRDESK", ROOT / "target/debug/crdesk"))
GUIDE = ROOT / "examples/desk/docs/api.md"

# Requests for each operation and way of making them up. Bounds the run to about a minute.
EXAMPLES = 20
# What an answer must hold to. Left out is that whatever fits the schema is accepted: which services,
# branches and tickets there are, no schema tells.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
    "unsupported_method",
]


@dataclass
class Desk:
    base: str
    token: str
    agent: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    # A fuzzer asks more than any program should.
    many = {"CRDESK_LIMITS__BURST": "1000000", "CRDESK_LIMITS__PER_SECOND": "1000000"}
    demo = ["demo", "--listen", "127.0.0.1:0", "--store", folder / "desk.db", "--cases", "40"]
    with (
        open(folder / "errors", "wb") as errors,
        subprocess.Popen(
            [PROGRAM, *demo],
            cwd=folder,
            env=os.environ | many,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as child,
    ):
        try:
            assert child.stdout
            lines = []
            tokens: dict[str, str] = {}
            for line in child.stdout:
                lines.append(line)
                if found := re.match(r" *(api|counter) +(http://[^/ ]+)/api/v1 +(\S+)", line):
                    whose, base, tokens[whose] = found.groups()
                if len(tokens) == 2:
                    yield Desk(base, tokens["api"], tokens["counter"])
                    break
            else:
                pytest.fail("the demo did not start: " + "".join(lines) + Path(errors.name).read_text())
        finally:
            child.terminate()


def test_the_guide_works_word_for_word(desk: Desk) -> None:
    examples = re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(examples) > 5
    script = "set -eu\n" + "\n".join(examples)
    env = os.environ | {"DESK": desk.base, "TOKEN": desk.token, "AGENT": desk.agent}
    ran = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    seen = ["We see both payments.", "event: raised", '"at_least"', '"number"']
    seen += ['"unfilled":["customer.name"]', '"shared.urgent"', '"times":2', "It works again.", '"4150000 INR"']
    for told in seen:
        assert told in ran.stdout, f"{told} in\n{ran.stdout}\n{ran.stderr}"


def raised(desk: Desk) -> str:
    """The reference of a ticket that was just raised."""
    body = {"customer": str(uuid.uuid4()), "service": "cards", "subject": "To be acted on"}
    request = urllib.request.Request(
        f"{desk.base}/api/v1/tickets",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {desk.token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(json.load(answer)["reference"])


@pytest.mark.parametrize(
    ("whose", "paths"),
    [("program", ".*"), ("agent", "acts|chat|counters|macros|replies|transactions|views")],
)
def test_no_answer_that_the_document_does_not_tell_of(
    desk: Desk, tmp_path: Path, whose: str, paths: str
) -> None:
    # What there is, so that more is asked than what there is not.
    there = {"reference": raised(desk), "branch": "mumbai-airport", "counter": "4", "service": "cards"}
    there |= {"view": "open", "reply": "received", "macro": "fraud"}
    lines = [f'"path.{name}" = "{value}"' for name, value in there.items()]
    (tmp_path / "schemathesis.toml").write_text("[parameters]\n" + "\n".join(lines) + "\n")
    token = desk.agent if whose == "agent" else desk.token
    fuzz = [
        Path(sys.executable).with_name("schemathesis"),
        "run",
        f"{desk.base}/api/v1/openapi.json",
        f"--header=Authorization: Bearer {token}",
        f"--include-path-regex={paths}",
        f"--checks={','.join(CHECKS)}",
        f"--max-examples={EXAMPLES}",
        "--phases=examples,coverage,fuzzing",
        "--suppress-health-check=all",
        "--request-timeout=20",
        "--generation-database=none",
        "--seed=1",
        "--no-color",
    ]
    ran = subprocess.run(fuzz, cwd=tmp_path, capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stdout + ran.stderr
