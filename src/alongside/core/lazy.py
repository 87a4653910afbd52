"""Values that are decoded on first touch and carry their digest.

A frozen dataclass that inherits `Lazy` can stand as an empty shell that knows only its digest and how to
load its fields; the first attribute that is read fills it. A kept step's answer costs nothing until used.
"""

from collections.abc import Callable, Mapping
from typing import Any, Self

__all__ = ["Lazy"]

_DIGEST = "_lazy_digest"
_LOAD = "_lazy_load"


class Lazy:
    """Mixin for frozen dataclasses without slots."""

    @classmethod
    def shell(cls, carried: str, load: Callable[[], Mapping[str, Any]]) -> Self:
        """Return an instance whose fields `load()` gives when the first of them is read."""
        empty = object.__new__(cls)
        empty.__dict__[_DIGEST] = carried
        empty.__dict__[_LOAD] = load
        return empty

    def __getattr__(self, name: str) -> Any:  # only reached when the field is not there yet
        load = self.__dict__.pop(_LOAD, None)
        if load is None or (name.startswith("__") and name.endswith("__")):
            if load is not None:
                self.__dict__[_LOAD] = load
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        self.__dict__.update(load())
        return getattr(self, name)

    @property
    def carried_digest(self) -> str | None:
        """The digest of the encoded value, where it is known."""
        return self.__dict__.get(_DIGEST)

    def carry_digest(self, carried: str) -> None:
        """Remember the digest of the encoded value; the value itself never changes."""
        self.__dict__[_DIGEST] = carried

    @property
    def is_shell(self) -> bool:
        """Whether the fields have not been read yet."""
        return _LOAD in self.__dict__
