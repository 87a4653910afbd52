"""One flight a key: who asks for what is just being made waits for it."""

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from alongside.engine.recall import Recalled

__all__ = ["Flights"]


@dataclass
class Flights:
    """Calls under way in this process, by key. A flight that lands with None made nothing that can be shared."""

    under_way: "dict[str, Future[Recalled | None]]" = field(
        default_factory=dict[str, "Future[Recalled | None]"]
    )
    lock: threading.Lock = field(default_factory=threading.Lock)

    def join(self, key: str) -> "Future[Recalled | None] | None":
        """Return the flight to wait for, or None: the caller leads and must `land`."""
        with self.lock:
            flight = self.under_way.get(key)
            if flight is None:
                made = self.under_way[key] = Future()
                made.set_running_or_notify_cancel()  # who waits may give up; the flight goes on
            return flight

    def land(self, key: str, found: Recalled | None) -> None:
        """End the caller's flight."""
        with self.lock:
            flight = self.under_way.pop(key, None)
        if flight is not None:
            flight.set_result(found)
