"""A worker that hangs, dies, or eats all memory takes only the guilty order with it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driving import Driver, lines

from alongside.core.errors import AlongsideError, UsageError
from alongside.engine.order import Order, Outcome
from alongside.engine.runner import Runner
from alongside.sandbox.process import Worker
from alongside.workbench import new_id

FILES = {
    "workflows/hard.py": """
import asyncio
import os
import time
from alongside import step, workflow


@step
def spin(x: str) -> str:
    while True:
        pass


@step(effect="external")
def slowly(path: str, x: str, seconds: float) -> str:
    with open(path, "a") as file:
        file.write(x + "\\n")
    time.sleep(seconds)
    return x


@step
def fill(x: str) -> int:
    kept = []
    while True:
        kept.append(bytes(1 << 29))


@step
def segfault(x: str) -> None:
    os.abort()


@workflow
def hanging(x: str) -> str:
    return spin(x)


@workflow
async def hanging_async(x: str) -> str:
    await asyncio.sleep(60)
    return x


@workflow
async def blocking_the_loop(x: str) -> str:
    return spin(x)


@workflow
def working(path: str, x: str, seconds: float) -> str:
    return slowly(path, x, seconds)


@workflow
def filling(x: str) -> int:
    return fill(x)


@workflow
def dying(x: str) -> None:
    segfault(x)


@workflow
def quick(x: str) -> str:
    return x
