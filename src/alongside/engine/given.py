"""A run's inputs as they are kept with it: as its workflow took them, or as they came where it took none of them."""

from collections.abc import Mapping
from typing import Any, cast

from alongside.core.errors import AlongsideError
from alongside.core.file import File
from alongside.engine.call import encode_whole
from alongside.engine.order import Order
from alongside.engine.session import Session

__all__ = ["keep_as_given", "keep_inputs"]

_DIGEST = 64


def keep_inputs(
    session: Session, workflow: str, values: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the digests of the inputs by name, and the blobs that are to be written with the run."""
    encoded = {
        name: encode_whole(session, value, of=f"workflow {workflow}", place=name)
        for name, value in values.items()
    }
    blobs = {one.digest: one.data for one in encoded.values()}
    for one in encoded.values():
        blobs |= one.blobs
    return {name: one.digest for name, one in encoded.items()}, session.blobs.put_big(blobs)


def keep_as_given(session: Session, order: Order) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the same of the inputs that came in; nothing where one of them can't be kept, such as one with a secret."""
    if order.kept_inputs:
        return dict(order.kept_inputs), {}
    try:
        given = {name: _with_files(value) for name, value in order.inputs.items()}
        return keep_inputs(session, order.workflow, given)
    except (AlongsideError, RecursionError):
        return {}, {}


def _with_files(value: Any) -> Any:
    """Return plain JSON with its files as such: what a kept value names as a file isn't collected as garbage."""
    if isinstance(value, list):
        return [_with_files(one) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    given = cast("dict[str, Any]", value)
    if given.keys() == {"file", "name", "media_type"} and all(isinstance(one, str) for one in given.values()):
        source: str = given["file"]
        if len(source) == _DIGEST and set(source) <= set("0123456789abcdef"):
            return File(source, given["name"], given["media_type"])
    return {key: _with_files(one) for key, one in given.items()}
