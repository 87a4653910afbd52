"""A few workers that share jobs: hard time-outs, caps, recycling. Safe to call from many threads."""

import contextlib
import queue
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from alongside.core.errors import UpstreamError
from alongside.sandbox.channel import FrameTooLarge
from alongside.sandbox.jobs import raise_error
from alongside.sandbox.process import Worker

__all__ = ["FailureKind", "Pool", "WorkerFailed"]

FailureKind = Literal["timeout", "memory", "crash", "output"]

_MEMORY_SIGNS: Final = re.compile(
    r"MemoryError|memory allocation of|bad_alloc|annot allocate memory|out of memory", re.I
)
_KILLED: Final = -9
_OUTPUT: Final = 256 << 20
_GROWTH: Final = 512 << 20
_FIXES: Final[dict[FailureKind, str]] = {
    "timeout": "Split the input or raise the time limit.",
    "memory": "Split the input or raise the memory limit.",
    "crash": "Try the input alone; if it fails again, keep it as a case.",
    "output": "Split the input.",
}


class WorkerFailed(UpstreamError):  # noqa: N818 - named after the event, as in the ports
    """A job ended with its worker: `kind` says how, `detail` what is known."""

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(f"worker-{kind}", detail, fix=_FIXES[kind])
        self.kind: FailureKind = kind
        self.detail = detail

    def __reduce__(self) -> tuple[object, ...]:
        return (WorkerFailed, (self.kind, self.detail))


@dataclass
class _Slot:
    worker: Worker | None = None
    jobs: int = 0
    resident: int | None = None


class Pool:
    """Up to `size` workers of one entry and role, each started at its first job."""

    def __init__(
        self,
        entry: str,
        *,
        role: str,
        options: dict[str, Any],
        size: int,
        memory: int | None,
        recycle_after: int,
        output: int = _OUTPUT,
        growth: int = _GROWTH,
        waited: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`memory`, `output` and `growth` in bytes: the address space, an answer, the growth since the first job.

        `waited` is told, on the caller's thread, for how many seconds each call stood in the queue.
        """
        self._entry = entry
        self._role = role
        self._options = options
        self._memory = memory
        self._recycle_after = recycle_after
        self._output = output
        self._growth = growth
        self._waited = waited
        self._free: queue.LifoQueue[_Slot] = queue.LifoQueue()
        self._slots = [_Slot() for _ in range(size)]
        for slot in self._slots:
            self._free.put(slot)
        self._closed = threading.Event()

    def call(
        self, message: dict[str, Any], body: bytes = b"", *, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        """Return a worker's answer; `seconds` count from when a worker takes the job.

        Raises WorkerFailed, and the AlongsideError that the worker raised.
        """
        asked = time.monotonic()
        slot = self._free.get()
        self._waited(time.monotonic() - asked)
        try:
            reply, result = self._exchange(slot, message, body, seconds)
            self._recycle(slot)
        except BaseException:  # what the worker does now is unknown, Ctrl-C included
            self._discard(slot)
            raise
        finally:
            self._free.put(slot)
        if "error" in reply:
            raise_error(reply["error"])
        return reply["reply"], result

    def close(self) -> None:
        """Kill the workers; calls in flight fail."""
        self._closed.set()
        for slot in self._slots:
            self._discard(slot)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(
        self, slot: _Slot, message: dict[str, Any], body: bytes, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        worker = self._ready(slot)
        deadline = time.monotonic() + seconds
        try:
            worker.channel.send(message, body, timeout=seconds)
            reply, result = worker.channel.receive(max(0.0, deadline - time.monotonic()), limit=self._output)
        except TimeoutError:
            raise WorkerFailed("timeout", f"no answer within {seconds:g} s") from None
        except FrameTooLarge as error:
            raise WorkerFailed("output", f"the answer is too large: {error}") from None
        except EOFError:
            raise self._post_mortem(worker) from None
        if "memory" in reply:
            raise WorkerFailed("memory", self._memory_detail())
        slot.jobs += 1
        return reply, result

    def _ready(self, slot: _Slot) -> Worker:
        if self._closed.is_set():
            raise RuntimeError("the pool is closed")
        if slot.worker is not None and not slot.worker.alive:  # it died between jobs: nobody's fault
            self._discard(slot)
        if slot.worker is None:
            slot.worker = Worker.start(
                self._entry, role=self._role, options=self._options, memory=self._memory
            )
        return slot.worker

    def _recycle(self, slot: _Slot) -> None:
        if slot.worker is None:
            return
        resident = slot.worker.resident
        if slot.resident is None:
            slot.resident = resident
        grown = (resident or 0) - (slot.resident or 0)
        if slot.jobs >= self._recycle_after or grown > self._growth:
            self._discard(slot)

    @staticmethod
    def _discard(slot: _Slot) -> None:
        worker, slot.worker = slot.worker, None
        slot.jobs, slot.resident = 0, None
        if worker is not None:
            worker.kill()

    def _post_mortem(self, worker: Worker) -> WorkerFailed:
        with contextlib.suppress(TimeoutError):  # it closed the channel and lives on: a crash all the same
            worker.wait(1.0)
        code, said = worker.exit_code, worker.stderr.strip()
        if code == _KILLED and not self._closed.is_set():
            return WorkerFailed("memory", "the system killed the worker (out of memory)")
        if _MEMORY_SIGNS.search(said):
            return WorkerFailed("memory", self._memory_detail())
        return WorkerFailed("crash", f"the worker ended: {worker.last_words}")

    def _memory_detail(self) -> str:
        cap = "its memory" if self._memory is None else f"{self._memory >> 20} MiB"
        return f"the job needs more than {cap}"