""",
}


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    made = Driver(tmp_path_factory.mktemp("runner"), FILES)
    with made.bench:
        made.run("quick", x="warm")
        yield made


@pytest.mark.parametrize(
    ("workflow", "code"),
    [
        ("hanging", "deadline"),
        ("hanging_async", "deadline"),
        ("blocking_the_loop", "deadline"),
        ("filling", "out-of-memory"),
        ("dying", "worker-died"),
    ],
)
def test_only_the_guilty_order_is_lost(driver: Driver, workflow: str, code: str) -> None:
    before = [driver.submit("quick", {"x": str(n)}, mode="replay") for n in range(3)]
    seconds = 0.6 if code == "deadline" else 20.0
    guilty = driver.submit(workflow, {"x": "a"}, mode="replay", seconds=seconds)
    after = [driver.submit("quick", {"x": str(n)}, mode="replay") for n in range(30)]
    outcome = guilty.result(30)
    assert (outcome.status, outcome.code) == ("failed", code), outcome.error
    assert "fix: " in outcome.error
    assert [driver.value(other.result(30)) for other in before] == ["0", "1", "2"]
    assert {other.result(30).status for other in after} == {"done"}
    assert driver.record(outcome.run).status == "failed"
    assert driver.run("quick", x="later").status == "done"


def test_an_effect_under_way_is_let_finish_when_another_order_hangs(driver: Driver, tmp_path: Path) -> None:
    out = tmp_path / "out"
    working = driver.submit("working", {"path": str(out), "x": "a", "seconds": 1.2})
    time.sleep(0.2)
    hanging = driver.submit("hanging", {"x": "b"}, seconds=0.3)
    assert hanging.result(30).code == "deadline"
    later = driver.submit("quick", {"x": "c"})
    assert working.result(30).status == "done"
    assert later.result(30).status == "done"
    assert lines(out) == ["a"]


def test_closing_leaves_everything_resumable(tmp_path: Path) -> None:
    driver = Driver(tmp_path / "acme", FILES)
    out = tmp_path / "out"
    with driver.bench:
        runner = driver.bench.runner(driver.bench.snapshot())
        pending = [
            driver.submit("working", {"path": str(out), "x": "a", "seconds": 30}),
            driver.submit("quick", {"x": "b"}),
        ]
        while not lines(out):
            time.sleep(0.02)
        working = next(run[0] for run in driver.rows("run") if run[1] == "working")
        with pytest.raises(UsageError, match="another process is at work on"):
            driver.bench.resume(working)
        driver.bench.close()
        with pytest.raises(AlongsideError, match="worker was closed"):
            pending[0].result(10)
        with pytest.raises(AlongsideError, match="worker was closed"):
            runner.submit(Order(new_id("run"), "quick", "new", {"x": "a"})).result(10)
    with Driver(tmp_path / "acme", FILES).bench as again:
        driver.bench = again
        stopped = next(run for run in driver.rows("run") if run[1] == "working")
        assert stopped[6] == "running"
        assert driver.resume(stopped[0]).code == "unknown-effect"
        assert lines(out) == ["a"]


def test_closing_while_the_worker_starts(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"workflows/slow.py": "import time\ntime.sleep(30)\n"})
    pending = driver.submit("slow", {})
    time.sleep(0.3)
    started = time.monotonic()
    driver.bench.close()
    assert time.monotonic() - started < 5
    with pytest.raises(AlongsideError):
        pending.result(5)


def test_an_order_that_is_not_json_is_refused_alone(driver: Driver) -> None:
    bad = driver.submit("quick", {"x": object()})
    with pytest.raises(AlongsideError, match="isn't JSON"):
        bad.result(10)
    assert driver.run("quick", x="fine").status == "done"


def test_a_file_that_ends_the_process_at_import_is_named(tmp_path: Path) -> None:
    files = {**FILES, "workflows/quitting.py": "import os\nos._exit(3)\n"}
    with Driver(tmp_path, files).bench as bench:
        version = bench.snapshot()
        with pytest.raises(
            AlongsideError, match=r"workflows/quitting\.py ended the process .*status 3"
        ) as told:
            bench.describe(version)
    assert told.value.code == "broken-workflow"


def never_ready(_role: str, _options: dict[str, Any], channel: Any) -> None:
    """A worker that imports a file without end."""
    channel.send({"importing": "workflows/quick.py", "seconds": 30.0})
    channel.send({"importing": "workflows/slow.py", "seconds": 0.3})
    channel.receive()


def test_a_file_whose_import_does_not_end_is_named_and_killed() -> None:
    workers: list[Worker] = []

    def start() -> Worker:
        workers.append(Worker.start("test_runner:never_ready", role="version", options={}))
        return workers[-1]

    runner = Runner(start, concurrency=1, lost=lambda *_: pytest.fail("nothing was under way"))
    with pytest.raises(
        AlongsideError, match=r"workflows/slow\.py was still being imported after 0\.3 s"
    ) as told:
        runner.call("describe", {})
    runner.close()
    assert told.value.code == "broken-workflow"
    assert [worker.alive for worker in workers] == [False]


@pytest.mark.slow
def test_an_endless_import_is_killed_within_its_deadline(tmp_path: Path) -> None:
    started = time.monotonic()
    files = {**FILES, "workflows/endless.py": "while True: pass\n"}
    with (
        Driver(tmp_path, files).bench as bench,
        pytest.raises(AlongsideError, match=r"workflows/endless\.py was still being imported after 20 s"),
    ):
        bench.describe(bench.snapshot())
    assert time.monotonic() - started < 30


def always_at_fault(_role: str, _options: dict[str, Any], channel: Any) -> None:
    channel.send({"ready": True})
    while True:
        message, _ = channel.receive()
        fault = {
            "type": "AlongsideError",
            "code": "engine-bug",
            "message": "KeyError: 'x'",
            "fix": "report it",
        }
        channel.send({"job": message["job"], "error": fault})


def test_a_fault_of_the_engine_is_the_failure_of_the_run_it_was_in() -> None:
    written: list[tuple[str, str]] = []

    def lost(order: Order, code: str, text: str) -> Outcome:
        written.append((order.run, text))
        return Outcome(order.run, "failed", code=code)

    def start() -> Worker:
        return Worker.start("test_runner:always_at_fault", role="version", options={})

    runner = Runner(start, concurrency=2, lost=lost)
    try:
        under_way = [runner.submit(Order(f"run_{name}", "w", "new", {})) for name in "ab"]
        assert [one.result(60).code for one in under_way] == ["engine-bug"] * 2
    finally:
        runner.close()
    assert sorted(written) == [("run_a", "KeyError: 'x'"), ("run_b", "KeyError: 'x'")]
