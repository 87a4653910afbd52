"""gc drops what nothing needs; after it a full replay executes nothing more."""

import time
from pathlib import Path

from driving import Driver

from alongside.core.case import Case
from alongside.core.release import Release
from alongside.engine.collect import Collected, collect
from alongside.store import tapes, versions

FILES = {
    "workflows/main.py": """
from alongside import File, prompt, step, workflow


@step
def size(file: File, extra: bytes) -> int:
    return len(file.data) + len(extra)


@step
def big(n: int) -> bytes:
    return bytes(n) * 3000


@step(effect="read")
def look(n: int) -> str:
    return "seen" * 9000 + str(n)


@step(effect="model")
def guess(n: int) -> str:
    return prompt("ask.md").text + "g" * 20000 + str(n)


@workflow
def main(file: File, n: int) -> list:
    return [size(file, big(n)), look(n), guess(n), guess(n)]
""",
    "prompts/ask.md": "Ask.",
}
LATER = 3 * 86_400.0


def inputs(driver: Driver, text: bytes, n: int) -> dict[str, object]:
    return {
        "file": {"file": driver.bench.blobs.put(text * 20_000), "name": "a.txt", "media_type": "text/plain"},
        "n": n,
    }


def gc(driver: Driver, cases: list[Case], *, now: float, dry_run: bool = False) -> Collected:
    bench = driver.bench
    return collect(
        driver.root, database=bench.database, blobs=bench.blobs, cases=cases, now=now, dry_run=dry_run
    )


def test_after_it_a_full_replay_executes_nothing(tmp_path: Path) -> None:
    driver = Driver(tmp_path, FILES)
    bench = driver.bench
    with bench:
        origin = driver.submit("main", inputs(driver, b"o", 1)).result(30)
        plain = driver.submit("main", inputs(driver, b"p", 2)).result(30)
        case = Case("c1", "", "main", inputs(driver, b"o", 1), {}, run=origin.run)
        live = bench.snapshot()
        release = Release("rel", live.id, "", "ship", "Ada", "", "", time.time())
        bench.database.write(lambda c: versions.move(c, release, expected=versions.pointer(bench.database)))

        def replay(version=None, draw: int = 0):
            order = {"mode": "replay", "case": "c1", "tape": origin.run, "draw": draw}
            return driver.submit("main", dict(case.inputs), **order).result(30)

        outcomes = [replay(), replay(draw=1), replay()]
        driver.edit("workflows/main.py", "n) * 3000", "n) * 3001")
        outcomes.append(replay())
        driver.edit("workflows/main.py", "n) * 3001", "n) * 3000")
        for wording in ("Ask once.", "Ask twice."):
            driver.write("prompts/ask.md", wording)
            outcomes.append(replay())
        assert {outcome.status for outcome in outcomes} == {"done"}, outcomes[0].error
        resumable = plain.run
        bench.database.write(
            lambda c: c.execute("UPDATE run SET status = 'running' WHERE id = ?", (resumable,))
        )
        before = {
            table: len(driver.rows(table))
            for table in ("ledger", "run", "span", "version", "blob", "tape", "code")
        }

        young = gc(driver, [case], now=time.time())
        assert young == Collected(0, 0, 0, 0, 0, 0)
        asked = gc(driver, [case], now=time.time() + LATER, dry_run=True)
        assert {table: len(driver.rows(table)) for table in before} == before
        done = gc(driver, [case], now=time.time() + LATER)
        assert done == asked
        assert done.results > 0
        assert done.runs == 3  # the replay that a later one repeats, and those of versions nobody needs
        assert (done.versions, done.trees) == (2, 2)
        assert done.blobs >= 3
        assert done.bytes > 60_000
        assert gc(driver, [case], now=time.time() + LATER) == Collected(0, 0, 0, 0, 0, 0)

        for wording, draws in [("Ask twice.", 1), ("Ask.", 2)]:
            driver.write("prompts/ask.md", wording)
            for draw in range(draws):
                again = replay(draw=draw)
                assert (again.status, again.executed, again.damaged) == ("done", 0, ()), again.error
        assert driver.resume(resumable).status == "done"
        assert tapes.of_run(bench.database, plain.run)
        for digest in bench.blobs.names():
            bench.blobs.get(digest)


def test_without_cases_only_runs_versions_and_tapes_stay(tmp_path: Path) -> None:
    driver = Driver(tmp_path, FILES)
    with driver.bench as bench:
        run = driver.submit("main", inputs(driver, b"o", 1)).result(30)
        done = gc(driver, [], now=time.time() + LATER)
        assert (done.results, done.runs, done.versions) == (4, 0, 0)
        assert driver.value(run)[0] == 23_000
        assert driver.resume(run.run).status == "done"
        assert len(driver.rows("ledger")) == 2  # big and size ran again; what the model said is on the tape
        assert bench.blobs.bad == []


def test_what_a_refreshed_replay_read_stays_for_the_next(tmp_path: Path) -> None:
    driver = Driver(tmp_path, FILES)
    with driver.bench:
        case = Case("moved", "", "main", inputs(driver, b"o", 1), {}, run="run_elsewhere")

        def replay(**more: bool):
            order = {"mode": "replay", "case": case.id, "tape": case.run, **more}
            return driver.submit("main", dict(case.inputs), **order).result(30)

        assert replay().code == "not-on-tape"
        assert replay(refresh=True).status == "done"
        for _ in range(2):
            assert replay().status == "done"
        gc(driver, [case], now=time.time() + LATER)
        assert (replay().status, replay().executed) == ("done", 0)


def test_code_that_nothing_names_goes_too(tmp_path: Path) -> None:
    driver = Driver(tmp_path, FILES)
    with driver.bench:
        case = Case("c1", "", "main", inputs(driver, b"o", 1), {})
        origin = driver.submit("main", dict(case.inputs)).result(30)
        driver.edit("workflows/main.py", "n) * 3000", "n) * 3001")
        driver.submit("main", dict(case.inputs), mode="replay", case="c1", tape=origin.run).result(30)
        driver.edit("workflows/main.py", "n) * 3001", "n) * 3000")
        driver.write("prompts/ask.md", "Ask on.")  # the newest version stays
        driver.submit("main", dict(case.inputs), mode="replay", case="c1", tape=origin.run).result(30)
        before = {code for code, _ in driver.rows("code")}
        gc(driver, [case], now=time.time() + 2 * LATER)
        left = {code for code, _ in driver.rows("code")}
        spans = [span for run in driver.rows("run") for span in driver.spans(run[0])]
        assert left < before
        assert left == {part for span in spans for _, part in span.parts} & before
