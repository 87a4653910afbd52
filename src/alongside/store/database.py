"""One SQLite file: reads from any thread, writes through one thread that commits many at once.

A write's future is done once its transaction is on the disk (WAL, synchronous FULL), so whoever waits
for it may say "stored". Writers of other processes wait for the lock.
"""

import contextvars
import queue
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from alongside.core.errors import DataError

if TYPE_CHECKING:
    import asyncio

__all__ = ["SCHEMA", "Database"]

SCHEMA = 6
_STEPS = (
    "schema.sql",
    "schema_2.sql",
    "schema_3.sql",
    "schema_4.sql",
    "schema_5.sql",
    "schema_6.sql",
)  # what makes each format of the one before it
_BUSY_SECONDS = 30.0
_BATCH = 512
_CHECKPOINT_PAGES = 8000  # fewer copies of hot pages; 32 MB of log at most
_PAUSE = 0.005  # seconds
_PAUSES = 4

T = TypeVar("T")


class _Connection(sqlite3.Connection):
    """Closed when its thread is gone: a run that gathers on many threads must not use up the file descriptors."""

    def __del__(self) -> None:
        self.close()


Write = tuple[Callable[[sqlite3.Connection], Any], "Future[Any] | asyncio.Future[Any]"]
_Answer = tuple["Future[Any] | asyncio.Future[Any]", Any, Exception | None]
"""(who waits, what the write returned, or what it raised)."""


class Database:
    """An open store. `close` waits for what was handed in.

    While it is `crowded` many writers are at work, and a commit waits up to 20 ms for more of them: as long as they
    come. It costs CPU for each commit, not for each write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.crowded = False
        self._local = threading.local()
        self._queue: queue.SimpleQueue[Write | None] = queue.SimpleQueue()
        self._opened: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        _prepare(self._connect())

    def read(self) -> sqlite3.Connection:
        """Return this thread's connection, for reading."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
        return connection

    def remembered(self, what: str, find: Callable[[], T]) -> T:
        """Return what this thread found last time, found anew where anybody has committed anything since.

        `find` reads by this thread's connection; SQLite's `data_version` tells of every commit by another one.
        """
        stamp: int = self.read().execute("PRAGMA data_version").fetchone()[0]
        memory: dict[str, tuple[int, Any]] = self._local.__dict__.setdefault("memory", {})
        known = memory.get(what)
        if known is None or known[0] != stamp:
            known = memory[what] = (stamp, find())
        return known[1]

    def submit(self, write: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Hand in a write. The future is done after the commit; a write that raises leaves nothing behind."""
        future: Future[T] = Future()
        self._hand_in((write, future))
        return future

    def submit_from(
        self, loop: "asyncio.AbstractEventLoop", write: Callable[[sqlite3.Connection], T]
    ) -> "asyncio.Future[T]":
        """Hand in a write from the loop that waits for it: it is woken once for all that one commit brought."""
        future: asyncio.Future[T] = loop.create_future()
        self._hand_in((write, future))
        return future

    def write(self, write: Callable[[sqlite3.Connection], T]) -> T:
        """Write and wait until it is on the disk."""
        return self.submit(write).result()

    def close(self) -> None:
        """Finish the writes and close every connection."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        for connection in list(self._opened):
            connection.close()
        self._opened.clear()

    def _hand_in(self, write: Write) -> None:
        self._queue.put(write)
        if self._thread is None:
            self._start()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                # In a context of its own: whoever writes first doesn't own the writer.
                own = contextvars.Context()
                self._thread = threading.Thread(
                    target=own.run, args=(self._run,), name="store-writer", daemon=True
                )
                self._thread.start()

    def _connect(self) -> _Connection:
        try:
            connection = sqlite3.connect(
                self.path,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                factory=_Connection,
            )
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA temp_store=MEMORY")  # the journals of savepoints
            connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        with self._lock:
            self._opened.add(connection)
        return connection

    def _run(self) -> None:
        connection = self._connect()
        while True:
            batch = [self._queue.get()]
            self._wait_for_company()
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get())
            todo = [item for item in batch if item is not None]
            if todo:
                _answer(_commit(connection, todo, self.path))
            if len(todo) < len(batch):
                return

    def _wait_for_company(self) -> None:
        for _ in range(_PAUSES if self.crowded else 0):
            waiting = self._queue.qsize()
            time.sleep(_PAUSE)
            if self._queue.qsize() == waiting:
                return


def _commit(connection: sqlite3.Connection, batch: list[Write], path: Path) -> list[_Answer]:
    answers: list[_Answer] = []
    try:
        connection.execute("BEGIN IMMEDIATE")
        for write, future in batch:
            connection.execute("SAVEPOINT one")
            try:
                answers.append((future, write(connection), None))
            except Exception as error:  # noqa: BLE001  one bad write must not take the batch with it
                connection.execute("ROLLBACK TO one")
                answers.append((future, None, _known(error, path)))
            connection.execute("RELEASE one")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        refused = {id(future) for future, _, raised in answers if raised is not None}
        answers = [one for one in answers if one[2] is not None]
        lost = _unusable(path, error)
        answers += [(future, None, lost) for _, future in batch if id(future) not in refused]
    return answers


def _answer(answers: list[_Answer]) -> None:
    """Tell whoever waits; a loop is woken once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Answer]] = {}
    for answer in answers:
        if isinstance(answer[0], Future):
            _settle([answer])
        else:
            by_loop.setdefault(answer[0].get_loop(), []).append(answer)
    for loop, told in by_loop.items():
        with suppress(RuntimeError):  # it was closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, told)


def _settle(answers: list[_Answer]) -> None:
    for future, result, error in answers:
        if future.cancelled():  # who waited was ended; the write stands
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


def _known(error: Exception, path: Path) -> Exception:
    return _unusable(path, error) if isinstance(error, sqlite3.OperationalError) else error


def _prepare(connection: sqlite3.Connection) -> None:
    """Create the tables, bring an older store up to date, or refuse one that a newer version wrote."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        _check_format(found)
        for step in _STEPS[found:]:
            for statement in Path(__file__).with_name(step).read_text().split(";"):
                connection.execute(statement)
        if found < SCHEMA:
            connection.execute(f"PRAGMA user_version={SCHEMA}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _check_format(found: int) -> None:
    if found > SCHEMA:
        raise DataError(
            "store-too-new",
            f"the store has format {found}; this Alongside knows formats up to {SCHEMA}",
            fix="upgrade Alongside, or open the engagement with the version that wrote it",
        )


def _unusable(path: Path, error: Exception) -> DataError:
    text = str(error)
    if "disk is full" in text or "disk I/O" in text:
        return DataError(
            "disk-full",
            f"{path} can't be written: {text}; what was committed before is safe",
            fix="free some space on this disk and run the command again",
        )
    if "locked" in text:
        return DataError(
            "store-busy",
            f"{path} has been locked by another process for {_BUSY_SECONDS:.0f} s",
            fix="wait for the other command to finish, then run this one again",
        )
    return DataError(
        "store-unusable",
        f"{path} can't be used: {text}",
        fix="check the folder's permissions, or restore the engagement from an export",
    )
