"""kill -9 at a random moment of ships and rollbacks: the pointer and the record of releases never disagree."""

import itertools
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alongside import open_engagement
from alongside.store import versions

WORKFLOW = """
from alongside import prompt, step, workflow

@step
def ask(x: str) -> str:
    return prompt("ask.md").text + x

@workflow
def asked(x: str) -> str:
    return ask(x)
"""
TRIALS = 10


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {
        "alongside.toml": 'customer = "acme"\n',
        "workflows/asked.py": WORKFLOW,
        "prompts/ask.md": "first",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def killed(root: Path, trial: int) -> list[str]:
    """Start the victim, kill it a moment after its first ship, and return what it acknowledged."""
    script = Path(__file__).with_name("ship_victim.py")
    victim = subprocess.Popen(
        [sys.executable, str(script), str(root), str(trial)], stdout=subprocess.PIPE, text=True
    )
    assert victim.stdout is not None
    first = victim.stdout.readline()
    time.sleep(random.Random(trial).uniform(0, 0.06))
    victim.kill()
    return [first.strip(), *victim.communicate()[0].splitlines()]


def check(root: Path, trial: int, shipped_before: int) -> int:
    """Return how many releases there are now."""
    acknowledged = killed(root, trial)
    assert acknowledged[0].startswith("ship "), "the victim did nothing"
    with open_engagement(root) as bench:
        pointer = versions.pointer(bench.database)
        releases = sorted(versions.releases(bench.database), key=lambda release: release.at)
        assert (pointer.live, pointer.previous) == (releases[-1].version, releases[-1].previous)
        assert pointer.serial == len(releases), "one move of the pointer a release"
        done = len(acknowledged)
        assert done <= len(releases) - shipped_before <= done + 1, "acknowledged is recorded, and once"
        assert all(
            earlier.version == later.previous
            for earlier, later in itertools.pairwise(releases)
            if later.kind != "rollback"
        )
        live = bench.version(pointer.live)
        assert all(bench.blobs.has(blob) for blob in live.manifest.files.values())
    return len(releases)


def test_a_killed_ship_moves_the_pointer_wholly_or_not_at_all(root: Path) -> None:
    count = 0
    for trial in range(TRIALS):
        count = check(root, trial, count)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_many_killed_ships(root: Path) -> None:
    count = 0
    for trial in range(200):
        count = check(root, trial, count)
