import pickle
import threading
import time
from pathlib import Path

import pytest

from alongside.core.errors import DataError
from alongside.sandbox.pool import Pool, WorkerFailed


@pytest.fixture
def make(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    made = []

    def build(**changes):
        settings = {"role": "", "options": {}, "size": 1, "memory": 1 << 30, "recycle_after": 100} | changes
        made.append(Pool("worker_entries:jobs", **settings))
        return made[-1]

    yield build
    for pool in made:
        pool.close()


def pid(pool):
    return pool.call({"do": "pid"}, seconds=20)[0]["pid"]


def test_jobs_share_a_worker_and_bodies_come_back(make):
    pool = make()
    assert pool.call({"do": "reverse"}, b"abc", seconds=20) == ({}, b"cba")
    assert pid(pool) == pid(pool)


def test_an_error_of_ours_travels_back_as_itself_and_spares_the_worker(make):
    pool = make()
    first = pid(pool)
    with pytest.raises(DataError) as caught:
        pool.call({"do": "refuse"}, seconds=20)
    assert (caught.value.code, caught.value.fix) == ("bad-row", "Give row 3 a date.")
    assert "rows.csv, row 3" in caught.value.message
    assert pid(pool) == first


@pytest.mark.parametrize(
    ("job", "kind", "detail"),
    [
        ({"do": "eat"}, "memory", "more than 1024 MiB"),
        ({"do": "oom"}, "memory", "the system killed the worker"),
        ({"do": "segfault"}, "crash", "SIGSEGV"),
        ({"do": "raise"}, "crash", "ZeroDivisionError: division by zero"),
        ({"do": "flood", "size": 2 << 20}, "output", "2,097,164 bytes announced, 1,048,576 allowed"),
    ],
)
def test_a_worker_that_dies_is_reported_and_the_next_job_gets_a_new_one(make, job, kind, detail):
    pool = make(output=1 << 20)
    first = pid(pool)
    with pytest.raises(WorkerFailed) as caught:
        pool.call(job, seconds=20)
    assert caught.value.kind == kind
    assert detail in caught.value.detail
    assert pid(pool) != first


def test_a_job_over_its_time_is_killed(make):
    pool = make()
    first = pid(pool)
    began = time.monotonic()
    with pytest.raises(WorkerFailed, match=r"no answer within 0\.3 s") as caught:
        pool.call({"do": "hang"}, seconds=0.3)
    assert caught.value.kind == "timeout"
    assert time.monotonic() - began < 5
    assert pid(pool) != first


def test_a_worker_is_recycled_after_its_jobs_and_after_growth(make):
    pool = make(recycle_after=2)
    pids = [pid(pool) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]
    growing = make(growth=100 << 20)
    grown = [growing.call({"do": "grow"}, seconds=20)[0]["pid"] for _ in range(4)]
    assert grown[0] == grown[2] != grown[3]


def test_many_threads_share_the_workers_one_job_each_at_a_time(make):
    pool = make(size=2)
    seen, answers = [], []

    def work(n):
        answers.append(pool.call({"do": "reverse"}, bytes([n, 0]), seconds=20)[1] == bytes([0, n]))
        seen.append(pid(pool))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 8
    assert 1 <= len(set(seen)) <= 2


def test_close_fails_the_job_in_flight_and_refuses_new_ones(make):
    pool = make()
    pid(pool)
    failures = []

    def hang():
        try:
            pool.call({"do": "hang"}, seconds=30)
        except WorkerFailed as error:
            failures.append(error.kind)

    thread = threading.Thread(target=hang)
    thread.start()
    time.sleep(0.2)
    pool.close()
    thread.join(10)
    assert failures == ["crash"]
    with pytest.raises(RuntimeError, match="closed"):
        pid(pool)


def test_the_failure_survives_pickling():
    failure = pickle.loads(pickle.dumps(WorkerFailed("memory", "too big")))
    assert (failure.kind, failure.detail, failure.code) == ("memory", "too big", "worker-memory")
