"""The watch counts what ended, says what is past a limit, and knows this machine's days; the report outlives `gc`."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from alongside.core.engagement import Limits, Person
from alongside.core.release import Release
from alongside.evals.replay import Options
from alongside.store import runs, traffic
from alongside.store.traffic import Spent
from alongside.views.screens.page import Asked
from alongside.views.screens.report import report_screen
from alongside.views.screens.watch import Watch, watch_screen
from alongside.web.reporting import report_file
from alongside.workbench import Workbench, open_engagement
from alongside.workbench.upkeep import collect
from alongside.workbench.watching import edges_of, watched
from web.served import make_engagement, serving

DAY = 86400.0
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with make_engagement(tmp_path / "acme") as bench:
        yield bench


def _add(bench: Workbench, number: int, **other: Any) -> str:
    """Keep a run like the first one, otherwise as told."""
    first = next(iter(runs.latest(bench.database, limit=1, mode="new")), None) or bench.find_run(
        bench.run("greet", name="ann").run
    )
    made = replace(first, id=f"run_{number:016d}", **{"mode": "serve", **other})
    bench.database.write(lambda connection: runs.save(connection, made))
    return made.id


def _watch(bench: Workbench, t: str = "30d") -> Watch:
    return watch_screen(bench, Asked({}, {"t": t}, Person("dana", "admin"))).body


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", BERLIN)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("berlin")
def test_days_are_the_days_of_this_machine_also_where_the_clock_is_moved() -> None:
    now = datetime(2026, 10, 27, 15, 30).timestamp()  # the clock went back on the 25th  # noqa: DTZ001
    edges = edges_of(now, width=DAY, count=5)
    assert [datetime.fromtimestamp(one).strftime("%d %H:%M") for one in edges] == [  # noqa: DTZ006
        f"{day} 00:00" for day in (23, 24, 25, 26, 27, 28)
    ]
    assert [b - a for a, b in itertools.pairwise(edges)] == [DAY, DAY, DAY + 3600, DAY, DAY]
    quarters = edges_of(now, width=DAY / 4, count=12)
    assert {datetime.fromtimestamp(one).strftime("%H:%M") for one in quarters} == {  # noqa: DTZ006
        "00:00",
        "06:00",
        "12:00",
        "18:00",
    }
    assert edges_of(now, width=1800.0, count=48)[-1] == datetime(2026, 10, 27, 16).timestamp()  # noqa: DTZ001


@pytest.mark.usefixtures("berlin")
def test_a_run_counts_on_its_local_day(bench: Workbench) -> None:
    now = datetime(2026, 10, 27, 15, 30).timestamp()  # noqa: DTZ001
    bench.run("greet", name="ann")
    late = datetime(2026, 10, 25, 23, 30).timestamp()  # noqa: DTZ001
    early = datetime(2026, 10, 26, 0, 30).timestamp()  # in UTC it is the same day as the other  # noqa: DTZ001
    for number, at in enumerate((late, early)):
        _add(bench, number, started=at, seconds=1.0)
    found = watched(
        bench.counted, bench.database, edges_of(now, width=DAY, count=5), limits=Limits(), now=now
    )
    assert [one.runs for one in found.stretches] == [0, 0, 1, 1, 0]


def test_runs_that_have_not_ended_have_no_time_and_no_price(bench: Workbench) -> None:
    now = bench.clock()
    bench.run("greet", name="ann")
    _add(bench, 1, started=now - 60, seconds=4.0, cost=10**7)
    _add(bench, 2, started=now - 60, seconds=0.0, cost=None, status="running")
    shown = _watch(bench)
    panels = {one.title: one for one in shown.panels}
    assert panels["Runs each day"].unit == "in all, 1 of them not ended"
    assert panels["Money a run"].says == "All 2 runs that ended are priced."
    (row,) = shown.versions
    assert (row.runs, row.open) == (3, 1)
    costs = {one.what: one for one in report_screen(bench).body.costs}
    served = costs["asked of the live version"]
    assert (served.runs, served.open, served.unpriced, served.cost) == (2, 1, 0, 0.01)


def test_runs_past_a_limit_are_counted_in_words_and_by_version(bench: Workbench) -> None:
    with (bench.root / "alongside.toml").open("a") as file:
        file.write("\n[limits]\nseconds_per_run = 9\ncost_per_run = 0.02\n")
    now = bench.clock()
    for number, (seconds, cost) in enumerate(((1.0, 10**7), (10.0, 10**7), (12.0, 3 * 10**7))):
        _add(bench, number, started=now - 60, seconds=seconds, cost=cost)
    bench.reload()
    shown = _watch(bench)
    panels = {one.title: one for one in shown.panels}
    assert panels["Time of a run"].past == "2 of 4 runs took longer than the limit of 9 s"
    assert panels["Money a run"].past == "1 of 4 runs cost more than the limit of $0.02"
    assert (shown.limited, [(row.slow, row.dear) for row in shown.versions]) == (True, [(2, 1)])
    labels = panels["Time of a run"].labels
    at = {one.text: (one.x, one.anchor) for one in labels}
    assert at == {"p50": (95.2, "end"), "p95": (95.2, "end"), "limit": (100.0, "end")}  # all in the last day
    hour = _watch(bench, "1h")
    assert round(hour.end - hour.start) == 12 * 60  # since the first run, with room
    heights = [one.y for one in labels]
    assert all(b - a >= 12 for a, b in itertools.pairwise(heights))


def test_versions_beyond_the_shown_ones_are_summed(bench: Workbench) -> None:
    now = bench.clock()
    for number in range(12):
        _add(bench, number, started=now - 60, version=f"{number:064x}")
    shown = _watch(bench)
    assert shown.others is not None
    assert (len(shown.versions), shown.others.name) == (8, "and 5 more versions")
    assert sum(row.runs for row in shown.versions) + shown.others.runs == shown.runs == 13


def test_releases_are_named_where_there_is_room(bench: Workbench) -> None:
    now = bench.clock()
    _add(bench, 1, started=now - 60)

    def move(day: float, version: str) -> None:
        made = Release(f"rel_{day}", version, "", "override", "dana", "x", "", now - day * DAY)
        bench.database.write(
            lambda c: c.execute(
                "INSERT INTO release VALUES (?,?,?,?,?,?,?,?)",
                (made.id, made.version, "", made.kind, made.by, made.reason, "", made.at),
            )
        )

    for day in range(20, 2, -2):  # nearer to each other than two names are wide
        move(day, f"{day:064x}")
    named = [line.label for line in _watch(bench).releases if line.label]
    assert len(_watch(bench).releases) == 9
    assert len(named) > 2
    assert named[-1] == "v9"


def test_new_words_and_runs_count_at_once_and_as_if_counted_anew(bench: Workbench) -> None:
    now = bench.clock()
    first = bench.run("greet", name="ann").run
    ids = [_add(bench, number, started=now - number * 7200, cost=5) for number in range(20)]
    edges = edges_of(now, width=DAY, count=5)

    def same() -> None:
        with open_engagement(bench.root) as fresh:
            for memory in (bench.counted.words, bench.counted.spent):
                assert memory(bench.database) == getattr(fresh.counted, memory.__name__)(fresh.database)
            assert bench.counted.judged(bench.database, edges) == fresh.counted.judged(fresh.database, edges)

    same()
    words = [bench.judge(run, "wrong", field="text", by="dana") for run in ids[:5]]
    bench.judge(ids[0], "right", field="text", by="dana")  # the later word counts
    same()
    assert bench.counted.words(bench.database) == {3: 4, 1: 1}
    bench.undo(words[1].id, by=Person("dana", "reviewer"))
    bench.judge(first, "unsure", by="dana")
    _add(bench, 3, started=now - 3 * 7200, cost=7)  # kept again
    _add(bench, 99, started=now, mode="new")
    same()


def test_the_report_says_the_same_after_gc(bench: Workbench) -> None:
    run = bench.run("greet", name="ann")
    bench.judge(run.run, "right", by="dana")
    bench.add_case(run.run, split="held-out")
    for greeting in ("Hi", "Ho", "Hello"):
        (bench.root / "prompts" / "greeting.md").write_text(greeting)
        bench.replay(options=Options(full=True), progress=lambda *_: None)
        bench.replay(options=Options(full=True), progress=lambda *_: None)
    bench.ship(options=Options(), progress=lambda *_: None, by="dana", reason="x", override=True)
    before, spent = report_file(bench, "html"), traffic.spent(bench.database)
    later = bench.clock() + 30 * DAY
    bench.clock = lambda: later
    assert collect(bench, dry_run=False).runs > 0
    assert traffic.spent(bench.database) != spent  # some are gone
    assert report_file(bench, "html") == before
    with open_engagement(bench.root) as fresh:
        assert report_file(fresh, "html") == before
    kept = {one.mode: one for one in traffic.collected(bench.database)}
    assert isinstance(kept["replay"], Spent)


@pytest.mark.enable_socket
def test_the_page_shows_it(bench: Workbench) -> None:
    with (bench.root / "alongside.toml").open("a") as file:
        file.write("\n[limits]\nseconds_per_run = 9\n")
    now = bench.clock()
    _add(bench, 1, started=now - 60, seconds=20.0)
    _add(bench, 2, started=now - 60, seconds=0.0, status="running")
    with serving(open_engagement(bench.root)) as client:
        html = client.ask("GET", "/watch", headers={"Accept": "text/html"}).body.decode()
    assert "1 of 2 runs took longer than the limit of 9 s" in html
    assert "1 too long" in html
    assert "1 not ended" in html
    assert "alongside runs list --no-replays" in html  # the same runs
