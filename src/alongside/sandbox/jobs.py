"""The worker's side of a pool: receive a job, answer it, go on; errors travel back as what they are."""

from collections.abc import Callable
from typing import Any, Final

from alongside.core import errors
from alongside.core.errors import AlongsideError
from alongside.sandbox.channel import Channel

__all__ = ["Handler", "pack_error", "raise_error", "serve_jobs"]

_TYPES: Final = ("UsageError", "DataError", "PolicyError", "UpstreamError", "AlongsideError")

Handler = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]
"""(message, body) -> (message, body)."""


def serve_jobs(channel: Channel, handle: Handler) -> None:
    """Answer jobs until the other end closes the channel (EOFError passes through).

    An AlongsideError is answered as such; a MemoryError ends the worker, since its heap is no longer trusted;
    any other exception passes through, and ends the worker with its traceback.
    """
    while True:
        message, body = channel.receive()
        try:
            reply, result = handle(message, body)
        except AlongsideError as error:
            channel.send({"error": pack_error(error)})
            continue
        except MemoryError:
            channel.send({"memory": True})
            return
        channel.send({"reply": reply}, result)
        del message, body, reply, result  # a big document must not live on through the wait


def raise_error(packed: dict[str, str]) -> None:
    """Raise the error that a worker sent, as the same type (of those in `core.errors`)."""
    kind: type[AlongsideError] = getattr(errors, packed["type"])
    raise kind(packed["code"], packed["message"], fix=packed["fix"])


def pack_error(error: AlongsideError) -> dict[str, str]:
    """Return an error as JSON that `raise_error` raises again elsewhere."""
    name = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _TYPES)
    return {"type": name, "code": error.code, "message": error.message, "fix": error.fix}
