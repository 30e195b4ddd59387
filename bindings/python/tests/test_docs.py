import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import crcore

README = Path(__file__).parent.parent / "README.md"


def test_the_readme_runs_and_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    program, printed = re.findall(r"```(?:python|text)\n(.*?)```", README.read_text(), re.DOTALL)
    exec(compile(program, "README.md", "exec"), {})
    assert capsys.readouterr().out == printed


def test_everything_public_is_documented() -> None:
    silent = []
    for name in crcore.__all__:
        thing: Any = getattr(crcore, name)
        public = {name: thing}
        if inspect.isclass(thing) and not issubclass(thing, Exception):
            members = {k: v for k, v in vars(thing).items() if not k.startswith("_")}
            public |= {f"{name}.{member}": value for member, value in members.items()}
        silent += [path for path, value in public.items() if not inspect.getdoc(value)]
    assert silent == []
