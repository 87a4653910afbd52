"""kill -9 at a random moment of runs with external effects and of replays: nothing finished is lost or repeated."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import Driver, lines
from kill_victim import FILES

from alongside.store import runs

EFFECTS = 6


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    made = Driver(tmp_path_factory.mktemp("kill"), FILES)
    with made.bench:
        made.run("working", path="", n="warm")
        yield made


def children(process: int) -> list[int]:
    """Return the processes that any thread of a process started."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def killed(driver: Driver, out: Path, trial: int) -> list[list[str]]:
    """Start the victim, kill its worker (every third time) and then itself; return what it acknowledged."""
    chance = random.Random(trial)
    script = Path(__file__).with_name("kill_victim.py")
    victim = subprocess.Popen(
        [sys.executable, str(script), str(driver.root), str(out), str(trial)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(script.parent)},
    )
    assert victim.stdout is not None
    said = [victim.stdout.readline()]
    time.sleep(chance.uniform(0, 0.15))
    if trial % 3 == 0:
        for worker in children(victim.pid):
            os.kill(worker, signal.SIGKILL)
        time.sleep(chance.uniform(0.1, 0.8))
    victim.kill()
    said += victim.communicate()[0].splitlines()
    return [words for line in said if len(words := line.split()) == 3]


def told_as_interrupted(driver: Driver) -> set[str]:
    """Return the runs that are listed so, once the killed command's worker has noticed and is gone too."""
    deadline = time.monotonic() + 10
    while runs.latest(driver.bench.database, limit=99, status="running") and time.monotonic() < deadline:
        time.sleep(0.01)
    return {run.id for run in runs.latest(driver.bench.database, limit=99, status="interrupted")}


def check(driver: Driver, out: Path, trial: int) -> None:
    acknowledged = killed(driver, out, trial)
    assert acknowledged, "the victim did nothing"
    rows = {row[0]: row for row in driver.rows("run")}
    for status, run, output in acknowledged:
        assert rows[run][6] == status
        assert rows[run][7] == (output if output != "-" else "")
    kept = {row[0] for row in driver.rows("ledger")}
    settled = {(row[0], row[1], row[2], row[3]) for row in driver.rows("tape") if row[6] == "settled"}
    interrupted = len([row for row in rows.values() if row[6] == "running"])
    open_runs = [row[0] for row in rows.values() if row[6] == "running"]
    assert told_as_interrupted(driver) >= set(open_runs)
    for run in open_runs:
        outcome = driver.resume(run)
        assert outcome.status in {"done", "interrupted"}, outcome.error
        ran = [span for span in driver.spans(run) if span.status == "executed"]
        assert not [span for span in ran if span.effect == "pure" and span.key in kept]
        assert not [
            row
            for row in driver.rows("tape")
            if row[0] == run and tuple(row[:4]) in settled and row[14] > rows[run][9] + 60
        ]
        if outcome.status == "done":
            name = driver.value(outcome)[0].removeprefix("sent ").split()[0]
            assert sorted(line for line in lines(out) if line.startswith(f"{name} ")) == [
                f"{name} {i}" for i in range(EFFECTS)
            ]
    for turn in range(2):
        name = f"{trial}-{turn}-0"
        again = driver.run(
            "working", mode="replay", options={"tape": "none", "case": name}, path=str(out), n=name
        )
        ran = {span.key for span in driver.spans(again) if span.status == "executed"}
        assert again.status == "done"
        assert not ran & kept
        assert again.damaged == ()
    print(trial, len(acknowledged), interrupted)
    twice = [line for line, times in Counter(lines(out)).items() if times > 1]
    assert twice == []


@pytest.mark.parametrize("trial", range(10))
def test_kill(driver: Driver, tmp_path: Path, trial: int) -> None:
    check(driver, tmp_path / "out", trial)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_kill_often(driver: Driver, tmp_path: Path) -> None:
    for trial in range(100, 300):
        check(driver, tmp_path / "out", trial)
