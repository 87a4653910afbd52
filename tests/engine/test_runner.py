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
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from alongside import gather, step, workflow


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


def going_on(path, x):
    slowly(path, x, 2.0)
    return slowly(path, x + " too late", 0)


@workflow
def late(path: str, x: str) -> str:
    return going_on(path, x)


@workflow
async def late_on_a_thread(path: str, x: str) -> str:
    return await asyncio.to_thread(going_on, path, x)


@workflow
async def late_in_a_branch(path: str, x: str) -> list:
    return await gather(lambda: going_on(path, x))


@step(effect="external")
def tick(path: str) -> None:
    while True:
        with open(path, "a") as file:
            file.write("tick\\n")
        time.sleep(0.02)


@workflow
async def ticking(path: str) -> None:
    await asyncio.to_thread(tick, path)


@workflow
async def late_and_stubborn(path: str, x: str) -> str:
    slowly(path, x, 0)
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        return slowly(path, x + " too late", 0)


@workflow
def leaving(path: str, x: str) -> str:
    threading.Thread(target=slowly, args=(path, x + " on a thread", 0.1)).start()
    ThreadPoolExecutor(1).submit(slowly, path, x + " as a job", 0.1)
    return x


@step(effect="read")
def began(path: str, x: str) -> None:
    while not os.path.exists(path) or x not in open(path).read().split():
        time.sleep(0.01)


async def fail_once_it_began(path, x):
    await asyncio.to_thread(began, path, x)
    raise ValueError("no")


@workflow
async def failing_early(path: str, x: str) -> list:
    return await asyncio.gather(asyncio.to_thread(going_on, path, x), fail_once_it_began(path, x))


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


def test_effects_under_way_are_let_finish_and_no_run_that_has_ended_begins_another(
    driver: Driver, tmp_path: Path
) -> None:
    out, inputs = tmp_path / "out", {"path": str(tmp_path / "out")}
    working = driver.submit("working", {**inputs, "x": "working", "seconds": 3.0})
    names = ["late", "late_on_a_thread", "late_in_a_branch", "late_and_stubborn", "failing_early"]
    ended = {name: driver.submit(name, {**inputs, "x": name}, seconds=1.2) for name in names}
    while len(lines(out)) < len(names) + 1:
        time.sleep(0.02)
    hanging = driver.submit("hanging", {"x": "b"}, seconds=0.4)
    assert hanging.result(30).code == "deadline"
    later = driver.submit("quick", {"x": "c"})
    assert [(name, order.result(30).code) for name, order in ended.items()][:4] == [
        (name, "deadline") for name in names[:4]
    ]
    assert ended["failing_early"].result().status == "failed"
    assert working.result(30).status == "done"
    assert later.result(30).status == "done"
    assert sorted(lines(out)) == sorted([*names, "working"])
    assert {driver.resume(ended[name].result().run).status for name in names[:3]} == {"done"}
    assert [line for line in lines(out) if "too late" in line] == [f"{name} too late" for name in names[:3]]


def test_a_thread_that_an_async_workflow_leaves_goes_with_its_worker(driver: Driver, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert driver.run("ticking", path=str(out), options={"seconds": 1.0}).code == "deadline"
    assert driver.run("quick", x="in a new worker").status == "done"
    ticks = lines(out)
    time.sleep(0.2)
    assert 0 < len(ticks) == len(lines(out))


def test_a_run_ends_when_what_it_started_has_ended(driver: Driver, tmp_path: Path) -> None:
    outcome = driver.run("leaving", path=str(tmp_path / "out"), x="left")
    assert (outcome.status, driver.value(outcome), outcome.executed) == ("done", "left", 2)
    assert sorted(lines(tmp_path / "out")) == ["left as a job", "left on a thread"]


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


def test_a_helper_that_lies_elsewhere_is_imported_as_the_fix_says(tmp_path: Path) -> None:
    helpers = {"workflows/text_rules.py": "", "workflows/lib/words.py": "x = 1\n"}
    driver = Driver(tmp_path, {**FILES, **helpers})
    with driver.bench as bench:
        for statement, told in {
            "import nowhere": "mend workflows/triage.py",
            "import text_rules": "`from workflows.text_rules import …`",
            "from lib.words import x": "`from workflows.lib import …`",
        }.items():
            driver.write("workflows/triage.py", f"{statement}\n")
            with pytest.raises(AlongsideError) as broken:
                bench.describe(bench.snapshot())
            assert broken.value.code == "broken-workflow"
            assert told in broken.value.fix
        driver.write("workflows/triage.py", "import workflows.text_rules\nfrom workflows.lib import words\n")
        assert "quick" in bench.describe(bench.snapshot())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\nif x\n", r"lib/words\.py, line 2: SyntaxError: expected ':'"),
        ("x = 1\n\n\ny = x / 0\n", r"lib/words\.py, line 4: ZeroDivisionError: division by zero"),
        ("import nowhere\n", r"lib/words\.py, line 1: ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_a_mistake_in_a_helper_is_told_of_the_helper(tmp_path: Path, text: str, told: str) -> None:
    helpers = {"lib/words.py": text, "workflows/triage.py": "\nimport json\nfrom lib.words import x\n"}
    with Driver(tmp_path, {**FILES, **helpers}).bench as bench:
        with pytest.raises(AlongsideError, match=told) as broken:
            bench.describe(bench.snapshot())
        assert broken.value.fix == "mend lib/words.py and run the command again"


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
