"""The command line as a person meets it: one call, its exit code, what stands on stdout and on stderr."""

import json
import os
import pty
import re
import select
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from alongside.cli.app import app

BILL = '''
from dataclasses import dataclass
from decimal import Decimal

from alongside import param, step, workflow

@dataclass(frozen=True)
class Bill:
    net: Decimal
    total: Decimal

@step
def net_of(text: str) -> Decimal:
    return Decimal(text)

@step
def with_tax(net: Decimal) -> Decimal:
    return net + net * Decimal("0.1")

@workflow
def bill(text: str) -> Bill:
    """Add the tax."""
    net = net_of(text)
    return Bill(net, with_tax(net))
'''


@dataclass(frozen=True)
class Said:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one object of `--json`."""
        return json.loads(self.out)

    @property
    def next(self) -> str:
        """The command that the last line names: it can be pasted as it stands."""
        last = self.err.rstrip("\n").split("\n")[-1]
        assert last.startswith("next: "), self
        command = last.removeprefix("next: ")
        signs = [word for word in shlex.shlex(command, punctuation_chars=True) if set(word) <= set("();<>|&")]
        assert set(signs) <= {"&&"}, f"a shell takes this for something else: {command}"
        assert re.fullmatch(r"(cd ('[^']*'|[\w./-]+) && )?alongside( .*)?", command), command
        assert not re.search(r" (RUN|FILE|WORKFLOW|NAME|CASE|FIELD=VALUE)\b", command), command
        return command


Call = Callable[..., Said]


@pytest.fixture
def alongside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Run a command in the test's folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALONGSIDE_ENGAGEMENT", raising=False)

    def call(*words: str | Path) -> Said:
        result = CliRunner().invoke(app, [str(word) for word in words])
        return Said(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def acme(alongside: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engagement with a workflow of two steps on values, and the shell standing in it."""
    assert alongside("init", "acme").code == 0
    root = tmp_path / "acme"
    (root / "workflows" / "receipt.py").unlink()
    (root / "workflows" / "bill.py").write_text(BILL)
    (root / "rows.jsonl").write_text('{"text": "100"}\n{"text": "20"}\n')
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def judged(alongside: Call, acme: Path) -> str:
    """The same with one run, judged right and made a case; returns the case's id."""
    run = alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    alongside("review", run, "--rest-right", "--by", "kim")
    return alongside("case", "add", run, "--name", "hundred", "--json").data["id"]


class Terminal:
    """A program at a terminal of its own: `answer` waits for a question, then types."""

    def __init__(self, words: list[str], cwd: Path, env: dict[str, str]) -> None:
        self.ours, theirs = pty.openpty()
        self.child = subprocess.Popen(
            [sys.executable, "-m", "alongside", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=cwd,
            env={**os.environ, "TERM": "dumb", **env},
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""

    def answer(self, question: str, typed: str) -> None:
        self._read(lambda: question in self.seen)
        self.seen = ""
        os.write(self.ours, f"{typed}\n".encode())

    def end(self) -> str:
        self._read(lambda: False)
        self.child.wait(20)
        os.close(self.ours)
        return self.seen

    def _read(self, enough: Callable[[], bool]) -> None:
        while not enough():
            ready, _, _ = select.select([self.ours], [], [], 20)
            assert ready, self.seen
            try:
                data = os.read(self.ours, 4096)
            except OSError:  # the other end is closed
                return
            if not data:
                return
            self.seen += data.decode().replace("\r\n", "\n")


@pytest.fixture
def terminal(acme: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*words: str, **env: str) -> Terminal:
        opened.append(Terminal(list(words), acme, env))
        return opened[-1]

    yield start
    for one in opened:
        one.child.kill()
