"""A worker that hangs, dies, or eats all memory takes only the guilty order with it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import Driver, lines

from alongside.core.errors import AlongsideError
from alongside.engine.order import Order
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
    guilty = driver.submit(workflow, {"x": "a"}, mode="replay", seconds=0.6)
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
