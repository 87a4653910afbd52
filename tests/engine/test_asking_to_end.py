"""A step that asks the process to end fails as a step does: its worker goes on, with every run in it."""

from collections.abc import Iterator

import pytest
from driving import Driver

FILES = {
    "workflows/ending.py": """
from collections.abc import AsyncIterator, Iterator

from alongside import gather, step, workflow

ENDS = {"exit": SystemExit, "interrupt": KeyboardInterrupt, "empty": StopIteration}


def end(kind):
    raise ENDS[kind](3)


@step
def stop(kind: str) -> str:
    return end(kind)


@step
async def stop_async(kind: str) -> str:
    return end(kind)


@step
def stop_midway(kind: str) -> Iterator[str]:
    yield "a"
    end(kind)


@step
async def stop_midway_async(kind: str) -> AsyncIterator[str]:
    yield "a"
    end(kind)


@workflow
def plain(kind: str) -> str:
    return stop(kind)


@workflow
async def awaited(kind: str) -> str:
    return await stop_async(kind)


@workflow
def threads(kind: str) -> list:
    return gather(lambda: stop(kind), lambda: "b")


@workflow
async def awaited_threads(kind: str) -> list:
    return await gather(lambda: stop(kind), lambda: "b")


@workflow
async def tasks(kind: str) -> list:
    return await gather(stop_async(kind), stop_async(kind))


@workflow
def chunks(kind: str) -> list:
    return list(stop_midway(kind))


@workflow
async def chunks_async(kind: str) -> list:
    return [chunk async for chunk in stop_midway_async(kind)]


@workflow
def body(kind: str) -> str:
    return end(kind)


@workflow
async def body_async(kind: str) -> str:
    return end(kind)


@workflow
async def branches(kind: str) -> list:
    async def branch():
        end(kind)

    return await gather(branch(), branch())
""",
}
STEPS = {
    "plain": "stop",
    "awaited": "stop_async",
    "threads": "stop",
    "tasks": "stop_async",
    "chunks": "stop_midway",
    "chunks_async": "stop_midway_async",
}


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    made = Driver(tmp_path_factory.mktemp("ending"), FILES)
    with made.bench:
        yield made


@pytest.mark.parametrize("kind", ["exit", "interrupt"])
@pytest.mark.parametrize("workflow", STEPS)
def test_the_step_is_named(driver: Driver, workflow: str, kind: str) -> None:
    outcome = driver.run(workflow, kind=kind)
    assert (outcome.status, outcome.code) == ("failed", "workflow-raised"), outcome.error
    assert f"step workflows.ending.{STEPS[workflow]} asked the process to end, by " in outcome.error
    assert next(span.error for span in driver.spans(outcome) if span.step.endswith(f".{STEPS[workflow]}"))


@pytest.mark.parametrize("kind", ["exit", "interrupt"])
@pytest.mark.parametrize("workflow", ["body", "body_async", "branches"])
def test_the_workflow_is_named(driver: Driver, workflow: str, kind: str) -> None:
    outcome = driver.run(workflow, kind=kind)
    assert (outcome.status, outcome.code) == ("failed", "workflow-raised"), outcome.error
    assert "workflows" in outcome.error
    assert {"exit": "SystemExit", "interrupt": "KeyboardInterrupt"}[kind] in outcome.error


@pytest.mark.parametrize("workflow", ["plain", "body", "body_async", "threads", "awaited_threads"])
def test_an_iterator_with_nothing_more_fails_at_once(driver: Driver, workflow: str) -> None:
    outcome = driver.run(workflow, kind="empty", options={"seconds": 10.0})
    assert (outcome.status, outcome.code) == ("failed", "workflow-raised"), outcome.error
    assert "raised StopIteration" in outcome.error
    assert "workflows/ending.py, line " in outcome.error
