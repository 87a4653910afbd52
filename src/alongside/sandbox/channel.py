"""Framed messages over a stream socket: a JSON object and a binary body, their lengths first.

A frame is `!IQ` (header length, body length), the header as UTF-8 JSON, then the body.
"""

import contextlib
import json
import select
import socket
import struct
import threading
import time
from typing import Any, Final

__all__ = ["Channel", "FrameTooLarge"]

_LENGTHS: Final = struct.Struct("!IQ")
_CHUNK: Final = 1 << 18


class FrameTooLarge(Exception):  # noqa: N818 - a fact about the frame, caught by the pool
    """The other end announced a frame over the limit; nothing of it was kept."""


class Channel:
    """One end of a socket pair. Any thread may send; one thread at a time receives."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        sock.settimeout(0.0)  # never blocks: we poll, with a deadline
        self._sending = threading.Lock()
        self._buffer = bytearray()

    def send(self, message: dict[str, Any], body: bytes = b"", *, timeout: float | None = None) -> None:
        """Send one frame. Raises EOFError where the other end is gone, TimeoutError after `timeout` seconds.

        After a TimeoutError half a frame may be on its way: close the channel.
        """
        header = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._sending:
            self._write(_LENGTHS.pack(len(header), len(body)) + header, deadline)
            self._write(body, deadline)

    def receive(
        self, timeout: float | None = None, *, limit: int | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Return the next message and its body.

        Raises EOFError where the other end is gone, TimeoutError after `timeout` seconds (what came so far is
        kept for the next call), FrameTooLarge where the frame is announced longer than `limit` bytes.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        self._fill(_LENGTHS.size, deadline)
        header_size, body_size = _LENGTHS.unpack_from(self._buffer)
        if limit is not None and header_size + body_size > limit:
            raise FrameTooLarge(f"{header_size + body_size:,} bytes announced, {limit:,} allowed")
        start = _LENGTHS.size + header_size
        self._fill(start + body_size, deadline)
        with memoryview(self._buffer) as view:
            message: dict[str, Any] = json.loads(
                view[_LENGTHS.size : start].tobytes().decode("utf-8", "surrogatepass")
            )
            body = view[start : start + body_size].tobytes()
        del self._buffer[: start + body_size]
        return message, body

    def fileno(self) -> int:
        """Return the file descriptor, -1 once closed."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close this end; the other end reads EOFError."""
        self._socket.close()

    def _fill(self, size: int, deadline: float | None) -> None:
        while len(self._buffer) < size:
            self._await(select.POLLIN, deadline)
            with contextlib.suppress(BlockingIOError):
                chunk = self._gone(self._socket.recv, max(_CHUNK, min(size - len(self._buffer), _CHUNK * 16)))
                if not chunk:
                    raise EOFError("the other end of the channel is gone")
                self._buffer += chunk

    def _write(self, data: bytes, deadline: float | None) -> None:
        view = memoryview(data)
        while view:
            with contextlib.suppress(BlockingIOError):
                view = view[self._gone(self._socket.send, view) :]
                continue
            self._await(select.POLLOUT, deadline)

    def _await(self, event: int, deadline: float | None) -> None:
        if self._socket.fileno() < 0:
            raise EOFError("the channel is closed")
        poller = select.poll()
        poller.register(self._socket, event)
        left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        if not poller.poll(left):
            raise TimeoutError("nothing came through the channel in time")

    @staticmethod
    def _gone(call: Any, argument: Any) -> Any:
        try:
            return call(argument)
        except BlockingIOError:
            raise
        except OSError as error:
            raise EOFError("the other end of the channel is gone") from error
