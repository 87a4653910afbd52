"""Writes and who waits for them: threads and event loops."""

import asyncio
import threading

import pytest

from alongside.store.database import Database


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "store.db")
    yield opened
    opened.close()


def put(key):
    return lambda connection: connection.execute("INSERT INTO meta VALUES (?, 'x')", (key,)).rowcount


def keys(database):
    return {key for (key,) in database.read().execute("SELECT key FROM meta")}


def test_a_loop_gets_what_each_write_gave_and_only_the_bad_one_fails(database):
    async def writes():
        loop = asyncio.get_running_loop()
        waiting = [database.submit_from(loop, put(key)) for key in ("a", "b", "a", "c")]
        return await asyncio.gather(*waiting, return_exceptions=True)

    told = asyncio.run(writes())
    assert [told[at] for at in (0, 1, 3)] == [1, 1, 1]
    assert "UNIQUE" in str(told[2])
    assert keys(database) >= {"a", "b", "c"}


def test_who_stops_waiting_takes_nobody_along(database):
    """A run that is out of time is cancelled while its commit is on the way."""
    held, free = threading.Event(), threading.Event()

    def hold(_connection):
        held.set()
        free.wait(20)

    async def give_up():
        loop = asyncio.get_running_loop()
        database.submit(hold)
        assert await asyncio.to_thread(held.wait, 20)
        gone = database.submit_from(loop, put("gone"))
        gone.cancel()
        kept = database.submit_from(loop, put("kept"))
        free.set()
        return await kept

    assert asyncio.run(give_up()) == 1
    assert keys(database) >= {"gone", "kept"}


def test_a_loop_that_is_closed_stops_no_later_write(database):
    held, free = threading.Event(), threading.Event()

    def hold(_connection):
        held.set()
        free.wait(20)

    async def leave():
        database.submit(hold)
        database.submit_from(asyncio.get_running_loop(), put("left"))

    asyncio.run(leave())
    free.set()
    assert database.write(put("later")) == 1
    assert keys(database) >= {"left", "later"}


def test_what_was_found_is_remembered_until_anybody_commits(database, tmp_path):
    looked = []

    def look():
        looked.append(len(keys(database)))
        return looked[-1]

    first = database.remembered("keys", look)
    assert [database.remembered("keys", look) for _ in range(3)] == [first] * 3
    assert len(looked) == 1
    database.write(put("ours"))
    assert database.remembered("keys", look) == first + 1
    other = Database(tmp_path / "store.db")
    other.write(put("another's"))
    other.close()
    assert database.remembered("keys", look) == first + 2
    assert len(looked) == 3
