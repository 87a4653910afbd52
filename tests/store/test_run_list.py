"""Lists of runs by filter: only what is listed is looked up, however many runs there are."""

import time
from collections.abc import Callable, Iterator

import pytest

from alongside.store import run_list
from alongside.store.database import Database
from alongside.store.run_list import RunFilter

COUNT = 40_000
# Of twenty thousand one is a replay, another was tried, of another workflow or version, or failed; stored in no order of time.
FILL = f"""INSERT INTO run SELECT 'run_' || n, iif(n % 20000 = 1, 'rare', 'echo'), iif(n % 20000 = 2, 'rare', 'v1'),
CASE n % 20000 WHEN 3 THEN 'replay' WHEN 4 THEN 'new' ELSE 'serve' END, '', '{{"text": "' || n || '"}}',
iif(n % 20000 = 5, 'failed', 'done'), '', '', n * 7919 % {COUNT}, 0, 0, 0, 0, ''
FROM (WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < {COUNT}) SELECT n FROM up)"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(tmp_path_factory.mktemp("store") / "store.db")
    database.write(lambda connection: connection.execute(FILL) and None)
    yield database
    database.close()


def quickest(act: Callable[[], object]) -> float:
    took: list[float] = []
    for _ in range(5):
        began = time.process_time()
        act()
        took.append(time.process_time() - began)
    return min(took)


@pytest.mark.parametrize(
    "wanted",
    [RunFilter(mode="replay"), RunFilter(mode="new"), RunFilter(workflow="rare"), RunFilter(version="rare"), RunFilter(status="failed")],
    ids=["replays", "tried here", "workflow", "version", "failed"],
)  # fmt: skip
def test_a_filter_that_few_runs_pass_looks_up_those_few(database: Database, wanted: RunFilter) -> None:
    found = run_list.page(database, wanted, limit=51)
    assert [one.run.started for one in found] == sorted((one.run.started for one in found), reverse=True)
    assert len(found) == 2
    whole = quickest(lambda: database.read().execute("SELECT count(*) FROM run WHERE error <> ''").fetchone())
    assert quickest(lambda: run_list.page(database, wanted, limit=51)) <= 3 * whole


def test_a_search_within_a_filter_finds_what_it_holds(database: Database) -> None:
    for newer in (False, True):
        found = run_list.search(
            database, RunFilter(status="failed"), "run_", limit=9, fits=lambda _: True, newer=newer
        )
        assert [one.run.id for one in found.found] == (
            ["run_20005", "run_5"] if newer else ["run_5", "run_20005"]
        )
        assert (found.place, found.seen) == (None, 2)
